#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Facts as other tools write them: wide tables, ranges, parts, sums, amounts of time, moments, other keys.
load helper

setup() {
	fil_setup
	fil_store three_people
	export XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/config
}

# Fills the store with three people and two modules.
three_people() {
	printf '%s\n' user,name,email 00065,'Ada ROUX',ada@x.example 00091,'Bob LEE',bob@x.example \
		00196,'Eve DU',eve@x.example | fil-import -q users
	printf 'module,title,kind\nintro,Intro,course\ncircuit,Circuit,course\n' | fil-import -q modules
}

@test "[facts] makes a row of each cell, and says where nothing is" {
	cat > pix.ini <<- 'END'
		table = autonomy
		source = test
		[columns]
		date = Date de l'envoi
		[facts]
		Niveau pour la compétence * = dimension {*}, level {}
		[values.dimension]
		tool = Gérer des données
		process = Interagir
		[values.level]
		5 = >= 6
		3 = 3 .. 6
		1 = < 3
		keep = note
		[skip]
		Envoi (O/N) = N*
	END
	printf '%s\n' "Matricule;Envoi (O/N);Date de l'envoi;Niveau pour la compétence Gérer des données;Pix;\
Niveau pour la compétence Interagir" '00065;Oui;2024-03-14;4;34;6' '00091;Oui;2024-03-15;;9;2' \
		'00196;Non;NA;NA;NA;NA' '00196;Oui;2024-03-15;;;' > pix.csv
	try fil-record --profile ./pix.ini -v pix.csv
	status_is 0
	out_is <<- 'END'
		action,user,dimension,date,source,level,note
		added,00065,tool,2024-03-14,test,3,4
		added,00065,process,2024-03-14,test,5,6
		added,00091,process,2024-03-15,test,1,2
	END
	err_has 'fil-record: pix.csv: 1 row not filled in, ignored'
	err_has 'fil-record: pix.csv: 1 row ignored, as the profile says'
	err_has 'fil-record: autonomy: 3 read, 3 added, 0 changed, 0 unchanged (run 4)'
	try fil-record --profile ./pix.ini pix.csv
	err_is 'fil-record: pix.csv: 1 row not filled in, ignored' \
		'fil-record: pix.csv: 1 row ignored, as the profile says' \
		'fil-record: autonomy: 3 read, 0 added, 0 changed, 3 unchanged (run 5)'
}

@test "a cell beside the last header needs none itself, and must be in the file" {
	cat > last.ini <<- 'END'
		table = completions
		match = email
		[columns]
		user = Courriel
		[facts]
		Intro = module intro, outcome {}, date {+1}
		[values.outcome]
		completed = Fait
		empty = Non
	END
	printf 'Courriel,Intro,\nada@x.example,Fait,2024-03-01\nbob@x.example,Non,\n' > last.csv
	try fil-record --profile ./last.ini -n last.csv
	status_is 0
	out_is <<- 'END'
		action,user,module,date,outcome,note
		added,00065,intro,2024-03-01,completed,
	END
	printf 'Courriel,Intro,,\nada@x.example,Fait,2024-03-01,x\n' > last.csv
	try fil-record --profile ./last.ini -n last.csv
	status_is 65
	err_has "fil-record: last.csv:2: no header for cell 4, 'x'"
	printf 'Courriel,Intro\nada@x.example,Fait\n' > last.csv
	try fil-record --profile ./last.ini -n last.csv
	status_is 65
	err_is "fil-record: last.csv:1: 'Intro' has no cell {+1} beside it, which ./last.ini:6 names"
}

