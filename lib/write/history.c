/* SPDX-License-Identifier: ISC */
#include "lib/write/history.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"

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
	const char *action; /* of the rows that are being kept */
	struct fil_batch *batch;
	struct fil_bytes image;
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

/* Adds a string of JSON (RFC 8259): stretches that need no escape are copied as they are. */
static void
add_string(struct fil_bytes *image, const char *text, size_t n)
{
	size_t plain;

	fil_bytes_add(image, "\"", 1);
	while (n > 0) {
		for (plain = 0; plain < n && (unsigned char)text[plain] >= ' '; plain++)
			if (text[plain] == '"' || text[plain] == '\\')
				break;
		fil_bytes_add(image, text, plain);
		if (plain == n)
			break;
		if ((unsigned char)text[plain] < ' ')
			fil_bytes_add_format(image, "\\u%04x", (unsigned)text[plain]);
		else
			fil_bytes_add(image, (const char[]){ '\\', text[plain] }, 2);
		text += plain + 1;
		n -= plain + 1;
	}
	fil_bytes_add(image, "\"", 1);
}

/* Makes the row's JSON object in history->image; by hand, because jansson's objects take longer
 * than the store does. A cell that is no UTF-8, which only another program can have stored, is a
 * fault. Returns 0 or -1. */
static int
make_image(struct fil_history *history, const struct fil_relation *relation,
    const struct fil_batch *rows, size_t row, struct fil_fault *fault)
{
	struct fil_bytes *image = &history->image;
	const char *cell, *before = "{";
	size_t length;

	fil_bytes_clear(image);
	for (size_t c = 0; c < relation->n_columns; c++) {
		cell = fil_batch_cell(rows, row, c, &length);
		if (!cell)
			continue;
		if (fil_utf8_check(cell, length) < length)
			return fil_fault_set(fault, FIL_UNAVAILABLE,
			    "%s: %s: a stored value is not UTF-8: restore the store from a backup",
			    relation->name, relation->columns[c]);
		fil_bytes_add(image, before, 1);
		add_string(image, relation->columns[c], strlen(relation->columns[c]));
		fil_bytes_add(image, ":", 1);
		add_string(image, cell, length);
		before = ",";
	}
	fil_bytes_add(image, "}", 1);
	return 0;
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
	char number[24];

	if (make_image(history, relation, rows, row, fault))
		return -1;
	snprintf(number, sizeof number, "%lld", (long long)++history->kept);
	cells[NUMBER] = number;
	cells[RELATION] = relation->name;
	if (subject != FIL_NOWHERE)
		cells[SUBJECT] = fil_batch_cell(rows, row, subject, NULL);
	cells[ACTION] = history->action;
	cells[WAS_RUN] = fil_batch_cell(rows, row, relation->n_columns, NULL);
	cells[WAS] = history->image.data;
	fil_batch_add(history->batch, cells);
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
	fil_bytes_release(&history->image);
	free(history);
}
