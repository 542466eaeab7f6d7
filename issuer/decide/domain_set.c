/* SPDX-License-Identifier: ISC */
#include "domain_set.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct domain {
	char name[LICENSE_DOMAIN_MAX + 1];
};

static bool
read_domain(const char *typed, struct domain *ret_domain)
{
	size_t len = strlen(typed);

	if (len > 0 && typed[len - 1] == '.')
		len--;
	if (len > LICENSE_DOMAIN_MAX)
		return false;
	for (size_t i = 0; i < len; i++)
		ret_domain->name[i] = (char)tolower((unsigned char)typed[i]);
	ret_domain->name[len] = '\0';
	return license_is_domain((struct cbor_text){ ret_domain->name, len });
}

static int
order(const void *a, const void *b)
{
	const struct domain *left = a, *right = b;

	return cbor_text_order(cbor_text_from_chars(left->name), cbor_text_from_chars(right->name));
}

enum skerry_err
domain_set_read(const char *const *names, size_t names_len, char ret_text[DOMAIN_SET_MAX + 1],
	size_t *ret_bad)
{
	struct domain domains[LICENSE_DOMAINS_MAX];
	size_t len = 0;

	if (names_len > LICENSE_DOMAINS_MAX)
		return SKERRY_ERR_CBOR_COUNT;
	for (size_t i = 0; i < names_len; i++)
		if (!read_domain(names[i], &domains[i])) {
			*ret_bad = i;
			return SKERRY_ERR_CLAIM_VALUE;
		}
	qsort(domains, names_len, sizeof *domains, order);
	ret_text[0] = '\0';
	for (size_t i = 0; i < names_len; i++) {
		size_t name_len = strlen(domains[i].name);

		if (i > 0 && strcmp(domains[i].name, domains[i - 1].name) == 0)
			continue;
		if (len > 0)
			ret_text[len++] = ' ';
		memcpy(ret_text + len, domains[i].name, name_len + 1);
		len += name_len;
	}
	return SKERRY_OK;
}
