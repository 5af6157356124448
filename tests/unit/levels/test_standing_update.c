/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/base/date.h"
#include "lib/levels/standing_reader.h"
#include "lib/levels/standing_update.h"
#include "tests/unit/stage.h"

#define STANDING \
	"SELECT \"user\", dimension, level, date, source, previous, risen, first, run" \
	" FROM standing ORDER BY \"user\", dimension"
#define STANDINGS "SELECT \"user\", autonomous, run FROM standings ORDER BY \"user\""
#define DELETE_FACT(user, dimension, date) \
	"DELETE FROM autonomy WHERE \"user\" = '" user "'" \
	" AND dimension = '" dimension "' AND date = '" date "'"

static int
set_up(void **state)
{
	int got = stage_set_up(state);

	if (got == 0) {
		stage_run(*state, "DELETE FROM dimensions");
		stage_put(*state, "dimensions", "process|The process|3");
		stage_put(*state, "dimensions", "tool|The tool|3");
	}
	return got;
}

static void
keep(struct stage *stage, const char *user, int64_t run)
{
	struct fil_standing_update *update = fil_standing_update_new(stage->store);

	if (!user)
		fil_standing_update_note(update, "dimensions", "");
	else
		fil_standing_update_note(update, "autonomy", user);
	if (fil_standing_update_write(update, run, &stage->fault) < 0)
		fail_msg("%s", stage->fault.text);
	fil_standing_update_free(update);
}

static void
update__first_facts__stand(void **state)
{
	stage_put(*state, "users", "00421|Ada");
	stage_put(*state, "autonomy", "00421|tool|2024-03-01|self|3");
	stage_put(*state, "autonomy", "00421|tool|2024-03-08|trainer|4");
	stage_put(*state, "autonomy", "00421|tool|2024-03-08|self|5");
	stage_put(*state, "autonomy", "00421|process|2024-03-04|test|2");
	keep(*state, "00421", 7);
	/* Process: one fact below the threshold. Tool: 3 on the 1st, which meets it; on the 8th the
	 * trainer's word, a rise from 3 to 4. */
	stage_expect(*state, STANDING, 9,
	    "00421|process|2|2024-03-04|test||2024-03-04||7\n"
	    "00421|tool|4|2024-03-08|trainer|3|2024-03-08|2024-03-01|7\n");
	stage_expect(*state, STANDINGS, 3, "");
}

static void
update__a_fall__keeps_rise_and_first_day(void **state)
{
	stage_put(*state, "users", "a|Ada");
	stage_put(*state, "autonomy", "a|tool|2024-03-01|self|3");
	stage_put(*state, "autonomy", "a|process|2024-03-04|test|3");
	stage_put(*state, "autonomy", "a|process|2024-03-11|test|2");
	keep(*state, "a", 2);
	/* Both thresholds are met at once on the 4th only. */
	stage_expect(*state, STANDING, 9,
	    "a|process|2|2024-03-11|test|3|2024-03-04|2024-03-04|2\n"
	    "a|tool|3|2024-03-01|self||2024-03-01|2024-03-01|2\n");
	stage_expect(*state, STANDINGS, 3, "a|2024-03-04|2\n");
}

static void
update__unchanged__writes_nothing(void **state)
{
	stage_put(*state, "users", "a|Ada");
	stage_put(*state, "autonomy", "a|tool|2024-03-01|self|3");
	keep(*state, "a", 2);
	keep(*state, "a", 3);
	keep(*state, NULL, 4);
	stage_expect(*state, STANDING, 9, "a|tool|3|2024-03-01|self||2024-03-01|2024-03-01|2\n");
	stage_expect(*state, STANDINGS, 3, "");
}

static void
update__last_fact_removed__takes_the_rows_away(void **state)
{
	const char *const ways[] = { "a", NULL };

	stage_put(*state, "users", "a|Ada");
	stage_put(*state, "users", "b|Bob");
	stage_put(*state, "autonomy", "b|tool|2024-03-01|self|1");
	for (size_t i = 0; i < 2; i++) {
		stage_put(*state, "autonomy", "a|tool|2024-03-01|self|3");
		stage_put(*state, "autonomy", "a|process|2024-03-01|self|3");
		keep(*state, NULL, 2);
		stage_expect(*state, STANDINGS, 3, "a|2024-03-01|2\n");
		stage_run(*state, DELETE_FACT("a", "process", "2024-03-01"));
		keep(*state, ways[i], 3);
		stage_expect(*state, STANDING, 9,
		    "a|tool|3|2024-03-01|self||2024-03-01|2024-03-01|2\n"
		    "b|tool|1|2024-03-01|self||2024-03-01||2\n");
		stage_expect(*state, STANDINGS, 3, "");
		stage_run(*state, DELETE_FACT("a", "tool", "2024-03-01"));
		keep(*state, ways[i], 4);
		stage_expect(*state, STANDING, 9, "b|tool|1|2024-03-01|self||2024-03-01||2\n");
		stage_expect(*state, STANDINGS, 3, "");
	}
}