@test "a fault of a fact names the line and the header, and its row is kept as it was" {
	printf '%s\n' 'table = completions' 'match = email' 'key = none' '[columns]' 'user = Courriel' '[facts]' \
		'Intro = module intro, outcome {}, date {+1}' '* = module {*}, outcome {}, date {+1}' \
		'[values.outcome]' 'completed = Terminé' 'empty = Non terminé' '[values.module]' 'circuit = Circuit' > moodle.ini
	printf '%s\n' ',"Courriel","Intro","","Circuit","2024-03-15 00:00:00"' \
		'"Ada ROUX",ada@x.example,Terminé,"2024-03-12 09:31:04",Fini,"2024-02-30 16:02:11"' \
		'"Bob LEE",bob@x.example,Terminé,"2024-03-12 09:40:00",Terminé,"2024-03-13 09:40:00"' > moodle.csv
	try fil-record --profile ./moodle.ini --keep-going --rejects bad.csv moodle.csv
	status_is 1
	out_is <<- 'END'
		action,user,module,date,outcome,note
		added,00065,intro,2024-03-12,completed,
		added,00091,intro,2024-03-12,completed,
		added,00091,circuit,2024-03-13,completed,
	END
	err_is "fil-record: moodle.csv:2: Circuit: date: '2024-02-30 16:02:11' is not a date" \
		"fil-record: moodle.csv:2: Circuit: outcome: 'Fini' is not one of completed, partial, absent" \
		'fil-record: completions: 2 read, 3 added, 0 changed, 0 unchanged, 1 refused (run 4)'
	{
		sed -n '1s/$/,reject_line,reject_reason/p' moodle.csv
		printf '%s,2,"%s; %s"\n' "$(sed -n 2p moodle.csv)" \
			"type-error: Circuit: date: '2024-02-30 16:02:11' is not a date" \
			"constraint-error: Circuit: outcome: 'Fini' is not one of completed, partial, absent"
	} | diff - bad.csv
	# Once corrected, the refused row is read by the same profile.
	try "sed 's/Fini/Terminé/; s/2024-02-30/2024-02-29/' bad.csv | fil-record --profile ./moodle.ini"
	status_is 0
	out_is <<- 'END'
		action,user,module,date,outcome,note
		added,00065,circuit,2024-02-29,completed,
	END
	# An activity that was renamed is told.
	sed 's/^\* =.*/Circuit = module circuit, outcome {}, date {+1}/' moodle.ini > two.ini
	sed '1s/"Intro"/"Introduction"/; 2s/,"2024-02-30.*/,"2024-02-29"/; 2s/Fini/Terminé/' moodle.csv > renamed.csv
	try fil-record --profile ./two.ini -n renamed.csv
	status_is 0
	err_is "fil-record: renamed.csv: lines of [facts] whose header is missing make no row: 'Intro' (./two.ini:7)" \
		'fil-record: dry run: nothing is kept' 'fil-record: completions: 2 read, 0 added, 0 changed, 2 unchanged (run 6)'
	# So does a fault that only the store can find.
	sed -i '/^circuit/d' moodle.ini
	sed -i '2s/Fini,"2024-02-30/Terminé,"2024-02-29/' moodle.csv
	try fil-record --profile ./moodle.ini -n moodle.csv
	err_is "fil-record: moodle.csv:2: Circuit: module: 'Circuit' is not in modules, but 'circuit' is" \
		"fil-record: moodle.csv:3: Circuit: module: 'Circuit' is not in modules, but 'circuit' is" \
		'fil-record: completions: 2 read, 2 refused; nothing was written'
}

@test "rows of equal keys add up, in any amounts of time" {
	printf '%s\n' 'table = efforts' 'activity = workshop' 'sum = minutes' 'match = email' 'key = none' \
		'dates = mdy' '[columns]' 'user = User Email' 'date = Join Time' 'minutes = Duration' > zoom.ini
	printf '%s\n' 'Id,User Email,Join Time,Duration' '1,ada@x.example,03/04/2024 09:00:10 AM,01:31:20' \
		'2,ada@x.example,03/04/2024 09:45:10 AM,45m 40s' '3,bob@x.example,03/04/2024 09:05:10 AM,"1,5 h"' > zoom.csv
	try fil-record --profile ./zoom.ini zoom.csv
	status_is 0
	out_is <<- 'END'
		action,user,date,activity,item,phase,minutes
		added,00065,2024-03-04,workshop,,,137
		added,00091,2024-03-04,workshop,,,90
	END
	err_is 'fil-record: efforts: 3 read, 2 added, 0 changed, 0 unchanged, 1 added up with others (run 4)'
	# A file that was downloaded twice is refused; another meeting of the day adds up in one command.
	cp zoom.csv 'zoom (1).csv'
	try "fil-record --profile ./zoom.ini zoom.csv 'zoom (1).csv'"
	status_is 1
	err_is 'fil-record: zoom (1).csv: refused: the same bytes as zoom.csv, whose minutes would be added twice: name one of them'
	sed '/ada/d; s/1,5 h/10 min/' zoom.csv > later.csv
	try fil-record --profile ./zoom.ini -n zoom.csv later.csv
	out_is action,user,date,activity,item,phase,minutes changed,00091,2024-03-04,workshop,,,100
	# Who is refused is refused with all rows.
	sed -i 's/ada@/adam@/' zoom.csv
	try fil-record --profile ./zoom.ini zoom.csv
	status_is 65
	err_is "fil-record: zoom.csv:2: user: no user has the e-mail 'adam@x.example'" \
		"fil-record: zoom.csv:3: user: no user has the e-mail 'adam@x.example'" \
		"fil-record: zoom.csv: 2 rows name users who are not stored: import the users, or --known-only ignores such rows" 'fil-record: efforts: 3 read, 2 refused; nothing was written'
	# In all else they are the same.
	printf 'user,date,activity,phase,minutes\n00065,2024-03-05,x,,1\n00065,2024-03-05,x,p,1\n' > two.csv
	try fil-record efforts --set sum=minutes two.csv
	status_is 65
	try fil-record efforts --set sum=activity two.csv
	status_is 64
	err_has "fil-record: sum: 'activity' is no amount of efforts"
	printf 'last = yes\nsum = phase\n' > bad.ini
	try fil-record efforts --profile ./bad.ini two.csv
	status_is 78
	err_is "fil-record: ./bad.ini:2: sum: 'phase' is no amount of efforts"
	try fil-record efforts --set sum=minutes --last two.csv
	status_is 64
	err_has 'fil-record: sum does not go with --last or --prefer'
}

