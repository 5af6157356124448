#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
load helper

HEADER=action,user,name,email,unit,job,manager,role,arrived,left,feed

# Three people, in runs 2 and 3.
people() {
	fil_store fill_people
}

fill_people() {
	fil-import -q users <<- 'END'
		user,name,email,unit,job,manager,role,arrived
		00421,Ada Lefèvre,ada@example.org,Mécénat/Dons,chargée,,trainer,2020-01-06
		1042,Bo Sand,,Accueil,,00421,,
	END
	fil-import -q users <<< $'user,name\nu3,Cléo'
}

# The user named $1, without its header.
user() {
	fil-list users -w "user=$1" | tail -n +2
}

# Checks that no manager is missing.
nobody_named() {
	[ "$(ask 'select count(*) from users where manager not in (select "user" from users)')" = 0 ]
}

@test "rows are added, changed and left alone; those that changed are printed" {
	people
	try fil-import users <<- 'END'
		user,name,job
		new,Dan,agent
		00421,Ada Lefèvre,directrice
		u3,Cléo,
	END
	status_is 0
	out_is <<- END
		$HEADER
		added,new,Dan,,,agent,,user,,,hr
		changed,00421,Ada Lefèvre,ada@example.org,Mécénat/Dons,directrice,,trainer,2020-01-06,,hr
	END
	err_is "fil-import: -: UTF-8, ',', LF" \
	    'fil-import: users: 3 read, 1 added, 1 changed, 1 unchanged (run 4)'
}

@test "an import done twice changes nothing the second time, and leaves no history" {
	people
	fil-list users > users.csv
	try fil-import users users.csv
	status_is 0
	out_is "$HEADER"
	err_is "fil-import: users.csv: UTF-8, ',', LF" \
	    'fil-import: users: 3 read, 0 added, 0 changed, 3 unchanged (run 4)'
	try fil-import users users.csv
	out_is "$HEADER"
	err_is 'fil-import: users.csv: run 4 has read the same bytes' "fil-import: users.csv: UTF-8, ',', LF" \
	    'fil-import: users: 3 read, 0 added, 0 changed, 3 unchanged (run 5)'
	[ "$(ask 'select count(*) from history')" = 0 ]
	[ "$(ask 'select distinct run from users order by run')" = $'2\n3' ]
}

@test "a column that the input lacks is left alone, an empty cell clears or restores the default" {
	people
	try fil-import users <<< $'user,email,role,job\n00421,,,chef'
	status_is 0
	out_is "$HEADER" 'changed,00421,Ada Lefèvre,,Mécénat/Dons,chef,,user,2020-01-06,,hr'
	fil-import -q users --take feed=bénévoles <<< $'user\nu3'
	try fil-import users <<< $'user,name\nu3,C'
	out_is "$HEADER" 'changed,u3,C,,,,,user,,,bénévoles'
	try fil-import users --take <<< $'user,feed\nu3,'
	out_is "$HEADER" 'changed,u3,C,,,,,user,,,hr'
}

@test "every run leaves its row in runs, and values overwritten go to the history" {
	people
	fil-import -q users <<< $'user,name\nu3,C\nu4,D\n1042,Bo Sand'
	try "ask 'select run, command, read, added, changed, unchanged, rejected, input from runs where run = 4'"
	out_is '4|fil-import -q users|3|1|1|1|0|-'
	try "ask 'select count(*) from runs where length(hash) = 64 and run > 1'"
	out_is 3
	try "ask 'select count(*) from history where run = 4'"
	out_is 1
}

# bats test_tags=sqlite
@test "columns are matched by name, whatever the case, accents and space around them" {
	fil_store
	try fil-import users <<< $' USER ; Nâme;E-MAIL ;Arrivée\nu1;Ada;a@b.org;2024-01-02'
	status_is 0
	out_is "$HEADER" 'added,u1,Ada,a@b.org,,,,user,2024-01-02,,hr'
}

# bats test_tags=sqlite
@test "French headers of HR systems are known, also with a typographic apostrophe" {
	fil_store
	try fil-import users <<- 'END'
		Matricule;Nom;Prénom;Adresse e-mail;Direction;Service;Fonction;N+1;Date d’entrée;Date de sortie;Salaire;N° sécu
		00421;LEFÈVRE;Zoé;z@example.org;Mécénat;Dons;chargée;00007;13/02/2020;;2500;2 84
		00007;PETIT-DÛMENT;Noël;;Mécénat;;;;01/02/2020;31/12/2023;3000;1 70
	END
	status_is 0
	out_is <<- END
		$HEADER
		added,00421,Zoé LEFÈVRE,z@example.org,Mécénat/Dons,chargée,00007,user,2020-02-13,,hr
		added,00007,Noël PETIT-DÛMENT,,Mécénat,,,user,2020-02-01,2023-12-31,hr
	END
	err_is "fil-import: -: UTF-8, ';', LF, dates day first" 'fil-import: -: not stored: Salaire, N° sécu' \
	    'fil-import: users: 2 read, 2 added, 0 changed, 0 unchanged (run 2)'
}

# bats test_tags=sqlite
@test "English headers of HR systems are known" {
	fil_store
	try fil-import users <<- 'END'
		Employee ID	First Name	Last Name	Work Email	Department	Job Title	Manager ID	Hire Date	Termination Date
		E7	Ada	Byron	ada@example.org	Gifts	Officer		02/13/2020	
	END
	status_is 0
	out_is "$HEADER" 'added,E7,Ada Byron,ada@example.org,Gifts,Officer,,user,2020-02-13,,hr'
	err_has 'fil-import: -: UTF-8, TAB, LF, dates month first'
}

# bats test_tags=sqlite
@test "--map takes a column from a header, or composes it; an empty part leaves no separator" {
	fil_store
	try fil-import users --map 'name={Prénom} {Nom}' --map 'unit={Pôle}/{Bureau}' --map job=Métier2 <<- 'END'
		Matricule;Nom;Prénom;Pôle;Bureau;Métier2
		1;Byron;Ada;Nord;B1;agent
		2;;Bo;Sud;;
		3;Cy;;;B3;
		4;Dé;Di;;;
	END
	status_is 0
	out_is <<- END
		$HEADER
		added,1,Ada Byron,,Nord/B1,agent,,user,,,hr
		added,2,Bo,,Sud,,,user,,,hr
		added,3,Cy,,B3,,,user,,,hr
		added,4,Di Dé,,,,,user,,,hr
	END
}

# bats test_tags=sqlite
@test "--map names a header that is not there: the nearest is said" {
	fil_store
	try fil-import users --map 'unit={Direction}/{Servise}' <<< $'Matricule;Nom;Direction;Service\n1;A;B;C'
	status_is 65
	out_is ''
	err_is "fil-import: -:1: no header 'Servise', which --map names for unit; the nearest is 'Service'"
	try fil-import users --map unt=Service
	status_is 64
	err_is "fil-import: --map 'unt=Service': users has no column 'unt'; the nearest is unit" \
	    "Try 'fil-import --help' for more information."
}

