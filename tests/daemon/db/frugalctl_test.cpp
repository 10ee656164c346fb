// `frugalctl db` as a program, with frugald-db beside it.

#include <sys/wait.h>

#include <cstdio>

#include "tests/daemon/store/samples/samples_fixture.h"
#include "tests/daemon/store/store_fixture.h"

using namespace frugald;
using namespace frugald::test;

namespace {

struct Said {
    int code = -1;
    std::string text{};
    bool has(const std::string& part) const { return text.find(part) != std::string::npos; }
};

Said frugalctl(const std::string& arguments) {
    Said said;
    FILE* const pipe = ::popen((FRUGALCTL " db " + arguments + " 2>&1").c_str(), "r");
    REQUIRE(pipe);
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe))
        said.text += static_cast<char>(c);
    said.code = WEXITSTATUS(::pclose(pipe));
    return said;
}

}  // namespace

TEST_CASE("frugalctl db: check, backup, damage, recover") {
    const Scratch scratch;
    const auto state = scratch.path() / "state", copy = scratch.path() / "copy";
    {
        auto store = open_store(state);
        auto samples = open_samples(state);
        REQUIRE(samples->append(from_unix_ms(midnight),
                                std::vector{reading(midnight, "n1", Quantity::power_watts, 200)}));
        const auto in_use = frugalctl("recover --directory " + state.string());
        CHECK(in_use.code == 1);
        CHECK_MESSAGE(in_use.has("another frugald"), in_use.text);
        const auto checked = frugalctl("check --audit --directory " + state.string());
        CHECK_MESSAGE(checked.code == 0, checked.text);
        CHECK(checked.has("journal.db"));
        const auto saved = frugalctl("backup " + copy.string() + " --directory " + state.string());
        CHECK_MESSAGE(saved.code == 0, saved.text);
        CHECK(saved.has("frugald.db           copied"));
    }
    CHECK(frugalctl("check --json --directory " + copy.string()).has("\"damaged\":0"));
    CHECK(frugalctl("check --directory " + scratch.path().string()).code == 2);
    std::filesystem::resize_file(state / "frugald.db", 3 * 4096);
    const auto damaged = frugalctl("check --directory " + state.string());
    CHECK_MESSAGE(damaged.code == 1, damaged.text);
    const auto recovered = frugalctl("recover --directory " + state.string());
    CHECK_MESSAGE(recovered.code == 0, recovered.text);
    CHECK_MESSAGE(recovered.has("taken over"), recovered.text);
    CHECK(frugalctl("check --directory " + state.string()).code == 0);
    CHECK(frugalctl("recover --directory " + state.string()).has("frugald.db           sound"));
}
