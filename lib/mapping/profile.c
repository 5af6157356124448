/* SPDX-License-Identifier: ISC */
#include "lib/mapping/profile.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/date.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"
#include "lib/catalog/catalog.h"
#include "lib/catalog/value.h"
#include "lib/mapping/column_source.h"
#include "lib/mapping/fact_lines.h"
#include "lib/mapping/header.h"
#include "lib/mapping/skips.h"
#include "lib/mapping/words.h"

/* The rows of a record are numbered by its facts, then by the parts of a cell. No cell has as many
 * parts. */
enum { PARTS = 1 << 20 };

/* A cell as it was, which another column keeps. */
struct kept {
	const char *cell;
	size_t n;
};

struct fil_profile {
	const struct fil_table *table;
	struct fil_column_source *sources; /* sources of the table's columns, then of the facets */
	size_t n, n_stored; /* sources in all; without those of fil_profile_add */
	struct fil_skips *skips; /* or NULL */
	bool short_rows; /* cells may be missing at the end of a row, or be empty behind it */
	const char **mapped; /* folded headers of mappings, for fil_profile_mapped */
	struct fil_date_rules dates;
	size_t *kept; /* of each cell of a record: its length, 0 for a dropped part */

	struct fil_fact_lines *facts; /* the lines of [facts], or NULL */
	size_t n_facts; /* of the bound input */
	struct fil_bytes missing; /* lines of [facts] whose header the bound input has not */
	size_t fact; /* of the row made last */
	bool *of_fact; /* of each cell of the bound header: it is a fact */
	size_t split; /* the column of which each part of a cell makes a row, or FIL_NOWHERE */
	char separator;
	struct fil_bytes part; /* of the cell */
	size_t n_parts; /* of it */
	bool keeps; /* some column keeps cells of another */
	struct kept *kept_cells; /* of each column, the cell that another keeps */
	struct fil_bytes *notes; /* of each column: its cell with those that it keeps */

	size_t n_labels, n_cells; /* the header without, with the empty labels at its end */
	struct fil_bytes unused; /* unused headers, joined by ", " */
	struct fil_unused *unused_cells;
	size_t n_unused;
	char *nearest; /* the unused header nearest to a missing key, or NULL */
};

struct fil_profile *
fil_profile_new(const struct fil_table *table, char *const *facets, size_t n_facets)
{
	struct fil_profile *profile = fil_alloc(1, sizeof *profile);

	profile->table = table;
	profile->n = profile->n_stored = table->n_columns + n_facets;
	profile->sources = fil_alloc(profile->n, sizeof *profile->sources);
	for (size_t c = 0; c < table->n_columns; c++) {
		const struct fil_column *column = &table->columns[c];

		fil_column_source_init(&profile->sources[c], column->name);
		fil_column_source_know(
		    &profile->sources[c], column->headers, column->last_headers, column->templates);
		profile->sources[c].needed = column->required;
	}
	for (size_t f = 0; f < n_facets; f++)
		fil_column_source_init(&profile->sources[table->n_columns + f], facets[f]);
	profile->split = FIL_NOWHERE;
	return profile;
}

/* Adds a header to a list unless it means a column of the table. */
static void
add_foreign(const struct fil_table *table, const char *header, struct fil_bytes *list)
{
	if (fil_table_header(table, header) == FIL_NOWHERE)
		fil_bytes_add_format(list, "%s%s", list->length > 0 ? "|" : "", header);
}

size_t
fil_profile_add(struct fil_profile *profile, const struct fil_column *column)
{
	size_t added = profile->n++;

	profile->sources = fil_resize(profile->sources, profile->n, sizeof *profile->sources);
	fil_column_source_init(&profile->sources[added], column->name);
	fil_profile_find_by(profile, added, column);
	return added;
}

/* Lists the headers of another table's column that mean none of the table's. */
static void
list_foreign(const struct fil_table *table, const struct fil_column *by, struct fil_bytes *list)
{
	char *headers = fil_copy(by->headers ? by->headers : ""), *rest = headers, *header;

	add_foreign(table, by->name, list);
	while ((header = strsep(&rest, "|")))
		if (*header != '\0')
			add_foreign(table, header, list);
	free(headers);
}

void
fil_profile_find_by(struct fil_profile *profile, size_t column, const struct fil_column *by)
{
	struct fil_bytes foreign = { 0 };

	list_foreign(profile->table, by, &foreign);
	fil_column_source_know(&profile->sources[column], foreign.data, NULL, by->templates);
	fil_bytes_release(&foreign);
}

void
fil_profile_find_last_by(struct fil_profile *profile, size_t column, const struct fil_column *by)
{
	struct fil_bytes foreign = { 0 };

	list_foreign(profile->table, by, &foreign);
	fil_column_source_know(&profile->sources[column], NULL, foreign.data, NULL);
	fil_bytes_release(&foreign);
}

/* Returns the source of a column by its name, compared folded, or NULL. The table's columns go
 * before facets. */
static struct fil_column_source *
find_source(const struct fil_profile *profile, const char *name)
{
	char *folded = fil_text_fold(name);
	struct fil_column_source *source = NULL;

	for (size_t c = 0; c < profile->n && !source; c++)
		if (strcmp(profile->sources[c].folded, folded) == 0)
			source = &profile->sources[c];
	free(folded);
	return source;
}

