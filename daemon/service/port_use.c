/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses and routes of a port that is to be. */
#include "daemon/service/port_use.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "daemon/text_list.h"
#include "lang/ip_text.h"

struct uses {
	uint32_t ifindex;
	char text[256];
};

__attribute__((format(printf, 2, 3))) static void add(struct uses *uses, const char *format, ...)
{
	char item[sizeof(uses->text)];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(item, sizeof(item), format, arguments);
	va_end(arguments);
	text_list_add(uses->text, sizeof(uses->text), item);
}

static bool is_link_local(const struct address *address)
{
	return address->family == AF_INET6 && address->bytes[0] == 0xfe &&
	       (address->bytes[1] & 0xc0) == 0x80;
}

static void note_address(const struct address *address, void *data)
{
	struct uses *uses = data;
	char text[IP6_TEXT_MAX];

	if (address->ifindex != uses->ifindex || is_link_local(address))
		return;
	if (address->family == AF_INET6)
		ip6_format(address->bytes, text);
	else
		ip4_format(address->bytes, text);
	add(uses, "%s/%u", text, address->prefix);
}

bool port_use_text(struct nl *nl, const struct link *link, const char *bond, char *ret_text,
		   size_t size)
{
	struct uses uses = {.ifindex = link->ifindex};
	size_t defaults = 0, others = 0;

	nl_addresses(nl, note_address, &uses);
	nl_count_routes(nl, link->ifindex, &defaults, &others);
	if (defaults)
		add(&uses, "the default route");
	if (others)
		add(&uses, "%zu other route%s", others, others > 1 ? "s" : "");
	if (uses.text[0])
		snprintf(ret_text, size,
			 "%s: its addresses and routes do not work while it is a port (%s): "
			 "give them to %s",
			 link->name, uses.text, bond);
	return uses.text[0];
}
