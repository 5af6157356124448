/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/mapping/profile_file.h"
#include "tests/unit/profile_file_of.h"

/* Compares the entries of a text with "LINE section key=value" lines. */
static void
holds(const char *text, const char *expected)
{
	struct fil_bytes got = { 0 };
	struct fil_fault fault;
	struct fil_profile_file *file = profile_file_of(text, &fault);

	if (!file)
		fail_msg("%s", fault.text);
	fil_bytes_add(&got, "", 0);
	for (size_t i = 0; i < file->n; i++) {
		const struct fil_setting *setting = &file->settings[i];

		fil_bytes_add_format(&got, "%s [%s] %s=%s\n", strrchr(setting->place, ':') + 1,
		    setting->section, setting->key, setting->value);
	}
	assert_string_equal(got.data, expected);
	fil_bytes_release(&got);
	fil_profile_file_free(file);
}

/* Wants a fault behind the file's name. */
static void
refused_bytes(const char *bytes, size_t n, const char *expected)
{
	struct fil_fault fault;

	assert_null(profile_file_of_bytes(bytes, n, &fault));
	assert_int_equal(fault.status, FIL_BAD_CONFIG);
	assert_string_equal(fault.text, expected);
}

static void
refused(const char *text, const char *expected)
{
	refused_bytes(text, strlen(text), expected);
}

static void
read__entries__have_section_key_value_and_line(void **state)
{
	(void)state;
	holds("", "");
	holds("\n\n# x\n; y\n", "");
	holds("feed = sirh\n"
	      "dates=dmy\r\n"
	      "\n"
	      "[columns]\n"
	      "  name : {Prénom} {Nom}  \n"
	      "[values.role]\n"
	      "initiator = Initiatrice | Cheffe de projet\n"
	      "empty =\n"
	      "[skip]\n"
	      "Statut = a = b",
	    "1 [] feed=sirh\n"
	    "2 [] dates=dmy\n"
	    "5 [columns] name={Prénom} {Nom}\n"
	    "7 [values.role] initiator=Initiatrice | Cheffe de projet\n"
	    "8 [values.role] empty=\n"
	    "10 [skip] Statut=a = b\n");
	holds("\xEF\xBB\xBFpad = user=5\n", "1 [] pad=user=5\n");
}

static void
read__comments__end_before_the_line_does(void **state)
{
	(void)state;
	holds("feed = sirh ; of the payroll\n; a = b\n  # c = d\na;b = c;d\n"
	      "e = f\u00a0; g\n",
	    "1 [] feed=sirh\n4 [] a;b=c;d\n5 [] e=f\u00a0; g\n");
}

static void
read__an_indented_line__goes_on_with_the_value(void **state)
{
	(void)state;
	holds("[values.level]\n0 =\n\tRien du tout\n  | Seul ; sans aide \n ; x\n\t| Jamais\n"
	      "1 = x\n",
	    "2 [values.level] 0=Rien du tout | Seul ; sans aide | Jamais\n7 [values.level] 1=x\n");
	/* A long key would be cut by the library. */
	holds("Quel est votre statut dans l'établissement à la date du jour = a\n  | b\n",
	    "1 [] Quel est votre statut dans l'établissement à la date du jour=a | b\n");
	/* The first line below a section has nothing to go on with. */
	holds("a = b\n[columns]\n  c = d\n", "1 [] a=b\n3 [columns] c=d\n");
}

static void
read__an_indented_key__is_refused_rather_than_swallowed(void **state)
{
	(void)state;
	refused("[columns]\n  name = Nom\n  unit = Service\n",
	    ":3: is indented, and would continue the value above");
	refused("[columns]\n    name = Nom\n  unit = Service\n",
	    ":3: is indented, and would continue the value above");
}

static void
read__what_is_no_such_line__is_refused_with_its_place(void **state)
{
	(void)state;
	refused("feed = x\n\nsync\n", ":3: is neither 'key = value' nor '[section]'");
	refused("[columns\n", ":1: is neither 'key = value' nor '[section]'");
	refused("a = b\n= c\n", ":2: has no key before its '='");
	refused("a = b\nc = pr\xE9nom\n", ":2: is not UTF-8: save the profile as UTF-8");
	refused_bytes("a = b\nc = \0d\n", 13, ":2: a NUL byte: is this a profile?");
}

