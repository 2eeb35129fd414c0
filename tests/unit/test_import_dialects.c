/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors in files of each dialect, and each dialect's defaults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "import/timespan.h"
#include "lib/cleanup.h"
#include "tests/unit/import_rig.h"

struct row {
	const char *text, *why;
};

static void refuse_all(import_parser parse, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		expect_refused(parse, rows[i].text, rows[i].why);
}

#define REFUSE(parse, rows) refuse_all(parse, rows, sizeof(rows) / sizeof((rows)[0]))

static void test_ifcfg(void **state)
{
	static const struct row rows[] = {
		{"DEVICE=bond0\nBONDING_OPTS='mode=1\n",
		 "2: unterminated quote: close it on the same line"},
		{"DEVICE=eth0\nMASTER=eth0\n", "2: eth0: master eth0 forms a loop"},
		{"DEVICE=eth0\nMASTER=bond0\nSLAVE=yes\n",
		 "2: eth0: no file defines its master bond0 as a bond: import that file, too"},
		{"DEVICE=bond0\nTYPE=Bond\nif true\n",
		 "3: not KEY=VALUE: quote a value of several words"},
		{"DEVICE=bond0\nTYPE=Bond\nIPADDR=192.0.2.1\nNETMASK=255.0.255.0\n",
		 "3: '255.0.255.0' is not a netmask: write 255.255.255.0 or 24"},
		{"DEVICE=bond0\nTYPE=Bond\nMTU=1\n", "3: MTU '1' is not within 68..65535"},
		{"DEVICE=bond0\nTYPE=Bond\nMACADDR=01:00:00:00:00:00\n",
		 "3: '01:00:00:00:00:00' is not a MAC address that an interface can have"},
		{"DEVICE=bond0\nBONDING_OPTS=\"queue_id=3\"\n", "2: queue_id 3: write PORT:NUMBER"},
	};

	(void)state;
	REFUSE(import_ifcfg, rows);
	expect_import(
		import_ifcfg, "DEVICE=bond0\nTYPE=Bond\nIPADDR=172.16.0.1\n",
		"add bond0\n# ip address add 172.16.0.1/16 broadcast + dev bond0\n"
		"# ip link set bond0 up\n",
		"f:3: IPADDR=172.16.0.1: no NETMASK or PREFIX: assuming /16 from its class\n");
	expect_import(import_ifcfg, "DEVICE=\"bond0\" TYPE=Bond # both\nONBOOT=$X\nONBOOT=no\n",
		      "# not at boot: ebond ifup bond0\n",
		      "f:2: ONBOOT contains a variable, which is not expanded: ignored\n");
}

static void test_networkd(void **state)
{
	static const struct row rows[] = {
		{"[NetDev\nName=b\n", "1: unterminated section header: write [NAME]"},
		{"Name=b\n", "1: Name is outside any section: write [NAME] before it"},
		{"[NetDev]\nName\n", "2: not KEY=VALUE"},
		{"[NetDev]\nName=b\n", "1: [NetDev] has no Kind"},
		{"[NetDev]\nName=b\nKind=bond\n[Bond]\nMIIMonitorSec=soon\n",
		 "5: 'soon' is not a time span: write 100ms or 0.1s"},
		{"[NetDev]\nName=b\nKind=bond\n[Bond]\nAllSlavesActive=maybe\n",
		 "5: AllSlavesActive=maybe: not a boolean"},
		{"[Match]\nName=eth0\n[Network]\nBond=bond7\n",
		 "4: eth0: no file defines its master bond7 as a bond: import that file, too"},
	};

	(void)state;
	REFUSE(import_networkd, rows);
	expect_import(import_networkd, "[Match]\nName=nosuch*\n[Network]\nBond=bond7\n", "",
		      "f:4: Bond=bond7: no interface here matches this file, or an earlier file "
		      "matches it first\n");
}

