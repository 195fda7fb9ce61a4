# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: on a kernel that has none of the toolstack's devices ours are there, and answer
# kernel: bare
# drivers: ours
# devices: ours
[ ! -e /sys/bus/xen-backend ] || fail "this kernel has a bus for backends"
devices_must_serve
for node in evtchn privcmd hypercall xenbus xenbus_backend; do
	[ -c /dev/xen/$node ] || fail "/dev/xen/$node is missing"
done
same "capabilities" "$(cat /proc/xen/capabilities)" control_d
[ "$(cat /proc/xen/xsd_port)" -gt 0 ] || fail "no port for xenstored: $(cat /proc/xen/xsd_port)"

must timeout 120 abi evtchn >"$LAB_OUT/evtchn"
same "the last answer of evtchn" "$(tail -n 1 "$LAB_OUT/evtchn")" "evtchn: bind to a port of a file that was closed: EINVAL"
# No guest to map from: hypercalls and their buffers have to work, mappings to be refused.
must timeout 120 abi privcmd 1 >"$LAB_OUT/privcmd"
must grep -qxF "privcmd: buffer: has: a text" "$LAB_OUT/privcmd"
must grep -qxF "privcmd: mmapbatch_v2: access before: BUS" "$LAB_OUT/privcmd"

if pidof xenstored >/dev/null; then
	wait_for 20 xenstore-read /
	say "xenstored serves: $(xenstore-ls / | wc -l) nodes"
	xl list | grep -q '^Domain-0 ' || fail "xl list does not know Dom0"
else
	say "xenstored does not run: $(xenstored -N 2>&1 | head -n 1)"
fi
pass
