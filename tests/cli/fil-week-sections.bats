#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The sections of the weekly page that tell what to decide, what was promised and planned, and what is unknown.
# shellcheck disable=SC1111,SC1112 # the quotes of the page
load helper

setup() {
	fil_setup
	export FILROUGE_TODAY=2024-03-31
}

# Prints a sum of a column of a report: sum COLUMN SUBJECT [OPTION...]
sum() {
	local column=$1

	shift
	fil-report "$@" -f json | perl -MJSON::PP -0777 -e '$sum += $_->{$ARGV[0]} for @{ decode_json(<STDIN>) }; print $sum' "$column"
}

# Fills the store with one point of each kind, and with what is none.
fill_kinds() {
	fil-import -q users <<< $'user,name,unit,arrived\nu1,Ada,A,2024-01-02\nu2,Bo,A,2024-01-02\nu3,Cy,A,2024-01-02\nu4,Di,A,2024-01-02\nu5,Ed,A,2024-01-02'
	fil-import -q modules <<< $'module,title,kind,dimension,duration\nguide,The guide,guide,tool,30\ncourse,The course,course,tool,60'
	fil-import -q phases <<< $'phase,title,kind,begins,ends\npilot,The pilot,pilot,2024-01-08,2024-03-23\nall,All,rollout,2024-02-19,2024-03-31'
	fil-import -q rules <<< $'rule,module,phase,need\nold,guide,pil*,lost\nnow,guide,*,search\nanyone,course,,'
	fil-import -q promises <<- 'END'
		promise,kind,statement,made,due
		kept,promise,All have kept it,2024-01-08,2024-02-01
		past,promise,It is past,2024-01-08,2023-12-31
		today,promise,It is due today,2024-01-08,2024-03-31
		near,limit,It ends within 14 days,2024-01-08,2024-04-14
		late,limit,It has not ended,2024-01-08,2024-03-30
		far,surprise,It is due in 15 days,2024-01-08,2024-04-15
		soon,surprise,It is settled soon,2024-01-08,2024-04-01
		gone,surprise,It was to be settled,2024-01-08,2024-03-02
	END
	fil-record -q verdicts <<< $'user,promise,date,verdict\nu1,kept,2024-02-02,kept\nu1,past,2024-02-02,broken\nu2,past,2024-02-02,partly\nu1,gone,2024-03-25,kept'
	fil-import -q routines <<< $'routine,title,old,new,result\nslow,The slow one,o,n,r\nleft,The one left,o,n,r\nfine,One shown not to be slower,o,n,r\nfew,One not known to be slower,o,n,r'
	fil-record -q practices <<- 'END'
		user,routine,date,method,minutes,item
		u1,slow,2024-03-01,old,20,a
		u1,slow,2024-03-02,new,30,b
		u2,slow,2024-03-01,old,20,a
		u2,slow,2024-03-02,new,30,b
		u3,slow,2024-03-01,old,20,a
		u3,slow,2024-03-02,new,30,b
		u4,slow,2024-03-01,old,20,a
		u4,slow,2024-03-02,new,30,b
		u5,slow,2024-03-01,old,20,a
		u5,slow,2024-03-02,new,30,b
		u1,left,2024-03-01,old,30,a
		u1,left,2024-03-02,new,10,b
		u2,left,2024-03-02,new,10,c
		u2,left,2024-03-28,old,30,d
		u1,fine,2024-03-01,old,30,a
		u1,fine,2024-03-02,new,31,b
		u2,fine,2024-03-01,old,30,a
		u2,fine,2024-03-02,new,31,b
		u3,fine,2024-03-01,old,30,a
		u3,fine,2024-03-02,new,31,b
		u4,fine,2024-03-01,old,30,a
		u4,fine,2024-03-02,new,31,b
		u5,fine,2024-03-01,old,30,a
		u5,fine,2024-03-02,new,31,b
		u1,few,2024-03-01,old,30,a
		u1,few,2024-03-02,new,60,b
	END
	fil-record -q needs <<< $'user,need,date\nu1,search,2024-03-01\nu1,lost,2024-03-30\nu2,lost,2024-03-30\nu3,answered,2024-03-01'
	fil-assign -q module=course due=2024-03-20 assigned=2024-03-01 <<< $'user\nu1\nu2'
	fil-assign -q module=guide due=2024-03-30 assigned=2024-03-30 <<< $'user\nu3'
	printf '%s\n' $'users\t65\tfil-import: sirh.csv:3: name: \'Élise Martin\' <b>' $'feed\t1\t' > failures
}

