/* SPDX-License-Identifier: ISC */
#include "lib/plan/proposal.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/bytes.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/levels/standing.h"
#include "lib/plan/candidate.h"
#include "lib/store/store.h"

static const char sql_rules[] =
#include "sql/rules.inc"
    ;

/* The columns of sql/rules. */
enum { OF_RULE, OF_MODULE, OF_PHASE, OF_DIMENSION, OF_BELOW, OF_NEED, OF_UNIT, OF_JOB, OF_DUE };

/* Returns the number of a rule's module: that of an earlier rule with the same, or the next one. */
static uint32_t
number_module(struct fil_rules *rules, const struct fil_rule *rule)
{
	for (const struct fil_rule *earlier = rules->rules; earlier < rule; earlier++)
		if (strcmp(earlier->module, rule->module) == 0)
			return earlier->module_number;
	return (uint32_t)rules->n_modules++;
}

static void
read_rule(struct fil_query *query, const struct fil_dimensions *dimensions, fil_day today,
    struct fil_rule *rule)
{
	const char *dimension = fil_query_text(query, OF_DIMENSION);

	*rule = (struct fil_rule){ .name = fil_copy(fil_query_text(query, OF_RULE)),
		.module = fil_copy(fil_query_text(query, OF_MODULE)),
		.phase = fil_copy(fil_query_text(query, OF_PHASE)),
		.need = fil_copy(fil_query_text(query, OF_NEED)),
		.unit = fil_copy(fil_query_text(query, OF_UNIT)),
		.job = fil_copy(fil_query_text(query, OF_JOB)),
		.below = (int)fil_query_number(query, OF_BELOW) };
	rule->dimension = !dimension ? FIL_NOWHERE : fil_dimensions_find(dimensions, dimension, 0);
	rule->aimless = dimension && rule->below == 0;
	if (fil_query_text(query, OF_DUE))
		fil_date_write(today + (int)fil_query_number(query, OF_DUE), rule->due);
}

/* Reads the rules; days run from today. Returns 0 or -1; release_rules frees them either way. */
static int
read_rules(struct fil_store *store, const struct fil_dimensions *dimensions, fil_day today,
    struct fil_rules *rules, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(store, sql_rules);
	int got;

	while ((got = fil_query_step(query, fault)) == 1) {
		struct fil_rule *rule;

		rules->rules = fil_resize(rules->rules, rules->n + 1, sizeof *rules->rules);
		rule = &rules->rules[rules->n++];
		read_rule(query, dimensions, today, rule);
		rule->module_number = number_module(rules, rule);
	}
	fil_query_free(query);
	return got;
}

static void
release_rules(struct fil_rules *rules)
{
	for (size_t i = 0; i < rules->n; i++) {
		struct fil_rule *rule = &rules->rules[i];
		char *texts[] = { rule->name, rule->module, rule->phase, rule->need, rule->unit,
			rule->job };

		for (size_t t = 0; t < sizeof texts / sizeof *texts; t++)
			free(texts[t]);
	}
	free(rules->rules);
}

/* A unit or a job is shown so far in a reason, which may have 1,000 characters in an assignment. */
enum { MOST_SHOWN = 200 };

enum { USER, NAME, UNIT, PHASE, DIMENSION, LEVEL, NEED, MODULE, DUE, RULE, REASON };

const struct fil_output_column fil_proposal_columns[FIL_PROPOSAL_CELLS] = {
	[USER] = { "user", false },
	[NAME] = { "name", false },
	[UNIT] = { "unit", false },
	[PHASE] = { "phase", false },
	[DIMENSION] = { "dimension", false },
	[LEVEL] = { "level", true },
	[NEED] = { "need", false },
	[MODULE] = { "module", false },
	[DUE] = { "due", false },
	[RULE] = { "rule", false },
	[REASON] = { "reason", false },
};

/* What was found out about the user at hand while a rule was judged. */
struct finding {
	const char *phase;
	size_t dimension; /* FIL_NOWHERE: the rule asks for no level */
	int level; /* -1: unknown */
	fil_day since;
};

struct fil_proposals {
	struct fil_store *store;
	bool chosen; /* only some of the population are looked at */
	struct fil_dimensions dimensions;
	struct fil_rules rules;
	struct fil_candidates *candidates;
	const char *const *person; /* the cells of the user at hand */
	bool *has_held; /* for each rule: for somebody */
	bool *settled; /* for each module: for the user at hand */
	size_t next; /* the next rule to be judged for the user at hand */
	struct fil_bytes reason;
	char level[2];
	const char *cells[FIL_PROPOSAL_CELLS];
};

/* Opens everything on one state of the store. Returns 0 or -1. */
static int
begin(struct fil_proposals *proposals, const struct fil_selection *selection, fil_day today,
    struct fil_fault *fault)
{
	struct fil_store *store = proposals->store;

	if (fil_store_snapshot(store, fault) != 0 ||
	    fil_dimensions_read(store, &proposals->dimensions, fault) < 0 ||
	    read_rules(store, &proposals->dimensions, today, &proposals->rules, fault) < 0)
		return -1;
	proposals->has_held = fil_alloc(proposals->rules.n, sizeof(bool));
	proposals->settled = fil_alloc(proposals->rules.n_modules, sizeof(bool));
	proposals->next = proposals->rules.n;
	proposals->candidates = fil_candidates_new(
	    store, selection, &proposals->dimensions, &proposals->rules, today, fault);
	return !proposals->candidates ? -1 : 0;
}

