/* SPDX-License-Identifier: ISC */
#include "lib/plan/proposal.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/levels/standing.h"
#include "lib/levels/standing_reader.h"
#include "lib/plan/support.h"
#include "lib/store/query.h"
#include "lib/store/store.h"
#include "lib/users/enrolment.h"
#include "lib/users/population.h"

static const char sql_rules[] =
#include "sql/rules.inc"
    ;

/* A rule: which module is proposed to which users. A condition is NULL, or 0, where the rule has
 * none. */
struct rule {
	char *name, *module, *phase, *need, *unit, *job;
	uint32_t module_number; /* the same for all rules of a module */
	size_t dimension; /* of below, or FIL_NOWHERE: any */
	int below;
	bool aimless; /* has a dimension, but no level: holds at any level */
	char due[FIL_DATE_SIZE]; /* "" without */
};

struct rules {
	struct rule *rules; /* in the order of their keys */
	size_t n, n_modules;
};

/* The columns of sql/rules. */
enum { OF_RULE, OF_MODULE, OF_PHASE, OF_DIMENSION, OF_BELOW, OF_NEED, OF_UNIT, OF_JOB, OF_DUE };

/* Returns the number of a rule's module: that of an earlier rule with the same, or the next one. */
static uint32_t
number_module(struct rules *rules, const struct rule *rule)
{
	for (const struct rule *earlier = rules->rules; earlier < rule; earlier++)
		if (strcmp(earlier->module, rule->module) == 0)
			return earlier->module_number;
	return (uint32_t)rules->n_modules++;
}

static void
read_rule(struct fil_query *query, const struct fil_dimensions *dimensions, fil_day as_of,
    struct rule *rule)
{
	const char *dimension = fil_query_text(query, OF_DIMENSION);

	*rule = (struct rule){ .name = fil_copy(fil_query_text(query, OF_RULE)),
		.module = fil_copy(fil_query_text(query, OF_MODULE)),
		.phase = fil_copy(fil_query_text(query, OF_PHASE)),
		.need = fil_copy(fil_query_text(query, OF_NEED)),
		.unit = fil_copy(fil_query_text(query, OF_UNIT)),
		.job = fil_copy(fil_query_text(query, OF_JOB)),
		.below = (int)fil_query_number(query, OF_BELOW) };
	rule->dimension = !dimension ? FIL_NOWHERE : fil_dimensions_find(dimensions, dimension, 0);
	rule->aimless = dimension && rule->below == 0;
	if (fil_query_text(query, OF_DUE))
		fil_date_write(as_of + (int)fil_query_number(query, OF_DUE), rule->due);
}

/* Reads the rules; the days of due are added to the day. Returns 0 or -1; release_rules frees them in
 * both cases. */
static int
read_rules(struct fil_store *store, const struct fil_dimensions *dimensions, fil_day as_of,
    struct rules *rules, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(store, sql_rules);
	int got;

	while ((got = fil_query_step(query, fault)) == 1) {
		struct rule *rule;

		rules->rules = fil_resize(rules->rules, rules->n + 1, sizeof *rules->rules);
		rule = &rules->rules[rules->n++];
		read_rule(query, dimensions, as_of, rule);
		rule->module_number = number_module(rules, rule);
	}
	fil_query_free(query);
	return got;
}

static void
release_rules(struct rules *rules)
{
	for (size_t i = 0; i < rules->n; i++) {
		struct rule *rule = &rules->rules[i];
		char *texts[] = { rule->name, rule->module, rule->phase, rule->need, rule->unit,
			rule->job };

		for (size_t t = 0; t < sizeof texts / sizeof *texts; t++)
			free(texts[t]);
	}
	free(rules->rules);
}

/* The cells of a candidate. */
enum { CANDIDATE_USER, CANDIDATE_NAME, CANDIDATE_UNIT, CANDIDATE_JOB, CANDIDATE_CELLS };

/* Tables that are read for a user only when a rule asks for them. */
enum { READ_ENROLMENTS = 1, READ_LEVELS = 2, READ_NEEDS = 4, READ_MODULES = 8 };

/* The users to whom modules may be proposed, in the order of their keys. Each table is read in step
 * with the users. */
