/* SPDX-License-Identifier: ISC */
/* Relations to try an engine on, written out: the store knows no catalogue. */
#ifndef RELATIONS_H
#define RELATIONS_H

#include "lib/store/batch.h"
#include "lib/store/relation.h"

static const char *const user_columns[] = { "user", "name", "email", "unit", "job", "manager",
	"role", "arrived", "left", "feed" };
static const struct fil_relation users = { "users", user_columns, 10, 1 };
static const char *const autonomy_columns[] = { "user", "dimension", "date", "source", "level",
	"note" };
static const struct fil_relation autonomy = { "autonomy", autonomy_columns, 6, 4 };

/* Adds a row of users. */
static inline void
add_user(struct fil_batch *rows, const char *user, const char *name)
{
	fil_batch_add(rows,
	    (const char *const[10]){
		user, name, NULL, "Direction/Service", NULL, NULL, "user", NULL, NULL, "hr" });
}

#endif
