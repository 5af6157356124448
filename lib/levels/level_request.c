/* SPDX-License-Identifier: ISC */
#include "lib/levels/level_request.h"

#include <limits.h>

/* The counts of each dimension before the last day. */
enum { SIDES = 2 };

/* The days of a user in a state are the bits of numbers, of so many days each. */
enum { WORD_DAYS = 30 };

/* The most columns of a statement: servers allow 1,664. */
enum { MOST_COLUMNS = 1600 };

static size_t
words_of(const struct fil_level_request *request)
{
	return (request->n_days + WORD_DAYS - 1) / WORD_DAYS;
}

/* Returns the number of the days of a word. */
static size_t
days_in(const struct fil_level_request *request, size_t word)
{
	size_t days = request->n_days - word * WORD_DAYS;

	return days < WORD_DAYS ? days : (size_t)WORD_DAYS;
}

bool
fil_level_request_fits(const struct fil_level_request *request)
{
	size_t last = request->n_days - 1;

	return request->dimensions->n > 0 &&
	    last * (fil_level_request_width(request, 0) + 2) +
		fil_level_request_width(request, last) + 2 <=
	    MOST_COLUMNS;
}

/* Adds the number of the first of the days by which a row holds. */
static void
add_first_day(const struct fil_level_request *request, struct fil_statement *statement)
{
	fil_statement_add(statement, "CASE");
	for (size_t day = 0; day + 1 < request->n_days; day++) {
		fil_statement_add(statement, " WHEN a.date <= ");
		fil_statement_add_day(statement, request->days[day]);
		fil_statement_add(statement, " THEN %zu", day);
	}
	fil_statement_add(statement, " ELSE %zu END", request->n_days - 1);
}

/* Adds the strength of the source of a row. */
static void
add_strength(struct fil_statement *statement)
{
	fil_statement_add(statement, "CASE a.source");
	for (int source = 0; source < FIL_SOURCES; source++) {
		fil_statement_add(statement, " WHEN ");
		fil_statement_add_value(statement, fil_source_name(source));
		fil_statement_add(statement, " THEN %d", fil_source_strength(source));
	}
	fil_statement_add(statement, " END");
}

/* Adds the number of the dimension of a row. */
static void
add_dimension(const struct fil_level_request *request, struct fil_statement *statement)
{
	fil_statement_add(statement, "CASE a.dimension");
	for (size_t d = 0; d < request->dimensions->n; d++) {
		fil_statement_add(statement, " WHEN ");
		fil_statement_add_value(statement, request->dimensions->names[d]);
		fil_statement_add(statement, " THEN %zu", d);
	}
	fil_statement_add(statement, " END");
}

/* Adds the condition that the source of a row is one of those that count. */
static void
add_sources(const struct fil_level_request *request, struct fil_statement *statement)
{
	for (int source = 0; request->sources != FIL_ANY_SOURCE && source < FIL_SOURCES; source++) {
		if (request->sources >> source & 1)
			continue;
		fil_statement_add(statement, " AND a.source <> ");
		fil_statement_add_value(statement, fil_source_name(source));
	}
}

/* Adds the facts up to the last day. */
static void
add_facts(const struct fil_level_request *request, struct fil_statement *statement)
{
	fil_statement_add(statement, " FROM autonomy AS a WHERE a.date <= ");
	fil_statement_add_day(statement, request->days[request->n_days - 1]);
	add_sources(request, statement);
}

/* Adds the rows of levels, and the days on which each is the newest: from one day until before
 * another. */
static void
add_rows(const struct fil_level_request *request, struct fil_statement *statement)
{
	fil_statement_add(statement, "(SELECT a.\"user\" AS who, ");
	add_dimension(request, statement);
	fil_statement_add(statement, " AS dimension, a.date AS date, a.level AS level, ");
	add_strength(statement);
	fil_statement_add(statement, " AS strength, ");
	add_first_day(request, statement);
	fil_statement_add(statement, " AS begins, lead(");
	add_first_day(request, statement);
	fil_statement_add(statement,
	    ", 1, %zu) OVER (PARTITION BY a.\"user\", a.dimension ORDER BY a.date, ",
	    request->n_days);
	add_strength(statement);
	fil_statement_add(statement, ") AS ends");
	add_facts(request, statement);
	fil_statement_add(statement, ") AS a");
}

