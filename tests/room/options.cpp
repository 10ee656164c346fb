#include "tests/room/options.h"

#include <fmt/format.h>

#include <charconv>

namespace frugald::room {

namespace {

Result<unsigned> whole_number(std::string_view option, const std::string& text, unsigned most) {
    unsigned value = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    if (parsed.ec != std::errc() || parsed.ptr != end || value == 0 || value > most)
        return fail(Fault::invalid, fmt::format("{} {}: a whole number from 1 to {} is wanted",
                                                option, text, most));
    return value;
}

Result<void> take(Options& options, const std::string& name, const std::string& value) {
    if (name == "--bench" || name == "--port") {
        const auto number = whole_number(name, value, name == "--port" ? 65535 : 1000000);
        if (!number) return tl::unexpected<Error>(number.error());
        if (name == "--port")
            options.port = static_cast<std::uint16_t>(*number);
        else
            options.bench = *number;
    } else if (name == "--address") {
        options.address = value;
    } else if (name == "--user") {
        options.user = value;
    } else if (name == "--password") {
        options.password = value;
    } else if (name == "--control-socket") {
        options.bench_control = value;
    } else {
        return fail(Fault::invalid, fmt::format("unknown option {}; see --help", name));
    }
    return {};
}

}  // namespace

std::string usage() {
    return "usage: frugald-room ROOM.toml\n"
           "       frugald-room --control SOCKET COMMAND...\n"
           "       frugald-room --bench N [--address A] [--port P] [--user U] [--password P]\n"
           "                    [--control-socket SOCKET]\n"
           "commands: status, load, watts, fault, clear, power, log, quit (docs/room.md)\n";
}

Result<Options> read_options(const std::vector<std::string>& arguments) {
    Options options;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& word = arguments[i];
        if (word == "--help" || word == "-h") {
            options.help = true;
            return options;
        }
        if (word.empty() || word[0] != '-') {
            if (!options.file.empty())
                return fail(Fault::invalid, "one file at a time; see --help");
            options.file = word;
            continue;
        }
        if (i + 1 == arguments.size())
            return fail(Fault::invalid, fmt::format("{} needs a value; see --help", word));
        if (word == "--control") {
            options.control = arguments[i + 1];
            options.words.assign(arguments.begin() + static_cast<std::ptrdiff_t>(i) + 2,
                                 arguments.end());
            return options;
        }
        if (const auto taken = take(options, word, arguments[++i]); !taken)
            return tl::unexpected<Error>(taken.error());
    }
    if (options.file.empty() == !options.bench.has_value())
        return fail(Fault::invalid, "give either a file or --bench; see --help");
    return options;
}

Result<RoomPlan> bench_plan(const Options& options) {
    const auto address = parse_address(options.address);
    if (!address) return tl::unexpected<Error>(address.error());
    RoomPlan plan;
    plan.control = options.bench_control;
    BmcPlan bmcs;
    bmcs.address = *address;
    bmcs.port = options.port;
    bmcs.kind.user = options.user;
    bmcs.kind.password = options.password;
    for (unsigned i = 1; i <= *options.bench; ++i) bmcs.nodes.push_back(fmt::format("n{}", i));
    plan.bmcs.push_back(std::move(bmcs));
    return plan;
}

}  // namespace frugald::room
