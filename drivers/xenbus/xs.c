// SPDX-License-Identifier: GPL-2.0
/* Typed access to a device's directories in xenstore. */
#include "backend.h"
#include "parse.h"
#include "xs.h"

#include <dom0/fault_point.h>
#include <dom0/memory.h>
#include <dom0/xs.h>
#include <linux/export.h>
#include <linux/slab.h>

/* A transaction fails with -EAGAIN if another one has won. Give up after this many tries. */
#define TRANSACTION_TRIES	64

static const char *side_dir(struct dom0_backend *be, enum dom0_side side)
{
	return side == DOM0_SIDE_BACKEND ? be->node : be->frontend;
}

/* If xenstore has failed, the driver's callback has to be called again. */
static int note_failure(struct dom0_backend *be, int err)
{
	if (dom0_xs_failed(err))
		dom0_backend_retry(be);
	return err;
}

/* The transaction of a caller of dom0_xs_read_together(), else none. */
static struct xenbus_transaction reads_of(const struct dom0_backend *be)
{
	return (struct xenbus_transaction){ .id = be->transaction };
}

/* Return the length of a node's value or negative errno. The caller frees @text, NULL on error. */
static int read_text(struct xenbus_transaction xbt, const char *dir, const char *key, char **text)
{
	unsigned int len;
	int err;

	*text = xenbus_read(xbt, dir, key, &len);
	if (!IS_ERR(*text))
		return len;
	err = PTR_ERR(*text);
	*text = NULL;
	return err;
}

static int read_uint(struct xenbus_transaction xbt, const char *dir, const char *key, u64 min,
		     u64 max, u64 *val)
{
	char *text;
	int len = read_text(xbt, dir, key, &text);
	int err = len < 0 ? len : dom0_parse_uint(text, len, min, max, val);

	kfree(text);
	return err;
}

int dom0_xs_read_uint(struct dom0_backend *be, enum dom0_side side, const char *key, u64 min,
		      u64 max, u64 *val)
{
	return note_failure(be, read_uint(reads_of(be), side_dir(be, side), key, min, max, val));
}
EXPORT_SYMBOL_GPL(dom0_xs_read_uint);

int dom0_xs_read_u32(struct dom0_backend *be, enum dom0_side side, const char *key, u32 min,
		     u32 max, u32 *val)
{
	u64 wide;
	int err = dom0_xs_read_uint(be, side, key, min, max, &wide);

	if (!err)
		*val = wide;
	return err;
}
EXPORT_SYMBOL_GPL(dom0_xs_read_u32);

int dom0_xs_read_flag(struct dom0_backend *be, enum dom0_side side, const char *key, bool *val)
{
	u64 number = 0;
	int err = dom0_xs_read_uint(be, side, key, 0, U64_MAX, &number);

	*val = !err && number;
	return err == -ENOENT ? 0 : err;
}
EXPORT_SYMBOL_GPL(dom0_xs_read_flag);

int dom0_xs_read_list(struct dom0_backend *be, enum dom0_side side, const char *key, u64 *vals,
		      unsigned int max)
{
	char *text;
	int len = read_text(reads_of(be), side_dir(be, side), key, &text);
	int nr = len < 0 ? len : dom0_parse_list(text, len, vals, max);

	kfree(text);
	return note_failure(be, nr);
}
EXPORT_SYMBOL_GPL(dom0_xs_read_list);

int dom0_xs_read_string(struct dom0_backend *be, enum dom0_side side, const char *key, char *buf,
			size_t size)
{
	char *text;
	int len = read_text(reads_of(be), side_dir(be, side), key, &text);
	int err = len < 0 ? len : dom0_parse_string(text, len, buf, size);

	kfree(text);
	return note_failure(be, err);
}
EXPORT_SYMBOL_GPL(dom0_xs_read_string);

