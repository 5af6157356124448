/* SPDX-License-Identifier: ISC */
#include "lib/mapping/draft.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"
#include "lib/input/sniff.h"
#include "lib/mapping/column_source.h"
#include "lib/mapping/fact_lines.h"
#include "lib/mapping/profile.h"

enum { ROWS = 20000 };

/* Returns a label on one line, without control characters; the caller frees it. A header may
 * contain a line break. */
static char *
one_line(const char *label)
{
	char *line = fil_copy(label);
	size_t n = strlen(line), at, length;

	while ((at = fil_text_control(line, n, false)) < n) {
		fil_utf8_decode(line + at, n - at, &length);
		memset(line + at, ' ', length);
	}
	return line;
}

/* Takes the header from the first record, or numbers if there is no header. */
static void
take_header(struct fil_draft *draft, const struct fil_record *record)
{
	draft->labels = fil_alloc(record->n + 1, sizeof *draft->labels);
	for (size_t i = 0; i < record->n; i++)
		draft->labels[i] =
		    draft->format.no_header ? fil_format("%zu", i + 1) : one_line(record->cells[i]);
	fil_header_init(
	    &draft->header, (const char *const *)draft->labels, record->n, record->line);
	draft->n_guesses = record->n;
	draft->guesses = fil_alloc(record->n, sizeof *draft->guesses);
}

static void
see_row(struct fil_draft *draft, const struct fil_record *record)
{
	bool empty = true;

	if (record->n * 2 < draft->header.n)
		return;
	for (size_t i = 0; i < record->n && i < draft->header.n && empty; i++)
		empty = record->lengths[i] == 0;
	if (empty)
		return;
	draft->rows++;
	draft->short_rows += record->n < draft->header.n;
	for (size_t i = 0; i < draft->n_guesses; i++)
		fil_guess_see(&draft->guesses[i], i < record->n ? record->cells[i] : "",
		    i < record->n ? record->lengths[i] : 0, draft->format.delimiter == ';');
}

/* Reads the header and the rows. Returns 0 or -1. */
static int
see_all(struct fil_draft *draft, struct fil_fault *fault)
{
	struct fil_reader *reader = fil_reader_new(draft->input, &draft->format);
	struct fil_record record;
	struct fil_fault bare;
	int step = fil_reader_next(reader, &record, fault);

	if (step == 1)
		take_header(draft, &record);
	else if (step == 0)
		fil_fault_set(fault, FIL_NO_INPUT, "%s: there is no header line",
		    fil_input_name(draft->input));
	else
		fil_input_blame(draft->input, record.line, fault);
	if (step == 1 && draft->format.no_header)
		see_row(draft, &record);
	while (draft->header.labels && draft->rows < ROWS &&
	    (step = fil_reader_next(reader, &record, &bare)) != 0) {
		if (step == 1)
			see_row(draft, &record);
		else if (bare.status != FIL_BAD_DATA)
			break;
	}
	fil_reader_free(reader);
	for (size_t i = 0; i < draft->n_guesses; i++)
		fil_guess_settle(&draft->guesses[i]);
	return !draft->header.labels ? -1 : fil_input_check(draft->input, fault);
}

/* Takes a column from the cells of a template, with the headers as the file writes them. */
static void
compose(
    struct fil_draft *draft, struct fil_draft_column *column, const struct fil_template *template)
{
	struct fil_bytes text = { 0 };

	for (size_t i = 0; i < template->n; i++) {
		const struct fil_template_part *part = &template->parts[i];

		fil_bytes_add(&text, part->before.data, part->before.length);
		fil_bytes_add_format(&text, "{%s}", draft->header.labels[part->cell]);
	}
	fil_bytes_add(&text, template->after.data, template->after.length);
	column->mapping = text.data;
	column->cell = FIL_NOWHERE;
}

/* Takes a column from one cell. A brace in its header is doubled. Braces around it protect a comment
 * character. */
