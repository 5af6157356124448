/* SPDX-License-Identifier: ISC */
#include "lib/audit/erasure/mentions.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/store/query.h"
#include "lib/store/relation.h"

/* The bytes behind a row or a key in a file that may read as digits: numbers and lengths. */
enum { BEHIND = 4 };

/* The other tables: all columns in their order, first a user; t is a text, n a number. */
static const struct {
	const char *sql, *types;
} others[] = {
	{ "SELECT \"user\", dimension, level, date, source, previous, risen, first, run FROM "
	  "standing",
	    "ttnttnttn" },
	{ "SELECT \"user\", autonomous, run FROM standings", "ttn" },
	{ "SELECT DISTINCT subject FROM history WHERE subject IS NOT NULL", "t" },
	{ "SELECT NULL, hash, run, pending FROM erased", "ttnn" },
};

struct looking {
	const struct fil_subjects *subjects;
	bool *explained;
	struct fil_mentions *mentions; /* or NULL */
	void (*say)(void *context, const char *text);
	void *context;
	size_t *digits, n_digits; /* texts of digits that nothing explains */
	struct fil_bytes all, written;
	bool any;
};

static void
note_found(void *context, size_t number, size_t at, size_t end)
{
	struct looking *looking = context;

	(void)at;
	(void)end;
	looking->explained[number] = true;
	looking->any = true;
}

/* Adds a number as SQLite stores it: in as few bytes as it needs, and none for 0 and 1. */
static void
add_number(struct fil_bytes *bytes, int64_t number)
{
	static const int sizes[] = { 1, 2, 3, 4, 6, 8 };
	size_t i = 0;

	if (number == 0 || number == 1)
		return;
	while (i < sizeof sizes / sizeof *sizes - 1 &&
	    (number < -(INT64_C(1) << (8 * sizes[i] - 1)) ||
		number >= INT64_C(1) << (8 * sizes[i] - 1)))
		i++;
	for (int byte = sizes[i]; byte-- > 0;)
		fil_bytes_add(bytes, &(char){ (char)((uint64_t)number >> (8 * byte)) }, 1);
}

/* Lists the texts of digits that nothing explains. */
static void
list_digits(struct looking *looking)
{
	const struct fil_search *texts = looking->subjects->identifiers->texts;
	size_t n = fil_search_count(texts);

	looking->digits = fil_alloc(n + 1, sizeof *looking->digits);
	for (size_t i = 0; i < n; i++) {
		const char *text = fil_search_text(texts, i);

		if (!looking->explained[i] && text[strspn(text, "0123456789")] == '\0')
			looking->digits[looking->n_digits++] = i;
	}
}

/* Notes the texts of digits that the end of the row may begin. */
static void
explain_end(struct looking *looking)
{
	const struct fil_search *texts = looking->subjects->identifiers->texts;
	const struct fil_bytes *all = &looking->all;

	for (size_t d = 0; d < looking->n_digits; d++) {
		size_t number = looking->digits[d];
		const char *text = fil_search_text(texts, number);
		size_t n = strlen(text);

		for (size_t behind = 1; behind <= BEHIND && behind < n; behind++)
			if (all->length >= n - behind &&
			    memcmp(all->data + all->length - (n - behind), text, n - behind) == 0)
				looking->explained[number] = true;
	}
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
	return cell && fil_table_names_user(table, column) &&
	    fil_subjects_find(looking->subjects, cell, FIL_NOW);
}

char *
fil_mention_text(const struct fil_table *table, const char *const *cells, size_t column)
{
	struct fil_bytes words = { 0 };
	char *text;

	fil_bytes_add_text(&words, table->name);
	for (size_t c = 0; c < table->n_keys; c++) {
		char *word = fil_format("%s=%s", table->columns[c].name, cells[c] ? cells[c] : "");

		fil_bytes_add_text(&words, " ");
		fil_text_quote(word, &words);
		free(word);
	}
	/* TRANSLATORS: a row and its column: "users user=u1: job mentions the person". */
	text = fil_format(column < table->n_keys
		? _("%s: %s mentions the person: remove the row by a file, since the log "
		    "keeps operands")
		: _("%s: %s mentions the person: edit it"),
	    words.data, table->columns[column].name);
	fil_bytes_release(&words);
	return text;
}

