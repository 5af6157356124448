/* SPDX-License-Identifier: ISC */
#include "lib/mapping/fact_lines.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/date.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/base/text.h"

enum piece_kind { TEXT, CELL, BESIDE, MATCHED, HEADER, OTHER };

/* A part of a template. */
struct piece {
	enum piece_kind kind;
	char *text; /* the text, or the header of OTHER */
	long long number; /* of the cell BESIDE, from the fact's; of the text MATCHED, from 0 */
};

/* What a line makes for one column. */
struct making {
	size_t column;
	bool is_date;
	struct piece *pieces;
	size_t n;
	struct fil_bytes text; /* the last one that was composed */
};

struct line {
	struct fil_header_pattern *pattern;
	char *key, *origin;
	struct making *makings;
	size_t n;
};

/* A cell of the bound header, and the line that takes it. */
struct fact {
	struct fil_fact known;
	size_t line;
	char *label;
	struct fil_header_match match;
	char **texts; /* of each making: its text if no cell is in it, or NULL */
	size_t **places; /* of each making and piece: the cell of OTHER */
};

struct fil_fact_lines {
	struct line *lines;
	size_t n;
	struct fact *facts;
	size_t n_facts;
};

static struct making *
add_making(struct line *line, size_t column, bool is_date)
{
	line->makings = fil_resize(line->makings, line->n + 1, sizeof *line->makings);
	line->makings[line->n] = (struct making){ .column = column, .is_date = is_date };
	return &line->makings[line->n++];
}

/* Adds a text to a template. */
static void
add_text(struct making *making, struct fil_bytes *text)
{
	if (text->length == 0)
		return;
	making->pieces = fil_resize(making->pieces, making->n + 1, sizeof *making->pieces);
	making->pieces[making->n++] = (struct piece){ .kind = TEXT, .text = text->data };
	*text = (struct fil_bytes){ 0 };
}

/* Reads what stands in braces. Returns 0 or -1. */
static int
read_braces(const struct fil_header_pattern *pattern, const char *word, struct piece *piece,
    struct fil_fault *fault)
{
	size_t texts = fil_header_pattern_texts(pattern);
	long long number = 0;

	*piece = (struct piece){ .kind = OTHER };
	if (*word == '\0') {
		piece->kind = CELL;
	} else if (strcmp(word, "header") == 0) {
		piece->kind = HEADER;
	} else if ((*word == '+' && fil_number_read(word + 1, 1, FIL_CELLS_MOST, &number) == 0) ||
	    (*word == '-' && fil_number_read(word, -FIL_CELLS_MOST, -1, &number) == 0)) {
		piece->kind = BESIDE;
	} else if (strcmp(word, "*") == 0 ||
	    fil_number_read(word, 1, FIL_CELLS_MOST, &number) == 0) {
		piece->kind = MATCHED;
		number = *word == '*' ? 0 : number - 1;
		if ((size_t)number >= texts)
			return fil_fault_set(fault, FIL_USAGE,
			    "'{%s}': the header before '=' has no such '*' or group", word);
	}
	piece->number = number;
	piece->text = piece->kind == OTHER ? fil_copy(word) : NULL;
	return 0;
}

/* Adds what stands in braces to a template. */
static int
add_braces(const struct fil_header_pattern *pattern, struct making *making, const char *word,
    size_t n, struct fil_fault *fault)
{
	char *inside = fil_copy_bytes(word, n);
	struct piece piece;
	int result = read_braces(pattern, inside, &piece, fault);

	free(inside);
	if (result < 0)
		return -1;
	making->pieces = fil_resize(making->pieces, making->n + 1, sizeof *making->pieces);
	making->pieces[making->n++] = piece;
	return 0;
}

/* Reads a template into a making. Returns 0 or -1. */
static int
read_template(const struct fil_header_pattern *pattern, struct making *making, const char *text,
    struct fil_fault *fault)
{
	struct fil_bytes literal = { 0 };
	int result = 0;

	for (; *text != '\0' && result == 0; text++) {
		const char *close;

		if (*text != '{') {
			fil_bytes_add(&literal, text, 1);
		} else if (text[1] == '{') {
			fil_bytes_add(&literal, text++, 1);
		} else if (!(close = strchr(text, '}'))) {
			result = fil_fault_set(fault, FIL_USAGE, "'{' without a '}'");
		} else {
			add_text(making, &literal);
			result = add_braces(
			    pattern, making, text + 1, (size_t)(close - text) - 1, fault);
			text = close;
		}
	}
	add_text(making, &literal);
	fil_bytes_release(&literal);
	return result;
}

