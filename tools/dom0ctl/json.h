/* SPDX-License-Identifier: GPL-2.0 */
/* JSON, written as it comes: commas and escapes are done here. */
#ifndef _DOM0CTL_JSON_H
#define _DOM0CTL_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	FILE *out;
	bool comma;	/* something stands before, at this depth */
};

/* Open '{' or '[', which is the member @name of what is open if there is a name. */
void json_open(struct json *json, const char *name, char bracket);
void json_close(struct json *json, char bracket);

void json_text(struct json *json, const char *name, const char *value);
void json_number(struct json *json, const char *name, uint64_t value);
void json_real(struct json *json, const char *name, double value);
void json_bool(struct json *json, const char *name, bool value);
void json_null(struct json *json, const char *name);

/* Text that may be missing: null for "". */
void json_text_or_null(struct json *json, const char *name, const char *value);

#endif
