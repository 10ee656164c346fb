#include "daemon/doctor/probes.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/scratch.h"

using namespace frugald;
using namespace frugald::doctor;

TEST_CASE("files and directories are seen as they are") {
    const Scratch scratch;
    const auto secrets = scratch.write("secrets.toml", "x");
    ::chmod(secrets.c_str(), 0640);
    const auto seen = look_at(secrets);
    CHECK(seen.exists);
    CHECK(seen.mode == 0640);
    CHECK(seen.uid == ::geteuid());
    CHECK_FALSE(seen.directory);
    const auto missing = look_at(scratch.path() / "nothing");
    CHECK_FALSE(missing.exists);
    CHECK(missing.trouble == "No such file or directory");
    const auto directory = look_into(scratch.path());
    CHECK(directory.file.directory);
    CHECK(directory.writable);
    CHECK(directory.free_bytes.value_or(0) > 0);
    CHECK_FALSE(directory.filesystem.empty());
    CHECK_FALSE(look_into(scratch.path() / "nothing").writable);
    CHECK(look_into("/proc").filesystem == "type 0x9fa0");
}

TEST_CASE("a hook is known by what its link leads to, and says where it would call") {
    const Scratch scratch;
    scratch.write("libexec/frugald-hook", "#!/bin/sh\n");
    ::chmod((scratch.path() / "libexec/frugald-hook").c_str(), 0755);
    const auto link = scratch.path() / "libexec/suspend";
    std::filesystem::create_symlink("frugald-hook", link);
    scratch.write("libexec/hook.conf",
                  "# ours\nsocket=/srv/hook.sock\nspool=/srv/spool\nnonsense\n");
    const auto ours = look_at_program(link);
    CHECK(ours.ours);
    CHECK(ours.file.mode == 0755);
    CHECK(ours.socket == "/srv/hook.sock");
    CHECK(ours.spool == "/srv/spool");
    CHECK(ours.problem.find("nonsense") != std::string::npos);
    const auto other = look_at_program(scratch.write("other", ""));
    CHECK(other.file.exists);
    CHECK_FALSE(other.ours);
    CHECK_FALSE(look_at_program("/nowhere/suspend").file.exists);
}

TEST_CASE("a probe of this machine brings something of everything") {
    const Scratch scratch;
    Config config;
    config.daemon.state_directory = config.daemon.spool_directory = scratch.path();
    config.daemon.runtime_directory = scratch.path();
    scratch.write("HOLD", "");
    auto group = std::make_shared<Settings>();
    group->entries.push_back({"nodes", {}, {std::string{"n[1-2]"}, {}}});
    group->entries.push_back({"bmc", {}, {std::string{"127.0.0.[1-2]"}, {}}});
    Settings ipmi;
    ipmi.path = "ipmi";
    ipmi.entries.push_back({"group", {}, {SettingsValue::Array{{group, {}}}, {}}});
    config.plugins.push_back(ipmi);
    SchedulerView slurm;
    slurm.power_saving.suspend_program = "/bin/sh -x";
    const auto seen = probe(config, &slurm, {.munge_socket = scratch.path() / "none"});
    CHECK(seen.hold_file.exists);
    CHECK_FALSE(seen.hook_socket.exists);
    CHECK_FALSE(seen.munge_socket.exists);
    CHECK(seen.uid == ::geteuid());
    CHECK_FALSE(seen.own_names.empty());
    CHECK(seen.descriptors_open.value_or(0) >= 3);
    CHECK(seen.descriptors_limit.value_or(0) > seen.descriptors_open.value_or(0));
    CHECK(seen.clock_synchronised.has_value());
    CHECK(seen.bmc_addresses ==
          std::map<std::string, std::string>{{"n1", "127.0.0.1:623"}, {"n2", "127.0.0.2:623"}});
    REQUIRE(seen.programs.contains("/bin/sh -x"));
    CHECK(seen.programs.at("/bin/sh -x").file.exists);
    CHECK(probe(config, nullptr, {}, std::chrono::milliseconds{-1}).bmc_addresses.empty());
}
