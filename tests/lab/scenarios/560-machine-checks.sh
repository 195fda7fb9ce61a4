# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: /dev/mcelog behaves the same with our module and with the kernel's own driver, and our module does not load beside that driver
# kernel: bare stock
# drivers: ours
if grep -q '^CONFIG_XEN_MCE_LOG=y' "/boot/config-$(uname -r)" 2>/dev/null; then
	# The kernel's own driver is built in, so it has registered first.
	message=$(modprobe dom0-mcelog 2>&1) && fail "dom0-mcelog loaded beside the kernel's own"
	[[ $message == *"Device or resource busy"* ]] || fail "beside the kernel's own: $message"
	must grep -q 'this kernel has a driver of its own' <(logs_kernel "$LAB_NAME")
else
	must modprobe dom0-mcelog
fi
[ -c /dev/mcelog ] || fail "no /dev/mcelog"
must timeout 60 abi mcelog | tee "$LAB_OUT/answers"
expected="mcelog: open: ok
mcelog: open twice: ok
mcelog: open alone beside others: EBUSY
mcelog: open alone: ok
mcelog: open beside one alone: EBUSY
mcelog: open after one alone: ok
mcelog: record length: 112
mcelog: log length: 32
mcelog: flags: 0
mcelog: unknown request: ENOTTY
mcelog: log length to a bad page: EFAULT
mcelog: poll of an empty log: 0
mcelog: read an empty log: 0
mcelog: read too little: EINVAL
mcelog: seek: ESPIPE"
same "the results" "$(cat "$LAB_OUT/answers")" "$expected"

if lsmod | grep -q '^dom0_mcelog '; then
	must grep -q ' mcelog$' /proc/interrupts
	must rmmod dom0-mcelog
	[ ! -e /dev/mcelog ] || fail "/dev/mcelog is still there"
	must modprobe dom0-mcelog
	same "the results after a second load" "$(timeout 60 abi mcelog)" "$expected"
	must rmmod dom0-mcelog
fi
pass
