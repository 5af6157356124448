#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
load helper

HEADER=action,user,module,assigned,phase,trainer,due,reason

# People of a pilot and a rollout, one who has left, one who will, and a trainer.
people() {
	fil_store fill_people
}

fill_people() {
	fil-import -q users <<- 'END'
		user,name,unit,role,left
		u1,Ada,Dons,,
		u2,Bo,Dons,,
		u3,Cy,Accueil,,2024-03-15
		u4,Di,Accueil,,2024-03-16
		t,Tom,,trainer,
	END
	fil-import -q phases <<< $'phase,title,kind,begins\np,P,pilot,2024-01-08\nr,R,rollout,2024-03-01'
	fil-import -q modules <<< $'module,title,kind\nm,M,course\ng,G,guide'
	fil-import -q enrolments <<< $'user,phase,enrolled\nu1,p,2024-01-08\nu1,r,2024-03-01\nu2,r,2024-04-01'
}

@test "a module is assigned to the users on the input, from today, in the phase of each" {
	people
	try "fil-list users -w unit=Dons | fil-assign module=m"
	status_is 0
	out_is "$HEADER" added,u1,m,2024-03-15,r,,, added,u2,m,2024-03-15,,,,
	err_is 'fil-assign: assignments: 2 read, 2 added, 0 changed, 0 unchanged (run 6)'
}

@test "the phase is that of the newest enrolment by the day assigned; a given one stands" {
	people
	try fil-assign module=m <<- 'END'
		user,assigned,phase
		u1,2024-02-29,
		u2,2024-04-01,
		u4,2024-01-01,p
	END
	status_is 0
	out_is "$HEADER" added,u1,m,2024-02-29,p,,, added,u2,m,2024-04-01,r,,, added,u4,m,2024-01-01,p,,,
	try fil-assign module=g assigned=2024-01-07 user=u1
	out_is "$HEADER" added,u1,g,2024-01-07,,,,
	try fil-assign module=g phase=p <<< $'user\nu2'
	out_is "$HEADER" added,u2,g,2024-03-15,p,,,
}

@test "due counts from the day assigned; other columns come as they are" {
	people
	try fil-assign module=m due=+14d <<< $'user,assigned,trainer,reason\nu1,,t,stalled\nu2,2024-02-20,,'
	status_is 0
	out_is "$HEADER" added,u1,m,2024-03-15,r,t,2024-03-29,stalled added,u2,m,2024-02-20,,,2024-03-05,
	try fil-assign <<< $'user,module,due,reason\nu1,g,2024-06-01,"asked, twice"'
	out_is "$HEADER" 'added,u1,g,2024-03-15,r,,2024-06-01,"asked, twice"'
	try fil-assign user=u2 module=g due=2024-05-01 reason=x
	out_is "$HEADER" added,u2,g,2024-03-15,,,2024-05-01,x
	try fil-assign module=m due=+14d <<< $'user,assigned\nu4,2024-02-30'
	status_is 65
	err_is "fil-assign: -:2: assigned: '2024-02-30' is not a date" 'fil-assign: assignments: 1 read, 1 refused; nothing was written'
	try fil-assign user=u4 module=g due=+14x
	status_is 65
	err_is "fil-assign: due: '+14x' is not a date"
}

@test "who has left, has the module open or has completed it is passed over, and counted" {
	people
	fil-assign -q module=m user=u1 assigned=2024-03-01
	fil-import -q completions <<< $'user,module,date\nu2,m,2024-03-02\nt,m,2024-02-01'
	fil-import -q assignments user=t module=m assigned=2024-02-10
	try "fil-list users | fil-assign module=m"
	status_is 0
	out_is "$HEADER" added,u4,m,2024-03-15,,,,
	err_is 'fil-assign: assignments: 5 read, 1 added, 0 changed, 0 unchanged, 4 ignored (1 left, 2 open already, 1 completed already) (run 9)'
	try "fil-list users | fil-assign module=m"
	out_is "$HEADER"
	err_is 'fil-assign: assignments: 5 read, 0 added, 0 changed, 0 unchanged, 5 ignored (1 left, 3 open already, 1 completed already) (run 10)'
}

@test "--again assigns anew what was completed, but not what is open" {
	people
	fil-import -q assignments <<< $'user,module,assigned\nu1,m,2024-02-01\nu2,m,2024-02-01'
	fil-import -q completions <<< $'user,module,date\nu1,m,2024-03-02'
	try fil-assign --again module=m <<< $'user\nu1\nu2\nu3'
	status_is 0
	out_is "$HEADER" added,u1,m,2024-03-15,r,,,
	err_is 'fil-assign: assignments: 3 read, 1 added, 0 changed, 0 unchanged, 2 ignored (1 left, 1 open already) (run 8)'
}