@test "what to decide, in French" {
	fil_store fil_examples
	try 'fil_week_sections decisions --lang fr'
	status_is 0
	err_is ''
	out_is <<- 'END'
		À DÉCIDER CETTE SEMAINE

		8 points demandent une décision ; 2 sont nouveaux depuis le 24 mars, 2 n’y sont
		plus.

		 1. Promesse échue le 29 février : « Une convention sera signée dans la
		    journée »
		    17 avis : 0 « tenue », 0 « en partie », 17 « non tenue »
		    $ fil-report promises
		 2. Promesse échue le 29 mars : « Instruire un dossier prendra un tiers de temps
		    en moins » [nouveau]
		    23 avis : 10 « tenue », 9 « en partie », 4 « non tenue »
		    $ fil-report promises
		 3. Imprévu à régler pour le 12 avril : « Après vingt minutes sans saisie, le
		    formulaire se vide » [nouveau]
		    16 avis : 1 « comme décrit », 6 « en partie », 9 « pire »
		    $ fil-report promises
		 4. « Faire signer une convention » : 37,5 min par la nouvelle méthode, 21,25
		    par l’ancienne
		    7 personnes sur 18 l’emploient, 3 de moins que le 24 mars
		    $ fil-report routines
		 5. Besoin « piece-jointe » : 10 personnes attendent une réponse
		    aucune règle ne propose de module
		    $ fil-report needs
		 6. Besoin « signature » : 1 personne attend une réponse
		    une règle propose un module
		    $ fil-report needs
		 7. Au moins 36 modules attribués sont en retard
		    Le nouveau circuit de validation 31 ; Prise en main du dossier numérique 5
		    $ fil-report modules --total
		 8. 3 règles ne peuvent plus s’appliquer : leur phase est terminée
		    10-pilot-tool, 11-pilot-process, 12-pilot-tutoring
		    $ fil-propose > /dev/null
	END
}

@test "routines, promises, time and the unknown, in French" {
	fil_store fil_examples
	try 'fil_week_sections routines,promises,commitment,lessons,unknown --lang fr | sed "s/>=[0-9-]*/>=DAY/"'
	status_is 0
	err_is ''
	out_is <<- 'END'
		LES TÂCHES QUI CHANGENT

		« Instruire une demande de soutien » : 76 min au lieu de 105 ; 33 personnes
		sur 37 emploient la nouvelle méthode, 5 de plus que le 24 mars. « Faire signer
		une convention » : 37,5 min au lieu de 21,25 ; 7 personnes sur 18 emploient la
		nouvelle méthode, 3 de moins que le 24 mars.

		                                              Emploient
		                                                     la
		                                               nouvelle  Minutes  Minutes  Plus
		  Tâche                            Personnes    méthode    avant    après  lente
		  ──────────────────────────────────────────────────────────────────────────────
		  Instruire une demande de                37         33      105       76  non
		  soutien
		  Faire signer une convention             18          7    21,25     37,5  oui

		                                    Personnes  Équivalents
		                                     avec des           ou
		  Tâche                             résultats    meilleurs   Intervalle (95 %)
		  ────────────────────────────────────────────────────────────────────────────
		  Instruire une demande de soutien         33       84,3 %  de 68,5 % à 93,0 %
		  Faire signer une convention              15       63,3 %  de 38,7 % à 82,5 %

		PROMESSES ET LIMITES

		Promesses tenues : 0 ; partagées : 1 ; non tenues : 1 ; sans avis : 1. Avis :
		80, 8 de plus que le 24 mars.

		Promesses
		  - « Une convention sera signée dans la journée » avis : 17 (non tenue).
		  - « Instruire un dossier prendra un tiers de temps en moins » avis : 23
		    (partagée).
		  - « L'export vers la comptabilité sera automatique » avis : 0 (sans avis).

		Limites annoncées
		  - « Sans réseau, un dossier ne s'ouvrira pas » avis : 10 (partagé).
		  - « Les pièces reçues sur papier resteront à numériser » avis : 14 (comme
		    annoncé).

		Imprévus
		  - « Après vingt minutes sans saisie, le formulaire se vide » avis : 16
		    (partagé).

		TEMPS PRÉVU, TEMPS PASSÉ

		33 705 minutes passées sur 35 770 prévues, 1 280 de plus que le 24 mars.

		  Rôle              Personnes  Prévues  Passées  Ont passé le temps prévu
		  ───────────────────────────────────────────────────────────────────────
		  Formation                 5   12 250   13 035                         3
		  Équipes                 220   21 000   18 285                       184
		  (petits groupes)          5    2 520    2 385                         3

		Petits nombres : des rôles sont réunis : pris seul, l’un des rôles compterait
		moins de 5 personnes, ou moins de 10 toutes dans le même cas ; il faut plus de
		données.

		CE QUE CETTE PAGE NE SAIT PAS

		17 personnes n’ont pas de niveau connu dans l’outil ou dans la procédure, autant
		que le 24 mars.

		- De ceux dont un niveau est connu dans chaque dimension, personne n’en a de
		  plus de 12 semaines.
		- 73 autonomes sur 154 le sont en partie selon leur propre déclaration. Là où
		  une déclaration et le relevé d’une formation ou d’un test se suivent
		  à 30 jours au plus (324 paires), la déclaration est au-dessus 112 fois
		  (34,6 %), au-dessous 94 fois (29,0 %).
		- 9 personnes se trouvent dans des groupes réunis : pris seul, l’un des groupes
		  compterait moins de 5 personnes, ou moins de 10 toutes dans le même cas.
		- Corrections faites depuis le 24 mars : relevés modifiés : 0 ; opérations
		  annulées : 0 (fil-log -w 'started>=DAY').
		- Les directions sont celles de chaque semaine ; pour les personnes enregistrées
		  plus tard, celles de leur enregistrement.
		- Un niveau date du jour où quelqu’un l’a relevé, pas du jour où il a été
		  atteint.
		- Sans données, donc sans section : enseignements.
		- L’autonomie dit ce qu’une personne peut faire seule un jour donné. Elle ne dit
		  rien de son travail ni de sa valeur.
	END
}

