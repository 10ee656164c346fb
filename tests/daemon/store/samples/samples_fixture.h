#pragma once

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "daemon/store/samples/sample_store.h"
#include "tests/support/scratch.h"

namespace frugald::test {

inline constexpr std::int64_t minute = 60'000, hour = 60 * minute, day = 24 * hour;
/// 2026-11-21T00:00Z
inline constexpr std::int64_t midnight = 1'795'219'200'000;

/// The store in `directory`, or a failed test.
std::unique_ptr<SampleStore> open_samples(const std::filesystem::path& directory);

Sample reading(std::int64_t at_ms, const std::string& device, Quantity quantity, double value,
               const std::string& part_name = "", const std::string& source = "sdr");

/// Every value by what it is of: "node n1 sdr power_watts total -" -> instant -> values.
using Truth = std::map<std::string, std::map<std::int64_t, std::multiset<double>>>;
void add(Truth& truth, std::span<const Sample> readings);
/// What the store says of [from, to), of all devices; checks that nothing is damaged.
Truth read_raw(SampleStore& store, std::int64_t from_ms = 0, std::int64_t to_ms = 1LL << 50);
/// Cells by what they are of and by begin, the parts of each made one.
std::map<std::string, std::map<std::int64_t, samples::Cell>> read_cells(SampleStore& store,
                                                                        Resolution resolution);
/// What is in one and not in the other, or "" if there is no difference.
std::string difference(const Truth& wanted, const Truth& found);
std::size_t count(const Truth& truth);

}  // namespace frugald::test