static void
update__threshold_changed__recomputes_everybody(void **state)
{
	stage_put(*state, "users", "a|Ada");
	stage_put(*state, "users", "b|Bob");
	stage_put(*state, "autonomy", "a|tool|2024-03-01|self|2");
	stage_put(*state, "autonomy", "a|process|2024-03-02|self|3");
	stage_put(*state, "autonomy", "b|tool|2024-03-01|self|1");
	keep(*state, NULL, 2);
	stage_expect(*state, STANDINGS, 3, "");
	stage_run(*state, "UPDATE dimensions SET threshold = 2 WHERE dimension = 'tool'");
	keep(*state, NULL, 3);
	stage_expect(*state, STANDING, 9,
	    "a|process|3|2024-03-02|self||2024-03-02|2024-03-02|2\n"
	    "a|tool|2|2024-03-01|self||2024-03-01|2024-03-01|3\n"
	    "b|tool|1|2024-03-01|self||2024-03-01||2\n");
	stage_expect(*state, STANDINGS, 3, "a|2024-03-02|3\n");
}

static void
update__nothing_touched__writes_nothing(void **state)
{
	struct stage *stage = *state;
	struct fil_standing_update *update = fil_standing_update_new(stage->store);

	stage_put(stage, "users", "a|Ada");
	stage_put(stage, "autonomy", "a|tool|2024-03-01|self|2");
	assert_int_equal(fil_standing_update_write(update, 2, &stage->fault), 0);
	stage_expect(stage, STANDING, 9, "");
	fil_standing_update_free(update);
}

static uint32_t
draw(uint32_t *seed, uint32_t n)
{
	*seed = *seed * 1664525U + 1013904223U;
	return (*seed >> 8) % n;
}

/* Puts, corrects or removes one random fact of one of n users; returns whose in user. */
static void
change_fact(struct stage *stage, uint32_t *seed, uint32_t n, char user[static 8])
{
	static const char *const sources[] = { "self", "trainer", "manager", "test", "system" };
	const char *source = sources[draw(seed, 5)],
		   *dimension = draw(seed, 2) ? "tool" : "process";
	unsigned day = draw(seed, 9) + 1, level = draw(seed, 6);
	char *key, *sql;

	snprintf(user, 8, "u%03u", (unsigned)draw(seed, n) % 1000);
	key = fil_format("DELETE FROM autonomy WHERE \"user\" = '%s' AND dimension = '%s'"
			 " AND date = '2024-05-%02u' AND source = '%s'",
	    user, dimension, day, source);
	stage_run(stage, key);
	free(key);
	if (draw(seed, 3) == 0)
		return;
	sql = fil_format("%s|%s|2024-05-%02u|%s|%u", user, dimension, day, source, level);
	stage_put(stage, "autonomy", sql);
	free(sql);
}

static void
put_users(struct stage *stage, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		char *row = fil_format("u%03u|User %u", (unsigned)i, (unsigned)i);

		stage_put(stage, "users", row);
		free(row);
	}
}

static void
update__random_changes__agree_with_a_recomputation(void **state)
{
	enum { USERS = 12, ROUNDS = 150 };
	struct stage *stage = *state;
	struct fil_standing_update *update = fil_standing_update_new(stage->store);
	uint32_t seed = 11;
	char user[8];

	put_users(stage, USERS);
	for (int round = 0; round < ROUNDS; round++) {
		for (uint32_t i = draw(&seed, 5); i < 5; i++) {
			change_fact(stage, &seed, USERS, user);
			fil_standing_update_note(update, "autonomy", user);
		}
		assert_int_equal(fil_standing_update_write(update, round, &stage->fault), 0);
		assert_int_equal(
		    fil_standing_verify(stage->store,
			&(struct fil_standing_verification){ .take = NULL }, &stage->fault),
		    0);
	}
	fil_standing_update_free(update);
}

