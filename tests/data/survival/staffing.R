# SPDX-License-Identifier: ISC
# Makes r_staffing.csv: the minutes that 30 new users will ask, with their 80 % limits, from those of 20
# users, of whom every fourth took 90 minutes, every fourth 30 and the others none. tests/cli/forecast.bats
# compares. R draws twice: a resample of the users for the mean, and 30 users from it for the wave. This is
# another route than that of fil-report, which takes the chance of the wave from a second resample.
#
#   cd tests/data/survival && Rscript staffing.R
#
# Made by R 4.2.2 (Debian 12: r-base-core).
set.seed(20240506)
minutes <- rep(c(90, 0, 30, 0), 5)
waves <- replicate(20000, sum(sample(sample(minutes, 20, TRUE), 30, TRUE)))
figures <- c(quantile(waves, 0.1), 30 * mean(minutes), quantile(waves, 0.9))
write.csv(t(c(low = figures[[1]], minutes = figures[[2]], high = figures[[3]])), "r_staffing.csv",
	row.names = FALSE, quote = FALSE)