@test "COL=VALUE sets a column on every row, over what the input has" {
	people
	try fil-import users job=agent unit= <<< $'user,name,unit\nu3,Cléo,X\nu4,Dan,Y'
	status_is 0
	out_is "$HEADER" 'changed,u3,Cléo,,,agent,,user,,,hr' 'added,u4,Dan,,,agent,,user,,,hr'
}

# bats test_tags=sqlite
@test "operands that make a whole row alone are one; standard input is not read" {
	fil_store
	try fil-import phases phase=p1 title='La pilote' kind=pilot begins=today ends=+90d < /dev/full
	status_is 0
	out_is action,phase,title,kind,begins,ends 'added,p1,La pilote,pilot,2024-03-15,2024-06-13'
	err_is 'fil-import: phases: 1 read, 1 added, 0 changed, 0 unchanged (run 2)'
	try fil-import phases phase=p2 title=x kind=pilot < /dev/null
	status_is 66
	out_is ''
	err_is 'fil-import: begins is missing: say begins=DATE; or give a FILE with that column (standard input is empty)'
}

# bats test_tags=sqlite
@test "a file name with = in it is written with its folder" {
	people
	echo $'user,name\nu9,Eve' > a=b.csv
	try fil-import users a=b.csv
	status_is 64
	err_is "fil-import: users has no column 'a'; a file of that name is written './a=…'" \
	    "Try 'fil-import --help' for more information."
	try fil-import users nam=b.csv
	status_is 64
	err_is "fil-import: users has no column 'nam'; did you mean 'name'?" \
	    "Try 'fil-import --help' for more information."
	try fil-import users ./a=b.csv
	status_is 0
	out_is "$HEADER" 'added,u9,Eve,,,,,user,,,hr'
}

@test "several files are one import, standard input among them" {
	fil_store
	echo $'user,name\na,A' > a.csv
	printf 'name;user;role\r\nB;b;trainer\r\n' > b.csv
	try fil-import users a.csv - b.csv <<< $'user|name|manager\nc|C|b'
	status_is 0
	out_is "$HEADER" added,a,A,,,,,user,,,hr added,c,C,,,,b,user,,,hr added,b,B,,,,,trainer,,,hr
	err_is "fil-import: a.csv: UTF-8, ',', LF" "fil-import: -: UTF-8, '|', LF" "fil-import: b.csv: UTF-8, ';', CRLF" \
	    'fil-import: users: 3 read, 3 added, 0 changed, 0 unchanged (run 2)'
	try fil-import users - a.csv -
	status_is 64
	err_is 'fil-import: standard input can be read only once' "Try 'fil-import --help' for more information."
}

# bats test_tags=sqlite
@test "one bad file among several, and nothing of the others is stored" {
	fil_store
	echo $'user,name\na,A' > a.csv
	echo $'user,name\nb,' > b.csv
	try fil-import users a.csv b.csv a.csv
	status_is 65
	out_is ''
	err_has 'fil-import: b.csv:2: name: is required but empty'
	try fil-list users
	out_is "${HEADER#action,}"
	try fil-import users a.csv nothing.csv
	status_is 66
	err_is 'fil-import: nothing.csv: cannot be opened: No such file or directory'
	try fil-list users
	out_is "${HEADER#action,}"
}

# bats test_tags=sqlite
@test "the encoding is found out: byte order mark, UTF-8, else Windows-1252; --encoding wins" {
	fil_store
	try fil-import users "$DATA/csv/ok-windows-1252.csv"
	status_is 0
	out_is "$HEADER" 'added,00421,Zoé Lefèvre,,Mécénat/Œuvres,,,user,,,hr' \
	    'added,00007,Noël Petit-Dûment,,Accueil,,,user,,,hr'
	err_has "fil-import: $DATA/csv/ok-windows-1252.csv: WINDOWS-1252, ';', CRLF"
	printf 'user;name\n1;\xa4uvre\n' > latin9.csv
	try fil-import users --encoding ISO-8859-15 latin9.csv
	out_is "$HEADER" 'added,1,€uvre,,,,,user,,,hr'
	err_has "fil-import: latin9.csv: ISO-8859-15, ';', LF"
	try fil-import users "$DATA/csv/ok-utf16le.csv"
	out_is "$HEADER" 'changed,00421,Zoé Marchais 😀,,Mécénat/Œuvres,,,user,,,hr'
	err_has "fil-import: $DATA/csv/ok-utf16le.csv: UTF-16LE with BOM, TAB, CRLF"
}

# bats test_tags=sqlite
@test "the delimiter is the one under which known headers appear; --delimiter wins" {
	local delimiter

	fil_store
	for delimiter in ',' ';' '|' $'\t'; do
		try fil-import users <<< "user${delimiter}name"$'\n'"u1${delimiter}\"A, B; C | D\""
		status_is 0
		[ "$(user u1)" = 'u1,"A, B; C | D",,,,,user,,,hr' ]
		fil-import -q users user=u1 name=x
	done
	try fil-import users --delimiter pipe --map 'name=name,x' <<< $'user|name,x|job\nu1|N|J'
	status_is 0
	[ "$(user u1)" = 'u1,N,,,J,,user,,,hr' ]
	try fil-import users name=O <<< $'user\nu1'
	status_is 0
	err_has 'fil-import: -: UTF-8, one column, LF'
}

# bats test_tags=sqlite
@test "line ends of all kinds, Excel's sep= line, blank lines and rows of empty cells are read" {
	local file

	fil_store
	for file in ok-cr ok-crlf ok-mixed ok-no-final-newline ok-blank-lines ok-sep-line ok-empty-rows; do
		try fil-import users "$DATA/csv/$file.csv"
		status_is 0
		[ "$(user 1)" = '1,A,,,,,user,,,hr' ]
		fil-import -q users user=1 name=x
	done
	try fil-import users "$DATA/csv/ok-empty-rows.csv"
	err_has "fil-import: $DATA/csv/ok-empty-rows.csv: 2 empty rows ignored"
	try fil-import users "$DATA/csv/ok-no-final-newline.csv"
	err_has "fil-import: $DATA/csv/ok-no-final-newline.csv: the last line has no newline: check that the file is complete"
}

# bats test_tags=sqlite
@test "--skip-lines passes over titles; lines are counted from the top of the file" {
	fil_store
	try fil-import users --skip-lines 2 <<< $'Export RH\nau 15 mars\nuser;name\n1;A\n2;'
	status_is 65
	err_has 'fil-import: -:5: name: is required but empty'
	try fil-import users --skip-lines 2 <<< $'Export RH\nau 15 mars\nuser;name\n1;A'
	status_is 0
	out_is "$HEADER" 'added,1,A,,,,,user,,,hr'
}

