/* SPDX-License-Identifier: GPL-2.0 */
/* The ops that a guest sends through the shared page. */
#ifndef _PCIBACK_OP_H
#define _PCIBACK_OP_H

struct pciback_guest;
struct xen_pci_op;

void pciback_op_serve(struct pciback_guest *guest, struct xen_pci_op *op);

#endif
