/* SPDX-License-Identifier: ISC */
#include "metrics.h"

#include <stdarg.h>

void
metrics_family(const struct metrics *metrics, const char *name, const char *type, const char *help)
{
	fprintf(metrics->out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* In a label's value these three are escaped. */
static void
put_value(FILE *out, const char *value)
{
	for (; *value != '\0'; value++)
		if (*value == '\n')
			fputs("\\n", out);
		else if (*value == '\\' || *value == '"')
			fprintf(out, "\\%c", *value);
		else
			putc(*value, out);
}

void
metrics_sample(const struct metrics *metrics, const char *name, double value, ...)
{
	const char *label;
	bool any = false;
	va_list labels;

	fputs(name, metrics->out);
	va_start(labels, value);
	while ((label = va_arg(labels, const char *)) != NULL) {
		fprintf(metrics->out, "%s%s=\"", any ? "," : "{", label);
		put_value(metrics->out, va_arg(labels, const char *));
		putc('"', metrics->out);
		any = true;
	}
	va_end(labels);
	fprintf(metrics->out, "%s %.15g\n", any ? "}" : "", value);
}
