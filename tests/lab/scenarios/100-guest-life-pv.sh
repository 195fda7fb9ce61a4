# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a PV guest reads back the data that it wrote to disk and network, and leaves nothing behind
# kernel: stock debug bare
before=$(census)
guest_life alice pv nvme0n5 10.0.0.2 10
census_back_to "$before"
pass
