/* SPDX-License-Identifier: ISC */
/* The subjects of fil-report on random histories, each against its definition, computed anew for each
 * figure by looking at everything. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "lib/report/figures.h"
#include "lib/report/report.h"
#include "tests/unit/history.h"

enum { STEP = 3 };

/* A day of a history, and which sources count on it. */
struct view {
	const struct history *history;
	int day;
	unsigned sources;
};

/* Rows of a report as CSV without a header. */
struct rows {
	size_t n_columns;
	bool left_out[FIL_MOST_FIGURES];
	struct fil_bytes text;
};

/* Limits and answers of tests: figures.bats and the tests of lib/stats compare them with R. */
static const char *const limits[] = { "slower", "equivalent_low", "equivalent_high",
	"difference_low", "difference_high", "not_inferior", "gain_difference_low",
	"gain_difference_high" };

static void
note_columns(void *context, const struct fil_output_column *columns, size_t n)
{
	struct rows *rows = context;

	rows->n_columns = n;
	for (size_t c = 0; c < n; c++)
		for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
			rows->left_out[c] |= strcmp(columns[c].name, limits[i]) == 0;
}

static void
note_row(void *context, const char *const *cells)
{
	struct rows *rows = context;

	for (size_t c = 0; c < rows->n_columns; c++)
		if (!rows->left_out[c])
			fil_bytes_add_format(
			    &rows->text, "%s%s", c == 0 ? "" : ",", !cells[c] ? "" : cells[c]);
	fil_bytes_add_text(&rows->text, "\n");
}

/* Compares the report as of the view's day with what is expected. */
static void
compare_report(const char *subject, const struct fil_report_request *request,
    const struct view *view, void (*expected)(const struct view *view, struct fil_bytes *text))
{
	struct stage *stage = view->history->stage;
	struct rows rows = { .n_columns = 0 };
	const struct fil_report_sink sink = {
		.columns = note_columns, .row = note_row, .context = &rows
	};
	struct fil_bytes text = { 0 };

	fil_bytes_add_text(&rows.text, "");
	fil_bytes_add_text(&text, "");
	if (fil_report_give(fil_report_choose(subject, request, &stage->fault), stage->store,
		request, &sink, &stage->fault) < 0)
		fail_msg("%s", stage->fault.text);
	expected(view, &text);
	assert_string_equal(rows.text.data, text.data);
	fil_bytes_release(&rows.text);
	fil_bytes_release(&text);
}

/* The lessons of every history: about one phase and module, or none, noted on a day. */
static const struct {
	int phase, module, day;
} lessons[] = { { 0, 0, 0 }, { 0, 2, 5 }, { 0, UNKNOWN, 20 }, { 1, 1, 0 }, { 1, 2, 12 },
	{ UNKNOWN, 2, 0 }, { UNKNOWN, UNKNOWN, 8 }, { 1, 0, 30 } };

enum { LESSONS = sizeof lessons / sizeof *lessons };

static void
put_lessons(const struct history *history)
{
	for (int l = 0; l < LESSONS; l++) {
		struct texts texts = { .n = 0 };

		put(history, "lessons", "l%d|%s|seen|changed|%s|%s", l,
		    key(&texts, 'p', lessons[l].phase), key(&texts, 'm', lessons[l].module),
		    date(history, &texts, lessons[l].day));
	}
}

/* Compares the reports of many days, made on the day itself and on the next. */
static void
compare_all(struct stage *stage, const char *subject,
    void (*expected)(const struct view *view, struct fil_bytes *text))
{
	static const char *const lists[] = { NULL, "self,test" };
	static const unsigned sets[] = { FIL_ANY_SOURCE, 1U << FIL_SELF | 1U << FIL_TEST };
	struct history *history = history_new(stage, 7);
	struct fil_report_request plain = fil_report_request(history->start);
	unsigned takes = fil_report_choose(subject, &plain, &stage->fault)->takes;
	size_t n = (takes & FIL_TAKES_SOURCES) != 0 ? 2 : 1;

	put_lessons(history);
	for (int day = 0; day < DAYS + 20; day += STEP)
		for (size_t i = 0; i < 2 * n; i++) {
			size_t which = i / 2;
			struct fil_report_request request =
			    fil_report_request(history->start + day + (int)(i % 2));
			struct view view = { history, day, sets[which] };

			request.as_of = history->start + day;
			request.sources = lists[which];
			request.stale_weeks = request.weeks = 1;
			request.min_group = 0; /* the definitions say nothing of small groups */
			compare_report(subject, &request, &view, expected);
		}
	free(history);
}

