# SPDX-License-Identifier: GPL-2.0
"""Prints the kernel's uevents of one subsystem: a line for each event, with its variables sorted.

uevents.py SUBSYSTEM: runs until a signal ends it. The first line of output is "listening".
"""

import socket
import sys

KERNEL_GROUP = 1
NETLINK_KOBJECT_UEVENT = 15
# Variables to leave out, because they differ between events and between boots.
PASSING = ("SEQNUM=", "SYNTH_UUID=")


def main():
    listener = socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, NETLINK_KOBJECT_UEVENT)
    listener.bind((0, KERNEL_GROUP))
    print("listening", flush=True)
    while True:
        variables = listener.recv(16384).decode(errors="replace").split("\0")[1:]
        if f"SUBSYSTEM={sys.argv[1]}" in variables:
            print(*sorted(v for v in variables if v and not v.startswith(PASSING)), flush=True)


main()
