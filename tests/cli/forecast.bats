#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Forecasts, and agreement. How well forecasts hold is tried by the unit tests on thousands of invented projects; here,
# where everything is certain.
load helper

# Ten users enrolled on 2024-01-01 were autonomous ten days later; of unit B, ten more were enrolled on 2024-01-08.
project() {
	fil_store fill_project
}

fill_project() {
	seq -f 'a%02g' 1 10 > a
	seq -f 'b%02g' 1 10 > b
	{ echo user,name,unit; sed 's/$/,A,A/' a; sed 's/$/,B,B/' b; } | FILROUGE_TODAY=2024-01-01 fil-import -q users
	fil-import -q phases <<< $'phase,title,kind,begins\npilot,Pilot,pilot,2024-01-01\nwide,Wide,rollout,2024-01-08'
	{ echo user; cat a; } | fil-import -q enrolments phase=pilot enrolled=2024-01-01
	{ echo user; cat b; } | fil-import -q enrolments phase=wide enrolled=2024-01-08
	{ echo user,process,tool; sed 's/$/,3,4/' a; } | fil-record -q autonomy date=2024-01-11 source=test
}

HEADER=group,users,reached,share,now,target,date,low,high,basis

@test "forecast: those who wait will need as long as those before" {
	project
	try fil-report forecast --as-of 2024-01-13
	status_is 0
	err_is ''
	# All needed ten days; the others have waited five.
	out_is "$HEADER" 'all,20,10,50.0,50.0,80,2024-01-18,2024-01-18,2024-01-18,curve'
	try fil-report forecast --target 50
	out_is "$HEADER" 'all,20,10,50.0,50.0,50,2024-01-11,,,reached'
	try fil-report forecast --target 51 --as-of 2024-01-11
	out_is "$HEADER" 'all,20,10,50.0,50.0,51,2024-01-18,2024-01-18,2024-01-18,curve'
}

# bats test_tags=sqlite
@test "forecast: where the data support no date, it says why" {
	project
	try fil-report forecast --by phase --as-of 2024-01-13
	# Of the rollout nothing is known but that nobody was there within five days.
	out_is "$HEADER" 'pilot,10,10,100.0,100.0,80,2024-01-11,,,reached' 'wide,10,0,0.0,0.0,80,,,,few'
	# Five of ten got there on day 7, nobody afterwards: at first it would take too long, later it looks like an end.
	fil-record -q autonomy date=2024-01-15 source=test process=3 tool=3 < <(echo user; head -n 5 b)
	try fil-report forecast --by kind --as-of 2024-01-21 --target 100
	out_is "$HEADER" 'pilot,10,10,100.0,100.0,100,2024-01-11,,,reached' 'rollout,10,5,50.0,50.0,100,,2024-01-25,,far'
	try fil-report forecast --by kind --as-of 2024-02-23 --target 100
	out_is "$HEADER" 'pilot,10,10,100.0,100.0,100,2024-01-11,,,reached' 'rollout,10,5,50.0,50.0,100,,2024-03-27,,plateau'
	try fil-report forecast --as-of 2023-12-31
	out_is "$HEADER" 'all,0,0,,,80,,,,few'
	try fil-report forecast --as-of 2024-01-01
	out_is "$HEADER" 'all,10,0,0.0,0.0,80,,,,few'
}

@test "forecast: small groups are merged, who has left is no user" {
	project
	try fil-report forecast --by unit --min-group 11 --as-of 2024-01-13
	out_is "$HEADER" '(small groups),20,10,50.0,50.0,80,2024-01-18,2024-01-18,2024-01-18,curve'
	fil-record -q autonomy date=2024-01-10 source=self tool=5 < <(echo user; head -n 2 b)
	# In the tool two of B needed two days; B by itself has too few.
	try fil-report forecast --by unit --dimension tool --source self,test --as-of 2024-01-13
	out_is "$HEADER" 'A,10,10,100.0,100.0,80,2024-01-11,,,reached' 'B,10,2,20.0,20.0,80,,,,few'
	fil-list users -w unit=B | fil-import -q users left=2024-01-12
	try fil-report forecast --by unit --as-of 2024-01-13
	out_is "$HEADER" 'A,10,10,100.0,100.0,80,2024-01-11,,,reached'
}

