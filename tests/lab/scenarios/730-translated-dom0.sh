# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: in a PVH Dom0 our evtchn, privcmd and xenfs serve the toolstack, and privcmd maps memory, retries failed frames and unmaps as in a PV Dom0
# dom0: pvh
# long: yes
# drivers: ours
# devices: ours
devices_must_serve
grep -q '^dom0_core: PVH Dom0' <(dmesg | sed 's/^\[[^]]*\] //') || fail "this is no PVH Dom0"
before=$(census)
guest_start dora type=pvh
must xl pause dora
must timeout 120 abi evtchn >"$LAB_OUT/evtchn"
for _ in 1 2 3; do
	must timeout 120 abi privcmd "${GUEST_ID[dora]}" hard >"$LAB_OUT/privcmd"
done
must xl unpause dora

# Results that differ between a translated and a PV Dom0.
expect() {
	grep -qxF "privcmd: $1" "$LAB_OUT/privcmd" || fail "expected '$1', got '$(grep -F "privcmd: ${1%: *}: " "$LAB_OUT/privcmd")'"
}
expect "mmapbatch_v2: memory in both places: the same"
expect "mmapbatch_v2: every second frame bad: errors: ok EINVAL ok EINVAL ok EINVAL ok EINVAL "
expect "holes: access to it: BUS"
expect "holes: it alone: ok"
expect "holes: access to it, filled: ok"
expect "mmap_resource: a grant frame: ok"
expect "mmap_resource: access: ok"
expect "hard: a grant frame over it: EINVAL"
expect "hard: mprotect: ok"
expect "hard: move: ok"
expect "hard: move: access to the new place: ok"
expect "hard: a grant frame in 8 GiB: ok"
expect "hard: memory of 8 GiB: little"
expect "hard: 4 MiB: ok"
expect "restricted: access: ok"
same "the guest after these calls" "$(guest_run dora 'echo alive')" alive

# A program maps at most limit_mb of other domains' memory, and half of it without CAP_SYS_ADMIN. Nothing else counts.
must xl pause dora
echo 1 >/sys/module/dom0_privcmd/parameters/limit_mb
must timeout 120 abi privcmd "${GUEST_ID[dora]}" hard >"$LAB_OUT/privcmd"
echo 0 >/sys/module/dom0_privcmd/parameters/limit_mb
expect "hard: 4 MiB: ENOMEM"
expect "hard: frames beside 512 areas of bad ones: ok"
expect "hard: 768 KiB: ok"
expect "hard: 768 KiB without rights: ENOMEM"
expect "hard: 32 KiB without rights: ok"
must xl unpause dora

# The hypervisor fails half-way: the frames that were mapped can be used, and are unmapped with the area.
must xl pause dora
fault_fail privcmd_add_half 5
must timeout 120 abi privcmd "${GUEST_ID[dora]}" >"$LAB_OUT/privcmd"
fault_off privcmd_add_half
expect "mmapbatch_v2: errors: ok ok ok ok EIO EIO EIO EIO "
expect "mmapbatch_v2: access to the first page: ok"
must xl unpause dora

# A pipe keeps a page after the program has unmapped it. Until it is drained, the grant stays mapped and the module in use.
users() { awk '$1 == "dom0_gntdev" { print $3 }' /proc/modules; }
users_are() { [ "$(users)" = "$1" ]; }
users=$(users)
mkfifo /run/input
gnt pipe "${GUEST_ID[dora]}" </run/input >"$LAB_OUT/pipe" &
exec 9>/run/input
wait_for 10 grep -q 'pipe closed' "$LAB_OUT/pipe"
same "users of gntdev while a pipe has a page" "$(users)" $((users + 1))
exec 9>&-
wait $!
same "a pipe with a page of the guest" "$(xargs -d '\n' <"$LAB_OUT/pipe")" \
	"pipe into it: 4096 pipe closed: 0 pipe waited: 0 pipe out of it: 4096"
wait_for 10 users_are "$users"

# A program whose file stays open: the grant is unmapped when the pipe has released the page.
must xl pause dora
held=$(xen_key g)
grants_are_back() { [ "$(xen_key g)" = "$held" ]; }
gnt drain "${GUEST_ID[dora]}" </run/input >"$LAB_OUT/drain" &
exec 9>/run/input
wait_for 10 grep -q 'drain out of it' "$LAB_OUT/drain"
wait_for 20 grants_are_back
exec 9>&-
wait $!
same "a pipe that is drained" "$(xargs -d '\n' <"$LAB_OUT/drain")" \
	"drain into it: 4096 drain munmap: 0 drain out of it: 4096 drain waited: 0"
wait_for 10 users_are "$users"
must xl unpause dora
guest_destroy dora
census_back_to "$before"
! dmesg | grep 'pages have leaked' || fail "frames were not unmapped"
pass
