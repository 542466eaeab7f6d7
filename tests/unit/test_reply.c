/* SPDX-License-Identifier: ISC */
/* The reply: every field there and back, each limit, each refusal with its offset, all neighbors. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_exchange.h"
#include "fixture_hotel.h"
#include "fixture_payload.h"

enum { ROOM = 2 * REPLY_PAYLOAD_MAX };

static uint8_t bytes[ROOM], again[ROOM];
static struct reply sample, got;

static enum skerry_err
encode(const struct reply *reply, uint8_t *ret_bytes, size_t *ret_len)
{
	struct cbor_writer w;

	cbor_writer_init(&w, ret_bytes, ROOM);
	reply_write(&w, reply);
	return cbor_writer_finish(&w, ret_len);
}

static void
assert_text(struct cbor_text a, struct cbor_text b)
{
	assert_true(cbor_text_same(a, b));
}

static void
assert_same(const struct reply *a, const struct reply *b)
{
	assert_text(a->brand, b->brand);
	assert_memory_equal(a->site_id, b->site_id, COSE_THUMBPRINT_LEN);
	assert_int_equal(a->issued_at, b->issued_at);
	assert_true(cbor_bytes_same(a->cti, b->cti));
	assert_int_equal(a->number, b->number);
	assert_int_equal(a->answers, b->answers);
	assert_int_equal(a->nonce == NULL, b->nonce == NULL);
	if (b->nonce != NULL)
		assert_memory_equal(a->nonce, b->nonce, REPLY_NONCE_LEN);
	assert_int_equal(a->acknowledged, b->acknowledged);
	assert_int_equal(a->results_len, b->results_len);
	for (size_t i = 0; i < b->results_len; i++) {
		assert_int_equal(a->results[i].code, b->results[i].code);
		assert_text(a->results[i].product, b->results[i].product);
		assert_text(a->results[i].license, b->results[i].license);
		assert_text(a->results[i].text, b->results[i].text);
		assert_int_equal(a->results[i].until, b->results[i].until);
		assert_text(a->results[i].told, b->results[i].told);
	}
	assert_int_equal(a->licenses_len, b->licenses_len);
	for (size_t i = 0; i < b->licenses_len; i++)
		assert_true(cbor_bytes_same(a->licenses[i], b->licenses[i]));
	assert_int_equal(a->notices_len, b->notices_len);
	for (size_t i = 0; i < b->notices_len; i++) {
		assert_int_equal(a->notices[i].level, b->notices[i].level);
		assert_text(a->notices[i].text, b->notices[i].text);
		assert_int_equal(a->notices[i].until, b->notices[i].until);
	}
	assert_int_equal(a->time_reset, b->time_reset);
	assert_int_equal(a->history, b->history);
}

static void
assert_survives(const struct reply *reply)
{
	size_t len, again_len, offset;

	assert_int_equal(encode(reply, bytes, &len), SKERRY_OK);
	assert_int_equal(reply_parse((struct cbor_bytes){ bytes, len }, &got, &offset), SKERRY_OK);
	assert_same(&got, reply);
	assert_int_equal(encode(&got, again, &again_len), SKERRY_OK);
	assert_int_equal(again_len, len);
	assert_memory_equal(again, bytes, len);
}

static void
every_field_survives(void **state)
{
	(void)state;
	exchange_reply_full(&sample);
	assert_survives(&sample);
	sample.history = REPLY_HISTORY_CLONE;
	assert_survives(&sample);
	exchange_reply_bare(&sample);
	assert_survives(&sample);
}

static void
reason_that_is_told_is_short(void **state)
{
	static char words[REPLY_TOLD_MAX + 1];
	size_t len;

	(void)state;
	memset(words, 'x', sizeof words);
	exchange_reply_full(&sample);
	sample.results[1].told = (struct cbor_text){ words, REPLY_TOLD_MAX };
	assert_survives(&sample);
	sample.results[1].told.len++;
	assert_int_not_equal(encode(&sample, bytes, &len), SKERRY_OK);
}

static void
codes_have_names(void **state)
{
	static const char *const NAMES[] = { "ok", "key_unknown", "paired_elsewhere",
		"activations_exhausted", "expired", "suspended", "revoked", "migration_limit",
		"fingerprint_insufficient", "malformed", "unpaired" };

	(void)state;
	assert_int_equal(sizeof NAMES / sizeof *NAMES, REPLY_CODE_LAST + 1);
	for (unsigned code = 0; code <= REPLY_CODE_LAST; code++)
		assert_string_equal(reply_code_name(code), NAMES[code]);
	assert_string_equal(reply_code_name(REPLY_CODE_LAST + 1), "unknown");
	assert_string_equal(reply_code_name(UINT32_MAX), "unknown");
}

/* --- refusals of the reader ------------------------------------------------------------------- */

