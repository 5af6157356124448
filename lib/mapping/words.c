/* SPDX-License-Identifier: ISC */
#include "lib/mapping/words.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/store/store.h"

enum {
	RECENT = 1024, /* cells in the cache, */
	RECENT_BYTES = 256, /* of at most that many bytes */
};

/* The number of a word that matches a pattern. */
#define PATTERN (FIL_NOWHERE - 1)

struct meaning {
	char *value; /* NULL: no value */
	size_t length;
};

/* A cell looked up before, and its word. */
struct recent {
	char *cell; /* NULL: unused */
	size_t n, room;
	size_t word; /* FIL_NOWHERE: no word */
};

struct fil_words {
	struct fil_hash *numbers; /* the words, folded */
	struct meaning *meanings; /* the values of the words */
	size_t n;
	size_t nothing; /* the word of an empty cell, or FIL_NOWHERE */
	struct fil_ranges *ranges; /* or NULL */
	char **patterns; /* words with '*', as of fil_text_is_like; all mean nothing */
	size_t n_patterns;
	struct recent *recent;
};

static struct fil_words *
new_words(void)
{
	struct fil_words *words = fil_alloc(1, sizeof *words);

	words->numbers = fil_hash_new_map();
	words->recent = fil_alloc(RECENT, sizeof *words->recent);
	words->nothing = FIL_NOWHERE;
	return words;
}

/* Returns the form in which cells and words are compared; the caller frees it. Spaces beside '/' do not
 * matter, as in a unit. */
static char *
fold(const char *cell, bool *empty)
{
	struct fil_bytes spelt = { 0 };
	char *folded;

	fil_text_spell(cell, strlen(cell), FIL_SPELL_PATH, &spelt);
	*empty = spelt.length == 0;
	folded = fil_text_fold(spelt.data);
	fil_bytes_release(&spelt);
	return folded;
}

/* Numbers a new word. Returns its number, or the number that the word already has. */
static size_t
number_word(struct fil_words *words, const char *word)
{
	bool added, empty;
	char *folded;
	size_t number;

	if (word[strspn(word, " \t")] == '\0' || strcmp(word, "(empty)") == 0) {
		if (words->nothing == FIL_NOWHERE)
			words->nothing = words->n;
		return words->nothing;
	}
	folded = fold(word, &empty);
	number = fil_hash_give(words->numbers, folded, strlen(folded), words->n, &added);
	free(folded);
	return number;
}

static int
add_word(struct fil_words *words, const char *word, const char *value, struct fil_fault *fault)
{
	size_t number = number_word(words, word);
	const char *before;

	if (number == words->n) {
		words->meanings =
		    fil_resize(words->meanings, words->n + 1, sizeof *words->meanings);
		words->meanings[words->n++] = (struct meaning){ .value = fil_copy(value),
			.length = value ? strlen(value) : 0 };
		return 0;
	}
	before = words->meanings[number].value;
	if (before == value || (before && value && strcmp(before, value) == 0))
		return 0;
	if (!before)
		return fil_fault_set(fault, FIL_USAGE, "'%s' already means nothing", word);
	return fil_fault_set(fault, FIL_USAGE, "'%s' already means %s", word, before);
}

/* Cuts the next word off a text, at '|' or the end, where *text then is; the caller frees it. *bare: it
 * stood in no quotes. */
static char *
cut_word(const char **text, bool *bare)
{
	const char *begin = *text + strspn(*text, " \t"), *end, *last;
	size_t quoted = fil_quoted_length(begin);

	end = begin + quoted + strspn(begin + quoted, " \t");
	*bare = quoted == 0 || (*end != '|' && *end != '\0');
	if (!*bare) {
		*text = end;
		return fil_quoted_read(begin, quoted);
	}
	*text = end = strchrnul(begin, '|');
	for (last = end; last > begin && (last[-1] == ' ' || last[-1] == '\t');)
		last--;
	return fil_copy_bytes(begin, (size_t)(last - begin));
}

int
fil_words_add(
    struct fil_words **words, const char *text, const char *value, struct fil_fault *fault)
{
	int result = 0;
	bool bare;

