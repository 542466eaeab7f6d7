/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/decide/domain_set.h"
#include "issuer/decide/weights.h"
#include "issuer/reissue.h"
#include "keys/carried.h"
#include "keys/checked.h"
#include "license_named.h"
#include "license_out.h"
#include "report.h"
#include "verbs.h"

const char LICENSE_ISSUE_HELP[] =
	"  KEY|ID               the license key (- asks for it), or the id that `license list` "
	"shows\n"
	"  --unbound            good on any machine; takes no activation\n"
	"  --fingerprint FILE   good on the machine that made FILE (skerry fingerprint --out "
	"FILE)\n"
	"  --domain NAME...     good for these domains; *.shop.example for all below one\n"
	"                       (else for those that the fingerprint names)\n"
	"  --activation N       the next document for a site that stands, bound as before\n"
	"  --threshold N        weight of components that must match (else more than half)\n"
	"  --product P          which license, where the key holds several\n"
	"  --tenant T           which license, where a product serves several tenants\n"
	"  --out FILE           the license file; - is standard output\n"
	"  --armor              as text, for a mail\n"
	"  --with-manifest      followed by the manifest chain, for a site that has none\n"
	"  --force              replaces FILE\n"
	"  --json               what was issued, on standard output\n"
	"\n"
	"The same again takes no further activation and gets the next edition. A fingerprint of a\n"
	"machine whose site has paired gets the site's next document, bound to its key as before.\n"
	"\n"
	"example: skerry-issuer license issue HMS-7QK2M-94XPA-C0DTE-1ZRJB \\\n"
	"             --fingerprint hotel.fingerprint --out hotel.license\n";

struct options {
	bool unbound, json;
	const char *fingerprint, *threshold, *product, *tenant, *activation;
	struct command_list domains;
	struct license_out out;
};

/* What the binding points into: freed when the document is made. */
struct sources {
	struct carried carried;
	struct reissue standing; /* --activation */
	struct binding binding;
	struct issued issued;
	int64_t paired; /* activation of a site that paired, found by its fingerprint; 0 */
};

static enum skerry_err
take_domains(struct session *session, const struct command_list *typed, struct binding *binding)
{
	size_t bad = 0;
	enum skerry_err err = domain_set_read(typed->values, typed->len, binding->domains, &bad);

	if (err == SKERRY_ERR_CLAIM_VALUE)
		return desk_refuse(
			&session->desk, err, typed->values[bad], "%s", DOMAIN_SET_ADVICE);
	return err == SKERRY_OK
		       ? SKERRY_OK
		       : desk_refuse(&session->desk, err, "--domain",
				 "A license names at most %d domains.", LICENSE_DOMAINS_MAX);
}

static enum skerry_err
refuse_file(struct session *session, enum skerry_err err, const char *path)
{
	if (err == SKERRY_ERR_FILE_DAMAGED)
		return desk_refuse(&session->desk, err, path,
			"It was changed on its way. Ask the site for it again: "
			"skerry fingerprint --out FILE");
	if (err == SKERRY_ERR_DOCUMENT_KIND)
		return desk_refuse(&session->desk, err, path,
			"This is no fingerprint. The site makes one with: skerry fingerprint "
			"--out FILE");
	return desk_refuse(&session->desk, err, path, "%s", skerry_err_advice(err));
}

static enum skerry_err
take_fingerprint(struct session *session, const char *path, struct sources *sources)
{
	struct binding *binding = &sources->binding;
	const struct document *document;
	size_t offset = 0;
	enum skerry_err err = carried_read(path, &sources->carried, &offset);

	if (err != SKERRY_OK)
		return refuse_file(session, desk_note_offset(&session->desk, err, offset), path);
	document = carried_find(&sources->carried, DOCUMENT_FINGERPRINT);
	if (document == NULL)
		return refuse_file(session, SKERRY_ERR_DOCUMENT_KIND, path);
	err = checked_strip(document->bytes.data, document->bytes.len, &binding->fingerprint_bytes);
	if (err == SKERRY_OK)
		err = fingerprint_parse(binding->fingerprint_bytes, &binding->fingerprint, &offset);
	if (err != SKERRY_OK)
		return refuse_file(session, desk_note_offset(&session->desk, err, offset), path);
	if (binding->fingerprint.components_len == 0)
		return desk_refuse(&session->desk, SKERRY_ERR_CLAIM_VALUE, path,
			"It names no component of the machine, so every machine would fit. Let the "
			"site supply one of its own (skerry fingerprint --help), or bind to a "
			"domain.");
	return SKERRY_OK;
}

