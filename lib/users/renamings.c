/* SPDX-License-Identifier: ISC */
#include "lib/users/renamings.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/memory.h"

/* A user got another key, or was joined to another user. */
struct renaming {
	struct fil_moment moment;
	const char *old, *new;
	bool joined;
	bool holds; /* the run that joined them was not taken back */
};

struct fil_renamings {
	struct renaming *all; /* in order of their moments */
	const struct renaming **by_old, **by_new; /* in order of the key, then of the moment */
	size_t n;
	struct fil_intern *keys;
};

int
fil_moment_compare(struct fil_moment a, struct fil_moment b)
{
	if (a.run != b.run)
		return a.run < b.run ? -1 : 1;
	return (a.number > b.number) - (a.number < b.number);
}

static int
compare_old(const void *a, const void *b)
{
	const struct renaming *x = *(const struct renaming *const *)a,
			      *y = *(const struct renaming *const *)b;
	int order = strcmp(x->old, y->old);

	return order != 0 ? order : fil_moment_compare(x->moment, y->moment);
}

static int
compare_new(const void *a, const void *b)
{
	const struct renaming *x = *(const struct renaming *const *)a,
			      *y = *(const struct renaming *const *)b;
	int order = strcmp(x->new, y->new);

	return order != 0 ? order : fil_moment_compare(x->moment, y->moment);
}

static void
sort(struct fil_renamings *renamings)
{
	size_t n = renamings->n;

	renamings->by_old = fil_alloc(n, sizeof *renamings->by_old);
	renamings->by_new = fil_alloc(n, sizeof *renamings->by_new);
	for (size_t i = 0; i < n; i++)
		renamings->by_old[i] = renamings->by_new[i] = &renamings->all[i];
	if (n == 0)
		return;
	qsort(renamings->by_old, n, sizeof *renamings->by_old, compare_old);
	qsort(renamings->by_new, n, sizeof *renamings->by_new, compare_new);
}

/* Returns a copy of a column that lives as long as the renamings. */
static const char *
keep_key(struct fil_renamings *renamings, struct fil_query *query, int column)
{
	const char *key = fil_query_text(query, column);

	return fil_intern_get(renamings->keys, fil_intern_add(renamings->keys, key, strlen(key)));
}

struct fil_renamings *
fil_renamings_new(struct fil_store *store, bool (*holds)(const void *context, int64_t run),
    const void *context, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(store,
	    "SELECT run, number, subject, became, action FROM history"
	    " WHERE became IS NOT NULL AND subject IS NOT NULL ORDER BY run, number");
	struct fil_renamings *renamings = fil_alloc(1, sizeof *renamings);
	size_t room = 0;
	int step;

	renamings->keys = fil_intern_new(0);
	while ((step = fil_query_step(query, fault)) == 1) {
		renamings->all =
		    fil_grow(renamings->all, renamings->n, &room, sizeof *renamings->all);
		renamings->all[renamings->n++] = (struct renaming){
			.moment = { fil_query_number(query, 0), fil_query_number(query, 1) },
			.old = keep_key(renamings, query, 2),
			.new = keep_key(renamings, query, 3),
			.joined = strcmp(fil_query_text(query, 4), "removed") == 0,
			.holds = holds(context, fil_query_number(query, 0))
		};
	}
	fil_query_free(query);
	if (step < 0) {
		fil_renamings_free(renamings);
		return NULL;
	}
	sort(renamings);
	return renamings;
}

/* Returns the place in a sorted array of the first renaming that is not before the one sought. */
static size_t
find_place(const struct renaming *const *sorted, size_t n, const struct renaming *sought,
    int (*compare)(const void *a, const void *b))
{
	size_t low = 0;

	while (low < n) {
		size_t middle = low + (n - low) / 2;

		if (compare(&sorted[middle], &sought) < 0)
			low = middle + 1;
		else
			n = middle;
	}
	return low;
}

/* Returns the first renaming of the key from a moment on, or NULL. joins: a join that holds counts
 * too. */
