# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# timeout: 900
# proves: a guest that reboots gets its devices again, and a guest that is destroyed while its new domain starts leaves no zombie
# long: yes
before=$(census)
declare -A GUEST_ID

another_than() {
	local now
	now=$(xl domid bob) && [ "$now" != "$1" ]
}

# begin: starts a guest whose reboot makes a new domain.
begin() {
	guest_config bob disk=/dev/nvme0n6 nic=10.0.0.3 | sed "s/^on_reboot = .*/on_reboot = 'restart'/" >/run/bob.cfg
	must xl create -q /run/bob.cfg
	ready
}

ready() {
	GUEST_ID[bob]=$(xl domid bob)
	guest_ready bob 120
}

# If a hotplug script runs when its domain is destroyed, it writes to a directory that was removed, and xenstore creates the
# directory again. The new one has no state, and no driver binds it.
no_script() { ! pgrep -f /etc/xen/scripts/; }
late_words_go() {
	local node
	wait_for 60 no_script
	for node in $(xenstore-ls -f /local/domain/0/backend | sed -n 's,^\(.*/[0-9]*/[0-9]*\)/hotplug-status = .*,\1,p'); do
		xenstore-exists "$node/state" || xenstore-rm "${node%/*}"
	done
}

begin
guest_order bob 'reboot -f'
wait_for 60 another_than "${GUEST_ID[bob]}"
ready
guest_must bob 'until [ -b /dev/xvda ] && [ -e /sys/class/net/eth0 ]; do usleep 200000; done; dd if=/dev/xvda of=/dev/null bs=64k count=16' >/dev/null
say "restarted by itself, with its disk and its network card"

# The moments are in all phases of the new domain's start: its building, its devices, its kernel.
for moment in 0 0.5 2 4; do
	[ "$moment" = 0 ] || begin
	guest_order bob 'reboot -f'
	wait_for 60 another_than "${GUEST_ID[bob]}"
	sleep $moment
	wait_for 30 xl destroy bob
	wait_for 30 guest_gone bob
	late_words_go
	census_back_to "$before"
done
say "destroyed four times while the new domain started, and nothing is left"
pass
