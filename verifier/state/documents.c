/* SPDX-License-Identifier: ISC */
#include "documents.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keys/atomic_file.h"
#include "keys/untrusted_file.h"

#define ANCHOR "trust.manifest"
#define MANIFESTS "manifests"
#define LICENSES "licenses"

enum { FOLDER_FLAGS = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW };

static enum skerry_err
error_of_errno(void)
{
	switch (errno) {
	case ENOENT:
		return SKERRY_ERR_STORE_MISSING;
	case ENOTDIR:
	case ELOOP:
		return SKERRY_ERR_FILE_NOT_REGULAR;
	case EACCES:
	case EPERM:
		return SKERRY_ERR_FILE_PERMISSION;
	default:
		return SKERRY_ERR_IO;
	}
}

/* --- the folder ------------------------------------------------------------------------------ */

enum skerry_err
documents_open(const char *path, struct documents *ret_documents)
{
	int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), first_errno;
	enum skerry_err err = SKERRY_OK;

	if (directory < 0)
		return error_of_errno();
	if (faccessat(directory, ANCHOR, F_OK, 0) != 0) {
		err = error_of_errno();
		first_errno = errno;
		close(directory);
		errno = first_errno;
		return err;
	}
	ret_documents->directory = directory;
	return SKERRY_OK;
}

static bool
make_folder(int directory, const char *path)
{
	return mkdirat(directory, path, 0700) == 0 || errno == EEXIST;
}

static bool
is_ours(const char *name)
{
	static const char *const NAMES[] = { ANCHOR, MANIFESTS, LICENSES, "site.key", "opening.key",
		"install-id" };

	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
		if (strcmp(name, NAMES[i]) == 0)
			return true;
	/* "." and "..", and what a write that was cut short has left. */
	return name[0] == '.';
}

/* Nobody's home or /tmp is to be closed to all others because of a slip of the keyboard. */
static enum skerry_err
check_nothing_else(int directory)
{
	int copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *listing = copy < 0 ? NULL : fdopendir(copy);
	enum skerry_err err = SKERRY_OK;
	const struct dirent *entry;

	if (listing == NULL) {
		err = error_of_errno();
		if (copy >= 0)
			close(copy);
		return err;
	}
	while ((entry = readdir(listing)) != NULL && err == SKERRY_OK)
		if (!is_ours(entry->d_name))
			err = SKERRY_ERR_FILE_EXISTS;
	closedir(listing);
	return err;
}

static enum skerry_err
prepare_folder(int directory)
{
	enum skerry_err err = check_nothing_else(directory);

	if (err != SKERRY_OK)
		return err;
	/* A folder that a package or a person has made may be open to others. */
	if (fchmod(directory, 0700) != 0 || !make_folder(directory, MANIFESTS) ||
		!make_folder(directory, LICENSES))
		return error_of_errno();
	return SKERRY_OK;
}

enum skerry_err
documents_create(const char *path, struct documents *ret_documents)
{
	int directory, first_errno;
	enum skerry_err err;

	if (!make_folder(AT_FDCWD, path))
		return errno == ENOENT ? SKERRY_ERR_FILE_MISSING : error_of_errno();
	directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0)
		return error_of_errno();
	err = prepare_folder(directory);
	if (err == SKERRY_OK) {
		ret_documents->directory = directory;
		return SKERRY_OK;
	}
	first_errno = errno;
	close(directory);
	errno = first_errno;
	return err;
}

void
documents_close(struct documents *documents)
{
	close(documents->directory);
	documents->directory = -1;
}

/* --- files below it -------------------------------------------------------------------------- */

static enum skerry_err
put_below(const struct documents *documents, const char *folder, const char *name,
	const uint8_t *bytes, size_t bytes_len)
{
	int directory = openat(documents->directory, folder, FOLDER_FLAGS), first_errno;
	enum skerry_err err;

	if (directory < 0)
		return error_of_errno();
	err = atomic_file_write_at(directory, name, bytes, bytes_len, 0600, true);
	first_errno = errno;
	close(directory);
	errno = first_errno;
	return err;
}

