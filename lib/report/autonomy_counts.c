/* SPDX-License-Identifier: ISC */
#include "lib/report/autonomy_counts.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/levels/standing.h"
#include "lib/levels/standing_reader.h"
#include "lib/report/figures.h"
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

struct fil_autonomy_counts {
	struct fil_dimensions dimensions;
	size_t dimension; /* the only one that counts, or FIL_NOWHERE */
	int *thresholds; /* thresholds[day * dimensions + dimension] */
	bool *counting; /* whether the dimension counts on the day, in the same order */
	struct fil_population *population;
	fil_day *days;
	size_t n_days, n_groups;
	size_t width; /* counts of one group on one day */
	size_t *counts; /* counts[(day * n_groups + group) * width + count] */
	enum fil_by by;
	size_t min_group;
	int stale_days;
};

/* Adds a user with these standings on the day of that number to the counts of a group. On a day without
 * any dimension that counts, nobody is measured. */
static void
count_user(const struct fil_autonomy_counts *autonomy, const struct fil_standing *standings,
    size_t day, size_t *counts)
{
	size_t n = autonomy->dimensions.n, asked = 0, known = 0, met = 0;
	const int *thresholds = autonomy->thresholds + day * n;
	const bool *counting = autonomy->counting + day * n;
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
		stale |= autonomy->days[day] - standing->date > autonomy->stale_days;
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
count_waiting(struct fil_autonomy_counts *autonomy, const struct line *line, size_t place)
{
	size_t n = autonomy->dimensions.n;
	const struct fil_standing *standings = line->standings + place * autonomy->n_days * n;
	const uint32_t *places = fil_population_found(autonomy->population, line->sought[place]);

	for (size_t day = 0; places && day < autonomy->n_days; day++)
		if (places[day] != FIL_ABSENT)
			count_user(autonomy, standings + day * n, day,
			    autonomy->counts +
				(day * autonomy->n_groups + places[day]) * autonomy->width);
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
count_all(struct fil_autonomy_counts *autonomy, struct fil_standing_reader *reader,
    struct fil_fault *fault)
{
	size_t n = autonomy->n_days * autonomy->dimensions.n, seen = 0;
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
			count_waiting(autonomy, &line, place);
		line.sought[place] =
		    fil_population_seek(autonomy->population, user.user, user.length);
		memcpy(line.standings + place * n, user.standings, n * sizeof *line.standings);
	}
	for (size_t place = 0; got == 0 && place < seen && place < WAITING; place++)
		count_waiting(autonomy, &line, place);
	free(line.standings);
	return got;
}

/* Finds what each dimension asks for on each day. */
static void
find_thresholds(struct fil_autonomy_counts *autonomy)
{
	const struct fil_dimensions *dimensions = &autonomy->dimensions;
	size_t n = dimensions->n;

	autonomy->thresholds = fil_alloc(autonomy->n_days * n + 1, sizeof *autonomy->thresholds);
	autonomy->counting = fil_alloc(autonomy->n_days * n + 1, sizeof *autonomy->counting);
	for (size_t i = 0; i < autonomy->n_days * n; i++) {
		size_t d = i % n;
		fil_day day = autonomy->days[i / n];

		autonomy->thresholds[i] = fil_dimension_threshold(dimensions, d, day);
		autonomy->counting[i] = fil_dimension_counts(dimensions, d, day) &&
		    (autonomy->dimension == FIL_NOWHERE || autonomy->dimension == d);
	}
}

/* Reads the tables, and counts. Returns 0 or -1. */
static int
read_counts(struct fil_autonomy_counts *autonomy, struct fil_store *store,
    const struct fil_report_request *request, struct fil_fault *fault)
{
	struct fil_selection selection = request->selection;
	struct fil_population_request whom = { &selection, request->by, request->depth,
		autonomy->days, autonomy->n_days };
	struct fil_standing_request what = { &autonomy->dimensions, autonomy->days,
		autonomy->n_days, request->today, request->sources, false };
	struct fil_standing_reader *reader;
	int got;

	selection.active = true;
	if (fil_dimensions_read(store, request->as_of, &autonomy->dimensions, fault) < 0 ||
	    fil_dimensions_choose(
		&autonomy->dimensions, request->dimension, &autonomy->dimension, fault) < 0)
		return -1;
	find_thresholds(autonomy);
	if (!(reader = fil_standing_reader_new(store, &what, fault)))
		return -1;
	autonomy->population = fil_population_over(store, &whom, fault);
	if (!autonomy->population) {
		fil_standing_reader_free(reader);
		return -1;
	}
	autonomy->n_groups = fil_population_groups(autonomy->population);
	autonomy->width = FIRST_DIMENSION + autonomy->dimensions.n * FIL_LEVELS;
	autonomy->counts = fil_alloc(
	    autonomy->n_days * autonomy->n_groups * autonomy->width, sizeof *autonomy->counts);
	for (size_t day = 0; day < autonomy->n_days; day++)
		for (size_t g = 0; g < autonomy->n_groups; g++)
			autonomy->counts[(day * autonomy->n_groups + g) * autonomy->width + USERS] =
			    fil_population_size(autonomy->population, day, g);
	got = count_all(autonomy, reader, fault);
	fil_standing_reader_free(reader);
	return got;
}

struct fil_autonomy_counts *
fil_autonomy_counts_new(struct fil_store *store, const struct fil_report_request *request,
    const fil_day *days, size_t n_days, struct fil_fault *fault)
{
	struct fil_autonomy_counts *autonomy = fil_alloc(1, sizeof *autonomy);

	autonomy->days = fil_alloc(n_days, sizeof *autonomy->days);
	for (size_t day = 0; day < n_days; day++)
		autonomy->days[day] = days[day];
	autonomy->n_days = n_days;
	autonomy->by = request->by;
	autonomy->min_group = request->min_group;
	autonomy->stale_days = 7 * (int)request->stale_weeks;
	if (read_counts(autonomy, store, request, fault) < 0) {
		fil_autonomy_counts_free(autonomy);
		return NULL;
	}
	return autonomy;
}

void
fil_autonomy_counts_columns(const struct fil_autonomy_counts *autonomy, const char *first,
    const struct fil_report_sink *sink)
{
	size_t n = autonomy->dimensions.n, c = 0;
	struct fil_output_column *columns = fil_alloc(9 + n, sizeof *columns);
	char **names = fil_alloc(n, sizeof *names);

	if (first)
		columns[c++] = (struct fil_output_column){ first, FIL_CELL_TEXT };
	columns[c++] = (struct fil_output_column){ "group", FIL_CELL_TEXT };
	columns[c++] = (struct fil_output_column){ "users", FIL_CELL_NUMBER };
	columns[c++] = (struct fil_output_column){ "measured", FIL_CELL_NUMBER };
	columns[c++] = (struct fil_output_column){ "stale", FIL_CELL_NUMBER };
	for (size_t d = 0; d < n; d++) {
		names[d] = fil_format("autonomous_%s", autonomy->dimensions.names[d]);
		columns[c++] = (struct fil_output_column){ names[d], FIL_CELL_NUMBER };
	}
	columns[c++] = (struct fil_output_column){ "autonomous", FIL_CELL_NUMBER };
	columns[c++] = (struct fil_output_column){ "self_declared", FIL_CELL_NUMBER };
	columns[c++] = (struct fil_output_column){ "share_min", FIL_CELL_SHARE };
	columns[c++] = (struct fil_output_column){ "share_max", FIL_CELL_SHARE };
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

/* Gives one row of autonomy on the day of that number to the sink. */
static void
give_row(const struct fil_autonomy_counts *autonomy, size_t day, const char *first,
    const char *group, const size_t *counts, const struct fil_report_sink *sink)
{
	size_t n = autonomy->dimensions.n, c = 0;
	const int *thresholds = autonomy->thresholds + day * n;
	const char **cells = fil_alloc(9 + n, sizeof *cells);
	char(*texts)[COUNT_SIZE] = fil_alloc(FIRST_DIMENSION + n, sizeof *texts);
	char least[16], most[16];

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
	    fil_share_write((long long)counts[AUTONOMOUS], (long long)counts[USERS], least);
	cells[c++] =
	    fil_share_write((long long)(counts[AUTONOMOUS] + counts[USERS] - counts[MEASURED]),
		(long long)counts[USERS], most);
	sink->row(sink->context, cells);
	free(texts);
	free(cells);
}

/* Returns the counts of the rows, summed up from those of the groups; the caller frees them. */
static size_t *
merge_counts(const struct fil_autonomy_counts *autonomy, const size_t *counts,
    const struct fil_group_rows *rows)
{
	size_t width = autonomy->width, *sums = fil_alloc(rows->n * width, sizeof *sums);

	for (size_t g = 0; g < autonomy->n_groups; g++)
		for (size_t i = 0; rows->into[g] != FIL_NOWHERE && i < width; i++)
			sums[rows->into[g] * width + i] += counts[g * width + i];
	return sums;
}

/* Merges the groups of a day into rows, and sums up their counts. The caller releases the rows, and
 * frees the counts. */
static size_t *
merge_day(const struct fil_autonomy_counts *autonomy, size_t day, struct fil_group_rows *rows)
{
	size_t n = autonomy->n_groups, *users = fil_alloc(n, sizeof *users), *sums;
	const size_t *counts = autonomy->counts + day * n * autonomy->width;
	const char **names = fil_alloc(n, sizeof *names);
	const struct fil_group_rows_request groups = { autonomy->by, autonomy->min_group, n, names,
		users, NULL };

	for (size_t g = 0; g < n; g++) {
		users[g] = counts[g * autonomy->width + USERS];
		names[g] = fil_population_group(autonomy->population, g);
	}
	fil_group_rows_init(rows, &groups);
	sums = merge_counts(autonomy, counts, rows);
	free(users);
	free(names);
	return sums;
}

void
fil_autonomy_counts_rows(const struct fil_autonomy_counts *autonomy, size_t day, const char *first,
    const struct fil_report_sink *sink)
{
	struct fil_group_rows rows;
	size_t *sums = merge_day(autonomy, day, &rows);

	for (size_t row = 0; row < rows.n; row++)
		give_row(autonomy, day, first, rows.names[row], sums + row * autonomy->width, sink);
	fil_group_rows_release(&rows);
	free(sums);
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

static void
give_levels(const struct fil_autonomy_counts *autonomy, const char *group, size_t d,
    const size_t *counts, const struct fil_report_sink *sink)
{
	struct fil_figures row = { .cells = { group, autonomy->dimensions.names[d] } };

	fil_figures_count(&row, OF_USERS, counts[USERS]);
	for (size_t level = 0; level < FIL_LEVELS; level++)
		fil_figures_count(
		    &row, LEVEL_0 + level, counts[FIRST_DIMENSION + d * FIL_LEVELS + level]);
	fil_figures_count(&row, UNKNOWN, counts[USERS] - count_from(counts, d, 0));
	sink->row(sink->context, row.cells);
}

void
fil_autonomy_counts_levels(
    const struct fil_autonomy_counts *autonomy, const struct fil_report_sink *sink)
{
	size_t chosen = autonomy->dimension, *sums;
	struct fil_group_rows rows;

	sink->columns(sink->context, level_columns, LEVEL_COLUMNS);
	sums = merge_day(autonomy, 0, &rows);
	for (size_t row = 0; row < rows.n; row++)
		for (size_t d = 0; d < autonomy->dimensions.n; d++)
			if (chosen == FIL_NOWHERE || chosen == d)
				give_levels(autonomy, rows.names[row], d,
				    sums + row * autonomy->width, sink);
	fil_group_rows_release(&rows);
	free(sums);
}

void
fil_autonomy_counts_free(struct fil_autonomy_counts *autonomy)
{
	if (!autonomy)
		return;
	fil_population_free(autonomy->population);
	fil_dimensions_release(&autonomy->dimensions);
	free(autonomy->thresholds);
	free(autonomy->counting);
	free(autonomy->days);
	free(autonomy->counts);
	free(autonomy);
}
