/* SPDX-License-Identifier: ISC */
#include "lib/stats/outlook.h"

#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "lib/base/memory.h"
#include "lib/stats/random.h"
#include "lib/stats/survival.h"

/* The hazard after which no user of a replicate waits, however slow the week: more than any pace
 * gives. */
#define CERTAIN 1e9

/* The least factor of the past. Gamma variables of a large variance come close to 0. */
#define LEAST_FACTOR 0.02

enum { WEEK = 7 };

/* Bands of days since the origin within which hazards are taken as constant: thirds of the events, as
 * the last third gives the pace; and the least number of events in each. */
enum { MOST_BANDS = 3, BAND_EVENTS = 5 };

/* Users who wait are put together into at most so many ages. */
enum { MOST_AGES = 48 };

/* The interval runs from the first to the last of these percentiles of the replicates. Its end is open
 * beyond so many times the longest follow-up, or if more than so many percent of the replicates with a
 * law that may end never reach the number. All were chosen on other cohorts than those of
 * tests/calibration/table.txt. The last percentile is above 90 because a date is given where it seems
 * near, so often too near (Loh, "Calibrating Confidence Coefficients", JASA 82, 1987). */
enum { LOW_PERCENT = 10, HIGH_PERCENT = 92, MOST_AHEAD = 2, MOST_NEVER = 10 };

/* If more than so many of the first replicates are open, the end is open for certain. */
enum { FIRST_REPLICATES = 200, OPEN_REPLICATES = 50 };

/* The first rounds of draws of the past depend on where they begin. */
enum { FORGOTTEN_ROUNDS = 50 };

/* The laws are fitted to at most so many bins of the days followed. The first draws depend on where they
 * begin; later ones are so many steps apart. */
enum { MOST_BINS = 32, FORGOTTEN_STEPS = 150, STEPS = 3 };

/* What is known of laws beforehand: the deviation of the logarithm of the shape, which ends at these
 * logarithms of a fifth and of ten. The part that ever becomes autonomous has a beta distribution with
 * these parameters, so a mean of three quarters, and is ALL at most. */
#define SHAPE_DEVIATION 0.7
#define LEAST_SHAPE (-1.6)
#define MOST_SHAPE 2.3
#define EVER 3
#define NEVER 1
#define ALL 0.9999

/* The golden section. Its multiples leave the same gaps, whatever their number. */
#define GOLDEN 0.6180339887498949

/* The largest relative variance of the estimate of the weeks' variance. Beyond it, what is drawn
 * from it has no variance. */
#define MOST_DOUBT 0.5

/* The follow-ups that ended on one day. */
struct cell {
	int day;
	uint32_t reached, censored;
	double reached_weight, censored_weight; /* in a resample */
};

/* Users who have waited equally long. */
struct age {
	int waited;
	double users;
	double passed; /* cumulative hazard of the weeks that a replicate has passed */
};

/* The weighted users whose follow-up ended on neighbouring days. */
struct bin {
	double part; /* the logarithm of their middle, as a part of the longest follow-up */
	double reached, censored;
};

/* A law of Weibull, for the users who ever become autonomous: S(t) = 1 - ever + ever e^-(rate t)^shape,
 * with t as a part of the longest follow-up. */
struct law {
	bool ends; /* some users never become autonomous */
	/* What is drawn: the logarithms of the early hazard, rate ever^(1/shape), of the shape, and of
	 * the odds of ever. */
	double drawn[3];
	double shape, ever, rate; /* rate: its logarithm */
	double likelihood; /* its logarithm, with what is known beforehand */
};

/* The laws of replicates: one that may end, and one that does not. */
enum { LAWS = 2 };

/* The past of the users within a band of days since their origins. Calendar days and weeks are counted
 * back from the day of the outlook. */
struct band {
	int first, next; /* days since the origin */
	double *at_risk; /* by calendar day; at first the changes from one day to the next */
	double *came, *expected; /* events by week */
	double events, exposure;
	double hazard; /* what is drawn for it, as a multiple of what was fitted */
};

