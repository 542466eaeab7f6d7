/* SPDX-License-Identifier: ISC */
#include "plan_shelf.h"

#include <stdlib.h>
#include <string.h>

/* A place for one more: an empty one, else the one that was filled longest ago. */
static struct plan *
make_place(struct plan_shelf *shelf)
{
	struct plan *plan;

	for (size_t i = 0; i < shelf->plans_len; i++)
		if (shelf->plans[i]->id == 0)
			return shelf->plans[i];
	if (shelf->plans_len == PLAN_SHELF_MAX)
		return shelf->plans[shelf->next++ % PLAN_SHELF_MAX];
	plan = malloc(sizeof *plan);
	if (plan != NULL)
		shelf->plans[shelf->plans_len++] = plan;
	return plan;
}

/* Puts a plan that was looked for in its place; what was not found leaves the place empty. */
static enum skerry_err
put(struct plan *plan, enum skerry_err err, const struct plan **ret_plan)
{
	if (err == SKERRY_OK)
		*ret_plan = plan;
	else
		plan->id = 0;
	return err;
}

/* Passes over `slug` at the start of *path; false when something else stands there. */
static bool
skip_slug(const char **path, const char *slug)
{
	size_t len = strlen(slug);

	if (strncmp(*path, slug, len) != 0)
		return false;
	*path += len;
	return true;
}

static bool
is_path_of(const struct plan *plan, const char *path)
{
	return plan->id != 0 && skip_slug(&path, plan->brand) && *path++ == '/' &&
	       skip_slug(&path, plan->product) && *path++ == '/' && strcmp(path, plan->slug) == 0;
}

enum skerry_err
plan_shelf_find(
	struct plan_shelf *shelf, struct desk *desk, const char *path, const struct plan **ret_plan)
{
	struct plan *plan;

	for (size_t i = 0; i < shelf->plans_len; i++)
		if (is_path_of(shelf->plans[i], path)) {
			*ret_plan = shelf->plans[i];
			return SKERRY_OK;
		}
	plan = make_place(shelf);
	return plan == NULL ? SKERRY_ERR_NO_MEMORY
			    : put(plan, plans_find(desk, path, plan), ret_plan);
}

enum skerry_err
plan_shelf_find_id(
	struct plan_shelf *shelf, struct desk *desk, int64_t id, const struct plan **ret_plan)
{
	struct plan *plan;

	for (size_t i = 0; i < shelf->plans_len; i++)
		if (shelf->plans[i]->id == id) {
			*ret_plan = shelf->plans[i];
			return SKERRY_OK;
		}
	plan = make_place(shelf);
	return plan == NULL ? SKERRY_ERR_NO_MEMORY
			    : put(plan, plans_find_id(desk, id, plan), ret_plan);
}

void *
plan_shelf_scratch(struct plan_shelf *shelf, size_t len)
{
	if (shelf->scratch == NULL)
		shelf->scratch = malloc(len);
	return shelf->scratch;
}

void
plan_shelf_clear(struct plan_shelf *shelf)
{
	for (size_t i = 0; i < shelf->plans_len; i++)
		free(shelf->plans[i]);
	free(shelf->scratch);
	*shelf = (struct plan_shelf){ .plans_len = 0 };
}
