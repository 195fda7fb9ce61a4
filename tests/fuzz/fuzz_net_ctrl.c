// SPDX-License-Identifier: GPL-2.0
/*
 * Any requests on a control ring, with any data, each followed by any frame. The chosen queue must
 * exist, and a refused request must change nothing.
 */
#include <linux/kernel.h>

#include <stdlib.h>
#include <string.h>

#include "drivers/netback/ctrl_protocol.c"
#include "drivers/netback/hash.c"

#define QUEUES	3

static void expect(bool what)
{
	if (!what)
		abort();
}

static void check_hash(const struct vif_hash *hash)
{
	unsigned int i;

	expect(hash->num_queues == QUEUES);
	expect(hash->mapping_size <= VIF_HASH_MAPPING_MAX);
	expect(!(hash->flags & ~VIF_HASH_FLAGS_ALL));
	for (i = 0; i < VIF_HASH_MAPPING_MAX; i++)
		expect(hash->mapping[i] < QUEUES);
}

/*
 * Copy the frame to memory of exactly its length, so that AddressSanitizer finds a read behind it.
 */
static void hash_frame(const struct vif_hash *hash, const u8 *bytes, unsigned int len)
{
	struct vif_hash_result result;
	u8 *frame = malloc(len ?: 1);

	memcpy(frame, bytes, len);
	if (vif_hash_frame(hash, frame, len, &result)) {
		expect(hash->flags & 1U << result.type);
		expect(vif_hash_queue(hash, result.value) < QUEUES);
	}
	free(frame);
}

static void serve_one(struct vif_hash *hash, const struct xen_netif_ctrl_request *req,
		      const u8 *bytes, size_t size)
{
	unsigned int len = vif_ctrl_data_len(req);
	struct vif_hash before = *hash;
	u8 *data = NULL;
	u32 answer;

	expect(len <= VIF_CTRL_DATA_MAX);
	/* Without enough bytes left, the page cannot be read. */
	if (len && len <= size) {
		data = malloc(len);
		memcpy(data, bytes, len);
	}
	if (vif_ctrl_serve(hash, req, data, &answer) != XEN_NETIF_CTRL_STATUS_SUCCESS)
		expect(!memcmp(hash, &before, sizeof(before)));
	free(data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xen_netif_ctrl_request req;
	struct vif_hash hash;

	vif_ctrl_init(&hash, QUEUES);
	for (; size >= sizeof(req); data += sizeof(req), size -= sizeof(req)) {
		memcpy(&req, data, sizeof(req));
		serve_one(&hash, &req, data + sizeof(req), size - sizeof(req));
		check_hash(&hash);
		hash_frame(&hash, data, min_t(size_t, size, VIF_HASH_FRAME_MAX));
	}
	return 0;
}
