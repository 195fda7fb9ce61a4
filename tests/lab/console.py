# SPDX-License-Identifier: GPL-2.0
"""Judges the serial log of a boot: the first error message in it, and whether the emulator has caused it."""

import re

# How many lines of the log to print from a kernel's error message on: its registers, code, call trace and modules.
TRACE_LINES = 60

# Where a CPU is halted: in Linux' idle loop, or in the hypercall that it makes there. A CPU that is not idle makes other calls in
# it, so the idle loop has to be in the call trace below.
HALTED = r"RIP: \w+:(?:xen_hypercall_\w+|\w*(?:safe_halt|default_idle))\+(?:.*\n){1,14}.* default_idle\+"

# Faults of the emulator, not of the code under test. A boot that ends with one is repeated once.
#
# The multi-threaded emulator does not handle code that another CPU patches exactly. While a kernel patches its text
# (text_poke_bp), it writes an int3 there for a moment. With some kernels, one boot in fifteen crashes at this int3, or executes it
# again and again while the patching CPU waits. In the second case RCU reports a stall, with a CPU at the entry for int3.
#
# On a busy host, the emulated SVM sometimes corrupts the state of an HVM or PVH guest, which ends by a triple fault. Xen's dump
# then shows Xen's own registers in place of the guest's, or an instruction that cannot fault (a shift after rdtsc). A backend
# that had corrupted a guest's memory would make the guest print an oops first.
#
# The host may also stop running QEMU for a while. Then Xen may report that its platform timer wrapped, and Dom0 reports a soft
# lockup or a stall of a CPU that is halted. No domain can delay Xen's timer, and no driver can keep a CPU that is halted busy.
EMULATOR_FLAKE = re.compile(
    r"Oops: int3|int3: 0000|^\(XEN\) d[1-9]\d*v\d+ Triple fault|"
    r"Triple fault(?:.*\n){1,4}.*RIP: +e008:\[<ffff82d0|"
    r"rcu: INFO: rcu_\w+ (?:self-)?detected stall.*\n(?:.*\n){1,120}.*RIP: e030:xen_asm_exc_int3\+|"
    r"\(XEN\) Platform timer appears to have unexpectedly wrapped(?:.*\n){1,4}.*(?:BUG: soft lockup|rcu: INFO: rcu_\w+ .*stall)|"
    rf"BUG: soft lockup - CPU#\d+ stuck for \d+s! \[swapper/\d+:0\]\n(?:.*\n){{1,8}}.*{HALTED}|"
    rf"rcu: INFO: rcu_\w+ detected stalls.*\n(?:.*\n){{1,12}}.*CPU: \d+ PID: 0 Comm: swapper/.*\n.*\n.*{HALTED}|"
    rf"kthread timer wakeup didn't happen for \d+ jiffies.*\n(?:.*\n){{1,30}}.*last ran:\n.*\n.*\n.*{HALTED}", re.M)


class Console:
    """A serial log: its first error message, the lines from there on, and whether the emulator is at fault."""

    def __init__(self, data, forbidden, tolerated=()):
        """`forbidden` are the patterns of error messages, `tolerated` the functions whose warnings a scenario expects."""
        # Xen and Linux each add a carriage return to a line's end.
        text = re.sub(r"\r+\n", "\n", data)
        # Xen prints this warning for every PVH Dom0.
        text = re.sub(r"^.*WARNING: PVH is an experimental mode.*$", "", text, flags=re.M)
        for warning in tolerated:
            text = re.sub(rf"^.*WARNING: .*\b{warning}\b.*\n(?:.*\n)*?.*end trace.*$", "", text, flags=re.M)
        found = re.search(f"^.*({'|'.join(forbidden)}).*$", text, re.M)
        self.complaint = found.group(0).strip() if found else None
        self.last_words = text[found.start():].splitlines()[:TRACE_LINES] if found else []
        self.is_flake = bool(EMULATOR_FLAKE.search(text))
