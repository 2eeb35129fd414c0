/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text fit for a terminal and for a log, whatever bytes it is made of. */
#pragma once

/*
 * Replaces what could drive a terminal by '?', in place: the control characters of ASCII and of
 * Latin-1 (in UTF-8, U+0080 to U+009F), and bytes that are not UTF-8. So @text stays one line.
 */
void make_printable(char *text);

/* The same, but line ends and tabs stay: for text of several lines. */
void make_lines_printable(char *text);
