/* SPDX-License-Identifier: ISC */
/* A selection: the users that --active, --phase, --role and -w select. The table users is read
 * here, under a selection, and nowhere else. */
#ifndef FIL_SELECTION_H
#define FIL_SELECTION_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/store/statement.h"
#include "lib/users/groups.h"

struct fil_filter;
struct fil_store;

/* {0} selects all users. */
struct fil_selection {
	/* Only users of the roles who are present on the day (fil_user_is_here). */
	bool active;
	/* A glob: only users enrolled by the day in a phase whose key matches. "": only users
	 * enrolled in no phase. NULL: no condition. */
	const char *phase;
	/* Role names separated by commas; NULL: "user". */
	const char *roles;
	/* Conditions bound to the table users, or NULL. They hold for the row of the day. */
	const struct fil_filter *filter;
	/* NULL, or is set to the number of users who count on the last day, though they were
	 * recorded only later. */
	size_t *later;
};

/* Returns whether the selection has conditions. */
bool fil_selection_has_conditions(const struct fil_selection *selection);

/* Returns whether the selection leaves out users. */
bool fil_selection_narrows(const struct fil_selection *selection);

/* Checks that the phase of the selection is stored, if it has one. Returns 1; 0 for a pattern that
 * no phase matches; or -1 with a fault (65), which names the nearest phase, for a plain word. */
int fil_selection_check(
    const struct fil_selection *selection, struct fil_store *store, struct fil_fault *fault);

/* A set of roles. */
struct fil_roles {
	const char *const *names; /* of all roles, ended by NULL */
	unsigned set; /* a bit for each of the names */
};

/* Reads the selection's roles. Returns 0, or -1 with a usage fault that names the nearest role. */
int fil_selection_roles(
    const struct fil_selection *selection, struct fil_roles *roles, struct fil_fault *fault);

/* Returns whether a role, or NULL for none, is in the set. */
bool fil_roles_have(const struct fil_roles *roles, const char *role);

/* A row of the table users on a day, until the next one. A cell is NULL where it is empty. */
struct fil_user_row {
	const char *user, *arrived, *left;
	const char *group; /* the column to group by; NULL where there is none */
	const char *unit; /* NULL where it is not asked for */
	bool has_role; /* a role of the selection */
	bool changes; /* the row is not the same on all days of the request: fil_user_reader_on */
	bool had_left; /* where it changes: a departure may have been cleared since the first day */
};

/* Returns whether the user is present on a day, YYYY-MM-DD. The user arrived by then, or on an
 * unknown day, and had not left by then. Dates are compared as text: no cell is parsed. */
bool fil_user_is_here(const struct fil_user_row *row, const char *day);

/* A request for users. */
struct fil_user_request {
	const struct fil_selection *selection; /* only its roles and its filter are used */
	enum fil_by by; /* the column of group */
	bool arrived; /* whether arrived is read */
	bool unit; /* whether unit is read */
	/* The days of the rows, ascending. For a past day the history is read, in one pass. */
	const fil_day *days;
	size_t n_days;
};

/* The users of a request who have changed since its first day, as they were on each day. */
struct fil_past_users;

/* Returns 1 if the engine can count the users of the request, 0 if they must be read one by one, or
 * -1 with a fault. It cannot where it is near, where a condition has no form in SQL, and where very
 * many users have changed since the first day. Sets selection->later, if it is not NULL. Sets *past
 * to the users who have changed, NULL for none; the caller frees them. */
int fil_selection_counted(struct fil_store *store, const struct fil_user_request *request,
    struct fil_past_users **past, struct fil_fault *fault);

/* Adds the table "v" of these users to the beginning of a statement: "v (who, past) AS (…)". Users with
 * equal rows have the same number past. */
void fil_past_users_add(const struct fil_past_users *past, struct fil_statement *statement);

/* Fills the row of the users of that number on a day, but the key. Returns whether the conditions
 * of the selection hold then. The cells belong to the past users. */
bool fil_past_users_on(
    const struct fil_past_users *past, size_t number, size_t day, struct fil_user_row *row);

/* Frees the past users; NULL is fine. */
void fil_past_users_free(struct fil_past_users *past);

/* The users whom an engine counts. */
struct fil_counted_users {
	const struct fil_selection *selection;
	const struct fil_roles *roles; /* NULL: any */
	const struct fil_past_users *past; /* or NULL */
	fil_day first,
	    last; /* with active, a user is present on a day from the first one to the last */
};

/* Adds " FROM (…) AS u", the users in order, and "v" where there are past users. */
void fil_counted_users_join(const struct fil_counted_users *users, struct fil_statement *statement);

/* Adds " WHERE …": the roles and conditions of the selection, or that the user is in "v". */
void
fil_counted_users_where(const struct fil_counted_users *users, struct fil_statement *statement);

struct fil_user_reader;

/* Returns a reader of the users who meet the filter of the selection, in no order. The selection
 * and the days must outlive it. Returns NULL with a fault (64 for an unknown role). The caller frees
 * it. */
struct fil_user_reader *fil_user_reader_new(
    struct fil_store *store, const struct fil_user_request *request, struct fil_fault *fault);

/* Reads the next user, as of the first day. Where the row changes, the filter may hold on another day
 * only. Returns 1, 0 at the end, or -1 with a fault. */
int fil_user_reader_next(
    struct fil_user_reader *reader, struct fil_user_row *row, struct fil_fault *fault);

/* Fills the row of the same user, of fil_user_reader_next, on the day of that number. Returns
 * whether the filter holds then. */
bool fil_user_reader_on(struct fil_user_reader *reader, size_t day, struct fil_user_row *row);

/* Frees the reader; NULL is fine. */
void fil_user_reader_free(struct fil_user_reader *reader);

#endif