@test "a scale or a fraction without ranges gives the number itself" {
	printf '%s\n' 'table = efforts' 'activity = use' '[columns]' 'date = At' 'minutes = Took' '[values.minutes]' \
		'scale = 60000' 'empty = none' > journal.ini
	printf '%s\n' user,At,Took 00065,2024-03-04,2712000 00091,2024-03-04,100 00196,2024-03-04,360000000000 > journal.csv
	try fil-record --profile ./journal.ini journal.csv
	status_is 0
	out_is <<- 'END'
		action,user,date,activity,item,phase,minutes
		added,00065,2024-03-04,use,,,45.2
		added,00091,2024-03-04,use,,,0.002
		added,00196,2024-03-04,use,,,6000000
	END
	printf '%s\n' user,At,Took 00065,2024-03-05,999999999999 00091,2024-03-05,-60000 00196,2024-03-05,2e5 > journal.csv
	sed -i 's/60000/0.0001/' journal.ini
	try fil-record --profile ./journal.ini journal.csv
	status_is 65
	err_has "fil-record: journal.csv:2: minutes: '999999999999' is in no range of [values.minutes]"
	err_has "fil-record: journal.csv:3: minutes: '-600000000' is below 0"
	err_has "fil-record: journal.csv:4: minutes: '2e5' is not a number with at most 3 decimals"
	# Each column has its own number.
	printf '%s\n' 'table = autonomy' 'source = test' '[values.level]' 'scale = 20' 'fraction = yes' > two.ini
	printf '%s\n' user,date,tool,process 00065,2024-03-04,60,40 00091,2024-03-04,80/2,30 > two.csv
	try fil-record --profile ./two.ini --keep-going two.csv
	out_is <<- 'END'
		action,user,dimension,date,source,level,note
		added,00065,process,2024-03-04,test,2,
		added,00065,tool,2024-03-04,test,3,
		added,00091,tool,2024-03-04,test,2,
	END
	err_has "fil-record: two.csv:3: process: '1.5' is not a whole number from 0 to 5"
}

@test "a moment is a day of the zone, and seconds are dates when that is said" {
	printf '%s\n' user,date,need 00065,2024-03-14T23:30:02Z,a 00091,2024-03-14T23:30:02+01:00,b \
		'00196,14 mars 2024 23:30,c' > utc.csv
	try fil-record needs --set timezone=Europe/Paris utc.csv
	status_is 0
	out_is <<- 'END'
		action,user,need,date,note
		added,00065,a,2024-03-15,
		added,00091,b,2024-03-14,
		added,00196,c,2024-03-14,
	END
	try fil-record needs --set timezone=Europe/Pariss utc.csv
	status_is 64
	err_has "fil-record: --set: 'Europe/Pariss' is not a time zone that is installed: give one such as Europe/Paris"
	printf 'user,date,need\n00065,03/04/2024 23:30 UTC,a\n' > open.csv
	try fil-record needs --set timezone=Europe/Paris open.csv
	status_is 65
	err_has "fil-record: open.csv:2: date: '03/04/2024 23:30 UTC' may be day first or month first: timezone needs --dates dmy or --dates mdy"
	FILROUGE_TODAY=2024-05-01 try fil-record needs --set timezone=Europe/Paris --dates dmy open.csv
	out_has 'added,00065,a,2024-04-04,'
	printf 'user,date,need\n00065,1711666799,a\n' > epoch.csv
	try fil-record needs epoch.csv
	status_is 65
	err_has "fil-record: epoch.csv:2: date: '1711666799' is not a date: --dates epoch reads seconds since 1970"
	FILROUGE_TODAY=2024-05-01 try fil-record needs --dates epoch --set timezone=Europe/Paris epoch.csv
	out_has 'added,00065,a,2024-03-28,'
}

