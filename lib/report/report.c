/* SPDX-License-Identifier: ISC */
#include "lib/report/report.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/base/text.h"
#include "lib/catalog/filter.h"
#include "lib/levels/standing.h"
#include "lib/output/csv.h"
#include "lib/report/figures.h"
#include "lib/users/enrolment.h"
#include "lib/users/population.h"

/* The build writes one SUBJECT(name) for each file of lib/report/subjects. */
#define SUBJECT(name) extern const struct fil_report_subject fil_report_##name;
#include "report/subjects.inc"
#undef SUBJECT

#define SUBJECT(name) &fil_report_##name,
static const struct fil_report_subject *const subjects[] = {
#include "report/subjects.inc"
};
#undef SUBJECT

enum { SUBJECTS = sizeof subjects / sizeof subjects[0] };

/* The most weeks of an option: twenty years. */
enum { MOST_WEEKS = 1040 };

/* A condition of --require. Each has its own filter, so that the message can name the condition. */
struct requirement {
	const char *condition;
	struct fil_filter *filter;
	struct fil_report_basis basis; /* of its figure, once bound */
};

struct fil_requirements {
	struct requirement *list;
	size_t n, n_columns;
};

/* Sets a field of the request. */
static void
set(struct fil_report_request *request, const struct fil_report_option *option, const void *value,
    size_t size)
{
	memcpy((char *)request + option->field, value, size);
}

static int
read_flag(struct fil_report_request *request, const struct fil_report_option *option,
    const char *text, struct fil_fault *fault)
{
	(void)text;
	(void)fault;
	set(request, option, &(bool){ true }, sizeof(bool));
	return 0;
}

static int
read_text(struct fil_report_request *request, const struct fil_report_option *option,
    const char *text, struct fil_fault *fault)
{
	(void)fault;
	set(request, option, &text, sizeof text);
	return 0;
}

static int
read_number(struct fil_report_request *request, const struct fil_report_option *option,
    const char *text, struct fil_fault *fault)
{
	long long number;

	if (fil_number_read(text, option->least, option->most, &number) < 0)
		return fil_fault_set(fault, FIL_USAGE, "'%s' is not a whole number from %u to %u",
		    text, option->least, option->most);
	set(request, option, &(unsigned){ (unsigned)number }, sizeof(unsigned));
	return 0;
}

static int
read_date(struct fil_report_request *request, const struct fil_report_option *option,
    const char *text, struct fil_fault *fault)
{
	fil_day day;

	if (fil_date_relative(text, request->today, request->today, &day) < 0)
		return fil_fault_set(fault, FIL_USAGE,
		    "'%s' is not a date (2024-03-31, today, last-sunday, -2w)", text);
	set(request, option, &day, sizeof day);
	return 0;
}

static int
read_by(struct fil_report_request *request, const struct fil_report_option *option,
    const char *text, struct fil_fault *fault)
{
	(void)option;
	request->by_reason = strcmp(text, "reason") == 0;
	request->by = FIL_BY_NONE;
	return request->by_reason ? 0 : fil_by_read(text, &request->by, fault);
}

static int
read_from(struct fil_report_request *request, const struct fil_report_option *option,
    const char *text, struct fil_fault *fault)
{
	(void)option;
	if (strcmp(text, "enrolled") != 0 && strcmp(text, "arrived") != 0)
		return fil_fault_set(
		    fault, FIL_USAGE, "'%s' is not one of enrolled, arrived", text);
	request->from = *text == 'e' ? FIL_FROM_ENROLLED : FIL_FROM_ARRIVED;
	return 0;
}

static int
read_condition(struct fil_report_request *request, const struct fil_report_option *option,
    const char *text, struct fil_fault *fault)
{
	struct fil_requirements *requirements = request->requirements;
	struct requirement *requirement;

	(void)option;
	if (!requirements)
		requirements = request->requirements = fil_alloc(1, sizeof *requirements);
	requirements->list =
	    fil_resize(requirements->list, requirements->n + 1, sizeof *requirements->list);
	requirement = &requirements->list[requirements->n++];
	*requirement = (struct requirement){ .condition = text, .filter = fil_filter_new() };
	return fil_filter_add(requirement->filter, text, fault);
}

#define FIELD(name) .field = offsetof(struct fil_report_request, name)

