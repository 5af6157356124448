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
	LATELY = 1024, /* cells remembered, */
	LATELY_BYTES = 256, /* of at most so many bytes */
};

struct meaning {
	char *value; /* NULL: no value */
	size_t length;
};

/* A cell looked up before, and its answer. */
struct memory {
	char *cell; /* NULL: none yet */
	size_t n, room;
	size_t word; /* FIL_NOWHERE: no word */
};

struct fil_words {
	struct fil_index *words; /* folded, to their numbers */
	struct meaning *meanings; /* of the words */
	size_t n;
	size_t nothing; /* the word of an empty cell, or FIL_NOWHERE */
	struct memory *lately;
};

struct fil_words *
fil_words_new(void)
{
	struct fil_words *values = fil_alloc(1, sizeof *values);

	values->words = fil_index_new();
	values->lately = fil_alloc(LATELY, sizeof *values->lately);
	values->nothing = FIL_NOWHERE;
	return values;
}

/* Gives the next word its number. Returns the number, or the one that the word has already. */
static size_t
number_word(struct fil_words *values, const char *word)
{
	bool added;
	char *folded;
	size_t number;

	if (word[strspn(word, " \t")] == '\0') {
		if (values->nothing == FIL_NOWHERE)
			values->nothing = values->n;
		return values->nothing;
	}
	folded = fil_text_fold(word);
	number = fil_index_add(values->words, folded, strlen(folded), (uint32_t)values->n, &added);
	free(folded);
	return number;
}

static int
add_word(struct fil_words *values, const char *word, const char *value, struct fil_fault *fault)
{
	size_t number = number_word(values, word);
	const char *before;

	if (number == values->n) {
		values->meanings =
		    fil_resize(values->meanings, values->n + 1, sizeof *values->meanings);
		values->meanings[values->n++] = (struct meaning){ .value = fil_copy(value),
			.length = value ? strlen(value) : 0 };
		return 0;
	}
	before = values->meanings[number].value;
	if (before == value || (before && value && strcmp(before, value) == 0))
		return 0;
	return fil_fault_set(
	    fault, FIL_USAGE, "'%s' means %s already", word, before ? before : "nothing");
}

int
fil_words_add(
    struct fil_words *values, const char *words, const char *value, struct fil_fault *fault)
{
	int result = 0;
	const char *end;

	for (; result == 0; words = end + 1) {
		end = strchrnul(words, '|');
		const char *last = end;
		words += strspn(words, " \t");
		while (last > words && (last[-1] == ' ' || last[-1] == '\t'))
			last--;
		char *word = fil_copy_bytes(words, last > words ? (size_t)(last - words) : 0);
		result = add_word(values, word, value, fault);
		free(word);
		if (*end == '\0')
			break;
	}
	return result;
}

/* Returns the place in which a cell is remembered (FNV-1a). */
static struct memory *
memory_of(const struct fil_words *values, const char *cell, size_t n)
{
	uint32_t hash = UINT32_C(2166136261);

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ (unsigned char)cell[i]) * UINT32_C(16777619);
	return &values->lately[(hash ^ hash >> 16) % LATELY];
}

static size_t
find_word(const struct fil_words *values, const char *cell)
{
	char *folded = fil_text_fold(cell);
	size_t word = fil_index_find(values->words, folded, strlen(folded));

	free(folded);
	return word;
}

/* Returns the number of the word that a cell is, or FIL_NOWHERE. */
static size_t
recall(struct fil_words *values, const char *cell, size_t n)
{
	struct memory *memory;

	if (n > LATELY_BYTES)
		return find_word(values, cell);
	memory = memory_of(values, cell, n);
	if (memory->cell && memory->n == n && memcmp(memory->cell, cell, n) == 0)
		return memory->word;
	if (!memory->cell || memory->room < n) {
		memory->room = n + 16;
		memory->cell = fil_resize(memory->cell, memory->room, 1);
	}
	memcpy(memory->cell, cell, n);
	memory->n = n;
	memory->word = find_word(values, cell);
	return memory->word;
}

