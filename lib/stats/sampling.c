/* SPDX-License-Identifier: ISC */
#include "lib/stats/sampling.h"

#include <math.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"

/* Holds any product of two sizes, so shares are compared exactly. */
__extension__ typedef unsigned __int128 wide;

struct stratum {
	size_t place, size, least;
	size_t whole; /* whole part of its share of the places */
	wide rest; /* the remainder, in parts of the weight */
};

/* The strata that are not settled, and the places that they share. */
struct open {
	struct stratum *strata;
	size_t n, seats, weight;
};

/* Keeps the strata that are not empty, each with its minimum. */
static struct open
open_strata(const size_t *sizes, const size_t *least, size_t n_strata)
{
	struct open open = { .strata = fil_resize(NULL, n_strata, sizeof(struct stratum)) };

	for (size_t s = 0; s < n_strata; s++) {
		size_t taken = !least ? 0 : least[s] < sizes[s] ? least[s] : sizes[s];
		open.weight += sizes[s];
		if (sizes[s] > 0)
			open.strata[open.n++] = (struct stratum){ s, sizes[s], taken, 0, 0 };
	}
	return open;
}

static size_t
sum_least(const struct open *open)
{
	size_t sum = 0;

	for (size_t i = 0; i < open->n; i++)
		sum += open->strata[i].least;
	return sum;
}

/* Raises each minimum to one if there are places for that. */
static void
ask_one_each(struct open *open)
{
	size_t none = 0;

	for (size_t i = 0; i < open->n; i++)
		none += open->strata[i].least == 0;
	if (sum_least(open) + none > open->seats)
		return;
	for (size_t i = 0; i < open->n; i++)
		open->strata[i].least += open->strata[i].least == 0;
}

/* Computes the shares. Returns the places needed: the sum of whole parts, or of minimums if these
 * are larger. */
static size_t
divide(struct open *open)
{
	size_t needed = 0;

	for (size_t i = 0; i < open->n; i++) {
		struct stratum *stratum = &open->strata[i];
		wide product = (wide)open->seats * stratum->size;
		stratum->whole = (size_t)(product / open->weight);
		stratum->rest = product % open->weight;
		needed += stratum->whole > stratum->least ? stratum->whole : stratum->least;
	}
	return needed;
}

/* Settles the strata whose minimum is above their share. Others always remain: the minimums fit
 * into the places, but the needed places did not. */
static void
settle_held(struct open *open, size_t *shares)
{
	size_t kept = 0;

	for (size_t i = 0; i < open->n; i++) {
		struct stratum stratum = open->strata[i];
		if (stratum.least > stratum.whole) {
			shares[stratum.place] = stratum.least;
			open->seats -= stratum.least;
			open->weight -= stratum.size;
		} else {
			open->strata[kept++] = stratum;
		}
	}
	open->n = kept;
}

static int
by_remainder(const void *left, const void *right)
{
	const struct stratum *a = left, *b = right;
	bool a_held = a->least > a->whole, b_held = b->least > b->whole;

	if (a_held != b_held)
		return a_held ? 1 : -1;
	if (a->rest != b->rest)
		return a->rest > b->rest ? -1 : 1;
	return a->place < b->place ? -1 : 1;
}

/* Gives the strata their whole parts, and the remaining places to the largest remainders. Strata
 * with a minimum above their share come last and get none: there are more remainders than
 * places. */
static void
settle_rest(struct open *open, size_t left_over, size_t *shares)
{
	qsort(open->strata, open->n, sizeof *open->strata, by_remainder);
	for (size_t i = 0; i < open->n; i++) {
		const struct stratum *stratum = &open->strata[i];
		size_t base = stratum->whole > stratum->least ? stratum->whole : stratum->least;
		shares[stratum->place] = base + (i < left_over);
	}
}

