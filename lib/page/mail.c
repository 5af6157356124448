/* SPDX-License-Identifier: ISC */
#include "lib/page/mail.h"

#include <limits.h>
#include <pwd.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/options.h"
#include "lib/mapping/profile_file.h"
#include "lib/output/mime.h"
#include "lib/output/output.h"
#include "lib/output/prose.h"
#include "lib/page/content.h"
#include "lib/page/mail_html.h"
#include "lib/page/week.h"

/* What can be attached. */
enum { HTML, XLSX, CSV, ATTACHMENTS };

static const struct {
	const char *name;
	const char *type;
	enum fil_output_format format;
} attachments[ATTACHMENTS] = {
	[HTML] = { "html", "text/html; charset=utf-8", FIL_HTML },
	[XLSX] = { "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	    FIL_XLSX },
	[CSV] = { "csv", "text/csv; charset=utf-8", FIL_CSV },
};

struct fil_mail {
	struct fil_bytes to, from, reply_to; /* addresses; empty: not said */
	bool to_setting; /* the setting has addresses too */
	unsigned attached; /* bits of attachments; 0: not said */
};

struct fil_mail *
fil_mail_new(void)
{
	return fil_alloc(1, sizeof(struct fil_mail));
}

int
fil_mail_to(struct fil_mail *mail, const char *list, struct fil_fault *fault)
{
	if (*list != '\0')
		return fil_mime_addresses(list, &mail->to, fault);
	mail->to_setting = true;
	return 0;
}

bool
fil_mail_wanted(const struct fil_mail *mail)
{
	return mail->to.length > 0 || mail->to_setting;
}

static void
refuse_attachment(const char *name, struct fil_fault *fault)
{
	fil_fault_set(fault, FIL_USAGE, "'%s' cannot be attached", name);
}

int
fil_mail_attach(struct fil_mail *mail, const char *list, struct fil_fault *fault)
{
	const char *names[ATTACHMENTS];

	for (size_t i = 0; i < ATTACHMENTS; i++)
		names[i] = attachments[i].name;
	return fil_choices_read(
	    list, names, ATTACHMENTS, refuse_attachment, &mail->attached, fault);
}

int
fil_mail_check(const struct fil_mail *mail, char *const *arguments, struct fil_fault *fault)
{
	if (mail->attached != 0 && !fil_mail_wanted(mail))
		return fil_fault_set(
		    fault, FIL_USAGE, "--attach needs --mail-to: only a mail has attachments");
	for (; fil_mail_wanted(mail) && *arguments; arguments++)
		if (strpbrk(*arguments, "\r\n"))
			return fil_fault_set(fault, FIL_USAGE,
			    "with --mail-to, no argument may have a line break: '%s'", *arguments);
	return 0;
}

/* Reads addresses from a setting, if it is there. Returns 0, or -1 with a fault. */
static int
read_addresses(const struct fil_profile_file *settings, const char *key, struct fil_bytes *value,
    struct fil_fault *fault)
{
	const struct fil_setting *setting = fil_settings_find(settings, "mail", key);

	if (!setting || fil_mime_addresses(setting->value, value, fault) == 0)
		return 0;
	return fil_setting_blame(setting, fault);
}

/* Checks the first word of the subject. Returns 0, or -1 with a fault. */
static int
check_subject(const struct fil_profile_file *settings, struct fil_fault *fault)
{
	const struct fil_setting *setting = fil_settings_find(settings, "mail", "subject");

	for (const char *p = setting ? setting->value : ""; *p != '\0'; p++)
		if ((*p > 0 && *p < ' ') || *p == 0x7F) {
			fil_fault_set(fault, FIL_BAD_CONFIG,
			    "subject may have no control characters: '%s'", setting->value);
			return fil_setting_blame(setting, fault);
		}
	return 0;
}

static int
read_attached(
    struct fil_mail *mail, const struct fil_profile_file *settings, struct fil_fault *fault)
{
	const struct fil_setting *setting = fil_settings_find(settings, "mail", "attach");
	struct fil_mail set = { .attached = 0 };
	enum fil_output_format format;

	if (setting && fil_mail_attach(&set, setting->value, fault) < 0)
		return fil_setting_blame(setting, fault);
	if (mail->attached == 0)
		mail->attached = setting ? set.attached : 1U << HTML;
	return mail->attached >> XLSX & 1
	    ? fil_output_format(attachments[XLSX].name, &format, fault)
	    : 0;
}

int
fil_mail_complete(
    struct fil_mail *mail, const struct fil_profile_file *settings, struct fil_fault *fault)
{
	struct fil_bytes unused = { 0 };
	int result;

	if (!fil_mail_wanted(mail))
		return 0;
	result = read_addresses(settings, "to", mail->to_setting ? &mail->to : &unused, fault);
	fil_bytes_release(&unused);
	if (result < 0)
		return -1;
	if (mail->to.length == 0)
		return fil_fault_set(fault, FIL_USAGE,
		    "--mail-to has no address, and neither has the setting 'to' in [mail]");
	if (read_addresses(settings, "from", &mail->from, fault) < 0 ||
	    read_addresses(settings, "reply-to", &mail->reply_to, fault) < 0 ||
	    check_subject(settings, fault) < 0)
		return -1;
	return read_attached(mail, settings, fault);
}

/* Returns the name of this machine, as an address may have it. */
static const char *
host_name(char host[static HOST_NAME_MAX + 1])
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-.";

	memset(host, 0, HOST_NAME_MAX + 1);
	if (gethostname(host, HOST_NAME_MAX) < 0 || *host == '\0' || *host == '.' ||
	    host[strspn(host, allowed)] != '\0')
		return "localhost";
	return host;
}