/* Returns the end of a part of a line: the comma behind it, outside quotes and braces, or the end of
 * the text. */
static const char *
end_of_part(const char *text)
{
	bool quoted = false, braced = false;

	for (; *text != '\0' && (quoted || braced || *text != ','); text++) {
		quoted ^= *text == '"';
		braced = !quoted && (*text == '{' || (braced && *text != '}'));
	}
	return text;
}

/* Returns the template of a part, of n bytes, without its quotes; the caller frees it. */
static char *
bare_template(const char *text, size_t n)
{
	char *copy, *bare;
	size_t quoted;

	while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t'))
		n--;
	copy = fil_copy_bytes(text, n);
	quoted = fil_quoted_length(copy);
	if (quoted == 0 || quoted != n)
		return copy;
	bare = fil_quoted_read(copy, n);
	free(copy);
	return bare;
}

/* Reads a part of a line: a column and its template. Returns 0 or -1. */
static int
read_part(struct line *line, const char *text, const char *end,
    const struct fil_fact_lines_columns *columns, struct fil_fault *fault)
{
	size_t n, column, from;
	char *name, *template;
	int result;

	text += strspn(text, " \t");
	n = strcspn(text, " \t,");
	if (n == 0 || text + n > end)
		return fil_fault_set(fault, FIL_USAGE, "no column before or behind a comma");
	name = fil_copy_bytes(text, n);
	result = columns->find(columns->context, name, fault);
	free(name);
	if (result < 0)
		return -1;
	column = (size_t)result;
	for (size_t i = 0; i < line->n; i++)
		if (line->makings[i].column == column)
			return fil_fault_set(
			    fault, FIL_USAGE, "two templates for '%.*s'", (int)n, text);
	from = n + strspn(text + n, " \t");
	template = bare_template(text + from, text + from < end ? (size_t)(end - text) - from : 0);
	result = read_template(line->pattern,
	    add_making(line, column, columns->is_date(columns->context, column)), template, fault);
	if (result == 0 && line->makings[line->n - 1].n == 0)
		result = fil_fault_set(
		    fault, FIL_USAGE, "'%.*s' has no template: {} is the cell", (int)n, text);
	free(template);
	return result;
}

static void
release_making(struct making *making)
{
	for (size_t i = 0; i < making->n; i++)
		free(making->pieces[i].text);
	free(making->pieces);
	fil_bytes_release(&making->text);
}

static void
release_line(struct line *line)
{
	for (size_t i = 0; i < line->n; i++)
		release_making(&line->makings[i]);
	free(line->makings);
	free(line->key);
	free(line->origin);
	fil_header_pattern_free(line->pattern);
}

int
fil_fact_lines_add(struct fil_fact_lines **facts, const char *key, const char *value,
    const char *origin, const struct fil_fact_lines_columns *columns, struct fil_fault *fault)
{
	struct line line = { .pattern = fil_header_pattern_new(key, fault) };
	struct fil_fact_lines *all;
	int result = line.pattern ? 0 : -1;
	const char *end;

	line.key = fil_copy(key);
	line.origin = fil_copy(origin);
	for (const char *at = value; result == 0; at = end + 1) {
		end = end_of_part(at);
		result = read_part(&line, at, end, columns, fault);
		if (*end == '\0')
			break;
	}
	if (result < 0) {
		release_line(&line);
		return -1;
	}
	if (!*facts)
		*facts = fil_alloc(1, sizeof **facts);
	all = *facts;
	all->lines = fil_resize(all->lines, all->n + 1, sizeof *all->lines);
	all->lines[all->n++] = line;
	return 0;
}

int
fil_fact_lines_add_all(struct fil_fact_lines *facts, size_t column, const char *template,
    bool is_date, struct fil_fault *fault)
{
	for (size_t l = 0; l < facts->n; l++) {
		struct line *line = &facts->lines[l];
		bool given = false;

		for (size_t i = 0; i < line->n; i++)
			given |= line->makings[i].column == column;
		if (!given &&
		    read_template(
			line->pattern, add_making(line, column, is_date), template, fault) < 0)
			return -1;
	}
	return 0;
}

