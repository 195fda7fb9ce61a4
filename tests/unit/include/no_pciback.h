/* SPDX-License-Identifier: GPL-2.0 */
/* Keeps the headers of drivers/pciback out. The test declares the parts that its file needs. */
#define _PCIBACK_BUS_H
#define _PCIBACK_CHANNEL_H
#define _PCIBACK_DEVICE_H
#define _PCIBACK_FIELDS_H
#define _PCIBACK_GUEST_H
#define _PCIBACK_INTX_H
#define _PCIBACK_OP_H
#define _PCIBACK_PARAMS_H
#define _PCIBACK_XENBUS_H
