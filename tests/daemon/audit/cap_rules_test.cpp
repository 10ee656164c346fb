// N4, N5, N6, N7: caps.
#include "tests/daemon/audit/histories.h"

using namespace histories;

namespace {

std::string cap(std::int64_t ms, const std::string& node, double watts,
                const std::string& more = {}, const char* kind = "economy",
                std::int64_t lease_ms = 900'000) {
    return command(ms, node, "cap",
                   fmt::format(R"("limit_watts":{},"class":"{}","lease_end_ms":{},"exception":0,)"
                               R"("by":"price"{}{})",
                               watts, kind, wall(ms + lease_ms), more.empty() ? "" : ",", more));
}
std::string taken(std::int64_t ms, const std::string& node, bool ok = true) {
    return line(ms, "answer", node, fmt::format(R"("id":1,"ok":{})", ok));
}
std::string read_back(std::int64_t ms, const std::string& node, double watts) {
    return line(ms, "read_back", node, fmt::format(R"("cap_active":true,"cap_watts":{})", watts));
}
std::string uncap(std::int64_t ms, const std::string& node) {
    return command(ms, node, "uncap", R"("actor":"daemon")");
}
std::string later(std::int64_t ms) { return line(ms, "mode", "", R"("mode":"guarded")"); }
std::string start(std::int64_t ms) { return site(ms).front(); }

/// A cap that is in force.
Lines capped(std::int64_t ms, const std::string& node, double watts) {
    return {cap(ms, node, watts), taken(ms + 10, node), read_back(ms + 20, node, watts)};
}

}  // namespace