@test "differences and sums are those of the rows of reports" {
	local was=2024-03-24

	fil_store fil_examples
	fil_week_sections promises | tr '\n' ' ' > page
	grep -qF "Voices: $(sum voices promises), $(($(sum voices promises) - $(sum voices promises --as-of $was))) more than on 24 March." page
	fil_week_sections commitment | tr -d , > page
	fil-report commitment --min-group 0 -f csv | awk -F , '/^(initiator|sponsor)/ { users += $2; planned += $3; spent += $4
		honoured += $6 } END { print users, planned, spent, honoured }' > wanted
	awk '/small groups/ { print $3, $4, $5, $6 }' page | cmp - wanted
	fil_week_sections decisions | grep -qF " $(fil-report modules --total -f csv | tail -n 1 | cut -d , -f 7) assignments are overdue"
	fil_week_sections unknown | grep -qF "$(fil-report agreement -f csv | tail -n 1 | cut -d , -f 8) times ($(fil-report agreement -f csv |
		tail -n 1 | cut -d , -f 9)%)"
}

@test "each kind of decision once, which are new, and which are gone" {
	fil_store
	fill_kinds
	try 'fil_week_sections decisions --min-group 0 --failures failures'
	status_is 0
	err_is 'fil-week: groups of any size are shown: persons can be recognised'
	out_is <<- 'END'
		TO DECIDE THIS WEEK

		14 points need a decision; 4 are new since 24 March, 2 are gone.

		 1. Step “users” has failed, with status 65
		    fil-import: sirh.csv:3: name: bad data
		    $ cat failures
		 2. Step “feed” was refused
		    $ cat failures
		 3. Promise due on 31 December 2023, past: “It is past”
		    2 voices: 0 kept, 1 partly, 1 broken
		    $ fil-report promises --min-group 0
		 4. Limit to be lifted by 30 March, past: “It has not ended” [new]
		    0 voices: 0 as said, 0 partly, 0 worse
		    $ fil-report promises --min-group 0
		 5. Promise due on 31 March: “It is due today”
		    0 voices: 0 kept, 0 partly, 0 broken
		    $ fil-report promises --min-group 0
		 6. Surprise to be settled by 1 April: “It is settled soon”
		    0 voices: 0 as described, 0 partly, 0 worse
		    $ fil-report promises --min-group 0
		 7. Limit to be lifted by 14 April: “It ends within 14 days” [new]
		    0 voices: 0 as said, 0 partly, 0 worse
		    $ fil-report promises --min-group 0
		 8. “The one left”: fewer people use the new method [new]
		    1 of 2 uses it, 1 fewer than on 24 March
		    $ fil-report routines --min-group 0
		 9. “The slow one”: 30 min by the new method, 20 by the old
		    5 of 5 use it, as many as on 24 March
		    $ fil-report routines --min-group 0
		10. Need “answered”: 1 person waits for an answer
		    no rule proposes a module
		    $ fil-report needs --min-group 0
		11. Need “lost”: 2 people wait for an answer [new]
		    no rule proposes a module
		    $ fil-report needs --min-group 0
		12. Need “search”: 1 person waits for an answer
		    a rule proposes a module
		    $ fil-report needs --min-group 0
		13. 3 assignments are overdue
		    The course 2; The guide 1
		    $ fil-report modules --total --min-group 0
		14. 1 rule can no longer hold: its phase has ended
		    old
		    $ fil-propose > /dev/null

		1 message may name people, and is left out: cat failures.
	END
	fil-week --min-group 0 --failures failures | grep -qx 'To decide   14 points need a decision this week\.'
	fil-week --min-group 0 --failures failures -f html > page
	grep -q 'Martin' page && return 1
	fil-week --min-group 0 --names --failures failures -f html > named
	grep -qF "<span><bdi>fil-import: sirh.csv:3: name: 'Élise Martin' &lt;b&gt;</bdi></span>" named
	grep -q 'may name people' named && return 1
	[ "$(grep -cF '<span class="n">new</span>' page)" -eq 4 ]
	fil-week --min-group 0 --sections decisions --failures failures -f json | perl -MJSON::PP -0777 -e '$section = decode_json(<>)->{sections}[0];
		print defined $section->{report} ? "report" : "null", " ", scalar @{ $section->{notes} }, "\n$section->{notes}[3]\n"' > notes
	printf '%s\n' 'null 15' 'Limit to be lifted by 30 March, past: “It has not ended” [new] (0 voices: 0 as said, 0 partly, 0 worse)' | cmp - notes
}

