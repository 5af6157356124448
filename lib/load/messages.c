/* SPDX-License-Identifier: ISC */
#include "lib/load/messages.h"

#include <stdarg.h>
#include <stdlib.h>

#include "lib/base/bytes.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"

/* Who hears the remarks, and of which input. */
struct hearing {
	const char *name;
	void (*say)(void *context, const char *text);
	void *context;
};

static void remark(const struct hearing *hearing, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
remark(const struct hearing *hearing, const char *format, ...)
{
	va_list arguments;
	char *text, *whole;

	va_start(arguments, format);
	text = fil_format_list(format, arguments);
	va_end(arguments);
	whole = fil_format("%s: %s", hearing->name, text);
	hearing->say(hearing->context, whole);
	free(whole);
	free(text);
}

static void
tell_writing(const struct hearing *hearing, const struct fil_load_input *intake)
{
	char *text = fil_load_input_describe(intake);
	size_t n;
	const char *unused = fil_profile_unused(intake->profile, &n, NULL);

	remark(hearing, "%s", text);
	if (n > 0)
		remark(hearing, "not stored: %s", unused);
	free(text);
}

static void
tell_formulas(const struct hearing *hearing, const struct fil_load_input *intake,
    const struct fil_formulas *formulas)
{
	struct fil_bytes text = { 0 };

	for (size_t c = 0; c < intake->width; c++) {
		size_t n = fil_formulas_count(formulas, c);

		if (n > 0)
			fil_bytes_add_format(&text, "%s%s %zu", text.length > 0 ? ", " : "",
			    fil_profile_label(intake->profile, c), n);
	}
	if (text.length > 0)
		remark(hearing, "cells that a spreadsheet would take for formulas: %s", text.data);
	fil_bytes_release(&text);
}

void
fil_remarks_tell(const struct fil_rows *feeder, const struct fil_load_input *intake, bool all,
    void (*say)(void *context, const char *text), void *context)
{
	const struct hearing hearing = { fil_input_name(intake->input), say, context };
	size_t empty = fil_rows_empty(feeder), skipped = fil_rows_skipped(feeder);

	if (!say)
		return;
	if (all)
		tell_writing(&hearing, intake);
	else if (intake->format.titles > 0)
		remark(&hearing, "the header is line %zu", intake->format.skip_lines + 1);
	if (empty > 0)
		remark(&hearing, "%zu empty row%s passed over", empty, empty > 1 ? "s" : "");
	if (skipped > 0)
		remark(&hearing, "%zu row%s left out, as the profile says", skipped,
		    skipped > 1 ? "s" : "");
	if (intake->format.ends_in_line)
		remark(&hearing, "the last line has no end: make sure that the file is whole");
	if (fil_rows_formulas(feeder))
		tell_formulas(&hearing, intake, fil_rows_formulas(feeder));
}

/* Adds ", N word" when there are any. */
static void
count(struct fil_bytes *text, size_t n, const char *word)
{
	if (n > 0)
		fil_bytes_add_format(text, ", %zu %s", n, word);
}

/* Adds what an assigner passed over, and why. */
static void
count_passed(struct fil_bytes *text, const struct fil_assigner *assigner)
{
	static const char *const reasons[] = {
		[FIL_PASSED_LEFT] = "left",
		[FIL_PASSED_OPEN] = "open already",
		[FIL_PASSED_COMPLETED] = "completed already",
	};
	size_t all = 0, n;

	for (enum fil_passed r = FIL_PASSED_LEFT; r <= FIL_PASSED_COMPLETED; r++)
		all += fil_assigner_passed(assigner, r);
	if (all == 0)
		return;
	fil_bytes_add_format(text, ", %zu passed over (", all);
	for (enum fil_passed r = FIL_PASSED_LEFT; r <= FIL_PASSED_COMPLETED; r++) {
		if ((n = fil_assigner_passed(assigner, r)) == 0)
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
		count(text, summary->unknown, "not there");
		return;
	}
	fil_bytes_add_format(text, ", %zu added, %zu changed", counts->added, counts->changed);
	count(text, counts->left, "left");
	count(text, counts->returned, "returned");
	fil_bytes_add_format(text, ", %zu unchanged", counts->unchanged);
	count(text, summary->unknown, "of unknown users passed over");
	count(text, summary->superseded, "superseded by a later row");
}

char *
fil_summary_text(const struct fil_summary *summary)
{
	struct fil_bytes text = { 0 };

	fil_bytes_add_format(&text, "%s: %zu read", summary->table, summary->counts->read);
	if (summary->written)
		count_written(&text, summary);
	if (summary->assigner)
		count_passed(&text, summary->assigner);
	count(&text, summary->counts->rejected, "refused");
	if (summary->written)
		fil_bytes_add_format(&text, " (run %lld)", (long long)summary->run);
	else
		fil_bytes_add_text(&text, "; nothing was written");
	return text.data;
}
