/* SPDX-License-Identifier: ISC */
#include "lib/mapping/draft_print.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/catalog/value.h"
#include "lib/catalog/value_doubt.h"
#include "lib/mapping/draft.h"

/* Words of folded headers, and their subject, which is translated where it is printed. A word is matched
 * whole, also in the plural. */
static const struct {
	const char *word, *what;
} sensitive_words[] = { { "salaire", N_("pay") }, { "remuneration", N_("pay") },
	{ "traitement", N_("pay") }, { "prime", N_("pay") }, { "taux horaire", N_("pay") },
	{ "coefficient", N_("pay") }, { "indice", N_("pay") }, { "salary", N_("pay") },
	{ "wage", N_("pay") }, { "pay", N_("pay") }, { "compensation", N_("pay") },
	{ "bonus", N_("pay") }, { "securite sociale", N_("social security number") },
	{ "n° ss", N_("social security number") }, { "nir", N_("social security number") },
	{ "n° secu", N_("social security number") },
	{ "numero insee", N_("social security number") }, { "ssn", N_("social security number") },
	{ "social security", N_("social security number") },
	{ "national insurance", N_("social security number") }, { "naissance", N_("birth") },
	{ "ne le", N_("birth") }, { "nee le", N_("birth") }, { "ne(e) le", N_("birth") },
	{ "age", N_("birth") }, { "birth", N_("birth") }, { "birthday", N_("birth") },
	{ "birthdate", N_("birth") }, { "dob", N_("birth") }, { "adresse", N_("postal address") },
	{ "address", N_("postal address") }, { "rue", N_("postal address") },
	{ "street", N_("postal address") }, { "code postal", N_("postal address") },
	{ "postcode", N_("postal address") }, { "zip", N_("postal address") },
	{ "domicile", N_("postal address") }, { "iban", N_("bank account") },
	{ "rib", N_("bank account") }, { "bic", N_("bank account") },
	{ "banque", N_("bank account") }, { "bank", N_("bank account") }, { "sexe", N_("sex") },
	{ "genre", N_("sex") }, { "civilite", N_("sex") }, { "sex", N_("sex") },
	{ "gender", N_("sex") }, { "nationalite", N_("nationality") },
	{ "nationality", N_("nationality") }, { "titre de sejour", N_("nationality") },
	{ "citizenship", N_("nationality") }, { "situation familiale", N_("family") },
	{ "situation de famille", N_("family") }, { "conjoint", N_("family") },
	{ "enfant", N_("family") }, { "marital", N_("family") }, { "spouse", N_("family") },
	{ "children", N_("family") }, { "nom de jeune fille", N_("family") },
	{ "handicap", N_("health") }, { "rqth", N_("health") }, { "sante", N_("health") },
	{ "maladie", N_("health") }, { "arret", N_("health") }, { "absence", N_("health") },
	{ "accident", N_("health") }, { "mutuelle", N_("health") }, { "disability", N_("health") },
	{ "health", N_("health") }, { "sick", N_("health") }, { "syndicat", N_("trade union") },
	{ "union", N_("trade union") }, { "religion", N_("religion") },
	{ "ethnicity", N_("origin") }, { "telephone personnel", N_("private telephone") },
	{ "portable", N_("private telephone") }, { "mobile", N_("private telephone") },
	{ "telephone", N_("telephone") }, { "phone", N_("telephone") }, { "tel", N_("telephone") },
	{ "motif de sortie", N_("reason for leaving") },
	{ "motif depart", N_("reason for leaving") }, { "licenciement", N_("reason for leaving") },
	{ "sanction", N_("discipline") }, { "evaluation", N_("appraisal") },
	{ "appraisal", N_("appraisal") }, { "mot de passe", N_("password") },
	{ "password", N_("password") }, { "photo", N_("picture") } };

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c & 0x80) != 0;
}

/* Returns whether the header contains the word, or its plural, as a whole word. */
static bool
stands_in(const char *header, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = header; (at = strstr(at, word)); at++) {
		const char *behind = at + n + (at[n] == 's');

		if ((at == header || !is_letter(at[-1])) && !is_letter(*behind))
			return true;
	}
	return false;
}

