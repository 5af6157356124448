/* SPDX-License-Identifier: ISC */
/* Prose: numbers and days as people write them in the language of the messages. In French the spaces
 * are those that no line is broken at: U+202F in numbers and before a percent sign, U+00A0 in
 * days. */
#ifndef FIL_PROSE_H
#define FIL_PROSE_H

#include <stddef.h>

#include "lib/base/date.h"

enum { FIL_PROSE_SIZE = 80 }; /* the room for each text below */

/* Writes a decimal number: "33705.5" is "33 705,5", in English "33,705.5"; "-3" has U+2212. Groups
 * of three stand apart from 1,000 on. Another text, or one over 40 characters, is copied, cut to the
 * room. Returns text. */
char *fil_prose_number(char text[static FIL_PROSE_SIZE], const char *decimal);

/* As fil_prose_number, for a share in percent: "71,3 %", "71.3%". */
char *fil_prose_share(char text[static FIL_PROSE_SIZE], const char *decimal);

/* As fil_prose_number, for a difference of counts: "+24", "−3", "0". */
char *fil_prose_change(char text[static FIL_PROSE_SIZE], long long change);

/* How a day is written. */
enum fil_prose_day {
	FIL_DAY_LONG, /* "1er mars 2024", "1 March 2024" */
	FIL_DAY_MONTH, /* "1er mars", "1 March" */
	FIL_DAY_SHORT, /* "19 févr.", "19 Feb" */
	FIL_DAY_ALONE, /* "1er", "1" */
};

/* Writes a day. Returns text. */
char *fil_prose_day(char text[static FIL_PROSE_SIZE], fil_day day, enum fil_prose_day form);

/* Writes the name of the weekday: "dimanche", "Sunday". Returns text. */
char *fil_prose_weekday(char text[static FIL_PROSE_SIZE], fil_day day);

/* Writes the ISO week of a day: "2024-S13", in English "2024-W13". Returns text. */
char *fil_prose_week(char text[static FIL_PROSE_SIZE], fil_day day);

/* Returns the number of the ISO week of a day, 1 to 53, and sets *year to its year (ISO 8601). */
unsigned fil_prose_week_number(fil_day day, int *year);

#endif
