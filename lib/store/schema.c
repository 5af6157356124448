/* SPDX-License-Identifier: ISC */
#include "lib/store/schema.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"

static const char schema[] =
#include "sql/schema.inc"
    ;
static const char migrate_1[] =
#include "sql/migrate-1.inc"
    ;
static const char migrate_2[] =
#include "sql/migrate-2.inc"
    ;
static const char migrate_3[] =
#include "sql/migrate-3.inc"
    ;

static const struct {
	int from;
	const char *sql;
} migrations[] = {
	{ 1, migrate_1 },
	{ 2, migrate_2 },
	{ 3, migrate_3 },
};

/* Adds the value of the token at p, "{NAME}". Returns the place after it. */
static const char *
add_token(struct fil_bytes *text, const char *p, const struct fil_token *tokens)
{
	size_t n = strcspn(p + 1, "}");

	for (; tokens->name; tokens++)
		if (strlen(tokens->name) == n && memcmp(tokens->name, p + 1, n) == 0) {
			fil_bytes_add_text(text, tokens->value);
			return p + n + 2;
		}
	fil_bug("the schema has an unknown token: %.20s", p);
}

/* Skips the white space and comments at p, and adds at most one space. Returns the place after
 * them. */
static const char *
add_space(struct fil_bytes *text, const char *p)
{
	for (;;) {
		p += strspn(p, " \t\n");
		if (strncmp(p, "--", 2) != 0)
			break;
		p += strcspn(p, "\n");
	}
	if (text->length && text->data[text->length - 1] != '\n')
		fil_bytes_add(text, " ", 1);
	return p;
}

/* The text is read at each start, so it is copied by stretches, not by characters. */
char *
fil_schema_fill(const char *p, const struct fil_token *tokens)
{
	struct fil_bytes text = { 0 };
	size_t n;

	while (*p) {
		if (*p == '{')
			p = add_token(&text, p, tokens);
		else if (strchr(" \t\n", *p) || strncmp(p, "--", 2) == 0)
			p = add_space(&text, p);
		else if (*p == ';') {
			fil_bytes_add(&text, ";\n", 2);
			p++;
		} else {
			n = *p == '\'' ? strcspn(p + 1, "'") + 2 : 1 + strcspn(p + 1, "{;-' \t\n");
			fil_bytes_add(&text, p, n);
			p += n;
		}
	}
	return text.data;
}

int
fil_schema_check(const char *name, int64_t version, struct fil_fault *fault)
{
	if (version < 1)
		return fil_fault_set(
		    fault, FIL_UNAVAILABLE, "%s: a store without a version of its schema", name);
	if (version > FIL_SCHEMA_VERSION)
		return fil_fault_set(fault, FIL_UNAVAILABLE,
		    "%s: made by a newer filrouge (schema %lld; this one knows %d)", name,
		    (long long)version, FIL_SCHEMA_VERSION);
	return 0;
}

char *
fil_schema_text(const struct fil_token *tokens)
{
	return fil_schema_fill(schema, tokens);
}

/* Returns the ")" that closes the "(" at p. */
static char *
end_of_list(char *p)
{
	int depth = 0;

	for (;; p++) {
		depth += *p == '(' ? 1 : *p == ')' ? -1 : 0;
		if (depth == 0)
			return p;
	}
}

/* Returns the name at p, without quotes. It is cut off in place, and *after is what follows. */
static const char *
cut_name(char *p, char **after)
{
	char *name = p + (*p == '"');

	*after = name + strcspn(name, "\" ");
	*(*after)++ = '\0';
	return name;
}

/* Returns the number of bytes from p to end that are in the set. */
static size_t
count_bytes(const char *p, const char *end, const char *set)
{
	size_t n = 0;

	for (; p < end; p++)
		n += strchr(set, *p) != NULL;
	return n;
}

/* Reads the columns between the parentheses of a CREATE TABLE, from p to end. The key is a clause
 * of the table, or of its only key column. */
static void
read_columns(struct fil_relation *relation, const char **columns, char *p, const char *end)
{
	static const char key[] = "PRIMARY KEY (";

	relation->columns = columns;
	relation->n_keys = 1;
	for (; p < end; p += strspn(p, ", ")) {
		if (strncmp(p, key, strlen(key)) == 0)
			relation->n_keys = count_bytes(p, strchr(p, ')'), ",") + 1;
		else
			columns[relation->n_columns++] = cut_name(p, &p);
		while (p < end && *p != ',')
			p = *p == '(' ? end_of_list(p) + 1 : p + 1;
	}
}

struct fil_schema_tables *
fil_schema_tables(void)
{
	static const char create[] = "CREATE TABLE ";
	static const struct fil_token plain[] = { { "STRICT", "" }, { "CLUSTERED", "" },
		{ "KEY", "TEXT" }, { NULL, NULL } };
	struct fil_schema_tables *tables = fil_alloc(1, sizeof *tables);
	struct fil_relation *relation;
	const char **columns;
	char *list, *end;

	tables->text = fil_schema_text(plain);
	end = tables->text + strlen(tables->text);
	/* A column ends with a comma, or its statement with a semicolon. */
	columns = tables->columns =
	    fil_alloc(count_bytes(tables->text, end, ",;"), sizeof *columns);
	for (char *p = tables->text; (p = strstr(p, create)); p = end + 1) {
		tables->all = fil_resize(tables->all, tables->n + 1, sizeof *tables->all);
		relation = &tables->all[tables->n++];
		*relation = (struct fil_relation){ .name = cut_name(p + strlen(create), &list) };
		list += strcspn(list, "(");
		end = end_of_list(list);
		list += 1 + strspn(list + 1, " ");
		read_columns(relation, columns, list, end);
		columns += relation->n_columns;
	}
	return tables;
}

void
fil_schema_tables_free(struct fil_schema_tables *tables)
{
	if (!tables)
		return;
	free(tables->all);
	free(tables->columns);
	free(tables->text);
	free(tables);
}

char *
fil_schema_migration(int version, const struct fil_token *tokens)
{
	for (size_t i = 0; i < sizeof migrations / sizeof *migrations; i++)
		if (migrations[i].from == version)
			return fil_schema_fill(migrations[i].sql, tokens);
	fil_bug("no migration from version %d of the schema", version);
}
