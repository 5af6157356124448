# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2034,SC2154
# What the benches share: a folder of their own to work in, the clock, the lines. Who uses it defines limit_of and prints
# the head of the lines; `missed` is 1 when a figure was.

RUNS=${RUNS:-5} ONLY=${ONLY:-} SCALE=${SCALE:-1}
USERS=$((1000000 / SCALE))
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit
export LC_ALL=C.UTF-8 FILROUGE_TODAY=2024-03-31
unset XDG_CONFIG_HOME XDG_DATA_HOME
missed=0

data() {
	[ -e "$3" ] || perl "$bench/generate.pl" "$1" "$2" > "$3"
}

# upsert_of TABLE FILE: sets `columns` to those of FILE's header, `names` to the same with commas, `keys` to the table's,
# and `set`, `old` and `new` to what an UPSERT sets, finds and brings in the columns that are no keys.
upsert_of() {
	local table=$1 file=$2 name

	set='' old='' new=''
	IFS=, read -ra columns < "$file"
	keys=$([ "$table" = users ] && echo '"user"' || echo '"user","dimension","date","source"')
	names=$(printf ', "%s"' "${columns[@]}")
	names=${names:2}
	for name in "${columns[@]}"; do
		[[ ,$keys, == *,\"$name\",* ]] && continue
		set+=${set:+, }"\"$name\" = excluded.\"$name\""
		old+=${old:+, }"$table.\"$name\""
		new+=${new:+, }"excluded.\"$name\""
	done
}

quiet() {
	eval "$1" > answer 2> said || { echo "bench: failed: $1" >&2; cat said >&2; exit 1; }
}

# Sets `took` to the microseconds of a line of shell, after what stands before it, which is not measured.
clock() {
	local start

	quiet "$1"
	sync -f .
	start=${EPOCHREALTIME/./}
	quiet "$2"
	took=$((${EPOCHREALTIME/./} - start))
}

# Sets `peak` to the KiB of memory that a command takes at most.
weigh() {
	quiet "$1"
	quiet "/usr/bin/time -o peak -f %M $2"
	peak=$(tail -n 1 peak)
}

median() {
	printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"
}

# line NAME OURS OTHER TARGET PEAK: prints a figure; times in microseconds, 0 is none.
line() {
	local verdict limit

	limit=$(limit_of "$1")
	verdict=$(awk -v ours="$2" -v other="$3" -v target="$4" -v peak="$5" -v limit="$limit" 'BEGIN {
		print (other && ours / other > target) || (limit && peak > limit) ? "missed" : "held" }')
	awk -v name="$1" -v ours="$2" -v other="$3" -v target="$4" -v peak="$5" -v verdict="$verdict" 'BEGIN {
		printf "%-18s %9.4f %9s %7s %7s %9.1f  %s\n", name, ours / 1e6, other ? sprintf("%.4f", other / 1e6) : "-",
		    other ? sprintf("%.2f", ours / other) : "-", other ? target : "-", peak / 1024, verdict }'
	[ "$verdict" = held ] || missed=1
}

# figure NAME TARGET TIMES OUR_BEFORE OURS OTHER_BEFORE OTHER...: of several others, the fastest counts.
figure() {
	local name=$1 target=$2 times=$3 before=$4 ours=$5 other_before=$6 run i best=0 middle
	local -a mine=() others=()

	shift 6
	weigh "$before" "$ours"
	for ((run = 0; run < times; run++)); do
		clock "$before" "$ours"
		mine+=("$took")
		for ((i = 1; i <= $#; i++)); do
			clock "$other_before" "${!i}"
			others[i]+=" $took"
		done
	done
	for ((i = 1; i <= $#; i++)); do
		# shellcheck disable=SC2086 # a list of numbers
		middle=$(median ${others[i]})
		if [ "$best" -eq 0 ] || [ "$middle" -lt "$best" ]; then best=$middle; fi
	done
	line "$name" "$(median "${mine[@]}")" "$best" "$target" "$peak"
}

wanted() {
	[ -z "$ONLY" ] || [ "$ONLY" = "$1" ]
}
