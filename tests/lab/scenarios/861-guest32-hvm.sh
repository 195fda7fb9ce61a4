# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a fully virtualised 32-bit guest works on our backends, whose rings have another layout for it
# timeout: 1200
# drivers: ours
# devices: ours
# kernel: stock debug bare
# guests: i386
# xen: shadow
# long: yes
guest32_life hvm 93
pass