static const struct renaming *
find_next(
    const struct fil_renamings *renamings, const char *key, struct fil_moment from, bool joins)
{
	const struct renaming sought = { .moment = from, .old = key };
	size_t i = find_place(renamings->by_old, renamings->n, &sought, compare_old);

	for (; i < renamings->n && strcmp(renamings->by_old[i]->old, key) == 0; i++)
		if (!renamings->by_old[i]->joined || (joins && renamings->by_old[i]->holds))
			return renamings->by_old[i];
	return NULL;
}

/* Returns the last renaming to the key before a moment, or NULL. */
static const struct renaming *
find_previous(const struct fil_renamings *renamings, const char *key, struct fil_moment from)
{
	const struct renaming sought = { .moment = from, .new = key };
	size_t i = find_place(renamings->by_new, renamings->n, &sought, compare_new);

	while (i > 0 && strcmp(renamings->by_new[i - 1]->new, key) == 0)
		if (!renamings->by_new[--i]->joined)
			return renamings->by_new[i];
	return NULL;
}

/* Returns the moment after an entry. */
static struct fil_moment
after(struct fil_moment moment)
{
	return (struct fil_moment){ moment.run, moment.number + 1 };
}

/* Returns whether another user got the key between two moments: the user who had it was removed. */
static bool
is_taken(const struct fil_renamings *renamings, const char *key, struct fil_moment from,
    struct fil_moment to)
{
	const struct renaming *renaming = find_previous(renamings, key, to);

	return renaming && fil_moment_compare(renaming->moment, from) >= 0;
}

/* Returns whether the user who had the key got another one between two moments. */
static bool
is_given_up(const struct fil_renamings *renamings, const char *key, struct fil_moment from,
    struct fil_moment to)
{
	const struct renaming *renaming = find_next(renamings, key, from, false);

	return renaming && fil_moment_compare(renaming->moment, to) < 0;
}

const char *
fil_renamings_key(const struct fil_renamings *renamings, const char *key, struct fil_moment from,
    struct fil_moment to)
{
	const struct renaming *renaming;

	if (fil_moment_compare(from, to) <= 0) {
		while ((renaming = find_next(renamings, key, from, false)) &&
		    fil_moment_compare(renaming->moment, to) < 0 &&
		    !is_taken(renamings, key, from, renaming->moment)) {
			key = renaming->new;
			from = after(renaming->moment);
		}
		return key;
	}
	while ((renaming = find_previous(renamings, key, from)) &&
	    fil_moment_compare(renaming->moment, to) >= 0 &&
	    !is_given_up(renamings, key, after(renaming->moment), from)) {
		key = renaming->old;
		from = renaming->moment;
	}
	return key;
}

const char *
fil_renamings_person(const struct fil_renamings *renamings, const char *key, struct fil_moment from)
{
	const struct renaming *renaming;

	while ((renaming = find_next(renamings, key, from, true))) {
		key = renaming->new;
		from = after(renaming->moment);
	}
	return key;
}

const char **
fil_renamings_keys(const struct fil_renamings *renamings, const char *key, size_t *n)
{
	const char **keys = fil_alloc(renamings->n + 1, sizeof *keys);

	keys[0] = key;
	*n = 1;
	for (size_t i = 0; i < renamings->n; i++) {
		const struct renaming *renaming = renamings->by_old[i];

		if (strcmp(fil_renamings_person(renamings, renaming->old, renaming->moment), key) ==
			0 &&
		    strcmp(renaming->old, keys[*n - 1]) != 0 && strcmp(renaming->old, key) != 0)
			keys[(*n)++] = renaming->old;
	}
	return keys;
}

size_t
fil_renamings_count(const struct fil_renamings *renamings)
{
	return renamings->n;
}

void
fil_renamings_free(struct fil_renamings *renamings)
{
	if (!renamings)
		return;
	fil_intern_free(renamings->keys);
	free(renamings->all);
	free(renamings->by_old);
	free(renamings->by_new);
	free(renamings);
}
