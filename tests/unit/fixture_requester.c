/* SPDX-License-Identifier: ISC */
#include "fixture_requester.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_ceremony.h"
#include "issuer/desk/audit_verify.h"
#include "issuer/desk/manifests.h"
#include "keys/exchange_seal.h"
#include "keys/hash.h"
#include "keys/random.h"

static void
find_exchange_key(struct desk_fixture *fixture, struct cose_key *ret_key)
{
	struct trust *trust;

	assert_int_equal(manifests_load(&fixture->desk, &trust), SKERRY_OK);
	assert_true(trust->manifest.exchange_len > 0);
	*ret_key = trust->manifest.exchange[0].key;
	free(trust);
}

void
requester_make(struct requester *ret_requester, struct desk_fixture *fixture, uint8_t seed)
{
	memset(ret_requester, 0, sizeof *ret_requester);
	ret_requester->site = ceremony_pair(KEY_SITE, seed);
	ret_requester->opening = ceremony_pair(KEY_OPENING, (uint8_t)(seed + 100));
	hash_thumbprint(&ret_requester->site.public_key, ret_requester->site_id);
	find_exchange_key(fixture, &ret_requester->exchange);
	ret_requester->machine = seed;
	ret_requester->says.manifest_version = 1;
	ret_requester->says.rolled_back_since = LICENSE_NEVER;
}

void
requester_free(struct requester *requester)
{
	key_pair_free(&requester->site);
	key_pair_free(&requester->opening);
}

/* --- writing ----------------------------------------------------------------------------------- */

struct machine {
	uint8_t salt[LICENSE_SALT_LEN], hashes[REQUESTER_COMPONENTS][LICENSE_COMPONENT_HASH_MAX];
};

/* As after `skerry pair KEY`: the salt follows from the key alone, the hashes from the machine. */
static void
show_machine(const struct requester *requester, struct machine *machine, struct request *request)
{
	static const unsigned TYPES[REQUESTER_COMPONENTS] = { FINGERPRINT_MACHINE_ID,
		FINGERPRINT_PRODUCT_UUID, FINGERPRINT_DISK_SERIAL, FINGERPRINT_CPU_MODEL };

	if (requester->machine == 0)
		return;
	memset(machine->salt, 7, sizeof machine->salt);
	request->salt = (struct cbor_bytes){ machine->salt, sizeof machine->salt };
	for (size_t i = 0; i < REQUESTER_COMPONENTS; i++) {
		memset(machine->hashes[i], requester->machine, LICENSE_COMPONENT_HASH_MAX);
		request->components[i] = (struct fingerprint_component){ TYPES[i],
			{ machine->hashes[i], LICENSE_COMPONENT_HASH_MAX } };
	}
	request->components_len = REQUESTER_COMPONENTS;
}

static void
show_history(struct requester *requester, struct request *request)
{
	for (size_t i = 0; i < requester->written_len; i++)
		request->pending[i] = (struct request_pending){ requester->written[i].number,
			requester->written[i].digest };
	request->pending_len = requester->written_len;
	request->reply_number = requester->reply_number;
	request->restored = requester->restored;
	request->journal.seq = ++requester->journal_seq;
	request->journal.hash = requester->site_id;
	for (size_t i = 0; i < requester->held_len && !requester->holds_back; i++)
		request->held[request->held_len++] =
			(struct cbor_bytes){ requester->held[i], requester->held_lens[i] };
}

/* A full list takes no more: the next one is a stopgap of the same number. */
static void
note_written(struct requester *requester, const struct request *request,
	const uint8_t digest[REQUEST_DIGEST_LEN])
{
	struct requester_written *next = &requester->written[requester->written_len];

	requester->last_number = request->number;
	if (requester->written_len == REQUEST_PENDING_MAX)
		return;
	next->number = request->number;
	memcpy(next->digest, digest, sizeof next->digest);
	memcpy(next->nonce, request->nonce, sizeof next->nonce);
	requester->written_len++;
}

