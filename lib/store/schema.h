/* SPDX-License-Identifier: ISC */
/* The schema: the SQL that creates the tables, and the SQL that upgrades older versions, for any
 * engine. Statements are normalised: tokens replaced, comments removed, white space as one space, a
 * line end after each ';'. The caller frees them. */
#ifndef FIL_SCHEMA_H
#define FIL_SCHEMA_H

#include <stddef.h>
#include <stdint.h>

struct fil_fault;
struct fil_relation;
struct fil_store;

/* The version of the schema that this program uses. */
enum { FIL_SCHEMA_VERSION = 5 };

/* Refuses a version that this program cannot use: none, or a newer one. Messages call the store
 * `name`. Returns 0, or -1 with a fault (69). */
int fil_schema_check(const char *name, int64_t version, struct fil_fault *fault);

/* A token: an engine's text for a name in braces. {0} ends a list of tokens. */
struct fil_token {
	const char *name, *value;
};

/* Returns the statements of the current schema, as the store keeps them. */
char *fil_schema_text(const struct fil_token *tokens);

/* The tables of the current schema with all their columns, `run` included. A table comes after the
 * tables that it refers to. */
struct fil_schema_tables {
	struct fil_relation *all;
	size_t n;
	const char **columns;
	char *text; /* holds the names */
};

/* Returns the tables; fil_schema_tables_free frees them. */
struct fil_schema_tables *fil_schema_tables(void);

/* Returns the columns that refer to other tables as "table column", separated by ", "; the caller frees
 * them. */
char *fil_schema_references(void);

/* Frees the tables; NULL is fine. */
void fil_schema_tables_free(struct fil_schema_tables *tables);

/* Returns other statements, normalised. */
char *fil_schema_fill(const char *sql, const struct fil_token *tokens);

/* Returns the statements that upgrade a store from that version to the next. */
char *fil_schema_migration(int version, const struct fil_token *tokens);

/* Ends the upgrade from that version to the next, within its transaction, after its statements: it does
 * what SQL cannot do.
 *
 * Version 2 wrote today's key of a user into each row of the history, and a renaming as a change. The
 * rows get the keys of their time and the users whom they named, renamings and joins are marked, and
 * all runs are sealed. Returns 0, or -1 with a fault of the store. */
int fil_upgrade_from(struct fil_store *store, int version, struct fil_fault *fault);

#endif
