/* SPDX-License-Identifier: ISC */
#include "lib/write/people/people.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/catalog/catalog.h"
#include "lib/write/people/alike.h"
#include "lib/write/people/erased.h"

/* Rows beyond which they are not compared: their hashes would take more memory than an import may. */
enum { COMPARED_MOST = 131072 };

/* Members of a circle that are named. */
enum { NAMED_MOST = 5 };

/* Steps from user to manager after which no circle is looked for. */
enum { STEPS_MOST = 64 };

/* The bits of a set that tells most numbers apart: 512 KiB. */
enum { BITS = 1 << 22 };

/* A list of numbers, which are hashes of cells; {0} has none. The caller frees the list. */
struct numbers {
	uint64_t *list;
	size_t n;
};

/* A user and the manager, by hashes of their keys. */
struct edge {
	uint64_t key, manager;
};

/* Users and their managers; {0} has none. */
struct edges {
	struct edge *list;
	size_t n, room;
	uint64_t *managers; /* bits */
};

/* The hashes of a row that was written; 0: there is none, or it did not change. */
struct written {
	uint64_t key, email, manager;
	uint64_t name; /* of an added row; with the unit, unless the list is whole */
	uint64_t mail; /* of an added row of a whole list: the folded e-mail */
	bool added;
};

/* A stored user. The texts belong to it. */
struct stored_user {
	char *key, *name, *email, *manager;
	const struct written *row; /* written by this run, or NULL */
	uint64_t like; /* the hash of name and unit */
	bool active;
	bool listed; /* of the feed whose whole list the input is */
	const char *file; /* where the inputs have the key, or NULL */
	size_t line;
};

/* A list of those who have something in common with a row that was written; {0} is empty. */
struct stored_users {
	struct stored_user *list;
	size_t n, room;
};

/* Users of a list, in an order. The caller frees the list of the group. */
struct user_group {
	struct stored_user **list;
	size_t n;
};

struct columns {
	size_t name, email, unit, job, manager, left;
};

struct fil_people {
	struct fil_run *run;
	struct fil_people_options options;
	struct columns columns;
	struct fil_identity *identity;
	struct fil_alike *units, *jobs;
	const char *file;
	bool begun, stored; /* users were stored before the run */
	struct written *rows;
	size_t n, room, n_added;
	bool too_many;

	/* Found by the comparison. */
	struct stored_users users;
	bool telling, counted, few; /* users are stored */
	bool noted; /* a row was added or changed */

	struct fil_erased *erased; /* NULL: nobody was, or the secret is missing */
	struct fil_fault unrecognised; /* why the secret is missing */
	struct fil_people_twin *returning; /* added users who were erased */
	size_t n_returning;
};

/* Returns the last bytes of a text of n < 8, or all 8 before its end, as a number. */
static inline uint64_t
last_word(const char *text, size_t n)
{
	uint64_t word = 0;
	uint32_t first, last;

	if (n >= sizeof word) {
		memcpy(&word, text + n - sizeof word, sizeof word);
		return word;
	}
	if (n >= sizeof first) {
		memcpy(&first, text, sizeof first);
		memcpy(&last, text + n - sizeof last, sizeof last);
		return (uint64_t)first << 32 | last;
	}
	for (size_t i = 0; i < n; i++)
		word = word << 8 | (unsigned char)text[i];
	return word;
}

static inline uint64_t
mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0xd6e8feb86659fd93);
	return hash ^ hash >> 32;
}

/* Returns a hash of n bytes, never 0. With `any_case` ASCII letters count as small ones. */
static uint64_t
numbers_hash(const char *text, size_t n, bool any_case)
{
	const uint64_t small = any_case ? UINT64_C(0x2020202020202020) : 0;
	uint64_t hash = n * UINT64_C(0x9e3779b97f4a7c15), word;
	size_t i = 0;

	for (; i + sizeof word < n; i += sizeof word) {
		memcpy(&word, text + i, sizeof word);
		hash = mix(hash, word | small);
	}
	hash = mix(hash, last_word(text, n) | small);
	return hash ? hash : 1;
}

/* Compares two numbers, as qsort wants it. */
static int
numbers_compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Adds a number. */
static void
numbers_add(struct numbers *numbers, uint64_t number)
{
	numbers->list = fil_resize(numbers->list, numbers->n + 1, sizeof *numbers->list);
	numbers->list[numbers->n++] = number;
}

/* Sorts the list. */
static void
numbers_sort(struct numbers *numbers)
{
	if (numbers->n > 0)
		qsort(numbers->list, numbers->n, sizeof *numbers->list, numbers_compare);
}

