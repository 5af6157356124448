/* SPDX-License-Identifier: ISC */
#include "lib/report/autonomy_counts.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/levels/level_request.h"
#include "lib/levels/standing.h"
#include "lib/levels/standing_reader.h"
#include "lib/report/figures.h"
#include "lib/store/query.h"
#include "lib/users/enrolment.h"
#include "lib/users/groups.h"
#include "lib/users/population.h"

/* The counts of a group. FIL_LEVELS counts for each dimension follow: its users at each level. */
enum { USERS, MEASURED, STALE, AUTONOMOUS, SELF_DECLARED, FIRST_DIMENSION };

enum { COUNT_SIZE = 24 }; /* of a count as text */

enum { WAITING = 16 };

/* Users whose look-up in the population has begun; see fil_hash_seek. */
struct line {
	uint64_t sought[WAITING];
	struct fil_standing *standings; /* all of the first user, then of the next */
};

/* What is counted: on these days, by these groups. */
struct scope {
	enum fil_by by;
	unsigned depth;
	const fil_day *days;
	size_t n_days;
};

/* The counts of one reading of the store. */
struct tally {
	struct fil_dimensions dimensions;
	size_t dimension; /* the only one that counts, or FIL_NOWHERE */
	int *thresholds; /* thresholds[day * dimensions + dimension] */
	bool *counting; /* whether the dimension counts on the day, in the same order */
	struct fil_population *population;
	fil_day *days;
	size_t n_days, n_cells;
	size_t width; /* counts of one cell on one day */
	size_t *counts; /* counts[(cell * n_days + day) * width + count] */
	int stale_days;
	bool crossed
	    [FIL_TABLES]; /* groups are held against the table, since it may be printed too */
};

struct fil_autonomy_counts {
	const struct fil_report_request *request;
	struct tally *tally;
	bool shared; /* the tally belongs to the readings of a page */
	size_t *places; /* of the days, among those of the tally */
	/* The counts of all dimensions, where one was asked for: units are merged by them, so that the
	 * tables of two dimensions name no one. NULL: by these. */
	struct fil_autonomy_counts *whole;
	struct fil_report_request all_dimensions; /* that of the whole */
};

/* Returns the counts of a cell on the day of that place. */
static size_t *
counts_of(const struct tally *tally, size_t place, size_t cell)
{
	return tally->counts + (cell * tally->n_days + place) * tally->width;
}

/* Adds a user with these standings on the day of that number to the counts of a group. On a day without
 * any dimension that counts, nobody is measured. */
static void
count_user(
    const struct tally *tally, const struct fil_standing *standings, size_t day, size_t *counts)
{
	size_t n = tally->dimensions.n, asked = 0, known = 0, met = 0;
	const int *thresholds = tally->thresholds + day * n;
	const bool *counting = tally->counting + day * n;
	bool stale = false, self = false;

	for (size_t d = 0; d < n; d++) {
		const struct fil_standing *standing = &standings[d];

		asked += counting[d];
		if (standing->level < 0)
			continue;
		counts[FIRST_DIMENSION + d * FIL_LEVELS + (size_t)standing->level]++;
		if (!counting[d])
			continue;
		known++;
		stale |= tally->days[day] - standing->date > tally->stale_days;
		self |= standing->source == FIL_SELF;
		met += standing->level >= thresholds[d];
	}
	if (asked == 0 || known < asked)
		return;
	counts[MEASURED]++;
	counts[STALE] += stale;
	counts[AUTONOMOUS] += met == asked;
	counts[SELF_DECLARED] += met == asked && self;
}

/* Counts the waiting user of that place. */
static void
count_waiting(struct tally *tally, const struct line *line, size_t place)
{
	size_t n = tally->dimensions.n;
	const struct fil_standing *standings = line->standings + place * tally->n_days * n;
	const uint32_t *places = fil_population_found(tally->population, line->sought[place]);

	for (size_t day = 0; places && day < tally->n_days; day++)
		if (places[day] != FIL_ABSENT)
			count_user(
			    tally, standings + day * n, day, counts_of(tally, day, places[day]));
}

/* Returns whether all levels of a user are on the scale. The reader does not check it, because
 * fil-check compares damaged levels too. */
static bool
on_scale(const struct fil_standing *standings, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (standings[i].level >= FIL_LEVELS)
			return false;
	return true;
}

static int
count_all(struct tally *tally, struct fil_standing_reader *reader, struct fil_fault *fault)
{
	size_t n = tally->n_days * tally->dimensions.n, seen = 0;
	struct line line = { .standings = fil_alloc(WAITING * n, sizeof(struct fil_standing)) };
	struct fil_standing_user user;
	int got;

	while ((got = fil_standing_reader_next(reader, &user, fault)) == 1) {
		size_t place = seen % WAITING;

		if (!on_scale(user.standings, n)) {
			got = fil_store_damaged_user(fault, "standing", user.user);
			break;
		}
		if (seen++ >= WAITING)
			count_waiting(tally, &line, place);
		line.sought[place] = fil_population_seek(tally->population, user.user, user.length);
		memcpy(line.standings + place * n, user.standings, n * sizeof *line.standings);
	}
	for (size_t place = 0; got == 0 && place < seen && place < WAITING; place++)
		count_waiting(tally, &line, place);
	free(line.standings);
	return got;
}

