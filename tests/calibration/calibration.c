/* SPDX-License-Identifier: ISC */
/* Prints how often the intervals of forecasts hold on simulated cohorts: calibration [ROUNDS [LAW]]. */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/calibration/cohort.h"

int
main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 200;

	for (int law = 0; law < COHORT_LAWS; law++)
		for (int s = 0; s < COHORT_SIZES; s++) {
			struct cohort_score scores[COHORT_DATES] = { 0 };

			if (argc > 2 && strcmp(argv[2], cohort_names[law]) != 0)
				continue;
			cohort_score(law, cohort_sizes[s], rounds, scores);
			for (int d = 0; d < COHORT_DATES; d++)
				printf("%-9s %3d %3d made %3d held %5.1f dates %3d held %5.1f came "
				       "%3d error %6.1f\n",
				    cohort_names[law], cohort_sizes[s], cohort_dates[d],
				    scores[d].made, 100. * scores[d].held / scores[d].made,
				    scores[d].dates, 100. * scores[d].dates_held / scores[d].dates,
				    scores[d].came, (double)scores[d].errors / scores[d].came);
			fflush(stdout);
		}
	return 0;
}