struct past {
	struct band bands[MOST_BANDS];
	int n_bands, n_weeks;
	double *factors; /* drawn, by week */
};

/* The work on one group. */
struct work {
	const struct fil_outlook_request *request;
	int longest; /* longest follow-up */
	int horizon; /* days ahead beyond which no interval ends */
	struct fil_day_count *follow_ups; /* by days followed; the group is `begun` */
	size_t n_follow_ups;
	struct cell *cells;
	size_t n_cells;
	struct past past;
	struct age *ages;
	size_t n_ages;
	double events;
	int elapsed; /* days since the last record */
	int unseen; /* of these, those that the users who wait have waited */
	double *delays; /* events by their delay, and without one by `unseen` */
	double shocks; /* variance of the factor of a week, as estimated */
	double doubt; /* relative variance of that estimate */
	double drawn_shocks; /* the variance that a replicate takes */
	struct bin bins[MOST_BINS];
	size_t n_bins;
	double weight; /* of an event in the fit of laws */
	struct law laws[LAWS];
	double *hazard; /* cumulative, on each day up to `end` */
	double *logs; /* of each day from 1 to `end`, as a part of the longest follow-up */
	int last, end; /* last: of the curve of the resample */
	struct fil_random random;
};

const char *
fil_basis_name(enum fil_basis basis)
{
	static const char *const names[] = {
		[FIL_BASIS_REACHED] = "reached",
		[FIL_BASIS_CURVE] = "curve",
		[FIL_BASIS_PACE] = "pace",
		[FIL_BASIS_FEW] = "few",
		[FIL_BASIS_FAR] = "far",
		[FIL_BASIS_PLATEAU] = "plateau",
	};

	return names[basis];
}

/* Returns the number of the calendar week that many days back. */
static int
week_of(const struct work *work, int days)
{
	return (days + WEEK - 1 - work->request->weekday) / WEEK;
}

/* What was recorded on a day of the past. */
struct record {
	double users, seen; /* seen: so far */
	int gap; /* days since the record before it. The first one takes that of the second one */
};

/* Returns the records by calendar day, counted back; the caller frees them. */
static struct record *
find_records(struct work *work, size_t n_days)
{
	struct record *records = fil_alloc(n_days, sizeof *records), *first = NULL;
	int before = 0;

	for (size_t i = 0; i < work->n_follow_ups; i++) {
		const struct fil_day_count *count = &work->follow_ups[i];

		records[count->group - count->day].users += count->reached;
	}
	for (int day = (int)n_days - 1; day >= 0; day--) {
		if (records[day].users == 0)
			continue;
		if (first) {
			records[day].gap = before - day;
			if (first->gap == 0)
				first->gap = records[day].gap;
		} else
			first = &records[day];
		work->elapsed = before = day;
	}
	return records;
}

/* Returns whether a record has events of other days too: several, and not daily. */
static bool
is_late(const struct record *record)
{
	return record->users > 1 && record->gap > 1;
}

/* Adds the events of equal follow-ups, spread over the gap before their record. */
static void
spread_events(struct work *work, const struct fil_day_count *count, struct record *record,
    struct fil_durations *durations)
{
	for (uint32_t i = 0; i < count->reached; i++) {
		double turns = record->seen++ * GOLDEN;
		int delay = (int)((turns - floor(turns)) * record->gap);

		work->delays[is_late(record) ? delay : work->unseen]++;
		if (delay >= (int)count->day)
			delay = (int)count->day - 1;
		fil_durations_add(durations, count->group, (int)count->day - delay, FIL_REACHED);
	}
}

/* Spreads the events of each record over the days since the record before: levels are seen when they are
 * recorded. If most events are of such records, follow-ups that go on end with the last one. */