/* Leaves of a sorted list only the numbers that are there twice or more, each once. */
static void
numbers_repeated(struct numbers *numbers)
{
	size_t kept = 0;

	for (size_t i = 1; i < numbers->n; i++)
		if (numbers->list[i] == numbers->list[i - 1] &&
		    (kept == 0 || numbers->list[kept - 1] != numbers->list[i]))
			numbers->list[kept++] = numbers->list[i];
	numbers->n = kept;
}

/* Returns whether a sorted list has a number; 0 is in none. */
static bool
numbers_has(const struct numbers *numbers, uint64_t number)
{
	return number && numbers->n > 0 &&
	    bsearch(&number, numbers->list, numbers->n, sizeof number, numbers_compare);
}

/* Returns a set of bits; the caller frees it. */
static uint64_t *
bits_new(void)
{
	return fil_alloc(BITS / 64, sizeof(uint64_t));
}

/* Sets the bit of a number; returns whether it was set. */
static bool
bits_set(uint64_t *bits, uint64_t number)
{
	uint64_t *word = &bits[number % BITS / 64], bit = UINT64_C(1) << number % 64;
	bool was = *word & bit;

	*word |= bit;
	return was;
}

/* Returns whether the bit of a number is set. */
static bool
bits_has(const uint64_t *bits, uint64_t number)
{
	return bits[number % BITS / 64] >> number % 64 & 1;
}

/* Returns whether a user may be the manager of another. */
static bool
edges_manages(const struct edges *edges, uint64_t key)
{
	return edges->managers && bits_has(edges->managers, key);
}

/* Adds a user. */
static void
edges_add(struct edges *edges, uint64_t key, uint64_t manager)
{
	if (edges->n == edges->room) {
		edges->room += edges->room / 2 + 512;
		edges->list = fil_resize(edges->list, edges->room, sizeof *edges->list);
	}
	if (!edges->managers)
		edges->managers = bits_new();
	bits_set(edges->managers, manager);
	edges->list[edges->n++] = (struct edge){ key, manager };
}

static int
compare_edges(const void *a, const void *b)
{
	return numbers_compare(&((const struct edge *)a)->key, &((const struct edge *)b)->key);
}

/* Returns the hash of a user's manager, or 0. The edges are sorted. */
static uint64_t
manager_of(const struct edges *edges, uint64_t key)
{
	const struct edge wanted = { key, 0 };
	const struct edge *edge = edges->n > 0
	    ? bsearch(&wanted, edges->list, edges->n, sizeof wanted, compare_edges)
	    : NULL;

	return edge ? edge->manager : 0;
}

/* Adds the members of the circle that begins with a user to the numbers, if there is one of at most
 * 64 steps. */
static void
edges_circle(const struct edges *edges, uint64_t start, struct numbers *members)
{
	uint64_t at = start;
	size_t steps = 0;

	do
		at = manager_of(edges, at);
	while (at && at != start && ++steps < STEPS_MOST);
	if (at != start)
		return;
	do {
		numbers_add(members, at);
		at = manager_of(edges, at);
	} while (at != start);
}

/* Makes the edges ready, once all are added: leaves only users who may manage others. */
static void
edges_settle(struct edges *edges)
{
	size_t kept = 0;

	for (size_t i = 0; i < edges->n; i++)
		if (edges_manages(edges, edges->list[i].key))
			edges->list[kept++] = edges->list[i];
	edges->n = kept;
	if (kept > 0)
		qsort(edges->list, kept, sizeof *edges->list, compare_edges);
}

static void
edges_release(struct edges *edges)
{
	free(edges->list);
	free(edges->managers);
}

/* Adds a user, whose texts then belong to the list. */
static void
stored_users_add(struct stored_users *users, const struct stored_user *user)
{
	if (users->n == users->room) {
		users->room += users->room / 2 + 64;
		users->list = fil_resize(users->list, users->room, sizeof *users->list);
	}
	users->list[users->n++] = *user;
}

static int
compare_user_keys(const void *a, const void *b)
{
	return strcmp(((const struct stored_user *)a)->key, ((const struct stored_user *)b)->key);
}

/* Sorts the list by key. */
static void
stored_users_sort(struct stored_users *users)
{
	if (users->n > 0)
		qsort(users->list, users->n, sizeof *users->list, compare_user_keys);
}

/* Returns the user with that key, or NULL. The list is sorted. */
static struct stored_user *
stored_users_find(const struct stored_users *users, const char *key)
{
	struct stored_user wanted = { .key = (char *)(uintptr_t)key };

	return users->n > 0
	    ? bsearch(&wanted, users->list, users->n, sizeof wanted, compare_user_keys)
	    : NULL;
}

