#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Cells that are well formed and hardly ever meant: words for nothing, days that are none, totals, keys that a spreadsheet
# has changed. They are refused or told, with the way out, unless they are stored already.
load helper

HEADER=action,user,name,email,unit,job,manager,role,arrived,left,feed
FORMAT="UTF-8, ';', LF"

# Makes a store with 00421 and 00422.
two() {
	fil_store fill_two
}

fill_two() {
	fil-import users -q <<< $'user,name\n00421,Alix BRUN\n00422,Bea COLIN'
}

# unchanged N: what is listed is imported again without a doubt and without a change.
unchanged() {
	try 'fil-list users | fil-import users --strict'
	status_is 0
	out_is "$HEADER"
	err_is "fil-import: -: UTF-8, ',', LF" "fil-import: users: $1 read, 0 added, 0 changed, $1 unchanged (run $2)"
}

# bats test_tags=sqlite
@test "a word for nothing in an optional column is told once for each column, and only when it changes a row" {
	fil_store
	printf '%s\n' 'Matricule;Nom complet;Service;Courriel' '1;Alix BRUN;\N;NULL' '2;Bea COLIN;-;a@x.example' \
	    '3;Cyd DENIS;n/a;néant' > nulls.csv
	try fil-import users nulls.csv
	status_is 0
	out_is "$HEADER" 'added,1,Alix BRUN,NULL,\N,,,user,,,hr' 'added,2,Bea COLIN,a@x.example,-,,,user,,,hr' \
	    'added,3,Cyd DENIS,néant,n/a,,,user,,,hr'
	err_is "fil-import: nulls.csv: $FORMAT" \
	    "fil-import: nulls.csv:2: email: 'NULL' may mean nothing: [values.email] empty = NULL | néant, or --allow null-word (2 rows)" \
	    "fil-import: nulls.csv:2: unit: '\\N' may mean nothing: [values.unit] empty = \\N | - | n/a, or --allow null-word (3 rows)" \
	    'fil-import: users: 3 read, 3 added, 0 changed, 0 unchanged (run 2)'
	unchanged 3 3
	try fil-import users --strict <<< $'user,name,unit\n1,Alix B.,\\N'
	status_is 0
	try fil-import users --strict <<< $'user,name,unit\n1,Alix BRUN,None'
	status_is 1
	err_is "fil-import: -: UTF-8, ',', LF" \
	    "fil-import: -:2: unit: 'None' may mean nothing: [values.unit] empty = None, or --allow null-word" \
	    'fil-import: refused: 1 doubt, and --strict accepts none; nothing was written'
}

# bats test_tags=sqlite
@test "the way out of a word for nothing works as it is printed" {
	fil_store
	printf '%s\n' 'Matricule;Nom complet;Service' '1;Alix BRUN;\N' '2;Bea COLIN;-' '3;Cyd DENIS;#N/A' '4;NULL;Dons' > in.csv
	printf '%s\n' '[values.unit]' 'empty = \N | - | #N/A' '[skip]' 'Nom complet = NULL' > p.ini
	try fil-import users --strict --profile p.ini in.csv
	status_is 0
	out_is "$HEADER" 'added,1,Alix BRUN,,,,,user,,,hr' 'added,2,Bea COLIN,,,,,user,,,hr' 'added,3,Cyd DENIS,,,,,user,,,hr'
	try fil-import users --strict --allow null-word in.csv
	status_is 0
	out_is "$HEADER" 'changed,1,Alix BRUN,,\N,,,user,,,hr' 'changed,2,Bea COLIN,,-,,,user,,,hr' \
	    'changed,3,Cyd DENIS,,#N/A,,,user,,,hr' 'added,4,NULL,,Dons,,,user,,,hr'
	unchanged 4 4
}

# bats test_tags=sqlite
@test "the way out of a column composed of several works as it is printed" {
	fil_store
	printf '%s\n' 'Matricule;Prénom;Nom' '1;;NULL' '2;Bea;COLIN' > in.csv
	try fil-import users in.csv
	status_is 65
	err_has "fil-import: in.csv:2: name: 'NULL' may mean nothing: [skip] {Prénom} {Nom} = NULL, or --allow null-word"
	printf '%s\n' '[skip]' '{Prénom} {Nom} = NULL' > p.ini
	try fil-import users --strict --profile p.ini in.csv
	status_is 0
	out_is "$HEADER" 'added,2,Bea COLIN,,,,,user,,,hr'
}

