#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Criteria that are said before the phase they judge, and whether they hold.
load helper

# Today is 2024-03-15. Of A, five people, all are measured and four autonomous: 80.0. Of B, three people, two are measured
# and one is autonomous: 33.3 to 66.7. Together 62.5 to 75.0. The pilot has run since 2024-01-08.
project() {
	fil_store fill_project
}

fill_project() {
	export FILROUGE_TODAY=2024-01-05
	fil-import -q users <<- 'END'
		user,name,unit
		a1,Ada,A
		a2,Bo,A
		a3,Cy,A
		a4,Di,A
		a5,Ed,A
		b1,Fay,B b
		b2,Gil,B b
		b3,Hal,B b
		n1,Ivo,N
	END
	fil-import -q users <<< $'user,role\nn1,trainer'
	fil-import -q phases <<< $'phase,title,kind,begins\npilot,Pilot,pilot,2024-01-08'
	fil-import -q enrolments phase=pilot enrolled=2024-01-08 <<< $'user\na1\na2\na3\na4\na5'
	FILROUGE_TODAY=2024-03-15 fil-record -q autonomy source=test <<- 'END'
		user,date,process,tool
		a1,2024-02-01,3,3
		a2,2024-02-02,3,3
		a3,2024-02-03,3,3
		a4,2024-03-01,3,3
		a5,2024-03-01,1,1
		b1,2024-03-01,5,5
		b3,2024-03-01,0,0
	END
}

# criteria ROW...: imports criteria whose title and day are the same.
criteria() {
	{ echo criterion,report,require,phase; printf '%s\n' "$@"; } |
		FILROUGE_TODAY=${SET:-2024-01-05} fil-import -q criteria title=T set=2024-01-05
}

# Prints the figures and what holds.
judged() {
	fil-report readiness "$@" | cut -d, -f1,5-
}

@test "readiness judges each criterion by its worst row" {
	project
	criteria 'all-60,autonomy,share_min>=60,' 'all-70,autonomy,share_min>=70,' 'all-80,autonomy,share_min >= 80,' \
		'by-30,autonomy --by unit --min-group 0,share_min>=30,' 'by-50,autonomy --by unit --min-group 0,share_min>=50,' \
		'by-70,--min-group=0 autonomy --by unit,share_max>=70,' 'count,autonomy,users>=8,' 'few,autonomy,users<8,' \
		"quoted,\"autonomy -w 'unit=B b' --dimension tool\",share_min>=33.3,"
	try fil-report readiness
	status_is 65
	# shellcheck disable=SC2016
	[ "$(cat "$ERR")" = "fil-report: criterion 'quoted': report: --dimension does not apply to autonomy" ] || true
	fil-import -q criteria <<< $'criterion,report\nquoted,autonomy -w "unit=B b"'
	try judged
	status_is 0
	out_is <<- 'END'
		criterion,value,low,high,holds
		all-60,62.5,62.5,75.0,yes
		all-70,62.5,62.5,75.0,unknown
		all-80,62.5,62.5,75.0,no
		by-30,33.3,33.3,66.7,yes
		by-50,33.3,33.3,66.7,unknown
		by-70,66.7,33.3,66.7,no
		count,8,,,yes
		few,8,,,no
		quoted,33.3,33.3,66.7,yes
	END
	try fil-report readiness --as-of 2024-02-15
	out_has 'all-60,T,,2024-01-05,37.5,37.5,100.0,unknown'
	# A criterion is one of the days from which it was set on.
	try fil-report readiness --as-of 2024-01-04
	out_is 'criterion,title,phase,set,value,low,high,holds'
}
