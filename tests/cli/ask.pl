#!/usr/bin/perl -w
# SPDX-License-Identifier: ISC
# Sends statements, one after the other, to a database on the test server, and prints the rows as psql -At does:
# ask.pl ADDRESS STATEMENT... PGPORT is the number of its socket. Ends with 1 at the first that fails. The module warnings and psql itself take longer to load than this to run.
use strict;

my ($address, @statements) = @ARGV;
my ($user, $database) = $address =~ m{^postgresql://(\w+)@.*/(\w+)$} or die "no such address: $address";

# AF_UNIX and SOCK_STREAM, without the module Socket, which takes long to load.
socket my $server, 1, 1, 0 or die "socket: $!";
connect $server, pack "S Z*", 1, "$ENV{FILROUGE_CLUSTER}/.s.PGSQL." . ($ENV{PGPORT} // 5432) or die "connect: $!";
binmode $server;

# Returns the cells of a row; NULL, whose length is -1, is empty.
sub cells {
	my ($row) = @_;
	my ($at, @cells) = (2);

	for (1 .. unpack "n", $row) {
		my $size = unpack "N", substr $row, $at, 4;
		$size = 0 if $size == 0xffffffff;
		push @cells, substr $row, $at + 4, $size;
		$at += 4 + $size;
	}
	return @cells;
}

# Reads messages up to the one that says that the server is ready, and prints their rows.
sub answer {
	my $failed = 0;

	while (read($server, my $head, 5) == 5) {
		my ($kind, $size) = unpack "a N", $head;
		my $body = "";

		read $server, $body, $size - 4 if $size > 4;
		if ($kind eq "D") {
			print join("|", cells($body)), "\n";
		} elsif ($kind eq "E") {
			print STDERR "ERROR: ", $body =~ /\0M([^\0]*)/, "\n";
			$failed = 1;
		} elsif ($kind eq "Z") {
			exit 1 if $failed;
			return;
		}
	}
	exit 1;
}

# Sends a message: its kind, if it has one, and its length before it.
sub send_message {
	my ($kind, $body) = @_;

	syswrite $server, $kind . pack("N", 4 + length $body) . $body or die "send: $!";
	answer();
}

send_message("", pack "N Z* Z* Z* Z* x", 3 << 16, "user", $user, "database", $database);
send_message("Q", "$_\0") for @statements;
