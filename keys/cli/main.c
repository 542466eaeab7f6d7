/* SPDX-License-Identifier: ISC */
/* skerry-keys: who may sign what. For the vendor's key holders, on a machine that is never online. */
#include "verbs.h"

#define NEW_SYNOPSIS                                                                               \
	"--out NAME [--alg eddsa|ed25519] [--passphrase-file FILE | --no-passphrase] [--force]"

static const struct command_verb VERBS[] = {
	{ "new root", NEW_SYNOPSIS, "Makes a root key, which signs manifests", new_details,
		new_root },
	{ "new issuing", NEW_SYNOPSIS, "Makes an issuing key, which signs licenses", new_details,
		new_issuing },
	{ "new exchange", "--out NAME [--passphrase-file FILE | --no-passphrase] [--force]",
		"Makes an exchange key, to which sites seal requests", new_details, new_exchange },
	{ "manifest new",
		"--root FILE... --threshold N --issuing FILE... --exchange FILE --out FILE",
		"Lists the vendor's keys in version 1 of a manifest", manifest_new_details,
		manifest_new },
	{ "manifest next", "OLD --out NEW [CHANGES]",
		"Makes the next version: keys added, retired or revoked, roots replaced",
		manifest_next_details, manifest_next },
	{ "manifest sign", "FILE --key ROOT.key [--trust OLD] [--passphrase-file FILE]",
		"Adds one root's signature", manifest_sign_details, manifest_sign },
	{ "manifest merge", "FILE COPY... [--out FILE]",
		"Unites signatures that were gathered on copies", manifest_merge_details,
		manifest_merge },
	{ "manifest verify", "FILE... [--trust OLD]",
		"Tells whether enough roots have signed, and what the manifest says",
		manifest_verify_details, manifest_verify },
	{ "manifest anchor", "FILE --out ANCHOR",
		"Makes the copy that a product pins when roots were replaced",
		manifest_anchor_details, manifest_anchor },
	{ "show", "FILE", "Tells what a file is and what it says", show_details, show },
};

static const struct command_program PROGRAM = {
	.name = "skerry-keys",
	.summary = "the vendor's keys, and the manifest that says what each may sign",
	.verbs = VERBS,
	.verbs_len = sizeof VERBS / sizeof *VERBS,
};

int
main(int argc, char **argv)
{
	return command_main(&PROGRAM, argc, argv);
}
