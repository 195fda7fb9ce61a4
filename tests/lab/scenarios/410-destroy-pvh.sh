# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a PVH guest destroyed in the middle of full-depth I/O leaves nothing behind
# long: yes
# timeout: 900
destroyed_under_load morgan pvh 1
pass