struct candidates {
	const struct fil_dimensions *dimensions;
	const struct rules *rules;
	fil_day as_of;
	struct fil_lookup_table *phases;
	/* meets[rule * phases + phase]: the phase meets the condition and has not ended. */
	bool *meets;
	struct fil_population *population;
	struct fil_enrolments *enrolments;
	struct fil_cursor *people, *assigned, *completed;
	struct fil_standing_reader *levels; /* NULL where no rule asks for a level */
	struct fil_coverage *coverage; /* NULL where no rule asks for a need */
	uint32_t *needs; /* for each rule: the coverage's number of its need */

	/* Of the current user: */
	unsigned read; /* READ_… */
	const char *cells[CANDIDATE_CELLS];
	const struct fil_standing *standings; /* NULL: no level is known */
	bool needy; /* has expressed a need */
	bool *modules; /* for each of the rules': open or completed */
};

/* Reads the phases, and which of them meet the rules' conditions. Returns 0 or -1. */
static int
read_phases(struct fil_store *store, struct candidates *candidates, struct fil_fault *fault)
{
	const struct rules *rules = candidates->rules;
	char as_of[FIL_DATE_SIZE];
	size_t n;

	fil_date_write(candidates->as_of, as_of);
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
			    matches[p] && !(ends && strcmp(ends, as_of) < 0);
		}
		free(matches);
	}
	return 0;
}

/* Returns for each phase whether it meets the condition of the rule. */
static const bool *
meets(const struct candidates *candidates, const struct rule *rule)
{
	size_t r = (size_t)(rule - candidates->rules->rules);

	return candidates->meets + r * fil_lookup_table_rows(candidates->phases);
}

static void
open_cursors(struct fil_store *store, struct candidates *candidates,
    const struct fil_proposals_request *request)
{
	/* A module that is planned for a later day is not proposed today. */
	bool past = request->as_of < request->today;
	char last[FIL_DATE_SIZE] = "9999-12-31", as_of[FIL_DATE_SIZE];

	fil_date_write(request->as_of, as_of);
	candidates->people = fil_cursor_new(
	    fil_query_new(store, "SELECT \"user\", name, unit, job FROM users ORDER BY \"user\""));
	candidates->enrolments = fil_enrolments_new(store, candidates->phases, request->as_of);
	candidates->assigned = fil_cursor_new(fil_query_new(store,
	    "SELECT \"user\", module FROM assignments WHERE assigned <= $1"
	    " ORDER BY \"user\", module, assigned"));
	candidates->completed = fil_cursor_new(fil_query_new(store,
	    "SELECT \"user\", module FROM completions WHERE outcome = 'completed' AND date <= $1"
	    " ORDER BY \"user\", module, date"));
	fil_query_bind(fil_cursor_query(candidates->assigned), 1, past ? as_of : last);
	fil_query_bind(fil_cursor_query(candidates->completed), 1, past ? as_of : last);
}

/* Opens the tables that only some rules need. Returns 0 or -1. */
static int
open_conditions(
    struct fil_store *store, struct candidates *candidates, fil_day today, struct fil_fault *fault)
{
	const struct rules *rules = candidates->rules;
	struct fil_standing_request request = { candidates->dimensions, &candidates->as_of, 1,
		today, NULL, false };
	bool below = false, need = false;

	for (size_t r = 0; r < rules->n; r++) {
		below |= rules->rules[r].below > 0;
		need |= rules->rules[r].need != NULL;
	}
	if (below && !(candidates->levels = fil_standing_reader_new(store, &request, fault)))
		return -1;
	if (!need)
		return 0;
	if (!(candidates->coverage = fil_coverage_new(store, candidates->as_of, fault)))
		return -1;
	candidates->needs = fil_alloc(rules->n, sizeof *candidates->needs);
	for (size_t r = 0; r < rules->n; r++)
		if (rules->rules[r].need)
			candidates->needs[r] =
			    fil_coverage_number(candidates->coverage, rules->rules[r].need);
	return 0;
}

static void
candidates_free(struct candidates *candidates)
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

/* Returns the candidates of the day: the users of the population who meet the selection. Dimensions
 * and rules must outlive them. Returns NULL with a fault; the caller frees them. */
