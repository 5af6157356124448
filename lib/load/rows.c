/* SPDX-License-Identifier: ISC */
#include "lib/load/rows.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/catalog/value_doubt.h"

/* The number of all rows is estimated after this many. */
enum { ROWS_TO_ESTIMATE = 4096 };

static const char sql_formulas[] = "SELECT 1 FROM users WHERE \"user\" LIKE '=\"%' LIMIT 1";

struct fil_rows {
	struct fil_rows_parts parts;
	size_t done, total; /* bytes of the inputs loaded before, and of all */
	struct fil_rows_counts counts; /* of the input being loaded */
	size_t records; /* of it */
	size_t stranger_line; /* the last of counts.strangers */
};

/* Guards: what exports put around keys so that a spreadsheet keeps their zeros: ="00421" and '00421.
 * Only cells that name users are looked at; with `unguard`, all cells are. */
struct guards {
	struct fil_store *store;
	struct fil_writer *writer;
	const struct fil_table *table;
	bool formulas, apostrophes; /* which guards are taken off */
	bool asked; /* the store */
	size_t width;
	bool *names_user; /* of each cell */
	size_t *looked_at, n; /* cells that may have a guard */
	struct fil_bytes *bare; /* of each cell */
};

/* The purpose of a pass over an input. */
enum purpose { LOAD, LOOK, LOOK_AT_KEYS };

struct pass {
	struct fil_rows *rows;
	enum purpose purpose;
	const struct fil_rows_visitor *visitor;
	struct fil_load_input *input;
	struct fil_row *row;
	const struct fil_row_made *made; /* of the bound row */
	struct fil_rows_row visited;
	const char **cells;
	size_t *lengths;
	struct guards *guards;
	struct fil_profile_made found; /* of the record's row in hand */
	size_t wanted; /* the number of that row */
	bool more; /* it is none of the first of its record */
	bool has_facts; /* the input has [facts] */
	size_t formulas; /* cells of the record written ="…" */
	const char **headers; /* of the columns that the input gives */
	struct fil_fault refusal; /* of the record in hand: not cleared for each, as a local is */
};

struct fil_rows *
fil_rows_new(const struct fil_rows_parts *parts)
{
	struct fil_rows *rows = fil_alloc(1, sizeof *rows);

	rows->parts = *parts;
	rows->counts.blanks = fil_alloc(parts->request->width, sizeof *rows->counts.blanks);
	rows->counts.formulas = fil_alloc(parts->request->width, sizeof *rows->counts.formulas);
	for (size_t i = 0; i < parts->n_inputs; i++)
		rows->total += fil_input_size(parts->inputs[i].input);
	return rows;
}

/* Returns what takes the guards off the cells of the request's rows; the caller frees it. The store is
 * asked once, at the first cell ="00421", whether its users have such keys: then these stay. The rows
 * that wait in the writer are put before. */
static struct guards *
guards_new(struct fil_store *store, struct fil_writer *writer, const struct fil_request *request,
    const struct fil_load_options *options)
{
	struct guards *guards = fil_alloc(1, sizeof *guards);
	bool users = strcmp(request->table->name, "users") == 0;

	guards->store = store;
	guards->writer = writer;
	guards->table = request->table;
	guards->formulas = !options->allow[FIL_DOUBT_SPREADSHEET_KEY];
	guards->apostrophes = options->unguard;
	guards->width = request->width;
	guards->names_user = fil_alloc(guards->width, sizeof *guards->names_user);
	guards->looked_at = fil_alloc(guards->width, sizeof *guards->looked_at);
	guards->bare = fil_alloc(guards->width, sizeof *guards->bare);
	for (size_t c = 0; c < request->table->n_columns; c++)
		guards->names_user[c] = request->matching->names_user[c] || (users && c == 0);
	for (size_t c = 0; c < guards->width; c++)
		if (guards->names_user[c] || guards->apostrophes)
			guards->looked_at[guards->n++] = c;
	return guards;
}

