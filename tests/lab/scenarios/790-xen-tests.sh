# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: the test programs of Xen's tools give the same results on our devices as on the kernel's own, and the expected ones
# boot: own
# long: yes
# drivers: ours
# devices: ours
tools=$(echo /usr/lib/xen-[0-9]*/bin)
devices_must_serve
must grep -q '^dom0_gntdev ' /proc/modules
must grep -q '^dom0_gntalloc ' /proc/modules

# outcome NAME COMMAND...: writes one line of the table, and the program's output to one file.
outcome() {
	local name=$1 code
	shift
	timeout 200 "$@" >"$LAB_OUT/$side-$name" 2>&1
	code=$?
	echo "$name: exit code $code" >>"$LAB_OUT/$side"
}

# with_descriptor DEVICE RESTRICT COMMAND...: runs the command with the device open as 9. RESTRICT is the number of an ioctl that
# restricts the descriptor to domain 1 first, or 0.
with_descriptor() {
	python3 -c 'import fcntl, os, struct, sys
fd = os.open(sys.argv[1], os.O_RDWR)
if int(sys.argv[2], 16):
    fcntl.ioctl(fd, int(sys.argv[2], 16), struct.pack("H", 1))
os.dup2(fd, 9)
os.execv(sys.argv[3], sys.argv[3:])' "$@"
}

# descriptor NAME DEVICE RESTRICT: runs Xen's checker for descriptors. It prints pass for a restricted descriptor, and fail for another.
descriptor() {
	with_descriptor "$2" "$3" "$tools"/depriv-fd-checker "$1" 9 lab >"$LAB_OUT/$side-descriptor-$1-$3" 2>&1
	echo "descriptor of $1, restricted by $3: $(awk '$2 ~ /pass|fail/ { print $2 }' "$LAB_OUT/$side-descriptor-$1-$3")" >>"$LAB_OUT/$side"
}

# stream FROM TO: sends 4 MiB through a libvchan connection inside Dom0: gntalloc and evtchn on the server's side, gntdev on the client's.
stream() {
	local sum
	mkfifo /run/vchan.open
	exec 8<>/run/vchan.open
	pattern 79 4194304 >/run/vchan.data
	declare -A input=([$1]=/run/vchan.data [$2]=/run/vchan.open)
	timeout 60 "$tools"/vchan-socket-proxy -m server 0 /local/domain/0/data/vchan - <"${input[server]}" >/run/vchan.server 2>"$LAB_OUT/$side-vchan-server" &
	wait_for 20 xenstore-exists /local/domain/0/data/vchan/ring-ref
	timeout 60 "$tools"/vchan-socket-proxy -m client 0 /local/domain/0/data/vchan - <"${input[client]}" >/run/vchan.client 2>"$LAB_OUT/$side-vchan-client"
	wait $!
	exec 8>&-
	xenstore-rm /local/domain/0/data/vchan
	sum=$(sha256sum <"/run/vchan.$2")
	rm /run/vchan.*
	[ "${sum%% *}" = "$(expected 79 4)" ] && echo "vchan from $1 to $2: the data is right" >>"$LAB_OUT/$side" ||
		echo "vchan from $1 to $2: the data is wrong" >>"$LAB_OUT/$side"
}

everything() {
	side=$1
	: >"$LAB_OUT/$side"
	outcome test-xenstore-socket "$tools"/test-xenstore -i 20
	outcome test-xenstore-device env XENSTORED_PATH=/dev/xen/xenbus "$tools"/test-xenstore -i 20
	outcome test-xenstore-proc env XENSTORED_PATH=/proc/xen/xenbus "$tools"/test-xenstore -i 20
	outcome test-xenstore-random "$tools"/test-xenstore -r 10
	outcome test-resource "$tools"/test-resource
	outcome test-paging-mempool "$tools"/test-paging-mempool
	descriptor privcmd /dev/xen/privcmd 0
	descriptor privcmd /dev/xen/privcmd 0x25006
	descriptor evtchn /dev/xen/evtchn 0
	descriptor evtchn /dev/xen/evtchn 0x24506
	descriptor gntdev /dev/xen/gntdev 0
	stream server client
	stream client server
}

everything ours
toolstack_stop
must rmmod "${DEVICES[@]}" "${GRANT_DEVICES[@]}"
for module in xen-evtchn xen-privcmd xenfs xen-gntdev xen-gntalloc; do
	must insmod "/lab/intree/$module.ko"
done
toolstack_start
everything intree

# Print the result of each program on our devices, and in brackets on the kernel's own.
while IFS=: read -r name ours; do
	say "$name:$ours (the kernel's own:$(sed -n "s/^$name://p" "$LAB_OUT/intree"))"
done <"$LAB_OUT/ours"
diff "$LAB_OUT/ours" "$LAB_OUT/intree" || fail "the results differ"
grep -v 'exit code 0$' "$LAB_OUT/ours" | diff - <(cat <<-'END'
	descriptor of privcmd, restricted by 0: fail
	descriptor of privcmd, restricted by 0x25006: pass
	descriptor of evtchn, restricted by 0: fail
	descriptor of evtchn, restricted by 0x24506: pass
	descriptor of gntdev, restricted by 0: fail
	vchan from server to client: the data is right
	vchan from client to server: the data is right
	END
) || fail "a program had another result than expected"
pass
