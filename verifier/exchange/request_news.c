/* SPDX-License-Identifier: ISC */
#include "request_news.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verifier/state/reached.h"
#include "verifier/state/vendor_marks.h"

static int64_t
within_time(int64_t at)
{
	return at < 0 ? 0 : at > LICENSE_TIME_MAX ? LICENSE_TIME_MAX : at;
}

/* --- what the customer lets go out ----------------------------------------------------------- */

static enum skerry_err
add_telemetry(void *context, const struct telemetry *telemetry)
{
	struct request_gathered *gathered = context;
	struct request *request = &gathered->request;
	struct request_named *named;
	struct telemetry *kept;
	size_t at = request->telemetry_len;

	if (at == REQUEST_NAMES_MAX)
		return SKERRY_OK;
	kept = &gathered->telemetry[at];
	*kept = *telemetry;
	/* The order of a CBOR map: shorter names first. */
	for (; at > 0 && cbor_text_order(request->telemetry[at - 1].name,
				 cbor_text_from_chars(kept->name)) > 0;
		at--)
		request->telemetry[at] = request->telemetry[at - 1];
	named = &request->telemetry[at];
	*named = (struct request_named){ .name = cbor_text_from_chars(kept->name),
		.is_text = !kept->value.is_number };
	if (named->is_text)
		named->text = cbor_text_from_chars(kept->value.text);
	else
		named->number = kept->value.number;
	request->telemetry_len++;
	return SKERRY_OK;
}

/* What the license counts by, so the customer is not asked: a number of seats, and nobody's name. */
static void
add_usage(const struct site *site, struct request_gathered *gathered)
{
	struct request *request = &gathered->request;
	size_t len = seats_usage_read(site->memory->documents.directory, gathered->usage);

	for (size_t i = 0; i < len; i++) {
		struct cbor_text name = cbor_text_from_chars(gathered->usage[i].name);
		size_t at = request->usage_len++;

		for (; at > 0 && cbor_text_order(request->usage[at - 1].name, name) > 0; at--)
			request->usage[at] = request->usage[at - 1];
		request->usage[at] =
			(struct request_named){ .name = name, .number = gathered->usage[i].number };
	}
}

static enum skerry_err
add_event(void *context, const struct event *event)
{
	struct request_gathered *gathered = context;
	struct request *request = &gathered->request;
	size_t at = request->events_len;
	struct event *kept;

	if (at == REQUEST_EVENTS_MAX)
		return SKERRY_OK;
	kept = &gathered->events[at];
	*kept = *event;
	gathered->event_numbers[at] = event->seq;
	request->events[at] = (struct request_event){ .at = within_time(kept->at),
		.name = cbor_text_from_chars(kept->name) };
	if (kept->text[0] != '\0')
		request->events[at].text = cbor_text_from_chars(kept->text);
	request->events_len++;
	return SKERRY_OK;
}

/* --- what the vendor said -------------------------------------------------------------------- */

/* The marks of one brand: its newest reply, its status list. */
static enum skerry_err
add_brand(const struct site *site, struct cbor_text brand, struct request_gathered *gathered)
{
	struct request *request = &gathered->request;
	struct vendor_mark mark;
	struct cbor_text name;
	size_t at = request->statuses_len;
	bool known;
	char *uri;
	enum skerry_err err = vendor_marks_find(
		site->memory->store, site->trust, VENDOR_WORD_REPLY, brand, NULL, &mark, &known);

	if (err == SKERRY_OK && known && (uint64_t)mark.number > request->reply_number)
		request->reply_number = (uint64_t)mark.number;
	if (err == SKERRY_OK)
		err = vendor_marks_find(site->memory->store, site->trust, VENDOR_WORD_STATUS, brand,
			NULL, &mark, &known);
	if (err != SKERRY_OK || !known || at == REQUEST_STATUSES_MAX)
		return err;
	uri = gathered->uris[at];
	snprintf(uri, STATUS_LIST_URI_MAX + 1, STATUS_LIST_URI_PREFIX "%.*s", (int)brand.len,
		brand.chars);
	name = cbor_text_from_chars(uri);
	for (; at > 0 && cbor_text_order(request->statuses[at - 1].uri, name) > 0; at--)
		request->statuses[at] = request->statuses[at - 1];
	request->statuses[at] = (struct request_status){ name, within_time(mark.number) };
	request->statuses_len++;
	return SKERRY_OK;
}

enum { BRANDS_MAX = MANIFEST_BRANDS_MAX + DOCUMENTS_LICENSES_MAX + 1 };

struct brands {
	struct cbor_text list[BRANDS_MAX];
	size_t len;
};

static void
add_name(struct brands *brands, struct cbor_text brand)
{
	if (brands->len == BRANDS_MAX || cbor_text_same(brand, cbor_text_from_chars("*")))
		return;
	for (size_t i = 0; i < brands->len; i++)
		if (cbor_text_same(brands->list[i], brand))
			return;
	brands->list[brands->len++] = brand;
}

/* Of every brand that the manifest or a license names. */
static enum skerry_err
add_vendor_words(const struct site *site, struct request_gathered *gathered)
{
	const struct manifest *manifest = &site->trust->manifest;
	struct brands brands = { .len = 0 };
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < site->licenses_len; i++)
		add_name(&brands, site->licenses[i].license.brand);
	for (size_t i = 0; i < manifest->contacts_len; i++)
		add_name(&brands, manifest->contacts[i].brand);
	for (size_t i = 0; i < brands.len && err == SKERRY_OK; i++)
		err = add_brand(site, brands.list[i], gathered);
	return err;
}