/* Makes a cell of the n bytes from its byte `from` on. */
static void
shorten(struct fil_bytes *bare, const char **cell, size_t *length, size_t from, size_t n)
{
	fil_bytes_clear(bare);
	fil_bytes_add(bare, *cell + from, n);
	*cell = n > 0 ? bare->data : NULL;
	*length = n;
}

/* Finds out whether users are stored whose keys are so written. Returns 0, or -1 with a fault. */
static int
ask_for_formulas(struct guards *guards, struct fil_fault *fault)
{
	struct fil_query *query;
	int step;

	/* The engine may be at work on rows. */
	if (fil_writer_flush(guards->writer, fault) < 0)
		return -1;
	query = fil_query_new(guards->store, sql_formulas);
	step = fil_query_step(query, fault);
	fil_query_free(query);
	guards->asked = true;
	guards->formulas = step == 0;
	return step < 0 ? -1 : 0;
}

/* Returns whether a cell is written ="00421". */
static bool
is_formula(const char *cell, size_t n)
{
	return n > 3 && cell[0] == '=' && cell[1] == '"' &&
	    memchr(cell + 2, '"', n - 2) == cell + n - 1;
}

/* Takes an apostrophe off the beginning of a cell, and one off its end as well if both are there. A
 * cell that names no user must have both, since 't Hooft is a name, and be no free text. */
static void
take_apostrophe(struct guards *guards, size_t c, const char **cell, size_t *length)
{
	size_t n = *length;
	bool both = n > 1 && (*cell)[n - 1] == '\'';
	bool text = c < guards->table->n_columns && !fil_column_is_free(&guards->table->columns[c]);

	if (guards->names_user[c] || (both && text))
		shorten(&guards->bare[c], cell, length, 1, n - 1 - both);
}

/* Takes the guards off the cells of a record, which belong to the guards until the next call.
 * *formulas counts the cells written ="00421". Returns 0, or -1 with a fault of the store. */
static int
guards_take(struct guards *guards, const char **cells, size_t *lengths, size_t *formulas,
    struct fil_fault *fault)
{
	*formulas = 0;
	for (size_t i = 0; i < guards->n; i++) {
		size_t c = guards->looked_at[i];

		if (!cells[c] || (*cells[c] != '=' && *cells[c] != '\''))
			continue;
		if (*cells[c] == '\'') {
			if (guards->apostrophes)
				take_apostrophe(guards, c, &cells[c], &lengths[c]);
			continue;
		}
		if (!guards->names_user[c] || !is_formula(cells[c], lengths[c]))
			continue;
		if (guards->formulas && guards->store && !guards->asked &&
		    ask_for_formulas(guards, fault) < 0)
			return -1;
		if (!guards->formulas)
			continue;
		shorten(&guards->bare[c], &cells[c], &lengths[c], 2, lengths[c] - 3);
		++*formulas;
	}
	return 0;
}

static void
guards_free(struct guards *guards)
{
	if (!guards)
		return;
	for (size_t c = 0; c < guards->width; c++)
		fil_bytes_release(&guards->bare[c]);
	free(guards->names_user);
	free(guards->looked_at);
	free(guards->bare);
	free(guards);
}

static struct pass
begin_pass(struct fil_rows *rows, enum purpose purpose, const struct fil_rows_visitor *visitor)
{
	const struct fil_request *request = rows->parts.request;
	struct pass pass = { .rows = rows, .purpose = purpose, .visitor = visitor };

	pass.row = purpose == LOAD ? request->row : fil_row_copy(request->row);
	pass.cells = fil_alloc(request->width, sizeof *pass.cells);
	pass.lengths = fil_alloc(request->width, sizeof *pass.lengths);
	pass.guards =
	    guards_new(rows->parts.store, rows->parts.writer, request, rows->parts.options);
	pass.headers = fil_alloc(request->width, sizeof *pass.headers);
	pass.visited.cells = pass.cells;
	return pass;
}

