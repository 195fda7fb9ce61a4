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

/* ---- report.c: what went wrong, and with whom ---- */

/* The test itself cannot go on. */
__attribute__((noreturn, format(printf, 1, 2))) void die(const char *fmt, ...);
/* The backend has violated the protocol. The case goes on. */
__attribute__((format(printf, 1, 2))) void wrong(const char *fmt, ...);
/* One clause about what the backend did. */
__attribute__((format(printf, 1, 2))) void note(const char *fmt, ...);
/* What the verdict will be about: "blk opcode-4". */
void case_begin(const char *kind, const char *name);
/* Prints the verdict. Returns whether the backend has kept the protocol. */
bool case_end(void);
/* This backend lacks what the case needs. */
__attribute__((noreturn, format(printf, 1, 2))) void skip(const char *fmt, ...);
/* Runs it in a process of its own, so that a case that ends badly does not end the others. */
bool case_apart(bool (*run)(unsigned int id, const void *arg), unsigned int id, const void *arg);

/* A thread on the second virtual CPU; the caller stays on the first. */
pthread_t run_on_other_cpu(void *(*run)(void *), void *arg);

uint64_t now_ms(void);
void sleep_ms(unsigned int ms);
/* A reproducible stream of random numbers. */
void seed_random(uint64_t seed);
uint32_t random_u32(void);
uint32_t random_below(uint32_t limit);
/* A value that is next to some limit, or any. */
uint32_t random_edge(void);
/* True once in so many times. */
bool random_once_in(uint32_t times);

/* ---- xenstore.c ---- */

void xs_open(void);
/*
 * Returns the length of the value, which buf then holds with a NUL behind it, or a negative errno.
 */
int xs_read(const char *path, char *buf, size_t size);
int xs_write(const char *path, const void *value, size_t len);
int xs_remove(const char *path);
/* All questions in between take effect at the end, or the end says -EAGAIN. */
int xs_transaction_start(void);
int xs_transaction_end(void);
void xs_watch(const char *path);
/* Waits for any watch to fire; false when none did in time. */
bool xs_wait(unsigned int ms);

/* ---- grant.c ---- */

/*
 * Pages granted to one domain. Before, between (if apart) and behind them lie guard pages:
 * allocated in the same go, granted as well, but told to no domain, so that none may write to them.
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
/*
 * A reference in the table that stands for no grant: ended just now, or free for as long as the
 * guest lives.
 */
uint32_t gref_revoked(void);
uint32_t gref_never(void);
/* Any number that stands for none of our grants. */
uint32_t gref_wild(void);
/* Between these two no page may be freed that the backend still has mapped. */
void grants_watch_leaks(void);
void grants_check_leaks(void);

/* ---- evtchn.c ---- */

void evtchn_open(void);
uint32_t evtchn_alloc(domid_t domain);
/* A domain that we have nothing to do with; it need not exist. */
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
	uint8_t *asked;		/* what each slot held when it was handed over */
	unsigned int size;	/* slots, a power of two */
	unsigned int stride;	/* bytes of a slot */
	uint32_t req;		/* next request to write */
	uint32_t rsp;		/* next response to read */
	bool racing;		/* its slots are written to all the time */
};

void ring_init(struct ring *ring, void *shared, size_t bytes, unsigned int stride);
/* As if so many requests had been asked and answered before: for a ring that was not used yet. */
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
/* Leads the backend to InitWait from wherever it is. */
void device_wait_connected(const struct device *dev);
void device_reset(struct device *dev);
__attribute__((format(printf, 3, 4)))
void device_put(struct device *dev, const char *key, const char *fmt, ...);
/* Writes the override, if none of the keys put so far was the one it stands for. */
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
 * Closing, Closed, and away with what was put. Without effect on a device that it has closed
 * already.
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
/* Initialised and Connected, that many times over. */
void device_connect_again(struct device *dev, long times);
/*
 * Writes all ordered pairs of states with a pause after each, then waits until the backend's
 * state is stable.
 */
void device_flap(struct device *dev, long pause_ms);

/* Writes the state as fast as xenstore takes it. */
void device_hammer(struct device *dev, long times);
/* Connected, Closing, Connected and so on without looking at what the backend does. */
void device_hurry(struct device *dev, long times);

#define STATES(a, b) ((1u << XenbusState##a) | (1u << XenbusState##b))
#define PATIENCE 40000	/* ms that an emulated machine may take for anything */

/* ---- what a case wants to see ---- */

/* Of a case. After any of them but ANSWERED the device is closed, connected again and does I/O. */
enum expect {
	ANSWERED,	/* each request gets the response of its hope, and the device works */
	STOPPED,	/* the device goes to Closing or Closed, and sends no response after that */
	REFUSED,	/* the device goes to Closing or Closed, and is never Connected */
	REJECTED,	/* the requests get the response of their hope, or the device is stopped */
	SURVIVED,	/* any of these */
};

/* Of a request: the status of its response. ANY response is right for some. */
enum hope { OKAY, ERROR, ANY };

const char *expect_name(enum expect expect);

/* ---- the cases of each kind of device ---- */

/* All return how many cases went wrong. */
struct kind {
	const char *type;
	void (*list)(void);
	/* Runs the cases of that name, or all if it is "all". */
	int (*run)(unsigned int id, const char *name);
	/* Connects, does one good thing and closes, that many times. */
	int (*cycle)(unsigned int id, unsigned int count);
};

extern const struct kind blk_kind;
extern const struct kind net_kind;
extern const struct kind scsi_kind;

/* ---- random.c: one kind of randomness each; none returns before so much was asked ---- */

struct random_run {
	uint64_t asked;		/* requests, slots, buffers or values */
	uint64_t mutated;	/* of them, changed on purpose */
	uint64_t okay, error;	/* answers */
	unsigned int stops;	/* the device stopped, and was connected anew */
	unsigned int storms;	/* bursts of events */
};

struct random_kind {
	const char *name;
	unsigned int id;	/* of the device, unless the caller names one */
	void (*run)(unsigned int id, uint64_t count, struct random_run *run);
};

extern const struct random_kind random_blk, random_blk32, random_blk_indirect;
extern const struct random_kind random_net_tx, random_net_rx, random_xenstore;

/* Runs the kind of that name; false if something went wrong, or there is none. */
bool random_by_name(const char *name, uint64_t seed, uint64_t count, const unsigned int *id);
void random_storm(struct random_run *run, uint32_t port);

/* ---- latency.c ---- */

/*
 * Writes a file of one page past the cache, reads it back and compares, over and over for so many
 * seconds, and says how long that took.
 */
bool latency(const char *path, unsigned int seconds);

/* ---- sum.c ---- */

/* Uses the example backend of Documentation/tutorial.md as it should be, and as it should not. */
bool sum_example(unsigned int id);

/* ---- pci.c ---- */

/* Runs all cases; false if one went wrong. */
bool pci_hostile(unsigned int id);

#endif
