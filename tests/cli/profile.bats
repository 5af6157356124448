#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# bats file_tags=sqlite
# What a profile says is done before the store is asked, whatever the engine.
load helper

# Profiles: what a source writes and means, from an INI file; the proposal of one.

setup() {
	fil_setup
	EXAMPLES=$(cd "$BATS_TEST_DIRNAME/../../examples" && pwd)
	export XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/config
}

# Imports three people with a profile that standard input has.
import_people() {
	cat > people.ini
	printf '%s\n' 'Clé;Prénom;Nom;Rôle;Statut;Fin' '421;Zoé;Roy;Cheffe de projet;Actif;31/12/9999' \
		'7;Bob;Bo;utilisateur;ARCHIVE;N/C' '12;Lan;Ng;;Actif;01/03/2024' > people.csv
	try fil-import users --profile people.ini "$@" people.csv
}

@test "a profile says what an export writes and means" {
	fil_store
	import_people <<- 'END'
		# The people of the payroll.
		feed = payroll
		dates = dmy
		delimiter = semicolon
		pad = user=5

		[columns]
		user = Clé
		name = {Prénom} {NOM}
		role = Rôle
		left = Fin

		[values.role]
		initiator = Initiatrice | Cheffe de projet
		user = Utilisateur

		[values.left]
		empty = 31/12/9999 | n/c

		[skip]
		Statut = Sorti | Archivé
	END
	status_is 0
	out_is <<- 'END'
		action,user,name,email,unit,job,manager,role,arrived,left,feed
		added,00421,Zoé Roy,,,,,initiator,,,payroll
		added,00012,Lan Ng,,,,,user,,2024-03-01,payroll
	END
	err_is <<- 'END'
		fil-import: people.csv: UTF-8, ';', LF, dates day first
		fil-import: people.csv: 1 row ignored, as the profile says
		fil-import: users: 2 read, 2 added, 0 changed, 0 unchanged (run 2)
	END
}

@test "the command line has the last word" {
	fil_store
	import_people feed=hr role=trainer --dates ymd --map name=Nom --pad user=4 --skip-lines 0 <<- 'END'
		feed = payroll
		dates = dmy
		pad = user=5
		skip-lines = 3
		keep-going = no
		[columns]
		user = Clé
		name = {Prénom} {Nom}
	END
	status_is 0
	out_has 'added,0421,Roy,,,,,trainer,,,hr'
}

@test "a flag is yes or no, and options reach as far as on the command line" {
	fil_store
	import_people <<- 'END'
		sync = yes
		max-churn = 5
		keep-going = yes
		rejects = bad.csv
		allow = no-day
		role = user
		[columns]
		user = Clé
		name = Nom
		left = Fin
	END
	status_is 1
	err_has 'fil-import: people.csv:3: left: '\''N/C'\'' is not a date; it may mean nothing: [values.left] empty = N/C'
	err_has 'fil-import: no user is marked as left, since rows were refused'
	[ "$(wc -l < bad.csv)" = 2 ]
}

# Wants exit 78 and the words, for a profile of one line.
refused() {
	printf '%b' "$1" > bad.ini
	try fil-import users --profile bad.ini /dev/null
	status_is 78
	out_is ''
	err_is "fil-import: bad.ini:$2"
}

@test "what is unknown or wrong in a profile is told with its line and the nearest" {
	fil_store
	refused 'feed = hr\ndatse = dmy\n' "2: 'datse' is neither an option of an input nor a column of users; the nearest is 'dates'"
	refused 'tabel = users\n' "1: 'tabel' is neither an option of an input nor a column of users; the nearest is 'table'"
	refused 'profile = x\n' "1: 'profile' is neither an option of an input nor a column of users"
	refused 'db = x\n' "1: 'db' is neither an option of an input nor a column of users"
	refused 'process = 3\n' "1: 'process' is neither an option of an input nor a column of users"
	refused 'dates = dym\n' "1: --dates takes dmy, mdy, ymd, excel or epoch, not 'dym'"
	refused 'sync = maybe\n' "1: 'sync' takes yes or no, not 'maybe'"
	refused 'encoding = KLINGON\n' "1: --encoding: 'KLINGON' is not an encoding that iconv knows"
	refused 'delimiter = ;\n' "1: --delimiter takes comma, semicolon, tab or pipe, not ''"
	refused 'max-churn = many\n' "1: max-churn: 'many' is not a whole number from 0 to 1000"
	refused 'pad = usr=5\n' "1: users has no column 'usr'; did you mean 'user'?"
	refused 'role = boss\n' "1: role: 'boss' is not one of user, initiator, trainer, sponsor"
	refused '[colums]\nname = Nom\n' '2: unknown section [colums]; the nearest is [columns]'
	refused '[columns]\nnmae = Nom\n' "2: users has no column 'nmae'; the nearest is name"
	refused '[values.roel]\nuser = x\n' "2: users has no column 'roel'; the nearest is role"
	refused '[values.role]\ninitator = x\n' "2: 'initator' is not one of user, initiator, trainer, sponsor"
	refused 'sync\n' "1: is neither 'key = value' nor '[section]'"
	refused '[columns]\n name = Nom\n unit = Service\n' '3: is indented, and would continue the value above'
	refused 'feed = caf\xe9\n' '1: is not UTF-8: save the profile as UTF-8'
}

