/* SPDX-License-Identifier: ISC */
/* skerry fingerprint: what tells this machine from others, as a list and as a file. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "components_view.h"
#include "keys/atomic_file.h"
#include "keys/checked.h"
#include "keys/hash.h"
#include "keys/random.h"
#include "verifier/domain_list.h"
#include "verifier/gather/below_root.h"
#include "verifier/gather/components_network.h"
#include "verifier/gather/root_values.h"
#include "verifier/gather/system_name.h"
#include "verifier/typed_key.h"

struct taking {
	const char *key, *out, *sysroot, *install_path, *collect;
	bool json, armored, force, is_captured;
	struct command_list custom, domains;

	struct components components;
	struct fingerprint fingerprint;
	uint8_t salt[LICENSE_SALT_LEN];
	uint8_t hashes[LICENSE_COMPONENTS_MAX][LICENSE_COMPONENT_HASH_MAX];
	char hostname[FINGERPRINT_INFO_MAX + 1], os[FINGERPRINT_INFO_MAX + 1];
	struct identity identity;
};

/* --- the salt -------------------------------------------------------------------------------- */

static enum skerry_err
make_salt(struct taking *t, const struct site *site, size_t *ret_offset)
{
	char key[LICENSE_KEY_MAX + 1];
	enum skerry_err err;

	if (t->key == NULL) {
		random_bytes(t->salt, sizeof t->salt);
		return SKERRY_OK;
	}
	err = typed_key_read(site == NULL ? NULL : &site->trust->manifest, t->key, key, ret_offset);
	if (err == SKERRY_OK)
		hash_salt(key, t->salt);
	return err;
}

/* --- the file -------------------------------------------------------------------------------- */

static void
fill_in(struct taking *t, const struct site *site)
{
	struct fingerprint *f = &t->fingerprint;

	f->salt = (struct cbor_bytes){ t->salt, sizeof t->salt };
	f->components_len = components_hash(&t->components, t->salt, t->hashes, f->components);
	system_name_host(t->sysroot, t->hostname, sizeof t->hostname);
	system_name_os(t->sysroot, t->os, sizeof t->os);
	f->hostname = cbor_text_from_chars(t->hostname);
	f->os = cbor_text_from_chars(t->os);
	/* A captured tree is another machine: whose site it is, nobody knows here. */
	if (site == NULL || t->is_captured)
		return;
	t->identity = site->identity;
	f->install_id = cbor_text_from_chars(t->identity.install_id);
	f->has_site_key = true;
	f->site_key = t->identity.site_key;
}

static enum skerry_err
encode(const struct taking *t, uint8_t ret_bytes[FINGERPRINT_MAX], size_t *ret_len)
{
	struct cbor_writer w;
	enum skerry_err err;

	cbor_writer_init(&w, ret_bytes, FINGERPRINT_MAX - CHECKED_LEN);
	fingerprint_write(&w, &t->fingerprint);
	err = cbor_writer_finish(&w, ret_len);
	if (err == SKERRY_OK)
		checked_append(ret_bytes, ret_len);
	return err;
}

static enum command_exit
write_file(const struct taking *t)
{
	uint8_t bytes[FINGERPRINT_MAX];
	size_t len;
	enum skerry_err err;

	if (!components_identify(&t->components)) {
		const struct command_failure failure = { .err = SKERRY_ERR_NOT_FOUND,
			.subject = t->out,
			.message = "Nothing on this machine tells it from others of its kind; no "
				   "file was written.",
			.advice = "Run it as root, set up /etc/machine-id, or name a value of your "
				  "own with --custom." };

		command_fail_json(&failure, t->json);
		return COMMAND_NO;
	}
	err = encode(t, bytes, &len);
	if (err == SKERRY_OK)
		err = carried_write(t->out, DOCUMENT_FINGERPRINT, bytes, len, t->armored, t->force);
	if (err != SKERRY_OK)
		return cli_fail(err, t->out, t->json);
	if (strcmp(t->out, "-") != 0)
		fprintf(t->json ? stderr : stdout,
			"Written to %s. Send it to the vendor, who binds the license to it.\n",
			t->out);
	return COMMAND_YES;
}

/* --- telling --------------------------------------------------------------------------------- */

static void
tell_json(const struct taking *t)
{
	const struct fingerprint *f = &t->fingerprint;
	struct json j;

	json_init(&j, command_sink, stdout);
	json_object_open(&j);
	json_name(&j, "salt");
	json_hex(&j, t->salt, sizeof t->salt);
	json_name(&j, "components");
	components_view_json(&j, &t->components, t->salt);
	json_name(&j, "hostname");
	json_text(&j, f->hostname);
	json_name(&j, "os");
	json_text(&j, f->os);
	json_name(&j, "install_id");
	json_text(&j, f->install_id);
	json_name(&j, "domains");
	json_array_open(&j);
	for (size_t i = 0; i < f->domains_len; i++)
		json_text(&j, f->domains[i]);
	json_array_close(&j);
	json_name(&j, "file");
	json_chars(&j, t->out);
	json_object_close(&j);
	putchar('\n');
}

