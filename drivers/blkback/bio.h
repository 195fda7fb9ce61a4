/* SPDX-License-Identifier: GPL-2.0 */
/* The bio of a request. */
#ifndef _BLKBACK_BIO_H
#define _BLKBACK_BIO_H

#include <linux/types.h>

struct blk_request;
struct blk_segment;
struct page;

void blk_request_init_bio(struct blk_request *req);
void blk_request_add_page(struct blk_request *req, const struct blk_segment *seg,
			  struct page *page);
bool blk_request_has_more(const struct blk_request *req);
void blk_request_advance(struct blk_request *req);

#endif