/* Has n users with one fact each touched, the last first, and kept in one go. */
static void
keep_crowd(struct stage *stage, unsigned n)
{
	struct fil_standing_update *update = fil_standing_update_new(stage->store);

	for (unsigned i = n; i-- > 0;) {
		char *user = fil_format("%05u|User", i),
		     *fact = fil_format("%05u|tool|2024-03-01|self|3", i);

		stage_put(stage, "users", user);
		stage_put(stage, "autonomy", fact);
		user[5] = '\0';
		fil_standing_update_note(update, "autonomy", user);
		fil_standing_update_note(update, "autonomy", user);
		free(user);
		free(fact);
	}
	assert_int_equal(fil_standing_update_write(update, 2, &stage->fault), 0);
	assert_int_equal(fil_standing_verify(stage->store,
			     &(struct fil_standing_verification){ .take = NULL }, &stage->fault),
	    0);
	fil_standing_update_free(update);
}

static void
update__more_users_than_it_looks_up_at_a_time__keeps_them_all(void **state)
{
	keep_crowd(*state, 2 * 256 + 1);
	stage_expect(*state, "SELECT COUNT(*) FROM standing", 1, "513\n");
}

static void
update__more_users_than_it_always_looks_up__keeps_them_all(void **state)
{
	keep_crowd(*state, 5000);
	stage_expect(*state, "SELECT COUNT(*) FROM standing", 1, "5000\n");
}

/* Has the derived rows of the last of 5000 users altered by hand, and 4500 others noted. */
static void
keep_others(struct stage *stage)
{
	struct fil_standing_update *update = fil_standing_update_new(stage->store);

	stage_run(stage, "UPDATE standing SET level = 5 WHERE \"user\" IN ('04999', '00000')");
	for (unsigned i = 0; i < 4500; i++) {
		char *user = fil_format("%05u", i);

		fil_standing_update_note(update, "autonomy", user);
		free(user);
	}
	assert_int_equal(fil_standing_update_write(update, 3, &stage->fault), 0);
	stage_expect(stage, "SELECT \"user\", run FROM standing WHERE level = 5 OR run = 3", 2,
	    "00000|3\n04999|2\n");
	fil_standing_update_free(update);
}

static void
update__more_users_than_it_always_looks_up__leaves_out_the_others(void **state)
{
	struct stage *stage = *state;

	keep_crowd(stage, 5000);
	keep_others(stage);
	/* Of so many users the 4500 are looked up. */
	stage_run(stage,
	    "INSERT INTO users (\"user\", name, run) WITH RECURSIVE n (i) AS (SELECT 10000 UNION "
	    "ALL "
	    "SELECT i + 1 FROM n WHERE i < 50000) SELECT CAST(i AS TEXT), 'User', 1 FROM n");
	stage_run(stage, "UPDATE standing SET run = 2");
	keep_others(stage);
}

static void
update__many_rows_added_changed_and_removed__are_all_written(void **state)
{
	struct stage *stage = *state;

	keep_crowd(stage, 5000);
	/* Of three users the first loses the only level, the second another level, and the third gets the
	 * other dimension and is autonomous. */
	stage_run(stage, "DELETE FROM autonomy WHERE CAST(\"user\" AS INTEGER) % 3 = 0");
	stage_run(stage, "UPDATE autonomy SET level = 2 WHERE CAST(\"user\" AS INTEGER) % 3 = 1");
	stage_run(stage,
	    "INSERT INTO autonomy (\"user\", dimension, date, source, level, run)"
	    " SELECT \"user\", 'process', '2024-03-05', 'self', 4, 3 FROM users"
	    " WHERE CAST(\"user\" AS INTEGER) % 3 = 2");
	keep(stage, NULL, 3);
	stage_expect(stage,
	    "SELECT dimension, level, COUNT(*), SUM(CASE WHEN run = 3 THEN 1 ELSE 0 END) FROM "
	    "standing"
	    " GROUP BY dimension, level ORDER BY dimension, level",
	    4, "process|4|1666|1666\ntool|2|1667|1667\ntool|3|1666|0\n");
	stage_expect(stage, "SELECT autonomous, COUNT(*) FROM standings GROUP BY autonomous", 2,
	    "2024-03-05|1666\n");
	assert_int_equal(fil_standing_verify(stage->store,
			     &(struct fil_standing_verification){ .take = NULL }, &stage->fault),
	    0);
}

/* Adds a row that differs to a text. */
static void
add_row(void *context, const char *user, const char *dimension)
{
	fil_bytes_add_format(context, "%s %s, ", user, dimension ? dimension : "all");
}