const struct fil_report_option fil_report_options[] = {
	{ "as-of", "DATE", N_("count only facts dated up to DATE (default: today)"),
	    .read = read_date, FIELD(as_of) },
	{ "by", "COLUMN", N_("group by unit, job, manager, phase … (default: none)"),
	    FIL_TAKES_GROUPS, .read = read_by, .values = "unit job manager phase kind role" },
	{ "depth", "N", N_("cut a unit's path after N parts (default: whole path)"),
	    FIL_TAKES_GROUPS, .read = read_number, FIELD(depth), 1, INT_MAX },
	{ "min-group", "N", N_("merge groups of under N users, 0: none (default: 5)"),
	    FIL_TAKES_MINIMUM, .read = read_number, FIELD(min_group), 0, INT_MAX },
	{ "weeks", "N", N_("look back N weeks (default: 4; progress, forecast: 12)"),
	    FIL_TAKES_WEEKS, .read = read_number, FIELD(weeks), 1, MOST_WEEKS },
	{ "stale", "WEEKS", N_("count a level as stale after WEEKS (default: 12)"), FIL_TAKES_STALE,
	    .read = read_number, FIELD(stale_weeks), 0, MOST_WEEKS },
	{ "source", "LIST", N_("count only levels from these sources (default: all)"),
	    FIL_TAKES_SOURCES, .read = read_text, FIELD(sources), .values = ",autonomy.source" },
	{ "role", "LIST", N_("count users of these roles (default: user)"), FIL_TAKES_ROLES,
	    .read = read_text, FIELD(selection.roles), .values = ",users.role" },
	{ "dimension", "D", N_("count only this dimension (default: all)"), FIL_TAKES_DIMENSION,
	    .read = read_text, FIELD(dimension), .values = "dimensions.dimension" },
	{ "total", NULL, N_("add a last row with the totals (default: none)"), FIL_TAKES_TOTAL,
	    .read = read_flag, FIELD(total) },
	{ "from", "ORIGIN", N_("count from 'enrolled' or 'arrived' (default: enrolled)"),
	    .subject = "time", .read = read_from, .values = "enrolled arrived" },
	{ "origin", "DATE", N_("count earlier arrivals from DATE (default: first phase)"),
	    .subject = "time", .read = read_date, FIELD(origin) },
	{ "measured", NULL, N_("leave out users never measured since (default: keep)"),
	    .subject = "time", .read = read_flag, FIELD(measured) },
	{ "compare", NULL, N_("test whether groups differ (default: their figures)"),
	    .subject = "time", .read = read_flag, FIELD(compare) },
	{ "curve", NULL, N_("print the curve day by day (default: the figures)"), .subject = "time",
	    .read = read_flag, FIELD(curve) },
	{ "at", "DAYS", N_("print the curve every so many days (default: each)"), .subject = "time",
	    .read = read_number, FIELD(at), 1, INT_MAX },
	{ "target", "PCT", N_("set the share of autonomous users (default: 80)"),
	    .subject = "forecast", .read = read_number, FIELD(target), 1, 100 },
	{ "score", NULL, N_("compare past forecasts with the facts (default: one)"),
	    .subject = "forecast", .read = read_flag, FIELD(score) },
	{ "margin", "POINTS", N_("allow POINTS fewer good results (default: 10)"),
	    .subject = "routines", .read = read_number, FIELD(margin), 0, 100 },
	{ "like", "PHASE", N_("expect of users to come what PHASE showed (default: none)"),
	    FIL_TAKES_WAVE, .group = "wave", .read = read_text, FIELD(wave.like),
	    .values = "phases.phase" },
	{ "users", "N", N_("set the number of users to come"), FIL_TAKES_WAVE, .group = "wave",
	    .read = read_number, FIELD(wave.users), 1, INT_MAX },
	{ "begins", "DATE", N_("set the day on which they begin"), FIL_TAKES_WAVE, .group = "wave",
	    .read = read_date, FIELD(wave.begins) },
	{ "gate", NULL, N_("exit 1 unless all criteria hold (default: print them)"),
	    .subject = "readiness", .read = read_flag, FIELD(gate) },
	{ "require", "COND", N_("exit 1 unless every row satisfies COND (default: none)"),
	    .read = read_condition },
	{ 0 },
};

struct fil_report_request
fil_report_request(fil_day today)
{
	return (struct fil_report_request){ .today = today,
		.as_of = today,
		.origin = FIL_NEVER,
		.wave = { .begins = FIL_NEVER },
		.min_group = 5,
		.stale_weeks = 12,
		.target = 80,
		.margin = 10 };
}

int
fil_report_request_take(
    struct fil_report_request *request, size_t i, const char *argument, struct fil_fault *fault)
{
	const struct fil_report_option *option = &fil_report_options[i];

	request->given |= 1U << i;
	return option->read(request, option, argument, fault);
}

void
fil_report_request_release(struct fil_report_request *request)
{
	struct fil_requirements *requirements = request->requirements;

	if (!requirements)
		return;
	for (size_t i = 0; i < requirements->n; i++)
		fil_filter_free(requirements->list[i].filter);
	free(requirements->list);
	free(requirements);
	request->requirements = NULL;
}

const struct fil_report_subject *
fil_report_subject(size_t i)
{
	return i < SUBJECTS ? subjects[i] : NULL;
}

