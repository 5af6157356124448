#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Input that is well formed and hardly ever meant: keys, names and addresses of other people.
load helper

HEADER=action,user,name,email,unit,job,manager,role,arrived,left,feed

# staff N: writes a list of N people with French headers to standard output.
staff() {
	echo 'Matricule;Nom complet;Courriel;Service'
	seq -f '%02g' "$1" | sed 's/.*/000&;Pr& NOM&;p&@x.example;Dons/'
}

# Makes a store with a list of sixty, list.csv.
sixty() {
	fil_store fill_sixty
}

fill_sixty() {
	staff 60 > list.csv
	fil-import users -q --sync list.csv
	dump > before
}

# unchanged_store: the store is as it was.
unchanged_store() {
	dump | cmp - before
}

@test "identity: keys beside other names and addresses are refused, the first ten shown" {
	sixty
	(head -n 1 list.csv; paste -d ';' <(sed 1d list.csv | cut -d ';' -f 1) \
	    <(sed 1,2d list.csv | cut -d ';' -f 2-; echo 'Pr01 NOM01;p01@x.example;Dons')) > shifted.csv
	try fil-import users --sync shifted.csv
	status_is 1
	out_is ''
	err_is <<- END
		fil-import: shifted.csv: UTF-8, ';', LF
		$(seq -w 10 | sed 's/.*/fil-import: shifted.csv: 000&: Pr& NOM& → Pr@& NOM@&/' |
		    awk '{ n = sprintf("%02d", NR + 1); gsub(/@[0-9]*/, n); print }')
		fil-import: refused: 60 of 60 known keys would name another person: over 5 %; nothing was written (--allow identity,names accepts it)
	END
	unchanged_store
	# Without --sync too, and whatever --force says.
	try fil-import users shifted.csv
	status_is 1
	unchanged_store
	try fil-import users --sync --force shifted.csv
	status_is 1
	try fil-import users --sync --allow identity shifted.csv
	status_is 1
	err_has 'fil-import: refused: 60 of 60 known keys would change their name: over 20 %; nothing was written (--allow names accepts it)'
	unchanged_store
	try fil-import users --sync --allow identity,names shifted.csv
	status_is 0
	[ "$(grep -c ^changed, "$OUT")" -eq 60 ]
}

@test "identity: numbers of rows as keys shift when somebody is put on top" {
	fil_store
	(echo 'N°;Nom;Service'; seq -w 30 | sed 's/.*/&;Pr& NOM&;Dons/') > one.csv
	(echo 'N°;Nom;Service'; echo '01;Zoé AAA;Dons'; seq -w 30 | awk '{ printf "%02d;Pr%s NOM%s;Dons\n", $1 + 1, $1, $1 }') > two.csv
	fil-import users -q --sync one.csv
	try fil-import users --sync two.csv
	status_is 1
	err_has 'fil-import: refused: 30 of 30 known keys would name another person: over 5 %; nothing was written (--allow identity,names accepts it)'
}

@test "identity: a few are told one by one, with the way out; --strict refuses them" {
	sixty
	sed -e 's/Pr07 NOM07;p07@/Ann LEE;lee@/' -e 's/Pr09 NOM09;p09@x.example/Bo KAY;/' -e 's/Pr10 NOM10;p10@/Cy DOE;cy@/' list.csv > new.csv
	try fil-import users --strict new.csv
	status_is 1
	[ "$(tail -n 1 "$ERR")" = 'fil-import: refused: 3 doubts, and --strict accepts none; nothing was written' ]
	unchanged_store
	try fil-import users --allow identity -n new.csv
	err_is "fil-import: new.csv: UTF-8, ';', LF" 'fil-import: dry run: nothing is kept' \
	    'fil-import: users: 60 read, 0 added, 3 changed, 57 unchanged (run 3)'
	try fil-import users new.csv
	status_is 0
	err_is <<- 'END'
		fil-import: new.csv: UTF-8, ';', LF
		fil-import: new.csv:8: user: '00007' was 'Pr07 NOM07' and is now 'Ann LEE': another person needs another key (--rename 00007=00007-old before the import; fil-undo takes a run back), or --allow identity
		fil-import: new.csv:10: user: '00009' was 'Pr09 NOM09' and is now 'Bo KAY': another person needs another key (--rename 00009=00009-old before the import; fil-undo takes a run back), or --allow identity
		fil-import: new.csv:11: user: '00010' was 'Pr10 NOM10' and is now 'Cy DOE': another person needs another key (--rename 00010=00010-old before the import; fil-undo takes a run back), or --allow identity
		fil-import: users: 60 read, 0 added, 3 changed, 57 unchanged (run 3)
	END
	# It is stored now, and no doubt any more.
	try fil-import users new.csv
	err_is 'fil-import: new.csv: run 3 has read the same bytes' "fil-import: new.csv: UTF-8, ';', LF" \
	    'fil-import: users: 60 read, 0 added, 0 changed, 60 unchanged (run 4)'
	# The way out after the import, as the notice says.
	fil-undo -q 3 > undone.csv
	try fil-import users --rename 00007=00007-old --rename 00009=00009-old --rename 00010=00010-old --strict - < new.csv
	status_is 0
	[ "$(grep -c ^added, "$OUT")" -eq 3 ]
	[ "$(fil-list users -w 'user~00007*' | cut -d , -f 1,2 | tail -n 2)" = $'00007,Ann LEE\n00007-old,Pr07 NOM07' ]
}

