# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A count of everything that guests and drivers may leave behind in Dom0, to compare before and after.

census() {
	python3 /lab/lib/census.py || fail "nothing was counted"
}

# xen_key KEY: prints the hypervisor's output for that debug key.
xen_key() {
	xl dmesg -c >/dev/null
	xl debug-keys "$1"
	nap 0.5
	xl dmesg
}

census_is() {
	census >/run/census.now 2>/dev/null
	diff <(echo "$1") /run/census.now
}

# census_back_to BEFORE: waits up to a minute until all counts are as before, or fails.
census_back_to() {
	local end=$((SECONDS + 60 * LAB_PATIENCE)) difference
	until difference=$(census_is "$1"); do
		[ $SECONDS -lt $end ] || fail "left behind: $(echo "$difference" | grep '^[<>]' | xargs)"
		nap 1
	done
}