@test "[split] makes a row of each part, and key = none lets no number name a user" {
	printf '%s\n' 'table = needs' 'match = email' 'key = none' '[columns]' 'user = Adresse' 'date = Jour' \
		'need = Besoins' '[split]' 'need = comma' '[values.need]' 'sign = Signature' > form.ini
	# Of a cell without any part there is no row.
	printf 'ID,Jour,Adresse,Besoins\n1,2024-03-14,ada@x.example,"Signature, Search"\n' > form.csv
	printf '2,2024-03-14,bob@x.example,%s\n' '' '" , ,"' sign >> form.csv
	try fil-record --profile ./form.ini form.csv
	status_is 0
	err_is 'fil-record: form.csv: 2 rows not filled in, ignored' 'fil-record: needs: 4 read, 3 added, 0 changed, 0 unchanged (run 4)'
	out_is <<- 'END'
		action,user,need,date,note
		added,00065,sign,2024-03-14,
		added,00065,Search,2024-03-14,
		added,00091,sign,2024-03-14,
	END
	sed -i /match/d form.ini
	try fil-record --profile ./form.ini form.csv
	status_is 78
	err_is 'fil-record: ./form.ini:2: key = none needs match: email, name or alias find the users'
	try fil-record --profile ./form.ini --set key=none form.csv
	status_is 64
	err_has 'fil-record: key = none needs match: email, name or alias find the users'
}

@test "begin-after and end cut a table out of a file with several" {
	printf '%s\n' 'table = efforts' 'begin-after = 2. Particip*é*s*' 'end = blank' 'activity = workshop' 'match = email' \
		'key = none' '[columns]' 'user = Adresse' 'date = Arrivée' 'minutes = Durée' > teams.ini
	printf '%s\t%s\t%s\n' '1. Résumé' '' '' Participants 2 '' 'Durée' '1h 31m 38s' '' '2. Participés' '' '' \
		Adresse 'Arrivée' 'Durée' ada@x.example '14/03/2024 09:00:10' '1h 31m 30s' \
		eva@x.example '14/03/2024 09:00:10' '1h' '' '' '' '3. Activités' '' '' Adresse 'Arrivée' 'Durée' \
		bob@x.example '14/03/2024 09:00:10' '45m' > teams.tsv
	iconv -f UTF-8 -t UTF-16 teams.tsv > teams.csv
	try fil-record --profile ./teams.ini --keep-going --rejects bad.csv teams.csv
	status_is 1
	out_is <<- 'END'
		action,user,date,activity,item,phase,minutes
		added,00065,2024-03-14,workshop,,,91.5
	END
	err_is "fil-record: teams.csv:7: user: no user has the e-mail 'eva@x.example'" \
		"fil-record: teams.csv: 1 row names a user who is not stored: import the user, or --known-only ignores such rows" 'fil-record: efforts: 2 read, 1 added, 0 changed, 0 unchanged, 1 refused (run 4)'
	# The same profile reads the refused row, once it is corrected.
	[ "$(iconv -f UTF-16 -t UTF-8 bad.csv | sed -n '1p; 3s/\t.*//p' | tr '\n' ' ')" = '2. Participés eva@x.example ' ]
	try "iconv -f UTF-16 -t UTF-8 bad.csv | sed s/eva@/eve@/ | fil-record --profile ./teams.ini"
	status_is 0
	out_has 'added,00196,2024-03-14,workshop,,,60'
	try fil-record --profile ./teams.ini --set 'begin-after=3. *' -n teams.tsv
	status_is 0
	out_has 'added,00091,2024-03-14,workshop,,,45'
	try fil-record --profile ./teams.ini --set 'end=3. ACTIVITÉS*' --set short-rows=yes --known-only -n teams.tsv
	status_is 0
	err_has 'fil-record: efforts: 2 read, 0 added, 0 changed, 1 unchanged, 1 of unknown users ignored (run 6)'
	try fil-record --profile ./teams.ini --set 'begin-after=4. Salles' teams.tsv
	status_is 65
	err_is "fil-record: teams.tsv: no line begins with '4. Salles', which begin-after names"
	# What a profile names is told with its line.
	printf 'begin-after = 4. Salles\n' > salles.ini
	try fil-record completions --profile ./salles.ini teams.tsv
	status_is 65
	err_is "fil-record: teams.tsv: no line begins with '4. Salles', which ./salles.ini:1 names for begin-after"
}

