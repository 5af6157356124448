/* SPDX-License-Identifier: ISC */
#include "lib/write/people/people.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/base/text.h"
#include "lib/catalog/catalog.h"
#include "lib/write/people/alike.h"
#include "lib/write/people/erased.h"
#include "lib/write/people/written.h"

/* Stored users that are compared at once. */
enum { COMPARED_MOST = 131072 };

/* Members of a circle that are named. */
enum { NAMED_MOST = 5 };

/* Steps from user to manager after which no circle is looked for. */
enum { STEPS_MOST = 64 };

/* Bits of a set, 8 MiB: more numbers are told apart less well. */
enum { BITS_MOST = (1 << 26) - 1 };

/* Numbers that such a set tells well apart, and the first bit of an e-mail's hash that it does not use. */
enum { TOLD_APART = 4 << 20, PART_SHIFT = 26 };

/* Managers whom a set of bits tells well apart. */
enum { MANAGERS_LIKELY = 131072 };

/* What is kept of the hashes of e-mails, and of names with units. */
#define EMAIL_MASK ((UINT64_C(1) << FIL_EMAIL_BITS) - 1)
#define NAME_MASK ((UINT64_C(1) << FIL_NAME_BITS) - 1)

/* A list of numbers, which are hashes of cells; {0} has none. The caller frees the list. */
struct numbers {
	uint64_t *list;
	size_t n, room;
};

/* A set of bits, by number; {0} has none. */
struct bits {
	uint64_t *words;
	uint64_t last; /* the highest number; others are cut */
};

/* A user and the manager, by hashes of their keys. */
struct edge {
	uint32_t key, manager;
};

/* Users and their managers; {0} has none. */
struct edges {
	struct edge *list;
	size_t n, room;
	struct bits managers;
};

/* A stored user. The texts belong to it. */
struct stored_user {
	char *key, *name, *email, *manager;
	uint64_t like; /* the hash of name and unit */
	bool written, added, new_email, new_manager; /* by this run */
	bool active;
	bool listed; /* of the feed whose whole list the input is */
	const char *file; /* where the inputs have the key, or NULL */
	size_t line;
};

/* A list of stored users; {0} is empty. */
struct stored_users {
	struct stored_user *list;
	size_t n, room;
};

/* Users of a list, in an order. The caller frees the group's list. */
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
	struct fil_alike *keys, *units, *jobs;
	const char *file;
	bool begun, stored; /* users were stored before the run */
	struct fil_written_rows *rows;
	size_t n; /* of them */
	struct fil_written_rows *learnt; /* the stored users, before a whole list */
	size_t n_learnt;

	/* Found by the comparison. */
	struct numbers emails; /* of the rows, in their order, each once */
	struct bits names; /* of the added rows */
	struct fil_written *suspects; /* rows with something in common with a user, sorted by key */
	size_t n_suspects;
	struct stored_users users;
	bool telling;
	bool added; /* a user was added */

	struct fil_erased *erased; /* NULL: nobody was, or no secret is there */
	struct fil_fault unrecognised; /* why a secret is missing */
	struct fil_people_twins returning; /* added users who were erased */
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

/* Returns the low bits of a hash, never 0. */
static uint64_t
cut(uint64_t hash, uint64_t mask)
{
	return hash & mask ? hash & mask : 1;
}

/* Adds a number. */
static void
numbers_add(struct numbers *numbers, uint64_t number)
{
	numbers->list = fil_grow(numbers->list, numbers->n, &numbers->room, sizeof *numbers->list);
	numbers->list[numbers->n++] = number;
}

/* Sorts the list. */
static void
numbers_sort(struct numbers *numbers)
{
	if (numbers->n > 0)
		qsort(numbers->list, numbers->n, sizeof *numbers->list, fil_number_compare);
}

/* Reduces a sorted list to the numbers that it has twice or more, each once. */
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

/* Returns the place of a number in a sorted list, or NULL; 0 is in none. */
static const uint64_t *
numbers_find(const struct numbers *numbers, uint64_t number)
{
	return number && numbers->n > 0
	    ? bsearch(&number, numbers->list, numbers->n, sizeof number, fil_number_compare)
	    : NULL;
}

/* Returns whether a sorted list has a number; 0 is in none. */
static bool
numbers_has(const struct numbers *numbers, uint64_t number)
{
	return numbers_find(numbers, number);
}

/* Returns an empty set that tells most of n numbers apart; the caller frees the words. */
static struct bits
bits_new(size_t n)
{
	struct bits bits = { .last = 65535 };

	while (bits.last / 16 < n && bits.last < BITS_MOST)
		bits.last = 2 * bits.last + 1;
	bits.words = fil_alloc(bits.last / 64 + 1, sizeof *bits.words);
	return bits;
}

