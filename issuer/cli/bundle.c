/* SPDX-License-Identifier: ISC */
/* skerry-issuer bundle: what the desk has for its sites, as a file. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/armor.h"
#include "formats/base45.h"
#include "formats/date.h"
#include "formats/document.h"
#include "issuer/desk/brand_guard.h"
#include "issuer/exchange/bundles.h"
#include "issuer/letter/qr_svg.h"
#include "keys/atomic_file.h"
#include "bundle_wish.h"
#include "report.h"
#include "session.h"
#include "verbs.h"

const char BUNDLE_HELP[] =
	"  --out FILE  the bundle; - is standard output\n"
	"  --site S    for this site alone: its four characters, its id in hex or the first\n"
	"              digits, its install id, LICENSE-NUMBER; may be repeated\n"
	"  --group G   ... for a group's sites (site set)\n"
	"  --brand B   ... answers of one brand, and its status list\n"
	"  --due 60d   renews documents that must be renewed within that time\n"
	"  --armor     as text for a mail\n"
	"  --qr        as a picture (SVG) to photograph; only a small one fits\n"
	"  --force     replaces FILE\n"
	"  --json      what was written; needs a FILE\n"
	"\n"
	"One file for any number of sites: each reads its own answers in it, and nobody else's.\n"
	"Licenses that were renewed or changed at the desk go along unasked. What a site was left\n"
	"goes into every bundle until it says that it has it: a bundle may be lost or read twice.\n"
	"\n"
	"example: skerry-issuer bundle --out march.bundle --due 60d\n";

enum {
	ARMOR_MAX = DOCUMENT_MAX / 4 * 3 - 64 * 1024, /* bytes that a site still reads as text */
	/* Of the largest code, seven of whose characters say what it is. */
	QR_BYTES_MAX = BASE45_BYTES_MAX(QR_LARGEST_CHARS - 7),
	QR_WIDTH_MM = 160
};

struct options {
	struct bundle_wish wish;
	const char *out;
	bool armor, qr, force, json;
};

struct making {
	struct session session;
	struct options *options;
	struct signing signing;
	struct plan_shelf shelf;
	struct bundles *bundles;
	struct bundles_summary summary;
	struct atomic_file file;
	uint8_t *bytes; /* of a text or picture */
	size_t len;
	size_t written; /* bytes of the file */
};

static bool
to_stdout(const struct options *options)
{
	return strcmp(options->out, "-") == 0;
}

/* --- before it is recorded ------------------------------------------------------------------- */

static enum skerry_err
check_size(struct making *making)
{
	const struct options *options = making->options;
	struct desk *desk = &making->session.desk;
	uint64_t bytes = making->summary.bytes;
	enum skerry_err err = SKERRY_ERR_DOCUMENT_TOO_LARGE;

	if (options->qr && bytes > QR_BYTES_MAX) {
		desk_refuse(desk, err, options->out,
			"It would have %llu bytes, and a QR code holds %d. Leave out --qr; one "
			"site's bundle goes into a mail with --armor.",
			(unsigned long long)bytes, QR_BYTES_MAX);
		desk->message = "The bundle does not fit a QR code.";
		return err;
	}
	if (options->armor && bytes > ARMOR_MAX) {
		desk_refuse(desk, err, options->out,
			"It would have %llu bytes, and sites read %d of them as text. Leave out "
			"--armor, or make one for fewer sites with: --site S or --group G",
			(unsigned long long)bytes, ARMOR_MAX);
		desk->message = "The bundle is too large for a mail.";
		return err;
	}
	return SKERRY_OK;
}

/* The name is free and the room is there, or nothing is recorded. */
static enum skerry_err
stage(struct making *making)
{
	const struct options *options = making->options;
	struct desk *desk = &making->session.desk;
	enum skerry_err err = check_size(making);

	if (err != SKERRY_OK || to_stdout(options))
		return err;
	err = atomic_file_stage(
		options->out, (size_t)making->summary.bytes, 0644, options->force, &making->file);
	if (err == SKERRY_ERR_FILE_EXISTS)
		return desk_refuse(desk, err, options->out, "Take another name, or add --force.");
	return err == SKERRY_OK ? SKERRY_OK : session_refuse_output(desk, err, options->out);
}

/* --- writing --------------------------------------------------------------------------------- */

