/* SPDX-License-Identifier: ISC */
/* skerry import: documents that the vendor sent, each with its result. */
#include <inttypes.h>
#include <string.h>

#include "cli.h"
#include "formats/date.h"
#include "verifier/exchange/take_in.h"
#include "verifier/first_verdict.h"
#include "verifier/texts/sentence.h"

enum { WORDS_MAX = 384 };

static const char *
fate_name(enum take_fate fate)
{
	switch (fate) {
	case TAKE_REFUSED:
		return "refused";
	case TAKE_TAKEN:
		return "taken";
	case TAKE_WAITS:
		return "waits";
	case TAKE_HELD:
		return "held";
	case TAKE_OLDER:
		return "older";
	}
	return "unknown";
}

/* What a sentence is about: a document, and the dates of a renewal by telephone. */
struct told {
	const struct take_result *result;
	const char *document, *renew_by, *before;
};

static void
add_uint(struct sentence *s, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof text, "%" PRIu64, number);
	sentence_chars(s, text);
}

static void
add_value(void *context, struct sentence *s, const char *name, size_t len)
{
	const struct told *told = context;
	const struct take_result *result = told->result;
	if (sentence_is(name, len, "license"))
		sentence_chars(s, result->id);
	else if (sentence_is(name, len, "product"))
		sentence_chars(s, result->product);
	else if (sentence_is(name, len, "document"))
		sentence_chars(s, told->document);
	else if (sentence_is(name, len, "renew_by"))
		sentence_chars(s, told->renew_by);
	else if (sentence_is(name, len, "before"))
		sentence_chars(s, told->before);
	else if (sentence_is(name, len, "edition"))
		add_uint(s, result->edition);
	else if (sentence_is(name, len, "version"))
		add_uint(s, result->version);
}

static void
compose(const struct told *told, const char *words, char ret_text[WORDS_MAX])
{
	struct told values = *told;
	struct sentence s;

	sentence_begin(&s, cli_texts(), NULL, ret_text, WORDS_MAX);
	sentence_add(&s, words, add_value, &values);
}

static void
say(const struct told *told, const char *words)
{
	char text[WORDS_MAX];

	compose(told, words, text);
	command_print_safe(stdout, text, strlen(text));
	putchar('\n');
}

/* "license 7QK2M94XPAC0DTE1 for hotelhub/hms, edition 3", as far as it is known. */
static void
describe(const struct take_result *result, char ret_words[WORDS_MAX])
{
	const struct told told = { .result = result };

	if (result->id[0] != '\0')
		compose(&told, cli_texts()->import_license, ret_words);
	else if (result->version != 0)
		compose(&told, cli_texts()->import_manifest, ret_words);
	else
		snprintf(ret_words, WORDS_MAX, "%s", document_kind_name(result->kind));
}

static struct command_failure
failure_of(const char *file, const struct take_result *result)
{
	struct command_failure failure = cli_failure(result->err, file, result->offset);

	if (result->fate == TAKE_REFUSED && result->err == SKERRY_ERR_TRUST_SEQUENCE) {
		failure.message = "The manifest does not follow from the one that is held here.";
	} else if (result->err == SKERRY_ERR_DOCUMENT_COUNT) {
		failure.message = "This site holds as many licenses as it can.";
		failure.advice = "Take those that are over out of the folder's licenses/, or keep "
				 "another site with --state.";
	} else if (result->err == SKERRY_ERR_DOCUMENT_KIND) {
		failure.message = "A site takes in licenses and manifests, and this is neither.";
	}
	return failure;
}

/* One line: a technician on the telephone was told a date that may no longer hold. */
static void
tell_telephone(const struct take_telephone *ends)
{
	const struct texts *texts = cli_texts();
	char before[DATE_TEXT_MAX], now[DATE_TEXT_MAX];
	const struct told told = { .renew_by = now, .before = before };

	if (ends->steps == 0)
		return;
	date_format_day(ends->renew_by_before, before);
	date_format_day(ends->renew_by, now);
	if (ends->renew_by == LICENSE_NEVER)
		say(&told, texts->import_free);
	else
		say(&told, strcmp(now, before) < 0 ? texts->import_earlier : texts->import_later);
}

static void
tell(const char *file, const struct take_result *result)
{
	const struct texts *texts = cli_texts();
	struct command_failure failure;
	char words[WORDS_MAX];
	const struct told told = { .result = result, .document = words };

	describe(result, words);
	switch (result->fate) {
	case TAKE_TAKEN:
		say(&told, texts->import_taken);
		tell_telephone(&result->telephone);
		break;
	case TAKE_WAITS:
		say(&told, texts->import_waits);
		tell_telephone(&result->telephone);
		break;
	case TAKE_HELD:
		say(&told, texts->import_held);
		break;
	case TAKE_OLDER:
		say(&told, result->kind == DOCUMENT_MANIFEST ? texts->import_older_vendor
							     : texts->import_older);
		break;
	case TAKE_REFUSED:
		failure = failure_of(file, result);
		command_fail(&failure);
		break;
	}
}

