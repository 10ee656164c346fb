// What BMCs do wrong. None of it may reach another BMC, or look like a reading.

#include <doctest/doctest.h>

#include "tests/plugins/redfish/rig.h"

using namespace frugald;
using namespace frugald::test;

namespace {

bool failed(const Seen& seen) { return seen.failure.has_value(); }
bool has_watts(const Seen& seen) { return seen.watts().has_value(); }

}  // namespace

TEST_CASE("a silent BMC is a timeout, asked less and less often, and back when it answers") {
    Rig rig;
    rig.add(environment_tree());
    rig.group().timeout = 100ms;
    rig.start();
    rig.next(has_watts);
    const unsigned before = rig.actuator().session("n1");
    rig.bmc().habits().silent = true;
    const Seen seen = rig.next(failed);
    CHECK(seen.failure->fault == Fault::timeout);
    CHECK(seen.failure->text.find("n1's BMC 127.0.0.1") != std::string::npos);
    CHECK(seen.values.empty());
    CHECK(seen.chassis == Chassis::unknown);
    rig.bmc().forget();
    rig.until([] { return false; }, 1500ms);
    CHECK(rig.bmc().asked().size() <= 6);  // 50 + 100 + 200 ms..., each after 100 ms of silence
    rig.bmc().habits().silent = false;
    rig.module->source()->refresh("n1");
    CHECK(rig.next(has_watts, 15s).watts() == 350.5);
    CHECK(rig.actuator().session("n1") != before);
}

TEST_CASE("a BMC that refuses connections is a timeout too") {
    Rig rig;
    rig.add(environment_tree());
    rig.start();
    rig.next(has_watts);
    rig.bmc().listen(false);
    CHECK(rig.next(failed).failure->fault == Fault::timeout);
    rig.bmc().listen(true);
    CHECK(rig.next(has_watts).watts() == 350.5);
}

TEST_CASE("a dead BMC delays no other") {
    Rig rig;
    for (int i = 0; i < 10; ++i) rig.add(environment_tree());
    rig.group().timeout = 3s;
    for (std::size_t i = 0; i < 5; ++i) rig.bmc(i).habits().silent = true;
    rig.start();
    rig.until([] { return false; }, 1500ms);
    std::map<std::string, int> polls;
    for (const auto& seen : rig.collector.seen)
        if (has_watts(seen)) ++polls[seen.device];
    CHECK(polls.size() == 5);
    for (const auto& [node, count] : polls) CHECK_MESSAGE(count >= 4, node);
}

TEST_CASE("answers that are not answers") {
    Rig rig;
    rig.add(environment_tree());
    rig.group().timeout = 1s;
    rig.start();
    rig.next(has_watts);
    Habits& habits = rig.bmc().habits();
    const char* words = "";
    Fault fault = Fault::unparsable;
    SUBCASE("broken off in the middle") {
        habits.truncate = true;
        words = "broke off";
    }
    SUBCASE("larger than 1 MiB") {
        habits.padding = (1U << 20) + 1;
        words = "larger than";
    }
    SUBCASE("an endless body that names no length") {
        habits.raw = "HTTP/1.1 200 OK\r\n\r\n" + std::string((1U << 20) + 4096, 'x');
        words = "larger than";
    }
    SUBCASE("no JSON") {
        habits.raw = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>";
        words = "not JSON";
    }
    SUBCASE("nested too deep") {
        habits.raw = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + std::string(100, '[');
        words = "not JSON";
    }
    SUBCASE("no HTTP") {
        habits.raw = "SSH-2.0-OpenSSH_9.2\r\n";
        words = "HTTP";
    }
    SUBCASE("endless header") {
        habits.raw = "HTTP/1.1 200 OK\r\nX: " + std::string(64 * 1024, 'x') + "\r\n\r\n";
        words = "larger than";
    }
    SUBCASE("hung up without an answer") {
        habits.raw = " ";
        words = "hung up";
        fault = Fault::timeout;
    }
    SUBCASE("a redirect") {
        habits.raw =
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n";
        words = "redirect";
        fault = Fault::refused;
    }
    SUBCASE("503 of everything") {
        habits.raw = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";
        words = "503";
        fault = Fault::timeout;
    }
    const Seen seen = rig.next(failed);
    CAPTURE(seen.failure->text);
    CHECK(seen.failure->fault == fault);
    CHECK(seen.failure->text.find(words) != std::string::npos);
    habits = {};
    CHECK(rig.next(has_watts).watts() == 350.5);
}

TEST_CASE("one resource that fails does not hide the next place") {
    Tree tree = environment_tree();
    tree.add(power_path, R"({"PowerControl":[{"PowerConsumedWatts":340}]})");
    tree.find(environment_path)->get_object().erase("PowerLimitWatts");
    Rig rig;
    rig.add(std::move(tree));
    rig.start();
    CHECK(rig.next(has_watts).source == "redfish:environment");
    rig.bmc().habits().statuses[environment_path] = 500;
    const Seen seen = rig.next([](const Seen& one) { return one.source == "redfish:power"; });
    CHECK(seen.watts() == 340);
}

TEST_CASE("a slow BMC is read, skipping beats") {
    Rig rig;
    rig.add(environment_tree());
    rig.bmc().habits().delay = 150ms;
    rig.start();
    for (int i = 0; i < 2; ++i) CHECK(rig.next(has_watts).watts() == 350.5);
}
