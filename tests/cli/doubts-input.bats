# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC1112,SC2154
# How cells are spelt, and input whose encoding, form or header is in doubt.
bats_require_minimum_version 1.5.0
load helper

HEADER=action,user,name,email,unit,job,manager,role,arrived,left,feed

# bats test_tags=sqlite
@test "padded cells in quotes are one unit and one key" {
	fil_store
	cat > users.csv <<- 'END'
		Matricule;Nom;Service
		"00421     ";"Alix BRUN           ";"Finances  "
		"00422";"Bea COLIN";"Finances"
	END
	try fil-import users users.csv
	status_is 0
	out_is <<- END
		$HEADER
		added,00421,Alix BRUN,,Finances,,,user,,,hr
		added,00422,Bea COLIN,,Finances,,,user,,,hr
	END
	printf 'Matricule;Responsable\n"00421 ";" 00422"\n' > managers.csv
	try fil-import users managers.csv
	out_is "$HEADER" 'changed,00421,Alix BRUN,,Finances,,00422,user,,,hr'
}

# bats test_tags=sqlite
@test "white space, invisible characters, spaces beside a slash and a slash before a path have one spelling" {
	fil_store
	printf 'user,name,email,unit,job\n1,A\u00a0B\t C,a\u200db@x.example,D / S/ T,Web\u00ad \u200bdev / ops\n2,e\u0301,\u00a0,\ufeff,\u202f\n3,F,,/D/S,\n4,G,, / ,/x\n' > u.csv
	try fil-import users u.csv
	status_is 0
	out_is <<- END
		$HEADER
		added,1,A B C,ab@x.example,D/S/T,Web dev / ops,,user,,,hr
		added,2,é,,,,,user,,,hr
		added,3,F,,D/S,,,user,,,hr
		added,4,G,,,/x,,user,,,hr
	END
	err_is <<- 'END'
		fil-import: u.csv: UTF-8, ',', LF
		fil-import: u.csv: invisible characters dropped from 3 cells
		fil-import: users: 4 read, 4 added, 0 changed, 0 unchanged (run 2)
	END
}

# bats test_tags=sqlite
@test "free texts keep their spaces, in quotes" {
	fil_store
	fil-import users -q user=1 name=A
	try fil-import needs <<< $'user,date,need,note\n1,2024-03-01,help,"  two  spaces\u00a0 "'
	status_is 0
	out_is action,user,need,date,note $'added,1,help,2024-03-01,"  two  spaces\u00a0 "'
	try 'fil-list needs | fil-import needs'
	out_is action,user,need,date,note
}

@test "keys are found in the same spelling: operands, --pad, --match, --rename, --except, conditions" {
	fil_store
	fil-import users -q user=$'\u00a000421\u200b' name='Alix  BRUN ' email='a@x.example '
	fil-import users -q user='b  c' name=B unit='A / B'
	try fil-list users
	out_is user,name,email,unit,job,manager,role,arrived,left,feed '00421,Alix BRUN,a@x.example,,,,user,,,hr' 'b c,B,,A/B,,,user,,,hr'
	try fil-list users -w 'unit=A /B' -w $'user=b\u00a0c'
	out_is user,name,email,unit,job,manager,role,arrived,left,feed 'b c,B,,A/B,,,user,,,hr'
	try fil-import needs --pad user=5 <<< $'user,date,need\n"421 ",2024-03-01,help'
	status_is 0
	try fil-import needs --match email <<< $'mail,date,need\n"A@x.example  ",2024-03-02,help'
	status_is 0
	out_has added,00421,help,2024-03-02,
	try fil-import users --rename $'b \u00a0c= d '
	status_is 0
	out_is "$HEADER" changed,d,B,,A/B,,,user,,,hr
	fil-import phases -q phase=p title=P kind=pilot begins=2024-01-01
	printf '"d "\n' > except
	try fil-sample p --size 2 --except except
	[ "$(sed 1d "$OUT" | cut -d, -f1)" = 00421 ]
}

