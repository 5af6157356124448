/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/catalog/catalog.h"
#include "lib/catalog/value.h"
#include "lib/store/query.h"
#include "lib/store/relation.h"

/* The contract's table of tables: `*` key, `!` required, `→` must exist there. */
static const struct {
	const char *name;
	enum fil_kind kind;
	const char *columns;
} contract[] = {
	{ "users", FIL_REFERENCE,
	    "user* name! email unit job manager→users role(user,initiator,trainer,sponsor) "
	    "arrived left feed" },
	{ "phases", FIL_REFERENCE, "phase* title! kind(pilot,rollout)! begins! ends" },
	{ "dimensions", FIL_REFERENCE, "dimension* title! threshold! begins ends" },
	{ "thresholds", FIL_REFERENCE, "dimension*→dimensions begins* threshold!" },
	{ "levels", FIL_REFERENCE, "level* title! description" },
	{ "modules", FIL_REFERENCE,
	    "module* title! kind(course,workshop,tutoring,self-paced,guide,hotline,peer)! "
	    "dimension→dimensions level minutes url" },
	{ "rules", FIL_REFERENCE,
	    "rule* module→modules! phase dimension→dimensions below need unit job due" },
	{ "routines", FIL_REFERENCE, "routine* title! old new result owner→users" },
	{ "promises", FIL_REFERENCE,
	    "promise* kind(promise,limit,surprise)! statement! routine→routines owner→users made! "
	    "due" },
	{ "lessons", FIL_REFERENCE, "lesson* phase→phases observed! change! module→modules date!" },
	{ "criteria", FIL_REFERENCE, "criterion* title! report! require! phase→phases set! why" },
	{ "aliases", FIL_REFERENCE, "alias* source* user→users!" },
	{ "enrolments", FIL_PLAN, "user*→users phase*→phases enrolled! stratum declined" },
	{ "assignments", FIL_PLAN,
	    "user*→users module*→modules assigned* phase→phases trainer→users due reason" },
	{ "commitments", FIL_PLAN, "user*→users phase*→phases activity* minutes!" },
	{ "autonomy", FIL_EVENT,
	    "user*→users dimension*→dimensions date* source*(self,trainer,manager,test,system) "
	    "level! note" },
	{ "needs", FIL_EVENT, "user*→users need* date* note" },
	{ "completions", FIL_EVENT,
	    "user*→users module*→modules date* outcome(completed,partial,absent) note" },
	{ "practices", FIL_EVENT,
	    "user*→users routine*→routines date* method*(old,new) item* uses minutes "
	    "result(better,equivalent,worse,failed) acceptance power note" },
	{ "verdicts", FIL_EVENT,
	    "promise*→promises user*→users date* verdict(kept,partly,broken)! note" },
	{ "efforts", FIL_EVENT, "user*→users date* activity* item* phase→phases minutes!" },
};

#define LENGTH(array) (sizeof array / sizeof((array)[0]))

/* Writes the column as the contract does. */
static void
write_column(struct fil_bytes *out, const struct fil_column *column)
{
	fil_bytes_add_format(
	    out, "%s%s%s", out->length > 0 ? " " : "", column->name, column->key ? "*" : "");
	for (size_t i = 0; column->choices && column->choices[i]; i++)
		fil_bytes_add_format(out, "%s%s", i == 0 ? "(" : ",", column->choices[i]);
	if (column->choices)
		fil_bytes_add_text(out, ")");
	if (column->references)
		fil_bytes_add_format(out, "→%s", column->references);
	if (column->required && !column->key)
		fil_bytes_add_text(out, "!");
}

static void
catalog__all_tables__are_those_of_the_contract(void **state)
{
	size_t n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);

	(void)state;
	assert_int_equal(n, LENGTH(contract));
	for (size_t t = 0; t < n; t++) {
		struct fil_bytes line = { 0 };

		for (size_t c = 0; c < tables[t]->n_columns; c++)
			write_column(&line, &tables[t]->columns[c]);
		assert_string_equal(tables[t]->name, contract[t].name);
		assert_int_equal(tables[t]->kind, contract[t].kind);
		assert_string_equal(line.data, contract[t].columns);
		fil_bytes_release(&line);
	}
}

/* Returns the column "table.column". */
static const struct fil_column *
column_at(const char *path)
{
	char *table = fil_copy_bytes(path, strcspn(path, "."));
	const struct fil_table *found = fil_catalog_table(table);
	size_t c;

	assert_non_null(found);
	c = fil_table_column(found, strchr(path, '.') + 1);
	assert_int_not_equal(c, FIL_NOWHERE);
	free(table);
	return &found->columns[c];
}

