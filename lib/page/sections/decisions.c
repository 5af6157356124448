/* SPDX-License-Identifier: ISC */
/* The decisions: what needs somebody this week, each point with the command that shows it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/base/text.h"
#include "lib/catalog/catalog.h"
#include "lib/page/content.h"
#include "lib/page/phrases.h"
#include "lib/report/report.h"

/* A promise is shown so many days before it is due. So many points of a kind, and names in a detail,
 * are listed. */
enum { DAYS_BEFORE = 14, MOST_POINTS = 10, MOST_NAMES = 10 };

/* The kinds of points, in the order of the page. */
enum kind { FAILURE, PROMISE, ROUTINE, NEED, OVERDUE, RULES, KINDS };

struct point {
	enum kind kind;
	bool past; /* of a promise: its day is past */
	bool hidden; /* whether it is one cannot be told: few people, or others than before */
	const char *key; /* of its row, or "" */
	size_t row; /* in the report of its kind */
};

/* What needs somebody as of a day. */
struct state {
	fil_day day;
	const struct fil_rows *promises, *routines, *routines_before, *needs, *modules;
	bool same; /* routines and routines_before are of the same people */
	const struct fil_rows *rules, *phases; /* tables: as of today */
	struct point *points;
	size_t n;
};

static void
add_point(struct state *state, struct point point)
{
	state->points[state->n++] = point;
}

/* A promise that all have found kept needs nobody once its day is past. */
static void
collect_promises(struct state *state)
{
	const struct fil_rows *promises = state->promises;
	size_t *order = fil_rows_order(promises, "due");

	for (size_t i = 0; i < promises->n; i++) {
		size_t row = order[i];
		bool past;
		fil_day due;

		if (fil_date_parse(fil_rows_cell(promises, row, "due"), &due) < 0 ||
		    due > state->day + DAYS_BEFORE)
			continue;
		past = due < state->day;
		if (past && strcmp(fil_rows_cell(promises, row, "status"), "kept") == 0)
			continue;
		add_point(state,
		    (struct point){
			PROMISE, past, false, fil_rows_cell(promises, row, "promise"), row });
	}
	free(order);
}

/* Returns whether the new method is shown to take longer: longer minutes alone show nothing. */
static bool
is_slower(const struct fil_rows *routines, size_t row)
{
	return strcmp(fil_rows_cell(routines, row, "slower"), "yes") == 0;
}

/* Returns how many used the new method a week before, or -1. */
static long long
adopters_before(const struct state *state, size_t row)
{
	const char *key = fil_rows_cell(state->routines, row, "routine");

	return fil_rows_count(state->routines_before,
	    fil_rows_find(state->routines_before, "routine", key), "adopters");
}

/* Returns whether fewer are counted who use the new method than a week before. */
static bool
has_fewer(const struct state *state, size_t row)
{
	long long now = fil_rows_count(state->routines, row, "adopters");

	return now >= 0 && now < adopters_before(state, row);
}

/* Returns whether the users of a routine, or those of a week before, are too few to be shown. */
static bool
is_hidden(const struct state *state, size_t row)
{
	const char *key = fil_rows_cell(state->routines, row, "routine");

	return fil_rows_count(state->routines, row, "adopters") < 0 ||
	    (fil_rows_find(state->routines_before, "routine", key) != FIL_NOWHERE &&
		adopters_before(state, row) < 0);
}

static void
collect_routines(struct state *state)
{
	for (size_t row = 0; row < state->routines->n; row++) {
		bool fewer = has_fewer(state, row),
		     lost = is_slower(state->routines, row) || (fewer && state->same);

		/* Those who left, or are no longer selected, have not gone back to the old method. */
		if (lost || fewer || is_hidden(state, row))
			add_point(state,
			    (struct point){ ROUTINE, false, !lost,
				fil_rows_cell(state->routines, row, "routine"), row });
	}
}

static void
collect_needs(struct state *state)
{
	const struct fil_rows *needs = state->needs;

	for (size_t row = 0; row < needs->n; row++) {
		long long uncovered = fil_rows_count(needs, row, "uncovered");

		if (uncovered != 0)
			add_point(state,
			    (struct point){ NEED, false, uncovered < 0,
				fil_rows_cell(needs, row, "need"), row });
	}
}

