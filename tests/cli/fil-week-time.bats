#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The sections of the weekly page that tell how long it takes, when the target is reached, what support there is and
# whom to see.
# shellcheck disable=SC1112 # French apostrophes
load helper

setup() {
	fil_setup
	export FILROUGE_TODAY=2024-03-31
}

# Fills the store as the demo of the folder examples does.
fill_demo() {
	fil_examples
	fil-record -q autonomy user=00421 dimension=tool level=4 source=trainer date=2024-03-29
	fil-report stalled --weeks 4 | fil-assign -q module=tutoring due=+14d
}

# Prints cells of a row of a report, from 1, separated by spaces: cells COLUMN,COLUMN... ROW SUBJECT [OPTION...]
cells() {
	local columns=$1 row=$2

	shift 2
	fil-report "$@" -f csv | awk -F , -v columns="$columns" -v row="$row" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; n = split(columns, names) }
		NR == row + 1 { for (i = 1; i <= n; i++) printf "%s%s", $at[names[i]], i < n ? " " : "\n" }'
}

# Prints the sentences that sections begin with: sentences LIST [OPTION...]
sentences() {
	local list=$1

	shift
	fil-week --sections "$list" "$@" -f json | perl -MJSON::PP -CO -0777 -e 'print "$_->{sentence}\n" for @{ decode_json(<STDIN>)->{sections} }'
}

# Makes a store with pilots p1 to p4 and rollouts r1 to r4.
fill_phases() {
	fil_store
	printf '%s\n' phase,title,kind,begins p{1..4},x,pilot,2024-01-01 r{1..4},x,rollout,2024-01-01 | fil-import -q phases
}

# Adds users to a phase on 2024-01-01, who are autonomous after so many days, 0: not yet: follow PHASE DAY...
follow() {
	local phase=$1 day n=0

	shift
	for day; do printf '%s\n' "$phase$((++n))"; done | sed '1i user' > users
	sed 's/$/,x/; 1s/,x/,name/' users | fil-import -q users
	fil-import -q enrolments phase="$phase" enrolled=2024-01-01 < users
	n=0
	for day; do
		((++n))
		[ "$day" = 0 ] || printf '%s\n' "$phase$n,"{tool,process}",4,test,$(date -d "2024-01-01 +$day days" +%F)"
	done | sed '1i user,dimension,level,source,date' | fil-record -q autonomy
}

