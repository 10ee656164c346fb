#include <doctest/doctest.h>

#include "daemon/config/config.h"
#include "tests/support/scratch.h"

using namespace frugald;
using namespace std::chrono_literals;

namespace {

/// The message of a configuration that must not load, with the scratch directory cut away.
std::string refusal(const Scratch& scratch, const std::filesystem::path& file) {
    const auto config = load_config(file);
    REQUIRE_FALSE(config);
    CHECK(config.error().fault == Fault::invalid);
    auto text = config.error().text;
    const auto directory = scratch.path().string() + '/';
    for (auto at = text.find(directory); at != std::string::npos; at = text.find(directory))
        text.erase(at, directory.size());
    return text;
}

}  // namespace

TEST_CASE("an empty file is the defaults: nothing managed, nothing done") {
    const Scratch scratch;
    const auto config = load_config(scratch.write("f.toml", ""));
    REQUIRE_MESSAGE(config, config.error().text);
    CHECK(config->managed_nodes.empty());
    CHECK(config->guard.mode == Mode::observe);
    CHECK_FALSE(config->idle.enabled);
    CHECK(config->plugins.empty());
    CHECK(config->warnings.empty());
    CHECK(config->access.hook_users == std::vector<std::string>{"slurm"});
}

TEST_CASE("every section is read") {
    const Scratch scratch;
    const auto config = load_config(scratch.write("f.toml", R"(
managed_nodes = ["n[1-3]", "x"]
never_touch = "n3"
[daemon]
state_directory = "/s"
log_level = "debug"
snapshot_interval_s = 0.5
keep_readings_days = 2
[access]
http_listen = "[::1]:9000"
hook_users = []
[guard]
mode = "guarded"
off_margin_s = 20
offs_per_10_minutes = 5
[power]
resume_fail = "off"
verify_after_s = 0.1
[cap]
default_lease_s = 60
least_watts = 150.5
[policy.idle]
enabled = true
idle_for_s = 5
partitions = ["batch"]
[ipmi]
interval_s = 30
[[ipmi.group]]
nodes = "n[1-3]"
)"));
    REQUIRE_MESSAGE(config, config.error().text);
    CHECK(config->managed_nodes == std::vector<std::string>{"n1", "n2", "n3", "x"});
    CHECK(config->never_touch == std::vector<std::string>{"n3"});
    CHECK(config->daemon.state_directory == "/s");
    CHECK(config->daemon.log_level == log::Priority::debug);
    CHECK(config->daemon.snapshot_interval == 500ms);
    CHECK(config->daemon.keep_readings == 48h);
    CHECK(config->access.hook_users.empty());
    CHECK(config->guard.mode == Mode::guarded);
    CHECK(config->guard.off_margin == 20s);
    CHECK(config->guard.all.offs_per_10_minutes == 5);
    CHECK(config->power.resume_fail_off);
    CHECK(config->power.verify_after == 100ms);
    CHECK(config->cap.default_lease == 60s);
    CHECK(config->cap.least_watts == 150.5);
    CHECK(config->idle.enabled);
    CHECK(config->idle.idle_for == 5s);
    REQUIRE(config->plugins.size() == 1);
    CHECK(config->plugins[0].path == "ipmi");
    CHECK(config->plugins[0].find("group"));
    SettingsReader ipmi{config->plugins[0]};
    CHECK(ipmi.duration("interval_s", 1s, 0s, 1h) == 30s);
    REQUIRE(ipmi.tables("group").size() == 1);
    CHECK(ipmi.tables("group")[0]->path == "ipmi.group");
}

TEST_CASE("all mistakes come at once, each with its place") {
    const Scratch scratch;
    const auto file = scratch.write("f.toml",
                                    "managed_nodes = \"n[1-\"\n"
                                    "colour = 1\n"
                                    "[guard]\n"
                                    "mode = \"brave\"\n"
                                    "  settle_round = 3\n"
                                    "max_scheduler_age_s = 60\n"
                                    "[daemon]\n"
                                    "state_directory = \"var\"\n"
                                    "[access]\n"
                                    "http_listen = \"localhost:x\"\n"
                                    "[cap]\n"
                                    "default_lease_s = 90000\n"
                                    "[policy.carbon]\n");
    CHECK(refusal(scratch, file) ==
          "f.toml:1:17: 'managed_nodes': nodeset 'n[1-': this bracket is never closed "
          "(character 5)\n"
          "f.toml:8:19: 'state_directory': must be a full path, beginning with '/'\n"
          "f.toml:10:15: 'http_listen': must be ADDRESS:PORT, as in \"127.0.0.1:9877\" or "
          "\"[::1]:9877\", or \"\"\n"
          "f.toml:4:8: 'mode' is 'brave', but must be one of: observe, advise, guarded, enforce\n"
          "f.toml:6:23: 'max_scheduler_age_s' is 60, but must be between 1 and 10 seconds\n"
          "f.toml:5:3: unknown key 'settle_round'; did you mean 'settle_rounds'?\n"
          "f.toml:12:19: 'default_lease_s': must not be longer than longest_lease_s\n"
          "f.toml:13:9: unknown table 'carbon'\n"
          "f.toml:2:1: unknown key 'colour'");
}

TEST_CASE("conf.d adds tables in the order of names") {
    const Scratch scratch;
    const auto file =
        scratch.write("f.toml", "[guard]\nmode = \"advise\"\n[[ipmi.group]]\nn = 1\n");
    scratch.write("conf.d/20-b.toml", "[[ipmi.group]]\nn = 3\n");
    scratch.write("conf.d/10-a.toml",
                  "managed_nodes = \"n1\"\n[guard]\noff_margin_s = 5\n[[ipmi.group]]\nn = 2\n");
    scratch.write("conf.d/.10-a.toml.swp", "garbage");
    scratch.write("conf.d/.hidden.toml", "garbage");
    scratch.write("conf.d/README", "garbage");
    const auto config = load_config(file);
    REQUIRE_MESSAGE(config, config.error().text);
    CHECK(config->guard.mode == Mode::advise);
    CHECK(config->guard.off_margin == 5s);
    CHECK(config->managed_nodes == std::vector<std::string>{"n1"});
    SettingsReader ipmi{config->plugins.at(0)};
    std::vector<std::int64_t> order;
    for (const auto* group : ipmi.tables("group")) {
        SettingsReader part{*group};
        order.push_back(part.integer("n", 0));
    }
    CHECK(order == std::vector<std::int64_t>{1, 2, 3});
}

TEST_CASE("a key given twice names both places") {
    const Scratch scratch;
    const auto file = scratch.write("f.toml", "managed_nodes = []\n[guard]\nmode = \"advise\"\n");
    scratch.write("conf.d/a.toml", "managed_nodes = []\n[guard]\n\nmode = \"observe\"\n");
    scratch.write("conf.d/b.toml", "guard = 3\n");
    CHECK(refusal(scratch, file) ==
          "conf.d/a.toml:1:1: 'managed_nodes' is already set at f.toml:1:1; keep one of them\n"
          "conf.d/a.toml:4:1: 'mode' is already set at f.toml:3:1; keep one of them\n"
          "conf.d/b.toml:1:1: 'guard' is already set at f.toml:2:2; keep one of them");
}

TEST_CASE("syntax errors in several files are all reported") {
    const Scratch scratch;
    const auto file = scratch.write("f.toml", "a = \n");
    scratch.write("conf.d/a.toml", "\n[x\n");
    const auto text = refusal(scratch, file);
    CHECK(text.find("f.toml:1:5: ") != std::string::npos);
    CHECK(text.find("conf.d/a.toml:2:3: ") != std::string::npos);
}

TEST_CASE("a file that cannot be read is named") {
    const Scratch scratch;
    CHECK(refusal(scratch, scratch.path() / "none.toml") ==
          "cannot read none.toml: No such file or directory");
    CHECK(refusal(scratch, scratch.path()).ends_with("is not a regular file"));
}

TEST_CASE("what is allowed but doubtful is warned about") {
    const Scratch scratch;
    const auto config = load_config(scratch.write(
        "f.toml", "[gaurd]\n[guard]\nmode = \"enforce\"\n[access]\nhttp_listen = \"0.0.0.0:1\"\n"));
    REQUIRE_MESSAGE(config, config.error().text);
    REQUIRE(config->warnings.size() == 3);
    CHECK(config->warnings[0].find("is [guard] meant?") != std::string::npos);
    CHECK(config->warnings[1].find("managed_nodes is empty") != std::string::npos);
    CHECK(config->warnings[2].find("0.0.0.0:1") != std::string::npos);
}

TEST_CASE("models of the power of unmeasured nodes") {
    const Scratch scratch;
    const auto file = scratch.write("f.toml",
                                    "[[model]]\nnodes = \"c[1-2]\"\noff_watts = 5\n"
                                    "idle_watts = 100\nfull_watts = 600.5\n");
    scratch.write("conf.d/a.toml",
                  "[[model]]\nnodes = \"g1\"\nidle_watts = 300\nfull_watts = 3000\n");
    const auto config = load_config(file);
    REQUIRE_MESSAGE(config, config.error().text);
    REQUIRE(config->models.size() == 3);
    CHECK(config->models.at("c2").off == Watts{5});
    CHECK(config->models.at("c2").full == Watts{600.5});
    CHECK(config->models.at("g1").off == Watts{0});
    CHECK(config->plugins.empty());
    scratch.write("conf.d/a.toml",
                  "[[model]]\nnodes = \"c2\"\nidle_watts = 300\nfull_watts = 200\n"
                  "[[model]]\nnodes = \"g1\"\nfull_wats = 200\n");
    CHECK(refusal(scratch, file) ==
          "conf.d/a.toml:4:14: 'full_watts': must not be less than idle_watts, nor that than "
          "off_watts\n"
          "conf.d/a.toml:2:9: 'nodes': c2 has a model already\n"
          "conf.d/a.toml:5:1: 'idle_watts': must be set\n"
          "conf.d/a.toml:5:1: 'full_watts': must be set\n"
          "conf.d/a.toml:7:1: unknown key 'full_wats'; did you mean 'full_watts'?");
}
