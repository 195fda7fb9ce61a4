# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: guests at full depth on several queues lose nothing while Dom0's CPUs, pinning, interrupts and devices come, go and move below them
# long: yes
# cpus: 2
# timeout: 900
# drivers: ours
. /lab/lib/storm.sh
storm 2 2 60
pass
