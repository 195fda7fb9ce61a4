#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""vif_xdp.py pin FOLDER NETDEV: loads XDP programs for a vif, and pins them in FOLDER of a BPF file system.
vif_xdp.py count: prints how many BPF programs the kernel has.

The programs are:
pass      passes every frame
ports     by the port that UDP over IPv4 is sent to: 7001 is dropped, 7003 is sent back, 7004 is aborted; passes all else
redirect  redirects every frame to NETDEV

Each of them first writes into the headroom that it asks for. It aborts a frame that has less headroom, or that is longer than
an Ethernet frame.
"""

import ctypes
import errno
import socket
import struct
import sys

BPF, PROG_LOAD, OBJ_PIN, PROG_GET_NEXT_ID = 321, 5, 6, 11
PROG_TYPE_XDP = 6
ABORTED, DROP, PASS, TX = 0, 1, 2, 3
ADJUST_HEAD, REDIRECT = 44, 23
HEADROOM = 192
LONGEST = 1514

# Opcode, destination and source << 4, offset or the label to jump to, immediate. A string alone defines a label.
BEGIN = (
    (0xbf, 0x16, 0, 0),                     # r6 = the context
    (0xb7, 0x02, 0, -HEADROOM),
    (0x85, 0x00, 0, ADJUST_HEAD),
    (0x55, 0x00, "aborted", 0),
    (0x61, 0x62, 0, 0),                     # r2 = begin of the frame with headroom
    (0x61, 0x63, 4, 0),                     # r3 = its end
    (0xbf, 0x24, 0, 0),
    (0x07, 0x04, 0, HEADROOM),
    (0x2d, 0x34, "aborted", 0),
    (0x7a, 0x02, 0, 0x5a5a5a5a),            # the first and the last bytes of the headroom
    (0x7a, 0x02, HEADROOM - 8, 0x5a5a5a5a),
    (0xbf, 0x61, 0, 0),
    (0xb7, 0x02, 0, HEADROOM),
    (0x85, 0x00, 0, ADJUST_HEAD),
    (0x55, 0x00, "aborted", 0),
    (0x61, 0x62, 0, 0),                     # the frame again
    (0x61, 0x63, 4, 0),
    (0xbf, 0x24, 0, 0),
    (0x07, 0x04, 0, LONGEST + 1),
    (0x2d, 0x34, "short", 0),
    "aborted",
    (0xb7, 0x00, 0, ABORTED),
    (0x95, 0x00, 0, 0),
    "short",
)

END = (
    "pass",
    (0xb7, 0x00, 0, PASS),
    (0x95, 0x00, 0, 0),
)


def swap(width, one, other):
    """Exchanges two fields of the frame, of 2 or 4 bytes."""
    load, store = {2: (0x69, 0x6b), 4: (0x61, 0x63)}[width]
    return ((load, 0x25, one, 0), (load, 0x20, other, 0), (store, 0x02, one, 0), (store, 0x52, other, 0))


PORTS = (
    (0xbf, 0x24, 0, 0),
    (0x07, 0x04, 0, 42),
    (0x2d, 0x34, "pass", 0),                # shorter than the headers of UDP
    (0x69, 0x25, 12, 0),
    (0x55, 0x05, "pass", 0x0008),           # IPv4
    (0x71, 0x25, 23, 0),
    (0x55, 0x05, "pass", socket.IPPROTO_UDP),
    (0x69, 0x25, 36, 0),
    (0x15, 0x05, "aborted", socket.htons(7004)),
    (0x15, 0x05, "drop", socket.htons(7001)),
    (0x55, 0x05, "pass", socket.htons(7003)),
    *swap(4, 0, 6), *swap(2, 4, 10),        # the Ethernet addresses
    *swap(4, 26, 30),                       # the addresses
    *swap(2, 34, 36),                       # the ports
    (0xb7, 0x00, 0, TX),
    (0x95, 0x00, 0, 0),
    "drop",
    (0xb7, 0x00, 0, DROP),
    (0x95, 0x00, 0, 0),
)


def redirect(index):
    return (
        (0xb7, 0x01, 0, index),
        (0xb7, 0x02, 0, 0),
        (0x85, 0x00, 0, REDIRECT),
        (0x95, 0x00, 0, 0),
    )


def assemble(source):
    labels, code = {}, []
    for line in source:
        if isinstance(line, str):
            labels[line] = len(code)
        else:
            code.append(line)
    return b"".join(struct.pack("<BBhi", op, regs, labels[to] - at - 1 if to in labels else to, imm)
                    for at, (op, regs, to, imm) in enumerate(code))


def bpf(command, attributes):
    """Returns the result and what the kernel has written into the attributes."""
    libc = ctypes.CDLL(None, use_errno=True)
    room = ctypes.create_string_buffer(attributes, 120)
    result = libc.syscall(BPF, command, ctypes.byref(room), 120)
    if result < 0:
        raise OSError(ctypes.get_errno(), f"bpf command {command}")
    return result, room.raw


def pin(path, source):
    program, licence = assemble(source), ctypes.create_string_buffer(b"GPL")
    code = ctypes.create_string_buffer(program, len(program))
    name = ctypes.create_string_buffer(path.encode())
    loaded, _ = bpf(PROG_LOAD, struct.pack("<IIQQ", PROG_TYPE_XDP, len(program) // 8, ctypes.addressof(code),
                                           ctypes.addressof(licence)))
    bpf(OBJ_PIN, struct.pack("<QI", ctypes.addressof(name), loaded))


def count():
    number, at = 0, 0
    try:
        while True:
            _, room = bpf(PROG_GET_NEXT_ID, struct.pack("<I", at))
            at = struct.unpack_from("<I", room, 4)[0]
            number += 1
    except OSError as error:
        if error.errno != errno.ENOENT:
            raise
    return number


if sys.argv[1] == "count":
    print(count())
else:
    folder, netdev = sys.argv[2:]
    pin(f"{folder}/pass", BEGIN + END)
    pin(f"{folder}/ports", BEGIN + PORTS + END)
    # The verifier refuses code that is never reached, so there is no END.
    pin(f"{folder}/redirect", BEGIN + redirect(socket.if_nametoindex(netdev)))
