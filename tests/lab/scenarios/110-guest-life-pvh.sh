# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a PVH guest reads back the data that it wrote to disk and network, and leaves nothing behind
before=$(census)
guest_life bob pvh nvme0n6 10.0.0.3 20
census_back_to "$before"
pass