static const struct fil_report_subject *
find_subject(const char *name, struct fil_fault *fault)
{
	const char *names[SUBJECTS];
	struct fil_bytes list = { 0 };

	for (size_t i = 0; i < SUBJECTS; i++) {
		if (name && strcmp(subjects[i]->name, name) == 0)
			return subjects[i];
		names[i] = subjects[i]->name;
	}
	for (size_t i = 0; i < SUBJECTS; i++)
		fil_bytes_add_format(&list, "%s%s", i == 0 ? "" : ", ", names[i]);
	if (!name)
		fil_fault_set(fault, FIL_USAGE, "no subject; there are %s", list.data);
	else
		fil_fault_set(fault, FIL_USAGE, "'%s' is not a subject", name);
	if (name && !fil_fault_suggest(fault, name, names, SUBJECTS))
		fil_fault_set(fault, FIL_USAGE, "%s; there are %s", fault->text, list.data);
	fil_bytes_release(&list);
	return NULL;
}

bool
fil_report_takes(const struct fil_report_subject *subject, const struct fil_report_option *option)
{
	if (option->subject)
		return strcmp(option->subject, subject->name) == 0;
	return (option->takes & ~subject->takes) == 0;
}

static bool
is_taken(const struct fil_report_subject *subject, const struct fil_report_request *request,
    const struct fil_report_option *option)
{
	if (option->read == read_by && request->by_reason)
		return (subject->takes & FIL_TAKES_REASON) != 0;
	return fil_report_takes(subject, option);
}

const struct fil_report_subject *
fil_report_choose(
    const char *name, const struct fil_report_request *request, struct fil_fault *fault)
{
	const struct fil_report_subject *subject = find_subject(name, fault);
	const struct fil_report_option *options = fil_report_options;

	for (size_t i = 0; subject && options[i].name; i++) {
		if ((request->given >> i & 1) == 0 || is_taken(subject, request, &options[i]))
			continue;
		if (options[i].read == read_by && request->by_reason)
			fil_fault_set(fault, FIL_USAGE, "--by reason does not apply to %s", name);
		else if (options[i].read == read_by && (subject->takes & FIL_TAKES_REASON) != 0)
			fil_fault_set(fault, FIL_USAGE,
			    "--by does not apply to %s, except --by reason", name);
		else
			fil_fault_set(
			    fault, FIL_USAGE, "--%s does not apply to %s", options[i].name, name);
		subject = NULL;
	}
	if (subject && request->depth > 0 && request->by != FIL_BY_UNIT) {
		fil_fault_set(fault, FIL_USAGE, "--depth needs --by unit: only units have paths");
		subject = NULL;
	}
	return subject;
}

bool
fil_report_selects(const struct fil_report_request *request)
{
	const struct fil_selection *selection = &request->selection;

	return selection->phase || selection->roles || fil_selection_has_conditions(selection);
}

struct fil_group_rows_request
fil_report_groups(const struct fil_report_request *request, size_t n, const char *const *names,
    const size_t *users)
{
	return (struct fil_group_rows_request){ .by = request->by,
		.minimum = request->min_group,
		.n = n,
		.names = names,
		.users = users,
		.narrowed = fil_report_selects(request) };
}

int
fil_report_narrow(struct fil_store *store, const struct fil_report_request *request, fil_day day,
    struct fil_group_rows_request *groups, struct fil_fault *fault)
{
	struct fil_selection present = request->selection;
	struct fil_population *population;
	size_t people = 0, others = 0;

	for (size_t g = 0; g < groups->n; g++) {
		people += groups->users[g];
		others += groups->others ? groups->others[g] : 0;
	}
	if (groups->narrowed || !fil_report_are_few(request, people))
		return 0;
	groups->narrowed = people + others >= request->min_group;
	if (groups->narrowed)
		return 0;
	present.active = true;
	population = fil_population_new(store, &present, FIL_BY_NONE, 0, day, fault);
	if (!population)
		return -1;
	groups->narrowed = fil_population_size(population, 0, 0) >= request->min_group;
	fil_population_free(population);
	return 0;
}

bool
fil_report_are_few(const struct fil_report_request *request, size_t people)
{
	return people > 0 && people < request->min_group;
}

bool
fil_report_is_one(const struct fil_report_request *request, size_t people)
{
	return people == 1 && fil_report_are_few(request, people);
}

/* Hides, for one thing, the row of the fewest people that is not hidden. Returns whether there is one. */
static bool
hide_fewest(
    size_t n, const size_t *people, const struct fil_thing_row *things, size_t thing, bool *hidden)
{
	size_t fewest = FIL_NOWHERE;

	for (size_t row = 0; row < n; row++)
		if (people[row] > 0 && !hidden[row] && (!things || things[row].thing == thing) &&
		    (fewest == FIL_NOWHERE || people[row] < people[fewest]))
			fewest = row;
	if (fewest != FIL_NOWHERE)
		hidden[fewest] = true;
	return fewest != FIL_NOWHERE;
}

