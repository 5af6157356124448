/* SPDX-License-Identifier: ISC */
#include "lib/catalog/label.h"

#include <stddef.h>
#include <string.h>

#include "lib/base/language.h"

/* What separates a context from its words in a catalogue. */
#define CONTEXT "\004"

/* The words are found in the catalogue with their context, since one word may have two translations. */
#define WORD(id, english) { id, id CONTEXT english },
static const struct word {
	const char *id, *entry;
} words[] = {
#include "lib/catalog/label.def"
};
#undef WORD

const char *
fil_label_find(const char *id)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].id, id) == 0) {
			const char *found = gettext(words[i].entry);

			return found == words[i].entry ? strstr(found, CONTEXT) + 1 : found;
		}
	return NULL;
}

const char *
fil_label(const char *id)
{
	const char *found = fil_label_find(id);

	return found ? found : id;
}
