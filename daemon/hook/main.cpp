// Slurm's SuspendProgram, ResumeProgram and ResumeFailProgram: hands the node list to frugald and
// is gone within two seconds, whatever happens.

#include <sys/auxv.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>

#include "daemon/hook/bytes.h"
#include "daemon/hook/client.h"
#include "daemon/hook/hygiene.h"
#include "daemon/hook/journal.h"
#include "daemon/hook/places.h"
#include "daemon/hook/spool.h"

namespace {

using namespace frugald::hook;
using namespace std::chrono_literals;

// slurmctld ignores these; people and tests do not.
enum ExitCode { accepted = 0, spooled = 1, failed = 2 };

// The rest of the two seconds is for the spool.
constexpr auto patience = 1700ms;
constexpr int error_priority = 3, warning_priority = 4;

std::optional<Verb> verb_of(std::string_view program) {
    const auto name = program.substr(program.rfind('/') + 1);
    if (name == "suspend") return Verb::suspend;
    if (name == "resume") return Verb::resume;
    if (name == "resume-fail" || name == "resume_fail" || name == "resumefail")
        return Verb::resume_fail;
    return std::nullopt;
}

std::int64_t now_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

/// What slurmctld says about the jobs; it helps to order the wake-ups, so its absence is no reason
/// to fail.
std::string resume_file(std::string& problem) {
    const char* path = std::getenv("SLURM_RESUME_FILE");
    if (!path) return {};
    auto content = read_file(path, longest_file);
    if (!content)
        problem =
            std::string{"cannot read SLURM_RESUME_FILE "} + path + ": " + std::strerror(errno);
    return content.value_or("");
}

int spool(const Places& places, const Message& message, const std::string& what,
          const std::string& why) {
    std::string problem;
    if (const auto name = spool_write(places.spool, message, problem)) {
        log_line(warning_priority, what + ": frugald did not take it (" + why + "); kept as " +
                                       places.spool + '/' + *name);
        return spooled;
    }
    log_line(error_priority, what + ": LOST: frugald did not take it (" + why + ") and " + problem);
    return failed;
}

/// The path that was executed, which the kernel knows: slurmctld passes the bare name as argv[0].
std::string executed_path(const std::string& otherwise) {
    const auto* path = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
    return path ? path : otherwise;
}

int run(Verb verb, const std::string& program, const std::string& nodes) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    const auto places = find_places(executed_path(program));
    Message message{verb, now_ms(), nodes, {}};
    std::string problem = places.problem;
    if (verb == Verb::resume) message.resume_file = resume_file(problem);
    const auto what = std::string{to_string(verb)} + " of " + one_line(nodes, 200);
    if (!problem.empty()) log_line(warning_priority, what + ": " + problem);
    std::string why;
    const auto ack = hand_over(places.socket, message, deadline, why);
    if (!ack) return spool(places, message, what, why);
    if (ack->accepted) return accepted;
    log_line(error_priority, what + ": refused by frugald: " + ack->text);
    return failed;
}

}  // namespace

int main(int argc, char** argv) {
    clean_process();
    const std::string program = argc > 0 ? argv[0] : "";
    const auto verb = verb_of(program);
    if (!verb || argc != 2 || !*argv[1] || std::strlen(argv[1]) > longest_nodes) {
        log_line(error_priority, "usage: suspend|resume|resume-fail NODES; called as " + program +
                                     " with " + std::to_string(argc > 0 ? argc - 1 : 0) +
                                     " arguments");
        return failed;
    }
    return run(*verb, program, argv[1]);
}