static void
end_pass(struct pass *pass)
{
	if (pass->purpose != LOAD)
		fil_row_free(pass->row);
	free(pass->cells);
	free(pass->lengths);
	free(pass->headers);
	guards_free(pass->guards);
}

/* Refuses a record or row. The fault of a fact begins with its header, unless all facts of the record
 * have it. */
static int
refuse(struct pass *pass, size_t line, const struct fil_fault *refusal, struct fil_fault *fault)
{
	const struct fil_rows_visitor *visitor = pass->visitor;
	const char *header = NULL;
	struct fil_fault named;

	if (!visitor->refused)
		return 0;
	if (pass->found.header)
		header =
		    fil_profile_fault_header(pass->input->profile, pass->found.fact, refusal->text);
	if (!header)
		return visitor->refused(visitor->context, line, refusal, fault);
	fil_fault_data(&named, refusal->kind, "%s: %s", header, refusal->text);
	return visitor->refused(visitor->context, line, &named, fault);
}

static int
visit(struct pass *pass, const struct fil_row_made *made, struct fil_fault *fault)
{
	pass->visited.made = made;
	pass->visited.place =
	    pass->has_facts ? fil_place(pass->visited.line, pass->found.fact) : pass->visited.line;
	return pass->visitor->row(pass->visitor->context, &pass->visited, fault);
}

/* Reports the ambiguity once, then assumes day first so that the other faults are still found.
 * Every date of the input can be read so. */
static int
give_up_order(struct pass *pass, size_t column, struct fil_fault *fault)
{
	struct fil_fault refusal;

	fil_fault_data(&refusal, "date-order",
	    "%s: ambiguous date '%s': no date of the file proves day first or month first: "
	    "give --dates dmy or --dates mdy",
	    pass->rows->parts.request->table->columns[column].name, pass->cells[column]);
	pass->input->order = FIL_ORDER_DMY;
	pass->input->undecided = true;
	return refuse(pass, pass->visited.line, &refusal, fault);
}

/* Hints at the key of a row being loaded. */
static void
hint_key(const struct pass *pass)
{
	if (pass->purpose == LOAD && pass->cells[0])
		fil_writer_seek(pass->rows->parts.writer, pass->cells[0], pass->lengths[0]);
}

/* Refuses a row of a workbook if a cell in use holds the error of a formula. Returns 0, or 1 with the
 * refusal. */
static int
refuse_errors(const struct pass *pass, const struct fil_record *record, struct fil_fault *refusal)
{
	const struct fil_request *request = pass->rows->parts.request;
	size_t n = request->table->n_columns;

	for (size_t i = 0; i < record->n_errors * request->width; i++) {
		const char *error = record->cells[record->errors[i / request->width]];
		size_t c = i % request->width;
		const char *name = fil_profile_label(pass->input->profile, c);

		if (!pass->cells[c] || !strstr(pass->cells[c], error))
			continue;
		if (c < n + request->dimensions.n)
			name = c < n ? request->table->columns[c].name
				     : request->dimensions.names[c - n];
		fil_fault_data(refusal, "type-error",
		    "%s: '%s' is the error of a formula: correct the workbook, or [values.%s] "
		    "empty = %s",
		    name, error, name, error);
		return 1;
	}
	return 0;
}

/* Makes the cells of a record without the guards of spreadsheets. Returns 0; 1 with a refusal; or -1
 * with a fault. */
static int
make_cells(struct pass *pass, const struct fil_record *record, struct fil_fault *refusal,
    struct fil_fault *fault)
{
	if (fil_profile_row(pass->input->profile, record, pass->wanted, pass->cells, pass->lengths,
		&pass->found, refusal) < 0)
		return 1;
	if (record->n_errors > 0 && !pass->found.empty && refuse_errors(pass, record, refusal) > 0)
		return 1;
	if (guards_take(pass->guards, pass->cells, pass->lengths, &pass->formulas, fault) < 0)
		return -1;
	pass->formulas += record->formulas;
	return 0;
}

