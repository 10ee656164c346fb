#include "daemon/ctl/profile.h"

#include <memory>

#include "daemon/ctl/helper.h"

namespace frugald::ctl {

namespace {

struct Words {
    std::string profiles;
    std::vector<std::string> files;
    std::string profile = "auto", expected, exceptions;
    std::string host, version, secret_file, user, auth, privacy, privacy_secret_file, context;
    unsigned port = 161, timeout_ms = 2000;
    bool redact = false;
    bool verbose = false;
};

using Arguments = std::vector<std::string>;
using Show = std::function<void(const Terminal&, const Json&)>;

void add(Arguments& arguments, const char* option, const std::string& value) {
    if (!value.empty()) arguments.push_back(std::string{option} + "=" + value);
}

Arguments common(const char* verb, const Words& words) {
    Arguments arguments{verb};
    add(arguments, "--profiles", words.profiles);
    return arguments;
}

Arguments device(const char* verb, const Words& words) {
    auto arguments = common(verb, words);
    add(arguments, "--host", words.host);
    add(arguments, "--port", std::to_string(words.port));
    add(arguments, "--timeout-ms", std::to_string(words.timeout_ms));
    add(arguments, "--version", words.version);
    add(arguments, "--secret-file", words.secret_file);
    add(arguments, "--user", words.user);
    add(arguments, "--auth", words.auth);
    add(arguments, "--privacy", words.privacy);
    add(arguments, "--privacy-secret-file", words.privacy_secret_file);
    add(arguments, "--context", words.context);
    return arguments;
}

/// Every line that comes goes through `show`, or with --json out as it is, together in one object.
int run_helper(const Terminal& terminal, Arguments arguments, const Show& show) {
    auto helper = Helper::start(helper_path("frugald-snmp-profile"), std::move(arguments));
    if (!helper) return report(terminal, helper.error());
    Json all = Json::array();
    while (const auto line = (*helper)->next_line()) {
        auto json = Json::parse(*line);
        if (terminal.json)
            all.push_back(std::move(json));
        else
            show(terminal, json);
    }
    const int code = (*helper)->finish();
    if (terminal.json)
        terminal.out << Json{{"schema", "frugald/1"}, {"results", std::move(all)}}.dump(
                            -1, ' ', false, Json::error_handler_t::replace)
                     << '\n';
    return code < 0 ? exit_some_failed : code;
}

/// The recording goes out as it comes, line by line.
int record(const Terminal& terminal, Arguments arguments) {
    auto helper = Helper::start(helper_path("frugald-snmp-profile"), std::move(arguments));
    if (!helper) return report(terminal, helper.error());
    Json lines = Json::array();
    while (const auto line = (*helper)->next_line()) {
        if (terminal.json)
            lines.push_back(*line);
        else
            terminal.out << *line << '\n';
    }
    const int code = (*helper)->finish();
    if (terminal.json)
        terminal.out << Json{{"schema", "frugald/1"}, {"snmprec", std::move(lines)}}.dump(
                            -1, ' ', false, Json::error_handler_t::replace)
                     << '\n';
    return code < 0 ? exit_some_failed : code;
}

void add_device_options(CLI::App& verb, Words& words) {
    verb.add_option("--host", words.host, "name or address of the device")->required();
    verb.add_option("--port", words.port, "UDP port (default 161)")->check(CLI::Range(1, 65535));
    verb.add_option("--version", words.version, "SNMP version: 1, 2c (default) or 3")
        ->check(CLI::IsMember({"1", "2c", "3"}));
    verb.add_option("--secret-file", words.secret_file,
                    "file with the community (default: public) or the SNMPv3 authentication "
                    "password, mode 0600");
    verb.add_option("--user", words.user, "SNMPv3 user");
    verb.add_option("--auth", words.auth, "SHA, SHA-224, SHA-256 (default), SHA-384, SHA-512");
    verb.add_option("--privacy", words.privacy, "AES (default), AES-256, AES-256-C");
    verb.add_option("--privacy-secret-file", words.privacy_secret_file,
                    "file with the SNMPv3 privacy password, mode 0600");
    verb.add_option("--context", words.context, "SNMPv3 context");
    verb.add_option("--timeout-ms", words.timeout_ms, "for an answer, twice (default 2000)")
        ->check(CLI::Range(50, 60000));
}

using Verb = std::function<int(const Terminal&, const Daemon&)>;

void add_check(CLI::App& app, const std::shared_ptr<Words>& words, Verb& verb) {
    auto* const check = app.add_subcommand("check", "Whether profile files are right");
    check->add_option("files", words->files, "profile files")->required();
    check->callback([&verb, words] {
        verb = [words](const Terminal& terminal, const Daemon&) {
            auto arguments = common("check", *words);
            arguments.push_back("--");
            for (const auto& file : words->files) arguments.push_back(file);
            return run_helper(terminal, std::move(arguments), show_check);
        };
    });
}

void add_test(CLI::App& app, const std::shared_ptr<Words>& words, Verb& verb) {
    auto* const test =
        app.add_subcommand("test", "What a profile reads from recordings, and whether it is right");
    test->add_option("files", words->files, "recordings (snmprec)")->required();
    test->add_option("--profile", words->profile, "name or file (default: by the device)");
    test->add_option("--expected", words->expected,
                     "expected values: a file, or the directory of NAME.json");
    test->add_option("--exceptions", words->exceptions,
                     "file of sensors that may differ, 'RECORDING OID REASON' a line");
    test->add_flag("-v,--verbose", words->verbose, "also every reading and every exception");
    test->callback([&verb, words] {
        verb = [words](const Terminal& terminal, const Daemon&) {
            auto arguments = common("test", *words);
            add(arguments, "--profile", words->profile);
            add(arguments, "--expected", words->expected);
            add(arguments, "--exceptions", words->exceptions);
            arguments.push_back("--");
            for (const auto& file : words->files) arguments.push_back(file);
            const auto show = [words](const Terminal& to, const Json& file) {
                show_test(to, file, words->verbose);
            };
            return run_helper(terminal, std::move(arguments), show);
        };
    });
}

void add_try(CLI::App& app, const std::shared_ptr<Words>& words, Verb& verb) {
    auto* const ask = app.add_subcommand("try", "Ask a device once, and see what a profile reads");
    ask->add_option("profile", words->profile, "name or file of a profile, or auto")->required();
    add_device_options(*ask, *words);
    ask->callback([&verb, words] {
        verb = [words](const Terminal& terminal, const Daemon&) {
            auto arguments = device("try", *words);
            arguments.insert(arguments.end(), {"--", words->profile});
            return run_helper(terminal, std::move(arguments), show_device);
        };
    });
}

void add_record(CLI::App& app, const std::shared_ptr<Words>& words, Verb& verb) {
    auto* const walk =
        app.add_subcommand("record", "Walk a device, in the format that `test` reads (snmprec)");
    walk->add_flag("--redact", words->redact, "without names, places and serial numbers");
    add_device_options(*walk, *words);
    walk->callback([&verb, words] {
        verb = [words](const Terminal& terminal, const Daemon&) {
            auto arguments = device("record", *words);
            if (words->redact) arguments.push_back("--redact");
            return record(terminal, std::move(arguments));
        };
    });
}

}  // namespace

void add_profile(CLI::App& app, Verb& verb) {
    const auto words = std::make_shared<Words>();
    auto* const profile =
        app.add_subcommand("profile", "Device profiles: check, test, try, record; no frugald");
    profile->require_subcommand(1);
    profile->add_option("--profiles", words->profiles, "directory of profiles");
    add_check(*profile, words, verb);
    add_test(*profile, words, verb);
    add_try(*profile, words, verb);
    add_record(*profile, words, verb);
}

}  // namespace frugald::ctl