@test "nothing to decide, points that are gone, and no week before" {
	fil_store
	try 'fil_week_sections decisions --min-group 0'
	out_is 'TO DECIDE THIS WEEK' '' 'Nothing needs a decision this week.'
	fil-import -q users user=u1 name=Ada arrived=2024-01-02
	fil-import -q promises promise=p kind=promise statement=Soon made=2024-01-08 due=2024-04-07
	try 'fil_week_sections decisions --min-group 0 | sed -n 3p'
	out_is '1 point needs a decision; 0 are new since 24 March, 0 are gone.'
	try 'fil_week_sections decisions --min-group 0 --as-of 2024-01-08 | sed -n 3p'
	out_is 'Nothing needs a decision this week.'
	fil-record -q verdicts user=u1 promise=p date=2024-03-31 verdict=kept
	try 'FILROUGE_TODAY=2024-04-08 fil_week_sections decisions --min-group 0 --as-of 2024-04-08'
	out_is 'TO DECIDE THIS WEEK' '' 'Nothing needs a decision this week.' '' \
		'1 point that needed a decision on 1 April is gone.'
	fil-import -q promises promise=q kind=surprise statement=Long made=2023-01-08 due=2023-12-31
	try 'fil_week_sections decisions --min-group 0 --as-of 2024-01-05'
	out_is 'TO DECIDE THIS WEEK' '' '1 point needs a decision, with no week before to compare.' '' \
		' 1. Surprise to be settled by 31 December 2023, past: “Long”' \
		'    0 voices: 0 as described, 0 partly, 0 worse' '    $ fil-report promises --min-group 0'
}

@test "a bad line of the failures is 65, with its place; a file that cannot be read is 66" {
	local line place=':2: a failure is a step, a TAB, its status from 1 to 255, a TAB and a message'

	fil_store
	for line in '' users $'users\t65' $'\t65\tbad' $'users\tbad\tbad' $'users\t0\tgood' $'users\t256\tbad'; do
		printf 'feed\t1\tno\n%s\n' "$line" > bad
		try fil-week --failures bad
		status_is 65
		err_is "fil-week: bad$place"
		out_is ''
	done
	printf 'feed\t1\tno\nus\0er\t1\tno\n' > bad
	try fil-week --failures bad --lang fr
	status_is 65
	err_is 'fil-week: bad:2: un échec est une étape, une TAB, son statut de 1 à 255, une TAB et un message'
	try fil-week --failures none
	status_is 66
	err_is 'fil-week: none: No such file or directory'
	: > empty
	fil-week --failures empty | grep -qx 'Nothing needs a decision this week\.'
	printf 'feed\t75\tlocked\033\tby another' > failures
	try 'fil_week_sections decisions --min-group 0 --failures failures | tail -n 4'
	out_is ' 1. Step “feed” has failed, with status 75' '    $ cat failures' '' \
		'1 message may name people, and is left out: cat failures.'
	try 'fil_week_sections decisions --min-group 0 --names --failures failures | tail -n 3'
	out_is ' 1. Step “feed” has failed, with status 75' '    locked\x1b\x09by another' '    $ cat failures'
}

