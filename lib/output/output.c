/* SPDX-License-Identifier: ISC */
#include "lib/output/output.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/bytes.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/output/form.h"
#include "lib/output/page.h"

static const struct fil_form *const forms[] = {
	[FIL_CSV] = &fil_form_csv,
	[FIL_JSON] = &fil_form_json,
	[FIL_TABLE] = &fil_form_table,
	[FIL_MARKDOWN] = &fil_form_markdown,
	[FIL_HTML] = &fil_form_html,
};

enum { FORMS = sizeof forms / sizeof forms[0] };

struct fil_output {
	const struct fil_form *form;
	void *context; /* of the form */
	struct fil_output_column *columns;
	char **names; /* the strings of the columns */
	size_t n;
};

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
fil_output_new(
    FILE *stream, enum fil_output_format format, const struct fil_output_column *columns, size_t n)
{
	struct fil_output *output = fil_alloc(1, sizeof *output);

	output->form = forms[format];
	output->n = n;
	output->columns = fil_alloc(n, sizeof *output->columns);
	output->names = fil_alloc(n, sizeof *output->names);
	for (size_t i = 0; i < n; i++) {
		output->names[i] = fil_copy(columns[i].name);
		output->columns[i].name = output->names[i];
		output->columns[i].number = columns[i].number;
	}
	output->context = output->form->begin(stream, output->columns, n);
	return output;
}

void
fil_output_row(struct fil_output *output, const char *const *cells)
{
	output->form->row(output->context, cells);
}

void
fil_output_end(struct fil_output *output)
{
	output->form->end(output->context);
	for (size_t i = 0; i < output->n; i++)
		free(output->names[i]);
	free(output->names);
	free(output->columns);
	free(output);
}