static struct payload full, bare, altered, copied;

static enum skerry_err
copy_reply(const uint8_t *from, size_t len, struct payload *ret_copy, size_t *ret_offset)
{
	static struct reply reply, untouched;
	struct cbor_writer w;
	enum skerry_err err;

	memset(&reply, 0xa5, sizeof reply);
	untouched = reply;
	err = reply_parse((struct cbor_bytes){ from, len }, &reply, ret_offset);
	if (err != SKERRY_OK) {
		assert_memory_equal(&reply, &untouched, sizeof reply);
		return err;
	}
	cbor_writer_init(&w, ret_copy->bytes, PAYLOAD_MAX);
	reply_write(&w, &reply);
	err = cbor_writer_finish(&w, &ret_copy->len);
	if (err != SKERRY_OK)
		*ret_offset = SIZE_MAX;
	return err;
}

static int
encode_both(void **state)
{
	(void)state;
	exchange_reply_full(&sample);
	if (encode(&sample, bytes, &full.len) != SKERRY_OK)
		return -1;
	memcpy(full.bytes, bytes, full.len);
	exchange_reply_bare(&sample);
	if (encode(&sample, bytes, &bare.len) != SKERRY_OK)
		return -1;
	memcpy(bare.bytes, bytes, bare.len);
	return 0;
}

#define ISS "0168686f74656c687562"
#define SUB "02784035303531"
#define CTI "0748c0c1c2c3c4c5c6c73a"
#define HEAD "a90101020603820950"
#define ACKNOWLEDGED "040a0582a10100a5010a02"
#define PRODUCT "0263686d73037037514b324d39"
#define TEXT "0477556e74696c"
#define UNTIL "051a6a026d80"
#define LICENSES "06824301020344050607080782"
#define NOTICES "0782a201010267486f6c69646179"
#define NOTICE2 "a30103026743616c6c207573031a69eff880"
#define TAIL "08f50968726573746f726564"

