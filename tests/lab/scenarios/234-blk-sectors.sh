# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a disk with blocks of 4 KiB keeps a guest's data, also in blocks that cross the guest's pages; with logical-sector-size 512 the guest reads any sector, and writes only whole blocks
before=$(census)
modprobe -a loop 2>/dev/null
node() { echo "/local/domain/0/backend/vbd/${GUEST_ID[alice]}/$1"; }
block_size() { guest_must alice "until [ -b /dev/$1 ]; do usleep 50000; done; cat /sys/block/$1/queue/$2_block_size"; }
truncate -s 64M /run/4k.img
loop=$(losetup -f --show -b 4096 /run/4k.img)
guest_start alice mem=320 disk=/dev/nvme0n5 tools=yes

# The disk with its own block size.
must xl block-attach alice "phy:$loop" xvdb w
same "block size in the guest" "$(block_size xvdb logical)" 4096
same "size in xenstore, in units of 512 bytes" "$(xenstore-read "$(node 51728)/sectors")" 131072
same "segments of a request" "$(xenstore-read "$(node 51728)/feature-max-indirect-segments")" 256
disk_fill alice /dev/xvdb 41 16
disk_verify alice /dev/xvdb 41 16
say "a file system on blocks of 4 KiB"

# direct.py FILE SEED ACTION:OFFSET:LENGTH...: direct I/O with a buffer that begins in the middle of a page. A byte's value depends on
# its offset and the seed. The action "refused" writes, and must fail with EIO.
cat >/run/direct.py <<'PY'
import errno, mmap, os, sys
name, seed = sys.argv[1], int(sys.argv[2])
area = memoryview(mmap.mmap(-1, 1 << 20))
fd = os.open(name, os.O_RDWR | os.O_DIRECT)
for word in sys.argv[3:]:
    action, at, length = word.split(":")
    at, length = int(at), int(length)
    wanted = bytes((i * 7 + i // 509 + seed) % 251 for i in range(at, at + length))
    part = area[1536:1536 + length]
    if action == "read":
        part[:] = bytes(length)
        assert os.preadv(fd, [part], at) == length and part == wanted, word
        continue
    part[:] = wanted
    try:
        assert os.pwritev(fd, [part], at) == length and action == "write", word
    except OSError as err:
        assert action == "refused" and err.errno == errno.EIO, (word, err)
PY
direct() { guest_must alice "chroot /tools python3 /tmp/direct.py $*"; }
# on_disk SEED OFFSET LENGTH: checks that the data is in the disk's file in Dom0.
on_disk() {
	same "$3 bytes at $2" "$(dd if=/run/4k.img bs=4096 skip=$(($2 / 4096)) count=$(($3 / 4096)) 2>/dev/null | sha256sum)" \
		"$(python3 -c "import sys; sys.stdout.buffer.write(bytes((i * 7 + i // 509 + $1) % 251 for i in range($2, $2 + $3)))" | sha256sum)"
}

# The in-tree driver does not support the rest. It fails requests whose segments are not whole blocks.
if [ "$LAB_DRIVERS" = ours ]; then
	guest_must alice "cat >/tools/tmp/direct.py <<'PY'
$(cat /run/direct.py)
PY" >/dev/null
	direct /dev/xvdb 3 write:33554432:4096 write:33558528:8192 write:33566720:126976 read:33558528:126976 read:33554432:4096 >/dev/null
	on_disk 3 33554432 139264
	say "blocks that cross the guest's pages are written completely"
	must xl block-detach alice xvdb

	# A script of the administrator sets a sector size of 512 bytes.
	cat >/etc/xen/scripts/block-lab <<'SCRIPT'
#!/bin/bash
. /etc/xen/scripts/block-common.sh
[ "$command" = add ] || exit 0
xenstore_read "$XENBUS_PATH/feature-max-indirect-segments" >/run/lab-segments
xenstore_write "$XENBUS_PATH/logical-sector-size" "$(cat /run/lab-sector-size)"
write_dev "$(xenstore_read "$XENBUS_PATH/params")"
SCRIPT
	chmod 755 /etc/xen/scripts/block-lab
	attach() {
		echo "$1" >/run/lab-sector-size
		xl block-attach alice "vdev=xvdb,access=rw,script=block-lab,target=$loop"
	}
	# xl does not wait for the disk to be opened, so it reports nothing.
	refused() { [ "$(logs_kernel "$LAB_NAME" | grep -c "vbd-${GUEST_ID[alice]}-51728: logical-sector-size is not")" = "$1" ]; }
	count=0
	for size in 256 1000 8192; do
		attach $size
		count=$((count + 1))
		wait_for 20 refused $count
		xl block-detach alice xvdb >/dev/null 2>&1
		wait_for 20 test ! -e "/sys/bus/xen-backend/devices/vbd-${GUEST_ID[alice]}-51728"
	done
	must attach 512
	same "sector size in the guest" "$(block_size xvdb logical)" 512
	same "physical block size in the guest" "$(block_size xvdb physical)" 4096
	same "segments of a request, before the disk is known" "$(cat /run/lab-segments)" 255
	# A read that begins and ends within a block takes a page more than its segments.
	same "segments of a request" "$(xenstore-read "$(node 51728)/feature-max-indirect-segments")" 255
	direct /dev/xvdb 3 read:33554944:512 read:33558016:1024 read:33554432:4096 read:33555968:122880 \
		refused:33554944:512 refused:33554944:4096 refused:33558528:4608 read:33554432:139264 \
		write:33562624:4096 write:33566720:8192 read:33562112:16384 >/dev/null
	on_disk 3 33554432 139264
	guest_must alice 'mkfs.ext4 -q -F -b 4096 /dev/xvdb && mount /dev/xvdb /mnt && pattern 42 8388608 >/mnt/file && umount /mnt && \
		mount /dev/xvdb /mnt && sha256 /mnt/file && umount /mnt' 120 | grep -q "$(expected 42 8)" || fail "the file system lost data"
	say "sectors of 512 bytes on blocks of 4 KiB: reads of any, writes of whole blocks"
fi
must xl block-detach alice xvdb
must losetup -d "$loop"
guest_stop alice
rm -f /run/4k.img /run/direct.py /run/lab-sector-size /run/lab-segments /etc/xen/scripts/block-lab
census_back_to "$before"
pass
