# SPDX-License-Identifier: ISC
# Makes the files beside it: a random project (users, phases, enrolments, autonomy), and what R computes
# of its time to autonomy, in the form that fil-report prints, from the rows alone: the durations too are
# R's. tests/cli/time.bats compares. Thresholds are 3 in both dimensions, the date is 2024-06-30.
#
#   cd tests/data/time && Rscript make.R
#
# Made by R 4.2.2 with survival 3.5-3 (Debian 12: r-base-core, r-cran-survival).
library(survival)
set.seed(20240630)
today <- as.Date("2024-06-30")
start <- as.Date("2024-01-01")
n <- 260

users <- data.frame(user = sprintf("u%03d", 1:n), name = "N",
	unit = sample(c("Arts", "Bois", "Cuir", "Dentelle", ""), n, TRUE, c(.3, .3, .25, .1, .05)),
	role = sample(c("user", "trainer"), n, TRUE, c(.93, .07)),
	arrived = as.character(start - sample(0:60, n, TRUE) + sample(0:30, n, TRUE)),
	left = ifelse(runif(n) < .2, as.character(start + sample(10:170, n, TRUE)), ""))
users$arrived[sample(n, 15)] <- ""
phases <- data.frame(phase = c("pilot", "large", "reste"), title = "P",
	kind = c("pilot", "rollout", "rollout"), begins = as.character(start))
enrolments <- do.call(rbind, lapply(1:n, function(u) {
	p <- phases$phase[runif(3) < c(.4, .5, .3)]
	if (length(p)) data.frame(user = users$user[u], phase = p,
		enrolled = as.character(start + sample(0:90, length(p), TRUE))) }))
# Levels rise at a pace of the person's own, and are seen by somebody now and then.
pace <- rexp(n, 1 / 60)
autonomy <- do.call(rbind, lapply(1:n, function(u) do.call(rbind, lapply(c("process", "tool"), function(d) {
	days <- sort(sample(0:181, sample(0:9, 1)))
	if (length(days)) data.frame(user = users$user[u], dimension = d, date = as.character(start + days),
		source = sample(c("self", "trainer", "manager", "test", "system"), length(days), TRUE),
		level = pmax(0, pmin(5, round(days / (pace[u] + 12) + rnorm(length(days), 0, .7))))) }))))
extra <- autonomy[sample(nrow(autonomy), 120), ]	# further words on the same days
extra$source <- sample(c("self", "trainer", "manager", "test", "system"), 120, TRUE)
extra$level <- sample(0:5, 120, TRUE)
autonomy <- rbind(autonomy, extra)
autonomy <- autonomy[!duplicated(autonomy[c("user", "dimension", "date", "source")]), ]
autonomy <- autonomy[order(autonomy$user, autonomy$date), ]
tables <- list(users = users, phases = phases, enrolments = enrolments, autonomy = autonomy)
for (name in names(tables))
	write.csv(tables[[name]], paste0(name, ".csv"), row.names = FALSE, quote = FALSE)

# The first day on which the newest level of each of the dimensions was 3 or more, or NA.
strength <- c(test = 5, trainer = 4, manager = 3, self = 2, system = 1)
first <- function(user, dimensions, sources) {
	facts <- autonomy[autonomy$user == user & autonomy$source %in% sources, ]
	for (day in sort(unique(facts$date))) {
		met <- sapply(dimensions, function(d) {
			f <- facts[facts$dimension == d & facts$date <= day, ]
			f <- f[f$date == suppressWarnings(max(f$date)), ]
			nrow(f) > 0 && f$level[which.max(strength[f$source])] >= 3 })
		if (all(met)) return(as.Date(day))
	}
	as.Date(NA)
}

both <- c("process", "tool")
every <- names(strength)
known <- users[users$role == "user", ]

# The day of the newest level up to today, or NA.
newest <- function(user, dimensions, sources) {
	facts <- autonomy[autonomy$user == user & autonomy$source %in% sources & autonomy$dimension %in% dimensions, ]
	facts <- facts[as.Date(facts$date) <= today, ]
	if (nrow(facts)) as.Date(max(facts$date)) else as.Date(NA)
}

