/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/mapping/profile.h"

enum { USER, NAME, UNIT, EMAIL, NOTE, LEFT, LEVEL, N_COLUMNS };

static const struct fil_column columns[] = {
	[USER] = { .name = "user",
	    .key = true,
	    .required = true,
	    .headers = "matricule|identifiant|n° agent" },
	[NAME] = { .name = "name",
	    .headers = "nom complet|nom",
	    .templates = "{prenom usuel} {nom}|{prenom} {nom}" },
	[UNIT] = { .name = "unit",
	    .headers = "service|direction",
	    .templates = "{direction}/{service}" },
	[EMAIL] = { .name = "email", .headers = "courriel|e mail" },
	[NOTE] = { .name = "note", .type = FIL_TYPE_TEXT },
	[LEFT] = { .name = "left", .type = FIL_TYPE_DATE },
	[LEVEL] = { .name = "level", .type = FIL_TYPE_INTEGER, .minimum = 0, .maximum = 5 },
};
static const struct fil_table users = {
	.name = "users",
	.columns = columns,
	.n_columns = N_COLUMNS,
	.n_keys = 1,
};

/* A record of the texts between the bars of a line: "a|b|". At most 16 cells. */
struct sample {
	char text[200];
	const char *cells[16];
	size_t lengths[16];
	struct fil_record record;
};

static const struct fil_record *
record_of(struct sample *sample, const char *line)
{
	char *cell = sample->text;
	size_t n = 0;

	assert_true(strlen(line) < sizeof sample->text);
	memcpy(sample->text, line, strlen(line) + 1);
	for (char *end = cell; end != NULL; cell = end + 1) {
		end = strchr(cell, '|');
		if (end)
			*end = '\0';
		sample->cells[n] = cell;
		sample->lengths[n++] = strlen(cell);
		if (!end)
			break;
	}
	sample->record = (struct fil_record){
		.line = 2, .n = n, .cells = sample->cells, .lengths = sample->lengths
	};
	return &sample->record;
}

/* The cells of one row. */
struct row {
	struct sample sample;
	const char *cells[16];
	size_t lengths[16];
	struct fil_profile_made made;
};

static int
make(struct fil_profile *profile, const char *line, struct row *row, struct fil_fault *fault)
{
	return fil_profile_row(
	    profile, record_of(&row->sample, line), 0, row->cells, row->lengths, &row->made, fault);
}

static int
bind(struct fil_profile *profile, const char *header, struct fil_fault *fault)
{
	struct sample sample;

	return fil_profile_bind(profile, record_of(&sample, header), NULL, fault);
}

/* Maps a column as --map does, 'COL=TEMPLATE'. */
static int
map(struct fil_profile *profile, const char *mapping, struct fil_fault *fault)
{
	const char *equals = strchr(mapping, '=');
	char *name = fil_copy_bytes(mapping, (size_t)(equals - mapping));
	int result = fil_profile_column(profile, name, equals + 1, "--map", fault);

	free(name);
	return result;
}

/* Compares the cells of a row with those that a line names, "-" for NULL. */
static void
gives(struct fil_profile *profile, const char *line, const char *expected)
{
	struct fil_bytes got = { 0 };
	struct fil_fault fault;
	struct row row;

	assert_int_equal(make(profile, line, &row, &fault), 0);
	assert_false(row.made.empty);
	for (size_t c = 0; c < LEFT; c++) {
		const char *cell = row.cells[c];

		assert_int_equal(row.lengths[c], cell ? strlen(cell) : 0);
		fil_bytes_add_format(&got, "%s%s", c > 0 ? "|" : "", cell ? cell : "-");
	}
	assert_string_equal(got.data, expected);
	fil_bytes_release(&got);
}

static void
refuses(struct fil_profile *profile, const char *line, const char *kind, const char *text)
{
	struct fil_fault fault;
	struct row row;

	assert_int_equal(make(profile, line, &row, &fault), -1);
	assert_int_equal(fault.status, FIL_BAD_DATA);
	assert_string_equal(fault.kind, kind);
	assert_string_equal(fault.text, text);
}