size_t
fil_report_hide_few(const struct fil_report_request *request, size_t n, const size_t *people,
    const struct fil_thing_row *things, bool *hidden)
{
	size_t room = 1, others = 0, *rest;

	for (size_t row = 0; things && row < n; row++)
		if (things[row].thing >= room)
			room = things[row].thing + 1;
	rest = fil_alloc(room, sizeof *rest);
	for (size_t row = 0; row < n; row++)
		if ((hidden[row] |= fil_report_are_few(request, people[row])))
			rest[things ? things[row].thing : 0] += people[row];
	/* Any other row has enough people. */
	for (size_t thing = 0; thing < room; thing++)
		if (fil_report_are_few(request, rest[thing]))
			others += hide_fewest(n, people, things, thing, hidden);
	free(rest);
	return others;
}

/* A sink in front of another: empties the figures of few people, and counts what is left out. Rounds
 * the others. */
struct discretion {
	const struct fil_report_subject *subject;
	const struct fil_report_request *request;
	const struct fil_report_sink *sink;
	bool open; /* nothing is emptied */
	/* The column that counts the people of a row, or the first figure of a group without one;
	 * FIL_NOWHERE: none. */
	size_t people, n_columns;
	unsigned *decimals; /* of each column, as in struct fil_output_column */
	size_t rows, empty, merged;
	unsigned why; /* FIL_MERGED_… */
};

static void
discreet_columns(void *context, const struct fil_output_column *columns, size_t n)
{
	struct discretion *discretion = context;
	const char *people = discretion->subject->people;

	discretion->people = strcmp(columns[0].name, "group") == 0 ? 1 : FIL_NOWHERE;
	discretion->n_columns = n;
	discretion->decimals = fil_resize(discretion->decimals, n, sizeof *discretion->decimals);
	for (size_t i = 0; i < n; i++) {
		discretion->decimals[i] = columns[i].decimals;
		if (strcmp(columns[i].name, people ? people : "users") == 0)
			discretion->people = i;
	}
	discretion->sink->columns(discretion->sink->context, columns, n);
}

/* Gives a row with its figures rounded, and then as it is. */
static void
give_rounded(const struct discretion *discretion, const char *const *cells)
{
	const struct fil_report_sink *sink = discretion->sink;
	size_t n = discretion->n_columns;
	const char **shown = fil_alloc(n, sizeof *shown);
	char(*texts)[FIL_AMOUNT_SIZE] = fil_alloc(n, sizeof *texts);

	for (size_t i = 0; i < n; i++)
		shown[i] = cells[i] && *cells[i] != '\0' && discretion->decimals[i] > 0
		    ? fil_figure_round(cells[i], discretion->decimals[i], texts[i])
		    : cells[i];
	sink->row(sink->context, shown);
	if (sink->judge)
		sink->judge(sink->context, cells, shown);
	free(texts);
	free(shown);
}

/* Returns whether the people of a thing are too few. */
static bool
are_few(const struct discretion *discretion, const char *cell)
{
	long long people;

	return discretion->subject->people && cell &&
	    fil_number_read(cell, 0, LLONG_MAX, &people) == 0 &&
	    fil_report_are_few(discretion->request, (size_t)people);
}

static bool
is_blank(const char *const *cells, size_t n)
{
	while (n > 0 && !cells[n - 1])
		n--;
	return n == 0;
}

static void
discreet_row(void *context, const char *const *cells)
{
	struct discretion *discretion = context;
	size_t n = discretion->n_columns, people = discretion->people;
	const char **told = fil_alloc(n, sizeof *told);
	bool merged = false, total = cells[0] && strcmp(cells[0], FIL_REPORT_TOTAL) == 0,
	     given = people != FIL_NOWHERE && (!discretion->subject->people || cells[people]);

	for (size_t i = 0; i < n; i++) {
		told[i] = cells[i];
		merged |= cells[i] && fil_group_merged(cells[i]) != FIL_NOWHERE;
	}
	if (!discretion->open && people != FIL_NOWHERE && are_few(discretion, cells[people]))
		memset(told + people, 0, (n - people) * sizeof *told);
	if (!total) {
		discretion->rows++;
		discretion->merged += merged;
		discretion->empty += given && is_blank(told + people, n - people);
	}
	give_rounded(discretion, told);
	free(told);
}

static void
discreet_say(void *context, const char *text)
{
	const struct discretion *discretion = context;

	if (discretion->sink->say)
		discretion->sink->say(discretion->sink->context, text);
}

static void
discreet_seen(void *context, size_t users)
{
	const struct fil_report_sink *sink = ((const struct discretion *)context)->sink;

	sink->seen(sink->context, users);
}

