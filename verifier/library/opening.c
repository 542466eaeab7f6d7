/* SPDX-License-Identifier: ISC */
#include "opening.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "keys/random.h"
#include "keys/trust.h"
#include "verifier/decide/timeline.h"
#include "verifier/exchange/manifest_chain.h"
#include "verifier/gather/components.h"
#include "verifier/texts/en.h"

/* What opening needs and a handle does not. The carriers are decoded in place behind it. */
struct opening {
	const struct skerry_config *config;
	struct trust trust;
	struct manifest_chain chain;
	struct document documents[DOCUMENT_PARTS_MAX];
	size_t documents_len;
	struct components components;
	const char *what; /* the document that an error is about; NULL: none */
	size_t offset;
	uint8_t carriers[];
};

static const char PINNED[] = "manifest", FOLDER[] = "state folder", DAEMON[] = "skerryd";

/* The config as it was before it had a socket: what is not there was not given. */
static bool
read_config(const struct skerry_config *config, struct skerry_config *ret_config)
{
	if (config->config_size != sizeof *config &&
		config->config_size != offsetof(struct skerry_config, socket))
		return false;
	memset(ret_config, 0, sizeof *ret_config);
	memcpy(ret_config, config, config->config_size);
	return true;
}

static bool
is_no_empty_path(const char *path)
{
	return path == NULL || path[0] != '\0';
}

static enum skerry_err
check_config(const struct skerry_config *config)
{
	int sources =
		(config->license != NULL) + (config->state != NULL) + (config->socket != NULL);

	if (config->product == NULL || config->trust == NULL || sources != 1 ||
		!is_no_empty_path(config->state) || !is_no_empty_path(config->socket) ||
		config->custom_len > SKERRY_CUSTOM_MAX || !product_name_is_full(config->product))
		return SKERRY_ERR_ARGUMENT;
	if (config->trust_len > DOCUMENT_MAX ||
		(config->license != NULL && config->license_len > DOCUMENT_MAX))
		return SKERRY_ERR_DOCUMENT_TOO_LARGE;
	return SKERRY_OK;
}

static struct components_query
machine_of(const struct skerry_config *config)
{
	return (struct components_query){
		.root = "/",
		.custom = config->custom,
		.custom_len = config->custom_len,
		.install_path = config->install_path,
	};
}

/* Copies a carrier, since unwrapping overwrites it, and finds its documents. */
static enum skerry_err
unwrap(struct opening *o, const char *what, const void *bytes, size_t bytes_len, uint8_t *memory)
{
	o->what = what;
	memcpy(memory, bytes, bytes_len);
	return document_unwrap(memory, bytes_len, o->documents, &o->documents_len, &o->offset);
}

static enum skerry_err
open_trust(struct opening *o)
{
	enum skerry_err err =
		unwrap(o, PINNED, o->config->trust, o->config->trust_len, o->carriers);

	if (err != SKERRY_OK)
		return err;
	return manifest_chain_anchor(
		&o->trust, o->documents, o->documents_len, &o->chain, &o->offset);
}

/* The carrier's documents, once the manifests among them have had their say. */
static enum skerry_err
carry_license(struct opening *o)
{
	enum skerry_err err = unwrap(o, "license", o->config->license, o->config->license_len,
		o->carriers + o->config->trust_len);

	if (err != SKERRY_OK)
		return err;
	o->what = "manifest that came with the license";
	err = manifest_chain_follow(
		&o->trust, o->documents, o->documents_len, &o->chain, &o->offset);
	if (err == SKERRY_OK)
		o->what = "license";
	return err;
}

static struct cbor_text
keep_text(struct skerry *skerry, size_t *at, struct cbor_text text)
{
	char *kept = skerry->contact + *at;

	if (text.len == 0)
		return (struct cbor_text){ NULL, 0 };
	memcpy(kept, text.chars, text.len);
	*at += text.len;
	return (struct cbor_text){ kept, text.len };
}

