/* SPDX-License-Identifier: ISC */
#include "components_kind.h"

#include <stdio.h>
#include <string.h>

#include "junk.h"
#include "small_file.h"
#include "text_line.h"

enum { TEXT_MAX = 8192, MODEL_MAX = 256, PART_MAX = 60 };

static bool
find(const char *text, size_t len, const char *name, const char **ret_value, size_t *ret_len)
{
	return text_line_find(text, len, name, ':', ret_value, ret_len);
}

static void
judge_arm(const char *root, const char *text, size_t len, struct component *component)
{
	char model[MODEL_MAX];
	const char *implementer, *part;
	size_t model_len, implementer_len, part_len;
	int written;

	if (small_file_read(root, "/proc/device-tree/model", model, sizeof model, &model_len) ==
		SKERRY_OK) {
		junk_judge_kind(component, model, model_len);
		if (component->sight == COMPONENT_PRESENT)
			return;
	}
	if (!find(text, len, "CPU implementer", &implementer, &implementer_len) ||
		!find(text, len, "CPU part", &part, &part_len) || implementer_len > PART_MAX ||
		part_len > PART_MAX) {
		component_set_junk(component, "no model is told");
		return;
	}
	written = snprintf(model, sizeof model, "arm %.*s %.*s", (int)implementer_len, implementer,
		(int)part_len, part);
	junk_judge_kind(component, model, (size_t)written);
}

/* The first of the names that is there. */
static void
judge_model(const char *text, size_t len, struct component *component)
{
	/* x86, LoongArch and MIPS; POWER; RISC-V; s390 */
	static const char *const NAMES[] = { "model name", "cpu model", "cpu", "uarch",
		"vendor_id" };
	const char *value;
	size_t value_len;

	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
		if (find(text, len, NAMES[i], &value, &value_len)) {
			junk_judge_kind(component, value, value_len);
			return;
		}
	component_set_junk(component, "no model is told");
}

void
components_collect_processor(const char *root, struct components *components)
{
	struct component component = component_none(FINGERPRINT_CPU_MODEL);
	char text[TEXT_MAX];
	const char *value;
	size_t len, value_len;
	enum skerry_err err = small_file_read_start(root, "/proc/cpuinfo", text, sizeof text, &len);

	if (err != SKERRY_OK)
		component_set_unreadable(&component, err, NULL);
	else if (find(text, len, "CPU implementer", &value, &value_len))
		judge_arm(root, text, len, &component);
	else
		judge_model(text, len, &component);
	components_add(components, &component);
}

static void
judge_system(const char *text, size_t len, struct component *component)
{
	char system[2 * PART_MAX + 2];
	const char *id, *version = "";
	size_t id_len, version_len = 0, major = 0;
	int written;

	if (!text_line_find(text, len, "ID", '=', &id, &id_len)) {
		component_set_junk(component, "no system is told");
		return;
	}
	text_line_unquote(&id, &id_len);
	if (text_line_find(text, len, "VERSION_ID", '=', &version, &version_len))
		text_line_unquote(&version, &version_len);
	while (major < version_len && version[major] != '.')
		major++;
	if (id_len == 0 || id_len > PART_MAX || major > PART_MAX) {
		component_set_junk(component, "no system is told");
		return;
	}
	/* A system without versions (a rolling one) is its name alone. */
	written =
		snprintf(system, sizeof system, "%.*s %.*s", (int)id_len, id, (int)major, version);
	junk_judge_kind(component, system, (size_t)written);
}

void
components_collect_system(const char *root, struct components *components)
{
	struct component component = component_none(FINGERPRINT_OS);
	char text[TEXT_MAX];
	size_t len;
	enum skerry_err err =
		small_file_read_start(root, "/etc/os-release", text, sizeof text, &len);

	if (err == SKERRY_ERR_FILE_MISSING)
		err = small_file_read_start(root, "/usr/lib/os-release", text, sizeof text, &len);
	if (err != SKERRY_OK)
		component_set_unreadable(&component, err, NULL);
	else
		judge_system(text, len, &component);
	components_add(components, &component);
}
