/* SPDX-License-Identifier: ISC */
#include "lib/output/csv.h"

#include <stdbool.h>
#include <stdlib.h>

#include "lib/base/memory.h"
#include "lib/base/utf8.h"
#include "lib/output/form.h"
#include "lib/output/output.h"

/* The characters that end a plain cell: its NUL, and those that need quotes with any delimiter. */
static const bool stops[256] = { ['\0'] = true, ['"'] = true, ['\r'] = true, ['\n'] = true };

/* Returns whether a reader would trim the cell of n bytes. */
static bool
has_white_ends(const char *cell, size_t n)
{
	size_t inner = n;

	if (!fil_utf8_hints_white(cell, n))
		return false;
	fil_utf8_trim(cell, &inner);
	return inner < n;
}

static void
quote(FILE *stream, const char *cell)
{
	putc_unlocked('"', stream);
	for (; *cell != '\0'; cell++) {
		if (*cell == '"')
			putc_unlocked('"', stream);
		putc_unlocked(*cell, stream);
	}
	putc_unlocked('"', stream);
}

static void
write_cell(FILE *stream, char delimiter, const char *cell)
{
	const char *end = cell;

	while (!stops[(unsigned char)*end] && *end != delimiter)
		end++;
	if (*end != '\0' || has_white_ends(cell, (size_t)(end - cell)))
		quote(stream, cell);
	else
		fwrite_unlocked(cell, 1, (size_t)(end - cell), stream);
}

void
fil_csv_record(FILE *stream, char delimiter, const char *const *cells, size_t n)
{
	if (n == 1 && (!cells[0] || cells[0][0] == '\0')) {
		fputs_unlocked("\"\"\n", stream);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			putc_unlocked(delimiter, stream);
		if (cells[i])
			write_cell(stream, delimiter, cells[i]);
	}
	putc_unlocked('\n', stream);
}

struct csv {
	FILE *stream;
	size_t n;
};

static void
write_row(void *context, const char *const *cells)
{
	const struct csv *csv = context;

	fil_csv_record(csv->stream, ',', cells, csv->n);
}

static void *
begin(FILE *stream, const struct fil_output_style *style, const struct fil_output_column *columns,
    size_t n)
{
	struct csv *csv = fil_alloc(1, sizeof *csv);
	const char **names = fil_alloc(n, sizeof *names);

	(void)style;
	*csv = (struct csv){ stream, n };
	for (size_t i = 0; i < n; i++)
		names[i] = columns[i].name;
	write_row(csv, names);
	free(names);
	return csv;
}

static int
end(void *context, struct fil_fault *fault)
{
	(void)fault;
	free(context);
	return 0;
}

const struct fil_form fil_form_csv = { "csv", begin, write_row, end };
