# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a PV guest destroyed in the middle of full-depth I/O leaves nothing behind
# cpus: 2
# timeout: 900
destroyed_under_load mallory pv 2
pass