static void test_keyfile(void **state)
{
	static const struct row rows[] = {
		{"[connection]\nid=x\n", "1: [connection] has no type"},
		{"[connection]\ntype=bond\n",
		 "1: bond without interface-name: set it in [connection]"},
		{"[connection]\ntype=ethernet\nslave-type=bond\n",
		 "1: port without master: set it in [connection]"},
		{"[connection]\ntype=ethernet\nslave-type=bond\nmaster=u\n",
		 "4: port without interface-name, and no interface here has its mac-address: set "
		 "it in [connection]"},
		{"[connection]\ntype=bond\ninterface-name=b\n[ipv4]\nmethod=manual\n"
		 "address1=192.0.2.1/33\n",
		 "6: '192.0.2.1/33' is not an address: write 192.0.2.1/24 or 2001:db8::1/64"},
	};

	(void)state;
	REFUSE(import_keyfile, rows);
	expect_import(import_keyfile, "[connection]\ntype=bond\ninterface-name=b\n",
		      "add b miimon 100\n# ip link set b up\n", "");
	expect_import(import_keyfile,
		      "[connection]\ntype=bond\ninterface-name=b\n[bond]\nmiimon=0\n",
		      "add b\n# ip link set b up\n", "");
}

static void test_netplan(void **state)
{
	static const struct row rows[] = {
		{"bonds: {}\n", "1: no 'network:' at the top level: not a netplan file"},
		{"network:\n  bonds:\n   - b: [\n",
		 "4: invalid YAML: did not find expected node content"},
		{"network: &a\n  bonds:\n    b: {interfaces: *a}\n",
		 "1: an alias stands for what it is part of: write it out"},
		{"network:\n  bonds:\n    b: {interfaces: eth0}\n",
		 "3: interfaces: must be a list, such as [eth0, eth1]"},
		{"network:\n  bonds:\n    b:\n      parameters:\n        mode: [1]\n",
		 "5: mode: invalid value"},
		{"network:\n  ethernets:\n    a: {match: {name: x*}}\n  bonds:\n    b: "
		 "{interfaces: "
		 "[a]}\n",
		 "5: a: no interface here matches its 'match:'"},
	};

	(void)state;
	REFUSE(import_netplan, rows);
	expect_import(import_netplan,
		      "network:\n  ethernets:\n    a: {match: {macaddress: 02:00:00:00:00:11}}\n"
		      "  bonds:\n    b: {interfaces: [a], parameters: {primary: a, mode: 1}}\n",
		      "add b mode active-backup primary eth1\nattach b eth1\n# ip link set b up\n",
		      "");
}

static void test_teamd(void **state)
{
	static const struct row rows[] = {
		{"{\"device\": \"t\",\n}\n", "2: invalid JSON: string or '}' expected"},
		{"[]", "1: not a JSON object: not a teamd configuration"},
		{"{\"device\": \"t\",\n\"runner\": {\n\"name\": \"fast\"}}",
		 "3: runner name: invalid value"},
		{"{\"device\": \"t\", \"runner\": {\"name\": \"lacp\",\n"
		 "\"tx_balancer\": {\"name\": \"best\"}}}",
		 "2: tx_balancer name: invalid value"},
		{"{\"device\": \"t\", \"runner\": {\"name\": \"lacp\",\n\"tx_balancer\": true}}",
		 "2: tx_balancer: invalid value"},
		{"{\"device\": \"t\",\n\"ports\": {\"eth0\":\n{\"prio\": \"x\"}}}",
		 "3: prio: invalid value"},
		{"{\"device\": \"t\", \"link_watch\":\n{\"name\": \"arp_ping\"}}",
		 "1: target_host: missing"},
	};

	(void)state;
	REFUSE(import_teamd, rows);
	expect_import(import_teamd, "{\"device\": \"t\"}", "add t miimon 100\n", "");
	expect_import(import_teamd,
		      "{\"device\": \"t\", \"runner\": {\"name\": \"lacp\",\n"
		      "\"tx_balancer\": {\"name\": \"basic\"}}}",
		      "add t mode 802.3ad miimon 100 xmit_hash_policy layer2+3 "
		      "tx_placement adaptive\n",
		      "");
	expect_import(import_teamd,
		      "{\"device\": \"t\", \"runner\": {\"name\": \"lacp\",\n"
		      "\"tx_balancer\": {\"balancing_interval\": 5}}}",
		      "add t mode 802.3ad miimon 100 xmit_hash_policy layer2+3\n",
		      "f:2: balancing_interval: ebond places each flow at once: ignored\n");
	expect_import(import_teamd, "{\"device\": \"t\", \"runner\": {\"name\": \"random\"}}",
		      "add t miimon 100 packets_per_slave 0\n", "");
}