static void
spread_records(struct work *work)
{
	size_t n_days = (size_t)(work->past.n_weeks + 1) * WEEK;
	struct record *records = find_records(work, n_days);
	struct fil_durations *durations = fil_durations_new();
	double late = 0;
	int unknown;

	for (size_t day = 0; day < n_days; day++)
		late += is_late(&records[day]) ? records[day].users : 0;
	unknown = 2 * late >= work->events ? work->elapsed : 0;
	for (size_t i = 0; i < work->n_ages; i++)
		work->unseen = work->ages[i].waited;
	if (work->unseen > work->elapsed)
		work->unseen = work->elapsed;
	work->delays = fil_alloc(n_days, sizeof *work->delays);
	for (size_t i = 0; i < work->n_follow_ups; i++) {
		const struct fil_day_count *count = &work->follow_ups[i];
		int days = (int)count->day - (count->day == count->group ? unknown : 0);

		if (count->censored > 0 && days > 0)
			fil_durations_count(
			    durations, count->group, days, FIL_CENSORED, count->censored);
		spread_events(work, count, &records[count->group - count->day], durations);
	}
	free(records);
	free(work->follow_ups);
	work->follow_ups = fil_durations_by_day(durations, &work->n_follow_ups);
	fil_durations_free(durations);
}

/* Counts equal follow-ups, as they were recorded. */
static void
count_follow_ups(struct work *work)
{
	const struct fil_outlook_request *request = work->request;
	struct fil_durations *durations = fil_durations_new();

	for (size_t i = 0; i < request->n; i++) {
		const struct fil_outlook_user *user = &request->users[i];

		if (user->days == 0)
			continue;
		fil_durations_count(durations, (size_t)user->begun, user->days,
		    user->reached ? FIL_REACHED : FIL_CENSORED, user->users);
		work->events += user->reached ? (double)user->users : 0;
		if (user->days > work->longest)
			work->longest = user->days;
		if (week_of(work, user->begun) >= work->past.n_weeks)
			work->past.n_weeks = week_of(work, user->begun) + 1;
	}
	work->follow_ups = fil_durations_by_day(durations, &work->n_follow_ups);
	fil_durations_free(durations);
}

/* Counts all follow-ups of the same length. */
static void
count_cells(struct work *work)
{
	work->cells = fil_alloc(work->n_follow_ups, sizeof *work->cells);
	for (size_t i = 0; i < work->n_follow_ups; i++) {
		const struct fil_day_count *count = &work->follow_ups[i];
		struct cell *cell = &work->cells[work->n_cells];

		if (work->n_cells == 0 || (int)count->day != cell[-1].day)
			work->n_cells++;
		else
			cell--;
		cell->day = (int)count->day;
		cell->reached += count->reached;
		cell->censored += count->censored;
	}
}

/* Counts the users who wait by the days they have waited. Neighbouring days are put together where
 * there are many. */
static void
count_ages(struct work *work)
{
	const struct fil_outlook_request *request = work->request;
	int width = 1 + work->longest / MOST_AGES;
	size_t n = (size_t)(work->longest / width) + 1;

	work->ages = fil_alloc(n, sizeof *work->ages);
	for (size_t i = 0; i < request->n; i++)
		if (request->users[i].waits) {
			int waited = request->users[i].begun;

			waited = waited < work->longest ? waited : work->longest;
			work->ages[waited / width].users += (double)request->users[i].users;
		}
	for (size_t i = 0; i < n; i++) {
		int waited = (int)i * width + width / 2;

		if (work->ages[i].users > 0)
			work->ages[work->n_ages++] = (struct age){ waited, work->ages[i].users, 0 };
	}
}

/* Cuts the days since the origin into bands of about equally many events. */
static void
find_bands(struct work *work)
{
	struct past *past = &work->past;
	double seen = 0;
	int most = (int)(work->events / BAND_EVENTS);

	if (most > MOST_BANDS)
		most = MOST_BANDS;
	past->bands[0].first = 1;
	for (size_t i = 0; i + 1 < work->n_cells && past->n_bands + 1 < most; i++) {
		seen += work->cells[i].reached;
		if (seen < work->events * (past->n_bands + 1) / most || seen == work->events)
			continue;
		past->bands[past->n_bands++].next = work->cells[i].day + 1;
		past->bands[past->n_bands].first = work->cells[i].day + 1;
	}
	past->bands[past->n_bands++].next = work->longest + 1;
}