@test "time, forecast, support and people, in French" {
	fil_store fill_demo
	try 'fil_week_sections time,forecast,support,people --lang fr'
	status_is 0
	err_is ''
	out_is <<- 'END'
		COMBIEN DE TEMPS IL FAUT

		La moitié du pilote est autonome en 38 jours (de 38 à 57), la moitié du
		déploiement en 29 (de 25 à 35) ; le 24 mars : 38 et 29.

		  Chiffre                    Pilote  Déploiement
		  ──────────────────────────────────────────────
		  Personnes suivies              40          181
		  devenues autonomes             34          127
		  pas encore                      6           54
		  dont parties                    2            0
		  dont sans niveau                2           15
		  La moitié, en jours            38           29
		  intervalle à 95 %      de 38 à 57   de 25 à 35
		  Autonomes en 30 jours      27,9 %       53,0 %
		  en 60 jours                71,7 %            –
		  en 90 jours                     –            –

		Si les deux groupes avançaient à la même vitesse, un écart au moins aussi grand
		se verrait environ 7 fois sur 1 000 (test du log-rank, p = 0,00696). Le test ne
		dit pas pourquoi : les deux groupes n’ont pas été tirés au sort l’un face à
		l’autre.

		Dans ce test, une personne des deux groupes compte dans celui qu’elle a commencé
		en premier.

		PRÉVISION

		80 % auront été autonomes au moins une fois vers le 16 avril, entre le 8 et
		le 26 avril (8 chances sur 10) ; le 24 mars, la page annonçait le 17 avril,
		entre le 30 mars et le 13 mai.

		  Groupe       L’ont été  Personnes    Part  Le sont     Date              Entre
		  ──────────────────────────────────────────────────────────────────────────────
		  Ensemble           158        216  73,1 %   71,3 %  16 avr.  8 avr. et 26 avr.
		  Pilote              31         35  88,6 %   82,9 %  13 mars                  –
		  Déploiement        127        181  70,2 %   69,1 %        –        4 avr. et …

		La seule prévision des 12 dernières semaines qui portait une date ne peut pas
		encore être vérifiée.

		Sur des projets simulés, un intervalle avec une date a tenu dans 81 à 98 cas sur
		100, selon la façon dont les personnes apprenaient. Là où un quart n’est jamais
		devenu autonome, il a tenu dans 40.

		L’APPUI

		Modules attribués depuis le 24 mars : au moins 132 ; terminés : inconnu ; en
		retard : au moins 36, contre 36 le 24 mars.

		  Module                                   Attribués  Terminés  En retard
		  ───────────────────────────────────────────────────────────────────────
		  Atelier : instruire un dossier de A à Z          9         0          0
		  Entraide : un pair, une heure                   56         0          0
		  Guide illustré du dossier numérique             26         0          0
		  La signature électronique sans papier            9         0          0
		  Le nouveau circuit de validation               181       150         31
		  Permanence téléphonique du mardi                 –         –          –
		  Prise en main du dossier numérique              35        30          5
		  Retrouver une pièce en dix secondes             10         0          0
		  Tutorat à son poste                             22         0          0

		Petits nombres : 1 ligne sans chiffres : elle concerne moins de 5 personnes.

		                                      Niveaux
		                                       gagnés    Par qui              Différence
		  Module                            (moyenne)  attendait            (intervalle)
		  ──────────────────────────────────────────────────────────────────────────────
		  Le nouveau circuit de validation        2,0       1,43   0,56 (de 0,21 à 0,93)
		  Prise en main du dossier                2,3          3  −0,25 (de −1,17 à 0,7)
		  numérique

		Module « prise-en-main » : 20 des 28 gains mesurés ne sont pas comparés : aucune
		personne de même niveau n’attendait.

		  Besoin        Personnes  Avec réponse  Sans réponse
		  ───────────────────────────────────────────────────
		  a-cote                –             –             –
		  guide                 –             –             –
		  piece-jointe         10             0            10
		  recherche            10            10             0
		  signature            10             9             1

		Petits nombres : 2 lignes sans chiffres : chacune concerne moins de 5 personnes.

		LES PERSONNES À VOIR

		88 personnes sont à voir, 6 de moins que le 24 mars.

		                                                                      Depuis
		  Raison                                               Personnes  le 24 mars
		  ──────────────────────────────────────────────────────────────────────────
		  Sans progression depuis 4 semaines                          20          +1
		  En recul : dernier niveau plus bas que le précédent         13          +2
		  Niveau inconnu                                              17           0
		  Niveau ancien (plus de 12 semaines), aucun inconnu           0           0
		  Module en retard                                            36           0
		  Besoin sans réponse                                         10         −19
	END
}

@test "their sentences, in English" {
	fil_store fill_demo
	try 'sentences headline,time,forecast,support,people'
	status_is 0
	err_is ''
	out_is <<- 'END'
		154 people of 216 are autonomous (71.3% to 79.2%), 24 more than on 24 March.
		Half of the pilot is autonomous within 38 days (38 to 57), half of the rollout within 29 (25 to 35); on 24 March: 38 and 29.
		80% will have been autonomous at least once around 16 April, between 8 and 26 April (8 chances in 10); on 24 March the page said 17 April, between 30 March and 13 May.
		Modules assigned since 24 March: at least 132; completed: unknown; overdue: at least 36, against 36 on 24 March.
		88 people are to be seen, 6 fewer than on 24 March.
	END
	fil-week --sections headline,forecast --lang fr | sed -n '/^Prévision/,/^$/s/^ *//p' > got
	printf '%s\n' 'Prévision   80 % vers le 16 avril, entre le 8 et le 26 avril (annoncé :' \
		'8 chances sur 10 ; sur des projets simulés, c’était vrai dans' '40 à 98 cas sur 100).' '' | cmp - got
}

