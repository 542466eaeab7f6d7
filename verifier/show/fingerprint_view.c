/* SPDX-License-Identifier: ISC */
#include "fingerprint_view.h"

#include "components_view.h"
#include "formats/member.h"
#include "keys/random.h"
#include "verifier/gather/system_name.h"

enum skerry_err
fingerprint_view_collect(struct fingerprint_view *view, const struct components_query *machine)
{
	return components_collect(machine, &view->components);
}

void
fingerprint_view_fill(struct fingerprint_view *view, const struct components_query *machine,
	const struct site *site)
{
	struct fingerprint *f = &view->fingerprint;

	f->salt = (struct cbor_bytes){ view->salt, sizeof view->salt };
	f->components_len =
		components_hash(&view->components, view->salt, view->hashes, f->components);
	system_name_host(machine->root, view->hostname, sizeof view->hostname);
	system_name_os(machine->root, view->os, sizeof view->os);
	f->hostname = cbor_text_from_chars(view->hostname);
	f->os = cbor_text_from_chars(view->os);
	if (site == NULL)
		return;
	view->identity = site->identity;
	f->install_id = cbor_text_from_chars(view->identity.install_id);
	f->has_site_key = true;
	f->site_key = view->identity.site_key;
}

static void
print_json(const struct show *show, const struct fingerprint_view *view, const char *file)
{
	const struct fingerprint *f = &view->fingerprint;
	struct json j;

	json_init(&j, command_sink, show->out);
	json_object_open(&j);
	json_name(&j, "salt");
	json_hex(&j, view->salt, sizeof view->salt);
	json_name(&j, "components");
	components_view_json(&j, &view->components, view->salt);
	member_text(&j, "hostname", f->hostname);
	member_text(&j, "os", f->os);
	member_text(&j, "install_id", f->install_id);
	json_name(&j, "domains");
	json_array_open(&j);
	for (size_t i = 0; i < f->domains_len; i++)
		json_text(&j, f->domains[i]);
	json_array_close(&j);
	member_chars(&j, "file", file);
	json_object_close(&j);
	putc('\n', show->out);
}

void
fingerprint_view_show(
	const struct show *show, const struct fingerprint_view *view, const char *file)
{
	if (show->json)
		print_json(show, view, file);
	else
		components_view_table(show->out, &view->components);
}

bool
show_fingerprint(const struct show *show, const struct site *site,
	const struct show_question *question, enum command_exit *ret_exit,
	struct show_failure *ret_failure)
{
	const struct components_query machine = { .root = "/",
		.install_path = question->install_path,
		.custom = question->custom,
		.custom_len = question->custom_len };
	struct fingerprint_view view = { .fingerprint = { .domains_len = 0 } };
	enum skerry_err err = fingerprint_view_collect(&view, &machine);

	if (err != SKERRY_OK) {
		show_unanswered(show, err, ret_failure);
		return false;
	}
	random_bytes(view.salt, sizeof view.salt);
	fingerprint_view_fill(&view, &machine, site);
	fingerprint_view_show(show, &view, NULL);
	*ret_exit = COMMAND_YES;
	return true;
}
