/* SPDX-License-Identifier: ISC */
#include "reply_json.h"

#include "formats/member.h"
#include "verifier/skerry.h"

static void
put_results(struct json *j, const struct reply *reply)
{
	json_array_open(j);
	for (size_t i = 0; i < reply->results_len; i++) {
		const struct reply_result *result = &reply->results[i];

		json_object_open(j);
		member_chars(j, "code", reply_code_name(result->code));
		member_text(j, "text", result->text);
		member_text(j, "license", result->license);
		member_text(j, "product", result->product);
		member_date(j, "until", result->until);
		member_text(j, "told", result->told);
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
		member_chars(j, "level", skerry_notice_name((enum skerry_notice)notice->level));
		member_text(j, "text", notice->text);
		member_date(j, "until", notice->until);
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
