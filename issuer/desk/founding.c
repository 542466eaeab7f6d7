/* SPDX-License-Identifier: ISC */
#include "founding.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "issuer/desk/audit.h"
#include "issuer/desk/desk_keys.h"
#include "issuer/desk/folder.h"
#include "issuer/desk/manifest_files.h"
#include "issuer/desk/manifests.h"
#include "issuer/desk/operators.h"
#include "keys/atomic_file.h"
#include "keys/random.h"

enum { FIRST_OPERATOR = 1 };

/* The three key pairs of a new desk. */
struct pairs {
	struct key_pair root, issuing, exchange;
};

static void
free_pairs(struct pairs *pairs)
{
	key_pair_free(&pairs->root);
	key_pair_free(&pairs->issuing);
	key_pair_free(&pairs->exchange);
}

static enum skerry_err
make_pairs(enum cose_alg alg, struct pairs *ret_pairs)
{
	enum skerry_err err = key_pair_generate(KEY_ROOT, alg, &ret_pairs->root);

	if (err == SKERRY_OK)
		err = key_pair_generate(KEY_ISSUING, alg, &ret_pairs->issuing);
	if (err == SKERRY_OK)
		err = key_pair_generate(KEY_EXCHANGE, alg, &ret_pairs->exchange);
	return err;
}

/* Makes the desk's key, keeps it wrapped, and opens the vault with it. */
static enum skerry_err
make_desk_key(struct desk *desk, const struct passphrase *passphrase)
{
	struct key_wrap wrap = { .kind = KEY_WRAP_NONE };
	struct secretbox_key key = { NULL };
	uint8_t wrapped[VAULT_WRAPPED_MAX];
	char path[DESK_PATH_MAX];
	size_t len;
	enum skerry_err err = secretbox_key_random(&key);

	if (passphrase != NULL)
		wrap = (struct key_wrap){ .kind = KEY_WRAP_PASSPHRASE,
			.passphrase = passphrase->text,
			.passphrase_len = passphrase->len };
	if (err == SKERRY_OK)
		err = vault_wrap(&key, &wrap, wrapped, &len);
	if (err == SKERRY_OK)
		err = operators_insert(desk, "owner", passphrase == NULL ? NULL : wrapped,
			passphrase == NULL ? 0 : len);
	if (err == SKERRY_OK && passphrase == NULL)
		err = desk_file(desk, "desk.key", path);
	if (err == SKERRY_OK && passphrase == NULL)
		err = atomic_file_write(path, wrapped, len, 0600, false);
	if (err == SKERRY_OK)
		err = vault_open(&desk->vault, &key);
	secretbox_key_free(&key);
	secretbox_wipe(wrapped, sizeof wrapped);
	return err;
}

static void
random_public_id(char ret_id[DESK_PUBLIC_ID_LEN + 1])
{
	uint8_t random[DESK_PUBLIC_ID_LEN / 2];

	random_bytes(random, sizeof random);
	for (size_t i = 0; i < sizeof random; i++)
		snprintf(ret_id + 2 * i, 3, "%02x", random[i]);
}

static enum skerry_err
insert_desk(struct desk *desk, const char *name, const struct pairs *pairs)
{
	char public_id[DESK_PUBLIC_ID_LEN + 1];
	uint8_t check[VAULT_CHECK_LEN];
	struct store_query q;
	enum skerry_err err = desk_keys_insert(desk, &pairs->root);

	if (err == SKERRY_OK)
		err = desk_keys_insert(desk, &pairs->issuing);
	if (err == SKERRY_OK)
		err = desk_keys_insert(desk, &pairs->exchange);
	if (err != SKERRY_OK)
		return err;
	random_public_id(public_id);
	vault_check(&desk->vault, check);
	store_query(desk->store, &q,
		"INSERT INTO desk (id, name, created_at, issuing_kid, public_id, key_check)"
		" VALUES (1, ?, ?, ?, ?, ?)");
	store_bind_text(&q, name);
	store_bind_int(&q, desk->now);
	store_bind_bytes(&q, pairs->issuing.kid, COSE_KID_LEN);
	store_bind_text(&q, public_id);
	store_bind_bytes(&q, check, sizeof check);
	return store_run(&q);
}

