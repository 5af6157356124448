/* SPDX-License-Identifier: ISC */
#include "lib/levels/standing_reader.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/levels/standing.h"

/* The columns of FACTS; EVENTS begins with them. */
enum { FACT_USER, FACT_DIMENSION, FACT_DATE, FACT_SOURCE, FACT_LEVEL };

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

bool
fil_facts_read_ahead(struct fil_cursor *cursor)
{
	return fil_query_read_ahead(fil_cursor_query(cursor), FACT_LEVEL);
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
	    fil_dimensions_find(dimensions, fil_query_required(query, FACT_DIMENSION), near);
	int source = fil_source_number(fil_query_required(query, FACT_SOURCE));

	if (dimension == FIL_NOWHERE || source < 0 ||
	    fil_date_parse(fil_query_required(query, FACT_DATE), &fact->date) < 0)
		return fil_store_damaged_user(fault, "autonomy", fil_cursor_user(cursor, NULL));
	fact->dimension = (uint16_t)dimension;
	fact->source = (uint16_t)source;
	fact->level = (int)fil_query_number(query, FACT_LEVEL);
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

/* Returns whether the facts are kept by now; NULL keeps none. */
static bool
is_known(const struct fil_kept_facts *kept)
{
	return kept && kept->read;
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
		    fil_grow(reader->facts, out->n, &reader->room, sizeof *reader->facts);
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
	kept->users = fil_grow(kept->users, kept->n, &kept->room, sizeof *kept->users);
	kept->users[kept->n++] = (struct kept_user){ kept->keys.length, kept->n_facts };
	fil_bytes_add(&kept->keys, user->user, user->length + 1);
	for (size_t i = 0; i < user->n; i++) {
		kept->facts =
		    fil_grow(kept->facts, kept->n_facts, &kept->facts_room, sizeof *kept->facts);
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
		reader->cursor =
		    fil_cursor_ahead(fil_query_new(store, FACTS " ORDER BY \"user\", " ORDER));
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

/* The columns of ROWS; LEVELS has the first of them. */
enum { USER, DIMENSION, LEVEL, DATE, SOURCE, PREVIOUS, RISEN, FIRST };

#define LEVELS "SELECT \"user\", dimension, level, date, source FROM standing"
#define ROWS \
	"SELECT \"user\", dimension, level, date, source, previous, risen, first, run FROM " \
	"standing"
#define ROWS_ORDER "dimension"
#define DAYS "SELECT \"user\", autonomous, run FROM standings"

struct fil_cursor *
fil_standing_cursor(struct fil_store *store, size_t n)
{
	if (n > 0)
		return fil_cursor_of_users(store, ROWS, ROWS_ORDER, n);
	return fil_cursor_new(fil_query_new(store, ROWS " ORDER BY \"user\", " ROWS_ORDER));
}

struct fil_cursor *
fil_autonomous_cursor(struct fil_store *store, size_t n)
{
	if (n > 0)
		return fil_cursor_of_users(store, DAYS, NULL, n);
	return fil_cursor_new(fil_query_new(store, DAYS " ORDER BY \"user\""));
}

/* Reads a day that may be unknown. Returns 0 or -1. */
static int
read_day(struct fil_query *query, int column, fil_day *day)
{
	const char *text = fil_query_text(query, column);

	*day = FIL_NEVER;
	return !text ? 0 : fil_date_parse(text, day);
}

/* Reads a row of LEVELS, or with all of ROWS. Returns 0, or -1 when it is damaged. */
static int
read_row(struct fil_query *query, bool all, struct fil_standing *standing)
{
	*standing = FIL_UNKNOWN_STANDING;
	standing->level = (int)fil_query_number(query, LEVEL);
	standing->source = fil_source_number(fil_query_required(query, SOURCE));
	if (standing->source < 0 || read_day(query, DATE, &standing->date) < 0)
		return -1;
	if (!all)
		return 0;
	if (!fil_query_is_null(query, PREVIOUS))
		standing->previous = (int)fil_query_number(query, PREVIOUS);
	if (read_day(query, RISEN, &standing->risen) < 0)
		return -1;
	return read_day(query, FIRST, &standing->first);
}

/* A stored row that is like none of the events. */
static const struct fil_standing unreadable = { 0, -1, FIL_NEVER, FIL_NEVER, FIL_NEVER, -1 };

/* What the rows of a user are read for. */
enum purpose {
	FOR_LEVELS, /* of LEVELS */
	FOR_RISES, /* of ROWS, as the comparison */
	FOR_COMPARISON,
};

/* Reads the rows of the current user. In a comparison with the events, a row that is damaged becomes
 * unreadable, and is found so. One of a dimension that does not exist is left out of it. Returns 0 or
 * -1. */
static int
read_rows(struct fil_cursor *cursor, const struct fil_dimensions *dimensions, enum purpose purpose,
    struct fil_standing *standings, struct fil_fault *fault)
{
	struct fil_query *query = fil_cursor_query(cursor);
	size_t d = 0;
	int got;

	for (size_t i = 0; i < dimensions->n; i++)
		standings[i].level = -1;
	do {
		bool damaged;

		d = fil_dimensions_find(dimensions, fil_query_required(query, DIMENSION), d);
		damaged = d == FIL_NOWHERE ||
		    read_row(query, purpose != FOR_LEVELS, &standings[d]) < 0 ||
		    standings[d].level < 0;
		if (damaged && purpose != FOR_COMPARISON)
			return fil_store_damaged_user(
			    fault, "standing", fil_cursor_user(cursor, NULL));
		if (damaged && d != FIL_NOWHERE)
			standings[d] = unreadable;
		d = d == FIL_NOWHERE ? 0 : d + 1;
	} while ((got = fil_cursor_row(cursor, fault)) == 1);
	return got;
}

int
fil_standing_read(struct fil_cursor *cursor, const struct fil_dimensions *dimensions,
    struct fil_standing *standings, struct fil_fault *fault)
{
	return read_rows(cursor, dimensions, FOR_COMPARISON, standings, fault);
}

int
fil_autonomous_read(struct fil_cursor *cursor, fil_day *day, struct fil_fault *fault)
{
	if (read_day(fil_cursor_query(cursor), 1, day) < 0)
		return fil_store_damaged_user(fault, "standings", fil_cursor_user(cursor, NULL));
	return 0;
}

struct fil_standing_reader {
	struct fil_store *store;
	const struct fil_dimensions *dimensions;
	fil_day *days;
	size_t n_days;
	unsigned sources;
	bool rises;
	struct fil_cursor *rows; /* of standing; NULL where the events are read in one pass */
	struct fil_fact_reader *events; /* of all users; NULL with rows */
	struct fil_cursor *one; /* events of one user, made when first needed */
	struct fil_facts *facts;
	struct fil_standing *standings;
	struct fil_standing_user user; /* the one that fil_standing_reader_seek is at */
	bool begun, ended;
};

/* Returns a cursor over the rows of all users, which are read ahead. */
static struct fil_cursor *
open_rows(struct fil_store *store, bool all)
{
	return fil_cursor_ahead(fil_query_new(store,
	    all ? ROWS " ORDER BY \"user\", " ROWS_ORDER
		: LEVELS " ORDER BY \"user\", " ROWS_ORDER));
}

struct fil_standing_reader *
fil_standing_reader_new(
    struct fil_store *store, const struct fil_standing_request *request, struct fil_fault *fault)
{
	return fil_standing_reader_over(store, request, NULL, fault);
}

struct fil_standing_reader *
fil_standing_reader_over(struct fil_store *store, const struct fil_standing_request *request,
    struct fil_kept_facts *kept, struct fil_fault *fault)
{
	struct fil_standing_reader *reader;
	unsigned sources;

	if (fil_sources_read(request->sources, &sources, fault) < 0)
		return NULL;
	reader = fil_alloc(1, sizeof *reader);
	reader->store = store;
	reader->dimensions = request->dimensions;
	reader->days = fil_alloc(request->n_days, sizeof *reader->days);
	memcpy(reader->days, request->days, request->n_days * sizeof *reader->days);
	reader->n_days = request->n_days;
	reader->sources = sources;
	reader->rises = request->rises;
	reader->facts = fil_facts_new(request->dimensions);
	reader->standings =
	    fil_alloc(request->n_days * request->dimensions->n, sizeof *reader->standings);
	/* For a past day most users would have to be looked up one by one: most facts are newer.
	 * Facts in memory are quicker than rows of the store. */
	if (request->n_days > 1 || request->days[0] < request->today || sources != FIL_ANY_SOURCE ||
	    is_known(kept))
		reader->events = fil_fact_reader_new(store, request->dimensions, kept, fault);
	else
		reader->rows = open_rows(store, request->rises);
	if (reader->rows || reader->events)
		return reader;
	fil_standing_reader_free(reader);
	return NULL;
}

static bool
any_known(const struct fil_standing_reader *reader)
{
	for (size_t i = 0; i < reader->n_days * reader->dimensions->n; i++)
		if (reader->standings[i].level >= 0)
			return true;
	return false;
}

/* Computes the standings of a user from all events. */
static void
stand_by_events(struct fil_standing_reader *reader, const struct fil_fact_user *user)
{
	fil_facts_fill(reader->facts, user, reader->sources);
	fil_facts_stand(reader->facts, reader->days, reader->n_days, reader->standings);
}

/* Computes the standings of one user from the events: today was set back, and the row is newer.
 * Returns 0 or -1. */
static int
look_up(struct fil_standing_reader *reader, const char *user, struct fil_fault *fault)
{
	int got;

	if (!reader->one)
		reader->one = fil_facts_cursor(reader->store, 1);
	fil_cursor_users(reader->one, &user, 1);
	fil_facts_clear(reader->facts);
	if ((got = fil_cursor_next(reader->one, fault)) == 1)
		got = fil_facts_read(
		    reader->facts, reader->one, reader->dimensions, reader->sources, fault);
	fil_facts_stand(reader->facts, reader->days, reader->n_days, reader->standings);
	return got;
}

/* Computes the standings of the current user from the rows. Returns 0 or -1. */
static int
stand_by_rows(struct fil_standing_reader *reader, struct fil_fault *fault)
{
	const struct fil_standing *standings = reader->standings;

	if (read_rows(reader->rows, reader->dimensions, reader->rises ? FOR_RISES : FOR_LEVELS,
		reader->standings, fault) < 0)
		return -1;
	for (size_t d = 0; d < reader->dimensions->n; d++)
		if (standings[d].level >= 0 && standings[d].date > reader->days[0])
			return look_up(reader, fil_cursor_user(reader->rows, NULL), fault);
	return 0;
}

/* Moves to the next user, and computes the standings. Returns 1, 0 at the end, -1 with a fault. */
static int
move(struct fil_standing_reader *reader, struct fil_standing_user *out, struct fil_fault *fault)
{
	struct fil_fact_user user;
	int got;

	if (reader->rows) {
		if ((got = fil_cursor_next(reader->rows, fault)) != 1)
			return got;
		out->user = fil_cursor_user(reader->rows, &out->length);
		return stand_by_rows(reader, fault) < 0 ? -1 : 1;
	}
	if ((got = fil_fact_reader_next(reader->events, &user, fault)) != 1)
		return got;
	stand_by_events(reader, &user);
	out->user = user.user;
	out->length = user.length;
	return 1;
}

int
fil_standing_reader_next(
    struct fil_standing_reader *reader, struct fil_standing_user *out, struct fil_fault *fault)
{
	int got;

	while ((got = move(reader, out, fault)) == 1)
		if (any_known(reader))
			break;
	out->standings = reader->standings;
	return got;
}

int
fil_standing_reader_seek(struct fil_standing_reader *reader, const char *user,
    const struct fil_standing **standings, struct fil_fault *fault)
{
	*standings = NULL;
	while (!reader->ended) {
		int order = reader->begun ? strcmp(reader->user.user, user) : -1, got;

		if (order == 0)
			*standings = reader->user.standings;
		if (order >= 0)
			return 0;
		if ((got = fil_standing_reader_next(reader, &reader->user, fault)) < 0)
			return -1;
		reader->begun = true;
		reader->ended = got == 0;
	}
	return 0;
}

void
fil_standing_reader_free(struct fil_standing_reader *reader)
{
	if (!reader)
		return;
	fil_cursor_free(reader->rows);
	fil_cursor_free(reader->one);
	fil_fact_reader_free(reader->events);
	fil_facts_free(reader->facts);
	free(reader->days);
	free(reader->standings);
	free(reader);
}

static const char first_days[] =
    "SELECT \"user\", first FROM standing WHERE dimension = $1 ORDER BY \"user\"";

struct fil_first_autonomous {
	struct fil_dimensions dimensions;
	size_t dimension; /* the only one asked for, or FIL_NOWHERE */
	unsigned sources;
	struct fil_cursor *cursor; /* of the events, or of a derived table */
	struct fil_facts *facts; /* NULL where a derived table is read */
	struct fil_standing *standings;
};

static struct fil_cursor *
open_days(struct fil_store *store, const char *dimension)
{
	struct fil_query *query;

	if (!dimension)
		return fil_cursor_ahead(fil_query_new(store, DAYS " ORDER BY \"user\""));
	query = fil_query_new(store, first_days);
	fil_query_bind(query, 1, dimension);
	return fil_cursor_ahead(query);
}

/* Opens the tables that the dimension and the sources need. Returns 0 or -1. */
static int
open_tables(struct fil_first_autonomous *first, struct fil_store *store, const char *dimension,
    const char *sources, struct fil_fault *fault)
{
	if (fil_sources_read(sources, &first->sources, fault) < 0 ||
	    fil_dimensions_read(store, INT_MAX, &first->dimensions, fault) < 0 ||
	    fil_dimensions_choose(&first->dimensions, dimension, &first->dimension, fault) < 0)
		return -1;
	if (first->sources == FIL_ANY_SOURCE) {
		first->cursor = open_days(store, dimension);
		return 0;
	}
	first->cursor = fil_cursor_ahead(fil_query_new(store, FACTS " ORDER BY \"user\", " ORDER));
	first->facts = fil_facts_new(&first->dimensions);
	first->standings = fil_alloc(first->dimensions.n, sizeof *first->standings);
	return 0;
}

struct fil_first_autonomous *
fil_first_autonomous_new(
    struct fil_store *store, const char *dimension, const char *sources, struct fil_fault *fault)
{
	struct fil_first_autonomous *first = fil_alloc(1, sizeof *first);

	if (open_tables(first, store, dimension, sources, fault) == 0)
		return first;
	fil_first_autonomous_free(first);
	return NULL;
}

/* Reads the day of the current user. Returns 0 or -1. */
static int
read_first_day(struct fil_first_autonomous *first, fil_day *day, struct fil_fault *fault)
{
	const fil_day latest = INT_MAX;

	if (!first->facts)
		return fil_autonomous_read(first->cursor, day, fault);
	if (fil_facts_read(first->facts, first->cursor, &first->dimensions, first->sources, fault) <
	    0)
		return -1;
	if (first->dimension == FIL_NOWHERE) {
		*day = fil_facts_autonomous(first->facts);
		return 0;
	}
	fil_facts_stand(first->facts, &latest, 1, first->standings);
	*day = first->standings[first->dimension].first;
	return 0;
}

int
fil_first_autonomous_next(struct fil_first_autonomous *first, struct fil_first_autonomous_user *out,
    struct fil_fault *fault)
{
	int got = fil_cursor_next(first->cursor, fault);

	if (got == 1 && read_first_day(first, &out->day, fault) < 0)
		return -1;
	out->user = fil_cursor_user(first->cursor, &out->length);
	return got;
}

int
fil_first_autonomous_seek(
    struct fil_first_autonomous *first, const char *user, fil_day *day, struct fil_fault *fault)
{
	int got = fil_cursor_seek(first->cursor, user, fault);

	*day = FIL_NEVER;
	return got == 1 ? read_first_day(first, day, fault) : got;
}

void
fil_first_autonomous_free(struct fil_first_autonomous *first)
{
	if (!first)
		return;
	fil_cursor_free(first->cursor);
	fil_facts_free(first->facts);
	fil_dimensions_release(&first->dimensions);
	free(first->standings);
	free(first);
}