size_t
requester_write(struct requester *requester, struct desk_fixture *fixture, enum request_kind kind,
	const char *key, uint8_t *ret_sealed)
{
	struct request *request = malloc(sizeof *request);
	uint8_t digest[REQUEST_DIGEST_LEN], nonce[REQUEST_NONCE_LEN];
	const struct requester_written *last = &requester->written[REQUEST_PENDING_MAX - 1];
	struct machine machine;
	size_t len = 0;

	assert_non_null(request);
	*request = requester->says;
	hash_thumbprint(&requester->exchange, request->audience);
	random_bytes(nonce, sizeof nonce);
	request->nonce = nonce;
	request->site_key = requester->site.public_key;
	request->kind = kind;
	request->issued_at = request->wall = desk_clock(&fixture->desk);
	request->number = requester->written_len == REQUEST_PENDING_MAX
				  ? last->number + 1
				  : requester->last_number + 1;
	if (kind == REQUEST_PAIR || kind == REQUEST_MIGRATE) {
		request->has_opening_key = true;
		request->opening_key = requester->opening.public_key;
		show_machine(requester, &machine, request);
	}
	if (key != NULL)
		request->keys[request->keys_len++] = cbor_text_from_chars(key);
	show_history(requester, request);
	assert_int_equal(exchange_seal_request(&requester->site, &requester->exchange, request,
				 digest, ret_sealed, REQUESTER_ROOM, &len),
		SKERRY_OK);
	note_written(requester, request, digest);
	free(request);
	return len;
}

/* --- taking in --------------------------------------------------------------------------------- */

static void
acknowledge(struct requester *requester, const struct reply *reply)
{
	for (size_t i = 0; reply->nonce != NULL && i < requester->written_len; i++) {
		if (memcmp(requester->written[i].nonce, reply->nonce, REQUEST_NONCE_LEN) != 0)
			continue;
		memmove(requester->written, requester->written + i,
			(requester->written_len - i) * sizeof *requester->written);
		requester->written_len -= i;
		requester->restored = false;
		return;
	}
}

static void
parse_license(struct cbor_bytes bytes, struct license *ret_license)
{
	struct cose_sign1 message;
	size_t offset;

	assert_int_equal(cose_sign1_parse(bytes.data, bytes.len, &message, &offset), SKERRY_OK);
	assert_int_equal(license_parse(message.payload, ret_license, &offset), SKERRY_OK);
}

static void
hold(struct requester *requester, struct cbor_bytes bytes)
{
	struct license *fresh = malloc(sizeof *fresh), *held = malloc(sizeof *held);
	size_t i = 0;

	assert_true(fresh != NULL && held != NULL);
	parse_license(bytes, fresh);
	for (; i < requester->held_len; i++) {
		parse_license(
			(struct cbor_bytes){ requester->held[i], requester->held_lens[i] }, held);
		if (cbor_text_same(held->id, fresh->id))
			break;
	}
	assert_true(i < REQUESTER_HELD_MAX && bytes.len <= LICENSE_MAX);
	if (i == requester->held_len || held->edition < fresh->edition) {
		memcpy(requester->held[i], bytes.data, bytes.len);
		requester->held_lens[i] = bytes.len;
		if (i == requester->held_len)
			requester->held_len++;
	}
	free(fresh);
	free(held);
}

static void
copy_text(struct cbor_text text, char ret_text[REPLY_TEXT_MAX + 1])
{
	snprintf(ret_text, REPLY_TEXT_MAX + 1, "%.*s", (int)text.len,
		text.chars == NULL ? "" : text.chars);
}

bool
requester_take(struct requester *requester, struct cbor_bytes signed_reply, struct reply *ret_reply)
{
	struct cose_sign1 message;
	size_t offset;

	assert_int_equal(cose_sign1_parse(signed_reply.data, signed_reply.len, &message, &offset),
		SKERRY_OK);
	assert_int_equal(reply_parse(message.payload, ret_reply, &offset), SKERRY_OK);
	assert_memory_equal(ret_reply->site_id, requester->site_id, COSE_THUMBPRINT_LEN);
	for (size_t i = 0; i < ret_reply->licenses_len; i++)
		hold(requester, ret_reply->licenses[i]);
	if (ret_reply->number <= requester->reply_number)
		return false;
	requester->reply_number = ret_reply->number;
	acknowledge(requester, ret_reply);
	requester->history = ret_reply->history;
	requester->time_reset = ret_reply->time_reset;
	copy_text(ret_reply->results_len == 0 ? (struct cbor_text){ NULL, 0 }
					      : ret_reply->results[0].text,
		requester->text);
	copy_text(ret_reply->notices_len == 0 ? (struct cbor_text){ NULL, 0 }
					      : ret_reply->notices[0].text,
		requester->notice);
	return true;
}

