/* SPDX-License-Identifier: ISC */
#include "lib/load/matching.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"

/* Candidates that a fault names. */
enum { NAMED_MOST = 5 };

/* A user under the form in which texts are compared. */
struct person {
	char *form, *key;
};

struct fil_people {
	enum fil_match match;
	struct person *persons; /* up to `sorted` of them in the order of their forms, then keys */
	size_t n, sorted, room;
};

static int
compare_words(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Returns the words of a folded text in their order; the caller frees it. */
static char *
sort_words(char *folded)
{
	size_t n = 0, room = strlen(folded) / 2 + 2;
	char **words = fil_alloc(room, sizeof *words), *rest = folded, *word;
	struct fil_bytes sorted = { 0 };

	while ((word = strsep(&rest, " ")))
		if (*word)
			words[n++] = word;
	qsort(words, n, sizeof *words, compare_words);
	fil_bytes_add(&sorted, "", 0);
	for (size_t i = 0; i < n; i++)
		fil_bytes_add_format(&sorted, "%s%s", i ? " " : "", words[i]);
	free(words);
	return sorted.data;
}

/* Returns an address in lower case: folding would take two for one. The caller frees it. */
static char *
lower(const char *text)
{
	char *copy = fil_copy(text);

	for (char *c = copy; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	return copy;
}

/* Returns the form in which a text is compared; the caller frees it. */
static char *
form_of(enum fil_match match, const char *text)
{
	char *folded, *sorted;

	if (match == FIL_MATCH_EMAIL)
		return lower(text);
	folded = fil_text_fold(text);
	sorted = sort_words(folded);
	free(folded);
	return sorted;
}

static int
compare_persons(const void *a, const void *b)
{
	const struct person *x = a, *y = b;
	int order = strcmp(x->form, y->form);

	return order ? order : strcmp(x->key, y->key);
}

void
fil_people_add(struct fil_people *people, const char *key, const char *text)
{
	if (people->n == people->room) {
		people->room += people->room / 2 + 256;
		people->persons =
		    fil_resize(people->persons, people->room, sizeof *people->persons);
	}
	people->persons[people->n++] =
	    (struct person){ form_of(people->match, text), fil_copy(key) };
}

struct fil_people *
fil_people_new(struct fil_store *store, enum fil_match match, struct fil_fault *fault)
{
	struct fil_people *people = fil_alloc(1, sizeof *people);
	struct fil_query *query = fil_query_new(store,
	    match == FIL_MATCH_EMAIL ? "SELECT \"user\", email FROM users WHERE email IS NOT NULL"
				     : "SELECT \"user\", name FROM users");
	int step;

	people->match = match;
	while ((step = fil_query_step(query, fault)) == 1)
		fil_people_add(people, fil_query_text(query, 0), fil_query_text(query, 1));
	fil_query_free(query);
	if (step < 0) {
		fil_people_free(people);
		return NULL;
	}
	return people;
}

/* Puts persons that were added into their order; the same one added again is left out. */
static void
sort(struct fil_people *people)
{
	size_t n = 0;

	if (people->sorted == people->n)
		return;
	qsort(people->persons, people->n, sizeof *people->persons, compare_persons);
	for (size_t i = 0; i < people->n; i++) {
		struct person *person = &people->persons[i];

		if (n > 0 && compare_persons(person, &people->persons[n - 1]) == 0) {
			free(person->form);
			free(person->key);
		} else {
			people->persons[n++] = *person;
		}
	}
	people->n = people->sorted = n;
}

/* Returns the number of the first person whose form is not before the given one. */
static size_t
first_of(const struct fil_people *people, const char *form)
{
	size_t low = 0, high = people->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(people->persons[middle].form, form) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Fills the fault with the candidates from number `first` to `end`. */
static void
refuse_several(const struct fil_people *people, const char *text, size_t first, size_t end,
    struct fil_fault *fault)
{
	struct fil_bytes keys = { 0 };

	for (size_t i = first; i < end && i < first + NAMED_MOST; i++)
		fil_bytes_add_format(
		    &keys, "%s'%s'", i > first ? ", " : "", people->persons[i].key);
	if (end - first > NAMED_MOST)
		fil_bytes_add_format(&keys, " and %zu more", end - first - NAMED_MOST);
	fil_fault_data(fault, "reference-error", "'%s' may be %s: give the key", text, keys.data);
	fil_bytes_release(&keys);
}

enum fil_people_found
fil_people_find(
    struct fil_people *people, const char *text, const char **key, struct fil_fault *fault)
{
	char *form = form_of(people->match, text);
	size_t first, end;

	sort(people);
	first = end = first_of(people, form);
	while (end < people->n && strcmp(people->persons[end].form, form) == 0)
		end++;
	free(form);
	if (end > first + 1) {
		refuse_several(people, text, first, end, fault);
		return FIL_PEOPLE_SEVERAL;
	}
	if (end == first) {
		fil_fault_data(fault, "reference-error", "no user has the %s '%s'",
		    people->match == FIL_MATCH_EMAIL ? "e-mail" : "name", text);
		return FIL_PEOPLE_NONE;
	}
	*key = people->persons[first].key;
	return FIL_PEOPLE_ONE;
}

void
fil_people_free(struct fil_people *people)
{
	if (!people)
		return;
	for (size_t i = 0; i < people->n; i++) {
		free(people->persons[i].form);
		free(people->persons[i].key);
	}
	free(people->persons);
	free(people);
}

struct fil_matching {
	const struct fil_table *table;
	size_t *pads; /* the length to which a column's digits are padded, 0: as they are */
	struct fil_bytes padded;
	struct fil_people *people; /* or NULL: cells have keys */
	size_t finder;
	bool *names_user; /* for each column */
};

struct fil_matching *
fil_matching_new(const struct fil_table *table)
{
	struct fil_matching *conversion = fil_alloc(1, sizeof *conversion);

	conversion->table = table;
	conversion->finder = FIL_NOWHERE;
	conversion->pads = fil_alloc(table->n_columns, sizeof *conversion->pads);
	conversion->names_user = fil_alloc(table->n_columns, sizeof *conversion->names_user);
	for (size_t c = 0; c < table->n_columns; c++) {
		const char *references = table->columns[c].references;

		conversion->names_user[c] = references && strcmp(references, "users") == 0;
	}
	return conversion;
}

void
fil_matching_pad(struct fil_matching *conversion, size_t column, size_t length)
{
	conversion->pads[column] = length;
}

void
fil_matching_match(struct fil_matching *conversion, enum fil_match match)
{
	if (strcmp(conversion->table->name, "users") == 0)
		conversion->finder = fil_table_column(
		    conversion->table, match == FIL_MATCH_EMAIL ? "email" : "name");
}

size_t
fil_matching_finder(const struct fil_matching *conversion)
{
	return conversion->finder;
}

void
fil_matching_find_key(struct fil_matching *conversion, bool found)
{
	if (conversion->finder != FIL_NOWHERE)
		conversion->names_user[0] = found;
}

void
fil_matching_people(struct fil_matching *conversion, struct fil_people *people)
{
	conversion->people = people;
}

bool
fil_matching_names_user(const struct fil_matching *conversion, size_t column)
{
	return conversion->people && conversion->names_user[column];
}

bool
fil_matching_applies(const struct fil_matching *conversion, size_t column)
{
	return conversion->pads[column] > 0 || fil_matching_names_user(conversion, column);
}

/* Puts zeros before digits. */
static void
pad(struct fil_matching *conversion, size_t wanted, const char **cell, size_t *length)
{
	if (*length >= wanted || strspn(*cell, "0123456789") != *length)
		return;
	fil_bytes_clear(&conversion->padded);
	fil_bytes_add_format(&conversion->padded, "%0*d%s", (int)(wanted - *length), 0, *cell);
	*cell = conversion->padded.data;
	*length = conversion->padded.length;
}

enum fil_converted
fil_matching_cell(struct fil_matching *conversion, size_t column, const char **cell, size_t *length,
    struct fil_fault *fault)
{
	const char *key;

	if (conversion->pads[column] > 0)
		pad(conversion, conversion->pads[column], cell, length);
	if (!fil_matching_names_user(conversion, column))
		return FIL_CONVERTED;
	switch (fil_people_find(conversion->people, *cell, &key, fault)) {
	case FIL_PEOPLE_NONE: return FIL_CONVERTED_TO_NOBODY;
	case FIL_PEOPLE_SEVERAL: return FIL_NOT_CONVERTED;
	case FIL_PEOPLE_ONE: break;
	}
	*cell = key;
	*length = strlen(key);
	return FIL_CONVERTED;
}

void
fil_matching_free(struct fil_matching *conversion)
{
	if (!conversion)
		return;
	fil_bytes_release(&conversion->padded);
	free(conversion->pads);
	free(conversion->names_user);
	free(conversion);
}
