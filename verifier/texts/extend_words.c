/* SPDX-License-Identifier: ISC */
#include "extend_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sentence.h"
#include "verifier/product_name.h"

struct values {
	const struct license *license;
	unsigned step, held;
};

/* Activations and editions are the vendor's, up to 64 bits. */
static void
add_uint(struct sentence *s, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof text, "%" PRIu64, number);
	sentence_chars(s, text);
}

static void
add_value(void *context, struct sentence *s, const char *name, size_t name_len)
{
	const struct values *values = context;
	const struct license *license = values->license;
	char product[PRODUCT_NAME_MAX];

	if (sentence_is(name, name_len, "product")) {
		product_name_of(license, product);
		sentence_outside(s, (struct cbor_text){ product, strlen(product) });
	} else if (sentence_is(name, name_len, "license"))
		sentence_outside(s, license->id);
	else if (sentence_is(name, name_len, "activation"))
		add_uint(s, license->activation);
	else if (sentence_is(name, name_len, "edition"))
		add_uint(s, license->edition);
	else if (sentence_is(name, name_len, "step"))
		add_uint(s, values->step);
	else if (sentence_is(name, name_len, "held"))
		add_uint(s, values->held);
	else if (sentence_is(name, name_len, "steps"))
		add_uint(s, license->telephone_steps);
	else if (sentence_is(name, name_len, "left"))
		add_uint(s, license->telephone_steps - values->held);
	else if (sentence_is(name, name_len, "count"))
		add_uint(s, values->step - values->held);
	else if (sentence_is(name, name_len, "days"))
		add_uint(s, license->telephone_days);
}

void
extend_words(const struct texts *texts, const char *words, const struct license *license,
	unsigned step, unsigned held, char ret_text[EXTEND_WORDS_MAX])
{
	struct values values = { license, step, held };
	struct sentence s;

	sentence_begin(&s, texts, NULL, ret_text, EXTEND_WORDS_MAX);
	sentence_add(&s, words, add_value, &values);
}
