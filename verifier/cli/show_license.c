/* SPDX-License-Identifier: ISC */
#include "show.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli.h"
#include "formats/cose.h"
#include "formats/fingerprint.h"
#include "formats/ladder.h"
#include "formats/license.h"
#include "verifier/show/sheet.h"
#include "verifier/decide/evaluate.h"
#include "verifier/show/view.h"

static enum skerry_err
parse(struct cbor_bytes document, struct cose_sign1 *ret_message, struct license *ret_license,
	size_t *ret_offset)
{
	enum skerry_err err =
		cose_sign1_parse(document.data, document.len, ret_message, ret_offset);

	if (err != SKERRY_OK)
		return err;
	err = license_parse(ret_message->payload, ret_license, ret_offset);
	if (err != SKERRY_OK)
		*ret_offset += ret_message->payload_offset;
	return err;
}

static void
show_hex(const char *label, const uint8_t *bytes, size_t len)
{
	char hex[2 * 32 + 1];

	for (size_t i = 0; i < len && i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
	sheet_chars(cli_show(), label, hex);
}

static void
show_grants(const struct license *license)
{
	for (size_t i = 0; i < license->grants_len; i++) {
		const struct license_grant *grant = &license->grants[i];
		int name_len = (int)grant->name.len;

		if (grant->value == LICENSE_ON)
			sheet_format(cli_show(), "feature", "%.*s", name_len, grant->name.chars);
		else if (grant->value == LICENSE_NUMBER)
			sheet_format(cli_show(), "limit", "%.*s = %" PRId64, name_len,
				grant->name.chars, grant->number);
		else
			sheet_format(cli_show(), "text", "%.*s = %.*s", name_len, grant->name.chars,
				(int)grant->text.len, grant->text.chars);
	}
	sheet_seats(cli_show(), license->seats_max, license->seats_burst);
}

static void
show_duration(const char *label, int64_t seconds)
{
	if (seconds == 0)
		return;
	if (seconds % LADDER_DAY_S == 0)
		sheet_format(cli_show(), label, "%" PRId64 " days", seconds / LADDER_DAY_S);
	else
		sheet_format(cli_show(), label, "%" PRId64 " s", seconds);
}

static void
show_ladder(const struct license *license)
{
	const struct license_ladder *ladder = &license->ladder;

	sheet_date(cli_show(), "issued at", license->issued_at);
	sheet_date(cli_show(), "begins at", license->not_before);
	sheet_date(cli_show(), "renew by", license->renew_by);
	sheet_date(cli_show(), "valid until", license->valid_until);
	sheet_date(cli_show(), "maintenance until", license->maintenance_until);
	sheet_date(cli_show(), "last date", license->expires_at);
	show_duration("warn before", ladder->warn_s);
	show_duration("alert before", ladder->alert_s);
	show_duration("grace", ladder->grace_s);
	show_duration("read only after", ladder->degraded_s);
	show_duration("grace after expiry", ladder->expiry_grace_s);
	show_duration("rebind grace", ladder->rebind_grace_s);
	sheet_format(cli_show(), "day end", "%02u:%02u", ladder->day_end_minutes / 60,
		ladder->day_end_minutes % 60);
}

static void
show_binding(const struct license *license)
{
	if (license->has_site_key)
		sheet_kid(cli_show(), "site key", &license->site_key);
	for (size_t i = 0; i < license->domains_len; i++)
		sheet_text(cli_show(), "domain", license->domains[i]);
	for (size_t i = 0; i < license->components_len; i++)
		sheet_format(cli_show(), "component", "%s, weight %u",
			fingerprint_type_name(license->components[i].type) == NULL
				? "of an unknown type"
				: fingerprint_type_name(license->components[i].type),
			license->components[i].weight);
	if (license->components_len > 0)
		sheet_format(cli_show(), "threshold", "%u", license->threshold);
	if (!license->has_site_key && license->domains_len == 0 && license->components_len == 0)
		sheet_chars(cli_show(), "bound to", "nothing");
}

enum skerry_err
show_license(struct cbor_bytes document, size_t *ret_offset)
{
	struct cose_sign1 message;
	struct license license;
	enum skerry_err err = parse(document, &message, &license, ret_offset);

	if (err != SKERRY_OK)
		return err;
	show_hex("signing key", message.kid, COSE_KID_LEN);
	sheet_text(cli_show(), "brand", license.brand);
	sheet_text(cli_show(), "product", license.product);
	sheet_text(cli_show(), "plan", license.plan);
	sheet_text(cli_show(), "licensee", license.licensee);
	sheet_text(cli_show(), "tenant", license.tenant);
	sheet_text(cli_show(), "license", license.id);
	sheet_number(cli_show(), "edition", license.edition);
	sheet_number(cli_show(), "activation", license.activation);
	show_ladder(&license);
	show_grants(&license);
	show_binding(&license);
	if (license.telephone_steps > 0)
		sheet_format(cli_show(), "telephone renewal", "%u steps of %u days",
			license.telephone_steps, license.telephone_days);
	if (license.has_status)
		sheet_format(cli_show(), "status list", "index %" PRIu64, license.status_index);
	return SKERRY_OK;
}

/* The members of `status`, for the instant at which it was issued. */
enum skerry_err
show_license_json(struct json *j, struct cbor_bytes document, size_t *ret_offset)
{
	struct skerry_verdict verdict;
	struct evaluate_facts facts;
	struct cose_sign1 message;
	struct license license;
	enum skerry_err err = parse(document, &message, &license, ret_offset);

	if (err != SKERRY_OK)
		return err;
	json_name(j, "signing_key");
	json_hex(j, message.kid, COSE_KID_LEN);
	json_name(j, "site_key");
	json_bool(j, license.has_site_key);
	json_name(j, "domains");
	json_array_open(j);
	for (size_t i = 0; i < license.domains_len; i++)
		json_text(j, license.domains[i]);
	json_array_close(j);
	evaluate_facts_init(&facts, license.issued_at, 0);
	evaluate(&license, &facts, &verdict);
	view_claims_json(j, &(struct view){ .show = cli_show(),
				    .license = &license,
				    .verdict = &verdict,
				    .timeless = true });
	return SKERRY_OK;
}
