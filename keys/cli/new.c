/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "key_argument.h"
#include "keys/atomic_file.h"
#include "keys/key_file.h"
#include "keys/random.h"
#include "keys/terminal.h"
#include "keys/untrusted_file.h"
#include "verbs.h"

const char new_details[] =
	"Writes NAME.key (secret, for its owner alone) and NAME.pub (a COSE_Key), both or "
	"neither.\n"
	"\n"
	"  --out NAME              where; a path without its ending\n"
	"  --alg eddsa|ed25519     COSE algorithm -8, which every library reads (the default),\n"
	"                          or -19 (RFC 9864); exchange keys have none\n"
	"  --passphrase-file FILE  take the passphrase from its first line instead of the "
	"terminal\n"
	"  --no-passphrase         protect it by nothing: for trials\n"
	"  --force                 overwrite an existing key; what it signed cannot be signed "
	"again\n"
	"  --json                  tell the result as JSON\n"
	"\n"
	"Example:\n"
	"  skerry-keys new root --out alice\n";

struct new_key {
	enum key_purpose purpose;
	const char *out, *alg, *passphrase_file;
	bool no_passphrase, force, json;
	char key_path[PATH_MAX], pub_path[PATH_MAX];
};

static bool
parse(int argc, char **argv, struct new_key *new)
{
	struct command_list operands;
	const struct command_option options[] = {
		{ "--out", COMMAND_VALUE, &new->out },
		{ "--passphrase-file", COMMAND_VALUE, &new->passphrase_file },
		{ "--no-passphrase", COMMAND_FLAG, &new->no_passphrase },
		{ "--force", COMMAND_FLAG, &new->force }, { "--json", COMMAND_FLAG, &new->json },
		{ "--alg", COMMAND_VALUE, &new->alg }, /* last: not for exchange keys */
	};
	size_t options_len = sizeof options / sizeof *options;

	if (new->purpose == KEY_EXCHANGE)
		options_len--;
	if (!command_parse(argc, argv, options, options_len, 0, 0, &operands))
		return false;
	if (new->out == NULL || new->out[0] == '\0') {
		command_misuse("--out NAME says where the key goes");
		return false;
	}
	if (new->no_passphrase &&new->passphrase_file != NULL) {
		command_misuse("--passphrase-file and --no-passphrase exclude each other");
		return false;
	}
	if (snprintf(new->key_path, sizeof new->key_path, "%s.key", new->out) >= PATH_MAX) {
		command_misuse("the name is too long");
		return false;
	}
	snprintf(new->pub_path, sizeof new->pub_path, "%s.pub", new->out);
	return true;
}

static enum cose_alg
alg_of(const struct new_key *new)
{
	if (new->purpose == KEY_EXCHANGE)
		return COSE_ALG_NONE;
	if (new->alg == NULL || strcmp(new->alg, "eddsa") == 0)
		return COSE_ALG_EDDSA;
	return strcmp(new->alg, "ed25519") == 0 ? COSE_ALG_ED25519 : COSE_ALG_NONE;
}

static enum command_exit
fail(const struct new_key *new, enum skerry_err err, const char *subject)
{
	bool output = subject != new->passphrase_file;

	return command_fail_json(&(struct command_failure){ .err = err,
					 .subject = subject,
					 .message = output ? command_output_message(err) : NULL,
					 .advice = output ? command_output_advice(err) : NULL,
					 .system_errno = err == SKERRY_ERR_IO ? errno : 0 },
		new->json);
}

/* --- where a secret is about to go --- */

static void
warn(const char *path, const char *text)
{
	fprintf(stderr, "warning: ");
	command_print_safe(stderr, path, strlen(path));
	fprintf(stderr, ": %s\n", text);
}