static void
keep_contact(struct skerry *skerry, const struct manifest_contact *contact)
{
	size_t at = 0;

	if (contact == NULL)
		return;
	skerry->subject.name = keep_text(skerry, &at, contact->name);
	skerry->subject.telephone = keep_text(skerry, &at, contact->telephone);
	skerry->subject.email = keep_text(skerry, &at, contact->email);
	skerry->subject.url = keep_text(skerry, &at, contact->url);
}

static enum skerry_err
check_wanted(const struct skerry_config *config, const struct license *license)
{
	enum skerry_err err = product_name_check(config->product, license);

	if (err == SKERRY_OK && match_tenant(license, config->tenant) == EVALUATE_MISMATCH)
		err = SKERRY_ERR_TENANT;
	return err;
}

static void
find_facts(const struct opening *o, const struct license *license, struct evaluate_facts *ret_facts)
{
	enum match_sight sights[LICENSE_COMPONENTS_MAX];

	evaluate_facts_init(ret_facts, license->issued_at, 0);
	components_compare(&o->components, license, sights);
	ret_facts->machine = match_machine(license, sights, NULL);
	ret_facts->domain = match_domain(license, o->config->domain);
	ret_facts->build_date = o->config->build_date;
}

static enum skerry_err
add_steps(const struct timeline *timeline, struct snapshot *snapshot)
{
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < timeline->len && err == SKERRY_OK; i++) {
		struct skerry_verdict verdict;

		timeline_verdict(timeline, timeline->steps[i].from, &verdict);
		err = snapshot_add(snapshot, &verdict, 0, NULL);
	}
	return err;
}

static enum skerry_err
decide(const struct opening *o, struct skerry *skerry)
{
	const struct license *license = &skerry->snapshot->licenses[0].license;
	struct evaluate_facts facts;
	struct timeline timeline;

	local_time_read("/", &skerry->place);
	skerry->local = local_time_clock(&skerry->place, license->issued_at);
	skerry->subject.local = &skerry->local;
	find_facts(o, license, &facts);
	facts.local = skerry->local;
	timeline_walk(license, &facts, &timeline);
	return add_steps(&timeline, skerry->snapshot);
}

/* English where the language is not spoken here: a message in a foreign one is better than none. */
static const struct texts *
texts_of(const char *language)
{
	const struct texts *texts = language == NULL ? NULL : texts_find(language);

	return texts == NULL ? &TEXTS_EN : texts;
}

static enum skerry_err
open_license(struct opening *o, struct snapshot *snapshot, struct cbor_bytes bytes)
{
	struct snapshot_license *held = calloc(1, sizeof *held);
	const struct manifest_key *key;
	enum skerry_err err;

	if (held == NULL)
		return SKERRY_ERR_NO_MEMORY;
	snapshot->licenses = held;
	snapshot->licenses_len = 1;
	held->document = malloc(bytes.len == 0 ? 1 : bytes.len);
	if (held->document == NULL)
		return SKERRY_ERR_NO_MEMORY;
	memcpy(held->document, bytes.data, bytes.len);
	err = trust_open_license(
		&o->trust, held->document, bytes.len, &held->license, &key, &o->offset);
	return err == SKERRY_OK ? check_wanted(o->config, &held->license) : err;
}

/* A handle for the license in `bytes`, verified. */
static enum skerry_err
make_handle(struct opening *o, struct cbor_bytes bytes, struct skerry **ret_skerry)
{
	struct skerry *skerry = calloc(1, sizeof *skerry);
	const struct license *license;
	enum skerry_err err;

	if (skerry == NULL)
		return SKERRY_ERR_NO_MEMORY;
	skerry->snapshot = snapshot_new(texts_of(o->config->language));
	err = skerry->snapshot == NULL ? SKERRY_ERR_NO_MEMORY
				       : open_license(o, skerry->snapshot, bytes);
	if (err == SKERRY_OK) {
		license = &skerry->snapshot->licenses[0].license;
		skerry->issued_at = license->issued_at;
		product_name_of(license, skerry->product);
		skerry->subject.product = skerry->product;
		keep_contact(skerry, manifest_find_contact(&o->trust.manifest, license->brand));
		err = decide(o, skerry);
	}
	if (err == SKERRY_OK)
		*ret_skerry = skerry;
	else
		skerry_close(skerry);
	return err;
}

