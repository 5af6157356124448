#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Torments the commands: torture.pl WHAT AMOUNT [NAMES]. It stands in an empty folder, beside the shims of FILROUGE_SHIMS.
# NAMES is a pattern for the names of commands. WHAT is
#
#	memory	allocations that fail, once and for ever; AMOUNT points of each command, 0: all, 1/6: one of every
#		sixth path of callers
#	calls	system calls that fail, once and for ever, writes cut short, and syncs that fail; AMOUNT as above, 1/10: every
#		tenth call
#	kills	ends by a signal at a system call; AMOUNT of all writing commands
#	power	states of the disk after a power cut; AMOUNT of all writing commands
#	damage	stores with other bytes; AMOUNT stores
#	crowd	8 writers, 4 readers and a foreign checkpointer; AMOUNT seconds
#
# With FILROUGE_CLUSTER, memory, calls, kills and crowd run on the server. TORTURE_PART=1/2 takes every second command, from
# the first on, so that two programs share the work. It prints the figures, and a line for each violation of a promise. Its
# status is 1 if there is one. A command that comes is one line of the table below.
use strict;
use warnings;
use Cwd        qw(getcwd);
use FindBin;
use IO::Compress::Zip;
use IO::Handle;
use IPC::Open2 qw(open2);
use POSIX      qw(_exit dup2);
use Time::HiRes qw(sleep time);
use lib $FindBin::Bin;
use Sessions;

my ($what, $amount, $only) = @ARGV;
my $shims = $ENV{FILROUGE_SHIMS};
my $server = $ENV{FILROUGE_CLUSTER};
my $folder = getcwd();
my ($violations, %figures) = (0);
$ENV{TMPDIR} = $ENV{HOME} = $folder;
# Commands on a server find libpq loaded: only `list` loads it itself, since most allocations of a command would else be those
# of libraries that libpq needs and does not use then. SQLite's own allocations are left out: it reads and writes copies there as
# it does without a server. libpq's texts stay English: where memory ends while the C library converts a translation, it crashes.
@ENV{qw(TORTURE_LOAD TORTURE_SPARE PGLOCALEDIR)} = ('libpq.so.5', 'libsqlite3.so', $folder) if $server;
# A sixth of the allocations read the schema of the store, the same ones for each command: only `list` fails these.
$ENV{TORTURE_KNOWN} = 1;
umask 077;

