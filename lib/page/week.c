/* SPDX-License-Identifier: ISC */
#include "lib/page/week.h"

#include <stdarg.h>

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
