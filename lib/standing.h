/* SPDX-License-Identifier: ISC */
/* Standing: where each user stands now in each dimension, derived from the autonomy events. Kept in the tables standing (a row for each
 * user and dimension) and standings (a row for each user), in the transaction that records; recomputed by fil-check. */
#ifndef FIL_STANDING_H
#define FIL_STANDING_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/date.h"
#include "lib/fault.h"
#include "lib/store.h"

/* The dimensions in the order of their keys. */
struct fil_dimensions {
	size_t n;
	char **names, **titles;
	int *thresholds;
};

/* Reads the dimensions. Returns 0 or -1; release frees what it holds. */
int fil_dimensions_read(struct fil_store *store, struct fil_dimensions *dimensions, struct fil_fault *fault);
void fil_dimensions_release(struct fil_dimensions *dimensions);

/* No such day. */
#define FIL_NEVER INT_MIN

/* A user's standing in one dimension. level -1: unknown, all else then void. On one date the level of the strongest source
 * counts: test > trainer > manager > self > system. */
struct fil_standing {
	int level, previous;	/* previous: the level of the day before it, -1 if none */
	fil_day date;		/* of the newest level */
	fil_day risen;		/* of the last rise; the first record counts as one */
	fil_day first;		/* first day at or above the threshold, or FIL_NEVER */
	int source;		/* number of the source among the catalogue's choices */
};

/* All events of one user up to the date, as one struct for each dimension, in their order. */
struct fil_standing_user {
	const char *user;			/* valid until the next step */
	size_t length;
	const struct fil_standing *standings;	/* one for each dimension */
	fil_day autonomous;			/* first day at or above every threshold at once, or FIL_NEVER */
};

struct fil_standing_walk;

/* Walks over the users who have a level, in the order of their keys, as they stood on each of n_days days (ascending; 1 for most
 * reports). sources: comma-separated names that count, or NULL for all. For the newest day it reads the standing tables
 * where they hold the answer, else the events. Returns NULL with a fault; the caller frees it. */
struct fil_standing_walk *fil_standing_walk_new(struct fil_store *store, const struct fil_dimensions *dimensions,
    const fil_day *days, size_t n_days, fil_day today, const char *sources, struct fil_fault *fault);

/* Steps to the next user; out gets n_days structs. Returns 1, 0 at the end, -1 with a fault. */
int fil_standing_walk_step(struct fil_standing_walk *walk, struct fil_standing_user *out, struct fil_fault *fault);
void fil_standing_walk_free(struct fil_standing_walk *walk);

/* The upkeep: notes users whose events a run touched, then brings the tables up to date, one user at a time for few, in one
 * ordered pass for many. */
struct fil_standing_keeper;

struct fil_standing_keeper *fil_standing_keeper_new(struct fil_store *store);
void fil_standing_touch(struct fil_standing_keeper *keeper, const char *user);
/* A threshold or a dimension changed: everything is recomputed. */
void fil_standing_touch_all(struct fil_standing_keeper *keeper);
/* Writes the standings of what was touched. Returns 0 or -1. */
int fil_standing_keep(struct fil_standing_keeper *keeper, struct fil_fault *fault);
void fil_standing_keeper_free(struct fil_standing_keeper *keeper);

/* Compares the tables with a recomputation. Returns the number of rows that differ, the first of them named in the fault's text, or
 * -1 with a fault. */
long long fil_standing_verify(struct fil_store *store, struct fil_fault *fault);

#endif
