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
    picture.number = 77;
    picture.answered_at_ns = 123456789;
    picture.controller.power_saving.library_version = "22.05.8";
    picture.controller.version = "22.05.8";
    picture.controller.hosts = {"admin1", "admin2"};
    picture.controller.suspend_time = 3600;
    picture.controller.suspend_timeout = 30;
    picture.controller.resume_timeout = 600;
    auto& saving = picture.controller.power_saving;
    saving.suspend_program = "/a";
    saving.resume_program = "/b";
    saving.resume_fail_program = "/c";
    saving.resume_rate = 300;
    saving.suspend_exc_nodes = "n9";
    saving.suspend_exc_parts = "debug";
    saving.suspend_exc_states = "DRAIN";
    saving.slurmd_timeout = std::chrono::seconds{300};
    saving.batch_start_timeout = std::chrono::seconds{10};
    saving.message_timeout = std::chrono::seconds{11};
    saving.return_to_service = 2;
    saving.slurmctld_parameters = "idle_on_node_suspend";
    saving.private_data = "cloud";
    saving.debug_flags = "Power";
    picture.partitions.push_back({"batch", "n[1-2]", true, std::nullopt, 5, std::nullopt});
    picture.nodes.push_back({.name = "n1",
                             .base = NodeBase::idle,
                             .flags = 3,
                             .reason = "why",
                             .features = "gpu,frugald_off"});
    picture.nodes.push_back(
        {.name = "n2", .base = NodeBase::mixed, .cpus = 8, .boot_time = 1700000000});
    picture.jobs.push_back({7, JobState::running, "batch", "n2", 1700000001, 0, {{4, 1}}});
    picture.ended_jobs.push_back(
        {6, JobState::other, "batch", "n[1-3]", 1700000001, 1700000009, {{4, 2}, {1, 1}}});
    picture.reservations.push_back({"work", "n[1-2]", 1700000100, 1700000200, true});
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
    CHECK(picture.jobs.at(0).cpus.at(0).cpus == 4);
    CHECK(picture.ended_jobs.at(0).end == 1700000009);
    CHECK(picture.ended_jobs.at(0).cpus.at(1).nodes == 1);
    CHECK(picture.nodes.at(1).cpus == 8);
    CHECK(picture.number == 77);
    CHECK(picture.nodes.at(0).features == "gpu,frugald_off");
    CHECK(picture.partitions.at(0).up);
    CHECK(picture.reservations.at(0).name == "work");
    CHECK(picture.reservations.at(0).end == 1700000200);
    CHECK(picture.reservations.at(0).maintenance);
    const auto& saving = picture.controller.power_saving;
    CHECK(saving.suspend_program == "/a");
    CHECK(saving.resume_program == "/b");
    CHECK(saving.resume_fail_program == "/c");
    CHECK_FALSE(saving.suspend_rate);
    CHECK(saving.resume_rate == 300u);
    CHECK(saving.suspend_exc_nodes == "n9");
    CHECK(saving.suspend_exc_parts == "debug");
    CHECK(saving.suspend_exc_states == "DRAIN");
    CHECK(saving.slurmd_timeout.count() == 300);
    CHECK(saving.batch_start_timeout.count() == 10);
    CHECK(saving.message_timeout.count() == 11);
    CHECK(saving.return_to_service == 2);
    CHECK(saving.slurmctld_parameters == "idle_on_node_suspend");
    CHECK(saving.private_data == "cloud");
    CHECK(saving.debug_flags == "Power");
    CHECK(saving.library_version == "22.05.8");
    CHECK(encode(*reply) == frame);
}

TEST_CASE("a load names the picture it knows, and the answer may be that nothing has changed") {
    const auto asked = encode(Request{std::chrono::milliseconds{1500}, LoadRequest{77}});
    const auto request = decode_request(rest_of(asked));
    REQUIRE(request);
    CHECK(std::get<LoadRequest>(request->what).known == 77);
    const auto answered = encode(Reply{Unchanged{123}});
    const auto reply = decode_reply(rest_of(answered));
    REQUIRE(reply);
    CHECK(std::get<Unchanged>(*reply).answered_at_ns == 123);
}

TEST_CASE("requests, refusals and acceptances survive the wire") {
    Request request{std::chrono::milliseconds{1500},
                    UpdateRequest{UpdateVerb::drain, "n1,n2", "too hot"}};
    const auto sent = encode(request);
    const auto received = decode_request(rest_of(sent));
    REQUIRE(received);
    CHECK(received->limit.count() == 1500);
    CHECK(std::get<UpdateRequest>(received->what).reason == "too hot");

    request.what = CommentRequest{7, 1700000009, "frugald: joules=1"};
    const auto comment = encode(request);
    const auto noted = decode_request(rest_of(comment));
    REQUIRE(noted);
    CHECK(std::get<CommentRequest>(noted->what).job == 7);
    CHECK(std::get<CommentRequest>(noted->what).end == 1700000009);
    CHECK(std::get<CommentRequest>(noted->what).text == "frugald: joules=1");
    CHECK_FALSE(decode_request(rest_of(comment).substr(0, comment.size() - frame_head - 1)));

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
    CHECK(reply.error().text.find("expected 4") != std::string::npos);
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
