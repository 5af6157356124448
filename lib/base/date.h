/* SPDX-License-Identifier: ISC */
/* Dates: civil days of the proleptic Gregorian calendar, as a count of days; no clock, no zone. */
#ifndef FIL_DATE_H
#define FIL_DATE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"

/* A day: days since 1970-01-01 (Hinnant, "chrono-Compatible Low-Level Date Algorithms"). Years
 * 1583 to 9999. */
typedef int fil_day;

enum { FIL_DATE_SIZE = 11 }; /* "YYYY-MM-DD" and its NUL */

/* The order in which a file writes dates that do not begin with the year. */
enum fil_date_order { FIL_ORDER_UNKNOWN, FIL_ORDER_YMD, FIL_ORDER_DMY, FIL_ORDER_MDY };

/* What fil_date_read found. */
enum fil_date_found {
	FIL_DATE_OK, /* *day is set */
	FIL_DATE_BAD, /* not a date at all, or 31/02 */
	/* With FIL_ORDER_UNKNOWN: */
	FIL_DATE_UNPROVED, /* 03/04/2024: both readings are dates, and differ */
	FIL_DATE_PROVES_DMY, /* a date only when read day first; *day is set */
	FIL_DATE_PROVES_MDY, /* a date only when read month first; *day is set */
};

/* Reads exactly "YYYY-MM-DD". Returns 0, or -1. */
int fil_date_parse(const char *text, fil_day *day);

/* Reads a date as files write it: yyyy-mm-dd, yyyy/mm/dd, yyyymmdd, and in the given order
 * d/m/yyyy, d.m.yyyy, d-m-yyyy, with one or two digits for day and month. yyyy-mm-dd and
 * yyyymmdd are read under any order but a contradicting forced one is the caller's matter. Years
 * have four digits. 31/02/2024 is FIL_DATE_BAD. A time of the day and a zone may stand behind
 * ("2024-03-01T08:00:00Z", "1/3/2024 8:00 AM UTC+1"): the day counts as it is written. */
enum fil_date_found fil_date_read(const char *text, enum fil_date_order order, fil_day *day);

/* The room that fil_date_widen needs. */
enum { FIL_DATE_WIDE = 64 };

/* Writes a date that ends in a year of two digits, d/m/yy, with four: up to the pivot in this
 * century, above it in the last. Returns whether it is one; else wide is left alone. */
bool fil_date_widen(const char *text, int pivot, char wide[static FIL_DATE_WIDE]);

/* Reads a date as a person types it on the command line: yyyy-mm-dd, or today, yesterday,
 * tomorrow, last-sunday (the newest Sunday before today), or +N, -N with d, w, m or y behind,
 * counted from `from` ("+14d"; a month or year later that has no such day gives its last day).
 * today is `today`. Returns 0, or -1. */
int fil_date_relative(const char *text, fil_day today, fil_day from, fil_day *day);

/* Writes "YYYY-MM-DD". */
void fil_date_write(fil_day day, char text[static FIL_DATE_SIZE]);

/* Returns the newest Sunday that is not after the day. */
fil_day fil_date_sunday(fil_day day);

/* Sets *day to today: FILROUGE_TODAY (YYYY-MM-DD) when set and not empty, else the local
 * calendar day. Returns 0, or -1 with a fault (78) for a FILROUGE_TODAY that is not a date. */
int fil_date_today(fil_day *day, struct fil_fault *fault);

#endif