@test "identity: who marries, or is written otherwise, is the same person" {
	fil_store
	fil-import -q users <<- 'END'
		user,name,email
		1,Anne de la Tour,anne@x.example
		2,Bo N'Guyen,bo@x.example
		3,Cléo,cleo@x.example
		4,Dov Bar-Lev,dov@x.example
	END
	try fil-import users - <<- 'END'
		user,name,email
		1,"MARTIN, Anne",anne.martin@x.example
		2,NGUYEN Bo,
		3,Zoé Dupont,CLEO@x.example
		4,BAR LEV,
	END
	status_is 0
	err_is "fil-import: -: UTF-8, ',', LF" 'fil-import: users: 4 read, 0 added, 4 changed, 0 unchanged (run 3)'
}

@test "identity: an e-mail that the input does not give proves nothing" {
	fil_store
	fil-import -q users <<< $'user,name,email\n1,Ada King,ada@x.example'
	try fil-import users <<< $'user,name\n1,Bo Fox'
	status_is 0
	err_has "fil-import: -:2: user: '1' was 'Ada King' and is now 'Bo Fox': another person needs another key (--rename 1=1-old before the import; fil-undo takes a run back), or --allow identity"
	# A list without names neither.
	try fil-import users <<< $'user,email\n1,bo@x.example'
	err_is "fil-import: -: UTF-8, ',', LF" 'fil-import: users: 1 read, 0 added, 1 changed, 0 unchanged (run 4)'
}

@test "names: over a fifth of the names change at once, and over ten: refused" {
	sixty
	sed '2,13s/;Pr\(..\) NOM../;NOM\1 Pr\1/' list.csv > twelve.csv
	try fil-import users twelve.csv
	status_is 0
	fil-import users -q list.csv
	dump > before
	sed '2,14s/;Pr\(..\) NOM../;NOM\1 Pr\1/' list.csv > thirteen.csv
	try fil-import users thirteen.csv
	status_is 1
	[ "$(grep -c ' → ' "$ERR")" -eq 10 ]
	err_has 'fil-import: thirteen.csv: 00001: Pr01 NOM01 → NOM01 Pr01'
	err_has 'fil-import: refused: 13 of 60 known keys would change their name: over 20 %; nothing was written (--allow names accepts it)'
	unchanged_store
	# Ten of ten are no crowd.
	staff 10 | sed '2,$s/;Pr\(..\) NOM../;NOM\1 Pr\1/' > ten.csv
	try fil-import users ten.csv
	status_is 0
}

@test "reuse: the key of somebody who left is given to another person: a fault that names the way out" {
	sixty
	sed '/^00005/d' list.csv > w2.csv
	(cat w2.csv; echo '00005;Zoé NEUVE;zoe@x.example;Dons') > w3.csv
	fil-record autonomy -q user=00005 tool=3 process=3 source=test date=2024-03-01
	FILROUGE_TODAY=2024-03-31 fil-import users -q --sync w2.csv
	dump > before
	export FILROUGE_TODAY=2024-04-07
	try fil-import users --sync w3.csv
	status_is 65
	out_is ''
	err_is <<- 'END'
		fil-import: w3.csv: UTF-8, ';', LF
		fil-import: w3.csv:61: user: '00005' was 'Pr05 NOM05' who left on 2024-03-31: give that person another key first (--rename 00005=00005-2024), or --allow reuse
		fil-import: users: 60 read, 1 refused; nothing was written
	END
	unchanged_store
	try fil-import users --keep-going --rejects bad.csv w3.csv
	status_is 1
	try cat bad.csv
	out_is 'Matricule;Nom complet;Courriel;Service;reject_line;reject_reason' \
	    "00005;Zoé NEUVE;zoe@x.example;Dons;61;\"reuse: user: '00005' was 'Pr05 NOM05' who left on 2024-03-31: give that person another key first (--rename 00005=00005-2024), or --allow reuse\""
	try fil-import users --sync --rename 00005=00005-2024 w3.csv
	status_is 0
	out_is "$HEADER" 'changed,00005-2024,Pr05 NOM05,p05@x.example,Dons,,,user,,2024-03-31,hr' \
	    'added,00005,Zoé NEUVE,zoe@x.example,Dons,,,user,,,hr'
	try fil-list autonomy
	out_is user,dimension,date,source,level,note 00005-2024,process,2024-03-01,test,3, 00005-2024,tool,2024-03-01,test,3,
}

@test "reuse: who returns under the old name or address is the same person; --allow reuse means it" {
	fil_store
	fil-import -q users <<< $'user,name,email,left\n1,Ada King,ada@x.example,2024-01-31\n2,Bo Fox,,2024-01-31'
	try fil-import users - <<< $'user,name,email,left\n1,Ada Lovelace,other@x.example,'
	status_is 0
	out_is "$HEADER" changed,1,Ada\ Lovelace,other@x.example,,,,user,,,hr
	try fil-import users - <<< $'user,name,email,left\n2,Zoé Neuve,zoe@x.example,'
	status_is 65
	try fil-import users --allow reuse - <<< $'user,name,email,left\n2,Zoé Neuve,zoe@x.example,'
	status_is 0
	err_is "fil-import: -: UTF-8, ',', LF" 'fil-import: users: 1 read, 0 added, 1 changed, 0 unchanged (run 4)'
}