/* Finds what each dimension asks for on each day. */
static void
find_thresholds(struct tally *tally)
{
	const struct fil_dimensions *dimensions = &tally->dimensions;
	size_t n = dimensions->n;

	tally->thresholds = fil_alloc(tally->n_days * n + 1, sizeof *tally->thresholds);
	tally->counting = fil_alloc(tally->n_days * n + 1, sizeof *tally->counting);
	for (size_t i = 0; i < tally->n_days * n; i++) {
		size_t d = i % n;
		fil_day day = tally->days[i / n];

		tally->thresholds[i] = fil_dimension_threshold(dimensions, d, day);
		tally->counting[i] = fil_dimension_counts(dimensions, d, day) &&
		    (tally->dimension == FIL_NOWHERE || tally->dimension == d);
	}
}

/* Makes room for the counts of n cells. */
static void
make_room(struct tally *tally, size_t n)
{
	size_t size = tally->n_days * tally->width;

	if (n <= tally->n_cells)
		return;
	tally->counts = fil_resize(tally->counts, n * size, sizeof *tally->counts);
	memset(tally->counts + tally->n_cells * size, 0,
	    (n - tally->n_cells) * size * sizeof *tally->counts);
	tally->n_cells = n;
}

/* Takes over the population, with the users of each cell. */
static void
take_population(struct tally *tally, struct fil_population *population)
{
	tally->population = population;
	make_room(tally, fil_population_cells(population));
	for (size_t day = 0; day < tally->n_days; day++)
		for (size_t cell = 0; cell < tally->n_cells; cell++)
			counts_of(tally, day, cell)[USERS] =
			    fil_population_size(population, day, cell);
}

/* Counts the users one by one. Returns 0 or -1. */
static int
count_users(struct tally *tally, struct fil_store *store, const struct fil_report_request *request,
    const struct fil_population_request *whom, struct fil_fault *fault)
{
	struct fil_standing_request what = { &tally->dimensions, tally->days, tally->n_days,
		request->today, request->sources, false };
	struct fil_standing_reader *reader =
	    fil_standing_reader_over(store, &what, fil_readings_facts(request->readings), fault);
	struct fil_population *population;
	int got = -1;

	if (reader && (population = fil_population_over(store, whom, fault))) {
		take_population(tally, population);
		got = count_all(tally, reader, fault);
	}
	fil_standing_reader_free(reader);
	return got;
}

/* The users whom the engine counts. */
struct engine_count {
	struct tally *tally;
	struct fil_level_request levels;
	bool doubtful; /* a row cannot be counted */
};

static void
join_levels(void *context, struct fil_statement *statement)
{
	fil_level_request_join(&((const struct engine_count *)context)->levels, statement);
}

static void
add_keys(void *context, struct fil_statement *statement)
{
	fil_level_request_keys(&((const struct engine_count *)context)->levels, statement);
}

static void
add_sums(void *context, struct fil_statement *statement)
{
	fil_level_request_count(&((const struct engine_count *)context)->levels, statement);
}

/* Adds the counts of a row to its cells. */
static void
take_sums(void *context, const uint32_t *cells, struct fil_query *query, int column)
{
	struct engine_count *count = context;
	struct tally *tally = count->tally;
	size_t n_days = tally->n_days, width;

	for (size_t day = 0; day < n_days; day++, column += (int)width) {
		size_t *counts;

		width = fil_level_request_width(&count->levels, day);
		if (cells[day] == FIL_ABSENT)
			continue;
		make_room(tally, cells[day] + (size_t)1);
		counts = counts_of(tally, day, cells[day]) + MEASURED;
		for (size_t i = 0; i < width; i++)
			counts[fil_level_request_place(&count->levels, day, i)] +=
			    (size_t)fil_query_number(query, column + (int)i);
	}
	count->doubtful |= fil_query_number(query, column) > 0;
}

/* Has the engine count. Returns 1, 0 where it cannot, or -1 with a fault. */
static int
count_by_engine(struct engine_count *count, struct fil_store *store,
    const struct fil_population_request *whom, struct fil_fault *fault)
{
	struct tally *tally = count->tally;
	const struct fil_population_sums sums = { join_levels, add_keys, take_sums, count,
		(int)fil_level_request_n_keys(&count->levels), add_sums, NULL };
	struct fil_population *population;

	if (!fil_level_request_fits(&count->levels))
		return 0;
	count->doubtful = false;
	if (fil_population_counted(store, whom, &sums, &population, fault) < 0)
		return -1;
	if (population && !count->doubtful) {
		take_population(tally, population);
		return 1;
	}
	/* Either today was set back, and the newest levels are newer than the day, or rows are
	 * damaged. */
	free(tally->counts);
	tally->counts = NULL;
	tally->n_cells = 0;
	fil_population_free(population);
	return 0;
}

/* Reads the dimensions, and counts. Returns 0 or -1. */
static int
read_counts(struct tally *tally, struct fil_store *store, const struct fil_report_request *request,
    const struct scope *scope, struct fil_fault *fault)
{
	struct fil_selection selection = request->selection;
	struct fil_population_request whom = { &selection, scope->by, scope->depth, tally->days,
		tally->n_days, { false } };
	struct engine_count count = { .tally = tally };
	int got;

	selection.active = true;
	memcpy(whom.crossed, tally->crossed, sizeof whom.crossed);
	if (fil_dimensions_read(store, request->as_of, &tally->dimensions, fault) < 0 ||
	    fil_dimensions_choose(
		&tally->dimensions, request->dimension, &tally->dimension, fault) < 0 ||
	    fil_sources_read(request->sources, &count.levels.sources, fault) < 0)
		return -1;
	find_thresholds(tally);
	tally->width = FIRST_DIMENSION + tally->dimensions.n * FIL_LEVELS;
	count.levels.dimensions = &tally->dimensions;
	count.levels.only = tally->dimension;
	count.levels.days = tally->days;
	count.levels.n_days = tally->n_days;
	count.levels.stale_days = tally->stale_days;
	count.levels.newest = tally->n_days == 1 && tally->days[0] >= request->today &&
	    count.levels.sources == FIL_ANY_SOURCE;
	if ((got = count_by_engine(&count, store, &whom, fault)) != 0)
		return got < 0 ? -1 : 0;
	return count_users(tally, store, request, &whom, fault);
}

