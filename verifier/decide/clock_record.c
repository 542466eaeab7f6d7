/* SPDX-License-Identifier: ISC */
#include "clock_record.h"

#include <string.h>

#include "formats/claims.h"

enum { ITEMS = 14, MARK_ITEMS = 2, BOOT_ITEMS = 3, CANDIDATE_ITEMS = 4 };

/* --- writing --------------------------------------------------------------------------------- */

static void
write_lead(struct cbor_writer *w, int64_t lead)
{
	if (lead == CLOCK_NONE)
		cbor_write_null(w);
	else
		cbor_write_int(w, lead);
}

static void
write_marks(struct cbor_writer *w, const struct clock *clock)
{
	cbor_write_array(w, clock->marks_len);
	for (size_t i = 0; i < clock->marks_len; i++) {
		cbor_write_array(w, MARK_ITEMS);
		cbor_write_bytes(w, clock->marks[i].kid, COSE_KID_LEN);
		cbor_write_int(w, clock->marks[i].lead);
	}
}

static void
write_boots(struct cbor_writer *w, const struct clock *clock)
{
	cbor_write_array(w, clock->boots_len);
	for (size_t i = 0; i < clock->boots_len; i++) {
		cbor_write_array(w, BOOT_ITEMS);
		cbor_write_bytes(w, clock->boots[i].id, CLOCK_BOOT_ID_LEN);
		cbor_write_int(w, clock->boots[i].mono_s);
		cbor_write_int(w, clock->boots[i].settled);
	}
}

static void
write_candidate(struct cbor_writer *w, const struct clock_candidate *candidate)
{
	if (candidate->need_s == 0) {
		cbor_write_null(w);
		return;
	}
	cbor_write_array(w, CANDIDATE_ITEMS);
	cbor_write_int(w, candidate->need_s);
	cbor_write_int(w, candidate->agreed_s);
	cbor_write_int(w, candidate->lead);
	cbor_write_int(w, candidate->seen_at);
}

enum skerry_err
clock_record_write(const struct clock *clock, uint8_t ret_bytes[CLOCK_RECORD_MAX], size_t *ret_len)
{
	struct cbor_writer w;

	cbor_writer_init(&w, ret_bytes, CLOCK_RECORD_MAX);
	cbor_write_array(&w, ITEMS);
	cbor_write_chars(&w, CLOCK_RECORD_MARK);
	cbor_write_uint(&w, CLOCK_RECORD_VERSION);
	cbor_write_int(&w, clock->ran);
	write_lead(&w, clock->wall_lead);
	write_marks(&w, clock);
	write_boots(&w, clock);
	write_lead(&w, clock->boot_lead);
	cbor_write_bool(&w, clock->believed_once);
	write_candidate(&w, &clock->candidate);
	cbor_write_uint(&w, (uint64_t)clock->condition);
	cbor_write_int(&w, clock->void_until);
	cbor_write_uint(&w, clock->taken_back);
	cbor_write_int(&w, clock->strange);
	cbor_write_int(&w, clock->strange_ran);
	return cbor_writer_finish(&w, ret_len);
}

/* --- reading --------------------------------------------------------------------------------- */

static bool
is_mark(struct cbor_text text)
{
	return cbor_text_equals(text, CLOCK_RECORD_MARK);
}

static int64_t
read_time(struct cbor_reader *r)
{
	return cbor_read_int(r, 0, CLOCK_TIME_MAX);
}

static int64_t
read_lead(struct cbor_reader *r)
{
	return cbor_read_int(r, -CLOCK_TIME_MAX, CLOCK_TIME_MAX);
}

static int64_t
read_lead_or_none(struct cbor_reader *r)
{
	if (!cbor_peek_null(r))
		return read_lead(r);
	cbor_read_null(r);
	return CLOCK_NONE;
}

