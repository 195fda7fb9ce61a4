// SPDX-License-Identifier: GPL-2.0
/*
 * A SCSI frontend: connects, sends requests and checks the responses; and the runner of its cases.
 */
#include "scsi.h"

#include <stdio.h>
#include <string.h>

#define FIRST_ID 0x1234
#define STRANGE_BYTE 0x77

void scsi_open(struct scsi *scsi, unsigned int id)
{
	memset(scsi, 0, sizeof(*scsi));
	device_open(&scsi->dev, "vscsi", id);
	scsi->next_id = FIRST_ID;
	scsi->seed = 1;
}

void scsi_connect(struct scsi *scsi)
{
	struct device *dev = &scsi->dev;

	device_reset(dev);
	scsi->ring_page = pages_alloc(0, 1, 0);
	scsi->data = pages_alloc(0, SCSI_DATA_PAGES, PAGES_APART);
	scsi->lists = pages_alloc(0, SCSI_LIST_PAGES, PAGES_APART);
	ring_init(&scsi->ring, page_at(scsi->ring_page, 0), PAGE, sizeof(struct vscsiif_request));
	scsi->port = evtchn_alloc(0);
	device_put(dev, "ring-ref", "%u", page_gref(scsi->ring_page, 0));
	device_put(dev, "event-channel", "%u", scsi->port);
	device_set_state(dev, XenbusStateInitialised);
	device_wait_connected(dev);
	device_set_state(dev, XenbusStateConnected);
}

static void scsi_forget(struct scsi *scsi)
{
	scsi->asked_count = 0;
	scsi->unanswered = 0;
}

void scsi_close(struct scsi *scsi)
{
	device_close(&scsi->dev);
	grants_watch_leaks();
	evtchn_free(scsi->port);
	ring_exit(&scsi->ring);
	pages_check_guards(scsi->data, "data");
	pages_check_guards(scsi->lists, "lists");
	pages_free(scsi->data);
	pages_free(scsi->lists);
	pages_free(scsi->ring_page);
	if (scsi->strange)
		pages_free(scsi->strange);
	scsi->strange = NULL;
	grants_check_leaks();
	scsi_forget(scsi);
}

/* ---- requests ---- */

static struct vscsiif_request plain(bool write, uint32_t block, unsigned int blocks)
{
	struct vscsiif_request request;

	memset(&request, 0, sizeof(request));
	request.act = VSCSIIF_ACT_SCSI_CDB;
	request.cmd_len = 10;
	request.cmnd[0] = write ? WRITE_10 : READ_10;
	for (int i = 0; i < 4; i++)
		request.cmnd[2 + i] = block >> (24 - 8 * i);
	request.cmnd[7] = blocks >> 8;
	request.cmnd[8] = blocks;
	request.sc_data_direction = write ? TO_DEVICE : FROM_DEVICE;
	return request;
}

static struct scsiif_request_segment scsi_whole_page(const struct scsi *scsi, unsigned int page)
{
	return (struct scsiif_request_segment) {
		.gref = page_gref(scsi->data, page % SCSI_DATA_PAGES), .length = PAGE,
	};
}

struct vscsiif_request scsi_rw(struct scsi *scsi, bool write, uint32_t block, unsigned int first,
			       unsigned int count)
{
	struct vscsiif_request request = plain(write, block, count * PAGE / SCSI_BLOCK);

	request.nr_segments = count;
	for (unsigned int i = 0; i < count && i < SCSI_DIRECT; i++)
		request.seg[i] = scsi_whole_page(scsi, first + i);
	return request;
}

struct scsiif_request_segment *scsi_segment(struct scsi *scsi, unsigned int i)
{
	struct scsiif_request_segment *page = (void *)page_at(scsi->lists, i / SCSI_PER_LIST);

	return &page[i % SCSI_PER_LIST];
}

struct vscsiif_request scsi_listed(struct scsi *scsi, bool write, uint32_t block,
				   unsigned int first, unsigned int count)
{
	struct vscsiif_request request = plain(write, block, count * PAGE / SCSI_BLOCK);
	unsigned int lists = (count + SCSI_PER_LIST - 1) / SCSI_PER_LIST;

	request.nr_segments = VSCSIIF_SG_GRANT | lists;
	for (unsigned int i = 0; i < lists; i++) {
		request.seg[i].gref = page_gref(scsi->lists, i);
		request.seg[i].length = PAGE;
	}
	if (count % SCSI_PER_LIST)
		request.seg[lists - 1].length = count % SCSI_PER_LIST * sizeof(*request.seg);
	for (unsigned int i = 0; i < count; i++)
		*scsi_segment(scsi, i) = scsi_whole_page(scsi, first + i);
	return request;
}

struct vscsiif_request scsi_manage(uint8_t act, uint16_t ref_rqid)
{
	struct vscsiif_request request = plain(false, 0, 0);

	request.act = act;
	request.ref_rqid = ref_rqid;
	request.sc_data_direction = NO_DATA;
	return request;
}

/* ---- asking ---- */

