/* SPDX-License-Identifier: ISC */
#include "typed_key.h"

#include <ctype.h>
#include <string.h>

#include "keys/secretbox.h"

/* Upper case without spaces at the ends: all that can be done for a key of unknown form. */
static enum skerry_err
tidy_key(const char *typed, char ret_key[LICENSE_KEY_MAX + 1])
{
	size_t len = strlen(typed);

	while (len > 0 && isspace((unsigned char)typed[len - 1]))
		len--;
	while (len > 0 && isspace((unsigned char)*typed)) {
		typed++;
		len--;
	}
	if (len == 0 || len > LICENSE_KEY_MAX)
		return SKERRY_ERR_LICENSE_KEY_LENGTH;
	for (size_t i = 0; i < len; i++)
		ret_key[i] = (char)toupper((unsigned char)typed[i]);
	ret_key[len] = '\0';
	return SKERRY_OK;
}

enum { TEMPLATE_MAX = MANIFEST_CONTACT_MAX + 1 };

/* "" where the brand names none. */
static void
read_template(const struct manifest_contact *contact, char ret_template[TEMPLATE_MAX])
{
	size_t len = contact->key_format.len;

	if (len > 0)
		memcpy(ret_template, contact->key_format.chars, len);
	ret_template[len] = '\0';
}

enum skerry_err
typed_key_read(const struct manifest *manifest, const char *typed,
	char ret_key[LICENSE_KEY_MAX + 1], size_t *ret_offset)
{
	enum skerry_err nearest = SKERRY_OK;

	*ret_offset = 0;
	for (size_t i = 0; manifest != NULL && i < manifest->contacts_len; i++) {
		char template[TEMPLATE_MAX];
		size_t offset = 0;
		enum skerry_err err;

		read_template(&manifest->contacts[i], template);
		if (template[0] == '\0')
			continue;
		err = license_key_read(template, typed, strlen(typed), ret_key, &offset);
		if (err == SKERRY_OK)
			return SKERRY_OK;
		if (nearest == SKERRY_OK || nearest == SKERRY_ERR_LICENSE_KEY_PREFIX) {
			nearest = err;
			*ret_offset = offset;
		}
	}
	return nearest == SKERRY_OK ? tidy_key(typed, ret_key) : nearest;
}

bool
typed_key_mask(const struct manifest *manifest, struct cbor_text brand, const char *key,
	char ret_masked[LICENSE_KEY_MAX + 1])
{
	char template[TEMPLATE_MAX] = "", read[LICENSE_KEY_MAX + 1];
	size_t offset;
	bool fits;

	for (size_t i = 0; i < manifest->contacts_len; i++)
		if (cbor_text_same(manifest->contacts[i].brand, brand))
			read_template(&manifest->contacts[i], template);
	fits = license_key_read(template, key, strlen(key), read, &offset) == SKERRY_OK;
	if (fits)
		license_key_mask(template, read, ret_masked);
	secretbox_wipe(read, sizeof read);
	return fits;
}
