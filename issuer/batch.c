/* SPDX-License-Identifier: ISC */
#include "batch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/table.h"
#include "issuer/desk/audit.h"
#include "issuer/desk/documents.h"
#include "issuer/press.h"
#include "keys/atomic_folder.h"
#include "keys/random.h"

enum {
	FILES_MAX = SELL_PLANS_MAX * 2 * (LICENSE_ID_LEN + 20),
	IDS_MAX = SELL_PLANS_MAX * (LICENSE_ID_LEN + 1),
	NUMBER_MAX = 24
};

static const struct table_column COLUMNS[] = { { "line", true }, { "customer", false },
	{ "plan", false }, { "license", false }, { "key", false }, { "payment", false },
	{ "status", false }, { "files", false } };
enum { COLUMNS_LEN = sizeof COLUMNS / sizeof *COLUMNS };

/* What a document of a row is bound to, and the name of its file. */
struct wanted {
	enum activation_kind kind;
	const char *word; /* the kind as the records have it */
	bool apart;       /* another document of the license has the plain name */
};

struct batch {
	struct desk *desk;
	const struct batch_options *options;
	struct signing signing;
	struct sell_shelf shelf;
	struct press *press;
	struct atomic_folder *folder;
	char place[ATOMIC_FOLDER_PATH_MAX + 16];
	struct batch_columns columns;
	bool has_titles;
	int64_t first_sale; /* of this batch; 0 before */
	bool is_twin;       /* the row at hand repeats an earlier one of this table */
	struct batch_tally tally;

	struct batch_fault faults[BATCH_FAULTS_MAX];
	size_t faults_len;

	/* Of the row at hand. */
	struct batch_row row;
	struct sold sold;
	struct binding binding;
	struct issue_draft draft; /* of a document that is not to be signed */
	uint8_t bytes[LICENSE_MAX];
	char files[FILES_MAX], ids[IDS_MAX];
};

/* --- files ------------------------------------------------------------------------------------- */

static void
file_name(const char *license_id, bool apart, char ret_name[ATOMIC_FOLDER_FILE_MAX])
{
	snprintf(ret_name, ATOMIC_FOLDER_FILE_MAX, "%s%s.license", license_id,
		apart ? "-starter" : "");
}

/* A license that stands in two rows is held twice, and is one file. */
static enum skerry_err
hold_file(struct batch *batch, const char *license_id, bool apart, const uint8_t *bytes, size_t len)
{
	char name[ATOMIC_FOLDER_FILE_MAX];

	file_name(license_id, apart, name);
	return atomic_folder_hold(batch->folder, name, bytes, len, 0644);
}

static enum skerry_err
deliver(void *context, uint64_t apart, const struct issued *issued)
{
	return hold_file(context, issued->license_id, apart != 0, issued->bytes, issued->len);
}

struct text_out {
	struct atomic_folder *folder;
	enum skerry_err err;
};

static void
put_text(void *context, const char *text, size_t text_len)
{
	struct text_out *out = context;

	if (out->err == SKERRY_OK)
		out->err = atomic_folder_append(out->folder, text, text_len);
}

static enum skerry_err
open_keys_file(struct batch *batch)
{
	struct text_out out = { batch->folder, SKERRY_OK };

	out.err = atomic_folder_open(batch->folder, "keys.csv", 0600);
	table_write_csv(COLUMNS, COLUMNS_LEN, NULL, 0, put_text, &out);
	return out.err;
}

static enum skerry_err
write_keys_row(struct batch *batch, size_t line)
{
	const struct sold *sold = &batch->sold;
	struct text_out out = { batch->folder, SKERRY_OK };
	char number[NUMBER_MAX], plans[sizeof batch->row.plans];
	size_t len = 0;
	const char *cells[COLUMNS_LEN] = { number, sold->customer, plans, batch->ids, sold->key,
		batch->row.sell.payment, sold->repeated ? "repeated" : "new", batch->files };

	snprintf(number, sizeof number, "%zu", line);
	for (size_t i = 0; i < batch->row.sell.items_len; i++)
		len += (size_t)snprintf(plans + len, sizeof plans - len, "%s%s", i == 0 ? "" : " ",
			batch->row.sell.items[i].plan);
	table_write_csv_row(cells, COLUMNS_LEN, put_text, &out);
	return out.err;
}

