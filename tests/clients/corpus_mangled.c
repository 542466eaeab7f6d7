/* SPDX-License-Identifier: ISC */
/* What mail programs, word processors and people do to a license: tests/corpus/armor, case by case. */
#include "corpus.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/fixture_hex.h"

enum { ROOM = 1 << 14, LICENSE_LEN = 523 /* make.sh counts on its lines of base64 */ };

static size_t
load(const char *folder, const char *name, uint8_t bytes[ROOM])
{
	char path[4096];
	FILE *file;
	size_t len;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "rb");
	if (file == NULL) {
		fprintf(stderr, "corpus: %s: %s\n", path, strerror(errno));
		exit(2);
	}
	len = fread(bytes, 1, ROOM, file);
	assert_in_range(len, 0, ROOM - 1);
	fclose(file);
	return len;
}

/* The files there are genuine, so that a character read wrongly is told from one read well. */
static void
assert_made_of(const char *armor_folder, const char *name, struct cbor_bytes bytes)
{
	uint8_t had[ROOM];
	size_t len = load(armor_folder, name, had);

	if (len == bytes.len && memcmp(had, bytes.data, len) == 0)
		return;
	corpus_file(name, bytes);
	fprintf(stderr, "corpus: %s/%s is not %s.manifest: put that there and run make.sh\n",
		armor_folder, name, name);
	exit(2);
}

static struct cbor_bytes
sign_license(void)
{
	static char licensee[LICENSE_LEN];
	struct license license;
	struct cbor_bytes bytes;

	hotel_license_unbound(&license);
	memcpy(licensee, "Grand Hotel ", sizeof "Grand Hotel ");
	do {
		license.licensee = fixture_text(licensee);
		bytes = corpus_sign(&license);
		licensee[strlen(licensee)] = '>';
	} while (bytes.len < LICENSE_LEN);
	assert_int_equal(bytes.len, LICENSE_LEN);
	return bytes;
}

static int
is_shown(const struct dirent *entry)
{
	return *entry->d_name != '.';
}

static int
by_bytes(const struct dirent **left, const struct dirent **right)
{
	return strcmp((*left)->d_name, (*right)->d_name);
}

static void
add_folder(const char *armor_folder, const char *folder, const char *prefix)
{
	char path[4096];
	struct dirent **entries;
	int entries_len;

	snprintf(path, sizeof path, "%s/%s", armor_folder, folder);
	entries_len = scandir(path, &entries, is_shown, by_bytes);
	assert_in_range(entries_len, 1, 1000);
	for (int i = 0; i < entries_len; i++) {
		uint8_t bytes[ROOM];
		size_t len = load(path, entries[i]->d_name, bytes);

		corpus_add(&(struct corpus_case){
			.name = corpus_name("%s-%s", prefix, entries[i]->d_name),
			.license = { bytes, len } });
		free(entries[i]);
	}
	free(entries);
}

void
corpus_mangled(const char *armor_folder)
{
	static struct manifest manifest;

	ceremony_manifest(&manifest, 1, 3, 2);
	assert_made_of(armor_folder, "license.bin", sign_license());
	assert_made_of(armor_folder, "manifest.bin",
		corpus_sign_manifest(&manifest, (const uint8_t[]){ 1, 2, 0 }));
	add_folder(armor_folder, "read", "mangled");
	add_folder(armor_folder, "refused", "mangled-refused");
}
