/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_LIBRARY_OPENING_H
#define VERIFIER_LIBRARY_OPENING_H

/*
 * What a handle holds. Of bytes: a snapshot, and what its messages are worked out of; all written while
 * opening and only read afterwards. Of a state folder or a daemon: that.
 */

#include "daemon.h"
#include "folder.h"
#include "verifier/gather/local_time.h"
#include "verifier/product_name.h"

struct skerry {
	struct folder *folder; /* or */
	struct daemon *daemon; /* or, both NULL: bytes, and all that follows */
	struct snapshot *snapshot;
	int64_t issued_at;
	struct local_time place;
	struct local_clock local;
	struct message_subject subject; /* without its verdict; borrows what follows, and `local` */
	char product[PRODUCT_NAME_MAX]; /* "hotelhub/hms" */
	char contact[4 * MANIFEST_CONTACT_MAX];
};

/* What a look at a folder or a daemon stumbled over, in words for `ret_failure`, which may be NULL. */
void opening_tell_daemon(const struct folder_failure *failure, struct skerry_failure *ret_failure);
void opening_tell_folder(const struct folder_failure *failure, struct skerry_failure *ret_failure);

#endif
