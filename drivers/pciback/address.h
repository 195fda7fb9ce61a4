/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses of PCI devices as administrators and toolstacks write them. Pure: compiled in user
 * space by tests/unit.
 */
#ifndef _DOM0_PCIBACK_ADDRESS_H
#define _DOM0_PCIBACK_ADDRESS_H

#include <linux/types.h>

/* What an asterisk means for slot or function. */
#define PCIBACK_ANY	-1

#define PCIBACK_SLOTS		32
#define PCIBACK_FUNCTIONS	8

/**
 * struct pciback_address - of a device, or of several
 * @domain: PCI segment
 * @bus: bus
 * @slot: 0 to 31, or PCIBACK_ANY
 * @func: 0 to 7, or PCIBACK_ANY; that if @slot is
 */
struct pciback_address {
	u16 domain;
	u8 bus;
	s8 slot;
	s8 func;
};

/**
 * struct pciback_quirk - a register that an administrator lets a guest write
 * @at: of one device
 * @offset: of the register
 * @size: 1, 2 or 4
 * @mask: bits that may be written
 */
struct pciback_quirk {
	struct pciback_address at;
	u16 offset;
	u8 size;
	u32 mask;
};

/**
 * pciback_address_parse() - read "[DDDD:]BB:SS.F", hexadecimal, * for the function or for both
 * @text: the text; blanks before it are skipped
 * @at: filled in
 *
 * Return: what follows the address and the blanks behind it, NULL if there is none.
 */
const char *pciback_address_parse(const char *text, struct pciback_address *at);

/**
 * pciback_hide_parse() - read the next of several addresses, each in parentheses
 * @text: the text
 * @at: filled in
 *
 * Return: as pciback_address_parse().
 */
const char *pciback_hide_parse(const char *text, struct pciback_address *at);

/**
 * pciback_quirk_parse() - read "[DDDD:]BB:SS.F-OFFSET:SIZE:MASK", hexadecimal
 * @text: the text
 * @quirk: filled in; a mask of 0 is written for all bits
 *
 * Return: as pciback_address_parse().
 */
const char *pciback_quirk_parse(const char *text, struct pciback_quirk *quirk);

#endif
