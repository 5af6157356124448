/* SPDX-License-Identifier: ISC */
#include "lib/load/formulas.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"

struct fil_formulas {
	size_t n;
	size_t *counts;
};

struct fil_formulas *
fil_formulas_new(size_t columns)
{
	struct fil_formulas *formulas = fil_alloc(1, sizeof(*formulas));

	formulas->n = columns;
	formulas->counts = fil_alloc(columns, sizeof(*formulas->counts));
	return formulas;
}

static bool
begins_formula(char c)
{
	return c == '=' || c == '+' || c == '-' || c == '@';
}

void
fil_formulas_see(struct fil_formulas *formulas, const char *const *cells)
{
	for (size_t c = 0; c < formulas->n; c++)
		formulas->counts[c] += cells[c] != NULL && begins_formula(cells[c][0]);
}

size_t
fil_formulas_count(const struct fil_formulas *formulas, size_t column)
{
	return formulas->counts[column];
}

void
fil_formulas_clear(struct fil_formulas *formulas)
{
	memset(formulas->counts, 0, formulas->n * sizeof(*formulas->counts));
}

void
fil_formulas_free(struct fil_formulas *formulas)
{
	if (formulas == NULL)
		return;
	free(formulas->counts);
	free(formulas);
}
