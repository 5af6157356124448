#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Time to autonomy. The figures of the library are held against those of R by the unit tests; here, small ones that are
# computed by hand.
# shellcheck disable=SC2030,SC2031,SC2094 # each test has its own environment
load helper

# Today is 2024-03-15. Days from the first enrolment to autonomy in both dimensions:
#
#	user  unit  pilot, wide enrolled   process 3  tool 3     left        days (pilot; wide)
#	a1    A     01-01                  01-11      01-05                  10
#	a2    A     01-01   02-01          01-21      01-21                  20 (20; already)
#	a3    A     01-01   02-20          -          01-31                  74, not there (74; 24, not there)
#	a4    A     01-01                  -          -          01-31       30, left
#	a5    A     02-01                  01-20      02-01                  already: on that day
#	b1    B     01-01                  01-02      02-20                  50
#	b2    B             02-01          02-11      02-11      02-10       9, left: autonomous after
#	b3    B             03-15          -          -                      not a day
#	b4    B     01-10                  -          -          01-10       not a day
#	b5    B     03-20                  -          -                      not yet enrolled
#	n1    -                            01-02      01-02                  enrolled nowhere
#	t1    A     01-01                  01-02      01-02                  a trainer
project() {
	fil_store fill_project
}

fill_project() {
	fil-import -q users <<- 'END'
		user,name,unit,role,arrived,left
		a1,a1,A,user,2023-12-01,
		a2,a2,A,user,2023-12-01,
		a3,a3,A,user,2023-12-01,
		a4,a4,A,user,2023-12-01,2024-01-31
		a5,a5,A,user,,
		b1,b1,B,user,2023-12-23,
		b2,b2,B,user,2024-01-01,2024-02-10
		b3,b3,B,user,2024-03-15,
		b4,b4,B,user,,2024-01-10
		b5,b5,B,user,2024-03-20,
		n1,n1,,user,2024-01-01,
		t1,t1,A,trainer,,
	END
	fil-import -q phases <<- 'END'
		phase,title,kind,begins
		pilot,Pilot,pilot,2024-01-01
		wide,Wide,rollout,2024-02-01
		wider,Wider,rollout,2024-02-01
	END
	fil-import -q enrolments <<- 'END'
		user,phase,enrolled
		a1,pilot,2024-01-01
		a2,pilot,2024-01-01
		a3,pilot,2024-01-01
		a4,pilot,2024-01-01
		a5,pilot,2024-02-01
		b1,pilot,2024-01-01
		b4,pilot,2024-01-10
		b5,pilot,2024-03-20
		t1,pilot,2024-01-01
		a2,wide,2024-02-01
		a3,wide,2024-03-01
		a3,wider,2024-02-20
		b2,wide,2024-02-01
		b3,wide,2024-03-15
	END
	fil-record -q autonomy <<- 'END'
		user,date,source,process,tool
		a1,2024-01-05,self,,3
		a1,2024-01-11,test,3,
		a2,2024-01-21,trainer,4,5
		a2,2024-02-21,trainer,1,1
		a3,2024-01-31,self,2,3
		a5,2024-01-20,self,3,
		a5,2024-02-01,self,,3
		b1,2024-01-02,self,3,
		b1,2024-02-20,trainer,,3
		b2,2024-02-11,self,3,3
		n1,2024-01-02,self,3,3
		t1,2024-01-02,self,3,3
	END
}

HEADER=group,users,already,events,censored,left,unmeasured,median,median_low,median_high,p25,p75,within_30,within_60,within_90
ANY='fil-report: groups of any size are shown: persons can be recognised'

@test "time estimates the days until users are autonomous" {
	project
	try fil-report time --min-group 0
	status_is 0
	# Days 9+ 10 20 30+ 50 74+ of six: S is 1, 4/5, 3/5, 3/5, 3/10, 3/10.
	out_is "$HEADER" 'all,6,1,3,3,2,1,50,10,,20,,40.0,70.0,'
	err_is 'fil-report: 2 left out: not followed for a day' "$ANY"
	try fil-report time -q
	# Of all who are present, n1 alone is not enrolled.
	out_is "$HEADER" 'all,,,,,,,50,10,,20,,,,'
	err_is ''
}

