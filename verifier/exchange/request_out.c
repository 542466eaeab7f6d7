/* SPDX-License-Identifier: ISC */
#include "request_out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keys/exchange_seal.h"
#include "keys/random.h"
#include "keys/secretbox.h"
#include "request_gather.h"
#include "request_news.h"

/* One being made. */
struct making {
	struct site *site;
	struct request_gathered *gathered;
	const struct cose_key *exchange;
	uint8_t news[HASH_LEN], nonce[REQUEST_NONCE_LEN];
	struct dialog dialog;
	struct dialog_next next;
	struct request_made made;
	bool waits;
	struct requests_row open; /* where it does, and its bytes */
	uint8_t *open_sealed;
};

/* The last one that was added to the manifest and not revoked. */
static const struct cose_key *
find_exchange_key(const struct manifest *manifest)
{
	for (size_t i = manifest->exchange_len; i > 0; i--)
		if (manifest->exchange[i - 1].revoked_at == LICENSE_NEVER)
			return &manifest->exchange[i - 1].key;
	return NULL;
}

/* Whether the one that waits says all that there is to say. */
static bool
still_holds(const struct requests_row *open, enum request_kind kind, const uint8_t news[HASH_LEN])
{
	if (kind == REQUEST_HEARTBEAT && open->kind != REQUEST_HEARTBEAT)
		return true;
	return memcmp(open->news, news, HASH_LEN) == 0;
}

/* Whoever asks to be paired after all has thought better of an unpairing. */
static bool
must_wait(enum request_kind open, enum request_kind kind)
{
	return open != REQUEST_HEARTBEAT && open != kind && kind != REQUEST_HEARTBEAT &&
	       open != REQUEST_UNPAIR;
}

/* What waits for its answer, if anything does. */
static enum skerry_err
look_for_open(struct making *making, enum request_kind kind)
{
	struct requests_row *open = &making->open;
	enum skerry_err err = requests_newest_open(
		making->site->memory->store, open, &making->open_sealed, &making->waits);

	if (err != SKERRY_OK || !making->waits || !must_wait(open->kind, kind))
		return err;
	making->made.number = open->sent.number;
	making->made.kind = open->kind;
	return SKERRY_ERR_REQUEST_WAITS;
}

/* The one that waits is given out once more. */
static void
make_again(struct making *making)
{
	const struct requests_row *open = &making->open;

	making->made.again = true;
	making->made.number = open->sent.number;
	making->made.kind = open->kind;
	making->made.stopgap = open->stopgap;
	making->made.sealed = making->open_sealed;
	making->made.sealed_len = open->sealed.len;
	making->open_sealed = NULL;
}

static void
number_it(struct making *making)
{
	struct request *request = &making->gathered->request;

	dialog_next(&making->dialog, &making->next);
	request->number = making->next.number;
	memcpy(request->pending, making->next.list, sizeof request->pending);
	request->pending_len = making->next.list_len;
	random_bytes(making->nonce, sizeof making->nonce);
	request->nonce = making->nonce;
}

static enum skerry_err
seal(struct making *making, uint8_t ret_digest[REQUEST_DIGEST_LEN])
{
	struct key_pair pair = { 0 };
	uint8_t *bytes;
	size_t len = 0;
	enum skerry_err err = identity_open_pair(&making->site->documents, KEY_SITE, &pair);

	if (err != SKERRY_OK)
		return err;
	bytes = malloc(SEALED_MAX);
	if (bytes == NULL)
		err = SKERRY_ERR_NO_MEMORY;
	if (err == SKERRY_OK)
		err = exchange_seal_request(&pair, making->exchange, &making->gathered->request,
			ret_digest, bytes, SEALED_MAX, &len);
	key_pair_free(&pair);
	if (err != SKERRY_OK) {
		free(bytes);
		return err;
	}
	making->made.sealed = bytes;
	making->made.sealed_len = len;
	return SKERRY_OK;
}

static void
join_keys(const struct request *request, char ret_keys[REQUESTS_KEYS_MAX])
{
	size_t len = 0;

	ret_keys[0] = '\0';
	for (size_t i = 0; i < request->keys_len; i++)
		len += (size_t)snprintf(ret_keys + len, REQUESTS_KEYS_MAX - len, "%s%.*s",
			i == 0 ? "" : " ", (int)request->keys[i].len, request->keys[i].chars);
}

