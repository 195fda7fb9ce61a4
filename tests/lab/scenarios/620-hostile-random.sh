# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# timeout: 900
# cpus: 2
# proves: random requests, values and event storms leave no damage in Dom0, and cost another guest little time
# long: yes
. /lab/lib/hostile.sh
before=$(census)
random_start
for kind in blk blk32 blk-indirect net-tx net-rx; do
	random_beside_canary $kind 1 3000
done
random_beside_canary xenstore 1 600
random_stop
census_back_to "$before"
pass
