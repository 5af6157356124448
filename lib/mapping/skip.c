/* SPDX-License-Identifier: ISC */
#include "lib/mapping/skip.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/mapping/values.h"

/* What is looked for under one header. */
struct rule {
	char *header, *folded, *origin;
	struct fil_values *words;
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

	skip->rules = fil_resize(skip->rules, skip->n + 1, sizeof(*skip->rules));
	rule = &skip->rules[skip->n++];
	*rule = (struct rule){ .header = fil_copy(header),
		.folded = fil_text_fold(header),
		.origin = fil_copy(origin),
		.words = fil_values_new() };
	/* All words mean the same. */
	if (fil_values_add(rule->words, words, NULL, &fault) < 0)
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
	    rule->header, rule->origin, nearest != NULL ? "; the nearest is '" : "",
	    nearest != NULL ? nearest : "", nearest != NULL ? "'" : "");
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

		if (fil_values_find(rule->words, record->cells[rule->cell],
			record->lengths[rule->cell], &value, &length))
			return true;
	}
	return false;
}

void
fil_skip_free(struct fil_skip *skip)
{
	if (skip == NULL)
		return;
	for (size_t i = 0; i < skip->n; i++) {
		free(skip->rules[i].header);
		free(skip->rules[i].folded);
		free(skip->rules[i].origin);
		fil_values_free(skip->rules[i].words);
	}
	free(skip->rules);
	free(skip);
}
