/* SPDX-License-Identifier: ISC */
#include "lib/cli/progress_line.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/memory.h"

enum { SECOND = 1000 };

struct fil_progress_line {
	bool on;
	int64_t begun, shown; /* milliseconds of a monotonic clock */
	int length; /* of the line on the terminal */
};

/* The coarse clock costs a few nanoseconds, and is exact to some milliseconds. */
static int64_t
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
	return (int64_t)time.tv_sec * SECOND + time.tv_nsec / 1000000;
}

struct fil_progress_line *
fil_progress_line_new(bool quiet)
{
	struct fil_progress_line *progress = fil_alloc(1, sizeof *progress);

	progress->on = !quiet && isatty(STDERR_FILENO);
	progress->begun = now();
	progress->shown = progress->begun + SECOND * 4 / 5;
	return progress;
}

/* Returns an amount as people read it, "12.3 MB" or "1234567 rows"; the caller frees it. */
static char *
amount(enum fil_progress_line_unit unit, double value)
{
	if (unit == FIL_BYTES)
		return fil_format("%.1f MB", value / 1e6);
	return fil_format("%.0f rows", value);
}

static void
print(struct fil_progress_line *progress, const char *line)
{
	int n = (int)strlen(line);
	int gap = progress->length > n ? progress->length - n : 0;

	fprintf(stderr, "\r%s%*s", line, gap, "");
	if (gap > 0)
		fprintf(stderr, "\r%s", line);
	progress->length = n;
}

/* Returns the line; the caller frees it. */
static char *
describe(enum fil_progress_line_unit unit, size_t done, size_t total, double seconds)
{
	double speed = (double)done / seconds;
	char *so_far = amount(unit, (double)done), *rate = amount(unit, speed), *line;

	if (total <= done || done == 0) {
		line = fil_format("%s, %s/s", so_far, rate);
	} else {
		unsigned left = (unsigned)((double)(total - done) / speed + 0.5);

		line = fil_format("%3.0f %%, %s, %s/s, %u:%02u left",
		    100 * (double)done / (double)total, so_far, rate, left / 60, left % 60);
	}
	free(rate);
	free(so_far);
	return line;
}

void
fil_progress_line_show(
    struct fil_progress_line *progress, enum fil_progress_line_unit unit, size_t done, size_t total)
{
	int64_t time;
	char *line;

	if (!progress->on)
		return;
	time = now();
	if (time - progress->shown < SECOND / 5)
		return;
	progress->shown = time;
	line = describe(unit, done, total, (double)(time - progress->begun) / SECOND);
	print(progress, line);
	free(line);
}

void
fil_progress_line_clear(struct fil_progress_line *progress)
{
	if (progress->length == 0)
		return;
	fprintf(stderr, "\r%*s\r", progress->length, "");
	progress->length = 0;
}

void
fil_progress_line_free(struct fil_progress_line *progress)
{
	if (!progress)
		return;
	fil_progress_line_clear(progress);
	free(progress);
}