static void
take(struct fil_draft *draft, struct fil_draft_column *column, size_t cell)
{
	const char *label = draft->header.labels[cell];
	bool comment = *label == ';' || *label == '#';
	struct fil_bytes text = { 0 };

	fil_bytes_add(&text, "{", comment);
	for (const char *c = label; *c != '\0'; c++)
		fil_bytes_add(&text, *c == '{' ? "{{" : c, *c == '{' ? 2 : 1);
	fil_bytes_add(&text, "}", comment);
	column->mapping = text.data;
	column->cell = cell;
	draft->header.used[cell] = true;
}

/* Takes a column from the first of its known headers, and lists the others. */
static void
take_first(struct fil_draft *draft, struct fil_draft_column *column, size_t c)
{
	struct fil_bytes others = { 0 };
	struct fil_fault fault;
	size_t cell;

	for (size_t i = 0; i < draft->header.n; i++) {
		const char *folded = draft->header.folded[i], *apart = draft->header.apart[i];

		if ((fil_table_header(draft->table, folded) != c &&
			(!apart || fil_table_header(draft->table, apart) != c)) ||
		    fil_header_find(&draft->header, folded, &cell, &fault) < 0)
			continue;
		if (!column->mapping)
			take(draft, column, i);
		else
			fil_bytes_add_format(&others, "%s%s", others.length > 0 ? ", " : "",
			    draft->header.labels[i]);
	}
	column->others = others.data;
}

/* Takes a column by the headers that are known of it, or of another table's column. */
static void
take_column(struct fil_draft *draft, size_t c, const struct fil_column *known)
{
	struct fil_draft_column *column = &draft->columns[c];
	struct fil_column_source source;
	struct fil_fault fault;
	int bound;

	fil_column_source_init(&source, known->name);
	fil_column_source_know(&source, known->headers, NULL, known->templates);
	bound = fil_column_source_bind(&source, &draft->header, &fault);
	if (bound < 0)
		take_first(draft, column, c);
	else if (bound > 0 && source.kind == FIL_COMPOSED)
		compose(draft, column, source.template);
	else if (bound > 0)
		take(draft, column, source.cell);
	fil_column_source_release(&source);
}

/* Returns whether no column uses cell i, it has a header, and its cells look so. */
static bool
is_free(const struct fil_draft *draft, size_t i, bool (*looks)(const struct fil_guess *))
{
	return !draft->header.used[i] && draft->header.folded[i][0] != '\0' &&
	    looks(&draft->guesses[i]);
}

/* Takes a column without a header from the first free cell that looks like it; with `only`, if
 * there is no other. */
static void
guess_column(
    struct fil_draft *draft, const char *name, bool (*looks)(const struct fil_guess *), bool only)
{
	size_t c = fil_table_column(draft->table, name), n = 0, cell = 0;

	if (c == FIL_NOWHERE || draft->columns[c].mapping)
		return;
	for (size_t i = draft->header.n; i-- > 0;)
		if (is_free(draft, i, looks)) {
			cell = i;
			n++;
		}
	if (n == 0 || (only && n > 1))
		return;
	take(draft, &draft->columns[c], cell);
	draft->columns[c].guessed = true;
}

/* Returns whether the cells may be a key: none empty, each a short word, all distinct. */
static bool
looks_like_key(const struct fil_guess *guess)
{
	return guess->rows > 0 && guess->codes == guess->rows && guess->different == guess->rows &&
	    guess->dates == 0;
}

static bool
looks_like_address(const struct fil_guess *guess)
{
	/* "anonymous" may stand among them. */
	return guess->addresses * 2 > guess->filled;
}

/* Returns whether the cells are numbers with leading zeros: staff numbers, and no row numbers. */
static bool
looks_like_staff_number(const struct fil_guess *guess)
{
	return guess->padded > 0;
}

static bool
looks_like_time(const struct fil_guess *guess)
{
	return guess->look == FIL_LOOK_TIME;
}

