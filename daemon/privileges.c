/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Capabilities by libcap: see privileges.h. The system calls are in syscalls.c. */
#include "daemon/privileges.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>

#include "daemon/log.h"
#include "daemon/syscalls.h"
#include "daemon/text_list.h"
#include "lib/cleanup.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

DEFINE_CLEANUP(cap, cap_t, cap_free)

static const cap_value_t serving[] = {CAP_NET_ADMIN, CAP_NET_RAW, CAP_BPF, CAP_PERFMON};
static const cap_value_t opening[] = {CAP_NET_ADMIN, CAP_NET_RAW, CAP_BPF, CAP_PERFMON,
				      CAP_SYS_ADMIN};
static const cap_value_t entering[] = {CAP_NET_ADMIN, CAP_BPF, CAP_SYS_ADMIN};
/* For raising a limit, which may be high enough; for namespaces without a mount. */
static const cap_value_t optional[] = {CAP_SYS_RESOURCE, CAP_SYS_PTRACE};
static const cap_value_t entering_optional[] = {CAP_SYS_PTRACE};

static bool has(cap_t set, cap_value_t capability)
{
	cap_flag_value_t value = CAP_CLEAR;

	return cap_get_flag(set, capability, CAP_PERMITTED, &value) == 0 && value == CAP_SET;
}

/* Appends "CAP_NET_ADMIN". */
static void add_name(char text[PRIVILEGES_TEXT_MAX], cap_value_t capability)
{
	char *name = cap_to_name(capability);

	if (!name)
		return;
	for (char *c = name; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	text_list_add(text, PRIVILEGES_TEXT_MAX, name);
	cap_free(name);
}

/* Keeps @kept, and those of @also that the process has; clears the inheritable set. */
static int keep(const cap_value_t *kept, int kept_count, const cap_value_t *also, int also_count)
{
	_cleanup_(cap) cap_t old = cap_get_proc(), new = cap_init();

	if (!old || !new)
		return -ENOMEM;
	cap_set_flag(new, CAP_PERMITTED, kept_count, kept, CAP_SET);
	cap_set_flag(new, CAP_EFFECTIVE, kept_count, kept, CAP_SET);
	for (int i = 0; i < also_count; i++) {
		if (!has(old, also[i]))
			continue;
		cap_set_flag(new, CAP_PERMITTED, 1, &also[i], CAP_SET);
		cap_set_flag(new, CAP_EFFECTIVE, 1, &also[i], CAP_SET);
	}
	return cap_set_proc(new) < 0 ? -errno : 0;
}

int privileges_for_opening(char ret_missing[PRIVILEGES_TEXT_MAX])
{
	_cleanup_(cap) cap_t own = cap_get_proc();

	ret_missing[0] = '\0';
	if (!own)
		return -ENOMEM;
	for (int i = 0; i < COUNT(opening); i++)
		if (!has(own, opening[i]))
			add_name(ret_missing, opening[i]);
	if (ret_missing[0])
		return -EPERM;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	return keep(opening, COUNT(opening), optional, COUNT(optional));
}

static int restrict_calls(bool enters_namespaces)
{
	const char *wish = getenv("EBOND_SYSCALLS");
	int err = syscalls_restrict(enters_namespaces, wish && strcmp(wish, "kill") == 0);

	if (err)
		log_warning("ebondd",
			    "system calls cannot be restricted (%s): does the kernel have "
			    "CONFIG_SECCOMP_FILTER?",
			    strerror(-err));
	return 0;
}

int privileges_for_serving(void)
{
	int err = keep(serving, COUNT(serving), NULL, 0);

	return err ?: restrict_calls(false);
}

int privileges_for_moved_ports(void)
{
	int err = keep(entering, COUNT(entering), entering_optional, COUNT(entering_optional));

	return err ?: restrict_calls(true);
}
