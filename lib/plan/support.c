/* SPDX-License-Identifier: ISC */
#include "lib/plan/support.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/levels/standing.h"
#include "lib/store/query.h"

/* The columns of all queries. Needs have their key in place of the module. */
enum { USER, MODULE, DAY, DUE, WITH };

/* A completion. */
struct completed {
	uint32_t module;
	fil_day day;
};

struct fil_support {
	const struct fil_lookup_table *modules;
	fil_day as_of;
	enum fil_support_with with;
	struct fil_cursor *assignments, *completions;
	struct fil_intern *names;
	struct fil_assigned *list;
	size_t n, room;
	struct completed *completed;
	size_t n_completed, completed_room;
};

struct fil_support *
fil_support_new(struct fil_store *store, const struct fil_lookup_table *modules, fil_day as_of,
    enum fil_support_with with)
{
	static const char *const assignments[] = {
		[FIL_WITH_NOTHING] = "SELECT \"user\", module, assigned, due FROM assignments"
				     " ORDER BY \"user\", module, assigned",
		[FIL_WITH_PHASE] = "SELECT \"user\", module, assigned, due, phase FROM assignments"
				   " ORDER BY \"user\", module, assigned",
		[FIL_WITH_TRAINER] = "SELECT \"user\", module, assigned, due, trainer"
				     " FROM assignments ORDER BY \"user\", module, assigned",
	};
	struct fil_support *support = fil_alloc(1, sizeof *support);

	support->modules = modules;
	support->as_of = as_of;
	support->with = with;
	support->assignments = fil_cursor_ahead(fil_query_new(store, assignments[with]));
	support->completions = fil_cursor_ahead(fil_query_new(store,
	    "SELECT \"user\", module, date FROM completions WHERE outcome = 'completed'"
	    " ORDER BY \"user\", module, date"));
	support->names = fil_intern_new(0);
	return support;
}

/* Reads the module and the day of a row. *module is the number of the row before. Returns 0, or -1
 * when one is not valid. */
static int
read_row(const struct fil_support *support, struct fil_query *query, uint32_t *module, fil_day *day)
{
	size_t found =
	    fil_lookup_table_find(support->modules, fil_query_text(query, MODULE), *module);

	if (found == FIL_NOWHERE || fil_date_parse(fil_query_text(query, DAY), day) < 0)
		return -1;
	*module = (uint32_t)found;
	return 0;
}

/* Returns the number of the row's phase or trainer. */
static uint32_t
read_with(const struct fil_support *support, struct fil_query *query)
{
	const char *name;

	if (support->with == FIL_WITH_NOTHING || !(name = fil_query_text(query, WITH)))
		return FIL_WITH_NONE;
	return fil_intern_add(support->names, name, fil_query_length(query, WITH));
}

/* Reads the assignments of the current user. Returns 0 or -1. */
static int
take_assignments(struct fil_support *support, struct fil_fault *fault)
{
	struct fil_query *query = fil_cursor_query(support->assignments);
	struct fil_assigned row = { .module = 0 };
	int got;

	support->n = 0;
	do {
		const char *due = fil_query_text(query, DUE);

		row.due = row.completed = FIL_NEVER;
		if (read_row(support, query, &row.module, &row.assigned) < 0 ||
		    (due && fil_date_parse(due, &row.due) < 0))
			return fil_store_damaged_user(
			    fault, "assignments", fil_cursor_user(support->assignments, NULL));
		if (row.assigned > support->as_of)
			continue;
		row.with = read_with(support, query);
		support->list =
		    fil_grow(support->list, support->n, &support->room, sizeof *support->list);
		support->list[support->n++] = row;
	} while ((got = fil_cursor_row(support->assignments, fault)) == 1);
	return got;
}