/* Writes the sender: that of the settings, else the account on this machine. */
static void
write_from(const struct fil_mail *mail, FILE *stream)
{
	const struct passwd *account = getpwuid(geteuid());
	struct fil_bytes value = { 0 };
	struct fil_fault fault;
	char host[HOST_NAME_MAX + 1], *address;

	if (mail->from.length > 0) {
		fprintf(stream, "From: %s\n", mail->from.data);
		return;
	}
	address = fil_format("%s@%s", account ? account->pw_name : "filrouge", host_name(host));
	if (fil_mime_addresses(address, &value, &fault) < 0)
		fil_bytes_add_text(&value, "filrouge@localhost");
	fprintf(stream, "From: %s\n", value.data);
	fil_bytes_release(&value);
	free(address);
}

/* Writes what tells this message from all others. Locale and messages of libc are not asked: names of
 * days and months are English. */
static void
write_identity(FILE *stream)
{
	char text[sizeof "Mon, 01 Jan 2024 07:00:00 +0100" + 16], host[HOST_NAME_MAX + 1];
	time_t now = time(NULL);
	struct tm local;
	unsigned long long chance;

	localtime_r(&now, &local);
	strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S %z", &local);
	randombytes_buf(&chance, sizeof chance);
	fprintf(stream, "Date: %s\nMessage-ID: <%llx.%llx@%s>\n", text, (unsigned long long)now,
	    chance, host_name(host));
}

static void
write_header(const struct fil_mail *mail, const struct fil_week *week, FILE *stream)
{
	write_from(mail, stream);
	if (mail->reply_to.length > 0)
		fprintf(stream, "Reply-To: %s\n", mail->reply_to.data);
	fprintf(stream, "To: %s\n", mail->to.data);
	fil_mime_field(stream, "Subject", week->subject);
	write_identity(stream);
	fprintf(stream, "Auto-Submitted: auto-generated\nContent-Language: %s\nMIME-Version: 1.0\n",
	    fil_language());
}

/* A file that is attached. */
struct attachment {
	size_t kind;
	char *file; /* its name */
	struct fil_memory_stream body;
};

/* A message while it is made. */
struct message {
	const struct fil_mail *mail;
	const struct fil_week *week;
	struct fil_mail_picture *pictures;
	size_t n_pictures;
	struct attachment *attached;
	size_t n_attached;
	struct fil_fault *lacking;
};

/* Makes the picture of a drawing, unless one failed before. */
static void
add_picture(
    struct message *message, const struct fil_content *content, const struct fil_drawing *drawing)
{
	size_t n = message->n_pictures, same = 1;
	struct fil_mail_picture *picture;

