# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: changes that the kernel's core mm makes to page tables by itself do not affect mappings of our devices, and Dom0 survives
# drivers: ours
# devices: ours
# timeout: 240
devices_must_serve
before=$(census)
guest_config still type=pvh mem=128 >/run/still.cfg
must xl create -q -p -e /run/still.cfg

# Each line ends with the state of the memory after a walk of page tables. So it also shows that Dom0 survived the walk.
must timeout 120 gnt walked >"$LAB_OUT/walked"
must timeout 120 gnt walk "$(xl domid still)" >>"$LAB_OUT/walked"
[ "$(wc -l <"$LAB_OUT/walked")" = 50 ] || fail "$(wc -l <"$LAB_OUT/walked") results, not 50"
! grep -v ': ok$' "$LAB_OUT/walked" || fail "not all memory is intact: $(grep -v ': ok$' "$LAB_OUT/walked" | xargs)"
say "$(wc -l <"$LAB_OUT/walked") results"

# The toolstack's own mappings survive clear_refs, which programs write to measure working sets.
for refs in 1 2 3 4; do
	must sh -c "echo $refs >/proc/$(cat /run/xen/xenstored.pid)/clear_refs"
	must sh -c "echo $refs >/proc/$(cat /run/xenconsoled.pid)/clear_refs"
done
must xl unpause still
must xl destroy still
census_back_to "$before"
pass