/* Returns the sensitive subject of a column, "pay" or "health", by its folded header or the look of
 * its cells; else NULL. */
static const char *
sensitive_what(const char *folded, enum fil_look look)
{
	if (look == FIL_LOOK_SECURITY)
		return N_("social security number");
	if (look == FIL_LOOK_ACCOUNT)
		return N_("bank account");
	/* "Adresse de courriel" is no postal address. */
	if (look == FIL_LOOK_ADDRESS)
		return NULL;
	for (size_t i = 0; i < sizeof sensitive_words / sizeof *sensitive_words; i++)
		if (stands_in(folded, sensitive_words[i].word))
			return sensitive_words[i].what;
	if (look == FIL_LOOK_AMOUNT)
		return N_("money");
	return look == FIL_LOOK_TELEPHONE ? N_("telephone") : NULL;
}

/* Lines are broken where they are longer; a line of a profile has at most 4,096 bytes. */
enum { LINE = 180, LINE_MOST = 4000 };

/* Returns whether a value may be continued on a line that begins with this text. */
static bool
may_break(const char *at)
{
	return *at == ' ' && at[1] != ';' && at[1] != '#';
}

/* Prints a value on continuation lines, where ` ;` begins no comment. */
static void
put_long(FILE *stream, const char *value)
{
	for (value += strspn(value, " "); *value != '\0'; value += strspn(value, " ")) {
		size_t n = strlen(value), cut = n > LINE ? LINE : n;

		while (cut < n && cut > 0 && !may_break(value + cut))
			cut--;
		for (cut = cut > 0 ? cut : LINE; cut < n && !may_break(value + cut);)
			cut++;
		fprintf(stream, "\n  %.*s", (int)cut, value);
		value += cut;
	}
	fputc('\n', stream);
}

/* Returns whether a value can be split into lines short enough. */
static bool
fits(const char *value)
{
	size_t since = 0;

	for (; *value != '\0' && since <= LINE_MOST; value++)
		since = may_break(value) ? 0 : since + 1;
	return since <= LINE_MOST;
}

static void
put_entry(FILE *stream, const char *key, const char *value)
{
	fprintf(stream, "%s =", key);
	if (strlen(key) + strlen(value) < LINE && !strstr(value, " ;"))
		fprintf(stream, " %s\n", value);
	else
		put_long(stream, value);
}

/* Adds words separated by " | ". */
static void
add_words(struct fil_bytes *text, char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		fil_bytes_add_text(text, i > 0 ? " | " : "");
		fil_quoted_add(text, words[i], false);
	}
}

/* Returns the guess for the one cell of a column, or NULL. */
static const struct fil_guess *
guess_of(const struct fil_draft *draft, size_t c)
{
	const struct fil_draft_column *column = &draft->columns[c];

	if (!column->mapping || column->cell == FIL_NOWHERE)
		return NULL;
	return &draft->guesses[column->cell];
}

/* Prints a line of comment. */
static void
put_comment(FILE *stream, const char *text)
{
	fprintf(stream, "# %s\n", text);
}

/* As put_comment, and frees the text. */
static void
put_note(FILE *stream, char *text)
{
	put_comment(stream, text);
	free(text);
}

static void
put_head(const struct fil_draft *draft, FILE *stream)
{
	char *name = fil_text_escape(fil_input_name(draft->input));
	const char *table = draft->table->name;

	put_note(stream,
	    fil_format(ngettext("A profile of %s, proposed from its header and %zu row.",
			   "A profile of %s, proposed from its header and %zu rows.", draft->rows),
		name, draft->rows));
	put_comment(stream, _("Read it, correct it, keep it beside the script, and try it with"));
	fprintf(stream, "#   %s %s --profile PROFILE --dry-run %s\n",
	    draft->table->kind == FIL_EVENT ? "fil-record" : "fil-import", table, name);
	put_comment(
	    stream, _("A line that begins with '#' is a comment. More: man 5 filrouge-profile"));
	fputc('\n', stream);
	free(name);
}

