#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Taking runs back. The histories are random; what a run changed is known from the rows before and after it.
load helper

UNKNOWN='its key mentions an erased user, so that the history lacks what it was'
HEADER=run,table,key,action,column,before,after
TABLES='users phases dimensions levels modules rules routines promises lessons enrolments assignments commitments
    criteria aliases autonomy needs completions practices verdicts efforts'

# Prints all rows, with the run that wrote each, and the derived rows.
rows() {
	local table statements=()

	for table in $TABLES; do statements+=("SELECT '$table', t.* FROM $table AS t"); done
	ask "${statements[@]}" 'SELECT s."user", dimension, level, date, source, previous, risen, first FROM standing AS s' \
		'SELECT s."user", autonomous FROM standings AS s' | LC_ALL=C sort
}

last_run() {
	ask 'SELECT max(run) FROM runs'
}

# A store with three users, facts, and a change.
some_runs() {
	fil_store fill_some_runs
}

fill_some_runs() {
	fil-import -q users <<< $'user,name,unit\nu1,Ada,Dons\nu2,Bo,\nu3,Cy,Legs'
	fil-record -q autonomy source=trainer <<< $'user,date,tool\nu1,2024-02-01,1\nu2,2024-02-01,3'
	fil-import -q users <<< $'user,unit\nu1,\nu2,Legs'
}

@test "what a run added, changed and removed is as before; the undo prints as fil-log does" {
	some_runs
	rows > before
	fil-import -q users <<< $'user,unit,job\nu1,Dons,chef\nu2,Legs,\nu3,Legs,'
	fil-import -q users user=u4 name=Di
	fil-import -q autonomy --remove <<< $'user,dimension,date,source\nu2,tool,2024-02-01,trainer'
	try fil-undo 5 6 7
	status_is 0
	err_is 'fil-undo: 1 added, 1 changed, 1 removed (run 8)'
	out_is "$HEADER" '8,users,user=u1,changed,unit,Dons,' '8,users,user=u1,changed,job,chef,' \
		'8,users,user=u4,removed,name,Di,' '8,users,user=u4,removed,role,user,' '8,users,user=u4,removed,feed,hr,' \
		'8,autonomy,user=u2 dimension=tool date=2024-02-01 source=trainer,added,level,,3'
	rows | diff before -
	cp "$OUT" printed
	fil-log 8 | diff printed -
	try "fil-log | cut -d, -f1,4,7-11,14"
	out_has '5,fil-import -q users,0,1,0,0,0,8'
	out_has '8,fil-undo 5 6 7,1,1,0,0,1,'
}

@test "an undo is taken back too, and the run once more; --last is no undo" {
	some_runs
	rows > changed
	try fil-undo --last
	err_is 'fil-undo: 2 changed (run 5)'
	rows > before
	try fil-undo 5
	status_is 0
	rows | diff changed -
	try fil-undo 4
	status_is 0
	rows | diff before -
	try "fil-log | cut -d, -f1,14"
	out_is run,undone_by 1, 2, 3, 4,7 5,6 6, 7,
	try fil-undo 4
	status_is 1
	out_is ''
	err_is "fil-undo: run 4 was taken back by run 7: 'fil-undo 7' does its work again"
	try fil-undo -q --last
	status_is 0
	[ "$(fil-list autonomy | wc -l)" = 1 ]
	[ "$(ask 'select count(*) from standing')" = 0 ]
	try fil-undo --last
	err_is 'fil-undo: 3 removed (run 9)'
	try fil-undo --last
	status_is 1
	err_is 'fil-undo: there is no run to take back: see fil-log'
}

@test "users who left return, and those who returned have left" {
	fil_store
	fil-import -q users <<< $'user,name\nu1,Ada\nu2,Bo'
	fil-import -q users --sync --force <<< $'user,name\nu1,Ada'
	fil-import -q users --sync --force <<< $'user,name\nu1,Ada\nu2,Bo'
	try fil-undo 4
	err_is 'fil-undo: 1 left (run 5)'
	out_is "$HEADER" '5,users,user=u2,left,left,,2024-03-15'
	try fil-undo 3
	err_is 'fil-undo: 1 returned (run 6)'
	[ "$(fil-list users -w left= | wc -l)" = 3 ]
}

