/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ifenslave: the traditional command to attach interfaces to bonds, with its
 * options and exit codes (0 done, 1 failure, 2 usage), for ebond's bonds.
 * Interfaces are handled one by one; a failure is reported in the exit code and
 * does not stop the rest.
 */
#include <errno.h>
#include <getopt.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/client/links.h"
#include "cli/client/module_options.h"
#include "cli/client/request.h"
#include "cli/client/say.h"
#include "ifenslave/ifenslave.h"
#include "lib/json.h"
#include "lib/protocol.h"

/* With --create: no module options define it. */
#define NOT_NAMED 3

enum action {
	ACTION_ENSLAVE,
	ACTION_DETACH,
	ACTION_CHANGE,
	ACTION_SHOW_ALL,
	ACTION_CREATE,
	ACTION_USAGE,
	ACTION_HELP,
	ACTION_VERSION,
};

struct args {
	enum action action;
	bool force, verbose;
};

static const char usage[] =
	"usage: ifenslave [-v] [-f] BOND INTERFACE...    attach interfaces to a bond\n"
	"       ifenslave [-v] -d BOND INTERFACE...      detach them\n"
	"       ifenslave [-v] -c BOND INTERFACE         make one of them active\n"
	"       ifenslave [-a] | BOND                    show interfaces; -a: also those that are "
	"down\n"
	"       ifenslave --create BOND | -h | -u | -V\n";

static const char help[] =
	"\n"
	"  -a, --all-interfaces  show all interfaces, also those that are down\n"
	"  -c, --change-active   make this interface the bond's active port\n"
	"  -d, --detach          detach interfaces and restore them\n"
	"  -f, --force           continue even if the bond is down\n"
	"  -v, --verbose         print each step\n"
	"  -h, --help, -u, --usage, -V, --version\n"
	"  --create              only create the bond if module options define it\n"
	"\n"
	"  An interface gets the bond's hardware address and MTU, is set up, and loses its\n"
	"  IPv4 addresses. A bond that does not exist is created if module options in\n"
	"  /etc/modprobe.d, /etc/modules.conf or /etc/conf.modules define it:\n"
	"\n"
	"      alias bond0 bonding\n"
	"      options bond0 mode=1 miimon=100\n"
	"\n"
	"      ifenslave bond0 eth0 eth1\n"
	"      ifconfig bond0 192.0.2.1 netmask 255.255.255.0 up\n"
	"\n"
	"  See ebond(8) for everything else.\n";

static int show_usage(void)
{
	fputs(usage, stderr);
	return CONTROL_USAGE;
}

/* Returns -1 to continue, or the exit code. */
static int parse_options(int argc, char **argv, struct args *args)
{
	static const struct option options[] = {{"all-interfaces", no_argument, NULL, 'a'},
						{"change-active", no_argument, NULL, 'c'},
						{"detach", no_argument, NULL, 'd'},
						{"force", no_argument, NULL, 'f'},
						{"help", no_argument, NULL, 'h'},
						{"usage", no_argument, NULL, 'u'},
						{"verbose", no_argument, NULL, 'v'},
						{"version", no_argument, NULL, 'V'},
						{"create", no_argument, NULL, 'C'},
						{}};
	static const struct {
		int letter;
		enum action action;
	} actions[] = {{'a', ACTION_SHOW_ALL}, {'c', ACTION_CHANGE}, {'d', ACTION_DETACH},
		       {'h', ACTION_HELP},     {'u', ACTION_USAGE},  {'V', ACTION_VERSION},
		       {'C', ACTION_CREATE},   {'f', ACTION_ENSLAVE}};
	int option, exclusive = 0;

	while ((option = getopt_long(argc, argv, "acdfhuvV", options, NULL)) >= 0) {
		size_t i = 0;

		args->verbose |= option == 'v';
		args->force |= option == 'f';
		if (option == 'v')
			continue;
		while (i < sizeof(actions) / sizeof(actions[0]) && actions[i].letter != option)
			i++;
		if (i == sizeof(actions) / sizeof(actions[0]))
			return show_usage();
		args->action = actions[i].action;
		exclusive++;
	}
	return exclusive > 1 ? show_usage() : -1;
}

