/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions behind the rows of the command table: see command.h for the contract. */
#pragma once

struct command;

/* Sends the command as it is and prints the reply's text; restarts a daemon that died first. */
int run_request(const struct command *command, int argc, char **argv);

/* The same, and starts the daemon if none runs. */
int run_add(const struct command *command, int argc, char **argv);

/* Attaches ports; at a terminal it asks if that stops addresses or routes from working. */
int run_attach(const struct command *command, int argc, char **argv);

/* Checks a configuration file and has the daemon apply it, starting one if none runs. */
int run_apply(const struct command *command, int argc, char **argv);

/* Imports bonds from other tools' configuration files: all, or one of Red Hat's by name. */
int run_import(const struct command *command, int argc, char **argv);
int run_ifup(const struct command *command, int argc, char **argv);
int run_ifdown(const struct command *command, int argc, char **argv);

/* Stops the daemon and waits until it has ended; only --teardown starts one that died. */
int run_stop(const struct command *command, int argc, char **argv);

/* Prints the bonds and ports, as text or JSON. */
int run_show(const struct command *command, int argc, char **argv);

/* Measures how traffic spreads over a bond's ports, or how long a failover takes. */
int run_test(const struct command *command, int argc, char **argv);

/* Copies the daemon's log to stdout. */
int run_log(const struct command *command, int argc, char **argv);

/* Prints the version of the command and, if a daemon runs, the daemon's. */
int run_version(const struct command *command, int argc, char **argv);

/* `ebond --version`: sends no request. Returns the exit code. */
int print_version(void);

/* help, help TOPIC, and what the build and the completion use. */
int run_help(const struct command *command, int argc, char **argv);

/* Prints the help of one command. Returns the exit code. */
int help_command(const struct command *command);
