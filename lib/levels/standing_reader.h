/* SPDX-License-Identifier: ISC */
/* Standings and autonomy facts read from a store: users in the order of their keys, as they stood
 * on given days, or with all facts. For today or later the derived tables are read. For past days,
 * or for some sources only, all autonomy events are read in one ordered pass. Readers of one
 * snapshot can share the facts, so that the store is read once. */
#ifndef FIL_STANDING_READER_H
#define FIL_STANDING_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/levels/standing.h"
#include "lib/store/query.h"
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

/* The facts of all users, kept for several readers. Memory: 12 bytes a fact, 16 a user, and the
 * keys. */
struct fil_kept_facts;

/* Returns facts that the first reader reads. The caller frees them after the readers. */
struct fil_kept_facts *fil_kept_facts_new(void);

/* Frees the facts; NULL is fine. */
void fil_kept_facts_free(struct fil_kept_facts *kept);

struct fil_fact_reader;

/* Returns a reader; NULL with a fault. kept: facts that the reader takes or reads for the others,
 * or NULL. The dimensions must outlive the reader. The caller frees it. */
struct fil_fact_reader *fil_fact_reader_new(struct fil_store *store,
    const struct fil_dimensions *dimensions, struct fil_kept_facts *kept, struct fil_fault *fault);

/* Moves to the next user. Returns 1, 0 at the end, or -1 with a fault. */
int fil_fact_reader_next(
    struct fil_fact_reader *reader, struct fil_fact_user *out, struct fil_fault *fault);

/* Moves to this user; users are sought in ascending order. Returns 1, 0 when the user has no fact,
 * or -1 with a fault. */
int fil_fact_reader_seek(struct fil_fact_reader *reader, const char *user,
    struct fil_fact_user *out, struct fil_fault *fault);

/* Replaces the facts by those of a user whose source is in the set of bits. */
void fil_facts_fill(struct fil_facts *facts, const struct fil_fact_user *user, unsigned sources);

/* Frees the reader; NULL is fine. */
void fil_fact_reader_free(struct fil_fact_reader *reader);

/* Returns a cursor over the autonomy events, in the order of struct fil_facts. With n 0 it is over
 * all users, else over chosen users, at most n at a time (fil_cursor_of_users). The caller frees
 * it. */
struct fil_cursor *fil_facts_cursor(struct fil_store *store, size_t n);

/* Has the facts of all users read ahead, as fil_query_read_ahead does. Returns whether they may be. */
bool fil_facts_read_ahead(struct fil_cursor *cursor);

/* Returns such a cursor over all users, with all columns and then run. The caller frees it. */
struct fil_cursor *fil_events_cursor(struct fil_store *store);

/* Replaces the facts by the rows of the current user whose source is in the set of bits. Returns 0,
 * or -1 with a fault. */
int fil_facts_read(struct fil_facts *facts, struct fil_cursor *cursor,
    const struct fil_dimensions *dimensions, unsigned sources, struct fil_fault *fault);

/* A request for standings. The dimensions must outlive the reader. */
struct fil_standing_request {
	const struct fil_dimensions *dimensions;
	const fil_day *days; /* ascending; copied */
	size_t n_days;
	fil_day today;
	const char *sources; /* names that count, separated by commas; NULL: all */
	bool rises; /* fill in previous, risen and first too */
};

/* A user, until the next move. standings[day * dimensions + dimension]; at least one level is
 * known. */
struct fil_standing_user {
	const char *user;
	size_t length;
	const struct fil_standing *standings;
};

struct fil_standing_reader;

/* Returns a reader; NULL with a fault (64 for an unknown source). The caller frees it. */
struct fil_standing_reader *fil_standing_reader_new(
    struct fil_store *store, const struct fil_standing_request *request, struct fil_fault *fault);

/* As fil_standing_reader_new. Where events are read, they are taken from the facts that other
 * readers keep, or NULL. */
struct fil_standing_reader *
fil_standing_reader_over(struct fil_store *store, const struct fil_standing_request *request,
    struct fil_kept_facts *kept, struct fil_fault *fault);

/* Moves to the next user. Returns 1, 0 at the end, -1 with a fault. */
int fil_standing_reader_next(
    struct fil_standing_reader *reader, struct fil_standing_user *out, struct fil_fault *fault);

/* Moves to this user; users are sought in ascending order. Sets *standings as in struct
 * fil_standing_user, or to NULL when no level is known. Returns 0, or -1 with a fault. */
int fil_standing_reader_seek(struct fil_standing_reader *reader, const char *user,
    const struct fil_standing **standings, struct fil_fault *fault);

/* Frees the reader; NULL is fine. */
void fil_standing_reader_free(struct fil_standing_reader *reader);

/* The functions below read single tables. With n 0 a cursor is over all users. With n > 0 it is
 * over chosen users, at most n at a time (fil_cursor_of_users). The caller frees it. */

/* Returns a cursor over all columns of the derived table standing and then run, by user and
 * dimension. */
struct fil_cursor *fil_standing_cursor(struct fil_store *store, size_t n);

/* Fills in one standing for each dimension from the rows of the current user. A dimension without a
 * row gets level -1; one that is damaged is like none that events give. Returns 0, or -1 with a
 * fault. */
int fil_standing_read(struct fil_cursor *cursor, const struct fil_dimensions *dimensions,
    struct fil_standing *standings, struct fil_fault *fault);

/* Returns a cursor over the derived table standings, and then run. */
struct fil_cursor *fil_autonomous_cursor(struct fil_store *store, size_t n);

/* Sets *day to the first autonomous day, the second column of the current row. FIL_NEVER: unknown.
 * Returns 0, or -1 with a fault. */
int fil_autonomous_read(struct fil_cursor *cursor, fil_day *day, struct fil_fault *fault);

/* The first day on which each user was autonomous, user by user in the order of their keys. Later
 * events never change this date, so it can also be used for reports as of a past date. */
struct fil_first_autonomous;

/* Returns the days in the dimension of that name; with NULL in all dimensions at once. sources: the
 * names that count, separated by commas. NULL counts all, and reads the derived tables instead of
 * the events. Returns NULL with a fault (64 for an unknown dimension or source). The caller frees
 * it. */
struct fil_first_autonomous *fil_first_autonomous_new(
    struct fil_store *store, const char *dimension, const char *sources, struct fil_fault *fault);

/* A user, until the next move. */
struct fil_first_autonomous_user {
	const char *user; /* NULL after the last */
	size_t length;
	fil_day day; /* FIL_NEVER: not autonomous yet */
};

/* Moves to the next user with a row. Returns 1, 0 at the end, or -1 with a fault. */
int fil_first_autonomous_next(struct fil_first_autonomous *first,
    struct fil_first_autonomous_user *out, struct fil_fault *fault);

/* Sets *day to the first autonomous day of a user, or to FIL_NEVER. Users are sought in ascending
 * order, each once. Returns 0, or -1 with a fault. */
int fil_first_autonomous_seek(
    struct fil_first_autonomous *first, const char *user, fil_day *day, struct fil_fault *fault);

/* Frees it; NULL is fine. */
void fil_first_autonomous_free(struct fil_first_autonomous *first);

#endif
