#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# What changes with time keeps its time: dimensions, their thresholds, and the users. Each figure is computed by hand.
# shellcheck disable=SC2030,SC2031,SC2094 # each test has its own environment
load helper

HEADER=group,users,measured,stale,autonomous_process,autonomous_tool,autonomous,self_declared,share_min,share_max

# Sets today: on DAY COMMAND...
on() {
	FILROUGE_TODAY=$1 "${@:2}"
}

# Ten users, recorded in January; the first five are autonomous since 10 January.
ten_users() {
	fil_store
	export FILROUGE_TODAY=2024-01-08
	{ echo user,name,unit,job,manager; for i in {0..9}; do echo "$i,N$i,A,clerk,9"; done; } | fil-import -q users --allow identity
	{ echo user,date,source,tool,process; for i in {0..4}; do echo "$i,2024-01-08,test,3,3"; done; } | fil-record -q autonomy
	export FILROUGE_TODAY=2024-03-31
}

# Prints cells of the row of all users: figures COLUMN-NUMBERS OPTION...
figures() {
	fil-report autonomy -q --min-group 0 -f csv "${@:2}" | sed 1d | cut -d, -f"$1"
}

@test "a promotion, a move and a departure change the figures of their day on, none before" {
	ten_users
	on 2024-03-10 fil-import -q users <<< $'user,role\n0,trainer\n1,trainer'
	on 2024-03-12 fil-import -q users <<< $'user,unit,job\n2,B,baker\n3,B,baker'
	on 2024-03-14 fil-import -q users user=4 manager=8
	[ "$(figures 2,7,9 --as-of 2024-02-01)" = 10,5,50.0 ]
	[ "$(figures 2,7,9 --as-of 2024-03-09)" = 10,5,50.0 ]
	[ "$(figures 2,7,9 --as-of 2024-03-10)" = 8,3,37.5 ]
	[ "$(figures 2,7,9)" = 8,3,37.5 ]
	[ "$(figures 2,7,9 --role trainer --as-of 2024-03-11)" = 2,2,100.0 ]
	[ "$(figures 2,7,9 --role trainer --as-of 2024-02-11)" = 0,0, ]
	[ "$(figures 1,2,7 --by unit --as-of 2024-03-11)" = A,8,3 ]
	[ "$(figures 1,2,7 --by unit --as-of 2024-03-12)" = $'A,6,1\nB,2,2' ]
	[ "$(figures 1,2 --by manager --as-of 2024-03-13)" = 9,8 ]
	[ "$(figures 1,2 --by manager)" = $'8,1\n9,7' ]
	# Conditions are on the row of the day too.
	[ "$(figures 2 -w job=baker --as-of 2024-03-11)" = 0 ]
	[ "$(figures 2 -w job=baker --as-of 2024-03-12)" = 2 ]
	[ "$(figures 2 -w unit=A --as-of 2024-03-11)" = 8 ]
	[ "$(figures 2 -w unit=A)" = 6 ]
	# So is each Sunday of progress: the groups of the day.
	try fil-report progress -q --weeks 4 --by unit --min-group 0 -f csv
	status_is 0
	cut -d, -f1-3,8 "$OUT" > sundays
	cat > wanted <<- 'END'
		week,group,users,autonomous
		2024-03-10,A,8,3
		2024-03-17,A,6,1
		2024-03-17,B,2,2
		2024-03-24,A,6,1
		2024-03-24,B,2,2
		2024-03-31,A,6,1
		2024-03-31,B,2,2
	END
	diff wanted sundays
	# And the time to autonomy, the phases and the lists.
	fil-import -q phases phase=p title=P kind=pilot begins=2024-01-01
	{ echo user,phase,enrolled; for i in {0..9}; do echo "$i,p,2024-01-01"; done; } | fil-import -q enrolments
	[ "$(fil-report time -q --as-of 2024-03-09 -f csv | sed 1d | cut -d, -f2,4)" = 10,5 ]
	[ "$(fil-report time -q --as-of 2024-03-10 -f csv | sed 1d | cut -d, -f2,4)" = 8,3 ]
	[ "$(fil-report phases -q --as-of 2024-03-09 -f csv | sed 1d | cut -d, -f6,8,11)" = 10,5,7 ]
	[ "$(fil-report phases -q --as-of 2024-03-10 -f csv | sed 1d | cut -d, -f6,8)" = 8,3 ]
}

