/* SPDX-License-Identifier: GPL-2.0 */
/* The module's parameters. */
#ifndef _SCSIBACK_PARAMS_H
#define _SCSIBACK_PARAMS_H

extern unsigned int vscsi_max_buffer_pages;
extern unsigned int vscsi_max_memory_mb;

#endif
