/* SPDX-License-Identifier: ISC */
/* corpus FOLDER ARMOR: writes the refusal corpus (corpus.h) there; ARMOR is tests/corpus/armor. */
#include "corpus.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "expect.h"
#include "keys/random.h"
#include "keys/sign.h"

enum { FILES_MAX = 256, PATH_MAX_LEN = 4096, CARRIER_MAX = 1 << 18, CASES_MAX = 2048 };

static const char COLUMNS[] =
	"name\ttrust\tlicense\tproduct\ttenant\tdomain\tbuild_date\tzone\tat\tproof\tnonce\t"
	"code\tstate\taccess\treason\tnotice\tnext_change_at\tfull_until\tread_until\tverify\n";

static const char *folder;
static FILE *table;

/* What cases name as their trust. */
static struct trust_file {
	char name[CORPUS_NAME_MAX];
	uint8_t *bytes;
	size_t len;
} files[FILES_MAX];
static size_t files_len;

static char names[CASES_MAX][CORPUS_NAME_MAX];
static size_t names_len;

static void
give_up(const char *what)
{
	fprintf(stderr, "corpus: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void
write_file(const char *name, const char *ending, struct cbor_bytes bytes)
{
	char path[PATH_MAX_LEN];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s%s", folder, name, ending);
	file = fopen(path, "wb");
	if (file == NULL)
		give_up(path);
	if (bytes.len > 0 && fwrite(bytes.data, 1, bytes.len, file) != bytes.len)
		give_up(path);
	if (fclose(file) != 0)
		give_up(path);
}

void
corpus_file(const char *name, struct cbor_bytes bytes)
{
	struct trust_file *file = &files[files_len++];

	assert_in_range(files_len, 1, FILES_MAX);
	snprintf(file->name, sizeof file->name, "%s", name);
	file->bytes = malloc(bytes.len + 1);
	assert_non_null(file->bytes);
	if (bytes.len > 0)
		memcpy(file->bytes, bytes.data, bytes.len);
	file->len = bytes.len;
	write_file(name, ".manifest", bytes);
}

static struct cbor_bytes
find_trust(const char *name)
{
	for (size_t i = 0; i < files_len; i++)
		if (strcmp(files[i].name, name) == 0)
			return (struct cbor_bytes){ files[i].bytes, files[i].len };
	fail_msg("no manifest %s", name);
	return (struct cbor_bytes){ NULL, 0 };
}

const char *
corpus_name(const char *format, ...)
{
	static char name[CORPUS_NAME_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(name, sizeof name, format, arguments);
	va_end(arguments);
	return name;
}

/* --- lines ----------------------------------------------------------------------------------- */

static void
put_text(const char *value)
{
	fprintf(table, "\t%s", value == NULL ? "-" : value);
}

static void
put_time(int64_t at)
{
	if (at == LICENSE_NEVER)
		fputs("\tnever", table);
	else
		fprintf(table, "\t%lld", (long long)at);
}

static void
put_question(const struct corpus_case *c)
{
	fprintf(table, "%s\t%s.manifest\t%s.license", c->name, c->trust, c->name);
	put_text(c->product);
	put_text(c->tenant);
	put_text(c->domain);
	if (c->build_date == 0)
		put_text(NULL);
	else
		put_time(c->build_date);
	put_text(c->zone);
	put_time(c->at);
	if (c->proof.data == NULL)
		put_text(NULL);
	else
		fprintf(table, "\t%s.proof", c->name);
	put_text(c->nonce.len == 0 ? NULL : "");
	for (size_t i = 0; i < c->nonce.len; i++)
		fprintf(table, "%02x", c->nonce.data[i]);
}

static void
put_answer(const struct expectation *want)
{
	const struct skerry_verdict *verdict = &want->verdict;

	put_text(want->err == SKERRY_OK ? "ok" : skerry_err_name(want->err));
	if (want->has_verdict) {
		put_text(skerry_state_name(verdict->state));
		put_text(skerry_access_name(verdict->access));
		put_text(skerry_reason_name(verdict->reason));
		put_text(skerry_notice_name(verdict->notice));
		put_time(verdict->next_change_at);
		put_time(verdict->grace_until);
		put_time(verdict->degraded_until);
	} else {
		fputs("\t-\t-\t-\t-\t-\t-\t-", table);
	}
	put_text(want->verify);
	fputc('\n', table);
}

static void
take_name(const char *name)
{
	assert_in_range(names_len, 0, CASES_MAX - 1);
	for (size_t i = 0; i < names_len; i++)
		if (strcmp(names[i], name) == 0)
			fail_msg("two cases are called %s", name);
	snprintf(names[names_len++], CORPUS_NAME_MAX, "%s", name);
}

void
corpus_add(const struct corpus_case *add)
{
	struct corpus_case c = *add;
	struct expectation want;

	take_name(c.name);
	if (c.trust == NULL)
		c.trust = "vendor";
	if (c.product == NULL)
		c.product = "hotelhub/hms";
	if (c.at == 0)
		c.at = CORPUS_DAY;
	expect(&c, find_trust(c.trust), &want);
	write_file(c.name, ".license", c.license);
	if (c.proof.data != NULL)
		write_file(c.name, ".proof", c.proof);
	put_question(&c);
	put_answer(&want);
}

/* --- documents ------------------------------------------------------------------------------- */

struct cbor_bytes
corpus_sign(const struct license *license)
{
	static uint8_t bytes[LICENSE_MAX];
	struct key_pair pair = ceremony_pair(KEY_ISSUING, CEREMONY_ISSUING);
	size_t len = ceremony_sign_license(license, &pair, bytes);

	key_pair_free(&pair);
	return (struct cbor_bytes){ bytes, len };
}

struct cbor_bytes
corpus_sign_bytes(
	enum key_purpose purpose, uint8_t seed, const char *type, struct cbor_bytes payload)
{
	static uint8_t bytes[CARRIER_MAX];
	struct key_pair pair = ceremony_pair(purpose, seed);
	size_t len;

	assert_int_equal(sign_sign1(&pair, type, payload, bytes, sizeof bytes, &len), SKERRY_OK);
	key_pair_free(&pair);
	return (struct cbor_bytes){ bytes, len };
}

struct cbor_bytes
corpus_sign_manifest(const struct manifest *manifest, const uint8_t *seeds)
{
	static uint8_t bytes[MANIFEST_MAX];

	return (struct cbor_bytes){ bytes,
		ceremony_sign_manifest(manifest, seeds, strlen((const char *)seeds), bytes) };
}

struct cbor_bytes
corpus_join(const struct cbor_bytes *parts, size_t parts_len)
{
	static uint8_t bytes[CARRIER_MAX];
	size_t len = 0;

	for (size_t i = 0; i < parts_len; i++) {
		assert_in_range(parts[i].len, 0, sizeof bytes - len);
		memcpy(bytes + len, parts[i].data, parts[i].len);
		len += parts[i].len;
	}
	return (struct cbor_bytes){ bytes, len };
}

int
main(int argc, char **argv)
{
	static struct manifest manifest;
	char path[PATH_MAX_LEN];

	if (argc != 3) {
		fputs("usage: corpus FOLDER ARMOR\n", stderr);
		return 2;
	}
	folder = argv[1];
	if (mkdir(folder, 0755) != 0 && errno != EEXIST)
		give_up(folder);
	if (random_start() != SKERRY_OK)
		give_up("libsodium");
	snprintf(path, sizeof path, "%s/cases.tsv", folder);
	table = fopen(path, "w");
	if (table == NULL)
		give_up(path);
	fputs(COLUMNS, table);
	ceremony_manifest(&manifest, 1, 3, 2);
	corpus_file("vendor", corpus_sign_manifest(&manifest, (const uint8_t[]){ 1, 2, 0 }));
	corpus_ladder();
	corpus_bound();
	corpus_bytes();
	corpus_claims();
	corpus_trust();
	corpus_chains();
	corpus_carriers();
	corpus_proofs();
	corpus_mangled(argv[2]);
	if (fclose(table) != 0)
		give_up(path);
	for (size_t i = 0; i < files_len; i++)
		free(files[i].bytes);
	printf("%zu cases\n", names_len);
	return 0;
}