static void
discreet_broken(void *context, const char *text)
{
	const struct fil_report_sink *sink = ((const struct discretion *)context)->sink;

	sink->broken(sink->context, text);
}

void
fil_report_say_left_out(const struct fil_report_sink *sink, size_t n, char *text)
{
	if (n > 0 && sink->left_out)
		sink->left_out(sink->context, text);
	free(text);
}

void
fil_report_explain(const struct fil_report_sink *sink, unsigned why, size_t explained)
{
	if (sink->explain)
		sink->explain(sink->context, why, explained);
}

static void
discreet_explain(void *context, unsigned why, size_t explained)
{
	struct discretion *discretion = context;

	discretion->why |= why;
	discretion->empty -= explained;
}

/* Returns whether no Sunday that is shown differs by few users from this one. */
static bool
fits_shown(const struct fil_report_request *request, size_t n, fil_report_differing *differing,
    const void *context, const bool *shown, size_t sunday)
{
	for (size_t i = 0; i < n; i++)
		if (shown[i] && fil_report_are_few(request, differing(context, i, sunday)))
			return false;
	return true;
}

size_t
fil_report_choose_sundays(const struct fil_report_request *request, size_t n,
    fil_report_differing *differing, const void *context, bool *shown)
{
	size_t left_out = 0;

	memset(shown, 0, n * sizeof *shown);
	shown[n - 1] = true;
	for (size_t sunday = 0; sunday + 1 < n; sunday++) {
		shown[sunday] = fits_shown(request, n, differing, context, shown, sunday);
		left_out += !shown[sunday];
	}
	return left_out;
}

/* Passes on what the subject has left out itself. */
static void
discreet_left_out(void *context, const char *text)
{
	const struct fil_report_sink *sink = ((const struct discretion *)context)->sink;

	if (sink->left_out || sink->say)
		(sink->left_out ? sink->left_out : sink->say)(sink->context, text);
}

/* Returns what is said where the people selected are too few altogether, or all alike. n: the least
 * people of a group. With 1, only a person alone is too few: one is always alike. */
static char *
word_selected(unsigned n)
{
	return n > 1 ? fil_format(_("no figures: the people selected are fewer than %u, or fewer"
				    " than %u and all alike; select more people"),
			   n, 2 * n)
		     : fil_copy(_("no figures: one person is selected; select more people"));
}

void
fil_report_say_selected(
    const struct fil_report_sink *sink, const struct fil_report_request *request)
{
	fil_report_say_left_out(sink, 1, word_selected(request->min_group));
}

/* Returns what is said of groups without figures. n: the least people of a group. */
static char *
word_hidden(const struct discretion *discretion, unsigned n)
{
	size_t empty = discretion->empty;

	if (empty < discretion->rows && n > 1)
		return fil_format(
		    ngettext("%zu row has no figures: its people are fewer than %u, or fewer than"
			     " %u and all alike",
			"%zu rows have no figures: the people of each are fewer than %u, or fewer"
			" than %u and all alike",
			empty),
		    empty, n, 2 * n);
	if (empty < discretion->rows)
		return fil_format(ngettext("%zu row has no figures: it is of one person",
				      "%zu rows have no figures: each is of one person", empty),
		    empty);
	if (!fil_report_selects(discretion->request))
		return fil_format(_("no figures: fewer than %u people count here so far; more"
				    " records are needed"),
		    n);
	return word_selected(n);
}

/* Returns what to do where all is merged or empty. */
static const char *
word_remedy(const struct fil_report_request *request)
{
	if (request->by == FIL_BY_UNIT && request->depth != 1)
		return _("take a smaller --depth, another --by or none");
	if (request->by != FIL_BY_NONE)
		return _("take another --by or none");
	return fil_report_selects(request) ? _("select more people") : _("more records are needed");
}

void
fil_report_say_hidden(
    const struct fil_report_sink *sink, const struct fil_report_request *request, size_t n)
{
	fil_report_say_left_out(sink, n,
	    fil_format(ngettext("%zu row leaves out figures: with those of all groups they would"
				" tell of fewer than %u people; %s",
			   "%zu rows leave out figures: with those of all groups they would tell"
			   " of fewer than %u people; %s",
			   n),
		n, request->min_group, word_remedy(request)));
}

/* Returns what is said of things without figures. */
static char *
word_empty(const struct discretion *discretion, unsigned n)
{
	size_t empty = discretion->empty;

	if (empty == discretion->rows)
		return fil_format(_("no row has figures: each concerns fewer than %u people; %s"),
		    n, word_remedy(discretion->request));
	return fil_format(
	    ngettext("%zu row has no figures: it concerns fewer than %u people",
		"%zu rows have no figures: each concerns fewer than %u people", empty),
	    empty, n);
}

