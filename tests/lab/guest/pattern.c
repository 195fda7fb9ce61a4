// SPDX-License-Identifier: GPL-2.0
/* pattern SEED BYTES: writes that many reproducible pseudo-random bytes to stdout (xorshift64*). */
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#define WORDS 8192

int main(int argc, char **argv)
{
	static uint64_t block[WORDS];
	uint64_t state, left;

	if (argc != 3)
		return 2;
	/* The state may never be zero, and small seeds must not give similar streams. */
	state = (strtoull(argv[1], NULL, 0) + 1) * 0x9e3779b97f4a7c15ull;
	left = strtoull(argv[2], NULL, 0);

	while (left) {
		size_t want = left < sizeof(block) ? left : sizeof(block);
		const char *at = (const char *)block;

		for (size_t i = 0; i < WORDS; i++) {
			state ^= state >> 12;
			state ^= state << 25;
			state ^= state >> 27;
			block[i] = state * 0x2545f4914f6cdd1dull;
		}
		left -= want;
		while (want) {
			ssize_t done = write(STDOUT_FILENO, at, want);

			if (done <= 0)
				return 1;
			at += done;
			want -= done;
		}
	}
	return 0;
}
