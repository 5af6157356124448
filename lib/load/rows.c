/* SPDX-License-Identifier: ISC */
#include "lib/load/rows.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"

/* After so many rows the number of all rows is estimated. */
enum { ROWS_TO_ESTIMATE = 4096 };

/* What the loop returns when the rest of an input is ignored. */
enum { REST_IGNORED = 2 };

struct fil_rows {
	struct fil_rows_parts parts;
	size_t done, total; /* bytes of the inputs fed before, and of all */
	struct fil_rows_counts counts; /* of the input being fed */
	size_t records; /* of it */
};

/* What a pass over an input makes of its records. */
enum purpose { FEED, LOOK, LOOK_AT_KEYS };

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

static struct pass
begin_pass(struct fil_rows *rows, enum purpose purpose, const struct fil_rows_visitor *visitor)
{
	const struct fil_request *request = rows->parts.request;
	struct pass pass = { .rows = rows, .purpose = purpose, .visitor = visitor };

	pass.row = purpose == FEED ? request->row : fil_row_copy(request->row);
	pass.cells = fil_alloc(request->width, sizeof *pass.cells);
	pass.lengths = fil_alloc(request->width, sizeof *pass.lengths);
	pass.visited.cells = pass.cells;
	return pass;
}

static void
end_pass(struct pass *pass)
{
	if (pass->purpose != FEED)
		fil_row_free(pass->row);
	free(pass->cells);
	free(pass->lengths);
}

static int
refuse(struct pass *pass, size_t line, const struct fil_fault *refusal, struct fil_fault *fault)
{
	const struct fil_rows_visitor *visitor = pass->visitor;

	return visitor->refused ? visitor->refused(visitor->context, line, refusal, fault) : 0;
}

static int
visit(struct pass *pass, const struct fil_row_made *made, struct fil_fault *fault)
{
	pass->visited.made = made;
	return pass->visitor->row(pass->visitor->context, &pass->visited, fault);
}

/* Nothing proves the order of the input's dates. A look ahead ignores the rest. Otherwise the fault
 * is reported once, and then day first is assumed, as every date of the input can be read so: the
 * other faults are still found. */
static int
give_up_order(struct pass *pass, size_t column, struct fil_fault *fault)
{
	struct fil_fault refusal;

	if (pass->purpose != FEED)
		return REST_IGNORED;
	fil_fault_data(&refusal, "date-order",
	    "%s: '%s' may be day first or month first, and no date of the file proves which: "
	    "say --dates dmy or --dates mdy",
	    pass->rows->parts.request->table->columns[column].name, pass->cells[column]);
	pass->input->order = FIL_ORDER_DMY;
	pass->input->undecided = true;
	return refuse(pass, pass->visited.line, &refusal, fault);
}

/* Hints at the key of a row that is fed. */
static void
hint_key(const struct pass *pass)
{
	if (pass->purpose == FEED && pass->cells[0])
		fil_writer_seek(pass->rows->parts.writer, pass->cells[0], pass->lengths[0]);
}

/* Settles the order of dates or the decimal sign, now that a row needs it, and makes the cells
 * again. Returns 0, REST_IGNORED, or -1 with a fault. */
static int
settle(struct pass *pass, const struct fil_record *record, const struct fil_row_made *made,
    struct fil_fault *fault)
{
	struct fil_load_input *input = pass->input;
	size_t column = made->undecided;
	bool date = pass->rows->parts.request->table->columns[column].type == FIL_TYPE_DATE, empty;
	int proved = date ? fil_load_input_prove_order(input, made->dates, made->n_dates, fault)
			  : fil_load_input_prove_sign(input, column, fault);

	if (proved < 0)
		return -1;
	if (fil_profile_cells(input->profile, record, pass->cells, pass->lengths, &empty, fault) <
	    0)
		fil_bug("%s:%zu: the cells of a row cannot be made twice", pass->visited.file,
		    record->line);
	hint_key(pass); /* the cells are elsewhere now */
	return proved == 1 ? give_up_order(pass, column, fault) : 0;
}

/* Returns 1 when a row with faults is of a user who does not exist, 0 when not, or -1. */
static int
is_stranger(const struct pass *pass, const struct fil_row_made *made, struct fil_fault *fault)
{
	const struct fil_rows_parts *parts = &pass->rows->parts;
	size_t user = fil_table_column(parts->request->table, "user");
	int known;

	if (pass->purpose != FEED || !parts->options->known_only || user == FIL_NOWHERE)
		return 0;
	if (made->unknown_user || !made->values[user])
		return made->unknown_user;
	known = fil_references_has_user(
	    fil_writer_references(parts->writer), made->values[user], fault);
	return known < 0 ? -1 : !known;
}

