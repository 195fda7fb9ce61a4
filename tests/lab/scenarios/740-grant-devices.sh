# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: the toolstack works with our gntdev and gntalloc, which behave as the kernel's own except for the differences below, and nothing stays behind
# boot: own
# drivers: ours
# devices: ours
# long: yes

# Prints where our results (>) differ from those of the kernel's own modules of Linux 6.1 (<). The comments say why.
differences() {
	grep '^[<>]' <<-'END'
	# A domain's number is 16 bits wide: truncated to that, this one is Dom0's.
	< map-domains domain 0x10000 named: 0
	< map-domains domain 0x10000 mapped: writable
	> map-domains domain 0x10000 named: EINVAL
	# In a PV domain other rights would need other mappings. The kernel's own reports success, and the pages
	# are gone. A page that was mapped read-only must never become writable in any domain.
	< map-read mprotect to write: 0
	> map-read mprotect to write: EACCES
	# An offset is invalid in another file.
	< offsets of another file: 0
	> offsets of another file: EINVAL
	# Debian's kernel has dma-bufs, but its gntdev was built without.
	< other-requests DMABUF_EXP_FROM_REFS: ENOTTY
	< other-requests DMABUF_IMP_TO_REFS: ENOTTY
	> other-requests DMABUF_EXP_FROM_REFS: EINVAL
	> other-requests DMABUF_IMP_TO_REFS: EINVAL
	# As with mprotect: the kernel's own loses the pages; ours returns an error.
	< moved move: ok
	< moved at the old place: SIGSEGV SIGSEGV 
	< moved at the new place: SIGBUS SIGBUS 
	> moved move: EINVAL
	> moved at the old place: SIGBUS SIGBUS 
	> moved at the new place: SIGSEGV SIGSEGV 
	< rights second page to read: 0
	< rights pages: writable SIGBUS 
	< rights to none: 0
	< rights pages: SIGSEGV SIGSEGV 
	> rights second page to read: EINVAL
	> rights pages: writable writable 
	> rights to none: EINVAL
	> rights pages: writable writable 
	# A PV kernel must not change these page table entries, so core mm must not find their pages. They cannot be
	# pinned, nor dropped by madvise. With the kernel's own, clear_refs and MADV_COLD crash the host.
	< advice DOFORK: 0
	> advice DOFORK: EINVAL
	< advice DONTNEED: 0
	< advice pages: SIGBUS writable 
	> advice DONTNEED: EINVAL
	> advice pages: writable writable 
	< closed offset through another file: 0
	> closed offset through another file: EINVAL
	< used-by-others direct write: 32768
	< used-by-others direct read: 32768
	< used-by-others same data: 1
	< used-by-others direct read into the pages: 32768
	< used-by-others same data: 1
	> used-by-others direct write: EFAULT
	> used-by-others direct read: 0
	> used-by-others same data: 0
	> used-by-others direct read into the pages: 0
	> used-by-others same data: 0
	# A status of 0 would mean that data was copied, but none was.
	< copy-arguments to null: EFAULT, status 0
	< copy-arguments to a kernel address: EFAULT, status 0
	< copy-arguments across the end of memory: EFAULT, status 0
	< copy-arguments to a read-only page: EFAULT, status 0
	> copy-arguments to null: EFAULT, status 99
	> copy-arguments to a kernel address: EFAULT, status 99
	> copy-arguments across the end of memory: EFAULT, status 99
	> copy-arguments to a read-only page: EFAULT, status 99
	# The first operation has status 0 in both, so its data must have been copied.
	< copy-stops first copied: no
	> copy-stops first copied: yes
	# Grants whose references the program never got are released.
	< share-pointers what the failed ones hold: ENOSPC
	> share-pointers what the failed ones hold: 0
	# A page that the other domain still maps is memory that this device has allocated, so it counts.
	< share-held the whole limit while it is held: 0
	> share-held the whole limit while it is held: ENOSPC
	END
}

taken_apart() {
	cat <<-'END'
	writable writable writable SIGSEGV writable writable writable writable 
	writable writable writable SIGSEGV writable writable writable writable 
	writable writable writable SIGSEGV SIGBUS SIGBUS writable writable 
	writable SIGSEGV writable SIGSEGV SIGBUS SIGBUS writable SIGSEGV 
	0
	END
}

