/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_CLI_ASKING_H
#define VERIFIER_CLI_ASKING_H

/*
 * pair, request, migrate, unpair: a request to the vendor, from the command line to the file. asking.c
 * reads what is wished for, asking_send.c brings it where it was wished, asking_tell.c says what was done
 * and what comes next.
 */

#include "cli.h"
#include "formats/license_key.h"
#include "keys/mailbag_text.h"
#include "verifier/exchange/request_out.h"

enum {
	ASKING_KEYS_MAX = 8, /* REQUEST_KEYS_MAX */
	ASKING_NAME_MAX = MAILBAG_TAG_LEN + sizeof "-18446744073709551615.request"
};

struct asking {
	enum request_kind kind;
	const char *out, *reason, *app_version, *tenant, *install_path;
	bool qr, mail, armored, force, json;
	struct command_list custom, domains;

	const char *keys[ASKING_KEYS_MAX];
	size_t keys_len;
	char typed[LICENSE_KEY_TYPED_MAX + 1]; /* one that was prompted for, or put together */

	struct request_made made;
	char name[ASKING_NAME_MAX];             /* "K7QM-3": of site and request */
	char file[ASKING_NAME_MAX];             /* where it is written without --out */
	const struct manifest_contact *contact; /* whom to send it to; NULL: nobody knows */
};

/* Whether each is a domain; the one that is not has been told. */
bool asking_check_domains(const struct command_list *domains);

/*
 * Brings the request where it was wished, as the user who runs the program; true when it is there, and
 * otherwise it was told why not. Nothing is lost then: the same call writes the same again.
 */
bool asking_send(struct asking *asking, struct site *site, enum command_exit *ret_exit);

/* The request as the text of a code, and as that of a mail: allocated and terminated; NULL: no memory. */
char *asking_code_text(const struct request_made *made);
char *asking_mail_text(const struct request_made *made);
/* "Skerry request K7QM-3 (pair)". */
enum { ASKING_SUBJECT_MAX = ASKING_NAME_MAX + 48 };
void asking_subject(const struct asking *asking, char ret_subject[ASKING_SUBJECT_MAX]);

/* Where the file was written; NULL: on standard output, or none was. */
const char *asking_path(const struct asking *asking);

/* Why one of another kind is not written (REQUEST_WAITS), and what to do. */
enum { ASKING_MESSAGE_MAX = 192 };
void asking_name_waiting(const struct request_made *made, char ret_message[ASKING_MESSAGE_MAX]);
#define ASKING_WAITS_ADVICE                                                                        \
	"`skerry exchange DIR` or `skerry request` gives it out again. Take in its answer, then "  \
	"ask for this."

/* What was written, where, what to do with it, what comes next, what goes out. */
void asking_tell(const struct asking *asking, const struct site *site);

#endif
