#include "daemon/engine/resume_file.h"

#include <doctest/doctest.h>

using namespace frugald;
using Names = std::vector<std::string>;

TEST_CASE("the jobs that wait are read from files of 22.05 and of 23.02") {
    const auto old = read_resume_file(
        R"({"jobs":[{"job_id":7,"nodes":"n[1-2]"},{"job_id":8,"nodes":"n3"}],"all_nodes":"n[1-4]"})");
    REQUIRE(old.size() == 2);
    CHECK(old[0].id == "7");
    CHECK(old[0].nodes == Names{"n1", "n2"});
    CHECK(old[1].nodes == Names{"n3"});

    const auto now = read_resume_file(
        R"({"all_nodes_resume":"n[3-4]","jobs":[{"extra":null,"features":"","job_id":140814,)"
        R"("nodes_alloc":"n[1-4]","nodes_resume":"n[3-4]","oversubscribe":"OK",)"
        R"("partition":"normal","reservation":""}]})");
    REQUIRE(now.size() == 1);
    CHECK(now[0].id == "140814");
    CHECK(now[0].nodes == Names{"n3", "n4"});
}

TEST_CASE("an explicit power-up has no jobs") {
    CHECK(read_resume_file(R"({"jobs":[],"all_nodes":"n1"})").empty());
}

TEST_CASE("what cannot be understood is passed over") {
    for (const char* text :
         {"", "{", "null", "[]", R"({"jobs":{}})", R"({"jobs":[1,null,[],{}]})",
          R"({"jobs":[{"nodes":"n1"}]})", R"({"jobs":[{"job_id":1}]})",
          R"({"jobs":[{"job_id":1,"nodes":7}]})", R"({"jobs":[{"job_id":1,"nodes":"n[1-"}]})",
          R"({"jobs":[{"job_id":1,"nodes":"n[1-9999999]"}]})", "\xff\xfe"}) {
        CAPTURE(text);
        CHECK(read_resume_file(text).empty());
    }
    const auto partly = read_resume_file(
        R"j({"jobs":[{"job_id":1,"nodes":"$(reboot)"},{"job_id":"2","nodes":"n1"}]})j");
    REQUIRE(partly.size() == 1);
    CHECK(partly[0].id == "2");
}

TEST_CASE("X1: neither depth nor breadth exhausts anything") {
    CHECK(read_resume_file(std::string(1'000'000, '[')).empty());
    std::string deep = R"({"jobs":[{"job_id":1,"x":)";
    deep += std::string(200'000, '[') + std::string(200'000, ']') + R"(,"nodes":"n1"}]})";
    CHECK(read_resume_file(deep).size() == 1);
    std::string wide = R"({"jobs":[)";
    for (int at = 0; at < 50; ++at) wide += R"({"job_id":1,"nodes":"n[1-60000]"},)";
    wide += R"({"job_id":2,"nodes":"n1"}]})";
    CHECK(read_resume_file(wide).size() == 1);
}
