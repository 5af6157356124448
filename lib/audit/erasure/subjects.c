/* SPDX-License-Identifier: ISC */
#include "lib/audit/erasure/subjects.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/store/image.h"
#include "lib/store/query.h"

enum { LETTERS = 10, ALPHABET = 26 };

static const char prefix[] = "anon-";

/* Returns a random key; the caller frees it. */
static char *
draw_key(void)
{
	char letters[LETTERS + 1] = "";

	for (size_t i = 0; i < LETTERS; i++)
		letters[i] = (char)('a' + randombytes_uniform(ALPHABET));
	return fil_format("%s%s", prefix, letters);
}

void
fil_subjects_add(struct fil_subjects *subjects, const char *key)
{
	bool fresh;

	if (!subjects->numbers) {
		subjects->numbers = fil_hash_new_map();
		subjects->identifiers = fil_identifiers_new();
		subjects->keys = fil_batch_new(1);
	}
	fil_hash_give(subjects->numbers, key, strlen(key), subjects->n, &fresh);
	if (!fresh)
		return;
	subjects->list = fil_resize(subjects->list, subjects->n + 1, sizeof *subjects->list);
	subjects->list[subjects->n++] = (struct fil_subject){ .key = fil_copy(key) };
}

const struct fil_subject *
fil_subjects_find(const struct fil_subjects *subjects, const char *key, struct fil_moment moment)
{
	const char *today = fil_renamings_person(subjects->renamings, key, moment);
	size_t number = fil_hash_number(subjects->numbers, today, strlen(today));

	return number == FIL_NOWHERE ? NULL : &subjects->list[number];
}

bool
fil_subjects_is_text(const struct fil_table *table, size_t column)
{
	const struct fil_column *declared = &table->columns[column];

	if (strcmp(table->name, "users") == 0 &&
	    (declared->address || strcmp(declared->name, "name") == 0))
		return false;
	return declared->type == FIL_TYPE_TEXT || declared->type == FIL_TYPE_LONG_TEXT;
}

bool
fil_subjects_own(
    const struct fil_subjects *subjects, const struct fil_table *table, const char *const *cells)
{
	size_t user = fil_table_user(table);

	return user != FIL_NOWHERE && fil_subjects_find(subjects, cells[user], FIL_NOW);
}

/* Returns a text without the identifiers, which the caller frees, or NULL if it has none. */
static char *
replace(const struct fil_subjects *subjects, const char *text)
{
	struct fil_bytes written = { 0 };

	if (fil_identifiers_replace(subjects->identifiers, text, false, &written))
		return written.data;
	fil_bytes_release(&written);
	return NULL;
}

bool
fil_subjects_rewrite(const struct fil_subjects *subjects, const struct fil_table *table,
    const char *const *cells, struct fil_moment moment, struct fil_batch *rows)
{
	size_t n = fil_batch_columns(rows);
	const char **row = fil_alloc(n, sizeof *row);
	char **replaced = fil_alloc(n, sizeof *replaced);
	const struct fil_subject *person;
	bool any = false;

	memcpy(row, cells, n * sizeof *row);
	for (size_t c = 0; c < table->n_columns; c++) {
		if (!row[c])
			continue;
		if (fil_subjects_is_text(table, c) && (replaced[c] = replace(subjects, row[c]))) {
			row[c] = replaced[c];
			any = true;
		} else if (fil_table_names_user(table, c) &&
		    (person = fil_subjects_find(subjects, row[c], moment))) {
			row[c] = person->anonymous;
			any = true;
		}
	}
	fil_batch_add(rows, row);
	for (size_t c = 0; c < n; c++)
		free(replaced[c]);
	free(replaced);
	free(row);
	return any;
}

static void
add_identifier(struct fil_subjects *subjects, const char *text, bool is_key)
{
	if (text && *text != '\0')
		fil_identifiers_add(subjects->identifiers, text, is_key);
}

/* Adds the keys that a person had. */
static void
add_keys(struct fil_subjects *subjects, const char *key)
{
	size_t n;
	const char **keys = fil_renamings_keys(subjects->renamings, key, &n);

	for (size_t i = 0; i < n; i++) {
		add_identifier(subjects, keys[i], true);
		fil_batch_add(subjects->keys, &keys[i]);
	}
	free(keys);
}

