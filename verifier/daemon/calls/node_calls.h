/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_CALLS_NODE_CALLS_H
#define VERIFIER_DAEMON_CALLS_NODE_CALLS_H

/*
 * PUT and DELETE /v1/nodes/FINGERPRINT: the calls of keygen-relay, for its clients. A node takes a seat of the
 * same pool; it has no secret, and its name is apart from the names of holders.
 *
 *	PUT     201 claimed, 202 extended: {"license_file": base64, "license_key", "expires_at": Unix seconds,
 *	        "expires_in": seconds}, header Relay-Clock; 410 none free
 *	DELETE  204, 404
 *
 * The license file is the license's document; where relay has the key of an encrypted file, the license's id
 * stands. Refusals are this daemon's.
 */

#include "routes.h"

void node_call_put(struct routes *routes, struct http_call *call);
void node_call_release(struct routes *routes, struct http_call *call);

#endif
