/* SPDX-License-Identifier: ISC */
/* Prints how often the 80 % intervals of forecasts hold on simulated cohorts: calibration
 * [ROUNDS [SEED]]. Another seed gives other cohorts; that of the table is 0.
 * One process for each processor takes one law and size after the other. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/calibration/cohort.h"

enum { TASKS = COHORT_LAWS * COHORT_SIZES, DEFAULT_ROUNDS = 1000 };

/* The results, in memory that all processes share. */
struct board {
	int next; /* task that no process has taken */
	struct cohort_score scores[TASKS][COHORT_DATES];
};

static void
work(struct board *board, int rounds, uint64_t seed)
{
	int task;

	while ((task = __atomic_fetch_add(&board->next, 1, __ATOMIC_RELAXED)) < TASKS)
		cohort_score((enum cohort_law)(task / COHORT_SIZES),
		    cohort_sizes[task % COHORT_SIZES], rounds, seed, board->scores[task]);
}

static void
write_board(const struct board *board)
{
	for (int task = 0; task < TASKS; task++)
		for (int d = 0; d < COHORT_DATES; d++)
			cohort_write(stdout, (enum cohort_law)(task / COHORT_SIZES),
			    cohort_sizes[task % COHORT_SIZES], cohort_dates[d],
			    &board->scores[task][d]);
}

int
main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : DEFAULT_ROUNDS;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
	long processes = sysconf(_SC_NPROCESSORS_ONLN);
	struct board *board =
	    mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (board == MAP_FAILED || rounds <= 0)
		return EXIT_FAILURE;
	for (long i = 0; i < processes; i++)
		if (fork() == 0) {
			work(board, rounds, seed);
			_exit(EXIT_SUCCESS);
		}
	while (wait(NULL) > 0)
		;
	if (board->next < TASKS)
		return EXIT_FAILURE;
	write_board(board);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