# Name, kind and words of a command. The store holds 20 users, and rows of most tables. `erase` and `copy` are
# kinds of writing: rows go before their bytes, and a copy has its place before the log names it.
my $group = getgrgid $(;
my @commands = (
	[ 'init',      'init',  qw(fil-init) ],
	[ 'group',     'init',  'fil-init', '--group', $group ],
	[ 'from',      'init',  qw(fil-init --from kept.db) ],
	[ 'import',    'write', qw(fil-import users changed.csv) ],
	[ 'workbook',  'write', qw(fil-import users changed.xlsx) ],
	[ 'objects',   'write', qw(fil-import users changed.jsonl) ],
	[ 'sync',      'write', qw(fil-import users --sync --allow identity changed.csv) ],
	[ 'remove',    'write', qw(fil-import needs --remove needs.csv) ],
	[ 'rename',    'write', qw(fil-import users --rename u1=v1 --rename u2=v2) ],
	[ 'rejects',   'write', qw(fil-import users --keep-going --rejects bad.csv -o rows.csv faulty.csv) ],
	[ 'record',    'write', qw(fil-record autonomy facts.csv) ],
	[ 'assign',    'write', qw(fil-assign module=m2 assigned=2024-03-14 users.csv) ],
	[ 'undo',      'write', qw(fil-undo 4) ],
	[ 'last',      'write', qw(fil-undo --last -q -o rows.csv) ],
	[ 'forget',    'erase', qw(fil-forget --yes u3) ],
	[ 'anonymise', 'erase', qw(fil-forget --yes --anonymise u3) ],
	[ 'repair',    'write', qw(fil-check --repair) ],
	[ 'backup',    'copy',  qw(fil-backup work/copy.db) ],
	[ 'list',      'read',  qw(fil-list autonomy) ],
	[ 'json',      'read',  qw(fil-list users -f json) ],
	[ 'table',     'read',  qw(fil-list users -f table) ],
	[ 'draft',     'read',  qw(fil-import users --propose changed.csv) ],
	[ 'propose',   'read',  qw(fil-propose) ],
	[ 'autonomy',  'read',  qw(fil-report autonomy --by unit) ],
	[ 'stalled',   'read',  qw(fil-report stalled -f json) ],
	[ 'sample',    'read',  qw(fil-sample pilot --size 5 --by unit) ],
	[ 'check',     'read',  qw(fil-check) ],
	[ 'log',       'read',  qw(fil-log 4) ],
	[ 'logs',      'read',  qw(fil-log --user u3) ],
	[ 'show',      'read',  qw(fil-show u3) ],
	[ 'sheet',     'read',  qw(fil-sheet autonomy --active) ],
	[ 'letter',    'read',  qw(fil-show u3 -f html --lang fr) ],
);
@commands = grep { $_->[0] ne 'group' } @commands if $server;
@commands = grep { $_->[0] =~ /^(?:$only)$/ } @commands if $only;
my ($part, $parts) = split m{/}, $ENV{TORTURE_PART} // '1/1';
@commands = @commands[ grep { $_ % $parts == $part - 1 } 0 .. $#commands ];

# A small generator of our own: Perl's differs between versions.
my $random = 20240315;

sub below {
	$random = ($random * 1103515245 + 12345) & 0x7fffffff;
	return ($random >> 8) % $_[0];
}

sub write_file {
	my ($name, @text) = @_;
	open my $file, '>:raw', $name or die "$name: $!";
	print $file @text;
	close $file or die "$name: $!";
}

sub read_file {
	my ($name) = @_;
	open my $file, '<:raw', $name or return '';
	local $/;
	return scalar(<$file>) // '';
}

sub violated {
	my ($text) = @_;
	$violations++;
	print "violation: $text\n" if $violations <= ($ENV{MORE} || 20);
	return;
}

# The prepared store whose rows the database of the attempts has, undef if it may have others; '' is none. It had them before
# the transaction $since of the server.
my $database = "torture$part";
my ($held, $since);

# Runs a command with additions to its environment. Returns its status, or 128 plus the signal. Outputs are the files out
# and err.
sub run {
	my ($environment, @words) = @_;
	$held = undef;
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		open STDOUT, '>', 'out' or _exit(126);
		open STDERR, '>', 'err' or _exit(126);
		@ENV{ keys %$environment } = values %$environment;
		exec { $words[0] } @words or _exit(127);
	}
	waitpid $pid, 0;
	return $? & 127 ? 128 + ($? & 127) : $? >> 8;
}

# The command that is attempted now, as serve has started it.
my $served;

# Those sessions of the server that stay. A command that is killed has its own.
my $sessions = $server && $what ne 'kills' ? Sessions->new($folder, $server) : undef;

# Starts a command that copies itself for each attempt (serve.h): the loader's work is done once. Returns its process and
# its pipes.
sub serve {
	my ($shim, @words) = @_;
	pipe my $asked, my $requests or die "pipe: $!";
	pipe my $answers, my $told or die "pipe: $!";
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		dup2(fileno $asked, 910) && dup2(fileno $told, 911) or _exit(126);
		@ENV{qw(LD_PRELOAD LD_BIND_NOW TORTURE_SERVE)} = ("$shims/$shim.so", 1, 1);
		$ENV{FILROUGE_DB} = address($database, $folder) if $sessions;
		exec { $words[0] } @words or _exit(127);
	}
	$requests->autoflush;
	$served = { pid => $pid, requests => $requests, answers => $answers };
	return $served;
}

sub end_serving {
	my ($ended) = @_;
	close $ended->{requests};
	waitpid $ended->{pid}, 0;
	$served = undef;
	return;
}

# Attempts the command. Returns and leaves what run does.
sub attempt {
	my ($settings) = @_;
	print { $served->{requests} } join(' ', map { "$_=$settings->{$_}" } sort keys %$settings), "\n";
	my $status = $sessions ? $sessions->carry($served->{answers}) : readline $served->{answers};
	defined $status or die 'a command serves no more';
	return $status & 127 ? 128 + ($status & 127) : $status >> 8;
}

# Runs the command that is attempted now once more, with nothing in its way.
sub again { return $served ? attempt({}) : run({}, @_) }

# The state of the store as one text, none without a store. It leaves out the time, and what is random: marks, salts,
# digests and seals, what an erasure seals of them, and the key that replaces an erased one.
my @tables;

sub ask_all {
	my @statements = map { "select '$_', t.* from $_ as t order by 1, 2, 3, 4, 5;" } @tables;
	push @statements, 'select run, today, who, command, input, '
		. 'case when command like \'fil-forget%\' then null else hash end, read, added, changed, departed, returned, '
		. 'removed, unchanged, rejected, undid, salt is null, digest is null from runs order by run;',
		'select run, number, relation, subject, action, was_run, became, was, salt is null, digest is null from history '
		. 'order by run, number;', 'select count(*) from erased;';
	return join "\n", @statements;
}

# Asks a shell that answers all questions of its kind, and begins it with the first one. A line END ends its answer.
my %shells;

sub ask_shell {
	my ($begin, @questions) = @_;
	my $shell = $shells{$begin} //= do {
		my $pid = open2(my $replies, my $asked, $begin);
		{ pid => $pid, replies => $replies, asked => $asked };
	};
	$shell->{asked}->printflush(@questions);
	my $text = '';
	while (defined(my $line = readline $shell->{replies})) {
		last if $line eq "END\n";
		$text .= $line;
	}
	return $text;
}

sub end_shell {
	my ($begin) = @_;
	my $shell = delete $shells{$begin} or return;
	close $shell->{asked};
	close $shell->{replies};
	waitpid $shell->{pid}, 0;
	return;
}