	if (drawing->kind != FIL_DRAWING_BAND && drawing->kind != FIL_DRAWING_STEPS)
		return;
	if (message->lacking->text[0] != '\0')
		return;
	message->pictures = fil_resize(message->pictures, n + 1, sizeof *message->pictures);
	picture = &message->pictures[n];
	*picture = (struct fil_mail_picture){ .drawing = drawing };
#ifdef FIL_HAS_RSVG
	if (fil_drawing_png(drawing, &picture->png, message->lacking) < 0) {
		fil_bytes_release(&picture->png);
		return;
	}
#else
	fil_fault_set(message->lacking, FIL_UNAVAILABLE,
	    "the mail has no pictures: this program was built without librsvg; its tables have "
	    "their figures");
	return;
#endif
	for (size_t i = 0; i < n; i++)
		same += strncmp(message->pictures[i].id, content->section->id,
			    strlen(content->section->id)) == 0;
	picture->id = same == 1 ? fil_format("%s@filrouge", content->section->id)
				: fil_format("%s.%zu@filrouge", content->section->id, same);
	message->n_pictures++;
}

static void
add_pictures(struct message *message)
{
	for (size_t i = 0; i < message->week->n; i++) {
		const struct fil_content *content = &message->week->contents[i];

		for (size_t k = 0; k < content->n_blocks; k++)
			if (content->blocks[k].kind == FIL_BLOCK_PICTURE)
				add_picture(message, content, content->blocks[k].drawing);
	}
}

/* Begins an attachment, and returns its body. section: its id, or NULL for the page. */
static struct fil_memory_stream *
attach(struct message *message, size_t kind, const char *section)
{
	const char *name = attachments[kind].name;
	size_t n = message->n_attached++;
	char week[FIL_PROSE_SIZE];
	struct fil_memory_stream *body;

	fil_prose_week(week, message->week->as_of);
	message->attached = fil_resize(message->attached, n + 1, sizeof *message->attached);
	message->attached[n].kind = kind;
	message->attached[n].file = section ? fil_format("filrouge-%s-%s.%s", week, section, name)
					    : fil_format("filrouge-%s.%s", week, name);
	body = &message->attached[n].body;
	fil_memory_stream_open(body);
	return body;
}

/* Writes the rows of a section's own report. Returns 0, or -1 with a fault. */
static int
write_rows(const struct fil_content *content, enum fil_output_format format, FILE *stream,
    struct fil_fault *fault)
{
	const struct fil_rows *rows = content->rows[0];
	const struct fil_output_style style = { .format = format, .title = content->section->id };
	const char **cells = fil_alloc(rows->n_columns, sizeof *cells);
	struct fil_output *output = fil_output_new(stream, &style, rows->columns, rows->n_columns);

	for (size_t row = 0; row < rows->n; row++) {
		for (size_t i = 0; i < rows->n_columns; i++)
			cells[i] = fil_rows_cell(rows, row, rows->columns[i].name);
		fil_output_row(output, cells);
	}
	free(cells);
	return fil_output_end(output, fault);
}

/* Attaches a file for each section that has a report. Returns 0, or -1 with a fault. */
static int
attach_rows(struct message *message, size_t kind, struct fil_fault *fault)
{
	for (size_t i = 0; i < message->week->n; i++) {
		const struct fil_content *content = &message->week->contents[i];
		struct fil_memory_stream *body;
		int result;

		if (content->section->unreported || content->n_rows == 0)
			continue;
		body = attach(message, kind, content->section->id);
		result = write_rows(content, attachments[kind].format, body->stream, fault);
		fil_memory_stream_close(body);
		if (result < 0)
			return -1;
	}
	return 0;
}

/* Attaches what is wanted. Returns 0, or -1 with a fault. */
static int
attach_all(struct message *message, struct fil_fault *fault)
{
	if (message->mail->attached >> HTML & 1) {
		struct fil_memory_stream *page = attach(message, HTML, NULL);

		fil_week_write_html(message->week, page->stream);
		fil_memory_stream_close(page);
	}
	for (size_t kind = XLSX; kind < ATTACHMENTS; kind++)
		if (message->mail->attached >> kind & 1 && attach_rows(message, kind, fault) < 0)
			return -1;
	return 0;
}

/* Returns the sentence that points to the page attached, or NULL. */
static const char *
tell_attached(const struct message *message)
{
	return message->mail->attached >> HTML & 1
	    ? _("The page attached has the pictures, all figures and the commands that print them.")
	    : NULL;
}

