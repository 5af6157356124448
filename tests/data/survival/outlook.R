# SPDX-License-Identifier: ISC
# Makes the files beside it: simulated follow-ups (outlook_users.csv), and the outlooks that R computes from them
# by another route (r_outlooks.csv), which tests/unit/stats/test_outlook.c compares with. R draws the laws from a grid
# of their parameters and from each day followed, not by steps and from bins. The delays of records are drawn evenly,
# each user who waits is drawn instead of the sum, the variance of weeks comes from matrices, their factors from the
# plain Gibbs sampler with many rounds, and the generator is R's.
#
#   cd tests/data/survival && Rscript outlook.R
#
# Made by R 4.2.2 (Debian 12: r-base-core).
set.seed(20240714)
replicates <- 1500
weekday <- 2	# all outlooks are made on a Wednesday

simulated <- function(n, spread, today, days) {
	begun <- today - sample(0:(spread - 1), n, TRUE)
	days <- pmax(1, ceiling(days))
	reached <- days <= begun
	data.frame(begun = begun, days = pmin(days, begun), reached = as.integer(reached))
}
in_weeks <- function(n, today) {	# weeks of different pace; the enrolments of the first weeks
	pace <- rgamma(400, 1, 1) / 40
	begun <- today - sample(0:55, n, TRUE)
	days <- sapply(begun, function(b) {
		left <- rexp(1); day <- 0
		while (left > 0 && day < 2000) {
			day <- day + 1
			left <- left - pace[(today - b + day) %/% 7 + 1]
		}
		day
	})
	data.frame(begun = begun, days = pmin(days, begun), reached = as.integer(days <= begun))
}
inputs <- list(
	constant = simulated(40, 56, 98, rexp(40, 1 / 60)),
	many = simulated(200, 56, 98, rexp(200, 1 / 50)),
	delayed = simulated(60, 30, 70, 14 + rexp(60, 1 / 35)),
	weeks = in_weeks(150, 98),
	plateau = simulated(120, 40, 150, ifelse(runif(120) < 0.3, 1e6, rexp(120, 1 / 20))),
	growth = simulated(200, 56, 84, rweibull(200, 2.5, 75)))

week_of <- function(days) (days + 6 - weekday) %/% 7 + 1	# days back

# Events by week and band: those that came, and those expected.
past <- function(data) {
	events <- sum(data$reached)
	ends <- sort(unique(data$days[data$reached == 1]))
	seen <- sapply(ends, function(e) sum(data$reached[data$days <= e]))
	most <- min(3, events %/% 5)
	cuts <- unique(sapply(seq_len(most - 1), function(k) ends[seen >= events * k / most][1]))
	bounds <- c(0, cuts[cuts < max(ends)], max(data$days))
	weeks <- week_of(max(data$begun))
	came <- expected <- matrix(0, weeks, length(bounds) - 1)
	for (b in seq_len(ncol(came))) {
		exposure <- numeric(weeks)
		for (u in seq_len(nrow(data))) {
			t <- seq_len(data$days[u])
			t <- t[t > bounds[b] & t <= bounds[b + 1]]
			week <- table(factor(week_of(data$begun[u] - t), seq_len(weeks)))
			exposure <- exposure + as.vector(week)
			if (data$reached[u] && data$days[u] %in% t) {
				w <- week_of(data$begun[u] - data$days[u])
				came[w, b] <- came[w, b] + 1
			}
		}
		expected[, b] <- sum(came[, b]) * exposure / sum(exposure)
	}
	list(came = came, expected = expected)
}

# The variance of weeks: C turns factors of weeks into what a week has too much, and P does so with the events of
# each band.
shocks <- function(p) {
	weeks <- nrow(p$came)
	E <- rowSums(p$expected)
	over <- rowSums(p$came) - E
	C <- 0
	chance <- 0
	for (b in seq_len(ncol(p$came))) {
		e <- p$expected[, b]
		P <- diag(weeks) - outer(e / sum(e), rep(1, weeks))
		C <- C + P %*% diag(e)
		chance <- chance + rowSums(P %*% diag(e) * P)
	}
	v <- max(0, sum(over^2 - chance) / max(sum(C^2), sum(E^2) / 2))
	# The delta method, by the influence of each week on the ratio.
	ratio <- sum(over^2 - E) / sum(E^2)
	influence <- (over^2 - E - ratio * E^2) / sum(E^2)
	doubt <- if (ratio > 0) min(0.5, sum(influence^2) / ratio^2) else 0.5
	c(doubt = doubt, tau2 = v, weight = 1 / (1 + v * sum(E^2) / sum(E)))
}

# Draws of the factor that the weeks of the last band had in common.
# With the variance that each draw took.
common <- function(p, estimate, doubt, n, rounds = 40) {
	if (estimate == 0) return(list(factor = rep(1, n), tau2 = rep(0, n)))
	events <- colSums(p$came)
	hazards <- rep(1, length(events))
	draws <- tau2 <- numeric(n * rounds)
	for (i in seq_along(draws)) {
		v <- tau2[i] <- estimate / rgamma(1, 1 / doubt, 1 / doubt)
		f <- rgamma(nrow(p$came), rowSums(p$came) + 1 / v, p$expected %*% hazards + 1 / v)
		of <- colSums(p$expected * f)
		hazards <- rgamma(length(events), events, of)
		draws[i] <- of[length(of)] / events[length(of)]
	}
	list(factor = draws[seq_len(n) * rounds], tau2 = tau2[seq_len(n) * rounds])
}