/* The definitions. */

/* The level of a day, UNKNOWN where none was recorded. */
static int
level_on(const struct view *view, int u, int d, int day)
{
	static const int strongest_first[] = { FIL_TEST, FIL_TRAINER, FIL_MANAGER, FIL_SELF,
		FIL_SYSTEM };

	for (size_t i = 0; i < FIL_SOURCES; i++) {
		int source = strongest_first[i];

		if (view->sources >> source & 1 &&
		    view->history->levels[u][d][day][source] != UNKNOWN)
			return view->history->levels[u][d][day][source];
	}
	return UNKNOWN;
}

/* The newest day up to `day` with a level, -1: none. */
static int
newest(const struct view *view, int u, int d, int day)
{
	if (day >= DAYS)
		day = DAYS - 1;
	while (day >= 0 && level_on(view, u, d, day) == UNKNOWN)
		day--;
	return day;
}

static int
level_by(const struct view *view, int u, int d, int day)
{
	int last = newest(view, u, d, day);

	return last < 0 ? UNKNOWN : level_on(view, u, d, last);
}

static bool
counts(const struct view *view, int u)
{
	const struct history *h = view->history;

	return !h->trainer[u] && h->arrived[u] <= view->day && h->left[u] > view->day;
}

static bool
measured(const struct view *view, int u)
{
	return level_by(view, u, 0, view->day) != UNKNOWN &&
	    level_by(view, u, 1, view->day) != UNKNOWN;
}

static bool
autonomous_by(const struct view *view, int u, int day)
{
	return level_by(view, u, 0, day) >= thresholds[0] &&
	    level_by(view, u, 1, day) >= thresholds[1];
}

/* The day of the first completion, NEVER: none by the view's day. */
static int
completed(const struct view *view, int u, int m, int assigned)
{
	for (int day = assigned; day < DAYS && day <= view->day; day++)
		if (view->history->outcomes[u][m][day] == 0)
			return day;
	return NEVER;
}

static bool
is_assigned(const struct view *view, int u, int m, int day)
{
	return day <= view->day && view->history->assignments[u][m][day].is;
}

/* Adds a count, and what divides it from the next. */
static void
add_count(struct fil_bytes *text, int count)
{
	fil_bytes_add_format(text, ",%d", count);
}

static void
add_share(struct fil_bytes *text, long long part, long long whole)
{
	char buffer[16];

	fil_bytes_add_format(text, ",%s", fil_share_write(part, whole, buffer));
}

static void
add_mean(struct fil_bytes *text, long long sum, long long count)
{
	char buffer[16];

	fil_bytes_add_format(text, ",%s", fil_share_write(sum, 100 * count, buffer));
}

static void
add_amount(struct fil_bytes *text, long long thousandths)
{
	char buffer[FIL_AMOUNT_SIZE];

	fil_amount_write(thousandths, buffer);
	fil_bytes_add_format(text, ",%s", buffer);
}

/* Values of which a median is taken. */
struct values {
	int list[USERS * DAYS * METHODS * ITEMS], n;
};

static int
by_value(const void *left, const void *right)
{
	return *(const int *)left - *(const int *)right;
}

/* Returns twice the median, -1 for none. */
static int
twice_median(struct values *values)
{
	qsort(values->list, (size_t)values->n, sizeof(int), by_value);
	return values->n == 0 ? -1
			      : values->list[(values->n - 1) / 2] + values->list[values->n / 2];
}

/* Adds half of a number with `per` to one: per is 1, 1000 or 2000. */
static void
add_half(struct fil_bytes *text, int twice, int per)
{
	int n;

	if (twice < 0) {
		fil_bytes_add_text(text, ",");
		return;
	}
	fil_bytes_add_format(text, ",%.5f", (double)twice / 2 / per);
	for (n = (int)text->length; text->data[n - 1] == '0'; n--)
		text->data[n - 1] = '\0';
	if (text->data[n - 1] == '.')
		text->data[--n] = '\0';
	text->length = (size_t)n;
}