static void
read__lines__have_4096_bytes_at_most(void **state)
{
	char line[4200], expected[4200];

	(void)state;
	memset(line, 'x', sizeof line);
	line[1] = '=';
	line[4096] = '\n';
	line[4097] = '\0';
	snprintf(expected, sizeof expected, "1 [] x=%.4094s\n", line + 2);
	holds(line, expected);
	line[4096] = 'x';
	line[4097] = '\n';
	line[4098] = '\0';
	refused(line, ":1: over 4,096 bytes: continue the value on the next line, indented");
	line[0] = '#';
	holds(line, "");
	/* A key may be as long. */
	memset(line, 'k', 4090);
	strcpy(line + 4090, " = v\n");
	snprintf(expected, sizeof expected, "1 [] %.4090s=v\n", line);
	holds(line, expected);
}

static void
read__keys__are_headers_with_their_signs(void **state)
{
	(void)state;
	holds("[facts]\n"
	      "Test:Circuit (Brut) = outcome {}\n"
	      "\"a = \"\"b\"\"\" = outcome {} ; of a test\n"
	      "#7 = module x\n"
	      "# 8 = a comment\n"
	      "#9 is a comment, too\n"
	      "/^a=(b|c)\\/d$/ = need {1}\n"
	      "/ = z\n"
	      "a:b\n"
	      "[skip]\n"
	      "\"Note: total\" = *\n"
	      "#2=x\n"
	      "[values.need]\n"
	      "#2=x\n"
	      "a:b = c\n",
	    "2 [facts] Test:Circuit (Brut)=outcome {}\n"
	    "3 [facts] a = \"b\"=outcome {}\n"
	    "4 [facts] #7=module x\n"
	    "7 [facts] /^a=(b|c)\\/d$/=need {1}\n"
	    "8 [facts] /=z\n"
	    "9 [facts] a=b\n"
	    "11 [skip] Note: total=*\n"
	    "12 [skip] #2=x\n"
	    "15 [values.need] a:b=c\n");
	holds("map: user=Clé\n", "1 [] map=user=Clé\n");
}

static void
read__no_such_file__is_no_input(void **state)
{
	struct fil_fault fault;

	(void)state;
	assert_null(fil_profile_file_open("/nonexistent/sirh.ini", &fault));
	assert_int_equal(fault.status, FIL_NO_INPUT);
	assert_string_equal(
	    fault.text, "/nonexistent/sirh.ini: cannot be opened: No such file or directory");
	assert_null(fil_profile_file_open("/", &fault));
	assert_int_equal(fault.status, FIL_NO_INPUT);
	assert_string_equal(fault.text, "/: cannot be read: Is a directory");
}

static void
blame__a_fault__gets_place_and_status(void **state)
{
	struct fil_setting setting = { .place = (char[]){ "sirh.ini:7" } };
	struct fil_fault fault;

	(void)state;
	fil_fault_set(&fault, FIL_USAGE, "no header");
	assert_int_equal(fil_setting_blame(&setting, &fault), -1);
	assert_int_equal(fault.status, FIL_BAD_CONFIG);
	assert_string_equal(fault.text, "sirh.ini:7: no header");
	fil_profile_file_free(NULL);
}

/* Has a profile of the table do what a text says. Returns the profile, or NULL with a fault. */
static struct fil_profile *
profile_of(const char *table, const char *text, struct fil_fault *fault)
{
	struct fil_profile_file *file = profile_file_of(text, fault);
	struct fil_profile *profile;
	int result;

	if (!file)
		fail_msg("%s", fault->text);
	profile = fil_profile_new(fil_catalog_table(table), NULL, 0);
	result = fil_profile_file_apply(file, profile, fault);
	fil_profile_file_free(file);
	if (result == 0)
		return profile;
	fil_profile_free(profile);
	return NULL;
}

static void
apply__sections__make_columns_values_and_skips(void **state)
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
	struct fil_profile_made made;

	(void)state;
	assert_non_null(profile);
	assert_int_equal(fil_profile_bind(profile, &record, NULL, &fault), 0);
	record = (struct fil_record){ .n = 5, .cells = row, .lengths = row_lengths };
	assert_int_equal(fil_profile_row(profile, &record, 0, cells, lengths, &made, &fault), 0);
	assert_string_equal(cells[0], "1");
	assert_string_equal(cells[1], "Zoé Roy");
	assert_string_equal(cells[6], "initiator");
	fil_profile_free(profile);
}

