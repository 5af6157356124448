/* SPDX-License-Identifier: ISC */
#include "lib/load/messages.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"

void
fil_messages_say(const struct fil_load_hooks *hooks, const char *format, ...)
{
	va_list arguments;
	char *text;

	if (!hooks->say)
		return;
	va_start(arguments, format);
	text = fil_format_list(_(format), arguments);
	va_end(arguments);
	hooks->say(hooks->context, text);
	free(text);
}

/* Adds the sheet of a workbook, or that it is JSON. */
static void
describe_rows(const struct fil_row_file *rows, struct fil_bytes *text)
{
	if (rows->sheet)
		fil_bytes_add_format(text, _("sheet '%s'"), rows->sheet);
	else
		fil_bytes_add_text(text, "JSON");
}

static void
describe_text(const struct fil_format *format, struct fil_bytes *text)
{
	fil_bytes_add_format(text, format->bom ? _("%s with BOM") : "%s", format->encoding);
	fil_bytes_add_text(text, ", ");
	/* TRANSLATORS: %s is a delimiter, as "';'". */
	fil_bytes_add_format(text, format->unquoted ? _("%s without quoting") : "%s",
	    format->one_column ? _("one column") : fil_delimiter_name(format->delimiter));
	fil_bytes_add_format(text, ", %s", fil_line_end_name(format->line_end));
}

/* Returns how an input is written: "windows-1252, ';', CRLF, dates day first"; the caller frees
 * it. */
static char *
describe(const struct fil_load_input *input)
{
	static const char *const orders[] = {
		[FIL_ORDER_YMD] = N_("dates year first"),
		[FIL_ORDER_DMY] = N_("dates day first"),
		[FIL_ORDER_MDY] = N_("dates month first"),
		[FIL_ORDER_EXCEL] = N_("dates of a spreadsheet"),
		[FIL_ORDER_EPOCH] = N_("dates in seconds since 1970"),
	};
	const struct fil_format *format = &input->format;
	const struct fil_row_file *rows = fil_input_rows(input->input);
	struct fil_bytes text = { 0 };

	if (rows)
		describe_rows(rows, &text);
	else
		describe_text(format, &text);
	if (!input->undecided && input->order != FIL_ORDER_UNKNOWN)
		fil_bytes_add_format(&text, ", %s", _(orders[input->order]));
	if (format->no_header)
		fil_bytes_add_format(&text, ", %s", _("no header"));
	if (format->titles) {
		fil_bytes_add_text(&text, ", ");
		fil_bytes_add_format(&text, _("header on line %zu"), format->skip_lines + 1);
	}
	return text.data;
}

static void
say_format(const struct fil_load_hooks *hooks, const struct fil_load_input *input)
{
	const char *name = fil_input_name(input->input);
	char *text = describe(input);
	size_t n;
	const char *unused = fil_profile_unused(input->profile, &n, NULL);

	fil_messages_say(hooks, "%s: %s", name, text);
	if (n > 0)
		fil_messages_say(hooks, "%s: not stored: %s", name, unused);
	free(text);
}

/* Says what of a workbook or of JSON is not as it seems: rows that are not shown, cells of which
 * only the first has the value, and paths that were left out. */
static void
say_rows(const struct fil_load_hooks *hooks, const char *name, const struct fil_row_file *rows,
    size_t header)
{
	size_t merged = 0;

	for (size_t i = 0; i < rows->n_merged; i++)
		merged += rows->merged[i] > header;
	if (rows->hidden > 0)
		fil_messages_say(hooks,
		    ngettext("%s: %zu hidden row of the sheet is read",
			"%s: %zu hidden rows of the sheet are read", rows->hidden),
		    name, rows->hidden);
	if (merged > 0)
		fil_messages_say(hooks,
		    ngettext("%s: %zu merged cell: only the first row and column have its value",
			"%s: %zu merged cells: only the first row and column of each have its "
			"value",
			merged),
		    name, merged);
	if (rows->dropped > 0)
		fil_messages_say(hooks,
		    ngettext("%s: over 1,024 paths: %zu value that nothing names is ignored",
			"%s: over 1,024 paths: %zu values that nothing names are ignored",
			rows->dropped),
		    name, rows->dropped);
}

