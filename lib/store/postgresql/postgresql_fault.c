/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"
#include "lib/store/postgresql/postgresql_connect.h"

/* What the SQLSTATEs that begin so mean to an administrator: the first that fits. With %s the
 * server's own words are needed to understand which table or role it is about. */
static const struct meaning {
	const char *state;
	enum fil_status status;
	const char *kind;
	const char *text;
} meanings[] = {
	{ "08", FIL_UNAVAILABLE, NULL, "the connection to the server was lost: try again" },
	{ "22001", FIL_BAD_DATA, "constraint-error", "a value is too long" },
	{ "22003", FIL_BAD_DATA, "type-error", "a value is not of its column's type" },
	{ "22P02", FIL_BAD_DATA, "type-error", "a value is not of its column's type" },
	{ "23502", FIL_BAD_DATA, "constraint-error", "a required value is missing" },
	{ "23503", FIL_BAD_DATA, "reference-error", "a row names another that does not exist" },
	{ "23505", FIL_BUSY, NULL, "another program wrote to the store in between: try again" },
	{ "25006", FIL_NOT_PERMITTED, NULL,
	    "nothing can be written: the server is a standby, or set to read only" },
	{ "25P02", FIL_UNAVAILABLE, NULL, "a failure before this one has ended the transaction" },
	{ "25P03", FIL_UNAVAILABLE, NULL,
	    "the server gave up a transaction that was idle for too long (%s)" },
	{ "40001", FIL_BUSY, NULL, "another transaction came in between: try again" },
	{ "40003", FIL_UNAVAILABLE, NULL, "the server does not know the outcome of the commit" },
	{ "40P01", FIL_BUSY, NULL, "another transaction came in between: try again" },
	{ "42501", FIL_NOT_PERMITTED, NULL, "this role may not do that (%s)" },
	{ "42710", FIL_BUSY, NULL, "another program wrote to the store in between: try again" },
	{ "42P07", FIL_CANT_CREATE, NULL, "exists already" },
	{ "53100", FIL_IO_ERROR, NULL, "the server's disk is full" },
	{ "53300", FIL_BUSY, NULL, "the server has no connection left: try again" },
	{ "53", FIL_UNAVAILABLE, NULL, "the server lacks resources (%s)" },
	{ "54", FIL_BAD_DATA, "constraint-error", "a value is too long" },
	{ "55P03", FIL_BUSY, NULL, "another program holds the store: try again" },
	{ "57014", FIL_BUSY, NULL, "the server broke off (%s): try again" },
	{ "57P", FIL_UNAVAILABLE, NULL, "the connection to the server was lost: try again" },
	{ "58", FIL_IO_ERROR, NULL, "the server cannot read or write its files (%s)" },
	{ "XX001", FIL_UNAVAILABLE, NULL, "the database is damaged: restore it from a backup" },
	{ "XX002", FIL_UNAVAILABLE, NULL, "the database is damaged: restore it from a backup" },
};

bool
fil_postgresql_lost(const struct fil_postgresql *store, const PGresult *result)
{
	const char *state =
	    result ? store->pq.resultErrorField(result, PG_DIAG_SQLSTATE) : NULL;

	if (!store->connection || store->pq.status(store->connection) != CONNECTION_OK)
		return true;
	return state && (strncmp(state, "08", 2) == 0 || strncmp(state, "57P", 3) == 0);
}

static const struct meaning *
meaning_of(const char *state)
{
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
		if (strncmp(state, meanings[i].state, strlen(meanings[i].state)) == 0)
			return &meanings[i];
	return NULL;
}

/* Fills the fault with the meaning; data without the name of the store, as rows are named by who
 * knows them. */
static int
explain(struct fil_postgresql *store, const struct meaning *meaning, const char *words,
    struct fil_fault *fault)
{
	const char *hole = strstr(meaning->text, "%s");
	char *text = hole ? fil_format("%.*s%s%s", (int)(hole - meaning->text), meaning->text,
				words, hole + 2)
			  : fil_copy(meaning->text);

	if (meaning->kind)
		fil_fault_data(fault, meaning->kind, "%s", text);
	else
		fil_fault_set(fault, meaning->status, "%s: %s", store->name, text);
	free(text);
	return -1;
}

/* Keeps what tells the row that the server refused: names and values, not words. */
static void
note_detail(struct fil_postgresql *store, const PGresult *result)
{
	free(store->detail);
	free(store->column);
	store->detail = store->column = NULL;
	if (!result)
		return;
	store->detail = fil_copy(store->pq.resultErrorField(result, PG_DIAG_MESSAGE_DETAIL));
	store->column = fil_copy(store->pq.resultErrorField(result, PG_DIAG_COLUMN_NAME));
}

int
fil_postgresql_fault(struct fil_postgresql *store, const PGresult *result, const char *sql,
    struct fil_fault *fault)
{
	const char *state = NULL, *words = NULL;
	const struct meaning *meaning;

	if (result) {
		state = store->pq.resultErrorField(result, PG_DIAG_SQLSTATE);
		words = store->pq.resultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	}
	if (!state || fil_postgresql_lost(store, result))
		state = "08006";
	if (!words)
		words = "no reason given";
	store->base.crossed = strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0
	    || strcmp(state, "23505") == 0;
	note_detail(store, result);
	meaning = meaning_of(state);
	if (meaning)
		return explain(store, meaning, words, fault);
	if (!store->verified && strcmp(state, "42P01") == 0)
		return fil_fault_set(fault, FIL_UNAVAILABLE,
		    "%s: no store there: fil-init makes one", store->name);
	/* Until the database has proved to be ours, what is odd about it is its own fault. */
	if (!store->verified)
		return fil_fault_set(
		    fault, FIL_UNAVAILABLE, "%s: not a store (%s)", store->name, words);
	fil_bug("%s: %s: in: %s", state, words, sql);
}
