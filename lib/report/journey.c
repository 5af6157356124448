/* SPDX-License-Identifier: ISC */
#include "lib/report/journey.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/levels/level_request.h"
#include "lib/levels/standing.h"
#include "lib/levels/standing_reader.h"
#include "lib/store/relation.h"
#include "lib/store/statement.h"
#include "lib/users/cohort.h"
#include "lib/users/enrolment.h"
#include "lib/users/groups.h"
#include "lib/users/selection.h"
#include "lib/users/users.h"

struct fil_journeys {
	struct fil_journey *list;
	size_t n;
	struct fil_intern *groups;
	size_t *autonomous; /* users by group, then by day */
	/* Of a dated request, users by where they count, for fil_journeys_differing: of phases and
	 * kinds the group, then for each day 0, or the group and 1. */
	struct fil_users *places;
	size_t n_counted; /* groups with counts */
	fil_day *days; /* on which users are counted, n_days of them */
	size_t n_days;
	bool shared; /* they belong to the readings of a page */
};

/* What equal journeys share. */
struct course {
	uint32_t group;
	fil_day origin, arrived, autonomous, left;
	fil_day since, until;
	uint32_t measured, later; /* no bool: tuples have no padding */
};

/* The group of an entry that is the user's own, set when the look-up ends. */
enum { OWN_GROUP = -1 };

/* A group of a user, and the first day in it. */
struct entry {
	uint32_t group;
	fil_day origin;
};

enum { WAITING = 16 };

/* A user whose look-up in the cohort has begun. Several look-ups run together, since with a million
 * users each waits for memory. */
struct waiting {
	uint64_t sought;
	struct fil_enrolment *enrolments; /* room for each phase */
	size_t n_enrolments;
	struct entry *entries; /* those of a piece; room for each phase, and one */
	size_t n;
	bool enrolled, inside; /* in any phase, in a selected one */
	fil_day autonomous, newest; /* the first day, and that of the newest level; or FIL_NEVER */
	size_t *autonomous_on; /* each day of the request: the number of users */
};

/* The tables with rows of users: first days autonomous, newest levels. */
enum { ENROLMENTS, FIRST_DAYS, LEVELS, TABLES };

/* The tables that are read together, all in the order of the users. */
struct search {
	struct fil_journeys *journeys;
	const struct fil_journeys_request *request;
	struct fil_cohort cohort; /* of the selected roles, with those who have left */
	size_t *seen; /* users of each kin that were found */
	uint32_t *places; /* those of the current user, for each phase or kind */
	size_t n_places;
	struct fil_lookup_table *phases;
	bool *asked; /* for each phase: the selection matches it */
	uint32_t *groups; /* for each phase: the group of an enrolment in it */
	struct fil_enrolments *enrolments; /* NULL where not needed */
	struct fil_first_autonomous *autonomous;
	struct fil_first_autonomous_user known; /* the current user of autonomous */
	struct fil_standing_user standing; /* the current user of levels */
	struct fil_dimensions dimensions; /* of levels */
	size_t dimension; /* the only one that counts, or FIL_NOWHERE */
	struct fil_standing_reader *levels; /* NULL where not asked for */
	struct fil_users *courses; /* equal journeys, counted */
	struct fil_roles roles;
	unsigned sources;
	struct waiting waiting[WAITING]; /* a ring */
	size_t n_waited; /* look-ups begun so far */
};

/* Adds an enrolment of a user. Only the first day in each group is kept. */
static void
add_entry(struct waiting *user, uint32_t group, fil_day origin)
{
	size_t i = 0;

	while (i < user->n && user->entries[i].group != group)
		i++;
	if (i == user->n)
		user->entries[user->n++] = (struct entry){ group, origin };
	else if (origin < user->entries[i].origin)
		user->entries[i].origin = origin;
}

/* Adds enrolments to those of a user. */
static void
add_enrolments(struct waiting *user, const struct fil_enrolment *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		user->enrolments[user->n_enrolments++] = list[i];
}

/* Adds the current enrolments, which are those of the user. */
static void
take_enrolments(const struct search *search, struct waiting *user)
{
	const struct fil_enrolment *list;
	size_t n;

	list = fil_enrolments_list(search->enrolments, &n);
	add_enrolments(user, list, n);
	if (!search->request->dated)
		return;
	list = fil_enrolments_declined(search->enrolments, &n);
	add_enrolments(user, list, n);
}

/* Finds the groups of a user as of a day, by the enrolments that were not declined by then. */
static void
find_entries(const struct search *search, struct waiting *user, fil_day day)
{
	user->n = 0;
	user->enrolled = user->inside = false;
	for (size_t i = 0; i < user->n_enrolments; i++) {
		const struct fil_enrolment *row = &user->enrolments[i];

		if (row->declined != FIL_NEVER && row->declined <= day)
			continue;
		add_entry(user, search->groups[row->phase], row->date);
		user->enrolled |= row->date <= day;
		user->inside |= row->date <= day && search->asked[row->phase];
	}
}

/* Returns whether a user meets the condition of the selection on the phase. */
static bool
is_selected(const struct search *search, const struct waiting *user)
{
	const char *glob = search->request->selection->phase;

	if (!glob)
		return true;
	return *glob == '\0' ? !user->enrolled : user->inside;
}

