/* SPDX-License-Identifier: ISC */
#include "listing.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keys/mailbag_list.h"
#include "keys/mailbag_name.h"

/* FNV-1a: who makes two folders look alike only keeps his own files from being taken in. */
#define BASIS UINT64_C(0xcbf29ce484222325)
#define PRIME UINT64_C(0x100000001b3)

static uint64_t
mix(uint64_t hash, const void *bytes, size_t len)
{
	const unsigned char *at = bytes;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ at[i]) * PRIME;
	return hash;
}

static uint64_t
mix_number(uint64_t hash, uint64_t number)
{
	return mix(hash, &number, sizeof number);
}

static uint64_t
of_entry(int folder, const char *name)
{
	uint64_t hash = mix(BASIS, name, strlen(name) + 1);
	struct stat status;

	if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
		return hash;
	hash = mix_number(hash, (uint64_t)status.st_mode);
	/* A folder's time changes with what is put in it, and that is looked at by itself. */
	if (S_ISDIR(status.st_mode))
		return hash;
	hash = mix_number(hash, (uint64_t)status.st_ino);
	hash = mix_number(hash, (uint64_t)status.st_size);
	hash = mix_number(hash, (uint64_t)status.st_mtim.tv_sec);
	return mix_number(hash, (uint64_t)status.st_mtim.tv_nsec);
}

static int
open_folder(int above, const char *name)
{
	return openat(above, name,
		O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC |
			(above == AT_FDCWD ? 0 : O_NOFOLLOW));
}

static bool
of_folder(int folder, uint64_t *hash)
{
	struct mailbag_list list;
	bool read = mailbag_list_read(folder, &list) == SKERRY_OK;

	for (size_t i = 0; i < list.names_len; i++)
		*hash = mix_number(*hash, of_entry(folder, list.names[i]));
	mailbag_list_free(&list);
	return read;
}

bool
listing_read(const char *dir, uint64_t *ret_number)
{
	int folder = open_folder(AT_FDCWD, dir), inner;
	uint64_t hash = BASIS;
	bool read;

	if (folder < 0)
		return false;
	read = of_folder(folder, &hash);
	inner = open_folder(folder, MAILBAG_FOLDER);
	if (inner >= 0) {
		read = of_folder(inner, &hash) && read;
		close(inner);
	}
	close(folder);
	if (read)
		*ret_number = hash;
	return read;
}

uint64_t
listing_of_file(const char *dir, const char *name)
{
	int folder = open_folder(AT_FDCWD, dir), inner;
	struct stat status;
	uint64_t hash = 0;

	if (folder < 0)
		return 0;
	inner = open_folder(folder, MAILBAG_FOLDER);
	if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0)
		hash = of_entry(folder, name);
	else if (inner >= 0 && fstatat(inner, name, &status, AT_SYMLINK_NOFOLLOW) == 0)
		hash = of_entry(inner, name);
	if (inner >= 0)
		close(inner);
	close(folder);
	return hash;
}
