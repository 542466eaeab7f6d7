/* SPDX-License-Identifier: ISC */
/* skerry init: whom this site trusts, and who it is. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "cli.h"
#include "folder_owner.h"
#include "verifier/show/sheet.h"
#include "verifier/exchange/manifest_chain.h"
#include "verifier/state/memory_opening.h"

/* The vendor's manifest, or a chain of them, verified before anything is written. */
struct vendor {
	struct carried carried;
	struct manifest_chain chain;
	struct trust trust;
};

static enum command_exit
read_vendor(const char *file, struct vendor *vendor)
{
	struct command_failure failure;
	size_t offset;
	enum skerry_err err = carried_read(file, &vendor->carried, &offset);

	if (err != SKERRY_OK)
		return cli_fail_at(err, file, offset, false);
	err = manifest_chain_anchor(&vendor->trust, vendor->carried.documents,
		vendor->carried.count, &vendor->chain, &offset);
	if (err == SKERRY_OK)
		return COMMAND_YES;
	failure = cli_failure(err, file, offset);
	if (err == SKERRY_ERR_DOCUMENT_KIND)
		failure.advice = "Use the manifest that the vendor sent with the product.";
	if (err == SKERRY_ERR_TRUST_ROOT_UNKNOWN)
		failure.advice = "Ask the vendor for the manifest to pin; after a change of roots "
				 "they make it with `skerry-keys manifest anchor`.";
	return command_fail(&failure);
}

static enum skerry_err
put_manifests(const struct documents *documents, const struct vendor *vendor)
{
	const struct manifest_chain *chain = &vendor->chain;
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 1; i < chain->order_len && err == SKERRY_OK; i++) {
		size_t at = chain->order[i];

		if (chain->fates[at] == MANIFEST_FATE_TAKEN)
			err = documents_put_manifest(documents, chain->versions[at],
				vendor->carried.documents[at].bytes.data,
				vendor->carried.documents[at].bytes.len, cli_wall_clock());
	}
	return err;
}

/*
 * In a new folder the anchor comes last: with it the folder is a site, before it nobody uses it, and
 * a site without a memory has lost it. In
 * one that is a site it comes first: the old vendor's manifests do not follow from it, so that
 * nothing is believed until the rest is done, and never an older state of the old vendor's.
 */
static enum skerry_err
write_site(const struct documents *documents, const struct vendor *vendor, size_t *ret_renewed)
{
	const struct document *anchor = &vendor->carried.documents[vendor->chain.order[0]];
	bool was_site = documents_is_site(documents);
	enum skerry_err err = identity_create(documents);

	if (err == SKERRY_OK)
		err = identity_repair(documents, ret_renewed);
	if (err == SKERRY_OK && !was_site)
		err = memory_create(documents, &anchor->bytes);
	if (err == SKERRY_OK && was_site)
		err = documents_put_anchor(documents, anchor->bytes.data, anchor->bytes.len);
	if (err == SKERRY_OK)
		err = documents_drop_manifests(documents);
	if (err == SKERRY_OK)
		err = put_manifests(documents, vendor);
	if (err == SKERRY_OK && !was_site)
		err = documents_put_anchor(documents, anchor->bytes.data, anchor->bytes.len);
	return err;
}

static void
tell_trust(const struct manifest *manifest, const char *install_id)
{
	printf("This site now trusts the vendor behind manifest %" PRIu64
	       " (%u of %zu root keys sign it).\n",
		manifest->version, manifest->threshold, manifest->roots_len);
	for (size_t i = 0; i < manifest->contacts_len; i++) {
		const struct manifest_contact *contact = &manifest->contacts[i];

		sheet_text(cli_show(), "brand", contact->brand);
		sheet_text(cli_show(), "  name", contact->name);
		sheet_text(cli_show(), "  telephone", contact->telephone);
		sheet_text(cli_show(), "  e-mail", contact->email);
	}
	for (size_t i = 0; i < manifest->roots_len; i++)
		sheet_kid(cli_show(), "root key", &manifest->roots[i]);
	sheet_chars(cli_show(), "install id", install_id);
	sheet_chars(cli_show(), "folder", cli_state());
	folder_owner_tell();
	puts(manifest->trial
			? "These are TRIAL roots, made without a key ceremony: good for a test,\n"
			  "not for a customer."
			: "Compare the root keys with those that the vendor has published.");
}

static enum command_exit
refuse_site(void)
{
	const struct command_failure failure = { .err = SKERRY_ERR_FILE_EXISTS,
		.subject = cli_state(),
		.message = "This folder is set up already and was left as it is.",
		.advice = "Name another folder with --state, or pin another vendor here with "
			  "--force." };

	command_fail(&failure);
	return COMMAND_CANNOT_TELL;
}

static enum command_exit
set_up(const struct vendor *vendor, bool force)
{
	struct documents documents;
	struct identity identity;
	size_t renewed = 0;
	const char *file;
	pid_t holder = 0;
	enum skerry_err err = documents_create(cli_state(), &documents, &holder);

	if (err != SKERRY_OK)
		return folder_owner_refuse(err, holder, false);
	/* Another init may have been here since the folder was looked at. */
	if (documents_is_site(&documents) && !force) {
		documents_close(&documents);
		return refuse_site();
	}
	err = write_site(&documents, vendor, &renewed);
	if (err == SKERRY_OK)
		err = identity_load(&documents, &identity, &file);
	if (err != SKERRY_OK) {
		cli_fail(err, cli_state(), false);
		documents_close(&documents);
		return COMMAND_CANNOT_TELL;
	}
	documents_close(&documents);
	tell_trust(&vendor->trust.manifest, identity.install_id);
	if (renewed > 0)
		puts("What was damaged of this site's keys and install id is new. Licenses that "
		     "were paired\nwith the old ones need a new pairing: send the vendor what "
		     "`skerry fingerprint` writes.");
	return COMMAND_YES;
}

/* Before anything is read or made: a site is left alone, and a folder that cannot be opened is told. */
static enum command_exit
check_folder(bool force)
{
	struct documents documents;
	enum skerry_err err = documents_open(cli_state(), &documents);

	if (err == SKERRY_ERR_STORE_MISSING)
		return COMMAND_YES;
	if (err == SKERRY_ERR_FILE_PERMISSION)
		return folder_owner_fail(cli_state(), false);
	if (err != SKERRY_OK)
		return cli_fail_folder(err, false);
	documents_close(&documents);
	return force ? COMMAND_YES : refuse_site();
}

enum command_exit
init_run(int argc, char **argv)
{
	const char *file = NULL, *owner = NULL;
	bool force = false;
	const struct command_option options[] = {
		{ "--trust", COMMAND_VALUE, &file },
		{ "--owner", COMMAND_VALUE, &owner },
		{ "--force", COMMAND_FLAG, &force },
	};
	struct command_list operands;
	struct vendor *vendor;
	enum command_exit exit;

	if (!command_parse(argc, argv, options, 3, 0, 0, &operands))
		return COMMAND_CANNOT_TELL;
	if (file == NULL)
		return command_misuse("--trust FILE says whom this site is to trust");
	exit = check_folder(force);
	if (exit != COMMAND_YES)
		return exit;
	vendor = calloc(1, sizeof *vendor);
	if (vendor == NULL)
		return cli_fail(SKERRY_ERR_NO_MEMORY, NULL, false);
	exit = read_vendor(file, vendor);
	if (exit == COMMAND_YES && folder_owner_prepare(owner, &exit))
		exit = set_up(vendor, force);
	carried_free(&vendor->carried);
	free(vendor);
	return exit;
}