@test "a profile that is not there is no input" {
	fil_store
	try fil-import users --profile none.ini /dev/null
	status_is 66
	err_is 'fil-import: none.ini: cannot be opened: No such file or directory'
}

# Fills the store with two people.
two_people() {
	printf 'user,name,email\n00421,Zoé Roy,zoe@x.example\n00007,Bob Bo,bob@x.example\n' | fil-import -q users
}

# Keeps standard input as the profile NAME of the settings.
keep_profile() {
	mkdir -p "$XDG_CONFIG_HOME/filrouge"
	cat > "$XDG_CONFIG_HOME/filrouge/$1.ini"
}

@test "a profile says for which table it is, and extends another" {
	fil_store two_people
	keep_profile base <<- 'END'
		table = needs
		tool = Form
		since = 2024
		[columns]
		user = Qui
		date = Quand
		[values.need]
		signature = Signer
	END
	keep_profile form <<- 'END'
		extends = base
		tool = Other form
		[columns]
		date = Le jour
		need = "a = b: c"
		[values.need]
		search = Trouver
	END
	printf '[week]\ntitle = x\n' | keep_profile week
	printf 'Qui,Le jour,a = b: c\n00421,2024-03-01,Signer\n00421,2024-03-01,trouver\n' > form.csv
	try fil-record --profile form needs form.csv
	status_is 0
	out_is <<- 'END'
		action,user,need,date,note
		added,00421,signature,2024-03-01,
		added,00421,search,2024-03-01,
	END
	try fil-record --profile form completions form.csv
	status_is 64
	err_has "fil-record: the profile 'form' is for needs, not for completions"
	try fil-assign --profile form form.csv
	status_is 64
	err_has "fil-assign: the profile 'form' is for needs, not for assignments"
	try fil-import --profile week form.csv
	status_is 64
	err_has "fil-import: the profile 'week' has no 'table = TABLE' above its sections: give the table"
	printf 'tabel = users\n' | keep_profile staff
	try fil-import --profile staff form.csv
	status_is 78
	[[ $(< "$ERR") == *"staff.ini:1: unknown key 'tabel'; the nearest is 'table'" ]]
	printf 'table = users\n' | keep_profile staff
	try fil-record --profile staff form.csv
	status_is 64
	err_has "fil-record: the profile 'staff' is for users, which fil-import reads"
	try "fil-list --profiles -w table=needs -w 'tool~*orm'; fil-list --profile form --show | head -n 1"
	status_is 0
	out_is <<- 'END'
		profile,table,tool,since
		base,needs,Form,2024
		form,needs,Other form,2024
		extends = base
	END
}

@test "a profile that is not found by its name, or extends too much, is refused" {
	fil_store
	try fil-import users --profile nothing x.csv
	status_is 66
	err_is "fil-import: no profile 'nothing': 'fil-list --profiles' lists them"
	printf 'extends = b\n' | keep_profile a
	printf '\nextends = a\n' | keep_profile b
	try fil-import users --profile a x.csv
	status_is 78
	err_is "fil-import: $XDG_CONFIG_HOME/filrouge/a.ini:1: over 8 profiles extend each other"
	printf 'extends = c\n' | keep_profile a
	try fil-import users --profile a x.csv
	status_is 78
	err_is "fil-import: $XDG_CONFIG_HOME/filrouge/a.ini:1: no profile 'c': 'fil-list --profiles' lists them"
	printf 'table = user\n' | keep_profile a
	try fil-import --profile a x.csv
	status_is 78
	err_is "fil-import: $XDG_CONFIG_HOME/filrouge/a.ini:1: there is no table 'user'"
	printf 'table = users\nextends = b\ntable = needs\n' | keep_profile a
	try fil-import --profile a x.csv
	status_is 78
	err_is "fil-import: $XDG_CONFIG_HOME/filrouge/a.ini:3: duplicate key 'table'"
	try fil-list --profile a
	status_is 64
	try fil-list --profile nothing --show
	status_is 66
	err_is "fil-list: no profile 'nothing': 'fil-list --profiles' lists them"
}

@test "a header that the profile names and the file lacks is a fault of the file" {
	fil_store
	import_people <<- 'END'
		[columns]
		user = Clé
		name = Noms
	END
	status_is 65
	err_is "fil-import: people.csv:1: no header 'Noms', which people.ini:3 names for name; the nearest is 'Nom'"
	import_people <<- 'END'
		[columns]
		user = Clé
		[skip]
		Status = x
	END
	status_is 65
	err_is "fil-import: people.csv:1: no header 'Status', which people.ini:4 names; the nearest is 'Statut'"
}

