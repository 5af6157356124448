#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
load helper

# The project that the figures below are computed from by hand. Today is Friday, 2024-03-15. Both
# thresholds are 3.
#
#	user  unit    role     from, until       process, newest first         tool, newest first
#	a1    Arts/X  user                       4 test 03-10, 2 self 02-01    3 self 03-10
#	a2    Arts/X  user                       2 self 02-12                  5 trainer 03-14
#	a3    Arts/Y  user     2024-03-16, -     5 test 03-01                  5 test 03-01
#	a4    Arts/Y  user     -, 2024-03-15     5 test 03-01                  5 test 03-01
#	b1    Bois    user                       3 manager 2023-12-01          4 manager 2023-12-01
#	b2    Bois    user                       none                          1 self 01-08, 2 self 01-01
#	n1            user                       none                          none
#	t1    Arts/X  trainer                    5 self 03-01                  5 self 03-01
project() {
	fil_store fill_project
}

fill_project() {
	fil-import -q users <<- 'END'
		user,name,unit,manager,role,arrived,left
		a1,Ada,Arts/X,t1,user,,
		a2,Bo,Arts/X,t1,user,,
		a3,Cy,Arts/Y,,user,2024-03-16,
		a4,Di,Arts/Y,,user,,2024-03-15
		b1,Ed,Bois,,user,,
		b2,"Fa, la",Bois,,user,,
		n1,Gil,,,user,,
		t1,Tom,Arts/X,,trainer,,
	END
	fil-record -q autonomy <<- 'END'
		user,date,source,process,tool
		a1,2024-02-01,self,2,
		a1,2024-03-10,test,4,
		a1,2024-03-10,self,,3
		a2,2024-02-12,self,2,
		a2,2024-03-14,trainer,,5
		a3,2024-03-01,test,5,5
		a4,2024-03-01,test,5,5
		b1,2023-12-01,manager,3,4
		b2,2024-01-01,self,,2
		b2,2024-01-08,self,,1
		t1,2024-03-01,self,5,5
	END
}

pilot() {
	fil-import -q phases <<- 'END'
		phase,title,kind,begins
		pilot,Pilot,pilot,2024-01-01
		wide,Wide,rollout,2024-03-01
	END
	fil-import -q enrolments <<- 'END'
		user,phase,enrolled
		a1,pilot,2024-01-01
		a1,wide,2024-03-01
		a2,pilot,2024-02-20
		b2,wide,2024-04-01
	END
}

HEADER=group,users,measured,stale,autonomous_process,autonomous_tool,autonomous,self_declared,share_min,share_max

@test "autonomy counts who is here today" {
	project
	try fil-report autonomy
	status_is 0
	err_is ''
	# Here: a1 a2 b1 b2 n1. Measured in both: a1 a2 b1. Stale: b1, 105 days. Process: a1 b1. Tool: a1 a2 b1.
	# Both: a1 b1; a1's tool is its own word. 2 of 5; with the unmeasured b2 and n1, 4 of 5.
	out_is "$HEADER" 'all,5,3,1,2,3,2,1,40.0,80.0'
}