/* Adds equal follow-ups to the bands. */
static void
add_days(struct work *work, const struct fil_day_count *count)
{
	struct past *past = &work->past;
	int begun = (int)count->group, end = (int)count->day + 1;
	double users = (double)count->reached + count->censored;

	for (int b = 0; b < past->n_bands && past->bands[b].first < end; b++) {
		struct band *band = &past->bands[b];
		int next = band->next < end ? band->next : end;

		/* Day t since the origin lies begun - t days back. */
		band->at_risk[begun - next + 1] += users;
		band->at_risk[begun - band->first + 1] -= users;
		band->exposure += users * (next - band->first);
		if (next < end)
			continue;
		band->events += count->reached;
		band->came[week_of(work, begun - (int)count->day)] += count->reached;
	}
}

/* Adds up the events expected in each week. */
static void
expect(const struct work *work, struct band *band)
{
	double at_risk = 0, hazard = band->events / band->exposure;

	for (int day = 0; week_of(work, day) < work->past.n_weeks; day++) {
		at_risk += band->at_risk[day];
		band->expected[week_of(work, day)] += at_risk * hazard;
	}
}

/* Returns the variance of the factors of weeks. A week has a part in the fitted hazards, so the fit takes
 * some of what the week has too much. Where it takes more than half, what it leaves says little, and is
 * no more than doubled. */
static double
week_variance(const struct past *past)
{
	double over = 0, squares = 0, all = 0;

	for (int first = 0; first < past->n_weeks; first++) {
		double parts[MOST_BANDS], rest = 0;

		for (int b = 0; b < past->n_bands; b++) {
			const struct band *band = &past->bands[b];

			rest += band->came[first] - band->expected[first];
			parts[b] = band->expected[first] / band->events;
			over -= band->expected[first] * (1 - parts[b]);
		}
		over += rest * rest;
		for (int week = 0; week < past->n_weeks; week++) {
			double weight = 0, whole = 0;

			for (int b = 0; b < past->n_bands; b++) {
				double expected = past->bands[b].expected[week];

				weight += expected * ((week == first) - parts[b]);
				whole += expected * (week == first);
			}
			squares += weight * weight;
			all += whole * whole;
		}
	}
	return fmax(0, over / fmax(squares, all / 2));
}

/* Returns the relative variance of that estimate: that of a ratio of sums over weeks. */
static double
week_doubt(const struct past *past)
{
	double *over = fil_alloc((size_t)past->n_weeks, sizeof *over);
	double *squares = fil_alloc((size_t)past->n_weeks, sizeof *squares);
	double all_over = 0, all_squares = 0, rest = 0;

	for (int week = 0; week < past->n_weeks; week++) {
		double came = 0, expected = 0;

		for (int b = 0; b < past->n_bands; b++) {
			came += past->bands[b].came[week];
			expected += past->bands[b].expected[week];
		}
		over[week] = (came - expected) * (came - expected) - expected;
		squares[week] = expected * expected;
		all_over += over[week];
		all_squares += squares[week];
	}
	for (int week = 0; week < past->n_weeks; week++) {
		double error = over[week] - all_over / all_squares * squares[week];

		rest += error * error;
	}
	free(over);
	free(squares);
	return all_over > 0 ? fmin(MOST_DOUBT, rest / (all_over * all_over)) : MOST_DOUBT;
}

/* Finds how much weeks differ. An event tells less of the law the more others of its week came with it
 * (McCullagh and Nelder, Generalized Linear Models, 1989). */
static void
find_shocks(struct work *work)
{
	const struct past *past = &work->past;
	double sum = 0, squares = 0;

	for (int week = 0; week < past->n_weeks; week++) {
		double expected = 0;

		for (int b = 0; b < past->n_bands; b++)
			expected += past->bands[b].expected[week];
		sum += expected;
		squares += expected * expected;
	}
	work->shocks = week_variance(past);
	work->doubt = week_doubt(past);
	work->weight = 1 / (1 + work->shocks * squares / sum);
}

