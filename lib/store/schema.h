/* SPDX-License-Identifier: ISC */
/* The schema: the SQL that makes the tables, and what brings those of an older version up to date,
 * for any engine. */
#ifndef FIL_STORE_SCHEMA_H
#define FIL_STORE_SCHEMA_H

/* The version of the schema that this program makes and works with. */
enum { FIL_SCHEMA_VERSION = 2 };

/* What an engine puts in the place of a name in braces; a list of them ends with {0}. */
struct fil_token {
	const char *name, *value;
};

/* Returns the statements of the present schema as the store keeps them: tokens filled in, comments
 * left out, each run of white space one space, and a line end behind the ';' of each. The caller
 * frees it. */
char *fil_schema_text(const struct fil_token *tokens);

/* Returns other statements in the same form; the caller frees it. */
char *fil_schema_fill(const char *sql, const struct fil_token *tokens);

/* Returns, in the same form, the statements that bring a store from that version to the next. The
 * caller frees it. */
char *fil_schema_migration(int version, const struct fil_token *tokens);

#endif