static enum skerry_err
drop_below(const struct documents *documents, const char *folder, const char *name)
{
	int directory = openat(documents->directory, folder, FOLDER_FLAGS), first_errno;
	enum skerry_err err = SKERRY_OK;

	if (directory < 0)
		return error_of_errno();
	if ((unlinkat(directory, name, 0) != 0 && errno != ENOENT) || fsync(directory) != 0)
		err = error_of_errno();
	first_errno = errno;
	close(directory);
	errno = first_errno;
	return err;
}

/* --- trust ----------------------------------------------------------------------------------- */

static void
manifest_name(uint64_t version, char ret_name[DOCUMENTS_NAME_MAX])
{
	snprintf(ret_name, DOCUMENTS_NAME_MAX, "%" PRIu64 ".manifest", version);
}

enum skerry_err
documents_put_anchor(const struct documents *documents, const uint8_t *bytes, size_t bytes_len)
{
	return atomic_file_write_at(documents->directory, ANCHOR, bytes, bytes_len, 0600, true);
}

enum skerry_err
documents_put_manifest(
	const struct documents *documents, uint64_t version, const uint8_t *bytes, size_t bytes_len)
{
	char name[DOCUMENTS_NAME_MAX];

	manifest_name(version, name);
	return put_below(documents, MANIFESTS, name, bytes, bytes_len);
}

/* Keys that this manifest was the first to call revoked. The arrival is the file's own time. */
static void
note_revocations(struct documents_trust *trust, int64_t arrived_at)
{
	for (size_t i = 0; i < trust->trust.manifest.keys_len; i++) {
		const uint8_t *kid = trust->trust.kids[i];

		if (trust->trust.manifest.keys[i].revoked_at == LICENSE_NEVER ||
			documents_revoked_since(trust, kid) != LICENSE_NEVER)
			continue;
		memcpy(trust->revocations[trust->revocations_len].kid, kid, COSE_KID_LEN);
		trust->revocations[trust->revocations_len].since = arrived_at;
		trust->revocations_len++;
	}
}

static enum skerry_err
load_manifest(const struct documents *documents, const char *file, bool is_anchor,
	struct documents_trust *trust, size_t *ret_offset)
{
	struct stat status;
	uint8_t *bytes;
	size_t bytes_len;
	enum skerry_err err;

	*ret_offset = 0;
	err = untrusted_file_read_at(documents->directory, file, MANIFEST_MAX, &bytes, &bytes_len);
	if (err != SKERRY_OK)
		return err;
	if (is_anchor)
		err = trust_anchor(&trust->trust, bytes, bytes_len, ret_offset);
	else
		err = trust_advance(&trust->trust, bytes, bytes_len, ret_offset);
	free(bytes);
	if (err != SKERRY_OK)
		return err;
	if (fstatat(documents->directory, file, &status, AT_SYMLINK_NOFOLLOW) != 0)
		return SKERRY_ERR_IO;
	note_revocations(trust, status.st_mtim.tv_sec);
	return SKERRY_OK;
}

enum skerry_err
documents_load_trust(const struct documents *documents, struct documents_trust *ret_trust,
	char ret_file[DOCUMENTS_NAME_MAX], size_t *ret_offset)
{
	char file[DOCUMENTS_NAME_MAX], name[DOCUMENTS_NAME_MAX];
	enum skerry_err err;
	size_t offset;

	ret_trust->revocations_len = 0;
	memcpy(file, ANCHOR, sizeof ANCHOR);
	err = load_manifest(documents, file, true, ret_trust, &offset);
	while (err == SKERRY_OK) {
		manifest_name(ret_trust->trust.manifest.version + 1, name);
		snprintf(file, sizeof file, "%s/%.40s", MANIFESTS, name);
		err = load_manifest(documents, file, false, ret_trust, &offset);
		if (err == SKERRY_ERR_FILE_MISSING)
			return SKERRY_OK;
	}
	memcpy(ret_file, file, sizeof file);
	*ret_offset = offset;
	return err;
}

