#include "plugins/slurm/config.h"

#include <fmt/format.h>
#include <unistd.h>

namespace frugald::slurm {

Result<SlurmConfig> read_config(const Settings& part,
                                const std::filesystem::path& program_directory) {
    using namespace std::chrono_literals;
    SettingsReader reader{part};
    SlurmConfig config;
    config.conf = reader.text("conf", "/etc/slurm/slurm.conf");
    if (!std::filesystem::path{config.conf}.is_absolute())
        reader.mistake("conf", "the path of slurm.conf must begin with '/'");
    config.deadline = reader.duration("deadline_s", 15s, 1s, 120s);
    config.command_deadline = reader.duration("command_deadline_s", 15s, 1s, 120s);
    config.worker = reader.text("worker", "");
    if (config.worker.empty()) config.worker = program_directory / "frugald-slurm";
    if (::access(config.worker.c_str(), X_OK) != 0)
        reader.mistake("worker", fmt::format("there is no program {}; it is built and installed "
                                             "with the slurm plugin",
                                             config.worker.string()));
    if (auto good = reader.finish(); !good) return tl::unexpected{good.error()};
    return config;
}

}  // namespace frugald::slurm
