#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""xdp.py INTERFACE SECONDS: runs an XDP program on an interface of a guest for SECONDS.

The program writes into the HEADROOM bytes before each frame, and drops frames that have no headroom. It passes ARP and IPv4
whose destination is a broadcast or an address of Xen (00:16), and drops all other frames. It changes UDP port 7001 to 7002,
and drops such a datagram if it begins with "u".
"""

import ctypes
import socket
import struct
import sys
import time

BPF, PROG_LOAD, LINK_CREATE = 321, 5, 28
PROG_TYPE_XDP, ATTACH_XDP, DRIVER_MODE = 6, 37, 4

LICENCE = ctypes.create_string_buffer(b"GPL")
HEADROOM = 192
ADJUST_HEAD = 44

# Opcode, destination and source << 4, offset or the label to jump to, immediate. A string alone defines a label.
SOURCE = (
    (0xbf, 0x16, 0, 0),                     # r6 = the context
    (0xb7, 0x02, 0, -HEADROOM),
    (0x85, 0x00, 0, ADJUST_HEAD),
    (0x55, 0x00, "drop", 0),
    (0x61, 0x62, 0, 0),                     # r2 = begin of the frame with headroom
    (0x61, 0x63, 4, 0),                     # r3 = its end
    (0xbf, 0x24, 0, 0),
    (0x07, 0x04, 0, HEADROOM),
    (0x2d, 0x34, "drop", 0),
    (0x7a, 0x02, 0, 0x5a5a5a5a),            # the first and the last bytes of the headroom
    (0x7a, 0x02, HEADROOM - 8, 0x5a5a5a5a),
    (0xbf, 0x61, 0, 0),
    (0xb7, 0x02, 0, HEADROOM),
    (0x85, 0x00, 0, ADJUST_HEAD),
    (0x55, 0x00, "drop", 0),
    (0x61, 0x62, 0, 0),                     # the frame again
    (0x61, 0x63, 4, 0),
    (0xbf, 0x24, 0, 0),
    (0x07, 0x04, 0, 42),
    (0x2d, 0x34, "drop", 0),                # shorter than ARP, or than headers of UDP
    (0x69, 0x25, 0, 0),
    (0x15, 0x05, "type", 0xffff),           # a broadcast
    (0x55, 0x05, "drop", 0x1600),           # 00:16
    "type",
    (0x69, 0x25, 12, 0),
    (0x15, 0x05, "pass", 0x0608),           # ARP
    (0x55, 0x05, "drop", 0x0008),           # IPv4
    (0x71, 0x25, 23, 0),
    (0x55, 0x05, "pass", socket.IPPROTO_UDP),
    (0x69, 0x25, 36, 0),
    (0x55, 0x05, "pass", socket.htons(7001)),
    (0xbf, 0x24, 0, 0),
    (0x07, 0x04, 0, 43),
    (0x2d, 0x34, "pass", 0),
    (0x71, 0x25, 42, 0),
    (0x15, 0x05, "drop", ord("u")),
    (0x6a, 0x02, 36, socket.htons(7002)),
    "pass",
    (0xb7, 0x00, 0, 2),
    (0x95, 0x00, 0, 0),
    "drop",
    (0xb7, 0x00, 0, 1),
    (0x95, 0x00, 0, 0),
)


def assemble():
    labels, code = {}, []
    for line in SOURCE:
        if isinstance(line, str):
            labels[line] = len(code)
        else:
            code.append(line)
    return b"".join(struct.pack("<BBhi", op, regs, labels[to] - at - 1 if to in labels else to, imm)
                    for at, (op, regs, to, imm) in enumerate(code))


PROGRAM = assemble()
CODE = ctypes.create_string_buffer(PROGRAM, len(PROGRAM))


def bpf(command, attributes):
    libc = ctypes.CDLL(None, use_errno=True)
    room = ctypes.create_string_buffer(attributes, 120)
    result = libc.syscall(BPF, command, ctypes.byref(room), 120)
    if result < 0:
        sys.exit(f"bpf command {command}: error {ctypes.get_errno()}")
    return result


def main():
    program = bpf(PROG_LOAD, struct.pack("<IIQQ", PROG_TYPE_XDP, len(PROGRAM) // 8, ctypes.addressof(CODE),
                                         ctypes.addressof(LICENCE)))
    # The kernel detaches the program when this process ends, and with it the link.
    bpf(LINK_CREATE, struct.pack("<IIII", program, socket.if_nametoindex(sys.argv[1]), ATTACH_XDP, DRIVER_MODE))
    print("attached", flush=True)
    time.sleep(int(sys.argv[2]))


main()
