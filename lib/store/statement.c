/* SPDX-License-Identifier: ISC */
#include "lib/store/statement.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"

void
fil_statement_add(struct fil_statement *statement, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fil_bytes_add_list(&statement->sql, format, arguments);
	va_end(arguments);
}

void
fil_statement_add_value(struct fil_statement *statement, const char *value)
{
	size_t i = 0;

	while (i < statement->n && strcmp(statement->values[i], value) != 0)
		i++;
	if (i == statement->n) {
		statement->values =
		    fil_resize(statement->values, ++statement->n, sizeof *statement->values);
		statement->values[i] = fil_copy(value);
	}
	fil_statement_add(statement, "$%zu", i + 1);
}

void
fil_statement_add_text(struct fil_statement *statement, const char *text, const char *const *values)
{
	const char *brace;

	while ((brace = strchr(text, '{'))) {
		fil_statement_add(statement, "%.*s", (int)(brace - text), text);
		fil_statement_add_value(statement, values[brace[1] - '1']);
		text = brace + strlen("{1}");
	}
	fil_statement_add(statement, "%s", text);
}

void
fil_statement_add_day(struct fil_statement *statement, fil_day day)
{
	char text[FIL_DATE_SIZE];

	fil_date_write(day, text);
	fil_statement_add_value(statement, text);
}

void
fil_statement_add_day_number(struct fil_statement *statement, const char *day)
{
	char *months = fil_format("(%s / 10000 * 12 + %s / 100 %% 100 - 3)", day, day);

	/* Months are counted from March of the year 0, so that the shortest one is the last. */
	fil_statement_add(statement,
	    "(%s %% 100 + (153 * (%s %% 12) + 2) / 5 + %s / 12 * 365 + %s / 48 - %s / 1200"
	    " + %s / 4800)",
	    day, months, months, months, months, months);
	free(months);
}

struct fil_query *
fil_statement_query(const struct fil_statement *statement, struct fil_store *store)
{
	struct fil_query *query = fil_query_new(store, statement->sql.data);

	fil_query_alone(query);
	if (!statement->many)
		fil_query_gather(query);
	for (size_t i = 0; i < statement->n; i++)
		fil_query_bind(query, (int)i + 1, statement->values[i]);
	return query;
}

void
fil_statement_release(struct fil_statement *statement)
{
	for (size_t i = 0; i < statement->n; i++)
		free(statement->values[i]);
	free(statement->values);
	fil_bytes_release(&statement->sql);
	*statement = (struct fil_statement){ 0 };
}