/* Returns why a group is merged that could not be shown alone. */
static char *
word_small(bool roles, unsigned n)
{
	if (n <= 1)
		return fil_copy(roles ? _("alone, a role would be one person")
				      : _("alone, a group would be one person"));
	return fil_format(roles ? _("alone, a role would have fewer than %u people, or fewer than"
				    " %u who are all alike")
				: _("alone, a group would have fewer than %u people, or fewer than"
				    " %u who are all alike"),
	    n, 2 * n);
}

/* Returns why rows are merged. */
static char *
word_reason(const struct discretion *discretion, bool roles)
{
	const char *held = _("beside another table of autonomy, such as that by unit, a group"
			     " would tell of single persons");
	char *small, *both;

	if (discretion->why == FIL_MERGED_HELD)
		return fil_copy(held);
	small = word_small(roles, discretion->request->min_group);
	if ((discretion->why & FIL_MERGED_HELD) == 0)
		return small;
	both = fil_format("%s; %s", small, held);
	free(small);
	return both;
}

/* Returns what is said of merged rows. */
static char *
word_merged(const struct discretion *discretion, bool roles, const char *reason)
{
	const char *remedy = word_remedy(discretion->request);

	if (discretion->merged == discretion->rows)
		return fil_format(
		    roles ? _("all roles are merged: %s; %s") : _("all groups are merged: %s; %s"),
		    reason, remedy);
	return fil_format(
	    roles ? _("some roles are merged: %s; %s") : _("some groups are merged: %s; %s"),
	    reason, remedy);
}

/* Says why rows are merged. Only a page says so of some: below their table. */
static void
say_merged(const struct discretion *discretion)
{
	const struct fil_report_sink *sink = discretion->sink;
	bool roles = (discretion->subject->takes & FIL_TAKES_GROUPS) != FIL_TAKES_GROUPS;
	char *reason = word_reason(discretion, roles),
	     *text = word_merged(discretion, roles, reason);

	if (discretion->merged == discretion->rows && discretion->empty == 0)
		discreet_left_out((void *)(uintptr_t)discretion, text);
	if (sink->merged)
		sink->merged(sink->context, text, reason);
	free(text);
	free(reason);
}

/* Says what is left out or merged, and what to do. */
static void
say_left_out(const struct discretion *discretion)
{
	unsigned n = discretion->request->min_group;
	char *text = NULL;

	if (discretion->empty > 0)
		text = discretion->subject->people ? word_empty(discretion, n)
						   : word_hidden(discretion, n);
	if (text)
		discreet_left_out((void *)(uintptr_t)discretion, text);
	free(text);
	if (discretion->merged > 0)
		say_merged(discretion);
}

int
fil_report_give(const struct fil_report_subject *subject, struct fil_store *store,
    const struct fil_report_request *request, const struct fil_report_sink *sink,
    struct fil_fault *fault)
{
	struct discretion discretion = { .subject = subject, .request = request, .sink = sink };
	const struct fil_report_sink discreet = { .columns = discreet_columns,
		.row = discreet_row,
		.say = discreet_say,
		.seen = sink->seen ? discreet_seen : NULL,
		.broken = discreet_broken,
		.left_out = discreet_left_out,
		.explain = discreet_explain,
		.context = &discretion };
	int got;

	discretion.open = (subject->takes & FIL_TAKES_MINIMUM) == 0 ||
	    (subject->lists_users && !request->by_reason) || request->min_group == 0;
	if (!discretion.open && request->selection.filter &&
	    fil_filter_equals(request->selection.filter, "user"))
		return fil_fault_set(fault, FIL_REFUSED,
		    "the figures of one person are not printed; fil-show is for one person");
	got = subject->make(store, request, &discreet, fault);
	if (got == 0 && !discretion.open)
		say_left_out(&discretion);
	free(discretion.decimals);
	return got;
}

struct fil_report_basis
fil_report_basis(const struct fil_report_subject *subject, const struct fil_output_column *columns,
    size_t n, size_t figure)
{
	static const char *const none[] = { "group", "week", "dimension", "users" };
	static const char *const users[] = { "measured", "unknown", "unmeasured" };
	static const char *const levels[] = { "autonomous", "share_m", "stale", "self_declared",
		"gained" };
	struct fil_report_basis basis = { FIL_NOWHERE, FIL_NOWHERE, FIL_NOWHERE, FIL_NOWHERE };
	const char *name = columns[figure].name;

	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		if (strcmp(name, none[i]) == 0)
			return basis;
	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
		if (strncmp(name, levels[i], strlen(levels[i])) == 0)
			basis.measured = fil_output_find(columns, n, "measured");
	if ((subject->takes & FIL_TAKES_GROUPS) != FIL_TAKES_GROUPS || subject->people)
		return basis;
	basis.all = basis.users = fil_output_find(columns, n, "users");
	for (size_t i = 0; i < sizeof users / sizeof *users; i++)
		if (strcmp(name, users[i]) == 0)
			return basis;
	basis.unmeasured = fil_output_find(columns, n, "unknown");
	if (basis.unmeasured == FIL_NOWHERE)
		basis.unmeasured = fil_output_find(columns, n, "unmeasured");
	return basis;
}