/* Settles the order of dates or the decimal sign, now that a row needs it, and makes the cells
 * again. Returns 0, or -1 with a fault. */
static int
settle(struct pass *pass, const struct fil_record *record, const struct fil_row_made *made,
    struct fil_fault *fault)
{
	struct fil_load_input *input = pass->input;
	size_t column = made->undecided;
	int proved = fil_load_input_prove(input, made, fault);
	int again;
	struct fil_fault refusal;

	if (proved < 0)
		return -1;
	again = make_cells(pass, record, &refusal, fault);
	if (again < 0)
		return -1;
	if (again > 0)
		fil_bug("%s:%zu: the cells of a row cannot be made twice", pass->visited.file,
		    record->line);
	fil_row_spell(pass->row, pass->cells, pass->lengths);
	hint_key(pass); /* the cells are elsewhere now */
	return proved == 1 ? give_up_order(pass, column, fault) : 0;
}

/* Returns 1 when the user of a row with faults does not exist and the row is to be ignored, 0 when
 * not, or -1 with a fault. */
static int
is_stranger(const struct pass *pass, const struct fil_row_made *made, struct fil_fault *fault)
{
	const struct fil_rows_parts *parts = &pass->rows->parts;
	size_t user = fil_table_user(parts->request->table);
	int known;

	if (pass->purpose != LOAD || !parts->options->known_only || user == FIL_NOWHERE)
		return 0;
	if (made->unknown_user || !made->values[user])
		return made->unknown_user;
	/* The engine may be at work on rows. */
	if (fil_writer_flush(parts->writer, fault) < 0)
		return -1;
	known = fil_references_has_user(
	    fil_writer_references(parts->writer), made->values[user], fault);
	return known < 0 ? -1 : !known;
}

void
fil_rows_count_stranger(struct fil_rows *rows, size_t line)
{
	rows->counts.strangers += rows->stranger_line != line;
	rows->stranger_line = line;
}

/* Fills the refusal of a row with faults whose user is the word of a total: that explains them.
 * Returns whether it is such a row. */
static bool
is_total(const struct pass *pass, struct fil_fault *refusal)
{
	const struct fil_rows_parts *parts = &pass->rows->parts;
	const struct fil_table *table = parts->request->table;
	size_t user = fil_table_user(table);
	const char *cell = user == FIL_NOWHERE ? NULL : pass->cells[user];
	const char *word = fil_doubt_kinds[FIL_DOUBT_NOT_A_ROW].word;
	struct fil_value_doubt doubt;
	struct fil_bytes way_out = { 0 };
	char *seen;

	if (!cell || !pass->headers[user] || parts->options->allow[FIL_DOUBT_NOT_A_ROW] ||
	    !fil_key_doubt(cell, pass->lengths[user], &doubt) || doubt.kind != FIL_DOUBT_NOT_A_ROW)
		return false;
	fil_value_doubt_way_out(&doubt, &table->columns[user], pass->headers[user], cell, &way_out);
	seen = fil_value_doubt_seen(&doubt, cell);
	fil_fault_data(
	    refusal, word, "%s: %s: %s, or --allow %s", "user", seen, way_out.data, word);
	free(seen);
	fil_bytes_release(&way_out);
	return true;
}

/* Makes one row of the table from the cells, and visits it, unless its facet has no level. Returns 0
 * or -1. */
