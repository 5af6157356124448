/* SPDX-License-Identifier: ISC */
/* An operation on a batch of rows: one prepared statement and one round trip for any size. The
 * columns are sent as arrays in PostgreSQL's binary form. */
#ifndef FIL_POSTGRESQL_OPERATION_H
#define FIL_POSTGRESQL_OPERATION_H

#include "lib/store/postgresql/postgresql_connection.h"
#include "lib/store/relation.h"

enum fil_postgresql_kind {
	FIL_INSERT,
	FIL_INSERT_REPEATED, /* the batch may have duplicate keys */
	FIL_FETCH,
	FIL_UPDATE,
	FIL_DELETE,
	FIL_OPERATIONS,
};

/* An operation. The caller sets the first four members. */
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

/* Sends the operation on a batch that is not empty. fil_postgresql_settle sets *result to the
 * result. Returns 0, or -1 with a fault. */
int fil_postgresql_send_work(
    struct fil_postgresql_work *work, int64_t run, PGresult **result, struct fil_fault *fault);

/* Returns the result of the operation, which the caller clears. An error is cleared, and gives NULL
 * with a fault. The fault names the row if the server does. An insertion gives the number of
 * inserted rows in the first column. Their keys follow, unless none or all were inserted. A fetch
 * gives the key's place in the batch, from 1, then the columns and run. */
PGresult *fil_postgresql_judge_work(
    const struct fil_postgresql_work *work, PGresult *result, struct fil_fault *fault);

/* Inserts the marked rows of an insertion by COPY, if Citus places the rows of the relation on
 * nodes: COPY sends each row to its node alone. Each key is marked once. Returns 1 if all are
 * inserted. Returns 0, with none inserted, if the relation is on one server, or if a row is or may
 * be refused, as one whose key is stored: then send the operation, whose result tells why. Returns
 * -1 with a fault. */
int fil_postgresql_copy_work(
    struct fil_postgresql_work *work, int64_t run, const bool *marks, struct fil_fault *fault);

/* Sends the operation and waits. Returns the result or NULL, as fil_postgresql_judge_work does. */
PGresult *
fil_postgresql_operate(struct fil_postgresql_work *work, int64_t run, struct fil_fault *fault);

/* Frees the statements for batches. */
void fil_postgresql_free_plans(struct fil_postgresql *store);

#endif
