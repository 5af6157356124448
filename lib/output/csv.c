/* SPDX-License-Identifier: ISC */
#include "lib/output/csv.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
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
	const struct fil_output_column *columns;
	size_t n;
	struct fil_bytes *altered; /* a cell of each column, for a spreadsheet; else NULL */
	char point; /* the decimal sign */
};

/* The characters with which spreadsheets begin a formula (OWASP, "CSV Injection"), and their
 * full-width forms. */
static const char *const leads[] = { "=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠" };

static bool
is_formula(const char *cell)
{
	for (size_t i = 0; i < sizeof leads / sizeof *leads; i++)
		if (strncmp(cell, leads[i], strlen(leads[i])) == 0)
			return true;
	return false;
}

/* Returns the cell as a spreadsheet is to open it. It is the cell, or belongs to altered. */
static const char *
for_spreadsheet(const struct csv *csv, size_t column, const char *cell)
{
	bool number = fil_output_number(&csv->columns[column]) && fil_decimal_is_plain(cell);
	struct fil_bytes *altered = &csv->altered[column];
	char *point;

	if (!number && !is_formula(cell))
		return cell;
	fil_bytes_clear(altered);
	if (!number)
		fil_bytes_add_text(altered, "'");
	fil_bytes_add_text(altered, cell);
	point = number ? strchr(altered->data, '.') : NULL;
	if (point)
		*point = csv->point;
	return altered->data;
}

static void
write_spreadsheet_row(const struct csv *csv, const char *const *cells)
{
	for (size_t i = 0; i < csv->n; i++) {
		if (i > 0)
			putc_unlocked(';', csv->stream);
		if (cells[i])
			write_cell(csv->stream, ';', for_spreadsheet(csv, i, cells[i]));
	}
	fputs_unlocked("\r\n", csv->stream);
}

static void
write_row(void *context, const char *const *cells)
{
	const struct csv *csv = context;

	if (csv->altered)
		write_spreadsheet_row(csv, cells);
	else
		fil_csv_record(csv->stream, ',', cells, csv->n);
}

static void *
begin(FILE *stream, const struct fil_output_style *style, const struct fil_output_column *columns,
    size_t n)
{
	struct csv *csv = fil_alloc(1, sizeof *csv);
	const char **names = fil_alloc(n, sizeof *names);

	*csv = (struct csv){ .stream = stream, .columns = columns, .n = n };
	if (style->for_excel) {
		csv->altered = fil_alloc(n, sizeof *csv->altered);
		csv->point = strcmp(fil_language(), "fr") == 0 ? ',' : '.';
		fputs_unlocked("\xEF\xBB\xBF", stream);
	}
	for (size_t i = 0; i < n; i++)
		names[i] = columns[i].name;
	write_row(csv, names);
	free(names);
	return csv;
}

static int
end(void *context, struct fil_fault *fault)
{
	struct csv *csv = context;

	(void)fault;
	for (size_t i = 0; csv->altered && i < csv->n; i++)
		fil_bytes_release(&csv->altered[i]);
	free(csv->altered);
	free(csv);
	return 0;
}

const struct fil_form fil_form_csv = { "csv", begin, write_row, end, NULL, false };
