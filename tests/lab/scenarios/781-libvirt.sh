# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: libvirt manages guests on our devices: virt-install of a PV and an HVM guest, and the commands of virsh, with data verified
# boot: own
# long: yes
# timeout: 2400
# drivers: ours
# devices: ours
# kernel: stock debug bare
# root: libvirt

devices_must_serve
before=$(census)

# Services that systemd would start.
libvirt_start() {
	[ -s /etc/machine-id ] || tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id
	mkdir -p /run/dbus /run/libvirt /var/lib/libvirt/images /var/log/libvirt/libxl
	# libvirt's driver for QEMU needs a user that does not exist here. libvirtd does not start if the driver fails.
	rm -f /usr/lib/x86_64-linux-gnu/libvirt/connection-driver/libvirt_driver_qemu.so
	must dbus-daemon --system --fork --nopidfile
	# Root is the only user, so authentication is off.
	printf 'auth_unix_rw = "none"\nauth_unix_ro = "none"\n' >/run/libvirtd.conf
	libvirtd -f /run/libvirtd.conf -p /run/libvirtd.pid >"$LAB_OUT/libvirtd.log" 2>&1 &
	wait_for 120 virsh list
}
export LIBVIRT_DEFAULT_URI=xen:///system

virsh_must() { must timeout 300 virsh -q "$@"; }
state_is() { [ "$(virsh -q domstate "$1" | xargs)" = "$2" ]; }
# known NAME: sets the domain ID of a guest that libvirt has created, for the lab's helpers.
known() {
	# shellcheck disable=SC2034 # the helpers' own
	GUEST_ID[$1]=$(must xl domid "$1")
}
# installed NAME ARGUMENT...: runs virt-install --import with the lab's kernel and initrd.
installed() {
	local name=$1
	shift
	must timeout 400 virt-install --name "$name" --memory 192 --vcpus 1 --import --osinfo detect=off,require=off \
		--disk path=/dev/nvme0n5,format=raw,target.bus=xen --network bridge=xenbr0 --graphics none --noautoconsole \
		--boot "kernel=/lab/vmlinuz,initrd=/lab/initrd,kernel_args=\"$(guest_words)\"" "$@"
	wait_for 60 state_is "$name" running
	known "$name"
	guest_ready "$name" 600
	guest_must_live "$name"
	guest_must "$name" 'until [ -b /dev/xvda ]; do usleep 50000; done
		ip addr add 10.0.0.7/24 dev eth0 && ip link set eth0 up'
}

libvirt_start
say "libvirtd $(libvirtd --version | awk '{ print $NF }') serves; $(virsh -q version | tail -n 1 | xargs)"
installed ina --paravirt
virsh -q list | grep -q 'ina *running' || fail "virsh list: $(virsh list)"
disk_fill ina /dev/xvda 78 32
tcp_to_dom0 ina 79 8
tcp_to_guest ina 10.0.0.7 80 8
say "PV guest by virt-install --import: 32 MiB written, 8 MiB over TCP each way"

virsh_must setmem ina 131072 --live
memory_is() { [ "$(virsh -q dominfo ina | awk '/^Used memory/ { print $3 }')" = "$1" ]; }
wait_for 60 memory_is 131072
virsh_must setmem ina 196608 --live
wait_for 60 memory_is 196608
say "setmem: 192, 128, 192 MiB"

virsh_must attach-disk ina /dev/nvme0n6 xvdb --live --targetbus xen
guest_must ina 'until [ -b /dev/xvdb ]; do usleep 50000; done
	pattern 5 4194304 | dd of=/dev/xvdb bs=64k oflag=direct iflag=fullblock' >/dev/null
virsh_must detach-disk ina xvdb --live
guest_must ina 'while [ -b /dev/xvdb ]; do usleep 50000; done'
sum=$(head -c 4194304 /dev/nvme0n6 | sha256sum)
same "data behind the detached disk" "${sum%% *}" "$(expected 5 4)"
virsh_must attach-interface ina bridge xenbr0 --mac 00:16:3e:00:00:78 --live
guest_must ina 'until [ -e /sys/class/net/eth1 ]; do usleep 50000; done; cat /sys/class/net/eth1/address' >/run/mac
same "address of the attached interface" "$(cat /run/mac)" 00:16:3e:00:00:78
virsh_must detach-interface ina bridge --mac 00:16:3e:00:00:78 --live
guest_must ina 'while [ -e /sys/class/net/eth1 ]; do usleep 50000; done'
say "attach-disk, detach-disk, attach-interface, detach-interface"

virsh_must suspend ina
wait_for 30 state_is ina paused
virsh_must resume ina
wait_for 30 state_is ina running
virsh_must save ina /var/lib/libvirt/ina.save
wait_for 60 guest_gone ina
virsh_must restore /var/lib/libvirt/ina.save
rm /var/lib/libvirt/ina.save
known ina
disk_verify ina /dev/xvda 78 32
wait_for 60 guest_run ina 'ping -c 1 -W 1 10.0.0.1'
say "suspend, resume, save, restore; the 32 MiB verified"

guest_must ina 'echo /bin/busybox poweroff -f >/proc/sys/kernel/poweroff_cmd'
virsh_must shutdown ina
wait_for 120 state_is ina 'shut off'
wait_for 60 timeout 60 virsh -q start ina
known ina
guest_ready ina 120
disk_verify ina /dev/xvda 78 32
virsh_must destroy ina
wait_for 60 state_is ina 'shut off'
virsh_must undefine ina
say "shutdown, start, verified, destroy"

# Debian has no device model at the path where libvirt expects it.
installed flo --hvm --xml ./devices/emulator=/usr/libexec/xen-qemu-system-i386
same "flo's kind" "$(virsh -q domstate flo), $(virsh -q dumpxml flo | sed -n 's/.*<type[^>]*>\(.*\)<.*/\1/p')" "running, hvm"
guest_works flo "fully virtualised guest by virt-install --import" xvda nvme0n5 10.0.0.7 81
wait_for 60 state_is flo 'shut off'
virsh_must undefine flo

must kill "$(cat /run/libvirtd.pid)"
wait_for 30 sh -c '! pidof libvirtd'
kill "$(pidof dbus-daemon)"
census_back_to "$before"
pass