/* Sets the bit of a number; returns whether it was set. */
static bool
bits_set(const struct bits *bits, uint64_t number)
{
	uint64_t *word = &bits->words[(number & bits->last) / 64];
	uint64_t bit = UINT64_C(1) << number % 64;
	bool was = *word & bit;

	*word |= bit;
	return was;
}

/* Returns whether the bit of a number is set. */
static bool
bits_has(const struct bits *bits, uint64_t number)
{
	return bits->words && bits->words[(number & bits->last) / 64] >> number % 64 & 1;
}

/* Returns whether a user may be the manager of another. */
static bool
edges_manages(const struct edges *edges, uint32_t key)
{
	return bits_has(&edges->managers, key);
}

/* Adds a user. */
static void
edges_add(struct edges *edges, uint32_t key, uint32_t manager)
{
	edges->list = fil_grow(edges->list, edges->n, &edges->room, sizeof *edges->list);
	bits_set(&edges->managers, manager);
	edges->list[edges->n++] = (struct edge){ key, manager };
}

static int
compare_edges(const void *a, const void *b)
{
	uint32_t x = ((const struct edge *)a)->key, y = ((const struct edge *)b)->key;

	return (x > y) - (x < y);
}

/* Returns the hash of a user's manager, or 0. The edges are sorted. */
static uint32_t
manager_of(const struct edges *edges, uint32_t key)
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
edges_circle(const struct edges *edges, uint32_t start, struct numbers *members)
{
	uint32_t at = start;
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

/* Sorts the edges once all are added, and drops users who manage no other. */
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
	free(edges->managers.words);
}