/* Frees a tally; NULL is fine. */
static void
free_tally(void *freed)
{
	struct tally *tally = freed;

	if (!tally)
		return;
	fil_population_free(tally->population);
	fil_dimensions_release(&tally->dimensions);
	free(tally->thresholds);
	free(tally->counting);
	free(tally->days);
	free(tally->counts);
	free(tally);
}

/* Returns the place of a day among n ascending days, or FIL_NOWHERE. */
static size_t
find_day(fil_day day, const fil_day *days, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (days[i] == day)
			return i;
	return FIL_NOWHERE;
}

/* Returns whether the counts of a page have those of the scope. Levels of other sources are counted
 * for one report alone. */
static bool
is_planned(const struct fil_report_request *request, const struct scope *scope)
{
	const struct fil_readings_plan *plan;
	const char *sources = request->sources ? request->sources : "";

	if (!request->readings)
		return false;
	plan = fil_readings_planned(request->readings);
	if (strcmp(sources, plan->sources ? plan->sources : "") != 0)
		return false;
	for (size_t i = 0; i < scope->n_days; i++)
		if (find_day(scope->days[i], plan->days, plan->n_days) == FIL_NOWHERE)
			return false;
	return scope->by == FIL_BY_NONE || (scope->by == plan->by && scope->depth == plan->depth);
}

/* Widens the scope to what the page counts. */
static void
widen(struct scope *scope, const struct fil_report_request *request)
{
	const struct fil_readings_plan *plan = fil_readings_planned(request->readings);

	scope->by = plan->by;
	scope->depth = plan->depth;
	scope->days = plan->days;
	scope->n_days = plan->n_days;
}

/* Widens the scope of one day to the day of the page and that a week before, for which several reports
 * ask, if it is one of them. Returns whether it is. */
static bool
widen_week(struct scope *scope, const struct fil_report_request *request, fil_day week[2])
{
	const struct fil_readings_plan *plan = fil_readings_planned(request->readings);

	if (plan->n_days == 0)
		return false;
	week[1] = plan->days[plan->n_days - 1];
	week[0] = week[1] - 7;
	if (find_day(scope->days[0], week, 2) == FIL_NOWHERE)
		return false;
	scope->days = week;
	scope->n_days = 2;
	return true;
}

/* Returns a tally of the scope without counts. */
static struct tally *
new_tally(const struct scope *scope, const struct fil_report_request *request)
{
	struct tally *tally = fil_alloc(1, sizeof *tally);

	tally->days = fil_alloc(scope->n_days, sizeof *tally->days);
	memcpy(tally->days, scope->days, scope->n_days * sizeof *tally->days);
	tally->n_days = scope->n_days;
	tally->stale_days = 7 * (int)request->stale_weeks;
	return tally;
}

/* Returns whether groups are held against other tables: both can be public knowledge, and are printed
 * by the same report. A team is often a unit without its head: managers are not, for nothing would be
 * left. */
static bool
is_crossed(const struct fil_report_request *request, const struct scope *scope)
{
	return request->min_group > 0 && scope->by != FIL_BY_NONE && scope->by != FIL_BY_UNIT &&
	    scope->by != FIL_BY_MANAGER;
}

/* Returns 1 if a kind has several phases, else 0: kinds are then phases by another name. -1 with a
 * fault. */
static int
have_kinds_several_phases(struct fil_store *store, struct fil_fault *fault)
{
	struct fil_lookup_table *phases = fil_phases_read(store, fault);
	struct fil_hash *kinds = fil_hash_new_set();
	int several = phases ? 0 : -1;

	for (size_t row = 0; several == 0 && row < fil_lookup_table_rows(phases); row++) {
		const char *kind = fil_lookup_table_cell(phases, row, FIL_PHASE_KIND);

		if (!kind)
			continue;
		several = fil_hash_has(kinds, kind, strlen(kind));
		fil_hash_put(kinds, kind, strlen(kind));
	}
	fil_hash_free(kinds);
	fil_lookup_table_free(phases);
	return several;
}

/* Finds the tables that groups are held against: units, and for kinds their phases. Returns 0 or -1. */
static int
find_crossed(struct tally *tally, struct fil_store *store, const struct fil_report_request *request,
    const struct scope *scope, struct fil_fault *fault)
{
	int several = 0;

	tally->crossed[FIL_BY_WHOLE_UNIT] = is_crossed(request, scope);
	if (tally->crossed[FIL_BY_WHOLE_UNIT] && scope->by == FIL_BY_KIND)
		several = have_kinds_several_phases(store, fault);
	tally->crossed[FIL_BY_NEWEST_PHASE] = several == 1;
	return several < 0 ? -1 : 0;
}

/* Reads a tally of the scope. Returns NULL with a fault. The caller frees it. */
static struct tally *
read_tally(struct fil_store *store, const struct fil_report_request *request,
    const struct scope *scope, struct fil_fault *fault)
{
	struct tally *tally = new_tally(scope, request);

	if (find_crossed(tally, store, request, scope, fault) == 0 &&
	    read_counts(tally, store, request, scope, fault) == 0)
		return tally;
	free_tally(tally);
	return NULL;
}