/* Returns a profile with these mappings (NULL ends them) bound to a header; the caller frees it. */
static struct fil_profile *
bound(const char *header, const char *const *maps)
{
	struct fil_profile *profile = fil_profile_new(&users, NULL, 0);
	struct sample sample;
	struct fil_fault fault;

	for (; maps && *maps; maps++)
		if (map(profile, *maps, &fault) < 0)
			fail_msg("%s", fault.text);
	if (fil_profile_bind(profile, record_of(&sample, header), NULL, &fault) < 0)
		fail_msg("%s", fault.text);
	/* The header may go. */
	memset(&sample, 'x', sizeof sample);
	return profile;
}

#define MAPS(...) \
	(const char *const[]) \
	{ \
		__VA_ARGS__, NULL \
	}

static void
does_not_bind(const char *header, const char *const *maps, const char *kind, const char *text)
{
	struct fil_profile *profile = fil_profile_new(&users, NULL, 0);
	struct fil_fault fault;

	for (; maps && *maps; maps++)
		assert_int_equal(map(profile, *maps, &fault), 0);
	assert_int_equal(bind(profile, header, &fault), -1);
	assert_int_equal(fault.status, FIL_BAD_DATA);
	assert_string_equal(fault.kind, kind);
	assert_string_equal(fault.text, text);
	fil_profile_free(profile);
}

static void
bind__known_headers__in_any_writing(void **state)
{
	struct fil_profile *profile = bound("  N° AGENT|Courriel|NOTE|Salaire", NULL);
	size_t n;

	(void)state;
	gives(profile, "00421|a@b|x|9", "00421|-|-|a@b|x");
	gives(profile, "7||y|9", "7|-|-|-|y");
	assert_string_equal(fil_profile_label(profile, EMAIL), "Courriel");
	assert_string_equal(fil_profile_label(profile, UNIT), "unit");
	assert_true(fil_profile_gives(profile, USER));
	assert_false(fil_profile_gives(profile, NAME));
	assert_string_equal(fil_profile_unused(profile, &n, NULL), "Salaire");
	assert_int_equal(n, 1);
	fil_profile_free(profile);
}

static void
bind__composition__goes_before_single_headers(void **state)
{
	struct fil_profile *profile =
	    bound("Matricule|Nom|Prénom|Nom complet|Direction|Service", NULL);
	size_t n;

	(void)state;
	gives(
	    profile, "1|Marchais|Zoé|Z. Marchais|Mécénat|Dons", "1|Zoé Marchais|Mécénat/Dons|-|-");
	gives(profile, "1|Marchais|||Mécénat|", "1|Marchais|Mécénat|-|-");
	gives(profile, "1|||x||", "1|-|-|-|-");
	assert_string_equal(fil_profile_label(profile, NAME), "{Prénom} {Nom}");
	assert_string_equal(fil_profile_unused(profile, &n, NULL), "Nom complet");
	fil_profile_free(profile);
	/* Without all its headers it is not meant. */
	profile = bound("Matricule|Nom|Service", NULL);
	gives(profile, "1|Marchais|Dons", "1|Marchais|Dons|-|-");
	assert_string_equal(fil_profile_unused(profile, &n, NULL), "");
	assert_int_equal(n, 0);
	fil_profile_free(profile);
}

static void
bind__own_name__goes_before_all_that_is_known(void **state)
{
	struct fil_profile *profile = bound("user|Matricule|name|nom|prénom", NULL);
	size_t n;

	(void)state;
	gives(profile, "1|2|a|b|c", "1|a|-|-|-");
	assert_string_equal(fil_profile_unused(profile, &n, NULL), "Matricule, nom, prénom");
	assert_int_equal(n, 3);
	fil_profile_free(profile);
}

static void
bind__map__goes_before_the_own_name(void **state)
{
	struct fil_profile *profile = bound("user|Login|name|Nom|Service",
	    MAPS("user=LOGIN", "name={nom} ({Service})", "unit=Service"));

	(void)state;
	gives(profile, "1|zm|x|Marchais|Dons", "zm|Marchais (Dons)|Dons|-|-");
	gives(profile, "1|zm|x|Marchais|", "zm|Marchais|-|-|-");
	assert_string_equal(fil_profile_label(profile, USER), "Login");
	fil_profile_free(profile);
	/* The last word holds; the column's name may be written as a header is. */
	profile = bound("a|b", MAPS("user=a", "USER=b"));
	gives(profile, "1|2", "2|-|-|-|-");
	fil_profile_free(profile);
}

