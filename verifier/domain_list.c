/* SPDX-License-Identifier: ISC */
#include "domain_list.h"

bool
domain_list_add(
	struct cbor_text domains[LICENSE_DOMAINS_MAX], size_t *domains_len, const char *domain)
{
	struct cbor_text text = cbor_text_from_chars(domain);
	size_t at = *domains_len;

	if (!license_is_domain(text))
		return false;
	for (size_t i = 0; i < *domains_len; i++)
		if (cbor_text_same(domains[i], text))
			return true;
	if (at == LICENSE_DOMAINS_MAX)
		return false;
	while (at > 0 && cbor_text_order(domains[at - 1], text) > 0) {
		domains[at] = domains[at - 1];
		at--;
	}
	domains[at] = text;
	(*domains_len)++;
	return true;
}
