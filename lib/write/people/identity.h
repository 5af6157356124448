/* SPDX-License-Identifier: ISC */
/* Identity: whether changed rows of users still name the same persons. Each row is judged, and all
 * rows together at the end: a shifted list gives every key to another person. */
#ifndef FIL_IDENTITY_H
#define FIL_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/doubt.h"
#include "lib/base/fault.h"
#include "lib/write/refusals.h"

/* The guard's limits: changed rows, and their percentage of the known keys. A list that exceeds both
 * is refused, for other persons or for other names. */
enum {
	FIL_IDENTITY_OTHERS = 3,
	FIL_IDENTITY_OTHERS_SHARE = 5,
	FIL_IDENTITY_NAMES = 10,
	FIL_IDENTITY_NAMES_SHARE = 20
};

/* Returns whether two names and two e-mails belong to different persons: the folded names
 * share no word, and the e-mails differ or one is missing (NULL). */
bool fil_identity_differs(
    const char *old_name, const char *old_email, const char *new_name, const char *new_email);

/* The changed users of one run. */
struct fil_identity;

/* Returns an empty list of changed users; the caller frees it. Doubts are added to `doubts`,
 * which must live as long. today is YYYY-MM-DD. */
struct fil_identity *fil_identity_new(struct fil_doubts *doubts, const char *today);

/* Begins an input, whose name must live as long; gives tells which columns of users it gives. */
void fil_identity_begin(struct fil_identity *identity, const char *file, const bool *gives);

/* Returns whether a row is refused because it gives the key of a user who left to another person.
 * The cells are those stored before and after. identity is a struct fil_identity. */
bool
fil_identity_refuses(const void *identity, const char *const *before, const char *const *after);

/* Fills the fault of such a row. */
void fil_identity_refuse(const char *const *before, struct fil_fault *fault);

/* Notes a changed row, which begins on a line, by its cells before and after. */
void fil_identity_note(struct fil_identity *identity, size_t line, const char *const *before,
    const char *const *after);

/* Judges all changed rows. known: the number of known keys in the input. Tells each row that names
 * another person; or refuses the list, with a remark for each of the first ten rows. Returns 0, or -1
 * with a fault (FIL_REFUSED). */
int fil_identity_guard(struct fil_identity *identity, size_t known,
    const struct fil_refusals *refusals, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_identity_free(struct fil_identity *identity);

#endif