# bats test_tags=sqlite
@test "a word for nothing is one as a part of a unit, and of a name that nobody has" {
	fil_store
	printf '%s\n' 'Matricule;Prénom;Nom;Direction;Service' '1;Ann;Null;Dons;NULL' '2;Bea;Nan;Legs;n/c' '3;NULL;NULL;Dons;' \
	    '4;N/A;ROUX;Dons;' '5;Cyd;#REF!;Dons;' '6;Dov;EON;Dons;#N/A' > in.csv
	try fil-import users in.csv
	status_is 65
	err_is "fil-import: in.csv: $FORMAT" \
	    "fil-import: in.csv:2: unit: 'Dons/NULL' holds a word that may mean nothing: [values.unit] empty = NULL | n/c, or --allow null-word (2 rows)" \
	    "fil-import: in.csv:4: name: 'NULL NULL' holds a word that may mean nothing: [skip] {Prénom} {Nom} = NULL NULL, or --allow null-word" \
	    "fil-import: in.csv:5: name: 'N/A ROUX' holds a word that may mean nothing: [skip] {Prénom} {Nom} = N/A ROUX, or --allow null-word" \
	    "fil-import: in.csv:6: name: 'Cyd #REF!' holds the error of a formula: [skip] {Prénom} {Nom} = Cyd #REF!, or --allow null-word" \
	    "fil-import: in.csv:7: unit: 'Dons/#N/A' holds the error of a formula: [values.unit] empty = #N/A, or --allow null-word" \
	    'fil-import: users: 6 read, 4 refused; nothing was written'
	printf '%s\n' '[values.unit]' 'empty = NULL | n/c | #N/A' '[skip]' '{Prénom} {Nom} = NULL NULL | N/A ROUX | Cyd #REF!' > p.ini
	try fil-import users --strict --profile p.ini in.csv
	status_is 0
	out_is "$HEADER" 'added,1,Ann Null,,Dons,,,user,,,hr' 'added,2,Bea Nan,,Legs,,,user,,,hr' 'added,6,Dov EON,,Dons,,,user,,,hr'
	try fil-import users <<< $'user;name;unit\n7;G;Dons/NULL/Paris'
	err_has "fil-import: -:2: unit: 'Dons/NULL/Paris' holds a word that may mean nothing: [values.unit] Dons/Paris = Dons/NULL/Paris, or --allow null-word"
}

# bats test_tags=sqlite
@test "a notice lists the words of a column once each, and says when there are more" {
	fil_store
	printf '%s\n' user,name,unit 1,a,NULL 2,b,null 3,c,None 4,d,NULL > in.csv
	try fil-import users -n in.csv
	err_has "fil-import: in.csv:2: unit: 'NULL' may mean nothing: [values.unit] empty = NULL | None, or --allow null-word (4 rows)"
	printf '%s\n' user,name,unit 1,a,NULL '2,a,(null)' 3,a,nil 4,a,none 5,a,n/a 6,a,na 7,a,NaN 8,a,'\N' 9,a,- 10,a,? 11,a,? > in.csv
	try fil-import users -n in.csv
	err_has "fil-import: in.csv:2: unit: 'NULL' may mean nothing: [values.unit] empty = NULL | (null) | nil | none | n/a | na | NaN | \N | -, or --allow null-word (11 rows, with more words)"
}

# bats test_tags=sqlite
@test "the error of a formula is a fault everywhere, a word for nothing where a value is needed" {
	fil_store
	printf '%s\n' 'Matricule;Nom complet;Service;Responsable' '1;#REF!;#VALEUR!;' '2;NULL;Dons;' '3;-;Dons;' \
	    '4;Dov EON;Dons;#N/A' > in.csv
	try fil-import users in.csv
	status_is 65
	out_is ''
	err_is "fil-import: in.csv: $FORMAT" \
	    "fil-import: in.csv:4: name: '-' may mean nothing: [skip] Nom complet = -, or --allow null-word" \
	    "fil-import: in.csv:2: name: '#REF!' is the error of a formula: [skip] Nom complet = #REF!, or --allow null-word" \
	    "fil-import: in.csv:2: unit: '#VALEUR!' is the error of a formula: [values.unit] empty = #VALEUR!, or --allow null-word" \
	    "fil-import: in.csv:3: name: 'NULL' may mean nothing: [skip] Nom complet = NULL, or --allow null-word" \
	    "fil-import: in.csv:5: manager: '#N/A' is not in users; it is the error of a formula: [values.manager] empty = #N/A" \
	    'fil-import: users: 4 read, 3 refused; nothing was written'
}