static int
make_row(struct pass *pass, const struct fil_record *record, size_t facet, struct fil_fault *fault)
{
	struct fil_rows_parts *parts = &pass->rows->parts;
	const struct fil_row_made *made =
	    fil_row_make(pass->row, pass->cells, pass->lengths, pass->input->order, facet);
	int stranger;

	while (made && made->undecided != FIL_NOWHERE) {
		if (settle(pass, record, made, fault) < 0)
			return -1;
		made =
		    fil_row_make(pass->row, pass->cells, pass->lengths, pass->input->order, facet);
	}
	if (!made)
		return 0;
	if (made->n_faults == 0)
		return visit(pass, made, fault);
	stranger = is_stranger(pass, made, fault);
	if (stranger != 0) {
		parts->counts->unknown += stranger > 0;
		return stranger < 0 ? -1 : 0;
	}
	if (is_total(pass, &pass->refusal))
		return refuse(pass, record->line, &pass->refusal, fault);
	for (size_t i = 0; i < made->n_faults; i++)
		if (refuse(pass, record->line, &made->faults[i], fault) < 0)
			return -1;
	if (made->unknown_user && pass->purpose == LOAD)
		fil_rows_count_stranger(pass->rows, record->line);
	return 0;
}

/* Makes the rows of the cells: one, or one for each facet that has a level. */
static int
make_rows(struct pass *pass, const struct fil_record *record, bool faceted, struct fil_fault *fault)
{
	const struct fil_request *request = pass->rows->parts.request;
	size_t n_facets = request->dimensions.n;
	int result = 0;

	if (!faceted)
		return make_row(pass, record, FIL_NOWHERE, fault);
	for (size_t f = 0; result == 0 && f < n_facets; f++)
		result = make_row(pass, record, f, fault);
	return result;
}

/* Makes the first key of the cells, and visits it. */
static int
make_key(struct pass *pass, struct fil_fault *fault)
{
	const struct fil_row_made *made = fil_row_make_key(pass->row, pass->cells, pass->lengths);

	return made ? visit(pass, made, fault) : 0;
}

static bool
begins_formula(const char *cell)
{
	return cell && (*cell == '=' || *cell == '+' || *cell == '-' || *cell == '@');
}

/* Returns whether a cell is written as a directory's GUID. */
static bool
is_guid(const char *cell, size_t n)
{
	return n == 36 && cell[8] == '-' && cell[13] == '-' &&
	    strspn(cell, "0123456789abcdefABCDEF-") == 36;
}

/* Counts the empty cells of columns with a default. */
static void
note_blanks(struct pass *pass)
{
	for (size_t i = 0; i < pass->made->n_defaults; i++) {
		size_t c = pass->made->defaults[i];
		struct fil_rows_blanks *blanks = &pass->rows->counts.blanks[c];

		if (pass->cells[c])
			blanks->words++;
		else if (blanks->blanks++ == 0)
			blanks->line = pass->visited.line;
	}
}

/* Counts a row being loaded and its cells with characters dropped. */
static void
note_loaded(struct pass *pass, enum fil_row_filled filled, size_t dropped)
{
	struct fil_rows *rows = pass->rows;

	if (filled == FIL_ROW_FILLED)
		note_blanks(pass);
	rows->counts.dropped += dropped;
	if (pass->more)
		return;
	rows->counts.blank += filled == FIL_ROW_BLANK;
	rows->counts.remarks += filled == FIL_ROW_REMARK;
	rows->counts.unwrapped += pass->formulas;
	rows->parts.counts->read++;
	rows->counts.filled += pass->found.filled;
	rows->counts.guids += is_guid(pass->cells[0], pass->lengths[0]);
	for (size_t c = 0; rows->parts.options->verbose && c < rows->parts.request->width; c++)
		rows->counts.formulas[c] += begins_formula(pass->cells[c]);
}

/* Refuses a record that makes no row. */
static int
refuse_record(
    struct pass *pass, size_t line, const struct fil_fault *refusal, struct fil_fault *fault)
{
	if (pass->purpose == LOAD)
		pass->rows->parts.counts->read++;
	return refuse(pass, line, refusal, fault);
}

/* Refuses a record with too few or too many cells, unless --known-only ignores it: its first cell is
 * the key of a user who is not stored. Returns 0 or -1. */
