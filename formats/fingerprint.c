/* SPDX-License-Identifier: ISC */
#include "fingerprint.h"

#include "claims.h"
#include "claims_key.h"
#include "license_terms.h"

static const char *const TYPE_NAMES[FINGERPRINT_TYPE_LAST + 1] = {
	[FINGERPRINT_MACHINE_ID] = "machine_id",
	[FINGERPRINT_PRODUCT_UUID] = "product_uuid",
	[FINGERPRINT_BOARD_SERIAL] = "board_serial",
	[FINGERPRINT_DISK_SERIAL] = "disk_serial",
	[FINGERPRINT_MAC] = "mac",
	[FINGERPRINT_CPU_MODEL] = "cpu_model",
	[FINGERPRINT_OS] = "os",
	[FINGERPRINT_INSTALL_PATH] = "install_path",
	[FINGERPRINT_CUSTOM] = "custom",
};

static const unsigned char TYPE_WEIGHTS[FINGERPRINT_TYPE_LAST + 1] = {
	[FINGERPRINT_MACHINE_ID] = 2,
	[FINGERPRINT_PRODUCT_UUID] = 4,
	[FINGERPRINT_BOARD_SERIAL] = 3,
	[FINGERPRINT_DISK_SERIAL] = 2,
	[FINGERPRINT_MAC] = 2,
	[FINGERPRINT_CPU_MODEL] = 1,
	[FINGERPRINT_OS] = 1,
	[FINGERPRINT_INSTALL_PATH] = 1,
	[FINGERPRINT_CUSTOM] = 4,
};

enum {
	INFO_HOSTNAME = 1,
	INFO_OS = 2,
	INFO_APP_VERSION = 3,
	INFO_INSTALL_ID = 4,
	INFO_SITE_KEY = 5,
	INFO_DOMAINS = 6
};

const char *
fingerprint_type_name(unsigned type)
{
	return type <= FINGERPRINT_TYPE_LAST ? TYPE_NAMES[type] : NULL;
}

unsigned
fingerprint_type_from_name(struct cbor_text name)
{
	for (unsigned type = 1; type <= FINGERPRINT_TYPE_LAST; type++)
		if (cbor_text_equals(name, TYPE_NAMES[type]))
			return type;
	return 0;
}

unsigned
fingerprint_type_weight(unsigned type)
{
	unsigned weight = type <= FINGERPRINT_TYPE_LAST ? TYPE_WEIGHTS[type] : 0;

	return weight == 0 ? 1 : weight;
}

size_t
fingerprint_read_components(
	struct cbor_reader *r, struct fingerprint_component ret_components[LICENSE_COMPONENTS_MAX])
{
	size_t len = cbor_array_begin(r, LICENSE_COMPONENTS_MAX);

	for (size_t i = 0; i < len && r->err == SKERRY_OK; i++) {
		struct fingerprint_component *component = &ret_components[i];
		size_t at = r->at;

		license_terms_read_component(r, &component->type, NULL, &component->hash);
		if (i > 0 && license_component_order(component[-1].type, component[-1].hash,
				     component->type, component->hash) >= 0)
			cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
	}
	cbor_array_end(r);
	return len;
}

void
fingerprint_write_components(
	struct cbor_writer *w, const struct fingerprint_component *components, size_t len)
{
	cbor_write_array(w, len);
	for (size_t i = 0; i < len; i++) {
		cbor_write_array(w, 2);
		cbor_write_uint(w, components[i].type);
		cbor_write_bytes(w, components[i].hash.data, components[i].hash.len);
	}
}

