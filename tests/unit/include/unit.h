/* SPDX-License-Identifier: GPL-2.0 */
/* The one include that a test needs besides the driver source that it tests. */
#ifndef _TESTS_UNIT_H
#define _TESTS_UNIT_H

#include <linux/kernel.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/*
 * Runs the cmocka_unit_test() entries of an array called tests. A function that is not in it does
 * not run.
 */
#define RUN_TESTS(tests) \
	int main(void) \
	{ \
		return cmocka_run_group_tests(tests, NULL, NULL); \
	}

#endif
