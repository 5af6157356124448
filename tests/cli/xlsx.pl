# SPDX-License-Identifier: ISC
# Reads a workbook, without the library that writes it: xlsx.pl FILE prints its only sheet as CSV, as fil-list writes
# CSV. Days are told by the formats of their cells. xlsx.pl FILE PART prints a part of the file, such as xl/workbook.xml.
use strict;
use warnings;
use IO::Uncompress::Unzip qw($UnzipError);
use POSIX qw(strftime);

# Returns a part of the file.
sub part {
	my ($file, $name) = @_;
	my $zip = IO::Uncompress::Unzip->new($file, Name => $name) or die "$file: $name: $UnzipError\n";
	local $/;
	my $text = <$zip>;
	die "$file: $name: is not whole\n" unless defined $text && $text =~ m{>\s*\z};
	return $text;
}

# Returns the text of an element: references of XML, then the codes of characters of a spreadsheet.
sub text {
	my ($xml) = @_;
	my %names = (lt => '<', gt => '>', amp => '&', quot => '"', apos => "'");
	$xml =~ s/&(\w+);/$names{$1} \/\/ die "&$1;\n"/ge;
	$xml =~ s/_x([0-9A-Fa-f]{4})_/chr hex $1/ge;
	return $xml;
}

# Returns a cell as CSV has it.
sub quoted {
	my ($cell) = @_;
	return $cell unless $cell =~ /[",\r\n]|^\s|\s\z|^\xC2\xA0|\xC2\xA0\z/;
	$cell =~ s/"/""/g;
	return "\"$cell\"";
}

# Returns the number of a column, from 0: A1, AB12.
sub column {
	my ($reference) = @_;
	my $n = 0;
	$n = 26 * $n + ord($1) - 64 while $reference =~ /([A-Z])/g;
	return $n - 1;
}

my ($file, $name) = @ARGV;
if ($name) {
	print part($file, $name);
	exit;
}
my $styles = part($file, 'xl/styles.xml');
my %codes = $styles =~ m{<numFmt numFmtId="(\d+)" formatCode="(.*?)"}g;
my ($formats) = $styles =~ m{<cellXfs.*?>(.*?)</cellXfs>}s;
my @days = map { ($codes{$_} // '') =~ /y/ ? 1 : 0 } $formats =~ m{<xf numFmtId="(\d+)"}g;
my $sheet = part($file, 'xl/worksheets/sheet1.xml');
my $columns = 0;

while ($sheet =~ m{<row .*?>(.*?)</row>}gs) {
	my @cells;
	my $row = $1;
	while ($row =~ m{<c r="([A-Z]+)\d+"(?: s="(\d+)")?( t="inlineStr")?>(.*?)</c>}gs) {
		my ($place, $style, $inline, $content) = (column($1), $2 // 0, $3, $4);
		if ($inline) {
			$content =~ m{<t(?: xml:space="preserve")?>(.*)</t>}s or die "$content\n";
			$cells[$place] = quoted(text($1));
		} else {
			$content =~ m{^<v>(.*)</v>$} or die "$content\n";
			$cells[$place] = $days[$style] ? strftime('%Y-%m-%d', gmtime(($1 - 25569) * 86400)) : sprintf('%.15g', $1);
		}
	}
	$columns = @cells if @cells > $columns;
	print join(',', map { $_ // '' } @cells[0 .. $columns - 1]), "\n";
}
