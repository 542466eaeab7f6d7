/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <string.h>

#include "courier.h"
#include "listing.h"
#include "verifier/exchange/stick.h"
#include "verifier/first_verdict.h"

struct meeting {
	struct courier *courier;
	struct log *log;
	bool took, broken; /* something was taken in; it has to be met again, whatever is there */
	size_t more;       /* refusals that are not told one by one */
};

/* --- what is told ---------------------------------------------------------------------------- */

static size_t
room_for(const struct stick_line *line)
{
	return line->found == MAILBAG_DOCUMENT || line->found == MAILBAG_SECRET ||
			       line->found == MAILBAG_TOO_MANY
		       ? COURIER_TOLD_MAX
		       : COURIER_RUBBISH_MAX;
}

/* Not again of a file that is the same as it was then, and not of too many. */
static bool
is_news(struct meeting *meeting, const struct stick_line *line)
{
	struct courier *courier = meeting->courier;
	uint64_t file = listing_of_file(courier->path, line->shown);

	file = file * 31 + (uint64_t)line->err * 64 + (uint64_t)line->found;
	for (size_t i = 0; i < courier->told_len; i++)
		if (courier->told[i].file == file) {
			courier->told[i].there = true;
			return false;
		}
	if (courier->told_len >= room_for(line)) {
		meeting->more++;
		return false;
	}
	courier->told[courier->told_len].file = file;
	courier->told[courier->told_len++].there = true;
	return true;
}

/* Half-written ones, and what programs that copy call them meanwhile. */
static bool
is_nobodys(const struct stick_line *line)
{
	return line->found == MAILBAG_LEFTOVER || line->found == MAILBAG_SUBFOLDER ||
	       line->shown[0] == '.' ||
	       (line->kind == DOCUMENT_REQUEST && line->err == SKERRY_ERR_OTHER_SITE);
}

static void
tell_refused(struct meeting *meeting, const struct stick_line *line)
{
	bool document = line->found == MAILBAG_DOCUMENT;
	const char *advice = document ? skerry_err_advice(line->err) : "";

	if (is_nobodys(line) || !is_news(meeting, line))
		return;
	log_event(meeting->log, LOG_ERRORS, "refused", "from", meeting->courier->path, "file",
		line->shown, "kind", document ? document_kind_name(line->kind) : NULL, "error",
		document ? skerry_err_name(line->err) : mailbag_found_name(line->found), "message",
		document ? skerry_strerror(line->err) : mailbag_found_text(line->found), "advice",
		advice[0] == '\0' ? NULL : advice, NULL);
}

/* Who fills the folder with rubbish, or writes to it all day, fills neither memory nor log. */
static void
tell_more(const struct meeting *meeting, int64_t now_ms)
{
	struct courier *courier = meeting->courier;
	char files[LOG_NUMBER_MAX];

	if (meeting->more == 0 || meeting->more == courier->more || now_ms < courier->more_ms)
		return;
	courier->more = meeting->more;
	courier->more_ms = now_ms + COURIER_HOUR_MS;
	log_event(meeting->log, LOG_ERRORS, "refused_more", "from", courier->path, "files",
		log_number((long long)meeting->more, files), "message",
		"So many more files are refused, and are not told one by one.", "advice",
		"Take out of the folder what is not Skerry's.", NULL);
}

/* Once an hour, after all that is there was seen. */
static void
forget_gone(struct courier *courier, int64_t now_ms)
{
	size_t kept = 0;

	if (now_ms < courier->forget_ms)
		return;
	courier->forget_ms = now_ms + COURIER_HOUR_MS;
	for (size_t i = 0; i < courier->told_len; i++)
		if (courier->told[i].there)
			courier->told[kept++] = courier->told[i];
	courier->told_len = kept;
}

static const char *
deed_name(enum stick_deed deed)
{
	return deed == STICK_TAKEN ? "taken" : deed == STICK_LEFT ? "left" : "removed";
}

static void
tell_line(void *context, const struct stick_line *line)
{
	struct meeting *meeting = context;
	char number[LOG_NUMBER_MAX];

	if (line->deed == STICK_SKIPPED)
		tell_refused(meeting, line);
	else if (line->deed != STICK_NOTHING && line->deed != STICK_STAYS)
		log_event(meeting->log, LOG_CHANGES, deed_name(line->deed),
			line->deed == STICK_LEFT ? "at" : "from", meeting->courier->path, "file",
			line->shown, "kind", document_kind_name(line->kind), "number",
			line->number != 0 ? log_number((long long)line->number, number) : NULL,
			NULL);
}