/* --- a visit ----------------------------------------------------------------------------------- */

enum skerry_err
requester_hand(struct desk_fixture *fixture, const uint8_t *sealed, size_t sealed_len,
	struct requests_answered *ret_answered)
{
	struct desk *desk = &fixture->desk;
	struct requests_opened *opened = calloc(1, sizeof *opened);
	struct requests requests;
	size_t offset;
	enum skerry_err err;

	assert_non_null(opened);
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(requests_begin(desk, &requests), SKERRY_OK);
	err = requests_open(&requests, (struct cbor_bytes){ sealed, sealed_len }, opened, &offset);
	if (err == SKERRY_OK)
		err = requests_answer(desk, &requests, opened, REQUESTS_STICK, ret_answered);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
	requests_opened_free(opened);
	requests_close(&requests);
	free(opened);
	return err;
}

struct collecting {
	struct requester *requester;
	struct reply *reply;
	size_t taken;
};

static enum skerry_err
collect(void *context, const struct replies_left *left)
{
	struct collecting *collecting = context;

	if (!left->refused)
		collecting->taken +=
			requester_take(collecting->requester, left->bytes, collecting->reply);
	return SKERRY_OK;
}

size_t
requester_collect(struct requester *requester, struct desk_fixture *fixture)
{
	struct collecting collecting = { requester, malloc(sizeof *collecting.reply), 0 };
	struct installation installation;
	struct trust *trust = NULL;

	assert_non_null(collecting.reply);
	assert_int_equal(manifests_load(&fixture->desk, &trust), SKERRY_OK);
	assert_int_equal(installations_find_key(&fixture->desk, requester->site_id, &installation),
		SKERRY_OK);
	if (installation.id != 0)
		assert_int_equal(replies_each_left(&fixture->desk, trust, &installation, collect,
					 &collecting),
			SKERRY_OK);
	free(trust);
	free(collecting.reply);
	return collecting.taken;
}

void
requester_visit(struct requester *requester, struct desk_fixture *fixture, enum request_kind kind,
	const char *key, struct requests_answered *ret_answered)
{
	uint8_t *sealed = malloc(REQUESTER_ROOM);
	size_t len;

	assert_non_null(sealed);
	len = requester_write(requester, fixture, kind, key, sealed);
	assert_int_equal(requester_hand(fixture, sealed, len, ret_answered), SKERRY_OK);
	requester_collect(requester, fixture);
	free(sealed);
}

enum reply_code
requester_ask(struct requester *requester, struct desk_fixture *fixture, enum request_kind kind,
	const char *key, struct requests_answered *ret_answered)
{
	bool keyed = kind == REQUEST_PAIR || kind == REQUEST_MIGRATE;

	requester_visit(requester, fixture, kind, keyed ? key : NULL, ret_answered);
	assert_int_equal(ret_answered->results_len, 1);
	return ret_answered->results[0].code;
}

void
requester_read_held(const struct requester *who, struct license *ret_license)
{
	struct cose_sign1 message;
	size_t offset;

	assert_int_equal(who->held_len, 1);
	assert_int_equal(
		cose_sign1_parse(who->held[0], who->held_lens[0], &message, &offset), SKERRY_OK);
	assert_int_equal(license_parse(message.payload, ret_license, &offset), SKERRY_OK);
}

/* --- the records ------------------------------------------------------------------------------- */

int64_t
requester_count(struct desk_fixture *fixture, const char *sql)
{
	struct store_query q;
	int64_t number = -1;

	store_query(fixture->desk.store, &q, sql);
	if (store_step(&q))
		number = store_int(&q, 0);
	assert_int_equal(store_done(&q), SKERRY_OK);
	return number;
}

void
requester_execute(struct desk_fixture *fixture, const char *sql)
{
	struct store_query q;

	store_query(fixture->desk.store, &q, sql);
	if (store_run(&q) != SKERRY_OK)
		fail_msg("%s: %s", sql, store_detail(fixture->desk.store));
}

void
requester_expect_sound(struct desk_fixture *fixture)
{
	struct audit_verdict verdict;

	if (audit_verify_desk(&fixture->desk, NULL, 0, &verdict) != SKERRY_OK)
		fail_msg("%s: %s", fixture->desk.subject, fixture->desk.advice);
}
