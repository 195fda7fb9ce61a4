# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: QEMU shows a PV guest's framebuffer through our devices without a wrong character, and keys typed there reach the guest
# long: yes
# drivers: ours
# devices: ours
# kernel: stock debug bare

# screen WORD...: checks the guest's display by /lab/lib/screen.py.
screen() {
	python3 /lab/lib/screen.py "/run/xen/qmp-libxenstat-${GUEST_ID[vera]}" "$@"
}

before=$(census)
guest_start vera disk=/dev/nvme0n5 nic=10.0.0.2 config="vfb = ['vnc=1,vnclisten=127.0.0.1']"
guest_must vera 'until [ -e /dev/fb0 ]; do usleep 50000; done; cat /sys/class/graphics/fb0/name'
# An empty screen without a cursor, then the same word in two places.
guest_must vera 'printf "\033[2J\033[H\033[?25l" >/dev/tty1'
wait_for 20 screen blank
guest_must vera 'printf "\033[3;5HHELLO\033[9;20HHELLO\033[12;1H" >/dev/tty1'
wait_for 20 screen shows 2 4 HELLO 8 19 HELLO
must cp "/run/screen.ppm" "$LAB_OUT/"
say "the picture shows what the guest printed"
guest_spawn vera keys 'exec </dev/tty1; touch /tmp/listening; head -n 1'
guest_must vera 'until [ -e /tmp/listening ]; do usleep 50000; done'
must screen type hello
same "what was typed" "$(guest_join vera keys 30)" hello
say "the guest read what was typed"
guest_works vera "PV with a framebuffer" xvda nvme0n5 10.0.0.2 88
census_back_to "$before"
pass
