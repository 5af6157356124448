/* SPDX-License-Identifier: ISC */
#include "lib/mapping/draft.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/catalog/value.h"
#include "lib/catalog/value_doubt.h"

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

/* Prints, as a comment, that a word of the file means a value. */
static void
put_meaning(FILE *stream, const char *value, const char *word)
{
	struct fil_bytes quoted = { 0 };

	fil_quoted_add(&quoted, word, false);
	fprintf(stream, "# %s = %s\n", value, quoted.data);
	fil_bytes_release(&quoted);
}

/* Returns whether a word is a value of the column as it stands. */
static bool
is_value(const struct fil_column *column, const char *word)
{
	struct fil_bytes value = { 0 };
	struct fil_fault fault;
	bool read = fil_column_read(column, word, strlen(word), FIL_ORDER_YMD, &value, &fault) == 0;

	fil_bytes_release(&value);
	return read;
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

/* Returns whether the rows are objects of JSON, which have no first line. */
static bool
is_json(const struct fil_draft *draft)
{
	const struct fil_row_file *rows = fil_input_rows(draft->input);

	return rows && !rows->sheet;
}

/* Warns that the first line may be a row if no header means a column. */
static void
put_doubt(const struct fil_draft *draft, FILE *stream)
{
	for (size_t c = 0; c < draft->table->n_columns; c++)
		if (draft->columns[c].mapping && !draft->columns[c].guessed)
			return;
	if (!draft->given.no_header && !is_json(draft)) {
		put_comment(stream,
		    _("No header is known. If the first line is a row, propose again with "
		      "--no-header."));
		fputc('\n', stream);
	}
}

/* Prints where the table stands in the file, and whether its rows lack cells. */
static void
put_table_lines(const struct fil_draft *draft, FILE *stream)
{
	const struct fil_format *given = &draft->given;
	struct fil_bytes quoted = { 0 };

	if (draft->title && !strchr(draft->title, '"')) {
		put_comment(stream, _("The table stands below this line:"));
		fil_quoted_add(&quoted, draft->title, false);
		fprintf(stream, "begin-after = %s\n", quoted.data);
	} else if (draft->above > 0 && given->skip_lines == 0) {
		put_comment(
		    stream, _("Titles stand above the header. To leave out so many lines:"));
		fprintf(stream, "# skip-lines = %zu\n", draft->above);
	}
	if (draft->format.ends_blank && !given->ends_blank)
		fputs("end = blank\n", stream);
	if (draft->short_rows > 0) {
		put_note(stream,
		    fil_format(ngettext("%zu row lacks cells at its end.",
				   "%zu rows lack cells at their end.", draft->short_rows),
			draft->short_rows));
		fprintf(stream, "%sshort-rows = yes\n",
		    draft->short_rows * 2 > draft->rows ? "" : "# ");
	}
	fil_bytes_release(&quoted);
}

/* Prints the options of lines that were given. */
static void
put_given_lines(const struct fil_format *given, FILE *stream)
{
	if (given->skip_lines > 0)
		fprintf(stream, "skip-lines = %zu\n", given->skip_lines);
	if (given->no_header)
		fputs("no-header = yes\n", stream);
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
		put_given_lines(given, stream);
		put_table_lines(draft, stream);
		return;
	}
	put_comment(stream, _("The format of the file is detected each time. To set it:"));
	fprintf(stream, "%sencoding = %s\n", given->encoding ? "" : "# ", format->encoding);
	if (!format->one_column && delimiter)
		fprintf(
		    stream, "%sdelimiter = %s\n", given->delimiter != '\0' ? "" : "# ", delimiter);
	put_given_lines(given, stream);
	put_table_lines(draft, stream);
}

/* The dates of a draft, counted. */
struct date_counts {
	size_t day_first, month_first, undecided, short_years, serials, seconds, offsets;
};

static void
count_dates(struct date_counts *counts, const struct fil_guess *guess)
{
	counts->day_first += guess->day_first;
	counts->month_first += guess->month_first;
	counts->undecided += guess->undecided;
	counts->short_years += guess->short_years;
	counts->serials += guess->serials;
	counts->seconds += guess->seconds;
	counts->offsets += guess->offsets;
}

