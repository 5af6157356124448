/* SPDX-License-Identifier: ISC */
/* fil-report commitment: the time that each party promised and spent. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/report/autonomy_counts.h"
#include "lib/report/figures.h"
#include "lib/report/report.h"
#include "lib/store/query.h"
#include "lib/store/statement.h"
#include "lib/users/population.h"
#include "lib/users/user_versions.h"

/* The columns of the report. */
enum { ROLE, USERS, PLANNED, SPENT, SPENT_SHARE, HONOURED, MINUTES_PER_AUTONOMOUS, COLUMNS };

static const struct fil_output_column columns[COLUMNS] = {
	[ROLE] = { "role", FIL_CELL_TEXT },
	[USERS] = { "users", FIL_CELL_NUMBER },
	[PLANNED] = { "planned", FIL_CELL_NUMBER },
	[SPENT] = { "spent", FIL_CELL_NUMBER },
	[SPENT_SHARE] = { "spent_share", FIL_CELL_SHARE, 1 },
	[HONOURED] = { "honoured", FIL_CELL_NUMBER },
	[MINUTES_PER_AUTONOMOUS] = { "minutes_per_autonomous", FIL_CELL_NUMBER, 1 },
};

/* Minutes promised for a phase count once the phase has begun. */
static const char commitments_query[] =
    "SELECT c.\"user\", c.minutes FROM commitments AS c"
    " WHERE c.phase IN (SELECT p.phase FROM phases AS p WHERE p.begins <= $1) ORDER BY c.\"user\"";

static const char efforts_query[] =
    "SELECT \"user\", minutes FROM efforts WHERE date <= $1 ORDER BY \"user\"";

/* The counts of a role; minutes in thousandths. */
struct count {
	const char *role;
	size_t users, honoured;
	long long planned, spent;
};

struct commitment {
	struct fil_population *selected;
	struct fil_dated_users *people;
	struct fil_cursor *commitments, *efforts;
	struct fil_intern *roles;
	struct count *counts; /* by the number of the role */
	size_t room;
};

/* Adds up the minutes of a user. Sets *any to whether the user has any. Returns 0 or -1. */
static int
add_minutes(struct fil_cursor *cursor, const char *user, long long *minutes, bool *any,
    struct fil_fault *fault)
{
	int got = fil_cursor_seek(cursor, user, fault);

	*minutes = 0;
	*any = got == 1;
	while (got == 1) {
		if (fil_amount_add(minutes, fil_query_text(fil_cursor_query(cursor), 1)) < 0)
			return fil_fault_set(fault, FIL_BAD_DATA,
			    "the minutes of '%s' are too many to be added up", user);
		got = fil_cursor_row(cursor, fault);
	}
	return got;
}

/* Returns the counts of a role; NULL: none. */
static struct count *
count_of(struct commitment *commitment, const char *role)
{
	size_t i;

	if (!role)
		role = FIL_GROUP_NONE;
	i = fil_intern_add(commitment->roles, role, strlen(role));
	if (i == commitment->room) {
		commitment->room++;
		commitment->counts =
		    fil_resize(commitment->counts, commitment->room, sizeof *commitment->counts);
		commitment->counts[i] =
		    (struct count){ .role = fil_intern_get(commitment->roles, (uint32_t)i) };
	}
	return &commitment->counts[i];
}

/* Counts the current user, of that role. Returns 0 or -1. */
static int
count_user(struct commitment *commitment, const char *role, struct fil_fault *fault)
{
	size_t length;
	const char *user = fil_dated_users_key(commitment->people, &length);
	long long planned, spent;
	bool plans, spends;
	struct count *count;

	if (add_minutes(commitment->commitments, user, &planned, &plans, fault) < 0 ||
	    add_minutes(commitment->efforts, user, &spent, &spends, fault) < 0)
		return -1;
	if (!(plans || spends) || !fil_population_has(commitment->selected, user, length))
		return 0;
	count = count_of(commitment, role);
	count->users++;
	count->honoured += plans && spent >= planned;
	if (__builtin_add_overflow(count->planned, planned, &count->planned) ||
	    __builtin_add_overflow(count->spent, spent, &count->spent))
		return fil_fault_set(fault, FIL_BAD_DATA,
		    "the minutes of role %s are too many to be added up", count->role);
	return 0;
}

