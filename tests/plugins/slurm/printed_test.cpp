#include "plugins/slurm/printed.h"

#include <doctest/doctest.h>

using frugald::slurm::last_words;

TEST_CASE("what libslurm printed is cut down to what an operator needs") {
    CHECK(last_words("").empty());
    CHECK(last_words("\n\n").empty());
    CHECK(last_words("frugald-slurm: error: no munge\n") == "no munge");
    CHECK(last_words("a\nerror: bad key\nfatal: gave up\n") == "bad key; gave up");
    CHECK(last_words("again\nagain\nagain") == "again");
    CHECK(last_words(std::string(5000, 'x')).size() == 200);
}
