/* SPDX-License-Identifier: ISC */
#include "lib/base/doubt.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"

const struct fil_doubt_kind fil_doubt_kinds[FIL_DOUBT_KINDS] = {
	[FIL_DOUBT_IDENTITY] = { "identity", N_("a known key names another person") },
	[FIL_DOUBT_NAMES] = { "names", N_("over a fifth of the known keys change their name") },
	[FIL_DOUBT_REUSE] = { "reuse", N_("the key of a user who left names another person") },
	[FIL_DOUBT_TWIN] = { "twin", N_("a new key has the e-mail or the name of an active user") },
	[FIL_DOUBT_HEADER_AGAIN] = { "header-again", N_("a row repeats the header") },
	[FIL_DOUBT_NOT_A_ROW] = { "not-a-row", N_("a row is a total or a line of types") },
	[FIL_DOUBT_SPREADSHEET_KEY] = { "spreadsheet-key", N_("a spreadsheet has changed a key") },
	[FIL_DOUBT_CODE_PAGE] = { "code-page", N_("the file reads better in an old code page") },
	[FIL_DOUBT_MIXED] = { "mixed", N_("some lines are UTF-8, others are not") },
	[FIL_DOUBT_TWICE_ENCODED] = { "twice-encoded",
	    N_("UTF-8 was read as Windows-1252 and written "
	       "again") },
	[FIL_DOUBT_NULL_WORD] = { "null-word", N_("a cell holds a word for nothing") },
	[FIL_DOUBT_NO_DAY] = { "no-day", N_("a date stands for no date") },
	[FIL_DOUBT_THOUSANDS] = { "thousands", N_("a number has two readings") },
	[FIL_DOUBT_ADDRESS] = { "address",
	    N_("an e-mail address is malformed, or two users share it") },
	[FIL_DOUBT_CIRCLE] = { "circle", N_("the managers above a user lead back to that user") },
	[FIL_DOUBT_TODAY] = { "today", N_("rows get today's date although a column has dates") },
	[FIL_DOUBT_SEVERAL] = { "several", N_("a cell that takes one value holds several") },
	[FIL_DOUBT_LOOK_ALIKE] = { "look-alike",
	    N_("a value differs from another one only in case or "
	       "accents") },
	[FIL_DOUBT_ERASED] = { "erased", N_("a new key is that of a user who was erased") },
};

/* The most words that a way out lists. */
enum { WORDS_MOST = 8 };

struct told {
	enum fil_doubt kind;
	const char *file;
	size_t line, rows;
	char *column, *seen, *way_out;
	char *words[WORDS_MOST]; /* further words for the way out, "n/a" */
	size_t n_words;
	bool more_words; /* there are others */
};

struct fil_doubts {
	const bool *allowed;
	const char *file;
	struct told *list;
	size_t n;
	char *(*place)(const void *context, const char *file, size_t line, const char *column);
	const void *context; /* of place, which may be NULL */
};

/* Fills the usage fault of a word that is not among the kinds, with the nearest or else all. */
static int
fault_word(
    const char *word, const char *const words[static FIL_DOUBT_KINDS], struct fil_fault *fault)
{
	struct fil_bytes all = { 0 };

	fil_fault_set(fault, FIL_USAGE, "'%s' is not a kind of doubt", word);
	if (fil_fault_suggest(fault, word, words, FIL_DOUBT_KINDS))
		return -1;
	for (size_t kind = 0; kind < FIL_DOUBT_KINDS; kind++)
		fil_bytes_add_format(&all, "%s%s", kind == 0 ? "" : ", ", words[kind]);
	fil_fault_set(fault, FIL_USAGE, "%s; there are %s", fault->text, all.data);
	fil_bytes_release(&all);
	return -1;
}

int
fil_doubt_allow(const char *list, bool allowed[static FIL_DOUBT_KINDS], struct fil_fault *fault)
{
	const char *words[FIL_DOUBT_KINDS];
	char *copy = fil_copy(list), *rest = copy, *word;
	int result = 0;

	for (size_t kind = 0; kind < FIL_DOUBT_KINDS; kind++)
		words[kind] = fil_doubt_kinds[kind].word;
	while (result == 0 && (word = strsep(&rest, ","))) {
		size_t kind = 0;

		word += strspn(word, " ");
		while (kind < FIL_DOUBT_KINDS && strcmp(words[kind], word) != 0)
			kind++;
		if (kind < FIL_DOUBT_KINDS) {
			allowed[kind] = true;
			continue;
		}
		result = fault_word(word, words, fault);
	}
	free(copy);
	return result;
}

struct fil_doubts *
fil_doubts_new(const bool allowed[static FIL_DOUBT_KINDS])
{
	struct fil_doubts *doubts = fil_alloc(1, sizeof *doubts);

	doubts->allowed = allowed;
	return doubts;
}

bool
fil_doubts_allow(const struct fil_doubts *doubts, enum fil_doubt kind)
{
	return doubts->allowed[kind];
}

void
fil_doubts_begin(struct fil_doubts *doubts, const char *file)
{
	doubts->file = file;
}

void
fil_doubts_places(struct fil_doubts *doubts,
    char *(*place)(const void *context, const char *file, size_t line, const char *column),
    const void *context)
{
	doubts->place = place;
	doubts->context = context;
}

static bool
is_same(const struct fil_doubts *doubts, const struct told *told, enum fil_doubt kind,
    const char *column)
{
	return told->kind == kind && told->file == doubts->file && !told->column == !column &&
	    (!column || strcmp(told->column, column) == 0);
}

