/* SPDX-License-Identifier: ISC */
#include "lib/load/matching.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"

/* Candidates that a fault names. */
enum { NAMED_MOST = 5 };

struct fil_person {
	char *form, *key;
};

struct fil_matching *
fil_matching_new(const struct fil_table *table)
{
	struct fil_matching *matching = fil_alloc(1, sizeof *matching);

	matching->finder = FIL_NOWHERE;
	matching->pads = fil_alloc(table->n_columns, sizeof *matching->pads);
	matching->names_user = fil_alloc(table->n_columns, sizeof *matching->names_user);
	for (size_t c = 0; c < table->n_columns; c++) {
		const char *references = table->columns[c].references;

		matching->names_user[c] = references && strcmp(references, "users") == 0;
	}
	return matching;
}

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

/* Returns the form in which a text is compared; the caller frees it. */
static char *
form_of(enum fil_match match, const char *text)
{
	char *folded, *sorted;

	if (match == FIL_MATCH_EMAIL)
		return fil_copy_lower(text); /* folding would take two addresses for one */
	folded = fil_text_fold(text);
	sorted = sort_words(folded);
	free(folded);
	return sorted;
}

static int
compare_persons(const void *a, const void *b)
{
	const struct fil_person *x = a, *y = b;
	int order = strcmp(x->form, y->form);

	return order ? order : strcmp(x->key, y->key);
}

/* Forgets the users that were read or added. */
static void
release_persons(struct fil_matching *matching)
{
	for (size_t i = 0; i < matching->n; i++) {
		free(matching->persons[i].form);
		free(matching->persons[i].key);
	}
	matching->n = matching->sorted = 0;
	matching->ready = false;
}

void
fil_matching_add(struct fil_matching *matching, const char *key, const char *text)
{
	if (matching->n == matching->room) {
		matching->room += matching->room / 2 + 256;
		matching->persons =
		    fil_resize(matching->persons, matching->room, sizeof *matching->persons);
	}
	matching->persons[matching->n++] =
	    (struct fil_person){ form_of(matching->match, text), fil_copy(key) };
}

int
fil_matching_read(struct fil_matching *matching, struct fil_store *store, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(store,
	    matching->match == FIL_MATCH_EMAIL
		? "SELECT \"user\", email FROM users WHERE email IS NOT NULL"
		: "SELECT \"user\", name FROM users");
	int step;

	release_persons(matching);
	while ((step = fil_query_step(query, fault)) == 1)
		fil_matching_add(matching, fil_query_text(query, 0), fil_query_text(query, 1));
	fil_query_free(query);
	matching->ready = step == 0;
	return step;
}

/* Puts persons that were added into their order; the same one added again is left out. */
static void
sort(struct fil_matching *matching)
{
	size_t n = 0;

	if (matching->sorted == matching->n)
		return;
	qsort(matching->persons, matching->n, sizeof *matching->persons, compare_persons);
	for (size_t i = 0; i < matching->n; i++) {
		struct fil_person *person = &matching->persons[i];

		if (n > 0 && compare_persons(person, &matching->persons[n - 1]) == 0) {
			free(person->form);
			free(person->key);
		} else {
			matching->persons[n++] = *person;
		}
	}
	matching->n = matching->sorted = n;
}

/* Returns the number of the first person whose form is not before the given one. */
static size_t
first_of(const struct fil_matching *matching, const char *form)
{
	size_t low = 0, high = matching->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(matching->persons[middle].form, form) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Fills the fault with the candidates from number `first` to `end`. */
static void
refuse_several(const struct fil_matching *matching, const char *text, size_t first, size_t end,
    struct fil_fault *fault)
{
	struct fil_bytes keys = { 0 };

	for (size_t i = first; i < end && i < first + NAMED_MOST; i++)
		fil_bytes_add_format(
		    &keys, "%s'%s'", i > first ? ", " : "", matching->persons[i].key);
	if (end - first > NAMED_MOST)
		fil_bytes_add_format(&keys, " and %zu more", end - first - NAMED_MOST);
	fil_fault_data(fault, "reference-error", "'%s' may be %s: give the key", text, keys.data);
	fil_bytes_release(&keys);
}

/* Finds the user whom the text means. *key belongs to the matching until the next user is added. */
static enum fil_matched
find_user(
    struct fil_matching *matching, const char *text, const char **key, struct fil_fault *fault)
{
	char *form = form_of(matching->match, text);
	size_t first, end;

	sort(matching);
	first = end = first_of(matching, form);
	while (end < matching->n && strcmp(matching->persons[end].form, form) == 0)
		end++;
	free(form);
	if (end > first + 1) {
		refuse_several(matching, text, first, end, fault);
		return FIL_MATCHED_SEVERAL;
	}
	if (end == first) {
		fil_fault_data(fault, "reference-error", "no user has the %s '%s'",
		    matching->match == FIL_MATCH_EMAIL ? "e-mail" : "name", text);
		return FIL_MATCHED_NOTHING;
	}
	*key = matching->persons[first].key;
	return FIL_MATCHED;
}

/* Puts zeros before digits. */
static void
pad(struct fil_matching *matching, size_t wanted, const char **cell, size_t *length)
{
	if (*length >= wanted || strspn(*cell, "0123456789") != *length)
		return;
	fil_bytes_clear(&matching->padded);
	fil_bytes_add_format(&matching->padded, "%0*d%s", (int)(wanted - *length), 0, *cell);
	*cell = matching->padded.data;
	*length = matching->padded.length;
}

enum fil_matched
fil_matching_cell(struct fil_matching *matching, size_t column, bool find, const char **cell,
    size_t *length, struct fil_fault *fault)
{
	enum fil_matched matched;

	if (matching->pads[column] > 0)
		pad(matching, matching->pads[column], cell, length);
	if (!find)
		return FIL_MATCHED;
	matched = find_user(matching, *cell, cell, fault);
	if (matched == FIL_MATCHED)
		*length = strlen(*cell);
	return matched;
}

void
fil_matching_free(struct fil_matching *matching)
{
	if (!matching)
		return;
	release_persons(matching);
	free(matching->persons);
	fil_bytes_release(&matching->padded);
	free(matching->pads);
	free(matching->names_user);
	free(matching);
}
