/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomic_file.h"
#include "carried.h"
#include "formats/armor.h"
#include "untrusted_file.h"

enum skerry_err
carried_read(const char *path, struct carried *ret_carried, size_t *ret_offset)
{
	struct carried carried = { .count = 0 };
	size_t len;
	enum skerry_err err;

	*ret_offset = 0;
	if (strcmp(path, "-") == 0)
		err = untrusted_file_read_stdin(DOCUMENT_MAX, &carried.memory, &len);
	else
		err = untrusted_file_read(path, DOCUMENT_MAX, &carried.memory, &len);
	if (err != SKERRY_OK)
		return err;
	err = document_unwrap(carried.memory, len, carried.documents, &carried.count, ret_offset);
	if (err != SKERRY_OK) {
		free(carried.memory);
		return err;
	}
	*ret_carried = carried;
	return SKERRY_OK;
}

void
carried_free(struct carried *carried)
{
	free(carried->memory);
	*carried = (struct carried){ .count = 0 };
}

const struct document *
carried_find(const struct carried *carried, enum document_kind kind)
{
	for (size_t i = 0; i < carried->count; i++)
		if (carried->documents[i].kind == kind)
			return &carried->documents[i];
	return NULL;
}

static enum skerry_err
write_out(const char *path, const uint8_t *bytes, size_t bytes_len, bool replace)
{
	if (strcmp(path, "-") != 0)
		return atomic_file_write(path, bytes, bytes_len, 0644, replace);
	if (fwrite(bytes, 1, bytes_len, stdout) != bytes_len || fflush(stdout) != 0)
		return SKERRY_ERR_IO;
	return SKERRY_OK;
}

enum skerry_err
carried_write(const char *path, enum document_kind kind, const uint8_t *bytes, size_t bytes_len,
	bool armored, bool replace)
{
	char *text;
	size_t text_len;
	int first_errno;
	enum skerry_err err;

	if (!armored)
		return write_out(path, bytes, bytes_len, replace);
	text = malloc(ARMOR_TEXT_MAX(bytes_len));
	if (text == NULL)
		return SKERRY_ERR_NO_MEMORY;
	armor_write(document_armor_label(kind), bytes, bytes_len, text, &text_len);
	err = write_out(path, (const uint8_t *)text, text_len, replace);
	first_errno = errno;
	free(text);
	errno = first_errno;
	return err;
}
