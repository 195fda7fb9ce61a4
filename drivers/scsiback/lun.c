// SPDX-License-Identifier: GPL-2.0
/*
 * The table of a host: which unit of which target each address of the guest stands for.
 *
 * A unit that has been removed is not found any more. Commands in flight hold the unit, and so its
 * port, until they are answered.
 */
#include "fabric.h"
#include "host.h"
#include "lun.h"
#include "protocol.h"

#include <dom0/memory.h>
#include <linux/kstrtox.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>

static bool same_address(const struct vscsi_address *a, const struct vscsi_address *b)
{
	return a->channel == b->channel && a->target == b->target && a->lun == b->lun;
}

static struct vscsi_lun *find_lun(struct vscsi_host *host, const struct vscsi_address *address)
{
	struct vscsi_lun *lun;

	lockdep_assert_held(&host->luns_lock);
	list_for_each_entry(lun, &host->luns, link)
		if (same_address(&lun->address, address))
			return lun;
	return NULL;
}

static struct vscsi_lun *find_folder(struct vscsi_host *host, const char *folder)
{
	struct vscsi_lun *lun;

	lockdep_assert_held(&host->luns_lock);
	list_for_each_entry(lun, &host->luns, link)
		if (!strcmp(lun->folder, folder))
			return lun;
	return NULL;
}

struct vscsi_lun *vscsi_lun_get(struct vscsi_host *host, const struct vscsi_address *address)
{
	struct vscsi_lun *lun;

	spin_lock(&host->luns_lock);
	lun = find_lun(host, address);
	if (lun)
		kref_get(&lun->kref);
	spin_unlock(&host->luns_lock);
	return lun;
}

static void free_lun(struct kref *kref)
{
	struct vscsi_lun *lun = container_of(kref, struct vscsi_lun, kref);
	struct vscsi_host *host = lun->host;
	bool *gone = lun->gone;

	vscsi_port_put(lun->port);
	kfree(lun);
	if (!gone)
		return;
	/*
	 * From here on the waiter may return at any time, so @gone is not valid any more. The host
	 * stays valid: it outlives its ring's worker.
	 */
	smp_store_release(gone, true);
	wake_up(&host->lun_gone);
}

void vscsi_lun_put(struct vscsi_lun *lun)
{
	kref_put(&lun->kref, free_lun);
}

/* Parse "naa.6001405000000001:3", a target and a unit. @name is cut at the last colon. */
static int parse_name(char *name, u64 *unit)
{
	char *colon = strrchr(name, ':');

	/* An empty name must not match a port that has no alias. */
	if (!colon || colon == name)
		return -EINVAL;
	*colon = '\0';
	return kstrtou64(colon + 1, 10, unit);
}

/*
 * Allow mistakes for each unit: a guest that scans for units sends commands that a unit may not
 * know.
 */
static void allow_mistakes(struct vscsi_host *host)
{
	lockdep_assert_held(&host->luns_lock);
	WRITE_ONCE(host->mistakes.burst, VSCSI_MISTAKES * max(host->nr_luns, 1u));
}

static void link_lun(struct vscsi_host *host, struct vscsi_lun *lun)
{
	list_add_tail(&lun->link, &host->luns);
	host->nr_luns++;
	allow_mistakes(host);
}

static void unlink_lun(struct vscsi_host *host, struct vscsi_lun *lun)
{
	list_del(&lun->link);
	host->nr_luns--;
	allow_mistakes(host);
}

static int insert_lun(struct vscsi_host *host, struct vscsi_lun *lun)
{
	int err = 0;

	spin_lock(&host->luns_lock);
	if (find_lun(host, &lun->address) || find_folder(host, lun->folder))
		err = -EEXIST;
	else
		link_lun(host, lun);
	spin_unlock(&host->luns_lock);
	return err;
}

/*
 * Add the unit @name, "TARGET:UNIT", where TARGET is a WWN in configfs or a port group's alias.
 * @name is cut. Return -EEXIST if @address or @folder has a unit already.
 */
int vscsi_lun_add(struct vscsi_host *host, const char *folder,
		  const struct vscsi_address *address, char *name)
{
	size_t size = strlen(folder) + 1;
	struct vscsi_lun *lun;
	u64 unit;
	int err;

	err = parse_name(name, &unit);
	if (err)
		return err;
	lun = kzalloc(struct_size(lun, folder, size), DOM0_GUEST_GFP);
	if (!lun)
		return -ENOMEM;
	kref_init(&lun->kref);
	memcpy(lun->folder, folder, size);
	lun->address = *address;
	lun->unit = unit;
	lun->host = host;
	lun->port = vscsi_port_get(name, unit);
	if (IS_ERR(lun->port)) {
		err = PTR_ERR(lun->port);
		kfree(lun);
		return err;
	}
	err = insert_lun(host, lun);
	if (err)
		vscsi_lun_put(lun);
	return err;
}

/*
 * Remove the unit of @folder, and wait until its commands have been answered.
 *
 * The folder identifies the unit, not the address. Another folder may have the same address in
 * xenstore and was refused for it, and the address of this folder may have changed since.
 *
 * The wait takes as long as the unit does, and must not count as a hung task.
 */
void vscsi_lun_remove(struct vscsi_host *host, const char *folder)
{
	struct vscsi_lun *lun;
	bool gone = false;

	spin_lock(&host->luns_lock);
	lun = find_folder(host, folder);
	if (lun) {
		unlink_lun(host, lun);
		lun->gone = &gone;
	}
	spin_unlock(&host->luns_lock);
	if (!lun)
		return;
	vscsi_lun_put(lun);
	/* Pairs with free_lun(). */
	wait_event_idle(host->lun_gone, smp_load_acquire(&gone));
}

static bool is_one_of(const char *folder, char **folders, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (!strcmp(folder, folders[i]))
			return true;
	return false;
}

static struct vscsi_lun *find_other(struct vscsi_host *host, char **folders, unsigned int nr)
{
	struct vscsi_lun *lun;

	list_for_each_entry(lun, &host->luns, link)
		if (!is_one_of(lun->folder, folders, nr))
			return lun;
	return NULL;
}

/*
 * The device's own work calls this, and only that work changes the table. So no lock is needed to
 * read it.
 */
void vscsi_luns_remove_others(struct vscsi_host *host, char **folders, unsigned int nr)
{
	struct vscsi_lun *lun;

	while ((lun = find_other(host, folders, nr)))
		vscsi_lun_remove(host, lun->folder);
}

void vscsi_luns_remove_all(struct vscsi_host *host)
{
	struct vscsi_lun *lun, *next;
	LIST_HEAD(gone);

	spin_lock(&host->luns_lock);
	list_splice_init(&host->luns, &gone);
	host->nr_luns = 0;
	allow_mistakes(host);
	spin_unlock(&host->luns_lock);
	list_for_each_entry_safe(lun, next, &gone, link)
		vscsi_lun_put(lun);
}
