# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: the storm of 421-smp-storm does no harm for half an hour, with four CPUs and four guests
# long: yes
# cpus: 4
# timeout: 4800
# drivers: ours
. /lab/lib/storm.sh
storm 4 4 1800
pass