/* Returns whether a known header of users may count rows or accounts: "ID" of the answers of a form. */
static bool
is_row_number(const struct fil_draft *draft, size_t cell)
{
	static const char *const headers[] = { "id", "numero", "no", "n°", "id utilisateur",
		"user id", "userid" };
	const char *folded = draft->header.folded[cell];

	folded += *folded == '_';
	for (size_t h = 0; h < sizeof headers / sizeof *headers; h++)
		if (strcmp(folded, headers[h]) == 0)
			return draft->guesses[cell].padded == 0;
	return false;
}

/* Returns the first free cell that looks so, or FIL_NOWHERE. */
static size_t
find_free(const struct fil_draft *draft, bool (*looks)(const struct fil_guess *))
{
	for (size_t i = 0; i < draft->header.n; i++)
		if (is_free(draft, i, looks))
			return i;
	return FIL_NOWHERE;
}

/* Lets addresses name the user instead of numbers that may count rows. */
static void
doubt_row_number(struct fil_draft *draft, struct fil_draft_column *column)
{
	if (!column->mapping || column->cell == FIL_NOWHERE ||
	    !is_row_number(draft, column->cell) ||
	    find_free(draft, looks_like_address) == FIL_NOWHERE)
		return;
	draft->header.used[column->cell] = false;
	free(column->others);
	column->others = column->mapping;
	column->mapping = NULL;
}

/* Takes the user from addresses, first from those under a known header. */
static void
take_address(struct fil_draft *draft, size_t c)
{
	const struct fil_table *users = fil_catalog_table("users");
	size_t email = fil_table_column(users, "email");
	struct fil_draft_column *column = &draft->columns[c];

	if (column->mapping)
		return;
	for (size_t i = 0; i < draft->header.n && !column->mapping; i++)
		if (is_free(draft, i, looks_like_address) &&
		    fil_table_header(users, draft->header.folded[i]) == email)
			take(draft, column, i);
	column->guessed = column->mapping != NULL;
	guess_column(draft, "user", looks_like_address, false);
	draft->match = column->mapping ? "email" : NULL;
}

/* Takes the user from cells: in a table that refers to users, first from addresses, then from names
 * if no number is one of the staff. */
static void
guess_user(struct fil_draft *draft)
{
	const struct fil_table *users = fil_catalog_table("users");
	size_t c = fil_table_column(draft->table, "user");
	struct fil_draft_column *column = c == FIL_NOWHERE ? NULL : &draft->columns[c];

	if (column && draft->table->columns[c].references) {
		doubt_row_number(draft, column);
		take_address(draft, c);
		guess_column(draft, "user", looks_like_staff_number, false);
		if (!column->mapping) {
			take_column(draft, c, &users->columns[fil_table_column(users, "name")]);
			draft->match = column->mapping ? "name" : NULL;
		}
	}
	guess_column(draft, "user", looks_like_key, false);
}

/* Returns whether the first line of the table has two known headers. */
static bool
knows_header(const struct fil_draft *draft, const struct fil_profile *profile)
{
	struct fil_reader *reader = fil_reader_new(draft->input, &draft->format);
	struct fil_record record;
	struct fil_fault fault;
	size_t known = 0;

	if (fil_reader_next(reader, &record, &fault) == 1)
		for (size_t i = 0; i < record.n; i++) {
			char *folded = fil_text_fold(record.cells[i]);

			known += *folded != '\0' && fil_profile_knows(profile, folded);
			free(folded);
		}
	fil_reader_free(reader);
	return known > 1;
}

