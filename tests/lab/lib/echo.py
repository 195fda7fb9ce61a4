#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Echoes TCP and UDP, or sends data to such a server and compares each byte that comes back.

    echo.py serve                     on port 7007, IPv4 and IPv6
    echo.py check HOST MIB            datagrams of many sizes, then a stream of MIB, both ways at once
"""

import random
import socket
import sys
import threading

PORT = 7007
SIZES = [*range(1, 1600, 13), 1472, 1473, 4000, 4096, 8972, 16384, 40000, 65000, 65487]


def listen(kind):
    sock = socket.socket(socket.AF_INET6, kind)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("::", PORT))
    return sock


def echo_datagrams():
    sock = listen(socket.SOCK_DGRAM)
    while True:
        data, sender = sock.recvfrom(65536)
        sock.sendto(data, sender)


def echo_stream(conn):
    with conn:
        while data := conn.recv(1 << 17):
            conn.sendall(data)


def serve():
    threading.Thread(target=echo_datagrams, daemon=True).start()
    sock = listen(socket.SOCK_STREAM)
    sock.listen()
    while True:
        threading.Thread(target=echo_stream, args=(sock.accept()[0],), daemon=True).start()


def check_datagrams(host):
    """Sends one datagram at a time, and repeats it if it is lost. Fails if one comes back changed."""
    chance = random.Random(1)
    family = socket.getaddrinfo(host, PORT)[0][0]
    for size in SIZES:
        data = chance.randbytes(size)
        for _ in range(5):
            with socket.socket(family, socket.SOCK_DGRAM) as sock:
                sock.settimeout(2)
                sock.connect((host, PORT))
                sock.send(data)
                try:
                    back = sock.recv(65536)
                except TimeoutError:
                    continue
                break
        else:
            sys.exit(f"a datagram of {size} bytes never came back")
        if back != data:
            sys.exit(f"a datagram of {size} bytes came back changed")


def send_all(sock, blocks):
    for block in blocks:
        sock.sendall(block)
    sock.shutdown(socket.SHUT_WR)


def check_stream(host, mib):
    """Sends pieces of random sizes, so that they begin anywhere in a packet or a page."""
    chance = random.Random(2)
    data = chance.randbytes(mib << 20)
    blocks, at = [], 0
    while at < len(data):
        size = chance.choice([chance.randint(1, 200), 1448, 4096, chance.randint(1, 70000)])
        blocks.append(data[at:at + size])
        at += size
    with socket.create_connection((host, PORT), timeout=60) as sock:
        sender = threading.Thread(target=send_all, args=(sock, blocks))
        sender.start()
        at = 0
        while back := sock.recv(1 << 17):
            if back != data[at:at + len(back)]:
                sys.exit(f"the stream came back changed after byte {at}")
            at += len(back)
        sender.join()
    if at != len(data):
        sys.exit(f"only {at} bytes of {len(data)} came back")


def main():
    if sys.argv[1:] == ["serve"]:
        serve()
    check_datagrams(sys.argv[2])
    check_stream(sys.argv[2], int(sys.argv[3]))


main()
