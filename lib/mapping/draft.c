/* SPDX-License-Identifier: ISC */
#include "lib/mapping/draft.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"
#include "lib/input/sniff.h"
#include "lib/input/table_lines.h"
#include "lib/mapping/column_source.h"
#include "lib/mapping/profile.h"

enum { ROWS = 20000 };

/* Returns a label on one line, without control characters; the caller frees it. A header may
 * contain a line break. */
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

/* Takes the header from the first record, or numbers if there is no header. */
static void
take_header(struct fil_draft *draft, const struct fil_record *record)
{
	draft->labels = fil_alloc(record->n + 1, sizeof *draft->labels);
	for (size_t i = 0; i < record->n; i++)
		draft->labels[i] =
		    draft->format.no_header ? fil_format("%zu", i + 1) : one_line(record->cells[i]);
	fil_header_init(
	    &draft->header, (const char *const *)draft->labels, record->n, record->line);
	draft->n_guesses = record->n;
	draft->guesses = fil_alloc(record->n, sizeof *draft->guesses);
}

static void
see_row(struct fil_draft *draft, const struct fil_record *record)
{
	bool empty = true;

	if (record->n * 2 < draft->header.n)
		return;
	for (size_t i = 0; i < record->n && i < draft->header.n && empty; i++)
		empty = record->lengths[i] == 0;
	if (empty)
		return;
	draft->rows++;
	draft->short_rows += record->n < draft->header.n;
	for (size_t i = 0; i < draft->n_guesses; i++)
		fil_guess_see(&draft->guesses[i], i < record->n ? record->cells[i] : "",
		    i < record->n ? record->lengths[i] : 0, draft->format.delimiter == ';');
}

/* Reads the header and the rows. Returns 0 or -1. */
static int
see_all(struct fil_draft *draft, struct fil_fault *fault)
{
	struct fil_reader *reader = fil_reader_new(draft->input, &draft->format);
	struct fil_record record;
	struct fil_fault bare;
	char *place;
	int step = fil_reader_next(reader, &record, &bare);

	if (step == 1)
		take_header(draft, &record);
	else if (step == 0)
		fil_fault_set(fault, FIL_NO_INPUT, "%s: there is no header line",
		    fil_input_name(draft->input));
	if (step < 0) {
		place = fil_input_place(draft->input, record.line, FIL_NOWHERE);
		fil_fault_set(fault, bare.status, "%s: %s", place, bare.text);
		free(place);
	}
	if (step == 1 && draft->format.no_header)
		see_row(draft, &record);
	while (draft->header.labels && draft->rows < ROWS &&
	    (step = fil_reader_next(reader, &record, &bare)) != 0) {
		if (step == 1)
			see_row(draft, &record);
		else if (bare.status != FIL_BAD_DATA)
			break;
	}
	fil_reader_free(reader);
	for (size_t i = 0; i < draft->n_guesses; i++)
		fil_guess_settle(&draft->guesses[i]);
	return !draft->header.labels ? -1 : fil_input_check(draft->input, fault);
}

/* Takes a column from the cells of a template, with the headers as the file writes them. */
static void
compose(
    struct fil_draft *draft, struct fil_draft_column *column, const struct fil_template *template)
{
	struct fil_bytes text = { 0 };

	for (size_t i = 0; i < template->n; i++) {
		const struct fil_template_part *part = &template->parts[i];

		fil_bytes_add(&text, part->before.data, part->before.length);
		fil_bytes_add_format(&text, "{%s}", draft->header.labels[part->cell]);
	}
	fil_bytes_add(&text, template->after.data, template->after.length);
	column->mapping = text.data;
	column->cell = FIL_NOWHERE;
}

void
fil_draft_take(struct fil_draft *draft, struct fil_draft_column *column, size_t cell)
{
	const char *label = draft->header.labels[cell];
	bool comment = *label == ';' || *label == '#';
	struct fil_bytes text = { 0 };

	fil_bytes_add(&text, "{", comment);
	for (const char *c = label; *c != '\0'; c++)
		fil_bytes_add(&text, *c == '{' ? "{{" : c, *c == '{' ? 2 : 1);
	fil_bytes_add(&text, "}", comment);
	column->mapping = text.data;
	column->cell = cell;
	draft->header.used[cell] = true;
}

/* Takes a column from the first of its known headers, and lists the others. */
static void
take_first(struct fil_draft *draft, struct fil_draft_column *column, size_t c)
{
	struct fil_bytes others = { 0 };
	struct fil_fault fault;
	size_t cell;

	for (size_t i = 0; i < draft->header.n; i++) {
		const char *folded = draft->header.folded[i], *apart = draft->header.apart[i];

		if ((fil_table_header(draft->table, folded) != c &&
			(!apart || fil_table_header(draft->table, apart) != c)) ||
		    fil_header_find(&draft->header, folded, &cell, &fault) < 0)
			continue;
		if (!column->mapping)
			fil_draft_take(draft, column, i);
		else
			fil_bytes_add_format(&others, "%s%s", others.length > 0 ? ", " : "",
			    draft->header.labels[i]);
	}
	column->others = others.data;
}