/* Gains, and those that can be compared with users who waited. */
struct effects {
	int measured, gained, gain;
	int compared;
	double waiting, difference;
};

/* The first day on which a module was assigned to a user, NEVER: not by the view's day. */
static int
first_assigned(const struct view *view, int u, int m)
{
	for (int day = 0; day < DAYS; day++)
		if (is_assigned(view, u, m, day))
			return day;
	return NEVER;
}

/* Compares a gain with that of the users who waited for the module from that day and level on. */
static void
compare_waiting(
    const struct view *view, int m, int d, int day, int level, int gain, struct effects *effects)
{
	int waiting = 0, sum = 0;

	for (int u = 0; u < USERS; u++) {
		int assigned = first_assigned(view, u, m), end = day + 60, last;

		end = end < view->day ? end : view->day;
		if (assigned <= end || level_by(view, u, d, day) != level)
			continue;
		last = newest(view, u, d, end);
		if (last <= day)
			continue;
		waiting++;
		sum += level_on(view, u, d, last) - level;
	}
	if (waiting == 0)
		return;
	effects->compared++;
	effects->waiting += (double)sum / waiting;
	effects->difference += gain - (double)sum / waiting;
}

static void
add_effect(const struct view *view, int u, int m, int day, struct effects *effects)
{
	for (int d = 0; d < DIMENSIONS; d++) {
		int before = level_by(view, u, d, day), end = day + 60, last;

		if (module_dimensions[m] != UNKNOWN && module_dimensions[m] != d)
			continue;
		last = newest(view, u, d, end < view->day ? end : view->day);
		if (before == UNKNOWN || last <= day)
			continue;
		effects->measured++;
		effects->gained += level_on(view, u, d, last) > before;
		effects->gain += level_on(view, u, d, last) - before;
		compare_waiting(
		    view, m, d, day, before, level_on(view, u, d, last) - before, effects);
	}
}

/* Adds a mean with two decimals at most. */
static void
add_hundredths(struct fil_bytes *text, double sum, int n)
{
	double hundredths = n == 0 ? 0 : round(100 * sum / n + copysign(1e-9, sum));
	char number[320];
	size_t length;

	if (n == 0) {
		fil_bytes_add_text(text, ",");
		return;
	}
	snprintf(number, sizeof number, "%.2f", fabs(hundredths) / 100);
	for (length = strlen(number); number[length - 1] == '0'; length--)
		number[length - 1] = '\0';
	if (number[length - 1] == '.')
		number[length - 1] = '\0';
	fil_bytes_add_format(text, ",%s%s", hundredths < 0 ? "-" : "", number);
}

static void
expect_modules(const struct view *view, struct fil_bytes *text)
{
	for (int m = 0; m < MODULES; m++) {
		int assigned = 0, done = 0, overdue = 0;
		struct effects effects = { .measured = 0 };
		struct values days = { .n = 0 };

		for (int u = 0; u < USERS; u++)
			for (int day = 0; day < DAYS; day++) {
				int end = completed(view, u, m, day);

				if (!is_assigned(view, u, m, day))
					continue;
				assigned++;
				if (end == NEVER) {
					overdue +=
					    view->history->assignments[u][m][day].due < view->day;
					continue;
				}
				done++;
				days.list[days.n++] = end - day;
				add_effect(view, u, m, end, &effects);
			}
		fil_bytes_add_format(text, "m%02d,M,course", m);
		add_count(text, assigned);
		add_count(text, done);
		add_count(text, assigned - done);
		add_count(text, overdue);
		add_share(text, done, assigned);
		add_half(text, twice_median(&days), 1);
		add_count(text, effects.measured);
		add_count(text, effects.gained);
		add_mean(text, effects.gain, effects.measured);
		add_hundredths(text, effects.waiting, effects.compared);
		add_hundredths(text, effects.difference, effects.compared);
		fil_bytes_add_text(text, "\n");
	}
}

/* One user's newest practice of a routine. */
struct newest_practice {
	int method, acceptance, power; /* UNKNOWN */
};