# bats test_tags=sqlite
@test "in free text every word is only a word" {
	two
	try fil-record needs --strict <<< $'user,need,date,note\n00421,excel,2024-03-01,#N/A\n00422,excel,2024-03-01,NULL'
	status_is 0
	out_is action,user,need,date,note 'added,00421,excel,2024-03-01,#N/A' added,00422,excel,2024-03-01,NULL
}

# bats test_tags=sqlite
@test "a day that stands for no date is a fault that quotes the cell" {
	fil_store
	printf '%s\n' 'Matricule;Nom complet;Date de sortie' '00421;Alix BRUN;1900-01-01' \
	    '00422;Bea COLIN;1900-01-01 00:00:00.000' '00423;Cyd DENIS;30/12/1899' > in.csv
	try fil-import users in.csv
	status_is 65
	out_is ''
	err_is "fil-import: in.csv: $FORMAT, dates day first" \
	    "fil-import: in.csv:2: left: '1900-01-01' stands for no date: [values.left] empty = 1900-01-01, or --allow no-day" \
	    "fil-import: in.csv:3: left: '1900-01-01 00:00:00.000' stands for no date: [values.left] empty = 1900-01-01 00:00:00.000, or --allow no-day" \
	    "fil-import: in.csv:4: left: '30/12/1899' stands for no date: [values.left] empty = 30/12/1899, or --allow no-day" \
	    'fil-import: users: 3 read, 3 refused; nothing was written'
	printf '%s\n' '[values.left]' 'empty = 1900-01-01 | 1900-01-01 00:00:00.000 | 30/12/1899' > p.ini
	try fil-import users --profile p.ini in.csv
	status_is 0
	out_is "$HEADER" added,00421,Alix\ BRUN,,,,,user,,,hr added,00422,Bea\ COLIN,,,,,user,,,hr added,00423,Cyd\ DENIS,,,,,user,,,hr
	try fil-import users --allow no-day in.csv
	status_is 0
	unchanged 3 4
}

@test "1980-01-01 is no day of an event, and a day on which people arrived" {
	two
	try fil-import users --strict user=00421 name=Alix\ BRUN arrived=1980-01-01
	status_is 0
	try fil-record needs <<< $'user;need;date\n00421;excel;1980-01-01'
	status_is 65
	err_is "fil-record: -:2: date: '1980-01-01' stands for no date: [skip] date = 1980-01-01, or --allow no-day" \
	    'fil-record: needs: 1 read, 1 refused; nothing was written'
}

# bats test_tags=sqlite
@test "an e-mail has one @ between two parts, and no space" {
	fil_store
	printf '%s\n' 'user,name,email' '1,a,abrun' '2,b,a@b@x.example' '3,c,Cyd <c@x.example>' '4,d,d@x.example' '5,e,' > in.csv
	try fil-import users --keep-going --rejects bad.csv in.csv
	status_is 1
	out_is "$HEADER" added,4,d,d@x.example,,,,user,,,hr added,5,e,,,,,user,,,hr
	err_is "fil-import: in.csv: UTF-8, ',', LF" \
	    "fil-import: in.csv:2: email: 'abrun' is not an e-mail address: [values.email] empty = abrun, or --allow address" \
	    "fil-import: in.csv:3: email: 'a@b@x.example' is not an e-mail address: [values.email] empty = a@b@x.example, or --allow address" \
	    "fil-import: in.csv:4: email: 'Cyd <c@x.example>' is not an e-mail address: [values.email] empty = Cyd <c@x.example>, or --allow address" \
	    'fil-import: users: 5 read, 2 added, 0 changed, 0 unchanged, 3 refused (run 2)'
	[ "$(cut -d, -f1,4,5 bad.csv | sed 's/: .*//')" = $'user,reject_line,reject_reason\n1,2,"address\n2,3,"address\n3,4,"address' ]
	try fil-import users --allow address in.csv
	status_is 0
	unchanged 5 4
}