/* Takes a column by the headers that are known of it, or of another table's column. */
static void
take_column(struct fil_draft *draft, size_t c, const struct fil_column *known)
{
	struct fil_draft_column *column = &draft->columns[c];
	struct fil_column_source source;
	struct fil_fault fault;
	int bound;

	fil_column_source_init(&source, known->name);
	fil_column_source_know(&source, known->headers, known->templates);
	bound = fil_column_source_bind(&source, &draft->header, &fault);
	if (bound < 0)
		take_first(draft, column, c);
	else if (bound > 0 && source.kind == FIL_COMPOSED)
		compose(draft, column, source.template);
	else if (bound > 0)
		fil_draft_take(draft, column, source.cell);
	fil_column_source_release(&source);
}

/* Returns whether no column uses cell i, it has a header, and its cells look so. */
static bool
is_free(const struct fil_draft *draft, size_t i, bool (*looks)(const struct fil_guess *))
{
	return !draft->header.used[i] && draft->header.folded[i][0] != '\0' &&
	    looks(&draft->guesses[i]);
}

/* Takes a column without a header from the first free cell that looks like it; with `only`, if
 * there is no other. */
static void
guess_column(
    struct fil_draft *draft, const char *name, bool (*looks)(const struct fil_guess *), bool only)
{
	size_t c = fil_table_column(draft->table, name), n = 0, cell = 0;

	if (c == FIL_NOWHERE || draft->columns[c].mapping)
		return;
	for (size_t i = draft->header.n; i-- > 0;)
		if (is_free(draft, i, looks)) {
			cell = i;
			n++;
		}
	if (n == 0 || (only && n > 1))
		return;
	fil_draft_take(draft, &draft->columns[c], cell);
	draft->columns[c].guessed = true;
}

/* Returns whether the cells may be a key: none empty, each a short word, all distinct. */
static bool
looks_like_key(const struct fil_guess *guess)
{
	return guess->rows > 0 && guess->codes == guess->rows && guess->different == guess->rows &&
	    guess->dates == 0;
}

static bool
looks_like_address(const struct fil_guess *guess)
{
	/* "anonymous" may stand among them. */
	return guess->addresses * 2 > guess->filled;
}

/* Returns whether the cells are numbers with leading zeros: staff numbers, and no row numbers. */
static bool
looks_like_staff_number(const struct fil_guess *guess)
{
	return guess->padded > 0;
}

static bool
looks_like_time(const struct fil_guess *guess)
{
	return guess->look == FIL_LOOK_TIME;
}

/* Returns whether a known header of users may count rows or accounts: "ID" of the answers of a form. */
static bool
is_row_number(const struct fil_draft *draft, size_t cell)
{
	static const char *const headers[] = { "id", "numero", "no", "n°", "id utilisateur",
		"user id", "userid" };
	const char *folded = draft->header.folded[cell];

	folded += *folded == '_';
	for (size_t h = 0; h < sizeof headers / sizeof *headers; h++)
		if (strcmp(folded, headers[h]) == 0)
			return draft->guesses[cell].padded == 0;
	return false;
}

/* Returns the first free cell that looks so, or FIL_NOWHERE. */
static size_t
find_free(const struct fil_draft *draft, bool (*looks)(const struct fil_guess *))
{
	for (size_t i = 0; i < draft->header.n; i++)
		if (is_free(draft, i, looks))
			return i;
	return FIL_NOWHERE;
}

/* Lets addresses name the user instead of numbers that may count rows. */
static void
doubt_row_number(struct fil_draft *draft, struct fil_draft_column *column)
{
	if (!column->mapping || column->cell == FIL_NOWHERE ||
	    !is_row_number(draft, column->cell) ||
	    find_free(draft, looks_like_address) == FIL_NOWHERE)
		return;
	draft->header.used[column->cell] = false;
	free(column->others);
	column->others = column->mapping;
	column->mapping = NULL;
}

/* Takes the user from addresses, first from those under a known header. */
static void
take_address(struct fil_draft *draft, size_t c)
{
	const struct fil_table *users = fil_catalog_table("users");
	size_t email = fil_table_column(users, "email");
	struct fil_draft_column *column = &draft->columns[c];

	if (column->mapping)
		return;
	for (size_t i = 0; i < draft->header.n && !column->mapping; i++)
		if (is_free(draft, i, looks_like_address) &&
		    fil_table_header(users, draft->header.folded[i]) == email)
			fil_draft_take(draft, column, i);
	column->guessed = column->mapping != NULL;
	guess_column(draft, "user", looks_like_address, false);
	draft->match = column->mapping ? "email" : NULL;
}