static void
say_formulas(
    const struct fil_load_hooks *hooks, const struct fil_load_input *input, const size_t *formulas)
{
	struct fil_bytes text = { 0 };

	for (size_t c = 0; formulas && c < input->request->width; c++)
		if (formulas[c] > 0)
			fil_bytes_add_format(&text, "%s%s %zu", text.length > 0 ? ", " : "",
			    fil_profile_label(input->profile, c), formulas[c]);
	if (text.length > 0)
		fil_messages_say(hooks, "%s: cells that a spreadsheet would take for formulas: %s",
		    fil_input_name(input->input), text.data);
	fil_bytes_release(&text);
}

/* Says that keys of users under a known header, "id", are GUIDs of a directory. */
static void
say_guids(const struct fil_load_hooks *hooks, const struct fil_load_input *input, size_t guids)
{
	const char *label = fil_profile_label(input->profile, 0);
	char *map, *quoted;

	if (guids == 0 || strcmp(input->request->table->name, "users") != 0 ||
	    fil_profile_is_mapped(input->profile, 0))
		return;
	map = fil_format("user=%s", label);
	quoted = fil_text_in_quotes(map);
	fil_messages_say(hooks,
	    ngettext("%s: '%s' holds GUIDs, which are no staff numbers: map another header with "
		     "--map 'user=HEADER', or --map %s (%zu row)",
		"%s: '%s' holds GUIDs, which are no staff numbers: map another header with "
		"--map 'user=HEADER', or --map %s (%zu rows)",
		guids),
	    fil_input_name(input->input), label, quoted, guids);
	free(map);
	free(quoted);
}

/* Says how many rows of a form make no row. */
static void
say_unfilled(
    const struct fil_load_hooks *hooks, const char *name, const struct fil_rows_counts *counts)
{
	if (counts->blank > 0)
		fil_messages_say(hooks,
		    ngettext("%s: %zu row not filled in, ignored",
			"%s: %zu rows not filled in, ignored", counts->blank),
		    name, counts->blank);
	if (counts->remarks > 0)
		fil_messages_say(hooks,
		    ngettext("%s: %zu row with a note and no level ignored: give it a level",
			"%s: %zu rows with a note and no level ignored: give them a level",
			counts->remarks),
		    name, counts->remarks);
}

void
fil_messages_input(const struct fil_load_hooks *hooks, const struct fil_load_input *input,
    const struct fil_rows_counts *counts)
{
	const char *name = fil_input_name(input->input);

	if (input->options->tell_all)
		say_format(hooks, input);
	else if (input->format.titles > 0)
		fil_messages_say(
		    hooks, "%s: the header is line %zu", name, input->format.skip_lines + 1);
	if (fil_input_rows(input->input))
		say_rows(hooks, name, fil_input_rows(input->input), input->format.skip_lines + 1);
	if (fil_profile_missing(input->profile))
		fil_messages_say(hooks,
		    "%s: lines of [facts] whose header is missing make no row: %s", name,
		    fil_profile_missing(input->profile));
	if (input->absent.length > 0)
		fil_messages_say(hooks,
		    "%s: no object has these paths, so nothing is read from them: %s", name,
		    input->absent.data);
	if (counts->empty > 0)
		fil_messages_say(hooks,
		    ngettext(
			"%s: %zu empty row ignored", "%s: %zu empty rows ignored", counts->empty),
		    name, counts->empty);
	say_unfilled(hooks, name, counts);
	if (counts->skipped > 0)
		fil_messages_say(hooks,
		    ngettext("%s: %zu row ignored, as the profile says",
			"%s: %zu rows ignored, as the profile says", counts->skipped),
		    name, counts->skipped);
	if (counts->unwrapped > 0)
		fil_messages_say(hooks,
		    ngettext("%s: %zu cell written as =\"…\": read as text",
			"%s: %zu cells written as =\"…\": read as text", counts->unwrapped),
		    name, counts->unwrapped);
	if (counts->filled > 0)
		fil_messages_say(hooks,
		    ngettext("%s: %zu short row accepted", "%s: %zu short rows accepted",
			counts->filled),
		    name, counts->filled);
	say_guids(hooks, input, counts->guids);
	if (counts->dropped > 0)
		fil_messages_say(hooks,
		    ngettext("%s: invisible characters dropped from %zu cell",
			"%s: invisible characters dropped from %zu cells", counts->dropped),
		    name, counts->dropped);
	if (input->format.ends_in_line)
		fil_messages_say(hooks,
		    "%s: the last line has no newline: check that the file is complete", name);
	say_formulas(hooks, input, counts->formulas);
}

