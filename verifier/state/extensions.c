/* SPDX-License-Identifier: ISC */
#include "extensions.h"

#include <stdio.h>
#include <string.h>

#include "keys/step_chain.h"

void
extension_format(const uint8_t value[STEP_CODE_VALUE_LEN], uint8_t ret_bytes[EXTENSION_LEN])
{
	char code[STEP_CODE_LEN + 1];

	step_code_write(value, code);
	memcpy(ret_bytes, code, STEP_CODE_LEN);
	ret_bytes[STEP_CODE_LEN] = '\n';
}

/* Strictly: a file is no person, and has one form. */
static bool
read_bytes(struct cbor_bytes bytes, uint8_t ret_value[STEP_CODE_VALUE_LEN])
{
	uint8_t value[STEP_CODE_VALUE_LEN], again[EXTENSION_LEN];
	size_t offset;

	if (bytes.len != EXTENSION_LEN || step_code_read((const char *)bytes.data, STEP_CODE_LEN,
						  value, &offset) != SKERRY_OK)
		return false;
	extension_format(value, again);
	if (memcmp(bytes.data, again, sizeof again) != 0)
		return false;
	memcpy(ret_value, value, sizeof value);
	return true;
}

unsigned
extension_step(const struct license *license, struct cbor_bytes bytes)
{
	uint8_t value[STEP_CODE_VALUE_LEN];

	return read_bytes(bytes, value) ? step_chain_find(license, value) : 0;
}

enum skerry_err
extension_load(const struct documents *documents, const char *license_file,
	const struct license *license, unsigned *ret_step)
{
	uint8_t bytes[EXTENSION_LEN], value[STEP_CODE_VALUE_LEN];
	unsigned step;
	enum skerry_err err =
		documents_read_extension(documents, license_file, bytes, sizeof bytes);

	if (err == SKERRY_ERR_FILE_MISSING) {
		*ret_step = 0;
		return SKERRY_OK;
	}
	if (err != SKERRY_OK)
		return err;
	if (!read_bytes((struct cbor_bytes){ bytes, sizeof bytes }, value))
		return SKERRY_ERR_FILE_DAMAGED;
	step = step_chain_find(license, value);
	if (step == 0)
		return SKERRY_ERR_STEP_CODE;
	*ret_step = step;
	return SKERRY_OK;
}

enum skerry_err
extension_recorded(struct store *store, const char *license_file, const struct license *license,
	unsigned *ret_step, uint8_t ret_bytes[EXTENSION_LEN])
{
	char path[DOCUMENTS_PATH_MAX];
	struct store_query q;
	unsigned step = 0;
	enum skerry_err err;

	extension_path(license_file, path);
	store_query(store, &q, "SELECT bytes FROM document WHERE file = ?");
	store_bind_text(&q, path);
	if (store_step(&q)) {
		struct cbor_bytes bytes = store_bytes(&q, 0);

		step = extension_step(license, bytes);
		if (step > 0)
			memcpy(ret_bytes, bytes.data, EXTENSION_LEN);
	}
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_step = step;
	return err;
}

void
extension_path(const char *license_file, char ret_path[DOCUMENTS_PATH_MAX])
{
	char name[DOCUMENTS_NAME_MAX];

	documents_extension_name(license_file, name);
	snprintf(ret_path, DOCUMENTS_PATH_MAX, "licenses/%s", name);
}