/* Takes the user from cells: in a table that refers to users, first from addresses, then from names
 * if no number is one of the staff. */
static void
guess_user(struct fil_draft *draft)
{
	const struct fil_table *users = fil_catalog_table("users");
	size_t c = fil_table_column(draft->table, "user");
	struct fil_draft_column *column = c == FIL_NOWHERE ? NULL : &draft->columns[c];

	if (column && draft->table->columns[c].references) {
		doubt_row_number(draft, column);
		take_address(draft, c);
		guess_column(draft, "user", looks_like_staff_number, false);
		if (!column->mapping) {
			take_column(draft, c, &users->columns[fil_table_column(users, "name")]);
			draft->match = column->mapping ? "name" : NULL;
		}
	}
	guess_column(draft, "user", looks_like_key, false);
}

/* Returns whether the first line of the table has two known headers. */
static bool
knows_header(const struct fil_draft *draft, const struct fil_profile *profile)
{
	struct fil_reader *reader = fil_reader_new(draft->input, &draft->format);
	struct fil_record record;
	struct fil_fault fault;
	size_t known = 0;

	if (fil_reader_next(reader, &record, &fault) == 1)
		for (size_t i = 0; i < record.n; i++) {
			char *folded = fil_text_fold(record.cells[i]);

			known += *folded != '\0' && fil_profile_knows(profile, folded);
			free(folded);
		}
	fil_reader_free(reader);
	return known > 1;
}

/* Detects the format, and finds the table below titles that no known header ends. Returns 0 or -1. */
static int
settle_format(struct fil_draft *draft, const struct fil_profile *profile, struct fil_fault *fault)
{
	const struct fil_format *given = &draft->given;
	int result = fil_sniff(draft->input, fil_profile_knows, profile, &draft->format, fault);
	struct fil_format shape = draft->format;
	struct fil_table_lines lines;
	const struct fil_row_file *rows = fil_input_rows(draft->input);
	bool looks = (!rows || rows->sheet) && !given->no_header && given->skip_lines == 0 &&
	    !given->begin_after && draft->format.encoding &&
	    (result == 0 || fault->status == FIL_BAD_DATA);

	/* The delimiter that was found may be one of the titles. */
	shape.delimiter = rows ? shape.delimiter : given->delimiter;
	draft->above = draft->format.titles;
	if (!looks || (result == 0 && (draft->above > 0 || knows_header(draft, profile))) ||
	    !fil_table_lines_find(draft->input, &shape, &lines))
		return result;
	if (lines.above <= draft->format.skip_lines) {
		free(lines.title);
		return result;
	}
	draft->above = lines.above;
	draft->title = lines.title;
	if (!fil_input_rows(draft->input)) {
		draft->format = *given;
		draft->format.delimiter = lines.delimiter;
	}
	draft->format.skip_lines = lines.above;
	draft->format.ends_blank = lines.ends_blank;
	return fil_input_rows(draft->input)
	    ? 0
	    : fil_sniff(draft->input, fil_profile_knows, profile, &draft->format, fault);
}

int
fil_draft_read(struct fil_draft *draft, const char *path, const char *folder,
    const struct fil_table *table, const struct fil_format *format, struct fil_fault *fault)
{
	struct fil_profile *profile;
	int result;

	*draft = (struct fil_draft){ .table = table, .given = *format, .format = *format };
	draft->input = fil_input_open(path, folder, fault);
	if (!draft->input)
		return -1;
	profile = fil_profile_new(table, NULL, 0);
	result = settle_format(draft, profile, fault);
	fil_profile_free(profile);
	if (result < 0 || see_all(draft, fault) < 0)
		return -1;
	draft->columns = fil_alloc(table->n_columns, sizeof *draft->columns);
	for (size_t c = 0; c < table->n_columns; c++)
		take_column(draft, c, &table->columns[c]);
	if (table->kind != FIL_EVENT)
		guess_column(draft, "email", looks_like_address, false);
	guess_user(draft);
	guess_column(draft, "alias", looks_like_address, true);
	guess_column(draft, "minutes", looks_like_time, true);
	return 0;
}

void
fil_draft_release(struct fil_draft *draft)
{
	for (size_t c = 0; draft->columns && c < draft->table->n_columns; c++) {
		free(draft->columns[c].mapping);
		free(draft->columns[c].others);
	}
	for (size_t f = 0; f < draft->n_facts; f++)
		free(draft->facts[f].pattern);
	free(draft->facts);
	for (size_t i = 0; i < draft->n_guesses; i++)
		fil_guess_release(&draft->guesses[i]);
	free(draft->title);
	for (size_t i = 0; draft->labels && draft->labels[i]; i++)
		free(draft->labels[i]);
	fil_header_release(&draft->header);
	free(draft->labels);
	free(draft->guesses);
	free(draft->columns);
	fil_input_close(draft->input);
	*draft = (struct fil_draft){ 0 };
}
