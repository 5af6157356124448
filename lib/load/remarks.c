/* SPDX-License-Identifier: ISC */
#include "lib/load/remarks.h"

#include <stdarg.h>
#include <stdlib.h>

#include "lib/base/bytes.h"
#include "lib/base/memory.h"

/* Who hears the remarks, and of which input. */
struct hearing {
	const char *name;
	void (*say)(void *context, const char *text);
	void *context;
};

static void
remark(const struct hearing *hearing, const char *format, ...)
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
tell_writing(const struct hearing *hearing, const struct fil_intake *intake)
{
	char *text = fil_intake_describe(intake);
	size_t n;
	const char *passed = fil_profile_passed(intake->profile, &n);

	remark(hearing, "%s", text);
	if (n > 0)
		remark(hearing, "not stored: %s", passed);
	free(text);
}

static void
tell_formulas(const struct hearing *hearing, const struct fil_intake *intake,
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
fil_remarks_tell(const struct fil_feeder *feeder, const struct fil_intake *intake, bool all,
    void (*say)(void *context, const char *text), void *context)
{
	const struct hearing hearing = { fil_input_name(intake->input), say, context };
	size_t empty = fil_feeder_empty(feeder), skipped = fil_feeder_skipped(feeder);

	if (say == NULL)
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
	if (fil_feeder_formulas(feeder) != NULL)
		tell_formulas(&hearing, intake, fil_feeder_formulas(feeder));
}
