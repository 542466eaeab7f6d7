/* SPDX-License-Identifier: ISC */
#include "tests/unit/fixture_machine.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "issuer/decide/weights.h"
#include "keys/random.h"

enum { PLACE_MAX = 1024, FILE_MAX = 16384, NOBODY = 65534, OPEN_FOLDERS = 16 };

/* --- trees ----------------------------------------------------------------------------------- */

/* nftw passes no argument on. */
static const struct machine *copied;
static size_t source_len;

static void
copy_file(const char *from, const char *to)
{
	char bytes[FILE_MAX];
	FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
	size_t len;

	assert_non_null(in);
	assert_non_null(out);
	len = fread(bytes, 1, sizeof bytes, in);
	assert_true(len < sizeof bytes);
	assert_int_equal(fwrite(bytes, 1, len, out), len);
	fclose(in);
	fclose(out);
	assert_int_equal(chmod(to, 0644), 0);
}

static int
copy_entry(const char *path, const struct stat *status, int type, struct FTW *where)
{
	char to[PLACE_MAX], target[PLACE_MAX] = "";

	(void)status;
	snprintf(to, sizeof to, "%s%s", copied->root, path + source_len);
	if (where->level == 0)
		return 0;
	if (type == FTW_D) {
		assert_int_equal(mkdir(to, 0755), 0);
		assert_int_equal(chmod(to, 0755), 0);
	} else if (type == FTW_SL) {
		assert_true(readlink(path, target, sizeof target - 1) > 0);
		assert_int_equal(symlink(target, to), 0);
	} else {
		copy_file(path, to);
	}
	return 0;
}

void
machine_set_up(struct machine *ret_machine, const char *name)
{
	char source[PLACE_MAX];

	assert_int_equal(random_start(), SKERRY_OK);
	ret_machine->name = name;
	snprintf(ret_machine->root, sizeof ret_machine->root, "/tmp/skerry-test-machine-XXXXXX");
	assert_non_null(mkdtemp(ret_machine->root));
	assert_int_equal(chmod(ret_machine->root, 0755), 0);
	if (name == NULL)
		return;
	snprintf(source, sizeof source, MACHINES "%s", name);
	copied = ret_machine;
	source_len = strlen(source);
	assert_int_equal(nftw(source, copy_entry, OPEN_FOLDERS, FTW_PHYS), 0);
}

static int
remove_entry(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	return remove(path);
}

static void
each_root_only(const struct machine *machine, mode_t mode)
{
	char path[PLACE_MAX], *end;
	FILE *list;

	if (machine->name == NULL)
		return;
	snprintf(path, sizeof path, MACHINES "%s.root-only", machine->name);
	list = fopen(path, "r");
	while (list != NULL && fgets(path, sizeof path, list) != NULL) {
		end = strchr(path, '\n');
		assert_non_null(end);
		*end = '\0';
		chmod(machine_place(machine, path), mode);
	}
	if (list != NULL)
		fclose(list);
}

void
machine_lock(const struct machine *machine)
{
	each_root_only(machine, 0);
}

void
machine_remove(struct machine *machine)
{
	each_root_only(machine, 0755);
	assert_int_equal(nftw(machine->root, remove_entry, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS), 0);
}

/* --- changes --------------------------------------------------------------------------------- */

const char *
machine_place(const struct machine *machine, const char *path)
{
	static char place[PLACE_MAX];

	snprintf(place, sizeof place, "%s%s", machine->root, path);
	for (char *at = place + strlen(machine->root) + 1; (at = strchr(at, '/')) != NULL; at++) {
		*at = '\0';
		mkdir(place, 0755);
		*at = '/';
	}
	return place;
}

void
machine_delete(const struct machine *machine, const char *path)
{
	remove(machine_place(machine, path));
}

void
machine_write(const struct machine *machine, const char *path, const void *bytes, size_t len)
{
	FILE *file;

	machine_delete(machine, path);
	file = fopen(machine_place(machine, path), "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	fclose(file);
}

void
machine_say(const struct machine *machine, const char *path, const char *text)
{
	machine_write(machine, path, text, strlen(text));
}

void
machine_link(const struct machine *machine, const char *path, const char *target)
{
	machine_delete(machine, path);
	assert_int_equal(symlink(target, machine_place(machine, path)), 0);
}

/* --- collecting ------------------------------------------------------------------------------ */

void
machine_collect(const struct machine *machine, struct components *ret_components)
{
	const struct components_query query = { .root = machine->root };

	assert_int_equal(components_collect(&query, ret_components), SKERRY_OK);
}

bool
machine_leave_root(void)
{
	if (geteuid() != 0)
		return false;
	/* In a user namespace there may be no other user. */
	if (seteuid(NOBODY) == 0)
		return true;
	print_message("skipped: there is nobody here but root\n");
	skip();
	return false;
}

void
machine_return_to_root(bool was_root)
{
	if (was_root)
		assert_int_equal(seteuid(0), 0);
}

void
machine_collect_as_user(const struct machine *machine, struct components *ret_components)
{
	bool was_root = machine_leave_root();

	machine_collect(machine, ret_components);
	machine_return_to_root(was_root);
}

struct license
machine_license(const struct components *components)
{
	static const uint8_t SALT[LICENSE_SALT_LEN] = "salt of the test";
	static uint8_t hashes[LICENSE_COMPONENTS_MAX][LICENSE_COMPONENT_HASH_MAX];
	static struct fingerprint fingerprint;
	struct license license = { .salt = { SALT, sizeof SALT } };

	fingerprint.components_len =
		components_hash(components, SALT, hashes, fingerprint.components);
	license.components_len = fingerprint.components_len;
	license.threshold = weights_default_threshold(&fingerprint);
	for (size_t i = 0; i < fingerprint.components_len; i++)
		license.components[i] = (struct license_component){
			.type = fingerprint.components[i].type,
			.weight = weights_of(fingerprint.components[i].type),
			.hash = fingerprint.components[i].hash,
		};
	return license;
}
