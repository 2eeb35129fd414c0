/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon's log: lines on stderr. In the background stderr is the log file
 * in the run directory (background.c); under systemd it is the journal, which
 * reads the <N> priority prefix.
 */
#pragma once

enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_NOTICE = 5,
	LOG_LEVEL_INFO = 6
};

/*
 * Writes one line: time (not under systemd, which adds its own), subject, text.
 * @subject is the bond or port that the line refers to, or "ebondd".
 */
void log_line(enum log_level level, const char *subject, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#define log_error(subject, ...) log_line(LOG_LEVEL_ERROR, subject, __VA_ARGS__)
#define log_warning(subject, ...) log_line(LOG_LEVEL_WARNING, subject, __VA_ARGS__)
#define log_notice(subject, ...) log_line(LOG_LEVEL_NOTICE, subject, __VA_ARGS__)
#define log_info(subject, ...) log_line(LOG_LEVEL_INFO, subject, __VA_ARGS__)
