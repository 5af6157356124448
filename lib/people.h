/* SPDX-License-Identifier: ISC */
/* People: users found by their e-mail or their name, where an input has no key for them. */
#ifndef FIL_PEOPLE_H
#define FIL_PEOPLE_H

#include <stddef.h>

#include "lib/fault.h"
#include "lib/store.h"

enum fil_match { FIL_MATCH_KEY, FIL_MATCH_EMAIL, FIL_MATCH_NAME };

struct fil_people;

/* Reads all users, to be found by e-mail or by name. Returns NULL with a fault; the caller frees
 * it. Memory: some 100 bytes a user. */
struct fil_people *
fil_people_new(struct fil_store *store, enum fil_match match, struct fil_fault *fault);

/* Returns the key of the one user whom the text means: an e-mail whatever its case, a name folded,
 * its words in any order. It belongs to the people. NULL with a fault: nobody, or several, who are
 * named. */
const char *
fil_people_find(const struct fil_people *people, const char *text, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_people_free(struct fil_people *people);

#endif
