/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "standing.h"
#include "verbs.h"

const char manifest_anchor_details[] =
	"A version that replaced roots also carries signatures of those that are gone. A product "
	"that\n"
	"begins with this version knows only its own roots: it pins a copy with theirs alone.\n"
	"\n"
	"  --out FILE   where; '-' is standard output\n"
	"  --armor      write it as text\n"
	"  --force      overwrite it\n"
	"  --json       tell the result as JSON\n"
	"\n"
	"Example:\n"
	"  skerry-keys manifest anchor vendor-4.manifest --out pinned.manifest\n";

static enum command_exit
make_anchor(struct manifest_file *file, const char *out, bool force, bool json)
{
	uint8_t *bytes = malloc(MANIFEST_MAX);
	struct standing standing;
	size_t len, offset;
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	standing_find(file, NULL, &standing);
	if (bytes != NULL && !standing.complete)
		err = standing.bad ? SKERRY_ERR_SIGNATURE : SKERRY_ERR_TRUST_THRESHOLD;
	else if (bytes != NULL)
		err = standing_anchor_copy(file, bytes, &len);
	if (err == SKERRY_OK)
		err = manifest_file_set(file, bytes, len, &offset);
	free(bytes);
	if (err != SKERRY_OK)
		return command_fail_json(
			&(struct command_failure){ .err = err, .subject = file->path }, json);
	file->path = out;
	return manifest_file_write(file, force, json);
}

/* An anchor begins a chain: nothing before it is needed, and nobody has to sign it again. */
static void
tell_anchor(const struct manifest_file *file)
{
	command_print_safe(stdout, file->path, strlen(file->path));
	printf(": version %" PRIu64 " as an anchor, with the signatures of its own roots alone.\n"
	       "Give it to products that begin with this version: skerry init --trust ",
		file->manifest.version);
	command_print_safe(stdout, file->path, strlen(file->path));
	putchar('\n');
}

enum command_exit
manifest_anchor(int argc, char **argv)
{
	const char *out = NULL;
	bool armor = false, force = false, json = false;
	struct command_list operands;
	struct manifest_file *file;
	const struct command_option options[] = {
		{ "--out", COMMAND_VALUE, &out },
		{ "--armor", COMMAND_FLAG, &armor },
		{ "--force", COMMAND_FLAG, &force },
		{ "--json", COMMAND_FLAG, &json },
	};
	enum command_exit exit = COMMAND_CANNOT_TELL;

	if (!command_parse(argc, argv, options, sizeof options / sizeof *options, 1, 1, &operands))
		return exit;
	if (out == NULL)
		return command_misuse("--out says where the anchor goes");
	file = manifest_file_read(operands.values[0], json, &exit);
	if (file == NULL)
		return exit;
	file->armored = armor;
	exit = make_anchor(file, out, force, json);
	if (exit == COMMAND_YES && json)
		standing_report(file, NULL, NULL, json);
	else if (exit == COMMAND_YES && strcmp(out, "-") != 0)
		tell_anchor(file);
	free(file);
	return exit;
}