static int
refuse_width(struct pass *pass, const struct fil_record *record, const struct fil_fault *refusal,
    struct fil_fault *fault)
{
	const struct fil_rows_parts *parts = &pass->rows->parts;
	const struct fil_row_made *made;
	int stranger = 0;

	if (pass->cells[0] && parts->options->known_only &&
	    fil_table_user(parts->request->table) == 0) {
		for (size_t c = 1; c < parts->request->width; c++)
			pass->cells[c] = NULL;
		fil_row_spell(pass->row, pass->cells, pass->lengths);
		made = fil_row_make_key(pass->row, pass->cells, pass->lengths);
		stranger = made ? is_stranger(pass, made, fault) : 0;
	}
	if (stranger <= 0)
		return stranger < 0 ? -1 : refuse_record(pass, record->line, refusal, fault);
	parts->counts->read++;
	parts->counts->unknown++;
	return 0;
}

/* Ignores a record that is no row, or refuses it, unless the profile leaves it out. Returns 0 or
 * -1. */
static int
take_odd(
    struct pass *pass, const struct fil_record *record, enum fil_odd found, struct fil_fault *fault)
{
	const struct fil_rows_parts *parts = &pass->rows->parts;
	const struct fil_odd_records *odd = pass->input->odd;
	const char *seen = fil_odd_doubts[found].seen;
	struct fil_fault refusal;
	char *way_out;

	if (make_cells(pass, record, &refusal, fault) < 0)
		return -1;
	pass->found.header = NULL;
	/* [skip] of the plain header leaves out another one, too, whose rows would go wrong. */
	if (pass->found.skipped && found != FIL_ODD_OTHER_HEADER) {
		pass->rows->counts.skipped += pass->purpose == LOAD;
		return 0;
	}
	if (!seen) {
		fil_odd_records_refuse(odd, record, found, parts->request->table->name, &refusal);
		return refuse_record(pass, record->line, &refusal, fault);
	}
	if (pass->purpose != LOAD)
		return 0;
	way_out = fil_odd_records_way_out(odd, record);
	fil_doubts_tell(
	    parts->doubts, fil_odd_doubts[found].kind, record->line, NULL, _(seen), way_out);
	free(way_out);
	return 0;
}

/* Takes the row of a record whose cells were made. Returns 0 or -1. */
static int
take_row(struct pass *pass, const struct fil_record *record, bool faceted, struct fil_fault *fault)
{
	enum fil_row_filled filled;
	size_t dropped;

	hint_key(pass); /* long before the row is judged, unless its key is spelt elsewhere */
	dropped = fil_row_spell(pass->row, pass->cells, pass->lengths);
	filled = pass->found.none ? FIL_ROW_BLANK : fil_row_filled(pass->row, pass->cells);
	if (pass->purpose == LOAD)
		note_loaded(pass, filled, dropped);
	if (filled != FIL_ROW_FILLED)
		return 0;
	if (pass->purpose == LOOK_AT_KEYS)
		return make_key(pass, fault);
	return make_rows(pass, record, faceted, fault);
}

/* Takes the further rows that a record makes by the profile. Returns 0 or -1. */
static int
take_more(struct pass *pass, const struct fil_record *record, bool faceted, struct fil_fault *fault)
{
	int made, result = 0;

	while (result == 0 && pass->found.more) {
		pass->wanted = pass->found.next;
		made = make_cells(pass, record, &pass->refusal, fault);
		if (made < 0 || pass->found.none)
			return made < 0 ? -1 : 0;
		pass->more = true;
		result = made > 0 ? refuse(pass, record->line, &pass->refusal, fault)
				  : take_row(pass, record, faceted, fault);
	}
	return result;
}

/* Takes a record. Returns 0 or -1. */
static int
take_record(
    struct pass *pass, const struct fil_record *record, bool faceted, struct fil_fault *fault)
{
	struct fil_rows_counts *counts = &pass->rows->counts;
	enum fil_odd odd =
	    fil_odd_records_find(pass->input->odd, record, pass->input->options->allow);
	int made;