/* Removes all users and frees their texts; the caller frees the list. */
static void
stored_users_release(struct stored_users *users)
{
	for (size_t i = 0; i < users->n; i++) {
		free(users->list[i].key);
		free(users->list[i].name);
		free(users->list[i].email);
		free(users->list[i].manager);
	}
	users->n = 0;
}

/* Compares two users of a group's list by e-mail, then by key. */
static int
user_compare_emails(const void *a, const void *b)
{
	const struct stored_user *x = *(struct stored_user *const *)a,
				 *y = *(struct stored_user *const *)b;
	int order = strcasecmp(x->email, y->email);

	return order ? order : strcmp(x->key, y->key);
}

/* Compares two users of a group's list by name and unit, then by key. */
static int
user_compare_likes(const void *a, const void *b)
{
	const struct stored_user *x = *(struct stored_user *const *)a,
				 *y = *(struct stored_user *const *)b;
	int order = numbers_compare(&x->like, &y->like);

	return order ? order : strcmp(x->key, y->key);
}

/* Returns whether two users have the same e-mail. */
static bool
user_same_email(const struct stored_user *a, const struct stored_user *b)
{
	return strcasecmp(a->email, b->email) == 0;
}

/* Returns whether two users have the same name and unit. */
static bool
user_same_like(const struct stored_user *a, const struct stored_user *b)
{
	return a->like == b->like;
}

/* Leaves of a sorted group the users who are the same as another, and at least one of whom the run
 * has written. */
static void
user_group_share(
    struct user_group *group, bool (*same)(const struct stored_user *, const struct stored_user *))
{
	size_t kept = 0, end;

	for (size_t first = 0; first < group->n; first = end) {
		bool written = false;

		for (end = first; end < group->n && same(group->list[first], group->list[end]);
		     end++)
			written |= group->list[end]->row != NULL;
		if (end - first < 2 || !written)
			continue;
		for (size_t i = first; i < end; i++)
			group->list[kept++] = group->list[i];
	}
	group->n = kept;
}

/* Leaves out, once their places are known, those who leave by not being on a whole list. */
static void
user_group_drop_leavers(struct user_group *group)
{
	size_t kept = 0;

	for (size_t i = 0; i < group->n; i++)
		if (!group->list[i]->listed || group->list[i]->file || group->list[i]->row)
			group->list[kept++] = group->list[i];
	group->n = kept;
}

static uint64_t
hash_key(const char *text)
{
	return text ? numbers_hash(text, strlen(text), false) : 0;
}

static uint64_t
hash_email(const char *text)
{
	return text ? numbers_hash(text, strlen(text), true) : 0;
}

/* Returns the hash of a folded name, and of the unit if it counts: 0 without unit then. */
static uint64_t
hash_name(const struct fil_people *people, const char *name, const char *unit)
{
	uint64_t hash;
	char *folded;

	if (!name || (!people->options.whole && !unit))
		return 0;
	folded = fil_text_fold(name);
	hash = hash_key(folded);
	free(folded);
	return people->options.whole ? hash : (hash ^ hash_key(unit)) | 1;
}

struct fil_people *
fil_people_new(struct fil_run *run, const struct fil_people_options *options)
{
	struct fil_people *people = fil_alloc(1, sizeof *people);
	const struct fil_table *users = fil_catalog_table("users");

	people->run = run;
	people->options = *options;
	people->columns =
	    (struct columns){ fil_table_column(users, "name"), fil_table_column(users, "email"),
		    fil_table_column(users, "unit"), fil_table_column(users, "job"),
		    fil_table_column(users, "manager"), fil_table_column(users, "left") };
	people->identity = fil_identity_new(options->doubts, options->today);
	people->units = fil_alike_new(run, users, people->columns.unit, options->doubts);
	people->jobs = fil_alike_new(run, users, people->columns.job, options->doubts);
	return people;
}

/* Reads the keys of erased users. Without the file that hashes them, erased users are not recognised.
 * Returns 0 or -1. */
static int
read_erased(struct fil_people *people, struct fil_fault *fault)
{
	struct fil_query *query =
	    fil_query_new(fil_run_store(people->run), "SELECT 1 FROM erased LIMIT 1");
	int step = fil_query_step(query, fault);

	fil_query_free(query);
	if (step != 1 || fil_doubts_allow(people->options.doubts, FIL_DOUBT_ERASED))
		return step < 0 ? -1 : 0;
	people->erased = fil_erased_new(false, &people->unrecognised);
	return people->erased
	    ? fil_erased_read(people->erased, fil_run_store(people->run), false, fault)
	    : 0;
}