/* Adds the beginning of the sum of the minutes of each user. */
static void
add_user_minutes(struct fil_statement *statement)
{
	fil_statement_add(statement, " LEFT JOIN (SELECT \"user\" AS who, ");
	fil_figures_amounts_add(statement, "minutes");
	fil_statement_add(statement, " AS minutes FROM ");
}

/* A count by the engine. */
struct engine_count {
	fil_day day;
	struct count *counts; /* by the number of the role among the groups */
	size_t n;
	bool large; /* a sum is too large to be added up */
};

/* Joins the minutes that each user planned and spent. */
static void
join_minutes(void *context, struct fil_statement *statement)
{
	const struct engine_count *count = context;

	add_user_minutes(statement);
	fil_statement_add(statement,
	    "commitments WHERE phase IN (SELECT p.phase FROM phases AS p WHERE p.begins <= ");
	fil_statement_add_day(statement, count->day);
	fil_statement_add(statement, ") GROUP BY 1) AS c ON c.who = u.\"user\"");
	add_user_minutes(statement);
	fil_statement_add(statement, "efforts WHERE date <= ");
	fil_statement_add_day(statement, count->day);
	fil_statement_add(statement, " GROUP BY 1) AS s ON s.who = u.\"user\"");
}

static void
add_sums(void *context, struct fil_statement *statement)
{
	(void)context;
	fil_statement_add(statement,
	    ", count(CASE WHEN c.who IS NOT NULL OR s.who IS NOT NULL THEN 1 END),"
	    " count(CASE WHEN coalesce(s.minutes, 0) >= c.minutes THEN 1 END),"
	    " sum(c.minutes), sum(s.minutes)");
}

/* Takes the sums of users of a role. */
static void
take_sums(void *context, const uint32_t *cells, struct fil_query *query, int column)
{
	struct engine_count *count = context;
	struct count *role;

	if (cells[0] >= count->n) {
		count->counts =
		    fil_resize(count->counts, cells[0] + (size_t)1, sizeof *count->counts);
		memset(
		    count->counts + count->n, 0, (cells[0] + 1 - count->n) * sizeof *count->counts);
		count->n = cells[0] + (size_t)1;
	}
	role = &count->counts[cells[0]];
	role->users += (size_t)fil_query_number(query, column);
	role->honoured += (size_t)fil_query_number(query, column + 1);
	count->large |=
	    fil_figures_amounts_take(&role->planned, fil_query_text(query, column + 2)) < 0 ||
	    fil_figures_amounts_take(&role->spent, fil_query_text(query, column + 3)) < 0;
}

/* Keeps the counts of the roles whose users planned or spent a minute. */
static void
keep_roles(struct commitment *commitment, const struct engine_count *count,
    const struct fil_population *population)
{
	for (size_t i = 0; i < count->n; i++) {
		struct count *kept;

		if (count->counts[i].users == 0)
			continue;
		kept = count_of(commitment, fil_population_group(population, i));
		count->counts[i].role = kept->role;
		*kept = count->counts[i];
	}
}

/* Has the engine count the users of each role. Returns 1, 0 where it cannot, or -1 with a fault. */
static int
count_by_engine(struct commitment *commitment, struct fil_store *store,
    const struct fil_report_request *request, struct fil_fault *fault)
{
	struct fil_selection selection = request->selection;
	const struct fil_population_request whom = { &selection, FIL_BY_ROLE, 0, &request->as_of, 1,
		{ false } };
	struct engine_count count = { .day = request->as_of };
	const struct fil_population_sums sums = { join_minutes, add_sums, take_sums, &count, 0,
		NULL, NULL };
	struct fil_population *population;
	int got;

	if (!fil_selection_narrows(&selection))
		selection.later = NULL; /* all count on any day */
	got = fil_population_counted(store, &whom, &sums, &population, fault);
	/* The walk is to tell of whom the minutes are too many. */
	if (got == 0 && population && !count.large) {
		keep_roles(commitment, &count, population);
		got = 1;
	}
	fil_population_free(population);
	free(count.counts);
	return got;
}