/* A routine, over all users. */
struct practiced {
	int uses[METHODS], results[METHODS], better, equivalent[METHODS];
	struct values minutes[METHODS]; /* twice the median of each user */
	double shares[METHODS]; /* sum of users' shares of equivalent results */
	int result_users[METHODS];
	int back[USERS]; /* days until as fast as before; ~days where that was not seen */
	int n_back;
};

/* A routine of one user. */
struct practiced_by {
	struct values minutes[METHODS];
	int days[METHODS][DAYS * ITEMS]; /* of the minutes */
	int results[METHODS], equivalent[METHODS];
};

static struct newest_practice
look_at_user(const struct view *view, int u, int r, struct practiced *all, struct practiced_by *by)
{
	struct newest_practice last = { UNKNOWN, UNKNOWN, UNKNOWN };

	for (int day = 0; day < DAYS && day <= view->day; day++)
		for (int method = 0; method < METHODS; method++)
			for (int item = 0; item < ITEMS; item++) {
				const struct practice *p =
				    &view->history->practices[u][r][day][method][item];

				if (!p->is)
					continue;
				last.method = method;
				all->uses[method] += p->uses;
				if (p->minutes != UNKNOWN) {
					by->days[method][by->minutes[method].n] = day;
					by->minutes[method].list[by->minutes[method].n++] =
					    p->minutes;
				}
				by->results[method] += p->result != UNKNOWN;
				by->equivalent[method] += p->result == 0 || p->result == 1;
				if (method == 0)
					continue;
				all->better += p->result == 0;
				if (p->acceptance != UNKNOWN)
					last.acceptance = p->acceptance + 1;
				if (p->power != UNKNOWN)
					last.power = p->power + 1;
			}
	return last;
}

/* Adds a user to a routine. */
static void
add_practiced(struct practiced *all, struct practiced_by *by)
{
	int old, first = UNKNOWN, unsorted[DAYS * ITEMS], n = by->minutes[1].n;

	memcpy(unsorted, by->minutes[1].list, (size_t)n * sizeof *unsorted);
	for (int method = 0; method < METHODS; method++) {
		int twice = twice_median(&by->minutes[method]);

		if (twice >= 0)
			all->minutes[method].list[all->minutes[method].n++] = twice;
		all->results[method] += by->results[method];
		all->equivalent[method] += by->equivalent[method];
		if (by->results[method] == 0)
			continue;
		all->result_users[method]++;
		all->shares[method] += (double)by->equivalent[method] / by->results[method];
	}
	old = twice_median(&by->minutes[0]);
	for (int i = n - 1; i >= 0; i--)
		if (2 * unsorted[i] <= old)
			first = i;
	if (old < 0 || n == 0)
		return;
	all->back[all->n_back++] = first == UNKNOWN ? ~(by->days[1][n - 1] - by->days[1][0])
						    : by->days[1][first] - by->days[1][0];
}

/* The first number of days within which half were as fast as before, UNKNOWN: none. */
static int
median_back(const struct practiced *all)
{
	double share = 1;

	for (int day = 0; day < DAYS; day++) {
		int at_risk = 0, events = 0;

		for (int i = 0; i < all->n_back; i++) {
			int back = all->back[i];

			at_risk += (back < 0 ? ~back : back) >= day;
			events += back == day;
		}
		if (at_risk > 0)
			share -= share * events / at_risk;
		if (share <= 0.5 + 1e-9)
			return day;
	}
	return UNKNOWN;
}

/* Adds a fraction in percent; users 0: unknown. */
static void
add_fraction(struct fil_bytes *text, double fraction, int users)
{
	double tenths = floor(1000 * fabs(fraction) + 0.5 + 1e-9);

	if (users == 0)
		fil_bytes_add_text(text, ",");
	else
		fil_bytes_add_format(
		    text, ",%s%.1f", fraction < 0 && tenths > 0 ? "-" : "", tenths / 10);
}

/* Adds the results of both methods. */
static void
add_results(const struct practiced *all, struct fil_bytes *text)
{
	const int *users = all->result_users;
	double new = users[1] == 0 ? 0 : all->shares[1] / users[1];
	double old = users[0] == 0 ? 0 : all->shares[0] / users[0];

	add_count(text, all->results[1]);
	add_share(text, all->equivalent[1], all->results[1]);
	add_count(text, users[1]);
	add_fraction(text, new, users[1]);
	add_count(text, all->results[0]);
	add_share(text, all->equivalent[0], all->results[0]);
	add_fraction(text, old, users[0]);
	add_fraction(text, new - old, users[0] * users[1]);
	add_share(text, all->better, all->results[1]);
}

