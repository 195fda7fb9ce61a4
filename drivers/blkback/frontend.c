// SPDX-License-Identifier: GPL-2.0
/* The keys of the frontend in xenstore: nothing in them can be trusted. */
#include "frontend.h"
#include "params.h"
#include "ring.h"
#include "vbd.h"

#include <dom0/xs.h>
#include <linux/kernel.h>
#include <linux/string.h>

/* Fits "queue-4294967295/ring-ref15" and the like. */
#define KEY_SIZE	48

/* Read a key of the frontend that must exist and be in range. */
static int need_key(struct dom0_backend *be, const char *key, u32 min, u32 max, u32 *val)
{
	int err = dom0_xs_read_u32(be, DOM0_SIDE_FRONTEND, key, min, max, val);

	if (err)
		dom0_backend_error(be, err, "frontend's %s is missing or not a number of %u to %u",
				   key, min, max);
	return err;
}

/* Read a key that may be absent, in which case @val keeps its value. */
static int may_have_key(struct dom0_backend *be, const char *key, u32 min, u32 max, u32 *val)
{
	int err = dom0_xs_read_u32(be, DOM0_SIDE_FRONTEND, key, min, max, val);

	if (!err || err == -ENOENT)
		return 0;
	dom0_backend_error(be, err, "frontend's %s is not a number of %u to %u", key, min, max);
	return err;
}

static int read_protocol(struct dom0_backend *be, enum blk_abi *abi)
{
	char name[64];
	int err;

	err = dom0_xs_read_string(be, DOM0_SIDE_FRONTEND, "protocol", name, sizeof(name));
	if (err == -ENOENT) {
		/* A frontend so old that it is a 32-bit guest, on x86. */
		*abi = IS_ENABLED(CONFIG_X86) ? BLK_ABI_32 : BLK_ABI_64;
		return 0;
	}
	if (err) {
		dom0_backend_error(be, err, "cannot read frontend's protocol");
		return err;
	}
	if (!blk_abi_from_name(name, abi)) {
		dom0_backend_error(be, -EINVAL, "frontend's protocol %s is unknown", name);
		return -EINVAL;
	}
	return 0;
}

/* Build the path of a queue's key. With several queues, each has its own folder. */
static void queue_key(char *key, const struct blk_ring_config *config, bool folders,
		      const char *name)
{
	if (folders)
		snprintf(key, KEY_SIZE, "queue-%u/%s", config->index, name);
	else
		strscpy(key, name, KEY_SIZE);
}

/* Read the keys of queue @config->index. Reports errors. */
int blk_frontend_read_queue(struct dom0_backend *be, const struct blk_frontend *front,
			    struct blk_ring_config *config)
{
	char name[16], key[KEY_SIZE];
	unsigned int i;
	int err;

	for (i = 0; i < config->nr_refs; i++) {
		snprintf(name, sizeof(name), front->one_page ? "ring-ref" : "ring-ref%u", i);
		queue_key(key, config, front->folders, name);
		err = need_key(be, key, 0, U32_MAX, &config->refs[i]);
		if (err)
			return err;
	}
	queue_key(key, config, front->folders, "event-channel");
	return need_key(be, key, 0, U32_MAX, &config->port);
}

/* Read all keys that are not of one queue, on the device's queue. Reports errors. */
int blk_frontend_read(struct blk_vbd *vbd, struct blk_frontend *front)
{
	struct dom0_backend *be = vbd->be;
	int err;

	*front = (struct blk_frontend){ .nr_queues = 1, .order = U32_MAX };
	err = read_protocol(be, &front->abi);
	if (err)
		return err;
	err = dom0_xs_read_flag(be, DOM0_SIDE_FRONTEND, "feature-persistent", &front->persistent);
	if (err) {
		dom0_backend_error(be, err, "frontend's feature-persistent is not a number");
		return err;
	}
	front->persistent &= READ_ONCE(blk_feature_persistent);
	err = may_have_key(be, "ring-page-order", 0, vbd->max_order, &front->order) ?:
	      may_have_key(be, "multi-queue-num-queues", 1, vbd->max_queues, &front->nr_queues);
	if (err)
		return err;

	front->one_page = front->order == U32_MAX;
	if (front->one_page)
		front->order = 0;
	front->folders = front->nr_queues > 1;
	return 0;
}
