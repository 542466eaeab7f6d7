/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "issuer/desk/brands.h"
#include "issuer/desk/manifest_files.h"
#include "issuer/desk/manifests.h"
#include "report.h"
#include "session.h"
#include "verbs.h"

#define FLAGS                                                                                      \
	"  --name NAME          what people read (else the short name)\n"                          \
	"  --key-format F       license keys, # for each random character\n"                       \
	"                       (else the first letters and -#####-#####-#####-#####)\n"           \
	"  --contact-phone TEL  whom the brand's customers call; sites show it\n"                  \
	"  --contact-email E    in every message that asks for something\n"                        \
	"  --contact-url URL\n"                                                                    \
	"  --contact-language L once for each language spoken there (id, en)\n"                    \
	"  --json               the brand, as `brand show` has it\n"                               \
	"\n"                                                                                       \
	"Sites read the name, key format and contact in the manifest. Until the first license\n"   \
	"left the desk they go into vendor.manifest, from then on into the next version.\n"        \
	"\n"

const char BRAND_ADD_HELP[] = FLAGS "example: skerry-issuer brand add hotelhub --name HotelHub \\\n"
				    "             --key-format 'HMS-#####-#####-#####-#####' "
				    "--contact-phone '+62 361 555 0100'\n";
const char BRAND_SET_HELP[] =
	FLAGS "Only what is named changes; an empty value takes a contact away.\n"
	      "\n"
	      "example: skerry-issuer brand set hotelhub --contact-phone '+62 361 555 0101'\n";
const char BRAND_LIST_HELP[] = "  --json\n"
			       "\n"
			       "example: skerry-issuer brand list\n";
const char BRAND_SHOW_HELP[] = "  --json\n"
			       "\n"
			       "example: skerry-issuer brand show hotelhub\n";

struct flags {
	const char *name, *key_format, *phone, *email, *url;
	struct command_list languages;
	bool json;
};

enum { FLAGS_MAX = 8 };

static size_t
flag_table(struct flags *flags, struct command_option ret_table[FLAGS_MAX])
{
	const struct command_option table[] = {
		{ "--name", COMMAND_VALUE, &flags->name },
		{ "--key-format", COMMAND_VALUE, &flags->key_format },
		{ "--contact-phone", COMMAND_VALUE, &flags->phone },
		{ "--contact-email", COMMAND_VALUE, &flags->email },
		{ "--contact-url", COMMAND_VALUE, &flags->url },
		{ "--contact-language", COMMAND_LIST, &flags->languages },
		{ "--json", COMMAND_FLAG, &flags->json },
	};

	memcpy(ret_table, table, sizeof table);
	return sizeof table / sizeof *table;
}

/* Takes a flag's text; false when it is too long to be kept. */
static bool
take(const char *value, char *text, size_t text_max)
{
	if (value == NULL)
		return true;
	return snprintf(text, text_max, "%s", value) < (int)text_max;
}

static bool
take_languages(const struct command_list *languages, struct brand *brand)
{
	size_t len = 0;

	if (languages->len == 0)
		return true;
	brand->languages[0] = '\0';
	for (size_t i = 0; i < languages->len; i++) {
		int added = snprintf(brand->languages + len, sizeof brand->languages - len, "%s%s",
			len == 0 ? "" : " ", languages->values[i]);

		if (added < 0 || (size_t)added >= sizeof brand->languages - len)
			return false;
		len += (size_t)added;
	}
	return true;
}

static bool
apply(const struct flags *flags, struct brand *brand)
{
	if (take(flags->name, brand->name, sizeof brand->name) &&
		take(flags->key_format, brand->key_format, sizeof brand->key_format) &&
		take(flags->phone, brand->phone, sizeof brand->phone) &&
		take(flags->email, brand->email, sizeof brand->email) &&
		take(flags->url, brand->url, sizeof brand->url) &&
		take_languages(&flags->languages, brand))
		return true;
	command_misuse("a name or contact is too long: names have at most %d bytes, each line of a "
		       "contact %d",
		ENTRY_NAME_MAX, MANIFEST_CONTACT_MAX);
	return false;
}

/* "HOTE-#####-...": up to four letters and digits of the short name. */
static void
default_key_format(struct brand *brand)
{
	size_t len = 0;

	for (const char *c = brand->slug; *c != '\0' && len < 4; c++)
		if (isalnum((unsigned char)*c))
			brand->key_format[len++] = (char)toupper((unsigned char)*c);
	snprintf(brand->key_format + len, sizeof brand->key_format - len, "%s", BRANDS_KEY_SUFFIX);
}

struct outcome {
	enum manifests_refreshed refreshed;
	uint64_t version;
};

static enum skerry_err
change(struct session *session, struct brand *brand, bool is_new, struct outcome *outcome)
{
	struct desk *desk = &session->desk;
	enum skerry_err err = session_begin(session);

	if (err != SKERRY_OK)
		return err;
	err = is_new ? brands_insert(desk, brand) : brands_update(desk, brand);
	if (err == SKERRY_OK)
		err = manifests_refresh(desk, brand->id, &outcome->refreshed, &outcome->version);
	if (err == SKERRY_OK)
		err = desk_commit(desk);
	if (err == SKERRY_OK)
		err = manifest_files_mend(desk);
	return err;
}