/* Returns the number of the entry in which a user was enrolled first. Entries are in the order of their
 * phases. */
static size_t
find_first(const struct waiting *user)
{
	size_t first = 0;

	for (size_t i = 1; i < user->n; i++)
		if (user->entries[i].origin < user->entries[first].origin)
			first = i;
	return first;
}

/* Fills the journey of a user of that kin in a group. Returns whether it has an origin by the day. */
static bool
fill_course(const struct search *search, const struct fil_kin *kin, const struct waiting *user,
    const struct entry *entry, struct course *course)
{
	const struct fil_journeys_request *request = search->request;

	course->group = entry->group == (uint32_t)OWN_GROUP ? kin->group : entry->group;
	course->origin = entry->origin;
	course->left = kin->left;
	if (request->from == FIL_FROM_ARRIVED)
		course->origin = kin->arrived > request->floor ? kin->arrived : request->floor;
	course->arrived = kin->arrived > course->origin ? kin->arrived : FIL_NEVER;
	course->autonomous = user->autonomous;
	course->measured = user->newest != FIL_NEVER && user->newest >= course->origin;
	return request->from != FIL_FROM_ARRIVED ||
	    (kin->arrived != FIL_NEVER && course->origin <= request->as_of);
}

/* Returns whether a user of a journey counts on a day. */
static bool
counts_on(const struct course *course, fil_day day)
{
	return course->origin <= day && course->arrived <= day && course->left > day &&
	    course->since <= day && course->until > day;
}

/* Notes where the current user counts on each day, by a journey. */
static void
note_places(struct search *search, const struct course *course)
{
	size_t n_days = search->journeys->n_days,
	       place = fil_by_enrolment(search->request->by) ? course->group : 0;

	if (!search->journeys->places)
		return;
	if (place >= search->n_places) {
		search->places =
		    fil_resize(search->places, (place + 1) * (1 + n_days), sizeof *search->places);
		memset(search->places + search->n_places * (1 + n_days), 0,
		    (place + 1 - search->n_places) * (1 + n_days) * sizeof *search->places);
		search->n_places = place + 1;
	}
	search->places[place * (1 + n_days)] = (uint32_t)place;
	for (size_t i = 0; i < n_days; i++)
		if (counts_on(course, search->request->days[i]))
			search->places[place * (1 + n_days) + 1 + i] = course->group + 1;
}

/* Counts so many users who are where the current one is, and forgets that. */
static void
count_places(struct search *search, size_t users)
{
	size_t width = 1 + search->journeys->n_days;

	for (size_t place = 0; place < search->n_places; place++)
		fil_users_count(search->journeys->places, search->places + place * width, users);
	search->n_places = 0;
}

/* Counts a journey on each day on which it holds. autonomous: its users who are, on each day. */
static void
count_autonomous(const struct search *search, const struct course *course, const size_t *autonomous)
{
	struct fil_journeys *journeys = search->journeys;
	size_t n_days = journeys->n_days;

	if (n_days == 0)
		return;
	while (journeys->n_counted <= course->group) {
		journeys->autonomous = fil_resize(journeys->autonomous,
		    ++journeys->n_counted * n_days, sizeof *journeys->autonomous);
		memset(journeys->autonomous + (journeys->n_counted - 1) * n_days, 0,
		    n_days * sizeof *journeys->autonomous);
	}
	for (size_t i = 0; i < n_days; i++)
		if (counts_on(course, search->request->days[i]))
			journeys->autonomous[course->group * n_days + i] += autonomous[i];
}

/* Returns the first day after a day, and before `next`, on which the enrolments of a user hold other
 * than before, or `next`. */
static fil_day
next_enrolment(const struct search *search, const struct waiting *user, fil_day day, fil_day next)
{
	for (size_t i = 0; search->request->dated && i < user->n_enrolments; i++) {
		const struct fil_enrolment *row = &user->enrolments[i];

		if (row->declined > day && row->declined < next)
			next = row->declined;
		if (search->request->selection->phase && row->date > day && row->date < next)
			next = row->date;
	}
	return next;
}

/* Adds the journeys of so many users of that kin, which hold for some days. */
static void
add_piece(struct search *search, const struct fil_kin *kin, struct waiting *user, size_t users,
    struct course *course)
{
	if (kin->group == FIL_ABSENT || !is_selected(search, user))
		return;
	if (user->n == 0 && search->request->from == FIL_FROM_ARRIVED)
		add_entry(user, (uint32_t)OWN_GROUP, FIL_NEVER);
	for (size_t i = 0, first = find_first(user); i < user->n; i++) {
		course->later = search->request->order && i != first;
		if (!fill_course(search, kin, user, &user->entries[i], course))
			continue;
		fil_users_count(search->courses, course, users);
		count_autonomous(search, course, user->autonomous_on);
		note_places(search, course);
	}
}

/* Adds the journeys of so many users. kin: one for each version. */
static void
add_journeys(struct search *search, const struct fil_kin *kin, struct waiting *user, size_t users)
{
	struct course course = { .until = FIL_NEVER };
	fil_day day = search->cohort.request.versions[0];

	while (course.until != FIL_STAYS) {
		course.since = course.until;
		course.until =
		    next_enrolment(search, user, day, fil_cohort_next(&search->cohort, kin, day));
		find_entries(search, user, day);
		add_piece(
		    search, &kin[fil_cohort_version(&search->cohort, day)], user, users, &course);
		day = course.until;
	}
	count_places(search, users);
}

