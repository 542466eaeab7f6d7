/* SPDX-License-Identifier: ISC */
#include "tests/unit/fixture_tree.h"

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static char source[256], target[256];

void
tree_place(const char *name, char ret_path[TREE_PATH_MAX])
{
	const char *below = getenv("TMPDIR");

	if (below == NULL || below[0] != '/' ||
		strlen(below) + strlen(name) + sizeof "/skerry-test--XXXXXX" > TREE_PATH_MAX)
		below = "/tmp";
	snprintf(ret_path, TREE_PATH_MAX, "%s/skerry-test-%s-XXXXXX", below, name);
}

void
tree_make(char ret_path[TREE_PATH_MAX])
{
	tree_place("folder", ret_path);
	assert_non_null(mkdtemp(ret_path));
}

static int
remove_below(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status;
	(void)type;
	return where->level == 0 ? 0 : remove(path);
}

static void
copy_file(const char *from, const char *to)
{
	int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_EXCL, 0600);
	char bytes[4096];
	struct stat status;
	ssize_t len;

	assert_true(in >= 0 && out >= 0);
	while ((len = read(in, bytes, sizeof bytes)) > 0)
		assert_int_equal(write(out, bytes, (size_t)len), len);
	assert_int_equal(fstat(in, &status), 0);
	assert_int_equal(futimens(out, (struct timespec[2]){ status.st_atim, status.st_mtim }), 0);
	close(in);
	close(out);
}

static int
copy_entry(const char *path, const struct stat *status, int type, struct FTW *where)
{
	char to[512];

	(void)status;
	snprintf(to, sizeof to, "%s%s", target, path + strlen(source));
	if (type == FTW_D && where->level > 0)
		assert_int_equal(mkdir(to, 0700), 0);
	if (type == FTW_F)
		copy_file(path, to);
	return 0;
}

void
tree_copy(const char *from, const char *to)
{
	snprintf(source, sizeof source, "%s", from);
	snprintf(target, sizeof target, "%s", to);
	assert_int_equal(nftw(to, remove_below, 8, FTW_DEPTH | FTW_PHYS), 0);
	assert_int_equal(nftw(from, copy_entry, 8, FTW_PHYS), 0);
}

void
tree_remove(const char *path)
{
	assert_int_equal(nftw(path, remove_below, 8, FTW_DEPTH | FTW_PHYS), 0);
	assert_int_equal(rmdir(path), 0);
}
