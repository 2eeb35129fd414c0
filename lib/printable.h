/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes arbitrary bytes safe for a terminal and a log. */
#pragma once

/*
 * Replaces in place by '?' whatever could control a terminal: the control characters of ASCII and
 * Latin-1 (in UTF-8, U+0080 to U+009F), and bytes that are not UTF-8. @text is then one line.
 */
void make_printable(char *text);

/* The same, but keeps line ends and tabs: for text of several lines. */
void make_lines_printable(char *text);
