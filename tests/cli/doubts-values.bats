#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# bats file_tags=sqlite
# Cells are read before the store is asked, whatever the engine.
# Dates and numbers that may be misread, dates that would not be stored, and settings that say what cells mean.
load helper

EFFORTS=action,user,date,activity,item,phase,minutes
COMPLETIONS=action,user,module,date,outcome,note

store() {
	fil_store fill_store
}

fill_store() {
	printf 'id,name,email\n1,Alix BRUN,a@x.example\n2,Bea COLIN,b@x.example\n' | fil-import users -q
	printf 'module,title,kind\ndemat,Demat,course\n' | fil-import modules -q
}

@test "months in words are dates, and prove the order of no other date" {
	store
	cat > moodle.ini <<- 'END'
		module = demat
		match = email
		[columns]
		user = Adresse de courriel
		date = Cours terminé
		[skip]
		Cours terminé = Non terminé
	END
	try fil-record completions --profile moodle.ini <<- 'END'
		Prénom,Nom,"Adresse de courriel","Cours terminé"
		Alix,BRUN,a@x.example,"mardi 13 février 2024, 16:04"
		Alix,BRUN,a@x.example,"Tuesday, 12 March 2024, 4:04 PM"
		Bea,COLIN,b@x.example,"Non terminé"
	END
	status_is 0
	out_is $COMPLETIONS added,1,demat,2024-02-13,completed, added,1,demat,2024-03-12,completed,
	try fil-import users <<- 'END'
		Matricule;Nom complet;Date d'entrée
		00423;Cyd DENIS;3 févr. 2024
		00424;Dov EON;03/04/2024
	END
	status_is 65
	err_is "fil-import: -: UTF-8, ';', LF" \
	    "fil-import: -:3: arrived: ambiguous date '03/04/2024': no date of the file proves day first or month first: give --dates dmy or --dates mdy" \
	    'fil-import: users: 2 read, 1 refused; nothing was written'
}

@test "a year of two digits and a serial number name the option that reads them" {
	store
	cat > sirh.csv <<- 'END'
		Matricule;Nom complet;Date d'entrée
		00423;Cyd DENIS;3 févr. 2024
		00424;Dov EON;03-févr.-24
		00425;Eva FOL;45335
	END
	try fil-import users sirh.csv
	status_is 65
	err_is "fil-import: sirh.csv: UTF-8, ';', LF" \
	    "fil-import: sirh.csv:3: arrived: '03-févr.-24' is not a date: a year of two digits needs --pivot NN" \
	    "fil-import: sirh.csv:4: arrived: '45335' is not a date: --dates excel reads a spreadsheet's serial number" \
	    'fil-import: users: 3 read, 2 refused; nothing was written'
	try fil-import users --pivot 50 --dates excel sirh.csv
	status_is 0
	out_is action,user,name,email,unit,job,manager,role,arrived,left,feed \
	    added,00423,Cyd\ DENIS,,,,,user,2024-02-03,,hr \
	    added,00424,Dov\ EON,,,,,user,2024-02-03,,hr added,00425,Eva\ FOL,,,,,user,2024-02-13,,hr
}

@test "a weekday that is another is a fault, which names the right one" {
	store
	try fil-record completions module=demat <<< $'user,date\n1,"Monday 2024-03-11"\n1,"Monday 2024-03-12"\n2,"mer. 12 mars 2024 à 16:04"\n2,"lundi 12/02/2024"\n2,"Tuesday, 13 February 2024"'
	status_is 65
	err_is "fil-record: -:3: date: 'Monday 2024-03-12' is not a date: that day is a Tuesday" \
	    "fil-record: -:4: date: 'mer. 12 mars 2024 à 16:04' is not a date: that day is a Tuesday" \
	    "fil-record: -:5: date: ambiguous date 'lundi 12/02/2024': no date of the file proves day first or month first: give --dates dmy or --dates mdy" \
	    'fil-record: completions: 5 read, 3 refused; nothing was written'
	try fil-record completions module=demat --dates dmy <<< $'user,date\n2,"lundi 05/03/2024"'
	err_has "fil-record: -:2: date: 'lundi 05/03/2024' is not a date: that day is a Tuesday"
}

