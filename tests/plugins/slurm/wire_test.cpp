#include "plugins/slurm/wire.h"

#include <doctest/doctest.h>

#include <random>

#include "plugins/slurm/bytes.h"

using namespace frugald;
using namespace frugald::slurm;

namespace {

std::string_view rest_of(const std::string& frame) {
    return std::string_view{frame}.substr(frame_head);
}

Picture sample_picture() {
    Picture picture;
    picture.answered_at_ns = 123456789;
    picture.library_version = "22.05.8";
    picture.controller.version = "22.05.8";
    picture.controller.hosts = {"admin1", "admin2"};
    picture.controller.suspend_time = 3600;
    picture.controller.suspend_timeout = 30;
    picture.controller.resume_timeout = 600;
    picture.partitions.push_back({"batch", "n[1-2]", std::nullopt, 5, std::nullopt});
    picture.nodes.push_back({.name = "n1", .base = NodeBase::idle, .flags = 3, .reason = "why"});
    picture.nodes.push_back({.name = "n2", .base = NodeBase::mixed, .boot_time = 1700000000});
    picture.jobs.push_back({7, JobState::running, "batch", "n2", 1700000001, 0});
    return picture;
}

}  // namespace

TEST_CASE("a picture survives the wire") {
    const auto frame = encode(Reply{sample_picture()});
    REQUIRE(frame_size(std::string_view{frame}.substr(0, frame_head)) == rest_of(frame).size());
    const auto reply = decode_reply(rest_of(frame));
    REQUIRE(reply);
    const auto& picture = std::get<Picture>(*reply);
    CHECK(picture.controller.hosts == std::vector<std::string>{"admin1", "admin2"});
    CHECK(picture.controller.suspend_time == 3600u);
    CHECK(picture.partitions.at(0).suspend_timeout == 5u);
    CHECK_FALSE(picture.partitions.at(0).suspend_time);
    CHECK(picture.nodes.at(0).reason == "why");
    CHECK(picture.nodes.at(1).boot_time == 1700000000);
    CHECK(picture.jobs.at(0).nodes == "n2");
    CHECK(encode(*reply) == frame);
}

TEST_CASE("requests, refusals and acceptances survive the wire") {
    Request request{std::chrono::milliseconds{1500},
                    UpdateRequest{UpdateVerb::drain, "n1,n2", "too hot"}};
    const auto sent = encode(request);
    const auto received = decode_request(rest_of(sent));
    REQUIRE(received);
    CHECK(received->limit.count() == 1500);
    CHECK(std::get<UpdateRequest>(received->what).reason == "too hot");

    const auto refusal = encode(Reply{Error{Fault::unauthorized, "no"}});
    const auto error = decode_reply(rest_of(refusal));
    REQUIRE(error);
    CHECK(std::get<Error>(*error).fault == Fault::unauthorized);
    const auto accepted = encode(Reply{Done{}});
    CHECK(decode_reply(rest_of(accepted)).has_value());
}

TEST_CASE("a message cut short anywhere, or with something added, is refused") {
    const auto frame = encode(Reply{sample_picture()});
    const auto rest = rest_of(frame);
    for (std::size_t size = 0; size < rest.size(); ++size) {
        CAPTURE(size);
        CHECK_FALSE(decode_reply(rest.substr(0, size)));
    }
    CHECK_FALSE(decode_reply(std::string{rest} + "x"));
}

TEST_CASE("another version of the protocol is refused with both named") {
    auto frame = encode(Reply{Done{}});
    frame[frame_head] = 9;
    const auto reply = decode_reply(rest_of(frame));
    REQUIRE_FALSE(reply);
    CHECK(reply.error().text.find("version 9") != std::string::npos);
    CHECK(reply.error().text.find("expected 1") != std::string::npos);
}

TEST_CASE("damaged bytes are refused or read, and never more is reserved than was sent") {
    const auto frame = encode(Reply{sample_picture()});
    std::mt19937 random{1};
    for (int round = 0; round < 20000; ++round) {
        auto damaged = std::string{rest_of(frame)};
        for (int i = 0; i < 3; ++i)
            damaged[random() % damaged.size()] = static_cast<char>(random());
        const auto reply = decode_reply(damaged);
        if (!reply) continue;
        if (const auto* picture = std::get_if<Picture>(&*reply))
            CHECK(picture->nodes.size() <= damaged.size());
        static_cast<void>(decode_request(damaged));
    }
}

TEST_CASE("a count that the message cannot hold is an error") {
    ByteWriter writer;
    writer.u32(0xffffffff);
    const auto bytes = writer.take();
    ByteReader reader{bytes};
    CHECK(reader.count(4) == 0);
    CHECK_FALSE(reader.good());
}

TEST_CASE("a frame longer than any picture is refused by its head") {
    CHECK_FALSE(frame_size(std::string("\xff\xff\xff\xff")));
    CHECK_FALSE(frame_size(std::string("\x01\x00\x00\x00", 4)));
    CHECK(frame_size(std::string("\x02\x00\x00\x00", 4)) == 2u);
}
