# SPDX-License-Identifier: ISC
# Makes the files beside it: the levels of invented users in one dimension, the day on which a module was assigned
# to and completed by some of them, and what R computes of the gains beside those of users who waited (r_gains.csv).
# The comparison is computed as it is defined, and the interval by resampling users and computing all of it again.
#
#   cd tests/data/modules && Rscript make.R
#
# Made by R 4.2.2 (Debian 12: r-base-core).
set.seed(20241201)
start <- as.Date("2024-01-01")
n <- 80
person <- function(u) {
	weeks <- sort(sample(0:25, sample(6:14, 1)))
	truth <- 1 + weeks * runif(1, 0, 0.12)
	data.frame(user = u, day = 7 * weeks + sample(0:4, length(weeks), TRUE),
		level = pmin(5, pmax(0, round(truth + rnorm(length(weeks), 0, 0.6)))))
}
levels <- do.call(rbind, lapply(seq_len(n), person))
# Half of the users get the module on some day; it raises their later levels by half a level on average.
assigned <- rep(NA, n)
assigned[sample(n, n / 2)] <- sample(40:120, n / 2, TRUE)
later <- !is.na(assigned[levels$user]) & levels$day > assigned[levels$user]
levels$level[later] <- pmin(5, levels$level[later] + rbinom(sum(later), 1, 0.5))
end <- 180 # the day of the report

# The last level of a user with from < day <= until, or NA.
last <- function(u, from, until) {
	own <- levels[levels$user == u & levels$day > from & levels$day <= until, ]
	if (nrow(own) == 0) NA else own$level[nrow(own)]
}
level_at <- function(u, day) last(u, -Inf, day)
# The changes of all users from each day of completion on: NA where a user does not count.
treated <- which(!is.na(assigned))
days <- assigned[treated]
before <- sapply(days, function(day) sapply(seq_len(n), level_at, day))
own <- sapply(treated, function(u) last(u, assigned[u], min(assigned[u] + 60, end)))
change <- sapply(seq_along(days), function(i) sapply(seq_len(n), function(v) {
	stop <- min(days[i] + 60, end)
	if (!is.na(assigned[v]) && assigned[v] <= stop) NA else last(v, days[i], stop) - before[v, i]
}))
# The figures of users drawn that many times each.
figures <- function(times) {
	waiting <- difference <- gains <- 0
	for (i in seq_along(treated)) {
		u <- treated[i]
		if (times[u] == 0 || is.na(before[u, i]) || is.na(own[i])) next
		who <- which(times > 0 & !is.na(change[, i]) & !is.na(before[, i]) & before[, i] == before[u, i])
		if (length(who) == 0) next
		mean_change <- weighted.mean(change[who, i], times[who])
		gains <- gains + times[u]
		waiting <- waiting + times[u] * mean_change
		difference <- difference + times[u] * (own[i] - before[u, i] - mean_change)
	}
	c(gains, waiting / gains, difference / gains)
}
all <- figures(rep(1, n))
resampled <- replicate(4000, figures(tabulate(sample(n, n, TRUE), n))[3])
limits <- quantile(resampled, c(0.025, 0.975), names = FALSE)

key <- sprintf("%03d", seq_len(n))
write <- function(name, data) write.csv(data, name, row.names = FALSE, quote = FALSE, na = "")
write("autonomy.csv", data.frame(user = key[levels$user], date = start + levels$day, level = levels$level))
write("assignments.csv", data.frame(user = key[treated], assigned = start + days))
write("r_gains.csv", data.frame(gains = all[1], gain_waiting = signif(all[2], 9), gain_difference = signif(all[3], 9),
	low = signif(limits[1], 4), high = signif(limits[2], 4)))
