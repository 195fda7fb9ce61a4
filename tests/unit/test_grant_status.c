// SPDX-License-Identifier: GPL-2.0
/* Each grant status as an errno: drivers/gnttab/grant_status.c. */
#include "unit.h"

#include <limits.h>

#include "drivers/gnttab/grant_status.c"

static void test_known_values(void **state)
{
	assert_int_equal(dom0_gnttab_errno(GNTST_okay), 0);
	assert_int_equal(dom0_gnttab_errno(GNTST_eagain), -EAGAIN);
	assert_int_equal(dom0_gnttab_errno(GNTST_bad_gntref), -ENOENT);
	assert_int_equal(dom0_gnttab_errno(GNTST_bad_domain), -ESRCH);
	assert_int_equal(dom0_gnttab_errno(GNTST_permission_denied), -EACCES);
	assert_int_equal(dom0_gnttab_errno(GNTST_no_device_space), -ENOSPC);
	assert_int_equal(dom0_gnttab_errno(GNTST_no_space), -ENOSPC);
}

/* A status is 16 bits wide. Only one of them is a success, and only one asks for a retry. */
static void test_nothing_else_is_a_success(void **state)
{
	int status;

	for (status = SHRT_MIN; status <= SHRT_MAX; status++) {
		int err = dom0_gnttab_errno(status);

		assert_true(status == GNTST_okay ? err == 0 : err < 0);
		assert_int_equal(err == -EAGAIN, status == GNTST_eagain);
	}
}

static void test_unknown_values(void **state)
{
	assert_int_equal(dom0_gnttab_errno(1), -EIO);
	assert_int_equal(dom0_gnttab_errno(-1000), -EIO);
	assert_int_equal(dom0_gnttab_errno(INT_MIN), -EIO);
	assert_int_equal(dom0_gnttab_errno(INT_MAX), -EIO);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_known_values),
	cmocka_unit_test(test_nothing_else_is_a_success),
	cmocka_unit_test(test_unknown_values),
};

RUN_TESTS(tests)