/* Detects the format, and finds the table below titles that no known header ends. Returns 0 or -1. */
static int
settle_format(struct fil_draft *draft, const struct fil_profile *profile, struct fil_fault *fault)
{
	const struct fil_format *given = &draft->given;
	int result = fil_sniff(draft->input, fil_profile_knows, profile, &draft->format, fault);
	struct fil_format shape = draft->format;
	struct fil_table_lines lines;
	const struct fil_row_file *rows = fil_input_rows(draft->input);
	bool looks = (!rows || rows->sheet) && !given->no_header && given->skip_lines == 0 &&
	    !given->begin_after && draft->format.encoding &&
	    (result == 0 || fault->status == FIL_BAD_DATA);

	/* The delimiter that was found may be one of the titles. */
	shape.delimiter = rows ? shape.delimiter : given->delimiter;
	draft->above = draft->format.titles;
	if (!looks || (result == 0 && (draft->above > 0 || knows_header(draft, profile))) ||
	    !fil_table_lines_find(draft->input, &shape, &lines))
		return result;
	if (lines.above <= draft->format.skip_lines) {
		free(lines.title);
		return result;
	}
	draft->above = lines.above;
	draft->title = lines.title;
	if (!fil_input_rows(draft->input)) {
		draft->format = *given;
		draft->format.delimiter = lines.delimiter;
	}
	draft->format.skip_lines = lines.above;
	draft->format.ends_blank = lines.ends_blank;
	return fil_input_rows(draft->input)
	    ? 0
	    : fil_sniff(draft->input, fil_profile_knows, profile, &draft->format, fault);
}

enum fil_draft_box
fil_draft_box(const char *word)
{
	static const char *const ticked[] = { "1", "y", "yes", "o", "oui", "x", "true", "vrai" };
	static const char *const empty[] = { "0", "n", "no", "non", "false", "faux" };
	enum fil_draft_box box = FIL_BOX_NONE;
	char *folded = fil_text_fold(word);

	for (size_t i = 0; i < sizeof ticked / sizeof *ticked; i++)
		if (strcmp(folded, ticked[i]) == 0)
			box = FIL_BOX_TICKED;
	for (size_t i = 0; i < sizeof empty / sizeof *empty; i++)
		if (strcmp(folded, empty[i]) == 0)
			box = FIL_BOX_EMPTY;
	free(folded);
	return box;
}

/* Returns the column that the headers of a wide table name: the first key without a mapping that is
 * neither the user, a day nor the source; or FIL_NOWHERE. */
static size_t
find_name(const struct fil_draft *draft)
{
	const struct fil_table *table = draft->table;

	for (size_t c = 0; c < table->n_keys; c++) {
		const struct fil_column *column = &table->columns[c];

		if (column->type == FIL_TYPE_KEY && !draft->columns[c].mapping &&
		    !column->may_be_empty && strcmp(column->name, "user") != 0)
			return c;
	}
	return FIL_NOWHERE;
}

/* Returns the column that the cells of a wide table give: the first after the keys that is required, a
 * choice or an amount; or FIL_NOWHERE. */
static size_t
find_value(const struct fil_table *table)
{
	for (size_t c = table->n_keys; c < table->n_columns; c++) {
		const struct fil_column *column = &table->columns[c];

		if (column->required || column->type == FIL_TYPE_CHOICE ||
		    column->type == FIL_TYPE_AMOUNT)
			return c;
	}
	return FIL_NOWHERE;
}

/* Returns whether the table may be wide: it has events, no header names its key, and no column
 * gives what its cells would. Times are not written so. JSON has no wide tables: a path is no
 * name. */
static bool
may_be_wide(const struct fil_draft *draft)
{
	const struct fil_row_file *rows = fil_input_rows(draft->input);
	size_t value = draft->fact_value;

	return draft->table->kind == FIL_EVENT && draft->fact_name != FIL_NOWHERE &&
	    (!rows || rows->sheet) &&
	    (value == FIL_NOWHERE ||
		(!draft->columns[value].mapping && !draft->table->columns[value].time));
}

/* Returns whether a header says who a person is, by the table of users: "prenom", "service". */
static bool
is_of_person(const char *folded)
{
	const struct fil_table *users = fil_catalog_table("users");
	const char *templates = users->columns[fil_table_column(users, "name")].templates;
	char *braced = fil_format("{%s}", folded);
	bool found = strstr(templates, braced) || fil_table_header(users, folded) != FIL_NOWHERE;

	free(braced);
	return found;
}

