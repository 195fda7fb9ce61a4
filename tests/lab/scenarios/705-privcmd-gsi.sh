# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: privcmd returns the interrupt line of a device that pciback has seized, and of no other
# drivers: ours
# devices: ours
# passthrough: yes
# pairs: bookworm: the IOMMU of the newer emulator has not been tried
. /lab/lib/pci.sh
devices_must_serve
before=$(census)

# The line that the card's own driver would use. In a PV Dom0 the number of the interrupt is that of the line.
pci_unclaimed "$CARD"
echo 1 >"/sys/bus/pci/devices/$CARD/enable" || fail "$CARD cannot be enabled"
irq=$(cat "/sys/bus/pci/devices/$CARD/irq")
echo 0 >"/sys/bus/pci/devices/$CARD/enable"
same "without pciback" "$(dm gsi "$CARD")" EINVAL
must modprobe xen-pciback
same "not seized" "$(dm gsi "$CARD")" ENODEV
same "no device" "$(dm gsi 0001:00:00.0)" ENODEV
pci_seize "$CARD"
same "the line of $CARD" "$(dm gsi "$CARD")" "$irq"
say "$CARD has line $irq"
must xl pci-assignable-remove "$CARD"
same "released" "$(dm gsi "$CARD")" ENODEV
must rmmod dom0-pciback
same "with pciback gone" "$(dm gsi "$CARD")" EINVAL
census_back_to "$before"
pass
