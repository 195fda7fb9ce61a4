/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The way of a request: command.c takes it off the ring, protocol.c checks it, data.c brings the
 * data in reach, target.c hands it to the kernel's target core (LIO). That carries it out and says
 * so in target.c. Then data.c brings data to the guest, and command.c answers.
 *
 * One worker does all work on a ring, one run at a time. The target core's threads only put
 * commands into lists without a lock, for the worker.
 */
#ifndef _SCSIBACK_H
#define _SCSIBACK_H

#include "counters.h"
#include "protocol.h"

#include <dom0/copy.h>
#include <dom0/evtchn.h>
#include <dom0/grant_status.h>
#include <dom0/pages.h>
#include <dom0/ring.h>
#include <dom0/ring_map.h>
#include <dom0/xenbus.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/ratelimit_types.h>
#include <linux/scatterlist.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <target/target_core_base.h>

/* A segment may lie across two pages of ours. */
#define VSCSI_COPIES_MAX	(2 * VSCSI_SEGMENTS_MAX)

/* Grant copies gathered for one hypercall: at least those of one request. */
#define VSCSI_BATCH_OPS		512

/* Commands of a unit in a minute that may be wrong. */
#define VSCSI_MISTAKES		64u

#define VSCSI_PAGES_MAX		DIV_ROUND_UP(VSCSI_DATA_MAX, PAGE_SIZE)

struct vscsi_host;
struct vscsi_port;
struct vscsi_ring;

/**
 * struct vscsi_lun - what a guest's address stands for
 * @link: in the host's table
 * @kref: the table's, and one for each command on its way
 * @address: as the guest numbers it
 * @host: whose table it is in, or was
 * @port: the target port group, in use as long as this is
 * @unit: the number of the unit there
 * @gone: set when it has been removed and no command holds it any more; NULL as long as it is in
 *	the host's table, or if there is nothing that waits
 * @folder: whose it is in vscsi-devs
 */
struct vscsi_lun {
	struct list_head link;
	struct kref kref;
	struct vscsi_address address;
	struct vscsi_host *host;
	struct vscsi_port *port;
	u64 unit;
	bool *gone;
	char folder[];
};

/**
 * struct vscsi_command - a request between ring and response
 *
 * The ring's worker owns it, but for what the target core does between submission and release.
 *
 * @link: in one of the ring's lists
 * @node: on its way from the target core to the worker
 * @ring: the ring that it came from
 * @order: what the frontend asked for
 * @lun: whom it is for, held; NULL if it was refused before that was known
 * @result: outcome so far, for vscsiif_response.rslt
 * @residual: bytes that were asked for and not moved
 * @returned: bytes that are to be copied to the guest
 * @sense_length: bytes of @sense that say something
 * @passed_on: @sense is from a device to which the command was passed on
 * @slot: first of its slots in the batch of copies
 * @nr_copies: how many it has there
 * @nr_pages: pages that it has borrowed
 * @lists: where its segments are to be found, if they are not in the slot
 * @segs: its segments, in a page of the ring's
 * @pages: its data, packed: the bytes of all segments one behind the other
 * @sgl: the same for the target core
 * @sense: filled by the target core
 * @se: the target core's part
 */
struct vscsi_command {
	struct list_head link;
	struct llist_node node;
	struct vscsi_ring *ring;
	struct vscsi_order order;
	struct vscsi_lun *lun;
	s32 result;
	u32 residual;
	u32 returned;
	u8 sense_length;
	bool passed_on;
	unsigned int slot;
	unsigned int nr_copies;
	unsigned int nr_pages;
	struct scsiif_request_segment lists[VSCSI_DIRECT_MAX];
	struct scsiif_request_segment *segs;
	struct page *pages[VSCSI_PAGES_MAX];
	struct scatterlist sgl[VSCSI_PAGES_MAX];
	u8 sense[VSCSIIF_SENSE_BUFFERSIZE];
	struct se_cmd se;
};

/**
 * struct vscsi_ring - the ring of a connected host
 * @host: its host
 * @shared: the page shared with the frontend
 * @ch: event channel
 *
 * Any context:
 * @work: the worker
 * @resume: queues it when a pause of the host is over
 * @idle: woken when all that was taken has been answered
 * @broken: the frontend has broken the protocol; the ring is not looked at any more
 * @stopping: the host disconnects; no more is taken
 * @done: commands whose outcome is known
 * @released: commands that the target core has let go of
 *
 * The worker's own:
 * @cons: requests taken
 * @answered: responses written
 * @pushed: of those, shown to the frontend; also read by what waits for the ring to be idle
 * @worked: an event has brought requests since the last EOI
 * @free: commands that are not in use
 * @queue: commands that wait to be started, in order
 * @running: commands that the target core has
 * @over: commands to be answered, in order
 * @pages: to copy data through
 * @copy: copies that are being gathered, in either direction
 * @commands: all commands, as many as the ring has slots
 * @segs: their segments
 * @memory: bytes that were charged
 */
struct vscsi_ring {
	struct vscsi_host *host;
	struct dom0_sring *shared;
	struct dom0_evtchn *ch;

	struct work_struct work;
	struct delayed_work resume;
	wait_queue_head_t idle;
	bool broken;
	bool stopping;
	struct llist_head done;
	struct llist_head released;

