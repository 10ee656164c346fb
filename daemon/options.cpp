#include "daemon/options.h"

#include <CLI/CLI.hpp>

#include "frugald_version.h"

namespace frugald {

std::optional<Options> parse_options(int argc, char** argv, int& exit_code) {
    Options options;
    CLI::App app{"frugald, the energy manager of a Slurm cluster"};
    app.set_version_flag("--version", FRUGALD_VERSION);
    app.add_option("-c,--config", options.config, "configuration file")->capture_default_str();
    app.add_flag("--check-config", options.check_config,
                 "read the configuration with everything it names, say what is wrong, end");
    app.add_flag("--list-plugins", options.list_plugins,
                 "show what loads, and why the rest does not");
    app.add_flag("--release-economy-caps", options.release_economy_caps,
                 "release the power caps that frugald has leased, end (for ExecStopPost)");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        exit_code = app.exit(error) == 0 ? 0 : 2;
        return std::nullopt;
    }
    return options;
}

}  // namespace frugald
