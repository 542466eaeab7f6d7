/* SPDX-License-Identifier: ISC */
/* What is told beside an answer, and both in one for who has two streams to write to. */
#include <string.h>

#include "deeds.h"

#include "formats/member.h"

/* Whoever works for it: in the words of the program that was called. */
#define PROGRAM "skerry"

void
show_note(const struct show *show, const struct command_failure *failure)
{
	if (show->notes != NULL)
		command_fail_on(show->notes, PROGRAM, failure);
}

void
show_unused(const struct show *show, const struct site *site)
{
	for (size_t i = 0; i < site->unused_len && show->notes != NULL; i++) {
		const struct site_unused *unused = &site->unused[i];

		command_print_safe(show->notes, show->folder, strlen(show->folder));
		fputc('/', show->notes);
		command_print_safe(show->notes, unused->file, strlen(unused->file));
		fprintf(show->notes, " was not used: %s [%s]\n", skerry_strerror(unused->err),
			skerry_err_name(unused->err));
	}
}

void
show_told(FILE *ret, const char *out, size_t out_len, const char *notes, size_t notes_len)
{
	struct json j;

	json_init(&j, command_sink, ret);
	json_object_open(&j);
	member_text(&j, "out", (struct cbor_text){ out_len == 0 ? "" : out, out_len });
	member_text(&j, "notes", (struct cbor_text){ notes_len == 0 ? "" : notes, notes_len });
	json_object_close(&j);
	fputc('\n', ret);
}
