/* SPDX-License-Identifier: ISC */
#include "compose.h"

#include <stdio.h>
#include <string.h>

#include "formats/ladder.h"
#include "issuer/decide/weights.h"

static void
put_grants(const struct plan *plan, struct license *license)
{
	for (size_t i = 0; i < plan->grants_len; i++) {
		const struct plan_grant *from = &plan->grants[i];

		license->grants[i] =
			(struct license_grant){ .name = cbor_text_from_chars(from->name),
				.value = from->value,
				.number = from->number,
				.text = cbor_text_from_chars(from->text) };
	}
	license->grants_len = plan->grants_len;
	license->seats_max = (uint64_t)plan->seats_max;
	license->seats_burst = (uint64_t)plan->seats_burst;
	license->seats_ttl_s = plan->seats_max > 0 ? plan->seats_ttl_s : 0;
}

static void
put_machine(const struct fingerprint *fingerprint, unsigned threshold, struct license *license)
{
	if (fingerprint->components_len == 0)
		return;
	license->salt = fingerprint->salt;
	license->threshold = threshold == 0 ? weights_default_threshold(fingerprint) : threshold;
	for (size_t i = 0; i < fingerprint->components_len; i++) {
		const struct fingerprint_component *from = &fingerprint->components[i];

		license->components[i] = (struct license_component){ from->type,
			weights_of(from->type), from->hash };
	}
	license->components_len = fingerprint->components_len;
}

static void
put_site_key(const struct fingerprint *fingerprint, struct license *license)
{
	license->has_site_key = fingerprint->has_site_key;
	license->site_key = fingerprint->site_key;
}

static void
put_domains(const char *domains, struct license *license)
{
	while (*domains != '\0' && license->domains_len < LICENSE_DOMAINS_MAX) {
		size_t len = strcspn(domains, " ");

		license->domains[license->domains_len++] = (struct cbor_text){ domains, len };
		domains += len;
		domains += strspn(domains, " ");
	}
}

static void
put_dates(const struct compose_facts *facts, struct license *license)
{
	const struct license_record *record = facts->record;
	bool starter = facts->binding->kind == ACTIVATION_STARTER;

	license->issued_at = facts->now;
	license->not_before = record->valid_from;
	license->valid_until =
		facts->until < record->valid_until ? facts->until : record->valid_until;
	/* Nobody renews a starter: it runs until its end. */
	license->renew_by =
		starter ? license->valid_until
			: terms_renew_by(&facts->plan->terms, facts->now, license->valid_until);
	license->maintenance_until = record->maintenance_until;
	license->ladder = facts->plan->ladder;
}

static void
put_telephone(const struct compose_facts *facts, struct license *license)
{
	if (facts->anchor == NULL || license->renew_by == LICENSE_NEVER)
		return;
	license->anchor = (struct cbor_bytes){ facts->anchor, LICENSE_ANCHOR_LEN };
	license->telephone_steps = (unsigned)facts->plan->telephone_steps;
	license->telephone_days = (unsigned)facts->plan->telephone_days;
}

void
compose_license(struct compose_facts *facts, struct license *ret_license)
{
	const struct license_record *record = facts->record;
	struct license *license = ret_license;

	snprintf(facts->uri, sizeof facts->uri, "skerry:%s", record->brand);
	memset(license, 0, sizeof *license);
	license->brand = cbor_text_from_chars(record->brand);
	license->id = cbor_text_from_chars(record->public_id);
	license->product = cbor_text_from_chars(record->product);
	license->plan = cbor_text_from_chars(record->plan);
	license->cti = (struct cbor_bytes){ facts->cti, LICENSE_CTI_LEN };
	license->has_status = true;
	license->status_index = (uint64_t)facts->activation->status_index;
	license->status_uri = cbor_text_from_chars(facts->uri);
	license->edition = (uint64_t)facts->edition;
	license->activation = (uint64_t)facts->activation->number;
	license->tenant = cbor_text_from_chars(record->tenant);
	license->licensee = cbor_text_from_chars(record->licensee);
	put_dates(facts, license);
	put_grants(facts->plan, license);
	if (facts->binding->kind == ACTIVATION_MACHINE || facts->binding->kind == ACTIVATION_SITE) {
		put_machine(&facts->binding->fingerprint, facts->threshold, license);
		put_site_key(&facts->binding->fingerprint, license);
	}
	put_domains(facts->binding->domains, license);
	put_telephone(facts, license);
	license->expires_at = ladder_last_date(license);
}
