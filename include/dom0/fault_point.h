/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fault points: named places where a test holds a thread or makes a call fail, so that a race
 * happens each time. They exist only in modules that are compiled for the lab (DOM0_FAULT_POINTS).
 * Elsewhere they compile to nothing.
 *
 * tests/lab/README.md says how a scenario arms them.
 */
#ifndef _DOM0_FAULT_POINT_H
#define _DOM0_FAULT_POINT_H

#include <linux/compiler.h>
#include <linux/types.h>

#ifdef DOM0_FAULT_POINTS
extern bool dom0_fault_points_armed;

/* For the functions below. */
int dom0_fault_point_reached(const char *name, bool may_sleep);
#define DOM0_FAULT_POINT(name, may_sleep)			\
	(unlikely(READ_ONCE(dom0_fault_points_armed)) ?		\
	 dom0_fault_point_reached(name, may_sleep) : 0)
#else
#define DOM0_FAULT_POINT(name, may_sleep)	0
#endif

/**
 * dom0_fault_point() - a place where a test may make the caller sleep or fail
 * @name: name of the fault point, such as "vif_probe"
 *
 * Context: may sleep.
 *
 * Return: 0, or the negative errno that the test asks for.
 */
static __always_inline int dom0_fault_point(const char *name)
{
	return DOM0_FAULT_POINT(name, true);
}

/**
 * dom0_fault_point_atomic() - a place where a test may make the caller spin or fail
 * @name: name of the fault point
 *
 * A test can hold this context for one second at most. Any context.
 *
 * Return: 0, or the negative errno that the test asks for.
 */
static __always_inline int dom0_fault_point_atomic(const char *name)
{
	return DOM0_FAULT_POINT(name, false);
}

#endif