static void
bind__two_headers_for_one_column__is_refused(void **state)
{
	(void)state;
	does_not_bind("Matricule|Identifiant", NULL, "duplicate-label",
	    "'Matricule' and 'Identifiant' both mean user: give --map 'user=Matricule'");
	fil_profile_free(bound("Matricule|Identifiant", MAPS("user=Identifiant")));
}

static void
bind__repeated_header__is_refused_where_it_is_used(void **state)
{
	(void)state;
	does_not_bind("user|note|USER", NULL, "duplicate-label",
	    "duplicate header 'USER', in columns 1 and 3: name columns by numbers, "
	    "--no-header --skip-lines 2 --map COL=3");
	does_not_bind("Matricule|matricule", NULL, "duplicate-label",
	    "duplicate header 'matricule', in columns 1 and 2: name columns by numbers, "
	    "--no-header --skip-lines 2 --map COL=2");
	does_not_bind("user|x|x", MAPS("note=x"), "duplicate-label",
	    "duplicate header 'x', in columns 2 and 3: name columns by numbers, "
	    "--no-header --skip-lines 2 --map COL=3");
	does_not_bind("user|nom|prénom|Nom", NULL, "duplicate-label",
	    "duplicate header 'Nom', in columns 2 and 4: name columns by numbers, "
	    "--no-header --skip-lines 2 --map COL=4");
	fil_profile_free(bound("user|x|x", NULL));
	/* A composition of which a header is missing does not use the others. */
	fil_profile_free(bound("user|prénom|prénom", NULL));
}

static void
bind__mapped_header_missing__names_the_nearest(void **state)
{
	(void)state;
	does_not_bind("user|Services", MAPS("unit=Service"), "missing-label",
	    "no header 'Service', which --map names for unit; the nearest is 'Services'");
	does_not_bind("user|x", MAPS("name={x} {Prénom}"), "missing-label",
	    "no header 'Prénom', which --map names for name");
}

static void
bind__nothing_known__names_the_nearest(void **state)
{
	(void)state;
	does_not_bind("Matricul|abcdefgh", NULL, "incorrect-label",
	    "no header is known for users (the nearest is 'matricule'; map one with --map "
	    "COL=HEADER): Matricul, abcdefgh");
	does_not_bind("|", NULL, "incorrect-label",
	    "no header is known for users (map one with --map COL=HEADER): all are empty");
}

static void
bind__a_key_missing__has_a_nearest_header(void **state)
{
	struct fil_profile *profile = bound("Nom|Matriculle|x|", NULL);
	struct fil_fault fault;
	const char *nearest;
	size_t n;

	(void)state;
	fil_profile_unused(profile, &n, &nearest);
	assert_string_equal(nearest, "Matriculle");
	assert_int_equal(bind(profile, "Nom|x", &fault), 0);
	fil_profile_unused(profile, &n, &nearest);
	assert_null(nearest);
	assert_int_equal(bind(profile, "Matricule|Matriculle", &fault), 0);
	fil_profile_unused(profile, &n, &nearest);
	assert_null(nearest);
	fil_profile_free(profile);
}

static void
set__value__goes_over_the_input(void **state)
{
	struct fil_profile *profile = fil_profile_new(&users, NULL, 0);
	struct fil_fault fault;
	size_t n;

	(void)state;
	fil_profile_set(profile, UNIT, "Dons");
	fil_profile_set(profile, EMAIL, "");
	fil_profile_set(profile, UNIT, "Mécénat");
	assert_int_equal(bind(profile, "user|unit|email", &fault), 0);
	gives(profile, "1|x|y", "1|-|Mécénat|-|-");
	assert_true(fil_profile_gives(profile, EMAIL));
	assert_string_equal(fil_profile_unused(profile, &n, NULL), "unit, email");
	fil_profile_free(profile);
}

static void
bind__anew__forgets_the_input_before(void **state)
{
	struct fil_profile *profile = bound("user|x|note", NULL);
	struct fil_fault fault;
	size_t n;

	(void)state;
	assert_int_equal(bind(profile, "email|user", &fault), 0);
	gives(profile, "a@b|1", "1|-|-|a@b|-");
	assert_string_equal(fil_profile_unused(profile, &n, NULL), "");
	assert_false(fil_profile_gives(profile, NOTE));
	assert_string_equal(fil_profile_label(profile, NOTE), "note");
	fil_profile_free(profile);
}

