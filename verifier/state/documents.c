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

#include "folder_files.h"
#include "keys/atomic_file.h"
#include "keys/hash.h"
#include "keys/untrusted_file.h"
#include "strangers.h"

#define ANCHOR DOCUMENTS_ANCHOR

/* --- the folder ------------------------------------------------------------------------------ */

static enum skerry_err
open_folder(const char *path, struct documents *ret_documents)
{
	struct documents documents = { .writer = { .lock = -1 } };

	documents.directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (documents.directory < 0)
		return folder_files_error();
	*ret_documents = documents;
	return SKERRY_OK;
}

bool
documents_is_site(const struct documents *documents)
{
	return faccessat(documents->directory, ANCHOR, F_OK, 0) == 0;
}

enum skerry_err
documents_open(const char *path, struct documents *ret_documents)
{
	struct documents documents = { .directory = -1 };
	enum skerry_err err = open_folder(path, &documents);

	if (err != SKERRY_OK)
		return err;
	if (!documents_is_site(&documents)) {
		err = folder_files_error();
		documents_close(&documents);
		return err;
	}
	*ret_documents = documents;
	return SKERRY_OK;
}

static bool
make_folder(int directory, const char *path)
{
	return mkdirat(directory, path, 0700) == 0 || errno == EEXIST;
}

/* Also one that somebody has removed: what was in it comes back from the database. */
static enum skerry_err
make_folders(int directory)
{
	static const char *const FOLDERS[] = { FOLDER_MANIFESTS, FOLDER_LICENSES, FOLDER_REPLIES,
		FOLDER_STATUSES };

	for (size_t i = 0; i < sizeof FOLDERS / sizeof *FOLDERS; i++)
		if (!make_folder(directory, FOLDERS[i]))
			return folder_files_error();
	return SKERRY_OK;
}

static enum skerry_err
open_to_write(const char *path, enum skerry_err begin(int, struct writer *, pid_t *),
	struct documents *ret_documents, pid_t *ret_holder)
{
	struct documents documents = { .directory = -1 };
	enum skerry_err err = documents_open(path, &documents);

	if (err != SKERRY_OK)
		return err;
	err = begin(documents.directory, &documents.writer, ret_holder);
	if (err == SKERRY_OK)
		err = make_folders(documents.directory);
	if (err != SKERRY_OK)
		documents_close(&documents);
	else
		*ret_documents = documents;
	return err;
}

enum skerry_err
documents_open_to_write(const char *path, struct documents *ret_documents, pid_t *ret_holder)
{
	return open_to_write(path, writer_begin, ret_documents, ret_holder);
}

enum skerry_err
documents_open_as_self(const char *path, struct documents *ret_documents, pid_t *ret_holder)
{
	return open_to_write(path, writer_begin_as_self, ret_documents, ret_holder);
}

static enum skerry_err
prepare_folder(struct documents *documents, pid_t *ret_holder)
{
	int directory = documents->directory;
	char stranger[DOCUMENTS_NAME_MAX];
	enum skerry_err err = SKERRY_OK;

	/* What somebody has put beside a site is not in its way. */
	if (!documents_is_site(documents))
		err = strangers_find(directory, stranger);
	if (err == SKERRY_OK)
		err = writer_begin(directory, &documents->writer, ret_holder);
	if (err != SKERRY_OK)
		return err;
	/* A folder that a package or a person has made may be open to others. */
	if (fchmod(directory, 0700) != 0)
		return folder_files_error();
	return make_folders(directory);
}

