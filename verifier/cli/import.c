/* SPDX-License-Identifier: ISC */
/* skerry import: documents that the vendor sent, each with its result. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "keys/untrusted_file.h"
#include "told.h"
#include "verifier/show/deeds.h"

enum { WAIT_MS = 60000 }; /* a bundle of any size is read whole on the way */

/* What is common to all files of a command that works on the folder. */
struct importing {
	struct show show;
	struct show_import import;
	struct site site;
	bool open;
};

/* --- a file ---------------------------------------------------------------------------------- */

/* Opened or read as who runs this; the bytes of what can only be read once. */
static enum skerry_err
open_carrier(const char *name, struct show_carrier *ret_carrier)
{
	struct show_carrier carrier = { .name = name, .file = -1 };
	enum skerry_err err;

	errno = 0;
	if (strcmp(name, "-") == 0)
		err = untrusted_file_read_stdin(DOCUMENT_MAX, &carrier.bytes, &carrier.len);
	else
		err = untrusted_file_open(name, &carrier.file, &carrier.size);
	if (err == SKERRY_OK)
		*ret_carrier = carrier;
	return err;
}

static void
close_carrier(struct show_carrier *carrier)
{
	if (carrier->file >= 0)
		close(carrier->file);
	untrusted_file_free_secret(carrier->bytes, 0);
}

/* --- with the folder ------------------------------------------------------------------------- */

static bool
open_site(struct importing *importing, bool json, enum command_exit *ret_exit)
{
	if (!importing->open)
		importing->open = cli_open_site_to_write(&importing->site, json, ret_exit);
	return importing->open;
}

static void
close_site(struct importing *importing)
{
	if (importing->open)
		site_close(&importing->site);
	importing->open = false;
}

/* The same in between, where the JSON has begun. */
static bool
open_site_again(struct importing *importing)
{
	enum command_exit exit;
	bool open = open_site(importing, false, &exit);

	if (!open && exit > importing->import.exit)
		importing->import.exit = exit;
	return open;
}

static bool
reopen(void *context, struct site *site)
{
	struct importing *importing = context;
	enum command_exit ignored;

	close_site(importing);
	importing->open = cli_open_site(site, false, &ignored);
	return importing->open;
}

/*
 * As who runs this, and not as the folder's owner: that one may not be able to read it. Nobody is kept
 * from the site while somebody types.
 */
static enum skerry_err
open_as_self(struct importing *importing, const char *name, struct show_carrier *ret_carrier)
{
	const struct writer *writer = &importing->site.documents.writer;
	enum skerry_err err, back;

	if (strcmp(name, "-") == 0)
		close_site(importing);
	if (!importing->open)
		return open_carrier(name, ret_carrier);
	err = writer_step_out(writer);
	if (err == SKERRY_OK)
		err = open_carrier(name, ret_carrier);
	back = writer_step_in(writer);
	/* Who cannot become the owner again begins anew. */
	if (back != SKERRY_OK)
		close_site(importing);
	return err;
}

static void
import_file(struct importing *importing, const char *name)
{
	struct command_failure failure;
	struct show_carrier carrier;
	enum skerry_err err = open_as_self(importing, name, &carrier);

	if (err != SKERRY_OK) {
		failure = failure_of(err, name, 0);
		show_import_refused(&importing->import, NULL, &failure);
		return;
	}
	if (open_site_again(importing) &&
		!show_import_carrier(&importing->import, &importing->site, &carrier))
		close_site(importing);
	close_carrier(&carrier);
}

static enum command_exit
with_folder(const struct command_list *files, bool json)
{
	struct importing importing = { .show = cli_show_as(json) };
	struct show_import *import = &importing.import;
	enum command_exit exit;

	import->show = &importing.show;
	import->reopen = reopen;
	import->context = &importing;
	/* Without a site nothing is read, and the reason is told once. */
	if (!open_site(&importing, json, &exit))
		return exit;
	show_import_begin(import, &importing.site);
	for (size_t i = 0; i < files->len; i++)
		import_file(&importing, files->values[i]);
	if (!importing.open)
		reopen(&importing, &importing.site);
	show_import_end(import, importing.open ? &importing.site : NULL);
	close_site(&importing);
	return import->exit;
}

/* --- through the daemon ---------------------------------------------------------------------- */

/* What was told so far of all files. */
struct posting {
	bool json, begun, started; /* the daemon has answered; the array has an element */
	enum command_exit exit;
};

