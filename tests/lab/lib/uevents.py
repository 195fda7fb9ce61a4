# SPDX-License-Identifier: GPL-2.0
"""Prints what the kernel tells udev about one subsystem: a line for each event, its variables in order.

uevents.py SUBSYSTEM: ends when it is told to. The first line is "listening".
"""

import socket
import sys

KERNEL_GROUP = 1
NETLINK_KOBJECT_UEVENT = 15
# These differ from one event to the next and from boot to boot.
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
