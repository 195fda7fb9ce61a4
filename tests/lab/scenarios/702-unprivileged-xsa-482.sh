# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: in a domain that is not Dom0 a privcmd file reaches only the target that xenstore names (XSA-482)
# long: yes
# drivers: ours
# devices: ours
TARGET=77

before=$(census)
must tar -cf /run/abi.tar -C /lab/modules dom0-core.ko dom0-privcmd.ko -C /lab/bin abi
must dd if=/run/abi.tar of=/dev/nvme0n5 bs=64k conv=fsync
blocks=$((($(stat -c %s /run/abi.tar) + 65535) / 65536))
guest_start erin type=pvh disk=/dev/nvme0n5
# tar alone would read the disk to its end.
guest_must erin "mkdir /run/abi && dd if=/dev/xvda bs=64k count=$blocks | tar -xf - -C /run/abi"

# answers [PARAMETER]: loads the modules, prints the results, and unloads the modules.
answers() {
	guest_must erin "cd /run/abi && insmod dom0-core.ko && insmod dom0-privcmd.ko ${1:-} && ./abi unprivileged $TARGET &&
		rmmod dom0-privcmd dom0-core" | sed -n 's/^unprivileged: //p'
}

# refused DM_OP: prints the expected results. Every call is refused, but a device model operation on the target has the result DM_OP.
refused() {
	cat <<-END
	hypercall: EPERM
	dm_op: $1
	dm_op for Dom0: EPERM
	mmap_resource of Dom0: EPERM
	mmap of Dom0: ENOSYS
	mmapbatch of Dom0: EPERM
	mmapbatch_v2 of Dom0: EPERM
	restrict to Dom0: EINVAL
	END
}
same "results without a target" "$(answers)" "$(refused EPERM)"
must xenstore-write "/local/domain/${GUEST_ID[erin]}/target" $TARGET
same "results with a target" "$(answers)" "$(refused ok)"
# Without the restriction, a hypercall succeeds.
same "a hypercall without the restriction" "$(answers unrestricted=1 | sed -n 's/^hypercall: //p')" ok
guest_destroy erin
census_back_to "$before"
pass
