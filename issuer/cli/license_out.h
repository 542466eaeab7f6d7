/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_CLI_LICENSE_OUT_H
#define ISSUER_CLI_LICENSE_OUT_H

/* A signed license as the file that --out names: binary, armored, or with the manifest chain. */

#include "issuer/issue.h"

struct license_out {
	const char *path;
	bool armor, with_manifest, force;
};

/* The file's bytes, malloc'd. With --with-manifest always armored. NO_MEMORY, store errors. */
enum skerry_err license_out_compose(struct desk *desk, const struct issued *issued,
	const struct license_out *out, uint8_t **ret_bytes, size_t *ret_len);

/*
 * Stages the file, commits the change, keeps the file: all of it or nothing, but for an end in the
 * last step, of which *ret_recorded and the advice tell.
 */
enum skerry_err license_out_commit(struct desk *desk, const struct issued *issued,
	const struct license_out *out, bool *ret_recorded);

#endif