/* Adds the bit of a day of a word, or after its last day. column: the number of the day. */
static void
add_bit(const struct fil_level_request *request, struct fil_statement *statement,
    const char *column, size_t word)
{
	size_t first = word * WORD_DAYS, n = days_in(request, word);

	if (words_of(request) == 1)
		fil_statement_add(statement, "(1 << %s)", column);
	else
		fil_statement_add(statement,
		    "(1 << CASE WHEN %s < %zu THEN 0 WHEN %s > %zu THEN %zu ELSE %s - %zu END)",
		    column, first, column, first + n, n, column, first);
}

/* Adds a sum over the rows of a dimension. */
static void
begin_sum(struct fil_statement *statement, size_t dimension)
{
	fil_statement_add(statement, ", sum(CASE WHEN dimension = %zu THEN ", dimension);
}

static void
end_sum(struct fil_statement *statement, const char *name, size_t word, size_t dimension)
{
	fil_statement_add(statement, " ELSE 0 END) AS %s%zu_%zu", name, word, dimension);
}

/* Returns the days of a word on which a level is at or above the threshold. */
static unsigned
met_days(const struct fil_level_request *request, size_t word, size_t dimension, int level)
{
	unsigned days = 0;

	for (size_t i = 0; i < days_in(request, word); i++)
		if (level >= fil_dimension_threshold(request->dimensions, dimension,
				 request->days[word * WORD_DAYS + i]))
			days |= 1U << i;
	return days;
}

/* Returns whether a dimension counts on a day. */
static bool
counts_on(const struct fil_level_request *request, size_t dimension, fil_day day)
{
	return (request->only == FIL_NOWHERE || request->only == dimension) &&
	    fil_dimension_counts(request->dimensions, dimension, day);
}

/* Adds the condition that the levels beside a row meet the thresholds of all dimensions that count on a
 * day, of which there is one. */
static void
add_all_met(const struct fil_level_request *request, struct fil_statement *statement, fil_day day)
{
	const char *before = "(";

	for (size_t d = 0; d < request->dimensions->n; d++) {
		if (!counts_on(request, d, day))
			continue;
		fil_statement_add(statement, "%slevel%zu >= '%d'", before, d,
		    fil_dimension_threshold(request->dimensions, d, day));
		before = " AND ";
	}
	fil_statement_add(statement, *before == '(' ? "(1 = 0)" : ")");
}

/* Adds the condition that all thresholds are met on the day of a row. */
static void
add_met_at_once(const struct fil_level_request *request, struct fil_statement *statement)
{
	const fil_day *changes = request->dimensions->changes;
	size_t n = request->dimensions->n_changes;

	if (n > 0) {
		fil_statement_add(statement, "(date < ");
		fil_statement_add_day(statement, changes[0]);
		fil_statement_add(statement, " AND ");
	}
	add_all_met(request, statement, n > 0 ? changes[0] - 1 : INT_MAX);
	for (size_t c = 0; c < n; c++) {
		fil_statement_add(statement, ") OR (date >= ");
		fil_statement_add_day(statement, changes[c]);
		if (c + 1 < n) {
			fil_statement_add(statement, " AND date < ");
			fil_statement_add_day(statement, changes[c + 1]);
		}
		fil_statement_add(statement, " AND ");
		add_all_met(request, statement, changes[c]);
	}
	fil_statement_add(statement, n > 0 ? ")" : "");
}

/* Adds the first of the days from a row until the next one on which all thresholds are met: its own, or
 * one on which a threshold changes, or what counts. */