# Two of five are autonomous, and two of the others leave on 2024-03-08: only then two of three are enough. One more
# gets there, and one falls back.
# bats test_tags=sqlite
@test "forecast: the target is reached on one day, whenever one asks" {
	fil_store
	fil-import -q users <<- 'END'
		user,name,left
		a,A,
		b,B,
		c,C,
		d,D,2024-03-08
		e,E,2024-03-08
	END
	fil-import -q phases <<< $'phase,title,kind,begins\np,P,pilot,2024-01-01'
	printf 'user\n%s\n' a b c d e | fil-import -q enrolments phase=p enrolled=2024-01-01
	fil-record -q autonomy source=test <<- 'END'
		user,date,process,tool
		a,2024-02-01,3,3
		b,2024-02-05,3,3
		c,2024-03-11,3,3
		a,2024-03-12,1,3
	END
	try fil-report forecast --target 60 --as-of 2024-03-03
	out_is "$HEADER" 'all,5,2,40.0,40.0,60,,,,few'
	try fil-report forecast --target 60 --as-of 2024-03-10
	out_is "$HEADER" 'all,3,2,66.7,66.7,60,2024-03-08,,,reached'
	# All have been autonomous; one is not now.
	try fil-report forecast --target 60
	out_is "$HEADER" 'all,3,3,100.0,66.7,60,2024-03-08,,,reached'
	try fil-report forecast --target 60 --score --weeks 2
	out_is "$SCORE" '2024-03-03,all,,,,,60,,,,few,2024-03-08,,' \
		'2024-03-10,all,3,2,66.7,66.7,60,2024-03-08,,,reached,,,'
	try fil-report forecast --target 60 --score --weeks 2 --min-group 0
	out_is "$SCORE" '2024-03-03,all,5,2,40.0,40.0,60,,,,few,2024-03-08,,' \
		'2024-03-10,all,3,2,66.7,66.7,60,2024-03-08,,,reached,,,'
	# Later leavers change nothing, not even the last one.
	fil-import -q users left=2024-03-14 <<< $'user\na\nb'
	try fil-report forecast --target 60
	out_is "$HEADER" 'all,1,1,100.0,100.0,60,2024-03-08,,,reached'
	err_is ''
	# A second wave does not either, but it puts the share below the target.
	fil-import -q users <<< $'user,name\nf,F'
	fil-import -q phases <<< $'phase,title,kind,begins\nq,Q,rollout,2024-03-12'
	fil-import -q enrolments <<< $'user,phase,enrolled\nf,q,2024-03-12'
	try fil-report forecast --target 60
	out_is "$HEADER" 'all,2,1,50.0,50.0,60,2024-03-08,,,reached'
	err_is 'fil-report: 1 group had reached the target, and is below it now: users enrolled or left since; --by phase forecasts them apart'
	try fil-report forecast --target 60 --by phase --min-group 0
	out_is "$HEADER" 'p,1,1,100.0,100.0,60,2024-03-08,,,reached' 'q,1,0,0.0,0.0,60,,,,few'
	err_is 'fil-report: groups of any size are shown: persons can be recognised'
}

