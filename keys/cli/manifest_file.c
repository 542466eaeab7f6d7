/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "formats/document.h"
#include "keys/carried.h"
#include "keys/sign.h"
#include "manifest_file.h"

static struct manifest_file *
manifest_file_new(const char *path, bool json, enum command_exit *ret_exit)
{
	struct manifest_file *file = calloc(1, sizeof *file);

	if (file == NULL)
		*ret_exit = command_fail_json(
			&(struct command_failure){ .err = SKERRY_ERR_NO_MEMORY, .subject = path },
			json);
	else
		file->path = path;
	return file;
}

enum skerry_err
manifest_file_set(struct manifest_file *file, const uint8_t *bytes, size_t len, size_t *ret_offset)
{
	enum skerry_err err;

	*ret_offset = 0;
	if (len > MANIFEST_MAX)
		return SKERRY_ERR_DOCUMENT_TOO_LARGE;
	memmove(file->bytes, bytes, len);
	file->len = len;
	err = cose_sign_parse(file->bytes, len, &file->message, ret_offset);
	if (err != SKERRY_OK)
		return err;
	*ret_offset = 0;
	if (!cbor_text_equals(file->message.type, MANIFEST_TYPE))
		return SKERRY_ERR_COSE_TYPE;
	err = manifest_parse(file->message.payload, &file->manifest, ret_offset);
	if (err != SKERRY_OK)
		*ret_offset += file->message.payload_offset;
	return err;
}

/* The one manifest among what was carried. */
static enum skerry_err
pick_manifest(const struct carried *carried, const struct document **ret_found)
{
	if (carried->count > 1)
		return SKERRY_ERR_DOCUMENT_COUNT;
	*ret_found = carried_find(carried, DOCUMENT_MANIFEST);
	return *ret_found == NULL ? SKERRY_ERR_DOCUMENT_KIND : SKERRY_OK;
}

struct manifest_file *
manifest_file_read(const char *path, bool json, enum command_exit *ret_exit)
{
	struct manifest_file *file = manifest_file_new(path, json, ret_exit);
	const struct document *found = NULL;
	struct carried carried;
	size_t offset = 0;
	enum skerry_err err;

	if (file == NULL)
		return NULL;
	errno = 0;
	err = carried_read(path, &carried, &offset);
	if (err == SKERRY_OK) {
		err = pick_manifest(&carried, &found);
		if (err == SKERRY_OK) {
			file->armored = found->carrier != DOCUMENT_BINARY;
			err = manifest_file_set(file, found->bytes.data, found->bytes.len, &offset);
		}
		carried_free(&carried);
		errno = 0;
	}
	if (err != SKERRY_OK) {
		*ret_exit = command_fail_json(
			&(struct command_failure){
				.err = err,
				.subject = path,
				.has_offset = offset != 0,
				.offset = offset,
				.system_errno = err == SKERRY_ERR_IO ? errno : 0,
			},
			json);
		free(file);
		return NULL;
	}
	return file;
}

static enum skerry_err
encode(const struct manifest *claims, struct manifest_file *file)
{
	uint8_t *payload = malloc(2 * MANIFEST_MAX), *bytes;
	size_t payload_len, len, offset;
	struct cbor_writer w;
	enum skerry_err err;

	if (payload == NULL)
		return SKERRY_ERR_NO_MEMORY;
	bytes = payload + MANIFEST_MAX;
	cbor_writer_init(&w, payload, MANIFEST_MAX);
	manifest_write(&w, claims);
	err = cbor_writer_finish(&w, &payload_len);
	if (err == SKERRY_OK)
		err = sign_unsigned(MANIFEST_TYPE, (struct cbor_bytes){ payload, payload_len },
			bytes, MANIFEST_MAX, &len);
	if (err == SKERRY_OK)
		err = manifest_file_set(file, bytes, len, &offset);
	free(payload);
	return err;
}

struct manifest_file *
manifest_file_draft(const char *path, const struct manifest *claims, bool armored, bool json,
	enum command_exit *ret_exit)
{
	struct manifest_file *file = manifest_file_new(path, json, ret_exit);
	enum skerry_err err;

	if (file == NULL)
		return NULL;
	file->armored = armored;
	err = encode(claims, file);
	if (err != SKERRY_OK) {
		*ret_exit = command_fail_json(
			&(struct command_failure){ .err = err,
				.subject = path,
				.message = "These keys and dates make no manifest that a site "
					   "would accept." },
			json);
		free(file);
		return NULL;
	}
	return file;
}

enum command_exit
manifest_file_write(const struct manifest_file *file, bool replace, bool json)
{
	enum skerry_err err;

	errno = 0;
	err = carried_write(
		file->path, DOCUMENT_MANIFEST, file->bytes, file->len, file->armored, replace);
	if (err == SKERRY_OK)
		return COMMAND_YES;
	return command_fail_json(&(struct command_failure){ .err = err,
					 .subject = file->path,
					 .message = command_output_message(err),
					 .advice = command_output_advice(err),
					 .system_errno = err == SKERRY_ERR_IO ? errno : 0 },
		json);
}