/* Counts the users one by one. Returns 0 or -1. */
static int
count_users(struct commitment *commitment, struct fil_fault *fault)
{
	const char *role;
	int got;

	while ((got = fil_dated_users_next(commitment->people, &role, fault)) == 1)
		if (count_user(commitment, role, fault) < 0)
			return -1;
	return got;
}

/* Counts the selected users who are autonomous on the day; FIL_NOWHERE: nobody may know how many. Returns
 * 0 or -1. */
static int
count_autonomous(struct fil_store *store, const struct fil_report_request *request,
    size_t *autonomous, struct fil_fault *fault)
{
	struct fil_autonomy_counts *counts =
	    fil_autonomy_counts_new(store, request, &request->as_of, 1, fault);

	if (!counts)
		return -1;
	*autonomous = fil_autonomy_counts_autonomous(counts, 0);
	fil_autonomy_counts_free(counts);
	return 0;
}

/* Gives a row. hidden: only the role may be known. */
static void
give_row(
    const struct count *count, size_t autonomous, bool hidden, const struct fil_report_sink *sink)
{
	struct fil_figures row = { .cells = { [ROLE] = count->role } };

	if (!hidden) {
		fil_figures_count(&row, USERS, count->users);
		fil_figures_amount(&row, PLANNED, count->planned);
		fil_figures_amount(&row, SPENT, count->spent);
		fil_figures_share(&row, SPENT_SHARE, count->spent, count->planned);
		fil_figures_count(&row, HONOURED, count->honoured);
		if (autonomous != FIL_NOWHERE)
			fil_figures_mean(&row, MINUTES_PER_AUTONOMOUS, count->spent,
			    1000 * (long long)autonomous);
	}
	sink->row(sink->context, row.cells);
}

/* Adds the counts of a role to those of several. Returns 0 or -1. */
static int
add_count(struct count *sum, const struct count *count, struct fil_fault *fault)
{
	sum->users += count->users;
	sum->honoured += count->honoured;
	if (__builtin_add_overflow(sum->planned, count->planned, &sum->planned) ||
	    __builtin_add_overflow(sum->spent, count->spent, &sum->spent))
		return fil_fault_set(
		    fault, FIL_BAD_DATA, "the minutes of all roles are too many to be added up");
	return 0;
}

/* Whether people spent what they had planned. A role that has planned nothing is in no state. */
enum { HAVE, HAVE_NOT, STATES };

/* Merges the small roles, in the order of the report. Returns 0 or -1. The caller releases the roles. */
static int
merge_roles(const struct commitment *commitment, struct fil_store *store,
    const struct fil_report_request *request, struct fil_group_rows *merged,
    struct fil_fault *fault)
{
	size_t n = fil_intern_count(commitment->roles), *users = fil_alloc(n, sizeof *users),
	       *states = fil_alloc(n * STATES, sizeof *states);
	const char **names = fil_alloc(n, sizeof *names);
	struct fil_group_rows_request groups = fil_report_groups(request, n, names, users);
	int got;

	for (size_t i = 0; i < n; i++) {
		const struct count *count = &commitment->counts[i];

		names[i] = count->role;
		users[i] = count->users;
		if (count->planned == 0)
			continue;
		states[i * STATES + HAVE] = count->honoured;
		states[i * STATES + HAVE_NOT] = count->users - count->honoured;
	}
	groups.by = FIL_BY_ROLE;
	groups.states = states;
	groups.n_states = STATES;
	got = fil_report_narrow(store, request, request->as_of, &groups, fault);
	fil_group_rows_init(merged, &groups);
	free(names);
	free(users);
	free(states);
	return got;
}

