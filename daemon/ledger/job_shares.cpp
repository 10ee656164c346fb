#include "daemon/ledger/job_shares.h"

#include <algorithm>
#include <set>

namespace frugald {

namespace {

std::uint32_t cpus_of(const JobRun& run, std::size_t place) {
    return place < run.cpus.size() ? run.cpus[place] : 0;
}

bool is_there(const JobRun& run, std::int64_t from_ms, std::int64_t to_ms) {
    return to_unix_ms(run.key.start) <= from_ms && (!run.end || to_unix_ms(*run.end) >= to_ms);
}

}  // namespace

std::vector<ShareStretch> shares_of(const JobBook& book, const JobRun& run, std::size_t place,
                                    WallTime until) {
    const auto from = run.key.start;
    auto neighbours = book.on(run.nodes[place], from, until);
    std::erase_if(neighbours, [&](const auto& one) { return one.run->key == run.key; });
    std::set<std::int64_t> borders{to_unix_ms(from), to_unix_ms(until)};
    for (const auto& [other, its_place] : neighbours) {
        if (other->key.start > from) borders.insert(to_unix_ms(other->key.start));
        if (other->end && *other->end < until) borders.insert(to_unix_ms(*other->end));
    }
    std::vector<ShareStretch> stretches;
    for (auto at = borders.begin(); std::next(at) != borders.end(); ++at) {
        ShareStretch stretch{.span = {*at, *std::next(at)}};
        const double mine = cpus_of(run, place);
        double all = mine, jobs = 1;
        bool known = mine > 0;
        for (const auto& [other, its_place] : neighbours) {
            if (!is_there(*other, stretch.span.from_ms, stretch.span.to_ms)) continue;
            const auto cpus = cpus_of(*other, its_place);
            known = known && cpus > 0;
            all += cpus;
            ++jobs;
        }
        stretch.shared = jobs > 1;
        stretch.by_cpus = known || !stretch.shared;
        if (stretch.shared) stretch.share = known ? mine / all : 1 / jobs;
        const bool same = !stretches.empty() && stretches.back().share == stretch.share &&
                          stretches.back().shared == stretch.shared &&
                          stretches.back().by_cpus == stretch.by_cpus;
        if (same)
            stretches.back().span.to_ms = stretch.span.to_ms;
        else
            stretches.push_back(stretch);
    }
    return stretches;
}

}  // namespace frugald