int
fil_people_begin(
    struct fil_people *people, const char *file, const bool *gives, struct fil_fault *fault)
{
	struct fil_query *query;
	int step = 0;

	people->file = file;
	fil_identity_begin(people->identity, file, gives);
	if (people->begun)
		return 0;
	people->begun = true;
	query = fil_query_new(fil_run_store(people->run), "SELECT 1 FROM users LIMIT 1");
	step = fil_query_step(query, fault);
	people->stored = step == 1;
	fil_query_free(query);
	return step < 0 ? -1 : read_erased(people, fault);
}

struct fil_identity *
fil_people_identity(struct fil_people *people)
{
	return people->identity;
}

/* Adds a row to those that will be compared. */
static void
add_row(struct fil_people *people, const struct written *row)
{
	if (people->n == COMPARED_MOST) {
		free(people->rows);
		people->rows = NULL;
		people->n = people->room = 0;
		people->too_many = true;
		return;
	}
	if (people->n == people->room) {
		people->room += people->room / 2 + 512;
		people->rows = fil_resize(people->rows, people->room, sizeof *people->rows);
	}
	people->rows[people->n++] = *row;
}

static bool
differ(const char *a, const char *b, bool any_case)
{
	return !a != !b || (a && (any_case ? strcasecmp(a, b) : strcmp(a, b)) != 0);
}

/* Notes the unit and the job of a row: they can be like stored ones. */
static void
note_alike(
    struct fil_people *people, size_t line, const char *const *before, const char *const *after)
{
	size_t unit = people->columns.unit, job = people->columns.job;

	fil_alike_note(
	    people->units, people->file, line, before ? before[unit] : NULL, after[unit]);
	fil_alike_note(people->jobs, people->file, line, before ? before[job] : NULL, after[job]);
}

/* Notes an added user who was erased. */
static void
refuse_erased(struct fil_people *people, const char *key)
{
	struct fil_people_twin twin = { .key = fil_copy(key) };

	fil_fault_data(&twin.fault, fil_doubt_kinds[FIL_DOUBT_ERASED].word,
	    "user: '%s' was erased before: leave the row out, or --allow erased", key);
	people->returning =
	    fil_resize(people->returning, people->n_returning + 1, sizeof *people->returning);
	people->returning[people->n_returning++] = twin;
}

void
fil_people_note(
    struct fil_people *people, size_t line, const char *const *before, const char *const *after)
{
	const struct columns *columns = &people->columns;
	const char *email = after[columns->email], *manager = after[columns->manager];
	struct written row = { 0 };

	people->noted = true;
	if (!before && people->erased && fil_erased_has(people->erased, after[0]))
		refuse_erased(people, after[0]);
	if (before)
		fil_identity_note(people->identity, line, before, after);
	if (people->stored)
		note_alike(people, line, before, after);
	if (people->too_many)
		return;
	if (!before || differ(before[columns->email], email, true))
		row.email = hash_email(email);
	if (!before || differ(before[columns->manager], manager, false))
		row.manager = hash_key(manager);
	if (before && !row.email && !row.manager)
		return;
	row.key = hash_key(after[0]);
	row.added = !before;
	people->n_added += row.added;
	if (row.added && people->stored)
		row.name = hash_name(people, after[columns->name], after[columns->unit]);
	if (row.added && people->options.whole && email) {
		char *folded = fil_text_fold(email);

		row.mail = hash_key(folded);
		free(folded);
	}
	add_row(people, &row);
}

static int
compare_rows(const void *a, const void *b)
{
	return numbers_compare(
	    &((const struct written *)a)->key, &((const struct written *)b)->key);
}

/* Returns the row with the hash of a key, or NULL. The rows are sorted. */
static const struct written *
find_row(const struct fil_people *people, uint64_t key)
{
	const struct written wanted = { .key = key };

	return people->n > 0
	    ? bsearch(&wanted, people->rows, people->n, sizeof wanted, compare_rows)
	    : NULL;
}

/* Returns the hashes of the rows' e-mails, or of their names, in their order; the caller frees the
 * list. */
static struct numbers
take_hashes(const struct fil_people *people, bool emails)
{
	struct numbers numbers = { fil_alloc(people->n + 1, sizeof *numbers.list), 0 };

	for (size_t i = 0; i < people->n; i++) {
		uint64_t hash = emails ? people->rows[i].email : people->rows[i].name;

		if (hash)
			numbers.list[numbers.n++] = hash;
	}
	numbers_sort(&numbers);
	return numbers;
}

