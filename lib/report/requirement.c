/* SPDX-License-Identifier: ISC */
#include "lib/report/requirement.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/catalog/filter.h"
#include "lib/base/memory.h"

/* Each condition is a filter of its own, so that the broken one can be named. */
struct requirement {
	const char *condition;
	struct fil_filter *filter;
};

struct fil_requirements {
	struct requirement *list;
	size_t n, n_columns;
	fil_day today;
};

struct fil_requirements *
fil_requirements_new(fil_day today)
{
	struct fil_requirements *requirements = fil_alloc(1, sizeof(*requirements));

	requirements->today = today;
	return requirements;
}

int
fil_requirements_add(struct fil_requirements *requirements, const char *condition,
    struct fil_fault *fault)
{
	struct requirement *requirement;

	requirements->list = fil_resize(requirements->list, requirements->n + 1,
	    sizeof(*requirements->list));
	requirement = &requirements->list[requirements->n++];
	requirement->condition = condition;
	requirement->filter = fil_filter_new();
	return fil_filter_add(requirement->filter, condition, fault);
}

int
fil_requirements_bind(struct fil_requirements *requirements,
    const struct fil_output_column *columns, size_t n, struct fil_fault *fault)
{
	requirements->n_columns = n;
	for (size_t i = 0; i < requirements->n; i++) {
		struct fil_filter *filter = requirements->list[i].filter;

		if (fil_filter_bind_columns(filter, columns, n, requirements->today, fault) < 0)
			return -1;
	}
	return 0;
}

/* Returns the row as a CSV record without its line end; the caller frees it. */
static char *
record_of(const char *const *cells, size_t n)
{
	char *record = NULL;
	size_t size;
	FILE *stream = open_memstream(&record, &size);

	if (stream != NULL)
		fil_output_csv(stream, ',', cells, n);
	if (stream == NULL || fclose(stream) != 0)
		fil_bug("a stream in memory failed");
	record[size - 1] = '\0';
	return record;
}

char *
fil_requirements_broken(const struct fil_requirements *requirements, const char *const *cells)
{
	for (size_t i = 0; i < requirements->n; i++) {
		char *record, *text;

		if (fil_filter_holds(requirements->list[i].filter, cells))
			continue;
		record = record_of(cells, requirements->n_columns);
		text = fil_format("%s does not hold: %s", requirements->list[i].condition, record);
		free(record);
		return text;
	}
	return NULL;
}

void
fil_requirements_free(struct fil_requirements *requirements)
{
	if (requirements == NULL)
		return;
	for (size_t i = 0; i < requirements->n; i++)
		fil_filter_free(requirements->list[i].filter);
	free(requirements->list);
	free(requirements);
}