int dom0_backend_online(struct dom0_backend *be)
{
	bool online;
	int err = dom0_xs_read_flag(be, DOM0_SIDE_BACKEND, "online", &online);

	return dom0_xs_failed(err) ? err : !err && online;
}
EXPORT_SYMBOL_GPL(dom0_backend_online);

/* A missing or malformed state reads as Unknown. */
int dom0_xs_read_state(const char *dir, enum xenbus_state *state)
{
	u64 number = XenbusStateUnknown;
	int err = read_uint(XBT_NIL, dir, "state", 0, DOM0_STATES - 1, &number);

	if (err && err != -ENOENT && err != -EINVAL && err != -ERANGE)
		return err;
	*state = number;
	return 0;
}

/* Read the frontend's domain and directory, which must exist. The caller frees @frontend. */
int dom0_xs_read_frontend(const char *dir, int *domid, const char **frontend)
{
	unsigned int len;
	u64 number;
	char *path;
	int err;

	err = read_uint(XBT_NIL, dir, "frontend-id", 0, DOMID_FIRST_RESERVED - 1, &number);
	if (err)
		return err;
	path = xenbus_read(XBT_NIL, dir, "frontend", &len);
	if (IS_ERR(path))
		return PTR_ERR(path);
	if (!len || strlen(path) != len || dom0_xs_is_gone(path)) {
		kfree(path);
		return -ENOENT;
	}
	*domid = number;
	*frontend = path;
	return 0;
}

/* Return 0 if @dir exists, -ENOENT if it is gone, or another negative errno from xenstore. */
int dom0_xs_find(const char *dir)
{
	char *text = xenbus_read(XBT_NIL, dir, "", NULL);

	if (IS_ERR(text))
		return PTR_ERR(text);
	kfree(text);
	return 0;
}

/* True only if xenstore returns -ENOENT. Any other error does not prove that @dir is gone. */
bool dom0_xs_is_gone(const char *dir)
{
	return dom0_xs_find(dir) == -ENOENT;
}

/* Fits "/local/domain/65535". */
#define DOMAIN_SIZE	24

static void print_domain(char *dir, domid_t domid)
{
	snprintf(dir, DOMAIN_SIZE, "/local/domain/%u", domid);
}

/* The toolstack removes a domain's directory after it has destroyed the domain. No guest can. */
bool dom0_xs_domain_is_gone(domid_t domid)
{
	char dir[DOMAIN_SIZE];

	print_domain(dir, domid);
	return dom0_xs_is_gone(dir);
}

/*
 * The toolstack may remove our directory at any time, and create it again. A plain write would
 * create a removed directory again, and the toolstack would never remove that. Or it would
 * overwrite a state that the toolstack has just written. So each write is a transaction that reads
 * first.
 */
typedef int (*apply_fn)(struct dom0_backend *be, struct xenbus_transaction xbt, void *data);

static int transact_once(struct dom0_backend *be, void *data, apply_fn apply)
{
	struct xenbus_transaction xbt;
	int err, end;

	err = xenbus_transaction_start(&xbt);
	if (err)
		return err;
	err = apply(be, xbt, data);
	end = xenbus_transaction_end(xbt, err);
	return err ?: end;
}

static int run_transaction(struct dom0_backend *be, void *data, apply_fn apply)
{
	int err, tries = TRANSACTION_TRIES;

	do {
		/* The directory may already belong to another instance. */
		if (READ_ONCE(be->core->gone))
			return -ENODEV;
		err = transact_once(be, data, apply);
	} while (err == -EAGAIN && --tries);
	return err;
}

struct xs_reads {
	int (*read)(struct dom0_backend *view, void *data);
	void *data;
};

static int apply_reads(struct dom0_backend *be, struct xenbus_transaction xbt, void *data)
{
	const struct xs_reads *reads = data;
	struct dom0_backend view = *be;

	view.transaction = xbt.id;
	return reads->read(&view, reads->data);
}

