// SPDX-License-Identifier: GPL-2.0
/*
 * A minimal backend: it adds up bytes of pages that a frontend grants it. Documentation/tutorial.md
 * explains each part.
 */
#include <dom0/copy.h>
#include <dom0/evtchn.h>
#include <dom0/grant_status.h>
#include <dom0/ring.h>
#include <dom0/ring_map.h>
#include <dom0/xenbus.h>
#include <dom0/xs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <xen/page.h>

#define SUM_SLOTS	64
#define SUM_ORDER	3
#define SUM_BATCH	BIT(SUM_ORDER)
#define NO_COPY		UINT_MAX

struct sum_request {
	u64 id;
	u32 ref;	/* a granted page */
	u32 len;	/* how many of its bytes: 1 to 4096 */
};

struct sum_response {
	u64 id;
	s32 status;	/* 0 or a negative errno */
	u32 sum;
};

struct sum_ring {
	struct dom0_sring head;
	union {
		struct sum_request req;
		struct sum_response rsp;
		u8 size[32];	/* a power of two, and the same for a guest of 32 bits */
	} slots[SUM_SLOTS];
};

/* @work owns the fields below it while the device is connected. */
struct sum_device {
	struct dom0_backend *be;
	struct dom0_evtchn *ch;
	struct work_struct work;
	struct sum_ring *ring;
	RING_IDX cons;		/* requests taken; between two batches all of them are answered */
	bool worked;
	struct dom0_copy copy;
	struct page *pages;	/* SUM_BATCH of them */
};

/* ---- requests ---- */

static bool is_good(const struct sum_request *req)
{
	return req->len && req->len <= XEN_PAGE_SIZE;
}

/* The request is copied before it is checked: the frontend may change it meanwhile. */
static unsigned int gather_page(struct sum_device *sum, struct sum_request *req, unsigned int i)
{
	dom0_ring_copy(req, &sum->ring->slots[(sum->cons + i) % SUM_SLOTS].req, sizeof(*req));
	if (!is_good(req))
		return NO_COPY;
	return dom0_copy_from_guest(&sum->copy, sum->be->domid, req->ref, 0, sum->pages + i, 0,
				    req->len);
}

static u32 sum_bytes(struct page *page, unsigned int len)
{
	const u8 *bytes = page_address(page);
	u32 total = 0;

	while (len--)
		total += *bytes++;
	return total;
}

/* The response has no holes: padding would show the guest what was on our stack. */
static void write_sum(struct sum_device *sum, const struct sum_request *req, unsigned int i,
		      unsigned int copy)
{
	struct sum_response rsp = { .id = req->id, .status = -EINVAL };

	if (copy != NO_COPY)
		rsp.status = dom0_gnttab_errno(dom0_copy_status(&sum->copy, copy));
	if (!rsp.status)
		rsp.sum = sum_bytes(sum->pages + i, req->len);
	sum->ring->slots[(sum->cons + i) % SUM_SLOTS].rsp = rsp;
}

/* One hypercall copies the pages of all requests, and one event announces all responses. */
static void serve_batch(struct sum_device *sum, unsigned int nr)
{
	struct sum_request reqs[SUM_BATCH];
	unsigned int i, copies[SUM_BATCH];

	for (i = 0; i < nr; i++)
		copies[i] = gather_page(sum, &reqs[i], i);
	dom0_copy_flush(&sum->copy);
	for (i = 0; i < nr; i++)
		write_sum(sum, &reqs[i], i, copies[i]);
	dom0_copy_reset(&sum->copy);
	sum->cons += nr;
	if (dom0_ring_push(&sum->ring->head, sum->cons - nr, sum->cons))
		dom0_evtchn_notify(sum->ch);
}

/* Serve one batch in each run, so that the work can be cancelled even if a frontend never stops. */
static void sum_work(struct work_struct *work)
{
	struct sum_device *sum = container_of(work, struct sum_device, work);
	int nr;

	/* An event may come before sum->ch is set. sum_connect() queues the work after that. */
	if (!READ_ONCE(sum->ch))
		return;
	nr = dom0_ring_final_check(&sum->ring->head, sum->cons, &sum->cons, SUM_SLOTS);
	if (nr > 0) {
		serve_batch(sum, min_t(unsigned int, nr, SUM_BATCH));
		sum->worked = true;
		queue_work(system_dfl_wq, &sum->work);
	} else if (nr < 0) {
		dom0_backend_break(sum->be, "request producer index out of range");
	} else {
		/* Without an EOI, the event for requests that were served is still to come. */
		if (dom0_evtchn_eoi(sum->ch, sum->worked))
			sum->worked = false;
	}
}

