/* SPDX-License-Identifier: ISC */
#include "license_terms.h"

#include <string.h>

int
license_component_order(
	unsigned a_type, struct cbor_bytes a_hash, unsigned b_type, struct cbor_bytes b_hash)
{
	if (a_type != b_type)
		return a_type < b_type ? -1 : 1;
	if (a_hash.len != b_hash.len)
		return a_hash.len < b_hash.len ? -1 : 1;
	return a_hash.len == 0 ? 0 : memcmp(a_hash.data, b_hash.data, a_hash.len);
}

const struct license_grant *
license_find_grant(const struct license *license, struct cbor_text name)
{
	size_t low = 0, high = license->grants_len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = cbor_text_order(name, license->grants[middle].name);

		if (order == 0)
			return &license->grants[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static void
read_grant(struct cbor_reader *r, struct license_grant *grant)
{
	switch (cbor_peek(r)) {
	case CBOR_UINT:
	case CBOR_NINT:
		grant->value = LICENSE_NUMBER;
		grant->number = cbor_read_int(r, INT64_MIN, INT64_MAX);
		break;
	case CBOR_TEXT:
		grant->value = LICENSE_STRING;
		grant->text = cbor_read_text(r, LICENSE_VALUE_MAX);
		break;
	default:
		grant->value = LICENSE_ON;
		claims_read_true(r);
	}
}

static void
read_grants(struct cbor_reader *r, struct license *license)
{
	struct cbor_map map;
	struct cbor_text name;
	size_t map_at = r->at, name_at;

	cbor_map_begin(r, LICENSE_GRANTS_MAX, &map);
	for (;;) {
		name_at = r->at;
		if (!cbor_map_name(r, &map, LICENSE_NAME_MAX, &name))
			break;
		if (!license_is_name(name))
			cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, name_at);
		license->grants[license->grants_len].name = name;
		read_grant(r, &license->grants[license->grants_len++]);
	}
	if (license->grants_len == 0)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, map_at);
}

static void
read_seats(struct cbor_reader *r, struct license *license)
{
	if (!claims_tuple_begin(r, 3))
		return;
	license->seats_max = claims_read_positive(r, LICENSE_SEATS_MAX);
	license->seats_burst = cbor_read_uint(r, LICENSE_SEATS_MAX);
	license->seats_ttl_s = claims_read_duration(r, 0);
	cbor_array_end(r);
}

static unsigned
read_day_end(struct cbor_reader *r)
{
	size_t at = r->at;
	unsigned minutes = (unsigned)cbor_read_uint(r, 24 * 60 - 1);

	if (minutes == LICENSE_DAY_END_DEFAULT)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
	return minutes;
}

static void
read_rung(struct cbor_reader *r, const struct claims *claims, struct license_ladder *ladder)
{
	switch (claims->label) {
	case 1:
		ladder->warn_s = claims_read_duration(r, -LICENSE_DURATION_MAX);
		break;
	case 2:
		ladder->alert_s = claims_read_duration(r, -LICENSE_DURATION_MAX);
		break;
	case 3:
		ladder->grace_s = claims_read_duration(r, 0);
		break;
	case 4:
		ladder->degraded_s = claims_read_duration(r, 0);
		break;
	case 5:
		ladder->expiry_grace_s = claims_read_duration(r, 0);
		break;
	case 6:
		ladder->rebind_grace_s = claims_read_duration(r, 0);
		break;
	case 7:
		ladder->rollback_policy =
			(enum license_rollback)claims_read_positive(r, LICENSE_ROLLBACK_GRACE);
		break;
	case 8:
		ladder->tolerance_s = claims_read_duration(r, 0);
		break;
	case 9:
		ladder->overlap_s = claims_read_duration(r, 0);
		break;
	case 10:
		ladder->max_status_age_s = claims_read_duration(r, 0);
		break;
	case 11:
		ladder->day_end_minutes = read_day_end(r);
		break;
	default:
		claims_unknown(r, claims);
	}
}

