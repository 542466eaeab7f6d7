/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_LIBRARY_FOLDER_H
#define VERIFIER_LIBRARY_FOLDER_H

/*
 * A handle's state folder: the last snapshot of it, and how the next one is taken (skerry.h, "A handle
 * on a state folder").
 *
 *	folder_look  ...  folder_done
 *
 * Between the two the snapshot stays; it is a read lock and nothing may be called in between. Looks at
 * the folder itself are one at a time, under a mutex of their own, and change what is asked at their
 * very end.
 */

#include "skerry.h"
#include "snapshot.h"

struct folder;

/* Why a look failed. */
struct folder_failure {
	enum skerry_err err;
	size_t offset;
	bool pin;                      /* it is about the pinned manifest, not the folder */
	char file[DOCUMENTS_PATH_MAX]; /* below the folder, or "" */
};

/* What a question is answered from. */
struct folder_moment {
	const struct snapshot *snapshot;
	int64_t now;             /* the site's time */
	enum skerry_err trouble; /* of the last look */
};

/* Takes the first look; the config, checked, is borrowed meanwhile. Errors of skerry_open. */
enum skerry_err folder_open(const struct skerry_config *config, const struct texts *texts,
	struct folder **ret_folder, struct folder_failure *ret_failure);
void folder_close(struct folder *folder);

/* Looks now, after a look that is under way. */
enum skerry_err folder_refresh(struct folder *folder, struct folder_failure *ret_failure);

/* Looks first where it is time to and nobody else does. Keeps errno. */
struct folder_moment folder_look(struct folder *folder);
void folder_done(struct folder *folder);

#endif
