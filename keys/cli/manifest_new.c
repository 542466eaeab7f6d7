/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "manifest_edit.h"
#include "verbs.h"

const char manifest_new_details[] =
	"Version 1 is the anchor that products pin. It is written without signatures;\n"
	"'manifest sign' adds them one by one.\n"
	"\n"
	"  --root FILE          a root's .pub; several times\n"
	"  --threshold N        how many roots must sign\n"
	"  --issuing FILE       an issuing key's .pub; several times\n"
	"  --exchange FILE      an exchange key's .pub\n"
	"  --contact BRAND:FILE whom a site's messages name ('*' for all brands); FILE has\n"
	"                       lines name:, telephone:, email:, url:, languages:, key-format:\n"
	"  --expires DATE       sites warn from then on; it never stops one\n"
	"  --out FILE           where; '-' is standard output\n"
	"  --armor              write it as text\n"
	"  --at TIME            make it as of then instead of now\n"
	"  --force              overwrite FILE\n"
	"  --json               tell the result as JSON\n"
	"\n"
	"For every issuing key that this command names:\n"
	"  --brand SLUG         only for this brand; several times, or a,b (else all)\n"
	"  --role ROLE          license, status, reply, bundle; several times, or a,b\n"
	"                       (else all, but no bundles for a key of certain brands:\n"
	"                       a bundle serves all)\n"
	"  --not-before DATE    documents issued earlier are refused (else a day before --at)\n"
	"  --not-after DATE     documents issued later are refused\n"
	"  --latest DATE        nothing that it signs may run longer\n"
	"  --perpetual          it may sign what never ends\n"
	"Keys that differ: name one here, the others with 'manifest next --draft'.\n"
	"\n"
	"Example:\n"
	"  skerry-keys manifest new --root alice.pub --root bob.pub --root carol.pub \\\n"
	"      --threshold 2 --issuing desk.pub --latest 2031-12-31 \\\n"
	"      --exchange requests.pub --out vendor.manifest\n";

static bool
parse(int argc, char **argv, struct manifest_edit *edit)
{
	struct command_list operands;
	const struct command_option options[] = {
		{ "--root", COMMAND_LIST, &edit->roots },
		{ "--threshold", COMMAND_VALUE, &edit->threshold },
		{ "--issuing", COMMAND_LIST, &edit->issuing },
		{ "--exchange", COMMAND_LIST, &edit->exchange },
		{ "--contact", COMMAND_LIST, &edit->contacts },
		{ "--brand", COMMAND_LIST, &edit->brands },
		{ "--role", COMMAND_LIST, &edit->roles },
		{ "--not-before", COMMAND_VALUE, &edit->not_before },
		{ "--not-after", COMMAND_VALUE, &edit->not_after },
		{ "--latest", COMMAND_VALUE, &edit->latest },
		{ "--perpetual", COMMAND_FLAG, &edit->perpetual },
		{ "--expires", COMMAND_VALUE, &edit->expires },
		{ "--at", COMMAND_VALUE, &edit->at },
		{ "--out", COMMAND_VALUE, &edit->out },
		{ "--armor", COMMAND_FLAG, &edit->armor },
		{ "--force", COMMAND_FLAG, &edit->force },
		{ "--json", COMMAND_FLAG, &edit->json },
	};

	if (!command_parse(argc, argv, options, sizeof options / sizeof *options, 0, 0, &operands))
		return false;
	if (edit->roots.len == 0)
		command_misuse("--root names at least one root key");
	else if (edit->threshold == NULL)
		command_misuse("--threshold says how many roots must sign");
	else if (edit->out == NULL)
		command_misuse("--out says where the manifest goes");
	else
		return true;
	return false;
}

enum command_exit
manifest_new(int argc, char **argv)
{
	struct manifest_edit *edit = calloc(1, sizeof *edit);
	enum command_exit exit = COMMAND_CANNOT_TELL;

	if (edit == NULL)
		return command_fail(&(struct command_failure){ .err = SKERRY_ERR_NO_MEMORY });
	if (!parse(argc, argv, edit))
		goto out;
	edit->manifest.version = 1;
	edit->manifest.expires_at = LICENSE_NEVER;
	if (!manifest_edit_time(edit) || !manifest_edit_set_threshold(edit) ||
		!manifest_edit_set_expires(edit) || !manifest_edit_add_roots(edit) ||
		!manifest_edit_add_issuing(edit) || !manifest_edit_add_exchange(edit) ||
		!manifest_edit_set_contacts(edit)) {
		exit = edit->exit;
		goto out;
	}
	edit->manifest.issued_at = edit->now;
	exit = manifest_edit_finish(edit, NULL);
out:
	manifest_edit_free(edit);
	return exit;
}