# bats test_tags=sqlite
@test "time by unit, and small groups" {
	project
	try fil-report time --by unit --min-group 0
	# A: 10 20 30+ 74+: S is 3/4, 1/2. B: 9+ 50.
	out_is "$HEADER" 'A,4,1,2,2,1,1,20,10,,10,,50.0,50.0,' 'B,2,0,1,1,1,0,50,,,50,50,0.0,,'
	try fil-report time --by unit
	out_is "$HEADER" '(small groups),,,,,,,50,10,,20,,,,'
	try fil-report time --by unit -w unit=A --min-group 4
	out_is "$HEADER" 'A,4,1,2,2,,1,20,10,,10,,50.0,50.0,'
}

# bats test_tags=sqlite
@test "a group whose users were all autonomous before is shown" {
	project
	try fil-report time --by unit -w user=a5 --min-group 0
	out_is "$HEADER" 'A,0,1,0,0,0,0,,,,,,,,'
	try fil-report time -w unit=nowhere
	out_is "$HEADER" 'all,0,0,0,0,0,0,,,,,,,,'
	try fil-report time --by unit -w unit=nowhere
	out_is "$HEADER"
}

@test "time by phase counts a user in each, from that enrolment" {
	project
	try fil-report time --by phase --min-group 0
	status_is 0
	# Pilot: 10 20 30+ 50 74+, a5 already. Wide: 9+ and a3 14+; a2 already. Wider: a3 24+.
	out_is "$HEADER" 'pilot,5,1,3,2,1,1,50,10,,20,,40.0,70.0,' 'wide,2,1,0,2,1,1,,,,,,,,' 'wider,1,0,0,1,0,1,,,,,,,,'
	# Rollout: 9+ and a3 24+ from the first of its two.
	try fil-report time --by kind --min-group 0
	out_is "$HEADER" 'pilot,5,1,3,2,1,1,50,10,,20,,40.0,70.0,' 'rollout,2,1,0,2,1,1,,,,,,,,'
	try fil-report time --phase 'wide*' --min-group 0
	# Those enrolled there, from their first enrolment: 9+ 20 74+.
	out_is "$HEADER" 'all,3,0,1,2,1,0,20,20,,20,,50.0,50.0,'
	err_is 'fil-report: 1 left out: not followed for a day' \
		'fil-report: groups of any size are shown: persons can be recognised'
	try fil-report time --phase ''
	out_is "$HEADER" 'all,0,0,0,0,0,0,,,,,,,,'
}

@test "time from the day users arrived" {
	project
	try fil-report time --from arrived --min-group 0
	status_is 0
	# From the beginning of the pilot, 2024-01-01, for those who were there before: n1 1, a1 10, a2 20, a4 30+, b2 40+,
	# b1 50, a3 74+; S is 6/7, 5/7, 4/7, 4/7, 4/7, 2/7.
	out_is "$HEADER" 'all,7,0,4,3,2,1,50,1,,10,,42.9,71.4,'
	err_is 'fil-report: 1 left out: not followed for a day' "$ANY"
	try fil-report time --from arrived --by unit --min-group 0
	out_is "$HEADER" 'A,4,0,2,2,1,1,20,10,,10,,50.0,50.0,' 'B,2,0,1,1,1,0,50,,,50,50,0.0,,' \
		'(none),1,0,1,0,0,0,1,,,1,1,,,'
	try fil-report time --from arrived --by kind --min-group 0
	# Pilot: 10 20 30+ 50 74+. Rollout: 20 40+ 74+. Nowhere: 1.
	out_is "$HEADER" 'pilot,5,0,3,2,1,1,50,10,,20,,40.0,70.0,' 'rollout,3,0,1,2,1,0,,20,,20,,33.3,33.3,' \
		'(none),1,0,1,0,0,0,1,,,1,1,,,'
	try fil-report time --from arrived --phase '' --min-group 0
	out_is "$HEADER" 'all,1,0,1,0,0,0,1,,,1,1,,,'
	try fil-report time --from arrived --phase pilot --min-group 0
	out_is "$HEADER" 'all,5,0,3,2,1,1,50,10,,20,,40.0,70.0,'
	try fil-report time --from arrived --as-of 1990-01-01
	out_is "$HEADER" 'all,0,0,0,0,0,0,,,,,,,,'
	err_is "fil-report: no user selected arrived by the date, so none is counted; import the column 'arrived' of users, or take --from enrolled" \
		'fil-report: some users were recorded after 1990-01-01, and count as first recorded'
}