/* The full reply with `put` in the place of `find`: the error stands at the '|'. */
static const struct {
	const char *find, *put;
	enum skerry_err err;
} REFUSED[] = {
	{ ISS, "01|60", SKERRY_ERR_CLAIM_VALUE },
	{ ISS, "01|68486f74656c687562", SKERRY_ERR_CLAIM_VALUE },
	{ SUB, "02|784041303531", SKERRY_ERR_CLAIM_VALUE },
	{ SUB, "02|784067303531", SKERRY_ERR_CLAIM_VALUE },
	{ "061a69eff88007", "06|f607", SKERRY_ERR_CBOR_TYPE },
	{ CTI, "07|47c0c1c2c3c4c5c63a", SKERRY_ERR_CBOR_COUNT },
	{ HEAD, "a901|00020603820950", SKERRY_ERR_CLAIM_VALUE },
	{ HEAD, "a901|02020603820950", SKERRY_ERR_CLAIM_VERSION },
	{ HEAD, "a9010102|0003820950", SKERRY_ERR_CLAIM_VALUE },
	{ HEAD, "a9010102|1b800000000000000003820950", SKERRY_ERR_CBOR_RANGE },
	{ HEAD, "a90101020603|830950", SKERRY_ERR_CBOR_COUNT },
	{ HEAD, "a9010102060382|0050", SKERRY_ERR_CLAIM_VALUE },
	{ HEAD "e0",
		"a9010102060382"
		"09|4f",
		SKERRY_ERR_CBOR_COUNT },
	{ ACKNOWLEDGED, "04|000582a10100a5010a02", SKERRY_ERR_CLAIM_VALUE },
	{ ACKNOWLEDGED, "040a05|80a10100a5010a02", SKERRY_ERR_CLAIM_VALUE },
	{ ACKNOWLEDGED, "040a05|9821a10100a5010a02", SKERRY_ERR_CBOR_COUNT },
	{ ACKNOWLEDGED, "040a0582|a0a5010a02", SKERRY_ERR_CLAIM_MISSING },
	{ ACKNOWLEDGED, "040a0582a101|20a5010a02", SKERRY_ERR_CBOR_TYPE },
	{ ACKNOWLEDGED, "040a0582a10100a501|19010002", SKERRY_ERR_CBOR_RANGE },
	{ PRODUCT, "02|63486d73037037514b324d39", SKERRY_ERR_CLAIM_VALUE },
	{ PRODUCT, "0263686d7303|7037514b324d75", SKERRY_ERR_CLAIM_VALUE },
	{ TEXT, "04|77556e7469ff", SKERRY_ERR_CBOR_UTF8 },
	{ UNTIL, "05|20", SKERRY_ERR_CBOR_RANGE },
	{ LICENSES, "06|804301020344050607080782", SKERRY_ERR_CLAIM_VALUE },
	{ LICENSES, "068243010203|40050607080782", SKERRY_ERR_CLAIM_VALUE },
	{ LICENSES, "0682|4044050607080782", SKERRY_ERR_CLAIM_VALUE },
	{ LICENSES,
		"0682|634142434405060708"
		"0782",
		SKERRY_ERR_CBOR_TYPE },
	{ NOTICES, "07|80a201010267486f6c69646179", SKERRY_ERR_CLAIM_VALUE },
	{ NOTICES, "07|89a201010267486f6c69646179", SKERRY_ERR_CBOR_COUNT },
	{ NOTICES, "0782a201|000267486f6c69646179", SKERRY_ERR_CLAIM_VALUE },
	{ NOTICES, "0782a201|040267486f6c69646179", SKERRY_ERR_CBOR_RANGE },
	{ NOTICES, "0782|a10267486f6c69646179", SKERRY_ERR_CLAIM_MISSING },
	{ NOTICES, "0782|a10101", SKERRY_ERR_CLAIM_MISSING },
	{ NOTICES, "0782a2010102|60", SKERRY_ERR_CLAIM_VALUE },
	{ NOTICE2, "a30103026743616c6c20757303|f6", SKERRY_ERR_CBOR_TYPE },
	{ TAIL, "08|f40968726573746f726564", SKERRY_ERR_CLAIM_VALUE },
	{ TAIL, "08f509|60", SKERRY_ERR_CLAIM_VALUE },
	{ TAIL, "08f509|68726573746f726565", SKERRY_ERR_CLAIM_VALUE },
	{ TAIL, "08f509|69726573746f72656465", SKERRY_ERR_CBOR_COUNT },
	{ TAIL, "08f50968726573746f726564|00", SKERRY_ERR_CBOR_TRAILING },
};

static void
each_refusal_names_its_place(void **state)
{
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) {
		size_t want, offset = SIZE_MAX;
		enum skerry_err err;

		altered = full;
		want = payload_patch(&altered, REFUSED[i].find, REFUSED[i].put);
		err = copy_reply(altered.bytes, altered.len, &copied, &offset);
		if (err != REFUSED[i].err || offset != want) {
			print_message("# %s -> %s: %s at %zu, wanted %s at %zu\n", REFUSED[i].find,
				REFUSED[i].put, skerry_err_name(err), offset,
				skerry_err_name(REFUSED[i].err), want);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

/* A site whose clock is bad asks; nobody else resets it. */
static void
a_time_reset_answers_somebody(void **state)
{
	size_t map_at = payload_find(&full, HEAD), reset_at, offset = SIZE_MAX;

	(void)state;
	altered = full;
	payload_drop(&altered, map_at, 3);
	reset_at = payload_find(&altered, TAIL) + 1;
	assert_int_equal(copy_reply(altered.bytes, altered.len, &copied, &offset),
		SKERRY_ERR_CLAIM_CONFLICT);
	assert_int_equal(offset, reset_at);
	payload_drop(&altered, map_at, 8);
	assert_int_equal(copy_reply(altered.bytes, altered.len, &copied, &offset), SKERRY_OK);
}

static const struct {
	const char *map; /* NULL: the outer one */
	int64_t label;
	enum skerry_err err;
} DROPPED[] = {
	{ NULL, 1, SKERRY_ERR_CLAIM_MISSING },
	{ NULL, 2, SKERRY_ERR_CLAIM_MISSING },
	{ NULL, 6, SKERRY_ERR_CLAIM_MISSING },
	{ NULL, 7, SKERRY_ERR_CLAIM_MISSING },
	{ NULL, -65537, SKERRY_ERR_CLAIM_MISSING },
	{ HEAD, 1, SKERRY_ERR_CLAIM_MISSING },
	{ HEAD, 2, SKERRY_ERR_CLAIM_MISSING },
	{ HEAD, 4, SKERRY_OK },
	{ HEAD, 5, SKERRY_OK },
	{ HEAD, 6, SKERRY_OK },
	{ HEAD, 7, SKERRY_OK },
	{ HEAD, 8, SKERRY_OK },
	{ HEAD, 9, SKERRY_OK },
	{ "a5010a02", 1, SKERRY_ERR_CLAIM_MISSING },
	{ "a5010a02", 2, SKERRY_OK },
	{ "a5010a02", 3, SKERRY_OK },
	{ "a5010a02", 4, SKERRY_OK },
	{ "a5010a02", 5, SKERRY_OK },
	{ NOTICE2, 1, SKERRY_ERR_CLAIM_MISSING },
	{ NOTICE2, 2, SKERRY_ERR_CLAIM_MISSING },
	{ NOTICE2, 3, SKERRY_OK },
};

static void
what_every_reply_has_must_be_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof DROPPED / sizeof *DROPPED; i++) {
		size_t map_at = DROPPED[i].map == NULL ? 0 : payload_find(&full, DROPPED[i].map);
		size_t offset = SIZE_MAX;

		altered = full;
		payload_drop(&altered, map_at, DROPPED[i].label);
		assert_int_equal(
			copy_reply(altered.bytes, altered.len, &copied, &offset), DROPPED[i].err);
		if (DROPPED[i].err != SKERRY_OK)
			assert_int_equal(offset, map_at);
		else
			assert_int_equal(copied.len, altered.len);
	}
}