# Eight of ten are autonomous. Three more are enrolled as well, but arrive on 2024-03-20.
@test "forecast: who is enrolled and has not arrived is no user yet" {
	fil_store
	{ echo user,name,arrived; printf '%s,N,\n' {01..05}; printf '%s,N,2023-06-01\n' {06..10}; printf '%s,N,2024-03-20\n' {11..13}; } |
		FILROUGE_TODAY=2024-01-02 fil-import -q users
	fil-import -q phases <<< $'phase,title,kind,begins\np,P,pilot,2024-01-01'
	{ echo user; printf '%s\n' {01..13}; } | fil-import -q enrolments phase=p enrolled=2024-01-01
	{ echo user; printf '%s\n' {01..08}; } | fil-record -q autonomy date=2024-02-01 source=test process=3 tool=3
	local reached=all,10,8,80.0,80.0,80,2024-02-01,,,reached
	try fil-report forecast --as-of 2024-03-01
	out_is "$HEADER" "$reached"
	err_is ''
	try "fil-report autonomy --as-of 2024-03-01 | cut -d, -f 1,2,7"
	out_is group,users,autonomous all,10,8
	# Once there, they put the share below the target, which stays reached.
	try fil-report forecast --as-of 2024-03-20 -q
	out_is "$HEADER" 'all,13,8,61.5,61.5,80,2024-02-01,,,reached'
	try fil-report forecast --score --weeks 2 --as-of 2024-03-25 --min-group 0 -q
	out_is "$SCORE" "2024-03-17,$reached,,," '2024-03-24,all,13,8,61.5,61.5,80,2024-02-01,,,reached,,,'
	# They show no curve, and are not followed in any other report before they arrive.
	try "fil-report time --as-of 2024-03-01 | cut -d, -f 1,2,4,5"
	out_is group,users,events,censored all,10,8,2
	try "fil-report time --as-of 2024-03-21 | cut -d, -f 1,2,4,5"
	out_is group,users,events,censored all,13,8,5
	try fil-report forecast --like p --users 10 --begins 2024-04-02 --as-of 2024-03-01 -w user!=09 -w user!=10
	out_is "$HEADER" 'p,10,0,0.0,,80,,2024-05-03,,far'
	fil-import -q criteria <<< $'criterion,title,report,require,phase,set\nc,C,forecast,users <= 10,p,2024-01-01'
	try "fil-report readiness --as-of 2024-03-01 | cut -d, -f 5,8"
	out_is value,holds 10,yes
}

SCORE=as_of,$HEADER,actual,error,inside

# bats test_tags=sqlite
@test "forecast: the score of the past" {
	local day forecast=all,20,10,50.0,50.0,80,2024-01-18,2024-01-18,2024-01-18,curve

	project
	{ echo user; cat b; } | fil-record -q autonomy date=2024-01-23 source=trainer process=3 tool=3
	try fil-report forecast --score --weeks 3 --as-of 2024-01-30
	status_is 0
	out_is "$SCORE" "2024-01-14,$forecast,2024-01-23,5,no" \
		'2024-01-21,all,20,10,50.0,50.0,80,,2024-01-24,,far,2024-01-23,,' \
		'2024-01-28,all,20,20,100.0,100.0,80,2024-01-23,,,reached,,,'
	err_is 'fil-report: 1 of 2 forecasts scored: 0 inside (0.0 %); 1 open; mean error 5.0 days, mean distance 5.0 days'
	# While the interval lasts nothing is scored; once it is over, a forecast was wrong, by how much is not known yet.
	try fil-report forecast --score --weeks 1 --as-of 2024-01-17
	out_is "$SCORE" "2024-01-14,$forecast,,,"
	err_has 'fil-report: 0 of 1 forecasts scored; 1 open'
	try fil-report forecast --score --weeks 1 --as-of 2024-01-20
	out_is "$SCORE" "2024-01-14,$forecast,,3,no"
	err_has 'fil-report: 1 of 1 forecasts scored: 0 inside (0.0 %); mean error at least 3.0 days, mean distance at least 3.0 days; 1 not reached, at least 3 days late'
	# What the future holds changes no forecast of the past.
	for day in 2024-01-14 2024-01-21; do
		fil-report forecast --as-of $day | sed "1d; s/^/$day,/"
	done > printed
	fil-report forecast --score --weeks 3 --as-of 2024-01-30 2> said | sed -n 's/,2024-01-23,[^,]*,[no]*$//p' | diff printed -
	# Who left before is taken out: of 14 users, the target is 12.
	{ echo user,left; head -n 6 b | sed 's/$/,2024-01-17/'; } | fil-import -q users
	fil-record -q autonomy date=2024-01-17 source=trainer process=3 tool=3 < <(echo user; sed -n '7,8p' b)
	try fil-report forecast --score --weeks 1 --as-of 2024-01-18
	out_is "$SCORE" "2024-01-14,$forecast,2024-01-17,-1,no"
	# Too early is scored at the end of the interval only.
	try fil-report forecast --score --weeks 1 --as-of 2024-01-17
	out_is "$SCORE" "2024-01-14,$forecast,2024-01-17,,"
}

