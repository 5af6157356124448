/* SPDX-License-Identifier: ISC */
/* A random history: everything that users do and say for some weeks, as arrays, and as rows of a
 * store. Days count from its start. */
#ifndef HISTORY_H
#define HISTORY_H

#include "lib/base/date.h"
#include "lib/base/number.h"
#include "lib/levels/standing.h"
#include "lib/levels/standing_update.h"
#include "tests/unit/stage.h"

enum {
	USERS = 14,
	DAYS = 40,
	DIMENSIONS = 2,
	MODULES = 3,
	PHASES = 2,
	ROUTINES = 2,
	ITEMS = 2,
	PROMISES = 4,
	NEEDS = 3,
	METHODS = 2,
	UNKNOWN = -1,
	NEVER = 1000
};

static const int thresholds[DIMENSIONS] = { 2, 3 };
static const int module_dimensions[MODULES] = { 0, 1, UNKNOWN };
static const int need_modules[NEEDS] = { 0, 2, UNKNOWN };
static const char *const dimension_names[DIMENSIONS] = { "process", "tool" };
static const char *const result_names[] = { "better", "equivalent", "worse", "failed" };
static const char *const outcome_names[] = { "completed", "partial", "absent" };
static const char *const verdict_names[] = { "kept", "partly", "broken" };
static const char *const method_names[METHODS] = { "old", "new" };

struct assignment {
	bool is;
	int due, phase, trainer; /* NEVER, UNKNOWN, UNKNOWN */
};

struct practice {
	bool is;
	int uses, minutes, result, acceptance, power; /* minutes in thousandths */
};

struct history {
	struct stage *stage;
	fil_day start;
	uint32_t seed;
	bool trainer[USERS];
	int arrived[USERS], left[USERS], enrolled[USERS][PHASES]; /* UNKNOWN, NEVER, NEVER */
	int begins[PHASES], made[PROMISES];
	int levels[USERS][DIMENSIONS][DAYS][FIL_SOURCES];
	struct assignment assignments[USERS][MODULES][DAYS];
	int outcomes[USERS][MODULES][DAYS];
	struct practice practices[USERS][ROUTINES][DAYS][METHODS][ITEMS];
	int verdicts[PROMISES][USERS][DAYS];
	int efforts[USERS][DAYS][ITEMS], effort_phases[USERS][DAYS][ITEMS]; /* thousandths */
	int commitments[USERS][PHASES]; /* thousandths */
	bool needs[USERS][NEEDS][DAYS];
};

static inline int
draw(struct history *history, int n)
{
	history->seed = history->seed * 1664525U + 1013904223U;
	return (int)((history->seed >> 8) % (uint32_t)n);
}

/* Returns a number below n, or `none` but for once in `rarely` times. */
static inline int
maybe(struct history *history, int rarely, int n, int none)
{
	return draw(history, rarely) == 0 ? draw(history, n) : none;
}

