/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Single pages for packets from guests.
 */
#ifndef _VIF_PAGES_H
#define _VIF_PAGES_H

struct page;

int vif_pages_init(void);
void vif_pages_exit(void);
struct page *vif_page_alloc(void);

#endif