static void
cells__width__must_be_that_of_the_header(void **state)
{
	struct fil_profile *profile = bound("user|note|x", NULL);

	(void)state;
	refuses(profile, "1|a", "missing-cell",
	    "2 cells, where the header has 3 (--set short-rows=yes accepts it)");
	refuses(profile, "1|a|b|c", "extra-cell", "4 cells, where the header has 3");
	refuses(profile, "1|a|b|", "extra-cell",
	    "4 cells, where the header has 3 (--set short-rows=yes accepts it)");
	gives(profile, "1|a|b", "1|-|-|-|a");
	fil_profile_free(profile);
}

/* Returns whether the row of a line lacks cells at its end, or has empty ones behind it. */
static bool
is_filled(struct fil_profile *profile, const char *line)
{
	struct fil_fault fault;
	struct row row;

	assert_int_equal(make(profile, line, &row, &fault), 0);
	return row.made.filled;
}

static void
cells__short_rows_accepted__are_filled(void **state)
{
	struct fil_profile *profile = bound("user|note|x", MAPS("note={note} {x}"));

	(void)state;
	fil_profile_short_rows(profile);
	gives(profile, "1|a|b", "1|-|-|-|a b");
	assert_false(is_filled(profile, "1|a|b"));
	gives(profile, "1|a", "1|-|-|-|a");
	assert_true(is_filled(profile, "1|a"));
	gives(profile, "1", "1|-|-|-|-");
	gives(profile, "1|a|b||", "1|-|-|-|a b");
	assert_true(is_filled(profile, "1|a|b||"));
	refuses(profile, "1|a|b||c", "extra-cell", "no header for cell 5, 'c'");
	fil_profile_free(profile);
}

static void
cells__white_space_in_quotes__is_empty(void **state)
{
	struct fil_profile *profile = bound("user|note|x", MAPS("note={note}/{x}"));
	struct fil_fault fault;
	struct row row;

	(void)state;
	gives(profile, "1|  |b ", "1|-|-|-|b");
	gives(profile, "1| a|\u00A0", "1|-|-|-|a");
	assert_int_equal(make(profile, " |\t|\u00A0", &row, &fault), 0);
	assert_true(row.made.empty);
	fil_profile_free(profile);
}

static void
bind__a_declined_column__is_not_given(void **state)
{
	struct fil_profile *profile = bound("user|note", MAPS("note="));
	struct fil_fault fault;
	size_t n;

	(void)state;
	assert_false(fil_profile_gives(profile, NOTE));
	assert_string_equal(fil_profile_unused(profile, &n, NULL), "note");
	assert_int_equal(map(profile, "note=note", &fault), 0);
	assert_true(fil_profile_is_mapped(profile, NOTE));
	assert_int_equal(bind(profile, "user|note", &fault), 0);
	assert_true(fil_profile_gives(profile, NOTE));
	assert_string_equal(fil_profile_mapped(profile, &n)[0], "note");
	assert_int_equal(n, 1);
	fil_profile_free(profile);
}

static void
cells__under_empty_labels_at_the_end__must_be_empty(void **state)
{
	struct fil_profile *profile = bound("user||note||", NULL);
	size_t n;

	(void)state;
	assert_string_equal(fil_profile_unused(profile, &n, NULL), "(no name)");
	gives(profile, "1|x|a||", "1|-|-|-|a");
	gives(profile, "1|x|a", "1|-|-|-|a");
	refuses(profile, "1|x", "missing-cell",
	    "2 cells, where the header has 3 (--set short-rows=yes accepts it)");
	refuses(profile, "1|x|a||b", "extra-cell", "no header for cell 5, 'b'");
	refuses(profile, "1|x|a|||", "extra-cell",
	    "6 cells, where the header has 5 (--set short-rows=yes accepts it)");
	fil_profile_free(profile);
}

static void
cells__nothing_but_empty_ones__is_an_empty_row(void **state)
{
	static const char *const lines[] = { "||", "|||||", "" };
	struct fil_profile *profile = bound("user|note|x", NULL);
	struct fil_fault fault;
	struct row row;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(make(profile, lines[i], &row, &fault), 0);
		assert_true(row.made.empty);
		assert_null(row.cells[USER]);
	}
	fil_profile_free(profile);
}

