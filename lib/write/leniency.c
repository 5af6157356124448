/* SPDX-License-Identifier: ISC */
#include "lib/write/leniency.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"

struct fil_leniency {
	bool paused; /* nothing is counted */
	size_t n;
	bool any;
	bool *allowed;
	size_t *counted;
	struct fil_batch *mended;
	const char **cells; /* of one row */
};

struct fil_leniency *
fil_leniency_new(size_t n_columns)
{
	struct fil_leniency *leniency = fil_alloc(1, sizeof *leniency);

	leniency->n = n_columns;
	leniency->mended = fil_batch_new(n_columns);
	leniency->cells = fil_alloc(n_columns, sizeof *leniency->cells);
	leniency->allowed = fil_alloc(n_columns, sizeof *leniency->allowed);
	leniency->counted = fil_alloc(n_columns, sizeof *leniency->counted);
	return leniency;
}

void
fil_leniency_allow(struct fil_leniency *leniency, size_t column)
{
	leniency->any = leniency->allowed[column] = true;
}

bool
fil_leniency_allows(const struct fil_leniency *leniency, size_t column)
{
	return leniency->allowed[column];
}

void
fil_leniency_count(struct fil_leniency *leniency, size_t column)
{
	if (!leniency->paused)
		leniency->counted[column]++;
}

void
fil_leniency_reset(struct fil_leniency *leniency)
{
	memset(leniency->counted, 0, leniency->n * sizeof *leniency->counted);
}

void
fil_leniency_pause(struct fil_leniency *leniency, bool paused)
{
	leniency->paused = paused;
}

size_t
fil_leniency_counted(const struct fil_leniency *leniency, size_t column)
{
	return leniency->counted[column];
}

/* Puts row i into cells without the references to nobody that may be left out; returns whether
 * there were any. */
static bool
mend_row(struct fil_leniency *leniency, const struct fil_references *references,
    const struct fil_batch *rows, size_t i)
{
	bool whole = fil_references_missing(references, i) == FIL_NOWHERE, mended = false;

	for (size_t c = 0; c < leniency->n; c++) {
		const char *cell = fil_batch_cell(rows, i, c, NULL);

		leniency->cells[c] = cell;
		if (whole || !cell || !leniency->allowed[c] ||
		    fil_references_knows(references, c, cell))
			continue;
		leniency->cells[c] = NULL;
		leniency->counted[c]++;
		mended = true;
	}
	return mended;
}

const struct fil_batch *
fil_leniency_mend(struct fil_leniency *leniency, struct fil_references *references,
    const struct fil_batch *rows)
{
	bool mended = false;

	if (!leniency->any || !fil_references_any_missing(references))
		return rows;
	fil_batch_clear(leniency->mended);
	for (size_t i = 0; i < fil_batch_rows(rows); i++) {
		mended |= mend_row(leniency, references, rows, i);
		fil_batch_add(leniency->mended, leniency->cells);
	}
	if (!mended)
		return rows;
	fil_references_review(references, leniency->mended);
	return leniency->mended;
}

void
fil_leniency_free(struct fil_leniency *leniency)
{
	if (!leniency)
		return;
	fil_batch_free(leniency->mended);
	free(leniency->cells);
	free(leniency->allowed);
	free(leniency->counted);
	free(leniency);
}