/* Returns the number of assignments that are overdue, of the modules that are shown. */
static long long
count_overdue(const struct state *state)
{
	return fil_rows_count(
	    state->modules, fil_rows_find(state->modules, "module", FIL_REPORT_TOTAL), "overdue");
}

/* Returns whether some modules are not shown. */
static bool
hides_overdue(const struct state *state)
{
	return fil_rows_hide(state->modules, "overdue");
}

/* Returns whether a rule can no longer hold: all phases that meet its condition have ended. */
static bool
has_ended(const struct state *state, size_t rule)
{
	const char *glob = fil_rows_cell(state->rules, rule, "phase");
	bool meets = false;
	char day[FIL_DATE_SIZE];

	fil_date_write(state->day, day);
	for (size_t row = 0; *glob != '\0' && row < state->phases->n; row++) {
		const char *ends = fil_rows_cell(state->phases, row, "ends");

		if (!fil_text_glob(glob, fil_rows_cell(state->phases, row, "phase")))
			continue;
		if (*ends == '\0' || strcmp(ends, day) >= 0)
			return false;
		meets = true;
	}
	return meets;
}

static size_t
count_ended(const struct state *state)
{
	size_t n = 0;

	for (size_t rule = 0; rule < state->rules->n; rule++)
		n += has_ended(state, rule);
	return n;
}

/* Collects the points as of the page's day, or of a week before. */
static void
collect(struct fil_content *content, enum fil_when when, struct state *state)
{
	struct fil_week *week = content->week;
	bool now = when == FIL_NOW;

	*state = (struct state){
		.day = now ? week->as_of : week->previous,
		.promises = fil_content_rows(content, when, "promises", NULL),
		.routines = fil_content_rows(content, when, "routines", NULL),
		.routines_before =
		    fil_content_rows(content, now ? FIL_BEFORE : FIL_EARLIER, "routines", NULL),
		.same = now
		    ? week->same
		    : fil_reports_count_same(week->reports, week->previous - 7, week->previous),
		.needs = fil_content_rows(content, when, "needs", NULL),
		.modules = fil_content_rows(content, when, "modules", "--total", NULL),
		.rules = fil_reports_table(week->reports, "rules"),
		.phases = fil_reports_table(week->reports, "phases"),
	};
	state->points =
	    fil_week_alloc(week, state->promises->n + state->routines->n + state->needs->n + KINDS,
		sizeof *state->points);
	collect_promises(state);
	collect_routines(state);
	collect_needs(state);
	if (count_overdue(state) > 0 || hides_overdue(state))
		add_point(
		    state, (struct point){ OVERDUE, false, count_overdue(state) <= 0, "", 0 });
	if (count_ended(state) > 0)
		add_point(state, (struct point){ RULES, false, false, "", 0 });
}

/* Returns whether a state has a point, or may have it. */
static bool
has_point(const struct state *state, const struct point *point)
{
	for (size_t i = 0; i < state->n; i++) {
		const struct point *other = &state->points[i];

		if (other->kind == point->kind && other->past == point->past &&
		    strcmp(other->key, point->key) == 0)
			return true;
	}
	return false;
}

/* Returns how many points of a state another one does not have; NULL: of all its points. */
static size_t
count_points(const struct state *state, const struct state *missing)
{
	size_t n = 0;

	for (size_t i = 0; i < state->n; i++)
		n +=
		    !state->points[i].hidden && !(missing && has_point(missing, &state->points[i]));
	return n;
}

/* Returns the command that prints a report today. */
static const char *
command_of(struct fil_week *week, const struct fil_rows *rows)
{
	static const char day[] = " --as-of yyyy-mm-dd";

	return fil_week_text(
	    week, "%.*s", (int)(strlen(rows->command) - (sizeof day - 1)), rows->command);
}