/* Ends a look-up, and adds the journeys that wait for it. */
static void
settle(struct search *search, struct waiting *user)
{
	size_t number = fil_users_found(search->cohort.users, user->sought);

	if (number == FIL_NOWHERE)
		return;
	search->seen[number]++;
	add_journeys(search, fil_users_tuple(search->cohort.users, number, NULL), user, 1);
}

/* Forgets what was known of a user. */
static void
clear(struct search *search, struct waiting *user)
{
	user->n_enrolments = 0;
	user->autonomous = user->newest = FIL_NEVER;
	for (size_t i = 0; i < search->journeys->n_days; i++)
		user->autonomous_on[i] = 0;
}

/* Returns the day of the newest level of the current user of the levels, up to the last day. */
static fil_day
newest_level(const struct search *search)
{
	size_t last = search->journeys->n_days > 0 ? search->journeys->n_days - 1 : 0;
	const struct fil_standing *standings =
	    search->standing.standings + last * search->dimensions.n;
	fil_day newest = FIL_NEVER;

	for (size_t d = 0; d < search->dimensions.n; d++)
		if (standings[d].level >= 0 && standings[d].date > newest &&
		    (search->dimension == FIL_NOWHERE || search->dimension == d))
			newest = standings[d].date;
	return newest;
}

/* Returns whether the current user of the levels is autonomous on the day of that number. */
static bool
is_autonomous(const struct search *search, size_t number)
{
	const struct fil_dimensions *dimensions = &search->dimensions;

	return fil_stance_on(dimensions, search->dimension,
	    search->standing.standings + number * dimensions->n, search->request->days[number])
	    .autonomous;
}

/* Adds a user of n bytes. in: the tables that have the user. */
static void
take_user(struct search *search, const char *key, size_t n, const bool *in)
{
	struct waiting *user = &search->waiting[search->n_waited % WAITING];

	if (!in[ENROLMENTS] && search->request->from == FIL_FROM_ENROLLED)
		return;
	if (search->n_waited++ >= WAITING)
		settle(search, user);
	clear(search, user);
	user->sought = fil_users_seek(search->cohort.users, key, n);
	if (in[ENROLMENTS])
		take_enrolments(search, user);
	if (in[FIRST_DAYS])
		user->autonomous = search->known.day;
	if (!in[LEVELS])
		return;
	user->newest = newest_level(search);
	for (size_t i = 0; i < search->journeys->n_days; i++)
		user->autonomous_on[i] = is_autonomous(search, i);
}

/* Ends all look-ups, then adds the users of the cohort whom no table has. */
static void
take_unseen(struct search *search)
{
	for (size_t i = 0; i < search->n_waited && i < WAITING; i++)
		settle(search, &search->waiting[i]);
	for (size_t i = 0; i < fil_users_tuples(search->cohort.users); i++) {
		size_t users;
		const struct fil_kin *kin = fil_users_tuple(search->cohort.users, i, &users);

		clear(search, &search->waiting[0]);
		if (users > search->seen[i])
			add_journeys(search, kin, &search->waiting[0], users - search->seen[i]);
	}
}

/* Makes the list of the journeys. */
static void
list_journeys(const struct search *search)
{
	struct fil_journeys *journeys = search->journeys;

	journeys->n = fil_users_tuples(search->courses);
	journeys->list = fil_alloc(journeys->n, sizeof *journeys->list);
	for (size_t i = 0; i < journeys->n; i++) {
		size_t users;
		const struct course *course = fil_users_tuple(search->courses, i, &users);

		journeys->list[i] = (struct fil_journey){ course->group, course->origin,
			course->arrived, course->autonomous, course->left, course->since,
			course->until, course->measured != 0, course->later != 0, users };
	}
}

/* Moves the marked tables to their next users. Returns 0 or -1. */
static int
move(struct search *search, const bool *marked, struct fil_fault *fault)
{
	int got;

	if (marked[ENROLMENTS] && fil_enrolments_next(search->enrolments, fault) < 0)
		return -1;
	if (marked[FIRST_DAYS] &&
	    fil_first_autonomous_next(search->autonomous, &search->known, fault) < 0)
		return -1;
	if (!marked[LEVELS])
		return 0;
	if ((got = fil_standing_reader_next(search->levels, &search->standing, fault)) < 0)
		return -1;
	if (got == 0)
		search->standing.user = NULL;
	return 0;
}

/* Returns the first of the current users of all tables, with its length, and marks the tables that
 * have it. NULL: all tables have ended. */
static const char *
first_user(const struct search *search, bool *marked, size_t *length)
{
	const char *users[TABLES] = { NULL, search->known.user, search->standing.user };
	size_t lengths[TABLES] = { 0, search->known.length, search->standing.length };
	const char *first = NULL;

	if (search->enrolments)
		users[ENROLMENTS] = fil_enrolments_user(search->enrolments, &lengths[ENROLMENTS]);
	for (int i = 0; i < TABLES; i++) {
		if (!users[i] || (first && strcmp(users[i], first) >= 0))
			continue;
		first = users[i];
		*length = lengths[i];
	}
	for (int i = 0; i < TABLES; i++)
		marked[i] = first && users[i] && strcmp(users[i], first) == 0;
	return first;
}

