/* SPDX-License-Identifier: ISC */
/* skerry journal: what happened here, whether it is whole, and a copy for the vendor. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon.h"
#include "formats/site_journal.h"
#include "keys/atomic_file.h"

/* As many as one answer of a daemon's surely holds; of more the folder is read. */
enum { DAEMON_ROWS_MAX = 2000 };

static bool
has_journal(const struct site *site, bool json, enum command_exit *ret_exit)
{
	if (site->memory->store != NULL)
		return true;
	*ret_exit = cli_fail_unread(site, json);
	return false;
}

/* --- list ------------------------------------------------------------------------------------ */

static bool
read_number(const char *text, int64_t *ret_number)
{
	char *end;

	if (text[0] < '0' || text[0] > '9' || strlen(text) > 15)
		return false;
	*ret_number = strtoll(text, &end, 10);
	return *end == '\0';
}

/* -1: the last ones. */
static enum command_exit
list(int64_t after, int64_t limit, bool json)
{
	struct show show = cli_show_as(json);
	struct show_failure failure;
	enum command_exit exit;
	struct site site;

	if (!cli_open_site(&site, json, &exit))
		return exit;
	if (!show_journal(&show, &site, after, limit, &exit, &failure))
		exit = cli_fail_shown(&failure, json);
	site_close(&site);
	return exit;
}

enum command_exit
journal_list_run(int argc, char **argv)
{
	const char *after_text = NULL, *limit_text = NULL;
	bool json = false;
	const struct command_option options[] = {
		{ "--after", COMMAND_VALUE, &after_text },
		{ "--limit", COMMAND_VALUE, &limit_text },
		{ "--json", COMMAND_FLAG, &json },
	};
	int64_t after = -1, limit = SHOW_JOURNAL_ROWS;
	struct command_list operands;
	struct daemon_call call;
	enum command_exit exit;

	if (!command_parse(argc, argv, options, 3, 0, 0, &operands))
		return COMMAND_CANNOT_TELL;
	if ((after_text != NULL && !read_number(after_text, &after)) ||
		(limit_text != NULL && !read_number(limit_text, &limit)))
		return command_misuse("--after and --limit take a number");
	daemon_call_begin(&call, "GET", "/v1/journal");
	daemon_call_arg(&call, "after", after_text);
	daemon_call_arg(&call, "limit", limit_text);
	if (limit < 1 || limit > DAEMON_ROWS_MAX || !daemon_tell(&call, json, &exit))
		exit = list(after, limit, json);
	return command_finish(exit);
}

/* --- verify ---------------------------------------------------------------------------------- */

static enum command_exit
tell_check(const struct site *site, enum skerry_err err, int64_t seq, bool json)
{
	struct command_failure failure = { .err = err, .subject = cli_state() };
	struct journal_head head = { .seq = 0 };
	char message[128] = "";
	struct json j;

	journal_read_head(site->memory->store, &head);
	if (err == SKERRY_ERR_AUDIT_CHAIN)
		snprintf(message, sizeof message,
			"Entry %" PRId64 " does not follow from the one before it.", seq);
	failure.message = message[0] == '\0' ? NULL : message;
	failure.advice =
		"It was edited by hand or damaged. Send `skerry journal export` to the vendor; "
		"licenses do not depend on it.";
	if (err != SKERRY_OK) {
		command_fail_json(&failure, json);
		return COMMAND_NO;
	}
	if (!json) {
		printf("Whole: the entries up to %" PRId64 " follow from each other.\n", head.seq);
		return COMMAND_YES;
	}
	json_init(&j, command_sink, stdout);
	json_object_open(&j);
	json_name(&j, "ok");
	json_bool(&j, true);
	json_name(&j, "seq");
	json_int(&j, head.seq);
	json_object_close(&j);
	putchar('\n');
	return COMMAND_YES;
}

enum command_exit
journal_verify_run(int argc, char **argv)
{
	bool json = false;
	const struct command_option options[] = { { "--json", COMMAND_FLAG, &json } };
	struct command_list operands;
	enum command_exit exit;
	struct site site;
	int64_t seq = 0;
	enum skerry_err err;

	if (!command_parse(argc, argv, options, 1, 0, 0, &operands))
		return COMMAND_CANNOT_TELL;
	if (!cli_open_site(&site, json, &exit))
		return exit;
	if (has_journal(&site, json, &exit)) {
		err = memory_check(site.memory, &seq);
		exit = tell_check(&site, err, seq, json);
		/* The next opening makes it anew. */
		if (err == SKERRY_ERR_STORE_DAMAGED)
			site.memory->trouble = err;
	}
	site_close(&site);
	return command_finish(exit);
}

/* --- export ---------------------------------------------------------------------------------- */

