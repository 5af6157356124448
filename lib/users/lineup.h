/* SPDX-License-Identifier: ISC */
/* A line-up: which groups of a report share a row, in what order the rows come, and under what
 * name. Knows no store. */
#ifndef FIL_LINEUP_H
#define FIL_LINEUP_H

#include <stddef.h>

#include "lib/users/population.h"

/* The groups of a report. */
struct fil_lineup_request {
	enum fil_by by;		/* FIL_BY_NONE: the one group is the whole, always shown */
	size_t minimum;		/* users that a row must have (fil_groups_merge) */
	size_t n;
	const char *const *names;
	const size_t *users;	/* whose number decides */
	const size_t *others;	/* shown beside them: a group that has only such is no group of
				 * nobody. NULL: none */
};

/* The rows. Names belong to the request's. */
struct fil_lineup {
	size_t n;
	const char **names;
	size_t *into;		/* the row of each group, or FIL_NOWHERE (lib/store/store.h) */
};

/* Lines the groups up; the caller releases. */
void fil_lineup_init(struct fil_lineup *lineup, const struct fil_lineup_request *request);

/* Frees what the line-up holds. */
void fil_lineup_release(struct fil_lineup *lineup);

#endif
