// The bytes that leave, against libprotobuf's.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>

#include "daemon/export/metrics.h"
#include "plugins/remote_write/batcher.h"
#include "plugins/remote_write/protobuf.h"
#include "tests/plugins/remote_write/decode.h"
#include "tests/support/scratch.h"

using namespace frugald;
using namespace frugald::test;
using remote_write::Labels;

namespace {

namespace protobuf = remote_write::protobuf;

struct Series {
    std::vector<std::pair<std::string, std::string>> labels;
    std::vector<std::pair<double, std::int64_t>> samples;
};

const std::vector<Series> difficult{
    {{{"__name__", "frugald_node_power_watts"}, {"node", "c001"}},
     {{312.5, 1'795'219'200'063}, {0, 1'795'219'210'071}, {-0.0, 1'795'219'220'000}}},
    {{{"a", std::string(300, 'x')}}, {{1e300, 1}, {-1e-300, 0}, {3, 127}, {4, 128}, {5, -1}}},
    {{{"z", "\xc3\xa9\xe2\x82\xac"}},
     std::vector<std::pair<double, std::int64_t>>(700, {21.5, 1'795'219'200'000})},
    {{{"nothing", "n"}}, {}},
};

std::string ours(const std::vector<Series>& all) {
    std::string out;
    for (const auto& series : all) {
        std::string message;
        for (const auto& [name, value] : series.labels)
            protobuf::append_label(message, name, value);
        for (const auto& [value, at_ms] : series.samples) {
            char bytes[protobuf::largest_sample];
            message.append(bytes, protobuf::put_sample(bytes, value, at_ms));
        }
        protobuf::append_text(out, protobuf::field_1_text, message);
    }
    return out;
}

std::string text_format(const std::vector<Series>& all) {
    std::string out;
    for (const auto& series : all) {
        out += "timeseries {\n";
        for (const auto& [name, value] : series.labels)
            out += fmt::format("labels {{ name: \"{}\" value: \"{}\" }}\n", name, value);
        for (const auto& [value, at_ms] : series.samples)
            out += fmt::format("samples {{ value: {} timestamp: {} }}\n", value, at_ms);
        out += "}\n";
    }
    return out;
}

std::string content(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

SeriesName node_series(std::string_view node, Quantity quantity, Part part,
                       std::string_view part_name = {}, std::string_view source = "dcmi") {
    return {DeviceKind::node, node, source, quantity, part, part_name};
}

Measurement measured(double value) {
    Measurement measured;
    measured.value = value;
    measured.source = "dcmi";
    return measured;
}

/// The name that the labels make, as in Received.
std::string name_by(Labels& labels, const SeriesName& series, unsigned occurrence = 0) {
    const auto& encoded = labels.of(series, occurrence);
    if (encoded.empty()) return {};
    std::string message;
    protobuf::append_text(message, protobuf::field_1_text, encoded);
    return decode_write_request(message).at(0).name;
}

}  // namespace

TEST_CASE("a request has the bytes that libprotobuf makes") {
    if (std::system("protoc --version >/dev/null 2>&1") != 0) {
        MESSAGE("skipped: package protobuf-compiler is not installed");
        return;
    }
    const Scratch scratch;
    const auto text = scratch.write("text", text_format(difficult));
    const auto bytes = scratch.path() / "bytes";
    const auto command = fmt::format("protoc -I {} --encode=WriteRequest remote.proto < {} > {}",
                                     REMOTE_WRITE_PROTO_DIRECTORY, text.string(), bytes.string());
    REQUIRE(std::system(command.c_str()) == 0);
    CHECK(content(bytes).size() > 1000);
    CHECK((content(bytes) == ours(difficult)));
}

TEST_CASE("what a request says can be read back") {
    const auto read = decode_write_request(ours(difficult));
    REQUIRE(read.size() == 4);
    CHECK(read[0].name == "frugald_node_power_watts{node=\"c001\"}");
    REQUIRE(read[0].samples.size() == 3);
    CHECK(read[0].samples[0] == std::pair<std::int64_t, double>{1'795'219'200'063, 312.5});
    CHECK(read[0].samples[1].second == 0);
    CHECK(read[1].samples[4].first == -1);
    CHECK(read[2].samples.size() == 700);
}

TEST_CASE("series are called as in /metrics, with the labels of the configuration") {
    Snapshot picture;
    picture.devices["pdu-a1"].outlet_nodes["12"] = "c012";
    Labels labels{{{"Site", "berlin"}, {"zone", "a"}}};
    labels.use(std::make_shared<const Snapshot>(picture));
    struct Row {
        SeriesName series;
        const char* name;
    };
    using enum Quantity;
    const Row rows[] = {
        {node_series("c1", power_watts, Part::total),
         R"(frugald_node_power_watts{Site="berlin",node="c1",source="dcmi",zone="a"})"},
        {node_series("c1", power_watts, Part::total, "", "dcmi suspect"),
         R"(frugald_node_power_watts{Site="berlin",node="c1",quality="suspect",source="dcmi",zone="a"})"},
        {node_series("c1", power_watts, Part::psu, "PSU 1", "sdr suspect"),
         R"(frugald_psu_input_watts{Site="berlin",node="c1",psu="PSU 1",quality="suspect",zone="a"})"},
        {node_series("c1", temperature_celsius, Part::sensor, "CPU\xff", "sdr"),
         R"(frugald_temperature_celsius{Site="berlin",node="c1",sensor="CPU?",zone="a"})"},
        {{DeviceKind::pdu, "pdu-a1", "snmp:x", power_watts, Part::outlet, "12"},
         R"(frugald_outlet_power_watts{Site="berlin",node="c012",outlet="12",pdu="pdu-a1",zone="a"})"},
        {{DeviceKind::pdu, "pdu-a1", "snmp:x", power_watts, Part::outlet, "13"},
         R"(frugald_outlet_power_watts{Site="berlin",outlet="13",pdu="pdu-a1",zone="a"})"},
        {{DeviceKind::cluster, "cluster", "sum", power_watts, Part::total, ""},
         R"(frugald_cluster_power_watts{Site="berlin",zone="a"})"},
        {{DeviceKind::level, "row-a", "measured", power_watts, Part::total, ""},
         R"(frugald_level_power_watts{Site="berlin",scope="row-a",source="measured",zone="a"})"},
        {{DeviceKind::pdu, "pdu-a1", "snmp:x", rating_amperes, Part::line, "L1"}, ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(name_by(labels, row.series) == row.name);
    }
}

TEST_CASE("what /metrics shows of a reading and what is sent of it have one name") {
    Snapshot picture;
    auto& node = picture.nodes["c1"];
    node.name = "c1";
    node.power = measured(300);
    node.parts.push_back({Quantity::temperature_celsius, Part::sensor, "CPU1", measured(50)});
    node.parts.push_back({Quantity::fan_speed_rpm, Part::sensor, "FAN1", measured(50)});
    node.parts.push_back({Quantity::voltage_volts, Part::sensor, "12V", measured(12)});
    node.parts.push_back({Quantity::current_amperes, Part::sensor, "I", measured(5)});
    node.parts.push_back({Quantity::power_watts, Part::psu, "PSU1", measured(50)});
    auto& pdu = picture.devices["p1"];
    pdu.name = "p1";
    pdu.kind = DeviceKind::pdu;
    pdu.outlet_nodes["3"] = "c1";
    pdu.parts.push_back({Quantity::power_watts, Part::total, "", measured(5000)});
    pdu.parts.push_back({Quantity::current_amperes, Part::line, "L1", measured(5)});
    pdu.parts.push_back({Quantity::power_watts, Part::outlet, "3", measured(5)});
    auto& meter = picture.devices["m1"];
    meter.name = "m1";
    meter.kind = DeviceKind::meter;
    meter.parts.push_back({Quantity::power_watts, Part::total, "", measured(9)});
    meter.parts.push_back({Quantity::energy_joules, Part::total, "", measured(9)});
    const auto page = render_metrics(picture);
    Labels labels{{}};
    labels.use(std::make_shared<const Snapshot>(picture));
    const auto is_shown = [&](const SeriesName& series) {
        // In /metrics labels stand in another order.
        const auto name = name_by(labels, series);
        const auto brace = name.find('{');
        std::string rest = name.substr(brace + 1, name.size() - brace - 2);
        for (std::size_t line = page.find('\n' + name.substr(0, brace) + '{'); line != page.npos;
             line = page.find('\n' + name.substr(0, brace) + '{', line + 1)) {
            const auto shown = page.substr(line, page.find('}', line) - line);
            bool all = shown.size() == name.size();  // the newline for the brace at the end
            for (std::size_t at = 0; at < rest.size();) {
                const auto end = std::min(rest.find("\",", at), rest.size() - 1) + 1;
                all = all && shown.find(rest.substr(at, end - at)) != shown.npos;
                at = end + 1;
            }
            if (all) return true;
        }
        return false;
    };
    CHECK(is_shown(node_series("c1", Quantity::power_watts, Part::total)));
    for (const auto& part : node.parts)
        CHECK_MESSAGE(is_shown(node_series("c1", part.quantity, part.part, part.name, "sdr")),
                      part.name);
    for (const auto* device : {&pdu, &meter})
        for (const auto& part : device->parts)
            CHECK_MESSAGE(
                is_shown({device->kind, device->name, "snmp", part.quantity, part.part, part.name}),
                device->name << ' ' << to_string(part.part));
    CHECK_FALSE(is_shown(node_series("c2", Quantity::power_watts, Part::total)));
}
