/* SPDX-License-Identifier: ISC */
#include "installations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "installations_row.h"
#include "issuer/decide/hex_prefix.h"
#include "issuer/desk/narrow.h"
#include "issuer/desk/sites.h"
#include "keys/mailbag_text.h"
#include "keys/spelling.h"

enum { SQL_MAX = 2048, TAGS_MAX = 16 /* named where several fit */ };

#define SELECT "SELECT " INSTALLATIONS_COLUMNS " FROM installation i"

static bool
read_key(struct cbor_bytes bytes, struct cose_key *ret_key)
{
	size_t offset;

	return cose_key_parse(bytes.data, bytes.len, ret_key, &offset) == SKERRY_OK;
}

static bool
read_bytes(struct store_query *q, int column, uint8_t *ret_bytes, size_t len)
{
	struct cbor_bytes bytes = store_bytes(q, column);

	if (bytes.len != len)
		return false;
	memcpy(ret_bytes, bytes.data, len);
	return true;
}

bool
installations_read_row(struct store_query *q, struct installation *ret_installation)
{
	struct installation *row = ret_installation;
	const char *kind = store_chars(q, 9);

	*row = (struct installation){ .id = store_int(q, 0) };
	store_text(q, 2, row->tag, sizeof row->tag);
	row->has_opening_key = !store_is_null(q, 4);
	store_text(q, 5, row->group, sizeof row->group);
	row->first_contact_at = store_int(q, 6);
	row->last_contact_at = store_int(q, 7);
	row->number = (uint64_t)store_int(q, 8);
	row->kind = kind == NULL ? 0 : request_kind_from_name(kind);
	row->issued_at = store_int(q, 11);
	row->wall = store_int(q, 12);
	row->condition = (unsigned)store_int(q, 13);
	row->has_reset = read_bytes(q, 14, row->reset_nonce, sizeof row->reset_nonce);
	row->manifest_version = (uint64_t)store_int(q, 15);
	row->reply_taken = (uint64_t)store_int(q, 16);
	row->reply_made = (uint64_t)store_int(q, 17);
	row->rolled_back_since = store_date(q, 18);
	store_text(q, 19, row->hostname, sizeof row->hostname);
	store_text(q, 20, row->os, sizeof row->os);
	store_text(q, 21, row->app_version, sizeof row->app_version);
	store_text(q, 22, row->install_id, sizeof row->install_id);
	row->found = (enum fork_found)store_int(q, 23);
	row->found_at = store_date(q, 24);
	row->settled_at = store_date(q, 25);
	row->has_site_key = !store_is_null(q, 3);
	return read_bytes(q, 1, row->site_id, sizeof row->site_id) &&
	       (!row->has_site_key || read_key(store_bytes(q, 3), &row->site_key)) &&
	       read_bytes(q, 10, row->nonce, sizeof row->nonce) &&
	       (!row->has_opening_key || read_key(store_bytes(q, 4), &row->opening_key)) &&
	       row->kind != 0 && row->found <= FORK_CLONE;
}

/* Ends the query with the one row that it may have. */
static enum skerry_err
take_row(struct store_query *q, struct installation *ret_installation)
{
	struct installation row = { .id = 0, .found_at = LICENSE_NEVER };
	bool sound = true;
	enum skerry_err err;

	if (store_step(q))
		sound = installations_read_row(q, &row);
	err = store_done(q);
	if (err == SKERRY_OK && !sound)
		err = SKERRY_ERR_STORE_DAMAGED;
	if (err == SKERRY_OK)
		*ret_installation = row;
	return err;
}

enum skerry_err
installations_find_key(struct desk *desk, const uint8_t site_id[COSE_THUMBPRINT_LEN],
	struct installation *ret_installation)
{
	struct store_query q;

	store_query(desk->store, &q, SELECT " WHERE i.site_id = ?");
	store_bind_bytes(&q, site_id, COSE_THUMBPRINT_LEN);
	return take_row(&q, ret_installation);
}

enum skerry_err
installations_find_row(struct desk *desk, int64_t id, struct installation *ret_installation)
{
	struct store_query q;

	store_query(desk->store, &q, SELECT " WHERE i.id = ?");
	store_bind_int(&q, id);
	return take_row(&q, ret_installation);
}