/* Returns the hashes of e-mails that several rows have, in their order; the caller frees the list.
 * Bits tell nearly all of the others, which costs less than to sort them. */
static struct numbers
take_repeated(const struct fil_people *people)
{
	uint64_t *seen = bits_new();
	uint64_t *again = bits_new();
	struct numbers numbers = { NULL, 0 };
	bool any = false;

	for (size_t i = 0; i < people->n; i++) {
		uint64_t email = people->rows[i].email;

		if (email && bits_set(seen, email)) {
			bits_set(again, email);
			any = true;
		}
	}
	for (size_t i = 0; any && i < people->n; i++)
		if (people->rows[i].email && bits_has(again, people->rows[i].email))
			numbers_add(&numbers, people->rows[i].email);
	numbers_sort(&numbers);
	numbers_repeated(&numbers);
	free(seen);
	free(again);
	return numbers;
}

/* Finds the members of circles in which a row has a new manager. */
static void
find_circles(const struct fil_people *people, struct edges *edges, struct numbers *members)
{
	edges_settle(edges);
	for (size_t i = 0; edges->n > 0 && i < people->n; i++)
		if (people->rows[i].manager && edges_manages(edges, people->rows[i].key))
			edges_circle(edges, people->rows[i].key, members);
	numbers_sort(members);
}

/* What a pass over the users looks for. */
struct search {
	struct numbers emails, names, circle; /* hashes */
	struct edges *edges; /* gets all users with a manager, or NULL */
};

/* Takes the user on whom the query stands, if he has something in common with a row. */
static void
take_person(struct fil_people *people, const struct search *search, struct fil_query *query)
{
	const char *name = fil_query_text(query, 1), *email = fil_query_text(query, 2);
	const char *unit = fil_query_text(query, 3), *manager = fil_query_text(query, 4);
	const char *left = fil_query_text(query, 5), *key = fil_query_text(query, 0);
	const char *feed = fil_query_text(query, 6);
	bool shares = numbers_has(&search->emails, hash_email(email));
	uint64_t like = search->names.n > 0 ? hash_name(people, name, unit) : 0;
	bool managed = manager && numbers_has(&search->circle, hash_key(key));

	if (search->edges && manager && search->edges->n < COMPARED_MOST)
		edges_add(search->edges, hash_key(key), hash_key(manager));
	if (!shares && !managed && !numbers_has(&search->names, like))
		return;
	stored_users_add(&people->users,
	    &(struct stored_user){ .key = fil_copy(key),
		.name = fil_copy(name),
		.email = shares ? fil_copy(email) : NULL,
		.manager = managed ? fil_copy(manager) : NULL,
		.row = find_row(people, hash_key(key)),
		.like = numbers_has(&search->names, like) ? like : 0,
		.listed = people->options.whole && feed && strcmp(feed, people->options.whole) == 0,
		.active = !left || strcmp(left, people->options.today) > 0 });
}

/* Passes over all users. Returns 0 or -1. */
static int
take_persons(struct fil_people *people, const struct search *search, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(fil_run_store(people->run),
	    "SELECT \"user\", name, email, unit, manager, \"left\", feed FROM users");
	int step;

	qsort(people->rows, people->n, sizeof *people->rows, compare_rows);
	while ((step = fil_query_step(query, fault)) == 1 && people->users.n < COMPARED_MOST)
		take_person(people, search, query);
	if (step == 1)
		fil_query_reset(query);
	fil_query_free(query);
	return step < 0 ? -1 : 0;
}

/* Finds where the inputs have the persons of some rows, or all that matter. Returns 0 or -1. */
static int
find_places(
    struct fil_people *people, struct stored_user **persons, size_t n, struct fil_fault *fault)
{
	struct fil_people_place *places = fil_alloc(n + 1, sizeof *places);
	int result = 0;

	for (size_t i = 0; i < n; i++)
		places[i].key = persons[i]->key;
	if (n > 0 && people->options.find)
		result = people->options.find(people->options.context, places, n, fault);
	for (size_t i = 0; result == 0 && i < n; i++) {
		persons[i]->file = places[i].file;
		persons[i]->line = places[i].line;
	}
	free(places);
	return result;
}

/* Returns the active persons who share their e-mail with another. */
static struct user_group
group_emails(struct fil_people *people)
{
	struct user_group group = { fil_alloc(people->users.n + 1, sizeof *group.list), 0 };

	for (size_t i = 0; i < people->users.n; i++)
		if (people->users.list[i].email && people->users.list[i].active)
			group.list[group.n++] = &people->users.list[i];
	qsort(group.list, group.n, sizeof *group.list, user_compare_emails);
	user_group_share(&group, user_same_email);
	return group;
}