@test "faults of rows come before guards" {
	sixty
	(head -n 1 list.csv; paste -d ';' <(sed 1d list.csv | cut -d ';' -f 1) \
	    <(sed 1,2d list.csv | cut -d ';' -f 2-; echo ';p01@x.example;Dons')) > shifted.csv
	try fil-import users shifted.csv
	status_is 65
	err_is "fil-import: shifted.csv: UTF-8, ';', LF" 'fil-import: shifted.csv:61: name: is required but empty' \
	    'fil-import: users: 60 read, 1 refused; nothing was written'
}

@test "feed=NAME takes nobody over from another feed without --take" {
	fil_store
	fil-import -q users <<< $'user,name\n1,Ada King'
	try fil-import users feed=ad <<< $'user,email\n1,ada@x.example'
	status_is 65
	err_is "fil-import: -: UTF-8, ',', LF" \
	    "fil-import: -:2: feed: '1' belongs to another feed than 'ad'; --take takes it over" \
	    'fil-import: users: 1 read, 1 refused; nothing was written'
	try fil-import users --take feed=ad <<< $'user,email\n1,ada@x.example'
	status_is 0
	out_is "$HEADER" changed,1,Ada\ King,ada@x.example,,,,user,,,ad
	try fil-import users feed=ad <<< $'user,name\n1,Ada King\n2,Bo Fox'
	status_is 0
	out_is "$HEADER" added,2,Bo\ Fox,,,,,user,,,ad
	# The row of the command line, a column of feeds, and an empty cell, which is hr, as well.
	try fil-import users user=2 feed=hr
	status_is 65
	try fil-import users <<< $'user,feed\n1,hr\n2,'
	status_is 65
	err_is "fil-import: -: UTF-8, ',', LF" \
	    "fil-import: -:2: feed: '1' belongs to another feed than 'hr'; --take takes it over" \
	    "fil-import: -:3: feed: '2' belongs to another feed than 'hr'; --take takes it over" \
	    'fil-import: users: 2 read, 2 refused; nothing was written'
	try 'fil-list users | fil-import users'
	err_is "fil-import: -: UTF-8, ',', LF" 'fil-import: users: 2 read, 0 added, 0 changed, 2 unchanged (run 5)'
	try fil-import users --take <<< $'user,feed\n1,hr\n2,'
	status_is 0
	out_is "$HEADER" changed,1,Ada\ King,ada@x.example,,,,user,,,hr changed,2,Bo\ Fox,,,,,user,,,hr
}

@test "--rename to a key that exists joins both: facts, plans and references go to it, in one run" {
	fil_store
	fil-import users -q <<< $'user,name,manager\n00010,Ada King,\n90010,Ada King,\n3,Cy,00010'
	fil-import modules -q module=m title=M kind=course
	fil-import routines -q routine=r title=R owner=00010
	fil-import assignments -q <<< $'user,module,assigned,trainer\n00010,m,2024-01-08,3\n3,m,2024-01-08,00010'
	fil-record autonomy -q <<< $'user,dimension,date,source,level\n00010,tool,2024-03-01,test,3\n00010,process,2024-03-01,test,3\n90010,tool,2024-03-10,test,4\n00010,tool,2024-03-10,test,4'
	try fil-import users --rename 00010=90010
	status_is 0
	out_is "$HEADER" 'removed,00010,Ada King,,,,,user,,,hr'
	err_is "fil-import: --rename: '00010' is joined to '90010': 7 rows follow" \
	    'fil-import: users: 0 read, 0 added, 0 changed, 1 joined to others, 0 unchanged (run 7)'
	try fil-list autonomy
	out_is user,dimension,date,source,level,note 90010,process,2024-03-01,test,3, 90010,tool,2024-03-01,test,3, 90010,tool,2024-03-10,test,4,
	try "fil-list users | cut -d, -f1,6"
	out_is user,manager 3,90010 90010,
	try "fil-list assignments | cut -d, -f1,5"
	out_is user,trainer 3,90010 90010,3
	try "fil-list routines | cut -d, -f6"
	out_is owner 90010
	try ask 'SELECT "user", autonomous FROM standings'
	out_is '90010|2024-03-01'
	try ask "SELECT subject, became FROM history WHERE became IS NOT NULL"
	out_is '00010|90010'
	try ask "SELECT was FROM history WHERE relation = 'users' AND action = 'removed'"
	out_is '{"user":"00010","name":"Ada King","role":"user","feed":"hr"}'
	whole
	# The same again says so.
	try fil-import users --rename 00010=90010
	status_is 0
	err_is "fil-import: --rename: '00010' was already renamed to '90010'" \
	    'fil-import: users: 0 read, 0 added, 0 changed, 1 unchanged (run 8)'
}