# Between two questions sqlite3 has no store open.
sub ask_file {
	my ($path, @statements) = @_;
	return ask_shell('exec sqlite3 2> asked', ".open '$path'\n", @statements, "\n.open :memory:\n.print END\n");
}

sub state_of_file {
	my ($path) = @_;
	return 'none' if !-e $path;
	return ask_file($path, "pragma integrity_check;\n", ask_all()) =~ s/anon-[a-z]+/anon/gr;
}

# The address of a database whose server has its socket in a folder.
sub address {
	my ($name, $socket) = (@_, $server);
	return 'postgresql://filrouge@' . ($socket =~ s{/}{%2F}gr) . "/$name";
}

# Asks the database of the attempts.
my $psql = "exec psql -qXAtd $database 2>&1";

sub ask_server { return ask_shell($psql, @_, "\nselect 'END';\n") }

# The statement of the state of a store on the server, as one row.
sub state_of_server {
	return 'select concat_ws(chr(10), ' . join(', ', map { my $rows = s/(?: order by [^;]*)?;$//r;
		"(select string_agg(q::text, chr(10) order by q::text) from ($rows) as q)" } split /\n/, ask_all()) . ')';
}

# Prepares the questions about the database.
sub prepare_questions {
	ask_server('prepare state as ', state_of_server(), ';') if $_[0];
	ask_server("prepare others as select count(*) from pg_stat_get_activity(null) where pid <> pg_backend_pid() "
		. "and datid = (select oid from pg_database where datname = '$database');"
		. 'prepare next as select pg_snapshot_xmax(pg_current_snapshot());'
		. 'prepare committed as select count(*) from generate_series($1, pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1) '
		. "as t (n) where pg_xact_status(n::text::xid8) = 'committed';");
	return;
}

# A command that ended in the middle of a transaction leaves it to the server, which may end it a little later.
sub wait_for_others {
	my $kept = $sessions ? $sessions->number : 0;
	sleep 0.0005 while ask_server('execute others;') > $kept;
	return;
}

# Notes that the database has the rows of a prepared store now.
sub hold {
	wait_for_others();
	($held, $since) = ($_[0], 0 + ask_server('execute next;'));
	@$sessions{qw(asked broken)} = () if $sessions;
	return;
}

# Returns whether the database has the rows of a prepared store: it had them, and no transaction was committed since.
sub is_held {
	return 0 if !defined $held || $held ne $_[0];
	return 1 if $sessions && !$sessions->{asked};
	wait_for_others() if !$sessions || $sessions->{broken};
	$held = undef if ask_server("execute committed($since);") > 0;
	return defined $held;
}

sub state_on_server {
	wait_for_others();
	my $text = ask_server('execute state;');
	$text = ask_server(state_of_server(), ';') if $text =~ /"state" does not exist/;
	return $text =~ /relation "\w+" does not exist/ ? 'none' : $text =~ s/anon-[a-z]+/anon/gr;
}

# A store for each attempt: the prepared one, or nothing.
my $work = "$folder/work";
# The key of erased users, which lies beside no store.
my $erased_key = "$folder/.config/filrouge/erased.key";

sub place { return $server ? address($database) : "$work/s.db" }
sub state { return $server ? state_on_server() : state_of_file(place()) }

# Returns the number that a statement gives.
sub number_of {
	my ($statement) = @_;
	return 0 + ($server ? ask_server("$statement;") : ask_file(place(), "$statement;\n"));
}

# The prepared stores by their names, and whether the file of the store is still one, beside an empty log or none: then its
# state is known. A repair begins with derived rows that are wrong.
my %prepared;

sub source_of {
	my ($command) = @_;
	return $command->[1] eq 'init' ? '' : $command->[0] eq 'repair' ? 'spoilt' : 'prepared';
}

sub files {
	opendir my $list, $work or return ();
	return map { "$work/$_" } grep { !/^\.\.?$|^s\.db\.lock$/ } readdir $list;
}

sub is_untouched {
	my ($source) = @_;
	return is_held($source) if $server;
	return 0 == files() if !$source;
	return 0 if grep { !/s\.db(-shm)?$/ && (!/-wal$/ || -s $_) } files();
	return read_file(place()) eq $prepared{$source};
}

# What was found of the stores that attempts have left, by the bytes of their files. Attempts at the points of a command
# often leave the same bytes (serve.h), and what follows from these is asked once. Those met last come first.
my @found;

sub found {
	return {} if $server;
	my $bytes = join '', map { my $bytes = read_file($_); length($bytes) . ",$bytes" } place(), place() . '-wal', $erased_key;
	my ($at) = grep { $found[$_]{bytes} eq $bytes } 0 .. $#found;
	unshift @found, defined $at ? splice @found, $at, 1 : { bytes => $bytes };
	$#found = 7 if @found > 8;
	return $found[0];
}

# Makes a database of the server again.
sub make_database {
	my ($name, $template) = @_;
	system("psql -qXd postgres -c 'set client_min_messages = error' -c 'drop database if exists $name with (force)' "
		. "-c 'create database $name template $template strategy file_copy'") == 0 or die;
	return;
}

