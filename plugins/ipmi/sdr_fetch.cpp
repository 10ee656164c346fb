#include "plugins/ipmi/sdr_fetch.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "daemon/core/log.h"
#include "plugins/ipmi/commands.h"
#include "plugins/ipmi/identities.h"

namespace frugald::ipmi {
namespace {

constexpr std::uint8_t reservation_cancelled = 0xc5;
constexpr std::uint8_t too_little = 0xca;  // "cannot return the number of bytes asked for"
constexpr std::uint16_t last_record = 0xffff;
constexpr std::size_t header_size = 5;
constexpr std::size_t longest_repository = 4096;  // records; more is a BMC that never ends
constexpr std::size_t least_piece = 4;
constexpr int renewals = 4;
constexpr int beginnings = 3;

// The same three commands for the repository and for device records (IPMI 2.0, 33 and 35).
struct Commands {
    std::uint8_t net_fn;
    std::uint8_t info, reserve, get;
};
constexpr Commands repository_commands{IPMI_NET_FN_STORAGE_RQ, 0x20, 0x22, 0x23};
constexpr Commands device_commands{IPMI_NET_FN_SENSOR_EVENT_RQ, 0x20, 0x22, 0x21};

std::uint8_t low(std::uint16_t value) { return static_cast<std::uint8_t>(value); }
std::uint8_t high(std::uint16_t value) { return static_cast<std::uint8_t>(value >> 8); }

/// The walk through one BMC's records.
class Fetch {
public:
    Fetch(Bmc& bmc, const RepositoryStamp& stamp, FetchHabits& learned)
        : bmc_(bmc),
          commands_(stamp.device ? device_commands : repository_commands),
          learned_(learned),
          most_(workarounds_of(bmc).assume_record_count ? stamp.records : longest_repository) {}

    asio::awaitable<Result<Repository>> run() {
        Result<void> done = co_await reserve();
        if (!done) co_return tl::unexpected(done.error());
        std::uint16_t record = 0;
        for (std::size_t count = 0; record != last_record && count < most_; ++count) {
            // A chain that leads back to where it was has been read to its end.
            if (!seen_.insert(record).second) break;
            next_ = last_record;
            done = co_await fetch(record);
            if (!done) co_return tl::unexpected(done.error());
            // 0 is only another name of the first.
            if (record == 0 && complete()) seen_.insert(first_id());
            record = next_;
        }
        co_return std::move(repository_);
    }

private:
    asio::awaitable<Result<void>> reserve() {
        const Request request{commands_.net_fn, 0, {commands_.reserve}};
        const Result<Answer> answer = co_await bmc_.ask(Priority::repository, request);
        if (!answer) co_return tl::unexpected(answer.error());
        // Without reservations (optional for whole records) 0 is the right number.
        reservation_ = answer->completed() && answer->data.size() >= 2 ? le16(answer->data, 0) : 0;
        co_return Result<void>{};
    }

    // One record; after a cancelled reservation it is begun again.
    asio::awaitable<Result<void>> fetch(std::uint16_t record) {
        for (int attempt = 0;; ++attempt) {
            record_.clear();
            Result<std::uint8_t> code = std::uint8_t{0};
            if (learned_.whole_records)
                code = co_await piece(record, 0, 0xff);
            else
                code = co_await pieces(record);
            if (code && *code == 0 && !complete()) code = too_little;
            // Some BMCs do not answer at all when the answer is too long for them.
            if (!code && code.error().fault == Fault::timeout) learned_.whole_records = false;
            if (!code) co_return tl::unexpected(code.error());
            if (*code == 0) break;
            if (*code == reservation_cancelled && attempt < renewals) {
                const Result<void> reserved = co_await reserve();
                if (!reserved) co_return reserved;
            } else if (learned_.whole_records) {
                learned_.whole_records = false;
            } else {
                co_return leave_out(record, *code);
            }
        }
        repository_ += record_;
        co_return Result<void>{};
    }

    // One bad record is no reason to lose the others, if the BMC said which is the next.
    Result<void> leave_out(std::uint16_t record, std::uint8_t code) {
        const std::string text = fmt::format("{} does not hand out sensor record {:04x}h ({})",
                                             bmc_.label(), record, explain(code));
        if (next_ == last_record || code == reservation_cancelled)
            return fail(Fault::unsupported, text);
        log::info("ipmi: {}; its sensor is left out", text);
        return {};
    }

