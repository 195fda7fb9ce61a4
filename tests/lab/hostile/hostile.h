/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A frontend in user space that connects by the protocol and then violates it. Runs in a DomU as
 * root, on a device without a kernel driver, through /dev/xen/{xenbus,gntalloc,evtchn}.
 */
#ifndef HOSTILE_H
#define HOSTILE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xen/xen.h>
#include <xen/io/xenbus.h>

#define PAGE 4096u
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* ---- report.c: the results of cases, and helpers ---- */

/* Ends the test, which cannot go on. */
__attribute__((noreturn, format(printf, 1, 2))) void die(const char *fmt, ...);
/* Reports that the backend has violated the protocol. The case goes on. */
__attribute__((format(printf, 1, 2))) void wrong(const char *fmt, ...);
/* Adds a clause about what the backend did to the result. */
__attribute__((format(printf, 1, 2))) void note(const char *fmt, ...);
/* Begins a case, whose result has the name "blk opcode-4". */
void case_begin(const char *kind, const char *name);
/* Prints the result. Returns whether the backend has kept the protocol. */
bool case_end(void);
/* Skips the case: this backend lacks what it needs. */
__attribute__((noreturn, format(printf, 1, 2))) void skip(const char *fmt, ...);
/* Runs a case in a process of its own, so that one that crashes does not end the others. */
bool case_apart(bool (*run)(unsigned int id, const void *arg), unsigned int id, const void *arg);

/* A thread on the second virtual CPU; the caller stays on the first. */
pthread_t run_on_other_cpu(void *(*run)(void *), void *arg);

uint64_t now_ms(void);
void sleep_ms(unsigned int ms);
/* A reproducible stream of random numbers. */
void seed_random(uint64_t seed);
uint32_t random_u32(void);
uint32_t random_below(uint32_t limit);
/* A value next to a limit, or any value. */
uint32_t random_edge(void);
/* True once in @times calls on average. */
bool random_once_in(uint32_t times);

/* ---- xenstore.c ---- */

void xs_open(void);
/*
 * Returns the length of the value, which buf then holds with a NUL behind it, or a negative errno.
 */
int xs_read(const char *path, char *buf, size_t size);
int xs_write(const char *path, const void *value, size_t len);
int xs_remove(const char *path);
/* All requests in between take effect at the end, or the end returns -EAGAIN. */
int xs_transaction_start(void);
int xs_transaction_end(void);
void xs_watch(const char *path);
/* Waits for any watch to fire; false when none did in time. */
bool xs_wait(unsigned int ms);

/* ---- grant.c ---- */

/*
 * Pages granted to one domain. Before, between (if apart) and behind them lie guard pages:
 * allocated and granted with the others. No domain learns their references, so none may write to
 * them.
 */
struct pages {
	unsigned int count;
	unsigned int stride;	/* 1: one contiguous run; 2: a guard between any two */
	uint8_t *map;
	uint64_t index;
	uint32_t *gref;		/* of every page of the map, guards included */
};

enum { PAGES_READONLY = 1, PAGES_APART = 2 };

struct pages *pages_alloc(domid_t domain, unsigned int count, unsigned int flags);
uint8_t *page_at(const struct pages *pages, unsigned int i);
uint32_t page_gref(const struct pages *pages, unsigned int i);
void pages_check_guards(const struct pages *pages, const char *what);
void pages_free(struct pages *pages);
/* A reference without a grant: of a grant that has just ended, or one that is never used. */
uint32_t gref_revoked(void);
uint32_t gref_never(void);
/* Any number that is no reference of a grant of ours. */
uint32_t gref_wild(void);
/* Between these two no page may be freed that the backend still has mapped. */
void grants_watch_leaks(void);
void grants_check_leaks(void);

/* ---- evtchn.c ---- */

void evtchn_open(void);
uint32_t evtchn_alloc(domid_t domain);
/* Another domain, which need not exist. */
#define SOME_OTHER_DOMAIN 4321
void evtchn_free(uint32_t port);
void evtchn_notify(uint32_t port);
/* Waits for an event on any port and takes all that are there. */
bool evtchn_wait(unsigned int ms);

/* ---- ring.c ---- */

enum ring_index { REQ_PROD, REQ_EVENT, RSP_PROD, RSP_EVENT };

struct ring {
	volatile uint32_t *index;
	volatile uint8_t *slots;
	uint8_t *asked;		/* what each slot held when it was published */
	unsigned int size;	/* slots, a power of two */
	unsigned int stride;	/* bytes of a slot */
	uint32_t req;		/* next request to write */
	uint32_t rsp;		/* next response to read */
	bool racing;		/* a second CPU changes its slots */
};

void ring_init(struct ring *ring, void *shared, size_t bytes, unsigned int stride);
/* Starts an unused ring as if @index requests had been answered on it. */
void ring_start_at(struct ring *ring, uint32_t index);
void ring_exit(struct ring *ring);
/* Writes the next request into its slot; the rest of the slot is filled with a pattern. */
void ring_put(struct ring *ring, const void *request, size_t bytes);
void ring_publish(struct ring *ring);
/*
 * Reads the next response, if there is one. Bytes of the slot behind the response have to be as
 * they were. Returns what the slot held before the response, else NULL.
 */
const uint8_t *ring_take(struct ring *ring, void *response, size_t bytes);
unsigned int ring_unanswered(const struct ring *ring);