static void
read_ladder(struct cbor_reader *r, struct license_ladder *ladder)
{
	struct claims claims;
	int64_t label;
	size_t at = r->at;
	bool empty = true;

	claims_begin(r, &claims);
	while (claims_next(r, &claims, &label)) {
		read_rung(r, &claims, ladder);
		empty = false;
	}
	if (empty)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
}

void
license_terms_read_component(struct cbor_reader *r, unsigned *ret_type, unsigned *ret_weight,
	struct cbor_bytes *ret_hash)
{
	size_t hash_at;

	if (!claims_tuple_begin(r, ret_weight == NULL ? 2 : 3))
		return;
	*ret_type = (unsigned)claims_read_positive(r, LICENSE_COMPONENT_TYPE_MAX);
	if (ret_weight != NULL)
		*ret_weight = (unsigned)claims_read_positive(r, LICENSE_WEIGHT_MAX);
	hash_at = r->at;
	*ret_hash = cbor_read_bytes(r, LICENSE_COMPONENT_HASH_MAX);
	if (ret_hash->len < LICENSE_COMPONENT_HASH_MIN)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, hash_at);
	cbor_array_end(r);
}

/* Returns the sum of all weights. */
static unsigned
read_components(struct cbor_reader *r, struct license *license)
{
	size_t len = claims_list_begin(r, LICENSE_COMPONENTS_MAX);
	unsigned weights = 0;

	for (size_t i = 0; i < len && r->err == SKERRY_OK; i++) {
		struct license_component *component = &license->components[i];
		size_t at = r->at;

		license_terms_read_component(
			r, &component->type, &component->weight, &component->hash);
		if (i > 0 && license_component_order(component[-1].type, component[-1].hash,
				     component->type, component->hash) >= 0)
			cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
		weights += component->weight;
	}
	cbor_array_end(r);
	license->components_len = len;
	return weights;
}

static void
read_fingerprint(struct cbor_reader *r, struct license *license)
{
	size_t threshold_at;

	if (!claims_tuple_begin(r, 3))
		return;
	license->salt = claims_read_fixed(r, LICENSE_SALT_LEN);
	threshold_at = r->at;
	license->threshold =
		(unsigned)claims_read_positive(r, LICENSE_COMPONENTS_MAX * LICENSE_WEIGHT_MAX);
	if (license->threshold > read_components(r, license))
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, threshold_at);
	cbor_array_end(r);
}

static void
read_telephone(struct cbor_reader *r, struct license *license)
{
	if (!claims_tuple_begin(r, 3))
		return;
	license->anchor = claims_read_fixed(r, LICENSE_ANCHOR_LEN);
	license->telephone_steps = (unsigned)claims_read_positive(r, LICENSE_STEPS_MAX);
	license->telephone_days = (unsigned)claims_read_positive(r, LICENSE_STEP_DAYS_MAX);
	cbor_array_end(r);
}

void
license_terms_read(struct cbor_reader *r, const struct claims *claims, struct license *license)
{
	switch (claims->label) {
	case 8:
		read_grants(r, license);
		break;
	case 9:
		read_seats(r, license);
		break;
	case 10:
		read_ladder(r, &license->ladder);
		break;
	case 11:
		read_fingerprint(r, license);
		break;
	case 12:
		license->domains_len = claims_read_set(r, LICENSE_DOMAINS_MAX, LICENSE_DOMAIN_MAX,
			license_is_domain, license->domains);
		break;
	case 13:
		license->tenant = claims_read_text(r, LICENSE_TENANT_MAX);
		break;
	case 14:
		read_telephone(r, license);
		break;
	case 15:
		license->licensee = claims_read_text(r, LICENSE_LICENSEE_MAX);
		break;
	default:
		claims_unknown(r, claims);
	}
}