# Events spread over the days since the record before, and the delays of records less the days since the last one.
spread <- function(data) {
	back <- ifelse(data$reached == 1, data$begun - data$days, NA)
	records <- sort(unique(back), decreasing = TRUE)
	gaps <- -diff(c(NA, records))
	gaps[1] <- gaps[2]
	gap <- gaps[match(back, records)]
	late <- data$reached == 1 & table(back)[as.character(back)] > 1 & gap > 1
	delay <- floor(runif(nrow(data)) * ifelse(late, gap, 0))
	unknown <- if (2 * sum(late, na.rm = TRUE) >= sum(data$reached)) min(records) else 0
	delays <- ifelse(late, delay - min(records), 0)[data$reached == 1]
	data$days <- ifelse(data$reached == 1, pmax(1, data$days - delay), data$days - unknown)
	list(data = data[data$days > 0, ], delays = delays)
}

# Draws of the parameters of a law, from a grid; ever: the parts to draw from.
laws <- function(data, longest, weight, ever, n) {
	grid <- expand.grid(k = exp(seq(-1.6, 2.3, 0.1)), ever = ever,
		early = log(sum(data$reached) / sum(data$days / longest)) + seq(-2, 2, 0.04))
	grid$rate <- exp(grid$early) / grid$ever^(1 / grid$k)
	like <- 0
	for (i in seq_len(nrow(data))) {
		x <- data$days[i] / longest
		passed <- (grid$rate * x)^grid$k
		like <- like + if (data$reached[i] == 1) log(grid$ever * grid$k * grid$rate) +
			(grid$k - 1) * log(grid$rate * x) - passed else log(1 - grid$ever + grid$ever * exp(-passed))
	}
	like <- weight * like + dnorm(log(grid$k), 0, 0.7, log = TRUE)
	if (length(ever) > 1) like <- like + 2 * log(grid$ever)	# beta with 3 and 1
	grid[sample(nrow(grid), n, TRUE, exp(like - max(like))), ]
}

outlook <- function(data, wanted) {
	longest <- max(data$days)
	horizon <- 2 * longest
	waited <- data$begun[data$reached == 0]
	parts <- spread(data)
	data <- parts$data
	p <- past(data)
	s <- shocks(p)
	f <- common(p, s["tau2"], s["doubt"], replicates)
	drawn <- rbind(laws(data, longest, s["weight"], (seq_len(60) - 0.5) / 60, replicates / 2),
		laws(data, longest, s["weight"], 0.9999, replicates / 2))
	gamma1 <- function(n, v) if (v > 0) rgamma(n, 1 / v, 1 / v) else rep(1, n)
	days <- sapply(seq_len(replicates), function(r) {
		w <- rpois(nrow(data), 1)
		at_risk <- rev(cumsum(rev(tabulate(rep(data$days, w), longest))))
		events <- tabulate(rep(data$days, w * data$reached), longest)
		last <- max(c(0, intersect(which(at_risk >= 5), unique(data$days))))
		h <- numeric(horizon + longest + 1)
		h[seq_len(last)] <- ifelse(events >= at_risk, 1e9, -log1p(-events / pmax(at_risk, 1)))[seq_len(last)]
		tail <- seq(last + 1, length(h))
		law <- drawn[r, ]
		h[tail] <- diff(-log(1 - law$ever + law$ever * exp(-(law$rate * c(last, tail) / longest)^law$k)))
		h <- h / max(0.02, f$factor[r])
		week <- rep(gamma1(horizon %/% 7 + 2, f$tau2[r]), each = 7)[weekday + 1 + seq_len(horizon)]
		there <- sapply(waited, function(e) {
			passed <- cumsum(h[e + seq_len(horizon)] * week)
			which(c(passed, Inf) >= rexp(1))[1]
		})
		day <- max(1, sort(c(there, rep(Inf, wanted)))[wanted] + parts$delays[sample(length(parts$delays), 1)])
		if (day > horizon) Inf else day
	})
	q <- sort(days)[replicates * c(0.1, 0.5, 0.92)]
	# The number never comes if too few of those who wait ever become autonomous.
	never <- sapply(which(days[seq_len(replicates / 2)] == Inf), function(r) {
		law <- drawn[r, ]
		left <- 1 - law$ever + law$ever * exp(-(law$rate * waited / longest)^law$k)
		sum(runif(length(waited)) < 1 - (1 - law$ever) / left) < wanted
	})
	if (sum(unlist(never)) > replicates / 2 / 10) q[3] <- Inf
	c(low = q[1], days = q[2], high = q[3], s)
}

users <- rows <- NULL
for (name in names(inputs)) {
	data <- inputs[[name]]
	users <- rbind(users, cbind(input = name, data))
	for (target in switch(name, many = , plateau = 0.85, delayed = 0.65, 0.75)) {
		wanted <- ceiling(target * nrow(data)) - sum(data$reached)
		if (wanted < 1) next
		o <- outlook(data, wanted)
		rows <- rbind(rows, data.frame(input = name, wanted = wanted,
			low = o[["low"]], days = o[["days"]], high = o[["high"]]))
		print(c(name, target, round(o, 4)))
	}
}
rows[rows == Inf] <- -1	# none
write.csv(users, "outlook_users.csv", row.names = FALSE, quote = FALSE)
write.csv(rows, "r_outlooks.csv", row.names = FALSE, quote = FALSE)
