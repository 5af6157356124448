#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# A person under another key.
load helper

HEADER=action,user,name,email,unit,job,manager,role,arrived,left,feed

# Makes a store in which everything there is names u1.
involved() {
	fil_store fill_involved
}

fill_involved() {
	fil-import users -q <<- 'END'
		user,name,manager
		u1,Ada,
		u2,Bo,u1
		u3,Cy,u2
	END
	fil-import phases -q phase=p title=P kind=pilot begins=2024-01-01
	fil-import modules -q module=m title=M kind=course
	fil-import routines -q routine=r title=R owner=u1
	fil-import promises -q promise=q kind=promise statement=S owner=u1 made=2024-01-01
	fil-import enrolments -q user=u1 phase=p enrolled=2024-01-08
	fil-import assignments -q <<< $'user,module,assigned,trainer\nu1,m,2024-01-08,u2\nu2,m,2024-01-08,u1'
	fil-import commitments -q user=u1 phase=p activity=course minutes=60
	fil-record autonomy -q <<< $'user,dimension,date,source,level\nu1,tool,2024-01-08,self,1\nu1,tool,2024-02-12,test,4'
	fil-record autonomy -q user=u1 dimension=process date=2024-02-12 source=test level=3
	fil-record needs -q user=u1 need=excel date=2024-01-08
	fil-record completions -q user=u1 module=m date=2024-02-01
	fil-record practices -q user=u1 routine=r date=2024-02-01 method=new
	fil-record verdicts -q promise=q user=u1 date=2024-02-01 verdict=kept
	fil-record efforts -q user=u1 date=2024-02-01 activity=course minutes=30
	fil-import users -q <<< $'user,name\nu1,Ada B'
}

everything() {
	local table

	for table in users phases modules routines promises enrolments assignments commitments autonomy needs \
	    completions practices verdicts efforts; do
		fil-list "$table"
	done
	{
		ask 'SELECT * FROM standing'
		ask 'SELECT * FROM standings'
	} |
		sed 's/|[0-9]*$//'
	fil-report autonomy --by manager --min-group 0
}

@test "everything that is known of a person follows: facts, plans, standing, references to them" {
	involved
	everything | sed 's/u1\>/n1/g' | LC_ALL=C sort > wanted
	try fil-import users --rename u1=n1
	status_is 0
	out_is "$HEADER" changed,n1,Ada\ B,,,,,user,,,hr
	err_is 'fil-import: users: 0 read, 0 added, 1 changed, 0 unchanged (run 18)'
	everything | LC_ALL=C sort | diff wanted -
	# The history keeps the key of each time, and what became of it.
	try ask "SELECT run, subject, action, became FROM history ORDER BY run, number"
	out_is '17|u1|changed|' '18|u1|renamed|n1'
	whole
	# It is this run's, and the history has what was before.
	try ask "SELECT run FROM users WHERE \"user\" = 'n1'"
	out_is 18
	try ask "SELECT was FROM history WHERE run = 18"
	out_is '{"user":"u1","name":"Ada B","role":"user","feed":"hr"}'
}

@test "renamed twice: says so, and changes nothing" {
	involved
	fil-import users -q --rename u1=n1
	{ ask 'SELECT * FROM users ORDER BY 1'; ask 'SELECT * FROM history ORDER BY 1, 2'; } > before
	try fil-import users --rename u1=n1
	status_is 0
	out_is "$HEADER"
	err_is "fil-import: --rename: 'u1' was already renamed to 'n1'" \
	    'fil-import: users: 0 read, 0 added, 0 changed, 1 unchanged (run 19)'
	{ ask 'SELECT * FROM users ORDER BY 1'; ask 'SELECT * FROM history ORDER BY 1, 2'; } | cmp - before
}

@test "several at once go in their order, a ring too; the list of years is told as done" {
	involved
	try fil-import users --rename u1=x --rename u2=u1 --rename x=u2
	status_is 0
	try fil-list users
	out_is "${HEADER#action,}" u1,Bo,,,,u2,user,,,hr u2,Ada\ B,,,,,user,,,hr u3,Cy,,,,u1,user,,,hr
	fil-import users -q --rename u3=v3 --rename v3=w3
	try fil-import users --rename u3=v3 --rename v3=w3
	status_is 0
	out_is "$HEADER"
	err_is "fil-import: --rename: 'u3' was already renamed to 'v3'" "fil-import: --rename: 'v3' was already renamed to 'w3'" \
	    'fil-import: users: 0 read, 0 added, 0 changed, 2 unchanged (run 20)'
}