/* Some sticks keep no permissions: an empty file tells, before the secret is on it. */
static bool
keeps_permissions(int folder)
{
	static const char PROBE[] = ".skerry-probe";
	int probe =
		openat(folder, PROBE, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	struct stat status;
	bool keeps;

	if (probe < 0)
		return true; /* not ours to judge: writing the key will tell */
	keeps = fstat(probe, &status) != 0 || (status.st_mode & (S_IRWXG | S_IRWXO)) == 0;
	close(probe);
	unlinkat(folder, PROBE, 0);
	return keeps;
}

static void
warn_of_place(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder_path[PATH_MAX] = ".";
	struct stat status;
	int folder;

	if (slash != NULL)
		snprintf(folder_path, sizeof folder_path, "%.*s",
			slash == path ? 1 : (int)(slash - path), path);
	folder = open(folder_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return;
	if (fstat(folder, &status) == 0 && (status.st_mode & S_IWOTH) != 0)
		warn(folder_path,
			"others may write here, and put another key in this one's place.");
	if (!keeps_permissions(folder))
		warn(folder_path, "this file system keeps no permissions: whoever reads it, reads "
				  "the secret key file. Move it to one that does.");
	close(folder);
}

/* --- both files or neither --- */

/* What a file held before, so that a failure can put it back. */
struct earlier {
	uint8_t *bytes; /* NULL: there was none */
	size_t len;
};

static bool
exists(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0;
}

static void
put_back(const char *path, const struct earlier *earlier)
{
	int first_errno = errno;

	if (earlier->bytes == NULL)
		unlink(path);
	else
		atomic_file_write(path, earlier->bytes, earlier->len, 0644, true);
	errno = first_errno;
}

/* The public half first: should the secret fail, what must be undone holds no secret. */
static enum command_exit
write_both(const struct new_key *new, const struct key_pair *pair, const uint8_t *bytes, size_t len)
{
	struct earlier earlier = { NULL, 0 };
	uint8_t pub[COSE_KEY_MAX];
	struct cbor_writer w;
	size_t pub_len;
	enum command_exit exit = COMMAND_YES;
	enum skerry_err err;

	cbor_writer_init(&w, pub, sizeof pub);
	cose_key_write(&w, &pair->public_key);
	err = cbor_writer_finish(&w, &pub_len);
	if (err != SKERRY_OK)
		return fail(new, err, new->pub_path);
	if (new->force)
		(void)untrusted_file_read(
			new->pub_path, KEY_FILE_MAX, &earlier.bytes, &earlier.len);
	err = atomic_file_write(new->pub_path, pub, pub_len, 0644, new->force);
	if (err != SKERRY_OK) {
		exit = fail(new, err, new->pub_path);
	} else {
		err = atomic_file_write(new->key_path, bytes, len, 0600, new->force);
		if (err != SKERRY_OK) {
			put_back(new->pub_path, &earlier);
			exit = fail(new, err, new->key_path);
		}
	}
	free(earlier.bytes);
	return exit;
}

static void
report(const struct new_key *new, const struct key_pair *pair)
{
	char kid[KEY_ARGUMENT_KID_TEXT];
	struct json j;

	key_argument_kid_text(pair->kid, kid);
	if (!new->json) {
		printf("%s key %s: ", key_purpose_name(new->purpose), kid);
		command_print_safe(stdout, new->key_path, strlen(new->key_path));
		printf(" (secret), ");
		command_print_safe(stdout, new->pub_path, strlen(new->pub_path));
		putchar('\n');
		return;
	}
	json_init(&j, command_sink, stdout);
	json_object_open(&j);
	json_name(&j, "kid");
	json_chars(&j, kid);
	json_name(&j, "purpose");
	json_chars(&j, key_purpose_name(new->purpose));
	json_name(&j, "key");
	json_chars(&j, new->key_path);
	json_name(&j, "pub");
	json_chars(&j, new->pub_path);
	json_object_close(&j);
	putchar('\n');
}

static enum command_exit
make(const struct new_key *new, const struct key_wrap *wrap)
{
	struct key_pair pair = { 0 };
	uint8_t bytes[KEY_FILE_MAX];
	size_t len;
	enum command_exit exit;
	enum skerry_err err = key_pair_generate(new->purpose, alg_of(new), &pair);

	if (err == SKERRY_OK)
		err = key_file_write(&pair, wrap, bytes, &len);
	if (err != SKERRY_OK) {
		exit = fail(new, err, new->key_path);
	} else {
		exit = write_both(new, &pair, bytes, len);
		if (exit == COMMAND_YES)
			report(new, &pair);
	}
	key_pair_free(&pair);
	return exit;
}

static enum command_exit
new_key(int argc, char **argv, enum key_purpose purpose)
{
	struct new_key new = { .purpose = purpose };
	struct passphrase passphrase = { NULL, 0 };
	struct key_wrap wrap = { .kind = KEY_WRAP_NONE };
	enum command_exit exit;

	if (!parse(argc, argv, &new))
		return COMMAND_CANNOT_TELL;
	if (purpose != KEY_EXCHANGE && alg_of(&new) == COSE_ALG_NONE)
		return command_misuse("--alg wants eddsa or ed25519, not '%s'", new.alg);
	/* Before anybody thinks of a passphrase; the write itself decides it for good. */
	for (int i = 0; i < 2; i++) {
		const char *path = i == 0 ? new.key_path : new.pub_path;

		if (!new.force && exists(path))
			return fail(&new, SKERRY_ERR_FILE_EXISTS, path);
	}
	warn_of_place(new.key_path);
	if (new.no_passphrase) {
		warn(new.key_path, "without a passphrase, whoever copies the file has the key.");
	} else {
		enum skerry_err err =
			terminal_passphrase(new.passphrase_file, new.key_path, true, &passphrase);

		if (err != SKERRY_OK)
			return fail(&new, err,
				new.passphrase_file != NULL ? new.passphrase_file : new.key_path);
		wrap = (struct key_wrap){ .kind = KEY_WRAP_PASSPHRASE,
			.passphrase = passphrase.text,
			.passphrase_len = passphrase.len };
	}
	exit = make(&new, &wrap);
	terminal_passphrase_free(&passphrase);
	return exit;
}

enum command_exit
new_root(int argc, char **argv)
{
	return new_key(argc, argv, KEY_ROOT);
}

enum command_exit
new_issuing(int argc, char **argv)
{
	return new_key(argc, argv, KEY_ISSUING);
}

enum command_exit
new_exchange(int argc, char **argv)
{
	return new_key(argc, argv, KEY_EXCHANGE);
}
