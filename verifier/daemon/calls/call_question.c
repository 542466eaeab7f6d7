/* SPDX-License-Identifier: ISC */
#include "call_question.h"

#include <stdlib.h>
#include <string.h>

#include "formats/date.h"
#include "formats/fingerprint.h"
#include "verifier/decide/match.h"

enum { VALUE_SHOWN_MAX = 60, NUMBER_LEN_MAX = 18 };

struct name {
	const char *name;
	unsigned takes;
	bool again;
	/* False: the value has another form; *ret_wanted says which. */
	bool (*read)(struct call_question *q, const char *value, const char **ret_wanted);
};

/* --- values ---------------------------------------------------------------------------------- */

static bool
read_product(struct call_question *q, const char *value, const char **ret_wanted)
{
	*ret_wanted = "a product, as hotelhub/hms";
	q->question.product = value;
	return value[0] != '\0' && strlen(value) < PRODUCT_NAME_MAX;
}

static bool
read_tenant(struct call_question *q, const char *value, const char **ret_wanted)
{
	*ret_wanted = "the name of a tenant, at most 64 bytes";
	q->question.tenant = value;
	return value[0] != '\0' && strlen(value) <= LICENSE_TENANT_MAX;
}

static bool
read_domain(struct call_question *q, const char *value, const char **ret_wanted)
{
	*ret_wanted = "a domain, as hotel.example";
	q->question.domain = value;
	return strlen(value) <= LICENSE_DOMAIN_MAX;
}

static bool
read_path(struct call_question *q, const char *value, const char **ret_wanted)
{
	*ret_wanted = "an absolute path, at most 128 bytes";
	q->question.install_path = value;
	return value[0] == '/';
}

static bool
read_custom(struct call_question *q, const char *value, const char **ret_wanted)
{
	*ret_wanted = "1 to 128 bytes, at most 8 of them";
	if (q->question.custom_len == HTTP_ARGS_MAX)
		return false;
	q->custom[q->question.custom_len++] = value;
	return value[0] != '\0';
}

static bool
read_date(const char *value, int64_t *ret_at, const char **ret_wanted)
{
	*ret_wanted = "a date, as 2027-04-28 or 2027-04-28T12:00:00Z";
	return date_parse(value, ret_at) == SKERRY_OK;
}

static bool
read_build_date(struct call_question *q, const char *value, const char **ret_wanted)
{
	return read_date(value, &q->question.build_date, ret_wanted);
}

static bool
read_at(struct call_question *q, const char *value, const char **ret_wanted)
{
	return read_date(value, &q->question.at, ret_wanted);
}

static bool
read_without(struct call_question *q, const char *value, const char **ret_wanted)
{
	unsigned type = fingerprint_type_from_name((struct cbor_text){ value, strlen(value) });

	*ret_wanted = "a component, as GET /v1/fingerprint lists them";
	if (type != 0)
		q->question.without |= MATCH_TYPE_BIT(type);
	return type != 0;
}

static bool
read_flag(const char *value, bool *ret_flag, const char **ret_wanted)
{
	*ret_wanted = "0 or 1";
	*ret_flag = value[0] == '1';
	return (value[0] == '0' || value[0] == '1') && value[1] == '\0';
}

static bool
read_read(struct call_question *q, const char *value, const char **ret_wanted)
{
	return read_flag(value, &q->read, ret_wanted);
}

static bool
read_shown(struct call_question *q, const char *value, const char **ret_wanted)
{
	bool ignored;

	(void)q;
	return read_flag(value, &ignored, ret_wanted);
}

static bool
read_columns(struct call_question *q, const char *value, const char **ret_wanted)
{
	size_t len = strlen(value);

	(void)q;
	*ret_wanted = "a number below 10000";
	return len >= 1 && len <= 4 && strspn(value, "0123456789") == len;
}

static bool
read_told(struct call_question *q, const char *value, const char **ret_wanted)
{
	*ret_wanted = "text or json";
	q->told = true;
	q->told_json = strcmp(value, "json") == 0;
	return q->told_json || strcmp(value, "text") == 0;
}

static bool
read_more(struct call_question *q, const char *value, const char **ret_wanted)
{
	return read_flag(value, &q->more, ret_wanted);
}

static bool
read_file_name(struct call_question *q, const char *value, const char **ret_wanted)
{
	*ret_wanted = "the name of a file, at most 255 bytes";
	q->name = value;
	return value[0] != '\0' && strlen(value) <= 255;
}

static bool
read_number(const char *value, int64_t *ret_number)
{
	size_t len = strlen(value);

	if (len == 0 || len > NUMBER_LEN_MAX || strspn(value, "0123456789") != len)
		return false;
	*ret_number = strtoll(value, NULL, 10);
	return true;
}

static bool
read_after(struct call_question *q, const char *value, const char **ret_wanted)
{
	*ret_wanted = "the number of an entry";
	return read_number(value, &q->after);
}

static bool
read_limit(struct call_question *q, const char *value, const char **ret_wanted)
{
	*ret_wanted = "a number above 0";
	if (!read_number(value, &q->limit) || q->limit < 1)
		return false;
	if (q->limit > CALL_PAGE_MAX)
		q->limit = CALL_PAGE_MAX;
	return true;
}

static bool
read_after_pool(struct call_question *q, const char *value, const char **ret_wanted)
{
	*ret_wanted = "the pool that `next` named";
	q->after_pool = value;
	return value[0] != '\0' && strlen(value) < SEATS_POOL_MAX;
}

static bool
read_after_holder(struct call_question *q, const char *value, const char **ret_wanted)
{
	*ret_wanted = "the holder that `next` named";
	q->after_holder = value;
	return strlen(value) <= SEATS_HOLDER_MAX;
}

