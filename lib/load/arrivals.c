/* SPDX-License-Identifier: ISC */
#include "lib/load/arrivals.h"

#include <stdbool.h>
#include <string.h>

/* Each look at the input withdraws at least one step of those who depend on a refused row; no
 * hierarchy has so many. */
enum { LOOKS_MOST = 64 };

struct arrivals {
	const struct fil_preview *preview;
	const struct fil_table *table;
	struct fil_references *references;
	bool withdrew;
};

/* Returns whether a row of the intake can be new: all that a new row needs is given. */
static bool
can_be_new(const struct arrivals *arrivals)
{
	const bool *given = fil_row_given(arrivals->preview->row);

	for (size_t c = 0; c < arrivals->table->n_columns; c++) {
		const struct fil_column *column = &arrivals->table->columns[c];

		if (column->required && !column->fallback && !given[c])
			return false;
	}
	return true;
}

/* A row that can be made comes, for the time being. */
static int
announce(void *context, size_t intake, size_t line, struct fil_fault *fault)
{
	const struct arrivals *arrivals = context;
	const struct fil_row *row = arrivals->preview->row;

	(void)intake;
	(void)line;
	(void)fault;
	if (can_be_new(arrivals))
		fil_references_add(arrivals->references, fil_row_values(row)[0],
		    fil_row_lengths(row)[0]);
	return 0;
}

/* Returns whether a column's cell keeps its row from being written, when it names nothing. */
static bool
binds(const struct arrivals *arrivals, size_t c)
{
	const char *names = arrivals->table->columns[c].references;
	const struct fil_leniency *leniency = fil_row_leniency(arrivals->preview->row);

	return names && strcmp(names, arrivals->table->name) == 0 &&
	    !(leniency && fil_leniency_allows(leniency, c));
}

/* Withdraws a row that names what neither is there nor comes. */
static int
review(void *context, size_t intake, size_t line, struct fil_fault *fault)
{
	struct arrivals *arrivals = context;
	const char *const *values = fil_row_values(arrivals->preview->row);

	(void)intake;
	(void)line;
	for (size_t c = 0; c < arrivals->table->n_columns; c++) {
		int found;

		if (!values[c] || !binds(arrivals, c))
			continue;
		found = fil_references_find(arrivals->references, c, values[c], fault);
		if (found == 0)
			found = fil_references_withdraw(arrivals->references, values[0], fault);
		else if (found > 0)
			continue;
		if (found < 0)
			return -1;
		arrivals->withdrew |= found > 0;
	}
	return 0;
}

int
fil_arrivals_find(const struct fil_preview *preview, const struct fil_table *table,
    struct fil_references *references, struct fil_fault *fault)
{
	struct arrivals arrivals = { preview, table, references, true };

	if (fil_preview_rows(preview, announce, &arrivals, fault) < 0)
		return -1;
	for (size_t looks = 0; arrivals.withdrew; looks++) {
		if (looks == LOOKS_MOST)
			return fil_fault_data(fault, "reference-error",
			    "refused rows are named by too long a line of others: mend them first");
		arrivals.withdrew = false;
		if (fil_preview_rows(preview, review, &arrivals, fault) < 0)
			return -1;
	}
	return 0;
}
