/* SPDX-License-Identifier: ISC */
#include "lib/levels/fact_reader.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"

/* The columns of FACTS; EVENTS begins with them. */
enum { USER, DIMENSION, DATE, SOURCE, LEVEL };

#define FACTS "SELECT \"user\", dimension, date, source, level FROM autonomy"
#define EVENTS "SELECT \"user\", dimension, date, source, level, note, run FROM autonomy"
#define ORDER "dimension, date, source"

struct fil_cursor *
fil_facts_cursor(struct fil_store *store, size_t n)
{
	if (n > 0)
		return fil_cursor_of_users(store, FACTS, ORDER, n);
	return fil_cursor_new(fil_query_new(store, FACTS " ORDER BY \"user\", " ORDER));
}

struct fil_cursor *
fil_events_cursor(struct fil_store *store)
{
	struct fil_query *query = fil_query_new(store, EVENTS " ORDER BY \"user\", " ORDER);

	fil_query_read(query);
	return fil_cursor_new(query);
}

/* Reads the fact of the current row. near: the number of the dimension of the row before. Returns 0,
 * or -1 with a fault. */
static int
read_fact(struct fil_cursor *cursor, const struct fil_dimensions *dimensions, size_t near,
    struct fil_fact_row *fact, struct fil_fault *fault)
{
	struct fil_query *query = fil_cursor_query(cursor);
	size_t dimension =
	    fil_dimensions_find(dimensions, fil_query_required(query, DIMENSION), near);
	int source = fil_source_number(fil_query_required(query, SOURCE));

	if (dimension == FIL_NOWHERE || source < 0 ||
	    fil_date_parse(fil_query_required(query, DATE), &fact->date) < 0)
		return fil_store_damaged_user(fault, "autonomy", fil_cursor_user(cursor, NULL));
	fact->dimension = (uint16_t)dimension;
	fact->source = (uint16_t)source;
	fact->level = (int)fil_query_number(query, LEVEL);
	return 0;
}

int
fil_facts_read(struct fil_facts *facts, struct fil_cursor *cursor,
    const struct fil_dimensions *dimensions, unsigned sources, struct fil_fault *fault)
{
	struct fil_fact_row fact = { 0 };
	int got;

	fil_facts_clear(facts);
	do {
		if (read_fact(cursor, dimensions, fact.dimension, &fact, fault) < 0)
			return -1;
		if (sources >> fact.source & 1)
			fil_facts_add(facts, fact.dimension, fact.date, fact.source, fact.level);
	} while ((got = fil_cursor_row(cursor, fault)) == 1);
	return got;
}

/* A user whose facts are kept: the places of the key and of the first fact. */
struct kept_user {
	size_t key, first;
};

struct fil_kept_facts {
	bool read;
	struct fil_bytes keys; /* each ends with a NUL */
	struct kept_user *users;
	size_t n, room;
	struct fil_fact_row *facts;
	size_t n_facts, facts_room;
};

struct fil_fact_reader {
	const struct fil_dimensions *dimensions;
	struct fil_cursor *cursor; /* NULL where the facts are kept */
	struct fil_fact_row *facts; /* of the current user */
	size_t room;
	const struct fil_kept_facts *kept;
	size_t next; /* the number of the next user of the kept ones */
	struct fil_fact_user user; /* the one that fil_fact_reader_seek is at */
	bool begun, ended;
};

struct fil_kept_facts *
fil_kept_facts_new(void)
{
	return fil_alloc(1, sizeof(struct fil_kept_facts));
}

/* Frees what is kept. */
static void
clear_kept(struct fil_kept_facts *kept)
{
	fil_bytes_release(&kept->keys);
	free(kept->users);
	free(kept->facts);
	*kept = (struct fil_kept_facts){ 0 };
}

void
fil_kept_facts_free(struct fil_kept_facts *kept)
{
	if (!kept)
		return;
	clear_kept(kept);
	free(kept);
}

bool
fil_kept_facts_known(const struct fil_kept_facts *kept)
{
	return kept && kept->read;
}

/* Makes room for one more element after n of an array. */
static void *
make_room(void *array, size_t n, size_t *room, size_t size)
{
	if (n < *room)
		return array;
	*room += *room / 2 + 16;
	return fil_resize(array, *room, size);
}

