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
	size_t last; /* place of the last ending, from 1; 0: none */
};

/* A holder lost a key by a renaming, or was removed. */
struct ending {
	uint32_t key, holder;
	size_t before; /* the one before of the holder, as struct holder has the last */
	struct fil_moment since, moment; /* since: as in struct key */
	/* Of the removal: a run that takes back that a holder was put back removes the holder again, as the
	 * first run did. */
	int64_t run;
	uint32_t former;
	bool removed; /* and not put back */
	int64_t put_back; /* 0, or the run that put the holder back */
	/* The holder to whom the removal joined this one, and the key of then; or NONE. */
	uint32_t joined, into;
};

struct fil_holders {
	struct fil_intern *names; /* of the keys */
	struct key *keys;
	struct holder *holders;
	struct ending *endings; /* in order of time, then by key */
	const struct ending **by_holder; /* each holder's in order of time */
	size_t n_keys, n_holders, n_endings;
	size_t keys_room, holders_room, endings_room;
	const struct fil_undoings *undoings; /* while they are read */
};

/* Returns the order of two moments as strcmp does. */
static int
compare_moments(struct fil_moment a, struct fil_moment b)
{
	if (a.run != b.run)
		return a.run < b.run ? -1 : 1;
	return (a.number > b.number) - (a.number < b.number);
}

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

/* Returns the holder of a key, who is known from now on. */
static uint32_t
know_holder(struct fil_holders *holders, uint32_t key)
{
	uint32_t holder = find_holder(holders, key);

	if (holders->keys[key].last != holder)
		holders->keys[key] = (struct key){ .last = holder };
	return holder;
}

/* Returns the last removal of a holder that a run took back, what that run did being taken back by this one; or
 * NULL. */
static const struct ending *
find_again(const struct fil_holders *holders, uint32_t holder, int64_t run)
{
	for (size_t place = holders->holders[holder].last; place > 0;) {
		const struct ending *ending = &holders->endings[place - 1];

		if (ending->put_back > 0 &&
		    fil_undoings_took_back(holders->undoings, run, ending->put_back))
			return ending;
		place = ending->before;
	}
	return NULL;
}

/* Ends the time of a holder with a key. joined: as in struct ending. Returns the holder. */
static uint32_t
end(struct fil_holders *holders, uint32_t key, struct fil_moment moment, bool removed,
    uint32_t joined)
{
	uint32_t holder = find_holder(holders, key);
	const struct ending *again = find_again(holders, holder, moment.run);
	struct ending ending = { .key = key,
		.holder = holder,
		.before = holders->holders[holder].last,
		.since = holders->keys[key].since,
		.moment = moment,
		.run = again ? again->run : moment.run,
		.former = again ? again->former : key,
		.removed = removed,
		.joined = again && removed ? again->joined : joined };

	ending.into = ending.joined == NONE ? NONE : holders->holders[ending.joined].key;
	holders->holders[holder].stands = false;
	holders->endings = fil_grow(
	    holders->endings, holders->n_endings, &holders->endings_room, sizeof *holders->endings);
	holders->endings[holders->n_endings++] = ending;
	holders->holders[holder].last = holders->n_endings;
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
	    (fil_undoings_took_back(holders->undoings, run, ending->run) ||
		fil_undoings_took_back(holders->undoings, run, ending->moment.run));
}

/* Returns the holder whom a run puts back under a key: of those whom the runs removed that it takes back,
 * the last one comes first. */
static uint32_t
put_back(struct fil_holders *holders, uint32_t key, int64_t run)
{
	struct ending *last = NULL;

	for (size_t i = 0; i < holders->n_endings; i++) {
		struct ending *ending = &holders->endings[i];

		if (may_return(holders, ending, key, run) && (!last || ending->run >= last->run))
			last = ending;
	}
	if (!last)
		return find_holder(holders, key);
	last->removed = false;
	last->put_back = run;
	return last->holder;
}

static int
compare_endings(const void *a, const void *b)
{
	const struct ending *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return compare_moments(x->moment, y->moment);
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
		end(holders, key, moment, true,
		    became ? know_holder(holders, number_key(holders, became)) : NONE);
	else
		give(holders, number_key(holders, became), end(holders, key, moment, false, NONE),
		    moment);
}

static int
compare_holders(const void *a, const void *b)
{
	const struct ending *x = *(const struct ending *const *)a,
			    *y = *(const struct ending *const *)b;

	if (x->holder != y->holder)
		return x->holder < y->holder ? -1 : 1;
	return compare_moments(x->moment, y->moment);
}

static void
sort(struct fil_holders *holders)
{
	size_t n = holders->n_endings;

	holders->by_holder = fil_alloc(n, sizeof *holders->by_holder);
	if (n == 0)
		return;
	qsort(holders->endings, n, sizeof *holders->endings, compare_endings);
	for (size_t i = 0; i < n; i++)
		holders->by_holder[i] = &holders->endings[i];
	qsort(holders->by_holder, n, sizeof *holders->by_holder, compare_holders);
}

/* Leads the last removal of a holder, at a place in by_holder, to the user of an earlier join that holds, if the
 * last one was taken back: a run that takes back it and the undo of the earlier one wrote nothing of the holder. */
static void
settle_join(struct fil_holders *holders, size_t place)
{
	struct ending *last = &holders->endings[holders->by_holder[place] - holders->endings];

	if (!last->removed || fil_undoings_by(holders->undoings, last->run) == 0)
		return;
	while (place-- > 0 && holders->by_holder[place]->holder == last->holder) {
		const struct ending *earlier = holders->by_holder[place];

		if (earlier->joined == NONE ||
		    fil_undoings_by(holders->undoings, earlier->run) != 0)
			continue;
		last->joined = earlier->joined;
		return;
	}
}

