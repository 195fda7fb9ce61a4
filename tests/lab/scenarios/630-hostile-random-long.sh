# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# long: yes
# timeout: 80000
# cpus: 2
# proves: ten million random requests for each kind of ring leave no damage in Dom0, and cost another guest little time
. /lab/lib/hostile.sh
before=$(census)
random_start
for kind in blk blk32 blk-indirect net-tx net-rx; do
	for seed in {1..10}; do
		random_beside_canary $kind "$seed" 1000000
	done
done
random_beside_canary xenstore 1 100000
random_stop
census_back_to "$before"
pass
