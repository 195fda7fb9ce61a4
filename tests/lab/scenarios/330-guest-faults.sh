# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a stopped xenstored, a guest that is paused, panics or is destroyed in any state of its devices, and rmmod during a connection do no harm
# drivers: ours
# long: yes
# timeout: 1200
before=$(census)
guest_start witness disk=/dev/nvme0n5 nic=10.0.0.2
files_begin witness /dev/xvda 1 300000
guest_spawn witness ping 'ping -i 0.2 10.0.0.1 >/dev/null'
vif=vif${GUEST_ID[witness]}.0
works() {
	wait_for 30 disk_busy nvme0n5
	wait_for 30 nic_busy "$vif"
}
works

# Modules in use cannot be unloaded.
for module in dom0_blkback dom0_netback dom0_xenbus; do
	rmmod $module 2>/dev/null && fail "$module was unloaded while a guest uses it"
done
works

# Stop xenstored for half a minute: connected devices work on, and afterwards devices can be attached again.
daemon=$(cat /run/xen/xenstored.pid)
kill -STOP "$daemon"
for ((i = 0; i < 15; i++)); do
	works
	sleep 1
done
kill -CONT "$daemon"
disk_comes_and_goes witness nvme0n8
works
say "disk and network worked while xenstored was stopped"

# Pause a guest with requests in flight, and unpause it.
guest_start victim disk=/dev/nvme0n6 nic=10.0.0.3
files_begin victim /dev/xvda 4
wait_for 30 disk_busy nvme0n6
must xl pause victim
standing_still() { ! disk_busy nvme0n6; }
wait_for 30 standing_still
works
must xl unpause victim
wait_for 30 disk_busy nvme0n6
files_end victim
say "a guest was paused during its I/O and unpaused, $FILES files verified"

# A guest's kernel panics with a request in flight.
log=/var/log/xen/console/guest-victim.log
guest_spawn victim load 'while dd if=/dev/xvda of=/dev/null bs=64k count=256 iflag=direct; do :; done'
wait_for 30 disk_busy nvme0n6
guest_order victim 'echo c >/proc/sysrq-trigger'
wait_for 60 guest_dead victim
must grep -q 'sysrq triggered crash' "$log"
# The panic was expected, so keep this log from the search for forbidden lines.
mv "$log" "$LAB_OUT/victim-died.log"
works
say "a guest that panicked under I/O was removed"

# Destroy a guest in each state of its devices. The guest does not run: the scenario writes the states of its frontends.
offered() { [ "$(device_state still vbd 51712) $(device_state still vif 0)" = "2 2" ]; }
for state in 1 3 4 5 6; do
	guest_config still disk=/dev/nvme0n6 nic=10.0.0.3 >/run/still.cfg
	must xl create -q -p /run/still.cfg
	# shellcheck disable=SC2154 # an index, not a variable
	GUEST_ID[still]=$(xl domid still)
	wait_for 20 offered
	for device in vbd/51712 vif/0; do
		must xenstore-write "/local/domain/${GUEST_ID[still]}/device/$device/state" $state
	done
	if [ $state = 4 ]; then
		# There is no ring and no event channel: the error must be in xenstore.
		for device in "vbd ${GUEST_ID[still]}/51712" "vif ${GUEST_ID[still]}/0"; do
			read -r kind number <<<"$device"
			wait_for 20 xenstore-exists "/local/domain/0/error/backend/$kind/$number/error"
			say "$kind: $(xenstore-read "/local/domain/0/error/backend/$kind/$number/error")"
		done
	fi
	must xl destroy still
	wait_for 30 guest_gone still
	xenstore-rm "/local/domain/0/error/backend/vbd/${GUEST_ID[still]}" "/local/domain/0/error/backend/vif/${GUEST_ID[still]}" 2>/dev/null
done
works
say "guests were destroyed with their devices in states 1, 3, 4, 5 and 6"

guest_run witness 'killall ping'
files_end witness
say "$FILES files verified meanwhile"
guest_stop witness
census_back_to "$before"
pass