@test "each figure is a cell of a report" {
	local rows

	fil_store fill_demo
	fil_week_sections time,forecast,support,people | tr -d ,% > page
	read -r -a rows <<< "$(cells median,median_low,median_high,within_30,users,events,censored,left,unmeasured 1 time --by kind) $(
		cells median,median_low,median_high,within_30,users,events,censored,left,unmeasured 2 time --by kind)"
	grep -qx "  Half of them in days  *${rows[0]}  *${rows[9]}" page
	grep -qx "  95 interval  *${rows[1]} to ${rows[2]}  *${rows[10]} to ${rows[11]}" page
	grep -qx "  Autonomous in 30 days  *${rows[3]}  *${rows[12]}" page
	grep -qx "  People followed  *${rows[4]}  *${rows[13]}" page
	grep -qx "  became autonomous  *${rows[5]}  *${rows[14]}" page
	grep -qx "  not yet  *${rows[6]}  *${rows[15]}" page
	grep -qx "  of whom left  *${rows[7]}  *${rows[16]}" page
	grep -qx "  of whom without a level since  *${rows[8]}  *${rows[17]}" page
	grep -qF "(log-rank test p = $(cells p 1 time --by kind --compare))" page
	grep -qx "  All  *$(cells reached,users,share,now 1 forecast | sed 's/ /  */g')  *$(date -d "$(cells date 1 forecast)" '+%-d %b')  *$(
		date -d "$(cells low 1 forecast)" '+%-d %b') and $(date -d "$(cells high 1 forecast)" '+%-d %b')" page
	read -r -a rows <<< "$(cells assigned,completed,overdue 10 modules --total) $(
		cells assigned,completed,overdue 10 modules --total --as-of 2024-03-24)"
	tr '\n' ' ' < page | grep -qF "Modules assigned since 24 March: at least $((rows[0] - rows[3])); completed: unknown; overdue: at least ${rows[2]} against ${rows[5]} on 24 March."
	[ "$((rows[1] - rows[4]))" -eq 0 ]
	fil-report modules -f csv | awk -F , 'NR > 1 { print $(NF - 12), $(NF - 11), $(NF - 9) }' | sed 's/^  $/– – –/' |
		sort > wanted
	awk '/^  Need|^Small/ { on = 0 } on && NF > 2 { print $(NF - 2), $(NF - 1), $NF } /^  Module .*Assigned/ { on = 1 }' page |
		grep -v ─ | sort | cmp - wanted
	# The levels gained, by those who waited, and the difference with its limits.
	fil-report modules -f csv | awk -F , 'NR > 1 && $(NF - 4) != "" {
		print $(NF - 4), $(NF - 3), $(NF - 2), "(" $(NF - 1), "to", $NF ")" }' | sort > wanted
	sed 's/−/-/g' page | awk '/^  Need/ { on = 0 } on && /\)$/ { print $(NF - 5), $(NF - 4), $(NF - 3), $(NF - 2), $(NF - 1), $NF }
		/^  Module .*\(mean\)/ { on = 1 }' | sort | cmp - wanted
	fil-report followup --by reason --total | awk -F , 'NR > 1 { print $2 }' | sort > wanted
	awk '/^PEOPLE/ { on = 1 } on && /^  [NFLM]/ { print $(NF - 1) } on && /to be seen/ { print $1 }' page | sort | cmp - wanted
}

@test "the picture of the curves: the medians, and the people still followed" {
	fil_store fill_demo
	fil-week --sections time --lang fr -f html > page
	perl -CSD -0777 -ne '
		# The numbers below the axis, curve by curve, in the order of the report.
		for $class ("tb", "ta") { push @n, $1 while /<text [^>]*class="$class">(\d+)</g }
		print "@n\n";
		# A dot at the median: the scale has 84 days between 60 and 466.
		printf "%s %.0f\n", $2, ($1 - 60) * 84 / 406 while /<circle cx="([\d.]+)"[^>]*class="(p[ab])"/g;
		print "$1\n" while /class="(kb|ka)"\/>\n?<text/g;
		print "$1\n" while /<(?:title|desc|caption)[^>]*>([^<]*)/g' page > got
	cat > wanted <<- END
		$(fil-report time --by kind --curve --at 14 -f csv | awk -F , 'NR > 1 { printf "%s%s", separator, $3; separator = " " }')
		pb $(cells median 1 time --by kind)
		pa $(cells median 2 time --by kind)
	END
	head -n 3 got | cmp - wanted
	grep -qx 'Part devenue autonome selon les jours depuis l’inscription' got
	grep -q 'class="kb"' page
}

