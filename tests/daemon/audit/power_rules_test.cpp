// N1, N2, N3: what may be switched off, and how much on at once.
#include "tests/daemon/audit/histories.h"

using namespace histories;

TEST_CASE("N1: a command on what the daemon itself recorded of Slurm") {
    check_rows(
        "N1",
        {{"an idle node is switched off", site() + Lines{command(5000, "n1", "off")}, ""},
         {"a busy one is",
          site() + Lines{command(5000, "n1", "off",
                                 R"("slurm_state":"allocated","slurm_busy":true,"jobs":["7"])")},
          "off while job 7 is on the node (Slurm: \"allocated\")"},
         {"one that is completing is",
          site() +
              Lines{command(5000, "n1", "soft", R"("slurm_state":"completing","slurm_busy":true)")},
          "soft while Slurm shows the node as \"completing\""},
         {"whether it is busy is not known",
          site() + Lines{line(5000, "command", "n1",
                              R"("action":"off","actor":"hook","mode":"guarded",)"
                              R"("slurm_state":"gone","slurm_age_ms":5)")},
          "off while Slurm shows the node as \"gone\", which is unknown"},
         {"Slurm's state is old",
          site() + Lines{command(5000, "n1", "off", R"("slurm_age_ms":10001)")},
          "off on a Slurm state 10001 ms old, 10000 ms allowed"},
         {"Slurm was never read",
          site() + Lines{line(5000, "command", "n1",
                              R"("action":"off","actor":"hook","mode":"guarded")")},
          "off without a reading of Slurm's state"},
         {"an administrator accepts the loss of a job",
          site() + Lines{command(5000, "n1", "off",
                                 R"("actor":"admin","accept_job_loss":true,"slurm_busy":true)")},
          ""},
         {"an administrator does not",
          site() + Lines{command(5000, "n1", "off",
                                 R"("actor":"admin","slurm_state":"mixed","slurm_busy":true)")},
          "off while Slurm shows the node as \"mixed\""},
         {"a policy accepts it, which it cannot",
          site() + Lines{command(5000, "n1", "off",
                                 R"("actor":"policy","accept_job_loss":true,)"
                                 R"("slurm_state":"mixed","slurm_busy":true)")},
          "off while Slurm shows the node as \"mixed\""},
         {"a resume cycles the node that its job waits for",
          site() + Lines{command(5000, "n1", "cycle",
                                 R"("resuming":true,"slurm_busy":true,"slurm_powering_up":true)")},
          ""},
         {"a resume cycles a node that has come up",
          site() + Lines{command(5000, "n1", "cycle",
                                 R"("resuming":true,"slurm_state":"allocated","slurm_busy":true)")},
          "cycle inside a resume, but Slurm shows the node as \"allocated\", not powering up"}});
}

