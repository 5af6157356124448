/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/levels/standing_update.h"
#include "lib/plan/proposal.h"
#include "tests/unit/stage.h"

enum {
	USERS = 12,
	PHASES = 3,
	DIMENSIONS = 2,
	NEEDS = 3,
	MODULES = 4,
	RULES = 6,
	EVENTS = 30,
	DAYS = 6,
	TODAY = 4,
	ROUNDS = 60
};

static const char *const phase_globs[] = { "p*", "p0", "p[12]", "q" };
static const char *const unit_globs[] = { "A*", "A/x", "?", "*" };
static const char *const units[] = { "A", "A/x", "B" };

struct enrolment {
	uint32_t user, phase, day;
};
struct level {
	uint32_t user, dimension, day, level;
};
struct need {
	uint32_t user, need, day;
};
struct assignment {
	uint32_t user, module, day;
};

/* A rule; -1 is an empty condition. */
struct rule {
	int module, phase, dimension, below, need, unit;
};

/* A store's content, and what is proposed from it. Days count from 2024-03-01. */
struct world {
	uint32_t seed;
	int unit[USERS], ends[PHASES];
	struct rule rules[RULES];
	struct enrolment enrolments[EVENTS];
	struct level levels[EVENTS];
	struct need needs[EVENTS];
	struct assignment assigned[EVENTS], completed[EVENTS];
	size_t n_enrolments, n_levels, n_needs, n_assigned, n_completed;
};

static uint32_t
draw(struct world *world, uint32_t below)
{
	world->seed = world->seed * 1664525U + 1013904223U;
	return (uint32_t)((uint64_t)(world->seed >> 8) * below >> 24);
}

/* Draws a number or, half of the time, none: -1. */
static int
draw_or_none(struct world *world, uint32_t below)
{
	return draw(world, 2) == 0 ? -1 : (int)draw(world, below);
}

__attribute__((format(printf, 3, 4))) static void
put(struct stage *stage, const char *table, const char *format, ...)
{
	va_list arguments;
	char *row;

	va_start(arguments, format);
	row = fil_format_list(format, arguments);
	va_end(arguments);
	stage_put(stage, table, row);
	free(row);
}

/* Returns whether a query counts anything: keys that were drawn before are not put again. */
__attribute__((format(printf, 2, 3))) static bool
stands(struct stage *stage, const char *format, ...)
{
	va_list arguments;
	char *sql, *answer;
	bool some;

	va_start(arguments, format);
	sql = fil_format_list(format, arguments);
	va_end(arguments);
	answer = stage_ask(stage, sql, 1);
	some = *answer != '\0';
	free(sql);
	free(answer);
	return some;
}

static void
put_references(struct stage *stage, struct world *world)
{
	for (int d = 0; d < DIMENSIONS; d++)
		put(stage, "dimensions", "d%d|D|3", d);
	for (int m = 0; m < MODULES; m++)
		put(stage, "modules", "m%d|M|guide", m);
	for (int p = 0; p < PHASES; p++) {
		world->ends[p] = draw_or_none(world, DAYS);
		if (world->ends[p] < 0)
			put(stage, "phases", "p%d|P|pilot|2024-01-01", p);
		else
			put(stage, "phases", "p%d|P|pilot|2024-01-01|2024-03-0%d", p,
			    world->ends[p] + 1);
	}
	for (int u = 0; u < USERS; u++) {
		world->unit[u] = draw_or_none(world, 3);
		put(stage, "users", "u%02d|U||%s|||user", u,
		    world->unit[u] < 0 ? "" : units[world->unit[u]]);
	}
}

static void
put_rules(struct stage *stage, struct world *world)
{
	for (int r = 0; r < RULES; r++) {
		struct rule *rule = &world->rules[r];
		char below[2] = "", need[3] = "", dimension[3] = "";

		*rule = (struct rule){ (int)draw(world, MODULES), draw_or_none(world, 4),
			draw_or_none(world, DIMENSIONS), draw_or_none(world, 4),
			draw_or_none(world, NEEDS), draw_or_none(world, 4) };
		if (rule->below == 0)
			rule->below = 1;
		if (rule->below > 0)
			below[0] = (char)('0' + rule->below);
		if (rule->need >= 0)
			snprintf(need, sizeof need, "n%c", '0' + rule->need);
		if (rule->dimension >= 0)
			snprintf(dimension, sizeof dimension, "d%c", '0' + rule->dimension);
		put(stage, "rules", "r%d|m%d|%s|%s|%s|%s|%s", r, rule->module,
		    rule->phase < 0 ? "" : phase_globs[rule->phase], dimension, below, need,
		    rule->unit < 0 ? "" : unit_globs[rule->unit]);
	}
}

