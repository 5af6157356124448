/* SPDX-License-Identifier: ISC */
#include "lib/load/matching.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"

/* The most candidates in a fault. */
enum { NAMED_MOST = 5 };

struct fil_person {
	char *form, *key;
	char *unit; /* folded, or NULL */
	bool left, enrolled; /* by today; in the phase that settles namesakes */
};

struct fil_matching *
fil_matching_new(const struct fil_table *table)
{
	struct fil_matching *matching = fil_alloc(1, sizeof *matching);

	matching->finder = matching->finder_then = FIL_NOWHERE;
	matching->pads = fil_alloc(table->n_columns, sizeof *matching->pads);
	matching->names_user = fil_alloc(table->n_columns, sizeof *matching->names_user);
	for (size_t c = 0; c < table->n_columns; c++)
		matching->names_user[c] = fil_column_refers_to_user(&table->columns[c]);
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

/* Returns the common name of a directory's "CN=Zoé Lefèvre,OU=Paris", without the backslashes
 * before commas; any other text as it is. The caller frees it. */
static char *
common_name(const char *text)
{
	bool is_entry = strncasecmp(text, "cn=", 3) == 0;
	char *name = fil_copy(is_entry ? text + 3 : text), *end = name;

	if (!is_entry)
		return name;
	for (const char *at = name; *at != '\0' && *at != ','; at++) {
		if (*at == '\\' && at[1] != '\0')
			at++;
		*end++ = *at;
	}
	*end = '\0';
	return name;
}

/* Returns the key in "Zoé Lefèvre (00421)": what is in parentheses at the end and has a digit; or
 * NULL. *n is its length. */
static const char *
key_behind(const char *name, size_t *n)
{
	const char *open = strrchr(name, '('), *close = open ? strchr(open, ')') : NULL;

	if (!close || close[1 + strspn(close + 1, " ")] != '\0')
		return NULL;
	*n = (size_t)(close - open) - 1;
	return strcspn(open + 1, "0123456789") < *n ? open + 1 : NULL;
}

/* Returns the length of a title at the beginning of the text, with its point; 0 where none is. */
static size_t
title_length(const char *text)
{
	static const char *const titles[] = { "m", "mm", "mme", "mmes", "mlle", "mlles", "mr",
		"mrs", "ms", "miss", "monsieur", "madame", "mademoiselle", "dr", "pr" };
	size_t n = strcspn(text, " .,"), length = n + (text[n] == '.');

	if (text[length] != ' ' && text[length] != '\0' && text[length] != ',')
		return 0;
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		if (strlen(titles[i]) == n && strncasecmp(titles[i], text, n) == 0)
			return length;
	return 0;
}

/* Returns a name without titles and commas; the caller frees it. */
static char *
bare_name(const char *text)
{
	char *name = common_name(text), *parts = name, *part;
	struct fil_bytes bare = { 0 };

	fil_bytes_add(&bare, "", 0);
	while ((part = strsep(&parts, ","))) {
		part += strspn(part, " ");
		fil_bytes_add_format(&bare, " %s", part + title_length(part));
	}
	free(name);
	if (strspn(bare.data, " ") < bare.length)
		return bare.data;
	fil_bytes_release(&bare);
	return fil_copy(text); /* a title alone */
}

/* Returns the form in which a text is compared; the caller frees it. */
static char *
form_of(enum fil_match match, const char *text)
{
	char *bare, *folded, *sorted;

	if (match != FIL_MATCH_NAME) { /* folding would take two addresses for one */
		struct fil_bytes spelt = { 0 };
		char *form;

		fil_text_spell(text, strlen(text), FIL_SPELL_KEY, &spelt);
		form = fil_copy_lower(spelt.data);
		fil_bytes_release(&spelt);
		return form;
	}
	bare = bare_name(text);
	folded = fil_text_fold(bare);
	sorted = sort_words(folded);
	free(folded);
	free(bare);
	return sorted;
}

static int
compare_persons(const void *a, const void *b)
{
	const struct fil_person *x = a, *y = b;
	int order = strcmp(x->form, y->form);

	return order ? order : strcmp(x->key, y->key);
}

static void
release_person(struct fil_person *person)
{
	free(person->form);
	free(person->key);
	free(person->unit);
}

/* Forgets the users that were read or added. */
static void
release_people(struct fil_matching *matching)
{
	for (size_t m = 0; m < FIL_MATCHES; m++) {
		struct fil_people *people = &matching->people[m];

		for (size_t i = 0; i < people->n; i++)
			release_person(&people->persons[i]);
		people->n = people->sorted = 0;
	}
	matching->ready = false;
}

static struct fil_people *
people_of(struct fil_matching *matching, enum fil_match match)
{
	return &matching->people[match - FIL_MATCH_EMAIL];
}

static void
add_person(struct fil_people *people, const struct fil_person *person)
{
	people->persons =
	    fil_grow(people->persons, people->n, &people->room, sizeof *people->persons);
	people->persons[people->n++] = *person;
}

void
fil_matching_add(
    struct fil_matching *matching, enum fil_match match, const char *key, const char *text)
{
	const struct fil_person person = { .form = form_of(match, text), .key = fil_copy(key) };

	add_person(people_of(matching, match), &person);
}

/* Reads the users by one kind of form. Returns 0 or -1. */
static int
read_people(struct fil_matching *matching, enum fil_match match, struct fil_store *store,
    struct fil_fault *fault)
{
	static const char *const queries[] = {
		[FIL_MATCH_EMAIL] = "SELECT \"user\", email, \"left\", NULL, NULL FROM users WHERE "
				    "email IS NOT NULL",
		[FIL_MATCH_NAME] =
		    "SELECT u.\"user\", u.name, u.\"left\", u.unit, e.phase FROM users u "
		    "LEFT JOIN enrolments e ON e.\"user\" = u.\"user\" AND e.phase = $1 "
		    "AND (e.declined IS NULL OR e.declined > $2)",
		[FIL_MATCH_ALIAS] = "SELECT a.\"user\", a.alias, u.\"left\", NULL, NULL "
				    "FROM aliases a JOIN users u ON u.\"user\" = a.\"user\"",
	};
	struct fil_query *query = fil_query_new(store, queries[match]);
	char today[FIL_DATE_SIZE];
	int step;

	fil_date_write(matching->today, today);
	if (match == FIL_MATCH_NAME) {
		/* No phase has an empty key. Of NULL, an engine on several nodes makes a join
		 * without users. */
		fil_query_bind(query, 1, matching->within_phase ? matching->within_phase : "");
		fil_query_bind(query, 2, today);
	}
	while ((step = fil_query_step(query, fault)) == 1) {
		const char *left = fil_query_text(query, 2), *unit = fil_query_text(query, 3);
		const struct fil_person person = { .form = form_of(match, fil_query_text(query, 1)),
			.key = fil_copy(fil_query_text(query, 0)),
			.unit = matching->within_unit && unit ? fil_text_fold(unit) : NULL,
			.left = left && strcmp(left, today) <= 0,
			.enrolled = fil_query_text(query, 4) };

		add_person(people_of(matching, match), &person);
	}
	fil_query_free(query);
	return step;
}

int
fil_matching_read(struct fil_matching *matching, struct fil_store *store, struct fil_fault *fault)
{
	release_people(matching);
	if (read_people(matching, matching->match, store, fault) < 0 ||
	    (matching->then != FIL_MATCH_KEY &&
		read_people(matching, matching->then, store, fault) < 0))
		return -1;
	matching->ready = true;
	return 0;
}

/* Sorts the persons added, and merges repeated ones. */
static void
sort(struct fil_people *people)
{
	size_t n = 0;

	if (people->sorted == people->n)
		return;
	qsort(people->persons, people->n, sizeof *people->persons, compare_persons);
	for (size_t i = 0; i < people->n; i++) {
		struct fil_person *person = &people->persons[i];
		struct fil_person *last = n > 0 ? &people->persons[n - 1] : NULL;

		if (!last || compare_persons(person, last) != 0) {
			people->persons[n++] = *person;
			continue;
		}
		last->left &= person->left;
		last->enrolled |= person->enrolled;
		if (!last->unit) {
			last->unit = person->unit;
			person->unit = NULL;
		}
		release_person(person);
	}
	people->n = people->sorted = n;
}

/* Returns the number of the first person with this form or a later one. */
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
		fil_fault_data(fault, "reference-error",
		    FIL_COUNTED(
			"'%s' may be %s and %zu more: give the key", end - first - NAMED_MOST),
		    text, keys.data, end - first - NAMED_MOST);
	else
		fil_fault_data(
		    fault, "reference-error", "'%s' may be %s: give the key", text, keys.data);
	fil_bytes_release(&keys);
}

