/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/base/bytes.h"
#include "lib/base/memory.h"
#include "lib/mapping/draft.h"
#include "lib/mapping/profile_file.h"
#include "tests/unit/settings_of.h"

/* Drafts a profile of a text; returns what it prints, or NULL with a fault. The caller frees it. */
static char *
draft_of(
    const char *table, const char *text, const struct fil_format *format, struct fil_fault *fault)
{
	char path[64], *printed = NULL;
	int fd = memfd_create("draft", 0);
	struct fil_draft draft;
	size_t n;
	FILE *stream;

	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (fil_draft_read(&draft, path, "/tmp", fil_catalog_table(table), format, fault) == 0) {
		stream = open_memstream(&printed, &n);
		fil_draft_print(&draft, stream);
		fclose(stream);
	}
	fil_draft_release(&draft);
	close(fd);
	return printed;
}

/* Compares what is printed from the first line that begins so. */
static void
drafts_from(const char *beginning, const char *text, const char *expected)
{
	const struct fil_format format = { 0 };
	struct fil_fault fault;
	char *printed = draft_of("users", text, &format, &fault), *from;

	if (!printed)
		fail_msg("%s", fault.text);
	from = strstr(printed, beginning);
	assert_non_null(from);
	assert_string_equal(from, expected);
	free(printed);
}

static void
draft__headers_and_contents__make_columns(void **state)
{
	(void)state;
	drafts_from("# How the file is written",
	    "Matricule;Prénom;NOM;Contact;Statut;N+1;Date d'entrée;Né(e) le;Fin contrat\r\n"
	    "00421;Zoé;Roy;zoe@x.example;Actif;00007;31/01/2024;03/02/1990;31/12/9999\r\n"
	    "00007;Bob;Bo;bob@x.example;Sorti;;01/02/2024;03/02/1980;N/C\r\n",
	    "# How the file is written is found out each time. To settle it:\n"
	    "# encoding = UTF-8\n"
	    "# delimiter = semicolon\n"
	    "dates = dmy\n"
	    "# Numbers with zeros in front, all as long: restore them where a spreadsheet took "
	    "them.\n"
	    "pad = user=5\n"
	    "pad = manager=5\n"
	    "\n"
	    "# The list that owns these people. As a whole list it marks who is missing as left.\n"
	    "# feed = hr\n"
	    "# sync = yes\n"
	    "\n"
	    "[columns]\n"
	    "user = Matricule\n"
	    "name = {Prénom} {NOM}\n"
	    "# email: guessed from what the cells look like.\n"
	    "email = Contact\n"
	    "manager = N+1\n"
	    "arrived = Date d'entrée\n"
	    "left = Fin contrat\n"
	    "# Not found: unit, job, role.\n"
	    "\n"
	    "[values.left]\n"
	    "empty = 31/12/9999 | N/C\n"
	    "\n"
	    "[skip]\n"
	    "# Rows to leave out: keep only the words of those.\n"
	    "# Statut = Actif | Sorti\n"
	    "\n"
	    "# Not stored, because no column takes them. Nobody needs to know more than the work "
	    "needs.\n"
	    "#   Statut\n"
	    "#   Né(e) le  (sensitive: birth)\n");
}

static void
draft__what_is_not_sure__is_a_comment(void **state)
{
	(void)state;
	drafts_from("[columns]",
	    "Code;Identifiant;Nom complet;role\nA1;x;Ada;Cheffe\nB2;y;Bob;user\n",
	    "[columns]\n"
	    "user = Identifiant\n"
	    "name = Nom complet\n"
	    "role = role\n"
	    "# Not found: email, unit, job, manager, arrived, left.\n"
	    "\n"
	    "[values.role]\n"
	    "# What do these words mean?\n"
	    "# user = Cheffe\n"
	    "\n"
	    "# Not stored, because no column takes them. Nobody needs to know more than the work "
	    "needs.\n"
	    "#   Code\n");
	drafts_from("[columns]", "Clé;Identifiant;Matricule\nA1;x;1\n",
	    "[columns]\n"
	    "# user: or is it Matricule?\n"
	    "user = Identifiant\n"
	    "# Needed, and not found: which header has it?\n"
	    "# name =\n"
	    "# Not found: email, unit, job, manager, role, arrived, left.\n"
	    "\n"
	    "# Not stored, because no column takes them. Nobody needs to know more than the work "
	    "needs.\n"
	    "#   Clé\n"
	    "#   Matricule\n");
	drafts_from("dates", "user;arrived\n1;01/13/2024\n",
	    "dates = mdy\n\n"
	    "# The list that owns these people. As a whole list it marks who is missing as left.\n"
	    "# feed = hr\n# sync = yes\n\n[columns]\nuser = user\n"
	    "# Needed, and not found: which header has it?\n# name =\narrived = arrived\n"
	    "# Not found: email, unit, job, manager, role, left.\n");
}

