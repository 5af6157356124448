/* SPDX-License-Identifier: ISC */
/* What is possible among users and seldom meant: two active users of one e-mail or name, managers in
 * a circle, units and jobs that differ only in case, accents or spaces. Only hashes of all users are
 * kept, and the texts of those in findings. */
#ifndef FIL_USER_DOUBTS_H
#define FIL_USER_DOUBTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/audit/check/findings.h"
#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/base/hash.h"
#include "lib/store/store.h"

struct fil_user_doubts;

/* Returns no doubts yet, with room for so many users; the caller frees them. */
struct fil_user_doubts *fil_user_doubts_new(
    struct fil_store *store, fil_day today, size_t users, struct fil_findings *findings);

/* Notes a user: the cells of a row of users, with the hashes of the key and of the manager's key (0:
 * none). Note all of them first, in any order. */
void fil_user_doubts_note(
    struct fil_user_doubts *doubts, const char *const *cells, uint64_t key, uint64_t manager);

/* Ends the noting. keys: those of all users, which must outlive the doubts. Returns whether there is
 * something to tell about single users, or a manager is no user: then give all rows again. */
bool fil_user_doubts_settle(struct fil_user_doubts *doubts, const struct fil_hash *keys);

/* Returns whether a column of users is looked at again: others may be NULL. */
bool fil_user_doubts_need(const struct fil_user_doubts *doubts, size_t column);

/* Looks at a user again, in the order of the keys. */
void fil_user_doubts_row(struct fil_user_doubts *doubts, const char *const *cells);

/* Tells what users have in common. Returns 0, or -1 with a fault. */
int fil_user_doubts_end(struct fil_user_doubts *doubts, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_user_doubts_free(struct fil_user_doubts *doubts);

#endif