static void
add_day_met(const struct fil_level_request *request, struct fil_statement *statement)
{
	const struct fil_dimensions *dimensions = request->dimensions;

	fil_statement_add(statement, "CASE WHEN ");
	add_met_at_once(request, statement);
	fil_statement_add(statement, " THEN date");
	for (size_t c = 0; c < dimensions->n_changes; c++) {
		fil_statement_add(statement, " WHEN date < ");
		fil_statement_add_day(statement, dimensions->changes[c]);
		fil_statement_add(statement, " AND (next IS NULL OR next > ");
		fil_statement_add_day(statement, dimensions->changes[c]);
		fil_statement_add(statement, ") AND ");
		add_all_met(request, statement, dimensions->changes[c]);
		fil_statement_add(statement, " THEN ");
		fil_statement_add_day(statement, dimensions->changes[c]);
	}
	fil_statement_add(statement, " END");
}

/* Adds the largest of the levels in a dimension, each as a text of its day, its strength and itself: the
 * newest. */
static void
add_newest_text(const struct fil_level_request *request, struct fil_statement *statement, size_t d)
{
	fil_statement_add(statement, "max(CASE WHEN a.dimension = ");
	fil_statement_add_value(statement, request->dimensions->names[d]);
	fil_statement_add(statement, " THEN a.date || ");
	add_strength(statement);
	fil_statement_add(statement, " || a.level END)");
}

/* Adds the newest level in a dimension beside a row. */
static void
add_newest_level(const struct fil_level_request *request, struct fil_statement *statement, size_t d)
{
	fil_statement_add(statement, ", substr(");
	add_newest_text(request, statement, d);
	fil_statement_add(statement, " OVER by_day, %d, 1) AS level%zu", FIL_DATE_SIZE + 1, d);
}

/* Adds 1 for a row that must not be counted, or 0. */
static void
add_fact_doubt(const struct fil_level_request *request, struct fil_statement *statement)
{
	fil_statement_add(statement, "CASE WHEN ");
	add_strength(statement);
	fil_statement_add(statement, " IS NOT NULL AND ");
	add_dimension(request, statement);
	fil_statement_add(statement, " IS NOT NULL AND a.level BETWEEN 0 AND %d THEN 0 ELSE 1 END",
	    FIL_LEVELS - 1);
}

void
fil_first_days_join(const struct fil_level_request *request, struct fil_statement *statement)
{
	fil_statement_add(statement, " LEFT JOIN (SELECT who, max(doubt) AS doubt, min(");
	add_day_met(request, statement);
	fil_statement_add(statement,
	    ") AS autonomous FROM (SELECT a.\"user\" AS who, a.date,"
	    " lead(a.date) OVER by_day AS next, ");
	add_fact_doubt(request, statement);
	fil_statement_add(statement, " AS doubt");
	for (size_t d = 0; d < request->dimensions->n; d++)
		add_newest_level(request, statement, d);
	fil_statement_add(statement, " FROM autonomy AS a WHERE 1 = 1");
	add_sources(request, statement);
	fil_statement_add(statement,
	    " WINDOW by_day AS (PARTITION BY a.\"user\" ORDER BY a.date)) AS a GROUP BY who) AS f"
	    " ON f.who = u.\"user\"");
}

void
fil_level_request_facts(const struct fil_level_request *request, struct fil_statement *statement)
{
	fil_statement_add(statement,
	    "(SELECT a.\"user\" AS who, a.dimension, a.date,"
	    " CAST(replace(a.date, '-', '') AS INTEGER) AS day, a.date || ");
	add_strength(statement);
	fil_statement_add(statement, " || a.level AS newest, ");
	add_fact_doubt(request, statement);
	fil_statement_add(statement, " AS doubt");
	add_facts(request, statement);
	fil_statement_add(statement, ")");
}

void
fil_level_request_level(struct fil_statement *statement, const char *newest)
{
	fil_statement_add(statement, "CAST(substr(%s, %d) AS INTEGER)", newest, FIL_DATE_SIZE + 1);
}

/* More than any level of one digit. */
enum { PER_STRENGTH = 10 };

/* Adds the levels of each day up to the only one: that of the strongest source. */
static void
add_day_levels(const struct fil_level_request *request, struct fil_statement *statement)
{
	fil_statement_add(statement, "(SELECT a.\"user\" AS who, ");
	add_dimension(request, statement);
	fil_statement_add(statement, " AS dimension, a.date, max(%d * ", PER_STRENGTH);
	add_strength(statement);
	fil_statement_add(statement, " + a.level) %% %d AS level, max(", PER_STRENGTH);
	add_fact_doubt(request, statement);
	fil_statement_add(statement, ") AS doubt");
	add_facts(request, statement);
	fil_statement_add(statement, " GROUP BY 1, 2, 3) AS a");
}