static bool
add_reached(void *context, const struct reached_row *row)
{
	struct request_gathered *gathered = context;
	struct request *request = &gathered->request;
	char *uri;

	if (request->reached_len == REQUEST_REACHED_MAX)
		return false;
	uri = gathered->reached[request->reached_len];
	if (row->uri.len == 0 || row->uri.len > STATUS_LIST_URI_MAX)
		return true;
	memcpy(uri, row->uri.chars, row->uri.len);
	uri[row->uri.len] = '\0';
	request->reached[request->reached_len++] =
		(struct request_reached){ cbor_text_from_chars(uri), row->index,
			within_time(row->at) };
	return true;
}

static enum skerry_err
add_heads(struct store *store, struct request_gathered *gathered)
{
	size_t len = 0;
	enum skerry_err err = desk_heads_read(store, gathered->heads, &len);

	for (size_t i = 0; i < len && err == SKERRY_OK; i++)
		gathered->request.heads[i] =
			(struct request_head){ gathered->heads[i].seq, gathered->heads[i].hash };
	if (err == SKERRY_OK)
		gathered->request.heads_len = len;
	return err;
}

/* --- the site's own -------------------------------------------------------------------------- */

static void
add_steps(const struct site *site, struct request *request)
{
	for (size_t i = 0; i < site->licenses_len; i++) {
		const struct site_license *held = &site->licenses[i];

		if (held->telephone_steps > 0 && request->steps_len < REQUEST_STEPS_MAX)
			request->steps[request->steps_len++] =
				(struct request_steps){ held->license.cti.data,
					held->telephone_steps };
	}
}

static enum skerry_err
add_journal(struct store *store, struct request_gathered *gathered)
{
	enum skerry_err err = journal_read_head(store, &gathered->journal);

	if (err == SKERRY_OK && gathered->journal.seq > 0)
		gathered->request.journal = (struct request_head){ (uint64_t)gathered->journal.seq,
			gathered->journal.hash };
	return err;
}

static void
add_clock(const struct memory *memory, struct request *request)
{
	request->issued_at = within_time(memory_now(memory));
	request->wall = within_time(memory->moment.wall);
	request->ran = within_time(memory->clock.ran);
	request->condition = (unsigned)memory->clock.condition;
	request->rolled_back_since = memory->rollback_since == LICENSE_NEVER
					     ? LICENSE_NEVER
					     : within_time(memory->rollback_since);
}

enum skerry_err
request_gather_news(const struct site *site, struct request_gathered *gathered)
{
	struct store *store = site->memory->store;
	struct request *request = &gathered->request;
	enum skerry_err err;

	add_clock(site->memory, request);
	add_steps(site, request);
	add_usage(site, gathered);
	err = add_vendor_words(site, gathered);
	if (err == SKERRY_OK)
		err = reached_each(store, add_reached, gathered);
	if (err == SKERRY_OK)
		err = add_heads(store, gathered);
	if (err == SKERRY_OK)
		err = add_journal(store, gathered);
	if (err == SKERRY_OK)
		err = telemetry_each_allowed(store, add_telemetry, gathered);
	if (err == SKERRY_OK)
		err = events_each_allowed(store, add_event, gathered);
	if (err == SKERRY_OK)
		err = requests_untold_restore(store, &gathered->told_restored);
	request->restored = gathered->told_restored != 0;
	return err;
}

/* --- is anything new? ------------------------------------------------------------------------ */

static enum skerry_err
hash_payload(const struct request *request, uint8_t ret_hash[HASH_LEN])
{
	uint8_t *bytes = malloc(REQUEST_PAYLOAD_MAX);
	struct cbor_writer w;
	size_t len = 0;
	enum skerry_err err;

	if (bytes == NULL)
		return SKERRY_ERR_NO_MEMORY;
	cbor_writer_init(&w, bytes, REQUEST_PAYLOAD_MAX);
	request_write(&w, request);
	err = cbor_writer_finish(&w, &len);
	if (err == SKERRY_OK)
		hash_blake2b(NULL, 0, bytes, len, ret_hash);
	free(bytes);
	return err;
}

enum skerry_err
request_news_hash(const struct request *request, uint8_t ret_hash[HASH_LEN])
{
	static const uint8_t NO_NONCE[REQUEST_NONCE_LEN];
	struct request *still = malloc(sizeof *still);
	enum skerry_err err;

	if (still == NULL)
		return SKERRY_ERR_NO_MEMORY;
	memcpy(still, request, sizeof *still);
	still->nonce = NO_NONCE;
	still->number = 1;
	still->pending_len = 0;
	still->issued_at = still->wall = still->ran = 0;
	still->journal = (struct request_head){ .hash = NULL };
	still->heads_len = 0;
	/* It grows and shrinks by itself. */
	still->usage_len = 0;
	/* Seldom looked at, a clock is so at each first look of a day. */
	if (still->condition == EVALUATE_CLOCK_UNATTENDED)
		still->condition = EVALUATE_CLOCK_OK;
	err = hash_payload(still, ret_hash);
	free(still);
	return err;
}