static void
expect_routines(const struct view *view, struct fil_bytes *text)
{
	for (int r = 0; r < ROUTINES; r++) {
		struct practiced all = { .better = 0 };
		int users = 0, adopters = 0, acceptances = 0, acceptance = 0, powers = 0, power = 0;
		int old, new, back;

		for (int u = 0; u < USERS; u++) {
			struct practiced_by by = { .results = { 0 } };
			struct newest_practice last = look_at_user(view, u, r, &all, &by);

			add_practiced(&all, &by);
			users += last.method != UNKNOWN;
			adopters += last.method == 1;
			acceptances += last.acceptance != UNKNOWN;
			acceptance += last.acceptance == UNKNOWN ? 0 : last.acceptance;
			powers += last.power != UNKNOWN;
			power += last.power == UNKNOWN ? 0 : last.power;
		}
		old = twice_median(&all.minutes[0]);
		new = twice_median(&all.minutes[1]);
		back = median_back(&all);
		fil_bytes_add_format(text, "r%02d,R,%d,%d", r, users, adopters);
		add_share(text, adopters, users);
		fil_bytes_add_format(text, ",%d,%d", all.uses[0], all.uses[1]);
		add_half(text, old, 2000);
		add_half(text, new, 2000);
		add_share(text, old - new, old < 0 || new < 0 ? 0 : old);
		add_half(text, back == UNKNOWN ? UNKNOWN : 2 * back, 1);
		add_results(&all, text);
		add_count(text, acceptances);
		add_mean(text, acceptance, acceptances);
		add_count(text, powers);
		add_mean(text, power, powers);
		fil_bytes_add_text(text, "\n");
	}
}

static void
expect_promises(const struct view *view, struct fil_bytes *text)
{
	for (int p = 0; p < PROMISES; p++) {
		int n[3] = { 0, 0, 0 }, voices;
		const char *status = "mixed";

		if (view->history->made[p] > view->day)
			continue;
		for (int u = 0; u < USERS; u++) {
			int last = view->day < DAYS ? view->day : DAYS - 1;

			while (last >= 0 && view->history->verdicts[p][u][last] == UNKNOWN)
				last--;
			if (last >= 0)
				n[view->history->verdicts[p][u][last]]++;
		}
		voices = n[0] + n[1] + n[2];
		if (voices == 0)
			status = "untested";
		else if (n[0] == voices)
			status = "kept";
		else if (n[2] == voices)
			status = "broken";
		fil_bytes_add_format(
		    text, "p%02d,limit,S,,%d,%d,%d,%d", p, voices, n[0], n[1], n[2]);
		add_share(text, n[0], voices);
		fil_bytes_add_format(text, ",%s\n", status);
	}
}

/* The first day autonomous, NEVER: none. */
static int
first_autonomous(const struct view *view, int u)
{
	for (int day = 0; day < DAYS; day++)
		if (autonomous_by(view, u, day))
			return day;
	return NEVER;
}

/* The first day by which half of the enrolled are there, NEVER: none. */
static int
median_days(const struct view *view, int p)
{
	double share = 1;

	for (int t = 1; t <= view->day; t++) {
		int at_risk = 0, events = 0;

		for (int u = 0; u < USERS; u++) {
			int from = view->history->enrolled[u][p];
			int there = first_autonomous(view, u), end = view->history->left[u];

			end = end < view->day ? end : view->day;
			if (view->history->trainer[u] || from > view->day || there <= from ||
			    view->history->arrived[u] > view->day)
				continue;
			at_risk += (there < end ? there : end) - from >= t;
			events += there <= end && there - from == t;
		}
		share *= at_risk == 0 ? 1 : 1 - (double)events / at_risk;
		if (share <= 0.5 + 1e-9)
			return t;
	}
	return NEVER;
}

