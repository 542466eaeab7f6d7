/* SPDX-License-Identifier: ISC */
#include "contacts.h"

#include <stdlib.h>
#include <string.h>

struct contacts {
	struct brand brands[MANIFEST_BRANDS_MAX]; /* what the texts below point into */
	struct manifest_contact entries[MANIFEST_BRANDS_MAX];
	size_t len;
	bool with_contact; /* what is being gathered */
	bool too_many;     /* of these */
};

static void
fill_languages(const char *languages, struct manifest_contact *contact)
{
	while (*languages != '\0' && contact->languages_len < MANIFEST_LANGUAGES_MAX) {
		size_t len = strcspn(languages, " ");

		contact->languages[contact->languages_len++] = (struct cbor_text){ languages, len };
		languages += len;
		languages += strspn(languages, " ");
	}
}

static void
fill(const struct brand *brand, struct manifest_contact *ret_contact)
{
	*ret_contact = (struct manifest_contact){ .brand = cbor_text_from_chars(brand->slug),
		.name = cbor_text_from_chars(brand->name),
		.telephone = cbor_text_from_chars(brand->phone),
		.email = cbor_text_from_chars(brand->email),
		.url = cbor_text_from_chars(brand->url),
		.key_format = cbor_text_from_chars(brand->key_format) };
	fill_languages(brand->languages, ret_contact);
}

/* Keeps the manifest's order: shorter slugs first. */
static void
add(void *context, const struct brand *brand)
{
	struct contacts *contacts = context;
	struct cbor_text slug = cbor_text_from_chars(brand->slug);
	size_t at = contacts->len;

	if (brands_has_contact(brand) != contacts->with_contact)
		return;
	if (contacts->len == MANIFEST_BRANDS_MAX) {
		contacts->too_many = true;
		return;
	}
	for (; at > 0 &&
		cbor_text_order(cbor_text_from_chars(contacts->brands[at - 1].slug), slug) > 0;
		at--)
		contacts->brands[at] = contacts->brands[at - 1];
	contacts->brands[at] = *brand;
	contacts->len++;
}

enum skerry_err
contacts_gather(struct desk *desk, struct contacts **ret_contacts)
{
	struct contacts *contacts = calloc(1, sizeof *contacts);
	enum skerry_err err;

	if (contacts == NULL)
		return SKERRY_ERR_NO_MEMORY;
	contacts->with_contact = true;
	err = brands_each(desk, add, contacts);
	if (err == SKERRY_OK && contacts->too_many)
		err = desk_refuse(desk, SKERRY_ERR_CBOR_COUNT, "contacts",
			"A manifest carries the contacts of at most %d brands.",
			MANIFEST_BRANDS_MAX);
	contacts->with_contact = false;
	if (err == SKERRY_OK)
		err = brands_each(desk, add, contacts);
	if (err != SKERRY_OK) {
		free(contacts);
		return err;
	}
	for (size_t i = 0; i < contacts->len; i++)
		fill(&contacts->brands[i], &contacts->entries[i]);
	*ret_contacts = contacts;
	return SKERRY_OK;
}

void
contacts_free(struct contacts *contacts)
{
	free(contacts);
}

static bool
same_entry(const struct manifest_contact *a, const struct manifest_contact *b)
{
	if (!cbor_text_same(a->brand, b->brand) || !cbor_text_same(a->name, b->name) ||
		!cbor_text_same(a->telephone, b->telephone) ||
		!cbor_text_same(a->email, b->email) || !cbor_text_same(a->url, b->url) ||
		!cbor_text_same(a->key_format, b->key_format) ||
		a->languages_len != b->languages_len)
		return false;
	for (size_t i = 0; i < a->languages_len; i++)
		if (!cbor_text_same(a->languages[i], b->languages[i]))
			return false;
	return true;
}

bool
contacts_same(const struct contacts *contacts, const struct manifest *manifest)
{
	if (contacts->len != manifest->contacts_len)
		return false;
	for (size_t i = 0; i < contacts->len; i++)
		if (!same_entry(&contacts->entries[i], &manifest->contacts[i]))
			return false;
	return true;
}

void
contacts_put(const struct contacts *contacts, struct manifest *manifest)
{
	memcpy(manifest->contacts, contacts->entries, contacts->len * sizeof contacts->entries[0]);
	manifest->contacts_len = contacts->len;
}