/* Returns the type that the contract's words give to a column: its name decides, but for a few. */
static enum fil_type
expected_type(const struct fil_table *table, const struct fil_column *column)
{
	static const char dates[] = " arrived left begins ends made date enrolled assigned "
				    "declined set ";
	static const char integers[] = " threshold level below uses acceptance power ";
	static const char long_texts[] = " note description statement old new result why ";
	static const char texts[] = " name email unit job title url observed change stratum "
				    "reason report require ";
	char *word = fil_format(" %s ", column->name);
	bool is_rule = strcmp(table->name, "rules") == 0;
	enum fil_type type = FIL_TYPE_KEY;

	if (column->choices)
		type = FIL_TYPE_CHOICE;
	else if (strstr(dates, word))
		type = FIL_TYPE_DATE;
	else if (strcmp(column->name, "due") == 0)
		type = is_rule ? FIL_TYPE_INTEGER : FIL_TYPE_DATE;
	else if (strcmp(column->name, "minutes") == 0)
		type = FIL_TYPE_AMOUNT;
	else if (strstr(integers, word))
		type = FIL_TYPE_INTEGER;
	else if (strstr(long_texts, word))
		type = FIL_TYPE_LONG_TEXT;
	else if (strstr(texts, word) || (is_rule && strcmp(column->name, "phase") == 0))
		type = FIL_TYPE_TEXT;
	free(word);
	return type;
}

static void
catalog__types__follow_the_contract(void **state)
{
	size_t n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);

	(void)state;
	for (size_t t = 0; t < n; t++)
		for (size_t c = 0; c < tables[t]->n_columns; c++)
			assert_int_equal(tables[t]->columns[c].type,
			    expected_type(tables[t], &tables[t]->columns[c]));
}

static void
catalog__integers__have_the_bounds_of_the_contract(void **state)
{
	static const struct {
		const char *column;
		long long minimum, maximum;
	} bounds[] = { { "levels.level", 0, 5 }, { "autonomy.level", 0, 5 },
		{ "modules.level", 0, 5 }, { "dimensions.threshold", 0, 5 },
		{ "thresholds.threshold", 0, 5 }, { "rules.below", 1, 5 }, { "rules.due", 0, 3650 },
		{ "practices.acceptance", 1, 5 }, { "practices.power", 1, 5 },
		{ "practices.uses", 1, 1000000 } };
	size_t n, integers = 0;
	const struct fil_table *const *tables = fil_catalog_tables(&n);

	(void)state;
	for (size_t i = 0; i < LENGTH(bounds); i++) {
		assert_int_equal(column_at(bounds[i].column)->minimum, bounds[i].minimum);
		assert_int_equal(column_at(bounds[i].column)->maximum, bounds[i].maximum);
	}
	for (size_t t = 0; t < n; t++)
		for (size_t c = 0; c < tables[t]->n_columns; c++)
			integers += tables[t]->columns[c].type == FIL_TYPE_INTEGER;
	assert_int_equal(integers, LENGTH(bounds));
}

static void
catalog__fallbacks__are_those_of_the_contract(void **state)
{
	size_t n, fallbacks = 0;
	const struct fil_table *const *tables = fil_catalog_tables(&n);

	(void)state;
	assert_string_equal(column_at("users.role")->fallback, "user");
	assert_string_equal(column_at("users.feed")->fallback, "hr");
	assert_string_equal(column_at("completions.outcome")->fallback, "completed");
	assert_string_equal(column_at("practices.uses")->fallback, "1");
	for (size_t t = 0; t < n; t++)
		for (size_t c = 0; c < tables[t]->n_columns; c++)
			fallbacks += tables[t]->columns[c].fallback != NULL;
	assert_int_equal(fallbacks, 4);
}

static void
catalog__keys__come_first_and_are_required_but_for_item(void **state)
{
	size_t n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);

	(void)state;
	for (size_t t = 0; t < n; t++) {
		assert_true(tables[t]->n_keys > 0);
		for (size_t c = 0; c < tables[t]->n_columns; c++) {
			const struct fil_column *column = &tables[t]->columns[c];
			bool is_item = strcmp(column->name, "item") == 0;

			assert_int_equal(column->key, c < tables[t]->n_keys);
			assert_int_equal(column->may_be_empty, is_item);
			assert_true(!column->key || column->required || is_item);
			assert_false(column->required && column->fallback);
		}
	}
}

static void
catalog__references__name_the_key_of_a_table_that_stands_before(void **state)
{
	size_t n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);

	(void)state;
	for (size_t t = 0; t < n; t++)
		for (size_t c = 0; c < tables[t]->n_columns; c++) {
			const struct fil_column *column = &tables[t]->columns[c];
			size_t at = 0;

			if (!column->references)
				continue;
			while (at < n && strcmp(tables[at]->name, column->references) != 0)
				at++;
			assert_true(at < t || (at == t && strcmp(column->name, "manager") == 0));
			assert_int_equal(tables[at]->n_keys, 1);
			assert_int_equal(column->type, tables[at]->columns[0].type);
		}
}

static void
catalog__relations__match_their_tables(void **state)
{
	size_t n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);

	(void)state;
	for (size_t t = 0; t < n; t++) {
		const struct fil_relation *relation = &tables[t]->relation;

		assert_string_equal(relation->name, tables[t]->name);
		assert_int_equal(relation->n_columns, tables[t]->n_columns);
		assert_int_equal(relation->n_keys, tables[t]->n_keys);
		for (size_t c = 0; c < relation->n_columns; c++)
			assert_string_equal(relation->columns[c], tables[t]->columns[c].name);
	}
}

static void
catalog__every_table_and_column__has_a_meaning(void **state)
{
	size_t n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);

	(void)state;
	for (size_t t = 0; t < n; t++) {
		assert_true(strlen(tables[t]->meaning) > 5);
		for (size_t c = 0; c < tables[t]->n_columns; c++)
			assert_true(strlen(tables[t]->columns[c].meaning) > 2);
	}
}

