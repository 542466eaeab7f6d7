/* SPDX-License-Identifier: ISC */
#include "peers.h"

#include <cjose/cjose.h>
#include <jwt.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

static const char CLAIMS[] =
	"{\"iss\":\"hotelhub-vendor\",\"sub\":\"license:1234\",\"aud\":\"hotelhub-app\",\"iat\":"
	"1714281600,"
	"\"exp\":1716873600,\"nbf\":1714281600,\"jti\":\"7a0f6f0e-58a8-4c39-9a0c-6a3c8b1f3f21\","
	"\"license\":{"
	"\"key_hash\":\"sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\","
	"\"plan\":\"standalone-pro\",\"features\":{\"channel_manager\":true,\"ai_demand_forecast\":"
	"false,"
	"\"marketplace_addons\":false,\"white_label\":false,\"max_concurrent_users\":30,\"max_"
	"rooms\":100,"
	"\"max_properties\":1},\"valid_until\":\"2027-04-28T00:00:00Z\",\"grace_days\":30},"
	"\"fingerprint\":\"sha256:"
	"60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752\"}";

struct peers {
	const uint8_t *message;
	size_t message_len;
	uint8_t signature[64];
	EVP_PKEY *ed25519;
	char *public_pem;
	char *jwt;
	char *cjose_token; /* of its own, since it wants its own form of key */
	cjose_jwk_t *jwk;
};

static char *
pem_of(EVP_PKEY *key, int secret)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *data, *text;
	long len;

	bench_require(bio != NULL && (secret ? PEM_write_bio_PrivateKey(
						       bio, key, NULL, NULL, 0, NULL, NULL)
					     : PEM_write_bio_PUBKEY(bio, key)) == 1,
		"OpenSSL writes no PEM");
	len = BIO_get_mem_data(bio, &data);
	text = calloc(1, (size_t)len + 1);
	bench_require(text != NULL, "no memory");
	memcpy(text, data, (size_t)len);
	BIO_free(bio);
	return text;
}

static void
make_ed25519(struct peers *peers)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t signature_len = sizeof peers->signature;

	peers->ed25519 = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	bench_require(peers->ed25519 != NULL &&
			      EVP_DigestSignInit(context, NULL, NULL, NULL, peers->ed25519) == 1 &&
			      EVP_DigestSign(context, peers->signature, &signature_len,
				      peers->message, peers->message_len) == 1,
		"OpenSSL signs no Ed25519");
	EVP_MD_CTX_free(context);
}

static void
make_jwt(struct peers *peers)
{
	EVP_PKEY *rsa = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
	char *secret_pem;
	jwt_t *jwt = NULL;

	bench_require(rsa != NULL, "OpenSSL makes no RSA key");
	secret_pem = pem_of(rsa, 1);
	peers->public_pem = pem_of(rsa, 0);
	bench_require(jwt_new(&jwt) == 0 && jwt_add_grants_json(jwt, CLAIMS) == 0 &&
			      jwt_set_alg(jwt, JWT_ALG_RS256, (const unsigned char *)secret_pem,
				      (int)strlen(secret_pem)) == 0 &&
			      (peers->jwt = jwt_encode_str(jwt)) != NULL,
		"libjwt makes no token");
	jwt_free(jwt);
	free(secret_pem);
	EVP_PKEY_free(rsa);
}

static void
make_cjose(struct peers *peers)
{
	static const uint8_t exponent[] = { 1, 0, 1 };
	cjose_err err;
	cjose_header_t *header = cjose_header_new(&err);
	cjose_jws_t *jws;
	const char *text;

	peers->jwk = cjose_jwk_create_RSA_random(2048, exponent, sizeof exponent, &err);
	bench_require(peers->jwk != NULL &&
			      cjose_header_set(header, CJOSE_HDR_ALG, CJOSE_HDR_ALG_RS256, &err),
		"cjose makes no key");
	jws = cjose_jws_sign(peers->jwk, header, (const uint8_t *)CLAIMS, sizeof CLAIMS - 1, &err);
	bench_require(jws != NULL && cjose_jws_export(jws, &text, &err), "cjose makes no token");
	peers->cjose_token = strdup(text);
	cjose_jws_release(jws);
	cjose_header_release(header);
}

struct peers *
peers_new(const uint8_t *message, size_t message_len)
{
	struct peers *peers = calloc(1, sizeof *peers);

	bench_require(peers != NULL, "no memory");
	peers->message = message;
	peers->message_len = message_len;
	make_ed25519(peers);
	make_jwt(peers);
	make_cjose(peers);
	return peers;
}

void
peers_free(struct peers *peers)
{
	EVP_PKEY_free(peers->ed25519);
	cjose_jwk_release(peers->jwk);
	free(peers->jwt);
	free(peers->public_pem);
	free(peers->cjose_token);
	free(peers);
}

size_t
peers_jwt_len(const struct peers *peers)
{
	return strlen(peers->jwt);
}

void
peers_openssl_ed25519(void *context)
{
	struct peers *peers = context;
	EVP_MD_CTX *verify = EVP_MD_CTX_new();

	bench_require(EVP_DigestVerifyInit(verify, NULL, NULL, NULL, peers->ed25519) == 1 &&
			      EVP_DigestVerify(verify, peers->signature, sizeof peers->signature,
				      peers->message, peers->message_len) == 1,
		"OpenSSL refuses its own signature");
	EVP_MD_CTX_free(verify);
}

void
peers_libjwt_rs256(void *context)
{
	struct peers *peers = context;
	jwt_t *jwt = NULL;

	bench_require(jwt_decode(&jwt, peers->jwt, (const unsigned char *)peers->public_pem,
			      (int)strlen(peers->public_pem)) == 0,
		"libjwt refuses its own token");
	jwt_free(jwt);
}

void
peers_cjose_rs256(void *context)
{
	struct peers *peers = context;
	cjose_err err;
	cjose_jws_t *jws = cjose_jws_import(peers->cjose_token, strlen(peers->cjose_token), &err);

	bench_require(jws != NULL && cjose_jws_verify(jws, peers->jwk, &err),
		"cjose refuses its own token");
	cjose_jws_release(jws);
}
