/* SPDX-License-Identifier: ISC */
/* An operation on a batch of rows: one prepared statement and one round trip, whatever its size,
 * the columns sent as arrays in PostgreSQL's binary form. */
#ifndef FIL_POSTGRESQL_OPERATION_H
#define FIL_POSTGRESQL_OPERATION_H

#include "lib/store/postgresql/postgresql.h"
#include "lib/store/relation.h"

enum fil_postgresql_kind {
	FIL_INSERT,
	FIL_INSERT_REPEATED, /* a key may stand twice in the batch */
	FIL_FETCH,
	FIL_UPDATE,
	FIL_DELETE,
	FIL_OPERATIONS,
};

/* The caller fills in the first four members. */
struct fil_postgresql_work {
	struct fil_postgresql *store;
	const struct fil_relation *relation;
	enum fil_postgresql_kind operation;
	const struct fil_batch *rows;

	struct fil_postgresql_plan *plan;
	size_t n_arrays;
	struct fil_postgresql_values parameters;
	char run[24], size[24];
};

/* Sends the operation on a batch that is not empty, ahead: fil_postgresql_settle puts the answer
 * into *answer. Returns 0, or -1 with a fault. */
int fil_postgresql_send_work(
    struct fil_postgresql_work *work, int64_t run, PGresult **answer, struct fil_fault *fault);

/* Returns the answer that the server gave to the work, as the header of the statements tells, which
 * the caller clears; or clears it and returns NULL with a fault that names the row where the server
 * tells which. */
PGresult *fil_postgresql_judge_work(
    const struct fil_postgresql_work *work, PGresult *answer, struct fil_fault *fault);

/* Does both, and waits for the answer in between. */
PGresult *
fil_postgresql_operate(struct fil_postgresql_work *work, int64_t run, struct fil_fault *fault);

/* Statements on a batch of rows, in PostgreSQL's own SQL: the rows come as one array for each
 * column, $1 … in the order of the columns (of the keys where only these are needed), so that one
 * prepared statement serves batches of any size, and needs neither a table to stage them in nor
 * anything to be escaped. The caller frees what is returned. */

/* Inserts the rows whose key is not there: columns, then run, then the number of rows in the batch.
 * run_is_key: the primary key counts `run` too. Answers the number that went in, in each row of the
 * answer; behind it, where that is neither none nor all, the keys that did. */
char *fil_postgresql_insert(const struct fil_relation *relation, bool run_is_key);

/* The same for a batch in which keys stand twice: each goes in once. */
char *fil_postgresql_insert_repeated(const struct fil_relation *relation);

/* Answers the rows under the keys: the place of the key in the batch from 1, the columns, run. */
char *fil_postgresql_fetch(const struct fil_relation *relation);

/* Sets all columns that are no key: columns, then run. */
char *fil_postgresql_update(const struct fil_relation *relation);

/* Deletes the rows under the keys. */
char *fil_postgresql_delete(const struct fil_relation *relation);

#endif
