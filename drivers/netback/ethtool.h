/* SPDX-License-Identifier: GPL-2.0 */
/* What ethtool shows of a card. */
#ifndef _VIF_ETHTOOL_H
#define _VIF_ETHTOOL_H

#include <linux/ethtool.h>

extern const struct ethtool_ops vif_ethtool_ops;

#endif