static void
tell_telephone_json(struct json *j, const struct take_telephone *ends)
{
	json_name(j, "telephone");
	if (ends->steps == 0) {
		json_null(j);
		return;
	}
	json_object_open(j);
	json_name(j, "steps_dropped");
	json_uint(j, ends->steps);
	json_name(j, "renew_by_before");
	json_date(j, ends->renew_by_before);
	json_name(j, "renew_by");
	json_date(j, ends->renew_by);
	json_object_close(j);
}

static void
tell_json(struct json *j, const char *file, const struct take_result *result)
{
	struct command_failure failure = failure_of(file, result);

	json_object_open(j);
	json_name(j, "file");
	json_chars(j, file);
	json_name(j, "kind");
	json_chars(j, document_kind_name(result->kind));
	json_name(j, "result");
	json_chars(j, fate_name(result->fate));
	json_name(j, "id");
	json_chars(j, result->id[0] == '\0' ? NULL : result->id);
	json_name(j, "product");
	json_chars(j, result->product[0] == '\0' ? NULL : result->product);
	json_name(j, "edition");
	if (result->id[0] == '\0')
		json_null(j);
	else
		json_uint(j, result->edition);
	json_name(j, "version");
	if (result->version == 0)
		json_null(j);
	else
		json_uint(j, result->version);
	tell_telephone_json(j, &result->telephone);
	json_name(j, "error");
	if (result->fate == TAKE_REFUSED)
		command_error_json(j, &failure);
	else
		json_null(j);
	json_object_close(j);
}

/* A file that could not be read or holds no document. */
static enum command_exit
tell_file(struct json *j, const char *file, enum skerry_err err, size_t offset, bool json)
{
	struct command_failure failure = cli_failure(err, file, offset);

	if (!json)
		return command_fail(&failure);
	json_object_open(j);
	json_name(j, "file");
	json_chars(j, file);
	json_name(j, "kind");
	json_null(j);
	json_name(j, "result");
	json_chars(j, "refused");
	json_name(j, "error");
	command_error_json(j, &failure);
	json_object_close(j);
	return command_exit_of(err);
}

static enum command_exit
worse(enum command_exit a, enum command_exit b)
{
	return a > b ? a : b;
}

/* The site is opened anew for each file: what one brought is what the next one meets. */
static enum command_exit
import_documents(
	struct json *j, const char *file, const struct carried *carried, bool json, bool *taken)
{
	struct take_results results = { .len = 0 };
	enum command_exit exit = COMMAND_YES;
	struct site site;
	enum skerry_err err;

	if (!cli_open_site_to_write(&site, false, &exit))
		return exit;
	err = take_in(&site, carried->documents, carried->count, site_now(&site), &results);
	if (err != SKERRY_OK) {
		cli_fail(err, cli_state(), false);
		exit = COMMAND_CANNOT_TELL;
	}
	for (size_t i = 0; i < results.len; i++) {
		const struct take_result *result = &results.list[i];

		if (json)
			tell_json(j, file, result);
		else
			tell(file, result);
		*taken |= result->fate == TAKE_TAKEN || result->fate == TAKE_WAITS;
		if (result->fate == TAKE_REFUSED)
			exit = worse(exit, command_exit_of(result->err));
	}
	take_results_free(&results);
	site_close(&site);
	return exit;
}

static enum command_exit
import_file(struct json *j, const char *file, bool json, bool *taken)
{
	struct carried carried;
	enum command_exit exit;
	size_t offset;
	enum skerry_err err = carried_read(file, &carried, &offset);

	if (err != SKERRY_OK)
		return tell_file(j, file, err, offset, json);
	exit = import_documents(j, file, &carried, json, taken);
	carried_free(&carried);
	return exit;
}

/* What lies in the folder and is still of no use; and what is of use from now on. */
static void
look_at_all(bool taken)
{
	enum command_exit ignored;
	struct site site;

	if (!cli_open_site(&site, false, &ignored))
		return;
	cli_tell_unused(&site);
	if (taken)
		first_verdict_record(&site);
	site_close(&site);
}

enum command_exit
import_run(int argc, char **argv)
{
	bool json = false, taken = false;
	const struct command_option options[] = { { "--json", COMMAND_FLAG, &json } };
	enum command_exit exit = COMMAND_YES;
	struct command_list files;
	struct site site;
	struct json j;

	if (!command_parse(argc, argv, options, 1, 1, COMMAND_LIST_MAX, &files))
		return COMMAND_CANNOT_TELL;
	/* Without a site nothing is read, and the reason is told once. */
	if (!cli_open_site(&site, json, &exit))
		return exit;
	site_close(&site);
	json_init(&j, command_sink, stdout);
	if (json) {
		json_object_open(&j);
		json_name(&j, "documents");
		json_array_open(&j);
	}
	for (size_t i = 0; i < files.len; i++)
		exit = worse(exit, import_file(&j, files.values[i], json, &taken));
	look_at_all(taken);
	if (json) {
		json_array_close(&j);
		json_name(&j, "ok");
		json_bool(&j, exit == COMMAND_YES);
		json_object_close(&j);
		putchar('\n');
	}
	return command_finish(exit);
}
