/* SPDX-License-Identifier: ISC */
#include "lib/audit/log.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/base/text.h"

enum { RUN, STARTED, UNDONE_BY = 13, SEAL };

const struct fil_output_column fil_log_run_columns[FIL_LOG_RUN_CELLS] = { { "run", FIL_CELL_RUN },
	{ "started", FIL_CELL_TEXT }, { "who", FIL_CELL_TEXT }, { "command", FIL_CELL_TEXT },
	{ "input", FIL_CELL_TEXT }, { "read", FIL_CELL_NUMBER }, { "added", FIL_CELL_NUMBER },
	{ "changed", FIL_CELL_NUMBER }, { "left", FIL_CELL_NUMBER },
	{ "returned", FIL_CELL_NUMBER }, { "removed", FIL_CELL_NUMBER },
	{ "unchanged", FIL_CELL_NUMBER }, { "rejected", FIL_CELL_NUMBER },
	{ "undone_by", FIL_CELL_RUN }, { "seal", FIL_CELL_TEXT } };

/* The same, with an empty column for undone_by. */
static const char select_runs[] =
    "SELECT run, started, who, command, input, read, added, changed, departed, returned, removed,"
    " unchanged, rejected, NULL, seal FROM runs ORDER BY run";

enum { CELL_RUN, TABLE, KEY, ACTION, COLUMN, BEFORE, AFTER };

const struct fil_output_column fil_log_cell_columns[FIL_LOG_CELL_CELLS] = { { "run", FIL_CELL_RUN },
	{ "table", FIL_CELL_TEXT }, { "key", FIL_CELL_TEXT }, { "action", FIL_CELL_TEXT },
	{ "column", FIL_CELL_TEXT }, { "before", FIL_CELL_TEXT }, { "after", FIL_CELL_TEXT } };

/* The lengths of a day, and of a time to the second, at the beginning of `started`. */
enum { DAY = 10, TIME = 19, LONGEST_TIME = 40 };

/* Writes the run at which the query stands, if it meets the filter. */
static void
write_run(const struct fil_history *history, struct fil_query *query,
    const struct fil_filter *filter, struct fil_output *output)
{
	const char *cells[FIL_LOG_RUN_CELLS];
	char undone[FIL_NUMBER_SIZE], started[LONGEST_TIME], day[DAY + 1];
	int64_t by = fil_history_undone_by(history, fil_query_number(query, RUN));

	for (int c = 0; c < FIL_LOG_RUN_CELLS; c++)
		cells[c] = fil_query_text(query, c);
	fil_number_write(by, undone);
	if (by > 0)
		cells[UNDONE_BY] = undone;
	snprintf(started, sizeof started, "%.*sZ", TIME, cells[STARTED]);
	snprintf(day, sizeof day, "%.*s", DAY, cells[STARTED]);
	/* A condition on the time compares days. */
	cells[STARTED] = day;
	if (!fil_filter_holds(filter, cells))
		return;
	cells[STARTED] = started;
	fil_output_row(output, cells);
}

int
fil_log_runs(struct fil_store *store, struct fil_history *history, const struct fil_filter *filter,
    const char *user, struct fil_output *output, struct fil_fault *fault)
{
	size_t n = 0;
	int64_t *runs = NULL;
	struct fil_query *query;
	int step;

	if (user && fil_history_read_user(history, user, &(struct fil_former){ 0 }, fault) < 0)
		return -1;
	if (user)
		runs = fil_history_runs(history, &n);
	query = fil_query_new(store, select_runs);
	while ((step = fil_query_step(query, fault)) == 1) {
		int64_t run = fil_query_number(query, RUN);

		if (!runs || bsearch(&run, runs, n, sizeof run, fil_number_compare))
			write_run(history, query, filter, output);
	}
	fil_query_free(query);
	free(runs);
	return step;
}

/* One edit of the run that is written. */
struct logged {
	const struct fil_edited_row *row;
	const struct fil_edit *edit;
	char *
	    key; /* the cells of its key at the time of the edit, a byte 1 between; NULL: as today */
};