/* Reads the completions of the current user. Returns 0 or -1. */
static int
take_completions(struct fil_support *support, struct fil_fault *fault)
{
	struct fil_query *query = fil_cursor_query(support->completions);
	struct completed row = { 0, 0 };
	int got;

	do {
		if (read_row(support, query, &row.module, &row.day) < 0)
			return fil_store_damaged_user(
			    fault, "completions", fil_cursor_user(support->completions, NULL));
		if (row.day > support->as_of)
			continue;
		support->completed = fil_grow(support->completed, support->n_completed,
		    &support->completed_room, sizeof *support->completed);
		support->completed[support->n_completed++] = row;
	} while ((got = fil_cursor_row(support->completions, fault)) == 1);
	return got;
}

/* Finds the completion of each assignment: both lists are by module, then by day. */
static void
match(struct fil_support *support)
{
	const struct completed *row = support->completed,
			       *end = row ? row + support->n_completed : NULL;

	for (size_t i = 0; i < support->n; i++) {
		struct fil_assigned *assigned = &support->list[i];

		while (row < end &&
		    (row->module < assigned->module ||
			(row->module == assigned->module && row->day < assigned->assigned)))
			row++;
		if (row < end && row->module == assigned->module)
			assigned->completed = row->day;
	}
}

/* Reads the current user. Returns 1, 0 when nothing was assigned by the day, or -1. */
static int
take_user(struct fil_support *support, struct fil_fault *fault)
{
	int got;

	if (take_assignments(support, fault) < 0)
		return -1;
	if (support->n == 0)
		return 0;
	support->n_completed = 0;
	got = fil_cursor_seek(
	    support->completions, fil_cursor_user(support->assignments, NULL), fault);
	if (got < 0 || (got == 1 && take_completions(support, fault) < 0))
		return -1;
	match(support);
	return 1;
}

int
fil_support_next(struct fil_support *support, struct fil_fault *fault)
{
	int got;

	while ((got = fil_cursor_next(support->assignments, fault)) == 1)
		if ((got = take_user(support, fault)) != 0)
			return got;
	return got;
}

int
fil_support_seek(struct fil_support *support, const char *user, struct fil_fault *fault)
{
	int got = fil_cursor_seek(support->assignments, user, fault);

	return got == 1 ? take_user(support, fault) : got;
}

const char *
fil_support_user(const struct fil_support *support, size_t *length)
{
	return fil_cursor_user(support->assignments, length);
}

const struct fil_assigned *
fil_support_list(const struct fil_support *support, size_t *n)
{
	*n = support->n;
	return support->list;
}

const char *
fil_support_name(const struct fil_support *support, uint32_t with)
{
	return fil_intern_get(support->names, with);
}

/* Adds the assignments "a" up to a day, and the last completion "c" of each: if it is none of an
 * assignment, no earlier one is. */
static void
add_last_completions(struct fil_statement *statement, fil_day as_of)
{
	fil_statement_add(statement,
	    " FROM assignments AS a"
	    " LEFT JOIN (SELECT \"user\" AS who, module, max(date) AS day FROM completions"
	    " WHERE outcome = 'completed' AND date <= ");
	fil_statement_add_day(statement, as_of);
	fil_statement_add(statement,
	    " GROUP BY 1, 2) AS c ON c.who = a.\"user\" AND c.module = a.module"
	    " WHERE a.assigned <= ");
	fil_statement_add_day(statement, as_of);
}

void
fil_support_join(struct fil_statement *statement, fil_day as_of)
{
	fil_statement_add(statement,
	    " JOIN (SELECT a.\"user\" AS who, a.phase,"
	    " CASE WHEN c.day >= a.assigned THEN 1 ELSE 0 END AS completed");
	add_last_completions(statement, as_of);
	fil_statement_add(statement, " AND a.phase IS NOT NULL) AS l ON l.who = u.\"user\"");
}

