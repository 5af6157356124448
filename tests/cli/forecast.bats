#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Forecasts, and agreement. How well forecasts hold is tried by the unit tests on thousands of invented projects; here,
# where everything is certain.
load helper

# Ten users enrolled on 2024-01-01 were autonomous ten days later; of unit B, ten more were enrolled on 2024-03-10.
project() {
	fil_store fill_project
}

fill_project() {
	seq -f 'a%02g' 1 10 > a
	seq -f 'b%02g' 1 10 > b
	{ echo user,name,unit; sed 's/$/,A,A/' a; sed 's/$/,B,B/' b; } | fil-import -q users
	fil-import -q phases <<< $'phase,title,kind,begins\npilot,Pilot,pilot,2024-01-01\nwide,Wide,rollout,2024-03-01'
	{ echo user; cat a; } | fil-import -q enrolments phase=pilot enrolled=2024-01-01
	{ echo user; cat b; } | fil-import -q enrolments phase=wide enrolled=2024-03-10
	{ echo user,process,tool; sed 's/$/,3,4/' a; } | fil-record -q autonomy date=2024-01-11 source=test
}

HEADER=group,users,reached,share,target,date,low,high,basis

@test "forecast: those who wait will need as long as those before" {
	project
	try fil-report forecast
	status_is 0
	err_is ''
	# All needed ten days; the others have waited five.
	out_is "$HEADER" 'all,20,10,50.0,80,2024-03-20,2024-03-20,2024-03-20,curve'
	try fil-report forecast --target 50
	out_is "$HEADER" 'all,20,10,50.0,50,2024-01-11,,,reached'
	try fil-report forecast --target 51 --as-of 2024-03-12
	out_is "$HEADER" 'all,20,10,50.0,51,2024-03-20,2024-03-20,2024-03-20,curve'
}

# bats test_tags=sqlite
@test "forecast: where the data support none, it says so" {
	project
	# shellcheck disable=SC2030 # each test is a process of its own
	export FILROUGE_TODAY=2024-06-01
	try fil-report forecast --by phase --as-of 2024-03-15
	# Of the rollout nothing is known but that nobody was there within five days.
	out_is "$HEADER" 'pilot,10,10,100.0,80,2024-01-11,,,reached' 'wide,10,0,0.0,80,,,,few'
	# Five of ten got there on day 7, nobody until day 74: to wait for all would take longer than that again.
	fil-record -q autonomy date=2024-03-17 source=test process=3 tool=3 < <(echo user; head -n 5 b)
	try fil-report forecast --by kind --as-of 2024-05-23 --target 100
	out_is "$HEADER" 'pilot,10,10,100.0,100,2024-01-11,,,reached' 'rollout,10,5,50.0,100,,,,far'
	try fil-report forecast --as-of 2023-12-31
	out_is "$HEADER" 'all,0,0,,80,,,,few'
	try fil-report forecast --as-of 2024-01-01
	out_is "$HEADER" 'all,10,0,0.0,80,,,,few'
}

@test "forecast: small groups are merged, who has left is no user" {
	project
	try fil-report forecast --by unit --min-group 11
	out_is "$HEADER" '(small groups),20,10,50.0,80,2024-03-20,2024-03-20,2024-03-20,curve'
	fil-record -q autonomy date=2024-03-12 source=self tool=5 < <(echo user; head -n 2 b)
	# In the tool two of B needed two days; B by itself has too few.
	try fil-report forecast --by unit --dimension tool --source self,test
	out_is "$HEADER" 'A,10,10,100.0,80,2024-01-11,,,reached' 'B,10,2,20.0,80,,,,few'
	fil-list users -w unit=B | fil-import -q users left=2024-03-14
	try fil-report forecast --by unit
	out_is "$HEADER" 'A,10,10,100.0,80,2024-01-11,,,reached'
}

SCORE=as_of,$HEADER,actual,error,inside

