/* SPDX-License-Identifier: ISC */
#include "lib/mapping/header.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"

void
fil_header_init(struct fil_header *header, const char *const *labels, size_t n)
{
	while (n > 0 && labels[n - 1][0] == '\0')
		n--;
	header->labels = labels;
	header->n = n;
	header->folded = fil_alloc(n, sizeof(*header->folded));
	header->used = fil_alloc(n, sizeof(*header->used));
	for (size_t i = 0; i < n; i++)
		header->folded[i] = fil_text_fold(labels[i]);
}

void
fil_header_release(struct fil_header *header)
{
	for (size_t i = 0; i < header->n; i++)
		free(header->folded[i]);
	free(header->folded);
	free(header->used);
	*header = (struct fil_header){0};
}

int
fil_header_find(
    const struct fil_header *header, const char *folded, size_t *cell, struct fil_fault *fault)
{
	bool found = false;

	for (size_t i = 0; i < header->n; i++) {
		if (strcmp(header->folded[i], folded) != 0)
			continue;
		/* Nobody can say which of the two is meant. */
		if (found)
			return fil_fault_data(fault, "duplicate-label",
			    "the header '%s' stands twice, in columns %zu and %zu",
			    header->labels[i], *cell + 1, i + 1);
		found = true;
		*cell = i;
	}
	return found;
}

size_t
fil_header_unused(const struct fil_header *header, struct fil_bytes *text)
{
	size_t n = 0;

	for (size_t i = 0; i < header->n; i++) {
		if (header->used[i])
			continue;
		fil_bytes_add_format(text, "%s%s", n++ > 0 ? ", " : "",
		    header->labels[i][0] != '\0' ? header->labels[i] : "(no name)");
	}
	return n;
}