/* What the cells of a run are written with. */
struct logging {
	struct fil_history *history;
	const struct fil_filter *filter;
	struct fil_output *output;
	struct fil_bytes words; /* of a key */
	const char **before, **after; /* cells of one row */
	size_t width; /* room for cells */
};

/* Returns the moment after an edit. A row that was only added is taken at the end of its run. */
static struct fil_moment
moment_after(const struct fil_edit *edit)
{
	if (edit->number == 0)
		return (struct fil_moment){ edit->run + 1, 0 };
	return (struct fil_moment){ edit->run, edit->number + 1 };
}

/* Fills the cells before and after the edit, NULL where there was no row. Returns those with its
 * key: before, else after. */
static const char *const *
read_cells(struct logging *logging, const struct fil_edited_row *row, const struct fil_edit *edit)
{
	size_t n = row->table->n_columns, bytes = n * sizeof *logging->before;

	if (n > logging->width) {
		logging->before = fil_resize(logging->before, n, sizeof *logging->before);
		logging->after = fil_resize(logging->after, n, sizeof *logging->after);
		logging->width = n;
	}
	memset(logging->before, 0, bytes);
	memset(logging->after, 0, bytes);
	if (edit->before.place != FIL_NOWHERE)
		fil_history_cells(logging->history, row, &edit->before,
		    (struct fil_moment){ edit->run, edit->number }, logging->before);
	if (edit->after.place != FIL_NOWHERE)
		fil_history_cells(
		    logging->history, row, &edit->after, moment_after(edit), logging->after);
	return edit->before.place != FIL_NOWHERE ? logging->before : logging->after;
}

/* Returns the key of an edit for the order; the caller frees it. */
static char *
order_key(struct logging *logging, const struct fil_edited_row *row, const struct fil_edit *edit)
{
	const char *const *cells = read_cells(logging, row, edit);
	struct fil_bytes key = { 0 };

	fil_relation_add_key(&row->table->relation, cells, &key);
	return key.data;
}

static int
compare_logged(const void *a, const void *b)
{
	const struct logged *x = a, *y = b;
	int order;

	/* Rows come in the order of their tables, and of today's keys. */
	if (!x->key || x->row->table != y->row->table)
		return x->row != y->row ? (x->row > y->row) - (x->row < y->row)
					: (x->edit > y->edit) - (x->edit < y->edit);
	order = strcmp(x->key, y->key);
	if (order == 0)
		order = (x->edit->number > y->edit->number) - (x->edit->number < y->edit->number);
	return order;
}

/* Returns the edits of a run in the order in which they are written; the caller frees them. */
static struct logged *
order_edits(struct logging *logging, int64_t run, size_t *n)
{
	size_t n_rows, room = 0;
	const struct fil_edited_row *rows = fil_history_rows(logging->history, &n_rows);
	bool renamed = fil_holders_any(fil_history_holders(logging->history));
	struct logged *logged = NULL;

	*n = 0;
	for (size_t i = 0; i < n_rows; i++)
		for (size_t e = 0; e < rows[i].n_edits; e++) {
			const struct fil_edit *edit = &rows[i].edits[e];

			if (edit->run != run)
				continue;
			if (*n == room) {
				room += room / 2 + 64;
				logged = fil_resize(logged, room, sizeof *logged);
			}
			logged[(*n)++] = (struct logged){ &rows[i], edit,
				renamed ? order_key(logging, &rows[i], edit) : NULL };
		}
	if (*n > 0)
		qsort(logged, *n, sizeof *logged, compare_logged);
	return logged;
}

static void
write_line(const struct logging *logging, const char *const *cells)
{
	if (!logging->filter || fil_filter_holds(logging->filter, cells))
		fil_output_row(logging->output, cells);
}

/* Writes a line for each cell that the edit changed. The key is a cell of a renaming alone: else it
 * names the row. */