/* The site itself said which domains it serves; the clerk's --domain would say otherwise. */
static void
take_domains_of_file(struct binding *binding)
{
	const struct fingerprint *fingerprint = &binding->fingerprint;
	size_t len = 0;

	for (size_t i = 0; i < fingerprint->domains_len; i++)
		len += (size_t)snprintf(binding->domains + len, sizeof binding->domains - len,
			"%s%.*s", i == 0 ? "" : " ", (int)fingerprint->domains[i].len,
			fingerprint->domains[i].chars);
}

static enum skerry_err
bind_to(struct session *session, const struct options *options, struct sources *sources)
{
	struct binding *binding = &sources->binding;
	enum skerry_err err = take_domains(session, &options->domains, binding);

	binding->kind = options->domains.len > 0 ? ACTIVATION_DOMAIN : ACTIVATION_UNBOUND;
	if (err == SKERRY_OK && options->fingerprint != NULL) {
		binding->kind = ACTIVATION_MACHINE;
		err = take_fingerprint(session, options->fingerprint, sources);
		if (err == SKERRY_OK && options->domains.len == 0)
			take_domains_of_file(binding);
	}
	return err;
}

static enum command_exit
print_issued(const struct options *options, const struct license_record *license,
	const struct sources *sources)
{
	const struct issued *issued = &sources->issued;
	struct report report;

	/* Standard output may carry the license itself. */
	if (strcmp(options->out.path, "-") == 0)
		return command_finish(COMMAND_YES);
	report_begin(&report, options->json);
	report_text(&report, "file", options->out.path);
	report_text(&report, "id", issued->license_id);
	session_report_path(&report, license->brand, license->product, license->plan);
	report_number(&report, "activation", issued->activation);
	report_number(&report, "edition", issued->edition);
	report_number(&report, "status_index", issued->status_index);
	report_date(&report, "renew_by", issued->renew_by);
	report_date(&report, "valid_until", issued->valid_until);
	report_date(&report, "expires_at", issued->expires_at);
	report_text(&report, "domains", sources->binding.domains);
	if (issued->components_len > 0) {
		report_number(&report, "components", (int64_t)issued->components_len);
		report_number(&report, "weight", issued->weight);
		report_number(&report, "threshold", issued->threshold);
	}
	report_number(&report, "bytes", (int64_t)issued->len);
	return report_end(&report);
}

/* The activation as it stands under the lock. */
static enum skerry_err
bind_as_before(struct session *session, int64_t activation, struct sources *sources,
	const struct license_record *license, struct issue *issue)
{
	enum skerry_err err = reissue_load(&session->desk, license, activation, &sources->standing);

	if (err != SKERRY_OK)
		return err;
	*issue = reissue_issue(&sources->standing, license);
	memcpy(sources->binding.domains, sources->standing.binding.domains,
		sizeof sources->binding.domains);
	return SKERRY_OK;
}

/*
 * Of a machine whose site paired: its next document, as if it were named. Bound to the machine alone, it
 * would be good for every copy of it; and it is no further machine.
 */
static enum skerry_err
find_paired(struct session *session, const struct options *options, const struct sources *sources,
	const struct license_record *license, int64_t *activation)
{
	if (options->fingerprint == NULL || options->domains.len > 0)
		return SKERRY_OK;
	return activations_find_paired(
		&session->desk, license->id, &sources->binding.fingerprint, activation);
}

static enum skerry_err
issue(struct session *session, const struct options *options, const char *typed, unsigned threshold,
	int64_t activation, struct sources *sources, struct license_record *ret_license)
{
	bool recorded;
	struct issue issue = {
		.binding = &sources->binding, .threshold = threshold, .until = LICENSE_NEVER
	};
	const struct license_named named = { typed, options->product, options->tenant };
	enum skerry_err err = license_named_one(session, &named, ret_license);

	if (err == SKERRY_OK && activation == 0)
		err = bind_to(session, options, sources);
	if (err == SKERRY_OK)
		err = session_unlock(session);
	if (err == SKERRY_OK)
		err = desk_begin(&session->desk);
	issue.license_id = ret_license->public_id;
	if (err == SKERRY_OK && activation == 0) {
		err = find_paired(session, options, sources, ret_license, &activation);
		sources->paired = activation;
	}
	if (err == SKERRY_OK && activation != 0)
		err = bind_as_before(session, activation, sources, ret_license, &issue);
	if (threshold != 0)
		issue.threshold = threshold;
	if (err == SKERRY_OK)
		err = issue_license(&session->desk, &issue, &sources->issued);
	return err == SKERRY_OK ? license_out_commit(&session->desk, &sources->issued,
					  &options->out, &recorded)
				: err;
}

