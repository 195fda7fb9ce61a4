# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: the commands of xl, xentop and xenstore-ls work for a guest: console, vCPUs, memory, pause, shutdown, reboot, devices, counters
# long: yes
# drivers: ours
# devices: ours
# kernel: stock debug bare
devices_must_serve
before=$(census)
guest_start erin mem=192 vcpus=2 disk=/dev/nvme0n5 nic=10.0.0.2
id=${GUEST_ID[erin]}

# state_is FLAG: whether `xl list`, which has a letter for each state, shows it.
state_is() { xl list erin | awk 'NR == 2 { print $5 }' | grep -q "$1"; }
cpu_time() { xl list erin | awk 'NR == 2 { print $6 }'; }
cpus_are() { [ "$(guest_run erin 'cat /sys/devices/system/cpu/online')" = "$1" ]; }
memory_is() { [ "$(xl list erin | awk 'NR == 2 { print $3 }')" = "$1" ]; }
guest_memory() { guest_must erin "awk '/^MemTotal/ { print int(\$2 / 1024) }' /proc/meminfo"; }
# within WHAT NUMBER LEAST MOST: fails unless NUMBER is between LEAST and MOST.
within() { if [ "$2" -lt "$3" ] || [ "$2" -gt "$4" ]; then fail "$1: $2 is not within $3 and $4"; fi; }
# xentop_says COLUMN: prints that column of the guest's row in the second of two reports.
xentop_says() {
	xentop -b -f -i 2 -d 1 | awk -v column="$1" '$1 == "NAME" { for (i = 1; i <= NF; i++) if ($i == column) n = i }
		$1 == "erin" { value = $n } END { print value }'
}

same "name of domain $id" "$(xl domname "$id")" erin
same "its uuid in xl and in xenstore" "$(xl list -l erin | awk -F'"' '/"uuid"/ { print $4; exit }')" \
	"$(xenstore-read "$(xenstore-read "/local/domain/$id/vm")/uuid")"
same "vCPUs" "$(xl vcpu-list erin | awk 'NR > 1' | wc -l)" 2
xl uptime erin | grep -q "^erin  *$id  *0:0" || fail "uptime: $(xl uptime erin)"
for path in "/local/domain/$id/name = \"erin\"" "/local/domain/0/backend/vbd/$id/51712/state = \"4\"" \
	"/local/domain/$id/device/vif/0/state = \"4\"" "/local/domain/0/backend/vif/$id/0/hotplug-status = \"connected\""; do
	xenstore-ls -f / | grep -qF "$path" || fail "xenstore-ls does not show $path"
done
same "disks" "$(xl block-list erin | awk 'NR > 1 { print $1, $4 }')" "51712 4"
same "network cards" "$(xl network-list erin | awk 'NR > 1 { print $1, $5 }')" "0 4"

# The console in both directions. xl reads typed text only from a terminal.
guest_spawn erin typed 'read -r line </dev/hvc0; echo "the guest read $line" >/dev/hvc0; echo "$line"'
until [ -e /run/typed.enough ]; do
	echo over-the-console
	sleep 1
done | script -qfc 'xl console erin' /run/typed >/dev/null 2>&1 &
typing=$!
same "what the guest read from its console" "$(guest_join erin typed 120)" over-the-console
wait_for 60 grep -q 'the guest read over-the-console' /run/typed
touch /run/typed.enough
kill $typing
wait $typing
say "list, domname, uptime, vcpu-list, block-list, network-list, xenstore-ls, console both ways"

must xl vcpu-set erin 1
wait_for 60 cpus_are 0
must xl vcpu-set --ignore-host erin 2
# In a guest with udev, udev does this last step.
guest_must erin 'until echo 1 >/sys/devices/system/cpu/cpu1/online; do usleep 50000; done'
wait_for 60 cpus_are 0-1
say "vcpu-set: two, one, two"

must xl pause erin
must state_is p
paused=$(cpu_time)
sleep 2
same "CPU time of a paused guest" "$(cpu_time)" "$paused"
must xl unpause erin
state_is p && fail "the guest is still paused"
guest_must erin true 60
say "pause, unpause"

full=$(guest_memory)
must xl mem-set erin 128
wait_for 60 memory_is 128
less=$(guest_memory)
within "MiB that the guest gave" $((full - less)) 56 72
must xl mem-set erin 192
wait_for 60 memory_is 192
same "the guest's memory after mem-set up and down" "$(guest_memory)" "$full"
say "mem-set: 192, 128, 192 MiB"

disk_comes_and_goes erin nvme0n6
nic_comes_and_goes erin
say "block-attach, block-detach, network-attach, network-detach"

# The counters: exactly the sectors that the guest wrote, and the bytes that it sent and received, with their headers.
written=$(xentop_says VBD_WSECT) requests=$(xentop_says VBD_WR) got=$(xentop_says NETRX'(k)') sent=$(xentop_says NETTX'(k)')
guest_must erin 'pattern 7 16777216 | dd of=/dev/xvda bs=64k oflag=direct iflag=fullblock' >/dev/null
tcp_to_dom0 erin 71 16
tcp_to_guest erin 10.0.0.2 72 8
written=$(($(xentop_says VBD_WSECT) - written)) requests=$(($(xentop_says VBD_WR) - requests))
got=$(($(xentop_says NETRX'(k)') - got)) sent=$(($(xentop_says NETTX'(k)') - sent))
same "sectors in xentop for 16 MiB" $written 32768
within "requests in xentop for 16 MiB" $requests 128 1024
within "KiB in xentop from the guest, which sent 16 MiB" $got 16384 18432
within "KiB in xentop to the guest, which got 8 MiB" $sent 8192 10240
same "VBDS" "$(xentop_says VBDS)" 1
same "NETS" "$(xentop_says NETS)" 1
say "xentop: 16 MiB written are $written sectors in $requests requests; 16 and 8 MiB over TCP are $got and $sent KiB"

must xl rename erin eve
same "the renamed domain" "$(xl domid eve)" "$id"
must xl rename eve erin

# The guest's kernel shuts down on request, by a program. The default one is not in the lab's initrd.
guest_must erin 'echo /bin/busybox poweroff -f >/proc/sys/kernel/poweroff_cmd'
must timeout 120 xl shutdown -w erin
wait_for 30 guest_gone erin
sed "s/^on_reboot.*/on_reboot = 'restart'/" /run/erin.cfg >/run/erin-again.cfg
must xl create -q /run/erin-again.cfg
rebooted() {
	local new
	new=$(xl domid erin) && [ "$new" -gt "${GUEST_ID[erin]}" ] && xenstore-exists "/local/domain/$new/data/ready"
}
wait_for 120 rebooted
GUEST_ID[erin]=$(xl domid erin)
must xl reboot erin
wait_for 120 rebooted
GUEST_ID[erin]=$(xl domid erin)
guest_must erin 'until [ -b /dev/xvda ]; do usleep 50000; done; dd if=/dev/xvda of=/dev/null bs=64k count=16' >/dev/null
say "shutdown, and reboot into domain ${GUEST_ID[erin]}"
guest_destroy erin
census_back_to "$before"
pass
