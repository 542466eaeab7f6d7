/* SPDX-License-Identifier: ISC */
#include "finder.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "issuer/decide/hex_prefix.h"

/* As the schema has it: what splits the records must split what is typed. */
#define TOKENIZER "tokenize = 'unicode61 remove_diacritics 2'"

/* Sorts behind every text that begins with what stands before it. */
#define LAST_CHARACTER "\xf4\x8f\xbf\xbf"

/* Folding may lengthen a letter; each word gets quotes, a star and a space. */
enum { MATCH_MAX = 2 * FINDER_TEXT_MAX + 4 * FINDER_WORDS_MAX + 1 };

static const char *const KINDS[] = { "license", "key", "payment", "key_masked", "site", "tenant",
	"email", "customer", "host" };

/*
 * Each yields a license (0: all of the customer's), the customer and an activation. ?1 is what was
 * typed, ?2 the end of the range that begins there.
 */
enum {
	SQL_LICENSE,
	SQL_KEY,
	SQL_PAYMENT,
	SQL_RENEWAL,
	SQL_MASKED,
	SQL_SITE,
	SQL_TAG,
	SQL_TENANT,
	SQL_EMAIL,
	SQL_WORDS,
	SQL_HOST,
	SQL_OF_CUSTOMER,
	SQL_BRAND
};

const char *const FINDER_STATEMENTS[] = {
	[SQL_LICENSE] = "SELECT l.id, k.customer_id, 0 FROM license l"
			" JOIN license_key k ON k.id = l.license_key_id WHERE l.public_id = ?1",
	[SQL_KEY] = "SELECT l.id, k.customer_id, 0 FROM license_key k"
		    " JOIN license l ON l.license_key_id = k.id WHERE k.id = ?1",
	/*
	 * A payment reference is one of its brand's; brands are few. Most are written in one case
	 * throughout, so that whoever types it otherwise is understood out of the same index.
	 */
	[SQL_PAYMENT] = "SELECT l.id, k.customer_id, 0 FROM brand b"
			" CROSS JOIN sale s ON s.brand_id = b.id AND s.payment IN (?1, upper(?1), "
			"lower(?1))"
			" CROSS JOIN license l ON l.sale_id = s.id"
			" JOIN license_key k ON k.id = l.license_key_id",
	[SQL_RENEWAL] = "SELECT l.id, k.customer_id, 0 FROM brand b"
			" CROSS JOIN sale s ON s.brand_id = b.id AND s.payment IN (?1, upper(?1), "
			"lower(?1))"
			" CROSS JOIN license l ON l.id = s.license_id"
			" JOIN license_key k ON k.id = l.license_key_id",
	[SQL_MASKED] = "SELECT l.id, k.customer_id, 0 FROM license_key k"
		       " JOIN license l ON l.license_key_id = k.id WHERE k.masked = upper(?1)",
	[SQL_SITE] = "SELECT l.id, k.customer_id, a.id FROM activation a"
		     " JOIN license l ON l.id = a.license_id"
		     " JOIN license_key k ON k.id = l.license_key_id"
		     " WHERE a.site_id BETWEEN ?1 AND ?2 ORDER BY a.site_id",
	[SQL_TAG] = "SELECT l.id, k.customer_id, a.id FROM installation i"
		    " CROSS JOIN activation a ON a.installation_id = i.id"
		    " JOIN license l ON l.id = a.license_id"
		    " JOIN license_key k ON k.id = l.license_key_id"
		    " WHERE i.tag = upper(?1) ORDER BY i.id, a.id",
	[SQL_TENANT] = "SELECT l.id, k.customer_id, 0 FROM license l"
		       " JOIN license_key k ON k.id = l.license_key_id"
		       " WHERE l.tenant >= ?1 AND l.tenant < ?2 AND l.tenant <> ''"
		       " ORDER BY l.tenant",
	[SQL_EMAIL] = "SELECT 0, id, 0 FROM customer WHERE email >= ?1 AND email < ?2"
		      " ORDER BY email",
	[SQL_WORDS] = "SELECT rowid FROM finder WHERE finder MATCH ?1 ORDER BY rowid",
	[SQL_HOST] = "SELECT l.id, k.customer_id, a.id FROM activation a"
		     " JOIN license l ON l.id = a.license_id"
		     " JOIN license_key k ON k.id = l.license_key_id WHERE a.id = ?1",
	[SQL_OF_CUSTOMER] = "SELECT l.id, k.customer_id, 0 FROM license_key k"
			    " JOIN license l ON l.license_key_id = k.id WHERE k.customer_id = ?1"
			    " ORDER BY k.id",
	[SQL_BRAND] = "SELECT 1 FROM customer WHERE id = ?1 AND brand_id = ?2",
	NULL,
};