struct fil_proposals *
fil_proposals_new(struct fil_store *store, const struct fil_selection *selection, fil_day today,
    struct fil_fault *fault)
{
	struct fil_proposals *proposals = fil_alloc(1, sizeof *proposals);

	proposals->store = store;
	proposals->chosen = selection->phase || fil_selection_has_conditions(selection);
	if (begin(proposals, selection, today, fault) == 0)
		return proposals;
	fil_proposals_free(proposals);
	return NULL;
}

/* Judges the condition on levels: in the rule's dimension, or in the first that meets it. Returns
 * 1, 0 or -1. */
static int
is_below(struct fil_proposals *proposals, const struct fil_rule *rule, struct finding *finding,
    struct fil_fault *fault)
{
	bool any = rule->dimension == FIL_NOWHERE;
	size_t d = any ? 0 : rule->dimension, end = any ? proposals->dimensions.n : d + 1;

	for (; d < end; d++) {
		if (fil_candidates_level(proposals->candidates, d, &finding->level, fault) < 0)
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

/* Judges a rule for the user at hand. Returns 1 when it holds, 0 when not, -1 with a fault. */
static int
holds(struct fil_proposals *proposals, const struct fil_rule *rule, struct finding *finding,
    struct fil_fault *fault)
{
	struct fil_candidates *candidates = proposals->candidates;
	int got;

	*finding = (struct finding){ .dimension = FIL_NOWHERE };
	if (!matches(rule->unit, proposals->person[FIL_CANDIDATE_UNIT]) ||
	    !matches(rule->job, proposals->person[FIL_CANDIDATE_JOB]))
		return 0;
	if (rule->below > 0 && (got = is_below(proposals, rule, finding, fault)) != 1)
		return got;
	if (rule->need &&
	    (got = fil_candidates_needs(candidates, rule, &finding->since, fault)) != 1)
		return got;
	if (!rule->phase)
		return 1;
	if (fil_candidates_phase(candidates, rule, &finding->phase, fault) < 0)
		return -1;
	return finding->phase != NULL;
}

/* Begins another reason within the text. */
static void
begin_reason(struct fil_bytes *reason)
{
	if (reason->length > 0)
		fil_bytes_add_text(reason, "; ");
}

/* Adds the words and a text of the user, cut where it is long. */
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

/* Writes why the rule holds: a level, a need; where it asks for neither, what it asks for. */
static void
write_reason(
    struct fil_proposals *proposals, const struct fil_rule *rule, const struct finding *finding)
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
		add_shown(reason, "works as ", proposals->person[FIL_CANDIDATE_JOB]);
	if (reason->length == 0)
		fil_bytes_add_text(reason, "for everybody");
}

/* Fills in the cells. Returns 1, or -1 with a fault. */
static int
propose(struct fil_proposals *proposals, const struct fil_rule *rule, struct finding *finding,
    struct fil_fault *fault)
{
	const char **cells = proposals->cells;
	struct fil_candidates *candidates = proposals->candidates;
	bool measured = finding->dimension != FIL_NOWHERE;

	if (!rule->phase && fil_candidates_phase(candidates, rule, &finding->phase, fault) < 0)
		return -1;
	proposals->level[0] = (char)('0' + finding->level);
	cells[USER] = proposals->person[FIL_CANDIDATE_USER];
	cells[NAME] = proposals->person[FIL_CANDIDATE_NAME];
	cells[UNIT] = proposals->person[FIL_CANDIDATE_UNIT];
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

/* Judges the next rule for the user at hand. Returns 1 when it proposes something, 0 when not, -1
 * with a fault. */
static int
judge(struct fil_proposals *proposals, struct fil_fault *fault)
{
	size_t r = proposals->next++;
	const struct fil_rule *rule = &proposals->rules.rules[r];
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
	if ((got = fil_candidates_has(proposals->candidates, rule, fault)) != 0)
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
		if ((got = fil_candidates_next(proposals->candidates, &proposals->person, fault)) !=
		    1)
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
	const struct fil_rule *rule = &proposals->rules.rules[i];

	if (rule->phase && !fil_candidates_runs(proposals->candidates, rule))
		return fil_format("rule '%s' holds for nobody: no phase matches '%s', or all "
				  "that do have ended",
		    rule->name, rule->phase);
	if (!proposals->has_held[i])
		return fil_format("rule '%s' holds for nobody%s", rule->name,
		    proposals->chosen ? " of those chosen" : "");
	if (rule->aimless)
		return fil_format("rule '%s' has a dimension, but no level in 'below': it holds at "
				  "any level",
		    rule->name);
	return NULL;
}

void
fil_proposals_free(struct fil_proposals *proposals)
{
	if (!proposals)
		return;
	fil_candidates_free(proposals->candidates);
	release_rules(&proposals->rules);
	fil_dimensions_release(&proposals->dimensions);
	fil_bytes_release(&proposals->reason);
	fil_store_rollback(proposals->store);
	free(proposals->has_held);
	free(proposals->settled);
	free(proposals);
}
