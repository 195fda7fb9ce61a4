# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: an HVM guest with QEMU's device model, started with a kernel from Dom0, works on our disk and network backends
# long: yes
# timeout: 1200
# drivers: ours
# devices: ours
# kernel: stock debug bare
before=$(census)
guest_start heidi type=hvm disk=/dev/nvme0n5 nic=10.0.0.2
say "heidi, HVM: $(guest_run heidi 'uname -r; cat /sys/hypervisor/guest_type' | xargs), vbd state $(device_state heidi vbd 51712), vif state $(device_state heidi vif 0)"
same "the kind of guest" "$(guest_run heidi 'cat /sys/hypervisor/guest_type')" HVM
same "the backend's state" "$(device_state heidi vbd 51712) $(device_state heidi vif 0)" "4 4"
guest_works heidi HVM xvda nvme0n5 10.0.0.2 80
census_back_to "$before"
pass
