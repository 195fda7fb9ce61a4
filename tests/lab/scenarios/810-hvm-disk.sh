# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: an HVM guest boots by its BIOS and GRUB from a disk that our backend then serves to the kernel that GRUB has loaded
# long: yes
# timeout: 1200
# drivers: ours
# devices: ours
# kernel: stock debug bare

# boot_disk DISK: makes a partition table, GRUB before the first partition, and a kernel in it.
boot_disk() {
	local modules=/usr/lib/grub/i386-pc fs=/run/bootfs
	mkdir -p $fs/boot
	cp /lab/vmlinuz $fs/
	gzip </lab/initrd >$fs/initrd
	cat >$fs/boot/grub.cfg <<-GRUB
		linux /vmlinuz $(guest_words)
		initrd /initrd
		boot
	GRUB
	must grub-mkimage -O i386-pc -o /run/core.img -p '(hd0,msdos1)/boot' biosdisk part_msdos ext2 normal linux boot
	must mke2fs -q -F -t ext2 -d $fs -E offset=1048576 "$1" 128M
	must dd if=$modules/boot.img of="$1" bs=440 count=1 conv=notrunc status=none
	# One active partition of type Linux: 128 MiB that begin at 1 MiB.
	printf '\x80\0\0\0\x83\0\0\0\0\x08\0\0\0\0\x04\0' | must dd of="$1" bs=1 seek=446 conv=notrunc status=none
	printf '\x55\xaa' | must dd of="$1" bs=1 seek=510 conv=notrunc status=none
	must dd if=/run/core.img of="$1" bs=512 seek=1 conv=notrunc status=none
	sync
}

before=$(census)
boot_disk /dev/nvme0n6
guest_start grub type=hvm boot=disk disk=/dev/nvme0n6 disk=/dev/nvme0n5 nic=10.0.0.2
guest_must grub 'grep -q BOOT_IMAGE=/vmlinuz /proc/cmdline' || fail "GRUB did not start this kernel"
# The kernel that the BIOS read from QEMU's disk is the one that the guest reads from our backend.
same "the kernel on its own disk" \
	"$(guest_must grub 'mount -t ext4 -o ro /dev/xvda1 /mnt && sha256 /mnt/vmlinuz && umount /mnt' | cut -d' ' -f1)" \
	"$(sha256sum </lab/vmlinuz | cut -d' ' -f1)"
guest_works grub "HVM, GRUB" xvdb nvme0n5 10.0.0.2 81
census_back_to "$before"
pass
