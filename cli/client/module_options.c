/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Creates a bond named in module options: see module_options.h. */
#include "cli/client/module_options.h"

#include <errno.h>
#include <stdlib.h>

#include "cli/client/config_files.h"
#include "cli/client/request.h"
#include "cli/client/say.h"
#include "import/settle.h"
#include "lib/cleanup.h"
#include "lib/json.h"
#include "lib/protocol.h"

DEFINE_CLEANUP(config, struct config *, config_free)
DEFINE_CLEANUP(import_model, struct import_model *, import_free)

/* Has the daemon apply a file with just this bond. */
static int make(const char *bond, const struct config *config)
{
	_cleanup_(config) struct config *nothing = config_new();
	_cleanup_free_ char *text = nothing ? config_diff(config, nothing, false) : NULL;
	_cleanup_json_ json_t *reply = NULL;

	if (!text) {
		say_error("%s: no memory", bond);
		return -ENOMEM;
	}
	return request("apply", 2, (char *[]){(char *)"module options", text}, START_IF_NONE,
		       &reply) == CONTROL_DONE
		       ? 0
		       : -EREMOTEIO;
}

int module_options_create(const char *bond)
{
	_cleanup_free_ struct import_interface *interfaces = NULL;
	_cleanup_(import_model) struct import_model *model = NULL;
	_cleanup_(config) struct config *config = NULL;
	const struct import_link *link;
	int err;

	if (!import_has_module_options())
		return -ENODEV;
	model = import_open(&interfaces);
	if (!model) {
		say_error("%s: no memory", bond);
		return -ENOMEM;
	}
	err = import_read(model, IMPORT_MODPROBE, 0, NULL);
	if (err)
		return err;
	link = import_find(model, bond);
	if (!link || !link->is_bond)
		return -ENODEV;
	err = import_settle(model, bond, &config);
	if (err) {
		import_print_fault(model);
		return err;
	}
	import_print_warnings(model);
	return make(bond, config);
}