/* A folder's name is durable only with the one above, where that may be opened. */
static void
sync_above(int directory)
{
	int above = openat(directory, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (above < 0)
		return;
	fsync(above);
	close(above);
}

enum skerry_err
documents_create(const char *path, struct documents *ret_documents, pid_t *ret_holder)
{
	struct documents documents = { .directory = -1 };
	enum skerry_err err;

	if (!make_folder(AT_FDCWD, path))
		return errno == ENOENT ? SKERRY_ERR_FILE_MISSING : folder_files_error();
	err = open_folder(path, &documents);
	if (err != SKERRY_OK)
		return err;
	sync_above(documents.directory);
	err = prepare_folder(&documents, ret_holder);
	if (err != SKERRY_OK)
		documents_close(&documents);
	else
		*ret_documents = documents;
	return err;
}

void
documents_close(struct documents *documents)
{
	int first_errno = errno;

	writer_end(&documents->writer);
	close(documents->directory);
	documents->directory = -1;
	errno = first_errno;
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

static void
manifest_path(uint64_t version, char ret_path[DOCUMENTS_PATH_MAX])
{
	snprintf(ret_path, DOCUMENTS_PATH_MAX, FOLDER_MANIFESTS "/%" PRIu64 ".manifest", version);
}

enum skerry_err
documents_put_manifest(const struct documents *documents, uint64_t version, const uint8_t *bytes,
	size_t bytes_len, int64_t arrived_at)
{
	const struct timespec times[2] = { { .tv_sec = arrived_at }, { .tv_sec = arrived_at } };
	char name[DOCUMENTS_NAME_MAX], path[DOCUMENTS_PATH_MAX];
	enum skerry_err err;

	manifest_name(version, name);
	manifest_path(version, path);
	err = folder_files_put(documents->directory, FOLDER_MANIFESTS, name, bytes, bytes_len);
	if (err == SKERRY_OK &&
		utimensat(documents->directory, path, times, AT_SYMLINK_NOFOLLOW) != 0)
		err = folder_files_error();
	return err;
}

/* A file's time can be set to anything; before the manifest's own date it was not here. */
static enum skerry_err
find_arrival(const struct documents *documents, const char *file, const struct trust *trust,
	int64_t *ret_arrived_at)
{
	struct stat status;

	if (fstatat(documents->directory, file, &status, AT_SYMLINK_NOFOLLOW) != 0)
		return SKERRY_ERR_IO;
	*ret_arrived_at = status.st_mtim.tv_sec > trust->manifest.issued_at
				  ? status.st_mtim.tv_sec
				  : trust->manifest.issued_at;
	return SKERRY_OK;
}

static enum skerry_err
load_manifest(const struct documents *documents, const char *file, bool is_anchor,
	struct trust *trust, int64_t *ret_arrived_at, size_t *ret_offset)
{
	uint8_t *bytes;
	size_t bytes_len;
	enum skerry_err err;

	*ret_offset = 0;
	err = untrusted_file_read_at(documents->directory, file, MANIFEST_MAX, &bytes, &bytes_len);
	if (err != SKERRY_OK)
		return err;
	if (is_anchor)
		err = trust_anchor(trust, bytes, bytes_len, ret_offset);
	else
		err = trust_advance(trust, bytes, bytes_len, ret_offset);
	free(bytes);
	if (err == SKERRY_OK)
		err = find_arrival(documents, file, trust, ret_arrived_at);
	return err;
}

enum skerry_err
documents_load_trust(const struct documents *documents, struct trust *ret_trust,
	documents_trust_visit *visit, void *context, char ret_file[DOCUMENTS_PATH_MAX],
	size_t *ret_offset)
{
	char file[DOCUMENTS_PATH_MAX] = ANCHOR;
	int64_t arrived_at;
	enum skerry_err err;
	size_t offset;

	err = load_manifest(documents, file, true, ret_trust, &arrived_at, &offset);
	while (err == SKERRY_OK) {
		if (visit != NULL)
			visit(context, ret_trust, arrived_at);
		manifest_path(ret_trust->manifest.version + 1, file);
		err = load_manifest(documents, file, false, ret_trust, &arrived_at, &offset);
		if (err == SKERRY_ERR_FILE_MISSING)
			return SKERRY_OK;
	}
	memcpy(ret_file, file, sizeof file);
	*ret_offset = offset;
	return err;
}

bool
documents_find_gap(
	const struct documents *documents, uint64_t version, char ret_file[DOCUMENTS_PATH_MAX])
{
	uint64_t lowest = UINT64_MAX;
	struct folder_names *names;

	if (folder_files_list(documents->directory, FOLDER_MANIFESTS, ".manifest", &names) !=
		SKERRY_OK)
		return false;
	for (size_t i = 0; i < names->len; i++) {
		char name[DOCUMENTS_NAME_MAX];
		uint64_t found = strtoull(names->list[i], NULL, 10);

		/* Files by any other name are none of ours. */
		manifest_name(found, name);
		if (strcmp(name, names->list[i]) == 0 && found > version && found < lowest)
			lowest = found;
	}
	free(names);
	if (lowest == UINT64_MAX)
		return false;
	manifest_path(lowest, ret_file);
	return true;
}

enum skerry_err
documents_drop_manifests(const struct documents *documents)
{
	struct folder_names *names;
	enum skerry_err err =
		folder_files_list(documents->directory, FOLDER_MANIFESTS, ".manifest", &names);

	if (err != SKERRY_OK)
		return err;
	for (size_t i = 0; i < names->len && err == SKERRY_OK; i++)
		err = folder_files_drop(documents->directory, FOLDER_MANIFESTS, names->list[i]);
	free(names);
	return err;
}

/* --- licenses -------------------------------------------------------------------------------- */

/* It sets apart what else is called the same: nothing else is ever overwritten. */
static uint64_t
digest_of(struct cbor_bytes bytes)
{
	uint8_t hash[HASH_LEN];
	uint64_t digest = 0;

	hash_blake2b(NULL, 0, bytes.data, bytes.len, hash);
	for (size_t i = 0; i < sizeof digest; i++)
		digest = digest << 8 | hash[i];
	return digest;
}

void
documents_license_name(
	const struct license *license, struct cbor_bytes bytes, char ret_name[DOCUMENTS_NAME_MAX])
{
	snprintf(ret_name, DOCUMENTS_NAME_MAX,
		"%.*s-%.*s-%" PRIu64 "-%" PRIu64 "-%016" PRIx64 FOLDER_LICENSE_END,
		(int)license->id.len, license->id.chars, (int)license->brand.len,
		license->brand.chars, license->activation, license->edition, digest_of(bytes));
}

void
documents_word_name(struct cbor_text brand, uint64_t number, struct cbor_bytes bytes,
	const char *end, char ret_name[DOCUMENTS_NAME_MAX])
{
	snprintf(ret_name, DOCUMENTS_NAME_MAX, "%.*s-%" PRIu64 "-%016" PRIx64 "%s", (int)brand.len,
		brand.chars, number, digest_of(bytes), end);
}

enum skerry_err
documents_drop_license(const struct documents *documents, const char *name)
{
	char extension[DOCUMENTS_NAME_MAX];
	enum skerry_err err;

	/* The other way round, a crash in between would leave one of no license. */
	documents_extension_name(name, extension);
	err = folder_files_drop(documents->directory, FOLDER_LICENSES, extension);
	return err == SKERRY_OK ? folder_files_drop(documents->directory, FOLDER_LICENSES, name)
				: err;
}

/* A license's name leaves room for it: its parts have their maximum. */
void
documents_extension_name(const char *license, char ret_name[DOCUMENTS_NAME_MAX])
{
	size_t len = strnlen(license, DOCUMENTS_NAME_MAX - 1);

	if (folder_files_ends_with(license, FOLDER_LICENSE_END))
		len -= sizeof FOLDER_LICENSE_END - 1;
	if (len > DOCUMENTS_NAME_MAX - sizeof FOLDER_EXTENSION_END)
		len = DOCUMENTS_NAME_MAX - sizeof FOLDER_EXTENSION_END;
	memcpy(ret_name, license, len);
	memcpy(ret_name + len, FOLDER_EXTENSION_END, sizeof FOLDER_EXTENSION_END);
}

enum skerry_err
documents_put_extension(const struct documents *documents, const char *license,
	const uint8_t *bytes, size_t bytes_len)
{
	char name[DOCUMENTS_NAME_MAX];

	documents_extension_name(license, name);
	return folder_files_put(documents->directory, FOLDER_LICENSES, name, bytes, bytes_len);
}

enum skerry_err
documents_read_extension(const struct documents *documents, const char *license, uint8_t *ret_bytes,
	size_t bytes_len)
{
	char name[DOCUMENTS_NAME_MAX], file[DOCUMENTS_PATH_MAX];
	uint8_t *bytes = NULL;
	size_t len = 0;
	enum skerry_err err;

	documents_extension_name(license, name);
	snprintf(file, sizeof file, "%s/%s", FOLDER_LICENSES, name);
	err = untrusted_file_read_at(documents->directory, file, bytes_len, &bytes, &len);
	/* The longest that is read is one that fits. */
	if (err == SKERRY_ERR_DOCUMENT_TOO_LARGE || err == SKERRY_ERR_DOCUMENT_EMPTY ||
		(err == SKERRY_OK && len != bytes_len))
		err = SKERRY_ERR_FILE_DAMAGED;
	if (err == SKERRY_OK)
		memcpy(ret_bytes, bytes, len);
	free(bytes);
	return err;
}

static void
visit_file(const struct documents *documents, const char *folder, const char *name,
	size_t bytes_max, documents_visit *visit, void *context)
{
	char file[DOCUMENTS_PATH_MAX];
	uint8_t *bytes = NULL;
	size_t bytes_len = 0;
	enum skerry_err err;

	snprintf(file, sizeof file, "%s/%s", folder, name);
	err = untrusted_file_read_at(documents->directory, file, bytes_max, &bytes, &bytes_len);
	visit(context, name, err, bytes, bytes_len);
	free(bytes);
}

enum skerry_err
documents_each_file(const struct documents *documents, const char *folder, const char *end,
	size_t bytes_max, documents_visit *visit, void *context)
{
	struct folder_names *names;
	enum skerry_err err = folder_files_list(documents->directory, folder, end, &names);

	if (err != SKERRY_OK)
		return err;
	for (size_t i = 0; i < names->len; i++)
		visit_file(documents, folder, names->list[i], bytes_max, visit, context);
	if (names->more)
		visit(context, "...", SKERRY_ERR_DOCUMENT_COUNT, NULL, 0);
	free(names);
	return SKERRY_OK;
}