void scsi_ask(struct scsi *scsi, struct vscsiif_request *request, enum hope hope)
{
	if (scsi->asked_count == SCSI_SLOTS)
		scsi_settle(scsi);
	if (!request->rqid)
		request->rqid = scsi->next_id++;
	scsi->asked[scsi->asked_count++] = (struct scsi_asked) {
		.rqid = request->rqid, .hope = hope,
	};
	scsi->unanswered++;
	ring_put(&scsi->ring, request, sizeof(*request));
}

static bool is_okay(const struct vscsiif_response *response)
{
	return !response->rslt || response->rslt == RESET_SUCCESS;
}

static void scsi_mark_answered(struct scsi *scsi, const struct vscsiif_response *response)
{
	for (unsigned int i = 0; i < scsi->asked_count; i++) {
		struct scsi_asked *asked = &scsi->asked[i];

		if (asked->answered || asked->rqid != response->rqid)
			continue;
		asked->answered = true;
		asked->place = scsi->answers++;
		asked->response = *response;
		scsi->last = *response;
		scsi->unanswered--;
		if (is_okay(response))
			scsi->okay++;
		else
			scsi->error++;
		return;
	}
	wrong("a response with the id %#x, which no request has", response->rqid);
}

/* Unused bytes of a response must be zero: anything else is the backend's own memory. */
static void scsi_check_padding(const struct vscsiif_response *response)
{
	const uint8_t *reserved = (const uint8_t *)response->reserved;

	for (unsigned int i = 0; i < sizeof(response->reserved); i++)
		if (reserved[i])
			wrong("reserved byte %u of a response is 0x%02x", i, reserved[i]);
	for (unsigned int i = response->sense_len; i < VSCSIIF_SENSE_BUFFERSIZE; i++)
		if (response->sense_buffer[i])
			wrong("byte %u behind the sense is 0x%02x", i, response->sense_buffer[i]);
}

static void scsi_take(struct scsi *scsi)
{
	struct vscsiif_response response;

	while (ring_take(&scsi->ring, &response, sizeof(response))) {
		scsi_check_padding(&response);
		scsi_mark_answered(scsi, &response);
	}
}

static void scsi_compare_with_hopes(const struct scsi *scsi)
{
	for (unsigned int i = 0; i < scsi->asked_count; i++) {
		const struct scsi_asked *asked = &scsi->asked[i];

		if (asked->hope == ANY || asked->hope == (is_okay(&asked->response) ? OKAY : ERROR))
			continue;
		wrong("request %u of %u answered with %#x", i, scsi->asked_count,
		      asked->response.rslt);
	}
}

void scsi_push(struct scsi *scsi)
{
	ring_publish(&scsi->ring);
	evtchn_notify(scsi->port);
}

bool scsi_settle(struct scsi *scsi)
{
	uint64_t end = now_ms() + PATIENCE;
	unsigned int naps = 0;

	scsi->ring.index[RSP_EVENT] = scsi->ring.rsp + 1;
	scsi_push(scsi);
	for (;;) {
		scsi_take(scsi);
		if (!scsi->unanswered)
			break;
		if (++naps % 16 == 0 && device_stopped(&scsi->dev)) {
			scsi_forget(scsi);
			return false;
		}
		if (now_ms() > end) {
			wrong("%u of %u requests are not answered", scsi->unanswered,
			      scsi->asked_count);
			break;
		}
		evtchn_wait(5);
	}
	scsi_compare_with_hopes(scsi);
	scsi_forget(scsi);
	return true;
}

/* ---- valid I/O ---- */

static void scsi_fill(struct scsi *scsi, unsigned int first, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		uint32_t *words = (uint32_t *)page_at(scsi->data, first + i);

		for (unsigned int word = 0; word < PAGE / 4; word++)
			words[word] = (scsi->seed + i) * 2654435761u + word;
	}
	scsi->seed++;
}

static void compare(struct scsi *scsi, unsigned int count, const char *how)
{
	for (unsigned int i = 0; i < count; i++)
		if (memcmp(page_at(scsi->data, i), page_at(scsi->data, count + i), PAGE))
			wrong("page %u of %u is not what was written, read %s", i, count, how);
}

static void scsi_must(struct scsi *scsi, struct vscsiif_request request, const char *what)
{
	scsi_ask(scsi, &request, OKAY);
	if (!scsi_settle(scsi))
		wrong("stopped by %s", what);
}

static void clear(struct scsi *scsi, unsigned int first, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		memset(page_at(scsi->data, first + i), 0xee, PAGE);
}

/*
 * Write pages from 0 on, and read them into the pages behind: with segments in the slot, and in a
 * list.
 */
