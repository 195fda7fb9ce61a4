// SPDX-License-Identifier: GPL-2.0
/* The toolstack's list of a guest's devices, in xenstore. It may change at any time. */
#include "list.h"

#include <dom0/xs.h>
#include <linux/errno.h>
#include <linux/kernel.h>

/* Fits "state-4294967295" and the like. */
#define KEY_SIZE	24

int pciback_entry_parse(const char *text, struct pciback_address *at)
{
	const char *rest = pciback_address_parse(text, at);

	if (!rest || *rest || at->slot == PCIBACK_ANY || at->func == PCIBACK_ANY)
		return -EINVAL;
	return 0;
}

/* Whether xenstore has answered, and only the value is wrong or missing. */
bool pciback_entry_is_wrong(int err)
{
	return err == -ENOENT || err == -EINVAL || err == -ERANGE || err == -E2BIG;
}

static int read_entry_text(struct dom0_backend *view, const char *name, unsigned int nr, char *text)
{
	char key[KEY_SIZE];
	int err;

	snprintf(key, sizeof(key), "%s-%u", name, nr);
	err = dom0_xs_read_string(view, DOM0_SIDE_BACKEND, key, text, PCIBACK_ADDRESS_SIZE);
	if (err)
		*text = '\0';
	return err;
}

/* A missing state is XenbusStateUnknown: the device is to be added. */
static int read_entry_state(struct dom0_backend *view, unsigned int nr, struct pciback_entry *entry)
{
	char key[KEY_SIZE];
	int err;

	entry->state = XenbusStateUnknown;
	snprintf(key, sizeof(key), "state-%u", nr);
	err = dom0_xs_read_u32(view, DOM0_SIDE_BACKEND, key, 0, U32_MAX, &entry->state);
	entry->has_state = !err;
	return err == -ENOENT ? 0 : err;
}

static int read_list_entry(struct dom0_backend *view, unsigned int nr, struct pciback_entry *entry)
{
	int err = read_entry_state(view, nr, entry);

	entry->err = err;
	if (err)
		return pciback_entry_is_wrong(err) ? 0 : err;
	err = read_entry_text(view, "dev", nr, entry->dev);
	entry->err = err ?: pciback_entry_parse(entry->dev, &entry->at);
	if (!err || pciback_entry_is_wrong(err))
		err = read_entry_text(view, "vdev", nr, entry->vdev);
	return pciback_entry_is_wrong(err) ? 0 : err;
}

static int read_whole_list(struct dom0_backend *view, void *data)
{
	struct pciback_list *list = data;
	int err = dom0_xs_read_u32(view, DOM0_SIDE_BACKEND, "num_devs", 0, PCIBACK_DEVICES_MAX,
				   &list->nr);
	unsigned int i;

	for (i = 0; !err && i < list->nr; i++)
		err = read_list_entry(view, i, &list->entries[i]);
	return err;
}

/* Read the list as it is at one moment. Return -ENOENT if the toolstack has not written it yet. */
int pciback_list_read(struct dom0_backend *be, struct pciback_list *list)
{
	return dom0_xs_read_together(be, read_whole_list, list);
}
