#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/result.h"
#include "daemon/core/secret.h"
#include "daemon/core/settings.h"
#include "daemon/ports/actuator.h"
#include "daemon/ports/archive.h"
#include "daemon/ports/asio.h"
#include "daemon/ports/scheduler.h"
#include "daemon/ports/sink.h"
#include "daemon/ports/source.h"
#include "frugald_version.h"

namespace frugald {

/// What the daemon lends to a module; everything outlives the module.
struct PluginHost {
    asio::io_context& loop;      // the one loop thread
    asio::thread_pool& workers;  // for calls that block, through offload()
    std::function<Result<Secret>(std::string_view name)> secret;
    /// A data file (device profile) as Settings; the error has "file:line:column: message" lines.
    std::function<Result<Settings>(const std::filesystem::path& file)> read_settings;
    std::filesystem::path profiles_directory;  // holds pdu/, meter/, redfish/
    std::filesystem::path program_directory;   // where helper programs (frugald-slurm) are
    std::filesystem::path state_directory{};   // of the daemon; empty: keep nothing on disk
    Archive* archive = nullptr;                // null: nothing is stored
};

/// A device that a module's configuration names.
struct DeclaredDevice {
    DeviceKind kind = DeviceKind::node;
    std::string name;
    std::string model{};                                // profile, if it has one
    std::map<std::string, std::string> outlet_nodes{};  // PDUs: outlet name -> node fed
};

/// A configured plugin. Making one validates the configuration and does nothing else: no packet,
/// no thread, no process (`frugald --check-config` makes all of them). What is not offered is
/// null. The module is destroyed on the loop thread after `stop` has finished.
class Module {
public:
    virtual ~Module() = default;
    virtual std::vector<DeclaredDevice> devices() const { return {}; }
    virtual Source* source() { return nullptr; }
    virtual Actuator* actuator() { return nullptr; }
    virtual Scheduler* scheduler() { return nullptr; }
    virtual Sink* sink() { return nullptr; }
    /// For people, in `frugalctl status`: how it is doing, in a line. Empty: nothing to say.
    virtual std::string status() const { return {}; }
    /// Ends polling, closes sessions, ends workers: within 3 seconds.
    virtual asio::awaitable<void> stop() = 0;
};

/// The one symbol a plugin exports: `extern "C" const frugald::Plugin frugald_plugin`.
struct Plugin {
    const char*
        version;       // FRUGALD_VERSION; must stay first: it is compared before the rest is used
    const char* name;  // also the name of its table in the configuration
    const char* summary;
    Result<std::unique_ptr<Module>> (*make)(const Settings& part, const PluginHost& host);
};

}  // namespace frugald

/// Visible to dlsym whatever the visibility of the rest.
#define FRUGALD_PLUGIN_EXPORT extern "C" __attribute__((visibility("default")))
