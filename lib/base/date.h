/* SPDX-License-Identifier: ISC */
/* Dates: days of the proleptic Gregorian calendar, as a count of days, without clock or time
 * zone. */
#ifndef FIL_DATE_H
#define FIL_DATE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/fault.h"

/* A day: the number of days since 1970-01-01, for the years 1583 to 9999. Source: Hinnant,
 * "chrono-Compatible Low-Level Date Algorithms". */
typedef int fil_day;

/* No such day. */
#define FIL_NEVER INT_MIN

enum { FIL_DATE_SIZE = 11 }; /* "YYYY-MM-DD" and its NUL */

/* The order of day, month and year in the dates of a file. */
enum fil_date_order {
	FIL_ORDER_UNKNOWN,
	FIL_ORDER_YMD,
	FIL_ORDER_DMY,
	FIL_ORDER_MDY,
	FIL_ORDER_EXCEL, /* serial numbers of a spreadsheet; other dates as under UNKNOWN */
	FIL_ORDER_EPOCH, /* seconds since 1970 in UTC, or thousandths; other dates as under UNKNOWN */
};

/* The result of fil_date_read. */
enum fil_date_found {
	FIL_DATE_OK, /* *day is set */
	FIL_DATE_BAD, /* not a date, for example 31/02 */
	/* With FIL_ORDER_UNKNOWN: */
	/* (also with EXCEL and EPOCH) ambiguous date, 03/04/2024: two readings give two days */
	FIL_DATE_UNPROVED,
	FIL_DATE_PROVES_DMY, /* valid only with the day first; *day is set */
	FIL_DATE_PROVES_MDY, /* valid only with the month first; *day is set */
};

/* Reads exactly "YYYY-MM-DD". Returns 0 or -1. */
int fil_date_parse(const char *text, fil_day *day);

/* Reads a date as files write it. yyyy-mm-dd, yyyy/m/d and yyyymmdd are read under any order, and
 * so are months in words, French or English: "3 févr. 2024", "Feb 13, 2024". d/m/yyyy, d.m.yyyy
 * and d-m-yyyy are read in the given order, with one or two digits for day and month. Years have
 * four digits. 31/02/2024 is FIL_DATE_BAD. A weekday may go before; another one than that of the
 * day is FIL_DATE_BAD. A time and a time zone may follow: "2024-03-01T08:00:00Z", "mardi 13 février
 * 2024, 16:04", "1/3/2024 8:00 AM UTC+1". The day counts as it is written. With FIL_ORDER_EXCEL,
 * 45335 and 45335.67 are days too; with FIL_ORDER_EPOCH, 1711700000 and 1711700000123. */
enum fil_date_found fil_date_read(const char *text, enum fil_date_order order, fil_day *day);

/* Returns why a date is FIL_DATE_BAD in an order, and the option that would read it: "a year of two
 * digits needs --pivot NN", "that day is a Tuesday"; or NULL. The text is static. */
const char *fil_date_remedy(const char *text, enum fil_date_order order);

/* The size of the buffer for fil_date_widen. */
enum { FIL_DATE_WIDE = 64 };

/* Rewrites a date with a two-digit year, d/m/yy or 3-févr.-24, with four digits. Years up to the
 * pivot are in this century, the others in the last. Returns whether the text is such a date; if
 * not, wide is unchanged. */
bool fil_date_widen(const char *text, int pivot, char wide[static FIL_DATE_WIDE]);

/* Reads a date of the command line: yyyy-mm-dd, today, yesterday, tomorrow, last-sunday, or an
 * offset from `from`, such as "+14d". last-sunday is the last Sunday before today. The units of an
 * offset are d, w, m and y. A month or year offset gives at most the last day of the month. Returns
 * 0 or -1. */
int fil_date_relative(const char *text, fil_day today, fil_day from, fil_day *day);

/* Sets the year, the month and the day of the month, both from 1. */
void fil_date_split(fil_day day, int *year, int *month, int *number);

/* Writes "YYYY-MM-DD". */
void fil_date_write(fil_day day, char text[static FIL_DATE_SIZE]);

/* Returns the last Sunday on or before the day. */
fil_day fil_date_sunday(fil_day day);

/* Sets *day to today: FILROUGE_TODAY (YYYY-MM-DD) if it is set and not empty, else the local date.
 * Returns 0, or -1 with a fault (78) if FILROUGE_TODAY is not a date. */
int fil_date_today(fil_day *day, struct fil_fault *fault);

/* Time zones: the day in a place at a moment, by the zones of the C library (Europe/Paris). */
struct fil_time_zone;

/* Returns the zone of that name; the caller frees it. NULL with a usage fault: no such zone is
 * installed. The zone of the process is the same afterwards. */
struct fil_time_zone *fil_time_zone_new(const char *name, struct fil_fault *fault);

/* Reads a date with a time and an offset from UTC, "2024-03-01T08:00:00Z", or seconds since 1970 with
 * FIL_ORDER_EPOCH. Sets the day in the zone. Returns as fil_date_read; FIL_DATE_BAD also for a date
 * without an offset. Before 1970 and after 2099 the zone is as at that time. */
enum fil_date_found fil_time_zone_date(
    const struct fil_time_zone *zone, const char *text, enum fil_date_order order, fil_day *day);

/* Frees the zone; NULL is fine. */
void fil_time_zone_free(struct fil_time_zone *zone);

#endif
