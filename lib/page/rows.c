/* SPDX-License-Identifier: ISC */
#include "lib/page/rows.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/base/text.h"
#include "lib/catalog/catalog.h"
#include "lib/report/autonomy_counts.h"
#include "lib/report/report.h"
#include "lib/store/query.h"
#include "lib/users/groups.h"
#include "lib/users/population.h"

struct fil_reports {
	struct fil_rows_request request;
	struct fil_readings *readings;
	struct fil_rows **made;
	size_t n;
	bool failed;
	struct fil_fault fault; /* of the first report that failed */
};

/* A report while it is made. */
struct making {
	struct fil_report_request request;
	struct fil_fault fault;
	struct fil_bytes command;
	const struct fil_report_subject *subject;
	struct fil_rows *rows;
};

struct fil_reports *
fil_reports_new(const struct fil_rows_request *request)
{
	struct fil_reports *reports = fil_alloc(1, sizeof *reports);

	reports->request = *request;
	reports->readings = fil_readings_new(&request->plan);
	return reports;
}

/* Returns the number of the option of reports with that name. */
static size_t
find_option(const char *name)
{
	for (size_t i = 0; fil_report_options[i].name; i++)
		if (strcmp(fil_report_options[i].name, name) == 0)
			return i;
	fil_bug("reports have no option %s", name);
}

static void
add_word(struct making *making, const char *word)
{
	fil_bytes_add_text(&making->command, " ");
	fil_text_quote(word, &making->command);
}

/* Sets option i of the report, and adds it to the command line. argument: NULL for a flag. Returns
 * 0, or -1 with a fault. */
static int
take_option(struct making *making, size_t i, const char *argument)
{
	char *word = fil_format("--%s", fil_report_options[i].name);

	add_word(making, word);
	free(word);
	if (argument)
		add_word(making, argument);
	return fil_report_request_take(&making->request, i, argument, &making->fault);
}

/* Takes the options of the section. */
static int
take_own(struct making *making, va_list words)
{
	for (const char *word; (word = va_arg(words, const char *));) {
		size_t i = find_option(word + strspn(word, "-"));
		const char *argument = NULL;

		if (fil_report_options[i].argument && !(argument = va_arg(words, const char *)))
			continue;
		if (take_option(making, i, argument) < 0)
			return -1;
	}
	return 0;
}

/* Takes what all reports have in common: a subject has the options that it takes. */
static int
take_common(struct making *making, const struct fil_reports *reports)
{
	const char *const *options = reports->request.options;
	const char *const *selecting = reports->request.selecting;
	const char *roles;

	for (; options && *options; options += 2) {
		size_t i = find_option(*options);

		if (!fil_report_takes(making->subject, &fil_report_options[i]) ||
		    making->request.given >> i & 1)
			continue;
		if (take_option(making, i, options[1]) < 0)
			return -1;
	}
	for (; selecting && *selecting; selecting++)
		add_word(making, *selecting);
	roles = making->request.selection.roles;
	making->request.selection = *reports->request.selection;
	making->request.selection.roles = roles;
	return 0;
}

/* Reads the options and writes the command line. Returns 0, or -1 with a fault. */
static int
prepare(struct making *making, const struct fil_reports *reports, fil_day as_of,
    const char *subject, va_list words)
{
	char day[FIL_DATE_SIZE];

	making->request = fil_report_request(reports->request.today);
	making->request.readings = reports->readings;
	fil_bytes_add_format(&making->command, "fil-report %s", subject);
	if (take_own(making, words) < 0 ||
	    !(making->subject = fil_report_choose(subject, &making->request, &making->fault)) ||
	    take_common(making, reports) < 0)
		return -1;
	fil_date_write(as_of, day);
	return take_option(making, find_option("as-of"), day);
}

static void
take_columns(void *context, const struct fil_output_column *columns, size_t n)
{
	struct fil_rows *rows = ((struct making *)context)->rows;

	rows->cells = fil_batch_new(n);
	rows->columns = fil_alloc(n, sizeof *rows->columns);
	rows->n_columns = n;
	for (size_t i = 0; i < n; i++)
		rows->columns[i] =
		    (struct fil_output_column){ fil_copy(columns[i].name), columns[i].kind };
}

static void
take_row(void *context, const char *const *cells)
{
	struct fil_rows *rows = ((struct making *)context)->rows;

	fil_batch_add(rows->cells, cells);
	rows->n++;
}