static struct candidates *
candidates_new(struct fil_store *store, const struct fil_proposals_request *request,
    const struct fil_dimensions *dimensions, const struct rules *rules, struct fil_fault *fault)
{
	struct candidates *candidates = fil_alloc(1, sizeof *candidates);
	struct fil_selection active = *request->selection;

	active.active = true;
	candidates->dimensions = dimensions;
	candidates->rules = rules;
	candidates->as_of = request->as_of;
	candidates->modules = fil_alloc(rules->n_modules, sizeof *candidates->modules);
	candidates->population =
	    fil_population_new(store, &active, FIL_BY_NONE, 0, request->as_of, fault);
	if (!candidates->population || read_phases(store, candidates, fault) < 0 ||
	    open_conditions(store, candidates, request->today, fault) < 0) {
		candidates_free(candidates);
		return NULL;
	}
	open_cursors(store, candidates, request);
	return candidates;
}

/* Moves to the next candidate; *cells are valid until the next move. Returns 1, 0 at the end, or -1
 * with a fault. */
static int
candidates_next(struct candidates *candidates, const char *const **cells, struct fil_fault *fault)
{
	int got;

	candidates->read = 0;
	while ((got = fil_cursor_next(candidates->people, fault)) == 1) {
		size_t n;
		const char *user = fil_cursor_user(candidates->people, &n);

		if (fil_population_has(candidates->population, user, n))
			break;
	}
	for (int c = 0; got == 1 && c < CANDIDATE_CELLS; c++)
		candidates->cells[c] = fil_query_text(fil_cursor_query(candidates->people), c);
	*cells = candidates->cells;
	return got;
}

static const char *
user_of(const struct candidates *candidates)
{
	return fil_cursor_user(candidates->people, NULL);
}

/* Returns whether a table has not been read for the current user, and marks it as read. */
static bool
unread(struct candidates *candidates, unsigned table)
{
	bool before = candidates->read & table;

	candidates->read |= table;
	return !before;
}

/* Finds the phase of the user's newest enrolment by the day; of several on one day the last key. A rule
 * with a condition on the phase looks only at phases that meet it and have not ended. Sets *phase to
 * NULL where there is none. Returns 0, or -1 with a fault. */
static int
candidates_phase(struct candidates *candidates, const struct rule *rule, const char **phase,
    struct fil_fault *fault)
{
	const struct fil_enrolment *newest;

	if (unread(candidates, READ_ENROLMENTS) &&
	    fil_enrolments_seek(candidates->enrolments, user_of(candidates), fault) < 0)
		return -1;
	newest = fil_enrolments_newest(candidates->enrolments, candidates->as_of,
	    rule->phase ? meets(candidates, rule) : NULL);
	*phase = !newest ? NULL
			 : fil_lookup_table_cell(candidates->phases, newest->phase, FIL_PHASE_KEY);
	return 0;
}

/* Returns whether some phase meets the rule's condition and has not ended. */
static bool
candidates_runs(const struct candidates *candidates, const struct rule *rule)
{
	const bool *phases = meets(candidates, rule);

	for (size_t p = 0; p < fil_lookup_table_rows(candidates->phases); p++)
		if (phases[p])
			return true;
	return false;
}

/* Sets *level to the user's level in a dimension, -1: unknown. Returns 0, or -1 with a fault. */
static int
candidates_level(
    struct candidates *candidates, size_t dimension, int *level, struct fil_fault *fault)
{
	if (unread(candidates, READ_LEVELS) &&
	    fil_standing_reader_seek(
		candidates->levels, user_of(candidates), &candidates->standings, fault) < 0)
		return -1;
	*level = candidates->standings ? candidates->standings[dimension].level : -1;
	return 0;
}

/* Returns 1 when the user has the need of the rule uncovered, and sets *since to its first such
 * day. Returns 0 when the user has not, or -1 with a fault. */
static int
candidates_needs(
    struct candidates *candidates, const struct rule *rule, fil_day *since, struct fil_fault *fault)
{
	uint32_t number = candidates->needs[rule - candidates->rules->rules];
	const struct fil_need *needs;
	size_t n;

