/* SPDX-License-Identifier: ISC */
/* skerry import: documents that the vendor sent, each with its result. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "keys/untrusted_file.h"
#include "taken.h"
#include "verifier/first_verdict.h"

/* What is common to all files of a command. */
struct importing {
	struct json j;
	bool json, taken;
	enum command_exit exit;
	struct site site;
	bool open;
	uint64_t trusted; /* manifest version when the site was opened */
};

static void
note_exit(struct importing *importing, enum command_exit exit)
{
	if (exit > importing->exit)
		importing->exit = exit;
}

/* A file that could not be read, holds no document, or is a bundle that is no good here. */
static void
tell_refused(struct importing *importing, const char *kind, const struct command_failure *failure)
{
	struct json *j = &importing->j;

	note_exit(importing, command_exit_of(failure->err));
	if (!importing->json) {
		command_fail(failure);
		return;
	}
	json_object_open(j);
	json_name(j, "file");
	json_chars(j, failure->subject);
	json_name(j, "kind");
	json_chars(j, kind);
	json_name(j, "result");
	json_chars(j, "refused");
	json_name(j, "error");
	command_error_json(j, failure);
	json_object_close(j);
}

static void
tell_results(struct importing *importing, const struct site *site, const char *file,
	const struct take_results *results)
{
	for (size_t i = 0; i < results->len; i++) {
		const struct take_result *result = &results->list[i];
		struct command_failure failure;

		if (importing->json)
			taken_json(&importing->j, site, file, result);
		else
			taken_tell(stdout, site, result);
		if (result->fate != TAKE_REFUSED)
			continue;
		failure = taken_failure(file, result);
		note_exit(importing, command_exit_of(result->err));
		if (!importing->json)
			command_fail(&failure);
	}
	importing->taken |= take_results_has_news(results);
}

/* --- the site -------------------------------------------------------------------------------- */

static bool
open_site(struct importing *importing, bool json, enum command_exit *ret_exit)
{
	if (!importing->open)
		importing->open = cli_open_site_to_write(&importing->site, json, ret_exit);
	return importing->open;
}

/* The same in between, where the JSON has begun. */
static bool
open_site_again(struct importing *importing)
{
	enum command_exit exit;
	bool open = open_site(importing, false, &exit);

	if (!open)
		note_exit(importing, exit);
	return open;
}

static void
close_site(struct importing *importing)
{
	if (importing->open)
		site_close(&importing->site);
	importing->open = false;
}

/* The site's own state: what was carried plays no part. */
static void
fail_site(struct importing *importing, enum skerry_err err)
{
	cli_fail(err, cli_state(), false);
	note_exit(importing, COMMAND_CANNOT_TELL);
	close_site(importing);
}

/* --- a file ---------------------------------------------------------------------------------- */

static bool
import_bundle(struct importing *importing, const char *file, const struct bundle_source *source)
{
	struct site *site = &importing->site;
	struct command_failure failure;
	struct bundle_taken taken;
	enum skerry_err refusal, err;
	size_t offset;

	err = bundle_take(site, source, site_now(site), &taken, &refusal, &offset);
	if (err != SKERRY_OK) {
		fail_site(importing, err);
		return false;
	}
	if (refusal != SKERRY_OK) {
		failure = taken_bundle_failure(file, refusal, offset);
		tell_refused(importing, document_kind_name(DOCUMENT_BUNDLE), &failure);
		return true;
	}
	if (importing->json)
		taken_bundle_json(&importing->j, file, &taken);
	else
		taken_tell_bundle(stdout, &taken);
	tell_results(importing, site, file, &taken.results);
	take_results_free(&taken.results);
	return true;
}

/* Bundles first: they bring what the rest may need. */
static void
import_carried(struct importing *importing, const char *file, struct carried *carried)
{
	struct document others[DOCUMENT_PARTS_MAX];
	struct take_results results = { .len = 0 };
	size_t others_len = 0;
	enum skerry_err err;

	for (size_t i = 0; i < carried->count; i++) {
		struct document *document = &carried->documents[i];
		struct bundle_source source = bundle_source_bytes(&document->bytes);

		if (document->kind != DOCUMENT_BUNDLE)
			others[others_len++] = *document;
		else if (!import_bundle(importing, file, &source))
			return;
	}
	if (others_len == 0)
		return;
	err = take_in(&importing->site, others, others_len, site_now(&importing->site), &results);
	if (err != SKERRY_OK)
		fail_site(importing, err);
	else
		tell_results(importing, &importing->site, file, &results);
	take_results_free(&results);
}

