/* SPDX-License-Identifier: ISC */
#include "lib/plan/rules.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/store/query.h"

static const char sql_rules[] =
#include "sql/rules.inc"
    ;

/* The columns of the query. */
enum { RULE, MODULE, PHASE, DIMENSION, BELOW, NEED, UNIT, JOB, DUE };

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
	const char *dimension = fil_query_text(query, DIMENSION);

	*rule = (struct fil_rule){ .name = fil_copy(fil_query_text(query, RULE)),
		.module = fil_copy(fil_query_text(query, MODULE)),
		.phase = fil_copy(fil_query_text(query, PHASE)),
		.need = fil_copy(fil_query_text(query, NEED)),
		.unit = fil_copy(fil_query_text(query, UNIT)),
		.job = fil_copy(fil_query_text(query, JOB)),
		.below = (int)fil_query_number(query, BELOW) };
	rule->dimension = dimension == NULL ? FIL_NOWHERE
	    : fil_dimensions_find(dimensions, dimension, 0);
	rule->aimless = dimension != NULL && rule->below == 0;
	if (fil_query_text(query, DUE) != NULL)
		fil_date_write(today + (int)fil_query_number(query, DUE), rule->due);
}

int
fil_rules_read(struct fil_store *store, const struct fil_dimensions *dimensions, fil_day today,
    struct fil_rules *rules, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(store, sql_rules);
	int got;

	*rules = (struct fil_rules){ 0 };
	while ((got = fil_query_step(query, fault)) == 1) {
		struct fil_rule *rule;

		rules->rules = fil_resize(rules->rules, rules->n + 1, sizeof(*rules->rules));
		rule = &rules->rules[rules->n++];
		read_rule(query, dimensions, today, rule);
		rule->module_number = number_module(rules, rule);
	}
	fil_query_free(query);
	if (got < 0)
		fil_rules_release(rules);
	return got;
}

void
fil_rules_release(struct fil_rules *rules)
{
	for (size_t i = 0; i < rules->n; i++) {
		struct fil_rule *rule = &rules->rules[i];
		char *texts[] = { rule->name, rule->module, rule->phase, rule->need, rule->unit,
			rule->job };

		for (size_t t = 0; t < sizeof(texts) / sizeof(texts[0]); t++)
			free(texts[t]);
	}
	free(rules->rules);
	*rules = (struct fil_rules){ 0 };
}