void
fil_support_add_completed(
    const struct fil_support_request *request, struct fil_statement *statement)
{
	const char *before = " AND a.module IN (";

	fil_statement_add(statement,
	    "(SELECT a.\"user\" AS who, a.module, a.assigned, a.phase, min(c.date) AS completed,"
	    " CAST(replace(min(c.date), '-', '') AS INTEGER) AS day"
	    " FROM assignments AS a JOIN completions AS c ON c.\"user\" = a.\"user\""
	    " AND c.module = a.module AND c.outcome = 'completed' AND c.date >= a.assigned"
	    " AND c.date <= ");
	fil_statement_add_day(statement, request->as_of);
	fil_statement_add(statement, " WHERE a.assigned <= ");
	fil_statement_add_day(statement, request->as_of);
	for (size_t m = 0; m < fil_lookup_table_rows(request->modules); m++) {
		if (!request->marked[m])
			continue;
		fil_statement_add(statement, "%s", before);
		fil_statement_add_value(statement, fil_lookup_table_cell(request->modules, m, 0));
		before = ", ";
	}
	fil_statement_add(statement, ") AND a.phase IS NOT NULL GROUP BY 1, 2, 3, 4)");
}

void
fil_support_join_open(struct fil_statement *statement, fil_day as_of)
{
	fil_statement_add(statement,
	    " LEFT JOIN (SELECT who, count(CASE WHEN completed = 0 THEN 1 END) AS open,"
	    " count(CASE WHEN completed = 0 THEN due END) AS overdue,"
	    " min(CASE WHEN completed = 0 THEN due END) AS due,"
	    " split_part(max(lead), chr(1), 2) AS trainer"
	    " FROM (SELECT a.\"user\" AS who,"
	    " CASE WHEN c.day >= a.assigned THEN 1 ELSE 0 END AS completed, CASE WHEN a.due < ");
	fil_statement_add_day(statement, as_of);
	/* No key has the character 1, which so comes before any longer key of a module. */
	fil_statement_add(statement,
	    " THEN a.due END AS due, a.assigned || a.module || chr(1) || a.trainer AS lead");
	add_last_completions(statement, as_of);
	fil_statement_add(statement, ") AS a GROUP BY who) AS a ON a.who = w.\"user\"");
}

void
fil_support_free(struct fil_support *support)
{
	if (!support)
		return;
	fil_cursor_free(support->assignments);
	fil_cursor_free(support->completions);
	fil_intern_free(support->names);
	free(support->list);
	free(support->completed);
	free(support);
}

/* A module that a rule names for a need, both by number. */
struct rule {
	uint32_t need, module;
};

struct fil_coverage {
	struct fil_intern *names, *modules;
	struct rule *rules;
	size_t n_rules;
	struct fil_cursor *expressed, *assigned;
	size_t n_modules;
	fil_day *latest; /* day of the user's newest assignment of each module */
	struct fil_need *needs;
	size_t n, room;
};

static int
read_rules(struct fil_store *store, struct fil_coverage *coverage, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(store,
	    "SELECT DISTINCT need, module FROM rules WHERE need IS NOT NULL ORDER BY need, module");
	int got;

	while ((got = fil_query_step(query, fault)) == 1) {
		size_t i = coverage->n_rules++;
		const char *need = fil_query_text(query, 0), *module = fil_query_text(query, 1);

		coverage->rules = fil_resize(coverage->rules, i + 1, sizeof(struct rule));
		coverage->rules[i].need = fil_intern_add(coverage->names, need, strlen(need));
		coverage->rules[i].module =
		    fil_intern_add(coverage->modules, module, strlen(module));
	}
	fil_query_free(query);
	return got;
}

static struct fil_cursor *
open_cursor(struct fil_store *store, const char *sql, fil_day as_of)
{
	struct fil_query *query = fil_query_new(store, sql);
	char day[FIL_DATE_SIZE];

	fil_date_write(as_of, day);
	fil_query_bind(query, 1, day);
	return fil_cursor_new(query);
}

