#include "plugins/slurm/worker/faults.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "plugins/slurm/worker/compat.h"
#include "plugins/slurm/worker/versions.h"

namespace frugald::slurm {

namespace {

std::string sentence(std::string_view cause, int number, std::string_view doing) {
    return fmt::format("{}: {} ({}, while {})", cause, slurm_strerror(number), number, doing);
}

}  // namespace

Error error_of(int number, std::string_view doing) {
    switch (number) {
        case SLURM_PROTOCOL_SOCKET_IMPL_TIMEOUT:
        case ETIMEDOUT:
            return {Fault::timeout, sentence("slurmctld does not answer", number, doing)};
        case SLURM_COMMUNICATIONS_CONNECTION_ERROR:
        case SLURM_COMMUNICATIONS_SEND_ERROR:
        case SLURM_COMMUNICATIONS_RECEIVE_ERROR:
        case SLURM_COMMUNICATIONS_SHUTDOWN_ERROR:
        case SLURMCTLD_COMMUNICATIONS_CONNECTION_ERROR:
        case SLURMCTLD_COMMUNICATIONS_SEND_ERROR:
        case SLURMCTLD_COMMUNICATIONS_RECEIVE_ERROR:
        case SLURMCTLD_COMMUNICATIONS_SHUTDOWN_ERROR:
        case ESLURM_IN_STANDBY_MODE:
        case ESLURM_IN_STANDBY_USE_BACKUP:
        case ECONNREFUSED:
            return {Fault::unavailable, sentence("slurmctld does not answer", number, doing)};
        case SLURM_PROTOCOL_AUTHENTICATION_ERROR:
        case ESLURM_AUTH_CRED_INVALID:
            return {Fault::unauthorized,
                    sentence("munge: is munged running, with slurmctld's key and the same time",
                             number, doing)};
        case SLURM_PROTOCOL_VERSION_ERROR:
        case SLURM_PROTOCOL_SOCKET_ZERO_BYTES_SENT:
            return {Fault::unsupported,
                    sentence(fmt::format("slurmctld is of another release than the libslurm {} of "
                                         "frugald-slurm (`slurmctld -V` on its host names its "
                                         "own), or has just ended; if it is, build frugald's "
                                         "Slurm plugin against the site's libslurm-dev",
                                         release_of_library(slurm_api_version())),
                             number, doing)};
        case ESLURM_ACCESS_DENIED:
        case ESLURM_USER_ID_MISSING:
            return {Fault::unauthorized,
                    sentence(fmt::format("Slurm lets only SlurmUser, root and its administrators "
                                         "do this, not uid {}",
                                         getuid()),
                             number, doing)};
        case ESLURM_INVALID_NODE_STATE:
            return {Fault::refused,
                    sentence("slurmctld refuses (a power command needs a SuspendTime that is not "
                             "-1, and a node in a state that allows it)",
                             number, doing)};
        default:
            return {Fault::refused, sentence("slurmctld refuses", number, doing)};
    }
}

}  // namespace frugald::slurm