/* Adds the newest standings. */
static void
add_newest_standings(const struct fil_level_request *request, struct fil_statement *statement)
{
	fil_statement_add(statement, "(SELECT a.\"user\" AS who, ");
	add_dimension(request, statement);
	fil_statement_add(
	    statement, " AS dimension, a.level, a.date, a.previous, a.risen, CASE WHEN a.date <= ");
	fil_statement_add_day(statement, request->days[0]);
	fil_statement_add(statement, " THEN ");
	add_fact_doubt(request, statement);
	fil_statement_add(statement, " ELSE 1 END AS doubt FROM standing AS a)");
}

/* Adds the standings up to the only day. */
static void
add_past_standings(const struct fil_level_request *request, struct fil_statement *statement)
{
	fil_statement_add(statement,
	    "(SELECT who, dimension, max(CASE WHEN next IS NULL THEN level END) AS level,"
	    " max(date) AS date, max(CASE WHEN next IS NULL THEN previous END) AS previous,"
	    " max(CASE WHEN level <= previous THEN NULL ELSE date END) AS risen,"
	    " max(doubt) AS doubt FROM (SELECT a.*, lag(level) OVER by_day AS previous,"
	    " lead(level) OVER by_day AS next FROM ");
	add_day_levels(request, statement);
	fil_statement_add(statement,
	    " WINDOW by_day AS (PARTITION BY who, dimension ORDER BY date)) AS a GROUP BY 1, 2)");
}

void
fil_level_request_standings(
    const struct fil_level_request *request, struct fil_statement *statement)
{
	fil_statement_add(statement, "(SELECT s.*, CASE dimension");
	for (size_t d = 0; d < request->dimensions->n; d++) {
		if (counts_on(request, d, request->days[0]))
			fil_statement_add(statement, " WHEN %zu THEN %d", d,
			    fil_dimension_threshold(request->dimensions, d, request->days[0]));
		else
			fil_statement_add(statement, " WHEN %zu THEN NULL", d);
	}
	fil_statement_add(statement, " ELSE CAST(NULL AS INTEGER) END AS threshold FROM ");
	if (request->newest)
		add_newest_standings(request, statement);
	else
		add_past_standings(request, statement);
	fil_statement_add(statement, " AS s)");
}

void
fil_stall_rule_add_rise(const struct fil_stall_rule *rule, struct fil_statement *statement)
{
	fil_statement_add(statement, "CASE WHEN level < threshold AND risen <= ");
	fil_statement_add_day(statement, rule->as_of - rule->days);
	fil_statement_add(statement, " THEN risen END");
}

void
fil_stall_rule_add_since(
    const struct fil_stall_rule *rule, struct fil_statement *statement, const char *risen)
{
	fil_statement_add(statement, "CASE WHEN e.newest > ");
	fil_statement_add_day(statement, rule->as_of - rule->days);
	fil_statement_add(
	    statement, " THEN NULL WHEN e.newest > %s THEN e.newest ELSE %s END", risen, risen);
}

/* Returns the days of a word on which a dimension counts. */
static unsigned
counting_days(const struct fil_level_request *request, size_t word, size_t dimension)
{
	unsigned days = 0;

	for (size_t i = 0; i < days_in(request, word); i++)
		if (counts_on(request, dimension, request->days[word * WORD_DAYS + i]))
			days |= 1U << i;
	return days;
}

