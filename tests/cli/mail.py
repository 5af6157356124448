# SPDX-License-Identifier: ISC
"""Checks a message of fil-week, read from standard input, and prints what is asked for:
mail.py [text|html|page|structure|HEADER|FILE]...
page is the HTML with its pictures in it, as a browser shows it."""
import base64
import email
import email.policy
import html.parser
import re
import struct
import sys

ONCE = 'From To Subject Date Message-ID Auto-Submitted Content-Language MIME-Version Content-Type'.split()
VOID = {'meta', 'br', 'img'}
bad = []


class Page(html.parser.HTMLParser):
    """The HTML of the mail: elements that fit together, and nothing that is loaded or runs."""

    def __init__(self):
        super().__init__()
        self.open, self.pictures, self.level = [], [], 0

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag in ('script', 'style', 'svg', 'link', 'iframe', 'object', 'form', 'a', 'base'):
            bad.append(f'<{tag}>')
        if 'class' in given or 'id' in given or any(name.startswith('on') for name in given):
            bad.append(f'<{tag}> with {sorted(given)}')
        if 'url(' in given.get('style', ''):
            bad.append(given['style'])
        if tag == 'table' and given.get('role') != 'presentation':
            self.open.append('data')
        if tag == 'th' and not given.get('scope'):
            bad.append('<th> without a scope')
        if tag == 'img':
            self.pictures.append(given['src'])
            if not given.get('alt') or given.get('width') != '552':
                bad.append(f'<img> {given}')
        if re.match('h[1-6]$', tag):
            if int(tag[1]) > self.level + 1:
                bad.append(f'<{tag}> after h{self.level}')
            self.level = int(tag[1])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        last = self.open.pop() if self.open else None
        if last != tag:
            bad.append(f'</{tag}> ends {last}')
        if tag == 'table' and self.open and self.open[-1] == 'data':
            self.open.pop()


def check_html(text, ids):
    page = Page()
    page.feed(text)
    if page.open:
        bad.append(f'open at the end: {page.open}')
    for wrong in re.findall(r'https?:|javascript:|data:[^<"]*;|@import', text):
        bad.append(f'the HTML has {wrong}')
    if text.count('role="main"') != 1 or text.count('<h1') != 1:
        bad.append('not one main part and one h1')
    if len(re.findall('<caption', text)) != len(re.findall(r'<table(?! role="presentation")', text)):
        bad.append('a table of data without a caption')
    if len(re.findall('<div style="overflow-x:auto"><table ', text)) != len(re.findall('<caption', text)):
        bad.append('a table of data that does not scroll by itself')
    if sorted(page.pictures) != sorted('cid:' + i for i in ids):
        bad.append(f'pictures {page.pictures}, parts {ids}')
    if len(text.encode()) >= 100000:
        bad.append(f'HTML of {len(text.encode())} bytes')


def check_png(data):
    width, height, depth, colour = struct.unpack('>IIBB', data[16:26])
    if data[:8] != b'\x89PNG\r\n\x1a\n' or width != 1104 or height < 200 or (depth, colour) != (8, 2):
        bad.append(f'PNG {data[:8]} {width} x {height}, {depth} bits, colour {colour}')


def check(raw, message):
    lines = raw.split(b'\n')
    if b'\r' in raw or max(map(len, lines)) > 998:
        bad.append('a carriage return, or a line of more than 998 bytes')
    for line in lines[:lines.index(b'')]:
        if len(line) > 78 or not re.match(rb'[A-Z][A-Za-z-]+: |[ ]', line):
            bad.append(f'header: {line}')
    for name in ONCE:
        if len(message.get_all(name, [])) != 1:
            bad.append(f'{name}: {message.get_all(name)}')
    if len(message.keys()) != len(ONCE) + ('Reply-To' in message):
        bad.append(f'{message.keys()}')
    if message['Auto-Submitted'] != 'auto-generated' or message['Date'].datetime is None:
        bad.append('Auto-Submitted or Date')
    if not re.match(r'<[^<>@\s]+@[^<>@\s]+>$', message['Message-ID']):
        bad.append(f'{message["Message-ID"]}')
    for part in message.walk():
        bad.extend(f'{part.get_content_type()}: {defect!r}' for defect in part.defects)
        for name, value in part.items():
            bad.extend(f'{name}: {defect!r}' for defect in getattr(value, 'defects', ()))
    pictures = [part for part in message.walk() if part.get_content_type() == 'image/png']
    for part in pictures:
        check_png(part.get_content())
    check_html(message.get_body(('html',)).get_content(), [part['Content-ID'][1:-1] for part in pictures])


def show(message, what):
    if what == 'text':
        return message.get_body(('plain',)).get_content()
    if what == 'html':
        return message.get_body(('html',)).get_content()
    if what == 'page':
        pictures = {part['Content-ID'][1:-1]: part.get_content() for part in message.walk()
                    if part.get_content_type() == 'image/png'}
        return re.sub('cid:([^"]*)', lambda match: 'data:image/png;base64,' +
                      base64.b64encode(pictures[match[1]]).decode(), show(message, 'html'))
    if what == 'structure':
        return ''.join(f'{part.get_content_type()} {part.get_filename() or part["Content-ID"] or ""}'.rstrip() + '\n'
                       for part in message.walk())
    for part in message.iter_attachments():
        if part.get_filename() == what:
            content = part.get_payload(decode=True)
            sys.stdout.buffer.write(content)
            return ''
    return f'{message[what]}\n'


raw = sys.stdin.buffer.read()
message = email.message_from_bytes(raw, policy=email.policy.default)
check(raw, message)
for what in sys.argv[1:]:
    sys.stdout.write(show(message, what))
    sys.stdout.flush()
for wrong in bad:
    print(wrong, file=sys.stderr)
sys.exit(bool(bad))
