#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Counts what guests and drivers may leave behind in Dom0, and prints a line for each kind.

One program instead of shell commands: starting a process is slow in the emulator, and each scenario counts at least twice.
"""

import os
import re
import subprocess
import time
from collections import Counter
from pathlib import Path

DISKS = [f"/dev/nvme0n{number}" for number in range(5, 10)]


def said(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, errors="replace",
                          check=False).stdout.splitlines()


def folder(path):
    """Lists a folder as `echo *` does in a shell."""
    try:
        return " ".join(sorted(name for name in os.listdir(path) if name[0] != ".")) or "*"
    except FileNotFoundError:
        return "*"


def modules():
    fields = [line.split() for line in Path("/proc/modules").read_text().splitlines()]
    return " ".join(sorted(f"{name}={users}" for name, _, users, *_ in fields if re.match(r"dom0_|xen_(blk|net|pci|scsi)back", name)))


def kernel_threads():
    """Kernel threads by their id. Leaves out kworkers, and ext4lazyinit of Dom0's root, which ends by itself."""
    names = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            before, _, after = stat.read_text(errors="replace").rpartition(")")
        except OSError:
            continue
        name = before.partition("(")[2]
        if after.split()[1] == "2" and not re.match("kworker|ext4lazyinit", name):
            names[stat.parent.name] = name
    return names


def lasting(before, now):
    """Names of the threads that exist at both times. A thread that lives for a moment would be missing from the next count."""
    return " ".join(sorted(name for thread, name in now.items() if before.get(thread) == name))


def interrupts():
    lines = Path("/proc/interrupts").read_text().splitlines()
    names = Counter(line.split()[-1] for line in lines if "xen-dyn" in line)
    return " ".join(f"{count} {name}" for name, count in sorted(names.items()))


def xen_keys(keys):
    """Returns what the hypervisor prints for these debug keys."""
    said("xl", "dmesg", "-c")
    said("xl", "debug-keys", keys)
    time.sleep(0.5)
    return said("xl", "dmesg")


def event_channels(dump):
    """Counts the event channels of Dom0 that are in use."""
    count, ours = 0, False
    for line in dump:
        ours = re.search("for domain 0", line) is not None or (ours and not re.search("for domain [^0]", line))
        count += ours and re.search("s=[1-6] ", line) is not None
    return count


def grants(dump):
    return sum(re.search(r"\] *[0-9]+ 0x", line) is not None for line in dump)


def backend_nodes():
    return sum(re.search(r"/(vbd|vif)/[0-9]+/", line) is not None for line in said("xenstore-ls", "-f", "/local/domain/0/backend"))


def still_open(disk):
    """Whether another user has opened the disk exclusively."""
    try:
        os.close(os.open(disk, os.O_RDONLY | os.O_EXCL))
    except OSError:
        return True
    return False


def main():
    print("modules:", modules())
    print("domains:", " ".join(sorted(line.split()[0] for line in said("xl", "list")[1:])))
    print("netdevs:", folder("/sys/class/net"))
    threads = kernel_threads()
    irqs = interrupts()
    dump = xen_keys("eg")
    print("kernel threads:", lasting(threads, kernel_threads()))
    print("interrupts:", irqs)
    print("event channels of Dom0 in Xen:", event_channels(dump))
    print("active grants in Xen:", grants(dump))
    print("backend nodes:", backend_nodes())
    print("backend devices:", folder("/sys/bus/xen-backend/devices"))
    for disk in DISKS:
        if still_open(disk):
            print("still open:", disk)


if __name__ == "__main__":
    main()