@test "one group, no median, a median alone, and no week before" {
	fill_phases
	follow r1 10 0 0 0 0 0
	try 'sentences time,forecast'
	out_is <<- 'END'
		Rollout: fewer than half have become autonomous so far.
		No date: too few people have become autonomous since their enrolment; on 24 March the page gave no date.
	END
	try 'sentences time,forecast --as-of 2024-01-04 --min-group 0'
	out_is <<- 'END'
		Rollout: fewer than half have become autonomous so far.
		No date: too few people have become autonomous since their enrolment.
	END
	follow p1 85 85 86 86 86 86
	fil_week_sections time --phase p1 | grep log-rank && return 1
	try 'sentences time,forecast --phase p1 --min-group 0'
	out_is <<- 'END'
		Pilot: half are autonomous by day 86 (85 or more); on 24 March, fewer than half were.
		80% had been autonomous at least once by 27 March; on 24 March the page gave no date.
	END
	try 'sentences time --phase p1 --as-of 2024-03-28 --lang fr --min-group 0'
	out_is 'Pilote : la moitié est autonome au jour 86 (85 ou plus) ; le 21 mars, moins de la moitié l’était.'
}

@test "the log-rank test in words: a tiny p, an ordinary one, and 1" {
	fill_phases
	follow p1 10 11 12 13 14 15
	follow r1 10 11 12 13 14 15
	follow p2 10 11 12 13 14 15
	follow r2 30 31 32 33 34 35
	follow p3 10 11 12 13 14 15 16 17
	follow r3 30 31 32 33 34 35 36
	follow p4 10 11 12 13 14 15 16 17 18 19 20
	follow r4 30 31 32 33 34 35 36 37 38 39 40
	cat > wanted <<- 'END'
		seen about 1,000 times in 1,000 (log-rank test, p = P).
		seen about 1 time in 1,000 (log-rank test, p = P).
		seen less than once in 1,000 (log-rank test, p = P).
		seen less than once in 10,000 (log-rank test). The test does not
	END
	for n in 1 2 3 4; do
		fil_week_sections time --min-group 0 --phase "?$n" | tr '\n' ' ' > page
		grep -qF "$(sed -n "${n}s/P/$(cells p 1 time --by kind --compare --min-group 0 --phase "?$n")/p" wanted)" page
	done
}

@test "people are named only where --names says so" {
	local form

	fil_store fill_demo
	fil-report followup -f csv | sed 1d | cut -d , -f 1,2 | tr , '\n' > names
	for form in text markdown html json; do
		fil-week --sections people -f "$form" | grep -wFf names && return 1
		fil-week --sections people --names -f "$form" | grep -qwF 'Séverine GONÇALVES'
	done
	fil-week --sections people -f json | perl -MJSON::PP -0777 -e '$section = decode_json(<>)->{sections}[0];
		exit 1 if defined $section->{report} || @{ $section->{rows} } || grep { $_->{report} !~ /--by reason/ } @{ $section->{more} };
		exit 1 unless grep { /^This page names nobody\. Those who accompany read the list with fil-report followup\.$/ } @{ $section->{notes} }'
	fil-week --sections people --names | grep -qx '58 rows more: fil-report followup --weeks 4 --as-of 2024-03-31\.'
}

@test "long names and 2,000 modules: lists are cut, and say so" {
	local long

	fil_store
	long=$(printf 'x%.0s' {1..200})
	{ echo user,name; printf "u%d,$long%d\n" {1..12}{,}; } | awk -F , '!seen[$1]++' | fil-import -q users
	{ echo module,title,kind,dimension,duration; for n in {1..2000}; do echo "m$n,$long$n,guide,tool,30"; done; } | fil-import -q modules
	for n in {1..40}; do echo "u$((n % 12 + 1)),m$((n * 50))"; done | sed '1i user,module' | fil-assign -q assigned=2024-03-26
	{ echo user,need,date; for n in {1..40}; do for u in {1..5}; do echo "u$u,need$n,2024-03-26"; done; done; } | fil-record -q needs
	for n in {1..40}; do echo "u$((n % 12 + 1)),m$((n * 50))"; done | sed '1i user,module' | fil-record -q completions date=2024-03-27
	{ echo user,date,tool; printf "u%d,2024-03-01,1\nu%d,2024-03-30,3\n" {1..12}{,}; } | fil-record -q autonomy source=test
	fil_week_sections support,people --names --min-group 0 > page
	[ "$(wc -L < page)" -le 80 ]
	grep -qx '1,970 rows more: fil-report modules --total --min-group 0 --as-of 2024-03-31\.' page
	grep -qx '10 rows more: fil-report modules --total --min-group 0 --as-of 2024-03-31\.' page
	grep -qx '10 rows more: fil-report needs --min-group 0 --as-of 2024-03-31\.' page
	[ "$(fil-week --min-group 0 --sections support -f html | grep -c '<tr><th scope="row">')" -eq 90 ]
}