@test "nobody is renamed, and where facts of two users differ they are not joined; then nothing is renamed at all" {
	involved
	try fil-import users --rename u3=v3 --rename zz=z
	status_is 65
	out_is ''
	err_is "fil-import: --rename: 'zz' is not in users"
	try fil-import users --rename u3=v3 --rename u2=u1
	status_is 1
	err_is "fil-import: --rename: assignments: 'u1, m, 2024-01-08': trainer is 'u1' for 'u2', 'u2' for 'u1'" \
	    'fil-import: refused: --rename u2=u1 joins two users, and 1 row of theirs differs; nothing was written (--prefer old or --prefer new says which stays)'
	try "fil-list users | cut -d, -f1"
	out_is user u1 u2 u3
}

@test "an import follows the renaming, in the same run" {
	involved
	try fil-import users --rename u3=v3 <<< $'user,name\nv3,Cyr\nu4,Di'
	status_is 0
	out_is "$HEADER" changed,v3,Cy,,,,u2,user,,,hr
	err_is 'fil-import: users: 0 read, 0 added, 1 changed, 0 unchanged (run 18)'
	try fil-import users --rename v3=u3 - <<< $'user,name,manager\nu3,Cyr,u4\nu4,Di,'
	status_is 0
	out_is "$HEADER" changed,u3,Cy,,,,u2,user,,,hr changed,u3,Cyr,,,,u4,user,,,hr added,u4,Di,,,,,user,,,hr
	try fil-import users --rename v3=u3 - <<< $'user,name,manager\nu3,Cyr,u4\nu4,Di,'
	status_is 0
	out_is "$HEADER"
}

@test "an import of thousands after a renaming tells no twins" {
	fil_store
	(echo user,name; seq 5000 | sed 's/.*/u&,N/') > list.csv
	fil-import users -q list.csv
	sed 's/^u5000,N/v5000,New/' list.csv > new.csv
	try fil-import users --rename u5000=v5000 new.csv
	status_is 0
	out_is "$HEADER" changed,v5000,N,,,,,user,,,hr changed,v5000,New,,,,,user,,,hr
}

@test "a dry run renames nobody" {
	involved
	dump > before
	try fil-import users --rename u1=n1 -n
	cp "$OUT" dry
	status_is 0
	dump | cmp - before
	try fil-import users --rename u1=n1
	out_is < dry
}

@test "keys of every kind are renamed, and found renamed" {
	local key

	fil_store
	# shellcheck disable=SC2016 # a key
	for key in -rf "'; DROP" 'a=b' '$(id)' '%s' 'é' 'x y' '{"user":"u1"}' 'back\slash'; do
		fil-import users -q <<< $'user,name\n"'"${key//\"/\"\"}"$'",Ada'
		[[ $key = *=* ]] && continue
		try fil-import users --rename "$key=new"
		status_is 0
		try fil-import users --rename "new=$key"
		status_is 0
		try fil-import users --rename "$key=new$key"
		status_is 0
	done
	# The first = divides.
	try fil-import users --rename 'a=b'
	status_is 65
	err_is "fil-import: --rename: 'a' is not in users"
}

@test "--rename takes OLD=NEW, of users, and a key that can be one" {
	local try="Try 'fil-import --help' for more information."

	fil_store
	for bad in u1 =u1 u1= '' =; do
		try fil-import users --rename "$bad"
		status_is 64
		err_is "fil-import: --rename takes OLD=NEW, not '$bad'" "$try"
	done
	try fil-import users --rename u1=u1
	status_is 64
	err_is 'fil-import: --rename u1=u1: both are the same key' "$try"
	try fil-import needs --rename u1=u2
	status_is 64
	err_is 'fil-import: --rename is for users' "$try"
	try fil-import users --rename $'u1=a\vb'
	status_is 65
	err_is "fil-import: --rename: 'a\\x0bb' holds a control character"
}
