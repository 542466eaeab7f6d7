/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_CLI_SITE_INSTALLATION_H
#define ISSUER_CLI_SITE_INSTALLATION_H

/* What a site's requests tell of it (installations.h), for the verbs about sites. */

#include "issuer/desk/installations.h"
#include "report.h"
#include "session.h"

/*
 * The installation of that row: tag, group, last contact, request, clock, manifest, fork. With row 0, of
 * what is bound by hand, null members with --json and nothing else.
 */
enum skerry_err site_installation_put_of(struct desk *desk, int64_t row, struct report *report);

/* What it told of itself, the newest first: with --json alone. */
enum skerry_err site_installation_put_heartbeats(
	struct desk *desk, int64_t activation_id, struct report *report);

/* Shows it with all its activations, and closes the session. */
enum command_exit site_installation_show(
	struct session *session, const struct installation *installation);

#endif
