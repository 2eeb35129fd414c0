/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An interface is restored, whatever the kernel refuses on the way: the kernel
 * here is one interface in memory.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/give_back.h"
#include "daemon/kernel/nic.h"
#include "daemon/log.h"

#define IFINDEX 7

/* What nl_*() act on; each fails with its error unless that is 0. */
struct nl {
	struct link link;
	int read_err, mac_err, mtu_err, flags_err;
	bool mac_only_while_down;
	unsigned int changes;
};

int nl_link_by_index(struct nl *nl, uint32_t ifindex, struct link *ret_link)
{
	assert_int_equal(ifindex, IFINDEX);
	if (nl->read_err) {
		memset(ret_link, 0xa5, sizeof(*ret_link)); /* what a stack may contain */
		return nl->read_err;
	}
	*ret_link = nl->link;
	return 0;
}

int nl_set_mac(struct nl *nl, uint32_t ifindex, const uint8_t mac[MAC_LENGTH])
{
	assert_int_equal(ifindex, IFINDEX);
	if (nl->mac_err)
		return nl->mac_err;
	if (nl->mac_only_while_down && nl->link.flags & IFF_UP)
		return -EBUSY;
	nl->changes++;
	memcpy(nl->link.mac, mac, MAC_LENGTH);
	return 0;
}

int nl_set_mtu(struct nl *nl, uint32_t ifindex, uint32_t mtu)
{
	assert_int_equal(ifindex, IFINDEX);
	if (nl->mtu_err)
		return nl->mtu_err;
	nl->changes++;
	nl->link.mtu = mtu;
	return 0;
}

int nl_set_flags(struct nl *nl, uint32_t ifindex, uint32_t flags, uint32_t mask)
{
	assert_int_equal(ifindex, IFINDEX);
	if (nl->flags_err)
		return nl->flags_err;
	nl->changes++;
	nl->link.flags = (nl->link.flags & ~mask) | flags;
	return 0;
}

int nic_set_sysctl(const char *name, const char *family, const char *key, int value)
{
	(void)name;
	(void)family;
	(void)key;
	(void)value;
	return 0;
}

void log_line(enum log_level level, const char *subject, const char *format, ...)
{
	(void)level;
	(void)subject;
	(void)format;
}

static const uint8_t own_mac[MAC_LENGTH] = {2, 0, 0, 0, 0, 1};
static const uint8_t bond_mac[MAC_LENGTH] = {2, 0, 0, 0, 0, 99};

static struct nl as_a_port(void)
{
	struct nl nl = {.link = {.ifindex = IFINDEX, .mtu = 9000, .flags = IFF_UP | IFF_ALLMULTI}};

	memcpy(nl.link.mac, bond_mac, MAC_LENGTH);
	return nl;
}

static struct port port_that_was(bool up)
{
	struct port port = {.ifindex = IFINDEX, .name = "eth0", .saved = {.mtu = 1500, .up = up}};

	memcpy(port.saved.mac, own_mac, MAC_LENGTH);
	return port;
}

static void expect_as_before(const struct nl *nl, bool up)
{
	assert_memory_equal(nl->link.mac, own_mac, MAC_LENGTH);
	assert_int_equal(nl->link.mtu, 1500);
	assert_int_equal(nl->link.flags, up ? IFF_UP : 0);
}

static void test_as_before(void **state)
{
	(void)state;
	for (int i = 0; i < 8; i++) {
		struct port port = port_that_was(i & 1);
		struct nl nl = as_a_port();

		nl.mac_only_while_down = i & 2;
		/* The kernel may lack memory for a reply and still do what was asked. */
		nl.read_err = i & 4 ? -ENOBUFS : 0;
		give_back(&nl, &port);
		expect_as_before(&nl, port.saved.up);
	}
}

/* What is refused stays as it is; the rest is restored. */
static void test_goes_on(void **state)
{
	struct port port = port_that_was(false);
	struct nl no_mac = as_a_port(), no_mtu = as_a_port(), no_flags = as_a_port();

	(void)state;
	no_mac.mac_err = -EOPNOTSUPP;
	give_back(&no_mac, &port);
	assert_int_equal(no_mac.link.mtu, 1500);
	assert_int_equal(no_mac.link.flags, 0);
	no_mtu.mtu_err = -EINVAL;
	give_back(&no_mtu, &port);
	assert_memory_equal(no_mtu.link.mac, own_mac, MAC_LENGTH);
	assert_int_equal(no_mtu.link.flags, 0);
	no_flags.flags_err = -EPERM;
	give_back(&no_flags, &port);
	assert_memory_equal(no_flags.link.mac, own_mac, MAC_LENGTH);
	assert_int_equal(no_flags.link.mtu, 1500);
}

static void test_gone(void **state)
{
	struct port port = port_that_was(true);
	struct nl nl = as_a_port();

	(void)state;
	nl.read_err = -ENODEV;
	give_back(&nl, &port);
	assert_int_equal(nl.changes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_before),
		cmocka_unit_test(test_goes_on),
		cmocka_unit_test(test_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