int dom0_xs_read_together(struct dom0_backend *be,
			  int (*read)(struct dom0_backend *view, void *data),
			  void *data)
{
	struct xs_reads reads = { .read = read, .data = data };

	return note_failure(be, run_transaction(be, &reads, apply_reads));
}
EXPORT_SYMBOL_GPL(dom0_xs_read_together);

/* Returns -EBUSY if the domain still exists. */
static int apply_removal(struct dom0_backend *be, struct xenbus_transaction xbt, void *domain)
{
	char *text = xenbus_read(xbt, domain, "", NULL);

	if (!IS_ERR(text)) {
		kfree(text);
		return -EBUSY;
	}
	if (PTR_ERR(text) != -ENOENT)
		return PTR_ERR(text);
	return xenbus_rm(xbt, be->node, "");
}

int dom0_xs_remove_orphan(struct dom0_backend *be)
{
	char domain[DOMAIN_SIZE];

	print_domain(domain, be->domid);
	return run_transaction(be, domain, apply_removal);
}
EXPORT_SYMBOL_GPL(dom0_xs_remove_orphan);

/* ---- our state ---- */

struct xs_change {
	enum xenbus_state from, to, found;
	bool holds;		/* the driver holds what the toolstack may reuse at Closed */
};

/*
 * Return -ERESTART if the toolstack does not keep the device: then it may reuse the device once it
 * sees Closed. So "online" is read in the transaction that writes the state. A node that is absent
 * or not a number means that the device goes.
 */
static int check_online(struct dom0_backend *be, struct xenbus_transaction xbt)
{
	u64 online = 0;
	int err = read_uint(xbt, be->node, "online", 0, U64_MAX, &online);

	if (err && err != -ENOENT && err != -EINVAL && err != -ERANGE)
		return err;
	return online ? 0 : -ERESTART;
}

/*
 * Return -ESTALE if the toolstack has written the state that was found. Closing may be our own.
 * Then it is the toolstack's if that does not keep the device.
 */
static int check_found(struct dom0_backend *be, struct xenbus_transaction xbt,
		       const struct xs_change *change)
{
	int err;

	if (change->found == XenbusStateInitialising)
		return change->found == change->from ? 0 : -ESTALE;
	if (change->found != XenbusStateClosing || change->to == XenbusStateClosed)
		return 0;
	if (change->found != change->from)
		return -ESTALE;
	err = check_online(be, xbt);
	return err == -ERESTART ? -ESTALE : err;
}

static int apply_state(struct dom0_backend *be, struct xenbus_transaction xbt, void *data)
{
	struct xs_change *change = data;
	u64 found = change->from;
	int err = 0;

	if (change->holds && change->to == XenbusStateClosed)
		err = check_online(be, xbt);
	if (err)
		return err;
	err = read_uint(xbt, be->node, "state", 0, DOM0_STATES - 1, &found);
	if (err && err != -EINVAL && err != -ERANGE)
		return err;
	change->found = found;
	err = check_found(be, xbt, change);
	return err ?: xenbus_printf(xbt, be->node, "state", "%d", change->to);
}

/* Returns -ERESTART instead of writing Closed if @holds and the toolstack does not keep it. */
int dom0_xs_write_state(struct dom0_backend_core *core, enum xenbus_state from,
			enum xenbus_state to, bool holds, enum xenbus_state *found)
{
	struct xs_change change = { .from = from, .to = to, .found = from, .holds = holds };
	int err = run_transaction(&core->be, &change, apply_state);

	if (!err)
		dom0_backend_note_state(core, to);
	*found = change.found;
	return err;
}

/* Returns -ESTALE if there is nothing to answer. */
static int apply_closed(struct dom0_backend *be, struct xenbus_transaction xbt, void *unused)
{
	u64 state;
	int err = read_uint(xbt, be->node, "state", 0, U64_MAX, &state);

	if (err == -ENOENT || err == -EINVAL || err == -ERANGE)
		return -ESTALE;
	if (err || state != XenbusStateClosing)
		return err ?: -ESTALE;
	return xenbus_printf(xbt, be->node, "state", "%d", XenbusStateClosed);
}

