/* SPDX-License-Identifier: ISC */
/* A profile bound to the header of an input. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/bytes.h"
#include "lib/mapping/header.h"
#include "lib/base/memory.h"
#include "lib/mapping/profile.h"
#include "lib/mapping/profile_state.h"
#include "lib/base/text.h"

/* Returns whether a folded header is one of a column's, its name or a further one. */
static bool
is_header_of(const struct fil_column *column, const char *folded)
{
	const char *word = column->headers;
	size_t n;

	if (strcmp(column->name, folded) == 0)
		return true;
	for (; word != NULL && *word != '\0'; word += n + (word[n] == '|')) {
		n = strcspn(word, "|");
		if (strlen(folded) == n && memcmp(word, folded, n) == 0)
			return true;
	}
	return false;
}

/* Returns the number of the column that a folded header means, or FIL_NOWHERE. */
static size_t
meant(const struct fil_profile *profile, const char *folded)
{
	size_t c = fil_table_header(profile->table, folded);

	if (c == FIL_NOWHERE && profile->by != NULL && is_header_of(profile->by, folded))
		return profile->matched;
	return c;
}

bool
fil_profile_knows(const void *profile, const char *folded)
{
	const struct fil_profile *p = profile;

	if (meant(p, folded) != FIL_NOWHERE)
		return true;
	for (size_t c = 0; c < p->n; c++)
		if (fil_slot_knows(&p->slots[c], folded))
			return true;
	return fil_skip_knows(p->skip, folded);
}

/* Forgets the bound input. */
static void
unbind(struct fil_profile *profile)
{
	for (size_t c = 0; c < profile->n; c++)
		fil_slot_unbind(&profile->slots[c]);
	fil_skip_unbind(profile->skip);
	profile->n_labels = profile->n_cells = profile->n_passed = 0;
	fil_bytes_clear(&profile->passed);
	free(profile->nearest);
	profile->nearest = NULL;
}

void
fil_profile_bind_none(struct fil_profile *profile)
{
	unbind(profile);
}

/* Binds a column to the one of its further known headers that is there. */
static int
bind_single(
    struct fil_profile *profile, size_t c, const struct fil_header *header, struct fil_fault *fault)
{
	struct fil_slot *slot = &profile->slots[c];
	size_t cell = FIL_NOWHERE, again;

	for (size_t i = 0; i < header->n; i++) {
		if (meant(profile, header->folded[i]) != c)
			continue;
		if (fil_header_find(header, header->folded[i], &again, fault) < 0)
			return -1;
		if (cell != FIL_NOWHERE)
			return fil_fault_data(fault, "duplicate-label",
			    "'%s' and '%s' both mean %s: say which with --map '%s=%s'",
			    header->labels[cell], header->labels[i], slot->name, slot->name,
			    header->labels[cell]);
		cell = i;
	}
	if (cell != FIL_NOWHERE)
		fil_slot_bind_cell(slot, header, cell);
	return 0;
}

/* The words that mean a column, or several. */
struct words {
	struct fil_bytes text;
	const char **list;
	size_t n;
};

/* Collects the words of columns from number `first` to before `end`. */
static void
collect(const struct fil_profile *profile, size_t first, size_t end, struct words *words)
{
	*words = (struct words){ .n = 0 };
	for (size_t c = first; c < end; c++) {
		bool facet = c >= profile->table->n_columns;
		const char *more = facet ? NULL : profile->table->columns[c].headers;

		fil_bytes_add_format(&words->text, "%s|", profile->slots[c].folded);
		if (more != NULL)
			fil_bytes_add_format(&words->text, "%s|", more);
	}
	words->list = fil_alloc(words->text.length, sizeof(*words->list));
	for (char *word = words->text.data, *behind; *word != '\0'; word = behind + 1) {
		behind = strchr(word, '|');
		*behind = '\0';
		words->list[words->n++] = word;
	}
}

static void
release_words(struct words *words)
{
	free(words->list);
	fil_bytes_release(&words->text);
}

/* Names the known header nearest to one of the input's. */
static int
unknown_fault(
    const struct fil_profile *profile, const struct fil_header *header, struct fil_fault *fault)
{
	const char *nearest = NULL;
	struct words words;

	collect(profile, 0, profile->n, &words);
	for (size_t i = 0; i < header->n && nearest == NULL; i++)
		nearest = fil_text_nearest(header->labels[i], words.list, words.n);
	fil_fault_data(fault, "incorrect-label",
	    "no header is known for %s (%s%s%s--map COL=HEADER says what one means): %s",
	    profile->table->name, nearest != NULL ? "the nearest is '" : "",
	    nearest != NULL ? nearest : "", nearest != NULL ? "'; " : "",
	    profile->n_passed > 0 ? profile->passed.data : "all are empty");
	release_words(&words);
	return -1;
}

/* Keeps the label that is nearest to a key that the input does not give. */
static void
find_nearest(struct fil_profile *profile, const struct fil_header *header)
{
	struct words words;

	for (size_t c = 0; c < profile->table->n_keys && profile->nearest == NULL; c++) {
		if (profile->slots[c].source != FIL_ABSENT)
			continue;
		collect(profile, c, c + 1, &words);
		for (size_t i = 0; i < header->n && profile->nearest == NULL; i++)
			if (!header->used[i] && *header->labels[i] != '\0' &&
			    fil_text_nearest(header->labels[i], words.list, words.n) != NULL)
				profile->nearest = fil_copy(header->labels[i]);
		release_words(&words);
	}
}

/* Finds out which values the cells of each column are looked up in. */
static void
bind_values(struct fil_profile *profile)
{
	size_t level = fil_table_column(profile->table, "level");

	for (size_t c = 0; c < profile->n; c++) {
		struct fil_slot *slot = &profile->slots[c];

		slot->words = slot->values;
		if (slot->words == NULL && c >= profile->table->n_columns && level != FIL_NOWHERE)
			slot->words = profile->slots[level].values;
	}
}

/* Binds all columns, and lists the headers that none took. */
static int
bind_all(struct fil_profile *profile, const struct fil_header *header, struct fil_fault *fault)
{
	int result;

	for (size_t c = 0; c < profile->n; c++) {
		struct fil_slot *slot = &profile->slots[c];

		if (slot->source == FIL_SET)
			continue;
		if (slot->map != NULL)
			result = fil_slot_bind_map(slot, header, fault);
		else
			result = fil_slot_bind_known(slot, header, fault);
		if (result == 0 && slot->map == NULL && c < profile->table->n_columns)
			result = bind_single(profile, c, header, fault);
		if (result < 0)
			return -1;
	}
	profile->n_passed = fil_header_unused(header, &profile->passed);
	if (profile->n_passed == header->n)
		return unknown_fault(profile, header, fault);
	if (fil_skip_bind(profile->skip, header, fault) < 0)
		return -1;
	fil_bytes_clear(&profile->passed);
	profile->n_passed = fil_header_unused(header, &profile->passed);
	find_nearest(profile, header);
	return 0;
}

int
fil_profile_bind(
    struct fil_profile *profile, const struct fil_record *record, struct fil_fault *fault)
{
	struct fil_header header;
	int result;

	unbind(profile);
	fil_header_init(&header, record->cells, record->n);
	profile->n_labels = header.n;
	profile->n_cells = record->n;
	bind_values(profile);
	result = bind_all(profile, &header, fault);
	fil_header_release(&header);
	return result;
}