@test "a partial completion, or one from before, completes nothing" {
	people
	fil-import -q assignments user=u1 module=m assigned=2024-02-01
	fil-import -q completions <<< $'user,module,date,outcome\nu1,m,2024-02-02,partial\nu1,m,2024-01-02,completed'
	try fil-assign module=m user=u1
	status_is 0
	out_is "$HEADER"
	err_is 'fil-assign: assignments: 1 read, 0 added, 0 changed, 0 unchanged, 1 ignored (1 open already) (run 8)'
}

@test "a user twice on the input is assigned the module once" {
	people
	try fil-assign module=m <<< $'user,reason\nu1,a\nu2,b\nu1,c'
	status_is 0
	out_is "$HEADER" added,u1,m,2024-03-15,r,,,a added,u2,m,2024-03-15,,,,b
	err_is 'fil-assign: assignments: 3 read, 2 added, 0 changed, 0 unchanged, 1 ignored (1 open already) (run 6)'
	try "seq -f 'x%g' 2000 | sed '1i user' | fil-import -q users name=x"
	try "(seq -f 'x%g' 2000; seq -f 'x%g' 2000) | sed '1i user' | fil-assign module=m --only changed"
	out_is "$HEADER"
	err_is 'fil-assign: assignments: 4000 read, 2000 added, 0 changed, 0 unchanged, 2000 ignored (2000 open already) (run 8)'
}

@test "what a report prints is assigned as it comes" {
	people
	fil-record -q autonomy source=trainer date=2024-01-10 tool=1 process=2 <<< $'user\nu1'
	try "fil-report stalled --weeks 2 | fil-assign module=m due=+14d reason=stalled"
	status_is 0
	out_is "$HEADER" added,u1,m,2024-03-15,r,,2024-03-29,stalled
}

@test "one bad row, and nothing is assigned" {
	people
	try fil-assign module=m <<< $'user\nu1\nu9\n'
	status_is 65
	out_is ''
	err_is "fil-assign: -:3: user: 'u9' is not in users" "fil-assign: -: 1 row names a user who is not stored: import the user, or --known-only ignores such rows" 'fil-assign: assignments: 2 read, 1 refused; nothing was written'
	try fil-assign module=x <<< $'user\nu1'
	status_is 65
	err_is "fil-assign: command line: module: 'x' is not in modules"
	try fil-assign <<< $'user,module\nu1,x'
	status_is 65
	err_is "fil-assign: -:2: module: 'x' is not in modules" 'fil-assign: assignments: 1 read, 1 refused; nothing was written'
	try fil-list assignments
	out_is "${HEADER#action,}"
	try fil-assign --keep-going module=m <<< $'user\nu1\nu9\n'
	status_is 1
	out_is "$HEADER" added,u1,m,2024-03-15,r,,,
}

@test "a module is needed, and a user" {
	people
	try fil-assign <<< $'user\nu1'
	status_is 65
	err_is "fil-assign: -: module is missing: say module=VALUE; or map a column with --map 'module=HEADER'"
	try fil-assign module=m <<< $'name\nAda'
	status_is 65
	err_is 'fil-assign: -:1: no header is known for assignments (map one with --map COL=HEADER): name'
	try fil-assign module=m < /dev/null
	status_is 66
	err_is 'fil-assign: user is missing: say user=VALUE; or give a FILE with that column (standard input is empty)'
}

@test "no rows on the input, nothing to do" {
	people
	try "fil-list users -w user=nobody | fil-assign module=m"
	status_is 0
	out_is "$HEADER"
	err_is 'fil-assign: assignments: 0 read, 0 added, 0 changed, 0 unchanged (run 6)'
}

@test "--dry-run prints what the real run then prints, and keeps nothing" {
	people
	try "fil-list users | fil-assign --dry-run module=m due=+14d"
	status_is 0
	cp "$OUT" dry.out
	grep -v 'nothing is kept' "$ERR" > dry.err
	err_has 'fil-assign: dry run: nothing is kept'
	try fil-list assignments
	out_is "${HEADER#action,}"
	try "fil-list users | fil-assign module=m due=+14d"
	out_is < dry.out
	err_is < dry.err
}
