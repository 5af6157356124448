# French and English: which one is spoken, and what stays the same in both.

load helper

# speaks LANGUAGE NAME=VALUE...: checks the language of the last line of a usage message, in an
# environment of these variables alone.
speaks() {
	local said expected="Try 'fil-list --help' for more information."
	[ "$1" = en ] || expected='« fil-list --help » en dit plus.'
	shift
	said=$(env -i "$@" "$FILROUGE_BIN"/fil-list 2>&1) && false
	[ "${said##*$'\n'}" = "$expected" ] || { echo "$*: $said"; return 1; }
}

@test "the language is that of the environment, as everywhere" {
	speaks en
	speaks en LANG=C LANGUAGE=fr
	speaks en LANG=de_DE.UTF-8
	speaks en LANG=fr_FR.UTF-8 LC_ALL=en_GB.UTF-8
	speaks en LANG=fr_FR.UTF-8 LC_MESSAGES=POSIX
	speaks en LANG=fr_FR.UTF-8 LANGUAGE=en:fr
	speaks en LANG=french
	speaks fr LANG=fr_FR.UTF-8
	speaks fr LANG=fr
	speaks fr LANG=fr_CA@euro
	speaks fr LC_ALL=fr_BE.ISO-8859-1
	speaks fr LANG=en_GB.UTF-8 LC_MESSAGES=fr_FR.UTF-8
	speaks fr LANG=en_GB.UTF-8 LANGUAGE=de:fr_CA:en
	speaks fr LANG=C.UTF-8 LANGUAGE=fr
	speaks fr LANG=fr_FR.UTF-8 LANGUAGE=de
	speaks fr LC_ALL= LC_MESSAGES= LANG=fr_FR
}