TEST_CASE("N4: every cap has an owner, a class and an end, and ends") {
    const auto began = site() + capped(1000, "n1", 200);
    const auto patient =
        Lines{line(0, "config", "", R"("event":"start","managed":"n1","lease_grace_ms":120000)")} +
        capped(1000, "n1", 200);
    const auto overtaken = site() + Lines{set_back(cap(1000, "n1", 200), -3'600'000),
                                          taken(1010, "n1"), read_back(1020, "n1", 200)};
    check_rows(
        "N4",
        {{"ended in time",
          began + Lines{uncap(901'500, "n1"), line(903'000, "cap_end", "n1"), later(2'000'000)},
          ""},
         {"no owner",
          site() +
              Lines{line(1000, "command", "n1",
                         fmt::format(R"("action":"cap","mode":"guarded","class":"safety",)"
                                     R"("lease_end_ms":{},"actor":"")",
                                     wall(9000)))} +
              Lines{},
          "a cap without an owner"},
         {"no class", site() + Lines{cap(1000, "n1", 200, "", "")}, "a cap of class \"\""},
         {"no end",
          site() + Lines{command(1000, "n1", "cap", R"("limit_watts":200,"class":"safety")")},
          "a cap without an end of its lease"},
         {"over for a minute and more", began + Lines{later(961'500)},
          "an economy cap is still there 60 s after the end of its lease"},
         {"over for less", began + Lines{later(960'000)}, ""},
         {"over for less than a simulation's minutes", patient + Lines{later(1'020'000)}, ""},
         {"over for more than them", patient + Lines{later(1'021'500)},
          "an economy cap is still there 120 s after the end of its lease"},
         {"a safety cap stays",
          site() + Lines{cap(1000, "n1", 200, "", "safety"), taken(1010, "n1"),
                         read_back(1020, "n1", 200), later(2'000'000)},
          ""},
         {"the BMC had refused it",
          site() + Lines{cap(1000, "n1", 200), taken(1010, "n1", false), later(2'000'000)}, ""},
         {"the clock was set forward just before it was sent", overtaken + Lines{later(59'000)},
          ""},
         {"and it stays", overtaken + Lines{later(62'000)},
          "an economy cap is still there 61 s after the end of its lease"},
         {"the lease was extended", began + capped(800'000, "n1", 200) + Lines{later(1'700'000)},
          ""},
         {"the daemon was dead in between, and has just started",
          began + Lines{line(2000, "world_kill", "", R"("what":"frugald")"), later(2'000'000),
                        start(2'000'000), later(2'050'000), uncap(2'055'000, "n1")},
          ""},
         {"and does nothing about it",
          began + Lines{line(2000, "world_kill", "", R"("what":"frugald")"), start(2'000'000),
                        later(2'061'500)},
          "an economy cap is still there 1160 s after the end of its lease"},
         {"an orderly stop under a kill switch leaves it",
          began + Lines{line(4000, "hold", "", R"("by":"uid 0","why":"drill")"),
                        line(4500, "refused", "n1", R"("action":"uncap","rule":"N11")"),
                        line(5000, "stop", "", R"("why":"SIGTERM")")},
          ""},
         {"an orderly stop leaves it", began + Lines{line(5000, "stop", "", R"("why":"SIGTERM")")},
          "an economy cap was left by an orderly stop"},
         {"it is released after the stop",
          began + Lines{line(5000, "stop", "", R"("why":"SIGTERM")"), bmc(5500, "n1", "uncap"),
                        start(9000)},
          ""}});
}

TEST_CASE("N5: the nodes of a job are capped alike") {
    const auto job = line(500, "world_job", "", R"("id":7,"event":"start","nodes":"n[1-2]")");
    const auto both = capped(1000, "n1", 200) + capped(2000, "n2", 200);
    const auto capped_at_first = site() + capped(100, "n1", 294) + Lines{job};
    const auto by_itself = [](std::int64_t ms, const char* node, double watts) {
        return cap(ms, node, watts, R"("actor":"daemon")");
    };
    const auto end = Lines{later(100'000)};
    check_rows(
        "N5",
        {{"both alike", site() + Lines{job} + both + end, ""},
         {"one stays without", site() + Lines{job} + capped(1000, "n1", 200) + end,
          "job 7 has uneven caps: n1 200 W, n2 none"},
         {"the second was refused, the first rolled back",
          site() + Lines{job} + capped(1000, "n1", 200) +
              Lines{cap(2000, "n2", 200), taken(2010, "n2", false), uncap(3000, "n1"),
                    taken(3010, "n1")} +
              end,
          ""},
         {"it began on uneven ones, and a change is taken back to them",
          capped_at_first +
              Lines{cap(1000, "n1", 200), taken(1010, "n1"), cap(1000, "n2", 200),
                    taken(8000, "n2", false), by_itself(9000, "n1", 294), taken(13'010, "n1")} +
              end,
          ""},
         {"taken back on one node only",
          capped_at_first + both + Lines{by_itself(13'000, "n1", 294), taken(13'010, "n1")} + end,
          "job 7 has uneven caps: n1 294 W, n2 200 W"},
         {"changed by the daemon to what was not there",
          site() + Lines{job} + both +
              Lines{by_itself(21'000, "n1", 250), taken(21'010, "n1"), by_itself(21'000, "n2", 250),
                    taken(21'010, "n2")} +
              end,
          "the caps of its job were changed again after 20 s"},
         {"the job ends first",
          site() + Lines{job} + capped(1000, "n1", 200) +
              Lines{line(5000, "world_job", "", R"("id":7,"event":"end","nodes":"n[1-2]")")} + end,
          ""},
         {"changed again after two minutes",
          site() + Lines{job} + both + capped(121'000, "n1", 250) + capped(121'500, "n2", 250),
          "the caps of its job were changed again after 120 s"},
         {"changed again after five",
          site() + Lines{job} + both + capped(302'000, "n1", 250) + capped(302'500, "n2", 250), ""},
         {"the daemon rolls back and ends leases when it has to",
          site() + Lines{job} + both +
              Lines{uncap(121'000, "n1"), taken(121'010, "n1"), uncap(121'000, "n2"),
                    taken(121'010, "n2"), later(200'000)},
          ""},
         {"below the least",
          site() + Lines{cap(1000, "n1", 99), taken(1001, "n1"), read_back(1002, "n1", 99)},
          "a cap of 99 W, 100 W is the least"},
         {"Slurm starts a job on nodes with different caps",
          site() + capped(100, "n1", 200) + Lines{job} + end, ""},
         {"or while the command for one of them is on its way",
          site() + Lines{job} + capped(585, "n1", 200) + end, ""},
         {"and somebody changes them under it",
          site() + capped(100, "n1", 200) + Lines{job} + capped(1000, "n2", 300) + end,
          "job 7 has uneven caps: n1 200 W, n2 300 W"},
         {"nodes of another kind have another cap",
          site() + Lines{line(0, "figures", "", R"("nodes":"n2","running_watts":900)"), job} +
              capped(1000, "n1", 200) + capped(2000, "n2", 600) + end,
          ""},
         {"it is seen by what the daemon knew of jobs",
          site() +
              Lines{cap(1000, "n1", 200, R"("jobs":["7"])"), taken(1010, "n1"),
                    read_back(1020, "n1", 200), cap(1000, "n2", 300, R"("jobs":["7","8"])"),
                    taken(1010, "n2"), read_back(1020, "n2", 300)} +
              end,
          "job 7 has uneven caps: n1 200 W, n2 300 W"},
         {"what BMCs received counts",
          site() +
              Lines{job, cap(1000, "n1", 200), bmc(1001, "n1", "cap", R"("watts":200)"),
                    bmc(1001, "n2", "cap", R"("watts":210)")} +
              end,
          "job 7 has uneven caps: n1 200 W, n2 210 W"}});
}

TEST_CASE("N6: a cap never switches off, and is read back") {
    check_rows("N6",
               {{"read back", site() + capped(1000, "n1", 200) + Lines{later(500'000)}, ""},
                {"read back before the answer was written down",
                 site() + Lines{cap(1000, "n1", 200), read_back(1010, "n1", 200), taken(1010, "n1"),
                                later(121'011)},
                 ""},
                {"never read back",
                 site() + Lines{cap(1000, "n1", 200), taken(1010, "n1"), later(121'011)},
                 "a cap that the BMC accepted was not read back within 120 s"},
                {"the daemon was killed before",
                 site() + Lines{cap(1000, "n1", 200), taken(1010, "n1"),
                                line(2000, "world_kill", "", R"("what":"frugald")"), start(300'000),
                                later(310'000)},
                 ""},
                {"hard power-off when exceeded",
                 site() + Lines{command(1000, "n1", "cap",
                                        fmt::format(R"("limit_watts":200,"class":"safety",)"
                                                    R"("lease_end_ms":{},"exception":1)",
                                                    wall(5000)))},
                 "a cap with exception action 01h: only 00h, none, does not switch the node off"},
                {"as the BMC received it",
                 site() + Lines{bmc(1000, "n1", "cap", R"("exception":17,"watts":200)")},
                 "a cap with exception action 11h: only 00h, none, does not switch the node off"}});
}

TEST_CASE("N7: nothing rises on missing readings") {
    const auto economy = site() + capped(1000, "n1", 200);
    const auto dark = R"("actor":"policy","fresh_percent":79)";
    check_rows(
        "N7",
        {{"enough are fresh",
          site() + Lines{breaker(), command(1000, "n1", "on", R"("fresh_percent":80)")}, ""},
         {"too few for a hook below a breaker",
          site() + Lines{breaker(), command(1000, "n1", "on", R"("fresh_percent":79)")},
          "on with 79 % fresh readings, 80 % needed"},
         {"a hook whose node is on none",
          site() + Lines{command(900, "n2", "on", R"("actor":"policy")"),
                         command(1000, "n1", "on", R"("fresh_percent":0)")},
          ""},
         {"too few to switch on", site() + Lines{command(1000, "n1", "on", dark)},
          "on with 79 % fresh readings, 80 % needed"},
         {"too few to un-cap", economy + Lines{command(5000, "n1", "uncap", dark)},
          "uncap with 79 % fresh readings, 80 % needed"},
         {"how many is not known of a breaker",
          site() + Lines{breaker(), line(1000, "command", "n1",
                                         R"("action":"on","actor":"hook","mode":"guarded")")},
          "on without knowing how many readings of breaker 1 are fresh"},
         {"an administrator wants it",
          site() + Lines{breaker(), command(900, "n2", "on"),
                         command(1000, "n1", "on", R"("actor":"admin","fresh_percent":0)")},
          ""},
         {"the lease of an economy cap is over",
          economy + Lines{command(901'000, "n1", "uncap", dark),
                          command(901'000, "n2", "on", R"("actor":"policy")")},
          ""},
         {"the daemon stops",
          economy + Lines{line(5000, "stop", ""), command(5001, "n1", "uncap", dark),
                          command(5001, "n2", "on", R"("actor":"policy")")},
          ""},
         {"a safety cap's lease is over",
          site() + Lines{cap(1000, "n1", 200, "", "safety"), command(901'000, "n1", "uncap", dark)},
          "uncap with 79 % fresh readings, 80 % needed"}});
}