/* Returns whether a header is one that a tool writes for itself, or that says how long something
 * took. */
static bool
is_of_tool(const char *folded)
{
	static const char *const words[] = { "id", "uid", "sid", "ip", "uuid", "key", "token",
		"seed", "index", "version", "lastpage", "startlanguage", "device", "submitter",
		"edits", "attachments", "brouillon", "draft", "statut", "status", "etat", "state",
		"reference", "titre", "title", "temps", "time", "duree", "duration", "code",
		"campagne", "organisation", "telechargement", "message", "event", "remarque",
		"remark", "comment", "commentaire" };

	for (size_t w = 0; w < sizeof words / sizeof *words; w++)
		if (fil_text_has_word(folded, words[w]))
			return true;
	return false;
}

/* Returns whether cells are few distinct words. */
static bool
has_words(const struct fil_guess *guess)
{
	return guess->n_words > 0 && !guess->more_words;
}

/* Returns whether a cell of the header may be one of a wide table: numbers, or few words. */
static bool
may_be_fact(const struct fil_draft *draft, size_t i)
{
	const struct fil_guess *guess = &draft->guesses[i];
	const char *folded = draft->header.folded[i], *apart = draft->header.apart[i];

	return !draft->header.used[i] && *folded != '\0' && guess->filled > 0 &&
	    (guess->look == FIL_LOOK_UNKNOWN || guess->look == FIL_LOOK_AMOUNT) &&
	    guess->dates * 2 < guess->filled && !is_of_person(folded) && !is_of_tool(folded) &&
	    !(apart && is_of_tool(apart)) && (fil_guess_is_number(guess) || has_words(guess));
}

/* Returns whether the cells of a box say if it is ticked. */
static bool
is_box(const struct fil_guess *guess)
{
	for (size_t i = 0; i < guess->n_words; i++)
		if (fil_draft_box(guess->words[i]) == FIL_BOX_NONE)
			return false;
	return has_words(guess);
}

/* Returns the length of the longest beginning that two labels share, up to a sign between words;
 * of their ends if `back`. */
static size_t
shared_length(const char *a, const char *b, bool back)
{
	size_t n = strlen(a), m = strlen(b), best = 0;

	for (size_t i = 1; i < n && i < m; i++) {
		char one = back ? a[n - i] : a[i - 1], other = back ? b[m - i] : b[i - 1];

		if (one != other)
			break;
		if (strchr(" [](){}/:.-_", one))
			best = i;
	}
	return best;
}

/* Returns whether a date stands beside a cell, under a header that no column takes. The second of
 * an export is no date of a cell. */
static bool
is_dated(const struct fil_draft *draft, size_t i)
{
	size_t k = i + 1;

	return k < draft->n_guesses && draft->guesses[k].look == FIL_LOOK_DATE &&
	    draft->guesses[k].seconds == 0 && (k >= draft->header.n || !draft->header.used[k]);
}

static struct fil_draft_fact *
add_fact(struct fil_draft *draft, char *pattern, size_t cell)
{
	draft->facts = fil_resize(draft->facts, draft->n_facts + 1, sizeof *draft->facts);
	draft->facts[draft->n_facts] = (struct fil_draft_fact){ .pattern = pattern, .cell = cell };
	return &draft->facts[draft->n_facts++];
}

static bool
has_date(const char *label)
{
	char *date = fil_fact_date_within(label);
	bool found = date != NULL;

	free(date);
	return found;
}

/* Returns the label of a session with '*' for its day, "* Tous", or NULL if it has no day or is nothing
 * else; the caller frees it. */
