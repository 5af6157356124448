/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "lib/mapping/profile_file.h"
#include "tests/unit/settings_of.h"

/* Has a profile of the table do what a text says. Returns the profile, or NULL with a fault. */
static struct fil_profile *
profile_of(const char *table, const char *text, struct fil_fault *fault)
{
	struct fil_settings *settings = settings_of(text, fault);
	struct fil_profile *profile;
	int result;

	if (!settings)
		fail_msg("%s", fault->text);
	profile = fil_profile_new(fil_catalog_table(table), NULL, 0);
	result = fil_profile_settings(profile, settings, fault);
	fil_settings_free(settings);
	if (result == 0)
		return profile;
	fil_profile_free(profile);
	return NULL;
}

static void
settings__sections__make_columns_values_and_skips(void **state)
{
	struct fil_fault fault;
	struct fil_profile *profile = profile_of("users",
	    "feed = sirh\n"
	    "[columns]\n"
	    "user = Clé\n"
	    "Name = {Prénom} {Nom}\n"
	    "[values.role]\n"
	    "initiator = Initiatrice | Cheffe de projet\n"
	    "empty = N/C\n"
	    "[SKIP]\n"
	    "Statut = Sorti\n",
	    &fault);
	const char *const header[] = { "cle", "nom", "prénom", "role", "statut" };
	const size_t header_lengths[] = { 3, 3, 7, 4, 6 };
	struct fil_record record = { .n = 5, .cells = header, .lengths = header_lengths };
	const char *const row[] = { "1", "Roy", "Zoé", "cheffe de projet", "Actif" };
	const size_t row_lengths[] = { 1, 3, 4, 16, 5 };
	const char *cells[10];
	size_t lengths[10];
	bool empty;

	(void)state;
	assert_non_null(profile);
	assert_int_equal(fil_profile_bind(profile, &record, &fault), 0);
	record = (struct fil_record){ .n = 5, .cells = row, .lengths = row_lengths };
	assert_int_equal(fil_profile_cells(profile, &record, cells, lengths, &empty, &fault), 0);
	assert_string_equal(cells[0], "1");
	assert_string_equal(cells[1], "Zoé Roy");
	assert_string_equal(cells[6], "initiator");
	fil_profile_free(profile);
}

static void
settings__what_is_wrong__has_its_place_and_the_nearest(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{ "[colums]\na = b\n", ":2: unknown section [colums]; the nearest is [columns]" },
		{ "[value.role]\na = b\n",
		    ":2: unknown section [value.role]; the nearest is [values.COLUMN]" },
		{ "[options]\na = b\n", ":2: unknown section [options]" },
		{ "[values]\na = b\n",
		    ":2: unknown section [values]; the nearest is [values.COLUMN]" },
		{ "[columns]\nnam = Nom\n", ":2: users has no column 'nam'; the nearest is name" },
		{ "[columns]\nname = {Nom\n", ":2: '{' without a '}' behind it" },
		{ "[columns]\nname =\n", ":2: no header" },
		{ "[columns]\nname = a\n\nNAME = b\n", ":4: 'NAME' stands twice" },
		{ "[values.rôles]\nuser = a\n",
		    ":2: users has no column 'rôles'; the nearest is role" },
		{ "[values.role]\ninitator = a\n",
		    ":2: 'initator' is not one of user, initiator, trainer, sponsor" },
		{ "[values.role]\ninitiator =\n", ":2: no word that means 'initiator'" },
		{ "[values.role]\nuser = a\nsponsor = b | A\n", ":3: 'A' means user already" },
		{ "[values.job]\nempty = a\nx = a\n", ":3: 'a' means nothing already" },
	};
	struct fil_fault fault;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_null(profile_of("users", cases[i].text, &fault));
		assert_int_equal(fault.status, FIL_BAD_CONFIG);
		assert_string_equal(strchr(fault.text, ':'), cases[i].expected);
	}
}

static void
settings__a_header_that_the_file_lacks__is_named_with_the_place(void **state)
{
	struct fil_fault fault;
	struct fil_profile *profile = profile_of("users", "[columns]\nunit = Service\n", &fault);
	const char *const header[] = { "user", "Services" };
	const size_t lengths[] = { 4, 8 };
	struct fil_record record = { .n = 2, .cells = header, .lengths = lengths };

	(void)state;
	assert_non_null(profile);
	assert_int_equal(fil_profile_bind(profile, &record, &fault), -1);
	assert_int_equal(fault.status, FIL_BAD_DATA);
	assert_non_null(strstr(fault.text, ":2 names for unit; the nearest is 'Services'"));
	assert_memory_equal(fault.text, "no header 'Service', which /", 28);
	fil_profile_free(profile);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings__sections__make_columns_values_and_skips),
		cmocka_unit_test(settings__what_is_wrong__has_its_place_and_the_nearest),
		cmocka_unit_test(settings__a_header_that_the_file_lacks__is_named_with_the_place),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
