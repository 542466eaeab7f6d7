/* SPDX-License-Identifier: ISC */
#include "report_out.h"

#include <stdlib.h>
#include <string.h>

#include "keys/atomic_file.h"

size_t
report_out_table(struct report_options *options, struct command_option *ret_table)
{
	const struct command_option table[REPORT_OUT_OPTIONS] = {
		{ "--brand", COMMAND_VALUE, &options->brand },
		{ "--limit", COMMAND_VALUE, &options->limit },
		{ "--after", COMMAND_VALUE, &options->after },
		{ "--out", COMMAND_VALUE, &options->out },
		{ "--csv", COMMAND_FLAG, &options->csv },
		{ "--force", COMMAND_FLAG, &options->force },
		{ "--json", COMMAND_FLAG, &options->json },
	};

	memcpy(ret_table, table, sizeof table);
	return REPORT_OUT_OPTIONS;
}

bool
report_out_check(const struct report_options *options, int64_t page_max, int64_t *ret_limit)
{
	int64_t most = options->csv ? INT64_MAX : page_max;

	*ret_limit = options->csv ? INT64_MAX : REPORT_OUT_PAGE;
	if (options->csv && options->json)
		command_misuse("--csv and --json exclude each other");
	else if (!options->csv && (options->out != NULL || options->force))
		command_misuse("--out and --force go with --csv");
	else if (options->force && options->out == NULL)
		command_misuse("--force needs --out FILE");
	else if (!session_number(options->limit, 1, most, ret_limit))
		command_misuse("--limit takes 1 to %lld", (long long)most);
	else
		return true;
	return false;
}

enum skerry_err
report_out_brand(struct desk *desk, const struct report_options *options, int64_t *ret_brand_id)
{
	struct brand brand = { .id = 0 };
	enum skerry_err err =
		options->brand == NULL ? SKERRY_OK : brands_find(desk, options->brand, &brand);

	if (err == SKERRY_OK)
		*ret_brand_id = brand.id;
	return err;
}

static bool
to_file(const struct report_options *options)
{
	return options->out != NULL && strcmp(options->out, "-") != 0;
}

enum skerry_err
report_out_begin(const struct report_options *options, struct report_out *ret_out)
{
	*ret_out = (struct report_out){ .options = options };
	if (!options->csv) {
		report_begin(&ret_out->report, options->json);
		return SKERRY_OK;
	}
	if (to_file(options)) {
		ret_out->memory = open_memstream(&ret_out->chars, &ret_out->len);
		if (ret_out->memory == NULL)
			return SKERRY_ERR_NO_MEMORY;
	}
	report_begin_csv(&ret_out->report, ret_out->memory == NULL ? stdout : ret_out->memory);
	return SKERRY_OK;
}

void
report_out_next(struct report_out *out, const char *after)
{
	if (!out->options->csv)
		report_text(&out->report, "next_after", after);
	else if (after != NULL && after[0] != '\0')
		fprintf(stderr, "skerry-issuer: There may be more: --after %s\n", after);
}

/* Customers stand in it: nobody else reads it unless its owner says so. */
static enum skerry_err
write_file(struct desk *desk, struct report_out *out)
{
	const char *path = out->options->out;
	bool written = ferror(out->memory) == 0;
	enum skerry_err err;

	if (fclose(out->memory) != 0 || !written) {
		out->memory = NULL;
		return SKERRY_ERR_NO_MEMORY;
	}
	out->memory = NULL;
	err = atomic_file_write(
		path, (const uint8_t *)out->chars, out->len, 0600, out->options->force);
	if (err == SKERRY_ERR_FILE_EXISTS)
		return desk_refuse(desk, err, path, "Take another name, or add --force.");
	return err == SKERRY_OK ? err : session_refuse_output(desk, err, path);
}

enum command_exit
report_out_end(struct session *session, struct report_out *out, enum skerry_err err)
{
	enum command_exit exit;

	if (err == SKERRY_OK && out->memory != NULL)
		err = write_file(&session->desk, out);
	if (out->memory != NULL)
		fclose(out->memory);
	exit = session_end_report(session, &out->report, err);
	free(out->chars);
	return exit;
}