@test "what an older store holds in another spelling changes with the first import, once" {
	fil_store
	fil-import users -q user=1 name=A unit=U
	ask "update users set name = 'A  B ', unit = 'U / V'"
	fil-list users > list.csv
	try fil-import users list.csv
	status_is 0
	out_is "$HEADER" 'changed,1,A B,,U/V,,,user,,,hr'
	err_has 'fil-import: users: 1 read, 0 added, 1 changed, 0 unchanged (run 3)'
	try fil-import users list.csv
	out_is "$HEADER"
	ask 'delete from users' "insert into users (\"user\", name, unit, role, feed, run) values ('a  1', 'A B', 'U/V', 'user', 'hr', 3)"
	try fil-import users --rename 'a  1=a 1'
	status_is 0
	out_is "$HEADER" 'changed,a 1,A B,,U/V,,,user,,,hr'
}

@test "hard strings as names and keys come back without a change" {
	local line string n=0 good=0

	fil_store
	echo user,name > all.csv
	while IFS= read -r line; do
		[[ $line != [#!]* ]] || continue
		string=$(printf %bx "$line")
		string=${string%x}
		[[ $string != *[$'\n\r']* ]] || continue
		n=$((n + 1))
		printf '"k%s %s","n %s"\n' "$n" "${string//\"/\"\"}" "${string//\"/\"\"}" >> all.csv
	done < "$DATA/hard-strings.txt"
	try fil-import users --keep-going all.csv
	good=$(grep -c ^added, "$OUT")
	[ "$good" -gt 80 ]
	try 'fil-list users | fil-import users'
	status_is 0
	out_is "$HEADER"
}

# bats test_tags=sqlite
@test "lines of two encodings are refused, with a line of each" {
	fil_store
	printf 'user,name\n1,Ren\xc3\xa9\n2,H\xe9l\xe8ne\n3,H\xe9l\xe8ne\n4,L\xe9a\n' > mix.csv
	try fil-import users mix.csv
	status_is 65
	err_is 'fil-import: mix.csv:3: byte \xe9 is not UTF-8, but line 2 is: correct one of them, give --encoding, or read both with --allow mixed'
	try fil-import users -n --allow mixed mix.csv
	status_is 0
	out_is "$HEADER" added,1,René,,,,,user,,,hr added,2,Hélène,,,,,user,,,hr added,3,Hélène,,,,,user,,,hr added,4,Léa,,,,,user,,,hr
	err_has "fil-import: mix.csv: mixed-utf-8, ',', LF"
	# Mostly UTF-8, with a byte order mark and without, and a line that is refused.
	printf 'user,name\n1,Ren\xc3\xa9\n2,H\xc3\xa9l\xc3\xa8ne\n3,\xc3\xa9\xe2\x82\xac \xe9\x80\n,L\xe9a\n' > most.csv
	try fil-import users most.csv
	status_is 65
	err_is 'fil-import: most.csv:4: byte \xe9 is not UTF-8, but line 2 is: correct one of them, give --encoding, or read both with --allow mixed'
	try fil-import users -n --allow mixed --keep-going --rejects bad.csv most.csv
	status_is 1
	out_is "$HEADER" added,1,René,,,,,user,,,hr added,2,Hélène,,,,,user,,,hr 'added,3,é€ é€,,,,,user,,,hr'
	[ "$(tail -n 1 bad.csv)" = ',Léa,5,"missing-value: user: is required but empty"' ]
	(printf '\xef\xbb\xbf'; cat most.csv) > marked.csv
	try fil-import users marked.csv
	status_is 65
	err_is 'fil-import: marked.csv:4: byte \xe9 is not UTF-8, but the rest of the file is: correct it, give --encoding, or read it as Windows-1252 with --allow mixed'
	try fil-import users -n --allow mixed --keep-going marked.csv
	out_has 'added,3,é€ é€,,,,,user,,,hr'
	try fil-import users -n --encoding mixed-utf-8 --keep-going most.csv
	out_has 'added,3,é€ é€,,,,,user,,,hr'
	try fil-import users --allow mixed --propose mix.csv
	status_is 0
	# Capitals before quotes and no-break spaces are no UTF-8.
	printf 'user,name\n1,QUALIT\xc9\xa0: \xe9t\xe9\n2,\xabMARCH\xc9\xbb\n3,\xe9\xa0\xbb \xe2ge\n' > latin.csv
	try fil-import users latin.csv
	status_is 0
	err_has "fil-import: latin.csv: WINDOWS-1252, ',', LF"
}

# bats test_tags=sqlite
@test "an old code page is named" {
	fil_store
	printf 'Matricule;Pr\x82nom;Nom\n1;Andr\x82;H\x8aVE\n' > dos.csv
	try fil-import users dos.csv
	status_is 65
	err_is "fil-import: dos.csv:1: 'Pr‚nom' is 'Prénom' in CP850: give --encoding CP850, or --allow code-page"
	try fil-import users --encoding CP850 dos.csv
	out_is "$HEADER" 'added,1,André HèVE,,,,,user,,,hr'
	printf 'Matricule;Nom complet\n1;Andr\x8e Michel\n' > mac.csv
	try fil-import users mac.csv
	status_is 65
	err_is "fil-import: mac.csv:2: 'AndrŽ Michel' is 'André Michel' in MACINTOSH: give --encoding MACINTOSH, or --allow code-page"
	try fil-import users -n --allow code-page mac.csv
	status_is 0
	printf 'Matricule;Nom complet\n1;Fran\x87ois\n' > cedilla.csv
	try fil-import users cedilla.csv
	err_is "fil-import: cedilla.csv:2: 'Fran‡ois' is 'François' in CP850: give --encoding CP850, or --allow code-page"
	printf 'Matricule;P\x93le;Nom complet\n1;A;B\n' > header.csv
	try fil-import users header.csv
	status_is 65
	err_is 'fil-import: header.csv:1: more headers are known in CP850: give --encoding CP850, or --allow code-page'
	# Signs of Windows-1252, and its own accents.
	printf 'user;name;job\n1;Ren\xe9\x85;\x8aORI\x8a \x8e\xe9\n2;etc\x85;24\x94\x99 \x83 \x82x\x91\n' > windows.csv
	try fil-import users -n windows.csv
	status_is 0
}

# bats test_tags=sqlite
@test "UTF-8 that was encoded twice is refused from two cells on, and can be read" {
	fil_store
	printf 'Matricule;Nom complet;Service\n1;René Œuf;N° 3 d’« Été »\n2;Zoë À;x\n' > once.csv
	perl -MEncode -e 'local $/; open F,"<","once.csv"; $_=<F>; s/([\x80-\xff])/encode("UTF-8", decode("cp1252", $1))/ge; print' > twice.csv
	try fil-import users twice.csv
	status_is 65
	err_is "fil-import: twice.csv:2: 'RenÃ© Å’uf' is 'René Œuf' in double-utf-8: give --encoding double-utf-8, or --allow twice-encoded"
	try fil-import users --encoding double-utf-8 twice.csv
	status_is 0
	out_is "$HEADER" 'added,1,René Œuf,,N° 3 d’« Été »,,,user,,,hr' 'added,2,Zoë À,,x,,,user,,,hr'
	# Of two files that were joined, only a part may be so.
	printf 'user,name\n1,ZoÃ© MARTIN\n2,Noël LEROY\n3,HélÃ¨ne\n' > half.csv
	try fil-import users half.csv
	status_is 65
	err_is "fil-import: half.csv:2: 'ZoÃ© MARTIN' is 'Zoé MARTIN' in double-utf-8: give --encoding double-utf-8, or --allow twice-encoded"
	try 'fil-init -q -d half.db; fil-import users -d half.db --encoding double-utf-8 half.csv'
	status_is 0
	out_is "$HEADER" 'added,1,Zoé MARTIN,,,,,user,,,hr' 'added,2,Noël LEROY,,,,,user,,,hr' 'added,3,Hélène,,,,,user,,,hr'
	# One cell may be meant, and many accents are none.
	printf 'user,name\n3,Ã© Ã©\n4,CHÂTEAU DE LÂGE\n5,Âge Ålesund ÄÄ\n' > meant.csv
	try fil-import users -n meant.csv
	status_is 0
	try fil-import users -n --allow twice-encoded twice.csv
	status_is 0
}

@test "what is stored was encoded twice: it is no doubt until cells are added or changed" {
	fil_store
	fil-import users -q --allow twice-encoded <<< $'user,name,unit\n1,RenÃ©,CafÃ©\n2,ZoÃ«,x\n3,Bo,y'
	try 'fil-list users | fil-import users --strict'
	status_is 0
	out_is "$HEADER"
	err_is "fil-import: -: UTF-8, ',', LF" 'fil-import: users: 3 read, 0 added, 0 changed, 3 unchanged (run 3)'
	try fil-import users -n <<< $'user,name,unit\n1,RenÃ©,CafÃ©\n2,ZoÃ«,CafÃ©\n3,Bo B,y'
	status_is 0
	out_is "$HEADER" 'changed,2,ZoÃ«,,CafÃ©,,,user,,,hr' 'changed,3,Bo B,,y,,,user,,,hr'
	try fil-import users <<< $'user,name,unit\n1,RenÃ©,CafÃ©\n2,ZoÃ«,CafÃ©\n3,Bo B,CafÃ©'
	status_is 65
	out_is ''
	err_is "fil-import: -:2: 'RenÃ©' is 'René' in double-utf-8: give --encoding double-utf-8, or --allow twice-encoded"
	# Rows may be refused for the encoding.
	fil-import users -q user=4 name='Zoé A'
	try fil-record needs need=x --match name <<< $'Nom\nZoÃ©\nRenÃ©'
	status_is 65
	err_has "fil-record: -:2: 'ZoÃ©' is 'Zoé' in double-utf-8: give --encoding double-utf-8, or --allow twice-encoded"
	err_has "fil-record: -:2: user: no user has the name 'ZoÃ©'"
	# A garbled header is found by no name.
	try fil-import users <<< $'NumÃ©ro,IdentitÃ©\n1,a'
	status_is 65
	err_is "fil-import: -:1: 'NumÃ©ro' is 'Numéro' in double-utf-8: give --encoding double-utf-8, or --allow twice-encoded"
	try fil-import users <<< $'Matricule,PrÃ©nom,Nom\n1,RenÃ©,B'
	status_is 65
	err_is "fil-import: -:1: 'PrÃ©nom' is 'Prénom' in double-utf-8: give --encoding double-utf-8, or --allow twice-encoded"
	try fil-import users <<< $'Matricule,PrÃ©nom,Nom\n1,Ann,B'
	status_is 65
	err_is "fil-import: -:1: 'PrÃ©nom' is 'Prénom' in double-utf-8: give --encoding double-utf-8, or --allow twice-encoded"
	try fil-import users --propose <(printf 'user,name\n1,RenÃ©\n2,ZoÃ«\n')
	status_is 65
}

# bats test_tags=sqlite
@test "a lost character is refused always" {
	fil_store
	try fil-import users <<< $'user,name\n1,Ren\ufffd'
	status_is 65
	err_has $'fil-import: -:2: name: \'Ren\ufffd\' holds U+FFFD: the program that wrote it lost a character'
}

# bats test_tags=sqlite
@test "LDIF and XML are named" {
	fil_store
	printf '# export\ndn: uid=1\nuid: 1\n' > ldif
	echo '<users><user id="1"/></users>' > xml
	for file in ldif xml; do
		try fil-import users $file
		status_is 65
		cat "$ERR"
	done > said
	diff said - <<- 'END'
		fil-import: ldif: looks like LDIF: convert it by the pipe of fil-import(1), and import that
		fil-import: xml: looks like XML: export the list as CSV, and import that
	END
}

# bats test_tags=sqlite
@test "too many columns, lines in quotes and a duplicate header name what to do" {
	fil_store
	(seq -s, 1500; seq -s, 1500) > wide.csv
	try fil-import users wide.csv
	status_is 65
	err_is 'fil-import: wide.csv:1: over 1,024 columns'
	printf '"Matricule,Nom complet,Courriel"\n"00421,""Alix BRUN"",a@x.example"\n' > whole.csv
	try fil-import users whole.csv
	status_is 65
	err_is 'fil-import: whole.csv:1: each line is one quoted cell: export the list again, or take the quotes around the lines away'
	printf 'Matricule;Nom;Service;Service\n00421;Alix BRUN;D01;Dons\n' > dup.csv
	try fil-import users dup.csv
	status_is 65
	err_is "fil-import: dup.csv:1: duplicate header 'Service', in columns 3 and 4: name columns by numbers, --no-header --skip-lines 1 --map COL=4"
	try fil-import users --no-header --skip-lines 1 --map user=1 --map name=2 --map unit=4 dup.csv
	out_is "$HEADER" 'added,00421,Alix BRUN,,Dons,,,user,,,hr'
}

# bats test_tags=sqlite
@test "headers of directories are known, and a GUID is no staff number" {
	fil_store
	try fil-import users <<< $'displayName,mail,jobTitle,department,employeeId\nAlix Brun,a@x.example,Clerk,Dons,00421'
	status_is 0
	out_is "$HEADER" 'added,00421,Alix Brun,a@x.example,Dons,Clerk,,user,,,hr'
	try fil-import users <<< $'GivenName,Surname,EmployeeID,Title,whenCreated,EmailAddress\nBea,Colin,00422,Clerk,2024-01-08,b@x.example'
	out_is "$HEADER" 'added,00422,Bea Colin,b@x.example,,Clerk,,user,2024-01-08,,hr'
	try fil-import users <<< $'Nom de famille;Prénom;Numéro d\'identification;Adresse de courriel\nDenis;Cyd;00423;c@x.example'
	out_is "$HEADER" 'added,00423,Cyd Denis,c@x.example,,,,user,,,hr'
	try fil-import users <<< $'user,name,Date d\'entrée,Date d\'embauche\n1,A,,'
	err_is "fil-import: -:1: 'Date d'entrée' and 'Date d'embauche' both mean arrived: give --map 'arrived=Date d'\\''entrée'"
	# A title is a job only where nothing else is.
	try fil-import users <<< $'user,name,Title,Job Title\n1,A,Mrs,Clerk'
	out_is "$HEADER" added,1,A,,,Clerk,,user,,,hr
	echo $'id,displayName\n12345678-9abc-def0-1234-56789abcdef0,Alix' > guid.csv
	try fil-import users guid.csv
	err_has "fil-import: guid.csv: 'id' holds GUIDs, which are no staff numbers: map another header with --map 'user=HEADER', or --map 'user=id' (1 row)"
	try fil-import users --map user=id guid.csv
	[ "$(grep -c GUID "$ERR")" -eq 0 ]
}

# bats test_tags=sqlite
@test "titles are found above a header that has all mapped headers" {
	fil_store
	printf 'Liste du 3 mars\nAgent;Libre;Autre\n1;A;x\n' > titled.csv
	try fil-import users --map user=Agent name=X titled.csv
	status_is 0
	out_is "$HEADER" added,1,X,,,,,user,,,hr
	err_has "fil-import: titled.csv: UTF-8, ';', LF, header on line 2"
}

# bats test_tags=sqlite
@test "--map COL= and COL = - decline a column that would be known" {
	fil_store
	printf 'user;name;unit;job\n1;A;B;C\n' > u.csv
	try fil-import users -n --map unit= u.csv
	out_is "$HEADER" added,1,A,,,C,,user,,,hr
	err_has 'fil-import: u.csv: not stored: unit'
	printf '[columns]\njob = -\n' > p.ini
	try fil-import users -n --profile p.ini u.csv
	out_is "$HEADER" added,1,A,,B,,,user,,,hr
}

# bats test_tags=sqlite
@test "short-rows takes rows that lack cells at their end, counted" {
	fil_store
	printf 'user;name;unit;job\n1;A\n2;B;C;D;;\n3;E;F;G\n4;H;I;J;;x\n' > s.csv
	try fil-import users s.csv
	status_is 65
	err_is <<- 'END'
		fil-import: s.csv: UTF-8, ';', LF
		fil-import: s.csv:2: 2 cells, where the header has 4 (--set short-rows=yes accepts it)
		fil-import: s.csv:3: 6 cells, where the header has 4 (--set short-rows=yes accepts it)
		fil-import: s.csv:5: 6 cells, where the header has 4
		fil-import: users: 4 read, 3 refused; nothing was written
	END
	sed -i '$d' s.csv
	try fil-import users --set short-rows=yes s.csv
	status_is 0
	out_is <<- END
		$HEADER
		added,1,A,,,,,user,,,hr
		added,2,B,,C,D,,user,,,hr
		added,3,E,,F,G,,user,,,hr
	END
	err_has 'fil-import: s.csv: 2 short rows accepted'
}