@test "without --names, a failure has its program, file, line, column and kind, and no value" {
	fil_store
	tr '|' '\t' > failures <<- 'END'
		a|65|fil-import: /srv/hr/sirh.csv:12: user: 'martin' is not in users
		b|65|fil-import: sirh.csv:12: martin: 'x' is bad
		c|65|fil-import: 'martin':12: user: bad
		d|1|fil-report: open < 5 does not hold: martin,Élise Martin
		e|75|fil-assign: /srv/store.db: process 17 is writing
		f|70|martin: user: broken
		g|66|fil-record: e martin.csv: No such file or directory
		h|99|fil-import: martin/x
		i|65|fil-import: -:3: name: Martin
	END
	try 'fil_week_sections decisions --failures failures | sed -n "/^ 1/,\$ { /cat/d; p; }"'
	out_is <<- 'END'
		 1. Step “a” has failed, with status 65
		    fil-import: /srv/hr/sirh.csv:12: user: bad data
		 2. Step “b” has failed, with status 65
		    fil-import: sirh.csv:12: bad data
		 3. Step “c” has failed, with status 65
		    fil-import: bad data
		 4. Step “d” was refused
		    fil-report
		 5. Step “e” has failed, with status 75
		    fil-assign: the store is busy
		 6. Step “f” has failed, with status 70
		 7. Step “g” has failed, with status 66
		    fil-record: the input cannot be read
		 8. Step “h” has failed, with status 99
		    fil-import
		 9. Step “i” has failed, with status 65
		    fil-import: -:3: name: bad data

	END
	for form in text markdown html json; do
		fil-week --failures failures -f $form | grep -i martin && return 1
	done
	fil-week --failures failures --attach html,csv --mail-to a@b.example | python3 "$BATS_TEST_DIRNAME/mail.py" text html |
		grep -i martin && return 1
	true
}

@test "lessons, in words and as a table" {
	fil_store
	fill_kinds
	fil-import -q enrolments <<< $'user,phase,enrolled\nu1,pilot,2024-01-08\nu2,all,2024-02-19'
	fil-record -q autonomy <<< $'user,dimension,date,source,level\nu1,tool,2024-03-28,trainer,4\nu1,process,2024-03-28,trainer,4'
	fil-import -q lessons <<- 'END'
		lesson,phase,observed,change,module,date
		search,pilot,People did not find it,The guide is shorter,guide,2024-02-17
		idle,,Few have asked,"We ask, and ask",,2024-03-27
	END
	try 'fil_week_sections lessons --min-group 0'
	status_is 0
	out_is <<- 'END'
		LESSONS

		2 lessons are noted, 1 more than on 24 March.

		- “Few have asked”; changed on 27 March: “We ask, and ask”.
		- “People did not find it”; changed on 17 February: “The guide is shorter”;
		  autonomous in that phase: 100.0%; in later phases: 0.0%.
	END
	try 'fil-week --min-group 0 --sections lessons --lang fr -f markdown | sed -n "/^|/p"'
	out_is <<- 'END'
		| Constat | Changement | Date | Module | Niveaux gagnés | Phase | Part autonome dans celle-ci | Part autonome dans les suivantes |
		| --- | --- | ---: | --- | ---: | --- | ---: | ---: |
		| Few have asked | We ask, and ask | 27 mars | – | – | – | – | – |
		| People did not find it | The guide is shorter | 17 févr. | The guide | – | The pilot | 100,0 % | 0,0 % |
	END
}

