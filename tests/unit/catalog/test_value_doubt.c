/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "lib/catalog/value_doubt.h"

#define COUNT(array) (sizeof array / sizeof((array)[0]))

static const struct fil_table *
table_of(const char *name)
{
	const struct fil_table *table = fil_catalog_table(name);

	assert_non_null(table);
	return table;
}

/* Looks for a doubt about a value of table.column. Returns its kind, or FIL_DOUBT_KINDS. */
static enum fil_doubt
find(const char *table, const char *column, const char *value, struct fil_value_doubt *doubt)
{
	size_t c = fil_table_column(table_of(table), column);
	unsigned *kinds = fil_table_doubts(table_of(table), NULL);
	bool found =
	    fil_value_doubt(&table_of(table)->columns[c], kinds[c], value, strlen(value), doubt);

	free(kinds);
	return found ? doubt->kind : FIL_DOUBT_KINDS;
}

static enum fil_doubt
kind_of(const char *table, const char *column, const char *value)
{
	struct fil_value_doubt doubt;

	return find(table, column, value, &doubt);
}

static void
is_fault(bool fault, const char *table, const char *column, const char *value)
{
	struct fil_value_doubt doubt;

	if (find(table, column, value, &doubt) == FIL_DOUBT_KINDS || doubt.fault != fault)
		fail_msg("%s.%s: '%s' is no %s", table, column, value, fault ? "fault" : "notice");
}

/* Each value raises a doubt of the kind. */
static void
all_raise(
    enum fil_doubt kind, const char *table, const char *column, const char *const *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (kind_of(table, column, values[i]) != kind)
			fail_msg("%s.%s: '%s' gives kind %d", table, column, values[i],
			    (int)kind_of(table, column, values[i]));
}

static void
null_word__in_an_optional_column__is_told(void **state)
{
	static const char *const words[] = { "NULL", "null", "(null)", "nil", "None", "N/A", "n/a",
		"NA", "NaN", "\\N", "-", "--", "?", "n\u00e9ant", "N\u00c9ANT", "neant",
		"ne\u0301ant", "sans objet", "Sans Objet", "n/c", "N/C" };

	(void)state;
	all_raise(FIL_DOUBT_NULL_WORD, "users", "unit", words, COUNT(words));
	for (size_t i = 0; i < COUNT(words); i++)
		is_fault(false, "users", "unit", words[i]);
}

static void
null_word__as_a_part_of_a_unit_or_name__is_found(void **state)
{
	static const char *const units[] = { "Dons/NULL", "NULL/Dons", "Dons/n/c/Legs",
		"Dons/#DIV/0!", "NULL/N/A" };
	static const char *const names[] = { "NULL NULL", "nan NaN", "N/A N/A", "N/A BRUN",
		"Ann #REF!", "Ann (null) BRUN", "Ann \\N", "- -" };
	static const char *const fine[] = { "Ann Null", "Nan Na", "Jean - Pierre", "Ann NA",
		"Ann (Bea)", "Ann B/C", "None-Such A" };

	(void)state;
	all_raise(FIL_DOUBT_NULL_WORD, "users", "unit", units, COUNT(units));
	all_raise(FIL_DOUBT_NULL_WORD, "users", "name", names, COUNT(names));
	all_raise(FIL_DOUBT_KINDS, "users", "name", fine, COUNT(fine));
	assert_int_equal(kind_of("users", "unit", "R/N/D"), FIL_DOUBT_KINDS);
	assert_int_equal(kind_of("modules", "title", "Excel: #N/A"), FIL_DOUBT_KINDS);
	is_fault(false, "users", "unit", "Dons/NULL");
	is_fault(true, "users", "unit", "Dons/#REF!");
	is_fault(true, "users", "name", "NULL NULL");
	is_fault(false, "users", "name", "- -");
}

static void
null_word__in_a_required_column__is_a_fault_but_for_signs(void **state)
{
	(void)state;
	is_fault(true, "users", "name", "NULL");
	is_fault(true, "users", "user", "n/a");
	is_fault(false, "users", "name", "-");
	is_fault(false, "users", "name", "?");
	is_fault(false, "efforts", "item", "none");
}

static void
error_word__anywhere__is_a_fault(void **state)
{
	static const char *const words[] = { "#N/A", "#n/a", "#REF!", "#VALUE!", "#NAME?",
		"#DIV/0!", "#NUM!", "#NOM?", "#VALEUR!" };

	(void)state;
	for (size_t i = 0; i < COUNT(words); i++) {
		is_fault(true, "users", "unit", words[i]);
		is_fault(true, "users", "name", words[i]);
		assert_true(fil_is_null_word(words[i], strlen(words[i])));
	}
}

