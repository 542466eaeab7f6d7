/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "formats/date.h"
#include "keys/trust.h"
#include "manifest_view.h"
#include "standing.h"
#include "verbs.h"

const char manifest_verify_details[] =
	"Exit 0 when it is good, 1 when not. Several FILEs are a chain, each the next version of "
	"the\n"
	"one before it.\n"
	"\n"
	"  --trust OLD   the version that is trusted already: the first FILE must follow it, or be "
	"it.\n"
	"                Without it the first FILE is judged by its own roots alone, as one that "
	"is\n"
	"                about to be pinned\n"
	"  --at TIME     judge its expiry as of then instead of now\n"
	"  --json        ok, error, expired and what 'show --json' tells\n"
	"\n"
	"Example:\n"
	"  skerry-keys manifest verify vendor-2.manifest --trust vendor.manifest\n";

struct verify {
	const char *trust_path, *at;
	bool json;
	int64_t now;
	struct command_list operands;
	struct trust *trust;
	struct manifest_file *before, *file; /* the last two of the chain */
};

static bool
parse(int argc, char **argv, struct verify *verify)
{
	const struct command_option options[] = {
		{ "--trust", COMMAND_VALUE, &verify->trust_path },
		{ "--at", COMMAND_VALUE, &verify->at },
		{ "--json", COMMAND_FLAG, &verify->json },
	};

	if (!command_parse(argc, argv, options, sizeof options / sizeof *options, 1,
		    COMMAND_LIST_MAX, &verify->operands))
		return false;
	verify->now = (int64_t)time(NULL);
	if (verify->at != NULL && date_parse(verify->at, &verify->now) != SKERRY_OK) {
		command_misuse("--at wants a date, not '%s'", verify->at);
		return false;
	}
	return true;
}

static enum command_exit
fail(const struct verify *verify, enum skerry_err err, size_t offset, const char *message,
	const char *advice)
{
	return command_fail_json(&(struct command_failure){ .err = err,
					 .subject = verify->file->path,
					 .has_offset = offset != 0,
					 .offset = offset,
					 .message = message,
					 .advice = advice },
		verify->json);
}

/* Says in numbers what is missing. */
static enum command_exit
fail_threshold(const struct verify *verify)
{
	const struct manifest_file *file = verify->file, *before = verify->before;
	struct standing standing;
	char message[224];

	standing_find(file, before, &standing);
	if (before == NULL)
		snprintf(message, sizeof message, "It has %u of the %u root signatures it needs.",
			standing.has, file->manifest.threshold);
	else
		snprintf(message, sizeof message,
			"It has %u of %u signatures of its own roots, and %u of %u of version "
			"%" PRIu64 "'s roots.",
			standing.has, file->manifest.threshold, standing.has_before,
			before->manifest.threshold, before->manifest.version);
	return fail(verify, SKERRY_ERR_TRUST_THRESHOLD, 0, message,
		"'skerry-keys manifest sign' adds one.");
}

static enum command_exit
fail_sequence(const struct verify *verify)
{
	char message[128];

	snprintf(message, sizeof message,
		"It is version %" PRIu64 "; after version %" PRIu64 " comes %" PRIu64 ".",
		verify->file->manifest.version, verify->trust->manifest.version,
		verify->trust->manifest.version + 1);
	return fail(verify, SKERRY_ERR_TRUST_SEQUENCE, 0, message,
		"Name every version in between, in order.");
}

static enum command_exit
fail_step(const struct verify *verify, enum skerry_err err, size_t offset)
{
	if (err == SKERRY_ERR_TRUST_THRESHOLD)
		return fail_threshold(verify);
	if (err == SKERRY_ERR_TRUST_SEQUENCE)
		return fail_sequence(verify);
	if (err == SKERRY_ERR_TRUST_ROOT_UNKNOWN && verify->before == NULL &&
		verify->file->manifest.version > 1)
		return fail(verify, err, offset, "Somebody signed it who is no root of it.",
			"If it replaced roots, name the version before with --trust, or make a "
			"copy to be pinned with 'manifest anchor'.");
	return fail(verify, err, offset, NULL, NULL);
}

/* What --trust names is pinned by being named: roots that are gone do not matter. */
static bool
pin(struct verify *verify, enum command_exit *ret_exit)
{
	uint8_t *bytes;
	size_t len, offset = 0;
	enum skerry_err err;

	verify->file = manifest_file_read(verify->trust_path, verify->json, ret_exit);
	if (verify->file == NULL)
		return false;
	bytes = malloc(MANIFEST_MAX);
	err = bytes == NULL ? SKERRY_ERR_NO_MEMORY
			    : standing_anchor_copy(verify->file, bytes, &len);
	if (err == SKERRY_OK)
		err = trust_anchor(verify->trust, bytes, len, &offset);
	free(bytes);
	if (err != SKERRY_OK)
		*ret_exit = fail_step(verify, err, offset);
	return err == SKERRY_OK;
}

static bool
step(struct verify *verify, const char *path, enum command_exit *ret_exit)
{
	size_t offset = 0;
	enum skerry_err err;

	free(verify->before);
	verify->before = verify->file;
	verify->file = manifest_file_read(path, verify->json, ret_exit);
	if (verify->file == NULL)
		return false;
	if (verify->before == NULL)
		err = trust_anchor(verify->trust, verify->file->bytes, verify->file->len, &offset);
	else
		err = trust_advance(verify->trust, verify->file->bytes, verify->file->len, &offset);
	if (err != SKERRY_OK)
		*ret_exit = fail_step(verify, err, offset);
	return err == SKERRY_OK;
}

static void
report(const struct verify *verify)
{
	const struct manifest_file *file = verify->file;
	bool expired = file->manifest.expires_at < verify->now;
	struct json j;

	if (!verify->json) {
		command_print_safe(stdout, file->path, strlen(file->path));
		printf(": good%s\n", verify->before == NULL ? ", judged by its own roots" : "");
		if (expired)
			printf("It has expired: sites warn, and go on.\n");
		manifest_view_print(file, verify->before);
		return;
	}
	json_init(&j, command_sink, stdout);
	json_object_open(&j);
	json_name(&j, "ok");
	json_bool(&j, true);
	json_name(&j, "error");
	json_null(&j);
	json_name(&j, "expired");
	json_bool(&j, expired);
	manifest_view_json(&j, file, verify->before);
	json_object_close(&j);
	putchar('\n');
}

enum command_exit
manifest_verify(int argc, char **argv)
{
	struct verify verify = { .file = NULL };
	enum command_exit exit = COMMAND_CANNOT_TELL;
	bool good;

	if (!parse(argc, argv, &verify))
		return exit;
	verify.trust = calloc(1, sizeof *verify.trust);
	if (verify.trust == NULL)
		return command_fail(&(struct command_failure){ .err = SKERRY_ERR_NO_MEMORY });
	good = verify.trust_path == NULL || pin(&verify, &exit);
	for (size_t i = 0; good && i < verify.operands.len; i++)
		good = step(&verify, verify.operands.values[i], &exit);
	if (good) {
		report(&verify);
		exit = COMMAND_YES;
	}
	free(verify.before);
	free(verify.file);
	free(verify.trust);
	return exit;
}
