/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "lib/catalog/filter.h"
#include "lib/output/output.h"
#include "tests/unit/stage.h"

#define COUNT(array) (sizeof array / sizeof((array)[0]))

static fil_day
today(void)
{
	fil_day day = 0;

	assert_int_equal(fil_date_parse("2024-03-31", &day), 0);
	return day;
}

/* Returns whether a row whose column has this cell (NULL: nothing) meets the condition. */
static bool
holds(const char *table_name, const char *column, const char *cell, const char *text)
{
	const struct fil_table *table = fil_catalog_table(table_name);
	struct fil_filter *filter = fil_filter_new();
	const char *cells[32] = { 0 };
	struct fil_fault fault;

	assert_int_equal(fil_filter_add(filter, text, &fault), 0);
	if (fil_filter_bind(filter, table, today(), &fault) != 0)
		fail_msg("%s: %s", text, fault.text);
	cells[fil_table_column(table, column)] = cell;
	bool held = fil_filter_holds(filter, cells);
	fil_filter_free(filter);
	return held;
}

/* The fault of a condition bound to users; "" where there is none. */
static const char *
fault_of(const char *text, struct fil_fault *fault)
{
	struct fil_filter *filter = fil_filter_new();

	*fault = (struct fil_fault){ 0 };
	if (fil_filter_add(filter, text, fault) == 0)
		fil_filter_bind(filter, fil_catalog_table("users"), today(), fault);
	fil_filter_free(filter);
	return fault->text;
}

static void
text__each_operator__compares_byte_for_byte(void **state)
{
	(void)state;
	assert_true(holds("users", "unit", "Accueil", "unit=Accueil"));
	assert_false(holds("users", "unit", "accueil", "unit=Accueil"));
	assert_true(holds("users", "unit", "Accueil", "unit != Mécénat"));
	assert_true(holds("users", "user", "00421", "user=00421"));
	assert_false(holds("users", "user", "421", "user=00421"));
	assert_true(holds("users", "user", "00421", "user<421"));
	assert_true(holds("users", "user", "10", "user<=2"));
	assert_false(holds("users", "user", "10", "user>2"));
	assert_true(holds("users", "user", "2", "user>=2"));
}

static void
text__like__is_a_glob(void **state)
{
	(void)state;
	assert_true(holds("users", "unit", "Mécénat/Legs", "unit~Mécénat*"));
	assert_false(holds("users", "unit", "Le Mécénat", "unit~Mécénat*"));
	assert_true(holds("users", "unit", "Le Mécénat", "unit ~ *M?c*"));
	assert_true(holds("users", "arrived", "2024-01-15", "arrived~2024-01-*"));
	assert_true(holds("autonomy", "level", "3", "level~[23]"));
}

static void
text__typed_decomposed__meets_the_composed(void **state)
{
	(void)state;
	assert_true(holds("users", "unit", "Mécénat", "unit=Me\u0301ce\u0301nat"));
	assert_true(holds("users", "unit", "Mécénat", "unit~Me\u0301*"));
}

static void
number__in_any_writing__is_compared_as_one(void **state)
{
	(void)state;
	assert_true(holds("efforts", "minutes", "90", "minutes<100"));
	assert_true(holds("efforts", "minutes", "100", "minutes>90"));
	assert_true(holds("efforts", "minutes", "7.5", "minutes=7,50"));
	assert_true(holds("efforts", "minutes", "7.5", "minutes>=7.5"));
	assert_false(holds("efforts", "minutes", "7.5", "minutes!=7.500"));
	assert_true(holds("efforts", "minutes", "1234.5", "minutes=1 234,5"));
	assert_true(holds("autonomy", "level", "2", "level<3"));
	assert_false(holds("autonomy", "level", "3", "level<3"));
}

static void
date__typed_relative__counts_from_today(void **state)
{
	(void)state;
	assert_true(holds("users", "arrived", "2024-03-31", "arrived=today"));
	assert_true(holds("users", "arrived", "2024-03-17", "arrived>=-2w"));
	assert_false(holds("users", "arrived", "2024-03-16", "arrived>=-2w"));
	assert_true(holds("users", "arrived", "2024-03-23", "arrived<last-sunday"));
	assert_true(holds("users", "arrived", "2024-03-31", "arrived > 2024-03-30"));
}

