/* SPDX-License-Identifier: ISC */
/* A selection: which users count, as --active, --phase, --role and -w ask for it; and the one
 * reading of the table users under it. */
#ifndef FIL_SELECTION_H
#define FIL_SELECTION_H

#include <stdbool.h>

#include "lib/base/fault.h"
#include "lib/catalog/filter.h"
#include "lib/store/store.h"
#include "lib/users/groups.h"

/* {0} selects everybody. */
struct fil_selection {
	/* Only users of the roles who are here on the day (fil_user_is_here). */
	bool active;
	/* A glob: only users enrolled by the day in a phase that it matches; "": only users
	 * enrolled in none; NULL: any. */
	const char *phase;
	/* Role names separated by commas; NULL: "user". */
	const char *roles;
	/* Conditions bound to the table users, or NULL. */
	const struct fil_filter *filter;
};

/* Returns whether the selection has conditions. */
bool fil_selection_has_conditions(const struct fil_selection *selection);

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

/* A row of users, until the next one. Cells are NULL where nothing is known. */
struct fil_user_row {
	const char *user, *arrived, *left;
	const char *group; /* the column that the users are grouped by; NULL where there is none */
	bool has_role; /* one of the selection's */
};

/* Returns whether the user is here on a day, YYYY-MM-DD: arrived by then or on an unknown day,
 * and not left by then. Dates are compared as text: no cell is parsed. */
bool fil_user_is_here(const struct fil_user_row *row, const char *day);

/* What is read. */
struct fil_user_request {
	const struct fil_selection *selection; /* its roles and its filter are looked at */
	enum fil_by by; /* gives group */
	bool arrived; /* whether arrived is read */
};

struct fil_user_reader;

/* Returns a reader of the users who meet the selection's filter, in no order. The selection must
 * outlive it. Returns NULL with a fault (64 for an unknown role); the caller frees it. */
struct fil_user_reader *fil_user_reader_new(
    struct fil_store *store, const struct fil_user_request *request, struct fil_fault *fault);

/* Reads the next user. Returns 1, 0 at the end, or -1 with a fault. */
int fil_user_reader_next(
    struct fil_user_reader *reader, struct fil_user_row *row, struct fil_fault *fault);

/* Frees the reader; NULL is fine. */
void fil_user_reader_free(struct fil_user_reader *reader);

#endif