static void
write_cells(const struct logging *logging, const struct logged *logged, const char **line)
{
	const struct fil_table *table = logged->row->table;
	bool renamed = logged->edit->action == FIL_RENAMING, any = false;

	for (size_t c = renamed ? 0 : table->n_keys; c < table->n_columns; c++) {
		const char *before = logging->before[c], *after = logging->after[c];

		if (fil_text_is_same(before, after) ||
		    fil_history_leaves(logging->history, logged->edit, before, after))
			continue;
		line[COLUMN] = table->columns[c].name;
		line[BEFORE] = before;
		line[AFTER] = after;
		write_line(logging, line);
		any = true;
	}
	if (!any && (logged->edit->action == FIL_ADDED || logged->edit->action == FIL_REMOVED)) {
		line[COLUMN] = line[BEFORE] = line[AFTER] = NULL;
		write_line(logging, line);
	}
}

int
fil_log_cells(struct fil_history *history, int64_t run, const struct fil_filter *filter,
    struct fil_output *output, struct fil_fault *fault)
{
	struct logging logging = { .history = history, .filter = filter, .output = output };
	const char *line[FIL_LOG_CELL_CELLS];
	struct logged *logged;
	char number[FIL_NUMBER_SIZE];
	size_t n;

	if (fil_history_read_runs(history, &run, 1, fault) < 0)
		return -1;
	fil_number_write(run, number);
	line[CELL_RUN] = number;
	logged = order_edits(&logging, run, &n);
	for (size_t i = 0; i < n; i++) {
		const struct fil_table *table = logged[i].row->table;
		const char *const *keys = read_cells(&logging, logged[i].row, logged[i].edit);

		line[TABLE] = table->name;
		fil_bytes_clear(&logging.words);
		fil_relation_words(&table->relation, keys, &logging.words);
		line[KEY] = logging.words.data;
		line[ACTION] = fil_action_name(logged[i].edit->action);
		write_cells(&logging, &logged[i], line);
		free(logged[i].key);
	}
	free(logged);
	free(logging.before);
	free(logging.after);
	fil_bytes_release(&logging.words);
	return 0;
}

/* Fills the fault for an operand that is not the number of a run, or of none that a store can have. */
static void
refuse_number(const char *operand, struct fil_fault *fault)
{
	if (operand[strspn(operand, "0123456789")] == '\0' &&
	    strspn(operand, "0") < strlen(operand))
		fil_fault_set(fault, FIL_BAD_DATA, "there is no run %s", operand);
	else
		fil_fault_set(fault, FIL_USAGE, "'%s' is not the number of a run", operand);
}

int64_t *
fil_log_numbers(char *const *operands, size_t *n, struct fil_fault *fault)
{
	int64_t *runs;
	long long run;
	size_t most = 0;

	while (operands[most])
		most++;
	runs = fil_alloc(most + 1, sizeof *runs);
	for (size_t i = 0; i < most; i++) {
		if (fil_number_read(operands[i], 1, LLONG_MAX, &run) != 0) {
			refuse_number(operands[i], fault);
			free(runs);
			return NULL;
		}
		runs[i] = run;
	}
	qsort(runs, most, sizeof *runs, fil_number_compare);
	*n = 0;
	for (size_t i = 0; i < most; i++)
		if (*n == 0 || runs[i] != runs[*n - 1])
			runs[(*n)++] = runs[i];
	return runs;
}

/* A number that is too large for the engine is never bound: it is after the last run. */
int
fil_log_find(struct fil_store *store, const int64_t *runs, size_t n, struct fil_fault *fault)
{
	struct fil_query *query =
	    fil_query_new(store, "SELECT run FROM runs ORDER BY run DESC LIMIT 1");
	int64_t last = 0;
	int step = fil_query_step(query, fault);

	if (step == 1)
		last = fil_query_number(query, 0);
	fil_query_free(query);
	query = fil_query_new(store, "SELECT 1 FROM runs WHERE run = $1");
	for (size_t i = 0; i < n && step >= 0; i++) {
		step = 0;
		if (runs[i] <= last) {
			fil_query_bind_number(query, 1, runs[i]);
			step = fil_query_step(query, fault);
			fil_query_reset(query);
		}
		if (step == 0)
			step = fil_fault_set(fault, FIL_BAD_DATA,
			    "there is no run %lld: the last is %lld", (long long)runs[i],
			    (long long)last);
	}
	fil_query_free(query);
	return step < 0 ? -1 : 0;
}