/* Returns the tally of the scope that the page keeps, read when first needed; NULL with a fault. */
static struct tally *
share_tally(struct fil_store *store, const struct fil_report_request *request,
    const struct scope *scope, struct fil_fault *fault)
{
	const char *sources = request->sources, *roles = request->selection.roles;
	char *key = fil_format("autonomy %d %u %d %zu %u %s %s %s", (int)scope->by, scope->depth,
	    scope->days[0], scope->n_days, request->stale_weeks, sources ? sources : "",
	    roles ? roles : "", request->dimension ? request->dimension : "");
	struct tally *tally = fil_readings_find(request->readings, key);

	if (!tally && (tally = read_tally(store, request, scope, fault)))
		fil_readings_keep(request->readings, key, tally, free_tally);
	free(key);
	return tally;
}

/* Reads the counts of all dimensions where they are needed. Returns 0 or -1. */
static int
read_whole(struct fil_autonomy_counts *autonomy, struct fil_store *store, const fil_day *days,
    size_t n_days, struct fil_fault *fault)
{
	const struct fil_report_request *request = autonomy->request;

	if (!request->dimension || request->min_group == 0 || request->by == FIL_BY_NONE)
		return 0;
	autonomy->all_dimensions = *request;
	autonomy->all_dimensions.dimension = NULL;
	autonomy->whole =
	    fil_autonomy_counts_new(store, &autonomy->all_dimensions, days, n_days, fault);
	return !autonomy->whole ? -1 : 0;
}

struct fil_autonomy_counts *
fil_autonomy_counts_new(struct fil_store *store, const struct fil_report_request *request,
    const fil_day *days, size_t n_days, struct fil_fault *fault)
{
	struct fil_autonomy_counts *autonomy = fil_alloc(1, sizeof *autonomy);
	struct scope scope = { request->by, request->depth, days, n_days };
	fil_day week[2];

	autonomy->request = request;
	autonomy->places = fil_alloc(n_days, sizeof *autonomy->places);
	autonomy->shared = is_planned(request, &scope);
	if (autonomy->shared)
		widen(&scope, request);
	else if (request->readings && n_days == 1 && scope.by != FIL_BY_NONE)
		autonomy->shared = widen_week(&scope, request, week);
	autonomy->tally = autonomy->shared ? share_tally(store, request, &scope, fault)
					   : read_tally(store, request, &scope, fault);
	if (!autonomy->tally || read_whole(autonomy, store, days, n_days, fault) < 0) {
		fil_autonomy_counts_free(autonomy);
		return NULL;
	}
	for (size_t i = 0; i < n_days; i++)
		autonomy->places[i] = find_day(days[i], scope.days, scope.n_days);
	return autonomy;
}

void
fil_autonomy_counts_columns(const struct fil_autonomy_counts *autonomy, const char *first,
    const struct fil_report_sink *sink)
{
	size_t n = autonomy->tally->dimensions.n, c = 0;
	struct fil_output_column *columns = fil_alloc(9 + n, sizeof *columns);
	char **names = fil_alloc(n, sizeof *names);

	if (first)
		columns[c++] = (struct fil_output_column){ first, FIL_CELL_TEXT };
	columns[c++] = (struct fil_output_column){ "group", FIL_CELL_TEXT };
	columns[c++] = (struct fil_output_column){ "users", FIL_CELL_NUMBER };
	columns[c++] = (struct fil_output_column){ "measured", FIL_CELL_NUMBER };
	columns[c++] = (struct fil_output_column){ "stale", FIL_CELL_NUMBER };
	for (size_t d = 0; d < n; d++) {
		names[d] = fil_format("autonomous_%s", autonomy->tally->dimensions.names[d]);
		columns[c++] = (struct fil_output_column){ names[d], FIL_CELL_NUMBER };
	}
	columns[c++] = (struct fil_output_column){ "autonomous", FIL_CELL_NUMBER };
	columns[c++] = (struct fil_output_column){ "self_declared", FIL_CELL_NUMBER };
	columns[c++] = (struct fil_output_column){ "share_min", FIL_CELL_SHARE, 1 };
	columns[c++] = (struct fil_output_column){ "share_max", FIL_CELL_SHARE, 1 };
	sink->columns(sink->context, columns, c);
	for (size_t d = 0; d < n; d++)
		free(names[d]);
	free(names);
	free(columns);
}

static const char *
count_text(size_t count, char text[static COUNT_SIZE])
{
	snprintf(text, COUNT_SIZE, "%zu", count);
	return text;
}

/* Returns the number of users of a group whose level in dimension d lies in low … FIL_LEVELS - 1. */
static size_t
count_from(const size_t *counts, size_t d, int low)
{
	size_t users = 0;

	for (size_t level = (size_t)low; level < FIL_LEVELS; level++)
		users += counts[FIRST_DIMENSION + d * FIL_LEVELS + level];
	return users;
}

/* Gives one row of autonomy on the day of that place to the sink. */
static void
give_row(const struct fil_autonomy_counts *autonomy, size_t place, const char *first,
    const char *group, const size_t *counts, const struct fil_report_sink *sink)
{
	size_t n = autonomy->tally->dimensions.n, c = 0;
	const int *thresholds = autonomy->tally->thresholds + place * n;
	const char **cells = fil_alloc(9 + n, sizeof *cells);
	char(*texts)[COUNT_SIZE] = fil_alloc(FIRST_DIMENSION + n, sizeof *texts);
	char least[FIL_AMOUNT_SIZE], most[FIL_AMOUNT_SIZE];

	if (first)
		cells[c++] = first;
	cells[c++] = group;
	cells[c++] = count_text(counts[USERS], texts[USERS]);
	cells[c++] = count_text(counts[MEASURED], texts[MEASURED]);
	cells[c++] = count_text(counts[STALE], texts[STALE]);
	for (size_t d = 0; d < n; d++)
		cells[c++] =
		    count_text(count_from(counts, d, thresholds[d]), texts[FIRST_DIMENSION + d]);
	cells[c++] = count_text(counts[AUTONOMOUS], texts[AUTONOMOUS]);
	cells[c++] = count_text(counts[SELF_DECLARED], texts[SELF_DECLARED]);
	cells[c++] =
	    fil_share_exact((long long)counts[AUTONOMOUS], (long long)counts[USERS], least);
	cells[c++] =
	    fil_share_exact((long long)(counts[AUTONOMOUS] + counts[USERS] - counts[MEASURED]),
		(long long)counts[USERS], most);
	sink->row(sink->context, cells);
	free(texts);
	free(cells);
}

