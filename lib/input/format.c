/* SPDX-License-Identifier: ISC */
#include "lib/input/format.h"

#include <string.h>
#include <strings.h>

/* What can cut cells: nothing that is a letter, a digit, a quote or a line end. */
static const struct {
	char delimiter;
	const char *shown;
	const char *word;	/* as options and profiles write it, or NULL */
} delimiters[] = {
	{ ',', "','", "comma" },
	{ ';', "';'", "semicolon" },
	{ '\t', "TAB", "tab" },
	{ '|', "'|'", "pipe" },
	{ ':', "':'", "colon" },
	{ ' ', "space", "space" },
	{ '!', "'!'", NULL },
	{ '#', "'#'", NULL },
	{ '$', "'$'", NULL },
	{ '%', "'%'", NULL },
	{ '&', "'&'", NULL },
	{ '*', "'*'", NULL },
	{ '+', "'+'", NULL },
	{ '/', "'/'", NULL },
	{ '=', "'='", NULL },
	{ '@', "'@'", NULL },
	{ '^', "'^'", NULL },
	{ '~', "'~'", NULL },
};
enum { N_DELIMITERS = sizeof(delimiters) / sizeof(*delimiters) };

char
fil_delimiter_read(const char *name)
{
	for (size_t i = 0; i < N_DELIMITERS; i++)
		if (delimiters[i].word != NULL && strcasecmp(name, delimiters[i].word) == 0)
			return delimiters[i].delimiter;
	for (size_t i = 0; i < N_DELIMITERS; i++)
		if (name[0] == delimiters[i].delimiter && name[1] == '\0')
			return name[0];
	return '\0';
}

const char *
fil_delimiter_name(char delimiter)
{
	for (size_t i = 0; i < N_DELIMITERS; i++)
		if (delimiters[i].delimiter == delimiter)
			return delimiters[i].shown;
	return "?";
}

const char *
fil_delimiter_word(char delimiter)
{
	for (size_t i = 0; i < N_DELIMITERS; i++)
		if (delimiters[i].delimiter == delimiter)
			return delimiters[i].word;
	return NULL;
}

const char *
fil_line_end_name(enum fil_line_end line_end)
{
	switch (line_end) {
	case FIL_LF:
		return "LF";
	case FIL_CRLF:
		return "CRLF";
	case FIL_CR:
		return "CR";
	case FIL_MIXED_ENDS:
		return "mixed line ends";
	}
	return "?";
}