/* Says that the column of the people selected is empty, and what to do. */
static void
say_hidden(
    const struct fil_report_request *request, bool hidden, const struct fil_report_sink *sink)
{
	fil_report_say_left_out(sink, hidden,
	    fil_format(_("minutes_per_autonomous is empty: the people selected are fewer than %u,"
			 " or fewer than %u and all alike; select more people"),
		request->min_group, 2 * request->min_group));
}

/* Gives the rows of the roles, and that of all together where it is asked for. Returns 0 or -1. */
static int
give_rows(const struct commitment *commitment, struct fil_store *store,
    const struct fil_report_request *request, size_t autonomous, const struct fil_report_sink *sink,
    struct fil_fault *fault)
{
	struct fil_group_rows merged;
	struct count *rows, total = { 0 };
	int got = merge_roles(commitment, store, request, &merged, fault);

	rows = fil_alloc(merged.n, sizeof *rows);
	for (size_t i = 0; got == 0 && i < fil_intern_count(commitment->roles); i++) {
		got = add_count(&rows[merged.into[i]], &commitment->counts[i], fault);
		if (got == 0)
			got = add_count(&total, &commitment->counts[i], fault);
	}
	for (size_t row = 0; got == 0 && row < merged.n; row++) {
		rows[row].role = merged.names[row];
		give_row(&rows[row], autonomous, merged.hidden, sink);
	}
	total.role = FIL_REPORT_TOTAL;
	if (got == 0 && request->total)
		give_row(&total, autonomous, merged.hidden, sink);
	if (got == 0)
		say_hidden(request, !merged.hidden && autonomous == FIL_NOWHERE, sink);
	fil_group_rows_release(&merged);
	free(rows);
	return got;
}

/* Opens all tables. Returns 0 or -1. */
static int
open_tables(struct commitment *commitment, struct fil_store *store,
    const struct fil_report_request *request, struct fil_fault *fault)
{
	char as_of[FIL_DATE_SIZE];

	fil_date_write(request->as_of, as_of);
	commitment->selected =
	    fil_population_selected(store, &request->selection, request->as_of, fault);
	if (!commitment->selected)
		return -1;
	commitment->people =
	    fil_dated_users_new(store, (const char *const[]){ "role" }, 1, request->as_of, fault);
	if (!commitment->people)
		return -1;
	commitment->commitments = fil_cursor_new(fil_query_new(store, commitments_query));
	commitment->efforts = fil_cursor_new(fil_query_new(store, efforts_query));
	fil_query_bind(fil_cursor_query(commitment->commitments), 1, as_of);
	fil_query_bind(fil_cursor_query(commitment->efforts), 1, as_of);
	return 0;
}

static int
make_commitment(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	struct commitment commitment = { .selected = NULL };
	size_t autonomous = 0;
	unsigned sources;
	int got = fil_sources_read(request->sources, &sources, fault);

	commitment.roles = fil_intern_new(0);
	if (got == 0 && (got = count_by_engine(&commitment, store, request, fault)) == 0 &&
	    (got = open_tables(&commitment, store, request, fault)) == 0)
		got = count_users(&commitment, fault);
	if (got >= 0) {
		sink->columns(sink->context, columns, COLUMNS);
		got = 0;
	}
	/* Levels take longest to read: they are not, where nobody planned or spent a minute. */
	if (got == 0 && fil_intern_count(commitment.roles) > 0)
		got = count_autonomous(store, request, &autonomous, fault);
	if (got == 0)
		got = give_rows(&commitment, store, request, autonomous, sink, fault);
	fil_dated_users_free(commitment.people);
	fil_cursor_free(commitment.commitments);
	fil_cursor_free(commitment.efforts);
	fil_population_free(commitment.selected);
	fil_intern_free(commitment.roles);
	free(commitment.counts);
	return got;
}

const struct fil_report_subject fil_report_commitment = {
	.name = "commitment",
	.meaning = N_("the time promised and spent by each party"),
	.takes = FIL_TAKES_SOURCES | FIL_TAKES_TOTAL | FIL_TAKES_MINIMUM,
	.make = make_commitment,
};
