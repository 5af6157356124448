#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
load helper

HEADER=user,name,now_process,process,now_tool,tool,source,date,note

# Today is 2024-03-15. a1 and a2 are in the pilot; l1 has left.
project() {
	fil_store
	fil-import -q users <<- 'END'
		user,name,unit,role,left
		a1,Ada,Arts/X,,
		a2,"Bo, B",Arts/Y,,
		00421,Cid,Dons,,
		l1,Lou,Dons,,2024-03-01
	END
	fil-import -q phases phase=pilot title=Pilote kind=pilot begins=2024-01-08
	fil-import -q enrolments phase=pilot enrolled=2024-01-08 <<< $'user\na1\na2'
	fil-import -q modules module=guide title=Guide kind=guide
	fil-import -q routines routine=leave title=Leave
	fil-import -q promises promise=p kind=promise statement=S made=2024-01-08
	fil-record -q autonomy <<- 'END'
		user,date,source,tool,process
		a1,2024-02-01,trainer,4,3
		a1,2024-03-01,self,3,
		l1,2023-12-31,test,0,0
	END
}

xlsx() {
	perl "$BATS_TEST_DIRNAME/xlsx.pl" "$@"
}

@test "the users of a selection have a line each, with their newest levels and empty boxes" {
	project
	try fil-sheet autonomy --phase pilot
	status_is 0
	err_is ''
	out_is <<- END
		$HEADER
		a1,Ada,3,,3,,,2024-03-15,
		a2,"Bo, B",,,,,,2024-03-15,
	END
	try fil-sheet autonomy --active -w unit=Dons
	out_is "$HEADER" '00421,Cid,,,,,,2024-03-15,'
	try fil-sheet autonomy -w unit=Dons --blind source=trainer date=yesterday process=2
	out_is <<- END
		user,name,process,tool,source,date,note
		00421,Cid,2,,trainer,2024-03-14,
		l1,Lou,2,,trainer,2024-03-14,
	END
}

@test "without a selection the keys come from standard input, in its order, each once" {
	project
	try fil-sheet autonomy <<< $'user,name\na2,x\nl1,\na1,\na2,'
	status_is 0
	out_is <<- END
		$HEADER
		a2,"Bo, B",,,,,,2024-03-15,
		l1,Lou,0,,0,,,2024-03-15,
		a1,Ada,3,,3,,,2024-03-15,
	END
	try fil-sheet autonomy <<< user
	status_is 0
	out_is "$HEADER"
	try fil-sheet needs <<< $'a1\n421'
	status_is 65
	out_is ''
	err_is "fil-sheet: -: user: '421' is not in users; the nearest is '00421'"
}

@test "another event has its own columns, and what is given is filled in" {
	project
	try fil-sheet completions module=guide note='to "see"' <<< a2
	out_is user,name,module,date,outcome,note 'a2,"Bo, B",guide,,,"to ""see"""'
	try "echo a1 | fil-sheet verdicts promise=p date=2024-03-01; for event in needs practices efforts; do
		echo a1 | fil-sheet \$event | head -n 1; done"
	out_is <<- 'END'
		user,name,promise,date,verdict,note
		a1,Ada,p,2024-03-01,,
		user,name,need,date,note
		user,name,routine,date,method,item,uses,minutes,result,acceptance,power,note
		user,name,date,activity,item,phase,minutes
	END
}

# bats test_tags=sqlite
@test "what no sheet can be is told, with the way out" {
	local way

	project
	says() {
		try fil-sheet "${@:3}" <<< a1
		status_is "$1"
		out_is ''
		way=$(head -n 1 "$ERR")
		[ "$way" = "fil-sheet: $2" ] || { echo "$way"; return 1; }
	}
	says 64 'give the event of the sheet: autonomy, needs, completions …'
	says 64 "'users' has no sheet: its rows are no events" users
	says 64 "'level=3': the sheet has a line for each user, and a box for each dimension" autonomy level=3
	says 64 "'user=a1': the sheet has a line for each user" needs user=a1
	says 64 "'sheet.csv' is not COL=VALUE: the users come from standard input, or are selected by --phase, --active or -w" \
		needs sheet.csv
	says 64 "needs has no column 'nede'; did you mean 'need'?" needs nede=x
	says 65 "source: 'boss' is not one of self, trainer, manager, test, system" autonomy source=boss
	says 65 "date: '2024-03-16' is after today, 2024-03-15" needs date=tomorrow
	says 65 "command line: module: 'guid' is not in modules; the nearest is 'guide'" completions module=guid
	says 65 "--phase: 'pilto' is not in phases; the nearest is 'pilot'" needs --phase pilto
}

