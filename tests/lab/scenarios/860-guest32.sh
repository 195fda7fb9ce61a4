# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a 32-bit PVH guest works on our backends, although its rings have another layout
# timeout: 1200
# drivers: ours
# devices: ours
# kernel: stock debug bare
# guests: i386
# xen: shadow
guest32_life pvh 90
pass