/* Returns the active persons who share their name and unit with another. */
static struct user_group
group_likes(struct fil_people *people)
{
	struct user_group group = { fil_alloc(people->users.n + 1, sizeof *group.list), 0 };

	for (size_t i = 0; !people->options.whole && i < people->users.n; i++)
		if (people->users.list[i].like && people->users.list[i].active)
			group.list[group.n++] = &people->users.list[i];
	qsort(group.list, group.n, sizeof *group.list, user_compare_likes);
	user_group_share(&group, user_same_like);
	return group;
}

/* Tells a doubt about a person. */
static void
tell(const struct fil_people *people, const struct stored_user *person, enum fil_doubt kind,
    const char *column, const char *seen, const char *way_out)
{
	fil_doubts_begin(people->options.doubts, person->file ? person->file : "command line");
	fil_doubts_tell(
	    people->options.doubts, kind, person->file ? person->line : 0, column, seen, way_out);
}

/* Returns the person of the group, from number `first` on, whom the inputs lack, and who was stored
 * before; or NULL. */
static const struct stored_user *
find_lacking(const struct fil_people *people, const struct user_group *group, size_t first,
    bool (*same)(const struct stored_user *, const struct stored_user *))
{
	for (size_t i = first; i < group->n && same(group->list[first], group->list[i]); i++) {
		const struct stored_user *person = group->list[i];

		if (!people->options.whole && !person->file && !person->row)
			return person;
	}
	return NULL;
}

/* Returns another person of the same e-mail. */
static const struct stored_user *
find_other(const struct user_group *group, size_t first, const struct stored_user *person)
{
	return group->list[first] == person ? group->list[first + 1] : group->list[first];
}

/* Adds a twin to those who are refused. */
static void
refuse_twin(const struct stored_user *person, const struct stored_user *old,
    struct fil_people_twin **twins, size_t *n)
{
	struct fil_people_twin *twin;

	*twins = fil_resize(*twins, *n + 1, sizeof **twins);
	twin = &(*twins)[(*n)++];
	twin->key = fil_copy(person->key);
	fil_fault_data(&twin->fault, fil_doubt_kinds[FIL_DOUBT_TWIN].word,
	    "user: '%s' is new, with the e-mail of '%s' (%s, %s), who has not left: --rename "
	    "%s=%s, "
	    "or --allow %s",
	    person->key, old->key, old->name, old->email, old->key, person->key,
	    fil_doubt_kinds[FIL_DOUBT_TWIN].word);
}

/* Judges those who share an e-mail. */
static void
judge_emails(const struct fil_people *people, const struct user_group *group,
    struct fil_people_twin **twins, size_t *n)
{
	bool allowed = fil_doubts_allow(people->options.doubts, FIL_DOUBT_TWIN);
	size_t end;

	for (size_t first = 0; first < group->n; first = end) {
		const struct stored_user *lacking =
		    find_lacking(people, group, first, user_same_email);

		for (end = first;
		     end < group->n && user_same_email(group->list[first], group->list[end]);
		     end++) {
			const struct stored_user *person = group->list[end];
			const struct stored_user *other = find_other(group, first, person);
			char *seen;

			if (!person->row || !person->row->email)
				continue;
			if (lacking && person->row->added && !allowed) {
				refuse_twin(person, lacking, twins, n);
				continue;
			}
			seen = fil_format("'%s' of '%s' is the address of '%s' (%s) too",
			    person->email, person->key, other->key, other->name);
			/* Of two new users the second is told. */
			if (people->telling &&
			    !(other->row && other->row->email && person == group->list[first]))
				tell(people, person, FIL_DOUBT_ADDRESS, "email", seen, NULL);
			free(seen);
		}
	}
}

/* Tells those who have the name and unit of a user whom the inputs lack. */
static void
judge_likes(const struct fil_people *people, const struct user_group *group)
{
	size_t end;

	for (size_t first = 0; first < group->n; first = end) {
		const struct stored_user *lacking =
		    find_lacking(people, group, first, user_same_like);

		for (end = first;
		     end < group->n && user_same_like(group->list[first], group->list[end]);
		     end++) {
			const struct stored_user *person = group->list[end];
			char *seen, *way_out;

			if (!lacking || !person->row || !person->row->added)
				continue;
			seen = fil_format("'%s' is new, with the name and the unit of '%s' (%s)",
			    person->key, lacking->key, lacking->name);
			way_out = fil_format("--rename %s=%s", lacking->key, person->key);
			tell(people, person, FIL_DOUBT_TWIN, "user", seen, way_out);
			free(seen);
			free(way_out);
		}
	}
}

