/* SPDX-License-Identifier: ISC */
#include "fixture_exchange.h"

#include <string.h>

#include "fixture_hotel.h"

enum { DAY_S = 86400 };

static const uint8_t *
counting(uint8_t first)
{
	return fixture_bytes(first, 32).data;
}

void
exchange_request_bare(struct request *ret_request)
{
	memset(ret_request, 0, sizeof *ret_request);
	memcpy(ret_request->audience, counting(0x30), COSE_THUMBPRINT_LEN);
	ret_request->issued_at = HOTEL_ISSUED_AT;
	ret_request->nonce = counting(0xe0);
	ret_request->site_key = fixture_key(COSE_CURVE_ED25519, 0x40);
	ret_request->kind = REQUEST_HEARTBEAT;
	ret_request->number = 1;
	ret_request->wall = HOTEL_ISSUED_AT + 1;
	ret_request->manifest_version = 1;
	ret_request->rolled_back_since = LICENSE_NEVER;
}

static void
add_reports(struct request *r)
{
	r->held[0] = fixture_bytes(0x01, 3);
	r->held[1] = fixture_bytes(0x05, 4);
	r->held_len = 2;
	r->ran = 7 * DAY_S;
	r->condition = 4;
	r->journal = (struct request_head){ 77, counting(0x66) };
	r->manifest_version = 3;
	r->statuses[0] = (struct request_status){ fixture_text("skerry:rthub"), 7 };
	r->statuses[1] =
		(struct request_status){ fixture_text("skerry:hotelhub"), HOTEL_ISSUED_AT };
	r->statuses_len = 2;
	r->reached[0] = (struct request_reached){ fixture_text("skerry:hotelhub"), 12345,
		HOTEL_ISSUED_AT - DAY_S };
	r->reached[1] = (struct request_reached){ fixture_text("skerry:rthub"), 0, 0 };
	r->reached_len = 2;
	r->reply_number = 5;
	r->events[0] = (struct request_event){ HOTEL_ISSUED_AT - 3, fixture_text("denied"),
		fixture_text("spa") };
	r->events[1] = (struct request_event){ 0, fixture_text("boot"), { NULL, 0 } };
	r->events_len = 2;
	r->steps[0] = (struct request_steps){ counting(0xc0), 1 };
	r->steps[1] = (struct request_steps){ counting(0xb0), LICENSE_STEPS_MAX };
	r->steps_len = 2;
	r->rolled_back_since = HOTEL_ISSUED_AT - 9 * DAY_S;
	r->tenant = fixture_text("north");
	r->heads[0] = (struct request_head){ 8, counting(0x77) };
	r->heads[1] = (struct request_head){ 9, counting(0x88) };
	r->heads_len = 2;
	r->restored = true;
}

static void
add_numbers(struct request *r)
{
	r->usage[0] = (struct request_named){ .name = fixture_text("rooms"), .number = 88 };
	r->usage[1] = (struct request_named){ .name = fixture_text("seats_peak"), .number = -1 };
	r->usage_len = 2;
	r->telemetry[0] = (struct request_named){
		.name = fixture_text("db"), .is_text = true, .text = fixture_text("pg15")
	};
	r->telemetry[1] = (struct request_named){ .name = fixture_text("ram_mb"), .number = 4096 };
	r->telemetry_len = 2;
}

void
exchange_request_full(struct request *ret_request)
{
	struct request *r = ret_request;

	exchange_request_bare(r);
	r->kind = REQUEST_PAIR;
	r->number = 9;
	r->pending[0] = (struct request_pending){ 6, counting(0xa0) };
	r->pending[1] = (struct request_pending){ 8, counting(0xa8) };
	r->pending_len = 2;
	r->has_opening_key = true;
	r->opening_key = fixture_key(COSE_CURVE_X25519, 0x90);
	r->keys[0] = fixture_text("HMS-9");
	r->keys[1] = fixture_text("HMS-7");
	r->keys_len = 2;
	r->install_id = fixture_text("box-7");
	r->salt = fixture_bytes(0xd0, LICENSE_SALT_LEN);
	r->components[0] = (struct fingerprint_component){ 1, fixture_bytes(0x10, 12) };
	r->components[1] = (struct fingerprint_component){ 5, fixture_bytes(0x20, 16) };
	r->components_len = 2;
	r->domains[0] = fixture_text("pms.lan");
	r->domains[1] = fixture_text("*.sibolga.example");
	r->domains_len = 2;
	r->hostname = fixture_text("front");
	r->os = fixture_text("debian 12");
	r->app_version = fixture_text("4.2");
	r->reason = fixture_text("new box");
	add_reports(r);
	add_numbers(r);
}

