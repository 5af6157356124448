#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2016,SC2030,SC2031 # perl has its own variables; each test has its own environment
# The weekly page, on the folder examples and on stores with a few people.
load helper

# Fills the store with what the folder examples holds.
fill_examples() (
	cd "$BATS_TEST_DIRNAME/../../examples" || return
	fil-import -q users sirh.csv
	fil-import -q users roles.csv
	fil-import -q modules modules.csv
	fil-import -q phases phases.csv
	fil-import -q enrolments enrolments.csv
	fil-record -q autonomy autonomy/*.csv
)

setup() {
	fil_setup
	export FILROUGE_TODAY=2024-03-31
}

# Takes the store of the folder examples, which is filled once.
examples() {
	fil_store fill_examples
}

# Writes the settings of an organisation: settings LINE...
settings() {
	mkdir -p .config/filrouge
	printf '%s\n' '[week]' 'title = Dossier numérique' "$@" '[controller]' 'name = Fondation Aubépine' \
		'contact = dpo@example.org' > .config/filrouge/week.ini
}

# Prints the page without its seal.
without_seal() {
	sed '/^[0-9]*:[0-9a-f]\{64\}$/d'
}

@test "the page as text, in French" {
	examples
	settings 'lang = fr' 'next = +8d' 'sections = headline,progress,units'
	try 'fil-week --weeks 3 | without_seal'
	status_is 0
	err_is ''
	out_is <<- 'END'
		Fondation Aubépine
		Dossier numérique : semaine 13, du 25 au 31 mars 2024

		154 personnes sur 216 sont autonomes (de 71,3 % à 79,2 %), 24 de plus que
		le 24 mars.

		Objectif    80 % n’est pas atteint, et ne le serait pas même si les 17 personnes
		            au niveau inconnu étaient autonomes.
		Certitude   73 autonomes sur 154 le sont au moins en partie selon leur propre
		            déclaration ; si l’on ne retient que ce que d’autres ont relevé, le
		            reste étant inconnu : 120 sur 216 (de 55,6 % à 74,1 %).

		                                                   ▼ objectif 80 %
		31 mars        ████████████████████████████████▒▒▒▒·········· de 71,3 % à 79,2 %
		24 mars        ███████████████████████████▒▒▒▒··············· de 60,2 % à 68,1 %
		vu par autrui  █████████████████████████▒▒▒▒▒▒▒▒▒············ de 55,6 % à 74,1 %

		█ autonomes   ▒ niveau inconnu   · pas encore

		────────────────────────────────────────────────────────────────────────────────
		LE CHEMIN PARCOURU

		Si les niveaux connus sont justes, la part des personnes autonomes se situe
		entre 71,3 % et 79,2 % ; elle était entre 60,2 % et 68,1 % le 24 mars. Niveaux
		inconnus : 17, autant que le 24 mars.

		         0 %                                        100 %
		24 mars  ████████████████████████████▒▒▒▒················ de 60,2 % à 68,1 %
		31 mars  ██████████████████████████████████▒▒▒▒·········· de 71,3 % à 79,2 %

		Petits nombres : 1 dimanche laissé de côté : moins de 5 personnes sont arrivées
		ou parties entre lui et un dimanche affiché.

		────────────────────────────────────────────────────────────────────────────────
		LES DIRECTIONS

		Nombre de personnes autonomes depuis le 24 mars : en hausse dans 6 groupes
		sur 8, en baisse dans 0, inchangé dans 2.

		Ensemble                  ███████████████▒▒····· 154/216 +24  de 71,3 % à 79,2 %
		Communication             ██████████████████▒▒▒▒  11/13  +3  de 84,6 % à 100,0 %
		Finances                  ███████████████·······   16/23  +2  de 69,6 % à 69,6 %
		Mécénat                   █████████████████▒▒···   32/40  +4  de 80,0 % à 87,5 %
		Œuvres et établissements  ████████████▒▒········   34/59 +11  de 57,6 % à 64,4 %
		Programmes                ████████████████▒·····   34/46  +2  de 73,9 % à 80,4 %
		Ressources humaines       ████████████████▒▒▒▒··    9/12   0  de 75,0 % à 91,7 %
		Systèmes d'information    ██████████████████▒▒··   12/14   0  de 85,7 % à 92,9 %
		(petits groupes)          ██████████████▒▒▒▒▒···     6/9  +2  de 66,7 % à 88,9 %

		Petits nombres : des groupes sont réunis : pris seul, l’un des groupes
		compterait moins de 5 personnes, ou moins de 10 toutes dans le même cas ; prenez
		un autre --by ou aucun.

		────────────────────────────────────────────────────────────────────────────────
		Page arrêtée au dimanche 31 mars 2024.
		Prochaine page : lundi 8 avril.
		Fondation Aubépine est responsable de ces données ; elles servent à organiser
		l’accompagnement, jamais à évaluer une personne. Pour les lire ou les faire
		corriger : dpo@example.org.
	END
}

@test "the page as text, in English, where the environment does not say UTF-8" {
	examples
	try 'LC_ALL=C fil-week --sections units -w "unit~Mécénat*" --depth 2 --min-group 0 | without_seal'
	status_is 0
	err_is 'fil-week: groups of any size are shown: persons can be recognised'
	out_is <<- 'END'
		filrouge: week 13, 25 to 31 March 2024

		--------------------------------------------------------------------------------
		THE DIRECTIONS

		Number of autonomous people since 24 March: up in 3 of 4 groups, down in 0,
		unchanged in 1.

		All                             #################??... 32/40  +4  80.0% to 87.5%
		Mécénat/Collecte grand public   ####################.. 11/12  +2  91.7% to 91.7%
		Mécénat/Entrepr…es partenaires  ############??????....   4/7  +1  57.1% to 85.7%
		Mécénat/Grands donateurs        #################.....   7/9  +1  77.8% to 77.8%
		Mécénat/Legs et donations       ##################??.. 10/12   0  83.3% to 91.7%

		--------------------------------------------------------------------------------
		Page as of Sunday 31 March 2024.
		These data serve to organise support, never to appraise a person.
	END
}

@test "the title has the week of the day, and its days from Monday on" {
	titles() {
		for day in 2024-03-31 2024-03-27 2024-04-03 2024-04-01 2025-01-01; do
			fil-week --lang "$1" --sections headline --as-of "$day" | head -n 1
		done
	}
	fil_store
	try titles en
	out_is <<- 'END'
		filrouge: week 13, 25 to 31 March 2024
		filrouge: week 13, 25 to 27 March 2024
		filrouge: week 14, 1 to 3 April 2024
		filrouge: week 14, 1 April 2024
		filrouge: week 1, 30 December 2024 to 1 January 2025
	END
	try "titles fr | sed 's/\xC2\xA0/ /g'"
	out_is <<- 'END'
		filrouge : semaine 13, du 25 au 31 mars 2024
		filrouge : semaine 13, du 25 au 27 mars 2024
		filrouge : semaine 14, du 1er au 3 avril 2024
		filrouge : semaine 14, le 1er avril 2024
		filrouge : semaine 1, du 30 décembre 2024 au 1er janvier 2025
	END
}

@test "each figure of the page is one that fil-report prints with the same options" {
	examples
	fil-week -f json | perl -w "$BATS_TEST_DIRNAME/week.pl" figures
	fil-week --as-of 2024-02-16 --by job --weeks 2 --min-group 9 --source self,test --role user,trainer --target 60 \
		--active --phase 'pil*' -w "unit!=Systèmes d'information" -w 'manager!=' --lang fr -f json > page
	grep -qF -- "--source self,test --role user,trainer --active --phase 'pil*' -w 'unit!=Systèmes d'" page
	perl -w "$BATS_TEST_DIRNAME/week.pl" figures < page
}

@test "JSON: its keys, the change since a week before, and the same rows in both languages" {
	examples
	fil-week --sections headline --lang fr -f json | perl -pe 's/\d+:[0-9a-f]{64}/SEAL/' > page
	try perl -MJSON::PP -0777 -e '$week = decode_json(<>); delete @$_{qw(columns rows)}
		for @{ $week->{sections} }, map { @{ $_->{more} } } @{ $week->{sections} };
		print JSON::PP->new->utf8->canonical->pretty->indent_length(1)->encode($week)' page
	out_is <<- 'END'
		{
		 "as_of" : "2024-03-31",
		 "previous" : "2024-03-24",
		 "seal" : "SEAL",
		 "sections" : [
		  {
		   "changed" : {
		    "autonomous" : "24"
		   },
		   "id" : "headline",
		   "more" : [
		    {
		     "report" : "fil-report autonomy --as-of 2024-03-24"
		    },
		    {
		     "report" : "fil-report autonomy --source trainer,manager,test --as-of 2024-03-31"
		    }
		   ],
		   "notes" : [
		    "Autonome : au seuil ou au-dessus dans chaque dimension. La part la plus basse compte les niveaux inconnus comme « pas encore », la plus haute comme « autonomes ».",
		    "« Autonomes » : Ce chiffre dit qui fait seul d’après le dernier niveau relevé, non avec quelle qualité, ni si cela dure."
		   ],
		   "report" : "fil-report autonomy --as-of 2024-03-31",
		   "sentence" : "154 personnes sur 216 sont autonomes (de 71,3 % à 79,2 %), 24 de plus que le 24 mars.",
		   "title" : "Où nous en sommes"
		  }
		 ],
		 "title" : "filrouge : semaine 13, du 25 au 31 mars 2024"
		}
	END
	for language in fr en; do
		fil-week --lang "$language" -f json | grep -v '^{\|"id"\|"changed"' > "rows.$language"
	done
	cmp rows.fr rows.en
}

@test "HTML: well-formed, nothing loaded, one h1, and headings, tables, ids and links that fit together" {
	examples
	settings 'data-lang = fr' 'footer = Écrire à <Ada> & Bo'
	fil-week --lang en -f html > page.en
	fil-week --lang fr --as-of 2024-03-01 -f html > page.fr
	perl -w "$BATS_TEST_DIRNAME/week.pl" html < page.en
	perl -w "$BATS_TEST_DIRNAME/week.pl" html < page.fr
	grep -qF '<title>filrouge 2024-W13: 154 of 216 autonomous (+24)</title>' page.en
	grep -qF '<h1><bdi lang="fr">Dossier numérique</bdi>: week 13, 25 to 31 March 2024</h1>' page.en
	grep -qF '<th scope="row"><bdi lang="fr">Systèmes d'"'"'information</bdi></th>' page.en
	grep -qF '<p><bdi lang="fr">Écrire à &lt;Ada&gt; &amp; Bo</bdi></p>' page.en
	[ "$(grep -c '<bdi lang' page.fr)" -eq 0 ]
	grep -qF '1<sup>er</sup>'$'\u00a0''mars'$'\u00a0''2024</h1>' page.fr
}

@test "no form of the page has a name, a key or an address of a person" {
	examples
	fil-list users -f csv | perl -ne '/^([^,]*),([^,]*),([^,]*)/ and print "$1\n$2\n$3\n" if $. > 1' | grep . | sort -u > names
	[ "$(wc -l < names)" -gt 400 ]
	# The seal of the log is random, and its digits may be those of a key.
	for format in text markdown html json; do
		fil-week -f $format | sed -E 's/[0-9a-f]{64}//g' | grep -F -f names && return 1
	done
	true
}

@test "the heads of a table of Markdown name the dimension and the level" {
	examples
	fil-week --sections units -f markdown > page
	grep -qxF "| Direction$(printf ' | Digitised process %s' 5 4 3 '?' 2 1 0)$(printf ' | New tool %s' 5 4 3 '?' 2 1 0) |" page
	[ "$(grep -c $'[\001-\010]\|\\\\x' page)" -eq 0 ]
}

@test "groups are in the order of their folded names, in every form" {
	fil_store
	printf '%s\n' user,unit u1,Zoo u2,Œuvres u3,nord u4,Écoles u5,Ost u6, > users.csv
	fil-import -q users --map name=user users.csv
	for format in text markdown html; do
		fil-week --min-group 0 --sections units -f $format | grep -o 'Zoo\|Œuvres\|nord\|Écoles\|Ost\|(none)' |
			paste -sd ' ' | grep -qE '^(Écoles nord Œuvres Ost Zoo \(none\) ?)+$'
	done
}

@test "no users, one user, no week before, no change" {
	fil_store
	try 'fil-week --sections headline,progress,units,unknown | without_seal'
	status_is 0
	out_is <<- 'END'
		filrouge: week 13, 25 to 31 March 2024

		No users count on 31 March: there is nothing to say yet.

		────────────────────────────────────────────────────────────────────────────────
		WHAT THIS PAGE DOES NOT KNOW

		- Corrections made since 24 March: levels and other records changed: 0; runs
		  undone: 0 (fil-log -w 'started>=2024-03-25').
		- A level is dated by the day on which somebody recorded it, not by that on
		  which it was reached.
		- Without data, hence without a section: weekly shares, directions.
		- Autonomy says what a person can do alone on a day. It says nothing of how well
		  that person works.

		────────────────────────────────────────────────────────────────────────────────
		Page as of Sunday 31 March 2024.
		These data serve to organise support, never to appraise a person.
	END
	fil-import -q users user=u1 name=Ada unit=A arrived=2024-03-27
	fil-record -q autonomy <<< $'user,dimension,date,source,level\nu1,tool,2024-03-28,self,4\nu1,process,2024-03-28,self,4'
	try 'fil-week --sections headline,progress,units,unknown --weeks 1 --min-group 0 | without_seal'
	out_is <<- 'END'
		filrouge: week 13, 25 to 31 March 2024

		1 person of 1 is autonomous (100.0% to 100.0%), with no week before to compare.

		Target      80% is reached.
		Certainty   1 of the 1 is so at least in part by his or her own word; counting
		            only what others saw, the rest as unknown: 0 of 1 (0.0% to 100.0%).

		                                                      ▼ target 80%
		31 March          █████████████████████████████████████████████ 100.0% to 100.0%
		as others saw it  ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒   0.0% to 100.0%

		█ autonomous   ▒ level unknown   · not yet

		────────────────────────────────────────────────────────────────────────────────
		THE ROAD SO FAR

		If the known levels are right, the share of people autonomous lies between
		100.0% and 100.0%. Levels unknown: 0.

		        0%                                          100%
		31 Mar  ████████████████████████████████████████████████ 100.0% to 100.0%

		────────────────────────────────────────────────────────────────────────────────
		THE DIRECTIONS

		Groups: 1, with no week before to compare.

		All  ████████████████████████████████████████████████ 1/1      100.0% to 100.0%
		A    ████████████████████████████████████████████████ 1/1      100.0% to 100.0%

		────────────────────────────────────────────────────────────────────────────────
		WHAT THIS PAGE DOES NOT KNOW

		Every person has a known level in every dimension.

		- Of those who have a level in every dimension, nobody has one older than 12
		  weeks.
		- 1 of the 1 autonomous is so in part by his or her own word.
		- Corrections made since 24 March: levels and other records changed: 0; runs
		  undone: 0 (fil-log -w 'started>=2024-03-25').
		- Directions are those of each week; of people recorded later, those first
		  recorded.
		- A level is dated by the day on which somebody recorded it, not by that on
		  which it was reached.
		- Autonomy says what a person can do alone on a day. It says nothing of how well
		  that person works.

		────────────────────────────────────────────────────────────────────────────────
		Page as of Sunday 31 March 2024.
		These data serve to organise support, never to appraise a person.
	END
	try 'FILROUGE_TODAY=2024-04-14 fil-week --min-group 0 --as-of 2024-04-14 --sections headline | sed -n 3p'
	out_is '1 person of 1 is autonomous (100.0% to 100.0%), as many as on 7 April.'
}

@test "the target has three states, and knows when no level is unknown" {
	fil_store
	printf '%s\n' user,name a,Ada b,Bo c,Cy d,Di | fil-import -q users
	fil-record -q autonomy source=test date=2024-03-20 <<< $'user,tool,process\na,3,3\nb,3,3\nc,0,0'
	for target in 50 51 75 76; do fil-week --sections headline --target $target | sed -n '/^Target/,/^$/p' | sed '$d'; done > said
	try cat said
	out_is <<- 'END'
		Target   50% is reached, even without the people whose level is unknown.
		Target   Whether 51% is reached cannot be told: it depends on one person whose
		         level is unknown.
		Target   Whether 75% is reached cannot be told: it depends on one person whose
		         level is unknown.
		Target   76% is not reached, and would not be even if the one person whose level
		         is unknown were autonomous.
	END
	fil-record -q autonomy source=test date=2024-03-21 <<< $'user,tool,process\nd,0,0'
	for target in 50 51; do fil-week --sections headline --target $target | grep '^Target'; done > said
	try cat said
	out_is 'Target   50% is reached.' 'Target   51% is not reached.'
}

# bats test_tags=sqlite
# Forty people, of whom every other one is autonomous since 2 March. Today is 31 March.
forty() {
	fil_store
	export FILROUGE_TODAY=2024-03-31 LC_ALL=C.UTF-8
	{ echo user,name; printf '%s,x\n' {10..49}; } | fil-import -q users
	fil-record -q autonomy date=2024-03-02 source=trainer tool=3 process=3 < <(printf '%s\n' user {10..49..2})
	fil-record -q autonomy date=2024-03-02 source=trainer tool=1 process=1 < <(printf '%s\n' user {11..49..2})
}

# Prints the sentences of the headline, and the subject of the mail.
headline() {
	fil-week --sections headline -f json | jq -r '.sections[0].sentence'
	fil-week --mail-to a@example.org | sed -n 's/^Subject: //p'
}

@test "the headline tells which dimension or threshold has changed, and the subject then has no difference" {
	local tail='A difference may come from that alone: it does not tell that anybody gained or lost a level.'

	forty
	[[ $(headline) = *'as many as on 24 March.'*$'\n''filrouge 2024-W13: 20 of 40 autonomous (0)' ]] || { headline; false; }
	# Of those set before the week, nothing is said; nor of one that was set and taken back within it.
	fil-import -q thresholds <<< $'dimension,begins,threshold\nprocess,2024-03-20,2\nprocess,2024-03-26,4\nprocess,2024-03-27,2'
	[[ $(headline) != *Since* ]]
	fil-import -q thresholds dimension=tool begins=2024-03-28 threshold=4
	headline > said
	grep -q '20 fewer than on 24 March' said
	grep -qF 'Since 28 March the threshold of “New tool” is 4, no longer 3. '"$tail" said || { cat said; false; }
	grep -qx 'filrouge 2024-W13: 0 of 40 autonomous' said
	fil-import -q dimensions dimension=law title=Law threshold=3 begins=2024-03-29
	fil-import -q dimensions dimension=tool ends=2024-03-30
	headline > said
	grep -qF 'Since 29 March the dimension “Law” counts too. After 30 March the dimension “New tool” counts no more. '"$tail" said || { cat said; false; }
	fil-week --lang fr --sections headline | tr '\n' ' ' > page
	grep -q 'mars, la dimension .* compte aussi' page || { cat page; false; }
}

@test "the subject has a difference to the week before alone" {
	forty
	# One arrived this week, one in February: earlier Sundays are not shown beside the page's.
	fil-import -q users <<< $'user,arrived\n49,2024-03-27'
	headline > said
	grep -q 'autonomous$' said || { cat said; false; }
}

@test "a day to come is told, on the page and on standard error" {
	forty
	try fil-report autonomy --as-of 2024-12-31
	status_is 0
	err_is 'fil-report: 2024-12-31 is to come: the figures are those of the records of today'
	try fil-week --as-of 2024-12-29 --sections headline
	status_is 0
	err_is 'fil-week: 2024-12-29 is to come: the figures are those of the records of today'
	grep -q '^29 December is to come: the figures are those of the levels known on 31 March.$' "$OUT"
	try fil-report autonomy --as-of 2024-03-31
	err_is
}

@test "without --format, the form is that of the file's name" {
	local end

	examples
	for end in md html json txt other; do fil-week --sections headline -o "page.$end"; done
	cmp page.md <(fil-week --sections headline -f markdown)
	cmp page.html <(fil-week --sections headline -f html)
	cmp page.json <(fil-week --sections headline -f json)
	cmp page.txt <(fil-week --sections headline)
	cmp page.other page.txt
	fil-week --sections headline -f markdown -o page.html
	cmp page.html page.md
}

@test "settings: a profile, the order of options and settings, and places of wrong lines" {
	fil_store
	settings 'by = job' 'target = 60' 'sections = units'
	mkdir -p conf
	printf '[week]\ntitle = Other\nlang = fr\n' > .config/filrouge/other.ini
	cp .config/filrouge/other.ini conf/x
	try 'fil-week | head -n 2'
	out_is 'Fondation Aubépine' 'Dossier numérique: week 13, 25 to 31 March 2024'
	for profile in other ./conf/x .config/filrouge/other.ini; do
		try "fil-week --profile $profile | head -n 1"
		out_is 'Other'$'\u00a0'': semaine'$'\u00a0''13, du'$'\u00a0''25 au'$'\u00a0''31'$'\u00a0''mars'$'\u00a0''2024'
	done
	try fil-week --profile none
	status_is 66
	while IFS='|' read -r line said; do
		settings "$line"
		try fil-week
		status_is 78
		err_is "fil-week: $PWD/.config/filrouge/week.ini:3: $said"
	done <<- 'END'
		titel = x|unknown key 'titel' in [week]; the nearest is 'title'
		by = team|'team' is not one of unit, job, manager, phase, kind, role
		target = all|'all' is not a whole number from 1 to 100
		depth = 0|'0' is not a whole number from 1 to 2147483647
		lang = de|lang takes fr or en, not 'de'
		data-lang = french|data-lang takes fr or en, not 'french'
		sections = unit|'unit' is not a section; the nearest is 'units'
		next = Monday|'Monday' is not a date (2024-04-08, or +8d after the page's)
	END
}

@test "a wrong use is 64" {
	local line

	fil_store
	while IFS='|' read -r line said; do
		try "fil-week $line"
		status_is 64
		out_is ''
		[ "$(head -n 1 "$ERR")" = "fil-week: $said" ] || { cat "$ERR"; return 1; }
	done <<- 'END'
		--by manager|--by manager names people: add --names, or group by another column
		--by job --depth 2|--depth needs --by unit: only units have paths
		--sections headline,unitss|'unitss' is not a section; the nearest is 'units'
		--lang de|--lang takes fr or en, not 'de'
		-f csv|--format: 'csv' is not one of text, markdown, html, json
		--weeks 0|--weeks: '0' is not a whole number from 1 to 1040
		--as-of Sunday|--as-of: 'Sunday' is not a date (2024-03-31, today, last-sunday, -2w)
		--source tests|'tests' is not a source; the nearest is 'test'
		operand|one operand too many: 'operand'
	END
}
