/* SPDX-License-Identifier: ISC */
/* Rows: the reports that the weekly page shows. A report is made in this process by the options that
 * fil-report reads, and once for each command line. */
#ifndef FIL_ROWS_H
#define FIL_ROWS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/output/output.h"
#include "lib/report/readings.h"
#include "lib/store/batch.h"
#include "lib/store/store.h"
#include "lib/users/selection.h"

/* The rows of a report. */
struct fil_rows {
	char
	    *command; /* the command line that prints them, quoted for a shell, without -d and -f */
	struct fil_output_column *columns; /* of n_columns */
	size_t n_columns;
	struct fil_batch *cells;
	size_t n; /* the number of rows */
	char **remarks; /* of the report, for people; n_remarks of them */
	size_t n_remarks;
	/* The last remark on figures that are merged or left out, or NULL. */
	const char *left_out;
	/* What is said of rows that are merged, and the reason alone; NULL: none is. */
	char *merged, *reason;
};

/* What all reports of a page have in common. */
struct fil_rows_request {
	struct fil_store *store; /* in a snapshot */
	fil_day today;
	const struct fil_selection *selection; /* without roles */
	/* The options of reports that the user gave and their arguments, ended by NULL: "source",
	 * "test". A report has those of them that its subject takes, and that it does not set. */
	const char *const *options;
	/* The words of the selection, ended by NULL, which are only shown: "-w", "job=clerk". */
	const char *const *selecting;
	struct fil_readings_plan plan; /* what the reports read once; {0}: each reads its own */
};

struct fil_reports;

/* Returns a set of reports, none of them made yet; the caller frees it. */
struct fil_reports *fil_reports_new(const struct fil_rows_request *request);

/* Returns the rows of a subject as of a day. words: the options of the report and their arguments,
 * ended by NULL: "--by", "unit", "--score". An option whose argument is NULL is left out, so no
 * argument may be the last word. The rows belong to the reports. A report that cannot be made has no
 * rows and no columns, and the fault is kept for fil_reports_fault. */
const struct fil_rows *
fil_reports_rows(struct fil_reports *reports, fil_day as_of, const char *subject, va_list words);

/* Returns the day that a page compares with: the last day before as_of that progress prints beside it,
 * of n days that are weeks apart (as_of is the last of them). words: the options of progress, ended
 * by NULL. FIL_NEVER: none; a fault is kept for fil_reports_fault. */
fil_day fil_reports_previous(struct fil_reports *reports, fil_day as_of, size_t n, ...)
    __attribute__((sentinel));

/* Returns whether the same people count on two days, the first one before the other: the day of leaving, a
 * condition or a phase may select others. As fil_reports_rows otherwise. */
bool fil_reports_count_same(struct fil_reports *reports, fil_day first, fil_day last);

/* Returns what is said of figures that are left out, else of rows that are merged; NULL without either. It
 * belongs to the rows. */
const char *fil_rows_small(const struct fil_rows *rows);

/* Returns all rows of a small table, by key, with its columns: titles of phases, dimensions, levels. As
 * fil_reports_rows otherwise. */
const struct fil_rows *fil_reports_table(struct fil_reports *reports, const char *name);

/* Returns the runs that began on a day or later, with the columns command and changed of fil-log. As
 * fil_reports_rows otherwise. */
const struct fil_rows *fil_reports_runs(struct fil_reports *reports, fil_day since);

/* Returns the fault of the first report that could not be made, or NULL. */
const struct fil_fault *fil_reports_fault(const struct fil_reports *reports);

/* Frees the reports and their rows; NULL is fine. */
void fil_reports_free(struct fil_reports *reports);

/* Returns the row, from 0, whose cell in the column is the text, or FIL_NOWHERE. */
size_t fil_rows_find(const struct fil_rows *rows, const char *column, const char *text);

/* Returns for each row the row of another report that has the same cell in the column, or
 * FIL_NOWHERE. The caller frees the list. */
size_t *
fil_rows_match(const struct fil_rows *rows, const struct fil_rows *other, const char *column);

/* Returns a cell as text: "" where the row is FIL_NOWHERE or the cell is empty. A column that the
 * report does not have is a bug. */
const char *fil_rows_cell(const struct fil_rows *rows, size_t row, const char *column);

/* Returns a cell as a whole number: -1 where the row is FIL_NOWHERE, or the cell is empty or no
 * whole number. */
long long fil_rows_count(const struct fil_rows *rows, size_t row, const char *column);

/* Returns the difference of two counts of a row, or -1 where one of them is -1. */
long long
fil_rows_less(const struct fil_rows *rows, size_t row, const char *column, const char *less);

/* Returns whether a row of the report is of so few people that it has no count in the column, which all
 * other rows have. A sum of the others is then at least what it says, and has no change. */
bool fil_rows_hide(const struct fil_rows *rows, const char *column);

/* Returns the numbers of the rows in the order of a column for people: by folded text, with
 * "(none)" and "(small groups)" at the end. The caller frees them. */
size_t *fil_rows_order(const struct fil_rows *rows, const char *column);

#endif
