/* SPDX-License-Identifier: GPL-2.0 */
/* An xarray of numbers by domain. The numbers may be 0. */
#ifndef _TESTS_NUMBERS_H
#define _TESTS_NUMBERS_H

/* @refuses: there is no memory for another domain */
struct xarray {
	unsigned long of[8];
	bool refuses;
};

#define DEFINE_XARRAY(name) struct xarray name
#define xa_load(numbers, index) ((void *)(numbers)->of[index])
#define xa_to_value(number) ((unsigned long)(number))
#define xa_mk_value(number) (number)
#define xa_erase(numbers, index) ((void)((numbers)->of[index] = 0))
#define xa_err(err) (err)
#define xa_store(numbers, index, number, flags) \
	((numbers)->refuses && !(numbers)->of[index] ? -ENOMEM : \
	 ((numbers)->of[index] = (number), 0))

#endif