/* Warns that the first line may be a row if no header means a column. */
static void
put_doubt(const struct fil_draft *draft, FILE *stream)
{
	for (size_t c = 0; c < draft->table->n_columns; c++)
		if (draft->columns[c].mapping && !draft->columns[c].guessed)
			return;
	if (!draft->given.no_header) {
		put_comment(stream,
		    _("No header is known. If the first line is a row, propose again with "
		      "--no-header."));
		fputc('\n', stream);
	}
}

/* Options that were given are needed again. Detected values will be detected again. */
static void
put_format(const struct fil_draft *draft, FILE *stream)
{
	const struct fil_format *given = &draft->given, *format = &draft->format;
	const char *delimiter = fil_delimiter_word(format->delimiter);

	if (fil_input_rows(draft->input)) {
		const char *sheet = fil_input_rows(draft->input)->sheet;

		if (sheet)
			fprintf(stream, "%ssheet = %s\n", given->sheet ? "" : "# ", sheet);
		else if (given->rows)
			fprintf(stream, "rows = %s\n", given->rows);
		return;
	}
	put_comment(stream, _("The format of the file is detected each time. To set it:"));
	fprintf(stream, "%sencoding = %s\n", given->encoding ? "" : "# ", format->encoding);
	if (!format->one_column && delimiter)
		fprintf(
		    stream, "%sdelimiter = %s\n", given->delimiter != '\0' ? "" : "# ", delimiter);
	if (given->skip_lines > 0)
		fprintf(stream, "skip-lines = %zu\n", given->skip_lines);
	if (given->no_header)
		fputs("no-header = yes\n", stream);
}

/* Prints the date order that the columns taken prove. */
static void
put_dates(const struct fil_draft *draft, FILE *stream)
{
	size_t day_first = 0, month_first = 0, undecided = 0, short_years = 0, serials = 0;

	for (size_t c = 0; c < draft->table->n_columns; c++) {
		const struct fil_guess *guess = guess_of(draft, c);

		if (!guess || draft->table->columns[c].type != FIL_TYPE_DATE)
			continue;
		day_first += guess->day_first;
		month_first += guess->month_first;
		undecided += guess->undecided;
		short_years += guess->short_years;
		serials += guess->serials;
	}
	if (serials > 0) {
		put_comment(stream, _("Dates are a spreadsheet's serial numbers."));
		fputs("dates = excel\n", stream);
	} else if ((day_first > 0) != (month_first > 0)) {
		fprintf(stream, "dates = %s\n", day_first > 0 ? "dmy" : "mdy");
	} else if (day_first > 0) {
		put_comment(stream,
		    _("Some dates are day first, others month first: the file mixes both."));
	} else if (undecided > 0) {
		put_comment(stream,
		    _("CHANGE ME: the dates are ambiguous: day or month first? Choose one:"));
		fputs("# dates = dmy\n# dates = mdy\n", stream);
	}
	if (short_years > 0) {
		put_comment(stream, _("Years have two digits: up to the pivot they are 20yy."));
		fputs("# pivot = 40\n", stream);
	}
}

/* Prints the decimal sign that the columns taken prove, if a number has two readings. */
static void
put_decimal(const struct fil_draft *draft, FILE *stream)
{
	size_t open = 0, commas = 0, points = 0;

	for (size_t c = 0; c < draft->table->n_columns; c++) {
		const struct fil_guess *guess = guess_of(draft, c);

		if (!guess || draft->table->columns[c].type != FIL_TYPE_AMOUNT)
			continue;
		open += guess->open;
		commas += guess->commas;
		points += guess->points;
	}
	if (open == 0)
		return;
	if (commas > 0 && points > 0) {
		put_comment(stream,
		    _("Some numbers have a decimal comma, others a point: the file mixes both."));
	} else if (commas + points > 0) {
		fprintf(stream, "decimal = %s\n", commas > 0 ? "comma" : "point");
	} else {
		put_comment(stream,
		    _("CHANGE ME: some numbers have two readings. Is the sign decimal, or does it "
		      "group "
		      "thousands? Choose one:"));
		fputs("# decimal = comma\n# decimal = point\n", stream);
	}
}

