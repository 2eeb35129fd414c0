/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The JSON of balance-tlb and balance-alb. */
#include "daemon/service/report_balance.h"

#include <arpa/inet.h>
#include <string.h>

void report_balance_port(json_t *own, const struct managed_bond *bond,
			 const struct bond_port_view *view)
{
	enum bond_mode mode = bond_get_options(bond->core)->mode;

	if (!mode_has(mode, MODE_BALANCE))
		return;
	json_object_set_new(own, "buckets", json_integer(view->buckets));
	json_object_set_new(own, "load_mbps", json_integer((json_int_t)view->load_kbps / 1000));
	if (mode_has(mode, MODE_NEIGHBOURS))
		json_object_set_new(own, "peers", json_integer(view->neighbours));
}

static json_t *describe_neighbour(const struct managed_bond *bond,
				  const struct bond_neighbour_order *order)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	bool is_ip4 = memcmp(order->neighbour.ip, mapped, sizeof(mapped)) == 0;
	char ip[INET6_ADDRSTRLEN] = "", mac[MAC_TEXT_SIZE];
	struct bond_port_view port;
	json_t *object;

	inet_ntop(is_ip4 ? AF_INET : AF_INET6, order->neighbour.ip + (is_ip4 ? 12 : 0), ip,
		  sizeof(ip));
	mac_format(order->neighbour.mac, mac);
	object = json_pack("{s:s, s:s}", "ip", ip, "mac", mac);
	if (order->neighbour.vlan)
		json_object_set_new(object, "vlan", json_integer(order->neighbour.vlan & 0xffff));
	if (bond_port_by_id(bond->core, order->port, &port))
		json_object_set_new(object, "port", json_text(port.name));
	return object;
}

void report_balance_bond(json_t *own, const struct managed_bond *bond)
{
	json_t *list;

	if (!mode_has(bond_get_options(bond->core)->mode, MODE_NEIGHBOURS))
		return;
	list = json_array();
	for (size_t i = 0; i < bond_neighbour_count(bond->core); i++) {
		struct bond_neighbour_order order = bond_neighbour_at(bond->core, i);

		json_array_append_new(list, describe_neighbour(bond, &order));
	}
	json_object_set_new(own, "neighbours", list);
}
