/* SPDX-License-Identifier: GPL-2.0 */
/* Macros that every file uses, named as in the kernel. */
#ifndef _DOM0CTL_BASE_H
#define _DOM0CTL_BASE_H

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#endif

#ifndef __printf
#define __printf(text, first) \
	__attribute__((__format__(__printf__, \
				  text, first)))
#endif

#endif