/* Adds a user, whose texts then belong to the list. */
static void
stored_users_add(struct stored_users *users, const struct stored_user *user)
{
	users->list = fil_grow(users->list, users->n, &users->room, sizeof *users->list);
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
	int order = fil_number_compare(&x->like, &y->like);

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

/* Reduces a sorted group to users who are the same as another. The run has written at least one of
 * them. */
static void
user_group_share(
    struct user_group *group, bool (*same)(const struct stored_user *, const struct stored_user *))
{
	size_t kept = 0, end;

	for (size_t first = 0; first < group->n; first = end) {
		bool written = false;

		for (end = first; end < group->n && same(group->list[first], group->list[end]);
		     end++)
			written |= group->list[end]->written;
		if (end - first < 2 || !written)
			continue;
		for (size_t i = first; i < end; i++)
			group->list[kept++] = group->list[i];
	}
	group->n = kept;
}

/* Drops users whom a whole list lacks: they leave. Call it once the places are known. */
static void
user_group_drop_leavers(struct user_group *group)
{
	size_t kept = 0;

	for (size_t i = 0; i < group->n; i++)
		if (!group->list[i]->listed || group->list[i]->file || group->list[i]->written)
			group->list[kept++] = group->list[i];
	group->n = kept;
}

/* Returns the hash of a key, or 0. */
static uint32_t
hash_key(const char *text)
{
	return text ? (uint32_t)cut(numbers_hash(text, strlen(text), false), UINT32_MAX) : 0;
}

/* Returns the hash of an e-mail, or 0. */
static uint64_t
hash_email(const char *text)
{
	return text ? cut(numbers_hash(text, strlen(text), true), EMAIL_MASK) : 0;
}

/* Returns the hash of a name, folded, and of the unit; 0 without a unit, which is like none. */
static uint64_t
hash_like(const char *name, const char *unit)
{
	uint64_t hash;
	char *folded;

	if (!name || !unit)
		return 0;
	folded = fil_text_fold(name);
	hash = mix(
	    numbers_hash(folded, strlen(folded), false), numbers_hash(unit, strlen(unit), false));
	free(folded);
	return hash ? hash : 1;
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
	people->rows = fil_written_rows_new(fil_store_folder(fil_run_store(run)));
	people->learnt = fil_written_rows_new(fil_store_folder(fil_run_store(run)));
	people->identity = fil_identity_new(options->doubts, options->today);
	people->keys = fil_alike_new(run, users, 0, fil_copy_lower, options->doubts);
	people->units =
	    fil_alike_new(run, users, people->columns.unit, fil_text_fold, options->doubts);
	people->jobs =
	    fil_alike_new(run, users, people->columns.job, fil_text_fold, options->doubts);
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
	if (!people->erased)
		return 0;
	if (fil_erased_choose(
		people->erased, fil_run_store(people->run), &people->unrecognised, fault) < 0)
		return -1;
	return fil_erased_read(people->erased, fil_run_store(people->run), false, fault);
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

void
fil_people_learn(struct fil_people *people, const char *const *cells)
{
	const struct columns *columns = &people->columns;
	const char *email = cells[columns->email], *manager = cells[columns->manager];

	fil_alike_learn(people->units, cells[columns->unit]);
	fil_alike_learn(people->jobs, cells[columns->job]);
	if (!email && !manager)
		return;
	people->n_learnt++;
	*fil_written_rows_add(people->learnt) = (struct fil_written){ .key = hash_key(cells[0]),
		.manager = hash_key(manager),
		.email = hash_email(email) & EMAIL_MASK };
}

struct fil_identity *
fil_people_identity(struct fil_people *people)
{
	return people->identity;
}

/* Returns row i of those that were written, valid until the next call. */
static const struct fil_written *
row_at(const struct fil_people *people, size_t i)
{
	return fil_written_rows_at(people->rows, i);
}

/* Returns whether two e-mails, or NULL, differ in more than case. */
static bool
emails_differ(const char *a, const char *b)
{
	return !a != !b || (a && strcasecmp(a, b) != 0);
}

/* Notes a new key with letters, the unit and the job of a row, which can be like others. */
static void
note_alike(
    struct fil_people *people, size_t line, const char *const *before, const char *const *after)
{
	size_t unit = people->columns.unit, job = people->columns.job;

	if (!before && strspn(after[0], "0123456789") < strlen(after[0]))
		fil_alike_note(people->keys, people->file, line, NULL, after[0]);
	fil_alike_note(
	    people->units, people->file, line, before ? before[unit] : NULL, after[unit]);
	fil_alike_note(people->jobs, people->file, line, before ? before[job] : NULL, after[job]);
}

/* Adds a user who is refused. The reason is freed with the list. */
static void
refuse(struct fil_people_twins *twins, const char *key, enum fil_doubt kind, char *reason)
{
	twins->list = fil_grow(twins->list, twins->n, &twins->room, sizeof *twins->list);
	twins->list[twins->n++] = (struct fil_people_twin){ fil_copy(key), reason, kind };
}

void
fil_people_note(
    struct fil_people *people, size_t line, const char *const *before, const char *const *after)
{
	const struct columns *columns = &people->columns;
	const char *email = after[columns->email], *manager = after[columns->manager];
	uint64_t email_hash = 0, like = 0;
	uint32_t manager_hash = 0;

	people->added = people->added || !before;
	if (!before && people->erased && fil_erased_has(people->erased, after[0]))
		refuse(&people->returning, after[0], FIL_DOUBT_ERASED,
		    fil_format(
			_("user: '%s' was erased before: leave the row out, or --allow erased"),
			after[0]));
	if (before)
		fil_identity_note(people->identity, line, before, after);
	note_alike(people, line, before, after);
	if (!before || emails_differ(before[columns->email], email))
		email_hash = hash_email(email);
	if (!before || !fil_text_is_same(before[columns->manager], manager))
		manager_hash = hash_key(manager);
	if (!before && people->stored && after[columns->unit])
		like = cut(hash_like(after[columns->name], after[columns->unit]), NAME_MASK);
	if (!email_hash && !manager_hash && !like)
		return;
	people->n++;
	*fil_written_rows_add(people->rows) = (struct fil_written){ .key = hash_key(after[0]),
		.manager = manager_hash,
		.email = email_hash & EMAIL_MASK,
		.name = like & NAME_MASK,
		.added = !before };
}

static int
compare_rows(const void *a, const void *b)
{
	uint32_t x = ((const struct fil_written *)a)->key, y = ((const struct fil_written *)b)->key;

	return (x > y) - (x < y);
}

/* Returns the row of a user with the hashes of key and e-mail; or of the key, if the e-mail did not
 * change; or NULL. */
static const struct fil_written *
find_row(const struct fil_people *people, uint32_t key, uint64_t email)
{
	const struct fil_written wanted = { .key = key },
				 *end = people->suspects + people->n_suspects;
	const struct fil_written *row = people->n_suspects > 0
	    ? bsearch(&wanted, people->suspects, people->n_suspects, sizeof wanted, compare_rows)
	    : NULL;

	while (row && row > people->suspects && row[-1].key == key)
		row--;
	for (; row && row < end && row->key == key; row++)
		if (!row->email || row->email == email)
			return row;
	return NULL;
}

/* Takes the hashes of the rows' e-mails and names. */
static void
take_hashes(struct fil_people *people)
{
	struct numbers *emails = &people->emails;
	size_t kept = 0;

	emails->list = fil_alloc(people->n + 1, sizeof *emails->list);
	for (size_t i = 0; i < people->n; i++) {
		const struct fil_written *row = row_at(people, i);

		if (row->email)
			emails->list[emails->n++] = row->email;
		if (row->name && !people->names.words)
			people->names = bits_new(NAME_MASK / 16);
		if (row->name)
			bits_set(&people->names, row->name);
	}
	numbers_sort(emails);
	for (size_t i = 0; i < emails->n; i++)
		if (kept == 0 || emails->list[kept - 1] != emails->list[i])
			emails->list[kept++] = emails->list[i];
	emails->n = kept;
}

/* What is looked for among the users. */
struct search {
	struct numbers emails; /* that several users have, and a row gives */
	struct numbers likes; /* names and units of users who were not written */
	struct numbers circle; /* hashes of its members */
	size_t part, parts; /* only e-mails and names of this part are taken */
	size_t most; /* users that are taken */
};

/* Returns whether an e-mail's hash belongs to a part of several, by bits that no set tells apart. */
static bool
is_of_part(uint64_t email, size_t part, size_t parts)
{
	return email && (parts == 1 || (email >> PART_SHIFT) % parts == part);
}

/* Takes the hashes of a part that several rows have. Bits tell nearly all of the others, which costs
 * less than to sort them. */
static void
find_repeated_of(const struct fil_people *people, size_t part, size_t parts, struct numbers *emails)
{
	struct bits seen = bits_new(people->n / parts), again = bits_new(people->n / parts);
	size_t n = 0;

	for (size_t i = 0; i < people->n; i++) {
		uint64_t email = row_at(people, i)->email;

		if (is_of_part(email, part, parts) && bits_set(&seen, email)) {
			bits_set(&again, email);
			n++;
		}
	}
	for (size_t i = 0; n > 0 && i < people->n; i++) {
		uint64_t email = row_at(people, i)->email;

		if (is_of_part(email, part, parts) && bits_has(&again, email))
			numbers_add(emails, email);
	}
	free(seen.words);
	free(again.words);
	numbers_sort(emails);
	numbers_repeated(emails);
}

/* Takes the hashes of e-mails that several rows have: of many rows in parts, each of which bits tell
 * apart, so that few others are sorted. */
static void
find_repeated(const struct fil_people *people, struct numbers *emails)
{
	size_t parts = people->n / TOLD_APART + 1;

	for (size_t part = 0; part < parts; part++) {
		struct numbers found = { 0 };

		find_repeated_of(people, part, parts, &found);
		for (size_t i = 0; i < found.n; i++)
			numbers_add(emails, found.list[i]);
		free(found.list);
	}
	numbers_sort(emails);
}

/* Finds the members of circles in which a row has a new manager. */
static void
find_circles(const struct fil_people *people, struct edges *edges, struct numbers *members)
{
	edges_settle(edges);
	for (size_t i = 0; edges->n > 0 && i < people->n; i++)
		if (row_at(people, i)->manager && edges_manages(edges, row_at(people, i)->key))
			edges_circle(edges, row_at(people, i)->key, members);
	numbers_sort(members);
}

/* The columns of the queries below: the first three, the first six, or all. */
enum { USER, EMAIL, MANAGER, NAME, UNIT, RUN, LEFT, FEED };

static const char sql_three[] = "SELECT \"user\", email, manager FROM users";
static const char sql_six[] = "SELECT \"user\", email, manager, name, unit, run FROM users";
static const char sql_all[] =
    "SELECT \"user\", email, manager, name, unit, run, \"left\", feed FROM users";

/* Adds the user on whom the query stands to those found. */
static void
add_user(
    struct fil_people *people, struct fil_query *query, bool shares, uint64_t like, bool managed)
{
	const char *key = fil_query_text(query, USER), *email = fil_query_text(query, EMAIL);
	const char *manager = fil_query_text(query, MANAGER), *left = fil_query_text(query, LEFT);
	const char *feed = fil_query_text(query, FEED), *whole = people->options.whole;
	bool written = fil_query_number(query, RUN) == fil_run_number(people->run);
	const struct fil_written *row =
	    written ? find_row(people, hash_key(key), hash_email(email)) : NULL;

	stored_users_add(&people->users,
	    &(struct stored_user){ .key = fil_copy(key),
		.name = fil_copy(fil_query_text(query, NAME)),
		.email = shares ? fil_copy(email) : NULL,
		.manager = managed ? fil_copy(manager) : NULL,
		.written = written,
		.added = row && row->added,
		.new_email = row && row->email,
		.new_manager = row && row->manager,
		.like = like,
		.listed = whole && feed && strcmp(feed, whole) == 0,
		.active = !left || strcmp(left, people->options.today) > 0 });
}

/* Takes the user on whom the query stands, if something is in common with a row. */
static void
take_user(struct fil_people *people, const struct search *search, struct fil_query *query)
{
	uint64_t email = hash_email(fil_query_text(query, EMAIL)), like = 0;
	bool shares = numbers_has(&search->emails, email) && email % search->parts == search->part;
	bool managed = search->part == 0 && search->circle.n > 0 &&
	    fil_query_text(query, MANAGER) &&
	    numbers_has(&search->circle, hash_key(fil_query_text(query, USER)));

	if (search->likes.n > 0)
		like = hash_like(fil_query_text(query, NAME), fil_query_text(query, UNIT));
	if (like % search->parts != search->part || !numbers_has(&search->likes, like))
		like = 0;
	if ((shares || like || managed) && people->users.n < search->most)
		add_user(people, query, shares, like, managed);
}

/* Takes users in one pass over the store. Returns 0 or -1. */
static int
take_users(struct fil_people *people, const struct search *search, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(fil_run_store(people->run), sql_all);
	int step;

	stored_users_release(&people->users);
	while ((step = fil_query_step(query, fault)) == 1)
		take_user(people, search, query);
	fil_query_free(query);
	return step;
}

/* A pass over the users that finds what to search. */
struct survey {
	struct search *search;
	struct edges *edges; /* gets all users with a manager, or NULL */
	bool names; /* are looked at */
	struct bits seen, again; /* by the numbers of the rows' e-mails */
};

/* Looks at the user on whom the query stands. */
static void
survey_user(const struct fil_people *people, struct survey *survey, struct fil_query *query)
{
	const char *manager = fil_query_text(query, MANAGER);
	uint64_t email = hash_email(fil_query_text(query, EMAIL)), like = 0;
	const uint64_t *found = numbers_find(&people->emails, email);

	if (manager && survey->edges)
		edges_add(survey->edges, hash_key(fil_query_text(query, USER)), hash_key(manager));
	if (found && bits_set(&survey->seen, (size_t)(found - people->emails.list)))
		bits_set(&survey->again, (size_t)(found - people->emails.list));
	if (survey->names && fil_query_number(query, RUN) != fil_run_number(people->run))
		like = hash_like(fil_query_text(query, NAME), fil_query_text(query, UNIT));
	if (like && bits_has(&people->names, cut(like, NAME_MASK)))
		numbers_add(&survey->search->likes, like);
}

/* Finds the lines on which the inputs have n users. Returns 0 or -1. */
static int
find_places(
    struct fil_people *people, struct stored_user **users, size_t n, struct fil_fault *fault)
{
	struct fil_people_place *places = fil_alloc(n + 1, sizeof *places);
	int result = 0;

	for (size_t i = 0; i < n; i++)
		places[i].key = users[i]->key;
	if (n > 0 && people->options.find)
		result = people->options.find(people->options.context, places, n, fault);
	for (size_t i = 0; result == 0 && i < n; i++) {
		users[i]->file = places[i].file;
		users[i]->line = places[i].line;
	}
	free(places);
	return result;
}

/* Returns the active users who share their e-mail with another. */
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

/* Returns the active users who share their name and unit with another. */
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

/* Tells a doubt about a user. */
static void
tell(const struct fil_people *people, const struct stored_user *user, enum fil_doubt kind,
    const char *column, const char *seen, const char *way_out)
{
	fil_doubts_begin(people->options.doubts, user->file ? user->file : _("command line"));
	fil_doubts_tell(
	    people->options.doubts, kind, user->file ? user->line : 0, column, seen, way_out);
}

/* Returns a user who is the same as user `first` of the group, and whom the run has not written and
 * the inputs lack; or NULL. With a whole list such users leave. */
static const struct stored_user *
find_lacking(const struct fil_people *people, const struct user_group *group, size_t first,
    bool (*same)(const struct stored_user *, const struct stored_user *))
{
	for (size_t i = first; i < group->n && same(group->list[first], group->list[i]); i++) {
		const struct stored_user *user = group->list[i];

		if (!people->options.whole && !user->file && !user->written)
			return user;
	}
	return NULL;
}

/* Returns another user of the same e-mail. */
static const struct stored_user *
find_other(const struct user_group *group, size_t first, const struct stored_user *user)
{
	return group->list[first] == user ? group->list[first + 1] : group->list[first];
}

/* Refuses a user as the twin of another. */
static void
refuse_twin(
    const struct stored_user *user, const struct stored_user *old, struct fil_people_twins *twins)
{
	refuse(twins, user->key, FIL_DOUBT_TWIN,
	    fil_format(_("user: '%s' is new, with the e-mail of '%s' (%s, %s), who has not left: "
			 "--rename %s=%s, or --allow %s"),
		user->key, old->key, old->name, old->email, old->key, user->key,
		fil_doubt_kinds[FIL_DOUBT_TWIN].word));
}

/* Judges users who share an e-mail: refuses twins, and tells shared addresses. */
static void
judge_emails(
    const struct fil_people *people, const struct user_group *group, struct fil_people_twins *twins)
{
	bool allowed = fil_doubts_allow(people->options.doubts, FIL_DOUBT_TWIN);
	size_t end;

	for (size_t first = 0; first < group->n; first = end) {
		const struct stored_user *lacking =
		    find_lacking(people, group, first, user_same_email);

		for (end = first;
		     end < group->n && user_same_email(group->list[first], group->list[end]);
		     end++) {
			const struct stored_user *user = group->list[end];
			const struct stored_user *other = find_other(group, first, user);
			char *seen;

			if (!user->new_email)
				continue;
			if (lacking && user->added && !allowed) {
				refuse_twin(user, lacking, twins);
				continue;
			}
			seen = fil_format(_("'%s' of '%s' is the address of '%s' (%s) too"),
			    user->email, user->key, other->key, other->name);
			/* Of two rows the second is reported. */
			if (people->telling && !(other->new_email && user == group->list[first]))
				tell(people, user, FIL_DOUBT_ADDRESS, "email", seen, NULL);
			free(seen);
		}
	}
}

/* Tells added users with the name and unit of a user whom the inputs lack. */
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
			const struct stored_user *user = group->list[end];
			char *seen, *way_out;

			if (!lacking || !user->added)
				continue;
			seen = fil_format(_("'%s' is new, with the name and the unit of '%s' (%s)"),
			    user->key, lacking->key, lacking->name);
			way_out = fil_format("--rename %s=%s", lacking->key, user->key);
			tell(people, user, FIL_DOUBT_TWIN, "user", seen, way_out);
			free(seen);
			free(way_out);
		}
	}
}

