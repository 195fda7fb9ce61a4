# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: granted pages can be exported as a dma-buf that a device reads, and a dma-buf's pages can be mapped by another domain; each end waits until the other has released them
# drivers: ours
# devices: ours
# kernel: stock debug bare

expected_answers() {
	cat <<-'END'
	dmabuf-export-data export: a dma-buf
	dmabuf-export-data size in pages: 8
	dmabuf-export-data read by a device: 0
	dmabuf-export-data the same: 1
	dmabuf-export-data read again: 0
	dmabuf-export-data the same: 1
	dmabuf-export-data shown to a program: EINVAL
	dmabuf-export-data close: 0
	dmabuf-export-arguments null: EFAULT
	dmabuf-export-arguments no pages: EINVAL
	dmabuf-export-arguments bad grant: EINVAL
	dmabuf-export-arguments bad domain: EINVAL
	dmabuf-export-arguments unknown flag: EINVAL
	dmabuf-export-arguments both flags: EINVAL
	dmabuf-export-arguments coherent: a dma-buf
	dmabuf-export-arguments the descriptor is free again: EBADF
	dmabuf-export-cve-2025-38595 read-only: EFAULT
	dmabuf-export-cve-2025-38595 the descriptor is free again: EBADF
	dmabuf-export-cve-2025-38595 so are the grants: 0
	dmabuf-export-cve-2025-38595 and back: 0
	dmabuf-export-end wait for one that is none: ENOENT
	dmabuf-export-end wait in vain: ETIMEDOUT
	dmabuf-export-end wait through another file: ENOENT
	dmabuf-export-end wait for another program's end: 0
	dmabuf-export-end wait after the end: ENOENT
	dmabuf-export-end close the file that made it: 0
	dmabuf-export-end read by a device: 0
	dmabuf-export-end the same: 1
	dmabuf-import-data import: 0
	dmabuf-import-data the same: 1
	dmabuf-import-data pages: writable writable writable writable writable writable writable writable 
	dmabuf-import-data release: 0
	dmabuf-import-data release again: ENOENT
	dmabuf-import-data its maker has it back: 1
	dmabuf-import-folded import: 0
	dmabuf-import-folded the same: 1
	dmabuf-import-folded pages: writable writable writable writable writable writable writable writable 
	dmabuf-import-folded release: 0
	dmabuf-import-folded release again: ENOENT
	dmabuf-import-folded its maker has it back: 1
	dmabuf-import-arguments null: EFAULT
	dmabuf-import-arguments no pages: EINVAL
	dmabuf-import-arguments too few pages: EINVAL
	dmabuf-import-arguments too many pages: EINVAL
	dmabuf-import-arguments more than any: EINVAL
	dmabuf-import-arguments more than the kernel can count: EINVAL
	dmabuf-import-arguments no dma-buf: EINVAL
	dmabuf-import-arguments nothing: EBADF
	dmabuf-import-arguments bad domain: EINVAL
	dmabuf-import-arguments half a page: EINVAL
	dmabuf-import-arguments release what is none: ENOENT
	dmabuf-import-arguments its maker has them back: 1
	dmabuf-import-end import: 0
	dmabuf-import-end release: 0
	dmabuf-import-end dma-bufs while it is mapped: 1
	dmabuf-import-end its pages: ok
	dmabuf-import-end its maker has it back: 1
	dmabuf-import-end import: 0
	dmabuf-import-end dma-bufs while it is granted: 1
	dmabuf-import-end its maker has it back: 1
	dmabuf-import-end the grant is gone: EINVAL
	END
}

devices_must_serve
before=$(census)
must modprobe dom0-dmabuf-selftest
must timeout 120 gnt dmabuf >"$LAB_OUT/answers"
must rmmod dom0-dmabuf-selftest
unknown=$(diff <(expected_answers) "$LAB_OUT/answers") || {
	say "$unknown"
	fail "other results than expected"
}
census_back_to "$before"
say "$(wc -l <"$LAB_OUT/answers") results"
pass
