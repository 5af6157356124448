#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Writes lists of people, the same for the same seed:
#
#	doubts.pl list SEED ROWS      ROWS users in list.csv
#	doubts.pl weeks SEED ROWS     two weeks in one.csv and two.csv; prints the counts of the second
#	doubts.pl plant SEED ROWS     the list with one doubt in it in KIND.csv, for each kind
#
# plant prints a line for each kind: the kind, the exit status, the store (empty or list), the command and the message,
# separated by TABs.
use strict;
use warnings;
use utf8;
use open qw(:std :encoding(UTF-8));
use Encode qw(encode decode);
use Unicode::Normalize qw(NFD);

@ARGV == 3 or die "usage: doubts.pl list|weeks|plant SEED ROWS\n";
my ($what, $seed, $rows) = @ARGV;
my $state = ($seed * 7919 + 17) & 0x7fffffff;

sub below {    # a small generator of our own: Perl's differs between versions
	my ($bound) = @_;
	$state = ($state * 1103515245 + 12345) & 0x7fffffff;
	return ($state >> 8) % $bound;
}

sub one { return $_[below(scalar @_)] }

my @columns = qw(user name email unit job manager arrived left);
my @first = qw(Élodie Jean-François Marie-Noëlle Aïcha Zoë José N'Golo Hélène Anne Loïc Chloé Benoît Françoise Nuno Siân
	Øyvind Łukasz Mai Mohamed Fatima Søren Zoé Noël Gaël Maëlle Inès Célia Rémi Agnès Nil Anna Paul Jean Ana Joséphine
	Moyenne None Sum);
my @last = ("de La Tour", "van der Berg", "O'Neill", "N'Guyen", "LE GOFF", "Dupont-Martin", "d'Arc", "MÜLLER",
	"GARCÍA LÓPEZ", "da Silva", "El Khoury", "Ben Ali", "SAINT-JUST", "von Trapp", "L'Hermite", "Nguyễn", "Ó Briain",
	"BRUN", "Total-Durand", "MOYENNE", "Null", "Na", "de", "Dupré", "SØRENSEN", "Œuvrard", "t Hooft", "Šimić", "İnal");
my @units = ("Direction/Finances", "Direction/Mécénat/Legs", "Programmes", "Œuvres et établissements/Hébergement",
	"Systèmes d'information", "Ressources humaines", "Total Énergies (mécénat)", "N/A-lab", "Somme (80)", "Ensemble 77");
my @jobs = ("Comptable", "Chargée d'affaires", "Responsable – pôle", "Assistant·e", "Chef·fe de projet, « Été »", "");

sub name { return one(@first) . " " . one(@last) }

# Makes the user of a place in the list. Managers are the first ones, each below another.
sub person {
	my ($i, $managers) = @_;
	my %p = (
		user => sprintf("%05d", $i + 421),
		name => name(),
		unit => one(@units),
		job => one(@jobs),
		manager => $i == 0 ? "" : sprintf("%05d", 421 + below($i < $managers ? $i : $managers)),
		arrived => sprintf("%04d-%02d-%02d", 1985 + below(39), 1 + below(12), 1 + below(28)),
		left => $i > $managers && below(100) < 7 ? sprintf("2024-02-%02d", 1 + below(28)) : "",
	);
	$p{arrived} = one("1980-01-01", "") if below(30) == 0;
	($p{email} = lc NFD($p{name})) =~ s/[^a-z]+/./g;
	$p{email} = below(40) == 0 ? "" : "$p{email}.$i\@example.org";
	return \%p;
}

sub people {
	my ($n) = @_;
	my $managers = 12 + int($n / 200);
	return map { person($_, $managers) } 0 .. $n - 1;
}

