# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Dom0's own memory, for scenarios to source: the counts of the driver, the kernel and Xen, and data that must not change.

OURS=/sys/kernel/dom0_balloon
NAMES=/sys/devices/system/xen_memory/xen_memory0
NODE=/local/domain/0/memory/target
ERROR=/local/domain/0/error/memory/error

attribute() { cat "$OURS/$1"; }
counter() { cat "$OURS/counters/$1"; }
attribute_is() { [ "$(attribute "$1")" = "$2" ]; }
error_says() { [[ $(xenstore-read $ERROR 2>/dev/null) == *"$1"* ]]; }
no_error() { ! xenstore-exists $ERROR; }
not_reached_lines() { logs_kernel "$LAB_NAME" | grep -c 'not reached, Dom0 has'; }
mem_total() { awk '/^MemTotal/ { print $2 }' /proc/meminfo; }
xen_free() { xl info | awk '/^free_memory/ { print $3 }'; }

# xen_pages: Dom0's pages as Xen counts them.
xen_pages() {
	xen_key q | awk '/General information for domain 0/ { on = 1 } on && sub(/.*nr_pages=/, "") { print $1; exit }'
}

# surplus: pages that Xen counts for Dom0 and the driver does not. Their number never changes.
surplus() {
	echo $(($(xen_pages) - $(attribute current_kb) / 4))
}

# target KIB: writes the target to xenstore; target_reached KIB: also waits until it is reached.
target() {
	must xenstore-write -- $NODE "$1"
}

target_reached() {
	target "$1"
	wait_for 120 attribute_is current_kb "$1"
	wait_for 10 no_error
}

# data_fill MIB, data_verify: files in memory, of which no byte may change while the balloon moves memory.
data_fill() {
	DATA_MIB=$1
	pattern 7 $((DATA_MIB << 20)) >/tmp/data
}

data_verify() {
	same "checksum of the data in Dom0's memory" "$(sha256sum </tmp/data | cut -d' ' -f1)" "$(expected 7 "$DATA_MIB")"
}

# grew COUNTER BEFORE LEAST: fails unless the counter grew by at least LEAST.
grew() {
	local what=$1 before=$2 least=$3 now
	now=$(counter "$what")
	[ $((now - before)) -ge "$least" ] || fail "$what grew from $before to $now, not by $least"
}

# flap SECONDS LOW HIGH: sets the two targets in turn, ten times a second.
flap() {
	local end=$((SECONDS + $1))
	while [ $SECONDS -lt $end ]; do
		echo "$2" >"$OURS"/target_kb
		sleep 0.1
		echo "$3" >"$OURS"/target_kb
		sleep 0.1
	done
}

# give_and_take MIB: gives memory to Xen and takes it back; the driver, the kernel and Xen must count the same.
give_and_take() {
	local kib=$(($1 * 1024)) full had free total blocks extra
	full=$(attribute current_kb)
	extra=$(surplus)
	free=$(xen_free)
	total=$(mem_total)
	blocks=$(counter decreased_2m)
	target_reached $((full - kib))
	had=$(counter increased_2m)
	grew decreased_2m "$blocks" $(($1 * 9 / 20))
	same "pages that only Xen counts" "$(surplus)" "$extra"
	same "MemTotal" "$(mem_total)" $((total - kib))
	same "memory that Xen has got" "$(cat "$NAMES"/info/low_kb)" "$kib"
	free=$(($(xen_free) - free - $1))
	[ ${free#-} -le 2 ] || fail "Xen's free memory differs by $free MiB from what Dom0 gave"
	target_reached "$full"
	grew increased_2m "$had" $(($1 * 9 / 20))
	same "pages that only Xen counts" "$(surplus)" "$extra"
	same "MemTotal" "$(mem_total)" "$total"
	same "leaked pages" "$(counter leaked)" 0
	say "$1 MiB given to Xen and taken back: $(($(counter decreased_2m) - blocks)) and $(($(counter increased_2m) - had)) extents of 2 MiB"
}

# xen_keeps MIB: creates a guest that never runs, and that uses Xen's free memory except MIB. xen_has_again: destroys that guest.
xen_keeps() {
	guest_config eater mem=$(($(xen_free) - $1)) >/run/eater.cfg
	must xl create -p -q /run/eater.cfg
}

xen_has_again() {
	must xl destroy eater
}
