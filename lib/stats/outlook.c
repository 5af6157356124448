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

/* The end of an interval is open if a tenth of the replicates is. If more than so many of the first
 * ones are, it is open for certain. */
enum { FIRST_REPLICATES = 200, OPEN_REPLICATES = 50 };

/* The first rounds of draws of the past depend on where they begin. */
enum { FORGOTTEN_ROUNDS = 50 };

/* The most rounds of the EM algorithm, and the change that ends it. It puts the days followed together
 * into at most so many bins. */
enum { MOST_ROUNDS = 50, MOST_BINS = 32 };
#define SMALL_CHANGE 1e-3

/* The steepest growth: with this shape, half of the users come within a sixth of the time. */
#define MOST_SHAPE 10

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

/* The mixture S(t) = 1 - ever + ever e^(-rate t). */
struct mixture {
	double ever, rate;
};

/* Growth of the hazard: it is rate shape (t / longest)^(shape - 1), a law of Weibull. */
struct growth {
	double shape, rate;
};

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
	struct fil_day_count *follow_ups; /* by days followed; the group is `begun` */
	size_t n_follow_ups;
	struct cell *cells;
	size_t n_cells;
	struct past past;
	struct age *ages;
	size_t n_ages;
	double events;
	double shocks; /* variance of the factor of a week, as estimated */
	double doubt; /* relative variance of that estimate */
	double drawn_shocks; /* the variance that a replicate takes */
	double excess; /* variance of the pace that blocks of weeks show beyond weeks */
	double *hazard; /* cumulative, on each day up to `end` */
	double *logs; /* of each day from 1 to `end`, as a part of the longest follow-up */
	int last, end; /* last: of the curve of the resample */
	struct mixture mixture; /* of all users: a first guess for replicates */
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