__attribute__((format(printf, 2, 3))) static void trace(const struct args *args, const char *format,
							...)
{
	va_list arguments;

	if (!args->verbose)
		return;
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

/*
 * Creates @bond and sets it up if it does not exist. Returns the exit code; for
 * NOT_NAMED no error has been printed.
 */
static int create(const struct args *args, const char *bond, bool set_up)
{
	int err;

	if (if_nametoindex(bond)) {
		trace(args, "Master '%s': exists", bond);
		return CONTROL_DONE;
	}
	err = module_options_create(bond);
	if (err)
		return err == -ENODEV ? NOT_NAMED : CONTROL_REFUSED;
	trace(args, "Master '%s': created from module options", bond);
	if (set_up && (err = interface_set_up(bond)) < 0) {
		say_error("%s: cannot set it up: %s", bond, strerror(-err));
		return CONTROL_REFUSED;
	}
	return CONTROL_DONE;
}

static int print_not_named(const char *bond)
{
	say_error("%s: no such interface, and no module options define it: create it with 'ebond "
		  "add %s mode MODE'",
		  bond, bond);
	return CONTROL_REFUSED;
}

/* Checks that @bond is a bond and, to attach ports, that it is up. Returns the exit code. */
static int check_bond(const struct args *args, const char *bond)
{
	_cleanup_json_ json_t *reply = NULL;
	const json_t *links, *link;
	int code = links_of_bond(bond, &reply, &links);

	if (code != CONTROL_DONE)
		return CONTROL_REFUSED;
	link = links_find(links, bond);
	trace(args, "Master '%s': hardware address %s, MTU %d", bond,
	      json_string_value(json_object_get(link, "address")) ?: "?",
	      (int)json_integer_value(json_object_get(link, "mtu")));
	if (args->force || args->action != ACTION_ENSLAVE ||
	    json_is_true(json_object_get(link, "up")))
		return CONTROL_DONE;
	say_error("Illegal operation: the master interface '%s' is not up: set it up first, or "
		  "use -f",
		  bond);
	return CONTROL_REFUSED;
}

static int ask(const char *command, int count, char **words)
{
	_cleanup_json_ json_t *reply = NULL;

	return request(command, count, words, START_TO_RECOVER, &reply);
}

static int enslave(const struct args *args, char *bond, char *port)
{
	int code = ask("attach", 2, (char *[]){bond, port}), cleared;

	if (code != CONTROL_DONE)
		return code;
	trace(args, "Master '%s', Slave '%s': enslaved: address and MTU of the master, up", bond,
	      port);
	cleared = interface_clear_ip4(port);
	if (cleared > 0)
		trace(args, "Slave '%s': %d IPv4 addresses cleared", port, cleared);
	else if (cleared < 0)
		say_error("Slave '%s': cannot remove its IPv4 addresses: %s: use 'ip address flush "
			  "dev %s'",
			  port, strerror(-cleared), port);
	return cleared < 0 ? CONTROL_REFUSED : CONTROL_DONE;
}

static int release(const struct args *args, char *bond, char *port)
{
	int code = ask("detach", 2, (char *[]){bond, port});

	if (code == CONTROL_DONE)
		trace(args, "Master '%s', Slave '%s': released and restored", bond, port);
	return code;
}

static int change_active(const struct args *args, char *bond, char *port)
{
	int code = ask("set", 3, (char *[]){bond, (char *)"active_slave", port});

	if (code == CONTROL_DONE)
		trace(args, "Master '%s', Slave '%s': now active", bond, port);
	return code;
}

/* Like the traditional tool, continues after a failure and remembers it. */
static int for_each(const struct args *args, char *bond, char **ports)
{
	int code = CONTROL_DONE;

	for (; *ports; ports++) {
		int one = args->action == ACTION_DETACH ? release(args, bond, *ports)
							: enslave(args, bond, *ports);

		if (one != CONTROL_DONE)
			code = CONTROL_REFUSED;
	}
	return code;
}

/* Handles a bond with interfaces. */
static int change(const struct args *args, char *bond, char **ports)
{
	int code;

	if (args->action == ACTION_ENSLAVE) {
		code = create(args, bond, true);
		if (code == NOT_NAMED)
			return print_not_named(bond);
		if (code != CONTROL_DONE)
			return code;
	}
	code = check_bond(args, bond);
	if (code != CONTROL_DONE)
		return code;
	if (args->action != ACTION_CHANGE)
		return for_each(args, bond, ports);
	return change_active(args, bond, ports[0]) ? CONTROL_REFUSED : CONTROL_DONE;
}

static int run(const struct args *args, int argc, char **argv)
{
	int code;

	switch (args->action) {
	case ACTION_VERSION:
		puts("ifenslave of ebond " EBOND_VERSION);
		return CONTROL_DONE;
	case ACTION_USAGE:
	case ACTION_HELP:
		fputs(usage, stdout);
		if (args->action == ACTION_HELP)
			fputs(help, stdout);
		return CONTROL_DONE;
	case ACTION_SHOW_ALL:
		return argc ? show_usage() : interfaces_show(NULL, true);
	case ACTION_CREATE:
		code = argc == 1 ? create(args, argv[0], false) : show_usage();
		if (code == NOT_NAMED)
			print_not_named(argv[0]);
		return code;
	case ACTION_CHANGE:
		return argc == 2 ? change(args, argv[0], argv + 1) : show_usage();
	case ACTION_DETACH:
		return argc >= 2 ? change(args, argv[0], argv + 1) : show_usage();
	case ACTION_ENSLAVE:
		if (argc >= 2)
			return change(args, argv[0], argv + 1);
		return interfaces_show(argc ? argv[0] : NULL, false);
	}
	return show_usage();
}

int main(int argc, char **argv)
{
	struct args args = {.action = ACTION_ENSLAVE};
	int code = parse_options(argc, argv, &args);

	if (code >= 0)
		return code;
	code = run(&args, argc - optind, argv + optind);
	if (fflush(stdout) == EOF || ferror(stdout)) {
		say_error("cannot write the output: %s", strerror(errno));
		return code ?: CONTROL_REFUSED;
	}
	return code;
}