sub cell {
	my ($text) = @_;
	return $text =~ /[",;\n]/ ? '"' . $text =~ s/"/""/gr . '"' : $text;
}

sub line {
	return join(",", map { cell($_) } @_) . "\n";
}

# The lines of a list: the header, and a line for each user.
sub lines {
	my ($people, @wanted) = @_;
	@wanted = @columns if !@wanted;
	return (line(@wanted), map { line(@$_{@wanted}) } @$people);
}

sub write_bytes {
	my ($path, @lines) = @_;
	open my $file, ">:raw", $path or die "$path: $!\n";
	print $file @lines;
	close $file or die "$path: $!\n";
}

sub write_text {
	my ($path, @lines) = @_;
	write_bytes($path, map { encode("UTF-8", $_) } @lines);
}

sub weeks {
	my @people = people($rows);
	write_text("one.csv", lines(\@people));
	my ($moved, $married, $left, $returned, $joined) = (0) x 5;
	my %known = map { ("$_->{name} $_->{unit}" => 1) } @people;
	my @two;
	for my $i (0 .. $#people) {
		my %p = %{$people[$i]};
		my $chance = below(100);
		if ($p{left} ne "") {
			if ($chance < 15) { $p{left} = ""; $returned++ }
		} elsif ($chance < 3) {
			my $old = $p{unit};
			$p{unit} = one(@units) while $p{unit} eq $old;
			$moved++;
		} elsif ($chance < 5) {
			my ($given, $old) = split / /, $p{name}, 2;
			my $new = $old;
			$new = one(@last) while $new eq $old;
			$p{name} = below(2) ? "$given $new" : "$given $old-$new";
			$p{email} = "new.$i\@example.org" if below(2);
			$married++;
		} elsif ($chance < 6) {
			$p{left} = sprintf "2024-03-%02d", 16 + below(6);
			$left++;
		} elsif ($chance < 7 && $i > $rows / 2 && $p{email} ne "") {
			$left++;
			next;
		}
		push @two, \%p;
	}
	while ($joined < $rows / 100) {
		my $p = person($rows + $joined, 12);
		# A namesake of the same unit as somebody who is gone may be the same person.
		$p = person($rows + $joined, 12) while $known{"$p->{name} $p->{unit}"};
		$p->{left} = "";
		push @two, $p;
		$joined++;
	}
	write_text("two.csv", lines(\@two));
	print join(" ", scalar @two, $joined, $moved + $married, $left, $returned), "\n";
}

my (@people, @lines, %manages, $at, $who);

# A random place of the list for which a function holds: its line is two more.
sub place {
	my ($fits) = @_;
	my $i;
	do { $i = below(scalar @people) } until $fits->($people[$i]);
	return $i;
}

sub active { return place(sub { $_[0]{left} eq "" && $_[0]{arrived} ne "" && $_[0]{email} ne "" && !$manages{$_[0]{user}} }) }

# Writes the list and prints what is expected of it.
sub expect {
	my ($kind, $status, $store, $command, $message, @bytes) = @_;
	@bytes ? write_bytes("$kind.csv", @bytes) : write_text("$kind.csv", @lines);
	print join("\t", $kind, $status, $store, "$command $kind.csv", $message), "\n";
}

# Plants a cell: the column of a random user becomes a text. Returns its line.
sub plant {
	my ($column, $text) = @_;
	$who->{$column} = $text;
	@lines = lines(\@people);
	return $at + 2;
}

# The kinds, each with a function that plants one doubt and says what is expected.
my %kinds;

$kinds{"null-word"} = sub {
	my ($column, $word) = (one(qw(unit job name)),
		one(qw{NULL (null) nil none N/A n/a NA NaN \N - -- ? néant n/c}, "sans objet"));
	my $line = plant($column, $word);
	my $out = $column eq "name" ? "[skip] name = $word" : "[values.$column] empty = $word";
	return ($column eq "name" && $word !~ /^(-|--|\?)$/ ? 65 : 0, "empty", "fil-import users",
		":$line: $column: '$word' may mean nothing: $out, or --allow null-word");
};

$kinds{"error-word"} = sub {
	my ($column, $word) = (one(qw(unit job name)), one(map { "#$_" } qw(N/A REF! VALUE! NAME? DIV/0! NUM! NOM? VALEUR!)));
	my $line = plant($column, $word);
	my $out = $column eq "name" ? "[skip] name = $word" : "[values.$column] empty = $word";
	return (65, "empty", "fil-import users", ":$line: $column: '$word' is the error of a formula: $out, or --allow null-word");
};

$kinds{"no-day"} = sub {
	my ($column, $day) = @{one(["arrived", one(qw(1899-12-30 1899-12-31 1900-01-01 1970-01-01))],
		["left", one(qw(2099-12-31 2999-12-31 9999-12-31))])};
	my $line = plant($column, $day);
	return (65, "empty", "fil-import users",
		":$line: $column: '$day' stands for no date: [values.$column] empty = $day, or --allow no-day");
};

$kinds{address} = sub {
	my $address = one("abrun", 'a@b@x.example', 'Cyd <c@x.example>', 'a b@x.example', '@x.example', 'a@');
	my $line = plant("email", $address);
	return (65, "empty", "fil-import users",
		":$line: email: '$address' is not an e-mail address: [values.email] empty = $address, or --allow address");
};

$kinds{"shared-address"} = sub {
	my $other = $at;
	$other = active() while $other == $at;
	($at, $other) = ($other, $at) if $at < $other;
	($who, $other) = @people[$at, $other];
	my $line = plant("email", $other->{email});
	return (0, "empty", "fil-import users",
		":$line: email: '$who->{email}' of '$who->{user}' is the address of '$other->{user}' ($other->{name}) too: --allow address");
};

$kinds{"not-a-row"} = sub {
	my ($key, $name) = @{one(map { [$_, $rows] } "Total", "Total général", "Sous-total : 12", "somme", "Moyenne", "ENSEMBLE",
		"Count", "Grand total")};
	splice @lines, $at + 1, 0, line($key, $name, ("") x 6);
	return (65, "empty", "fil-import users", ":@{[$at + 2]}: user: '$key' is the word of a total, not a user: "
		. "[skip] user = $key, or --allow not-a-row");
};

# Dates and addresses would be faults of these rows as well.
sub few { return lines(\@people, qw(user name unit job)) }

$kinds{types} = sub {
	my $type = one("texte", "varchar(50)", "string");
	@lines = few();
	splice @lines, $at + 1, 0, line(($type) x 4);
	return (65, "empty", "fil-import users", ":@{[$at + 2]}: '$type' and so on: a row of types, not of users: "
		. "[skip] user = $type, or --allow not-a-row");
};

$kinds{dashes} = sub {
	my $dashes = one("---", "=====", "----------");
	@lines = few();
	splice @lines, $at + 1, 0, line(($dashes) x 4);
	return (0, "empty", "fil-import users", ":@{[$at + 2]}: a line of dashes, ignored: [skip] user = $dashes, or --allow not-a-row");
};

$kinds{"header-again"} = sub {
	@lines = few();
	splice @lines, $at + 1, 0, $lines[0];
	return (0, "empty", "fil-import users", ":@{[$at + 2]}: the header again, ignored: [skip] user = user, or --allow header-again");
};

$kinds{"spreadsheet-key"} = sub {
	my $old = $who->{user};
	my ($key, $seen, $out) = @{one(
		["1,23457E+05", "has lost its digits in a spreadsheet", "export the column as text"],
		["2.5E+05", "has lost its digits in a spreadsheet", "export the column as text"],
		[($old + 0) . ".0", "is a number as a spreadsheet writes it", "export the column as text"],
		["1 234", "is a number as a spreadsheet writes it", "export the column as text"],
		["'$old", "begins with an apostrophe", "--set unguard=yes"])};
	my $line = plant("user", $key);
	return (65, "empty", "fil-import users", ":$line: user: '$key' $seen: $out, or --allow spreadsheet-key");
};

# Rows of another table, one for each user. The column of the random user becomes a text.
sub records {
	my ($header, $row, $text) = @_;
	@lines = ("$header\n", map { line($_->{user}, sprintf("2024-02-%02d", 1 + below(28)), $row->(),
		$_ == $who ? $text : 1 + below(240)) } @people);
	return $at + 2;
}

$kinds{several} = sub {
	my $needs = one("Signature;Recherche", "Signature;", "a;b;c", "Signature;Recherche;");
	my $line = records("user,date,note,need", sub { one("été", "") }, $needs);
	return (65, "list", "fil-record needs",
		":$line: need: '$needs' holds several values: [split] need = semicolon, or --allow several");
};

$kinds{thousands} = sub {
	my ($whole, $rest) = (1 + below(99), sprintf "%03d", 1 + below(999));
	my $line = records("user,date,activity,minutes", sub { "course" }, "$whole,$rest");
	return (65, "list", "fil-record efforts", ":$line: minutes: '$whole,$rest' may be $whole$rest or $whole.$rest, "
		. "and no number of the column proves which: give --set decimal=comma or --set decimal=point, or --allow thousands");
};

$kinds{today} = sub {
	my $header = one("Date de séance", "Horodatage", "Jour du cours");
	records("user,$header,Salle,Place", sub { one("A", "B 2", "") }, 7);
	return (65, "list", "fil-record needs need=écran", ": the column '$header' holds dates, but every row would get today's: "
		. "--map date='$header' or date=today, or --allow today");
};

sub plain { return $_[0] =~ s/[^\x00-\x7f]/e/gr }

$kinds{"twice-encoded"} = sub {
	my $other = $at;
	$other = below(scalar @people) while $other == $at;
	($at, $other) = sort { $a <=> $b } $at, $other;
	my %garbled = map { $_ => decode("cp1252", encode("UTF-8", $_)) } "Zoé DUPRÉ", "Noël Œuf";
	$people[$at]{name} = $garbled{"Noël Œuf"};
	$people[$other]{name} = $garbled{"Zoé DUPRÉ"};
	@lines = lines(\@people);
	return (65, "empty", "fil-import users", ":@{[$at + 2]}: '$people[$at]{name}' is 'Noël Œuf' in double-utf-8: "
		. "give --encoding double-utf-8, or --allow twice-encoded");
};

$kinds{mixed} = sub {
	my $line = plant("name", "Ren\x{e9} LEE");
	# All letters alike, so that no unit looks like that of the line in UTF-8.
	my @alike = map { s/[^\x00-\x7f]/\x{e9}/gr } @lines;
	my @bytes = map { encode("cp1252", $_) } @alike;
	my ($other) = grep { $_ != $at + 1 && $bytes[$_] =~ /\xe9/ } 0 .. $#bytes;
	$bytes[$at + 1] = encode("UTF-8", $alike[$at + 1]);
	return (65, "empty", "fil-import users", ":@{[$other + 1]}: byte \\xe9 is not UTF-8, but line $line is: "
		. "correct one of them, give --encoding, or read both with --allow mixed", @bytes);
};

$kinds{"code-page"} = sub {
	my $line = plant("name", "André Michel");
	my ($page, $e) = @{one(["CP850", "\x82"], ["MACINTOSH", "\x8e"])};
	my $seen = decode("cp1252", "Andr$e Michel");
	my @bytes = map { plain(s/André/Andr\x00/r) =~ s/\x00/$e/r } @lines;
	return (65, "empty", "fil-import users", ":$line: '$seen' is 'André Michel' in $page: "
		. "give --encoding $page, or --allow code-page", @bytes);
};

$kinds{identity} = sub {
	my ($was, $key) = @$who{qw(name user)};
	$who->{email} = one("xi\@x.example", "");
	my $line = plant("name", "Xi QUAGLIA");
	return (0, "list", "fil-import users", ":$line: user: '$key' was '$was' and is now 'Xi QUAGLIA': "
		. "another person needs another key (--rename $key=$key-old before the import; fil-undo takes a run back), or --allow identity");
};

$kinds{reuse} = sub {
	$at = place(sub { $_[0]{left} ne "" });
	$who = $people[$at];
	my ($was, $key, $left) = @$who{qw(name user left)};
	@$who{qw(email left)} = (one("xi\@x.example", ""), "");
	my $line = plant("name", "Xi QUAGLIA");
	return (65, "list", "fil-import users", ":$line: user: '$key' was '$was' who left on $left: "
		. "give that person another key first (--rename $key=$key-2024), or --allow reuse");
};

$kinds{twin} = sub {
	my $was = $who->{user};
	my $line = plant("user", "9$was");
	return (65, "list", "fil-import users", ":$line: user: '9$was' is new, with the e-mail of '$was' "
		. "($who->{name}, $who->{email}), who has not left: --rename $was=9$was, or --allow twin");
};

$kinds{"twin-by-name"} = sub {
	my $was = $who->{user};
	$who->{email} = one("xi\@x.example", "");
	my $line = plant("user", "9$was");
	return (0, "list", "fil-import users", ":$line: user: '9$was' is new, with the name and the unit of '$was' "
		. "($who->{name}): --rename $was=9$was, or --allow twin");
};

$kinds{"look-alike"} = sub {
	my $was = $who->{unit};
	my ($unit) = grep { $_ ne $was } one(uc $was, lc $was), uc $was;
	my $line = plant("unit", $unit);
	return (0, "list", "fil-import users", ":$line: unit: '$unit' may be '$was': [values.unit] $was = $unit, or --allow look-alike");
};

$kinds{circle} = sub {
	my $key = $who->{user};
	my $line = plant("manager", $key);
	return (0, "list", "fil-import users", ":$line: manager: '$key' is their own manager: --allow circle");
};

$kinds{"long-circle"} = sub {
	my %manager = map { $_->{user} => $_->{manager} } @people;
	my ($top, $key, @chain) = ($people[0]);
	do {    # a long one is cut short in the message
		$key = $people[active()]{user};
		@chain = ($key);
		push @chain, $manager{$chain[-1]} while $manager{$chain[-1]} ne "";
	} until @chain < 6;
	($at, $who) = (0, $top);
	my $line = plant("manager", $key);
	return (0, "list", "fil-import users", ":$line: manager: '$top->{user}' is managed by "
		. join(", who is managed by ", map { "'$_'" } @chain) . ": --allow circle");
};

my @made = people($rows);
if ($what eq "list") {
	write_text("list.csv", lines(\@made));
} elsif ($what eq "weeks") {
	weeks();
} else {
	for my $kind (sort keys %kinds) {
		@people = map { {%$_} } @made;
		%manages = map { $_->{manager} => 1 } @people;
		$at = active();
		$who = $people[$at];
		@lines = lines(\@people);
		my ($status, $store, $command, $message, @bytes) = $kinds{$kind}->();
		my ($program) = split / /, $command;
		expect($kind, $status, $store, $command, "$program: $kind.csv$message", @bytes);
	}
}