/* Makes one row of the table from the cells, and visits it. Returns 0, REST_IGNORED, or -1. */
static int
make_row(struct pass *pass, const struct fil_record *record, size_t facet, struct fil_fault *fault)
{
	struct fil_rows_parts *parts = &pass->rows->parts;
	const struct fil_row_made *made =
	    fil_row_make(pass->row, pass->cells, pass->lengths, pass->input->order, facet);
	int stranger;

	while (made->undecided != FIL_NOWHERE) {
		int settled = settle(pass, record, made, fault);

		if (settled != 0)
			return settled;
		made =
		    fil_row_make(pass->row, pass->cells, pass->lengths, pass->input->order, facet);
	}
	if (made->n_faults == 0)
		return visit(pass, made, fault);
	stranger = is_stranger(pass, made, fault);
	if (stranger != 0) {
		parts->counts->unknown += stranger > 0;
		return stranger < 0 ? -1 : 0;
	}
	for (size_t i = 0; i < made->n_faults; i++)
		if (refuse(pass, record->line, &made->faults[i], fault) < 0)
			return -1;
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
		if (fil_row_has_facet(pass->row, f, pass->cells))
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

/* Counts a row that is fed, and hints at its key. */
static void
note_fed(struct pass *pass)
{
	struct fil_rows *rows = pass->rows;

	note_blanks(pass);

	rows->parts.counts->read++;
	hint_key(pass);
	for (size_t c = 0; rows->parts.options->verbose && c < rows->parts.request->width; c++)
		rows->counts.formulas[c] += begins_formula(pass->cells[c]);
}

/* Refuses a record of which no row can be made. */
static int
refuse_record(
    struct pass *pass, size_t line, const struct fil_fault *refusal, struct fil_fault *fault)
{
	if (pass->purpose == FEED)
		pass->rows->parts.counts->read++;
	return refuse(pass, line, refusal, fault);
}

/* Takes a record. Returns 0, REST_IGNORED, or -1. */
static int
take_record(
    struct pass *pass, const struct fil_record *record, bool faceted, struct fil_fault *fault)
{
	struct fil_profile *profile = pass->input->profile;
	struct fil_rows_counts *counts = &pass->rows->counts;
	struct fil_fault refusal;
	bool empty;

	pass->visited.line = record->line;
	if (fil_profile_cells(profile, record, pass->cells, pass->lengths, &empty, &refusal) < 0)
		return refuse_record(pass, record->line, &refusal, fault);
	if (empty && pass->purpose == FEED)
		++*(fil_profile_skipped(profile) ? &counts->skipped : &counts->empty);
	if (empty)
		return 0;
	if (pass->purpose == FEED)
		note_fed(pass);
	if (pass->purpose == LOOK_AT_KEYS)
		return make_key(pass, fault);
	return make_rows(pass, record, faceted, fault);
}

/* Tells the progress; once enough records have shown how long they are, tells the writer how many
 * will come. */
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
		if (step < 0)
			taken = refuse_record(pass, record.line, &refusal, fault);
		else
			taken = take_record(pass, &record, faceted, fault);
		if (taken == 0 && step == 1 && pass->purpose == FEED)
			taken = measure(pass->rows, &record, fault);
	}
	return taken < 0 ? -1 : 0;
}

/* Feeds the pass's input. */
static int
feed(struct pass *pass, struct fil_fault *fault)
{
	struct fil_rows *rows = pass->rows;
	const struct fil_load_hooks *hooks = rows->parts.hooks;
	struct fil_writer *writer = rows->parts.writer;
	const char *name = fil_input_name(pass->input->input);
	const struct fil_row_made *made = fil_load_input_begin(pass->input, pass->row, fault);

	pass->made = made;
	if (!made || fil_writer_file(writer, name, made->given, fault) < 0 ||
	    take_records(pass, made->faceted, fault) < 0)
		return -1;
	rows->done += fil_input_size(pass->input->input);
	if (hooks->progress)
		hooks->progress(hooks->context, rows->done, rows->total);
	return fil_writer_flush(writer, fault);
}

int
fil_rows_feed(struct fil_rows *rows, size_t i, const struct fil_rows_visitor *visitor,
    struct fil_rows_counts *counts, struct fil_fault *fault)
{
	struct pass pass = begin_pass(rows, FEED, visitor);
	size_t *formulas = rows->counts.formulas, before = rows->parts.counts->read;
	struct fil_rows_blanks *blanks = rows->counts.blanks;
	int result;

	memset(formulas, 0, rows->parts.request->width * sizeof *formulas);
	memset(blanks, 0, rows->parts.request->width * sizeof *blanks);
	rows->counts = (struct fil_rows_counts){ .blanks = blanks, .formulas = formulas };
	rows->records = 0;
	pass.input = &rows->parts.inputs[i];
	result = feed(&pass, fault);
	end_pass(&pass);
	*counts = rows->counts;
	counts->read = rows->parts.counts->read - before;
	return result;
}

/* Feeds the row of a pass that has no cells. */
static int
feed_constants(struct pass *pass, struct fil_fault *fault)
{
	struct fil_rows_parts *parts = &pass->rows->parts;
	const struct fil_record record = { .line = 0 };
	bool *gives = fil_alloc(parts->request->width, sizeof *gives);
	const struct fil_row_made *made = fil_row_bind(pass->row, gives, fault);

	free(gives);
	pass->visited.file = "command line";
	if (!made || fil_writer_file(parts->writer, pass->visited.file, made->given, fault) < 0)
		return -1;
	parts->counts->read++;
	if (make_rows(pass, &record, made->faceted, fault) < 0)
		return -1;
	return fil_writer_flush(parts->writer, fault);
}

int
fil_rows_feed_constants(
    struct fil_rows *rows, const struct fil_rows_visitor *visitor, struct fil_fault *fault)
{
	struct fil_load_input none = { .order = FIL_ORDER_YMD };
	struct pass pass = begin_pass(rows, FEED, visitor);
	int result;

	pass.input = &none;
	result = feed_constants(&pass, fault);
	end_pass(&pass);
	return result;
}

/* Looks at one input through a copy. The order of dates that it has proved holds from then on. */
static int
look_at_input(struct pass *pass, struct fil_load_input *input, struct fil_fault *fault)
{
	struct fil_load_input copy;
	const struct fil_row_made *made;
	int result = -1;

	pass->input = &copy;
	if (fil_load_input_copy(&copy, input, fault) == 0) {
		made = fil_load_input_begin(&copy, pass->row, fault);
		result = made ? take_records(pass, made->faceted, fault) : -1;
		input->order = copy.order;
	}
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
		result = look_at_input(&pass, &rows->parts.inputs[i], fault);
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