@test "a row that a later run wrote is a conflict: nothing is changed, --keep-later takes back the rest" {
	some_runs
	fil-import -q users user=u1 unit=Zoo
	fil-import -q users --remove --keep-going user=u3
	dump > before
	try fil-undo 4
	status_is 1
	out_is ''
	err_is 'fil-undo: users user=u1: written again by run 5' \
		'fil-undo: refused: 1 row cannot be put back; nothing was changed (--keep-later takes back the rest)'
	try fil-undo 2
	status_is 1
	err_is 'fil-undo: users user=u1: written again by run 5' 'fil-undo: users user=u2: written again by run 4' \
		'fil-undo: users user=u3: written again by run 6' \
		'fil-undo: refused: 3 rows cannot be put back; nothing was changed (--keep-later takes back the rest)'
	dump | diff before -
	try fil-undo -n --keep-later 4
	status_is 0
	err_is 'fil-undo: users user=u1: written again by run 5' \
		'fil-undo: 1 changed, 1 not put back because of later runs; dry run: nothing is kept'
	out_is "$HEADER" '7,users,user=u2,changed,unit,Legs,'
	dump | diff before -
	try fil-undo --keep-later 4
	status_is 0
	err_has 'fil-undo: 1 changed, 1 not put back because of later runs (run 7)'
	try "fil-list users | cut -d, -f1,4"
	out_is user,unit u1,Zoo u2,
	# Without the run in the way there is no conflict.
	try fil-undo 5
	status_is 0
}

@test "a row that others need stays, and one that needs others does not come back" {
	some_runs
	fil-import -q modules module=m title=M kind=course
	fil-assign -q user=u3 module=m
	try fil-undo 5
	status_is 1
	err_is 'fil-undo: modules module=m: still the module of assignments user=u3 module=m assigned=2024-03-15' \
		'fil-undo: refused: 1 row cannot be put back; nothing was changed (--keep-later takes back the rest)'
	fil-import -q assignments --remove user=u3 module=m assigned=2024-03-15
	fil-import -q modules --remove module=m
	try fil-undo 7
	status_is 1
	err_is 'fil-undo: assignments user=u3 module=m assigned=2024-03-15: refers to modules module=m, which does not exist then' \
		'fil-undo: refused: 1 row cannot be put back; nothing was changed (--keep-later takes back the rest)'
	try fil-undo 7 8
	status_is 0
	[ "$(fil-list assignments | wc -l)" = 2 ]
	# A manager who would go.
	fil-import -q users user=u9 name=Chef
	fil-import -q users user=u1 manager=u9
	try fil-undo 10
	status_is 1
	err_has 'fil-undo: users user=u9: still the manager of users user=u1'
	try fil-undo 10 11
	status_is 0
	out_has '12,users,user=u1,changed,manager,u9,'
}

@test "renamed users have their former key, and users who were joined are two again" {
	some_runs
	rows > before
	fil-import -q users --rename u1=n1 user=u3 unit=Zoo
	fil-record -q needs user=n1 need=x date=2024-02-02
	fil-import -q users --rename u2=u3 --prefer new
	try fil-undo 7
	status_is 0
	# A renaming is no conflict for what came before, nor what came after for a renaming.
	try fil-undo 3
	status_is 0
	out_has '9,autonomy,user=n1 dimension=tool date=2024-02-01 source=trainer,removed,level,1,'
	try fil-undo 9
	try fil-undo 5
	status_is 0
	out_has '11,users,user=n1,renamed,user,n1,u1'
	out_has '11,users,user=u3,changed,unit,Zoo,Legs'
	fil-undo -q 6
	rows | diff before -
	# The key is another user's by now.
	try fil-undo 11
	status_is 0
	fil-import -q users user=u1 name=Eve
	try fil-undo 5
	status_is 1
	err_has 'fil-undo: users user=n1: another user has the former key'
}

@test "the renaming of a user who was removed or joined since is a conflict" {
	fil_store
	fil-import -q users <<< $'user,name\nu1,Ada\nu2,Bob'
	fil-import -q users --rename u1=r1 > /dev/null
	fil-import -q users --remove user=r1 > /dev/null
	try fil-undo 3
	status_is 1
	[ ! -s "$OUT" ]
	err_is 'fil-undo: users user=r1: written again by run 4' \
		'fil-undo: refused: 1 row cannot be put back; nothing was changed (--keep-later takes back the rest)'
	fil-undo -q 4 > /dev/null
	fil-import -q users --rename r1=u2 > /dev/null
	try fil-undo -q 3
	status_is 1
	# Both are taken back in one step, and a user whom no run has added is no conflict.
	try fil-undo -q 3 6
	status_is 0
	[ "$(fil-list users | sed 1d | cut -d, -f1)" = $'u1\nu2' ]
	fil-import -q users --rename u1=r1 > /dev/null
	fil-undo -q 2 > /dev/null
	try fil-undo -q 8
	status_is 0
}

