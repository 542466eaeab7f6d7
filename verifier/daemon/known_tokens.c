/* SPDX-License-Identifier: ISC */
#include "known_tokens.h"

#include <fcntl.h>
#include <string.h>

void
known_tokens_begin(int directory, struct known_tokens *ret_known)
{
	memset(ret_known, 0, sizeof *ret_known);
	ret_known->directory = directory;
}

/* It is never written to, but replaced. */
static void
refresh(struct known_tokens *known)
{
	struct stat now;

	if (fstatat(known->directory, TOKENS_FILE, &now, AT_SYMLINK_NOFOLLOW) != 0)
		memset(&now, 0, sizeof now);
	else if (now.st_ino == known->seen.st_ino && now.st_size == known->seen.st_size &&
		 now.st_mtim.tv_sec == known->seen.st_mtim.tv_sec &&
		 now.st_mtim.tv_nsec == known->seen.st_mtim.tv_nsec &&
		 now.st_ctim.tv_sec == known->seen.st_ctim.tv_sec &&
		 now.st_ctim.tv_nsec == known->seen.st_ctim.tv_nsec)
		return;
	known->seen = now;
	known->tokens.len = 0;
	/* tokens_load leaves none on an error. */
	if (now.st_ino != 0 && tokens_load(known->directory, &known->tokens) != SKERRY_OK)
		known->tokens.len = 0;
}

bool
known_tokens_find(struct known_tokens *known, const char *text, char ret_name[TOKEN_NAME_MAX + 1])
{
	refresh(known);
	return tokens_find(&known->tokens, text, ret_name);
}

bool
known_tokens_any(struct known_tokens *known)
{
	refresh(known);
	return known->tokens.len > 0;
}