@test "lists of users show the unit of the date by which they are selected" {
	ten_users
	fil-record -q autonomy source=test date=2024-01-09 tool=1 process=1 < <(printf '%s\n' user {5..9})
	on 2024-03-10 fil-import -q users user=9 unit=Z name=New --allow identity
	for subject in followup stalled; do
		[ "$(fil-report $subject --as-of 2024-03-09 -q | grep ^9 | cut -d, -f1-3 | sort -u)" = 9,New,A ]
		[ "$(fil-report $subject --as-of 2024-03-10 -q | grep ^9 | cut -d, -f1-3 | sort -u)" = 9,New,Z ]
		fil-report $subject --as-of 2024-03-09 -w unit=A -q | grep -q ^9,New,A
	done
}

@test "a departure counts as written, and a return ends it on its day" {
	ten_users
	on 2024-03-01 fil-import -q users user=3 left=2024-02-15
	[ "$(figures 2,7 --as-of 2024-02-14)" = 10,5 ]
	[ "$(figures 2,7 --as-of 2024-02-15)" = 9,4 ]
	[ "$(figures 2,7)" = 9,4 ]
	# A corrected day is what is written now.
	on 2024-03-02 fil-import -q users user=3 left=2024-02-20
	[ "$(figures 2,7 --as-of 2024-02-19)" = 10,5 ]
	[ "$(figures 2,7 --as-of 2024-02-20)" = 9,4 ]
	# The user is there again from 10 March on, and was absent all the same.
	on 2024-03-10 fil-import -q users user=3 left=
	[ "$(figures 2,7 --as-of 2024-02-19)" = 10,5 ]
	[ "$(figures 2,7 --as-of 2024-02-20)" = 9,4 ]
	[ "$(figures 2,7 --as-of 2024-03-09)" = 9,4 ]
	[ "$(figures 2,7 --as-of 2024-03-10)" = 10,5 ]
	on 2024-03-20 fil-import -q users user=3 left=2024-03-18
	[ "$(figures 2,7 --as-of 2024-03-09)" = 9,4 ]
	[ "$(figures 2,7 --as-of 2024-03-17)" = 10,5 ]
	[ "$(figures 2,7 --as-of 2024-03-18)" = 9,4 ]
	[ "$(figures 2 -w left=2024-02-20 --as-of 2024-03-01)" = 0 ]
	[ "$(fil-report time -q --as-of 2024-03-01 --from arrived -f csv | sed 1d | cut -d, -f2)" = 0 ]
}

# Prints the days on which the curve of all ends users: steps OPTION...
steps() {
	fil-report time --curve -q --min-group 0 --from arrived --origin 2024-02-01 -f csv "$@" | sed 1d | cut -d, -f2,4,5 | paste -sd' '
}