/* Returns whether a stored unit is the row's, or ends with it: "Direction/Service" with "Service". */
static bool
is_within(const char *stored, const char *folded)
{
	size_t n = stored ? strlen(stored) : 0, length = strlen(folded);

	return length > 0 && n >= length && strcmp(stored + n - length, folded) == 0 &&
	    (n == length || stored[n - length - 1] == '/');
}

/* Returns the only one of the persons from `first` to `end` for whom `fits` holds, or NULL. */
static const struct fil_person *
only_one(const struct fil_people *people, size_t first, size_t end, const char *context,
    bool (*fits)(const struct fil_person *person, const char *context))
{
	const struct fil_person *only = NULL;

	for (size_t i = first; i < end; i++) {
		if (!fits(&people->persons[i], context))
			continue;
		if (only)
			return NULL;
		only = &people->persons[i];
	}
	return only;
}

static bool
has_not_left(const struct fil_person *person, const char *context)
{
	(void)context;
	return !person->left;
}

static bool
has_unit(const struct fil_person *person, const char *folded)
{
	return is_within(person->unit, folded);
}

static bool
is_enrolled(const struct fil_person *person, const char *context)
{
	(void)context;
	return person->enrolled;
}

static bool
has_key(const struct fil_person *person, const char *key)
{
	return strcmp(person->key, key) == 0;
}