/* Returns the steps from a user along the managers back to the same user; 0 without a circle. */
static size_t
circle_of(const struct fil_people *people, const struct stored_user *start)
{
	const struct stored_user *user = start;

	for (size_t steps = 1; user && user->manager && steps <= STEPS_MOST; steps++) {
		if (strcmp(user->manager, start->key) == 0)
			return steps;
		user = stored_users_find(&people->users, user->manager);
	}
	return 0;
}

/* Returns whether another member of the circle has a lower key and a new manager too: a circle is
 * reported once. */
static bool
is_later(const struct fil_people *people, const struct stored_user *start, size_t steps)
{
	const struct stored_user *user = start;

	for (; steps > 1; steps--) {
		user = stored_users_find(&people->users, user->manager);
		if (user->new_manager && strcmp(user->key, start->key) < 0)
			return true;
	}
	return false;
}

/* Returns one user of each circle, with a new manager. */
static struct user_group
group_circles(struct fil_people *people)
{
	struct user_group group = { fil_alloc(people->users.n + 1, sizeof *group.list), 0 };

	for (size_t i = 0; i < people->users.n; i++) {
		struct stored_user *user = &people->users.list[i];
		size_t steps = 0;

		if (user->new_manager)
			steps = circle_of(people, user);
		if (steps > 0 && !is_later(people, user, steps))
			group.list[group.n++] = user;
	}
	return group;
}

