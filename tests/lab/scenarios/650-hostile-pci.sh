# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a guest with a PCI device gets an error for each bad op, and gains no register, interrupt or other device; it keeps its device when it removes its directory, and harms no other domain
# passthrough: yes
# drivers: ours
# long: yes
# timeout: 900
# pairs: bookworm: the IOMMU of the newer emulator has not been tried
. /lab/lib/hostile.sh
. /lab/lib/pci.sh

before=$(census)
must modprobe xen-pciback
pci_unclaimed "$CARD"
pci_seize "$CARD"
both_start config="pci=['$CARD']"
mallory_runs 12 pci 0
# The guest has removed its directory, and the backend is Closed. The guest still runs, and can access the device's memory.
pci_is_taken "$CARD"
! rmmod dom0_pciback || fail "dom0_pciback was unloaded while a guest has a device"
id=${GUEST_ID[mallory]}
mallory_stop
pci_no_backend "$id"
canary_stop
must xl pci-assignable-remove "$CARD"
must rmmod dom0_pciback
census_back_to "$before"
pass
