/* SPDX-License-Identifier: ISC */
/* skerry fingerprint: what tells this machine from others, as a list and as a file. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon.h"
#include "keys/atomic_file.h"
#include "keys/checked.h"
#include "keys/hash.h"
#include "keys/random.h"
#include "verifier/domain_list.h"
#include "verifier/gather/below_root.h"
#include "verifier/gather/components_network.h"
#include "verifier/gather/root_values.h"
#include "verifier/show/fingerprint_view.h"
#include "verifier/typed_key.h"

struct taking {
	const char *key, *out, *sysroot, *install_path, *collect;
	bool json, armored, force, is_captured;
	struct command_list custom, domains;

	struct fingerprint_view view;
};

/* --- the salt -------------------------------------------------------------------------------- */

static enum skerry_err
make_salt(struct taking *t, const struct site *site, size_t *ret_offset)
{
	char key[LICENSE_KEY_MAX + 1];
	enum skerry_err err;

	if (t->key == NULL) {
		random_bytes(t->view.salt, sizeof t->view.salt);
		return SKERRY_OK;
	}
	err = typed_key_read(site == NULL ? NULL : &site->trust->manifest, t->key, key, ret_offset);
	if (err == SKERRY_OK)
		hash_salt(key, t->view.salt);
	return err;
}

/* --- the file -------------------------------------------------------------------------------- */

static enum skerry_err
encode(const struct taking *t, uint8_t ret_bytes[FINGERPRINT_MAX], size_t *ret_len)
{
	struct cbor_writer w;
	enum skerry_err err;

	cbor_writer_init(&w, ret_bytes, FINGERPRINT_MAX - CHECKED_LEN);
	fingerprint_write(&w, &t->view.fingerprint);
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

	if (!components_identify(&t->view.components)) {
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
	enum skerry_err err = fingerprint_view_collect(&t->view, &machine);

	if (err != SKERRY_OK)
		return command_misuse(
			"at most 8 --custom values of 1 to 128 bytes can be given, and "
			"--install-path takes an absolute path of as many");
	for (size_t i = 0; i < t->domains.len; i++)
		if (!domain_list_add(t->view.fingerprint.domains, &t->view.fingerprint.domains_len,
			    t->domains.values[i]))
			return command_misuse("--domain %s: at most 16 host names in lower case",
				t->domains.values[i]);
	err = make_salt(t, site, &offset);
	if (err != SKERRY_OK)
		return cli_fail_at(err, t->key, offset, t->json);
	/* A captured tree is another machine: whose site it is, nobody knows here. */
	fingerprint_view_fill(&t->view, &machine, t->is_captured ? NULL : site);
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

/* The list alone: a key or a file is nobody's but the caller's. */
static bool
tell_by_daemon(const struct taking *t, enum command_exit *ret_exit)
{
	struct daemon_call call;

	if (t->is_captured || t->key != NULL || t->out != NULL || t->domains.len > 0)
		return false;
	daemon_call_begin(&call, "GET", "/v1/fingerprint");
	daemon_call_arg(&call, "install_path", t->install_path);
	for (size_t i = 0; i < t->custom.len; i++)
		daemon_call_arg(&call, "custom", t->custom.values[i]);
	return daemon_tell(&call, t->json, ret_exit);
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
	struct show show;

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
	if (tell_by_daemon(&t, &exit))
		return command_finish(exit);
	exit = take(&t);
	if (exit == COMMAND_YES && t.out != NULL)
		exit = write_file(&t);
	if (exit != COMMAND_YES)
		return exit;
	show = cli_show_as(t.json);
	if (t.json || t.out == NULL)
		fingerprint_view_show(&show, &t.view, t.out);
	return command_finish(exit);
}