@test "a departure that was cleared and then written anew counts as written last, on each day that it holds" {
	fil_store
	export FILROUGE_TODAY=2024-01-08
	{ echo user,name,arrived; for i in {0..9}; do echo "$i,N$i,2024-02-01"; done; } | fil-import -q users
	on 2024-03-20 fil-import -q users user=3 left=2024-03-10
	on 2024-04-01 fil-import -q users user=3 left=
	on 2024-04-10 fil-import -q users user=3 left=2024-02-15
	export FILROUGE_TODAY=2024-04-20
	[ "$(steps --as-of 2024-03-05)" = '14,0,1 33,0,9' ]
	[ "$(steps --as-of 2024-03-15)" = '14,0,1 43,0,9' ]
	[ "$(steps --as-of 2024-04-05)" = '14,0,1 64,0,9' ]
	[ "$(steps)" = '14,0,1 79,0,9' ]
	# Until the new day the user had left, and was there again.
	on 2024-04-10 fil-import -q users user=3 left=2024-04-08
	[ "$(steps --as-of 2024-03-15)" = '38,0,1 43,0,9' ]
	[ "$(figures 2 --as-of 2024-03-15)" = 9 ]
	[ "$(figures 2 --as-of 2024-04-05)" = 10 ]
	[ "$(steps)" = '67,0,1 79,0,9' ]
	# Of two that were cleared, the one that was written last counts.
	on 2024-04-12 fil-import -q users user=3 left=2024-03-01
	on 2024-04-14 fil-import -q users user=3 left=
	[ "$(steps --as-of 2024-03-15)" = '29,0,1 43,0,9' ]
	[ "$(steps --as-of 2024-04-05)" = '29,0,1 64,0,9' ]
	[ "$(steps)" = 79,0,10 ]
}

@test "users who were recorded later count as first recorded, and are told" {
	ten_users
	on 2024-03-01 fil-import -q users <<< $'user,name,arrived\nx1,New,2024-01-01\nx2,Newer,2024-03-01\nx3,Newest,'
	on 2024-03-20 fil-import -q users user=x1 role=trainer
	# A promotion after the record moves no past figure, nor does a change of the unit. One of the same day does.
	on 2024-03-01 fil-import -q users user=x3 unit=B
	on 2024-03-20 fil-import -q users user=x3 unit=C
	try fil-report autonomy --as-of 2024-02-01 -f csv
	out_is "$HEADER" all,12,5,0,5,5,5,0,41.7,100.0
	err_is 'fil-report: some users were recorded after 2024-02-01, and count as first recorded'
	try fil-report autonomy --as-of 2024-02-01 --min-group 0 -f csv
	err_has 'fil-report: 2 users were recorded after 2024-02-01, and count as first recorded'
	[ "$(figures 2 -w unit=B --as-of 2024-02-01),$(figures 2 -w unit=C --as-of 2024-02-01)" = 1,0 ]
	try fil-report autonomy --as-of 2024-03-05 -f csv
	out_is "$HEADER" all,13,5,0,5,5,5,0,38.5,100.0
	err_is ''
	try fil-report autonomy --as-of 2024-01-07 -f csv
	out_is "$HEADER" all,12,0,0,0,0,0,0,0.0,100.0
	err_is 'fil-report: 12 users were recorded after 2024-01-07, and count as first recorded'
	try env LC_ALL=C.UTF-8 LANGUAGE=fr LANG=fr_FR.UTF-8 fil-report autonomy --as-of 2024-01-07 --lang fr -q -f csv
	err_is ''
}

@test "a renamed user, a joined one and one who was removed have the past of their own" {
	ten_users
	on 2024-03-10 fil-import -q users <<< $'user,role\n0,trainer\n1,trainer\n2,trainer'
	on 2024-03-11 fil-import -q users --rename 0=zero
	on 2024-03-12 fil-import -q users --rename 9=boss
	[ "$(figures 2,7 --as-of 2024-02-01)" = 10,5 ]
	[ "$(figures 1,2 --by manager --as-of 2024-02-01)" = boss,10 ]
	# The key of a removed user is given to another one.
	on 2024-03-13 fil-import -q users --remove user=8
	on 2024-03-14 fil-import -q users <<< $'user,name,role\n8,Another,user'
	try fil-report autonomy --as-of 2024-02-01 -f csv
	out_is "$HEADER" all,10,5,0,5,5,5,0,50.0,100.0
	err_is 'fil-report: some users were recorded after 2024-02-01, and count as first recorded'
	# What was erased says nothing of the past.
	fil-forget -q --yes --anonymise 1
	try fil-report autonomy --as-of 2024-02-01 -q -f csv
	out_is "$HEADER" all,10,5,0,5,5,5,0,50.0,100.0
	# Changes that were recorded out of order: of those up to the day, the last one counts.
	on 2024-03-20 fil-import -q users user=4 unit=C
	on 2024-02-10 fil-import -q users user=4 job=chief
	[ "$(figures 2 -w job=chief --as-of 2024-02-09)" = 0 ]
	[ "$(figures 2 -w job=chief --as-of 2024-02-10)" = 1 ]
	[ "$(figures 2 -w job=chief -w unit=A --as-of 2024-03-19)" = 1 ]
	[ "$(figures 2 -w job=chief -w unit=C --as-of 2024-03-20)" = 1 ]
}