/* Reads the facts of the current user of the cursor. Returns 0, or -1 with a fault. */
static int
read_user(struct fil_fact_reader *reader, struct fil_fact_user *out, struct fil_fault *fault)
{
	size_t near = 0;
	int got;

	out->n = 0;
	do {
		reader->facts =
		    make_room(reader->facts, out->n, &reader->room, sizeof *reader->facts);
		if (read_fact(reader->cursor, reader->dimensions, near, &reader->facts[out->n],
			fault) < 0)
			return -1;
		near = reader->facts[out->n++].dimension;
	} while ((got = fil_cursor_row(reader->cursor, fault)) == 1);
	out->user = fil_cursor_user(reader->cursor, &out->length);
	out->facts = reader->facts;
	return got;
}

/* Adds a user with the facts. */
static void
keep_user(struct fil_kept_facts *kept, const struct fil_fact_user *user)
{
	kept->users = make_room(kept->users, kept->n, &kept->room, sizeof *kept->users);
	kept->users[kept->n++] = (struct kept_user){ kept->keys.length, kept->n_facts };
	fil_bytes_add(&kept->keys, user->user, user->length + 1);
	for (size_t i = 0; i < user->n; i++) {
		kept->facts =
		    make_room(kept->facts, kept->n_facts, &kept->facts_room, sizeof *kept->facts);
		kept->facts[kept->n_facts++] = user->facts[i];
	}
}

/* Reads the facts of all users. Returns 0, or -1 with a fault, and keeps nothing then. */
static int
keep_all(struct fil_store *store, const struct fil_dimensions *dimensions,
    struct fil_kept_facts *kept, struct fil_fault *fault)
{
	struct fil_fact_reader *reader = fil_fact_reader_new(store, dimensions, NULL, fault);
	struct fil_fact_user user;
	int got;

	while ((got = fil_fact_reader_next(reader, &user, fault)) == 1)
		keep_user(kept, &user);
	fil_fact_reader_free(reader);
	if (got < 0)
		clear_kept(kept);
	kept->read = got == 0;
	return got;
}

struct fil_fact_reader *
fil_fact_reader_new(struct fil_store *store, const struct fil_dimensions *dimensions,
    struct fil_kept_facts *kept, struct fil_fault *fault)
{
	struct fil_fact_reader *reader;

	if (kept && !kept->read && keep_all(store, dimensions, kept, fault) < 0)
		return NULL;
	reader = fil_alloc(1, sizeof *reader);
	reader->dimensions = dimensions;
	reader->kept = kept;
	if (!kept)
		reader->cursor = fil_facts_cursor(store, 0);
	return reader;
}

/* Moves to the next of the users that are kept. Returns 1, or 0 at the end. */
static int
next_kept(struct fil_fact_reader *reader, struct fil_fact_user *out)
{
	const struct fil_kept_facts *kept = reader->kept;
	const struct kept_user *user;
	bool last = reader->next + 1 == kept->n;

	if (reader->next == kept->n)
		return 0;
	user = &kept->users[reader->next++];
	out->user = kept->keys.data + user->key;
	out->length = (last ? kept->keys.length : user[1].key) - user->key - 1;
	out->facts = kept->facts + user->first;
	out->n = (last ? kept->n_facts : user[1].first) - user->first;
	return 1;
}

int
fil_fact_reader_next(
    struct fil_fact_reader *reader, struct fil_fact_user *out, struct fil_fault *fault)
{
	int got;

	if (reader->kept)
		return next_kept(reader, out);
	got = fil_cursor_next(reader->cursor, fault);
	return got == 1 && read_user(reader, out, fault) < 0 ? -1 : got;
}

int
fil_fact_reader_seek(struct fil_fact_reader *reader, const char *user, struct fil_fact_user *out,
    struct fil_fault *fault)
{
	while (!reader->ended) {
		int order = reader->begun ? strcmp(reader->user.user, user) : -1, got;

		if (order >= 0) {
			*out = reader->user;
			return order == 0;
		}
		if ((got = fil_fact_reader_next(reader, &reader->user, fault)) < 0)
			return -1;
		reader->begun = true;
		reader->ended = got == 0;
	}
	return 0;
}

void
fil_facts_fill(struct fil_facts *facts, const struct fil_fact_user *user, unsigned sources)
{
	fil_facts_clear(facts);
	for (size_t i = 0; i < user->n; i++) {
		const struct fil_fact_row *fact = &user->facts[i];

		if (sources >> fact->source & 1)
			fil_facts_add(
			    facts, fact->dimension, fact->date, fact->source, fact->level);
	}
}

void
fil_fact_reader_free(struct fil_fact_reader *reader)
{
	if (!reader)
		return;
	fil_cursor_free(reader->cursor);
	free(reader->facts);
	free(reader);
}
