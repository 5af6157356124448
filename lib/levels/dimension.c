/* SPDX-License-Identifier: ISC */
#include "lib/levels/dimension.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"

int
fil_dimensions_read(
    struct fil_store *store, struct fil_dimensions *dimensions, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(store,
	    "SELECT dimension, title, threshold FROM dimensions ORDER BY dimension");
	int got;

	*dimensions = (struct fil_dimensions){ 0 };
	while ((got = fil_query_step(query, fault)) == 1) {
		size_t i = dimensions->n++;

		dimensions->names =
		    fil_resize(dimensions->names, i + 1, sizeof(*dimensions->names));
		dimensions->titles =
		    fil_resize(dimensions->titles, i + 1, sizeof(*dimensions->titles));
		dimensions->thresholds = fil_resize(dimensions->thresholds, i + 1,
		    sizeof(*dimensions->thresholds));
		dimensions->names[i] = fil_copy(fil_query_text(query, 0));
		dimensions->titles[i] = fil_copy(fil_query_text(query, 1));
		dimensions->thresholds[i] = (int)fil_query_number(query, 2);
	}
	fil_query_free(query);
	if (got < 0)
		fil_dimensions_release(dimensions);
	return got;
}

void
fil_dimensions_release(struct fil_dimensions *dimensions)
{
	for (size_t i = 0; i < dimensions->n; i++) {
		free(dimensions->names[i]);
		free(dimensions->titles[i]);
	}
	free(dimensions->names);
	free(dimensions->titles);
	free(dimensions->thresholds);
	*dimensions = (struct fil_dimensions){ 0 };
}

size_t
fil_dimensions_find(const struct fil_dimensions *dimensions, const char *name, size_t near)
{
	if (near < dimensions->n && strcmp(dimensions->names[near], name) == 0)
		return near;
	for (size_t i = 0; i < dimensions->n; i++)
		if (strcmp(dimensions->names[i], name) == 0)
			return i;
	return FIL_NOWHERE;
}

int
fil_dimensions_choose(const struct fil_dimensions *dimensions, const char *name,
    size_t *dimension, struct fil_fault *fault)
{
	const char *nearest;

	*dimension = name == NULL ? FIL_NOWHERE : fil_dimensions_find(dimensions, name, 0);
	if (name == NULL || *dimension != FIL_NOWHERE)
		return 0;
	nearest = fil_text_nearest(name, (const char *const *)dimensions->names, dimensions->n);
	if (nearest == NULL)
		return fil_fault_set(fault, FIL_USAGE, "'%s' is not a dimension", name);
	return fil_fault_set(
	    fault, FIL_USAGE, "'%s' is not a dimension; the nearest is '%s'", name, nearest);
}