void scsi_good(struct scsi *scsi)
{
	const unsigned int few = SCSI_DIRECT, many = SCSI_DATA_PAGES / 2;
	struct vscsiif_request request;

	scsi_fill(scsi, 0, few);
	scsi_must(scsi, scsi_rw(scsi, true, 8, 0, few), "a good write");
	clear(scsi, few, few);
	scsi_must(scsi, scsi_rw(scsi, false, 8, few, few), "a good read");
	compare(scsi, few, "from the slot");

	scsi_fill(scsi, 0, many);
	scsi_must(scsi, scsi_listed(scsi, true, 4096, 0, many), "a good write by a list");
	clear(scsi, many, many);
	scsi_must(scsi, scsi_listed(scsi, false, 4096, many, many), "a good read by a list");
	compare(scsi, many, "by a list");

	/* Two halves of two pages. */
	clear(scsi, 0, 2);
	request = scsi_rw(scsi, false, 4096, 0, 2);
	request.cmnd[8] = PAGE / SCSI_BLOCK;
	request.seg[0].offset = PAGE / 2;
	request.seg[0].length = PAGE / 2;
	request.seg[1].length = PAGE / 2;
	scsi_must(scsi, request, "a read of two halves");
	if (memcmp(page_at(scsi->data, 0) + PAGE / 2, page_at(scsi->data, many), PAGE / 2) ||
	    memcmp(page_at(scsi->data, 1), page_at(scsi->data, many) + PAGE / 2, PAGE / 2))
		wrong("two halves are not what was written");
	if (page_at(scsi->data, 0)[0] != 0xee || page_at(scsi->data, 1)[PAGE / 2] != 0xee)
		wrong("more was read than asked for");
}

uint32_t scsi_strange_gref(struct scsi *scsi, domid_t domain, unsigned int flags)
{
	scsi->strange = pages_alloc(domain, 1, flags);
	memset(page_at(scsi->strange, 0), STRANGE_BYTE, PAGE);
	return page_gref(scsi->strange, 0);
}

void scsi_check_strange(const struct scsi *scsi)
{
	for (unsigned int i = 0; scsi->strange && i < PAGE; i++) {
		if (page_at(scsi->strange, 0)[i] == STRANGE_BYTE)
			continue;
		wrong("a page that the backend must not write has changed at byte %u", i);
		return;
	}
}

/* ---- the runs ---- */

static bool has_stopped(const struct device *dev)
{
	unsigned int ends = STATES(Closing, Closed);

	return (1u << device_wait(dev, ends, PATIENCE)) & ends;
}

static void scsi_look(struct scsi *scsi, enum expect expect)
{
	if (expect == STOPPED) {
		if (has_stopped(&scsi->dev))
			device_note_reason(&scsi->dev);
		else
			wrong("not stopped, state %d", device_state(&scsi->dev));
		return;
	}
	if (scsi_settle(scsi)) {
		note("answered %u ok, %u error", scsi->okay, scsi->error);
		scsi_check_strange(scsi);
		scsi_good(scsi);
	} else {
		wrong("stopped");
		device_note_reason(&scsi->dev);
	}
}

/* The first command may fail with a unit attention, because there are more units than before. */
static void hear_news(struct scsi *scsi)
{
	struct vscsiif_request request = scsi_rw(scsi, false, 0, 0, 1);

	scsi_ask(scsi, &request, ANY);
	scsi_settle(scsi);
}

static bool run_scsi_case(unsigned int id, const void *arg)
{
	const struct scsi_case *c = arg;
	struct scsi scsi;

	case_begin("scsi", c->name);
	scsi_open(&scsi, id);
	seed_random(1);
	device_forget_reason(&scsi.dev);
	scsi_connect(&scsi);
	hear_news(&scsi);
	scsi_good(&scsi);
	scsi.okay = 0;
	scsi.error = 0;
	c->run(&scsi, c->arg);
	scsi_look(&scsi, c->expect);
	scsi_close(&scsi);
	if (c->expect == STOPPED) {
		scsi_connect(&scsi);
		scsi_good(&scsi);
		scsi_close(&scsi);
	}
	return case_end();
}

static const struct scsi_case *const tables[] = { scsi_ring_cases, scsi_command_cases, NULL };

static int scsi_run(unsigned int id, const char *name)
{
	bool all = !strcmp(name, "all"), found = false;
	int failed = 0;

	for (unsigned int i = 0; tables[i]; i++)
		for (const struct scsi_case *c = tables[i]; c->name; c++) {
			if (!all && strcmp(name, c->name))
				continue;
			found = true;
			failed += !case_apart(run_scsi_case, id, c);
		}
	if (!found)
		die("no case %s", name);
	return failed;
}

static void scsi_list(void)
{
	for (unsigned int i = 0; tables[i]; i++)
		for (const struct scsi_case *c = tables[i]; c->name; c++)
			printf("%s %s\n", c->name, expect_name(c->expect));
}

static int scsi_cycle(unsigned int id, unsigned int count)
{
	struct scsi scsi;

	case_begin("scsi", "connect-and-close");
	scsi_open(&scsi, id);
	while (count--) {
		scsi_connect(&scsi);
		scsi_good(&scsi);
		scsi_close(&scsi);
	}
	return !case_end();
}

const struct kind scsi_kind = {
	.type = "scsi",
	.list = scsi_list,
	.run = scsi_run,
	.cycle = scsi_cycle,
};
