/* SPDX-License-Identifier: ISC */
/*
 * A backup from a stick: a real one with bytes changed here and there, sealed anew by whoever has the
 * key that lies in it, restored and opened. Nothing is written outside of the folder.
 */
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keys/random.h"
#include "tests/unit/fixture_ceremony.h"
#include "verifier/state/backup_file.h"
#include "verifier/state/identity.h"
#include "verifier/state/memory_opening.h"
#include "verifier/state/schema.h"
#include "verifier/state/site_backup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BACKUP_MAX = 1 << 20, CHANGES_MAX = 64 };

static char place[64], folder[96], file[96];
static uint8_t *original;
static size_t original_len;

static void
must(bool holds)
{
	if (!holds)
		abort();
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
remove_place(void)
{
	nftw(place, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
	free(original);
}

static void
make_original(void)
{
	static const struct arrival arrival = { "licenses/a.license", { (const uint8_t *)"a", 1 },
		1, 2, false, false };
	static uint8_t manifest_bytes[MANIFEST_MAX];
	static struct manifest manifest;
	const uint8_t root = 1;
	struct site_backup_written written;
	struct cbor_bytes anchor = { manifest_bytes, 0 };
	struct documents documents;
	struct identity identity;
	struct memory memory;
	const char *own;
	pid_t holder;
	int fd;

	/* In memory where that is to be had: each run is many writes that wait for the disk. */
	strcpy(place, "/dev/shm/skerry-fuzz-XXXXXX");
	must(random_start() == SKERRY_OK);
	if (mkdtemp(place) == NULL) {
		strcpy(place, "/tmp/skerry-fuzz-XXXXXX");
		must(mkdtemp(place) != NULL);
	}
	atexit(remove_place);
	snprintf(folder, sizeof folder, "%s/state", place);
	snprintf(file, sizeof file, "%s/hotel.backup", place);
	ceremony_manifest(&manifest, 1, 1, 1);
	anchor.len = ceremony_sign_manifest(&manifest, &root, 1, manifest_bytes);
	must(documents_create(folder, &documents, &holder) == SKERRY_OK);
	must(identity_create(&documents) == SKERRY_OK);
	must(memory_create(&documents, &anchor) == SKERRY_OK);
	must(documents_put_anchor(&documents, anchor.data, anchor.len) == SKERRY_OK);
	must(identity_load(&documents, &identity, &own) == SKERRY_OK);
	must(memory_open(&documents, identity.seal_key, true, &memory) == SKERRY_OK);
	must(memory_begin(&memory) == SKERRY_OK);
	must(arrivals_put(memory.store, &arrival) == SKERRY_OK);
	must(memory_tell(&memory, "import.taken", "license A", "edition=%d", 1) == SKERRY_OK);
	must(memory_commit(&memory, true) == SKERRY_OK);
	must(site_backup_write(&memory, file, false, &written) == SKERRY_OK);
	memory_close(&memory);
	documents_close(&documents);
	original = malloc(BACKUP_MAX);
	fd = open(file, O_RDONLY | O_CLOEXEC);
	must(original != NULL && fd >= 0);
	original_len = (size_t)read(fd, original, BACKUP_MAX);
	must(original_len > BACKUP_FILE_END_LEN && original_len < BACKUP_MAX);
	original_len -= BACKUP_FILE_END_LEN;
	close(fd);
}

/* Each three bytes of the input: where, and what. */
static void
put_changed(const uint8_t *data, size_t size)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	must(fd >= 0 && write(fd, original, original_len) == (ssize_t)original_len);
	for (size_t i = 0; i + 3 <= size && i < 3 * CHANGES_MAX; i += 3) {
		off_t at = (off_t)(((size_t)data[i] << 8 | data[i + 1]) * 97 % original_len);

		must(pwrite(fd, data + i + 2, 1, at) == 1);
	}
	close(fd);
}

/* Behind what was changed an end that says that it is whole, or the reader looks no further. */
static void
end_again(void)
{
	must(backup_file_end(file) == SKERRY_OK);
}

static void
seal_again(void)
{
	uint8_t key[SEAL_KEY_LEN], tables[HASH_LEN];
	struct store_query q;
	struct store *store;

	if (store_open(file, &SITE_SCHEMA, &store) != SKERRY_OK)
		return;
	store_query(store, &q, "SELECT bytes FROM kept_file WHERE name = 'site.key'");
	if (store_step(&q)) {
		struct cbor_bytes bytes = store_bytes(&q, 0);

		seal_key(bytes.data, bytes.len, key);
		if (seal_read_tables(store, tables) == SKERRY_OK)
			seal_write(store, key, tables);
	}
	store_done(&q);
	store_close(store);
}

static int entries;

static int
count_entry(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)path;
	(void)status;
	(void)type;
	entries += where->level == 1;
	return 0;
}

static void
restore(void)
{
	struct site_backup_restored restored;
	struct documents documents;
	struct identity identity;
	struct memory memory;
	const char *own;
	pid_t holder;

	nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
	must(documents_create(folder, &documents, &holder) == SKERRY_OK);
	if (site_backup_restore(&documents, file, &restored) == SKERRY_OK &&
		identity_load(&documents, &identity, &own) == SKERRY_OK &&
		memory_open(&documents, identity.seal_key, true, &memory) == SKERRY_OK) {
		int64_t seq = 0;

		(void)memory_check(&memory, &seq);
		memory_close(&memory);
	}
	documents_close(&documents);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (original == NULL)
		make_original();
	if (size < 1)
		return 0;
	put_changed(data + 1, size - 1);
	if ((data[0] & 1) != 0)
		seal_again();
	end_again();
	restore();
	entries = 0;
	must(nftw(place, count_entry, 8, FTW_PHYS) == 0);
	/* The folder and the backup. */
	must(entries <= 4);
	return 0;
}
