/* SPDX-License-Identifier: ISC */
#include "operators.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "issuer/decide/entry.h"
#include "issuer/desk/audit.h"
#include "issuer/desk/brand_guard.h"
#include "issuer/desk/brands.h"
#include "issuer/desk/folder.h"
#include "keys/untrusted_file.h"

#define COLUMNS                                                                                    \
	"id, name, wrapped IS NOT NULL, created_at, removed_at, ifnull(brand_id, 0),"              \
	" (SELECT slug FROM brand WHERE brand.id = brand_id)"

enum { BRAND_DETAIL_MAX = LICENSE_SLUG_MAX + 16 };

static const char OPEN_KEY[] = "desk.key";

/* --- unlocking --- */

bool
operators_need_passphrase(struct desk *desk)
{
	struct store_query q;
	bool some;

	store_query(desk->store, &q,
		"SELECT 1 FROM operator WHERE wrapped IS NOT NULL AND removed_at IS NULL LIMIT 1");
	some = store_step(&q);
	return store_done(&q) != SKERRY_OK || some;
}

static enum skerry_err
unwrap_open_key(struct desk *desk, struct secretbox_key *ret_key)
{
	char path[DESK_PATH_MAX];
	uint8_t *bytes = NULL;
	size_t len = 0;
	enum skerry_err err = desk_file(desk, OPEN_KEY, path);

	if (err == SKERRY_OK)
		err = untrusted_file_read_secret(path, VAULT_WRAPPED_MAX, &bytes, &len);
	if (err == SKERRY_ERR_FILE_EXPOSED)
		desk_refuse(desk, err, path, "Take it away from others with: chmod 600 %s", path);
	if (err == SKERRY_ERR_FILE_MISSING)
		desk_refuse(desk, err, path,
			"This desk has no passphrase: its key lay open in that file. Put it back, "
			"or make the desk from a backup: skerry-issuer recover FILE");
	if (err == SKERRY_OK)
		err = vault_unwrap(bytes, len, NULL, ret_key);
	untrusted_file_free_secret(bytes, len);
	return err;
}

/* The one operator of a desk without passphrase. */
static enum skerry_err
unlock_open(struct desk *desk, struct secretbox_key *ret_key)
{
	struct operator_record person = { .id = 0 };
	enum skerry_err err = SKERRY_OK;

	if (desk->operator_name != NULL) {
		err = operators_find(desk, desk->operator_name, &person);
		if (err == SKERRY_OK)
			desk->operator_id = person.id;
	}
	return err == SKERRY_OK ? unwrap_open_key(desk, ret_key) : err;
}

/* Whose passphrase it is shows in which wrapped copy opens. */
static enum skerry_err
unwrap_by_operator(
	struct desk *desk, const struct passphrase *passphrase, struct secretbox_key *ret_key)
{
	struct operator_record person = { .id = 0 };
	struct store_query q;
	enum skerry_err err = SKERRY_ERR_PASSPHRASE, done;

	if (desk->operator_name != NULL) {
		enum skerry_err found = operators_find(desk, desk->operator_name, &person);

		if (found != SKERRY_OK)
			return found;
	}
	store_query(desk->store, &q,
		"SELECT id, wrapped FROM operator"
		" WHERE wrapped IS NOT NULL AND removed_at IS NULL AND ?1 IN (0, id) ORDER BY id");
	store_bind_int_at(&q, 1, person.id);
	while (err == SKERRY_ERR_PASSPHRASE && store_step(&q)) {
		struct cbor_bytes wrapped = store_bytes(&q, 1);

		err = vault_unwrap(wrapped.data, wrapped.len, passphrase, ret_key);
		if (err == SKERRY_OK)
			desk->operator_id = store_int(&q, 0);
	}
	done = store_done(&q);
	return done == SKERRY_OK ? err : done;
}

