/* SPDX-License-Identifier: ISC */
/* Matching: what a cell means that is not written as it is stored: digits without the zeros that a
 * spreadsheet took, and a user's e-mail or name instead of the key. */
#ifndef FIL_MATCHING_H
#define FIL_MATCHING_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/bytes.h"
#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/store/store.h"

enum fil_match { FIL_MATCH_KEY, FIL_MATCH_EMAIL, FIL_MATCH_NAME };

enum { FIL_MATCHES = 2 }; /* kinds that are no keys */

/* A user under the form in which e-mails or names are compared. */
struct fil_person;

/* The users under one kind of form. */
struct fil_people {
	struct fil_person *persons; /* `sorted` of them in the order of their forms, then keys */
	size_t n, sorted, room;
};

struct fil_matching {
	size_t
	    *pads; /* of each column: the length to which digits are padded with zeros; 0: none */
	bool *names_user; /* of each column: whether it refers to users */
	enum fil_match match; /* what cells that name a user hold, */
	enum fil_match then; /* or else; FIL_MATCH_KEY: nothing else */
	size_t finder, finder_then; /* the columns of users by which a row's user is found where no
				     * column gives the key, or FIL_NOWHERE */
	fil_day today;
	bool within_unit; /* of namesakes the one of the row's unit is meant, */
	const char *within_phase; /* or the one who is enrolled in this phase; NULL: neither */
	const char *unit; /* of the row in hand, or NULL; the caller sets it */
	bool ready; /* the users were read: cells that name one can be matched */

	/* From here on private. */
	struct fil_people people[FIL_MATCHES]; /* by e-mail, by name */
	struct fil_bytes padded;
};

/* Returns a matching of the table's cells that leaves them as they are: pads are 0, and cells hold
 * keys. The caller frees it. */
struct fil_matching *fil_matching_new(const struct fil_table *table);

/* Reads all users, before the first cell is matched (some 100 bytes a user). Returns 0, or -1 with
 * a fault of the store. */
int
fil_matching_read(struct fil_matching *matching, struct fil_store *store, struct fil_fault *fault);

/* Adds a user whom an input brings, by e-mail or name; the same key under several texts is one
 * user. */
void fil_matching_add(
    struct fil_matching *matching, enum fil_match match, const char *key, const char *text);

/* What became of a cell. */
enum fil_matched { FIL_MATCHED, FIL_MATCHED_NOTHING, FIL_MATCHED_SEVERAL };

/* Replaces a cell of a column by what is meant; it belongs to the matching until the next call.
 * find: the cell holds an e-mail (compared without case) or a name of a user. Of users with one
 * e-mail, those who have left are no candidates beside one who has not. Names are compared folded,
 * their words in any order, without a title: "Mme Zoé LEFÈVRE", "Lefèvre, Zoé (00421)",
 * "CN=Zoé Lefèvre,OU=Paris". NOTHING and SEVERAL, with a fault: no user has it, or several have. */
enum fil_matched fil_matching_cell(struct fil_matching *matching, size_t column, bool find,
    const char **cell, size_t *length, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_matching_free(struct fil_matching *matching);

#endif