static void
judge_circles(const struct fil_people *people, const struct user_group *group)
{
	for (size_t i = 0; i < group->n; i++) {
		const struct stored_user *user = group->list[i];
		size_t steps = circle_of(people, user);
		struct fil_bytes seen = { 0 };

		if (steps == 1)
			fil_bytes_add_format(&seen, _("'%s' is their own manager"), user->key);
		for (size_t s = 0; steps > 1 && s < steps && s < NAMED_MOST; s++) {
			if (s == 0)
				fil_bytes_add_format(
				    &seen, _("'%s' is managed by '%s'"), user->key, user->manager);
			else
				/* TRANSLATORS: behind "'a' is managed by 'b'". */
				fil_bytes_add_format(
				    &seen, _(", who is managed by '%s'"), user->manager);
			user = stored_users_find(&people->users, user->manager);
		}
		if (steps > NAMED_MOST)
			fil_bytes_add_text(&seen, _(", who …"));
		tell(people, group->list[i], FIL_DOUBT_CIRCLE, "manager", seen.data, NULL);
		fil_bytes_release(&seen);
	}
}

/* Judges the users that were found. Returns 0 or -1. */
static int
judge_users(struct fil_people *people, struct fil_people_twins *twins, struct fil_fault *fault)
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
		judge_emails(people, &groups[0], twins);
	if (result == 0 && people->telling) {
		judge_likes(people, &groups[1]);
		judge_circles(people, &groups[2]);
	}
	for (size_t g = 0; g < 3; g++)
		free(groups[g].list);
	free(all);
	return result;
}