static void
catalog__a_name__finds_its_table_and_column_exactly(void **state)
{
	const struct fil_table *users = fil_catalog_table("users");

	(void)state;
	assert_string_equal(users->name, "users");
	assert_null(fil_catalog_table("Users"));
	assert_null(fil_catalog_table("user"));
	assert_null(fil_catalog_table(""));
	assert_int_equal(fil_table_column(users, "user"), 0);
	assert_int_equal(fil_table_column(users, "feed"), users->n_columns - 1);
	assert_int_equal(fil_table_column(users, "run"), FIL_NOWHERE);
	assert_int_equal(fil_table_column(users, "Name"), FIL_NOWHERE);
	assert_int_equal(fil_table_column(users, ""), FIL_NOWHERE);
}

/* Calls check(table, column, word) for each word of a list. */
static void
each_word(const struct fil_table *table, size_t column, const char *rest,
    void (*check)(const struct fil_table *table, size_t column, const char *word))
{
	while (rest) {
		size_t length = strcspn(rest, "|");
		char *word = fil_copy_bytes(rest, length);

		check(table, column, word);
		free(word);
		rest = rest[length] == '|' ? rest + length + 1 : NULL;
	}
}

/* Calls check for each word of each column's list, and of those taken last if `last`. */
static void
each_header(
    void (*check)(const struct fil_table *table, size_t column, const char *word), bool last)
{
	size_t n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);

	for (size_t t = 0; t < n; t++)
		for (size_t c = 0; c < tables[t]->n_columns; c++) {
			each_word(tables[t], c, tables[t]->columns[c].headers, check);
			if (last)
				each_word(tables[t], c, tables[t]->columns[c].last_headers, check);
		}
}

static void
is_folded(const struct fil_table *table, size_t column, const char *word)
{
	char *folded = fil_text_fold(word);

	(void)table, (void)column;
	assert_string_equal(folded, word);
	assert_true(*word != '\0');
	free(folded);
}

static void
finds_its_column(const struct fil_table *table, size_t column, const char *word)
{
	if (fil_table_header(table, word) != column)
		fail_msg("'%s' of %s is not a header of %s", word, table->name,
		    table->columns[column].name);
}

static void
is_no_column_name(const struct fil_table *table, size_t column, const char *word)
{
	size_t n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);

	(void)column;
	for (size_t t = 0; t < n; t++)
		if (fil_table_column(tables[t], word) != FIL_NOWHERE)
			fail_msg(
			    "'%s' of %s is a column of %s", word, table->name, tables[t]->name);
}

static void
catalog__known_headers__are_folded(void **state)
{
	(void)state;
	each_header(is_folded, true);
}

static void
catalog__known_headers__mean_one_column_each(void **state)
{
	(void)state;
	each_header(finds_its_column, true);
}

/* Else `fil-list users | fil-record autonomy` would take one column for another. Headers taken last
 * may be such: "title" is a job where nothing else is, and no list has both user and title. */
static void
catalog__known_headers__are_no_column_of_any_table(void **state)
{
	(void)state;
	each_header(is_no_column_name, false);
}

static void
catalog__hr_headers__are_known(void **state)
{
	static const struct {
		const char *header, *column;
	} known[] = { { "Matricule", "user" }, { "N° matricule", "user" },
		{ "Employee ID", "user" }, { "user", "user" }, { "Nom complet", "name" },
		{ "Full Name", "name" }, { "NOM ET PRÉNOM", "name" }, { "E-mail", "email" },
		{ "Adresse électronique", "email" }, { "e_mail", "email" }, { "Courriel", "email" },
		{ "Département", "unit" }, { "Équipe", "unit" }, { "Department", "unit" },
		{ "Service", "unit" }, { "Métier", "job" }, { "Intitulé du poste", "job" },
		{ "Job title", "job" }, { "N+1", "manager" },
		{ "Supérieur hiérarchique", "manager" }, { "Matricule du responsable", "manager" },
		{ "Date d’entrée", "arrived" }, { "Date d'arrivée", "arrived" },
		{ "DATE_ENTREE", "arrived" }, { "Hire Date", "arrived" },
		{ "Date de sortie", "left" }, { "Termination date", "left" }, { "  Rôle ", "role" },
		{ "Feed", "feed" } };
	const struct fil_table *users = fil_catalog_table("users");

	(void)state;
	for (size_t i = 0; i < LENGTH(known); i++) {
		char *folded = fil_text_fold(known[i].header);
		size_t c = fil_table_header(users, folded);

		if (c == FIL_NOWHERE || strcmp(users->columns[c].name, known[i].column) != 0)
			fail_msg("'%s' is not known as %s", known[i].header, known[i].column);
		free(folded);
	}
}

static void
catalog__sensitive_and_strange_headers__are_unknown(void **state)
{
	static const char *const unknown[] = { "salaire", "n° de securite sociale", "sexe",
		"date de naissance", "prenom", "", "|", "matricule|id", "matricul", "matricules",
		"civilite" };
	const struct fil_table *users = fil_catalog_table("users");

	(void)state;
	for (size_t i = 0; i < LENGTH(unknown); i++)
		assert_int_equal(fil_table_header(users, unknown[i]), FIL_NOWHERE);
}

