/* SPDX-License-Identifier: ISC */
#include "lib/mapping/odd_records.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"

/* The most bytes by which a label is padded. */
enum { PADDING = 4 };

struct fil_odd_records {
	char **labels, **folded;
	size_t *lengths, n; /* 0: there is no header */
	const struct fil_profile *profile;
};

const struct fil_odd_doubt fil_odd_doubts[] = {
	[FIL_ODD_HEADER] = { FIL_DOUBT_HEADER_AGAIN, N_("the header again, ignored") },
	[FIL_ODD_OTHER_HEADER] = { FIL_DOUBT_HEADER_AGAIN, NULL },
	[FIL_ODD_RULE] = { FIL_DOUBT_NOT_A_ROW, N_("a line of dashes, ignored") },
	[FIL_ODD_TYPES] = { FIL_DOUBT_NOT_A_ROW, NULL },
};

struct fil_odd_records *
fil_odd_records_new(const struct fil_record *header, const struct fil_profile *profile)
{
	struct fil_odd_records *odd = fil_alloc(1, sizeof *odd);

	odd->profile = profile;
	if (!header)
		return odd;
	odd->n = header->n;
	odd->labels = fil_alloc(odd->n, sizeof *odd->labels);
	odd->folded = fil_alloc(odd->n, sizeof *odd->folded);
	odd->lengths = fil_alloc(odd->n, sizeof *odd->lengths);
	for (size_t i = 0; i < odd->n; i++) {
		size_t n = header->lengths[i], from = fil_utf8_trim(header->cells[i], &n);

		odd->labels[i] = fil_copy_bytes(header->cells[i] + from, n);
		odd->folded[i] = fil_text_fold(header->cells[i]);
		odd->lengths[i] = n;
	}
	return odd;
}

/* Returns the first cell that is not empty, or the number of cells. */
static size_t
first_filled(const struct fil_record *record)
{
	size_t i = 0;

	while (i < record->n && record->lengths[i] == 0)
		i++;
	return i;
}

/* Returns whether a cell is the label of its column, as headers are compared. */
static bool
is_label(const struct fil_odd_records *odd, const struct fil_record *record, size_t i)
{
	char *folded;
	bool same;

	if (record->lengths[i] == odd->lengths[i] &&
	    memcmp(record->cells[i], odd->labels[i], odd->lengths[i]) == 0)
		return true;
	folded = fil_text_fold(record->cells[i]);
	same = strcmp(folded, odd->folded[i]) == 0;
	free(folded);
	return same;
}

/* Returns whether cell i may be the label of column l: it begins alike, or with white space or an
 * accent, and is about as long. Few cells do. */
static bool
may_be_label(const struct fil_odd_records *odd, const struct fil_record *record, size_t i, size_t l)
{
	const char *cell = record->cells[i];
	size_t n = odd->lengths[l];

	return record->lengths[i] + PADDING >= n && record->lengths[i] <= n + PADDING &&
	    ((*cell & 0x80) != 0 || isspace((unsigned char)*cell) ||
		((*cell | 0x20) == (*odd->labels[l] | 0x20) &&
		    strncasecmp(cell, odd->labels[l], 2) == 0));
}

/* Returns whether a record repeats the header: all labels, or two and more among empty cells. */
static bool
is_header(const struct fil_odd_records *odd, const struct fil_record *record)
{
	size_t labels = 0;

	if (record->n != odd->n)
		return false;
	for (size_t i = 0; i < odd->n; i++) {
		if (is_label(odd, record, i))
			labels++;
		else if (record->lengths[i] > 0)
			return false;
	}
	return labels == odd->n || labels >= 2;
}

/* Returns whether a cell may be a label: it has no address, and one digit at most ("Phone 2"). */
static bool
may_be_word(const char *cell, size_t n)
{
	size_t figures = 0;

	for (size_t i = 0; i < n && figures < 2; i++) {
		if (cell[i] == '@')
			return false;
		figures += cell[i] >= '0' && cell[i] <= '9';
	}
	return figures < 2;
}

/* Returns whether the record may be another header: no cell has figures, and one may be a label. */
static bool
may_be_header(const struct fil_odd_records *odd, const struct fil_record *record, size_t first)
{
	for (size_t i = first; i < record->n; i++)
		if (!may_be_word(record->cells[i], record->lengths[i]))
			return false;
	for (size_t i = first; i < record->n; i++)
		for (size_t l = 0; record->lengths[i] > 0 && l < odd->n; l++)
			if (may_be_label(odd, record, i, l))
				return true;
	return false;
}

/* Returns whether a cell is a label of the header, in any place. */
static bool
is_any_label(const struct fil_odd_records *odd, const char *folded)
{
	for (size_t i = 0; i < odd->n; i++)
		if (strcmp(odd->folded[i], folded) == 0)
			return true;
	return false;
}

/* Returns whether a record is another header: two words or more that are all headers of the file or
 * the table, one of them a label of this header. For nearly all rows, no cell is folded. */