# The prepared store of which the database was made, its tables, and how often their rows were put back since.
my ($made, @kept, $restored);

# Gives the database the rows of a prepared store, or no table. A new database takes the server a hundred times as long as
# the rows, of which its shell has copies.
sub restore {
	my ($source) = @_;
	if (!defined $made || $made ne $source) {
		end_shell($psql);
		$sessions->drop if $sessions;
		make_database($database, $source ? "$source$part" : 'template1');
		@kept = split /\n/, ask_server("select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r';");
		prepare_questions($source);
		ask_server('set session_replication_role = replica;', (map { qq(create temp table "kept_$_" as table "$_";) } @kept),
			'create function pg_temp.restore() returns void language plpgsql as $$begin ',
			(map { qq(delete from "$_"; insert into "$_" table "kept_$_";) } @kept), 'end$$;') if $source;
		($made, $restored) = ($source, 0);
	} elsif ($source) {
		ask_server('select pg_temp.restore();');
		ask_server('vacuum;') if ++$restored % 50 == 0;
	} else {
		ask_server('set client_min_messages = error; drop schema public cascade; create schema public;');
	}
	hold($source);
	return;
}

sub reset_store {
	my ($command) = @_;
	my $source = source_of($command);
	mkdir $work;
	chmod $command->[0] eq 'group' ? 02770 : 0700, $work;
	unlink 'bad.csv', 'rows.csv', "$work/copy.db", $erased_key;
	if ($server) {
		restore($source) if !is_held($source);
		return;
	}
	if (is_untouched($source)) {
		unlink grep { !/s\.db$/ } files();
		return;
	}
	unlink files();
	write_file(place(), $prepared{$source}) if $source;
	return;
}

# Writes rows of CSV without quotes as a workbook of shared strings.
sub write_workbook {
	my ($path, @rows) = @_;
	my (@strings, $sheet);
	for my $row (split /\n/, join '', @rows) {
		$sheet .= '<row>' . join('', map { push @strings, "<si><t>$_</t></si>"; "<c t='s'><v>$#strings</v></c>" }
			split /,/, $row) . '</row>';
	}
	my $relation = sub { "<Relationship Id='$_[0]' Type='x/$_[1]' Target='$_[2]'/>" };
	my %parts = (
		'_rels/.rels' => '<R>' . $relation->('a', 'officeDocument', 'xl/workbook.xml') . '</R>',
		'xl/workbook.xml' => "<w><sheets><sheet name='F' id='a'/></sheets></w>",
		'xl/_rels/workbook.xml.rels' => '<R>' . $relation->('a', 'worksheet', 'sheet.xml') .
			$relation->('b', 'sharedStrings', 'strings.xml') . '</R>',
		'xl/strings.xml' => "<sst>@strings</sst>",
		'xl/sheet.xml' => "<w><sheetData>$sheet</sheetData></w>",
	);
	my $zip;
	for my $name (sort keys %parts) {
		$zip ? $zip->newStream(Name => $name) : ($zip = IO::Compress::Zip->new($path, Name => $name));
		$zip->print($parts{$name});
	}
	$zip->close;
}

sub prepare {
	my $csv = join '', map { "u$_,Name $_,Unit " . $_ % 4 . "\n" } 1 .. 20;
	write_file('users.csv',   "user,name,unit\n$csv");
	write_file('changed.csv', "user,name,unit\n", $csv =~ s/Unit 1/Unit 9/gr, "u21,New,Unit 1\n");
	write_workbook('changed.xlsx', "user,name,unit\n", $csv =~ s/Unit 1/Unit 8/gr);
	write_file('changed.jsonl', $csv =~ s/(.*?),(.*?),Unit (.*)/{"user":"$1","name":"$2","unit":7$3}/gr);
	write_file('faulty.csv',  "user,name,unit\nu1,Name 1,Unit 5\nu2\nu22,Other,Unit 1\n");
	write_file('needs.csv',   "user,need,date\n", map { "u$_,n,2024-03-01\n" } 1 .. 20);
	my @facts = map { my $n = $_; map { "u$n,$_," . $n % 5 } qw(tool process) } 1 .. 20;
	write_file('before.csv', "user,dimension,level,source,date\n", map { "$_,trainer,2024-02-01\n" } @facts);
	write_file('facts.csv',  "user,dimension,level,source,date\n",
		map { "$_\n" } map { s/(\d)$/($1 + 1) . ',trainer,2024-02-01'/er } @facts);
	# Pages of notes that were split: the rest of a page keeps bytes of rows that moved.
	my @notes = map { my $n = $_; map { [ below(1000), "u$n,o$_,2024-03-01," . "Once $n " x 20 ] } 1 .. 5 } 1 .. 20;
	write_file('notes.csv', "user,need,date,note\n", map { "$_->[1]\n" } sort { $a->[0] <=> $b->[0] || $a->[1] cmp $b->[1] } @notes);
	make_database("prepared$part", 'template1') if $server;
	$ENV{FILROUGE_DB} = $server ? address("prepared$part") : "$folder/prepared.db";
	for my $line (
		[qw(fil-init)], [qw(fil-import users users.csv)], [qw(fil-record needs needs.csv)],
		[qw(fil-record autonomy before.csv)],
		[qw(fil-import modules module=m1 title=M kind=course level=3)],
		[qw(fil-import modules module=m2 title=N kind=course)],
		[qw(fil-import rules rule=r module=m1 need=n)],
		[qw(fil-import phases phase=pilot title=P kind=pilot begins=2024-01-01)],
		[qw(fil-import enrolments phase=pilot user=u3 enrolled=2024-01-02)],
		[qw(fil-record needs notes.csv)], [qw(fil-record needs user=u3 need=o1 date=2024-03-01 note=changed)],
		[qw(fil-assign module=m1 user=u1 assigned=2024-01-03)], [qw(fil-backup kept.db)]
	) {
		run({}, @$line) == 0 or die "@$line: ", read_file('err');
	}
	@tables = map { /^(\w+),/ ? $1 : () } split /\n/, `fil-list --tables -f csv`;
	shift @tables;
	spoil();
	$ENV{FILROUGE_DB} = place();
	return;
}

