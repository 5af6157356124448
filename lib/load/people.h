/* SPDX-License-Identifier: ISC */
/* People: users found by their e-mail or their name, where an input has no key for them. */
#ifndef FIL_PEOPLE_H
#define FIL_PEOPLE_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/store/store.h"

enum fil_match { FIL_MATCH_KEY, FIL_MATCH_EMAIL, FIL_MATCH_NAME };

struct fil_people;

/* Reads all users, to be found by e-mail or by name. Returns NULL with a fault; the caller frees
 * it. Memory: some 100 bytes a user. */
struct fil_people *
fil_people_new(struct fil_store *store, enum fil_match match, struct fil_fault *fault);

/* Adds a person whom an input brings; the same key under several texts is one person. */
void fil_people_add(struct fil_people *people, const char *key, const char *text);

/* How many users a text means. */
enum fil_people_found { FIL_PEOPLE_NONE, FIL_PEOPLE_ONE, FIL_PEOPLE_SEVERAL };

/* Finds the user whom the text means: an e-mail whatever its case, a name folded, its words in any
 * order. *key, of the one user, belongs to the people until the next is added. Otherwise the fault
 * says that there is nobody, or names the several. */
enum fil_people_found fil_people_find(
    struct fil_people *people, const char *text, const char **key, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_people_free(struct fil_people *people);

#endif