/* Adds the days of a word on which a row is stale. */
static void
add_stale_days(
    const struct fil_level_request *request, struct fil_statement *statement, size_t word)
{
	const fil_day *days = request->days + word * WORD_DAYS;
	size_t n = days_in(request, word);
	unsigned stale = (1U << n) - 1;

	fil_statement_add(statement, "CASE WHEN date >= ");
	fil_statement_add_day(statement, days[n - 1] - request->stale_days);
	fil_statement_add(statement, " THEN 0");
	for (size_t i = 0; i < n; i++) {
		fil_statement_add(statement, " WHEN date < ");
		fil_statement_add_day(statement, days[i] - request->stale_days);
		fil_statement_add(statement, " THEN %u", stale);
		stale &= ~(1U << i);
	}
	fil_statement_add(statement, " END");
}

/* Adds the days of a word on which a user has a level in a dimension: known at all, at the
 * threshold, stale, and the user's own word. */
static void
add_days(
    const struct fil_level_request *request, struct fil_statement *statement, size_t word, size_t d)
{
	begin_sum(statement, d);
	fil_statement_add(statement, "days%zu", word);
	end_sum(statement, "known", word, d);
	begin_sum(statement, d);
	fil_statement_add(statement, "(days%zu & CASE level", word);
	for (int level = 0; level < FIL_LEVELS; level++)
		fil_statement_add(
		    statement, " WHEN %d THEN %u", level, met_days(request, word, d, level));
	fil_statement_add(statement, " END)");
	end_sum(statement, "met", word, d);
	begin_sum(statement, d);
	fil_statement_add(statement, "(days%zu & ", word);
	add_stale_days(request, statement, word);
	fil_statement_add(statement, ")");
	end_sum(statement, "stale", word, d);
	begin_sum(statement, d);
	fil_statement_add(statement, "CASE strength WHEN %d THEN days%zu ELSE 0 END",
	    fil_source_strength(FIL_SELF), word);
	end_sum(statement, "self", word, d);
}

/* On one day a level in a dimension is a number: PER_LEVEL for each level, IS_STALE, and IS_SELF for
 * the user's own word. A row that must not be counted has a number below 0, or from DOUBTFUL on. */
enum { IS_SELF = 1, IS_STALE = 2, PER_LEVEL = 4, DOUBTFUL = PER_LEVEL * FIL_LEVELS };

/* Adds the number of a user in a dimension, of the newest levels: there is one at most. */
static void
add_newest_number(
    const struct fil_level_request *request, struct fil_statement *statement, size_t d)
{
	const char *before = "";

	fil_statement_add(statement, "max(CASE WHEN a.dimension = ");
	fil_statement_add_value(statement, request->dimensions->names[d]);
	fil_statement_add(statement, " THEN %d * a.level + CASE WHEN a.source IN (", PER_LEVEL);
	for (int source = 0; source < FIL_SOURCES; source++) {
		if (source == FIL_SELF)
			continue;
		fil_statement_add(statement, "%s", before);
		fil_statement_add_value(statement, fil_source_name(source));
		before = ", ";
	}
	fil_statement_add(statement, ") THEN 0 WHEN a.source = ");
	fil_statement_add_value(statement, fil_source_name(FIL_SELF));
	fil_statement_add(
	    statement, " THEN %d ELSE %d END + CASE WHEN a.date < ", IS_SELF, DOUBTFUL);
	fil_statement_add_day(statement, request->days[0] - request->stale_days);
	fil_statement_add(statement, " THEN %d WHEN a.date <= ", IS_STALE);
	fil_statement_add_day(statement, request->days[0]);
	fil_statement_add(statement, " THEN 0 ELSE %d END END)", DOUBTFUL);
}

/* Adds the number of a user in a dimension, of the levels up to the day. */
static void
add_past_number(const struct fil_level_request *request, struct fil_statement *statement, size_t d)
{
	fil_statement_add(statement, "%d * CAST(substr(", PER_LEVEL);
	add_newest_text(request, statement, d);
	fil_statement_add(statement, ", %d) AS INTEGER) + CASE substr(", FIL_DATE_SIZE + 1);
	add_newest_text(request, statement, d);
	fil_statement_add(statement, ", %d, 1) WHEN '%d' THEN %d ELSE 0 END + CASE WHEN ",
	    FIL_DATE_SIZE, fil_source_strength(FIL_SELF), IS_SELF);
	add_newest_text(request, statement, d);
	fil_statement_add(statement, " < ");
	fil_statement_add_day(statement, request->days[0] - request->stale_days);
	fil_statement_add(statement, " THEN %d ELSE 0 END", IS_STALE);
}

