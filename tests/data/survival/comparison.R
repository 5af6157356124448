# SPDX-License-Identifier: ISC
# Makes the files r_wilson, r_newcombe, r_student, r_slower, r_bootstrap, r_seen, r_random, and the inputs ratios and
# shares: what R computes of the comparison of two methods, and of random variables, which the unit tests of
# comparison, bootstrap, sampling and random compare with.
#
#   cd tests/data/survival && Rscript comparison.R
#
# Made by R 4.2.2 with boot 1.3-28.1 (Debian 12: r-base-core, r-cran-boot).
library(boot)
set.seed(20241129)

write <- function(name, data) write.csv(data, paste0(name, ".csv"), row.names = FALSE, quote = FALSE, na = "")
wilson <- function(x, n) suppressWarnings(prop.test(x, n, correct = FALSE)$conf.int)

# Limits of a share: 100 counts of 1 to 5000 users, with none, one and all of them.
n <- c(1, 1, 2, 5, 10, 10, 10, sample(1:50, 43, TRUE), sample(51:5000, 50))
x <- c(0, 1, 1, 5, 0, 5, 10, rbinom(93, n[8:100], runif(93)))
limits <- mapply(wilson, x, n)
write("r_wilson", data.frame(share = signif(x / n, 17), users = n, low = signif(limits[1, ], 12), high = signif(limits[2, ], 12)))

# Newcombe 1998, method 10, by its formula from the limits of R.
m <- sample(1:80, 100, TRUE)
y <- rbinom(100, m, runif(100))
other <- mapply(wilson, y, m)
a <- x / n
b <- y / m
write("r_newcombe", data.frame(a = signif(a, 17), na = n, b = signif(b, 17), nb = m,
	low = signif(a - b - sqrt((a - limits[1, ])^2 + (other[2, ] - b)^2), 12),
	high = signif(a - b + sqrt((limits[2, ] - a)^2 + (b - other[1, ])^2), 12)))

# The upper tail of Student's t.
grid <- expand.grid(t = c(-3.2, -1, -0.01, 0, 0.3, 1.833113, 2.5, 4.5), df = c(1:7, 30, 31, 1000))
write("r_student", data.frame(grid, p = signif(pt(grid$t, grid$df, lower.tail = FALSE), 12)))

# Ratios of minutes of 30 groups of users, and what two t tests of their logarithms say.
ratios <- do.call(rbind, lapply(1:30, function(g) data.frame(group = g,
	ratio = signif(exp(rnorm(sample(5:40, 1), log(runif(1, 0.6, 2.2)), runif(1, 0.05, 0.5))), 6))))
write("ratios", ratios)
slower <- sapply(split(ratios$ratio, ratios$group), function(r) {
	p <- function(side) t.test(log(r), mu = log(1.25), alternative = side)$p.value
	if (p("greater") < 0.05) "yes" else if (p("less") < 0.05) "no" else ""
})
write("r_slower", data.frame(group = 1:30, slower = slower))

# Users' shares by two methods, and pairs of levels: the percentile intervals of 200000 resamples.
skill <- rbeta(40, 6, 2)
shares <- data.frame(old = rbinom(40, 4, skill) / 4, new = rbinom(40, 5, pmin(1, skill + 0.05)) / 5,
	own = pmin(5, pmax(0, round(rnorm(40, 3, 1.2)))))
shares$other <- pmin(5, pmax(0, shares$own + sample(-2:1, 40, TRUE, c(1, 4, 6, 2))))
write("shares", shares)
kappa <- function(d) 1 - mean((d$own - d$other)^2) / mean(outer(d$own, d$other, "-")^2)
percentile <- function(figure) {
	made <- boot(shares, function(d, i) figure(d[i, ]), 200000)
	c(made$t0, boot.ci(made, type = "perc")$percent[4:5])
}
figures <- rbind(percentile(function(d) mean(d$new) - mean(d$old)), percentile(kappa))
write("r_bootstrap", data.frame(figure = c("difference", "kappa"), value = signif(figures[, 1], 12),
	low = signif(figures[, 2], 6), high = signif(figures[, 3], 6)))

# The smallest rise that groups of unequal size show, with the correction of Fleiss for continuity, by root finding.
needed <- function(p, q, r) { # p: the share of the first group
	m <- (p + r * q) / (r + 1)
	d <- abs(p - q)
	k <- (qnorm(0.975) * sqrt((r + 1) * m * (1 - m)) + qnorm(0.8) * sqrt(r * p * (1 - p) + q * (1 - q)))^2 / (r * d^2)
	k / 4 * (1 + sqrt(1 + 2 * (r + 1) / (r * k * d)))^2
}
# The formula is that of power.prop.test where groups are equal, but for the correction.
k <- power.prop.test(p1 = 0.5, p2 = 0.65, power = 0.8, tol = 1e-13)$n
stopifnot(abs(needed(0.65, 0.5, 1) - k / 4 * (1 + sqrt(1 + 4 / (k * 0.15)))^2) < 1e-6)
seen <- expand.grid(base = c(0.02, 0.1, 0.35, 0.5, 0.75), first = c(20, 40, 200), second = c(20, 35.5, 180, 5000))
seen$difference <- mapply(function(p, n, m) {
	if (needed(1, p, m / n) > n) return(NA)
	uniroot(function(q) needed(q, p, m / n) - n, c(p + 1e-4, 1), tol = 1e-14)$root - p
}, seen$base, seen$first, seen$second)
seen$difference <- signif(seen$difference, 12)
write("r_seen", seen)

# Values of random variables of mean 1, or of that mean, and the probability that one is no larger.
p <- c(0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99)
gammas <- expand.grid(p = p, parameter = c(0.1, 0.4, 1, 2.5))
poissons <- data.frame(parameter = c(1, 1, 1, 1, 4, 4, 4, 4, 9, 9, 9), value = c(0, 1, 2, 4, 1, 3, 5, 8, 5, 9, 14))
write("r_random", rbind(
	data.frame(law = "normal", parameter = 1, value = signif(qnorm(p), 12), p = p),
	with(gammas, data.frame(law = "gamma", parameter, value = signif(qgamma(p, 1 / parameter, 1 / parameter), 12), p)),
	with(poissons, data.frame(law = "poisson", parameter, value, p = signif(ppois(value, parameter), 12)))))
