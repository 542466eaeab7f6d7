/* SPDX-License-Identifier: ISC */
#include "replies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/decide/desk_clock.h"
#include "issuer/desk/audit.h"
#include "issuer/desk/documents.h"
#include "issuer/exchange/replies_choose.h"
#include "issuer/exchange/replies_told.h"
#include "keys/random.h"
#include "keys/sign.h"

enum { DIGEST_TOLD = 8 };

/* --- made -------------------------------------------------------------------------------------- */

void
replies_made_free(struct replies_made *made)
{
	free(made->payload);
	free(made->bytes);
	made->payload = made->bytes = NULL;
}

static struct trust_claims
claims_of(struct cbor_text brand, int64_t issued_at)
{
	return (struct trust_claims){
		.role = MANIFEST_ROLE_REPLY, .brand = brand, .issued_at = issued_at
	};
}

static enum skerry_err
check_key(struct desk *desk, const struct signing *signing, const struct reply *reply)
{
	char brand[LICENSE_SLUG_MAX + 1];

	snprintf(brand, sizeof brand, "%.*s", (int)reply->brand.len, reply->brand.chars);
	return signing_permits_role(desk, signing, MANIFEST_ROLE_REPLY, brand, reply->issued_at);
}

/* More than the claims take. */
static size_t
room_for(const struct reply *reply)
{
	size_t room = 1024;

	for (size_t i = 0; i < reply->results_len; i++)
		room += reply->results[i].text.len + reply->results[i].told.len + 256;
	for (size_t i = 0; i < reply->notices_len; i++)
		room += reply->notices[i].text.len + 64;
	for (size_t i = 0; i < reply->licenses_len; i++)
		room += reply->licenses[i].len + 16;
	return room;
}

static enum skerry_err
write_claims(const struct reply *reply, struct replies_made *made)
{
	size_t room = room_for(reply);
	struct cbor_writer w;

	made->payload = malloc(room);
	if (made->payload == NULL)
		return SKERRY_ERR_NO_MEMORY;
	cbor_writer_init(&w, made->payload, room);
	reply_write(&w, reply);
	return cbor_writer_finish(&w, &made->payload_len);
}

enum skerry_err
replies_compose(struct desk *desk, const struct signing *signing, struct installation *installation,
	struct replies_draft *draft, struct replies_made *ret_made)
{
	struct replies_made made = { .installation_id = installation->id,
		.brand_id = draft->brand_id,
		.request_id = draft->request_id,
		.number = fork_next_reply(installation->reply_made, desk->now),
		.licenses_len = draft->reply.licenses_len };
	struct reply *reply = &draft->reply;
	struct replies_told *told = NULL;
	enum skerry_err err;

	random_bytes(made.cti, sizeof made.cti);
	memcpy(made.site_id, installation->site_id, sizeof made.site_id);
	memcpy(reply->site_id, installation->site_id, sizeof reply->site_id);
	reply->number = made.number;
	reply->cti = (struct cbor_bytes){ made.cti, sizeof made.cti };
	reply->issued_at = desk->now;
	err = check_key(desk, signing, reply);
	if (err == SKERRY_OK)
		err = replies_told_add(desk, installation->id, draft->brand_id, reply, &told);
	if (err == SKERRY_OK)
		err = write_claims(replies_told_reply(told), &made);
	replies_told_free(told);
	reply->cti = (struct cbor_bytes){ NULL, 0 };
	if (err != SKERRY_OK) {
		replies_made_free(&made);
		return err;
	}
	installation->reply_made = made.number;
	*ret_made = made;
	return SKERRY_OK;
}

/* What a site would see of it. */
static enum skerry_err
read_back(const struct signing *signing, const struct replies_made *made)
{
	struct reply *reply = malloc(sizeof *reply);
	const struct manifest_key *key;
	struct trust_claims claims;
	struct cose_sign1 message;
	size_t offset;
	enum skerry_err err = reply == NULL
				      ? SKERRY_ERR_NO_MEMORY
				      : trust_open_signed(signing->trust, REPLY_TYPE,
						(struct cbor_bytes){ made->bytes, made->bytes_len },
						&message, &key, &offset);

	if (err == SKERRY_OK)
		err = reply_parse(message.payload, reply, &offset);
	if (err == SKERRY_OK) {
		claims = claims_of(reply->brand, reply->issued_at);
		err = trust_permits(key, &claims);
	}
	if (err == SKERRY_OK &&
		(reply->number != made->number ||
			memcmp(reply->site_id, made->site_id, COSE_THUMBPRINT_LEN) != 0))
		err = SKERRY_ERR_INTERNAL;
	free(reply);
	return err;
}