# bats test_tags=sqlite
@test "dates are read in every form that the contract names" {
	fil_store
	try fil-import users --allow no-day <<- 'END'
		user,name,arrived
		1,a,2024-02-29
		2,b,20240229
		3,c,29/02/2024
		4,d,9.2.2024
		5,e,09-02-2024
		6,f,31.12.9999
		7,g,1583-01-01
	END
	status_is 0
	try "fil-list users | cut -d, -f1,8"
	out_is user,arrived 1,2024-02-29 2,2024-02-29 3,2024-02-29 4,2024-02-09 5,2024-02-09 6,9999-12-31 7,1583-01-01
}

# bats test_tags=sqlite
@test "the order of dates is proved by a day over 12, anywhere in the file, and never guessed" {
	fil_store
	try fil-import users <<< $'user,name,arrived\n1,a,01/02/2024\n2,b,03/02/2024\n3,c,13/02/2024'
	status_is 0
	[ "$(user 1)" = '1,a,,,,,user,2024-02-01,,hr' ]
	try fil-import users <<< $'user,name,arrived\n1,a,01/02/2024\n3,c,02/13/2024'
	[ "$(user 1)" = '1,a,,,,,user,2024-01-02,,hr' ]
	try fil-import users <<< $'user,name,arrived\n1,a,2024-01-01\n2,a,01/02/2024\n3,c,02/11/2024'
	status_is 65
	out_is ''
	err_is "fil-import: -: UTF-8, ',', LF" \
	    "fil-import: -:3: arrived: ambiguous date '01/02/2024': no date of the file proves day first or month first: give --dates dmy or --dates mdy" \
	    'fil-import: users: 3 read, 1 refused; nothing was written'
	try fil-import users --dates mdy <<< $'user,name,arrived\n1,a,01/03/2024'
	[ "$(user 1)" = '1,a,,,,,user,2024-01-03,,hr' ]
	try fil-import users --dates dmy <<< $'user,name,arrived\n1,a,01/03/2024'
	[ "$(user 1)" = '1,a,,,,,user,2024-03-01,,hr' ]
}

# bats test_tags=sqlite
@test "one order of dates a file: what contradicts it is no date, and neither is what no calendar has" {
	fil_store
	try fil-import users <<- 'END'
		user,name,arrived,left
		1,a,13/02/2024,
		2,b,02/13/2024,
		3,c,31/02/2024,
		4,d,29/02/2023,
		5,e,1/2/24,
		6,f,today,
		7,g,+14d,
		8,h,01/02/1582,
		9,i,2024-02-1x,2024-13-01
	END
	status_is 65
	err_is <<- 'END'
		fil-import: -: UTF-8, ',', LF, dates day first
		fil-import: -:3: arrived: '02/13/2024' is not a date
		fil-import: -:4: arrived: '31/02/2024' is not a date
		fil-import: -:5: arrived: '29/02/2023' is not a date
		fil-import: -:6: arrived: '1/2/24' is not a date: a year of two digits needs --pivot NN
		fil-import: -:7: arrived: 'today' is not a date
		fil-import: -:8: arrived: '+14d' is not a date
		fil-import: -:9: arrived: '01/02/1582' is not a date
		fil-import: -:10: arrived: '2024-02-1x' is not a date
		fil-import: -:10: left: '2024-13-01' is not a date
		fil-import: users: 9 read, 8 refused; nothing was written
	END
}

# bats test_tags=sqlite
@test "cells are trimmed, in quotes too" {
	fil_store
	try fil-import users <<< $'user;name;job\n 1\t;  A B ; " x "'
	status_is 0
	out_is "$HEADER" 'added,1,A B,,,x,,user,,,hr'
}

# bats test_tags=sqlite
@test "what stands in a cell is never taken for a number or a formula" {
	fil_store
	try fil-import users <<- 'END'
		user,name,job,unit
		00421,=1+1,1E5,0012
		-rf,@SUM(A1),"=HYPERLINK(""http://x"",""clic"")",'quoted
		$(id),%s%n,'; DROP TABLE users; --,-2
	END
	status_is 0
	out_is <<- END
		$HEADER
		added,00421,=1+1,,0012,1E5,,user,,,hr
		added,-rf,@SUM(A1),,'quoted,"=HYPERLINK(""http://x"",""clic"")",,user,,,hr
		added,\$(id),%s%n,,-2,'; DROP TABLE users; --,,user,,,hr
	END
}

@test "managers may come after their staff, in the file or in the next one" {
	fil_store
	echo $'user,name\nz,Z' > more.csv
	try fil-import users - more.csv <<< $'user,name,manager\na,A,b\nb,B,c\nc,C,c\nd,D,z'
	status_is 0
	[ "$(user a)" = a,A,,,,b,user,,,hr ]
	[ "$(user d)" = d,D,,,,z,user,,,hr ]
	try fil-import users <<< $'user,name,manager\ne,E,a\nf,F,nobody'
	status_is 65
	err_has "fil-import: -:3: manager: 'nobody' is not in users"
}

@test "a key that stands twice is a fault unless the rows agree" {
	people
	try fil-import users <<< $'user,name\nn,N\nn,N\nn,N2\nu3,Cléo\nu3,Cléo\nu3,Claire'
	status_is 65
	out_is ''
	err_is "fil-import: -: UTF-8, ',', LF" \
	    "fil-import: -:4: user: duplicate key 'n' with different values: first on line 2; other: name (--prefer active, last or first keeps one)" \
	    "fil-import: -:7: user: duplicate key 'u3' with different values: first on line 5; other: name (--prefer active, last or first keeps one)" \
	    'fil-import: users: 6 read, 2 refused; nothing was written'
	try fil-import users <<< $'user,name\nn,N\nn,N\nu3,Cléo\nu3,Cléo\n1042,Bo\n1042,Bo'
	status_is 0
	out_is "$HEADER" added,n,N,,,,,user,,,hr changed,1042,Bo,,Accueil,,00421,user,,,hr
	err_has 'fil-import: users: 6 read, 1 added, 1 changed, 4 unchanged (run 4)'
}

@test "a repeated key and a missing reference in one list are both faults" {
	fil_store
	try fil-import users <<< $'user,name,manager\na,A,\nb,B,nobody\nc,C,\na,AA,'
	status_is 65
	out_is ''
	err_is "fil-import: -: UTF-8, ',', LF" \
	    "fil-import: -:3: manager: 'nobody' is not in users" \
	    "fil-import: -:5: user: duplicate key 'a' with different values: first on line 2; other: name (--prefer active, last or first keeps one)" \
	    'fil-import: users: 4 read, 2 refused; nothing was written'
}