static void
choice__typed_in_capitals__is_the_declared_one(void **state)
{
	(void)state;
	assert_true(holds("users", "role", "trainer", "role=TRAINER"));
	assert_false(holds("users", "role", "user", "role=trainer"));
}

static void
empty_cell__each_operator__meets_only_two(void **state)
{
	(void)state;
	static const char *const empty[] = { NULL, "" };

	for (size_t i = 0; i < COUNT(empty); i++) {
		assert_true(holds("users", "left", empty[i], "left="));
		assert_true(holds("users", "left", empty[i], "left = "));
		assert_false(holds("users", "left", empty[i], "left!="));
		assert_true(holds("users", "left", empty[i], "left!=today"));
		assert_false(holds("users", "left", empty[i], "left=today"));
		assert_false(holds("users", "left", empty[i], "left<today"));
		assert_false(holds("users", "left", empty[i], "left<=today"));
		assert_false(holds("users", "left", empty[i], "left>=today"));
		assert_false(holds("users", "left", empty[i], "left>1583-01-01"));
		assert_false(holds("users", "unit", empty[i], "unit~*"));
		assert_false(holds("efforts", "minutes", empty[i], "minutes<1"));
	}
	assert_false(holds("users", "left", "2024-01-01", "left="));
	assert_true(holds("users", "left", "2024-01-01", "left!="));
}

static void
add__no_condition__is_a_usage_fault(void **state)
{
	(void)state;
	static const char *const wrong[] = { "", " ", "unit", "=x", " = x", "!x", "unit!x", "unit<",
		"unit>= ", "unit~", "~*" };
	struct fil_fault fault;

	for (size_t i = 0; i < COUNT(wrong); i++) {
		if (*fault_of(wrong[i], &fault) == '\0')
			fail_msg("'%s' is taken", wrong[i]);
		assert_int_equal(fault.status, FIL_USAGE);
	}
	assert_string_equal(fault_of("unit", &fault),
	    "'unit' is not a condition such as 'unit=Accueil' (= != < <= > >= ~)");
	assert_string_equal(fault_of("unit<", &fault), "'unit<' has no value to compare with");
}

static void
add__operators_in_the_value__belong_to_it(void **state)
{
	(void)state;
	assert_true(holds("users", "unit", "a=b<c", "unit=a=b<c"));
	assert_true(holds("users", "unit", "=b", "unit==b"));
	assert_true(holds("users", "unit", "x", "unit<=~"));
}

static void
bind__unknown_column__names_the_nearest(void **state)
{
	(void)state;
	struct fil_fault fault;

	assert_string_equal(
	    fault_of("uint=x", &fault), "there is no column 'uint'; the nearest is 'unit'");
	assert_int_equal(fault.status, FIL_USAGE);
	fault_of("'; DROP TABLE users=x", &fault);
	assert_int_equal(fault.status, FIL_USAGE);
	assert_non_null(strstr(fault.text, "there are user, name, email, unit,"));
}

static void
bind__value_that_the_column_cannot_hold__is_a_usage_fault(void **state)
{
	(void)state;
	static const char *const wrong[] = { "arrived=31/02/2024", "arrived<soon",
		"arrived>03/04/2024", "role=boss", "unit=\x1b[0m", "unit=\xff" };
	struct fil_fault fault;

	for (size_t i = 0; i < COUNT(wrong); i++) {
		if (*fault_of(wrong[i], &fault) == '\0')
			fail_msg("'%s' is taken", wrong[i]);
		assert_int_equal(fault.status, FIL_USAGE);
	}
	fault_of("role=boss", &fault);
	assert_memory_equal(fault.text, "role: 'boss'", 12);
}