/* Returns the steps from a person back to himself along the managers, 0 when there is no circle. */
static size_t
circle_of(const struct fil_people *people, const struct stored_user *start)
{
	const struct stored_user *person = start;

	for (size_t steps = 1; person && person->manager && steps <= STEPS_MOST; steps++) {
		if (strcmp(person->manager, start->key) == 0)
			return steps;
		person = stored_users_find(&people->users, person->manager);
	}
	return 0;
}

/* Returns whether another member of the circle, whose manager this run wrote too, comes before
 * him. */
static bool
is_later(const struct fil_people *people, const struct stored_user *start, size_t steps)
{
	const struct stored_user *person = start;

	for (; steps > 1; steps--) {
		person = stored_users_find(&people->users, person->manager);
		if (person->row && person->row->manager && strcmp(person->key, start->key) < 0)
			return true;
	}
	return false;
}

/* Returns the persons of the circles, one of each, whose manager this run has written. */
static struct user_group
group_circles(struct fil_people *people)
{
	struct user_group group = { fil_alloc(people->users.n + 1, sizeof *group.list), 0 };

	for (size_t i = 0; i < people->users.n; i++) {
		struct stored_user *person = &people->users.list[i];
		size_t steps = 0;

		if (person->row && person->row->manager)
			steps = circle_of(people, person);
		if (steps > 0 && !is_later(people, person, steps))
			group.list[group.n++] = person;
	}
	return group;
}

static void
judge_circles(const struct fil_people *people, const struct user_group *group)
{
	for (size_t i = 0; i < group->n; i++) {
		const struct stored_user *person = group->list[i];
		size_t steps = circle_of(people, person);
		struct fil_bytes seen = { 0 };

		if (steps == 1)
			fil_bytes_add_format(&seen, "'%s' is his own manager", person->key);
		else
			fil_bytes_add_format(&seen, "'%s'", person->key);
		for (size_t s = 0; steps > 1 && s < steps && s < NAMED_MOST; s++) {
			fil_bytes_add_format(&seen, " is managed by '%s'%s", person->manager,
			    s + 1 < steps ? ", who" : "");
			person = stored_users_find(&people->users, person->manager);
		}
		if (steps > NAMED_MOST)
			fil_bytes_add_text(&seen, " …");
		tell(people, group->list[i], FIL_DOUBT_CIRCLE, "manager", seen.data, NULL);
		fil_bytes_release(&seen);
	}
}

/* Judges the persons that were found. Returns 0 or -1. */
static int
judge_persons(
    struct fil_people *people, struct fil_people_twin **twins, size_t *n, struct fil_fault *fault)
{
	struct user_group groups[3];
	struct stored_user **all;
	size_t n_all = 0;
	int result;

	stored_users_sort(&people->users);
	groups[0] = group_emails(people);
	groups[1] = group_likes(people);
	groups[2] = group_circles(people);
	all = fil_alloc(groups[0].n + groups[1].n + groups[2].n + 1, sizeof *all);
	for (size_t g = 0; g < 3; g++)
		for (size_t i = 0; i < groups[g].n; i++)
			all[n_all++] = groups[g].list[i];
	result = find_places(people, all, n_all, fault);
	user_group_drop_leavers(&groups[0]);
	user_group_share(&groups[0], user_same_email);
	if (result == 0)
		judge_emails(people, &groups[0], twins, n);
	if (result == 0 && people->telling) {
		judge_likes(people, &groups[1]);
		judge_circles(people, &groups[2]);
	}
	for (size_t g = 0; g < 3; g++)
		free(groups[g].list);
	free(all);
	return result;
}

/* Finds the persons who have something in common with a row, in one pass over the users; in two
 * where there is a circle. Returns 0 or -1. */
static int
search_stored(struct fil_people *people, struct search *search, struct fil_fault *fault)
{
	struct edges edges = { 0 };
	int result;

	search->edges = &edges;
	result = take_persons(people, search, fault);
	search->edges = NULL;
	find_circles(people, &edges, &search->circle);
	edges_release(&edges);
	if (result < 0 || search->circle.n == 0)
		return result;
	stored_users_release(&people->users);
	return take_persons(people, search, fault);
}

/* Finds the same where no user was stored before the run: only if the rows' hashes have it. Returns 0
 * or -1. */