	if (unread(candidates, READ_NEEDS)) {
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

/* Marks the modules of the current user in a table. Returns 0 or -1. */
static int
mark_modules(struct candidates *candidates, struct fil_cursor *cursor, struct fil_fault *fault)
{
	const struct rules *rules = candidates->rules;
	int got = fil_cursor_seek(cursor, user_of(candidates), fault);

	for (; got == 1; got = fil_cursor_row(cursor, fault)) {
		const char *module = fil_query_text(fil_cursor_query(cursor), 1);

		for (size_t r = 0; r < rules->n; r++)
			if (strcmp(rules->rules[r].module, module) == 0)
				candidates->modules[rules->rules[r].module_number] = true;
	}
	return got;
}

/* Reads the modules that the user has open or has completed: neither is proposed. Returns 0 or
 * -1. */
static int
read_modules(struct candidates *candidates, struct fil_fault *fault)
{
	memset(candidates->modules, 0, candidates->rules->n_modules * sizeof(bool));
	if (mark_modules(candidates, candidates->assigned, fault) < 0)
		return -1;
	return mark_modules(candidates, candidates->completed, fault);
}

/* Returns 1 when the user has the module of the rule open or has completed it. Returns 0 otherwise,
 * or -1 with a fault. */
static int
candidates_has(struct candidates *candidates, const struct rule *rule, struct fil_fault *fault)
{
	if (unread(candidates, READ_MODULES) && read_modules(candidates, fault) < 0)
		return -1;
	return candidates->modules[rule->module_number];
}

/* The most characters of a unit or a job in a reason. The reason of an assignment may have 1,000
 * characters. */
enum { MOST_SHOWN = 200 };

enum { USER, NAME, UNIT, PHASE, DIMENSION, LEVEL, NEED, MODULE, DUE, RULE, REASON };

const struct fil_output_column fil_proposal_columns[FIL_PROPOSAL_CELLS] = {
	[USER] = { "user", FIL_CELL_TEXT },
	[NAME] = { "name", FIL_CELL_TEXT },
	[UNIT] = { "unit", FIL_CELL_TEXT },
	[PHASE] = { "phase", FIL_CELL_TEXT },
	[DIMENSION] = { "dimension", FIL_CELL_TEXT },
	[LEVEL] = { "level", FIL_CELL_NUMBER },
	[NEED] = { "need", FIL_CELL_TEXT },
	[MODULE] = { "module", FIL_CELL_TEXT },
	[DUE] = { "due", FIL_CELL_DAY },
	[RULE] = { "rule", FIL_CELL_TEXT },
	[REASON] = { "reason", FIL_CELL_TEXT },
};

/* The findings about the current user while a rule is judged. */
struct finding {
	const char *phase;
	size_t dimension; /* FIL_NOWHERE: the rule asks for no level */
	int level; /* -1: unknown */
	fil_day since;
};

struct fil_proposals {
	struct fil_store *store;
	bool chosen; /* the selection has conditions */
	struct fil_dimensions dimensions;
	struct rules rules;
	struct candidates *candidates;
	const char *const *person; /* the cells of the current user */
	bool *has_held; /* for each rule: it holds for some user */
	bool *settled; /* for each module: decided for the current user */
	size_t next; /* the next rule to judge for the current user */
	struct fil_bytes reason;
	char level[2];
	const char *cells[FIL_PROPOSAL_CELLS];
};

/* Opens all tables on one state of the store. Returns 0 or -1. */
static int
begin(struct fil_proposals *proposals, const struct fil_proposals_request *request,
    struct fil_fault *fault)
{
	struct fil_store *store = proposals->store;

	if (fil_store_snapshot(store, fault) != 0 ||
	    fil_dimensions_read(store, request->as_of, &proposals->dimensions, fault) < 0 ||
	    read_rules(store, &proposals->dimensions, request->as_of, &proposals->rules, fault) < 0)
		return -1;
	proposals->has_held = fil_alloc(proposals->rules.n, sizeof(bool));
	proposals->settled = fil_alloc(proposals->rules.n_modules, sizeof(bool));
	proposals->next = proposals->rules.n;
	proposals->candidates =
	    candidates_new(store, request, &proposals->dimensions, &proposals->rules, fault);
	return !proposals->candidates ? -1 : 0;
}

struct fil_proposals *
fil_proposals_new(
    struct fil_store *store, const struct fil_proposals_request *request, struct fil_fault *fault)
{
	const struct fil_selection *selection = request->selection;
	struct fil_proposals *proposals = fil_alloc(1, sizeof *proposals);

	proposals->store = store;
	proposals->chosen = selection->phase || fil_selection_has_conditions(selection);
	if (begin(proposals, request, fault) == 0)
		return proposals;
	fil_proposals_free(proposals);
	return NULL;
}

/* Judges the condition on levels: in the rule's dimension, or in the first that meets it. Returns
 * 1, 0 or -1. */
static int
is_below(struct fil_proposals *proposals, const struct rule *rule, struct finding *finding,
    struct fil_fault *fault)
{
	bool any = rule->dimension == FIL_NOWHERE;
	size_t d = any ? 0 : rule->dimension, end = any ? proposals->dimensions.n : d + 1;

	for (; d < end; d++) {
		if (candidates_level(proposals->candidates, d, &finding->level, fault) < 0)
			return -1;
		if (finding->level >= rule->below)
			continue;
		finding->dimension = d;
		return 1;
	}
	return 0;
}

static bool
matches(const char *glob, const char *text)
{
	return !glob || (text && fil_text_glob(glob, text));
}

/* Judges a rule for the current user. Returns 1 when it holds, 0 when not, -1 with a fault. */
static int
holds(struct fil_proposals *proposals, const struct rule *rule, struct finding *finding,
    struct fil_fault *fault)
{
	struct candidates *candidates = proposals->candidates;
	int got;

	*finding = (struct finding){ .dimension = FIL_NOWHERE };
	if (!matches(rule->unit, proposals->person[CANDIDATE_UNIT]) ||
	    !matches(rule->job, proposals->person[CANDIDATE_JOB]))
		return 0;
	if (rule->below > 0 && (got = is_below(proposals, rule, finding, fault)) != 1)
		return got;
	if (rule->need && (got = candidates_needs(candidates, rule, &finding->since, fault)) != 1)
		return got;
	if (!rule->phase)
		return 1;
	if (candidates_phase(candidates, rule, &finding->phase, fault) < 0)
		return -1;
	return finding->phase != NULL;
}

/* Separates the next reason from the one before. */
static void
begin_reason(struct fil_bytes *reason)
{
	if (reason->length > 0)
		fil_bytes_add_text(reason, "; ");
}

/* Adds the words and a text of the user, cut after MOST_SHOWN characters. */
static void
add_shown(struct fil_bytes *reason, const char *words, const char *text)
{
	size_t n = 0, shown = 0;

	/* Counts the characters by their first bytes. */
	while (text[n] != '\0' && (((unsigned char)text[n] & 0xC0) == 0x80 || shown++ < MOST_SHOWN))
		n++;
	begin_reason(reason);
	fil_bytes_add_text(reason, words);
	fil_bytes_add(reason, text, n);
	if (text[n] != '\0')
		fil_bytes_add_text(reason, "…");
}

/* Writes why the rule holds: a level and a need, or else its other conditions. */
static void
write_reason(
    struct fil_proposals *proposals, const struct rule *rule, const struct finding *finding)
{
	struct fil_bytes *reason = &proposals->reason;
	char since[FIL_DATE_SIZE];

	fil_bytes_clear(reason);
	if (finding->dimension != FIL_NOWHERE) {
		const char *dimension = proposals->dimensions.names[finding->dimension];

		if (finding->level < 0)
			fil_bytes_add_format(
			    reason, "%s not known, below %d", dimension, rule->below);
		else
			fil_bytes_add_format(
			    reason, "%s at %d, below %d", dimension, finding->level, rule->below);
	}
	if (rule->need) {
		begin_reason(reason);
		fil_date_write(finding->since, since);
		fil_bytes_add_format(reason, "asked for help with %s on %s", rule->need, since);
	}
	if (reason->length > 0)
		return;
	if (rule->phase)
		fil_bytes_add_format(reason, "takes part in %s", finding->phase);
	if (rule->unit)
		add_shown(reason, "works in ", proposals->cells[UNIT]);
	if (rule->job)
		add_shown(reason, "works as ", proposals->person[CANDIDATE_JOB]);
	if (reason->length == 0)
		fil_bytes_add_text(reason, "for everybody");
}

/* Fills in the cells. Returns 1, or -1 with a fault. */
static int
propose(struct fil_proposals *proposals, const struct rule *rule, struct finding *finding,
    struct fil_fault *fault)
{
	const char **cells = proposals->cells;
	struct candidates *candidates = proposals->candidates;
	bool measured = finding->dimension != FIL_NOWHERE;

	if (!rule->phase && candidates_phase(candidates, rule, &finding->phase, fault) < 0)
		return -1;
	proposals->level[0] = (char)('0' + finding->level);
	cells[USER] = proposals->person[CANDIDATE_USER];
	cells[NAME] = proposals->person[CANDIDATE_NAME];
	cells[UNIT] = proposals->person[CANDIDATE_UNIT];
	cells[PHASE] = finding->phase;
	cells[DIMENSION] = measured ? proposals->dimensions.names[finding->dimension] : NULL;
	cells[LEVEL] = measured && finding->level >= 0 ? proposals->level : NULL;
	cells[NEED] = rule->need;
	cells[MODULE] = rule->module;
	cells[DUE] = *rule->due == '\0' ? NULL : rule->due;
	cells[RULE] = rule->name;
	write_reason(proposals, rule, finding);
	cells[REASON] = proposals->reason.data;
	return 1;
}

/* Judges the next rule for the current user. Returns 1 when it proposes something, 0 when not, -1
 * with a fault. */
static int
judge(struct fil_proposals *proposals, struct fil_fault *fault)
{
	size_t r = proposals->next++;
	const struct rule *rule = &proposals->rules.rules[r];
	struct finding finding;
	int got;

	if (proposals->settled[rule->module_number] && proposals->has_held[r])
		return 0;
	if ((got = holds(proposals, rule, &finding, fault)) != 1)
		return got;
	proposals->has_held[r] = true;
	if (proposals->settled[rule->module_number])
		return 0;
	proposals->settled[rule->module_number] = true;
	if ((got = candidates_has(proposals->candidates, rule, fault)) != 0)
		return got < 0 ? -1 : 0;
	return propose(proposals, rule, &finding, fault);
}

int
fil_proposals_step(
    struct fil_proposals *proposals, const char *const **cells, struct fil_fault *fault)
{
	int got;

	*cells = proposals->cells;
	if (proposals->rules.n == 0)
		return 0;
	for (;;) {
		while (proposals->next < proposals->rules.n)
			if ((got = judge(proposals, fault)) != 0)
				return got;
		if ((got = candidates_next(proposals->candidates, &proposals->person, fault)) != 1)
			return got;
		proposals->next = 0;
		memset(proposals->settled, 0, proposals->rules.n_modules * sizeof(bool));
	}
}

size_t
fil_proposals_rules(const struct fil_proposals *proposals)
{
	return proposals->rules.n;
}

char *
fil_proposals_remark(const struct fil_proposals *proposals, size_t i)
{
	const struct rule *rule = &proposals->rules.rules[i];

	if (rule->phase && !candidates_runs(proposals->candidates, rule))
		return fil_format(_("rule '%s' holds for no user: no phase matches '%s', or all "
				    "that match have ended"),
		    rule->name, rule->phase);
	if (!proposals->has_held[i])
		return fil_format(proposals->chosen
			? _("rule '%s' holds for no user of those selected")
			: _("rule '%s' holds for no user"),
		    rule->name);
	if (rule->aimless)
		return fil_format(_("rule '%s' has a dimension, but no level in 'below': it holds "
				    "at any level"),
		    rule->name);
	return NULL;
}

void
fil_proposals_free(struct fil_proposals *proposals)
{
	if (!proposals)
		return;
	candidates_free(proposals->candidates);
	release_rules(&proposals->rules);
	fil_dimensions_release(&proposals->dimensions);
	fil_bytes_release(&proposals->reason);
	fil_store_rollback(proposals->store);
	free(proposals->has_held);
	free(proposals->settled);
	free(proposals);
}