@test "who is left out of a whole list has left" {
	fil_store
	printf 'user,name,Statut\n1,Ada,Actif\n2,Bob,Actif\n' > list.csv
	printf 'sync = yes\n[skip]\nStatut = Sorti\n' > list.ini
	try fil-import users -q --profile list.ini list.csv
	status_is 0
	sed -i '3s/Actif/Sorti/' list.csv
	try fil-import users --profile list.ini list.csv
	status_is 0
	out_is <<- 'END'
		action,user,name,email,unit,job,manager,role,arrived,left,feed
		left,2,Bob,,,,,user,,2024-03-15,hr
	END
}

@test "titles above the header are passed over, and told by every command" {
	fil_store
	printf 'user,name\n1,Ada\n' | fil-import -q users
	printf 'Answers of March\n\nuser;tool\n1;3\n' > answers.csv
	try fil-record autonomy source=self answers.csv
	status_is 0
	out_has 'added,1,tool,2024-03-15,self,3,'
	err_is <<- 'END'
		fil-record: answers.csv: the header is line 3
		fil-record: autonomy: 1 read, 1 added, 0 changed, 0 unchanged (run 3)
	END
}

@test "a profile is proposed without a store, and is of use as it is" {
	cd "$EXAMPLES" || return
	try fil-import users --propose sirh.csv
	status_is 0
	err_is ''
	[ ! -e "${FILROUGE_DB%/*}" ]
	cp "$OUT" "$SCRATCH/sirh.ini"
	out_is <<- 'END'
		# A profile of sirh.csv, proposed from its header and 240 rows.
		# Read it, correct it, keep it beside the script, and try it with
		#   fil-import users --profile PROFILE --dry-run sirh.csv
		# A line that begins with '#' is a comment. More: man 5 filrouge-profile

		# The format of the file is detected each time. To set it:
		# encoding = WINDOWS-1252
		# delimiter = semicolon
		dates = dmy
		# Numbers with leading zeros, all of one length: restore zeros that a spreadsheet removed.
		pad = user=5
		pad = manager=5

		# The feed of these users. A whole list marks the users missing from it as left.
		# feed = hr
		# sync = yes

		[columns]
		user = Matricule
		name = {Prénom} {Nom}
		email = Courriel
		unit = {Direction}/{Service}
		job = Fonction
		manager = Matricule du responsable
		arrived = Date d'entrée
		left = Date de sortie
		# Not found: role.

		# Not stored, because no column takes them. Store only what the work needs.
		#   Salaire brut annuel  (sensitive: pay)
		#   N° de sécurité sociale  (sensitive: social security number)
		#   Adresse  (sensitive: postal address)
	END
	fil_store
	fil-import -q users sirh.csv
	try fil-import users --profile "$SCRATCH/sirh.ini" sirh.csv
	status_is 0
	out_is 'action,user,name,email,unit,job,manager,role,arrived,left,feed'
}

@test "a proposal is made of a pipe too, and goes where -o says" {
	printf 'Login,Full name,Contact\nada,Ada Lovelace,ada@x.example\n' > list.csv
	cp list.csv copy.csv
	try 'fil-import users --propose - -o list.ini < list.csv'
	status_is 0
	out_is ''
	grep -qx 'user = Login' list.ini
	grep -qx 'email = Contact' list.ini
	fil_store
	try fil-import users --profile list.ini list.csv
	status_is 0
	out_has 'added,ada,Ada Lovelace,ada@x.example,,,,user,,,hr'
	cmp list.csv copy.csv
}

@test "what no profile can be proposed of is told" {
	mkdir -p "$FOLDER"
	try fil-import users --propose none.csv
	status_is 66
	err_is 'fil-import: none.csv: cannot be opened: No such file or directory'
	try fil-import users --propose "$DATA/csv/bad-xlsx.csv"
	status_is 65
	try fil-import users --propose list.csv list.csv
	status_is 64
	try fil-import users --propose /dev/null
	status_is 66
}

@test "the profile of examples reads the export of HR" {
	fil_store
	cd "$EXAMPLES" || return
	fil-import -q users sirh.csv
	try fil-import users --profile profiles/sirh.ini sirh.csv
	status_is 0
	out_is 'action,user,name,email,unit,job,manager,role,arrived,left,feed'
}

@test "an answer that is none of the sentences is a fault that names it" {
	fil_store
	cd "$EXAMPLES" || return
	fil-import -q users sirh.csv
	# shellcheck disable=SC1112 # the form's own apostrophes
	sed 's/Je n’ai pas encore commencé/J’aide mes collègues volontiers/' forms/limesurvey.csv > "$SCRATCH/form.csv"
	try fil-record autonomy --profile profiles/limesurvey-complet.ini "$SCRATCH/form.csv"
	status_is 65
	err_has "fil-record: $SCRATCH/form.csv:7: tool: 'J’aide mes collègues volontiers' is not a whole number from 0 to 5"
}

@test "--propose: a cell of several lines, or a long one, is no word of a choice" {
	printf 'user,name,role\nu1,Ana,"a\nb"\nu2,Bob,Chef\nu3,Cyd,%0100d\n' 1 > in.csv
	try "fil-import users --propose in.csv | sed -n '/^.values/,\$p'"
	status_is 0
	out_is '[values.role]' '# CHANGE ME: what do these words mean?' '# user = Chef'
}