/* --- opening ----------------------------------------------------------------------------------- */

enum skerry_err
batch_open(struct desk *desk, const struct batch_options *options, struct batch **ret_batch)
{
	struct batch *batch = calloc(1, sizeof *batch);
	enum skerry_err err = SKERRY_OK;

	if (batch == NULL)
		return SKERRY_ERR_NO_MEMORY;
	batch->desk = desk;
	batch->options = options;
	store_expect_bulk(desk->store);
	if (options->out != NULL) {
		err = atomic_folder_stage(options->out, &batch->folder);
		if (err == SKERRY_OK)
			err = open_keys_file(batch);
	}
	if (err == SKERRY_OK)
		err = signing_open(desk, &batch->signing);
	if (err == SKERRY_OK)
		err = press_open(
			desk, &batch->signing, &batch->shelf.plans, deliver, batch, &batch->press);
	if (err != SKERRY_OK) {
		batch_close(batch);
		return err;
	}
	if (batch->folder != NULL)
		snprintf(batch->place, sizeof batch->place, "%s",
			atomic_folder_staged_path(batch->folder));
	*ret_batch = batch;
	return SKERRY_OK;
}

void
batch_close(struct batch *batch)
{
	if (batch == NULL)
		return;
	press_close(batch->press);
	signing_close(&batch->signing);
	plan_shelf_clear(&batch->shelf.plans);
	atomic_folder_drop(batch->folder);
	secretbox_wipe(batch->sold.key, sizeof batch->sold.key);
	free(batch);
}

/* --- faults ------------------------------------------------------------------------------------ */

/* The next place for one; beyond the last that is kept they are only counted. */
static struct batch_fault *
next_fault(struct batch *batch)
{
	size_t at = batch->faults_len < BATCH_FAULTS_MAX ? batch->faults_len : BATCH_FAULTS_MAX - 1;

	return &batch->faults[at];
}

static enum skerry_err
count_fault(struct batch *batch)
{
	batch->tally.bad++;
	if (batch->faults_len < BATCH_FAULTS_MAX)
		batch->faults_len++;
	return SKERRY_OK;
}

/* Whether it is about this row: no other would be any better after an error of the machine. */
static bool
concerns_row(enum skerry_err err)
{
	return err == SKERRY_ERR_ARGUMENT || (err >= 200 && err < 700);
}

/* A refusal of the records, with what the desk noted about it; other errors end the batch. */
static enum skerry_err
take_refusal(struct batch *batch, const struct csv *csv, enum skerry_err err)
{
	struct desk *desk = batch->desk;
	bool noted = desk->refused == err;
	enum batch_column column = BATCH_PLAN;

	if (!concerns_row(err) || batch->faults_len == BATCH_FAULTS_MAX)
		return concerns_row(err) ? count_fault(batch) : err;
	if (err == SKERRY_ERR_KEY_UNKNOWN ||
		(err >= SKERRY_ERR_LICENSE_KEY_PREFIX && err <= SKERRY_ERR_LICENSE_KEY_TYPO))
		column = BATCH_KEY;
	else if (noted)
		column = batch_row_column_of(csv, &batch->columns, desk->subject);
	batch_fault_put(next_fault(batch), err, csv->row_line, &batch->columns, column, "%s",
		noted ? desk->advice : skerry_err_advice(err));
	return count_fault(batch);
}