/* Says that a column of a row with these keys mentions a person. */
static void
say_mention(
    struct looking *looking, const struct fil_table *table, size_t column, const char *const *cells)
{
	char *text;

	looking->mentions->n++;
	if (!looking->say)
		return;
	text = fil_mention_text(table, cells, column);
	looking->say(looking->context, text);
	free(text);
}

/* Notes the texts in the indexes of users: each has a user, then the key of the row. */
static void
explain_indexes(struct looking *looking, const struct fil_table *table, struct fil_query *query)
{
	for (size_t c = 0; c < table->n_columns; c++) {
		const char *cell = fil_query_text(query, (int)c);

		if (!cell || !fil_table_names_user(table, c))
			continue;
		fil_bytes_clear(&looking->all);
		fil_bytes_add_text(&looking->all, cell);
		explain_end(looking);
		for (size_t k = 0; k < table->n_keys; k++)
			if (k != c && fil_query_text(query, (int)k))
				fil_bytes_add_text(&looking->all, fil_query_text(query, (int)k));
		search(looking);
	}
}

/* Returns the rows of the table that mention a person: those about people made anonymous, or others. */
static struct fil_mentioning *
mentioning_of(struct fil_mentions *mentions, const struct fil_table *table, bool own)
{
	struct fil_mentioning *last;

	for (size_t i = mentions->n_list; i > 0 && mentions->list[i - 1].table == table; i--)
		if (mentions->list[i - 1].own == own)
			return &mentions->list[i - 1];
	mentions->list = fil_resize(mentions->list, mentions->n_list + 1, sizeof *mentions->list);
	last = &mentions->list[mentions->n_list++];
	*last = (struct fil_mentioning){ table, own, fil_batch_new(table->n_columns + 1),
		fil_batch_new(table->n_columns + 1), fil_batch_new(table->n_columns + 1) };
	return last;
}

/* Adds a row, unless a cell of it is cleared: then it is rewritten all the same. */
static void
add_row(struct looking *looking, const struct fil_table *table, const char *const *cells, bool own)
{
	struct fil_mentioning *mentioning = mentioning_of(looking->mentions, table, own);
	bool cleared = false;

	for (size_t c = 0; c < table->n_columns; c++)
		cleared |= is_subject(looking, table, c, cells[c]);
	if (!cleared &&
	    fil_subjects_rewrite(looking->subjects, table, cells, FIL_NOW, mentioning->redacted) ==
		FIL_KEY_MENTIONS)
		fil_batch_add(mentioning->keyed, cells);
	else if (!cleared)
		fil_batch_add(mentioning->rows, cells);
}

/* Fills the cells with the row at which the query stands, and its run. */
static void
read_row(const struct fil_table *table, struct fil_query *query, const char **cells)
{
	for (size_t c = 0; c <= table->n_columns; c++)
		cells[c] = fil_query_text(query, (int)c);
}

/* Looks for mentions in a row. keys: those by which it is named. */
static void
look_for_mentions(struct looking *looking, const struct fil_table *table, const char *const *cells,
    const char *const *keys, bool own)
{
	size_t before = looking->mentions->n;

	for (size_t c = 0; c < table->n_columns; c++)
		if (fil_subjects_mentioned(
			looking->subjects, table, c, cells[c], &looking->written))
			say_mention(looking, table, c, keys);
	if (looking->mentions->n > before)
		add_row(looking, table, cells, own);
}

/* Clears the cells of an anonymous row that name the people. */
static void
clear_users(struct looking *looking, const struct fil_table *table, const char **cells)
{
	for (size_t c = 0; c < table->n_columns; c++)
		if (is_subject(looking, table, c, cells[c]))
			cells[c] = NULL;
}

/* Looks for mentions in what stays of a row about one of the people. */
static void
look_at_own(struct looking *looking, const struct fil_table *table, struct fil_query *query)
{
	struct fil_mentions *mentions = looking->mentions;
	size_t width = table->n_columns + 1;
	const char **keys = fil_alloc(width, sizeof *keys),
		   **cells = fil_alloc(width, sizeof *cells);
	const struct fil_subject *person;

	read_row(table, query, keys);
	read_row(table, query, cells);
	person = fil_subjects_find(looking->subjects, keys[fil_table_user(table)], FIL_NOW);
	if (person->anonymous && fil_anonymous_row(mentions->anonymous, table, person, cells)) {
		clear_users(looking, table, cells);
		look_for_mentions(looking, table, cells, mentions->before ? keys : cells, true);
	}
	free(keys);
	free(cells);
}