	pass->visited.line = record->line;
	pass->wanted = 0;
	pass->more = false;
	if (odd != FIL_ODD_NONE)
		return take_odd(pass, record, odd, fault);
	made = make_cells(pass, record, &pass->refusal, fault);
	if (made < 0)
		return -1;
	if (made == 0 && pass->found.empty && pass->purpose == LOAD)
		++*(pass->found.skipped ? &counts->skipped : &counts->empty);
	if (made == 0 && pass->found.empty)
		return 0;
	made = made > 0 ? refuse_width(pass, record, &pass->refusal, fault)
			: take_row(pass, record, faceted, fault);
	return made == 0 && pass->found.more ? take_more(pass, record, faceted, fault) : made;
}

/* Reports the progress. After ROWS_TO_ESTIMATE records, tells the writer how many will come. */
static int
measure(struct fil_rows *rows, const struct fil_record *record, struct fil_fault *fault)
{
	const struct fil_load_hooks *hooks = rows->parts.hooks;

	if (hooks->progress)
		hooks->progress(hooks->context, rows->done + record->offset, rows->total);
	if (++rows->records != ROWS_TO_ESTIMATE)
		return 0;
	return fil_writer_expect(rows->parts.writer,
	    (size_t)((double)ROWS_TO_ESTIMATE * (double)rows->total /
		(double)(record->offset + 1)) +
		1,
	    fault);
}

/* The loop: takes all records of the pass's input. Returns 0, or -1 with a fault. */
static int
take_records(struct pass *pass, bool faceted, struct fil_fault *fault)
{
	struct fil_record record;
	struct fil_fault refusal;
	int step, taken = 0;

	pass->visited.file = fil_input_name(pass->input->input);
	while (
	    taken == 0 && (step = fil_reader_next(pass->input->reader, &record, &refusal)) != 0) {
		if (step < 0 && refusal.status != FIL_BAD_DATA) {
			*fault = refusal;
			return -1;
		}
		pass->found.header = NULL;
		if (step < 0)
			taken = refuse_record(pass, record.line, &refusal, fault);
		else
			taken = take_record(pass, &record, faceted, fault);
		if (taken == 0 && step == 1 && pass->purpose == LOAD)
			taken = measure(pass->rows, &record, fault);
	}
	return taken;
}

/* Begins the pass's input in the writer. */
static int
begin_input(struct pass *pass, struct fil_fault *fault)
{
	const struct fil_request *request = pass->rows->parts.request;
	const struct fil_writer_input input = { .name = pass->visited.file,
		.given = pass->made->given,
		.places = pass->has_facts,
		.written = pass->cells,
		.headers = pass->headers };

	/* The other cells of a record, by which users are found, are no columns of the row. */
	for (size_t c = 0; c < request->table->n_columns + request->dimensions.n; c++) {
		bool set;

		/* A value that is set has no header. */
		fil_row_constant(pass->row, c, &set);
		if (!set && fil_profile_gives(pass->input->profile, c))
			pass->headers[c] = fil_profile_label(pass->input->profile, c);
	}
	return fil_writer_begin(pass->rows->parts.writer, &input, fault);
}

/* Loads the pass's input. */
static int
load(struct pass *pass, struct fil_fault *fault)
{
	struct fil_rows *rows = pass->rows;
	const struct fil_load_hooks *hooks = rows->parts.hooks;

	pass->visited.file = fil_input_name(pass->input->input);
	pass->made = fil_load_input_begin(pass->input, pass->row, fault);
	pass->has_facts = fil_profile_has_facts(pass->input->profile);
	if (!pass->made || begin_input(pass, fault) < 0 ||
	    take_records(pass, pass->made->faceted, fault) < 0)
		return -1;
	rows->done += fil_input_size(pass->input->input);
	if (hooks->progress)
		hooks->progress(hooks->context, rows->done, rows->total);
	return fil_writer_flush(rows->parts.writer, fault);
}