static int
column_fault(const struct fil_profile *profile, const char *name, struct fil_fault *fault)
{
	const char **names = fil_alloc(profile->n, sizeof *names), *nearest;

	for (size_t c = 0; c < profile->n; c++)
		names[c] = profile->sources[c].name;
	nearest = fil_text_nearest(name, names, profile->n);
	fil_fault_set(fault, FIL_USAGE,
	    nearest ? _("%s has no column '%s'; the nearest is %s") : _("%s has no column '%s'"),
	    profile->table->name, name, nearest);
	free(names);
	return -1;
}

int
fil_profile_column(struct fil_profile *profile, const char *name, const char *template,
    const char *origin, struct fil_fault *fault)
{
	struct fil_column_source *source = find_source(profile, name);
	struct fil_template *map;

	if (!source)
		return column_fault(profile, name, fault);
	if (*template == '\0' || strcmp(template, "-") == 0) {
		fil_template_free(source->map);
		source->map = NULL;
		source->declined = true;
		return 0;
	}
	map = fil_template_new(template, strlen(template), fault);
	if (!map)
		return -1;
	fil_template_free(source->map);
	free(source->origin);
	source->map = map;
	source->declined = false;
	source->origin = fil_copy(origin);
	return 0;
}

/* Returns the column whose values a source gives. The values of a facet are levels. */
static const struct fil_column *
column_of(const struct fil_profile *profile, size_t c)
{
	if (c >= profile->table->n_columns)
		c = fil_table_column(profile->table, "level");
	return &profile->table->columns[c];
}

int
fil_profile_mean(struct fil_profile *profile, const char *name, const char *words,
    const char *value, struct fil_fault *fault)
{
	struct fil_column_source *source = find_source(profile, name);
	struct fil_bytes stored = { 0 };
	int result = 0;

	if (!source || source >= profile->sources + profile->n_stored)
		return column_fault(profile, name, fault);
	if (value)
		result = fil_column_read(column_of(profile, (size_t)(source - profile->sources)),
		    value, strlen(value), FIL_ORDER_YMD, &stored, fault);
	if (result == 0)
		result = fil_words_add(&source->values, words, value ? stored.data : NULL, fault);
	fil_bytes_release(&stored);
	return result;
}

/* Returns the number of a column by its name, or -1 with a usage fault; of struct fil_fact_lines_columns. */
static int
column_number(const void *context, const char *name, struct fil_fault *fault)
{
	const struct fil_profile *profile = context;
	const struct fil_column_source *source = find_source(profile, name);

	return source ? (int)(source - profile->sources) : column_fault(profile, name, fault);
}

static bool
holds_dates(const void *context, size_t column)
{
	return column_of(context, column)->type == FIL_TYPE_DATE;
}

int
fil_profile_fact(struct fil_profile *profile, const char *key, const char *value,
    const char *origin, struct fil_fault *fault)
{
	const struct fil_fact_lines_columns columns = { column_number, holds_dates, profile };

	return fil_fact_lines_add(&profile->facts, key, value, origin, &columns, fault);
}

int
fil_profile_all_facts(
    struct fil_profile *profile, const char *name, const char *template, struct fil_fault *fault)
{
	int column = column_number(profile, name, fault);

	if (column < 0)
		return -1;
	return fil_fact_lines_add_all(
	    profile->facts, (size_t)column, template, holds_dates(profile, (size_t)column), fault);
}

bool
fil_profile_has_facts(const struct fil_profile *profile)
{
	return profile->facts != NULL;
}

int
fil_profile_split(
    struct fil_profile *profile, const char *name, const char *separator, struct fil_fault *fault)
{
	static const struct {
		const char *name;
		char separator;
	} separators[] = { { "semicolon", ';' }, { "comma", ',' }, { "newline", '\n' },
		{ "pipe", '|' } };
	int column = column_number(profile, name, fault);

	if (column < 0)
		return -1;
	if (profile->split != FIL_NOWHERE && profile->split != (size_t)column)
		return fil_fault_set(fault, FIL_USAGE, "only one column can be split");
	for (size_t i = 0; i < sizeof separators / sizeof *separators; i++) {
		if (strcmp(separator, separators[i].name) != 0)
			continue;
		profile->split = (size_t)column;
		profile->separator = separators[i].separator;
		return 0;
	}
	return fil_fault_set(fault, FIL_USAGE,
	    "a split takes semicolon, comma, newline or pipe, not '%s'", separator);
}

/* Sets which column keeps the cells of a source. */
static int
set_keep(struct fil_profile *profile, struct fil_column_source *source, const char *name,
    struct fil_fault *fault)
{
	int column = column_number(profile, name, fault);

	if (column < 0)
		return -1;
	if (column_of(profile, (size_t)column)->type != FIL_TYPE_LONG_TEXT &&
	    column_of(profile, (size_t)column)->type != FIL_TYPE_TEXT)
		return fil_fault_set(fault, FIL_USAGE, "keep takes a column of text, not %s", name);
	source->keep = (size_t)column;
	return 0;
}