/* Draws the factors of the past weeks. */
static void
draw_weeks(struct work *work)
{
	struct past *past = &work->past;
	double sum = 0, level;

	for (int week = 0; week < past->n_weeks; week++) {
		double shape = 1 / work->drawn_shocks, rate = shape;

		for (int b = 0; b < past->n_bands; b++) {
			const struct band *band = &past->bands[b];

			shape += band->came[week];
			rate += band->hazard * band->expected[week];
		}
		past->factors[week] = shape / rate * fil_random_gamma(&work->random, 1 / shape);
		sum += past->factors[week];
	}
	level = past->n_weeks / sum *
	    fil_random_gamma(&work->random, work->drawn_shocks / past->n_weeks);
	for (int week = 0; week < past->n_weeks; week++)
		past->factors[week] *= level;
}

/* Draws the variance of weeks, the factors of the past ones, then the hazards. Returns the factor that
 * the weeks of the last band had in common. */
static double
draw_past(struct work *work)
{
	double common = 1;

	if (work->shocks == 0)
		return 1;
	work->drawn_shocks = work->shocks / fil_random_gamma(&work->random, work->doubt);
	draw_weeks(work);
	for (int b = 0; b < work->past.n_bands; b++) {
		struct band *band = &work->past.bands[b];
		double expected = 0;

		for (int week = 0; week < work->past.n_weeks; week++)
			expected += work->past.factors[week] * band->expected[week];
		common = expected / band->events;
		band->hazard = fil_random_gamma(&work->random, 1 / band->events) / common;
	}
	return common;
}

/* Looks at the past week by week. */
static void
read_past(struct work *work)
{
	struct past *past = &work->past;
	size_t n_weeks = (size_t)past->n_weeks;

	find_bands(work);
	past->factors = fil_alloc(n_weeks, sizeof *past->factors);
	for (int b = 0; b < past->n_bands; b++) {
		struct band *band = &past->bands[b];

		band->at_risk = fil_alloc(n_weeks * WEEK, sizeof *band->at_risk);
		band->came = fil_alloc(n_weeks, sizeof *band->came);
		band->expected = fil_alloc(n_weeks, sizeof *band->expected);
		band->hazard = 1;
	}
	for (size_t i = 0; i < work->n_follow_ups; i++)
		add_days(work, &work->follow_ups[i]);
	for (int b = 0; b < past->n_bands; b++)
		expect(work, &past->bands[b]);
	find_shocks(work);
	for (int round = 0; round < FORGOTTEN_ROUNDS; round++)
		draw_past(work);
}

static void
release_past(struct past *past)
{
	for (int b = 0; b < past->n_bands; b++) {
		free(past->bands[b].at_risk);
		free(past->bands[b].came);
		free(past->bands[b].expected);
	}
	free(past->factors);
}

/* Computes the curve of the weighted users, without its tail. */
static void
make_curve(struct work *work)
{
	double at_risk = 0, hazard = 0;

	for (size_t i = 0; i < work->n_cells; i++)
		at_risk += work->cells[i].reached_weight + work->cells[i].censored_weight;
	work->last = 0;
	for (size_t i = 0; i < work->n_cells && at_risk >= FIL_OUTLOOK_AT_RISK; i++) {
		double reached = work->cells[i].reached_weight;
		int day = work->cells[i].day;

		while (work->last < day - 1)
			work->hazard[++work->last] = hazard;
		if (reached > 0)
			hazard += reached < at_risk ? -fil_log(1 - reached / at_risk) : CERTAIN;
		work->hazard[++work->last] = hazard;
		at_risk -= reached + work->cells[i].censored_weight;
	}
}

/* Puts the users into bins. */
static void
fill_bins(struct work *work)
{
	int width = 1 + (work->longest - 1) / MOST_BINS, of = -1;

	for (size_t i = 0; i < work->n_cells; i++) {
		const struct cell *cell = &work->cells[i];
		struct bin *bin;

		if ((cell->day - 1) / width != of) {
			of = (cell->day - 1) / width;
			work->bins[work->n_bins++].part =
			    fil_log((of * width + (width + 1) / 2.0) / work->longest);
		}
		bin = &work->bins[work->n_bins - 1];
		bin->reached += cell->reached;
		bin->censored += cell->censored;
	}
}

