/* SPDX-License-Identifier: ISC */
/* Random numbers with a seed, and the exponential and logarithm that models need. All of them have
 * the same bits on every machine: they use whole numbers, sqrt, and the four operations of IEEE 754
 * alone. The C library's exp and log differ in their last bit from one processor to another. */
#ifndef FIL_RANDOM_H
#define FIL_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* A generator. {0} and {SEED} are ready to use; equal seeds give equal numbers. */
struct fil_random {
	uint64_t state;
};

/* Returns a number in (0, 1), of which the others are made. Source: Steele, Lea and Flood,
 * "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014. */
static inline double
fil_random_uniform(struct fil_random *random)
{
	uint64_t z = random->state += 0x9E3779B97F4A7C15U;

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
	return ((double)((z ^ (z >> 31)) >> 12) + 0.5) * 0x1p-52;
}

/* Returns a whole number below n. */
static inline size_t
fil_random_below(struct fil_random *random, size_t n)
{
	return (size_t)(fil_random_uniform(random) * (double)n);
}

/* Returns a normal variable of mean 0 and variance 1. Source: the polar method of Marsaglia and Bray,
 * "A Convenient Method for Generating Normal Variables", SIAM Review 6, 1964. */
double fil_random_normal(struct fil_random *random);

/* Returns a Poisson variable with a whole mean. From a mean of 10 on it is a rounded normal one. */
double fil_random_poisson(struct fil_random *random, uint32_t mean);

/* Returns a gamma variable of mean 1 and that variance; for 0 it is 1. Source: Marsaglia and Tsang,
 * "A Simple Method for Generating Gamma Variables", ACM TOMS 26, 2000. */
double fil_random_gamma(struct fil_random *random, double variance);

/* Returns e to the power of x, with a relative error below 1e-15. 0 from -700 down, and its value at
 * 700 from there up. */
double fil_exp(double x);

/* Returns the natural logarithm of x > 0, a normal number, with an error below 1e-15 beside that of
 * the last bit. */
double fil_log(double x);

#endif
