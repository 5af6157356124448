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

/* A user under the form in which e-mails or names are compared. */
struct fil_person;

struct fil_matching {
	size_t
	    *pads; /* of each column: the length to which digits are padded with zeros; 0: none */
	bool *names_user; /* of each column: whether it refers to users */
	enum fil_match match; /* what cells that name a user hold */
	fil_day today; /* of several users, one who has not left by then is preferred */
	size_t finder; /* the column of users by which a row's user is found where no column gives
			* the key, or FIL_NOWHERE */
	bool ready; /* the users were read: cells that name one can be matched */

	/* From here on private. */
	struct fil_person *persons; /* `sorted` of them in the order of their forms, then keys */
	size_t n, sorted, room;
	struct fil_bytes padded;
};

/* Returns a matching of the table's cells that leaves them as they are: pads are 0, and cells hold
 * keys. The caller frees it. */
struct fil_matching *fil_matching_new(const struct fil_table *table);

/* Reads all users, before the first cell is matched (some 100 bytes a user). Returns 0, or -1 with a
 * fault of the store. */
int
fil_matching_read(struct fil_matching *matching, struct fil_store *store, struct fil_fault *fault);

/* Adds a user whom an input brings; the same key under several texts is one user. */
void fil_matching_add(struct fil_matching *matching, const char *key, const char *text);

/* What became of a cell. */
enum fil_matched { FIL_MATCHED, FIL_MATCHED_NOTHING, FIL_MATCHED_SEVERAL };

/* Replaces a cell of a column by what is meant; it belongs to the matching until the next call.
 * find: the cell holds an e-mail (compared without case) or a name (compared folded, its words in
 * any order) of a user. NOTHING and SEVERAL, with a fault: no user has it, or several have. */
enum fil_matched fil_matching_cell(struct fil_matching *matching, size_t column, bool find,
    const char **cell, size_t *length, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_matching_free(struct fil_matching *matching);

#endif
