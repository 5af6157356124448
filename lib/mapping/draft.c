/* SPDX-License-Identifier: ISC */
#include "lib/mapping/draft.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/bytes.h"
#include "lib/base/memory.h"
#include "lib/mapping/profile.h"
#include "lib/input/reader.h"
#include "lib/mapping/slot.h"
#include "lib/input/sniff.h"
#include "lib/base/text.h"

enum { ROWS = 20000 };

/* Returns a label on one line, and without what a terminal would obey: a header may hold a line
 * break. The caller frees it. */
static char *
one_line(const char *label)
{
	char *line = fil_copy(label);
	size_t n = strlen(line), at, length;

	while ((at = fil_text_control(line, n, false)) < n) {
		fil_utf8_decode(line + at, n - at, &length);
		memset(line + at, ' ', length);
	}
	return line;
}

/* Takes the header of the first record, which is numbers where there is none. */
static void
take_header(struct fil_draft *draft, const struct fil_record *record)
{
	draft->labels = fil_alloc(record->n + 1, sizeof(*draft->labels));
	for (size_t i = 0; i < record->n; i++)
		draft->labels[i] = draft->format.no_header ? fil_format("%zu", i + 1)
							   : one_line(record->cells[i]);
	fil_header_init(&draft->header, (const char *const *)draft->labels, record->n);
	draft->guesses = fil_alloc(draft->header.n, sizeof(*draft->guesses));
}

static void
see_row(struct fil_draft *draft, const struct fil_record *record)
{
	bool empty = true;

	if (record->n < draft->header.n)
		return;
	for (size_t i = 0; i < draft->header.n && empty; i++)
		empty = record->lengths[i] == 0;
	if (empty)
		return;
	draft->rows++;
	for (size_t i = 0; i < draft->header.n; i++)
		fil_guess_see(&draft->guesses[i], record->cells[i], record->lengths[i]);
}

/* Reads header and rows. Returns 0 or -1. */
static int
see_all(struct fil_draft *draft, struct fil_fault *fault)
{
	struct fil_reader *reader = fil_reader_new(draft->input, &draft->format);
	struct fil_record record;
	struct fil_fault bare;
	int step = fil_reader_next(reader, &record, &bare);

	if (step == 1)
		take_header(draft, &record);
	else if (step == 0)
		fil_fault_set(fault, FIL_NO_INPUT, "%s: there is no header line",
		    fil_input_name(draft->input));
	else
		fil_fault_set(fault, bare.status, "%s:%zu: %s", fil_input_name(draft->input),
		    record.line, bare.text);
	if (step == 1 && draft->format.no_header)
		see_row(draft, &record);
	while (draft->header.labels != NULL && draft->rows < ROWS &&
	    (step = fil_reader_next(reader, &record, &bare)) != 0) {
		if (step == 1)
			see_row(draft, &record);
		else if (bare.status != FIL_BAD_DATA)
			break;
	}
	fil_reader_free(reader);
	return draft->header.labels != NULL ? 0 : -1;
}

/* Takes a column from the cells that a composition names; the slot is bound to it. */
static void
compose(struct fil_draft *draft, struct fil_draft_column *column, const struct fil_slot *slot)
{
	const struct fil_template *template = slot->template;
	size_t n = fil_template_parts(template), cell = 0;
	const char **labels = fil_alloc(n, sizeof(*labels));
	struct fil_bytes text = {0};
	struct fil_fault fault;

	for (size_t i = 0; i < n; i++) {
		fil_header_find(&draft->header, fil_template_folded(template, i), &cell, &fault);
		labels[i] = draft->header.labels[cell];
	}
	fil_template_write(template, labels, &text);
	column->mapping = text.data;
	column->cell = FIL_NOWHERE;
	free(labels);
}

/* Takes a column from one cell. A brace in its header is written twice; braces keep what would
 * begin a comment. */
