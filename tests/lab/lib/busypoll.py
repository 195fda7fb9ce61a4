# SPDX-License-Identifier: GPL-2.0
"""Receives UDP by busy polling: this program itself runs the network card's NAPI poll, with its own budget.

busypoll.py PORT BUDGET: runs until a signal ends it. The first line of output is "listening".
"""

import socket
import sys

SO_BUSY_POLL = 46
SO_BUSY_POLL_BUDGET = 70
# Longer than a sender of bursts pauses, also on a slow computer.
POLL_MICROSECONDS = 1000000


def main():
    port, budget = map(int, sys.argv[1:])
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    # Keep few packets: while this program reads them, it does not poll.
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    receiver.setsockopt(socket.SOL_SOCKET, SO_BUSY_POLL, POLL_MICROSECONDS)
    receiver.setsockopt(socket.SOL_SOCKET, SO_BUSY_POLL_BUDGET, budget)
    receiver.bind(("", port))
    print("listening", flush=True)
    while True:
        receiver.recv(2048)


main()
