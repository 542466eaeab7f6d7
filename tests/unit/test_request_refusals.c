/* SPDX-License-Identifier: ISC */
/* What a request must not be: each refusal with its offset, claims missing, all neighbors. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_exchange.h"
#include "fixture_payload.h"

static struct payload full, bare, altered, copied;

static enum skerry_err
copy_request(const uint8_t *bytes, size_t len, struct payload *ret_copy, size_t *ret_offset)
{
	static struct request request, untouched;
	struct cbor_writer w;
	enum skerry_err err;

	memset(&request, 0xa5, sizeof request);
	untouched = request;
	err = request_parse((struct cbor_bytes){ bytes, len }, &request, ret_offset);
	if (err != SKERRY_OK) {
		assert_memory_equal(&request, &untouched, sizeof request);
		return err;
	}
	cbor_writer_init(&w, ret_copy->bytes, PAYLOAD_MAX);
	request_write(&w, &request);
	err = cbor_writer_finish(&w, &ret_copy->len);
	if (err != SKERRY_OK)
		*ret_offset = SIZE_MAX;
	return err;
}

static void
encode(const struct request *request, struct payload *ret_payload)
{
	struct cbor_writer w;

	cbor_writer_init(&w, ret_payload->bytes, PAYLOAD_MAX);
	request_write(&w, request);
	assert_int_equal(cbor_writer_finish(&w, &ret_payload->len), SKERRY_OK);
}

static int
encode_both(void **state)
{
	static struct request request;

	(void)state;
	exchange_request_full(&request);
	encode(&request, &full);
	exchange_request_bare(&request);
	encode(&request, &bare);
	return 0;
}

#define AUD "03784033303331"
#define CTI "0750e0e1e2e3e4e5e6e7e8e9eaebecedeeef08"
#define CNF "08a101a401010327200621582040"
#define HEAD "b81a0101020103090482820650a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"
#define DIGEST1 "50a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"
#define PENDING2 "820850a8a9aaabacadaeafb0b1b2b3b4b5b6b7"
#define OPENING "05a301012004215820"
#define KEYS "068265484d532d3965484d532d37"
#define INSTALL "0765626f782d3708"
#define SALT "088250d0d1d2d3d4d5d6d7d8d9dadbdcdddedf"
#define HASH1 "4c101112131415161718191a1b"
#define HASH2 "50202122232425262728292a2b2c2d2e2f"
#define DOMAINS "098267706d732e6c616e712a2e"
#define INFO "0aa3016566726f6e74"
#define REASON "0b676e657720626f78"
#define HELD "0c82430102034405060708"
#define CLOCK "0d831a69eff8811a00093a8004"
#define JOURNAL "0e82184d5820666768"
#define MANIFEST "0f0310a2"
#define STATUSES "10a26c736b657272793a727468756207"
#define REACHED "1182836f736b657272793a686f74656c6875621930391a69eea700"
#define REPLY "120513a265"
#define USAGE "13a265726f6f6d731858"
#define EVENT1                                                                                     \
	"14"                                                                                       \
	"82831a69eff87d6664656e69656463737061"
#define EVENT2 "820064626f6f74"
#define TELEMETRY "15a2626462647067313566"
#define STEPS "16828248c0c1c2c3c4c5c6c701"
#define STEPS2 "8248b0b1b2b3b4b5b6b71863"
#define ROLLED "171a69e41b00"
#define TENANT "1818656e6f727468"
#define HEADS "1819828208582077"
#define RESTORED "181af5"

/* The full request with `put` in the place of `find`: the error stands at the '|'. */
static const struct {
	const char *find, *put;
	enum skerry_err err;
} REFUSED[] = {
	/* outer map */
	{ AUD, "03|784047303331", SKERRY_ERR_CLAIM_VALUE },
	{ AUD, "03|784041303331", SKERRY_ERR_CLAIM_VALUE }, /* upper case */
	{ AUD, "03|784000303331", SKERRY_ERR_CLAIM_VALUE },
	{ AUD, "03|584033303331", SKERRY_ERR_CBOR_TYPE },
	{ AUD "33323333",
		"03|783e"
		"30333133323333",
		SKERRY_ERR_CLAIM_VALUE },
	{ AUD,
		"03|784130"
		"33303331",
		SKERRY_ERR_CBOR_COUNT },
	{ "061a69eff88007", "06|2007", SKERRY_ERR_CBOR_RANGE },
	{ CTI, "07|4fe0e1e2e3e4e5e6e7e8e9eaebecedee08", SKERRY_ERR_CBOR_COUNT },
	{ CTI, "07|51e0e1e2e3e4e5e6e7e8e9eaebecedeeefff08", SKERRY_ERR_CBOR_COUNT },
	{ CNF,
		"08a101|a301012004215820"
		"40",
		SKERRY_ERR_CLAIM_VALUE },
	{ CNF, "08a101|a401020327200621582040", SKERRY_ERR_COSE_KEY },
	/* version, kind, number, pending */
	{ HEAD, "b81a01|00020103090482820650a0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
		SKERRY_ERR_CLAIM_VALUE },
	{ HEAD, "b81a01|02020103090482820650a0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
		SKERRY_ERR_CLAIM_VERSION },
	{ HEAD, "b81a010102|0003090482820650a0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
		SKERRY_ERR_CLAIM_VALUE },
	{ HEAD, "b81a010102|0503090482820650a0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
		SKERRY_ERR_CBOR_RANGE },
	{ HEAD, "b81a0101020103|000482820650a0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
		SKERRY_ERR_CLAIM_VALUE },
	{ HEAD, "b81a01010201030904|80820650a0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
		SKERRY_ERR_CLAIM_VALUE },
	{ HEAD, "b81a01010201030904|9821820650a0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
		SKERRY_ERR_CBOR_COUNT },
	{ HEAD, "b81a0101020103090482|830650a0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
		SKERRY_ERR_CBOR_COUNT },
	{ HEAD, "b81a0101020103090482|810650a0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
		SKERRY_ERR_CBOR_COUNT },
	{ HEAD, "b81a010102010309048282|0050a0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
		SKERRY_ERR_CLAIM_VALUE },
	{ "06" DIGEST1, "06|4fa0a1a2a3a4a5a6a7a8a9aaabacadae", SKERRY_ERR_CBOR_COUNT },
	{ PENDING2, "|820650a8a9aaabacadaeafb0b1b2b3b4b5b6b7", SKERRY_ERR_CLAIM_VALUE },
	{ PENDING2, "|820950a8a9aaabacadaeafb0b1b2b3b4b5b6b7", SKERRY_ERR_CLAIM_CONFLICT },
	{ PENDING2, "|820a50a8a9aaabacadaeafb0b1b2b3b4b5b6b7", SKERRY_ERR_CLAIM_CONFLICT },
	/* who asks */
	{ OPENING, "05|a4010103272006215820", SKERRY_ERR_CLAIM_VALUE },
	{ OPENING,
		"05|a30101200521582"
		"0",
		SKERRY_ERR_COSE_KEY },
	{ KEYS, "06|8065484d532d3965484d532d37", SKERRY_ERR_CLAIM_VALUE },
	{ KEYS, "06|8965484d532d3965484d532d37", SKERRY_ERR_CBOR_COUNT },
	{ KEYS, "0682|6065484d532d37", SKERRY_ERR_CLAIM_VALUE },
	{ KEYS,
		"0682|6501"
		"4d532d3965484d532d37",
		SKERRY_ERR_CLAIM_VALUE },
	{ KEYS, "068265484d532d37|65484d532d37", SKERRY_ERR_CLAIM_VALUE },
	{ INSTALL, "07|6008", SKERRY_ERR_CLAIM_VALUE },
	{ SALT, "08|8350d0d1d2d3d4d5d6d7d8d9dadbdcdddedf", SKERRY_ERR_CBOR_COUNT },
	{ SALT, "0882|4fd0d1d2d3d4d5d6d7d8d9dadbdcddde", SKERRY_ERR_CBOR_COUNT },
	{ SALT "82", "088250d0d1d2d3d4d5d6d7d8d9dadbdcdddedf|80", SKERRY_ERR_CLAIM_VALUE },
	{ "8201" HASH1, "82|00" HASH1, SKERRY_ERR_CLAIM_VALUE },
	{ "8201" HASH1, "|8301" HASH1, SKERRY_ERR_CBOR_COUNT },
	{ "8201" HASH1, "8201|4b101112131415161718191a", SKERRY_ERR_CLAIM_VALUE },
	{ "8205" HASH2, "|82014c101112131415161718191a1b", SKERRY_ERR_CLAIM_VALUE },
	{ DOMAINS, "0982|67506d732e6c616e712a2e", SKERRY_ERR_CLAIM_VALUE },
	{ DOMAINS, "09|8067706d732e6c616e712a2e", SKERRY_ERR_CLAIM_VALUE },
	{ INFO, "0a|a0016566726f6e74", SKERRY_ERR_CLAIM_VALUE },
	{ INFO, "0aa301|60", SKERRY_ERR_CLAIM_VALUE },
	{ REASON, "0b|60", SKERRY_ERR_CLAIM_VALUE },
	/* what it reports */
	{ HELD, "0c|80430102034405060708", SKERRY_ERR_CLAIM_VALUE },
	{ HELD, "0c82|404405060708", SKERRY_ERR_CLAIM_VALUE },
	{ HELD, "0c82|634142434405060708", SKERRY_ERR_CBOR_TYPE },
	{ CLOCK, "0d|821a69eff8811a00093a8004", SKERRY_ERR_CBOR_COUNT },
	{ CLOCK, "0d83|201a00093a8004", SKERRY_ERR_CBOR_RANGE },
	{ CLOCK, "0d831a69eff881|2004", SKERRY_ERR_CBOR_RANGE },
	{ CLOCK, "0d831a69eff8811a00093a80|10", SKERRY_ERR_CBOR_RANGE },
	{ JOURNAL, "0e82|005820666768", SKERRY_ERR_CLAIM_VALUE },
	{ JOURNAL, "0e|83184d5820666768", SKERRY_ERR_CBOR_COUNT },
	{ JOURNAL, "0e82184d|5821666768", SKERRY_ERR_CBOR_COUNT },
	{ MANIFEST, "0f|0010a2", SKERRY_ERR_CLAIM_VALUE },
	{ STATUSES, "10|a06c736b657272793a727468756207", SKERRY_ERR_CLAIM_VALUE },
	{ STATUSES, "10a2|6007", SKERRY_ERR_CLAIM_VALUE },
	{ STATUSES, "10a2|6c0a6b657272793a727468756207", SKERRY_ERR_CLAIM_VALUE },
	{ STATUSES, "10a26c736b657272793a7274687562|20", SKERRY_ERR_CBOR_RANGE },
	{ "6f736b657272793a686f74656c6875621a", "|6c736b657272793a72746875621a",
		SKERRY_ERR_CBOR_KEY_DUPLICATE },
	{ REACHED, "11|80836f736b657272793a686f74656c6875621930391a69eea700",
		SKERRY_ERR_CLAIM_VALUE },
	{ REACHED, "1182|846f736b657272793a686f74656c6875621930391a69eea700",
		SKERRY_ERR_CBOR_COUNT },
	{ REACHED, "118283|601930391a69eea700", SKERRY_ERR_CLAIM_VALUE },
	{ REACHED, "1182836f736b657272793a686f74656c687562|201a69eea700", SKERRY_ERR_CBOR_TYPE },
	{ REPLY, "12|0013a265", SKERRY_ERR_CLAIM_VALUE },
	{ USAGE, "13|a065726f6f6d731858", SKERRY_ERR_CLAIM_VALUE },
	{ USAGE, "13a265726f6f6d73|6141", SKERRY_ERR_CBOR_TYPE }, /* a text among numbers */
	{ USAGE, "13a265726f6f6d73|f5", SKERRY_ERR_CBOR_TYPE },
	{ USAGE, "13a2|601858", SKERRY_ERR_CLAIM_VALUE },
	{ USAGE, "13a265726f6f6d73|1b8000000000000000", SKERRY_ERR_CBOR_RANGE },
	{ EVENT1, "14|80831a69eff87d6664656e69656463737061", SKERRY_ERR_CLAIM_VALUE },
	{ EVENT1, "1482|841a69eff87d6664656e69656463737061", SKERRY_ERR_CBOR_COUNT },
	{ EVENT1, "1482|811a69eff87d6664656e69656463737061", SKERRY_ERR_CBOR_COUNT },
	{ EVENT1, "1482831a69eff87d|6063737061", SKERRY_ERR_CLAIM_VALUE },
	{ EVENT1, "1482831a69eff87d6664656e696564|60", SKERRY_ERR_CLAIM_VALUE },
	{ EVENT1, "148283|f66664656e69656463737061", SKERRY_ERR_CBOR_TYPE },
	{ EVENT2, "820064626f6f74|00", SKERRY_ERR_CBOR_KEY_ORDER },
	{ TELEMETRY, "15|a0626462647067313566", SKERRY_ERR_CLAIM_VALUE },
	{ TELEMETRY, "15a2626462|447067313566", SKERRY_ERR_CBOR_TYPE },
	{ STEPS, "16|808248c0c1c2c3c4c5c6c701", SKERRY_ERR_CLAIM_VALUE },
	{ STEPS, "168282|47c0c1c2c3c4c5c601", SKERRY_ERR_CBOR_COUNT },
	{ STEPS, "16828248c0c1c2c3c4c5c6c7|00", SKERRY_ERR_CLAIM_VALUE },
	{ STEPS2, "|8248c0c1c2c3c4c5c6c71863", SKERRY_ERR_CLAIM_VALUE },
	{ STEPS2, "8248b0b1b2b3b4b5b6b7|1864", SKERRY_ERR_CBOR_RANGE },
	{ ROLLED, "17|20", SKERRY_ERR_CBOR_RANGE },
	{ TENANT, "1818|60", SKERRY_ERR_CLAIM_VALUE },
	{ HEADS, "1819|808208582077", SKERRY_ERR_CLAIM_VALUE },
	{ HEADS, "1819|858208582077", SKERRY_ERR_CBOR_COUNT },
	{ HEADS, "18198282|00582077", SKERRY_ERR_CLAIM_VALUE },
	{ RESTORED, "181a|f4", SKERRY_ERR_CLAIM_VALUE },
	{ RESTORED, "181a|01", SKERRY_ERR_CBOR_TYPE },
	{ RESTORED, "181af5|00", SKERRY_ERR_CBOR_TRAILING },
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
		err = copy_request(altered.bytes, altered.len, &copied, &offset);
		if (err != REFUSED[i].err || offset != want) {
			print_message("# %s -> %s: %s at %zu, wanted %s at %zu\n", REFUSED[i].find,
				REFUSED[i].put, skerry_err_name(err), offset,
				skerry_err_name(REFUSED[i].err), want);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static const struct {
	const char *map; /* NULL: the outer one */
	int64_t label;
	enum skerry_err err;
} DROPPED[] = {
	{ NULL, 3, SKERRY_ERR_CLAIM_MISSING },
	{ NULL, 6, SKERRY_ERR_CLAIM_MISSING },
	{ NULL, 7, SKERRY_ERR_CLAIM_MISSING },
	{ NULL, 8, SKERRY_ERR_CLAIM_MISSING },
	{ NULL, -65537, SKERRY_ERR_CLAIM_MISSING },
	{ "a101a4010103272006215820", 1, SKERRY_ERR_CLAIM_MISSING },
	{ HEAD, 1, SKERRY_ERR_CLAIM_MISSING },
	{ HEAD, 2, SKERRY_ERR_CLAIM_MISSING },
	{ HEAD, 3, SKERRY_ERR_CLAIM_MISSING },
	{ HEAD, 4, SKERRY_OK },
	{ HEAD, 5, SKERRY_ERR_CLAIM_CONFLICT }, /* a pairing */
	{ HEAD, 6, SKERRY_ERR_CLAIM_CONFLICT },
	{ HEAD, 7, SKERRY_OK },
	{ HEAD, 8, SKERRY_OK },
	{ HEAD, 9, SKERRY_OK },
	{ HEAD, 10, SKERRY_OK },
	{ HEAD, 11, SKERRY_OK },
	{ HEAD, 12, SKERRY_OK },
	{ HEAD, 13, SKERRY_ERR_CLAIM_MISSING },
	{ HEAD, 14, SKERRY_OK },
	{ HEAD, 15, SKERRY_ERR_CLAIM_MISSING },
	{ HEAD, 16, SKERRY_OK },
	{ HEAD, 17, SKERRY_OK },
	{ HEAD, 18, SKERRY_OK },
	{ HEAD, 19, SKERRY_OK },
	{ HEAD, 20, SKERRY_OK },
	{ HEAD, 21, SKERRY_OK },
	{ HEAD, 22, SKERRY_OK },
	{ HEAD, 23, SKERRY_OK },
	{ HEAD, 24, SKERRY_OK },
	{ HEAD, 25, SKERRY_OK },
	{ HEAD, 26, SKERRY_OK },
	{ "a3016566726f6e74", 1, SKERRY_OK },
	{ "a3016566726f6e74", 2, SKERRY_OK },
	{ "a3016566726f6e74", 3, SKERRY_OK },
};

static void
what_every_request_has_must_be_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof DROPPED / sizeof *DROPPED; i++) {
		size_t map_at = DROPPED[i].map == NULL ? 0 : payload_find(&full, DROPPED[i].map);
		size_t offset = SIZE_MAX;

		altered = full;
		payload_drop(&altered, map_at, DROPPED[i].label);
		assert_int_equal(
			copy_request(altered.bytes, altered.len, &copied, &offset), DROPPED[i].err);
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
	payload_assert_neighbors(&full, copy_request);
	payload_assert_neighbors(&bare, copy_request);
}

static void
damage_never_crashes(void **state)
{
	(void)state;
	payload_assert_survives_damage(&full, copy_request);
	payload_assert_survives_damage(&bare, copy_request);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_refusal_names_its_place),
		cmocka_unit_test(what_every_request_has_must_be_there),
		cmocka_unit_test(all_neighbors_are_refused_or_canonical),
		cmocka_unit_test(damage_never_crashes),
	};
	return cmocka_run_group_tests(tests, encode_both, NULL);
}