/* A mail may bring licenses for several products: the first that fits, else the first one's error. */
static enum skerry_err
choose_license(struct opening *o, struct skerry **ret_skerry)
{
	enum skerry_err first = SKERRY_ERR_DOCUMENT_KIND;
	size_t first_offset = 0;
	bool tried = false;

	for (size_t i = 0; i < o->documents_len; i++) {
		enum skerry_err err;

		if (o->documents[i].kind != DOCUMENT_LICENSE)
			continue;
		o->offset = 0;
		err = make_handle(o, o->documents[i].bytes, ret_skerry);
		if (err == SKERRY_OK)
			return SKERRY_OK;
		if (!tried) {
			first = err;
			first_offset = o->offset;
		}
		tried = true;
	}
	o->offset = first_offset;
	return first;
}

/* --- failures -------------------------------------------------------------------------------- */

/* Of what skerryd answers, or does not. */
static const char *
advice_on_daemon(enum skerry_err err)
{
	switch (err) {
	case SKERRY_ERR_FILE_PERMISSION:
		return "Add this program's user to the group skerry: usermod -aG skerry USER; then "
		       "start it anew.";
	case SKERRY_ERR_NO_LICENSE:
		return "Import the license file that the vendor sent: skerry import FILE.";
	case SKERRY_ERR_IO:
		return "What listens at this socket is not skerryd. Name skerryd's socket, "
		       "/run/skerry/skerry.sock as a rule.";
	case SKERRY_ERR_TRUST_SEQUENCE:
		return "A manifest of the vendor is missing between the pinned one and that of "
		       "this site: import the vendor's newest bundle there.";
	default:
		return skerry_err_advice(err);
	}
}

/* Where the library knows better than skerry_err_advice. */
static const char *
advice_on(enum skerry_err err, const char *what)
{
	if (what == NULL && err == SKERRY_ERR_ARGUMENT)
		return "See skerry_open(3): the product is named as brand/product, and either a "
		       "license, a state folder or a socket is given.";
	if (what == DAEMON)
		return advice_on_daemon(err);
	if (err == SKERRY_ERR_TRUST_ROOT_UNKNOWN && what == PINNED)
		return "Pin version 1, or what `skerry-keys manifest anchor` made of a later one.";
	if (err == SKERRY_ERR_TRUST_PINNED)
		return "Name the folder that was set up for this product's vendor. If it is this "
		       "one, import the vendor's newest manifests there, or pin all of them.";
	if (err == SKERRY_ERR_STORE_MISSING)
		return "Run `skerry init --trust FILE` once, or name the folder where that was "
		       "done.";
	return skerry_err_advice(err);
}

static void
tell(struct skerry_failure *failure, enum skerry_err err, size_t offset, const char *what)
{
	const char *advice = advice_on(err, what);

	if (failure == NULL)
		return;
	failure->err = err;
	failure->offset = offset;
	snprintf(failure->message, sizeof failure->message, "%s%s%s%s%s", what == NULL ? "" : what,
		what == NULL ? "" : ": ", skerry_strerror(err), advice[0] == '\0' ? "" : " ",
		advice);
}

void
opening_tell_folder(const struct folder_failure *failure, struct skerry_failure *ret_failure)
{
	const char *what = failure->pin               ? PINNED
			   : failure->file[0] == '\0' ? FOLDER
						      : failure->file;

	tell(ret_failure, failure->err, failure->offset, what);
}

