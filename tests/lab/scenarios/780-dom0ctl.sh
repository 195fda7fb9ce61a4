# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: dom0ctl shows a disk and a card as in sysfs and xenstore, sets all given limits or none, and shows how long requests take; it reports three faulty devices but no healthy one
# long: yes
mount -t debugfs none /sys/kernel/debug 2>/dev/null
bus=/sys/bus/xen-backend/devices
blk=dom0-blkback net=dom0-netback
[ "$LAB_DRIVERS" = ours ] || blk=xen-blkback net=xen-netback

# flatten: prints JSON from stdin as lines "DEVICE KEY VALUE" and "DEVICE counters KEY VALUE".
flatten() {
	python3 -c '
import json, sys
for device in json.load(sys.stdin)["devices"]:
    name = device.pop("device")
    for key, value in device.items():
        for pair in value.items() if isinstance(value, dict) else [(value,)]:
            print(name, key, *pair)'
}

# has FILE LINE: fails unless the file contains that line.
has() {
	grep -qxF -- "$2" "$1" || fail "$1 has no line: $2"
}

# doctor_says DEVICE TEXT: fails unless a finding contains that text, and the exit code reports a finding.
doctor_says() {
	dom0ctl doctor "$1" >/run/doctor
	same "exit code of doctor $1" $? 1
	grep -qF -- "$2" /run/doctor || fail "doctor prints for $1: $(cat /run/doctor)"
}

before=$(census)
guest_start alice disk=/dev/nvme0n5 nic=10.0.0.2
id=${GUEST_ID[alice]}
disk=vbd-$id-51712 card=vif-$id-0
guest_must alice 'pattern 7 4194304 | dd of=/dev/xvda bs=64k oflag=direct iflag=fullblock
	ping -c 3 -i 0.2 10.0.0.1' >/dev/null

must dom0ctl list >/run/list
say "$(cat /run/list)"
must grep -Eq "^$disk +$id +alice +vbd +Connected +Connected +[0-9]+ +$blk +/dev/nvme0n5\$" /run/list
must grep -Eq "^$card +$id +alice +vif +Connected +Connected +[0-9]+ +$net +xenbr0\$" /run/list
must dom0ctl list --json >/run/list.json
must flatten </run/list.json >/run/list.flat
queues=$(xenstore-read "/local/domain/$id/device/vbd/51712/multi-queue-num-queues" 2>/dev/null || echo 1)
[ "$LAB_DRIVERS" = intree ] || queues=$(grep -c ^queue "/sys/kernel/debug/dom0/blkback/$disk/rings")
for line in "domid $id" "domain alice" "kind vbd" "backend_state Connected" "frontend_state Connected" \
	"queues $queues" "module $blk" "behind /dev/nvme0n5"; do
	has /run/list.flat "$disk $line"
done
for line in "module $net" "interface vif$id.0" "behind xenbr0"; do
	has /run/list.flat "$card $line"
done
say "list: table and JSON"

# The disk is idle; the card may get a packet at any time.
least=$(cat "/sys/class/net/vif$id.0/statistics/rx_packets")
must dom0ctl stat --json >/run/stat.json
most=$(cat "/sys/class/net/vif$id.0/statistics/rx_packets")
must flatten </run/stat.json >/run/stat.flat
for counter in oo_req rd_req wr_req f_req ds_req rd_sect wr_sect; do
	has /run/stat.flat "$disk counters $counter $(cat "$bus/$disk/statistics/$counter")"
done
[ "$(cat "$bus/$disk/statistics/wr_sect")" -ge 8192 ] || fail "the guest's 4 MiB are not in sysfs"
shown=$(awk -v d="$card" '$1 == d && $3 == "rx_packets" { print $4 }' /run/stat.flat)
if [ "$shown" -lt "$least" ] || [ "$shown" -gt "$most" ] || [ "$shown" -lt 3 ]; then
	fail "rx_packets: $shown is not within $least and $most"
fi
say "stat: the counters of sysfs"

