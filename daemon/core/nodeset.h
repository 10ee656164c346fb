#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/result.h"

namespace frugald {

/// Who wrote the expression. Both dialects allow `c[001-064,70],gpu1`, suffixes `n[1-2]-ib` and
/// names made of [A-Za-z0-9._-] that do not start with '-'; both refuse more than 65,536 nodes,
/// counted before expanding, unbalanced brackets, and ranges whose ends are padded to different
/// widths.
enum class NodesetDialect {
    people,  // command line and configuration: also steps `n[1-9/2]`
    slurm,   // slurmctld's hostlists (suffixes since 23.11): also adjacent ranges `n[1-2][3-4]`,
             // empty items, and `n[01-100]`, which slurmctld itself writes
};

/// The names in order of first appearance, each once.
Result<std::vector<std::string>> expand_nodeset(std::string_view expression,
                                                NodesetDialect dialect = NodesetDialect::people);

/// The shortest usual spelling: sorted naturally (n2 before n10), ranges folded: `n[1-3,5],x`.
std::string fold_nodeset(std::span<const std::string> names);

/// n2 before n10; equal numbers of different width by width.
bool natural_less(std::string_view a, std::string_view b);

}  // namespace frugald
