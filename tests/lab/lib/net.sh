# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Network checks between a guest with tools=yes and an echo server in Dom0. For scenarios to source.

# echo_start: starts the echo server in Dom0; echo_stop ends it.
echo_start() {
	python3 /lab/lib/echo.py serve &
	ECHO=$!
	wait_for 20 listening 7007
}

echo_stop() {
	kill "$ECHO"
	wait "$ECHO" 2>/dev/null
}

# file_install NAME FILE: copies the file into the guest's /tools/tmp, by commands of less than 4000 bytes each.
file_install() {
	local part to=/tools/tmp/${2##*/}
	guest_must "$1" ": >$to.64"
	for part in $(base64 -w 3000 "$2"); do
		guest_must "$1" "echo $part >>$to.64"
	done
	guest_must "$1" "base64 -d $to.64 >$to"
}

echo_install() {
	file_install "$1" /lab/lib/echo.py
}

# echo_check NAME HOST MIB: checks that every byte sent to Dom0 comes back.
echo_check() {
	guest_must "$1" "chroot /tools python3 /tmp/echo.py check $2 $3" 600
}

# nic_counter NETDEV NAME: prints a counter of ethtool -S.
nic_counter() {
	ethtool -S "$1" | awk -v name="$2:" '$1 == name { print $2 }'
}

# nic_moved NETDEV NAME BEFORE: whether the counter is above BEFORE.
nic_moved() {
	[ "$(nic_counter "$1" "$2")" -gt "$3" ]
}