static bool
put_file(void *context, const uint8_t *bytes, size_t len)
{
	struct making *making = context;

	return atomic_file_put(&making->file, bytes, len);
}

static bool
put_stdout(void *context, const uint8_t *bytes, size_t len)
{
	(void)context;
	return fwrite(bytes, 1, len, stdout) == len;
}

static bool
put_memory(void *context, const uint8_t *bytes, size_t len)
{
	struct making *making = context;

	memcpy(making->bytes + making->len, bytes, len);
	making->len += len;
	return true;
}

static enum skerry_err
write_armor(const struct making *making, char **ret_chars, size_t *ret_len)
{
	char *chars = malloc(ARMOR_TEXT_MAX(making->len));

	if (chars == NULL)
		return SKERRY_ERR_NO_MEMORY;
	armor_write(
		document_armor_label(DOCUMENT_BUNDLE), making->bytes, making->len, chars, ret_len);
	*ret_chars = chars;
	return SKERRY_OK;
}

static enum skerry_err
write_qr(const struct making *making, char **ret_chars, size_t *ret_len)
{
	char text[sizeof DOCUMENT_QR_PREFIX + BASE45_TEXT_LEN(QR_BYTES_MAX)] = DOCUMENT_QR_PREFIX;
	size_t at = sizeof DOCUMENT_QR_PREFIX - 1;
	struct qr qr;
	FILE *memory;
	bool written;

	base45_encode(making->bytes, making->len, text + at);
	text[at + BASE45_TEXT_LEN(making->len)] = '\0';
	if (!qr_make_large(text, &qr))
		return SKERRY_ERR_NO_MEMORY;
	memory = open_memstream(ret_chars, ret_len);
	if (memory != NULL)
		qr_write_svg(&qr, QR_WIDTH_MM, "Skerry", command_sink, memory);
	qr_free(&qr);
	written = memory != NULL && ferror(memory) == 0;
	return memory != NULL && fclose(memory) == 0 && written ? SKERRY_OK : SKERRY_ERR_NO_MEMORY;
}

/* Armor or a picture: made of the whole, so that the file that was staged only kept the place. */
static enum skerry_err
write_text(struct making *making)
{
	const struct options *options = making->options;
	char *chars = NULL;
	size_t len = 0;
	enum skerry_err err =
		options->qr ? write_qr(making, &chars, &len) : write_armor(making, &chars, &len);

	atomic_file_drop(&making->file);
	if (err == SKERRY_OK && to_stdout(options))
		fwrite(chars, 1, len, stdout); /* command_finish sees a full disk */
	else if (err == SKERRY_OK)
		err = atomic_file_write(
			options->out, (const uint8_t *)chars, len, 0644, options->force);
	making->written = len;
	free(chars);
	return err;
}

static enum skerry_err
write_out(struct making *making)
{
	const struct options *options = making->options;
	bool text = options->armor || options->qr;
	enum skerry_err err = SKERRY_OK, ended;

	if (text) {
		making->bytes = malloc((size_t)making->summary.bytes);
		if (making->bytes == NULL)
			return SKERRY_ERR_NO_MEMORY;
	}
	err = bundles_write(&making->session.desk, &making->signing, making->bundles,
		text                 ? put_memory
		: to_stdout(options) ? put_stdout
				     : put_file,
		making, &making->summary);
	making->written = (size_t)making->summary.bytes;
	if (text)
		return err == SKERRY_OK ? write_text(making) : err;
	if (!making->file.staged)
		return err;
	/* Where writing stopped the file knows why. */
	if (err != SKERRY_OK && !making->file.failed) {
		atomic_file_drop(&making->file);
		return err;
	}
	ended = atomic_file_end(&making->file);
	return ended == SKERRY_OK ? err : ended;
}

/* --- telling --------------------------------------------------------------------------------- */

static void
tell_refused(const struct bundles_summary *summary)
{
	if (summary->refused == 0)
		return;
	fprintf(stderr,
		"%zu documents that are due were not renewed. The first, of license %s: %s\n",
		summary->refused, summary->refused_license, skerry_strerror(summary->refusal));
	if (summary->refused_advice[0] != '\0')
		fprintf(stderr, "  %s\n", summary->refused_advice);
}

