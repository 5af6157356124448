/* SPDX-License-Identifier: ISC */
#include "lib/plan/candidate.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/levels/standing_reader.h"
#include "lib/plan/support.h"
#include "lib/store/cursor.h"
#include "lib/users/enrolment.h"
#include "lib/users/population.h"

/* What was asked about the user at hand, and is therefore known. */
enum { ENROLMENTS = 1, LEVELS = 2, NEEDS = 4, MODULES = 8 };

struct fil_candidates {
	const struct fil_dimensions *dimensions;
	const struct fil_rules *rules;
	fil_day today;
	struct fil_lookup_table *phases;
	bool *meets; /* meets[rule * phases + phase]: its condition, and has not ended */
	struct fil_population *population;
	struct fil_enrolments *enrolments;
	struct fil_cursor *people, *assigned, *completed;
	struct fil_standing_reader *levels; /* NULL where no rule asks for a level */
	struct fil_coverage *coverage; /* NULL where no rule asks for a need */
	uint32_t *needs; /* for each rule: the coverage's number of its need */

	unsigned known; /* from here on: of the user at hand */
	const char *cells[FIL_CANDIDATE_CELLS];
	const struct fil_standing *standings; /* NULL: no level is known */
	bool needy; /* has expressed a need */
	bool *modules; /* for each of the rules': open or completed */
};

/* Reads the phases, and which of them meet the rules' conditions. Returns 0 or -1. */
static int
read_phases(struct fil_store *store, struct fil_candidates *candidates, const char *today,
    struct fil_fault *fault)
{
	const struct fil_rules *rules = candidates->rules;
	size_t n;

	if (!(candidates->phases = fil_phases_read(store, fault)))
		return -1;
	n = fil_lookup_table_rows(candidates->phases);
	candidates->meets = fil_alloc(rules->n * n, sizeof *candidates->meets);
	for (size_t r = 0; r < rules->n; r++) {
		bool *matches = fil_phases_match(candidates->phases, rules->rules[r].phase);

		for (size_t p = 0; p < n; p++) {
			const char *ends =
			    fil_lookup_table_cell(candidates->phases, p, FIL_PHASE_ENDS);

			candidates->meets[r * n + p] =
			    matches[p] && !(ends && strcmp(ends, today) < 0);
		}
		free(matches);
	}
	return 0;
}

/* Returns which phases meet the rule's condition. */
static const bool *
meets(const struct fil_candidates *candidates, const struct fil_rule *rule)
{
	size_t r = (size_t)(rule - candidates->rules->rules);

	return candidates->meets + r * fil_lookup_table_rows(candidates->phases);
}

static void
open_cursors(struct fil_store *store, struct fil_candidates *candidates, fil_day today)
{
	candidates->people = fil_cursor_new(
	    fil_query_new(store, "SELECT \"user\", name, unit, job FROM users ORDER BY \"user\""));
	candidates->enrolments = fil_enrolments_new(store, candidates->phases, today);
	candidates->assigned = fil_cursor_new(fil_query_new(
	    store, "SELECT \"user\", module FROM assignments ORDER BY \"user\", module, assigned"));
	candidates->completed = fil_cursor_new(fil_query_new(store,
	    "SELECT \"user\", module FROM completions WHERE outcome = 'completed'"
	    " ORDER BY \"user\", module, date"));
}

/* Opens what only some rules ask for. Returns 0 or -1. */
static int
open_conditions(struct fil_store *store, struct fil_candidates *candidates, fil_day today,
    struct fil_fault *fault)
{
	const struct fil_rules *rules = candidates->rules;
	struct fil_standing_request request = { candidates->dimensions, &today, 1, today, NULL,
		false };
	bool below = false, need = false;

	for (size_t r = 0; r < rules->n; r++) {
		below |= rules->rules[r].below > 0;
		need |= rules->rules[r].need != NULL;
	}
	if (below && !(candidates->levels = fil_standing_reader_new(store, &request, fault)))
		return -1;
	if (!need)
		return 0;
	if (!(candidates->coverage = fil_coverage_new(store, today, fault)))
		return -1;
	candidates->needs = fil_alloc(rules->n, sizeof *candidates->needs);
	for (size_t r = 0; r < rules->n; r++)
		if (rules->rules[r].need)
			candidates->needs[r] =
			    fil_coverage_number(candidates->coverage, rules->rules[r].need);
	return 0;
}

struct fil_candidates *
fil_candidates_new(struct fil_store *store, const struct fil_selection *selection,
    const struct fil_dimensions *dimensions, const struct fil_rules *rules, fil_day today,
    struct fil_fault *fault)
{
	struct fil_candidates *candidates = fil_alloc(1, sizeof *candidates);
	struct fil_selection active = *selection;
	char date[FIL_DATE_SIZE];

	active.active = true;
	fil_date_write(today, date);
	candidates->dimensions = dimensions;
	candidates->rules = rules;
	candidates->today = today;
	candidates->modules = fil_alloc(rules->n_modules, sizeof *candidates->modules);
	candidates->population = fil_population_new(store, &active, FIL_BY_NONE, 0, today, fault);
	if (!candidates->population || read_phases(store, candidates, date, fault) < 0 ||
	    open_conditions(store, candidates, today, fault) < 0) {
		fil_candidates_free(candidates);
		return NULL;
	}
	open_cursors(store, candidates, today);
	return candidates;
}

