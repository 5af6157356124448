/* SPDX-License-Identifier: ISC */
#include "lib/load/rows.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/load/lookahead.h"

/* After so many rows the number of all rows is estimated. */
enum { ROWS_TO_ESTIMATE = 4096 };

struct fil_rows {
	struct fil_row *row;
	const struct fil_table *table;
	size_t width;
	struct fil_counts *counts;
	struct fil_writer *writer;
	struct fil_load_input *intakes;
	size_t n_intakes;
	const char **cells;
	size_t *lengths;
	size_t done, total; /* bytes of the intakes fed before, and of all */
	size_t rows, empty, skipped; /* of the current intake */
	struct fil_formulas *formulas; /* of it, or NULL */
	bool undecided;
	struct fil_succession *succession; /* of rows with one key; NULL: all count */
	bool known_only;
	struct fil_people *people; /* to whom people of the input are introduced, by this column */
	size_t introduced_by;
	size_t unknown;
	size_t read_before; /* rows of the intakes before the current one */
	void (*progress)(void *context, size_t done, size_t total);
	void *context;
};

struct fil_rows *
fil_rows_new(
    struct fil_row *row, const struct fil_table *table, size_t width, struct fil_counts *counts)
{
	struct fil_rows *feeder = fil_alloc(1, sizeof *feeder);

	feeder->row = row;
	feeder->table = table;
	feeder->width = width;
	feeder->counts = counts;
	feeder->cells = fil_alloc(width, sizeof *feeder->cells);
	feeder->lengths = fil_alloc(width, sizeof *feeder->lengths);
	return feeder;
}

void
fil_rows_bind(
    struct fil_rows *feeder, struct fil_writer *writer, struct fil_load_input *intakes, size_t n)
{
	feeder->writer = writer;
	feeder->intakes = intakes;
	feeder->n_intakes = n;
	for (size_t i = 0; i < n; i++)
		feeder->total += fil_input_size(intakes[i].input);
}

void
fil_rows_progress(struct fil_rows *feeder,
    void (*progress)(void *context, size_t done, size_t total), void *context)
{
	feeder->progress = progress;
	feeder->context = context;
}

/* Notes that nothing proves the order of an intake's dates. It is told once; the rest is read day
 * first, as every date of it can be, so that all else that is wrong is found too. */
static int
give_up_order(
    struct fil_rows *feeder, struct fil_load_input *intake, size_t line, struct fil_fault *fault)
{
	size_t c = fil_row_undecided(feeder->row);
	struct fil_fault refusal;

	fil_fault_data(&refusal, "date-order",
	    "%s: '%s' may be day first or month first, and no date of the file proves which: "
	    "say --dates dmy or --dates mdy",
	    feeder->table->columns[c].name, feeder->cells[c]);
	intake->order = FIL_ORDER_DMY;
	intake->undecided = feeder->undecided = true;
	return fil_writer_refuse(feeder->writer, line, &refusal, fault);
}

/* Settles the order of dates, now that a row needs it, and makes the cells anew. Returns 0, or -1
 * with a fault. */
static int
settle_order(struct fil_rows *feeder, struct fil_load_input *intake,
    const struct fil_record *record, struct fil_fault *fault)
{
	size_t n;
	const size_t *dates = fil_row_dates(feeder->row, &n);
	int proved = fil_load_input_prove_order(intake, dates, n, fault);
	bool empty;

	if (proved < 0)
		return -1;
	if (fil_profile_cells(
		intake->profile, record, feeder->cells, feeder->lengths, &empty, fault) < 0)
		fil_bug("%s:%zu: the cells of a row cannot be made twice",
		    fil_input_name(intake->input), record->line);
	return proved == 1 ? give_up_order(feeder, intake, record->line, fault) : 0;
}

/* Makes one row of the table from the cells and hands it on. */
static int
feed_row(struct fil_rows *feeder, struct fil_load_input *intake, const struct fil_record *record,
    size_t facet, struct fil_fault *fault)
{
	int faults =
	    fil_row_make(feeder->row, feeder->cells, feeder->lengths, intake->order, facet);

	if (faults < 0) {
		if (settle_order(feeder, intake, record, fault) < 0)
			return -1;
		faults =
		    fil_row_make(feeder->row, feeder->cells, feeder->lengths, intake->order, facet);
	}
	if (feeder->known_only && fil_row_of_nobody(feeder->row)) {
		feeder->unknown++;
		return 0;
	}
	for (int i = 0; i < faults; i++)
		if (fil_writer_refuse(feeder->writer, record->line,
			fil_row_fault(feeder->row, (size_t)i), fault) < 0)
			return -1;
	if (faults > 0 || (feeder->succession && fil_succession_goes_on(feeder->succession)))
		return 0;
	fil_row_count_omissions(feeder->row);
	return fil_writer_row(feeder->writer, record->line, fil_row_values(feeder->row),
	    fil_row_lengths(feeder->row), fault);
}

