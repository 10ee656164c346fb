#include "daemon/ports/plugin.h"

#include "plugins/slurm/module.h"

FRUGALD_PLUGIN_EXPORT const frugald::Plugin frugald_plugin{
    FRUGALD_VERSION, "slurm", "nodes and jobs of Slurm, power commands through slurmctld",
    frugald::slurm::make_module};
