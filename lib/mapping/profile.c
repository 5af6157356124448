/* SPDX-License-Identifier: ISC */
#include "lib/mapping/profile.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/bytes.h"
#include "lib/base/date.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/catalog/catalog.h"
#include "lib/catalog/value.h"
#include "lib/mapping/column_source.h"
#include "lib/mapping/header.h"
#include "lib/mapping/words.h"

/* A skip: leaves out the rows with one of the words in the cell under a header, or composed of
 * several. */
struct skip {
	struct fil_template *template;
	char *origin;
	struct fil_words *words;
};

struct fil_profile {
	const struct fil_table *table;
	struct fil_column_source *sources; /* sources of the table's columns, then of the facets */
	size_t n, n_stored; /* sources in all; without those of fil_profile_add */
	struct skip *skips;
	size_t n_skips;
	bool short_rows; /* cells may be missing at the end of a row, or be empty behind it */
	const char **mapped; /* folded headers of mappings, for fil_profile_mapped */
	int pivot; /* -1: dates have years of four digits */
	char (*wide)[FIL_DATE_WIDE]; /* rewritten dates, one for each column */
	size_t *kept; /* of each cell of a record: its length, 0 for a dropped part */

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
		fil_column_source_know(&profile->sources[c], column->headers, column->templates);
		profile->sources[c].last_headers = column->last_headers;
	}
	for (size_t f = 0; f < n_facets; f++)
		fil_column_source_init(&profile->sources[table->n_columns + f], facets[f]);
	profile->pivot = -1;
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

