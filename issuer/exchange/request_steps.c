/* SPDX-License-Identifier: ISC */
#include "request_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/date.h"
#include "formats/ladder.h"
#include "issuer/desk/audit.h"
#include "issuer/desk/telephone.h"
#include "issuer/exchange/request_places.h"

/* A document of which the request tells, as the records have it. */
struct told {
	struct telephone_document document;
	struct license license; /* borrows document.bytes */
	char license_id[LICENSE_ID_LEN + 1];
};

/* *ret_found: it stands, and is this site's, or bound by hand to the machine that it shows. */
static enum skerry_err
find(struct request_work *work, const uint8_t *cti, struct told *told, bool *ret_found)
{
	struct telephone_document *document = &told->document;
	struct store_query q;
	enum skerry_err err;

	*ret_found = false;
	store_query(work->desk->store, &q,
		"SELECT d.id, a.id, a.number, d.edition, ifnull(t.given, 0), d.bytes, l.public_id"
		" FROM document d CROSS JOIN activation a ON a.id = d.activation_id"
		" CROSS JOIN license l ON l.id = a.license_id"
		" LEFT JOIN telephone_step t ON t.document_id = d.id"
		" WHERE d.cti = ? AND d.kind = 'license' AND a.unpaired_at IS NULL");
	store_bind_bytes(&q, cti, LICENSE_CTI_LEN);
	document->activation_id = 0;
	if (store_step(&q)) {
		struct cbor_bytes bytes = store_bytes(&q, 5);

		document->id = store_int(&q, 0);
		document->activation_id = store_int(&q, 1);
		document->activation = store_int(&q, 2);
		document->edition = store_int(&q, 3);
		document->given = (unsigned)store_int(&q, 4);
		document->len = bytes.len <= LICENSE_MAX ? bytes.len : 0;
		memcpy(document->bytes, bytes.data, document->len);
		store_text(&q, 6, told->license_id, sizeof told->license_id);
	}
	err = store_done(&q);
	return err == SKERRY_OK && document->activation_id != 0
		       ? request_places_is_there(work, document->activation_id, ret_found)
		       : err;
}

/* Nothing is left of a document whose customer was erased. */
static bool
read_claims(struct told *told)
{
	struct cose_sign1 message;
	size_t offset;

	return told->document.len > 0 &&
	       cose_sign1_parse(told->document.bytes, told->document.len, &message, &offset) ==
		       SKERRY_OK &&
	       license_parse(message.payload, &told->license, &offset) == SKERRY_OK;
}

static enum skerry_err
note(struct request_work *work, const struct told *told, unsigned steps)
{
	const struct telephone_document *document = &told->document;
	char subject[AUDIT_SUBJECT_MAX], until[DATE_TEXT_MAX];
	struct ladder ladder;
	enum skerry_err err;

	ladder_dates(&told->license, steps, &ladder);
	err = telephone_note(work->desk, document, steps, ladder.renew_by);
	if (err != SKERRY_OK)
		return err;
	snprintf(subject, sizeof subject, "license %s", told->license_id);
	date_format(ladder.renew_by, until);
	return audit_append(work->desk, "extend.told", subject,
		"activation=%lld edition=%lld step=%u of=%u given=%u renew_by=%s installation=%lld "
		"request=%lld",
		(long long)document->activation, (long long)document->edition, steps,
		told->license.telephone_steps, document->given, until,
		(long long)work->installation.id, (long long)work->request_id);
}

enum skerry_err
request_steps_take(struct request_work *work, size_t *ret_told)
{
	const struct request *request = &work->exchange->request;
	struct told *told = NULL;
	enum skerry_err err = SKERRY_OK;

	*ret_told = 0;
	if (request->steps_len == 0)
		return SKERRY_OK;
	told = malloc(sizeof *told);
	if (told == NULL)
		return SKERRY_ERR_NO_MEMORY;
	for (size_t i = 0; i < request->steps_len && err == SKERRY_OK; i++) {
		unsigned steps = request->steps[i].steps;
		bool found;

		err = find(work, request->steps[i].cti, told, &found);
		if (err != SKERRY_OK || !found || steps <= told->document.given ||
			!read_claims(told) || steps > told->license.telephone_steps)
			continue;
		err = note(work, told, steps);
		*ret_told += err == SKERRY_OK;
	}
	free(told);
	return err;
}
