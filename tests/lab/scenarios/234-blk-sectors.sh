# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a disk with blocks of 4 KiB keeps a guest's data, also where the guest's pages cut its blocks
before=$(census)
modprobe -a loop 2>/dev/null
node() { echo "/local/domain/0/backend/vbd/${GUEST_ID[alice]}/$1"; }
block_size() { guest_must alice "until [ -b /dev/$1 ]; do usleep 50000; done; cat /sys/block/$1/queue/$2_block_size"; }
truncate -s 64M /run/4k.img
loop=$(losetup -f --show -b 4096 /run/4k.img)
guest_start alice mem=320 disk=/dev/nvme0n5 tools=yes

# The disk as it is.
must xl block-attach alice "phy:$loop" xvdb w
same "block size in the guest" "$(block_size xvdb logical)" 4096
same "size in xenstore, in units of 512 bytes" "$(xenstore-read "$(node 51728)/sectors")" 131072
disk_fill alice /dev/xvdb 41 16
disk_verify alice /dev/xvdb 41 16
say "a file system on blocks of 4 KiB"

# direct.py FILE SEED ACTION:OFFSET:LENGTH...: direct I/O with a buffer that begins in the middle of a page. A byte's value depends on
# its place and the seed.
cat >/run/direct.py <<'PY'
import mmap, os, sys
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
    assert os.pwritev(fd, [part], at) == length, word
PY
direct() { guest_must alice "chroot /tools python3 /tmp/direct.py $*"; }
# on_disk SEED OFFSET LENGTH: Dom0 finds the data there.
on_disk() {
	same "$3 bytes at $2" "$(dd if=/run/4k.img bs=4096 skip=$(($2 / 4096)) count=$(($3 / 4096)) 2>/dev/null | sha256sum)" \
		"$(python3 -c "import sys; sys.stdout.buffer.write(bytes((i * 7 + i // 509 + $1) % 251 for i in range($2, $2 + $3)))" | sha256sum)"
}

# The rest is not in the in-tree driver, which fails requests whose segments are not whole blocks.
if [ "$LAB_DRIVERS" = ours ]; then
	guest_must alice "cat >/tools/tmp/direct.py <<'PY'
$(cat /run/direct.py)
PY" >/dev/null
	direct /dev/xvdb 3 write:33554432:4096 write:33558528:8192 write:33566720:126976 read:33558528:126976 read:33554432:4096 >/dev/null
	on_disk 3 33554432 139264
	say "blocks that the guest's pages cut arrive whole"
fi
must xl block-detach alice xvdb
must losetup -d "$loop"
guest_stop alice
rm -f /run/4k.img /run/direct.py
census_back_to "$before"
pass