/* A bundle may be far larger than what is read into memory: told by its first bytes. */
static bool
is_bundle(const char *file)
{
	uint8_t *front;
	enum document_kind kind = DOCUMENT_UNKNOWN;
	uint64_t size;
	size_t len;

	if (strcmp(file, "-") == 0 ||
		untrusted_file_read_front(file, BUNDLE_HEAD_MAX, &front, &len, &size) != SKERRY_OK)
		return false;
	if (document_identify(front, len, &kind) != SKERRY_OK)
		kind = DOCUMENT_UNKNOWN;
	untrusted_file_free_secret(front, 0);
	return kind == DOCUMENT_BUNDLE;
}

/* What is to be imported: a bundle by its place, or the documents in it. */
struct opened {
	int bundle; /* -1: none */
	uint64_t size;
	struct carried carried;
};

static enum skerry_err
open_file(const char *file, struct opened *ret_opened, size_t *ret_offset)
{
	*ret_opened = (struct opened){ .bundle = -1 };
	*ret_offset = 0;
	if (is_bundle(file))
		return untrusted_file_open(file, &ret_opened->bundle, &ret_opened->size);
	return carried_read(file, &ret_opened->carried, ret_offset);
}

static void
close_file(struct opened *opened)
{
	if (opened->bundle >= 0)
		close(opened->bundle);
	carried_free(&opened->carried);
}

/*
 * As who runs this, and not as the folder's owner: that one may not be able to read it. Nobody is kept
 * from the site while somebody types.
 */
static enum skerry_err
open_as_self(struct importing *importing, const char *file, struct opened *ret_opened,
	size_t *ret_offset)
{
	const struct writer *writer = &importing->site.documents.writer;
	enum skerry_err err, back;

	if (strcmp(file, "-") == 0)
		close_site(importing);
	if (!importing->open)
		return open_file(file, ret_opened, ret_offset);
	err = writer_step_out(writer);
	if (err == SKERRY_OK)
		err = open_file(file, ret_opened, ret_offset);
	back = writer_step_in(writer);
	/* Who cannot become the owner again begins anew. */
	if (back != SKERRY_OK)
		close_site(importing);
	return err;
}

static void
import_file(struct importing *importing, const char *file)
{
	struct command_failure failure;
	struct bundle_source source;
	struct opened opened;
	size_t offset = 0;
	enum skerry_err err = open_as_self(importing, file, &opened, &offset);

	if (err != SKERRY_OK) {
		failure = cli_failure(err, file, offset);
		tell_refused(importing, NULL, &failure);
		return;
	}
	if (open_site_again(importing)) {
		source = bundle_source_file(&opened.bundle, opened.size);
		if (opened.bundle >= 0)
			import_bundle(importing, file, &source);
		else
			import_carried(importing, file, &opened.carried);
	}
	close_file(&opened);
}

/* --- all of them ----------------------------------------------------------------------------- */

/*
 * What lies in the folder and is still of no use; and what is of use from now on. A manifest may have made
 * either of the other, and what was taken in may have made room: then the folder is read anew.
 */
static void
look_at_all(struct importing *importing, uint64_t trusted)
{
	enum command_exit ignored;

	if (importing->open && (importing->site.trust->manifest.version != trusted ||
				       (importing->taken && importing->site.unused_len > 0)))
		close_site(importing);
	if (!importing->open && !cli_open_site(&importing->site, false, &ignored))
		return;
	importing->open = true;
	cli_tell_unused(&importing->site);
	if (importing->taken)
		first_verdict_record(&importing->site);
	close_site(importing);
}

enum command_exit
import_run(int argc, char **argv)
{
	struct importing importing = { .json = false };
	const struct command_option options[] = { { "--json", COMMAND_FLAG, &importing.json } };
	enum command_exit exit;
	struct command_list files;
	uint64_t trusted;
	struct json *j = &importing.j;

	if (!command_parse(argc, argv, options, 1, 1, COMMAND_LIST_MAX, &files))
		return COMMAND_CANNOT_TELL;
	/* Without a site nothing is read, and the reason is told once. */
	if (!open_site(&importing, importing.json, &exit))
		return exit;
	trusted = importing.site.trust->manifest.version;
	json_init(j, command_sink, stdout);
	if (importing.json) {
		json_object_open(j);
		json_name(j, "documents");
		json_array_open(j);
	}
	for (size_t i = 0; i < files.len; i++)
		import_file(&importing, files.values[i]);
	look_at_all(&importing, trusted);
	if (importing.json) {
		json_array_close(j);
		json_name(j, "ok");
		json_bool(j, importing.exit == COMMAND_YES);
		json_object_close(j);
		putchar('\n');
	}
	return command_finish(importing.exit);
}