/* Adds whether a user has a row that must not be counted: newest levels beside those in known
 * dimensions, or a number that is none. */
static void
add_newest_doubt(const struct fil_level_request *request, struct fil_statement *statement)
{
	fil_statement_add(statement, "CASE WHEN count(*) = 0");
	for (size_t d = 0; d < request->dimensions->n; d++) {
		fil_statement_add(statement, " + CASE WHEN ");
		add_newest_number(request, statement, d);
		fil_statement_add(statement, " BETWEEN 0 AND %d THEN 1 ELSE 0 END", DOUBTFUL - 1);
	}
	fil_statement_add(statement, " THEN 0 ELSE 1 END");
}

/* Adds the levels of each user on the only day. A server finds a maximum once, however often it
 * stands in the statement. */
static void
add_only_day(const struct fil_level_request *request, struct fil_statement *statement)
{
	if (request->newest) {
		add_newest_doubt(request, statement);
	} else {
		fil_statement_add(statement, "max(");
		add_fact_doubt(request, statement);
		fil_statement_add(statement, ")");
	}
	fil_statement_add(statement, " AS doubt");
	for (size_t d = 0; d < request->dimensions->n; d++) {
		fil_statement_add(statement, ", ");
		if (request->newest)
			add_newest_number(request, statement, d);
		else
			add_past_number(request, statement, d);
		fil_statement_add(statement, " AS number%zu", d);
	}
	if (request->newest)
		fil_statement_add(statement, " FROM standing AS a");
	else
		add_facts(request, statement);
}

/* As add_days, for all words, and the level on the last day. */
static void
add_many_days(const struct fil_level_request *request, struct fil_statement *statement, size_t d)
{
	for (size_t word = 0; word < words_of(request); word++)
		add_days(request, statement, word, d);
	fil_statement_add(statement,
	    ", max(CASE WHEN dimension = %zu AND ends = %zu THEN level END) AS level%zu", d,
	    request->n_days, d);
}

/* Adds the rows with their days, of each word. */
static void
add_rows_days(const struct fil_level_request *request, struct fil_statement *statement)
{
	fil_statement_add(statement, "(SELECT a.*");
	for (size_t word = 0; word < words_of(request); word++) {
		fil_statement_add(statement, ", ");
		add_bit(request, statement, "ends", word);
		fil_statement_add(statement, " - ");
		add_bit(request, statement, "begins", word);
		fil_statement_add(statement, " AS days%zu", word);
	}
	fil_statement_add(statement, " FROM ");
	add_rows(request, statement);
	fil_statement_add(statement, ") AS a");
}

/* Adds the levels of each user on the days. */
static void
add_all_levels(const struct fil_level_request *request, struct fil_statement *statement)
{
	fil_statement_add(statement,
	    "max(CASE WHEN level BETWEEN 0 AND %d AND strength IS NOT NULL"
	    " AND dimension IS NOT NULL THEN 0 ELSE 1 END) AS doubt",
	    FIL_LEVELS - 1);
	for (size_t d = 0; d < request->dimensions->n; d++)
		add_many_days(request, statement, d);
	fil_statement_add(statement, " FROM ");
	add_rows_days(request, statement);
}

/* Adds the day of the newest level that counts. */
static void
add_newest_day(const struct fil_level_request *request, struct fil_statement *statement)
{
	if (request->only == FIL_NOWHERE) {
		fil_statement_add(statement, "max(a.date)");
		return;
	}
	fil_statement_add(statement, "max(CASE WHEN a.dimension = ");
	if (request->n_days == 1)
		fil_statement_add_value(statement, request->dimensions->names[request->only]);
	else
		fil_statement_add(statement, "%zu", request->only);
	fil_statement_add(statement, " THEN a.date END)");
}

