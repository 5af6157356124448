/* SPDX-License-Identifier: ISC */
#include "lib/mapping/header.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"

/* Returns a label in the spelling of a text; the caller frees it. */
static char *
spell(const char *label)
{
	struct fil_bytes spelt = { 0 };

	fil_text_spell(label, strlen(label), FIL_SPELL_TEXT, &spelt);
	return spelt.data;
}

void
fil_header_init(struct fil_header *header, const char *const *labels, size_t n, size_t line)
{
	char **spelt = fil_alloc(n, sizeof *spelt);

	*header = (struct fil_header){ .line = line };
	for (size_t i = 0; i < n; i++) {
		spelt[i] = spell(labels[i]);
		if (*spelt[i] != '\0')
			header->n = i + 1;
	}
	for (size_t i = header->n; i < n; i++)
		free(spelt[i]);
	n = header->n;
	header->labels = (const char *const *)spelt;
	header->folded = fil_alloc(n, sizeof *header->folded);
	header->apart = fil_alloc(n, sizeof *header->apart);
	header->used = fil_alloc(n, sizeof *header->used);
	for (size_t i = 0; i < n; i++) {
		header->folded[i] = fil_text_fold(spelt[i]);
		header->apart[i] = fil_text_fold_words(spelt[i]);
	}
}

void
fil_header_release(struct fil_header *header)
{
	char **spelt = (char **)(uintptr_t)header->labels;

	for (size_t i = 0; i < header->n; i++) {
		free(spelt[i]);
		free(header->folded[i]);
		free(header->apart[i]);
	}
	free(spelt);
	free(header->folded);
	free(header->apart);
	free(header->used);
	*header = (struct fil_header){ 0 };
}

int
fil_header_find(
    const struct fil_header *header, const char *folded, size_t *cell, struct fil_fault *fault)
{
	bool found = false;

	for (size_t i = 0; i < header->n; i++) {
		if (strcmp(header->folded[i], folded) != 0 &&
		    (!header->apart[i] || strcmp(header->apart[i], folded) != 0))
			continue;
		/* The header is ambiguous. */
		if (found)
			return fil_fault_data(fault, "duplicate-label",
			    "duplicate header '%s', in columns %zu and %zu: name columns by "
			    "numbers, --no-header --skip-lines %zu --map COL=%zu",
			    header->labels[i], *cell + 1, i + 1, header->line, i + 1);
		found = true;
		*cell = i;
	}
	return found;
}

/* Adds a part. `after` holds the text before it. */
static void
add_part(struct fil_template *template, const char *header, size_t n)
{
	struct fil_template_part *part;

	template->parts = fil_resize(template->parts, template->n + 1, sizeof *template->parts);
	part = &template->parts[template->n++];
	*part = (struct fil_template_part){ .before = template->after,
		.header = fil_copy_bytes(header, n) };
	part->folded = fil_text_fold(part->header);
	template->after = (struct fil_bytes){ 0 };
}

/* Splits the text into parts. Returns 0 or -1. */
static int
parse(struct fil_template *template, const char *text, size_t n, struct fil_fault *fault)
{
	const char *end = text + n, *close;

	for (; text < end; text++) {
		if (*text != '{') {
			fil_bytes_add(&template->after, text, 1);
		} else if (end - text > 1 && text[1] == '{') {
			fil_bytes_add(&template->after, text++, 1);
		} else {
			close = memchr(text, '}', (size_t)(end - text));
			if (!close)
				return fil_fault_set(fault, FIL_USAGE, "'{' without a '}'");
			add_part(template, text + 1, (size_t)(close - text) - 1);
			if (template->parts[template->n - 1].folded[0] == '\0')
				return fil_fault_set(
				    fault, FIL_USAGE, "no header between '{' and '}'");
			text = close;
		}
	}
	return 0;
}

struct fil_template *
fil_template_new(const char *text, size_t n, struct fil_fault *fault)
{
	struct fil_template *template = fil_alloc(1, sizeof *template);

	if (parse(template, text, n, fault) < 0)
		goto bad;
	if (template->n == 0) {
		struct fil_bytes header = template->after;

		template->after = (struct fil_bytes){ 0 };
		add_part(template, header.data ? header.data : "", header.length);
		fil_bytes_release(&header);
	}
	if (template->parts[0].folded[0] != '\0')
		return template;
	fil_fault_set(fault, FIL_USAGE, "no header");
bad:
	fil_template_free(template);
	return NULL;
}

bool
fil_template_names(const struct fil_template *template, const char *folded)
{
	for (size_t i = 0; i < template->n; i++)
		if (strcmp(template->parts[i].folded, folded) == 0)
			return true;
	return false;
}

/* Makes the text empty, with room for all that the cells can give. */
static void
make_room(struct fil_template *template, const size_t *lengths, size_t n_cells)
{
	size_t room = template->after.length;

	for (size_t i = 0; i < template->n; i++)
		room += template->parts[i].before.length +
		    (template->parts[i].cell < n_cells ? lengths[template->parts[i].cell] : 0);
	template->text.length = 0;
	if (room >= template->text.capacity)
		fil_bytes_reserve(&template->text, room);
}

/* Adds what there is room for. */
static void
append(struct fil_bytes *text, const char *data, size_t n)
{
	if (n > 0)
		memcpy(text->data + text->length, data, n);
	text->length += n;
}

const char *
fil_template_fill(struct fil_template *template, const char *const *cells, const size_t *lengths,
    size_t n_cells, size_t *n)
{
	struct fil_bytes *text = &template->text;
	bool last = false;

	make_room(template, lengths, n_cells);
	for (size_t i = 0; i < template->n; i++) {
		const struct fil_template_part *part = &template->parts[i];
		const char *cell = part->cell < n_cells ? cells[part->cell] : "";
		size_t length = part->cell < n_cells ? lengths[part->cell] : 0;

		if (fil_utf8_hints_white(cell, length))
			cell += fil_utf8_trim(cell, &length);
		last = length > 0;
		if (!last)
			continue;
		/* Text before all parts belongs to the first part. */
		if (i == 0 || text->length > 0)
			append(text, part->before.data, part->before.length);
		append(text, cell, length);
	}
	if (last)
		append(text, template->after.data, template->after.length);
	text->data[text->length] = '\0';
	*n = text->length;
	return text->length > 0 ? text->data : NULL;
}

void
fil_template_free(struct fil_template *template)
{
	if (!template)
		return;
	for (size_t i = 0; i < template->n; i++) {
		fil_bytes_release(&template->parts[i].before);
		free(template->parts[i].header);
		free(template->parts[i].folded);
	}
	free(template->parts);
	fil_bytes_release(&template->after);
	fil_bytes_release(&template->text);
	free(template);
}
