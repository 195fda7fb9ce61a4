# SPDX-License-Identifier: GPL-2.0
"""Binds, allocates, closes and lists event channels of this domain, through /dev/xen/evtchn and by hypercalls.

  evtchn.py bind DOMAIN    binds an unbound port for DOMAIN through the device, and closes the file at once
  evtchn.py static PORT    binds PORT as a static port, likewise
  evtchn.py alloc DOMAIN   allocates an unbound port for DOMAIN by a hypercall, so that no file has it
  evtchn.py close PORT     closes a port by a hypercall
  evtchn.py list           prints each port that is not closed: PORT STATUS DOMAIN-OR-VIRQ

Prints a port or nothing; an error is printed by its name, with exit code 1.
"""

import ctypes
import errno
import fcntl
import mmap
import os
import struct
import sys

EVENT_CHANNEL_OP = 32
OP_CLOSE, OP_STATUS, OP_ALLOC_UNBOUND = 3, 5, 6
DOMID_SELF = 0x7FF0
PORTS = 4096

IOCTL_HYPERCALL = 48 << 16 | ord("P") << 8
IOCTL_BIND_UNBOUND = 4 << 16 | ord("E") << 8 | 2
IOCTL_BIND_STATIC = 4 << 16 | ord("E") << 8 | 7


class Xen:
    def __init__(self):
        self.privcmd = os.open("/dev/xen/privcmd", os.O_RDWR)
        self.memory = mmap.mmap(os.open("/dev/xen/hypercall", os.O_RDWR), mmap.PAGESIZE)
        self.address = ctypes.addressof(ctypes.c_char.from_buffer(self.memory))

    def call(self, op, layout, *fields):
        """Makes the hypercall; returns the fields of its argument afterwards."""
        struct.pack_into(layout, self.memory, 0, *fields)
        fcntl.ioctl(self.privcmd, IOCTL_HYPERCALL,
                    struct.pack("6Q", EVENT_CHANNEL_OP, op, self.address, 0, 0, 0))
        return struct.unpack_from(layout, self.memory)


def bind_by_device(request, number):
    return fcntl.ioctl(os.open("/dev/xen/evtchn", os.O_RDWR), request, struct.pack("I", number))


def print_ports(xen):
    for port in range(1, PORTS):
        try:
            _, _, status, _, detail = xen.call(OP_STATUS, "=HxxIIIIxxxx", DOMID_SELF, port, 0, 0, 0)
        except OSError:
            break  # the hypervisor has no memory for this port and those after it
        if status:
            print(port, status, detail & 0xFFFF)


def main():
    what, number = sys.argv[1], int((sys.argv[2:] or [0])[0])
    if what == "bind":
        print(bind_by_device(IOCTL_BIND_UNBOUND, number))
    elif what == "static":
        bind_by_device(IOCTL_BIND_STATIC, number)
    elif what == "alloc":
        print(Xen().call(OP_ALLOC_UNBOUND, "=HHI", DOMID_SELF, number, 0)[2])
    elif what == "close":
        Xen().call(OP_CLOSE, "=I", number)
    elif what == "list":
        print_ports(Xen())
    else:
        sys.exit(__doc__)


try:
    main()
except OSError as error:
    sys.exit(errno.errorcode[error.errno])
