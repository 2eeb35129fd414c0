/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the rows of the command table run: see command.h for the contract. */
#pragma once

struct command;

/* Sends the command as it is, takes a dead daemon's bonds back first, prints the reply's text. */
int run_request(const struct command *command, int argc, char **argv);

/* The same, and starts the daemon when none runs. */
int run_add(const struct command *command, int argc, char **argv);

/* Checks a configuration file and lets the daemon make it so, starting one when none runs. */
int run_apply(const struct command *command, int argc, char **argv);

/* Bonds from other tools' configuration files: all of them, or of Red Hat's one by name. */
int run_import(const struct command *command, int argc, char **argv);
int run_ifup(const struct command *command, int argc, char **argv);
int run_ifdown(const struct command *command, int argc, char **argv);

/* Stops the daemon and waits until it is gone; only --teardown wakes a dead one. */
int run_stop(const struct command *command, int argc, char **argv);

/* Prints what stands, for people or as JSON. */
int run_show(const struct command *command, int argc, char **argv);

/* How traffic spreads over a bond's ports, and how long it stops when one is lost. */
int run_test(const struct command *command, int argc, char **argv);

/* Copies the daemon's log to stdout. */
int run_log(const struct command *command, int argc, char **argv);

/* Prints the command's version and the daemon's, when one runs. */
int run_version(const struct command *command, int argc, char **argv);

/* `ebond --version`: asks nobody. Returns the exit code. */
int print_version(void);

/* help, help TOPIC, and what the build and the completion ask for. */
int run_help(const struct command *command, int argc, char **argv);

/* Prints the help of one command. Returns the exit code. */
int help_command(const struct command *command);
