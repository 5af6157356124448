/* SPDX-License-Identifier: ISC */
/* A statement put together from parts, with its values. Values are bound, never part of the text. */
#ifndef FIL_STATEMENT_H
#define FIL_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/memory.h"
#include "lib/base/date.h"
#include "lib/store/query.h"

/* {0} is empty. The parameters are numbered in the order of their first use. */
struct fil_statement {
	struct fil_bytes sql;
	char **values;
	size_t n;
	bool many; /* it may find many rows, which are received in portions */
};

/* Adds text, as printf does: keywords, and names that the catalogue has. */
void fil_statement_add(struct fil_statement *statement, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds a parameter for the value. One that was added before keeps its parameter. */
void fil_statement_add_value(struct fil_statement *statement, const char *value);

/* Adds an embedded text, in which {1} … {9} are the parameters of these values. */
void fil_statement_add_text(
    struct fil_statement *statement, const char *text, const char *const *values);

/* As fil_statement_add_value, for a day. */
void fil_statement_add_day(struct fil_statement *statement, fil_day day);

/* Adds the number of a day, so that two can be subtracted. day: an expression whose value has the eight
 * digits of the day, such as 20240301. */
void fil_statement_add_day_number(struct fil_statement *statement, const char *day);

/* Returns a query with the values bound, which one process of a server runs. Its rows are received at once
 * unless they may be many. The statement must outlive it;
 * the caller frees it. */
struct fil_query *
fil_statement_query(const struct fil_statement *statement, struct fil_store *store);

/* Frees what the statement holds. */
void fil_statement_release(struct fil_statement *statement);

#endif
