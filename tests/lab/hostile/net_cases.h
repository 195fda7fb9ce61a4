/* SPDX-License-Identifier: GPL-2.0 */
/* The tables of network cases: one for each theme, in a file of its own. */
#ifndef NET_CASES_H
#define NET_CASES_H

#include "net.h"

#define MORE NETTXF_more_data
#define EXTRA NETTXF_extra_info
#define CSUM (NETTXF_csum_blank | NETTXF_data_validated)

/*
 * struct net_case - one case
 * @name: unique; an advisory's number first, if it stands for one
 * @expect: what the backend should do; hostile.h explains the values
 * @run: misbehaves on the connected device
 * @arg: passed to @run and @on_device. Without them: how often the setup is offered again
 * @setup: the keys and rings that the frontend offers; 0 leaves out what is optional
 * @on_device: misbehaves by the device's keys in xenstore, after @run
 *
 * A case with @run or @on_device, or one that expects ANSWERED, connects by its setup and does
 * valid I/O. Any other case only offers its setup, and does not wait for the backend to accept it.
 */
struct net_case {
	const char *name;
	enum expect expect;
	void (*run)(struct net *net, long arg);
	long arg;
	struct net_setup setup;
	void (*on_device)(struct device *dev, long arg);
};

/* Behind the last case of each table. */
#define END_OF_CASES { NULL }

extern const struct net_case net_ring_cases[];
extern const struct net_case net_slot_cases[];
extern const struct net_case net_offload_cases[];
extern const struct net_case net_multicast_cases[];
extern const struct net_case net_control_cases[];
extern const struct net_case net_hash_cases[];
extern const struct net_case net_grant_cases[];
extern const struct net_case net_time_cases[];
extern const struct net_case net_keys_cases[];

#endif
