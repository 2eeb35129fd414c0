/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can come next on a command line, for the shell's completion. */
#pragma once

/*
 * Prints one candidate per line for the word after @words (@count of them, the
 * command first; "ebond" itself is not among them). Asks a running daemon for
 * its bonds, starts none, and never complains. The line "FILE" stands for any
 * file, which the shell finds itself. Returns the exit code 0.
 */
int complete_print(int count, char **words);
