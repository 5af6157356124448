/* SPDX-License-Identifier: ISC */
#include "lib/load/messages.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/bytes.h"
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

/* Returns how an input is written: "windows-1252, ';', CRLF, dates day first"; the caller frees
 * it. */
static char *
describe(const struct fil_load_input *input)
{
	static const char *const orders[] = {
		[FIL_ORDER_UNKNOWN] = "",
		[FIL_ORDER_YMD] = ", dates year first",
		[FIL_ORDER_DMY] = ", dates day first",
		[FIL_ORDER_MDY] = ", dates month first",
		[FIL_ORDER_EXCEL] = ", dates of a spreadsheet",
	};
	const struct fil_format *format = &input->format;
	struct fil_bytes text = { 0 };

	fil_bytes_add_format(&text, "%s%s, %s%s, %s%s", format->encoding,
	    format->bom ? " with BOM" : "",
	    format->one_column ? "one column" : fil_delimiter_name(format->delimiter),
	    format->unquoted ? " without quoting" : "", fil_line_end_name(format->line_end),
	    orders[input->undecided ? FIL_ORDER_UNKNOWN : input->order]);
	if (format->no_header)
		fil_bytes_add_text(&text, ", no header");
	if (format->titles)
		fil_bytes_add_format(&text, ", header on line %zu", format->skip_lines + 1);
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

static void
say_formulas(
    const struct fil_load_hooks *hooks, const struct fil_load_input *input, const size_t *formulas)
{
	struct fil_bytes text = { 0 };

	for (size_t c = 0; c < input->request->width; c++)
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
	    "%s: '%s' holds GUIDs, which are no staff numbers: map another header with "
	    "--map 'user=HEADER', or --map %s (%zu row%s)",
	    fil_input_name(input->input), label, quoted, guids, guids > 1 ? "s" : "");
	free(map);
	free(quoted);
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
	if (counts->empty > 0)
		fil_messages_say(hooks, "%s: %zu empty row%s ignored", name, counts->empty,
		    counts->empty > 1 ? "s" : "");
	if (counts->skipped > 0)
		fil_messages_say(hooks, "%s: %zu row%s ignored, as the profile says", name,
		    counts->skipped, counts->skipped > 1 ? "s" : "");
	if (counts->unwrapped > 0)
		fil_messages_say(hooks, "%s: %zu cell%s written as =\"…\": read as text", name,
		    counts->unwrapped, counts->unwrapped > 1 ? "s" : "");
	if (counts->filled > 0)
		fil_messages_say(hooks, "%s: %zu short row%s accepted", name, counts->filled,
		    counts->filled > 1 ? "s" : "");
	say_guids(hooks, input, counts->guids);
	if (counts->dropped > 0)
		fil_messages_say(hooks, "%s: invisible characters dropped from %zu cell%s", name,
		    counts->dropped, counts->dropped > 1 ? "s" : "");
	if (input->format.ends_in_line)
		fil_messages_say(hooks,
		    "%s: the last line has no newline: check that the file is complete", name);
	say_formulas(hooks, input, counts->formulas);
}

/* Adds ", N word" when there are any. */
static void
count(struct fil_bytes *text, size_t n, const char *word)
{
	if (n > 0)
		fil_bytes_add_format(text, ", %zu %s", n, word);
}

/* Adds how many rows an assigner ignored, and why. */
static void
count_ignored(struct fil_bytes *text, const struct fil_assigner *assigner)
{
	static const char *const reasons[] = {
		[FIL_IGNORED_LEFT] = "left",
		[FIL_IGNORED_OPEN] = "open already",
		[FIL_IGNORED_COMPLETED] = "completed already",
	};
	size_t all = 0, n;

	for (enum fil_ignored r = FIL_IGNORED_LEFT; r <= FIL_IGNORED_COMPLETED; r++)
		all += fil_assigner_ignored(assigner, r);
	if (all == 0)
		return;
	fil_bytes_add_format(text, ", %zu ignored (", all);
	for (enum fil_ignored r = FIL_IGNORED_LEFT; r <= FIL_IGNORED_COMPLETED; r++) {
		if ((n = fil_assigner_ignored(assigner, r)) == 0)
			continue;
		fil_bytes_add_format(text, "%zu %s%s", n, reasons[r], n < all ? ", " : "");
		all -= n;
	}
	fil_bytes_add_text(text, ")");
}

static void
count_written(struct fil_bytes *text, const struct fil_summary *summary)
{
	const struct fil_counts *counts = summary->counts;

	if (summary->removing) {
		fil_bytes_add_format(text, ", %zu removed", counts->removed);
		count(text, counts->unknown, "not found");
		return;
	}
	fil_bytes_add_format(text, ", %zu added, %zu changed", counts->added, counts->changed);
	count(text, counts->left, "left");
	count(text, counts->returned, "returned");
	count(text, counts->removed, "joined to others");
	fil_bytes_add_format(text, ", %zu unchanged", counts->unchanged);
	count(text, counts->unknown, "of unknown users ignored");
	count(text, counts->replaced,
	    summary->last ? "replaced by a later row" : "replaced by another row");
}

char *
fil_summary_text(const struct fil_summary *summary)
{
	struct fil_bytes text = { 0 };

	fil_bytes_add_format(&text, "%s: %zu read", summary->table, summary->counts->read);
	if (summary->written)
		count_written(&text, summary);
	if (summary->assigner)
		count_ignored(&text, summary->assigner);
	count(&text, summary->counts->rejected, "refused");
	if (summary->written)
		fil_bytes_add_format(&text, " (run %lld)", (long long)summary->run);
	else
		fil_bytes_add_text(&text, "; nothing was written");
	return text.data;
}