static void
take_remark(void *context, const char *text)
{
	struct fil_rows *rows = ((struct making *)context)->rows;

	rows->remarks = fil_resize(rows->remarks, rows->n_remarks + 1, sizeof *rows->remarks);
	rows->remarks[rows->n_remarks++] = fil_copy(text);
}

static void
take_left_out(void *context, const char *text)
{
	struct fil_rows *rows = ((struct making *)context)->rows;

	take_remark(context, text);
	rows->left_out = rows->remarks[rows->n_remarks - 1];
}

static void
take_merged(void *context, const char *text, const char *reason)
{
	struct fil_rows *rows = ((struct making *)context)->rows;

	rows->merged = fil_copy(text);
	rows->reason = fil_copy(reason);
}

static void
free_rows(struct fil_rows *rows)
{
	for (size_t i = 0; i < rows->n_columns; i++)
		free((void *)(uintptr_t)rows->columns[i].name);
	for (size_t i = 0; i < rows->n_remarks; i++)
		free(rows->remarks[i]);
	free(rows->remarks);
	free(rows->columns);
	fil_batch_free(rows->cells);
	free(rows->merged);
	free(rows->reason);
	free(rows->command);
	free(rows);
}

/* Returns the rows made by a command line, or NULL. */
static const struct fil_rows *
find_made(const struct fil_reports *reports, const char *command)
{
	for (size_t i = 0; i < reports->n; i++)
		if (strcmp(reports->made[i]->command, command) == 0)
			return reports->made[i];
	return NULL;
}

/* Keeps the fault of a report, unless an earlier one has failed. */
static void
keep_fault(struct fil_reports *reports, const struct fil_fault *fault)
{
	if (reports->failed)
		return;
	reports->failed = true;
	reports->fault = *fault;
}

/* Keeps rows under their command line, which is copied. */
static struct fil_rows *
keep_rows(struct fil_reports *reports, const char *command)
{
	struct fil_rows *rows = fil_alloc(1, sizeof *rows);

	rows->command = fil_copy(command);
	reports->made = fil_resize(reports->made, reports->n + 1, sizeof *reports->made);
	reports->made[reports->n++] = rows;
	return rows;
}

const struct fil_rows *
fil_reports_rows(struct fil_reports *reports, fil_day as_of, const char *subject, va_list words)
{
	struct making making = { .rows = NULL };
	const struct fil_report_sink sink = { .columns = take_columns,
		.row = take_row,
		.say = take_remark,
		.context = &making,
		.left_out = take_left_out,
		.merged = take_merged };
	int result = prepare(&making, reports, as_of, subject, words);
	const struct fil_rows *made = find_made(reports, making.command.data);

	if (!made) {
		made = making.rows = keep_rows(reports, making.command.data);
		if (result == 0)
			result = fil_report_give(making.subject, reports->request.store,
			    &making.request, &sink, &making.fault);
	}
	if (result < 0)
		keep_fault(reports, &making.fault);
	fil_report_request_release(&making.request);
	fil_bytes_release(&making.command);
	return made;
}

/* Returns the last of n days, but the very last, that may stand beside it; FIL_NEVER: none. */
static fil_day
choose_previous(const struct fil_autonomy_counts *counts, const fil_day *days, size_t n)
{
	bool *shown = fil_alloc(n, sizeof *shown);
	fil_day previous = FIL_NEVER;

	fil_autonomy_counts_choose(counts, n, shown);
	for (size_t i = 0; i + 1 < n; i++)
		if (shown[i])
			previous = days[i];
	free(shown);
	return previous;
}

fil_day
fil_reports_previous(struct fil_reports *reports, fil_day as_of, size_t n, ...)
{
	struct making making = { .rows = NULL };
	fil_day *days = fil_alloc(n, sizeof *days), previous = FIL_NEVER;
	struct fil_autonomy_counts *counts = NULL;
	va_list words;

	for (size_t i = 0; i < n; i++)
		days[i] = as_of - 7 * (fil_day)(n - 1 - i);
	va_start(words, n);
	if (prepare(&making, reports, as_of, "progress", words) == 0)
		counts = fil_autonomy_counts_new(
		    reports->request.store, &making.request, days, n, &making.fault);
	va_end(words);
	if (counts)
		previous = choose_previous(counts, days, n);
	else
		keep_fault(reports, &making.fault);
	fil_autonomy_counts_free(counts);
	fil_report_request_release(&making.request);
	fil_bytes_release(&making.command);
	free(days);
	return previous;
}