int
fil_candidates_next(
    struct fil_candidates *candidates, const char *const **cells, struct fil_fault *fault)
{
	int got;

	candidates->known = 0;
	while ((got = fil_cursor_next(candidates->people, fault)) == 1) {
		size_t n;
		const char *user = fil_cursor_user(candidates->people, &n);

		if (fil_population_has(candidates->population, user, n))
			break;
	}
	for (int c = 0; got == 1 && c < FIL_CANDIDATE_CELLS; c++)
		candidates->cells[c] = fil_query_text(fil_cursor_query(candidates->people), c);
	*cells = candidates->cells;
	return got;
}

static const char *
user_of(const struct fil_candidates *candidates)
{
	return fil_cursor_user(candidates->people, NULL);
}

/* Returns whether something was not known about the user at hand; from now on it is. */
static bool
unknown(struct fil_candidates *candidates, unsigned what)
{
	bool before = candidates->known & what;

	candidates->known |= what;
	return !before;
}

int
fil_candidates_phase(struct fil_candidates *candidates, const struct fil_rule *rule,
    const char **phase, struct fil_fault *fault)
{
	const struct fil_enrolment *newest;

	if (unknown(candidates, ENROLMENTS) &&
	    fil_enrolments_seek(candidates->enrolments, user_of(candidates), fault) < 0)
		return -1;
	newest = fil_enrolments_newest(candidates->enrolments, candidates->today,
	    rule->phase ? meets(candidates, rule) : NULL);
	*phase = !newest ? NULL
			 : fil_lookup_table_cell(candidates->phases, newest->phase, FIL_PHASE_KEY);
	return 0;
}

bool
fil_candidates_runs(const struct fil_candidates *candidates, const struct fil_rule *rule)
{
	const bool *phases = meets(candidates, rule);

	for (size_t p = 0; p < fil_lookup_table_rows(candidates->phases); p++)
		if (phases[p])
			return true;
	return false;
}

int
fil_candidates_level(
    struct fil_candidates *candidates, size_t dimension, int *level, struct fil_fault *fault)
{
	if (unknown(candidates, LEVELS) &&
	    fil_standing_reader_seek(
		candidates->levels, user_of(candidates), &candidates->standings, fault) < 0)
		return -1;
	*level = candidates->standings ? candidates->standings[dimension].level : -1;
	return 0;
}

int
fil_candidates_needs(struct fil_candidates *candidates, const struct fil_rule *rule, fil_day *since,
    struct fil_fault *fault)
{
	uint32_t number = candidates->needs[rule - candidates->rules->rules];
	const struct fil_need *needs;
	size_t n;

	if (unknown(candidates, NEEDS)) {
		int got = fil_coverage_seek(candidates->coverage, user_of(candidates), fault);

		if (got < 0)
			return -1;
		candidates->needy = got == 1;
	}
	if (!candidates->needy)
		return 0;
	needs = fil_coverage_needs(candidates->coverage, &n);
	for (size_t i = 0; i < n; i++)
		if (needs[i].number == number) {
			*since = needs[i].since;
			return !needs[i].covered;
		}
	return 0;
}

/* Marks the modules of the user at hand in a table. Returns 0 or -1. */
static int
mark_modules(struct fil_candidates *candidates, struct fil_cursor *cursor, struct fil_fault *fault)
{
	const struct fil_rules *rules = candidates->rules;
	int got = fil_cursor_seek(cursor, user_of(candidates), fault);

	for (; got == 1; got = fil_cursor_row(cursor, fault)) {
		const char *module = fil_query_text(fil_cursor_query(cursor), 1);

		for (size_t r = 0; r < rules->n; r++)
			if (strcmp(rules->rules[r].module, module) == 0)
				candidates->modules[rules->rules[r].module_number] = true;
	}
	return got;
}

/* An assignment is open or completed: either way there is nothing to propose. */
static int
read_modules(struct fil_candidates *candidates, struct fil_fault *fault)
{
	memset(candidates->modules, 0, candidates->rules->n_modules * sizeof(bool));
	if (mark_modules(candidates, candidates->assigned, fault) < 0)
		return -1;
	return mark_modules(candidates, candidates->completed, fault);
}

int
fil_candidates_has(
    struct fil_candidates *candidates, const struct fil_rule *rule, struct fil_fault *fault)
{
	if (unknown(candidates, MODULES) && read_modules(candidates, fault) < 0)
		return -1;
	return candidates->modules[rule->module_number];
}

void
fil_candidates_free(struct fil_candidates *candidates)
{
	if (!candidates)
		return;
	fil_lookup_table_free(candidates->phases);
	free(candidates->meets);
	fil_population_free(candidates->population);
	fil_cursor_free(candidates->people);
	fil_enrolments_free(candidates->enrolments);
	fil_cursor_free(candidates->assigned);
	fil_cursor_free(candidates->completed);
	fil_standing_reader_free(candidates->levels);
	fil_coverage_free(candidates->coverage);
	free(candidates->needs);
	free(candidates->modules);
	free(candidates);
}