void
fil_profile_find_by(struct fil_profile *profile, size_t column, const struct fil_column *by)
{
	char *headers = fil_copy(by->headers ? by->headers : ""), *rest = headers, *header;
	struct fil_bytes foreign = { 0 };

	add_foreign(profile->table, by->name, &foreign);
	while ((header = strsep(&rest, "|")))
		if (*header != '\0')
			add_foreign(profile->table, header, &foreign);
	fil_column_source_know(&profile->sources[column], foreign.data, by->templates);
	fil_bytes_release(&foreign);
	free(headers);
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
		fil_column_source_decline(source);
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

int
fil_profile_skip(struct fil_profile *profile, const char *header, const char *words,
    const char *origin, struct fil_fault *fault)
{
	struct fil_template *template = fil_template_new(header, strlen(header), fault);
	struct skip *skip;

	if (!template)
		return -1;
	profile->skips = fil_resize(profile->skips, profile->n_skips + 1, sizeof *profile->skips);
	skip = &profile->skips[profile->n_skips++];
	*skip = (struct skip){ .template = template, .origin = fil_copy(origin) };
	/* All words have the same meaning. */
	if (fil_words_add(&skip->words, words, NULL, fault) < 0)
		fil_bug("words of a skip: %s", fault->text);
	return 0;
}

void
fil_profile_pivot(struct fil_profile *profile, int pivot)
{
	if (!profile->wide)
		profile->wide = fil_alloc(profile->n, sizeof *profile->wide);
	profile->pivot = pivot;
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
	for (size_t i = 0; i < p->n_skips; i++)
		if (fil_template_names(p->skips[i].template, folded))
			return true;
	return false;
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

/* Lists the unused headers. */
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

/* Binds the columns, and each to the words in which its cells are looked up. */
static int
bind_columns(struct fil_profile *profile, const struct fil_header *header, struct fil_fault *fault)
{
	size_t level = fil_table_column(profile->table, "level");

	for (size_t c = 0; c < profile->n; c++) {
		struct fil_column_source *source = &profile->sources[c];

		if (fil_column_source_bind(source, header, fault) < 0)
			return -1;
		source->words = source->values;
		if (!source->words && c >= profile->table->n_columns && c < profile->n_stored &&
		    level != FIL_NOWHERE)
			source->words = profile->sources[level].values;
	}
	return 0;
}

static int
bind_skip(struct skip *skip, const struct fil_header *header, struct fil_fault *fault)
{
	for (size_t i = 0; i < skip->template->n; i++) {
		struct fil_template_part *part = &skip->template->parts[i];
		int found = fil_header_find(header, part->folded, &part->cell, fault);

		if (found < 0)
			return -1;
		if (found == 0) {
			fil_fault_data(fault, "missing-label", "no header '%s', which %s names",
			    part->header, skip->origin);
			fil_fault_suggest(fault, part->header, header->labels, header->n);
			return -1;
		}
		header->used[part->cell] = true;
	}
	return 0;
}

static int
bind_all(struct fil_profile *profile, const struct fil_header *header, struct fil_fault *fault)
{
	if (bind_columns(profile, header, fault) < 0)
		return -1;
	list_unused(profile, header);
	if (profile->n_unused == header->n)
		return unknown_fault(profile, header, fault);
	for (size_t i = 0; i < profile->n_skips; i++)
		if (bind_skip(&profile->skips[i], header, fault) < 0)
			return -1;
	list_unused(profile, header);
	find_nearest(profile, header);
	return 0;
}

int
fil_profile_bind(
    struct fil_profile *profile, const struct fil_record *record, struct fil_fault *fault)
{
	struct fil_header header;
	int result;

	fil_header_init(&header, record->cells, record->n, record->line);
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

const char *
fil_profile_label(const struct fil_profile *profile, size_t c)
{
	const struct fil_column_source *source = &profile->sources[c];

	return source->label ? source->label : source->name;
}

size_t
fil_profile_cell(const struct fil_profile *profile, size_t c, size_t i)
{
	const struct fil_column_source *source = &profile->sources[c];

	if (source->kind == FIL_CELL && i == 0)
		return source->cell;
	if (source->kind == FIL_COMPOSED && i < source->template->n)
		return source->template->parts[i].cell;
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
 * empty. */
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
		if (record->lengths[i] > 0)
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

static bool
is_skipped(const struct fil_profile *profile, const struct fil_record *record)
{
	const char *value;
	size_t length;

	for (size_t i = 0; i < profile->n_skips; i++) {
		const struct skip *skip = &profile->skips[i];
		const char *cell = fil_template_fill(
		    skip->template, record->cells, record->lengths, record->n, &length);

		if (fil_words_find(skip->words, cell ? cell : "", length, &value, &length))
			return true;
	}
	return false;
}

/* Translates a cell from the input's notation. */
static void
translate(struct fil_profile *profile, size_t c, const char **cell, size_t *length)
{
	struct fil_column_source *source = &profile->sources[c];
	char date[FIL_DATE_WIDE];
	size_t n = *length, from;

	if (source->words && fil_words_find(source->words, *cell, *length, cell, length))
		return;
	if (*length == 0 || profile->pivot < 0 || c >= profile->n_stored ||
	    column_of(profile, c)->type != FIL_TYPE_DATE)
		return;
	from = fil_utf8_trim(*cell, &n);
	if (n >= sizeof date)
		return;
	*(char *)mempcpy(date, *cell + from, n) = '\0';
	if (!fil_date_widen(date, profile->pivot, profile->wide[c]))
		return;
	*cell = profile->wide[c];
	*length = n + 2;
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

/* Makes a cell that is composed, set or translated. */
static void
derive_cell(struct fil_profile *profile, size_t c, const struct fil_record *record,
    const char **cell, size_t *length)
{
	struct fil_column_source *source = &profile->sources[c];

	if (source->kind == FIL_SET) {
		*cell = source->value;
		*length = source->value_length;
		return;
	}
	if (source->kind == FIL_COMPOSED)
		*cell = compose(profile, source, record, length);
	translate(profile, c, cell, length);
}

/* Makes the cell of one column from the record. Most are a cell of it. */
static inline void
make_cell(struct fil_profile *profile, size_t c, const struct fil_record *record, const char **cell,
    size_t *length)
{
	const struct fil_column_source *source = &profile->sources[c];

	*cell = NULL;
	*length = 0;
	if (source->kind == FIL_CELL && source->cell < record->n) {
		*cell = record->cells[source->cell];
		*length = record->lengths[source->cell];
	}
	if (source->kind == FIL_COMPOSED || source->kind == FIL_SET || source->words ||
	    profile->pivot >= 0)
		derive_cell(profile, c, record, cell, length);
	if (*length == 0)
		*cell = NULL;
}

/* Makes the first column's cell of a record with too few or too many cells, or NULL: of too many, only
 * the first is surely in its place. */
static void
make_first(
    struct fil_profile *profile, const struct fil_record *record, const char **cell, size_t *length)
{
	const struct fil_column_source *source = &profile->sources[0];

	*cell = NULL;
	*length = 0;
	if (source->kind == FIL_CELL && (source->cell == 0 || record->n < profile->n_labels))
		make_cell(profile, 0, record, cell, length);
}

int
fil_profile_cells(struct fil_profile *profile, const struct fil_record *record, const char **cells,
    size_t *lengths, struct fil_profile_made *made, struct fil_fault *fault)
{
	made->skipped = false;
	made->filled = record->n < profile->n_labels || record->n > profile->n_cells;
	made->empty = is_empty(record);
	if (!made->empty && check_width(profile, record, fault) < 0) {
		make_first(profile, record, &cells[0], &lengths[0]);
		return -1;
	}
	if (!made->empty)
		made->empty = made->skipped = is_skipped(profile, record);
	if (made->empty) {
		memset(cells, 0, profile->n * sizeof *cells);
		memset(lengths, 0, profile->n * sizeof *lengths);
		return 0;
	}
	for (size_t c = 0; c < profile->n; c++)
		make_cell(profile, c, record, &cells[c], &lengths[c]);
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
	for (size_t i = 0; i < profile->n_skips; i++) {
		fil_template_free(profile->skips[i].template);
		free(profile->skips[i].origin);
		fil_words_free(profile->skips[i].words);
	}
	release_unused(profile);
	free(profile->unused_cells);
	free(profile->sources);
	free(profile->skips);
	free(profile->wide);
	free(profile->kept);
	free(profile->mapped);
	free(profile->nearest);
	fil_bytes_release(&profile->unused);
	free(profile);
}
