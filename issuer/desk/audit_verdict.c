/* SPDX-License-Identifier: ISC */
#include "audit_verdict.h"

#include <stdarg.h>
#include <stdio.h>

static const char *const FAULTS[] = { "sound", "edited", "missing", "moved", "added", "cut_off",
	"replaced", "no_mark", "anchor", "note", "document", "record" };

const char *
audit_fault_name(enum audit_fault fault)
{
	return FAULTS[fault];
}

void
audit_blame(struct audit_verdict *verdict, enum audit_fault fault, const char *says, ...)
{
	va_list arguments;

	verdict->fault = fault;
	va_start(arguments, says);
	vsnprintf(verdict->says, sizeof verdict->says, says, arguments);
	va_end(arguments);
}

void
audit_copy_text(struct cbor_text text, char *ret_text, size_t text_max)
{
	snprintf(ret_text, text_max, "%.*s", (int)(text.len < text_max ? text.len : text_max - 1),
		text.len == 0 ? "" : text.chars);
}

void
audit_blame_row(struct audit_verdict *verdict, const struct audit_log_row *row)
{
	verdict->seq = row->seq;
	verdict->at = row->at;
	audit_copy_text(row->action, verdict->action, sizeof verdict->action);
	audit_copy_text(row->subject, verdict->subject, sizeof verdict->subject);
}
