/* SPDX-License-Identifier: ISC */
#include "bought.h"

#include <stdio.h>
#include <string.h>

enum {
	INCLUDES_MAX = 8, /* of a plan's features; the site's `skerry status` has them all */
	NUMBER_MAX = 24
};

/* "max_rooms" reads "max rooms". */
static void
put_name(const struct ink *ink, const char *name)
{
	ink_raw(ink, "<bdi>");
	for (size_t len; *name != '\0'; name += len) {
		len = strcspn(name, "_");
		html_text(name, len, ink->sink, ink->context);
		if (name[len] == '_') {
			ink_raw(ink, " ");
			len++;
		}
	}
	ink_raw(ink, "</bdi>");
}

static void
put_grant(const struct ink *ink, const struct plan_grant *grant)
{
	char number[NUMBER_MAX];

	put_name(ink, grant->name);
	if (grant->value == LICENSE_NUMBER) {
		snprintf(number, sizeof number, "%lld", (long long)grant->number);
		ink_raw(ink, ": ");
		ink_text(ink, number);
	} else if (grant->value == LICENSE_STRING) {
		ink_raw(ink, ": ");
		ink_entered(ink, grant->text);
	}
}

static void
put_includes(const struct ink *ink, const struct plan *plan)
{
	size_t shown = plan->grants_len < INCLUDES_MAX ? plan->grants_len : INCLUDES_MAX;
	const char *between = "";

	for (size_t i = 0; i < shown; i++, between = "; ") {
		ink_raw(ink, between);
		put_grant(ink, &plan->grants[i]);
	}
	if (plan->seats_max > 0) {
		ink_raw(ink, between);
		ink_counted(ink, ink->texts->seats, plan->seats_max);
		between = "; ";
	}
	if (shown < plan->grants_len) {
		ink_raw(ink, between);
		ink_counted(ink, ink->texts->more, (int64_t)(plan->grants_len - shown));
	}
}

static void
put_license(const struct ink *ink, const struct letter_license *license)
{
	const struct license_record *record = &license->record;
	char number[NUMBER_MAX];

	ink_raw(ink, "<tr><td><b>");
	ink_entered(ink, license->product_name);
	ink_raw(ink, "</b><br>");
	ink_entered(ink, license->plan.name);
	if (record->tenant[0] != '\0') {
		ink_raw(ink, ", ");
		ink_phrase(ink, ink->texts->for_tenant, record->tenant);
	}
	ink_raw(ink, "<br><small>");
	ink_phrase(ink, ink->texts->number, record->public_id);
	ink_raw(ink, "</small></td><td class=\"date\">");
	if (record->valid_until == LICENSE_NEVER)
		ink_text(ink, ink->texts->forever);
	else
		ink_dated(ink, ink->texts->until, record->valid_until);
	if (record->maintenance_until != LICENSE_NEVER) {
		ink_raw(ink, "<br><small>");
		ink_dated(ink, ink->texts->maintenance, record->maintenance_until);
		ink_raw(ink, "</small>");
	}
	ink_raw(ink, "</td><td>");
	snprintf(number, sizeof number, "%lld", (long long)record->max_activations);
	ink_text(ink, number);
	ink_raw(ink, "</td><td>");
	put_includes(ink, &license->plan);
	ink_raw(ink, "</td></tr>\n");
}

void
bought_write(const struct ink *ink)
{
	const struct letter_texts *texts = ink->texts;
	const char *titles[] = { texts->product, texts->valid, texts->sites, texts->includes };

	ink_raw(ink, "<h2>");
	ink_text(ink, texts->bought);
	ink_raw(ink, "</h2>\n<table>\n<thead><tr>");
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
		ink_raw(ink, "<th>");
		ink_text(ink, titles[i]);
		ink_raw(ink, "</th>");
	}
	ink_raw(ink, "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < ink->letter->licenses_len; i++)
		put_license(ink, &ink->letter->licenses[i]);
	ink_raw(ink, "</tbody>\n</table>\n");
}
