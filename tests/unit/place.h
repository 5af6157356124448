/* SPDX-License-Identifier: ISC */
/* A place for one test of the store: a folder of its own, and the path of a store in it. */
#ifndef PLACE_H
#define PLACE_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/memory.h"
#include "lib/store/store.h"
#include "tests/unit/statement.h"

struct place {
	char folder[32];
	char *path;
	struct fil_store *store; /* NULL, or open: closed in the end */
	struct fil_fault fault;
};

/* Makes the folder. */
static inline int
place_empty(void **state)
{
	struct place *place = fil_alloc(1, sizeof *place);

	strcpy(place->folder, "/tmp/filrouge-unit.XXXXXX");
	*state = place;
	if (!mkdtemp(place->folder))
		return -1;
	place->path = fil_format("%s/s.db", place->folder);
	return 0;
}

/* Makes a new store. The first commit makes its file. */
static inline int
place_create(struct place *place)
{
	place->store = fil_store_open(place->path, FIL_STORE_CREATE, &place->fault);
	if (!place->store || fil_store_begin(place->store, 0, &place->fault))
		return -1;
	return fil_store_commit(place->store, &place->fault) == FIL_COMMITTED ? 0 : -1;
}

/* Makes the folder, and a new store in it. */
static inline int
place_with_store(void **state)
{
	return place_empty(state) ? -1 : place_create(*state);
}

/* Closes the store, and removes the folder with what is in it. */
static inline int
place_remove(void **state)
{
	struct place *place = *state;
	DIR *folder;

	fil_store_close(place->store);
	chmod(place->folder, 0700);
	folder = opendir(place->folder);
	if (!folder)
		return -1;
	for (const struct dirent *entry; (entry = readdir(folder));)
		unlinkat(dirfd(folder), entry->d_name, 0);
	closedir(folder);
	rmdir(place->folder);
	free(place->path);
	free(place);
	return 0;
}

/* Returns the path of a file in the folder; the caller frees it. */
static inline char *
place_file(const struct place *place, const char *name)
{
	return fil_format("%s/%s", place->folder, name);
}

/* Returns the one number that a statement gives. */
static inline int64_t
place_number(struct fil_store *store, const char *sql)
{
	struct fil_fault fault;
	struct fil_query *query = fil_query_new(store, sql);
	int64_t number = fil_query_step(query, &fault) == 1 ? fil_query_number(query, 0) : -1;

	fil_query_free(query);
	return number;
}

#endif
