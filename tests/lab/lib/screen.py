#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What the display of a guest shows, as QEMU tells by QMP.

    screen.py SOCKET blank                        nothing but background
    screen.py SOCKET shows ROW COLUMN WORD ...    these words stand there, and nothing else
    screen.py SOCKET type WORD                    types it, and Enter

No font is known here: that a letter looks the same wherever it stands, other letters differently, and a blank like the
background is what makes a text.
"""

import json
import socket
import sys
from pathlib import Path

PICTURE = Path("/run/screen.ppm")
WIDTH, HEIGHT = 8, 16


class Monitor:
    """QEMU's monitor."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        self.socket.connect(path)
        self.lines = self.socket.makefile("r")
        self.lines.readline()
        self.ask("qmp_capabilities")

    def ask(self, command, **arguments):
        """Returns what the command does; whatever else happens meanwhile is of no interest."""
        self.socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        for line in self.lines:
            answer = json.loads(line)
            if "error" in answer:
                sys.exit(f"{command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]
        sys.exit(f"{command}: no answer")

    def type(self, word):
        for key in [*word, "ret"]:
            self.ask("send-key", keys=[{"type": "qcode", "data": key}])


class Screen:
    """A picture as a table of cells with one character each."""

    def __init__(self, data):
        magic, size, _, pixels = data.split(b"\n", 3)
        assert magic == b"P6", magic
        width, height = map(int, size.split())
        assert len(pixels) == 3 * width * height
        self.cells = {}
        for row in range(height // HEIGHT):
            for column in range(width // WIDTH):
                starts = [3 * ((row * HEIGHT + y) * width + column * WIDTH) for y in range(HEIGHT)]
                self.cells[row, column] = b"".join(pixels[s:s + 3 * WIDTH] for s in starts)
        self.background = self.cells[max(self.cells)]

    def written(self):
        return {where for where, cell in self.cells.items() if cell != self.background}

    def shows(self, words):
        """Whether there is a way to draw each letter so that the picture is just this."""
        expected = {(row, column + i): letter for row, column, word in words for i, letter in enumerate(word)}
        if self.written() != set(expected):
            return f"something is written in {sorted(self.written())[:20]}"
        looks = {(letter, self.cells[where]) for where, letter in expected.items()}
        if not len(looks) == len({letter for letter, _ in looks}) == len({look for _, look in looks}):
            return "letters look alike, or one letter has several looks"
        return None


def main():
    path, what, *rest = sys.argv[1:]
    monitor = Monitor(path)
    if what == "type":
        monitor.type(rest[0])
        return None
    PICTURE.unlink(missing_ok=True)
    monitor.ask("screendump", filename=str(PICTURE))
    words = [(int(rest[i]), int(rest[i + 1]), rest[i + 2]) for i in range(0, len(rest), 3)]
    return Screen(PICTURE.read_bytes()).shows(words)


if __name__ == "__main__":
    sys.exit(main())
