/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_CLI_LICENSE_OUT_H
#define ISSUER_CLI_LICENSE_OUT_H

/* A signed license as the file that --out names: binary, armored, or with the manifest chain. */

#include "issuer/issue.h"
#include "keys/atomic_file.h"

struct license_out {
	const char *path;
	bool armor, with_manifest, force;
};

/* The file's bytes, malloc'd. With --with-manifest always armored. NO_MEMORY, store errors. */
enum skerry_err license_out_compose(struct desk *desk, const struct issued *issued,
	const struct license_out *out, uint8_t **ret_bytes, size_t *ret_len);

/* A file whose room and name are taken; { 0 } is none. */
struct license_staged {
	struct atomic_file file;
	uint8_t *bytes;
	size_t len;
};

/* Whatever can be said against the file is said here, before anything is shown or recorded. */
enum skerry_err license_out_stage(struct desk *desk, const struct issued *issued,
	const struct license_out *out, struct license_staged *ret_staged);
/*
 * Commits the change, keeps the file: all of it or nothing, but for an end in the last step, of
 * which *ret_recorded and the advice tell. What was staged is gone then in any case.
 */
enum skerry_err license_out_finish(struct desk *desk, const struct issued *issued,
	const struct license_out *out, struct license_staged *staged, bool *ret_recorded);
/* Harmless where nothing is staged. */
void license_out_drop(struct license_staged *staged);

/* Both in one. */
enum skerry_err license_out_commit(struct desk *desk, const struct issued *issued,
	const struct license_out *out, bool *ret_recorded);

#endif