/* Returns the voices in the words of the kind. */
static const char *
tell_voices(struct fil_week *week, const struct fil_rows *promises, size_t row)
{
	const char *kind = fil_rows_cell(promises, row, "kind");
	long long n = fil_rows_count(promises, row, "voices");
	const char *voices = fil_phrase_count(week, n),
		   *kept = fil_phrase_count(week, fil_rows_count(promises, row, "kept")),
		   *partly = fil_phrase_count(week, fil_rows_count(promises, row, "partly")),
		   *broken = fil_phrase_count(week, fil_rows_count(promises, row, "broken"));

	if (n < 0)
		return _("too few voices to be shown");
	if (strcmp(kind, "limit") == 0)
		return fil_week_text(week,
		    ngettext("%s voice: %s as said, %s partly, %s worse",
			"%s voices: %s as said, %s partly, %s worse", (unsigned long)n),
		    voices, kept, partly, broken);
	if (strcmp(kind, "surprise") == 0)
		return fil_week_text(week,
		    ngettext("%s voice: %s as described, %s partly, %s worse",
			"%s voices: %s as described, %s partly, %s worse", (unsigned long)n),
		    voices, kept, partly, broken);
	return fil_week_text(week,
	    ngettext("%s voice: %s kept, %s partly, %s broken",
		"%s voices: %s kept, %s partly, %s broken", (unsigned long)n),
	    voices, kept, partly, broken);
}

/* Returns what is due, and when. */
static const char *
tell_due(struct fil_week *week, const struct state *state, const struct point *point)
{
	const char *kind = fil_rows_cell(state->promises, point->row, "kind");
	const char *what =
	    fil_phrase_text(week, fil_rows_cell(state->promises, point->row, "statement"));
	const char *due =
	    fil_phrase_due(week, fil_rows_cell(state->promises, point->row, "due"), FIL_DAY_MONTH);

	if (strcmp(kind, "limit") == 0)
		return point->past
		    ? fil_week_text(week, _("Limit to be lifted by %s, past: “%s”"), due, what)
		    : fil_week_text(week, _("Limit to be lifted by %s: “%s”"), due, what);
	if (strcmp(kind, "surprise") == 0)
		return point->past
		    ? fil_week_text(week, _("Surprise to be settled by %s, past: “%s”"), due, what)
		    : fil_week_text(week, _("Surprise to be settled by %s: “%s”"), due, what);
	return point->past ? fil_week_text(week, _("Promise due on %s, past: “%s”"), due, what)
			   : fil_week_text(week, _("Promise due on %s: “%s”"), due, what);
}

/* Fills what a routine has lost: time, or people who use the new method. */
static void
tell_routine(
    struct fil_week *week, const struct state *state, size_t row, struct fil_decision *decision)
{
	const struct fil_rows *routines = state->routines;
	const char *what = fil_phrase_data(week, fil_rows_cell(routines, row, "title"));
	long long adopters = fil_rows_count(routines, row, "adopters");

	if (is_slower(routines, row))
		decision->title =
		    fil_week_text(week, _("“%s”: %s min by the new method, %s by the old"), what,
			fil_phrase_number(week, fil_rows_cell(routines, row, "minutes_new")),
			fil_phrase_number(week, fil_rows_cell(routines, row, "minutes_old")));
	else
		decision->title =
		    fil_week_text(week, _("“%s”: fewer people use the new method"), what);
	decision->detail = fil_week_text(week,
	    ngettext("%s of %s uses it, %s", "%s of %s use it, %s", (unsigned long)adopters),
	    fil_phrase_count(week, adopters),
	    fil_phrase_count(week, fil_rows_count(routines, row, "users")),
	    fil_phrase_done(week, adopters, adopters_before(state, row)));
}

/* Returns whether a rule that can still hold proposes a module for a need. */
static bool
is_answered(const struct state *state, const char *need)
{
	for (size_t rule = 0; rule < state->rules->n; rule++)
		if (strcmp(fil_rows_cell(state->rules, rule, "need"), need) == 0 &&
		    !has_ended(state, rule))
			return true;
	return false;
}

static void
tell_need(
    struct fil_week *week, const struct state *state, size_t row, struct fil_decision *decision)
{
	const char *need = fil_rows_cell(state->needs, row, "need");
	long long n = fil_rows_count(state->needs, row, "uncovered");

	decision->title = fil_week_text(week,
	    ngettext("Need “%s”: %s person waits for an answer",
		"Need “%s”: %s people wait for an answer", (unsigned long)n),
	    fil_phrase_data(week, need), fil_phrase_count(week, n));
	decision->detail = is_answered(state, need) ? _("a rule proposes a module")
						    : _("no rule proposes a module");
}