@test "forecast: a wave to come is like the users of a phase" {
	project
	try fil-report forecast --like pilot --users 100 --begins 2024-04-02
	status_is 0
	out_is "$HEADER" 'pilot,100,0,0.0,,80,2024-04-12,2024-04-12,2024-04-12,curve'
	try fil-report forecast --like wide --users 100 --begins 2024-04-02
	out_is "$HEADER" 'wide,100,0,0.0,,80,,,,few'
	try fil-report forecast --like pilott --users 100 --begins 2024-04-02
	status_is 65
	err_is "fil-report: 'pilott' is not a phase; the nearest is 'pilot'"
	try fil-report forecast --like pilot --begins 2024-04-02
	status_is 64
	err_is 'fil-report: a wave needs --like PHASE, --users N and --begins DATE' \
		"Try 'fil-report --help' for more information."
}

# bats test_tags=sqlite
@test "forecast: wrong uses" {
	local wrong

	project
	for wrong in '--target 0' '--target 101' '--target x' '--weeks 3' '--from arrived' '--compare' '--users 0' '--users 5' \
		'--like pilot --users 5 --begins 2024-01-01' '--like pilot --users 5 --begins 2024-04-01 --score' \
		'--like pilot --users 5 --begins 2024-04-01 --by unit'; do
		try "fil-report forecast $wrong"
		status_is 64
		out_is ''
	done
	try fil-report forecast --dimension x
	status_is 65
	out_is ''
	err_is "fil-report: 'x' is not a dimension"
	try fil-report time --score
	status_is 64
}

AGREEMENT=group,users,pairs,exact,exact_share,within_one,within_one_share,over,over_share,under,under_share,mean_difference,kappa,kappa_low,kappa_high

@test "agreement: the nearest pair of each user and dimension" {
	project
	fil-record -q autonomy <<- 'END'
		user,dimension,date,source,level
		b01,tool,2024-03-01,self,4
		b01,tool,2024-03-04,trainer,2
		b01,tool,2024-03-10,test,5
		b02,tool,2024-03-01,self,1
		b02,tool,2024-03-02,self,3
		b02,tool,2024-03-03,trainer,3
		b02,process,2024-03-01,trainer,2
		b02,process,2024-03-01,test,1
		b02,process,2024-03-01,self,2
		b03,tool,2024-02-01,self,2
		b03,tool,2024-03-02,test,4
		b04,tool,2024-02-01,self,2
		b04,tool,2024-03-03,test,4
		b05,tool,2024-03-01,self,5
		b05,tool,2024-03-06,test,0
		b05,tool,2024-03-11,self,1
		b06,tool,2024-03-01,manager,5
		b06,tool,2024-03-01,self,0
	END
	# b01 4/2, b02 3/3 and 2/1, b03 2/4 (30 days), b04 31 days, b05 1/0, the later one. x: 4 3 2 2 1, y: 2 3 1 4 0.
	# Squared differences 4 0 1 4 1; expected 34/5 + 30/5 - 2 * 12/5 * 10/5 = 3.2: 1 - 2 / 3.2.
	# Four users are too few to resample.
	try fil-report agreement -q --min-group 0
	status_is 0
	err_is ''
	out_is "$AGREEMENT" 'all,4,5,1,20.0,3,60.0,3,60.0,1,20.0,0.4,0.375,,'
	try fil-report agreement --dimension process --by unit --min-group 0
	out_is "$AGREEMENT" 'B,1,1,0,0.0,1,100.0,1,100.0,0,0.0,1,0,,'
	try fil-report agreement -q --min-group 0 --as-of 2024-03-05
	# b01 4/2, b02 3/3, 2/1, b03 2/4: expected 33/4 + 30/4 - 2 * 11/4 * 10/4 = 2.
	out_is "$AGREEMENT" 'all,3,4,1,25.0,2,50.0,2,50.0,1,25.0,0.25,-0.125,,'
	try fil-report agreement --by unit -w user=a01 --min-group 0
	out_is "$AGREEMENT"
	try fil-report agreement -w user=a01 --min-group 0
	out_is "$AGREEMENT" 'all,0,0,0,,0,,0,,0,,,,,'
	# Of the whole list of users four are compared: too few.
	try fil-report agreement --by unit
	out_is "$AGREEMENT" '(small groups),,,,,,,,,,,,,,'
	try fil-report agreement --dimension x
	status_is 65
}