const char *
finder_kind_name(enum finder_kind kind)
{
	return KINDS[kind];
}

static enum skerry_err
run_on(struct desk *desk, const char *sql, int64_t id)
{
	struct store_query q;

	store_query(desk->store, &q, sql);
	store_bind_int(&q, id);
	return store_run(&q);
}

#define WORDS_OF_CUSTOMER                                                                          \
	"SELECT 2 * id, email || ' ' || name || ' ' || coalesce(company, '')"                      \
	" FROM customer WHERE id = ?"

/* Most documents that are bound to nothing have no word to be found by. */
#define WORDS_OF_ACTIVATION                                                                        \
	"SELECT 2 * id + 1, words FROM (SELECT id,"                                                \
	" trim(coalesce(hostname, '') || ' ' || coalesce(domains, '') || ' ' ||"                   \
	" coalesce(install_id, '') || ' ' || coalesce(tenant, '')) AS words"                       \
	" FROM activation WHERE id = ?) WHERE words <> ''"

enum skerry_err
finder_put_customer(struct desk *desk, int64_t customer_id)
{
	return run_on(desk, "REPLACE INTO finder (rowid, words) " WORDS_OF_CUSTOMER, customer_id);
}

enum skerry_err
finder_put_activation(struct desk *desk, int64_t activation_id)
{
	return run_on(
		desk, "REPLACE INTO finder (rowid, words) " WORDS_OF_ACTIVATION, activation_id);
}

/*
 * Of one row given as values: a statement that could insert several rows opens a savepoint, at
 * which FTS5 writes out what it has gathered.
 */
static enum skerry_err
add_words(struct desk *desk, int64_t row, const char *words)
{
	struct store_query q;

	store_query(desk->store, &q, "INSERT INTO finder (rowid, words) VALUES (?, ?)");
	store_bind_int(&q, row);
	store_bind_text(&q, words);
	return store_run(&q);
}

enum skerry_err
finder_add_customer(struct desk *desk, int64_t customer_id, const char *email, const char *name,
	const char *company)
{
	char words[ENTRY_EMAIL_MAX + 2 * ENTRY_NAME_MAX + 3];

	snprintf(words, sizeof words, "%s %s %s", email, name, company);
	return add_words(desk, 2 * customer_id, words);
}

enum skerry_err
finder_add_activation(struct desk *desk, int64_t activation_id)
{
	struct store_query q;
	enum skerry_err err = SKERRY_OK, done;

	store_query(desk->store, &q, WORDS_OF_ACTIVATION);
	store_bind_int(&q, activation_id);
	if (store_step(&q))
		err = add_words(desk, store_int(&q, 0), store_chars(&q, 1));
	done = store_done(&q);
	return err == SKERRY_OK ? done : err;
}

enum skerry_err
finder_remove_customer(struct desk *desk, int64_t customer_id)
{
	enum skerry_err err = run_on(
		desk, "DELETE FROM finder WHERE rowid = 2 * CAST(? AS INTEGER)", customer_id);

	if (err == SKERRY_OK)
		err = run_on(desk,
			"DELETE FROM finder WHERE rowid IN (SELECT 2 * a.id + 1"
			" FROM license_key k JOIN license l ON l.license_key_id = k.id"
			" JOIN activation a ON a.license_id = l.id WHERE k.customer_id = ?)",
			customer_id);
	return err;
}

/* A search under way: hits gathered up to the limit. */
struct search {
	struct desk *desk;
	const struct finder_query *query;
	struct finder_hit *hits;
	size_t hits_len;
	bool more;
	char upper_bound[FINDER_TEXT_MAX + sizeof LAST_CHARACTER];
};

static bool
is_known(const struct search *search, const struct finder_hit *hit)
{
	for (size_t i = 0; i < search->hits_len; i++)
		if (hit->license_id != 0 ? search->hits[i].license_id == hit->license_id
					 : search->hits[i].license_id == 0 &&
						   search->hits[i].customer_id == hit->customer_id)
			return true;
	return false;
}

/* False once the limit is reached. */
static bool
add(struct search *search, const struct finder_hit *hit)
{
	if (is_known(search, hit))
		return true;
	search->more = search->hits_len == search->query->limit;
	if (!search->more)
		search->hits[search->hits_len++] = *hit;
	return !search->more;
}

