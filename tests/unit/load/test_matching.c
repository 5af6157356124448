/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/load/matching.h"
#include "tests/unit/stage.h"

static struct fil_matching *
matching_of(struct stage *stage, enum fil_match match)
{
	const struct fil_table *users = fil_catalog_table("users");
	struct fil_matching *matching = fil_matching_new(users);

	matching->match = match;
	assert_int_equal(fil_matching_read(matching, stage->store, &stage->fault), 0);
	return matching;
}

/* Returns the key that a text means, or what the fault says. */
static const char *
find(struct stage *stage, struct fil_matching *matching, const char *text)
{
	const char *cell = text;
	size_t length = strlen(text);

	if (fil_matching_cell(matching, 0, true, &cell, &length, &stage->fault) == FIL_MATCHED) {
		assert_int_equal(length, strlen(cell));
		return cell;
	}
	assert_int_equal(stage->fault.status, FIL_BAD_DATA);
	assert_string_equal(stage->fault.kind, "reference-error");
	return stage->fault.text;
}

static void
find__an_address__whatever_its_case_but_nothing_else(void **state)
{
	struct stage *stage = *state;
	struct fil_matching *matching;

	stage_put(stage, "users", "u1|Ada|A.Lovelace@X.example");
	stage_put(stage, "users", "u2|Bo|a_lovelace@x.example");
	stage_put(stage, "users", "u3|Cy|");
	matching = matching_of(stage, FIL_MATCH_EMAIL);
	assert_string_equal(find(stage, matching, "a.lovelace@x.EXAMPLE"), "u1");
	assert_string_equal(find(stage, matching, "a_lovelace@x.example"), "u2");
	assert_string_equal(find(stage, matching, "a-lovelace@x.example"),
	    "no user has the e-mail 'a-lovelace@x.example'");
	assert_string_equal(find(stage, matching, ""), "no user has the e-mail ''");
	fil_matching_free(matching);
}

static void
find__a_name__folded_and_in_any_order(void **state)
{
	struct stage *stage = *state;
	struct fil_matching *matching;

	stage_put(stage, "users", "u1|Zoé Lefèvre-Dupont");
	stage_put(stage, "users", "u2|Jean  Martin");
	stage_put(stage, "users", "u3|MARTIN Jean");
	matching = matching_of(stage, FIL_MATCH_NAME);
	assert_string_equal(find(stage, matching, "DUPONT Lefevre ZOE"), "u1");
	assert_string_equal(
	    find(stage, matching, "Zoé Lefèvre"), "no user has the name 'Zoé Lefèvre'");
	assert_string_equal(
	    find(stage, matching, "jean martin"), "'jean martin' may be 'u2', 'u3': give the key");
	fil_matching_free(matching);
}

static void
find__a_name_as_other_programs_write_it__is_found(void **state)
{
	struct stage *stage = *state;
	struct fil_matching *matching;
	static const char *const names[] = { "Lefèvre, Zoé", "Mme Zoé LEFÈVRE", "LEFÈVRE, Mme Zoé",
		"Lefèvre Zoé (00421)", "CN=Zoé Lefèvre,OU=Paris", "cn=Lefèvre\\, Zoé,OU=Paris",
		"mlle. zoe lefevre", "  Zoé  Lefèvre " };

	stage_put(stage, "users", "u1|Zoé Lefèvre");
	stage_put(stage, "users", "u2|M. Ba");
	stage_put(stage, "users", "u3|Mme");
	stage_put(stage, "users", "u4|Zoé Lefèvre (2)");
	matching = matching_of(stage, FIL_MATCH_NAME);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(find(stage, matching, names[i]), "u1") != 0)
			fail_msg("'%s': %s", names[i], stage->fault.text);
	assert_string_equal(find(stage, matching, "Ba"), "u2");
	assert_string_equal(find(stage, matching, "LEFÈVRE Zoé (2)"), "u4");
	assert_string_equal(find(stage, matching, "Mme"), "u3");
	assert_string_equal(find(stage, matching, "Zoé Lefèvre (stage)"),
	    "no user has the name 'Zoé Lefèvre (stage)'");
	assert_string_equal(
	    find(stage, matching, "Mathilde Lefèvre"), "no user has the name 'Mathilde Lefèvre'");
	fil_matching_free(matching);
}

static void
find__namesakes__are_settled_by_unit_or_by_the_key_behind(void **state)
{
	struct stage *stage = *state;
	struct fil_matching *matching;

	stage_put(stage, "users", "u1|Jean Martin||Dons/Paris");
	stage_put(stage, "users", "u2|Jean Martin||Mécénat/Lyon");
	matching = matching_of(stage, FIL_MATCH_NAME);
	assert_string_equal(find(stage, matching, "Martin Jean (u2)"), "u2");
	matching->unit = "lyon";
	assert_string_equal(
	    find(stage, matching, "Jean Martin"), "'Jean Martin' may be 'u1', 'u2': give the key");
	matching->within_unit = true;
	assert_int_equal(fil_matching_read(matching, stage->store, &stage->fault), 0);
	assert_string_equal(find(stage, matching, "Jean Martin"), "u2");
	matching->unit = "DONS/PARIS";
	assert_string_equal(find(stage, matching, "Jean Martin"), "u1");
	matching->unit = "aris";
	assert_string_equal(
	    find(stage, matching, "Jean Martin"), "'Jean Martin' may be 'u1', 'u2': give the key");
	fil_matching_free(matching);
}