bool
fil_words_find(
    struct fil_words *values, const char *cell, size_t n, const char **value, size_t *length)
{
	size_t word = n == 0 ? values->nothing : recall(values, cell, n);

	if (word == FIL_NOWHERE)
		return false;
	*value = values->meanings[word].value;
	*length = values->meanings[word].length;
	return true;
}

void
fil_words_free(struct fil_words *values)
{
	if (!values)
		return;
	for (size_t i = 0; i < values->n; i++)
		free(values->meanings[i].value);
	for (size_t i = 0; i < LATELY; i++)
		free(values->lately[i].cell);
	fil_index_free(values->words);
	free(values->meanings);
	free(values->lately);
	free(values);
}

/* What is looked for under one header. */
struct rule {
	char *header, *folded, *origin;
	struct fil_words *words;
	size_t cell;
};

struct fil_skip {
	struct rule *rules;
	size_t n;
	bool bound;
};

struct fil_skip *
fil_skip_new(void)
{
	return fil_alloc(1, sizeof(struct fil_skip));
}

void
fil_skip_add(struct fil_skip *skip, const char *header, const char *words, const char *origin)
{
	struct fil_fault fault;
	struct rule *rule;

	skip->rules = fil_resize(skip->rules, skip->n + 1, sizeof *skip->rules);
	rule = &skip->rules[skip->n++];
	*rule = (struct rule){ .header = fil_copy(header),
		.folded = fil_text_fold(header),
		.origin = fil_copy(origin),
		.words = fil_words_new() };
	/* All words mean the same. */
	if (fil_words_add(rule->words, words, NULL, &fault) < 0)
		fil_bug("words of a skip: %s", fault.text);
}

bool
fil_skip_knows(const struct fil_skip *skip, const char *folded)
{
	for (size_t i = 0; i < skip->n; i++)
		if (strcmp(skip->rules[i].folded, folded) == 0)
			return true;
	return false;
}

static int
missing_fault(const struct rule *rule, const struct fil_header *header, struct fil_fault *fault)
{
	const char *nearest = fil_text_nearest(rule->header, header->labels, header->n);

	return fil_fault_data(fault, "missing-label", "no header '%s', which %s names%s%s%s",
	    rule->header, rule->origin, nearest ? "; the nearest is '" : "", nearest ? nearest : "",
	    nearest ? "'" : "");
}

int
fil_skip_bind(struct fil_skip *skip, const struct fil_header *header, struct fil_fault *fault)
{
	int found;

	for (size_t i = 0; i < skip->n; i++) {
		struct rule *rule = &skip->rules[i];

		found = fil_header_find(header, rule->folded, &rule->cell, fault);
		if (found < 0)
			return -1;
		if (found == 0)
			return missing_fault(rule, header, fault);
		header->used[rule->cell] = true;
	}
	skip->bound = true;
	return 0;
}

void
fil_skip_unbind(struct fil_skip *skip)
{
	skip->bound = false;
}

bool
fil_skip_takes(const struct fil_skip *skip, const struct fil_record *record)
{
	const char *value;
	size_t length;

	for (size_t i = 0; skip->bound && i < skip->n; i++) {
		const struct rule *rule = &skip->rules[i];

		if (fil_words_find(rule->words, record->cells[rule->cell],
			record->lengths[rule->cell], &value, &length))
			return true;
	}
	return false;
}

void
fil_skip_free(struct fil_skip *skip)
{
	if (!skip)
		return;
	for (size_t i = 0; i < skip->n; i++) {
		free(skip->rules[i].header);
		free(skip->rules[i].folded);
		free(skip->rules[i].origin);
		fil_words_free(skip->rules[i].words);
	}
	free(skip->rules);
	free(skip);
}
