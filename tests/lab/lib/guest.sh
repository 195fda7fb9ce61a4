# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Guests: starts them, runs commands in them, ends them. A guest is a stock Debian kernel with the lab's initrd, whose agent (guest/init)
# runs what Dom0 writes to the guest's data/order in xenstore.

declare -A GUEST_ID

# letter N: a for 0, b for 1, ...
letter() {
	printf '%b' "\\x$(printf %x $((97 + $1)))"
}

# guest_start NAME KEY=VALUE...
#   type=pv|pvh|hvm  mem=MIB  vcpus=N
#   bits=32            Debian's i386 kernel; the scenario asks for it with `# guests: i386`
#   boot=disk|network  an HVM guest boots from there, not with a kernel from Dom0; the scenario must put the agent there, and
#                      pass the kernel the arguments that `guest_words` prints
#   disk=DEVICE[,ro]   a block device of Dom0; the first is xvda, the next xvdb, ...
#   disk=FORMAT:FILE   an image file, served by QEMU
#   cdrom=FILE         the drive hdc of an HVM guest
#   backend=NAME       that guest serves the disks and cards that follow: DEVICE is one of its own, the vif is on its bridge br0;
#                      without a NAME it is Dom0 again
#   nic=ADDRESS        a vif on xenbr0; the guest's eth0 (eth1, ...) gets that address
#   tools=yes          Dom0's own root, read-only, as xvdz, mounted on /tools: `chroot /tools fio ...`
#   extra=WORDS        more arguments for the guest's kernel
#   config=LINE        one more line of xl's configuration
guest_start() {
	local name=$1 patience tools ndisks nics
	must guest_create "$@"
	guest_ready "$name" "$patience"
	guest_devices "$name"
}

# guest_create NAME KEY=VALUE...: returns as soon as xl returns, with its exit code.
guest_create() {
	guest_config "$@" >"/run/$1.cfg"
	xl create -q "/run/$1.cfg" || return
	GUEST_ID[$1]=$(xl domid "$1")
}

# guest_words: the agent's kernel arguments. On a busy host an HVM guest's timer is late, and a kernel that checks it panics.
guest_words() {
	echo "lab.guest console=hvc0 loglevel=7 panic=1 no_timer_check $LAB_GUEST_WORDS $*"
}

# guest_config NAME KEY=VALUE...: prints xl's configuration; sets the time to wait, tools, ndisks and nics for guest_start.
guest_config() {
	local name=$1 type=pv mem=256 vcpus=1 bits=64 boot=kernel disks='' vifs='' extra='' config='' backend='' bridge=xenbr0 pair
	patience=120 tools='' ndisks=0 nics=()
	shift
	for pair in "$@"; do
		case $pair in
		type=* | mem=* | vcpus=* | bits=* | boot=* | extra=*) local "$pair" ;;
		backend=*)
			backend=${pair#backend=} bridge=xenbr0
			[ -z "$backend" ] || bridge=br0
			;;
		tools=*) tools=${pair#tools=} ;;
		config=*) config+="${pair#config=}"$'\n' ;;
		cdrom=*) disks+="'file:${pair#cdrom=},hdc:cdrom,r'," ;;
		disk=*)
			disks+=$(guest_disk "${pair#disk=}" "xvd$(letter "$ndisks")")
			ndisks=$((ndisks + 1))
			;;
		nic=*)
			vifs+="'bridge=$bridge${backend:+,backend=$backend}',"
			nics+=("${pair#nic=}")
			;;
		*) fail "guest_start: unknown argument $pair" ;;
		esac
	done
	[ -z "$tools" ] || disks+="'phy:/dev/nvme0n3,xvdz,r',"
	cat <<-CONFIG
		name = '$name'
		type = '$type'
		memory = $mem
		vcpus = $vcpus
		disk = [ $disks ]
		vif = [ $vifs ]
		on_crash = 'destroy'
		on_reboot = 'destroy'
		$config
	CONFIG
	guest_boot "$boot" "$type" "$bits" "$extra"
	[ "$type" != hvm ] && [ "$vcpus" -lt 16 ] || patience=600
	# On an emulated machine, each packet of an emulated card causes many slow exits.
	[ "$boot" != network ] || patience=1500
}