static void
write_grants(struct cbor_writer *w, const struct license *license)
{
	struct cbor_map_out map;

	cbor_map_open(w, &map);
	for (size_t i = 0; i < license->grants_len; i++) {
		const struct license_grant *grant = &license->grants[i];

		cbor_map_put_name(w, &map, grant->name);
		switch (grant->value) {
		case LICENSE_ON:
			cbor_write_bool(w, true);
			break;
		case LICENSE_NUMBER:
			cbor_write_int(w, grant->number);
			break;
		case LICENSE_STRING:
			cbor_write_text(w, grant->text);
			break;
		default:
			cbor_writer_fail(w, SKERRY_ERR_CLAIM_VALUE);
		}
	}
	cbor_map_close(w, &map);
}

static void
write_ladder(struct cbor_writer *w, const struct license_ladder *ladder)
{
	struct cbor_map_out map;

	cbor_map_open(w, &map);
	claims_put_int(w, &map, 1, ladder->warn_s);
	claims_put_int(w, &map, 2, ladder->alert_s);
	claims_put_int(w, &map, 3, ladder->grace_s);
	claims_put_int(w, &map, 4, ladder->degraded_s);
	claims_put_int(w, &map, 5, ladder->expiry_grace_s);
	claims_put_int(w, &map, 6, ladder->rebind_grace_s);
	claims_put_int(w, &map, 7, (int64_t)ladder->rollback_policy);
	claims_put_int(w, &map, 8, ladder->tolerance_s);
	claims_put_int(w, &map, 9, ladder->overlap_s);
	claims_put_int(w, &map, 10, ladder->max_status_age_s);
	if (ladder->day_end_minutes != LICENSE_DAY_END_DEFAULT) {
		cbor_map_put_label(w, &map, 11);
		cbor_write_uint(w, ladder->day_end_minutes);
	}
	cbor_map_close(w, &map);
}

static bool
ladder_is_empty(const struct license_ladder *l)
{
	return l->warn_s == 0 && l->alert_s == 0 && l->grace_s == 0 && l->degraded_s == 0 &&
	       l->expiry_grace_s == 0 && l->rebind_grace_s == 0 &&
	       l->rollback_policy == LICENSE_ROLLBACK_NOTICE && l->tolerance_s == 0 &&
	       l->overlap_s == 0 && l->max_status_age_s == 0 &&
	       l->day_end_minutes == LICENSE_DAY_END_DEFAULT;
}

static void
write_fingerprint(struct cbor_writer *w, const struct license *license)
{
	cbor_write_array(w, 3);
	cbor_write_bytes(w, license->salt.data, license->salt.len);
	cbor_write_uint(w, license->threshold);
	cbor_write_array(w, license->components_len);
	for (size_t i = 0; i < license->components_len; i++) {
		const struct license_component *component = &license->components[i];

		cbor_write_array(w, 3);
		cbor_write_uint(w, component->type);
		cbor_write_uint(w, component->weight);
		cbor_write_bytes(w, component->hash.data, component->hash.len);
	}
}

void
license_terms_put(struct cbor_writer *w, struct cbor_map_out *map, const struct license *license)
{
	if (license->grants_len > 0) {
		cbor_map_put_label(w, map, 8);
		write_grants(w, license);
	}
	if (license->seats_max > 0) {
		cbor_map_put_label(w, map, 9);
		cbor_write_array(w, 3);
		cbor_write_uint(w, license->seats_max);
		cbor_write_uint(w, license->seats_burst);
		cbor_write_int(w, license->seats_ttl_s);
	}
	if (!ladder_is_empty(&license->ladder)) {
		cbor_map_put_label(w, map, 10);
		write_ladder(w, &license->ladder);
	}
	if (license->components_len > 0) {
		cbor_map_put_label(w, map, 11);
		write_fingerprint(w, license);
	}
	claims_put_texts(w, map, 12, license->domains, license->domains_len);
	claims_put_text(w, map, 13, license->tenant);
	if (license->anchor.len > 0) {
		cbor_map_put_label(w, map, 14);
		cbor_write_array(w, 3);
		cbor_write_bytes(w, license->anchor.data, license->anchor.len);
		cbor_write_uint(w, license->telephone_steps);
		cbor_write_uint(w, license->telephone_days);
	}
	claims_put_text(w, map, 15, license->licensee);
}
