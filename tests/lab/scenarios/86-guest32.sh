# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: 32-bit guests, PVH and fully virtualised, work on our backends, whose rings have another layout for them
# timeout: 1200
# drivers: ours
# devices: ours
# kernel: stock debug bare
# guests: i386
# xen: shadow

# The emulator marks the four top entries of a PAE guest's page tables as accessed, which is a reserved bit there. Xen, which has to
# read the instructions that it emulates, then finds a page table that is none, and the guest never gets past its first
# cpuid. With shadow page tables it is Xen's own entries that are marked.
shadow='hap = 0'

before=$(census)
seed=90
for type in pvh hvm; do
	guest_start "ivy-$type" type=$type bits=32 config="$shadow" disk=/dev/nvme0n5 nic=10.0.0.2
	same "the guest's architecture" "$(guest_run "ivy-$type" 'uname -m')" i686
	same "its block protocol" "$(xenstore-read "/local/domain/${GUEST_ID[ivy-$type]}/device/vbd/51712/protocol")" x86_32-abi
	guest_works "ivy-$type" "i386, ${type^^}" xvda nvme0n5 10.0.0.2 $seed
	seed=$((seed + 3))
done
census_back_to "$before"
pass
