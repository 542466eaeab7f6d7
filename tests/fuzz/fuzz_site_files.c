/* SPDX-License-Identifier: ISC */
/* What lies beside a site's database: site.clock, sealed by whoever has the key, and state.mark. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "keys/checked.h"
#include "keys/mark_file.h"
#include "keys/random.h"
#include "verifier/state/clock_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX = 16384, SLOT_STEP = 4096, SLOT_LEN = 136, OLD_SLOT_LEN = 112 };

static const uint8_t KEY[SEAL_KEY_LEN] = { 7 };
static char folder[64], mark_path[96];
static struct documents documents = { .directory = -1 };

static void
remove_folder(void)
{
	unlinkat(documents.directory, CLOCK_FILE, 0);
	unlinkat(documents.directory, "state.mark", 0);
	rmdir(folder);
}

static void
make_folder(void)
{
	if (documents.directory >= 0)
		return;
	/* In memory where that is to be had: what is written waits for the disk. */
	strcpy(folder, "/dev/shm/skerry-fuzz-XXXXXX");
	if (random_start() != SKERRY_OK)
		abort();
	if (mkdtemp(folder) == NULL) {
		strcpy(folder, "/tmp/skerry-fuzz-XXXXXX");
		if (mkdtemp(folder) == NULL)
			abort();
	}
	atexit(remove_folder);
	snprintf(mark_path, sizeof mark_path, "%s/state.mark", folder);
	documents.directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void
put(const char *name, const uint8_t *bytes, size_t len)
{
	int fd = openat(documents.directory, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, bytes, len) != (ssize_t)len)
		abort();
	close(fd);
}

/* What is read is within the bounds on which the rest relies, and is written the same. */
static void
try_clock(uint8_t *bytes, size_t len, bool sealed)
{
	struct clock clock, again;
	int64_t since, since_again;

	if (sealed) {
		seal_bytes(KEY, "clock", bytes, len, bytes + len);
		len += HASH_LEN;
	}
	put(CLOCK_FILE, bytes, len);
	if (clock_file_read(&documents, KEY, &clock, &since) != SKERRY_OK)
		return;
	if (!sealed || clock_settled(&clock) < 0 || since < 0)
		abort();
	if (clock_file_write(&documents, KEY, &clock, since) != SKERRY_OK ||
		clock_file_read(&documents, KEY, &again, &since_again) != SKERRY_OK ||
		clock_settled(&clock) != clock_settled(&again) || since != since_again)
		abort();
}

static void
try_mark(uint8_t *bytes, size_t len, bool checked, size_t slot_len)
{
	struct mark_file file = { .fd = -1 };
	struct mark mark, again;

	/* Both slots whole, as bytes go. */
	for (size_t at = 0; checked && at + slot_len <= len; at += SLOT_STEP) {
		size_t content = slot_len - CHECKED_LEN;

		checked_append(bytes + at, &content);
	}
	put("state.mark", bytes, len);
	if (mark_file_open(mark_path, false, &file) != SKERRY_OK)
		abort();
	if (mark_file_read(&file, &mark) == SKERRY_OK) {
		(void)seal_mark_holds(&mark, KEY);
		seal_mark(&mark, KEY);
		if (mark_file_replace(&file, &mark) != SKERRY_OK ||
			mark_file_read(&file, &again) != SKERRY_OK || again.seq != mark.seq ||
			!seal_mark_holds(&again, KEY))
			abort();
	}
	mark_file_close(&file);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t bytes[INPUT_MAX + HASH_LEN];

	if (size < 1 || size > INPUT_MAX)
		return 0;
	make_folder();
	memcpy(bytes, data + 1, size - 1);
	if ((data[0] & 2) == 0)
		try_clock(bytes, size - 1, (data[0] & 1) != 0);
	else
		try_mark(bytes, size - 1, (data[0] & 1) != 0,
			(data[0] & 4) != 0 ? OLD_SLOT_LEN : SLOT_LEN);
	return 0;
}
