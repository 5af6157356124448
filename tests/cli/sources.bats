#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154
# The profiles of examples/profiles: each reads its sample, a file in the form of a real tool. What must be recorded
# stands in tests/data/sources, written by hand from the samples.
load helper

setup() {
	fil_setup
	EXAMPLES=$(cd "$BATS_TEST_DIRNAME/../../examples" && pwd)
	export FILROUGE_TODAY=2024-03-31 XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/config
}

# Fills the store with the people, modules, phases and routines of the foundation.
foundation() {
	local table

	fil-import -q users "$EXAMPLES/sirh.csv"
	for table in modules phases routines; do fil-import -q "$table" "$EXAMPLES/$table.csv"; done
}

# Prints a line for each profile, in their order: its name, its command, its sample, the end of what is said.
profiles() {
	cat <<- 'END'
		active-directory|fil-import|sources/active-directory.csv|users: 2 read, 1 added, 0 changed, 1 unchanged
		bigbluebutton|fil-record|sources/bigbluebutton.csv|efforts: 3 read, 2 added, 0 changed, 0 unchanged, 1 of unknown users ignored
		digcomp|fil-record|sources/digcomp.csv|autonomy: 3 read, 5 added, 0 changed, 0 unchanged
		entra|fil-import|sources/entra.csv|users: 1 read, 1 added, 0 changed, 0 unchanged
		entra-alias|fil-import|sources/entra-alias.csv|aliases: 3 read, 2 added, 0 changed, 0 unchanged, 1 of unknown users ignored
		framaforms|fil-record|sources/framaforms.csv|autonomy: 3 read, 4 added, 0 changed, 0 unchanged, 2 of unknown users ignored
		glpi-tickets|fil-record|sources/glpi-tickets.csv|needs: 2 read, 3 added, 0 changed, 0 unchanged
		google-forms|fil-record|forms/google-forms.csv|autonomy: 4 read, 4 added, 0 changed, 0 unchanged, 2 of unknown users ignored, 2 replaced by a later row
		google-forms-besoins|fil-record|sources/google-forms-besoins.csv|needs: 3 read, 3 added, 0 changed, 0 unchanged, 1 of unknown users ignored
		google-workspace|fil-import|sources/google-workspace.csv|users: 2 read, 1 added, 1 changed, 0 unchanged
		itop-tickets|fil-record|sources/itop-tickets.csv|needs: 3 read, 2 added, 0 changed, 0 unchanged, 1 of unknown users ignored
		journal|fil-record|sources/journal.csv|practices: 2 read, 2 added, 0 changed, 0 unchanged
		kobo|fil-record|sources/kobo.csv|autonomy: 2 read, 4 added, 0 changed, 0 unchanged
		kobo-besoins|fil-record|sources/kobo.csv|needs: 2 read, 3 added, 0 changed, 0 unchanged
		limesurvey-besoins|fil-record|sources/limesurvey-codes.csv|needs: 4 read, 3 added, 0 changed, 0 unchanged, 1 of unknown users ignored
		limesurvey-codes|fil-record|sources/limesurvey-codes.csv|autonomy: 4 read, 5 added, 0 changed, 0 unchanged, 2 of unknown users ignored
		limesurvey-complet|fil-record|forms/limesurvey.csv|autonomy: 5 read, 5 added, 0 changed, 0 unchanged, 2 of unknown users ignored, 2 replaced by a later row
		lucca|fil-import|sources/lucca.csv|users: 2 read, 1 added, 0 changed, 1 unchanged
		moodle|fil-record|forms/moodle.csv|autonomy: 3 read, 6 added, 0 changed, 0 unchanged
		moodle-achevement|fil-record|sources/moodle-achevement.csv|completions: 2 read, 3 added, 0 changed, 0 unchanged
		moodle-activites|fil-record|sources/moodle-activites.csv|completions: 3 read, 4 added, 0 changed, 0 unchanged
		moodle-notes|fil-record|sources/moodle-notes.csv|completions: 2 read, 3 added, 0 changed, 0 unchanged
		moodle-presences|fil-record|sources/moodle-presences.txt|completions: 3 read, 5 added, 0 changed, 0 unchanged
		moodle-rapport|fil-record|sources/moodle-rapport.csv|completions: 3 read, 3 added, 0 changed, 0 unchanged
		moodle-test|fil-record|sources/moodle-test.csv|autonomy: 3 read, 2 added, 0 changed, 0 unchanged, 1 replaced by a later row
		ms-forms|fil-record|sources/ms-forms.xlsx|autonomy: 2 read, 4 added, 0 changed, 0 unchanged
		ms-forms-besoins|fil-record|sources/ms-forms.xlsx|needs: 1 read, 2 added, 0 changed, 0 unchanged
		notes|fil-record|sources/notes.csv|completions: 2 read, 3 added, 0 changed, 0 unchanged
		odk-central|fil-record|sources/odk-central.csv|autonomy: 2 read, 4 added, 0 changed, 0 unchanged
		oneroster-enrollments|fil-import|sources/oneroster-enrollments.csv|enrolments: 1 read, 1 added, 0 changed, 0 unchanged
		oneroster-results|fil-record|sources/oneroster-results.csv|completions: 2 read, 2 added, 0 changed, 0 unchanged
		open-badges|fil-record|sources/open-badges.jsonl|completions: 2 read, 2 added, 0 changed, 0 unchanged
		pix-campagne|fil-record|sources/pix-campagne.csv|completions: 2 read, 2 added, 0 changed, 0 unchanged
		pix-campagne-competences|fil-record|sources/pix-campagne-competences.csv|autonomy: 2 read, 4 added, 0 changed, 0 unchanged
		pix-collecte|fil-record|sources/pix-collecte.csv|autonomy: 2 read, 4 added, 0 changed, 0 unchanged
		ralph|fil-record|sources/ralph.json|completions: 2 read, 2 added, 0 changed, 0 unchanged
		scim|fil-import|sources/scim.json|users: 2 read, 1 added, 0 changed, 1 unchanged
		teams-presence|fil-record|sources/teams-presence.csv|completions: 2 read, 2 added, 0 changed, 0 unchanged
		xapi|fil-record|sources/xapi.jsonl|completions: 3 read, 2 added, 0 changed, 0 unchanged, 1 replaced by a later row
		xapi-csv|fil-record|sources/xapi-csv.csv|completions: 2 read, 2 added, 0 changed, 0 unchanged
		zoom|fil-record|sources/zoom.csv|efforts: 3 read, 2 added, 0 changed, 0 unchanged, 1 added up with others
	END
}