@test "every unknown reference of a row is a fault, and zeros that Excel took are found" {
	people
	try fil-import enrolments <<< $'user,phase,enrolled\n421,p1,2024-01-08\nu3,p1,2024-01-08\nx,p2,2024-01-08'
	status_is 65
	err_is <<- 'END'
		fil-import: -: UTF-8, ',', LF
		fil-import: -:2: user: '421' is not in users, but '00421' is: a spreadsheet may have taken its zeros
		fil-import: -:2: phase: 'p1' is not in phases
		fil-import: -:3: phase: 'p1' is not in phases
		fil-import: -:4: user: 'x' is not in users
		fil-import: -:4: phase: 'p2' is not in phases
		fil-import: -: 2 rows name users who are not stored: import the users, or --known-only ignores such rows
		fil-import: enrolments: 3 read, 3 refused; nothing was written
	END
}

# bats test_tags=sqlite
@test "columns that make no row are told with the headers that no column takes" {
	people
	try fil-import users <<< $'Student ID,Nom,Shoe size\n1,A,43'
	status_is 65
	out_is ''
	err_is "fil-import: -: user is missing: say user=VALUE; or map a column with --map 'user=HEADER'; not used yet: Student ID, Shoe size"
}

@test "a reference that is left out is counted once, however often the input is looked at" {
	local option

	people
	for option in --only=added --last --keep-going; do
		try fil-import users "$option" --dry-run --match email --unknown manager=empty <<- 'END'
			user,name,email,manager
			n,N,n@example.org,ada@example.org
			o,O,o@example.org,nobody@example.org
		END
		status_is 0
		out_is "$HEADER" added,n,N,n@example.org,,,00421,user,,,hr added,o,O,o@example.org,,,,user,,,hr
		err_has 'fil-import: 1 reference does not exist: left empty (manager)'
	done
}

@test "a new row needs its required columns, one that exists does not" {
	people
	try fil-import users <<< $'user,role\nu3,sponsor\nnew,user'
	status_is 65
	err_has "fil-import: -:3: name: 'new' is a new row, and the input lacks this required column"
	try fil-import users <<< $'user,role\nu3,sponsor'
	status_is 0
	out_is "$HEADER" changed,u3,Cléo,,,,,sponsor,,,hr
	try fil-import users <<< $'name,role\nCléo,user'
	status_is 65
	err_is "fil-import: -: user is missing: say user=VALUE; or map a column with --map 'user=HEADER'"
}

@test "a phase that ends before it begins is a fault, whichever of the two days is given" {
	local none='fil-import: phases: 1 read, 1 refused; nothing was written'

	fil_store
	try fil-import -q phases <<< $'phase,title,kind,begins,ends\np,P,pilot,2024-01-08,2024-01-07'
	status_is 65
	err_is "fil-import: -:2: ends: '2024-01-07' is before begins, 2024-01-08: give a later day, or none" "$none"
	fil-import -q phases phase=p title=P kind=pilot begins=2024-01-08 ends=2024-01-08
	try fil-import phases phase=p ends=2023-12-31
	status_is 65
	err_is "fil-import: command line: ends: '2023-12-31' is before begins, 2024-01-08: give a later day, or none" "$none"
	try fil-import phases phase=p begins=2024-01-09
	status_is 65
	err_is "fil-import: command line: begins: '2024-01-09' is after ends, 2024-01-08: give an earlier day, or another ends too" "$none"
	fil-import -q phases phase=p begins=2024-01-09 ends=2024-01-10
	try fil-import -q --keep-going phases <<< $'phase,title,kind,begins,ends\nq,Q,rollout,2024-02-05,\nr,R,rollout,2024-02-05,2024-02-04\np,P,pilot,2024-01-11,2024-01-10'
	status_is 1
	err_has "fil-import: -:3: ends: '2024-02-04' is before begins, 2024-02-05: give a later day, or none"
	err_has "fil-import: -:4: ends: '2024-01-10' is before begins, 2024-01-11: give a later day, or none"
	try 'fil-list phases -f csv | cut -d, -f1,4,5'
	out_is phase,begins,ends p,2024-01-09,2024-01-10 q,2024-02-05,
	fil-import -q phases phase=p begins=2024-03-01 ends=
}

@test "an event dated after today is a fault, one without a date too" {
	people
	try fil-import autonomy <<- 'END'
		user,dimension,date,source,level
		u3,tool,2024-03-15,self,3
		u3,tool,2024-03-16,self,3
		u3,tool,,self,3
	END
	status_is 65
	err_is "fil-import: -: UTF-8, ',', LF" \
	    "fil-import: -:3: date: '2024-03-16' is after today, 2024-03-15" \
	    'fil-import: -:4: date: is required but empty' \
	    'fil-import: autonomy: 3 read, 2 refused; nothing was written'
	try fil-import autonomy <<< $'user,dimension,source,level\nu3,tool,self,3'
	status_is 65
	err_is "fil-import: -: date is missing: say date=DATE; or map a column with --map 'date=HEADER'"
	try fil-import autonomy date=yesterday <<< $'user,dimension,source,level\nu3,tool,self,3'
	status_is 0
	out_is action,user,dimension,date,source,level,note added,u3,tool,2024-03-14,self,3,
}

# bats test_tags=sqlite
@test "in autonomy, a column named after a dimension holds its level" {
	people
	fil-import -q dimensions dimension=accès title=Accès threshold=2
	try fil-import autonomy source=self date=2024-03-01 <<- 'END'
		Matricule;TOOL;process;Acces;note
		u3;3;;1;n
		1042;;4;;
		00421;;;;
	END
	status_is 0
	out_is <<- 'END'
		action,user,dimension,date,source,level,note
		added,u3,accès,2024-03-01,self,1,n
		added,u3,tool,2024-03-01,self,3,n
		added,1042,process,2024-03-01,self,4,
	END
	try fil-import autonomy source=self date=2024-03-01 <<< $'user,tool,level\nu3,3,4'
	status_is 65
	err_is "fil-import: -: the column 'tool' holds a level, and so does 'level': leave one out"
	try fil-import autonomy source=self date=2024-03-01 <<< $'user,tool,process\nu3,3,7\nu3,x,'
	status_is 65
	err_has "fil-import: -:2: process: '7' is not a whole number from 0 to 5"
	err_has "fil-import: -:3: tool: 'x' is not a whole number from 0 to 5"
}

# bats test_tags=sqlite
@test "faults name file, line, column and value, after quoted line breaks and CRLF too" {
	fil_store
	printf 'user;name;other;role\r\n1;A;"a\r\nb\r\nc";\r\n2;B;;boss\r\n3;C;;\r\n;D;;\r\n%065d;E;;\r\n' 7 > sirh.csv
	try fil-import users sirh.csv
	status_is 65
	out_is ''
	err_is <<- END
		fil-import: sirh.csv: UTF-8, ';', CRLF
		fil-import: sirh.csv: not stored: other
		fil-import: sirh.csv:5: role: 'boss' is not one of user, initiator, trainer, sponsor
		fil-import: sirh.csv:7: user: is required but empty
		fil-import: sirh.csv:8: user: '$(printf %064d 0)…' has 65 characters; a key has 64 at most
		fil-import: users: 5 read, 3 refused; nothing was written
	END
}

