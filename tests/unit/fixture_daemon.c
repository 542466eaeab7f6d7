/* SPDX-License-Identifier: ISC */
#include "tests/unit/fixture_daemon.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_server.h"
#include "formats/base64.h"
#include "formats/date.h"
#include "keys/sign.h"
#include "verifier/texts/en.h"

enum { BODY_MAX = 4 * MANIFEST_MAX };

struct fake fake;
char fake_socket[96];

static struct server *server;
static uint8_t body[BODY_MAX], refusal[256];

/* --- bodies ---------------------------------------------------------------------------------- */

static void
put_name(struct cbor_writer *w, struct cbor_map_out *map, const char *name)
{
	cbor_map_put_name(w, map, (struct cbor_text){ name, strlen(name) });
}

static void
put_base64(struct cbor_writer *w, const uint8_t *bytes, size_t len)
{
	char *text = malloc(len / 3 * 4 + 5);
	size_t text_len = 0;

	for (size_t at = 0; at < len; at += 3, text_len += 4)
		base64_encode_group(bytes + at, len - at < 3 ? len - at : 3, text + text_len);
	cbor_write_text(w, (struct cbor_text){ text, text_len });
	free(text);
}

static size_t
write_proof(const struct proof_made *made)
{
	struct cbor_map_out map;
	struct cbor_writer w;
	size_t len = 0;

	cbor_writer_init(&w, body, sizeof body);
	cbor_map_open(&w, &map);
	put_name(&w, &map, "proof");
	put_base64(&w, made->proof, made->proof_len);
	put_name(&w, &map, "license");
	put_base64(&w, made->license.data, made->license.len);
	put_name(&w, &map, "manifests");
	cbor_write_array(&w, made->manifests_len);
	for (size_t i = 0; i < made->manifests_len; i++)
		put_base64(&w, made->manifests[i].bytes, made->manifests[i].len);
	cbor_map_close(&w, &map);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	return len;
}

static size_t
write_error(const char *code)
{
	struct cbor_map_out map, error;
	struct cbor_writer w;
	size_t len = 0;

	cbor_writer_init(&w, refusal, sizeof refusal);
	cbor_map_open(&w, &map);
	put_name(&w, &map, "error");
	cbor_map_open(&w, &error);
	put_name(&w, &error, "code");
	cbor_write_chars(&w, code);
	cbor_map_close(&w, &error);
	cbor_map_close(&w, &map);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	return len;
}

void
fake_refuse(int status, const char *code)
{
	fake.manner = FAKE_SAYS;
	fake.status = status;
	fake.body_len = write_error(code);
	fake.body = refusal;
}

static void
say(int fd, int status, const uint8_t *bytes, size_t len)
{
	char head[256];

	snprintf(head, sizeof head,
		"HTTP/1.1 %d x\r\nContent-Type: application/cbor\r\nContent-Length: %zu\r\n\r\n",
		status, len);
	server_say(fd, head);
	server_write(fd, bytes, len);
}

/* --- proofs ---------------------------------------------------------------------------------- */

/* "name":"value" out of JSON without escapes. */
static bool
find_value(const char *json, const char *name, char *ret_value, size_t value_max)
{
	char wanted[64];
	const char *at, *end;

	snprintf(wanted, sizeof wanted, "\"%s\":\"", name);
	at = strstr(json, wanted);
	if (at == NULL)
		return false;
	at += strlen(wanted);
	end = strchr(at, '"');
	snprintf(ret_value, value_max, "%.*s", (int)(end - at), at);
	return true;
}

static struct cbor_bytes
read_nonce(const char *json, uint8_t ret_nonce[128])
{
	struct base64 decoder = { .bytes = ret_nonce };
	char text[128] = "";

	find_value(json, "nonce", text, sizeof text);
	for (const char *at = text; base64_value(*at) != BASE64_NO_DIGIT; at++)
		base64_add(&decoder, base64_value(*at));
	(void)base64_end(&decoder);
	return (struct cbor_bytes){ ret_nonce, decoder.bytes_len };
}

static int64_t
build_date(void)
{
	const char *at = strstr(fake.target, "build_date=");
	char text[64] = "";
	int64_t date = 0;

	if (at == NULL)
		return 0;
	/* Only the colons of a date are encoded. */
	for (size_t len = 0; *(at + 11) != '\0' && *(at + 11) != '&'; at++) {
		text[len++] = *(at + 11);
		if (strncmp(at + 11, "%3A", 3) == 0) {
			text[len - 1] = ':';
			at += 2;
		}
	}
	(void)date_parse(text, &date);
	return date;
}

