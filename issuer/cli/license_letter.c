/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/desk/audit.h"
#include "issuer/letter/page.h"
#include "keys/atomic_file.h"
#include "license_named.h"
#include "report.h"
#include "verbs.h"

const char LICENSE_LETTER_HELP[] =
	"  KEY|ID          the license key (- asks for it), or the id of one of its licenses\n"
	"  --out FILE      the page; readable by you alone, since it shows the key (-: standard\n"
	"                  output, which is also where it goes without --out)\n"
	"  --language L    en or id; else the customer's, else en\n"
	"  --force         replaces FILE\n"
	"  --json          what was written; needs a FILE\n"
	"\n"
	"One HTML page to print for the welcome pack: the license key with its QR code, what was\n"
	"bought, what to do at the machine, whom to call. A starter or unbound license that was\n"
	"issued stands on it as a QR code too. The audit log notes each letter.\n"
	"\n"
	"example: skerry-issuer license letter HMS-7QK2M-94XPA-C0DTE-1ZRJB --out letter.html\n";

struct options {
	const char *out, *language;
	bool force, json;
};

/* The page in memory, so that nothing of it shows before the audit log has it. */
struct text {
	char *chars;
	size_t len;
};

static enum skerry_err
compose(const struct letter *letter, const struct letter_texts *texts, struct text *ret_text)
{
	FILE *memory = open_memstream(&ret_text->chars, &ret_text->len);
	bool written;

	if (memory == NULL)
		return SKERRY_ERR_NO_MEMORY;
	page_write(letter, texts, command_sink, memory);
	written = ferror(memory) == 0;
	return fclose(memory) == 0 && written ? SKERRY_OK : SKERRY_ERR_NO_MEMORY;
}

static void
wipe(struct text *text)
{
	if (text->chars != NULL)
		secretbox_wipe(text->chars, text->len);
	free(text->chars);
	*text = (struct text){ NULL, 0 };
}

/* --language as a catalogue there must be; another customer's language reads English. */
static const struct letter_texts *
choose_texts(const struct options *options, const struct letter *letter)
{
	const char *language = options->language, *wanted = letter->customer.language;
	const struct letter_texts *texts;

	if (language == NULL)
		language = wanted[0] == '\0' ? "en" : wanted;
	texts = letter_texts_find(language);
	if (texts != NULL)
		return texts;
	fputs("skerry-issuer: There is no letter in the language '", stderr);
	command_print_safe(stderr, language, strlen(language));
	fprintf(stderr, "'; it is written in English. There are: %s.\n", LETTER_TEXTS_LANGUAGES);
	return &LETTER_TEXTS_EN;
}

static void
tell_gaps(const struct letter *letter, size_t left_out)
{
	if (left_out > 0)
		fprintf(stderr,
			"skerry-issuer: %zu more of this key %s revoked, suspended or expired and "
			"not in the letter.\n",
			left_out, left_out == 1 ? "is" : "are");
	if (!brands_has_contact(&letter->brand))
		fprintf(stderr,
			"skerry-issuer: The letter names nobody to call. Say whom with: "
			"skerry-issuer brand set %s --contact-phone TEL\n",
			letter->brand.slug);
}

static enum skerry_err
record(struct desk *desk, const struct letter *letter, const struct letter_texts *texts)
{
	char subject[AUDIT_SUBJECT_MAX];

	snprintf(subject, sizeof subject, "license %s", letter->licenses[0].record.public_id);
	return audit_append(desk, "license.letter", subject, "key=%lld language=%s licenses=%zu",
		(long long)letter->licenses[0].record.license_key_id, texts->tag,
		letter->licenses_len);
}

static bool
to_file(const struct options *options)
{
	return options->out != NULL && strcmp(options->out, "-") != 0;
}

/* Room first, then the record, then the page: none leaves unrecorded. */
static enum skerry_err
deliver(struct desk *desk, const struct options *options, const struct text *text)
{
	struct atomic_file staged = { .staged = false };
	enum skerry_err err = SKERRY_OK;

	if (to_file(options))
		err = atomic_file_stage(options->out, text->len, 0600, options->force, &staged);
	if (err == SKERRY_ERR_FILE_EXISTS)
		desk_refuse(desk, err, options->out, "Take another name, or add --force.");
	else if (err != SKERRY_OK)
		session_refuse_output(desk, err, options->out);
	if (err == SKERRY_OK)
		err = desk_commit(desk);
	if (err == SKERRY_OK && staged.staged)
		err = atomic_file_keep(&staged, (const uint8_t *)text->chars);
	else if (err == SKERRY_OK)
		fwrite(text->chars, 1, text->len, stdout); /* command_finish sees a full disk */
	atomic_file_drop(&staged);
	return err;
}

