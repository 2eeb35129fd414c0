/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Module options: which bonds they make, with which options, and their errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "tests/unit/import_rig.h"

static void expect(const char *text, const char *conf, const char *told)
{
	expect_import(import_modprobe, text, conf, told);
}

static void refused(const char *text, const char *why)
{
	expect_refused(import_modprobe, text, why);
}

static void test_which_bonds(void **state)
{
	(void)state;
	expect("", "", "");
	expect("alias bond0 bonding", "add bond0\n", "");
	expect("alias netdev-bond0 bonding", "add bond0\n", "");
	expect("alias b bonding\nalias team7 b\n", "add b\nadd team7\n", "");
	expect("options bonding miimon=100\n", "add bond0 miimon 100\n", "");
	expect("options bonding max_bonds=0 miimon=100\n", "", "");
	expect("options bonding max_bonds=0 miimon=100\nalias bond3 bonding",
	       "add bond3 miimon 100\n", "");
	expect("options bonding max_bonds=2 miimon=100\n",
	       "add bond0 miimon 100\nadd bond1 miimon 100\n", "");
	expect("options bond1 mode=1\n", "add bond1 mode active-backup\n",
	       "f:1: no 'alias bond1 bonding': taken as a bond\n");
	expect("alias eth0 e1000\noptions e1000 flag InterruptThrottleRate=1\n", "", "");
	expect("alias bond* bonding\n", "",
	       "f:1: alias bond*: a pattern does not name a bond: ignored\n");
}

static void test_whose_options(void **state)
{
	(void)state;
	expect("alias bond0 bonding\noptions bond0 miimon=100\noptions bonding mode=1 miimon=50\n",
	       "add bond0 mode active-backup miimon 100\n", "");
	expect("alias bond0 bonding\nalias bond1 bonding\n"
	       "options bond0 max_bonds=2 mode=1 miimon=100\n",
	       "add bond0 mode active-backup miimon 100\n"
	       "add bond1 mode active-backup miimon 100\n",
	       "");
	expect("alias bond0 bonding\nalias bond1 bonding\n"
	       "options bond0 -o bond0 mode=balance-rr miimon=100\n"
	       "options bond1 -o bonding1 mode=active-backup miimon=50 primary=eth1\n",
	       "add bond0 miimon 100\nadd bond1 mode active-backup miimon 50 primary eth1\n", "");
	expect("alias bond1 bonding\n"
	       "install bond2 /sbin/modprobe --ignore-install bonding -o bond2 mode=2 "
	       "xmit_hash_policy=1\n",
	       "add bond1\nadd bond2 mode balance-xor xmit_hash_policy layer3+4\n", "");
}

static void test_words(void **state)
{
	(void)state;
	expect("\xef\xbb\xbf"
	       "alias bond0 bonding # comment\r\n# options bonding mode=1\r\n"
	       "options bonding \\\r\n  miimon=100 \"mode=1\"\r\n",
	       "add bond0 mode active-backup miimon 100\n", "");
	expect("options bonding arp_interval=500 arp_ip_target=\"192.0.2.1,192.0.2.2\"",
	       "add bond0 arp_interval 500 arp_ip_target 192.0.2.1,192.0.2.2\n", "");
	expect("include more\nalias bond0 bonding\n", "add bond1\nadd bond0\n", "");
}

static void test_warnings(void **state)
{
	(void)state;
	expect("alias bond0 bonding\noptions bonding mode=0 miimon=100 arp_interval=1000 \\\n"
	       "arp_ip_target=192.0.2.1 primary=eth0 tx_queues=4 lacp_rate=fast x use_carrier=0\n",
	       "add bond0 miimon 100 arp_ip_target 192.0.2.1\n",
	       "f:2: word is not NAME=VALUE: ignored\n"
	       "f:2: tx_queues: bond0 has one transmit queue in ebond: ignored\n"
	       "f:2: use_carrier 0: ebond always uses carrier: ignored\n"
	       "f:2: primary: not supported in mode balance-rr: ignored\n"
	       "f:2: lacp_rate: not supported in mode balance-rr: ignored\n"
	       "f:2: arp_interval: miimon is set, and the driver uses only one of them; set "
	       "link_watch to use both: ignored\n");
	expect("options bonding updelay=200\n", "add bond0\n",
	       "f:1: updelay: miimon is not set: ignored\n");
	expect("options bonding miimon=100 updelay=250\n", "add bond0 miimon 100 updelay 200\n",
	       "f:1: bond0: updelay 250 rounded down to 200: a multiple of miimon 100\n");
	expect("options bonding arp_interval=200\n", "add bond0\n",
	       "f:1: arp_interval: arp_ip_target is not set: ignored\n");
	expect("if [ x ]\noptions bonding mode=1\nendif\nalias bond0 bonding\n", "add bond0\n",
	       "f:1: conditions are not evaluated: lines up to endif ignored\n");
}

static void test_refused(void **state)
{
	(void)state;
	refused("alias bond0 bonding\noptions bond0 \"mode=1\n",
		"2: unterminated quote: close it on the same line");
	refused("alias bond0 a\nalias a bond0\n", "1: alias bond0 forms a loop: remove it");
	refused("\ninclude loop\n", "1: include loop: includes itself: remove it");
	refused("include folder\n",
		"1: include folder: cannot be read: is a directory: name the files in it");
	refused("include x\n", "1: include x: cannot be read: No such file or directory");
	refused("options bonding miimon=ten\n",
		"1: miimon 'ten': not a number: use a number from 0 to 2147483647 ms");
	refused("options bonding\nmax_bonds=2",
		"2: unknown directive: not a file of module options");
	refused("options bonding max_bonds=two", "1: max_bonds two: not a number");
	refused("options bonding max_bonds=1000000", "1: max_bonds 1000000: at most 256 bonds");
	refused("alias bond0\n", "1: too few words: write alias NAME MODULE");
	refused("alias bond0 bonding\n\n\x01", "3: control character 1: not a text file");
	refused("\xff\xfe"
		"a",
		"1: encoded as UTF-16: convert it to UTF-8");
	refused("alias a-name-that-is-too-long bonding\n",
		"1: a-name-that-is-too-long: an interface name has 1 to 15 characters, not 23");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_which_bonds), cmocka_unit_test(test_whose_options),
		cmocka_unit_test(test_words),	    cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
