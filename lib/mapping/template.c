/* SPDX-License-Identifier: ISC */
#include "lib/mapping/template.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/bytes.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"

/* A header and the text before it. */
struct part {
	struct fil_bytes before;
	char *header, *folded;
	size_t cell;
};

struct fil_template {
	struct part *parts;
	size_t n;
	struct fil_bytes after;
	struct fil_bytes text;		/* filled anew for each record */
};

/* Adds a part whose text before it has been collected in after. */
static void
add_part(struct fil_template *template, const char *header, size_t n)
{
	struct part *part;

	template->parts = fil_resize(template->parts, template->n + 1, sizeof(*template->parts));
	part = &template->parts[template->n++];
	*part = (struct part){ .before = template->after, .header = fil_copy_bytes(header, n) };
	part->folded = fil_text_fold(part->header);
	template->after = (struct fil_bytes){0};
}

/* Reads the text into parts. Returns 0 or -1. */
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
			if (close == NULL)
				return fil_fault_set(
				    fault, FIL_USAGE, "'{' without a '}' behind it");
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
	struct fil_template *template = fil_alloc(1, sizeof(*template));

	if (parse(template, text, n, fault) < 0)
		goto bad;
	if (template->n == 0) {
		struct fil_bytes header = template->after;

		template->after = (struct fil_bytes){0};
		add_part(template, header.data != NULL ? header.data : "", header.length);
		fil_bytes_release(&header);
	}
	if (template->parts[0].folded[0] != '\0')
		return template;
	fil_fault_set(fault, FIL_USAGE, "no header");
bad:
	fil_template_free(template);
	return NULL;
}

size_t
fil_template_parts(const struct fil_template *template)
{
	return template->n;
}

const char *
fil_template_header(const struct fil_template *template, size_t i)
{
	return template->parts[i].header;
}

const char *
fil_template_folded(const struct fil_template *template, size_t i)
{
	return template->parts[i].folded;
}

void
fil_template_bind(struct fil_template *template, size_t i, size_t cell)
{
	template->parts[i].cell = cell;
}

size_t
fil_template_cell(const struct fil_template *template)
{
	bool lone = template->n == 1 && template->parts[0].before.length == 0 &&
	    template->after.length == 0;

	return lone ? template->parts[0].cell : FIL_TEMPLATE_MANY;
}

const char *
fil_template_fill(
    struct fil_template *template, const char *const *cells, const size_t *lengths, size_t *n)
{
	struct fil_bytes *text = &template->text;
	bool last = false;

	fil_bytes_clear(text);
	for (size_t i = 0; i < template->n; i++) {
		const struct part *part = &template->parts[i];

		last = lengths[part->cell] > 0;
		if (!last)
			continue;
		/* What stands before all parts belongs to the first of them. */
		if (i == 0 || text->length > 0)
			fil_bytes_add(text, part->before.data, part->before.length);
		fil_bytes_add(text, cells[part->cell], lengths[part->cell]);
	}
	if (last)
		fil_bytes_add(text, template->after.data, template->after.length);
	*n = text->length;
	return text->length > 0 ? text->data : NULL;
}

void
fil_template_free(struct fil_template *template)
{
	if (template == NULL)
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

void
fil_template_write(const struct fil_template *template, const char *const *headers,
    struct fil_bytes *text)
{
	for (size_t i = 0; i < template->n; i++) {
		const struct fil_bytes *before = &template->parts[i].before;

		fil_bytes_add(text, before->data, before->length);
		fil_bytes_add_format(text, "{%s}", headers[i]);
	}
	fil_bytes_add(text, template->after.data, template->after.length);
}