/* --- as people name one ------------------------------------------------------------------------ */

struct naming {
	char names[DESK_ADVICE_MAX - 128];
	size_t found;
	struct installation first;
};

/* Steps through a bound query, and ends it. */
static enum skerry_err
name_all(struct store_query *q, struct naming *naming)
{
	bool sound = true;
	enum skerry_err err;

	while (sound && store_step(q)) {
		struct installation row;
		size_t len = strlen(naming->names);

		sound = installations_read_row(q, &row);
		if (naming->found++ == 0)
			naming->first = row;
		snprintf(naming->names + len, sizeof naming->names - len, "%s%s (%02x%02x%02x%02x)",
			len == 0 ? "" : ", ", row.tag, row.site_id[0], row.site_id[1],
			row.site_id[2], row.site_id[3]);
	}
	err = store_done(q);
	return err == SKERRY_OK && !sound ? SKERRY_ERR_STORE_DAMAGED : err;
}

static enum skerry_err
find_by_text(struct desk *desk, const char *sql, const char *text, struct naming *naming)
{
	struct store_query q;

	store_query(desk->store, &q, sql);
	store_bind_text(&q, text);
	return name_all(&q, naming);
}

static enum skerry_err
find_by_digits(struct desk *desk, const char *typed, struct naming *naming)
{
	uint8_t low[COSE_THUMBPRINT_LEN], high[COSE_THUMBPRINT_LEN];
	struct store_query q;

	if (!hex_prefix_range(typed, sizeof low, low, high))
		return SKERRY_OK;
	store_query(desk->store, &q,
		SELECT " WHERE i.site_id BETWEEN ? AND ? ORDER BY i.site_id LIMIT 16");
	store_bind_bytes(&q, low, sizeof low);
	store_bind_bytes(&q, high, sizeof high);
	return name_all(&q, naming);
}

/* "7QK2M94XPAC0DTE1-1" */
static enum skerry_err
find_by_activation(struct desk *desk, const char *typed, struct naming *naming)
{
	const char *number = typed + LICENSE_ID_LEN + 1;
	char license[LICENSE_ID_LEN + 1];
	struct store_query q;

	if (strlen(typed) <= LICENSE_ID_LEN + 1 || typed[LICENSE_ID_LEN] != '-' ||
		strlen(number) > 18 || strspn(number, "0123456789") != strlen(number))
		return SKERRY_OK;
	snprintf(license, sizeof license, "%.*s", LICENSE_ID_LEN, typed);
	store_query(desk->store, &q,
		SELECT " WHERE i.id = (SELECT a.installation_id FROM license l JOIN activation a"
		       " ON a.license_id = l.id WHERE l.public_id = upper(?) AND a.number = ?)");
	store_bind_text(&q, license);
	store_bind_int(&q, strtoll(number, NULL, 10));
	return name_all(&q, naming);
}

