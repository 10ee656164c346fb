#include "tests/room/pdu/agent.h"

namespace frugald::room {

namespace {

constexpr std::size_t most_octets = 1472, header_reserve = 64;
constexpr std::int64_t version_1 = 0, version_2c = 1;
constexpr std::int64_t too_big = 1, no_such_name = 2, no_access = 6;

struct Request {
    std::int64_t version = 0;
    std::string_view community;
    std::uint8_t kind = 0;
    std::int64_t id = 0;
    std::int64_t non_repeaters = 0;  // of GETBULK; else the error fields, unused
    std::int64_t max_repetitions = 0;
    std::vector<Oid> oids;
};

std::string_view as_text(View bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool parse_bindings(View list, std::vector<Oid>& oids) {
    BerReader bindings(list);
    while (!bindings.at_end()) {
        const auto binding = bindings.next(tag::sequence);
        if (!binding) return false;
        BerReader pair(*binding);
        auto oid = pair.next_oid();
        if (!oid || !pair.next()) return false;
        oids.push_back(std::move(*oid));
    }
    return true;
}

std::optional<Request> parse(View datagram) {
    BerReader outer(datagram);
    const auto message = outer.next(tag::sequence);
    if (!message) return std::nullopt;
    BerReader fields(*message);
    const auto version = fields.next_integer();
    const auto community = fields.next(tag::octets);
    const auto body = fields.next();
    if (!version || !community || !body) return std::nullopt;
    BerReader inside(body->content);
    const auto id = inside.next_integer();
    const auto first = inside.next_integer();
    const auto second = inside.next_integer();
    const auto list = inside.next(tag::sequence);
    if (!id || !first || !second || !list) return std::nullopt;
    Request request{*version, as_text(*community), body->type, *id, *first, *second, {}};
    if (!parse_bindings(*list, request.oids)) return std::nullopt;
    return request;
}

/// The bindings of the answer, as far as they fit.
class Answer {
public:
    Answer(const Request& request, const Mib& mib, const Faults& faults, TimePoint now)
        : request_(request),
          mib_(mib),
          now_(now),
          room_(most_octets - header_reserve - request.community.size()),
          empty_integer_(faults.has(FaultKind::empty_integers)) {}

    bool add(const Oid& oid, const SnmpValue& value) {
        const bool spoil = empty_integer_ && value.type == tag::integer;
        const std::string element = encode(
            tag::sequence, encode(tag::oid, snmp_oid(oid).content) +
                               encode(value.type, spoil ? std::string_view() : value.content));
        if (bindings_.size() + element.size() > room_) return false;
        if (spoil) empty_integer_ = false;  // one bad varbind in an otherwise good answer
        bindings_ += element;
        return true;
    }
    /// A version 1 agent has no Counter64 (RFC 3584, 4.2.2.1).
    std::optional<SnmpValue> value(std::size_t index) const {
        if (index == mib_.size()) return std::nullopt;
        SnmpValue found = mib_.value(index, now_);
        if (request_.version == version_1 && found.type == tag::counter64) return std::nullopt;
        return found;
    }

    std::string message(std::int64_t error, std::int64_t index) const;
    std::string refusal(std::int64_t error, std::int64_t index);
    std::string get();
    std::string get_next();
    std::string get_bulk();

private:
    std::string overflow() {
        bindings_.clear();
        return request_.version == version_1 ? refusal(too_big, 0) : message(too_big, 0);
    }
    std::size_t next_visible(const Oid& oid) const {
        std::size_t index = mib_.after(oid);
        while (index < mib_.size() && !value(index)) ++index;
        return index;
    }
    /// Appends the object after `oid` and steps onto it; false when the answer is full.
    bool add_next(Oid& oid, bool& ended);

    const Request& request_;
    const Mib& mib_;
    TimePoint now_;
    std::size_t room_;
    bool empty_integer_;
    std::string bindings_;
};

std::string Answer::message(std::int64_t error, std::int64_t index) const {
    const auto integer = [](std::int64_t value) {
        return encode(tag::integer, snmp_integer(value).content);
    };
    const std::string body =
        encode(tag::response, integer(request_.id) + integer(error) + integer(index) +
                                  encode(tag::sequence, bindings_));
    return encode(tag::sequence,
                  integer(request_.version) + encode(tag::octets, request_.community) + body);
}

std::string Answer::refusal(std::int64_t error, std::int64_t index) {
    bindings_.clear();
    empty_integer_ = false;
    for (const Oid& oid : request_.oids) add(oid, SnmpValue{});
    return message(error, index);
}

std::string Answer::get() {
    for (std::size_t i = 0; i < request_.oids.size(); ++i) {
        const auto found = value(mib_.find(request_.oids[i]));
        if (!found && request_.version == version_1)
            return refusal(no_such_name, static_cast<std::int64_t>(i + 1));
        if (!add(request_.oids[i], found.value_or(SnmpValue{tag::no_such_object, {}})))
            return overflow();
    }
    return message(0, 0);
}

bool Answer::add_next(Oid& oid, bool& ended) {
    const std::size_t index = next_visible(oid);
    if (index == mib_.size()) {
        ended = true;
        return add(oid, SnmpValue{tag::end_of_view, {}});
    }
    if (!add(mib_.oid(index), *value(index))) return false;
    oid = mib_.oid(index);
    return true;
}

std::string Answer::get_next() {
    for (std::size_t i = 0; i < request_.oids.size(); ++i) {
        Oid oid = request_.oids[i];
        if (request_.version == version_1 && next_visible(oid) == mib_.size())
            return refusal(no_such_name, static_cast<std::int64_t>(i + 1));
        bool ended = false;
        if (!add_next(oid, ended)) return overflow();
    }
    return message(0, 0);
}

std::string Answer::get_bulk() {
    std::vector<Oid> oids = request_.oids;
    const auto once = static_cast<std::size_t>(std::clamp<std::int64_t>(
        request_.non_repeaters, 0, static_cast<std::int64_t>(oids.size())));
    bool ended = false;
    for (std::size_t i = 0; i < once; ++i)
        if (!add_next(oids[i], ended)) return message(0, 0);
    bool more = once < oids.size();
    for (std::int64_t turn = 0; more && turn < request_.max_repetitions; ++turn) {
        more = false;
        for (std::size_t i = once; i < oids.size(); ++i) {
            ended = false;
            if (!add_next(oids[i], ended)) return message(0, 0);
            more = more || !ended;
        }
    }
    return message(0, 0);
}

}  // namespace

std::string answer_snmp(View datagram, const Mib& mib, std::string_view community,
                        const Faults& faults, TimePoint now) {
    const auto request = parse(datagram);
    if (!request || request->community != community) return {};
    if (request->version != version_1 && request->version != version_2c) return {};
    Answer answer(*request, mib, faults, now);
    switch (request->kind) {
        case tag::get:
            return answer.get();
        case tag::get_next:
            return answer.get_next();
        case tag::get_bulk:
            return request->version == version_2c ? answer.get_bulk() : std::string();
        case tag::set:
            return answer.refusal(request->version == version_1 ? no_such_name : no_access, 1);
        default:
            return {};
    }
}

}  // namespace frugald::room
