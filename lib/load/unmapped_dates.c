/* SPDX-License-Identifier: ISC */
#include "lib/load/unmapped_dates.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"

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

	if (input->options->order == FIL_ORDER_EXCEL)
		return fil_date_read(cell, FIL_ORDER_EXCEL, &day) != FIL_DATE_BAD;
	return fil_date_read(cell, FIL_ORDER_UNKNOWN, &day) != FIL_DATE_BAD ||
	    fil_date_widen(cell, 0, wide);
}

/* Judges the cells of a record. Returns whether any column may still hold dates. */
static bool
judge(const struct fil_load_input *input, struct candidate *candidates, size_t n,
    const struct fil_record *record)
{
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		struct candidate *candidate = &candidates[i];
		size_t cell = candidate->unused->cell;

		if (candidate->alive && cell < record->n && record->lengths[cell] > 0)
			candidate->alive = candidate->seen = is_date(input, record->cells[cell]);
		any |= candidate->alive;
	}
	return any;
}

/* Judges all rows. */
static void
judge_all(const struct fil_load_input *input, struct candidate *candidates, size_t n)
{
	struct fil_reader *ahead = fil_load_input_ahead(input);
	struct fil_record record;
	struct fil_fault refusal;
	bool any = true;
	int step;

	/* A fault of reading is told when the rows are fed. */
	while (any && (step = fil_reader_next(ahead, &record, &refusal)) != 0) {
		if (step < 0 && refusal.status != FIL_BAD_DATA)
			break;
		if (step == 1)
			any = judge(input, candidates, n, &record);
	}
	fil_reader_free(ahead);
}

int
fil_unmapped_dates_check(
    const struct fil_load_input *input, const char *today, struct fil_fault *fault)
{
	const char *word = fil_doubt_kinds[FIL_DOUBT_TODAY].word;
	size_t n_unused, n = 0;
	const struct fil_unused *unused = fil_profile_unused_cells(input->profile, &n_unused);
	struct candidate *candidates = fil_alloc(n_unused + 1, sizeof *candidates);
	int result = 0;

	for (size_t i = 0; i < n_unused; i++)
		if (!is_own(unused[i].label))
			candidates[n++] = (struct candidate){ &unused[i], true, false };
	if (n > 0)
		judge_all(input, candidates, n);
	for (size_t i = 0; i < n && result == 0; i++)
		if (candidates[i].alive && candidates[i].seen)
			result = fil_fault_data(fault, word,
			    "%s: the column '%s' holds dates, and rows would get today's: "
			    "say --map %s='%s' or %s=today, or --allow %s",
			    fil_input_name(input->input), candidates[i].unused->label, today,
			    candidates[i].unused->label, today, word);
	free(candidates);
	return result;
}
