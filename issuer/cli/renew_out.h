/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_CLI_RENEW_OUT_H
#define ISSUER_CLI_RENEW_OUT_H

/*
 * The documents of renewed licenses, anew, as `license renew --out` writes them: one as a file, many
 * as a folder of ID-N.license. All of them and the change together, or nothing.
 */

#include "issuer/issue.h"
#include "license_out.h"

struct renew_out {
	struct license_out file; /* path NULL: none is wanted */
	bool folder;             /* also where there is only one document */
	int64_t written;         /* how many */
};

/*
 * Issues a document for every activation of these licenses (rows) that stands, within the change
 * under way, and commits it. `licenses` are those that were renewed.
 */
enum skerry_err renew_out_commit(
	struct desk *desk, const int64_t *licenses, size_t licenses_len, struct renew_out *out);

#endif
