/* SPDX-License-Identifier: ISC */
#include "lib/users/holders.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/memory.h"

/* No holder. */
#define NONE UINT32_MAX

/* What is known of a key. */
struct key {
	uint32_t last; /* holder, or NONE */
	bool given_up; /* the last holder has another key since */
	struct fil_moment since; /* when the last holder got it; 0: as a new user */
};

struct holder {
	uint32_t key; /* that the holder has, or had last */
	bool stands; /* for certain */
	/* 0, or the last run that put the holder back, and the run and the key of the removal that it took
	 * back. */
	int64_t put_back, run;
	uint32_t former;
};

/* A holder lost a key by a renaming, or was removed. */
struct ending {
	uint32_t key, holder;
	struct fil_moment since, moment; /* since: as in struct key */
	/* Of the removal: a run that takes back that a holder was put back removes the holder again, as the
	 * first run did. */
	int64_t run;
	uint32_t former;
	bool removed; /* and not put back */
};

struct fil_holders {
	struct fil_intern *names; /* of the keys */
	struct key *keys;
	struct holder *holders;
	struct ending *endings; /* in order of time, then by key */
	size_t n_keys, n_holders, n_endings;
	size_t keys_room, holders_room, endings_room;
	bool (*took_back)(const void *context, int64_t by, int64_t run);
	const void *context;
};

/* Returns the number of a key. */
static uint32_t
number_key(struct fil_holders *holders, const char *name)
{
	uint32_t key = fil_intern_add_text(holders->names, name);

	if (key == holders->n_keys) {
		holders->keys = fil_grow(
		    holders->keys, holders->n_keys, &holders->keys_room, sizeof *holders->keys);
		holders->keys[holders->n_keys++] = (struct key){ .last = NONE };
	}
	return key;
}

/* Returns the holder of a key, who is a new one if the last one has given it up: the history has no entry
 * for users who are added. */
static uint32_t
find_holder(struct fil_holders *holders, uint32_t key)
{
	if (holders->keys[key].last != NONE && !holders->keys[key].given_up)
		return holders->keys[key].last;
	holders->holders = fil_grow(
	    holders->holders, holders->n_holders, &holders->holders_room, sizeof *holders->holders);
	holders->holders[holders->n_holders] = (struct holder){ .key = key };
	return (uint32_t)holders->n_holders++;
}

/* Ends the time of a holder with a key. Returns the holder. */
static uint32_t
end(struct fil_holders *holders, uint32_t key, struct fil_moment moment, bool removed)
{
	uint32_t holder = find_holder(holders, key);
	struct holder *known = &holders->holders[holder];
	bool again = known->put_back > 0 &&
	    holders->took_back(holders->context, moment.run, known->put_back);

	known->stands = false;
	holders->endings = fil_grow(
	    holders->endings, holders->n_endings, &holders->endings_room, sizeof *holders->endings);
	holders->endings[holders->n_endings++] =
	    (struct ending){ key, holder, holders->keys[key].since, moment,
		    again ? known->run : moment.run, again ? known->former : key, removed };
	holders->keys[key] = (struct key){ .last = holder, .given_up = !removed };
	return holder;
}

/* Gives a key to a holder. */
static void
give(struct fil_holders *holders, uint32_t key, uint32_t holder, struct fil_moment since)
{
	holders->keys[key] = (struct key){ .last = holder, .since = since };
	holders->holders[holder].key = key;
	holders->holders[holder].stands = true;
}

/* Returns whether a run can put back under a key the holder whom an ending removed. */
static bool
may_return(
    const struct fil_holders *holders, const struct ending *ending, uint32_t key, int64_t run)
{
	return ending->former == key && ending->removed &&
	    !holders->holders[ending->holder].stands &&
	    (holders->took_back(holders->context, run, ending->run) ||
		holders->took_back(holders->context, run, ending->moment.run));
}

/* Returns the holder whom a run puts back under a key: of those whom the runs removed that it takes back,
 * the last one comes first. */
