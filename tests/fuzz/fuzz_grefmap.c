// SPDX-License-Identifier: GPL-2.0
/* Any sequence of insertions, look-ups and removals: the table agrees with a plain list. */
#include <linux/kernel.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/blkback/grefmap.c"

#define ORDER_MAX	5
#define SLOTS_MAX	BIT(ORDER_MAX)

/* The list: entry i is in use if known[i]. There are few references, so that they collide. */
struct model {
	u32 refs[256];
	u32 index[256];
	bool known[256];
	u32 nr;
};

static void expect(bool what)
{
	if (!what)
		abort();
}

/* Neighbours share their top bits, so that many have the same home. */
static u32 ref_of(u8 name)
{
	return (u32)(name & 0x0f) << 28 | (name >> 4) * 0x01010101U;
}

static void insert(struct blk_grefmap *map, struct model *model, u8 name, u32 index, u32 slots)
{
	int err = blk_grefmap_insert(map, ref_of(name), index);

	if (model->known[name]) {
		expect(err == -EEXIST);
	} else if (model->nr == slots - 1) {
		expect(err == -ENOSPC);
	} else {
		expect(!err);
		model->known[name] = true;
		model->index[name] = index;
		model->nr++;
	}
}

static void take_out(struct blk_grefmap *map, struct model *model, u8 name)
{
	u32 index = blk_grefmap_remove(map, ref_of(name));

	expect(index == (model->known[name] ? model->index[name] : BLK_GREFMAP_NONE));
	model->nr -= model->known[name];
	model->known[name] = false;
}

static void compare(const struct blk_grefmap *map, const struct model *model, u8 name)
{
	expect(map->nr == model->nr);
	expect(blk_grefmap_find(map, ref_of(name)) ==
	       (model->known[name] ? model->index[name] : BLK_GREFMAP_NONE));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct blk_grefmap_slot slots[SLOTS_MAX];
	struct model model = {};
	struct blk_grefmap map;
	unsigned int name;
	u32 order, random;

	if (size < 5)
		return 0;
	order = 1 + data[0] % ORDER_MAX;
	memcpy(&random, data + 1, sizeof(random));
	blk_grefmap_init(&map, slots, order, random);
	for (data += 5, size -= 5; size >= 2; data += 2, size -= 2) {
		if (data[0] & 1)
			insert(&map, &model, data[1], data[0], 1U << order);
		else
			take_out(&map, &model, data[1]);
		compare(&map, &model, data[1]);
	}
	for (name = 0; name < 256; name++)
		compare(&map, &model, name);
	return 0;
}
