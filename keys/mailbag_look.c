/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "formats/license.h"
#include "formats/manifest.h"
#include "formats/sealed.h"
#include "formats/status_list.h"
#include "hash.h"
#include "mailbag_error.h"
#include "mailbag_list.h"
#include "mailbag_look.h"
#include "mailbag_name.h"
#include "mailbag_text.h"
#include "untrusted_file.h"

uint64_t
mailbag_limit(enum document_kind kind)
{
	switch (kind) {
	case DOCUMENT_REQUEST:
	case DOCUMENT_REPLY:
		return SEALED_MAX;
	case DOCUMENT_BUNDLE:
		return MAILBAG_FILE_MAX;
	case DOCUMENT_MANIFEST:
		return MANIFEST_MAX;
	case DOCUMENT_LICENSE:
		return LICENSE_MAX;
	case DOCUMENT_STATUS_LIST:
		return STATUS_LIST_MAX;
	case DOCUMENT_UNKNOWN:
	case DOCUMENT_SECRET_KEY:
	case DOCUMENT_PUBLIC_KEY:
	case DOCUMENT_FINGERPRINT:
	case DOCUMENT_PROOF:
		break;
	}
	return 0;
}

static const struct words {
	const char *name, *text;
} WORDS[] = {
	[MAILBAG_DOCUMENT] = { "document", "a document" },
	[MAILBAG_OWN_TEXT] = { "own_text", "a text for people" },
	[MAILBAG_LEFTOVER] = { "leftover",
		"half written: the stick was pulled out, or somebody writes" },
	[MAILBAG_ODD_NAME] = { "odd_name", "a name that cannot be shown; rename it" },
	[MAILBAG_LINK] = { "link", "a symbolic link, which is not followed" },
	[MAILBAG_FIFO] = { "fifo", "a FIFO, not a file" },
	[MAILBAG_SOCKET] = { "socket", "a socket, not a file" },
	[MAILBAG_DEVICE] = { "device", "a device, not a file" },
	[MAILBAG_SUBFOLDER] = { "folder", "a folder, which is not looked into" },
	[MAILBAG_EMPTY] = { "empty", "empty" },
	[MAILBAG_TOO_LARGE] = { "too_large", "larger than any such document" },
	[MAILBAG_SPARSE] = { "sparse", "parts of it were never written" },
	[MAILBAG_UNKNOWN] = { "unknown", "not one of Skerry's documents" },
	[MAILBAG_TEXT] = { "text", "a document as text: import it by its name" },
	[MAILBAG_MISPLACED] = { "misplaced", "a document that does not travel this way" },
	[MAILBAG_UNREADABLE] = { "unreadable", "cannot be read" },
	[MAILBAG_TOO_MANY] = { "too_many",
		"there is more here than is looked at; tidy the folder" },
	[MAILBAG_SECRET] = { "secret_key",
		"a secret key, known to others by now: call the vendor, then remove it" },
};

static struct words
words_of(enum mailbag_found found)
{
	if ((size_t)found < sizeof WORDS / sizeof *WORDS)
		return WORDS[found];
	return (struct words){ "unknown", "not known" };
}

const char *
mailbag_found_name(enum mailbag_found found)
{
	return words_of(found).name;
}

const char *
mailbag_found_text(enum mailbag_found found)
{
	return words_of(found).text;
}