@test "without data, the sections are left out and named" {
	fil_store
	try 'fil_week_sections time,forecast,support,people,unknown | grep -A 1 Without'
	out_is <<- 'END'
		- Without data, hence without a section: days from enrolment to autonomy,
		  forecasts, modules and needs, people to see.
	END
}

@test "what others saw is of the sources of the page; no unknown level and no rise have sentences of their own" {
	fil_store fill_demo
	fil-week --sections headline --source self,trainer -f json > page
	grep -qF '"fil-report autonomy --source trainer --as-of 2024-03-31"' page
	fil-week --sections headline --source trainer,test -f json > page
	[ "$(grep -c '"report": "fil-report' page)" -eq 2 ]
	fil-week --sections headline --source trainer,test > page
	run ! grep -q 'as others saw it' page
	try "fil-week --lang fr --sections units,unknown --phase pilot -w 'unit~Méc*' --min-group 0 --source trainer,test | grep -A 1 '^Nombre\|^Chaque'"
	out_is <<- 'END'
		Nombre de personnes autonomes depuis le 24 mars : en hausse dans 0 groupe sur 1,
		en baisse dans 0, inchangé dans 1.
		--
		Chaque personne a un niveau connu dans chaque dimension, comme le 24 mars.

	END
}

@test "of too few people, each section says what it can, below the table that lacks it" {
	fil_store fill_demo
	fil_week_sections time,forecast,routines -w 'unit~Communication*' > page
	# All kinds are merged: they are all users, and stand once. What is merged is said below each table.
	grep -q '^All: half are autonomous by day 28 (18 to 38); on 24 March: 28[.]$' page
	run ! grep -q '^  (small groups)' page
	[ "$(grep -c '^  All  ' page)" -eq 1 ]
	tr '\n' ' ' < page > line
	grep -q '  All  [^:]*Small numbers: all groups are merged: .* [^:]*orecast[s]* of the last 12 weeks' line
	grep -q ' Small numbers: 6 rows have no figures: the people of each are fewer than 5, or fewer than 10 and all alike[.]' line
	sed -n '/^THE ROUTINES/,$p' page > "$OUT"
	out_is <<- 'END'
		THE ROUTINES THAT CHANGE

		There are data, but on too few people to show figures.

		Small numbers: 1 row has no figures: it concerns fewer than 5 people.
	END
	try fil-report progress --weeks 12 -w 'unit~Direction*'
	err_is 'fil-report: 5 rows have no figures: the people of each are fewer than 5, or fewer than 10 and all alike'
	# The reports of a section say the same thing once, and not what a remark of the page has said.
	fil-week --sections units,forecast -w 'unit~Communication*' --by job -f json |
		perl -MJSON::PP -0777 -ne 'for $s (@{ decode_json($_)->{sections} }) { for $n (@{ $s->{notes} }) {
			print "$n\n" if grep({ index($_, $n) >= 0 } @{ $s->{notes} }) > 1 } }' > twice
	cmp twice /dev/null
}

@test "a week before of too few people is not compared" {
	fil_store
	for user in {1..8}; do echo "$user,x,2024-01-01"; done | sed '1i user,name,arrived' | fil-import -q users
	for user in {1..8}; do echo "$user,4,4,2024-03-0$((user < 4 ? 8 : 1))"; done | sed '1i user,tool,process,date' |
		fil-record -q autonomy source=test
	# Three were unmeasured on 3 March, and none is on the 10th.
	fil_week_sections people --as-of 2024-03-10 | grep -qx '0 people are to be seen, with no figure of 3 March to compare[.]'
	# Unit B is of nine on the 10th. It was of four the week before, and merged with A.
	for user in {1..12}; do echo "a$user,x,2024-01-01,A"; done > rows
	for user in {1..9}; do echo "b$user,x,2024-0$((user < 5 ? 1 : 3))-05,B"; done >> rows
	sed '1i user,name,arrived,unit' rows | fil-import -q users
	sed 's/\([ab]\)\([0-9]*\),.*/\1\2 \2/' rows | awk '{ level = $2 % 3 ? 2 : 4; print $1 "," level "," level ",2024-03-01" }' |
		sed '1i user,tool,process,date' | fil-record -q autonomy source=test
	fil_week_sections units --as-of 2024-03-10 -w 'user~[ab]*' | tr '\n' ' ' > page
	grep -q ': up in 0 of 2 groups, down in 0, unchanged in 0; not shown alone on 3 March: 2[.] ' page
}