@test "a sheet of levels is recorded as it is, and once" {
	project
	fil-sheet autonomy source=trainer -o sheet.csv <<< $'a1\na2\n00421\nl1'
	# Levels for two people, a remark for the third, nothing for the last.
	sed -i '2s/,3,,3,,/,3,4,3,5,/; 3s/,,,,,/,,,,2,/; 3s/$/seen/; 4s/$/absent/' sheet.csv
	sed 's/,/;/g; s/"Bo; B"/"Bo, B"/; s/$/\r/' sheet.csv > windows.csv
	try fil-record autonomy sheet.csv
	status_is 0
	out_is <<- 'END'
		action,user,dimension,date,source,level,note
		added,a1,process,2024-03-15,trainer,4,
		added,a1,tool,2024-03-15,trainer,5,
		added,a2,tool,2024-03-15,trainer,2,seen
	END
	err_is <<- 'END'
		fil-record: sheet.csv: 1 row not filled in, ignored
		fil-record: sheet.csv: 1 row with a note and no level ignored: give it a level
		fil-record: autonomy: 4 read, 3 added, 0 changed, 0 unchanged (run 9)
	END
	try fil-list autonomy
	[ "$(wc -l < "$OUT")" -eq 9 ]
	try fil-record autonomy windows.csv
	status_is 0
	out_is action,user,dimension,date,source,level,note
	[ "$(ask 'select count(*) from history')" = 0 ]
	try fil-sheet autonomy --phase pilot
	out_is "$HEADER" a1,Ada,4,,5,,,2024-03-15, 'a2,"Bo, B",,,2,,,2024-03-15,'
}

@test "a wrong box is named by its column and line, and nothing is written" {
	project
	fil-sheet autonomy source=trainer --phase pilot -o sheet.csv
	sed -i '2s/,3,,3,,/,3,6,3,5,/; 3s/,,,,,/,1,,,2x,/' sheet.csv
	dump > before
	try fil-record autonomy sheet.csv --rejects rejected.csv
	status_is 65
	out_is ''
	err_is <<- 'END'
		fil-record: sheet.csv:2: process: '6' is not a whole number from 0 to 5
		fil-record: sheet.csv:3: tool: '2x' is not a whole number from 0 to 5
		fil-record: autonomy: 2 read, 2 refused; nothing was written
	END
	dump | cmp - before
}

@test "lines of other events that are not filled in are no facts" {
	project
	fil-sheet completions module=guide date=2024-03-14 -o sheet.csv <<< $'a1\na2'
	sed -i '3s/,,/,partial,/; 3s/$/late/' sheet.csv
	try fil-record completions sheet.csv
	status_is 0
	out_is action,user,module,date,outcome,note added,a2,guide,2024-03-14,partial,late
	err_is 'fil-record: sheet.csv: 1 row not filled in, ignored' \
		'fil-record: completions: 2 read, 1 added, 0 changed, 0 unchanged (run 9)'

	fil-sheet needs -o sheet.csv <<< $'a1\na2'
	sed -i '2s/,,/,excel,/' sheet.csv
	try fil-record needs sheet.csv
	out_is action,user,need,date,note added,a1,excel,2024-03-15,

	fil-sheet verdicts promise=p -o sheet.csv <<< $'a1\na2'
	try fil-record verdicts sheet.csv
	status_is 0
	err_is 'fil-record: sheet.csv: 2 rows not filled in, ignored' \
		'fil-record: verdicts: 2 read, 0 added, 0 changed, 0 unchanged (run 11)'

	fil-sheet efforts phase=pilot activity=visit -o sheet.csv <<< $'a1\na2'
	sed -i '2s/,pilot,/,pilot,30/' sheet.csv
	try fil-record efforts sheet.csv
	out_is action,user,date,activity,item,phase,minutes added,a1,2024-03-15,visit,,pilot,30

	fil-sheet practices routine=leave method=new -o sheet.csv <<< $'a1\na2'
	sed -i '2s/$/works/' sheet.csv
	try fil-record practices sheet.csv
	out_is action,user,routine,date,method,item,uses,minutes,result,acceptance,power,note \
		added,a1,leave,2024-03-15,new,,1,,,,,works

	# Without the names it is no sheet, and an outcome has its default.
	try fil-record -q completions -o /dev/stdout <<< $'user,module,date,outcome\na1,guide,2024-03-14,'
	out_is action,user,module,date,outcome,note added,a1,guide,2024-03-14,completed,
}