/* Prints how to find the users of rows without their keys. */
static void
put_match(const struct fil_draft *draft, FILE *stream)
{
	size_t c = fil_table_user(draft->table);

	if (c == FIL_NOWHERE || !draft->table->columns[c].references)
		return;
	put_comment(
	    stream, _("Rows that name users by e-mail or name, and namesakes by their unit:"));
	fprintf(stream, "%s\n# within = unit\n",
	    draft->by_email ? "match = email" : "# match = email,name");
}

static void
put_pads(const struct fil_draft *draft, FILE *stream)
{
	bool said = false;

	for (size_t c = 0; c < draft->table->n_columns; c++) {
		const struct fil_guess *guess = guess_of(draft, c);
		size_t digits = guess ? guess->padded : 0;

		if (digits == 0 || draft->table->columns[c].type != FIL_TYPE_KEY)
			continue;
		if (!said)
			put_comment(stream,
			    _("Numbers with leading zeros, all of one length: restore zeros that "
			      "a spreadsheet removed."));
		fprintf(stream, "pad = %s=%zu\n", draft->table->columns[c].name, digits);
		said = true;
	}
}

static void
put_list(const struct fil_draft *draft, FILE *stream)
{
	if (strcmp(draft->table->name, "users") != 0)
		return;
	fputc('\n', stream);
	put_comment(stream,
	    _("The feed of these users. A whole list marks the users missing from it as left."));
	fputs("# feed = hr\n# sync = yes\n", stream);
}

/* Warns of a cell that is a doubtful key. */
static void
put_suspect(const struct fil_draft *draft, size_t c, FILE *stream)
{
	const struct fil_column *column = &draft->table->columns[c];
	const struct fil_guess *guess = guess_of(draft, c);
	unsigned *kinds = fil_table_doubts(draft->table, NULL);
	struct fil_value_doubt doubt;
	struct fil_bytes way_out = { 0 };
	char *seen;

	if (guess && guess->suspect &&
	    fil_value_doubt(column, kinds[c], guess->suspect, strlen(guess->suspect), &doubt)) {
		fil_value_doubt_way_out(
		    &doubt, column, draft->columns[c].mapping, guess->suspect, &way_out);
		seen = fil_value_doubt_seen(&doubt, guess->suspect);
		fprintf(stream, "# %s: %s: %s\n", column->name, seen, way_out.data);
		free(seen);
	}
	fil_bytes_release(&way_out);
	free(kinds);
}

static void
put_column(const struct fil_draft *draft, size_t c, FILE *stream)
{
	const struct fil_draft_column *column = &draft->columns[c];

	const char *name = draft->table->columns[c].name;
	struct fil_bytes quoted = { 0 };

	if (column->others)
		put_note(stream, fil_format(_("%s: or is it %s?"), name, column->others));
	if (!fits(column->mapping)) {
		put_note(stream, fil_format(_("%s: its header is too long for a profile."), name));
		return;
	}
	if (column->guessed)
		put_note(stream, fil_format(_("%s: guessed from the look of the cells."), name));
	put_suspect(draft, c, stream);
	/* Other headers need no quotes: ` ;` stands on a line that continues the value. */
	if (*column->mapping == '"' || *column->mapping == ';')
		fil_quoted_add(&quoted, column->mapping, false);
	put_entry(stream, name, quoted.length > 0 ? quoted.data : column->mapping);
	fil_bytes_release(&quoted);
}

/* Returns whether a likely line of [facts] gives column c. */
static bool
is_of_facts(const struct fil_draft *draft, size_t c)
{
	for (size_t f = 0; f < draft->n_facts; f++)
		if (draft->facts[f].likely &&
		    (c == draft->fact_name || c == draft->fact_value ||
			(draft->facts[f].dated && c == fil_table_column(draft->table, "date"))))
			return true;
	return false;
}

