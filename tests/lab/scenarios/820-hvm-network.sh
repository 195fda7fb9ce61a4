# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: an HVM guest boots over the network by the BIOS of its emulated card, through Dom0's bridge, and then works on our backends
# long: yes
# timeout: 2000
# drivers: ours
# devices: ours
# kernel: stock debug bare
before=$(census)
mkdir -p /run/tftp
cp /lab/vmlinuz /run/tftp/
gzip </lab/initrd >/run/tftp/initrd
cat >/run/tftp/boot.ipxe <<IPXE
#!ipxe
kernel vmlinuz initrd=initrd lab.network $(guest_words)
initrd initrd
boot
IPXE
dnsmasq --no-daemon --conf-file=/dev/null --port=0 --interface=xenbr0 --bind-interfaces --user=root --dhcp-leasefile=/run/leases \
	--dhcp-range=10.0.0.50,10.0.0.99 --dhcp-boot=boot.ipxe --enable-tftp --tftp-root=/run/tftp >"$LAB_OUT/dnsmasq.log" 2>&1 &
dnsmasq=$!
guest_start pixie type=hvm boot=network disk=/dev/nvme0n5 nic=10.0.0.2
kill $dnsmasq
wait $dnsmasq
guest_must pixie 'grep -q lab.network /proc/cmdline'
grep -q 'sent /run/tftp/initrd' "$LAB_OUT/dnsmasq.log" || fail "the initrd was not fetched"
guest_works pixie "HVM, PXE" xvda nvme0n5 10.0.0.2 82
census_back_to "$before"
pass