static void sum_event(void *data)
{
	struct sum_device *sum = data;

	queue_work(system_dfl_wq, &sum->work);
}

/* ---- the connection ---- */

static int open_ring(struct sum_device *sum)
{
	grant_ref_t ref;
	void *ring;
	int err;

	err = dom0_xs_read_u32(sum->be, DOM0_SIDE_FRONTEND, "ring-ref", 0, U32_MAX, &ref) ?:
	      dom0_ring_map(sum->be->xdev, &ref, 1, &ring);
	if (err)
		return err;
	sum->ring = ring;
	err = dom0_ring_attach(&sum->ring->head, SUM_SLOTS, &sum->cons);
	if (err)
		dom0_ring_unmap(sum->be->xdev, ring);
	return err;
}

static int open_channel(struct sum_device *sum)
{
	struct dom0_evtchn *ch;
	u32 port;
	int err;

	err = dom0_xs_read_u32(sum->be, DOM0_SIDE_FRONTEND, "event-channel", 1, U32_MAX, &port);
	if (err)
		return err;
	ch = dom0_evtchn_bind(sum->be->xdev, port, sum->be->name, sum_event, sum);
	if (IS_ERR(ch))
		return PTR_ERR(ch);
	WRITE_ONCE(sum->ch, ch);
	return 0;
}

static int sum_connect(struct dom0_backend *be)
{
	struct sum_device *sum = be->priv;
	int err = open_ring(sum);

	if (err)
		goto report;
	sum->worked = false;
	err = open_channel(sum);
	if (err)
		goto unmap;
	queue_work(system_dfl_wq, &sum->work);
	return 0;

unmap:
	dom0_ring_unmap(be->xdev, sum->ring);
report:
	dom0_backend_error(be, err, "cannot use ring-ref or event-channel");
	return err;
}

/* The reverse of the setup: stop events, stop the work, release the channel, unmap the ring. */
static void sum_disconnect(struct dom0_backend *be)
{
	struct sum_device *sum = be->priv;

	dom0_evtchn_quiesce(sum->ch);
	cancel_work_sync(&sum->work);
	dom0_evtchn_unbind(sum->ch);
	sum->ch = NULL;
	dom0_ring_unmap(be->xdev, sum->ring);
}

/* ---- the device ---- */

static int sum_probe(struct dom0_backend *be)
{
	struct sum_device *sum = kzalloc(sizeof(*sum), GFP_KERNEL);
	int err;

	if (!sum)
		return -ENOMEM;
	sum->be = be;
	INIT_WORK(&sum->work, sum_work);
	err = dom0_copy_init(&sum->copy, SUM_BATCH, NUMA_NO_NODE);
	if (err)
		goto free_sum;
	sum->pages = alloc_pages(GFP_KERNEL, SUM_ORDER);
	err = sum->pages ? 0 : -ENOMEM;
	if (err)
		goto exit_copy;
	be->priv = sum;
	return 0;

exit_copy:
	dom0_copy_exit(&sum->copy);
free_sum:
	kfree(sum);
	return err;
}

static void sum_remove(struct dom0_backend *be)
{
	struct sum_device *sum = be->priv;

	__free_pages(sum->pages, SUM_ORDER);
	dom0_copy_exit(&sum->copy);
	be->priv = NULL;
	kfree(sum);
}

static const struct dom0_backend_driver sum_driver = {
	.type = "sum",
	.name = "dom0-sum",
	.probe = sum_probe,
	.connect = sum_connect,
	.disconnect = sum_disconnect,
	.remove = sum_remove,
};

static int __init sum_init(void)
{
	return dom0_backend_register(&sum_driver, THIS_MODULE);
}
module_init(sum_init);

static void __exit sum_exit(void)
{
	dom0_backend_unregister(&sum_driver);
}
module_exit(sum_exit);

MODULE_DESCRIPTION("Example of a Xen backend: adds up bytes of granted pages");
MODULE_AUTHOR("The xen-dom0 maintainers");
MODULE_VERSION(DOM0_VERSION);
MODULE_ALIAS("xen-backend:sum");
MODULE_LICENSE("GPL");
