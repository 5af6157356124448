/* SPDX-License-Identifier: ISC */
/* A walk: over the users who have a level, in the order of their keys, as they stood on one day or
 * several. For a day that is not past it reads the standing tables and costs what the users cost;
 * for past days, or some sources only, it reads the events in one ordered pass. */
#ifndef FIL_STANDING_READER_H
#define FIL_STANDING_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/levels/standing.h"
#include "lib/store/cursor.h"
#include "lib/store/store.h"

struct fil_walk;

/* What is asked. The dimensions must outlive the walk. */
struct fil_walk_request {
	const struct fil_dimensions *dimensions;
	const fil_day *days; /* ascending; copied */
	size_t n_days;
	fil_day today;
	const char *sources; /* comma-separated names that count, or NULL for all */
	bool rises; /* fill in previous, risen and first too */
};

/* A user, until the next step. standings[day * dimensions + dimension]; at least one level is
 * known. */
struct fil_walk_user {
	const char *user;
	size_t length;
	const struct fil_standing *standings;
};

/* Returns a walk; NULL with a fault (64 for an unknown source). The caller frees it. */
struct fil_walk *fil_walk_new(
    struct fil_store *store, const struct fil_walk_request *request, struct fil_fault *fault);

/* Steps to the next user. Returns 1, 0 at the end, -1 with a fault. */
int fil_walk_step(struct fil_walk *walk, struct fil_walk_user *out, struct fil_fault *fault);

/* Frees the walk; NULL is fine. */
void fil_walk_free(struct fil_walk *walk);

/* Facts: the autonomy events as the store holds them, user by user, each onto a trail. */

/* Returns a cursor over all facts in the order of a trail; the caller frees it. */
struct fil_cursor *fil_facts_new(struct fil_store *store);

/* Returns such a cursor of some users, at most n at a time (fil_cursor_of_users). */
struct fil_cursor *fil_facts_of_users(struct fil_store *store, size_t n);

/* Fills the trail anew with the facts of the user at hand, those of the sources in the set of bits.
 * Returns 0 or -1. */
int fil_facts_take(struct fil_cursor *facts, const struct fil_dimensions *dimensions,
    unsigned sources, struct fil_trail *trail, struct fil_fault *fault);

/* The ledger: the derived tables, standing and standings, as the store holds them. */

/* The relations, for writing: standing is (user, dimension, level, date, source, previous, risen,
 * first), standings is (user, autonomous). */
extern const struct fil_relation fil_ledger_standing, fil_ledger_standings;

/* Which columns of standing a cursor reads: level, date and source, or all. */
enum fil_ledger_columns { FIL_LEDGER_LEVELS, FIL_LEDGER_ALL };

/* Returns a cursor over standing in the order of users and dimensions; the caller frees it. */
struct fil_cursor *fil_ledger_new(struct fil_store *store, enum fil_ledger_columns columns);

/* Returns a cursor over standings in the order of the users; the caller frees it. */
struct fil_cursor *fil_ledger_totals_new(struct fil_store *store);

/* Return a cursor over all columns of standing, and one over standings, of some users, at most n at
 * a time (fil_cursor_of_users). */
struct fil_cursor *fil_ledger_of_users(struct fil_store *store, size_t n);
struct fil_cursor *fil_ledger_totals_of_users(struct fil_store *store, size_t n);

/* Fills in one standing for each dimension from the rows of the user at hand, level -1 where there
 * is no row, and only the columns that the cursor reads. Returns 0, or -1 with a fault. */
int fil_ledger_take(struct fil_cursor *ledger, const struct fil_dimensions *dimensions,
    enum fil_ledger_columns columns, struct fil_standing *standings, struct fil_fault *fault);

/* Sets *autonomous to the first day on which the user at hand was autonomous, or FIL_NEVER. Returns
 * 0 or -1. */
int fil_ledger_take_total(struct fil_cursor *totals, fil_day *autonomous, struct fil_fault *fault);

/* Stances: where single users stand on a day, in all dimensions together, sought in the order of
 * their keys. */

struct fil_stances;

/* What a user's standings come to (design, 4). */
struct fil_stance {
	bool measured; /* a level is known in every dimension */
	bool autonomous; /* every dimension stands at or above its threshold */
};

/* Returns the stances of a walk's users on its first day; NULL with a fault. The caller frees it. */
struct fil_stances *fil_stances_new(
    struct fil_store *store, const struct fil_walk_request *request, struct fil_fault *fault);

/* Seeks a user, passing over those before; sets *standings to one standing for each dimension, until
 * the next call, or to NULL when no level is known. Returns 0 or -1. */
int fil_stances_seek(struct fil_stances *stances, const char *user,
    const struct fil_standing **standings, struct fil_fault *fault);

/* Frees the stances; NULL is fine. */
void fil_stances_free(struct fil_stances *stances);

/* Returns what standings come to; NULL is of nobody known. */
struct fil_stance
fil_stance_of(const struct fil_dimensions *dimensions, const struct fil_standing *standings);

/* When somebody has stalled (design, 4). */
struct fil_stall_rule {
	const struct fil_dimensions *dimensions;
	fil_day as_of;
	int days; /* without a rise */
};

/* Returns the day from which a user has stood still below the threshold of dimension d: of the last
 * rise, or of the newest enrolment (or FIL_NEVER) if that is later. FIL_NEVER when the user has not
 * stalled. */
fil_day fil_stalled_since(const struct fil_stall_rule *rule, size_t d,
    const struct fil_standing *standing, fil_day enrolled);

#endif