static uint32_t
put_back(struct fil_holders *holders, uint32_t key, int64_t run)
{
	struct ending *last = NULL;
	struct holder *holder;

	for (size_t i = 0; i < holders->n_endings; i++) {
		struct ending *ending = &holders->endings[i];

		if (may_return(holders, ending, key, run) && (!last || ending->run >= last->run))
			last = ending;
	}
	if (!last)
		return find_holder(holders, key);
	last->removed = false;
	holder = &holders->holders[last->holder];
	holder->put_back = run;
	holder->run = last->run;
	holder->former = last->former;
	return last->holder;
}

static int
compare_endings(const void *a, const void *b)
{
	const struct ending *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return fil_moment_compare(x->moment, y->moment);
}

static const char select_events[] =
    "SELECT run, number, subject, became, action FROM history WHERE relation = 'users'"
    " AND action IN ('renamed', 'removed', 'added') AND subject IN"
    " (SELECT subject FROM history WHERE became IS NOT NULL"
    " UNION SELECT became FROM history WHERE became IS NOT NULL) ORDER BY run, number";
enum { RUN, NUMBER, SUBJECT, BECAME, ACTION };

/* Takes the event at which the query stands. */
static void
take_event(struct fil_holders *holders, struct fil_query *query)
{
	struct fil_moment moment = { fil_query_number(query, RUN),
		fil_query_number(query, NUMBER) };
	uint32_t key = number_key(holders, fil_query_text(query, SUBJECT));
	const char *action = fil_query_text(query, ACTION), *became = fil_query_text(query, BECAME);

	if (strcmp(action, "added") == 0)
		give(holders, key, put_back(holders, key, moment.run), moment);
	else if (strcmp(action, "removed") == 0 || !became)
		end(holders, key, moment, true);
	else
		give(
		    holders, number_key(holders, became), end(holders, key, moment, false), moment);
}

struct fil_holders *
fil_holders_new(struct fil_store *store,
    bool (*took_back)(const void *context, int64_t by, int64_t run), const void *context,
    struct fil_fault *fault)
{
	struct fil_holders *holders = fil_alloc(1, sizeof *holders);
	struct fil_query *query = fil_query_new(store, select_events);
	int step;

	holders->took_back = took_back;
	holders->context = context;
	holders->names = fil_intern_new(0);
	while ((step = fil_query_step(query, fault)) == 1)
		take_event(holders, query);
	fil_query_free(query);
	if (step < 0) {
		fil_holders_free(holders);
		return NULL;
	}
	if (holders->n_endings > 0)
		qsort(holders->endings, holders->n_endings, sizeof *holders->endings,
		    compare_endings);
	return holders;
}

/* Returns the holder of a key at a moment, or NONE where nothing is known: it is the first who lost it
 * since. Between two holders it is the one before, who may be named after the removal. */
static uint32_t
holder_at(const struct fil_holders *holders, uint32_t key, struct fil_moment moment)
{
	const struct ending sought = { .key = key, .moment = moment };
	const struct key *last = &holders->keys[key];
	size_t low = 0, high = holders->n_endings;
	struct fil_moment since;
	uint32_t holder;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_endings(&holders->endings[middle], &sought) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < holders->n_endings && holders->endings[low].key == key) {
		holder = holders->endings[low].holder;
		since = holders->endings[low].since;
	} else {
		holder = last->given_up ? NONE : last->last;
		since = last->since;
	}
	if (fil_moment_compare(since, moment) > 0 && low > 0 &&
	    holders->endings[low - 1].key == key)
		holder = holders->endings[low - 1].holder;
	return holder;
}

const char *
fil_holders_today(
    const struct fil_holders *holders, const char *key, struct fil_moment moment, size_t *gone)
{
	size_t number = fil_intern_find(holders->names, key, strlen(key));
	uint32_t holder =
	    number == FIL_NOWHERE ? NONE : holder_at(holders, (uint32_t)number, moment);
	const struct key *last;

	*gone = 0;
	if (holder == NONE)
		return key;
	last = &holders->keys[holders->holders[holder].key];
	if (last->last != holder || last->given_up)
		*gone = (size_t)holder + 1;
	return fil_intern_get(holders->names, holders->holders[holder].key);
}

void
fil_holders_free(struct fil_holders *holders)
{
	if (!holders)
		return;
	fil_intern_free(holders->names);
	free(holders->keys);
	free(holders->holders);
	free(holders->endings);
	free(holders);
}