bool
fil_fact_lines_know(const struct fil_fact_lines *facts, const char *folded)
{
	for (size_t l = 0; l < facts->n; l++)
		if (fil_header_pattern_knows(facts->lines[l].pattern, folded))
			return true;
	return false;
}

static void
release_fact(const struct fil_fact_lines *facts, struct fact *fact)
{
	const struct line *line = &facts->lines[fact->line];

	for (size_t k = 0; k < line->n; k++) {
		free(fact->texts[k]);
		free(fact->places[k]);
	}
	free(fact->texts);
	free(fact->places);
	free(fact->label);
}

/* Forgets the bound header. */
static void
unbind(struct fil_fact_lines *facts)
{
	for (size_t i = 0; i < facts->n_facts; i++)
		release_fact(facts, &facts->facts[i]);
	facts->n_facts = 0;
}

/* Returns whether the first n bytes of a text are a date. */
static bool
is_date(const char *text, size_t n)
{
	char *copy = fil_copy_bytes(text, n);
	fil_day day;
	bool found = fil_date_read(copy, FIL_ORDER_UNKNOWN, &day) != FIL_DATE_BAD;

	free(copy);
	return found;
}

char *
fil_fact_date_within(const char *text)
{
	enum { WORDS_MOST = 32 };
	size_t begins[WORDS_MOST], ends[WORDS_MOST], n = 0, from = 0, length = 0;

	for (size_t at = strspn(text, " "); n < WORDS_MOST && text[at] != '\0';) {
		begins[n] = at;
		at += strcspn(text + at, " ");
		ends[n++] = at;
		at += strspn(text + at, " ");
	}
	for (size_t i = 0; i < n; i++)
		for (size_t k = i; k < n; k++)
			if (ends[k] - begins[i] > length &&
			    is_date(text + begins[i], ends[k] - begins[i])) {
				from = begins[i];
				length = ends[k] - begins[i];
			}
	return length > 0 ? fil_copy_bytes(text + from, length) : NULL;
}

/* Returns the text that the pattern matched, and its length. */
static const char *
matched_text(const struct piece *piece, const struct fact *fact, size_t *n)
{
	const struct fil_header_text *matched;

	*n = 0;
	if ((size_t)piece->number >= fact->match.n) /* the pattern is of the number alone */
		return "";
	matched = &fact->match.texts[piece->number];
	*n = matched->n;
	return fact->label + matched->from;
}

/* Returns the text of a making in which no cell is, or NULL; the caller frees it. */
static char *
constant_text(const struct making *making, const struct fact *fact)
{
	struct fil_bytes text = { 0 };
	char *date;
	size_t n;

	fil_bytes_add_text(&text, "");
	for (size_t p = 0; p < making->n; p++) {
		const struct piece *piece = &making->pieces[p];

		if (piece->kind == TEXT) {
			fil_bytes_add_text(&text, piece->text);
		} else if (piece->kind == HEADER) {
			fil_bytes_add_text(&text, fact->label);
		} else if (piece->kind == MATCHED) {
			const char *matched = matched_text(piece, fact, &n);

			fil_bytes_add(&text, matched, n);
		} else {
			fil_bytes_release(&text);
			return NULL;
		}
	}
	if (!making->is_date)
		return text.data;
	date = fil_fact_date_within(text.data);
	if (!date)
		return text.data;
	fil_bytes_release(&text);
	return date;
}

/* Finds the cell of a piece that is none of the fact's own. Returns 0 or -1. */
static int
place_piece(const struct line *line, const struct piece *piece, const struct fil_header *header,
    const struct fact *fact, size_t *place, struct fil_fault *fault)
{
	long long beside = (long long)fact->known.cell + piece->number;
	char *folded;
	int found;

	if (piece->kind == BESIDE) {
		if (beside < 0 || (size_t)beside >= header->width)
			return fil_fault_data(fault, "missing-label",
			    "'%s' has no cell {%+lld} beside it, which %s names", fact->label,
			    piece->number, line->origin);
		*place = (size_t)beside;
		if (*place < header->n)
			header->used[*place] = true;
		return 0;
	}
	folded = fil_text_fold(piece->text);
	found = fil_header_find(header, folded, place, fault);
	free(folded);
	if (found > 0)
		header->used[*place] = true;
	if (found != 0)
		return found < 0 ? -1 : 0;
	fil_fault_data(
	    fault, "missing-label", "no header '%s', which %s names", piece->text, line->origin);
	fil_fault_suggest(fault, piece->text, header->labels, header->n);
	return -1;
}