static char *
without_day(const char *label)
{
	char *date = fil_fact_date_within(label), *pattern = NULL;
	const char *at = date ? strstr(label, date) : NULL;

	if (at && strlen(label) > strlen(date))
		pattern = fil_format("%.*s*%s", (int)(at - label), label, at + strlen(date));
	free(date);
	return pattern;
}

/* Widens the pattern of a family of days to all days: the next session is in another month. */
static void
widen_days(
    const struct fil_draft *draft, const size_t *taken, size_t line, struct fil_draft_fact *fact)
{
	char *pattern = without_day(draft->labels[fact->cell]), *other;
	bool same = pattern != NULL;

	for (size_t k = 0; same && k < draft->header.n; k++) {
		if (taken[k] != line)
			continue;
		other = without_day(draft->labels[k]);
		same = other && strcmp(pattern, other) == 0;
		free(other);
	}
	if (same) {
		free(fact->pattern);
		fact->pattern = pattern;
	} else {
		free(pattern);
	}
}

/* Makes a family of the free cells whose labels begin (or end) as that of cell i does, for n
 * bytes; what the other ends share belongs to the pattern, too. taken: of each cell, the number of
 * its line from 1. */
static void
take_family(struct fil_draft *draft, size_t *taken, size_t i, size_t n, bool back)
{
	char **labels = draft->labels;
	const char *label = labels[i], *end = label + strlen(label);
	struct fil_draft_fact *fact = add_fact(draft, NULL, i);
	size_t other = strlen(label) - n;

	fact->family = fact->dated = fact->boxes = fact->days = true;
	for (size_t k = draft->header.n; k-- > 0;) {
		size_t shared;

		if (taken[k] > 0 || !may_be_fact(draft, k) ||
		    (k != i && shared_length(label, labels[k], back) < n))
			continue;
		shared = k == i ? other : shared_length(label, labels[k], !back);
		other = shared < other ? shared : other;
		taken[k] = draft->n_facts;
		fact->cell = k;
		fact->n++;
		fact->dated &= is_dated(draft, k);
		fact->boxes &= is_box(&draft->guesses[k]);
		fact->days &= has_date(labels[k]);
	}
	fact->pattern = back ? fil_format("%.*s*%s", (int)other, label, end - n)
			     : fil_format("%.*s*%s", (int)n, label, end - other);
	if (fact->days)
		widen_days(draft, taken, draft->n_facts, fact);
}

/* Finds the two free cells with the longest shared beginning (or end) of at least three bytes.
 * Returns its length, or 0. */
static size_t
find_family(const struct fil_draft *draft, const size_t *taken, bool back, size_t *cell)
{
	size_t best = 2;

	for (size_t i = 0; i < draft->header.n; i++)
		for (size_t k = i + 1; k < draft->header.n; k++) {
			size_t n;

			if (taken[i] > 0 || taken[k] > 0 || !may_be_fact(draft, i) ||
			    !may_be_fact(draft, k))
				continue;
			n = shared_length(draft->labels[i], draft->labels[k], back);
			if (n > best) {
				best = n;
				*cell = i;
			}
		}
	return best > 2 ? best : 0;
}

/* Returns how likely a line is: by its words, then by a date beside its cells, then by their number. */
static size_t
rank_of(const struct fil_draft_fact *fact)
{
	static const char *const words[] = { "niveau", "level", "note", "score", "resultat",
		"result", "maitrise", "niv" };
	char *folded = fil_text_fold(fact->pattern);
	size_t rank =
	    (fact->family ? fact->n : 1) + (fact->dated || fact->days ? FIL_CELLS_MOST : 0);

	for (size_t w = 0; w < sizeof words / sizeof *words; w++)
		if (strstr(folded, words[w]))
			rank += 2 * FIL_CELLS_MOST;
	free(folded);
	return rank;
}

