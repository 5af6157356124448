/* SPDX-License-Identifier: ISC */
#include "lib/page/forms.h"

#include <string.h>

static const struct {
	const char *name;
	fil_week_form *form;
} forms[] = {
	{ "text", fil_week_write_text },
	{ "markdown", fil_week_write_markdown },
	{ "html", fil_week_write_html },
	{ "json", fil_week_write_json },
};

fil_week_form *
fil_week_form_named(const char *name, struct fil_fault *fault)
{
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (strcmp(forms[i].name, name) == 0)
			return forms[i].form;
	fil_fault_set(fault, FIL_USAGE, "'%s' is not one of text, markdown, html, json", name);
	return NULL;
}

void
fil_form_plain(const char *text, struct fil_bytes *plain)
{
	for (; *text != '\0'; text++)
		if (*text > *FIL_MARK_END || *text < *FIL_MARK_DATA)
			fil_bytes_add(plain, text, 1);
}