/* --- the service at boot --------------------------------------------------------------------- */

/* For root and the group that the service names (umask, Group=): the values are raw. */
static enum command_exit
collect(const struct taking *t)
{
	struct components cards = { .len = 0 };
	struct root_values values;
	enum skerry_err err;
	struct command_failure failure = { .subject = t->sysroot,
		.message = "What only root may read of this machine cannot be read.",
		.advice = "Run it as root, as skerry-components.service does at boot." };

	components_collect_cards(t->sysroot, &cards);
	err = root_values_collect(t->sysroot, &cards, &values);
	failure.err = err;
	if (err != SKERRY_OK)
		return command_fail(&failure);
	err = atomic_file_write(
		t->collect, (const uint8_t *)values.text, values.len, 0640, t->force);
	return err == SKERRY_OK ? COMMAND_YES : cli_fail(err, t->collect, false);
}

/* --- the verb -------------------------------------------------------------------------------- */

static enum command_exit
gather(struct taking *t, const struct site *site)
{
	const struct components_query machine = {
		.root = t->sysroot,
		.install_path = t->install_path,
		.custom = t->custom.values,
		.custom_len = t->custom.len,
	};
	size_t offset = 0;
	enum skerry_err err = components_collect(&machine, &t->components);

	if (err != SKERRY_OK)
		return command_misuse(
			"at most 8 --custom values of 1 to 128 bytes can be given, and "
			"--install-path takes an absolute path of as many");
	for (size_t i = 0; i < t->domains.len; i++)
		if (!domain_list_add(t->fingerprint.domains, &t->fingerprint.domains_len,
			    t->domains.values[i]))
			return command_misuse("--domain %s: at most 16 host names in lower case",
				t->domains.values[i]);
	err = make_salt(t, site, &offset);
	if (err != SKERRY_OK)
		return cli_fail_at(err, t->key, offset, t->json);
	fill_in(t, site);
	return COMMAND_YES;
}

/* The site's identity goes into the file where there is a site; a broken one is told. */
static enum command_exit
take(struct taking *t)
{
	struct site_failure where;
	enum command_exit exit;
	struct site site;
	enum skerry_err err = site_open(cli_state(), &site, &where);

	if (err == SKERRY_ERR_STORE_MISSING)
		return gather(t, NULL);
	if (err != SKERRY_OK) {
		cli_fail(err, cli_state(), t->json);
		return COMMAND_CANNOT_TELL;
	}
	exit = gather(t, &site);
	site_close(&site);
	return exit;
}

/* A captured tree is a directory; what is missing in it is told row by row. */
static bool
is_tree(const char *path, enum skerry_err *ret_err)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		*ret_err = errno == ENOTDIR ? SKERRY_ERR_FILE_NOT_REGULAR : below_root_error(errno);
		return false;
	}
	close(fd);
	return true;
}

enum command_exit
fingerprint_run(int argc, char **argv)
{
	struct taking t = { .sysroot = NULL };
	const struct command_option options[] = {
		{ "--key", COMMAND_VALUE, &t.key },
		{ "--out", COMMAND_VALUE, &t.out },
		{ "--collect", COMMAND_VALUE, &t.collect },
		{ "--sysroot", COMMAND_VALUE, &t.sysroot },
		{ "--install-path", COMMAND_VALUE, &t.install_path },
		{ "--custom", COMMAND_LIST, &t.custom },
		{ "--domain", COMMAND_LIST, &t.domains },
		{ "--json", COMMAND_FLAG, &t.json },
		{ "--armor", COMMAND_FLAG, &t.armored },
		{ "--force", COMMAND_FLAG, &t.force },
	};
	struct command_list operands;
	enum command_exit exit;
	enum skerry_err err;

	if (!command_parse(argc, argv, options, sizeof options / sizeof *options, 0, 0, &operands))
		return COMMAND_CANNOT_TELL;
	if (t.armored && t.out == NULL)
		return command_misuse("--armor needs --out FILE");
	if (t.json && t.out != NULL && strcmp(t.out, "-") == 0)
		return command_misuse("--json and --out - exclude each other");
	if (t.collect != NULL && (t.json || t.out != NULL || t.key != NULL))
		return command_misuse("--collect goes with --sysroot and --force alone");
	t.is_captured = t.sysroot != NULL;
	if (t.sysroot == NULL)
		t.sysroot = "/";
	else if (!is_tree(t.sysroot, &err))
		return cli_fail(err, t.sysroot, t.json);
	if (t.collect != NULL)
		return collect(&t);
	exit = take(&t);
	if (exit == COMMAND_YES && t.out != NULL)
		exit = write_file(&t);
	if (exit != COMMAND_YES)
		return exit;
	if (t.json)
		tell_json(&t);
	else if (t.out == NULL)
		components_view_table(&t.components);
	return command_finish(exit);
}