/* Adds the users of all tables. Returns 0 or -1. */
static int
take_all(struct search *search, struct fil_fault *fault)
{
	bool marked[TABLES] = { search->enrolments != NULL, true, search->levels != NULL };

	while (move(search, marked, fault) == 0) {
		size_t n = 0;
		const char *user = first_user(search, marked, &n);

		if (!user)
			return 0;
		take_user(search, user, n, marked);
	}
	return -1;
}

/* Reads the phases and their groups. Without a column to group by, the first group is "all"; by phase
 * and by kind it is "(none)". Returns 0 or -1. */
static int
read_phases(struct search *search, struct fil_store *store, struct fil_fault *fault)
{
	const struct fil_journeys_request *request = search->request;
	const char *first = request->by == FIL_BY_NONE ? FIL_GROUP_ALL : FIL_GROUP_NONE;
	size_t n;

	if (!(search->phases = fil_phases_read(store, fault)))
		return -1;
	n = fil_lookup_table_rows(search->phases);
	search->asked = fil_phases_match(search->phases, request->selection->phase);
	search->groups = fil_alloc(n, sizeof *search->groups);
	if (!fil_by_column(request->by))
		fil_intern_add(search->journeys->groups, first, strlen(first));
	for (size_t i = 0; i < n; i++) {
		const char *group = fil_lookup_table_cell(
		    search->phases, i, request->by == FIL_BY_KIND ? FIL_PHASE_KIND : FIL_PHASE_KEY);

		search->groups[i] = !fil_by_enrolment(request->by)
		    ? (uint32_t)OWN_GROUP
		    : fil_intern_add(search->journeys->groups, group, strlen(group));
	}
	return 0;
}

/* Reads what holds for all users. Returns 0 or -1. */
static int
read_settings(struct search *search, struct fil_store *store, struct fil_fault *fault)
{
	const struct fil_journeys_request *request = search->request;
	const struct fil_cohort_request whom = { request->selection, request->by, request->depth,
		request->as_of, request->dated ? request->days : &request->as_of,
		request->dated ? request->n_days : 1 };
	struct fil_journeys *journeys = search->journeys;

	fil_cohort_init(&search->cohort, &whom, journeys->groups);
	journeys->n_days = request->n_days;
	journeys->days = fil_alloc(request->n_days, sizeof *request->days);
	for (size_t i = 0; i < request->n_days; i++)
		journeys->days[i] = request->days[i];
	if (fil_sources_read(request->sources, &search->sources, fault) < 0 ||
	    fil_selection_roles(request->selection, &search->roles, fault) < 0 ||
	    fil_dimensions_read(store, request->as_of, &search->dimensions, fault) < 0 ||
	    fil_dimensions_choose(
		&search->dimensions, request->dimension, &search->dimension, fault) < 0)
		return -1;
	return read_phases(search, store, fault);
}

/* The parts of the statement by which an engine finds journeys and counts equal ones. It reads what is
 * known of a user beside the user. */
struct journey_statement {
	const struct fil_journeys_request *request;
	const struct fil_roles *roles;
	const struct fil_lookup_table *phases;
	const bool *asked; /* for each phase: the selection matches it */
	const struct fil_level_request *levels; /* NULL where not asked for */
	const struct fil_level_request *firsts; /* of first days; NULL where they are derived */
	const struct fil_past_users *past; /* NULL: none has changed since the day */
};

/* The columns of its rows. Behind them is, for each day of the levels, the number of users who are
 * autonomous. */
enum {
	GROUP, /* a cell of users, a phase, or a kind; NULL: none */
	ORIGIN,
	ARRIVED, /* where that is after the origin */
	AUTONOMOUS,
	LEFT,
	MEASURED,
	PAST, /* NULL, or the number of past users: their group and leaving are theirs */
	LATER,
	USERS,
	DOUBTS, /* users with a level that must not be counted */
	DAYS,
};

/* Returns whether users count in each phase, or kind, in which they are enrolled. */
static bool
has_groups_of_phases(const struct journey_statement *what)
{
	return fil_by_enrolment(what->request->by);
}

/* Returns whether the days of enrolment, or their phases, are needed. */
static bool
needs_origins(const struct journey_statement *what)
{
	return what->request->from == FIL_FROM_ENROLLED || has_groups_of_phases(what);
}

/* Adds the group of an enrolment. */
static void
add_phase_group(const struct journey_statement *what, struct fil_statement *statement)
{
	if (what->request->by == FIL_BY_PHASE) {
		fil_statement_add(statement, "n.phase");
		return;
	}
	fil_statement_add(statement, "CASE n.phase");
	for (size_t i = 0; i < fil_lookup_table_rows(what->phases); i++) {
		fil_statement_add(statement, " WHEN ");
		fil_statement_add_value(
		    statement, fil_lookup_table_cell(what->phases, i, FIL_PHASE_KEY));
		fil_statement_add(statement, " THEN ");
		fil_statement_add_value(
		    statement, fil_lookup_table_cell(what->phases, i, FIL_PHASE_KIND));
	}
	fil_statement_add(statement, " END");
}

