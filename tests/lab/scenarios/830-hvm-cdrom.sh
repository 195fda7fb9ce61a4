# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: an HVM guest reads its CD-ROM drive, finds it empty after xl cd-eject, and reads the new medium after xl cd-insert
# long: yes
# timeout: 1200
# drivers: ours
# devices: ours
# kernel: stock debug bare

# medium NAME: prints the checksum of the medium that the guest reads.
medium() {
	guest_run "$1" 'sha256 /dev/sr0 2>/dev/null' | cut -d' ' -f1
}

medium_is() {
	[ "$(medium "$1")" = "$2" ]
}

before=$(census)
for seed in 83 84; do
	pattern $seed $((8 << 20)) >/run/cd-$seed.iso
done
guest_start discus type=hvm disk=/dev/nvme0n5 nic=10.0.0.2 cdrom=/run/cd-83.iso
guest_must discus 'modprobe -a ata_piix sr_mod; until [ -b /dev/sr0 ]; do usleep 50000; done'
same "the first medium" "$(medium discus)" "$(expected 83 8)"
must xl cd-eject discus hdc
wait_for 30 medium_is discus ""
guest_run discus 'sha256 /dev/sr0' | grep -q 'No medium' || fail "the drive is not empty: $(guest_run discus 'sha256 /dev/sr0')"
must xl cd-insert discus hdc /run/cd-84.iso
wait_for 60 medium_is discus "$(expected 84 8)"
say "the guest has read the first medium, an empty drive and the second medium"
guest_works discus "HVM with a CD-ROM" xvda nvme0n5 10.0.0.2 85
census_back_to "$before"
pass
