/* SPDX-License-Identifier: ISC */
/* Where a request goes: a file, a code on the terminal, a mail to paste. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "asking.h"
#include "formats/armor.h"
#include "formats/base45.h"
#include "keys/qr.h"
#include "verifier/state/requests.h"

/* --- a file ---------------------------------------------------------------------------------- */

const char *
asking_path(const struct asking *asking)
{
	if (asking->qr || asking->mail)
		return NULL;
	if (asking->out == NULL)
		return asking->file;
	return strcmp(asking->out, "-") == 0 ? NULL : asking->out;
}

/* Whether a file is a request of this site's that may make room: this very one, or an old one. */
static bool
is_ours(const struct site *site, const char *path)
{
	enum requests_mine mine = REQUESTS_NOT_MINE;
	struct carried carried;
	const struct document *document;
	size_t offset;

	if (carried_read(path, &carried, &offset) != SKERRY_OK)
		return false;
	document = carried_find(&carried, DOCUMENT_REQUEST);
	if (carried.count == 1 && document != NULL)
		(void)requests_find(site->memory->store, document->bytes, &mine);
	carried_free(&carried);
	return mine != REQUESTS_NOT_MINE;
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

static bool
write_file(const struct asking *asking, const struct site *site, enum command_exit *ret_exit)
{
	const char *path = asking->out != NULL ? asking->out : asking->file;
	const struct request_made *made = &asking->made;
	enum skerry_err err = writer_step_out(&site->documents.writer), back;

	if (err == SKERRY_OK) {
		err = carried_write(path, DOCUMENT_REQUEST, made->sealed, made->sealed_len,
			asking->armored,
			asking->force || (strcmp(path, "-") != 0 && is_ours(site, path)));
		back = writer_step_in(&site->documents.writer);
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

char *
asking_code_text(const struct request_made *made)
{
	size_t prefix = sizeof DOCUMENT_QR_PREFIX - 1, len = BASE45_TEXT_LEN(made->sealed_len);
	char *text = malloc(prefix + len + 1);

	if (text == NULL)
		return NULL;
	memcpy(text, DOCUMENT_QR_PREFIX, prefix);
	base45_encode(made->sealed, made->sealed_len, text + prefix);
	text[prefix + len] = '\0';
	return text;
}

static bool
print_code(const struct asking *asking, enum command_exit *ret_exit)
{
	const struct command_failure failure = { .err = SKERRY_ERR_DOCUMENT_TOO_LARGE,
		.subject = asking->name,
		.message = "This request is too large for a QR code.",
		.advice = "Run the same with --mail or --out FILE: the same request is written "
			  "there." };
	char *text = asking_code_text(&asking->made);
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

char *
asking_mail_text(const struct request_made *made)
{
	char *text = malloc(ARMOR_TEXT_MAX(made->sealed_len) + 1);
	size_t len;

	if (text == NULL)
		return NULL;
	armor_write(
		document_armor_label(DOCUMENT_REQUEST), made->sealed, made->sealed_len, text, &len);
	text[len] = '\0';
	return text;
}

void
asking_subject(const struct asking *asking, char ret_subject[ASKING_SUBJECT_MAX])
{
	snprintf(ret_subject, ASKING_SUBJECT_MAX, "Skerry request %s (%s)", asking->name,
		request_kind_name(asking->made.kind));
}

static bool
print_mail(const struct asking *asking, enum command_exit *ret_exit)
{
	const struct manifest_contact *contact = asking->contact;
	char *text = asking_mail_text(&asking->made);
	char subject[ASKING_SUBJECT_MAX];

	if (text == NULL) {
		*ret_exit = cli_fail(SKERRY_ERR_NO_MEMORY, asking->name, asking->json);
		return false;
	}
	asking_subject(asking, subject);
	if (!asking->json) {
		if (contact != NULL && contact->email.len > 0) {
			fputs("To: ", stdout);
			command_print_safe(stdout, contact->email.chars, contact->email.len);
			putchar('\n');
		}
		printf("Subject: %s\n\n%s", subject, text);
	}
	free(text);
	return true;
}

bool
asking_send(struct asking *asking, struct site *site, enum command_exit *ret_exit)
{
	if (asking->qr)
		return print_code(asking, ret_exit);
	if (asking->mail)
		return print_mail(asking, ret_exit);
	return write_file(asking, site, ret_exit);
}