/* Checks one template: words in braces, folded, with single separators between them. */
static void
check_template(const char *template)
{
	char *folded = fil_text_fold(template);
	size_t depth = 0, parts = 0;

	assert_string_equal(folded, template);
	for (const char *c = template; *c != '\0'; c++) {
		parts += *c == '{';
		depth += *c == '{';
		depth -= *c == '}';
		assert_true(depth <= 1);
		assert_true(depth == 1 || strchr("} /", *c));
	}
	assert_int_equal(depth, 0);
	assert_true(parts >= 2);
	free(folded);
}

static void
catalog__templates__are_folded_and_well_formed(void **state)
{
	size_t n, seen = 0;
	const struct fil_table *const *tables = fil_catalog_tables(&n);

	(void)state;
	for (size_t t = 0; t < n; t++)
		for (size_t c = 0; c < tables[t]->n_columns; c++) {
			const char *rest = tables[t]->columns[c].templates;

			for (; rest != NULL; seen++) {
				size_t length = strcspn(rest, "|");
				char *template = fil_copy_bytes(rest, length);

				check_template(template);
				free(template);
				rest = rest[length] == '|' ? rest + length + 1 : NULL;
			}
		}
	assert_true(seen > 10);
}

/* Returns whether all of the parts of the template a stand in b. */
static bool
covers(const char *b, const char *a)
{
	bool all = true;

	while (all && (a = strchr(a, '{'))) {
		char *part = fil_copy_bytes(a, strcspn(a, "}") + 1);

		all = strstr(b, part) != NULL;
		free(part);
		a++;
	}
	return all;
}

static void
catalog__a_template__never_hides_a_later_one_that_needs_more(void **state)
{
	static const char *const composed[] = { "users.unit", "users.name" };

	(void)state;
	for (size_t i = 0; i < LENGTH(composed); i++) {
		char *list = fil_copy(column_at(composed[i])->templates), *places[64];
		size_t n = 0;

		for (char *save = NULL, *word = strtok_r(list, "|", &save); word != NULL;
		     word = strtok_r(NULL, "|", &save))
			places[n++] = word;
		for (size_t a = 0; a < n; a++)
			for (size_t b = a + 1; b < n; b++)
				if (covers(places[b], places[a]))
					fail_msg("'%s' hides '%s'", places[a], places[b]);
		free(list);
	}
}

/* Returns whether a row of this one column and cell has it plain. */
static bool
is_plain(const struct fil_column *column, const char *cell)
{
	const struct fil_table table = { .columns = column, .n_columns = 1 };
	size_t length = strlen(cell);
	struct fil_bytes spelt = { 0 };
	bool plain;

	fil_table_spell(&table, &cell, &length, &plain, &spelt);
	fil_bytes_release(&spelt);
	return plain;
}

/* Reads a cell; returns what is stored, or the fault's text in angle brackets. Valid until the
 * next call. */
static const char *
reading(struct fil_bytes *out, const char *path, const char *cell, enum fil_date_order order)
{
	struct fil_bytes value = { 0 };
	struct fil_fault fault = { 0 };

	fil_bytes_clear(out);
	fil_bytes_add_text(&value, "what was there before");
	if (fil_column_read(column_at(path), cell, strlen(cell), order, &value, &fault) == 0) {
		fil_bytes_add(out, value.data, value.length);
	} else {
		assert_int_equal(fault.status, FIL_BAD_DATA);
		assert_non_null(fault.kind);
		fil_bytes_add_format(out, "<%s: %s>", fault.kind, fault.text);
	}
	if (*cell != '\0' && is_plain(column_at(path), cell))
		assert_string_equal(out->data, cell);
	fil_bytes_release(&value);
	return out->data;
}

static void
check_readings(const char *const (*cases)[3], size_t n)
{
	struct fil_bytes out = { 0 };

	for (size_t i = 0; i < n; i++)
		assert_string_equal(
		    reading(&out, cases[i][0], cases[i][1], FIL_ORDER_DMY), cases[i][2]);
	fil_bytes_release(&out);
}

static void
as_is__the_plain_cells_of_lists__need_no_reading(void **state)
{
	static const struct {
		const char *column, *cell;
		bool as_is;
	} cases[] = {
		{ "users.user", "00421", true },
		{ "users.user", " 421", false },
		{ "users.name", "Zoé Lefèvre", true },
		{ "users.name", "Zoe\xcc\x81", false },
		{ "users.name", "a\tb", false },
		{ "users.name", "a  b", false },
		{ "users.name", "12345678  b", false },
		{ "users.name", "1234567  b", false },
		{ "users.name", "1234567 b", true },
		{ "users.name", "a\u00A0b", false },
		{ "users.name", "a\u00ADb", false },
		{ "users.unit", "A/B", true },
		{ "users.unit", "A /B", false },
		{ "users.unit", "A/ B", false },
		{ "users.job", "A / B", true },
		{ "users.arrived", "2024-02-28", true },
		{ "users.arrived", "2024-02-29", false },
		{ "users.arrived", "2024-13-01", false },
		{ "users.arrived", "2024-00-01", false },
		{ "users.arrived", "2024-01-00", false },
		{ "users.arrived", "1599-01-01", false },
		{ "users.arrived", "20:4-01-01", false },
		{ "users.arrived", "2024/01/01", false },
		{ "users.arrived", "01/01/2024", false },
		{ "users.arrived", "2024-1-01 ", false },
		{ "users.role", "user", false },
		{ "autonomy.level", "3", false },
	};
	struct fil_bytes out = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *cell = cases[i].cell;

		if (is_plain(column_at(cases[i].column), cell) != cases[i].as_is)
			fail_msg("'%s'", cell);
		reading(&out, cases[i].column, cell, FIL_ORDER_DMY);
	}
	fil_bytes_release(&out);
}

