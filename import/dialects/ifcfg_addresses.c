/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses and gateways of an ifcfg file: see ifcfg.h. */
#include "import/dialects/ifcfg.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "import/net.h"
#include "lang/ip_text.h"

/* A missing mask is derived from the address class, as initscripts' ipcalc does. */
static const char *mask_by_class(const char *ip)
{
	uint8_t bytes[4];

	if (!ip4_parse(ip, bytes))
		return "32";
	return bytes[0] < 128 ? "8" : bytes[0] < 192 ? "16" : "24";
}

/* NETWORK repeats what address and mask imply; warns if it contradicts them. */
static int check_network(struct import_model *model, const struct import_entry *network,
			 const struct import_address *address)
{
	uint8_t said[4], is[4];
	char ip[IP4_TEXT_MAX] = "";
	unsigned int length = 0;

	if (sscanf(address->text, "%15[0-9.]/%u", ip, &length) != 2 || !ip4_parse(ip, is))
		return 0;
	if (!ip4_parse(network->value, said))
		return import_refuse(model, network->place, -EINVAL,
				     "NETWORK=%.40s: not an address", network->value);
	for (unsigned int bit = length; bit < 32; bit++)
		is[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
	if (memcmp(said, is, sizeof(is)) == 0)
		return 0;
	return import_warn(model, network->place,
			   "NETWORK=%s: %s is in a different subnet: ignored", network->value,
			   address->text);
}

/* The key with its number appended, which may be "". */
static struct import_entry *numbered(const struct import_sheet *sheet, const char *key,
				     const char *number)
{
	char whole[32];
	struct import_entry *entry;

	snprintf(whole, sizeof(whole), "%s%.8s", key, number);
	entry = sheet_find(sheet, "", whole);
	return entry && *entry->value ? entry : NULL;
}

/* IPADDR and its companions; @number is "" or that of a further address. */
static int add_address(struct import_model *model, const struct import_sheet *sheet,
		       struct import_link *link, const struct import_entry *ip, const char *number,
		       const char *label)
{
	const struct import_entry *netmask = numbered(sheet, "NETMASK", number);
	const struct import_entry *prefix = numbered(sheet, "PREFIX", number);
	const struct import_entry *broadcast = numbered(sheet, "BROADCAST", number);
	const struct import_entry *network = numbered(sheet, "NETWORK", number);
	const struct import_entry *length = prefix ?: netmask ?: numbered(sheet, "PREFIXLEN", "");
	const char *mask = length ? length->value : mask_by_class(ip->value);
	const char *highest = broadcast ? broadcast->value : NULL;
	struct import_address **last = link->addresses_end;
	int err = 0;

	if (strchr(ip->value, '/')) {
		err = import_add_address(model, link, ip->value, highest, label, ip->place);
	} else {
		if (!length)
			err = import_warn(model, ip->place,
					  "%.20s=%.40s: no NETMASK%s or PREFIX%s: assuming /%s "
					  "from its class",
					  ip->key, ip->value, number, number, mask);
		err = err
			      ?: import_add_masked(model, link, ip->value, mask, highest, label,
						   ip->place);
	}
	return err ?: network ? check_network(model, network, *last) : 0;
}

/* All of IPADDR, IPADDR0, IPADDR2, ... */
int ifcfg_add_addresses(struct import_model *model, const struct import_sheet *sheet,
			struct import_link *link, const char *label)
{
	int err = 0;

	for (struct import_entry *e = sheet->entries; e && !err; e = e->next) {
		const char *suffix = e->key + 6;

		if (strncmp(e->key, "IPADDR", 6) != 0 ||
		    (*suffix != '_' && strspn(suffix, "0123456789") != strlen(suffix)) ||
		    !strcmp(suffix, "_START") || !strcmp(suffix, "_END"))
			continue;
		e->is_used = true;
		if (*e->value)
			err = add_address(model, sheet, link, e, suffix, label);
	}
	return err;
}

const char *ifcfg_range_parent(struct import_model *model, const struct import_sheet *sheet)
{
	const char *base = sheet_base(sheet), *range = strstr(base, "-range");

	if (strncmp(base, "ifcfg-", 6) != 0 || !range || range == base + 5)
		return NULL;
	return import_text_n(model, base + 6, (size_t)(range - base) - 6);
}

int ifcfg_add_range(struct import_model *model, const struct import_sheet *sheet,
		    struct import_link *link)
{
	const char *start = ifcfg_value(sheet, "IPADDR_START") ?: "";
	const char *end = ifcfg_value(sheet, "IPADDR_END") ?: "";
	const char *clone_text = ifcfg_value(sheet, "CLONENUM_START") ?: "0";
	const char *mask = ifcfg_value(sheet, "PREFIX") ?: ifcfg_value(sheet, "NETMASK")
							?: mask_by_class(start);
	struct import_place place = ifcfg_place(sheet, "IPADDR_START");
	uint8_t first[4], last[4];
	uint32_t clone;
	int err = 0;

	if (!ip4_parse(start, first) || !ip4_parse(end, last) || memcmp(first, last, 3) != 0 ||
	    first[3] > last[3] || !import_parse_number(clone_text, 9999, &clone))
		return import_refuse(model, place, -EINVAL,
				     "IPADDR_START and IPADDR_END are not a range within one /24");
	for (unsigned int i = first[3]; i <= last[3] && !err; i++, clone++) {
		char ip[IP4_TEXT_MAX], label[2 * BOND_NAME_MAX];

		snprintf(ip, sizeof(ip), "%u.%u.%u.%u", first[0], first[1], first[2], i);
		snprintf(label, sizeof(label), "%s:%u", link->name, clone);
		err = import_add_masked(model, link, ip, mask, NULL, label, place);
	}
	return err;
}

/* The metric under that key; 0 when not set. */
static int read_metric(struct import_model *model, const struct import_sheet *sheet,
		       const char *key, uint32_t *ret_metric)
{
	const char *metric = ifcfg_value(sheet, key);

	*ret_metric = 0;
	if (!metric || !strcmp(metric, "-1") || import_parse_number(metric, UINT32_MAX, ret_metric))
		return 0;
	return import_refuse(model, ifcfg_place(sheet, key), -EINVAL, "'%.20s' is not a metric",
			     metric);
}

/* "2001:db8::1" or "2001:db8::1%bond0"; a gateway via another interface is not the bond's. */
static int add_ip6_router(struct import_model *model, const struct import_sheet *sheet,
			  struct import_link *link, const char *router)
{
	struct import_place place = ifcfg_place(sheet, "IPV6_DEFAULTGW");
	const char *percent = strchr(router, '%');
	const char *ip = import_text_n(model, router, strcspn(router, "%"));
	uint32_t metric;
	int err = read_metric(model, sheet, "IPV6_ROUTE_METRIC", &metric);

	if (!ip)
		return import_no_memory(model);
	if (!err && percent && strcmp(percent + 1, link->name) != 0)
		return import_warn(model, place, "IPV6_DEFAULTGW: is via %.20s: ignored",
				   percent + 1);
	return err ?: import_add_router(model, link, ip, metric, place);
}

int ifcfg_add_ip6(struct import_model *model, const struct import_sheet *sheet,
		  struct import_link *link)
{
	static const char *const keys[] = {"IPV6ADDR", "IPV6ADDR_SECONDARIES"};
	const char *router = ifcfg_value(sheet, "IPV6_DEFAULTGW");
	int err = 0;

	for (size_t i = 0; i < 2; i++) {
		const char *at = ifcfg_value(sheet, keys[i]) ?: "";

		while (*at && !err) {
			size_t length = strcspn(at, " \t");
			const char *one = import_text_n(model, at, length);

			if (!one)
				return import_no_memory(model);
			if (length)
				err = import_add_address(model, link, one, NULL, NULL,
							 ifcfg_place(sheet, keys[i]));
			at += length + (at[length] != '\0');
		}
	}
	if (!err && router)
		err = add_ip6_router(model, sheet, link, router);
	return err;
}

int ifcfg_add_routers(struct import_model *model, const struct import_sheet *sheet,
		      struct import_link *link)
{
	const char *wanted = ifcfg_value(sheet, "DEFROUTE");
	bool is_default = true;
	uint32_t metric, own;
	int err = read_metric(model, sheet, "METRIC", &metric)
			  ?: read_metric(model, sheet, "IPV4_ROUTE_METRIC", &own);

	metric = own ?: metric;
	if (wanted)
		parse_bool(wanted, &is_default);
	for (struct import_entry *e = sheet->entries; e && !err; e = e->next) {
		if (strncmp(e->key, "GATEWAY", 7) != 0 ||
		    strspn(e->key + 7, "0123456789") != strlen(e->key + 7))
			continue;
		e->is_used = true;
		if (*e->value && is_default)
			err = import_add_router(model, link, e->value, metric, e->place);
	}
	return err;
}
