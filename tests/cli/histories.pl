#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Writes a random history of a store: histories.pl SEED STEPS. Each line is a day, a TAB and a line of shell; inputs
# stand in it as $'…'. The same seed gives the same history.
use strict;
use warnings;

my ($seed, $steps) = @ARGV;
my $state = $seed * 7919 + 17;
my $day = 0;

sub below {    # a small generator of our own: Perl's differs between versions
	my ($bound) = @_;
	$state = ($state * 1103515245 + 12345) & 0x7fffffff;
	return ($state >> 8) % $bound;
}

sub one { return $_[below(scalar @_)] }

sub date {
	my ($n) = @_;
	my @days = (31, 29, 31, 30, 31, 30);
	my $month = 0;
	$n -= $days[$month++] while $month < 5 && $n >= $days[$month];
	return sprintf "2024-%02d-%02d", $month + 1, $n + 1;
}

sub some_date { return date(below($day + 1)) }

# Keys that a dictionary would order otherwise than their bytes.
my @users = map { sprintf(one("%03d", "u%d", "U%d", "é%d", "-%d", "%d'x"), $_) } 1 .. 40;
my @modules = qw(cours Atelier tutorat guide);
my @phases = qw(pilote Déploiement);
my @needs = ("temps", "écran", "Aide");
my @dimensions = qw(tool process);

sub user { return one(@users) }