enum skerry_err
replies_sign(const struct signing *signing, struct replies_made *made)
{
	size_t room = made->payload_len + COSE_SIGN1_OVERHEAD_MAX;
	enum skerry_err err;

	made->bytes = malloc(room);
	if (made->bytes == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = sign_sign1(&signing->pair, REPLY_TYPE,
		(struct cbor_bytes){ made->payload, made->payload_len }, made->bytes, room,
		&made->bytes_len);
	return err == SKERRY_OK ? read_back(signing, made) : err;
}

static enum skerry_err
write_row(struct desk *desk, const struct replies_made *made)
{
	struct store_query q;
	enum skerry_err err;

	store_query(desk->store, &q,
		"INSERT INTO reply (document_id, installation_id, brand_id, number, request_id)"
		" VALUES (?, ?, ?, ?, ?)");
	store_bind_int(&q, store_last_id(desk->store));
	store_bind_int(&q, made->installation_id);
	store_bind_int(&q, made->brand_id);
	store_bind_int(&q, (int64_t)made->number);
	if (made->request_id == 0)
		store_bind_null(&q);
	else
		store_bind_int(&q, made->request_id);
	err = store_run(&q);
	if (err != SKERRY_OK)
		return err;
	store_query(desk->store, &q, "UPDATE installation SET reply_made = ? WHERE id = ?");
	store_bind_int(&q, (int64_t)made->number);
	store_bind_int(&q, made->installation_id);
	return store_run(&q);
}

enum skerry_err
replies_record(struct desk *desk, const struct signing *signing, const struct replies_made *made)
{
	struct document_record document = { .kind = "reply",
		.brand_id = made->brand_id,
		.cti = made->cti,
		.kid = signing->pair.kid,
		.edition = (int64_t)made->number,
		.issued_at = desk->now,
		.expires_at = LICENSE_NEVER,
		.bytes = made->bytes,
		.bytes_len = made->bytes_len };
	char subject[AUDIT_SUBJECT_MAX], told[2 * DIGEST_TOLD + 1];
	uint8_t digest[HASH_LEN];
	enum skerry_err err = documents_insert(desk, &document, digest);

	if (err == SKERRY_OK)
		err = write_row(desk, made);
	if (err != SKERRY_OK)
		return err;
	for (size_t i = 0; i < DIGEST_TOLD; i++)
		snprintf(told + 2 * i, 3, "%02x", digest[i]);
	snprintf(subject, sizeof subject, "installation %lld", (long long)made->installation_id);
	return audit_append_of(desk, made->brand_id, "reply.make", subject,
		"brand=%lld number=%llu request=%lld licenses=%zu digest=%s",
		(long long)made->brand_id, (unsigned long long)made->number,
		(long long)made->request_id, made->licenses_len, told);
}

enum skerry_err
replies_make(struct desk *desk, const struct signing *signing, struct installation *installation,
	struct replies_draft *draft)
{
	struct replies_made made = { .payload = NULL };
	enum skerry_err err = replies_compose(desk, signing, installation, draft, &made);

	if (err == SKERRY_OK)
		err = replies_sign(signing, &made);
	if (err == SKERRY_OK)
		err = replies_record(desk, signing, &made);
	replies_made_free(&made);
	return err;
}

enum skerry_err
replies_date_after(struct desk *desk, int64_t installation_id)
{
	int64_t iat = INT64_MIN;
	struct store_query q;
	enum skerry_err err;

	store_query(desk->store, &q,
		"SELECT d.issued_at FROM reply r CROSS JOIN document d ON d.id = r.document_id"
		" WHERE r.installation_id = ? ORDER BY r.number DESC LIMIT 1");
	store_bind_int(&q, installation_id);
	if (store_step(&q))
		iat = store_int(&q, 0);
	err = store_done(&q);
	/* One far ahead is of a clock that was wrong, and no reason to follow it. */
	if (err == SKERRY_OK && iat >= desk->now && iat - desk->now <= DESK_CLOCK_STEP_S)
		desk->now = iat + 1;
	return err;
}

/* --- left -------------------------------------------------------------------------------------- */

struct leaving_one {
	int64_t document;
	uint64_t number;
	bool repeated, telling;
};

struct leaving {
	struct leaving_one list[REPLIES_EACH_MAX];
	size_t len;
};

uint64_t
replies_left_above(const struct desk *desk, const struct installation *installation)
{
	uint64_t next = fork_next_reply(installation->reply_made, desk->now);

	return installation->reply_taken < next ? installation->reply_taken : 0;
}

/* What is beyond the room is left with a bundle after the next answer. */
static void
add(struct leaving *leaving, const struct leaving_one *one)
{
	size_t i = 0;

	while (i < leaving->len && leaving->list[i].number != one->number)
		i++;
	if (i == REPLIES_EACH_MAX)
		return;
	leaving->list[i] = *one;
	leaving->len += i == leaving->len;
}

static enum skerry_err
choose_newest(struct desk *desk, const struct installation *installation, struct leaving *leaving)
{
	struct replies_chosen *chosen = NULL;
	size_t len = 0;
	enum skerry_err err = replies_choose(
		desk, installation, replies_left_above(desk, installation), &chosen, &len);

	for (size_t i = 0; i < len && err == SKERRY_OK; i++)
		add(leaving, &(struct leaving_one){ chosen[i].document_id, chosen[i].number, false,
				     chosen[i].telling });
	free(chosen);
	return err;
}

/* The answers of what arrived again, the latest first. */
static enum skerry_err
choose_repeated(struct desk *desk, const struct installation *installation, struct leaving *leaving)
{
	struct store_query q;

	store_query(desk->store, &q,
		"SELECT r.document_id, r.number FROM request q CROSS JOIN reply r ON r.request_id ="
		" q.id WHERE q.installation_id = ? AND q.again_at > ?"
		" ORDER BY q.again_at DESC, r.number DESC LIMIT ?");
	store_bind_int(&q, installation->id);
	store_bind_int(&q, desk->now - REPLIES_REPEATED_S);
	store_bind_int(&q, REPLIES_REPEATED_MAX);
	while (store_step(&q))
		add(leaving, &(struct leaving_one){
				     store_int(&q, 0), (uint64_t)store_int(&q, 1), true, false });
	return store_done(&q);
}

static int
by_number(const void *a, const void *b)
{
	const struct leaving_one *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

static bool
is_refused(const struct trust *trust, struct store_query *q)
{
	struct cbor_bytes kid = store_bytes(q, 3);
	char brand[LICENSE_SLUG_MAX + 1];
	const struct manifest_key *key =
		kid.len == COSE_KID_LEN ? trust_find_key(trust, kid.data) : NULL;
	struct trust_claims claims;

	store_text(q, 5, brand, sizeof brand);
	claims = claims_of(cbor_text_from_chars(brand), store_int(q, 4));
	return key == NULL || trust_permits(key, &claims) != SKERRY_OK;
}

static enum skerry_err
leave_one(struct desk *desk, const struct trust *trust, const struct leaving_one *one,
	replies_take_left *take, void *context)
{
	enum skerry_err err = SKERRY_OK, done;
	struct store_query q;

	store_query(desk->store, &q,
		"SELECT r.brand_id, r.request_id, d.bytes, d.kid, d.issued_at, b.slug FROM reply r"
		" CROSS JOIN document d ON d.id = r.document_id CROSS JOIN brand b ON b.id ="
		" r.brand_id WHERE r.document_id = ?");
	store_bind_int(&q, one->document);
	if (store_step(&q) && store_bytes(&q, 2).len > 0) {
		const struct replies_left left = { .document_id = one->document,
			.brand_id = store_int(&q, 0),
			.request_id = store_is_null(&q, 1) ? 0 : store_int(&q, 1),
			.number = one->number,
			.repeated = one->repeated,
			.telling = one->telling,
			.bytes = store_bytes(&q, 2),
			.refused = is_refused(trust, &q) };

		err = take(context, &left);
	}
	done = store_done(&q);
	return done != SKERRY_OK ? done : err;
}

enum skerry_err
replies_each_left(struct desk *desk, const struct trust *trust,
	const struct installation *installation, replies_take_left *take, void *context)
{
	struct leaving leaving = { .len = 0 };
	enum skerry_err err = choose_newest(desk, installation, &leaving);

	if (err == SKERRY_OK)
		err = choose_repeated(desk, installation, &leaving);
	qsort(leaving.list, leaving.len, sizeof *leaving.list, by_number);
	for (size_t i = 0; i < leaving.len && err == SKERRY_OK; i++)
		err = leave_one(desk, trust, &leaving.list[i], take, context);
	return err;
}

enum skerry_err
replies_each_answer(struct desk *desk, int64_t request_id,
	enum skerry_err (*each)(void *, uint64_t number, struct cbor_bytes signed_reply),
	void *context)
{
	enum skerry_err err = SKERRY_OK, done;
	struct store_query q;

	store_query(desk->store, &q,
		"SELECT r.number, d.bytes FROM reply r CROSS JOIN document d ON d.id = "
		"r.document_id"
		" WHERE r.request_id = ? ORDER BY r.number");
	store_bind_int(&q, request_id);
	while (err == SKERRY_OK && store_step(&q))
		if (store_bytes(&q, 1).len > 0)
			err = each(context, (uint64_t)store_int(&q, 0), store_bytes(&q, 1));
	done = store_done(&q);
	return done != SKERRY_OK ? done : err;
}