TEST_CASE("N1: what a BMC received while Slurm used the node") {
    const auto off = command(4000, "n1", "off");
    const auto busy = slurm(4500, "n1", R"("state":"allocated","busy":true,"jobs":["7"])");
    check_rows(
        "N1",
        {{"the node was idle",
          site() +
              Lines{slurm(1, "n1", R"("state":"idle","busy":false)"), off, bmc(5000, "n1", "off")},
          ""},
         {"a job had begun just before", site() + Lines{off, busy, bmc(5000, "n1", "off")},
          "the BMC received off while Slurm had the node \"allocated\", in use by job 7"},
         {"slurmctld died and forgot the node while the command was on its way",
          site() + Lines{off, slurm(4900, "n1", R"("state":"unknown*","busy":true)"),
                         bmc(5000, "n1", "off")},
          ""},
         {"it had forgotten the node before",
          site() + Lines{off, slurm(4899, "n1", R"("state":"unknown*","busy":true)"),
                         bmc(5000, "n1", "off")},
          "the BMC received off while Slurm had the node \"unknown*\", in use"},
         {"slurmctld wakes it for a job while the command is on its way",
          site() +
              Lines{off,
                    slurm(4950, "n1",
                          R"("state":"allocated#","busy":true,"powering_up":true,"jobs":["7"])"),
                    bmc(5000, "n1", "soft")},
          ""},
         {"a reservation begins while the command is on its way",
          site() + Lines{off, slurm(4950, "n1", R"("state":"idle%","busy":false,"reserved":true)"),
                         bmc(5000, "n1", "soft")},
          ""},
         {"it has begun before",
          site() + Lines{off, slurm(4899, "n1", R"("state":"idle%","busy":false,"reserved":true)"),
                         bmc(5000, "n1", "soft")},
          "the BMC received soft while Slurm had the node \"idle%\", reserved"},
         {"slurmctld has woken it before",
          site() +
              Lines{off,
                    slurm(4899, "n1",
                          R"("state":"allocated#","busy":true,"powering_up":true,"jobs":["7"])"),
                    bmc(5000, "n1", "soft")},
          "the BMC received soft while Slurm had the node \"allocated#\", in use by job 7"},
         {"it knows of a job there",
          site() + Lines{off, slurm(4950, "n1", R"("state":"unknown*","busy":true,"jobs":["7"])"),
                         bmc(5000, "n1", "off")},
          "the BMC received off while Slurm had the node \"unknown*\", in use by job 7"},
         {"the job has ended since Slurm was last asked",
          site() + Lines{busy, line(4600, "world_job", "", R"("id":"7","event":"end")"), off,
                         bmc(5000, "n1", "off")},
          ""},
         {"slurmctld has called the suspend since it was last asked",
          site() + Lines{busy, line(4600, "world_hook", "n1", R"("verb":"suspend")"), off,
                         bmc(5000, "n1", "off")},
          ""},
         {"it has ended, and the node is still completing",
          site() + Lines{line(4400, "world_job", "", R"("id":"7","event":"end")"), busy, off,
                         bmc(5000, "n1", "off")},
          "the BMC received off while Slurm had the node \"allocated\", in use by job 7"},
         {"it was reserved",
          site() + Lines{off, slurm(4500, "n1", R"("state":"idle","reserved":true)"),
                         bmc(5000, "n1", "soft")},
          "the BMC received soft while Slurm had the node \"idle\", reserved"},
         {"somebody else switched it",
          site() + Lines{off, busy, bmc(5000, "n1", "off", R"("external":true)")}, ""},
         {"another node is busy",
          site() + Lines{off, slurm(4500, "n2", R"("state":"allocated","busy":true)"),
                         slurm(4500, "n1", R"("state":"idle")"), bmc(5000, "n1", "off")},
          ""},
         {"a resume cycles it",
          site() +
              Lines{command(4000, "n1", "cycle", R"("resuming":true,"slurm_powering_up":true)"),
                    slurm(4500, "n1",
                          R"("state":"allocated#","busy":true,)"
                          R"("powering_up":true)"),
                    bmc(5000, "n1", "off")},
          ""},
         {"a resume cycles what was last seen asleep, with its job waiting",
          site() +
              Lines{
                  command(4000, "n1", "cycle", R"("resuming":true,"slurm_powering_up":true)"),
                  slurm(4500, "n1", R"("state":"ALLOCATED+POWERED_DOWN","busy":true,"jobs":["7"])"),
                  bmc(5000, "n1", "off")},
          ""},
         {"an off, not of a resume, hits such a node",
          site() + Lines{off,
                         slurm(4500, "n1",
                               R"("state":"ALLOCATED+POWERED_DOWN","busy":true,"jobs":["7"])"),
                         bmc(5000, "n1", "off")},
          "the BMC received off while Slurm had the node \"ALLOCATED+POWERED_DOWN\", in use by job "
          "7"},
         {"a late off hits a node that powers up",
          site() + Lines{off,
                         slurm(4500, "n1",
                               R"("state":"allocated#","busy":true,)"
                               R"("powering_up":true,"jobs":["8"])"),
                         bmc(5000, "n1", "off")},
          "the BMC received off while Slurm had the node \"allocated#\", in use by job 8"},
         {"the administrator accepted it",
          site() + Lines{command(4000, "n1", "off", R"("actor":"admin","accept_job_loss":true)"),
                         busy, bmc(5000, "n1", "off")},
          ""}});
}

TEST_CASE("N2: an off that was overtaken or is late") {
    const auto suspended =
        line(1000, "hook", "n1",
             fmt::format(R"("verb":"suspend","generation":1,"deadline_ms":{})", wall(30'000)));
    const auto resumed = line(20'000, "hook", "n1", R"("verb":"resume","generation":2)");
    check_rows(
        "N2",
        {{"in time",
          site() + Lines{suspended, command(5000, "n1", "off",
                                            fmt::format(R"("generation":1,"newest":1,)"
                                                        R"("deadline_ms":{})",
                                                        wall(30'000)))},
          ""},
         {"the deadline has passed by the wall clock",
          site() +
              Lines{suspended, command(30'500, "n1", "off",
                                       fmt::format(R"("generation":1,"newest":1,"deadline_ms":{})",
                                                   wall(30'000)))},
          "off 500 ms after its deadline by the wall clock"},
         {"it has by the steady clock only",
          site() +
              Lines{suspended, command(30'500, "n1", "off",
                                       fmt::format(R"("generation":1,"newest":1,"deadline_ms":{},)"
                                                   R"("deadline_steady_ms":30000)",
                                                   wall(99'000)))},
          "off 500 ms after its deadline by the steady clock"},
         {"a newer request is there",
          site() + Lines{suspended, command(5000, "n1", "off", R"("generation":1,"newest":2)")},
          "off of request 1, but request 2 is newer"},
         {"the daemon overlooks the resume that it took",
          site() + Lines{suspended, resumed,
                         command(25'000, "n1", "off", R"("generation":1,"newest":1)")},
          fmt::format("off after the resume of {} (request 2)",
                      frugald::iso8601(frugald::from_unix_ms(wall(20'000))))},
         {"the resume's own cycle",
          site() + Lines{suspended, resumed,
                         command(25'000, "n1", "cycle",
                                 R"("generation":2,"newest":2,"resuming":true,)"
                                 R"("slurm_powering_up":true)")},
          ""},
         {"a suspend after the resume, and after the clock was set back",
          site() +
              Lines{line(20'000, "hook", "n1",
                         fmt::format(R"("verb":"resume","generation":{})", wall(20'000))),
                    set_back(command(41'000, "n1", "off",
                                     fmt::format(R"("generation":{0},"newest":{0})", wall(10'900))),
                             30'000)},
          ""},
         {"a suspend before the resume, sent after the clock was set back",
          site() +
              Lines{line(20'000, "hook", "n1",
                         fmt::format(R"("verb":"resume","generation":{})", wall(20'000))),
                    set_back(command(21'000, "n1", "off",
                                     fmt::format(R"("generation":{0},"newest":{0})", wall(19'000))),
                             500)},
          fmt::format("off after the resume of {} (request {})",
                      frugald::iso8601(frugald::from_unix_ms(wall(20'000))), wall(20'000))},
         {"a suspend after a resume whose number is ahead of the clock, which had been set back",
          site() + Lines{line(20'000, "hook", "n1",
                              fmt::format(R"("verb":"resume","generation":{})", wall(50'000))),
                         command(41'000, "n1", "off",
                                 fmt::format(R"("generation":{0},"newest":{0})", wall(40'900)))},
          ""},
         {"a suspend before a resume whose number is ahead of the clock",
          site() + Lines{line(20'000, "hook", "n1",
                              fmt::format(R"("verb":"resume","generation":{})", wall(50'000))),
                         command(21'000, "n1", "off",
                                 fmt::format(R"("generation":{0},"newest":{0})", wall(19'000)))},
          fmt::format("off after the resume of {} (request {})",
                      frugald::iso8601(frugald::from_unix_ms(wall(20'000))), wall(50'000))},
         {"a suspend after the resume",
          site() + Lines{resumed, line(40'000, "hook", "n1", R"("verb":"suspend","generation":3)"),
                         command(41'000, "n1", "off", R"("generation":3,"newest":3)")},
          ""}});
}

TEST_CASE("N2: what a BMC received after slurmctld had called the resume") {
    const auto suspend = line(1000, "world_hook", "n1", R"("verb":"suspend")");
    const auto taken =
        line(1001, "hook", "n1",
             fmt::format(R"("verb":"suspend","generation":1,"deadline_ms":{})", wall(30'000)));
    const auto resume = line(20'000, "world_hook", "n1", R"("verb":"resume")");
    const auto off = [](std::int64_t ms) {
        return command(ms, "n1", "off", R"("generation":1,"newest":1)");
    };
    const auto before = site() + Lines{suspend, taken};
    check_rows(
        "N2",
        {{"in time", before + Lines{off(2000), bmc(2005, "n1", "off")}, ""},
         {"the resume came while it was on its way",
          before + Lines{off(19'990), resume, bmc(20'900, "n1", "off")}, ""},
         {"it was long on its way", before + Lines{off(19'990), resume, bmc(21'001, "n1", "off")},
          "the BMC received off 1001 ms after slurmctld called the resume"},
         {"it was sent after the resume",
          before + Lines{resume, off(20'010), bmc(20'020, "n1", "off")},
          "the BMC received off 20 ms after slurmctld called the resume"},
         {"the resume cycles",
          before +
              Lines{resume,
                    command(20'010, "n1", "cycle", R"("resuming":true,"slurm_powering_up":true)"),
                    bmc(20'020, "n1", "off")},
          ""},
         {"Slurm has given the resume up, and the node is to be off then",
          before + Lines{resume, line(50'000, "world_hook", "n1", R"("verb":"resume-fail")"),
                         command(50'010, "n1", "off", R"("generation":3,"newest":3)"),
                         bmc(50'020, "n1", "off")},
          ""},
         {"a repair, long after the suspend",
          before +
              Lines{command(99'000, "n1", "off", R"("actor":"daemon")"), bmc(99'010, "n1", "off")},
          ""},
         {"on its way at the deadline", before + Lines{off(29'990), bmc(30'100, "n1", "off")}, ""},
         {"the clock is set forward while it is on its way",
          before + Lines{off(5000), set_back(bmc(5010, "n1", "off"), -3'600'000)}, ""},
         {"the clock was set forward before it left",
          before +
              Lines{set_back(off(5000), -3'600'000), set_back(bmc(5010, "n1", "off"), -3'600'000)},
          "the BMC received off 3575010 ms after the deadline of the suspend"},
         {"after the deadline", before + Lines{off(29'990), bmc(31'100, "n1", "off")},
          "the BMC received off 1100 ms after the deadline of the suspend"}});
}

TEST_CASE("N3: switching on is counted against every breaker") {
    const auto on = [](std::int64_t ms, const std::string& node) {
        return command(ms, node, "on", R"("resuming":true)");
    };
    const auto rig = site() + Lines{breaker()};
    check_rows(
        "N3",
        {{"two boot at once: 800 W of 900", rig + Lines{on(1000, "n1"), on(1100, "n2")}, ""},
         {"three boot at once", rig + Lines{on(1000, "n1"), on(1100, "n2"), on(1200, "n3")},
          "switched on although the nodes that are on or booting in breaker 1 draw 1200 W at "
          "least, "
          "900 W allowed"},
         {"the third a minute later: what the others draw, only the daemon knew",
          rig + Lines{on(1000, "n1"), on(1100, "n2"), on(70'000, "n3")}, ""},
         {"the world knows more: 300 + 300 + 400 W",
          rig + Lines{bmc(1000, "n1", "on"), bmc(1100, "n2", "on"),
                      line(69'000, "world_power", "n1", R"("watts":300)"),
                      line(69'000, "world_power", "n2", R"("watts":300)"), bmc(70'000, "n3", "on")},
          "switched on although the nodes that are on or booting in breaker 1 draw 1000 W at "
          "least, "
          "900 W allowed"},
         {"one has been switched off before",
          rig + Lines{bmc(1000, "n1", "on"), bmc(1100, "n2", "on"),
                      line(61'500, "world_power", "n1", R"("watts":300)"),
                      line(61'500, "world_power", "n2", R"("watts":300)"), bmc(65'000, "n2", "off"),
                      bmc(70'000, "n3", "on")},
          ""},
         {"a reload forgets the breaker",
          rig + Lines{on(1000, "n1"), on(1100, "n2")} + site(1150) + Lines{on(1200, "n3")}, ""},
         {"the world counts, not the commands",
          rig + Lines{line(1, "world_chassis", "n4", R"("on":true)"),
                      line(1, "world_power", "n4", R"("watts":600)"), on(1000, "n1"),
                      bmc(1001, "n1", "on")},
          "switched on although the nodes that are on or booting in breaker 1 draw 1000 W at "
          "least, "
          "900 W allowed"},
         {"a node that is on is told again",
          rig + Lines{line(1, "world_chassis", "n4", R"("on":true)"),
                      line(1, "world_chassis", "n3", R"("on":true)"),
                      line(1, "world_chassis", "n2", R"("on":true)"), bmc(1001, "n4", "on")},
          ""},
         {"the daemon's own figure is over its limit",
          rig + Lines{command(1000, "n1", "on", R"("scopes":["breaker 1 950.5 1000"])")},
          "on although 950 W were expected in breaker 1, 900 W allowed"},
         {"an un-cap over the limit of a scope without an entry",
          rig + Lines{command(1000, "n1", "uncap", R"("scopes":["row b 952 950","x"])")},
          "uncap although 952 W were expected in row b, 950 W allowed"}});
}