@test "a change that was taken back changes no past day" {
	ten_users
	on 2024-02-01 fil-import -q users user=6 unit=B
	on 2024-02-10 fil-import -q users user=6 unit=C
	on 2024-02-12 fil-import -q users user=7 left=2024-01-20
	past() {
		fil-report progress -q --by unit --min-group 0 --weeks 11 -f csv
		figures 1,2,7 --by unit --as-of 2024-02-05
		figures 1,2,7 --by unit --as-of 2024-02-15
		figures 2 --role trainer --as-of 2024-02-20
	}
	past > before
	on 2024-02-14 fil-import -q users <<< $'user,role,unit,left\n0,trainer,,\n1,user,D,2024-01-15\n6,user,D,\n7,user,,'
	on 2024-02-15 fil-import -q users --remove user=5
	on 2024-02-16 fil-import -q users --rename 6=six
	past > mistaken
	run ! cmp -s before mistaken
	for run in 9 8 7; do on 2024-03-20 fil-undo -q "$run" > /dev/null; done
	past | diff before -
	# The work of the runs done again is of their own days.
	for run in 12 11 10; do on 2024-03-25 fil-undo -q "$run" > /dev/null; done
	past | diff mistaken -
}

@test "a user who went and came back has the same figures, another one with the key figures of their own" {
	local users=$'user,name\nu1,Ann Bee\nu2,Cid Dee' header
	local levels=$'user,date,source,tool,process\nu1,2024-01-08,test,3,3\nu2,2024-02-05,test,3,2'

	fil_store
	export FILROUGE_TODAY=2024-03-31
	progress() {
		fil-report progress -q --min-group 0 --weeks 12 -f csv
		fil-week -q --min-group 0 -f json > week.json
	}
	# Nobody has a cell that changes with time.
	fil-import -q users <<< "$users"
	fil-record -q autonomy <<< "$levels"
	progress > before
	header=$(head -1 before)
	[ "$(sed -n '6p;13p' before)" = $'2024-02-11,all,2,2,0,1,2,1,0,50.0,50.0\n2024-03-31,all,2,2,0,1,2,1,0,50.0,50.0' ]
	# Both runs, their undo, and the undo of that.
	fil-undo -q 2 3 > /dev/null
	progress | grep -c ,all,0,0,0,0,0,0,0,, | grep -qx 12
	fil-undo -q 4 > /dev/null
	progress | diff before -
	# A removal, and a join.
	fil-import -q --remove autonomy < <(fil-list autonomy -w user=u2)
	fil-import -q --remove users user=u2
	fil-undo -q 6 7 > /dev/null
	progress | diff before -
	fil-import -q users --rename u2=u1
	progress | grep -c ,all,1,1,0, | grep -qx 12
	fil-undo -q --last > /dev/null
	progress | diff before -
	# One of three who has left, and was away in between, has left.
	fil-import -q users user=u3 name='Eve Fay' left=2024-03-01
	fil-import -q users user=u3 left=
	progress > third
	fil-import -q users --remove user=u3
	fil-undo -q --last > /dev/null
	progress | diff third -
	# Another person.
	fil-import -q users --remove user=u3
	fil-import -q users user=u3 name='Gus Hoe'
	try fil-report progress -q --min-group 0 --weeks 1 -f csv
	out_is "$header" 2024-03-31,all,3,2,0,1,2,1,0,33.3,66.7
}