# bats test_tags=sqlite
@test "whoever names a row that is refused for a cell is refused as well" {
	fil_store
	try fil-import users --keep-going <<< $'user,name,email,manager\n30,A,broken,\n31,B,,30\n32,C,,33\n33,D,,'
	status_is 1
	out_is "$HEADER" added,32,C,,,,33,user,,,hr added,33,D,,,,,user,,,hr
	err_is "fil-import: -: UTF-8, ',', LF" \
	    "fil-import: -:2: email: 'broken' is not an e-mail address: [values.email] empty = broken, or --allow address" \
	    "fil-import: -:3: manager: '30' is not in users" \
	    'fil-import: users: 4 read, 2 added, 0 changed, 0 unchanged, 2 refused (run 2)'
	try fil-import users -q --allow address user=30 name=A email=broken
	try fil-import users --keep-going <<< $'user,name,email,manager\n30,A,broken again,\n31,B,,30'
	status_is 1
	out_is "$HEADER" added,31,B,,,,30,user,,,hr
}

# bats test_tags=sqlite
@test "the header again is ignored and told, line by line" {
	fil_store
	printf '%s\n' 'Matricule;Nom;Prénom' '00421;BRUN;Alix' 'Matricule;Nom;Prénom' '00422;COLIN;Bea' 'Matricule;Nom;Prénom' > cat.csv
	try fil-import users cat.csv
	status_is 0
	out_is "$HEADER" added,00421,Alix\ BRUN,,,,,user,,,hr added,00422,Bea\ COLIN,,,,,user,,,hr
	err_is "fil-import: cat.csv: $FORMAT" \
	    'fil-import: cat.csv:3: the header again, ignored: [skip] Matricule = Matricule, or --allow header-again (2 rows)' \
	    'fil-import: users: 2 read, 2 added, 0 changed, 0 unchanged (run 2)'
	printf '%s\n' '[skip]' 'Matricule = Matricule' > p.ini
	try fil-import users --strict --profile p.ini cat.csv
	status_is 0
	err_is 'fil-import: cat.csv: run 2 has read the same bytes' "fil-import: cat.csv: $FORMAT" \
	    'fil-import: cat.csv: 2 rows ignored, as the profile says' \
	    'fil-import: users: 2 read, 0 added, 0 changed, 2 unchanged (run 3)'
	try fil-import users --allow header-again cat.csv
	status_is 0
	out_is "$HEADER" 'added,Matricule,Prénom Nom,,,,,user,,,hr'
	try fil-import users --no-header --map user=1 --map name=2 <<< $'1,2\n2,3'
	status_is 0
	out_is "$HEADER" added,1,2,,,,,user,,,hr added,2,3,,,,,user,,,hr
}

# bats test_tags=sqlite
@test "the header again is found in another case and with other spaces" {
	fil_store
	printf '%s\n' '"Matricule ";Prénom Nom' 1\;a 'MATRICULE;PRÉNOM NOM' 2\;b 'Matricule;  prenom nom' 'Matricule;Autre' 'Mat;c' > in.csv
	try fil-import users --map name='Prénom Nom' in.csv
	status_is 0
	out_is "$HEADER" added,1,a,,,,,user,,,hr added,2,b,,,,,user,,,hr added,Matricule,Autre,,,,,user,,,hr added,Mat,c,,,,,user,,,hr
	err_has 'fil-import: in.csv:3: the header again, ignored: [skip] Matricule = MATRICULE, or --allow header-again (2 rows)'
	# The other file lacks a label.
	try fil-import users --strict <<< $'Matricule;Nom;Service\n1;a;x\nMatricule;Nom;'
	status_is 1
	err_has 'fil-import: -:3: the header again, ignored: [skip] Matricule = Matricule, or --allow header-again'
}

# bats test_tags=sqlite
@test "a header with other columns is refused, since the rows below may have them" {
	fil_store
	printf '%s\n' 'Matricule;Nom;Prénom' '1;BRUN;Alix' 'Matricule;Prénom;Nom' '2;Bea;COLIN' > in.csv
	printf '%s\n' '[skip]' 'Matricule = Matricule' > p.ini
	for options in '' '--profile p.ini'; do
		# shellcheck disable=SC2086 # none, or two words
		try fil-import users $options in.csv
		status_is 65
		out_is
		err_has "fil-import: in.csv:3: 'Matricule' and so on: another header: the rows below may have other columns: export again, or split the file here, or --allow header-again"
	done
	try fil-import users --profile p.ini --allow header-again in.csv
	status_is 0
	out_is "$HEADER" added,1,Alix\ BRUN,,,,,user,,,hr added,2,COLIN\ Bea,,,,,user,,,hr
}

