/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_CLI_ASKING_H
#define VERIFIER_CLI_ASKING_H

/*
 * pair, request, migrate, unpair: a request to the vendor, from the command line to the file. asking.c
 * reads what is wished for and has it made, with the folder or through skerryd (asking_read.c), asking_send.c
 * brings it where it was wished, asking_tell.c says what was done and what comes next.
 */

#include "formats/license_key.h"
#include "told.h"
#include "verifier/show/deeds.h"

enum { ASKING_KEYS_MAX = 8 /* REQUEST_KEYS_MAX */ };

struct asking {
	enum request_kind kind;
	const char *out, *reason, *app_version, *tenant, *install_path;
	bool qr, mail, armored, force, json;
	struct command_list custom, domains;

	const char *keys[ASKING_KEYS_MAX];
	size_t keys_len;
	char typed[LICENSE_KEY_TYPED_MAX + 1]; /* one that was prompted for */

	struct carried old; /* what lies where the request is to be written; count 0: no document */
	struct cbor_bytes replaces; /* the one request in it; absent */

	struct show_request request;
	struct daemon_reply reply; /* what that borrows where a daemon made it */
};

/* Whether each is a domain; the one that is not has been told. */
bool asking_check_domains(const struct command_list *domains);

/* The body of POST /v1/requests. */
void asking_put(const struct asking *asking, struct told_body *body);
/* What came back, into asking->request, which borrows asking->reply. False: it is no such answer. */
bool asking_read(struct asking *asking);

/* Reads what lies at --out: an older request of this site's may make room. */
void asking_look(struct asking *asking);

/*
 * Brings the request where it was wished, as the user who runs the program; true when it is there, and
 * otherwise it was told why not. Nothing is lost then: the same call writes the same again. `writer`: the
 * site's, which is stepped out of for the file; NULL: none is open.
 */
bool asking_send(struct asking *asking, const struct writer *writer, enum command_exit *ret_exit);

/* Where the file was written; NULL: on standard output, or none was. */
const char *asking_path(const struct asking *asking);

/* What was written, where, what to do with it, what comes next, what goes out. */
void asking_tell(const struct asking *asking);

#endif
