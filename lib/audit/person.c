/* SPDX-License-Identifier: ISC */
#include "lib/audit/person.h"

#include <string.h>

#include "lib/base/memory.h"
#include "lib/catalog/name.h"

int
fil_person_match(const char *text, enum fil_match *match, struct fil_fault *fault)
{
	if (strcmp(text, "email") == 0)
		*match = FIL_MATCH_EMAIL;
	else if (strcmp(text, "name") == 0)
		*match = FIL_MATCH_NAME;
	else
		return fil_fault_set(
		    fault, FIL_USAGE, "--match takes email or name, not '%s'", text);
	return 0;
}

/* Finds the person with an e-mail or a name. */
static char *
match_user(struct fil_store *store, enum fil_match match, const char *place, const char *text,
    struct fil_fault *fault)
{
	struct fil_matching *matching = fil_matching_new(fil_catalog_table("users"));
	size_t length = strlen(text);
	const char *key = text;
	struct fil_fault found;
	char *user = NULL;

	matching->match = match;
	if (fil_matching_read(matching, store, fault) == 0) {
		if (fil_matching_cell(matching, 0, true, &key, &length, &found) == FIL_MATCHED)
			user = fil_copy(key);
		else
			fil_fault_set(fault, FIL_BAD_DATA, "%s: %s", place, found.text);
	}
	fil_matching_free(matching);
	return user;
}

/* Returns 1 if a query with the key gives a row, else 0, or -1 with a fault. */
static int
is_known(struct fil_store *store, const char *sql, const char *key, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(store, sql);
	int step;

	fil_query_gather(query);
	fil_query_bind(query, 1, key);
	step = fil_query_step(query, fault);
	fil_query_free(query);
	return step;
}

char *
fil_person_find(struct fil_store *store, const struct fil_renamings *renamings,
    enum fil_match match, const char *place, const char *text, struct fil_fault *fault)
{
	int known;

	if (match != FIL_MATCH_KEY)
		return match_user(store, match, place, text, fault);
	known = is_known(store, "SELECT 1 FROM users WHERE \"user\" = $1", text, fault);
	if (known == 0) {
		text = fil_renamings_person(renamings, text, (struct fil_moment){ 0, 0 });
		known = is_known(store, "SELECT 1 FROM users WHERE \"user\" = $1", text, fault);
	}
	if (known == 0)
		known = is_known(
		    store, "SELECT 1 FROM history WHERE subject = $1 LIMIT 1", text, fault);
	if (known < 0 ||
	    (known == 0 &&
		fil_name_check(store, fil_catalog_table("users"), place, text, fault) < 0))
		return NULL;
	return fil_copy(text);
}
