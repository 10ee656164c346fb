#include "plugins/ipmi/sdr_fetch.h"

#include <fmt/format.h>

#include <algorithm>

#include "plugins/ipmi/commands.h"

namespace frugald::ipmi {
namespace {

constexpr std::uint8_t storage = IPMI_NET_FN_STORAGE_RQ;
constexpr std::uint8_t reservation_cancelled = 0xc5;
constexpr std::uint16_t last_record = 0xffff;
constexpr std::size_t header_size = 5;
constexpr std::size_t longest_repository = 4096;  // records; more is a BMC that never ends
constexpr int renewals = 4;

std::uint8_t low(std::uint16_t value) { return static_cast<std::uint8_t>(value); }
std::uint8_t high(std::uint16_t value) { return static_cast<std::uint8_t>(value >> 8); }

Request get_sdr(std::uint16_t reservation, std::uint16_t record, std::size_t offset,
                std::size_t size) {
    return {storage,
            0,
            {0x23, low(reservation), high(reservation), low(record), high(record),
             static_cast<std::uint8_t>(offset), static_cast<std::uint8_t>(size)}};
}

/// The walk through one repository.
class Fetch {
public:
    explicit Fetch(Bmc& bmc) : bmc_(bmc) {}

    asio::awaitable<Result<Repository>> run() {
        Result<void> done = co_await reserve();
        if (!done) co_return tl::unexpected(done.error());
        std::uint16_t record = 0;
        for (std::size_t count = 0; record != last_record; ++count) {
            if (count == longest_repository)
                co_return fail(Fault::unparsable,
                               bmc_.label() + " has a sensor repository without end");
            next_ = last_record;
            done = co_await fetch(record);
            if (!done) co_return tl::unexpected(done.error());
            record = next_;
        }
        co_return std::move(repository_);
    }

private:
    asio::awaitable<Result<void>> reserve() {
        const Request request{storage, 0, {0x22}};
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
            if (whole_)
                code = co_await piece(record, 0, 0xff);
            else
                code = co_await pieces(record);
            if (code && *code == 0 && !complete()) code = 0xca;
            if (!code) co_return tl::unexpected(code.error());
            if (*code == 0) break;
            if (*code == reservation_cancelled && attempt < renewals) {
                const Result<void> reserved = co_await reserve();
                if (!reserved) co_return reserved;
            } else if (whole_) {
                whole_ = false;
            } else {
                co_return fail(Fault::unsupported,
                               fmt::format("{} does not hand out sensor record {:04x}h ({})",
                                           bmc_.label(), record, explain(*code)));
            }
        }
        repository_ += record_;
        co_return Result<void>{};
    }

    // Header first, then the rest in pieces that shrink until the BMC can carry them.
    asio::awaitable<Result<std::uint8_t>> pieces(std::uint16_t record) {
        Result<std::uint8_t> code = co_await piece(record, 0, header_size);
        while (code && *code == 0 && record_.size() >= header_size && !complete()) {
            const std::size_t left = wanted() - record_.size();
            const std::size_t before = record_.size();
            code = co_await piece(record, before, std::min(left, piece_size_));
            if (code && *code != 0 && *code != reservation_cancelled && piece_size_ > 4) {
                piece_size_ -= 4;
                code = 0;
            } else if (record_.size() == before) {
                break;
            }
        }
        co_return code;
    }

    asio::awaitable<Result<std::uint8_t>> piece(std::uint16_t record, std::size_t offset,
                                                std::size_t size) {
        const Result<Answer> answer =
            co_await bmc_.ask(Priority::repository, get_sdr(reservation_, record, offset, size));
        if (!answer) co_return tl::unexpected(answer.error());
        if (!answer->completed()) co_return answer->completion_code;
        if (answer->data.size() < 3) co_return std::uint8_t{0xca};
        next_ = le16(answer->data, 0);
        const Bytes data = Bytes(answer->data).subspan(2);
        record_.append(reinterpret_cast<const char*>(data.data()), data.size());
        co_return std::uint8_t{0};
    }

    std::size_t wanted() const { return header_size + static_cast<std::uint8_t>(record_[4]); }
    bool complete() const { return record_.size() >= header_size && record_.size() == wanted(); }

    Bmc& bmc_;
    Repository repository_;
    std::string record_;
    std::uint16_t reservation_ = 0;
    std::uint16_t next_ = last_record;
    std::size_t piece_size_ = 16;
    bool whole_ = true;
};

}  // namespace

asio::awaitable<Result<RepositoryStamp>> read_repository_stamp(Bmc& bmc) {
    const Request request{storage, 0, {0x20}};
    const Result<Answer> answer = co_await bmc.ask(Priority::repository, request);
    if (!answer) co_return tl::unexpected(answer.error());
    if (!answer->completed() || answer->data.size() < 13)
        co_return fail(Fault::unsupported,
                       fmt::format("{} has no sensor repository ({})", bmc.label(),
                                   explain(answer->completion_code)));
    co_return RepositoryStamp{le16(answer->data, 1), le32(answer->data, 5), le32(answer->data, 9)};
}

asio::awaitable<Result<Repository>> fetch_repository(Bmc& bmc) {
    Fetch fetch(bmc);
    co_return co_await fetch.run();
}

}  // namespace frugald::ipmi