/* Gives a row of which only the group may be known. */
static void
give_hidden(const struct fil_autonomy_counts *autonomy, const char *first, const char *group,
    const struct fil_report_sink *sink)
{
	const char **cells = fil_alloc(9 + autonomy->tally->dimensions.n, sizeof *cells);

	cells[0] = first ? first : group;
	cells[1] = first ? group : NULL;
	sink->row(sink->context, cells);
	free(cells);
}

/* Adds counts to others. */
static void
add_counts(size_t *sums, const size_t *counts, size_t width)
{
	for (size_t i = 0; i < width; i++)
		sums[i] += counts[i];
}

/* Returns the counts of the groups of a table on the day of that place; the caller frees them. */
static size_t *
sum_groups(const struct tally *tally, enum fil_population_table table, size_t place)
{
	size_t n = fil_population_groups_in(tally->population, table), width = tally->width,
	       *sums = fil_alloc(n * width + 1, sizeof *sums);

	for (size_t cell = 0; cell < tally->n_cells; cell++)
		add_counts(sums + fil_population_group_of(tally->population, cell, table) * width,
		    counts_of(tally, place, cell), width);
	return sums;
}

/* Returns the counts of the rows of the day of that place; the caller frees them. */
static size_t *
sum_rows(const struct tally *tally, size_t place, const struct fil_group_rows *rows)
{
	size_t width = tally->width, *sums = fil_alloc(rows->n * width + 1, sizeof *sums);

	for (size_t cell = 0; cell < tally->n_cells; cell++) {
		size_t row =
		    rows->into[fil_population_group_of(tally->population, cell, FIL_BY_REQUEST)];

		if (row != FIL_NOWHERE)
			add_counts(sums + row * width, counts_of(tally, place, cell), width);
	}
	return sums;
}

/* Returns whether nobody of n groups has a level in dimension d: that all are alike in it then tells
 * nothing of a person. Of selected users it may tell that they lack what others have. A person alone is
 * never shown. */
static bool
is_unrecorded(const struct fil_autonomy_counts *autonomy, size_t place, const size_t *counts,
    size_t n, size_t d)
{
	const struct tally *tally = autonomy->tally;
	size_t known = 0;

	if (autonomy->request->min_group < FIL_REPORT_SEVERAL ||
	    (fil_report_selects(autonomy->request) &&
		fil_dimension_counts(&tally->dimensions, d, tally->days[place])))
		return false;
	for (size_t g = 0; g < n; g++)
		known += count_from(counts + g * tally->width, d, 0);
	return known == 0;
}

/* Fills in the dimensions in which people can be known on the day of that place. Sets *autonomy to whether
 * they can be known by being autonomous. Returns how many. */
static size_t
find_telling(const struct fil_autonomy_counts *autonomy, size_t place, const size_t *counts,
    size_t n, size_t *telling, bool *autonomy_tells)
{
	const struct tally *tally = autonomy->tally;
	size_t n_telling = 0;

	*autonomy_tells = true;
	for (size_t d = 0; d < tally->dimensions.n; d++)
		if (!is_unrecorded(autonomy, place, counts, n, d))
			telling[n_telling++] = d;
		else if (tally->counting[place * tally->dimensions.n + d])
			*autonomy_tells = false;
	return n_telling;
}

/* Returns the number of users of each group in each state on the day of that place: autonomous, not
 * autonomous, and for each dimension at the threshold and not; but for what tells nothing. Sets
 * *n_states. The caller frees it. */
static size_t *
states_of(const struct fil_autonomy_counts *autonomy, size_t place, const size_t *counts, size_t n,
    size_t *n_states)
{
	const struct tally *tally = autonomy->tally;
	const int *thresholds = tally->thresholds + place * tally->dimensions.n;
	size_t *telling = fil_alloc(tally->dimensions.n, sizeof *telling), *states, *state;
	bool autonomy_tells;
	size_t n_telling = find_telling(autonomy, place, counts, n, telling, &autonomy_tells);

	*n_states = 2 * autonomy_tells + 2 * n_telling;
	state = states = fil_alloc((n + 1) * *n_states, sizeof *states);
	for (size_t g = 0; g < n; g++) {
		const size_t *of = counts + g * tally->width;

		if (autonomy_tells) {
			*state++ = of[AUTONOMOUS];
			*state++ = of[USERS] - of[AUTONOMOUS];
		}
		for (size_t i = 0; i < n_telling; i++) {
			size_t met = count_from(of, telling[i], thresholds[telling[i]]);

			*state++ = met;
			*state++ = of[USERS] - met;
		}
	}
	free(telling);
	return states;
}

static void merge_groups(const struct fil_autonomy_counts *autonomy,
    enum fil_population_table table, size_t place, struct fil_group_rows *rows);

/* Returns the groups of a table held against the rows of another one on the day of that place. The
 * caller frees the cells. */
static struct fil_group_crossing
cross_tables(const struct fil_autonomy_counts *autonomy, enum fil_population_table table,
    enum fil_population_table other, size_t place)
{
	const struct tally *tally = autonomy->tally;
	struct fil_group_cell *cells = fil_alloc(tally->n_cells + 1, sizeof *cells);
	struct fil_group_crossing made = { .cells = cells };
	struct fil_group_rows rows;

