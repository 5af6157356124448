#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Settings that say what cells, rows and keys mean; rows of strangers; keys in another case.
load helper

USERS=action,user,name,email,unit,job,manager,role,arrived,left,feed
COMPLETIONS=action,user,module,date,outcome,note

store() {
	fil_store fill_store
}

fill_store() {
	fil-import users -q <<- 'END'
		user,name,email,unit,job,manager,role
		boss,Bo BART,bo@x.example,D01,Chief,,sponsor
		abrun,Alix BRUN,a@x.example,D01,Clerk,boss,trainer
		001614,Cyd DENIS,c@x.example,D02,Clerk,boss,user
	END
	fil-import modules -q module=demat title=Demat kind=course
}

@test "keep-empty leaves stored values alone where cells are empty, and new rows get defaults" {
	store
	cat > form.csv <<- 'END'
		user,name,email,job,manager,role
		abrun,Alix BRUN,,Cheffe,,
		001614,Cyd DENIS,c@x.example,,,
		new,Eva FOL,,,,
	END
	try fil-import users --set keep-empty=yes form.csv
	status_is 0
	out_is $USERS changed,abrun,Alix\ BRUN,a@x.example,D01,Cheffe,boss,trainer,,,hr added,new,Eva\ FOL,,,,,user,,,hr
	err_is "fil-import: form.csv: UTF-8, ',', LF" \
	    'fil-import: users: 3 read, 1 added, 1 changed, 1 unchanged (run 4)'
	try fil-import users --set keep-empty=yes form.csv
	out_is $USERS
	printf 'keep-empty = yes\n' > keep.ini
	try fil-import users --profile keep.ini --set keep-empty=no <<< $'user,job\nabrun,'
	out_is $USERS changed,abrun,Alix\ BRUN,a@x.example,D01,,boss,trainer,,,hr
	fil-import users -q <<< $'user,left\nabrun,2024-01-01'
	sed 's/$/,/; 1s/$/left/' form.csv > list.csv
	try fil-import users --set keep-empty=yes list.csv
	out_is $USERS changed,abrun,Alix\ BRUN,a@x.example,D01,Cheffe,boss,trainer,,2024-01-01,hr
	try fil-import users --set keep-empty=yes --sync --force list.csv
	status_is 0
	out_is $USERS returned,abrun,Alix\ BRUN,a@x.example,D01,Cheffe,boss,trainer,,,hr left,boss,Bo\ BART,bo@x.example,D01,Chief,,sponsor,,2024-03-15,hr
	try fil-import users --set keep-empty=yes <<< $'user,name\nabrun,'
	status_is 65
	err_has 'fil-import: -:2: name: is required but empty'
}

@test "a known manager is not cleared by one who is left out" {
	store
	try fil-import users --unknown manager=empty <<< $'user,name,job,manager\nabrun,Alix BRUN,Cheffe,stranger\nnew,Eva FOL,,stranger\n001614,Cyd DENIS,Clerk,'
	status_is 0
	out_is $USERS changed,abrun,Alix\ BRUN,a@x.example,D01,Cheffe,boss,trainer,,,hr added,new,Eva\ FOL,,,,,user,,,hr \
	    changed,001614,Cyd\ DENIS,c@x.example,D02,Clerk,,user,,,hr
	err_has 'fil-import: 1 reference does not exist: left empty (manager)'
	err_has 'fil-import: 1 reference does not exist: left as stored (manager)'
	try fil-import users --unknown manager=empty --match email <<< $'user,manager\nabrun,nobody@x.example'
	status_is 0
	out_is $USERS
	err_is "fil-import: -: UTF-8, ',', LF" 'fil-import: 1 reference does not exist: left as stored (manager)' \
	    'fil-import: users: 1 read, 0 added, 0 changed, 1 unchanged (run 5)'
	[ "$(fil-list users -w user=abrun | tail -n 1 | cut -d, -f6)" = boss ]
}

@test "expect-rows refuses another number of rows" {
	store
	try fil-record completions module=demat --set expect-rows=3 <<< $'user\nboss\nabrun'
	status_is 1
	err_is 'fil-record: refused: 2 rows were read, and expect-rows is 3; nothing was written'
	try fil-record completions module=demat --set expect-rows=2 <<< $'user\nboss\nabrun'
	status_is 0
	try fil-record completions module=demat --set expect-rows=1 <<< $'user\nboss\nzz'
	status_is 65
	try fil-record completions module=demat --set expect-rows=all <<< user
	status_is 64
	err_has "fil-record: --set: expect-rows: 'all' is not a whole number from 0 to 2147483647"
}