@test "agreement: kappa is rounded from whole numbers" {
	fil_store
	{ echo user,name; printf '%s,N\n' {1..6}; } | fil-import -q users
	fil-record -q autonomy dimension=tool date=2024-03-01 <<- 'END'
		user,source,level
		1,self,1
		1,test,4
		2,self,2
		2,test,4
		3,self,1
		3,test,5
		4,self,0
		4,test,5
		5,self,3
		5,test,5
		6,self,3
		6,test,3
	END
	# Kappa is exactly -7/80: -0.0875. Of the 46656 resamples of six users, by enumeration in R, 2.5 % are up to -0.327,
	# and 97.5 % up to 0.061.
	try 'fil-report agreement | cut -d, -f 12-'
	out_is mean_difference,kappa,kappa_low,kappa_high '-2.67,-0.088,-0.327,0.061'
}

STAFFING=week,role,users,waiting,minutes_low,minutes,minutes_high

@test "staffing: the minutes of each role, by week since enrolment" {
	project
	{ echo user,name,role; printf 't1,T,trainer\nx,X,\n'; } | FILROUGE_TODAY=2024-01-01 fil-import -q users
	# Without efforts, the minutes are unknown.
	try fil-report staffing --like wide --users 3 --begins 2024-04-01 --as-of 2024-01-16
	out_is "$STAFFING" 2024-04-07,,3,3,,,
	fil-record -q efforts <<- 'END'
		user,date,activity,phase,minutes
		t1,2024-01-04,course,pilot,100
		t1,2024-01-09,help,pilot,60
		t1,2024-01-12,help,pilot,999
		t1,2024-01-04,other course,wide,999
		t1,2024-01-04,reading,,999
		b01,2024-01-09,course,pilot,30
	END
	{ echo user; cat a; } | fil-record -q efforts date=2024-01-03 activity=course phase=pilot minutes=30
	{ echo user; cat a; } | fil-record -q efforts date=2024-01-02 activity=reading minutes=1.5
	{ echo user; cat a; } | fil-record -q efforts date=2024-01-22 activity=late minutes=7
	# A trainer who is enrolled too gives time, and is no user of the phase.
	fil-import -q enrolments user=t1 phase=pilot enrolled=2024-01-01
	# Of the pilot, all ten alike: 31.5 minutes of each in the first week, of the trainer 10. In the second, the
	# trainer and b01 gave 6 and 3 to each who waited. From 2024-01-11 nobody waits. The fourth week is not over.
	try fil-report staffing --like pilot --users 20 --begins 2024-04-01 --as-of 2024-01-27 --min-group 0
	status_is 0
	err_is 'fil-report: groups of any size are shown: persons can be recognised'
	out_is "$STAFFING" 2024-04-07,trainer,20,20,200,200,200 2024-04-07,user,20,20,630,630,630 \
		2024-04-14,trainer,20,20,120,120,120 2024-04-14,user,20,20,60,60,60 \
		2024-04-21,trainer,20,0,0,0,0 2024-04-21,user,20,0,0,0,0
	try fil-report staffing --like pilot --users 20 --begins 2024-04-01 --as-of 2024-01-27 -q
	out_is "$STAFFING" '2024-04-07,(small groups),20,20,830,830,830' '2024-04-14,(small groups),20,20,180,180,180' \
		'2024-04-21,(small groups),20,0,0,0,0'
	# With trainers, eleven: her 100 and 999 minutes, and the others' 315.
	try 'fil-report staffing --like pilot --users 20 --begins 2024-04-01 --as-of 2024-01-27 --min-group 0 --role user,trainer | cut -d, -f1,2,6 | head -n 3'
	out_is week,role,minutes 2024-04-07,trainer,1998 2024-04-07,user,573
	# Who left is followed to that day; four are too few.
	{ echo user,left; head -n 6 a | sed 's/$/,2024-01-14/'; } | fil-import -q users
	try fil-report staffing --like pilot --users 20 --begins 2024-04-01 --as-of 2024-01-27 --min-group 0
	out_is "$STAFFING" 2024-04-07,trainer,20,20,200,200,200 2024-04-07,user,20,20,630,630,630
	# An effort before anybody waits is ignored.
	try fil-report staffing --like wide --users 3 --begins 2024-04-01 --as-of 2024-01-16
	out_is "$STAFFING" 2024-04-07,,3,3,,,
	try fil-report staffing --like pilot --users 20 --begins 2024-04-01 --as-of 2024-01-16 --min-group 11
	out_is "$STAFFING"
	err_is "fil-report: no week: fewer than 11 members of 'pilot' were followed for a week; take another phase for --like, or a later --as-of"
	try fil-report staffing --like pilot --users 20
	status_is 64
	err_is 'fil-report: a wave needs --like PHASE, --users N and --begins DATE' \
		"Try 'fil-report --help' for more information."
}

