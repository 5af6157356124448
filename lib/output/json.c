/* SPDX-License-Identifier: ISC */
#include "lib/output/json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"
#include "lib/output/form.h"
#include "lib/output/output.h"

struct json {
	FILE *stream;
	const struct fil_output_column *columns;
	char **labels; /* `"name":`, prepared once */
	size_t n, rows;
};

/* The properties of each byte: usual text needs one look-up per byte and no library. */
enum { ASCII = 0, HIGH = 1, ESCAPE = 2 };

static int
contents(const char *text, size_t *n)
{
	const char *p = text;
	int found = ASCII;

	for (; *p != '\0'; p++) {
		if ((unsigned char)*p >= 0x80)
			found |= HIGH;
		else if ((unsigned char)*p < ' ' || *p == '"' || *p == '\\' || *p == 0x7f)
			found |= ESCAPE;
	}
	*n = (size_t)(p - text);
	return found;
}

/* The library escapes only controls below U+0020. With ASCII output it escapes all that a terminal
 * obeys. */
static void
escape(FILE *stream, const char *text, size_t n, bool controls)
{
	json_t *string = json_stringn(text, n);

	if (!string) {
		char *shown = fil_text_escape(text);

		string = json_string(shown);
		free(shown);
	}
	if (!string)
		fil_memory_die();
	/* The end of the output tells a failed write. */
	if (json_dumpf(string, stream, JSON_ENCODE_ANY | (controls ? JSON_ENSURE_ASCII : 0U)) !=
		0 &&
	    !ferror(stream))
		fil_memory_die();
	json_decref(string);
}

void
fil_json_text(FILE *stream, const char *text)
{
	size_t n;
	int found = contents(text, &n);
	bool controls = false;

	if (found & HIGH)
		controls = fil_utf8_check(text, n) < n || fil_text_control(text, n, true) < n;
	if ((found & ESCAPE) || controls) {
		escape(stream, text, n, controls);
		return;
	}
	putc_unlocked('"', stream);
	fwrite_unlocked(text, 1, n, stream);
	putc_unlocked('"', stream);
}

static char *
label(const char *name)
{
	struct fil_memory_stream memory;

	fil_memory_stream_open(&memory);
	fil_json_text(memory.stream, name);
	putc(':', memory.stream);
	fil_memory_stream_close(&memory);
	return memory.text;
}

static void *
begin(FILE *stream, const struct fil_output_style *style, const struct fil_output_column *columns,
    size_t n)
{
	struct json *json = fil_alloc(1, sizeof *json);

	(void)style;
	json->stream = stream;
	json->columns = columns;
	json->n = n;
	json->labels = fil_alloc(n, sizeof *json->labels);
	for (size_t i = 0; i < n; i++)
		json->labels[i] = label(columns[i].name);
	fputs_unlocked("[", stream);
	return json;
}

static void
write_cell(FILE *stream, const char *cell, bool number)
{
	if (!cell)
		fputs_unlocked("null", stream);
	else if (number && fil_decimal_is_plain(cell))
		fputs_unlocked(cell, stream);
	else
		fil_json_text(stream, cell);
}

static void
write_row(void *context, const char *const *cells)
{
	struct json *json = context;

	fputs_unlocked(json->rows++ == 0 ? "\n{" : ",\n{", json->stream);
	for (size_t i = 0; i < json->n; i++) {
		if (i > 0)
			putc_unlocked(',', json->stream);
		fputs_unlocked(json->labels[i], json->stream);
		write_cell(json->stream, cells[i], fil_output_number(&json->columns[i]));
	}
	putc_unlocked('}', json->stream);
}

static int
end(void *context, struct fil_fault *fault)
{
	struct json *json = context;

	(void)fault;
	fputs_unlocked("\n]\n", json->stream);
	for (size_t i = 0; i < json->n; i++)
		free(json->labels[i]);
	free(json->labels);
	free(json);
	return 0;
}

const struct fil_form fil_form_json = { "json", begin, write_row, end, NULL, false };