@test "time from a day that is given, or from arrival alone" {
	project
	# n1 1, b2 41+, a1 11, a2 21, b1 51, a4 31+, a3 75+: a day more, but for n1, who arrived later.
	try fil-report time --from arrived --origin 2023-12-31 --min-group 0
	out_is "$HEADER" 'all,7,0,4,3,2,1,51,1,,11,,42.9,71.4,'
	# a1, a2 and n1 are autonomous by then, and a4 has left: a3 43+, b1 19, b2 9+; b3 not a day.
	try fil-report time --from arrived --origin 2024-02-01 --min-group 0
	out_is "$HEADER" 'all,3,3,1,2,1,1,19,19,,19,,50.0,,'
	err_is 'fil-report: 2 left out: not followed for a day' "$ANY"
	# Nobody has an origin by then.
	try fil-report time --from arrived --origin 2024-03-16
	out_is "$HEADER" 'all,0,0,0,0,0,0,,,,,,,,'
	fil-list enrolments | fil-import -q --remove enrolments
	fil-list phases | fil-import -q --remove phases
	# n1 1, b2 40+, a1 41, a2 51, b1 59, a4 61+, a3 105+; S is 6/7, 6/7, 24/35, 18/35, 12/35.
	try fil-report time --from arrived --min-group 0
	out_is "$HEADER" 'all,7,0,4,3,2,1,59,1,,41,,14.3,65.7,65.7'
	err_is 'fil-report: there is no phase: days count from arrival, also days before the project; --origin sets the first day' \
		'fil-report: 1 left out: not followed for a day' "$ANY"
	try fil-report time --origin 2024-02-01
	status_is 64
	err_is 'fil-report: --origin needs --from arrived: else days are counted from enrolment' \
		"Try 'fil-report --help' for more information."
}

@test "time of those whose levels are recorded" {
	project
	# Without a4: 9+ 10 20 50 74+; S is 1, 3/4, 1/2, 1/4.
	try fil-report time --measured --min-group 0
	out_is "$HEADER" 'all,5,1,3,2,1,0,20,10,,10,50,50.0,75.0,'
	err_is 'fil-report: 2 left out: not followed for a day' 'fil-report: 1 left out: no level recorded since the origin' "$ANY"
	# Of rollout a3 was last seen before its enrolment.
	try fil-report time --measured --by kind --min-group 0 --curve
	out_is 'group,day,at_risk,events,censored,share,low,high' \
		'pilot,10,4,1,0,0.750000000,0.127946918,0.960548642' \
		'pilot,20,3,1,0,0.500000000,0.057847083,0.844861281' \
		'pilot,50,2,1,0,0.250000000,0.008947824,0.665325343' \
		'pilot,74,1,0,1,0.250000000,0.008947824,0.665325343' 'rollout,9,1,0,1,1.000000000,,'
	err_is 'fil-report: 2 left out: not followed for a day' 'fil-report: 2 left out: no level recorded since the origin' \
		'fil-report: groups of any size are shown: persons can be recognised'
}

# bats test_tags=sqlite
@test "half of whom nothing is known do not hide in the median" {
	fil_store
	export FILROUGE_TODAY=2024-04-30
	fil-import -q users < <(echo user,name; for ((i = 0; i < 40; i++)); do echo "$i,x"; done)
	fil-import -q phases <<< $'phase,title,kind,begins\np,P,pilot,2024-01-01'
	fil-import -q enrolments phase=p enrolled=2024-01-01 < <(echo user; seq 0 39)
	# 20 get there, one every other day from the 2nd on; nothing was ever recorded of the others.
	fil-record -q autonomy source=test process=3 tool=3 < <(
		echo user,date
		for ((i = 1; i <= 20; i++)); do echo "$i,$(date -d "2024-01-01 $((2 * i)) days" +%F)"; done)
	try fil-report time
	out_is "$HEADER" 'all,40,0,20,20,0,20,40,28,,20,,37.5,50.0,50.0'
	try fil-report time --measured
	out_is "$HEADER" 'all,20,0,20,0,0,0,20,10,30,10,30,75.0,,'
	err_is 'fil-report: 20 left out: no level recorded since the origin'
}

