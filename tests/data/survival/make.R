# SPDX-License-Identifier: ISC
# Makes the files beside it: simulated inputs (group,days,event), and what R computes from them, which
# the unit tests of survival, logrank, chisquare and power compare with.
#
#   cd tests/data/survival && Rscript make.R
#
# Made by R 4.2.2 with survival 3.5-3 (Debian 12: r-base-core, r-cran-survival).
library(survival)
set.seed(20240501)

follow <- function(group, days, last) data.frame(
	group = group, days = pmax(1, pmin(days, last)), event = as.integer(days <= last))

simulated <- function(n, groups, rate, censoring) {
	group <- sample(seq_along(rate) - 1, n, replace = TRUE)
	follow(group, ceiling(rexp(n, rate[group + 1])), ceiling(rexp(n, censoring)))
}

inputs <- list(
	# One user, who got there; and one who did not.
	single = data.frame(group = 0, days = 5, event = 1),
	single_censored = data.frame(group = 0, days = 5, event = 0),
	# S is exactly 1/2 after some steps: without censoring, with it, and at the end of the curve.
	exact_half = data.frame(
		group = rep(0:2, c(6, 8, 4)),
		days = c(3, 3, 10, 31, 45, 60,   4, 4, 6, 6, 6, 9, 40, 95,   2, 7, 8, 8),
		event = c(1, 1, 1, 1, 1, 1,   1, 1, 0, 0, 0, 1, 1, 0,   1, 1, 0, 0)),
	# Events and censored users together on the last day, and nobody but those who got there.
	last_day = data.frame(
		group = rep(0:1, c(7, 6)),
		days = c(1, 12, 12, 30, 90, 90, 90,   1, 29, 29, 61, 61, 61),
		event = c(1, 1, 0, 1, 1, 1, 0,   1, 1, 1, 1, 1, 1)),
	all_censored = data.frame(group = rep(0:1, c(4, 3)), days = c(9, 9, 30, 200, 1, 60, 61), event = 0),
	# Group 1 has no event; group 2 has left before the first one.
	no_event = data.frame(
		group = rep(0:3, c(6, 5, 4, 6)),
		days = c(5, 5, 8, 20, 33, 50,   2, 7, 20, 64, 64,   1, 2, 3, 4,   6, 8, 8, 19, 40, 77),
		event = c(1, 1, 1, 0, 1, 1,   0, 0, 0, 0, 0,   0, 0, 0, 0,   1, 0, 1, 1, 1, 0)),
	heavy_ties = follow(rep(0:2, c(50, 40, 30)), sample(1:8, 120, replace = TRUE),
		sample(3:9, 120, replace = TRUE)),
	heavy_censoring = simulated(150, 4, c(1, 1.4, 0.7, 2) / 400, 1 / 60),
	long = simulated(200, 12, seq(0.5, 1.6, 0.1) / 60, 1 / 150),
	# Groups as far apart as can be: p is tiny.
	apart = data.frame(group = rep(0:2, c(80, 60, 40)),
		days = c(rep(1:10, 8), rep(31:50, 3), rep(81:88, 5)), event = rep(c(1, 1, 1, 1, 0), 36)),
	# One large group and one that is hardly there.
	lopsided = rbind(simulated(150, 1, 1 / 20, 1 / 200), data.frame(group = 1, days = 11, event = 1)))

curves <- quantiles <- shares <- logranks <- NULL
for (name in names(inputs)) {
	data <- inputs[[name]]
	write.csv(data, paste0(name, ".csv"), row.names = FALSE, quote = FALSE)
	for (g in unique(data$group)) {
		fit <- survfit(Surv(days, event) ~ 1, data[data$group == g, ], conf.type = "log-log")
		curves <- rbind(curves, data.frame(input = name, group = g, day = fit$time,
			at_risk = fit$n.risk, events = fit$n.event, censored = fit$n.censor,
			share = fit$surv, low = fit$lower, high = fit$upper))
		# The first day on or below a share, from R's own curve; and what R says, which is the middle
		# of the step where the curve is exactly there.
		first <- function(curve, p) fit$time[which(curve <= p + 1e-9)[1]]
		for (p in c(0.25, 0.5, 0.75)) {
			r <- quantile(fit, p)
			quantiles <- rbind(quantiles, data.frame(input = name, group = g, fraction = p,
				day = first(fit$surv, 1 - p), low = first(fit$lower, 1 - p),
				high = first(fit$upper, 1 - p), r_day = unname(r$quantile),
				r_low = unname(r$lower), r_high = unname(r$upper)))
		}
		for (day in c(30, 60, 90))
			shares <- rbind(shares, data.frame(input = name, group = g, day = day,
				share = if (day <= max(fit$time)) summary(fit, times = day)$surv else NA))
	}
	test <- if (length(unique(data$group)) > 1 && any(data$event == 1))
		survdiff(Surv(days, event) ~ group, data)
	if (!is.null(test) && sum(test$exp > 0) > 1) {
		df <- sum(test$exp > 0) - 1
		logranks <- rbind(logranks, data.frame(input = name, chi2 = test$chisq, df = df,
			p = pchisq(test$chisq, df, lower.tail = FALSE)))
	}
}

chisquare <- expand.grid(df = c(1:8, 15, 30, 31, 99, 100, 365, 1000),
	chi2 = c(1e-8, 0.01, 0.5, 1, 3.841458820694124, 10, 25, 80, 100.5, 300, 700, 1000, 1380))
chisquare$p <- pchisq(chisquare$chi2, chisquare$df, lower.tail = FALSE)

power <- expand.grid(base = c(0, 0.05, 0.2, 0.5, 0.7), difference = c(0.01, 0.05, 0.15, 0.3))
power$users <- mapply(function(p, d) power.prop.test(p1 = p, p2 = p + d, power = 0.8,
	tol = 1e-13)$n, power$base, power$difference)
for (name in c("curves", "quantiles", "shares", "logranks", "chisquare", "power")) {
	figures <- get(name)
	digits <- vapply(figures, is.double, TRUE)
	figures[digits] <- lapply(figures[digits], function(x) ifelse(is.na(x), "", sprintf("%.15g", x)))
	write.csv(figures, paste0("r_", name, ".csv"), row.names = FALSE, quote = FALSE, na = "")
}
