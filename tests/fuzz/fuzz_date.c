/* SPDX-License-Identifier: ISC */
/* Reads any text as a date, a number and an amount: what is read has one form, which reads as
 * itself. */
#include "lib/base/date.h"
#include "lib/base/number.h"
#include "tests/fuzz/fuzz.h"

static const enum fil_date_order orders[] = { FIL_ORDER_UNKNOWN, FIL_ORDER_DMY, FIL_ORDER_MDY,
	FIL_ORDER_EXCEL };

static void
check_day(fil_day day)
{
	char text[FIL_DATE_SIZE];
	fil_day again;

	fil_date_write(day, text);
	demand(fil_date_parse(text, &again) == 0 && again == day);
}

static void
check_dates(const char *text)
{
	char wide[FIL_DATE_WIDE];
	fil_day day;

	for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
		if (fil_date_read(text, orders[i], &day) == FIL_DATE_OK)
			check_day(day);
	if (fil_date_parse(text, &day) == 0)
		check_day(day);
	if (fil_date_relative(text, 19797, 19797, &day) == 0)
		check_day(day);
	if (fil_date_widen(text, 30, wide))
		demand(strlen(wide) < FIL_DATE_WIDE);
	for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
		fil_date_remedy(text, orders[i]);
}

static void
check_numbers(const char *text)
{
	char canonical[FIL_AMOUNT_SIZE], again[FIL_AMOUNT_SIZE];
	long long number = 0;
	char *decimal = fil_decimal_read(text);

	if (fil_number_read(text, -1000, 1000, &number) == 0)
		demand(number >= -1000 && number <= 1000);
	if (fil_amount_read(text, canonical) == 0)
		demand(fil_amount_read(canonical, again) == 0 && strcmp(canonical, again) == 0);
	if (decimal)
		demand(fil_decimal_compare(decimal, decimal) == 0);
	free(decimal);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	check_dates(text);
	check_numbers(text);
	free(text);
	return 0;
}