/* Returns whether line f is likelier than the best one. Where no cell gives a value, boxes count. */
static bool
is_likelier(const struct fil_draft *draft, size_t f, size_t best)
{
	const bool valued = draft->fact_value != FIL_NOWHERE;

	if (!valued && draft->facts[f].boxes > draft->facts[best].boxes)
		return true;
	return (valued || draft->facts[f].boxes) &&
	    rank_of(&draft->facts[f]) > rank_of(&draft->facts[best]);
}

/* Marks the likely lines: the best family, or all single headers that are as good as the best.
 * Where no cell gives a value, only a family of boxes is likely. */
static void
choose_facts(struct fil_draft *draft, const size_t *taken)
{
	size_t best = 0;

	for (size_t f = 0; f < draft->n_facts; f++)
		if (is_likelier(draft, f, best))
			best = f;
	for (size_t f = 0; f < draft->n_facts; f++)
		draft->facts[f].likely =
		    (draft->fact_value != FIL_NOWHERE || draft->facts[best].boxes) &&
		    (f == best ||
			(!draft->facts[best].family && !draft->facts[f].family &&
			    rank_of(&draft->facts[f]) == rank_of(&draft->facts[best])));
	for (size_t i = 0; i < draft->header.n; i++) {
		if (taken[i] == 0 || !draft->facts[taken[i] - 1].likely)
			continue;
		draft->header.used[i] = true;
		if (draft->facts[taken[i] - 1].dated && i + 1 < draft->header.n)
			draft->header.used[i + 1] = true;
	}
}

/* Makes lines of the cells that may be facts: of families by the ends that they share, and of the
 * others. Sets of each cell the number of its line from 1. */
static void
make_facts(struct fil_draft *draft, size_t *taken)
{
	size_t n, cell = 0;

	while ((n = find_family(draft, taken, false, &cell)) > 0)
		take_family(draft, taken, cell, n, false);
	while ((n = find_family(draft, taken, true, &cell)) > 0)
		take_family(draft, taken, cell, n, true);
	for (size_t i = 0; i < draft->header.n; i++) {
		struct fil_draft_fact *fact;

		if (taken[i] > 0 || !may_be_fact(draft, i))
			continue;
		fact = add_fact(draft, fil_copy(draft->labels[i]), i);
		fact->n = 1;
		fact->dated = is_dated(draft, i);
		fact->days = has_date(draft->labels[i]);
		taken[i] = draft->n_facts;
	}
}

/* Returns whether a cell may give a column by its look: days, amounts of time, or few words. */
static bool
may_give(const struct fil_draft *draft, size_t i, size_t c)
{
	const struct fil_column *column = &draft->table->columns[c];
	const struct fil_guess *guess = &draft->guesses[i];
	const char *folded = draft->header.folded[i];

	if (draft->header.used[i] || *folded == '\0' || guess->filled == 0)
		return false;
	if (column->type == FIL_TYPE_DATE)
		return guess->look == FIL_LOOK_DATE;
	if (column->time)
		return guess->look == FIL_LOOK_TIME ||
		    (fil_guess_is_number(guess) &&
			(fil_text_has_word(folded, "duree") ||
			    fil_text_has_word(folded, "duration") ||
			    fil_text_has_word(folded, "temps")));
	return draft->table->kind != FIL_REFERENCE && column->type != FIL_TYPE_CHOICE &&
	    strcmp(column->name, "user") != 0 && guess->look == FIL_LOOK_UNKNOWN &&
	    has_words(guess) && guess->dates == 0 && !fil_guess_is_number(guess) &&
	    !is_of_person(folded);
}

/* Finds the cells that may give the columns that are needed and have none. */
static void
find_candidates(struct fil_draft *draft)
{
	for (size_t c = 0; c < draft->table->n_columns; c++) {
		const struct fil_column *declared = &draft->table->columns[c];
		struct fil_draft_column *column = &draft->columns[c];

		column->n_candidates = 0;
		if (column->mapping ||
		    (!declared->required && (!declared->key || declared->may_be_empty)))
			continue;
		for (size_t i = 0; i < draft->header.n; i++)
			if (column->n_candidates < FIL_DRAFT_CANDIDATES && may_give(draft, i, c))
				column->candidates[column->n_candidates++] = i;
	}
}