int
fil_profile_numbers(struct fil_profile *profile, const char *name, const char *key,
    const char *value, struct fil_fault *fault)
{
	struct fil_column_source *source = find_source(profile, name);
	bool yes = strcmp(value, "yes") == 0;

	if (strcmp(key, "keep") != 0 && strcmp(key, "scale") != 0 && strcmp(key, "fraction") != 0)
		return 0;
	if (!source || source >= profile->sources + profile->n_stored)
		return column_fault(profile, name, fault);
	if (strcmp(key, "keep") == 0)
		return set_keep(profile, source, value, fault) < 0 ? -1 : 1;
	if (strcmp(key, "scale") == 0)
		return fil_words_scale(&source->values, value, fault) < 0 ? -1 : 1;
	if (!yes && strcmp(value, "no") != 0)
		return fil_fault_set(
		    fault, FIL_USAGE, "'%s' takes yes or no, not '%s'", key, value);
	fil_words_fraction(&source->values, yes);
	return 1;
}

int
fil_profile_skip(struct fil_profile *profile, const char *header, const char *words,
    const char *origin, struct fil_fault *fault)
{
	return fil_skips_add(&profile->skips, header, words, origin, fault);
}

static void
rewrite_dates(struct fil_profile *profile)
{
	profile->dates.rewrites = true;
	for (size_t c = 0; c < profile->n; c++)
		profile->sources[c].derived = profile->sources[c].kind != FIL_NOT_GIVEN;
}

void
fil_profile_zone(
    struct fil_profile *profile, const struct fil_time_zone *zone, enum fil_date_order order)
{
	profile->dates.zone = zone;
	profile->dates.order = order;
	rewrite_dates(profile);
}

void
fil_profile_forget_key(struct fil_profile *profile, size_t column)
{
	fil_column_source_forget(&profile->sources[column]);
}

void
fil_profile_pivot(struct fil_profile *profile, int pivot)
{
	profile->dates.has_pivot = true;
	profile->dates.pivot = pivot;
	rewrite_dates(profile);
}

void
fil_profile_set(struct fil_profile *profile, size_t column, const char *value)
{
	struct fil_column_source *source = &profile->sources[column];

	free(source->value);
	source->value = fil_copy(value);
	source->value_length = strlen(value);
}

bool
fil_profile_knows(const void *profile, const char *folded)
{
	const struct fil_profile *p = profile;

	for (size_t c = 0; c < p->n; c++)
		if (fil_column_source_knows(&p->sources[c], folded))
			return true;
	return fil_skips_know(p->skips, folded);
}

bool
fil_profile_expects(const void *profile, const char *folded)
{
	const struct fil_profile *p = profile;

	return fil_profile_knows(p, folded) || (p->facts && fil_fact_lines_know(p->facts, folded));
}

/* Headers that mean one column, or several. */
struct known {
	struct fil_bytes text;
	const char **list;
	size_t n;
};

/* Collects the known headers of the columns from `first` to before `end`. */
static void
collect(const struct fil_profile *profile, size_t first, size_t end, struct known *known)
{
	*known = (struct known){ .n = 0 };
	for (size_t c = first; c < end; c++) {
		bool facet = c >= profile->table->n_columns;
		const char *more = facet ? NULL : profile->table->columns[c].headers;

		fil_bytes_add_format(&known->text, "%s|", profile->sources[c].folded);
		if (more)
			fil_bytes_add_format(&known->text, "%s|", more);
	}
	known->list = fil_alloc(known->text.length, sizeof *known->list);
	for (char *word = known->text.data, *behind; *word != '\0'; word = behind + 1) {
		behind = strchr(word, '|');
		*behind = '\0';
		known->list[known->n++] = word;
	}
}

static void
release_known(struct known *known)
{
	free(known->list);
	fil_bytes_release(&known->text);
}

/* Adds the known header that is nearest to one of the input's. */
static int
unknown_fault(
    const struct fil_profile *profile, const struct fil_header *header, struct fil_fault *fault)
{
	const char *nearest = NULL;
	struct known known;

	collect(profile, 0, profile->n, &known);
	for (size_t i = 0; i < header->n && !nearest; i++)
		nearest = fil_text_nearest(header->labels[i], known.list, known.n);
	const char *unused = profile->n_unused > 0 ? profile->unused.data : _("all are empty");

	if (nearest)
		fil_fault_data(fault, "incorrect-label",
		    "no header is known for %s (the nearest is '%s'; map one with --map "
		    "COL=HEADER): %s",
		    profile->table->name, nearest, unused);
	else
		fil_fault_data(fault, "incorrect-label",
		    "no header is known for %s (map one with --map COL=HEADER): %s",
		    profile->table->name, unused);
	release_known(&known);
	return -1;
}

/* Keeps the label that is nearest to a missing key. */
static void
find_nearest(struct fil_profile *profile, const struct fil_header *header)
{
	struct known known;

	free(profile->nearest);
	profile->nearest = NULL;
	for (size_t c = 0; c < profile->table->n_keys && !profile->nearest; c++) {
		if (fil_profile_gives(profile, c))
			continue;
		collect(profile, c, c + 1, &known);
		for (size_t i = 0; i < header->n && !profile->nearest; i++)
			if (!header->used[i] && *header->labels[i] != '\0' &&
			    fil_text_nearest(header->labels[i], known.list, known.n))
				profile->nearest = fil_copy(header->labels[i]);
		release_known(&known);
	}
}

