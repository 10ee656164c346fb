#include "plugins/slurm/worker/library.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstring>

#include "plugins/slurm/worker/comment.h"
#include "plugins/slurm/worker/compat.h"
#include "plugins/slurm/worker/faults.h"
#include "plugins/slurm/worker/versions.h"

namespace frugald::slurm {

namespace {

/// The file's time of change if this process can read it. libslurm itself would try for a minute
/// and then end the process.
Result<timespec> time_if_readable(const std::string& file) {
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat about {};
    const bool good = fd >= 0 && ::fstat(fd, &about) == 0;
    const int error = errno;
    if (fd >= 0) ::close(fd);
    if (good) return about.st_mtim;
    return fail(Fault::unavailable, fmt::format("slurm.conf: {} cannot be read: {} (conf in "
                                                "[slurm] says where it is)",
                                                file, std::strerror(error)));
}

struct Order {
    std::uint32_t state;
    const char* doing;
};

Order order_of(UpdateVerb verb) {
    switch (verb) {
        case UpdateVerb::power_down_asap:
            return {NODE_STATE_POWER_DOWN | NODE_STATE_POWER_DRAIN, "asking for POWER_DOWN_ASAP"};
        case UpdateVerb::power_up:
            return {NODE_STATE_POWER_UP, "asking for POWER_UP"};
        case UpdateVerb::drain:
            return {NODE_STATE_DRAIN, "asking for DRAIN"};
        case UpdateVerb::resume:
            break;
    }
    return {NODE_RESUME, "asking for RESUME"};
}

Reply update(UpdateRequest request) {
    const auto order = order_of(request.verb);
    update_node_msg_t message;
    slurm_init_update_node_msg(&message);
    message.node_names = request.nodes.data();
    message.node_state = order.state;
    if (!request.reason.empty()) set_reason(message, request.reason.data());
    if (slurm_update_node(&message) == 0) return Done{};
    auto error = error_of(errno, order.doing);
    constexpr std::size_t most_shown = 200;
    error.text += fmt::format(": {:.{}}", request.nodes, most_shown);
    return error;
}

}  // namespace

std::optional<Error> Library::open() {
    const auto changed = time_if_readable(conf_);
    if (!changed) return changed.error();
    const auto same = [&changed](const timespec& other) {
        return other.tv_sec == changed->tv_sec && other.tv_nsec == changed->tv_nsec;
    };
    if (opened_as_of_ && same(*opened_as_of_)) return std::nullopt;
    loader_.forget();
    if (opened_as_of_) slurm_fini();
    slurm_init(conf_.c_str());
    opened_as_of_ = *changed;
    return std::nullopt;
}

Reply Library::answer(const Request& request) {
    if (auto another = wrong_library(SLURM_VERSION_NUMBER, slurm_api_version()))
        return *std::move(another);
    if (auto closed = open()) return *std::move(closed);
    if (const auto* order = std::get_if<UpdateRequest>(&request.what)) return update(*order);
    if (const auto* comment = std::get_if<CommentRequest>(&request.what)) {
        const auto written = write_comment(*comment);
        return written ? Reply{Done{}} : Reply{written.error()};
    }
    auto reply = loader_.load(std::get<LoadRequest>(request.what).known);
    if (!reply) return std::move(reply).error();
    return *std::move(reply);
}

}  // namespace frugald::slurm