static enum command_exit
print(struct making *making)
{
	const struct bundles_summary *summary = &making->summary;
	const struct options *options = making->options;
	struct report report;

	if (!options->json)
		tell_refused(summary);
	if (to_stdout(options))
		return command_finish(COMMAND_YES);
	report_begin(&report, options->json);
	report_text(&report, "file", options->out);
	report_number(&report, "number", (int64_t)summary->seq);
	report_number(&report, "sites", (int64_t)summary->sites);
	report_number(&report, "replies", (int64_t)summary->boxes);
	report_number(&report, "renewed", (int64_t)summary->renewed);
	report_number(&report, "status_lists", (int64_t)summary->lists);
	report_number(&report, "bytes", (int64_t)making->written);
	if (options->json) {
		report_number(&report, "not_renewed", (int64_t)summary->refused);
		report_text(&report, "not_renewed_why",
			summary->refused == 0 ? NULL : skerry_err_name(summary->refusal));
	}
	return report_end(&report);
}

/* --- all of it ------------------------------------------------------------------------------- */

static enum skerry_err
prepare(struct making *making, const struct bundles_wish *wish)
{
	struct desk *desk = &making->session.desk;
	enum skerry_err err = session_begin(&making->session);

	if (err == SKERRY_OK)
		err = brand_guard_ask(desk, wish->brand_id);
	if (err == SKERRY_OK)
		err = signing_open(desk, &making->signing);
	if (err == SKERRY_OK)
		err = bundles_prepare(desk, &making->signing, &making->shelf, wish,
			&making->bundles, &making->summary);
	if (err == SKERRY_OK)
		err = stage(making);
	return err == SKERRY_OK ? desk_commit(desk) : err;
}

static enum skerry_err
make(struct making *making)
{
	struct desk *desk = &making->session.desk;
	struct bundles_wish wish = { .all = false };
	enum skerry_err err =
		bundle_wish_read(&making->session.desk, &making->options->wish, &wish);

	if (err == SKERRY_OK)
		err = prepare(making, &wish);
	if (err != SKERRY_OK)
		return err;
	errno = 0;
	err = write_out(making);
	if (err != SKERRY_OK && desk->refused != err)
		desk_refuse(desk, err, making->options->out,
			"What is in it is recorded, and the file could not be written: run the "
			"same command again.");
	if (err == SKERRY_OK)
		session_tell_trial(&making->session);
	return err;
}

static enum command_exit
run(struct options *options)
{
	struct making making = { .options = options };
	enum command_exit exit = session_open(&making.session, options->json);
	int saved;
	enum skerry_err err;

	if (exit != COMMAND_YES)
		return exit;
	err = make(&making);
	saved = errno;
	atomic_file_drop(&making.file);
	bundles_free(making.bundles);
	signing_close(&making.signing);
	plan_shelf_clear(&making.shelf);
	free(making.bytes);
	errno = saved;
	exit = session_end(&making.session, err, NULL);
	return err == SKERRY_OK ? print(&making) : exit;
}

enum command_exit
bundle_run(int argc, char **argv)
{
	struct options options = { .json = false };
	const struct command_option table[] = {
		{ "--out", COMMAND_VALUE, &options.out },
		{ "--site", COMMAND_LIST, &options.wish.sites },
		{ "--group", COMMAND_VALUE, &options.wish.group },
		{ "--brand", COMMAND_VALUE, &options.wish.brand },
		{ "--due", COMMAND_VALUE, &options.wish.due },
		{ "--armor", COMMAND_FLAG, &options.armor },
		{ "--qr", COMMAND_FLAG, &options.qr },
		{ "--force", COMMAND_FLAG, &options.force },
		{ "--json", COMMAND_FLAG, &options.json },
	};
	struct command_list operands;

	if (!command_parse(argc, argv, table, sizeof table / sizeof *table, 0, 0, &operands))
		return COMMAND_CANNOT_TELL;
	if (options.out == NULL)
		return command_misuse("where to? --out FILE");
	if (options.armor && options.qr)
		return command_misuse("--armor and --qr exclude each other");
	if (options.json && to_stdout(&options))
		return command_misuse(
			"--json needs --out FILE: the bundle goes to standard output");
	if (bundle_wish_check(&options.wish) != COMMAND_YES)
		return COMMAND_CANNOT_TELL;
	return run(&options);
}
