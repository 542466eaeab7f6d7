/* SPDX-License-Identifier: ISC */
#include "tests/unit/fixture_vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cbor.h> /* libcbor, which shares names with formats/cbor.h: only here */
#include <cmocka.h>

enum { PATH_MAX_LEN = 1024, FILE_MAX_LEN = 1 << 20 };

static void
vectors_path(const char *folder, const char *file, char ret_path[PATH_MAX_LEN])
{
	const char *root = getenv("SKERRY_VECTORS");
	int len;

	if (root == NULL || root[0] == '\0')
		root = "../shared/vectors";
	len = snprintf(ret_path, PATH_MAX_LEN, "%s/%s/%s", root, folder, file);
	assert_in_range(len, 1, PATH_MAX_LEN - 1);
}

bool
fixture_vectors_found(const char *folder)
{
	char path[PATH_MAX_LEN];
	struct stat status;

	vectors_path(folder, ".", path);
	if (stat(path, &status) == 0)
		return true;
	path[strlen(path) - 2] = '\0'; /* the folder's name without "/." */
	printf("skipped: %s not found\n", path);
	return false;
}

json_t *
fixture_vectors_json(const char *folder, const char *file)
{
	char path[PATH_MAX_LEN];
	json_error_t error;
	json_t *json;

	vectors_path(folder, file, path);
	json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (json == NULL)
		print_message("%s: %s\n", path, error.text);
	assert_non_null(json);
	return json;
}

static int
is_json(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot != NULL && strcmp(dot, ".json") == 0;
}

size_t
fixture_vectors_files(
	const char *folder, char ret_names[FIXTURE_VECTORS_MAX][FIXTURE_DESCRIPTION_MAX])
{
	char path[PATH_MAX_LEN];
	struct dirent **entries;
	int found;

	vectors_path(folder, ".", path);
	found = scandir(path, &entries, is_json, alphasort);
	assert_in_range(found, 1, FIXTURE_VECTORS_MAX);
	for (int i = 0; i < found; i++) {
		assert_true(strlen(entries[i]->d_name) < FIXTURE_DESCRIPTION_MAX);
		strcpy(ret_names[i], entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return (size_t)found;
}

const char *
fixture_vectors_string(const json_t *json, const char *const *path)
{
	for (; *path != NULL; path++)
		json = json_object_get(json, *path);
	assert_true(json_is_string(json));
	return json_string_value(json);
}

/* The value of a text key in a map of libcbor's. */
static cbor_item_t *
value_of(const cbor_item_t *map, const char *key)
{
	assert_true(cbor_isa_map(map));
	for (size_t i = 0; i < cbor_map_size(map); i++) {
		cbor_item_t *name = cbor_map_handle(map)[i].key;

		if (cbor_isa_string(name) && cbor_string_length(name) == strlen(key) &&
			memcmp(cbor_string_handle(name), key, strlen(key)) == 0)
			return cbor_map_handle(map)[i].value;
	}
	fail_msg("the vector has no \"%s\"", key);
	return NULL;
}

static void
take_vector(const cbor_item_t *test, struct fixture_vector *ret_vector)
{
	cbor_item_t *description = value_of(test, "description");
	cbor_item_t *encoded = value_of(test, "encoded");
	size_t len = cbor_string_length(description);

	assert_true(cbor_isa_bytestring(encoded));
	assert_true(len < sizeof ret_vector->description);
	memcpy(ret_vector->description, cbor_string_handle(description), len);
	ret_vector->description[len] = '\0';
	ret_vector->encoded_len = cbor_bytestring_length(encoded);
	ret_vector->encoded = malloc(ret_vector->encoded_len + 1);
	assert_non_null(ret_vector->encoded);
	memcpy(ret_vector->encoded, cbor_bytestring_handle(encoded), ret_vector->encoded_len);
}

static size_t
read_file(const char *path, uint8_t ret_bytes[FILE_MAX_LEN])
{
	FILE *file = fopen(path, "rb");
	size_t len;

	assert_non_null(file);
	len = fread(ret_bytes, 1, FILE_MAX_LEN, file);
	assert_int_equal(ferror(file), 0);
	assert_true(len < FILE_MAX_LEN);
	fclose(file);
	return len;
}

size_t
fixture_vectors_cbor(const char *folder, const char *file,
	struct fixture_vector ret_vectors[FIXTURE_VECTORS_MAX])
{
	static uint8_t bytes[FILE_MAX_LEN];
	char path[PATH_MAX_LEN];
	struct cbor_load_result result;
	cbor_item_t *root, *tests;
	size_t vectors_len;

	vectors_path(folder, file, path);
	root = cbor_load(bytes, read_file(path, bytes), &result);
	assert_non_null(root);
	tests = value_of(root, "tests");
	assert_true(cbor_isa_array(tests));
	vectors_len = cbor_array_size(tests);
	assert_in_range(vectors_len, 1, FIXTURE_VECTORS_MAX);
	for (size_t i = 0; i < vectors_len; i++)
		take_vector(cbor_array_handle(tests)[i], &ret_vectors[i]);
	cbor_decref(&root);
	return vectors_len;
}

void
fixture_vectors_free(struct fixture_vector *vectors, size_t vectors_len)
{
	for (size_t i = 0; i < vectors_len; i++)
		free(vectors[i].encoded);
}