static void
take_cell(struct fil_draft *draft, struct fil_draft_column *column, size_t cell)
{
	const char *label = draft->header.labels[cell];
	bool comment = *label == ';' || *label == '#';
	struct fil_bytes text = {0};

	fil_bytes_add(&text, "{", comment);
	for (const char *c = label; *c != '\0'; c++)
		fil_bytes_add(&text, *c == '{' ? "{{" : c, *c == '{' ? 2 : 1);
	fil_bytes_add(&text, "}", comment);
	column->mapping = text.data;
	column->cell = cell;
	draft->header.used[cell] = true;
}

/* Takes a column from the first of its further known headers, and keeps the others in mind. */
static void
take_known(struct fil_draft *draft, struct fil_draft_column *column, size_t c)
{
	struct fil_bytes others = {0};
	struct fil_fault fault;
	size_t cell;

	for (size_t i = 0; i < draft->header.n; i++) {
		const char *folded = draft->header.folded[i];

		if (fil_table_header(draft->table, folded) != c ||
		    fil_header_find(&draft->header, folded, &cell, &fault) < 0)
			continue;
		if (column->mapping == NULL)
			take_cell(draft, column, i);
		else
			fil_bytes_add_format(&others, "%s%s", others.length > 0 ? ", " : "",
			    draft->header.labels[i]);
	}
	column->others = others.data;
}

/* Takes a column as the headers say. */
static void
take_column(struct fil_draft *draft, size_t c)
{
	const struct fil_column *declared = &draft->table->columns[c];
	struct fil_draft_column *column = &draft->columns[c];
	struct fil_slot slot;
	struct fil_fault fault;

	fil_slot_init(&slot, declared->name, declared->templates);
	if (fil_slot_bind_known(&slot, &draft->header, &fault) <= 0)
		take_known(draft, column, c);
	else if (slot.source == FIL_COMPOSED)
		compose(draft, column, &slot);
	else
		take_cell(draft, column, slot.cell);
	fil_slot_release(&slot);
}

/* Takes a column that no header gives from the first free cells that look like it. */
static void
guess_column(struct fil_draft *draft, const char *name, bool (*looks)(const struct fil_guess *))
{
	size_t c = fil_table_column(draft->table, name);

	if (c == FIL_NOWHERE || draft->columns[c].mapping != NULL)
		return;
	for (size_t i = 0; i < draft->header.n; i++) {
		if (draft->header.used[i] || draft->labels[i][0] == '\0' ||
		    !looks(&draft->guesses[i]))
			continue;
		take_cell(draft, &draft->columns[c], i);
		draft->columns[c].guessed = true;
		return;
	}
}

static bool
looks_like_address(const struct fil_guess *guess)
{
	return fil_guess_look(guess) == FIL_LOOK_ADDRESS;
}

int
fil_draft_read(struct fil_draft *draft, const char *path, const char *folder,
    const struct fil_table *table, const struct fil_format *format, struct fil_fault *fault)
{
	struct fil_profile *profile;
	int result;

	*draft = (struct fil_draft){ .table = table, .given = *format, .format = *format };
	draft->input = fil_input_open(path, folder, fault);
	if (draft->input == NULL)
		return -1;
	profile = fil_profile_new(table, NULL, 0);
	result = fil_sniff(draft->input, fil_profile_knows, profile, &draft->format, fault);
	fil_profile_free(profile);
	if (result < 0 || see_all(draft, fault) < 0)
		return -1;
	draft->columns = fil_alloc(table->n_columns, sizeof(*draft->columns));
	for (size_t c = 0; c < table->n_columns; c++)
		take_column(draft, c);
	guess_column(draft, "email", looks_like_address);
	guess_column(draft, "user", fil_guess_key);
	return 0;
}

void
fil_draft_release(struct fil_draft *draft)
{
	for (size_t c = 0; draft->columns != NULL && c < draft->table->n_columns; c++) {
		free(draft->columns[c].mapping);
		free(draft->columns[c].others);
	}
	for (size_t i = 0; i < draft->header.n; i++)
		fil_guess_release(&draft->guesses[i]);
	for (size_t i = 0; draft->labels != NULL && draft->labels[i] != NULL; i++)
		free(draft->labels[i]);
	fil_header_release(&draft->header);
	free(draft->labels);
	free(draft->guesses);
	free(draft->columns);
	fil_input_close(draft->input);
	*draft = (struct fil_draft){0};
}
