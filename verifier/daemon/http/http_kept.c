/* SPDX-License-Identifier: ISC */
#include "http_kept.h"

#include <stdlib.h>

struct http_kept *
http_keep(const struct http_reply *reply)
{
	struct http_kept *kept = malloc(sizeof *kept);

	if (kept == NULL)
		return NULL;
	kept->status = reply->status;
	kept->answer = http_answer_make(reply, false);
	if (kept->answer != NULL)
		return kept;
	free(kept);
	return NULL;
}

void
http_let_go(struct http_kept *kept)
{
	if (kept == NULL)
		return;
	http_answer_free(kept->answer);
	free(kept);
}