/* Returns a list of names, cut where it is long. n: of all of them, also of those left out. */
static const char *
end_names(struct fil_week *week, struct fil_bytes *names, size_t n)
{
	const char *list = n <= MOST_NAMES
	    ? fil_week_text(week, "%s", names->data)
	    : fil_week_text(week, ngettext("%s and %s other", "%s and %s others", n - MOST_NAMES),
		  names->data, fil_phrase_count(week, (long long)(n - MOST_NAMES)));

	fil_bytes_release(names);
	return list;
}

static void
tell_overdue(struct fil_week *week, const struct state *state, struct fil_decision *decision)
{
	const struct fil_rows *modules = state->modules;
	long long n = count_overdue(state);
	struct fil_bytes names = { 0 };
	size_t told = 0;

	for (size_t row = 0; row + 1 < modules->n; row++) {
		long long overdue = fil_rows_count(modules, row, "overdue");
		const char *title = fil_phrase_data(week, fil_rows_cell(modules, row, "title"));

		if (overdue <= 0 || told++ >= MOST_NAMES)
			continue;
		/* TRANSLATORS: between the parts of a list: "Course 31; Guide 5" */
		fil_bytes_add_text(&names, told > 1 ? _("; ") : "");
		/* A no-break space keeps the count beside its module. */
		fil_bytes_add_format(&names, "%s\u00a0%s",
		    title ? title : fil_rows_cell(modules, row, "module"),
		    fil_phrase_count(week, overdue));
	}
	decision->title = fil_week_text(week,
	    hides_overdue(state) ? ngettext("At least %s assignment is overdue",
				       "At least %s assignments are overdue", (unsigned long)n)
				 : ngettext("%s assignment is overdue",
				       "%s assignments are overdue", (unsigned long)n),
	    fil_phrase_count(week, n));
	decision->detail = end_names(week, &names, told);
}

static void
tell_rules(struct fil_week *week, const struct state *state, struct fil_decision *decision)
{
	size_t n = count_ended(state), told = 0;
	struct fil_bytes names = { 0 };

	for (size_t rule = 0; rule < state->rules->n && told < MOST_NAMES; rule++)
		if (has_ended(state, rule))
			fil_bytes_add_format(&names, "%s%s", told++ > 0 ? ", " : "",
			    fil_phrase_data(week, fil_rows_cell(state->rules, rule, "rule")));
	decision->title = fil_week_text(week,
	    ngettext("%s rule can no longer hold: its phase has ended",
		"%s rules can no longer hold: their phase has ended", n),
	    fil_phrase_count(week, (long long)n));
	decision->detail = end_names(week, &names, n);
	decision->command = "fil-propose > /dev/null";
}

/* Returns the report that has the points of a kind. */
static const struct fil_rows *
report_of(const struct state *state, enum kind kind)
{
	switch (kind) {
	case PROMISE: return state->promises;
	case ROUTINE: return state->routines;
	case NEED: return state->needs;
	case OVERDUE: return state->modules;
	case FAILURE:
	case RULES:
	case KINDS:
	default: return NULL;
	}
}

static void
add_decision(
    struct fil_content *content, const struct state *state, const struct point *point, bool is_new)
{
	struct fil_week *week = content->week;
	const struct fil_rows *report = report_of(state, point->kind);
	struct fil_decision decision = { .is_new = is_new,
		.command = report ? command_of(week, report) : NULL };

	switch (point->kind) {
	case PROMISE:
		decision.title = tell_due(week, state, point);
		decision.detail = tell_voices(week, state->promises, point->row);
		break;
	case ROUTINE: tell_routine(week, state, point->row, &decision); break;
	case NEED: tell_need(week, state, point->row, &decision); break;
	case OVERDUE: tell_overdue(week, state, &decision); break;
	case RULES: tell_rules(week, state, &decision); break;
	case FAILURE:
	case KINDS:
	default: return;
	}
	fil_content_decision(content, &decision);
}

/* Returns the command that shows the failures. */
static const char *
show_failures(struct fil_week *week)
{
	struct fil_bytes line = { 0 };
	const char *command;

	fil_text_quote(week->request.failures, &line);
	command = fil_week_text(week, "cat %s", line.data);
	fil_bytes_release(&line);
	return command;
}