    // Header first, then the rest in pieces that shrink until the BMC can carry them.
    asio::awaitable<Result<std::uint8_t>> pieces(std::uint16_t record) {
        Result<std::uint8_t> code = co_await piece(record, 0, header_size);
        while (code && *code == 0 && record_.size() >= header_size && !complete()) {
            const std::size_t left = wanted() - record_.size();
            const std::size_t before = record_.size();
            code = co_await piece(record, before, std::min(left, learned_.piece_size));
            if (code && *code != 0 && *code != reservation_cancelled &&
                learned_.piece_size > least_piece) {
                learned_.piece_size -= least_piece;
                code = std::uint8_t{0};
            } else if (record_.size() == before) {
                break;
            }
        }
        co_return code;
    }

    asio::awaitable<Result<std::uint8_t>> piece(std::uint16_t record, std::size_t offset,
                                                std::size_t size) {
        const Request request{
            commands_.net_fn,
            0,
            {commands_.get, low(reservation_), high(reservation_), low(record), high(record),
             static_cast<std::uint8_t>(offset), static_cast<std::uint8_t>(size)}};
        const Result<Answer> answer = co_await bmc_.ask(Priority::repository, request);
        if (!answer) co_return tl::unexpected(answer.error());
        if (!answer->completed()) co_return answer->completion_code;
        if (answer->data.size() < 3) co_return too_little;
        next_ = le16(answer->data, 0);
        const Bytes data = Bytes(answer->data).subspan(2);
        record_.append(reinterpret_cast<const char*>(data.data()), data.size());
        co_return std::uint8_t{0};
    }

    std::size_t wanted() const { return header_size + static_cast<std::uint8_t>(record_[4]); }
    std::uint16_t first_id() const {
        return static_cast<std::uint16_t>(static_cast<std::uint8_t>(record_[0]) |
                                          static_cast<std::uint8_t>(record_[1]) << 8);
    }
    bool complete() const { return record_.size() >= header_size && record_.size() == wanted(); }

    Bmc& bmc_;
    const Commands commands_;
    FetchHabits& learned_;
    const std::size_t most_;
    Repository repository_;
    std::string record_;
    std::unordered_set<std::uint16_t> seen_;
    std::uint16_t reservation_ = 0;
    std::uint16_t next_ = last_record;
};

asio::awaitable<Result<std::optional<RepositoryStamp>>> read_device_stamp(Bmc& bmc) {
    const Request request{device_commands.net_fn, 0, {device_commands.info}};
    const Result<Answer> answer = co_await bmc.ask(Priority::repository, request);
    if (!answer) co_return tl::unexpected(answer.error());
    if (!answer->completed() || answer->data.size() < 2) co_return std::nullopt;
    RepositoryStamp stamp{.records = answer->data[0], .device = true};
    constexpr std::uint8_t dynamic = 0x80;
    if ((answer->data[1] & dynamic) != 0 && answer->data.size() >= 6)
        stamp.added = le32(answer->data, 2);
    co_return stamp;
}

}  // namespace

asio::awaitable<Result<RepositoryStamp>> read_repository_stamp(Bmc& bmc) {
    const Request request{repository_commands.net_fn, 0, {repository_commands.info}};
    const Result<Answer> answer = co_await bmc.ask(Priority::repository, request);
    if (!answer) co_return tl::unexpected(answer.error());
    if (answer->completed() && answer->data.size() >= 13)
        co_return RepositoryStamp{.records = le16(answer->data, 1),
                                  .added = le32(answer->data, 5),
                                  .erased = le32(answer->data, 9)};
    if (!answer->completed() && !is_permanent(answer->completion_code))
        co_return fail(Fault::unavailable,
                       fmt::format("{} does not tell about its sensor repository now ({})",
                                   bmc.label(), explain(answer->completion_code)));
    const Result<std::optional<RepositoryStamp>> device = co_await read_device_stamp(bmc);
    if (!device) co_return tl::unexpected(device.error());
    if (*device) co_return **device;
    co_return fail(Fault::unsupported,
                   fmt::format("{} has no sensor repository ({}), nor device records", bmc.label(),
                               explain(answer->completion_code)));
}

asio::awaitable<Result<FetchedRepository>> fetch_repository(Bmc& bmc, RepositoryStamp stamp,
                                                            FetchHabits& learned) {
    for (int beginning = 0; beginning < beginnings; ++beginning) {
        Fetch fetch(bmc, stamp, learned);
        Result<Repository> records = co_await fetch.run();
        if (!records) co_return tl::unexpected(records.error());
        const Result<RepositoryStamp> after = co_await read_repository_stamp(bmc);
        if (!after) co_return tl::unexpected(after.error());
        if (*after == stamp) co_return FetchedRepository{std::move(*records), stamp};
        stamp = *after;
    }
    co_return fail(Fault::unavailable,
                   bmc.label() + " changes its sensor repository faster than it can be read");
}

}  // namespace frugald::ipmi