static void
put_plan(struct stage *stage, struct world *world)
{
	for (int i = 0; i < EVENTS; i++) {
		uint32_t u = draw(world, USERS), p = draw(world, PHASES), m = draw(world, MODULES),
			 day = draw(world, DAYS);

		if (!stands(stage,
			"SELECT 1 FROM enrolments WHERE \"user\" = 'u%02u'"
			" AND phase = 'p%u'",
			u, p)) {
			put(stage, "enrolments", "u%02u|p%u|2024-03-0%u", u, p, day + 1);
			world->enrolments[world->n_enrolments++] = (struct enrolment){ u, p, day };
		}
		u = draw(world, USERS);
		if (i % 4 == 0 &&
		    !stands(stage,
			"SELECT 1 FROM assignments WHERE \"user\" = 'u%02u' AND"
			" module = 'm%u' AND assigned = '2024-03-0%u'",
			u, m, day + 1)) {
			put(stage, "assignments", "u%02u|m%u|2024-03-0%u", u, m, day + 1);
			world->assigned[world->n_assigned++] = (struct assignment){ u, m, day };
		}
	}
}

static void
put_events(struct stage *stage, struct world *world)
{
	for (int i = 0; i < EVENTS; i++) {
		uint32_t u = draw(world, USERS), d = draw(world, DIMENSIONS),
			 n = draw(world, NEEDS), m = draw(world, MODULES), day = draw(world, DAYS),
			 level = draw(world, 6);

		if (!stands(stage,
			"SELECT 1 FROM autonomy WHERE \"user\" = 'u%02u' AND"
			" dimension = 'd%u' AND date = '2024-03-0%u'",
			u, d, day + 1)) {
			put(stage, "autonomy", "u%02u|d%u|2024-03-0%u|self|%u", u, d, day + 1,
			    level);
			world->levels[world->n_levels++] = (struct level){ u, d, day, level };
		}
		if (!stands(stage,
			"SELECT 1 FROM needs WHERE \"user\" = 'u%02u' AND"
			" need = 'n%u' AND date = '2024-03-0%u'",
			u, n, day + 1)) {
			put(stage, "needs", "u%02u|n%u|2024-03-0%u", u, n, day + 1);
			world->needs[world->n_needs++] = (struct need){ u, n, day };
		}
		if (i % 6 != 0 ||
		    stands(stage,
			"SELECT 1 FROM completions WHERE \"user\" = 'u%02u' AND"
			" module = 'm%u' AND date = '2024-03-0%u'",
			u, m, day + 1))
			continue;
		put(stage, "completions", "u%02u|m%u|2024-03-0%u|%s", u, m, day + 1,
		    level < 4 ? "completed" : "absent");
		if (level < 4)
			world->completed[world->n_completed++] = (struct assignment){ u, m, day };
	}
}

/* Returns a user's level, -1 when it is not known. */
static int
level_of(const struct world *world, uint32_t user, int dimension)
{
	int level = -1, newest = -1;

	for (size_t i = 0; i < world->n_levels; i++) {
		const struct level *l = &world->levels[i];

		if (l->user == user && (int)l->dimension == dimension && l->day <= TODAY &&
		    (int)l->day > newest) {
			newest = (int)l->day;
			level = (int)l->level;
		}
	}
	return level;
}

static bool
is_below(const struct world *world, uint32_t user, const struct rule *rule)
{
	bool below = rule->below < 0;

	for (int d = 0; d < DIMENSIONS; d++)
		if (rule->below > 0 && (rule->dimension < 0 || rule->dimension == d))
			below |= level_of(world, user, d) < rule->below;
	return below;
}

static bool
answers(const struct world *world, uint32_t need, uint32_t module)
{
	for (int r = 0; r < RULES; r++)
		if (world->rules[r].need == (int)need && world->rules[r].module == (int)module)
			return true;
	return false;
}

static bool
is_covered(const struct world *world, const struct need *need)
{
	for (size_t i = 0; i < world->n_assigned; i++) {
		const struct assignment *a = &world->assigned[i];

		if (a->user == need->user && a->day >= need->day && a->day <= TODAY &&
		    answers(world, need->need, a->module))
			return true;
	}
	return false;
}

static bool
has_need(const struct world *world, uint32_t user, const struct rule *rule)
{
	for (size_t i = 0; rule->need >= 0 && i < world->n_needs; i++) {
		const struct need *need = &world->needs[i];

		if (need->user == user && (int)need->need == rule->need && need->day <= TODAY &&
		    !is_covered(world, need))
			return true;
	}
	return rule->need < 0;
}

static bool
is_in_phase(const struct world *world, uint32_t user, const struct rule *rule)
{
	for (size_t i = 0; rule->phase >= 0 && i < world->n_enrolments; i++) {
		const struct enrolment *e = &world->enrolments[i];
		const char name[] = { 'p', (char)('0' + e->phase), '\0' };

		if (e->user == user && e->day <= TODAY &&
		    (world->ends[e->phase] < 0 || world->ends[e->phase] >= TODAY) &&
		    fil_text_glob(phase_globs[rule->phase], name))
			return true;
	}
	return rule->phase < 0;
}

static bool
holds(const struct world *world, uint32_t user, const struct rule *rule)
{
	const char *unit = world->unit[user] < 0 ? NULL : units[world->unit[user]];

	if (rule->unit >= 0 && (!unit || !fil_text_glob(unit_globs[rule->unit], unit)))
		return false;
	return is_below(world, user, rule) && has_need(world, user, rule) &&
	    is_in_phase(world, user, rule);
}