struct fil_coverage *
fil_coverage_new(struct fil_store *store, fil_day as_of, struct fil_fault *fault)
{
	struct fil_coverage *coverage = fil_alloc(1, sizeof *coverage);

	coverage->names = fil_intern_new(0);
	coverage->modules = fil_intern_new(0);
	if (read_rules(store, coverage, fault) < 0) {
		fil_coverage_free(coverage);
		return NULL;
	}
	coverage->n_modules = fil_intern_count(coverage->modules);
	coverage->latest = fil_alloc(coverage->n_modules, sizeof *coverage->latest);
	coverage->expressed = open_cursor(store,
	    "SELECT \"user\", need, date FROM needs"
	    " WHERE date <= $1 ORDER BY \"user\", need, date",
	    as_of);
	coverage->assigned = open_cursor(store,
	    "SELECT \"user\", module, assigned FROM assignments"
	    " WHERE assigned <= $1 AND module IN (SELECT module FROM rules WHERE need IS NOT NULL)"
	    " ORDER BY \"user\", module, assigned",
	    as_of);
	return coverage;
}

/* Reads the day of the current row. Returns 0, or -1 with a fault. */
static int
read_day(struct fil_cursor *cursor, const char *table, fil_day *day, struct fil_fault *fault)
{
	if (fil_date_parse(fil_query_text(fil_cursor_query(cursor), DAY), day) == 0)
		return 0;
	return fil_store_damaged_user(fault, table, fil_cursor_user(cursor, NULL));
}

/* Fills in the day of the newest assignment of each module to the user. Returns 0 or -1. */
static int
read_assigned(struct fil_coverage *coverage, const char *user, struct fil_fault *fault)
{
	struct fil_cursor *assigned = coverage->assigned;
	int got = fil_cursor_seek(assigned, user, fault);
	fil_day day;

	for (size_t m = 0; m < coverage->n_modules; m++)
		coverage->latest[m] = FIL_NEVER;
	for (; got == 1; got = fil_cursor_row(assigned, fault)) {
		struct fil_query *query = fil_cursor_query(assigned);
		const char *module = fil_query_text(query, 1);
		uint32_t m = fil_intern_add(coverage->modules, module, fil_query_length(query, 1));

		if (read_day(assigned, "assignments", &day, fault) < 0)
			return -1;
		/* Without a snapshot a rule may have been added since the rules were read. */
		if (m < coverage->n_modules && day > coverage->latest[m])
			coverage->latest[m] = day;
	}
	return got;
}

/* Returns the newest day on which the current user was assigned a module for a need. */
static fil_day
covered_on(const struct fil_coverage *coverage, uint32_t need)
{
	fil_day day = FIL_NEVER;

	for (size_t i = 0; i < coverage->n_rules; i++) {
		const struct rule *rule = &coverage->rules[i];

		if (rule->need == need && coverage->latest[rule->module] > day)
			day = coverage->latest[rule->module];
	}
	return day;
}

/* Adds a row of a need. The rows of one need follow each other, days ascending. So once one is not
 * covered, no later one is. */
static void
take_need(struct fil_coverage *coverage, uint32_t number, fil_day day)
{
	struct fil_need *last = coverage->n == 0 ? NULL : &coverage->needs[coverage->n - 1];

	if (!last || last->number != number) {
		coverage->needs = fil_grow(
		    coverage->needs, coverage->n, &coverage->room, sizeof *coverage->needs);
		last = &coverage->needs[coverage->n++];
		*last = (struct fil_need){ .number = number, .covered = true };
	}
	if (!last->covered)
		return;
	last->since = day;
	last->covered = day <= covered_on(coverage, number);
}

/* Reads the needs of the current user. Returns 1 or -1. */
static int
cover_user(struct fil_coverage *coverage, struct fil_fault *fault)
{
	struct fil_cursor *expressed = coverage->expressed;
	struct fil_query *query = fil_cursor_query(expressed);
	fil_day day;
	int got;

	coverage->n = 0;
	if (read_assigned(coverage, fil_cursor_user(expressed, NULL), fault) < 0)
		return -1;
	do {
		const char *need = fil_query_text(query, 1);
		uint32_t number = fil_intern_add(coverage->names, need, fil_query_length(query, 1));

		if (read_day(expressed, "needs", &day, fault) < 0)
			return -1;
		take_need(coverage, number, day);
	} while ((got = fil_cursor_row(expressed, fault)) == 1);
	return got < 0 ? -1 : 1;
}