/* Joins the first day of each user in each group. */
static void
join_origins(const struct journey_statement *what, struct fil_statement *statement)
{
	bool groups = has_groups_of_phases(what) && fil_lookup_table_rows(what->phases) > 0;

	fil_statement_add(statement, "%s JOIN (SELECT n.\"user\" AS who, ",
	    what->request->from == FIL_FROM_ARRIVED ? " LEFT" : "");
	if (groups)
		add_phase_group(what, statement);
	else
		fil_statement_add(statement, "NULL");
	fil_statement_add(statement, " AS place, min(n.enrolled) AS origin");
	if (what->request->order)
		fil_statement_add(statement,
		    ", CASE WHEN row_number() OVER (PARTITION BY n.\"user\""
		    " ORDER BY min(n.enrolled), min(n.phase)) > 1 THEN 1 ELSE 0 END AS later");
	fil_statement_add(statement, " FROM enrolments AS n WHERE ");
	fil_enrolment_request_condition(statement, what->request->as_of);
	fil_statement_add(
	    statement, " GROUP BY 1%s) AS o ON o.who = u.\"user\"", groups ? ", 2" : "");
}

/* Joins the first day on which each user was autonomous. */
static void
join_first_days(const struct journey_statement *what, struct fil_statement *statement)
{
	const char *dimension = what->request->dimension;

	if (what->firsts) {
		fil_first_days_join(what->firsts, statement);
		return;
	}
	fil_statement_add(statement, " LEFT JOIN %s AS f ON f.\"user\" = u.\"user\"",
	    dimension ? "standing" : "standings");
	if (!dimension)
		return;
	fil_statement_add(statement, " AND f.dimension = ");
	fil_statement_add_value(statement, dimension);
}

/* Adds the day from which a user is accompanied. */
static void
add_origin(const struct fil_journeys_request *request, struct fil_statement *statement)
{
	if (request->from == FIL_FROM_ENROLLED) {
		fil_statement_add(statement, "o.origin");
		return;
	}
	if (request->floor == FIL_NEVER) {
		fil_statement_add(statement, "u.arrived");
		return;
	}
	fil_statement_add(statement, "CASE WHEN u.arrived > ");
	fil_statement_add_day(statement, request->floor);
	fil_statement_add(statement, " THEN u.arrived ELSE ");
	fil_statement_add_day(statement, request->floor);
	fil_statement_add(statement, " END");
}

/* Adds the day of arrival of those who arrive later than they are accompanied. */
static void
add_arrived(const struct fil_journeys_request *request, struct fil_statement *statement)
{
	fil_statement_add(statement,
	    request->from == FIL_FROM_ENROLLED ? "CASE WHEN u.arrived > o.origin THEN u.arrived END"
					       : "NULL");
}

/* Adds the columns, in the order of their numbers. */
static void
add_columns(const struct journey_statement *what, struct fil_statement *statement)
{
	const struct fil_journeys_request *request = what->request;
	const char *column = fil_by_column(request->by), *past = what->past ? "v.past" : "NULL",
		   *later = request->order ? "o.later" : "0";

	if (what->past) {
		fil_statement_add(statement, "WITH ");
		fil_past_users_add(what->past, statement);
	}
	fil_statement_add(statement, " SELECT ");
	if (column) {
		fil_statement_add(statement, "u.");
		fil_relation_add_name(&statement->sql, column);
	} else {
		fil_statement_add(statement, has_groups_of_phases(what) ? "o.place" : "NULL");
	}
	fil_statement_add(statement, ", ");
	add_origin(request, statement);
	fil_statement_add(statement, ", ");
	add_arrived(request, statement);
	fil_statement_add(statement, ", f.%s, CASE WHEN u.\"left\" <= ",
	    request->dimension && !what->firsts ? "first" : "autonomous");
	fil_statement_add_day(statement, request->as_of);
	fil_statement_add(statement, " THEN u.\"left\" END, ");
	if (what->levels) {
		fil_statement_add(statement, "CASE WHEN l.newest >= ");
		add_origin(request, statement);
		fil_statement_add(statement,
		    " THEN 1 ELSE 0 END, %s, %s, count(*),"
		    " count(CASE WHEN l.doubt = 1 THEN 1 END)",
		    past, later);
	} else {
		fil_statement_add(statement, "0, %s, %s, count(*), 0", past, later);
	}
	if (what->firsts)
		fil_statement_add(statement, " + count(CASE WHEN f.doubt = 1 THEN 1 END)");
	for (size_t day = 0; what->levels && day < request->n_days; day++) {
		fil_statement_add(statement, ", count(CASE WHEN ");
		fil_level_request_state(what->levels, statement, day, FIL_LEVEL_AUTONOMOUS);
		fil_statement_add(statement, " THEN 1 END)");
	}
}

/* Adds the conditions on users. */
static void
add_conditions(const struct journey_statement *what, const struct fil_counted_users *users,
    struct fil_statement *statement)
{
	const struct fil_journeys_request *request = what->request;
	const char *phase = request->selection->phase;

	fil_counted_users_where(users, statement);
	if (phase)
		fil_statement_add(statement, *phase ? " AND e.fits0 = 1" : " AND e.phase0 IS NULL");
	if (request->from == FIL_FROM_ENROLLED)
		return;
	fil_statement_add(statement, " AND ");
	add_origin(request, statement);
	fil_statement_add(statement, " <= ");
	fil_statement_add_day(statement, request->as_of);
	fil_statement_add(statement, " AND u.arrived IS NOT NULL");
}

