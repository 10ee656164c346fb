#include "daemon/ports/plugin.h"

#include "plugins/command/module.h"

FRUGALD_PLUGIN_EXPORT const frugald::Plugin frugald_plugin{
    FRUGALD_VERSION, "command", "readings that programs of the site print",
    frugald::command::make_module};