/* Whether it is this desk's: FILE_DAMAGED when not, NOT_FOUND where the records cannot tell yet. */
static enum skerry_err
check_key(struct desk *desk, const struct vault *vault)
{
	uint8_t check[VAULT_CHECK_LEN];
	struct store_query q;
	bool known = false, same = false;
	enum skerry_err err;

	vault_check(vault, check);
	store_query(desk->store, &q, "SELECT key_check FROM desk");
	if (store_step(&q)) {
		struct cbor_bytes there = store_bytes(&q, 0);

		known = there.len == sizeof check;
		same = known && memcmp(there.data, check, sizeof check) == 0;
	}
	err = store_done(&q);
	if (err == SKERRY_OK && !same)
		err = known ? SKERRY_ERR_FILE_DAMAGED : SKERRY_ERR_NOT_FOUND;
	return err;
}

/* `own`: it was wrapped in this desk's records, which is good where they hold no check yet. */
static enum skerry_err
open_vault(struct desk *desk, const struct secretbox_key *key, bool own)
{
	struct vault vault = { .texts = { NULL } };
	enum skerry_err err = vault_open(&vault, key);

	if (err == SKERRY_OK)
		err = check_key(desk, &vault);
	desk->key_check_due = err == SKERRY_ERR_NOT_FOUND && own;
	if (desk->key_check_due)
		err = SKERRY_OK;
	if (err == SKERRY_OK)
		desk->vault = vault;
	else
		vault_close(&vault);
	return err;
}

enum skerry_err
operators_unlock(struct desk *desk, const struct passphrase *passphrase)
{
	struct secretbox_key key = { NULL };
	enum skerry_err err;

	if (vault_is_open(&desk->vault))
		return SKERRY_OK;
	err = passphrase == NULL ? unlock_open(desk, &key)
				 : unwrap_by_operator(desk, passphrase, &key);
	if (err == SKERRY_OK) {
		err = open_vault(desk, &key, true);
		if (err == SKERRY_ERR_FILE_DAMAGED)
			desk_refuse(desk, err, desk->path,
				"Its key is another desk's. Put the right files back, or make the "
				"desk from a backup: skerry-issuer recover FILE");
	}
	secretbox_key_free(&key);
	if (err == SKERRY_OK && passphrase != NULL)
		(void)operators_forget_open_key(desk);
	return err;
}

enum skerry_err
operators_unlock_with(struct desk *desk, const struct secretbox_key *desk_key, int64_t operator_id)
{
	struct operator_record person = { .id = 0 };
	enum skerry_err err;

	if (vault_is_open(&desk->vault))
		return SKERRY_OK;
	err = operators_find_id(desk, operator_id, &person);
	if (err == SKERRY_ERR_NOT_FOUND ||
		(err == SKERRY_OK &&
			(person.removed_at != LICENSE_NEVER || !person.has_passphrase ||
				(desk->operator_name != NULL &&
					strcmp(desk->operator_name, person.name) != 0))))
		return SKERRY_ERR_PASSPHRASE;
	if (err == SKERRY_OK)
		err = open_vault(desk, desk_key, false);
	if (err == SKERRY_OK)
		desk->operator_id = operator_id;
	return err == SKERRY_ERR_FILE_DAMAGED || err == SKERRY_ERR_NOT_FOUND ? SKERRY_ERR_PASSPHRASE
									     : err;
}

/* --- records --- */

static void
read_row(struct store_query *q, struct operator_record *ret_operator)
{
	*ret_operator = (struct operator_record){ .id = store_int(q, 0),
		.has_passphrase = store_int(q, 2) != 0,
		.created_at = store_int(q, 3),
		.removed_at = store_date(q, 4),
		.brand_id = store_int(q, 5) };
	store_text(q, 1, ret_operator->name, sizeof ret_operator->name);
	store_text(q, 6, ret_operator->brand, sizeof ret_operator->brand);
}

enum skerry_err
operators_each(
	struct desk *desk, void (*each)(void *, const struct operator_record *), void *context)
{
	struct operator_record person = { .id = 0 };
	struct store_query q;

	store_query(desk->store, &q, "SELECT " COLUMNS " FROM operator ORDER BY id");
	while (store_step(&q)) {
		read_row(&q, &person);
		each(context, &person);
	}
	return store_done(&q);
}

