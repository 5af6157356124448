#!/usr/bin/env bats
# bats file_tags=sqlite
# The README: what its `console` blocks show is what a terminal of 126 columns shows, its `sh` blocks run through.
load helper

setup() {
	fil_setup
	export FILROUGE_DB=../build/try.db FILROUGE_TODAY=2024-03-31 COLUMNS=126
	ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	cp -R "$ROOT/examples" .
	mkdir build
	cd examples || return
}

# Prints the lines of all blocks of a kind.
blocks() {
	awk -v fence="\`\`\`$1" '$0 == fence { inside = 1; next } /^```/ { inside = 0 } inside' "$ROOT/README.md"
}

# Runs the commands of the console blocks as a person would, and prints the blocks anew: replay [KIND].
replay() {
	local line

	blocks "${1:-console}" | grep '^\$ ' | while IFS= read -r line; do
		try_on_terminal "${line:2}" < /dev/null
		printf '%s\n' "$line"
		cat "$OUT"
	done
}

@test "README: the first session shows what the commands say" {
	blocks console > "$SCRATCH/shown"
	[ "$(grep -c '^\$ ' "$SCRATCH/shown")" -ge 10 ]
	replay > "$SCRATCH/said"
	diff "$SCRATCH/shown" "$SCRATCH/said"
}

@test "README: the session in French shows what the commands say in French" {
	export LANGUAGE=fr FILROUGE_DB=../build/essai.db
	blocks 'console fr' > "$SCRATCH/shown"
	[ "$(grep -c '^\$ ' "$SCRATCH/shown")" -ge 8 ]
	replay 'console fr' > "$SCRATCH/said"
	diff "$SCRATCH/shown" "$SCRATCH/said"
}

@test "README: the cookbook runs through" {
	replay > /dev/null
	blocks sh > "$SCRATCH/cookbook"
	try "bash -euo pipefail $SCRATCH/cookbook"
	status_is 0
	[ -s gate.csv ]
}
