/* SPDX-License-Identifier: GPL-2.0 */
/* A writer for JSON, without a tree in memory. It writes commas and escapes. */
#ifndef _DOM0CTL_JSON_H
#define _DOM0CTL_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	FILE *out;
	bool comma;	/* a member or an element precedes at this depth */
};

/* Open '{' or '['. If @name is not NULL, this is the member @name of the object that is open. */
void json_open(struct json *json, const char *name, char bracket);
void json_close(struct json *json, char bracket);

void json_text(struct json *json, const char *name, const char *value);
void json_number(struct json *json, const char *name, uint64_t value);
void json_real(struct json *json, const char *name, double value);
void json_bool(struct json *json, const char *name, bool value);
void json_null(struct json *json, const char *name);

/* Write text that may be missing: null for "". */
void json_text_or_null(struct json *json, const char *name, const char *value);

#endif