/* Grows as it is written; the first failure stays. */
struct output {
	uint8_t *bytes;
	size_t len, room;
	enum skerry_err err;
	uint8_t last[HASH_LEN];
	int64_t last_seq;
};

enum { ITEM_MAX = LOG_CHAIN_ROW_MAX + 64 };

static void
add(struct output *out, const uint8_t *item, size_t item_len)
{
	size_t room = out->room == 0 ? 65536 : out->room * 2;
	uint8_t *more;

	if (out->bytes == NULL || out->room - out->len < item_len) {
		more = realloc(out->bytes, room);
		if (more == NULL) {
			out->err = SKERRY_ERR_NO_MEMORY;
			return;
		}
		out->bytes = more;
		out->room = room;
	}
	memcpy(out->bytes + out->len, item, item_len);
	out->len += item_len;
}

static void
add_item(struct output *out, const struct site_journal_item *item)
{
	uint8_t bytes[ITEM_MAX];
	struct cbor_writer w;
	size_t len;

	if (out->err != SKERRY_OK)
		return;
	cbor_writer_init(&w, bytes, sizeof bytes);
	site_journal_write_item(&w, item);
	out->err = cbor_writer_finish(&w, &len);
	if (out->err == SKERRY_OK)
		add(out, bytes, len);
}

static bool
add_row(void *context, const struct journal_row *row)
{
	struct output *out = context;
	const struct site_journal_item item = { .kind = SITE_JOURNAL_ENTRY,
		.entry = { row->seq, row->moment.settled, row->moment.wall, row->moment.boot,
			row->kind, row->subject, row->detail, row->hash.data } };

	if (row->hash.len != HASH_LEN)
		out->err = SKERRY_ERR_AUDIT_CHAIN;
	add_item(out, &item);
	out->last_seq = row->seq;
	if (out->err == SKERRY_OK)
		memcpy(out->last, row->hash.data, HASH_LEN);
	return out->err == SKERRY_OK;
}

static enum skerry_err
gather(const struct site *site, struct output *out)
{
	const struct site_journal_item header = { .kind = SITE_JOURNAL_HEADER,
		.install_id = cbor_text_from_chars(site->identity.install_id) };
	struct site_journal_item end = { .kind = SITE_JOURNAL_END, .hash = out->last };
	enum skerry_err err;

	add_item(out, &header);
	err = journal_each(site->memory->store, 0, INT64_MAX, add_row, out);
	end.seq = out->last_seq;
	add_item(out, &end);
	return err == SKERRY_OK ? out->err : err;
}

/* A copy that ends before the journal does would look whole. */
static enum command_exit
fail_export(enum skerry_err err, const struct output *out, const char *file)
{
	char message[160];
	const struct command_failure failure = { .err = err,
		.subject = cli_state(),
		.message = message,
		.advice =
			"It was edited by hand or damaged: `skerry journal verify` names the first "
			"such entry. Send the vendor the file site.db instead; licenses do not "
			"depend on it." };

	if (err != SKERRY_ERR_AUDIT_CHAIN)
		return cli_fail(err, file, false);
	snprintf(message, sizeof message,
		"The entry after %" PRId64
		" is none that this program wrote: the journal was not exported.",
		out->last_seq);
	command_fail_json(&failure, false);
	return COMMAND_NO;
}

static enum skerry_err
write_out(const char *file, const struct output *out, bool force)
{
	if (strcmp(file, "-") != 0)
		return atomic_file_write(file, out->bytes, out->len, 0644, force);
	return fwrite(out->bytes, 1, out->len, stdout) == out->len ? SKERRY_OK : SKERRY_ERR_IO;
}

enum command_exit
journal_export_run(int argc, char **argv)
{
	const char *file = NULL;
	bool force = false;
	const struct command_option options[] = {
		{ "--out", COMMAND_VALUE, &file },
		{ "--force", COMMAND_FLAG, &force },
	};
	struct output out = { .err = SKERRY_OK };
	struct command_list operands;
	enum command_exit exit;
	struct site site;
	enum skerry_err err;

	if (!command_parse(argc, argv, options, 2, 0, 0, &operands))
		return COMMAND_CANNOT_TELL;
	if (file == NULL)
		return command_misuse("--out FILE is missing; - is standard output");
	if (!cli_open_site(&site, false, &exit))
		return exit;
	if (has_journal(&site, false, &exit)) {
		err = gather(&site, &out);
		/* The file is the caller's, whoever the folder belongs to. */
		writer_step_out(&site.documents.writer);
		if (err == SKERRY_OK)
			err = write_out(file, &out, force);
		exit = err == SKERRY_OK ? COMMAND_YES : fail_export(err, &out, file);
		writer_step_in(&site.documents.writer);
	}
	free(out.bytes);
	site_close(&site);
	return command_finish(exit);
}