static enum skerry_err
is_of_brand(struct search *search, int64_t customer_id, bool *ret_is)
{
	struct store_query q;

	*ret_is = true;
	if (search->query->brand_id == 0)
		return SKERRY_OK;
	store_query(search->desk->store, &q, FINDER_STATEMENTS[SQL_BRAND]);
	store_bind_int(&q, customer_id);
	store_bind_int(&q, search->query->brand_id);
	*ret_is = store_step(&q);
	return store_done(&q);
}

/* All licenses of a customer, or the customer alone where there is none. */
static enum skerry_err
add_customer(struct search *search, enum finder_kind kind, int64_t customer_id)
{
	struct finder_hit hit = { kind, 0, customer_id, 0 };
	struct store_query q;
	bool any = false;

	store_query(search->desk->store, &q, FINDER_STATEMENTS[SQL_OF_CUSTOMER]);
	store_bind_int(&q, customer_id);
	while (!search->more && store_step(&q)) {
		any = true;
		hit.license_id = store_int(&q, 0);
		add(search, &hit);
	}
	if (!any && q.err == SKERRY_OK)
		add(search, &hit);
	return store_done(&q);
}

/* Takes in what a statement with its parameters bound yields, and ends it. */
static enum skerry_err
gather(struct search *search, enum finder_kind kind, struct store_query *q)
{
	enum skerry_err err = SKERRY_OK, done;

	while (err == SKERRY_OK && !search->more && store_step(q)) {
		struct finder_hit hit = { kind, store_int(q, 0), store_int(q, 1), store_int(q, 2) };
		bool belongs;

		err = is_of_brand(search, hit.customer_id, &belongs);
		if (err != SKERRY_OK || !belongs)
			continue;
		if (hit.license_id == 0)
			err = add_customer(search, kind, hit.customer_id);
		else
			add(search, &hit);
	}
	done = store_done(q);
	return done != SKERRY_OK ? done : err;
}

static enum skerry_err
look_up(struct search *search, enum finder_kind kind, int statement, const char *text)
{
	struct store_query q;

	store_query(search->desk->store, &q, FINDER_STATEMENTS[statement]);
	store_bind_text_at(&q, 1, text);
	store_bind_text_at(&q, 2, search->upper_bound);
	return gather(search, kind, &q);
}

static enum skerry_err
look_up_row(struct search *search, enum finder_kind kind, int statement, int64_t id)
{
	struct store_query q;

	store_query(search->desk->store, &q, FINDER_STATEMENTS[statement]);
	store_bind_int(&q, id);
	return gather(search, kind, &q);
}

static enum skerry_err
look_up_site(struct search *search)
{
	uint8_t first[COSE_THUMBPRINT_LEN], last[COSE_THUMBPRINT_LEN];
	struct store_query q;

	if (!hex_prefix_range(search->query->text, sizeof first, first, last))
		return SKERRY_OK;
	store_query(search->desk->store, &q, FINDER_STATEMENTS[SQL_SITE]);
	store_bind_bytes(&q, first, sizeof first);
	store_bind_bytes(&q, last, sizeof last);
	return gather(search, FINDER_SITE, &q);
}