/* Returns what the exit status of a command of filrouge says, or NULL. */
static const char *
tell_status(unsigned status)
{
	static const struct {
		enum fil_status status;
		const char *meaning;
	} meanings[] = { { FIL_USAGE, N_("wrong use") }, { FIL_BAD_DATA, N_("bad data") },
		{ FIL_NO_INPUT, N_("the input cannot be read") },
		{ FIL_UNAVAILABLE, N_("the store cannot be used") },
		{ FIL_BUG, N_("an error in the program") },
		{ FIL_CANT_CREATE, N_("the output cannot be made") },
		{ FIL_IO_ERROR, N_("reading or writing failed") },
		{ FIL_BUSY, N_("the store is busy") }, { FIL_NOT_PERMITTED, N_("not permitted") },
		{ FIL_BAD_CONFIG, N_("bad settings") } };

	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
		if (meanings[i].status == status)
			return _(meanings[i].meaning);
	return NULL;
}

/* Returns whether n bytes are the place of a row: a file and a line. */
static bool
is_place(const char *text, size_t n)
{
	size_t digits = 0;

	while (digits < n && text[n - 1 - digits] >= '0' && text[n - 1 - digits] <= '9')
		digits++;
	if (digits == 0 || n < digits + 2 || text[n - 1 - digits] != ':')
		return false;
	n -= digits + 1;
	return (memchr(text, '.', n) || memchr(text, '/', n) || (n == 1 && *text == '-')) &&
	    !memchr(text, ' ', n) && !memchr(text, '\'', n);
}

/* Returns whether n bytes are the name of a column of a table. */
static bool
is_column(const char *text, size_t n)
{
	size_t n_tables;
	const struct fil_table *const *tables = fil_catalog_tables(&n_tables);
	char *name = fil_copy_bytes(text, n);
	bool found = false;

	for (size_t i = 0; i < n_tables; i++)
		found |= fil_table_column(tables[i], name) != FIL_NOWHERE;
	free(name);
	return found;
}

/* Returns the length of the beginning of a message that names nobody: the command of filrouge, then
 * file, line and column where it has them, each with its colon; 0 for another program. */
static size_t
measure_place(const char *message)
{
	static const char command[] = "fil-";
	size_t at = 0, n = strcspn(message, ": ");

	if (strncmp(message, command, sizeof command - 1) != 0 || message[n] != ':')
		return 0;
	for (int part = 0; part < 3; part++) {
		const char *end = strstr(message + at, ": ");

		n = end ? (size_t)(end - message) - at : 0;
		if ((part == 1 && !is_place(message + at, n)) ||
		    (part == 2 && !is_column(message + at, n)) || n == 0)
			break;
		at += n + 2;
	}
	return at;
}

/* Returns the message of a failure where people may be named, else its place and the kind of the
 * failure; NULL where there is nothing to say. */
static const char *
tell_failure(struct fil_week *week, const struct fil_failure *failure)
{
	size_t n = measure_place(failure->message);
	const char *kind = tell_status(failure->status), *place;
	char *beginning;

	if (week->request.names)
		return fil_phrase_text(week, failure->message);
	if (n == 0)
		return NULL;
	beginning = fil_copy_bytes(failure->message, n - 2);
	place = fil_phrase_data(week, beginning);
	free(beginning);
	return kind ? fil_week_text(week, "%s: %s", place, kind) : place;
}

/* Adds a step of the round that failed. The week before has no such list, so that none is new. */
static void
add_failure(struct fil_content *content, const struct fil_failure *failure)
{
	struct fil_week *week = content->week;
	const char *step = fil_phrase_data(week, failure->step);
	struct fil_decision decision = { .detail = tell_failure(week, failure),
		.command = show_failures(week) };

	if (failure->status == FIL_REFUSED)
		decision.title = fil_week_text(week, _("Step “%s” was refused"), step);
	else
		decision.title = fil_week_text(
		    week, _("Step “%s” has failed, with status %u"), step, failure->status);
	fil_content_decision(content, &decision);
}

/* Tells how many messages of failures are left out, and the command that shows them. */
static void
add_messages(struct fil_content *content)
{
	struct fil_week *week = content->week;
	const struct fil_week_request *request = &week->request;
	unsigned long n = 0;

	for (size_t i = 0; i < request->n_failed; i++)
		n += *request->failed[i].message != '\0';
	if (n == 0 || request->names)
		return;
	fil_content_remark(content,
	    fil_week_text(week,
		ngettext("%s message may name people, and is left out: %s.",
		    "%s messages may name people, and are left out: %s.", n),
		fil_phrase_count(week, (long long)n),
		fil_phrase_command(week, show_failures(week))));
}

