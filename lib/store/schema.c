/* SPDX-License-Identifier: ISC */
#include "lib/store/schema.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/fault.h"
#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/store/batch.h"
#include "lib/store/image.h"
#include "lib/store/query.h"
#include "lib/store/relation.h"
#include "lib/store/seal.h"

static const char schema[] =
#include "sql/schema.inc"
    ;
static const char migrate_1[] =
#include "sql/migrate-1.inc"
    ;
static const char migrate_2[] =
#include "sql/migrate-2.inc"
    ;
static const char migrate_3[] =
#include "sql/migrate-3.inc"
    ;
static const char migrate_4[] =
#include "sql/migrate-4.inc"
    ;

static const struct {
	int from;
	const char *sql;
} migrations[] = {
	{ 1, migrate_1 },
	{ 2, migrate_2 },
	{ 3, migrate_3 },
	{ 4, migrate_4 },
};

/* Adds the value of the token at p, "{NAME}". Returns the place after it. */
static const char *
add_token(struct fil_bytes *text, const char *p, const struct fil_token *tokens)
{
	size_t n = strcspn(p + 1, "}");

	for (; tokens->name; tokens++)
		if (strlen(tokens->name) == n && memcmp(tokens->name, p + 1, n) == 0) {
			fil_bytes_add_text(text, tokens->value);
			return p + n + 2;
		}
	fil_bug("the schema has an unknown token: %.20s", p);
}

/* Skips the white space and comments at p, and adds at most one space. Returns the place after
 * them. */
static const char *
add_space(struct fil_bytes *text, const char *p)
{
	for (;;) {
		p += strspn(p, " \t\n");
		if (strncmp(p, "--", 2) != 0)
			break;
		p += strcspn(p, "\n");
	}
	if (text->length && text->data[text->length - 1] != '\n')
		fil_bytes_add(text, " ", 1);
	return p;
}

/* Returns the length of the stretch at p: a text between quotes, or words with one space between. */
static size_t
stretch_of(const char *p)
{
	static const char ends[] = "{;-' \t\n";
	size_t n;

	if (*p == '\'')
		return strcspn(p + 1, "'") + 2;
	n = 1 + strcspn(p + 1, ends);
	while (p[n] == ' ' && !strchr(ends, p[n + 1]))
		n += 2 + strcspn(p + n + 2, ends);
	return n;
}

/* The text is read at each start, so it is copied by stretches, not by characters. */
char *
fil_schema_fill(const char *p, const struct fil_token *tokens)
{
	struct fil_bytes text = { 0 };
	size_t n;

	while (*p) {
		if (*p == '{')
			p = add_token(&text, p, tokens);
		else if (strchr(" \t\n", *p) || strncmp(p, "--", 2) == 0)
			p = add_space(&text, p);
		else if (*p == ';') {
			fil_bytes_add(&text, ";\n", 2);
			p++;
		} else {
			n = stretch_of(p);
			fil_bytes_add(&text, p, n);
			p += n;
		}
	}
	return text.data;
}

int
fil_schema_check(const char *name, int64_t version, struct fil_fault *fault)
{
	if (version < 1)
		return fil_fault_set(
		    fault, FIL_UNAVAILABLE, "%s: a store without a version of its schema", name);
	if (version > FIL_SCHEMA_VERSION)
		return fil_fault_set(fault, FIL_UNAVAILABLE,
		    "%s: made by a newer filrouge (schema %lld; this one knows %d)", name,
		    (long long)version, FIL_SCHEMA_VERSION);
	return 0;
}

char *
fil_schema_text(const struct fil_token *tokens)
{
	return fil_schema_fill(schema, tokens);
}

/* Returns the ")" that closes the "(" at p. */
static char *
end_of_list(char *p)
{
	int depth = 0;

	for (;; p++) {
		depth += *p == '(' ? 1 : *p == ')' ? -1 : 0;
		if (depth == 0)
			return p;
	}
}