int
fil_rows_load(struct fil_rows *rows, size_t i, const struct fil_rows_visitor *visitor,
    struct fil_rows_counts *counts, struct fil_fault *fault)
{
	struct pass pass = begin_pass(rows, LOAD, visitor);
	size_t *formulas = rows->counts.formulas, before = rows->parts.counts->read;
	struct fil_rows_blanks *blanks = rows->counts.blanks;
	int result;

	memset(formulas, 0, rows->parts.request->width * sizeof *formulas);
	memset(blanks, 0, rows->parts.request->width * sizeof *blanks);
	rows->counts = (struct fil_rows_counts){ .blanks = blanks, .formulas = formulas };
	rows->records = rows->stranger_line = 0;
	pass.input = &rows->parts.inputs[i];
	pass.visited.input = i;
	result = load(&pass, fault);
	end_pass(&pass);
	*counts = rows->counts;
	counts->read = rows->parts.counts->read - before;
	return result;
}

/* Loads the row set on the command line. */
static int
load_row_set(struct pass *pass, struct fil_fault *fault)
{
	struct fil_rows_parts *parts = &pass->rows->parts;
	const struct fil_record record = { .line = 0 };
	const char **headers = fil_alloc(parts->request->width, sizeof *headers);
	const struct fil_row_made *made = fil_row_bind(pass->row, headers, NULL, fault);
	struct fil_writer_input input = { .name = _("command line") };

	free(headers);
	if (!made)
		return -1;
	pass->visited.file = input.name;
	input.given = made->given;
	if (fil_writer_begin(parts->writer, &input, fault) < 0)
		return -1;
	parts->counts->read++;
	if (make_rows(pass, &record, made->faceted, fault) < 0)
		return -1;
	return fil_writer_flush(parts->writer, fault);
}

int
fil_rows_load_constants(
    struct fil_rows *rows, const struct fil_rows_visitor *visitor, struct fil_fault *fault)
{
	struct fil_load_input none = { .order = FIL_ORDER_YMD };
	struct pass pass = begin_pass(rows, LOAD, visitor);
	int result;

	pass.input = &none;
	result = load_row_set(&pass, fault);
	end_pass(&pass);
	return result;
}

/* Looks at input i through a copy. The input keeps an order of dates that the copy proved. */
static int
look_at_input(struct pass *pass, size_t i, struct fil_fault *fault)
{
	struct fil_load_input *input = &pass->rows->parts.inputs[i];
	struct fil_load_input copy;
	const struct fil_row_made *made;
	int result = -1;

	pass->input = &copy;
	pass->visited.input = i;
	if (fil_load_input_copy(&copy, input, fault) == 0) {
		made = fil_load_input_begin(&copy, pass->row, fault);
		result = made ? take_records(pass, made->faceted, fault) : -1;
		if (!copy.undecided)
			input->order = copy.order;
	}
	pass->input = input;
	fil_load_input_release(&copy);
	return result;
}

static int
look(struct fil_rows *rows, enum purpose purpose, const struct fil_rows_visitor *visitor,
    struct fil_fault *fault)
{
	struct pass pass = begin_pass(rows, purpose, visitor);
	int result = 0;

	for (size_t i = 0; result == 0 && i < rows->parts.n_inputs; i++)
		result = look_at_input(&pass, i, fault);
	end_pass(&pass);
	return result;
}

int
fil_rows_look(
    struct fil_rows *rows, const struct fil_rows_visitor *visitor, struct fil_fault *fault)
{
	return look(rows, LOOK, visitor, fault);
}

int
fil_rows_look_at_keys(
    struct fil_rows *rows, const struct fil_rows_visitor *visitor, struct fil_fault *fault)
{
	return look(rows, LOOK_AT_KEYS, visitor, fault);
}

void
fil_rows_free(struct fil_rows *rows)
{
	if (!rows)
		return;
	free(rows->counts.blanks);
	free(rows->counts.formulas);
	free(rows);
}
