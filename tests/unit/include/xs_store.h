/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A xenstore of one device, below the functions of include/dom0/xs.h: nodes by their keys, reads,
 * and batches that are written only over what they expect. The keys of both sides are in one list.
 * The test says what is refused.
 */
#ifndef _TESTS_XS_STORE_H
#define _TESTS_XS_STORE_H

#include "include/dom0/xs.h"

struct node {
	char key[32];	/* "" if it is free */
	char value[64];
};

static struct dom0_backend be;
static struct node nodes[32];
static unsigned int retries;	/* how often the device was asked to try again later */

/* A batch. A test may change nodes between what a driver has read and what it writes. */
static struct node writes[8], expected[4];
static bool removes[8];	/* whether that write is a removal */
static unsigned int nr_writes, nr_expected;
static void (*before_commit)(void);

/* The test defines these: whether xenstore refuses this read, or this batch. */
static bool read_is_refused(void);
static bool commit_is_refused(void);

void dom0_backend_retry(struct dom0_backend *be)
{
	retries++;
}

static struct node *find(const char *key)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(nodes); i++)
		if (!strcmp(nodes[i].key, key))
			return &nodes[i];
	return NULL;
}

static const char *get(const char *key)
{
	struct node *node = find(key);

	return node ? node->value : "none";
}

static void note(struct node *node, const char *key, const char *value)
{
	assert_true(strlen(key) < sizeof(node->key) && strlen(value) < sizeof(node->value));
	strcpy(node->key, key);
	strcpy(node->value, value);
}

/* NULL as the value removes the node. */
static void put(const char *key, const char *value)
{
	struct node *node = find(key) ?: find("");

	assert_non_null(node);
	note(node, value ? key : "", value ?: "");
}

int dom0_xs_read_string(struct dom0_backend *be, enum dom0_side side, const char *key, char *buf,
			size_t size)
{
	if (read_is_refused()) {
		dom0_backend_retry(be);
		return -EIO;
	}
	if (!find(key))
		return -ENOENT;
	return snprintf(buf, size, "%s", get(key)) < size ? 0 : -E2BIG;
}

int dom0_xs_read_u32(struct dom0_backend *be, enum dom0_side side, const char *key, u32 min,
		     u32 max, u32 *val)
{
	char text[sizeof(nodes->value)];
	int err = dom0_xs_read_string(be, side, key, text, sizeof(text));

	if (!err)
		*val = atoi(text);
	return err;
}

void dom0_xs_begin(struct dom0_xs_batch *batch, struct dom0_backend *be)
{
	nr_writes = 0;
	nr_expected = 0;
}

void dom0_xs_add(struct dom0_xs_batch *batch, const char *key, const char *fmt, ...)
{
	char text[sizeof(nodes->value)];
	va_list args;

	va_start(args, fmt);
	assert_true(vsnprintf(text, sizeof(text), fmt, args) < sizeof(text));
	va_end(args);
	assert_true(nr_writes < ARRAY_SIZE(writes));
	removes[nr_writes] = false;
	note(&writes[nr_writes++], key, text);
}

void dom0_xs_add_removal(struct dom0_xs_batch *batch, const char *key)
{
	assert_true(nr_writes < ARRAY_SIZE(writes));
	removes[nr_writes] = true;
	note(&writes[nr_writes++], key, "");
}

void dom0_xs_expect(struct dom0_xs_batch *batch, const char *key, const char *text)
{
	assert_true(nr_expected < ARRAY_SIZE(expected));
	note(&expected[nr_expected++], key, text ?: "none");
}

void dom0_xs_expect_number(struct dom0_xs_batch *batch, const char *key, u64 number)
{
	char text[sizeof(nodes->value)];

	snprintf(text, sizeof(text), "%llu", number);
	dom0_xs_expect(batch, key, text);
}

int dom0_xs_commit(struct dom0_xs_batch *batch)
{
	unsigned int i;

	if (commit_is_refused()) {
		dom0_backend_retry(&be);
		return -EIO;
	}
	if (before_commit && nr_expected)
		before_commit();
	for (i = 0; i < nr_expected; i++)
		if (strcmp(get(expected[i].key), expected[i].value))
			return -ESTALE;
	for (i = 0; i < nr_writes; i++)
		put(writes[i].key, removes[i] ? NULL : writes[i].value);
	return 0;
}

#endif
