#include "plugins/slurm/wire.h"

#include <fmt/format.h>

#include "plugins/slurm/bytes.h"
#include "plugins/slurm/records.h"

namespace frugald::slurm {

namespace {

enum class Kind : std::uint8_t { load = 1, update, picture, done, error, unchanged, comment };

std::string framed(Kind kind, const std::string& body) {
    ByteWriter frame;
    frame.u32(static_cast<std::uint32_t>(body.size() + 2));
    frame.u8(wire_version);
    frame.u8(static_cast<std::uint8_t>(kind));
    return frame.take() + body;
}

tl::unexpected<Error> not_understood(std::string_view what) {
    return fail(Fault::unparsable,
                fmt::format("frugald-slurm and the slurm plugin do not understand each other "
                            "({}): install both from the same build",
                            what));
}

/// The kind, after the version has been checked.
Result<Kind> read_head(ByteReader& reader) {
    const auto version = reader.u8();
    const auto kind = reader.u8();
    if (!reader.good()) return not_understood("a message without a head");
    if (version != wire_version)
        return not_understood(
            fmt::format("version {} of the protocol, expected {}", version, wire_version));
    return static_cast<Kind>(kind);
}

Result<Reply> read_error(ByteReader& reader) {
    Error error;
    const auto fault = reader.u8();
    error.text = reader.text();
    if (!reader.complete() || fault > static_cast<std::uint8_t>(Fault::cancelled))
        return not_understood("a damaged error message");
    error.fault = static_cast<Fault>(fault);
    return Reply{std::move(error)};
}

}  // namespace

std::string encode(const Request& request) {
    ByteWriter body;
    body.i64(request.limit.count());
    if (const auto* load = std::get_if<LoadRequest>(&request.what)) {
        body.i64(load->known);
        return framed(Kind::load, body.take());
    }
    if (const auto* comment = std::get_if<CommentRequest>(&request.what)) {
        body.u32(comment->job);
        body.i64(comment->end);
        body.text(comment->text);
        return framed(Kind::comment, body.take());
    }
    const auto* update = &std::get<UpdateRequest>(request.what);
    body.u8(static_cast<std::uint8_t>(update->verb));
    body.text(update->nodes);
    body.text(update->reason);
    return framed(Kind::update, body.take());
}

std::string encode(const Reply& reply) {
    ByteWriter body;
    if (const auto* picture = std::get_if<Picture>(&reply)) {
        write(body, *picture);
        return framed(Kind::picture, body.take());
    }
    if (const auto* unchanged = std::get_if<Unchanged>(&reply)) {
        body.i64(unchanged->answered_at_ns);
        return framed(Kind::unchanged, body.take());
    }
    const auto* error = std::get_if<Error>(&reply);
    if (!error) return framed(Kind::done, {});
    body.u8(static_cast<std::uint8_t>(error->fault));
    body.text(error->text);
    return framed(Kind::error, body.take());
}

std::optional<std::size_t> frame_size(std::string_view head) {
    ByteReader reader{head};
    const std::size_t size = reader.u32();
    if (!reader.complete() || size < 2 || size > longest_frame) return std::nullopt;
    return size;
}

Result<Request> decode_request(std::string_view rest) {
    ByteReader reader{rest};
    const auto kind = read_head(reader);
    if (!kind) return tl::unexpected{kind.error()};
    Request request;
    request.limit = std::chrono::milliseconds{reader.i64()};
    if (*kind == Kind::update) {
        UpdateRequest update;
        update.verb = static_cast<UpdateVerb>(reader.u8());
        update.nodes = reader.text();
        update.reason = reader.text();
        if (update.verb < UpdateVerb::power_down_asap || update.verb > UpdateVerb::resume)
            return not_understood("an unknown update");
        request.what = std::move(update);
    } else if (*kind == Kind::load) {
        request.what = LoadRequest{reader.i64()};
    } else if (*kind == Kind::comment) {
        CommentRequest comment;
        comment.job = reader.u32();
        comment.end = reader.i64();
        comment.text = reader.text();
        request.what = std::move(comment);
    } else {
        return not_understood("an unknown request");
    }
    if (!reader.complete()) return not_understood("a damaged request");
    return request;
}

Result<Reply> decode_reply(std::string_view rest) {
    ByteReader reader{rest};
    const auto kind = read_head(reader);
    if (!kind) return tl::unexpected{kind.error()};
    if (*kind == Kind::error) return read_error(reader);
    Reply reply = Done{};
    if (*kind == Kind::picture)
        reply = read_picture(reader);
    else if (*kind == Kind::unchanged)
        reply = Unchanged{reader.i64()};
    else if (*kind != Kind::done)
        return not_understood("an unknown reply");
    if (!reader.complete()) return not_understood("a damaged reply");
    return reply;
}

}  // namespace frugald::slurm
