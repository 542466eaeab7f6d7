/* SPDX-License-Identifier: ISC */
/* import: documents that the vendor sent, each with its result. */
#include <stdlib.h>
#include <string.h>

#include "deeds.h"
#include "formats/member.h"
#include "keys/untrusted_file.h"
#include "taken.h"
#include "verifier/first_verdict.h"

static void
note_refusal(struct show_import *import, const struct command_failure *failure)
{
	enum command_exit exit = command_exit_of(failure->err);

	if (exit > import->exit)
		import->exit = exit;
	if (import->err != SKERRY_OK)
		return;
	import->err = failure->err;
	import->first = *failure;
	snprintf(import->first_name, sizeof import->first_name, "%s", failure->subject);
}

void
show_import_begin(struct show_import *import, const struct site *site)
{
	struct json *j = &import->j;

	import->exit = COMMAND_YES;
	import->err = SKERRY_OK;
	import->taken = false;
	import->trusted = site == NULL ? 0 : site->trust->manifest.version;
	json_init(j, command_sink, import->show->out);
	if (!import->show->json)
		return;
	if (!import->bare) {
		json_object_open(j);
		json_name(j, "documents");
	}
	json_array_open(j);
}

void
show_import_refused(
	struct show_import *import, const char *kind, const struct command_failure *failure)
{
	struct json *j = &import->j;

	note_refusal(import, failure);
	if (!import->show->json) {
		show_note(import->show, failure);
		return;
	}
	json_object_open(j);
	member_chars(j, "file", failure->subject);
	member_chars(j, "kind", kind);
	member_chars(j, "result", "refused");
	json_name(j, "error");
	command_error_json(j, failure);
	json_object_close(j);
}

static void
tell_results(struct show_import *import, const struct site *site, const char *name,
	const struct take_results *results)
{
	const struct show *show = import->show;

	for (size_t i = 0; i < results->len; i++) {
		const struct take_result *result = &results->list[i];
		struct command_failure failure;

		if (show->json)
			taken_json(&import->j, site, name, result);
		else
			taken_tell(show->out, show->texts, site, result);
		if (result->fate != TAKE_REFUSED)
			continue;
		failure = taken_failure(name, result);
		note_refusal(import, &failure);
		if (!show->json)
			show_note(show, &failure);
	}
	import->taken |= take_results_has_news(results);
}

/* The site's own state: what was carried plays no part. */
static bool
fail_site(struct show_import *import, enum skerry_err err)
{
	const struct command_failure failure = failure_plain(err, import->show->folder);

	show_note(import->show, &failure);
	note_refusal(import, &failure);
	import->exit = COMMAND_CANNOT_TELL;
	return false;
}

static bool
take_bundle(struct show_import *import, struct site *site, const char *name,
	const struct bundle_source *source)
{
	const struct show *show = import->show;
	struct command_failure failure;
	struct bundle_taken taken;
	enum skerry_err refusal, err;
	size_t offset;

	err = bundle_take(site, source, site_now(site), &taken, &refusal, &offset);
	if (err != SKERRY_OK)
		return fail_site(import, err);
	if (refusal != SKERRY_OK) {
		failure = taken_bundle_failure(name, refusal, offset);
		show_import_refused(import, document_kind_name(DOCUMENT_BUNDLE), &failure);
		return true;
	}
	if (show->json)
		taken_bundle_json(&import->j, name, &taken);
	else
		taken_tell_bundle(show->out, show->texts, &taken);
	tell_results(import, site, name, &taken.results);
	take_results_free(&taken.results);
	return true;
}

/* Bundles first: they bring what the rest may need. */
static bool
take_documents(struct show_import *import, struct site *site, const char *name,
	struct document *documents, size_t count)
{
	struct document others[DOCUMENT_PARTS_MAX];
	struct take_results results = { .len = 0 };
	size_t others_len = 0;
	enum skerry_err err;