/* What the reader could not read. */
static enum skerry_err
take_unreadable(struct batch *batch, const struct csv *csv)
{
	struct batch_fault *fault = next_fault(batch);

	if (batch->faults_len == BATCH_FAULTS_MAX)
		return count_fault(batch);
	*fault = (struct batch_fault){
		.line = csv->err_line, .cell = csv->err_cell, .err = csv->err
	};
	for (size_t i = 0; i < BATCH_COLUMNS && batch->has_titles; i++)
		if (batch->columns.cells[i] == csv->err_cell)
			fault->column = batch_column_name((enum batch_column)i);
	snprintf(fault->text, sizeof fault->text, "%s",
		csv->err == SKERRY_ERR_CSV_VALUE
			? "Its text is not UTF-8, or holds a NUL. Save the table as \"CSV UTF-8\"."
			: skerry_err_advice(csv->err));
	count_fault(batch);
	return batch->has_titles ? SKERRY_OK : csv->err;
}

/* --- documents --------------------------------------------------------------------------------- */

/* A table that only is checked, or that is refused already, is drafted and not signed. */
static bool
is_proof(const struct batch *batch)
{
	return batch->folder == NULL || batch->tally.bad > 0;
}

static enum skerry_err
refuse_twin(struct batch *batch)
{
	return desk_refuse(batch->desk, SKERRY_ERR_EXISTS, batch->row.sell.payment,
		"An earlier row of this table has the same payment with other values. A payment "
		"buys once.");
}

static enum skerry_err
issue_new(struct batch *batch, const struct license_record *record, const struct wanted *wanted)
{
	struct issue issue = { .license_id = record->public_id,
		.record = batch->sold.repeated ? NULL : record,
		.binding = &batch->binding,
		.until = LICENSE_NEVER };

	batch->binding.kind = wanted->kind;
	if (wanted->kind == ACTIVATION_STARTER)
		issue.until = date_add(batch->desk->now, batch->row.starter);
	batch->tally.documents++;
	/* The second document of a license must see the first one's edition. */
	if (wanted->apart)
		issue.record = NULL;
	return is_proof(batch) ? issue_draft(batch->desk, &batch->signing, &batch->shelf.plans,
					 &issue, &batch->draft)
			       : press_add(batch->press, &issue, wanted->apart);
}

/* What a repeated row's document was, if there was one. */
static enum skerry_err
find_again(struct batch *batch, const struct license_record *record, const struct wanted *wanted,
	bool *ret_found)
{
	size_t len = 0;
	bool stands = false;
	enum skerry_err err = documents_find_standing(batch->desk, record->id, wanted->word,
		wanted->kind == ACTIVATION_DOMAIN ? batch->row.domains : "", &stands, batch->bytes,
		&len);

	if (err == SKERRY_OK && batch->is_twin && !stands)
		return refuse_twin(batch);
	if (err != SKERRY_OK || !stands || (len == 0 && !is_proof(batch)))
		return err;
	*ret_found = true;
	batch->tally.documents += !batch->is_twin;
	return is_proof(batch)
		       ? SKERRY_OK
		       : hold_file(batch, record->public_id, wanted->apart, batch->bytes, len);
}

static void
note_file(struct batch *batch, const char *license_id, bool apart)
{
	char name[ATOMIC_FOLDER_FILE_MAX];
	size_t len = strlen(batch->files);

	file_name(license_id, apart, name);
	snprintf(batch->files + len, sizeof batch->files - len, "%s%s", len == 0 ? "" : " ", name);
}

static enum skerry_err
give_document(struct batch *batch, const struct license_record *record, const struct wanted *wanted)
{
	bool found = false;
	enum skerry_err err = SKERRY_OK;

	memcpy(batch->binding.domains, wanted->kind == ACTIVATION_DOMAIN ? batch->row.domains : "",
		wanted->kind == ACTIVATION_DOMAIN ? strlen(batch->row.domains) + 1 : 1);
	if (batch->sold.repeated) {
		enum standing standing = licenses_standing(record, batch->desk->now);

		/* What was stopped since is not handed out again. */
		if (standing == STANDING_SUSPENDED || standing == STANDING_REVOKED)
			return SKERRY_OK;
		if (!is_proof(batch))
			err = press_drain(batch->press);
		if (err == SKERRY_OK)
			err = find_again(batch, record, wanted, &found);
	}
	if (err == SKERRY_OK && !found)
		err = issue_new(batch, record, wanted);
	if (err == SKERRY_OK)
		note_file(batch, record->public_id, wanted->apart);
	return err;
}