static void
holds__several_conditions__all_must(void **state)
{
	(void)state;
	const struct fil_table *users = fil_catalog_table("users");
	struct fil_filter *filter = fil_filter_new();
	const char *cells[32] = { 0 };
	struct fil_fault fault;

	assert_true(fil_filter_holds(filter, cells));
	assert_int_equal(fil_filter_add(filter, "unit~A*", &fault), 0);
	assert_int_equal(fil_filter_add(filter, "left=", &fault), 0);
	assert_int_equal(fil_filter_count(filter), 2);
	assert_int_equal(fil_filter_bind(filter, users, today(), &fault), 0);
	cells[fil_table_column(users, "unit")] = "Accueil";
	assert_true(fil_filter_holds(filter, cells));
	cells[fil_table_column(users, "left")] = "2024-01-01";
	assert_false(fil_filter_holds(filter, cells));
	fil_filter_free(filter);
	fil_filter_free(NULL);
}

static const struct fil_output_column report[] = { { "group", FIL_CELL_TEXT },
	{ "share_min", FIL_CELL_SHARE }, { "since", FIL_CELL_DAY } };

static bool
report_holds(const char *text, const char *group, const char *share, const char *since)
{
	struct fil_filter *filter = fil_filter_new();
	struct fil_fault fault;

	assert_int_equal(fil_filter_add(filter, text, &fault), 0);
	assert_int_equal(fil_filter_bind(filter, fil_catalog_table("levels"), today(), &fault), -1);
	if (fil_filter_bind_columns(filter, report, COUNT(report), today(), &fault) != 0)
		fail_msg("%s: %s", text, fault.text);
	bool held = fil_filter_holds(filter, (const char *[]){ group, share, since });
	fil_filter_free(filter);
	return held;
}

static void
bind_columns__a_report__compares_numbers_and_dates(void **state)
{
	(void)state;
	assert_true(report_holds("share_min>=9.5", "all", "33.3", NULL));
	assert_true(report_holds("share_min<100", "all", "33.3", NULL));
	assert_true(report_holds("share_min=33,30", "all", "33.3", NULL));
	assert_false(report_holds("share_min>=50", "all", NULL, NULL));
	assert_true(report_holds("since<-4w", "all", "1", "2024-03-01"));
	assert_false(report_holds("since<-4w", "all", "1", "2024-03-30"));
	assert_true(report_holds("group=today", "today", "1", NULL));
	assert_false(report_holds("group!=today", "2024-03-31", "1", NULL));
}

static void
bind_columns__no_number_for_a_number__is_a_usage_fault(void **state)
{
	(void)state;
	struct fil_filter *filter = fil_filter_new();
	struct fil_fault fault;

	assert_int_equal(fil_filter_add(filter, "share_min>half", &fault), 0);
	assert_int_equal(fil_filter_bind_columns(filter, report, COUNT(report), 0, &fault), -1);
	assert_int_equal(fault.status, FIL_USAGE);
	assert_string_equal(fault.text, "share_min: 'half' is not a number");
	fil_filter_free(filter);
}

static void
term__each_operator__says_what_is_wanted(void **state)
{
	static const struct {
		const char *condition;
		struct fil_filter_term term;
	} cases[] = { { "group=a", { 0, 0, false } }, { "group!=", { 0, 0, true } },
		{ "group~a*", { 0, 0, false } }, { "share_min>=50", { 1, 1, false } },
		{ "share_min > 50", { 1, 1, false } }, { "since<today", { 2, -1, false } },
		{ "since<=today", { 2, -1, false } }, { "since=", { 2, 0, true } } };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fil_filter *filter = fil_filter_new();
		struct fil_filter_term term;
		struct fil_fault fault;

		assert_int_equal(fil_filter_add(filter, cases[i].condition, &fault), 0);
		assert_int_equal(
		    fil_filter_bind_columns(filter, report, COUNT(report), 0, &fault), 0);
		term = fil_filter_term(filter, 0);
		assert_int_equal(term.column, cases[i].term.column);
		assert_int_equal(term.order, cases[i].term.order);
		assert_int_equal(term.empty, cases[i].term.empty);
		fil_filter_free(filter);
	}
}