/* Adds the statement. */
static void
add_statement(const struct journey_statement *what, struct fil_statement *statement)
{
	const struct fil_journeys_request *request = what->request;
	const char *phase = request->selection->phase;
	const struct fil_enrolment_request enrolments = { what->phases,
		phase && *phase ? what->asked : NULL, &request->as_of, 1 };
	const struct fil_counted_users users = { request->selection, what->roles, what->past,
		request->as_of, request->as_of };

	add_columns(what, statement);
	fil_counted_users_join(&users, statement);
	if (needs_origins(what))
		join_origins(what, statement);
	if (phase)
		fil_enrolment_request_join(&enrolments, statement);
	join_first_days(what, statement);
	if (what->levels)
		fil_level_request_join(what->levels, statement);
	add_conditions(what, &users, statement);
	fil_statement_add(statement, " GROUP BY 1, 2, 3, 4, 5, 6, 7, 8");
}

/* Reads a day of the current row; none: where it is NULL. Returns 0, or -1 where it is damaged. */
static int
read_day(struct fil_query *query, int column, fil_day none, fil_day *day)
{
	const char *text = fil_query_text(query, column);

	*day = none;
	return text ? fil_date_parse(text, day) : 0;
}

/* Adds the users of the current row, which the engine has counted. Returns 0, or -1 where the row is
 * damaged, and the walk is to tell whose. */
static int
add_counted(struct search *search, struct fil_query *query, size_t *autonomous)
{
	const char *group = fil_query_text(query, GROUP);
	struct course course = { .until = FIL_NEVER,
		.measured = fil_query_number(query, MEASURED) == 1,
		.later = fil_query_number(query, LATER) == 1 };
	bool past = search->cohort.past && fil_query_text(query, PAST);

	if (fil_query_number(query, DOUBTS) > 0 ||
	    read_day(query, ORIGIN, FIL_NEVER, &course.origin) < 0 ||
	    read_day(query, ARRIVED, FIL_NEVER, &course.arrived) < 0 ||
	    read_day(query, AUTONOMOUS, FIL_NEVER, &course.autonomous) < 0 ||
	    (past ? fil_cohort_past(&search->cohort, (size_t)fil_query_number(query, PAST))
		  : fil_cohort_same(&search->cohort, group, fil_query_text(query, LEFT))) < 0)
		return -1;
	for (size_t day = 0; day < search->journeys->n_days; day++)
		autonomous[day] = (size_t)fil_query_number(query, DAYS + (int)day);
	for (fil_day day = search->cohort.request.versions[0]; course.until != FIL_STAYS;
	     day = course.until) {
		const struct fil_kin *kin =
		    &search->cohort.kin[fil_cohort_version(&search->cohort, day)];

		course.since = course.until;
		course.until = fil_cohort_next(&search->cohort, search->cohort.kin, day);
		if (kin->group == FIL_ABSENT)
			continue;
		course.left = kin->left;
		course.group = fil_by_enrolment(search->request->by) && group
		    ? fil_intern_add(search->journeys->groups, group, strlen(group))
		    : kin->group;
		fil_users_count(search->courses, &course, (size_t)fil_query_number(query, USERS));
		count_autonomous(search, &course, autonomous);
		note_places(search, &course);
	}
	count_places(search, (size_t)fil_query_number(query, USERS));
	return 0;
}

/* Adds the users whom the engine counts. Returns 1, 0 where a row is damaged, or -1 with a fault. */
static int
take_counts(struct search *search, struct fil_store *store, const struct fil_level_request *levels,
    struct fil_fault *fault)
{
	const struct fil_level_request firsts = { .dimensions = &search->dimensions,
		.only = search->dimension,
		.sources = search->sources };
	const struct journey_statement what = { search->request, &search->roles, search->phases,
		search->asked, levels, search->sources == FIL_ANY_SOURCE ? NULL : &firsts,
		search->cohort.past };
	size_t *autonomous = fil_alloc(search->journeys->n_days, sizeof *autonomous);
	struct fil_statement statement = { 0 };
	struct fil_query *query;
	bool whole = true;
	int got;

	add_statement(&what, &statement);
	query = fil_statement_query(&statement, store);
	while ((got = fil_query_step(query, fault)) == 1 && whole)
		whole = add_counted(search, query, autonomous) == 0;
	fil_query_free(query);
	fil_statement_release(&statement);
	free(autonomous);
	return got < 0 ? -1 : whole;
}

/* Returns room for the users of a request by where they count. */
static struct fil_users *
new_places(const struct fil_journeys_request *request)
{
	return fil_users_new((1 + request->n_days) * sizeof(uint32_t));
}

/* Forgets the journeys that were added. */
static void
remove_journeys(struct search *search)
{
	fil_users_free(search->courses);
	search->courses = fil_users_new(sizeof(struct course));
	free(search->journeys->autonomous);
	search->journeys->autonomous = NULL;
	search->journeys->n_counted = 0;
	if (search->journeys->places) {
		fil_users_free(search->journeys->places);
		search->journeys->places = new_places(search->request);
	}
}

/* Returns 1 if a user counts on all days of the request, or on none, but for past users; 0 if not; or -1
 * with a fault. */