static void
put_columns(const struct fil_draft *draft, FILE *stream)
{
	struct fil_bytes missing = { 0 };

	fputs("\n[columns]\n", stream);
	for (size_t c = 0; c < draft->table->n_columns; c++) {
		const struct fil_column *column = &draft->table->columns[c];

		if (draft->columns[c].mapping)
			put_column(draft, c, stream);
		else if (is_of_facts(draft, c))
			continue;
		else if (column->required || (column->key && !column->may_be_empty))
			fprintf(stream, "# %s\n# %s =\n",
			    _("CHANGE ME: needed, and not found: which header has it?"),
			    column->name);
		else if (strcmp(column->name, "feed") != 0)
			fil_bytes_add_format(
			    &missing, "%s%s", missing.length > 0 ? ", " : "", column->name);
	}
	if (missing.length > 0)
		put_note(stream, fil_format(_("Not found: %s."), missing.data));
	fil_bytes_release(&missing);
}

/* Prints a line of [facts], as a comment unless it is likely. */
static void
put_fact(const struct fil_draft *draft, const struct fil_draft_fact *fact, FILE *stream)
{
	const struct fil_column *columns = draft->table->columns;
	struct fil_bytes line = { 0 };

	fil_quoted_add(&line, fact->pattern, true);
	fil_bytes_add_format(
	    &line, " = %s %s", columns[draft->fact_name].name, fact->family ? "{*}" : "{header}");
	if (draft->fact_value != FIL_NOWHERE)
		fil_bytes_add_format(&line, ", %s {}", columns[draft->fact_value].name);
	if (fact->dated)
		fil_bytes_add_text(&line, ", date {+1}");
	fprintf(stream, "%s%s\n", fact->likely ? "" : "# ", line.data);
	fil_bytes_release(&line);
}

/* Prints the words of the cells of one line of [facts], to be given a value. */
static void
put_fact_words(const struct fil_draft *draft, const struct fil_draft_fact *fact, FILE *stream)
{
	const struct fil_guess *guess = &draft->guesses[fact->cell];
	const char *value = draft->table->columns[draft->fact_value].name;
	struct fil_bytes words = { 0 };

	add_words(&words, guess->words, guess->n_words);
	fprintf(stream, "\n[values.%s]\n", value);
	put_comment(stream,
	    _("CHANGE ME: what do the cells mean? Words, and numbers by ranges: 3 = >= 80"));
	if (words.length > 0)
		put_note(stream, fil_format(_("Found first: %s"), words.data));
	put_comment(stream, "empty = -");
	fil_bytes_release(&words);
}

/* Prints the lines of [facts] for a wide table. */
static void
put_facts(const struct fil_draft *draft, FILE *stream)
{
	const struct fil_draft_fact *likely = NULL;

	if (draft->n_facts == 0)
		return;
	fputs("\n[facts]\n", stream);
	put_comment(stream,
	    _("Each cell under such headers becomes a row. Keep the lines that are right."));
	for (size_t f = 0; f < draft->n_facts; f++) {
		put_fact(draft, &draft->facts[f], stream);
		if (draft->facts[f].likely && !likely)
			likely = &draft->facts[f];
	}
	if (likely && draft->fact_value != FIL_NOWHERE)
		put_fact_words(draft, likely, stream);
}

/* Prints the words that mean nothing in a column that may be empty. */
static void
put_nothings(const struct fil_column *column, const struct fil_guess *guess, FILE *stream)
{
	bool dates = column->type == FIL_TYPE_DATE;
	char *const *list = dates ? guess->nothings : guess->nulls;
	size_t n = dates ? guess->n_nothings : guess->n_nulls;
	struct fil_bytes words = { 0 };

	add_words(&words, list, n);
	if (words.length > 0 && (!dates || guess->dates + guess->serials > 0)) {
		fprintf(stream, "\n[values.%s]\n", column->name);
		put_entry(stream, "empty", words.data);
	}
	fil_bytes_release(&words);
}

