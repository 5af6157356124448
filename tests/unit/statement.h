/* SPDX-License-Identifier: ISC */
/* A statement that a test runs on a store. */
#ifndef STATEMENT_H
#define STATEMENT_H

#include "lib/store/store.h"

/* Runs one statement without parameters, ignoring its rows. Returns 0 or -1. */
static inline int
run_statement(struct fil_store *store, const char *sql, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(store, sql);
	int got;

	while ((got = fil_query_step(query, fault)) == 1)
		continue;
	fil_query_free(query);
	return got;
}

#endif
