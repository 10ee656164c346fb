#include "daemon/engine/resume_file.h"

#include <nlohmann/json.hpp>

#include "daemon/core/nodeset.h"

namespace frugald {

namespace {

using Json = nlohmann::json;

constexpr std::size_t most_nodes = 65'536;

std::string id_of(const Json& job) {
    const auto id = job.find("job_id");
    if (id == job.end()) return {};
    if (id->is_number_integer()) return id->dump();
    return id->is_string() ? id->get<std::string>() : std::string{};
}

std::vector<std::string> nodes_of(const Json& job) {
    for (const char* const key : {"nodes_resume", "nodes"}) {
        const auto text = job.find(key);
        if (text == job.end() || !text->is_string()) continue;
        auto names = expand_nodeset(text->get_ref<const std::string&>(), NodesetDialect::slurm);
        if (names) return std::move(*names);
    }
    return {};
}

}  // namespace

std::vector<ResumeJob> read_resume_file(std::string_view content) {
    // A document nested deeper than slurmctld's would only serve to exhaust the stack.
    const auto shallow = [](int depth, Json::parse_event_t, Json&) { return depth <= 8; };
    const auto whole = Json::parse(content, shallow, false);
    if (!whole.is_object()) return {};
    const auto jobs = whole.find("jobs");
    if (jobs == whole.end() || !jobs->is_array()) return {};
    std::vector<ResumeJob> read;
    std::size_t named = 0;
    for (const auto& job : *jobs) {
        if (!job.is_object()) continue;
        ResumeJob found{id_of(job), nodes_of(job)};
        named += found.nodes.size();
        if (named > most_nodes) break;
        if (!found.id.empty() && !found.nodes.empty()) read.push_back(std::move(found));
    }
    return read;
}

}  // namespace frugald