/* Hands on the rows that the cells make: one, or one for each facet that has a level. */
static int
feed_cells(struct fil_rows *feeder, struct fil_load_input *intake, const struct fil_record *record,
    struct fil_fault *fault)
{
	if (!fil_row_faceted(feeder->row))
		return feed_row(feeder, intake, record, FIL_NOWHERE, fault);
	for (size_t f = 0; f < feeder->width - feeder->table->n_columns; f++)
		if (fil_row_has_facet(feeder->row, f, feeder->cells) &&
		    feed_row(feeder, intake, record, f, fault) < 0)
			return -1;
	return 0;
}

static int
feed_record(struct fil_rows *feeder, struct fil_load_input *intake, const struct fil_record *record,
    struct fil_fault *fault)
{
	struct fil_fault refusal;
	bool empty;

	if (fil_profile_cells(
		intake->profile, record, feeder->cells, feeder->lengths, &empty, &refusal) < 0) {
		feeder->counts->read++;
		return fil_writer_refuse(feeder->writer, record->line, &refusal, fault);
	}
	if (empty && fil_profile_skipped(intake->profile))
		feeder->skipped++;
	else if (empty)
		feeder->empty++;
	if (empty)
		return 0;
	feeder->counts->read++;
	if (feeder->cells[0])
		fil_writer_seek(feeder->writer, feeder->cells[0], feeder->lengths[0]);
	if (feeder->formulas)
		fil_formulas_see(feeder->formulas, feeder->cells);
	return feed_cells(feeder, intake, record, fault);
}

/* Tells the progress; once enough rows have shown how long they are, tells the writer how many will
 * come. */
static int
measure(struct fil_rows *feeder, const struct fil_record *record, struct fil_fault *fault)
{
	if (feeder->progress)
		feeder->progress(feeder->context, feeder->done + record->offset, feeder->total);
	if (++feeder->rows != ROWS_TO_ESTIMATE)
		return 0;
	return fil_writer_expect(feeder->writer,
	    (size_t)((double)ROWS_TO_ESTIMATE * (double)feeder->total /
		(double)(record->offset + 1)) +
		1,
	    fault);
}

static int
begin_intake(struct fil_rows *feeder, struct fil_load_input *intake, struct fil_fault *fault)
{
	if (fil_load_input_bind(intake, feeder->row, fault) < 0)
		return -1;
	feeder->rows = feeder->empty = feeder->skipped = 0;
	feeder->read_before = feeder->counts->read;
	if (feeder->formulas)
		fil_formulas_clear(feeder->formulas);
	return fil_writer_file(
	    feeder->writer, fil_input_name(intake->input), fil_row_given(feeder->row), fault);
}

int
fil_rows_feed(struct fil_rows *feeder, struct fil_load_input *intake, struct fil_fault *fault)
{
	struct fil_record record;
	struct fil_fault refusal;
	int step;

	if (begin_intake(feeder, intake, fault) < 0)
		return -1;
	while ((step = fil_reader_next(intake->reader, &record, &refusal)) != 0) {
		if (step < 0 && refusal.status != FIL_BAD_DATA) {
			*fault = refusal;
			return -1;
		}
		if (step < 0) {
			feeder->counts->read++;
			if (fil_writer_refuse(feeder->writer, record.line, &refusal, fault) < 0)
				return -1;
			continue;
		}
		if (feed_record(feeder, intake, &record, fault) < 0 ||
		    measure(feeder, &record, fault) < 0)
			return -1;
	}
	feeder->done += fil_input_size(intake->input);
	if (feeder->progress)
		feeder->progress(feeder->context, feeder->done, feeder->total);
	return fil_writer_flush(feeder->writer, fault);
}

int
fil_rows_feed_constants(struct fil_rows *feeder, struct fil_fault *fault)
{
	struct fil_load_input none = { .order = FIL_ORDER_YMD };
	struct fil_record record = { .line = 0 };
	bool *gives = fil_alloc(feeder->width, sizeof *gives);
	int bound = fil_row_bind(feeder->row, gives, fault);

	free(gives);
	if (bound < 0)
		return -1;
	for (size_t c = 0; c < feeder->width; c++)
		feeder->cells[c] = NULL;
	if (fil_writer_file(feeder->writer, "command line", fil_row_given(feeder->row), fault) < 0)
		return -1;
	feeder->counts->read++;
	if (feed_cells(feeder, &none, &record, fault) < 0)
		return -1;
	return fil_writer_flush(feeder->writer, fault);
}

struct fil_preview
fil_rows_preview(const struct fil_rows *feeder)
{
	return (struct fil_preview){ feeder->row, feeder->table->n_columns, feeder->width,
		feeder->intakes, feeder->n_intakes };
}

int
fil_rows_find_last(struct fil_rows *feeder, struct fil_fault *fault)
{
	struct fil_preview preview = fil_rows_preview(feeder);

	feeder->succession = fil_succession_new(&preview, fault);
	return feeder->succession ? 0 : -1;
}

