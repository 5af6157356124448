/* SPDX-License-Identifier: ISC */
#include "lib/history.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/memory.h"

enum { NUMBER, RELATION, SUBJECT, ACTION, WAS_RUN, WAS, N_COLUMNS };
static const char *const columns[] = {
	[NUMBER] = "number",
	[RELATION] = "relation",
	[SUBJECT] = "subject",
	[ACTION] = "action",
	[WAS_RUN] = "was_run",
	[WAS] = "was",
};
static const struct fil_relation table = { "history", columns, N_COLUMNS, 1 };

/* Rows of history that are written at once, and bytes of them. */
enum { MOST_ROWS = 1000, MOST_BYTES = 1 << 20 };

struct fil_history {
	struct fil_store *store;
	int64_t run, kept;
	const char *action;			/* of the rows that are being kept */
	struct fil_batch *batch;
};

struct fil_history *
fil_history_new(struct fil_store *store, int64_t run)
{
	struct fil_history *history = fil_alloc(1, sizeof *history);

	history->store = store;
	history->run = run;
	history->batch = fil_batch_new(N_COLUMNS);
	return history;
}

/* Returns the number of the column `user`, or FIL_NOWHERE where a row is about no person. */
static size_t
subject_of(const struct fil_relation *relation)
{
	for (size_t c = 0; c < relation->n_columns; c++)
		if (strcmp(relation->columns[c], "user") == 0)
			return c;
	return FIL_NOWHERE;
}

/* Returns the row as a JSON object; the caller frees it. NULL with a fault where a cell is no
 * UTF-8, which only another program can have stored. */
static char *
image_of(const struct fil_relation *relation, const struct fil_batch *rows, size_t row,
    struct fil_fault *fault)
{
	json_t *object = json_object(), *value;
	const char *cell;
	size_t length;
	char *image = NULL;

	for (size_t c = 0; c < relation->n_columns; c++) {
		cell = fil_batch_cell(rows, row, c, &length);
		if (!cell)
			continue;
		value = json_stringn(cell, length);
		if (!value || json_object_set_new_nocheck(object, relation->columns[c], value)) {
			fil_fault_set(fault, FIL_UNAVAILABLE,
			    "%s: %s: a stored value is not UTF-8: restore the store from a backup",
			    relation->name, relation->columns[c]);
			goto out;
		}
	}
	image = json_dumps(object, JSON_COMPACT);
	if (!image)
		fil_die(FIL_BUG, "out of memory");
out:
	json_decref(object);
	return image;
}

static int
flush(struct fil_history *history, struct fil_fault *fault)
{
	struct fil_batch *batch = history->batch;
	int failed = fil_store_insert(history->store, &table, batch, history->run, NULL, fault);

	fil_batch_clear(batch);
	return failed;
}

/* Adds a row of the history to the batch. Returns 0 or -1. */
static int
add_row(struct fil_history *history, const struct fil_relation *relation,
    const struct fil_batch *rows, size_t row, struct fil_fault *fault)
{
	size_t subject = subject_of(relation);
	const char *cells[N_COLUMNS] = { 0 };
	char number[24], *image = image_of(relation, rows, row, fault);

	if (!image)
		return -1;
	snprintf(number, sizeof number, "%lld", (long long)++history->kept);
	cells[NUMBER] = number;
	cells[RELATION] = relation->name;
	if (subject != FIL_NOWHERE)
		cells[SUBJECT] = fil_batch_cell(rows, row, subject, NULL);
	cells[ACTION] = history->action;
	cells[WAS_RUN] = fil_batch_cell(rows, row, relation->n_columns, NULL);
	cells[WAS] = image;
	fil_batch_add(history->batch, cells);
	free(image);
	return 0;
}

static bool
is_full(const struct fil_batch *batch)
{
	return fil_batch_rows(batch) >= MOST_ROWS || fil_batch_bytes(batch) > MOST_BYTES;
}

int
fil_history_keep(struct fil_history *history, const struct fil_relation *relation,
    const struct fil_batch *rows, const char *action, struct fil_fault *fault)
{
	size_t n = fil_batch_rows(rows);

	history->action = action;
	for (size_t row = 0; row < n; row++) {
		if (add_row(history, relation, rows, row, fault))
			return -1;
		if (is_full(history->batch) && flush(history, fault))
			return -1;
	}
	/* Nothing waits: what the caller does next may depend on it being kept. */
	return flush(history, fault);
}

void
fil_history_free(struct fil_history *history)
{
	if (!history)
		return;
	fil_batch_free(history->batch);
	free(history);
}