/* Copies exactly `len` bytes; leaves zeros after an error. */
static void
read_id(struct cbor_reader *r, uint8_t *ret_id, size_t len)
{
	const uint8_t *id = cbor_read_fixed(r, len);

	if (id != NULL)
		memcpy(ret_id, id, len);
}

static void
read_marks(struct cbor_reader *r, struct clock *clock)
{
	size_t len = cbor_array_begin(r, CLOCK_MARKS_MAX);

	for (size_t i = 0; i < len && r->err == SKERRY_OK; i++) {
		struct clock_mark *mark = &clock->marks[i];
		size_t at = r->at;

		claims_tuple_begin(r, MARK_ITEMS);
		read_id(r, mark->kid, COSE_KID_LEN);
		mark->lead = read_lead(r);
		cbor_array_end(r);
		if (i > 0 && memcmp(mark[-1].kid, mark->kid, COSE_KID_LEN) >= 0)
			cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
	}
	cbor_array_end(r);
	clock->marks_len = len;
}

static void
read_boots(struct cbor_reader *r, struct clock *clock)
{
	size_t len = cbor_array_begin(r, CLOCK_BOOTS_MAX);

	for (size_t i = 0; i < len && r->err == SKERRY_OK; i++) {
		struct clock_boot *boot = &clock->boots[i];
		size_t at = r->at;

		claims_tuple_begin(r, BOOT_ITEMS);
		read_id(r, boot->id, CLOCK_BOOT_ID_LEN);
		boot->mono_s = read_time(r);
		boot->settled = read_time(r);
		cbor_array_end(r);
		for (size_t j = 0; j < i; j++)
			if (memcmp(clock->boots[j].id, boot->id, CLOCK_BOOT_ID_LEN) == 0)
				cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
	}
	cbor_array_end(r);
	clock->boots_len = len;
}

static void
read_candidate(struct cbor_reader *r, struct clock_candidate *candidate)
{
	size_t at = r->at;

	if (cbor_peek_null(r)) {
		cbor_read_null(r);
		return;
	}
	claims_tuple_begin(r, CANDIDATE_ITEMS);
	candidate->need_s = cbor_read_int(r, 1, CLOCK_NEED_SEASON_S);
	candidate->agreed_s = cbor_read_int(r, 0, CLOCK_NEED_SEASON_S);
	candidate->lead = read_lead(r);
	candidate->seen_at = read_time(r);
	cbor_array_end(r);
	if (candidate->agreed_s >= candidate->need_s)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
}

static void
read_state(struct cbor_reader *r, struct clock *clock)
{
	if (!claims_tuple_begin(r, ITEMS))
		return;
	claims_read_form(r, sizeof CLOCK_RECORD_MARK - 1, is_mark);
	claims_read_version(r, CLOCK_RECORD_VERSION);
	clock->ran = read_time(r);
	clock->wall_lead = read_lead_or_none(r);
	read_marks(r, clock);
	read_boots(r, clock);
	clock->boot_lead = read_lead_or_none(r);
	clock->believed_once = cbor_read_bool(r);
	read_candidate(r, &clock->candidate);
	clock->condition = (enum evaluate_clock)cbor_read_uint(r, EVALUATE_CLOCK_UNATTENDED);
	clock->void_until = read_time(r);
	clock->taken_back = cbor_read_uint(r, INT64_MAX);
	clock->strange = cbor_read_int(r, 0, CLOCK_STRANGE_MAX);
	clock->strange_ran = cbor_read_int(r, 0, CLOCK_STRANGE_S - 1);
	cbor_array_end(r);
}

enum skerry_err
clock_record_read(
	const uint8_t *bytes, size_t bytes_len, struct clock *ret_clock, size_t *ret_offset)
{
	struct cbor_reader r;
	struct clock clock;
	enum skerry_err err;

	clock_init(&clock);
	cbor_reader_init(&r, bytes, bytes_len);
	read_state(&r, &clock);
	err = cbor_reader_finish(&r, ret_offset);
	if (err == SKERRY_OK)
		*ret_clock = clock;
	return err;
}