static void
facets__their_names__are_columns_behind_the_table(void **state)
{
	char *const facets[] = { (char[]){ "tool" }, (char[]){ "Process_Digital" } };
	struct fil_profile *profile = fil_profile_new(&users, facets, 2);
	struct fil_fault fault;
	struct row row;

	(void)state;
	assert_true(fil_profile_knows(profile, "process digital"));
	assert_int_equal(bind(profile, "Tool|user|process digital", &fault), 0);
	assert_int_equal(make(profile, "3|1|", &row, &fault), 0);
	assert_string_equal(row.cells[N_COLUMNS], "3");
	assert_null(row.cells[N_COLUMNS + 1]);
	assert_string_equal(row.cells[USER], "1");
	assert_string_equal(fil_profile_label(profile, N_COLUMNS), "Tool");
	assert_int_equal(map(profile, "tool=process digital", &fault), 0);
	assert_int_equal(bind(profile, "user|process digital", &fault), 0);
	assert_int_equal(make(profile, "1|4", &row, &fault), 0);
	assert_string_equal(row.cells[N_COLUMNS], "4");
	fil_profile_free(profile);
}

static void
knows__names_headers_maps_and_compositions(void **state)
{
	struct fil_profile *profile = fil_profile_new(&users, NULL, 0);
	struct fil_fault fault;

	(void)state;
	assert_int_equal(map(profile, "note={Étage}-{Porte}", &fault), 0);
	assert_true(fil_profile_knows(profile, "user"));
	assert_true(fil_profile_knows(profile, "matricule"));
	assert_true(fil_profile_knows(profile, "prenom usuel"));
	assert_true(fil_profile_knows(profile, "etage"));
	assert_true(fil_profile_knows(profile, "porte"));
	assert_false(fil_profile_knows(profile, "salaire"));
	assert_false(fil_profile_knows(profile, ""));
	fil_profile_free(profile);
}

/* Compares one cell of the row that a line makes; NULL for none. */
static void
makes(struct fil_profile *profile, const char *line, size_t c, const char *expected)
{
	struct fil_fault fault;
	struct row row;

	assert_int_equal(make(profile, line, &row, &fault), 0);
	assert_false(row.made.empty);
	assert_false(row.made.skipped);
	assert_int_equal(row.lengths[c], expected ? strlen(expected) : 0);
	if (!expected)
		assert_null(row.cells[c]);
	else
		assert_string_equal(row.cells[c], expected);
}

static void
mean__words__stand_for_their_value(void **state)
{
	struct fil_profile *profile = bound("user|prénom|nom|left", NULL);
	struct fil_fault fault;

	(void)state;
	assert_int_equal(fil_profile_mean(profile, "left", "31/12/9999 | n.c.", NULL, &fault), 0);
	assert_int_equal(fil_profile_mean(profile, "left", "Hier", "2024-03-14", &fault), 0);
	assert_int_equal(fil_profile_mean(profile, "Name", "zoé  marchais", "Z", &fault), 0);
	assert_int_equal(bind(profile, "user|prénom|nom|left|unit", &fault), 0);
	makes(profile, "1|a|b|31/12/9999|x", LEFT, NULL);
	makes(profile, "1|a|b|N.C.|x", LEFT, NULL);
	makes(profile, "1|a|b|HIER|x", LEFT, "2024-03-14");
	makes(profile, "1|a|b|31/12/2024|x", LEFT, "31/12/2024");
	makes(profile, "1|a|b||x", LEFT, NULL);
	/* A composed cell is looked up as a whole. */
	makes(profile, "1|Zoé|MARCHAIS||x", NAME, "Z");
	makes(profile, "1|Zoé|Marchand||x", NAME, "Zoé Marchand");
	makes(profile, "1|Zoé|Marchand||Hier", UNIT, "Hier");
	fil_profile_free(profile);
}

