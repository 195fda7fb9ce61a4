# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# timeout: 1800
# proves: simple violations of the protocols stop the device or get an error response, and harm no other domain
. /lab/lib/hostile.sh
before=$(census)
both_start
must xl block-attach mallory phy:/dev/nvme0n6 xvda w
must xl block-attach mallory phy:/dev/nvme0n7 xvdb r
must xl network-attach mallory bridge=xenbr0
mallory_may_look vbd
mallory_may_look vif

mallory_runs 30 blk 51712 good producer-size-plus-1 cve-2010-4247-producer-2-31 opcodes-7-255 segments-12 \
	indirect-segments-257 sectors-first-after-last sector-behind-end grefs-good-and-bad ring-page-bad \
	ring-page-bad-first ring-page-in-use xsa-229-one-frame-twice-persistent \
	queues-max-plus-1 state-letters
mallory_runs 60 net 0 good xsa-39-producer-size-plus-1 receive-producer-2-31 size-13 slots-21 extra-for-ever gso-size-0 \
	grefs-good-and-bad cve-2026-45890-queues-max-plus-1 state-letters control-good control-fields-bad \
	xsa-270-mapping-bounds control-producer-2-31 hash-1-queue

# No thread that all devices share may be stuck.
disk_comes_and_goes canary nvme0n8
mallory_stop
canary_stop
census_back_to "$before"
pass
