#!/usr/bin/env bats
# bats file_tags=sqlite
# The Makefile, in a small tree of its own.

setup() {
	tree=$BATS_TEST_TMPDIR/tree
	mkdir -p "$tree"/{cmd,lib/report/subjects,lib/sql,man,examples,bin}
	cp "$BATS_TEST_DIRNAME/../../Makefile" "$tree"
	cd "$tree" || return
	unset MAKEFLAGS MAKELEVEL CFLAGS CPPFLAGS LDFLAGS DESTDIR B
	printf '%s\n' 'int fil_answer(void);' > lib/answer.h
	printf '%s\n' '#include "lib/answer.h"' 'int' 'fil_answer(void)' '{ return 7; }' > lib/answer.c
	printf '%s\n' '#include "lib/answer.h"' 'int' 'main(void)' '{ return fil_answer(); }' > cmd/fil-answer.c
	printf '%s\n' '.Dd today' > man/fil-answer.1
	cp man/fil-answer.1 man/filrouge.7
}

# Makes all files old, so that what is written now is newer.
later() {
	find . -exec touch -d '1 minute ago' {} +
}

@test "build: a second make has nothing to do" {
	make
	run make
	[ "$status" -eq 0 ]
	[ "$output" = "make: Nothing to be done for 'all'." ]
}

@test "build: a changed header builds anew what includes it, and nothing else" {
	printf '%s\n' 'int fil_other(void);' 'int' 'fil_other(void)' '{ return 1; }' > lib/other.c
	make
	later
	touch lib/answer.h
	run make
	[[ $output == *"cc lib/answer.c"* ]]
	[[ $output == *"cc cmd/fil-answer.c"* ]]
	[[ $output != *"cc lib/other.c"* ]]
}

@test "build: a header that goes away does not stop make" {
	make
	later
	rm lib/answer.h
	sed -i 's/#include.*/int fil_answer(void);/' lib/answer.c cmd/fil-answer.c
	make
	make --question
}

@test "build: a new command and a new module are picked up" {
	make
	later
	printf '%s\n' 'int fil_new(void);' 'int' 'fil_new(void)' '{ return 9; }' > lib/new.c
	printf '%s\n' 'int fil_new(void);' 'int' 'main(void)' '{ return fil_new(); }' > cmd/fil-new.c
	make
	run build/bin/fil-new
	[ "$status" -eq 9 ]
}

@test "build: a module that was removed is gone from the library" {
	printf '%s\n' 'int fil_old(void);' 'int' 'fil_old(void)' '{ return 1; }' > lib/old.c
	make
	[[ $(ar t build/libfilrouge.a) == *old.o* ]]
	later
	rm lib/old.c
	make
	[[ $(ar t build/libfilrouge.a) != *old.o* ]]
}

@test "build: the list of the reports follows their files" {
	echo 'int fil_a;' > lib/report/subjects/a.c
	make
	[ "$(cat build/gen/report/subjects.inc)" = 'SUBJECT(a)' ]
	later
	echo 'int fil_b;' > lib/report/subjects/b.c
	mv lib/report/subjects/a.c lib/report/subjects/c.c
	make
	[ "$(cat build/gen/report/subjects.inc)" = 'SUBJECT(b) SUBJECT(c)' ]
}

@test "build: SQL with quotes, backslashes and trigraphs arrives in C as it is" {
	printf '%s\n' "SELECT \"a\\\" || '??)' -- \"x\"" '	FROM t;' > lib/sql/odd.sql
	cat > cmd/fil-odd.c <<'END'
#include <stdio.h>
static const char odd[] =
#include "sql/odd.inc"
;
int
main(void)
{ fputs(odd, stdout); return 0; }
END
	make
	build/bin/fil-odd | cmp - lib/sql/odd.sql
	later
	echo 'SELECT 2;' > lib/sql/odd.sql
	make
	build/bin/fil-odd | cmp - lib/sql/odd.sql
}

@test "build: a warning is an error" {
	printf '%s\n' 'int' 'main(void)' '{ int unused; return 0; }' > cmd/fil-warned.c
	run make
	[ "$status" -eq 2 ]
	[[ $output == *"unused variable"* ]]
}

@test "build: the user's CFLAGS, CPPFLAGS and LDFLAGS are used" {
	run make V=1 CFLAGS=-O0 CPPFLAGS=-DMINE LDFLAGS=-Wl,-O1
	[[ $output == *"-DMINE -O0 "* ]]
	[[ $output == *"-Wl,-O1 -o build/bin/fil-answer"* ]]
}

@test "build: commands are position-independent, with read-only relocations bound at once" {
	make
	readelf --headers --dynamic --wide build/bin/fil-answer > elf
	grep -q 'Type: *DYN' elf
	grep -q GNU_RELRO elf
	grep -q BIND_NOW elf
}

