/* SPDX-License-Identifier: ISC */
/* Where a request goes: a file, a code on the terminal, a mail to paste. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "asking.h"
#include "keys/qr.h"

/* --- a file ---------------------------------------------------------------------------------- */

const char *
asking_path(const struct asking *asking)
{
	if (asking->qr || asking->mail)
		return NULL;
	if (asking->out == NULL)
		return asking->request.file;
	return strcmp(asking->out, "-") == 0 ? NULL : asking->out;
}

/* The one request in a file. */
static struct cbor_bytes
request_in(const struct carried *carried)
{
	const struct document *document = carried_find(carried, DOCUMENT_REQUEST);

	return carried->count == 1 && document != NULL ? document->bytes
						       : (struct cbor_bytes){ NULL, 0 };
}

void
asking_look(struct asking *asking)
{
	size_t offset;

	if (asking->out == NULL || strcmp(asking->out, "-") == 0 ||
		carried_read(asking->out, &asking->old, &offset) != SKERRY_OK)
		return;
	asking->replaces = request_in(&asking->old);
}

/* Whether a file holds this very request, in whatever carrier. */
static bool
is_same(const char *path, const struct request_made *made)
{
	struct carried carried;
	struct cbor_bytes bytes;
	size_t offset;
	bool same;

	if (carried_read(path, &carried, &offset) != SKERRY_OK)
		return false;
	bytes = request_in(&carried);
	same = bytes.data != NULL && bytes.len == made->sealed_len &&
	       memcmp(bytes.data, made->sealed, bytes.len) == 0;
	carried_free(&carried);
	return same;
}

static bool
fail_file(const struct asking *asking, const char *path, enum skerry_err err,
	enum command_exit *ret_exit)
{
	struct command_failure failure = cli_failure(err, path, 0);

	failure.has_offset = false;
	failure.message = command_output_message(err);
	failure.advice = command_output_advice(err);
	if (err == SKERRY_ERR_FILE_EXISTS) {
		failure.message = "Another file has this name already, and was left alone.";
		failure.advice = "Name another one with --out, or replace it with --force.";
	} else if (failure.advice == NULL) {
		failure.advice = "Name a file in another folder with --out: the same request is "
				 "written there.";
	}
	*ret_exit = command_fail_json(&failure, asking->json);
	return false;
}

/* This very one, or an older one of this site's, makes room. */
static enum skerry_err
write_as_self(const struct asking *asking, const char *path)
{
	const struct request_made *made = &asking->request.made;
	bool replace = asking->force || (asking->out != NULL && asking->request.replaces) ||
		       (strcmp(path, "-") != 0 && is_same(path, made));

	return carried_write(
		path, DOCUMENT_REQUEST, made->sealed, made->sealed_len, asking->armored, replace);
}

static bool
write_file(const struct asking *asking, const struct writer *writer, enum command_exit *ret_exit)
{
	const char *path = asking->out != NULL ? asking->out : asking->request.file;
	enum skerry_err err = writer == NULL ? SKERRY_OK : writer_step_out(writer), back;

	if (err == SKERRY_OK) {
		err = write_as_self(asking, path);
		back = writer == NULL ? SKERRY_OK : writer_step_in(writer);
		err = err == SKERRY_OK ? back : err;
	}
	return err == SKERRY_OK || fail_file(asking, path, err, ret_exit);
}

/* --- a code ---------------------------------------------------------------------------------- */

/* Two rows of modules in one line. Light ones are drawn: terminals are dark, and say so where they can. */
static void
print_rows(const struct qr *qr, bool utf8, bool colors)
{
	static const char *const BOTH[] = { " ", "\u2584", "\u2580", "\u2588" };

	for (int y = -QR_QUIET; y < qr->size + QR_QUIET; y += utf8 ? 2 : 1) {
		if (colors)
			fputs("\033[37;40m", stdout);
		for (int x = -QR_QUIET; x < qr->size + QR_QUIET; x++) {
			bool upper = !qr_dark(qr, x, y), lower = !qr_dark(qr, x, y + 1);

			if (utf8)
				fputs(BOTH[2 * upper + lower], stdout);
			else
				fputs(upper ? "##" : "  ", stdout);
		}
		puts(colors ? "\033[0m" : "");
	}
}

static void
tell_width(int needed)
{
	struct winsize window;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0 &&
		window.ws_col < needed)
		fprintf(stderr,
			"The code is %d columns wide, and this terminal has %u: make it "
			"wider or the letters smaller, and run the same again.\n",
			needed, window.ws_col);
}

static bool
print_code(const struct asking *asking, enum command_exit *ret_exit)
{
	const struct command_failure failure = { .err = SKERRY_ERR_DOCUMENT_TOO_LARGE,
		.subject = asking->request.name,
		.message = "This request is too large for a QR code.",
		.advice = "Run the same with --mail or --out FILE: the same request is written "
			  "there." };
	char *text = show_request_code(&asking->request.made);
	bool utf8 = cli_shows_utf8();
	struct qr qr;

	if (text == NULL || !qr_make_large(text, &qr)) {
		free(text);
		command_fail_json(&failure, asking->json);
		*ret_exit = COMMAND_NO;
		return false;
	}
	if (!asking->json) {
		tell_width((utf8 ? 1 : 2) * (qr.size + 2 * QR_QUIET));
		print_rows(&qr, utf8, command_colors(stdout));
	}
	qr_free(&qr);
	free(text);
	return true;
}

/* --- a mail ---------------------------------------------------------------------------------- */

static bool
print_mail(const struct asking *asking, enum command_exit *ret_exit)
{
	const struct show_request *request = &asking->request;
	char *text = show_request_mail(&asking->request.made);
	char subject[SHOW_REQUEST_SUBJECT_MAX];

	if (text == NULL) {
		*ret_exit = cli_fail(SKERRY_ERR_NO_MEMORY, asking->request.name, asking->json);
		return false;
	}
	show_request_subject(&asking->request, subject);
	if (!asking->json) {
		if (request->has_contact && request->contact.email.len > 0) {
			fputs("To: ", stdout);
			command_print_safe(
				stdout, request->contact.email.chars, request->contact.email.len);
			putchar('\n');
		}
		printf("Subject: %s\n\n%s", subject, text);
	}
	free(text);
	return true;
}

bool
asking_send(struct asking *asking, const struct writer *writer, enum command_exit *ret_exit)
{
	if (asking->qr)
		return print_code(asking, ret_exit);
	if (asking->mail)
		return print_mail(asking, ret_exit);
	return write_file(asking, writer, ret_exit);
}