# bats test_tags=sqlite
@test "a row of types is refused, a line of dashes ignored, a person called Date is a person" {
	fil_store
	printf '%s\n' 'Matricule;Nom complet;Service' 'texte;VARCHAR(50);texte' '---;---;---' '=====;;' '00421;Date;Dons' 'int;Ali;' > in.csv
	try fil-import users in.csv
	status_is 65
	err_is "fil-import: in.csv: $FORMAT" \
	    'fil-import: in.csv:3: a line of dashes, ignored: [skip] Matricule = --- | =====, or --allow not-a-row (2 rows)' \
	    "fil-import: in.csv:2: 'texte' and so on: a row of types, not of users: [skip] Matricule = texte, or --allow not-a-row" \
	    'fil-import: users: 3 read, 1 refused; nothing was written'
	printf '%s\n' '[skip]' 'Matricule = texte | --- | =====' > p.ini
	try fil-import users --strict --profile p.ini in.csv
	status_is 0
	out_is "$HEADER" added,00421,Date,,Dons,,,user,,,hr added,int,Ali,,,,,user,,,hr
}

# bats test_tags=sqlite
@test "a total is no user, neither as a key nor as a reference; in a name or unit it is only a word" {
	two
	printf '%s\n' 'Matricule;Nom complet;Service;Responsable' '1;Total;Total Direct Energie;' 'Total général;2;;' 'Sous-total : 2;x;;' \
	    '2;B;;Moyenne' 'sum.li;Li SUM;;' > in.csv
	try fil-import users in.csv
	status_is 65
	err_is "fil-import: in.csv: $FORMAT" \
	    "fil-import: in.csv:3: user: 'Total général' is the word of a total, not a user: [skip] Matricule = Total général, or --allow not-a-row" \
	    "fil-import: in.csv:4: user: 'Sous-total : 2' is the word of a total, not a user: [skip] Matricule = Sous-total : 2, or --allow not-a-row" \
	    "fil-import: in.csv:5: manager: 'Moyenne' is not in users; it is the word of a total, not a user: [skip] Responsable = Moyenne" \
	    'fil-import: users: 5 read, 3 refused; nothing was written'
	try fil-record needs need=excel <<< $'Matricule;date\n00421;2024-03-01\nTotal;2024-03-01'
	status_is 65
	err_is "fil-record: -:3: user: 'Total' is not in users; it is the word of a total, not a user: [skip] Matricule = Total" \
	    'fil-record: needs: 2 read, 1 refused; nothing was written'
	try fil-import users --known-only --strict <<< $'user,name\n00421,Alix B.\nTotal,2'
	status_is 0
	out_is "$HEADER" 'changed,00421,Alix B.,,,,,user,,,hr'
}

@test "a total is one whatever else its row lacks" {
	two
	printf '%s\n' 'Matricule;Nom complet;Date de sortie' 'TOTAL : 2;;x' '1;Alix;' > in.csv
	try fil-import users in.csv
	status_is 65
	err_is "fil-import: in.csv: $FORMAT" \
	    "fil-import: in.csv:2: user: 'TOTAL : 2' is the word of a total, not a user: [skip] Matricule = TOTAL : 2, or --allow not-a-row" \
	    'fil-import: users: 2 read, 1 refused; nothing was written'
	try fil-import users --allow not-a-row in.csv
	err_is "fil-import: in.csv: $FORMAT" 'fil-import: in.csv:2: name: is required but empty' \
	    "fil-import: in.csv:2: left: 'x' is not a date" 'fil-import: users: 2 read, 1 refused; nothing was written'
}

@test "a key that a spreadsheet has changed is a fault, which names the stored key" {
	two
	printf '%s\n' 'Matricule;Nom complet' '1,23457E+05;a' '2.50000E+05;b' '421.0;c' '1 234;d' '1,234;e' "'00421;f" > in.csv
	try fil-import users in.csv
	status_is 65
	err_is "fil-import: in.csv: $FORMAT" \
	    "fil-import: in.csv:2: user: '1,23457E+05' has lost its digits in a spreadsheet: export the column as text, or --allow spreadsheet-key" \
	    "fil-import: in.csv:3: user: '2.50000E+05' has lost its digits in a spreadsheet: export the column as text, or --allow spreadsheet-key" \
	    "fil-import: in.csv:4: user: '421.0' is a number as a spreadsheet writes it; '00421' is in users: export the column as text, or --allow spreadsheet-key" \
	    "fil-import: in.csv:5: user: '1 234' is a number as a spreadsheet writes it: export the column as text, or --allow spreadsheet-key" \
	    "fil-import: in.csv:6: user: '1,234' is a number as a spreadsheet writes it: export the column as text, or --allow spreadsheet-key" \
	    "fil-import: in.csv:7: user: ''00421' begins with an apostrophe; '00421' is in users: --set unguard=yes, or --allow spreadsheet-key" \
	    'fil-import: users: 6 read, 6 refused; nothing was written'
	try fil-import users --allow spreadsheet-key in.csv
	status_is 0
	unchanged 8 4
	try fil-record autonomy source=test tool=3 date=2024-03-01 user=421.0
	status_is 0
}

