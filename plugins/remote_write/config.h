#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "daemon/core/secret.h"
#include "daemon/core/settings.h"
#include "plugins/remote_write/batcher.h"
#include "plugins/remote_write/labels.h"
#include "plugins/remote_write/url.h"

namespace frugald::remote_write {

using namespace std::chrono_literals;

/// How failures are waited for.
struct Patience {
    std::chrono::milliseconds first = 1s, longest = 60s;  // between two attempts
    std::chrono::milliseconds longest_asked = 3600s;      // what Retry-After may ask for
    std::chrono::milliseconds stop = 2s;                  // for what is under way at the end
};

/// The `[remote_write]` table.
struct Config {
    Url url{};
    std::string ca_file{};  // empty: the system's authorities
    std::string user{};     // with `secret`: Basic; alone, `secret` is a bearer token
    Secret secret{};        // empty: no authorization
    ExtraLabels labels{};
    std::chrono::milliseconds send_interval = 10s, timeout = 30s;
    std::chrono::hours backfill{0};  // of what was measured before the first start
    BatchLimits limits{};
    Patience patience{};
};

using FindSecret = std::function<Result<Secret>(std::string_view name)>;

/// All mistakes in one Error, a line each.
Result<Config> read_config(const Settings& part, const FindSecret& secret);

}  // namespace frugald::remote_write
