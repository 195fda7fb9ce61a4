# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: our evtchn and privcmd behave as the kernel's own, except for the differences that abi/differences lists, and a port that cannot be bound is closed once
# boot: last
# drivers: ours
# devices: ours
devices_must_serve
# A guest that stays paused: privcmd maps its memory. It still exists after the toolstack has stopped.
guest_config still type=pvh mem=128 >/run/still.cfg
must xl create -q -p -e /run/still.cfg
still=$(xl domid still)

# Prints all results of the modules that are loaded now. If the result of the last call is there, the device has worked to the end.
answers() {
	must timeout 120 abi evtchn
	must timeout 120 abi privcmd "$still"
}
answers >"$LAB_OUT/ours"
grep -q '^privcmd: restricted: access: ' "$LAB_OUT/ours" || fail "not all calls were made"
must timeout 120 abi privcmd "$still" hard >"$LAB_OUT/hard"
say "$(wc -l <"$LAB_OUT/ours") results of our modules"
# The expected results are in the same file.
hard=$(diff <(grep '^hard ' /lab/abi/differences) <(grep 'hard:' "$LAB_OUT/hard" | sed 's/^privcmd: hard:/hard/')) ||
	fail "requests that only our modules get: $hard"
# Linux 6.1 does not know the ioctls for eventfds.
must timeout 120 dm questions "$still" >"$LAB_OUT/eventfds"
eventfds=$(diff <(grep '^eventfds ' /lab/abi/differences) "$LAB_OUT/eventfds") || fail "requests for eventfds: $eventfds"

# A page that is unmapped between its look-up and its use: its frame may have another owner by then.
fault_hold privcmd_map_ioreq
same "a page that is unmapped meanwhile" "$(timeout 60 dm stale "$still")" "eventfds ioeventfd: a page that is unmapped meanwhile: EINVAL"
fault_off
# A refused mremap() unmaps the page, so its frame may have another owner as well.
same "a page whose mremap was refused" "$(timeout 60 dm moved "$still")" "eventfds ioeventfd: a page whose mremap was refused: EINVAL"

# If there is no interrupt for a port, the module closes the port, unless it may have another owner by then.
ports() { python3 /lab/lib/evtchn.py list; }
before=$(ports)
fault_fail evtchn_bind_irq 28 2
said=$(python3 /lab/lib/evtchn.py bind 0 2>&1)
same "a bind without an interrupt" "$said" ENOSPC
same "ports after it" "$(ports)" "$before"
# If the kernel may have closed the port, its number may belong to another owner, even if all else is the same. It is not closed.
fault_fail evtchn_new_table 12 1
same "a bind in a new table" "$(python3 /lab/lib/evtchn.py bind 0 2>&1)" ENOSPC
port=$(diff <(echo "$before") <(ports) | sed -n 's/^> \([0-9]*\) .*/\1/p')
must python3 /lab/lib/evtchn.py close "$port"
same "ports at the end" "$(ports)" "$before"
fault_off
# Static ports, on a kernel that has them. Port 4000 is not in use.
for port in 0 4000; do
	said=$(python3 /lab/lib/evtchn.py static $port 2>&1)
	[ "$said" = ENOSYS ] || same "static port $port" "$said" EINVAL
done

toolstack_stop
must rmmod "${DEVICES[@]}"
for module in xen-evtchn xen-privcmd xenfs; do
	must insmod "/lab/intree/$module.ko"
done
answers >"$LAB_OUT/intree"
toolstack_start

diff "$LAB_OUT/intree" "$LAB_OUT/ours" | grep '^[<>]' >"$LAB_OUT/differences"
grep '^[<>]' /lab/abi/differences >"$LAB_OUT/differences.known"
say "$(grep -c '^>' "$LAB_OUT/differences") results differ"
unknown=$(diff "$LAB_OUT/differences.known" "$LAB_OUT/differences" | grep '^[<>]') || pass
say "$unknown"
fail "differences that are not listed, or listed ones that do not exist"