/* Reads the aliases of today. Returns 0 or -1. */
static int
read_aliases(struct fil_subjects *subjects, struct fil_fault *fault)
{
	struct fil_query *query =
	    fil_query_new(subjects->store, "SELECT alias FROM aliases WHERE \"user\" = $1");
	int step = 0;

	for (size_t i = 0; i < subjects->n && step >= 0; i++) {
		fil_query_bind(query, 1, subjects->list[i].key);
		while ((step = fil_query_step(query, fault)) == 1)
			add_identifier(subjects, fil_query_text(query, 0), true);
	}
	fil_query_free(query);
	return step;
}

/* Reads the names and e-mails of today. Returns 0 or -1. */
static int
read_users(struct fil_subjects *subjects, struct fil_fault *fault)
{
	struct fil_query *query =
	    fil_query_new(subjects->store, "SELECT name, email FROM users WHERE \"user\" = $1");
	int step = 0;

	for (size_t i = 0; i < subjects->n && step >= 0; i++) {
		fil_query_bind(query, 1, subjects->list[i].key);
		step = fil_query_step(query, fault);
		if (step != 1)
			continue;
		add_identifier(subjects, fil_query_text(query, 0), false);
		add_identifier(subjects, fil_query_text(query, 1), false);
		subjects->list[i].stands = true;
		if (subjects->anonymise)
			subjects->list[i].anonymous = draw_key();
		fil_query_reset(query);
	}
	fil_query_free(query);
	return step < 0 ? -1 : 0;
}

/* Adds what a former row of users or aliases says of a person. An image that cannot be read says
 * nothing. */
static void
add_former(struct fil_subjects *subjects, const struct fil_table *table, const char *image,
    struct fil_bytes *text, const char **cells)
{
	if (fil_image_read(&table->relation, image, text, cells) < 0)
		return;
	if (strcmp(table->name, "aliases") == 0) {
		add_identifier(subjects, cells[fil_table_column(table, "alias")], true);
		return;
	}
	add_identifier(subjects, cells[fil_table_column(table, "name")], false);
	add_identifier(subjects, cells[fil_table_column(table, "email")], false);
}

/* Reads the names, e-mails and aliases that were overwritten or removed. Returns 0 or -1. */
static int
read_history(struct fil_subjects *subjects, struct fil_fault *fault)
{
	const char **cells = fil_alloc(fil_catalog_widest(), sizeof *cells);
	struct fil_query *query = fil_query_new(subjects->store,
	    "SELECT run, number, was, relation FROM history WHERE subject = $1"
	    " AND relation IN ('users', 'aliases')");
	struct fil_bytes text = { 0 };
	int step = 0;

	for (size_t i = 0; i < fil_batch_rows(subjects->keys) && step >= 0; i++) {
		const char *key = fil_batch_cell(subjects->keys, i, 0, NULL);

		fil_query_bind(query, 1, key);
		while ((step = fil_query_step(query, fault)) == 1) {
			struct fil_moment moment = { fil_query_number(query, 0),
				fil_query_number(query, 1) };

			if (fil_subjects_find(subjects, key, moment))
				add_former(subjects, fil_catalog_table(fil_query_text(query, 3)),
				    fil_query_text(query, 2), &text, cells);
		}
	}
	fil_bytes_release(&text);
	fil_query_free(query);
	free(cells);
	return step;
}

int
fil_subjects_read(struct fil_subjects *subjects, struct fil_fault *fault)
{
	for (size_t i = 0; i < subjects->n; i++)
		add_keys(subjects, subjects->list[i].key);
	if (read_users(subjects, fault) < 0 || read_aliases(subjects, fault) < 0)
		return -1;
	return read_history(subjects, fault);
}

void
fil_subjects_release(struct fil_subjects *subjects)
{
	for (size_t i = 0; i < subjects->n; i++) {
		free(subjects->list[i].key);
		free(subjects->list[i].anonymous);
	}
	free(subjects->list);
	fil_hash_free(subjects->numbers);
	fil_identifiers_free(subjects->identifiers);
	fil_batch_free(subjects->keys);
}
