/* SPDX-License-Identifier: ISC */
#include "lib/input/quoting.h"

#include <stdbool.h>
#include <string.h>

#include "lib/input/lines.h"

enum { BLOCK = 128 * 1024 };

/* Where the search stands: within a cell that began with a quote, maybe lines ago, or not. */
struct search {
	char delimiter;
	bool open, seen;
};

/* Returns whether a cell that began with a quote is closed on this line. */
static bool
closes(struct search *search, const char *text, size_t n)
{
	const char *at = text, *end = text + n, *quote;

	for (; at < end && (quote = memchr(at, '"', (size_t)(end - at))) != NULL; at = quote + 1) {
		bool begins = quote == text || quote[-1] == search->delimiter;

		search->seen = true;
		if (!search->open) {
			search->open = begins;
			continue;
		}
		if (quote + 1 == end || quote[1] == search->delimiter)
			return true;
		/* A doubled quote is one of the cell's; any other shows that the first was stray.
		 * */
		if (quote[1] == '"')
			quote++;
		else
			search->open = begins;
	}
	return false;
}

enum fil_quoting
fil_quoting_of(const struct fil_input *input, const struct fil_format *format)
{
	struct fil_lines *lines = fil_lines_new(input, format, BLOCK);
	struct search search = { .delimiter = format->delimiter };
	struct fil_line line;
	struct fil_fault fault;
	enum fil_line_found found;
	bool meant = false;

	do {
		fil_lines_mark(lines);
		found = fil_lines_next(lines, &line, &fault);
		if (found == FIL_LINE_LONG)
			found = fil_lines_pass(lines, &line, &fault);
		else if (found == FIL_LINE_OK)
			meant = closes(&search, line.text, line.length);
	} while (found == FIL_LINE_OK && !meant);
	fil_lines_free(lines);
	if (meant)
		return FIL_QUOTING_MEANT;
	return search.seen ? FIL_QUOTING_STRAY : FIL_QUOTING_NONE;
}