/* Returns (rate t)^shape; part: the logarithm of t as a part of the longest follow-up. */
static double
law_passed(const struct law *law, double part)
{
	return fil_exp(law->shape * (law->rate + part));
}

/* Returns the logarithm of the part of users who are not autonomous yet. */
static double
law_left(const struct law *law, double passed)
{
	return fil_log(1 - law->ever + law->ever * fil_exp(-passed));
}

/* Weighs what was drawn. */
static void
weigh_law(const struct work *work, struct law *law)
{
	double ever, events;

	law->ever = law->ends ? fmin(ALL, 1 / (1 + fil_exp(-law->drawn[2]))) : ALL;
	law->shape = fil_exp(law->drawn[1]);
	ever = fil_log(law->ever);
	law->rate = law->drawn[0] - ever / law->shape;
	events = ever + law->drawn[1] + law->shape * law->rate;
	law->likelihood = 0;
	for (size_t i = 0; i < work->n_bins; i++) {
		const struct bin *bin = &work->bins[i];
		double passed = law_passed(law, bin->part);

		law->likelihood += bin->reached * (events + (law->shape - 1) * bin->part - passed);
		if (bin->censored > 0)
			law->likelihood += bin->censored * law_left(law, passed);
	}
	law->likelihood *= work->weight;
	law->likelihood -= law->drawn[1] * law->drawn[1] / (2 * SHAPE_DEVIATION * SHAPE_DEVIATION);
	law->likelihood += EVER * ever + NEVER * fil_log(1 - law->ever);
}

/* Takes steps of the algorithm of Metropolis. */
static void
step_law(struct work *work, struct law *law, int steps)
{
	double root = sqrt(1 + work->events * work->weight);
	const double sizes[] = { 1.4 / root, fmin(0.6, 1.2 / root), fmin(1.5, 5 / root) };

	while (steps-- > 0) {
		struct law next = *law;

		for (int i = 0; i < 3; i++)
			next.drawn[i] += sizes[i] * fil_random_normal(&work->random);
		if (next.drawn[1] < LEAST_SHAPE || next.drawn[1] > MOST_SHAPE)
			continue;
		weigh_law(work, &next);
		if (fil_log(fil_random_uniform(&work->random)) < next.likelihood - law->likelihood)
			*law = next;
	}
}

/* Makes the first laws: with an even hazard. */
static void
begin_laws(struct work *work)
{
	double days = 0;

	fill_bins(work);
	for (size_t i = 0; i < work->n_bins; i++)
		days +=
		    (work->bins[i].reached + work->bins[i].censored) * fil_exp(work->bins[i].part);
	for (int i = 0; i < LAWS; i++) {
		struct law *law = &work->laws[i];

		*law =
		    (struct law){ .ends = i == 0, .drawn = { fil_log(work->events / days), 0, 2 } };
		weigh_law(work, law);
		step_law(work, law, FORGOTTEN_STEPS);
	}
}

/* Returns the hazard of a law up to a day. */
static double
law_hazard(const struct work *work, const struct law *law, int day)
{
	return day > 0 ? -law_left(law, law_passed(law, work->logs[day])) : 0;
}

/* Continues the curve as the law does, with an even hazard from week to week. */
static void
add_law(struct work *work, const struct law *law)
{
	double base = work->hazard[work->last] - law_hazard(work, law, work->last);

	for (int day = work->last, next; day < work->end; day = next) {
		double from = work->hazard[day], step;

		next = day + WEEK < work->end ? day + WEEK : work->end;
		step = (base + law_hazard(work, law, next) - from) / (next - day);
		for (int i = day + 1; i <= next; i++)
			work->hazard[i] = from + step * (i - day);
	}
}

/* The law of one replicate. */
struct replicate {
	double factor; /* of all hazards */
	double point; /* of the day, as an argument of the normal distribution */
};

/* Returns the probability of the wanted number, as an argument of the normal distribution, h days
 * ahead. The ages have passed the days before `from`; later hazards are multiplied by the factor. */