/* Returns whether the same people are selected on both of two days; a fault is kept. */
static bool
select_same(
    struct fil_reports *reports, const struct fil_selection *selection, const fil_day days[2])
{
	const struct fil_population_request request = {
		.selection = selection, .by = FIL_BY_NONE, .days = days, .n_days = 2
	};
	struct fil_fault fault;
	struct fil_population *population =
	    fil_population_over(reports->request.store, &request, &fault);
	bool same = population && fil_population_differing(population, 0, 1, false) == 0;

	if (!population)
		keep_fault(reports, &fault);
	fil_population_free(population);
	return same;
}

bool
fil_reports_count_same(struct fil_reports *reports, fil_day first, fil_day last)
{
	struct fil_selection selection = *reports->request.selection;

	for (const char *const *option = reports->request.options; option && *option; option += 2)
		if (strcmp(*option, "role") == 0)
			selection.roles = option[1];
	return !fil_selection_narrows(&selection) ||
	    select_same(reports, &selection, (const fil_day[]){ first, last });
}

const char *
fil_rows_small(const struct fil_rows *rows)
{
	return rows->left_out ? rows->left_out : rows->merged;
}

/* Returns the query of all rows of a table, by key; the caller frees it. */
static char *
select_all(const struct fil_table *table)
{
	struct fil_bytes sql = { 0 };

	for (size_t i = 0; i < table->n_columns; i++)
		fil_bytes_add_format(
		    &sql, "%s \"%s\"", i == 0 ? "SELECT" : ",", table->columns[i].name);
	fil_bytes_add_format(&sql, " FROM %s ORDER BY 1", table->name);
	return sql.data;
}

/* Makes the rows of a query with these columns. */
static const struct fil_rows *
read_rows(struct fil_reports *reports, const char *command, struct fil_query *query,
    const struct fil_output_column *columns, size_t n)
{
	const char **cells = fil_alloc(n, sizeof *cells);
	struct making making = { .rows = keep_rows(reports, command) };
	int got;

	take_columns(&making, columns, n);
	while ((got = fil_query_step(query, &making.fault)) == 1) {
		for (size_t i = 0; i < n; i++)
			cells[i] = fil_query_text(query, (int)i);
		take_row(&making, cells);
	}
	if (got < 0)
		keep_fault(reports, &making.fault);
	fil_query_free(query);
	free(cells);
	return making.rows;
}

const struct fil_rows *
fil_reports_table(struct fil_reports *reports, const char *name)
{
	const struct fil_table *table = fil_catalog_table(name);
	char *command = fil_format("fil-list %s", name), *sql = select_all(table);
	const struct fil_rows *made = find_made(reports, command);
	struct fil_output_column *columns = fil_alloc(table->n_columns, sizeof *columns);

	fil_table_output(table, columns);
	if (!made)
		made = read_rows(reports, command, fil_query_new(reports->request.store, sql),
		    columns, table->n_columns);
	free(columns);
	free(sql);
	free(command);
	return made;
}

const struct fil_rows *
fil_reports_runs(struct fil_reports *reports, fil_day since)
{
	static const struct fil_output_column columns[] = { { "command", FIL_CELL_TEXT },
		{ "changed", FIL_CELL_NUMBER } };
	char day[FIL_DATE_SIZE], *command;
	const struct fil_rows *made;
	struct fil_query *query;

	fil_date_write(since, day);
	command = fil_format("fil-log -w 'started>=%s'", day);
	made = find_made(reports, command);
	if (!made) {
		query = fil_query_new(reports->request.store,
		    "SELECT command, changed FROM runs WHERE started >= $1 ORDER BY run");
		fil_query_bind(query, 1, day);
		made = read_rows(reports, command, query, columns, 2);
	}
	free(command);
	return made;
}

const struct fil_fault *
fil_reports_fault(const struct fil_reports *reports)
{
	return reports->failed ? &reports->fault : NULL;
}

void
fil_reports_free(struct fil_reports *reports)
{
	if (!reports)
		return;
	for (size_t i = 0; i < reports->n; i++)
		free_rows(reports->made[i]);
	fil_readings_free(reports->readings);
	free(reports->made);
	free(reports);
}

/* Returns the number of a column. */
static size_t
column_of(const struct fil_rows *rows, const char *name)
{
	size_t column = fil_output_find(rows->columns, rows->n_columns, name);

	if (column != FIL_NOWHERE)
		return column;
	fil_bug("%s has no column %s", rows->command, name);
}