void
fil_level_request_join(const struct fil_level_request *request, struct fil_statement *statement)
{
	fil_statement_add(statement, " LEFT JOIN (SELECT %s AS who, ",
	    request->n_days == 1 ? "a.\"user\"" : "a.who");
	add_newest_day(request, statement);
	fil_statement_add(statement, " AS newest, ");
	if (request->n_days == 1)
		add_only_day(request, statement);
	else
		add_all_levels(request, statement);
	fil_statement_add(statement, " GROUP BY 1) AS l ON l.who = u.\"user\"");
}

/* The days in each dimension of which each state is made: those of all dimensions that count, and
 * those of any. */
static const struct {
	const char *all, *any;
} made_of[FIL_LEVEL_STATES] = {
	[FIL_LEVEL_MEASURED] = { "known", NULL },
	[FIL_LEVEL_STALE] = { "known", "stale" },
	[FIL_LEVEL_AUTONOMOUS] = { "met", NULL },
	[FIL_LEVEL_SELF_DECLARED] = { "met", "self" },
};

/* Adds the days of a word on which all dimensions that count have them, of which there is one. */
static void
add_all_days(const struct fil_level_request *request, struct fil_statement *statement, size_t word,
    const char *name)
{
	unsigned any = 0, whole = (1U << days_in(request, word)) - 1;

	for (size_t d = 0; d < request->dimensions->n; d++) {
		unsigned counting = counting_days(request, word, d);

		if (counting == 0)
			continue;
		any |= counting;
		fil_statement_add(
		    statement, "(l.%s%zu_%zu | %u) & ", name, word, d, whole & ~counting);
	}
	fil_statement_add(statement, "%u", any);
}

/* Adds the days of a word on which a user is in a state. */
static void
add_state_days(const struct fil_level_request *request, struct fil_statement *statement,
    size_t word, enum fil_level_state state)
{
	add_all_days(request, statement, word, made_of[state].all);
	if (!made_of[state].any)
		return;
	fil_statement_add(statement, " & (0");
	for (size_t d = 0; d < request->dimensions->n; d++)
		fil_statement_add(statement, " | (l.%s%zu_%zu & %u)", made_of[state].any, word, d,
		    counting_days(request, word, d));
	fil_statement_add(statement, ")");
}

/* Adds the condition that a user is in a state on the only day. */
static void
add_only_state(const struct fil_level_request *request, struct fil_statement *statement,
    enum fil_level_state state)
{
	bool met = state == FIL_LEVEL_AUTONOMOUS || state == FIL_LEVEL_SELF_DECLARED;
	const char *before = "(";

	for (size_t d = 0; d < request->dimensions->n; d++) {
		if (!counts_on(request, d, request->days[0]))
			continue;
		fil_statement_add(statement, "%sl.number%zu >= %d", before, d,
		    met ? PER_LEVEL *
			    fil_dimension_threshold(request->dimensions, d, request->days[0])
			: 0);
		before = " AND ";
	}
	if (*before == '(') {
		fil_statement_add(statement, "1 = 0");
		return;
	}
	before = ") AND (";
	for (size_t d = 0; made_of[state].any && d < request->dimensions->n; d++) {
		if (!counts_on(request, d, request->days[0]))
			continue;
		fil_statement_add(statement, "%sl.number%zu & %d <> 0", before, d,
		    state == FIL_LEVEL_STALE ? IS_STALE : IS_SELF);
		before = " OR ";
	}
	fil_statement_add(statement, ")");
}

void
fil_level_request_state(const struct fil_level_request *request, struct fil_statement *statement,
    size_t day, enum fil_level_state state)
{
	if (request->n_days == 1) {
		add_only_state(request, statement, state);
		return;
	}
	fil_statement_add(statement, "(");
	add_state_days(request, statement, day / WORD_DAYS, state);
	fil_statement_add(statement, ") & %u <> 0", 1U << day % WORD_DAYS);
}