static double
score_within(const struct work *work, int from, int h, double factor)
{
	double mean = 0, variance = 0, over;

	for (size_t i = 0; i < work->n_ages; i++) {
		const struct age *age = &work->ages[i];
		double hazard = work->hazard[age->waited + h] - work->hazard[age->waited + from];
		double part = 1 - fil_exp(-(age->passed + factor * hazard));

		mean += age->users * part;
		variance += age->users * part * (1 - part);
	}
	over = mean - ((double)work->request->wanted - 0.5);
	if (variance > 0)
		return over / sqrt(variance);
	return over >= 0 ? INFINITY : -INFINITY;
}

/* Returns the first day of a week on which the point is reached; it is on the last one. */
static int
find_in_week(const struct work *work, int from, int to, double factor, double point)
{
	int low = from, high = to;

	while (high - low > 1) {
		int middle = (low + high) / 2;

		if (score_within(work, from, middle, factor) < point)
			low = middle;
		else
			high = middle;
	}
	return high;
}

/* Returns the day of a replicate within the horizon, or INT_MAX. */
static int
find_day(struct work *work, const struct replicate *replicate)
{
	/* The week of the day of the outlook goes on. */
	int to = WEEK - 1 - work->request->weekday;

	for (size_t i = 0; i < work->n_ages; i++)
		work->ages[i].passed = 0;
	for (int from = 0; from < work->horizon; from = to, to += WEEK) {
		if (to > work->horizon)
			to = work->horizon;
		double factor =
		    replicate->factor * fil_random_gamma(&work->random, work->drawn_shocks);

		if (to == 0)
			continue;
		if (score_within(work, from, to, factor) >= replicate->point)
			return find_in_week(work, from, to, factor, replicate->point);
		for (size_t i = 0; i < work->n_ages; i++) {
			struct age *age = &work->ages[i];

			age->passed += factor *
			    (work->hazard[age->waited + to] - work->hazard[age->waited + from]);
		}
	}
	return INT_MAX;
}

/* Returns whether a replicate never reaches the wanted number under the law. */
static bool
is_never(struct work *work, const struct replicate *replicate, const struct law *law)
{
	double all = -fil_log(1 - law->ever);

	for (size_t i = 0; i < work->n_ages; i++)
		work->ages[i].passed = all - law_hazard(work, law, work->ages[i].waited);
	return score_within(work, 0, 0, 0) < replicate->point;
}

/* Returns the day on which a day is recorded: later by the delay of some event. */
static int
record_day(struct work *work, int day)
{
	double pick = fil_random_uniform(&work->random) * work->events;
	int delay = 0;

	while (pick >= work->delays[delay])
		pick -= work->delays[delay++];
	day += delay - work->unseen;
	if (day > work->horizon)
		return INT_MAX;
	return day > 1 ? day : 1;
}

/* Draws one day. Sets *never to whether the law says that it does not come. */
static int
draw_day(struct work *work, struct law *law, bool *never)
{
	struct replicate replicate;
	int day;

	for (size_t i = 0; i < work->n_cells; i++) {
		struct cell *cell = &work->cells[i];

		cell->reached_weight = fil_random_poisson(&work->random, cell->reached);
		cell->censored_weight = fil_random_poisson(&work->random, cell->censored);
	}
	make_curve(work);
	/* The past had this factor, and the fitted pace has it too much. */
	replicate.factor = 1 / fmax(LEAST_FACTOR, draw_past(work));
	replicate.point = fil_random_normal(&work->random);
	step_law(work, law, STEPS);
	add_law(work, law);
	day = find_day(work, &replicate);
	*never = day == INT_MAX && is_never(work, &replicate, law);
	return day == INT_MAX ? day : record_day(work, day);
}

static int
day_or_none(int day)
{
	return day == INT_MAX ? FIL_NOT_REACHED : day;
}

static int
compare_days(const void *a, const void *b)
{
	int left = *(const int *)a, right = *(const int *)b;

	return (left > right) - (left < right);
}

/* Computes the interval from the replicates. Returns whether two thirds of those whose law may end never
 * reach the number. */
