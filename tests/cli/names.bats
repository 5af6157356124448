#!/usr/bin/env bats
# Names that people type: a phase, module, dimension, routine or promise that is not stored is a fault.
load helper

project() {
	fil_store fill_project
}

fill_project() {
	fil-import -q users <<- 'END'
		user,name,unit,manager
		u1,Ada,Accueil,
		u2,Bo,Dons,u1
	END
	fil-import -q phases <<- 'END'
		phase,title,kind,begins
		pilot,Pilot,pilot,2024-01-08
		rollout,Rollout,rollout,2024-02-19
	END
	fil-import -q modules <<- 'END'
		module,title,kind
		course,Course,course
		tutoring,Tutoring,tutoring
	END
	fil-import -q routines routine=letters title=Letters
	fil-import -q promises promise=time kind=promise statement='Saves time' made=2024-01-08
	fil-import -q enrolments user=u1 phase=pilot enrolled=2024-01-08
	fil-assign -q user=u1 module=course
	fil-record -q autonomy user=u1 dimension=tool level=2 source=self
	fil-record -q needs user=u2 need=signing
	fil-import -q rules rule=r1 module=tutoring need=signing
}

@test "--phase: a plain word is a stored phase, in every command that reads users" {
	local command

	project
	for command in 'fil-list users' 'fil-list autonomy' 'fil-report autonomy' 'fil-report stalled' 'fil-report time' \
	    'fil-report modules' 'fil-report phases' 'fil-sample rollout --size 1' fil-propose; do
		try "$command --phase pilto -q"
		status_is 65
		out_is ''
		err_is "${command%% *}: --phase: 'pilto' is not in phases; the nearest is 'pilot'"
	done
	try fil-list users --phase spring
	status_is 65
	err_is "fil-list: --phase: 'spring' is not in phases"
	try "fil-list users --phase rollout | cut -d, -f1"
	status_is 0
	out_is user
	err_is ''
	try "fil-list users --phase '' | cut -d, -f1"
	status_is 0
	out_is user u2
	err_is ''
}

@test "--phase: a pattern that matches no phase is told" {
	local command

	project
	for command in 'fil-list users' 'fil-report autonomy --by unit' 'fil-sample rollout --size 1' fil-propose; do
		try "$command --phase 'pilt*'"
		status_is 0
		[ "$(wc -l < "$OUT")" -eq 1 ]
		[ "$(head -n 1 "$ERR")" = "${command%% *}: --phase: no phase matches 'pilt*'" ]
		try "$command --phase 'pilt*' -q"
		status_is 0
		err_is ''
	done
	try "fil-list users --phase 'p?l[a-z]t' | cut -d, -f1"
	out_is user u1
	err_is ''
	try fil-report autonomy --by unit --phase 'pilt*' --require 'share_min>=90'
	status_is 1
	err_is "fil-report: --phase: no phase matches 'pilt*'" \
		'fil-report: share_min>=90 does not hold: no row to hold it against'
}

@test "-w: '=' on a reference compares with a stored key, but for users" {
	project
	try fil-list assignments -w module=cuorse
	status_is 65
	out_is ''
	err_is "fil-list: module: 'cuorse' is not in modules; the nearest is 'course'"
	try fil-list enrolments -w phase=Pilot
	status_is 65
	err_is "fil-list: phase: 'Pilot' is not in phases; the nearest is 'pilot'"
	try fil-list autonomy -w level=2 -w dimension=tol
	status_is 65
	err_is "fil-list: dimension: 'tol' is not in dimensions; the nearest is 'tool'"
	try fil-list practices -w routine=x
	status_is 65
	err_is "fil-list: routine: 'x' is not in routines"
	try fil-list verdicts -w promise=times
	status_is 65
	err_is "fil-list: promise: 'times' is not in promises; the nearest is 'time'"
	try fil-list rules -w module=tutor -w rule=r2
	status_is 65
}

@test "-w: other comparisons, keys of the table itself and users are not looked up" {
	local line

	project
	for line in "assignments -w 'module~x*'" 'assignments -w module!=x' "assignments -w 'module<a'" 'assignments -w phase=' \
	    'modules -w module=x' 'rules -w phase=x' 'autonomy -w user=nobody' 'users -w manager=nobody' 'assignments -w trainer=x'; do
		try "fil-list $line"
		status_is 0
		err_is ''
	done
	try fil-report autonomy -w manager=nobody
	status_is 0
	err_is ''
}

@test "operands: a name that is not stored is one fault, whatever the input" {
	project
	try "fil-list users | fil-assign module=tutorign"
	status_is 65
	out_is ''
	err_is "fil-assign: command line: module: 'tutorign' is not in modules; the nearest is 'tutoring'"
	try "fil-list users | fil-assign module=tutorign --keep-going"
	status_is 65
	err_is "fil-assign: command line: module: 'tutorign' is not in modules; the nearest is 'tutoring'"
	# Nothing stalled this week: the name is wrong all the same.
	try fil-record autonomy dimension=tol source=self <<< user,level
	status_is 65
	err_is "fil-record: command line: dimension: 'tol' is not in dimensions; the nearest is 'tool'"
	try fil-record efforts user=u1 activity=coaching minutes=5 phase=pilote
	status_is 65
	err_is "fil-record: command line: phase: 'pilote' is not in phases; the nearest is 'pilot'"
	try fil-import lessons lesson=l observed=a change=b phase=pilote date=2024-03-01 --unknown phase=empty -q
	status_is 0
	try "fil-list lessons | cut -d, -f1,2"
	out_is lesson,phase l,
}

@test "operands: what the command before in the pipe stores is there" {
	project
	try "fil-import phases phase=autumn title=Autumn kind=rollout begins=2024-09-02 |
		{ cat > /dev/null; echo user; echo u2; } | fil-import enrolments phase=autumn enrolled=2024-09-02"
	status_is 0
	out_is action,user,phase,enrolled,stratum,declined added,u2,autumn,2024-09-02,,
}

@test "-q goes down a pipe into a writer" {
	project
	try 'fil-propose -q | fil-assign -q'
	status_is 0
	out_is ''
	err_is ''
	try "fil-list assignments -w module=tutoring | cut -d, -f1,2"
	out_is user,module u2,tutoring
}

@test "cells: a name that is not stored is a fault of its row, with the nearest" {
	project
	try fil-record completions <<< $'user,module,date\nu1,tutorign,2024-03-01\nu1,Tutoring,2024-03-01\nu1,x,2024-03-01\nu2x,tutoring,2024-03-01'
	status_is 65
	err_is "fil-record: -:2: module: 'tutorign' is not in modules; the nearest is 'tutoring'" \
	    "fil-record: -:3: module: 'Tutoring' is not in modules, but 'tutoring' is" \
	    "fil-record: -:4: module: 'x' is not in modules" \
	    "fil-record: -:5: user: 'u2x' is not in users" \
	    "fil-record: -: 1 row names a user who is not stored: import the user, or --known-only ignores such rows" 'fil-record: completions: 4 read, 4 refused; nothing was written'
}

@test "within=phase:P: a phase that is not stored is a fault" {
	project
	try fil-record needs --match name --set within=phase:pilto <<< $'user,need\nAda,help'
	status_is 65
	err_is "fil-record: within: 'pilto' is not in phases; the nearest is 'pilot'"
}
