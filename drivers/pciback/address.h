/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses of PCI devices as administrators and toolstacks write them. Pure: compiled in user
 * space by tests/unit.
 */
#ifndef _DOM0_PCIBACK_ADDRESS_H
#define _DOM0_PCIBACK_ADDRESS_H

#include <linux/types.h>

/* An asterisk for the slot or the function: all of them. */
#define PCIBACK_ANY	-1

#define PCIBACK_SLOTS		32
#define PCIBACK_FUNCTIONS	8

/**
 * struct pciback_address - the address of a device, or of several devices
 * @domain: PCI segment
 * @bus: bus
 * @slot: 0 to 31, or PCIBACK_ANY
 * @func: 0 to 7, or PCIBACK_ANY; always PCIBACK_ANY if @slot is
 */
struct pciback_address {
	u16 domain;
	u8 bus;
	s8 slot;
	s8 func;
};

/**
 * struct pciback_quirk - a register that an administrator lets a guest write
 * @at: the address of a single device
 * @offset: offset of the register in configuration space
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
 * pciback_address_parse() - parse "[DDDD:]BB:SS.F" in hexadecimal
 * @text: the text; blanks before it are skipped
 * @at: filled in
 *
 * An asterisk may stand for the function, or for the slot and the function.
 *
 * Return: the text behind the address and its trailing blanks, or NULL if @text is not an address.
 */
const char *pciback_address_parse(const char *text, struct pciback_address *at);

/**
 * pciback_hide_parse() - parse the first of several addresses, each in parentheses
 * @text: the text
 * @at: filled in
 *
 * Return: as pciback_address_parse().
 */
const char *pciback_hide_parse(const char *text, struct pciback_address *at);

/**
 * pciback_quirk_parse() - parse "[DDDD:]BB:SS.F-OFFSET:SIZE:MASK" in hexadecimal
 * @text: the text
 * @quirk: filled in; a MASK of 0 stands for all bits
 *
 * Return: as pciback_address_parse().
 */
const char *pciback_quirk_parse(const char *text, struct pciback_quirk *quirk);

#endif
