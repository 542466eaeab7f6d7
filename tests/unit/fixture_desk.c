/* SPDX-License-Identifier: ISC */
#include "tests/unit/fixture_tree.h"
#include "fixture_desk.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "issuer/desk/founding.h"
#include "issuer/desk/operators.h"
#include "keys/random.h"

static int
remove_entry(const char *path, const struct stat *info, int type, struct FTW *place)
{
	(void)info;
	(void)type;
	(void)place;
	return remove(path);
}

static void
open_desk(struct desk_fixture *fixture)
{
	assert_int_equal(desk_open(fixture->path, &fixture->desk), SKERRY_OK);
	fixture->desk.clock_given = true;
	fixture->desk.clock = DESK_NOW;
	assert_int_equal(operators_unlock(&fixture->desk, NULL), SKERRY_OK);
}

static void
fill_catalog(struct desk *desk)
{
	struct brand brand = {
		.slug = "hotelhub", .name = "HotelHub", .key_format = "HMS-#####-#####-#####-#####"
	};
	struct product product = { .brand = "hotelhub", .slug = "hms", .name = "HotelHub HMS" };
	struct customer customer = {
		.brand = "hotelhub", .email = "owner@grand.example", .name = "Grand Hotel"
	};
	struct plan_grant feature = { .name = "channel_manager", .value = LICENSE_ON };
	struct plan_grant limit = { .name = "max_rooms", .value = LICENSE_NUMBER, .number = 100 };
	struct plan *plan = malloc(sizeof *plan);

	assert_non_null(plan);
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(brands_insert(desk, &brand), SKERRY_OK);
	product.brand_id = customer.brand_id = brand.id;
	assert_int_equal(products_insert(desk, &product), SKERRY_OK);
	assert_int_equal(customers_insert(desk, &customer), SKERRY_OK);
	plan_default(plan);
	plan->brand_id = brand.id;
	plan->product_id = product.id;
	strcpy(plan->brand, "hotelhub");
	strcpy(plan->product, "hms");
	strcpy(plan->slug, "island");
	strcpy(plan->name, "Island");
	plan->terms.term = (struct date_duration){ .months = 36 };
	plan->terms.renew = (struct date_duration){ .seconds = 180 * LADDER_DAY_S };
	plan->ladder.grace_s = 365 * LADDER_DAY_S;
	plan->telephone_steps = 3;
	plan->telephone_days = 14;
	plan->seats_max = 30;
	assert_int_equal(plan_put_grant(plan, &feature), SKERRY_OK);
	assert_int_equal(plan_put_grant(plan, &limit), SKERRY_OK);
	assert_int_equal(plans_insert(desk, plan), SKERRY_OK);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
	free(plan);
}

int
desk_fixture_make(void **state)
{
	struct desk_fixture *fixture = calloc(1, sizeof *fixture);
	struct founding founding = {
		.name = "vendor", .now = DESK_NOW, .latest = LICENSE_NEVER, .alg = COSE_ALG_EDDSA
	};
	char advice[DESK_ADVICE_MAX];

	assert_non_null(fixture);
	assert_int_equal(random_start(), SKERRY_OK);
	tree_place("desk", fixture->folder);
	assert_non_null(mkdtemp(fixture->folder));
	snprintf(fixture->path, sizeof fixture->path, "%s/desk", fixture->folder);
	founding.path = fixture->path;
	assert_int_equal(founding_make(&founding, advice), SKERRY_OK);
	open_desk(fixture);
	fill_catalog(&fixture->desk);
	*state = fixture;
	return 0;
}

int
desk_fixture_remove(void **state)
{
	struct desk_fixture *fixture = *state;

	desk_close(&fixture->desk);
	nftw(fixture->folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
	free(fixture);
	return 0;
}

void
desk_fixture_reopen(struct desk_fixture *fixture)
{
	desk_close(&fixture->desk);
	open_desk(fixture);
}

void
desk_fixture_sell(struct desk_fixture *fixture, struct sold *ret_sold)
{
	struct sell sell = { .items = { { "hotelhub/hms/island", LICENSE_NEVER, 0 } },
		.items_len = 1,
		.customer = "owner@grand.example",
		.tenant = "",
		.price = "",
		.currency = "",
		.payment = "" };

	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(sell_licenses(&fixture->desk, &sell, ret_sold), SKERRY_OK);
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
}
