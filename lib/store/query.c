/* SPDX-License-Identifier: ISC */
#include "lib/store/query.h"

#include "lib/store/engine.h"

struct fil_query *
fil_query_new(struct fil_store *store, const char *sql)
{
	return store->engine->queries->new (store, sql);
}

void
fil_query_bind(struct fil_query *query, int n, const char *text)
{
	query->engine->bind(query, n, text);
}

void
fil_query_bind_number(struct fil_query *query, int n, int64_t number)
{
	query->engine->bind_number(query, n, number);
}

int
fil_query_step(struct fil_query *query, struct fil_fault *fault)
{
	return query->engine->step(query, fault);
}

const char *
fil_query_text(struct fil_query *query, int n)
{
	return query->engine->text(query, n);
}

size_t
fil_query_length(struct fil_query *query, int n)
{
	return query->engine->length(query, n);
}

int64_t
fil_query_number(struct fil_query *query, int n)
{
	return query->engine->number(query, n);
}

void
fil_query_reset(struct fil_query *query)
{
	query->engine->reset(query);
}

void
fil_query_free(struct fil_query *query)
{
	if (query)
		query->engine->free(query);
}
