# SPDX-License-Identifier: ISC
# Makes a translation of each text on standard input, a template in which each text is its own translation (msgen): the
# text between « and ». What is not translated shows, since it has no such signs.
use utf8;
use open qw(:std :encoding(UTF-8));

$/ = '';
while (my $entry = <STDIN>) {
	my $strings = qr/(?:"(?:[^"\\\n]|\\.)*"\s*)+/;

	if ($entry =~ /^msgid ""\s*^msgstr/m) {
		$entry =~ s/^#, fuzzy\n//m;
		$entry =~ s/nplurals=.*?;.*?;/nplurals=2; plural=(n != 1);/;
	} elsif ($entry =~ /^msgid "en"$/m) {
		$entry =~ s/^msgstr "en"/msgstr "fr"/m;
	} else {
		$entry =~ s{^(msgstr(?:\[\d\])?) ($strings)}{
			my ($key, $all) = ($1, $2);
			my $text = join '', $all =~ /"((?:[^"\\\n]|\\.)*)"/g;
			my $words = $text =~ s/%[-0-9.*\$]*(?:zu|lld|jd|ju|ld|[a-zA-Z])|\\.//gr;

			$text =~ s/^((?:\\n)*)(.*?)((?:\\n)*)$/$1«$2»$3/ if $words =~ /\pL/;
			"$key \"$text\"\n";
		}gem;
		$entry .= "\n";
	}
	print $entry;
}