/* Returns the name at p, without quotes. It is cut off in place, and *after is what follows. */
static const char *
cut_name(char *p, char **after)
{
	char *name = p + (*p == '"');

	*after = name + strcspn(name, "\" ");
	*(*after)++ = '\0';
	return name;
}

/* Returns the number of bytes from p to end that are in the set. */
static size_t
count_bytes(const char *p, const char *end, const char *set)
{
	size_t n = 0;

	for (; p < end; p++)
		n += strchr(set, *p) != NULL;
	return n;
}

/* Reads the columns between the parentheses of a CREATE TABLE, from p to end. The key is a clause
 * of the table, or of its only key column. */
static void
read_columns(struct fil_relation *relation, const char **columns, char *p, const char *end)
{
	static const char key[] = "PRIMARY KEY (";

	relation->columns = columns;
	relation->n_keys = 1;
	for (; p < end; p += strspn(p, ", ")) {
		if (strncmp(p, key, strlen(key)) == 0)
			relation->n_keys = count_bytes(p, strchr(p, ')'), ",") + 1;
		else
			columns[relation->n_columns++] = cut_name(p, &p);
		while (p < end && *p != ',')
			p = *p == '(' ? end_of_list(p) + 1 : p + 1;
	}
}

char *
fil_schema_references(void)
{
	static const char create[] = "CREATE TABLE ", refers[] = " REFERENCES ";
	static const struct fil_token plain[] = { { "STRICT", "" }, { "CLUSTERED", "" },
		{ "KEY", "TEXT" }, { NULL, NULL } };
	char *text = fil_schema_text(plain), *list;
	struct fil_bytes pairs = { 0 };

	for (char *p = text, *end; (p = strstr(p, create)); p = end + 1) {
		const char *table = cut_name(p + strlen(create), &list);

		list += strcspn(list, "(");
		end = end_of_list(list);
		for (char *q = list; (q = strstr(q, refers)) && q < end; q += strlen(refers)) {
			char *column = q, *rest;

			while (!strchr(",(", column[-1]))
				column--;
			fil_bytes_add_format(&pairs, "%s%s ", pairs.length > 0 ? ", " : "", table);
			fil_bytes_add_text(&pairs, cut_name(column + strspn(column, " "), &rest));
		}
	}
	free(text);
	return pairs.data;
}

struct fil_schema_tables *
fil_schema_tables(void)
{
	static const char create[] = "CREATE TABLE ";
	static const struct fil_token plain[] = { { "STRICT", "" }, { "CLUSTERED", "" },
		{ "KEY", "TEXT" }, { NULL, NULL } };
	struct fil_schema_tables *tables = fil_alloc(1, sizeof *tables);
	struct fil_relation *relation;
	const char **columns;
	char *list, *end;

	tables->text = fil_schema_text(plain);
	end = tables->text + strlen(tables->text);
	/* A column ends with a comma, or its statement with a semicolon. */
	columns = tables->columns =
	    fil_alloc(count_bytes(tables->text, end, ",;"), sizeof *columns);
	for (char *p = tables->text; (p = strstr(p, create)); p = end + 1) {
		tables->all = fil_resize(tables->all, tables->n + 1, sizeof *tables->all);
		relation = &tables->all[tables->n++];
		*relation = (struct fil_relation){ .name = cut_name(p + strlen(create), &list) };
		list += strcspn(list, "(");
		end = end_of_list(list);
		list += 1 + strspn(list + 1, " ");
		read_columns(relation, columns, list, end);
		columns += relation->n_columns;
	}
	return tables;
}

void
fil_schema_tables_free(struct fil_schema_tables *tables)
{
	if (!tables)
		return;
	free(tables->all);
	free(tables->columns);
	free(tables->text);
	free(tables);
}

char *
fil_schema_migration(int version, const struct fil_token *tokens)
{
	for (size_t i = 0; i < sizeof migrations / sizeof *migrations; i++)
		if (migrations[i].from == version)
			return fil_schema_fill(migrations[i].sql, tokens);
	fil_bug("no migration from version %d of the schema", version);
}

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
	int step = fil_seal_each(upgrade->store, note_seal, NULL, upgrade, fault);

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
