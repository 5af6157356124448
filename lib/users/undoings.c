/* SPDX-License-Identifier: ISC */
#include "lib/users/undoings.h"

#include <stdlib.h>

#include "lib/base/memory.h"
#include "lib/base/number.h"

struct fil_undoings {
	struct fil_undoing_of *all; /* those of the newest runs first */
	size_t n;
};

/* Adds the runs that a run takes back. */
static void
add(struct fil_undoings *undoings, int64_t by, const char *runs)
{
	bool holds = fil_undoings_by(undoings, by) == 0;
	char *rest;

	for (long long run; (run = strtoll(runs, &rest, 10)) > 0; runs = rest) {
		undoings->all = fil_resize(undoings->all, undoings->n + 1, sizeof *undoings->all);
		undoings->all[undoings->n++] = (struct fil_undoing_of){ run, by, holds };
	}
}

/* The newest come first: whether an undoing stands is known from those after it. */
static int
read_all(struct fil_undoings *undoings, struct fil_store *store, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(
	    store, "SELECT run, undid FROM runs WHERE undid IS NOT NULL ORDER BY run DESC");
	const char *runs;
	char *key = NULL;
	int step;

	while ((step = fil_query_step(query, fault)) == 1) {
		runs = fil_query_text(query, 1);
		/* A damaged index has runs that took nothing back. */
		if (!runs) {
			key = fil_format("%lld", (long long)fil_query_number(query, 0));
			step = fil_store_damaged(fault, "runs", key);
			break;
		}
		add(undoings, fil_query_number(query, 0), runs);
	}
	free(key);
	fil_query_free(query);
	return step;
}

struct fil_undoings *
fil_undoings_new(struct fil_store *store, struct fil_fault *fault)
{
	struct fil_undoings *undoings = fil_alloc(1, sizeof *undoings);

	if (read_all(undoings, store, fault) == 0)
		return undoings;
	fil_undoings_free(undoings);
	return NULL;
}

int64_t
fil_undoings_by(const struct fil_undoings *undoings, int64_t run)
{
	for (size_t i = 0; i < undoings->n; i++)
		if (undoings->all[i].run == run && undoings->all[i].holds)
			return undoings->all[i].by;
	return 0;
}

void
fil_undoings_take_back(struct fil_undoings *undoings, const int64_t *runs, size_t n)
{
	for (size_t i = 0; i < undoings->n; i++) {
		struct fil_undoing_of *undoing = &undoings->all[i];

		undoing->holds =
		    !bsearch(&undoing->by, runs, n, sizeof *runs, fil_number_compare) &&
		    fil_undoings_by(undoings, undoing->by) == 0;
	}
}

bool
fil_undoings_took_back(const struct fil_undoings *undoings, int64_t by, int64_t run)
{
	for (size_t i = 0; i < undoings->n; i++)
		if ((run == 0 || undoings->all[i].run == run) && undoings->all[i].by == by)
			return true;
	return false;
}

const struct fil_undoing_of *
fil_undoings_all(const struct fil_undoings *undoings, size_t *n)
{
	*n = undoings->n;
	return undoings->all;
}

void
fil_undoings_free(struct fil_undoings *undoings)
{
	if (!undoings)
		return;
	free(undoings->all);
	free(undoings);
}