static bool
is_zero(const char *const *cells, size_t column)
{
	return column != FIL_NOWHERE && cells[column] && strcmp(cells[column], "0") == 0;
}

bool
fil_report_is_void(struct fil_report_basis basis, const char *const *cells)
{
	bool none_measured = basis.all != FIL_NOWHERE && basis.unmeasured != FIL_NOWHERE &&
	    cells[basis.all] && cells[basis.unmeasured] &&
	    strcmp(cells[basis.all], cells[basis.unmeasured]) == 0;

	return none_measured || is_zero(cells, basis.users) || is_zero(cells, basis.measured);
}

/* A sink in front of the caller's: checks the requirements. */
struct check {
	const struct fil_report_request *request;
	const struct fil_report_sink *sink;
	const struct fil_report_subject *subject;
	struct fil_fault *fault;
	bool unbound; /* a requirement is on an unknown column: no row is given */
	bool met; /* a row was given */
	bool sought; /* the subject has told of how many users with a level: */
	size_t seen;
};

static void
check_columns(void *context, const struct fil_output_column *columns, size_t n)
{
	struct check *check = context;
	struct fil_requirements *requirements = check->request->requirements;

	requirements->n_columns = n;
	for (size_t i = 0; i < requirements->n && !check->unbound; i++) {
		struct requirement *requirement = &requirements->list[i];
		struct fil_fault bare;

		if (fil_filter_bind_columns(
			requirement->filter, columns, n, check->request->today, &bare) < 0) {
			fil_fault_set(check->fault, FIL_USAGE, "--require: %s", bare.text);
			check->unbound = true;
			return;
		}
		requirement->basis = fil_report_basis(
		    check->subject, columns, n, fil_filter_term(requirement->filter, 0).column);
	}
	check->sink->columns(check->sink->context, columns, n);
}

/* Returns the row as a CSV record without its line end; the caller frees it. */
static char *
record_of(const char *const *cells, size_t n)
{
	char *record = NULL;
	size_t size;
	FILE *stream = open_memstream(&record, &size);
	bool written = false;

	if (stream) {
		fil_csv_record(stream, ',', cells, n);
		written = !ferror(stream) && fclose(stream) == 0;
	}
	if (written && record) {
		record[size - 1] = '\0';
		return record;
	}
	fil_memory_die();
}

/* Returns whether a requirement holds for the row. An empty figure is unknown, so that it meets no
 * condition on a value. */
static bool
requirement_holds(const struct requirement *requirement, const char *const *cells)
{
	struct fil_filter_term term = fil_filter_term(requirement->filter, 0);
	const char *cell = cells[term.column];

	return fil_filter_holds(requirement->filter, cells) &&
	    (term.empty || (cell && *cell != '\0')) &&
	    !fil_report_is_void(requirement->basis, cells);
}

static void
check_row(void *context, const char *const *cells)
{
	struct check *check = context;

	if (check->unbound)
		return;
	check->met = true;
	check->sink->row(check->sink->context, cells);
}

/* Says that a requirement does not hold for a row. The figure is exact where the printed one would hold. */
static void
say_broken(const struct check *check, const struct requirement *requirement,
    const char *const *exact, const char *const *cells)
{
	size_t n = check->request->requirements->n_columns,
	       figure = fil_filter_term(requirement->filter, 0).column;
	const char **told = fil_alloc(n, sizeof *told);
	char *record, *text;

	memcpy(told, cells, n * sizeof *told);
	if (requirement_holds(requirement, cells))
		told[figure] = exact[figure];
	record = record_of(told, n);
	text = fil_format(_("%s does not hold: %s"), requirement->condition, record);
	check->sink->broken(check->sink->context, text);
	free(record);
	free(text);
	free(told);
}

static void
check_judge(void *context, const char *const *exact, const char *const *cells)
{
	const struct check *check = context;
	const struct fil_requirements *requirements = check->request->requirements;
	size_t i = 0;

	if (check->unbound)
		return;
	while (i < requirements->n && requirement_holds(&requirements->list[i], exact))
		i++;
	if (i < requirements->n)
		say_broken(check, &requirements->list[i], exact, cells);
}

/* A gate that has no row to judge stays shut. */
static void
check_end(const struct check *check)
{
	const struct fil_requirements *requirements = check->request->requirements;

	for (size_t i = 0; i < requirements->n; i++) {
		char *text = fil_format(check->sought
			? _("%s does not hold: no user with a level to hold it against")
			: _("%s does not hold: no row to hold it against"),
		    requirements->list[i].condition);

		check->sink->broken(check->sink->context, text);
		free(text);
	}
}

