/* SPDX-License-Identifier: GPL-2.0 */
/* Whether a card is plugged in, and its carrier. */
#ifndef _VIF_LINK_H
#define _VIF_LINK_H

struct vif;

void vif_link_carrier_on(struct vif *vif);
void vif_link_read(struct vif *vif);

#endif