# bats test_tags=sqlite
@test "staffing: waiting and minutes are of those who were not autonomous before" {
	fil_store
	{ echo user,name,role; printf '%s,x,user\n' {01..20}; printf '%s,t,trainer\n' t{1..5}; } | fil-import -q users
	fil-import -q phases <<< $'phase,title,kind,begins\np,P,pilot,2024-01-08'
	{ echo user; printf '%s\n' {01..20}; } | fil-import -q enrolments phase=p enrolled=2024-01-08
	{ echo user,date; printf '%s,2024-01-02\n' {01..10}; printf '%s,2024-01-18\n' {11..20}; } |
		fil-record -q autonomy source=test tool=3 process=3
	# 600 minutes for the ten who wait, and 30 of one who does not: 63 of each, for each of the wave.
	{ echo user,minutes; printf '%s,120\n' t{1..5}; echo 01,30; } | fil-record -q efforts phase=p activity=course date=2024-01-09
	try 'fil-report staffing --like p --users 100 --begins 2024-04-01 | head -n 4'
	out_is "$STAFFING" '2024-04-07,(small groups),100,100,6300,6300,6300' '2024-04-14,(small groups),100,100,0,0,0' \
		'2024-04-21,(small groups),100,0,0,0,0'
}

@test "staffing: the limits are those of R, but for what chance leaves open" {
	local low minutes high got

	fil_store
	{ echo user,name; printf '%s,N\n' {01..20}; } | fil-import -q users
	fil-import -q phases <<< $'phase,title,kind,begins\np,P,pilot,2024-01-01'
	{ echo user; printf '%s\n' {01..20}; } | fil-import -q enrolments phase=p enrolled=2024-01-01
	{ echo user,minutes; printf '%s,90\n' {01..20..4}; printf '%s,30\n' {03..20..4}; } |
		fil-record -q efforts activity=course date=2024-01-03
	fil-report staffing --like p --users 30 --begins 2024-04-01 > figures
	IFS=, read -r low minutes high <<< "$(sed 1d "$BATS_TEST_DIRNAME/../data/survival/r_staffing.csv")"
	got=$(sed -n '2s/^2024-04-07,[^,]*,30,30,//p' figures)
	awk -F , -v low="$low" -v minutes="$minutes" -v high="$high" \
		'{ exit !($2 == minutes && ($1 - low) ^ 2 <= 45 ^ 2 && ($3 - high) ^ 2 <= 45 ^ 2) }' <<< "$got"
}