@test "a date of the command line is read when it has one reading, or --dates says which" {
	store
	try fil-import completions user=1 module=demat date=30/11/2023
	status_is 0
	out_is $COMPLETIONS added,1,demat,2023-11-30,completed,
	try fil-import completions user=1 module=demat date=03/04/2023
	status_is 65
	err_is "fil-import: date: '03/04/2023' may be day first or month first: give --dates dmy or --dates mdy"
	try fil-import completions user=1 module=demat date=03/04/2023 --dates dmy
	status_is 0
	out_is $COMPLETIONS added,1,demat,2023-04-03,completed,
	try fil-import completions --dates mdy user=1 module=demat date=30/11/2023
	status_is 65
	err_is "fil-import: date: '30/11/2023' is not a date"
}

@test "an amount that may be two is refused, unless the column proves or a setting says the decimal sign" {
	store
	cat > efforts.csv <<- 'END'
		user,date,activity,minutes
		1,2024-03-01,course,"1,234"
		1,2024-03-02,course,"12,345"
	END
	try fil-record efforts efforts.csv
	status_is 65
	err_is "fil-record: efforts.csv:2: minutes: '1,234' may be 1234 or 1.234, and no number of the column proves which: give --set decimal=comma or --set decimal=point, or --allow thousands" \
	    "fil-record: efforts.csv:3: minutes: '12,345' may be 12345 or 12.345, and no number of the column proves which: give --set decimal=comma or --set decimal=point, or --allow thousands" \
	    'fil-record: efforts: 2 read, 2 refused; nothing was written'
	try fil-record efforts --set decimal=point efforts.csv -n
	status_is 0
	out_is $EFFORTS added,1,2024-03-01,course,,,1234 added,1,2024-03-02,course,,,12345
	try fil-record efforts --set decimal=comma efforts.csv -n
	out_is $EFFORTS added,1,2024-03-01,course,,,1.234 added,1,2024-03-02,course,,,12.345
	try fil-record efforts --allow thousands efforts.csv -n
	out_is $EFFORTS added,1,2024-03-01,course,,,1.234 added,1,2024-03-02,course,,,12.345
	try fil-record efforts efforts.csv <(echo user,date,activity,minutes; echo 1,2024-03-03,course,1.5) -n
	status_is 65
	echo '1,2024-03-03,course,1.5' >> efforts.csv
	try fil-record efforts efforts.csv -n
	status_is 0
	out_is $EFFORTS added,1,2024-03-01,course,,,1234 added,1,2024-03-02,course,,,12345 added,1,2024-03-03,course,,,1.5
	sed -i 's/1\.5/"0,5"/' efforts.csv
	try fil-record efforts efforts.csv --keep-going
	status_is 0
	out_is $EFFORTS added,1,2024-03-01,course,,,1.234 added,1,2024-03-02,course,,,12.345 added,1,2024-03-03,course,,,0.5
	try fil-record efforts efforts.csv
	out_is $EFFORTS
	try fil-record efforts --set decimal=dot efforts.csv
	status_is 64
	err_has "fil-record: --set: decimal takes comma or point, not 'dot'"
}

@test "a point may group thousands where semicolons separate cells" {
	store
	printf 'user;date;activity;minutes\n1;2024-03-01;course;12.345\n1;2024-03-02;course;7\n' > efforts.csv
	try fil-record efforts efforts.csv
	status_is 65
	err_has "fil-record: efforts.csv:2: minutes: '12.345' may be 12345 or 12.345, and no number of the column proves which: give --set decimal=comma or --set decimal=point, or --allow thousands"
	echo '1;2024-03-03;course;1.234,5' >> efforts.csv
	try fil-record efforts efforts.csv -n
	status_is 0
	out_is $EFFORTS added,1,2024-03-01,course,,,12345 added,1,2024-03-02,course,,,7 added,1,2024-03-03,course,,,1234.5
	tr ';' '\t' < efforts.csv | grep -v 1.234,5 > tabs.csv
	try fil-record efforts tabs.csv
	status_is 0
	out_is $EFFORTS added,1,2024-03-01,course,,,12.345 added,1,2024-03-02,course,,,7
}