@test "the key of a renamed user, given to another one for a while, is no conflict" {
	fil_store
	rows > empty
	fil-import -q users user=u1 name=Ada
	fil-record -q needs user=u1 need=help
	fil-import -q users --rename u1=r1
	fil-import -q users user=u1 name=Bo
	fil-record -q needs user=u1 need=help
	for run in 6 5; do fil-undo -q "$run" > /dev/null; done
	fil-undo -q 4 > /dev/null
	# What the other user had cannot come back under the key.
	try fil-undo 8
	status_is 1
	err_is 'fil-undo: users user=u1: another user has the former key' \
	    'fil-undo: refused: 1 row cannot be put back; nothing was changed (--keep-later takes back the rest)'
	try fil-log 5
	out_is "$HEADER" 5,users,user=u1,added,name,,Bo 5,users,user=u1,added,role,,user 5,users,user=u1,added,feed,,hr
	for run in 3 2; do fil-undo -q "$run" > /dev/null; done
	rows | diff empty -
	fil-check -q > /dev/null
}

@test "a dimension taken back takes its part in the derived rows back" {
	some_runs
	fil-import -q dimensions dimension=tool threshold=1
	[ "$(ask "select first from standing where \"user\" = 'u1'")" = 2024-02-01 ]
	fil-undo -q --last
	[ "$(ask "select first from standing where \"user\" = 'u1'")" = '' ]
}

@test "what cannot be taken back is said, and nothing happens" {
	some_runs
	dump > before
	try fil-undo 1
	status_is 1
	err_is 'fil-undo: run 1 cannot be taken back: it made the store'
	try fil-undo 4 99
	status_is 65
	err_is 'fil-undo: there is no run 99: the last is 4'
	for line in '' '--last 4' x 0 -1 '4 5x'; do
		# shellcheck disable=SC2086 # words
		try fil-undo $line
		status_is 64
		out_is ''
	done
	try fil-undo -o nowhere/rows.csv 4
	status_is 73
	err_is 'fil-undo: nowhere/rows.csv: No such file or directory'
	dump | diff before -
	# A run that changed nothing.
	fil-import -q users user=u1 name=Ada
	try fil-undo 5
	status_is 0
	out_is "$HEADER"
	err_is 'fil-undo: nothing to put back (run 6)'
}

@test "an erasure is none to take back, also by a program in a folder with spaces" {
	some_runs
	mkdir 'my tools'
	ln -s "$(command -v fil-forget)" "$(command -v fil-record)" 'my tools'
	'my tools/fil-record' -q needs user=u1 need=help
	'my tools/fil-forget' -q --yes u3 > erased.csv
	try fil-undo 6
	status_is 1
	err_is 'fil-undo: run 6 cannot be taken back: it erased users'
	# Nor is the run before it the last one.
	try fil-undo --last
	status_is 1
	err_is 'fil-undo: run 6 cannot be taken back: it erased users'
	try 'fil-show u1 | grep ^log | tail -1'
	out_is 'log,runs,run=5,command,fil-record,5,2024-03-15,'
}

@test "of several rows that refer to a row that would go, the first by its key is named" {
	some_runs
	fil-import -q users user=u9 name=Ed
	fil-import -q users <<< $'user,manager\nu3,u9\nu1,u9\nu2,u9'
	fil-import -q users <<< $'user,name,manager\nu8,Flo,u9\nu0,Gus,u9'
	try fil-undo 5
	status_is 1
	err_is 'fil-undo: users user=u9: still the manager of users user=u0' \
		'fil-undo: refused: 1 row cannot be put back; nothing was changed (--keep-later takes back the rest)'
}

@test "keys that passed from one user to another pass back, whichever way they went" {
	fil_store
	fil-import -q users <<< $'user,name,manager\na,Ada,\nc,Cyd,a'
	rows > before
	# A chain.
	fil-import -q users --rename a=b --rename c=a > /dev/null
	try fil-undo 3
	status_is 0
	out_is "$HEADER" 4,users,user=a,renamed,user,a,c 4,users,user=b,renamed,user,b,a
	rows | diff before -
	# A circle, in one run and in three.
	fil-import -q users --rename a=t --rename c=a --rename t=c > /dev/null
	rows | sed 's/|5$/|/' > swapped
	try fil-undo 5
	status_is 0
	rows | diff before -
	try fil-undo -q 6
	status_is 0
	rows | sed 's/|5$/|/' | diff swapped -
	fil-undo -q 7 > /dev/null
	for key in a=t c=a t=c; do fil-import -q users --rename $key > /dev/null; done
	try fil-undo -q 9 10 11
	status_is 0
	rows | diff before -
	# A join, and the key that is free then.
	fil-record -q needs user=a need=help date=2024-02-01
	fil-import -q users user=b name=Bo
	rows > before
	fil-import -q users --prefer new --rename a=b --rename c=a > /dev/null
	try fil-undo -q 15
	status_is 0
	rows | diff before -
	# A removal, and the key that is free then.
	fil-import -q users --remove user=b > /dev/null
	fil-import -q users --rename c=b > /dev/null
	try fil-undo -q 17 18
	status_is 0
	rows | diff before -
	# Another user has the key.
	fil-import -q users --rename b=d --rename c=b > /dev/null
	try fil-undo -q 20
	status_is 0
	fil-import -q users --rename b=d > /dev/null
	fil-import -q users user=b name=Eve
	try fil-undo 22
	status_is 1
	err_has 'fil-undo: users user=d: another user has the former key'
	fil-check -q > /dev/null
}