static enum command_exit
print_written(const struct options *options, const struct letter *letter,
	const struct letter_texts *texts)
{
	struct report report;

	if (!options->json)
		return command_finish(COMMAND_YES);
	report_begin(&report, true);
	report_text(&report, "file", options->out);
	report_text(&report, "key_masked", letter->licenses[0].record.masked);
	report_text(&report, "language", texts->tag);
	report_array_begin(&report, "licenses");
	for (size_t i = 0; i < letter->licenses_len; i++) {
		const struct letter_license *license = &letter->licenses[i];

		report_object_begin(&report, NULL);
		report_text(&report, "id", license->record.public_id);
		session_report_path(&report, license->record.brand, license->record.product,
			license->record.plan);
		report_text(&report, "document",
			license->document == NULL ? NULL
			: license->starter        ? "starter"
						  : "unbound");
		report_object_end(&report);
	}
	report_array_end(&report);
	return report_end(&report);
}

static bool
take_key(void *key_id, const struct license_record *license)
{
	*(int64_t *)key_id = license->license_key_id;
	return false;
}

/* The key's row, and the license's when it was named by its id. */
static enum skerry_err
find_key(struct session *session, const char *typed, int64_t *ret_key_id, int64_t *ret_license_id)
{
	struct license_named named = { .typed = typed };
	struct licenses_filter filter;
	enum skerry_err err = license_named_filter(session, &named, &filter);

	if (err != SKERRY_OK)
		return err;
	*ret_license_id = filter.license_id;
	*ret_key_id = filter.license_key_id;
	return filter.license_id == 0
		       ? SKERRY_OK
		       : licenses_each(&session->desk, &filter, take_key, ret_key_id);
}

static enum command_exit
run(const struct options *options, const char *typed)
{
	const struct letter_texts *texts = NULL;
	struct letter *letter = NULL;
	struct text text = { NULL, 0 };
	struct session session;
	int64_t key_id = 0, license_id = 0;
	size_t left_out = 0;
	enum command_exit exit = session_open(&session, options->json);
	enum skerry_err err;

	if (exit != COMMAND_YES)
		return exit;
	err = find_key(&session, typed, &key_id, &license_id);
	if (err == SKERRY_OK)
		err = session_begin(&session);
	if (err == SKERRY_OK)
		err = letter_gather(&session.desk, key_id, license_id, &letter, &left_out);
	if (err == SKERRY_OK) {
		texts = choose_texts(options, letter);
		err = compose(letter, texts, &text);
	}
	if (err == SKERRY_OK)
		err = record(&session.desk, letter, texts);
	if (err == SKERRY_OK)
		err = deliver(&session.desk, options, &text);
	if (err == SKERRY_OK) {
		tell_gaps(letter, left_out);
		session_tell_trial(&session);
	}
	exit = session_end(&session, err, "license key");
	if (err == SKERRY_OK)
		exit = print_written(options, letter, texts);
	wipe(&text);
	letter_free(letter);
	return exit;
}

enum command_exit
license_letter(int argc, char **argv)
{
	struct options options = { .json = false };
	const struct command_option table[] = {
		{ "--out", COMMAND_VALUE, &options.out },
		{ "--language", COMMAND_VALUE, &options.language },
		{ "--force", COMMAND_FLAG, &options.force },
		{ "--json", COMMAND_FLAG, &options.json },
	};
	struct command_list operands;

	if (!command_parse(argc, argv, table, sizeof table / sizeof *table, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	if (options.json && !to_file(&options))
		return command_misuse("--json needs --out FILE: the page goes to standard output");
	if (options.language != NULL && !entry_is_language(options.language))
		return command_misuse(
			"--language takes a language such as en or id, not '%s'", options.language);
	return run(&options, operands.values[0]);
}
