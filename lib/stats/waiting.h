/* SPDX-License-Identifier: ISC */
/* Waiting: the change of levels after a module, beside that of users who waited for it. It does not
 * use the store.
 *
 * A gain is the change of a level from the day of a completion to the last level within
 * FIL_EFFECT_DAYS of it. It is compared with the mean change over the same days of the users who
 * waited: users of equal level in that dimension on that day, not assigned the module by the end of
 * these days. The idea is that of Callaway and Sant'Anna, "Difference-in-Differences with Multiple
 * Time Periods", Journal of Econometrics 225, 2021: compare with users who are not treated yet.
 *
 * The interval is by resampling users of both kinds (lib/stats/interval.h). What a user who waited
 * adds to the means is taken as linear: the user's part times the share of the user in each mean. */
#ifndef FIL_WAITING_H
#define FIL_WAITING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/stats/interval.h"

/* The days after a completion in which a level counts as its effect. */
enum { FIL_EFFECT_DAYS = 60 };

struct fil_waiting;

/* Returns an empty comparison up to a day; the caller frees it. Memory: users are on tapes
 * (lib/stats/tape.h), one for each group, and so in a file beyond a limit; 192 bytes for each day of
 * completion in a dimension. */
struct fil_waiting *fil_waiting_new(fil_day as_of);

/* Begins another user, of a group. */
void fil_waiting_user(struct fil_waiting *waiting, size_t group);

/* Begins another dimension of the user. */
void fil_waiting_dimension(struct fil_waiting *waiting, size_t dimension);

/* Adds a level of the user in that dimension: one for each day, ascending. Here and below, a level
 * that does not exist, from a damaged store, is ignored. */
void fil_waiting_level(struct fil_waiting *waiting, fil_day day, int level);

/* Adds an assignment of the user, by module, then day. Only the first of each module counts. */
void fil_waiting_assigned(struct fil_waiting *waiting, size_t module, fil_day day);

/* A gain of the user. */
struct fil_waiting_gain {
	uint32_t module;
	fil_day completed;
	uint16_t dimension;
	int8_t level, change; /* level: on the day of completion */
};

/* Adds a gain of the user. */
void fil_waiting_gained(struct fil_waiting *waiting, const struct fil_waiting_gain *gain);

/* The comparison of some gains. */
struct fil_waited {
	size_t gains; /* those with users who waited */
	size_t users; /* users with such gains */
	size_t waiters; /* users who waited for them */
	double waiting; /* the mean, over these, of the mean change of the users who waited */
	double difference; /* the mean of the changes less that */
	struct fil_interval limits; /* of the difference */
};

/* Compares the gains after a module in some groups with the users of these groups. into[group] == row
 * says which. No user is added afterwards. */
struct fil_waited
fil_waiting_compare(struct fil_waiting *waiting, size_t module, const size_t *into, size_t row);

/* Compares the gains after those of the n modules that are marked, in all groups. */
struct fil_waited fil_waiting_total(struct fil_waiting *waiting, size_t n, const bool *marked);

/* Returns 0 if the users were kept and read as they were, else -1 with a fault. Until it is called the
 * comparisons are to be doubted. */
int fil_waiting_check(const struct fil_waiting *waiting, struct fil_fault *fault);

/* Frees the comparison; NULL is fine. */
void fil_waiting_free(struct fil_waiting *waiting);

#endif