@test "one bad row, and nothing is written: not a row, not a run" {
	people
	dump > before
	try fil-import users <<< $'user,name\na,A\nb,\nu3,Other'
	status_is 65
	out_is ''
	dump | cmp - before
}

# bats test_tags=sqlite
@test "--max-faults bounds the list; the rest is counted" {
	fil_store
	try "(echo user,name; yes 'u,' | head -5000) | fil-import users"
	status_is 65
	[ "$(grep -c ' is required but empty' "$ERR")" -eq 1000 ]
	err_has 'fil-import: and 4000 more faults'
	err_has 'fil-import: users: 5000 read, 5000 refused; nothing was written'
	try fil-import users --max-faults 1 <<< $'user,name\na,\nb,\nc,'
	err_is "fil-import: -: UTF-8, ',', LF" 'fil-import: -:2: name: is required but empty' \
	    'fil-import: and 2 more faults' 'fil-import: users: 3 read, 3 refused; nothing was written'
}

@test "--keep-going writes the good rows, lists the faults of the others, and exits 1" {
	people
	try fil-import users --keep-going <<- 'END'
		user,name,role
		a,A,
		b,,
		c,"C" x,
		d,D,boss
		e,E
		u3,Cléo!,
		u3,Cléo?,
	END
	status_is 1
	out_is "$HEADER" added,a,A,,,,,user,,,hr changed,u3,Cléo!,,,,,user,,,hr
	err_is <<- 'END'
		fil-import: -: UTF-8, ',', LF
		fil-import: -:3: name: is required but empty
		fil-import: -:4: cell 2: text after the closing quote
		fil-import: -:5: role: 'boss' is not one of user, initiator, trainer, sponsor
		fil-import: -:6: 2 cells, where the header has 3 (--set short-rows=yes accepts it)
		fil-import: -:8: user: duplicate key 'u3' with different values: first on line 7; other: name (--prefer active, last or first keeps one)
		fil-import: users: 7 read, 1 added, 1 changed, 0 unchanged, 5 refused (run 4)
	END
	try "ask 'select read, added, changed, rejected from runs where run = 4'"
	out_is '7|1|1|5'
}

# bats test_tags=sqlite
@test "--rejects refuses the store and what stands beside it" {
	local file

	fil_store
	printf 'user,name\nu1,Ada\nu2,\n' > list.csv
	sha256sum "$FILROUGE_DB" > before
	ln -s store/filrouge.db link.db
	for file in "$FILROUGE_DB" link.db store/filrouge.db-wal store/filrouge.db.lock; do
		try fil-import users --keep-going --rejects "$file" list.csv
		status_is 73
		out_is ''
		err_is "fil-import: $file: --rejects would overwrite the store"
	done
	sha256sum --check --quiet before
}

@test "--max-rejects: over it nothing is written, and that is said" {
	fil_store
	printf 'user,name\nu1,Ada\nu2,\nu3,Cy\n' > list.csv
	try fil-import users --keep-going --max-rejects 0 list.csv
	status_is 65
	out_is ''
	err_is "fil-import: list.csv: UTF-8, ',', LF" \
	    'fil-import: more rows were refused than --max-rejects allows' \
	    'fil-import: list.csv:3: name: is required but empty' \
	    'fil-import: users: 3 read, 1 refused; nothing was written'
	try fil-import users --keep-going --max-rejects 33% list.csv
	status_is 65
	try fil-import users --keep-going --max-rejects 34% list.csv
	status_is 1
	out_is "$HEADER" added,u1,Ada,,,,,user,,,hr added,u3,Cy,,,,,user,,,hr
	try fil-import users --keep-going --max-rejects 1 list.csv
	status_is 1
}

# bats test_tags=sqlite
@test "--rejects refuses the input itself, whose good rows would vanish" {
	fil_store
	printf 'user,name\nu1,Ada\nu2,\n' > list.csv
	cp list.csv copy.csv
	ln -s list.csv link.csv
	try fil-import users --rejects ./link.csv list.csv
	status_is 73
	err_is 'fil-import: ./link.csv: --rejects would overwrite the input'
	cmp copy.csv list.csv
	try fil-import users --rejects - - < list.csv
	status_is 65
}

# bats test_tags=sqlite
@test "--keep-going does not go on when nothing proves the order of dates" {
	fil_store
	try fil-import users --keep-going <<< $'user,name,arrived\na,A,\nb,B,01/02/2024\nc,C,01/02/2024'
	status_is 65
	out_is ''
	try fil-list users
	out_is "${HEADER#action,}"
}

@test "--keep-going refuses a row whose manager's own row is refused, up the whole line" {
	people
	try fil-import users --keep-going <<- 'END'
		user,name,manager
		a,A,b
		b,B,c
		c,C,d
		d,,
		e,E,u3
		u3,Cléo,d
		1042,,
		f,F,1042
		g,G,h
		h,H,g
	END
	status_is 1
	out_is "$HEADER" added,e,E,,,,u3,user,,,hr added,f,F,,,,1042,user,,,hr added,g,G,,,,h,user,,,hr \
	    added,h,H,,,,g,user,,,hr
	err_is <<- 'END'
		fil-import: -: UTF-8, ',', LF
		fil-import: -:10: manager: 'g' is managed by 'h', who is managed by 'g': --allow circle
		fil-import: -:2: manager: 'b' is not in users
		fil-import: -:3: manager: 'c' is not in users
		fil-import: -:4: manager: 'd' is not in users
		fil-import: -:5: name: is required but empty
		fil-import: -:7: manager: 'd' is not in users
		fil-import: -:8: name: is required but empty
		fil-import: users: 10 read, 4 added, 0 changed, 0 unchanged, 6 refused (run 4)
	END
	nobody_named
}

@test "--keep-going: a new manager whom the input cannot make is no manager" {
	people
	try fil-import users --keep-going <<< $'user,manager\n00421,boss\nboss,\n1042,u3'
	status_is 1
	out_is "$HEADER" changed,1042,'Bo Sand',,Accueil,,u3,user,,,hr
	err_is <<- 'END'
		fil-import: -: UTF-8, ',', LF
		fil-import: -:2: manager: 'boss' is not in users
		fil-import: -:3: name: 'boss' is a new row, and the input lacks this required column
		fil-import: users: 3 read, 0 added, 1 changed, 0 unchanged, 2 refused (run 4)
	END
	nobody_named
}

