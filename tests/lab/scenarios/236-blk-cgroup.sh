# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# long: yes
# drivers: ours
# proves: a disk's I/O is charged to the cgroup that its device names, which may change under I/O, and the limits of that cgroup hold for the guest
before=$(census)
groups=/run/cgroup
mkdir -p $groups
must mount -t cgroup2 cgroup2 $groups
must sh -c "echo +io >$groups/cgroup.subtree_control"
must mkdir $groups/one $groups/two
number=$((0x$(stat -c %t /dev/nvme0n5))):$((0x$(stat -c %T /dev/nvme0n5)))
# charged GROUP rbytes|wbytes
charged() { awk -v dev="$number" -v name="$2" '$1 == dev { for (i = 2; i <= NF; i++) if (split($i, part, "=") == 2 && part[1] == name) n = part[2] } END { print n + 0 }' "$groups/$1/io.stat"; }
guest_start alice disk=/dev/nvme0n5
node=/local/domain/0/backend/vbd/${GUEST_ID[alice]}/51712
error=/local/domain/0/error/backend/vbd/${GUEST_ID[alice]}/51712/error
read_mib() { guest_must alice "dd if=/dev/xvda of=/dev/null bs=64k count=$(($1 * 16)) iflag=direct 2>/dev/null"; }
name_group() { must xenstore-write "$node/cgroup" "$1"; }

read_mib 4
same "bytes charged before" "$(charged one rbytes) $(charged two rbytes)" "0 0"

# goes_to GROUP: reads are charged to it at last, and no request fails meanwhile.
goes_to() {
	local had
	had=$(charged "$1" rbytes)
	read_mib 1
	[ "$(charged "$1" rbytes)" -ge $((had + (1 << 20))) ]
}
name_group /one
wait_for 20 goes_to one
same "bytes charged to the other" "$(charged two rbytes)" 0
guest_must alice 'pattern 61 4194304 | dd of=/dev/xvda bs=64k iflag=fullblock oflag=direct 2>/dev/null'
same "written bytes charged" "$(charged one wbytes)" 4194304
same "data on the disk" "$(dd if=/dev/nvme0n5 bs=64k count=64 iflag=direct 2>/dev/null | sha256sum)" "$(pattern 61 4194304 | sha256sum)"

# Another one, while the guest writes and verifies.
files_begin alice /dev/xvda 4
charged_more() { [ "$(charged "$1" wbytes)" -gt "$2" ]; }
for _ in 1 2 3 4 5; do
	for group in two one; do
		name_group /$group
		wait_for 30 charged_more $group "$(charged $group wbytes)"
	done
done
files_end alice
say "the cgroup changed ten times under I/O; $FILES files verified"

# A limit of the cgroup.
name_group /two
wait_for 20 goes_to two
must sh -c "echo '$number rbps=2097152' >$groups/two/io.max"
start=$(now)
read_mib 8
[ "$(since "$start" | cut -d. -f1)" -ge 3 ] || fail "8 MiB passed in $(since "$start") s, at 2 MiB/s"
must sh -c "echo '$number rbps=max' >$groups/two/io.max"

# A wrong name changes nothing; no name is the root.
name_group /three
wait_for 20 xenstore-exists "$error"
goes_to two || fail "a wrong name took the disk out of its cgroup"
must xenstore-rm "$node/cgroup"
had=$(charged two rbytes)
goes_nowhere() {
	had=$(charged two rbytes)
	read_mib 1
	[ "$(charged two rbytes)" = "$had" ]
}
wait_for 20 goes_nowhere
say "limits of a cgroup hold, and wrong names are refused"
guest_stop alice
must rmdir $groups/one $groups/two
must sh -c "echo -io >$groups/cgroup.subtree_control"
must umount $groups
census_back_to "$before"
pass