# Prepares a store of which a derived table is wrong.
sub spoil {
	my $statement = 'update standing set level = 0 where level > 2';
	if ($server) {
		make_database("spoilt$part", "prepared$part");
		system("psql -qXd spoilt$part -c '$statement'") == 0 or die;
		return;
	}
	system("cp prepared.db spoilt.db && sqlite3 spoilt.db '$statement' 'pragma wal_checkpoint(truncate)' > spoilt") == 0 or die;
	%prepared = map { $_ => read_file("$_.db") } qw(prepared spoilt);
	return;
}

# What a command gives when nothing is in its way: [status, output, state before, state after].
sub expect {
	my ($command) = @_;
	my ($name, $kind, @words) = @$command;
	reset_store($command);
	@found = ();
	my $before = state();
	my $status = run({}, @words);
	my $after = state();
	$status == 0 || $name eq 'rejects' or die "$name: $status ", read_file('err');
	$kind eq 'read' ? $before eq $after : $before ne $after or die "$name: its state";
	my $copy = $kind eq 'copy' ? state_of_file("$work/copy.db") : '';
	return { status => $status, out => read_file('out'), before => $before, after => $after, copy => $copy };
}

# Judges the places in which a run of the kinds copy and erase is between two states that the contract allows: a copy that is
# complete, and not in the log; rows that are gone, and their bytes not yet. $tell tells a violation.
sub judge_between {
	my ($command, $expected, $status, $stored, $found, $tell) = @_;
	my ($name, $kind, @words) = @$command;
	my $copy = "$work/copy.db";
	if ($kind eq 'copy') {
		$tell->('a run without its copy') if $stored && !-e $copy;
		$tell->('a copy that is not whole') if -e $copy && state_of_file($copy) ne $expected->{copy};
		$tell->('does not say that the copy is complete')
			if -e $copy && !$stored && $status < 128 && read_file('err') !~ /is complete|out of memory/;
		unlink $copy;
	} elsif ($kind eq 'erase' && $stored) {
		$found->{pending} //= number_of('select count(*) from erased where pending = 1');
		$tell->('a success, and it is not finished') if $status == 0 && $found->{pending};
		$found->{again} //= $found->{pending} ? again(@words) : 0;
		$tell->('the same command does not finish it') if $found->{again} != 0;
		$found->{left} //= !$server && join('', map { read_file($_) } place(), place() . '-wal') =~ /Name 3|Once 3 /;
		$tell->('bytes of the user are left') if $found->{left};
	} elsif ($kind eq 'erase' && $status == 137) {
		$tell->('the same command fails now') if again(@words) != 0;
	}
	return;
}

# Judges what a command says about the run that it has stored.
sub judge_words {
	my ($kind, $status, $err, $tell) = @_;
	$tell->('does not say that the run is stored') if $err !~ /\(run \d+\)|run \d+ is stored|is complete|made |whether/;
	$tell->('denies what is stored') if $err =~ /nothing was written|not stored/;
	return;
}

