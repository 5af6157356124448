/* SPDX-License-Identifier: ISC */
#include "lib/mapping/draft_facts.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/mapping/fact_lines.h"

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

void
fil_draft_find_facts(struct fil_draft *draft)
{
	find_candidates(draft);
	find_facts(draft);
	for (size_t c = 0; c < draft->table->n_columns; c++) {
		struct fil_draft_column *column = &draft->columns[c];

		if (draft->table->columns[c].type != FIL_TYPE_DATE || column->n_candidates != 1 ||
		    draft->header.used[column->candidates[0]] || fil_draft_is_of_facts(draft, c))
			continue;
		fil_draft_take(draft, column, column->candidates[0]);
		column->guessed = true;
	}
	find_candidates(draft);
}
