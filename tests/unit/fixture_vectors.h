/* SPDX-License-Identifier: ISC */
#ifndef TESTS_UNIT_FIXTURE_VECTORS_H
#define TESTS_UNIT_FIXTURE_VECTORS_H

/*
 * The standards' test vectors, which nobody in this project made: $SKERRY_VECTORS, or
 * ../shared/vectors beside the project. A missing file fails the test; a missing folder is skipped
 * aloud by fixture_vectors_found.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

enum { FIXTURE_VECTORS_MAX = 256, FIXTURE_DESCRIPTION_MAX = 80 };

/* One test of a .cbor file. */
struct fixture_vector {
	char description[FIXTURE_DESCRIPTION_MAX];
	uint8_t *encoded;
	size_t encoded_len;
};

/* Says "skipped: ..." on standard output when the folder is not there. */
bool fixture_vectors_found(const char *folder);

/* A JSON file of a folder; the caller releases it with json_decref. */
json_t *fixture_vectors_json(const char *folder, const char *file);

/* Names of the folder's files that end in ".json", sorted; returns their number. */
size_t fixture_vectors_files(
	const char *folder, char ret_names[FIXTURE_VECTORS_MAX][FIXTURE_DESCRIPTION_MAX]);

/* The tests of a .cbor file, decoded with libcbor; returns their number. fixture_vectors_free. */
size_t fixture_vectors_cbor(const char *folder, const char *file,
	struct fixture_vector ret_vectors[FIXTURE_VECTORS_MAX]);
void fixture_vectors_free(struct fixture_vector *vectors, size_t vectors_len);

/* A string at the end of a path of keys ("intermediates", "ToBeSign_hex", NULL); fails the test
 * when it is not there. */
const char *fixture_vectors_string(const json_t *json, const char *const *path);

#endif
