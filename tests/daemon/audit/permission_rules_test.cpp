// N8, N9, N10, N11: whom, how many, and when at all.
#include "tests/daemon/audit/histories.h"

using namespace histories;

TEST_CASE("N8: only what is managed and not protected") {
    check_rows(
        "N8",
        {{"managed", site() + Lines{command(1000, "n4", "on")}, ""},
         {"not managed", site() + Lines{command(1000, "n5", "on")},
          "on of a node outside managed_nodes"},
         {"protected, by whomever", site() + Lines{command(1000, "n9", "on", R"("actor":"admin")")},
          "on of a node that is protected"},
         {"a BMC outside hears something", site() + Lines{bmc(1000, "n5", "uncap")},
          "uncap of a node outside managed_nodes"},
         {"from somebody else",
          site() + Lines{bmc(1000, "n5", "off", R"("external":true)"), command(1000, "n1", "on")},
          ""}});
}

TEST_CASE("N9: the machine is the pinned one") {
    const auto pinned = line(1, "identity", "n1", R"("event":"pinned","guid":"g-n1")");
    check_rows(
        "N9",
        {{"it is", site() + Lines{pinned, command(1000, "n1", "on", R"("pinned_guid":"g-n1")")},
          ""},
         {"the daemon saw another",
          site() + Lines{command(1000, "n1", "on", R"("guid":"g-x","pinned_guid":"g-n1")")},
          "on of the machine g-x, but g-n1 is pinned"},
         {"another one received it",
          site() + Lines{pinned, bmc(1000, "n1", "off", R"("guid":"g-x")")},
          "off was received by the machine g-x, but g-n1 is pinned"},
         {"the change was accepted",
          site() + Lines{pinned, line(2, "identity", "n1", R"("event":"changed","guid":"g-x")"),
                         line(3, "identity", "n1", R"("event":"accepted","guid":"g-x")"),
                         command(1000, "n1", "on", R"("guid":"g-x","pinned_guid":"g-x")")},
          ""},
         {"it was not",
          site() + Lines{pinned, line(2, "identity", "n1", R"("event":"changed","guid":"g-x")"),
                         command(1000, "n1", "on", R"("guid":"g-x")")},
          "on although its identity was found changed"},
         {"it was, and is the known one again",
          site() + Lines{pinned, line(2, "identity", "n1", R"("event":"changed","guid":"g-x")"),
                         line(3, "identity", "n1", R"("event":"back","guid":"g-n1")"),
                         command(1000, "n1", "on", R"("guid":"g-n1","pinned_guid":"g-n1")")},
          ""},
         {"two had one, and the known one is back",
          site() + Lines{pinned, line(2, "identity", "n1", R"("event":"duplicate","guid":"g-n7")"),
                         command(1000, "n1", "on", R"("guid":"g-n1","pinned_guid":"g-n1")")},
          ""},
         {"two have its own",
          site() + Lines{pinned, line(2, "identity", "n1", R"("event":"duplicate","guid":"g-n1")"),
                         command(1000, "n1", "on", R"("guid":"g-n1","pinned_guid":"g-n1")")},
          "on although its identity was found duplicate"},
         {"the board has moved to another node, as accepted",
          site() + Lines{pinned, line(3, "identity", "n2", R"("event":"accepted","guid":"g-n1")"),
                         command(1000, "n2", "on", R"("guid":"g-n1","pinned_guid":"g-n1")")},
          ""},
         {"two nodes have it",
          site() + Lines{pinned, command(1000, "n2", "on", R"("guid":"g-n1")")},
          "on of the machine g-n1, which is n1"}});
}