@test "--match alias finds a person by a name in another source, in every reference" {
	printf '%s\n' alias,source,user Ada.Roux@x.onmicrosoft.example,entra,00065 b.lee,moodle,00091 b.lee,glpi,00196 \
		'"CN=Eve DU,OU=x",ad,00196' | fil-import -q aliases
	printf 'Login,date,need\nADA.ROUX@x.onmicrosoft.example,2024-03-14,a\n00065,2024-03-14,b\nb.lee,2024-03-14,c\n' > needs.csv
	try fil-record needs --match alias --map user=Login --keep-going needs.csv
	status_is 1
	out_has 'added,00065,a,2024-03-14,'
	err_has "fil-record: needs.csv:3: user: no user has the alias '00065'"
	err_has "fil-record: needs.csv:4: user: 'b.lee' may be '00091', '00196': give the key"
	printf 'external id,date,need\nbob@x.example,2024-03-14,d\nada.roux@x.onmicrosoft.example,2024-03-14,d\nzz,2024-03-14,d\n' > needs.csv
	try fil-record needs --match email,alias --map user='external id' --keep-going needs.csv
	out_has 'added,00091,d,2024-03-14,'
	out_has 'added,00065,d,2024-03-14,'
	err_has "fil-record: needs.csv:4: user: no user has 'zz' as e-mail, name or alias"
	try fil-import users --match alias <<< $'user,name,manager\n00091,Bob LEE,"CN=eve du,OU=x"'
	out_has 'changed,00091,Bob LEE,bob@x.example,,,00196,user,,,hr'
	printf 'external id,date,need\nbob@x.example,2024-03-13,d\n00065,2024-03-13,d\nzz,2024-03-13,d\n' > needs.csv
	# A header of addresses gives aliases, unless e-mails are matched or another header does.
	for kinds in alias name,alias alias,name; do
		try fil-record needs --match $kinds -n <<< $'Adresse e-mail,date,need\nADA.Roux@x.onmicrosoft.example,2024-03-14,e'
		out_is 'action,user,need,date,note' added,00065,e,2024-03-14,
	done
	try fil-record needs --match alias -n <<< $'email,pseudonyme,date,need\nada@x.example,Ada.Roux@x.onmicrosoft.example,2024-03-14,e'
	out_is 'action,user,need,date,note' added,00065,e,2024-03-14,
	for kinds in email,key email,alias,key; do
		try fil-record needs --match $kinds --map user='external id' -n --keep-going needs.csv
		out_is 'action,user,need,date,note' added,00091,d,2024-03-13, added,00065,d,2024-03-13,
		err_has "fil-record: needs.csv:4: user: 'zz' is not in users"
		try fil-record needs --match $kinds --map user='external id' -n --known-only needs.csv
		status_is 0
		err_has 'fil-record: needs: 3 read, 2 added, 0 changed, 0 unchanged, 1 of unknown users ignored (run 8)'
	done
	for kinds in key key,email email,key,alias; do
		try fil-record needs --match $kinds needs.csv
		status_is 64
		err_has "fil-record: --match takes email, name or alias, not '$kinds'"
	done
	try fil-record needs --match login needs.csv
	status_is 64
	err_has "fil-record: --match takes email, name or alias, not 'login'"
}

