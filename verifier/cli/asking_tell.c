/* SPDX-License-Identifier: ISC */
/* What was done with a request, and what comes next: for a person, and as JSON. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "asking.h"
#include "verifier/exchange/request_gather.h"

/* --- for a person ---------------------------------------------------------------------------- */

static const char *
purpose(enum request_kind kind)
{
	switch (kind) {
	case REQUEST_PAIR:
		return "It asks for the license of a license key, paired with this site.";
	case REQUEST_HEARTBEAT:
		return "It tells what is held here and how it is doing, and asks for what is new.";
	case REQUEST_MIGRATE:
		return "It asks to move a license to this machine, and ends its use on the one "
		       "before.";
	case REQUEST_UNPAIR:
		return "It asks to end the pairing of this site.";
	}
	return "";
}

static const struct manifest_contact *
contact_of(const struct asking *asking)
{
	return asking->request.has_contact ? &asking->request.contact : NULL;
}

static void
print_name(FILE *to, const struct manifest_contact *contact)
{
	if (contact != NULL && contact->name.len > 0)
		command_print_safe(to, contact->name.chars, contact->name.len);
	else
		fputs("the vendor", to);
}

static void
print_written(FILE *to, const struct asking *asking)
{
	const struct request_made *made = &asking->request.made;
	const char *path = asking_path(asking);

	if (made->again && made->kind != asking->kind)
		fprintf(to,
			"The %s request %" PRIu64 " still waits for its answer and goes first; "
			"what is new goes with the next one.\n",
			request_kind_name(made->kind), made->number);
	else if (made->again)
		fprintf(to,
			"Request %" PRIu64 " still waits for its answer, and nothing is new: it is "
			"the same again, byte for byte.\n",
			made->number);
	if (path != NULL) {
		fprintf(to, "Request %" PRIu64 " is written to %s", made->number,
			asking->out == NULL ? "./" : "");
		command_print_safe(to, path, strlen(path));
		fputs(".\n", to);
	}
	if (!made->again && made->keys > asking->request.keys_wished)
		fprintf(to,
			"It names %zu license keys: what was asked for before still waits for its "
			"answer.\n",
			made->keys);
	if (!made->again)
		fprintf(to, "%s\n", purpose(made->kind));
}

static void
print_way(FILE *to, const struct asking *asking)
{
	const struct manifest_contact *contact = contact_of(asking);

	fputs(asking->qr ? "Scan the code with a telephone, and send the text that it shows to "
		: asking->mail ? "Send the text above as a mail to "
			       : "Send it to ",
		to);
	print_name(to, contact);
	if (contact != NULL && contact->email.len > 0) {
		fputs(" (", to);
		command_print_safe(to, contact->email.chars, contact->email.len);
		fputc(')', to);
	}
	fputs(", or carry it: `skerry exchange DIR` leaves the same on the vendor's stick.\n", to);
	if (contact == NULL || (contact->email.len == 0 && !asking->qr && !asking->mail))
		fputs("The manifest names no e-mail address.\n", to);
}

static void
print_number(FILE *to, size_t number, const char *one, const char *several)
{
	fprintf(to, "%zu %s", number, number == 1 ? one : several);
}

static void
print_telemetry(FILE *to, const struct asking *asking)
{
	const struct request_made *made = &asking->request.made;

	/* Of one that was written before, nobody here can read it. */
	if (made->again && made->kind != asking->kind)
		return;
	if (made->telemetry + made->events == 0)
		fputs("No telemetry goes out with it.\n", to);
	else {
		fputs("Telemetry that goes out with it, as allowed here: ", to);
		print_number(to, made->telemetry, "value", "values");
		fputs(", ", to);
		print_number(to, made->events, "event", "events");
		fputs(" (`skerry telemetry list`).\n", to);
	}
}

/* How long each paired license goes on, once it is unpaired. */
static void
print_ends(FILE *to, const struct show_request *request)
{
	for (size_t i = 0; i < request->ends_len; i++) {
		const struct show_request_end *end = &request->ends[i];

		fputs("Nothing changes before the answer is taken in. Then ", to);
		command_print_safe(to, end->product, strlen(end->product));
		if (end->days < 0)
			fputs(" stops here.\n", to);
		else
			fprintf(to, " goes on here for %" PRId64 " %s, and stops.\n", end->days,
				end->days == 1 ? "day" : "days");
	}
}

static void
print_next(FILE *to, const struct asking *asking)
{
	fputs("The answer of ", to);
	print_name(to, contact_of(asking));
	fputs(" comes as a file or on the stick: `skerry import FILE` or `skerry exchange DIR` "
	      "takes it in. Until then the same command writes the same request.\n",
		to);
}

static void
print_warnings(const struct asking *asking)
{
	const struct request_made *made = &asking->request.made;

	if (made->anonymous && asking->kind != REQUEST_UNPAIR)
		fputs("Nothing on this machine tells it from others of its kind: a license that is "
		      "bound to a machine will not be given. Run it as root, set up "
		      "/etc/machine-id, or name a value of your own with --custom.\n",
			stderr);
	if (made->stopgap)
		fprintf(stderr,
			"%d requests have gone without an answer. Ask the vendor whether they "
			"arrive.\n",
			REQUEST_PENDING_MAX);
	if (made->kind == REQUEST_HEARTBEAT && asking->request.holds_none)
		fputs("No license is held here: where this site was never paired, run `skerry pair "
		      "KEY` instead.\n",
			stderr);
}

/* --- JSON ------------------------------------------------------------------------------------ */

/* As text, where it was wished for as such. */
static void
put_text(struct json *j, const struct asking *asking)
{
	char *mail = asking->mail ? show_request_mail(&asking->request.made) : NULL;
	char *code = asking->qr ? show_request_code(&asking->request.made) : NULL;

	json_name(j, "mail");
	if (mail != NULL)
		show_request_put_mail(j, &asking->request, mail);
	else
		json_null(j);
	json_name(j, "qr");
	json_chars(j, code);
	free(mail);
	free(code);
}

static void
tell_json(const struct asking *asking)
{
	struct json j;

	json_init(&j, command_sink, stdout);
	json_object_open(&j);
	show_request_put(&j, &asking->request, asking_path(asking));
	put_text(&j, asking);
	json_object_close(&j);
	putchar('\n');
}

void
asking_tell(const struct asking *asking)
{
	FILE *to = asking_path(asking) == NULL ? stderr : stdout;

	if (asking->json) {
		tell_json(asking);
		return;
	}
	fflush(stdout);
	print_written(to, asking);
	print_way(to, asking);
	print_telemetry(to, asking);
	if (asking->request.made.kind == REQUEST_UNPAIR)
		print_ends(to, &asking->request);
	print_next(to, asking);
	print_warnings(asking);
}
