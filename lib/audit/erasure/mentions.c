/* SPDX-License-Identifier: ISC */
#include "lib/audit/erasure/mentions.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/bytes.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/store/query.h"
#include "lib/store/relation.h"
#include "lib/users/listing.h"

/* Mentions that are listed; the others are counted. */
enum { LISTED = 20 };

/* The texts of the other tables, first that of a user. */
static const char *const others[] = {
	"SELECT \"user\", dimension, date, source, risen, first FROM standing",
	"SELECT \"user\", autonomous FROM standings",
	"SELECT NULL, hash FROM erased",
};
static const int n_texts[] = { 6, 2, 2 };

struct looking {
	const struct fil_subjects *subjects;
	bool *explained;
	void (*say)(void *context, const char *text);
	void *context;
	size_t n; /* mentions */
	struct fil_bytes all, words, written;
	bool any;
};

static void
note_found(void *context, size_t number, size_t at)
{
	struct looking *looking = context;

	(void)at;
	looking->explained[number] = true;
	looking->any = true;
}

/* Returns whether the cells, which are stored one after the other, hold a text. */
static bool
search(struct looking *looking)
{
	looking->any = false;
	if (looking->all.length > 0)
		fil_search_each(looking->subjects->identifiers->texts, looking->all.data,
		    looking->all.length, note_found, looking);
	return looking->any;
}

/* Returns whether a cell is the key of one of the people. */
static bool
is_subject(
    const struct looking *looking, const struct fil_table *table, size_t column, const char *cell)
{
	return cell && fil_subjects_names_user(table, column) &&
	    fil_subjects_find(looking->subjects, cell, FIL_NOW);
}

/* Says that a column of a row mentions somebody. */
static void
say_mention(
    struct looking *looking, const struct fil_table *table, size_t column, struct fil_query *query)
{
	struct fil_bytes *words = &looking->words;

	if (looking->n++ >= LISTED)
		return;
	fil_bytes_clear(words);
	fil_bytes_add_text(words, table->name);
	for (size_t c = 0; c < table->n_keys; c++) {
		const char *cell = fil_query_text(query, (int)c);
		char *word = fil_format("%s=%s", table->columns[c].name, cell ? cell : "");

		fil_bytes_add_text(words, " ");
		fil_text_quote(word, words);
		free(word);
	}
	fil_bytes_add_format(
	    words, ": %s mentions an erased person: edit it", table->columns[column].name);
	looking->say(looking->context, words->data);
}

/* Looks at the row at which the query stands. */
static void
look_at(struct looking *looking, const struct fil_table *table, struct fil_query *query)
{
	size_t user = fil_listing_user(table);

	if (user != FIL_NOWHERE &&
	    is_subject(looking, table, user, fil_query_text(query, (int)user)))
		return;
	fil_bytes_clear(&looking->all);
	for (size_t c = 0; c < table->n_columns; c++) {
		const char *cell = fil_query_text(query, (int)c);

		if (cell && table->columns[c].type != FIL_TYPE_INTEGER &&
		    !is_subject(looking, table, c, cell))
			fil_bytes_add_text(&looking->all, cell);
	}
	if (!search(looking))
		return;
	for (size_t c = 0; c < table->n_columns; c++)
		if (fil_subjects_is_text(table, c) && fil_query_text(query, (int)c) &&
		    fil_identifiers_replace(looking->subjects->identifiers,
			fil_query_text(query, (int)c), false, &looking->written))
			say_mention(looking, table, c, query);
}

/* Looks at the rows of a table. Returns 0 or -1. */
static int
look_through(struct looking *looking, const struct fil_table *table, struct fil_fault *fault)
{
	char *sql = fil_relation_select(&table->relation, true);
	struct fil_query *query = fil_query_new(looking->subjects->store, sql);
	int step;

	while ((step = fil_query_step(query, fault)) == 1)
		look_at(looking, table, query);
	fil_query_free(query);
	free(sql);
	return step;
}

/* Looks at the rows of a table that is not in the catalogue. Returns 0 or -1. */
static int
look_through_other(struct looking *looking, const char *sql, int n, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(looking->subjects->store, sql);
	int step;

	while ((step = fil_query_step(query, fault)) == 1) {
		const char *user = fil_query_text(query, 0);

		if (user && fil_subjects_find(looking->subjects, user, FIL_NOW))
			continue;
		fil_bytes_clear(&looking->all);
		for (int c = 0; c < n; c++)
			if (fil_query_text(query, c))
				fil_bytes_add_text(&looking->all, fil_query_text(query, c));
		search(looking);
	}
	fil_query_free(query);
	return step;
}

int
fil_mentions_find(const struct fil_subjects *subjects, bool *explained,
    void (*say)(void *context, const char *text), void *context, struct fil_fault *fault)
{
	struct looking looking = { subjects, explained, say, context, .n = 0 };
	size_t n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);
	int result = 0;

	for (size_t t = 0; t < n && result == 0; t++)
		result = look_through(&looking, tables[t], fault);
	for (size_t i = 0; i < sizeof others / sizeof *others && result == 0; i++)
		result = look_through_other(&looking, others[i], n_texts[i], fault);
	if (result == 0 && looking.n > LISTED) {
		char *rest =
		    fil_format("%zu more cells mention an erased person", looking.n - LISTED);

		say(context, rest);
		free(rest);
	}
	fil_bytes_release(&looking.all);
	fil_bytes_release(&looking.words);
	fil_bytes_release(&looking.written);
	return result;
}
