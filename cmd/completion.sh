#!/bin/bash
# SPDX-License-Identifier: ISC
# Writes the completion of bash for some commands on standard output: their own tables, the catalogue, the functions.
# usage: cmd/completion.sh FOLDER-OF-COMMANDS COMMAND...
set -euo pipefail

bin=$1
shift

# Prints an entry of an array in bash: entry KEY VALUE
entry() {
	printf '\t[%s]=%s\n' "$1" "${2@Q}"
}

# Prints the values of a column: words, the column of the keys that it refers to, or itself. Only the store has the last.
values() {
	local table=$1 column=$2 type=$3 references=$4 values=$5

	case $type:$references:$values in
	date:*) echo today yesterday last-sunday ;;
	*::*..?) seq -s ' ' "${values%..*}" "${values#*..}" ;;
	*::*..*) ;;
	*::?*) echo "${values//|/ }" ;;
	*:?*:) "$bin/fil-list" --columns "$references" -f csv | sed -n "2s/^\([^,]*\),.*/$references.\1/p" ;;
	key::* | text::*) echo "$table.$column" ;;
	esac
}

tables=$("$bin/fil-list" --tables -f csv | sed '1d; s/,.*//')
echo '# Completion of bash for filrouge, written by the build. One file serves all commands.'
echo 'declare -gA _filrouge_commands=('
for command; do entry "$command" "$("$bin/$command" --completion)"; done
echo ')'
echo 'declare -gA _filrouge_tables=('
for table in $tables; do
	entry "$table" "$("$bin/fil-list" --columns "$table" -f csv | sed '1d; s/,.*//' | paste -sd ' ')"
done
echo ')'
echo 'declare -gA _filrouge_values=('
for table in $tables; do
	"$bin/fil-list" --columns "$table" -f csv | sed 1d | while IFS=, read -r column type _ _ references values _; do
		entry "$table.$column" "$(values "$table" "$column" "$type" "$references" "$values")"
	done
done
echo ')'
echo "declare -ga _filrouge_events=($("$bin/fil-list" --tables -w kind=event -f csv | sed '1d; s/,.*//' | paste -sd ' '))"
cat "$(dirname "$0")/completion.bash"
