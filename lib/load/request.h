/* SPDX-License-Identifier: ISC */
/* A request: the operands and mappings of a command line for a load into a table, checked against
 * the table. Functions that take a text of the command line return 0, or -1 with a usage fault. The
 * status is 65 for a value that a column cannot hold. */
#ifndef FIL_REQUEST_H
#define FIL_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/levels/standing.h"
#include "lib/load/matching.h"
#include "lib/load/options.h"
#include "lib/load/row.h"
#include "lib/mapping/profile.h"
#include "lib/mapping/profile_file.h"
#include "lib/store/store.h"

/* Read it; only the functions below change it. */
struct fil_request {
	const struct fil_table *table;
	size_t width; /* cells of a record: the table's columns, then the facets, then the unit of
		       * the row's user and what else may find that user */
	struct fil_row *row; /* makes the table's rows from these cells */
	struct fil_matching *matching; /* matches the row's cells */
	bool *optional; /* of each column: a reference that does not exist is left empty */
	char **olds, **news; /* keys of users to rename */
	size_t n_renamings;

	bool exists; /* the operands alone name a row that exists, see fil_request_find */

	struct fil_dimensions dimensions; /* the facets of autonomy */

	/* From here on private. */
	struct fil_row_amounts amounts; /* that are set */
	const struct fil_profile_file *file; /* of a profile, or NULL */
	char **maps, **paths;
	size_t n_maps, n_paths;
	bool no_key; /* no header names the user */
	bool set; /* an operand has set a column */
	bool awaits_input; /* no FILE was given: the only path is "-" */
};

/* Returns an empty request for the table, which the caller frees. The options must live as long;
 * those that say how values are read must be set already. Without a store (NULL) they name the
 * dimensions, and fil_request_find must not be called. With fill_today the date of an event or
 * assignment is today unless given. NULL with a fault of the store. */
struct fil_request *fil_request_new(struct fil_store *store, const struct fil_table *table,
    const struct fil_load_options *options, bool fill_today, struct fil_fault *fault);

/* Takes --map's 'COL=HEADER' or 'COL=TEMPLATE'. */
int fil_request_map(struct fil_request *request, const char *mapping, struct fil_fault *fault);

/* Takes the sections of a profile; the file must outlive the request. A mapping of fil_request_map
 * overrides theirs. The fault has status 78. */
int fil_request_settings(
    struct fil_request *request, const struct fil_profile_file *file, struct fil_fault *fault);

/* Takes --pad's 'COL=LENGTH': digits are padded with zeros. */
int fil_request_pad(struct fil_request *request, const char *text, struct fil_fault *fault);

/* Takes --unknown's 'COL=empty': a reference that does not exist is left empty. */
int fil_request_unknown(struct fil_request *request, const char *text, struct fil_fault *fault);

/* Takes --match's 'email', 'name' or 'alias', or two of them: 'email,alias'. */
int fil_request_match(struct fil_request *request, const char *text, struct fil_fault *fault);

/* Takes --rename's 'OLD=NEW'. Without an operand the request is then for renamings only. */
int fil_request_rename(struct fil_request *request, const char *text, struct fil_fault *fault);

/* Takes an operand: COL=VALUE, FILE, or "-". */
int fil_request_operand(struct fil_request *request, const char *operand, struct fil_fault *fault);

/* Sets a column, by its name, unless an operand has. */
int fil_request_default(
    struct fil_request *request, const char *column, const char *value, struct fil_fault *fault);

/* Finds out whether operands that make no whole row name one that exists by all its keys: then they
 * change it, and no input is read. Returns 0, or -1 with a fault of the store. */
int fil_request_find(struct fil_request *request, struct fil_store *store, struct fil_fault *fault);

/* Returns whether no input is read: operands set a whole row or change one, or the request is for
 * renamings only. */
bool fil_request_whole(const struct fil_request *request);

/* Returns the FILE operands, and how many; "-" when there are none and an input is read. */
char *const *fil_request_paths(struct fil_request *request, size_t *n);

/* Checks operands that set columns, without a FILE. Returns 0 when they make a row. Else -1 with a
 * usage fault that names the first missing column and its values. */
int fil_request_missing(const struct fil_request *request, struct fil_fault *fault);

/* Checks that phases, modules, dimensions, routines and promises that operands name are stored, and
 * the phase that settles namesakes.
 * Call it once the input is read, since the command that writes it may have stored them. Returns 0,
 * or -1 with a fault (65) that names the nearest. */
int fil_request_check(
    const struct fil_request *request, struct fil_store *store, struct fil_fault *fault);

/* Adds the fault of fil_request_missing, if any, to the fault of an empty standard input. Returns
 * -1. */
int fil_request_explain(const struct fil_request *request, struct fil_fault *fault);

/* Returns a profile of the table with all mappings and set columns; the caller frees it. */
struct fil_profile *fil_request_profile(const struct fil_request *request);

/* Returns the table, or the row; they belong to the request. */
const struct fil_table *fil_request_table(const struct fil_request *request);
struct fil_row *fil_request_row(const struct fil_request *request);

/* Frees what it holds; NULL is fine. */
void fil_request_free(struct fil_request *request);

#endif