/* Prepares what a line makes of a fact. Returns 0 or -1. */
static int
prepare(const struct line *line, const struct fil_header *header, struct fact *fact,
    struct fil_fault *fault)
{
	fact->texts = fil_alloc(line->n, sizeof *fact->texts);
	fact->places = fil_alloc(line->n, sizeof *fact->places);
	for (size_t k = 0; k < line->n; k++) {
		const struct making *making = &line->makings[k];

		fact->texts[k] = constant_text(making, fact);
		fact->places[k] = fil_alloc(making->n, sizeof **fact->places);
		for (size_t p = 0; p < making->n; p++) {
			const struct piece *piece = &making->pieces[p];

			if ((piece->kind == BESIDE || piece->kind == OTHER) &&
			    place_piece(line, piece, header, fact, &fact->places[k][p], fault) < 0)
				return -1;
		}
	}
	return 0;
}

/* Makes cell i a fact of a line. Returns 0 or -1. */
static int
take_cell(struct fil_fact_lines *facts, size_t l, const struct fil_header *header, size_t i,
    const struct fil_header_match *match, struct fil_fault *fault)
{
	struct fact *fact;

	facts->facts = fil_resize(facts->facts, facts->n_facts + 1, sizeof *facts->facts);
	fact = &facts->facts[facts->n_facts++];
	*fact = (struct fact){ .line = l,
		.label = *header->labels[i] != '\0' ? fil_copy(header->labels[i])
						    : fil_format("#%zu", i + 1),
		.match = *match };
	fact->known = (struct fil_fact){ i, fact->label, facts->lines[l].n };
	header->used[i] = true;
	return prepare(&facts->lines[l], header, fact, fault);
}

/* Returns whether a header is one of those that a file of refused rows adds. */
static bool
is_of_rejects(const char *label)
{
	return strcmp(label, "reject_line") == 0 || strcmp(label, "reject_reason") == 0;
}

/* Binds the lines of one '*', or the others, to the cells that are not used. Returns 0 or -1. */
static int
bind_lines(struct fil_fact_lines *facts, const struct fil_header *header, bool any,
    struct fil_fault *fault)
{
	struct fil_header_match match;

	for (size_t i = 0; i < header->n && !is_of_rejects(header->labels[i]); i++)
		for (size_t l = 0; l < facts->n && !header->used[i]; l++) {
			const struct fil_header_pattern *pattern = facts->lines[l].pattern;

			if (fil_header_pattern_is_any(pattern) == any &&
			    fil_header_pattern_matches(pattern, header, i, &match) &&
			    take_cell(facts, l, header, i, &match, fault) < 0)
				return -1;
		}
	return 0;
}

int
fil_fact_lines_bind(
    struct fil_fact_lines *facts, const struct fil_header *header, struct fil_fault *fault)
{
	unbind(facts);
	return bind_lines(facts, header, false, fault);
}

static int
compare_facts(const void *a, const void *b)
{
	const struct fact *x = a, *y = b;

	return (x->known.cell > y->known.cell) - (x->known.cell < y->known.cell);
}

/* Returns whether a line names one header, by its text. */
static bool
names_one(const struct line *line)
{
	return !strchr(line->key, '*') && *line->key != '/' && *line->key != '#';
}

/* Lists the lines of one header each that the header has not. */
static void
list_missing(
    const struct fil_fact_lines *facts, const struct fil_header *header, struct fil_bytes *missing)
{
	struct fil_header_match match;

	for (size_t l = 0; l < facts->n; l++) {
		const struct line *line = &facts->lines[l];
		bool found = !names_one(line);

		for (size_t i = 0; i < header->n && !found; i++)
			found = fil_header_pattern_matches(line->pattern, header, i, &match);
		if (!found)
			fil_bytes_add_format(missing, "%s'%s' (%s)",
			    missing->length > 0 ? ", " : "", line->key, line->origin);
	}
}

int
fil_fact_lines_bind_rest(struct fil_fact_lines *facts, const struct fil_header *header,
    struct fil_bytes *missing, struct fil_fault *fault)
{
	const struct line *first = &facts->lines[0];