/* Returns the one of several candidates who is meant, or NULL. */
static const struct fil_person *
settle(const struct fil_matching *matching, enum fil_match match, const struct fil_people *people,
    const char *text, size_t first, size_t end)
{
	const struct fil_person *meant = NULL;
	const char *behind;
	char *copy;
	size_t n;

	if (match != FIL_MATCH_NAME)
		return only_one(people, first, end, NULL, has_not_left);
	if (matching->within_unit && matching->unit) {
		copy = fil_text_fold(matching->unit);
		meant = only_one(people, first, end, copy, has_unit);
		free(copy);
	} else if (matching->within_phase) {
		meant = only_one(people, first, end, NULL, is_enrolled);
	}
	behind = meant ? NULL : key_behind(text, &n);
	if (behind) {
		copy = fil_copy_bytes(behind, n);
		meant = only_one(people, first, end, copy, has_key);
		free(copy);
	}
	return meant;
}

/* Finds the persons with the text's form: from *first to before *end. */
static void
find_form(const struct fil_people *people, enum fil_match match, const char *text, size_t *first,
    size_t *end)
{
	char *form = form_of(match, text);

	*first = *end = first_of(people, form);
	while (*end < people->n && strcmp(people->persons[*end].form, form) == 0)
		++*end;
	free(form);
}

/* Finds the persons with a name; with a key behind it, if no user has that name, those with the name
 * before it. */
static void
find_persons(const struct fil_people *people, enum fil_match match, const char *text, size_t *first,
    size_t *end)
{
	const char *key;
	size_t n;
	char *name;

	find_form(people, match, text, first, end);
	key = *first == *end && match == FIL_MATCH_NAME ? key_behind(text, &n) : NULL;
	if (!key)
		return;
	name = fil_copy_bytes(text, (size_t)(key - text) - 1);
	find_form(people, match, name, first, end);
	free(name);
}

/* Finds the user of a text by one kind of form. Returns as find_user. */
static enum fil_matched
find_by(struct fil_matching *matching, enum fil_match match, const char *text, const char **key,
    struct fil_fault *fault)
{
	struct fil_people *people = people_of(matching, match);
	const struct fil_person *meant;
	size_t first, end;

	sort(people);
	find_persons(people, match, text, &first, &end);
	if (end == first) {
		fil_fault_data(fault, "reference-error",
		    match == FIL_MATCH_EMAIL      ? _("no user has the e-mail '%s'")
			: match == FIL_MATCH_NAME ? _("no user has the name '%s'")
						  : _("no user has the alias '%s'"),
		    text);
		return FIL_MATCHED_NOTHING;
	}
	meant = end == first + 1 ? &people->persons[first]
				 : settle(matching, match, people, text, first, end);
	if (!meant) {
		refuse_several(people, text, first, end, fault);
		return FIL_MATCHED_SEVERAL;
	}
	*key = meant->key;
	return FIL_MATCHED;
}

/* Finds the user of a text. *key belongs to the matching until the next user is added. */
static enum fil_matched
find_user(
    struct fil_matching *matching, const char *text, const char **key, struct fil_fault *fault)
{
	struct fil_fault second;
	enum fil_matched matched = find_by(matching, matching->match, text, key, fault);

	if (matched != FIL_MATCHED_NOTHING || matching->then == FIL_MATCH_KEY)
		return matched;
	matched = find_by(matching, matching->then, text, key, &second);
	if (matched == FIL_MATCHED_SEVERAL)
		*fault = second;
	if (matched == FIL_MATCHED_NOTHING)
		fil_fault_data(fault, "reference-error",
		    matching->match == FIL_MATCH_ALIAS || matching->then == FIL_MATCH_ALIAS
			? _("no user has '%s' as e-mail, name or alias")
			: _("no user has the e-mail or name '%s'"),
		    text);
	return matched;
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
	release_people(matching);
	for (size_t m = 0; m < FIL_MATCHES; m++)
		free(matching->people[m].persons);
	fil_bytes_release(&matching->padded);
	free(matching->pads);
	free(matching->names_user);
	free(matching);
}