enum skerry_err
installations_find(struct desk *desk, const char *typed, struct installation *ret_installation)
{
	struct naming *naming = calloc(1, sizeof *naming);
	enum skerry_err err;

	if (naming == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = find_by_activation(desk, typed, naming);
	if (err == SKERRY_OK && naming->found == 0)
		err = find_by_text(desk, SELECT " WHERE i.tag = upper(?) ORDER BY i.id LIMIT 16",
			typed, naming);
	if (err == SKERRY_OK && naming->found == 0)
		err = find_by_digits(desk, typed, naming);
	if (err == SKERRY_OK && naming->found == 0 && typed[0] != '\0')
		err = find_by_text(desk, SELECT " WHERE i.install_id = ? ORDER BY i.id LIMIT 16",
			typed, naming);
	if (err == SKERRY_OK && naming->found == 1)
		*ret_installation = naming->first;
	else if (err == SKERRY_OK && naming->found == 0)
		err = desk_refuse(desk, SKERRY_ERR_NOT_FOUND, typed,
			"A site is named by its four characters, as a mailbag's receipt has them, "
			"by "
			"the first %d or more hex digits of its id, its install id, or as "
			"LICENSE-NUMBER; see the sites with: skerry-issuer site list",
			HEX_PREFIX_MIN);
	else if (err == SKERRY_OK)
		err = desk_refuse(desk, SKERRY_ERR_NOT_UNIQUE, typed,
			"Say which one, by its id: %s.", naming->names);
	free(naming);
	return err;
}

/* --- written ----------------------------------------------------------------------------------- */

static void
bind_key(struct store_query *q, bool has_key, const struct cose_key *key,
	uint8_t ret_bytes[COSE_KEY_MAX])
{
	struct cbor_writer w;

	if (!has_key) {
		store_bind_null(q);
		return;
	}
	cbor_writer_init(&w, ret_bytes, COSE_KEY_MAX);
	cose_key_write(&w, key);
	store_bind_bytes(q, ret_bytes, w.len);
}

enum { GROUPS_NAMED = 8 };

/* "togian, sulawesi, ..." */
static void
name_group(char *names, size_t room, size_t index, const char *group)
{
	size_t len = strlen(names);

	if (index < GROUPS_NAMED)
		snprintf(names + len, room - len, "%s%s", index == 0 ? "" : ", ", group);
	else if (index == GROUPS_NAMED)
		snprintf(names + len, room - len, ", ...");
}

/* Letters of either case are alike: 0 apart is another spelling of it. */
static unsigned
group_distance(const char *typed, const char *group)
{
	char lower[2][INSTALLATIONS_GROUP_MAX + 1];
	const char *from[] = { typed, group };

	if (strlen(typed) > INSTALLATIONS_GROUP_MAX)
		return SPELLING_MAX;
	for (size_t i = 0; i < 2; i++) {
		size_t len = strlen(from[i]);

		for (size_t j = 0; j <= len; j++)
			lower[i][j] = from[i][j] >= 'A' && from[i][j] <= 'Z'
					      ? (char)(from[i][j] - 'A' + 'a')
					      : from[i][j];
	}
	return spelling_distance(lower[0], lower[1]);
}

static enum skerry_err
refuse_group(struct desk *desk, const char *typed, const char *nearest, const char *names)
{
	if (names[0] == '\0')
		return desk_refuse(desk, SKERRY_ERR_NOT_FOUND, typed,
			"No site is in a group. Put one there with: skerry-issuer site set SITE "
			"--group G");
	return desk_refuse(desk, SKERRY_ERR_NOT_FOUND, typed, "%s%s%sThere are these groups: %s",
		nearest[0] == '\0' ? "" : "Did you mean ", nearest, nearest[0] == '\0' ? "" : "? ",
		names);
}

enum skerry_err
installations_find_group(struct desk *desk, const char *group)
{
	char nearest[INSTALLATIONS_GROUP_MAX + 1] = "", names[(GROUPS_NAMED + 1) *
								(INSTALLATIONS_GROUP_MAX + 2)] = "";
	unsigned best = SPELLING_MAX;
	bool found = false;
	size_t len = 0;
	struct store_query q;
	enum skerry_err err;

	store_query(desk->store, &q,
		"SELECT DISTINCT group_name FROM installation WHERE group_name IS NOT NULL"
		" ORDER BY group_name");
	while (!found && store_step(&q)) {
		char one[INSTALLATIONS_GROUP_MAX + 1];
		unsigned distance;

		store_text(&q, 0, one, sizeof one);
		distance = group_distance(group, one);
		found = strcmp(one, group) == 0;
		name_group(names, sizeof names, len++, one);
		if (distance < best && spelling_is_near(group, distance)) {
			best = distance;
			memcpy(nearest, one, sizeof nearest);
		}
	}
	err = store_done(&q);
	return err != SKERRY_OK || found ? err : refuse_group(desk, group, nearest, names);
}

enum skerry_err
installations_write(struct desk *desk, struct installation *installation)
{
	const struct installation *row = installation;
	uint8_t site_key[COSE_KEY_MAX], opening_key[COSE_KEY_MAX];
	struct store_query q;
	enum skerry_err err;

	if (row->id == 0)
		mailbag_tag(row->site_id, sizeof row->site_id, installation->tag);
	store_query(desk->store, &q,
		row->id == 0
			? "INSERT INTO installation (tag, site_key, opening_key, group_name,"
			  " first_contact_at, last_contact_at, number, nonce, kind, issued_at, "
			  "wall,"
			  " condition, reset_nonce, manifest_version, reply_taken, reply_made,"
			  " rolled_back_since, hostname, os, app_version, install_id, settled_at,"
			  " site_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
			  "?,"
			  " ?, ?, ?, ?)"
			: "UPDATE installation SET tag = ?, site_key = ?, opening_key = ?,"
			  " group_name = ?, first_contact_at = ?, last_contact_at = ?, number = ?,"
			  " nonce = ?, kind = ?, issued_at = ?, wall = ?, condition = ?,"
			  " reset_nonce = ?, manifest_version = ?, reply_taken = ?, reply_made = ?,"
			  " rolled_back_since = ?, hostname = ?, os = ?, app_version = ?,"
			  " install_id = ?, settled_at = ? WHERE site_id = ?");
	store_bind_text(&q, row->tag);
	bind_key(&q, row->has_site_key, &row->site_key, site_key);
	bind_key(&q, row->has_opening_key, &row->opening_key, opening_key);
	store_bind_optional(&q, row->group);
	store_bind_int(&q, row->first_contact_at);
	store_bind_int(&q, row->last_contact_at);
	store_bind_int(&q, (int64_t)row->number);
	store_bind_bytes(&q, row->nonce, sizeof row->nonce);
	store_bind_text(&q, request_kind_name(row->kind));
	store_bind_int(&q, row->issued_at);
	store_bind_int(&q, row->wall);
	store_bind_int(&q, row->condition);
	store_bind_bytes(&q, row->has_reset ? row->reset_nonce : NULL, sizeof row->reset_nonce);
	store_bind_int(&q, (int64_t)row->manifest_version);
	store_bind_int(&q, (int64_t)row->reply_taken);
	store_bind_int(&q, (int64_t)row->reply_made);
	store_bind_date(&q, row->rolled_back_since);
	store_bind_optional(&q, row->hostname);
	store_bind_optional(&q, row->os);
	store_bind_optional(&q, row->app_version);
	store_bind_optional(&q, row->install_id);
	store_bind_date(&q, row->settled_at);
	store_bind_bytes(&q, row->site_id, sizeof row->site_id);
	err = store_run(&q);
	if (err == SKERRY_OK && row->id == 0)
		installation->id = store_last_id(desk->store);
	return err;
}

/* --- lists ------------------------------------------------------------------------------------- */

enum skerry_err
installations_each(struct desk *desk, const struct installations_filter *filter,
	bool (*each)(void *, const struct installation *), void *context)
{
	char sql[SQL_MAX] = SELECT " WHERE i.id > ?1";
	bool sound = true;
	struct store_query q;
	enum skerry_err err;

	narrow(sql, SQL_MAX, filter->group != NULL, "i.group_name = ?3");
	narrow(sql, SQL_MAX, filter->found, "i.fork_found <> 0");
	narrow(sql, SQL_MAX, filter->license_id != 0,
		"i.id IN (SELECT a.installation_id FROM activation a WHERE a.license_id = ?4"
		" AND a.unpaired_at IS NULL)");
	narrow(sql, SQL_MAX, filter->brand_id != 0,
		"EXISTS (SELECT 1 FROM activation a WHERE a.installation_id = i.id"
		" AND a.brand_id = ?5 AND a.unpaired_at IS NULL)");
	snprintf(sql + strlen(sql), SQL_MAX - strlen(sql), " ORDER BY i.id LIMIT ?2");
	store_query(desk->store, &q, sql);
	store_bind_int_at(&q, 1, filter->after);
	store_bind_int_at(&q, 2, filter->limit);
	store_bind_text_at(&q, 3, filter->group);
	store_bind_int_at(&q, 4, filter->license_id);
	store_bind_int_at(&q, 5, filter->brand_id);
	while (sound && store_step(&q)) {
		struct installation row;

		sound = installations_read_row(&q, &row);
		if (sound && !each(context, &row))
			break;
	}
	err = store_done(&q);
	return err == SKERRY_OK && !sound ? SKERRY_ERR_STORE_DAMAGED : err;
}
