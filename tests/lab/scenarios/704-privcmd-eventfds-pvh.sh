# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: in a PVH Dom0, a guest's writes to a device signal an eventfd, and an eventfd raises a guest's interrupt, as in a PV Dom0
# dom0: pvh
# long: yes
# drivers: ours
# devices: ours
. /lab/lib/device_model.sh
devices_must_serve
grep -q '^dom0_core: PVH Dom0' <(dmesg | sed 's/^\[[^]]*\] //') || fail "this is no PVH Dom0"
dm_scenario
pass