static void
release_unused(struct fil_profile *profile)
{
	for (size_t i = 0; i < profile->n_unused; i++)
		free(profile->unused_cells[i].label);
	profile->n_unused = 0;
}

static void
list_unused(struct fil_profile *profile, const struct fil_header *header)
{
	release_unused(profile);
	profile->unused_cells =
	    fil_resize(profile->unused_cells, header->n + 1, sizeof *profile->unused_cells);
	fil_bytes_clear(&profile->unused);
	for (size_t i = 0; i < header->n; i++) {
		if (header->used[i])
			continue;
		fil_bytes_add_format(&profile->unused, "%s%s", profile->n_unused > 0 ? ", " : "",
		    header->labels[i][0] != '\0' ? header->labels[i] : _("(no name)"));
		profile->unused_cells[profile->n_unused++] =
		    (struct fil_unused){ fil_copy(header->labels[i]), i };
	}
}

/* Returns whether a fact of the bound input gives column c. */
static bool
is_of_facts(const struct fil_profile *profile, size_t c)
{
	for (size_t i = 0; i < profile->n_facts; i++)
		if (fil_fact_lines_give(profile->facts, i, c))
			return true;
	return false;
}

/* Binds the columns, and each to the words in which its cells are looked up. */
static int
bind_columns(struct fil_profile *profile, const struct fil_header *header, struct fil_fault *fault)
{
	size_t level = fil_table_column(profile->table, "level");

	for (size_t c = 0; c < profile->n; c++) {
		struct fil_column_source *source = &profile->sources[c];
		const struct fil_column_source *meanings = source;

		if (fil_column_source_bind(source, header, fault) < 0)
			return -1;
		if (!source->values && c >= profile->table->n_columns && c < profile->n_stored &&
		    level != FIL_NOWHERE)
			meanings = &profile->sources[level];
		source->words = meanings->values;
		source->keep_in = meanings->keep;
	}
	return 0;
}

/* Returns whether a mapping names header i. */
static bool
is_mapped(const struct fil_profile *profile, const struct fil_header *header, size_t i)
{
	for (size_t c = 0; c < profile->n; c++)
		if (profile->sources[c].map &&
		    fil_template_names(profile->sources[c].map, header->folded[i]))
			return true;
	return false;
}

/* Binds the lines of [facts] before the columns: their headers then mean no column, unless they are
 * mapped. */
static int
bind_facts_first(
    struct fil_profile *profile, const struct fil_header *header, struct fil_fault *fault)
{
	for (size_t i = 0; i < header->n; i++)
		header->used[i] = is_mapped(profile, header, i);
	if (fil_fact_lines_bind(profile->facts, header, fault) < 0)
		return -1;
	for (size_t i = 0; i < header->n; i++) {
		bool mapped = is_mapped(profile, header, i);

		if (header->used[i] && !mapped) {
			*header->folded[i] = '\0';
			free(header->apart[i]);
			header->apart[i] = NULL;
		}
	}
	return 0;
}

/* Gives a header the folded forms again that bind_facts_first took. */
static void
fold_again(const struct fil_header *header)
{
	for (size_t i = 0; i < header->n; i++) {
		free(header->folded[i]);
		header->folded[i] = fil_text_fold(header->labels[i]);
	}
}

/* Binds the lines of [facts] that take every header left, of those that are folded again. */
static int
bind_facts_last(
    struct fil_profile *profile, const struct fil_header *header, struct fil_fault *fault)
{
	fold_again(header);
	if (fil_fact_lines_bind_rest(profile->facts, header, &profile->missing, fault) < 0)
		return -1;
	profile->n_facts = fil_fact_lines_count(profile->facts);
	free(profile->of_fact);
	profile->of_fact = fil_alloc(header->n, sizeof *profile->of_fact);
	for (size_t i = 0; i < profile->n_facts; i++)
		profile->of_fact[fil_fact_lines_at(profile->facts, i)->cell] = true;
	return 0;
}

/* Notes which columns are made of other cells, and which are not simply cells. */
static void
bind_made(struct fil_profile *profile)
{
	profile->keeps = false;
	for (size_t c = 0; c < profile->n; c++) {
		struct fil_column_source *source = &profile->sources[c];
		size_t keep = source->keep_in;

		if (source->kind == FIL_NOT_GIVEN && is_of_facts(profile, c))
			source->kind = FIL_MADE;
		if (keep == FIL_NOWHERE || source->kind == FIL_NOT_GIVEN || source->kind == FIL_SET)
			continue;
		profile->keeps = true;
		if (profile->sources[keep].kind == FIL_NOT_GIVEN)
			profile->sources[keep].kind = FIL_MADE;
	}
	for (size_t c = 0; c < profile->n; c++) {
		struct fil_column_source *source = &profile->sources[c];

		source->derived = source->kind == FIL_COMPOSED || source->kind == FIL_SET ||
		    (source->kind != FIL_NOT_GIVEN &&
			(source->words || profile->dates.rewrites || profile->keeps ||
			    c == profile->split));
	}
	if (profile->keeps && !profile->notes) {
		profile->notes = fil_alloc(profile->n, sizeof *profile->notes);
		profile->kept_cells = fil_alloc(profile->n, sizeof *profile->kept_cells);
	}
}