/* Makes the page as text. */
static void
make_text(const struct message *message, struct fil_memory_stream *body)
{
	const char *attached = tell_attached(message);

	fil_memory_stream_open(body);
	fil_week_write_utf8(message->week, body->stream);
	if (attached)
		fprintf(body->stream, "\n%s\n", attached);
	fil_memory_stream_close(body);
}

static void
make_html(const struct message *message, struct fil_memory_stream *body)
{
	const struct fil_mail_html html = { message->week, message->pictures, message->n_pictures,
		tell_attached(message) };

	fil_memory_stream_open(body);
	fil_mail_html_write(&html, body->stream);
	fil_memory_stream_close(body);
}

/* Returns whether the HTML shows a picture: a section that is too long loses its own. */
static bool
shows(const struct fil_memory_stream *html, const struct fil_mail_picture *picture)
{
	char *source = fil_format("\"cid:%s\"", picture->id);
	bool found = memmem(html->text, html->n, source, strlen(source)) != NULL;

	free(source);
	return found;
}

/* Sets the part of the HTML, shown[0]: with its pictures, for which shown has room. */
static void
set_look(const struct message *message, const struct fil_memory_stream *html,
    struct fil_mime_part *part, struct fil_mime_part *shown)
{
	size_t n = 1;

	for (size_t i = 0; i < message->n_pictures; i++) {
		const struct fil_mail_picture *picture = &message->pictures[i];

		if (!shows(html, picture))
			continue;
		shown[n] = (struct fil_mime_part){ "image/png", .id = picture->id,
			.data = picture->png.data, .n = picture->png.length };
		n++;
	}
	*part = n == 1 ? shown[0]
		       : (struct fil_mime_part){ "multipart/related; type=\"text/html\"",
				 .parts = shown, .n_parts = n };
}

/* Writes the text, the HTML with its pictures, and the attachments. */
static void
write_parts(const struct message *message, FILE *stream)
{
	struct fil_mime_part *shown = fil_alloc(message->n_pictures + 1, sizeof *shown),
			     *all = fil_alloc(message->n_attached + 1, sizeof *all), looks[2];
	struct fil_memory_stream text, html;

	make_text(message, &text);
	make_html(message, &html);
	looks[0] =
	    (struct fil_mime_part){ "text/plain; charset=utf-8", .data = text.text, .n = text.n };
	shown[0] =
	    (struct fil_mime_part){ "text/html; charset=utf-8", .data = html.text, .n = html.n };
	set_look(message, &html, &looks[1], shown);
	all[0] = (struct fil_mime_part){ "multipart/alternative", .parts = looks, .n_parts = 2 };
	for (size_t i = 0; i < message->n_attached; i++) {
		const struct attachment *attached = &message->attached[i];

		all[i + 1] = (struct fil_mime_part){ attachments[attached->kind].type,
			.file = attached->file, .data = attached->body.text,
			.n = attached->body.n };
	}
	fil_mime_part(stream,
	    &(struct fil_mime_part){
		"multipart/mixed", .parts = all, .n_parts = message->n_attached + 1 });
	free(shown);
	free(all);
	free(text.text);
	free(html.text);
}

static void
release(struct message *message)
{
	for (size_t i = 0; i < message->n_pictures; i++) {
		free(message->pictures[i].id);
		fil_bytes_release(&message->pictures[i].png);
	}
	for (size_t i = 0; i < message->n_attached; i++) {
		free(message->attached[i].file);
		free(message->attached[i].body.text);
	}
	free(message->pictures);
	free(message->attached);
}

int
fil_mail_write(const struct fil_mail *mail, const struct fil_week *week, FILE *stream,
    struct fil_fault *lacking, struct fil_fault *fault)
{
	struct message message = { .mail = mail, .week = week, .lacking = lacking };
	int result;

	lacking->text[0] = '\0';
	result = attach_all(&message, fault);
	if (result == 0) {
		add_pictures(&message);
		write_header(mail, week, stream);
		write_parts(&message, stream);
	}
	release(&message);
	return result;
}

void
fil_mail_free(struct fil_mail *mail)
{
	if (!mail)
		return;
	fil_bytes_release(&mail->to);
	fil_bytes_release(&mail->from);
	fil_bytes_release(&mail->reply_to);
	free(mail);
}
