/* SPDX-License-Identifier: MIT */
/*
 * known: what is known of an instance's model beyond the user's own word.
 *
 * The table speaks for the vendor at the endpoint's host, or for the one that price_table names; an
 * endpoint that it does not know has no prices: nothing is priced by a guess.
 */
#include "money/facts.h"

#include <stdlib.h>

#include "config/options.h"
#include "util/mem.h"

/* Tells that the table does not have a vendor, and which it has. */
static void warn_of_vendor(const struct runtime *rt, const char *vendor)
{
	struct buf have = BUF(BUF_NO_CAP);

	buf_adds(&have, "there are auto, none, ");
	prices_vendors(&rt->paths, &have);
	log_warn(settings_log(rt->settings),
		"price_table: the shipped table has no vendor \"%s\", so it prices nothing; %s",
		vendor, have.p);
	buf_free(&have);
}

/* Whose prices the table is asked for. */
void known_vendor(const struct runtime *rt, const struct instance *i, char out[PRICES_VENDOR_ROOM])
{
	hn_str said = setting_text(rt->settings, S_PRICE_TABLE);
	char *host = i->endpoint.url ? url_host(i->endpoint.url) : NULL;
	out[0] = '\0';
	if (str_is(said, "auto") && host)
		prices_vendor(&rt->paths, host, out);
	else if (!str_is(said, "auto") && !str_is(said, "none") && said.n < PRICES_VENDOR_ROOM)
		snprintf(out, PRICES_VENDOR_ROOM, "%.*s", (int)said.n, said.p);
	free(host);
	if (*out && !prices_knows(&rt->paths, out))
		warn_of_vendor(rt, out);
}

/* The kept list and the table. */
void known_find(
	const struct runtime *rt, const struct instance *i, const char *model, struct known *out)
{
	char vendor[PRICES_VENDOR_ROOM];
	*out = KNOWN_NOTHING;
	if (!model)
		return;
	out->is_listed = catalog_find(&rt->paths, i->name, i->endpoint.url, model,
				 rt->clock->wall(rt->clock->ud), &out->listed) == 0;
	known_vendor(rt, i, vendor);
	if (*vendor)
		prices_find(&rt->paths, vendor, model, &out->table, out->date);
}

/* Whether the kept list lacks a model. */
char *known_doubt(const struct runtime *rt, const struct instance *i, const char *model,
	const struct known *known)
{
	struct buf near = BUF(BUF_NO_CAP);
	char *doubt = NULL;

	if (!known->is_listed && catalog_lacks(&rt->paths, i->name, i->endpoint.url, model,
					 rt->clock->wall(rt->clock->ud), &near))
		doubt = xasprintf("the list of %s has no model \"%s\"%s; it is asked for all the same",
			i->name, model, near.n ? near.p : "");
	buf_free(&near);
	return doubt;
}