# Runs each profile over its sample, once: records WHAT. WHAT is `new`: the rows are those wanted; or `known`: the same
# files change nothing.
records() {
	local name command sample said

	while IFS='|' read -r name command sample said; do
		try "$command" --profile "$name" "$sample"
		echo "$name: $(tail -n 1 "$ERR")"
		status_is 0
		[ "$1" = known ] || out_is < "$DATA/sources/$name.csv"
		[ "$1" = known ] || tail -n 1 "$ERR" | grep -qF "$command: $said (run "
		[ "$1" = new ] || [ "$(wc -l < "$OUT")" = 1 ]
	done < <(profiles)
}

@test "each profile records its sample, and the same files again change nothing" {
	fil_store foundation
	cd "$EXAMPLES" || return
	records new
	records known
}

# Prints a line for each sample of which a draft is tried: the profile whose rows it must give, the table, the sample, the
# options, and what a person makes of the lines to change, as commands of sed.
drafts() {
	cat <<- 'END'
		digcomp|autonomy|sources/digcomp.csv||s/^# source = .*/source = test/;s/^# ? = Info/tool = Info/;s/^# ? = Comm/process = Comm/;/^Création/d;s/^# 3 = B/3 = B/;s/^# 3 = A2/2 = A2/;s/^# 3 = [C7]/5 = &/;s/= # 3 //;s/^# 3 = A1/1 = A1\nkeep = note/
		framaforms|autonomy|sources/framaforms.csv|--known-only --last|s/^# source = .*/source = self/;s/^# ? = o/tool = o/;s/^# ? = d/process = d/;s/^# Brouillon.*/Brouillon = 1/
		glpi-tickets|needs|sources/glpi-tickets.csv|--known-only|s/^# \(need = Cat\|user = n\)/\1/;$a [values.need]\nsignature = Dossier numérique > Signature\nrecherche = Dossier numérique > Recherche\n[columns]\nnote = Titre
		kobo|autonomy|sources/kobo.csv|--set timezone=Europe/Paris|s/^# source = .*/source = self/;s/^# \(date = end\)/\1/;s/^note = .*/note = -/;s/^# ? = o/tool = o/;s/^# ? = d/process = d/
		kobo-besoins|needs|sources/kobo.csv|--set timezone=Europe/Paris|s/^# \(date = end\)/\1/;s/^note = .*/note = -/;$a [values.need]\nsignature = Signature\nrecherche = Recherche
		limesurvey-codes|autonomy|sources/limesurvey-codes.csv|--known-only --last|s/^# source = .*/source = self/;s/^# 3 = A\(.\)/\1 = A\1/
		moodle-activites|completions|sources/moodle-activites.csv||s/^# ? = Pr/prise-en-main = Pr/;s/^# ? = Ci/circuit = Ci/;/^Forum/d;s/^# \(completed = T.*[é)]$\)/\1/;s/^completed = \(.*non att\)/partial = \1/;s/^# completed = Non/empty = Non/
		moodle-achevement|completions|sources/moodle-achevement.csv|--dates dmy|s/^# pivot/pivot/;s/^# ? = Pr/prise-en-main = Pr/;s/^# ? = Ci/circuit = Ci/;s/^# completed = T/completed = T/;s/^# completed = N/empty = N/
		moodle-notes|completions|sources/moodle-notes.csv|--set timezone=Europe/Paris|s/^user = .*/user = Adresse de courriel/;s/^# match.*/match = email/;s/^# ? = Pr/prise-en-main = Pr/;s/^# ? = Ci/circuit = Ci/;s/^# \(completed\|partial\|keep\)/\1/;s/ 50$/ 10/
		moodle-presences|completions|sources/moodle-presences.txt|module=atelier-dossier|s/^# completed = P/completed = P/;s/^# completed = R/partial = R/;s/^# completed = A/absent = A/;s/^empty = ?/&\nkeep = note/
		ms-forms|autonomy|sources/ms-forms.xlsx|--known-only --last|s/^# source = .*/source = self/;s/^# \(date = Heure de fin\)/\1/;/^De quoi/d;s/^# ? = Où/tool = Où/;s/^# ? = Et/process = Et/;s/^# 3 = \(.*seul\)/2 = \1/;s/^# 3 = \(.*adapte\)/4 = \1/;s/^# 3 = \(.*débrouille\)/3 = \1/;s/^# 3 = \(.*guide\)/1 = \1/;s/^# 3 = \(.*aide mes\)/5 = \1/
		pix-collecte|autonomy|sources/pix-collecte.csv||s/^# source = .*/source = test/;s/^Niveau pour .*/Niveau pour la compétence G* = dimension tool, level {}\nNiveau pour la compétence I* = dimension process, level {}/;s/^# 3 = .*/5 = >= 5\n4 = 4 .. 5\n3 = 3 .. 4\n2 = 2 .. 3\n1 = 1 .. 2\n0 = < 1/;s/^# keep/keep/
		teams-presence|completions|sources/teams-presence.csv|--known-only module=atelier-dossier|s/^# \(date = P\)/\1/;$a [columns]\nnote = Durée de la réunion
		zoom|efforts|sources/zoom.csv|--known-only --set sum=minutes activity=atelier|s/^# \(date = J\)/\1/
		bigbluebutton|efforts|sources/bigbluebutton.csv|--known-only activity=atelier|s/^# \(date = A\|minutes = Durée\)/\1/;$a [skip]\nNom = Anonyme
	END
}

