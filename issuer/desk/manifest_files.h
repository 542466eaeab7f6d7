/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_MANIFEST_FILES_H
#define ISSUER_DESK_MANIFEST_FILES_H

/*
 * Copies of the manifest chain for people and scripts: DESK/vendor.manifest, which is version 1,
 * and DESK/manifests/N.manifest. The database decides; a change is committed first and its files
 * follow, so a program that was killed in between leaves older ones, and the next one mends them.
 */

#include "issuer/desk/desk.h"

/*
 * Writes each file that is missing and, under the trial root, a version 1 that is not as the
 * database has it. Outside of any change: takes the writer's lock, but only if there is something
 * to write. On an error the files that are there are whole. Errors of store.h and atomic_file.h.
 */
enum skerry_err manifest_files_mend(struct desk *desk);

#endif