	RING_IDX cons;
	RING_IDX answered;
	RING_IDX pushed;
	bool worked;
	struct list_head free;
	struct list_head queue;
	struct list_head running;
	struct list_head over;
	struct dom0_pages pages;
	struct dom0_copy copy;
	struct vscsi_command *commands;
	struct scsiif_request_segment *segs;
	size_t memory;
};

/**
 * struct vscsi_host - one virtual SCSI host
 * @be: the backend device
 * @luns_lock: protects @luns and @nr_luns
 * @luns: what its addresses stand for; the device's work changes it, the ring's worker looks
 * @nr_luns: how many there are
 * @lun_gone: woken when one has gone for which the device's work waits
 * @ring_lock: protects @ring against readers of debugfs; the device's work writes it
 * @ring: the ring while connected, or NULL
 * @management: how often its guest may ask for aborts and resets; the ring's worker uses it
 * @mistakes: how often its guest may be wrong; likewise, but for the burst
 * @paused_until: no requests are taken until then, in jiffies; likewise
 * @debugfs: the device's folder
 * @counters: see counters.h
 */
struct vscsi_host {
	struct dom0_backend *be;
	spinlock_t luns_lock;		/* @luns, @nr_luns */
	struct list_head luns;
	unsigned int nr_luns;
	wait_queue_head_t lun_gone;
	struct mutex ring_lock;		/* @ring */
	struct vscsi_ring *ring;
	struct ratelimit_state management;
	struct ratelimit_state mistakes;
	u64 paused_until;
	struct dentry *debugfs;
	u64 counters[VSCSI_NR_COUNTERS];
};

static inline void vscsi_count(struct vscsi_ring *ring, enum vscsi_counter counter, u64 n)
{
	u64 *count = &ring->host->counters[counter];

	WRITE_ONCE(*count, *count + n);
}

static inline bool vscsi_reads(const struct vscsi_command *cmd)
{
	return cmd->order.direction == VSCSI_FROM_DEVICE;
}

static inline bool vscsi_writes(const struct vscsi_command *cmd)
{
	return cmd->order.direction == VSCSI_TO_DEVICE;
}

/* command.c */
size_t vscsi_commands_bytes(void);
int vscsi_commands_create(struct vscsi_ring *ring);
void vscsi_commands_destroy(struct vscsi_ring *ring);
bool vscsi_take(struct vscsi_ring *ring);
void vscsi_start(struct vscsi_ring *ring);
void vscsi_finish(struct vscsi_ring *ring);
bool vscsi_answer(struct vscsi_ring *ring);
void vscsi_over(struct vscsi_command *cmd, s32 result);
void vscsi_refuse(struct vscsi_command *cmd, int err);

/* data.c */
void vscsi_fetch_lists(struct vscsi_ring *ring);
bool vscsi_take_pages(struct vscsi_command *cmd);
void vscsi_put_pages(struct vscsi_command *cmd);
void vscsi_gather(struct vscsi_command *cmd, u32 bytes);
int vscsi_gathered(const struct vscsi_command *cmd);
const u8 *vscsi_first_data(const struct vscsi_command *cmd);

/* target.c */
void vscsi_submit(struct vscsi_command *cmd);
void vscsi_put(struct vscsi_command *cmd);
void vscsi_abort(struct vscsi_command *cmd, u64 tag);
void vscsi_reset(struct vscsi_command *cmd);
int vscsi_check_stop_free(struct se_cmd *se);
void vscsi_release_cmd(struct se_cmd *se);
int vscsi_write_pending(struct se_cmd *se);
int vscsi_queue_data_in(struct se_cmd *se);
int vscsi_queue_status(struct se_cmd *se);
void vscsi_queue_tm_rsp(struct se_cmd *se);
void vscsi_aborted_task(struct se_cmd *se);

/* ring.c */
struct vscsi_ring *vscsi_ring_create(struct vscsi_host *host, grant_ref_t ref, evtchn_port_t port);
void vscsi_ring_stop(struct vscsi_ring *ring);
void vscsi_ring_destroy(struct vscsi_ring *ring);
void vscsi_ring_kick(struct vscsi_ring *ring);
int vscsi_rings_init(void);
void vscsi_rings_exit(void);

/* lun.c */
int vscsi_lun_add(struct vscsi_host *host, const char *folder,
		  const struct vscsi_address *address, char *name);
void vscsi_lun_remove(struct vscsi_host *host, const char *folder);
void vscsi_luns_remove_others(struct vscsi_host *host, char **folders, unsigned int nr);
void vscsi_luns_remove_all(struct vscsi_host *host);
struct vscsi_lun *vscsi_lun_get(struct vscsi_host *host, const struct vscsi_address *address);
void vscsi_lun_put(struct vscsi_lun *lun);

/* fabric.c */
struct vscsi_port *vscsi_port_get(const char *name, u64 unit);
void vscsi_port_put(struct vscsi_port *port);
struct se_session *vscsi_port_session(const struct vscsi_port *port);
int vscsi_fabric_init(void);
void vscsi_fabric_exit(void);

/* debugfs.c */
void vscsi_debugfs_init(void);
void vscsi_debugfs_exit(void);
void vscsi_debugfs_add(struct vscsi_host *host);
void vscsi_debugfs_remove(struct vscsi_host *host);

/* xenbus.c */
extern const struct dom0_backend_driver vscsi_driver;

/* main.c */
extern unsigned int vscsi_max_buffer_pages;
extern unsigned int vscsi_max_memory_mb;

#endif