@test "a join whose facts differ is refused and lists them; --prefer old or new says which stay" {
	fil_store
	fil-import users -q <<< $'user,name\n1,Ada\n2,Ada'
	fil-record autonomy -q <<< $'user,dimension,date,source,level\n1,tool,2024-03-01,test,3\n2,tool,2024-03-01,test,4\n1,process,2024-03-01,test,2'
	dump > before
	try fil-import users --rename 1=2
	status_is 1
	out_is ''
	err_is "fil-import: --rename: autonomy: '2, tool, 2024-03-01, test': level is '3' for '1', '4' for '2'" \
	    'fil-import: refused: --rename 1=2 joins two users, and 1 row of theirs differs; nothing was written (--prefer old or --prefer new says which stays)'
	unchanged_store
	try fil-import users --rename 1=2 --prefer old -n
	status_is 0
	unchanged_store
	try fil-import users --rename 1=2 --prefer new
	status_is 0
	try fil-list autonomy
	out_is user,dimension,date,source,level,note 2,process,2024-03-01,test,2, 2,tool,2024-03-01,test,4,
	fil-import users -q <<< $'user,name\n3,Ada'
	fil-record autonomy -q <<< $'user,dimension,date,source,level\n3,tool,2024-03-01,test,1'
	try fil-import users --rename 3=2 --prefer old
	status_is 0
	try fil-list autonomy
	out_is user,dimension,date,source,level,note 2,process,2024-03-01,test,2, 2,tool,2024-03-01,test,1,
	whole
	try fil-import users --prefer old user=9 name=Z
	status_is 64
}

@test "a join and an import go together, in one run" {
	fil_store
	fil-import users -q <<< $'user,name,manager\n1,Ada,\n2,Ada B,1\n3,Cy,1'
	try fil-import users --rename 1=2 - <<< $'user,name,manager\n2,Ada C,\n3,Cyr Cy,2'
	status_is 0
	out_is "$HEADER" removed,1,Ada,,,,,user,,,hr changed,2,Ada\ C,,,,,user,,,hr changed,3,Cyr\ Cy,,,,2,user,,,hr
}

# Makes contracts.csv, in which 00421 has two rows.
contracts() {
	fil_store
	cat > contracts.csv <<- 'END'
		Matricule;Nom complet;Service;Date d'entrée;Date de sortie
		00421;Alix BRUN;Dons;2024-01-01;
		00421;Alix BRUN;Legs;2022-01-01;2023-12-31
		00422;Bea COLIN;Dons;2023-01-01;
	END
}

@test "several rows of one person: the fault names the lines, the columns and the ways out" {
	contracts
	try fil-import users contracts.csv
	status_is 65
	err_is "fil-import: contracts.csv: UTF-8, ';', LF" \
	    "fil-import: contracts.csv:3: user: duplicate key '00421' with different values: first on line 2; other: unit, arrived, left (--prefer active, last or first keeps one)" \
	    'fil-import: users: 3 read, 1 refused; nothing was written'
}

@test "--prefer active keeps the row that runs, last and first the place; -v says which row is kept" {
	contracts
	try fil-import users --prefer active -v contracts.csv
	status_is 0
	out_is "$HEADER" 'added,00421,Alix BRUN,,Dons,,,user,2024-01-01,,hr' 'added,00422,Bea COLIN,,Dons,,,user,2023-01-01,,hr'
	err_has "fil-import: contracts.csv:3: user: '00421': the row of contracts.csv:2 is kept"
	err_has 'fil-import: users: 3 read, 2 added, 0 changed, 0 unchanged, 1 replaced by another row (run 2)'
	try fil-import users --prefer first contracts.csv
	out_is "$HEADER"
	try fil-import users --prefer last contracts.csv -n
	out_is "$HEADER" 'changed,00421,Alix BRUN,,Legs,,,user,2022-01-01,2023-12-31,hr'
	err_has 'fil-import: users: 3 read, 0 added, 1 changed, 1 unchanged, 1 replaced by a later row (run 4)'
	cp "$OUT" last
	try fil-import users --last contracts.csv -n
	out_is < last
	printf 'prefer = active\n' > active.ini
	try fil-import users --profile active.ini contracts.csv
	status_is 0
	out_is "$HEADER"
}

@test "--prefer active: all have left: the latest left; several run: the latest arrived; equal rows: a fault" {
	fil_store
	try fil-import users --prefer active - <<- 'END'
		user,name,unit,arrived,left
		1,Ada,A,2020-01-01,2021-12-31
		1,Ada,B,2019-01-01,2022-12-31
		2,Bo,A,2023-01-01,
		2,Bo,B,2022-01-01,
		3,Cy,A,2020-01-01,2030-12-31
		3,Cy,B,,
	END
	status_is 0
	out_is "$HEADER" added,1,Ada,,B,,,user,2019-01-01,2022-12-31,hr added,2,Bo,,A,,,user,2023-01-01,,hr added,3,Cy,,B,,,user,,,hr
	try fil-import users --prefer active - <<< $'user,name,unit\n1,Ada,A\n1,Ada,B'
	status_is 65
	try fil-record needs --prefer active user=1 need=x
	status_is 64
	err_has 'fil-record: --prefer active is for users'
	try fil-import users --prefer best user=9 name=Z
	status_is 64
	err_has "fil-import: --prefer takes active, last, first, old or new, not 'best'"
}