void
fil_level_request_keys(const struct fil_level_request *request, struct fil_statement *statement)
{
	for (size_t word = 0; request->n_days > 1 && word < words_of(request); word++) {
		for (size_t d = 0; d < request->dimensions->n; d++)
			fil_statement_add(
			    statement, ", l.met%zu_%zu, l.known%zu_%zu", word, d, word, d);
		for (enum fil_level_state state = 0; state < FIL_LEVEL_STATES; state++) {
			if (!made_of[state].any)
				continue;
			fil_statement_add(statement, ", ");
			add_state_days(request, statement, word, state);
			fil_statement_add(statement, " AS state%zu_%d", word, (int)state);
		}
	}
	for (size_t d = 0; d < request->dimensions->n; d++)
		fil_statement_add(
		    statement, request->n_days > 1 ? ", l.level%zu" : ", l.number%zu", d);
	fil_statement_add(statement, ", l.doubt");
}

size_t
fil_level_request_n_keys(const struct fil_level_request *request)
{
	size_t n = request->dimensions->n;

	return (request->n_days > 1 ? words_of(request) * (2 + 2 * n) : 0) + n + 1;
}

/* Adds the number of users of whom a condition holds. */
static void
begin_count(struct fil_statement *statement)
{
	fil_statement_add(statement, ", sum(CASE WHEN ");
}

static void
end_count(struct fil_statement *statement)
{
	fil_statement_add(statement, " THEN l.users END)");
}

/* Adds the condition that a day is one of those of a column. */
static void
add_day(struct fil_statement *statement, const char *name, size_t day, size_t number, bool holds)
{
	fil_statement_add(statement, "l.%s%zu_%zu & %u %s 0", name, day / WORD_DAYS, number,
	    1U << day % WORD_DAYS, holds ? "<>" : "=");
}

/* Adds the number of users on either side of the threshold of a dimension on a day. */
static void
count_sides(struct fil_statement *statement, size_t day, size_t d)
{
	begin_count(statement);
	add_day(statement, "known", day, d, true);
	fil_statement_add(statement, " AND ");
	add_day(statement, "met", day, d, false);
	end_count(statement);
	begin_count(statement);
	add_day(statement, "met", day, d, true);
	end_count(statement);
}

/* Returns whether each level is counted on a day. */
static bool
counts_levels(const struct fil_level_request *request, size_t day)
{
	return day == request->n_days - 1;
}

/* Adds the number of users at each level of a dimension on the last day. */
static void
count_levels(const struct fil_level_request *request, struct fil_statement *statement, size_t d)
{
	for (int level = 0; level < FIL_LEVELS; level++) {
		begin_count(statement);
		if (request->n_days > 1)
			fil_statement_add(statement, "l.level%zu = %d", d, level);
		else
			fil_statement_add(statement, "l.number%zu / %d = %d", d, PER_LEVEL, level);
		end_count(statement);
	}
}

void
fil_level_request_count(const struct fil_level_request *request, struct fil_statement *statement)
{
	for (size_t day = 0; day < request->n_days; day++) {
		for (enum fil_level_state state = 0; state < FIL_LEVEL_STATES; state++) {
			begin_count(statement);
			if (made_of[state].any && request->n_days > 1)
				add_day(statement, "state", day, state, true);
			else
				fil_level_request_state(request, statement, day, state);
			end_count(statement);
		}
		for (size_t d = 0; d < request->dimensions->n; d++) {
			if (!counts_levels(request, day))
				count_sides(statement, day, d);
			if (counts_levels(request, day))
				count_levels(request, statement, d);
		}
	}
	begin_count(statement);
	fil_statement_add(statement, "l.doubt = 1");
	end_count(statement);
}

size_t
fil_level_request_width(const struct fil_level_request *request, size_t day)
{
	return FIL_LEVEL_STATES +
	    request->dimensions->n *
	    (counts_levels(request, day) ? (size_t)FIL_LEVELS : (size_t)SIDES);
}

size_t
fil_level_request_place(const struct fil_level_request *request, size_t day, size_t i)
{
	size_t d;

	if (i < FIL_LEVEL_STATES || counts_levels(request, day))
		return i;
	d = (i - FIL_LEVEL_STATES) / SIDES;
	i = (i - FIL_LEVEL_STATES) % SIDES == 0
	    ? 0
	    : (size_t)fil_dimension_threshold(request->dimensions, d, request->days[day]);
	return FIL_LEVEL_STATES + d * FIL_LEVELS + i;
}
