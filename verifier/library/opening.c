/* SPDX-License-Identifier: ISC */
#include "opening.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "keys/random.h"
#include "keys/trust.h"
#include "verifier/exchange/manifest_chain.h"
#include "verifier/gather/components.h"
#include "verifier/gather/local_time.h"
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

static const char PINNED[] = "manifest";

static enum skerry_err
check_config(const struct skerry_config *config)
{
	if (config->config_size != sizeof *config || config->product == NULL ||
		config->trust == NULL || config->license == NULL ||
		config->custom_len > SKERRY_CUSTOM_MAX || !product_name_is_full(config->product))
		return SKERRY_ERR_ARGUMENT;
	return SKERRY_OK;
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
decide(struct opening *o, struct skerry *skerry)
{
	const struct license *license = &skerry->license;
	enum match_sight sights[LICENSE_COMPONENTS_MAX];
	struct evaluate_facts facts;
	struct timespec now = { 0 };

	clock_gettime(CLOCK_REALTIME, &now);
	evaluate_facts_init(&facts, license->issued_at, local_time_offset("/", now.tv_sec));
	components_compare(&o->components, license, sights);
	facts.machine = match_machine(license, sights, NULL);
	facts.domain = match_domain(license, o->config->domain);
	facts.build_date = o->config->build_date;
	skerry->subject.utc_offset_s = facts.utc_offset_s;
	timeline_walk(license, &facts, &skerry->timeline);
}

/* English where the language is not spoken here: a message in a foreign one is better than none. */
static const struct texts *
texts_of(const char *language)
{
	const struct texts *texts = language == NULL ? NULL : texts_find(language);

	return texts == NULL ? &TEXTS_EN : texts;
}

/* A handle for the verified license in `bytes`, which it copies. */
static enum skerry_err
make_handle(struct opening *o, struct cbor_bytes bytes, struct skerry **ret_skerry)
{
	struct skerry *skerry = calloc(1, sizeof *skerry + bytes.len);
	const struct manifest_key *key;
	enum skerry_err err;

	if (skerry == NULL)
		return SKERRY_ERR_NO_MEMORY;
	memcpy(skerry->document, bytes.data, bytes.len);
	err = trust_open_license(
		&o->trust, skerry->document, bytes.len, &skerry->license, &key, &o->offset);
	if (err == SKERRY_OK)
		err = check_wanted(o->config, &skerry->license);
	if (err != SKERRY_OK) {
		free(skerry);
		return err;
	}
	product_name_of(&skerry->license, skerry->product);
	skerry->subject.product = skerry->product;
	skerry->texts = texts_of(o->config->language);
	keep_contact(skerry, manifest_find_contact(&o->trust.manifest, skerry->license.brand));
	decide(o, skerry);
	*ret_skerry = skerry;
	return SKERRY_OK;
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

/* Where the library knows better than skerry_err_advice. */
static const char *
advice_on(enum skerry_err err, const struct opening *o)
{
	if (o == NULL && err == SKERRY_ERR_ARGUMENT)
		return "See skerry_open(3): the product is named as brand/product.";
	if (err == SKERRY_ERR_TRUST_ROOT_UNKNOWN && o != NULL && o->what == PINNED)
		return "Pin version 1, or what `skerry-keys manifest anchor` made of a later one.";
	return skerry_err_advice(err);
}

static void
tell_failure(struct skerry_failure *failure, enum skerry_err err, const struct opening *o)
{
	const char *what = o == NULL ? NULL : o->what, *sentence = skerry_strerror(err);
	const char *advice = advice_on(err, o);

	if (failure == NULL)
		return;
	failure->err = err;
	failure->offset = o == NULL ? 0 : o->offset;
	snprintf(failure->message, sizeof failure->message, "%s%s%s%s%s", what == NULL ? "" : what,
		what == NULL ? "" : ": ", sentence, advice[0] == '\0' ? "" : " ", advice);
}

static enum skerry_err
open_steps(struct opening *o, struct skerry **ret_skerry)
{
	const struct components_query machine = {
		.root = "/",
		.custom = o->config->custom,
		.custom_len = o->config->custom_len,
		.install_path = o->config->install_path,
	};
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

enum skerry_err
skerry_open(const struct skerry_config *config, struct skerry **ret_skerry,
	struct skerry_failure *ret_failure)
{
	struct opening *o = NULL;
	enum skerry_err err = SKERRY_ERR_ARGUMENT;

	if (config != NULL && ret_skerry != NULL)
		err = check_config(config);
	if (err == SKERRY_OK &&
		(config->trust_len > DOCUMENT_MAX || config->license_len > DOCUMENT_MAX))
		err = SKERRY_ERR_DOCUMENT_TOO_LARGE;
	if (err == SKERRY_OK)
		err = random_start();
	if (err == SKERRY_OK) {
		o = malloc(sizeof *o + config->trust_len + config->license_len);
		if (o == NULL)
			err = SKERRY_ERR_NO_MEMORY;
	}
	if (err == SKERRY_OK) {
		o->config = config;
		o->what = NULL;
		o->offset = 0;
		err = open_steps(o, ret_skerry);
	}
	if (err != SKERRY_OK)
		tell_failure(ret_failure, err, o);
	free(o);
	return err;
}
