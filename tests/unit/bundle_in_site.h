/* SPDX-License-Identifier: ISC */
#ifndef TESTS_BUNDLE_IN_SITE_H
#define TESTS_BUNDLE_IN_SITE_H

/*
 * A site that trusts manifest 1 and opens bundles: one that is being made, another one beside it. Each of
 * the sites is a number. Definitions, for the one file of a test program.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_bundle.h"
#include "fixture_ceremony.h"
#include "fixture_exchange.h"
#include "verifier/exchange/bundle_in.h"

enum { OTHER_ISSUING = 51 };

static struct manifest manifest;
static struct trust *trust;
static struct bundler *bundler, *other;
static struct key_pair issuing;
static uint8_t signed_manifest[MANIFEST_MAX];
static struct bundle_in bundle;
static size_t offset;

static void
site_id(unsigned number, uint8_t ret_id[COSE_THUMBPRINT_LEN])
{
	memset(ret_id, 0, COSE_THUMBPRINT_LEN);
	ret_id[0] = (uint8_t)(number >> 8);
	ret_id[1] = (uint8_t)number;
}

static struct cbor_bytes
sign_manifest(uint8_t root)
{
	return (struct cbor_bytes){ signed_manifest,
		ceremony_sign_manifest(&manifest, &root, 1, signed_manifest) };
}

static void
anchor(struct cbor_bytes bytes)
{
	assert_int_equal(trust_anchor(trust, bytes.data, bytes.len, &offset), SKERRY_OK);
}

static int
each_anew(void **state)
{
	(void)state;
	bundler = calloc(1, sizeof *bundler);
	other = calloc(1, sizeof *other);
	trust = calloc(1, sizeof *trust);
	issuing = ceremony_pair(KEY_ISSUING, CEREMONY_ISSUING);
	ceremony_manifest(&manifest, 1, 1, 1);
	anchor(sign_manifest(1));
	bundler_begin(bundler, 7);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	bundler_free(bundler);
	bundler_free(other);
	free(bundler);
	free(other);
	free(trust);
	key_pair_free(&issuing);
	return 0;
}

/* A box of its own for each of these sites. */
static void
add_sites(struct bundler *to, unsigned first, unsigned end_of)
{
	uint8_t id[COSE_THUMBPRINT_LEN];

	for (unsigned i = first; i < end_of; i++) {
		site_id(i, id);
		bundler_add_box(to, id, exchange_box((uint8_t)i));
	}
}

/* Chain, two lists, a page for each of two sites. */
static void
make_small(struct bundler *to)
{
	bundler_add_manifest(to, (struct cbor_bytes){ trust->bytes, trust->bytes_len });
	bundler_add_status(to, &issuing, "hotelhub", CEREMONY_TODAY);
	bundler_add_status(to, &issuing, "rthub", CEREMONY_TODAY);
	to->page_aim = 1;
	add_sites(to, 1, 3);
	bundler_make(to, &issuing);
}

/* Opened for one site. After an error there is nothing. */
static enum skerry_err
open_source(const struct bundle_source *source, unsigned site)
{
	static const struct bundle_in NOTHING;
	uint8_t id[COSE_THUMBPRINT_LEN];
	uint64_t version = trust->manifest.version;
	enum skerry_err err;

	site_id(site, id);
	err = bundle_in_open(source, trust, id, &bundle, &offset);
	assert_int_equal(trust->manifest.version, version);
	if (err != SKERRY_OK)
		assert_memory_equal(&bundle, &NOTHING, sizeof bundle);
	else
		assert_int_equal(offset, 0);
	return err;
}

static enum skerry_err
open_for(unsigned site)
{
	struct cbor_bytes bytes = { bundler->bytes, bundler->bytes_len };
	struct bundle_source source = bundle_source_bytes(&bytes);

	return open_source(&source, site);
}

static void
assert_refused(enum skerry_err want)
{
	assert_int_equal(open_for(1), want);
}

/* What it brings: so many boxes, each filled with the site's number. */
static void
assert_brings(unsigned site, size_t manifests, size_t lists, size_t boxes)
{
	assert_int_equal(open_for(site), SKERRY_OK);
	assert_int_equal(bundle.manifests, manifests);
	assert_int_equal(bundle.lists, lists);
	assert_int_equal(bundle.boxes, boxes);
	assert_int_equal(bundle.documents_len, manifests + lists + boxes);
	for (size_t i = 0; i < bundle.documents_len; i++) {
		const struct document *document = &bundle.documents[i];

		assert_int_equal(document->kind, i < manifests           ? DOCUMENT_MANIFEST
						 : i < manifests + lists ? DOCUMENT_STATUS_LIST
									 : DOCUMENT_REPLY);
		assert_int_equal(
			document->carrier, i < manifests + lists ? DOCUMENT_BINARY : DOCUMENT_BOX);
		if (i >= manifests + lists)
			assert_true(cbor_bytes_same(document->bytes, exchange_box((uint8_t)site)));
	}
	bundle_in_free(&bundle);
}

#endif