/* The elements of an array, behind those that stand already. */
static void
join_array(struct posting *posting, struct cbor_text array)
{
	while (array.len > 0 && array.chars[array.len - 1] == '\n')
		array.len--;
	if (array.len < 2 || array.chars[0] != '[' || array.chars[array.len - 1] != ']')
		return;
	if (array.len > 2 && posting->started)
		putchar(',');
	posting->started |= array.len > 2;
	command_sink(stdout, array.chars + 1, array.len - 2);
}

static void
begin(struct posting *posting)
{
	if (!posting->begun && posting->json)
		fputs("{\"documents\":[", stdout);
	posting->begun = true;
}

static void
note_exit(struct posting *posting, enum command_exit exit)
{
	if (exit > posting->exit)
		posting->exit = exit;
}

/* One that this user cannot read, as the folder's way tells it. */
static void
refuse_unread(struct posting *posting, const char *name, enum skerry_err err)
{
	const struct command_failure failure = failure_of(err, name, 0);
	struct show show = cli_show_as(posting->json);
	struct show_import import = { .show = &show, .bare = true };
	char *text = NULL;
	size_t len = 0;

	note_exit(posting, command_exit_of(err));
	show.out = open_memstream(&text, &len);
	if (show.out == NULL)
		return;
	show_import_begin(&import, NULL);
	show_import_refused(&import, NULL, &failure);
	show_import_end(&import, NULL);
	if (fclose(show.out) == 0 && posting->json)
		join_array(posting, (struct cbor_text){ text, len });
	free(text);
}

static enum daemon_answer
post(struct posting *posting, const char *name, const struct show_carrier *carrier, bool more,
	enum command_exit *ret_exit)
{
	struct daemon_call call;
	enum daemon_answer answer;
	struct told told;

	daemon_call_begin(&call, "POST", "/v1/import");
	daemon_call_arg(&call, "name", name);
	daemon_call_arg(&call, "more", more ? "1" : NULL);
	call.content_type = "application/octet-stream";
	call.body = carrier->bytes;
	call.body_len = carrier->bytes != NULL ? carrier->len : (size_t)carrier->size;
	call.file = carrier->file;
	call.wait_ms = WAIT_MS;
	/* Once the JSON has begun, a failure is told in words: it is the command's, not a document's. */
	answer = told_ask(&call, posting->json, !posting->begun && posting->json, &told, ret_exit);
	if (answer != DAEMON_ANSWERED)
		return answer;
	begin(posting);
	note_exit(posting, *ret_exit);
	if (posting->json)
		join_array(posting, told.out);
	else
		command_sink(stdout, told.out.chars, told.out.len);
	command_sink(stderr, told.notes.chars, told.notes.len);
	told_free(&told);
	return DAEMON_ANSWERED;
}

/* False: no daemon, and nothing was told. */
static bool
through_daemon(const struct command_list *files, bool json, enum command_exit *ret_exit)
{
	struct posting posting = { .json = json };
	struct show_carrier carrier;
	enum daemon_answer answer;
	enum command_exit exit;

	/* Asked first: standard input can only be read once. */
	if (!daemon_listens())
		return false;
	for (size_t i = 0; i < files->len; i++) {
		enum skerry_err err = open_carrier(files->values[i], &carrier);

		if (err != SKERRY_OK) {
			begin(&posting);
			refuse_unread(&posting, files->values[i], err);
			continue;
		}
		answer = post(&posting, files->values[i], &carrier, i + 1 < files->len, &exit);
		close_carrier(&carrier);
		if (answer != DAEMON_ANSWERED && !posting.begun) {
			*ret_exit = exit;
			return answer == DAEMON_REFUSED;
		}
		if (answer != DAEMON_ANSWERED)
			note_exit(&posting, COMMAND_CANNOT_TELL);
	}
	if (json)
		printf("],\"ok\":%s}\n", posting.exit == COMMAND_YES ? "true" : "false");
	*ret_exit = posting.exit;
	return true;
}

enum command_exit
import_run(int argc, char **argv)
{
	bool json = false;
	const struct command_option options[] = { { "--json", COMMAND_FLAG, &json } };
	struct command_list files;
	enum command_exit exit;

	if (!command_parse(argc, argv, options, 1, 1, COMMAND_LIST_MAX, &files))
		return COMMAND_CANNOT_TELL;
	if (!through_daemon(&files, json, &exit))
		exit = with_folder(&files, json);
	return command_finish(exit);
}