/* Texts of all lengths around a word, with two spaces at each place. */
static void
spell__two_spaces_anywhere__are_found(void **state)
{
	const struct fil_column *name = column_at("users.name");
	char text[40];

	(void)state;
	for (size_t n = 3; n < 35; n++)
		for (size_t at = 1; at + 1 < n; at++) {
			memset(text, 'x', n);
			text[n] = '\0';
			text[at] = ' ';
			assert_int_equal(is_plain(name, text), at + 1 < n);
			text[at + 1] = ' ';
			assert_false(is_plain(name, text));
			text[at + 1] = '\t';
			assert_false(is_plain(name, text));
		}
	assert_false(is_plain(name, " x"));
	assert_false(is_plain(name, "x "));
}

static void
spell__every_code_point__is_plain_only_if_it_stays(void **state)
{
	const struct fil_column *name = column_at("users.name");
	struct fil_bytes spelt = { 0 };
	char text[32];
	size_t plain = 0;

	(void)state;
	for (uint32_t c = 1; c <= 0x10FFFF; c++) {
		size_t before = c % 17, n;

		memset(text, 'x', sizeof text);
		n = before +
		    (size_t)utf8proc_encode_char(
			(utf8proc_int32_t)c, (utf8proc_uint8_t *)text + before);
		text[++n] = '\0';
		if ((c >= 0xD800 && c <= 0xDFFF) || !is_plain(name, text))
			continue;
		fil_text_spell(text, n, FIL_SPELL_TEXT, &spelt);
		if (strcmp(text, spelt.data) != 0 || fil_text_control(text, n, false) < n)
			fail_msg("U+%04X is plain at %zu, and not spelt so", c, before);
		plain++;
	}
	assert_true(plain > 600); /* nearly all below U+0300 */
	fil_bytes_release(&spelt);
}

#define SIXTEEN "0123456789abcdef"
#define SIXTY_FOUR SIXTEEN SIXTEEN SIXTEEN SIXTEEN

static void
read__keys__are_kept_as_spelt_or_refused(void **state)
{
	static const char *const cases[][3] = {
		{ "users.user", "00421", "00421" },
		{ "users.user", "a b", "a b" },
		{ "users.user", "-rf", "-rf" },
		{ "users.user", "=1+1", "=1+1" },
		{ "users.user", "e\u0301", "é" },
		{ "users.user", "日本", "日本" },
		{ "users.user", SIXTY_FOUR, SIXTY_FOUR },
		{ "users.user", SIXTY_FOUR "x",
		    "<constraint-error: '" SIXTY_FOUR "…' has 65 characters; a key has 64 "
		    "at most>" },
		{ "users.user", " 421", "421" },
		{ "users.user", "421 ", "421" },
		{ "users.user", "421\u00a0", "421" },
		{ "users.user", "\u3000é", "é" },
		{ "users.user", "a\u200Cb\u200D", "ab" },
		{ "users.user", " ", "<missing-value: ' ' holds nothing but white space>" },
		{ "users.user", "a\x1b[31m",
		    "<constraint-error: 'a\\x1b[31m' holds a control character>" },
		{ "users.user", "a\nb", "<constraint-error: 'a\\x0ab' holds a line break>" },
		{ "users.user", "a\t b", "a b" },
		{ "users.user", "a\uFFFD",
		    "<encoding-error: 'a\uFFFD' holds U+FFFD: the program that wrote it lost a "
		    "character>" },
		{ "practices.item", "D-12", "D-12" },
	};

	(void)state;
	check_readings(cases, LENGTH(cases));
}

static void
read__a_key_of_64_wide_characters__is_taken_and_65_are_not(void **state)
{
	struct fil_bytes cell = { 0 }, out = { 0 };

	(void)state;
	for (int i = 0; i < 64; i++)
		fil_bytes_add_text(&cell, "é");
	assert_string_equal(reading(&out, "users.user", cell.data, FIL_ORDER_DMY), cell.data);
	fil_bytes_add_text(&cell, "é");
	assert_non_null(strstr(reading(&out, "users.user", cell.data, FIL_ORDER_DMY),
	    "é…' has 65 characters; a key has 64 at most>"));
	fil_bytes_release(&cell);
	fil_bytes_release(&out);
}