const char *
fil_rows_cell(const struct fil_rows *rows, size_t row, const char *column)
{
	const char *cell;

	if (row >= rows->n)
		return "";
	cell = fil_batch_cell(rows->cells, row, column_of(rows, column), NULL);
	return cell ? cell : "";
}

size_t
fil_rows_find(const struct fil_rows *rows, const char *column, const char *text)
{
	for (size_t row = 0; row < rows->n; row++)
		if (strcmp(fil_rows_cell(rows, row, column), text) == 0)
			return row;
	return FIL_NOWHERE;
}

/* The cells of one column, to be compared by the numbers of their rows. */
struct cells {
	const struct fil_rows *rows;
	const char *column;
};

static int
compare_cells(const void *a, const void *b, void *context)
{
	const struct cells *cells = context;

	return strcmp(fil_rows_cell(cells->rows, *(const size_t *)a, cells->column),
	    fil_rows_cell(cells->rows, *(const size_t *)b, cells->column));
}

/* Returns the row whose cell is the text, by the numbers of the rows in the order of the cells, or
 * FIL_NOWHERE. */
static size_t
search_cell(const struct cells *cells, const size_t *order, const char *text)
{
	size_t low = 0, high = cells->rows->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int found = strcmp(fil_rows_cell(cells->rows, order[middle], cells->column), text);

		if (found == 0)
			return order[middle];
		if (found < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return FIL_NOWHERE;
}

size_t *
fil_rows_match(const struct fil_rows *rows, const struct fil_rows *other, const char *column)
{
	size_t *found = fil_alloc(rows->n, sizeof *found),
	       *order = fil_alloc(other->n, sizeof *order);
	struct cells cells = { other, column };

	for (size_t i = 0; i < other->n; i++)
		order[i] = i;
	if (other->n > 0)
		qsort_r(order, other->n, sizeof *order, compare_cells, &cells);
	for (size_t row = 0; row < rows->n; row++)
		found[row] = search_cell(&cells, order, fil_rows_cell(rows, row, column));
	free(order);
	return found;
}

long long
fil_rows_count(const struct fil_rows *rows, size_t row, const char *column)
{
	long long count;

	return fil_number_read(fil_rows_cell(rows, row, column), 0, INT64_MAX, &count) == 0 ? count
											    : -1;
}

long long
fil_rows_less(const struct fil_rows *rows, size_t row, const char *column, const char *less)
{
	long long whole = fil_rows_count(rows, row, column), part = fil_rows_count(rows, row, less);

	return whole < 0 || part < 0 ? -1 : whole - part;
}

bool
fil_rows_hide(const struct fil_rows *rows, const char *column)
{
	for (size_t row = 0; row < rows->n; row++)
		if (fil_rows_count(rows, row, column) < 0)
			return true;
	return false;
}

/* A row in an order. */
struct place {
	size_t row;
	unsigned rank; /* "(none)" and "(small groups)" are last */
	char *folded;
};

static int
compare_places(const void *a, const void *b)
{
	const struct place *one = a, *other = b;
	int order = one->rank < other->rank ? -1 : one->rank > other->rank;

	if (order == 0)
		order = strcmp(one->folded, other->folded);
	return order != 0 ? order : one->row < other->row ? -1 : 1;
}

static unsigned
rank_of(const char *group)
{
	if (fil_group_merged(group) == 0)
		return 2;
	return strcmp(group, FIL_GROUP_NONE) == 0;
}

/* Returns a folded cell; merged groups come behind the others of their parent. The caller frees it. */
static char *
fold(const char *cell)
{
	size_t parent = fil_group_merged(cell);
	char *path = fil_copy_bytes(cell, parent == FIL_NOWHERE ? strlen(cell) : parent),
	     *folded = fil_text_fold(path), *last;

	free(path);
	if (parent == FIL_NOWHERE)
		return folded;
	last = fil_format("%s\xff", folded);
	free(folded);
	return last;
}

size_t *
fil_rows_order(const struct fil_rows *rows, const char *column)
{
	struct place *places = fil_alloc(rows->n, sizeof *places);
	size_t *order = fil_alloc(rows->n, sizeof *order);

	for (size_t row = 0; row < rows->n; row++) {
		const char *cell = fil_rows_cell(rows, row, column);

		places[row] = (struct place){ row, rank_of(cell), fold(cell) };
	}
	if (rows->n > 0)
		qsort(places, rows->n, sizeof *places, compare_places);
	for (size_t i = 0; i < rows->n; i++) {
		order[i] = places[i].row;
		free(places[i].folded);
	}
	free(places);
	return order;
}
