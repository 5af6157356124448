/* SPDX-License-Identifier: ISC */
/* A query: one statement of SQL on a store, bound, stepped and bound anew. It is written in the
 * subset that all engines run, with $1 … $n in the order of first use. One that does not prepare is
 * a bug and ends the program, showing its text. */
#ifndef FIL_QUERY_H
#define FIL_QUERY_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/fault.h"

struct fil_store;
struct fil_query;

/* Returns a statement; the caller frees it. sql must live as long (a literal or embedded text). */
struct fil_query *fil_query_new(struct fil_store *store, const char *sql);

/* Binds parameter $n (from 1). Text is copied; NULL binds NULL. */
void fil_query_bind(struct fil_query *query, int n, const char *text);

/* Binds parameter $n to a number. */
void fil_query_bind_number(struct fil_query *query, int n, int64_t number);

/* Steps: 1 a row, 0 no more (and reset, ready to be bound anew), -1 with a fault. */
int fil_query_step(struct fil_query *query, struct fil_fault *fault);

/* Returns column n (from 0) of the row as text, or NULL; valid until the next step. */
const char *fil_query_text(struct fil_query *query, int n);

/* Returns the length in bytes of the text of column n; call it after fil_query_text. */
size_t fil_query_length(struct fil_query *query, int n);

/* Returns column n as a number; 0 where it is NULL. */
int64_t fil_query_number(struct fil_query *query, int n);

/* Ends a walk that was not stepped to its end. */
void fil_query_reset(struct fil_query *query);

/* NULL is fine. */
void fil_query_free(struct fil_query *query);

#endif