static void
find__an_address_of_several__is_that_of_who_has_not_left(void **state)
{
	struct stage *stage = *state;
	struct fil_matching *matching;

	stage_put(stage, "users", "u1|Ada|a@x||||user||2024-01-01");
	stage_put(stage, "users", "u2|Bo|a@x||||user||2024-12-31");
	matching = fil_matching_new(fil_catalog_table("users"));
	matching->match = FIL_MATCH_EMAIL;
	matching->then = FIL_MATCH_NAME;
	assert_int_equal(fil_date_parse("2024-03-15", &matching->today), 0);
	assert_int_equal(fil_matching_read(matching, stage->store, &stage->fault), 0);
	assert_string_equal(find(stage, matching, "a@x"), "u2");
	assert_string_equal(find(stage, matching, "ada"), "u1");
	assert_string_equal(find(stage, matching, "zz"), "no user has the e-mail or name 'zz'");
	assert_int_equal(fil_date_parse("2025-03-15", &matching->today), 0);
	assert_int_equal(fil_matching_read(matching, stage->store, &stage->fault), 0);
	assert_string_equal(find(stage, matching, "a@x"), "'a@x' may be 'u1', 'u2': give the key");
	fil_matching_free(matching);
}

static void
find__more_than_five__names_five(void **state)
{
	struct stage *stage = *state;
	struct fil_matching *matching;
	char row[16];

	for (int i = 1; i <= 7; i++) {
		snprintf(row, sizeof row, "u%d|Ada", i);
		stage_put(stage, "users", row);
	}
	matching = matching_of(stage, FIL_MATCH_NAME);
	assert_string_equal(find(stage, matching, "ada"),
	    "'ada' may be 'u1', 'u2', 'u3', 'u4', 'u5' and 2 more: give the key");
	fil_matching_free(matching);
}

static void
add__whom_an_input_brings__is_found_beside_the_stored(void **state)
{
	struct stage *stage = *state;
	struct fil_matching *matching;

	stage_put(stage, "users", "u1|Ada|a@x");
	matching = matching_of(stage, FIL_MATCH_EMAIL);
	assert_string_equal(find(stage, matching, "b@x"), "no user has the e-mail 'b@x'");
	fil_matching_add(matching, FIL_MATCH_EMAIL, "u2", "B@X");
	fil_matching_add(matching, FIL_MATCH_EMAIL, "u1", "a@x");
	fil_matching_add(matching, FIL_MATCH_EMAIL, "u1", "ada@x");
	assert_string_equal(find(stage, matching, "b@x"), "u2");
	assert_string_equal(find(stage, matching, "a@x"), "u1");
	assert_string_equal(find(stage, matching, "ada@x"), "u1");
	fil_matching_add(matching, FIL_MATCH_EMAIL, "u3", "b@x");
	assert_string_equal(find(stage, matching, "b@x"), "'b@x' may be 'u2', 'u3': give the key");
	fil_matching_free(matching);
	fil_matching_free(NULL);
}

static void
find__among_thousands__finds_each(void **state)
{
	struct stage *stage = *state;
	struct fil_matching *matching = matching_of(stage, FIL_MATCH_NAME);
	char key[16], name[32];

	for (int i = 0; i < 5000; i++) {
		snprintf(key, sizeof key, "u%d", i);
		snprintf(name, sizeof name, "%d Nom %d", i % 70, i / 70);
		fil_matching_add(matching, FIL_MATCH_NAME, key, name);
	}
	for (int i = 0; i < 5000; i++) {
		snprintf(key, sizeof key, "u%d", i);
		snprintf(name, sizeof name, "nom %d %d", i % 70, i / 70);
		if (i % 70 == i / 70)
			assert_string_equal(find(stage, matching, name), key);
	}
	fil_matching_free(matching);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(find__an_address__whatever_its_case_but_nothing_else),
		ON_STAGE(find__a_name__folded_and_in_any_order),
		ON_STAGE(find__a_name_as_other_programs_write_it__is_found),
		ON_STAGE(find__namesakes__are_settled_by_unit_or_by_the_key_behind),
		ON_STAGE(find__an_address_of_several__is_that_of_who_has_not_left),
		ON_STAGE(find__more_than_five__names_five),
		ON_STAGE(add__whom_an_input_brings__is_found_beside_the_stored),
		ON_STAGE(find__among_thousands__finds_each),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
