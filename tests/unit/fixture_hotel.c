/* SPDX-License-Identifier: ISC */
#include "fixture_hotel.h"

#include <string.h>

#include "formats/ladder.h"

enum { DAY_S = 86400 };

struct cbor_text
fixture_text(const char *terminated)
{
	return (struct cbor_text){ terminated, strlen(terminated) };
}

struct cbor_bytes
fixture_bytes(uint8_t first, size_t len)
{
	static uint8_t counting[256 + 32];

	for (size_t i = 0; i < sizeof counting; i++)
		counting[i] = (uint8_t)i;
	return (struct cbor_bytes){ counting + first, len };
}

struct cose_key
fixture_key(enum cose_curve curve, uint8_t first)
{
	struct cose_key key = { .curve = curve };

	key.alg = curve == COSE_CURVE_ED25519 ? COSE_ALG_EDDSA : COSE_ALG_NONE;
	memcpy(key.x, fixture_bytes(first, COSE_KEY_X_LEN).data, COSE_KEY_X_LEN);
	return key;
}

void
hotel_license_bare(struct license *ret_license)
{
	struct license l = { 0 };

	l.brand = fixture_text("hotelhub");
	l.id = fixture_text("7QK2M94XPAC0DTE1");
	l.product = fixture_text("hms");
	l.plan = fixture_text("standalone-pro");
	l.not_before = l.issued_at = HOTEL_ISSUED_AT;
	l.cti = fixture_bytes(0xc0, LICENSE_CTI_LEN);
	l.edition = (uint64_t)HOTEL_ISSUED_AT;
	l.expires_at = l.renew_by = l.valid_until = l.maintenance_until = LICENSE_NEVER;
	l.ladder.day_end_minutes = LICENSE_DAY_END_DEFAULT;
	*ret_license = l;
}

static void
add_grant(struct license *l, const char *name, enum license_value value, int64_t number)
{
	l->grants[l->grants_len++] = (struct license_grant){
		.name = fixture_text(name), .value = value, .number = number
	};
}

void
hotel_license_unbound(struct license *ret_license)
{
	struct license l;

	hotel_license_bare(&l);
	l.activation = 1;
	l.has_status = true;
	l.status_index = 12345;
	l.status_uri = fixture_text("skerry:hotelhub");
	l.renew_by = HOTEL_ISSUED_AT + 30 * DAY_S;
	l.valid_until = HOTEL_ISSUED_AT + 365 * DAY_S;
	add_grant(&l, "max_rooms", LICENSE_NUMBER, 100);
	add_grant(&l, "max_properties", LICENSE_NUMBER, 1);
	add_grant(&l, "channel_manager", LICENSE_ON, 0);
	add_grant(&l, "max_concurrent_users", LICENSE_NUMBER, 30);
	l.seats_max = 30;
	l.seats_burst = 3;
	l.seats_ttl_s = 900;
	l.ladder.warn_s = 23 * DAY_S;  /* day 7 without contact */
	l.ladder.alert_s = 16 * DAY_S; /* day 14 */
	l.ladder.grace_s = 30 * DAY_S;
	l.ladder.degraded_s = 30 * DAY_S;
	l.ladder.expiry_grace_s = 7 * DAY_S;
	l.ladder.rebind_grace_s = 14 * DAY_S;
	l.ladder.tolerance_s = DAY_S;
	l.ladder.overlap_s = 14 * DAY_S;
	l.ladder.max_status_age_s = 400 * DAY_S;
	l.licensee = fixture_text("Grand Hotel Sibolga");
	l.expires_at = ladder_last_date(&l);
	*ret_license = l;
}

void
hotel_license(struct license *ret_license)
{
	struct license *l = ret_license;

	hotel_license_unbound(l);
	l->has_site_key = true;
	l->site_key = fixture_key(COSE_CURVE_ED25519, 0x40);
	l->salt = fixture_bytes(0xa0, LICENSE_SALT_LEN);
	l->threshold = 6;
	l->components_len = 6;
	for (unsigned i = 0; i < 6; i++)
		l->components[i] = (struct license_component){ .type = i + 1,
			.weight = i == 0 ? 3 : 2,
			.hash = fixture_bytes((uint8_t)(0x10 + i), LICENSE_COMPONENT_HASH_MIN) };
}