@test "how many of few are left out is not told where their figures are not" {
	fil_store
	export FILROUGE_TODAY=2024-04-30
	fil-import -q users < <(echo user,name,unit; for i in {10..49}; do echo "$i,x,$((i < 12))$((i < 22))"; done)
	fil-import -q phases <<< $'phase,title,kind,begins\np,P,pilot,2024-01-01'
	fil-import -q enrolments phase=p < <(echo user,enrolled; for i in {10..49}; do echo "$i,$((i == 10 ? 2024 : 2023))-04-30"; done)
	fil-record -q autonomy source=test process=3 tool=3 date=2024-02-01 < <(echo user; seq 22 49)
	# Of two, one was enrolled today, and of the other nothing is known; of the next two nothing of one.
	try fil-report time --measured -w unit=11
	out_is "$HEADER" all,0,0,0,0,0,0,,,,,,,,
	err_is
	try fil-report time --measured -w 'user>=21' -w 'user<23'
	out_is "$HEADER" all,,,,,,,,,,,,,,
	err_is 'fil-report: no figures: the people selected are fewer than 5, or fewer than 10 and all alike; select more people'
	# Of enough people it is told, and why nothing is left.
	try fil-report time --measured -w unit=01
	err_has 'fil-report: 10 left out: no level recorded since the origin'
	try fil-report time --measured
	err_is 'fil-report: 1 left out: not followed for a day' 'fil-report: 11 left out: no level recorded since the origin'
}

@test "time in one dimension, and by some sources" {
	project
	try fil-report time --dimension tool --min-group 0
	# a1 4, b2 9+, a2 20, a3 30, a4 30+, b1 50.
	out_is "$HEADER" 'all,6,1,4,2,2,1,30,4,,20,50,58.3,,'
	# In process by self alone: a5 already, b1 1; a1 a2 a3 74+, b2 9+ (the fact is of after leaving), a4 30+.
	try fil-report time --dimension process --source self --min-group 0
	out_is "$HEADER" 'all,6,1,1,5,2,3,,1,,,,16.7,16.7,'
	# In both by trainers and tests: a2 20; b1's process is its own word, a5 is not there, 43+.
	try fil-report time --source trainer,test --min-group 0
	out_is "$HEADER" 'all,7,0,1,6,2,4,,20,,,,16.7,16.7,'
	try fil-report time --dimension tol
	status_is 65
	err_is "fil-report: 'tol' is not a dimension; the nearest is 'tool'"
	try fil-report time --source tests
	status_is 64
}

@test "time of other roles, and of those who are here" {
	project
	try fil-report time --role trainer,user --min-group 0
	out_is "$HEADER" 'all,7,1,4,3,2,1,50,1,,10,,48.6,74.3,'
	err_is 'fil-report: 2 left out: not followed for a day' "$ANY"
	try fil-report time --active --min-group 0
	# Without a4, b2 and b4: 10 20 50 74+.
	out_is "$HEADER" 'all,4,1,3,1,0,0,20,10,,10,50,50.0,75.0,'
}

@test "time as of a past day is what was printed on it" {
	local day
	project
	for day in 2024-01-01 2024-01-11 2024-02-01 2024-02-09 2024-02-11 2024-03-01; do
		fil-report time --by kind --min-group 0 --as-of $day > past
		FILROUGE_TODAY=$day fil-report time --by kind --min-group 0 > printed
		cmp past printed
	done
	try fil-report time --as-of 2024-01-21 --min-group 0
	# 10 20, a3 a4 b1 20+; b4 left on the day it was enrolled. Of the eleven others, b3 and b5 arrive later.
	out_is "$HEADER" 'all,5,0,2,3,0,2,,10,,20,,,,'
	err_is 'fil-report: 1 left out: not followed for a day' \
	    'fil-report: 9 users were recorded after 2024-01-21, and count as first recorded' "$ANY"
}

# bats test_tags=sqlite
@test "the curve of time, and the comparison" {
	project
	try fil-report time --by unit --curve --min-group 0
	status_is 0
	out_is 'group,day,at_risk,events,censored,share,low,high' \
		'A,10,4,1,0,0.750000000,0.127946918,0.960548642' \
		'A,20,3,1,0,0.500000000,0.057847083,0.844861281' \
		'A,30,2,0,1,0.500000000,0.057847083,0.844861281' \
		'A,74,1,0,1,0.500000000,0.057847083,0.844861281' \
		'B,9,2,0,1,1.000000000,,' 'B,50,1,1,0,0.000000000,,'
	# A against B: days 10, 20 and 50; expected of A: 4/5 + 3/4 + 1/2, variance 4/25 + 3/16 + 1/4.
	try fil-report time --by unit --compare --min-group 0
	out_is 'test,chi2,df,p' 'log-rank,0.0042,1,0.948'
	# One row only: nothing to compare.
	try fil-report time --by unit --compare
	out_is 'test,chi2,df,p' 'log-rank,,0,'
	err_has 'fil-report: no test: fewer than two groups have users; take another --by, a larger --depth, or select more people'
	try fil-report time --compare
	status_is 64
	err_is 'fil-report: --compare needs groups: --by' "Try 'fil-report --help' for more information."
	try fil-report time --by unit --compare --curve
	status_is 64
	try fil-report time --from birth
	status_is 64
	err_is "fil-report: --from: 'birth' is not one of enrolled, arrived" "Try 'fil-report --help' for more information."
	try fil-report autonomy --curve
	status_is 64
}

