/* SPDX-License-Identifier: ISC */
/* The schema: the SQL that makes the tables, and the SQL that brings tables of an older version up
 * to date, for any engine. Statements are returned in one form: tokens filled in, comments left out,
 * each run of white space one space, a line end behind the ';' of each. The caller frees them. */
#ifndef FIL_SCHEMA_H
#define FIL_SCHEMA_H

#include <stdint.h>

#include "lib/base/fault.h"

/* The version of the schema that this program makes and works with. */
enum { FIL_SCHEMA_VERSION = 2 };

/* Refuses a version that this program cannot work with: none, or a newer one. Returns 0, or -1 with
 * a fault (69) in which the store is called name. */
int fil_schema_check(const char *name, int64_t version, struct fil_fault *fault);

/* A token: an engine's text for a name in braces. A list of tokens ends with {0}. */
struct fil_token {
	const char *name, *value;
};

/* Returns the statements of the present schema, as the store keeps them. */
char *fil_schema_text(const struct fil_token *tokens);

/* Returns other statements in the same form. */
char *fil_schema_fill(const char *sql, const struct fil_token *tokens);

/* Returns the statements that bring a store from that version to the next. */
char *fil_schema_migration(int version, const struct fil_token *tokens);

#endif
