#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Rows taken away by their keys.
load helper

HEADER=action,user,name,email,unit,job,manager,role,arrived,left,feed

people() {
	fil_store fill_people
}

fill_people() {
	fil-import users -q <<- 'END'
		user,name,manager
		u1,Ada,
		u2,Bo,u1
		u3,Cy,u1
		u4,Di,
	END
}

@test "rows with these keys go, are printed, and are kept in the history" {
	people
	try fil-import users --remove <<< $'user,name\nu4,whatever\nu3,\nzz,'
	status_is 0
	out_is "$HEADER" removed,u4,Di,,,,,user,,,hr removed,u3,Cy,,,,u1,user,,,hr
	err_is "fil-import: -: UTF-8, ',', LF" 'fil-import: users: 3 read, 2 removed, 1 not found (run 3)'
	try ask 'SELECT run, number, relation, subject, action, was_run, was FROM history ORDER BY number'
	out_is '3|1|users|u4|removed|2|{"user":"u4","name":"Di","role":"user","feed":"hr"}' \
	    '3|2|users|u3|removed|2|{"user":"u3","name":"Cy","manager":"u1","role":"user","feed":"hr"}'
	try ask 'SELECT read, removed, unchanged FROM runs WHERE run = 3'
	out_is '3|2|0'
}

@test "removed twice: the second time they are not there, and no history is left" {
	people
	echo $'user\nu4\nu3' > keys.csv
	fil-import users -q --remove keys.csv
	ask 'SELECT * FROM history ORDER BY 1, 2' > before
	try fil-import users --remove keys.csv
	status_is 0
	out_is "$HEADER"
	err_has 'fil-import: users: 2 read, 0 removed, 2 not found (run 4)'
	ask 'SELECT * FROM history ORDER BY 1, 2' | cmp - before
}

@test "a key that stands twice goes once" {
	people
	try fil-import users --remove <<< $'user\nu4\nu4'
	status_is 0
	out_is "$HEADER" removed,u4,Di,,,,,user,,,hr
	err_has 'fil-import: users: 2 read, 1 removed, 1 not found (run 3)'
}

@test "who is still somebody's manager stays, unless the staff go too, in any order" {
	people
	try fil-import users --remove <<< $'user\nu1\nu2'
	status_is 65
	out_is ''
	err_is "fil-import: -: UTF-8, one column, LF" \
	    "fil-import: -:2: user: 'u1' cannot be removed: still the manager of 'u3'" \
	    'fil-import: users: 2 read, 1 refused; nothing was written'
	try fil-import users --remove <<< $'user\nu1\nu2\nu3'
	status_is 0
	out_is "$HEADER" removed,u1,Ada,,,,,user,,,hr removed,u2,Bo,,,,u1,user,,,hr removed,u3,Cy,,,,u1,user,,,hr
	# One's own manager goes.
	fil-import users -q <<< $'user,name,manager\nme,Me,me'
	try fil-import users --remove user=me
	status_is 0
}

@test "what events, plans and other rows name stays: each is a fault with its line" {
	people
	fil-import modules -q module=m title=M kind=course
	fil-record needs -q user=u4 need=excel date=2024-03-01
	fil-import assignments -q <<< $'user,module,assigned,trainer\nu3,m,2024-03-01,u2'
	fil-import routines -q routine=r title=R owner=u1
	try fil-import users --remove <<< $'user\nu4\nzz\nu3\nu2'
	status_is 65
	out_is ''
	err_is <<- 'END'
		fil-import: -: UTF-8, one column, LF
		fil-import: -:2: user: 'u4' cannot be removed: rows of needs refer to it
		fil-import: -:4: user: 'u3' cannot be removed: rows of assignments refer to it
		fil-import: -:5: user: 'u2' cannot be removed: rows of assignments refer to it
		fil-import: users: 4 read, 3 refused; nothing was written
	END
	try fil-import modules --remove module=m
	status_is 65
	err_has "fil-import: command line: module: 'm' cannot be removed: rows of assignments refer to it"
	try fil-import assignments --remove <<< $'user,module,assigned\nu3,m,2024-03-01'
	status_is 0
	try fil-import users --remove --keep-going --rejects rejects.csv <<< $'user,unit\nu4,A\nu3,B\nu2,C\nu1,D'
	status_is 1
	out_is "$HEADER" removed,u3,Cy,,,,u1,user,,,hr removed,u2,Bo,,,,u1,user,,,hr
	diff - rejects.csv <<- 'END'
		user,unit,reject_line,reject_reason
		u4,A,2,"reference-error: user: 'u4' cannot be removed: rows of needs refer to it"
		u1,D,5,"reference-error: user: 'u1' cannot be removed: rows of routines refer to it"
	END
}