TEST_CASE("N10: every budget is counted again") {
    const auto budget = [](const char* limits) {
        return line(0, "budget", "", fmt::format(R"("name":"rack","nodes":"n[1-3]",{})", limits));
    };
    const auto off = [](std::int64_t ms, const std::string& node, int id) {
        return command(ms, node, "suspend", fmt::format(R"("actor":"policy","id":{})", id));
    };
    const auto two = site() + Lines{budget(R"("offs_per_10_minutes":2)")};
    const auto day = site() + Lines{budget(R"("offs_per_day":1)")};
    const auto cycles = site() + Lines{budget(R"("cycles_per_node_day":1)")};
    const auto pool =
        site() + Lines{budget(R"("warm_pool":1)"), slurm(1, "n1", R"("state":"idle","busy":false)"),
                       slurm(1, "n2", R"("state":"idle","busy":false)"),
                       slurm(1, "n3", R"("state":"allocated","busy":true)")};
    check_rows(
        "N10",
        {{"two in ten minutes", two + Lines{off(1000, "n1", 1), off(2000, "n2", 2)}, ""},
         {"three", two + Lines{off(1000, "n1", 1), off(2000, "n2", 2), off(600'999, "n3", 3)},
          "3 offs in 10 minutes in rack, 2 allowed"},
         {"the third later",
          two + Lines{off(1000, "n1", 1), off(2000, "n2", 2), off(601'000, "n3", 3)}, ""},
         {"one wish, sent three times",
          two + Lines{off(1000, "n1", 1), off(2000, "n1", 1), off(3000, "n1", 1)}, ""},
         {"outside the budget's nodes",
          two +
              Lines{off(1000, "n1", 1), off(2000, "n4", 2), off(2000, "n4", 3), off(2000, "n4", 4)},
          ""},
         {"a hook's offs are Slurm's",
          two + Lines{off(1, "n3", 9), command(1000, "n1", "off", R"("id":2)"),
                      command(1000, "n1", "off", R"("id":3)"), command(1000, "n1", "off")},
          ""},
         {"two in a day", day + Lines{off(1000, "n1", 1), off(80'000'000, "n2", 2)},
          "2 offs in a day in rack, 1 allowed"},
         {"two of a node", cycles + Lines{off(1000, "n1", 1), off(80'000'000, "n1", 2)},
          "2 offs of the node in a day in rack, 1 allowed"},
         {"one of each", cycles + Lines{off(1000, "n1", 1), off(80'000'000, "n2", 2)}, ""},
         {"one stays warm", pool + Lines{off(1000, "n1", 1)}, ""},
         {"none does",
          pool + Lines{slurm(500, "n2", R"("state":"mixed","busy":true)"), off(1000, "n1", 1)},
          "only 0 idle nodes are left on in rack, 1 have to be"}});
}

TEST_CASE("N11: not while held, not in a mode that does not act, not before it has settled") {
    const auto everything = line(5000, "hold", "", R"("by":"root","why":"fire")");
    const auto one = line(5000, "hold", "n1", R"("by":"ann","why":"looking")");
    const auto soon = line(5000, "hold", "n1",
                           fmt::format(R"("by":"ann","why":"looking","until_ms":{})", wall(9000)));
    check_rows(
        "N11",
        {{"free", site() + Lines{command(9000, "n1", "off")}, ""},
         {"the kill switch", site() + Lines{everything, command(7000, "n1", "off")},
          "off while everything is held by root since 2000 ms (fire)"},
         {"holds administrators too",
          site() + Lines{everything, command(7000, "n1", "on", R"("actor":"admin")")},
          "on while everything is held by root since 2000 ms (fire)"},
         {"what was under way", site() + Lines{everything, command(6000, "n1", "off")}, ""},
         {"released",
          site() + Lines{everything, line(6000, "release", "", R"("by":"ann")"),
                         command(9000, "n1", "off")},
          ""},
         {"the node is held", site() + Lines{one, command(7000, "n1", "off")},
          "off while the node is held by ann since 2000 ms (looking)"},
         {"but not for an administrator",
          site() + Lines{one, command(7000, "n1", "on", R"("actor":"admin")")}, ""},
         {"nor for the end of a lease",
          site() + Lines{one, command(7000, "n1", "uncap", R"("actor":"daemon")")}, ""},
         {"another is", site() + Lines{one, command(7000, "n2", "off")}, ""},
         {"the hold is over", site() + Lines{soon, command(9000, "n1", "off")}, ""},
         {"the mode does not act", site() + Lines{command(7000, "n1", "on", R"("mode":"observe")")},
          "on in mode \"observe\", which does not act"},
         {"a plan nobody approved",
          site() + Lines{command(7000, "n1", "suspend", R"("mode":"advise","actor":"policy")")},
          "suspend in mode \"advise\", which does not act"},
         {"an approved plan",
          site() + Lines{command(7000, "n1", "suspend",
                                 R"("mode":"advise","actor":"policy","approved":true)")},
          ""},
         {"the first round", site() + Lines{command(7000, "n1", "off", R"("bmc_rounds":1)")},
          "off after 1 rounds of the BMC since the start, 2 needed"},
         {"the first of Slurm", site() + Lines{command(7000, "n1", "off", R"("slurm_rounds":1)")},
          "off after 1 readings of Slurm since the start, 2 needed"}});
}
