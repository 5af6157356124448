/* SPDX-License-Identifier: ISC */
#include "lib/page/week.h"

#include <stdarg.h>

#include "lib/base/memory.h"

const char *
fil_week_text(struct fil_week *week, const char *format, ...)
{
	va_list arguments;

	if (week->n_texts == week->texts_capacity) {
		week->texts_capacity += week->texts_capacity + 64;
		week->texts = fil_resize(week->texts, week->texts_capacity, sizeof *week->texts);
	}
	va_start(arguments, format);
	week->texts[week->n_texts] = fil_format_list(format, arguments);
	va_end(arguments);
	return week->texts[week->n_texts++];
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
