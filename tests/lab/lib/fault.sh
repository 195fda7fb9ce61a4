# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Fault points of our modules: places at which a scenario holds a thread or makes a call fail. See README.md.

FAULT_POINTS=/sys/kernel/debug/dom0/fault_points

fault_arm() { echo "$*" >$FAULT_POINTS || fail "no fault point can be armed: $*"; }

# fault_hold NAME [MILLISECONDS [TIMES]]: a thread that reaches the point waits until fault_release, at most MILLISECONDS.
fault_hold() { fault_arm "$1" hold "${2:-30000}" "${3:-0}"; }

# fault_fail NAME ERRNO [TIMES]: the operation at the point fails, TIMES times or always.
fault_fail() { fault_arm "$1" fail "$2" "${3:-0}"; }

# fault_nomem NAME NTH: the next thread that reaches the point has its NTH allocation after it fail. Needs the debug kernel.
fault_nomem() {
	local what
	for what in failslab fail_page_alloc; do
		echo 0 >/sys/kernel/debug/$what/verbose
		echo N >/sys/kernel/debug/$what/ignore-gfp-wait
	done
	echo N >/sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem
	echo 0 >/sys/kernel/debug/fail_page_alloc/min-order
	fault_arm "$1" nomem "$2" 1
}

# fault_mem NAME: a thread that reaches the point has no failing allocation from there on. fault_short NAME: prints how many more
# allocations the thread would have had to make for one to fail; 0 means that one has failed.
fault_mem() { fault_arm "$1" mem; }
fault_short() { awk -v name="$1" '$1 == name { print $3 }' $FAULT_POINTS; }

# fault_held NAME: whether a thread is held there; for wait_for.
fault_held() { [ "$(fault_waiting "$1")" -gt 0 ]; }

# fault_release NAME: releases the held threads and disarms the point. Fails if no thread was held: then the race that the
# scenario needs has not happened.
fault_release() {
	fault_held "$1" || fail "no thread is held at $1"
	fault_arm "$1" off
}

# fault_hits NAME: prints how often the point was hit since it was armed. fault_waiting NAME...: prints the number of threads held at
# each point.
fault_hits() { awk -v name="$1" '$1 == name { print $5 }' $FAULT_POINTS; }
fault_waiting() {
	local name names
	for name in "$@"; do
		awk -v name="$name" '$1 == name { n = $7 } END { print n + 0 }' $FAULT_POINTS
	done | xargs
}

# fault_off [NAME...]: disarms these points, or all.
fault_off() {
	local name names
	readarray -t names < <(cut -d' ' -f1 $FAULT_POINTS)
	[ $# = 0 ] || names=("$@")
	for name in "${names[@]}"; do
		fault_arm "$name" off
	done
}