/* Proposes lines of [facts] for a wide table: two cells or more may be one each; or one, which has
 * a date beside it, or no cell may be the key. */
static void
find_facts(struct fil_draft *draft)
{
	size_t *taken = fil_alloc(draft->header.n, sizeof *taken), alike = 0;

	draft->fact_name = find_name(draft);
	draft->fact_value = find_value(draft->table);
	for (size_t i = 0; i < draft->header.n; i++)
		if (may_be_fact(draft, i))
			alike += is_dated(draft, i) ? 2 : 1;
	if (may_be_wide(draft) &&
	    (alike > 1 || (alike == 1 && draft->columns[draft->fact_name].n_candidates == 0))) {
		make_facts(draft, taken);
		choose_facts(draft, taken);
	}
	free(taken);
}

bool
fil_draft_is_of_facts(const struct fil_draft *draft, size_t c)
{
	for (size_t f = 0; f < draft->n_facts; f++)
		if (draft->facts[f].likely &&
		    (c == draft->fact_value || (c == draft->fact_name && !draft->facts[f].days) ||
			((draft->facts[f].dated || draft->facts[f].days) &&
			    c == fil_table_column(draft->table, "date"))))
			return true;
	return false;
}

/* Proposes lines of [facts], and the cells of columns that are needed. The only days of the file give
 * the day. */
static void
propose_facts(struct fil_draft *draft)
{
	find_candidates(draft);
	find_facts(draft);
	for (size_t c = 0; c < draft->table->n_columns; c++) {
		struct fil_draft_column *column = &draft->columns[c];

		if (draft->table->columns[c].type != FIL_TYPE_DATE || column->n_candidates != 1 ||
		    draft->header.used[column->candidates[0]] || fil_draft_is_of_facts(draft, c))
			continue;
		take(draft, column, column->candidates[0]);
		column->guessed = true;
	}
	find_candidates(draft);
}

int
fil_draft_read(struct fil_draft *draft, const char *path, const char *folder,
    const struct fil_table *table, const struct fil_format *format, struct fil_fault *fault)
{
	struct fil_profile *profile;
	int result;

	*draft = (struct fil_draft){ .table = table, .given = *format, .format = *format };
	draft->input = fil_input_open(path, folder, fault);
	if (!draft->input)
		return -1;
	profile = fil_profile_new(table, NULL, 0);
	result = settle_format(draft, profile, fault);
	fil_profile_free(profile);
	if (result < 0 || see_all(draft, fault) < 0)
		return -1;
	draft->columns = fil_alloc(table->n_columns, sizeof *draft->columns);
	for (size_t c = 0; c < table->n_columns; c++)
		take_column(draft, c, &table->columns[c]);
	if (table->kind != FIL_EVENT)
		guess_column(draft, "email", looks_like_address, false);
	guess_user(draft);
	guess_column(draft, "alias", looks_like_address, true);
	guess_column(draft, "minutes", looks_like_time, true);
	propose_facts(draft);
	return 0;
}

void
fil_draft_release(struct fil_draft *draft)
{
	for (size_t c = 0; draft->columns && c < draft->table->n_columns; c++) {
		free(draft->columns[c].mapping);
		free(draft->columns[c].others);
	}
	for (size_t f = 0; f < draft->n_facts; f++)
		free(draft->facts[f].pattern);
	free(draft->facts);
	for (size_t i = 0; i < draft->n_guesses; i++)
		fil_guess_release(&draft->guesses[i]);
	free(draft->title);
	for (size_t i = 0; draft->labels && draft->labels[i]; i++)
		free(draft->labels[i]);
	fil_header_release(&draft->header);
	free(draft->labels);
	free(draft->guesses);
	free(draft->columns);
	fil_input_close(draft->input);
	*draft = (struct fil_draft){ 0 };
}
