# shellcheck shell=bash disable=SC1003,SC2053,SC2154
# The functions. They read the tables that completion.sh writes before them.

# Removes the quotes of the text of a line, as the shell does: _filrouge_unquote TEXT. Sets `words` to all words,
# `begins` to the place of the last one in the text, and `quote` to the quote that is open at the end.
_filrouge_unquote() {
	local text=$1 c i inside='' word=''

	words=() begins=${#text} quote=''
	for ((i = 0; i < ${#text}; i++)); do
		c=${text:i:1}
		if [[ -z $quote && $c == [[:blank:]] ]]; then
			[[ -z $inside ]] || words+=("$word")
			inside='' word='' begins=${#text}
			continue
		fi
		[[ -n $inside ]] || inside=1 begins=$i
		case $quote$c in
		\\ | \"\\) ((++i)); word+=${text:i:1} ;;
		\' | \") quote=$c ;;
		\'\' | \"\") quote='' ;;
		*) word+=$c ;;
		esac
	done
	words+=("$word")
}

# Sets `quoted` to a text as it stands in a line, inside the quote if there is one: _filrouge_quote TEXT [QUOTE].
_filrouge_quote() {
	local c special=' 	"$&();<>`|*?[]{}!#'\'

	[[ $2 != \' ]] || { quoted=${1//"'"/"'\\''"}; return; }
	[[ $2 != \" ]] || special='"$`'
	quoted=${1//'\'/'\\'}
	for ((c = 0; c < ${#special}; c++)); do
		[[ $quoted != *"${special:c:1}"* ]] || quoted=${quoted//"${special:c:1}"/"\\${special:c:1}"}
	done
}

# Adds the candidates that begin with what was typed: _filrouge_offer BEFORE TYPED WORD...
_filrouge_offer() {
	local before=$1 typed=$2

	shift 2
	for word; do
		[[ $word != "$typed"* ]] || candidates+=("$before$word")
	done
}

# Adds the files, and the folders with a slash: _filrouge_files BEFORE TYPED [GLOB]
_filrouge_files() {
	local file files

	mapfile -t files < <(compgen -f -- "$2")
	for file in "${files[@]}"; do
		if [[ -d ${file/#"~/"/"$HOME/"} ]]; then
			candidates+=("$1$file/")
		elif [[ -z $3 || $file == $3 ]]; then
			candidates+=("$1$file")
		fi
	done
}

# Adds the values of a column, from the catalogue or the store: _filrouge_stored BEFORE TYPED TABLE.COLUMN
_filrouge_stored() {
	local column=$3 line lines list values=${_filrouge_values[$3]}

	case $values in
	'') return ;;
	*.*) column=$values ;;
	*) read -ra values <<< "$values"; _filrouge_offer "$1" "$2" "${values[@]}"; return ;;
	esac
	list=fil-list
	[[ $program != */* ]] || list=${program%/*}/fil-list
	mapfile -t lines < <(timeout 2 "$list" -q -f csv ${store:+-d "$store"} --values "${column#*.}=$2" \
		"${column%.*}" 2> /dev/null)
	for line in "${lines[@]:1}"; do
		[[ $line != \"*\" ]] || { line=${line:1:-1}; line=${line//'""'/'"'}; }
		_filrouge_offer "$1" "$2" "$line"
	done
}

# Adds the columns of the table: _filrouge_columns BEFORE TYPED AFTER
_filrouge_columns() {
	local columns

	[[ -n $table ]] || return 0
	read -ra columns <<< "${_filrouge_tables[$table]}"
	_filrouge_offer "$1" "$2" "${columns[@]/%/"$3"}"
}

# Adds the values of an argument or operand: _filrouge_argument BEFORE TYPED NAME [VALUES]. NAME is as in the help.
_filrouge_argument() {
	local before=$1 typed=$2 name=$3 value values
	local condition='^([a-z]+) *(=|!=|<=|>=|<|>|~) *(.*)$'

	if [[ $4 == ,* && $typed == *,* ]]; then
		before+=${typed%,*},
		typed=${typed##*,}
	fi
	read -ra values <<< "${4#,}"
	for value in "${values[@]}"; do
		case $value in
		COL) _filrouge_columns "$before" "$typed" ;;
		WORD) _filrouge_offer "$before" "$typed" "${subjects[@]}" ;;
		\**) _filrouge_files "$before" "$typed" "$value" ;;
		*.*) _filrouge_stored "$before" "$typed" "$value" ;;
		*) _filrouge_offer "$before" "$typed" "$value" ;;
		esac
	done
	[[ -z $4 ]] || return
	case $name in
	TABLE) _filrouge_offer "$before" "$typed" "${!_filrouge_tables[@]}" ;;
	EVENT) _filrouge_offer "$before" "$typed" "${_filrouge_events[@]}" ;;
	SUBJECT) _filrouge_offer "$before" "$typed" "${subjects[@]}" ;;
	DATE) _filrouge_offer "$before" "$typed" today yesterday last-sunday ;;
	PHASE) _filrouge_stored "$before" "$typed" phases.phase ;;
	USER) _filrouge_stored "$before" "$typed" "users.${match:-user}" ;;
	FILE | STORE) _filrouge_files "$before" "$typed" ;;
	CONDITION | COL=VALUE)
		if [[ $typed =~ $condition ]]; then
			value=${BASH_REMATCH[3]}
			[[ -z $table || " ${_filrouge_tables[$table]} " != *" ${BASH_REMATCH[1]} "* ]] ||
				_filrouge_stored "$before${typed%"$value"}" "$value" "$table.${BASH_REMATCH[1]}"
		else
			_filrouge_columns "$before" "$typed" =
		fi
		;;
	COL=*) _filrouge_columns "$before" "$typed" = ;;
	*) [[ $name != +([a-z|]) ]] || { read -ra values <<< "${name//|/ }"; _filrouge_offer "$before" "$typed" "${values[@]}"; } ;;
	esac
}

# Reads the table of the command into the variables of _filrouge.
_filrouge_read_command() {
	local kind first letter argument values group

	while IFS=$'\037' read -r kind first letter argument values group; do
		case $kind in
		operands) synopsis=$first ;;
		table) table=$first ;;
		word) subjects+=("$first") ;;
		option)
			options+=("$first")
			groups[$first]=$group
			for first in "$first" $letter; do arguments[$first]=$argument values_of[$first]=$values; done
			;;
		esac
	done <<< "${_filrouge_commands[$command]//$'\t'/$'\037'}"
}

# Notes the argument of an option that other values depend on: _filrouge_note OPTION ARGUMENT
_filrouge_note() {
	case $1 in
	-d | --db) store=${2/#"~/"/"$HOME/"} ;;
	--match) match=$2 ;;
	esac
}

# Reads the words before the one to complete: operands, and the option that still wants its argument.
_filrouge_read_words() {
	local i letter word

	for word; do
		if [[ -n $wanted ]]; then
			_filrouge_note "$wanted" "$word"
			wanted=
		elif [[ -n $ended || $word != -?* ]]; then
			operands+=("$word")
		elif [[ $word == -- ]]; then
			ended=1
		elif [[ $word == --*=* ]]; then
			_filrouge_note "${word%%=*}" "${word#*=}"
		elif [[ $word == --* ]]; then
			[[ -z ${arguments[$word]} ]] || wanted=$word
		else
			for ((i = 1; i < ${#word}; i++)); do
				letter=-${word:i:1}
				[[ -n ${arguments[$letter]} ]] || continue
				[[ -n ${word:i+1} ]] && _filrouge_note "$letter" "${word:i+1}" || wanted=$letter
				break
			done
		fi
	done
}

# Adds the options of the command; of those of one subject, only where it is the operand.
_filrouge_options() {
	local option group

	for option in "${options[@]}"; do
		group=${groups[$option]}
		[[ -n $group && -n ${operands[0]} && $group != "${operands[0]}" && " ${subjects[*]} " == *" $group "* ]] ||
			_filrouge_offer '' "$1" "$option"
	done
}

# Adds the values of the next operand. In a synopsis, [WORD...] may repeat and come in any order.
_filrouge_operands() {
	local first=() rest=() word

	for word in $synopsis; do
		case $word in
		'|' | '-]' | -*) ;;
		\[* | *...* | *']') word=${word#[}; word=${word%]}; rest+=("${word%...}") ;;
		*) first+=("$word") ;;
		esac
	done
	if ((${#operands[@]} < ${#first[@]})); then
		_filrouge_argument '' "$1" "${first[${#operands[@]}]}"
		return
	fi
	for word in "${rest[@]}"; do _filrouge_argument '' "$1" "$word"; done
}

# Completes a command line: _filrouge COMMAND WORD. WORD is what bash replaces: the end of the word at the cursor, behind a
# quote, an equals sign or a colon. The line is read again here, since bash splits it there.
_filrouge() {
	local IFS=$' \t\n' program=$1 command=${1##*/} line=${COMP_LINE:0:COMP_POINT}
	local words begins quote quoted typed before word candidates=() synopsis table subjects=() options=()
	local operands=() wanted ended store match
	local -A arguments=() values_of=() groups=()

	COMPREPLY=()
	[[ -n ${_filrouge_commands[$command]} ]] || return 0
	_filrouge_read_command
	_filrouge_unquote "$line"
	typed=${words[-1]}
	_filrouge_read_words "${words[@]:1:${#words[@]}-2}"
	[[ $synopsis != @(TABLE|EVENT)* ]] || table=${operands[0]}
	[[ -n $table && -n ${_filrouge_tables[$table]} ]] || table=
	word=${line:begins}
	_filrouge_unquote "${word%"$2"}"
	before=${words[-1]}
	if [[ -n $wanted ]]; then
		_filrouge_argument '' "$typed" "${arguments[$wanted]}" "${values_of[$wanted]}"
	elif [[ -z $ended && $typed == --*=* ]]; then
		word=${typed%%=*}
		_filrouge_argument "$word=" "${typed#*=}" "${arguments[$word]}" "${values_of[$word]}"
	elif [[ -z $ended && $typed == -* ]]; then
		_filrouge_options "$typed"
	else
		_filrouge_operands "$typed"
	fi
	for word in "${candidates[@]}"; do
		word=${word#"$before"}
		# 63: bash only prints the list.
		if [[ $COMP_TYPE == 63 ]]; then quoted=$word; else _filrouge_quote "$word" "$quote"; fi
		COMPREPLY+=("$quoted")
	done
	[[ ${#candidates[@]} -ne 1 || ${candidates[0]} != *[=/] ]] || compopt -o nospace 2> /dev/null
	return 0
}

complete -F _filrouge "${!_filrouge_commands[@]}"