@test "an amount of the command line may be two as well" {
	store
	try fil-record efforts user=1 activity=course minutes=1,234
	status_is 65
	err_is "fil-record: minutes: '1,234' may be 1234 or 1.234: give --set decimal=comma or --set decimal=point, or --allow thousands"
	try fil-record efforts user=1 activity=course minutes=1,234 --set decimal=point
	out_is $EFFORTS added,1,2024-03-15,course,,,1234
	try fil-record efforts user=1 activity=class minutes=1.234
	out_is $EFFORTS added,1,2024-03-15,class,,,1.234
	printf 'decimal = comma\nuser = 1\nactivity = talk\nminutes = 1.234,5\n' > talk.ini
	try fil-record efforts --profile talk.ini
	out_is $EFFORTS added,1,2024-03-15,talk,,,1234.5
}

@test "a whole number may end in .0" {
	store
	try fil-record autonomy source=test <<< $'login,tool\n1,3.0'
	status_is 0
	out_is action,user,dimension,date,source,level,note added,1,tool,2024-03-15,test,3,
	try fil-record autonomy source=test <<< $'login,tool\n2,3.5'
	status_is 65
	err_has "fil-record: -:2: tool: '3.5' is not a whole number from 0 to 5"
}

@test "rows get no date of today where the input has a column of dates" {
	store
	cat > sheet.csv <<- 'END'
		Matricule,Date de séance,Présent
		1,12/03/2024,oui
		2,,oui
		2,13/03/2024,oui
	END
	try fil-record completions module=demat sheet.csv
	status_is 65
	err_is "fil-record: sheet.csv: the column 'Date de séance' holds dates, but every row would get today's: --map date='Date de séance' or date=today, or --allow today"
	try fil-assign module=demat < sheet.csv
	status_is 65
	err_is "fil-assign: -: the column 'Date de séance' holds dates, but every row would get today's: --map assigned='Date de séance' or assigned=today, or --allow today"
	sed -i 3d sheet.csv
	try fil-record completions module=demat --map date='Date de séance' sheet.csv -n
	out_is $COMPLETIONS added,1,demat,2024-03-12,completed, added,2,demat,2024-03-13,completed,
	try fil-record completions module=demat date=today sheet.csv
	out_is $COMPLETIONS added,1,demat,2024-03-15,completed, added,2,demat,2024-03-15,completed,
	try fil-record needs need=x --allow today sheet.csv
	status_is 0
	sed "s/Date de séance/Date d'examen/" sheet.csv > exam.csv
	try fil-record completions module=demat exam.csv
	status_is 65
	err_is "fil-record: exam.csv: the column 'Date d'examen' holds dates, but every row would get today's: --map date='Date d'\\''examen' or date=today, or --allow today"
	sed -i 's/13.03.2024/later/' sheet.csv
	try fil-record needs need=y sheet.csv
	status_is 0
}

@test "a header again, a total, white space and a word for nothing hide no column of dates" {
	store
	cat > sheet.csv <<- 'END'
		Matricule;Date de séance;Statut
		1;"12/03/2024 ";fait
		Matricule;Date de séance;Statut
		2;-;fait
		---;---;---
		2;x;annulé
		Total;2;
	END
	printf '[skip]\nStatut = annulé\n' > sheet.ini
	try fil-record completions module=demat --profile sheet.ini sheet.csv
	status_is 65
	err_is "fil-record: sheet.csv: the column 'Date de séance' holds dates, but every row would get today's: --map date='Date de séance' or date=today, or --allow today"
	try fil-record completions module=demat sheet.csv -n --keep-going
	status_is 1
}

@test "a column of dates that our own commands write is none that is lost" {
	store
	fil-import users -q user=3 name=Cyd arrived=2024-01-02 left=2024-12-01
	try eval 'fil-list users | fil-record needs need=x'
	status_is 0
	fil-import phases -q phase=p title=P kind=pilot begins=2024-01-08
	fil-import enrolments -q phase=p enrolled=2024-01-08 user=3
	fil-import autonomy -q user=3 dimension=tool date=2024-01-10 source=test level=1
	fil-report stalled > stalled.csv
	[ "$(wc -l < stalled.csv)" -gt 1 ]
	try fil-assign module=demat stalled.csv
	status_is 0
	out_is action,user,module,assigned,phase,trainer,due,reason added,3,demat,2024-03-15,p,,,
}