@test "a reference that a spreadsheet has changed is a fault, which names the key" {
	two
	printf '%s\n' 'Matricule;tool' "'00421;3" '421.0;3' '421;3' '9E+05;3' > levels.csv
	try fil-record autonomy source=test levels.csv
	status_is 65
	err_is "fil-record: levels.csv:2: user: ''00421' is not in users, but '00421' is; it begins with an apostrophe: --set unguard=yes" \
	    "fil-record: levels.csv:3: user: '421.0' is not in users, but '00421' is; it is a number as a spreadsheet writes it: export the column as text" \
	    "fil-record: levels.csv:4: user: '421' is not in users, but '00421' is: a spreadsheet may have taken its zeros" \
	    "fil-record: levels.csv:5: user: '9E+05' is not in users; it has lost its digits in a spreadsheet: export the column as text" \
	    "fil-record: levels.csv: 1 row names a user who is not stored: import the user, or --known-only ignores such rows" 'fil-record: autonomy: 4 read, 4 refused; nothing was written'
	sed -i '3,$d' levels.csv
	try fil-record autonomy source=test --set unguard=yes levels.csv
	status_is 0
	out_is action,user,dimension,date,source,level,note added,00421,tool,2024-03-15,test,3,
}

# bats test_tags=sqlite
@test "keys written as formulas are read as text, in quotes and without, and counted" {
	fil_store
	printf '%s\n' 'Matricule;Nom complet;Service' '"=""00421""";Alix BRUN;"=""x"""' > quoted.csv
	printf '%s\n' 'Matricule;Nom complet;Service' '="00421";Alix BRUN;="Dons;""Legs"""' '="00422";"Bea; COLIN";Dons' > bare.csv
	try fil-import users quoted.csv
	status_is 0
	out_is "$HEADER" 'added,00421,Alix BRUN,,"=""x""",,,user,,,hr'
	err_is "fil-import: quoted.csv: $FORMAT" 'fil-import: quoted.csv: 1 cell written as ="…": read as text' \
	    'fil-import: users: 1 read, 1 added, 0 changed, 0 unchanged (run 2)'
	try fil-import users bare.csv
	status_is 0
	out_is "$HEADER" 'changed,00421,Alix BRUN,,"Dons;""Legs""",,,user,,,hr' 'added,00422,Bea; COLIN,,Dons,,,user,,,hr'
	err_is "fil-import: bare.csv: $FORMAT" 'fil-import: bare.csv: 3 cells written as ="…": read as text' \
	    'fil-import: users: 2 read, 1 added, 1 changed, 0 unchanged (run 3)'
	try fil-import users --allow spreadsheet-key quoted.csv
	status_is 0
	out_is "$HEADER" 'added,"=""00421""",Alix BRUN,,"=""x""",,,user,,,hr'
	# Now that such a key is stored, it stays what it is.
	unchanged 3 5
}

# bats test_tags=sqlite
@test "a file in single quotes is refused, and read with unguard=yes, also in a profile" {
	fil_store
	printf '%s\n' 'Matricule;Nom complet;Service' "'00421';'Alix BRUN';'Dons'" "'00422';O'Neil;'t Hof" > single.csv
	try fil-import users single.csv
	status_is 65
	err_is "fil-import: single.csv: $FORMAT" \
	    "fil-import: single.csv:2: user: ''00421'' is in single quotes: --set unguard=yes, or --allow spreadsheet-key" \
	    "fil-import: single.csv:3: user: ''00422'' is in single quotes: --set unguard=yes, or --allow spreadsheet-key" \
	    'fil-import: users: 2 read, 2 refused; nothing was written'
	try fil-import users --set unguard=yes single.csv
	status_is 0
	out_is "$HEADER" 'added,00421,Alix BRUN,,Dons,,,user,,,hr' "added,00422,O'Neil,,'t Hof,,,user,,,hr"
	echo 'unguard = yes' > p.ini
	try fil-import users --profile p.ini single.csv
	status_is 0
	out_is "$HEADER"
	try fil-import users --unguard single.csv
	status_is 64
}