@test "build: install puts commands and pages under DESTDIR and prefix, with spaces in them" {
	cp cmd/fil-answer.c cmd/fil-list.c
	cat > man/tables.sh <<- 'END'
		#!/bin/sh
		[ -x "$1" ] && cat "$2" && echo the tables
	END
	chmod +x man/tables.sh
	echo the frame > man/filrouge.5.in
	# Pages in another language, each in the folder of its section.
	mkdir man/fr
	cp man/fil-answer.1 man/fr
	echo le cadre > man/fr/filrouge-rgpd.7.in
	make install DESTDIR="$BATS_TEST_TMPDIR/a root" prefix=/opt/fr
	cd "$BATS_TEST_TMPDIR/a root"
	[ "$(find . -type f -printf '%m %p\n' | LC_ALL=C sort)" = \
'644 ./opt/fr/share/man/fr/man1/fil-answer.1
644 ./opt/fr/share/man/fr/man7/filrouge-rgpd.7
644 ./opt/fr/share/man/man1/fil-answer.1
644 ./opt/fr/share/man/man5/filrouge.5
644 ./opt/fr/share/man/man7/filrouge.7
755 ./opt/fr/bin/fil-answer
755 ./opt/fr/bin/fil-list' ]
	grep -q 'the tables' opt/fr/share/man/man5/filrouge.5
	grep -q 'the tables' opt/fr/share/man/fr/man7/filrouge-rgpd.7
}

@test "build: clean leaves nothing behind" {
	before=$(find . | LC_ALL=C sort)
	make
	make clean
	[ "$(find . | LC_ALL=C sort)" = "$before" ]
}

@test "build: help names every target that a person calls" {
	run make help
	[ "$status" -eq 0 ]
	for target in all demo check torture deps bench coverage sanitize lint install deb clean help; do
		[[ $output == *"make $target "* ]]
	done
}

@test "floors: an include of a higher floor is told with its line and both floors, one of a lower floor is not" {
	floors=$BATS_TEST_DIRNAME/../floors
	rm -r lib/* cmd/*
	mkdir lib/base lib/store lib/load
	printf '%s\n' '#include "lib/base/text.h"' '#include "lib/load/row.h"' > lib/store/store.c
	echo '#include "lib/store/store.h"' > lib/load/row.c
	echo '#include "lib/load/row.h"' > cmd/fil-answer.c
	run "$floors" "$tree"
	[ "$status" -ne 0 ]
	[ ${#lines[@]} -eq 1 ]
	[[ ${lines[0]} =~ ^lib/store/store.c:2:\ store\ \(floor\ ([0-9]+)\).*load\ \(floor\ ([0-9]+)\)$ ]]
	[ "${BASH_REMATCH[1]}" -lt "${BASH_REMATCH[2]}" ]
	sed -i 2d lib/store/store.c
	run "$floors" "$tree"
	[ "$status" -eq 0 ]
	[ "$output" = '' ]
}

# A system on which the package "bats" is missing, for users with and without sudo.
fake_system() {
	cat > bin/dpkg-query <<'END'
#!/bin/sh
shift 2
for package; do
	if [ "$package" = bats ] && ! [ -e installed ]; then
		echo "$package not-installed"
	else
		echo "$package installed"
	fi
done
END
	printf '%s\n' '#!/bin/sh' 'echo "apt-get $*" >> said' 'case $* in *install*) touch installed;; esac' > bin/apt-get
	printf '#!/bin/sh\necho %s\n' "$1" > bin/id
	chmod +x bin/*
}

@test "deps: what is missing is installed, once" {
	fake_system 0
	PATH=$PWD/bin:$PATH run make deps
	[ "$status" -eq 0 ]
	[ "$output" = "make deps: installing bats" ]
	[ "$(cat said)" = "apt-get -qq update
apt-get -qq install --yes --no-install-recommends bats" ]
	PATH=$PWD/bin:$PATH run make deps
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
	[ "$(wc -l < said)" -eq 2 ]
}

@test "deps: sudo is used where the user is not root" {
	fake_system 1000
	printf '%s\n' '#!/bin/sh' 'echo sudo >> said' 'exec "$@"' > bin/sudo
	chmod +x bin/sudo
	PATH=$PWD/bin:$PATH run make deps
	[ "$status" -eq 0 ]
	[ "$(head -n 2 said)" = "sudo
apt-get -qq update" ]
}

@test "deps: neither root nor sudo: the packages are named, and nothing is done" {
	fake_system 1000
	ln -s "$(command -v bash)" "$(command -v comm)" "$(command -v sort)" "$(command -v sed)" bin
	PATH=$PWD/bin run "$(command -v make)" deps
	[ "$status" -eq 2 ]
	[[ $output == *"make deps: missing, to be installed by root: bats"* ]]
	[ ! -e said ]
}