	if (!*words)
		*words = new_words();
	for (; result == 0; text++) {
		char *word = cut_word(&text, &bare);

		result = bare && fil_ranges_is_range(word)
		    ? fil_ranges_add(&(*words)->ranges, word, value, fault)
		    : add_word(*words, word, value, fault);
		free(word);
		if (*text == '\0')
			break;
	}
	return result;
}

/* Adds a word with '*' to the patterns. */
static void
add_pattern(struct fil_words *words, const char *word)
{
	words->patterns =
	    fil_resize(words->patterns, words->n_patterns + 1, sizeof *words->patterns);
	words->patterns[words->n_patterns++] = fil_copy(word);
}

void
fil_words_add_patterns(struct fil_words **words, const char *text)
{
	struct fil_fault fault;
	bool bare;

	if (!*words)
		*words = new_words();
	for (;; text++) {
		char *word = cut_word(&text, &bare);

		if (bare && strchr(word, '*'))
			add_pattern(*words, word);
		else if (add_word(*words, word, NULL, &fault) < 0) /* all have the same meaning */
			fil_bug("words of a skip: %s", fault.text);
		free(word);
		if (*text == '\0')
			return;
	}
}

struct fil_ranges **
fil_words_ranges(struct fil_words **words)
{
	if (!*words)
		*words = new_words();
	return &(*words)->ranges;
}

enum fil_ranges_found
fil_words_find_range(
    const struct fil_words *words, const char *cell, size_t n, const char **value, size_t *length)
{
	return words->ranges ? fil_ranges_find(words->ranges, cell, n, value, length)
			     : FIL_RANGES_NO_NUMBER;
}

/* Returns the place of a cell in the cache (FNV-1a). */
static struct recent *
place_of(const struct fil_words *words, const char *cell, size_t n)
{
	uint32_t hash = UINT32_C(2166136261);

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ (unsigned char)cell[i]) * UINT32_C(16777619);
	return &words->recent[(hash ^ hash >> 16) % RECENT];
}

static size_t
find_word(const struct fil_words *words, const char *cell)
{
	bool empty;
	char *folded = fold(cell, &empty);
	size_t word = words->nothing;

	/* A cell is empty as it is spelt; a dash, which folds to nothing too, is a word. */
	if (!empty)
		word = fil_hash_number(words->numbers, folded, strlen(folded));
	for (size_t i = 0; !empty && word == FIL_NOWHERE && i < words->n_patterns; i++)
		if (fil_text_is_like(words->patterns[i], cell))
			word = PATTERN;
	free(folded);
	return word;
}

/* Returns the number of the word in a cell, or FIL_NOWHERE. */
static size_t
find_recent(struct fil_words *words, const char *cell, size_t n)
{
	struct recent *recent;

	if (n > RECENT_BYTES)
		return find_word(words, cell);
	recent = place_of(words, cell, n);
	if (recent->cell && recent->n == n && memcmp(recent->cell, cell, n) == 0)
		return recent->word;
	if (!recent->cell || recent->room < n) {
		recent->room = n + 16;
		recent->cell = fil_resize(recent->cell, recent->room, 1);
	}
	memcpy(recent->cell, cell, n);
	recent->n = n;
	recent->word = find_word(words, cell);
	return recent->word;
}

bool
fil_words_find(
    struct fil_words *words, const char *cell, size_t n, const char **value, size_t *length)
{
	size_t word = n == 0 ? words->nothing : find_recent(words, cell, n);

	if (word == FIL_NOWHERE)
		return false;
	if (word == PATTERN) {
		*value = NULL;
		*length = 0;
		return true;
	}
	*value = words->meanings[word].value;
	*length = words->meanings[word].length;
	return true;
}

void
fil_words_free(struct fil_words *words)
{
	if (!words)
		return;
	for (size_t i = 0; i < words->n; i++)
		free(words->meanings[i].value);
	for (size_t i = 0; i < RECENT; i++)
		free(words->recent[i].cell);
	for (size_t i = 0; i < words->n_patterns; i++)
		free(words->patterns[i]);
	free(words->patterns);
	fil_ranges_free(words->ranges);
	fil_hash_free(words->numbers);
	free(words->meanings);
	free(words->recent);
	free(words);
}
