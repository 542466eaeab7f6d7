/* SPDX-License-Identifier: ISC */
/* skerry verify: is this license genuine, and does it give access? Stateless. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "formats/date.h"
#include "verifier/exchange/manifest_chain.h"
#include "verifier/gather/local_time.h"
#include "verifier/product_name.h"
#include "verifier/show/view.h"

struct verification {
	const char *file, *trust_file, *at_text, *product, *tenant, *domain;
	bool json;

	struct trust *trust;
	struct carried trust_carried, carried;
	bool has_license; /* genuine: its claims may be told */
	struct license license;
	struct skerry_verdict verdict;
	struct local_time place;
	struct local_clock local;

	enum skerry_err err; /* what refuses it; NO_ACCESS: the verdict does */
	const char *subject; /* what the error is about */
	size_t offset;
	bool cannot_tell; /* it could not even be tried */
};

static void
refuse(struct verification *v, enum skerry_err err, const char *subject)
{
	v->err = err;
	v->subject = subject;
	v->cannot_tell = command_exit_of(err) == COMMAND_CANNOT_TELL;
}

/* --- whom to trust --------------------------------------------------------------------------- */

static void
trust_file(struct verification *v)
{
	struct manifest_chain chain;
	enum skerry_err err = carried_read(v->trust_file, &v->trust_carried, &v->offset);

	if (err == SKERRY_OK)
		err = manifest_chain_anchor(v->trust, v->trust_carried.documents,
			v->trust_carried.count, &chain, &v->offset);
	if (err != SKERRY_OK)
		refuse(v, err, v->trust_file);
}

/* The site's own trust; only its manifests are looked at. */
static void
trust_site(struct verification *v)
{
	char file[DOCUMENTS_PATH_MAX];
	struct documents documents;
	enum skerry_err err = documents_open(cli_state(), &documents);

	if (err == SKERRY_OK) {
		err = documents_load_trust(&documents, v->trust, NULL, NULL, file, &v->offset);
		documents_close(&documents);
	}
	if (err == SKERRY_OK)
		return;
	if (err == SKERRY_ERR_STORE_MISSING)
		err = SKERRY_ERR_TRUST_NONE;
	refuse(v, err, cli_state());
	v->cannot_tell = true;
}

/* --- the license ----------------------------------------------------------------------------- */

static bool
is_wanted(const struct verification *v, const struct license *license)
{
	return (v->product == NULL || product_name_check(v->product, license) == SKERRY_OK) &&
	       match_tenant(license, v->tenant) != EVALUATE_MISMATCH;
}

/* A mail may bring licenses for several products: the first that fits, else the first of all. */
static enum skerry_err
choose_license(struct verification *v)
{
	enum skerry_err first = SKERRY_ERR_DOCUMENT_KIND;
	bool chosen = false;

	for (size_t i = 0; i < v->carried.count; i++) {
		const struct document *document = &v->carried.documents[i];
		const struct manifest_key *key;
		struct license license;
		enum skerry_err err;
		size_t offset;
		bool fits;

		if (document->kind != DOCUMENT_LICENSE)
			continue;
		err = trust_open_license(v->trust, document->bytes.data, document->bytes.len,
			&license, &key, &offset);
		fits = err == SKERRY_OK && is_wanted(v, &license);
		if (chosen && !fits)
			continue;
		chosen = true;
		first = err;
		v->offset = offset;
		v->has_license = err == SKERRY_OK || err == SKERRY_ERR_TRUST_KEY_REVOKED;
		if (v->has_license)
			v->license = license;
		if (fits)
			break;
	}
	return first;
}

static void
open_license(struct verification *v)
{
	struct manifest_chain chain;
	enum skerry_err err = carried_read(v->file, &v->carried, &v->offset);

	if (err == SKERRY_OK)
		err = manifest_chain_follow(
			v->trust, v->carried.documents, v->carried.count, &chain, &v->offset);
	if (err == SKERRY_OK)
		err = choose_license(v);
	if (err != SKERRY_OK)
		refuse(v, err, v->file);
}

/* A clock that has stopped in 1970 is no reason to call a license unready. */
static int64_t
moment_of(const struct verification *v, int64_t at)
{
	int64_t wall = cli_wall_clock();

	if (v->at_text != NULL)
		return at;
	return wall > v->license.issued_at ? wall : v->license.issued_at;
}

