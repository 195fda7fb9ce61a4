# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: in a PVH Dom0 our evtchn, privcmd and xenfs serve the toolstack, and privcmd maps, fills holes and gives back as in a PV one
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

# What is another matter in a translated Dom0 than in a PV one.
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
expect "restricted: access: ok"
same "the guest after all that" "$(guest_run dora 'echo alive')" alive
guest_destroy dora
census_back_to "$before"
! dmesg | grep 'pages are lost' || fail "frames were not taken out"
pass