@test "the comparison counts a user of several phases in the first alone" {
	fil_store
	{ echo user,name; printf '%s,x\n' p{1..6} r{1..6}; } | fil-import -q users
	fil-import -q phases <<< $'phase,title,kind,begins\np,P,pilot,2024-01-01\nr,R,rollout,2024-01-01\ns,S,rollout,2024-01-01'
	{ echo user,phase,enrolled; printf '%s,p,2024-01-01\n' p{1..6}; printf '%s,r,2024-01-01\n' r{1..6}; } | fil-import -q enrolments
	for i in {1..6}; do
		printf '%s,%(%F)T,3,3\n' "p$i" $((1704110400 + 86400 * 10 * i)) "r$i" $((1704110400 + 86400 * (6 * i - 1)))
	done | { echo user,date,tool,process; cat; } | fil-record -q autonomy source=test
	# 10 20 … 60 days against 5 11 … 35, by hand.
	for by in phase kind; do
		fil-report time --by $by --compare --min-group 0 2> said > $by
		[ "$(cat $by)" = $'test,chi2,df,p\nlog-rank,3.0926,1,0.0787' ]
		[ "$(wc -l < said)" = 1 ]
	done
	# The pilot goes on in the rollout, and some begin both on one day.
	{ echo user,phase,enrolled; printf '%s,r,2024-01-09\n' p{1..4}; printf '%s,s,2024-01-01\n' p5 r1 r2 r3; } | fil-import -q enrolments
	for by in phase kind; do
		try fil-report time --by $by --compare --min-group 0
		diff $by "$OUT"
		err_has 'fil-report: users of several groups count in the first alone: the test takes groups for independent'
	done
	# The figures count them in each.
	[ "$(fil-report time --by kind -q --min-group 0 | cut -d, -f1,2)" = $'group,users\npilot,6\nrollout,11' ]
	fil_week_sections time --lang en --min-group 0 -q > page
	grep -q 'a person of both groups counts in the one begun first' <(tr '\n' ' ' < page)
}

# bats test_tags=sqlite
@test "a curve of too few people says so, and so does one of nobody" {
	local few='fil-report: no figures: the people selected are fewer than 5, or fewer than 10 and all alike; select more people'
	local nobody='fil-report: no curve: no user was followed for a day from the origin; select more people, or take a later --as-of'

	project
	try fil-report time --curve -w unit=A
	out_is 'group,day,at_risk,events,censored,share,low,high' all,,,,,,,
	err_is "$few"
	try fil-report time --curve --at 14 -w unit=A
	err_is "$few"
	try fil-report time --curve -w unit=C
	status_is 0
	out_is 'group,day,at_risk,events,censored,share,low,high'
	err_is "$nobody"
	try fil-report time --curve --phase ''
	err_is "$nobody"
	try fil-report time --curve -w unit=C -q
	err_is ''
	# The curve of all is there, so nothing is said.
	try fil-report time --curve --min-group 0
	err_is 'fil-report: 2 left out: not followed for a day' "$ANY"
}