/* One port more than a bond can have is detected before any of them is processed. */
static void test_too_many_ports(void **state)
{
	char text[1024] = "{\"device\": \"t\",\n\"ports\": {\"e\": {}", why[64];
	size_t used = strlen(text);

	(void)state;
	for (int i = 0; i < BOND_PORTS_MAX; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, ",\"e%d\":{}", i);
	snprintf(text + used, sizeof(text) - used, "}}");
	snprintf(why, sizeof(why), "2: a bond has at most %d ports", BOND_PORTS_MAX);
	expect_refused(import_teamd, text, why);
}

static void test_iplink(void **state)
{
	static const struct row rows[] = {
		{"ip link add 'b type bond\n", "1: unterminated quote: close it on the same line"},
		{"ip link add b type bond mode\n", "1: mode has no value"},
		{"\nip link set eth0 master bond0\n",
		 "2: eth0: no file defines its master bond0 as a bond: import that file, too"},
		{"ip link add b type bond\nip link set eth0 master b\nifenslave c eth0\n",
		 "3: eth0 is already a port of b (f:2): remove one of the two"},
		{"ip link add b type bond\nip link set b master b\n",
		 "2: b: master b forms a loop"},
	};

	(void)state;
	REFUSE(import_iplink, rows);
	expect_import(import_iplink,
		      "ip link add b type bond; ip addr add 192.0.2.2/24 dev b && ip r a default "
		      "via 192.0.2.1\n",
		      "add b\n# ip address add 192.0.2.2/24 broadcast + dev b\n"
		      "# ip route add default via 192.0.2.1 dev b\n",
		      "");
}

static void test_recognised(void **state)
{
	static const struct row rows[] = {
		{"", "1: is empty"},
		{"# nothing\n\n", "2: is empty"},
		{"lo auto\n", "1: unknown file format: see ebond-import(8) for the known ones"},
		{"\x7f"
		 "ELF",
		 "1: control character 127: not a text file"},
	};

	(void)state;
	REFUSE(import_recognised, rows);
	expect_import(import_recognised, "\n# x\noptions bonding miimon=7\n",
		      "add bond0 miimon 7\n", "");
	expect_import(import_recognised, "; x\n[NetDev]\nName=b\nKind=bond\n",
		      "add b\n# ip link set b up\n", "");
	expect_import(import_recognised, "---\nnetwork: {bonds: {b: {}}}\n",
		      "add b\n# ip link set b up\n", "");
	expect_import(import_recognised, "\xef\xbb\xbf{\"device\": \"t\"}", "add t miimon 100\n",
		      "");
	expect_import(import_recognised, "#!/bin/sh\nip link add b type bond\n", "add b\n", "");
	expect_import(import_recognised, "DEVICE=b\nTYPE=Bond\n", "add b\n# ip link set b up\n",
		      "");
}