@test "a blank that may mean something is told, and a profile says what it means" {
	store
	cat > sheet.csv <<- 'END'
		user,outcome
		boss,completed
		abrun,
		001614,
	END
	try fil-record completions module=demat sheet.csv -n
	status_is 0
	out_is $COMPLETIONS added,boss,demat,2024-03-15,completed, added,abrun,demat,2024-03-15,completed, added,001614,demat,2024-03-15,completed,
	err_is "fil-record: sheet.csv:3: outcome: an empty cell becomes 'completed', and may mean another value: [values.outcome] VALUE = (empty), or --allow null-word (2 rows)" \
	    'fil-record: dry run: nothing is kept' 'fil-record: completions: 3 read, 3 added, 0 changed, 0 unchanged (run 4)'
	try fil-record completions module=demat --strict sheet.csv
	status_is 1
	try fil-record completions module=demat --allow null-word sheet.csv -n
	err_is 'fil-record: dry run: nothing is kept' 'fil-record: completions: 3 read, 3 added, 0 changed, 0 unchanged (run 4)'
	printf '[values.outcome]\nabsent = (empty)\n' > sheet.ini
	try fil-record completions module=demat --profile sheet.ini --strict sheet.csv
	status_is 0
	out_is $COMPLETIONS added,boss,demat,2024-03-15,completed, added,abrun,demat,2024-03-15,absent, added,001614,demat,2024-03-15,absent,
	# What is stored is no doubt, and a column of blanks is none.
	try eval 'fil-list completions | fil-import completions --strict -'
	status_is 0
	try fil-record completions module=demat date=2024-03-01 --strict <<< $'user,outcome\nboss,\nabrun,'
	status_is 0
}

@test "--known-only ignores the row of a stranger whatever else is wrong with it" {
	store
	try fil-record autonomy source=test --known-only <<< $'login,tool,date\nabrun,3,2024-03-01\nzz,9,2024-03-01\nyy,x,31/02/2024'
	status_is 0
	out_is action,user,dimension,date,source,level,note added,abrun,tool,2024-03-01,test,3,
	err_is 'fil-record: autonomy: 3 read, 1 added, 0 changed, 0 unchanged, 2 of unknown users ignored (run 4)'
	try fil-record completions --known-only --match email <<< $'email,module\nzz@x.example,none\na@x.example,none'
	status_is 65
	err_is "fil-record: -:3: module: 'none' is not in modules; it may mean nothing: [skip] module = none" \
	    'fil-record: completions: 2 read, 1 refused; nothing was written'
	try fil-record completions --known-only --match email <<< $'email,module,date\nzz@x.example,none,x\na@x.example,demat,2024-03-02'
	status_is 0
	try fil-import users --known-only <<< $'user,name,role\nzz,,chief\nabrun,Alix BRUN,user'
	status_is 0
	err_has 'fil-import: users: 2 read, 0 added, 1 changed, 0 unchanged, 1 of unknown users ignored (run 6)'
	try fil-import users --known-only <<< $'user,name,role\nabrun,,chief'
	status_is 65
	# A manager who does not exist, a doubt that is a fault, and cells that are missing or too many.
	try fil-import users --known-only <<< $'user,name,role,manager,left\nzz,Zed,user,yy,\nabrun,Alix B,user,,\nyy,Total,user,,9999-12-31\nxx,Xi\nww,W,user,,,,x'
	status_is 0
	err_is "fil-import: -: UTF-8, ',', LF" \
	    'fil-import: users: 5 read, 0 added, 1 changed, 0 unchanged, 4 of unknown users ignored (run 7)'
	try fil-import users --known-only --keep-going <<< $'name,user,manager\nAlix C,abrun,zz\nAlix D,abrun\nA,B,abrun,\nA,zz'
	status_is 1
	err_is "fil-import: -: UTF-8, ',', LF" "fil-import: -:2: manager: 'zz' is not in users" \
	    'fil-import: -:3: 2 cells, where the header has 3 (--set short-rows=yes accepts it)' \
	    'fil-import: -:4: 4 cells, where the header has 3 (--set short-rows=yes accepts it)' \
	    'fil-import: users: 4 read, 0 added, 0 changed, 0 unchanged, 1 of unknown users ignored, 3 refused (run 8)'
}