# latency_of FILE DEVICE: prints "CLASS REQUESTS P50 P99" for each class of a disk, after checking them against the buckets.
latency_of() {
	python3 -c '
import json, sys
devices = json.load(open(sys.argv[1]))["devices"]
for name, of in next(d for d in devices if d["device"] == sys.argv[2]).get("latency", {}).items():
    total = sum(of["buckets"])
    assert total == of["requests"], name
    for share, end in (50, of["p50_us"]), (99, of["p99_us"]):
        within = sum(count for i, count in enumerate(of["buckets"][:-1]) if end and 8 << i <= end)
        assert not end or (100 * within >= share * total and end in [8 << i for i in range(23)]), (name, share)
    print(name, total, of["p50_us"], of["p99_us"])' "$@"
}
must latency_of /run/stat.json "$disk" >/run/latency
if [ "$LAB_DRIVERS" = ours ]; then
	for class in read:rd write:wr flush:f discard:ds; do
		same "${class%:*} requests" "$(awk -v class="${class%:*}" '$1 == class { print $2 }' /run/latency)" "$(cat "$bus/$disk/statistics/${class#*:}_req")"
	done
	say "latency: $(cat /run/latency)"
else
	same "latency of the in-tree driver" "$(cat /run/latency)" ''
fi

must dom0ctl list --prometheus >/run/metrics
must dom0ctl stat --prometheus >>/run/metrics
! grep -vE '^(# (HELP|TYPE) dom0_[a-z0-9_]+ .+|dom0_[a-z0-9_]+\{[^{}]+\} -?[0-9]+)$' /run/metrics || fail "a line is no metric"
awk '$1 == "#" && $2 == "TYPE" { if (type[$3]++) bad = $3 }
	$1 != "#" { sub(/\{.*/, "", $1); if (!($1 in type)) bad = $1 }
	END { if (bad) { print bad; exit 1 } }' /run/metrics || fail "a metric has no TYPE, or two"
has /run/metrics "dom0_vbd_wr_sect_total{device=\"$disk\",kind=\"vbd\",domain=\"alice\"} $(cat "$bus/$disk/statistics/wr_sect")"
has /run/metrics "dom0_device_state{device=\"$disk\",kind=\"vbd\",domain=\"alice\",end=\"frontend\"} 4"
say "prometheus: $(grep -vc '^#' /run/metrics) samples"

# No control characters from a guest reach the terminal.
guest_must alice 'xenstore-write device/vif/0/evil "$(printf "\033[2J")"'
must dom0ctl show "vif$id.0" >/run/show
must grep -qF 'evil                   \x1b[2J' /run/show
! grep -q $'\033' /run/show || fail "dom0ctl prints an escape character that the guest has written"
must dom0ctl show "$disk" >/run/show
if [ "$LAB_DRIVERS" = ours ]; then
	must grep -q '^  queue 0' /run/show
else
	must grep -q 'xen-blkback does not show them' /run/show
fi
guest_spawn alice reader 'while [ ! -e /tmp/stop ]; do dd if=/dev/xvda of=/dev/null bs=64k count=16 iflag=direct 2>/dev/null; done'
wait_for 30 disk_busy nvme0n5
must dom0ctl top --watch 2 --count 1 >/run/top
guest_must alice 'touch /tmp/stop'
guest_join alice reader >/dev/null
same "the busiest device" "$(awk 'NR == 4 { print $1 }' /run/top)" "$disk"
must [ "$(awk 'NR == 4 { print $3 }' /run/top)" -gt 0 ]
same "columns of latency" "$(awk 'NR == 3 { print $(NF - 2), $(NF - 1) }' /run/top)" 'P50 P99'
percentiles=$(awk 'NR == 4 { print $9, $10 }' /run/top)
say "$(cat /run/top)"
if [ "$LAB_DRIVERS" = ours ]; then
	must grep -qE '^[0-9.]+(us|ms|s) [0-9.]+(us|ms|s)$' <<<"$percentiles"
	must grep -qE '^  read +[0-9]+ requests, p50 [0-9.]+(us|ms|s), p99 ' /run/show
else
	same "latency of the in-tree driver" "$percentiles" '- -'
fi
say "show and top"

# top with three busy guests, on terminals of 80 and 120 columns.
guest_start bob type=pvh disk=/dev/nvme0n6 nic=10.0.0.3
guest_start carol disk=/dev/nvme0n7 nic=10.0.0.4
work='while [ ! -e /tmp/stop ]; do dd if=/dev/xvda of=/dev/null bs=64k count=16 iflag=direct 2>/dev/null; ping -c 5 -i 0.2 -q -s 1400 10.0.0.1; done'
for name in alice bob carol; do
	guest_must $name 'rm -f /tmp/stop'
	guest_spawn $name work "$work"
done
wait_for 30 disk_busy nvme0n7
for columns in 80 120; do
	# Keep only the last screen of the output.
	must script -qec "stty cols $columns rows 24; dom0ctl top --watch 3 --count 2" /run/typescript >/dev/null
	sed 's/\r$//' /run/typescript | awk -v RS='\033\\[H\033\\[J' '{ last = $0 } END { printf "%s", last }' | grep -v '^Script ' >/run/screen
	say "$(cat /run/screen)"
	same "devices on $columns columns" "$(grep -cE '^v(bd|if)-' /run/screen)" 6
	same "lines wider than $columns columns" "$(awk -v columns=$columns 'length > columns' /run/screen)" ''
	# Each number ends where the head of its column ends.
	same "numbers out of line on $columns columns" "$(awk 'NR == 3 { end = index($0, "OPS/S") + 4 }
		NR > 3 && /^v/ && substr($0, end, 2) !~ /^[0-9] ?$/' /run/screen)" ''
	! grep -q $'\033' /run/screen || fail "more than one screen is left"
done
for name in alice bob carol; do
	guest_must $name 'touch /tmp/stop'
	guest_join $name work >/dev/null
done
guest_stop bob
guest_stop carol
say "top on terminals"

# refused TEXT DEVICE WORD...: checks that dom0ctl reports TEXT and writes no limit, as one word is invalid.
refused() {
	local text=$1
	shift
	! dom0ctl limits "$@" 2>/run/refused || fail "dom0ctl accepts limits $*"
	grep -qF -- "$text" /run/refused || fail "dom0ctl prints for limits $*: $(cat /run/refused)"
	! xenstore-exists "$node/limits" || fail "limits $* are written in part"
}
node=/local/domain/0/backend/vbd/$id/51712
refused "$disk has no limit to-guest-bytes" "$disk" read-bytes=1M to-guest-bytes=1M
refused 'read-bytes=1MiB is not PER_SECOND' "$disk" write-ops=50 read-bytes=1MiB
refused 'numbers go up to 2^40' "$disk" write-ops=50 read-bytes=1025G
must dom0ctl limits "$disk" read-bytes=4M,64K write-ops=5 2>/run/warning
same read-bytes "$(xenstore-read "$node/limits/read-bytes")" 4194304,65536
same write-ops "$(xenstore-read "$node/limits/write-ops")" 5
must dom0ctl limits "vif$id.0" to-guest-packets=1000 2>>/run/warning
must dom0ctl limits --prometheus >/run/metrics 2>/dev/null
has /run/metrics "dom0_device_limit{device=\"$card\",kind=\"vif\",domain=\"alice\",limit=\"to-guest-packets\"} 1000"
must dom0ctl limits >/run/limits 2>/dev/null
must grep -Eq "^$disk +alice +read-bytes +4194304,65536 +bytes read\$" /run/limits
if [ "$LAB_DRIVERS" = ours ]; then
	same "warnings" "$(grep -v "^+" /run/warning)" ''
	waits=$(cat "$bus/$disk/statistics/wr_rate_waits")
	guest_must alice 'dd if=/dev/zero of=/dev/xvda bs=4k count=20 oflag=direct'
	must dom0ctl stat "$disk" --json >/run/stat.json
	must flatten </run/stat.json >/run/stat.flat
	has /run/stat.flat "$disk counters wr_rate_waits $(cat "$bus/$disk/statistics/wr_rate_waits")"
	[ "$(cat "$bus/$disk/statistics/wr_rate_waits")" -gt "$waits" ] || fail "20 writes did not wait at 5 in a second"
else
	must grep -q "$disk: xen-blkback does not keep to limits; dom0-blkback does" /run/warning
fi
must dom0ctl limits "$disk" read-bytes=none write-ops=0 2>/dev/null
must dom0ctl limits "$card" to-guest-packets=none 2>/dev/null
for limit in "$node/limits/read-bytes" "$node/limits/write-ops" "/local/domain/0/backend/vif/$id/0/limits/to-guest-packets"; do
	! xenstore-exists "$limit" || fail "$limit is still there"
done
say "limits"

must dom0ctl doctor
# A guest that does not run. The scenario attaches two more devices to it, as a toolstack does.
guest_config still disk=/dev/nvme0n6 nic=10.0.0.3 >/run/still.cfg
must xl create -q -p /run/still.cfg
# shellcheck disable=SC2154 # an index, not a variable
GUEST_ID[still]=$(xl domid still)
still=${GUEST_ID[still]}
waits() { [ "$(device_state still "$1" "$2")" = 2 ]; }
# attach KIND NUMBER KEY VALUE...: writes all that xl writes before the hotplug script has run.
attach() {
	local kind=$1 number=$2 back=/local/domain/0/backend/$1/$still/$2 front=/local/domain/$still/device/$1/$2 args=()
	shift 2
	while [ $# -gt 0 ]; do
		args+=("$back/$1" "$2")
		shift 2
	done
	must xenstore-write "$front/backend" "$back" "$front/backend-id" 0 "$front/state" 1 "${args[@]}" \
		"$back/frontend" "$front" "$back/frontend-id" "$still" "$back/online" 1 "$back/state" 1
	wait_for 20 waits "$kind" "$number"
}
detach() {
	must xenstore-rm "/local/domain/0/backend/$1/$still/$2"
	must xenstore-rm "/local/domain/$still/device/$1/$2"
	wait_for 20 [ ! -e "$bus/$1-$still-$2" ]
}
wait_for 20 waits vbd 51712
wait_for 20 waits vif 0
doctor_says "vbd-$still-51712" "The guest's driver has not begun: the frontend is Initialising."
same "findings on a guest that does not run" "$(wc -l </run/doctor)" 3
attach vif 1 handle 1 mac 00:16:3e:00:00:77 script /etc/xen/scripts/vif-bridge bridge xenbr0 type vif
doctor_says "vif-$still-1" "The hotplug script /etc/xen/scripts/vif-bridge has not answered"
attach vbd 51760 dev xvdd type phy mode w device-type disk script /etc/xen/scripts/block params /dev/nvme0n99
doctor_says "vbd-$still-51760" "The disk /dev/nvme0n99 does not exist."
! grep -q 'has not answered' /run/doctor || fail "doctor reports an effect beside its cause"
dom0ctl doctor >/run/doctor
same "exit code of doctor" $? 1
say "$(cat /run/doctor)"
! grep -q "^v[bi][df]-$id-" /run/doctor || fail "doctor reports a healthy device"
detach vif 1
detach vbd 51760
guest_destroy still
must dom0ctl doctor
guest_stop alice
census_back_to "$before"
pass