/*
 * Replace Closing by Closed, even after the bus has unbound the device. If the toolstack has
 * created the directory again meanwhile, it belongs to another device and is not changed. Returns 0
 * if nothing is left to answer.
 */
int dom0_xs_answer_closing(struct dom0_backend_core *core)
{
	int err, tries = TRANSACTION_TRIES;

	do {
		err = transact_once(&core->be, NULL, apply_closed);
	} while (err == -EAGAIN && --tries);
	return err == -ESTALE ? 0 : err;
}

/* ---- batches of nodes ---- */

void dom0_xs_begin(struct dom0_xs_batch *batch, struct dom0_backend *be)
{
	batch->be = be;
	batch->nr = 0;
	batch->err = 0;
	batch->nudge = false;
}
EXPORT_SYMBOL_GPL(dom0_xs_begin);

static void free_node(const struct dom0_xs_node *node)
{
	if (node->kind == DOM0_XS_WRITE)
		kfree(node->value);
}

static void batch_add(struct dom0_xs_batch *batch, const struct dom0_xs_node *node)
{
	if (!batch->err && batch->nr == DOM0_XS_BATCH_MAX)
		batch->err = -E2BIG;
	if (batch->err)
		free_node(node);
	else
		batch->nodes[batch->nr++] = *node;
}

static __printf(3, 0) void batch_add_text(struct dom0_xs_batch *batch, const char *key,
					  const char *fmt, va_list args)
{
	struct dom0_xs_node node = { .key = key, .kind = DOM0_XS_WRITE };

	node.value = kvasprintf(DOM0_GUEST_GFP, fmt, args);
	if (node.value)
		batch_add(batch, &node);
	else if (!batch->err)
		batch->err = -ENOMEM;
}

void dom0_xs_add(struct dom0_xs_batch *batch, const char *key, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	batch_add_text(batch, key, fmt, args);
	va_end(args);
}
EXPORT_SYMBOL_GPL(dom0_xs_add);

void dom0_xs_add_removal(struct dom0_xs_batch *batch, const char *key)
{
	batch_add(batch, &(struct dom0_xs_node){ .key = key, .kind = DOM0_XS_REMOVE });
}
EXPORT_SYMBOL_GPL(dom0_xs_add_removal);

void dom0_xs_expect(struct dom0_xs_batch *batch, const char *key, const char *text)
{
	batch_add(batch, &(struct dom0_xs_node){
		.key = key,
		.kind = DOM0_XS_EXPECT,
		.text = text,
	});
}
EXPORT_SYMBOL_GPL(dom0_xs_expect);

void dom0_xs_expect_number(struct dom0_xs_batch *batch, const char *key, u64 number)
{
	batch_add(batch, &(struct dom0_xs_node){
		.key = key,
		.kind = DOM0_XS_EXPECT_NUMBER,
		.number = number,
	});
}
EXPORT_SYMBOL_GPL(dom0_xs_expect_number);

void dom0_xs_add_nudge(struct dom0_xs_batch *batch)
{
	batch->nudge = true;
}
EXPORT_SYMBOL_GPL(dom0_xs_add_nudge);

/* NULs at the end of a value are not part of the text. */
static bool is_text(const char *value, size_t len, const char *text)
{
	while (len && !value[len - 1])
		len--;
	return len == strlen(text) && !memcmp(value, text, len);
}

static int check_text(struct dom0_backend *be, struct xenbus_transaction xbt,
		      const struct dom0_xs_node *node)
{
	char *value;
	int len = read_text(xbt, be->node, node->key, &value);
	int err = len < 0 ? len : 0;

	if (err == -ENOENT)
		err = node->text ? -ESTALE : 0;
	else if (!err && (!node->text || !is_text(value, len, node->text)))
		err = -ESTALE;
	kfree(value);
	return err;
}