static void
mean__what_a_column_cannot_hold__is_refused(void **state)
{
	struct fil_profile *profile = fil_profile_new(&users, NULL, 0);
	struct fil_fault fault;

	(void)state;
	assert_int_equal(fil_profile_mean(profile, "lefft", "x", NULL, &fault), -1);
	assert_int_equal(fault.status, FIL_USAGE);
	assert_string_equal(fault.text, "users has no column 'lefft'; the nearest is left");
	assert_int_equal(fil_profile_mean(profile, "left", "x", "tomorrow", &fault), -1);
	assert_string_equal(fault.text, "'tomorrow' is not a date");
	assert_int_equal(fil_profile_mean(profile, "level", "x", "6", &fault), -1);
	assert_string_equal(fault.text, "'6' is not a whole number from 0 to 5");
	assert_int_equal(fil_profile_mean(profile, "level", "x", "5", &fault), 0);
	assert_int_equal(fil_profile_mean(profile, "level", "y | X", "4", &fault), -1);
	assert_string_equal(fault.text, "'X' already means 5");
	fil_profile_free(profile);
}

static void
mean__what_is_set__stays_as_it_is(void **state)
{
	struct fil_profile *profile = fil_profile_new(&users, NULL, 0);
	struct fil_fault fault;

	(void)state;
	assert_int_equal(fil_profile_mean(profile, "unit", "a", "b", &fault), 0);
	fil_profile_set(profile, UNIT, "a");
	assert_int_equal(bind(profile, "user|unit", &fault), 0);
	makes(profile, "1|x", UNIT, "a");
	fil_profile_free(profile);
}

static void
mean__levels__hold_for_facets_without_words_of_their_own(void **state)
{
	char *const facets[] = { (char[]){ "tool" }, (char[]){ "process" } };
	struct fil_profile *profile = fil_profile_new(&users, facets, 2);
	struct fil_fault fault;

	(void)state;
	assert_int_equal(fil_profile_mean(profile, "level", "Je me débrouille", "3", &fault), 0);
	assert_int_equal(fil_profile_mean(profile, "process", "Oui", "4", &fault), 0);
	assert_int_equal(fil_profile_mean(profile, "process", "x", "9", &fault), -1);
	assert_int_equal(bind(profile, "user|tool|process", &fault), 0);
	makes(profile, "1|je me debrouille|oui", N_COLUMNS, "3");
	makes(profile, "1|je me debrouille|oui", N_COLUMNS + 1, "4");
	makes(profile, "1|oui|je me debrouille", N_COLUMNS, "oui");
	makes(profile, "1|oui|je me debrouille", N_COLUMNS + 1, "je me debrouille");
	fil_profile_free(profile);
}

static void
pivot__years_of_two_digits__are_widened_in_dates(void **state)
{
	struct fil_profile *profile = bound("user|left|note", NULL);

	(void)state;
	makes(profile, "1|01/03/24|01/03/24", LEFT, "01/03/24");
	fil_profile_pivot(profile, 30);
	makes(profile, "1|01/03/24|01/03/24", LEFT, "01/03/2024");
	makes(profile, "1|01/03/31|01/03/24", LEFT, "01/03/1931");
	makes(profile, "1|01/03/2031|01/03/24", LEFT, "01/03/2031");
	makes(profile, "1|01/03/24|01/03/24", NOTE, "01/03/24");
	fil_profile_free(profile);
}

/* Wants a row to be left out, or to be empty. */
static void
gives_nothing(struct fil_profile *profile, const char *line, bool skipped)
{
	struct fil_fault fault;
	struct row row;

	assert_int_equal(make(profile, line, &row, &fault), 0);
	assert_true(row.made.empty);
	assert_null(row.cells[USER]);
	assert_int_equal(row.made.skipped, skipped);
}

static void
skip__rows_with_a_word__are_left_out(void **state)
{
	struct fil_profile *profile = fil_profile_new(&users, NULL, 0);
	struct fil_fault fault;
	size_t n;

	(void)state;
	assert_int_equal(
	    fil_profile_skip(profile, "Statut", "Sorti | Archivé", "x.ini:3", &fault), 0);
	assert_int_equal(fil_profile_skip(profile, "STATUT", "Parti", "x.ini:4", &fault), 0);
	assert_int_equal(fil_profile_skip(profile, "Fini", "", "x.ini:5", &fault), 0);
	assert_true(fil_profile_knows(profile, "statut"));
	assert_int_equal(bind(profile, "user|Statut |fini|x", &fault), 0);
	assert_string_equal(fil_profile_unused(profile, &n, NULL), "x");
	gives_nothing(profile, "1|SORTI|o|", true);
	gives_nothing(profile, "1|archive|o|", true);
	gives_nothing(profile, "1|parti|o|", true);
	gives_nothing(profile, "1|Actif||", true);
	gives_nothing(profile, "|||", false);
	makes(profile, "1|Actif|o|", USER, "1");
	/* What is no row at all is told all the same. */
	refuses(profile, "1|Sorti", "missing-cell",
	    "2 cells, where the header has 4 (--set short-rows=yes accepts it)");
	fil_profile_free(profile);
}