void
exchange_reply_bare(struct reply *ret_reply)
{
	memset(ret_reply, 0, sizeof *ret_reply);
	ret_reply->brand = fixture_text("hotelhub");
	memcpy(ret_reply->site_id, counting(0x50), COSE_THUMBPRINT_LEN);
	ret_reply->issued_at = HOTEL_ISSUED_AT;
	ret_reply->cti = fixture_bytes(0xc0, LICENSE_CTI_LEN);
	ret_reply->number = 1;
}

void
exchange_reply_full(struct reply *ret_reply)
{
	struct reply *r = ret_reply;

	exchange_reply_bare(r);
	r->number = 6;
	r->answers = 9;
	r->nonce = counting(0xe0);
	r->acknowledged = 10;
	r->results[0] = (struct reply_result){ .code = REPLY_OK, .until = LICENSE_NEVER };
	r->results[1] = (struct reply_result){
		.code = REPLY_UNPAIRED,
		.product = fixture_text("hms"),
		.license = fixture_text("7QK2M94XPAC0DTE1"),
		.text = fixture_text("Until the new box runs."),
		.until = HOTEL_ISSUED_AT + 14 * DAY_S,
	};
	r->results_len = 2;
	r->licenses[0] = fixture_bytes(0x01, 3);
	r->licenses[1] = fixture_bytes(0x05, 4);
	r->licenses_len = 2;
	r->notices[0] = (struct reply_notice){ 1, fixture_text("Holiday"), LICENSE_NEVER };
	r->notices[1] = (struct reply_notice){ 3, fixture_text("Call us"), HOTEL_ISSUED_AT };
	r->notices_len = 2;
	r->time_reset = true;
	r->history = REPLY_HISTORY_RESTORED;
}

void
exchange_index_bare(struct bundle_index *ret_index)
{
	*ret_index = (struct bundle_index){
		.issued_at = HOTEL_ISSUED_AT,
		.id = counting(0x30),
		.seq = 1,
		.chain_hash = counting(0x50),
		.common = { 0, 9, 1, counting(0x70) },
	};
}

void
exchange_index_full(struct bundle_index *ret_index)
{
	exchange_index_bare(ret_index);
	ret_index->seq = 412;
	ret_index->audit_seq = 7000;
	ret_index->audit_hash = counting(0x90);
	ret_index->common = (struct bundle_place){ 0, 3000, 20000, counting(0x70) };
}

void
exchange_sort_key(uint32_t number, uint8_t ret_key[BUNDLE_SORT_KEY_LEN])
{
	memset(ret_key, 0, BUNDLE_SORT_KEY_LEN);
	for (unsigned i = 0; i < 4; i++)
		ret_key[i] = (uint8_t)(number >> (24 - 8 * i));
}

void
exchange_entries(struct bundle_entry *ret_entries, size_t len)
{
	static uint8_t keys[BUNDLE_FAN_MAX + 1][BUNDLE_SORT_KEY_LEN];

	for (size_t i = 0; i < len; i++) {
		exchange_sort_key((uint32_t)(16 * i + 8), keys[i]);
		ret_entries[i] = (struct bundle_entry){
			.first = keys[i],
			.place = { 3000 + 500 * i, 500, 500, counting((uint8_t)i) },
		};
	}
}

struct cbor_bytes
exchange_box(uint8_t byte)
{
	static uint8_t boxes[256][SEALED_BOX_OVERHEAD + SEALED_STEP];

	memset(boxes[byte], byte, sizeof boxes[byte]);
	return (struct cbor_bytes){ boxes[byte], sizeof boxes[byte] };
}