static void
read__texts__become_nfc_on_one_line(void **state)
{
	static const char *const cases[][3] = {
		{ "users.name", "Zoé", "Zoé" },
		{ "users.name", "Zoe\u0301", "Zoé" },
		{ "users.name", " Zoé ", "Zoé" },
		{ "users.name", "Zo\u00ADé\u202F\u00A0 Li\u200B", "Zoé Li" },
		{ "users.name", "a\u200Cb", "a\u200Cb" },
		{ "users.unit", "A /  B/ C / ", "A/B/C/" },
		{ "users.job", "A /  B", "A / B" },
		{ "lessons.observed", " A  B ", " A  B " },
		{ "needs.note", "Zo\u00ADé\u00A0 ", "Zo\u00ADé\u00A0 " },
		{ "users.name", "=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0" },
		{ "users.name", "a\nb", "<constraint-error: 'a\\x0ab' holds a line break>" },
		{ "users.name", "a\x7f", "<constraint-error: 'a\\x7f' holds a control character>" },
		{ "users.name", "Marie-Noëlle Dupont\x01",
		    "<constraint-error: 'Marie-Noëlle Dupont\\x01' holds a control character>" },
		{ "rules.unit", "Mécénat*", "Mécénat*" },
		{ "autonomy.note", "one\r\ntwo\tthree\n", "one\r\ntwo\tthree\n" },
		{ "autonomy.note", "bell\a",
		    "<constraint-error: 'bell\\x07' holds a control character>" },
		{ "routines.result", "l'e\u0301tat", "l'état" },
	};

	(void)state;
	check_readings(cases, LENGTH(cases));
}

/* Returns n copies of a text; the caller frees it. */
static char *
repeat(const char *text, size_t n)
{
	struct fil_bytes all = { 0 };

	while (n-- > 0)
		fil_bytes_add_text(&all, text);
	return all.data;
}

static void
read__texts_at_their_bounds__are_taken_and_beyond_refused(void **state)
{
	static const struct {
		const char *column, *unit;
		size_t most;
		const char *fault;
	} bounds[] = {
		{ "users.name", "x", 1000,
		    "…' has 1001 characters; this column has 1000 at most>" },
		{ "users.name", "日", 1000,
		    "…' has 1001 characters; this column has 1000 at most>" },
		{ "needs.note", "x", 65536, "…' has 65537 bytes; this column has 65536 at most>" },
		{ "needs.note", "e\u0301", 32768,
		    "…' has 65538 bytes; this column has 65536 at most>" },
	};
	struct fil_bytes out = { 0 };

	(void)state;
	for (size_t i = 0; i < LENGTH(bounds); i++) {
		char *fits = repeat(bounds[i].unit, bounds[i].most),
		     *over = repeat(bounds[i].unit, bounds[i].most + 1);

		assert_int_not_equal(reading(&out, bounds[i].column, fits, FIL_ORDER_DMY)[0], '<');
		assert_non_null(
		    strstr(reading(&out, bounds[i].column, over, FIL_ORDER_DMY), bounds[i].fault));
		free(fits);
		free(over);
	}
	fil_bytes_release(&out);
}

static void
read__dates__are_stored_as_iso(void **state)
{
	static const char *const cases[][3] = {
		{ "users.arrived", "2024-02-29", "2024-02-29" },
		{ "users.arrived", "20240229", "2024-02-29" },
		{ "users.arrived", "03/04/2024", "2024-04-03" },
		{ "users.arrived", "31/02/2024", "<type-error: '31/02/2024' is not a date>" },
		{ "users.arrived", "today", "<type-error: 'today' is not a date>" },
		{ "users.arrived", "2024-02-29 ", "2024-02-29" },
		{ "users.arrived", "0", "<type-error: '0' is not a date>" },
		{ "users.arrived", "2024/2/3", "2024-02-03" },
		{ "users.arrived", "3 févr. 2024", "2024-02-03" },
		{ "users.arrived", "03-févr.-24",
		    "<type-error: '03-févr.-24' is not a date: a year of two digits needs "
		    "--pivot NN>" },
		{ "users.arrived", "45335",
		    "<type-error: '45335' is not a date: --dates excel reads a spreadsheet's "
		    "serial number>" },
	};

	(void)state;
	check_readings(cases, LENGTH(cases));
}

static void
read__a_date_of_unknown_order__must_prove_itself(void **state)
{
	struct fil_bytes out = { 0 };

	(void)state;
	assert_string_equal(
	    reading(&out, "users.left", "31/12/2024", FIL_ORDER_UNKNOWN), "2024-12-31");
	assert_string_equal(
	    reading(&out, "users.left", "12/31/2024", FIL_ORDER_UNKNOWN), "2024-12-31");
	assert_string_equal(
	    reading(&out, "users.left", "2024-12-31", FIL_ORDER_UNKNOWN), "2024-12-31");
	assert_string_equal(reading(&out, "users.left", "03/04/2024", FIL_ORDER_UNKNOWN),
	    "<date-order: '03/04/2024' may be day first or month first>");
	assert_string_equal(reading(&out, "users.left", "03/04/2024", FIL_ORDER_MDY), "2024-03-04");
	fil_bytes_release(&out);
}