# bats test_tags=sqlite
@test "calibration: the man pages and the weekly page have the figures of the table" {
	local top=$BATS_TEST_DIRNAME/../.. page

	for page in man man/fr; do
		grep -Fxf "$top/tests/calibration/table.txt" "$top/$page/fil-report.1" | cmp - "$top/tests/calibration/table.txt"
	done
	# Law, users, day; intervals, percent held, dates, percent held of these, width, error.
	{
		awk '$6 >= 150 && $1 != "plateau" { print $7 }' "$top/tests/calibration/table.txt" | sort -n | sed -n '1p; $p'
		awk '$1 == "plateau" { dates += $6; held += $6 * $7 / 100 } END { print 100 * held / dates }' "$top/tests/calibration/table.txt"
	} | xargs printf '%.0f %.0f %.0f\n' > wanted
	sed -n 's/.*FIL_OUTLOOK_HELD_[A-Z]* = \([0-9]*\),/\1/p' "$top/lib/stats/outlook.h" | paste -sd ' ' | cmp - wanted
	# What the man pages say of the lines, and of the best intervals under workshops.
	awk '$6 >= 30 { n++; all += $5 >= 70 && $5 <= 95; in_limits += $7 >= 70 && $7 <= 95; below += $7 < 70; above += $7 > 95 }
		$6 >= 150 { m++; often += $7 >= 70 && $7 <= 95 }
		$1 != "plateau" { dates[$3] += $6; held[$3] += $6 * $7 / 100 } $1 == "plateau" { plateau += $6; made += $4 }
		END { printf "%d %d %d %d %d %d %d %d %d %.0f %.0f %.0f\n", all, in_limits, n, below, above, often, m, plateau, made,
			100 * held[70] / dates[70], 100 * held[98] / dates[98], 100 * held[126] / dates[126] }' \
		"$top/tests/calibration/table.txt" > lines
	[ "$(cat lines)" = '46 41 47 2 4 26 28 318 8289 87 87 91' ]
	grep -q '^Of all intervals, 70 to 95 % are right in 46 of the 47 lines with 30 dates or more\.$' "$top/man/fil-report.1"
	grep -q '^From 30 dates on, 41 of 47 lines .*, 2 below and 4 above; from 150 on, 26 of 28 are\.$' "$top/man/fil-report.1"
	grep -q 'from 81 to 98 % are right where a line has 150 or more\.$' "$top/man/fil-report.1"
	grep -q '87 % are right on day 70, 87 % on day 98 and 91 % on day 126\.$' "$top/man/fil-report.1"
	grep -q ': 318 of 8289 intervals have one, and 40 % of these are right\.$' "$top/man/fil-report.1"
	# The chance that four fifths of a cohort are among those who ever get there.
	awk 'function chance(n, k, i, p, sum) { p = 0.75 ^ n
			for (i = n; i >= k; i--) { sum += p; p *= i / (n - i + 1) / 3 }
			return 100 * sum }
		BEGIN { printf "%.0f %.0f %.0f\n", chance(12, 10), chance(40, 32), chance(400, 320) }' > chances
	[ "$(cat chances)" = '39 30 1' ]
	grep -q 'is ever reached in 39 % of cohorts of 12, in$' "$top/man/fil-report.1"
	[ "$(awk '$2 == 126 && $1 > 12 { print $4 }' "$top/tests/calibration/workshops.txt" | paste -sd ' ')" = '95.8 99.9' ]
	sed -n '/^If the law and its days were known/,/\.$/p' "$top/man/fil-report.1" | grep -o '[0-9.]* %' | paste -sd ' ' |
		grep -qx '80 % 95.8 % 99.9 %'
}
