/* SPDX-License-Identifier: ISC */
#include "lib/output/output.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/utf8.h"
#include "lib/output/json.h"
#include "lib/output/markdown.h"
#include "lib/output/table.h"

struct fil_output {
	FILE *stream;
	const struct form *form;
	struct fil_output_column *columns;
	char **names; /* what the columns point to */
	size_t n;
	struct fil_json_rows *json; /* of the format that is written, else NULL */
	struct fil_table_rows *grid;
};

/* What a format does with an output. */
struct form {
	const char *name;
	void (*begin)(struct fil_output *output);
	void (*row)(struct fil_output *output, const char *const *cells);
	void (*end)(struct fil_output *output);
};

static void
begin_csv(struct fil_output *output)
{
	fil_output_csv(output->stream, ',', (const char *const *)output->names, output->n);
}

static void
row_csv(struct fil_output *output, const char *const *cells)
{
	fil_output_csv(output->stream, ',', cells, output->n);
}

static void
begin_json(struct fil_output *output)
{
	output->json = fil_json_rows_new(output->stream, output->columns, output->n);
}

static void
row_json(struct fil_output *output, const char *const *cells)
{
	fil_json_rows_add(output->json, cells);
}

static void
end_json(struct fil_output *output)
{
	fil_json_rows_end(output->json);
}

static void
begin_table(struct fil_output *output)
{
	output->grid = fil_table_rows_new(output->stream, output->columns, output->n);
}

static void
row_table(struct fil_output *output, const char *const *cells)
{
	fil_table_rows_add(output->grid, cells);
}

static void
end_table(struct fil_output *output)
{
	fil_table_rows_end(output->grid);
}

static void
begin_markdown(struct fil_output *output)
{
	fil_markdown_header(output->stream, output->columns, output->n);
}

static void
row_markdown(struct fil_output *output, const char *const *cells)
{
	fil_markdown_row(output->stream, cells, output->n);
}

static void
end_nothing(struct fil_output *output)
{
	(void)output;
}

static const struct form forms[] = {
	[FIL_CSV] = { "csv", begin_csv, row_csv, end_nothing },
	[FIL_JSON] = { "json", begin_json, row_json, end_json },
	[FIL_TABLE] = { "table", begin_table, row_table, end_table },
	[FIL_MARKDOWN] = { "markdown", begin_markdown, row_markdown, end_nothing },
};

int
fil_output_format(const char *name, enum fil_output_format *format)
{
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		if (strcmp(name, forms[i].name) == 0) {
			*format = (enum fil_output_format)i;
			return 0;
		}
	}
	return -1;
}

const char *
fil_output_formats(void)
{
	return "csv, json, table or markdown";
}

struct fil_output *
fil_output_new(
    FILE *stream, enum fil_output_format format, const struct fil_output_column *columns, size_t n)
{
	struct fil_output *output = fil_alloc(1, sizeof *output);

	output->stream = stream;
	output->form = &forms[format];
	output->n = n;
	output->columns = fil_alloc(n, sizeof *output->columns);
	output->names = fil_alloc(n, sizeof *output->names);
	for (size_t i = 0; i < n; i++) {
		output->names[i] = fil_copy(columns[i].name);
		output->columns[i].name = output->names[i];
		output->columns[i].number = columns[i].number;
	}
	output->form->begin(output);
	return output;
}

void
fil_output_row(struct fil_output *output, const char *const *cells)
{
	output->form->row(output, cells);
}

void
fil_output_end(struct fil_output *output)
{
	output->form->end(output);
	for (size_t i = 0; i < output->n; i++)
		free(output->names[i]);
	free(output->names);
	free(output->columns);
	free(output);
}

/* What ends a plain cell: its NUL, and what asks for quotes whatever the delimiter. */
static const bool stops[256] = { ['\0'] = true, ['"'] = true, ['\r'] = true, ['\n'] = true };

/* Returns whether a reader would trim the cell of n bytes. */
static bool
has_white_ends(const char *cell, size_t n)
{
	size_t inner = n;

	if (n == 0 || !(fil_utf8_hints_white(cell[0]) || fil_utf8_hints_white(cell[n - 1])))
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
fil_output_csv(FILE *stream, char delimiter, const char *const *cells, size_t n)
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
