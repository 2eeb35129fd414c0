/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control protocol's framing: per connection, one line of JSON as the
 * request and one as the reply, then close (docs/protocol.md). A line ends with
 * '\n', which never occurs inside JSON text.
 */
#pragma once

/*
 * Maximum line lengths, with the '\n'. A request has at most a few hundred words, or
 * carries a configuration file (lang/config.h: 256 KiB) as a JSON string; a reply to `show` has
 * about 1 KiB per interface: 64 bonds of 32 ports each need 2 MiB. Anything longer is refused
 * without being read to its end.
 */
#define CONTROL_REQUEST_MAX (512 * 1024)
#define CONTROL_LOOK_MAX 4096 /* requests from unprivileged users, who can only query */
#define CONTROL_REPLY_MAX (8 * 1024 * 1024)

/* The reply's "exit": the command's exit code. */
enum control_exit {
	CONTROL_DONE = 0,
	CONTROL_REFUSED = 1,
	CONTROL_USAGE = 2,
};
