/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "keys/sign.h"
#include "standing.h"
#include "verbs.h"

const char manifest_merge_details[] =
	"Adds to FILE the signatures that COPY has and FILE has not: for key holders who sign "
	"copies\n"
	"in different places. The copies must say the same.\n"
	"\n"
	"  --out FILE    write the result there instead of into FILE\n"
	"  --trust OLD   count the signatures of the version before, too\n"
	"  --force       overwrite the file that --out names\n"
	"  --json        tell the result as JSON\n"
	"\n"
	"Example:\n"
	"  skerry-keys manifest merge vendor.manifest from-bob.manifest from-carol.manifest\n";

struct merge {
	const char *out, *trust;
	bool force, json;
	struct command_list operands;
	struct manifest_file *file, *before;
};

static enum command_exit
fail(const struct merge *merge, const char *subject, enum skerry_err err, const char *message,
	const char *advice)
{
	return command_fail_json(
		&(struct command_failure){
			.err = err, .subject = subject, .message = message, .advice = advice },
		merge->json);
}

/* A signature that does not fit would stand in the way of the good one on another copy. */
static bool
check_copy(const struct merge *merge, const struct manifest_file *copy, enum command_exit *ret_exit)
{
	struct standing standing;

	standing_find(copy, merge->before, &standing);
	if (!standing.bad)
		return true;
	*ret_exit = fail(
		merge, copy->path, SKERRY_ERR_SIGNATURE, NULL, "Let its key holder sign it again.");
	return false;
}

static bool
take_copy(struct merge *merge, const char *path, uint8_t *bytes, enum command_exit *ret_exit)
{
	struct manifest_file *copy = manifest_file_read(path, merge->json, ret_exit);
	size_t len, offset = 0;
	enum skerry_err err = SKERRY_OK;
	bool taken = false;

	if (copy == NULL)
		return false;
	if (!check_copy(merge, copy, ret_exit))
		goto out;
	err = sign_merge(merge->file->bytes, merge->file->len, copy->bytes, copy->len, bytes,
		MANIFEST_MAX, &len, &offset);
	if (err == SKERRY_OK)
		err = manifest_file_set(merge->file, bytes, len, &offset);
	if (err == SKERRY_ERR_CLAIM_CONFLICT)
		*ret_exit = fail(merge, path, err, "This is no copy: it says something else.",
			"'skerry-keys show' tells what each of the two says.");
	else if (err != SKERRY_OK)
		*ret_exit = fail(merge, path, err, NULL, NULL);
	taken = err == SKERRY_OK;
out:
	free(copy);
	return taken;
}

static enum command_exit
merge_all(struct merge *merge)
{
	uint8_t *bytes = malloc(MANIFEST_MAX);
	enum command_exit exit = COMMAND_CANNOT_TELL;
	bool replace = merge->out == NULL || merge->force;

	if (bytes == NULL)
		return fail(merge, merge->file->path, SKERRY_ERR_NO_MEMORY, NULL, NULL);
	if (!check_copy(merge, merge->file, &exit))
		goto out;
	for (size_t i = 1; i < merge->operands.len; i++)
		if (!take_copy(merge, merge->operands.values[i], bytes, &exit))
			goto out;
	if (merge->out != NULL)
		merge->file->path = merge->out;
	exit = manifest_file_write(merge->file, replace, merge->json);
	if (exit == COMMAND_YES)
		standing_report(merge->file, merge->before, NULL, merge->json);
out:
	free(bytes);
	return exit;
}

enum command_exit
manifest_merge(int argc, char **argv)
{
	struct merge merge = { .file = NULL };
	const struct command_option options[] = {
		{ "--out", COMMAND_VALUE, &merge.out },
		{ "--trust", COMMAND_VALUE, &merge.trust },
		{ "--force", COMMAND_FLAG, &merge.force },
		{ "--json", COMMAND_FLAG, &merge.json },
	};
	enum command_exit exit = COMMAND_CANNOT_TELL;

	if (!command_parse(argc, argv, options, sizeof options / sizeof *options, 2,
		    COMMAND_LIST_MAX, &merge.operands))
		return exit;
	merge.file = manifest_file_read(merge.operands.values[0], merge.json, &exit);
	if (merge.file != NULL && merge.trust != NULL)
		merge.before = manifest_file_read(merge.trust, merge.json, &exit);
	if (merge.file != NULL && (merge.trust == NULL || merge.before != NULL))
		exit = merge_all(&merge);
	free(merge.before);
	free(merge.file);
	return exit;
}