/* Returns whether a row has a new manager. */
static bool
has_managers(const struct fil_people *people)
{
	for (size_t i = 0; i < people->n; i++)
		if (row_at(people, i)->manager)
			return true;
	return false;
}

/* Finds what to search among the stored users, by one pass over them. Returns 0 or -1. */
static int
survey_stored(struct fil_people *people, struct search *search, struct fil_fault *fault)
{
	struct edges edges = { .managers = bits_new(MANAGERS_LIKELY) };
	struct survey survey = { .search = search };
	struct fil_query *query;
	int step;

	take_hashes(people);
	survey.edges = has_managers(people) ? &edges : NULL;
	survey.names = people->names.words;
	survey.seen = bits_new(people->emails.n / 16 + 1);
	survey.again = bits_new(people->emails.n / 16 + 1);
	query = fil_query_new(fil_run_store(people->run), survey.names ? sql_six : sql_three);
	while ((step = fil_query_step(query, fault)) == 1)
		survey_user(people, &survey, query);
	fil_query_free(query);
	for (size_t i = 0; i < people->emails.n; i++)
		if (bits_has(&survey.again, i))
			numbers_add(&search->emails, people->emails.list[i]);
	numbers_sort(&search->likes);
	find_circles(people, &edges, &search->circle);
	edges_release(&edges);
	free(survey.seen.words);
	free(survey.again.words);
	return step;
}