static void
check_say(void *context, const char *text)
{
	const struct check *check = context;

	if (!check->unbound && check->sink->say)
		check->sink->say(check->sink->context, text);
}

/* Says how many users count on a past day though they were recorded later. The number of few would tell
 * of them, where few are selected. */
static void
say_later(
    const struct fil_report_request *request, size_t later, const struct fil_report_sink *sink)
{
	char day[FIL_DATE_SIZE], *text;

	fil_date_write(request->as_of, day);
	if (fil_report_are_few(request, later))
		text = fil_format(
		    _("some users were recorded after %s, and count as first recorded"), day);
	else
		text = fil_format(
		    ngettext("%zu user was recorded after %s, and counts as first recorded",
			"%zu users were recorded after %s, and count as first recorded", later),
		    later, day);
	sink->say(sink->context, text);
	free(text);
}

/* Says that the day of the report is to come. */
static void
say_to_come(fil_day as_of, const struct fil_report_sink *sink)
{
	char day[FIL_DATE_SIZE], *text;

	fil_date_write(as_of, day);
	text = fil_format(_(FIL_REPORT_TO_COME), day);
	sink->say(sink->context, text);
	free(text);
}

static void
check_seen(void *context, size_t users)
{
	struct check *check = context;

	check->sought = true;
	check->seen = users;
}

static void
check_broken(void *context, const char *text)
{
	const struct check *check = context;

	if (!check->unbound)
		check->sink->broken(check->sink->context, text);
}

/* Returns whether the requirements had nothing to be held against. */
static bool
was_void(const struct check *check)
{
	if (check->sought)
		return check->seen == 0;
	return !check->met && !check->subject->no_row_is_good;
}

int
fil_report_make(const struct fil_report_subject *subject, struct fil_store *store,
    const struct fil_report_request *asked, const struct fil_report_sink *sink,
    struct fil_fault *fault)
{
	struct fil_fault unbound;
	struct fil_report_request request = *asked;
	size_t later = 0;
	struct check check = {
		.request = asked, .sink = sink, .subject = subject, .fault = &unbound
	};
	const struct fil_report_sink checking = { .columns = check_columns,
		.row = check_row,
		.judge = check_judge,
		.say = check_say,
		.seen = check_seen,
		.broken = check_broken,
		.context = &check };
	int got;

	if (fil_store_snapshot(store, fault) < 0)
		return -1;
	if (asked->as_of < asked->today)
		request.selection.later = &later;
	got = fil_report_give(
	    subject, store, &request, asked->requirements ? &checking : sink, fault);
	fil_store_rollback(store);
	if (got == 0 && asked->as_of > asked->today && !check.unbound && sink->say)
		say_to_come(asked->as_of, sink);
	if (got == 0 && later > 0 && !check.unbound && sink->say)
		say_later(asked, later, sink);
	if (got == 0 && asked->min_group < FIL_REPORT_SEVERAL &&
	    (subject->takes & FIL_TAKES_MINIMUM) != 0 && sink->say)
		sink->say(sink->context, _(FIL_REPORT_ANY_SIZE));
	if (got == 0 && asked->requirements && !check.unbound && was_void(&check))
		check_end(&check);
	if (!check.unbound)
		return got;
	*fault = unbound;
	return -1;
}

/* Fills in the fault of an unknown phase. Returns -1. */
static int
refuse_phase(const struct fil_lookup_table *phases, const char *name, struct fil_fault *fault)
{
	size_t n = fil_lookup_table_rows(phases);
	const char **names = fil_alloc(n, sizeof *names);

	for (size_t i = 0; i < n; i++)
		names[i] = fil_lookup_table_cell(phases, i, FIL_PHASE_KEY);
	fil_fault_set(fault, FIL_BAD_DATA, "'%s' is not a phase", name);
	fil_fault_suggest(fault, name, names, n);
	free(names);
	return -1;
}

int
fil_wave_check(
    struct fil_store *store, const struct fil_report_request *request, struct fil_fault *fault)
{
	const struct fil_wave *wave = &request->wave;
	struct fil_lookup_table *phases;
	int result = 0;

	if (!wave->like || wave->users == 0 || wave->begins == FIL_NEVER)
		return fil_fault_set(
		    fault, FIL_USAGE, "a wave needs --like PHASE, --users N and --begins DATE");
	if (wave->begins < request->as_of)
		return fil_fault_set(fault, FIL_USAGE,
		    "--begins lies before the date of the report: a wave that has begun is"
		    " forecast from its own users (--by phase)");
	if (!(phases = fil_phases_read(store, fault)))
		return -1;
	if (fil_lookup_table_find(phases, wave->like, 0) == FIL_NOWHERE)
		result = refuse_phase(phases, wave->like, fault);
	fil_lookup_table_free(phases);
	return result;
}
