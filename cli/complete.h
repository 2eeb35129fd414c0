/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Candidates for the next word of a command line, for the shell's completion. */
#pragma once

/*
 * Prints one candidate per line for the word after @words (@count of them,
 * beginning with the command, without "ebond"). Asks a running daemon for its
 * bonds, but never starts one nor prints an error. The line "FILE" stands for
 * any file; the shell completes it. Returns the exit code 0.
 */
int complete_print(int count, char **words);