static void
settle_joins(struct fil_holders *holders)
{
	for (size_t i = 0; i < holders->n_endings; i++)
		if (i + 1 == holders->n_endings ||
		    holders->by_holder[i + 1]->holder != holders->by_holder[i]->holder)
			settle_join(holders, i);
}

struct fil_holders *
fil_holders_new(
    struct fil_store *store, const struct fil_undoings *undoings, struct fil_fault *fault)
{
	struct fil_holders *holders = fil_alloc(1, sizeof *holders);
	struct fil_query *query = fil_query_new(store, select_events);
	int step;

	holders->undoings = undoings;
	holders->names = fil_intern_new(0);
	while ((step = fil_query_step(query, fault)) == 1)
		take_event(holders, query);
	fil_query_free(query);
	if (step < 0) {
		fil_holders_free(holders);
		return NULL;
	}
	sort(holders);
	settle_joins(holders);
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
	if (compare_moments(since, moment) > 0 && low > 0 && holders->endings[low - 1].key == key)
		holder = holders->endings[low - 1].holder;
	return holder;
}

/* Returns the holder of a key at a moment, or NONE where nothing is known. */
static uint32_t
find_at(const struct fil_holders *holders, const char *key, struct fil_moment moment)
{
	size_t number = fil_intern_find(holders->names, key, strlen(key));

	return number == FIL_NOWHERE ? NONE : holder_at(holders, (uint32_t)number, moment);
}

/* Returns the place in by_holder of the first ending of a holder that is not before a moment. */
static size_t
find_ending(const struct fil_holders *holders, uint32_t holder, struct fil_moment moment)
{
	const struct ending sought = { .holder = holder, .moment = moment };
	const struct ending *address = &sought;
	size_t low = 0, high = holders->n_endings;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_holders(&holders->by_holder[middle], &address) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Returns whether a place in by_holder is of an ending of the holder. */
static bool
is_of(const struct fil_holders *holders, size_t place, uint32_t holder)
{
	return place < holders->n_endings && holders->by_holder[place]->holder == holder;
}

const char *
fil_holders_key(const struct fil_holders *holders, const char *key, struct fil_moment from,
    struct fil_moment to)
{
	uint32_t holder = find_at(holders, key, from);
	size_t place;

	if (holder == NONE)
		return key;
	place = find_ending(holders, holder, to);
	return fil_intern_get(holders->names,
	    is_of(holders, place, holder) ? holders->by_holder[place]->key
					  : holders->holders[holder].key);
}

/* Returns the last key of a holder, and sets *gone. key: where there is NONE. */
static const char *
last_key(const struct fil_holders *holders, uint32_t holder, const char *key, size_t *gone)
{
	const struct key *last;

	*gone = 0;
	if (holder == NONE)
		return key;
	last = &holders->keys[holders->holders[holder].key];
	if (last->last != holder || last->given_up)
		*gone = (size_t)holder + 1;
	return fil_intern_get(holders->names, holders->holders[holder].key);
}

const char *
fil_holders_today(
    const struct fil_holders *holders, const char *key, struct fil_moment moment, size_t *gone)
{
	return last_key(holders, find_at(holders, key, moment), key, gone);
}

/* Returns the first removal from a moment on that joined a holder to another user and was not taken back,
 * or NULL. */
static const struct ending *
find_join(const struct fil_holders *holders, uint32_t holder, struct fil_moment moment)
{
	size_t place = find_ending(holders, holder, moment);

	for (; is_of(holders, place, holder); place++)
		if (holders->by_holder[place]->removed && holders->by_holder[place]->joined != NONE)
			return holders->by_holder[place];
	return NULL;
}

const char *
fil_holders_person(
    const struct fil_holders *holders, const char *key, struct fil_moment moment, size_t *gone)
{
	size_t unused, joins = 0;
	uint32_t holder = find_at(holders, key, moment);
	const struct ending *join;

	/* A run that does joins again may remove the users in any order. In a damaged history they go round. */
	while (holder != NONE && joins++ < holders->n_endings &&
	    (join = find_join(holders, holder, moment))) {
		holder = join->joined;
		moment = (struct fil_moment){ join->moment.run, 0 };
	}
	return last_key(holders, holder, key, gone ? gone : &unused);
}

const char *
fil_holders_joined(const struct fil_holders *holders, const char *key, struct fil_moment moment)
{
	uint32_t holder = find_at(holders, key, moment);
	size_t place = holder == NONE ? 0 : find_ending(holders, holder, moment);

	for (; holder != NONE && is_of(holders, place, holder); place++) {
		const struct ending *ending = holders->by_holder[place];

		if (ending->moment.run == moment.run && ending->into != NONE)
			return fil_intern_get(holders->names, ending->into);
	}
	return NULL;
}

const char **
fil_holders_keys(const struct fil_holders *holders, const char *key, size_t *n)
{
	const char **keys = fil_alloc(holders->n_endings + 1, sizeof *keys);

	keys[0] = key;
	*n = 1;
	for (size_t i = 0; i < holders->n_endings; i++) {
		const struct ending *ending = &holders->endings[i];
		const char *had = fil_intern_get(holders->names, ending->key);

		if (strcmp(had, key) != 0 && strcmp(had, keys[*n - 1]) != 0 &&
		    strcmp(fil_holders_person(holders, had, ending->moment, NULL), key) == 0)
			keys[(*n)++] = had;
	}
	return keys;
}

bool
fil_holders_any(const struct fil_holders *holders)
{
	return holders->n_keys > 0;
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
	free(holders->by_holder);
	free(holders);
}