@test "many rows and long names: what is listed, what is left out, and 80 columns" {
	fil_store
	{ echo user,name,arrived; printf '%s,Ada,2024-01-02\n' u1 u2 u3 u4 u5; } | fil-import -q users
	fil-import -q modules <<< $'module,title,kind\nguide,The guide,guide'
	fil-import -q phases phase=pilot title=Pilot kind=pilot begins=2024-01-08 ends=2024-02-01
	perl -e 'print "rule,module,phase\n"; printf "r%04d,guide,pilot\n", $_ for 1 .. 2000' | fil-import -q rules
	perl -e 'print "promise,kind,statement,made,due\n";
		printf "p%03d,promise,<i>&%s,2024-01-08,2024-04-14\n", $_, $_ % 2 ? "x" x 190 : "long " x 38 for 1 .. 500' |
		fil-import -q promises
	perl -e 'print "routine,title,old,new,result\n"; printf "t%02d,%s,o,n,r\n", $_, "é" x 200 for 1 .. 31' | fil-import -q routines
	perl -e 'print "user,routine,date,method,minutes,item\n";
		for $user (1 .. 5) { printf "u$user,t%02d,2024-03-01,old,10,a\nu$user,t%02d,2024-03-02,new,20,b\n", $_, $_ for 1 .. 31 }' | fil-record -q practices
	fil-week --min-group 0 > page
	grep -qx '532 points need a decision; 500 are new since 24 March, 0 are gone\.' page
	grep -qx '490 points more: fil-report promises --min-group 0\.' page
	grep -qx '21 points more: fil-report routines --min-group 0\.' page
	grep -qx '1 row more: fil-report routines --min-group 0 --as-of 2024-03-31\.' page
	grep -qx '470 rows more: fil-report promises --min-group 0 --as-of 2024-03-31\.' page
	tr -s '\n ' ' ' < page | grep -q ' r0009, r0010 and 1,990 others [$] fil-propose'
	[ "$(wc -L < page)" -eq 80 ]
	[ "$(wc -l < page)" -lt 550 ]
	fil-week --min-group 0 -f html > page
	[ "$(wc -c < page)" -lt 200000 ]
	grep -q '&lt;i&gt;&amp;xxx' page
	grep '<i>\|&x' page && return 1
	true
}

@test "sections without data are left out, and named at the end" {
	fil_store
	try 'fil_week_sections routines,promises,commitment,lessons,unknown | sed "s/>=[0-9-]*/>=DAY/"'
	status_is 0
	out_is <<- 'END'
		WHAT THIS PAGE DOES NOT KNOW

		- Corrections made since 24 March: levels and other records changed: 0; runs
		  undone: 0 (fil-log -w 'started>=DAY').
		- A level is dated by the day on which somebody recorded it, not by that on
		  which it was reached.
		- Without data, hence without a section: routines, promises, time planned and
		  spent, lessons.
		- Autonomy says what a person can do alone on a day. It says nothing of how well
		  that person works.
	END
	# A routine that nobody has practised yet has no figures.
	fil-import -q routines routine=r title=R old=o new=n result=r
	fil_week_sections routines | grep . && return 1
	true
}

@test "corrections: records that a run changed, and runs undone, since the page of a week before" {
	local day

	fil_store
	fil-import -q users user=u1 name=Ada arrived=2024-01-02
	fil-import -q users user=u1 name=Bo arrived=2024-01-02
	day=$(date -u +%F)
	export FILROUGE_TODAY=$day
	fil-record -q autonomy user=u1 dimension=tool level=2 source=self date="$day"
	fil-record -q autonomy user=u1 dimension=tool level=3 source=self date="$day"
	fil-undo -q "$(fil-log -f csv | tail -n 1 | cut -d , -f 1)"
	fil-week --sections unknown --as-of today | tr '\n' ' ' > page
	grep -q ': levels and other records changed: 1; runs *undone: 1 (fil-log -w ' page
	# Runs from before the week do not count.
	ask "update runs set started = '2020-01-01T00:00:00.000000Z'"
	fil-week --sections unknown --as-of today | tr '\n' ' ' > page
	grep -q ': levels and other records changed: 0; runs *undone: 0 (fil-log -w ' page
}

@test "the text form explains its bars" {
	fil_store fil_examples
	fil-week --sections headline | grep -qx '█ autonomous   ▒ level unknown   · not yet'
	LC_ALL=C fil-week --sections headline | grep -qx '# autonomous   ? level unknown   [.] not yet'
	LC_ALL=C fil-week --sections units,commitment,progress | grep '^[#?.] ' && return 1
	true
}