static bool
find_interval(struct work *work, struct fil_outlook *outlook)
{
	int *days = fil_alloc(FIL_OUTLOOK_REPLICATES, sizeof *days), n = 0, nevers = 0, open = 0;

	/* An end that is open for certain needs no more replicates. */
	while (n < FIL_OUTLOOK_REPLICATES && !(n == FIRST_REPLICATES && open > OPEN_REPLICATES)) {
		bool never;

		days[n] = draw_day(work, &work->laws[n % LAWS], &never);
		open += days[n] == INT_MAX;
		nevers += never && n % LAWS == 0;
		n++;
	}
	qsort(days, (size_t)n, sizeof *days, compare_days);
	outlook->low = day_or_none(days[n * LOW_PERCENT / 100]);
	outlook->days = day_or_none(days[n / 2]);
	outlook->high = day_or_none(days[n * HIGH_PERCENT / 100]);
	if (100 * LAWS * nevers > MOST_NEVER * n)
		outlook->high = FIL_NOT_REACHED;
	free(days);
	return 3 * LAWS * nevers > 2 * n;
}

/* Returns whether at least half of those who become autonomous within some days do so within the
 * curve. */
static bool
follows_curve(const struct work *work, int days)
{
	double whole = 0, within = 0;

	for (size_t i = 0; i < work->n_ages; i++) {
		int waited = work->ages[i].waited, end = waited + days;
		double begun = work->hazard[waited], users = work->ages[i].users;

		whole += users * (1 - fil_exp(begun - work->hazard[end]));
		end = end < work->last ? end : work->last;
		if (end > waited)
			within += users * (1 - fil_exp(begun - work->hazard[end]));
	}
	return within >= whole / 2;
}

/* Gives each user the weight 1. */
static void
weigh_equally(struct work *work)
{
	for (size_t i = 0; i < work->n_cells; i++) {
		work->cells[i].reached_weight = work->cells[i].reached;
		work->cells[i].censored_weight = work->cells[i].censored;
	}
}

/* Computes the day and its basis. */
static void
find_outlook(struct work *work, struct fil_outlook *outlook)
{
	bool never;

	begin_laws(work);
	never = find_interval(work, outlook);
	outlook->basis = FIL_BASIS_CURVE;
	if (outlook->high == FIL_NOT_REACHED) {
		outlook->days = FIL_NOT_REACHED;
		outlook->basis = never ? FIL_BASIS_PLATEAU : FIL_BASIS_FAR;
		return;
	}
	weigh_equally(work);
	make_curve(work);
	add_law(work, &work->laws[LAWS - 1]);
	if (!follows_curve(work, outlook->days))
		outlook->basis = FIL_BASIS_PACE;
}

struct fil_outlook
fil_outlook_of(const struct fil_outlook_request *request)
{
	struct fil_outlook outlook = { FIL_BASIS_REACHED, 0, 0, 0 };
	struct work work = { .request = request };

	if (request->wanted == 0)
		return outlook;
	outlook = (struct fil_outlook){ FIL_BASIS_FEW, FIL_NOT_REACHED, FIL_NOT_REACHED,
		FIL_NOT_REACHED };
	count_follow_ups(&work);
	if (work.events >= FIL_OUTLOOK_EVENTS) {
		count_ages(&work);
		spread_records(&work);
		count_cells(&work);
		work.horizon = MOST_AHEAD * work.longest;
		work.end = work.horizon + work.longest + work.longest / MOST_AGES + WEEK;
		work.hazard = fil_alloc((size_t)work.end + 1, sizeof *work.hazard);
		work.logs = fil_alloc((size_t)work.end + 1, sizeof *work.logs);
		for (int day = 1; day <= work.end; day++)
			work.logs[day] = fil_log((double)day / work.longest);
		read_past(&work);
		find_outlook(&work, &outlook);
	}
	free(work.delays);
	free(work.cells);
	free(work.ages);
	free(work.hazard);
	free(work.logs);
	free(work.follow_ups);
	release_past(&work.past);
	return outlook;
}
