/* SPDX-License-Identifier: ISC */
#include "reply_json.h"

#include "verifier/skerry.h"

static void
put_results(struct json *j, const struct reply *reply)
{
	json_array_open(j);
	for (size_t i = 0; i < reply->results_len; i++) {
		const struct reply_result *result = &reply->results[i];

		json_object_open(j);
		json_name(j, "code");
		json_chars(j, reply_code_name(result->code));
		json_name(j, "text");
		json_text(j, result->text);
		json_name(j, "license");
		json_text(j, result->license);
		json_name(j, "product");
		json_text(j, result->product);
		json_name(j, "until");
		json_date(j, result->until);
		json_object_close(j);
	}
	json_array_close(j);
}

static void
put_notices(struct json *j, const struct reply *reply)
{
	json_array_open(j);
	for (size_t i = 0; i < reply->notices_len; i++) {
		const struct reply_notice *notice = &reply->notices[i];

		json_object_open(j);
		json_name(j, "level");
		json_chars(j, skerry_notice_name((enum skerry_notice)notice->level));
		json_name(j, "text");
		json_text(j, notice->text);
		json_name(j, "until");
		json_date(j, notice->until);
		json_object_close(j);
	}
	json_array_close(j);
}

void
reply_words_json(struct json *j, const struct reply *reply)
{
	json_name(j, "results");
	if (reply == NULL)
		json_null(j);
	else
		put_results(j, reply);
	json_name(j, "notices");
	if (reply == NULL)
		json_null(j);
	else
		put_notices(j, reply);
}
