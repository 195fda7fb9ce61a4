# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# long: yes
# timeout: 2400
# proves: ten migrations in a row, a checkpoint and an aborted migration, under disk I/O and TCP in both directions, do a PV guest no harm
# drivers: ours
# devices: ours
# kernel: stock debug bare
# xen: shadow
. /lab/lib/migrate.sh
devices_must_serve
before=$(census)
guest_wanders pv
census_back_to "$before"
pass
