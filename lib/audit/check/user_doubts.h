/* SPDX-License-Identifier: ISC */
/* What is possible among users and seldom meant: two active users of one e-mail or name, managers in
 * a circle, units and jobs that differ only in case, accents or spaces. Only hashes of all users are
 * kept, and the texts of those who are told. */
#ifndef FIL_USER_DOUBTS_H
#define FIL_USER_DOUBTS_H

#include "lib/audit/check/findings.h"
#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/store/store.h"

struct fil_user_doubts;

/* Reads all users once, in no order. The caller frees the result. Returns NULL with a fault. */
struct fil_user_doubts *fil_user_doubts_new(
    struct fil_store *store, fil_day today, struct fil_findings *findings, struct fil_fault *fault);

/* Looks at a user: the cells of a row of users. Give all of them, in the order of their keys. */
void fil_user_doubts_row(struct fil_user_doubts *doubts, const char *const *cells);

/* Tells what is known once all users were given. Returns 0, or -1 with a fault. */
int fil_user_doubts_end(struct fil_user_doubts *doubts, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_user_doubts_free(struct fil_user_doubts *doubts);

#endif
