/* SPDX-License-Identifier: ISC */
#include "lib/load/lookahead.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/write/row_hashes.h"

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
	struct fil_load_input *intake = &view->preview->intakes[view->intake];
	struct fil_row *row = view->preview->row;
	int faults = fil_row_make(row, view->cells, view->lengths, intake->order, facet);
	bool empty;
	size_t n;

	if (faults < 0) {
		const size_t *dates = fil_row_dates(row, &n);
		int proved = fil_load_input_prove_order(intake, dates, n, fault);

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
	struct fil_load_input *intake = &view->preview->intakes[view->intake];
	struct fil_reader *reader;
	struct fil_record record;
	struct fil_fault refusal;
	int step, seen = 0;

	if (fil_load_input_bind(intake, view->preview->row, fault) < 0)
		return -1;
	reader = fil_load_input_ahead(intake);
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

struct fil_succession {
	const struct fil_row *row;
	size_t n_keys;
	struct fil_row_hashes *last; /* of each key the number of its last row */
	uint64_t number; /* of the row, among those that could be made */
	size_t superseded;
};

static struct fil_row_hashes_hash
hash_key(struct fil_succession *succession)
{
	return fil_row_hashes_row(succession->last, fil_row_values(succession->row),
	    fil_row_lengths(succession->row), succession->n_keys, succession->n_keys);
}

/* Notes the number of a row under its key. */
static int
note_row(void *context, size_t intake, size_t line, struct fil_fault *fault)
{
	struct fil_succession *succession = context;
	bool fresh;

	(void)intake;
	(void)line;
	(void)fault;
	fil_row_hashes_set_content(
	    fil_row_hashes_add(succession->last, hash_key(succession), &fresh),
	    ++succession->number);
	return 0;
}

struct fil_succession *
fil_succession_new(const struct fil_preview *preview, struct fil_fault *fault)
{
	struct fil_succession *succession = fil_alloc(1, sizeof *succession);

	succession->row = preview->row;
	succession->n_keys = fil_row_table(preview->row)->n_keys;
	succession->last = fil_row_hashes_new(0);
	if (fil_preview_rows(preview, note_row, succession, fault) < 0) {
		fil_succession_free(succession);
		return NULL;
	}
	succession->number = 0;
	return succession;
}

bool
fil_succession_goes_on(struct fil_succession *succession)
{
	struct fil_row_hashes_entry *entry;
	bool goes_on;

	succession->number++;
	entry = fil_row_hashes_find(succession->last, hash_key(succession).key);
	goes_on = entry && fil_row_hashes_content(entry) != succession->number;
	succession->superseded += goes_on;
	return goes_on;
}

size_t
fil_succession_superseded(const struct fil_succession *succession)
{
	return succession->superseded;
}

void
fil_succession_free(struct fil_succession *succession)
{
	if (!succession)
		return;
	fil_row_hashes_free(succession->last);
	free(succession);
}

/* A fault that is to name a place. */
struct repeat {
	size_t fault;
	const char *file;
	uint64_t key;
};

/* Where a key first stands. */
struct first {
	size_t intake, line;
};

struct fil_repeats {
	const struct fil_table *table;
	struct fil_row_hashes
	    *keys; /* the content of each is the number of its first place, from 1 */
	struct repeat *repeats;
	struct first *firsts;
	size_t n, capacity, n_firsts;
	size_t *lengths;
	const struct fil_row *row; /* of the preview */
};

struct fil_repeats *
fil_repeats_new(const struct fil_table *table)
{
	struct fil_repeats *repeats = fil_alloc(1, sizeof *repeats);

	repeats->table = table;
	repeats->keys = fil_row_hashes_new(0);
	repeats->lengths = fil_alloc(table->n_keys, sizeof *repeats->lengths);
	return repeats;
}

static struct fil_row_hashes_hash
hash_row_key(struct fil_repeats *repeats, const char *const *values)
{
	for (size_t c = 0; c < repeats->table->n_keys; c++)
		repeats->lengths[c] = strlen(values[c]);
	return fil_row_hashes_row(repeats->keys, values, repeats->lengths, repeats->table->n_keys,
	    repeats->table->n_keys);
}

void
fil_repeats_note(
    struct fil_repeats *repeats, size_t fault, const char *file, const char *const *values)
{
	struct fil_row_hashes_hash hash = hash_row_key(repeats, values);
	bool fresh;

	if (repeats->n == repeats->capacity) {
		repeats->capacity = 2 * repeats->capacity + 8;
		repeats->repeats =
		    fil_resize(repeats->repeats, repeats->capacity, sizeof *repeats->repeats);
	}
	repeats->repeats[repeats->n++] = (struct repeat){ fault, file, hash.key };
	fil_row_hashes_set_content(fil_row_hashes_add(repeats->keys, hash, &fresh), 0);
}

/* Notes the place of a row whose key is wanted and has none yet. */
static int
note_first(void *context, size_t intake, size_t line, struct fil_fault *fault)
{
	struct fil_repeats *repeats = context;
	struct fil_row_hashes_hash hash = hash_row_key(repeats, fil_row_values(repeats->row));
	struct fil_row_hashes_entry *entry = fil_row_hashes_find(repeats->keys, hash.key);

	(void)fault;
	if (!entry || fil_row_hashes_content(entry) != 0)
		return 0;
	repeats->firsts[repeats->n_firsts++] = (struct first){ intake, line };
	fil_row_hashes_set_content(entry, repeats->n_firsts);
	return 0;
}

/* Says in the fault of a repeat where its key first stands. */
static void
tell(const struct fil_repeats *repeats, const struct repeat *repeat,
    const struct fil_preview *preview, struct fil_faults *list)
{
	uint64_t number = fil_row_hashes_content(fil_row_hashes_find(repeats->keys, repeat->key));
	const struct first *first;
	const char *file;
	char *place;

	if (number == 0)
		return;
	first = &repeats->firsts[number - 1];
	file = fil_input_name(preview->intakes[first->intake].input);
	if (strcmp(file, repeat->file) == 0)
		place = fil_format(": first on line %zu", first->line);
	else
		place = fil_format(": first in %s:%zu", file, first->line);
	fil_faults_append(list, repeat->fault, place);
	free(place);
}

int
fil_repeats_find(struct fil_repeats *repeats, const struct fil_preview *preview,
    struct fil_faults *list, struct fil_fault *fault)
{
	if (repeats->n == 0)
		return 0;
	repeats->row = preview->row;
	repeats->firsts = fil_alloc(fil_row_hashes_count(repeats->keys), sizeof *repeats->firsts);
	if (fil_preview_rows(preview, note_first, repeats, fault) < 0)
		return -1;
	for (size_t i = 0; i < repeats->n; i++)
		tell(repeats, &repeats->repeats[i], preview, list);
	return 0;
}

void
fil_repeats_free(struct fil_repeats *repeats)
{
	if (!repeats)
		return;
	fil_row_hashes_free(repeats->keys);
	free(repeats->repeats);
	free(repeats->firsts);
	free(repeats->lengths);
	free(repeats);
}

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
		fil_references_add(
		    arrivals->references, fil_row_values(row)[0], fil_row_lengths(row)[0]);
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