@test "what a person had does not come back to another person with the key" {
	fil_store
	fil-import -q users user=d name=Dan
	fil-record -q autonomy user=d dimension=tool date=2024-01-01 source=test level=4
	fil-import -q autonomy --remove user=d dimension=tool date=2024-01-01 source=test
	fil-import -q users user=e name=Emma manager=d
	fil-import -q users user=e manager=
	fil-import -q users --remove user=d
	fil-import -q users user=d name='Zed Other'
	rows > before
	try fil-undo 4
	status_is 1
	err_is 'fil-undo: autonomy user=d dimension=tool date=2024-01-01 source=test: another user has the former key' \
		'fil-undo: refused: 1 row cannot be put back; nothing was changed (--keep-later takes back the rest)'
	try fil-undo 6
	status_is 1
	err_is 'fil-undo: users user=e: another user has the former key' \
		'fil-undo: refused: 1 row cannot be put back; nothing was changed (--keep-later takes back the rest)'
	# Both cancel out.
	try fil-undo -n 3 4
	err_is 'fil-undo: nothing to put back; dry run: nothing is kept'
	rows | diff before -
	# The former person comes back, and has the level.
	try fil-undo -q 4 7 8
	status_is 0
	[ "$(fil-list autonomy -w user=d | wc -l)" = 2 ]
	[ "$(fil-list users -w user=d | sed 1d | cut -d, -f2)" = Dan ]
	fil-undo -q 9 > /dev/null
	rows | diff before -
	# Somebody who was removed and is there again is the same person.
	fil-undo -q 8 > /dev/null
	fil-import -q users user=d name='DAN'
	try fil-undo -q 4
	status_is 0
}

@test "a user goes while what refers to this user waits for one who comes back with the key" {
	fil_store
	fil-import -q users user=a name=Ada
	fil-import -q routines routine=r title=R owner=a
	fil-import -q aliases alias=x source=s user=a
	fil-import -q routines routine=r owner=
	fil-import -q aliases --remove alias=x source=s
	fil-import -q users --remove user=a
	rows > before
	fil-import -q users user=c name=Cy
	fil-import -q users --rename c=a > /dev/null
	fil-import -q routines routine=r owner=a
	fil-import -q aliases alias=x source=s user=a
	rows > after
	try fil-undo -q 5 6 7 8 9 10 11
	status_is 0
	[ "$(fil-list routines | sed 1d)" = r,R,,,,a ]
	[ "$(fil-list aliases | sed 1d)" = x,s,a ]
	[ "$(fil-list users | sed 1d | cut -d, -f2)" = Ada ]
	# The key names another person again: this is a change, and nobody was erased.
	try fil-undo 12
	status_is 0
	err_is 'fil-undo: 1 added, 2 changed, 1 removed (run 13)'
	rows | diff after -
	try fil-undo -q 8 9 10 11
	status_is 0
	rows | diff before -
	fil-check -q > /dev/null
}

@test "a run and its undo are taken back in one command" {
	some_runs
	rows > after
	fil-undo -q 4 > /dev/null
	rows > before
	try fil-undo 4 5
	status_is 0
	out_is "$HEADER"
	err_is 'fil-undo: nothing to put back (run 6)'
	rows | diff before -
	try fil-undo 4
	status_is 1
	err_is "fil-undo: run 4 was taken back by run 6: 'fil-undo 6' does its work again"
	fil-undo -q 6 > /dev/null
	rows | diff before -
	fil-undo -q 5 > /dev/null
	rows | diff after -
	# What an undo among them took back stands again.
	fil-undo -q 4 > /dev/null
	fil-undo -q 9 > /dev/null
	try fil-undo 4 10
	status_is 1
	err_is "fil-undo: run 4 was taken back by run 9: 'fil-undo 9' does its work again"
	rows | diff after -
}