@test "--keep-going: a row that repeats a refused one is refused too" {
	people
	try fil-import enrolments --keep-going enrolled=2024-01-08 <<< $'user,phase\nu3,p\nu3,p\nu9,p'
	status_is 1
	out_is action,user,phase,enrolled,stratum,declined
	err_is <<- 'END'
		fil-import: -: UTF-8, ',', LF
		fil-import: -:2: phase: 'p' is not in phases
		fil-import: -:3: phase: 'p' is not in phases
		fil-import: -:4: user: 'u9' is not in users
		fil-import: -:4: phase: 'p' is not in phases
		fil-import: -: 1 row names a user who is not stored: import the user, or --known-only ignores such rows
		fil-import: enrolments: 3 read, 0 added, 0 changed, 0 unchanged, 3 refused (run 4)
	END
	try fil-import users --keep-going <<< $'user,name,manager\nn,N,nobody\nn,N,u3'
	status_is 1
	out_is "$HEADER" added,n,N,,,,u3,user,,,hr
}

@test "--known-only: a new manager whom the input may not add is no manager" {
	people
	try fil-import users --known-only <<< $'user,name,manager\n00421,Ada,boss\nboss,B,\n1042,Bo,u3'
	status_is 65
	out_is ''
	err_is <<- 'END'
		fil-import: -: UTF-8, ',', LF
		fil-import: -:2: manager: 'boss' is not in users
		fil-import: users: 3 read, 1 refused; nothing was written
	END
}

@test "a key that stands in two files is told with the place where it stood first" {
	people
	printf 'user,name\na,A\nb,B\n' > one.csv
	printf 'user,name\nc,C\nb,Bo\na,A\na,Al\nc,C2\n' > two.csv
	try fil-import users --max-faults 2 one.csv two.csv
	status_is 65
	err_is <<- 'END'
		fil-import: one.csv: UTF-8, ',', LF
		fil-import: two.csv: UTF-8, ',', LF
		fil-import: two.csv:3: user: duplicate key 'b' with different values: first in one.csv:3; other: name (--prefer active, last or first keeps one)
		fil-import: two.csv:5: user: duplicate key 'a' with different values: first in one.csv:2; other: name (--prefer active, last or first keeps one)
		fil-import: and 1 more fault
		fil-import: users: 7 read, 3 refused; nothing was written
	END
	try fil-import autonomy source=self date=2024-03-01 <<< $'user,tool,process\nu3,1,2\nu3,1,3'
	status_is 65
	err_has "fil-import: -:3: user: duplicate key 'u3, process, 2024-03-01, self' with different values: first on line 2; other: level (--prefer last or first keeps one)"
}

@test "--dry-run prints what the real run then prints, and keeps nothing" {
	local file

	people
	fil-list users > mine.csv
	echo $'user,name\nu3,Claire\nn,N\n1042,Bo Sand' > some.csv
	echo $'user,name\nu3,Clara\nn,' > bad.csv
	dump > before
	for file in mine.csv some.csv bad.csv "$DATA/csv/ok-windows-1252.csv"; do
		try fil-import users --keep-going --dry-run "$file"
		cp "$OUT" dry.out
		grep -vx 'fil-import: dry run: nothing is kept' "$ERR" > dry.err
		[ "$(grep -cx 'fil-import: dry run: nothing is kept' "$ERR")" -eq 1 ]
		dump | cmp - before
		try fil-import users --keep-going "$file"
		out_is < dry.out
		err_is < dry.err
		dump > before
	done
	try fil-import users -n bad.csv
	status_is 65
	cp "$ERR" dry.err
	try fil-import users bad.csv
	status_is 65
	err_is < dry.err
}

@test "--only selects the rows that are printed, not those that are written" {
	people
	try fil-import users --only added <<< $'user,name\nn,N\nu3,C'
	status_is 0
	out_is "$HEADER" added,n,N,,,,,user,,,hr
	[ "$(user u3)" = u3,C,,,,,user,,,hr ]
	try fil-import users --only changed,added <<< $'user,name\nm,M\nu3,D'
	out_is "$HEADER" added,m,M,,,,,user,,,hr changed,u3,D,,,,,user,,,hr
	try fil-import users --only neu <<< $'user,name\nm,X'
	status_is 64
	err_is "fil-import: --only takes added, changed, left, returned or removed, not 'neu'" \
	    "Try 'fil-import --help' for more information."
}

# bats test_tags=sqlite
@test "the answer has four formats" {
	fil_store
	try fil-import phases -f json <<< $'phase,title,kind,begins,ends\np,"A ""b""",pilot,2024-01-08,'
	status_is 0
	out_is '[' '{"action":"added","phase":"p","title":"A \"b\"","kind":"pilot","begins":"2024-01-08","ends":null}' ']'
	try fil-import phases -f table <<< $'phase,title,kind,begins\nq,Été,pilot,2024-01-08'
	out_is 'action phase title kind  begins     ends' 'added  q     Été   pilot 2024-01-08'
	try fil-import phases -f markdown <<< $'phase,title,kind,begins\nr,a|b,pilot,2024-01-08'
	out_is '| action | phase | title | kind | begins | ends |' '| --- | --- | --- | --- | --- | --- |' \
	    '| added | r | a\|b | pilot | 2024-01-08 |  |'
	try fil-import phases -f csv -o new.csv <<< $'phase,title,kind,begins\ns,"a,b",pilot,2024-01-08'
	out_is ''
	try cat new.csv
	out_is action,phase,title,kind,begins,ends 'added,s,"a,b",pilot,2024-01-08,'
}

# bats test_tags=sqlite
@test "-q says nothing but errors" {
	fil_store
	try fil-import -q users <<< $'user,name,x\na,A,'
	status_is 0
	out_is ''
	err_is ''
	try fil-import -q users <<< $'user,name,x\na,,'
	status_is 65
	out_is ''
	err_is 'fil-import: -:2: name: is required but empty' 'fil-import: users: 1 read, 1 refused; nothing was written'
}

# bats test_tags=sqlite
@test "on a terminal the summary is enough; -v or -f shows the rows" {
	fil_store
	echo $'user,name\nu1,Ada' > a.csv
	try_on_terminal 'fil-import users a.csv'
	status_is 0
	out_is "fil-import: a.csv: UTF-8, ',', LF" 'fil-import: users: 1 read, 1 added, 0 changed, 0 unchanged (run 2)'
	echo $'user,name\nu1,Bo' > b.csv
	try_on_terminal 'fil-import users -f csv b.csv 2> /dev/null'
	out_is "$HEADER" changed,u1,Bo,,,,,user,,,hr
	echo $'user,name\nu1,Cy' > c.csv
	try_on_terminal 'fil-import users -v c.csv 2> /dev/null'
	out_is 'action  user name email unit job manager role arrived left feed' \
	    'changed u1   Cy                          user              hr'
}

# bats test_tags=sqlite
@test "on a terminal a command that waits for its input says so" {
	fil_store
	try_on_terminal 'fil-import users'
	status_is 66
	out_has 'fil-import: reading standard input; end it with Ctrl-D'
}