grants_held() {
	xen_key g | awk '/\] *[0-9]+ 0x/ { n++ } END { print n + 0 }'
}

must grep -q '^dom0_gntalloc ' /proc/modules
! grep '^xen_gnt' /proc/modules || fail "the kernel's own grant devices are loaded"
[ "$(awk '$1 == "dom0_gntdev" { print $3 }' /proc/modules)" -ge 2 ] || fail "xenstored and xenconsoled do not use dom0-gntdev"
before=$(census)

# xenstored and xenconsoled map what a guest shares with them.
guest_start alice type=pv disk=/dev/nvme0n5 nic=10.0.0.2
guest_must alice 'dd if=/dev/xvda of=/dev/null bs=64k count=16'
guest_stop alice
grep -q 'lab.guest' /var/log/xen/console/guest-alice.log || fail "the guest's console log has no output"
census_back_to "$before"
say "a guest ran, and its console output was logged"

must timeout 120 gnt >"$LAB_OUT/ours"
say "$(wc -l <"$LAB_OUT/ours") results of our modules"
# Calls that are known to crash Dom0 with the kernel's own modules.
must timeout 300 gnt deadly >"$LAB_OUT/deadly"
same "a child's view of what is mapped" "$(sed -n 's/^forked-after-all child: //p' "$LAB_OUT/deadly")" SIGSEGV
same "its parent's" "$(sed -n 's/^forked-after-all parent: //p' "$LAB_OUT/deadly" | xargs)" "writable writable"
same "a pipe gets the pages" "$(sed -n 's/^held-by-pipe into the pipe: //p' "$LAB_OUT/deadly")" EFAULT
same "what is left of a mapping that was unmapped in parts" "$(sed -n 's/^xsa-487 [^:]*: //p' "$LAB_OUT/deadly")" "$(taken_apart)"
same "memory of names" "$(sed -n 's/^only-named [^:]*: //p' "$LAB_OUT/deadly")" little
same "memory of mappings that are gone" "$(sed -n 's/^only-unmapped [^:]*: //p' "$LAB_OUT/deadly")" little

# The pages that one domain holds limit another domain only if all together have reached their limit.
limit_all=/sys/module/dom0_gntalloc/parameters/limit_all
echo 1024 >"$limit_all"
must timeout 60 gnt share-held >"$LAB_OUT/limit_all"
echo 0 >"$limit_all"
same "the limit of all domains while a page is held" \
	"$(sed -n 's/^share-held the whole limit \(for another domain\|after it\): //p' "$LAB_OUT/limit_all" | xargs)" "ENOSPC 0"

# The module releases the grants of a program that is killed.
free=$(grants_held)
gnt hold 100 >/run/gnt.hold &
wait_for 10 grep -q holding /run/gnt.hold
same "grants in use while a program holds them" "$(grants_held)" $((free + 100))
kill -9 $!
wait $!
same "grants in use after it was killed" "$(grants_held)" "$free"
census_back_to "$before"

# UBSAN on the debug kernel reports the kernel's own gntdev (in the copy of grants): there only ours is tested.
if [ -e /sys/kernel/debug/kmemleak ]; then
	say "not compared with the kernel's own on this kernel"
	pass
fi

toolstack_stop
must rmmod dom0_gntdev dom0_gntalloc
for module in xen-gntdev xen-gntalloc; do
	must insmod "/lab/intree/$module.ko"
done
must timeout 120 gnt >"$LAB_OUT/intree"
must rmmod xen_gntdev xen_gntalloc
must modprobe -a xen-gntdev xen-gntalloc
toolstack_start

diff "$LAB_OUT/intree" "$LAB_OUT/ours" | grep '^[<>]' >"$LAB_OUT/differences"
say "$(grep -c '^>' "$LAB_OUT/differences") results differ"
unknown=$(diff <(differences) "$LAB_OUT/differences" | grep '^[<>]') || pass
say "$unknown"
fail "differences that are not listed, or listed ones that do not exist"
