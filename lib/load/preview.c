/* SPDX-License-Identifier: ISC */
#include "lib/load/preview.h"

#include <stdlib.h>

#include "lib/base/memory.h"

/* A preview on its way. */
struct view {
	const struct fil_preview *preview;
	fil_preview_each *each;
	void *context;
	size_t intake;
	const char **cells;
	size_t *lengths;
};

static int
make_cells(struct view *view, const struct fil_record *record, bool *empty)
{
	struct fil_fault refusal;

	return fil_profile_cells(view->preview->intakes[view->intake].profile, record, view->cells,
	    view->lengths, empty, &refusal);
}

/* Makes one row. Returns 0 when it is good, 1 when it is not, 2 when nothing proves the order of its
 * dates, or -1 with a fault. */
static int
make_row(struct view *view, const struct fil_record *record, size_t facet, struct fil_fault *fault)
{
	struct fil_intake *intake = &view->preview->intakes[view->intake];
	struct fil_row *row = view->preview->row;
	int faults = fil_row_make(row, view->cells, view->lengths, intake->order, facet);
	bool empty;
	size_t n;

	if (faults < 0) {
		const size_t *dates = fil_row_dates(row, &n);
		int proved = fil_intake_prove_order(intake, dates, n, fault);

		if (proved != 0)
			return proved < 0 ? -1 : 2;
		if (make_cells(view, record, &empty) < 0)
			return 1;
		faults = fil_row_make(row, view->cells, view->lengths, intake->order, facet);
	}
	return faults != 0;
}

static int
see_row(struct view *view, const struct fil_record *record, size_t facet, struct fil_fault *fault)
{
	int made = make_row(view, record, facet, fault);

	if (made != 0)
		return made == 1 ? 0 : made;
	return view->each(view->context, view->intake, record->line, fault);
}

/* Sees the rows of a record. Returns 0, 2 as make_row, or -1. */
static int
see_record(struct view *view, const struct fil_record *record, struct fil_fault *fault)
{
	const struct fil_preview *preview = view->preview;
	bool empty;
	int seen = 0;

	if (make_cells(view, record, &empty) < 0 || empty)
		return 0;
	if (!fil_row_faceted(preview->row))
		return see_row(view, record, FIL_NOWHERE, fault);
	for (size_t f = 0; seen == 0 && f < preview->width - preview->n_columns; f++)
		if (fil_row_has_facet(preview->row, f, view->cells))
			seen = see_row(view, record, f, fault);
	return seen;
}

static int
see_intake(struct view *view, struct fil_fault *fault)
{
	struct fil_intake *intake = &view->preview->intakes[view->intake];
	struct fil_reader *reader;
	struct fil_record record;
	struct fil_fault refusal;
	int step, seen = 0;

	if (fil_intake_bind(intake, view->preview->row, fault) < 0)
		return -1;
	reader = fil_intake_ahead(intake);
	while (seen == 0 && (step = fil_reader_next(reader, &record, &refusal)) != 0) {
		if (step == 1) {
			seen = see_record(view, &record, fault);
		} else if (refusal.status != FIL_BAD_DATA) {
			*fault = refusal;
			seen = -1;
		}
	}
	fil_reader_free(reader);
	return seen < 0 ? -1 : 0;
}

int
fil_preview_rows(const struct fil_preview *preview, fil_preview_each *each, void *context,
    struct fil_fault *fault)
{
	struct view view = { .preview = preview, .each = each, .context = context };
	int result = 0;

	view.cells = fil_alloc(preview->width, sizeof *view.cells);
	view.lengths = fil_alloc(preview->width, sizeof *view.lengths);
	fil_leniency_pause(fil_row_leniency(preview->row), true);
	for (; result == 0 && view.intake < preview->n_intakes; view.intake++)
		result = see_intake(&view, fault);
	fil_leniency_pause(fil_row_leniency(preview->row), false);
	free(view.cells);
	free(view.lengths);
	return result;
}