static int
bind_all(struct fil_profile *profile, const struct fil_header *header, struct fil_fault *fault)
{
	profile->n_facts = profile->fact = 0;
	if (profile->facts && bind_facts_first(profile, header, fault) < 0)
		return -1;
	if (bind_columns(profile, header, fault) < 0)
		return -1;
	if (profile->facts && bind_facts_last(profile, header, fault) < 0)
		return -1;
	list_unused(profile, header);
	if (profile->n_unused == header->n)
		return unknown_fault(profile, header, fault);
	if (fil_skips_bind(
		profile->skips, header, profile->n_facts > 0 ? profile->of_fact : NULL, fault) < 0)
		return -1;
	bind_made(profile);
	list_unused(profile, header);
	find_nearest(profile, header);
	return 0;
}

int
fil_profile_bind(struct fil_profile *profile, const struct fil_record *record,
    struct fil_bytes *absent, struct fil_fault *fault)
{
	struct fil_header header;
	int result;

	fil_header_init(&header, record->cells, record->n, record->line);
	header.absent = absent;
	profile->n_labels = header.n;
	profile->n_cells = record->n;
	result = bind_all(profile, &header, fault);
	fil_header_release(&header);
	return result;
}

bool
fil_profile_gives(const struct fil_profile *profile, size_t c)
{
	return profile->sources[c].kind != FIL_NOT_GIVEN;
}

/* Adds a word to a list, separated by ", ", unless it is there. */
static void
add_use(struct fil_bytes *text, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = text->length > 0 ? text->data : ""; *at != '\0';) {
		size_t length = strcspn(at, ",");

		if (length == n && memcmp(at, word, n) == 0)
			return;
		at += length;
		at += strspn(at, ", ");
	}
	fil_bytes_add_format(text, text->length > 0 ? ", %s" : "%s", word);
}

/* Returns whether a column is made of a cell alone, or with others. */
static bool
takes_cell(const struct fil_column_source *source, size_t cell)
{
	if (source->kind == FIL_CELL)
		return source->cell == cell;
	for (size_t i = 0; source->kind == FIL_COMPOSED && i < source->template->n; i++)
		if (source->template->parts[i].cell == cell)
			return true;
	return false;
}

void
fil_profile_uses(const struct fil_profile *profile, size_t cell, struct fil_bytes *text)
{
	for (size_t c = 0; c < profile->n; c++) {
		const struct fil_column_source *source = &profile->sources[c];
		bool used = takes_cell(source, cell);

		for (size_t i = 0; i < profile->n_facts && source->kind != FIL_SET; i++)
			used |= fil_fact_lines_use(profile->facts, i, c, cell);
		if (used)
			add_use(text, source->name);
		if (used && source->keep_in != FIL_NOWHERE)
			add_use(text, profile->sources[source->keep_in].name);
	}
	if (fil_skips_use(profile->skips, cell))
		add_use(text, "[skip]");
}

const char *
fil_profile_label(const struct fil_profile *profile, size_t c)
{
	const struct fil_column_source *source = &profile->sources[c];

	if (profile->n_facts > 0 && source->kind != FIL_SET &&
	    fil_fact_lines_give(profile->facts, profile->fact, c))
		return fil_fact_lines_at(profile->facts, profile->fact)->label;
	return source->label ? source->label : source->name;
}

const char *
fil_profile_missing(const struct fil_profile *profile)
{
	return profile->missing.length > 0 ? profile->missing.data : NULL;
}

const char *
fil_profile_fault_header(const struct fil_profile *profile, size_t fact, const char *text)
{
	for (size_t c = 0; c < profile->n_stored; c++) {
		const struct fil_column_source *source = &profile->sources[c];

		if (fil_fault_is_about(text, source->name) &&
		    (source->kind == FIL_CELL || source->kind == FIL_COMPOSED) &&
		    !fil_fact_lines_give(profile->facts, fact, c))
			return NULL;
	}
	return fil_fact_lines_at(profile->facts, fact)->label;
}

size_t
fil_profile_find_cell(const struct fil_profile *profile, const char *text, const char **label)
{
	*label = NULL;
	for (size_t c = 0; c < profile->n_stored; c++) {
		const struct fil_column_source *source = &profile->sources[c];

		if (!fil_fault_is_about(text, source->name) ||
		    (source->kind != FIL_CELL && source->kind != FIL_COMPOSED))
			continue;
		*label = fil_profile_label(profile, c);
		return source->cell;
	}
	for (size_t i = 0; i < profile->n_facts; i++)
		if (fil_fault_is_about(text, fil_fact_lines_at(profile->facts, i)->label))
			return fil_fact_lines_at(profile->facts, i)->cell;
	return FIL_NOWHERE;
}