# bats test_tags=sqlite
@test "a workbook limits the boxes, and locks all other cells" {
	project
	fil-sheet autonomy source=trainer --phase pilot -f xlsx -o sheet.xlsx
	xlsx sheet.xlsx > sheet.csv
	fil-sheet autonomy source=trainer --phase pilot | diff - sheet.csv
	xlsx sheet.xlsx xl/worksheets/sheet1.xml > sheet.xml
	grep -o '<sheetProtection [^>]*>' sheet.xml > protection
	grep -q 'sheet="1"' protection
	run ! grep -q password protection
	grep -o 'sqref="[A-Z0-9:]*"><formula1>[^<]*' sheet.xml > boxes
	diff boxes - <<- 'END'
		sqref="D2:D3"><formula1>"0,1,2,3,4,5"
		sqref="F2:F3"><formula1>"0,1,2,3,4,5"
		sqref="G2:G3"><formula1>"self,trainer,manager,test,system"
	END
	grep -q 'pane ySplit="1"' sheet.xml
	# Keys, names and newest levels have no format of their own, so they are locked; all boxes have one that is not.
	grep -o '<row r="3".*</row>' sheet.xml | grep -o '<c r="[A-Z]*3"[^>]*' | grep -o '[A-Z]3".*' > cells
	grep -q '^A3" t=' cells
	[ "$(grep -c '^[DFGHI]3" s="[2-9]"' cells)" -eq 5 ]
	xlsx sheet.xlsx xl/styles.xml | grep -o '<xf [^>]*applyProtection="1"[^>]*><protection locked="0"/>' > unlocked
	[ "$(wc -l < unlocked)" -eq 3 ]
	fil-list users -f xlsx -o users.xlsx
	xlsx users.xlsx xl/worksheets/sheet1.xml > users.xml
	run ! grep -q 'sheetProtection\|dataValidation' users.xml
}

# bats test_tags=sqlite
@test "a page has a line for each person, and says what to tick and what becomes of it" {
	project
	fil-record -q autonomy user=a2 dimension=tool level=1 source=test date=2023-12-31
	try fil-sheet autonomy --phase pilot -f html --lang fr
	status_is 0
	grep -q '<html lang="fr">' "$OUT"
	# Elements become bars.
	sed -n '/<\/style>/,$ p' "$OUT" | sed 's/<[^>]*>/|/g; s/||*/|/g; s/^|//; s/|$//; /^$/d' > text
	diff text - <<- 'END'
		Relevé d’autonomie : Pilote, Arts
		Cochez une case par dimension : ce que la personne fait seule aujourd’hui, tel que vous l’avez vu. Ce que vous n’avez pas vu reste vide : une ligne vide n’est pas un zéro.
		Date :|Relevé par :|Séance ou dossier :
		0|not started|1|with guidance|2|alone, help when stuck|3|on my own|4|independent, adapts it to own needs|5|helps others
		Feuille de relevé : 2 personnes
		Digitised process|New tool
		Personne|Dernier niveau|Aujourd’hui|Dernier niveau|Aujourd’hui|Remarque
		Ada|a1|3| |1|er| février, |formation|0|1|2|3|4|5|3| |1|er| mars, |déclaration|0|1|2|3|4|5
		Bo, B|a2|0|1|2|3|4|5|1| |31 décembre 2023, |test|0|1|2|3|4|5
		Autonome à partir du niveau 3. À saisir le jour même : |fil-record autonomy feuille.csv|. La remarque se lit par la personne concernée : des faits, pas de jugement. Ces niveaux servent à organiser l’accompagnement, jamais à évaluer une personne. Feuille à détruire après la saisie.
	END
	[ "$(grep -o '<i class="g">3' "$OUT" | wc -l)" -eq 4 ]
	[ "$(grep -c '<div class="thr"><dt>3' "$OUT")" -eq 1 ]
	# Each dimension has its own threshold.
	fil-import -q dimensions dimension=tool title=Tool threshold=2
	try fil-sheet autonomy source=manager date=2024-03-14 --blind -f html <<< a1
	grep -q '<span>Date: <b>14 March 2024</b></span><span>Recorded by: <b>manager</b></span>' "$OUT"
	grep -q '<i class="g">2</i>' "$OUT"
	grep -q 'Digitised process: autonomous from level 3 on. Tool: autonomous from level 2 on. To be entered' "$OUT"
	run ! grep -q 'Newest level\|class="thr"' "$OUT"
	try fil-sheet completions module=guide -f html <<< $'a1\na2\nl1'
	grep -q '<h1>How modules ended</h1>' "$OUT"
	grep -q '<div class="top"><span>Module: <b>guide</b></span><span>Recorded by:</span></div>' "$OUT"
	grep -q '<td class="s b w"><span><i></i>completed</span> <span><i></i>partial</span> <span><i></i>absent</span> </td>' "$OUT"
}

# bats test_tags=sqlite
@test "a page is whole in itself, escapes what it shows, and is the same twice" {
	project
	fil-import -q users user='<b>' name='A & <script>"x"' unit='Arts/<i>'
	fil-sheet autonomy -f html <<< '<b>' > page
	grep -q '<b>A &amp; &lt;script&gt;&quot;x&quot;</b><span>&lt;b&gt;</span>' page
	grep -q "content=\"default-src 'none'; style-src 'unsafe-inline'\"" page
	grep -q '<h1>Levels of autonomy: Arts/&lt;i&gt;</h1>' page
	fil-sheet autonomy -f html <<< '<b>' | cmp - page
	run ! grep -q '<script\|http://\|src=\|url(' page
}