static void
draft__unclear_dates__are_told(void **state)
{
	static const struct {
		const char *cells, *expected;
	} cases[] = {
		{ "01/02/2024;02/03/2024",
		    "# No date proves which comes first, the day or the month. One of:\n"
		    "# dates = dmy\n# dates = mdy\n" },
		{ "13/02/2024;02/13/2024",
		    "# Some dates are day first, others month first: the file mixes both.\n" },
		{ "13/02/24;",
		    "# Years have two digits: up to the pivot they are 20yy.\n"
		    "# pivot = 40\n" },
		{ "2024-02-13;", "# delimiter = semicolon\n\n" },
	};
	const struct fil_format format = { 0 };
	struct fil_fault fault;
	char text[200], *printed;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(text, sizeof text, "user;arrived;left\n1;%s\n", cases[i].cells);
		printed = draft_of("users", text, &format, &fault);
		assert_non_null(printed);
		assert_non_null(strstr(printed, cases[i].expected));
		free(printed);
	}
}

static void
draft__options__stay_in_force(void **state)
{
	const struct fil_format format = {
		.encoding = "ISO-8859-15", .delimiter = ';', .skip_lines = 1
	};
	const struct fil_format bare = { .no_header = true };
	struct fil_fault fault;
	char *printed = draft_of("users", "x\nuser;name\n1;2\n", &format, &fault);

	(void)state;
	assert_non_null(printed);
	assert_non_null(
	    strstr(printed, "\nencoding = ISO-8859-15\ndelimiter = semicolon\nskip-lines = 1\n"));
	assert_null(strstr(printed, "--no-header"));
	free(printed);
	printed = draft_of(
	    "users", "00421;Ada;ada@x.example\n", &(struct fil_format){ .delimiter = ';' }, &fault);
	assert_non_null(printed);
	assert_non_null(strstr(printed,
	    "\n# No header is known. If the first line is a row, propose "
	    "again with --no-header.\n\n"));
	free(printed);
	printed =
	    draft_of("users", "00421;Ada;ada@x.example\n00007;Bob;bob@x.example\n", &bare, &fault);
	assert_non_null(printed);
	assert_non_null(strstr(printed, "\nno-header = yes\n"));
	assert_non_null(strstr(printed, "\nuser = 1\n"));
	assert_non_null(strstr(printed, "\nemail = 3\n"));
	free(printed);
}

static void
draft__what_is_no_csv__is_a_fault(void **state)
{
	const struct fil_format format = { 0 };
	struct fil_fault fault;

	(void)state;
	assert_null(draft_of("users", "", &format, &fault));
	assert_int_equal(fault.status, FIL_NO_INPUT);
	assert_null(draft_of("users", "PK\3\4", &format, &fault));
	assert_int_equal(fault.status, FIL_BAD_DATA);
	assert_null(draft_of("users", "\n\n", &format, &fault));
	assert_int_equal(fault.status, FIL_BAD_DATA);
	assert_null(draft_of("users", "\"a\n", &format, &fault));
	assert_int_equal(fault.status, FIL_BAD_DATA);
}

/* Whatever the headers hold, what is printed is a profile, and takes them. */
static void
draft__strange_headers__make_a_profile_that_binds(void **state)
{
	static const char *const headers[] = { "\"E-mail ; du travail\"", "\"{Mail}\"",
		"\"; mail\"", "\"# mail\"", "[mail]", "\"mail\nde service\"", "m = a : b",
		"\"a\xc2\x85z\"", "\x1b[31mmail",
		"Adresse électronique à laquelle la personne lit son courrier le plus souvent, "
		"au siège de la fondation ou dans l'un de ses établissements; celle que nous "
		"donnerions à un collègue qui voudrait lui écrire" };
	const struct fil_format format = { .delimiter = '|' };
	struct fil_settings *settings;
	struct fil_profile *profile;
	struct fil_fault fault;
	size_t lengths[2] = { 4, 9 };
	char *printed;

	(void)state;
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
		char *text = fil_format("user|%s\nA1|a@b.example\n", headers[i]), *label;

		printed = draft_of("users", text, &format, &fault);
		assert_non_null(printed);
		settings = settings_of(printed, &fault);
		if (!settings)
			fail_msg("%s: %s", fault.text, printed);
		profile = fil_profile_new(fil_catalog_table("users"), NULL, 0);
		if (fil_profile_settings(profile, settings, &fault) < 0)
			fail_msg("%s: %s", fault.text, printed);
		label = fil_copy(headers[i]);
		if (*label == '"') {
			label[strlen(label) - 1] = '\0';
			memmove(label, label + 1, strlen(label));
		}
		const char *const cells[] = { "user", label };
		struct fil_record record = { .n = 2, .cells = cells, .lengths = lengths };
		bool obeyed = strchr(label, '\x1b') != NULL;
		if ((fil_profile_bind(profile, &record, &fault) < 0) != obeyed)
			fail_msg("%s: %s", fault.text, printed);
		assert_null(strchr(printed, '\x1b'));
		free(label);
		fil_profile_free(profile);
		fil_settings_free(settings);
		free(printed);
		free(text);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(draft__headers_and_contents__make_columns),
		cmocka_unit_test(draft__what_is_not_sure__is_a_comment),
		cmocka_unit_test(draft__unclear_dates__are_told),
		cmocka_unit_test(draft__options__stay_in_force),
		cmocka_unit_test(draft__what_is_no_csv__is_a_fault),
		cmocka_unit_test(draft__strange_headers__make_a_profile_that_binds),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