@test "a person who gives way to another one under the key takes nothing of the other's along" {
	fil_store
	fil-import -q users user=a name=Ada
	fil-import -q users --remove user=a
	fil-import -q users user=a name=Zed
	fil-record -q needs user=a need=help
	rows > after
	try fil-undo 3 4
	status_is 1
	err_is 'fil-undo: users user=a: still the user of needs user=a need=help date=2024-03-15' \
		'fil-undo: refused: 1 row cannot be put back; nothing was changed (--keep-later takes back the rest)'
	try fil-undo -q 3 4 5
	status_is 0
	[ "$(fil-list users | sed 1d | cut -d, -f2)" = Ada ]
	fil-undo -q 6 > /dev/null
	rows | diff after -
	# Who comes back has the key of the removal, not that of the other.
	fil-undo -q 5 > /dev/null
	fil-import -q users --rename a=b > /dev/null
	try fil-undo -q 3 4
	status_is 0
	[ "$(fil-list users | sed 1d | cut -d, -f1,2)" = a,Ada ]
	fil-check -q > /dev/null
}

# A run that adds a row and one that removes it are taken back without a word about the row.
@test "a row that an undo added and another one removed is planned in memory that is its own" {
	fil_store
	fil-import -q users <<< $'user,name\nu0,A\nu1,B\nu2,C\nu3,D\nu4,E'
	fil-record -q needs date=2024-01-01 <<< $'user,need\nu0,n0\nu1,n1\nu2,n2\nu3,n3\nu4,n4' > /dev/null
	fil-import -q routines <<< $'routine,title,owner\nr0,T,u0\nr1,T,u1\nr2,T,u2\nr3,T,u3\nr4,T,u4' > /dev/null
	fil-record -q needs user=u1 need=n date=2024-01-02 > /dev/null
	fil-import -q users --rename u1=u2 --rename u2=u4 --prefer old > /dev/null
	fil-import -q users --rename u4=u0 --rename u0=u3 --prefer old > /dev/null
	fil-undo -q 6 7 5 > /dev/null
	fil-import -q users --rename u3=u2 --prefer new > /dev/null
	# The C library fills what was freed.
	try env MALLOC_PERTURB_=165 fil-undo -q 5 8 6
	status_is 1
	err_has 'fil-undo: refused: 16 rows cannot be put back; nothing was changed (--keep-later takes back the rest)'
	try fil-check -q
	status_is 0
}

@test "runs taken back together block no older one" {
	fil_store
	printf 'user,name,email\nK2,Paul Quimper,pq@e.example\nK3,Luc Gamma,\nK4,Rose Sarlat,\n' | fil-import -q users
	rows > before
	fil-import -q --remove users user=K4
	fil-import -q users user=K4 name='Rose Sarlat'
	fil-import -q --remove users user=K4
	fil-undo -q 4 5 > /dev/null
	# They can be done again, and then block it.
	fil-undo -q 6 > /dev/null
	try fil-undo 3
	status_is 1
	err_is 'fil-undo: users user=K4: written again by run 5' \
		'fil-undo: refused: 1 row cannot be put back; nothing was changed (--keep-later takes back the rest)'
	fil-undo -q 7 > /dev/null
	try fil-undo 3
	status_is 0
	err_is 'fil-undo: 1 added (run 9)'
	rows | diff before -
	fil-check -q > /dev/null
	# Facts, and users joined.
	fil-record -q needs user=K2 need=help date=2024-03-15
	rows > before
	fil-import -q --remove needs user=K2 need=help date=2024-03-15
	fil-record -q needs user=K2 need=help date=2024-03-15 note=again
	fil-import -q users --rename K2=K3 --prefer new
	fil-undo -q 12 13 > /dev/null
	fil-undo -q 11 > /dev/null
	rows | diff before -
	fil-import -q users --rename K2=K3 --prefer new
	fil-import -q users user=K2 name='Paul Quimper' email=pq@e.example
	fil-import -q --remove users user=K2
	fil-undo -q 17 18 > /dev/null
	fil-undo -q 16 > /dev/null
	rows | diff before -
	fil-check -q > /dev/null
	fil-show K2 > /dev/null
}

@test "after --keep-later the way to the rows left is said" {
	some_runs
	fil-import -q users user=u1 unit=Zoo
	fil-undo -q --keep-later 4 > /dev/null
	fil-undo -q 5 > /dev/null
	try fil-undo 4
	status_is 1
	err_is "fil-undo: run 4 was taken back by run 6, which left 1 row of later runs: 'fil-undo 6', then 'fil-undo 4' takes it back too"
	fil-undo -q 6 > /dev/null
	try fil-undo 4
	status_is 0
	err_is 'fil-undo: 2 changed (run 9)'
	# A run that does not exist is said first.
	try fil-undo 4 99
	status_is 65
	err_is 'fil-undo: there is no run 99: the last is 9'
	try fil-undo --last 4
	status_is 64
	err_is 'fil-undo: --last and a run exclude each other' "Try 'fil-undo --help' for more information."
}

