/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_EXCHANGE_REQUEST_CONTACT_H
#define ISSUER_EXCHANGE_REQUEST_CONTACT_H

/*
 * What a request tells of its site besides what it asks for: who it is, that it was heard of, which
 * revocations reached it, what it has seen of the desk's log.
 */

#include "issuer/exchange/request_case.h"

/* The installation of this key, entered where it is new, with its audit row. */
enum skerry_err request_contact_find(struct request_work *work);

/* What the newest request says of it, in work->installation and the records; less of one that is late. */
enum skerry_err request_contact_note(struct request_work *work);

/* It arrived again: where its answers are left no more, they are left again (replies.h), with an audit row. */
enum skerry_err request_contact_repeat(struct request_work *work);

/* A heartbeat for each activation that the request found, and when it was heard of last. */
enum skerry_err request_contact_heartbeat(struct request_work *work);

/* Revocations of its own documents that reached it, with a status list from since then: propagated_at. */
enum skerry_err request_contact_reached(struct request_work *work, size_t *ret_propagated);

/*
 * Whether it holds a head of the audit log that this desk's log contradicts. Rows that a recovery gave up
 * for lost are no contradiction.
 */
enum skerry_err request_contact_heads(struct request_work *work, bool *ret_contradicted);

#endif