# Judges how a command ended.
sub judge {
	my ($command, $expected, $status, $where) = @_;
	my ($name, $kind, @words) = @$command;
	my ($out, $err) = (read_file('out'), read_file('err'));
	my $found = is_untouched(source_of($command)) ? { state => $expected->{before} } : found();
	my $state = $found->{state} //= state();
	my $stored = $state eq $expected->{after};
	my $tell = sub { violated("$name, $where: $_[0] (status $status, $err)") };

	hold(source_of($command)) if $server && $state eq $expected->{before} && !defined $held;
	$figures{attempts}++;
	$figures{stored}++ if $stored && $kind ne 'read';
	$figures{"status $status"}++;
	$tell->('ended by a signal') if $status > 128 && $status != 137 && $status != 141;
	$tell->('neither the old state nor the new one') if !$stored && $state ne $expected->{before};
	$tell->('a success without its rows') if $status == $expected->{status} && !$stored;
	$tell->('a success with other output') if $status == $expected->{status} && $out ne $expected->{out};
	$tell->('no message') if $status != 0 && $status < 128 && $err eq '';
	$tell->('without memory it is 70') if $err =~ /out of memory/ && $status != 70;
	# What a repair prints is what a check finds after it.
	$tell->('rows printed, and not stored') if $out ne '' && !$stored && $name ne 'repair';
	$tell->('not told as a failed machine') if !$server && $where =~ /ERROR=/ && $status != $expected->{status} && $status != 74;
	$tell->('not told as a lack of memory') if $what eq 'memory' && $status != $expected->{status} && $status != 70;
	judge_words($kind, $status, $err, $tell) if $kind ne 'read' && $stored && $status != $expected->{status} && $status < 128;
	# A file cannot be removed by who was killed, or where no system call works any more.
	my @left = $server ? () : glob("$work/.filrouge* $work/*-journal");
	push @left, glob("$work/*.db.??????") if !$server && $status != 137 && $where !~ /ERROR.*EVER/;
	$tell->("left @left") if @left;
	judge_between($command, $expected, $status, $stored, $found, $tell);
	# In a folder that is still empty a second one is like the first.
	if ($kind eq 'init' && !$stored && !is_untouched('')) {
		$tell->('a second fil-init fails') if run({}, @words) != 0;
		$tell->('a second fil-init makes another store') if state() ne $expected->{after};
	}
	return;
}

# The number of points of a command. Behind it stands, for each allocation, the first one with the same callers.
sub count_of {
	my ($shim, $command) = @_;
	my ($name, $kind, @words) = @$command;
	reset_store($command);
	run({ LD_PRELOAD => "$shims/$shim.so", TORTURE_COUNT => "$folder/count" }, @words);
	return split /\n/, read_file('count') || 0;
}

