# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a PVH guest's data survives it, on its disk and over the network, and nothing of the guest stays behind
before=$(census)
guest_life bob pvh nvme0n6 10.0.0.3 20
census_back_to "$before"
pass
