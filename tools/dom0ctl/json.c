// SPDX-License-Identifier: GPL-2.0
/* The only state is whether a comma is due. Callers nest the brackets. */
#include "json.h"
#include "text.h"

#include <inttypes.h>

static void json_name(struct json *json, const char *name)
{
	if (json->comma)
		fputs(", ", json->out);
	json->comma = true;
	if (name) {
		text_json(json->out, name);
		fputs(": ", json->out);
	}
}

void json_open(struct json *json, const char *name, char bracket)
{
	json_name(json, name);
	putc(bracket, json->out);
	json->comma = false;
}

void json_close(struct json *json, char bracket)
{
	putc(bracket, json->out);
	json->comma = true;
}

void json_text(struct json *json, const char *name, const char *value)
{
	json_name(json, name);
	text_json(json->out, value);
}

void json_number(struct json *json, const char *name, uint64_t value)
{
	json_name(json, name);
	fprintf(json->out, "%" PRIu64, value);
}

void json_real(struct json *json, const char *name, double value)
{
	json_name(json, name);
	fprintf(json->out, "%.3f", value);
}

void json_bool(struct json *json, const char *name, bool value)
{
	json_name(json, name);
	fputs(value ? "true" : "false", json->out);
}

void json_null(struct json *json, const char *name)
{
	json_name(json, name);
	fputs("null", json->out);
}

void json_text_or_null(struct json *json, const char *name, const char *value)
{
	if (*value)
		json_text(json, name, value);
	else
		json_null(json, name);
}