static void
all_neighbors_are_refused_or_canonical(void **state)
{
	(void)state;
	payload_assert_neighbors(&full, copy_reply);
	payload_assert_neighbors(&bare, copy_reply);
}

static void
damage_never_crashes(void **state)
{
	(void)state;
	payload_assert_survives_damage(&full, copy_reply);
	payload_assert_survives_damage(&bare, copy_reply);
}

/* --- refusals of the writer ------------------------------------------------------------------- */

static enum skerry_err
write_result(void)
{
	size_t len;

	return encode(&sample, bytes, &len);
}

/* The full reply is fine; with the statement it is not. */
#define REFUSED_WITH(statement, want)                                                              \
	do {                                                                                       \
		exchange_reply_full(&sample);                                                      \
		statement;                                                                         \
		if (write_result() != (want))                                                      \
			fail_msg("%s: %s", #statement, skerry_err_name(write_result()));           \
	} while (0)
#define REFUSED(statement) REFUSED_WITH(statement, SKERRY_ERR_CLAIM_VALUE)
#define ACCEPTED(statement)                                                                        \
	do {                                                                                       \
		exchange_reply_full(&sample);                                                      \
		statement;                                                                         \
		assert_survives(&sample);                                                          \
	} while (0)

static struct cbor_text
filler(size_t len)
{
	static char as[REPLY_TEXT_MAX + 1];

	memset(as, 'a', sizeof as);
	return (struct cbor_text){ as, len };
}

static void
a_reply_that_cannot_be_read_is_not_written(void **state)
{
	(void)state;
	ACCEPTED(sample.brand = filler(LICENSE_SLUG_MAX));
	REFUSED(sample.brand = filler(LICENSE_SLUG_MAX + 1));
	REFUSED(sample.brand = filler(0));
	REFUSED(sample.issued_at = LICENSE_TIME_MAX + 1);
	REFUSED(sample.cti.len = LICENSE_CTI_LEN - 1);
	ACCEPTED(sample.number = LICENSE_COUNTER_MAX);
	REFUSED(sample.number = (uint64_t)LICENSE_COUNTER_MAX + 1);
	REFUSED_WITH(sample.number = 0, SKERRY_ERR_CLAIM_MISSING);
	REFUSED(sample.answers = 0);
	REFUSED(sample.nonce = NULL);
	REFUSED_WITH((sample.answers = 0, sample.nonce = NULL), SKERRY_ERR_CLAIM_CONFLICT);
	ACCEPTED((sample.answers = 0, sample.nonce = NULL, sample.time_reset = false));
	ACCEPTED(sample.acknowledged = LICENSE_COUNTER_MAX);
	REFUSED(sample.acknowledged = (uint64_t)LICENSE_COUNTER_MAX + 1);
	ACCEPTED(sample.results[0].code = REPLY_CODE_MAX);
	REFUSED(sample.results[0].code = REPLY_CODE_MAX + 1);
	ACCEPTED(sample.results[0].text = filler(REPLY_TEXT_MAX));
	REFUSED(sample.results[0].text = filler(REPLY_TEXT_MAX + 1));
	REFUSED(sample.results[1].product = fixture_text("HMS"));
	REFUSED(sample.results[1].license = filler(LICENSE_ID_LEN));
	REFUSED(sample.results[1].until = LICENSE_TIME_MAX + 1);
	REFUSED(sample.licenses[0].len = 0);
	REFUSED_WITH(sample.notices[0].level = 0, SKERRY_ERR_CLAIM_MISSING);
	REFUSED(sample.notices[0].level = REPLY_LEVEL_MAX + 1);
	REFUSED_WITH(sample.notices[0].text = filler(0), SKERRY_ERR_CLAIM_MISSING);
	ACCEPTED(sample.notices[0].text = filler(REPLY_TEXT_MAX));
	REFUSED(sample.notices[0].text = filler(REPLY_TEXT_MAX + 1));
	REFUSED(sample.notices[1].until = -1);
	REFUSED(sample.history = (enum reply_history)(REPLY_HISTORY_CLONE + 1));
	REFUSED(sample.results_len = REPLY_RESULTS_MAX + 1);
	REFUSED(sample.licenses_len = REPLY_LICENSES_MAX + 1);
	REFUSED(sample.notices_len = SIZE_MAX);
}

static void
the_longest_lists_survive(void **state)
{
	static uint8_t license[LICENSE_MAX + 1];

	(void)state;
	exchange_reply_full(&sample);
	sample.results_len = REPLY_RESULTS_MAX;
	sample.licenses_len = REPLY_LICENSES_MAX;
	sample.notices_len = REPLY_NOTICES_MAX;
	for (size_t i = 0; i < REPLY_RESULTS_MAX; i++)
		sample.results[i] = sample.results[1];
	for (size_t i = 0; i < REPLY_LICENSES_MAX; i++)
		sample.licenses[i] = (struct cbor_bytes){ license, 4000 };
	for (size_t i = 0; i < REPLY_NOTICES_MAX; i++)
		sample.notices[i] = sample.notices[1];
	assert_survives(&sample);
	sample.licenses_len = 1;
	sample.licenses[0].len = LICENSE_MAX;
	assert_survives(&sample);
	sample.licenses[0].len = LICENSE_MAX + 1;
	assert_int_equal(write_result(), SKERRY_ERR_CLAIM_VALUE);
}

static void
a_payload_ends_at_its_limit(void **state)
{
	static uint8_t license[LICENSE_MAX], zeros[REPLY_PAYLOAD_MAX + 1];
	size_t len, offset;

	(void)state;
	exchange_reply_bare(&sample);
	sample.licenses_len = 12;
	for (size_t i = 0; i < 12; i++)
		sample.licenses[i] = (struct cbor_bytes){ license, LICENSE_MAX };
	assert_int_equal(write_result(), SKERRY_ERR_DOCUMENT_TOO_LARGE);
	sample.licenses[11].len = 1000;
	assert_int_equal(encode(&sample, bytes, &len), SKERRY_OK);
	sample.licenses[11].len += REPLY_PAYLOAD_MAX - len;
	assert_survives(&sample);
	sample.licenses[11].len++;
	assert_int_equal(write_result(), SKERRY_ERR_DOCUMENT_TOO_LARGE);
	assert_int_equal(reply_parse((struct cbor_bytes){ zeros, sizeof zeros }, &got, &offset),
		SKERRY_ERR_DOCUMENT_TOO_LARGE);
	assert_int_equal(offset, REPLY_PAYLOAD_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_survives),
		cmocka_unit_test(reason_that_is_told_is_short),
		cmocka_unit_test(codes_have_names),
		cmocka_unit_test(each_refusal_names_its_place),
		cmocka_unit_test(a_time_reset_answers_somebody),
		cmocka_unit_test(what_every_reply_has_must_be_there),
		cmocka_unit_test(all_neighbors_are_refused_or_canonical),
		cmocka_unit_test(damage_never_crashes),
		cmocka_unit_test(a_reply_that_cannot_be_read_is_not_written),
		cmocka_unit_test(the_longest_lists_survive),
		cmocka_unit_test(a_payload_ends_at_its_limit),
	};
	return cmocka_run_group_tests(tests, encode_both, NULL);
}
