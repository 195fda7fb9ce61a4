# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a guest's writes to a device signal an eventfd without waking the device model, an eventfd raises a guest's interrupt, and both end in any order
# drivers: ours
# devices: ours
. /lab/lib/device_model.sh
devices_must_serve
dm_scenario
pass