/* Tells how many of n points of a kind are not listed, and the command that shows them. */
static void
add_rest(struct fil_content *content, const struct state *state, enum kind kind, size_t n)
{
	struct fil_week *week = content->week;
	const struct fil_rows *report = report_of(state, kind);
	size_t rest = n > MOST_POINTS ? n - MOST_POINTS : 0;

	if (rest > 0)
		fil_content_remark(content,
		    fil_week_text(week, ngettext("%s point more: %s.", "%s points more: %s.", rest),
			fil_phrase_count(week, (long long)rest),
			fil_phrase_command(
			    week, report ? command_of(week, report) : show_failures(week))));
}

/* Says how many points there are, how many of them are new, and how many are gone. */
static void
say(struct fil_content *content, size_t n, size_t fresh, size_t gone)
{
	struct fil_week *week = content->week;
	const char *day = fil_phrase_day(week, week->previous, FIL_DAY_MONTH),
		   *count = fil_phrase_count(week, (long long)n),
		   *count_gone = fil_phrase_count(week, (long long)gone), *points;

	points = fil_week_text(
	    week, ngettext("%s point needs a decision", "%s points need a decision", n), count);
	if (n == 0)
		fil_content_say(content, _("Nothing needs a decision this week."));
	if (n == 0 && week->compared && gone > 0)
		fil_content_say(content,
		    ngettext("%s point that needed a decision on %s is gone.",
			"%s points that needed a decision on %s are gone.", gone),
		    count_gone, day);
	if (n > 0 && !week->compared)
		fil_content_say(content, _("%s, with no week before to compare."), points);
	if (n > 0 && week->compared)
		/* TRANSLATORS: the points; how many are new, how many gone */
		fil_content_say(content, _("%s; %s, %s."), points,
		    fil_week_text(week,
			ngettext("%s is new since %s", "%s are new since %s", fresh),
			fil_phrase_count(week, (long long)fresh), day),
		    fil_week_text(week, ngettext("%s is gone", "%s are gone", gone), count_gone));
}

/* Adds the points of all kinds. */
static void
add_points(struct fil_content *content, const struct state *now, const struct state *before)
{
	const struct fil_week_request *request = &content->week->request;
	size_t n[KINDS] = { [FAILURE] = request->n_failed };

	for (size_t i = 0; i < request->n_failed && i < MOST_POINTS; i++)
		add_failure(content, &request->failed[i]);
	for (size_t i = 0; i < now->n; i++) {
		const struct point *point = &now->points[i];

		if (!point->hidden && n[point->kind]++ < MOST_POINTS)
			add_decision(content, now, point,
			    content->week->compared && !has_point(before, point));
	}
	for (enum kind kind = FAILURE; kind < KINDS; kind++)
		add_rest(content, now, kind, n[kind]);
	add_messages(content);
}

/* Returns a cell of a criterion as its column shows it: a number, a day or a word. NULL: empty. */
static const char *
tell_figure(struct fil_week *week, const char *cell)
{
	fil_day day;

	if (fil_decimal_is_plain(cell))
		return fil_phrase_number(week, cell);
	return fil_date_parse(cell, &day) == 0 ? fil_phrase_due(week, cell, FIL_DAY_MONTH)
					       : fil_phrase_data(week, cell);
}

/* Returns the figure of a criterion, with its limits where it has both. */
static const char *
tell_worst(struct fil_week *week, const struct fil_rows *rows, size_t row)
{
	const char *value = tell_figure(week, fil_rows_cell(rows, row, "value")),
		   *low = tell_figure(week, fil_rows_cell(rows, row, "low")),
		   *high = tell_figure(week, fil_rows_cell(rows, row, "high"));

	if (!value)
		return _("not observed");
	return low && high ? fil_week_text(week, _("%s (%s to %s)"), value, low, high) : value;
}

static const char *
tell_holds(const char *holds)
{
	if (strcmp(holds, "yes") == 0)
		return _("holds");
	return strcmp(holds, "no") == 0 ? _("does not hold") : _("unknown");
}

