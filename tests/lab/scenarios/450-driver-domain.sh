# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# long: yes
# proves: a PV guest with our modules serves a disk and a network card to another guest, and nothing of that guest stays behind in the driver domain
. /lab/lib/driver_domain.sh
before=$(census)
driver_domain_start dora pv 10.0.0.2
driver_domain_refuses dora
served=$(guest_run dora 'cat /proc/modules' | grep -E '^(dom0_|xen_(blk|net)back)' | awk '{ print $1 "=" $3 }' | sort)

guest_start alice backend=dora disk=/dev/xvda nic=10.0.0.3
same "the domain behind alice's disk" "$(xenstore-read "/local/domain/${GUEST_ID[alice]}/device/vbd/51712/backend-id")" "${GUEST_ID[dora]}"
same "the domain behind alice's card" "$(xenstore-read "/local/domain/${GUEST_ID[alice]}/device/vif/0/backend-id")" "${GUEST_ID[dora]}"
disk_fill alice /dev/xvda 45 24
result "alice: 24 MiB of seeded data written to ext4 through dora" "$RATE"
disk_verify alice /dev/xvda 45 24
result "alice: read back" "$RATE"
tcp_to_dom0 alice 46 6
result "alice: 6 MiB over TCP to Dom0, checksum equal" "$RATE"
tcp_to_guest alice 10.0.0.3 47 6
result "alice: 6 MiB over TCP from Dom0, checksum equal" "$RATE"
guest_destroy alice
wait_for 60 driver_domain_idle dora
same "users of the modules in dora" "$(guest_run dora 'cat /proc/modules' | grep -E '^(dom0_|xen_(blk|net)back)' | awk '{ print $1 "=" $3 }' | sort)" "$served"
guest_destroy dora
backing_verify /dev/nvme0n5 45 24
census_back_to "$before"
pass