guest_disk() {
	case $1 in
	/*,ro) echo "'phy:${1%,ro},$2,r${backend:+,backend=$backend}'," ;;
	/*) echo "'phy:$1,$2,w${backend:+,backend=$backend}'," ;;
	*) echo "'format=${1%%:*},vdev=$2,access=rw,target=${1#*:}'," ;;
	esac
}

# guest_boot kernel|disk|network TYPE 64|32 EXTRA. QEMU, which starts an HVM guest, needs the kernel in Debian's format.
guest_boot() {
	local folder=/lab kernel=vmlinux
	[ "$3" = 64 ] || folder=/lab/guest32
	[ "$2" != hvm ] || kernel=vmlinuz
	case $1 in
	kernel) printf "%s\n" "kernel = '$folder/$kernel'" "ramdisk = '$folder/initrd'" "extra = '$(guest_words "$4")'" ;;
	disk) echo "boot = 'c'" ;;
	network) echo "boot = 'n'" ;;
	esac
}

guest_devices() {
	local name=$1 i
	for ((i = 0; i < ndisks; i++)); do
		guest_must "$name" "until [ -b /dev/xvd$(letter $i) ]; do usleep 200000; done"
	done
	for i in "${!nics[@]}"; do
		guest_must "$name" "ip addr add ${nics[$i]}/24 dev eth$i && ip link set eth$i up"
	done
	[ -z "$tools" ] || guest_must "$name" 'until [ -b /dev/xvdz ]; do usleep 200000; done
		mount -t ext4 -o ro,noload /dev/xvdz /tools && mount -o bind /dev /tools/dev &&
		mount -t proc proc /tools/proc && mount -t tmpfs tmp /tools/tmp'
}

# The toolstack destroys a guest that crashes, and removes its nodes from xenstore.
guest_dead() {
	! xenstore-exists "/local/domain/${GUEST_ID[$1]}"
}

guest_must_live() {
	! guest_dead "$1" || fail "guest $1 has died"
}

# guest_ready NAME SECONDS: waits until the guest's agent accepts commands. Exit codes: see guest/order.c.
guest_ready() {
	order "${GUEST_ID[$1]}" ready $(($2 * LAB_PATIENCE))
	case $? in
	0) ;;
	253) fail "guest $1 has died" ;;
	*) fail "guest $1 was not ready in $(($2 * LAB_PATIENCE)) s" ;;
	esac
}

guest_order() {
	must order "${GUEST_ID[$1]}" send "$2"
}

# guest_run NAME COMMAND [SECONDS]: runs it in the guest's shell; prints its output, returns its exit code.
guest_run() {
	local seconds=$((${3:-300} * LAB_PATIENCE)) code
	order "${GUEST_ID[$1]}" run $seconds "$2"
	code=$?
	case $code in
	253) fail "guest $1 has died" ;;
	254) fail "guest $1: no answer in $seconds s to: $2" ;;
	esac
	return $code
}

# guest_must NAME COMMAND [SECONDS]: the same, and fails the scenario if the command fails.
guest_must() {
	guest_run "$@" || fail "guest $1: exit code $? of: $2"
}

# guest_spawn NAME TAG COMMAND: starts it in the guest's background. guest_join NAME TAG [SECONDS]: waits for it, prints its output and
# returns its exit code. The exit code is also printed on the guest's console, for commands that are not joined. The file with the code
# appears complete: an empty one would be read as success.
guest_spawn() {
	guest_must "$1" "rm -f /tmp/$2.*
		( ( $3 ) >/tmp/$2.out 2>&1 </dev/null; code=\$?
		echo \"lab: $2 ended with \$code: \$(tail -n 2 /tmp/$2.out)\" >/dev/kmsg
		echo \$code >/tmp/$2.new && mv /tmp/$2.new /tmp/$2.code ) &"
}

guest_join() {
	guest_run "$1" "until [ -e /tmp/$2.code ]; do usleep 100000; done; cat /tmp/$2.out; exit \$(cat /tmp/$2.code)" "${3:-300}"
}

guest_gone() {
	! xl domid "$1"
}

# guest_destroy NAME: destroys the domain at once. guest_stop NAME: the guest powers itself off.
guest_destroy() {
	must xl destroy "$1"
	wait_for 30 guest_gone "$1"
}

guest_stop() {
	guest_order "$1" 'sync; poweroff -f'
	wait_for 60 guest_gone "$1"
}

# device_state NAME vbd|vif DEVID: the backend's state, 4 when connected.
device_state() {
	xenstore-read "/local/domain/0/backend/$2/${GUEST_ID[$1]}/$3/state" 2>/dev/null
}