/* Returns a remark of a report with its days as the page has them. */
static const char *
tell_remark(struct fil_week *week, const char *remark)
{
	struct fil_bytes text = { 0 };
	const char *told;

	while (*remark != '\0') {
		char cell[FIL_DATE_SIZE];
		fil_day day;

		snprintf(cell, sizeof cell, "%s", remark);
		if (fil_date_parse(cell, &day) < 0) {
			fil_bytes_add(&text, remark++, 1);
			continue;
		}
		fil_bytes_add_text(&text, fil_phrase_due(week, cell, FIL_DAY_MONTH));
		remark += sizeof cell - 1;
	}
	told = fil_week_text(week, "%s", text.data);
	fil_bytes_release(&text);
	return told;
}

/* Lists the criteria, what came after their phases had begun, and why some cannot be judged. */
static void
list_criteria(struct fil_content *content, const struct fil_rows *rows)
{
	struct fil_week *week = content->week;
	const struct fil_rows *criteria = fil_reports_table(week->reports, "criteria");

	fil_content_list(content, _("Criteria chosen in advance"));
	for (size_t row = 0; row < rows->n; row++) {
		const char *key = fil_rows_cell(rows, row, "criterion");
		size_t of = fil_rows_find(criteria, "criterion", key);

		fil_content_item(content,
		    fil_week_text(week, _("“%s”: %s. Figure: %s; required: %s; chosen on %s."),
			fil_phrase_text(week, fil_rows_cell(rows, row, "title")),
			tell_holds(fil_rows_cell(rows, row, "holds")), tell_worst(week, rows, row),
			fil_phrase_command(week, fil_rows_cell(criteria, of, "require")),
			fil_phrase_due(week, fil_rows_cell(rows, row, "set"), FIL_DAY_MONTH)));
	}
	if (rows->n_remarks > 0)
		fil_content_list(content, _("What to know of these criteria"));
	for (size_t i = 0; i < rows->n_remarks; i++)
		fil_content_item(content, tell_remark(week, rows->remarks[i]));
	content->told = rows;
}

static size_t
count_holds(const struct fil_rows *rows, const char *holds)
{
	size_t n = 0;

	for (size_t row = 0; row < rows->n; row++)
		n += strcmp(fil_rows_cell(rows, row, "holds"), holds) == 0;
	return n;
}

/* Answers whether all criteria hold. They are about the project: a page about some users has none. */
static void
add_criteria(struct fil_content *content)
{
	struct fil_week *week = content->week;
	const struct fil_rows *rows;
	size_t yes;

	if (week->request.selecting || fil_reports_table(week->reports, "criteria")->n == 0)
		return;
	rows = fil_content_rows(content, FIL_NOW, "readiness", NULL);
	if (rows->n == 0)
		return;
	yes = count_holds(rows, "yes");
	if (yes == rows->n)
		fil_content_say(content,
		    _("Ready: yes. All criteria chosen in advance hold (%s of %s)."),
		    fil_phrase_count(week, (long long)yes),
		    fil_phrase_count(week, (long long)rows->n));
	else
		fil_content_say(content,
		    _("Ready: no. Of the criteria chosen in advance, %s of %s hold; unknown: %s."),
		    fil_phrase_count(week, (long long)yes),
		    fil_phrase_count(week, (long long)rows->n),
		    fil_phrase_count(week, (long long)count_holds(rows, "unknown")));
	list_criteria(content, rows);
}

static bool
make_decisions(struct fil_content *content)
{
	struct fil_week *week = content->week;
	struct state now, before;
	size_t n;

	collect(content, FIL_NOW, &now);
	collect(content, FIL_BEFORE, &before);
	n = count_points(&now, NULL) + week->request.n_failed;
	say(content, n, count_points(&now, &before), count_points(&before, &now));
	add_points(content, &now, &before);
	add_criteria(content);
	fil_week_fact(week, FIL_FACT_DECISIONS, _("To decide"),
	    n == 0 ? _("Nothing needs a decision this week.")
		   : fil_week_text(week,
			 ngettext("%s point needs a decision this week.",
			     "%s points need a decision this week.", n),
			 fil_phrase_count(week, (long long)n)),
	    content->section->id);
	return true;
}

const struct fil_section fil_section_decisions = {
	.id = "decisions",
	.title = N_("To decide this week"),
	.place = 2,
	.unreported = true,
	.make = make_decisions,
};
