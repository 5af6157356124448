# SPDX-License-Identifier: ISC
# Makes the files beside it: simulated follow-ups (outlook_users.csv), and the outlooks that R computes from them
# by another route (r_outlooks.csv), which tests/unit/stats/test_outlook.c compares with. R's
# optim fits the mixture and the growth instead of the EM algorithm and of Newton's method, each user who waits is drawn instead of the sum, the
# variance of weeks comes from matrices, their factors from the plain Gibbs sampler with many rounds, and the
# generator is R's.
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

# The variance of weeks, from blocks: C turns factors of weeks into what blocks have too much, and
# P does so with the events of each band.
variance <- function(p, length) {
	weeks <- nrow(p$came)
	K <- t(sapply(seq_len(weeks - length + 1), function(i) as.numeric(seq_len(weeks) %in% (i:(i + length - 1)))))
	rest <- K %*% rowSums(p$came - p$expected)
	C <- 0
	chance <- 0
	for (b in seq_len(ncol(p$came))) {
		e <- p$expected[, b]
		P <- K %*% (diag(weeks) - outer(e / sum(e), rep(1, weeks)))
		C <- C + P %*% diag(e)
		chance <- chance + rowSums(P %*% diag(e) * P)
	}
	max(0, sum(rest^2 - chance) / max(sum(C^2), sum((K %*% diag(rowSums(p$expected)))^2) / 2))
}

shocks <- function(p) {
	e <- p$expected[, ncol(p$expected)]
	v <- variance(p, 1)
	l <- ceiling(nrow(p$came)^(1 / 3) - 1e-9)
	over <- rowSums(p$came - p$expected)^2 - rowSums(p$expected)
	square <- rowSums(p$expected)^2
	# The delta method, by the influence of each week on the ratio.
	ratio <- sum(over) / sum(square)
	influence <- (over - ratio * square) / sum(square)
	doubt <- if (ratio > 0) min(0.5, sum(influence^2) / ratio^2) else 0.5
	c(doubt = doubt, tau2 = v, excess = max(0, variance(p, l) - v) * sum(e^2) / sum(e)^2)
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

mixture <- function(data, w) {
	loss <- function(p) {
		ever <- plogis(p[1]); rate <- exp(p[2])
		-sum(w * ifelse(data$reached == 1, log(ever * rate) - rate * data$days,
			log(1 - ever + ever * exp(-rate * data$days))))
	}
	p <- optim(c(1, log(sum(data$reached) / sum(data$days))), loss)$par
	c(ever = plogis(p[1]), rate = exp(p[2]))
}

# Whether the likelihood falls towards the mixture in which all become autonomous.
plateau <- function(data, w) {
	rate <- sum(w * data$reached) / sum(w * data$days)
	like <- function(ever) sum(w * ifelse(data$reached == 1, log(ever), log(1 - ever + ever * exp(-rate * data$days))))
	like(1) < like(1 - 1e-6)
}

# The law of Weibull, of shape 1 to 10.
growth <- function(data, w) {
	loss <- function(k) {
		scaled <- data$days / max(data$days)
		-sum(w * data$reached * (log(k) + (k - 1) * log(scaled))) +
			sum(w * data$reached) * log(sum(w * scaled^k))
	}
	k <- optimize(loss, c(1, 10))$minimum
	if (k < 1.001) 1 else k
}

outlook <- function(data, wanted) {
	p <- past(data)
	s <- shocks(p)
	f <- common(p, s["tau2"], s["doubt"], replicates)
	longest <- max(data$days)
	waited <- data$begun[data$reached == 0]
	gamma1 <- function(n, v) if (v > 0) rgamma(n, 1 / v, 1 / v) else rep(1, n)
	days <- sapply(seq_len(replicates), function(r) {
		w <- rpois(nrow(data), 1)
		at_risk <- rev(cumsum(rev(tabulate(rep(data$days, w), longest))))
		events <- tabulate(rep(data$days, w * data$reached), longest)
		last <- max(c(0, intersect(which(at_risk >= 5), unique(data$days))))
		h <- numeric(2 * longest + 1)
		h[seq_len(last)] <- ifelse(events >= at_risk, 1e9, -log1p(-events / pmax(at_risk, 1)))[seq_len(last)]
		tail <- seq(last + 1, length(h))
		if (r %% 2 == 0 && plateau(data, w)) {
			m <- mixture(data, w)
			H <- -log(1 - m["ever"] + m["ever"] * exp(-m["rate"] * c(last, tail)))
			h[tail] <- diff(H)
		} else if (r %% 2 == 0 && (k <- growth(data, w)) > 1) {
			h[tail] <- sum(events) / sum(w * data$days^k) * diff(c(last, tail)^k)
		} else {
			third <- sum(events) / 3
			from <- max(which(rev(cumsum(rev(events))) >= third & events > 0))
			begin <- max(c(0, data$days[data$days < from]))
			h[tail] <- sum(events[from:longest]) / sum(w * pmax(0, data$days - begin))
		}
		h <- h / max(0.02, f$factor[r] * gamma1(1, s["excess"]))
		week <- rep(gamma1(longest %/% 7 + 2, f$tau2[r]), each = 7)[weekday + 1 + seq_len(longest)]
		there <- sapply(waited, function(e) {
			passed <- cumsum(h[e + seq_len(longest)] * week)
			which(c(passed, Inf) >= rexp(1))[1]
		})
		day <- sort(there)[wanted]
		if (day > longest) Inf else day
	})
	q <- sort(days)[replicates * c(0.1, 0.5, 0.9)]
	c(low = q[1], days = q[2], high = q[3], s)
}

users <- rows <- NULL
for (name in names(inputs)) {
	data <- inputs[[name]]
	users <- rbind(users, cbind(input = name, data))
	for (target in if (name == "many") c(0.75, 0.85) else 0.75) {
		wanted <- ceiling(target * nrow(data)) - sum(data$reached)
		if (wanted < 1) next
		o <- outlook(data, wanted)
		rows <- rbind(rows, data.frame(input = name, wanted = wanted,
			low = o[["low"]], days = o[["days"]], high = o[["high"]]))
		print(c(name, target, round(o, 4)))
	}
}
rows[rows == Inf] <- -1	# beyond the longest follow-up
write.csv(users, "outlook_users.csv", row.names = FALSE, quote = FALSE)
write.csv(rows, "r_outlooks.csv", row.names = FALSE, quote = FALSE)
