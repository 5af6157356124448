/* SPDX-License-Identifier: ISC */
#include "lib/store/schema.h"

#include <string.h>

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

static const struct {
	int from;
	const char *sql;
} migrations[] = {
	{ 1, migrate_1 },
	{ 2, migrate_2 },
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

char *
fil_schema_migration(int version, const struct fil_token *tokens)
{
	for (size_t i = 0; i < sizeof migrations / sizeof *migrations; i++)
		if (migrations[i].from == version)
			return fil_schema_fill(migrations[i].sql, tokens);
	fil_bug("no migration from version %d of the schema", version);
}
