/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_EXCHANGE_REQUEST_CASE_H
#define ISSUER_EXCHANGE_REQUEST_CASE_H

/*
 * One license that a request concerns, from finding it to its result; and what all of them share while the
 * request is answered. Within requests.c and the parts of it; nobody else's.
 */

#include "issuer/decide/answer.h"
#include "issuer/exchange/request_held.h"
#include "issuer/exchange/requests.h"
#include "issuer/reissue.h"

/* An activation's row as far as it is judged by. */
struct request_activation {
	int64_t id; /* 0: none */
	int64_t number, status_index, expires_at, unpaired_at, installation_id;
	enum activation_kind kind;
	/* With what the request shows. */
	bool has_site_id, same_machine, comparable, same_domains;
	uint8_t site_id[COSE_THUMBPRINT_LEN];
};

struct request_case {
	int64_t brand_id; /* the reply's that tells of it */
	char brand[LICENSE_SLUG_MAX + 1];
	char language[16];
	struct license_record license;        /* id 0: a key that nobody knows */
	const struct request_proof *proof;    /* NULL: none of this license */
	struct request_activation activation; /* where the answer looks, or what MOVE ends */
	struct answer_facts facts;
	struct answer answer;
	int64_t told_number; /* activation of the result; 0: none */
	uint8_t *document;   /* for the reply; NULL: none */
	size_t document_len;
	bool issued;
	char text[REPLY_TEXT_MAX + 1];
};

/* Memory that answering needs, of a change's requests one after the other. */
struct request_scratch {
	struct reissue reissue;
	struct issue_draft draft;
	struct plan plan;
};

struct request_work {
	struct desk *desk;
	struct requests *requests;
	const struct exchange_request *exchange;
	enum requests_source source;
	struct installation installation;
	int64_t request_id; /* row; 0: forgotten */
	struct fork_verdict verdict;
	enum fork_found found; /* of the site, unsettled */
	bool superseded;
	struct request_held held;
	struct request_case *cases[REQUESTS_RESULTS_MAX];
	size_t cases_len;
};

#endif
