# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a guest gets its device's INTx interrupts; when it is destroyed under load, the line is not disabled and the device returns to Dom0
# passthrough: yes
# boot: own
# drivers: ours
# pairs: bookworm: the IOMMU of the newer emulator has not been tried
# A boot of its own: if the device is reset with completions that its driver has not read, the emulator counts these as pending for
# good. MSI-X does not mind. INTx then stays raised, and the next guest reports that no handler claims its interrupt.
. /lab/lib/pci.sh

pci_dom0_claims "$NVME" nvme
before=$(census)
must modprobe xen-pciback
pci_seize "$NVME"
guest_start eve config="pci=['$NVME']" config='e820_host=1' extra=pci=nomsi
pci_guest_disk eve
guest_must eve 'grep "pirq.*nvme0q" /proc/interrupts'
guest_must eve "pattern 9 $((4 << 20)) | dd of=/dev/nvme0n1 bs=1M iflag=fullblock conv=fsync"
same "what the guest wrote, as it reads it" "$(pci_guest_sum eve 0 4)" "$(expected 9 4)"
must grep -q "^$NVME:on:acking:" "$PCIBACK/irq_handlers"
pci_guest_load eve
id=${GUEST_ID[eve]}
guest_destroy eve
pci_no_backend "$id"
say "$(cat "$PCIBACK/irq_handlers")"
! logs_kernel "$LAB_NAME" | grep 'Disabling IRQ' || fail "the line was disabled"
pci_dom0_again "$NVME" nvme
disk=$(pci_dom0_disk)
same "what the destroyed guest wrote" "$(dd if="$disk" bs=1M count=4 | sha256sum)" "$(expected 9 4)  -"
must rmmod dom0_pciback
census_back_to "$before"
pass
