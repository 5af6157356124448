#!/bin/bash
# The story of a fictional foundation, from its HR export to who stands where and who has stalled, in a temporary store.
# `make demo` runs it. Every command is shown before what it answers, standard error last.
set -euo pipefail

cd "$(dirname "$0")"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export FILROUGE_DB=$folder/filrouge.db FILROUGE_TODAY=2024-03-31 LC_ALL=C.UTF-8

tell() {
	printf '\n# %s\n' "$@"
}

# A command that `head` cut short (141) has done its work.
show() {
	local status=0

	printf '$ %s\n' "$1"
	eval "$1" 2> "$folder/said" || status=$?
	sed "s|$folder/||" "$folder/said"
	[ $status -eq 0 ] || [ $status -eq 141 ] || exit $status
}

tell 'A store, and the people: the HR export as it comes. What is not mapped is not stored.'
show 'fil-init'
show 'fil-import users sirh.csv | head -n 4'

tell 'Those who bring the change in, accompany it, and answer for it.'
show 'fil-import users roles.csv > /dev/null'
show "fil-list users -w 'role!=user' -w 'unit~Mécénat*' -f table"

tell 'What support there is, and the two phases.'
show 'fil-import modules modules.csv > /dev/null'
show 'fil-import phases phases.csv'

tell 'How a pilot is drawn: in proportion to the directions, and the same people however often it is drawn.'
show 'FILROUGE_TODAY=2024-01-05 fil-sample pilot --size 40 --by unit --depth 1 | head -n 4'

tell 'The pilot: 40 people, and a course for each of them.'
show 'fil-import enrolments enrolments.csv | fil-assign module=prise-en-main assigned=2024-01-08 due=2024-01-26 > /dev/null'

tell 'The rollout: everybody else who works here and is in no phase yet.'
show "fil-list users --active --phase '' | fil-import enrolments phase=rollout enrolled=2024-02-19 |
	fil-assign module=circuit assigned=2024-02-19 due=2024-03-15 > /dev/null"

tell 'Twelve weeks of levels: what people say of themselves, what trainers and managers see, a test.'
show 'fil-record autonomy autonomy/*.csv > /dev/null'

tell 'Who took part in what was assigned.'
show 'fil-record completions completions.csv > /dev/null'

tell 'The same files again change nothing.'
show 'fil-import users sirh.csv'
show 'fil-record autonomy autonomy/*.csv'

tell 'One fact by hand.'
show "fil-record autonomy user=00421 dimension=tool level=4 source=trainer date=2024-03-29 note='helps the night shift'"

tell 'Rules for support, two routines that change, six promises and limits, the time that each party promised.'
show "for table in rules routines promises commitments; do fil-import -q \$table \$table.csv; done"

tell 'What became of them: needs expressed, practices, verdicts, time spent.'
show "for event in needs practices verdicts efforts; do fil-record -q \$event \$event.csv; done"

tell 'Support where the rules see a need of it; the second time there is nothing left to assign.'
show 'fil-propose -f table | head -n 8'
show 'fil-propose | fil-assign > /dev/null'
show 'fil-propose | fil-assign > /dev/null'

tell 'An equivalent result: one routine gives it, in less time; from the other, people go back to paper.'
show 'fil-report routines -f table'

tell 'What was said of the tool, as users judge it.'
show 'fil-report promises -f table'

tell 'The support, and what followed it.'
show 'fil-report modules -f table'

tell 'What users ask for, and whether anything answers it.'
show 'fil-report needs -f table'

tell 'The time promised and spent, and what one autonomous user took.'
show 'fil-report commitment -f table'

tell 'The pilot beside the rollout.'
show 'fil-report phases -f table'

tell 'How long it takes: those who are not there yet are not forgotten.'
show 'fil-report time --by kind -f table'

tell 'When four in five will have been there, and how such forecasts have held so far.'
show 'fil-report forecast --by kind -f table'
show 'fil-report forecast --by kind --target 60 --score --weeks 4 -f table'

tell 'What people say of themselves, beside what trainers and tests see.'
show 'fil-report agreement --by unit --depth 1 -f table'

tell 'Whom to see first.'
show 'fil-report followup -f table | head -n 8'

tell 'The road so far.'
show 'fil-report progress --weeks 6 -f table'

tell 'A tutor for everybody who has not risen for four weeks.'
show 'fil-report stalled --weeks 4 | fil-assign module=tutoring due=+14d > /dev/null'

tell 'Autonomy by direction. The truth lies between share_min and share_max.'
show 'fil-report autonomy --by unit --depth 1 -f table'

tell 'Who has stalled.'
show 'fil-report stalled --weeks 4 -f table'