void
fil_rows_known_only(struct fil_rows *feeder)
{
	feeder->known_only = true;
}

size_t
fil_rows_unknown(const struct fil_rows *feeder)
{
	return feeder->unknown;
}

size_t
fil_rows_superseded(const struct fil_rows *feeder)
{
	return feeder->succession ? fil_succession_superseded(feeder->succession) : 0;
}

/* Has `see` called for each record of an intake that gives a good key; it stands in the row, and
 * the cells beside it. Bad ones have their faults when their rows come. */
static int
see_keys(struct fil_rows *feeder, const struct fil_load_input *intake,
    void (*see)(const struct fil_rows *feeder), struct fil_fault *fault)
{
	struct fil_reader *reader = fil_load_input_ahead(intake);
	struct fil_record record;
	struct fil_fault refusal;
	bool empty;
	int step;

	while ((step = fil_reader_next(reader, &record, &refusal)) != 0) {
		if (step < 0 && refusal.status != FIL_BAD_DATA) {
			*fault = refusal;
			break;
		}
		if (step == 1 &&
		    fil_profile_cells(intake->profile, &record, feeder->cells, feeder->lengths,
			&empty, &refusal) == 0 &&
		    fil_row_key(feeder->row, feeder->cells, feeder->lengths))
			see(feeder);
	}
	fil_reader_free(reader);
	return step;
}

static void
tell_key(const struct fil_rows *feeder)
{
	fil_writer_coming(
	    feeder->writer, fil_row_values(feeder->row)[0], fil_row_lengths(feeder->row)[0]);
}

int
fil_rows_look_ahead(void *context, struct fil_fault *fault)
{
	struct fil_rows *feeder = context;

	for (size_t i = 0; i < feeder->n_intakes; i++)
		if (see_keys(feeder, &feeder->intakes[i], tell_key, fault) < 0)
			return -1;
	return 0;
}

static void
introduce(const struct fil_rows *feeder)
{
	const char *text = feeder->cells[feeder->introduced_by];

	if (text)
		fil_people_add(feeder->people, fil_row_values(feeder->row)[0], text);
}

int
fil_rows_introduce(struct fil_rows *feeder, struct fil_people *people, struct fil_fault *fault)
{
	feeder->people = people;
	feeder->introduced_by = fil_matching_finder(fil_row_conversion(feeder->row));
	if (feeder->introduced_by == FIL_NOWHERE)
		return 0;
	for (size_t i = 0; i < feeder->n_intakes; i++) {
		struct fil_load_input *intake = &feeder->intakes[i];

		if (fil_load_input_bind(intake, feeder->row, fault) < 0)
			return -1;
		if (fil_row_given(feeder->row)[feeder->introduced_by] &&
		    see_keys(feeder, intake, introduce, fault) < 0)
			return -1;
	}
	return 0;
}

size_t
fil_rows_read(const struct fil_rows *feeder)
{
	return feeder->counts->read - feeder->read_before;
}

size_t
fil_rows_empty(const struct fil_rows *feeder)
{
	return feeder->empty;
}

size_t
fil_rows_skipped(const struct fil_rows *feeder)
{
	return feeder->skipped;
}

void
fil_rows_count_formulas(struct fil_rows *feeder)
{
	feeder->formulas = fil_formulas_new(feeder->width);
}

const struct fil_formulas *
fil_rows_formulas(const struct fil_rows *feeder)
{
	return feeder->formulas;
}

bool
fil_rows_undecided(const struct fil_rows *feeder)
{
	return feeder->undecided;
}

void
fil_rows_free(struct fil_rows *feeder)
{
	if (!feeder)
		return;
	free(feeder->cells);
	free(feeder->lengths);
	fil_succession_free(feeder->succession);
	fil_formulas_free(feeder->formulas);
	free(feeder);
}

struct fil_formulas {
	size_t n;
	size_t *counts;
};

struct fil_formulas *
fil_formulas_new(size_t columns)
{
	struct fil_formulas *formulas = fil_alloc(1, sizeof *formulas);

	formulas->n = columns;
	formulas->counts = fil_alloc(columns, sizeof *formulas->counts);
	return formulas;
}

static bool
begins_formula(char c)
{
	return c == '=' || c == '+' || c == '-' || c == '@';
}

void
fil_formulas_see(struct fil_formulas *formulas, const char *const *cells)
{
	for (size_t c = 0; c < formulas->n; c++)
		formulas->counts[c] += cells[c] && begins_formula(cells[c][0]);
}

size_t
fil_formulas_count(const struct fil_formulas *formulas, size_t column)
{
	return formulas->counts[column];
}

void
fil_formulas_clear(struct fil_formulas *formulas)
{
	memset(formulas->counts, 0, formulas->n * sizeof *formulas->counts);
}

void
fil_formulas_free(struct fil_formulas *formulas)
{
	if (!formulas)
		return;
	free(formulas->counts);
	free(formulas);
}