static int
is_same_on_all_days(const struct search *search, struct fil_store *store, struct fil_fault *fault)
{
	const struct fil_journeys_request *request = search->request;
	int declined;

	if (request->selection->active || request->selection->phase)
		return 0;
	declined = fil_enrolments_any_declined(store, request->days[0], request->as_of, fault);
	return declined < 0 ? -1 : !declined;
}

/* Has the engine count the users with equal journeys. Returns 1, 0 where it cannot, or -1 with a
 * fault. */
static int
count_by_engine(struct search *search, struct fil_store *store, struct fil_fault *fault)
{
	const struct fil_journeys_request *request = search->request;
	const struct fil_user_request whom = fil_cohort_users(&search->cohort);
	bool asked = request->levels || request->n_days > 0;
	struct fil_level_request levels = { &search->dimensions, search->dimension,
		request->n_days > 0 ? request->days : &request->as_of,
		request->n_days > 0 ? request->n_days : 1, 0, search->sources,
		request->n_days <= 1 && request->as_of >= request->today &&
		    search->sources == FIL_ANY_SOURCE };
	int got;

	if (asked && !fil_level_request_fits(&levels))
		return 0;
	if (request->dated && (got = is_same_on_all_days(search, store, fault)) <= 0)
		return got;
	if ((got = fil_selection_counted(store, &whom, &search->cohort.past, fault)) <= 0)
		return got;
	got = take_counts(search, store, asked ? &levels : NULL, fault);
	if (got == 0 && levels.newest) {
		/* Today was set back, and the newest levels are newer. */
		remove_journeys(search);
		levels.newest = false;
		got = take_counts(search, store, asked ? &levels : NULL, fault);
	}
	if (got == 0)
		remove_journeys(search);
	return got;
}

/* Opens the levels, if they are asked for. Returns 0 or -1. */
static int
open_levels(struct search *search, struct fil_store *store, struct fil_fault *fault)
{
	const struct fil_journeys_request *request = search->request;
	struct fil_standing_request what = { &search->dimensions, &request->as_of, 1,
		request->today, request->sources, false };

	if (!request->levels && request->n_days == 0)
		return 0;
	if (request->n_days > 0) {
		what.days = request->days;
		what.n_days = request->n_days;
	}
	search->levels =
	    fil_standing_reader_over(store, &what, fil_readings_facts(request->readings), fault);
	return search->levels ? 0 : -1;
}

/* Opens the tables that the request needs. Returns 0 or -1. */
static int
open_tables(struct search *search, struct fil_store *store, struct fil_fault *fault)
{
	const struct fil_journeys_request *request = search->request;
	size_t n = fil_lookup_table_rows(search->phases);

	for (size_t i = 0; i < WAITING; i++) {
		search->waiting[i].enrolments = fil_alloc(n, sizeof *search->waiting[i].enrolments);
		search->waiting[i].entries = fil_alloc(n + 1, sizeof *search->waiting[i].entries);
		search->waiting[i].autonomous_on =
		    fil_alloc(request->n_days, sizeof *search->waiting[i].autonomous_on);
	}
	search->autonomous =
	    fil_first_autonomous_new(store, request->dimension, request->sources, fault);
	if (!search->autonomous || open_levels(search, store, fault) < 0 ||
	    fil_cohort_read(&search->cohort, store, fault) < 0)
		return -1;
	search->seen = fil_alloc(fil_users_tuples(search->cohort.users), sizeof *search->seen);
	if (request->from == FIL_FROM_ARRIVED && !fil_by_enrolment(request->by) &&
	    !request->selection->phase)
		return 0;
	search->enrolments = fil_enrolments_over(store, search->phases, request->as_of,
	    fil_readings_enrolments(request->readings), fault);
	return search->enrolments ? 0 : -1;
}

/* Reads all users. Returns 0 or -1. */
static int
walk(struct search *search, struct fil_store *store, struct fil_fault *fault)
{
	if (open_tables(search, store, fault) < 0 || take_all(search, fault) < 0)
		return -1;
	take_unseen(search);
	return 0;
}

static void
free_journeys(void *freed)
{
	struct fil_journeys *journeys = freed;

	fil_intern_free(journeys->groups);
	fil_users_free(journeys->places);
	free(journeys->autonomous);
	free(journeys->days);
	free(journeys->list);
	free(journeys);
}

/* Reads the journeys of a request. Returns NULL with a fault. */
static struct fil_journeys *
read_journeys(
    struct fil_store *store, const struct fil_journeys_request *request, struct fil_fault *fault)
{
	struct fil_journeys *journeys = fil_alloc(1, sizeof *journeys);
	struct search search = { .journeys = journeys, .request = request };
	int got;

	journeys->groups = fil_intern_new(0);
	search.courses = fil_users_new(sizeof(struct course));
	if (request->dated)
		journeys->places = new_places(request);
	got = read_settings(&search, store, fault);
	if (got == 0)
		got = count_by_engine(&search, store, fault);
	if (got == 0)
		got = walk(&search, store, fault);
	if (got >= 0)
		list_journeys(&search);
	fil_cohort_release(&search.cohort);
	fil_first_autonomous_free(search.autonomous);
	fil_standing_reader_free(search.levels);
	fil_dimensions_release(&search.dimensions);
	fil_enrolments_free(search.enrolments);
	fil_lookup_table_free(search.phases);
	for (size_t i = 0; i < WAITING; i++) {
		free(search.waiting[i].enrolments);
		free(search.waiting[i].entries);
		free(search.waiting[i].autonomous_on);
	}
	fil_users_free(search.courses);
	free(search.asked);
	free(search.groups);
	free(search.seen);
	free(search.places);
	if (got >= 0)
		return journeys;
	free_journeys(journeys);
	return NULL;
}

