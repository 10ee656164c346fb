#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/config/config.h"
#include "tests/support/scratch.h"

using namespace frugald;

namespace {

/// Sets CREDENTIALS_DIRECTORY while it lives.
struct Credentials {
    explicit Credentials(const std::filesystem::path& directory) {
        ::setenv("CREDENTIALS_DIRECTORY", directory.c_str(), 1);
    }
    ~Credentials() { ::unsetenv("CREDENTIALS_DIRECTORY"); }
};

std::filesystem::path secrets(const Scratch& scratch, const std::string& content, mode_t mode) {
    const auto file = scratch.write("secrets.toml", content);
    REQUIRE(::chmod(file.c_str(), mode) == 0);
    return file;
}

std::string refusal(const Result<Secret>& secret) {
    REQUIRE_FALSE(secret);
    return secret.error().text;
}

}  // namespace

TEST_CASE("secrets come from a private file") {
    const Scratch scratch;
    const auto file = secrets(scratch, "bmc = \"canary-1\"\nnumber = 5\n", 0600);
    CHECK(read_secret(file, "bmc")->reveal() == "canary-1");
    ::chmod(file.c_str(), 0640);
    CHECK(read_secret(file, "bmc")->reveal() == "canary-1");
    const auto absent = refusal(read_secret(file, "pdu"));
    CHECK(absent.find("LoadCredential=pdu:FILE") != std::string::npos);
    CHECK(absent.find("secrets.toml") != std::string::npos);
    refusal(read_secret(file, "number"));
    refusal(read_secret(scratch.path() / "none.toml", "bmc"));
}

TEST_CASE("credentials win, without their last newline") {
    const Scratch scratch;
    const auto file = secrets(scratch, "bmc = \"file\"\npdu = \"file\"\n", 0600);
    scratch.write("credentials/bmc", "credential\n");
    scratch.write("credentials/two", "line\n\n");
    const Credentials set{scratch.path() / "credentials"};
    CHECK(read_secret(file, "bmc")->reveal() == "credential");
    CHECK(read_secret(file, "two")->reveal() == "line\n");
    CHECK(read_secret(file, "pdu")->reveal() == "file");
}

TEST_CASE("a secrets file that lets others in is refused") {
    const Scratch scratch;
    for (const mode_t mode : {0644u, 0660u, 0602u, 0601u, 0777u}) {
        const auto text = refusal(read_secret(secrets(scratch, "bmc = \"canary\"\n", mode), "bmc"));
        CHECK(text.find("lets others in; make it safe: chown") != std::string::npos);
        CHECK(text.find("canary") == std::string::npos);
    }
    const auto file = secrets(scratch, "bmc = \"canary\"\n", 0640);
    if (::geteuid() != 0 || ::chown(file.c_str(), 0, 12345) != 0) {
        MESSAGE("skipped: foreign owner and group (needs root)");
        return;
    }
    CHECK(refusal(read_secret(file, "bmc")).find("can be read by group 12345") !=
          std::string::npos);
    REQUIRE(::chown(file.c_str(), 12345, 0) == 0);
    CHECK(refusal(read_secret(file, "bmc")).find("belongs to uid 12345") != std::string::npos);
}

TEST_CASE("messages never show the content") {
    const Scratch scratch;
    for (const char* broken :
         {"bmc = \"canary", "bmc = canary", "canary", "bmc = \"x\"\ncanary = "}) {
        const auto text = refusal(read_secret(secrets(scratch, broken, 0600), "bmc"));
        CHECK(text.find("secrets.toml:") != std::string::npos);
        CHECK(text.find("canary") == std::string::npos);
        CHECK(text.find("'") == std::string::npos);
    }
}

TEST_CASE("names of secrets cannot leave the directory") {
    const Scratch scratch;
    scratch.write("credentials/bmc", "x");
    scratch.write("outside", "canary");
    const Credentials set{scratch.path() / "credentials"};
    for (const auto* name : {"", ".", "..", "../outside", "/etc/passwd", "a/b"})
        CHECK(refusal(read_secret(scratch.path() / "none", name)).find("cannot be the name") !=
              std::string::npos);
}
