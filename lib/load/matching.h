/* SPDX-License-Identifier: ISC */
/* Matching: replaces a cell by the value that it means. It pads digits with the zeros that a
 * spreadsheet took, and finds a user's key by e-mail, name or alias. */
#ifndef FIL_MATCHING_H
#define FIL_MATCHING_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/base/memory.h"
#include "lib/catalog/catalog.h"
#include "lib/store/store.h"

enum fil_match { FIL_MATCH_KEY, FIL_MATCH_EMAIL, FIL_MATCH_NAME, FIL_MATCH_ALIAS };

enum { FIL_MATCHES = 3 }; /* kinds that are no keys */

/* A user under the form in which e-mails or names are compared. */
struct fil_person;

/* The users under one kind of form. */
struct fil_people {
	struct fil_person *persons; /* the first `sorted` in the order of their forms, then keys */
	size_t n, sorted, room;
};

struct fil_matching {
	/* Of each column: the length to which digits are padded with zeros; 0: none. */
	size_t *pads;
	bool *names_user; /* of each column: whether it refers to users */
	enum fil_match match; /* cells that refer to a user hold this, */
	enum fil_match then; /* or else this; FIL_MATCH_KEY: nothing else */
	bool or_key; /* or else the key: the caller then keeps a cell that no user has */
	/* The columns of users that find a row's user when no column gives the key, or
	 * FIL_NOWHERE. */
	size_t finder, finder_then;
	fil_day today;
	bool within_unit; /* of namesakes the one of the row's unit is meant, */
	const char *within_phase; /* or the one who is enrolled in this phase; NULL: neither */
	const char *unit; /* of the row being made, or NULL; the caller sets it */
	bool ready; /* the users were read */

	/* From here on private. */
	struct fil_people people[FIL_MATCHES]; /* by e-mail, by name, by alias */
	struct fil_bytes padded;
};

/* Returns a matching for the table that changes no cell: pads are 0, and cells hold keys. The
 * caller frees it. */
struct fil_matching *fil_matching_new(const struct fil_table *table);

/* Reads all users, before the first cell is matched (some 100 bytes a user). Returns 0, or -1 with
 * a fault of the store. */
int
fil_matching_read(struct fil_matching *matching, struct fil_store *store, struct fil_fault *fault);

/* Adds a user of an input, by e-mail or name. One key may have several texts. */
void fil_matching_add(
    struct fil_matching *matching, enum fil_match match, const char *key, const char *text);

/* The result of matching a cell. */
enum fil_matched { FIL_MATCHED, FIL_MATCHED_NOTHING, FIL_MATCHED_SEVERAL };

/* Replaces a cell of a column by its meaning, which belongs to the matching until the next call.
 * With find the cell holds a user's e-mail or alias (compared without case) or name. Of users with
 * one e-mail or alias, those who have left are no candidates beside one who has not. Names are
 * compared folded, words in any order, without a title: "Mme Zoé LEFÈVRE", "Lefèvre, Zoé (00421)",
 * "CN=Zoé Lefèvre,OU=Paris". NOTHING and SEVERAL, with a fault: no user has it, or several have. */
enum fil_matched fil_matching_cell(struct fil_matching *matching, size_t column, bool find,
    const char **cell, size_t *length, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_matching_free(struct fil_matching *matching);

#endif