static void
free_text__never_raises_a_doubt(void **state)
{
	static const struct {
		const char *table, *column;
	} columns[] = { { "needs", "note" }, { "levels", "description" },
		{ "promises", "statement" }, { "routines", "old" }, { "routines", "new" },
		{ "routines", "result" }, { "lessons", "observed" }, { "lessons", "change" } };

	(void)state;
	for (size_t i = 0; i < COUNT(columns); i++) {
		assert_int_equal(
		    kind_of(columns[i].table, columns[i].column, "NULL"), FIL_DOUBT_KINDS);
		assert_int_equal(
		    kind_of(columns[i].table, columns[i].column, "#N/A"), FIL_DOUBT_KINDS);
	}
}

static void
real_values__raise_no_doubt(void **state)
{
	static const struct {
		const char *table, *column, *value;
	} values[] = {
		{ "users", "name", "Nil de Oliveira" },
		{ "users", "name", "N'Guyen" },
		{ "users", "name", "Na LI" },
		{ "users", "name", "Total" },
		{ "users", "unit", "Total Direct Energie" },
		{ "users", "unit", "R&D / -" },
		{ "users", "unit", "N/A team" },
		{ "users", "unit", "Paris;Lyon" },
		{ "users", "job", "Sans objet social" },
		{ "users", "email", "o'neil+x@b.example" },
		{ "users", "user", "00421" },
		{ "users", "user", "sum.li" },
		{ "users", "user", "countess" },
		{ "users", "user", "totalle" },
		{ "users", "user", "12E5" },
		{ "users", "user", "4E-12-B" },
		{ "users", "user", "1.2.3" },
		{ "users", "user", "421.5" },
		{ "users", "user", "1234,567" },
		{ "users", "user", "O'Neil" },
		{ "users", "user", ";ls" },
		{ "users", "user", "'; DROP TABLE users; --" },
		{ "modules", "module", "421.0" },
		{ "modules", "module", "total" },
		{ "users", "arrived", "1999-12-31" },
		{ "users", "arrived", "1980-01-01" },
		{ "users", "arrived", "2000-01-01" },
		{ "autonomy", "source", "self" },
		{ "autonomy", "level", "3" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(values); i++)
		if (kind_of(values[i].table, values[i].column, values[i].value) != FIL_DOUBT_KINDS)
			fail_msg("%s.%s: '%s'", values[i].table, values[i].column, values[i].value);
}

static void
no_day__is_a_fault(void **state)
{
	static const char *const days[] = { "0001-01-01", "1899-12-30", "1899-12-31", "1900-01-01",
		"1970-01-01", "2099-12-31", "2999-12-31", "9999-12-31" };

	(void)state;
	all_raise(FIL_DOUBT_NO_DAY, "users", "left", days, COUNT(days));
	all_raise(FIL_DOUBT_NO_DAY, "needs", "date", days, COUNT(days));
	assert_int_equal(kind_of("needs", "date", "1980-01-01"), FIL_DOUBT_NO_DAY);
	is_fault(true, "users", "left", "1900-01-01");
	assert_true(fil_is_no_day("1900-01-01"));
	assert_false(fil_is_no_day("1900-01-02"));
}

static void
address__without_one_sign_between_two_parts__is_a_fault(void **state)
{
	static const char *const wrong[] = { "abrun", "@", "abrun@", "@x.example", "a@b@x.example",
		"a b@x.example", "Alix <a@x.example>", "a@x.example;b@x.example", "<a@x.example>",
		"mailto:a@x.example", "MailTo:a@x.example" };

	(void)state;
	all_raise(FIL_DOUBT_ADDRESS, "users", "email", wrong, COUNT(wrong));
	is_fault(true, "users", "email", "abrun");
	assert_int_equal(kind_of("users", "email", "mailtos@x.example"), FIL_DOUBT_KINDS);
}

static void
address__of_a_word_for_nothing__is_that_word(void **state)
{
	bool allowed[FIL_DOUBT_KINDS] = { [FIL_DOUBT_NULL_WORD] = true };
	const struct fil_table *users = table_of("users");
	size_t c = fil_table_column(users, "email");
	unsigned *kinds = fil_table_doubts(users, allowed);
	struct fil_value_doubt doubt;

	(void)state;
	assert_int_equal(kind_of("users", "email", "NULL"), FIL_DOUBT_NULL_WORD);
	assert_false(fil_value_doubt(&users->columns[c], kinds[c], "NULL", 4, &doubt));
	free(kinds);
}

static void
total__as_a_user__is_not_a_row(void **state)
{
	static const char *const words[] = { "Total", "TOTAL", "total général", "Total : 12",
		"Sous-total", "sous-total Dons", "Somme", "Moyenne", "Ensemble", "Nombre",
		"Nombre de personnes", "Count", "Sum", "Average", "Subtotal", "Grand Total" };

	(void)state;
	all_raise(FIL_DOUBT_NOT_A_ROW, "users", "user", words, COUNT(words));
	all_raise(FIL_DOUBT_NOT_A_ROW, "users", "manager", words, COUNT(words));
	all_raise(FIL_DOUBT_NOT_A_ROW, "completions", "user", words, COUNT(words));
}

static void
spreadsheet_key__is_a_fault(void **state)
{
	static const char *const keys[] = { "1,23457E+05", "2.50000E+05", "2.5e+05", "1E+05",
		"421.0", "421.00", "421,0", "1 234", "1,234", "1,234,567", "1\u00a0234",
		"1\u202f234", "'00421", "'00421'", "=\"00421\"" };

	(void)state;
	all_raise(FIL_DOUBT_SPREADSHEET_KEY, "users", "user", keys, COUNT(keys));
	all_raise(FIL_DOUBT_SPREADSHEET_KEY, "users", "manager", keys, COUNT(keys));
}

static void
spreadsheet_key__gives_the_key_before(void **state)
{
	static const char *const keys[][2] = { { "421.0", "421" }, { "421,00", "421" },
		{ "1 234", "1234" }, { "1,234,567", "1234567" }, { "1\u202f234", "1234" },
		{ "'00421", "00421" }, { "'00421'", "00421" } };
	struct fil_bytes key = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(keys); i++) {
		assert_true(fil_spreadsheet_key(keys[i][0], strlen(keys[i][0]), &key));
		assert_string_equal(key.data, keys[i][1]);
	}
	assert_false(fil_spreadsheet_key("1,23457E+05", 11, &key));
	assert_false(fil_spreadsheet_key("421", 3, &key));
	fil_bytes_release(&key);
}