@test "--check says what becomes of a file, without a store" {
	printf '%s\n' Matricule,date,need 00065,12/01/2024,x 00091,30/02/2024,y > days.csv
	try "fil-record needs --check days.csv | sed 1,4d"
	out_is "2: date: ambiguous date '12/01/2024': no date of the file proves day first or month first: give --dates dmy or --dates mdy" \
		"3: date: '30/02/2024' is not a date"
	printf '%s\n' 'table = autonomy' 'source = test' '[facts]' 'A = dimension tool, level {}' 'B = dimension process, level {}' > ab.ini
	printf '%s\n' user,date,A,B 1,2024-02-30,1,2 2,2024-02-28,1,2 > ab.csv
	try "fil-record --profile ./ab.ini --check ab.csv | sed 1,5d"
	out_is "2: date: '2024-02-30' is not a date" '3: user=2 dimension=tool date=2024-02-28 source=test level=1' \
		'3: user=2 dimension=process date=2024-02-28 source=test level=2'
	printf '%s\n' 'table = autonomy' 'match = email' 'source = test' '[columns]' 'user = Courriel' \
		'[facts]' 'Niveau * = dimension {*}, level {}, date {+1}' '[values.level]' '3 = >= 80' '1 = < 80' 'keep = note' \
		'[skip]' 'Statut = x' '"Niveau B" = NA' > check.ini
	printf '%s\n' 'Courriel;Nom;Statut;Niveau A;;Niveau B;Le' 'ada@x.example;Ada;ok;90;1/2/2024;NA;' 'bob@x.example;B;x;1;;;' \
		'bob@x.example;B;;12;13/2/2024;80;4/2/2024' 'bob@x.example;B;;12;13/2/2024;80;4/2/2024' > check.csv
	FILROUGE_DB=/nonexistent/store.db try fil-record --profile ./check.ini --check check.csv
	status_is 0
	out_is <<- 'END'
		Courriel: user
		Nom: not stored
		Statut: [skip]
		Niveau A: dimension, level, note
		#5: date
		Niveau B: dimension, level, note, [skip]
		Le: date

		2: user=ada@x.example dimension=A date=2024-02-01 source=test level=3 note=90
		4: user=bob@x.example dimension=A date=2024-02-13 source=test level=1 note=12
		4: user=bob@x.example dimension=B date=2024-02-04 source=test level=3 note=80
	END
	err_is "fil-record: check.csv: UTF-8, ';', LF" 'fil-record: check.csv: not stored: Nom'
	sed -i 's/3 = >= 80/3 = >= 85/' check.ini
	FILROUGE_DB=/nonexistent/store.db try "fil-record --profile ./check.ini --check check.csv date=2024-02-01 | tail -n 3"
	out_is <<- 'END'
		2: user=ada@x.example dimension=A date=2024-02-01 source=test level=3 note=90
		4: user=bob@x.example dimension=A date=2024-02-01 source=test level=1 note=12
		4: Niveau B: level: '80' is in no range of [values.level]
	END
	FILROUGE_DB=/nonexistent/store.db try fil-record --profile ./check.ini --check check.csv
	status_is 65
	try fil-record --profile ./check.ini --check check.csv check.csv
	status_is 64
	err_has "fil-record: one operand too many: 'check.csv'"
	# Of a workbook it names the cell.
	printf '%s\n' 'table = needs' '[columns]' 'need = Besoin' 'user = Personne' > book.ini
	printf '%s\n' '= Feuil1' 's:Besoin|s:Personne' 's:sign|s:u1' 's:sign' 'row 7' '|s:u2' |
		python3 "$BATS_TEST_DIRNAME/workbook.py" book.xlsx
	FILROUGE_DB=/nonexistent/store.db try fil-record --profile ./book.ini --check book.xlsx
	status_is 65
	out_is <<- 'END'
		Besoin: need
		Personne: user

		Feuil1!2: user=u1 need=sign date=2024-03-15
		Feuil1!B3: user: is required but empty
		Feuil1!A7: need: is required but empty
	END
	printf 'user;outils\n1;3\n' > form.csv
	printf 'max-age = 8d\n[columns]\noutils = Outils\n' > form.ini
	FILROUGE_DB=/nonexistent/store.db try "fil-record autonomy source=self --profile ./form.ini --check form.csv | tail -n 1"
	out_has '2: user=1 dimension=outils date=2024-03-15 source=self level=3'
}

# Prints a proposal from its sections on.
propose() {
	fil-record "$1" --propose "$2" | sed -n '/^table/p; /^.columns/,$p'
}

