/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <time.h>

#include "lib/base/date.h"

/* Wants the day of a moment in a zone. */
static void
on_day(const struct fil_time_zone *zone, const char *text, const char *expected)
{
	char written[FIL_DATE_SIZE];
	fil_day day;

	assert_int_equal(fil_time_zone_date(zone, text, FIL_ORDER_EPOCH, &day), FIL_DATE_OK);
	fil_date_write(day, written);
	assert_string_equal(written, expected);
}

/* The days that `TZ=ZONE date -d MOMENT +%F` of GNU coreutils prints. */
static void
zone__a_moment__is_the_day_there(void **state)
{
	struct fil_fault fault;
	struct fil_time_zone *paris = fil_time_zone_new("Europe/Paris", &fault);
	struct fil_time_zone *honolulu = fil_time_zone_new("Pacific/Honolulu", &fault);

	(void)state;
	assert_non_null(paris);
	on_day(paris, "2024-03-14T22:59:59Z", "2024-03-14");
	on_day(paris, "2024-03-14T23:00:00Z", "2024-03-15");
	on_day(paris, "2024-07-14T21:59:59.9Z", "2024-07-14");
	on_day(paris, "2024-07-14T22:00:00Z", "2024-07-15");
	on_day(paris, "2024-03-31T00:30:00+02:00", "2024-03-30");
	on_day(paris, "2024-03-14T23:30:00+01:00", "2024-03-14");
	on_day(paris, "2024-03-14 23:30:00 UTC", "2024-03-15");
	on_day(paris, "14 mars 2024 11:30 PM GMT-1", "2024-03-15");
	on_day(paris, "1711700000", "2024-03-29");
	on_day(paris, "1711666800123", "2024-03-29");
	on_day(paris, "1711666799", "2024-03-28");
	on_day(honolulu, "2024-03-14T09:59:59Z", "2024-03-13");
	on_day(honolulu, "2024-03-14T10:00:00Z", "2024-03-14");
	on_day(honolulu, "1970-01-01T00:00:00Z", "1969-12-31");
	fil_time_zone_free(paris);
	fil_time_zone_free(honolulu);
}

static void
zone__the_zone_of_the_process__stays(void **state)
{
	time_t moment = 1711666800;
	struct fil_fault fault;
	struct tm local;

	(void)state;
	setenv("TZ", "Asia/Tokyo", 1);
	fil_time_zone_free(fil_time_zone_new("Europe/Paris", &fault));
	assert_string_equal(getenv("TZ"), "Asia/Tokyo");
	localtime_r(&moment, &local);
	assert_int_equal(local.tm_gmtoff, 9 * 3600);
	unsetenv("TZ");
	fil_time_zone_free(fil_time_zone_new("Europe/Paris", &fault));
	assert_null(getenv("TZ"));
}

static void
zone__a_name_that_is_none__is_refused(void **state)
{
	static const char *const wrong[] = { "", "Europe/Pari", "../etc/passwd", "/etc/passwd",
		"Z:x" };
	struct fil_fault fault;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_null(fil_time_zone_new(wrong[i], &fault));
	assert_string_equal(fault.text,
	    "'Z:x' is not a time zone that is installed: give one such as Europe/Paris");
}

static void
moment__without_an_offset__is_none(void **state)
{
	static const struct {
		const char *text;
		enum fil_date_order order;
		enum fil_date_found found;
	} cases[] = {
		{ "2024-03-14", FIL_ORDER_UNKNOWN, FIL_DATE_BAD },
		{ "2024-03-14 23:30 CET", FIL_ORDER_UNKNOWN, FIL_DATE_BAD },
		{ "1711700000", FIL_ORDER_UNKNOWN, FIL_DATE_BAD },
		{ "03/04/2024 10:00 UTC", FIL_ORDER_UNKNOWN, FIL_DATE_UNPROVED },
		{ "03/04/2024 10:00 UTC", FIL_ORDER_DMY, FIL_DATE_OK },
	};
	struct fil_fault fault;
	struct fil_time_zone *paris = fil_time_zone_new("Europe/Paris", &fault);
	fil_day day;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(
		    fil_time_zone_date(paris, cases[i].text, cases[i].order, &day), cases[i].found);
	fil_time_zone_free(paris);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zone__a_moment__is_the_day_there),
		cmocka_unit_test(zone__the_zone_of_the_process__stays),
		cmocka_unit_test(zone__a_name_that_is_none__is_refused),
		cmocka_unit_test(moment__without_an_offset__is_none),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