@test "levels count who stands where, and who is unknown" {
	project
	# a1 4 and 3, a2 2 and 5, b1 3 and 4 (stale: still at its level), b2 none and 1, n1 none.
	LEVELS=group,dimension,users,level_0,level_1,level_2,level_3,level_4,level_5,unknown
	try fil-report levels
	status_is 0
	err_is ''
	out_is "$LEVELS" 'all,process,5,0,0,1,1,1,0,2' 'all,tool,5,0,1,0,1,1,1,1'
	# In autonomy two are at 3 or more in the process, and three in the tool.
	try fil-report autonomy
	out_has 'all,5,3,1,2,3,2,1,40.0,80.0'
	try fil-report levels --by unit --depth 1 --min-group 3 --dimension tool
	# Arts 2, Bois 2, none 1: all merged.
	out_is "$LEVELS" '(small groups),tool,5,0,1,0,1,1,1,1'
	try fil-report levels --by unit --depth 1 --min-group 0 --as-of 2024-03-14 --source trainer,test
	# a4 is still here. Arts has a1 4 and none, a2 none and 5, a4 5 and 5. Of the others none is known.
	out_is "$LEVELS" 'Arts,process,3,0,0,0,0,1,1,1' 'Arts,tool,3,0,0,0,0,0,2,1' 'Bois,process,2,0,0,0,0,0,0,2' \
		'Bois,tool,2,0,0,0,0,0,0,2' '(none),process,1,0,0,0,0,0,0,1' '(none),tool,1,0,0,0,0,0,0,1'
	try fil-report levels --role trainer --dimension process --min-group 0
	out_is "$LEVELS" 'all,process,1,0,0,0,0,0,1,0'
	try fil-report levels --dimension tol
	status_is 65
	out_is ''
	# The newest level by hand, in SQL: the events are read, not what is derived from them.
	fil-report levels --role user,trainer --by unit --min-group 0 | tail -n +2 > printed
	ask "WITH newest AS (
		SELECT \"user\", dimension, max(date || CASE source WHEN 'test' THEN 5 WHEN 'trainer' THEN 4
			WHEN 'manager' THEN 3 WHEN 'self' THEN 2 ELSE 1 END || level) AS fact
		FROM autonomy WHERE date <= '2024-03-15' GROUP BY \"user\", dimension),
	people AS (
		SELECT u.\"user\", coalesce(unit, '(none)') AS unit, d.dimension, substr(fact, 12) AS level
		FROM users AS u CROSS JOIN dimensions AS d
		LEFT JOIN newest AS n ON n.\"user\" = u.\"user\" AND n.dimension = d.dimension
		WHERE coalesce(arrived, '') <= '2024-03-15' AND coalesce(\"left\", '9') > '2024-03-15')
	SELECT unit, dimension, count(*), sum(CASE level WHEN '0' THEN 1 ELSE 0 END),
		sum(CASE level WHEN '1' THEN 1 ELSE 0 END), sum(CASE level WHEN '2' THEN 1 ELSE 0 END),
		sum(CASE level WHEN '3' THEN 1 ELSE 0 END), sum(CASE level WHEN '4' THEN 1 ELSE 0 END),
		sum(CASE level WHEN '5' THEN 1 ELSE 0 END), count(*) - count(level)
	FROM people GROUP BY unit, dimension" | tr '|' ',' | sort > expected
	sort printed | diff - expected
}

@test "autonomy groups, and cuts units at a depth" {
	project
	try fil-report autonomy --by unit --min-group 0
	status_is 0
	out_is "$HEADER" 'Arts/X,2,2,0,1,2,1,1,50.0,50.0' 'Bois,2,1,1,1,1,1,0,50.0,100.0' \
		'(none),1,0,0,0,0,0,0,0.0,100.0'
	try fil-report autonomy --by unit --depth 1 --min-group 0 --as-of 2024-03-14
	# a4 is still here: 3 of Arts, of whom a1 and a4 are autonomous.
	out_is "$HEADER" 'Arts,3,3,0,2,3,2,1,66.7,66.7' 'Bois,2,1,1,1,1,1,0,50.0,100.0' \
		'(none),1,0,0,0,0,0,0,0.0,100.0'
}

@test "small groups are merged until they reach the least size" {
	project
	# Two, two and one: (none) is under 2, and takes the smaller in size, then name, along: Arts/X.
	try fil-report autonomy --by unit --min-group 2
	out_is "$HEADER" 'Bois,2,1,1,1,1,1,0,50.0,100.0' '(small groups),3,2,0,1,2,1,1,33.3,66.7'
	# All together are five: one row, which says so.
	try fil-report autonomy --by unit
	out_is "$HEADER" '(small groups),5,3,1,2,3,2,1,40.0,80.0'
	try fil-report autonomy --by unit --min-group 6
	out_is "$HEADER" '(small groups),5,3,1,2,3,2,1,40.0,80.0'
}

@test "only facts dated up to the day count" {
	project
	# a1 2/unknown, a2 2/unknown, a4 unknown, b1 3/4, b2 unknown/1, n1: one of six, five unmeasured.
	try fil-report autonomy --as-of 2024-02-29
	out_is "$HEADER" 'all,6,1,1,1,1,1,0,16.7,100.0'
	try fil-report autonomy --as-of 2023-01-01
	out_is "$HEADER" 'all,6,0,0,0,0,0,0,0.0,100.0'
}

@test "a day on which today was set back reads the same as that day did" {
	project
	fil-report autonomy --as-of 2024-02-29 > past
	FILROUGE_TODAY=2024-02-29 fil-report autonomy > that_day
	cmp past that_day
}

@test "only the sources asked for count" {
	project
	# Self: a1 2/3, a2 2/unknown, b2 unknown/1.
	try fil-report autonomy --source self
	out_is "$HEADER" 'all,5,1,0,0,1,0,0,0.0,80.0'
	# Test: a1 4/unknown.
	try fil-report autonomy --source test,system
	out_is "$HEADER" 'all,5,0,0,1,0,0,0,0.0,100.0'
	try fil-report autonomy --source boss
	status_is 64
	err_is "fil-report: 'boss' is not a source; there are self, trainer, manager, test, system" \
	    "Try 'fil-report --help' for more information."
	try fil-report autonomy --source tests
	status_is 64
	err_is "fil-report: 'tests' is not a source; the nearest is 'test'" \
	    "Try 'fil-report --help' for more information."
}

@test "stale is counted in weeks" {
	project
	# On the 15th a2's process is 32 days old, b1's both 105: over 4 weeks two, over 15 weeks (105 days) none.
	try fil-report autonomy --stale 4
	out_is "$HEADER" 'all,5,3,2,2,3,2,1,40.0,80.0'
	try fil-report autonomy --stale 15
	out_is "$HEADER" 'all,5,3,0,2,3,2,1,40.0,80.0'
}

@test "roles, columns and phases select who is counted" {
	project
	pilot
	try fil-report autonomy --role trainer --min-group 0
	out_is "$HEADER" 'all,1,1,0,1,1,1,1,100.0,100.0'
	try fil-report autonomy --role user,trainer --by role --min-group 0
	out_is "$HEADER" 'trainer,1,1,0,1,1,1,1,100.0,100.0' 'user,5,3,1,2,3,2,1,40.0,80.0'
	try fil-report autonomy -w 'unit~Arts*' -w 'manager!=' --min-group 0
	out_is "$HEADER" 'all,2,2,0,1,2,1,1,50.0,50.0'
	try fil-report autonomy --phase 'pil*' --min-group 0
	out_is "$HEADER" 'all,2,2,0,1,2,1,1,50.0,50.0'
	# In no phase by today: b1 b2 n1.
	try fil-report autonomy --phase '' --min-group 0
	out_is "$HEADER" 'all,3,1,1,1,1,1,0,33.3,100.0'
	# The newest enrolment by then: a1 wide, a2 pilot.
	try fil-report autonomy --by phase --min-group 0
	out_is "$HEADER" 'pilot,1,1,0,0,1,0,0,0.0,0.0' 'wide,1,1,0,1,1,1,1,100.0,100.0' \
		'(none),3,1,1,1,1,1,0,33.3,100.0'
	try fil-report autonomy --by kind --min-group 0 --as-of 2024-02-29 -w user=a1
	out_is "$HEADER" 'pilot,1,0,0,0,0,0,0,0.0,100.0'
	try fil-report autonomy --role users
	status_is 64
	err_is "fil-report: 'users' is not a role; the nearest is 'user'" \
	    "Try 'fil-report --help' for more information."
}

@test "progress has a row for each Sunday" {
	project
	try fil-report progress --weeks 3
	status_is 0
	err_is ''
	# The 10th: a1 is 4/3, a2 2/unknown, a4 5/5, b1; b2, n1. The 3rd: a1 2/unknown. On 02-25: a4 unknown.
	# b1's facts are 86 days old on 02-25, over twelve weeks.
	out_is "week,$HEADER" \
		'2024-02-25,all,6,1,1,1,1,1,0,16.7,100.0' \
		'2024-03-03,all,6,2,1,2,2,2,0,33.3,100.0' \
		'2024-03-10,all,6,3,1,3,3,3,1,50.0,100.0'
	try fil-report progress --weeks 1 --as-of 2024-03-10 --by unit --depth 1 --min-group 2
	out_is "week,$HEADER" \
		'2024-03-10,Arts,3,2,0,2,2,2,1,66.7,100.0' \
		'2024-03-10,(small groups),3,1,1,1,1,1,0,33.3,100.0'
	try 'fil-report progress | wc -l'
	out_is 13
}

@test "stalled lists who has not risen, with what is open" {
	project
	pilot
	fil-import -q modules <<< $'module,title,kind\nm1,M,course\nm2,M,guide\nm3,M,guide\nm4,M,guide'
	fil-import -q assignments <<- 'END'
		user,module,assigned,due
		b2,m1,2024-02-01,2024-02-10
		b2,m2,2024-02-01,2024-03-15
		b2,m3,2024-02-01,2024-02-10
		b2,m4,2024-02-01,2024-02-10
		b2,m4,2024-04-01,2024-04-10
	END
	fil-record -q completions <<- 'END'
		user,module,date,outcome
		b2,m1,2024-01-31,completed
		b2,m3,2024-02-01,completed
		b2,m4,2024-02-20,absent
	END
	try fil-report stalled
	status_is 0
	err_is ''
	# a2 stands at 2 in process since 02-12, but was enrolled on 02-20: three weeks only. b2's only rise is the first
	# record; m1 was completed before it was assigned, m4's absence completes nothing, m2 is due today, one m4 is to come.
	out_is 'user,name,unit,manager,dimension,level,since,weeks,open,overdue' \
		'b2,"Fa, la",Bois,,tool,1,2024-01-01,10,3,2'
	try fil-report stalled --weeks 3 --as-of 2024-03-12
	out_is 'user,name,unit,manager,dimension,level,since,weeks,open,overdue' \
		'a2,Bo,Arts/X,t1,process,2,2024-02-20,3,0,0' \
		'b2,"Fa, la",Bois,,tool,1,2024-01-01,10,3,2'
	try fil-report stalled --weeks 3 --dimension process
	out_is 'user,name,unit,manager,dimension,level,since,weeks,open,overdue' \
		'a2,Bo,Arts/X,t1,process,2,2024-02-20,3,0,0'
	try fil-report stalled --dimension tol
	status_is 65
	err_is "fil-report: 'tol' is not a dimension; the nearest is 'tool'"
}

@test "stalled goes down a pipe into fil-assign" {
	project
	fil-import -q modules <<< $'module,title,kind\ntutoring,Tutoring,tutoring'
	try 'fil-report stalled --weeks 4 | fil-assign module=tutoring due=+14d'
	status_is 0
	out_is 'action,user,module,assigned,phase,trainer,due,reason' \
		'added,a2,tutoring,2024-03-15,,,2024-03-29,' 'added,b2,tutoring,2024-03-15,,,2024-03-29,'
}

@test "--require exits 1 and shows the rows" {
	project
	try fil-report autonomy --by unit --min-group 0 --require 'share_min>=50' --require 'users>=2'
	status_is 1
	err_is 'fil-report: share_min>=50 does not hold: (none),1,0,0,0,0,0,0,0.0,100.0' \
		'fil-report: groups of any size are shown: persons can be recognised'
	out_is "$HEADER" 'Arts/X,2,2,0,1,2,1,1,50.0,50.0' 'Bois,2,1,1,1,1,1,0,50.0,100.0' \
		'(none),1,0,0,0,0,0,0,0.0,100.0'
	try fil-report autonomy --require 'share_min >= 40' -q
	status_is 0
	out_is "$HEADER" 'all,5,3,1,2,3,2,1,40.0,80.0'
	err_is ''
	# A gate on nobody stays shut.
	try fil-report autonomy -w unit=Nowhere --require 'share_min>=0'
	status_is 1
	out_is "$HEADER" 'all,0,0,0,0,0,0,0,,'
	try fil-report autonomy --require 'share>3'
	status_is 64
	out_is ''
}

@test "--require without a row to hold it against exits 1, but for the lists in which no row is good news" {
	local subject

	project
	try fil-report autonomy --by unit -w unit=Nowhere --require 'share_min>=40' --require 'users>=1'
	status_is 1
	out_is "$HEADER"
	err_is 'fil-report: share_min>=40 does not hold: no row to hold it against' \
		'fil-report: users>=1 does not hold: no row to hold it against'
	try fil-report routines --require 'equivalent_share>=90' -q
	status_is 1
	[ "$(wc -l < "$OUT")" -eq 1 ]
	err_is 'fil-report: equivalent_share>=90 does not hold: no row to hold it against'
	for subject in stalled followup; do
		# a1 was looked at, and is fine. Of n1 nothing is known, and nobody is in Nowhere.
		try fil-report "$subject" -w user=a1 --require 'overdue=0'
		status_is 0
		[ "$(wc -l < "$OUT")" -eq 1 ]
		err_is ''
		try fil-report "$subject" -w unit=Nowhere --require 'overdue=0'
		status_is 1
		[ "$(wc -l < "$OUT")" -eq 1 ]
		err_is 'fil-report: overdue=0 does not hold: no user with a level to hold it against'
	done
	for subject in 'stalled -w user=n1' 'stalled -w user=b2 --dimension process' 'followup --by reason -w unit=Nowhere'; do
		try "fil-report $subject --require '$([[ $subject == f* ]] && echo users || echo open)=0'"
		status_is 1
		err_is "fil-report: $([[ $subject == f* ]] && echo users || echo open)=0 does not hold: no user with a level to hold it against"
	done
	# Figures of nobody, or of people of whom nothing is known, are no figures.
	try fil-report autonomy -w unit=Nowhere --require 'stale<=3' --require 'users=0'
	status_is 1
	err_is 'fil-report: stale<=3 does not hold: all,0,0,0,0,0,0,0,,'
	try fil-report autonomy -q --min-group 0 -w user=n1 --require 'self_declared=0'
	status_is 1
	err_is 'fil-report: self_declared=0 does not hold: all,1,0,0,0,0,0,0,0.0,100.0'
	try fil-report autonomy --min-group 0 -w user=n1 --require 'measured=0' --require 'users=1'
	status_is 0
	try fil-report time --require 'left=0'
	status_is 1
	err_is 'fil-report: left=0 does not hold: all,0,0,0,0,0,0,,,,,,,,'
	# An empty figure is unknown: it is not another value either.
	try fil-report time --require 'median!=300'
	status_is 1
	try fil-report time --require 'median='
	status_is 1
	# A column that is not there is a wrong use, with rows or without.
	try fil-report stalled -w unit=Nowhere --require 'overdeu=0'
	status_is 64
	out_is ''
}

# bats test_tags=sqlite
@test "--help has a line for each subject, as its page has it" {
	fil-report --help | sed -n '/^Subjects:$/,/^$/ s/^  \([a-z]*\)  *\(.*\)/\1 \2/p' > subjects
	[ "$(wc -l < subjects)" -ge 13 ]
	sed -n '/^\.It Cm/ { N; s/^\.It Cm \([a-z]*\)\n/\1 /p; }' "$BATS_TEST_DIRNAME/../../man/fil-report.1" |
		head -n "$(wc -l < subjects)" | sort | diff subjects -
	try fil-report
	status_is 64
	err_is "fil-report: no subject; there are $(cut -d' ' -f1 subjects | paste -sd, | sed 's/,/, /g')" \
		"Try 'fil-report --help' for more information."
}

# bats test_tags=sqlite
@test "formats and files" {
	project
	try fil-report autonomy -f json
	out_is <<- 'END'
		[
		{"group":"all","users":5,"measured":3,"stale":1,"autonomous_process":2,"autonomous_tool":3,"autonomous":2,"self_declared":1,"share_min":40.0,"share_max":80.0}
		]
	END
	try fil-report autonomy -o figures.csv
	out_is ''
	[ "$(cat figures.csv)" = "$HEADER"$'\n''all,5,3,1,2,3,2,1,40.0,80.0' ]
}

# bats test_tags=sqlite
@test "an answer that cannot be written is an error" {
	project
	try 'fil-report autonomy > /dev/full'
	status_is 74
}

# bats test_tags=sqlite
@test "a reader that leaves is no error" {
	project
	try 'fil-report progress | head -1'
	out_is "week,$HEADER"
	err_is ''
}

# bats test_tags=sqlite
@test "wrong uses are told apart" {
	project
	try fil-report
	status_is 64
	err_is 'fil-report: no subject; there are agreement, autonomy, commitment, followup, forecast, lessons, levels, modules, needs, phases, progress, promises, readiness, routines, staffing, stalled, time' \
		"Try 'fil-report --help' for more information."
	try fil-report autonomie
	status_is 64
	err_is "fil-report: 'autonomie' is not a subject; the nearest is 'autonomy'" \
		"Try 'fil-report --help' for more information."
	try fil-report autonomy progress
	status_is 64
	local wrong

	for wrong in 'levels --stale 3' 'levels --weeks 2' 'levels --total' 'autonomy --weeks 3' \
		'progress --dimension tool' 'stalled --by unit' 'stalled --stale 3' \
		'stalled --min-group 0' 'stalled --depth 1'; do
		try "fil-report $wrong"
		status_is 64
		out_is ''
	done
	err_is 'fil-report: --depth does not apply to stalled' "Try 'fil-report --help' for more information."
	try fil-report autonomy --by job --depth 1
	status_is 64
	err_is 'fil-report: --depth needs --by unit: only units have paths' \
		"Try 'fil-report --help' for more information."
	for wrong in '--weeks 0' '--weeks -1' '--weeks 1e9' '--weeks 12abc' '--weeks 4294967297' '--stale -1' '--depth 0' \
		'--depth x' '--min-group -1' '--min-group ""' '--as-of 2024-02-30' '--as-of soon' '--by name' '--by ""' \
		'--require users' '-w nothing=1' '--source ""' '--role ""' '--frobnicate'; do
		try "fil-report progress $wrong"
		status_is 64
		out_is ''
	done
}

# bats test_tags=sqlite
@test "no environment at all gives the same figures" {
	project
	fil-report autonomy > here
	try "env -i PATH='$PATH' FILROUGE_DB='$FILROUGE_DB' FILROUGE_TODAY=$FILROUGE_TODAY fil-report autonomy | cmp - here"
	status_is 0
}

# Rows are read ahead once 16,384 were read one by one, unless there is one processor alone.
# bats test_tags=sqlite
@test "rows that a thread reads ahead give the figures of rows that are read one by one" {
	local one report table way

	one=$(taskset -pc $$ | sed 's/.*: //; s/[,-].*//')
	fil_store
	perl "$BATS_TEST_DIRNAME/cohort.pl" 5 9000 .
	mv users-later.csv users.csv
	for table in dimensions thresholds users phases modules rules routines promises enrolments commitments; do
		fil-import -q $table $table.csv
	done
	fil-assign -q assignments.csv 2> /dev/null
	for table in autonomy completions needs practices verdicts efforts; do fil-record -q $table $table.csv; done
	for report in 'fil-report '{agreement,autonomy,commitment,followup,forecast,lessons,levels,modules,needs,phases,progress} \
		'fil-report '{promises,routines,stalled,time} 'fil-week --weeks 2' fil-check fil-propose 'fil-sample r1 --size 100'; do
		for way in '' "taskset -c $one "; do
			try "$way$report"
			status_is 0
			cat "$OUT" "$ERR" >> "figures${way:+2}"
		done
	done
	cmp figures figures2
	[ "$(wc -l < figures)" -gt 5000 ]
}
