/* SPDX-License-Identifier: ISC */
#include "show.h"

struct site_query
show_query_of(const struct show_question *question)
{
	return (struct site_query){
		.product = question->product,
		.tenant = question->tenant,
		.domain = question->domain,
		.install_path = question->install_path,
		.custom = question->custom,
		.custom_len = question->custom_len,
		.build_date = question->build_date,
		.without = question->without,
	};
}

void
show_unanswered(const struct show *show, enum skerry_err err, struct show_failure *ret_failure)
{
	struct command_failure failure = failure_plain(err, show->folder);

	failure.system_errno = 0;
	if (err == SKERRY_ERR_NOT_UNIQUE) {
		failure.message = "This site holds licenses for several products.";
		failure.advice = "Name one of them with --product; `skerry status` lists them.";
	}
	if (err == SKERRY_ERR_ARGUMENT)
		failure.message = "At most 8 --custom values of 1 to 128 bytes can be given, and "
				  "--install-path takes an absolute path of as many.";
	failure_keep(ret_failure, &failure, COMMAND_CANNOT_TELL);
}

/* That the database cannot be read, and why. */
static void
fail_unread(const struct show *show, const struct site *site, struct show_failure *ret_failure)
{
	enum skerry_err err = site->memory->unread;
	char subject[400 + sizeof MEMORY_FILE + 1];
	struct command_failure failure;

	snprintf(subject, sizeof subject, "%.400s/%s", show->folder, MEMORY_FILE);
	if (site->memory->trouble != SKERRY_OK && err == SKERRY_ERR_STORE_MISSING)
		err = site->memory->trouble;
	failure = failure_plain(err, subject);
	failure.system_errno = 0;
	if (err == SKERRY_ERR_STORE_MISSING) {
		failure.message = "The database is not there.";
		failure.advice = "Run `skerry status` as the folder's owner or as root: it is made "
				 "anew from the documents.";
	}
	failure_keep(ret_failure, &failure, COMMAND_CANNOT_TELL);
}

bool
show_has_memory(const struct show *show, const struct site *site, struct show_failure *ret_failure)
{
	if (site->memory->store == NULL)
		fail_unread(show, site, ret_failure);
	return site->memory->store != NULL;
}
