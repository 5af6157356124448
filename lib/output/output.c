/* SPDX-License-Identifier: ISC */
#include "lib/output/output.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/output/form.h"
#include "lib/output/page.h"
#include "lib/output/prose.h"

#ifdef FIL_HAS_XLSX
#define XLSX fil_form_xlsx
#else
static int
refuse_xlsx(struct fil_fault *fault)
{
	return fil_fault_set(fault, FIL_UNAVAILABLE,
	    "this filrouge was built without xlsx: use csv with --for-excel, or build it with "
	    "Debian's packages libxlsxwriter-dev and libminizip-dev");
}

static const struct fil_form no_xlsx = { .name = "xlsx", .check = refuse_xlsx };
#define XLSX no_xlsx
#endif

static const struct fil_form *const forms[] = {
	[FIL_CSV] = &fil_form_csv,
	[FIL_JSON] = &fil_form_json,
	[FIL_TABLE] = &fil_form_table,
	[FIL_MARKDOWN] = &fil_form_markdown,
	[FIL_HTML] = &fil_form_html,
	[FIL_XLSX] = &XLSX,
};

enum { FORMS = sizeof forms / sizeof forms[0] };

struct fil_output {
	const struct fil_form *form;
	struct fil_output_style style;
	void *context; /* of the form */
	struct fil_output_column *columns;
	char **names; /* the strings of the columns */
	size_t n;
	const char **cells; /* of a row in prose; NULL: rows are written as they are */
	char (*prose)[FIL_PROSE_SIZE];
};

size_t
fil_output_find(const struct fil_output_column *columns, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(columns[i].name, name) == 0)
			return i;
	return FIL_NOWHERE;
}

char *
fil_output_formats(const char *between, const char *last)
{
	struct fil_bytes names = { 0 };

	for (size_t i = 0; i < FORMS; i++)
		fil_bytes_add_format(&names, "%s%s",
		    i == 0              ? ""
			: i + 1 < FORMS ? between
					: last,
		    forms[i]->name);
	return names.data;
}

int
fil_output_format(const char *name, enum fil_output_format *format, struct fil_fault *fault)
{
	char *names;

	for (size_t i = 0; i < FORMS; i++) {
		if (strcmp(name, forms[i]->name) == 0) {
			if (forms[i]->check && forms[i]->check(fault) < 0)
				return -1;
			*format = (enum fil_output_format)i;
			return 0;
		}
	}
	names = fil_output_formats(", ", _(" or "));
	fil_fault_set(fault, FIL_USAGE, "'%s' is not one of %s", name, names);
	free(names);
	return -1;
}

const struct fil_page *
fil_output_page(enum fil_output_format format)
{
	if (format == FIL_MARKDOWN)
		return &fil_page_markdown;
	return format == FIL_HTML ? &fil_page_html : NULL;
}

struct fil_output *
fil_output_new(FILE *stream, const struct fil_output_style *style,
    const struct fil_output_column *columns, size_t n)
{
	struct fil_output *output = fil_alloc(1, sizeof *output);

	output->form = forms[style->format];
	output->style = *style;
	output->n = n;
	output->columns = fil_alloc(n, sizeof *output->columns);
	output->names = fil_alloc(n, sizeof *output->names);
	for (size_t i = 0; i < n; i++) {
		output->names[i] = fil_copy(columns[i].name);
		output->columns[i] = columns[i];
		output->columns[i].name = output->names[i];
	}
	/* English is what the cells are in. */
	if (output->form->prose && strcmp(fil_language(), "en") != 0) {
		output->cells = fil_alloc(n, sizeof *output->cells);
		output->prose = fil_alloc(n, sizeof *output->prose);
	}
	output->context = output->form->begin(stream, &output->style, output->columns, n);
	return output;
}

/* Returns the cell as people write it, which is in text or is the cell. */
static const char *
in_prose(const struct fil_output_column *column, const char *cell, char text[static FIL_PROSE_SIZE])
{
	fil_day day;

	if (!cell || column->kind == FIL_CELL_TEXT || column->kind == FIL_CELL_RUN)
		return cell;
	if (column->kind == FIL_CELL_DAY)
		return fil_date_parse(cell, &day) < 0 ? cell
						      : fil_prose_day(text, day, FIL_DAY_LONG);
	return fil_decimal_is_plain(cell) ? fil_prose_number(text, cell) : cell;
}

void
fil_output_row(struct fil_output *output, const char *const *cells)
{
	if (output->cells) {
		for (size_t i = 0; i < output->n; i++)
			output->cells[i] =
			    in_prose(&output->columns[i], cells[i], output->prose[i]);
		cells = output->cells;
	}
	output->form->row(output->context, cells);
}

int
fil_output_end(struct fil_output *output, struct fil_fault *fault)
{
	int result = output->form->end(output->context, fault);

	for (size_t i = 0; i < output->n; i++)
		free(output->names[i]);
	free(output->names);
	free(output->cells);
	free(output->prose);
	free(output->columns);
	free(output);
	return result;
}
