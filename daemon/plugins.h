#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "daemon/config/config.h"
#include "daemon/engine/modules.h"
#include "daemon/ports/plugin.h"

namespace frugald {

/// A file of the plugin directory, loaded or not. Loaded plugins stay loaded until the end.
struct PluginFile {
    std::string name;                // of the file, without ".so"
    const Plugin* plugin = nullptr;  // null: see `trouble`
    std::string trouble;
};

/// Everything in the plugin directory. A plugin of another build is refused with both versions.
std::vector<PluginFile> load_plugins(const std::filesystem::path& directory);

/// Directories beside the program (build tree), else where they are installed.
std::filesystem::path plugin_directory(const DaemonConfig& config);
std::filesystem::path profiles_directory(const DaemonConfig& config);
std::filesystem::path helper_directory();

struct MadeModules {
    std::vector<LoadedModule> modules;
    std::vector<ModuleState> states;
};

/// A module for every plugin table of the configuration; all mistakes in one Error. A module of
/// `running` whose table has not changed is taken over as it is.
Result<MadeModules> make_modules(const Config& config, const PluginHost& host,
                                 const std::vector<PluginFile>& plugins,
                                 const std::vector<LoadedModule>& running = {});

/// What `frugald --list-plugins` prints: name, version or trouble, summary.
std::string describe(const std::vector<PluginFile>& plugins);

}  // namespace frugald