@test "twin: a new key with the e-mail of an active user whom the input lacks is a fault" {
	fil_store
	fil-import -q users <<< $'user,name,email,unit\n1,Ada King,ada@x.example,Dons\n2,Bo Fox,bo@x.example,Dons'
	dump > before
	(echo user,name,email,unit; echo 9,Other Name,ADA@x.example,Legs; echo 3,Cy Doe,cy@x.example,Legs; echo 4,,,) > new.csv
	try fil-import users --rejects bad.csv new.csv
	status_is 65
	out_is ''
	err_is <<- 'END'
		fil-import: new.csv: UTF-8, ',', LF
		fil-import: new.csv:2: user: '9' is new, with the e-mail of '1' (Ada King, ada@x.example), who has not left: --rename 1=9, or --allow twin
		fil-import: new.csv:4: name: is required but empty
		fil-import: users: 3 read, 2 refused; nothing was written
	END
	unchanged_store
	try cat bad.csv
	out_is user,name,email,unit,reject_line,reject_reason \
	    "9,Other Name,ADA@x.example,Legs,2,\"twin: user: '9' is new, with the e-mail of '1' (Ada King, ada@x.example), who has not left: --rename 1=9, or --allow twin\"" \
	    '4,,,,4,"missing-value: name: is required but empty"'
	try fil-import users --keep-going new.csv
	status_is 1
	out_is "$HEADER" added,3,Cy\ Doe,cy@x.example,Legs,,,user,,,hr
	try fil-import users --rename 1=9 <<< $'user,name,email\n9,Ada King,ada@x.example'
	status_is 0
}

@test "twin: --keep-going refuses who is managed by a refused twin, up the whole line" {
	fil_store
	fil-import -q users <<< $'user,name,email\n1,Ada King,ada@x.example'
	try fil-import users --keep-going - <<< $'user,name,email,manager\n4,Di,,3\n3,Cy,,9\n9,Ada K,ada@x.example,\n5,Ed,,1'
	status_is 1
	out_is "$HEADER" added,5,Ed,,,,1,user,,,hr
	err_is "fil-import: -: UTF-8, ',', LF" \
	    "fil-import: -:2: manager: '3' is not in users" \
	    "fil-import: -:3: manager: '9' is not in users" \
	    "fil-import: -:4: user: '9' is new, with the e-mail of '1' (Ada King, ada@x.example), who has not left: --rename 1=9, or --allow twin" \
	    'fil-import: users: 4 read, 1 added, 0 changed, 0 unchanged, 3 refused (run 3)'
	whole
}

@test "twin: --allow twin means it; who has left, or stands in the input too, is no twin" {
	fil_store
	fil-import -q users <<< $'user,name,email,left\n1,Ada King,ada@x.example,\n2,Bo Fox,bo@x.example,2024-03-01\n3,Cy Doe,cy@x.example,2024-04-01'
	try fil-import users - <<< $'user,name,email\n12,Bob Fox,bo@x.example'
	status_is 0
	err_is "fil-import: -: UTF-8, ',', LF" 'fil-import: users: 1 read, 1 added, 0 changed, 0 unchanged (run 3)'
	try fil-import users - <<< $'user,name,email\n13,Cyr Doe,cy@x.example'
	status_is 65
	try fil-import users --allow twin - <<< $'user,name,email\n13,Cyr Doe,cy@x.example'
	status_is 0
	# Shared by two people who both stand in the input: told.
	try fil-import users - <<< $'user,name,email\n14,Assistant,ada@x.example\n1,Ada King,ada@x.example'
	status_is 0
	err_is "fil-import: -: UTF-8, ',', LF" \
	    "fil-import: -:2: email: 'ada@x.example' of '14' is the address of '1' (Ada King) too: --allow address" \
	    'fil-import: users: 2 read, 1 added, 0 changed, 1 unchanged (run 5)'
	# And when the user's own row is refused for something else.
	try fil-import users --max-faults 5 - <<< $'user,name,email,role\n15,Assistant,ada@x.example,\n1,Ada King,ada@x.example,boss\n14,Assistant,ada@x.example,'
	status_is 65
	err_is "fil-import: -: UTF-8, ',', LF" \
	    "fil-import: -:3: role: 'boss' is not one of user, initiator, trainer, sponsor" \
	    'fil-import: users: 3 read, 1 refused; nothing was written'
}

@test "twin: the name and the unit of an active user whom the input lacks are told; no unit matches nothing" {
	fil_store
	fil-import -q users <<< $'user,name,unit\n1,Élodie DUPRÉ,Dons\n2,Bo Fox,\n3,Cy Doe,Legs'
	try fil-import users - <<< $'user,name,unit\n11,Elodie Dupre,Dons\n12,Bo Fox,\n13,Cy Doe,Dons'
	status_is 0
	err_is "fil-import: -: UTF-8, ',', LF" \
	    "fil-import: -:2: user: '11' is new, with the name and the unit of '1' (Élodie DUPRÉ): --rename 1=11, or --allow twin" \
	    'fil-import: users: 3 read, 3 added, 0 changed, 0 unchanged (run 3)'
	# The command line is an input as well.
	try fil-import users user=14 name='Cy Doe' unit=Legs
	err_is "fil-import: command line: user: '14' is new, with the name and the unit of '3' (Cy Doe): --rename 3=14, or --allow twin" \
	    'fil-import: users: 1 read, 1 added, 0 changed, 0 unchanged (run 4)'
}