void
fil_sampling_shares(
    size_t n, const size_t *sizes, const size_t *least, size_t n_strata, size_t *shares)
{
	struct open open = open_strata(sizes, least, n_strata);
	size_t taken = sum_least(&open), needed;

	for (size_t s = 0; s < n_strata; s++)
		shares[s] = 0;
	open.seats = n < open.weight ? n : open.weight;
	if (open.seats < taken)
		open.seats = taken;
	ask_one_each(&open);
	while (open.n > 0 && (needed = divide(&open)) > open.seats)
		settle_held(&open, shares);
	if (open.n > 0)
		settle_rest(&open, open.seats - needed, shares);
	free(open.strata);
}

struct fil_sampling_seed
fil_sampling_seed(const char *text)
{
	struct fil_sampling_seed seed;

	_Static_assert(sizeof seed.key == crypto_shorthash_siphash24_KEYBYTES, "SipHash's key");
	if (sodium_init() < 0 ||
	    crypto_generichash_blake2b(
		seed.key, sizeof seed.key, (const unsigned char *)text, strlen(text), NULL, 0) != 0)
		fil_bug("libsodium does not hash");
	return seed;
}

uint64_t
fil_sampling_number(const struct fil_sampling_seed *seed, const char *user)
{
	unsigned char hash[crypto_shorthash_siphash24_BYTES];
	uint64_t number = 0;

	if (crypto_shorthash_siphash24(
		hash, (const unsigned char *)user, strlen(user), seed->key) != 0)
		fil_bug("libsodium does not hash");
	for (size_t i = sizeof hash; i-- > 0;)
		number = number << 8 | hash[i];
	return number;
}

/* Quantiles of the normal distribution: two-sided 5 %, and 80 % power. */
#define NORMAL_975 1.959963984540054
#define NORMAL_80 0.8416212335729143

/* The largest group; whole numbers are exact up to here. */
#define MOST 1e15

/* Returns n, not rounded, for a second group of r times as many. The shares must differ. */
static double
size_needed(double p, double q, double r)
{
	double mean = (p + r * q) / (r + 1), apart = fabs(p - q);
	double root = NORMAL_975 * sqrt((r + 1) * mean * (1 - mean)) +
	    NORMAL_80 * sqrt(r * p * (1 - p) + q * (1 - q));
	double n = root * root / (r * apart * apart);
	double corrected = 1 + sqrt(1 + 2 * (r + 1) / (r * n * apart));

	return n / 4 * corrected * corrected;
}

static bool
is_share(double p)
{
	return p >= 0 && p <= 1;
}

/* Returns base + difference. 0.85 + 0.15 may be slightly above 1. */
static double
other_share(double base, double difference)
{
	double other = base + difference;

	if (other > 1 && other < 1 + 1e-12)
		other = 1;
	if (other < 0 && other > -1e-12)
		other = 0;
	return other;
}

size_t
fil_sampling_users(double base, double difference)
{
	double other = other_share(base, difference), n;

	if (!is_share(base) || !is_share(other))
		return 0;
	n = size_needed(base, other, 1);
	/* The tolerance keeps an exact n from being rounded up by an error in its last digit. */
	return n >= 0 && n < MOST ? (size_t)ceil(n * (1 - 1e-12)) : 0;
}

bool
fil_sampling_shows(double base, double difference, double first, double second)
{
	double other = other_share(base, difference);

	/* The share of the first group is the one that has changed. */
	return is_share(base) && is_share(other) && first > 0 && second > 0 &&
	    size_needed(other, base, second / first) * (1 - 1e-12) <= first;
}

double
fil_sampling_difference(double base, double first, double second)
{
	double low = 0, high = 1 - base;

	if (!is_share(base) || !(high > 0) || !fil_sampling_shows(base, high, first, second))
		return NAN;
	/* The size needed falls as the difference grows. Bisection ends when no number lies
	 * between. */
	for (;;) {
		double middle = low + (high - low) / 2;
		if (middle <= low || middle >= high)
			return high;
		if (fil_sampling_shows(base, middle, first, second))
			high = middle;
		else
			low = middle;
	}
}

double
fil_sampling_effect(size_t n, size_t groups, double rho)
{
	double of_group = groups == 0 ? 1 : (double)n / (double)groups;

	return of_group > 1 ? 1 + (of_group - 1) * rho : 1;
}