# Sixty users of three units, enrolled in two phases from 1 January on; half of them are autonomous by the end of March.
sixty_users() {
	fil_store
	export FILROUGE_TODAY=2024-01-01
	fil-import -q phases <<< $'phase,title,kind,begins\np,P,pilot,2024-01-01\nq,Q,rollout,2024-01-15'
	seq 10 69 | awk 'BEGIN { print "user,name,unit,job,role" }
		{ printf "%d,N,%s,%s,%s\n", $1, substr("ABC", 1 + $1 % 3, 1), $1 % 2 ? "clerk" : "baker", $1 % 20 ? "user" : "trainer" }' |
		fil-import -q users
	seq 10 69 | awk 'BEGIN { print "user,phase,enrolled" }
		{ printf "%d,%s,2024-01-%02d\n", $1, $1 % 4 ? "p" : "q", 1 + ($1 % 4 ? $1 % 9 : 14 + $1 % 9) }' | fil-import -q enrolments
	export FILROUGE_TODAY=2024-03-31
	seq 10 3 68 | awk 'BEGIN { print "user,date,source,tool,process" }
		{ day = $1 * 7 % 90; printf "%d,2024-%02d-%02d,test,3,3\n%d,2024-%02d-%02d,test,3,3\n", $1, 1 + int(day / 30), 1 + day % 29,
			$1 + 1, 1 + int(day / 30), 1 + day % 29 }' | fil-record -q autonomy
}

# Prints the score of forecasts in several reports: scores DATE.
scores() {
	local options

	for options in '' '--by unit' '--by job --role user,trainer' '-w role=trainer' "-w unit=A --by kind" '--active' '--by phase' '--phase q' \
		'--dimension tool --source test'; do
		echo "# $options"
		eval "fil-report forecast -q --score --target 40 --min-group 0 --weeks 11 --as-of $1 -f csv $options"
	done
}

@test "what changes today changes no forecast of past Sundays" {
	sixty_users
	on 2024-02-27 fil-import -q users left=2024-02-20 < <(echo user; seq 10 7 59)
	scores 2024-03-30 > before
	[ "$(grep -c ',curve,\|,pace,' before)" -gt 5 ]
	[ "$(grep -c ',2024-03-[0-9]*,[^,]*,[no]*$' before)" -gt 3 ]
	# Promotions, moves and returns, a higher threshold, a new dimension, a refusal and an enrolment.
	on 2024-03-30 fil-import -q users role=trainer < <(echo user; seq 12 4 59)
	on 2024-03-30 fil-import -q users unit=D job=smith < <(echo user; seq 11 9 69)
	on 2024-03-30 fil-import -q users left= < <(echo user; seq 10 14 59)
	on 2024-03-30 fil-import -q dimensions <<< $'dimension,title,threshold\ntool,Tool,5\nlaw,Law,2'
	on 2024-03-30 fil-import -q enrolments declined=2024-03-30 < <(echo user,phase; seq 13 12 69 | sed 's/$/,p/'; seq 16 12 69 | sed 's/$/,q/')
	on 2024-03-30 fil-import -q enrolments enrolled=2024-03-30 < <(echo user,phase; seq 17 12 69 | sed 's/$/,q/')
	scores 2024-03-30 | diff before -
	# They change those of later Sundays, which are as the forecasts of their days.
	scores 2024-03-31 | diff before -
	export FILROUGE_TODAY=2024-04-20
	scores 2024-04-20 | cut -d, -f1-11 > after
	for day in 2024-03-24 2024-03-31 2024-04-14; do
		for options in '' '--by unit' '--by job --role user,trainer' '-w role=trainer' '--active' '--by phase' '--phase q'; do
			eval "fil-report forecast -q --target 40 --min-group 0 --as-of $day -f csv $options" | sed "1d; s/^/$day,/" > day
			[ -s day ]
			sed -n "/^# $options\$/,/^# /p" after | grep "^$day" | diff day -
		done
	done
}

