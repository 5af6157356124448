#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
load helper

setup() {
	fil_setup
	mkdir -p store
}

# bats test_tags=sqlite
@test "a store is made where FILROUGE_DB says, and said" {
	try fil-init
	status_is 0
	out_is ''
	err_is "fil-init: made $FILROUGE_DB"
	[ -f "$FILROUGE_DB" ]
}

# bats test_tags=sqlite
@test "a store is for its owner alone, whatever the umask" {
	umask 0
	try fil-init
	status_is 0
	try stat -c %a "$FILROUGE_DB"
	out_is 600
}

@test "--db goes before FILROUGE_DB" {
	try fil-init --db other.db
	status_is 0
	err_is 'fil-init: made other.db'
	[ -f other.db ]
	[ ! -e "$FILROUGE_DB" ]
}

# bats test_tags=sqlite
@test "-q says nothing" {
	try fil-init -q
	status_is 0
	out_is ''
	err_is ''
}

# bats test_tags=sqlite
@test "the seeds are the two dimensions and the six levels, as run 1" {
	fil_store
	try sqlite3 "$FILROUGE_DB" 'select dimension, threshold, run from dimensions order by 1'
	out_is 'process|3|1' 'tool|3|1'
	try sqlite3 "$FILROUGE_DB" 'select level, run from levels order by 1'
	out_is '0|1' '1|1' '2|1' '3|1' '4|1' '5|1'
	try sqlite3 "$FILROUGE_DB" 'select run, command, added from runs'
	out_is '1|fil-init -q|8'
}

# bats test_tags=sqlite
@test "a store that exists is refused and left as it is" {
	fil_store
	sha256sum "$FILROUGE_DB" > before
	try fil-init
	status_is 73
	out_is ''
	err_is "fil-init: $FILROUGE_DB: exists already"
	sha256sum --check --quiet before
}

# bats test_tags=sqlite
@test "any file that exists is refused and left as it is" {
	local file

	printf 'text\n' > text
	: > empty
	ln -s text link
	ln -s nowhere dangling
	mkdir folder
	mkfifo pipe
	for file in text empty link dangling folder pipe; do
		try fil-init -d "$file"
		status_is 73
		out_is ''
	done
	try cat text
	out_is text
	[ ! -s empty ]
	[ ! -e nowhere ]
}

@test "without a name the store is in the data folder, which is made" {
	unset FILROUGE_DB
	try fil-init
	status_is 0
	err_is "fil-init: made $HOME/.local/share/filrouge/filrouge.db"
	try stat -c %a .local .local/share/filrouge
	out_is 700 700
	XDG_DATA_HOME=$SCRATCH/data try fil-init
	status_is 0
	err_is "fil-init: made $SCRATCH/data/filrouge/filrouge.db"
	XDG_DATA_HOME=relative FILROUGE_DB='' try fil-init
	status_is 73
	err_is "fil-init: $HOME/.local/share/filrouge/filrouge.db: exists already"
}

@test "without a name and a home it says what is missing" {
	try env -i "PATH=$PATH" fil-init
	status_is 78
	out_is ''
	err_is 'fil-init: no store: neither FILROUGE_DB nor HOME is set; give one with --db'
}

@test "an empty name is a usage error" {
	try fil-init -d ''
	status_is 64
	err_is "fil-init: --db: the name of the store is empty"
}

# bats test_tags=sqlite
@test "a name that SQLite would read as something else is a file's name" {
	local name

	for name in 'file:x?mode=memory' ':memory:'; do
		try fil-init -q -d "$name"
		status_is 0
		[ -s "./$name" ]
	done
}

# bats test_tags=sqlite
@test "a folder that is not there is named" {
	try fil-init -d nowhere/filrouge.db
	status_is 73
	out_is ''
	err_is 'fil-init: nowhere/filrouge.db: No such file or directory'
}

@test "operands and wrong options are usage errors" {
	try fil-init other.db
	status_is 64
	err_is "fil-init: one operand too many: 'other.db'" "Try 'fil-init --help' for more information."
	try fil-init --format csv
	status_is 64
	err_is "fil-init: unknown option '--format'" "Try 'fil-init --help' for more information."
	try fil-init -x
	status_is 64
	err_is "fil-init: unknown option '-x'" "Try 'fil-init --help' for more information."
	[ ! -e "$FILROUGE_DB" ]
}

# bats test_tags=sqlite
@test "--grant is for a server, and makes no file" {
	try fil-init --grant
	status_is 64
	out_is ''
	err_is "fil-init: $FILROUGE_DB: a file has no roles: its mode says who may read and write it"
	[ ! -e "$FILROUGE_DB" ]
}

@test "--help is on standard output and needs nothing" {
	try env -i "PATH=$PATH" fil-init --help
	status_is 0
	err_is ''
	out_is <<- 'END'
		Usage: fil-init [OPTION...]
		Make a store.

		Options:
		      --from FILE    fill it with a copy by fil-backup (default: seeds)
		      --group GROUP  share it with the accounts of GROUP (default: none)
		      --grant        set up the roles of a PostgreSQL store (default: none)
		  -d, --db STORE     use STORE (default: FILROUGE_DB, or ~/.local/share)
		  -q, --quiet        say nothing but errors
		  -v, --verbose      say more
		  -h, --help         show this help
		      --version      show the version

		Examples:
		  fil-init
		  fil-init -d rehearsal.db --from /mnt/copies/filrouge.db

		More: man fil-init, man 7 filrouge
	END
	cp "$OUT" help
	try fil-init -h
	out_is < help
}

@test "--version names the program and the version" {
	try fil-init --version
	status_is 0
	out_is 'fil-init (filrouge) 0.1.0'
	err_is ''
}

@test "a day that is none in FILROUGE_TODAY is a setting to mend" {
	FILROUGE_TODAY=2024-02-30 try fil-init
	status_is 78
	[ ! -e "$FILROUGE_DB" ]
}