static void
apply__quoted_keys_and_words__are_read_whole(void **state)
{
	struct fil_fault fault;
	struct fil_profile *profile = profile_of("users",
	    "\xEF\xBB\xBF\"feed\" = sirh ; note\n"
	    "[columns]\n"
	    "user = Clé\n"
	    "name = \"Nom ; prénom\" ; note\n"
	    "[values.unit]\n"
	    "\"x = y ; z\" = \"Dons | Legs ; x\" | \"b\"\"=\" ; note\n"
	    "  | \"c ; d\"\n"
	    "e: \"f\n"
	    "[skip]\n"
	    "\"a=b: c\" : \"out = ; in\"\n",
	    &fault);
	const char *const header[] = { "Clé", "Nom ; prénom", "unit", "a=b: c" };
	const char *const units[] = { "Dons | Legs ; x", "b\"=", "c ; d", "\"f" };
	size_t header_lengths[] = { 4, 13, 4, 6 };
	struct fil_record record = { .n = 4, .cells = header, .lengths = header_lengths };
	const char *cells[10];
	size_t lengths[10];
	struct fil_profile_made made;

	(void)state;
	if (!profile || fil_profile_bind(profile, &record, NULL, &fault) < 0)
		fail_msg("%s", fault.text);
	for (size_t i = 0; i < 5; i++) {
		const char *const row[] = { "1", "Roy", units[i % 4], i == 4 ? "out = ; in" : "" };
		size_t row_lengths[] = { 1, 3, strlen(row[2]), strlen(row[3]) };

		record = (struct fil_record){ .n = 4, .cells = row, .lengths = row_lengths };
		assert_int_equal(
		    fil_profile_row(profile, &record, 0, cells, lengths, &made, &fault), 0);
		assert_int_equal(made.skipped, i == 4);
		if (i == 4)
			break;
		assert_string_equal(cells[1], "Roy");
		assert_string_equal(cells[3], i < 3 ? "x = y ; z" : "e");
	}
	fil_profile_free(profile);
}

static void
apply__what_is_wrong__has_its_place_and_the_nearest(void **state)
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
		{ "[columns]\nname = {Nom\n", ":2: '{' without a '}'" },
		{ "[columns]\nname =\n", ":2: no header; '-' declines the column" },
		{ "[columns]\nname = a\n\nNAME = b\n", ":4: duplicate key 'NAME'" },
		{ "[values.rôles]\nuser = a\n",
		    ":2: users has no column 'rôles'; the nearest is role" },
		{ "[values.role]\ninitator = a\n",
		    ":2: 'initator' is not one of user, initiator, trainer, sponsor" },
		{ "[values.role]\ninitiator =\n", ":2: no word that means 'initiator'" },
		{ "[values.role]\nuser = a\nsponsor = b | A\n", ":3: 'A' already means user" },
		{ "[values.job]\nempty = a\nx = a\n", ":3: 'a' already means nothing" },
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
apply__a_header_that_the_file_lacks__is_named_with_the_place(void **state)
{
	struct fil_fault fault;
	struct fil_profile *profile = profile_of("users", "[columns]\nunit = Service\n", &fault);
	const char *const header[] = { "user", "Services" };
	const size_t lengths[] = { 4, 8 };
	struct fil_record record = { .n = 2, .cells = header, .lengths = lengths };

	(void)state;
	assert_non_null(profile);
	assert_int_equal(fil_profile_bind(profile, &record, NULL, &fault), -1);
	assert_int_equal(fault.status, FIL_BAD_DATA);
	assert_non_null(strstr(fault.text, ":2 names for unit; the nearest is 'Services'"));
	assert_memory_equal(fault.text, "no header 'Service', which /", 28);
	fil_profile_free(profile);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(read__entries__have_section_key_value_and_line),
		cmocka_unit_test(read__comments__end_before_the_line_does),
		cmocka_unit_test(read__an_indented_line__goes_on_with_the_value),
		cmocka_unit_test(read__an_indented_key__is_refused_rather_than_swallowed),
		cmocka_unit_test(read__what_is_no_such_line__is_refused_with_its_place),
		cmocka_unit_test(read__lines__have_4096_bytes_at_most),
		cmocka_unit_test(read__keys__are_headers_with_their_signs),
		cmocka_unit_test(read__no_such_file__is_no_input),
		cmocka_unit_test(blame__a_fault__gets_place_and_status),
		cmocka_unit_test(apply__sections__make_columns_values_and_skips),
		cmocka_unit_test(apply__quoted_keys_and_words__are_read_whole),
		cmocka_unit_test(apply__what_is_wrong__has_its_place_and_the_nearest),
		cmocka_unit_test(apply__a_header_that_the_file_lacks__is_named_with_the_place),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