/* Returns how many rows of users, by a statement, meet the bound filter. */
static int64_t
count_by_sql(struct stage *stage, const struct fil_filter *filter)
{
	struct fil_statement statement = { 0 };
	struct fil_query *query;
	int64_t n;

	fil_statement_add(&statement, "SELECT count(*) FROM users AS u WHERE 1 = 1");
	assert_true(fil_filter_add_to(filter, "u", &statement));
	query = fil_statement_query(&statement, stage->store);
	assert_int_equal(fil_query_step(query, &stage->fault), 1);
	n = fil_query_number(query, 0);
	fil_query_free(query);
	fil_statement_release(&statement);
	return n;
}

static void
sql__each_comparison__decides_as_the_filter(void **state)
{
	static const char *const cells[] = { NULL, "", "A", "A/B", "Ab", "aB", "B",
		"\303\211t\303\251", "'", "A*" };
	static const char *const conditions[] = { "unit=", "unit!=", "unit=A", "unit!=A",
		"unit<A/B", "unit<=A/B", "unit>A", "unit>=Ab", "unit~A*", "unit~A/*",
		"unit~\303\211t*", "unit='", "unit~'*" };
	struct stage *stage = *state;

	for (size_t c = 0; c < COUNT(conditions); c++) {
		struct fil_filter *filter = fil_filter_new();

		assert_int_equal(fil_filter_add(filter, conditions[c], &stage->fault), 0);
		assert_int_equal(
		    fil_filter_bind(filter, fil_catalog_table("users"), today(), &stage->fault), 0);
		for (size_t i = 0; i < COUNT(cells); i++) {
			const char *row[32] = { [3] = cells[i] };
			char *text = !cells[i]  ? fil_copy("NULL")
			    : *cells[i] == '\'' ? fil_format("'%s'", "''")
						: fil_format("'%s'", cells[i]);
			char *sql = fil_format("INSERT INTO users (\"user\", name, unit, role, "
			                       "run) VALUES ('u', 'N', %s, 'user', 1)",
			    text);

			stage_run(stage, "DELETE FROM users");
			stage_run(stage, sql);
			if (count_by_sql(stage, filter) != fil_filter_holds(filter, row))
				fail_msg("%s: %s", conditions[c], text);
			free(sql);
			free(text);
		}
		fil_filter_free(filter);
	}
}

static void
sql__other_patterns__have_none(void **state)
{
	static const char *const conditions[] = { "unit~*", "unit~A?", "unit~[AB]*", "unit~A",
		"unit~A*B*", "unit~A\\*" };
	struct fil_fault fault = { 0 };

	(void)state;
	for (size_t c = 0; c < COUNT(conditions); c++) {
		struct fil_filter *filter = fil_filter_new();

		assert_int_equal(fil_filter_add(filter, "user=u", &fault), 0);
		assert_int_equal(fil_filter_add(filter, conditions[c], &fault), 0);
		assert_int_equal(
		    fil_filter_bind(filter, fil_catalog_table("users"), today(), &fault), 0);
		assert_false(fil_filter_add_to(filter, "u", NULL));
		fil_filter_free(filter);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(sql__each_comparison__decides_as_the_filter),
		cmocka_unit_test(sql__other_patterns__have_none),
		cmocka_unit_test(text__each_operator__compares_byte_for_byte),
		cmocka_unit_test(text__like__is_a_glob),
		cmocka_unit_test(text__typed_decomposed__meets_the_composed),
		cmocka_unit_test(number__in_any_writing__is_compared_as_one),
		cmocka_unit_test(date__typed_relative__counts_from_today),
		cmocka_unit_test(choice__typed_in_capitals__is_the_declared_one),
		cmocka_unit_test(empty_cell__each_operator__meets_only_two),
		cmocka_unit_test(add__no_condition__is_a_usage_fault),
		cmocka_unit_test(add__operators_in_the_value__belong_to_it),
		cmocka_unit_test(bind__unknown_column__names_the_nearest),
		cmocka_unit_test(bind__value_that_the_column_cannot_hold__is_a_usage_fault),
		cmocka_unit_test(holds__several_conditions__all_must),
		cmocka_unit_test(bind_columns__a_report__compares_numbers_and_dates),
		cmocka_unit_test(bind_columns__no_number_for_a_number__is_a_usage_fault),
		cmocka_unit_test(term__each_operator__says_what_is_wanted),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