@test "--propose drafts [facts] of a wide table" {
	printf '%s\n' 'Matricule;Jour;Nombre de pix pour A;Niveau pour A;Nombre de pix pour B;Niveau pour B;Nom' \
		'00065;2024-03-01;34;4;51;6;Roux' '00091;2024-03-01;9;1;NA;NA;Lee' > pix.csv
	FILROUGE_DB=/nonexistent/store.db try propose autonomy pix.csv
	status_is 0
	out_is <<- 'END'
		table = autonomy
		[columns]
		user = Matricule
		date = Jour
		# Not found: note.

		[facts]
		# Each cell under such headers becomes a row. Keep the lines that are right.
		# Nombre de pix pour * = dimension {*}, level {}
		Niveau pour * = dimension {*}, level {}

		[values.dimension]
		# CHANGE ME: before each sign, the name that the store has in dimensions.
		# ? = A
		# ? = B

		[values.level]
		empty = NA
		# CHANGE ME: what do the cells mean? Words, and numbers by ranges: 3 = >= 80
		# 3 = >= 50
		# 1 = < 50
		# keep = note

		# Not stored, because no column takes them. Store only what the work needs.
		#   Nombre de pix pour A
		#   Nombre de pix pour B
		#   Nom
	END
	try "fil-record autonomy --propose pix.csv | grep -A1 'CHANGE ME: needed'"
	out_is '# CHANGE ME: needed, and not found: one value for all rows, here, or a header in [columns]' \
		'# source = self | trainer | manager | test | system'
	printf '%s\n' 'Nom,Courriel,Intro,,"Test: a (x)",Fini' 'Ada R,ada@x.example,Fait,2024-03-01,Fait,2024-03-02' \
		'Bob L,bob@x.example,Non,,Fait,2024-03-02' 'Eve D,eve@x.example,Fait,2024-03-03,,' > moodle.csv
	try "fil-record completions --propose moodle.csv | sed -n '/^.facts/,\$p'"
	out_is <<- 'END'
		[facts]
		# Each cell under such headers becomes a row. Keep the lines that are right.
		Intro = module {header}, outcome {}, date {+1}
		"Test: a (x)" = module {header}, outcome {}, date {+1}

		[values.module]
		# CHANGE ME: before each sign, the name that the store has in modules.
		# ? = Intro
		# ? = Test: a (x)

		[values.outcome]
		# CHANGE ME: what do the cells mean? Words, and numbers by ranges: 3 = >= 80
		# completed = Fait
		# completed = Non

		# Not stored, because no column takes them. Store only what the work needs.
		#   Nom
	END
	# Whoever does not name the event is asked for it.
	try "fil-record --propose moodle.csv | grep -A1 'CHANGE ME: which'"
	out_is '# CHANGE ME: which table is it for?' 'table = autonomy'
	# What is proposed is of use.
	fil-record completions --propose moodle.csv > moodle.ini
	sed -i 's/^# completed = Fait/completed = Fait/; s/^# completed = Non/empty = Non/; s/^# ? = Intro/intro = Intro/; s/^# ? = Test/circuit = Test/' \
		moodle.ini
	try fil-record --profile ./moodle.ini moodle.csv
	status_is 0
	out_is <<- 'END'
		action,user,module,date,outcome,note
		added,00065,intro,2024-03-01,completed,
		added,00065,circuit,2024-03-02,completed,
		added,00091,circuit,2024-03-02,completed,
		added,00196,intro,2024-03-03,completed,
	END
	# The last date needs no header either. Files have titles, and a sheet has them too.
	printf 'Bilan de mars, 2024\n\nCourriel;Intro;\nada@x.example;Fait;2024-03-04\nbob@x.example;Non;\n' > last.csv
	try "fil-record completions --propose last.csv | grep -e skip-lines -e ^user -e ^Intro"
	out_is '# skip-lines = 2' 'user = Courriel' 'Intro = module {header}, outcome {}, date {+1}'
	python3 "$BATS_TEST_DIRNAME/workbook.py" last.xlsx <<< $'= F\ns:Bilan\nrow 3\ns:Courriel|s:Intro|s:\ns:ada@x.example|s:Fait|d:45355'
	try "fil-record completions --propose last.xlsx | grep -e skip-lines -e ^user -e ^Intro"
	out_is '# skip-lines = 2' 'user = Courriel' 'Intro = module {header}, outcome {}, date {+1}'
	# An address names a person before other words do, and is no postal address.
	printf 'Intro,Adresse 1,Adresse 2,Fin\nNon,ada@x.example,a@x.example,Fait\nOui,bob@x.example,b@x.example,Non\n' > two.csv
	try "fil-record completions --propose two.csv | grep -e ^match -e ^user -e '#   Adr'"
	out_is 'match = email' 'user = Adresse 1' '#   Adresse 2  (addresses for electronic mail)'
	# A long table has none.
	printf 'user,need,date,note\n1,a,2024-03-01,x\n' > long.csv
	try "fil-record needs --propose long.csv | grep -e facts -e ^table"
	out_is 'table = needs'
	try fil-assign --propose long.csv
	status_is 0
	out_has '# module = need'
	# Sessions to come are in other months. A grade is no money, and the day of an offset depends on the zone.
	printf '%s\n' 'Vu,Courriel,12 mars 2024 09:00 Tous,19 mars 2024 09:00 Tous,Total' \
		'2024-03-19T23:30:02Z,ada@x.example,P,A,"12,50"' '2024-03-19T08:03:02+01:00,bob@x.example,A,P,"10,50"' > sessions.csv
	try "fil-record completions --propose sessions.csv | grep -e Tous -e Total"
	out_is '* Tous = outcome {}, date {header}' '# Total = module {header}, outcome {}' '#   Total'
	try "fil-record needs --propose sessions.csv | grep -A1 offset"
	out_is '# CHANGE ME: times have an offset from UTC. Their days are as written, or those of a zone:' '# timezone = Europe/Paris'
	printf 'Login,Courriel\nad,ada@x.example\nbo,bob@x.example\n' > logins.csv
	try "fil-import aliases --propose logins.csv | grep -B1 -e source"
	out_is '# CHANGE ME: needed, and not found: one value for all rows, here, or a header in [columns]' '# source ='
}