static void
read__numbers__are_strict_and_canonical(void **state)
{
	static const char *const cases[][3] = {
		{ "autonomy.level", "0", "0" },
		{ "autonomy.level", "5", "5" },
		{ "autonomy.level", "03", "3" },
		{ "autonomy.level", "6",
		    "<constraint-error: '6' is not a whole number from 0 to 5>" },
		{ "autonomy.level", "-1",
		    "<constraint-error: '-1' is not a whole number from 0 to 5>" },
		{ "autonomy.level", "12abc",
		    "<type-error: '12abc' is not a whole number from 0 to 5>" },
		{ "autonomy.level", "3.0", "3" },
		{ "autonomy.level", "3,00", "3" },
		{ "autonomy.level", "3.000",
		    "<type-error: '3.000' is not a whole number from 0 to 5>" },
		{ "autonomy.level", "3.5",
		    "<type-error: '3.5' is not a whole number from 0 to 5>" },
		{ "autonomy.level", "3.", "<type-error: '3.' is not a whole number from 0 to 5>" },
		{ "autonomy.level", ".0", "<type-error: '.0' is not a whole number from 0 to 5>" },
		{ "autonomy.level", "+3", "<type-error: '+3' is not a whole number from 0 to 5>" },
		{ "autonomy.level", " 3", "3" },
		{ "rules.below", "0", "<constraint-error: '0' is not a whole number from 1 to 5>" },
		{ "practices.uses", "1000000", "1000000" },
		{ "efforts.minutes", "0,80", "0.8" },
		{ "efforts.minutes", "90", "90" },
		{ "efforts.minutes", "0", "0" },
		{ "efforts.minutes", "-3", "<constraint-error: '-3' is below 0>" },
		{ "efforts.minutes", "1h30", "90" },
		{ "efforts.minutes", "PT26M12S", "26.2" },
		{ "efforts.minutes", "1h90m30",
		    "<type-error: '1h90m30' is not a number with at most 3 decimals>" },
		{ "efforts.minutes", "1.234,56",
		    "<type-error: '1.234,56' is not a number with at most 3 decimals>" },
	};

	(void)state;
	check_readings(cases, LENGTH(cases));
}

static void
read__choices__are_compared_folded_and_stored_as_declared(void **state)
{
	static const char *const cases[][3] = {
		{ "users.role", "trainer", "trainer" },
		{ "users.role", "TRAINER", "trainer" },
		{ "users.role", "Tráiner ", "trainer" },
		{ "modules.kind", "Self_paced", "self-paced" },
		{ "modules.kind", "self paced", "self-paced" },
		{ "users.role", "x",
		    "<constraint-error: 'x' is not one of user, initiator, trainer, sponsor>" },
		{ "users.role", "use",
		    "<constraint-error: 'use' is not one of user, initiator, trainer, sponsor>" },
		{ "practices.method", "ancienne",
		    "<constraint-error: 'ancienne' is not one of old, new>" },
	};

	(void)state;
	check_readings(cases, LENGTH(cases));
}

/* Every byte at every place of a word: the fast look at eight bytes must agree with the look at
 * characters. */
static void
read__any_ascii_byte_anywhere__is_judged_by_itself(void **state)
{
	struct fil_bytes out = { 0 };

	(void)state;
	for (int byte = 1; byte < 128; byte++)
		for (size_t at = 0; at < 19; at++) {
			char cell[] = "abcdefghijklmnopqrs";
			bool control = byte < 0x20 || byte == 0x7f;
			bool ends = byte == ' ' && (at == 0 || at == 18);

			cell[at] = (char)byte;
			reading(&out, "users.name", cell, FIL_ORDER_DMY);
			assert_int_equal(strcmp(out.data, cell) == 0, !control && !ends);
		}
	fil_bytes_release(&out);
}

/* The fast look lets all characters below U+0300 through but the controls: NFC must change none. */
static void
read__any_character_below_u0300_anywhere__is_judged_by_itself(void **state)
{
	struct fil_bytes cell = { 0 }, out = { 0 };

	(void)state;
	for (unsigned character = 0x80; character < 0x300; character++)
		for (int before = 0; before < 10; before++) {
			char utf8[] = { (char)(0xc0 | character >> 6),
				(char)(0x80 | (character & 0x3f)), '\0' };
			char *nfc = fil_text_nfc(utf8, 2);

			fil_bytes_clear(&cell);
			for (int i = 0; i < before; i++)
				fil_bytes_add_text(&cell, "x");
			fil_bytes_add_format(&cell, "%sy", utf8);
			reading(&out, "users.name", cell.data, FIL_ORDER_DMY);
			assert_string_equal(nfc, utf8);
			assert_int_equal(strcmp(out.data, cell.data) == 0,
			    character > 0xa0 && character != 0xad);
			free(nfc);
		}
	fil_bytes_release(&cell);
	fil_bytes_release(&out);
}

static void
read__the_buffer__is_used_again(void **state)
{
	const struct fil_column *name = column_at("users.name");
	struct fil_bytes value = { 0 };
	struct fil_fault fault = { 0 };
	char *first;

	(void)state;
	assert_int_equal(fil_column_read(name, "Zoé Lefèvre", strlen("Zoé Lefèvre"), FIL_ORDER_DMY,
			     &value, &fault),
	    0);
	first = value.data;
	for (int i = 0; i < 1000; i++)
		assert_int_equal(fil_column_read(name, "Bo", 2, FIL_ORDER_DMY, &value, &fault), 0);
	assert_ptr_equal(value.data, first);
	assert_string_equal(value.data, "Bo");
	fil_bytes_release(&value);
}

/* Returns what is wrong with a stored cell of n bytes: the fault's text, or "good", and then readers take it
 * too. The caller frees it. */
static char *
check_of(const char *path, const char *cell, size_t n)
{
	struct fil_bytes spare = { 0 };
	struct fil_fault fault;
	int result = fil_column_check(column_at(path), cell, n, &spare, &fault);

	fil_bytes_release(&spare);
	if (result == 0)
		assert_true(fil_catalog_values.holds(column_at(path), cell, n));
	return fil_copy(result == 0 ? "good" : fault.text);
}