/* What the key holders need: their command, and the file that it reads. */
static void
tell_ceremony(const struct brand *brand, uint64_t version)
{
	const struct {
		const char *field, *text;
	} LINES[] = { { "name", brand->name }, { "telephone", brand->phone },
		{ "email", brand->email }, { "url", brand->url }, { "languages", brand->languages },
		{ "key-format", brand->key_format } };

	printf("Sites learn this from the next manifest, which the key holders sign:\n"
	       "  skerry-keys manifest next %s/manifests/%llu.manifest --contact %s:FILE "
	       "--out next.manifest\nwith this as FILE:\n",
		session_desk_path(), (unsigned long long)version, brand->slug);
	for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++)
		if (LINES[i].text[0] != '\0')
			printf("  %s: %s\n", LINES[i].field, LINES[i].text);
}

static void
tell_outcome(const struct brand *brand, const struct outcome *outcome)
{
	const char *what = brands_has_contact(brand) ? "the contact" : "the name";

	printf("brand %s: license keys look like %s\n", brand->slug, brand->key_format);
	switch (outcome->refreshed) {
	case MANIFESTS_REWROTE:
		printf("vendor.manifest now carries %s: %s/vendor.manifest\n", what,
			session_desk_path());
		break;
	case MANIFESTS_ADDED:
		printf("manifest version %llu carries %s: %s/manifests/%llu.manifest\n",
			(unsigned long long)outcome->version, what, session_desk_path(),
			(unsigned long long)outcome->version);
		break;
	case MANIFESTS_DUE:
		tell_ceremony(brand, outcome->version);
		break;
	case MANIFESTS_STAND:
		break;
	}
	if (!brands_has_contact(brand))
		printf("Its sites can tell nobody whom to call; add that with: "
		       "skerry-issuer brand set %s --contact-phone TEL\n",
			brand->slug);
}

static void
put_brand(struct report *report, const struct brand *brand)
{
	report_text(report, "brand", brand->slug);
	report_text(report, "name", brand->name);
	report_text(report, "key_format", brand->key_format);
	report_text(report, "phone", brand->phone);
	report_text(report, "email", brand->email);
	report_text(report, "url", brand->url);
	report_words(report, "languages", brand->languages);
}

static enum command_exit
add_or_set(int argc, char **argv, bool is_new)
{
	struct flags flags = { .name = NULL };
	struct command_option table[FLAGS_MAX];
	struct brand brand = { .id = 0 };
	struct outcome outcome = { MANIFESTS_STAND, 0 };
	struct report report;
	struct command_list operands;
	struct session session;
	enum command_exit exit;
	enum skerry_err err = SKERRY_OK;

	if (!command_parse(argc, argv, table, flag_table(&flags, table), 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	exit = session_open(&session, flags.json);
	if (exit != COMMAND_YES)
		return exit;
	if (is_new) {
		snprintf(brand.slug, sizeof brand.slug, "%s",
			entry_is_slug(operands.values[0]) ? operands.values[0] : "");
		snprintf(brand.name, sizeof brand.name, "%s", brand.slug);
		default_key_format(&brand);
	} else {
		err = brands_find(&session.desk, operands.values[0], &brand);
	}
	if (err == SKERRY_OK && !apply(&flags, &brand)) {
		session_close(&session);
		return COMMAND_CANNOT_TELL;
	}
	if (err == SKERRY_OK)
		err = change(&session, &brand, is_new, &outcome);
	if (err == SKERRY_OK && flags.json) {
		report_begin(&report, true);
		put_brand(&report, &brand);
		return session_end_report(&session, &report, err);
	}
	if (err == SKERRY_OK)
		tell_outcome(&brand, &outcome);
	return command_finish(session_end(&session, err, operands.values[0]));
}

enum command_exit
brand_add(int argc, char **argv)
{
	return add_or_set(argc, argv, true);
}

enum command_exit
brand_set(int argc, char **argv)
{
	return add_or_set(argc, argv, false);
}

static void
put_row(void *report, const struct brand *brand)
{
	report_row_begin(report);
	put_brand(report, brand);
	report_row_end(report);
}

enum command_exit
brand_list(int argc, char **argv)
{
	static const struct table_column COLUMNS[] = { { "BRAND", false }, { "NAME", false },
		{ "KEY FORMAT", false }, { "PHONE", false }, { "E-MAIL", false }, { "URL", false },
		{ "LANGUAGES", false } };
	struct command_list operands;
	struct session session;
	struct report report;
	enum command_exit exit;
	enum skerry_err err;

	exit = session_start(argc, argv, 0, 0, &operands, &session);
	if (exit != COMMAND_YES)
		return exit;
	report_begin(&report, session.json);
	report_table_begin(&report, "brands", COLUMNS, sizeof COLUMNS / sizeof *COLUMNS);
	err = brands_each(&session.desk, put_row, &report);
	report_table_end(&report);
	return session_end_report(&session, &report, err);
}

enum command_exit
brand_show(int argc, char **argv)
{
	struct command_list operands;
	struct session session;
	struct report report;
	struct brand brand;
	enum command_exit exit;
	enum skerry_err err;

	exit = session_start(argc, argv, 1, 1, &operands, &session);
	if (exit != COMMAND_YES)
		return exit;
	err = brands_find(&session.desk, operands.values[0], &brand);
	if (err != SKERRY_OK)
		return session_end(&session, err, operands.values[0]);
	report_begin(&report, session.json);
	put_brand(&report, &brand);
	return session_end_report(&session, &report, err);
}
