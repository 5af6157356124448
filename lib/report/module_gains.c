/* SPDX-License-Identifier: ISC */
#include "lib/report/module_gains.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/levels/fact_reader.h"
#include "lib/levels/standing.h"
#include "lib/users/population.h"

/* The days after a completion in which a level counts as its effect. */
enum { EFFECT_DAYS = 60 };

struct fil_module_gains {
	fil_day as_of;
	unsigned sources;
	struct fil_dimensions dimensions;
	size_t *of_modules; /* the dimension of each module, or FIL_NOWHERE: all */
	struct fil_population *selected;
	struct fil_support *support;
	struct fil_fact_reader *events;
	struct fil_facts *facts;
	struct fil_standing *standings; /* on the day of completion, and at the end of its effect */
	struct fil_gain *gains; /* of the current user's assignments */
	size_t room;
};

void
fil_gain_add(struct fil_gain *sum, const struct fil_gain *gain)
{
	sum->measured += gain->measured;
	sum->gained += gain->gained;
	sum->sum += gain->sum;
}

/* Measures the gain in one dimension. */
static void
measure_dimension(
    const struct fil_module_gains *gains, size_t d, fil_day completed, struct fil_gain *gain)
{
	const struct fil_standing *before = &gains->standings[d];
	const struct fil_standing *after = &gains->standings[gains->dimensions.n + d];

	if (before->level < 0 || after->date <= completed)
		return;
	gain->measured++;
	gain->gained += after->level > before->level;
	gain->sum += after->level - before->level;
}

/* Measures the gain after an assignment, if it is completed. */
static void
measure(const struct fil_module_gains *gains, const struct fil_assigned *assigned,
    struct fil_gain *gain)
{
	size_t only = gains->of_modules[assigned->module];
	fil_day days[] = { assigned->completed, assigned->completed + EFFECT_DAYS };

	if (assigned->completed == FIL_NEVER)
		return;
	if (days[1] > gains->as_of)
		days[1] = gains->as_of;
	fil_facts_stand(gains->facts, days, 2, gains->standings);
	for (size_t d = 0; d < gains->dimensions.n; d++)
		if (only == FIL_NOWHERE || only == d)
			measure_dimension(gains, d, assigned->completed, gain);
}

/* Measures the gains of the user's assignments, if any is completed. Returns 0 or -1. */
static int
measure_all(struct fil_module_gains *gains, const char *user,
    const struct fil_module_gains_user *out, struct fil_fault *fault)
{
	struct fil_fact_user events;
	size_t completed = 0;
	int got;

	for (size_t i = 0; i < out->n; i++)
		completed += out->list[i].completed != FIL_NEVER;
	if (completed == 0)
		return 0;
	if ((got = fil_fact_reader_seek(gains->events, user, &events, fault)) != 1)
		return got;
	fil_facts_fill(gains->facts, &events, gains->sources);
	for (size_t i = 0; i < out->n; i++)
		measure(gains, &out->list[i], &gains->gains[i]);
	return 0;
}

int
fil_module_gains_next(
    struct fil_module_gains *gains, struct fil_module_gains_user *user, struct fil_fault *fault)
{
	const char *key;
	size_t length;
	int got;

	do {
		if ((got = fil_support_next(gains->support, fault)) != 1)
			return got;
		key = fil_support_user(gains->support, &length);
	} while (!fil_population_has(gains->selected, key, length));
	user->support = gains->support;
	user->list = fil_support_list(gains->support, &user->n);
	if (user->n > gains->room) {
		gains->room = 2 * user->n;
		gains->gains = fil_resize(gains->gains, gains->room, sizeof *gains->gains);
	}
	memset(gains->gains, 0, user->n * sizeof *gains->gains);
	user->gains = gains->gains;
	return measure_all(gains, key, user, fault) < 0 ? -1 : 1;
}

/* Finds the dimension of each module. */
static void
find_dimensions(
    struct fil_module_gains *gains, const struct fil_lookup_table *modules, size_t column)
{
	size_t n = fil_lookup_table_rows(modules);

	gains->of_modules = fil_alloc(n, sizeof *gains->of_modules);
	for (size_t i = 0; i < n; i++) {
		const char *dimension = fil_lookup_table_cell(modules, i, column);

		gains->of_modules[i] = !dimension
		    ? FIL_NOWHERE
		    : fil_dimensions_find(&gains->dimensions, dimension, 0);
	}
}

struct fil_module_gains *
fil_module_gains_new(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_lookup_table *modules, size_t dimension, struct fil_fault *fault)
{
	struct fil_module_gains *gains = fil_alloc(1, sizeof *gains);

	gains->as_of = request->as_of;
	if (fil_sources_read(request->sources, &gains->sources, fault) == 0 &&
	    fil_dimensions_read(store, &gains->dimensions, fault) == 0)
		gains->selected =
		    fil_population_selected(store, &request->selection, request->as_of, fault);
	if (gains->selected)
		gains->events = fil_fact_reader_new(
		    store, &gains->dimensions, fil_readings_facts(request->readings), fault);
	if (!gains->events) {
		fil_module_gains_free(gains);
		return NULL;
	}
	find_dimensions(gains, modules, dimension);
	gains->support = fil_support_new(store, modules, request->as_of, FIL_WITH_PHASE);
	gains->facts = fil_facts_new(&gains->dimensions);
	gains->standings = fil_alloc(2 * gains->dimensions.n, sizeof *gains->standings);
	return gains;
}

void
fil_module_gains_free(struct fil_module_gains *gains)
{
	if (!gains)
		return;
	fil_population_free(gains->selected);
	fil_support_free(gains->support);
	fil_fact_reader_free(gains->events);
	fil_facts_free(gains->facts);
	fil_dimensions_release(&gains->dimensions);
	free(gains->of_modules);
	free(gains->standings);
	free(gains->gains);
	free(gains);
}