/* Adds users and their managers: the rows with a new manager, and those learnt as they were before. */
static void
add_edges(const struct fil_people *people, struct edges *edges)
{
	struct numbers rows = { 0 };

	for (size_t i = 0; i < people->n; i++)
		if (row_at(people, i)->manager)
			bits_set(&edges->managers, row_at(people, i)->manager);
	for (size_t i = 0; i < people->n_learnt; i++)
		bits_set(&edges->managers, fil_written_rows_at(people->learnt, i)->manager);
	for (size_t i = 0; i < people->n; i++) {
		const struct fil_written *row = row_at(people, i);

		if (!row->manager || !edges_manages(edges, row->key))
			continue;
		edges_add(edges, row->key, row->manager);
		numbers_add(&rows, row->key);
	}
	numbers_sort(&rows);
	for (size_t i = 0; i < people->n_learnt; i++) {
		const struct fil_written *user = fil_written_rows_at(people->learnt, i);

		if (user->manager && edges_manages(edges, user->key) &&
		    !numbers_has(&rows, user->key))
			edges_add(edges, user->key, user->manager);
	}
	free(rows.list);
}

/* Takes the hashes of the rows' e-mails that users have whom the store had before. An e-mail that a
 * user gives up is among them: what hashes find is compared with the store. */
static void
find_learnt(const struct fil_people *people, struct numbers *emails)
{
	struct bits given = bits_new(people->emails.n);

	for (size_t i = 0; i < people->emails.n; i++)
		bits_set(&given, people->emails.list[i]);
	for (size_t i = 0; i < people->n_learnt; i++) {
		uint64_t email = fil_written_rows_at(people->learnt, i)->email;

		if (bits_has(&given, email) && numbers_has(&people->emails, email))
			numbers_add(emails, email);
	}
	free(given.words);
}

/* Finds what to search by hashes alone: where no user was stored before the run, or all were learnt. */
static void
survey_hashes(struct fil_people *people, struct search *search)
{
	struct edges edges = { .managers = bits_new(MANAGERS_LIKELY) };

	find_repeated(people, &search->emails);
	if (people->stored) {
		take_hashes(people);
		find_learnt(people, &search->emails);
		numbers_sort(&search->emails);
	}
	if (has_managers(people))
		add_edges(people, &edges);
	find_circles(people, &edges, &search->circle);
	edges_release(&edges);
}

