/* SPDX-License-Identifier: ISC */
#include "lib/store/upgrade.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/store/image.h"
#include "lib/store/seal.h"

/* The last version without seals. */
enum { UNSEALED = 2 };

/* The keys that one user of today had at a time: one, and those of users joined later. */
struct bearer {
	char **keys;
	size_t n;
};

/* A row of the history to correct. */
struct correction {
	int64_t run, number;
	char *subject, *action, *became; /* became: or NULL */
};

struct upgrade {
	struct fil_store *store;
	struct bearer *bearers;
	struct fil_hash *numbers; /* of the bearers, by today's key */
	struct correction *corrections;
	size_t n_corrections, room;
	char **seals;
	int64_t *runs;
	size_t n_runs;
};

/* The columns of version 2 that name a user and are no key. */
static const char *const manager[] = { "manager" }, *const trainer[] = { "trainer" },
			 *const owner[] = { "owner" };
static const struct fil_relation references[] = { { "users", manager, 1, 0 },
	{ "assignments", trainer, 1, 0 }, { "routines", owner, 1, 0 },
	{ "promises", owner, 1, 0 } };

/* The rows about users, the newest first, so that today's keys lead to those before. */
static const char rows_about_users[] =
    "SELECT h.run, h.number, h.relation, h.subject, h.action, h.was, r.command FROM history AS h"
    " LEFT JOIN runs AS r ON r.run = h.run WHERE h.subject IS NOT NULL"
    " ORDER BY h.run DESC, h.number DESC";
enum { RUN, NUMBER, RELATION, SUBJECT, ACTION, WAS, COMMAND };

static const char *const key_column[] = { "user" };
static const struct fil_relation key_of_user = { "users", key_column, 1, 1 };

/* Returns the user of today with this key. A user whose key never differed is NULL. */
static struct bearer *
find_bearer(struct upgrade *upgrade, const char *subject, bool differs)
{
	size_t next = fil_hash_count(upgrade->numbers), number;
	bool fresh;

	if (!differs) {
		number = fil_hash_number(upgrade->numbers, subject, strlen(subject));
		return number == FIL_NOWHERE ? NULL : &upgrade->bearers[number];
	}
	number = fil_hash_give(upgrade->numbers, subject, strlen(subject), next, &fresh);
	if (fresh) {
		upgrade->bearers = fil_resize(upgrade->bearers, next + 1, sizeof *upgrade->bearers);
		upgrade->bearers[next].keys = fil_alloc(1, sizeof *upgrade->bearers->keys);
		upgrade->bearers[next].keys[0] = fil_copy(subject);
		upgrade->bearers[next].n = 1;
	}
	return &upgrade->bearers[number];
}

static bool
has_key(const struct bearer *bearer, const char *key)
{
	for (size_t i = 0; i < bearer->n; i++)
		if (strcmp(bearer->keys[i], key) == 0)
			return true;
	return false;
}

/* Returns the number of the key that `old` became: the one that the command line names beside it,
 * else the first. */
static size_t
find_successor(const struct bearer *bearer, const char *old, const char *command)
{
	size_t found = 0;

	for (size_t i = 0; command && bearer->n > 1 && i < bearer->n; i++) {
		char *words = fil_format("%s=%s", old, bearer->keys[i]);

		if (strstr(command, words))
			found = i;
		free(words);
	}
	return found;
}

static void
add_correction(struct upgrade *upgrade, const struct correction *correction)
{
	if (upgrade->n_corrections == upgrade->room) {
		upgrade->room += upgrade->room / 2 + 16;
		upgrade->corrections =
		    fil_resize(upgrade->corrections, upgrade->room, sizeof *upgrade->corrections);
	}
	upgrade->corrections[upgrade->n_corrections++] = *correction;
}

/* Corrects the row at which the query stands, if its user had another key, or got one by it. */
static void
correct_row(struct upgrade *upgrade, struct fil_query *query, const char *key)
{
	const char *subject = fil_query_text(query, SUBJECT);
	bool differs = strcmp(subject, key) != 0;
	struct bearer *bearer = find_bearer(upgrade, subject, differs);
	struct correction correction = { fil_query_number(query, RUN),
		fil_query_number(query, NUMBER), fil_copy(key),
		fil_copy(fil_query_text(query, ACTION)), NULL };

	if (bearer && strcmp(fil_query_text(query, RELATION), "users") == 0 &&
	    !has_key(bearer, key)) {
		size_t successor = find_successor(bearer, key, fil_query_text(query, COMMAND));

		correction.became = fil_copy(bearer->keys[successor]);
		if (strcmp(correction.action, "removed") == 0) {
			bearer->keys =
			    fil_resize(bearer->keys, bearer->n + 1, sizeof *bearer->keys);
			successor = bearer->n++;
		} else {
			free(correction.action);
			correction.action = fil_copy("renamed");
			free(bearer->keys[successor]);
		}
		bearer->keys[successor] = fil_copy(key);
	}
	if (differs || correction.became) {
		add_correction(upgrade, &correction);
		return;
	}
	free(correction.subject);
	free(correction.action);
}

/* Finds the rows to correct. An image that cannot be read is left as it is. Returns 0 or -1. */
static int
find_corrections(struct upgrade *upgrade, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(upgrade->store, rows_about_users);
	struct fil_bytes text = { 0 };
	const char *key;
	int step;

	while ((step = fil_query_step(query, fault)) == 1)
		if (fil_image_read(&key_of_user, fil_query_text(query, WAS), &text, &key) == 0 &&
		    key)
			correct_row(upgrade, query, key);
	fil_bytes_release(&text);
	fil_query_free(query);
	return step;
}