	merge_groups(autonomy, other, place, &rows);
	for (size_t i = 0; i < tally->n_cells; i++) {
		const size_t *counts = counts_of(tally, place, i);

		if (counts[USERS] > 0)
			cells[made.n_cells++] = (struct fil_group_cell){
				.group = fil_population_group_of(tally->population, i, table),
				.row =
				    rows.into[fil_population_group_of(tally->population, i, other)],
				.users = counts[USERS],
				.holding = counts[AUTONOMOUS],
			};
	}
	made.n_rows = rows.n;
	fil_group_rows_release(&rows);
	return made;
}

/* Fills in the tables that one is held against: those behind it that are crossed, but units are held
 * against none. Returns their number. */
static size_t
cross_all(const struct fil_autonomy_counts *autonomy, enum fil_population_table table, size_t place,
    struct fil_group_crossing crossings[static FIL_TABLES])
{
	const bool *crossed = autonomy->tally->crossed;
	size_t n = 0;

	if (table != FIL_BY_WHOLE_UNIT && crossed[FIL_BY_WHOLE_UNIT])
		crossings[n++] = cross_tables(autonomy, table, FIL_BY_WHOLE_UNIT, place);
	if (table == FIL_BY_REQUEST && crossed[FIL_BY_NEWEST_PHASE])
		crossings[n++] = cross_tables(autonomy, table, FIL_BY_NEWEST_PHASE, place);
	return n;
}

/* Returns how the groups of a table are made. */
static enum fil_by
by_of(const struct fil_autonomy_counts *autonomy, enum fil_population_table table)
{
	if (table == FIL_BY_REQUEST)
		return autonomy->request->by;
	return table == FIL_BY_WHOLE_UNIT ? FIL_BY_UNIT : FIL_BY_PHASE;
}

/* Returns the rows of the groups of a table, given those of the same groups of another population. The
 * engine gives the groups of each reading in an order of its own. The caller frees them. */
static size_t *
find_rows(const struct fil_population *population, const struct fil_population *other,
    enum fil_population_table table, const size_t *rows)
{
	struct fil_intern *names = fil_intern_new(0);
	size_t n = fil_population_groups_in(population, table), *into = fil_alloc(n, sizeof *into);

	for (size_t g = 0; g < fil_population_groups_in(other, table); g++)
		fil_intern_add_text(names, fil_population_group_in(other, table, g));
	for (size_t g = 0; g < n; g++) {
		const char *name = fil_population_group_in(population, table, g);
		size_t found = fil_intern_find(names, name, strlen(name));

		into[g] = found == FIL_NOWHERE ? FIL_NOWHERE : rows[found];
	}
	fil_intern_free(names);
	return into;
}

/* Merges units as in the counts of all dimensions. */
static void
merge_as_whole(const struct fil_autonomy_counts *autonomy, enum fil_population_table table,
    size_t place, struct fil_group_rows *rows)
{
	const struct tally *tally = autonomy->tally, *whole = autonomy->whole->tally;
	size_t *into;

	merge_groups(
	    autonomy->whole, table, find_day(tally->days[place], whole->days, whole->n_days), rows);
	into = find_rows(tally->population, whole->population, table, rows->into);
	free(rows->into);
	rows->into = into;
}

/* Merges the groups of a table by these counts. */
static void
merge_own(const struct fil_autonomy_counts *autonomy, enum fil_population_table table, size_t place,
    struct fil_group_rows *rows)
{
	const struct tally *tally = autonomy->tally;
	struct fil_group_rows_request groups = fil_report_groups(autonomy->request, 0, NULL, NULL);
	size_t n = fil_population_groups_in(tally->population, table),
	       *users = fil_alloc(n + 1, sizeof *users), *states,
	       *counts = sum_groups(tally, table, place);
	const char **names = fil_alloc(n + 1, sizeof *names);
	struct fil_group_crossing crossings[FIL_TABLES];

	for (size_t g = 0; g < n; g++) {
		users[g] = counts[g * tally->width + USERS];
		names[g] = fil_population_group_in(tally->population, table, g);
	}
	groups.by = by_of(autonomy, table);
	groups.n = n;
	if (groups.by == FIL_BY_NONE) {
		groups.n = n + 1; /* a page without users has no group */
		names[0] = FIL_GROUP_ALL;
	}
	groups.names = names;
	groups.users = users;
	groups.states = states = states_of(autonomy, place, counts, n, &groups.n_states);
	if (groups.by != FIL_BY_NONE && groups.minimum > 0)
		groups.n_crossings = cross_all(autonomy, table, place, crossings);
	groups.crossings = crossings;
	fil_group_rows_init(rows, &groups);
	for (size_t i = 0; i < groups.n_crossings; i++)
		free((void *)(uintptr_t)crossings[i].cells);
	free(counts);
	free(states);
	free(users);
	free(names);
}

/* Merges the groups of a table on the day of that place into rows. The caller releases the rows. */
static void
merge_groups(const struct fil_autonomy_counts *autonomy, enum fil_population_table table,
    size_t place, struct fil_group_rows *rows)
{
	if (autonomy->whole && by_of(autonomy, table) == FIL_BY_UNIT)
		merge_as_whole(autonomy, table, place, rows);
	else
		merge_own(autonomy, table, place, rows);
}

/* Merges the groups of a day into rows, and sums up their counts. The caller releases the rows, and
 * frees the counts. */
static size_t *
merge_day(const struct fil_autonomy_counts *autonomy, size_t day, struct fil_group_rows *rows)
{
	merge_groups(autonomy, FIL_BY_REQUEST, autonomy->places[day], rows);
	return sum_rows(autonomy->tally, autonomy->places[day], rows);
}

