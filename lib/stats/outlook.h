/* SPDX-License-Identifier: ISC */
/* An outlook: the number of days until the wanted number of users of a group is autonomous, from
 * the follow-ups of others. It does not use the store.
 *
 * Levels are seen when they are recorded, not when they are reached. So the events of one day are
 * spread over the days since the record before, if they are several (interval censoring: Turnbull, JRSS
 * B 38, 1976). Follow-ups that go on end with the last record where most events are of such days. A
 * forecast day moves back to a record, by the delay of one of the past.
 *
 * The curve of Kaplan and Meier (lib/stats/survival.h) describes the durations. It holds up to the
 * last day with FIL_OUTLOOK_AT_RISK users still followed. Beyond that day a law follows, S(t) = 1 - p
 * + p e^-(rt)^k: a part 1 - p never becomes autonomous (Boag, "Maximum Likelihood Estimates of the
 * Proportion of Patients Cured by Cancer Therapy", JRSS B 11, 1949; Maller and Zhou, Survival Analysis
 * with Long-Term Survivors, 1996), and the others follow Weibull, "A Statistical Distribution Function
 * of Wide Applicability", Journal of Applied Mechanics 18, 1951. In half of the replicates p is 1. Few
 * data cannot tell a plateau from a steady pace, so no law is fitted best: each replicate draws one,
 * given the data, by the algorithm of Metropolis and others, "Equation of State Calculations by Fast
 * Computing Machines", Journal of Chemical Physics 21, 1953.
 *
 * Weeks differ: a course or a holiday moves all users at once. The hazards of each calendar week,
 * from Monday to Sunday, are multiplied by a gamma variable of mean 1 and variance v. v = max(0,
 * sum((D - E)^2 - E) / sum(E^2)) over the past weeks: D events came, E were expected under hazards
 * that are constant within each third of the events. The fit of these takes in a part of every
 * week. So both sums are corrected for it, as those of DerSimonian and Laird are ("Meta-Analysis in
 * Clinical Trials", Controlled Clinical Trials 7, 1986): v has no bias then for few weeks. The
 * correction at most doubles v.
 *
 * v is uncertain where weeks are few. Each replicate divides v by a gamma variable of mean 1, as for
 * a variance of which an estimate is known. The variance of that variable is the relative one of the
 * ratio of sums, sum((c - v E^2)^2) / sum(c)^2 with c = (D - E)^2 - E, and at most a half (Cochran,
 * Sampling Techniques, 1977, chapter 6).
 *
 * The fitted pace has too much of the factor that the weeks of the last third had in common. All
 * users of a week tell its factor. So each replicate draws the factors of the past weeks, which are
 * gamma variables given the hazards, and the hazards, given the factors. This is the Gibbs sampler
 * of Clayton, "A Monte Carlo Method for Bayesian Inference in Frailty Models", Biometrics 47, 1991.
 * It draws the level of all factors too, as Liu and Wu do ("Parameter Expansion for Data
 * Augmentation", JASA 94, 1999). All hazards of a replicate are divided by the mean factor of the
 * last third.
 *
 * A user who has waited e days becomes autonomous within h more with the probability 1 - S(e + h) /
 * S(e), independently of the others within the same weeks. The sum over users is taken as normal,
 * with its mean and variance and a continuity correction. The model assumes that no user joins or
 * leaves.
 *
 * Each of FIL_OUTLOOK_REPLICATES replicates computes the curve of a resample, and draws one day
 * from it. In a resample each user counts as often as a Poisson variable of mean 1 (Efron,
 * "Bootstrap Methods", Annals of Statistics 7, 1979; Hanley and MacGibbon, "Creating Non-Parametric
 * Bootstrap Samples Using Poisson Frequencies", Computer Methods and Programs in Biomedicine 83,
 * 2006).
 *
 * The outlook is the median of the drawn days: reaching the wanted number by it is at least as
 * likely as not. The 80 % interval runs from the tenth to the 92nd percentile: the latter was raised
 * from 90, since dates are given where they seem near. Its end is open beyond twice the longest
 * follow-up. It is open too if, of the replicates with p below 1, more than a tenth never reach the
 * number. Where it is open for certain, fewer replicates are drawn. The generator always starts with
 * the same seed. */
#ifndef FIL_OUTLOOK_H
#define FIL_OUTLOOK_H

#include <stdbool.h>
#include <stddef.h>

enum {
	FIL_OUTLOOK_AT_RISK = 5, /* least number of users followed on the last day of the curve */
	FIL_OUTLOOK_EVENTS = 5, /* with fewer events there is no outlook */
	FIL_OUTLOOK_REPLICATES = 400,
	/* Of simulated intervals with a date, the least and the most percent that held what happened:
	 * tests/calibration/table.txt, in its lines with 150 dates or more. Then those of the law
	 * under which a quarter never become autonomous, which is not among the others. */
	FIL_OUTLOOK_HELD_LEAST = 81,
	FIL_OUTLOOK_HELD_MOST = 98,
	FIL_OUTLOOK_HELD_PLATEAU = 40,
};

/* The basis of an outlook. */
enum fil_basis {
	FIL_BASIS_REACHED, /* the wanted number is reached already */
	FIL_BASIS_CURVE, /* mostly days to which others were followed */
	FIL_BASIS_PACE, /* mostly later days */
	FIL_BASIS_FEW, /* no outlook: too few users became autonomous since their origin */
	FIL_BASIS_FAR, /* no day: the interval ends beyond twice the longest follow-up, or never */
	FIL_BASIS_PLATEAU, /* no day: too many users will hardly ever become autonomous */
};

/* Returns the basis as one word. Static. */
const char *fil_basis_name(enum fil_basis basis);

/* Users who are alike, as known on the day of the outlook. */
struct fil_outlook_user {
	size_t users; /* their number */
	int begun; /* days from the origin to the day of the outlook */
	int days; /* days followed, to autonomy or to the end; 0: none, and not in the curve */
	bool reached; /* the follow-up ended by autonomy */
	bool waits; /* present on the day, and not autonomous yet */
};

/* The state of a group on the day of the outlook. */
struct fil_outlook_request {
	const struct fil_outlook_user *users;
	size_t n; /* of the list */
	size_t wanted; /* number wanted of those who wait */
	int weekday; /* of the day of the outlook: days since Monday */
};

/* An outlook, in days from its own day. FIL_NOT_REACHED (lib/stats/survival.h) stands for a day
 * beyond twice the longest follow-up, or for none. */
struct fil_outlook {
	enum fil_basis basis;
	int low, high; /* the interval */
	int days; /* FIL_NOT_REACHED where high is */
};

/* Computes the outlook of a group. */
struct fil_outlook fil_outlook_of(const struct fil_outlook_request *request);

#endif
