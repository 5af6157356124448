/* SPDX-License-Identifier: ISC */
/* fil-report agreement: levels that users give themselves beside levels from others. */
#include "lib/stats/agreement.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/levels/fact_reader.h"
#include "lib/report/figures.h"
#include "lib/report/report.h"
#include "lib/users/groups.h"
#include "lib/users/population.h"

/* The columns of the report. */
enum {
	GROUP,
	USERS,
	PAIRS,
	EXACT,
	EXACT_SHARE,
	WITHIN_ONE,
	WITHIN_ONE_SHARE,
	OVER,
	OVER_SHARE,
	UNDER,
	UNDER_SHARE,
	MEAN_DIFFERENCE,
	KAPPA,
	COLUMNS
};

static const struct fil_output_column columns[COLUMNS] = {
	[GROUP] = { "group", FIL_CELL_TEXT },
	[USERS] = { "users", FIL_CELL_NUMBER },
	[PAIRS] = { "pairs", FIL_CELL_NUMBER },
	[EXACT] = { "exact", FIL_CELL_NUMBER },
	[EXACT_SHARE] = { "exact_share", FIL_CELL_SHARE },
	[WITHIN_ONE] = { "within_one", FIL_CELL_NUMBER },
	[WITHIN_ONE_SHARE] = { "within_one_share", FIL_CELL_SHARE },
	[OVER] = { "over", FIL_CELL_NUMBER },
	[OVER_SHARE] = { "over_share", FIL_CELL_SHARE },
	[UNDER] = { "under", FIL_CELL_NUMBER },
	[UNDER_SHARE] = { "under_share", FIL_CELL_SHARE },
	[MEAN_DIFFERENCE] = { "mean_difference", FIL_CELL_NUMBER },
	[KAPPA] = { "kappa", FIL_CELL_NUMBER },
};

struct comparison {
	const struct fil_report_request *request;
	struct fil_population *population;
	struct fil_fact_reader *facts;
	struct fil_agreement *groups;
	size_t *users; /* of each group, with a pair */
	struct fil_dimensions dimensions;
	size_t asked; /* the only one to compare, or FIL_NOWHERE for all */
	struct fil_pairing *pairings; /* of the current user, one for each dimension */
};

/* Finds the pairs of a user, one for each dimension. */
static void
pair_levels(const struct comparison *comparison, const struct fil_fact_user *facts,
    struct fil_agreement *user)
{
	size_t n = comparison->dimensions.n;

	memset(comparison->pairings, 0, n * sizeof *comparison->pairings);
	for (size_t i = 0; i < facts->n; i++) {
		const struct fil_fact_row *fact = &facts->facts[i];

		if (fact->date <= comparison->request->as_of)
			fil_pairing_add(&comparison->pairings[fact->dimension], fact->date,
			    (enum fil_source)fact->source, fact->level);
	}
	for (size_t d = 0; d < n; d++) {
		const struct fil_pairing *pairing = &comparison->pairings[d];

		if (pairing->found && (comparison->asked == FIL_NOWHERE || comparison->asked == d))
			fil_agreement_add(user, pairing->own, pairing->other);
	}
}

/* Compares all users. Returns 0 or -1. */
static int
compare_all(struct comparison *comparison, struct fil_fault *fault)
{
	struct fil_fact_user facts;
	int got;

	while ((got = fil_fact_reader_next(comparison->facts, &facts, fault)) == 1) {
		struct fil_agreement user = { 0 };
		size_t group =
		    fil_population_find(comparison->population, facts.user, facts.length);

		if (group == FIL_NOWHERE)
			continue;
		pair_levels(comparison, &facts, &user);
		fil_agreement_merge(&comparison->groups[group], &user);
		comparison->users[group] += user.pairs > 0;
	}
	return got;
}

/* Returns 100 * sum / count, rounded half away from zero. */
static long long
hundredths_of(long long sum, long long count)
{
	long long twice = (200 * llabs(sum) + count) / (2 * count);

	return sum < 0 ? -twice : twice;
}