static void
expect_phase(const struct view *view, int p, struct fil_bytes *text)
{
	const struct history *h = view->history;
	int users = 0, known = 0, met = 0, median = median_days(view, p), assigned = 0, done = 0;
	long long spent = 0;

	for (int u = 0; u < USERS; u++) {
		bool in = counts(view, u) && h->enrolled[u][p] <= view->day;

		users += in;
		known += in && measured(view, u);
		met += in && autonomous_by(view, u, view->day);
		for (int day = 0; day < DAYS && day <= view->day; day++) {
			for (int m = 0; m < MODULES; m++) {
				if (!counts(view, u) || !is_assigned(view, u, m, day) ||
				    h->assignments[u][m][day].phase != p)
					continue;
				assigned++;
				done += completed(view, u, m, day) != NEVER;
			}
			for (int item = 0; item < ITEMS; item++)
				if (h->efforts[u][day][item] != UNKNOWN &&
				    h->effort_phases[u][day][item] == p)
					spent += h->efforts[u][day][item];
		}
	}
	fil_bytes_add_format(text, ",%d,%d,%d", users, known, met);
	add_share(text, met, users);
	add_share(text, met + users - known, users);
	if (median == NEVER)
		fil_bytes_add_text(text, ",");
	else
		add_count(text, median);
	add_count(text, assigned);
	add_count(text, done);
	add_amount(text, spent);
}

static void
expect_phases(const struct view *view, struct fil_bytes *text)
{
	for (int p = 0; p < PHASES; p++) {
		struct texts texts = { .n = 0 };

		fil_bytes_add_format(text, "p%02d,P,pilot,%s,", p,
		    date(view->history, &texts, view->history->begins[p]));
		expect_phase(view, p, text);
		fil_bytes_add_text(text, "\n");
	}
}

/* The days on which a need was expressed first without support since, and last; NEVER: none. */
static void
look_at_need(const struct view *view, int u, int n, int *uncovered, int *last)
{
	*uncovered = *last = NEVER;
	for (int day = 0; day < DAYS && day <= view->day; day++) {
		bool covered = false;

		if (!view->history->needs[u][n][day])
			continue;
		*last = day;
		for (int later = day; later < DAYS && need_modules[n] != UNKNOWN; later++)
			covered |= is_assigned(view, u, need_modules[n], later);
		if (!covered && *uncovered == NEVER)
			*uncovered = day;
	}
}

static void
expect_needs(const struct view *view, struct fil_bytes *text)
{
	for (int n = 0; n < NEEDS; n++) {
		int users = 0, open = 0, uncovered, last;

		for (int u = 0; u < USERS; u++) {
			look_at_need(view, u, n, &uncovered, &last);
			users += last != NEVER;
			open += uncovered != NEVER;
		}
		if (users > 0)
			fil_bytes_add_format(
			    text, "n%02d,%d,%d,%d\n", n, users, users - open, open);
	}
}

/* Adds up what a user planned and spent; returns whether there is anything, and planned[1] whether
 * anything was planned. */
static bool
look_at_time(const struct view *view, int u, long long planned[2], long long *spent)
{
	bool any = false;

	planned[0] = planned[1] = *spent = 0;
	for (int p = 0; p < PHASES; p++)
		if (view->history->commitments[u][p] != UNKNOWN &&
		    view->history->begins[p] <= view->day) {
			planned[0] += view->history->commitments[u][p];
			planned[1] = 1;
		}
	for (int day = 0; day < DAYS && day <= view->day; day++)
		for (int item = 0; item < ITEMS; item++)
			if (view->history->efforts[u][day][item] != UNKNOWN) {
				*spent += view->history->efforts[u][day][item];
				any = true;
			}
	return any || planned[1] > 0;
}

static void
expect_commitment(const struct view *view, struct fil_bytes *text)
{
	int autonomous = 0;

	for (int u = 0; u < USERS; u++)
		autonomous += counts(view, u) && autonomous_by(view, u, view->day);
	for (int trainers = 1; trainers >= 0; trainers--) {
		long long planned[2], spent, all_planned = 0, all_spent = 0;
		int users = 0, honoured = 0;

		for (int u = 0; u < USERS; u++) {
			if (view->history->trainer[u] != trainers ||
			    !look_at_time(view, u, planned, &spent))
				continue;
			users++;
			honoured += planned[1] > 0 && spent >= planned[0];
			all_planned += planned[0];
			all_spent += spent;
		}
		if (users == 0)
			continue;
		fil_bytes_add_format(text, "%s,%d", trainers ? "trainer" : "user", users);
		add_amount(text, all_planned);
		add_amount(text, all_spent);
		add_share(text, all_spent, all_planned);
		add_count(text, honoured);
		add_mean(text, all_spent, 1000LL * autonomous);
		fil_bytes_add_text(text, "\n");
	}
}