static inline __attribute__((format(printf, 3, 4))) void
put(const struct history *history, const char *table, const char *format, ...)
{
	char row[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(row, sizeof row, format, arguments);
	va_end(arguments);
	stage_put(history->stage, table, row);
}

/* The texts of one row. */
struct texts {
	char text[6][FIL_AMOUNT_SIZE];
	int n;
};

/* Returns a day, or nothing for one that is none. */
static inline const char *
date(const struct history *history, struct texts *texts, int day)
{
	char *text = texts->text[texts->n++];

	text[0] = '\0';
	if (day >= 0 && day < NEVER)
		fil_date_write(history->start + day, text);
	return text;
}

static inline const char *
amount(struct texts *texts, int thousandths)
{
	char *text = texts->text[texts->n++];

	text[0] = '\0';
	if (thousandths >= 0)
		fil_amount_write(thousandths, text);
	return text;
}

/* Returns a key of a letter and a number, or nothing for UNKNOWN. */
static inline const char *
key(struct texts *texts, char letter, int number)
{
	char *text = texts->text[texts->n++];

	text[0] = '\0';
	if (number >= 0)
		snprintf(text, FIL_AMOUNT_SIZE, "%c%02d", letter, number);
	return text;
}

static inline void
put_references(struct history *history)
{
	stage_run(history->stage, "DELETE FROM dimensions");
	for (int d = 0; d < DIMENSIONS; d++)
		put(history, "dimensions", "%s|D|%d", dimension_names[d], thresholds[d]);
	for (int m = 0; m < MODULES; m++)
		put(history, "modules", "m%02d|M|course|%s", m,
		    module_dimensions[m] == UNKNOWN ? "" : dimension_names[module_dimensions[m]]);
	for (int n = 0; n < NEEDS; n++)
		if (need_modules[n] != UNKNOWN)
			put(history, "rules", "r%02d|m%02d||||n%02d", n, need_modules[n], n);
	for (int r = 0; r < ROUTINES; r++)
		put(history, "routines", "r%02d|R", r);
	for (int p = 0; p < PHASES; p++) {
		struct texts texts = { .n = 0 };

		history->begins[p] = draw(history, DAYS);
		put(history, "phases", "p%02d|P|pilot|%s", p,
		    date(history, &texts, history->begins[p]));
	}
	for (int p = 0; p < PROMISES; p++) {
		struct texts texts = { .n = 0 };

		history->made[p] = draw(history, DAYS);
		put(history, "promises", "p%02d|limit|S|||%s", p,
		    date(history, &texts, history->made[p]));
	}
}

static inline void
put_user(struct history *history, int u)
{
	struct texts texts = { .n = 0 };

	history->trainer[u] = draw(history, 5) == 0;
	history->arrived[u] = maybe(history, 3, DAYS, UNKNOWN);
	history->left[u] = maybe(history, 4, DAYS, NEVER);
	put(history, "users", "u%02d|N|u%02d@e||||%s|%s|%s", u, u,
	    history->trainer[u] ? "trainer" : "user", date(history, &texts, history->arrived[u]),
	    date(history, &texts, history->left[u]));
}

static inline void
put_levels(struct history *history, int u)
{
	int rarely = 5 + draw(history, 60);

	for (int d = 0; d < DIMENSIONS; d++)
		for (int day = 0; day < DAYS; day++)
			for (int s = 0; s < FIL_SOURCES; s++) {
				struct texts texts = { .n = 0 };
				int level = maybe(history, rarely, 6, UNKNOWN);

				history->levels[u][d][day][s] = level;
				if (level != UNKNOWN)
					put(history, "autonomy", "u%02d|%s|%s|%s|%d", u,
					    dimension_names[d], date(history, &texts, day),
					    fil_source_name(s), level);
			}
}

static inline void
put_assignment(struct history *history, int u, int m, int day)
{
	struct assignment *a = &history->assignments[u][m][day];
	struct texts texts = { .n = 0 };
	const char *user = key(&texts, 'u', u), *on;

	on = date(history, &texts, day);
	a->is = draw(history, 25) == 0;
	a->due = maybe(history, 2, DAYS, NEVER);
	a->phase = maybe(history, 2, PHASES, UNKNOWN);
	a->trainer = maybe(history, 2, USERS, UNKNOWN);
	if (a->is)
		put(history, "assignments", "%s|m%02d|%s|%s|%s|%s", user, m, on,
		    key(&texts, 'p', a->phase), key(&texts, 'u', a->trainer),
		    date(history, &texts, a->due));
}

static inline void
put_support(struct history *history, int u)
{
	for (int m = 0; m < MODULES; m++)
		for (int day = 0; day < DAYS; day++) {
			struct texts texts = { .n = 0 };
			int outcome = maybe(history, 25, 3, UNKNOWN);

			put_assignment(history, u, m, day);
			history->outcomes[u][m][day] = outcome;
			if (outcome != UNKNOWN)
				put(history, "completions", "u%02d|m%02d|%s|%s", u, m,
				    date(history, &texts, day), outcome_names[outcome]);
		}
}

static inline void
put_practice(struct history *history, int u, int r, int day, int method, int item)
{
	struct practice *p = &history->practices[u][r][day][method][item];
	struct texts texts = { .n = 0 };
	char acceptance[16] = "", power[16] = "";
	const char *on = date(history, &texts, day);

	p->is = draw(history, 30) == 0;
	p->uses = 1 + draw(history, 4);
	p->minutes = maybe(history, 2, 20000, UNKNOWN);
	p->result = maybe(history, 2, 4, UNKNOWN);
	p->acceptance = maybe(history, 2, 5, UNKNOWN);
	p->power = maybe(history, 3, 5, UNKNOWN);
	if (!p->is)
		return;
	if (p->acceptance != UNKNOWN)
		snprintf(acceptance, sizeof acceptance, "%d", p->acceptance + 1);
	if (p->power != UNKNOWN)
		snprintf(power, sizeof power, "%d", p->power + 1);
	put(history, "practices", "u%02d|r%02d|%s|%s|i%d|%d|%s|%s|%s|%s", u, r, on,
	    method_names[method], item, p->uses, amount(&texts, p->minutes),
	    p->result == UNKNOWN ? "" : result_names[p->result], acceptance, power);
}

static inline void
put_practices(struct history *history, int u)
{
	for (int r = 0; r < ROUTINES; r++)
		for (int day = 0; day < DAYS; day++)
			for (int method = 0; method < METHODS; method++)
				for (int item = 0; item < ITEMS; item++)
					put_practice(history, u, r, day, method, item);
}

static inline void
put_effort(struct history *history, int u, int day, int item)
{
	struct texts texts = { .n = 0 };
	int minutes = maybe(history, 15, 90000, UNKNOWN);
	int phase = maybe(history, 2, PHASES, UNKNOWN);

	history->efforts[u][day][item] = minutes;
	history->effort_phases[u][day][item] = phase;
	if (minutes != UNKNOWN)
		put(history, "efforts", "u%02d|%s|a|i%d|%s|%s", u, date(history, &texts, day), item,
		    key(&texts, 'p', phase), amount(&texts, minutes));
}

static inline void
put_words(struct history *history, int u)
{
	for (int day = 0; day < DAYS; day++) {
		struct texts texts = { .n = 0 };
		const char *on = date(history, &texts, day);

		for (int item = 0; item < ITEMS; item++)
			put_effort(history, u, day, item);
		for (int n = 0; n < NEEDS; n++)
			if ((history->needs[u][n][day] = draw(history, 30) == 0))
				put(history, "needs", "u%02d|n%02d|%s", u, n, on);
		for (int p = 0; p < PROMISES; p++) {
			int verdict = maybe(history, 60, p == 0 ? 1 : 3, UNKNOWN);

			history->verdicts[p][u][day] = verdict;
			if (verdict != UNKNOWN)
				put(history, "verdicts", "p%02d|u%02d|%s|%s", p, u, on,
				    verdict_names[verdict]);
		}
	}
}

static inline void
put_phases(struct history *history, int u)
{
	for (int p = 0; p < PHASES; p++) {
		struct texts texts = { .n = 0 };

		history->enrolled[u][p] = maybe(history, 2, DAYS, NEVER);
		history->commitments[u][p] = maybe(history, 2, 300000, UNKNOWN);
		if (history->enrolled[u][p] != NEVER)
			put(history, "enrolments", "u%02d|p%02d|%s", u, p,
			    date(history, &texts, history->enrolled[u][p]));
		if (history->commitments[u][p] != UNKNOWN)
			put(history, "commitments", "u%02d|p%02d|a|%s", u, p,
			    amount(&texts, history->commitments[u][p]));
	}
}

/* Returns a history, in the stage's store too; the caller frees it. */
static inline struct history *
history_new(struct stage *stage, uint32_t seed)
{
	struct history *history = fil_alloc(1, sizeof *history);
	struct fil_standing_update *keeper = fil_standing_update_new(stage->store);

	history->stage = stage;
	history->seed = seed;
	assert_int_equal(fil_date_parse("2024-03-01", &history->start), 0);
	put_references(history);
	for (int u = 0; u < USERS; u++)
		put_user(history, u);
	for (int u = 0; u < USERS; u++) {
		put_levels(history, u);
		put_support(history, u);
		put_practices(history, u);
		put_words(history, u);
		put_phases(history, u);
	}
	fil_standing_update_note(keeper, "dimensions", "");
	assert_int_equal(fil_standing_update_write(keeper, 1, &stage->fault), 0);
	fil_standing_update_free(keeper);
	return history;
}

#endif
