/* SPDX-License-Identifier: GPL-2.0 */
/* ACPICA's public types in user space, which its own headers are written for as well. */
#ifndef _SHIM_LINUX_ACPI_H
#define _SHIM_LINUX_ACPI_H

#include <linux/kernel.h>

#define ACPI_USE_SYSTEM_INTTYPES
#include <acpi/acpi.h>

#endif