/* Counts equal follow-ups, and all those of the same length. */
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
		if (week_of(work, user->begun) >= work->past.n_weeks)
			work->past.n_weeks = week_of(work, user->begun) + 1;
	}
	work->follow_ups = fil_durations_by_day(durations, &work->n_follow_ups);
	fil_durations_free(durations);
	work->cells = fil_alloc(work->n_follow_ups, sizeof *work->cells);
	for (size_t i = 0; i < work->n_follow_ups; i++) {
		const struct fil_day_count *count = &work->follow_ups[i];
		struct cell *cell = &work->cells[work->n_cells];

		if (i == 0 || (int)count->day != work->longest)
			cell = &work->cells[work->n_cells++];
		else
			cell--;
		cell->day = work->longest = (int)count->day;
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
		if (request->users[i].waits)
			work->ages[request->users[i].begun / width].users +=
			    (double)request->users[i].users;
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

/* Returns how much the factor of a week moves what a block has too much. parts: of the bands' events,
 * those expected in the block. */
static double
weigh_week(const struct past *past, const double parts[static MOST_BANDS], int week, bool inside)
{
	double weight = 0;

	for (int b = 0; b < past->n_bands; b++)
		weight += past->bands[b].expected[week] * (inside - parts[b]);
	return weight;
}

/* Returns the variance of the factors of weeks, from the sums over blocks of so many successive ones.
 * A block has a part in the fitted hazards, so the fit takes some of what the block has too much. Where
 * it takes more than half, what it leaves says little, and is no more than doubled. */
static double
week_variance(const struct past *past, int length)
{
	static const double no_parts[MOST_BANDS];
	double over = 0, squares = 0, all = 0;

	for (int first = 0; first + length <= past->n_weeks; first++) {
		double parts[MOST_BANDS] = { 0 }, rest = 0;

		for (int b = 0; b < past->n_bands; b++) {
			const struct band *band = &past->bands[b];
			double expected = 0;

			for (int week = first; week < first + length; week++) {
				expected += band->expected[week];
				rest += band->came[week] - band->expected[week];
			}
			parts[b] = expected / band->events;
			over -= expected * (1 - parts[b]);
		}
		over += rest * rest;
		for (int week = 0; week < past->n_weeks; week++) {
			bool inside = week >= first && week < first + length;
			double weight = weigh_week(past, parts, week, inside);
			double whole = weigh_week(past, no_parts, week, inside);

			squares += weight * weight;
			all += whole * whole;
		}
	}
	return fmax(0, over / fmax(squares, all / 2));
}

/* Returns the relative variance of that estimate for single weeks: that of a ratio of sums over
 * weeks. */
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

/* Finds how much weeks differ, and how much more blocks of weeks do. */
static void
find_shocks(struct work *work)
{
	const struct past *past = &work->past;
	const struct band *last = &past->bands[past->n_bands - 1];
	double squares = 0;
	int length = 1;

	while (length * length * length < past->n_weeks)
		length++;
	for (int week = 0; week < past->n_weeks; week++)
		squares += last->expected[week] * last->expected[week];
	work->shocks = week_variance(past, 1);
	work->doubt = week_doubt(past);
	work->excess = fmax(0, week_variance(past, length) - work->shocks) * squares /
	    (last->events * last->events);
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

/* Returns the pace of the last third of the events. A day with many events counts whole, with the
 * days that led to it: levels are often recorded once a week. */
static double
find_pace(const struct work *work, double events)
{
	const struct cell *cells = work->cells;
	double last = 0, days = 0;
	size_t i = work->n_cells;
	int begin = 0;

	while (i > 0 && (last < events / 3 || cells[i - 1].reached_weight == 0))
		last += cells[--i].reached_weight;
	if (i > 0)
		begin = cells[i - 1].day;
	for (; i < work->n_cells; i++)
		days +=
		    (cells[i].day - begin) * (cells[i].reached_weight + cells[i].censored_weight);
	return days > 0 ? last / days : 0;
}

/* Computes the curve of the weighted users, without its tail. Returns the number of events. */
static double
make_curve(struct work *work)
{
	double events = 0, at_risk = 0, hazard = 0;

	for (size_t i = 0; i < work->n_cells; i++) {
		at_risk += work->cells[i].reached_weight + work->cells[i].censored_weight;
		events += work->cells[i].reached_weight;
	}
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
	return events;
}

/* Continues the curve at a pace. */
static void
add_pace(struct work *work, double pace)
{
	for (int day = work->last; day < work->end; day++)
		work->hazard[day + 1] = work->hazard[day] + pace;
}

/* Returns the hazard of the mixture up to a day. */
static double
mixture_hazard(const struct mixture *mixture, int day)
{
	return -fil_log(1 - mixture->ever * (1 - fil_exp(-mixture->rate * day)));
}

/* Continues the curve as the mixture does. */
static void
add_mixture(struct work *work, const struct mixture *mixture)
{
	double base = work->hazard[work->last] - mixture_hazard(mixture, work->last);
	double left = fil_exp(-mixture->rate * work->last), step = fil_exp(-mixture->rate);

	for (int day = work->last + 1; day <= work->end; day++) {
		left *= step;
		work->hazard[day] = base - fil_log(1 - mixture->ever * (1 - left));
	}
}

/* The weighted users whose follow-up ended on neighbouring days. */
struct bin {
	double day, reached, censored;
};

/* Puts the weighted users into bins. Returns their number. */
static size_t
fill_bins(const struct work *work, struct bin bins[static MOST_BINS])
{
	int width = 1 + (work->longest - 1) / MOST_BINS;
	size_t n = (size_t)((work->longest - 1) / width) + 1;

	for (size_t i = 0; i < n; i++)
		bins[i] = (struct bin){ .day = (double)i * width + (width + 1) / 2.0 };
	for (size_t i = 0; i < work->n_cells; i++) {
		struct bin *bin = &bins[(work->cells[i].day - 1) / width];

		bin->reached += work->cells[i].reached_weight;
		bin->censored += work->cells[i].censored_weight;
	}
	return n;
}

/* Returns whether the bins are likelier if some users never become autonomous. So it is if the
 * likelihood falls where the first ever is 1: there, its pace is the number of events by days. */
static bool
has_plateau(const struct bin *bins, size_t n)
{
	double events = 0, days = 0, slope;

	for (size_t i = 0; i < n; i++) {
		events += bins[i].reached;
		days += bins[i].day * (bins[i].reached + bins[i].censored);
	}
	slope = events;
	for (size_t i = 0; i < n; i++)
		if (bins[i].censored > 0)
			slope += bins[i].censored * (1 - fil_exp(events / days * bins[i].day));
	return slope < 0;
}

/* Fits the mixture to the weighted users, from a first guess. Returns false, and leaves the guess, if
 * they show no plateau. */
static bool
fit_mixture(const struct work *work, struct mixture *mixture)
{
	struct bin bins[MOST_BINS];
	size_t n = fill_bins(work, bins);
	struct mixture fit = *mixture;
	double change = 1;

	if (!has_plateau(bins, n))
		return false;
	for (int round = 0; round < MOST_ROUNDS && change > SMALL_CHANGE; round++) {
		double users = 0, events = 0, ever = 0, days = 0;
		/* From one bin to the next, equally many of those who will be are left. */
		double left = fit.ever * fil_exp(-fit.rate * bins[0].day);
		double step = n > 1 ? fil_exp(-fit.rate * (bins[1].day - bins[0].day)) : 0;

		for (size_t i = 0; i < n; i++, left *= step) {
			const struct bin *bin = &bins[i];
			/* Of the censored, those who will yet become autonomous. */
			double yet = bin->censored * left / (1 - fit.ever + left);

			users += bin->reached + bin->censored;
			events += bin->reached;
			ever += bin->reached + yet;
			days += (bin->reached + yet) * bin->day;
		}
		change = fabs(ever / users - fit.ever);
		fit = (struct mixture){ fmin(ever / users, 1 - 1e-9), events / days };
	}
	*mixture = fit;
	return true;
}

/* Returns H(t) / rate of a growth; part: the logarithm of t / longest. */
static double
growth_until(const struct work *work, double shape, double part)
{
	return work->longest * fil_exp(shape * part);
}

/* Fits a growth to the weighted users by Newton's method on the profile of the likelihood. Returns
 * false if the likelihood does not rise from an even hazard on, or without events. */
static bool
fit_growth(const struct work *work, struct growth *growth)
{
	struct bin bins[MOST_BINS];
	size_t n = fill_bins(work, bins), filled = 0;
	double parts[MOST_BINS], events = 0, logs = 0, shape = 1, change = 1;

	/* Few users leave most bins empty. */
	for (size_t i = 0; i < n; i++)
		if (bins[i].reached + bins[i].censored > 0)
			bins[filled++] = bins[i];
	n = filled;
	for (size_t i = 0; i < n; i++) {
		parts[i] = fil_log(bins[i].day / work->longest);
		events += bins[i].reached;
		logs += bins[i].reached * parts[i];
	}
	for (int round = 0; events > 0 && round < MOST_ROUNDS && change > SMALL_CHANGE; round++) {
		double days = 0, first = 0, second = 0, next;

		for (size_t i = 0; i < n; i++) {
			double users = bins[i].reached + bins[i].censored;
			double passed = users * growth_until(work, shape, parts[i]);

			days += passed;
			first += passed * parts[i];
			second += passed * parts[i] * parts[i];
		}
		first /= days;
		next = shape +
		    (1 / shape + logs / events - first) /
			(1 / (shape * shape) + second / days - first * first);
		next = fmax(1, fmin(MOST_SHAPE, next));
		change = fabs(next - shape);
		*growth = (struct growth){ shape, events / days };
		shape = next;
	}
	return growth->shape > 1;
}

/* Continues the curve as a growth does. */
static void
add_growth(struct work *work, const struct growth *growth)
{
	double base = work->hazard[work->last];

	if (work->last > 0)
		base -= growth->rate * growth_until(work, growth->shape, work->logs[work->last]);
	for (int day = work->last + 1; day <= work->end; day++)
		work->hazard[day] =
		    base + growth->rate * growth_until(work, growth->shape, work->logs[day]);
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

/* Returns the day of a replicate within the longest follow-up, or INT_MAX. */
static int
find_day(struct work *work, const struct replicate *replicate)
{
	/* The week of the day of the outlook goes on. */
	int to = WEEK - 1 - work->request->weekday;

	for (size_t i = 0; i < work->n_ages; i++)
		work->ages[i].passed = 0;
	for (int from = 0; from < work->longest; from = to, to += WEEK) {
		if (to > work->longest)
			to = work->longest;
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

/* Returns whether a replicate never reaches the wanted number under the mixture. */
static bool
is_never(struct work *work, const struct replicate *replicate, const struct mixture *mixture)
{
	double all = -fil_log(1 - mixture->ever);

	/* Beyond `end`, the rest of the mixture. */
	for (size_t i = 0; i < work->n_ages; i++)
		work->ages[i].passed = replicate->factor *
		    (work->hazard[work->end] - work->hazard[work->ages[i].waited] + all -
			mixture_hazard(mixture, work->end));
	return score_within(work, 0, 0, 0) < replicate->point;
}

/* Draws one day, at the last pace or as a mixture or a growth. Sets *never to whether a mixture
 * says that it does not come. */
static int
draw_day(struct work *work, bool mixed, bool *never)
{
	struct mixture mixture = work->mixture;
	struct growth growth = { 1, 0 };
	struct replicate replicate;
	double events, common;
	int day;

	for (size_t i = 0; i < work->n_cells; i++) {
		struct cell *cell = &work->cells[i];

		cell->reached_weight = fil_random_poisson(&work->random, cell->reached);
		cell->censored_weight = fil_random_poisson(&work->random, cell->censored);
	}
	events = make_curve(work);
	/* The past had this factor, and the fitted pace has it too much. */
	common = draw_past(work) * fil_random_gamma(&work->random, work->excess);
	replicate.factor = 1 / fmax(LEAST_FACTOR, common);
	replicate.point = fil_random_normal(&work->random);
	if (mixed && fit_mixture(work, &mixture)) {
		add_mixture(work, &mixture);
		day = find_day(work, &replicate);
		*never = day == INT_MAX && is_never(work, &replicate, &mixture);
		return day;
	}
	if (mixed && fit_growth(work, &growth))
		add_growth(work, &growth);
	else
		add_pace(work, find_pace(work, events));
	*never = false;
	return find_day(work, &replicate);
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

/* Computes the interval from the replicates. Returns whether too many of them never reach the number
 * to have an end. */
static bool
find_interval(struct work *work, struct fil_outlook *outlook)
{
	int *days = fil_alloc(FIL_OUTLOOK_REPLICATES, sizeof *days), n = 0, nevers = 0, open = 0;

	/* An end that is open for certain needs no more replicates. */
	while (n < FIL_OUTLOOK_REPLICATES && !(n == FIRST_REPLICATES && open > OPEN_REPLICATES)) {
		bool never;

		days[n] = draw_day(work, n % 2 == 1, &never);
		open += days[n++] == INT_MAX;
		nevers += never;
	}
	qsort(days, (size_t)n, sizeof *days, compare_days);
	outlook->low = day_or_none(days[n / 10 - 1]);
	outlook->days = day_or_none(days[n / 2 - 1]);
	outlook->high = day_or_none(days[n * 9 / 10]);
	free(days);
	/* Half of the replicates have a mixture. */
	return 4 * nevers > n;
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

	weigh_equally(work);
	work->mixture = (struct mixture){ 0.9, 1.0 / work->longest };
	fit_mixture(work, &work->mixture);
	never = find_interval(work, outlook);
	outlook->basis = FIL_BASIS_CURVE;
	if (outlook->high == FIL_NOT_REACHED) {
		outlook->days = FIL_NOT_REACHED;
		outlook->basis = never ? FIL_BASIS_PLATEAU : FIL_BASIS_FAR;
		return;
	}
	weigh_equally(work);
	add_pace(work, find_pace(work, make_curve(work)));
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
		work.end = 2 * work.longest + work.longest / MOST_AGES + WEEK;
		work.hazard = fil_alloc((size_t)work.end + 1, sizeof *work.hazard);
		work.logs = fil_alloc((size_t)work.end + 1, sizeof *work.logs);
		for (int day = 1; day <= work.end; day++)
			work.logs[day] = fil_log((double)day / work.longest);
		count_ages(&work);
		read_past(&work);
		find_outlook(&work, &outlook);
	}
	free(work.cells);
	free(work.ages);
	free(work.hazard);
	free(work.logs);
	free(work.follow_ups);
	release_past(&work.past);
	return outlook;
}
