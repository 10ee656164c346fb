#include "daemon/plugins.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "daemon/engine/reload.h"

namespace frugald {

namespace {

namespace fs = std::filesystem;

fs::path program_directory() {
    std::error_code unknown;
    return fs::read_symlink("/proc/self/exe", unknown).parent_path();
}

/// `beside` of the program's directory when it is there (build tree), else the installed place.
fs::path found(const fs::path& configured, const char* beside, const char* installed) {
    if (!configured.empty()) return configured;
    const fs::path near = program_directory().parent_path() / beside;
    std::error_code unknown;
    return fs::is_directory(near, unknown) ? near : fs::path{installed};
}

PluginFile load(const fs::path& file) {
    PluginFile loaded;
    loaded.name = file.stem();
    void* handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        loaded.trouble = dlerror();
        return loaded;
    }
    const auto* plugin = static_cast<const Plugin*>(dlsym(handle, "frugald_plugin"));
    if (!plugin)
        loaded.trouble = "it exports no frugald_plugin";
    else if (std::strcmp(plugin->version, FRUGALD_VERSION) != 0)
        loaded.trouble =
            fmt::format("built for frugald {}, this is {}: install both from one build",
                        plugin->version, FRUGALD_VERSION);
    else
        loaded.plugin = plugin;
    return loaded;
}

const PluginFile* find(const std::vector<PluginFile>& plugins, const std::string& name) {
    const auto at = std::ranges::find(plugins, name, &PluginFile::name);
    return at == plugins.end() ? nullptr : &*at;
}

std::string unknown_table(const Settings& table, const std::vector<PluginFile>& plugins) {
    std::vector<std::string> names;
    for (const auto& plugin : plugins) names.push_back(plugin.name);
    return fmt::format("{}: [{}] is neither a table of frugald nor a plugin; plugins here: {}",
                       to_string(table.place), table.path,
                       names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", ")));
}

Result<LoadedModule> make(const Settings& table, const PluginHost& host,
                          const std::vector<PluginFile>& plugins) {
    const auto* file = find(plugins, table.path);
    if (!file) return fail(Fault::invalid, unknown_table(table, plugins));
    if (!file->plugin)
        return fail(Fault::invalid, fmt::format("{}: plugin {} does not load: {}",
                                                to_string(table.place), file->name, file->trouble));
    auto module = file->plugin->make(table, host);
    if (!module) return tl::unexpected<Error>(module.error());
    return LoadedModule{file->name, table, std::move(*module)};
}

/// Two plugins on one device would poll it twice and switch it both.
std::string declared_twice(const std::vector<LoadedModule>& modules) {
    std::map<std::string, std::string> owners;
    std::string mistakes;
    for (const auto& loaded : modules)
        for (const auto& device : loaded.module->devices()) {
            const auto [owner, first] = owners.emplace(device.name, loaded.name);
            if (!first && owner->second != loaded.name)
                mistakes += fmt::format("{}{} is in [{}] and in [{}]: leave it in one of them",
                                        mistakes.empty() ? "" : "\n", device.name, owner->second,
                                        loaded.name);
        }
    return mistakes;
}

}  // namespace

std::vector<PluginFile> load_plugins(const fs::path& directory) {
    std::vector<fs::path> files;
    std::error_code unreadable;
    for (const auto& entry : fs::directory_iterator{directory, unreadable})
        if (entry.path().extension() == ".so") files.push_back(entry.path());
    std::ranges::sort(files);
    std::vector<PluginFile> plugins;
    for (const auto& file : files) plugins.push_back(load(file));
    return plugins;
}

fs::path plugin_directory(const DaemonConfig& config) {
    return found(config.plugin_directory, "lib/frugald/plugins", FRUGALD_PLUGIN_DIRECTORY);
}

fs::path profiles_directory(const DaemonConfig& config) {
    return found(config.profiles_directory, "share/frugald/profiles", FRUGALD_PROFILES_DIRECTORY);
}

fs::path helper_directory() {
    const fs::path near = program_directory();
    std::error_code unknown;
    return fs::exists(near / "frugald-slurm", unknown) ? near : fs::path{FRUGALD_HELPER_DIRECTORY};
}

Result<MadeModules> make_modules(const Config& config, const PluginHost& host,
                                 const std::vector<PluginFile>& plugins,
                                 const std::vector<LoadedModule>& running) {
    MadeModules made;
    std::string mistakes;
    for (const auto& table : config.plugins) {
        const auto unchanged = std::ranges::find_if(running, [&table](const auto& old) {
            return old.name == table.path && same_content(old.settings, table);
        });
        auto module = unchanged != running.end() ? Result<LoadedModule>{*unchanged}
                                                 : make(table, host, plugins);
        if (module)
            made.modules.push_back(std::move(*module));
        else
            mistakes += (mistakes.empty() ? "" : "\n") + module.error().text;
    }
    if (mistakes.empty()) mistakes = declared_twice(made.modules);
    if (!mistakes.empty()) return fail(Fault::invalid, mistakes);
    for (const auto& file : plugins) {
        const bool used =
            std::ranges::find(made.modules, file.name, &LoadedModule::name) != made.modules.end();
        const auto unused = file.plugin ? not_configured : file.trouble;
        made.states.push_back({file.name, used, used ? FRUGALD_VERSION : unused});
    }
    return made;
}

std::string describe(const std::vector<PluginFile>& plugins) {
    std::string text;
    for (const auto& file : plugins)
        text += file.plugin ? fmt::format("{:<12} loads     {}\n", file.name, file.plugin->summary)
                            : fmt::format("{:<12} refused   {}\n", file.name, file.trouble);
    return text;
}

}  // namespace frugald
