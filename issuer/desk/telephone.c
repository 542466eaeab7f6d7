/* SPDX-License-Identifier: ISC */
#include "telephone.h"

#include <stdio.h>
#include <string.h>

#include "issuer/desk/sites.h"

/* What the activations of a license come to, for who asks about one of them. */
struct choice {
	int64_t id, number;
	size_t standing;
	bool found, released, starter;
	char list[DESK_ADVICE_MAX - 256];
};

static enum skerry_err
read_activations(struct desk *desk, int64_t license_id, int64_t number, struct choice *ret_choice)
{
	struct choice choice = { .id = 0 };
	struct store_query q;
	enum skerry_err err;

	store_query(desk->store, &q,
		"SELECT id, number, unpaired_at IS NOT NULL, kind = 'starter', hostname"
		" FROM activation WHERE license_id = ?1 AND (?2 = 0 OR number = ?2)"
		" ORDER BY number");
	store_bind_int_at(&q, 1, license_id);
	store_bind_int_at(&q, 2, number);
	while (store_step(&q)) {
		bool released = store_int(&q, 2) != 0, starter = store_int(&q, 3) != 0;
		size_t len = strlen(choice.list);
		char host[FINGERPRINT_INFO_MAX + 1];

		choice.found = true;
		choice.released = released;
		choice.starter = starter;
		if (released || starter)
			continue;
		choice.id = store_int(&q, 0);
		choice.number = store_int(&q, 1);
		choice.standing++;
		store_text(&q, 4, host, sizeof host);
		snprintf(choice.list + len, sizeof choice.list - len, "%s%lld%s%s%s",
			len == 0 ? "" : ", ", (long long)choice.number, host[0] == '\0' ? "" : " (",
			host, host[0] == '\0' ? "" : ")");
	}
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_choice = choice;
	return err;
}

/* Why there is not one that stands. */
static enum skerry_err
refuse(struct desk *desk, const struct license_record *license, int64_t number,
	const struct choice *choice)
{
	char name[SITES_NAME_MAX];

	if (choice->standing > 1)
		return desk_refuse(desk, SKERRY_ERR_NOT_UNIQUE, license->public_id,
			"It is active more than once: %s. `skerry extend` at the site says which "
			"activation it is; name it with --activation N.",
			choice->list);
	if (number == 0)
		return desk_refuse(desk, SKERRY_ERR_NOT_FOUND, license->public_id,
			"No document of it stands that could be renewed; see it with: "
			"skerry-issuer license show %s",
			license->public_id);
	snprintf(name, sizeof name, "%s-%lld", license->public_id, (long long)number);
	if (!choice->found)
		return desk_refuse(desk, SKERRY_ERR_NOT_FOUND, name,
			"See its activations with: skerry-issuer license show %s",
			license->public_id);
	return desk_refuse(desk, SKERRY_ERR_STATUS_FORBIDS, name, "%s",
		choice->released
			? "It was released: its site is not renewed any more."
			: "A starter is short on purpose and has no renewal by telephone.");
}

static enum skerry_err
read_document(struct desk *desk, int64_t edition, struct telephone_document *document, bool *found)
{
	struct store_query q;

	store_query(desk->store, &q,
		"SELECT d.id, d.edition, d.issued_at, t.given, t.at, d.bytes,"
		" (SELECT count(*) FROM document o WHERE o.activation_id = ?1"
		"  AND o.kind = 'license')"
		" FROM document d LEFT JOIN telephone_step t ON t.document_id = d.id"
		" WHERE d.activation_id = ?1 AND d.kind = 'license'"
		" AND (?2 = 0 OR d.edition = ?2) ORDER BY d.edition DESC LIMIT 1");
	store_bind_int_at(&q, 1, document->activation_id);
	store_bind_int_at(&q, 2, edition);
	*found = store_step(&q);
	if (*found) {
		struct cbor_bytes bytes = store_bytes(&q, 5);

		document->id = store_int(&q, 0);
		document->edition = store_int(&q, 1);
		document->issued_at = store_int(&q, 2);
		document->given = (unsigned)store_int(&q, 3);
		document->given_at = store_date(&q, 4);
		document->documents = store_int(&q, 6);
		document->len = 0;
		if (bytes.len > 0 && bytes.len <= LICENSE_MAX) {
			memcpy(document->bytes, bytes.data, bytes.len);
			document->len = bytes.len;
		}
	}
	return store_done(&q);
}

enum skerry_err
telephone_find(struct desk *desk, const struct license_record *license, int64_t activation,
	int64_t edition, struct telephone_document *ret_document)
{
	struct choice choice = { .id = 0 };
	bool found = false;
	enum skerry_err err = read_activations(desk, license->id, activation, &choice);

	if (err != SKERRY_OK)
		return err;
	if (choice.standing != 1)
		return refuse(desk, license, activation, &choice);
	ret_document->activation_id = choice.id;
	ret_document->activation = choice.number;
	err = read_document(desk, edition, ret_document, &found);
	if (err != SKERRY_OK || found)
		return err;
	return desk_refuse(desk, SKERRY_ERR_NOT_FOUND, license->public_id,
		edition == 0 ? "Nothing was issued for activation %lld yet."
			     : "Nothing of that edition was issued for activation %lld; see the "
			       "editions with: skerry-issuer license show ID",
		(long long)choice.number);
}

enum skerry_err
telephone_note(struct desk *desk, const struct telephone_document *document, unsigned step,
	int64_t renew_by)
{
	struct store_query q;
	enum skerry_err err;

	store_query(desk->store, &q,
		"INSERT INTO telephone_step (document_id, given, at) VALUES (?1, ?2, ?3)"
		" ON CONFLICT (document_id) DO UPDATE SET given = ?2, at = ?3"
		" WHERE given < ?2");
	store_bind_int_at(&q, 1, document->id);
	store_bind_int_at(&q, 2, step);
	store_bind_int_at(&q, 3, desk->now);
	err = store_run(&q);
	if (err != SKERRY_OK)
		return err;
	/* Of an older document it may be earlier than what the newest one says. */
	store_query(
		desk->store, &q, "UPDATE activation SET renew_by = max(renew_by, ?) WHERE id = ?");
	store_bind_int(&q, renew_by);
	store_bind_int(&q, document->activation_id);
	return store_run(&q);
}

enum skerry_err
telephone_each(struct desk *desk, int64_t license_id,
	void (*each)(void *, const struct telephone_line *), void *context)
{
	struct store_query q;

	store_query(desk->store, &q,
		"SELECT a.number, d.edition, t.at, t.given FROM activation a"
		" JOIN document d ON d.activation_id = a.id"
		" JOIN telephone_step t ON t.document_id = d.id"
		" WHERE a.license_id = ? ORDER BY d.edition DESC");
	store_bind_int(&q, license_id);
	while (store_step(&q)) {
		const struct telephone_line line = { store_int(&q, 0), store_int(&q, 1),
			store_int(&q, 2), (unsigned)store_int(&q, 3) };

		each(context, &line);
	}
	return store_done(&q);
}
