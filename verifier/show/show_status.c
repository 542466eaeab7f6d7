/* SPDX-License-Identifier: ISC */
/* What holds here, until when, and whom to call. */
#include <string.h>

#include "show.h"
#include "verifier/product_name.h"
#include "verifier/state/key_masks.h"
#include "verifier/state/paired.h"
#include "view.h"

/* The license's, else the one that the question names; absent: neither does. */
static struct cbor_text
brand_of(const struct view *view)
{
	const char *slash = view->product == NULL ? NULL : strchr(view->product, '/');

	if (view->license != NULL)
		return view->license->brand;
	return (struct cbor_text){ view->product,
		slash == NULL ? 0 : (size_t)(slash - view->product) };
}

static void
print_json(const struct view *view)
{
	struct json j;

	json_init(&j, command_sink, view->show->out);
	json_object_open(&j);
	view_json(&j, view);
	json_object_close(&j);
	putc('\n', view->show->out);
}

/* 0 where it is not bound to this site's key, or nobody knows since when. */
static int64_t
paired_at(const struct site *site, const struct license *license)
{
	char id[LICENSE_ID_LEN + 1];
	int64_t at;

	if (license == NULL || !license->has_site_key || site->memory->store == NULL)
		return 0;
	snprintf(id, sizeof id, "%.*s", (int)license->id.len, license->id.chars);
	if (paired_since(site->memory->store, id, &at) != SKERRY_OK || at == LICENSE_NEVER)
		return 0;
	return at;
}

/* "" where there is no license, or nobody knows which key it is of. */
static void
find_key(const struct site *site, const struct license *license,
	char ret_masked[LICENSE_KEY_MAX + 1])
{
	if (license == NULL || site->memory->store == NULL ||
		key_masks_find(site->memory->store, license, ret_masked) != SKERRY_OK)
		ret_masked[0] = '\0';
}

/* One product's sheet or object, behind its name where there are several. */
static bool
show_one(const struct show *show, const struct site *site, const struct show_question *question,
	const char *heading, enum command_exit *ret_exit, struct show_failure *ret_failure)
{
	const struct site_query query = show_query_of(question);
	struct explanation explanation;
	enum skerry_err err = explanation_make(site, &query, LICENSE_NEVER, &explanation);
	char key_masked[LICENSE_KEY_MAX + 1];
	struct vendor_view vendor;
	struct view view;

	if (err != SKERRY_OK) {
		show_unanswered(show, err, ret_failure);
		return false;
	}
	view = view_of_site(show, site, question, &explanation);
	vendor = vendor_view_of(site, brand_of(&view));
	view.vendor = &vendor;
	view.paired_at = paired_at(site, view.license);
	find_key(site, view.license, key_masked);
	view.key_masked = key_masked;
	fputs(heading, show->out);
	if (show->json)
		print_json(&view);
	else
		view_print(&view);
	*ret_exit =
		explanation.answer.verdict.access == SKERRY_ACCESS_NONE ? COMMAND_NO : COMMAND_YES;
	return true;
}

bool
show_told_before(const struct site *site, size_t index)
{
	const struct license *license = &site->licenses[index].license;

	for (size_t i = 0; i < index; i++)
		if (cbor_text_same(site->licenses[i].license.brand, license->brand) &&
			cbor_text_same(site->licenses[i].license.product, license->product))
			return true;
	return false;
}

static size_t
count_products(const struct site *site)
{
	size_t count = 0;

	for (size_t i = 0; i < site->licenses_len; i++)
		count += !show_told_before(site, i);
	return count;
}

/* A person is shown every product; 1 when any of them has no access. */
static bool
show_each(const struct show *show, const struct site *site, const struct show_question *question,
	enum command_exit *ret_exit, struct show_failure *ret_failure)
{
	enum command_exit exit = COMMAND_YES, this_exit;

	for (size_t i = 0; i < site->licenses_len; i++) {
		char product[PRODUCT_NAME_MAX], heading[PRODUCT_NAME_MAX + 4];
		struct show_question one = *question;

		if (show_told_before(site, i))
			continue;
		product_name_of(&site->licenses[i].license, product);
		snprintf(heading, sizeof heading, "%s%s: ", i > 0 ? "\n" : "", product);
		one.product = product;
		if (!show_one(show, site, &one, heading, &this_exit, ret_failure))
			return false;
		if (this_exit > exit)
			exit = this_exit;
	}
	*ret_exit = exit;
	return true;
}

bool
show_status(const struct show *show, const struct site *site, const struct show_question *question,
	enum command_exit *ret_exit, struct show_failure *ret_failure)
{
	if (!show->json && question->product == NULL && count_products(site) > 1)
		return show_each(show, site, question, ret_exit, ret_failure);
	return show_one(show, site, question, "", ret_exit, ret_failure);
}