	if (bind_lines(facts, header, true, fault) < 0)
		return -1;
	if (facts->n_facts == 0)
		return fil_fault_data(fault, "missing-label",
		    "no header is one of [facts]: '%s' (%s)", first->key, first->origin);
	qsort(facts->facts, facts->n_facts, sizeof *facts->facts, compare_facts);
	fil_bytes_clear(missing);
	list_missing(facts, header, missing);
	return 0;
}

size_t
fil_fact_lines_count(const struct fil_fact_lines *facts)
{
	return facts->n_facts;
}

const struct fil_fact *
fil_fact_lines_at(const struct fil_fact_lines *facts, size_t i)
{
	return &facts->facts[i].known;
}

bool
fil_fact_lines_give(const struct fil_fact_lines *facts, size_t i, size_t column)
{
	const struct line *line = &facts->lines[facts->facts[i].line];

	for (size_t k = 0; k < line->n; k++)
		if (line->makings[k].column == column)
			return true;
	return false;
}

bool
fil_fact_lines_use(const struct fil_fact_lines *facts, size_t i, size_t column, size_t cell)
{
	const struct fact *fact = &facts->facts[i];
	const struct line *line = &facts->lines[fact->line];

	for (size_t k = 0; k < line->n; k++) {
		if (line->makings[k].column != column)
			continue;
		if (fact->texts[k])
			return fact->known.cell == cell;
		for (size_t p = 0; p < line->makings[k].n; p++) {
			enum piece_kind kind = line->makings[k].pieces[p].kind;
			bool other = kind == BESIDE || kind == OTHER;

			if (kind != TEXT && (other ? fact->places[k][p] : fact->known.cell) == cell)
				return true;
		}
	}
	return false;
}

/* Returns the text of a piece for a record, and its length. */
static const char *
piece_text(const struct piece *piece, const struct fact *fact, size_t place,
    const struct fil_record *record, size_t *n)
{
	const char *text = piece->kind == HEADER ? fact->label : piece->text;

	if (piece->kind == MATCHED)
		return matched_text(piece, fact, n);
	if (piece->kind == TEXT || piece->kind == HEADER) {
		*n = strlen(text);
		return text;
	}
	if (piece->kind == CELL)
		place = fact->known.cell;
	*n = place < record->n ? record->lengths[place] : 0;
	return place < record->n ? record->cells[place] : "";
}

bool
fil_fact_lines_reach(const struct fil_fact_lines *facts, size_t cell)
{
	for (size_t i = 0; i < facts->n_facts; i++) {
		const struct fact *fact = &facts->facts[i];
		const struct line *line = &facts->lines[fact->line];

		for (size_t k = 0; k < line->n; k++)
			for (size_t p = 0; p < line->makings[k].n; p++)
				if (line->makings[k].pieces[p].kind == BESIDE &&
				    fact->places[k][p] == cell)
					return true;
	}
	return false;
}

struct fil_fact_cell
fil_fact_lines_make(
    struct fil_fact_lines *facts, size_t i, size_t k, const struct fil_record *record)
{
	const struct fact *fact = &facts->facts[i];
	struct making *making = &facts->lines[fact->line].makings[k];
	struct fil_fact_cell made = { .column = making->column };
	size_t n;

	made.is_cell = making->n == 1 && making->pieces[0].kind == CELL;
	if (fact->texts[k]) {
		made.cell = fact->texts[k];
		made.length = strlen(made.cell);
		return made;
	}
	if (making->n == 1) {
		made.cell =
		    piece_text(&making->pieces[0], fact, fact->places[k][0], record, &made.length);
		return made;
	}
	fil_bytes_clear(&making->text);
	fil_bytes_add_text(&making->text, "");
	for (size_t p = 0; p < making->n; p++) {
		const char *text =
		    piece_text(&making->pieces[p], fact, fact->places[k][p], record, &n);

		fil_bytes_add(&making->text, text, n);
	}
	made.cell = making->text.data;
	made.length = making->text.length;
	return made;
}

void
fil_fact_lines_free(struct fil_fact_lines *facts)
{
	if (!facts)
		return;
	unbind(facts);
	for (size_t l = 0; l < facts->n; l++)
		release_line(&facts->lines[l]);
	free(facts->lines);
	free(facts->facts);
	free(facts);
}