static enum skerry_err
record(struct making *making, const uint8_t digest[REQUEST_DIGEST_LEN])
{
	struct memory *memory = making->site->memory;
	const struct request *request = &making->gathered->request;
	struct requests_row row = { .sent = { .number = request->number, .ran = memory->clock.ran },
		.stopgap = making->next.stopgap,
		.kind = request->kind,
		.written_at = memory_now(memory),
		.sealed = { making->made.sealed, making->made.sealed_len },
		.told_restored = making->gathered->told_restored,
		.events = making->gathered->event_numbers,
		.events_len = request->events_len };
	enum skerry_err err;

	memcpy(row.sent.digest, digest, REQUEST_DIGEST_LEN);
	memcpy(row.sent.nonce, making->nonce, REQUEST_NONCE_LEN);
	memcpy(row.news, making->news, HASH_LEN);
	join_keys(request, row.keys);
	err = memory_begin(memory);
	if (err == SKERRY_OK)
		err = requests_record(memory, &row);
	if (err == SKERRY_OK)
		err = memory_commit(memory, false);
	memory_rollback(memory);
	secretbox_wipe(row.keys, sizeof row.keys);
	return err;
}

static enum skerry_err
write_anew(struct making *making)
{
	uint8_t digest[REQUEST_DIGEST_LEN];
	enum skerry_err err = requests_load_dialog(making->site->memory->store, &making->dialog);

	if (err != SKERRY_OK)
		return err;
	number_it(making);
	making->made.number = making->next.number;
	making->made.kind = making->gathered->request.kind;
	making->made.stopgap = making->next.stopgap;
	err = seal(making, digest);
	return err == SKERRY_OK ? record(making, digest) : err;
}

static enum skerry_err
make(struct making *making, const struct request_wish *wish)
{
	static const uint8_t NO_NONCE[REQUEST_NONCE_LEN];
	struct request *request = &making->gathered->request;
	enum skerry_err err = look_for_open(making, wish->kind);

	if (err == SKERRY_OK)
		err = request_gather(making->site, wish,
			making->waits && making->open.kind == wish->kind ? making->open.keys : "",
			making->gathered);
	if (err != SKERRY_OK)
		return err;
	hash_thumbprint(making->exchange, request->audience);
	request->nonce = NO_NONCE;
	making->made.anonymous = making->gathered->anonymous;
	making->made.keys = request->keys_len;
	making->made.telemetry = request->telemetry_len;
	making->made.events = request->events_len;
	err = request_news_hash(request, making->news);
	if (err != SKERRY_OK)
		return err;
	if (!making->waits || !still_holds(&making->open, request->kind, making->news))
		return write_anew(making);
	make_again(making);
	return SKERRY_OK;
}

enum skerry_err
request_make(struct site *site, const struct request_wish *wish, struct request_made *ret_made)
{
	struct making *making;
	enum skerry_err err = SKERRY_OK;

	if (site->memory->store == NULL || !site->memory->writes)
		return site->memory->unread != SKERRY_OK ? site->memory->unread
							 : SKERRY_ERR_FILE_PERMISSION;
	if (wish->kind == REQUEST_UNPAIR && !request_is_paired(site))
		return SKERRY_ERR_NOT_PAIRED;
	if (find_exchange_key(&site->trust->manifest) == NULL)
		return SKERRY_ERR_NO_EXCHANGE_KEY;
	making = calloc(1, sizeof *making);
	if (making == NULL)
		return SKERRY_ERR_NO_MEMORY;
	making->site = site;
	making->exchange = find_exchange_key(&site->trust->manifest);
	making->gathered = malloc(sizeof *making->gathered);
	if (making->gathered == NULL)
		err = SKERRY_ERR_NO_MEMORY;
	if (err == SKERRY_OK)
		err = make(making, wish);
	if (err != SKERRY_OK) {
		free(making->made.sealed);
		making->made.sealed = NULL;
	}
	if (err == SKERRY_OK || err == SKERRY_ERR_REQUEST_WAITS)
		*ret_made = making->made;
	free(making->open_sealed);
	/* License keys are in both. */
	if (making->gathered != NULL)
		secretbox_wipe(making->gathered, sizeof *making->gathered);
	free(making->gathered);
	secretbox_wipe(making, sizeof *making);
	free(making);
	return err;
}

void
request_made_free(struct request_made *made)
{
	free(made->sealed);
	*made = (struct request_made){ .sealed = NULL };
}

enum skerry_err
request_written(struct site *site)
{
	struct memory *memory = site->memory;
	enum skerry_err err = memory_begin(memory);

	/* A commit of the clock alone: the mark tells no later time than the database. */
	if (err == SKERRY_OK)
		err = memory_commit(memory, true);
	memory_rollback(memory);
	return err;
}