@test "after an erasure, only what erased users had is left out" {
	some_runs
	fil-import -q dimensions dimension=tool threshold=4
	fil-import -q users user=u2 name='Bo Secret'
	fil-forget -q --yes u3 > /dev/null
	try fil-undo 5
	status_is 0
	err_is 'fil-undo: 2 changed (run 8)'
	fil-forget -q --yes --anonymise u2 > /dev/null
	try fil-undo 6
	status_is 0
	err_is 'fil-undo: 1 left out because of erased users (run 10)'
	out_is "$HEADER"
}

# The history keeps nothing of a row whose key mentions an erased user, so that an undo cannot tell what the row was.
@test "a row whose key mentions an erased user is never lost by an undo" {
	fil_store
	printf 'user,name\nQZ901,Marc Qwertz\nB1000,Other Bee\nC1000,Third Cee\n' | fil-import -q users
	fil-record -q needs user=B1000 need=acces-QZ901 date=2024-03-01 note=x
	fil-record -q efforts user=B1000 activity='chez Marc Qwertz' item= date=2024-03-01 minutes=5
	fil-import -q aliases alias=marc.qwertz source=kobo user=B1000
	fil-forget -q --yes QZ901 > /dev/null 2>&1
	fil-import -q users --rename B1000=C1000 --prefer new
	rows > before
	try fil-undo --last
	status_is 1
	err_is "fil-undo: aliases alias=marc.qwertz source=kobo: $UNKNOWN" \
		"fil-undo: needs user=C1000 need=acces-QZ901 date=2024-03-01: $UNKNOWN" \
		"fil-undo: efforts user=C1000 date=2024-03-01 'activity=chez Marc Qwertz' item=: $UNKNOWN" \
		'fil-undo: refused: 3 rows cannot be put back; nothing was changed (--keep-later takes back the rest)'
	rows | diff before -
	fil-undo -q --keep-later --last > /dev/null 2>&1
	[ "$(fil-list users | sed 1d | cut -d, -f1 | xargs)" = 'B1000 C1000' ]
	[ "$(fil-list needs | sed 1d | cut -d, -f1,2)" = C1000,acces-QZ901 ]
	[ "$(fil-list efforts | sed 1d | cut -d, -f1,3)" = 'C1000,chez Marc Qwertz' ]
	# A change and a new row of one run.
	printf 'user,need,date,note\nC1000,acces-QZ901,2024-03-01,y\nC1000,new,2024-03-01,y\n' | fil-record -q needs
	try fil-undo --last
	status_is 1
	fil-undo -q --keep-later --last > /dev/null 2>&1
	[ "$(fil-list needs | sed 1d | cut -d, -f1,2)" = C1000,acces-QZ901 ]
	# What was removed cannot come back, and the message says why.
	fil-import -q --remove needs user=C1000 need=acces-QZ901 date=2024-03-01
	try fil-undo --last
	status_is 0
	err_is 'fil-undo: 1 left out because of erased users (run 12)'
	fil-check -q | grep -v ^warning
}

# Does a random history, and keeps in after.N the rows after run N, as far as it was the last of a step.
history() {
	local shell run=1 now

	fil_store
	rows > after.1
	perl "$BATS_TEST_DIRNAME/histories.pl" "$1" "$2" > history
	while IFS=$'\t' read -r FILROUGE_TODAY shell <&3; do
		eval "$shell" > /dev/null 2>&1 || :
		now=$(last_run)
		[ "$now" = "$run" ] || rows > "after.$now"
		run=$now
	done 3< history
	export FILROUGE_TODAY=2024-06-30
}

# shellcheck disable=SC2030,SC2031 # a day of a history
@test "a random history taken back in reverse gives back each store, and the undos taken back the later ones" {
	local seed top run undos undo

	[ -z "$FILROUGE_TORTURE" ] || : "${SEEDS:=$(echo {1..40})}" "${STEPS:=60}"
	for seed in ${SEEDS:-3}; do
		rm -rf after.* "$FOLDER"
		history "$seed" "${STEPS:-25}"
		top=$(last_run) undos=
		fil-report autonomy --by unit --min-group 0 > report
		for ((run = top; run > 1; run--)); do
			fil-undo -q "$run" > /dev/null
			undos="$(last_run) $undos"
			[ ! -e "after.$((run - 1))" ] || rows | diff "after.$((run - 1))" -
		done
		for undo in $undos; do
			run=$((run + 1))
			fil-undo -q "$undo" > /dev/null
			[ ! -e "after.$run" ] || rows | diff "after.$run" -
		done
		fil-report autonomy --by unit --min-group 0 | diff report -
		fil-check -q > /dev/null
		[ "$top" -gt 12 ]
	done
}

