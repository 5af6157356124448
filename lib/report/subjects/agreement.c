/* SPDX-License-Identifier: ISC */
/* fil-report agreement: levels that users give themselves beside levels from others. */
#include "lib/stats/agreement.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/levels/standing_reader.h"
#include "lib/report/figures.h"
#include "lib/report/report.h"
#include "lib/stats/interval.h"
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
	KAPPA_LOW,
	KAPPA_HIGH,
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
	[KAPPA_LOW] = { "kappa_low", FIL_CELL_NUMBER },
	[KAPPA_HIGH] = { "kappa_high", FIL_CELL_NUMBER },
};

/* A user with a pair. */
struct compared {
	size_t group;
	struct fil_agreement agreement;
};

/* A row of the report. */
struct row {
	size_t users;
	struct fil_agreement agreement;
	struct fil_bootstrap *resamples;
};

struct comparison {
	const struct fil_report_request *request;
	struct fil_population *population;
	struct fil_fact_reader *facts;
	struct compared *list; /* n users, in the order of their keys */
	size_t n, room;
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

/* Adds a user with a pair to the list. */
static void
add_compared(struct comparison *comparison, size_t group, const struct fil_agreement *user)
{
	if (comparison->n == comparison->room) {
		comparison->room += comparison->room / 2 + 64;
		comparison->list =
		    fil_resize(comparison->list, comparison->room, sizeof *comparison->list);
	}
	comparison->list[comparison->n++] = (struct compared){ group, *user };
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
		if (user.pairs > 0)
			add_compared(comparison, group, &user);
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

/* Sets the cells of kappa. */
static void
show_kappa(const struct row *row, struct fil_figures *figures)
{
	struct fil_interval limits = fil_bootstrap_interval(row->resamples, fil_agreement_kappa);
	long long kappa;

	if (!fil_agreement_thousandths(&row->agreement, &kappa))
		return;
	fil_figures_amount(figures, KAPPA, kappa);
	if (!isnan(limits.low)) {
		fil_figures_amount(figures, KAPPA_LOW, llround(1000 * limits.low));
		fil_figures_amount(figures, KAPPA_HIGH, llround(1000 * limits.high));
	}
}

static void
give_row(const char *group, const struct row *row, const struct fil_report_sink *sink)
{
	struct fil_figures figures = { .cells = { [GROUP] = group } };
	const struct fil_agreement *agreement = &row->agreement;
	long long pairs = (long long)agreement->pairs;

	fil_figures_count(&figures, USERS, row->users);
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
	show_kappa(row, &figures);
	sink->row(sink->context, figures.cells);
}

/* Adds a user to a row. */
static void
add_user(struct row *row, const struct fil_agreement *user)
{
	double sums[FIL_AGREEMENT_SUMS];

	if (!row->resamples)
		row->resamples = fil_bootstrap_new(FIL_AGREEMENT_SUMS);
	row->users++;
	fil_agreement_merge(&row->agreement, user);
	fil_agreement_sums(user, sums);
	fil_bootstrap_add(row->resamples, sums);
}

static void
give_hidden(const char *group, const struct fil_report_sink *sink)
{
	struct fil_figures figures = { .cells = { [GROUP] = group } };

	sink->row(sink->context, figures.cells);
}

/* Gives the rows, small groups merged. Returns 0 or -1. */
static int
give_rows(const struct comparison *comparison, struct fil_store *store,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	size_t n = fil_population_groups(comparison->population);
	const char **names = fil_alloc(n, sizeof *names);
	size_t *users = fil_alloc(n, sizeof *users);
	struct fil_group_rows_request groups =
	    fil_report_groups(comparison->request, n, names, users);
	struct row *rows = fil_alloc(n, sizeof *rows);
	struct fil_group_rows merged;
	int got;

	for (size_t g = 0; g < n; g++)
		names[g] = fil_population_group(comparison->population, g);
	for (size_t i = 0; i < comparison->n; i++)
		users[comparison->list[i].group]++;
	got = fil_report_narrow(
	    store, comparison->request, comparison->request->as_of, &groups, fault);
	fil_group_rows_init(&merged, &groups);
	for (size_t i = 0; i < comparison->n; i++)
		add_user(
		    &rows[merged.into[comparison->list[i].group]], &comparison->list[i].agreement);
	for (size_t row = 0; row < merged.n; row++) {
		if (got == 0 && merged.hidden)
			give_hidden(merged.names[row], sink);
		else if (got == 0)
			give_row(merged.names[row], &rows[row], sink);
		fil_bootstrap_free(rows[row].resamples);
	}
	fil_group_rows_release(&merged);
	free(names);
	free(rows);
	free(users);
	return got;
}

/* Opens the tables. Returns 0 or -1. */
static int
open_tables(struct comparison *comparison, struct fil_store *store, struct fil_fault *fault)
{
	const struct fil_report_request *request = comparison->request;

	if (fil_dimensions_read(store, request->as_of, &comparison->dimensions, fault) < 0 ||
	    fil_dimensions_choose(
		&comparison->dimensions, request->dimension, &comparison->asked, fault) < 0)
		return -1;
	comparison->pairings = fil_alloc(comparison->dimensions.n, sizeof *comparison->pairings);
	comparison->population = fil_population_new(
	    store, &request->selection, request->by, request->depth, request->as_of, fault);
	if (!comparison->population)
		return -1;
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
		got = give_rows(&comparison, store, sink, fault);
	}
	fil_fact_reader_free(comparison.facts);
	fil_population_free(comparison.population);
	fil_dimensions_release(&comparison.dimensions);
	free(comparison.pairings);
	free(comparison.list);
	return got;
}

const struct fil_report_subject fil_report_agreement = {
	.name = "agreement",
	.meaning = N_("levels that users give themselves, beside levels that others give"),
	.takes = FIL_TAKES_GROUPS | FIL_TAKES_DIMENSION,
	.make = make_agreement,
};
