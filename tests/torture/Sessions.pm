# SPDX-License-Identifier: ISC
# Sessions of a server that stay, for commands that come and go: the server takes longer to begin a session than to answer a
# small command. A command connects to a socket of ours. What it sends and what it is sent pass on as they are; its end does
# not: the session is then as at its beginning (ROLLBACK, DISCARD ALL), and the next command that begins alike gets it, and
# the same greeting. A session in the middle of an answer ends with its command, as without us.
package Sessions;
use strict;
use warnings;
use IO::Select;
use IO::Socket::UNIX;

my $name = '.s.PGSQL.5432';

# Sessions of the server whose socket lies in the folder $server, for commands that use $folder instead.
sub new {
	my ($class, $folder, $server) = @_;
	unlink "$folder/$name";
	my $listener = IO::Socket::UNIX->new(Local => "$folder/$name", Listen => 5) or die "$folder/$name: $!";
	return bless { listener => $listener, select => IO::Select->new($listener), server => "$server/$name", kept => {} }, $class;
}

# Ends the sessions that no command has.
sub drop {
	my ($self) = @_;
	$self->{kept} = {};
	return;
}

# The number of sessions that no command has.
sub number {
	my ($self) = @_;
	return scalar map { @$_ } values %{ $self->{kept} };
}

# Serves until the file $ended has a line, which it returns, and until each command has ended. It notes that the server was
# asked anything, and that a session ended in the middle of an answer.
sub carry {
	my ($self, $ended) = @_;
	my ($line, %sides) = ('');
	$self->{select}->add($ended);
	while ($self->{select}->exists($ended) || %sides) {
		for my $socket ($self->{select}->can_read) {
			if ($socket == $self->{listener}) {
				my $client = $socket->accept;
				$sides{$client} = { client => $client, begin => '', tail => '' };
				$self->{select}->add($client);
			} elsif ($socket == $ended) {
				sysread $ended, $line, 64, length $line or return;
				$self->{select}->remove($ended) if $line =~ /\n/;
			} elsif (my $side = $sides{$socket}) {
				next if $self->pass($side, $socket);
				delete @sides{ grep { defined } @$side{qw(client server)} };
				$self->finish($side);
			}
			my @servers = grep { $_->{server} && !$sides{ $_->{server} } } values %sides;
			$sides{ $_->{server} } = $_ for @servers;
		}
	}
	return $line;
}

# Passes on what a socket has. Returns 0 if the command has ended, or the server its session.
sub pass {
	my ($self, $side, $socket) = @_;
	my $n = sysread $socket, my $bytes, 1 << 20;
	return 0 if !$n || $bytes eq "X\0\0\0\4";
	if (!$side->{server}) {
		$side->{begin} .= $bytes;
		$self->greet($side) if length $side->{begin} == unpack 'N', $side->{begin};
		return 1;
	}
	if ($socket == $side->{client}) {
		($side->{tail}, $self->{asked}) = ('', 1);
		send_all($side->{server}, $bytes);
		return 1;
	}
	$side->{tail} = substr $side->{tail} . $bytes, -6;
	$side->{greeting} .= $bytes if !$side->{greeted};
	$side->{greeted} = 1 if is_ready($side);
	send_all($side->{client}, $bytes);
	return 1;
}

# Gives a command that begins a session that began alike, or a new one.
sub greet {
	my ($self, $side) = @_;
	if (my $kept = pop @{ $self->{kept}{ $side->{begin} } }) {
		@$side{qw(server greeting greeted tail)} = @$kept{qw(server greeting greeted tail)};
		send_all($side->{client}, $side->{greeting});
	} else {
		$side->{server} = IO::Socket::UNIX->new(Peer => $self->{server}) or die "$self->{server}: $!";
		send_all($side->{server}, $side->{begin});
	}
	$self->{select}->add($side->{server});
	return;
}

# Keeps the session of a command that has ended, if it waits for a statement.
sub finish {
	my ($self, $side) = @_;
	$self->{select}->remove(grep { defined } @$side{qw(client server)});
	close $side->{client};
	return if !$side->{server};
	if (is_ready($side) && ($side->{tail} =~ /I\z/ || restart($side, 'ROLLBACK')) && restart($side, 'DISCARD ALL')) {
		push @{ $self->{kept}{ $side->{begin} } }, $side;
	} else {
		close $side->{server};
		$self->{broken} = 1;
	}
	return;
}

# Whether the last message of the server is that it waits for a statement.
sub is_ready { return $_[0]{tail} =~ /^Z\0\0\0\x05[ITE]\z/ }

# Has the server run a statement. Returns whether it did.
sub restart {
	my ($side, $statement) = @_;
	send_all($side->{server}, 'Q' . pack('N', 5 + length $statement) . "$statement\0");
	$side->{tail} = '';
	while (!is_ready($side)) {
		sysread $side->{server}, my $bytes, 65536 or return 0;
		$side->{tail} = substr $side->{tail} . $bytes, -6;
	}
	return 1;
}

# A socket that has ended is noticed where it is read.
sub send_all {
	my ($socket, $bytes) = @_;
	local $SIG{PIPE} = 'IGNORE';
	while (length $bytes) {
		my $n = syswrite $socket, $bytes or return;
		substr $bytes, 0, $n, '';
	}
	return;
}

1;