void
opening_tell_daemon(const struct folder_failure *failure, struct skerry_failure *ret_failure)
{
	tell(ret_failure, failure->err, failure->offset, failure->pin ? PINNED : DAEMON);
}

/* --- opening --------------------------------------------------------------------------------- */

static enum skerry_err
open_steps(struct opening *o, struct skerry **ret_skerry)
{
	const struct components_query machine = machine_of(o->config);
	enum skerry_err err;

	err = components_collect(&machine, &o->components);
	if (err == SKERRY_OK)
		err = open_trust(o);
	if (err == SKERRY_OK)
		err = carry_license(o);
	if (err == SKERRY_OK)
		err = choose_license(o, ret_skerry);
	return err;
}

static enum skerry_err
open_bytes(const struct skerry_config *config, struct skerry **ret_skerry,
	struct skerry_failure *ret_failure)
{
	struct opening *o = malloc(sizeof *o + config->trust_len + config->license_len);
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	if (o != NULL) {
		o->config = config;
		o->what = NULL;
		o->offset = 0;
		err = open_steps(o, ret_skerry);
	}
	if (err != SKERRY_OK)
		tell(ret_failure, err, o == NULL ? 0 : o->offset, o == NULL ? NULL : o->what);
	free(o);
	return err;
}

static enum skerry_err
open_folder(const struct skerry_config *config, struct skerry **ret_skerry,
	struct skerry_failure *ret_failure)
{
	const struct components_query machine = machine_of(config);
	struct skerry *skerry = calloc(1, sizeof *skerry);
	struct folder_failure failure = { .file = "" };
	enum skerry_err err = skerry == NULL ? SKERRY_ERR_NO_MEMORY : components_check(&machine);

	if (err != SKERRY_OK) {
		tell(ret_failure, err, 0, NULL);
		free(skerry);
		return err;
	}
	err = folder_open(config, texts_of(config->language), &skerry->folder, &failure);
	failure.err = err;
	if (err == SKERRY_OK) {
		*ret_skerry = skerry;
		return SKERRY_OK;
	}
	opening_tell_folder(&failure, ret_failure);
	free(skerry);
	return err;
}

/* The socket's path is what can be too long. */
static enum skerry_err
open_daemon(const struct skerry_config *config, struct skerry **ret_skerry,
	struct skerry_failure *ret_failure)
{
	const struct components_query machine = machine_of(config);
	struct skerry *skerry = calloc(1, sizeof *skerry);
	struct folder_failure failure = { .file = "" };
	enum skerry_err err = skerry == NULL ? SKERRY_ERR_NO_MEMORY : components_check(&machine);

	if (err == SKERRY_OK)
		err = daemon_open(config, texts_of(config->language), &skerry->daemon, &failure);
	if (err == SKERRY_OK) {
		*ret_skerry = skerry;
		return SKERRY_OK;
	}
	failure.err = err;
	if (err == SKERRY_ERR_ARGUMENT || err == SKERRY_ERR_NO_MEMORY)
		tell(ret_failure, err, 0, NULL);
	else
		opening_tell_daemon(&failure, ret_failure);
	free(skerry);
	return err;
}

enum skerry_err
skerry_open(const struct skerry_config *config, struct skerry **ret_skerry,
	struct skerry_failure *ret_failure)
{
	struct skerry_config full;
	enum skerry_err err = SKERRY_ERR_ARGUMENT;

	if (config != NULL && ret_skerry != NULL && read_config(config, &full))
		err = check_config(&full);
	if (err == SKERRY_OK)
		err = random_start();
	if (err != SKERRY_OK) {
		tell(ret_failure, err, 0, NULL);
		return err;
	}
	if (full.socket != NULL)
		return open_daemon(&full, ret_skerry, ret_failure);
	return full.state == NULL ? open_bytes(&full, ret_skerry, ret_failure)
				  : open_folder(&full, ret_skerry, ret_failure);
}
