/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_AUDIT_ARCHIVE_H
#define ISSUER_DESK_AUDIT_ARCHIVE_H

/*
 * Old rows of the audit log, moved into a file that stands alone (formats/audit_log.h). The file is
 * durable and read back before the rows go, and they go in one transaction with the anchor that the
 * next row follows and an audit row that vouches for the anchor: "audit.archive ... seq=N hash=H".
 * Whatever stops the program in between leaves the rows where they were, and perhaps a file besides.
 */

#include "issuer/desk/desk.h"

#define AUDIT_ARCHIVE_MAX ((size_t)1 << 30) /* bytes of a file */

/* An archive being read. */
struct audit_archive {
	uint8_t *bytes;
	size_t bytes_len, at;
	bool ended;
	int64_t seq; /* of the last row */
	struct audit_log_item header;
};

/* Errors of untrusted_file.h and audit_log_read_item; noted with the file and the offset. */
enum skerry_err audit_archive_open(
	struct desk *desk, const char *path, struct audit_archive *ret_archive);
/* Harmless on { 0 }. */
void audit_archive_close(struct audit_archive *archive);

/*
 * The next operator or row, borrowed until the archive is closed; *ret_more false at its end, once
 * the digest of the whole file fits (FILE_DAMAGED).
 */
enum skerry_err audit_archive_next(struct desk *desk, const char *path,
	struct audit_archive *archive, struct audit_log_item *ret_item, bool *ret_more);

struct audit_archived {
	int64_t first, last, rows, at; /* of the last row */
	uint8_t hash[HASH_LEN];
	size_t bytes_len;
};

/*
 * Archives all rows before `before`, but never the newest one (NOT_FOUND when none is left): writes
 * the file `path` and takes the rows out of the log, within the change under way, which the
 * caller commits. The chain of these rows is computed again: AUDIT_CHAIN. DOCUMENT_TOO_LARGE,
 * other errors of atomic_file.h; FILE_EXISTS always, since what stands there may be an archive.
 */
enum skerry_err audit_archive_make(
	struct desk *desk, const char *path, int64_t before, struct audit_archived *ret_archived);

#endif