void
hotel_license_full(struct license *ret_license)
{
	struct license *l = ret_license;

	hotel_license(l);
	l->maintenance_until = HOTEL_ISSUED_AT + 200 * DAY_S;
	l->grants_len = 0;
	add_grant(l, "tier", LICENSE_STRING, 0);
	l->grants[0].text = fixture_text("gold");
	add_grant(l, "debt_limit", LICENSE_NUMBER, -5);
	add_grant(l, "channel_manager", LICENSE_ON, 0);
	l->ladder.rollback_policy = LICENSE_ROLLBACK_GRACE;
	l->ladder.day_end_minutes = 0;
	l->domains[0] = fixture_text("pms.lan");
	l->domains[1] = fixture_text("*.sibolga.example");
	l->domains_len = 2;
	l->tenant = fixture_text("annex");
	l->anchor = fixture_bytes(0xd0, LICENSE_ANCHOR_LEN);
	l->telephone_steps = 3;
	l->telephone_days = 14;
	l->expires_at = ladder_last_date(l);
}

static void
add_contacts(struct manifest *m)
{
	struct manifest_contact *contact = &m->contacts[0];

	contact->brand = fixture_text("*");
	contact->email = fixture_text("help@vendor.example");
	contact = &m->contacts[1];
	contact->brand = fixture_text("hotelhub");
	contact->name = fixture_text("HotelHub");
	contact->telephone = fixture_text("+62 631 000000");
	contact->email = fixture_text("help@hotelhub.example");
	contact->url = fixture_text("https://hotelhub.example");
	contact->languages[0] = fixture_text("id");
	contact->languages[1] = fixture_text("en");
	contact->languages_len = 2;
	contact->key_format = fixture_text("HMS-#####-#####-#####-#####");
	m->contacts_len = 2;
}

void
hotel_manifest(struct manifest *ret_manifest)
{
	struct manifest *m = ret_manifest;

	memset(m, 0, sizeof *m);
	m->version = 3;
	m->issued_at = HOTEL_ISSUED_AT;
	m->expires_at = HOTEL_ISSUED_AT + 730 * DAY_S;
	m->threshold = 2;
	m->roots_len = 3;
	for (uint8_t i = 0; i < 3; i++)
		m->roots[i] = fixture_key(COSE_CURVE_ED25519, (uint8_t)(0x60 - i));
	m->keys_len = 2;
	m->keys[0] = (struct manifest_key){ .key = fixture_key(COSE_CURVE_ED25519, 0x80),
		.not_before = HOTEL_ISSUED_AT,
		.not_after = HOTEL_ISSUED_AT + 365 * DAY_S,
		.latest = HOTEL_ISSUED_AT + 1825 * DAY_S,
		.roles = MANIFEST_ROLE_LICENSE | MANIFEST_ROLE_REPLY,
		.revoked_at = HOTEL_ISSUED_AT + 10 * DAY_S,
		.brands = { fixture_text("rthub"), fixture_text("hotelhub") },
		.brands_len = 2 };
	m->keys[1] = (struct manifest_key){ .key = fixture_key(COSE_CURVE_ED25519, 0x81),
		.not_before = 0,
		.not_after = LICENSE_NEVER,
		.latest = LICENSE_NEVER,
		.roles = MANIFEST_ROLES_ALL,
		.perpetual = true,
		.revoked_at = LICENSE_NEVER };
	m->exchange_len = 2;
	m->exchange[0] =
		(struct manifest_exchange){ fixture_key(COSE_CURVE_X25519, 0x90), HOTEL_ISSUED_AT };
	m->exchange[1] =
		(struct manifest_exchange){ fixture_key(COSE_CURVE_X25519, 0x91), LICENSE_NEVER };
	add_contacts(m);
	m->trial = true;
}

void
hotel_fingerprint(struct fingerprint *ret_fingerprint)
{
	struct fingerprint *f = ret_fingerprint;

	memset(f, 0, sizeof *f);
	f->salt = fixture_bytes(0xa0, LICENSE_SALT_LEN);
	f->components_len = 3;
	f->components[0] =
		(struct fingerprint_component){ FINGERPRINT_MACHINE_ID, fixture_bytes(0x10, 16) };
	f->components[1] =
		(struct fingerprint_component){ FINGERPRINT_MAC, fixture_bytes(0x20, 16) };
	f->components[2] =
		(struct fingerprint_component){ FINGERPRINT_MAC, fixture_bytes(0x30, 16) };
	f->hostname = fixture_text("frontdesk");
	f->os = fixture_text("Debian GNU/Linux 12");
	f->app_version = fixture_text("4.2.0");
	f->install_id = fixture_text("1f0c");
	f->has_site_key = true;
	f->site_key = fixture_key(COSE_CURVE_ED25519, 0x40);
	f->domains[0] = fixture_text("pms.lan");
	f->domains[1] = fixture_text("*.sibolga.example");
	f->domains_len = 2;
}