static enum skerry_err
give_documents(struct batch *batch, const struct license_record *record)
{
	const struct batch_row *row = &batch->row;
	const struct {
		bool is_wanted;
		struct wanted wanted;
	} ALL[] = {
		{ row->has_domain, { ACTIVATION_DOMAIN, "domain", false } },
		{ row->has_unbound, { ACTIVATION_UNBOUND, "unbound", false } },
		{ row->has_starter,
			{ ACTIVATION_STARTER, "starter", row->has_domain || row->has_unbound } },
	};
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < sizeof ALL / sizeof *ALL && err == SKERRY_OK; i++)
		if (ALL[i].is_wanted)
			err = give_document(batch, record, &ALL[i].wanted);
	return err;
}

/* --- rows -------------------------------------------------------------------------------------- */

/* Whether an item is what the license of an earlier row of this table was. */
static bool
is_same_item(const struct batch *batch, const struct plan *plan, const struct sell_item *item,
	const struct license_record *license)
{
	struct terms_dates dates;

	return terms_of_sale(&plan->terms, batch->desk->now, item->until, &dates) == SKERRY_OK &&
	       dates.valid_until == license->valid_until &&
	       license->max_activations ==
		       (item->activations != 0 ? item->activations : plan->max_activations);
}

/* The same payment in two rows of one table: both must say the same. */
static enum skerry_err
check_twin(struct batch *batch)
{
	const struct sell *sell = &batch->row.sell;
	const struct sold *sold = &batch->sold;
	bool same = strcmp(sold->licenses[0].price, sell->price) == 0 &&
		    strcmp(sold->licenses[0].currency, sell->currency) == 0;
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < sell->items_len && same && err == SKERRY_OK; i++) {
		const struct plan *plan;

		err = plan_shelf_find(&batch->shelf.plans, batch->desk, sell->items[i].plan, &plan);
		for (size_t j = 0; j < sold->licenses_len && err == SKERRY_OK; j++)
			if (sold->licenses[j].plan_id == plan->id)
				same = is_same_item(
					batch, plan, &sell->items[i], &sold->licenses[j]);
	}
	return err != SKERRY_OK || same ? err : refuse_twin(batch);
}

/* Whether a sale is of this table: in the records it does not stand yet. */
static bool
is_own_sale(const struct batch *batch, int64_t sale_id)
{
	return batch->first_sale != 0 && sale_id >= batch->first_sale;
}

static enum skerry_err
sell_row(struct batch *batch)
{
	const struct sell *sell = &batch->row.sell;
	struct sold *sold = &batch->sold;
	enum skerry_err err = sell_from_shelf(batch->desk, &batch->shelf, sell, sold);

	if (err == SKERRY_ERR_EXISTS && is_own_sale(batch, sold->sale_id))
		return refuse_twin(batch);
	if (err != SKERRY_OK)
		return err;
	if (!sold->repeated && batch->first_sale == 0)
		batch->first_sale = sold->sale_id;
	batch->is_twin = sold->repeated && is_own_sale(batch, sold->sale_id);
	if (batch->is_twin)
		err = check_twin(batch);
	batch->files[0] = batch->ids[0] = '\0';
	for (size_t i = 0; i < sold->licenses_len && err == SKERRY_OK; i++) {
		size_t len = strlen(batch->ids);

		snprintf(batch->ids + len, sizeof batch->ids - len, "%s%s", len == 0 ? "" : " ",
			sold->licenses[i].public_id);
		err = give_documents(batch, &sold->licenses[i]);
	}
	return err;
}

