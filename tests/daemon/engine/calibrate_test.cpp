#include "tests/daemon/engine/rig.h"

using namespace frugald;
using namespace frugald::test;
using namespace std::chrono_literals;
using Kind = Outcome::Kind;

namespace {

const Caller root{0, 1, "uid 0 (root)"};

struct CalibrationRig : Rig {
    Outcome calibrate(const std::string& source, std::optional<double> reference,
                      std::optional<double> raw = {}) {
        CalibrateRequest what;
        what.source = *parse_power_source(source);
        if (reference) what.reference = Watts{*reference};
        if (raw) what.raw = Watts{*raw};
        what.by = "clamp meter";
        return wait_for(control->calibrate(root, what)).front();
    }
    bool shows(double watts) {
        return until([&] {
            cluster->refresh("n1");
            const auto power = engine->take_picture()->nodes.at("n1").power;
            return power && power->value == doctest::Approx(watts);
        });
    }
};

}  // namespace

TEST_CASE("a calibration is in force at once, after a restart, and until it is taken back") {
    CalibrationRig rig;
    REQUIRE(rig.shows(100));
    const auto done = rig.calibrate("n1", 110);
    CHECK(done.kind == Kind::done);
    CHECK(done.text.find("times 1.1000") != std::string::npos);
    CHECK(rig.shows(110));
    CHECK(rig.calibrate("n1", 110).text.find("times 1.1000") != std::string::npos);
    rig.stop();
    rig.start();
    CHECK(rig.shows(110));
    const auto all = rig.wait_for(rig.control->calibrations());
    REQUIRE(all.size() == 1);
    CHECK(all.front().second.by == "clamp meter");
    CHECK(all.front().second.author == "uid 0 (root)");
    CHECK(rig.calibrate("n1", std::nullopt).kind == Kind::done);
    CHECK(rig.shows(100));
    CHECK(rig.calibrate("n1", std::nullopt).text == "was not calibrated");
    rig.stop();
    rig.start();
    CHECK(rig.shows(100));
    CHECK(rig.wait_for(rig.control->calibrations()).empty());
}

TEST_CASE("a calibration is in the audit, with who, by what, and both figures") {
    CalibrationRig rig;
    REQUIRE(rig.shows(100));
    CHECK(rig.calibrate("n1", 120, 80).text.find("times 1.5") != std::string::npos);
    const auto lines = rig.wait_for(rig.control->audit({}));
    REQUIRE(lines);
    const auto& line = lines->back().line;
    for (const char* part :
         {"calibration", "n1", "1.5", "120", "80", "clamp meter", "uid 0 (root)"})
        CHECK_MESSAGE(line.find(part) != line.npos, line);
}

TEST_CASE("what is more than an instrument's error is refused, and nothing changes") {
    CalibrationRig rig;
    REQUIRE(rig.shows(100));
    for (const double reference : {49.0, 201.0, 1e6}) {
        const auto no = rig.calibrate("n1", reference);
        CHECK(no.kind == Kind::failed);
        CHECK(no.text.find("another outlet") != std::string::npos);
    }
    CHECK(rig.calibrate("nobody", 100).kind == Kind::failed);
    rig.cluster->machines["n1"].silent = true;
    CHECK(rig.calibrate("n2", 101).kind == Kind::done);
    CHECK(rig.wait_for(rig.control->calibrations()).size() == 1);
}