static bool
has_module(const struct world *world, uint32_t user, int module)
{
	for (size_t i = 0; i < world->n_assigned; i++)
		if (world->assigned[i].user == user && (int)world->assigned[i].module == module)
			return true;
	for (size_t i = 0; i < world->n_completed; i++)
		if (world->completed[i].user == user && (int)world->completed[i].module == module)
			return true;
	return false;
}

/* Writes what should be proposed, "user module rule" a line, and then the rules that hold for
 * nobody. */
static void
expect(const struct world *world, struct fil_bytes *text)
{
	bool held[RULES] = { false };

	for (uint32_t u = 0; u < USERS; u++) {
		bool proposed[MODULES] = { false };

		for (int r = 0; r < RULES; r++) {
			int m = world->rules[r].module;

			if (!holds(world, u, &world->rules[r]))
				continue;
			held[r] = true;
			if (!proposed[m] && !has_module(world, u, m))
				fil_bytes_add_format(text, "u%02u m%d r%d\n", u, m, r);
			proposed[m] = true;
		}
	}
	for (int r = 0; r < RULES; r++)
		if (!held[r])
			fil_bytes_add_format(text, "r%d\n", r);
}

/* Writes what is proposed in the same way. */
static void
propose(struct stage *stage, struct fil_bytes *text)
{
	const struct fil_selection selection = { 0 };
	struct fil_proposals *proposals;
	const char *const *cells;
	fil_day today = 0;
	int got;

	assert_int_equal(fil_date_parse("2024-03-05", &today), 0);
	proposals = fil_proposals_new(stage->store,
	    &(struct fil_proposals_request){ &selection, today, today }, &stage->fault);
	assert_non_null(proposals);
	while ((got = fil_proposals_step(proposals, &cells, &stage->fault)) == 1)
		fil_bytes_add_format(text, "%s %s %s\n", cells[0], cells[7], cells[9]);
	assert_int_equal(got, 0);
	for (size_t r = 0; r < fil_proposals_rules(proposals); r++) {
		char *remark = fil_proposals_remark(proposals, r);

		if (remark && strstr(remark, "holds for no user"))
			fil_bytes_add_format(text, "r%zu\n", r);
		free(remark);
	}
	fil_proposals_free(proposals);
}

static void
run_round(struct stage *stage, uint32_t seed)
{
	struct world *world = fil_alloc(1, sizeof *world);
	struct fil_standing_update *keeper = fil_standing_update_new(stage->store);
	struct fil_bytes expected = { 0 }, got = { 0 };

	world->seed = seed;
	put_references(stage, world);
	put_rules(stage, world);
	put_plan(stage, world);
	put_events(stage, world);
	fil_standing_update_note(keeper, "dimensions", "");
	assert_int_equal(fil_standing_update_write(keeper, 1, &stage->fault), 0);
	fil_standing_update_free(keeper);
	assert_int_equal(fil_store_commit(stage->store, &stage->fault), FIL_COMMITTED);
	fil_bytes_add_text(&expected, "");
	fil_bytes_add_text(&got, "");
	expect(world, &expected);
	propose(stage, &got);
	assert_string_equal(got.data, expected.data);
	fil_bytes_release(&expected);
	fil_bytes_release(&got);
	free(world);
}

static void
proposal__random_worlds__are_judged_as_the_rules_are_written(void **state)
{
	(void)state;
	for (uint32_t round = 0; round < ROUNDS; round++) {
		void *stage = NULL;

		assert_int_equal(stage_set_up(&stage), 0);
		run_round(stage, round);
		stage_tear_down(&stage);
	}
}

static void
proposal__no_rules__proposes_nothing(void **state)
{
	struct stage *stage = *state;
	struct fil_bytes text = { 0 };

	stage_put(stage, "users", "a|Ada|||||user");
	assert_int_equal(fil_store_commit(stage->store, &stage->fault), FIL_COMMITTED);
	fil_bytes_add_text(&text, "");
	propose(stage, &text);
	assert_string_equal(text.data, "");
	fil_bytes_release(&text);
}

static void
proposal__unknown_role__is_a_usage_fault(void **state)
{
	struct stage *stage = *state;
	const struct fil_selection selection = { .roles = "usr" };

	assert_int_equal(fil_store_commit(stage->store, &stage->fault), FIL_COMMITTED);
	assert_null(fil_proposals_new(stage->store,
	    &(struct fil_proposals_request){ .selection = &selection }, &stage->fault));
	assert_int_equal(stage->fault.status, FIL_USAGE);
}

static void
proposal__nothing__is_freed(void **state)
{
	(void)state;
	fil_proposals_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(proposal__random_worlds__are_judged_as_the_rules_are_written),
		ON_STAGE(proposal__no_rules__proposes_nothing),
		ON_STAGE(proposal__unknown_role__is_a_usage_fault),
		cmocka_unit_test(proposal__nothing__is_freed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