/* Looks for mentions in a row about others. */
static void
look_at_other(struct looking *looking, const struct fil_table *table, struct fil_query *query)
{
	const char **cells = fil_alloc(table->n_columns + 1, sizeof *cells);

	read_row(table, query, cells);
	look_for_mentions(looking, table, cells, cells, false);
	free(cells);
}

/* Looks at the row at which the query stands. */
static void
look_at(struct looking *looking, const struct fil_table *table, struct fil_query *query)
{
	size_t user = fil_table_user(table);

	if (user != FIL_NOWHERE &&
	    is_subject(looking, table, user, fil_query_text(query, (int)user))) {
		if (looking->mentions && looking->mentions->anonymous)
			look_at_own(looking, table, query);
		return;
	}
	fil_bytes_clear(&looking->all);
	for (size_t c = 0; c < table->n_columns; c++) {
		const char *cell = fil_query_text(query, (int)c);

		if (cell && table->columns[c].type == FIL_TYPE_INTEGER)
			add_number(&looking->all, fil_query_number(query, (int)c));
		else if (cell && !is_subject(looking, table, c, cell))
			fil_bytes_add_text(&looking->all, cell);
	}
	add_number(&looking->all, fil_query_number(query, (int)table->n_columns));
	if (looking->mentions) {
		if (search(looking))
			look_at_other(looking, table, query);
		return;
	}
	explain_end(looking);
	search(looking);
	explain_indexes(looking, table, query);
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
look_through_other(
    struct looking *looking, const char *sql, const char *types, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(looking->subjects->store, sql);
	int step;

	while ((step = fil_query_step(query, fault)) == 1) {
		const char *user = fil_query_text(query, 0);

		if (user && fil_subjects_find(looking->subjects, user, FIL_NOW))
			continue;
		fil_bytes_clear(&looking->all);
		for (int c = 0; types[c]; c++)
			if (types[c] == 'n')
				add_number(&looking->all, fil_query_number(query, c));
			else if (fil_query_text(query, c))
				fil_bytes_add_text(&looking->all, fil_query_text(query, c));
		if (!looking->mentions)
			explain_end(looking);
		search(looking);
	}
	fil_query_free(query);
	return step;
}

int
fil_mentions_find(const struct fil_subjects *subjects, bool *explained,
    struct fil_mentions *mentions, void (*say)(void *context, const char *text), void *context,
    struct fil_fault *fault)
{
	struct looking looking = { subjects, explained, mentions, say, context };
	size_t n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);
	int result = 0;

	if (!mentions)
		list_digits(&looking);
	for (size_t t = 0; t < n && result == 0; t++)
		result = look_through(&looking, tables[t], fault);
	for (size_t i = 0; i < sizeof others / sizeof *others && result == 0; i++)
		result = look_through_other(&looking, others[i].sql, others[i].types, fault);
	free(looking.digits);
	fil_bytes_release(&looking.all);
	fil_bytes_release(&looking.written);
	return result;
}

int
fil_mentions_count(struct fil_store *store, const struct fil_holders *holders, const char *user,
    size_t *n, struct fil_fault *fault)
{
	struct fil_subjects subjects = { .store = store, .holders = holders };
	struct fil_mentions mentions = { 0 };
	bool *explained = NULL;
	int result;

	fil_subjects_add(&subjects, user);
	result = fil_subjects_read(&subjects, fault);
	if (result == 0) {
		explained =
		    fil_alloc(fil_search_count(subjects.identifiers->texts) + 1, sizeof *explained);
		result = fil_mentions_find(&subjects, explained, &mentions, NULL, NULL, fault);
	}
	*n = mentions.n;
	free(explained);
	fil_mentions_release(&mentions);
	fil_subjects_release(&subjects);
	return result;
}

void
fil_mentions_release(struct fil_mentions *mentions)
{
	for (size_t i = 0; i < mentions->n_list; i++) {
		fil_batch_free(mentions->list[i].rows);
		fil_batch_free(mentions->list[i].redacted);
		fil_batch_free(mentions->list[i].keyed);
	}
	free(mentions->list);
}