@test "a threshold counts from its day, whichever table it is written to" {
	fil_store
	export FILROUGE_TODAY=2024-03-15
	fil-import -q users --allow identity <<< $'user,name\na,A\nb,B\nc,C'
	fil-record -q autonomy <<< $'user,date,source,tool,process\na,2024-03-01,test,2,5\nb,2024-03-01,test,4,5\nc,2024-03-01,test,3,5'
	[ "$(figures 5-7)" = 3,2,2 ]
	export FILROUGE_TODAY=2024-03-20
	try fil-import dimensions dimension=tool threshold=4
	out_is action,dimension,title,threshold,begins,ends 'changed,tool,New tool,4,,'
	try fil-list thresholds
	out_is dimension,begins,threshold process,2024-03-15,3 tool,2024-03-15,3 tool,2024-03-20,4
	[ "$(figures 5-7)" = 3,1,1 ]
	[ "$(figures 5-7 --as-of 2024-03-19)" = 3,2,2 ]
	# The same day again, and back: one row for the day.
	fil-import -q dimensions dimension=tool threshold=5
	fil-import -q dimensions dimension=tool threshold=4
	[ "$(fil-list thresholds -w dimension=tool | tail -n 1)" = tool,2024-03-20,4 ]
	# One that is lowered makes users autonomous without a level.
	export FILROUGE_TODAY=2024-03-25
	fil-import -q dimensions dimension=tool threshold=2
	try "ask 'select \"user\", autonomous from standings order by 1'"
	out_is 'a|2024-03-25' 'b|2024-03-01' 'c|2024-03-01'
	[ "$(ask "select first from standing where \"user\" = 'a' and dimension = 'tool'")" = 2024-03-25 ]
	[ "$(figures 5-7 --as-of 2024-03-24)" = 3,1,1 ]
	[ "$(figures 5-7)" = 3,3,3 ]
	# A backdated one changes the past; the value of today follows the table.
	try fil-import thresholds <<< $'dimension,begins,threshold\ntool,2024-03-10,4\ntool,2024-03-25,3'
	err_has 'fil-import: thresholds: 2 read, 1 added, 1 changed, 0 unchanged (run 8)'
	[ "$(fil-list dimensions -w dimension=tool)" = $'dimension,title,threshold,begins,ends\ntool,New tool,3,,' ]
	try "ask 'select \"user\", autonomous from standings order by 1'"
	out_is 'b|2024-03-01' 'c|2024-03-15'
	[ "$(figures 5-7 --as-of 2024-03-14)" = 3,1,1 ]
	[ "$(figures 5-7 --as-of 2024-03-15)" = 3,2,2 ]
	[ "$(figures 5-7 --as-of 2024-03-01)" = 3,1,1 ]
	try fil-check -q
	status_is 0
	# All is taken back.
	fil-undo -q 8
	try "ask 'select \"user\", autonomous from standings order by 1'"
	out_is 'a|2024-03-25' 'b|2024-03-01' 'c|2024-03-01'
	[ "$(fil-list dimensions -w dimension=tool | tail -n 1)" = 'tool,New tool,2,,' ]
	fil-undo -q 7
	[ "$(fil-list thresholds -w dimension=tool | tail -n 1)" = tool,2024-03-20,4 ]
	try fil-import thresholds dimension=tool begins=2024-04-01 threshold=1
	status_is 65
	err_is "fil-import: begins: '2024-04-01' is after today, 2024-03-25"
}

