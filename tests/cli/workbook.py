# SPDX-License-Identifier: ISC
"""Makes a workbook without the code that reads it: workbook.py FILE [WORD...] < ROWS.

A line is a row, its cells are separated by '|', and "KIND:TEXT" says what a cell is: s a shared string, i an inline one,
n a number, d, D, h and p a number shown as a day, a day with a time, hours, or a percentage; b a boolean, e an error, f a formula with its
text, x the rest of <c>. An empty cell is left out. A line "= NAME" begins a sheet, "= !NAME" a hidden one; "- " before a
row hides it, "+ " merges the cells A2:A5, "row N" has the next row be N. Words: 1904, strict, prefix; noNAME leaves a
part out; NAME=FILE takes a part from a file.

workbook.py fill FILE CELL=VALUE... fills in cells of the first sheet of a workbook, as a person does. Of a flat file of
LibreOffice (.fods), it does the same.
"""
import re
import sys
import zipfile
from html import escape

MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
STRICT = 'http://purl.oclc.org/ooxml/spreadsheetml/main'
STRICT_RELATIONS = 'http://purl.oclc.org/ooxml/officeDocument/relationships'
STYLES = {'d': 1, 'D': 2, 'h': 3, 'p': 4}


def letters(column):
    text = ''
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


class Workbook:
    def __init__(self):
        self.sheets, self.strings, self.row = [], {}, 0

    def cell(self, place, cell):
        kind, text = cell.split(':', 1)
        text = escape(text.replace('\\n', '\n'), quote=False)
        if kind == 's':
            return f'<c r="{place}" t="s"><v>{self.strings.setdefault(text, len(self.strings))}</v></c>'
        if kind == 'i':
            return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
        if kind == 'f':
            return f'<c r="{place}" t="str"><f>A1&amp;"x"</f><v>{text}</v></c>'
        if kind in 'be':
            return f'<c r="{place}" t="{kind}"><v>{text}</v></c>'
        if kind == 'x':
            return f'<c r="{place}"{cell[2:]}</c>'
        return f'<c r="{place}" s="{STYLES.get(kind, 0)}"><v>{text}</v></c>'

    def line(self, line):
        if line.startswith('= '):
            self.sheets.append({'name': line[2:].lstrip('!'), 'hidden': line[2] == '!', 'rows': [], 'merged': []})
            self.row = 0
        elif line.startswith('row '):
            self.row = int(line[4:]) - 1
        elif line.startswith('+ '):
            self.sheets[-1]['merged'].append(line[2:])
        else:
            self.row += 1
            hidden = ' hidden="1"' if line.startswith('- ') else ''
            cells = line[2:] if hidden else line
            made = [self.cell(f'{letters(c)}{self.row}', cell) for c, cell in enumerate(cells.split('|')) if cell]
            self.sheets[-1]['rows'].append(f'<row r="{self.row}"{hidden}>{"".join(made)}</row>')

    def parts(self, words):
        main, relations = (STRICT, STRICT_RELATIONS) if 'strict' in words else (MAIN, RELATIONS)
        head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        package = 'http://schemas.openxmlformats.org/package/2006/'
        yield '[Content_Types].xml', f'{head}<Types xmlns="{package}content-types"/>'
        yield '_rels/.rels', (f'{head}<Relationships xmlns="{package}relationships"><Relationship Id="rId1" '
                              f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        sheets = ''.join(
            f'<sheet name="{escape(s["name"])}" sheetId="{i + 1}"'
            f'{" state=" + chr(34) + "hidden" + chr(34) if s["hidden"] else ""} r:id="rId{i + 1}"/>'
            for i, s in enumerate(self.sheets))
        date = '<workbookPr date1904="1"/>' if '1904' in words else ''
        yield 'xl/workbook.xml', f'{head}<workbook xmlns="{main}" xmlns:r="{relations}">{date}<sheets>{sheets}</sheets></workbook>'
        made = ''.join(f'<Relationship Id="rId{i + 1}" Type="{relations}/worksheet" Target="worksheets/sheet{i + 1}.xml"/>'
                       for i in range(len(self.sheets)))
        made += f'<Relationship Id="s" Type="{relations}/styles" Target="/xl/styles.xml"/>'
        made += f'<Relationship Id="t" Type="{relations}/sharedStrings" Target="./../xl/sharedStrings.xml"/>'
        yield 'xl/_rels/workbook.xml.rels', f'{head}<Relationships xmlns="{package}relationships">{made}</Relationships>'
        yield 'xl/styles.xml', (f'{head}<styleSheet xmlns="{main}"><numFmts count="2"><numFmt numFmtId="164" '
                                'formatCode="[$-40C]d\\ mmmm\\ yyyy\\ hh:mm;@"/><numFmt numFmtId="165" formatCode="[h]:mm"/>'
                                '</numFmts><cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/>'
                                '<xf numFmtId="165"/><xf numFmtId="9"/></cellXfs><dxfs><dxf><numFmt numFmtId="0" formatCode="d"/></dxf></dxfs>'
                                '</styleSheet>')
        strings = ''.join(f'<si><t xml:space="preserve">{s}</t></si>' if i % 2 else
                          f'<si><r><t xml:space="preserve">{s[:3]}</t></r><r><rPr><b/></rPr><t xml:space="preserve">{s[3:]}'
                          '</t></r><rPh sb="0" eb="1"><t>kana</t></rPh></si>' if '&' not in s[:9] else f'<si><t>{s}</t></si>'
                          for i, s in enumerate(self.strings))
        yield 'xl/sharedStrings.xml', f'{head}<sst xmlns="{main}" count="7" uniqueCount="7">{strings}</sst>'
        for i, sheet in enumerate(self.sheets):
            merged = ''.join(f'<mergeCell ref="{ref}"/>' for ref in sheet['merged'])
            yield f'xl/worksheets/sheet{i + 1}.xml', (
                f'{head}<worksheet xmlns="{main}"><dimension ref="A1:B2"/><sheetData>{"".join(sheet["rows"])}</sheetData>'
                f'{"<mergeCells>" + merged + "</mergeCells>" if merged else ""}</worksheet>')


def prefixed(text):
    """Gives all elements a prefix, as some programs do."""
    text = text.replace('<', '<x:').replace('<x:/', '</x:').replace('<x:?', '<?')
    return text.replace(' xmlns="', ' xmlns:x="')


def fill(path, cells):
    """Fills in cells of the first sheet, which keep their formats."""
    with zipfile.ZipFile(path) as file:
        parts = [(info, file.read(info)) for info in file.infolist()]
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as file:
        for info, part in parts:
            for place, value in cells if info.filename == 'xl/worksheets/sheet1.xml' else []:
                kind, made = ('', f'<v>{value}</v>') if value.isdigit() else (
                    ' t="inlineStr"', f'<is><t>{escape(value, quote=False)}</t></is>')
                part, n = re.subn(rf'<c r="{place}"( s="\d+")?(?:[^>]*/>|[^>]*>.*?</c>)',
                                  rf'<c r="{place}"\1{kind}>{made}</c>', part.decode(), count=1)
                assert n == 1, place
                part = part.encode()
            file.writestr(info.filename, part)


def fill_flat(path, cells):
    """The same in a flat file, whose cells and rows may be repeated."""
    def times(element, what):
        return int(element.getAttribute(f'table:number-{what}-repeated') or 1)

    from xml.dom import minidom  # takes longer to load than a workbook to make

    document = minidom.parse(path)
    rows = []
    for row in document.getElementsByTagName('table:table')[0].getElementsByTagName('table:table-row'):
        rows += [row] * min(times(row, 'rows'), 100)
    for place, value in cells:
        row, column = rows[int(place[1:]) - 1], ord(place[0]) - 65
        single = []
        for cell in [cell for cell in row.childNodes if cell.nodeType == cell.ELEMENT_NODE]:
            for _ in range(min(times(cell, 'columns'), 26)):
                single.append(cell.cloneNode(True))
            row.removeChild(cell)
        for cell in single:
            if cell.hasAttribute('table:number-columns-repeated'):
                cell.removeAttribute('table:number-columns-repeated')
            row.appendChild(cell)
        cell = single[column]
        cell.setAttribute('office:value-type', 'float' if value.isdigit() else 'string')
        if value.isdigit():
            cell.setAttribute('office:value', value)
        text = document.createElement('text:p')
        text.appendChild(document.createTextNode(value))
        cell.appendChild(text)
    with open(path, 'w', encoding='utf-8') as file:
        document.writexml(file, encoding='UTF-8')


def main():
    if sys.argv[1] == 'fill':
        filling = fill_flat if sys.argv[2].endswith('.fods') else fill
        filling(sys.argv[2], [word.split('=', 1) for word in sys.argv[3:]])
        return
    path, words = sys.argv[1], sys.argv[2:]
    given = dict(word.split('=', 1) for word in words if '=' in word)
    workbook = Workbook()
    for line in sys.stdin.read().splitlines():
        workbook.line(line)
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as file:
        for name, text in workbook.parts(words):
            base = name.rsplit('/', 1)[-1]
            if 'no' + base in words:
                continue
            if 'prefix' in words and name.startswith('xl/') and not name.endswith('.rels'):
                text = prefixed(text)
            if base in given:
                with open(given[base], 'rb') as part:
                    text = part.read()
            file.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)


main()
