#!/bin/bash
# SPDX-License-Identifier: ISC
# Shows all commands on a fictional foundation, from its HR export to its figures, in a temporary store. `make demo` runs
# it. Each command is printed before its output; its standard error comes last. The weekly page stays, as PAGE:
# demo.sh [PAGE]
# shellcheck disable=SC1112 # French has this apostrophe
set -euo pipefail

page=$(realpath "${1:-${TMPDIR:-/tmp}/filrouge-demo.html}")
cd "$(dirname "$0")"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export FILROUGE_DB=$folder/filrouge.db XDG_CONFIG_HOME=$folder FILROUGE_TODAY=2024-03-31
# The commands know the language of the session; the rest of its locale does not matter here.
case $(fil-init --help) in
	Usage:*) language=en ;;
	*) language=fr ;;
esac
export LC_ALL=C.UTF-8 LANGUAGE=$language

# Prints a title in the language of the session: tell ENGLISH FRENCH
tell() {
	if [ "$language" = fr ]; then shift; fi
	printf '\n# %s\n' "$1"
}

# Prints and runs a command: show COMMAND. Its failure ends the script, except for SIGPIPE (141), which `head` causes.
show() {
	local status=0

	printf '$ %s\n' "$1"
	eval "$1" 2> "$folder/said" || status=$?
	sed "s|$folder/||" "$folder/said"
	[ $status -eq 0 ] || [ $status -eq 141 ] || exit $status
}

tell 'Make a store, and import the HR export as it is. What is not mapped is not stored.' \
	'Créer une base, et importer l’export du SIRH tel quel. Ce qui n’est pas désigné n’est pas conservé.'
show 'fil-init'
show 'fil-import users sirh.csv | head -n 4'

tell 'Give roles to initiators, trainers and sponsors.' \
	'Donner leur rôle au portage, à la formation et à la direction.'
show 'fil-import users roles.csv > /dev/null'
show "fil-list users -w 'role!=user' -w 'unit~Mécénat*' -f table"

tell 'Import the modules of support, and the two phases.' \
	'Importer les modules d’appui, et les deux phases.'
show 'fil-import modules modules.csv > /dev/null'
show 'fil-import phases phases.csv'

tell 'Choose, before the pilot begins, the criteria that must hold after it.' \
	'Choisir, avant le début du pilote, les critères à remplir ensuite.'
show 'FILROUGE_TODAY=2024-01-05 fil-import criteria criteria.csv > /dev/null'

tell 'Draw a pilot in proportion to the directions. The same command always draws the same users.' \
	'Tirer un pilote au sort, à proportion des directions. La même commande tire toujours les mêmes personnes.'
show 'FILROUGE_TODAY=2024-01-05 fil-sample pilot --size 40 --by unit --depth 1 | head -n 4'

tell 'Enrol the 40 users of the pilot, and assign a course to each.' \
	'Inscrire les 40 personnes du pilote, et attribuer un cours à chacune.'
show 'fil-import enrolments enrolments.csv | fil-assign module=prise-en-main assigned=2024-01-08 due=2024-01-26 > /dev/null'

tell 'Enrol all other active users in the rollout.' \
	'Inscrire toutes les autres personnes présentes au déploiement.'
show "fil-list users --active --phase '' | fil-import enrolments phase=rollout enrolled=2024-02-19 |
	fil-assign module=circuit assigned=2024-02-19 due=2024-03-15 > /dev/null"

tell 'Record twelve weeks of levels, from users, trainers, managers and a test.' \
	'Relever douze semaines de niveaux, selon les personnes, la formation, l’encadrement et un test.'
show 'fil-record autonomy autonomy/*.csv > /dev/null'

tell 'Record the completions of modules.' \
	'Relever les modules terminés.'
show 'fil-record completions completions.csv > /dev/null'

tell 'Import the same files again: nothing changes.' \
	'Importer les mêmes fichiers encore une fois : rien ne change.'
show 'fil-import users sirh.csv'
show 'fil-record autonomy autonomy/*.csv'

tell 'Record one fact by hand.' \
	'Relever un fait à la main.'
show "fil-record autonomy user=00421 dimension=tool level=4 source=trainer date=2024-03-29 note='helps the night shift'"

tell 'Print a sheet for a trainer. fil-record reads it as it is, once it is filled in.' \
	'Imprimer une feuille pour la formation. Une fois remplie, fil-record la lit telle quelle.'
show 'fil-sheet autonomy source=trainer --phase pilot | head -n 4'

tell 'Import rules for support, two routines, six promises and limits, and the time that each party promised.' \
	'Importer les règles d’appui, deux tâches, six promesses et limites, et le temps prévu par chacun.'
show "for table in rules routines promises commitments; do fil-import -q \$table \$table.csv; done"

tell 'Record needs, practices, verdicts and the time spent.' \
	'Relever les besoins, les pratiques, les avis et le temps passé.'
show "for event in needs practices verdicts efforts; do fil-record -q \$event \$event.csv; done"