/* Whom to see. */
struct visit {
	char reasons[64];
	int since, open, overdue, trainer;
};

static void
note(struct visit *visit, const char *reason, int since)
{
	if (!strstr(visit->reasons, reason)) {
		size_t n = strlen(visit->reasons);

		snprintf(visit->reasons + n, sizeof visit->reasons - n, "%s%s", n > 0 ? " " : "",
		    reason);
	}
	if (since != UNKNOWN && since < visit->since)
		visit->since = since;
}

/* The day of the last rise, -1: none; *fell whether the newest level is lower than the one before. */
static int
last_rise(const struct view *view, int u, int d, bool *fell)
{
	int before = UNKNOWN, rise = -1;

	*fell = false;
	for (int i = 0; i <= view->day && i < DAYS; i++) {
		int level = level_on(view, u, d, i);

		if (level == UNKNOWN)
			continue;
		*fell = level < before;
		if (level > before)
			rise = i;
		before = level;
	}
	return rise;
}

static void
visit_levels(const struct view *view, int u, struct visit *visit)
{
	int first = NEVER, latest = -1, since[DIMENSIONS], last[DIMENSIONS];
	bool fell[DIMENSIONS];

	for (int p = 0; p < PHASES; p++) {
		int enrolled = view->history->enrolled[u][p];

		if (enrolled > view->day)
			continue;
		first = enrolled < first ? enrolled : first;
		latest = enrolled > latest ? enrolled : latest;
	}
	if (first == NEVER)
		first = view->history->arrived[u];
	for (int d = 0; d < DIMENSIONS; d++) {
		since[d] = last_rise(view, u, d, &fell[d]);
		last[d] = newest(view, u, d, view->day);
		since[d] = latest > since[d] ? latest : since[d];
	}
	for (int d = 0; d < DIMENSIONS; d++)
		if (last[d] >= 0 && level_on(view, u, d, last[d]) < thresholds[d] &&
		    view->day - since[d] >= 7)
			note(visit, "stalled", since[d]);
	for (int d = 0; d < DIMENSIONS; d++)
		if (fell[d])
			note(visit, "fell", last[d]);
	if (!measured(view, u))
		note(visit, "unmeasured", first);
	for (int d = 0; d < DIMENSIONS; d++)
		if (measured(view, u) && view->day - last[d] > 7)
			note(visit, "stale", last[d]);
}

static void
visit_support(const struct view *view, int u, struct visit *visit)
{
	int trained = -1;

	for (int m = 0; m < MODULES; m++)
		for (int day = 0; day < DAYS; day++) {
			const struct assignment *a = &view->history->assignments[u][m][day];

			if (!is_assigned(view, u, m, day))
				continue;
			if (a->trainer != UNKNOWN && day >= trained) {
				trained = day;
				visit->trainer = a->trainer;
			}
			if (completed(view, u, m, day) != NEVER)
				continue;
			visit->open++;
			visit->overdue += a->due < view->day;
			if (a->due < view->day)
				note(visit, "overdue", a->due);
		}
}

/* Adds the row of a user who is to be seen since that day. */
static void
expect_visit(const struct view *view, int u, int since, struct fil_bytes *text)
{
	struct visit visit = { "", NEVER, 0, 0, UNKNOWN };
	struct texts texts = { .n = 0 };

	if (!counts(view, u))
		return;
	visit_levels(view, u, &visit);
	visit_support(view, u, &visit);
	for (int n = 0; n < NEEDS; n++) {
		int uncovered, last;

		look_at_need(view, u, n, &uncovered, &last);
		if (uncovered != NEVER)
			note(&visit, "need", uncovered);
	}
	if (*visit.reasons != '\0' && visit.since == since)
		fil_bytes_add_format(text, "u%02d,N,,u%02d@e,%s,%s,%s,%d,%d\n", u, u,
		    key(&texts, 'u', visit.trainer), visit.reasons,
		    date(view->history, &texts, since), visit.open, visit.overdue);
}