# bats test_tags=sqlite
@test "a header without rows is nothing to do; no bytes at all are no input" {
	fil_store
	try fil-import users "$DATA/csv/ok-header-only.csv"
	status_is 0
	out_is "$HEADER"
	err_is "fil-import: $DATA/csv/ok-header-only.csv: UTF-8, ';', LF" \
	    'fil-import: users: 0 read, 0 added, 0 changed, 0 unchanged (run 2)'
	: > empty.csv
	try fil-import users empty.csv
	status_is 66
	err_is 'fil-import: empty.csv: the input is empty'
	try fil-import users <<< ''
	status_is 65
	err_is 'fil-import: -: no header: all lines are blank'
}

# One row and more of every table.
all_tables() {
	fil-import -q users <<- 'END'
		user,name,email,unit,job,manager,role,arrived,left,feed
		00421,"Lefèvre, Zoé",z@example.org,Méc/Dons,chargée,u2,user,2020-01-06,2024-02-01,hr
		u2,"Bo ""le Grand""",,,,u2,trainer,,,bénévoles
	END
	fil-import -q phases <<< $'phase,title,kind,begins,ends\np,Pilote,pilot,2024-01-08,2024-04-01\nr,R,rollout,2024-05-01,'
	fil-import -q dimensions dimension=accès title='Accès, droits' threshold=2
	fil-import -q levels level=5 title='helps' description=$'two\nlines'
	fil-import -q modules <<- 'END'
		module,title,kind,dimension,level,minutes,url
		m,Cours,course,tool,3,90.5,https://example.org/?a=b&c
		g,Guide,guide,,,,
	END
	fil-import -q rules <<- 'END'
		rule,module,phase,dimension,below,need,unit,job,due
		1,m,p*,tool,3,,Méc*,,14
		2,g,,,,export,,"[!a]*",
	END
	fil-import -q routines routine=don title='Reçu de don' old=$'a\nb' new='c' result=d owner=u2
	fil-import -q promises promise=1 kind=limit statement='Not offline' routine=don owner=u2 made=2024-01-08 due=2024-06-01
	fil-import -q lessons lesson=1 phase=p observed='Too fast' change='Slower' module=m date=2024-03-01
	fil-import -q criteria criterion=c title=C report="autonomy -w 'unit~M*'" require='share_min>=80' phase=p set=2024-01-02 why='so it was  agreed'
	fil-import -q aliases alias=zlefevre source=moodle user=00421
	fil-import -q enrolments user=00421 phase=p enrolled=2024-01-08 stratum=Méc declined=2024-01-20
	fil-import -q assignments user=00421 module=m assigned=2024-01-09 phase=p trainer=u2 due=2024-02-01 reason='a, b'
	fil-import -q commitments <<< $'user,phase,activity,minutes\n00421,p,atelier,0.125\nu2,p,atelier,480'
	fil-import -q autonomy user=00421 dimension=tool date=2024-02-01 source=test level=0 note=$'multi\n\nline '
	fil-import -q needs user=00421 need=export date=2024-02-01 note=' spaced '
	fil-import -q completions user=00421 module=m date=2024-02-02 outcome=partial note='-'
	fil-import -q practices <<- 'END'
		user,routine,date,method,item,uses,minutes,result,acceptance,power,note
		00421,don,2024-02-03,new,,3,12.5,equivalent,4,5,
		00421,don,2024-02-03,new,0017,1,,failed,,,"""x"""
	END
	fil-import -q verdicts promise=1 user=00421 date=2024-03-01 verdict=partly note=x
	fil-import -q efforts user=u2 date=2024-02-01 activity=atelier item= phase=p minutes=60
}

@test "what is listed is taken back without a change, for all tables" {
	local table n=0

	fil_store
	all_tables
	for table in $(fil-list --tables | tail -n +2 | cut -d, -f1); do
		fil-list "$table" > wanted
		[ "$(wc -l < wanted)" -gt 1 ]
		try "fil-list $table | fil-import $table"
		status_is 0
		[ "$(wc -l < "$OUT")" -eq 1 ]
		fil-list "$table" | cmp - wanted
		n=$((n + 1))
	done
	[ $n -eq 21 ]
	[ "$(ask 'select sum(changed + added) from runs where run > 22')" = 0 ]
	# Into an empty store the tables go in the order of the catalogue.
	fil-init -q -d copy.db
	for table in $(fil-list --tables | tail -n +2 | cut -d, -f1); do
		fil-list "$table" > wanted
		fil-import -q -d copy.db "$table" wanted
		fil-list -d copy.db "$table" | cmp - wanted
	done
}

# bats test_tags=sqlite
@test "numbers and amounts are read as people write them, and refused where they could be two things" {
	people
	fil-import -q phases phase=p title=P kind=pilot begins=2024-01-08
	try fil-import efforts phase=p <<- 'END'
		user;date;activity;item;minutes
		u3;2024-01-08;a;1;12,50
		u3;2024-01-08;a;2;12.500
		u3;2024-01-08;a;3;1 234,5
		u3;2024-01-08;a;4;0,125
	END
	status_is 0
	cut -d, -f5,7 "$OUT" > cells
	try cat cells
	out_is item,minutes 1,12.5 2,12500 3,1234.5 4,0.125
	try fil-import efforts phase=p <<- 'END'
		user;date;activity;item;minutes
		u3;2024-01-08;a;1;1.234.5
		u3;2024-01-08;a;2;-1
		u3;2024-01-08;a;3;1e3
		u3;2024-01-08;a;4;0,1234
		u3;2024-01-08;a;5;NaN
		u3;2024-01-08;a;6;12 minx
	END
	status_is 65
	[ "$(grep -c '^fil-import: -:[2-7]: minutes: ' "$ERR")" -eq 6 ]
}

# bats test_tags=sqlite
@test "choices are compared folded, and stored as declared" {
	fil_store
	try fil-import phases <<< $'phase,title,kind,begins\np,P, PILOT ,2024-01-08\nr,R,Rollout,2024-01-08'
	status_is 0
	out_is action,phase,title,kind,begins,ends added,p,P,pilot,2024-01-08, added,r,R,rollout,2024-01-08,
}

# bats test_tags=sqlite
@test "text is stored composed, so that the same name is the same name, and a key the same key" {
	fil_store
	printf 'user,name\ne\xcc\x81,Zoe\xcc\x81\n' > nfd.csv
	try fil-import users nfd.csv
	status_is 0
	out_is "$HEADER" $'added,é,Zoé,,,,,user,,,hr'
	try fil-import users <<< $'user,name\ne\u0301,Zoé'
	out_is "$HEADER"
}

@test "rows are printed in the order of the input" {
	fil_store
	try "seq 3000 -1 1 | sed '1i user' | fil-import users name=x | tail -n +2 | cut -d, -f2"
	status_is 0
	seq 3000 -1 1 | out_is
}