static void
decide(struct verification *v, int64_t at)
{
	struct evaluate_facts facts;
	enum skerry_err err = SKERRY_OK;

	at = moment_of(v, at);
	local_time_read("/", &v->place);
	v->local = local_time_clock(&v->place, at);
	evaluate_facts_init(&facts, at, 0);
	facts.local = v->local;
	if (v->domain != NULL)
		facts.domain = match_domain(&v->license, v->domain);
	if (v->product != NULL)
		err = product_name_check(v->product, &v->license);
	if (err == SKERRY_OK && match_tenant(&v->license, v->tenant) == EVALUATE_MISMATCH) {
		facts.tenant = EVALUATE_MISMATCH;
		err = SKERRY_ERR_TENANT;
	}
	/* For another product or tenant there is no license here, whatever this one says. */
	evaluate(err == SKERRY_OK ? &v->license : NULL, &facts, &v->verdict);
	if (v->err != SKERRY_OK)
		return;
	if (err == SKERRY_OK && v->verdict.access == SKERRY_ACCESS_NONE)
		err = SKERRY_ERR_NO_ACCESS;
	if (err != SKERRY_OK)
		refuse(v, err, v->file);
}

/* --- telling --------------------------------------------------------------------------------- */

static struct view
view_of(const struct verification *v)
{
	return (struct view){ .show = cli_show(),
		.license = &v->license,
		.verdict = &v->verdict,
		.product = v->product,
		.domain = v->domain,
		.timeless = true,
		.local = &v->local,
		.contact = manifest_find_contact(&v->trust->manifest, v->license.brand) };
}

/* An error of policy is named by the verdict's reason. */
static void
error_json(struct json *j, const struct verification *v)
{
	struct command_failure failure = cli_failure(v->err, v->subject, v->offset);
	char text[MESSAGE_MAX];
	struct view view;

	if (v->err == SKERRY_OK) {
		json_null(j);
		return;
	}
	if (v->err != SKERRY_ERR_NO_ACCESS) {
		command_error_json(j, &failure);
		return;
	}
	view = view_of(v);
	json_object_open(j);
	json_name(j, "code");
	json_chars(j, skerry_reason_name(v->verdict.reason));
	json_name(j, "message");
	view_holds(&view, text);
	json_chars(j, text);
	json_name(j, "offset");
	json_null(j);
	json_name(j, "advice");
	view_action(&view, text);
	json_chars(j, text[0] == '\0' ? NULL : text);
	json_object_close(j);
}

static void
tell_json(const struct verification *v)
{
	struct json j;

	json_init(&j, command_sink, stdout);
	json_object_open(&j);
	json_name(&j, "ok");
	json_bool(&j, v->err == SKERRY_OK);
	json_name(&j, "error");
	error_json(&j, v);
	json_name(&j, "not_compared");
	json_array_open(&j);
	json_chars(&j, "machine");
	json_chars(&j, "site_key");
	if (v->domain == NULL)
		json_chars(&j, "domain");
	json_array_close(&j);
	if (v->has_license) {
		struct view view = view_of(v);

		view_json(&j, &view);
	}
	json_object_close(&j);
	putchar('\n');
}

static void
tell(const struct verification *v)
{
	struct command_failure failure = cli_failure(v->err, v->subject, v->offset);

	if (v->has_license) {
		struct view view = view_of(v);

		printf("%s: ", v->err == SKERRY_OK ? "genuine" : "not good");
		command_print_safe(stdout, v->file, strlen(v->file));
		fputs(": ", stdout);
		view_print(&view);
		puts("The machine and the site key were not compared.");
	}
	if (v->err != SKERRY_OK && v->err != SKERRY_ERR_NO_ACCESS)
		command_fail(&failure);
}

static void
run_steps(struct verification *v, int64_t at)
{
	v->trust = malloc(sizeof *v->trust);
	if (v->trust == NULL) {
		refuse(v, SKERRY_ERR_NO_MEMORY, NULL);
		return;
	}
	if (v->trust_file != NULL)
		trust_file(v);
	else
		trust_site(v);
	if (v->err == SKERRY_OK)
		open_license(v);
	if (v->has_license)
		decide(v, at);
}

enum command_exit
verify_run(int argc, char **argv)
{
	struct verification v = { .json = false };
	const struct command_option options[] = {
		{ "--trust", COMMAND_VALUE, &v.trust_file },
		{ "--at", COMMAND_VALUE, &v.at_text },
		{ "--product", COMMAND_VALUE, &v.product },
		{ "--tenant", COMMAND_VALUE, &v.tenant },
		{ "--domain", COMMAND_VALUE, &v.domain },
		{ "--json", COMMAND_FLAG, &v.json },
	};
	struct command_list operands;
	enum command_exit exit;
	int64_t at = 0;

	if (!command_parse(argc, argv, options, sizeof options / sizeof *options, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	v.file = operands.values[0];
	if (v.at_text != NULL && date_parse(v.at_text, &at) != SKERRY_OK)
		return command_misuse(
			"--at %s: write 2027-04-28 or 2027-04-28T12:00:00Z", v.at_text);
	run_steps(&v, at);
	if (v.json)
		tell_json(&v);
	else
		tell(&v);
	exit = v.err == SKERRY_OK ? COMMAND_YES : v.cannot_tell ? COMMAND_CANNOT_TELL : COMMAND_NO;
	carried_free(&v.carried);
	carried_free(&v.trust_carried);
	free(v.trust);
	return command_finish(exit);
}