/* Text that ebond does not know may be a password, wherever it is. */
static void test_secrets(void **state)
{
	static const struct {
		import_parser parse;
		const char *text;
	} rows[] = {
		{import_ifcfg, "DEVICE=b\nTYPE=Bond\nWPA_PSK=hunter2\n"},
		{import_ifcfg, "DEVICE=eth0\nMASTER=b\nDEVICE=b\nTYPE=Bond\nPSK='x hunter2'\n"},
		{import_ifcfg, "DEVICE=eth0\nKEY_PASSPHRASE1=x hunter2\n"},
		{import_networkd, "[NetDev]\nName=b\nKind=bond\nKey=hunter2\n"},
		{import_networkd, "[NetDev]\nName=b\nKind=bond\n[WireGuard]\nPrivateKey=hunter2\n"},
		{import_networkd, "[NetDev]\nName=b\nKind=bond\n[Match]\nCredential=hunter2\n"},
		{import_networkd, "PrivateKey=hunter2\n"},
		{import_networkd, "[NetDev]\nPrivateKey=\nhunter2\n"},
		{import_keyfile, "[connection]\ntype=bond\ninterface-name=b\n[802-1x]\n"
				 "password=hunter2\n"},
		{import_keyfile, "[connection]\ntype=ethernet\nslave-type=bond\nmaster=b\n"
				 "interface-name=eth0\n[802-1x]\nprivate-key-password=hunter2\n"},
		{import_netplan, "network:\n  bonds:\n    b: {auth: {password: hunter2}}\n"
				 "  wifis:\n    w: {access-points: {x: {password: hunter2}}}\n"},
		{import_netplan,
		 "network:\n  bonds: {b: {interfaces: [e]}}\n"
		 "  ethernets: {e: {auth: {password: hunter2}}}\npassword: hunter2\n"},
		{import_netplan, "network: {password: \"hunter2\n"},
		{import_teamd, "{\"device\": \"t\", \"password\": \"hunter2\"}"},
		{import_teamd, "{\"device\": \"t\", \"password\": hunter2}"},
		{import_teamd, "{\"device\": \"t\" \"hunter2\"}"},
		{import_iplink, "WPA_PSK=hunter2\n"},
		{import_iplink, "wpa_passphrase x hunter2\n"},
		{import_iplink, "cat <<EOF\nhunter2\nEOF\n"},
		{import_iplink, "curl -u x:hunter2 http://$h\n"},
		{import_iplink, "ip macsec add m0 tx sa 0 pn 1 on key 01 hunter2\n"},
		{import_modprobe, "hunter2\n"},
		{import_modprobe, "install bond0 modprobe bonding; curl -u x:hunter2 http://h\n"},
		{import_recognised, "root:hunter2:19000:0:99999:7:::\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect_secret(rows[i].parse, rows[i].text, "hunter2");
}

static char *repeat(char *to, const char *text, size_t count)
{
	for (size_t i = 0; i < count; i++)
		to = stpcpy(to, text);
	return to;
}

/* libyaml's time grows with the square of the depth, and of the number of anchors. */
static void test_netplan_bounds(void **state)
{
	_cleanup_free_ char *text = malloc(IMPORT_BYTES_MAX);

	(void)state;
	repeat(stpcpy(text, "network: "), "[", 20000);
	expect_refused(import_netplan, text, "1: nested more than 32 deep");
	repeat(stpcpy(text, "network: "), "{a: ", 20000);
	expect_refused(import_netplan, text, "1: nested more than 32 deep");
	repeat(stpcpy(text, "network: "), "- ", 20000);
	expect_refused(import_netplan, text,
		       "1: invalid YAML: block sequence entries are not allowed in this context");
	repeat(stpcpy(text, "network: ["), "&a b,", 20000);
	expect_refused(import_netplan, text,
		       "1: more than 256 anchors: replace the aliases by what they stand for");
	repeat(stpcpy(text, "network: ["), "a,", 40000);
	expect_refused(import_netplan, text, "1: more than 16384 values: split it");
}

/* A reader that follows aliases must come to an end, and soon. */
static void test_aliases_are_bounded(void **state)
{
	_cleanup_free_ char *text = malloc(IMPORT_BYTES_MAX);
	char *end = stpcpy(text, "network_config: &a0 [{type: interface}]\n");
	char start[] = "k1: &a1 [", alias[] = "*a0,";

	(void)state;
	for (; start[1] <= '9'; start[1]++, start[6]++, alias[2]++)
		end = stpcpy(repeat(stpcpy(end, start), alias, 9), "]\n");
	expect_refused(import_osnetconfig, text,
		       "5: more than 16384 values once aliases are replaced: split it");
	expect_refused(import_osnetconfig,
		       "network_config: &a\n- {type: linux_bond, name: b, members: *a}\n",
		       "1: an alias stands for what it is part of: write it out");
	expect_refused(import_osnetconfig, "network_config: &a [*a]\n",
		       "1: an alias stands for what it is part of: write it out");
}

static void test_timespan(void **state)
{
	static const struct {
		const char *text;
		uint64_t us;
	} good[] = {
		{"1", 1000000},	       {"0.1", 100000},
		{"100ms", 100000},     {"1min 30s", 90000000},
		{"1h2m", 3720000000u}, {" 2 s ", 2000000},
		{"15us", 15},	       {"0", 0},
	};
	static const char *const bad[] = {
		"", " ", ".", "s", "1x", "-1", "1e3", "1..2", "99999999999999999999", "0.1234567"};
	uint64_t us;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(parse_timespan(good[i].text, 1000000, &us));
		assert_int_equal(us, good[i].us);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (parse_timespan(bad[i], 1000000, &us))
			fail_msg("'%s' accepted as a time span", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ifcfg),	       cmocka_unit_test(test_networkd),
		cmocka_unit_test(test_keyfile),	       cmocka_unit_test(test_netplan),
		cmocka_unit_test(test_teamd),	       cmocka_unit_test(test_iplink),
		cmocka_unit_test(test_recognised),     cmocka_unit_test(test_timespan),
		cmocka_unit_test(test_too_many_ports), cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_netplan_bounds), cmocka_unit_test(test_aliases_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
