#pragma once

#include <string>
#include <string_view>

namespace frugald::slurm {

/// What to tell the operator of what libslurm printed: the last two different lines, without
/// libslurm's prefixes ("frugald-slurm: fatal: "), shortened, "; " between them. libslurm ends
/// with a general "fatal" line; the one before names the cause.
std::string last_words(std::string_view printed);

}  // namespace frugald::slurm
