#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Checks the display of a guest, and types there, through QEMU's QMP.

    screen.py SOCKET blank                        checks that the display is empty
    screen.py SOCKET shows ROW COLUMN WORD ...    checks that it shows these words there, and nothing else
    screen.py SOCKET type WORD                    types the word, and Enter

The program does not know the font. It checks that equal letters look alike, that different letters differ, and that all other cells
look like the background.
"""

import json
import socket
import sys
from pathlib import Path

PICTURE = Path("/run/screen.ppm")
WIDTH, HEIGHT = 8, 16


class Monitor:
    """A connection to QEMU's monitor."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        self.socket.connect(path)
        self.lines = self.socket.makefile("r")
        self.lines.readline()
        self.ask("qmp_capabilities")

    def ask(self, command, **arguments):
        """Returns the result of a command. Ignores events."""
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
    """A screenshot as a table of cells with one character each."""

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
        """Returns None if the screenshot can be these words in some font, else the reason why not."""
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
