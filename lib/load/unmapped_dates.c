/* SPDX-License-Identifier: ISC */
#include "lib/load/unmapped_dates.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/catalog/value.h"
#include "lib/catalog/value_doubt.h"

/* An unused column of the input. */
struct candidate {
	const struct fil_unused *unused;
	bool alive, seen; /* no cell is other than a date; a cell is one */
};

/* Returns whether the commands write a column of that name. */
static bool
is_own(const char *label)
{
	/* Columns of reports that hold dates, besides those of the tables. */
	static const char *const reported[] = { "actual", "as_of", "high", "low", "since", "week" };
	char *folded = fil_text_fold(label);
	size_t n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);
	bool own = false;

	for (size_t t = 0; t < n && !own; t++)
		own = fil_table_column(tables[t], folded) != FIL_NOWHERE;
	for (size_t i = 0; i < sizeof reported / sizeof *reported && !own; i++)
		own = strcmp(reported[i], folded) == 0;
	free(folded);
	return own;
}

static bool
is_date(const struct fil_load_input *input, const char *cell)
{
	char wide[FIL_DATE_WIDE];
	fil_day day;

	enum fil_date_order order = input->options->order;

	if (order == FIL_ORDER_EXCEL || order == FIL_ORDER_EPOCH)
		return fil_date_read(cell, order, &day) != FIL_DATE_BAD;
	return fil_date_read(cell, FIL_ORDER_UNKNOWN, &day) != FIL_DATE_BAD ||
	    fil_date_widen(cell, 0, wide);
}

/* A look through the rows of an input. */
struct look {
	const struct fil_load_input *input;
	struct candidate *candidates;
	size_t n, date,
	    user; /* candidates; columns: the one that gets today, and FIL_NOWHERE or the
			       * user's */
	const char **cells; /* of one row, by column */
	size_t *lengths;
	struct fil_bytes spelt;
};

/* Returns whether a record is a row: no header again, no total, not left out by the profile. */
static bool
is_row(const struct look *look, const struct fil_record *record)
{
	const struct fil_load_input *input = look->input;
	struct fil_value_doubt doubt;
	struct fil_fault refusal;
	struct fil_profile_made made;

	if (fil_odd_records_find(input->odd, record, input->options->allow) != FIL_ODD_NONE ||
	    fil_profile_cells(input->profile, record, look->cells, look->lengths, &made, &refusal) <
		0 ||
	    made.empty)
		return false;
	return look->user == FIL_NOWHERE || !look->cells[look->user] ||
	    !fil_key_doubt(look->cells[look->user], look->lengths[look->user], &doubt) ||
	    doubt.kind != FIL_DOUBT_NOT_A_ROW;
}

/* Judges the cells of a record, as they are spelt. A word for nothing is an empty cell. Returns
 * whether any column may still hold dates. */
static bool
judge(struct look *look, const struct fil_record *record)
{
	const struct fil_table *table = look->input->request->table;
	bool any = false;

	for (size_t i = 0; i < look->n; i++) {
		struct candidate *candidate = &look->candidates[i];
		size_t c = candidate->unused->cell, n = c < record->n ? record->lengths[c] : 0;
		const char *cell = n > 0 ? record->cells[c] : "";

		fil_column_spell(&table->columns[look->date], &cell, &n, &look->spelt);
		if (candidate->alive && n > 0 && !fil_is_null_word(cell, n))
			candidate->alive = candidate->seen = is_date(look->input, cell);
		any |= candidate->alive;
	}
	return any;
}

/* Judges all rows. */
static void
judge_all(struct look *look)
{
	struct fil_reader *ahead = fil_load_input_ahead(look->input);
	struct fil_record record;
	struct fil_fault refusal;
	bool any = true;
	int step;

	/* A fault of reading is told when the rows are fed. */
	while (any && (step = fil_reader_next(ahead, &record, &refusal)) != 0) {
		if (step < 0 && refusal.status != FIL_BAD_DATA)
			break;
		if (step == 1 && is_row(look, &record))
			any = judge(look, &record);
	}
	fil_reader_free(ahead);
}

/* Looks through the input for what the candidates hold. */
static void
look_through(
    const struct fil_load_input *input, const char *today, struct candidate *candidates, size_t n)
{
	const struct fil_request *request = input->request;
	struct look look = { .input = input,
		.candidates = candidates,
		.n = n,
		.date = fil_table_column(request->table, today),
		.user = fil_table_user(request->table),
		.cells = fil_alloc(request->width, sizeof *look.cells),
		.lengths = fil_alloc(request->width, sizeof *look.lengths) };

	judge_all(&look);
	free(look.cells);
	free(look.lengths);
	fil_bytes_release(&look.spelt);
}

/* Refuses an input whose column under this label holds dates. Returns -1. */
static int
refuse(const struct fil_load_input *input, const char *label, const char *today,
    struct fil_fault *fault)
{
	const char *word = fil_doubt_kinds[FIL_DOUBT_TODAY].word;
	char *quoted = fil_text_in_quotes(label);

	fil_fault_data(fault, word,
	    "%s: the column '%s' holds dates, but every row would get today's: "
	    "--map %s=%s or %s=today, or --allow %s",
	    fil_input_name(input->input), label, today, quoted, today, word);
	free(quoted);
	return -1;
}

int
fil_unmapped_dates_check(
    const struct fil_load_input *input, const char *today, struct fil_fault *fault)
{
	size_t n_unused, n = 0;
	const struct fil_unused *unused = fil_profile_unused_cells(input->profile, &n_unused);
	struct candidate *candidates = fil_alloc(n_unused + 1, sizeof *candidates);
	int result = 0;

	for (size_t i = 0; i < n_unused; i++)
		if (!is_own(unused[i].label))
			candidates[n++] = (struct candidate){ &unused[i], true, false };
	if (n > 0)
		look_through(input, today, candidates, n);
	for (size_t i = 0; i < n && result == 0; i++)
		if (candidates[i].alive && candidates[i].seen)
			result = refuse(input, candidates[i].unused->label, today, fault);
	free(candidates);
	return result;
}