static void
count_row(struct batch *batch)
{
	struct batch_tally *tally = &batch->tally;

	tally->licenses += batch->sold.repeated ? 0 : (int64_t)batch->sold.licenses_len;
	tally->customers += batch->sold.entered;
	tally->repeated += batch->sold.repeated;
	tally->unpaid += batch->row.sell.payment[0] == '\0';
}

static enum skerry_err
take_row(struct batch *batch, const struct csv *csv)
{
	struct batch_fault *fault = next_fault(batch);
	struct batch_fault beyond;
	enum skerry_err err;

	if (batch_row_is_empty(csv))
		return SKERRY_OK;
	batch->tally.rows++;
	if (batch->faults_len == BATCH_FAULTS_MAX)
		fault = &beyond;
	if (batch_row_read(csv, &batch->columns, &batch->options->defaults, &batch->row, fault) !=
		SKERRY_OK)
		return count_fault(batch);
	batch->desk->refused = SKERRY_OK;
	err = sell_row(batch);
	if (err != SKERRY_OK)
		return take_refusal(batch, csv, err);
	count_row(batch);
	return is_proof(batch) ? SKERRY_OK : write_keys_row(batch, csv->row_line);
}

enum skerry_err
batch_take(struct batch *batch, const struct csv *csv, enum csv_event event)
{
	enum skerry_err err;

	if (event == CSV_BAD) {
		batch->tally.rows += batch->has_titles;
		return take_unreadable(batch, csv);
	}
	if (batch->has_titles)
		return take_row(batch, csv);
	err = batch_columns_read(csv, &batch->columns, next_fault(batch));
	if (err != SKERRY_OK)
		count_fault(batch);
	batch->has_titles = err == SKERRY_OK;
	return err;
}

/* --- the end ----------------------------------------------------------------------------------- */

static enum skerry_err
record_batch(struct batch *batch)
{
	const struct batch_tally *tally = &batch->tally;
	char subject[AUDIT_SUBJECT_MAX], id[LICENSE_ID_LEN + 1];

	random_id(id, LICENSE_ID_LEN);
	snprintf(subject, sizeof subject, "batch %s", id);
	return audit_append(batch->desk, "license.batch", subject,
		"rows=%lld licenses=%lld customers=%lld repeated=%lld documents=%lld",
		(long long)tally->rows, (long long)tally->licenses, (long long)tally->customers,
		(long long)tally->repeated, (long long)tally->documents);
}

enum skerry_err
batch_end(struct batch *batch)
{
	const struct batch_tally *tally = &batch->tally;
	enum skerry_err err;

	if (tally->bad > 0)
		return SKERRY_ERR_CSV_ROWS;
	if (tally->rows == 0)
		return SKERRY_ERR_CSV_EMPTY;
	if (batch->folder == NULL)
		return SKERRY_OK;
	err = press_drain(batch->press);
	if (err == SKERRY_OK)
		err = record_batch(batch);
	if (err != SKERRY_OK)
		return err;
	err = atomic_folder_settle(batch->folder);
	if (err == SKERRY_ERR_IO && errno == ENOSPC)
		return desk_refuse(batch->desk, err, batch->options->out,
			"Nothing was done: its disk has no room for the %lld files. Make room, or "
			"name a folder on another disk.",
			(long long)tally->documents + 1);
	return err;
}

enum skerry_err
batch_keep(struct batch *batch)
{
	struct atomic_folder *folder = batch->folder;

	batch->folder = NULL;
	return atomic_folder_keep(folder);
}

const struct batch_tally *
batch_tallied(const struct batch *batch)
{
	return &batch->tally;
}

const struct batch_fault *
batch_faults(const struct batch *batch, size_t *ret_len)
{
	*ret_len = batch->faults_len;
	return batch->faults;
}

const char *
batch_place(const struct batch *batch)
{
	return batch->place;
}