static ssize_t
read_front(int file, uint8_t front[MAILBAG_FRONT])
{
	size_t len = 0;

	while (len < MAILBAG_FRONT) {
		ssize_t got = pread(file, front + len, MAILBAG_FRONT - len, (off_t)len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		len += (size_t)got;
	}
	return (ssize_t)len;
}

static void
fill_identity(const struct stat *status, const uint8_t *front, size_t front_len,
	struct mailbag_identity *ret_identity)
{
	uint8_t hash[HASH_LEN];

	hash_blake2b(NULL, 0, front, front_len, hash);
	*ret_identity = (struct mailbag_identity){
		.device = status->st_dev,
		.inode = status->st_ino,
		.size = (uint64_t)status->st_size,
		.changed_s = status->st_mtim.tv_sec,
		.changed_ns = (uint32_t)status->st_mtim.tv_nsec,
	};
	memcpy(ret_identity->front, hash, MAILBAG_FRONT_HASH);
}

enum skerry_err
mailbag_identify(int file, struct mailbag_identity *ret_identity)
{
	uint8_t front[MAILBAG_FRONT];
	struct stat status;
	ssize_t len = fstat(file, &status) == 0 ? read_front(file, front) : -1;

	if (len < 0)
		return SKERRY_ERR_IO;
	if (len == 0)
		return SKERRY_ERR_DOCUMENT_EMPTY;
	fill_identity(&status, front, (size_t)len, ret_identity);
	return SKERRY_OK;
}

/* What needs no opening. A device is not even opened: some of them do something then. */
static enum mailbag_found
found_by_status(const struct stat *status)
{
	switch (status->st_mode & S_IFMT) {
	case S_IFREG:
		break;
	case S_IFLNK:
		return MAILBAG_LINK;
	case S_IFIFO:
		return MAILBAG_FIFO;
	case S_IFSOCK:
		return MAILBAG_SOCKET;
	case S_IFDIR:
		return MAILBAG_SUBFOLDER;
	default:
		return MAILBAG_DEVICE;
	}
	if (status->st_size <= 0)
		return MAILBAG_EMPTY;
	return (uint64_t)status->st_size > MAILBAG_FILE_MAX ? MAILBAG_TOO_LARGE : MAILBAG_DOCUMENT;
}

static bool
has_holes(int file, off_t size)
{
	off_t hole = lseek(file, 0, SEEK_HOLE);

	/* Where holes are not known the end is the first one, or the question is refused. */
	return lseek(file, 0, SEEK_SET) == 0 && hole >= 0 && hole < size;
}

static bool
begins(const uint8_t *front, size_t front_len, const char *text)
{
	return front_len >= strlen(text) && memcmp(front, text, strlen(text)) == 0;
}

/* The file that holds a desk's key names itself, behind a few bytes; it is no document. */
enum { DESK_KEY_NAME_AT_MAX = 8 };

static bool
is_desk_key(const uint8_t *front, size_t front_len)
{
	static const char NAME[] = "skerry-desk-key";

	for (size_t at = 0; at < DESK_KEY_NAME_AT_MAX; at++)
		if (front_len > at && begins(front + at, front_len - at, NAME))
			return true;
	return false;
}

static enum mailbag_found
found_by_front(const uint8_t *front, size_t front_len, uint64_t size, enum document_kind *ret_kind)
{
	uint64_t limit;

	if (begins(front, front_len, "-----BEGIN SKERRY ") ||
		begins(front, front_len, DOCUMENT_QR_PREFIX))
		return MAILBAG_TEXT;
	if (document_identify(front, front_len, ret_kind) != SKERRY_OK)
		return is_desk_key(front, front_len) ? MAILBAG_SECRET : MAILBAG_UNKNOWN;
	if (*ret_kind == DOCUMENT_SECRET_KEY)
		return MAILBAG_SECRET;
	limit = mailbag_limit(*ret_kind);
	if (limit == 0)
		return MAILBAG_MISPLACED;
	return size > limit ? MAILBAG_TOO_LARGE : MAILBAG_DOCUMENT;
}

static enum mailbag_found
unreadable(struct mailbag_entry *entry, enum skerry_err err)
{
	entry->err = err;
	return MAILBAG_UNREADABLE;
}

static enum mailbag_found
look_into(struct mailbag_entry *entry)
{
	uint8_t front[MAILBAG_FRONT];
	enum mailbag_found found;
	struct stat status;
	ssize_t len;

	/* Asked again of what is open: it may have been exchanged since. */
	if (fstat(entry->file, &status) != 0)
		return unreadable(entry, mailbag_error());
	entry->size = (uint64_t)status.st_size;
	found = found_by_status(&status);
	if (found != MAILBAG_DOCUMENT)
		return found;
	if (has_holes(entry->file, status.st_size))
		return MAILBAG_SPARSE;
	len = read_front(entry->file, front);
	if (len < 0)
		return unreadable(entry, mailbag_error());
	if (len == 0)
		return MAILBAG_EMPTY;
	fill_identity(&status, front, (size_t)len, &entry->identity);
	return found_by_front(front, (size_t)len, entry->size, &entry->kind);
}

static enum mailbag_found
look_at(int folder, struct mailbag_entry *entry)
{
	enum mailbag_found found;
	enum skerry_err err;
	struct stat status;

	if (fstatat(folder, entry->name, &status, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) != 0)
		return unreadable(entry, mailbag_error());
	found = found_by_status(&status);
	if (S_ISREG(status.st_mode))
		entry->size = (uint64_t)status.st_size;
	if (mailbag_name_is_drawn(entry->name, MAILBAG_UNFINISHED) && S_ISREG(status.st_mode))
		return MAILBAG_LEFTOVER;
	if (mailbag_text_is_named(entry->name) && S_ISREG(status.st_mode))
		return MAILBAG_OWN_TEXT;
	if (found != MAILBAG_DOCUMENT)
		return found;
	if (!mailbag_name_is_plain(entry->name))
		return MAILBAG_ODD_NAME;
	err = untrusted_file_open_at(folder, entry->name, &entry->file);
	return err == SKERRY_OK ? look_into(entry) : unreadable(entry, err);
}

static bool
tell(int folder, const char *name, bool (*each)(void *, const struct mailbag_entry *),
	void *context)
{
	struct mailbag_entry entry = { .file = -1, .name = name };
	char shown[MAILBAG_SHOWN_ROOM];
	int file;
	bool go_on;

	mailbag_name_show(name, shown);
	entry.shown = shown;
	entry.found = look_at(folder, &entry);
	file = entry.file;
	if (entry.found != MAILBAG_DOCUMENT)
		entry.file = -1;
	go_on = each(context, &entry);
	if (file >= 0)
		close(file);
	return go_on;
}

enum skerry_err
mailbag_look(const struct mailbag *bag,
	bool (*each)(void *context, const struct mailbag_entry *entry), void *context)
{
	static const struct mailbag_entry REST = {
		.found = MAILBAG_TOO_MANY, .file = -1, .name = "", .shown = ""
	};
	struct mailbag_list list;
	enum skerry_err err = mailbag_list_read(bag->folder, &list);
	bool go_on = true;

	for (size_t i = 0; go_on && i < list.names_len; i++)
		go_on = tell(bag->folder, list.names[i], each, context);
	if (go_on && list.more)
		each(context, &REST);
	mailbag_list_free(&list);
	return err;
}

enum skerry_err
mailbag_read(const struct mailbag_entry *entry, uint8_t **ret_bytes, size_t *ret_len)
{
	if (entry->found != MAILBAG_DOCUMENT || entry->kind == DOCUMENT_BUNDLE)
		return SKERRY_ERR_ARGUMENT;
	return untrusted_file_read_open(
		entry->file, (size_t)mailbag_limit(entry->kind), ret_bytes, ret_len);
}
