/* SPDX-License-Identifier: ISC */
/* Proof: claims that parse can be written, never longer, and read back the same; a daemon's body is read within its bounds. */
#include <stdlib.h>
#include <string.h>

#include "formats/cose.h"
#include "formats/proof.h"
#include "verifier/library/daemon_answer.h"
#include "verifier/library/http_response.h"

enum { ROOM = 2 * PROOF_PAYLOAD_MAX, BODY_MAX = 1 << 22 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Seeds are claims or whole documents; most mutations of either then fall on the claims. */
static struct cbor_bytes
claims_of(const uint8_t *data, size_t size)
{
	struct cose_sign1 message;
	size_t offset;

	if (cose_sign1_parse(data, size, &message, &offset) == SKERRY_OK)
		return message.payload;
	return (struct cbor_bytes){ data, size };
}

static size_t
write_anew(const struct proof *proof, uint8_t ret_bytes[ROOM])
{
	struct cbor_writer w;
	size_t len;

	cbor_writer_init(&w, ret_bytes, ROOM);
	proof_write(&w, proof);
	if (cbor_writer_finish(&w, &len) != SKERRY_OK)
		abort();
	return len;
}

static void
read_claims(struct cbor_bytes payload)
{
	static uint8_t first[ROOM], second[ROOM];
	struct cbor_bytes written = { first, 0 };
	struct proof proof, again;
	size_t offset = 0;

	if (proof_parse(payload, &proof, &offset) != SKERRY_OK) {
		if (offset > payload.len)
			abort();
		return;
	}
	written.len = write_anew(&proof, first);
	if (written.len > payload.len || proof_parse(written, &again, &offset) != SKERRY_OK)
		abort();
	if (write_anew(&again, second) != written.len || memcmp(first, second, written.len) != 0)
		abort();
}

/* What a daemon, or whoever listens in its place, answers to a client. */
static void
read_answer(struct cbor_bytes body)
{
	static struct daemon_answer_proof proof;
	struct daemon_answer_seat seat;
	struct http_response head;
	int64_t retry_in_s;
	size_t end = http_response_end(body.data, body.len);

	if (end > body.len)
		abort();
	if (end != 0 && http_response_parse(body.data, end, BODY_MAX, &head) == SKERRY_OK &&
		head.body_len > BODY_MAX)
		abort();
	if (daemon_answer_proof(body, &proof) == SKERRY_OK) {
		if (proof.license.len + proof.proof.len > body.len)
			abort();
		free(proof.memory);
	}
	if (daemon_answer_seat(body, &seat) == SKERRY_OK &&
		memchr(seat.secret, '\0', sizeof seat.secret) == NULL)
		abort();
	if (daemon_answer_error(body, &retry_in_s) == SKERRY_OK)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_claims(claims_of(data, size));
	read_answer((struct cbor_bytes){ data, size });
	return 0;
}