static void
expect_followup(const struct view *view, struct fil_bytes *text)
{
	for (int since = 0; since <= DAYS; since++)
		for (int u = 0; u < USERS; u++)
			expect_visit(view, u, since == DAYS ? NEVER : since, text);
}

/* Whether a phase is the lesson's own, or, after, another that has begun after the lesson. */
static bool
is_of_lesson(const struct view *view, int l, int phase, bool after)
{
	int begins = view->history->begins[phase];

	if (phase == lessons[l].phase || !after)
		return phase == lessons[l].phase && !after;
	return begins > lessons[l].day && begins <= view->day;
}

/* Adds the share of users autonomous in the phases before or after a lesson. */
static void
add_lesson_share(const struct view *view, int l, bool after, struct fil_bytes *text)
{
	int users = 0, autonomous = 0;

	for (int u = 0; u < USERS; u++) {
		bool enrolled = false;

		for (int p = 0; p < PHASES; p++)
			enrolled |= view->history->enrolled[u][p] <= view->day &&
			    is_of_lesson(view, l, p, after);
		users += enrolled && counts(view, u);
		autonomous += enrolled && counts(view, u) && autonomous_by(view, u, view->day);
	}
	add_share(text, autonomous, users);
}

static void
expect_lessons(const struct view *view, struct fil_bytes *text)
{
	for (int l = 0; l < LESSONS; l++) {
		struct effects effects = { .measured = 0 };
		struct texts texts = { .n = 0 };
		int m = lessons[l].module;

		if (lessons[l].day > view->day)
			continue;
		for (int u = 0; u < USERS && m != UNKNOWN; u++)
			for (int day = 0; day < DAYS; day++) {
				int p = view->history->assignments[u][m][day].phase;
				int end = completed(view, u, m, day);

				if (!is_assigned(view, u, m, day) || end == NEVER || p == UNKNOWN)
					continue;
				if (is_of_lesson(view, l, p, false) ||
				    is_of_lesson(view, l, p, true))
					add_effect(view, u, m, end, &effects);
			}
		fil_bytes_add_format(text, "l%d,%s,seen,changed,%s,%s", l,
		    key(&texts, 'p', lessons[l].phase), key(&texts, 'm', m),
		    date(view->history, &texts, lessons[l].day));
		add_lesson_share(view, l, false, text);
		add_lesson_share(view, l, true, text);
		add_mean(text, effects.gain, effects.measured);
		fil_bytes_add_text(text, "\n");
	}
}

static void
modules__random_history__agrees_with_the_definitions(void **state)
{
	compare_all(*state, "modules", expect_modules);
}

static void
routines__random_history__agrees_with_the_definitions(void **state)
{
	compare_all(*state, "routines", expect_routines);
}

static void
promises__random_history__agrees_with_the_definitions(void **state)
{
	compare_all(*state, "promises", expect_promises);
}

static void
phases__random_history__agrees_with_the_definitions(void **state)
{
	compare_all(*state, "phases", expect_phases);
}

static void
lessons__random_history__agrees_with_the_definitions(void **state)
{
	compare_all(*state, "lessons", expect_lessons);
}

static void
needs__random_history__agrees_with_the_definitions(void **state)
{
	compare_all(*state, "needs", expect_needs);
}

static void
commitment__random_history__agrees_with_the_definitions(void **state)
{
	compare_all(*state, "commitment", expect_commitment);
}

static void
followup__random_history__agrees_with_the_definitions(void **state)
{
	compare_all(*state, "followup", expect_followup);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(modules__random_history__agrees_with_the_definitions),
		ON_STAGE(routines__random_history__agrees_with_the_definitions),
		ON_STAGE(promises__random_history__agrees_with_the_definitions),
		ON_STAGE(phases__random_history__agrees_with_the_definitions),
		ON_STAGE(lessons__random_history__agrees_with_the_definitions),
		ON_STAGE(needs__random_history__agrees_with_the_definitions),
		ON_STAGE(commitment__random_history__agrees_with_the_definitions),
		ON_STAGE(followup__random_history__agrees_with_the_definitions),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