# The points of a command for a way of failing, the $way-th of $ways: all, or some at random, with other callers for each way.
# To make or to write all tables again takes a server four times as long as any other attempt: there, half of the share.
sub points {
	my ($kind, $way, $ways, $count, @alike) = @_;
	my %alike;
	push @{ $alike{ $alike[ $_ - 1 ] // $_ } }, $_ for 1 .. $count;
	my @paths = map { $alike{$_} } sort { $a <=> $b } keys %alike;
	my $halved = $server && $kind =~ /init|erase/ ? 2 : 1;
	my $points = $amount =~ m{^1/(\d+)$} ? int(@paths / $1 / $halved) + 1 : $amount;
	return 1 .. $count if $points == 0 || $count <= $points;
	my @some = map { $paths[ int(($_ + ($way + below(1000) / 1000) / $ways) * @paths / $points) ] } 0 .. $points - 1;
	return map { $_->[ below(scalar @$_) ] } @some;
}

sub fail_at_points {
	my ($shim, @ways) = @_;
	for my $command (@commands) {
		my ($name, $kind, @words) = @$command;
		delete local @ENV{qw(TORTURE_LOAD TORTURE_KNOWN)} if $name eq 'list';
		my $expected = expect($command);
		my ($count, @alike) = count_of($shim, $command);
		$figures{points} += $count;
		serve($shim, @words);
		for my $way (0 .. $#ways) {
			my $settings = $ways[$way];
			for my $point (points($kind, $way, scalar @ways, $count, @alike)) {
				reset_store($command);
				my $status = attempt({ TORTURE_AT => $point, %$settings });
				my $where = join ' ', "point $point", map { "$_=$settings->{$_}" } sort keys %$settings;
				judge($command, $expected, $status, $where);
			}
		}
		end_serving($served);
	}
	return;
}

# A file that gets its name as a whole gets none when its bytes may not be on the disk.
sub fail_syncs {
	for my $command (grep { $_->[1] =~ /init|copy/ } @commands) {
		my ($name, $kind, @words) = @$command;
		my $expected = expect($command);
		reset_store($command);
		my $status = run({ LD_PRELOAD => "$shims/calls.so", TORTURE_SYNC => 1 }, @words);
		judge($command, $expected, $status, 'syncs fail');
		my $made = $kind eq 'copy' ? "$work/copy.db" : place();
		violated("$name: a failed sync is ignored (status $status)") if $status != 74 || -e $made;
	}
	return;
}

sub kills {
	my @writers = grep { $_->[1] ne 'read' } @commands;
	for my $command (@writers) {
		my ($name, $kind, @words) = @$command;
		my $expected = expect($command);
		my ($count) = count_of('calls', $command);
		my $times = int($amount / @writers) + 1;
		serve('calls', @words);
		for my $i (0 .. $times - 1) {
			my $point = 1 + int(($i + below(1000) / 1000) * $count / $times);
			reset_store($command);
			my $status = attempt({ TORTURE_KILL => $point });
			judge($command, $expected, $status, "kill at $point");
		}
		end_serving($served);
	}
	return;
}

# The records of the log of the shim: [type, name, offset, data].
sub records {
	my $log = read_file('log');
	my (@records, $at);
	for ($at = 0; $at < length $log;) {
		my ($type, $named, $n, $offset) = unpack 'a L L q', substr $log, $at, 17;
		push @records, [ $type, substr($log, $at + 17, $named), $offset, substr($log, $at + 17 + $named, $n) ];
		$at += 17 + $named + $n;
	}
	return @records;
}

# Applies a change to the content of a file.
sub change {
	my ($content, $record) = @_;
	my ($type, undef, $offset, $data) = @$record;
	if ($type eq 'T') {
		$content = substr $content . "\0" x ($offset > length $content ? $offset - length $content : 0), 0, $offset;
	} else {
		$content .= "\0" x ($offset - length $content) if $offset > length $content;
		substr $content, $offset, length $data, $data;
	}
	return $content;
}

# Half of a write that was not synced: whole sectors.
sub tear {
	my ($record) = @_;
	my @torn = @$record;
	my $sectors = int(length($torn[3]) / 512);
	$torn[3] = substr $torn[3], 0, 512 * below($sectors + 1) if $sectors > 0 && below(4) == 0;
	return \@torn;
}

# The files after a power cut behind some records: what was synced, and a random choice of the rest. Names follow in the
# order of their changes. Returns name => content, and whether the command had told its success.
sub cut {
	my ($before, @records) = @_;
	my (%synced, %waiting, @names, $told);
	%synced = %$before;
	my %exists = map { $_ => 1 } keys %$before;
	for my $record (@records) {
		my ($type, $name) = @$record;
		if    ($type eq 'O') { $told = 1 if $record->[3] =~ /\(run \d+\)|made / }
		elsif ($type eq 'W' || $type eq 'T') { push @{ $waiting{$name} }, $record }
		elsif ($type eq 'S' && exists $waiting{$name}) {
			$synced{$name} = change($synced{$name} // '', $_) for @{ delete $waiting{$name} };
		} elsif ($type eq 'S' && ($name eq '' || -d $name)) { take_name(\%exists, \%synced, \%waiting, $_) for splice @names }
		elsif ($type =~ /[CRU]/) { push @names, $record }
	}
	take_name(\%exists, \%synced, \%waiting, $_) for splice @names, 0, below(@names + 1);
	for my $name (keys %waiting) {
		my @some = grep { below(2) } @{ $waiting{$name} };
		@some = sort { below(2) ? 1 : -1 } @some if below(2);
		$synced{$name} = change($synced{$name} // '', tear($_)) for @some;
	}
	my %files = map { $_ => $synced{$_} // '' } grep { $exists{$_} } keys %exists;
	return (\%files, $told);
}

sub take_name {
	my ($exists, $synced, $waiting, $record) = @_;
	my ($type, $name, undef, $to) = @$record;
	if ($type eq 'U') {
		delete $_->{$name} for $exists, $synced;
	} elsif ($type eq 'R') {
		delete $exists->{$name};
		$exists->{$to} = 1;
		$synced->{$to} = delete $synced->{$name};
		$waiting->{$to} = delete $waiting->{$name} if exists $waiting->{$name};
	} elsif ($name !~ /#\d+$/) {
		$exists->{$name} = 1;
	}
	return;
}

sub power {
	my @writers = grep { $_->[1] ne 'read' } @commands;
	for my $command (@writers) {
		my ($name, $kind, @words) = @$command;
		my $expected = expect($command);
		reset_store($command);
		my %before = $kind eq 'init' ? () : (place() => $prepared{ source_of($command) });
		unlink 'log';
		run({ LD_PRELOAD => "$shims/calls.so", TORTURE_LOG => "$folder/log", TORTURE_FOLDER => $work }, @words);
		my @records = records();
		for my $i (0 .. int($amount / @writers)) {
			my ($files, $told) = cut(\%before, @records[ 0 .. below(@records + 1) - 1 ]);
			unlink glob("$work/* $work/.filrouge*");
			write_file($_, $files->{$_}) for keys %$files;
			my $state = state();
			my $stored = $state eq $expected->{after};
			$figures{states}++;
			$figures{stored}++ if $stored;
			my $tell = sub { violated("$name, a cut: $_[0]") };
			$tell->('neither the old state nor the new one: ' . substr $state, 0, 200) if $state ne $expected->{before} && !$stored;
			$tell->('a run that was told is lost') if $told && !$stored;
			judge_between($command, $expected, 137, $stored, {}, $tell);
			violated("$name: a second fil-init fails: " . read_file('err'))
				if $kind eq 'init' && $state eq 'none' && run({}, @words) != 0;
		}
	}
	return;
}

# Changes some bytes of a store: bits, bytes, sectors of zeros, pages in each other's place.
sub mutate {
	my ($bytes) = @_;
	my $kind = below(5);
	my $at = below(length $bytes);
	if    ($kind == 0) { substr $bytes, $at, 1, chr(ord(substr $bytes, $at, 1) ^ 1 << below(8)) }
	elsif ($kind == 1) { substr $bytes, $at, 1, chr below(256) }
	elsif ($kind == 2) { substr $bytes, $at & ~511, 512, "\0" x 512 }
	elsif ($kind == 3) {
		my ($one, $other) = map { 4096 * below(length($bytes) / 4096) } 1, 2;
		my $page = substr $bytes, $one, 4096;
		substr $bytes, $one, 4096, substr $bytes, $other, 4096;
		substr $bytes, $other, 4096, $page;
	} else {
		my @texts;
		push @texts, $-[0] while $bytes =~ /u1\d|Name|Unit|tool|trainer|2024-02|user|hr/g;
		substr $bytes, $texts[ below(scalar @texts) ] + below(3), 1, chr below(256);
	}
	return $bytes;
}

sub damage {
	my @checked = grep { $_->[1] ne 'init' && $_->[0] !~ /rejects|rename|draft/ } @commands;
	my $whole = read_file('prepared.db');
	my %expected = map { $_->[0] => expect($_) } @checked;
	my %served = map { my ($name, $kind, @words) = @$_; $name => serve('memory', @words) } @checked;
	for my $i (1 .. $amount) {
		reset_store([ '', 'read' ]);
		my $bytes = mutate($whole);
		for my $command (@checked) {
			my ($name, $kind, @words) = @$command;
			unlink glob("$work/*");
			write_file(place(), $bytes);
			$served = $served{$name};
			my $status = attempt({});
			my ($out, $err) = (read_file('out'), read_file('err'));
			$figures{attempts}++;
			violated("$name, store $i: signal, status $status, $err") if $status > 128;
			violated("$name, store $i: a bug, $err") if $status == 70;
			violated("$name, store $i: a control character") if "$out$err" =~ /[\x00-\x08\x0b-\x1f\x7f]/;
			$figures{'refused as damaged'}++ if $status == 69;
			$figures{'other answers with status 0'}++ if $status == 0 && $out ne $expected{$name}{out};
		}
	}
	end_serving($_) for values %served;
	return;
}

sub crowd_member {
	my ($until, $work) = @_;
	my $pid = fork // die "fork: $!";
	return $pid if $pid;
	my $n = 0;
	while (time < $until) { $work->($n++) }
	_exit(0);
}

sub crowd {
	reset_store([ '', 'read' ]);
	my $until = time + $amount;
	my @pids;
	for my $writer (1 .. 8) {
		push @pids, crowd_member($until, sub {
			my ($n) = @_;
			my $status = system("fil-record needs --wait 60 user=u$writer need=w$n date=2024-03-02 > /dev/null 2>> told.$writer");
			system("echo violation status $status >> told.$writer") if $status != 0;
		});
	}
	for my $reader (1 .. 4) {
		push @pids, crowd_member($until, sub {
			my $status = system("fil-list needs > read.$reader 2>> told.r$reader");
			my $lines = () = read_file("read.$reader") =~ /\n/g;
			my $before = 0 + (read_file("lines.$reader") || 0);
			write_file("told.r$reader", "violation status $status\n") if $status != 0 || $lines < $before;
			write_file("lines.$reader", $lines);
		});
	}
	push @pids, crowd_member($until, sub { system("sqlite3 '" . place() . "' 'pragma wal_checkpoint' > /dev/null 2>&1"); sleep 0.01 })
		if !$server;
	waitpid $_, 0 for @pids;
	my %runs;
	for my $file (glob 'told.*') {
		my $told = read_file($file);
		violated("$file: $1") if $told =~ /(.*violation.*)/;
		$runs{$1}++ while $told =~ /\(run (\d+)\)/g;
	}
	my @twice = grep { $runs{$_} > 1 } keys %runs;
	violated("runs told twice: @twice") if @twice;
	write_file('ask', 'select run from runs;');
	my %stored = map { $_ => 1 } split /\n/, $server ? `psql -qXAtd $database -f ask` : `sqlite3 '@{[place()]}' < ask`;
	my @lost = grep { !$stored{$_} } keys %runs;
	violated("runs told and lost: @lost") if @lost;
	violated('the file is damaged') if !$server && state() !~ /^ok\n/;
	$figures{'runs told'} = keys %runs;
	return;
}

my $started = time;
prepare();
my $once = {};
my $always = { TORTURE_EVER => 1 };
if    ($what eq 'memory') { fail_at_points('memory', $once, $always) }
elsif ($what eq 'calls') {
	fail_at_points('calls', { TORTURE_ERROR => 0 },
		map { ({ TORTURE_ERROR => $_ }, { TORTURE_ERROR => $_, TORTURE_EVER => 1 }) } 5, 28);
	fail_syncs() if !$server;
}
elsif ($what eq 'kills')  { kills() }
elsif ($what eq 'power')  { power() }
elsif ($what eq 'damage') { damage() }
elsif ($what eq 'crowd')  { crowd() }
else { die "torture.pl: $what\n" }
my $engine = $server ? 'postgresql' : 'sqlite';
printf "%-8s %-10s %6.1f s  %s\n", $what, $engine, time - $started,
	join ', ', (map { "$figures{$_} $_" } sort keys %figures), "$violations violations";
exit($violations > 0);
