# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a PCI device works in a PV guest, can be detached and attached while the guest runs, and returns to Dom0, also from a guest that is destroyed
# passthrough: yes
# pairs: bookworm: the IOMMU of the newer emulator has not been tried
. /lab/lib/pci.sh

pci_dom0_claims "$NVME" nvme
disk=$(pci_dom0_disk)
before=$(census)
must modprobe xen-pciback
pattern 7 $((8 << 20)) | dd of="$disk" bs=1M conv=fsync iflag=fullblock || fail "Dom0 cannot write $disk"

# ---- in a guest from its start ----

pci_seize "$NVME"
pci_unclaimed "$CARD"
pci_seize "$CARD"
# The card stays attached: with a guest's last device xl removes the bus, and Debian's frontend warns of a missing folder.
guest_start eve config="pci=['$NVME', '$CARD']" config='e820_host=1'
pci_guest_disk eve
same "what Dom0 wrote, as the guest reads it" "$(pci_guest_sum eve 0 8)" "$(expected 7 8)"
guest_must eve "pattern 8 $((8 << 20)) | dd of=/dev/nvme0n1 bs=1M seek=8 iflag=fullblock conv=fsync"
# With an in-tree backend this frontend falls back to INTx.
[ "$LAB_DRIVERS" = intree ] || guest_must eve 'grep "pcifront-msi.*nvme0q1" /proc/interrupts'
pci_guest_network eve
module=$(basename "$(readlink -f "$PCIBACK/module")")
! rmmod "$module" || fail "$module was unloaded while a guest has devices"

# ---- detached and attached while the guest runs ----

pci_guest_lets_go eve
must xl pci-detach eve "$NVME"
pci_dom0_again "$NVME" nvme
disk=$(pci_dom0_disk)
same "what the guest wrote, as Dom0 reads it" "$(dd if="$disk" bs=1M skip=8 count=8 | sha256sum)" "$(expected 8 8)  -"
pci_seize "$NVME"
must xl pci-attach eve "$NVME"
pci_guest_disk eve
same "the same after pci-attach" "$(pci_guest_sum eve 8 8)" "$(expected 8 8)"

# ---- a guest that is destroyed while it uses the device ----

pci_guest_load eve
id=${GUEST_ID[eve]}
guest_destroy eve
pci_no_backend "$id"
pci_dom0_again "$NVME" nvme
disk=$(pci_dom0_disk)
same "what the destroyed guest wrote" "$(dd if="$disk" bs=1M skip=8 count=8 | sha256sum)" "$(expected 8 8)  -"

# ---- everything is restored ----

must xl pci-assignable-remove "$CARD"
must rmmod "$module"
census_back_to "$before"

# ---- seized when the module is loaded; values that the files refuse ----

must modprobe xen-pciback "hide=($CARD)(00:1e.*)"
pci_is_driven_by "$CARD" pciback || fail "hide= does not seize $CARD"
same "slots" "$(grep -c '^0000:00:1e\.[0-7]$' "$PCIBACK/slots") $(grep -cx "$CARD" "$PCIBACK/slots")" "8 1"
for line in '' 0000:00:10 00:20.0 0000:00:10.8 1234; do
	! echo "$line" >"$PCIBACK/new_slot" || fail "new_slot accepts '$line'"
done
! echo "$NVME" >"$PCIBACK/bind" || fail "pciback binds $NVME, which is not in its list"
echo 0000:00:1e.3 >"$PCIBACK/remove_slot" || fail "remove_slot does not know 0000:00:1e.3"
same "slots" "$(grep -c '^0000:00:1e' "$PCIBACK/slots")" 7
must rmmod "$module"
same "the driver of $CARD" "$(pci_driver "$CARD")" ""
# Seize it by driver_override, as other tools do.
must modprobe xen-pciback
echo pciback >"/sys/bus/pci/devices/$CARD/driver_override"
echo "$CARD" >"$PCIBACK/bind" || fail "pciback does not bind $CARD, whose driver_override names it"
pci_is_driven_by "$CARD" pciback || fail "$CARD is not seized"
must rmmod "$module"
pci_unclaimed "$CARD"
pass
