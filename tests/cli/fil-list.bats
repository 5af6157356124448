#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
load helper

# A few people, and keys that byte order and other orders sort differently.
people() {
	fil_store fill_people
}

fill_people() {
	fil-import -q users <<- 'END'
		user,name,email,unit,role,arrived,left
		u1,Ada Lefèvre,ada@example.org,Mécénat/Dons,,2020-01-06,
		U2,"Bo, dit ""le Grand""",,Mécénat,,,
		é3,Cléo,cleo@example.org,Accueil,,2023-09-01,2024-03-15
		004,Dan,,,trainer,2019-04-01,
		05,Eve,,Accueil,,2024-03-16,
	END
	fil-import -q phases <<- 'END'
		phase,title,kind,begins
		pilot,Pilote,pilot,2024-01-08
		spring,Printemps,rollout,2024-04-01
	END
	fil-import -q enrolments <<- 'END'
		user,phase,enrolled
		u1,pilot,2024-01-08
		U2,spring,2024-04-01
	END
	fil-import -q autonomy <<- 'END'
		user,dimension,date,source,level,note
		u1,tool,2024-02-01,trainer,2,"first line
		second"
		u1,tool,2024-03-01,trainer,5,
		é3,process,2024-02-01,self,4," spaced "
	END
}

# Adds $1 users by the store's own means: fast, and nothing is read here.
crowd() {
	ask "with recursive n(i) as (select 1 union all select i + 1 from n where i < $1)
	    insert into users (\"user\", name, run) select 'x' || i, 'Name ' || i, 1 from n"
}

@test "a table is listed by key, byte for byte, with all its columns" {
	people
	try fil-list users
	status_is 0
	err_is ''
	out_is <<- 'END'
		user,name,email,unit,job,manager,role,arrived,left,feed
		004,Dan,,,,,trainer,2019-04-01,,hr
		05,Eve,,Accueil,,,user,2024-03-16,,hr
		U2,"Bo, dit ""le Grand""",,Mécénat,,,user,,,hr
		u1,Ada Lefèvre,ada@example.org,Mécénat/Dons,,,user,2020-01-06,,hr
		é3,Cléo,cleo@example.org,Accueil,,,user,2023-09-01,2024-03-15,hr
	END
}

@test "line breaks and spaces at the ends are quoted, so that they are read back" {
	people
	try fil-list autonomy
	status_is 0
	out_is <<- 'END'
		user,dimension,date,source,level,note
		u1,tool,2024-02-01,trainer,2,"first line
		second"
		u1,tool,2024-03-01,trainer,5,
		é3,process,2024-02-01,self,4," spaced "
	END
}

@test "what is listed is imported again without a change" {
	local table

	people
	fil-import -q modules <<< $'module,title,kind\nm1,"=1+1; ""quoted"", |piped|",course'
	fil-import -q efforts <<- 'END'
		user,date,activity,item,phase,minutes
		u1,2024-01-01,00421,,,12.5
		u1,2024-01-01,00421,b,pilot,0.125
	END
	fil-import -q needs --allow null-word <<- 'END'
		user,need,date,note
		u1,"a,b",2024-01-01,"  ends in blanks	"
		u1,NULL,2024-01-01,"""quoted"""
		u1,😀 日本,2024-01-01,"one

		three
		"
	END
	printf 'user,need,date,note\nu1,cr,2024-01-01,"a\rb\r\nc"\n' | fil-import -q needs
	# fil-import.bats has all other tables.
	for table in users phases modules efforts needs; do
		try "fil-list $table | fil-import $table"
		status_is 0
		[ "$(wc -l < "$OUT")" -eq 1 ]
	done
	fil-init -q -d copy.db
	for table in users phases modules efforts needs; do
		fil-list "$table" > wanted
		fil-import -q -d copy.db --allow null-word "$table" wanted
		fil-list -d copy.db "$table" | cmp - wanted
	done
}

@test "a table without rows is a header" {
	fil_store
	try fil-list users
	status_is 0
	err_is ''
	out_is 'user,name,email,unit,job,manager,role,arrived,left,feed'
}

@test "every table of the catalogue can be listed, under its columns" {
	local table column rest header n=0

	fil_store
	fil-list --tables > tables
	while IFS=, read -r table rest; do
		[ "$table" != table ] || continue
		header=
		fil-list --columns "$table" > columns
		while IFS=, read -r column rest; do
			[ "$column" = column ] || header+=,$column
		done < columns
		try fil-list "$table"
		status_is 0
		[ "$(head -n 1 "$OUT")" = "${header#,}" ]
		n=$((n + 1))
	done < tables
	[ $n -eq 21 ]
}

@test "-w keeps the rows for which all conditions hold" {
	people
	try fil-list users -w 'unit~Mécénat*' -w email= -f csv
	status_is 0
	out_is <<- 'END'
		user,name,email,unit,job,manager,role,arrived,left,feed
		U2,"Bo, dit ""le Grand""",,Mécénat,,,user,,,hr
	END
	try "fil-list autonomy --where 'level > 2' | cut -d, -f1-5"
	out_is <<- 'END'
		user,dimension,date,source,level
		u1,tool,2024-03-01,trainer,5
		é3,process,2024-02-01,self,4
	END
	try "fil-list -w 'date>=-2w' autonomy | cut -d, -f1-5"
	out_is <<- 'END'
		user,dimension,date,source,level
		u1,tool,2024-03-01,trainer,5
	END
}

@test "a condition that nothing meets is no error" {
	people
	try fil-list users -w "name='; DROP TABLE users; --"
	status_is 0
	err_is ''
	out_is 'user,name,email,unit,job,manager,role,arrived,left,feed'
}

@test "--active keeps the users of today" {
	people
	try "fil-list users --active | cut -d, -f1"
	status_is 0
	out_is user U2 u1
	FILROUGE_TODAY=2024-03-14 try "fil-list users --active | cut -d, -f1"
	out_is user U2 u1 é3
	FILROUGE_TODAY=2024-03-16 try "fil-list users --active -w unit=Accueil | cut -d, -f1"
	out_is user 05
}

@test "--phase keeps the users who are enrolled by now" {
	people
	try "fil-list users --phase 'p*' | cut -d, -f1"
	status_is 0
	out_is user u1
	try "fil-list users --phase spring | cut -d, -f1"
	out_is user
	FILROUGE_TODAY=2024-04-01 try "fil-list users --phase spring | cut -d, -f1"
	out_is user U2
	try "fil-list users --phase '' | cut -d, -f1"
	out_is user 004 05 U2 é3
	try "fil-list users --active --phase '' | cut -d, -f1"
	out_is user U2
}

@test "--active and --phase choose the rows about these users in other tables" {
	people
	try "fil-list autonomy --active -w level=5 | cut -d, -f1-5"
	status_is 0
	out_is user,dimension,date,source,level u1,tool,2024-03-01,trainer,5
	try "fil-list autonomy --phase '' | cut -d, -f1"
	out_is user é3
	try "fil-list enrolments --phase pilot"
	out_is user,phase,enrolled,stratum,declined u1,pilot,2024-01-08,,
	try fil-list dimensions --active
	status_is 64
	out_is ''
	err_is 'fil-list: --active and --phase select users: the key of dimensions has no user' \
	    "Try 'fil-list --help' for more information."
}

# bats test_tags=sqlite
@test "--tables needs no store" {
	try env -i "PATH=$PATH" fil-list --tables
	status_is 0
	err_is ''
	try "fil-list --tables | cut -d, -f1-2"
	out_is <<- 'END'
		table,kind
		users,reference
		phases,reference
		dimensions,reference
		thresholds,reference
		levels,reference
		modules,reference
		rules,reference
		routines,reference
		promises,reference
		lessons,reference
		criteria,reference
		aliases,reference
		enrolments,plan
		assignments,plan
		commitments,plan
		autonomy,event
		needs,event
		completions,event
		practices,event
		verdicts,event
		efforts,event
	END
	try fil-list --tables -w kind=plan -w 'table~c*' -f json
	out_is '[' '{"table":"commitments","kind":"plan","meaning":"the time that each party promised"}' ']'
}

# bats test_tags=sqlite
@test "--columns prints what the catalogue says, and needs no store" {
	try env -i "PATH=$PATH" fil-list --columns autonomy
	status_is 0
	err_is ''
	try "fil-list --columns autonomy | cut -d, -f1-7"
	out_is <<- 'END'
		column,type,key,required,references,values,default
		user,key,yes,yes,users,,
		dimension,key,yes,yes,dimensions,,
		date,date,yes,yes,,,
		source,choice,yes,yes,,self|trainer|manager|test|system,
		level,integer,,yes,,0..5,
		note,long-text,,,,,
	END
	try "fil-list --columns users -w default!= | cut -d, -f1,6,7"
	out_is column,values,default 'role,user|initiator|trainer|sponsor,user' feed,,hr
	try "fil-list --columns users -w personal= | cut -d, -f1"
	out_is column
	try "fil-list --columns users -w 'personal~[ic]*' -f json | grep -o 'personal.*'"
	out_is 'personal":"identity"},' 'personal":"identity"},' 'personal":"contact"},' 'personal":"identity"}'
	try "for table in phases routines practices; do fil-list --columns \$table -w personal!= | sed \"1d; s/,.*,/ /; s/^/\$table /\"; done"
	out_is 'routines old free text' 'routines new free text' 'routines result free text' 'routines owner identity' \
		'practices user identity' 'practices routine work' 'practices date work' 'practices method work' \
		'practices item work' 'practices uses work' 'practices minutes work' 'practices result assessment' \
		'practices acceptance opinion' 'practices power opinion' 'practices note free text'
	try "fil-list --columns efforts -w key=yes -w required= | cut -d, -f1"
	out_is column item
}

@test "--values prints values that begin with a text, each once and in their order" {
	fil_store
	fil-import -q users -o /dev/null <<- 'END'
		user,name,unit
		A1,Ada,Finances/Achats
		A2,Bob,Mécénat
		A10,Eve,"Finances/Contrôle, de ""gestion"""
		B1,Max,Finances/Achats
		Ä1,Zoé,
	END
	try fil-list users --values user=A
	status_is 0
	err_is ''
	out_is user A1 A10 A2
	try fil-list users --values unit=Fin
	out_is unit Finances/Achats '"Finances/Contrôle, de ""gestion"""'
	try fil-list users --values unit=Mé -f json
	out_is '[' '{"unit":"Mécénat"}' ']'
	try fil-list users --values user=Ä
	out_is user Ä1
	try fil-list users --values unit=
	out_is unit Finances/Achats '"Finances/Contrôle, de ""gestion"""' Mécénat
	# Signs of patterns are only text.
	for text in % _ '*' '?' X; do
		try fil-list users --values "unit=$text"
		status_is 0
		out_is unit
	done
	try fil-list dimensions --values threshold=
	out_is threshold 3
	try fil-list levels --values level=4
	out_is level 4
}

@test "--values prints 200 values at most" {
	fil_store
	{ echo user,name; seq -f '%04g,N' 300; } > users.csv
	fil-import -q users users.csv -o /dev/null
	try fil-list users --values user=
	[ "$(sed 1d "$OUT" | wc -l)" -eq 200 ]
	[ "$(tail -n 1 "$OUT")" = 0200 ]
	try fil-list users --values user=029
	out_is user 0290 0291 0292 0293 0294 0295 0296 0297 0298 0299
}

# bats test_tags=sqlite
@test "--values wants a column of the table, and no conditions" {
	fil_store
	for wrong in units=A unit; do
		try fil-list users --values "$wrong"
		status_is 64
		err_is "fil-list: --values takes COL=TEXT of users, not '$wrong'" \
			"Try 'fil-list --help' for more information."
	done
	for option in --active --phase=x --where=unit=A; do
		try fil-list users --values unit=A "$option"
		status_is 64
		err_is 'fil-list: --values prints values, not rows: it has no conditions' \
			"Try 'fil-list --help' for more information."
	done
	try fil-list --tables --values unit=A
	status_is 64
	err_is 'fil-list: --tables, --columns, --values, --profiles and --show exclude each other' "Try 'fil-list --help' for more information."
}

@test "-f json writes an array, numbers as numbers" {
	people
	try fil-list autonomy -f json
	status_is 0
	out_is <<- 'END'
		[
		{"user":"u1","dimension":"tool","date":"2024-02-01","source":"trainer","level":2,"note":"first line\nsecond"},
		{"user":"u1","dimension":"tool","date":"2024-03-01","source":"trainer","level":5,"note":null},
		{"user":"é3","dimension":"process","date":"2024-02-01","source":"self","level":4,"note":" spaced "}
		]
	END
	try fil-list users -w user=004 -f json
	out_is <<- 'END'
		[
		{"user":"004","name":"Dan","email":null,"unit":null,"job":null,"manager":null,"role":"trainer","arrived":"2019-04-01","left":null,"feed":"hr"}
		]
	END
	try fil-list needs -f json
	out_is '[' ']'
}

# bats test_tags=sqlite
@test "-f table aligns what is seen, and shows line breaks" {
	people
	try fil-list autonomy -f table
	status_is 0
	out_is <<- 'END'
		user dimension date       source  level note
		u1   tool      2024-02-01 trainer     2 first line\x0asecond
		u1   tool      2024-03-01 trainer     5
		é3   process   2024-02-01 self        4  spaced 
	END
}

# bats test_tags=sqlite
@test "-f markdown is a table in a page" {
	people
	try fil-list autonomy -f markdown
	status_is 0
	out_is <<- 'END'
		| user | dimension | date | source | level | note |
		| --- | --- | --- | --- | ---: | --- |
		| u1 | tool | 2024-02-01 | trainer | 2 | first line<br>second |
		| u1 | tool | 2024-03-01 | trainer | 5 |  |
		| é3 | process | 2024-02-01 | self | 4 |  spaced  |
	END
}

# bats test_tags=sqlite
@test "-f html is one page with a table, complete in itself; markup and control characters do nothing" {
	people
	fil-record -q autonomy user=u1 dimension=tool date=2024-03-02 source=self level=1 note='<b onclick="x">&amp; '$'\u202e'
	try fil-list autonomy -w user=u1 -w 'date<2024-03-03' -f html
	status_is 0
	sed -n '/<main>/,$p' "$OUT" > "$OUT.body"
	fil_compare body "$OUT.body" <<- 'END'
		<main>
		<h1>autonomy</h1>
		<div class="scroll" role="region" tabindex="0" aria-label="autonomy">
		<table>
		<caption>autonomy</caption>
		<thead>
		<tr><th scope="col">user</th><th scope="col">dimension</th><th scope="col">date</th><th scope="col">source</th><th scope="col" class="r">level</th><th scope="col">note</th></tr>
		</thead>
		<tbody>
		<tr><th scope="row">u1</th><td>tool</td><td>2024-02-01</td><td>trainer</td><td class="r">2</td><td>first line<br>second</td></tr>
		<tr><th scope="row">u1</th><td>tool</td><td>2024-03-01</td><td>trainer</td><td class="r">5</td><td></td></tr>
		<tr><th scope="row">u1</th><td>tool</td><td>2024-03-02</td><td>self</td><td class="r">1</td><td>&lt;b onclick=&quot;x&quot;&gt;&amp;amp; \u{202e}</td></tr>
		</tbody>
		</table>
		</div>
		</main>
		</body>
		</html>
	END
	head -n 5 "$OUT" > "$OUT.head"
	fil_compare head "$OUT.head" <<- 'END'
		<!DOCTYPE html>
		<html lang="en">
		<head>
		<meta charset="utf-8">
		<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
	END
	[ "$(grep -Ec '<script|<link|<img|url\(|https?:' "$OUT")" = 0 ]
}

# bats test_tags=sqlite
@test "another format is a usage error that names those there are" {
	try fil-list users -f xml
	status_is 64
	out_is ''
	err_is "fil-list: --format: 'xml' is not one of csv, json, table, markdown, html or xlsx" \
	    "Try 'fil-list --help' for more information."
}

# bats test_tags=sqlite
@test "a terminal gets a table of its width, with a mark where text is cut" {
	people
	COLUMNS=60 try_on_terminal "fil-list users -w 'user<V'"
	status_is 0
	out_is <<- 'END'
		                   em         j man
		use                ai         o age                    le fe
		r   name           l  unit    b r   role    arrived    ft ed
		004 Dan                             trainer 2019-04-01    hr
		05  Eve               Accueil       user    2024-03-16    hr
		U2  Bo, dit…Grand"    Mécénat       user                  hr
		fil-list: 1 column is cut to fit 60 columns: -f csv or -o FILE has it whole
	END
	COLUMNS=200 try_on_terminal "fil-list users -w user=U2"
	out_is <<- 'END'
		user name               email unit    job manager role arrived left feed
		U2   Bo, dit "le Grand"       Mécénat             user              hr
	END
	try_on_terminal "fil-list -f csv dimensions | cat"
	out_is dimension,title,threshold,begins,ends 'process,Digitised process,3,,' 'tool,New tool,3,,'
}

# bats test_tags=sqlite
@test "control characters that a store holds do not reach an output" {
	people
	ask "update users set name = '$(printf '\033[31m\302\233x')' where name = 'Dan'"
	try_on_terminal 'fil-list users -w user=004'
	status_is 69
	run ! grep -qE "$(printf '\033|\302\233')" "$OUT"
	try fil-list users -w user=004
	status_is 69
	run ! grep -qE "$(printf '\033|\302\233')" "$OUT"
}

# bats test_tags=sqlite
@test "an unknown table is named with the nearest" {
	fil_store
	try fil-list user
	status_is 64
	out_is ''
	err_is "fil-list: there is no table 'user'; the nearest is 'users'" \
	    "Try 'fil-list --help' for more information."
	try fil-list Q
	status_is 64
	err_is "fil-list: there is no table 'Q'; fil-list --tables names them" \
	    "Try 'fil-list --help' for more information."
	try fil-list --columns user
	status_is 64
}

# bats test_tags=sqlite
@test "operands and options that do not fit are usage errors" {
	local line

	fil_store
	for line in '' 'users phases' '--tables users' '--columns users users' '--tables --columns users' \
	    'users -w nosuch=1' 'users -w user' 'users -w' 'autonomy -w level>x' '--wait 3 users' \
	    '--tables --active' '--no-such users' '-n users' '--quiet=yes users' 'users --columns'; do
		try "fil-list $line"
		status_is 64
		out_is ''
		[ -s "$ERR" ]
	done
}

# bats test_tags=sqlite
@test "options are read behind the operand too, whatever POSIXLY_CORRECT says" {
	people
	POSIXLY_CORRECT=1 try fil-list users -w user=004 --form=csv
	status_is 0
	out_is <<- 'END'
		user,name,email,unit,job,manager,role,arrived,left,feed
		004,Dan,,,,,trainer,2019-04-01,,hr
	END
	try fil-list -- users -q
	status_is 64
}

# bats test_tags=sqlite
@test "-q silences words, not the rows, which are the answer" {
	people
	try fil-list -q phases
	status_is 0
	fil-list phases | cmp - "$OUT"
	[ "$(wc -l < "$OUT")" -eq 3 ]
	err_is ''
	try fil-list -q phases -o phases.csv
	status_is 0
	out_is ''
	try wc -l phases.csv
	out_is '3 phases.csv'
}

# bats test_tags=sqlite
@test "-o writes a whole file of mode 0600, without leftovers" {
	people
	mkdir out
	try fil-list phases -o out/phases.csv
	status_is 0
	out_is ''
	err_is ''
	fil-list phases > wanted
	cmp wanted out/phases.csv
	try stat -c %a out/phases.csv
	out_is 600
	try ls -A out
	out_is phases.csv
}

# bats test_tags=sqlite
@test "-o replaces a file at once, follows a link, and leaves no access to others" {
	people
	echo old > page.csv
	chmod 666 page.csv
	ln -s page.csv link.csv
	try fil-list phases -o link.csv
	status_is 0
	[ -L link.csv ]
	fil-list phases | cmp - page.csv
	try stat -c %a page.csv
	out_is 600
}

# bats test_tags=sqlite
@test "-o works where files without a name cannot be given one" {
	people
	unshare -rm true || skip 'no user namespaces here'
	! ldd "$FILROUGE_BIN/fil-list" | grep -q asan || skip 'the sanitizer needs /proc'
	fil-list phases > wanted
	try "unshare -rm sh -c 'mount -t tmpfs none /proc && fil-list phases -o f'"
	status_is 0
	cmp wanted f
	try stat -c %a f
	out_is 600
	try "unshare -rm sh -c 'mount -t tmpfs none /proc && ! fil-list autonomy -w level=x -o g'"
	try ls -A
	out_is f store wanted
}

# bats test_tags=sqlite
@test "-o leaves the old file when the command fails" {
	people
	echo old > page.csv
	try fil-list nosuch -o page.csv
	status_is 64
	newer
	try fil-list phases -o page.csv
	status_is 69
	try cat page.csv
	out_is old
	try ls -A
	out_is page.csv store
}

# bats test_tags=sqlite
@test "-o does not replace what is no regular file" {
	people
	try fil-list phases -o /dev/null
	status_is 0
	[ -c /dev/null ]
	try fil-list phases -o /dev/full
	status_is 74
	err_is 'fil-list: output: No space left on device'
	try "fil-list phases -o /dev/stdout | head -1"
	status_is 0
	out_is phase,title,kind,begins,ends
	mkdir folder
	try fil-list phases -o folder
	status_is 73
	err_is 'fil-list: folder: Is a directory'
	try fil-list phases -o nowhere/file
	status_is 73
	err_is 'fil-list: nowhere/file: No such file or directory'
	try fil-list phases -o ''
	status_is 64
}

# bats test_tags=sqlite
@test "-o refuses the store and what stands beside it, however they are written" {
	local file

	people
	sha256sum "$FILROUGE_DB" > before
	ln -s store/filrouge.db link.db
	for file in "$FILROUGE_DB" store/filrouge.db ./store/../store/filrouge.db link.db \
	    store/filrouge.db-wal store/filrouge.db-shm store/filrouge.db.lock; do
		try fil-list phases -o "$file"
		status_is 73
		out_is ''
		err_is "fil-list: $file: --output would overwrite the store"
	done
	FILROUGE_DB=link.db try fil-list phases -o store/filrouge.db
	status_is 73
	sha256sum --check --quiet before
}

# bats test_tags=sqlite
@test "a full disk is an error, whenever it shows" {
	people
	try 'fil-list users > /dev/full'
	status_is 74
	err_is 'fil-list: standard output: No space left on device'
	crowd 20000
	for format in csv json table markdown html; do
		try "fil-list users -f $format > /dev/full"
		status_is 74
		err_is 'fil-list: standard output: No space left on device'
	done
	try 'fil-list --help > /dev/full'
	status_is 74
	try 'fil-list --version > /dev/full'
	status_is 74
	try 'fil-list --tables > /dev/full'
	status_is 74
}

@test "a reader that leaves ends it quietly" {
	people
	crowd 200000
	try 'fil-list users | head -1'
	status_is 141
	err_is ''
	out_is 'user,name,email,unit,job,manager,role,arrived,left,feed'
	try '(trap "" PIPE; fil-list users; echo $? > status) | head -1'
	err_is ''
	try cat status
	out_is 141
}

@test "a slow reader is told of on a terminal, and the line goes away" {
	people
	crowd 50000
	# The reader takes a little at a time until it was told of: the command tells when it may write.
	try_on_terminal "fil-list users | { for try in {1..300}; do grep -q rows/s '$OUT' && break; head -c 10000; sleep 0.05; done; cat; } | wc -l"
	status_is 0
	grep -qE '[0-9]+ rows, [0-9]+ rows/s' "$OUT"
	[ "$(tail -1 "$OUT" | tr '\r' '\n' | tail -1)" = 50006 ]
	try_on_terminal 'fil-list users -q -o users.csv'
	out_is ''
}

@test "a writer is not held up by a slow reader" {
	people
	crowd 50000
	try 'fil-list users | { fil-record -q needs user=u1 need=help; wc -l; }'
	status_is 0
	[ "${STORE:-}" = citus ] || err_is ''
	out_is 50006
}

# bats test_tags=sqlite
@test "closed descriptors lose nothing and end up in no file" {
	people
	try 'fil-list phases >&-'
	status_is 74
	err_is 'fil-list: standard output is closed'
	try 'fil-list phases -o f <&- >&- 2>&-'
	status_is 0
	fil-list phases | cmp - f
	try 'fil-list nosuch -o g 2>&-'
	status_is 64
	[ ! -e g ]
	try 'fil-list -q phases >&-'
	status_is 74
	err_is 'fil-list: standard output is closed'
}

# bats test_tags=sqlite
@test "the output is the same bytes in any language and without an environment" {
	people
	fil-list users > wanted
	for locale in C fr_FR.UTF-8 de_DE.UTF-8 tr_TR.UTF-8 POSIX; do
		try env "LC_ALL=$locale" "LANG=$locale" fil-list users
		status_is 0
		out_is < wanted
	done
	try env -i "PATH=$PATH" "FILROUGE_DB=$FILROUGE_DB" fil-list users
	status_is 0
	out_is < wanted
}

# bats test_tags=sqlite
@test "keys that look like options or commands are only keys" {
	fil_store
	ask "insert into users (\"user\", name, run) values ('-rf', '%s%n', 1), ('\$(id)', '\`id\`', 1)"
	try "fil-list users -w user=-rf | cut -d, -f1,2"
	out_is user,name '-rf,%s%n'
	try "fil-list users -w 'user=\$(id)' | cut -d, -f1,2"
	out_is user,name "\$(id),\`id\`"
}

# bats test_tags=sqlite
@test "what is no store is said, with the way to make one" {
	try fil-list users
	status_is 69
	out_is ''
	err_is "fil-list: $FILROUGE_DB: no store there: fil-init makes one"
}

# bats test_tags=sqlite
@test "--help fits a screen" {
	try fil-list --help
	status_is 0
	err_is ''
	out_is <<- 'END'
		Usage: fil-list [OPTION...] TABLE
		Print a table.

		Options:
		      --tables           print the tables and their meaning (default: rows)
		      --columns TABLE    print the columns of TABLE (default: its rows)
		      --values COL=TEXT  print values of COL beginning with TEXT (default: rows)
		      --profiles         print the profiles of sources (default: rows)
		      --profile NAME     name the profile for --show (default: none)
		      --show             print the file of the profile, to copy (default: rows)
		  -w, --where CONDITION  keep rows with COL=VALUE, != < <= > >= ~ (default: all)
		      --active           keep only present users of role user (default: all)
		      --phase GLOB       keep users of phases like GLOB, '': none (default: all)
		  -d, --db STORE         use STORE (default: FILROUGE_DB, or ~/.local/share)
		  -f, --format FORMAT    print csv|json|table|markdown|html|xlsx
		  -o, --output FILE      write to FILE, whole or not at all (default: stdout)
		      --for-excel        write CSV for a spreadsheet (default: for commands)
		      --lang LANG        write for people in fr or en (default: LANG)
		  -q, --quiet            say nothing but errors
		  -v, --verbose          say more
		  -h, --help             show this help
		      --version          show the version

		Examples:
		  fil-list users --active -w 'unit~Mécénat*' -w email=
		  fil-list autonomy -w 'date>=-4w' -f json > levels.json

		More: man fil-list, man 7 filrouge
	END
}