	for (size_t i = 0; i < count; i++) {
		struct bundle_source source = bundle_source_bytes(&documents[i].bytes);

		if (documents[i].kind != DOCUMENT_BUNDLE)
			others[others_len++] = documents[i];
		else if (!take_bundle(import, site, name, &source))
			return false;
	}
	if (others_len == 0)
		return true;
	err = take_in(site, others, others_len, site_now(site), &results);
	if (err == SKERRY_OK)
		tell_results(import, site, name, &results);
	take_results_free(&results);
	return err == SKERRY_OK || fail_site(import, err);
}

static bool
take_bytes(
	struct show_import *import, struct site *site, const char *name, uint8_t *bytes, size_t len)
{
	struct document documents[DOCUMENT_PARTS_MAX];
	struct command_failure failure;
	size_t count = 0, offset = 0;
	enum skerry_err err = document_unwrap(bytes, len, documents, &count, &offset);

	if (err == SKERRY_OK)
		return take_documents(import, site, name, documents, count);
	failure = failure_of(err, name, offset);
	show_import_refused(import, NULL, &failure);
	return true;
}

/* A bundle may be far larger than what is read into memory: told by its first bytes. */
static bool
begins_a_bundle(int file, uint64_t size)
{
	uint8_t front[BUNDLE_HEAD_MAX];
	size_t len = size < sizeof front ? (size_t)size : sizeof front;
	enum document_kind kind = DOCUMENT_UNKNOWN;
	struct bundle_source source = bundle_source_file(&file, size);

	return source.read(source.context, 0, front, len) == SKERRY_OK &&
	       document_identify(front, len, &kind) == SKERRY_OK && kind == DOCUMENT_BUNDLE;
}

static bool
take_file(struct show_import *import, struct site *site, const struct show_carrier *carrier)
{
	int file = carrier->file;
	struct bundle_source source = bundle_source_file(&file, carrier->size);
	struct command_failure failure;
	uint8_t *bytes = NULL;
	bool well = true;
	enum skerry_err err;

	if (begins_a_bundle(file, carrier->size))
		return take_bundle(import, site, carrier->name, &source);
	err = carrier->size > DOCUMENT_MAX ? SKERRY_ERR_DOCUMENT_TOO_LARGE
	      : carrier->size == 0         ? SKERRY_ERR_DOCUMENT_EMPTY
					   : SKERRY_OK;
	if (err == SKERRY_OK) {
		bytes = malloc((size_t)carrier->size);
		err = bytes == NULL ? SKERRY_ERR_NO_MEMORY
				    : source.read(source.context, 0, bytes, (size_t)carrier->size);
	}
	if (err == SKERRY_OK) {
		well = take_bytes(import, site, carrier->name, bytes, (size_t)carrier->size);
	} else {
		failure = failure_of(err, carrier->name, 0);
		show_import_refused(import, NULL, &failure);
	}
	free(bytes);
	return well;
}

bool
show_import_carrier(
	struct show_import *import, struct site *site, const struct show_carrier *carrier)
{
	if (carrier->bytes != NULL)
		return take_bytes(import, site, carrier->name, carrier->bytes, carrier->len);
	return take_file(import, site, carrier);
}

/*
 * What lies in the folder and is still of no use; and what is of use from now on. A manifest may have made
 * either of the other, and what was taken in may have made room: then the folder is read anew.
 */
static void
look_at_all(struct show_import *import, struct site *site)
{
	bool anew = site->trust->manifest.version != import->trusted ||
		    (import->taken && site->unused_len > 0);

	if (anew && import->reopen != NULL && !import->reopen(import->context, site))
		return;
	if (!import->more)
		show_unused(import->show, site);
	if (import->taken)
		first_verdict_record(site);
}

void
show_import_end(struct show_import *import, struct site *site)
{
	struct json *j = &import->j;

	if (site != NULL)
		look_at_all(import, site);
	if (!import->show->json)
		return;
	json_array_close(j);
	if (!import->bare) {
		member_bool(j, "ok", import->exit == COMMAND_YES);
		if (import->whole && import->err != SKERRY_OK) {
			import->first.subject = import->first_name;
			json_name(j, "error");
			command_error_json(j, &import->first);
		}
		json_object_close(j);
	}
	fputc('\n', import->show->out);
}
