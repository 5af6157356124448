/* SPDX-License-Identifier: ISC */
#include "lib/load/preview.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/temp_file.h"
#include "lib/base/text.h"
#include "lib/load/load_input.h"
#include "lib/load/messages.h"
#include "lib/load/rows.h"

/* The rows that are shown. */
enum { ROWS = 3 };

struct preview {
	const struct fil_request *request;
	const struct fil_load_input *input;
	FILE *stream;
	size_t rows, faults;
	bool undecided; /* the order of dates is not proved: days of rows would be assumed */
	size_t line; /* of the last fault */
	struct fil_bytes said; /* its text */
};

/* Ends the look: enough rows were shown. */
static int
end_look(const struct preview *preview, struct fil_fault *fault)
{
	*fault = (struct fil_fault){ .status = FIL_OK };
	return preview->rows + preview->faults < ROWS ? 0 : -1;
}

/* Returns where a row is within the file, "2", "Feuil1!C7" or "object 2"; the caller frees it. column: as
 * fil_load_input_place has it. */
static char *
place_of(const struct preview *preview, size_t line, const char *column)
{
	const struct fil_input *input = preview->input->input;
	char *place = fil_load_input_place(preview->input, line, column), *within;

	within = place + strlen(fil_input_name(input));
	within = fil_copy(within + strspn(within, ": "));
	free(place);
	return within;
}

/* Prints a good row: "2: user=00065 level=3". */
static int
print_row(void *context, const struct fil_rows_row *row, struct fil_fault *fault)
{
	struct preview *preview = context;
	const struct fil_table *table = preview->request->table;
	const struct fil_row_made *made = row->made;
	struct fil_bytes text = { 0 };
	char *place;

	if (preview->undecided)
		return 0;
	place = place_of(preview, row->line, NULL);
	fil_bytes_add_format(&text, "%s:", place);
	free(place);
	for (size_t c = 0; c < table->n_columns; c++) {
		char *set;

		if (!made->values[c] || *made->values[c] == '\0')
			continue;
		set = fil_format("%s=%s", table->columns[c].name, made->values[c]);
		fil_bytes_add_text(&text, " ");
		fil_text_quote(set, &text);
		free(set);
	}
	fprintf(preview->stream, "%s\n", text.data);
	fil_bytes_release(&text);
	preview->rows++;
	return end_look(preview, fault);
}

static int
print_fault(void *context, size_t line, const struct fil_fault *refusal, struct fil_fault *fault)
{
	struct preview *preview = context;
	char *place;

	/* All facts of a row may have it. */
	if (preview->line == line && strcmp(preview->said.data, refusal->text) == 0)
		return 0;
	preview->line = line;
	preview->undecided |= refusal->kind && strcmp(refusal->kind, "date-order") == 0;
	fil_bytes_clear(&preview->said);
	fil_bytes_add_text(&preview->said, refusal->text);
	place = place_of(preview, line, refusal->text);
	fprintf(preview->stream, "%s: %s\n", place, refusal->text);
	free(place);
	preview->faults++;
	return end_look(preview, fault);
}

/* Prints what becomes of each column. */
static int
print_columns(const struct fil_load_input *input, FILE *stream, struct fil_fault *fault)
{
	struct fil_reader *reader = fil_reader_new(input->input, &input->format);
	struct fil_record header;
	struct fil_bytes uses = { 0 };
	int step = fil_reader_next(reader, &header, fault);

	for (size_t i = 0; step == 1 && i < header.n; i++) {
		char *label = fil_text_escape(header.cells[i]);

		fil_bytes_clear(&uses);
		fil_profile_uses(input->profile, i, &uses);
		if (*label == '\0' || input->format.no_header)
			fprintf(stream, "#%zu", i + 1);
		else
			fprintf(stream, "%s", label);
		fprintf(stream, ": %s\n", uses.length > 0 ? uses.data : _("not stored"));
		free(label);
	}
	fil_bytes_release(&uses);
	fil_reader_free(reader);
	return step < 0 ? -1 : 0;
}

/* Prints the first rows. Returns as fil_preview_print. */
static int
print_rows(struct preview *preview, struct fil_load_input *input,
    const struct fil_load_options *options, const struct fil_load_hooks *hooks,
    struct fil_fault *fault)
{
	const struct fil_rows_visitor visitor = { print_row, print_fault, preview };
	const struct fil_rows_parts parts = { .request = preview->request,
		.options = options,
		.hooks = hooks,
		.inputs = input,
		.n_inputs = 1 };
	struct fil_rows *rows = fil_rows_new(&parts);
	int result = fil_rows_look(rows, &visitor, fault);

	fil_rows_free(rows);
	return result < 0 && fault->status != FIL_OK ? -1 : preview->faults > 0;
}

int
fil_preview_print(struct fil_request *request, const struct fil_load_options *options,
    const char *path, const struct fil_load_hooks *hooks, FILE *stream, struct fil_fault *fault)
{
	const struct fil_rows_counts none = { .empty = 0 };
	struct fil_load_input input = { .input = NULL };
	struct preview preview = { .request = request, .input = &input, .stream = stream };
	const char *today;
	int result = -1;

	if (fil_load_input_open(&input, path, fil_temp_file_folder(), request, options, fault) < 0)
		goto out;
	today = fil_row_today(request->row);
	if (today && !options->allow[FIL_DOUBT_TODAY] &&
	    fil_unmapped_dates_check(&input, today, fault) < 0)
		goto out;
	fil_messages_input(hooks, &input, &none);
	if (print_columns(&input, stream, fault) < 0)
		goto out;
	fputc('\n', stream);
	result = print_rows(&preview, &input, options, hooks, fault);
out:
	fil_bytes_release(&preview.said);
	fil_load_input_release(&input);
	return result;
}