@test "twin: a list that is accepted tells who may only have another key, as --rename operands" {
	sixty
	sed 's/^00010/90010/' list.csv > new.csv
	try fil-import users --sync --allow twin -n new.csv
	err_is "fil-import: new.csv: UTF-8, ';', LF" 'fil-import: dry run: nothing is kept' \
	    'fil-import: users: 60 read, 1 added, 0 changed, 1 left, 59 unchanged (run 3)'
	try fil-import users --sync --strict new.csv
	status_is 1
	unchanged_store
	try fil-import users --sync new.csv
	status_is 0
	out_is "$HEADER" 'added,90010,Pr10 NOM10,p10@x.example,Dons,,,user,,,hr' 'left,00010,Pr10 NOM10,p10@x.example,Dons,,,user,,2024-03-15,hr'
	err_is "fil-import: new.csv: UTF-8, ';', LF" \
	    "fil-import: new.csv: user: '90010' may be '00010' under a new key: the same e-mail (Pr10 NOM10): --rename 00010=90010 would keep the history, or --allow twin" \
	    'fil-import: users: 60 read, 1 added, 0 changed, 1 left, 59 unchanged (run 3)'
	# A form finds the one who is there; and both can be joined.
	try fil-record autonomy --match email source=self date=2024-03-14 <<< $'email,tool\np10@x.example,3'
	status_is 0
	out_has 'added,90010,tool,2024-03-14,self,3,'
	try fil-import users --rename 00010=90010
	status_is 0
	try fil-import users --sync new.csv
	out_is "$HEADER"
}

@test "twin: an accepted list tells the same name and unit too, a refused one the name alone" {
	fil_store
	(staff 40; echo '90001;Ada KING;;Dons'; echo '90002;Bo FOX;;Dons'; echo '90003;Cy DOE;;'
	    echo '90004;Di EVE;di@x.example;Legs'; echo '90005;Ed FOE;ed@x.example;Legs') > list.csv
	fil-import users -q --sync list.csv
	(staff 40; echo '80001;King, Ada;;Dons'; echo '80002;Bo FOX;;Legs'; echo '80003;Cy DOE;;'
	    echo '80004;DI ÈVE;di.eve@x.example;Legs'; echo '80005;Fa GEE;ED@x.example;Dons') > new.csv
	try fil-import users --sync --max-churn 30 -n new.csv
	status_is 0
	err_is <<- 'END'
		fil-import: new.csv: UTF-8, ';', LF
		fil-import: new.csv: user: '80004' may be '90004' under a new key: the same name and unit (DI ÈVE): --rename 90004=80004 would keep the history, or --allow twin
		fil-import: new.csv: user: '80005' may be '90005' under a new key: the same e-mail (Fa GEE): --rename 90005=80005 would keep the history, or --allow twin
		fil-import: dry run: nothing is kept
		fil-import: users: 45 read, 5 added, 0 changed, 5 left, 40 unchanged (run 3)
	END
	try fil-import users --sync new.csv
	status_is 1
	err_is <<- 'END'
		fil-import: new.csv: UTF-8, ';', LF
		fil-import: new.csv: '80002' may be '90002' under a new key: the same name (Bo FOX); --rename 90002=80002 would keep the history
		fil-import: new.csv: '80003' may be '90003' under a new key: the same name (Cy DOE); --rename 90003=80003 would keep the history
		fil-import: new.csv: '80004' may be '90004' under a new key: the same name (DI ÈVE); --rename 90004=80004 would keep the history
		fil-import: new.csv: '80005' may be '90005' under a new key: the same e-mail (Fa GEE); --rename 90005=80005 would keep the history
		fil-import: refused: 5 would join, 0 return and 5 leave, of 45 active users of the feed 'hr' (limit 10 %): nothing was written; --force or --max-churn PCT
	END
}

# many FIRST LAST DOMAIN: writes rows of users with these numbers and addresses.
many() {
	seq -f '%.0f' "$1" "$2" | awk -v domain="$3" '{ print $1 ",Pr" $1 " NOM" $1 ",p" $1 % 200000 "@" domain }'
}

# bats test_tags=sqlite
@test "over 131,072 rows and users, twins, addresses, circles and look-alikes are still found" {
	fil_store
	(echo user,name,email; many 200001 340000 x.example) > one.csv
	fil-import users -q one.csv
	# As many twins at once are all refused; those who are listed too are none.
	(echo user,name,email; many 400001 540000 X.example; many 200001 200010 x.example; many 1 10 y.example) > twins.csv
	try fil-import users --keep-going --max-faults 1 twins.csv
	status_is 1
	[ "$(wc -l < "$OUT")" -eq 21 ]
	err_has "fil-import: twins.csv:12: user: '400011' is new, with the e-mail of '200011' (Pr200011 NOM200011, p11@x.example), who has not left: --rename 200011=400011, or --allow twin"
	err_has 'fil-import: users: 140020 read, 20 added, 0 changed, 10 unchanged, 139990 refused (run 3)'
	# Under --sync as well.
	(echo user,name,email,unit,manager; many 200001 340000 x.example | sed 's/$/,Dons,/') > two.csv
	fil-import users -q --sync --force two.csv
	sed -e '3s/p2@/p3@/' -e '6s/,$/,200009/' -e '10s/,$/,200005/' -e '8s/Dons/DONS/' two.csv > three.csv
	try fil-import users --sync three.csv
	status_is 0
	err_is <<- 'END'
		fil-import: three.csv: UTF-8, ',', LF
		fil-import: three.csv:3: email: 'p3@x.example' of '200002' is the address of '200003' (Pr200003 NOM200003) too: --allow address
		fil-import: three.csv:6: manager: '200005' is managed by '200009', who is managed by '200005': --allow circle
		fil-import: three.csv:8: unit: 'DONS' may be 'Dons': [values.unit] Dons = DONS, or --allow look-alike
		fil-import: users: 140000 read, 0 added, 4 changed, 139996 unchanged (run 5)
	END
}

