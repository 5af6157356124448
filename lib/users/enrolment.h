/* SPDX-License-Identifier: ISC */
/* Phases, and the enrolments of users in them, user by user in the order of their keys. */
#ifndef FIL_ENROLMENT_H
#define FIL_ENROLMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/store/query.h"
#include "lib/store/statement.h"

struct fil_store;

/* The columns of the phases as fil_phases_read reads them. */
enum fil_phase_cell {
	FIL_PHASE_KEY,
	FIL_PHASE_TITLE,
	FIL_PHASE_KIND, /* pilot or rollout */
	FIL_PHASE_BEGINS,
	FIL_PHASE_ENDS, /* NULL: unknown */
	FIL_PHASE_CELLS
};

/* Reads the phases in the order of their keys. Returns NULL with a fault; the caller frees them. */
struct fil_lookup_table *fil_phases_read(struct fil_store *store, struct fil_fault *fault);

/* Returns for each phase whether its key matches the glob; for NULL none does. The caller frees the
 * list. */
bool *fil_phases_match(const struct fil_lookup_table *phases, const char *glob);

/* An enrolment of the current user. */
struct fil_enrolment {
	size_t phase; /* row of the phases; 0 without phases */
	fil_day date;
	fil_day declined; /* FIL_NEVER: not declined */
};

struct fil_enrolments;

/* The enrolments of all users, kept for several readers. Memory: 16 bytes an enrolment, 16 a user, and
 * the keys. */
struct fil_kept_enrolments;

/* Returns kept enrolments, of which none is read yet. The caller frees them. */
struct fil_kept_enrolments *fil_kept_enrolments_new(void);

/* Frees them; NULL is fine. No enrolments may use them any more. */
void fil_kept_enrolments_free(struct fil_kept_enrolments *kept);

/* Returns the enrolments dated up to the day, before the first user. One that was declined by the day
 * is none. phases may be NULL when only dates are needed; they must outlive the enrolments. The caller
 * frees the enrolments. */
struct fil_enrolments *
fil_enrolments_new(struct fil_store *store, const struct fil_lookup_table *phases, fil_day day);

/* As fil_enrolments_new, taken from those that are kept, or NULL. If none is read yet, those up to the day
 * are; a later day is not taken from them. They must outlive the enrolments. Returns NULL with a fault. */
struct fil_enrolments *
fil_enrolments_over(struct fil_store *store, const struct fil_lookup_table *phases, fil_day day,
    struct fil_kept_enrolments *kept, struct fil_fault *fault);

/* Moves to the next user who is enrolled. Returns 1, 0 at the end, or -1 with a fault. */
int fil_enrolments_next(struct fil_enrolments *enrolments, struct fil_fault *fault);

/* Moves to this user. Users are sought once each, in ascending order. Returns 1, 0 when the user
 * is not enrolled, or -1 with a fault. */
int
fil_enrolments_seek(struct fil_enrolments *enrolments, const char *user, struct fil_fault *fault);

/* Returns the current user, NULL before the first and after the last. Sets *length unless length is
 * NULL. The text belongs to the enrolments, until the next move. */
const char *fil_enrolments_user(const struct fil_enrolments *enrolments, size_t *length);

/* Returns the enrolments of the current user, by the keys of the phases, and their number in *n.
 * There are none after a seek that returned 0. They belong to the enrolments, until the next
 * move. */
const struct fil_enrolment *fil_enrolments_list(const struct fil_enrolments *enrolments, size_t *n);

/* As fil_enrolments_list, for those that were declined by the day. */
const struct fil_enrolment *
fil_enrolments_declined(const struct fil_enrolments *enrolments, size_t *n);

/* Returns the newest enrolment of the current user dated up to the day and not declined by then, or
 * NULL. Of several on one date the one with the last key of a phase counts. phases: only the phases
 * marked there count; NULL: all. */
const struct fil_enrolment *
fil_enrolments_newest(const struct fil_enrolments *enrolments, fil_day day, const bool *phases);

/* Returns 1 if an enrolment was declined after the first day and by the last one, 0 if none was, or -1
 * with a fault. */
int fil_enrolments_any_declined(
    struct fil_store *store, fil_day first, fil_day last, struct fil_fault *fault);

/* Frees the enrolments; NULL is fine. */
void fil_enrolments_free(struct fil_enrolments *enrolments);

/* A request for enrolments: the part of a statement by which an engine finds the phases of users on
 * given days. The engine reads the enrolments of a user beside the user. */
struct fil_enrolment_request {
	const struct fil_lookup_table *phases;
	const bool *selected; /* for each phase: it is sought; NULL: none is */
	const fil_day *days;
	size_t n_days;
};

/* Adds the subquery " LEFT JOIN (…) AS e" of the enrolments of users "u". Column phase0 is the
 * phase of the newest one on the first day, or NULL, and fits0 is 1 where one is in a phase that is
 * sought; and so on. */
void fil_enrolment_request_join(
    const struct fil_enrolment_request *request, struct fil_statement *statement);

/* Adds the subquery " LEFT JOIN (…) AS e" of the days on which users "w" were enrolled, of the enrolments
 * that hold on a day: enrolled is the first, newest the last. */
void fil_enrolment_request_join_days(struct fil_statement *statement, fil_day day);

/* More phases are too many columns for a server. */
enum { FIL_MOST_INSIDE = 1000 };

/* Adds for each phase whether a column of the rows of a group names it: 1 or 0, ", … AS in0" and so on. */
void fil_phase_flags_add(
    struct fil_statement *statement, const struct fil_lookup_table *phases, const char *column);

/* Adds n such flags of a subquery: ", m.in0" and so on. */
void fil_phase_flags_select(struct fil_statement *statement, const char *subquery, size_t n);

/* Reads n flags from a column of a row on. Returns whether any is set. */
bool fil_phase_flags_take(struct fil_query *query, int column, size_t n, bool *flags);

/* Adds the subquery " LEFT JOIN (…) AS m" of the enrolments of users "u" that hold on a day, with the flags
 * of the phases. */
void fil_enrolment_request_join_inside(
    struct fil_statement *statement, const struct fil_lookup_table *phases, fil_day day);

/* Adds the condition that enrolments "n" hold on a day. */
void fil_enrolment_request_condition(struct fil_statement *statement, fil_day day);

#endif