static void
verify__rows_written_by_hand__are_counted_and_named(void **state)
{
	struct stage *stage = *state;
	struct fil_bytes rows = { 0 };

	put_users(stage, 4);
	stage_put(stage, "autonomy", "u000|tool|2024-03-01|self|3");
	stage_put(stage, "autonomy", "u001|tool|2024-03-01|self|3");
	stage_put(stage, "autonomy", "u002|tool|2024-03-01|self|3");
	keep(stage, NULL, 2);
	assert_int_equal(fil_standing_verify(stage->store,
			     &(struct fil_standing_verification){ .take = NULL }, &stage->fault),
	    0);
	stage_run(stage, "UPDATE standing SET level = 5 WHERE \"user\" = 'u001'");
	stage_run(stage, "DELETE FROM standing WHERE \"user\" = 'u002'");
	stage_run(stage, "INSERT INTO standings (\"user\", run) VALUES ('u003', 1)");
	assert_int_equal(
	    fil_standing_verify(stage->store,
		&(struct fil_standing_verification){ .take = add_row, .context = &rows },
		&stage->fault),
	    3);
	assert_string_equal(rows.data, "u001 tool, u002 tool, u003 all, ");
	fil_bytes_release(&rows);
	keep(stage, NULL, 3);
	assert_int_equal(fil_standing_verify(stage->store,
			     &(struct fil_standing_verification){ .take = NULL }, &stage->fault),
	    0);
}

static void
verify__row_that_cannot_be_read__is_counted(void **state)
{
	struct stage *stage = *state;

	put_users(stage, 1);
	stage_put(stage, "autonomy", "u000|tool|2024-03-01|self|3");
	keep(stage, NULL, 2);
	stage_run(stage, "UPDATE standing SET date = 'soon'");
	assert_int_equal(fil_standing_verify(stage->store,
			     &(struct fil_standing_verification){ .take = NULL }, &stage->fault),
	    1);
	/* An event that cannot be read is damage: nothing says what it was. */
	stage_run(stage, "UPDATE autonomy SET date = 'soon'");
	assert_int_equal(fil_standing_verify(stage->store,
			     &(struct fil_standing_verification){ .take = NULL }, &stage->fault),
	    -1);
	assert_int_equal(stage->fault.status, FIL_UNAVAILABLE);
}

/* Writes where everybody stood on a day: "user dimension level date source;" as the walk says. */
static char *
walk_text(struct stage *stage, fil_day day, fil_day today, const char *sources)
{
	struct fil_dimensions dimensions;
	struct fil_standing_request request = { &dimensions, &day, 1, today, sources, true };
	struct fil_standing_user user;
	struct fil_standing_reader *walk;
	char *text = fil_copy("");

	assert_int_equal(fil_dimensions_read(stage->store, INT_MAX, &dimensions, &stage->fault), 0);
	walk = fil_standing_reader_new(stage->store, &request, &stage->fault);
	assert_non_null(walk);
	while (fil_standing_reader_next(walk, &user, &stage->fault) == 1)
		for (size_t d = 0; d < dimensions.n; d++) {
			const struct fil_standing *s = &user.standings[d];
			char *longer;

			if (s->level < 0)
				continue;
			longer = fil_format("%s%s %s %d %d %d %d %d %d;\n", text, user.user,
			    dimensions.names[d], s->level, s->date, s->source, s->previous,
			    s->risen, s->first);
			free(text);
			text = longer;
		}
	fil_standing_reader_free(walk);
	fil_dimensions_release(&dimensions);
	return text;
}

static void
reader__ledger_and_events__say_the_same_on_every_day(void **state)
{
	enum { USERS = 10 };
	struct stage *stage = *state;
	uint32_t seed = 5;
	fil_day first;
	char user[8];

	put_users(stage, USERS);
	for (int i = 0; i < 120; i++)
		change_fact(stage, &seed, USERS, user);
	keep(stage, NULL, 2);
	assert_int_equal(fil_date_parse("2024-04-29", &first), 0);
	for (fil_day day = first; day < first + 14; day++) {
		/* Today is the day: the ledger. Today is later: the events. */
		char *ledger = walk_text(stage, day, day, NULL),
		     *events = walk_text(stage, day, day + 1, NULL);
		char *named = walk_text(stage, day, day, "self,trainer,manager,test,system");

		assert_string_equal(ledger, events);
		assert_string_equal(named, events);
		free(ledger);
		free(events);
		free(named);
	}
}