const char *
fil_profile_unused(const struct fil_profile *profile, size_t *n, const char **nearest)
{
	*n = profile->n_unused;
	if (nearest)
		*nearest = profile->nearest;
	return profile->unused.data ? profile->unused.data : "";
}

/* Returns whether all cells from number `first` on are empty. */
static bool
ends_empty(const struct fil_record *record, size_t first)
{
	for (size_t i = first; i < record->n; i++)
		if (record->lengths[i] > 0)
			return false;
	return true;
}

const struct fil_unused *
fil_profile_unused_cells(const struct fil_profile *profile, size_t *n)
{
	*n = profile->n_unused;
	return profile->unused_cells;
}

/* Checks that each cell has a header. Cells after the last named one may be missing, but must be
 * empty unless a fact takes them. */
static int
check_width(
    const struct fil_profile *profile, const struct fil_record *record, struct fil_fault *fault)
{
	if (record->n < profile->n_labels && !profile->short_rows)
		return fil_fault_data(fault, "missing-cell",
		    ngettext("%zu cell, where the header has %zu (--set short-rows=yes accepts it)",
			"%zu cells, where the header has %zu (--set short-rows=yes accepts it)",
			record->n),
		    record->n, profile->n_labels);
	if (record->n > profile->n_cells && !profile->short_rows)
		return fil_fault_data(fault, "extra-cell",
		    ends_empty(record, profile->n_cells)
			? ngettext("%zu cell, where the header has %zu (--set short-rows=yes "
				   "accepts it)",
			      "%zu cells, where the header has %zu (--set short-rows=yes accepts "
			      "it)",
			      record->n)
			: _("%zu cells, where the header has %zu"),
		    record->n, profile->n_cells);
	for (size_t i = profile->n_labels; i < record->n; i++)
		if (record->lengths[i] > 0 &&
		    !(profile->facts && fil_fact_lines_reach(profile->facts, i)))
			return fil_fault_data(fault, "extra-cell", "no header for cell %zu, '%s'",
			    i + 1, record->cells[i]);
	return 0;
}

/* Returns whether all cells are empty, or hold only white space in quotes. */
static bool
is_empty(const struct fil_record *record)
{
	for (size_t i = 0; i < record->n; i++) {
		size_t n = record->lengths[i];

		if (n == 0)
			continue;
		if (!fil_utf8_leads_white(record->cells[i][0]))
			return false;
		fil_utf8_trim(record->cells[i], &n);
		if (n > 0)
			return false;
	}
	return true;
}

/* Fills in the fault of a number that has no value, if it is one. Returns 0, or -1. */
static int
refuse_number(const char *source, const char *cell, const char *column, enum fil_ranges_found found,
    struct fil_fault *fault)
{
	if (found == FIL_RANGES_OUTSIDE)
		return fil_fault_data(fault, "constraint-error",
		    "%s: '%s' is in no range of [values.%s]", source, cell, column);
	if (found == FIL_RANGES_NO_SHARE)
		return fil_fault_data(fault, "constraint-error",
		    "%s: '%s' is above 1, but the bounds of [values.%s] are shares: scale = 100 if"
		    " it is a percentage",
		    source, cell, column);
	if (found == FIL_RANGES_NO_PERCENTAGE)
		return fil_fault_data(fault, "constraint-error",
		    "%s: '%s' is below 1, but the bounds of [values.%s] are percentages: fraction ="
		    " yes if it is a share, else bounds without '%%'",
		    source, cell, column);
	return 0;
}

/* Translates a cell from the input's notation. Returns 0, or -1 with a fault. */
static int
translate(struct fil_profile *profile, size_t c, const char **cell, size_t *length,
    struct fil_fault *fault)
{
	struct fil_column_source *source = &profile->sources[c];
	enum fil_ranges_found found = FIL_RANGES_NO_NUMBER;

	if (profile->keeps && source->keep_in != FIL_NOWHERE)
		profile->kept_cells[c] = (struct kept){ *cell, *length };
	if (source->words && fil_words_find(source->words, *cell, *length, cell, length))
		return 0;
	if (*length > 0 && source->words)
		found = fil_words_find_range(source->words, *cell, *length, cell, length);
	if (found == FIL_RANGES_DIVIDED)
		*cell = memcpy(source->number, *cell, *length + 1);
	if (refuse_number(source->name, *cell, column_of(profile, c)->name, found, fault) < 0)
		return -1;
	if (*length > 0 && profile->dates.rewrites && c < profile->n_stored &&
	    column_of(profile, c)->type == FIL_TYPE_DATE)
		return fil_column_source_date(source, &profile->dates, cell, length, fault);
	return 0;
}

/* Composes the cell of one column from the record. Parts whose word is an empty cell are dropped. */
static const char *
compose(struct fil_profile *profile, const struct fil_column_source *source,
    const struct fil_record *record, size_t *length)
{
	const struct fil_template *template = source->template;
	const size_t *lengths = record->lengths;
	const char *value;
	size_t n;

	for (size_t i = 0; source->words && i < template->n; i++) {
		size_t cell = template->parts[i].cell;

		if (cell >= record->n || record->lengths[cell] == 0 ||
		    !fil_words_find(
			source->words, record->cells[cell], record->lengths[cell], &value, &n) ||
		    n > 0)
			continue;
		if (lengths == record->lengths) {
			profile->kept = fil_resize(profile->kept, record->n, sizeof *profile->kept);
			memcpy(profile->kept, record->lengths, record->n * sizeof *lengths);
			lengths = profile->kept;
		}
		profile->kept[cell] = 0;
	}
	return fil_template_fill(source->template, record->cells, lengths, record->n, length);
}