int
fil_autonomy_counts_held(struct fil_store *store, const struct fil_report_request *request,
    const fil_day *days, size_t n_days, struct fil_autonomy_counts **counts,
    struct fil_fault *fault)
{
	*counts = NULL;
	if (request->min_group == 0)
		return 0;
	*counts = fil_autonomy_counts_new(store, request, days, n_days, fault);
	return *counts ? 0 : -1;
}

bool *
fil_autonomy_counts_merged(
    const struct fil_autonomy_counts *autonomy, size_t day, const char *const *names, size_t n)
{
	const struct fil_population *population;
	struct fil_hash *merged;
	struct fil_group_rows rows;
	bool *list;

	if (!autonomy)
		return NULL;
	population = autonomy->tally->population;
	merged = fil_hash_new_set();
	merge_groups(autonomy, FIL_BY_REQUEST, autonomy->places[day], &rows);
	for (size_t g = 0; g < fil_population_groups(population); g++) {
		const char *name = fil_population_group(population, g);

		if (rows.into[g] != FIL_NOWHERE &&
		    fil_group_merged(rows.names[rows.into[g]]) != FIL_NOWHERE)
			fil_hash_put(merged, name, strlen(name));
	}
	list = fil_alloc(n, sizeof *list);
	for (size_t i = 0; i < n; i++)
		list[i] = fil_hash_has(merged, names[i], strlen(names[i]));
	fil_group_rows_release(&rows);
	fil_hash_free(merged);
	return list;
}

int
fil_autonomy_counts_by_unit(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_population *units, struct fil_members *members, struct fil_fault *fault)
{
	struct fil_report_request by_unit = *request;
	struct fil_autonomy_counts *counts;
	struct fil_group_rows rows;
	size_t *sums;

	if (!fil_members_are_parted(members))
		return 0;
	by_unit.by = FIL_BY_UNIT;
	by_unit.depth = 0;
	if (!(counts = fil_autonomy_counts_new(store, &by_unit, &request->as_of, 1, fault)))
		return -1;
	sums = merge_day(counts, 0, &rows);
	members->n_rows = rows.n;
	members->rows = rows.hidden ? NULL : fil_alloc(rows.n, sizeof *members->rows);
	for (size_t row = 0; members->rows && row < rows.n; row++) {
		const size_t *sum = sums + row * counts->tally->width;

		members->rows[row] = (struct fil_members_row){ sum[USERS], sum[AUTONOMOUS] };
	}
	members->row_of = find_rows(units, counts->tally->population, FIL_BY_REQUEST, rows.into);
	fil_group_rows_release(&rows);
	free(sums);
	fil_autonomy_counts_free(counts);
	return 0;
}

/* A row, and how many users more or fewer it has in autonomy. */
struct difference {
	size_t row, users;
};

static int
compare_differences(const void *a, const void *b)
{
	const struct difference *left = a, *right = b;

	if (left->users != right->users)
		return left->users < right->users ? -1 : 1;
	return left->row < right->row ? -1 : 1;
}

/* Finds the differences of n rows from those of autonomy on a day. Without such a row it is 0. */
static void
find_differences(const struct fil_autonomy_counts *autonomy, size_t day, const char *const *names,
    const size_t *users, size_t n, struct difference *differences)
{
	struct fil_intern *places = fil_intern_new(0);
	struct fil_group_rows rows;
	size_t *sums = merge_day(autonomy, day, &rows);

	for (size_t row = 0; row < rows.n; row++)
		fil_intern_add_text(places, rows.names[row]);
	for (size_t i = 0; i < n; i++) {
		size_t row = fil_intern_find(places, names[i], strlen(names[i])),
		       counted = row == FIL_NOWHERE ? users[i]
						    : sums[row * autonomy->tally->width + USERS];

		differences[i].row = i;
		differences[i].users = counted > users[i] ? counted - users[i] : users[i] - counted;
	}
	fil_group_rows_release(&rows);
	fil_intern_free(places);
	free(sums);
}

/* Returns the number of all users on a day. */
static size_t
count_present(const struct fil_autonomy_counts *autonomy, size_t day)
{
	const struct tally *tally = autonomy->tally;
	size_t users = 0;

	for (size_t cell = 0; cell < tally->n_cells; cell++)
		users += counts_of(tally, autonomy->places[day], cell)[USERS];
	return users;
}

bool *
fil_autonomy_counts_complete(const struct fil_autonomy_counts *autonomy, size_t day,
    const char *const *names, const size_t *users, size_t n)
{
	struct difference *differences;
	bool *told = fil_alloc(n, sizeof *told);
	size_t hidden = 0;

	/* The whole of few people is known anyway. */
	if (!autonomy || fil_report_are_few(autonomy->request, count_present(autonomy, day)))
		return told;
	differences = fil_alloc(n, sizeof *differences);
	find_differences(autonomy, day, names, users, n, differences);
	qsort(differences, n, sizeof *differences, compare_differences);
	for (size_t i = 0; i < n; i++) {
		const struct difference *next = &differences[i];

		if (!fil_report_are_few(autonomy->request, next->users) &&
		    (next->users == 0 || !fil_report_are_few(autonomy->request, hidden)))
			continue;
		told[next->row] = true;
		hidden += next->users;
	}
	free(differences);
	return told;
}

char *
fil_autonomy_counts_word(const struct fil_report_request *request, size_t n)
{
	return fil_format(
	    ngettext("%zu row has no counts: with autonomy they would tell of fewer than %u people",
		"%zu rows have no counts: with autonomy they would tell of fewer than %u people",
		n),
	    n, request->min_group);
}