/* NOT_FOUND where there is no row. */
static enum skerry_err
read_one(struct store_query *q, struct operator_record *ret_operator)
{
	bool found = store_step(q);
	enum skerry_err err;

	if (found)
		read_row(q, ret_operator);
	err = store_done(q);
	return err == SKERRY_OK && !found ? SKERRY_ERR_NOT_FOUND : err;
}

enum skerry_err
operators_find(struct desk *desk, const char *name, struct operator_record *ret_operator)
{
	struct store_query q;
	enum skerry_err err;

	store_query(desk->store, &q,
		"SELECT " COLUMNS " FROM operator WHERE name = ? AND removed_at IS NULL");
	store_bind_text(&q, name);
	err = read_one(&q, ret_operator);
	return err != SKERRY_ERR_NOT_FOUND
		       ? err
		       : desk_unknown(desk, name,
				 "SELECT name FROM operator WHERE removed_at IS NULL",
				 "operator list");
}

enum skerry_err
operators_find_id(struct desk *desk, int64_t id, struct operator_record *ret_operator)
{
	struct store_query q;

	store_query(desk->store, &q, "SELECT " COLUMNS " FROM operator WHERE id = ?");
	store_bind_int(&q, id);
	return read_one(&q, ret_operator);
}

enum skerry_err
operators_insert(struct desk *desk, const char *name, const uint8_t *wrapped, size_t wrapped_len)
{
	struct store_query q;

	store_query(desk->store, &q,
		"INSERT INTO operator (name, wrapped, created_at) VALUES (?, ?, ?)");
	store_bind_text(&q, name);
	store_bind_bytes(&q, wrapped, wrapped_len);
	store_bind_int(&q, desk->now);
	return store_run(&q);
}

static enum skerry_err
audit(struct desk *desk, const char *action, int64_t id, const char *detail)
{
	char subject[AUDIT_SUBJECT_MAX];

	snprintf(subject, sizeof subject, "operator %lld", (long long)id);
	return audit_append(desk, action, subject, "%s", detail);
}

/* Of the one who made the change themselves, of whatever brand. */
static enum skerry_err
audit_own(struct desk *desk, const struct operator_record *person, const char *detail)
{
	char subject[AUDIT_SUBJECT_MAX];

	snprintf(subject, sizeof subject, "operator %lld", (long long)person->id);
	return audit_append_of(desk, person->brand_id, "operator.set", subject, "%s", detail);
}

/* The names of removed ones stay theirs. */
enum skerry_err
operators_check_name(struct desk *desk, const char *name)
{
	struct store_query q;
	enum skerry_err err;
	bool taken;

	if (!entry_is_name(name, OPERATORS_NAME_MAX))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, "operator",
			"A name has 1 to %d bytes, without line breaks.", OPERATORS_NAME_MAX);
	store_query(desk->store, &q, "SELECT 1 FROM operator WHERE name = ?");
	store_bind_text(&q, name);
	taken = store_step(&q);
	err = store_done(&q);
	if (err != SKERRY_OK || !taken)
		return err;
	return desk_refuse(desk, SKERRY_ERR_EXISTS, name,
		"An operator has or had this name, and the audit log means that one. Take another "
		"name; see: skerry-issuer operator list");
}

enum skerry_err
operators_check_passphrase(
	struct desk *desk, const struct passphrase *passphrase, const char *name, int64_t id)
{
	struct store_query q;
	enum skerry_err err = SKERRY_ERR_PASSPHRASE, done;

