/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/mapping/odd_records.h"

enum { CELLS = 8 };

/* Fills a record from a text whose cells are separated by ';'; the caller frees the text. */
static char *
record_of(const char *text, struct fil_record *record, const char **cells, size_t *lengths)
{
	char *copy = fil_copy(text), *rest = copy;

	*record = (struct fil_record){ .cells = cells, .lengths = lengths };
	while ((cells[record->n] = strsep(&rest, ";"))) {
		lengths[record->n] = strlen(cells[record->n]);
		record->n++;
	}
	return copy;
}

/* Returns what a record is under a header (NULL: none). */
static enum fil_odd
find(const char *header, const char *text, const bool *allowed)
{
	const char *labels[CELLS + 1], *cells[CELLS + 1];
	size_t label_lengths[CELLS], lengths[CELLS];
	struct fil_record first, record;
	char *head = header ? record_of(header, &first, labels, label_lengths) : NULL;
	char *body = record_of(text, &record, cells, lengths);
	struct fil_profile *profile = fil_profile_new(fil_catalog_table("users"), NULL, 0);
	struct fil_odd_records *odd = fil_odd_records_new(head ? &first : NULL, profile);
	enum fil_odd found = fil_odd_records_find(odd, &record, allowed);

	fil_odd_records_free(odd);
	fil_profile_free(profile);
	free(head);
	free(body);
	return found;
}

static const bool none[FIL_DOUBT_KINDS];

static void
header__with_all_its_labels__is_the_header(void **state)
{
	(void)state;
	assert_int_equal(find("a;b;c", "a;b;c", none), FIL_ODD_HEADER);
	assert_int_equal(find("a;;c", "a;;c", none), FIL_ODD_HEADER);
	assert_int_equal(find(";b", ";b", none), FIL_ODD_HEADER);
	assert_int_equal(find("a;b;c", "a;b;d", none), FIL_ODD_NONE);
	assert_int_equal(find("a;b", ";", none), FIL_ODD_NONE);
	assert_int_equal(find(NULL, "1;2", none), FIL_ODD_NONE);
}

static void
header__with_other_columns__is_another_header(void **state)
{
	static const char header[] = "Matricule;Nom;Prénom";

	(void)state;
	assert_int_equal(find(header, "matricule;PRENOM;Nom", none), FIL_ODD_OTHER_HEADER);
	assert_int_equal(find(header, "Matricule;Nom", none), FIL_ODD_OTHER_HEADER);
	assert_int_equal(find(header, ";Nom;Matricule", none), FIL_ODD_OTHER_HEADER);
	assert_int_equal(find(header, "Matricule;Service;Nom", none), FIL_ODD_OTHER_HEADER);
	assert_int_equal(find("Tel 2;Nom", "Nom;Tel 2", none), FIL_ODD_OTHER_HEADER);
	assert_int_equal(find(header, "Matricule;Nom;Alix", none), FIL_ODD_NONE);
	assert_int_equal(find(header, ";Nom;", none), FIL_ODD_NONE);
	assert_int_equal(find(header, "Prénom;Prénom;", none), FIL_ODD_NONE);
	assert_int_equal(find(header, "user;name;email", none), FIL_ODD_NONE);
	assert_int_equal(find(NULL, "Matricule;Nom;Prénom", none), FIL_ODD_NONE);
}

static void
rule__of_dashes_or_equals_signs__is_one(void **state)
{
	(void)state;
	assert_int_equal(find("a;b", "---;---", none), FIL_ODD_RULE);
	assert_int_equal(find("a;b", ";====", none), FIL_ODD_RULE);
	assert_int_equal(find("a;b", "----+----", none), FIL_ODD_RULE);
	assert_int_equal(find("a;b", "-;--", none), FIL_ODD_NONE);
	assert_int_equal(find("a;b", "---;x", none), FIL_ODD_NONE);
}

static void
types__in_each_of_two_cells__are_a_row_of_types(void **state)
{
	(void)state;
	assert_int_equal(find("a;b;c", "texte;VARCHAR(50);date", none), FIL_ODD_TYPES);
	assert_int_equal(find("a;b;c", "String;;String", none), FIL_ODD_TYPES);
	assert_int_equal(find("a;b", "texte;", none), FIL_ODD_NONE);
	assert_int_equal(find("a;b", "texte;Dons", none), FIL_ODD_NONE);
	assert_int_equal(find("a;b", "dater;texte", none), FIL_ODD_NONE);
}

static void
allowed__kinds_are_rows(void **state)
{
	const bool header[FIL_DOUBT_KINDS] = { [FIL_DOUBT_HEADER_AGAIN] = true };
	const bool rows[FIL_DOUBT_KINDS] = { [FIL_DOUBT_NOT_A_ROW] = true };

	(void)state;
	assert_int_equal(find("a;b", "a;b", header), FIL_ODD_NONE);
	assert_int_equal(find("a;b", "b;a", header), FIL_ODD_NONE);
	assert_int_equal(find("a;b", "a;b", rows), FIL_ODD_HEADER);
	assert_int_equal(find("a;b", "---;---", rows), FIL_ODD_NONE);
	assert_int_equal(find("a;b", "text;text", rows), FIL_ODD_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(header__with_all_its_labels__is_the_header),
		cmocka_unit_test(header__with_other_columns__is_another_header),
		cmocka_unit_test(rule__of_dashes_or_equals_signs__is_one),
		cmocka_unit_test(types__in_each_of_two_cells__are_a_row_of_types),
		cmocka_unit_test(allowed__kinds_are_rows),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