/* Takes the rows that may have something in common with a user. */
static void
take_suspects(struct fil_people *people, const struct search *search)
{
	size_t room = 0;

	for (size_t i = 0; i < people->n; i++) {
		const struct fil_written *row = row_at(people, i);

		if (!numbers_has(&search->emails, row->email) &&
		    !numbers_has(&search->circle, row->key) && !(row->name && search->likes.n > 0))
			continue;
		people->suspects =
		    fil_grow(people->suspects, people->n_suspects, &room, sizeof *people->suspects);
		people->suspects[people->n_suspects++] = *row;
	}
	if (people->n_suspects > 0)
		qsort(people->suspects, people->n_suspects, sizeof *people->suspects, compare_rows);
}

/* Judges the users who have something in common with a row. Too many are compared in parts, since a
 * twin is a fault; where there is none, other doubts are reported for the first only. Returns 0 or -1. */
static int
judge_found(struct fil_people *people, struct search *search, struct fil_people_twins *twins,
    struct fil_fault *fault)
{
	size_t found = 2 * (search->emails.n + search->likes.n);
	bool all = people->stored && !people->options.whole;
	int result = 0;

	search->parts = all ? found / COMPARED_MOST + 1 : 1;
	search->most = all ? SIZE_MAX : COMPARED_MOST;
	take_suspects(people, search);
	for (; result == 0 && search->part < search->parts; search->part++) {
		result = take_users(people, search, fault);
		if (result == 0 && people->users.n > 0)
			result = judge_users(people, twins, fault);
	}
	return result;
}

/* Compares the rows that were written with each other and with the stored users. Returns 0 or -1. */
static int
compare_written(struct fil_people *people, struct fil_people_twins *twins, struct fil_fault *fault)
{
	struct search search = { 0 };
	int result = 0;

	if (people->n == 0)
		return 0;
	if (people->stored && !people->options.whole)
		result = survey_stored(people, &search, fault);
	else
		survey_hashes(people, &search);
	if (result == 0 && search.emails.n + search.likes.n + search.circle.n > 0)
		result = judge_found(people, &search, twins, fault);
	free(search.emails.list);
	free(search.likes.list);
	free(search.circle.list);
	if (result == 0)
		result = fil_written_rows_check(people->learnt, fault);
	return result < 0 ? result : fil_written_rows_check(people->rows, fault);
}

/* Adds the users who were erased to those who are refused. */
static void
take_returning(struct fil_people *people, struct fil_people_twins *twins)
{
	for (size_t i = 0; i < people->returning.n; i++) {
		struct fil_people_twin *twin = &people->returning.list[i];

		refuse(twins, twin->key, twin->kind, twin->reason);
		free(twin->key);
	}
	people->returning.n = 0;
}

/* Refuses new users, since the secret of erased ones cannot be read. One that is lost for good can be done
 * without. Returns -1. */
static int
refuse_unrecognised(const struct fil_people *people, struct fil_fault *fault)
{
	const struct fil_fault *why = &people->unrecognised;

	if (!why->kind || strcmp(why->kind, FIL_ERASED_LOST) != 0)
		return fil_fault_set(fault, why->status, "%s", why->text);
	return fil_fault_set(
	    fault, why->status, "%s; --allow erased adds new users all the same", why->text);
}

int
fil_people_compare(struct fil_people *people, bool telling, struct fil_people_twins *twins,
    struct fil_fault *fault)
{
	people->telling = telling;
	if (compare_written(people, twins, fault) < 0)
		return -1;
	take_returning(people, twins);
	if (people->added && people->unrecognised.status != FIL_OK)
		return refuse_unrecognised(people, fault);
	if (!telling)
		return 0;
	for (size_t i = 0; i < 3; i++) {
		struct fil_alike *alikes[] = { people->keys, people->units, people->jobs };

		if (fil_alike_judge(alikes[i], people->stored, fault) < 0)
			return -1;
	}
	return 0;
}

bool
fil_people_resemble(
    const struct fil_people *people, const char *name, const char *unit, const char *email)
{
	return numbers_has(&people->emails, hash_email(email)) ||
	    (people->names.words && name && unit &&
		bits_has(&people->names, cut(hash_like(name, unit), NAME_MASK)));
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
	fil_written_rows_free(people->rows);
	fil_written_rows_free(people->learnt);
	free(people->suspects);
	free(people->emails.list);
	free(people->names.words);
	fil_identity_free(people->identity);
	fil_alike_free(people->keys);
	fil_alike_free(people->units);
	fil_alike_free(people->jobs);
	fil_erased_free(people->erased);
	for (size_t i = 0; i < people->returning.n; i++) {
		free(people->returning.list[i].key);
		free(people->returning.list[i].reason);
	}
	free(people->returning.list);
	free(people);
}