static void
give_row(const char *group, size_t users, const struct fil_agreement *agreement,
    const struct fil_report_sink *sink)
{
	struct fil_figures figures = { .cells = { [GROUP] = group } };
	long long pairs = (long long)agreement->pairs;
	double kappa = fil_agreement_kappa(agreement);

	fil_figures_count(&figures, USERS, users);
	fil_figures_count(&figures, PAIRS, agreement->pairs);
	fil_figures_count(&figures, EXACT, agreement->exact);
	fil_figures_share(&figures, EXACT_SHARE, (long long)agreement->exact, pairs);
	fil_figures_count(&figures, WITHIN_ONE, agreement->within_one);
	fil_figures_share(&figures, WITHIN_ONE_SHARE, (long long)agreement->within_one, pairs);
	fil_figures_count(&figures, OVER, agreement->over);
	fil_figures_share(&figures, OVER_SHARE, (long long)agreement->over, pairs);
	fil_figures_count(&figures, UNDER, agreement->under);
	fil_figures_share(&figures, UNDER_SHARE, (long long)agreement->under, pairs);
	if (pairs > 0)
		fil_figures_amount(&figures, MEAN_DIFFERENCE,
		    10 * hundredths_of(agreement->x - agreement->y, pairs));
	if (!isnan(kappa))
		fil_figures_amount(&figures, KAPPA, llround(1000 * kappa));
	sink->row(sink->context, figures.cells);
}

static void
give_hidden(const char *group, const struct fil_report_sink *sink)
{
	struct fil_figures figures = { .cells = { [GROUP] = group } };

	sink->row(sink->context, figures.cells);
}

/* Gives the rows, small groups merged. */
static void
give_rows(const struct comparison *comparison, const struct fil_report_sink *sink)
{
	size_t n = fil_population_groups(comparison->population);
	const char **names = fil_alloc(n, sizeof *names);
	const struct fil_group_rows_request groups =
	    fil_report_groups(comparison->request, n, names, comparison->users);
	struct fil_agreement *rows = fil_alloc(n, sizeof *rows);
	size_t *users = fil_alloc(n, sizeof *users);
	struct fil_group_rows merged;

	for (size_t g = 0; g < n; g++)
		names[g] = fil_population_group(comparison->population, g);
	fil_group_rows_init(&merged, &groups);
	for (size_t g = 0; g < n; g++)
		if (merged.into[g] != FIL_NOWHERE) {
			fil_agreement_merge(&rows[merged.into[g]], &comparison->groups[g]);
			users[merged.into[g]] += comparison->users[g];
		}
	for (size_t row = 0; row < merged.n; row++)
		if (merged.hidden)
			give_hidden(merged.names[row], sink);
		else
			give_row(merged.names[row], users[row], &rows[row], sink);
	fil_group_rows_release(&merged);
	free(names);
	free(rows);
	free(users);
}

/* Opens the tables. Returns 0 or -1. */
static int
open_tables(struct comparison *comparison, struct fil_store *store, struct fil_fault *fault)
{
	const struct fil_report_request *request = comparison->request;
	size_t n;

	if (fil_dimensions_read(store, &comparison->dimensions, fault) < 0 ||
	    fil_dimensions_choose(
		&comparison->dimensions, request->dimension, &comparison->asked, fault) < 0)
		return -1;
	comparison->pairings = fil_alloc(comparison->dimensions.n, sizeof *comparison->pairings);
	comparison->population = fil_population_new(
	    store, &request->selection, request->by, request->depth, request->as_of, fault);
	if (!comparison->population)
		return -1;
	n = fil_population_groups(comparison->population);
	comparison->groups = fil_alloc(n, sizeof *comparison->groups);
	comparison->users = fil_alloc(n, sizeof *comparison->users);
	comparison->facts = fil_fact_reader_new(
	    store, &comparison->dimensions, fil_readings_facts(request->readings), fault);
	return !comparison->facts ? -1 : 0;
}

static int
make_agreement(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	struct comparison comparison = { .request = request };
	int got = open_tables(&comparison, store, fault);

	if (got == 0)
		got = compare_all(&comparison, fault);
	if (got == 0) {
		sink->columns(sink->context, columns, COLUMNS);
		give_rows(&comparison, sink);
	}
	fil_fact_reader_free(comparison.facts);
	fil_population_free(comparison.population);
	fil_dimensions_release(&comparison.dimensions);
	free(comparison.pairings);
	free(comparison.groups);
	free(comparison.users);
	return got;
}

const struct fil_report_subject fil_report_agreement = {
	.name = "agreement",
	.meaning = N_("levels that users give themselves, beside levels that others give"),
	.takes = FIL_TAKES_GROUPS | FIL_TAKES_DIMENSION,
	.make = make_agreement,
};
