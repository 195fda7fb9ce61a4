// SPDX-License-Identifier: GPL-2.0
/*
 * Reports of a device's errors to the administrator: a line in the log, and the node
 * "error/<node>/error" in xenstore, which holds the errno and a sentence.
 */
#include "backend.h"
#include "error.h"
#include "parse.h"

#include <dom0/memory.h>
#include <linux/export.h>
#include <linux/ratelimit.h>
#include <linux/slab.h>
#include <trace/events/dom0_xenbus.h>

#define ERROR_TEXT_MAX	512

static void error_write(struct dom0_backend *be, int err, const char *text)
{
	char *dir = kasprintf(DOM0_GUEST_GFP, "error/%s", be->node);

	if (dir)
		xenbus_printf(XBT_NIL, dir, "error", "%d %s", -err, text);
	kfree(dir);
}

void dom0_backend_error(struct dom0_backend *be, int err, const char *fmt, ...)
{
	char *text = kmalloc(ERROR_TEXT_MAX, DOM0_GUEST_GFP);
	va_list args;

	if (!text)
		return;
	va_start(args, fmt);
	vsnprintf(text, ERROR_TEXT_MAX, fmt, args);
	va_end(args);
	dom0_parse_clean(text);

	trace_dom0_backend_error(be->name, err, text);
	if (__ratelimit(&be->core->ratelimit))
		pr_err("%s: %s (error %d)\n", be->name, text, -err);
	if (!READ_ONCE(be->core->gone))
		error_write(be, err, text);
	WRITE_ONCE(be->core->error_reported, true);
	kfree(text);
}
EXPORT_SYMBOL_GPL(dom0_backend_error);

/* Remove @path and each parent that becomes empty, up to but not including "error". */
static int prune_path(struct xenbus_transaction xbt, char *path)
{
	int err = xenbus_rm(xbt, path, "");
	unsigned int entries;
	char *slash, **names;

	while (!err) {
		slash = strrchr(path, '/');
		if (!slash)
			break;
		*slash = '\0';
		if (!strchr(path, '/'))
			break;
		names = xenbus_directory(xbt, path, "", &entries);
		/* A directory that xenstore cannot list at once is not empty. */
		if (IS_ERR(names))
			break;
		kfree(names);
		if (entries)
			break;
		err = xenbus_rm(xbt, path, "");
	}
	return err;
}

/*
 * Remove the error node. Domain numbers only go up, so nodes left behind would pile up. Returns
 * negative errno if xenstore fails.
 */
int dom0_error_clear(struct dom0_backend_core *core)
{
	struct xenbus_transaction xbt;
	int err, end, tries = 8;
	char *path;

	WRITE_ONCE(core->error_reported, false);
	do {
		path = kasprintf(DOM0_GUEST_GFP, "error/%s", core->be.node);
		if (!path)
			return -ENOMEM;
		err = xenbus_transaction_start(&xbt);
		if (!err) {
			err = prune_path(xbt, path);
			end = xenbus_transaction_end(xbt, err);
			err = err ?: end;
		}
		kfree(path);
	} while (err == -EAGAIN && --tries);
	return err == -ENOENT ? 0 : err;
}