static void
several__in_a_key__is_a_fault(void **state)
{
	static const char *const keys[] = { "Signature;Recherche", "Signature;Recherche;",
		"Signature;", "Signature; Recherche", "a\nb", "a\r\nb", "a\n" };

	(void)state;
	all_raise(FIL_DOUBT_SEVERAL, "needs", "need", keys, COUNT(keys));
	all_raise(FIL_DOUBT_SEVERAL, "rules", "need", keys, COUNT(keys));
	all_raise(FIL_DOUBT_SEVERAL, "rules", "module", keys, COUNT(keys));
}

static void
allowed__kinds_are_not_looked_for(void **state)
{
	bool allowed[FIL_DOUBT_KINDS];
	const struct fil_table *users = table_of("users");
	unsigned *kinds;
	struct fil_value_doubt doubt;

	(void)state;
	memset(allowed, true, sizeof allowed);
	kinds = fil_table_doubts(users, allowed);
	assert_false(fil_value_doubt(&users->columns[0], kinds[0], "Total", 5, &doubt));
	assert_false(fil_value_doubt(&users->columns[0], kinds[0], "NULL", 4, &doubt));
	free(kinds);
}

static void
way_out__names_column_header_and_cell(void **state)
{
	const struct fil_table *users = table_of("users");
	struct fil_value_doubt doubt;
	struct fil_bytes text = { 0 };
	struct fil_fault fault = { .text = "'NULL' is not a date" };

	(void)state;
	find("users", "user", "Total", &doubt);
	fil_value_doubt_way_out(&doubt, &users->columns[0], "Matricule", "Total", &text);
	assert_string_equal(text.data, "[skip] Matricule = Total");
	fil_bytes_release(&text);
	find("users", "left", "NULL", &doubt);
	fil_value_doubt_explain(
	    &doubt, &users->columns[fil_table_column(users, "left")], "Sortie", "NULL", &fault);
	assert_string_equal(
	    fault.text, "'NULL' is not a date; it may mean nothing: [values.left] empty = NULL");
	assert_string_equal(fault.kind, "null-word");
	text = (struct fil_bytes){ 0 };
	fil_value_doubt_way_out(
	    &doubt, &users->columns[fil_table_column(users, "left")], NULL, "NULL", &text);
	assert_string_equal(text.data, "left= leaves it empty");
	fil_bytes_release(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(null_word__in_an_optional_column__is_told),
		cmocka_unit_test(null_word__as_a_part_of_a_unit_or_name__is_found),
		cmocka_unit_test(null_word__in_a_required_column__is_a_fault_but_for_signs),
		cmocka_unit_test(error_word__anywhere__is_a_fault),
		cmocka_unit_test(free_text__never_raises_a_doubt),
		cmocka_unit_test(real_values__raise_no_doubt),
		cmocka_unit_test(no_day__is_a_fault),
		cmocka_unit_test(address__without_one_sign_between_two_parts__is_a_fault),
		cmocka_unit_test(address__of_a_word_for_nothing__is_that_word),
		cmocka_unit_test(total__as_a_user__is_not_a_row),
		cmocka_unit_test(spreadsheet_key__is_a_fault),
		cmocka_unit_test(spreadsheet_key__gives_the_key_before),
		cmocka_unit_test(several__in_a_key__is_a_fault),
		cmocka_unit_test(allowed__kinds_are_not_looked_for),
		cmocka_unit_test(way_out__names_column_header_and_cell),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