# bats test_tags=sqlite
@test "several values in a key or a reference are a fault" {
	two
	printf '%s\n' 'user,need,date' '00421,Signature;Recherche;,2024-03-01' '00421,Signature;,2024-03-01' $'00421,"a\nb",2024-03-01' \
	    '00421;00422,x,2024-03-01' '00421,;ls,2024-03-01' > in.csv
	try fil-record needs in.csv
	status_is 65
	err_is "fil-record: in.csv:2: need: 'Signature;Recherche;' holds several values: [split] need = semicolon, or --allow several" \
	    "fil-record: in.csv:3: need: 'Signature;' holds several values: [split] need = semicolon, or --allow several" \
	    "fil-record: in.csv:4: need: 'a\\x0ab' holds a line break; it holds several values: [split] need = newline" \
	    "fil-record: in.csv:6: user: '00421;00422' is not in users; it holds several values: [split] user = semicolon" \
	    'fil-record: needs: 5 read, 4 refused; nothing was written'
	sed -i '4,6d' in.csv
	try fil-record needs --allow several in.csv
	status_is 0
	try 'fil-list needs | fil-record needs --strict'
	status_is 0
	out_is action,user,need,date,note
}

# bats test_tags=sqlite
@test "--propose knows the same words, days and keys" {
	printf '%s\n' 'Matricule;Nom complet;Service;Date de sortie' '421.0;Alix;#N/A;1900-01-01' '2;Bea;\N;31/12/2099' '3;Cyd;n/a;' '4;#REF!;Dons;' > in.csv
	try "fil-import users --propose in.csv | sed -n '/^.columns/,\$p'"
	status_is 0
	out_is <<- 'END'
		[columns]
		# user: '421.0' is a number as a spreadsheet writes it: export the column as text
		user = Matricule
		name = Nom complet
		unit = Service
		left = Date de sortie
		# Not found: email, job, manager, role, arrived.

		[values.unit]
		empty = #N/A | \N | n/a

		[values.left]
		empty = 1900-01-01 | 31/12/2099
	END
}

@test "a value that is set has a way out of its own" {
	two
	try fil-record needs user=00421 need=NULL
	status_is 65
	err_is "fil-record: command line: need: 'NULL' may mean nothing: give another value, or --allow null-word" \
	    'fil-record: needs: 1 read, 1 refused; nothing was written'
	try fil-import users user=421.0 name=x unit=NULL
	status_is 65
	err_is "fil-import: command line: user: '421.0' is a number as a spreadsheet writes it; '00421' is in users: give another value, or --allow spreadsheet-key" \
	    'fil-import: users: 1 read, 1 refused; nothing was written'
	try fil-import users user=00421 unit=NULL
	status_is 0
	err_is "fil-import: command line: unit: 'NULL' may mean nothing: unit= leaves it empty, or --allow null-word" \
	    'fil-import: users: 1 read, 0 added, 1 changed, 0 unchanged (run 3)'
	try fil-record needs need=n/a --keep-going <<< $'Matricule\n00421'
	err_has "fil-record: -:2: need: 'n/a' may mean nothing: give another value, or --allow null-word"
	printf '%s\n' 'left = 1900-01-01' > p.ini
	try fil-import users --profile p.ini <<< $'Matricule\n00422'
	status_is 65
	err_has "fil-import: -:2: left: '1900-01-01' stands for no date: left= leaves it empty, or --allow no-day"
}