/* Adds counted words behind a comma, when there are any, and frees them. */
static void
count(struct fil_bytes *text, size_t n, char *words)
{
	if (n > 0)
		fil_bytes_add_format(text, ", %s", words);
	free(words);
}

/* Adds how many rows an assigner ignored, and why. */
static void
count_ignored(struct fil_bytes *text, const struct fil_assigner *assigner)
{
	size_t left = fil_assigner_ignored(assigner, FIL_IGNORED_LEFT);
	size_t open = fil_assigner_ignored(assigner, FIL_IGNORED_OPEN);
	size_t completed = fil_assigner_ignored(assigner, FIL_IGNORED_COMPLETED);
	size_t all = left + open + completed;
	struct fil_bytes reasons = { 0 };

	if (all == 0)
		return;
	count(&reasons, left, fil_format(FIL_COUNTED("%zu left", left), left));
	count(&reasons, open, fil_format(FIL_COUNTED("%zu open already", open), open));
	count(&reasons, completed,
	    fil_format(FIL_COUNTED("%zu completed already", completed), completed));
	/* TRANSLATORS: how many rows, and the reasons, "2 left, 1 open already". */
	count(text, all,
	    fil_format(FIL_COUNTED("%zu ignored (%s)", all), all, reasons.data + strlen(", ")));
	fil_bytes_release(&reasons);
}

static void
count_written(struct fil_bytes *text, const struct fil_summary *summary)
{
	const struct fil_counts *counts = summary->counts;
	size_t n = counts->unknown, same;

	if (summary->removing) {
		fil_bytes_add_text(text, ", ");
		fil_bytes_add_format(
		    text, FIL_COUNTED("%zu removed", counts->removed), counts->removed);
		count(text, n, fil_format(FIL_COUNTED("%zu not found", n), n));
		return;
	}
	fil_bytes_add_text(text, ", ");
	fil_bytes_add_format(text, FIL_COUNTED("%zu added", counts->added), counts->added);
	fil_bytes_add_text(text, ", ");
	fil_bytes_add_format(text, FIL_COUNTED("%zu changed", counts->changed), counts->changed);
	/* TRANSLATORS: users who left. */
	count(text, counts->left, fil_format(FIL_COUNTED("%zu left", counts->left), counts->left));
	count(text, counts->returned,
	    fil_format(FIL_COUNTED("%zu returned", counts->returned), counts->returned));
	count(text, counts->removed,
	    fil_format(FIL_COUNTED("%zu joined to others", counts->removed), counts->removed));
	fil_bytes_add_text(text, ", ");
	/* A row that was added to another one is the same row again. */
	same = counts->unchanged > counts->summed ? counts->unchanged - counts->summed : 0;
	fil_bytes_add_format(text, FIL_COUNTED("%zu unchanged", same), same);
	count(text, n, fil_format(FIL_COUNTED("%zu of unknown users ignored", n), n));
	n = counts->summed;
	/* TRANSLATORS: rows whose amount was added to that of another row. */
	count(text, n, fil_format(FIL_COUNTED("%zu added up with others", n), n));
	n = counts->replaced;
	count(text, n,
	    fil_format(summary->last ? FIL_COUNTED("%zu replaced by a later row", n)
				     : FIL_COUNTED("%zu replaced by another row", n),
		n));
}

char *
fil_summary_text(const struct fil_summary *summary)
{
	struct fil_bytes text = { 0 };

	/* TRANSLATORS: rows of a table, "users: 3 read". */
	fil_bytes_add_format(&text, FIL_COUNTED("%s: %zu read", summary->counts->read),
	    summary->table, summary->counts->read);
	if (summary->written)
		count_written(&text, summary);
	if (summary->assigner)
		count_ignored(&text, summary->assigner);
	count(&text, summary->counts->rejected,
	    fil_format(
		FIL_COUNTED("%zu refused", summary->counts->rejected), summary->counts->rejected));
	if (summary->written)
		fil_bytes_add_format(&text, _(" (run %lld)"), (long long)summary->run);
	else
		fil_bytes_add_text(&text, _("; nothing was written"));
	return text.data;
}