/* Returns the key of the journeys among readings; the caller frees it. */
static char *
key_of(const struct fil_journeys_request *request)
{
	const char *dimension = request->dimension, *sources = request->sources,
		   *roles = request->selection->roles;

	return fil_format("journeys %d %u %d %d %d %d %s %s %s", (int)request->by, request->depth,
	    (int)request->from, request->from == FIL_FROM_ARRIVED ? request->floor : 0,
	    request->as_of, request->selection->active, dimension ? dimension : "",
	    sources ? sources : "", roles ? roles : "");
}

/* Returns the number of a day among those on which users are counted, or FIL_NOWHERE. */
static size_t
find_day(const struct fil_journeys *journeys, fil_day day)
{
	size_t i = 0;

	while (i < journeys->n_days && journeys->days[i] != day)
		i++;
	return i < journeys->n_days ? i : FIL_NOWHERE;
}

/* Returns whether users are counted on all days of the request. */
static bool
has_days(const struct fil_journeys *journeys, const struct fil_journeys_request *request)
{
	for (size_t i = 0; i < request->n_days; i++)
		if (find_day(journeys, request->days[i]) == FIL_NOWHERE)
			return false;
	return true;
}

/* Reads the journeys of a request with all that the page asks of them: the newest levels, the order, and
 * the users who are autonomous on the day of the report. */
static struct fil_journeys *
read_for_page(
    struct fil_store *store, const struct fil_journeys_request *request, struct fil_fault *fault)
{
	struct fil_journeys_request whole = *request;

	whole.levels = true;
	whole.order = fil_by_enrolment(request->by);
	whole.days = &request->as_of;
	whole.n_days = 1;
	return read_journeys(store, &whole, fault);
}

struct fil_journeys *
fil_journeys_new(
    struct fil_store *store, const struct fil_journeys_request *request, struct fil_fault *fault)
{
	struct fil_journeys *journeys;
	char *key;

	if (!request->readings || request->dated)
		return read_journeys(store, request, fault);
	key = key_of(request);
	journeys = fil_readings_find(request->readings, key);
	if (!journeys && (journeys = read_for_page(store, request, fault))) {
		journeys->shared = true;
		fil_readings_keep(request->readings, key, journeys, free_journeys);
	}
	free(key);
	return !journeys || has_days(journeys, request) ? journeys
							: read_journeys(store, request, fault);
}

const struct fil_journey *
fil_journeys_list(const struct fil_journeys *journeys, size_t *n)
{
	*n = journeys->n;
	return journeys->list;
}

bool
fil_journeys_measured(const struct fil_journeys *journeys, fil_day day)
{
	for (size_t i = 0; i < journeys->n; i++) {
		const struct fil_journey *journey = &journeys->list[i];

		if (journey->measured ||
		    (journey->autonomous != FIL_NEVER && journey->autonomous <= day))
			return true;
	}
	return false;
}

size_t
fil_journeys_groups(const struct fil_journeys *journeys)
{
	return fil_intern_count(journeys->groups);
}

const char *
fil_journeys_group(const struct fil_journeys *journeys, size_t group)
{
	return fil_intern_get(journeys->groups, (uint32_t)group);
}

size_t
fil_journeys_autonomous(const struct fil_journeys *journeys, size_t group, fil_day day)
{
	size_t number = find_day(journeys, day);

	return group < journeys->n_counted && number != FIL_NOWHERE
	    ? journeys->autonomous[group * journeys->n_days + number]
	    : 0;
}

size_t
fil_journeys_differing(const struct fil_journeys *journeys, size_t a, size_t b)
{
	size_t n = fil_intern_count(journeys->groups) + 1, most = 0;
	size_t *differing = fil_alloc(n, sizeof *differing);

	for (size_t i = 0; i < fil_users_tuples(journeys->places); i++) {
		size_t users;
		const uint32_t *places = fil_users_tuple(journeys->places, i, &users);

		if (places[1 + a] != places[1 + b])
			differing[places[0]] += users;
	}
	for (size_t place = 0; place < n; place++)
		if (differing[place] > most)
			most = differing[place];
	free(differing);
	return most;
}

void
fil_journeys_free(struct fil_journeys *journeys)
{
	if (journeys && !journeys->shared)
		free_journeys(journeys);
}

enum fil_stage
fil_journey_on(const struct fil_journey *journey, fil_day day, int *days)
{
	fil_day end = journey->left < day ? journey->left : day;

	if (journey->origin > day || journey->arrived > day)
		return FIL_STAGE_AHEAD;
	if (journey->autonomous != FIL_NEVER && journey->autonomous <= journey->origin)
		return FIL_STAGE_ALREADY;
	if (journey->autonomous != FIL_NEVER && journey->autonomous <= end) {
		*days = journey->autonomous - journey->origin;
		return FIL_STAGE_THERE;
	}
	*days = end - journey->origin;
	return *days > 0 ? FIL_STAGE_UNDERWAY : FIL_STAGE_UNFOLLOWED;
}