@test "a cell that cannot be read says what it may be, under the header of the input" {
	two
	printf '%s\n' 'Matricule;Nom complet;Sortie le' '00421;Alix BRUN;0001-01-01' '00422;Bea COLIN;01/01/0001 00:00:00' '00423;C;NULL' > in.csv
	try fil-import users --map left='Sortie le' in.csv
	status_is 65
	err_is "fil-import: in.csv: $FORMAT" \
	    "fil-import: in.csv:2: left: '0001-01-01' is not a date; it stands for no date: [values.left] empty = 0001-01-01" \
	    "fil-import: in.csv:3: left: '01/01/0001 00:00:00' is not a date; it stands for no date: [values.left] empty = 01/01/0001 00:00:00" \
	    "fil-import: in.csv:4: left: 'NULL' is not a date; it may mean nothing: [values.left] empty = NULL" \
	    'fil-import: users: 3 read, 3 refused; nothing was written'
	try fil-import users -n --map left='Sortie le' <<< $'user;name;Sortie le\n1;a;00/00/0000\n2;b;0000-00-00 00:00:00\n3;c;00/01/1900\n4;d;00/02/1900'
	err_is "fil-import: -: $FORMAT" \
	    "fil-import: -:2: left: '00/00/0000' is not a date; it stands for no date: [values.left] empty = 00/00/0000" \
	    "fil-import: -:3: left: '0000-00-00 00:00:00' is not a date; it stands for no date: [values.left] empty = 0000-00-00 00:00:00" \
	    "fil-import: -:4: left: '00/01/1900' is not a date; it stands for no date: [values.left] empty = 00/01/1900" \
	    "fil-import: -:5: left: '00/02/1900' is not a date" 'fil-import: users: 4 read, 4 refused; nothing was written'
	try fil-import users -n --dates excel <<< $'user,name,left\n1,a,0\n2,b,45322\n3,c,2958465'
	err_is "fil-import: -: UTF-8, ',', LF, dates of a spreadsheet" \
	    "fil-import: -:2: left: '0' is not a date; it stands for no date: [values.left] empty = 0" \
	    "fil-import: -:4: left: '2958465' is not a date; it stands for no date: [values.left] empty = 2958465" \
	    'fil-import: users: 3 read, 2 refused; nothing was written'
	try fil-import users --allow no-day,null-word --map left='Sortie le' in.csv
	status_is 65
	printf '%s\n' '[columns]' 'left = Sortie le' '[values.left]' 'empty = 0001-01-01 | 01/01/0001 00:00:00 | NULL' > p.ini
	try fil-import users --strict --profile p.ini in.csv
	status_is 0
	try fil-record autonomy source=test <<< $'Matricule;Date de séance;tool\n00421;2024-03-01;NULL\n00422;0001-01-01;2' --map date='Date de séance'
	status_is 65
	err_has "fil-record: -:2: tool: 'NULL' is not a whole number from 0 to 5; it may mean nothing: [values.tool] empty = NULL"
	err_has "fil-record: -:3: date: '0001-01-01' is not a date; it stands for no date: [skip] Date de séance = 0001-01-01"
	printf '%s\n' '[values.tool]' 'empty = NULL' '[skip]' 'Date de séance = 0001-01-01' > p.ini
	try fil-record autonomy source=test <<< $'Matricule;Date de séance;tool\n00421;2024-03-01;NULL\n00422;0001-01-01;2' --map date='Date de séance' --profile p.ini
	status_is 0
}

@test "--propose names the settings of dates, numbers and names" {
	printf '%s\n' 'login;Date;activity;minutes' '1;45335;course;12.345' '2;45336;talk;7' > in.csv
	try "fil-import efforts --propose in.csv | sed -n '/^# delimiter/,/^# within/p'"
	status_is 0
	out_is <<- 'END'
		# delimiter = semicolon
		# Dates are a spreadsheet's serial numbers.
		dates = excel
		# CHANGE ME: some numbers have two readings. Is the sign decimal, or does it group thousands? Choose one:
		# decimal = comma
		# decimal = point
		# Rows that name users by e-mail or name, and namesakes by their unit:
		# match = email,name
		# within = unit
	END
	printf '%s\n' 'login;Date;activity;minutes' '1;0001-01-01;course;1,234' '2;2024-03-01;talk;7,5' > in.csv
	try "fil-import efforts --propose in.csv | grep -e ^dec -e ^emp"
	out_is 'decimal = comma'
	printf '%s\n' 'login;Date;activity;minutes' '1;2024-03-01;course;1,234' '2;2024-03-01;talk;7,5' '3;2024-03-01;talk;7.5' > in.csv
	try "fil-import efforts --propose in.csv | grep -e decimal"
	out_is '# Some numbers have a decimal comma, others a point: the file mixes both.'
	printf '%s\n' 'user;name;left' '1;a;0001-01-01' '2;b;2024-03-01' > in.csv
	try "fil-import users --propose in.csv | tail -n 2"
	out_is '[values.left]' 'empty = 0001-01-01'
}