@test "a dimension counts from its first day to its last" {
	fil_store
	fil-import -q users --allow identity <<< $'user,name\na,A\nb,B'
	fil-record -q autonomy <<< $'user,date,source,tool,process\na,2024-03-01,test,3,3\nb,2024-03-01,test,3,3'
	export FILROUGE_TODAY=2024-03-20
	try fil-import dimensions dimension=law title=Law threshold=2
	out_is action,dimension,title,threshold,begins,ends added,law,Law,2,2024-03-20,
	# No past week falls to nothing measured.
	try fil-report progress --weeks 2 -f csv
	out_is week,group,users,measured,stale,autonomous_law,autonomous_process,autonomous_tool,autonomous,self_declared,share_min,share_max \
	    2024-03-10,all,2,2,0,0,2,2,2,0,100.0,100.0 2024-03-17,all,2,2,0,0,2,2,2,0,100.0,100.0
	[ "$(fil-report autonomy -f csv | sed 1d)" = all,2,0,0,0,2,2,0,0,0.0,100.0 ]
	[ "$(fil-report autonomy --as-of 2024-03-19 -q -f csv | sed 1d)" = all,2,2,0,0,2,2,2,0,100.0,100.0 ]
	# A level from before counts from the first day on.
	fil-record -q autonomy user=a dimension=law date=2024-03-10 source=test level=2
	[ "$(fil-report autonomy -f csv | sed 1d)" = all,2,1,0,1,2,2,1,0,50.0,100.0 ]
	[ "$(ask "select first from standing where dimension = 'law'")" = 2024-03-20 ]
	# One alone: autonomous is that of it.
	[ "$(fil-report autonomy --dimension law -f csv | sed 1d)" = all,2,1,0,1,2,2,1,0,50.0,100.0 ]
	[ "$(fil-report autonomy --dimension tool -f csv | sed 1d)" = all,2,2,0,1,2,2,2,0,100.0,100.0 ]
	[ "$(fil-report autonomy --dimension law --as-of 2024-03-19 -q -f csv | sed 1d)" = all,2,0,0,1,2,2,0,0,0.0,100.0 ]
	try fil-report autonomy --dimension lax
	status_is 65
	err_is "fil-report: 'lax' is not a dimension; the nearest is 'law'"
	# It ends: those who were autonomous in the others are so again.
	fil-import -q dimensions dimension=law ends=2024-03-25
	export FILROUGE_TODAY=2024-03-26
	[ "$(fil-report autonomy -f csv | sed 1d)" = all,2,2,0,1,2,2,2,0,100.0,100.0 ]
	# A fall in it is no reason for a visit any more.
	fil-record -q autonomy user=a dimension=law date=2024-03-24 source=test level=1
	[ "$(fil-report followup -q --by reason --min-group 0 -f csv | grep fell)" = fell,0 ]
	[ "$(fil-report followup -q --by reason --min-group 0 --as-of 2024-03-25 -f csv | grep fell)" = fell,1 ]
	fil-import -q --remove autonomy user=a dimension=law date=2024-03-24 source=test
	[ "$(fil-report autonomy --as-of 2024-03-25 -q -f csv | sed 1d)" = all,2,1,0,1,2,2,1,0,50.0,100.0 ]
	# Without any, nobody is measured.
	fil-import -q dimensions <<< $'dimension,ends\nlaw,2024-03-25\ntool,2024-03-25\nprocess,2024-03-25'
	[ "$(fil-report autonomy -f csv | sed 1d)" = all,2,0,0,1,2,2,0,0,0.0,100.0 ]
	# A visit would help nobody to be: that is no reason for one.
	try 'fil-report followup --by reason --min-group 0 -f csv | grep unmeasured'
	out_is unmeasured,0
	err_has "fil-report: no dimension counts on 2024-03-26, so nobody is measured or listed as unmeasured; add one with 'fil-import dimensions'"
	[ "$(fil-report followup -q | grep -c unmeasured)" = 0 ]
	[ "$(fil-report followup -q --as-of 2024-03-25 | grep -c unmeasured)" = 1 ]
	try fil-check -q
	status_is 0
	# It begins today unless said, at the latest; empty is always.
	try fil-import dimensions dimension=late title=Late threshold=3 begins=2024-03-27
	status_is 65
	err_is "fil-import: begins: '2024-03-27' is after today, 2024-03-26"
	try fil-import -q dimensions <<< $'dimension,title,threshold,begins\nlate,Late,3,2024-03-27'
	status_is 65
	err_is "fil-import: -:2: begins: '2024-03-27' is after today, 2024-03-26" \
	    'fil-import: dimensions: 1 read, 1 refused; nothing was written'
	try fil-import -q thresholds <<< $'dimension,begins,threshold\ntool,2024-03-27,3'
	status_is 65
	err_is "fil-import: -:2: begins: '2024-03-27' is after today, 2024-03-26" \
	    'fil-import: thresholds: 1 read, 1 refused; nothing was written'
	# It ends on its first day at the earliest, whichever of the two days is given.
	try fil-import dimensions dimension=late title=Late threshold=3 ends=2024-03-25
	status_is 65
	err_is "fil-import: command line: ends: '2024-03-25' is before begins, 2024-03-26: give a later day, or none" \
	    'fil-import: dimensions: 1 read, 1 refused; nothing was written'
	fil-import -q dimensions dimension=late title=Late threshold=3 begins=2024-03-20 ends=2024-03-20
	try fil-import -q --set ends=2024-03-19 dimensions <<< $'dimension\ntool\nlate'
	status_is 65
	err_is "fil-import: -:3: ends: '2024-03-19' is before begins, 2024-03-20: give a later day, or none" \
	    'fil-import: dimensions: 2 read, 1 refused; nothing was written'
	try fil-import -q dimensions <<< $'dimension,begins\nlate,2024-03-21\nlaw,2024-03-25'
	status_is 65
	err_is "fil-import: -:2: begins: '2024-03-21' is after ends, 2024-03-20: give an earlier day, or another ends too" \
	    'fil-import: dimensions: 2 read, 1 refused; nothing was written'
	fil-import -q dimensions dimension=late begins=2024-03-21 ends=2024-03-22
	fil-import -q dimensions dimension=late ends=
	fil-import -q dimensions dimension=late begins=2024-03-26
	fil-import -q dimensions --remove dimension=late
	try fil-import dimensions dimension=ever title=Ever threshold=3 begins=
	out_is action,dimension,title,threshold,begins,ends added,ever,Ever,3,,
	# Its thresholds go with it, and come back.
	try fil-import dimensions --remove dimension=ever
	status_is 0
	[ "$(fil-list thresholds | grep -c ever)" = 0 ]
	fil-undo -q "$(ask 'select max(run) from runs')"
	[ "$(fil-list thresholds | grep ever)" = ever,2024-03-26,3 ]
}

@test "a dimension that does not count tells of no few users who are all below its threshold" {
	fil_store
	export FILROUGE_TODAY=2024-03-31
	{ echo user,name,unit,job; for i in {10..49}; do echo "$i,N$i,$((i < 15)),$((i < 15))"; done; } | fil-import -q users
	fil-import -q dimensions <<< $'dimension,title,threshold,begins,ends\nlaw,L,3,2024-01-01,2024-03-01'
	{ echo user,date,source,tool,process,law
	for i in {10..49}; do echo "$i,2024-02-02,test,$((1 + i % 2 * 2)),$((1 + i % 2 * 2)),$((i < 15 ? 0 : i % 5))"; done; } | fil-record -q autonomy
	for by in unit job; do
		for dimension in '' '--dimension law' '--dimension tool'; do
			for subject in autonomy levels; do
				# shellcheck disable=SC2086 # words
				fil-report $subject --by $by $dimension -q -f csv > table
				# Five of one unit are autonomous or not, and none of them is at 3 in law.
				[ "$(sed 1d table | cut -d, -f1 | sort -u)" = '(small groups)' ] || { echo "$subject $by $dimension"; cat table; return 1; }
			done
		done
	done
}
