/* SPDX-License-Identifier: ISC */
/* Enrolment request: the part of a statement by which an engine finds the phases of users on given
 * days. The engine reads the enrolments of a user beside the user. */
#ifndef FIL_ENROLMENT_REQUEST_H
#define FIL_ENROLMENT_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/store/query.h"
#include "lib/store/statement.h"

/* A request for enrolments. */
struct fil_enrolment_request {
	const struct fil_lookup_table *phases;
	const bool *selected; /* for each phase: it is sought; NULL: none is */
	const fil_day *days;
	size_t n_days;
};

/* Adds the subquery " LEFT JOIN (…) AS e" of the enrolments of users "u". Column phase0 is the
 * phase of the newest one on the first day, or NULL, and fits0 is 1 where one is in a phase that is
 * sought; and so on. */
void fil_enrolment_request_join(
    const struct fil_enrolment_request *request, struct fil_statement *statement);

/* Adds the condition that enrolments "n" hold on a day. */
void fil_enrolment_request_condition(struct fil_statement *statement, fil_day day);

#endif
