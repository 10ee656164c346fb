#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace frugald::test {

/// "frugald_node_power_watts{node="n1",source="dcmi"}" -> instant in ms -> values, in the order in
/// which they came.
using Received = std::map<std::string, std::map<std::int64_t, std::vector<double>>>;

struct DecodedSeries {
    std::string name;  // as in Received
    std::vector<std::pair<std::int64_t, double>> samples;
};

/// What a receiver sees in the body of a request; throws std::runtime_error if it is not one of
/// remote write 1.0, or if the labels are not in order.
std::vector<DecodedSeries> decode_request(std::string_view body);
/// The same without the compression.
std::vector<DecodedSeries> decode_write_request(std::string_view message);

std::size_t count_samples(const Received& received);

}  // namespace frugald::test
