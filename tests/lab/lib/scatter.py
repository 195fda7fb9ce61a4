# SPDX-License-Identifier: GPL-2.0
"""Sends Ethernet frames until a signal ends it, or for the given time.

scatter.py NETDEV SECONDS mixed SIZE HELD OTHER EVERY: one of EVERY frames goes to the address HELD, the others to OTHER.
scatter.py NETDEV SECONDS stream SIZE HELD: the segments of one TCP stream, SIZE bytes of payload in each.
"""

import itertools
import socket
import struct
import sys
import time

EXPERIMENTAL = 0x88B5
IPV4 = 0x0800
ACK = 0x10
SEGMENTS = 512


def frame(destination, ethertype, body):
    source = bytes.fromhex("020000000001")
    return bytes.fromhex(destination.replace(":", "")) + source + struct.pack(">H", ethertype) + body


def checksum(data):
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def mixed(size, held, other, every):
    body = bytes(int(size) - 14)
    return [frame(held, EXPERIMENTAL, body)] + [frame(other, EXPERIMENTAL, body)] * (int(every) - 1)


def segment(number, size):
    """A TCP segment from 10.0.0.2 to 10.0.0.3 in an IPv4 packet, both with their checksums."""
    addresses = socket.inet_aton("10.0.0.2") + socket.inet_aton("10.0.0.3")
    tcp = struct.pack(">HHIIBBHHH", 9, 9, number * size, 1, 5 << 4, ACK, 1000, 0, 0) + bytes(size)
    pseudo = addresses + struct.pack(">HH", socket.IPPROTO_TCP, len(tcp))
    tcp = tcp[:16] + struct.pack(">H", checksum(pseudo + tcp)) + tcp[18:]
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0x4000, 64, socket.IPPROTO_TCP, 0) + addresses
    return ip[:10] + struct.pack(">H", checksum(ip)) + ip[12:] + tcp


def stream(size, held):
    return [frame(held, IPV4, segment(n, int(size))) for n in range(SEGMENTS)]


def main():
    netdev, seconds, kind, *words = sys.argv[1:]
    end = time.monotonic() + int(seconds)
    frames = {"mixed": mixed, "stream": stream}[kind](*words)
    sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    sender.bind((netdev, 0))
    for data in itertools.cycle(frames):
        sender.send(data)
        if data is frames[0] and time.monotonic() > end:
            break


main()
