/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses and prints lists of addresses, and rates. */
#include "lang/options_list.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lang/ip_text.h"

/* Both families are handled as lists of addresses of @length bytes. */
struct list_view {
	uint8_t *addresses;
	uint32_t *count;
	size_t length;
};

static struct list_view view_list(const struct option_spec *spec, void *options)
{
	void *at = (uint8_t *)options + spec->offset;

	if (spec->type == OPTION_IP4S) {
		struct bond_ip4_list *list = at;

		return (struct list_view){list->ip[0], &list->count, sizeof(list->ip[0])};
	} else {
		struct bond_ip6_list *list = at;

		return (struct list_view){list->ip[0], &list->count, sizeof(list->ip[0])};
	}
}

static bool all_are(const uint8_t *bytes, size_t length, uint8_t value)
{
	for (size_t i = 0; i < length; i++)
		if (bytes[i] != value)
			return false;
	return true;
}

/* bond_is_ip_target_ok(), bond_is_ip6_target_ok() */
static bool is_target_ok(const uint8_t *ip, size_t length)
{
	if (length == 4)
		return ip[0] && !all_are(ip, length, 0xff);
	return ip[0] != 0xff && !(all_are(ip, 15, 0) && ip[15] <= 1);
}

static int parse_address(const struct option_spec *spec, const char *word, uint8_t ip[16],
			 size_t length, struct refusal *why)
{
	bool is_address = length == 4 ? ip4_parse(word, ip) : ip6_parse(word, ip);

	if (!is_address)
		return refuse(why, -EINVAL, "%s '%.60s': not an %s address: use for example %s",
			      spec->name, word, length == 4 ? "IPv4" : "IPv6",
			      length == 4 ? "192.0.2.1" : "2001:db8::1");
	if (!is_target_ok(ip, length))
		return refuse(why, -EINVAL, "%s %s: not a host's address: use a unicast address",
			      spec->name, word);
	return 0;
}

/* The slot of @ip, or the count if it is not in the list. */
static size_t find_address(const struct list_view *list, const uint8_t *ip)
{
	size_t i = 0;

	while (i < *list->count && memcmp(list->addresses + i * list->length, ip, list->length))
		i++;
	return i;
}

static int add_address(const struct option_spec *spec, const struct list_view *list,
		       const char *word, struct refusal *why)
{
	uint8_t ip[16] = {0};
	int r = parse_address(spec, word, ip, list->length, why);

	if (r < 0)
		return r;
	if (find_address(list, ip) < *list->count)
		return refuse(why, -EINVAL, "%s %s: already in the list: name it once", spec->name,
			      word);
	if (*list->count == BOND_TARGETS_MAX)
		return refuse(why, -EINVAL, "%s %s: the list is full: %d targets at most",
			      spec->name, word, BOND_TARGETS_MAX);
	memcpy(list->addresses + (*list->count)++ * list->length, ip, list->length);
	return 0;
}

static int remove_address(const struct option_spec *spec, const struct list_view *list,
			  const char *word, struct refusal *why)
{
	uint8_t ip[16] = {0};
	int r = parse_address(spec, word, ip, list->length, why);
	size_t i;

	if (r < 0)
		return r;
	i = find_address(list, ip);
	if (i == *list->count)
		return refuse(why, -EINVAL, "%s %s: not in the list: see 'ebond show'", spec->name,
			      word);
	(*list->count)--;
	memmove(list->addresses + i * list->length, list->addresses + (i + 1) * list->length,
		(*list->count - i) * list->length);
	memset(list->addresses + *list->count * list->length, 0, list->length);
	return 0;
}

/* Copies *@rest up to the next comma to @part; false at the end. */
static bool next_part(const char **rest, char part[static IP6_TEXT_MAX + 8])
{
	size_t length = strcspn(*rest, ", ");
	size_t kept = length < IP6_TEXT_MAX + 7 ? length : IP6_TEXT_MAX + 7;

	if (!**rest)
		return false;
	memcpy(part, *rest, kept);
	part[kept] = '\0';
	*rest += length;
	*rest += strspn(*rest, ", ");
	return true;
}

int option_parse_list(const struct option_spec *spec, const char *word, void *options,
		      struct refusal *why)
{
	struct bond_ip6_list room = {0}; /* the larger of both */
	struct option_spec there = *spec;
	struct list_view list;
	char part[IP6_TEXT_MAX + 8];
	int r = 0;

	there.offset = 0;
	list = view_list(&there, &room);
	if (*word == '+' || *word == '-')
		memcpy(&room, (const uint8_t *)options + spec->offset, spec->size);
	if (strcmp(word, "none") == 0)
		word = "";
	while (r == 0 && next_part(&word, part)) {
		if (part[0] == '-')
			r = remove_address(spec, &list, part + 1, why);
		else
			r = add_address(spec, &list, part[0] == '+' ? part + 1 : part, why);
	}
	if (r == 0)
		memcpy((uint8_t *)options + spec->offset, &room, spec->size);
	return r;
}

void option_print_list(const struct option_spec *spec, const void *options, char *text, size_t size)
{
	struct bond_ip6_list room = {0};
	struct option_spec there = *spec;
	struct list_view list;
	size_t used = 0;

	there.offset = 0;
	memcpy(&room, (const uint8_t *)options + spec->offset, spec->size);
	list = view_list(&there, &room);
	if (size)
		text[0] = '\0';
	for (size_t i = 0; i < *list.count && used < size; i++) {
		const uint8_t *ip = list.addresses + i * list.length;
		char one[IP6_TEXT_MAX];

		if (list.length == 4)
			ip4_format(ip, one);
		else
			ip6_format(ip, one);
		used += (size_t)snprintf(text + used, size - used, "%s%s", i ? "," : "", one);
	}
}

/* Decimal digits up to @end; false when there are none, or too many. */
static bool parse_part(const char **word, char end, uint32_t *ret_value)
{
	uint64_t value = 0;
	const char *start = *word;

	while (**word >= '0' && **word <= '9' && value <= INT32_MAX)
		value = value * 10 + (uint64_t)(*(*word)++ - '0');
	if (*word == start || **word != end || value > INT32_MAX)
		return false;
	*ret_value = (uint32_t)value;
	return true;
}

int option_parse_rate(const struct option_spec *spec, const char *word, void *options,
		      struct refusal *why)
{
	struct bond_rate rate = {0};
	const char *at = word;

	if (strcmp(word, "0") != 0 && strcmp(word, "off") != 0 && strcmp(word, "none") != 0) {
		if (!parse_part(&at, '/', &rate.count) || !*at++ ||
		    !parse_part(&at, '\0', &rate.period_ms) || !rate.count || !rate.period_ms)
			return refuse(why, -EINVAL,
				      "%s '%.40s': not a rate: use NUMBER/PERIOD, both from 1 to "
				      "%d, PERIOD in ms, for example 10/1000; or off",
				      spec->name, word, INT32_MAX);
	}
	memcpy((uint8_t *)options + spec->offset, &rate, sizeof(rate));
	return 0;
}

void option_print_rate(const struct option_spec *spec, const void *options, char *text, size_t size)
{
	struct bond_rate rate;

	memcpy(&rate, (const uint8_t *)options + spec->offset, sizeof(rate));
	if (rate.count)
		snprintf(text, size, "%u/%u", rate.count, rate.period_ms);
	else
		snprintf(text, size, "off");
}