# shellcheck disable=SC2030,SC2031 # a day of a history
@test "a random history taken back in groups gives back each store" {
	local seed run size

	[ -z "$FILROUGE_TORTURE" ] || : "${SEEDS:=$(echo {1..40})}" "${STEPS:=60}"
	for seed in ${SEEDS:-5}; do
		rm -rf after.* "$FOLDER"
		history "$seed" "${STEPS:-25}"
		for ((run = $(last_run); run > 1; run -= size)); do
			size=$((1 + (run + seed) % 3))
			((run - size >= 1)) || size=$((run - 1))
			# shellcheck disable=SC2046 # numbers
			fil-undo -q $(seq $((run - size + 1)) "$run") > /dev/null
			[ ! -e "after.$((run - size))" ] || rows | diff "after.$((run - size))" -
		done
		fil-check -q > /dev/null
	done
}

# Prints the rows that a run wrote, with the number of the user's row in place of the key.
written() {
	fil-log "$1" -f json | perl -nle 'print "$1 $2" if /"table":"(.*?)","key":"(.*?)","action":"(?!renamed)/' |
		sed "s/user=u0/${rows[0]}/; s/user=u1/${rows[1]}/; s/user=u2/${rows[2]}/" | sort -u
}

# Does runs on few rows, so that many of them write the same. A row of users keeps its number when its key is removed and
# given again, and takes it along when its key is changed. Keeps in written.N the rows that run N wrote, in renamed.N the
# one that it renamed, in removed.N the one that it removed.
crowded_history() {
	local i user other run=1 next=3 rows=(row0 row1 row2)

	fil_store
	for ((i = 2; i < 14; i++)); do
		# Not in a redirection: there the shell takes a number that no seed gives again.
		user=$((RANDOM % 3)) other=$((RANDOM % 3))
		case $((RANDOM % 6)) in
		0 | 1) fil-import users <<< "user,name,unit"$'\n'"u$user,Ada,$i"$'\n'"u$other,Bo,$((i % 2))" ;;
		2) fil-import users user=u$user name=Cy ;;
		3) fil-import users --remove user=u$user ;;
		4) fil-record autonomy user=u$user dimension=tool date=2024-01-0$((1 + RANDOM % 2)) source=test level=$((RANDOM % 6)) ;;
		5) fil-list users | grep -q "^u$other," || fil-import users --rename u$user=u$other ;;
		esac > /dev/null 2>&1 || : # some name a user who was removed
		[ "$(last_run)" != "$run" ] || continue
		run=$(last_run)
		written "$run" > "written.$run"
		: > "removed.$run"
		: > "renamed.$run"
		if fil-log "$run" | grep -q ,renamed,; then
			echo "${rows[user]}" > "renamed.$run"
			rows[other]=${rows[user]} rows[user]=row$((next++))
		elif fil-log "$run" | grep -q '^[0-9]*,users,.*,removed,name'; then
			echo "${rows[user]}" > "removed.$run"
		fi
	done
}

# Prints the table of each row that a run wrote and that one of the later runs has written again. For a renaming: whether
# one of these renamed the user again, or left the user removed.
written_again() {
	local run=$1 later row last=

	shift
	for later in "$@"; do
		comm -12 "written.$run" "written.$later"
		comm -12 "renamed.$run" "renamed.$later" | sed 's/^/users /'
	done | sort -u | cut -d' ' -f1
	row=$(cat "renamed.$run")
	[ -n "$row" ] || return 0
	for later in "$@"; do
		! grep -qx "$row" "renamed.$later" || return 0
		! grep -qx "users $row" "written.$later" || last=$later
	done
	[ -z "$last" ] || ! grep -qx "$row" "removed.$last" || echo users
}

