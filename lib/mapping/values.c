/* SPDX-License-Identifier: ISC */
#include "lib/mapping/values.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/index.h"
#include "lib/base/memory.h"
#include "lib/store/store.h"
#include "lib/base/text.h"

enum {
	LATELY = 1024,			/* cells remembered, */
	LATELY_BYTES = 256,		/* of at most so many bytes */
};

struct meaning {
	char *value;			/* NULL: no value */
	size_t length;
};

/* A cell looked up before, and its answer. */
struct memory {
	char *cell;			/* NULL: none yet */
	size_t n, room;
	size_t word;			/* FIL_NOWHERE: no word */
};

struct fil_values {
	struct fil_index *words;	/* folded, to their numbers */
	struct meaning *meanings;	/* of the words */
	size_t n;
	size_t nothing;			/* the word of an empty cell, or FIL_NOWHERE */
	struct memory *lately;
};

struct fil_values *
fil_values_new(void)
{
	struct fil_values *values = fil_alloc(1, sizeof(*values));

	values->words = fil_index_new();
	values->lately = fil_alloc(LATELY, sizeof(*values->lately));
	values->nothing = FIL_NOWHERE;
	return values;
}

/* Gives the next word its number. Returns the number, or the one that the word has already. */
static size_t
number_word(struct fil_values *values, const char *word)
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
	number = fil_index_add(
	    values->words, folded, strlen(folded), (uint32_t)values->n, &added);
	free(folded);
	return number;
}

static int
add_word(struct fil_values *values, const char *word, const char *value, struct fil_fault *fault)
{
	size_t number = number_word(values, word);
	const char *before;

	if (number == values->n) {
		values->meanings =
		    fil_resize(values->meanings, values->n + 1, sizeof(*values->meanings));
		values->meanings[values->n++] = (struct meaning){
			.value = fil_copy(value), .length = value != NULL ? strlen(value) : 0
		};
		return 0;
	}
	before = values->meanings[number].value;
	if (before == value || (before != NULL && value != NULL && strcmp(before, value) == 0))
		return 0;
	return fil_fault_set(fault, FIL_USAGE, "'%s' means %s already", word,
	    before != NULL ? before : "nothing");
}

int
fil_values_add(
    struct fil_values *values, const char *words, const char *value, struct fil_fault *fault)
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
memory_of(const struct fil_values *values, const char *cell, size_t n)
{
	uint32_t hash = UINT32_C(2166136261);

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ (unsigned char)cell[i]) * UINT32_C(16777619);
	return &values->lately[(hash ^ hash >> 16) % LATELY];
}

static size_t
find_word(const struct fil_values *values, const char *cell)
{
	char *folded = fil_text_fold(cell);
	size_t word = fil_index_find(values->words, folded, strlen(folded));

	free(folded);
	return word;
}

/* Returns the number of the word that a cell is, or FIL_NOWHERE. */
static size_t
recall(struct fil_values *values, const char *cell, size_t n)
{
	struct memory *memory;

	if (n > LATELY_BYTES)
		return find_word(values, cell);
	memory = memory_of(values, cell, n);
	if (memory->cell != NULL && memory->n == n && memcmp(memory->cell, cell, n) == 0)
		return memory->word;
	if (memory->cell == NULL || memory->room < n) {
		memory->room = n + 16;
		memory->cell = fil_resize(memory->cell, memory->room, 1);
	}
	memcpy(memory->cell, cell, n);
	memory->n = n;
	memory->word = find_word(values, cell);
	return memory->word;
}

bool
fil_values_find(struct fil_values *values, const char *cell, size_t n, const char **value,
    size_t *length)
{
	size_t word = n == 0 ? values->nothing : recall(values, cell, n);

	if (word == FIL_NOWHERE)
		return false;
	*value = values->meanings[word].value;
	*length = values->meanings[word].length;
	return true;
}

void
fil_values_free(struct fil_values *values)
{
	if (values == NULL)
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