int
fil_coverage_next(struct fil_coverage *coverage, struct fil_fault *fault)
{
	int got = fil_cursor_next(coverage->expressed, fault);

	return got == 1 ? cover_user(coverage, fault) : got;
}

int
fil_coverage_seek(struct fil_coverage *coverage, const char *user, struct fil_fault *fault)
{
	const char *current = fil_cursor_user(coverage->expressed, NULL);
	int got;

	/* The current user was read to the end already. */
	if (current && coverage->n > 0 && strcmp(current, user) == 0)
		return 1;
	got = fil_cursor_seek(coverage->expressed, user, fault);
	coverage->n = 0;
	return got == 1 ? cover_user(coverage, fault) : got;
}

const char *
fil_coverage_user(const struct fil_coverage *coverage, size_t *length)
{
	return fil_cursor_user(coverage->expressed, length);
}

const struct fil_need *
fil_coverage_needs(const struct fil_coverage *coverage, size_t *n)
{
	*n = coverage->n;
	return coverage->needs;
}

size_t
fil_coverage_count(const struct fil_coverage *coverage)
{
	return fil_intern_count(coverage->names);
}

const char *
fil_coverage_name(const struct fil_coverage *coverage, uint32_t number)
{
	return fil_intern_get(coverage->names, number);
}

uint32_t
fil_coverage_number(struct fil_coverage *coverage, const char *need)
{
	return fil_intern_add(coverage->names, need, strlen(need));
}

/* Joins the needs "n" of users with the last day by which each is covered, in "a". */
static void
add_covered_days(struct fil_statement *statement, fil_day as_of)
{
	fil_statement_add(statement,
	    " LEFT JOIN"
	    " (SELECT a.\"user\" AS who, r.need, max(a.assigned) AS day FROM assignments AS a"
	    " JOIN rules AS r ON r.module = a.module AND r.need IS NOT NULL WHERE a.assigned <= ");
	fil_statement_add_day(statement, as_of);
	fil_statement_add(statement, " GROUP BY 1, 2) AS a ON a.who = n.who AND a.need = n.need");
}

void
fil_coverage_join(struct fil_statement *statement, fil_day as_of)
{
	/* No day of a need is covered later than its last one. */
	fil_statement_add(statement,
	    " JOIN (SELECT n.who, n.need, CASE WHEN n.day <= a.day THEN 1 ELSE 0 END AS covered"
	    " FROM (SELECT \"user\" AS who, need, max(date) AS day FROM needs WHERE date <= ");
	fil_statement_add_day(statement, as_of);
	fil_statement_add(statement, " GROUP BY 1, 2) AS n");
	add_covered_days(statement, as_of);
	fil_statement_add(statement, ") AS l ON l.who = u.\"user\"");
}

void
fil_coverage_join_uncovered(struct fil_statement *statement, fil_day as_of)
{
	fil_statement_add(statement,
	    " LEFT JOIN (SELECT n.who, min(n.date) AS since"
	    " FROM (SELECT \"user\" AS who, need, date FROM needs WHERE date <= ");
	fil_statement_add_day(statement, as_of);
	fil_statement_add(statement, ") AS n");
	add_covered_days(statement, as_of);
	fil_statement_add(statement,
	    " WHERE a.day IS NULL OR a.day < n.date GROUP BY 1) AS n ON n.who = w.\"user\"");
}

void
fil_coverage_free(struct fil_coverage *coverage)
{
	if (!coverage)
		return;
	fil_intern_free(coverage->names);
	fil_intern_free(coverage->modules);
	fil_cursor_free(coverage->expressed);
	fil_cursor_free(coverage->assigned);
	free(coverage->rules);
	free(coverage->latest);
	free(coverage->needs);
	free(coverage);
}