# shellcheck disable=SC2030,SC2031 # seeds of this test
@test "in any order, a conflict is found exactly where a later run wrote the row" {
	local seed seeds='1 3' run standing conflicts=0

	[ -z "$FILROUGE_TORTURE" ] || : "${SEEDS:=$(echo {1..100})}"
	# A server takes longer for the same runs.
	[ "${STORE:-sqlite}" = sqlite ] || seeds=1
	for seed in ${SEEDS:-$seeds}; do
		rm -rf "$FOLDER"
		RANDOM=$seed
		crowded_history
		standing=$(seq 2 "$(last_run)")
		while [ -n "$standing" ]; do
			# shellcheck disable=SC2086 # words
			set -- $standing
			shift $((RANDOM % $#))
			run=$1
			shift
			written_again "$run" "$@" > wanted
			try fil-undo -q "$run"
			sed -n 's/^fil-undo: \([a-z]*\) .*: written again by run [0-9]*$/\1/p' "$ERR" | sort | diff wanted -
			if [ -s wanted ]; then
				status_is 1
				conflicts=$((conflicts + 1))
			elif [ "$status" = 1 ]; then
				grep -q ': still the \|refers to\|another user has' "$ERR"
			else
				status_is 0
			fi
			# The newest cannot be in conflict.
			[ "$status" = 0 ] || { run=${standing##*$'\n'} && fil-undo -q "$run" > /dev/null; }
			standing=$(grep -vx "$run" <<< "$standing" || :)
		done
		[ "$(rows | grep -c '^users')" = 0 ]
		fil-check -q > /dev/null
	done
	[ "$conflicts" -gt 3 ]
}

# Does runs in which keys pass from one user to another: by chains, in a circle, by a join, by a removal, while other rows
# name the users. Each user has a name of their own. Keeps in after.N the rows after run N.
# shellcheck disable=SC2031 # seeds of this test
passing_history() {
	local step key other third run=1 now

	fil_store
	rows > after.1
	for ((step = 0; step < $1; step++)); do
		key=k$((RANDOM % 4)) other=k$((RANDOM % 4)) third=k$((RANDOM % 4))
		case $((RANDOM % 13)) in
		0 | 1) fil-import users user=$key name=N$step unit=$((RANDOM % 2)) ;;
		2) fil-record needs user=$key need=n$((RANDOM % 2)) date=2024-01-01 note=$step ;;
		3) fil-import needs --remove user=$key need=n$((RANDOM % 2)) date=2024-01-01 ;;
		4) fil-import users --remove user=$key ;;
		5) fil-import users user=$key manager=$other ;;
		6) fil-import users --prefer new --rename $key=$other ;;
		7) fil-import users --prefer new --rename $key=$other --rename $third=$key ;;
		8) fil-import users --rename $key=t --rename $other=$key --rename t=$other ;;
		9) fil-import users --rename $key=$other user=$key name=N$step ;;
		10) fil-import routines routine=r title=R owner=$key ;;
		11) fil-import routines routine=r title=R owner= ;;
		12) fil-import aliases alias=x source=s user=$other ;;
		esac || : # some name a user who is not there
		now=$(last_run)
		[ "$now" = "$run" ] || rows > "after.$now"
		run=$now
	done > /dev/null 2>&1
}

# shellcheck disable=SC2030,SC2031 # seeds of this test
@test "keys that pass from user to user: runs are taken back together as they are one by one" {
	local seed seeds='7 48 100' top first run some status undos

	[ -z "$FILROUGE_TORTURE" ] || : "${SEEDS:=$(echo {1..100})}"
	# A server takes longer for the same steps.
	[ "${STORE:-sqlite}" = sqlite ] || seeds=7
	for seed in ${SEEDS:-$seeds}; do
		rm -rf "$FOLDER" after.*
		RANDOM=$seed
		passing_history "${STEPS:-24}"
		top=$(last_run)
		# All that came last, which cannot be in conflict.
		for ((first = top; first > 1; first -= 1 + RANDOM % 4)); do
			# shellcheck disable=SC2046 # numbers
			fil-undo -q $(seq "$first" "$top") > /dev/null
			rows | diff "after.$((first - 1))" -
			fil-undo -q "$(last_run)" > /dev/null
			rows | diff "after.$top" -
		done
		# Some runs.
		for _ in 1 2 3; do
			some=
			for ((run = 2; run <= top; run++)); do [ $((RANDOM % 3)) != 0 ] || some="$run $some"; done
			[ -n "$some" ] || continue
			# shellcheck disable=SC2086 # numbers
			if fil-undo -q $some > /dev/null 2>&1; then
				rows > together
				fil-undo -q "$(last_run)" > /dev/null
			else
				rm -f together
			fi
			rows | diff "after.$top" -
			undos=
			for run in $some; do
				fil-undo -q "$run" > /dev/null 2>&1 || break
				undos="$(last_run) $undos" run=
			done
			if [ -z "$run" ]; then rows | diff together -; fi
			for run in $undos; do fil-undo -q "$run" > /dev/null; done
			rows | diff "after.$top" -
		done
		fil-check -q > /dev/null
	done
}
