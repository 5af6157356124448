# SPDX-License-Identifier: ISC
# Makes workshops.txt beside it: how often the best interval of 80 % is right under the law `workshop` of cohort.h, if
# the law and the days of its workshops are known. No interval can be right in 80 % of cases where one day alone has
# more than that.
#
# The users who wait all take part in each workshop to come, so those who are autonomous after m of them are a binomial
# variable, and the probability of each day is exact. The best interval is the shortest run of workshops that has 80 %
# or more, and of equally short ones the likeliest. It is right as often as it is probable, in the mean over cohorts.
#
#   cd tests/calibration && python3 workshops.py > workshops.txt
#
# Made by Python 3.11 (Debian 12). A line: users, day, cohorts that have an interval, percent that are right.
import math
import random

EVERY, SHARE, SPREAD, EVENTS, COHORTS = 28, 0.35, 56, 5, 1000


def at_least(n, share, least):
    """Returns the probability that a binomial variable is `least` or more."""
    return math.fsum(
        math.comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(least, n + 1)
    )


def reached(draw, size):
    """Draws the days on which the users of a cohort become autonomous."""
    for _ in range(size):
        enrolled = int(draw.random() * SPREAD)
        day = enrolled + EVERY - enrolled % EVERY
        while draw.random() >= SHARE:
            day += EVERY
        yield day


def best(waiting, wanted):
    """Returns the probability of the best interval: by[m] is that of m workshops at most."""
    by = [0.0]
    while by[-1] < 1 - 1e-9:
        by.append(at_least(waiting, 1 - (1 - SHARE) ** len(by), wanted))
    for length in range(1, len(by)):
        likeliest = max(by[i + length] - by[i] for i in range(len(by) - length))
        if likeliest >= 0.8:
            return likeliest


draw = random.Random(0)
for size in 12, 40, 400:
    cohorts = [list(reached(draw, size)) for _ in range(COHORTS)]
    for day in 70, 98, 126:
        there = [sum(one <= day for one in cohort) for cohort in cohorts]
        right = [
            best(size - n, -(-4 * size // 5) - n)
            for n in there
            if EVENTS <= n < -(-4 * size // 5)
        ]
        print(f"{size:3} {day:3} {len(right):4} {100 * sum(right) / len(right):4.1f}")