int64_t
documents_revoked_since(const struct documents_trust *trust, const uint8_t kid[COSE_KID_LEN])
{
	for (size_t i = 0; i < trust->revocations_len; i++)
		if (memcmp(trust->revocations[i].kid, kid, COSE_KID_LEN) == 0)
			return trust->revocations[i].since;
	return LICENSE_NEVER;
}

/* --- licenses -------------------------------------------------------------------------------- */

static void
license_name(const struct license *license, char ret_name[DOCUMENTS_NAME_MAX])
{
	snprintf(ret_name, DOCUMENTS_NAME_MAX, "%.*s-%" PRIu64 ".license", (int)license->id.len,
		license->id.chars, license->edition);
}

enum skerry_err
documents_put_license(
	const struct documents *documents, const struct license *license, struct cbor_bytes bytes)
{
	char name[DOCUMENTS_NAME_MAX];

	license_name(license, name);
	return put_below(documents, LICENSES, name, bytes.data, bytes.len);
}

enum skerry_err
documents_drop_license(const struct documents *documents, const struct license *license)
{
	char name[DOCUMENTS_NAME_MAX];

	license_name(license, name);
	return drop_below(documents, LICENSES, name);
}

static bool
ends_with(const char *name, const char *end)
{
	size_t name_len = strlen(name), end_len = strlen(end);

	return name_len > end_len && name_len < DOCUMENTS_NAME_MAX &&
	       strcmp(name + name_len - end_len, end) == 0;
}

struct names {
	char list[DOCUMENTS_LICENSES_MAX][DOCUMENTS_NAME_MAX];
	size_t len;
};

static int
name_order(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Files of ours in a folder, sorted: its order on disk is no order. Temporary ones are passed by. */
static enum skerry_err
list_below(const struct documents *documents, const char *folder, const char *end,
	struct names *ret_names)
{
	int directory = openat(documents->directory, folder, FOLDER_FLAGS);
	const struct dirent *entry;
	bool full = false;
	DIR *listing;

	ret_names->len = 0;
	if (directory < 0)
		return error_of_errno();
	listing = fdopendir(directory);
	if (listing == NULL) {
		close(directory);
		return SKERRY_ERR_NO_MEMORY;
	}
	while ((entry = readdir(listing)) != NULL && !full) {
		if (entry->d_name[0] == '.' || !ends_with(entry->d_name, end))
			continue;
		full = ret_names->len == DOCUMENTS_LICENSES_MAX;
		if (!full)
			memcpy(ret_names->list[ret_names->len++], entry->d_name,
				strlen(entry->d_name) + 1);
	}
	closedir(listing);
	if (full)
		return SKERRY_ERR_DOCUMENT_COUNT;
	qsort(ret_names->list, ret_names->len, sizeof *ret_names->list, name_order);
	return SKERRY_OK;
}

enum skerry_err
documents_drop_manifests(const struct documents *documents)
{
	struct names names;
	enum skerry_err err = list_below(documents, MANIFESTS, ".manifest", &names);

	for (size_t i = 0; i < names.len && err == SKERRY_OK; i++)
		err = drop_below(documents, MANIFESTS, names.list[i]);
	return err;
}

enum skerry_err
documents_each_license(const struct documents *documents, documents_visit *visit, void *context)
{
	struct names names;
	enum skerry_err err = list_below(documents, LICENSES, ".license", &names);

	for (size_t i = 0; i < names.len && err == SKERRY_OK; i++) {
		char file[sizeof LICENSES + DOCUMENTS_NAME_MAX];
		uint8_t *bytes = NULL;
		size_t bytes_len = 0;
		enum skerry_err read_err;

		snprintf(file, sizeof file, "%s/%s", LICENSES, names.list[i]);
		read_err = untrusted_file_read_at(
			documents->directory, file, LICENSE_MAX, &bytes, &bytes_len);
		visit(context, names.list[i], read_err, bytes, bytes_len);
		free(bytes);
	}
	return err;
}