size_t
fil_autonomy_counts_autonomous(const struct fil_autonomy_counts *autonomy, size_t day)
{
	struct fil_group_rows rows;
	size_t *sums = merge_day(autonomy, day, &rows), users = 0;

	for (size_t row = 0; row < rows.n; row++)
		users += sums[row * autonomy->tally->width + AUTONOMOUS];
	if (rows.hidden)
		users = FIL_NOWHERE;
	fil_group_rows_release(&rows);
	free(sums);
	return users;
}

int
fil_autonomy_counts_alike(struct fil_store *store, const struct fil_report_request *request,
    size_t people, bool *hidden, struct fil_fault *fault)
{
	struct fil_autonomy_counts *counts;

	*hidden = false;
	if (!fil_report_selects(request) || people < request->min_group ||
	    people >= 2 * (size_t)request->min_group)
		return 0;
	if (!(counts = fil_autonomy_counts_new(store, request, &request->as_of, 1, fault)))
		return -1;
	*hidden = fil_autonomy_counts_autonomous(counts, 0) == FIL_NOWHERE;
	fil_autonomy_counts_free(counts);
	return 0;
}

void
fil_autonomy_counts_rows(const struct fil_autonomy_counts *autonomy, size_t day, const char *first,
    const struct fil_report_sink *sink)
{
	struct fil_group_rows rows;
	size_t *sums = merge_day(autonomy, day, &rows);

	for (size_t row = 0; row < rows.n; row++)
		if (rows.hidden)
			give_hidden(autonomy, first, rows.names[row], sink);
		else
			give_row(autonomy, autonomy->places[day], first, rows.names[row],
			    sums + row * autonomy->tally->width, sink);
	fil_report_explain(sink, rows.why, 0);
	fil_group_rows_release(&rows);
	free(sums);
}

/* Returns how many users differ between two days. */
static size_t
count_differing(const void *context, size_t a, size_t b)
{
	const struct fil_autonomy_counts *autonomy = context;

	return fil_population_differing(autonomy->tally->population, autonomy->places[a],
	    autonomy->places[b], autonomy->request->by != FIL_BY_NONE);
}

size_t
fil_autonomy_counts_choose(const struct fil_autonomy_counts *autonomy, size_t n_days, bool *shown)
{
	return fil_report_choose_sundays(
	    autonomy->request, n_days, count_differing, autonomy, shown);
}

/* The columns of the levels. */
enum { GROUP, DIMENSION, OF_USERS, LEVEL_0, UNKNOWN = LEVEL_0 + FIL_LEVELS, LEVEL_COLUMNS };

static const struct fil_output_column level_columns[LEVEL_COLUMNS] = {
	{ "group", FIL_CELL_TEXT },
	{ "dimension", FIL_CELL_TEXT },
	{ "users", FIL_CELL_NUMBER },
	{ "level_0", FIL_CELL_NUMBER },
	{ "level_1", FIL_CELL_NUMBER },
	{ "level_2", FIL_CELL_NUMBER },
	{ "level_3", FIL_CELL_NUMBER },
	{ "level_4", FIL_CELL_NUMBER },
	{ "level_5", FIL_CELL_NUMBER },
	{ "unknown", FIL_CELL_NUMBER },
};

/* Gives one row of levels. counts: NULL where they must not be known. */
static void
give_levels(const struct fil_autonomy_counts *autonomy, const char *group, size_t d,
    const size_t *counts, const struct fil_report_sink *sink)
{
	struct fil_figures row = { .cells = { group, autonomy->tally->dimensions.names[d] } };

	if (!counts) {
		sink->row(sink->context, row.cells);
		return;
	}
	fil_figures_count(&row, OF_USERS, counts[USERS]);
	for (size_t level = 0; level < FIL_LEVELS; level++)
		fil_figures_count(
		    &row, LEVEL_0 + level, counts[FIRST_DIMENSION + d * FIL_LEVELS + level]);
	fil_figures_count(&row, UNKNOWN, counts[USERS] - count_from(counts, d, 0));
	sink->row(sink->context, row.cells);
}

/* Returns whether a dimension counts on the day of that place. */
static bool
measures(const struct tally *tally, size_t place)
{
	size_t n = tally->dimensions.n;

	for (size_t d = 0; d < n; d++)
		if (tally->counting[place * n + d])
			return true;
	return false;
}

void
fil_autonomy_counts_levels(
    const struct fil_autonomy_counts *autonomy, const struct fil_report_sink *sink)
{
	size_t chosen = autonomy->tally->dimension, *sums;
	struct fil_group_rows rows;

	/* The rows are those of all dimensions. */
	if (autonomy->whole)
		autonomy = autonomy->whole;
	sink->columns(sink->context, level_columns, LEVEL_COLUMNS);
	if (sink->seen && !measures(autonomy->tally, autonomy->places[0]))
		sink->seen(sink->context, 0);
	sums = merge_day(autonomy, 0, &rows);
	for (size_t row = 0; row < rows.n; row++)
		for (size_t d = 0; d < autonomy->tally->dimensions.n; d++)
			if (chosen == FIL_NOWHERE || chosen == d)
				give_levels(autonomy, rows.names[row], d,
				    rows.hidden ? NULL : sums + row * autonomy->tally->width, sink);
	fil_report_explain(sink, rows.why, 0);
	fil_group_rows_release(&rows);
	free(sums);
}

void
fil_autonomy_counts_free(struct fil_autonomy_counts *autonomy)
{
	if (!autonomy)
		return;
	fil_autonomy_counts_free(autonomy->whole);
	if (!autonomy->shared)
		free_tally(autonomy->tally);
	free(autonomy->places);
	free(autonomy);
}
