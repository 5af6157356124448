# SPDX-License-Identifier: ISC
"""Makes damaged and hostile workbooks in the current folder."""
import os
import struct
import zipfile

RELATION = '<Relationship Id="{}" Type="http://x/{}" Target="{}"/>'
ROWS = ('<row><c t="inlineStr"><is><t>user</t></is></c><c t="inlineStr"><is><t>name</t></is></c></row>'
        '<row><c><v>1</v></c><c t="inlineStr"><is><t>A</t></is></c></row>')
HEAD = f'<worksheet><sheetData>{ROWS}'
TAIL = '</sheetData></worksheet>'
PARTS = {
    '[Content_Types].xml': '<Types/>',
    '_rels/.rels': f'<R>{RELATION.format("r", "officeDocument", "xl/workbook.xml")}</R>',
    'xl/workbook.xml': '<workbook xmlns:r="r"><sheets><sheet name="F" sheetId="1" r:id="a"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels': f'<R>{RELATION.format("a", "worksheet", "worksheets/sheet1.xml")}'
                                  f'{RELATION.format("b", "sharedStrings", "sharedStrings.xml")}</R>',
    'xl/sharedStrings.xml': '<sst/>',
    'xl/worksheets/sheet1.xml': HEAD + TAIL,
}
SHEET, STRINGS = 'xl/worksheets/sheet1.xml', 'xl/sharedStrings.xml'


def make(name, parts=None, times=1):
    """Writes a workbook. A part may be text, None, or a beginning, a unit to repeat, and an end."""
    with zipfile.ZipFile(name + '.xlsx', 'w', zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for part, text in {**PARTS, **(parts or {})}.items():
            if isinstance(text, tuple):
                with file.open(part, 'w') as stream:
                    stream.write(text[0].encode())
                    mass = text[1].encode() * (1 << 20)
                    for _ in range(times):
                        stream.write(mass)
                    stream.write(text[2].encode())
            elif text is not None:
                file.writestr(part, text)


def change(name, at, value):
    """Changes the last entry of the directory of the good workbook."""
    with open('ok.xlsx', 'rb') as file:
        data = bytearray(file.read())
    begin = data.rfind(b'PK\1\2') + at
    data[begin:begin + 4] = value
    with open(name + '.xlsx', 'wb') as file:
        file.write(data)


def cut(name, size):
    with open('ok.xlsx', 'rb') as file:
        data = file.read()
    with open(name + '.xlsx', 'wb') as file:
        file.write(data[:size])


make('ok')
make('bomb', {SHEET: (HEAD, ' ', TAIL)}, 80)
make('bomb-names', {SHEET: (HEAD, '<x/>', TAIL)}, 20)
make('bomb-strings', {STRINGS: ('<sst>', '<si/>', '</sst>')}, 20)
noise = {'noise': os.urandom(1 << 18).hex()}
make('deep', {SHEET: (HEAD, '<a>', ''), **noise}, 3)
make('long-tag', {SHEET: (HEAD + '<row a="', 'a', '"/>' + TAIL), **noise}, 6)
make('long-cell', {SHEET: (HEAD + '<row><c t="str"><v>', 'a', '</v></c></row>' + TAIL)}, 2)
make('long-string', {STRINGS: ('<sst><si><t>', 'a', '</t></si></sst>')}, 2)
make('columns', {SHEET: (HEAD + '<row>', '<c><v>1</v></c>', '</row>' + TAIL)})
make('wide', {SHEET: HEAD + '<row><c r="AMK3"><v>1</v></c></row>' + TAIL})
make('far', {SHEET: HEAD + '<row><c r="ZZZZZZZZZZZZZZZZZ7"><v>1</v></c></row>' + TAIL})
make('formula', {SHEET: HEAD + '<row><c><v>2</v></c><c t="str"><f>T(1)</f><v></v></c></row>'
                         '<row><c><f>1+1</f><v/></c></row>' + TAIL})
make('row-twice', {SHEET: HEAD + '<row r="1"><c><v>1</v></c></row>' + TAIL})
make('row-within', {SHEET: HEAD + '<row r="3"><c r="D3"><v>1</v></c><row r="4"><c r="A4"><v>2</v></c></row></row>' + TAIL})
make('rows-again', {SHEET: HEAD + '</sheetData><sheetData><row r="9"><c><v>1</v></c></row>' + TAIL})
make('rows', {SHEET: HEAD + '<row r="99999999999999999999"><c><v>1</v></c></row>' + TAIL})
make('entity', {SHEET: '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + HEAD + TAIL})
make('external', {STRINGS: '<!DOCTYPE w SYSTEM "file:///etc/passwd"><sst/>'})
make('no-string', {SHEET: HEAD + '<row><c t="s"><v>5</v></c></row>' + TAIL})
make('no-sheet', {SHEET: None})
make('no-rels', {'_rels/.rels': None})
make('no-workbook', {'xl/workbook.xml': None})
make('document', {'xl/workbook.xml': '<document/>'})
make('xlsb', {'_rels/.rels': PARTS['_rels/.rels'].replace('.xml', '.bin')})
make('outside', {'xl/_rels/workbook.xml.rels': f'<R>{RELATION.format("a", "worksheet", "../../../../etc/passwd")}</R>'})
make('cut-xml', {SHEET: HEAD})
change('crc', 16, b'abcd')
change('lie-short', 24, struct.pack('<I', 10))
change('lie-long', 24, struct.pack('<I', 10 ** 9))
cut('cut-1', -1)
cut('cut-100', 100)
cut('cut-half', len(open('ok.xlsx', 'rb').read()) // 2)
with zipfile.ZipFile('many.xlsx', 'w') as many:
    for number in range(20001):
        many.writestr(f'xl/{number}', '')
