# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The channel to the host: one line per message on the second serial port, nothing else ever goes there.

report() {
	printf '%s\n' "$*" >/dev/ttyS1
}