/* Returns the word at the end of a way out, "[values.unit] empty = NULL", or NULL. */
static const char *
word_of(const char *way_out)
{
	const char *key = way_out ? strstr(way_out, "] ") : NULL, *equals;

	equals = key ? strstr(key + 2 + fil_quoted_length(key + 2), " = ") : NULL;
	return equals ? equals + 3 : NULL;
}

/* Keeps the word of a further way out that is like the first, unless the doubt has it. */
static void
add_word(struct told *told, const char *way_out)
{
	const char *first = word_of(told->way_out), *word = word_of(way_out);

	if (!first || !word || strcasecmp(first, word) == 0 ||
	    strncmp(told->way_out, way_out, (size_t)(first - told->way_out)) != 0)
		return;
	for (size_t i = 0; i < told->n_words; i++)
		if (strcasecmp(told->words[i], word) == 0)
			return;
	if (told->n_words < WORDS_MOST)
		told->words[told->n_words++] = fil_copy(word);
	else
		told->more_words = true;
}

/* Shows another row of a doubt: one that begins on an earlier line. */
static void
show_instead(struct told *told, size_t line, const char *seen, const char *way_out)
{
	char *before = told->way_out;

	free(told->seen);
	told->line = line;
	told->seen = fil_copy(seen);
	told->way_out = way_out ? fil_copy(way_out) : NULL;
	add_word(told, before);
	free(before);
}

void
fil_doubts_tell(struct fil_doubts *doubts, enum fil_doubt kind, size_t line, const char *column,
    const char *seen, const char *way_out)
{
	if (doubts->allowed[kind])
		return;
	for (size_t i = 0; i < doubts->n; i++) {
		struct told *told = &doubts->list[i];

		if (!is_same(doubts, told, kind, column))
			continue;
		told->rows++;
		if (line < told->line)
			show_instead(told, line, seen, way_out);
		else
			add_word(told, way_out);
		return;
	}
	fil_doubts_tell_alone(doubts, kind, line, column, seen, way_out, 1);
}

void
fil_doubts_tell_alone(struct fil_doubts *doubts, enum fil_doubt kind, size_t line,
    const char *column, const char *seen, const char *way_out, size_t rows)
{
	if (doubts->allowed[kind])
		return;
	doubts->list = fil_resize(doubts->list, doubts->n + 1, sizeof *doubts->list);
	doubts->list[doubts->n++] = (struct told){ .kind = kind,
		.file = doubts->file,
		.line = line,
		.rows = rows,
		.column = column ? fil_copy(column) : NULL,
		.seen = fil_copy(seen),
		.way_out = way_out ? fil_copy(way_out) : NULL };
}

size_t
fil_doubts_count(const struct fil_doubts *doubts)
{
	return doubts->n;
}

/* Adds what was seen and the ways out. */
static void
add_sentence(const struct told *told, struct fil_bytes *text)
{
	const char *word = fil_doubt_kinds[told->kind].word;
	struct fil_bytes way_out = { 0 };

	if (!told->way_out) {
		fil_bytes_add_format(text, _("%s: --allow %s"), told->seen, word);
		return;
	}
	fil_bytes_add_text(&way_out, told->way_out);
	for (size_t i = 0; i < told->n_words; i++)
		fil_bytes_add_format(&way_out, " | %s", told->words[i]);
	/* TRANSLATORS: a doubt and its ways out: 'NULL' may mean nothing: [values.unit] empty =
	 * NULL, or --allow null-word */
	fil_bytes_add_format(text, _("%s: %s, or --allow %s"), told->seen, way_out.data, word);
	fil_bytes_release(&way_out);
}

/* Writes one doubt as a text. */
static void
write_doubt(const struct fil_doubts *doubts, const struct told *told, struct fil_bytes *text)
{
	char *place = NULL;

	fil_bytes_clear(text);
	if (told->file && told->line > 0 && doubts->place)
		place = doubts->place(doubts->context, told->file, told->line, told->column);
	if (place)
		fil_bytes_add_format(text, "%s: ", place);
	else if (told->file && told->line > 0)
		fil_bytes_add_format(text, "%s:%zu: ", told->file, told->line);
	else if (told->file)
		fil_bytes_add_format(text, "%s: ", told->file);
	free(place);
	if (told->column)
		fil_bytes_add_format(text, "%s: ", told->column);
	add_sentence(told, text);
	if (told->rows > 1 && told->more_words)
		fil_bytes_add_format(text, _(" (%zu rows, with more words)"), told->rows);
	else if (told->rows > 1)
		fil_bytes_add_format(text, _(" (%zu rows)"), told->rows);
}

void
fil_doubts_say(
    const struct fil_doubts *doubts, void (*say)(void *context, const char *text), void *context)
{
	struct fil_bytes text = { 0 };

	for (size_t i = 0; say && i < doubts->n; i++) {
		write_doubt(doubts, &doubts->list[i], &text);
		say(context, text.data);
	}
	fil_bytes_release(&text);
}

void
fil_doubts_free(struct fil_doubts *doubts)
{
	if (!doubts)
		return;
	for (size_t i = 0; i < doubts->n; i++) {
		free(doubts->list[i].column);
		free(doubts->list[i].seen);
		free(doubts->list[i].way_out);
		for (size_t w = 0; w < doubts->list[i].n_words; w++)
			free(doubts->list[i].words[w]);
	}
	free(doubts->list);
	free(doubts);
}
