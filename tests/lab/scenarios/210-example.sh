# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# drivers: ours
# proves: the example backend of Documentation/tutorial.md serves a guest, answers bad requests with an error, and stops when the ring is broken
before=$(census)
guest_start alice
guest_must alice 'modprobe -a xen-evtchn xen-gntalloc'
must modprobe dom0-sum
id=${GUEST_ID[alice]}
front=/local/domain/$id/device/sum/0
back=/local/domain/0/backend/sum/$id/0

# Write what a toolstack writes: both directories, each readable by the other end.
must xenstore-write "$front/backend-id" 0 "$front/backend" "$back" "$front/state" 1
must xenstore-chmod -r "$front" "n$id" r0
must xenstore-write "$back/frontend-id" "$id" "$back/frontend" "$front" "$back/online" 1 "$back/state" 1
must xenstore-chmod -r "$back" n0 "r$id"
driver_is_there() { [ "$(readlink -f "/sys/bus/xen-backend/devices/sum-$id-0/driver")" = /sys/bus/xen-backend/drivers/dom0-sum ]; }
wait_for 20 driver_is_there

said=$(guest_run alice 'hostile sum 0')
say "$said"
grep -q '^pass' <<<"$said" || fail "the example: $said"
logs_kernel "$LAB_NAME" | grep -q "sum-$id-0: .*request producer index out of range" || fail "no message about the broken ring"

must xenstore-rm "$back"
guest_stop alice
must rmmod dom0-sum
xenstore-rm "/local/domain/0/error/backend/sum" 2>/dev/null
xenstore-rm /local/domain/0/backend/sum
census_back_to "$before"
pass
