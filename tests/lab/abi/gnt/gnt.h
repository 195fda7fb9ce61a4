/* SPDX-License-Identifier: GPL-2.0 */
/* The two sides of a grant, and output of the result of a request. */
#ifndef GNT_H
#define GNT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
/* The hypervisor's own types come first: the kernel's headers take them from there. */
#include <xen/xen.h>
#include <xen/grant_table.h>

#include <xen/evtchn.h>
#include <xen/gntalloc.h>
#include <xen/gntdev.h>

#define PAGE 4096UL
#define NR   8
/* Far from the references that a kernel uses. */
#define BAD_REF 30000U

extern int gntdev, gntalloc;
extern const char *name;

/* Print one line: the case, what was tried, and the outcome. */
void say(const char *what, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *result(long ret);
void die(const char *what) __attribute__((noreturn));

#define TRY(what, call) say(what, "%s", result((long)(call)))

/* Access a byte. Return "ok", or the name of the signal that this caused. */
const char *touch(volatile uint8_t *byte, bool write);
void catch_faults(void);

/* Pages that this program grants to its own domain, and where it sees them. */
struct grants {
	uint64_t index;
	unsigned int nr;
	uint32_t refs[1024];
	uint8_t *mem;
};

long alloc_grants(int fd, struct grants *grants, unsigned int nr, uint16_t domid, uint16_t flags);
long dealloc_grants(int fd, uint64_t index, unsigned int nr);
void grant(struct grants *grants, unsigned int nr, uint16_t flags);
void ungrant(struct grants *grants);

/* The same pages, mapped as another domain's. */
struct map {
	uint64_t index;
	unsigned int nr;
	uint8_t *mem;
};

long name_grants(int fd, const uint32_t *refs, unsigned int nr, uint32_t domid, uint64_t *index);
long forget(int fd, uint64_t index, unsigned int nr);
void *show(const struct map *map, int prot);
void map_grants(struct map *map, const struct grants *grants, int prot);
void unmap_grants(struct map *map);

/*
 * Return whether a page is writable, only readable, or gone; and whether it shows what the other
 * side writes.
 */
const char *look(uint8_t *page, uint8_t *other);
void look_at_all(const char *what, uint8_t *mem, uint8_t *other, unsigned int nr);

/* An event channel from this domain to itself. */
struct channel {
	int ours, theirs;
	unsigned int port, their_port;
};

void channel_open(struct channel *ch);
void channel_drain(struct channel *ch);
const char *channel_heard(struct channel *ch);
void channel_close(struct channel *ch);

#define MAP_NOTIFY   IOCTL_GNTDEV_SET_UNMAP_NOTIFY
#define SHARE_NOTIFY IOCTL_GNTALLOC_SET_UNMAP_NOTIFY

/* The same structure for both devices. */
long set_notify(int fd, unsigned long request, uint64_t index, uint32_t action, uint32_t port);

struct test_case {
	const char *name;
	void (*run)(void);
	/* Name of the group; its cases run only if it is asked for. */
	const char *group;
};

/* Each ends with an entry without a name. */
extern const struct test_case name_cases[], life_cases[], notify_cases[], copy_cases[],
	share_cases[], dmabuf_cases[], walk_cases[];

void dmabuf_rings(uint32_t domid);
void walk_guest(uint16_t domid);
void hold_by_pipe(uint32_t domid);
void drain_pipe(uint32_t domid);

#endif