static int check_number(struct dom0_backend *be, struct xenbus_transaction xbt,
			const struct dom0_xs_node *node)
{
	u64 found;
	int err = read_uint(xbt, be->node, node->key, node->number, node->number, &found);

	return err == -ENOENT || err == -EINVAL || err == -ERANGE ? -ESTALE : err;
}

/* Return -ENOENT if there is no such node. xenbus_exists() says so too if xenstore has failed. */
static int check_exists(struct dom0_backend *be, struct xenbus_transaction xbt, const char *key)
{
	char *text;
	int len = read_text(xbt, be->node, key, &text);

	kfree(text);
	return len < 0 ? len : 0;
}

static int remove_node(struct dom0_backend *be, struct xenbus_transaction xbt, const char *key)
{
	int err = check_exists(be, xbt, key);

	if (err)
		return err == -ENOENT ? 0 : err;
	return xenbus_rm(xbt, be->node, key);
}

static int apply_node(struct dom0_backend *be, struct xenbus_transaction xbt,
		      const struct dom0_xs_node *node)
{
	switch (node->kind) {
	case DOM0_XS_WRITE:
		return xenbus_write(xbt, be->node, node->key, node->value);
	case DOM0_XS_EXPECT:
		return check_text(be, xbt, node);
	case DOM0_XS_EXPECT_NUMBER:
		return check_number(be, xbt, node);
	default:
		return remove_node(be, xbt, node->key);
	}
}

static int apply_nudge(struct dom0_backend *be, struct xenbus_transaction xbt)
{
	u64 state;

	if (read_uint(xbt, be->node, "state", 0, U64_MAX, &state) || state != XenbusStateConnected)
		return 0;
	return xenbus_printf(xbt, be->node, "state", "%llu", state);
}

static int apply_batch(struct dom0_backend *be, struct xenbus_transaction xbt, void *data)
{
	const struct dom0_xs_batch *batch = data;
	unsigned int i;
	int err = check_exists(be, xbt, "frontend");

	for (i = 0; i < batch->nr && !err; i++)
		err = apply_node(be, xbt, &batch->nodes[i]);
	if (!err && batch->nudge)
		err = apply_nudge(be, xbt);
	return err;
}

int dom0_xs_commit(struct dom0_xs_batch *batch)
{
	if (!batch->err)
		batch->err = dom0_fault_point("xs_commit") ?:
			     run_transaction(batch->be, batch, apply_batch);
	while (batch->nr)
		free_node(&batch->nodes[--batch->nr]);
	return note_failure(batch->be, batch->err);
}
EXPORT_SYMBOL_GPL(dom0_xs_commit);

int dom0_xs_write(struct dom0_backend *be, const char *key, const char *fmt, ...)
{
	struct dom0_xs_batch batch;
	va_list args;

	dom0_xs_begin(&batch, be);
	va_start(args, fmt);
	batch_add_text(&batch, key, fmt, args);
	va_end(args);
	return dom0_xs_commit(&batch);
}
EXPORT_SYMBOL_GPL(dom0_xs_write);

int dom0_xs_step(struct dom0_backend *be, const char *key, u32 from, u32 to)
{
	struct dom0_xs_batch batch;

	dom0_xs_begin(&batch, be);
	dom0_xs_expect_number(&batch, key, from);
	dom0_xs_add(&batch, key, "%u", to);
	return dom0_xs_commit(&batch);
}
EXPORT_SYMBOL_GPL(dom0_xs_step);

void dom0_xs_remove(struct dom0_backend *be, const char *key)
{
	struct dom0_xs_batch batch;

	dom0_xs_begin(&batch, be);
	dom0_xs_add_removal(&batch, key);
	dom0_xs_commit(&batch);
}
EXPORT_SYMBOL_GPL(dom0_xs_remove);
