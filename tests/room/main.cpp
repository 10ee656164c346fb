#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <string_view>

#include "tests/room/control.h"
#include "tests/room/options.h"
#include "tests/room/room.h"

namespace {

using namespace frugald;
using namespace frugald::room;

constexpr int failed = 1, misused = 2;

Room* running = nullptr;

void stop_room(int) { running->stop(); }

void on_stop_signals(void (*handler)(int)) {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, handler);
}

int complain(const Error& error, int code) {
    fmt::print(stderr, "frugald-room: {}\n", error.text);
    return code;
}

int control(const Options& options) {
    const auto answer = ask_room(options.control, options.words);
    if (!answer) return complain(answer.error(), failed);
    fmt::print("{}", *answer);
    return 0;
}

int serve(RoomPlan plan) {
    auto room = Room::open(std::move(plan));
    if (!room) return complain(room.error(), failed);
    running = room->get();
    on_stop_signals(stop_room);
    std::signal(SIGPIPE, SIG_IGN);
    fmt::print("ready\n");
    std::fflush(stdout);
    (*room)->run();
    // the room is about to be destroyed: a second request to stop changes nothing
    on_stop_signals(SIG_IGN);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    auto options = read_options({argv + 1, argv + argc});
    if (!options) return complain(options.error(), misused);
    if (options->help) {
        fmt::print("{}", usage());
        return 0;
    }
    if (!options->control.empty()) return control(*options);
    auto plan = options->bench ? bench_plan(*options) : read_plan(options->file);
    if (!plan) return complain(plan.error(), failed);
    return serve(std::move(*plan));
}