# bats test_tags=sqlite
@test "forecast: the score of the past" {
	local day

	project
	# shellcheck disable=SC2030,SC2031 # each test is a process of its own
	export FILROUGE_TODAY=2024-06-01
	{ echo user; cat b; } | fil-record -q autonomy date=2024-03-22 source=trainer process=3 tool=3
	try fil-report forecast --score --weeks 3 --as-of 2024-03-28
	status_is 0
	out_is "$SCORE" '2024-03-10,all,20,10,50.0,80,2024-03-20,2024-03-20,2024-03-20,curve,2024-03-22,2,no' \
		'2024-03-17,all,20,10,50.0,80,2024-03-20,2024-03-20,2024-03-20,curve,2024-03-22,2,no' \
		'2024-03-24,all,20,20,100.0,80,2024-03-22,,,reached,,,'
	err_is 'fil-report: 2 of 2 forecasts scored: 0 inside (0.0 %); 2 reached, mean error 2.0 days, mean distance 2.0 days'
	# While the interval lasts nothing is scored; once it is over, a forecast was wrong.
	try fil-report forecast --score --weeks 1 --as-of 2024-03-19
	out_is "$SCORE" '2024-03-17,all,20,10,50.0,80,2024-03-20,2024-03-20,2024-03-20,curve,,,'
	err_is 'fil-report: 0 of 1 forecasts scored'
	try fil-report forecast --score --weeks 1 --as-of 2024-03-20
	out_is "$SCORE" '2024-03-17,all,20,10,50.0,80,2024-03-20,2024-03-20,2024-03-20,curve,,,no'
	err_is 'fil-report: 1 of 1 forecasts scored: 0 inside (0.0 %)'
	# What the future holds changes no forecast of the past.
	for day in 2024-03-10 2024-03-17; do
		fil-report forecast --as-of $day | sed "1d; s/^/$day,/"
	done > printed
	fil-report forecast --score --weeks 3 --as-of 2024-03-28 2> said | sed -n 's/,2024-03-22,2,no$//p' | diff printed -
	# Who left before is taken out: of 14 users, the target is 12.
	{ echo user,left; head -n 6 b | sed 's/$/,2024-03-19/'; } | fil-import -q users
	fil-record -q autonomy date=2024-03-19 source=trainer process=3 tool=3 < <(echo user; sed -n '7,8p' b)
	try fil-report forecast --score --weeks 1 --as-of 2024-03-20
	out_is "$SCORE" '2024-03-17,all,20,10,50.0,80,2024-03-20,2024-03-20,2024-03-20,curve,2024-03-19,-1,no'
}

# bats test_tags=sqlite
@test "forecast: wrong uses" {
	local wrong

	project
	for wrong in '--target 0' '--target 101' '--target x' '--weeks 3' '--from arrived' '--compare'; do
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
	try fil-report agreement
	status_is 0
	err_is ''
	out_is "$AGREEMENT" 'all,4,5,1,20.0,3,60.0,3,60.0,1,20.0,0.4,0.375,,'
	try fil-report agreement --dimension process --by unit --min-group 0
	out_is "$AGREEMENT" 'B,1,1,0,0.0,1,100.0,1,100.0,0,0.0,1,0,,'
	try fil-report agreement --as-of 2024-03-05
	# b01 4/2, b02 3/3, 2/1, b03 2/4: expected 33/4 + 30/4 - 2 * 11/4 * 10/4 = 2.
	out_is "$AGREEMENT" 'all,3,4,1,25.0,2,50.0,2,50.0,1,25.0,0.25,-0.125,,'
	try fil-report agreement --by unit -w user=a01 --min-group 0
	out_is "$AGREEMENT"
	try fil-report agreement -w user=a01 --min-group 0
	out_is "$AGREEMENT" 'all,0,0,0,,0,,0,,0,,,,,'
	try fil-report agreement --by unit
	out_is "$AGREEMENT" '(small groups),4,5,1,20.0,3,60.0,3,60.0,1,20.0,0.4,0.375,,'
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
	out_is mean_difference,kappa,kappa_low,kappa_high '-2.67,-0.088,-0.308,0.061'
}