# bats test_tags=sqlite
@test "the curve every so many days, to its end" {
	project
	# By the curve above: of A four are followed on day 0, three still on day 14, two on day 28, one on 42, 56 and 70; its
	# follow-up ends on day 74. B ends with an event on day 50.
	try fil-report time --by unit --curve --at 14 --min-group 0
	status_is 0
	out_is 'group,day,at_risk,events,censored,share,low,high' 'A,0,4,0,0,1.000000000,,' \
		'A,14,3,1,0,0.750000000,0.127946918,0.960548642' 'A,28,2,1,0,0.500000000,0.057847083,0.844861281' \
		'A,42,1,0,1,0.500000000,0.057847083,0.844861281' 'A,56,1,0,0,0.500000000,0.057847083,0.844861281' \
		'A,70,1,0,0,0.500000000,0.057847083,0.844861281' 'B,0,2,0,0,1.000000000,,' 'B,14,1,0,1,1.000000000,,' \
		'B,28,1,0,0,1.000000000,,' 'B,42,1,0,0,1.000000000,,'
	# A row on the last day itself, and one row alone.
	try fil-report time --curve --at 37 --min-group 0 -w unit=A
	out_is 'group,day,at_risk,events,censored,share,low,high' 'all,0,4,0,0,1.000000000,,' \
		'all,37,1,2,1,0.500000000,0.057847083,0.844861281' 'all,74,1,0,1,0.500000000,0.057847083,0.844861281'
	try fil-report time --curve --at 2147483647 --min-group 0 -w unit=A
	out_is 'group,day,at_risk,events,censored,share,low,high' 'all,0,4,0,0,1.000000000,,'
	try fil-report time --curve --at 7 --min-group 0 -w user=a5
	out_is 'group,day,at_risk,events,censored,share,low,high'
	try fil-report time --at 14
	status_is 64
	err_is 'fil-report: --at needs --curve: it sets the days of the curve' "Try 'fil-report --help' for more information."
	try fil-report time --curve --at 0
	status_is 64
	try fil-report autonomy --at 14
	status_is 64
}

# bats test_tags=sqlite
@test "time is required like any report" {
	project
	try fil-report time --by phase --min-group 4 --require "median<=40" -q
	status_is 1
	try fil-report time --require 'median<=50' -q
	status_is 0
}

# A random project, and what R's survival makes of it: see tests/data/time/make.R.
rproject() {
	local table

	fil_store
	export FILROUGE_TODAY=2024-06-30
	for table in users phases enrolments autonomy; do
		fil-import -q $table "$DATA/time/$table.csv"
	done
}

# every DAYS: a curve, of which only every so many days are wanted; each is sought in all steps.
every() {
	awk -F, -v OFS=, -v at="$1" '
		function give(  d, i, risk, events, censored, state) {
			for (d = 0; n > 0 && d <= day[n]; d += at) {
				risk = events = censored = 0
				state = "1.000000000,,"
				for (i = n; i > 0; i--)
					if (day[i] >= d) risk = at_risk[i]
				for (i = 1; i <= n && day[i] <= d; i++) {
					state = shares[i]
					if (day[i] > d - at) { events += met[i]; censored += lost[i] }
				}
				print group, d, risk, events, censored, state
			}
			n = 0
		}
		NR == 1 { print; next }
		$1 != group { give(); group = $1 }
		{ day[++n] = $2; at_risk[n] = $3; met[n] = $4; lost[n] = $5; shares[n] = $6 FS $7 FS $8 }
		END { give() }'
}

# against_r NAME OPTIONS...: the figures, the curve but for its last decimal, and the test, are R's.
against_r() {
	local name=$DATA/time/r_$1

	shift
	fil-report time -q "$@" --min-group 0 -o ours
	sed 1d ours | diff "$name.csv" -
	fil-report time -q "$@" --min-group 0 --curve -o ours
	sed 1d ours | paste -d, "${name}_curve.csv" - | awk -F, '
		function differs(a, b) { return (a == "") != (b == "") || (a - b)^2 > 2e-18 }
		NF != 16 || $1 FS $2 FS $3 FS $4 FS $5 != $9 FS $10 FS $11 FS $12 FS $13 ||
			differs($6, $14) || differs($7, $15) || differs($8, $16) { print; bad = 1 }
		END { exit bad }'
	# Every 14 days, from that curve: at risk are those who were followed to the day or longer.
	fil-report time -q "$@" --min-group 0 --curve --at 14 | diff <(every 14 < ours) -
	[ -e "${name}_test.csv" ] || return 0
	fil-report time "$@" --min-group 0 --compare -o ours 2> said
	sed 1d ours | diff "${name}_test.csv" -
}

# bats test_tags=sqlite
@test "time is what R makes of the same rows" {
	rproject
	against_r none
	against_r unit --by unit
	against_r phase --by phase
	against_r kind --by kind
	against_r arrived --by unit --from arrived
	against_r origin --by unit --from arrived --origin 2024-02-01
	against_r measured --by unit --measured
	against_r tool --by unit --dimension tool
	against_r seen --by kind --source trainer,test
}
