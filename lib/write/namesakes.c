/* SPDX-License-Identifier: ISC */
#include "lib/write/namesakes.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"

/* So many are told: of a list that is all wrong, more say nothing new. */
enum { TOLD_MOST = 20 };

/* A leaver under the folded form of a name or an e-mail. */
struct alias {
	char *folded;
	const char *key;
};

struct fil_namesakes {
	struct alias *aliases;
	size_t n, room;
};

/* Who is told. */
struct listener {
	void (*tell)(void *context, const char *text);
	void *context;
};

struct fil_namesakes *
fil_namesakes_new(void)
{
	return fil_alloc(1, sizeof(struct fil_namesakes));
}

static void
add_alias(struct fil_namesakes *namesakes, const char *text, const char *key)
{
	if (!text)
		return;
	if (namesakes->n == namesakes->room) {
		namesakes->room += namesakes->room / 2 + 64;
		namesakes->aliases = fil_resize(
		    namesakes->aliases, namesakes->room, sizeof *namesakes->aliases);
	}
	namesakes->aliases[namesakes->n++] = (struct alias){ fil_text_fold(text), key };
}

void
fil_namesakes_add(
    struct fil_namesakes *namesakes, const char *key, const char *name, const char *email)
{
	add_alias(namesakes, name, key);
	add_alias(namesakes, email, key);
}

static int
compare_aliases(const void *a, const void *b)
{
	return strcmp(((const struct alias *)a)->folded, ((const struct alias *)b)->folded);
}

/* Returns the leaver who has that name or e-mail, or NULL. */
static const char *
find_alias(const struct fil_namesakes *namesakes, const char *text)
{
	struct alias wanted = { text ? fil_text_fold(text) : NULL, NULL };
	const struct alias *found = NULL;

	if (wanted.folded && namesakes->n > 0)
		found = bsearch(&wanted, namesakes->aliases, namesakes->n, sizeof wanted,
		    compare_aliases);
	free(wanted.folded);
	return found ? found->key : NULL;
}

/* Tells of the joiner on whose row the query stands, if like a leaver; returns how many were told:
 * 0 or 1. */
static int
match(const struct fil_namesakes *namesakes, struct fil_query *query,
    const struct listener *listener)
{
	const char *key = fil_query_text(query, 0), *name = fil_query_text(query, 1);
	const char *by_name = find_alias(namesakes, name);
	const char *old = by_name ? by_name : find_alias(namesakes, fil_query_text(query, 2));
	char *text;

	if (!old)
		return 0;
	text = fil_format("'%s' may be '%s' under a new key: the same %s (%s); "
			  "--rename %s=%s would keep the history",
	    key, old, by_name ? "name" : "e-mail", name, old, key);
	listener->tell(listener->context, text);
	free(text);
	return 1;
}

/* A row of the run was added by it when its key was not stored before. */
int
fil_namesakes_tell(struct fil_namesakes *namesakes, struct fil_run *run, struct fil_known *known,
    void (*tell)(void *context, const char *text), void *context, struct fil_fault *fault)
{
	static const char sql[] = "SELECT \"user\", name, email FROM users WHERE run = $1"
				  " ORDER BY \"user\"";
	struct fil_query *query = fil_query_new(fil_run_store(run), sql);
	struct listener listener = { tell, context };
	int step, told = 0;

	if (namesakes->n > 0)
		qsort(namesakes->aliases, namesakes->n, sizeof *namesakes->aliases,
		    compare_aliases);
	fil_query_bind_number(query, 1, fil_run_number(run));
	while ((step = fil_query_step(query, fault)) == 1 && told < TOLD_MOST) {
		const char *key = fil_query_text(query, 0);
		size_t length = strlen(key);

		if (!fil_known_stored(known, fil_known_key(known, &key, &length)))
			told += match(namesakes, query, &listener);
	}
	fil_query_free(query);
	return step < 0 ? -1 : 0;
}

void
fil_namesakes_free(struct fil_namesakes *namesakes)
{
	if (!namesakes)
		return;
	for (size_t i = 0; i < namesakes->n; i++)
		free(namesakes->aliases[i].folded);
	free(namesakes->aliases);
	free(namesakes);
}