static bool
read_holder(struct call_question *q, const char *value, const char **ret_wanted)
{
	*ret_wanted = "a holder's name";
	q->holder = value;
	return seats_is_holder(value, strlen(value));
}

static const struct name NAMES[] = {
	{ "product", CALL_TAKES_WAY, false, read_product },
	{ "tenant", CALL_TAKES_WAY, false, read_tenant },
	{ "domain", CALL_TAKES_WAY, false, read_domain },
	{ "install_path", CALL_TAKES_MACHINE, false, read_path },
	{ "custom", CALL_TAKES_MACHINE, true, read_custom },
	{ "build_date", CALL_TAKES_MACHINE, false, read_build_date },
	{ "at", CALL_TAKES_AT, false, read_at },
	{ "without", CALL_TAKES_WITHOUT, true, read_without },
	{ "read", CALL_TAKES_READ, false, read_read },
	{ "after", CALL_TAKES_AFTER, false, read_after },
	{ "limit", CALL_TAKES_AFTER | CALL_TAKES_SEATS, false, read_limit },
	{ "after_pool", CALL_TAKES_SEATS, false, read_after_pool },
	{ "after_holder", CALL_TAKES_SEATS, false, read_after_holder },
	{ "holder", CALL_TAKES_SEATS, false, read_holder },
	{ "utf8", CALL_TAKES_SHOW, false, read_shown },
	{ "color", CALL_TAKES_SHOW, false, read_shown },
	{ "columns", CALL_TAKES_SHOW, false, read_columns },
	{ "told", CALL_TAKES_TOLD, false, read_told },
	{ "more", CALL_TAKES_TOLD, false, read_more },
	{ "name", CALL_TAKES_NAME, false, read_file_name },
};
enum { NAMES_LEN = sizeof NAMES / sizeof *NAMES };

/* --- names ----------------------------------------------------------------------------------- */

static const struct name *
find_name(const char *name, unsigned takes)
{
	for (size_t i = 0; i < NAMES_LEN; i++)
		if ((NAMES[i].takes & takes) != 0 && strcmp(NAMES[i].name, name) == 0)
			return &NAMES[i];
	return NULL;
}

static bool
refuse_unknown(const char *name, unsigned takes, struct call_refusal *ret_refusal)
{
	bool any = false;

	call_refusal_set(ret_refusal, SKERRY_ERR_ARGUMENT,
		"The name '%.40s' is unknown in this call's query. Names are", name);
	for (size_t i = 0; i < NAMES_LEN; i++) {
		size_t len = strlen(ret_refusal->text);

		if ((NAMES[i].takes & takes) == 0)
			continue;
		snprintf(ret_refusal->text + len, sizeof ret_refusal->text - len, "%s %s",
			any ? "," : "", NAMES[i].name);
		any = true;
	}
	strncat(ret_refusal->text, any ? "." : " none.",
		sizeof ret_refusal->text - strlen(ret_refusal->text) - 1);
	return false;
}

bool
call_question_read(const struct http_call *call, unsigned takes, struct call_question *ret_question,
	struct call_refusal *ret_refusal)
{
	bool seen[NAMES_LEN] = { false };

	takes |= CALL_TAKES_SHOW;
	*ret_question = (struct call_question){ .after = -1 };
	ret_question->question.at = LICENSE_NEVER;
	for (size_t i = 0; i < call->args_len; i++) {
		const struct http_arg *arg = &call->args[i];
		const struct name *name = find_name(arg->name, takes);
		const char *wanted = NULL;

		if (name == NULL)
			return refuse_unknown(arg->name, takes, ret_refusal);
		if (seen[name - NAMES] && !name->again)
			return call_refusal_set(ret_refusal, SKERRY_ERR_ARGUMENT,
				"%s stands in the query twice.", name->name);
		seen[name - NAMES] = true;
		if (!name->read(ret_question, arg->value, &wanted))
			return call_refusal_set(ret_refusal, SKERRY_ERR_ARGUMENT,
				"%s is to be %s, not '%.*s'.", name->name, wanted, VALUE_SHOWN_MAX,
				arg->value);
	}
	ret_question->question.custom = ret_question->custom;
	return true;
}

/* --- ways of asking -------------------------------------------------------------------------- */

static bool
copy(char *ret_text, size_t ret_text_max, const char *text)
{
	size_t len = text == NULL ? 0 : strlen(text);

	if (len >= ret_text_max)
		return false;
	if (len > 0)
		memcpy(ret_text, text, len);
	ret_text[len] = '\0';
	return true;
}

bool
call_question_way(const struct call_question *question, const struct texts *texts,
	struct answers_way *ret_way, struct call_refusal *ret_refusal)
{
	const struct show_question *q = &question->question;
	bool fits;

	*ret_way = (struct answers_way){ .build_date = q->build_date, .texts = texts };
	fits = copy(ret_way->product, sizeof ret_way->product, q->product) &&
	       copy(ret_way->tenant, sizeof ret_way->tenant, q->tenant) &&
	       copy(ret_way->domain, sizeof ret_way->domain, q->domain) &&
	       copy(ret_way->install_path, sizeof ret_way->install_path, q->install_path) &&
	       q->custom_len <= COMPONENTS_CUSTOM_MAX;
	for (size_t i = 0; i < q->custom_len && fits; i++)
		fits = copy(ret_way->custom[i], sizeof ret_way->custom[i], q->custom[i]);
	if (!fits)
		return call_refusal_set(ret_refusal, SKERRY_ERR_ARGUMENT,
			"At most 8 custom values of 1 to 128 bytes can be given, and install_path "
			"is an absolute path of as many.");
	ret_way->custom_len = q->custom_len;
	return true;
}