# A row for each journey: group, days, event, left, unmeasured; and those who were there already.
journeys <- function(groups, dimensions = both, sources = every, alone = FALSE) {
	day <- function(of) as.Date(sapply(known$user, of, dimensions, sources), origin = "1970-01-01")
	m <- merge(groups, data.frame(user = known$user, first = day(first), newest = day(newest),
		left = as.Date(known$left, optional = TRUE)))
	m <- m[!is.na(m$origin) & m$origin <= today, ]
	end <- pmin(today, m$left, na.rm = TRUE)
	already <- !is.na(m$first) & m$first <= m$origin
	event <- !is.na(m$first) & m$first <= end
	days <- as.numeric(ifelse(event, m$first, end)) - as.numeric(m$origin)
	unmeasured <- !event & (is.na(m$newest) | m$newest < m$origin)
	rows <- data.frame(group = m$group, days, event = as.integer(event), already, unmeasured,
		gone = !event & !is.na(m$left) & m$left <= today, later = if (is.null(m$later)) FALSE else m$later)
	if (alone) rows[already | !unmeasured, ] else rows
}

enrolled <- merge(enrolments, phases)
enrolled$origin <- as.Date(enrolled$enrolled)
# The first enrolment of each user in each group; later: in another group before, on one day by the phase.
earliest <- function(by) {
	e <- transform(enrolled, group = by)
	f <- merge(aggregate(origin ~ user + group, e, min), aggregate(phase ~ user + group, e, min))
	f <- f[order(f$user, f$origin, f$phase), ]
	cbind(f[c("user", "group", "origin")], later = duplicated(f$user))
}
own <- function(column) setNames(ifelse(known[[column]] == "", "(none)", known[[column]]), known$user)
unit <- earliest("x")
unit$group <- own("unit")[unit$user]
unit <- unit[!is.na(unit$group), ]
arrived <- data.frame(user = known$user, group = own("unit"), origin = as.Date(known$arrived, optional = TRUE))

# Those who arrived before the first phase, or before a day, count from that day.
since <- function(day) transform(arrived, origin = pmax(origin, as.Date(day)))
cases <- list(
	none = journeys(transform(unit, group = "all")),
	unit = journeys(unit),
	phase = journeys(earliest(enrolled$phase)),
	kind = journeys(earliest(enrolled$kind)),
	arrived = journeys(since(min(phases$begins))),
	origin = journeys(since("2024-02-01")),
	measured = journeys(unit, alone = TRUE),
	tool = journeys(unit, "tool"),
	seen = journeys(earliest(enrolled$kind), sources = c("trainer", "test")))

in_order <- function(groups) c(sort(setdiff(groups, "(none)"), method = "radix"), intersect("(none)", groups))
tenths <- function(x) ifelse(is.na(x), "", sprintf("%.1f", floor(1000 * (1 - x) + 0.5 + 1e-9) / 10))
blank <- function(x) ifelse(is.na(x), "", sprintf("%d", as.integer(x)))
for (name in names(cases)) {
	rows <- curves <- NULL
	for (g in in_order(unique(cases[[name]]$group))) {
		d <- cases[[name]][cases[[name]]$group == g, ]
		s <- d[!d$already & d$days > 0, ]
		fit <- survfit(Surv(days, event) ~ 1, s, conf.type = "log-log")
		# The first day on or below a share; see the manual for where R takes another.
		day <- function(curve, p) blank(fit$time[which(curve <= p + 1e-9)[1]])
		within <- function(t) tenths(if (t <= max(fit$time)) summary(fit, times = t)$surv else NA)
		rows <- c(rows, paste(g, nrow(s), sum(d$already), sum(s$event), sum(!s$event), sum(s$gone), sum(s$unmeasured),
			day(fit$surv, .5), day(fit$lower, .5), day(fit$upper, .5), day(fit$surv, .75),
			day(fit$surv, .25), within(30), within(60), within(90), sep = ","))
		edge <- fit$surv >= 1 - 1e-12 | fit$surv <= 1e-12
		fraction <- function(x) ifelse(edge | is.na(x), "", sprintf("%.9f", x))
		curves <- c(curves, paste(g, fit$time, fit$n.risk, fit$n.event, fit$n.censor,
			sprintf("%.9f", fit$surv), fraction(fit$lower), fraction(fit$upper), sep = ","))
	}
	writeLines(rows, paste0("r_", name, ".csv"))
	writeLines(curves, paste0("r_", name, "_curve.csv"))
	s <- cases[[name]]
	s <- s[!s$already & s$days > 0 & !s$later, ]	# the test takes groups for independent
	if (length(unique(s$group)) > 1) {
		test <- survdiff(Surv(days, event) ~ group, s)
		df <- length(test$n) - 1
		writeLines(sprintf("log-rank,%.4f,%d,%.3g", test$chisq, df,
			pchisq(test$chisq, df, lower.tail = FALSE)), paste0("r_", name, "_test.csv"))
	}
}