@test "a manager does not go while one of the staff is held back" {
	people
	fil-record needs -q user=u3 need=excel date=2024-03-01
	dump > before
	try fil-import users --remove --keep-going <<< $'user\nu1\nu2\nu3'
	status_is 65
	out_is ''
	err_has "fil-import: user: 'u1' cannot be removed: still the manager of 'u3', which stays"
	dump | cmp - before
}

@test "events and plans go by all their keys, and what follows from them follows" {
	people
	fil-record autonomy -q source=test <<< $'user,dimension,date,level\nu1,tool,2024-01-08,2\nu1,tool,2024-02-12,4'
	fil-record autonomy -q source=test user=u1 dimension=process date=2024-02-12 level=4
	try fil-report autonomy
	out_is group,users,measured,stale,autonomous_process,autonomous_tool,autonomous,self_declared,share_min,share_max \
	    all,4,1,0,1,1,1,0,25.0,100.0
	try fil-import autonomy --remove <<< $'user,dimension,date,source\nu1,tool,2024-02-12,test\nu1,tool,2024-02-12,self'
	status_is 0
	out_is action,user,dimension,date,source,level,note removed,u1,tool,2024-02-12,test,4,
	try fil-report autonomy
	out_is group,users,measured,stale,autonomous_process,autonomous_tool,autonomous,self_declared,share_min,share_max \
	    all,4,1,0,1,0,0,0,0.0,75.0
	try fil-import autonomy --remove <<< $'user,dimension,date\nu1,tool,2024-01-08'
	status_is 65
	err_has "fil-import: -: source is missing: say source=self, trainer, manager, test or system; or map a column with --map 'source=HEADER'"
}

@test "what fil-list prints is removed, and taken back from the answer" {
	people
	fil-list users > all.csv
	try fil-import users --remove all.csv
	status_is 0
	cp "$OUT" removed.csv
	try fil-list users
	out_is "${HEADER#action,}"
	try fil-import users -q removed.csv
	status_is 0
	fil-list users | cmp - all.csv
}

@test "--match finds whom to remove; dates and other cells that are no key do not matter" {
	people
	try fil-import users --remove --match name <<< $'nom,arrived\nDI,not a date'
	status_is 0
	out_is "$HEADER" removed,u4,Di,,,,,user,,,hr
}

@test "thousands go in batches, in the order of the input, and a dry run says the same" {
	fil_store
	(echo user,name,manager; seq 5000 | awk '{ print "u" $1 ",N," ($1 < 5000 ? "u" $1 + 1 : "") }') > list.csv
	fil-import users -q list.csv
	tail -n +2 list.csv | shuf --random-source=list.csv | cut -d, -f1 | cat <(echo user) - > keys.csv
	try fil-import users --remove -n keys.csv
	status_is 0
	cp "$OUT" dry.csv
	try fil-import users --remove keys.csv
	status_is 0
	out_is < dry.csv
	cut -d, -f2 "$OUT" | cmp - keys.csv
	err_has 'fil-import: users: 5000 read, 5000 removed (run 3)'
	try 'fil-list users | wc -l'
	out_is 1
}