# Fills a store of 60 users, half of them autonomous since February, of whom some have modules, needs, promises and
# routines. Those of a week before are too few to be shown.
fill_few() {
	local new

	{ echo user,name,arrived; printf '%s,x,2023-01-01\n' $(seq -w 60); } | fil-import -q users
	{ echo user,dimension,date,source,level
		for new in $(seq -w 60); do printf "$new,%s,2024-02-02,trainer,$((1 + 2 * (10#$new % 2)))\n" tool process; done
	} | fil-record -q autonomy
	fil-import -q modules <<< $'module,title,kind\nm,The course,course'
	fil-import -q promises <<< $'promise,kind,statement,made,due\nP,promise,faster,2024-01-01,2024-04-05\nQ,promise,nicer,2024-01-01,2024-04-05'
	fil-import -q routines <<< $'routine,title\nR,The routine'
	{ echo user,module,assigned,due; printf '%s,m,2024-02-01,2024-03-20\n' 01 02 03 04; printf '%s,m,2024-03-28,2024-04-25\n' 11 12; } |
		fil-import -q assignments
	{ echo user,need,date; printf '%s,help,2024-03-01\n' 01 02 03 04; printf '%s,help,2024-03-28\n' 05 06; } | fil-import -q needs
	{ echo promise,user,date,verdict; printf '%s,broken\n' {P,Q},0{1,2,3,4},2024-03-01; printf 'P,%s,2024-03-28,kept\n' 05 06; } |
		fil-import -q verdicts
	{ echo user,routine,date,method,item,minutes; printf 'R,2024-01-15,old,o,30\n' | sed -n 'p;p;p;p' | paste -d , <(printf '%s\n' 01 02 03 04) -
		printf '%s,R,2024-03-28,old,o,30\n%s,R,2024-03-29,new,n,50\n' 05 05 06 06
		printf '%s,R,2024-03-02,new,n,50\n' 01 02 03 04; } | fil-import -q practices
}

@test "a figure of too few people a week before gives no change, no sum, and nothing new or gone" {
	fil_store
	fill_few
	try fil_week_sections decisions
	status_is 0
	# The needs of six people, and four modules overdue, cannot be known to be new.
	out_is <<- 'END'
		TO DECIDE THIS WEEK

		5 points need a decision; 0 are new since 24 March, 0 are gone.

		 1. Promise due on 5 April: “faster”
		    6 voices: 2 kept, 0 partly, 4 broken
		    $ fil-report promises
		 2. Promise due on 5 April: “nicer”
		    too few voices to be shown
		    $ fil-report promises
		 3. “The routine”: 50 min by the new method, 30 by the old
		    6 of 6 use it, with no figure of 24 March to compare
		    $ fil-report routines
		 4. Need “help”: 6 people wait for an answer
		    no rule proposes a module
		    $ fil-report needs
		 5. 4 assignments are overdue
		    The course 4
		    $ fil-report modules --total
	END
	fil-week --sections support,people,promises -f json | perl -MJSON::PP -0777 -e '
		for (@{ decode_json(<>)->{sections} }) { $changed = $_->{changed}; print "$_->{sentence} [@{[%$changed]}]\n" }' > sentences
	cmp - sentences <<- 'END'
		Modules assigned: 6; completed: 0; overdue: 4, with no figure of 24 March to compare. []
		At least 33 people are to be seen, with no figure of 24 March to compare. []
		Promises kept: 0; mixed: 1; broken: 0; untested: 0. Promises with too few voices to be shown: 1. []
	END
}

# Forty people, of whom ten leave in the week. Nobody has done anything since.
fill_leavers() {
	seq -f 'u%02g' 40 | awk 'BEGIN { print "user,name,left" } { print $1 ",Ada," (NR <= 10 ? "2024-03-27" : "") }' |
		fil-import -q users
	fil-import -q modules module=m title=Course kind=course
	fil-import -q routines routine=r title=Filing
	fil-import -q promises promise=p kind=promise statement=Fast made=2024-01-08 due=2024-06-05
	seq -f 'u%02g,m,2024-02-20' 40 | sed '1i user,module,assigned' | fil-import -q assignments
	seq -f 'u%02g,m,2024-02-25' 20 | sed '1i user,module,date' | fil-import -q completions
	seq -f 'u%02g,2024-02-20,course,60' 40 | sed '1i user,date,activity,minutes' | fil-import -q efforts
	seq -f 'u%02g' 40 | awk 'BEGIN { print "user,routine,date,method,minutes,result" }
		{ print $1 ",r,2024-01-10,old,60,better"; print $1 ",r,2024-03-01,new,40,better" }' | fil-import -q practices
	seq -f 'p,u%02g,2024-03-01,kept' 40 | sed '1i promise,user,date,verdict' | fil-import -q verdicts
}

