# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: guests at full queue depth lose no data while Dom0 loses and regains CPUs, its pinning and interrupts change, and devices are attached and detached
# long: yes
# cpus: 2
# timeout: 900
# drivers: ours
. /lab/lib/storm.sh
storm 2 2 60
pass