static void
reader__several_days__agree_with_each_alone(void **state)
{
	enum { USERS = 6, DAYS = 12 };
	struct stage *stage = *state;
	struct fil_dimensions dimensions;
	struct fil_standing_user all, one;
	struct fil_standing_reader *alone[DAYS], *together;
	fil_day days[DAYS], first;
	uint32_t seed = 17;
	char user[8];

	put_users(stage, USERS);
	for (int i = 0; i < 80; i++)
		change_fact(stage, &seed, USERS, user);
	assert_int_equal(fil_date_parse("2024-04-29", &first), 0);
	assert_int_equal(fil_dimensions_read(stage->store, INT_MAX, &dimensions, &stage->fault), 0);
	for (int i = 0; i < DAYS; i++) {
		struct fil_standing_request request = { &dimensions, &days[i], 1, first + 365, NULL,
			true };

		days[i] = first + i;
		alone[i] = fil_standing_reader_new(stage->store, &request, &stage->fault);
	}
	together = fil_standing_reader_new(stage->store,
	    &(struct fil_standing_request){ &dimensions, days, DAYS, first + 365, NULL, true },
	    &stage->fault);
	while (fil_standing_reader_next(together, &all, &stage->fault) == 1)
		for (int i = 0; i < DAYS; i++) {
			const struct fil_standing *now = all.standings + (size_t)i * dimensions.n;

			if (now[0].level < 0 && now[1].level < 0)
				continue;
			assert_int_equal(
			    fil_standing_reader_next(alone[i], &one, &stage->fault), 1);
			assert_string_equal(one.user, all.user);
			assert_memory_equal(one.standings, now, dimensions.n * sizeof *now);
		}
	for (int i = 0; i < DAYS; i++) {
		assert_int_equal(fil_standing_reader_next(alone[i], &one, &stage->fault), 0);
		fil_standing_reader_free(alone[i]);
	}
	fil_standing_reader_free(together);
	fil_dimensions_release(&dimensions);
}

static void
reader__unknown_source__is_a_usage_fault(void **state)
{
	struct stage *stage = *state;
	struct fil_dimensions dimensions = { 0 };
	fil_day day = 0;
	struct fil_standing_request request = { &dimensions, &day, 1, 0, "self,trainr", false };

	assert_null(fil_standing_reader_new(stage->store, &request, &stage->fault));
	assert_int_equal(stage->fault.status, FIL_USAGE);
	assert_string_equal(
	    stage->fault.text, "'trainr' is not a source; the nearest is 'trainer'");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    update__first_facts__stand, set_up, stage_tear_down),
		cmocka_unit_test_setup_teardown(
		    update__a_fall__keeps_rise_and_first_day, set_up, stage_tear_down),
		cmocka_unit_test_setup_teardown(
		    update__unchanged__writes_nothing, set_up, stage_tear_down),
		cmocka_unit_test_setup_teardown(
		    update__last_fact_removed__takes_the_rows_away, set_up, stage_tear_down),
		cmocka_unit_test_setup_teardown(
		    update__threshold_changed__recomputes_everybody, set_up, stage_tear_down),
		cmocka_unit_test_setup_teardown(
		    update__nothing_touched__writes_nothing, set_up, stage_tear_down),
		cmocka_unit_test_setup_teardown(
		    update__random_changes__agree_with_a_recomputation, set_up, stage_tear_down),
		cmocka_unit_test_setup_teardown(
		    update__more_users_than_it_looks_up_at_a_time__keeps_them_all, set_up,
		    stage_tear_down),
		cmocka_unit_test_setup_teardown(
		    update__more_users_than_it_always_looks_up__keeps_them_all, set_up,
		    stage_tear_down),
		cmocka_unit_test_setup_teardown(
		    update__many_rows_added_changed_and_removed__are_all_written, set_up,
		    stage_tear_down),
		cmocka_unit_test_setup_teardown(
		    update__more_users_than_it_always_looks_up__leaves_out_the_others, set_up,
		    stage_tear_down),
		cmocka_unit_test_setup_teardown(
		    verify__rows_written_by_hand__are_counted_and_named, set_up, stage_tear_down),
		cmocka_unit_test_setup_teardown(
		    verify__row_that_cannot_be_read__is_counted, set_up, stage_tear_down),
		cmocka_unit_test_setup_teardown(
		    reader__ledger_and_events__say_the_same_on_every_day, set_up, stage_tear_down),
		cmocka_unit_test_setup_teardown(
		    reader__several_days__agree_with_each_alone, set_up, stage_tear_down),
		cmocka_unit_test_setup_teardown(
		    reader__unknown_source__is_a_usage_fault, set_up, stage_tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
