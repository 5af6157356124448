/* SPDX-License-Identifier: ISC */
#include "lib/base/quoted.h"

#include <string.h>

/* Returns whether a profile would read a word or key otherwise than it is. */
static bool
needs_quotes(const char *word, bool key)
{
	return *word == '"' || *word == ';' || strchr(word, '|') || strstr(word, " ;") ||
	    (key && (*word == '#' || *word == '[' || strpbrk(word, "=:")));
}

void
fil_quoted_add(struct fil_bytes *text, const char *word, bool key)
{
	if (!needs_quotes(word, key)) {
		fil_bytes_add_text(text, word);
		return;
	}
	fil_bytes_add_text(text, "\"");
	for (; *word != '\0'; word++) {
		fil_bytes_add(text, word, 1);
		if (*word == '"')
			fil_bytes_add(text, word, 1);
	}
	fil_bytes_add_text(text, "\"");
}

size_t
fil_quoted_length(const char *text)
{
	const char *at = text + 1;

	if (*text != '"')
		return 0;
	while (*at != '\0' && (*at != '"' || at[1] == '"'))
		at += *at == '"' ? 2 : 1;
	if (*at == '\0')
		return 0;
	at++;
	return strchr("|=:;", at[strspn(at, " \t")]) ? (size_t)(at - text) : 0; /* or the end */
}

char *
fil_quoted_read(const char *text, size_t n)
{
	struct fil_bytes word = { 0 };

	fil_bytes_add_text(&word, "");
	for (size_t i = 1; i + 1 < n; i++) {
		fil_bytes_add(&word, text + i, 1);
		i += text[i] == '"';
	}
	return word.data;
}