/* Takes a part of a cell that is split, from 0, and counts its parts: those that are not empty. */
static void
take_part(struct fil_profile *profile, size_t wanted, const char **cell, size_t *length)
{
	const char *at = *cell, *end;
	struct fil_bytes *part = &profile->part;

	profile->n_parts = 0;
	if (*length == 0)
		return;
	end = at + *length;
	fil_bytes_clear(part);
	fil_bytes_add_text(part, "");
	for (; at <= end; at++) {
		const char *next = memchr(at, profile->separator, (size_t)(end - at));
		size_t n = (size_t)((next ? next : end) - at), from = 0;

		from = fil_utf8_trim(at, &n);
		while (n > 0 && strchr("\r\n", at[from]))
			from++, n--;
		while (n > 0 && strchr("\r\n", at[from + n - 1]))
			n--;
		if (n > 0 && profile->n_parts++ == wanted)
			fil_bytes_add(part, at + from, n);
		at = next ? next : end;
	}
	*cell = part->data;
	*length = part->length;
}

/* Takes a part of the cell if it is split, and translates it. */
static int
finish_cell(struct fil_profile *profile, size_t c, size_t part, const char **cell, size_t *length,
    struct fil_fault *fault)
{
	if (c == profile->split)
		take_part(profile, part, cell, length);
	return translate(profile, c, cell, length, fault);
}

/* Makes a cell that is composed, set or translated. Returns 0, or -1 with a fault. */
static int
derive_cell(struct fil_profile *profile, size_t c, size_t part, const struct fil_record *record,
    const char **cell, size_t *length, struct fil_fault *fault)
{
	struct fil_column_source *source = &profile->sources[c];

	if (source->kind == FIL_SET) {
		*cell = source->value;
		*length = source->value_length;
		return 0;
	}
	if (source->kind == FIL_COMPOSED)
		*cell = compose(profile, source, record, length);
	return finish_cell(profile, c, part, cell, length, fault);
}

/* Makes the cell of one column from the record. Most are a cell of it. Returns 0, or -1 with a fault. */
static inline int
make_cell(struct fil_profile *profile, size_t c, size_t part, const struct fil_record *record,
    const char **cell, size_t *length, struct fil_fault *fault)
{
	const struct fil_column_source *source = &profile->sources[c];
	int result = 0;

	*cell = NULL;
	*length = 0;
	if (source->kind == FIL_CELL && source->cell < record->n) {
		*cell = record->cells[source->cell];
		*length = record->lengths[source->cell];
	}
	if (source->derived)
		result = derive_cell(profile, c, part, record, cell, length, fault);
	if (*length == 0)
		*cell = NULL;
	return result;
}

/* Makes the first column's cell of a record with too few or too many cells, or NULL: of too many, only
 * the first is surely in its place. */
static void
make_first(
    struct fil_profile *profile, const struct fil_record *record, const char **cell, size_t *length)
{
	const struct fil_column_source *source = &profile->sources[0];
	struct fil_fault fault;

	*cell = NULL;
	*length = 0;
	if (source->kind == FIL_CELL && (source->cell == 0 || record->n < profile->n_labels) &&
	    make_cell(profile, 0, 0, record, cell, length, &fault) < 0)
		*cell = NULL;
}

/* Makes the cells that fact i gives. Returns 1, 0 if it is none, or -1 with a fault. */
static int
make_fact(struct fil_profile *profile, size_t i, size_t part, const struct fil_record *record,
    const char **cells, size_t *lengths, struct fil_fault *fault)
{
	size_t own = fil_fact_lines_at(profile->facts, i)->cell, n = 0;

	if (own < record->n) {
		n = record->lengths[own];
		fil_utf8_trim(record->cells[own], &n);
	}
	if (n == 0 || fil_skips_leave_out_fact(profile->skips, record, own))
		return 0;
	for (size_t k = 0; k < fil_fact_lines_at(profile->facts, i)->width; k++) {
		struct fil_fact_cell made = fil_fact_lines_make(profile->facts, i, k, record);
		size_t c = made.column;

		if (profile->sources[c].kind == FIL_SET)
			continue;
		cells[c] = made.cell;
		lengths[c] = made.length;
		if (finish_cell(profile, c, part, &cells[c], &lengths[c], fault) < 0)
			return -1;
		if (lengths[c] == 0)
			cells[c] = NULL;
		if (made.is_cell && !cells[c])
			return 0;
	}
	return 1;
}