# weeks OPTIONS...: the Sundays that progress prints, without the last, which is the page's; its day is "" for none.
weeks() {
	fil-report progress -q --as-of 2024-03-10 "$@" | sed '1d' | cut -d, -f1 | uniq | sed '$d' | tail -n 1
}

# compared OPTIONS...: the day with which the page compares.
compared() {
	fil-week --as-of 2024-03-10 -f json "$@" | perl -MJSON::PP -0777 -ne 'print decode_json($_)->{previous}, "\n"'
}

@test "the page compares with the last Sunday that progress prints, and with none that it hides" {
	local none='16 people of 31 are autonomous (51.6% to 51.6%), with no week before to compare.'

	fil_store
	{ echo user,name,arrived,unit; for user in {1..24}; do echo "a$user,x,2024-01-01,A"; done
	for user in {1..6}; do echo "b$user,x,2024-02-20,B"; done; echo c1,x,2024-03-05,B; } | FILROUGE_TODAY=2024-01-05 fil-import -q users
	{ echo user,tool,process,date; for user in {1..16}; do echo "a$user,4,4,2024-01-$((user + 9))"; done
	for user in {17..24}; do echo "a$user,1,1,2024-01-05"; done; for user in {1..6}; do echo "b$user,1,1,2024-02-21"; done
	echo c1,1,1,2024-03-06; } | fil-record -q autonomy source=test
	# 02-18 has 24 users, 02-25 and 03-03 have 30, 03-10 has 31. The two with 30 give way.
	[ "$(weeks)" = 2024-02-18 ]
	[ "$(compared)" = 2024-02-18 ]
	fil-week --as-of 2024-03-10 --sections headline,progress,units -f json > page
	run ! grep -q '2024-03-03\|2024-02-25' page
	fil-week --sections headline,progress,units --as-of 2024-03-10 > page
	grep -qx '16 people of 31 are autonomous (51.6% to 51.6%), as many as on 18 February.' page
	tr '\n' ' ' < page | grep -q ' lay between 66.7% and 66.7%'
	# Without the week of the six, no Sunday is left. All other sections compare with none either.
	[ -z "$(weeks --weeks 3)" ]
	[ "$(compared --weeks 3)" = 2024-03-03 ]
	fil-week --as-of 2024-03-10 --weeks 3 -f json > page
	run ! grep -q 'as-of 2024-03-03' page
	fil-week --as-of 2024-03-10 --weeks 3 | sed -n 3p > "$OUT"
	out_is "$none"
	# Where all is shown, nothing is hidden: the week before.
	[ "$(compared --min-group 0)" = 2024-03-03 ]
	fil-week --sections headline --as-of 2024-03-10 --min-group 0 | grep -q ', as many as on 3 March[.]$'
	# Of another day than a Sunday, the day a week before is held against it.
	[ "$(fil-week --as-of 2024-03-07 --sections headline | sed -n 3p)" = "$none" ]
	fil-week --as-of 2024-03-02 --sections headline | grep -q ', as many as on 24 February[.]$'
	# Users who move are in both, but in other units: the units alone are not compared.
	FILROUGE_TODAY=2024-03-05 fil-import -q users <<< $'user,unit,arrived\nc1,B,2024-02-20\na24,B,2024-01-01\na23,B,2024-01-01'
	[ "$(weeks)" = 2024-03-03 ]
	[ "$(weeks --by unit)" != 2024-03-03 ]
	fil-week --sections headline,units --as-of 2024-03-10 > page
	grep -q ', as many as on 3 March[.]$' page
	grep -qx 'Groups: 1. Since 3 March, too few people have changed groups to compare these.' page
}
