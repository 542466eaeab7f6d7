/* SPDX-License-Identifier: ISC */
#include "license_out.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/armor.h"
#include "formats/document.h"
#include "issuer/desk/manifests.h"
#include "session.h"

struct text {
	char *chars;
	size_t len;
	enum skerry_err err;
};

static void
add_block(struct text *text, enum document_kind kind, const uint8_t *bytes, size_t bytes_len)
{
	size_t block_len;
	char *chars;

	if (text->err != SKERRY_OK)
		return;
	chars = realloc(text->chars, text->len + ARMOR_TEXT_MAX(bytes_len));
	if (chars == NULL) {
		text->err = SKERRY_ERR_NO_MEMORY;
		return;
	}
	text->chars = chars;
	armor_write(document_armor_label(kind), bytes, bytes_len, chars + text->len, &block_len);
	text->len += block_len;
}

static void
add_manifest(void *text, uint64_t version, struct cbor_bytes bytes)
{
	(void)version;
	add_block(text, DOCUMENT_MANIFEST, bytes.data, bytes.len);
}

enum skerry_err
license_out_compose(struct desk *desk, const struct issued *issued, const struct license_out *out,
	uint8_t **ret_bytes, size_t *ret_len)
{
	struct text text = { NULL, 0, SKERRY_OK };
	enum skerry_err err = SKERRY_OK;

	if (!out->armor && !out->with_manifest) {
		text.chars = malloc(issued->len);
		if (text.chars == NULL)
			return SKERRY_ERR_NO_MEMORY;
		memcpy(text.chars, issued->bytes, issued->len);
		text.len = issued->len;
	} else {
		add_block(&text, DOCUMENT_LICENSE, issued->bytes, issued->len);
		if (out->with_manifest)
			err = manifests_each(desk, add_manifest, &text);
		if (err == SKERRY_OK)
			err = text.err;
	}
	if (err != SKERRY_OK) {
		free(text.chars);
		return err;
	}
	*ret_bytes = (uint8_t *)text.chars;
	*ret_len = text.len;
	return SKERRY_OK;
}

/* Standard output needs no room; what is not staged goes there. */
static enum skerry_err
stage(const struct license_out *out, size_t len, struct atomic_file *ret_staged)
{
	if (strcmp(out->path, "-") == 0)
		return SKERRY_OK;
	return atomic_file_stage(out->path, len, 0644, out->force, ret_staged);
}

static enum skerry_err
keep(struct atomic_file *staged, const uint8_t *bytes, size_t len)
{
	if (staged->staged)
		return atomic_file_keep(staged, bytes);
	return fwrite(bytes, 1, len, stdout) == len && fflush(stdout) == 0 ? SKERRY_OK
									   : SKERRY_ERR_IO;
}

enum skerry_err
license_out_stage(struct desk *desk, const struct issued *issued, const struct license_out *out,
	struct license_staged *ret_staged)
{
	struct license_staged staged = { .bytes = NULL };
	enum skerry_err err = license_out_compose(desk, issued, out, &staged.bytes, &staged.len);

	if (err == SKERRY_OK)
		err = stage(out, staged.len, &staged.file);
	if (err == SKERRY_ERR_FILE_EXISTS)
		desk_refuse(desk, err, out->path, "Take another name, or add --force.");
	else if (err != SKERRY_OK)
		session_refuse_output(desk, err, out->path);
	if (err == SKERRY_OK)
		*ret_staged = staged;
	else
		license_out_drop(&staged);
	return err;
}

enum skerry_err
license_out_finish(struct desk *desk, const struct issued *issued, const struct license_out *out,
	struct license_staged *staged, bool *ret_recorded)
{
	enum skerry_err err = desk_commit(desk);

	*ret_recorded = desk->committed;
	if (err == SKERRY_OK) {
		err = keep(&staged->file, staged->bytes, staged->len);
		if (err != SKERRY_OK)
			desk_refuse(desk, err, out->path,
				"License %s is recorded, its file could not be written: issue it "
				"again, which takes no further activation.",
				issued->license_id);
	}
	license_out_drop(staged);
	return err;
}

void
license_out_drop(struct license_staged *staged)
{
	int saved = errno;

	atomic_file_drop(&staged->file);
	free(staged->bytes);
	staged->bytes = NULL;
	errno = saved;
}

enum skerry_err
license_out_commit(struct desk *desk, const struct issued *issued, const struct license_out *out,
	bool *ret_recorded)
{
	struct license_staged staged;
	enum skerry_err err = license_out_stage(desk, issued, out, &staged);

	*ret_recorded = false;
	return err == SKERRY_OK ? license_out_finish(desk, issued, out, &staged, ret_recorded)
				: err;
}
