/* SPDX-License-Identifier: ISC */
#include "lib/page/week.h"

#include <stdarg.h>
#include <string.h>

#include "lib/base/memory.h"

/* Keeps memory until the week is freed. */
static void *
keep(struct fil_week *week, void *memory)
{
	if (week->n_texts == week->texts_capacity) {
		week->texts_capacity += week->texts_capacity + 64;
		week->texts = fil_resize(week->texts, week->texts_capacity, sizeof *week->texts);
	}
	week->texts[week->n_texts++] = memory;
	return memory;
}

const char *
fil_week_text(struct fil_week *week, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = fil_format_list(format, arguments);
	va_end(arguments);
	return keep(week, text);
}

void *
fil_week_alloc(struct fil_week *week, size_t n, size_t size)
{
	return keep(week, fil_alloc(n, size));
}

void
fil_week_fact(struct fil_week *week, enum fil_fact_place place, const char *label, const char *text,
    const char *target)
{
	size_t i = week->n_facts++;

	week->facts = fil_resize(week->facts, week->n_facts, sizeof *week->facts);
	week->fact_places = fil_resize(week->fact_places, week->n_facts, sizeof *week->fact_places);
	for (; i > 0 && week->fact_places[i - 1] > place; i--) {
		week->facts[i] = week->facts[i - 1];
		week->fact_places[i] = week->fact_places[i - 1];
	}
	week->facts[i] = (struct fil_fact){ label, text, target };
	week->fact_places[i] = place;
}

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
