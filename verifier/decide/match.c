/* SPDX-License-Identifier: ISC */
#include "match.h"

#include <string.h>

#include "formats/fingerprint.h"

enum evaluate_match
match_machine(const struct license *license, const enum match_sight *sights,
	struct match_tally *ret_tally)
{
	struct match_tally tally = { .threshold = license->threshold,
		.components = license->components_len };

	for (size_t i = 0; i < license->components_len; i++) {
		if (sights[i] == MATCH_SAME) {
			tally.matched += license->components[i].weight;
			tally.components_matched++;
		} else if (sights[i] == MATCH_UNREADABLE) {
			tally.unreadable += license->components[i].weight;
		}
	}
	if (ret_tally != NULL)
		*ret_tally = tally;
	if (license->components_len == 0)
		return EVALUATE_UNKNOWN;
	if (tally.matched >= tally.threshold)
		return EVALUATE_MATCH;
	if (tally.matched + tally.unreadable >= tally.threshold)
		return EVALUATE_TOO_FEW;
	return EVALUATE_MISMATCH;
}

size_t
match_without(const struct license *license, unsigned types, enum match_sight *sights)
{
	size_t changed = 0;

	for (size_t i = 0; i < license->components_len; i++) {
		unsigned type = license->components[i].type;

		/* A later version's types have no bit, and no name to be asked for by. */
		if (type > FINGERPRINT_TYPE_LAST || (types & MATCH_TYPE_BIT(type)) == 0 ||
			sights[i] == MATCH_DIFFERS)
			continue;
		sights[i] = MATCH_DIFFERS;
		changed++;
	}
	return changed;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* `a` is in lower case already. */
static bool
same_name(const char *a, const char *b, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (a[i] != lower(b[i]))
			return false;
	return true;
}

static bool
domain_fits(struct cbor_text allowed, const char *domain, size_t domain_len)
{
	if (allowed.len > 2 && allowed.chars[0] == '*' && allowed.chars[1] == '.') {
		const char *dot = memchr(domain, '.', domain_len);

		/* The star is one whole label: not none, and not two. */
		if (dot == NULL || dot == domain)
			return false;
		allowed.chars++;
		allowed.len--;
		domain_len -= (size_t)(dot - domain);
		domain = dot;
	}
	return allowed.len == domain_len && same_name(allowed.chars, domain, domain_len);
}

enum evaluate_match
match_domain(const struct license *license, const char *domain)
{
	size_t domain_len;

	if (license->domains_len == 0)
		return EVALUATE_UNKNOWN;
	domain_len = domain == NULL ? 0 : strlen(domain);
	if (domain_len > 0 && domain[domain_len - 1] == '.')
		domain_len--;
	for (size_t i = 0; i < license->domains_len && domain_len > 0; i++)
		if (domain_fits(license->domains[i], domain, domain_len))
			return EVALUATE_MATCH;
	return EVALUATE_MISMATCH;
}

enum evaluate_match
match_tenant(const struct license *license, const char *tenant)
{
	if (tenant == NULL)
		return EVALUATE_UNKNOWN;
	return cbor_text_equals(license->tenant, tenant) ? EVALUATE_MATCH : EVALUATE_MISMATCH;
}