@test "what people did is compared only where the same people count" {
	local other='not compared with 24 March, when other people counted'

	fil_store fill_leavers
	fil_week_sections decisions,support,routines,promises,commitment --active | tr '\n' ' ' > page
	grep -qF 'Nothing needs a decision this week.' page
	grep -qF "Modules assigned: 30; completed: 10; overdue: 0, $other." page
	grep -qF "“Filing”: 40 min instead of 60; 30 of 30 use the new method, $other." page
	grep -qF "Voices: 30, $other." page
	grep -qF "1,800 minutes spent of 0 planned, $other." page
	fil-week --active --sections support,promises,commitment -f json | grep -c '"changed": {}' | grep -qx 3
	fil_week_sections decisions,support,routines,promises,commitment | tr '\n' ' ' > page
	grep -qF 'Modules assigned since 24 March: 0; completed: 0; overdue: 0, as many as on 24 March.' page
	grep -qF '2,400 minutes spent of 0 planned, as many as on 24 March.' page
}

@test "a new voice of the same people is told as a change of the promise" {
	fil_store fill_leavers
	seq -f 'p,u%02g,2024-03-27,broken' 40 | sed '1i promise,user,date,verdict' | fil-import -q verdicts
	fil_week_sections promises | tr '\n' ' ' > page
	grep -qF 'Promises kept: 0 (−1); mixed: 0; broken: 1 (+1); untested: 0. Voices: 40, as many as on 24 March.' page
	fil_week_sections promises --lang fr | tr '\n' ' ' > page
	grep -qF 'non tenues : 1 (+1) ; sans avis : 0. Avis : 40, autant que le 24 mars.' page
}

@test "an old level counts as old of those whose levels are all known" {
	fil_store
	seq -f 'u%02g,Ada' 20 | sed '1i user,name' | fil-import -q users
	seq -f 'u%02g,tool,2023-09-01,trainer,3' 10 | sed '1i user,dimension,date,source,level' | fil-import -q autonomy
	seq -f 'u%02g' 11 20 | awk 'BEGIN { print "user,dimension,date,source,level" }
		{ print $1 ",tool,2024-03-02,trainer,3"; print $1 ",process,2024-03-02,trainer,1" }' | fil-import -q autonomy
	fil_week_sections people,unknown | tr '\n' ' ' | tr -s ' ' > page
	grep -qF ' Level older than 12 weeks, none unknown 0 0 ' page
	grep -qF 'Of those who have a level in every dimension, nobody has one older than 12 weeks.' page
	FILROUGE_TODAY=2024-08-04 fil_week_sections unknown | tr '\n' ' ' | tr -s ' ' |
		grep -qF 'Of those who have a level in every dimension, 10 people have one older than 12 weeks.'
}

@test "results that are shown to be worse are said to be" {
	fil_store
	seq -f 'u%02g,Ada' 20 | sed '1i user,name' | fil-import -q users
	fil-import -q routines <<< $'routine,title\nr,Filing\ns,Search'
	seq -f 'u%02g' 20 | awk 'BEGIN { print "user,routine,date,method,minutes,result" }
		{ for (routine in names) delete names[routine]; names["r"] = "worse"; names["s"] = NR <= 18 ? "better" : "worse"
		for (routine in names) { print $1 "," routine ",2024-01-10,old,60,better"
			print $1 "," routine ",2024-03-01,new,40," names[routine] } }' | fil-import -q practices
	fil_week_sections routines | tr '\n' ' ' | tr -s ' ' > page
	grep -qF '“Filing”: results are worse than by the old method; points more: −100.0 (' page
	grep -qF '“Search”: it is not shown that results are as good as by the old method; points more: −10.0 (' page
	fil_week_sections routines --lang fr | tr '\n' ' ' | grep -qF 'les résultats sont moins bons que par l’ancienne méthode'
	# Behind a heading, a note does not begin with a pronoun.
	cat "$BATS_TEST_DIRNAME"/../../man{,/fr}/fil-report.1 | grep -A 1 '^\.\\" note$' |
		grep -E '^(They|It) tell|^Elles? (ne )?d' && return 1
	true
}
