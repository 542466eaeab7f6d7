/* SPDX-License-Identifier: ISC */
#include "verdict_question.h"

#include <stdio.h>
#include <string.h>

#include "journal_words.h"

static bool
keep(const char *given, size_t max, char *ret_kept)
{
	snprintf(ret_kept, max, "%s", given == NULL ? "" : given);
	return given != NULL;
}

void
verdict_question_make(const char *product, const char *tenant, const char *domain, size_t values,
	bool has_build, struct verdict_question *ret_question)
{
	struct verdict_question *question = ret_question;

	question->has_product = keep(product, sizeof question->product, question->product);
	question->has_tenant = keep(tenant, sizeof question->tenant, question->tenant);
	question->has_domain = keep(domain, sizeof question->domain, question->domain);
	question->values = values;
	question->given[0] = '\0';
	question->has_build = has_build;
}

static const char TOLD[] = "told";

enum {
	PRODUCT_TEXT_MAX = PRODUCT_NAME_MAX - 1,
	TENANT_TEXT_MAX = 3 * LICENSE_TENANT_MAX, /* names of any script */
	DOMAIN_TEXT_MAX = LICENSE_DOMAIN_MAX      /* a license's is ASCII */
};
_Static_assert(JOURNAL_SUBJECT_MAX > PRODUCT_TEXT_MAX + TENANT_TEXT_MAX + DOMAIN_TEXT_MAX + 64,
	"every question fits");

void
verdict_question_write(
	const struct verdict_question *question, char ret_subject[JOURNAL_SUBJECT_MAX])
{
	struct journal_words words;

	journal_words_begin(&words, ret_subject, JOURNAL_SUBJECT_MAX);
	journal_words_put_outside(
		&words, "product", question->has_product, question->product, PRODUCT_TEXT_MAX);
	journal_words_put_outside(
		&words, "tenant", question->has_tenant, question->tenant, TENANT_TEXT_MAX);
	journal_words_put_outside(
		&words, "domain", question->has_domain, question->domain, DOMAIN_TEXT_MAX);
	journal_words_put(&words, "values", "%zu", question->values);
	if (question->given[0] != '\0')
		journal_words_put(&words, "given", "%s", question->given);
	if (question->has_build)
		journal_words_put(&words, "build", "%s", TOLD);
}

bool
verdict_question_read(struct cbor_text subject, struct verdict_question *ret_question)
{
	char text[JOURNAL_SUBJECT_MAX], again[JOURNAL_SUBJECT_MAX];
	struct verdict_question q = { .values = 0 };
	char build[sizeof TOLD];
	const char *at = text;
	uint64_t values = 0;

	if (!journal_words_copy(subject, text, sizeof text))
		return false;
	q.has_product = journal_words_take_outside(&at, "product", q.product, sizeof q.product);
	q.has_tenant = journal_words_take_outside(&at, "tenant", q.tenant, sizeof q.tenant);
	q.has_domain = journal_words_take_outside(&at, "domain", q.domain, sizeof q.domain);
	journal_words_take_number(&at, "values", &values);
	q.values = (size_t)values;
	if (journal_words_take(&at, "given", q.given, sizeof q.given) &&
		strspn(q.given, "sdu") != strlen(q.given))
		return false;
	q.has_build = journal_words_take(&at, "build", build, sizeof build);
	verdict_question_write(&q, again);
	if (strcmp(again, text) != 0)
		return false;
	*ret_question = q;
	return true;
}