@test "the log keeps no operands of a row that --known-only ignores" {
	fil_store
	fil-import -q users user=u1 name=Ann
	try fil-record -q needs --known-only user=stranger need=private note='of hers' date=2024-03-01
	status_is 0
	fil-record -q needs --known-only user=u1 need=n date=2024-03-01 > /dev/null
	[ "$(fil-log -f csv | cut -d, -f4 | sed -n '4,$p')" = 'fil-record -q --known-only needs user=ERASED need=ERASED note=ERASED date=ERASED
fil-record -q --known-only needs user=u1 need=n date=2024-03-01' ]
	try fil-check -q
	status_is 0
}

@test "the log keeps no operands of a row that is refused, or that --remove does not find" {
	fil_store
	fil-import -q users user=u1 name=Ann
	try fil-record -q needs --keep-going user=stranger need=private note='of hers' date=2024-03-01
	status_is 1
	fil-import -q users --remove user=stranger > /dev/null
	fil-import -q needs --remove --keep-going user=u1 need=n date=2024-03-01 > /dev/null
	fil-record -q needs --keep-going user=u1 need=n date=2024-03-01 > /dev/null
	fil-import -q needs --remove user=u1 need=n date=2024-03-01 > /dev/null
	[ "$(fil-log -f csv | cut -d, -f4 | sed -n '4,$p')" = 'fil-record -q --keep-going needs user=ERASED need=ERASED note=ERASED date=ERASED
fil-import -q --remove users user=ERASED
fil-import -q --remove --keep-going needs user=ERASED need=ERASED date=ERASED
fil-record -q --keep-going needs user=u1 need=n date=2024-03-01
fil-import -q --remove needs user=u1 need=n date=2024-03-01' ]
	try fil-check -q
	status_is 0
}

@test "a reference to an unknown promise does not keep a stranger's row" {
	store
	fil-import promises -q promise=p kind=promise statement=S made=2024-01-01
	try fil-record verdicts --known-only <<< $'promise,user,verdict\nq,zz,kept\np,abrun,kept'
	status_is 0
	out_is action,promise,user,date,verdict,note added,p,abrun,2024-03-15,kept,
}

@test "a key that differs only in case is named" {
	store
	try fil-record autonomy source=test <<< $'login,tool\nABRUN,3\nAbrun2,3'
	status_is 65
	err_is "fil-record: -:2: user: 'ABRUN' is not in users, but 'abrun' is" "fil-record: -:3: user: 'Abrun2' is not in users" \
	    "fil-record: -: 2 rows name users who are not stored: import the users, or --known-only ignores such rows" 'fil-record: autonomy: 2 read, 2 refused; nothing was written'
	try fil-record completions user=abrun module=DEMAT
	status_is 65
	err_has "fil-record: command line: module: 'DEMAT' is not in modules; the nearest is 'demat'"
}

@test "operands change one cell of a row that exists" {
	store
	try fil-import users user=001614 role=trainer
	status_is 0
	out_is $USERS changed,001614,Cyd\ DENIS,c@x.example,D02,Clerk,boss,trainer,,,hr
	err_is 'fil-import: users: 1 read, 0 added, 1 changed, 0 unchanged (run 4)'
	try fil-import users user=001614 role=trainer
	out_is $USERS
	try fil-import users user=001614 manager=
	out_is $USERS changed,001614,Cyd\ DENIS,c@x.example,D02,Clerk,,trainer,,,hr
	try fil-import users user=1614 role=trainer
	status_is 66
	err_is 'fil-import: name is missing: say name=VALUE; or give a FILE with that column (standard input is empty)'
	try fil-import users user=001614 role=user - <<< $'name\nCyd D.'
	status_is 0
	out_is $USERS changed,001614,Cyd\ D.,c@x.example,D02,Clerk,,user,,,hr
}

@test "a value that keep-empty leaves alone is no doubt, for whoever refers to its row either" {
	fil_store
	try fil-import users --keep-going --set keep-empty=yes <<< $'user,name,email,manager\nm,Mia,,\nb,Bob,b@x.example,m\nc,,,'
	status_is 1
	out_is $USERS added,m,Mia,,,,,user,,,hr added,b,Bob,b@x.example,,,m,user,,,hr
	err_has 'fil-import: -:4: name: is required but empty'
	err_has 'fil-import: users: 3 read, 2 added, 0 changed, 0 unchanged, 1 refused (run 2)'
}

# bats test_tags=sqlite
@test "ways out that a profile would cut are in quotes, and can be pasted" {
	fil_store
	printf '%s\n' $'user\tname\tunit' $'1\tA\tDons = 1 | a' $'2\tB\tdons = 1 | A' > in.csv
	try fil-import users in.csv
	status_is 0
	err_has 'fil-import: in.csv:3: unit: '"'dons = 1 | A' may be 'Dons = 1 | a'"': [values.unit] "Dons = 1 | a" = "dons = 1 | A", or --allow look-alike'
	printf '%s\n' '[values.unit]' '"Dons = 1 | a" = "dons = 1 | A"' > p.ini
	try fil-import users --strict --profile p.ini in.csv
	status_is 0
	printf '%s\n' $'n=1\tname\tRôle' $'texte\ttexte\ttexte' $'1\tA\tChef | ; x' > in.csv
	try fil-import users --propose in.csv
	out_has '# user = "Chef | ; x"'
	try fil-import users --map user=n=1 --map role= in.csv
	status_is 65
	err_has 'fil-import: in.csv:2: '"'texte'"' and so on: a row of types, not of users: [skip] "n=1" = texte, or --allow not-a-row'
	printf '%s\n' '[skip]' '"n=1" = texte' > p.ini
	try fil-import users -q --profile p.ini --map user=n=1 --map role= in.csv
	status_is 0
}