@test "a whole list: circles, addresses and look-alikes with users who stay or change elsewhere are told" {
	fil_store
	printf '%s\n' user,name,email,unit,manager 'a,Ann One,a@x,Sales,b' 'b,Bob Two,b@x,Sales,' 'c,Cid Six,c@x,Été,' > list.csv
	fil-import users -q --sync list.csv
	printf '%s\n' user,name,email,unit,manager 'a,Ann One,a@x,Sales,b' 'b,Bob Two,b@x,Sales,a' 'c,Cid Six Seven,c@x,Été,' \
	    'd,Dan Ten,A@X,SALES,' 'e,Eve Ten,e@x,Ete,' > next.csv
	try fil-import users --sync next.csv
	status_is 0
	err_is <<- 'END'
		fil-import: next.csv: UTF-8, ',', LF
		fil-import: next.csv:5: email: 'A@X' of 'd' is the address of 'a' (Ann One) too: --allow address
		fil-import: next.csv:3: manager: 'b' is managed by 'a', who is managed by 'b': --allow circle
		fil-import: next.csv:6: unit: 'Ete' may be 'Été': [values.unit] Été = Ete, or --allow look-alike
		fil-import: next.csv:5: unit: 'SALES' may be 'Sales': [values.unit] Sales = SALES, or --allow look-alike
		fil-import: users: 5 read, 2 added, 2 changed, 1 unchanged (run 3)
	END
}

@test "address: one address on two rows, or on two active people, is told; what is stored already is not" {
	fil_store
	try fil-import users - <<< $'user,name,email\n1,Ada,box@x.example\n2,Bo,BOX@x.example\n3,Cy,box@x.example\n4,Di,di@x.example'
	status_is 0
	err_is "fil-import: -: UTF-8, ',', LF" \
	    "fil-import: -:3: email: 'BOX@x.example' of '2' is the address of '1' (Ada) too: --allow address (2 rows)" \
	    'fil-import: users: 4 read, 4 added, 0 changed, 0 unchanged (run 2)'
	try 'fil-list users | fil-import users'
	err_is "fil-import: -: UTF-8, ',', LF" 'fil-import: users: 4 read, 0 added, 0 changed, 4 unchanged (run 3)'
	try fil-import users --allow address - <<< $'user,email\n4,box@x.example'
	err_is "fil-import: -: UTF-8, ',', LF" 'fil-import: users: 1 read, 0 added, 1 changed, 0 unchanged (run 4)'
	# The doubt shows its first line, whatever the order of the addresses.
	try fil-import users -n - <<< $'user,name,email\n11,A,z@x.example\n12,B,z@x.example\n13,C,a@x.example\n14,D,a@x.example'
	err_has "fil-import: -:3: email: 'z@x.example' of '12' is the address of '11' (A) too: --allow address (2 rows)"
	fil-import -q users <<< $'user,email,left\n1,,\n4,di@x.example,2024-01-01'
	try fil-import users - <<< $'user,email\n1,di@x.example'
	err_is "fil-import: -: UTF-8, ',', LF" 'fil-import: users: 1 read, 0 added, 1 changed, 0 unchanged (run 6)'
}

@test "circle: one's own manager, directly or in a circle, is told" {
	fil_store
	try fil-import users - <<< $'user,name,manager\n1,Ada,1\n2,Bo,3\n3,Cy,4\n4,Di,2\n5,Ed,2\n6,Fa,'
	status_is 0
	err_is "fil-import: -: UTF-8, ',', LF" \
	    "fil-import: -:2: manager: '1' is their own manager: --allow circle (2 rows)" \
	    'fil-import: users: 6 read, 6 added, 0 changed, 0 unchanged (run 2)'
	try fil-import users - <<< $'user,manager\n1,\n2,\n6,5'
	err_is "fil-import: -: UTF-8, ',', LF" 'fil-import: users: 3 read, 0 added, 3 changed, 0 unchanged (run 3)'
	# A stored line of managers becomes a circle.
	try fil-import users user=2 manager=6 name=Bo
	err_is "fil-import: command line: manager: '2' is managed by '6', who is managed by '5', who is managed by '2': --allow circle" \
	    'fil-import: users: 1 read, 0 added, 1 changed, 0 unchanged (run 4)'
	# What is stored already is no doubt.
	try fil-import users user=2 name=Bo unit=Dons
	err_is 'fil-import: users: 1 read, 0 added, 1 changed, 0 unchanged (run 5)'
	try fil-import users --allow circle user=3 manager=3 name=Cy
	err_is 'fil-import: users: 1 read, 0 added, 1 changed, 0 unchanged (run 6)'
	try fil-import users --sync - <<< $'user,name,manager\n1,Ada,2\n2,Bo,6\n3,Cy,3\n4,Di,2\n5,Ed,2\n6,Fa,5'
	err_is "fil-import: -: UTF-8, ',', LF" 'fil-import: users: 6 read, 0 added, 1 changed, 5 unchanged (run 7)'
}