static enum skerry_err
sign_first_manifest(struct desk *desk, const struct founding *founding, const struct pairs *pairs)
{
	struct manifest *manifest = calloc(1, sizeof *manifest);
	enum skerry_err err;

	if (manifest == NULL)
		return SKERRY_ERR_NO_MEMORY;
	manifest->version = 1;
	manifest->issued_at = founding->now;
	manifest->expires_at = LICENSE_NEVER;
	manifest->threshold = 1;
	manifest->roots[0] = pairs->root.public_key;
	manifest->roots_len = 1;
	manifest->keys[0] = (struct manifest_key){ .key = pairs->issuing.public_key,
		.not_before = founding->now,
		.not_after = LICENSE_NEVER,
		.latest = founding->latest,
		.roles = MANIFEST_ROLES_ALL,
		.perpetual = founding->latest == LICENSE_NEVER,
		.revoked_at = LICENSE_NEVER };
	manifest->keys_len = 1;
	manifest->exchange[0] =
		(struct manifest_exchange){ pairs->exchange.public_key, LICENSE_NEVER };
	manifest->exchange_len = 1;
	manifest->trial = true;
	err = manifests_sign(desk, manifest);
	free(manifest);
	return err;
}

/* The records of a new desk, in one transaction. */
static enum skerry_err
fill(struct desk *desk, const struct founding *founding)
{
	struct pairs pairs = { .root = { .secret = NULL } };
	enum skerry_err err = desk_begin_unasked(desk);

	if (err == SKERRY_OK)
		err = make_pairs(founding->alg, &pairs);
	if (err == SKERRY_OK)
		err = make_desk_key(desk, founding->passphrase);
	if (err == SKERRY_OK)
		err = audit_append(desk, "desk.init", "desk", "passphrase=%s",
			founding->passphrase == NULL ? "no" : "yes");
	if (err == SKERRY_OK)
		err = insert_desk(desk, founding->name, &pairs);
	if (err == SKERRY_OK)
		err = sign_first_manifest(desk, founding, &pairs);
	if (err == SKERRY_OK)
		err = desk_commit(desk);
	if (err == SKERRY_OK)
		err = manifest_files_mend(desk);
	free_pairs(&pairs);
	return err;
}

static enum skerry_err
make_folder(const struct desk *desk, const char *name)
{
	char path[DESK_PATH_MAX];
	enum skerry_err err = desk_file(desk, name, path);

	if (err == SKERRY_OK && mkdir(path, 0700) != 0)
		err = SKERRY_ERR_IO;
	return err;
}

static enum skerry_err
build(struct desk *desk, const struct founding *founding)
{
	char file[DESK_PATH_MAX];
	enum skerry_err err = make_folder(desk, "keys");

	if (err == SKERRY_OK)
		err = make_folder(desk, "manifests");
	if (err == SKERRY_OK)
		err = desk_file(desk, "issuer.db", file);
	if (err == SKERRY_OK)
		err = store_create(file, &DESK_SCHEMA, &desk->store);
	if (err == SKERRY_OK)
		err = fill(desk, founding);
	return err;
}

static enum skerry_err
make_beside(const struct founding *founding, const char *path)
{
	struct desk desk = {
		.operator_id = FIRST_OPERATOR, .clock_given = true, .clock = founding->now
	};
	int saved;
	enum skerry_err err;

	err = folder_make(path, ".new", desk.path);
	if (err != SKERRY_OK)
		return err;
	err = build(&desk, founding);
	saved = errno;
	desk_close(&desk);
	errno = saved;
	if (err == SKERRY_OK)
		err = folder_take_name(desk.path, path);
	if (err != SKERRY_OK)
		folder_remove(desk.path);
	return err;
}

static enum skerry_err
advise(enum skerry_err err, char ret_advice[DESK_ADVICE_MAX])
{
	ret_advice[0] = '\0';
	if (err == SKERRY_ERR_FILE_EXISTS)
		snprintf(ret_advice, DESK_ADVICE_MAX,
			"A new desk wants a folder that is not there yet, or is empty. Choose one: "
			"skerry-issuer init --desk DIR");
	return err;
}

static enum skerry_err
check_folder(const char *wanted, char ret_path[DESK_PATH_MAX])
{
	enum skerry_err err = folder_name(wanted, ret_path);

	return err != SKERRY_OK || folder_is_free(ret_path) ? err : SKERRY_ERR_FILE_EXISTS;
}

enum skerry_err
founding_check(const char *path, char ret_advice[DESK_ADVICE_MAX])
{
	char folder[DESK_PATH_MAX];

	return advise(check_folder(path, folder), ret_advice);
}

enum skerry_err
founding_make(const struct founding *founding, char ret_advice[DESK_ADVICE_MAX])
{
	char path[DESK_PATH_MAX];
	enum skerry_err err = check_folder(founding->path, path);

	if (err == SKERRY_OK)
		err = make_beside(founding, path);
	return advise(err, ret_advice);
}