static int
search_rows(struct fil_people *people, struct search *search, struct fil_fault *fault)
{
	struct edges edges = { 0 };

	search->emails = take_repeated(people);
	for (size_t i = 0; i < people->n; i++)
		if (people->rows[i].manager)
			edges_add(&edges, people->rows[i].key, people->rows[i].manager);
	find_circles(people, &edges, &search->circle);
	edges_release(&edges);
	return search->emails.n + search->circle.n > 0 ? take_persons(people, search, fault) : 0;
}

/* Returns 1 when so few users are stored that a doubt may be looked for among all of them, 0, or -1
 * with a fault. */
static int
are_few(struct fil_people *people, struct fil_fault *fault)
{
	struct fil_query *query;
	int step;

	if (people->counted)
		return people->few;
	query = fil_query_new(fil_run_store(people->run),
	    "SELECT count(*) FROM (SELECT 1 FROM users LIMIT 131073) AS t");
	step = fil_query_step(query, fault);
	people->counted = step == 1;
	people->few = step == 1 && fil_query_number(query, 0) <= COMPARED_MOST;
	fil_query_free(query);
	return step < 0 ? -1 : people->few;
}

/* Returns 1 when a pass over the stored users is worth it: a twin is a fault; the rest is told, for
 * which no large store is read. 0 when it is not, -1 with a fault. */
static int
is_worth(struct fil_people *people, const struct search *search, struct fil_fault *fault)
{
	if (!people->stored ||
	    (!people->options.whole && (people->n_added > 0 || search->emails.n > 0)))
		return 1;
	return are_few(people, fault);
}

/* Compares the rows that were written with each other and with the stored users. Returns 0 or -1. */
static int
compare_written(
    struct fil_people *people, struct fil_people_twin **twins, size_t *n, struct fil_fault *fault)
{
	struct search search = { 0 };
	int result;

	if (people->n == 0)
		return 0;
	if (people->stored) {
		search.emails = take_hashes(people, true);
		search.names = take_hashes(people, false);
	}
	result = is_worth(people, &search, fault);
	if (result == 1)
		result = people->stored ? search_stored(people, &search, fault)
					: search_rows(people, &search, fault);
	if (result == 0 && people->users.n > 0)
		result = judge_persons(people, twins, n, fault);
	free(search.emails.list);
	free(search.names.list);
	free(search.circle.list);
	return result;
}

/* Adds the users who were erased to those who are refused. */
static void
take_returning(struct fil_people *people, struct fil_people_twin **twins, size_t *n)
{
	if (people->n_returning == 0)
		return;
	*twins = fil_resize(*twins, *n + people->n_returning, sizeof **twins);
	memcpy(*twins + *n, people->returning, people->n_returning * sizeof **twins);
	*n += people->n_returning;
	people->n_returning = 0;
}

int
fil_people_compare(struct fil_people *people, bool telling, struct fil_people_twin **twins,
    size_t *n, struct fil_fault *fault)
{
	int few;

	people->telling = telling;
	if (compare_written(people, twins, n, fault) < 0)
		return -1;
	take_returning(people, twins, n);
	if (telling && people->n_added > 0 && people->unrecognised.status != FIL_OK)
		fil_doubts_tell(people->options.doubts, FIL_DOUBT_ERASED, 0, "user",
		    people->unrecognised.text, NULL);
	few = telling && people->stored && people->noted ? are_few(people, fault) : 0;
	if (few <= 0)
		return few;
	return fil_alike_judge(people->units, fault) < 0 || fil_alike_judge(people->jobs, fault) < 0
	    ? -1
	    : 0;
}

bool
fil_people_resemble(const struct fil_people *people, const char *folded, bool mailed)
{
	uint64_t hash = hash_key(folded);

	for (size_t i = 0; i < people->n; i++)
		if (people->rows[i].mail == hash ||
		    (people->rows[i].name == hash && !(mailed && people->rows[i].mail)))
			return true;
	return people->too_many;
}

int
fil_people_judge(struct fil_people *people, const struct fil_counts *counts,
    const struct fil_refusals *refusals, struct fil_fault *fault)
{
	size_t known = counts->changed + counts->left + counts->returned + counts->unchanged;

	return fil_identity_guard(people->identity, known, refusals, fault);
}

void
fil_people_free(struct fil_people *people)
{
	if (!people)
		return;
	stored_users_release(&people->users);
	free(people->users.list);
	free(people->rows);
	fil_identity_free(people->identity);
	fil_alike_free(people->units);
	fil_alike_free(people->jobs);
	fil_erased_free(people->erased);
	for (size_t i = 0; i < people->n_returning; i++)
		free(people->returning[i].key);
	free(people->returning);
	free(people);
}