/* Counts the dates of columns that are taken or may be, and those beside facts. */
static struct date_counts
count_all_dates(const struct fil_draft *draft)
{
	struct date_counts counts = { 0 };

	for (size_t c = 0; c < draft->table->n_columns; c++) {
		const struct fil_draft_column *column = &draft->columns[c];

		if (draft->table->columns[c].type != FIL_TYPE_DATE)
			continue;
		if (guess_of(draft, c))
			count_dates(&counts, guess_of(draft, c));
		for (size_t i = 0; i < column->n_candidates; i++)
			count_dates(&counts, &draft->guesses[column->candidates[i]]);
	}
	for (size_t f = 0; f < draft->n_facts; f++)
		if (draft->facts[f].likely && draft->facts[f].dated)
			count_dates(&counts, &draft->guesses[draft->facts[f].cell + 1]);
	return counts;
}

/* Prints the date order that the columns taken prove. */
static void
put_dates(const struct fil_draft *draft, FILE *stream)
{
	struct date_counts counts = count_all_dates(draft);

	if (counts.serials > 0) {
		put_comment(stream, _("Dates are a spreadsheet's serial numbers."));
		fputs("dates = excel\n", stream);
	} else if (counts.seconds > 0) {
		put_comment(stream, _("Dates are seconds since 1970."));
		fputs("dates = epoch\n", stream);
	} else if ((counts.day_first > 0) != (counts.month_first > 0)) {
		fprintf(stream, "dates = %s\n", counts.day_first > 0 ? "dmy" : "mdy");
	} else if (counts.day_first > 0) {
		put_comment(stream,
		    _("Some dates are day first, others month first: the file mixes both."));
	} else if (counts.undecided > 0) {
		put_comment(stream,
		    _("CHANGE ME: the dates are ambiguous: day or month first? Choose one:"));
		fputs("# dates = dmy\n# dates = mdy\n", stream);
	}
	if (counts.short_years > 0) {
		put_comment(
		    stream, _("CHANGE ME: years have two digits. Up to the pivot they are 20yy:"));
		fputs("# pivot = 40\n", stream);
	}
	if (counts.offsets > 0) {
		put_comment(stream,
		    _("CHANGE ME: times have an offset from UTC. Their days are as written, or "
		      "those of a zone:"));
		fputs("# timezone = Europe/Paris\n", stream);
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
	fprintf(stream, "%smatch = %s\n# within = unit\n", draft->match ? "" : "# ",
	    draft->match ? draft->match : "email,name");
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

/* Returns whether a column is needed, and nothing gives it. */
static bool
is_missing(const struct fil_draft *draft, size_t c)
{
	const struct fil_column *column = &draft->table->columns[c];

	return !draft->columns[c].mapping && !fil_draft_is_of_facts(draft, c) &&
	    (column->required || (column->key && !column->may_be_empty));
}

/* Returns whether a column that is missing most often has one value for all rows: neither the user
 * nor a day has. */
static bool
is_of_all_rows(const struct fil_draft *draft, size_t c)
{
	const struct fil_column *column = &draft->table->columns[c];

	/* The first key of a reference table is another one on each row. */
	return (draft->table->kind != FIL_REFERENCE || c > 0) && column->key &&
	    column->type != FIL_TYPE_DATE && c != fil_table_user(draft->table);
}

/* Prints the columns that may have one value for all rows. */
static void
put_constants(const struct fil_draft *draft, FILE *stream)
{
	bool begun = false;

	for (size_t c = 0; c < draft->table->n_columns; c++) {
		const struct fil_column *column = &draft->table->columns[c];
		struct fil_bytes choices = { 0 };

		if (!is_missing(draft, c) || !is_of_all_rows(draft, c) ||
		    draft->columns[c].n_candidates > 0)
			continue;
		if (!begun)
			put_comment(stream,
			    _("CHANGE ME: needed, and not found: one value for all rows, here, or "
			      "a header in "
			      "[columns]"));
		begun = true;
		for (size_t i = 0; column->choices && column->choices[i]; i++)
			fil_bytes_add_format(
			    &choices, "%s%s", i > 0 ? " | " : "", column->choices[i]);
		fprintf(stream, "# %s =%s%s\n", column->name, choices.length > 0 ? " " : "",
		    choices.length > 0 ? choices.data : "");
		fil_bytes_release(&choices);
	}
}

/* Prints a column that is needed, with the headers whose cells look like it. */
static void
put_missing(const struct fil_draft *draft, size_t c, FILE *stream)
{
	const struct fil_draft_column *column = &draft->columns[c];
	const char *name = draft->table->columns[c].name;

	put_comment(stream,
	    is_of_all_rows(draft, c)
		? _("CHANGE ME: needed, and not found: which header has it? Or set "
		    "it above [columns], for all rows.")
		: _("CHANGE ME: needed, and not found: which header has it?"));
	if (column->n_candidates == 0)
		fprintf(stream, "# %s =\n", name);
	for (size_t i = 0; i < column->n_candidates; i++)
		fprintf(stream, "# %s = %s\n", name, draft->labels[column->candidates[i]]);
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
		else if (is_missing(draft, c) &&
		    (!is_of_all_rows(draft, c) || draft->columns[c].n_candidates > 0))
			put_missing(draft, c, stream);
		else if (!is_missing(draft, c) && !fil_draft_is_of_facts(draft, c) &&
		    strcmp(column->name, "feed") != 0)
			fil_bytes_add_format(
			    &missing, "%s%s", missing.length > 0 ? ", " : "", column->name);
	}
	if (missing.length > 0)
		put_note(stream, fil_format(_("Not found: %s."), missing.data));
	fil_bytes_release(&missing);
}

/* Returns whether the header of a cell stands in several columns: only numbers tell these apart. */
static bool
is_repeated(const struct fil_draft *draft, size_t cell)
{
	for (size_t i = 0; i < draft->header.n; i++)
		if (i != cell && strcmp(draft->labels[i], draft->labels[cell]) == 0)
			return true;
	return false;
}

/* Adds the sign and the name of a line of [facts]: "#3 = module {header} 3". */
static void
add_fact_name(
    const struct fil_draft *draft, const struct fil_draft_fact *fact, struct fil_bytes *line)
{
	const char *name = draft->table->columns[draft->fact_name].name;
	bool repeated = !fact->family && is_repeated(draft, fact->cell);

	if (repeated)
		fil_bytes_add_format(line, "#%zu", fact->cell + 1);
	else
		fil_quoted_add(line, fact->pattern, true);
	fil_bytes_add_text(line, " = ");
	if (fact->days)
		return;
	fil_bytes_add_format(line, "%s %s", name, fact->family ? "{*}" : "{header}");
	if (repeated)
		fil_bytes_add_format(line, " %zu", fact->cell + 1);
	fil_bytes_add_text(line, ", ");
}

/* Prints a line of [facts], as a comment unless it is likely. */
static void
put_fact(const struct fil_draft *draft, const struct fil_draft_fact *fact, FILE *stream)
{
	const struct fil_column *columns = draft->table->columns;
	struct fil_bytes line = { 0 };

	add_fact_name(draft, fact, &line);
	if (draft->fact_value != FIL_NOWHERE)
		fil_bytes_add_format(&line, "%s {}, ", columns[draft->fact_value].name);
	if (fact->dated || fact->days)
		fil_bytes_add_format(&line, "date %s, ", fact->days ? "{header}" : "{+1}");
	line.length -= 2;
	line.data[line.length] = '\0';
	fprintf(stream, "%s%s\n", fact->likely ? "" : "# ", line.data);
	fil_bytes_release(&line);
}

/* Returns whether a likely line of [facts] takes a cell: its header has what the pattern shows. */
static bool
takes(const struct fil_draft *draft, size_t i, struct fil_bytes *name)
{
	for (size_t f = 0; f < draft->n_facts; f++) {
		const struct fil_draft_fact *fact = &draft->facts[f];
		const char *label = draft->labels[i], *star = strchr(fact->pattern, '*');
		size_t n = strlen(label), before = star ? (size_t)(star - fact->pattern) : 0;
		size_t after = star ? strlen(star + 1) : 0;

		if (!fact->likely || (!fact->family && i != fact->cell) ||
		    (fact->family &&
			(n < before + after || memcmp(label, fact->pattern, before) != 0 ||
			    memcmp(label + n - after, star + 1, after) != 0)))
			continue;
		fil_bytes_clear(name);
		fil_bytes_add(name, label + (fact->family ? before : 0),
		    fact->family ? n - before - after : n);
		if (!fact->family && is_repeated(draft, i))
			fil_bytes_add_format(name, " %zu", i + 1);
		return true;
	}
	return false;
}

/* Prints the names that headers give, to be turned into those of the store. */
static void
put_fact_names(const struct fil_draft *draft, FILE *stream)
{
	const struct fil_column *column = &draft->table->columns[draft->fact_name];
	struct fil_bytes name = { 0 };

	if (!column->references || !fil_draft_is_of_facts(draft, draft->fact_name))
		return;
	fprintf(stream, "\n[values.%s]\n", column->name);
	put_note(stream,
	    fil_format(_("CHANGE ME: before each sign, the name that the store has in %s."),
		column->references));
	for (size_t i = 0; i < draft->header.n; i++)
		if (takes(draft, i, &name))
			put_meaning(stream, "?", name.data);
	fil_bytes_release(&name);
}

/* The distinct words of all cells of likely lines, by what the profile must say of them. */
struct fact_words {
	char *words[FIL_GUESS_WORDS], *nulls[FIL_GUESS_WORDS];
	size_t n_words, n_nulls;
	bool numbers; /* some are numbers that are no value */
};

static void
add_word(char **words, size_t *n, char *word)
{
	for (size_t i = 0; i < *n; i++)
		if (strcmp(words[i], word) == 0)
			return;
	if (*n < FIL_GUESS_WORDS)
		words[(*n)++] = word;
}

/* Adds the words of one cell that are no value of the column. */
static void
add_fact_words(
    const struct fil_column *column, const struct fil_guess *guess, struct fact_words *found)
{
	for (size_t i = 0; i < guess->n_nulls; i++)
		add_word(found->nulls, &found->n_nulls, guess->nulls[i]);
	for (size_t i = 0; i < guess->n_words; i++) {
		char *word = guess->words[i];

		if (fil_is_null_word(word, strlen(word)) || is_value(column, word))
			continue;
		if (fil_guess_is_number(guess) && strpbrk(word, "0123456789"))
			found->numbers = true;
		else
			add_word(found->words, &found->n_words, word);
	}
	found->numbers |= guess->more_words && fil_guess_is_number(guess);
}

/* Prints what the cells of likely lines may mean: words for nothing, words, and numbers by ranges. */
static void
put_fact_words(const struct fil_draft *draft, FILE *stream)
{
	const struct fil_column *column = &draft->table->columns[draft->fact_value];
	const char *some = column->choices ? column->choices[0] : "3";
	struct fact_words found = { 0 };
	struct fil_bytes name = { 0 }, text = { 0 };

	for (size_t i = 0; i < draft->header.n; i++)
		if (takes(draft, i, &name))
			add_fact_words(column, &draft->guesses[i], &found);
	fil_bytes_release(&name);
	if (found.n_words + found.n_nulls == 0 && !found.numbers)
		return;
	fprintf(stream, "\n[values.%s]\n", column->name);
	add_words(&text, found.nulls, found.n_nulls);
	if (text.length > 0)
		put_entry(stream, "empty", text.data);
	if (found.n_words > 0 || found.numbers)
		put_comment(stream,
		    _("CHANGE ME: what do the cells mean? Words, and numbers by ranges: 3 = >= "
		      "80"));
	for (size_t i = 0; i < found.n_words; i++)
		put_meaning(stream, some, found.words[i]);
	if (found.numbers)
		fprintf(stream, "# %s = >= 50\n# %s = < 50\n# keep = note\n", some,
		    column->choices ? column->choices[1] : "1");
	fil_bytes_release(&text);
}

/* Prints the lines of [facts] for a wide table. */
static void
put_facts(const struct fil_draft *draft, FILE *stream)
{
	bool likely = false;

	if (draft->n_facts == 0)
		return;
	fputs("\n[facts]\n", stream);
	put_comment(stream,
	    _("Each cell under such headers becomes a row. Keep the lines that are right."));
	for (size_t f = 0; f < draft->n_facts; f++) {
		put_fact(draft, &draft->facts[f], stream);
		likely |= draft->facts[f].likely;
	}
	if (likely)
		put_fact_names(draft, stream);
	if (likely && draft->fact_value != FIL_NOWHERE)
		put_fact_words(draft, stream);
}

/* Returns the name of the sign that may stand between the parts of the cells of a column, or NULL. */
static const char *
sign_of(const struct fil_draft *draft, size_t c)
{
	static const char *const words[FIL_GUESS_SIGNS] = { "newline", "semicolon", "comma",
		"pipe" };
	const struct fil_draft_column *column = &draft->columns[c];
	const struct fil_guess *guess = guess_of(draft, c);

	for (size_t i = 0; i <= column->n_candidates; i++) {
		for (size_t s = 0; guess && s < FIL_GUESS_SIGNS; s++)
			if (guess->parted[s] > 0)
				return words[s];
		if (i < column->n_candidates)
			guess = &draft->guesses[column->candidates[i]];
	}
	return NULL;
}

/* Prints the sign that may stand between the parts of the cells of a key. */
static void
put_split(const struct fil_draft *draft, FILE *stream)
{
	for (size_t c = 0; draft->table->kind == FIL_EVENT && c < draft->table->n_keys; c++) {
		const struct fil_column *column = &draft->table->columns[c];
		const char *sign = column->type == FIL_TYPE_KEY &&
			(c != fil_table_user(draft->table) ||
			    (draft->match && strcmp(draft->match, "email") == 0))
		    ? sign_of(draft, c)
		    : NULL;

		if (!sign)
			continue;
		fprintf(stream, "\n[split]\n# %s\n# %s = %s\n",
		    _("Some cells may be several, each for a row of its own."), column->name, sign);
		return;
	}
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
	bool begun = false;

	for (size_t i = 0; i < guess->n_words; i++) {
		if (is_value(column, guess->words[i]))
			continue;
		if (!begun)
			fprintf(stream, "\n[values.%s]\n# %s\n", column->name,
			    _("CHANGE ME: what do these words mean?"));
		put_meaning(stream, column->choices[0], guess->words[i]);
		begun = true;
	}
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

/* Prints the words of boxes that are not ticked. Returns whether there are any. */
static bool
put_empty_boxes(const struct fil_draft *draft, FILE *stream)
{
	struct fil_bytes name = { 0 }, line = { 0 };
	const struct fil_draft_fact *fact = NULL;
	bool begun = false;

	for (size_t f = 0; f < draft->n_facts && !fact; f++)
		if (draft->facts[f].likely)
			fact = &draft->facts[f];
	if (!fact || draft->fact_value != FIL_NOWHERE)
		return false;
	for (size_t i = 0; i < draft->header.n; i++) {
		const struct fil_guess *guess = &draft->guesses[i];

		for (size_t w = 0; takes(draft, i, &name) && w < guess->n_words; w++)
			if (fil_draft_box(guess->words[w]) == FIL_BOX_EMPTY &&
			    (!line.data || !strstr(line.data, guess->words[w]))) {
				fil_bytes_add_format(
				    &line, "%s%s", begun ? " | " : " ", guess->words[w]);
				begun = true;
			}
	}
	fil_bytes_clear(&name);
	fil_quoted_add(&name, fact->pattern, true);
	if (begun)
		fprintf(stream, "\n[skip]\n%s =%s\n", name.data, line.data);
	fil_bytes_release(&name);
	fil_bytes_release(&line);
	return begun;
}

/* Prints the headers of users and days that are empty on some rows: guests, answers that were
 * never sent. Returns whether there are any. */
static bool
put_gaps(const struct fil_draft *draft, bool begun, FILE *stream)
{
	bool any = false;

	for (size_t c = 0; draft->table->kind == FIL_EVENT && c < draft->table->n_keys; c++) {
		const struct fil_guess *guess = guess_of(draft, c);
		struct fil_bytes key = { 0 };

		if (!guess || guess->filled == guess->rows || draft->table->columns[c].may_be_empty)
			continue;
		if (!begun && !any)
			fputs("\n[skip]\n", stream);
		if (!any)
			put_comment(stream,
			    _("Rows without these are ignored. Take a line away to refuse them:"));
		any = true;
		fil_quoted_add(&key, draft->columns[c].mapping, true);
		fprintf(stream, "%s =\n", key.data);
		fil_bytes_release(&key);
	}
	return begun || any;
}

/* Prints the columns whose words may decide which rows to leave out. */
static void
put_skips(const struct fil_draft *draft, FILE *stream)
{
	static const char *const headers[] = { "statut", "status", "situation", "etat", "state",
		"position", "actif", "active", "archive", "archived", "brouillon", "draft" };
	struct fil_bytes line = { 0 };
	bool begun = put_gaps(draft, put_empty_boxes(draft, stream), stream), said = false;

	for (size_t i = 0; i < draft->header.n; i++) {
		const struct fil_guess *guess = &draft->guesses[i];
		bool named = false;

		for (size_t h = 0; h < sizeof headers / sizeof *headers; h++)
			named |= strcmp(draft->header.folded[i], headers[h]) == 0;
		if (!named || draft->header.used[i] || guess->n_words == 0 || guess->more_words)
			continue;
		if (!begun)
			fputs("\n[skip]\n", stream);
		if (!said)
			put_comment(stream, _("Rows to leave out: keep only their words."));
		said = true;
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
		const char *what = fil_guess_sensitive(
		    &draft->guesses[i], draft->header.folded[i], draft->table->kind == FIL_EVENT);
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
	if (draft->table->kind != FIL_REFERENCE)
		fprintf(stream, "table = %s\n\n", draft->table->name);
	put_doubt(draft, stream);
	put_format(draft, stream);
	put_dates(draft, stream);
	put_decimal(draft, stream);
	put_pads(draft, stream);
	put_match(draft, stream);
	put_list(draft, stream);
	put_constants(draft, stream);
	put_columns(draft, stream);
	put_facts(draft, stream);
	put_values(draft, stream);
	put_split(draft, stream);
	put_skips(draft, stream);
	put_rest(draft, stream);
}