/* Adds to cells the cells of other columns that they keep. */
static void
keep_cells(struct fil_profile *profile, const char **cells, size_t *lengths)
{
	for (size_t c = 0; c < profile->n; c++) {
		const struct kept *kept = &profile->kept_cells[c];
		size_t keep = profile->sources[c].keep_in;
		struct fil_bytes *note = keep == FIL_NOWHERE ? NULL : &profile->notes[keep];

		if (!note || !cells[c] || kept->n == 0 || profile->sources[keep].kind == FIL_SET)
			continue;
		if (cells[keep] != note->data || !cells[keep]) {
			fil_bytes_clear(note);
			if (cells[keep])
				fil_bytes_add(note, cells[keep], lengths[keep]);
		}
		if (note->length > 0)
			fil_bytes_add_text(note, "; ");
		fil_bytes_add(note, kept->cell, kept->n);
		cells[keep] = note->data;
		lengths[keep] = note->length;
	}
}

/* Makes the cells of the columns that do not come from facts. Returns 0, or -1 with a fault. */
static int
make_cells(struct fil_profile *profile, size_t part, const struct fil_record *record,
    const char **cells, size_t *lengths, struct fil_fault *fault)
{
	for (size_t c = 0; c < profile->n; c++)
		if (make_cell(profile, c, part, record, &cells[c], &lengths[c], fault) < 0)
			return -1;
	return 0;
}

/* Makes the cells of the first row from a number on, of a record with facts or parts. Returns 0, or -1
 * with a fault. */
static int
make_row(struct fil_profile *profile, const struct fil_record *record, size_t row,
    const char **cells, size_t *lengths, struct fil_profile_made *made, struct fil_fault *fault)
{
	size_t fact = row / PARTS, part = row % PARTS, facts = profile->n_facts;
	int is_fact = facts == 0, failed;

	do {
		profile->n_parts = 1; /* unless a cell is split */
		made->row = fact * PARTS + part;
		profile->fact = made->fact = facts > 0 ? fact : 0;
		made->header = facts > 0 ? fil_fact_lines_at(profile->facts, fact)->label : NULL;
		made->more = fact + 1 < facts;
		made->next = (fact + 1) * PARTS;
		failed = make_cells(profile, part, record, cells, lengths, fault);
		if (failed == 0 && facts > 0)
			is_fact = make_fact(profile, fact, part, record, cells, lengths, fault);
		if (part + 1 < profile->n_parts) {
			made->more = true;
			made->next = made->row + 1;
		}
		if (failed < 0 || is_fact < 0)
			return -1;
		/* A cell without any part makes no row. */
		if (profile->n_parts == 0)
			is_fact = 0;
		part = 0;
	} while (is_fact == 0 && ++fact < facts);
	made->none = is_fact == 0;
	return 0;
}

int
fil_profile_row(struct fil_profile *profile, const struct fil_record *record, size_t row,
    const char **cells, size_t *lengths, struct fil_profile_made *made, struct fil_fault *fault)
{
	made->skipped = made->more = made->none = false;
	made->row = row;
	made->fact = 0;
	made->header = NULL;
	made->filled = record->n < profile->n_labels || record->n > profile->n_cells;
	made->empty = is_empty(record);
	if (!made->empty && check_width(profile, record, fault) < 0) {
		make_first(profile, record, &cells[0], &lengths[0]);
		return -1;
	}
	if (!made->empty)
		made->empty = made->skipped = fil_skips_leave_out(profile->skips, record);
	if (made->empty) {
		memset(cells, 0, profile->n * sizeof *cells);
		memset(lengths, 0, profile->n * sizeof *lengths);
		return 0;
	}
	if (profile->n_facts > 0 || profile->split != FIL_NOWHERE) {
		if (make_row(profile, record, row, cells, lengths, made, fault) < 0)
			return -1;
	} else if (make_cells(profile, 0, record, cells, lengths, fault) < 0) {
		return -1;
	}
	if (profile->keeps)
		keep_cells(profile, cells, lengths);
	return 0;
}

void
fil_profile_short_rows(struct fil_profile *profile)
{
	profile->short_rows = true;
}

bool
fil_profile_is_mapped(const struct fil_profile *profile, size_t c)
{
	return profile->sources[c].map != NULL;
}

const char *const *
fil_profile_mapped(struct fil_profile *profile, size_t *n)
{
	*n = 0;
	for (size_t c = 0; c < profile->n; c++) {
		const struct fil_template *map = profile->sources[c].map;

		for (size_t i = 0; map && i < map->n; i++) {
			profile->mapped =
			    fil_resize(profile->mapped, *n + 1, sizeof *profile->mapped);
			profile->mapped[(*n)++] = map->parts[i].folded;
		}
	}
	return profile->mapped;
}

void
fil_profile_free(struct fil_profile *profile)
{
	if (!profile)
		return;
	for (size_t c = 0; c < profile->n; c++)
		fil_column_source_release(&profile->sources[c]);
	for (size_t c = 0; profile->notes && c < profile->n; c++)
		fil_bytes_release(&profile->notes[c]);
	free(profile->notes);
	free(profile->kept_cells);
	free(profile->of_fact);
	fil_bytes_release(&profile->part);
	fil_bytes_release(&profile->missing);
	fil_fact_lines_free(profile->facts);
	release_unused(profile);
	free(profile->unused_cells);
	free(profile->sources);
	fil_skips_free(profile->skips);
	free(profile->kept);
	free(profile->mapped);
	free(profile->nearest);
	fil_bytes_release(&profile->unused);
	free(profile);
}