	store_query(desk->store, &q,
		"SELECT wrapped FROM operator"
		" WHERE wrapped IS NOT NULL AND removed_at IS NULL AND id <> ? ORDER BY id");
	store_bind_int(&q, id);
	while (err == SKERRY_ERR_PASSPHRASE && store_step(&q)) {
		struct cbor_bytes wrapped = store_bytes(&q, 0);
		struct secretbox_key key = { NULL };

		err = vault_unwrap(wrapped.data, wrapped.len, passphrase, &key);
		secretbox_key_free(&key);
	}
	done = store_done(&q);
	if (done != SKERRY_OK)
		return done;
	if (err == SKERRY_OK) {
		desk_refuse(desk, SKERRY_ERR_EXISTS, name,
			"The log could not tell the two apart. Choose one that nobody else uses.");
		desk->message = "Another operator has this passphrase.";
		return SKERRY_ERR_EXISTS;
	}
	return err == SKERRY_ERR_PASSPHRASE ? SKERRY_OK : err;
}

static enum skerry_err
count(struct desk *desk, const char *sql, int64_t *ret_count)
{
	struct store_query q;

	*ret_count = 0;
	store_query(desk->store, &q, sql);
	if (store_step(&q))
		*ret_count = store_int(&q, 0);
	return store_done(&q);
}

/* As the log tells it; audit_check.c reads it. */
static void
tell_brand(const char *brand, char ret_detail[BRAND_DETAIL_MAX])
{
	snprintf(ret_detail, BRAND_DETAIL_MAX, "%s%s",
		brand == NULL ? "all-brands" : "brand=", brand == NULL ? "" : brand);
}

static enum skerry_err
write_brand(struct desk *desk, int64_t id, const char *slug)
{
	struct brand brand = { .id = 0 };
	struct store_query q;
	enum skerry_err err = slug == NULL ? SKERRY_OK : brands_find(desk, slug, &brand);

	if (err != SKERRY_OK)
		return err;
	store_query(desk->store, &q, "UPDATE operator SET brand_id = ? WHERE id = ?");
	if (slug == NULL)
		store_bind_null(&q);
	else
		store_bind_int(&q, brand.id);
	store_bind_int(&q, id);
	return store_run(&q);
}

enum skerry_err
operators_add(struct desk *desk, const char *name, const char *brand, const uint8_t *wrapped,
	size_t wrapped_len, struct operator_record *ret_operator)
{
	char detail[BRAND_DETAIL_MAX];
	int64_t there = 0;
	enum skerry_err err = operators_check_name(desk, name);

	if (err == SKERRY_OK)
		err = count(desk, "SELECT count(*) FROM operator WHERE removed_at IS NULL", &there);
	if (err == SKERRY_OK && there >= OPERATORS_MAX) {
		desk_refuse(desk, SKERRY_ERR_IN_USE, name,
			"A desk has at most %d operators; remove one first.", OPERATORS_MAX);
		desk->message = "There is no room for another operator.";
		return SKERRY_ERR_IN_USE;
	}
	if (err == SKERRY_OK)
		err = operators_insert(desk, name, wrapped, wrapped_len);
	if (err == SKERRY_OK)
		err = operators_find(desk, name, ret_operator);
	if (err == SKERRY_OK)
		err = write_brand(desk, ret_operator->id, brand);
	if (err == SKERRY_OK)
		err = operators_find_id(desk, ret_operator->id, ret_operator);
	tell_brand(brand, detail);
	return err == SKERRY_OK ? audit(desk, "operator.add", ret_operator->id, detail) : err;
}

enum skerry_err
operators_rename(struct desk *desk, const struct operator_record *person, const char *name)
{
	struct store_query q;
	enum skerry_err err = brand_guard_ask(desk, 0);

	if (err == SKERRY_OK)
		err = operators_check_name(desk, name);
	if (err != SKERRY_OK)
		return err;
	store_query(desk->store, &q, "UPDATE operator SET name = ? WHERE id = ?");
	store_bind_text(&q, name);
	store_bind_int(&q, person->id);
	err = store_run(&q);
	return err == SKERRY_OK ? audit(desk, "operator.set", person->id, "name") : err;
}

enum skerry_err
operators_set_passphrase(struct desk *desk, const struct operator_record *person,
	const uint8_t *wrapped, size_t wrapped_len)
{
	struct store_query q;
	enum skerry_err err;

	store_query(desk->store, &q, "UPDATE operator SET wrapped = ? WHERE id = ?");
	store_bind_bytes(&q, wrapped, wrapped_len);
	store_bind_int(&q, person->id);
	err = store_run(&q);
	if (err != SKERRY_OK)
		return err;
	/* Their own: or somebody else would know it. */
	if (person->id == desk->operator_id)
		return audit_own(desk, person, "passphrase");
	return audit(desk, "operator.set", person->id, "passphrase");
}

