/* SPDX-License-Identifier: ISC */
#include "manifest_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "issuer/desk/manifests.h"
#include "keys/atomic_file.h"
#include "keys/untrusted_file.h"

enum { NAME_MAX_LEN = 48 };

/* One walk over the files. */
struct walk {
	const struct desk *desk;
	bool writes;         /* else only looks */
	bool rewrites;       /* also what is there and differs */
	bool missing, older; /* found */
	enum skerry_err err;
};

static bool
has_bytes(const char *path, struct cbor_bytes bytes)
{
	uint8_t *found = NULL;
	size_t len;
	bool same = untrusted_file_read(path, MANIFEST_MAX, &found, &len) == SKERRY_OK &&
		    cbor_bytes_same((struct cbor_bytes){ found, len }, bytes);

	free(found);
	return same;
}

static void
visit_file(struct walk *walk, const char *name, bool may_differ, struct cbor_bytes bytes)
{
	char path[DESK_PATH_MAX];
	bool missing, older;

	if (walk->err == SKERRY_OK)
		walk->err = desk_file(walk->desk, name, path);
	if (walk->err != SKERRY_OK)
		return;
	missing = access(path, F_OK) != 0;
	older = !missing && may_differ && !has_bytes(path, bytes);
	walk->missing |= missing;
	walk->older |= older;
	if (walk->writes && (missing || (older && walk->rewrites)))
		walk->err = atomic_file_write(path, bytes.data, bytes.len, 0644, true);
}

static void
visit(void *context, uint64_t version, struct cbor_bytes bytes)
{
	char name[NAME_MAX_LEN];

	snprintf(name, sizeof name, "manifests/%llu.manifest", (unsigned long long)version);
	visit_file(context, name, version == 1, bytes);
	if (version == 1)
		visit_file(context, "vendor.manifest", true, bytes);
}

static enum skerry_err
walk_files(struct desk *desk, struct walk *walk)
{
	enum skerry_err err = manifests_each(desk, visit, walk);

	return err == SKERRY_OK ? walk->err : err;
}

enum skerry_err
manifest_files_mend(struct desk *desk)
{
	struct walk look = { .desk = desk }, write = { .desk = desk, .writes = true };
	enum skerry_err err = walk_files(desk, &look);

	/* After a ceremony version 1 never changes; what lies there then is somebody's own. */
	if (err == SKERRY_OK && look.older)
		err = manifests_is_trial(desk, &write.rewrites);
	if (err != SKERRY_OK || (!look.missing && !write.rewrites))
		return err;
	/* Nobody changes the chain while it is copied: the file of a slower program would stay. */
	err = desk_begin_unasked(desk);
	if (err == SKERRY_OK)
		err = walk_files(desk, &write);
	desk_rollback(desk);
	return err;
}