# bats test_tags=sqlite
@test "--propose tells columns of one header apart by their numbers" {
	printf '%s\n' ';;Outil;;Démarche;' 'Matricule;Date;Avant;Après;Avant;Après' '00065;2024-03-01;1;3;0;2' > two.csv
	fil-record autonomy --propose two.csv > two.ini
	sed -n '/^.facts/,$p' two.ini | diff - <(cat <<- 'END'
		[facts]
		# Each cell under such headers becomes a row. Keep the lines that are right.
		#3 = dimension {header} 3, level {}
		#4 = dimension {header} 4, level {}
		#5 = dimension {header} 5, level {}
		#6 = dimension {header} 6, level {}

		[values.dimension]
		# CHANGE ME: before each sign, the name that the store has in dimensions.
		# ? = Avant 3
		# ? = Après 4
		# ? = Avant 5
		# ? = Après 6
	END
	)
	sed -i -e '/^#[36] /d' -e 's/^# ? = Après 4/tool = Après 4/' -e 's/^# ? = Avant 5/process = Avant 5/' two.ini
	try fil-record autonomy source=test --profile ./two.ini two.csv
	status_is 0
	out_is action,user,dimension,date,source,level,note added,00065,tool,2024-03-01,test,3, added,00065,process,2024-03-01,test,0,
}

@test "a fault in a column that all facts of a row share is told once, at its own place" {
	printf '%s\n' 'table = autonomy' 'source = test' '[columns]' 'user = Matricule' 'date = Date' '[facts]' \
		'Information = dimension tool, level {}' 'Communication = dimension process, level {}' > digcomp.ini
	printf '%s\n' Matricule,Date,Information,Communication 99999,2024-03-14,1,2 00065,2024-02-30,1,7 ,2024-03-14,1,2 > wide.csv
	try fil-record --profile ./digcomp.ini wide.csv --keep-going --rejects bad.csv
	status_is 1
	err_is "fil-record: wide.csv:2: user: '99999' is not in users" "fil-record: wide.csv:3: date: '2024-02-30' is not a date" \
		"fil-record: wide.csv:3: Communication: level: '7' is not a whole number from 0 to 5" \
		'fil-record: wide.csv:4: user: is required but empty' \
		"fil-record: wide.csv: 1 row names a user who is not stored: import the user, or --known-only ignores such rows" 'fil-record: autonomy: 3 read, 0 added, 0 changed, 0 unchanged, 3 refused (run 4)'
	cut -d, -f5,6 bad.csv | diff - <(printf '%s\n' reject_line,reject_reason "2,\"reference-error: user: '99999' is not in users\"" \
		"3,\"type-error: date: '2024-02-30' is not a date; constraint-error: Communication: level: '7' is not a whole number from 0 to 5\"" \
		'4,"missing-value: user: is required but empty"')
	sed '1i= Feuil1' wide.csv | sed '2,$s/[^,]\{1,\}/i:&/g; s/,/|/g' | \
		python3 "$BATS_TEST_DIRNAME/workbook.py" wide.xlsx
	try fil-record --profile ./digcomp.ini wide.xlsx
	err_is "fil-record: wide.xlsx: Feuil1!A2: user: '99999' is not in users" \
		"fil-record: wide.xlsx: Feuil1!B3: date: '2024-02-30' is not a date" \
		"fil-record: wide.xlsx: Feuil1!D3: Communication: level: '7' is not a whole number from 0 to 5" \
		'fil-record: wide.xlsx: Feuil1!A4: user: is required but empty' "fil-record: wide.xlsx: 1 row names a user who is not stored: import the user, or --known-only ignores such rows" 'fil-record: autonomy: 3 read, 3 refused; nothing was written'
}