static void
skip__a_composition__leaves_out_rows_with_the_composed_word(void **state)
{
	struct fil_profile *profile = fil_profile_new(&users, NULL, 0);
	struct fil_fault fault;

	(void)state;
	assert_int_equal(
	    fil_profile_skip(profile, "{prénom} {Nom}", "NULL NULL | n/a", "x.ini:3", &fault), 0);
	assert_true(fil_profile_knows(profile, "prenom"));
	assert_int_equal(bind(profile, "user|Prénom|NOM", &fault), 0);
	gives_nothing(profile, "1|NULL|NULL", true);
	gives_nothing(profile, "1|null|NULL", true);
	gives_nothing(profile, "1||N/A", true);
	makes(profile, "1|Anna|NULL", USER, "1");
	assert_int_equal(bind(profile, "user|name|Nom", &fault), -1);
	assert_string_equal(fault.text, "no header 'prénom', which x.ini:3 names");
	assert_int_equal(fil_profile_skip(profile, "{Nom", "x", "x.ini:4", &fault), -1);
	assert_string_equal(fault.text, "'{' without a '}'");
	fil_profile_free(profile);
}

static void
skip__header_missing__names_the_nearest(void **state)
{
	struct fil_profile *profile = fil_profile_new(&users, NULL, 0);
	struct fil_fault fault;

	(void)state;
	assert_int_equal(fil_profile_skip(profile, "Statut", "Sorti", "x.ini:3", &fault), 0);
	assert_int_equal(bind(profile, "user|Statuts", &fault), -1);
	assert_int_equal(fault.status, FIL_BAD_DATA);
	assert_string_equal(
	    fault.text, "no header 'Statut', which x.ini:3 names; the nearest is 'Statuts'");
	/* It makes no column known. */
	assert_int_equal(bind(profile, "Statut|x", &fault), -1);
	assert_string_equal(fault.kind, "incorrect-label");
	fil_profile_free(profile);
	fil_profile_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bind__known_headers__in_any_writing),
		cmocka_unit_test(bind__composition__goes_before_single_headers),
		cmocka_unit_test(bind__own_name__goes_before_all_that_is_known),
		cmocka_unit_test(bind__map__goes_before_the_own_name),
		cmocka_unit_test(bind__two_headers_for_one_column__is_refused),
		cmocka_unit_test(bind__repeated_header__is_refused_where_it_is_used),
		cmocka_unit_test(bind__mapped_header_missing__names_the_nearest),
		cmocka_unit_test(bind__nothing_known__names_the_nearest),
		cmocka_unit_test(bind__a_key_missing__has_a_nearest_header),
		cmocka_unit_test(set__value__goes_over_the_input),
		cmocka_unit_test(bind__anew__forgets_the_input_before),
		cmocka_unit_test(cells__width__must_be_that_of_the_header),
		cmocka_unit_test(cells__short_rows_accepted__are_filled),
		cmocka_unit_test(cells__white_space_in_quotes__is_empty),
		cmocka_unit_test(bind__a_declined_column__is_not_given),
		cmocka_unit_test(cells__under_empty_labels_at_the_end__must_be_empty),
		cmocka_unit_test(cells__nothing_but_empty_ones__is_an_empty_row),
		cmocka_unit_test(facets__their_names__are_columns_behind_the_table),
		cmocka_unit_test(knows__names_headers_maps_and_compositions),
		cmocka_unit_test(mean__words__stand_for_their_value),
		cmocka_unit_test(mean__what_a_column_cannot_hold__is_refused),
		cmocka_unit_test(mean__what_is_set__stays_as_it_is),
		cmocka_unit_test(mean__levels__hold_for_facets_without_words_of_their_own),
		cmocka_unit_test(pivot__years_of_two_digits__are_widened_in_dates),
		cmocka_unit_test(skip__rows_with_a_word__are_left_out),
		cmocka_unit_test(skip__a_composition__leaves_out_rows_with_the_composed_word),
		cmocka_unit_test(skip__header_missing__names_the_nearest),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