@test "repeated keys among thousands of new rows are found, in the order of the input" {
	local said='with different values: first on line'

	fil_store
	(echo user,name; seq 5000 | sed 's/.*/u&,N/'; echo u1,N; echo u4999,N; echo u6000,N; echo u6000,N) > list.csv
	try fil-import users --dry-run list.csv
	status_is 0
	err_has 'fil-import: users: 5004 read, 5001 added, 0 changed, 3 unchanged (run 2)'
	(cat list.csv; echo u4998,M; echo u7000,; echo u2,M; echo u6000,M) > more.csv
	try fil-import users more.csv
	status_is 65
	grep 'more.csv:[0-9]' "$ERR" | sed 's/; other: .*//' > faults
	diff faults - <<- END
		fil-import: more.csv:5006: user: duplicate key 'u4998' $said 4999
		fil-import: more.csv:5007: name: is required but empty
		fil-import: more.csv:5008: user: duplicate key 'u2' $said 3
		fil-import: more.csv:5009: user: duplicate key 'u6000' $said 5004
	END
}

@test "thousands of users in no order are stored, and a manager in another case is named, wherever the row is" {
	fil_store
	(echo user,name,manager; perl -e 'for my $i (map { $_ * 2477 % 6000 } 0 .. 5999) {
		printf "u%d,N%d,%s\n", $i, $i, $i ? "u" . int($i / 2) : "" }') > users.csv
	(cat users.csv; echo x1,X,U5999) > bad.csv
	try fil-import users bad.csv
	status_is 65
	out_is ''
	err_is "fil-import: bad.csv: UTF-8, ',', LF" \
		"fil-import: bad.csv:6002: manager: 'U5999' is not in users, but 'u5999' is" \
		'fil-import: users: 6001 read, 1 refused; nothing was written'
	try "fil-import -f csv users users.csv | cut -d, -f2,3,7 | tail -n +2"
	tail -n +2 users.csv | out_is
	try "fil-list users | tail -n +2 | cut -d, -f1,2,6"
	tail -n +2 users.csv | LC_ALL=C sort | out_is
	fil-check -q
}

@test "a large list may name managers long before their rows, and one who has no row is a fault of the line" {
	local name

	name=$(printf 'N%.0s' {1..120})
	fil_store
	(echo user,name,manager; perl -e 'for my $i (0 .. 39999) {
		printf "u%05d,%s,%s\n", $i, "'"$name"'", $i < 39000 ? "u" . (39000 + $i % 1000) : "" }') > users.csv
	sed '11s/[^,]*$/nobody/; 39992s/,N*/,/' users.csv > bad.csv
	try fil-import users bad.csv
	status_is 65
	out_is ''
	err_is "fil-import: bad.csv: UTF-8, ',', LF" \
		"fil-import: bad.csv:11: manager: 'nobody' is not in users" \
		'fil-import: bad.csv:39992: name: is required but empty' \
		'fil-import: users: 40000 read, 2 refused; nothing was written'
	try "sed 39992d users.csv | fil-import users"
	status_is 65
	err_has "fil-import: -:992: manager: 'u39990' is not in users"
	try "fil-import -f csv users users.csv | cut -d, -f2,3,7 | tail -n +2"
	tail -n +2 users.csv | out_is
	try "sed 's/,.*/,$name/; 1s/.*/user,note/' users.csv | fil-record autonomy dimension=tool date=2024-01-08 source=self level=3 | tail -n 1"
	status_is 0
	out_is "added,u39999,tool,2024-01-08,self,3,$name"
	fil-check -q
}

# bats test_tags=sqlite
@test "rows that threads read and insert have the same answers as those of one processor" {
	local one

	one=$(taskset -pc $$ | sed 's/.*: //; s/[,-].*//')
	(echo user,name,manager; seq -f %05.0f 20000 | sed 's/.*/u&,Name long enough for threads &,u00001/'
		seq -f %05.0f 9000 9003 | sed 's/.*/u&,Name long enough for threads &,u00001/'
		echo u19999,M,u00001; echo x,,u00001; echo y,Y,nobody
		seq -f %05.0f 30000 39000 | sed 's/.*/u&,Name long enough for threads &,u30000/') > list.csv
	sed 's/^\(u[0-9]*00\),Name/\1,New name/' list.csv > again.csv
	for way in '' "taskset -c $one"; do
		rm -rf store
		fil_store
		try "$way fil-import users --keep-going --allow circle list.csv"
		status_is 1
		mv "$OUT" "out${way:+2}"
		mv "$ERR" "err${way:+2}"
		try "$way fil-import users --keep-going --allow circle again.csv"
		status_is 1
		cat "$OUT" "$ERR" > "again${way:+2}"
		fil-list users > "users${way:+2}"
		fil-check -q
	done
	cmp out out2
	cmp err err2
	cmp again again2
	cmp users users2
	sed 's/; other: .*//' err | diff - <(
		echo "fil-import: list.csv: UTF-8, ',', LF"
		echo "fil-import: list.csv:20006: user: duplicate key 'u19999' with different values: first on line 20000"
		echo 'fil-import: list.csv:20007: name: is required but empty'
		echo "fil-import: list.csv:20008: manager: 'nobody' is not in users"
		echo 'fil-import: users: 29008 read, 29001 added, 0 changed, 4 unchanged, 3 refused (run 2)'
	)
}

# bats test_tags=sqlite
@test "an unknown table is named with the nearest" {
	try fil-import usrs
	status_is 64
	out_is ''
	err_is "fil-import: there is no table 'usrs'; the nearest is 'users'" "Try 'fil-import --help' for more information."
	try fil-import
	status_is 64
	err_is "fil-import: give the table to import into; 'fil-list --tables' lists them" \
	    "Try 'fil-import --help' for more information."
}

@test "texts are spaced as a key is, but for the four columns that filrouge(5) names" {
	fil_store
	fil-import -q users <<< $'user,name,job\nu, A  B , c  d'
	fil-import -q lessons <<< $'lesson,observed,change,date\nl,"a  b "," c",2024-01-01'
	fil-import -q criteria <<< $'criterion,title,report,require,set\nc, a  b ,autonomy  --by unit ," share_min  > 1",2024-01-01'
	[ "$(ask "select '<' || name || '|' || job || '>' from users")" = '<A B|c d>' ]
	[ "$(ask "select '<' || observed || '|' || \"change\" || '>' from lessons")" = '<a  b | c>' ]
	[ "$(ask "select '<' || title || '|' || report || '|' || require || '>' from criteria")" = '<a b|autonomy  --by unit| share_min  > 1>' ]
	try fil-check -q
	status_is 0
	ask "update users set job = 'c  d'" > /dev/null
	ask "update lessons set observed = 'a   b'" > /dev/null
	try fil-check -q
	status_is 1
	[ "$(grep -E '^(error|warning),value' "$OUT")" = "error,value,users,user=u,job,'c  d' would be stored as 'c d'" ]
}