static enum command_exit
run(const struct options *options, const char *typed, unsigned threshold, int64_t activation)
{
	const char *subject = licenses_is_id(typed) ? typed : "license key";
	struct license_record license = { .id = 0 };
	struct sources *sources;
	struct session session;
	enum command_exit exit = session_open(&session, options->json);
	enum skerry_err err;

	if (exit != COMMAND_YES)
		return exit;
	sources = calloc(1, sizeof *sources);
	if (sources == NULL)
		return session_end(&session, SKERRY_ERR_NO_MEMORY, subject);
	err = issue(&session, options, typed, threshold, activation, sources, &license);
	exit = session_end(&session, err, subject);
	if (exit == COMMAND_YES && options->unbound)
		fputs("This license is bound to nothing: it works wherever the file is carried.\n",
			stderr);
	if (exit == COMMAND_YES && sources->paired != 0)
		fprintf(stderr,
			"Its site has paired: this is the next document of activation %lld, bound "
			"to "
			"the site's key as before.\n",
			(long long)sources->paired);
	if (exit == COMMAND_YES) {
		exit = print_issued(options, &license, sources);
		if (exit != COMMAND_YES)
			fprintf(stderr, "  License %s is recorded and written: %s\n",
				sources->issued.license_id, options->out.path);
	}
	carried_free(&sources->carried);
	free(sources);
	return exit;
}

enum command_exit
license_issue(int argc, char **argv)
{
	struct options options = { .unbound = false };
	const struct command_option table[] = {
		{ "--unbound", COMMAND_FLAG, &options.unbound },
		{ "--fingerprint", COMMAND_VALUE, &options.fingerprint },
		{ "--domain", COMMAND_LIST, &options.domains },
		{ "--activation", COMMAND_VALUE, &options.activation },
		{ "--threshold", COMMAND_VALUE, &options.threshold },
		{ "--product", COMMAND_VALUE, &options.product },
		{ "--tenant", COMMAND_VALUE, &options.tenant },
		{ "--out", COMMAND_VALUE, &options.out.path },
		{ "--armor", COMMAND_FLAG, &options.out.armor },
		{ "--with-manifest", COMMAND_FLAG, &options.out.with_manifest },
		{ "--force", COMMAND_FLAG, &options.out.force },
		{ "--json", COMMAND_FLAG, &options.json },
	};
	int64_t threshold = 0, activation = 0;
	struct command_list operands;

	if (!command_parse(argc, argv, table, sizeof table / sizeof *table, 1,
		    1 + LICENSE_DOMAINS_MAX, &operands))
		return COMMAND_CANNOT_TELL;
	/* "--domain a b": what follows the first name are names too. */
	if (operands.len > 1 && options.domains.len == 0)
		return command_misuse("'%s' is one operand too many", operands.values[1]);
	for (size_t i = 1; i < operands.len && options.domains.len < COMMAND_LIST_MAX; i++)
		options.domains.values[options.domains.len++] = operands.values[i];
	if (options.unbound + (options.activation != NULL) +
			(options.fingerprint != NULL || options.domains.len > 0) !=
		1)
		return command_misuse("what is it bound to? --fingerprint FILE, --domain NAME, "
				      "both, or --unbound alone; --activation N for a site that "
				      "stands");
	if (!session_number(options.activation, 1, LICENSE_COUNTER_MAX, &activation))
		return command_misuse("--activation takes a number that `license show` shows");
	if (options.out.path == NULL)
		return command_misuse("--out FILE says where the license goes");
	if (!session_number(options.threshold, 1, UINT16_MAX, &threshold) ||
		(threshold != 0 && options.fingerprint == NULL))
		return command_misuse("--threshold takes a weight and goes with --fingerprint");
	return run(&options, operands.values[0], (unsigned)threshold, activation);
}