@test "a draft of a sample records what its profile does, once its lines to change are filled in" {
	local name table sample options edit

	fil_store foundation
	cd "$EXAMPLES" || return
	while IFS='|' read -r name table sample options edit; do
		fil-record "$table" --propose "$sample" | sed "$edit" > "$BATS_TEST_TMPDIR/$name.ini"
		# shellcheck disable=SC2086 # several options
		try fil-record -n "$table" --profile "$BATS_TEST_TMPDIR/$name.ini" $options "$sample"
		echo "$name"
		status_is 0
		sort "$OUT" > "$BATS_TEST_TMPDIR/rows"
		sort "$DATA/sources/$name.csv" | diff - "$BATS_TEST_TMPDIR/rows"
	done < <(drafts)
}

# bats test_tags=sqlite
@test "the profiles are installed, name their table and tool, and mark what differs once" {
	fil-list --profiles -f csv > list
	sed 1d list | cut -d, -f1 | grep -vx sirh > names
	profiles | cut -d '|' -f 1 | diff - names
	(cd "$EXAMPLES/profiles" && printf '%s\n' *.ini) | sed 's/\.ini$//' | grep -vx sirh | LC_ALL=C sort | diff - names
	run ! grep -v '^[a-z-]*,[a-z]*,[^,][^,]*,[^,]*$' list
	(cd "$EXAMPLES/profiles" && grep -c 'CHANGE ME' -- *.ini) | grep -v ':[01]$' > twice || true
	[ ! -s twice ]
	# A profile of forms, courses or tickets cannot fit all.
	[ "$(grep -l 'CHANGE ME' "$EXAMPLES"/profiles/*.ini | wc -l)" -ge 25 ]
	# The head of each has its command.
	while IFS='|' read -r name command sample _; do
		grep -qx "#   $command --profile $name $sample" "$EXAMPLES/profiles/$name.ini" || { echo "$name"; return 1; }
	done < <(profiles)
}

# Succeeds if a sample begins with these bytes, in hexadecimal digits, and has so many CRLF.
form_is() {
	[ "$(head -c $((${#2} / 2)) "$1" | od -An -tx1 | tr -d ' \n')" = "$2" ] || { echo "$1: $2"; return 1; }
	[ "$(tr -d '\0' < "$1" | grep -c $'\r$')" = "$3" ] || { echo "$1: CRLF"; return 1; }
}

# bats test_tags=sqlite
@test "the samples have the forms of the tools, which an editor would change" {
	cd "$EXAMPLES/sources" || return
	form_is teams-presence.csv fffe3100 18
	form_is framaforms.csv fffe4100 0
	form_is limesurvey-codes.csv efbbbf22 7
	form_is active-directory.csv efbbbf23 6
	form_is entra.csv efbbbf75 4
	form_is pix-campagne.csv efbbbf22 0
	form_is glpi-tickets.csv 22494422 3
	form_is bigbluebutton.csv 4e6f6d2c 4
	[ "$(tail -c 1 bigbluebutton.csv)" = '"' ]
}