/* Once, until it is another one or none. */
static void
tell_failed(struct courier *courier, enum skerry_err err, struct log *log)
{
	int number = errno;

	if (err != SKERRY_OK && err != courier->err)
		log_event(log, LOG_ERRORS, courier->stick ? "stick_failed" : "drop_failed", "path",
			courier->path, "error", skerry_err_name(err), "message",
			skerry_strerror(err), "system",
			err == SKERRY_ERR_IO ? strerror(number) : NULL, "advice",
			err == SKERRY_ERR_FILE_PERMISSION && courier->stick
				? "Mount it so that skerryd's user may write; one that is new in "
				  "the configuration may need a restart."
			: courier->stick ? "Plug it in again: nothing is lost, and nothing is done "
					   "twice."
					 : "Make the folder, and let the user of skerryd read it.",
			NULL);
	courier->err = err;
}

static void
tell_met(const struct courier *courier, const struct stick_result *result, struct log *log)
{
	char taken[LOG_NUMBER_MAX], left[LOG_NUMBER_MAX], skipped[LOG_NUMBER_MAX];

	if (!courier->stick && result->taken == 0)
		return;
	log_event(log, LOG_CHANGES, "met", "path", courier->path, "taken",
		log_number((long long)result->taken, taken), "left",
		log_number((long long)result->left, left), "skipped",
		log_number((long long)result->skipped, skipped), "pull",
		courier->stick ? result->finished == SKERRY_OK ? "yes" : "no" : NULL, NULL);
}

/* --- meeting --------------------------------------------------------------------------------- */

/* What kept a request from being left is worth a word; that it waits already is none. */
static enum skerry_err
worst_of(const struct courier *courier, const struct stick_result *result)
{
	if (result->looking != SKERRY_OK)
		return result->looking;
	if (result->finished != SKERRY_OK)
		return result->finished;
	if (!courier->stick)
		return SKERRY_OK;
	if (result->making != SKERRY_OK && result->making != SKERRY_ERR_REQUEST_WAITS)
		return result->making;
	return result->writing;
}

static enum skerry_err
meet_once(struct meeting *meeting, struct site *site, const struct stick_visit *wish,
	struct keeper_met *met)
{
	struct courier *courier = meeting->courier;
	struct stick_visit visit = *wish;
	struct stick_result result;
	enum skerry_err err;

	visit.wish.kind = REQUEST_HEARTBEAT;
	visit.tell = tell_line;
	visit.context = meeting;
	errno = 0;
	err = stick_exchange(site, courier->path, &visit, &result);
	met->visits++;
	met->taken += result.taken;
	met->left += result.left;
	met->skipped += result.skipped;
	meeting->took = meeting->took || result.taken > 0;
	meeting->broken = meeting->broken || (err != SKERRY_OK && result.opened) ||
			  result.looking != SKERRY_OK || result.finished != SKERRY_OK;
	if (err != SKERRY_OK)
		return err;
	tell_met(courier, &result, meeting->log);
	return worst_of(courier, &result);
}

/* Into a drop folder somebody may put files, or a stick's whole folder, or the vendor's desk its answers. */
static enum skerry_err
meet_drop(struct meeting *meeting, struct site *site, struct keeper_met *met)
{
	static const struct stick_visit BARE = { .only_take = true, .bare = true };
	static const struct stick_visit INNER = { .only_take = true };
	enum skerry_err err = meet_once(meeting, site, &BARE, met), inner;

	if (err != SKERRY_OK)
		return err;
	inner = meet_once(meeting, site, &INNER, met);
	return inner == SKERRY_ERR_FILE_MISSING ? SKERRY_OK : inner;
}

bool
courier_meet(struct courier *courier, struct site *site, struct log *log, struct keeper_met *met,
	int64_t now_ms)
{
	static const struct stick_visit BOTH_WAYS = { .only_take = false };
	struct meeting meeting = { .courier = courier, .log = log };
	uint64_t before = courier->seen, after = 0;
	enum skerry_err err;

	for (size_t i = 0; i < courier->told_len; i++)
		courier->told[i].there = false;
	err = courier->stick ? meet_once(&meeting, site, &BOTH_WAYS, met)
			     : meet_drop(&meeting, site, met);
	tell_more(&meeting, now_ms);
	if (err == SKERRY_OK && !meeting.broken)
		forget_gone(courier, now_ms);
	if (meeting.took)
		first_verdict_record(site);
	met->failed += err != SKERRY_OK;
	tell_failed(courier, err, log);
	/* On a stick it is also this daemon who has changed something. */
	if (courier->stick && listing_read(courier->path, &after))
		before = after;
	courier->met = before;
	courier->known = !meeting.broken;
	return meeting.took;
}

void
courier_put_off(struct courier *courier, enum skerry_err err, struct log *log, int64_t now_ms)
{
	tell_failed(courier, err, log);
	courier->known = false;
	courier->due_ms = now_ms + COURIER_PATIENCE_MS;
}
