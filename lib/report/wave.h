/* SPDX-License-Identifier: ISC */
/* A wave: users who will be enrolled on one day, and the phase whose users show what to expect of
 * them. The options --like, --users and --begins describe it. */
#ifndef FIL_WAVE_H
#define FIL_WAVE_H

#include "lib/base/fault.h"
#include "lib/report/report.h"
#include "lib/store/store.h"

/* Checks the wave of a request. Returns 0, or -1 with a fault: 64 if an option lacks or the wave has
 * begun, 65 if the phase is unknown. */
int fil_wave_check(
    struct fil_store *store, const struct fil_report_request *request, struct fil_fault *fault);

#endif
