#include "plugins/slurm/worker/versions.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "plugins/slurm/worker/compat.h"

namespace frugald::slurm {

namespace {

constexpr const char* remedy =
    "build frugald's Slurm plugin with the libslurm-dev of the site's own Slurm (docs/slurm.md, "
    "\"libslurm of the site\")";

/// Every release has its own API number, counted up by one.
constexpr std::array releases{"21.08", "22.05", "23.02", "23.11", "24.05",
                              "24.11", "25.05", "25.11", "26.05"};
constexpr long first_api = 37;

/// 2205 of "22.05.8"; absent for what is no version.
std::optional<long> release(std::string_view text) {
    const auto* end = text.data() + text.size();
    long year = 0, month = 0;
    const auto first = std::from_chars(text.data(), end, year);
    if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '.') return std::nullopt;
    const auto second = std::from_chars(first.ptr + 1, end, month);
    if (second.ec != std::errc{} || year < 0 || month < 0 || month > 99) return std::nullopt;
    return year * 100 + month;
}

}  // namespace

std::string release_of_headers(long number) {
    return fmt::format("{}.{:02}", SLURM_VERSION_MAJOR(number), SLURM_VERSION_MINOR(number));
}

std::string release_of_library(long api) {
    const long index = SLURM_VERSION_MAJOR(api) - first_api;
    if (index >= 0 && index < static_cast<long>(releases.size()))
        return releases[static_cast<std::size_t>(index)];
    return fmt::format("libslurm.so.{}", SLURM_VERSION_MAJOR(api));
}

std::optional<Error> wrong_library(long built, long running_api) {
    const auto headers = release_of_headers(built);
    const auto library = release_of_library(running_api);
    const bool known = headers <= releases.back();
    // A release that came after this was written has its own number, above those known.
    const bool same = known ? headers == library : !release(library);
    if (same) return std::nullopt;
    return Error{Fault::unsupported,
                 fmt::format("frugald-slurm was built for Slurm {} but runs with libslurm {}: {}",
                             headers, library, remedy)};
}

std::optional<Error> older_controller(std::string_view library, std::string_view controller) {
    const auto ours = release(library), its = release(controller);
    if (!ours || !its || *its >= *ours) return std::nullopt;
    return Error{Fault::unsupported,
                 fmt::format("slurmctld is Slurm {}, older than the libslurm {} that frugald-slurm "
                             "runs with, which Slurm does not support: {}",
                             controller, library, remedy)};
}

}  // namespace frugald::slurm