/* Prints the words that are no choice in a column of choices. */
static void
put_choices(const struct fil_column *column, const struct fil_guess *guess, FILE *stream)
{
	struct fil_bytes value = { 0 }, quoted = { 0 };
	struct fil_fault fault;
	bool begun = false;

	for (size_t i = 0; i < guess->n_words; i++) {
		const char *word = guess->words[i];

		if (fil_column_read(column, word, strlen(word), FIL_ORDER_YMD, &value, &fault) == 0)
			continue;
		if (!begun)
			fprintf(stream, "\n[values.%s]\n# %s\n", column->name,
			    _("CHANGE ME: what do these words mean?"));
		fil_bytes_clear(&quoted);
		fil_quoted_add(&quoted, word, false);
		fprintf(stream, "# %s = %s\n", column->choices[0], quoted.data);
		begun = true;
	}
	fil_bytes_release(&value);
	fil_bytes_release(&quoted);
}

static void
put_values(const struct fil_draft *draft, FILE *stream)
{
	for (size_t c = 0; c < draft->table->n_columns; c++) {
		const struct fil_column *column = &draft->table->columns[c];
		const struct fil_guess *guess = guess_of(draft, c);

		if (guess && column->type == FIL_TYPE_CHOICE)
			put_choices(column, guess, stream);
		else if (guess && !column->key && !column->required && !fil_column_is_free(column))
			put_nothings(column, guess, stream);
	}
}

/* Prints the columns whose words may decide which rows to leave out. */
static void
put_skips(const struct fil_draft *draft, FILE *stream)
{
	static const char *const headers[] = { "statut", "status", "situation", "etat", "state",
		"position", "actif", "active", "archive", "archived" };
	struct fil_bytes line = { 0 };
	bool begun = false;

	for (size_t i = 0; i < draft->header.n; i++) {
		const struct fil_guess *guess = &draft->guesses[i];
		bool named = false;

		for (size_t h = 0; h < sizeof headers / sizeof *headers; h++)
			named |= strcmp(draft->header.folded[i], headers[h]) == 0;
		if (!named || draft->header.used[i] || guess->n_words == 0 || guess->more_words)
			continue;
		if (!begun)
			fprintf(stream, "\n[skip]\n# %s\n",
			    _("Rows to leave out: keep only their words."));
		fil_bytes_clear(&line);
		add_words(&line, guess->words, guess->n_words);
		/* None of these headers needs quotes. */
		fprintf(stream, "# %s = %s\n", draft->header.labels[i], line.data);
		begun = true;
	}
	fil_bytes_release(&line);
}

/* Prints the headers that no column takes, with their sensitive subjects. */
static void
put_rest(const struct fil_draft *draft, FILE *stream)
{
	static const char *const looks[] = {
		[FIL_LOOK_ADDRESS] = N_("addresses for electronic mail"),
		[FIL_LOOK_DATE] = N_("dates"),
	};
	bool begun = false;

	for (size_t i = 0; i < draft->header.n; i++) {
		enum fil_look look = draft->guesses[i].look;
		const char *what = sensitive_what(draft->header.folded[i], look);
		const char *label = draft->labels[i];

		if (draft->header.used[i] || label[strspn(label, " ")] == '\0')
			continue;
		if (!begun)
			fprintf(stream, "\n# %s\n",
			    _("Not stored, because no column takes them. Store only what the "
			      "work needs."));
		begun = true;
		fprintf(stream, "#   %s", label);
		if (what)
			fprintf(stream, _("  (sensitive: %s)"), _(what));
		else if (look == FIL_LOOK_ADDRESS || look == FIL_LOOK_DATE)
			fprintf(stream, "  (%s)", _(looks[look]));
		fputc('\n', stream);
	}
}

void
fil_draft_print(const struct fil_draft *draft, FILE *stream)
{
	put_head(draft, stream);
	if (draft->assumed)
		put_comment(stream, _("CHANGE ME: which table is it for?"));
	if (draft->n_facts > 0 || draft->assumed)
		fprintf(stream, "table = %s\n\n", draft->table->name);
	put_doubt(draft, stream);
	put_format(draft, stream);
	put_dates(draft, stream);
	put_decimal(draft, stream);
	put_pads(draft, stream);
	put_match(draft, stream);
	put_list(draft, stream);
	put_columns(draft, stream);
	put_facts(draft, stream);
	put_values(draft, stream);
	put_skips(draft, stream);
	put_rest(draft, stream);
}
