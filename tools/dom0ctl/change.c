// SPDX-License-Identifier: GPL-2.0
/*
 * All words are parsed before the first limit is written. All limits are written in one transaction
 * of xenstore.
 */
#include "change.h"
#include "command.h"

#include <errno.h>
#include <string.h>

/* How often to try when other clients change xenstore meanwhile. */
#define TRIES	8

/*
 * Return the index of the key that is the first @length bytes of @word, LIMIT_MOST if there is
 * none.
 */
static unsigned int key_index(const struct limit_kind *kinds, const char *word, size_t length)
{
	unsigned int i;

	for (i = 0; i < LIMIT_MOST; i++) {
		if (strlen(kinds[i].key) == length && !memcmp(kinds[i].key, word, length))
			break;
	}
	return i;
}

static int trouble_with_key(const struct device *dev, const struct limit_kind *kinds,
			    const char *word, size_t length)
{
	return command_trouble("%s has no limit %.*s, but %s, %s, %s and %s", dev->name,
			       (int)length, word, kinds[0].key, kinds[1].key, kinds[2].key,
			       kinds[3].key);
}

static int trouble_with_value(const struct limit_kind *kind, const char *value, int err)
{
	if (err == -ERANGE)
		return command_trouble("%s=%s: numbers go up to 2^40", kind->key, value);
	return command_trouble("%s=%s is not PER_SECOND, PER_SECOND,BURST%s, or none",
			       kind->key, value, kind->bytes ? " with K, M or G for units" : "");
}

static int parse_word(struct change *change, const struct device *dev,
		      const struct limit_kind *kinds, const char *word)
{
	size_t length = strcspn(word, "=");
	const char *value = word + length + 1;
	unsigned int i = key_index(kinds, word, length);
	int err;

	if (!word[length])
		return command_trouble("%s is not of the form KEY=VALUE", word);
	if (i == LIMIT_MOST)
		return trouble_with_key(dev, kinds, word, length);
	if (change->named[i])
		return command_trouble("%s is there twice", kinds[i].key);
	change->named[i] = true;
	if (!strcmp(value, "none"))
		return 0;
	err = limit_parse(&change->limits[i], value, kinds[i].bytes);
	return err ? trouble_with_value(&kinds[i], value, err) : 0;
}

int change_parse(struct change *change, const struct device *dev, char **words,
		 unsigned int number)
{
	const struct limit_kind *kinds = limit_kinds(dev->kind);
	unsigned int i;
	int code = 0;

	*change = (struct change){ 0 };
	for (i = 0; i < number && !code; i++)
		code = parse_word(change, dev, kinds, words[i]);
	return code;
}

static int write_limit(const struct limit *limit, const char *key, const struct device *dev,
		       struct xenstore *xs)
{
	char text[LIMIT_SIZE];

	if (!limit->per_second)
		return xenstore_remove(xs, "%s/limits/%s", dev->path, key);
	limit_format(text, limit);
	return xenstore_write(xs, text, "%s/limits/%s", dev->path, key);
}

/*
 * Check first that the device still exists: a write would create the directory of a detached device
 * again.
 */
static int write_limits(const struct change *change, const struct device *dev,
			struct xenstore *xs)
{
	const struct limit_kind *kinds = limit_kinds(dev->kind);
	char frontend[8];
	unsigned int i;
	int err;

	err = xenstore_read(xs, frontend, sizeof(frontend), "%s/frontend", dev->path);
	for (i = 0; i < LIMIT_MOST && !err; i++) {
		if (change->named[i])
			err = write_limit(&change->limits[i], kinds[i].key, dev, xs);
	}
	return err;
}

static int write_at_once(const struct change *change, const struct device *dev,
			 struct xenstore *xs)
{
	int err = xenstore_begin(xs), end;

	if (err)
		return err;
	err = write_limits(change, dev, xs);
	end = xenstore_end(xs, !err);
	return err ? err : end;
}

int change_write(const struct change *change, const struct device *dev, struct xenstore *xs)
{
	int err = -EAGAIN, tries;

	for (tries = 0; tries < TRIES && err == -EAGAIN; tries++)
		err = write_at_once(change, dev, xs);
	if (err == -ENOENT)
		return command_trouble("%s has gone away", dev->name);
	if (err)
		return command_trouble("cannot write the limits of %s: %s", dev->name,
				       strerror(-err));
	return 0;
}
