/* SPDX-License-Identifier: ISC */
/* The values of a statement's rows, checked against what their columns may hold. A bit that changed
 * on the disk may give a level of 9, or no name. */
#ifndef FIL_SQLITE_VALUES_H
#define FIL_SQLITE_VALUES_H

#include "lib/store/sqlite/sqlite_connection.h"

/* A column of a statement. */
struct fil_sqlite_value {
	const void *declaration; /* NULL: an expression, or a column without declaration */
	bool number; /* declared as an integer */
	bool required; /* without declaration, and never NULL by the schema */
	bool joined; /* it is NULL where the table of a LEFT JOIN has no row */
	const char *text; /* of the current row, if there is a declaration and it is no number */
	size_t length;
};

/* The columns of a statement. */
struct fil_sqlite_values {
	struct fil_sqlite_value *columns; /* NULL: nothing is checked */
	int n;
};

/* Finds the declarations for a prepared statement. fil_sqlite_values_release frees them. */
void fil_sqlite_values_find(
    const struct fil_sqlite *store, sqlite3_stmt *statement, struct fil_sqlite_values *values);

/* Checks and keeps the current row. Returns 0, or -1 with a fault (69) that names the value. */
int fil_sqlite_values_check(const struct fil_sqlite *store, sqlite3_stmt *statement,
    struct fil_sqlite_values *values, struct fil_fault *fault);

/* Returns the text of a column of the current row, as fil_sqlite_text does. */
static inline const char *
fil_sqlite_values_text(const struct fil_sqlite_values *values, sqlite3_stmt *statement, int column)
{
	const struct fil_sqlite_value *value = values->columns ? &values->columns[column] : NULL;

	if (value && value->declaration && !value->number)
		return value->text;
	return fil_sqlite_text(statement, column);
}

/* Frees the columns; none are fine. */
void fil_sqlite_values_release(struct fil_sqlite_values *values);

#endif
