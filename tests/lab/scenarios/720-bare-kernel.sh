# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: on a kernel without the toolstack's devices and without a bus for backends, our modules provide them, and they work
# kernel: bare
# drivers: ours
# devices: ours
! grep ' xenbus_dev_is_online$' /proc/kallsyms || fail "this kernel has a bus for backends"
[ -e /sys/bus/xen-backend ] || fail "dom0-xenbus has not registered its bus"
devices_must_serve
for node in evtchn privcmd hypercall xenbus xenbus_backend; do
	[ -c /dev/xen/$node ] || fail "/dev/xen/$node is missing"
done
same "capabilities" "$(cat /proc/xen/capabilities)" control_d
[ "$(cat /proc/xen/xsd_port)" -gt 0 ] || fail "no port for xenstored: $(cat /proc/xen/xsd_port)"
xl list | grep -q '^Domain-0 ' || fail "xl list does not show Dom0"

# A guest that never runs: privcmd maps its memory.
guest_config still type=pvh mem=128 >/run/still.cfg
before=$(census)
must xl create -q -p /run/still.cfg
must timeout 120 abi evtchn >"$LAB_OUT/evtchn"
same "the last result of evtchn" "$(tail -n 1 "$LAB_OUT/evtchn")" "evtchn: bind to a port of a file that was closed: EINVAL"
must timeout 120 abi privcmd "$(xl domid still)" >"$LAB_OUT/privcmd"
must grep -qxF "privcmd: buffer: has: a text" "$LAB_OUT/privcmd"
must grep -qxF "privcmd: mmapbatch_v2: access before: BUS" "$LAB_OUT/privcmd"
must grep -qxF "privcmd: mmapbatch_v2: memory in both places: the same" "$LAB_OUT/privcmd"
must grep -q '^privcmd: restricted: access: ' "$LAB_OUT/privcmd"
say "$(cat "$LAB_OUT/evtchn" "$LAB_OUT/privcmd" | wc -l) results of evtchn and privcmd"
must xl destroy still
census_back_to "$before"
pass