static bool
is_other_header(const struct fil_odd_records *odd, const struct fil_record *record, size_t first)
{
	size_t labels = 0, words = 0;
	char *before = NULL;
	bool known = may_be_header(odd, record, first);

	for (size_t i = first; known && i < record->n; i++) {
		char *folded = fil_text_fold(record->cells[i]);
		bool label = is_any_label(odd, folded);

		known = *folded == '\0' || label || fil_profile_knows(odd->profile, folded);
		if (*folded != '\0' && (!before || strcmp(before, folded) != 0)) {
			labels += label;
			words++;
		}
		free(before);
		before = folded;
	}
	free(before);
	return known && words > 1 && labels > 0;
}

static bool
is_line(char c)
{
	return c == '-' || c == '=' || c == '+';
}

/* Returns whether all that the record holds is lines: three signs at least in one cell. */
static bool
is_rule(const struct fil_record *record)
{
	size_t longest = 0;

	for (size_t i = 0; i < record->n; i++) {
		if (strspn(record->cells[i], "-=+") != record->lengths[i])
			return false;
		if (record->lengths[i] > longest)
			longest = record->lengths[i];
	}
	return longest >= 3;
}

/* Returns whether a cell is a word for a type, also with a length: "varchar(50)". */
static bool
is_type(const char *cell)
{
	static const char *const words[] = { "texte", "text", "varchar", "varchar2", "nvarchar",
		"string", "char", "character", "chaine", "integer", "int", "bigint", "smallint",
		"entier", "number", "nombre", "numeric", "numerique", "num\u00e9rique", "decimal",
		"float", "double", "date", "datetime", "timestamp", "boolean", "bool" };

	if (!isalpha((unsigned char)*cell))
		return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t n;

		if (*words[i] != (*cell | 0x20))
			continue;
		n = strlen(words[i]);
		if (strncasecmp(words[i], cell, n) == 0 && (cell[n] == '\0' || cell[n] == '('))
			return true;
	}
	return false;
}

static bool
is_types(const struct fil_record *record, size_t first)
{
	size_t n = 0;

	for (size_t i = first; i < record->n; i++) {
		if (record->lengths[i] == 0)
			continue;
		if (!is_type(record->cells[i]))
			return false;
		n++;
	}
	return n > 1;
}

static enum fil_odd
look_at(const struct fil_odd_records *odd, const struct fil_record *record, size_t first)
{
	if (first < odd->n && may_be_label(odd, record, first, first) && is_header(odd, record))
		return FIL_ODD_HEADER;
	if (is_line(*record->cells[first]) && is_rule(record))
		return FIL_ODD_RULE;
	if (is_types(record, first))
		return FIL_ODD_TYPES;
	return is_other_header(odd, record, first) ? FIL_ODD_OTHER_HEADER : FIL_ODD_NONE;
}

enum fil_odd
fil_odd_records_find(
    const struct fil_odd_records *odd, const struct fil_record *record, const bool *allowed)
{
	size_t first = first_filled(record);
	enum fil_odd found = FIL_ODD_NONE;

	if (first < record->n)
		found = look_at(odd, record, first);
	return found != FIL_ODD_NONE && allowed[fil_odd_doubts[found].kind] ? FIL_ODD_NONE : found;
}

char *
fil_odd_records_way_out(const struct fil_odd_records *odd, const struct fil_record *record)
{
	size_t first = first_filled(record);
	struct fil_bytes text = { 0 };

	fil_bytes_add_text(&text, "[skip] ");
	if (first < odd->n)
		fil_quoted_add(&text, odd->labels[first], true);
	else
		fil_bytes_add_format(&text, "%zu", first + 1);
	fil_bytes_add_text(&text, " = ");
	fil_quoted_add(&text, record->cells[first], false);
	return text.data;
}

void
fil_odd_records_refuse(const struct fil_odd_records *odd, const struct fil_record *record,
    enum fil_odd found, const char *table, struct fil_fault *fault)
{
	const char *word = fil_doubt_kinds[fil_odd_doubts[found].kind].word;
	const char *cell = record->cells[first_filled(record)];
	char *way_out;

	if (found == FIL_ODD_OTHER_HEADER) {
		fil_fault_data(fault, word,
		    "'%s' and so on: another header: the rows below may have other columns: export "
		    "again, or split the file here, or --allow %s",
		    cell, word);
		return;
	}
	way_out = fil_odd_records_way_out(odd, record);
	fil_fault_data(fault, word, "'%s' and so on: a row of types, not of %s: %s, or --allow %s",
	    cell, table, way_out, word);
	free(way_out);
}

void
fil_odd_records_free(struct fil_odd_records *odd)
{
	if (!odd)
		return;
	for (size_t i = 0; i < odd->n; i++) {
		free(odd->labels[i]);
		free(odd->folded[i]);
	}
	free(odd->labels);
	free(odd->folded);
	free(odd->lengths);
	free(odd);
}