static enum skerry_err
look_up_license(struct search *search)
{
	char upper[LICENSE_ID_LEN + 1];

	if (!licenses_is_id(search->query->text))
		return SKERRY_OK;
	snprintf(upper, sizeof upper, "%s", search->query->text);
	for (char *c = upper; *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
	return look_up(search, FINDER_LICENSE, SQL_LICENSE, upper);
}

/* Everything that is looked up as it stands. */
static enum skerry_err
look_up_all(struct search *search)
{
	const char *text = search->query->text;
	enum skerry_err err = look_up_license(search);

	if (err == SKERRY_OK && search->query->license_key_id != 0)
		err = look_up_row(search, FINDER_KEY, SQL_KEY, search->query->license_key_id);
	if (err == SKERRY_OK)
		err = look_up(search, FINDER_PAYMENT, SQL_PAYMENT, text);
	if (err == SKERRY_OK)
		err = look_up(search, FINDER_PAYMENT, SQL_RENEWAL, text);
	if (err == SKERRY_OK)
		err = look_up(search, FINDER_MASKED, SQL_MASKED, text);
	if (err == SKERRY_OK)
		err = look_up_site(search);
	if (err == SKERRY_OK)
		err = look_up(search, FINDER_SITE, SQL_TAG, text);
	if (err == SKERRY_OK)
		err = look_up(search, FINDER_TENANT, SQL_TENANT, text);
	if (err == SKERRY_OK && strchr(text, '@') != NULL)
		err = look_up(search, FINDER_EMAIL, SQL_EMAIL, text);
	return err;
}

/* Runs a statement of the search's own temporary tables. */
static enum skerry_err
prepare(struct desk *desk, const char *sql, const char *text)
{
	struct store_query q;

	store_query(desk->store, &q, sql);
	store_bind_text_at(&q, 1, text);
	return store_run(&q);
}

/* Appends "word" or "word"* to the query. A word is letters and digits only. */
static void
append(char match[MATCH_MAX], const char *word, bool beginnings)
{
	size_t len = strlen(match);

	snprintf(match + len, MATCH_MAX - len, "%s\"%s\"%s", len == 0 ? "" : " ", word,
		beginnings ? "*" : "");
}

/*
 * The typed words as a query. A temporary table takes the text in and its vocabulary gives the
 * words back, split and folded exactly as the records were: a word that were split differently
 * would be a phrase, which the table does not know.
 */
static enum skerry_err
write_match(struct desk *desk, const char *text, bool beginnings, char ret_match[MATCH_MAX])
{
	struct store_query q;
	size_t words = 0;
	enum skerry_err err, done;

	ret_match[0] = '\0';
	err = prepare(desk, "CREATE VIRTUAL TABLE temp.typed USING fts5(words, " TOKENIZER ")", "");
	if (err == SKERRY_OK)
		err = prepare(desk, "INSERT INTO temp.typed VALUES (?1)", text);
	if (err == SKERRY_OK)
		err = prepare(desk,
			"CREATE VIRTUAL TABLE temp.typed_words USING fts5vocab(temp, typed, row)",
			"");
	if (err == SKERRY_OK) {
		store_query(desk->store, &q, "SELECT term FROM temp.typed_words");
		for (; words < FINDER_WORDS_MAX && store_step(&q); words++)
			append(ret_match, store_chars(&q, 0), beginnings);
		err = store_done(&q);
	}
	(void)prepare(desk, "DROP TABLE IF EXISTS temp.typed_words", "");
	done = prepare(desk, "DROP TABLE IF EXISTS temp.typed", "");
	return err == SKERRY_OK ? done : err;
}

static enum skerry_err
add_words_of(struct search *search, int64_t row)
{
	bool belongs;
	enum skerry_err err;

	if (row % 2 != 0)
		return look_up_row(search, FINDER_HOST, SQL_HOST, row / 2);
	err = is_of_brand(search, row / 2, &belongs);
	return err == SKERRY_OK && belongs ? add_customer(search, FINDER_CUSTOMER, row / 2) : err;
}

static enum skerry_err
look_up_words(struct search *search, bool beginnings)
{
	char match[MATCH_MAX];
	struct store_query q;
	enum skerry_err err, done;

	err = write_match(search->desk, search->query->text, beginnings, match);
	if (err != SKERRY_OK || match[0] == '\0')
		return err;
	store_query(search->desk->store, &q, FINDER_STATEMENTS[SQL_WORDS]);
	store_bind_text(&q, match);
	while (err == SKERRY_OK && !search->more && store_step(&q))
		err = add_words_of(search, store_int(&q, 0));
	done = store_done(&q);
	return done != SKERRY_OK ? done : err;
}

/* What was found means itself, and no name that happens to have its words. */
static bool
is_certain(const struct search *search)
{
	enum finder_kind kind = search->hits_len == 0 ? FINDER_HOST : search->hits[0].kind;

	return kind == FINDER_LICENSE || kind == FINDER_KEY || kind == FINDER_EMAIL;
}

enum skerry_err
finder_search(struct desk *desk, const struct finder_query *query, struct finder_hit *ret_hits,
	size_t *ret_hits_len, bool *ret_more)
{
	struct search search = { .desk = desk, .query = query, .hits = ret_hits };
	size_t len = strlen(query->text);
	bool beginnings = strchr(query->text, '*') != NULL;
	enum skerry_err err;

	if (len > FINDER_TEXT_MAX || !cbor_is_utf8((const uint8_t *)query->text, len))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, "find",
			"A text to find is UTF-8 of at most %d bytes.", FINDER_TEXT_MAX);
	snprintf(search.upper_bound, sizeof search.upper_bound, "%s" LAST_CHARACTER, query->text);
	err = len == 0 ? SKERRY_OK : look_up_all(&search);
	if (err == SKERRY_OK && !search.more && !is_certain(&search))
		err = look_up_words(&search, beginnings);
	/* The beginning of an address was looked up above. */
	if (err == SKERRY_OK && search.hits_len == 0 && !beginnings &&
		strchr(query->text, '@') == NULL)
		err = look_up_words(&search, true);
	if (err != SKERRY_OK)
		return err;
	*ret_hits_len = search.hits_len;
	*ret_more = search.more;
	return SKERRY_OK;
}
