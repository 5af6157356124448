/* SPDX-License-Identifier: ISC */
#include "lib/output/form.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"

/* Writes n bytes without a line break. */
static void
write_line(FILE *stream, const char *line, size_t n, void (*write)(FILE *stream, const char *text))
{
	char *text = fil_copy_bytes(line, n), *shown;

	for (char *p = text; *p != '\0'; p++)
		*p = *p == '\t' ? ' ' : *p;
	shown = fil_text_escape(text);
	write(stream, shown);
	free(shown);
	free(text);
}

void
fil_form_lines(FILE *stream, const char *cell, void (*write)(FILE *stream, const char *text))
{
	for (size_t n;; cell += n) {
		n = strcspn(cell, "\r\n");
		write_line(stream, cell, n, write);
		if (cell[n] == '\0')
			return;
		n += cell[n] == '\r' && cell[n + 1] == '\n' ? 2 : 1;
		fputs_unlocked("<br>", stream);
	}
}
