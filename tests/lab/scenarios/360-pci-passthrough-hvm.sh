# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a network card works in an HVM guest, where QEMU serves it and pciback reserves it, and returns from a guest that is destroyed
# long: yes
# passthrough: yes
# timeout: 1200
# pairs: bookworm: the IOMMU of the newer emulator has not been tried
. /lab/lib/pci.sh

before=$(census)
must modprobe xen-pciback
pci_unclaimed "$CARD"
pci_seize "$CARD"
guest_start heidi type=hvm config="pci=['$CARD']"
pci_guest_network heidi
guest_must heidi 'grep eth0 /proc/interrupts'
id=${GUEST_ID[heidi]}
guest_destroy heidi
pci_no_backend "$id"
must xl pci-assignable-remove "$CARD"
must rmmod "$(basename "$(readlink -f "$PCIBACK/module")")"
census_back_to "$before"
pass