/* Whoever is not of all brands is none of those that must be left. */
static enum skerry_err
check_left(struct desk *desk, const struct operator_record *person)
{
	int64_t there = 0;
	enum skerry_err err = person->brand_id != 0
				      ? SKERRY_OK
				      : count(desk,
						"SELECT count(*) FROM operator WHERE removed_at IS "
						"NULL AND brand_id IS NULL",
						&there);

	if (err != SKERRY_OK || person->brand_id != 0 || there > 1)
		return err;
	desk_refuse(desk, SKERRY_ERR_IN_USE, person->name,
		"Nobody could work for the whole desk any more. Add another operator of all "
		"brands first.");
	desk->message = "This is the last operator of all brands.";
	return SKERRY_ERR_IN_USE;
}

enum skerry_err
operators_set_brand(struct desk *desk, const struct operator_record *person, const char *brand)
{
	char detail[BRAND_DETAIL_MAX];
	/* While it still stands who may: somebody may limit themselves. */
	enum skerry_err err = brand_guard_ask(desk, 0);

	if (err == SKERRY_OK && brand != NULL)
		err = check_left(desk, person);
	if (err == SKERRY_OK)
		err = write_brand(desk, person->id, brand);
	tell_brand(brand, detail);
	return err == SKERRY_OK ? audit(desk, "operator.set", person->id, detail) : err;
}

enum skerry_err
operators_remove(struct desk *desk, const struct operator_record *person)
{
	struct store_query q;
	int64_t there = 0;
	enum skerry_err err = brand_guard_ask(desk, 0);

	if (err == SKERRY_OK)
		err = count(desk, "SELECT count(*) FROM operator WHERE removed_at IS NULL", &there);
	if (err == SKERRY_OK && there <= 1) {
		desk_refuse(desk, SKERRY_ERR_IN_USE, person->name,
			"Nobody could unlock the desk any more. Add another operator first.");
		desk->message = "This is the last operator.";
		return SKERRY_ERR_IN_USE;
	}
	if (err == SKERRY_OK)
		err = check_left(desk, person);
	if (err != SKERRY_OK)
		return err;
	store_query(
		desk->store, &q, "UPDATE operator SET wrapped = NULL, removed_at = ? WHERE id = ?");
	store_bind_int(&q, desk->now);
	store_bind_int(&q, person->id);
	err = store_run(&q);
	return err == SKERRY_OK ? audit(desk, "operator.remove", person->id, "") : err;
}

/* --- closing a desk --- */

/* So that the key is not found among the disk's free blocks; some disks keep copies all the same. */
static enum skerry_err
overwrite(const char *path)
{
	static const uint8_t ZEROS[VAULT_WRAPPED_MAX];
	int fd = open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	bool good;

	if (fd < 0)
		return SKERRY_ERR_IO;
	good = write(fd, ZEROS, sizeof ZEROS) == (ssize_t)sizeof ZEROS && fdatasync(fd) == 0;
	close(fd);
	return good ? SKERRY_OK : SKERRY_ERR_IO;
}

enum skerry_err
operators_forget_open_key(struct desk *desk)
{
	char path[DESK_PATH_MAX];
	enum skerry_err err = desk_file(desk, OPEN_KEY, path);

	if (err != SKERRY_OK || access(path, F_OK) != 0)
		return err;
	err = overwrite(path);
	if (err == SKERRY_OK && unlink(path) != 0)
		err = SKERRY_ERR_IO;
	if (err == SKERRY_OK)
		err = folder_sync(desk->path);
	if (err != SKERRY_OK)
		desk_refuse(desk, err, path,
			"The passphrase is set, but this file with the key could not be removed: "
			"remove it yourself.");
	return err;
}