static void
answer_proof(int fd, const char *json)
{
	char product[96] = "", tenant[96] = "", domain[96] = "";
	uint8_t nonce[128];
	struct proof_wish wish = { .texts = &TEXTS_EN, .nonce = read_nonce(json, nonce) };
	struct proof_made made;
	struct timespec now;
	enum skerry_err err;

	state_clock_gettime(CLOCK_REALTIME, &now);
	site_live_until(now.tv_sec);
	if (find_value(json, "product", product, sizeof product))
		wish.query.product = product;
	if (find_value(json, "tenant", tenant, sizeof tenant))
		wish.query.tenant = tenant;
	if (find_value(json, "domain", domain, sizeof domain))
		wish.query.domain = domain;
	wish.query.build_date = build_date();
	err = proof_make(&site, &wish, &made);
	if (err != SKERRY_OK) {
		size_t len = write_error(skerry_err_name(err));

		say(fd, 409, refusal, len);
		return;
	}
	if (fake.alter != NULL)
		fake.alter(&made, wish.nonce);
	say(fd, 200, body, write_proof(&made));
	proof_made_free(&made);
}

static void
answer(void *context, int fd, const char *request, const uint8_t *sent, size_t sent_len)
{
	char byte;

	(void)context;
	(void)sent_len;
	snprintf(fake.request, sizeof fake.request, "%s", request);
	sscanf(request, "%*s %2047s", fake.target);
	switch (fake.manner) {
	case FAKE_ANSWERS:
		answer_proof(fd, (const char *)sent);
		break;
	case FAKE_IS_SILENT:
		/* Until whoever waits goes away. */
		(void)recv(fd, &byte, 1, 0);
		break;
	case FAKE_TALKS_NONSENSE:
		server_say(fd, "220 mail.example ESMTP\r\n\r\n");
		break;
	case FAKE_SAYS:
		say(fd, fake.status, fake.body, fake.body_len);
		break;
	}
}

void
fake_sign(const struct proof *proof, const struct key_pair *pair, const char *type,
	struct proof_made *made)
{
	uint8_t payload[PROOF_PAYLOAD_MAX];
	struct cbor_writer w;
	size_t len = 0;

	cbor_writer_init(&w, payload, sizeof payload);
	proof_write(&w, proof);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	assert_int_equal(sign_sign1(pair, type, (struct cbor_bytes){ payload, len }, made->proof,
				 sizeof made->proof, &made->proof_len),
		SKERRY_OK);
}

void
fake_sign_by_site(const struct proof *proof, struct proof_made *made)
{
	struct key_pair pair;

	assert_int_equal(identity_open_pair(&site.documents, KEY_SITE, &pair), SKERRY_OK);
	fake_sign(proof, &pair, PROOF_TYPE, made);
	key_pair_free(&pair);
}

struct proof
fake_read(const struct proof_made *made)
{
	struct cose_sign1 message;
	struct proof proof;
	size_t offset;

	assert_int_equal(
		cose_sign1_parse(made->proof, made->proof_len, &message, &offset), SKERRY_OK);
	assert_int_equal(proof_parse(message.payload, &proof, &offset), SKERRY_OK);
	return proof;
}

/* --- the daemon ------------------------------------------------------------------------------ */

void
fake_start(void)
{
	snprintf(
		fake_socket, sizeof fake_socket, "%s/../%s.sock", folder, strrchr(folder, '/') + 1);
	server = server_start(fake_socket, answer, NULL);
}

void
fake_stop(void)
{
	if (server != NULL)
		server_stop(server);
	server = NULL;
}

unsigned
fake_calls(void)
{
	return server_count(server);
}

void
fake_pair(struct signed_document *ret_license)
{
	ceremony_license(&license_made);
	license_made.has_site_key = true;
	license_made.site_key = site.identity.site_key;
	site_sign_license(ret_license);
	assert_int_equal(site_take_at(ret_license, TODAY), TAKE_TAKEN);
}

struct skerry_config
fake_config(void)
{
	struct skerry_config config = state_config();

	config.state = NULL;
	config.socket = fake_socket;
	return config;
}

/* --- a handle on it ---------------------------------------------------------------------------- */

struct signed_document fake_license;
struct skerry *skerry;

int
fake_set_up(void **state)
{
	memset(&fake, 0, sizeof fake);
	if (state_set_up(state) != 0)
		return -1;
	state_open_site();
	fake_start();
	return 0;
}

int
fake_tear_down(void **state)
{
	skerry_close(skerry);
	skerry = NULL;
	fake_stop();
	return state_tear_down(state);
}

void
fake_open_paired(void)
{
	struct skerry_config config = fake_config();

	fake_pair(&fake_license);
	skerry = state_open(&config);
}

enum skerry_err
fake_open_error(void)
{
	struct skerry_config config = fake_config();

	return state_open_error(&config);
}

enum skerry_reason
fake_reason(void)
{
	return state_verdict(skerry).reason;
}

enum skerry_err
fake_trouble(void)
{
	return state_verdict(skerry).trouble;
}