@test "look-alike: two spellings in one first import are told: the rarer one, with its first line" {
	fil_store
	try fil-import users - <<- 'END'
		user,name,unit,job
		1,Ada,DONS,Chargée d’affaires
		2,Bo,Dons,Chargée d'affaires
		3,Cy,Dons,C
		4,Di,dons,C++
		5,Ed,Don,Chargé d’affaires
		6,Fa,Dons/Legs,R-D
		7,Gé,Dons Legs,RD
	END
	status_is 0
	err_is <<- 'END'
		fil-import: -: UTF-8, ',', LF
		fil-import: -:2: unit: 'DONS' may be 'Dons': [values.unit] Dons = DONS, or --allow look-alike
		fil-import: -:5: unit: 'dons' may be 'Dons': [values.unit] Dons = dons, or --allow look-alike
		fil-import: -:3: job: 'Chargée d'affaires' may be 'Chargée d’affaires': [values.job] Chargée d’affaires = Chargée d'affaires, or --allow look-alike
		fil-import: users: 7 read, 7 added, 0 changed, 0 unchanged (run 2)
	END
	try 'fil-list users | fil-import users --strict'
	status_is 0
}

@test "look-alike: a new key that differs from another only in case is told" {
	fil_store
	fil-import users -q <<< $'user,name\nu1,Ann LEE\nA-12,Bo RAY'
	try fil-import users <<< $'user,name\nU1,Cy FOX\nk7,Di ROE\nK7,Ed KAY\nA1-2,Flo LUX\nÉ1,Gus MAY'
	status_is 0
	err_is <<- 'END'
		fil-import: -: UTF-8, ',', LF
		fil-import: -:4: user: 'K7' may be 'k7': [values.user] k7 = K7, or --allow look-alike
		fil-import: -:2: user: 'U1' may be 'u1': [values.user] u1 = U1, or --allow look-alike
		fil-import: users: 5 read, 5 added, 0 changed, 0 unchanged (run 3)
	END
	# The way out, and what is stored already.
	printf '[values.user]\nu1 = U1\n' > keys.ini
	try fil-import users --profile keys.ini <<< $'user,name\nU1,Ann LEE'
	err_is "fil-import: -: UTF-8, ',', LF" 'fil-import: users: 1 read, 0 added, 0 changed, 1 unchanged (run 4)'
	try fil-import users --strict <<< $'user,name\nU1,Cy FOXE\nu1,Ann LEE'
	status_is 0
	try fil-import users --allow look-alike --strict user=a-12 name='Ann OTHER'
	status_is 0
}

@test "look-alike: of over a hundred spellings the rest is counted with the last" {
	fil_store
	(echo user,name,unit; seq 100 299 | sed 's/.*/&,P&,Unit &/') > units.csv
	fil-import -q users units.csv
	sed '2,$s/Unit/UNIT/' units.csv > shouted.csv
	try fil-import users -n shouted.csv
	[ "$(grep -c ' may be ' "$ERR")" -eq 100 ]
	err_has "fil-import: shouted.csv:100: unit: 'UNIT 198' may be 'Unit 198': [values.unit] Unit 198 = UNIT 198, or --allow look-alike"
	err_has "fil-import: shouted.csv:101: unit: 'UNIT 199' may be 'Unit 199': [values.unit] Unit 199 = UNIT 199, or --allow look-alike (101 rows)"
}

@test "look-alike: a unit or job that differs from a stored one only in case or accents is told" {
	fil_store
	fil-import -q users <<< $'user,name,unit,job\n1,Ada,Mécénat/Dons,Comptable\n2,Bo,Legs,Aide-soignant\n3,Cy,Legs,'
	try fil-import users - <<- 'END'
		user,name,unit,job
		4,Di,MECENAT/DONS,comptable
		5,Ed,MECENAT/DONS,Comptable
		6,Fa,Legs,Aide-soignant
		7,Gé,Juridique,Avocate
	END
	status_is 0
	err_is <<- 'END'
		fil-import: -: UTF-8, ',', LF
		fil-import: -:2: unit: 'MECENAT/DONS' may be 'Mécénat/Dons': [values.unit] Mécénat/Dons = MECENAT/DONS, or --allow look-alike (2 rows)
		fil-import: -:2: job: 'comptable' may be 'Comptable': [values.job] Comptable = comptable, or --allow look-alike
		fil-import: users: 4 read, 4 added, 0 changed, 0 unchanged (run 3)
	END
	# Both are stored now: neither is a doubt.
	try fil-import users - <<< $'user,name,unit\n8,Hal,MECENAT/DONS\n9,Ida,Mécénat/Dons'
	err_is "fil-import: -: UTF-8, ',', LF" 'fil-import: users: 2 read, 2 added, 0 changed, 0 unchanged (run 4)'
	# All rows at once change their spelling.
	try fil-import users --allow look-alike -n - <<< $'user,unit\n2,LEGS\n3,LEGS\n6,LEGS'
	err_is "fil-import: -: UTF-8, ',', LF" 'fil-import: dry run: nothing is kept' \
	    'fil-import: users: 3 read, 0 added, 3 changed, 0 unchanged (run 5)'
	try fil-import users - <<< $'user,unit\n2,LEGS\n3,LEGS\n6,LEGS'
	err_is "fil-import: -: UTF-8, ',', LF" \
	    "fil-import: -:2: unit: 'LEGS' may be 'Legs': [values.unit] Legs = LEGS, or --allow look-alike (3 rows)" \
	    'fil-import: users: 3 read, 0 added, 3 changed, 0 unchanged (run 5)'
	try 'fil-list users | fil-import users'
	err_is "fil-import: -: UTF-8, ',', LF" 'fil-import: users: 9 read, 0 added, 0 changed, 9 unchanged (run 6)'
}