sub cell {
	my ($text) = @_;
	return $text =~ /[",\n]/ ? '"' . $text =~ s/"/""/gr . '"' : $text;
}

# A CSV of so many rows, each made by a function.
sub table {
	my ($header, $rows, $row) = @_;
	my $text = "$header\n";
	for (1 .. $rows) { $text .= join(",", map { cell($_) } $row->()) . "\n" }
	$text =~ s/([\\'])/\\$1/g;
	$text =~ s/\n/\\n/g;
	return "\$'$text'";
}

sub text { return one("", "", "une ligne", "deux\nlignes", "dit \"oui\", 'non'", "=1+1", "ÉTÉ œuvre") }

sub amount { return one("5", "0,5", "12.25", "90", "1 200") }

my %steps = (
	users => sub {
		return "fil-import users " . one("", "", "--keep-going", "--last", "-n", "--only added") . " <<< "
			. table("user,name,unit,job,manager,role,arrived,left", 1 + below(30), sub {
				(user(), one("Ada Lefèvre", "Éva", "Bo, dit \"Grand\"", "Zoé"), one("", "Nord/A", "Nord/B", "Sud", "sud/É"),
					one("", "chef", "Comptable"), one("", "", user(), below(90) ? "" : "nobody"),
					one("", "", "user", "trainer", "initiator", "sponsor"), one("", "2024-01-01", some_date()),
					below(8) ? "" : some_date());
			});
	},
	part => sub {
		return "fil-import users <<< " . table("user,job", 1 + below(8), sub { (user(), one("", "chef", "aide")) });
	},
	sync => sub {
		my $n = 0;
		my @list = grep { below(6) } @users;
		return "fil-import users --sync --last " . one("--force", "", "--take --force") . " <(printf %s "
			. table("user,name,unit", scalar @list, sub { ($list[$n++], one("Ada", "Éva"), one("Nord/A", "Sud")) }) . ")";
	},
	autonomy => sub {
		return "fil-record autonomy " . one("", "", "--keep-going", "--known-only") . " <<< "
			. table("user,dimension,date,source,level,note", 1 + below(60), sub {
				(user(), one(@dimensions), some_date(), one(qw(self trainer manager test system)), below(6), text());
			});
	},
	facets => sub {
		return "fil-record autonomy --last source=trainer <<< "
			. table("user,tool,process", 1 + below(12), sub { (user(), one("", below(6)), one("", below(6))) });
	},
	needs => sub {
		return "fil-record needs --last <<< " . table("user,need,date,note", 1 + below(12), sub { (user(), one(@needs), some_date(), text()) });
	},
	completions => sub {
		return "fil-record completions --last <<< " . table("user,module,date,outcome", 1 + below(15), sub {
			(user(), one(@modules), some_date(), one("", "completed", "partial", "absent"));
		});
	},
	practices => sub {
		return "fil-record practices --last <<< "
			. table("user,routine,date,method,item,uses,minutes,result,acceptance,power", 1 + below(20), sub {
				(user(), one("courrier", "Dossiers"), some_date(), one("old", "new"), one("", "a", "B"), one("", 2), amount(),
					one("", "better", "equivalent", "worse"), one("", 1 + below(5)), one("", 1 + below(5)));
			});
	},
	verdicts => sub {
		return "fil-record verdicts --last <<< " . table("promise,user,date,verdict", 1 + below(10), sub {
			(one("vite", "Simple"), user(), some_date(), one("kept", "partly", "broken"));
		});
	},
	efforts => sub {
		return "fil-record efforts --last <<< " . table("user,date,activity,item,phase,minutes", 1 + below(10), sub {
			(user(), some_date(), one("cours", "Aide"), one("", "x"), one("", @phases), amount());
		});
	},
	enrolments => sub {
		return "fil-import enrolments --last <<< "
			. table("user,phase,enrolled,stratum", 1 + below(12), sub { (user(), one(@phases), some_date(), one("", "Nord")) });
	},
	commitments => sub {
		return "fil-import commitments --last <<< "
			. table("user,phase,activity,minutes", 1 + below(8), sub { (user(), one(@phases), one("cours", "aide"), amount()) });
	},
	assign => sub {
		return "fil-assign --last " . one("", "--again", "due=+14d") . " <<< " . table("user,module,reason", 1 + below(15), sub { (user(), one(@modules), text()) });
	},
	pipeline => sub { return "fil-list users --active | fil-assign module=" . one(@modules) . " | fil-record efforts activity=invitation minutes=2" },
	propose => sub { return "fil-propose | fil-assign" },
	sample => sub { return "fil-sample " . one(@phases) . " --size " . (3 + below(20)) . " --by unit --depth 1 | fil-import enrolments" },
	threshold => sub { return "fil-import dimensions <<< " . table("dimension,threshold", 1, sub { (one(@dimensions), 1 + below(4)) }) },
	dimension => sub {
		push @dimensions, "équipe" if @dimensions == 2;
		return "fil-import dimensions dimension=équipe title=Équipe threshold=2";
	},
	remove => sub {
		return "fil-import autonomy --remove " . one("", "--keep-going") . " <<< "
			. table("user,dimension,date,source", 1 + below(20), sub { (user(), one(@dimensions), some_date(), one(qw(self trainer test))) });
	},
	leave => sub { return "fil-import users --remove <<< " . table("user", 1 + below(3), sub { user() }) },
	remodel => sub { return "fil-import modules --remove <<< \$'module\\n" . one(@modules) . "'" },
	rename => sub {
		my $i = below(scalar @users);
		my $old = $users[$i];
		$users[$i] = $old . "b";
		return "fil-import users --rename \"$old=$users[$i]\"";
	},
	join => sub {
		return "fil-import users --prefer " . one("old", "new") . " --rename \"" . user() . "=" . user() . "\"";
	},
	report => sub {
		return "fil-report " . one(qw(autonomy progress time modules routines promises phases needs commitment followup stalled agreement)) . " "
			. one("", "", "--as-of " . some_date());
	},
	grouped => sub { return "fil-report " . one(qw(autonomy progress time)) . " --by " . one(qw(unit job role phase kind manager)) . " --min-group " . one(0, 3, 5) },
	list => sub { return "fil-list users " . one("--active", "--phase ''", "-w 'unit~Nord*'", "-w left=") },
);

sub step {
	my ($shell) = @_;
	print date($day), "\t", $shell, "\n";
}

step("fil-import phases <<< " . table("phase,title,kind,begins", 0, sub { }) =~ s/'$/pilote,Pilote,pilot,2024-01-01\\nDéploiement,Suite,rollout,2024-02-01\\n'/r);
step("fil-import modules <<< \$'module,title,kind,dimension\\ncours,C,course,tool\\nAtelier,A,workshop,process\\ntutorat,T,tutoring,\\nguide,G,guide,'");
step("fil-import rules <<< \$'rule,module,dimension,below,need,unit,due\\nb,cours,tool,3,,,14\\nA,guide,,,temps,,\\nc,Atelier,process,2,,Nord*,7'");
my $n = 0;
step("fil-import users <<< " . table("user,name,unit", scalar @users, sub { ($users[$n++], "Ada", one("Nord/A", "Sud")) }));
step("fil-import routines <<< \$'routine,title\\ncourrier,Courrier\\nDossiers,Dossiers'");
step("fil-import promises <<< \$'promise,kind,statement,made\\nvite,promise,Plus vite,2024-01-01\\nSimple,limit,Pas simple,2024-01-01'");
# What records is drawn most.
my @kinds = (sort(keys %steps), qw(users users autonomy autonomy autonomy autonomy facets enrolments completions practices assign report report grouped));
for (1 .. $steps) {
	$day += below(4) if $day < 170;
	step($steps{one(@kinds)}->());
}