/* ---- device.c: a frontend directory and the backend at its other end ---- */

struct override {
	const char *key;
	const char *value;	/* NULL: leave the key out */
	size_t len;		/* of the value, if it is no string; else 0 */
};

#define KEYS 64

struct device {
	const char *type;
	unsigned int id;
	char front[64];
	char back[192];
	const struct override *override;
	bool overridden;
	bool closed;
	char keys[KEYS][32];
	unsigned int key_count;
};

void device_open(struct device *dev, const char *type, unsigned int id);
/* Waits until the backend is Connected, and ends the test if it closes or does nothing. */
void device_wait_connected(const struct device *dev);
/* Leads the backend to InitWait from any state. */
void device_reset(struct device *dev);
__attribute__((format(printf, 3, 4)))
void device_put(struct device *dev, const char *key, const char *fmt, ...);
/* Writes the override, unless it has replaced a key that was put. */
void device_put_rest(struct device *dev);
/* Both return -1 (false) if there is no such key or number. */
long device_number(const struct device *dev, const char *key);
bool device_text(const struct device *dev, const char *key, char *buf, size_t size);
void device_set_state(struct device *dev, enum xenbus_state state);
enum xenbus_state device_state(const struct device *dev);
bool device_stopped(const struct device *dev);
/*
 * Waits until the backend is in one of the states, given as a mask of 1 << state. Returns the state
 * it is in.
 */
enum xenbus_state device_wait(const struct device *dev, unsigned int mask, unsigned int ms);
/*
 * Writes Closing and Closed, and removes the keys that were put. No effect on a device that it has
 * closed already.
 */
void device_close(struct device *dev);
/*
 * The error that the backend has written for a device that it stopped. Only Dom0 can read that
 * node; the lab lets the guest read it too. Notes the reason. A stop without a reason is an
 * error.
 */
void device_forget_reason(const struct device *dev);
void device_note_reason(const struct device *dev);
/* Waits until the backend's state has not changed for a while. */
void device_calm_down(const struct device *dev);
/* Writes an invalid state, then waits until the backend's state is stable. */
#define ODD_STATES 9
void device_put_odd_state(struct device *dev, long which);
/* Writes Initialised and Connected, @times times. */
void device_connect_again(struct device *dev, long times);
/*
 * Writes all ordered pairs of states with a pause after each, then waits until the backend's
 * state is stable.
 */
void device_flap(struct device *dev, long pause_ms);

/* Writes the state as fast as xenstore allows. */
void device_hammer(struct device *dev, long times);
/* Writes Connected and Closing in turns, without waiting for the backend. */
void device_hurry(struct device *dev, long times);

#define STATES(a, b) ((1u << XenbusState##a) | (1u << XenbusState##b))
#define PATIENCE 40000	/* longest wait in ms, on an emulated machine */

/* ---- expected outcomes ---- */

/*
 * The outcome of a case. After any but ANSWERED, the device is closed, connected again and does
 * I/O.
 */
enum expect {
	ANSWERED,	/* each request gets the expected response, and the device works */
	STOPPED,	/* the device goes to Closing or Closed, and sends no response after that */
	REFUSED,	/* the device goes to Closing or Closed, and is never Connected */
	REJECTED,	/* the requests get the expected responses, or the device is stopped */
	SURVIVED,	/* any of these */
};

/* The expected status of a response. For ANY, each status is right. */
enum hope { OKAY, ERROR, ANY };

const char *expect_name(enum expect expect);

/* ---- the cases of each kind of device ---- */

/* All return how many cases have failed. */
struct kind {
	const char *type;
	void (*list)(void);
	/* Runs the cases of that name, or all if it is "all". */
	int (*run)(unsigned int id, const char *name);
	/* Connects, does one valid request and closes, @count times. */
	int (*cycle)(unsigned int id, unsigned int count);
};

extern const struct kind blk_kind;
extern const struct kind net_kind;
extern const struct kind scsi_kind;

/* ---- random.c: kinds of random runs; each makes at least @count requests ---- */

struct random_run {
	uint64_t asked;		/* requests, slots, buffers or values */
	uint64_t mutated;	/* of them, changed on purpose */
	uint64_t okay, error;	/* answers */
	unsigned int stops;	/* the device stopped, and was connected again */
	unsigned int storms;	/* bursts of events */
};

struct random_kind {
	const char *name;
	unsigned int id;	/* of the device, unless the caller names one */
	void (*run)(unsigned int id, uint64_t count, struct random_run *run);
};

extern const struct random_kind random_blk, random_blk32, random_blk_indirect;
extern const struct random_kind random_net_tx, random_net_rx, random_xenstore;

/* Runs the kind of that name; false if something failed, or if there is no such kind. */
bool random_by_name(const char *name, uint64_t seed, uint64_t count, const unsigned int *id);
void random_storm(struct random_run *run, uint32_t port);

/* ---- latency.c ---- */

/*
 * Writes a page of a file past the page cache, reads it back and compares it, again and again for
 * @seconds. Prints how long that took.
 */
bool latency(const char *path, unsigned int seconds);

/* ---- sum.c ---- */

/* Sends valid and invalid requests to the example backend of Documentation/tutorial.md. */
bool sum_example(unsigned int id);

/* ---- pci.c ---- */

/* Runs all cases; false if one has failed. */
bool pci_hostile(unsigned int id);

#endif
