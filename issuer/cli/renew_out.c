/* SPDX-License-Identifier: ISC */
#include "renew_out.h"

#include <stdio.h>
#include <stdlib.h>

#include "issuer/press.h"
#include "issuer/reissue.h"
#include "keys/atomic_folder.h"
#include "session.h"

/* What is to be issued: a license and one of its activations. */
struct paper {
	int64_t license, number;
};

struct papers {
	struct paper *list;
	size_t len, max;
	int64_t license; /* whose activations are being gathered */
	bool no_memory;
};

static bool
gather(void *context, int64_t number)
{
	struct papers *papers = context;

	if (papers->len == papers->max) {
		size_t max = papers->max == 0 ? 64 : papers->max * 2;
		struct paper *more = realloc(papers->list, max * sizeof *more);

		papers->no_memory = more == NULL;
		if (more == NULL)
			return false;
		papers->list = more;
		papers->max = max;
	}
	papers->list[papers->len++] = (struct paper){ papers->license, number };
	return true;
}

static enum skerry_err
gather_all(struct desk *desk, const int64_t *licenses, size_t licenses_len, struct papers *papers)
{
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < licenses_len && err == SKERRY_OK; i++) {
		papers->license = licenses[i];
		err = reissue_each(desk, licenses[i], gather, papers);
		if (papers->no_memory)
			err = SKERRY_ERR_NO_MEMORY;
	}
	return err;
}

static enum skerry_err
load(struct desk *desk, const struct paper *paper, struct license_record *license,
	struct reissue *reissue)
{
	enum skerry_err err = licenses_find_row(desk, paper->license, license);

	return err == SKERRY_OK ? reissue_load(desk, license, paper->number, reissue) : err;
}

static enum skerry_err
commit_file(struct desk *desk, const struct paper *paper, struct renew_out *out)
{
	struct license_record license = { .id = 0 };
	struct reissue *reissue = malloc(sizeof *reissue);
	struct issued *issued = malloc(sizeof *issued);
	struct issue issue;
	bool recorded;
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	if (reissue != NULL && issued != NULL)
		err = load(desk, paper, &license, reissue);
	if (err == SKERRY_OK) {
		issue = reissue_issue(reissue, &license);
		err = issue_license(desk, &issue, issued);
	}
	if (err == SKERRY_OK)
		err = license_out_commit(desk, issued, &out->file, &recorded);
	if (err == SKERRY_OK)
		out->written = 1;
	free(issued);
	free(reissue);
	return err;
}

struct delivery {
	struct desk *desk;
	struct atomic_folder *folder;
	const struct license_out *file;
	int64_t written;
};

/* Held until the change is committed: nothing lies there before. */
static enum skerry_err
deliver(void *context, uint64_t tag, const struct issued *issued)
{
	struct delivery *delivery = context;
	char name[ATOMIC_FOLDER_FILE_MAX];
	uint8_t *bytes = NULL;
	size_t len = 0;
	enum skerry_err err =
		license_out_compose(delivery->desk, issued, delivery->file, &bytes, &len);

	(void)tag;
	snprintf(name, sizeof name, "%s-%lld.license", issued->license_id,
		(long long)issued->activation);
	if (err == SKERRY_OK)
		err = atomic_folder_hold(delivery->folder, name, bytes, len, 0644);
	if (err == SKERRY_OK)
		delivery->written++;
	free(bytes);
	return err;
}

static enum skerry_err
press_all(struct desk *desk, const struct papers *papers, struct delivery *delivery)
{
	struct signing signing = { .trust = NULL };
	struct plan_shelf shelf = { .plans_len = 0 };
	struct license_record license = { .id = 0 };
	struct reissue *reissue = malloc(sizeof *reissue);
	struct press *press = NULL;
	enum skerry_err err = reissue == NULL ? SKERRY_ERR_NO_MEMORY : signing_open(desk, &signing);

	if (err == SKERRY_OK)
		err = press_open(desk, &signing, &shelf, deliver, delivery, &press);
	for (size_t i = 0; i < papers->len && err == SKERRY_OK; i++) {
		err = load(desk, &papers->list[i], &license, reissue);
		if (err == SKERRY_OK) {
			struct issue issue = reissue_issue(reissue, &license);

			err = press_add(press, &issue, i);
		}
	}
	if (err == SKERRY_OK)
		err = press_drain(press);
	press_close(press);
	signing_close(&signing);
	plan_shelf_clear(&shelf);
	free(reissue);
	return err;
}

static enum skerry_err
commit_folder(struct desk *desk, const struct papers *papers, struct renew_out *out)
{
	struct delivery delivery = { desk, NULL, &out->file, 0 };
	enum skerry_err err = atomic_folder_stage(out->file.path, &delivery.folder);

	if (err == SKERRY_ERR_FILE_EXISTS)
		return desk_refuse(desk, err, out->file.path,
			"Several documents go into a folder of their own: name one that is not "
			"there yet.");
	if (err != SKERRY_OK)
		return session_refuse_output(desk, err, out->file.path);
	err = press_all(desk, papers, &delivery);
	if (err == SKERRY_OK) {
		err = atomic_folder_settle(delivery.folder);
		if (err != SKERRY_OK)
			err = session_refuse_output(desk, err, out->file.path);
	}
	if (err == SKERRY_OK)
		err = desk_commit(desk);
	if (err != SKERRY_OK) {
		atomic_folder_drop(delivery.folder);
		return err;
	}
	out->written = delivery.written;
	err = atomic_folder_keep(delivery.folder);
	return err == SKERRY_OK
		       ? SKERRY_OK
		       : desk_refuse(desk, err, out->file.path,
				 "All are renewed; their files could not be written. Write "
				 "each with: skerry-issuer license issue ID --activation N "
				 "--out FILE");
}

enum skerry_err
renew_out_commit(
	struct desk *desk, const int64_t *licenses, size_t licenses_len, struct renew_out *out)
{
	struct papers papers = { .len = 0 };
	enum skerry_err err = SKERRY_OK;

	if (out->file.path != NULL)
		err = gather_all(desk, licenses, licenses_len, &papers);
	if (err == SKERRY_OK && papers.len == 0)
		err = desk_commit(desk);
	else if (err == SKERRY_OK && papers.len == 1 && !out->folder)
		err = commit_file(desk, &papers.list[0], out);
	else if (err == SKERRY_OK)
		err = commit_folder(desk, &papers, out);
	free(papers.list);
	return err;
}