/* Returns 0 or -1. */
static int
write_corrections(struct upgrade *upgrade, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(upgrade->store,
	    "UPDATE history SET subject = $1, action = $2, became = $3"
	    " WHERE run = $4 AND number = $5");
	int step = 0;

	for (size_t i = 0; i < upgrade->n_corrections && step == 0; i++) {
		const struct correction *correction = &upgrade->corrections[i];

		fil_query_bind(query, 1, correction->subject);
		fil_query_bind(query, 2, correction->action);
		fil_query_bind(query, 3, correction->became);
		fil_query_bind_number(query, 4, correction->run);
		fil_query_bind_number(query, 5, correction->number);
		step = fil_query_step(query, fault);
	}
	fil_query_free(query);
	return step;
}

/* Finds the rows of one table that name a user: named, run, number. Returns 0 or -1. */
static int
find_named(struct upgrade *upgrade, const struct fil_relation *reference, struct fil_batch *named,
    struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(
	    upgrade->store, "SELECT run, number, was FROM history WHERE relation = $1");
	struct fil_bytes text = { 0 };
	const char *cells[3];
	int step;

	fil_query_bind(query, 1, reference->name);
	while ((step = fil_query_step(query, fault)) == 1) {
		if (fil_image_read(reference, fil_query_text(query, 2), &text, cells) < 0 ||
		    !cells[0])
			continue;
		cells[1] = fil_query_text(query, 0);
		cells[2] = fil_query_text(query, 1);
		fil_batch_add(named, cells);
	}
	fil_bytes_release(&text);
	fil_query_free(query);
	return step;
}

/* Notes in each row the user whom it named, whether the next version still does or not. Returns 0 or
 * -1. */
static int
write_named(struct upgrade *upgrade, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(upgrade->store,
	    "UPDATE history SET named = $1 WHERE run = CAST($2 AS INTEGER)"
	    " AND number = CAST($3 AS INTEGER)");
	struct fil_batch *named = fil_batch_new(3);
	int step = 0;

	for (size_t i = 0; i < sizeof references / sizeof *references && step == 0; i++)
		step = find_named(upgrade, &references[i], named, fault);
	for (size_t i = 0; i < fil_batch_rows(named) && step == 0; i++) {
		for (size_t c = 0; c < fil_batch_columns(named); c++)
			fil_query_bind(query, (int)c + 1, fil_batch_cell(named, i, c, NULL));
		step = fil_query_step(query, fault);
	}
	fil_batch_free(named);
	fil_query_free(query);
	return step;
}

static void
note_seal(void *context, int64_t run, const char *stored, const char *computed)
{
	struct upgrade *upgrade = context;
	size_t n = upgrade->n_runs++;

	(void)stored;
	/* Doubles where n is a power of two. */
	if ((n & (n - 1)) == 0) {
		upgrade->runs = fil_resize(upgrade->runs, 2 * n + 1, sizeof *upgrade->runs);
		upgrade->seals = fil_resize(upgrade->seals, 2 * n + 1, sizeof *upgrade->seals);
	}
	upgrade->runs[n] = run;
	upgrade->seals[n] = fil_copy(computed);
}

/* Returns 0 or -1. */
static int
write_seals(struct upgrade *upgrade, struct fil_fault *fault)
{
	struct fil_query *query =
	    fil_query_new(upgrade->store, "UPDATE runs SET seal = $1 WHERE run = $2");
	int step = fil_seal_each(upgrade->store, note_seal, upgrade, fault);

	for (size_t i = 0; i < upgrade->n_runs && step == 0; i++) {
		fil_query_bind(query, 1, upgrade->seals[i]);
		fil_query_bind_number(query, 2, upgrade->runs[i]);
		step = fil_query_step(query, fault);
	}
	fil_query_free(query);
	return step;
}

static void
release(struct upgrade *upgrade)
{
	for (size_t i = 0; i < fil_hash_count(upgrade->numbers); i++) {
		for (size_t k = 0; k < upgrade->bearers[i].n; k++)
			free(upgrade->bearers[i].keys[k]);
		free(upgrade->bearers[i].keys);
	}
	for (size_t i = 0; i < upgrade->n_corrections; i++) {
		free(upgrade->corrections[i].subject);
		free(upgrade->corrections[i].action);
		free(upgrade->corrections[i].became);
	}
	for (size_t i = 0; i < upgrade->n_runs; i++)
		free(upgrade->seals[i]);
	fil_hash_free(upgrade->numbers);
	free(upgrade->bearers);
	free(upgrade->corrections);
	free(upgrade->seals);
	free(upgrade->runs);
}

int
fil_upgrade_from(struct fil_store *store, int version, struct fil_fault *fault)
{
	struct upgrade upgrade = { .store = store };
	int result;

	if (version != UNSEALED)
		return 0;
	upgrade.numbers = fil_hash_new_map();
	result = find_corrections(&upgrade, fault);
	if (result == 0)
		result = write_corrections(&upgrade, fault);
	if (result == 0)
		result = write_named(&upgrade, fault);
	if (result == 0)
		result = write_seals(&upgrade, fault);
	release(&upgrade);
	return result;
}