tell 'Assign the modules that the rules propose. The second time, no assignment is left to make.' \
	'Attribuer les modules que les règles proposent. La seconde fois, il ne reste rien à attribuer.'
show 'fil-propose -f table | head -n 8'
show 'fil-propose | fil-assign > /dev/null'
show 'fil-propose | fil-assign > /dev/null'

tell 'Are the results equivalent? One routine gives them in less time; in the other, users go back to paper.' \
	'Le résultat est-il équivalent ? Une tâche le donne en moins de temps ; pour l’autre, on revient au papier.'
show 'fil-report routines -f table'

tell 'Print the promises and limits of the tool, as users judge them.' \
	'Afficher les promesses et les limites de l’outil, et les avis.'
show 'fil-report promises -f table'

tell 'Print the modules assigned, and the levels after them.' \
	'Afficher les modules attribués, et les niveaux relevés ensuite.'
show 'fil-report modules -f table'

tell 'Print the needs of users, and the needs covered.' \
	'Afficher les besoins, et ceux qui ont une réponse.'
show 'fil-report needs -f table'

tell 'Print the time promised and spent, and the minutes for one autonomous user.' \
	'Afficher le temps prévu et passé, et les minutes par personne autonome.'
show 'fil-report commitment -f table'

tell 'Compare the pilot with the rollout.' \
	'Comparer le pilote au déploiement.'
show 'fil-report phases -f table'

tell 'Is it time to go on? The criteria say it, as they were chosen before the pilot.' \
	'Est-il temps de continuer ? Les critères le disent, tels que choisis avant le pilote.'
show 'fil-report readiness -f table'

tell 'How long does it take? Users who are not autonomous yet count too.' \
	'Combien de temps faut-il ? Les personnes pas encore autonomes comptent aussi.'
show 'fil-report time --by kind -f table'

tell 'When will 80 percent be autonomous? How good were past forecasts?' \
	'Quand 80 % seront-ils autonomes ? Que valaient les prévisions passées ?'
show 'fil-report forecast --by kind -f table'
show 'fil-report forecast --by kind --target 60 --score --weeks 4 -f table'

tell 'Compare the levels that users give themselves with those of trainers and tests.' \
	'Comparer les niveaux déclarés à ceux de la formation et des tests.'
show 'fil-report agreement --by unit --depth 1 -f table'

tell 'Print the users to see first.' \
	'Afficher les personnes à voir d’abord.'
show 'fil-report followup -f table | head -n 8'

tell 'Print the progress of six weeks.' \
	'Afficher le chemin parcouru en six semaines.'
show 'fil-report progress --weeks 6 -f table'

tell 'Assign tutoring to all users who have not risen for four weeks.' \
	'Attribuer un tutorat aux personnes qui n’ont pas progressé depuis quatre semaines.'
show 'fil-report stalled --weeks 4 | fil-assign module=tutoring due=+14d > /dev/null'

tell 'Record a file with a wrong source. The log shows what the run did; an undo takes it back.' \
	'Relever un fichier avec une source fausse. Le journal montre ce que l’opération a fait ; une annulation le défait.'
show 'fil-record autonomy source=manager autonomy/2024-W11.csv > /dev/null'
show 'fil-log -w read=147 | tail -n 1 | cut -d, -f1,4-7'
show 'fil-undo --last | head -n 3'

tell 'Show a person what the store holds about him or her. Erase users who left before February.' \
	'Montrer à une personne ce que la base contient sur elle. Effacer les personnes parties avant février.'
show 'fil-show 00421 | head -n 6'
show 'fil-forget --left-before 2024-02-01 -f table'
show 'fil-forget --yes --left-before 2024-02-01 > /dev/null'

tell 'Copy the store in use.' \
	'Copier la base pendant qu’elle sert.'
# shellcheck disable=SC2016 # expanded by show
show 'fil-backup "$folder/copy.db"'

tell 'Check the store. Errors would be listed first, and make the check fail.' \
	'Vérifier la base. Les erreurs viendraient d’abord, et feraient échouer la vérification.'
show 'fil-check -f table'

tell 'Print the autonomy of each direction. The truth lies between share_min and share_max.' \
	'Afficher l’autonomie de chaque direction. La vérité se trouve entre share_min et share_max.'
show 'fil-report autonomy --by unit --depth 1 -f table'

tell 'Print the users who have stalled.' \
	'Afficher les personnes qui ne progressent plus.'
show 'fil-report stalled --weeks 4 -f table'

tell 'The page of Monday at seven: where we stand, how sure that is, and what there is to decide.' \
	'La page du lundi à sept heures : où nous en sommes, avec quelle certitude, et ce qui est à décider.'
mkdir -p "$folder/filrouge"
cp week.ini "$folder/filrouge/"
show 'fil-week -f text | head -n 18'
# shellcheck disable=SC2016 # expanded by show
show 'fil-week -f html -o "$page"'
tell "Open it in a browser: $page" "Ouvrez-la dans un navigateur : $page"
