// SPDX-License-Identifier: GPL-2.0
/* The ioctl SIOCETHTOOL. An interface that does not answer has no counters. */
#include "ethtool.h"
#include "text.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* No driver has more. */
#define STATS_MOST	4096u

static int ethtool_ask(int fd, const char *interface, void *question)
{
	struct ifreq request = { 0 };

	text_copy(request.ifr_name, sizeof(request.ifr_name), interface);
	request.ifr_data = question;
	return ioctl(fd, SIOCETHTOOL, &request);
}

static unsigned int stats_number(int fd, const char *interface)
{
	/* The kernel writes one number behind the struct for each bit that was asked for. */
	uint64_t room[(sizeof(struct ethtool_sset_info) + sizeof(uint32_t) + 7) / 8] = { 0 };
	struct ethtool_sset_info *info = (struct ethtool_sset_info *)room;

	info->cmd = ETHTOOL_GSSET_INFO;
	info->sset_mask = 1ULL << ETH_SS_STATS;
	if (ethtool_ask(fd, interface, info) || !info->sset_mask)
		return 0;
	return info->data[0] < STATS_MOST ? info->data[0] : 0;
}

static void take_stat(struct counters *counters, const char *name, uint64_t value)
{
	const struct counter_kind kind = { name, "the driver's own, as in ethtool -S", false };

	if (strncmp(name, "queue_", 6) && !counters_find(counters, name))
		counters_add(counters, &kind, value);
}

/*
 * The number may have changed since we asked. A kernel without "ethtool: Avoid overflowing
 * userspace buffer on stats query" then writes as many as it has now: there is room for STATS_MOST.
 */
static void take_stats(int fd, const char *interface, struct ethtool_gstrings *names,
		       struct ethtool_stats *values, struct counters *counters)
{
	unsigned int number = names->len, i;

	if (ethtool_ask(fd, interface, names) || ethtool_ask(fd, interface, values))
		return;
	for (i = 0; i < number && i < names->len && i < values->n_stats; i++) {
		char name[ETH_GSTRING_LEN + 1];

		memcpy(name, names->data + i * ETH_GSTRING_LEN, ETH_GSTRING_LEN);
		name[ETH_GSTRING_LEN] = '\0';
		take_stat(counters, name, values->data[i]);
	}
}

void ethtool_count(const char *interface, struct counters *counters)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	unsigned int number = fd < 0 ? 0 : stats_number(fd, interface);
	struct ethtool_gstrings *names = calloc(1, sizeof(*names) + STATS_MOST * ETH_GSTRING_LEN);
	struct ethtool_stats *values = calloc(1, sizeof(*values) + STATS_MOST * sizeof(uint64_t));

	if (number && names && values) {
		names->cmd = ETHTOOL_GSTRINGS;
		names->string_set = ETH_SS_STATS;
		names->len = number;
		values->cmd = ETHTOOL_GSTATS;
		values->n_stats = number;
		take_stats(fd, interface, names, values, counters);
	}
	free(names);
	free(values);
	if (fd >= 0)
		close(fd);
}
