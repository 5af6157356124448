/* SPDX-License-Identifier: ISC */
/* Facts read from a store: users in the order of their keys, each with all autonomy facts. Readers of
 * one snapshot can share them, so that the store is read once. */
#ifndef FIL_FACT_READER_H
#define FIL_FACT_READER_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/levels/standing.h"
#include "lib/store/cursor.h"
#include "lib/store/store.h"

/* An autonomy fact. */
struct fil_fact_row {
	fil_day date;
	int level;
	uint16_t dimension; /* its number */
	uint16_t source; /* enum fil_source */
};

/* A user and the facts, by dimension, date and source, until the next move. At least one. */
struct fil_fact_user {
	const char *user;
	size_t length;
	const struct fil_fact_row *facts;
	size_t n;
};

/* The facts of all users, kept for several readers. Memory: 12 bytes a fact, 16 a user, and the keys. */
struct fil_kept_facts;

/* Returns facts that the first reader reads. The caller frees them after the readers. */
struct fil_kept_facts *fil_kept_facts_new(void);

/* Frees the facts; NULL is fine. */
void fil_kept_facts_free(struct fil_kept_facts *kept);

/* Returns whether the facts are kept by now; NULL keeps none. */
bool fil_kept_facts_known(const struct fil_kept_facts *kept);

struct fil_fact_reader;

/* Returns a reader; NULL with a fault. kept: facts that the reader takes or reads for the others, or
 * NULL. The dimensions must outlive the reader. The caller frees it. */
struct fil_fact_reader *fil_fact_reader_new(struct fil_store *store,
    const struct fil_dimensions *dimensions, struct fil_kept_facts *kept, struct fil_fault *fault);

/* Moves to the next user. Returns 1, 0 at the end, or -1 with a fault. */
int fil_fact_reader_next(
    struct fil_fact_reader *reader, struct fil_fact_user *out, struct fil_fault *fault);

/* Moves to this user; users are sought in ascending order. Returns 1, 0 when the user has no fact, or -1
 * with a fault. */
int fil_fact_reader_seek(struct fil_fact_reader *reader, const char *user,
    struct fil_fact_user *out, struct fil_fault *fault);

/* Replaces the facts by those of a user whose source is in the set of bits. */
void fil_facts_fill(struct fil_facts *facts, const struct fil_fact_user *user, unsigned sources);

/* Frees the reader; NULL is fine. */
void fil_fact_reader_free(struct fil_fact_reader *reader);

/* Returns a cursor over the autonomy events, in the order of struct fil_facts. With n 0 it is over all
 * users, else over chosen users, at most n at a time (fil_cursor_of_users). The caller frees it. */
struct fil_cursor *fil_facts_cursor(struct fil_store *store, size_t n);

/* Returns such a cursor over all users, with all columns and then run. The caller frees it. */
struct fil_cursor *fil_events_cursor(struct fil_store *store);

/* Replaces the facts by the rows of the current user whose source is in the set of bits. Returns 0,
 * or -1 with a fault. */
int fil_facts_read(struct fil_facts *facts, struct fil_cursor *cursor,
    const struct fil_dimensions *dimensions, unsigned sources, struct fil_fault *fault);

#endif
