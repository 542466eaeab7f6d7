/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_INSTALLATIONS_ROW_H
#define ISSUER_DESK_INSTALLATIONS_ROW_H

/* A row of `installation i` as statements name it; installations.h is for callers. */

#include "installations.h"

#define INSTALLATIONS_COLUMNS                                                                      \
	"i.id, i.site_id, i.tag, i.site_key, i.opening_key, i.group_name, i.first_contact_at,"     \
	" i.last_contact_at, i.number, i.kind, i.nonce, i.issued_at, i.wall, i.condition,"         \
	" i.reset_nonce, i.manifest_version, i.reply_taken, i.reply_made, i.rolled_back_since,"    \
	" i.hostname, i.os, i.app_version, i.install_id, i.fork_found, i.fork_found_at,"           \
	" i.settled_at"

/* The present row, whose first columns are those; false for one that this program did not write. */
bool installations_read_row(struct store_query *q, struct installation *ret_installation);

#endif