static void
read_info(struct cbor_reader *r, struct fingerprint *print)
{
	struct claims claims;
	int64_t label;

	claims_begin(r, &claims);
	while (claims_next(r, &claims, &label))
		switch (label) {
		case INFO_HOSTNAME:
			print->hostname = claims_read_text(r, FINGERPRINT_INFO_MAX);
			break;
		case INFO_OS:
			print->os = claims_read_text(r, FINGERPRINT_INFO_MAX);
			break;
		case INFO_APP_VERSION:
			print->app_version = claims_read_text(r, FINGERPRINT_INFO_MAX);
			break;
		case INFO_INSTALL_ID:
			print->install_id = claims_read_text(r, FINGERPRINT_INFO_MAX);
			break;
		case INFO_SITE_KEY:
			claims_read_key(r, COSE_CURVE_ED25519, &print->site_key);
			print->has_site_key = true;
			break;
		case INFO_DOMAINS:
			print->domains_len = claims_read_set(r, LICENSE_DOMAINS_MAX,
				LICENSE_DOMAIN_MAX, license_is_domain, print->domains);
			break;
		default:
			claims_unknown(r, &claims);
		}
}

static bool
is_mark(struct cbor_text text)
{
	return cbor_text_equals(text, FINGERPRINT_MARK);
}

static void
read_file(struct cbor_reader *r, struct fingerprint *print)
{
	if (!claims_tuple_begin(r, 5))
		return;
	claims_read_form(r, sizeof FINGERPRINT_MARK - 1, is_mark);
	claims_read_version(r, FINGERPRINT_VERSION);
	print->salt = claims_read_fixed(r, LICENSE_SALT_LEN);
	print->components_len = fingerprint_read_components(r, print->components);
	read_info(r, print);
	cbor_array_end(r);
}

enum skerry_err
fingerprint_parse(struct cbor_bytes bytes, struct fingerprint *ret_fingerprint, size_t *ret_offset)
{
	struct fingerprint print = { 0 };
	struct cbor_reader r;
	enum skerry_err err;

	cbor_reader_init(&r, bytes.data, bytes.len);
	if (bytes.len > FINGERPRINT_MAX)
		cbor_reader_fail(&r, SKERRY_ERR_DOCUMENT_TOO_LARGE, FINGERPRINT_MAX);
	read_file(&r, &print);
	err = cbor_reader_finish(&r, ret_offset);
	if (err == SKERRY_OK)
		*ret_fingerprint = print;
	return err;
}

static void
write_info(struct cbor_writer *w, const struct fingerprint *print)
{
	struct cbor_map_out map;

	cbor_map_open(w, &map);
	claims_put_text(w, &map, INFO_HOSTNAME, print->hostname);
	claims_put_text(w, &map, INFO_OS, print->os);
	claims_put_text(w, &map, INFO_APP_VERSION, print->app_version);
	claims_put_text(w, &map, INFO_INSTALL_ID, print->install_id);
	if (print->has_site_key) {
		cbor_map_put_label(w, &map, INFO_SITE_KEY);
		cose_key_write(w, &print->site_key);
	}
	claims_put_texts(w, &map, INFO_DOMAINS, print->domains, print->domains_len);
	cbor_map_close(w, &map);
}

static void
write_file(struct cbor_writer *w, const struct fingerprint *print)
{
	cbor_write_array(w, 5);
	cbor_write_chars(w, FINGERPRINT_MARK);
	cbor_write_uint(w, FINGERPRINT_VERSION);
	cbor_write_bytes(w, print->salt.data, print->salt.len);
	fingerprint_write_components(w, print->components, print->components_len);
	write_info(w, print);
}

void
fingerprint_write(struct cbor_writer *w, const struct fingerprint *fingerprint)
{
	size_t start = w->len, offset;
	struct fingerprint read_back;

	if (fingerprint->components_len > LICENSE_COMPONENTS_MAX ||
		fingerprint->domains_len > LICENSE_DOMAINS_MAX)
		cbor_writer_fail(w, SKERRY_ERR_CLAIM_VALUE);
	else
		write_file(w, fingerprint);
	if (w->err != SKERRY_OK)
		return;
	/* The reader is the one judge of what may be handed on. */
	claims_write_judge(
		w, fingerprint_parse((struct cbor_bytes){ w->bytes + start, w->len - start },
			   &read_back, &offset));
}
