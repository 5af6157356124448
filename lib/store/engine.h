/* SPDX-License-Identifier: ISC */
/* An engine: the functions behind lib/store/store.h for one kind of database. Each function does
 * what its namesake in store.h does. An engine embeds struct fil_store and struct fil_query as the
 * first members of its own structures. */
#ifndef FIL_ENGINE_H
#define FIL_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/store/transaction.h"

struct fil_batch;
struct fil_fault;
struct fil_query;
struct fil_relation;
struct fil_search;
struct fil_store;
struct fil_worker;

struct fil_query_engine {
	struct fil_query *(*new)(struct fil_store *store, const char *sql);
	void (*bind)(struct fil_query *query, int n, const char *text);
	void (*bind_number)(struct fil_query *query, int n, int64_t number);
	int (*step)(struct fil_query *query, struct fil_fault *fault);
	const char *(*text)(struct fil_query *query, int n);
	const char *(*cell)(struct fil_query *query, int n, size_t *length);
	int64_t (*number)(struct fil_query *query, int n);
	int (*columns)(struct fil_query *query);
	/* Sets *table and *column to what column n of the current row shows; NULL: an expression.
	 * Returns whether the column is of integers, which `integer` then reads. */
	bool (*origin)(struct fil_query *query, int n, const char **table, const char **column);
	/* Returns whether the schema says that a column is never NULL. NULL: the engine sees to
	 * that. */
	bool (*required)(struct fil_query *query, const char *table, const char *column);
	/* Sets *number. Returns 1, 0 for NULL, or -1 for what is no integer. */
	int (*integer)(struct fil_query *query, int n, int64_t *number);
	/* Returns the worker for whose task all other uses of the store wait, or NULL. NULL: the
	 * engine has none. */
	struct fil_worker *(*worker)(struct fil_query *query);
	/* Waits for the worker's task, before the columns of any query are read outside it. NULL: the
	 * engine has none. */
	void (*wait)(struct fil_query *query);
	/* Steps a query that was stepped before, in a task of that worker. */
	int (*advance)(struct fil_query *query, struct fil_fault *fault);
	void (*reset)(struct fil_query *query);
	void (*free)(struct fil_query *query);
};

struct fil_batch_engine {
	int (*begin_insertion)(struct fil_store *store, const struct fil_relation *relation,
	    const struct fil_batch *rows, int64_t run, bool *inserted, struct fil_fault *fault);
	/* NULL: begin_insertion does the whole insertion. */
	int (*end_insertion)(struct fil_store *store, struct fil_fault *fault);
	int (*fetch)(struct fil_store *store, const struct fil_relation *relation,
	    const struct fil_batch *keys, struct fil_batch *found, size_t *place,
	    struct fil_fault *fault);
	int (*update)(struct fil_store *store, const struct fil_relation *relation,
	    const struct fil_batch *rows, int64_t run, struct fil_fault *fault);
	int (*remove)(struct fil_store *store, const struct fil_relation *relation,
	    const struct fil_batch *keys, struct fil_fault *fault);
};

struct fil_engine {
	struct fil_store *(*open)(
	    const char *where, enum fil_store_mode mode, struct fil_fault *fault);
	void (*close)(struct fil_store *store);
	void (*trust)(struct fil_store *store);
	int (*begin)(struct fil_store *store, unsigned seconds, struct fil_fault *fault);
	enum fil_commit (*commit)(struct fil_store *store, struct fil_fault *fault);
	void (*rollback)(struct fil_store *store);
	int (*snapshot)(struct fil_store *store, struct fil_fault *fault);
	int (*grant)(struct fil_store *store, struct fil_fault *fault); /* NULL: no roles */
	/* Copies a store of the same engine; NULL: the engine cannot. */
	int (*copy)(struct fil_store *from, struct fil_store *into, struct fil_fault *fault);
	/* NULL: nothing to check. */
	int (*check)(struct fil_store *store, const char *name, struct fil_fault *fault);
	int (*place)(struct fil_store *store, bool replace, struct fil_fault *fault);
	void (*share)(struct fil_store *store); /* NULL: no accounts */
	bool (*is_copy)(struct fil_store *store); /* NULL: never */
	/* NULL: an upgrade makes no copies. */
	void (*earlier)(struct fil_store *store, fil_earlier_take *take, void *context);
	int (*inspect)(
	    struct fil_store *store, fil_defect_take *take, void *context, struct fil_fault *fault);
	int (*purge)(struct fil_store *store, unsigned seconds, const struct fil_search *texts,
	    bool *found, struct fil_fault *fault);
	/* NULL: inspect has reported all. */
	int (*inspected)(
	    struct fil_store *store, fil_defect_take *take, void *context, struct fil_fault *fault);
	bool counts; /* counts beside the rows, which lie far from this process */
	const struct fil_query_engine *queries;
	const struct fil_batch_engine *batches;
};

/* The common part of every store. The engine sets the texts and frees them. */
struct fil_store {
	const struct fil_engine *engine;
	const char *name, *folder, *caution, *role;
	const struct fil_values *values; /* what columns may hold, or NULL */
	size_t batch_rows; /* rows that are worth a batch; 0: FIL_BATCH_ROWS */
	size_t new_rows; /* the same of rows that are all new; 0: batch_rows */
	bool crossed; /* by another transaction: see fil_store_crossed */
};

/* How a column is read with each row: not before it is asked for, as text, or by `integer`. */
enum fil_query_reading { FIL_READ_LATER, FIL_READ_TEXT, FIL_READ_INTEGER };

/* A column of a query's rows. */
struct fil_query_column {
	const void *declaration; /* NULL: an expression, or a column without declaration */
	bool required; /* is never empty */
	enum fil_query_reading reading;
	int64_t number; /* of the current row, 0 for what is no integer */
	const char *text; /* of the current row */
	size_t length;
};

/* The common part of every query. The engine sets its own functions. */
struct fil_query {
	const struct fil_query_engine *engine;
	struct fil_store *store;
	struct fil_query_column *columns; /* from the first row on; NULL: none is checked or read */
	int n_columns;
	const char *sql;
	bool trusted; /* nothing is checked */
	bool reads; /* all texts of a row at once */
	bool gathers; /* all rows at once */
	bool alone; /* in one process of a server */
	struct fil_query_ahead *ahead; /* rows that are read ahead, or NULL */
};

#endif