static void
check__a_stored_cell__is_what_would_be_stored_for_it(void **state)
{
	static const struct {
		const char *path, *cell, *wrong;
	} cells[] = {
		{ "users.user", "00421", "good" },
		{ "users.user", NULL, "is empty" },
		{ "users.user", "", "is an empty text" },
		{ "users.user", " 421", "' 421' would be stored as '421'" },
		{ "users.name", NULL, "is empty" },
		{ "users.email", NULL, "good" },
		{ "users.email", "", "is an empty text" },
		{ "users.unit", "A / B", "'A / B' would be stored as 'A/B'" },
		{ "users.arrived", "2024-02-29", "good" },
		{ "users.arrived", "2023-02-29", "'2023-02-29' is not a date" },
		{ "users.arrived", "29/02/2024", "'29/02/2024' is not a date" },
		{ "users.arrived", "20240229", "'20240229' would be stored as '2024-02-29'" },
		{ "users.role", "User", "'User' would be stored as 'user'" },
		{ "autonomy.level", "5", "good" },
		{ "autonomy.level", "6", "'6' is not a whole number from 0 to 5" },
		{ "autonomy.level", "05", "'05' would be stored as '5'" },
		{ "autonomy.note", "two\nlines", "good" },
		{ "autonomy.note", "\xff", "'\\xff' is not UTF-8" },
		{ "efforts.minutes", "12.50", "'12.50' would be stored as '12.5'" },
		{ "efforts.item", "", "good" },
		{ "efforts.item", NULL, "is empty" },
	};
	char *wrong;

	(void)state;
	for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
		wrong = check_of(
		    cells[i].path, cells[i].cell, cells[i].cell ? strlen(cells[i].cell) : 0);
		assert_string_equal(wrong, cells[i].wrong);
		free(wrong);
	}
	wrong = check_of("users.name", "Ada\0da", 6);
	assert_string_equal(wrong, "'Ada' goes on behind a NUL");
	free(wrong);
}

static void
words__a_key__is_quoted_as_a_shell_needs_it(void **state)
{
	const struct fil_table *needs = fil_catalog_table("needs");
	struct fil_bytes words = { 0 };

	(void)state;
	fil_relation_words(
	    &needs->relation, (const char *const[]){ "00421", "un mot", "2024-03-01" }, &words);
	assert_string_equal(words.data, "user=00421 'need=un mot' date=2024-03-01");
	fil_bytes_clear(&words);
	fil_relation_words(&needs->relation, (const char *const[]){ "O'Neil", "", NULL }, &words);
	assert_string_equal(words.data, "'user=O'\\''Neil' need= date=");
	fil_bytes_release(&words);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(catalog__all_tables__are_those_of_the_contract),
		cmocka_unit_test(catalog__types__follow_the_contract),
		cmocka_unit_test(catalog__integers__have_the_bounds_of_the_contract),
		cmocka_unit_test(catalog__fallbacks__are_those_of_the_contract),
		cmocka_unit_test(catalog__keys__come_first_and_are_required_but_for_item),
		cmocka_unit_test(catalog__references__name_the_key_of_a_table_that_stands_before),
		cmocka_unit_test(catalog__relations__match_their_tables),
		cmocka_unit_test(catalog__every_table_and_column__has_a_meaning),
		cmocka_unit_test(catalog__a_name__finds_its_table_and_column_exactly),
		cmocka_unit_test(catalog__known_headers__are_folded),
		cmocka_unit_test(catalog__known_headers__mean_one_column_each),
		cmocka_unit_test(catalog__known_headers__are_no_column_of_any_table),
		cmocka_unit_test(catalog__hr_headers__are_known),
		cmocka_unit_test(catalog__sensitive_and_strange_headers__are_unknown),
		cmocka_unit_test(catalog__templates__are_folded_and_well_formed),
		cmocka_unit_test(catalog__a_template__never_hides_a_later_one_that_needs_more),
		cmocka_unit_test(as_is__the_plain_cells_of_lists__need_no_reading),
		cmocka_unit_test(read__keys__are_kept_as_spelt_or_refused),
		cmocka_unit_test(read__a_key_of_64_wide_characters__is_taken_and_65_are_not),
		cmocka_unit_test(read__texts__become_nfc_on_one_line),
		cmocka_unit_test(spell__two_spaces_anywhere__are_found),
		cmocka_unit_test(spell__every_code_point__is_plain_only_if_it_stays),
		cmocka_unit_test(read__texts_at_their_bounds__are_taken_and_beyond_refused),
		cmocka_unit_test(read__dates__are_stored_as_iso),
		cmocka_unit_test(read__a_date_of_unknown_order__must_prove_itself),
		cmocka_unit_test(read__numbers__are_strict_and_canonical),
		cmocka_unit_test(read__choices__are_compared_folded_and_stored_as_declared),
		cmocka_unit_test(read__any_ascii_byte_anywhere__is_judged_by_itself),
		cmocka_unit_test(read__any_character_below_u0300_anywhere__is_judged_by_itself),
		cmocka_unit_test(read__the_buffer__is_used_again),
		cmocka_unit_test(check__a_stored_cell__is_what_would_be_stored_for_it),
		cmocka_unit_test(words__a_key__is_quoted_as_a_shell_needs_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
