#include "plugins/slurm/worker/versions.h"

#include <doctest/doctest.h>

using namespace frugald;
using namespace frugald::slurm;

namespace {

constexpr long headers(long year, long month, long micro = 0) {
    return (year << 16) | (month << 8) | micro;
}
constexpr long api(long number) { return number << 16; }

}  // namespace

TEST_CASE("every release is known by its API number") {
    CHECK(release_of_library(api(37)) == "21.08");
    CHECK(release_of_library(api(38)) == "22.05");
    CHECK(release_of_library(api(45)) == "26.05");
    CHECK(release_of_library(api(46)) == "libslurm.so.46");
    CHECK(release_of_library(api(36)) == "libslurm.so.36");
    CHECK(release_of_headers(headers(22, 5, 8)) == "22.05");
}

TEST_CASE("headers and library must be of one release") {
    CHECK_FALSE(wrong_library(headers(22, 5, 8), api(38)));
    CHECK_FALSE(wrong_library(headers(26, 5, 3), api(45)));
    CHECK_FALSE(wrong_library(headers(26, 11, 0), api(46)));  // newer than this source
    const auto refused = wrong_library(headers(22, 5, 8), api(40));
    REQUIRE(refused);
    CHECK(refused->fault == Fault::unsupported);
    CHECK(refused->text.find("22.05") != std::string::npos);
    CHECK(refused->text.find("23.11") != std::string::npos);
    CHECK(refused->text.find("libslurm-dev") != std::string::npos);
    CHECK(wrong_library(headers(22, 5, 8), api(46)));
    CHECK(wrong_library(headers(26, 11, 0), api(38)));
}

TEST_CASE("a slurmctld older than libslurm is refused, a newer one decides for itself") {
    CHECK_FALSE(older_controller("22.05", "22.05.8"));
    CHECK_FALSE(older_controller("22.05", "23.02.1"));
    CHECK_FALSE(older_controller("22.05", "24.11.0-0rc1"));
    const auto refused = older_controller("23.11", "22.05.8");
    REQUIRE(refused);
    CHECK(refused->text.find("22.05.8") != std::string::npos);
    CHECK(refused->text.find("23.11") != std::string::npos);
    for (const char* odd : {"", "x", "22", "22.", "22.x", ".5", "-1.5"})
        CHECK_FALSE(older_controller("23.11", odd));
    CHECK_FALSE(older_controller("libslurm.so.46", "22.05.8"));
}
