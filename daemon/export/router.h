#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/export/access.h"
#include "daemon/export/answer_stream.h"
#include "daemon/export/http_settings.h"
#include "daemon/export/rendered.h"
#include "daemon/export/url.h"
#include "daemon/ports/control.h"

namespace frugald {

/// A request without its transport.
struct Question {
    std::string method;
    std::string target;
    std::string body{};
    bool accepts_gzip = false;
    Access access;
    bool acting_verbs = false;  // they exist on this listener
};

inline constexpr const char* json_type = "application/json";

struct Answer {
    unsigned status = 200;
    const char* type = json_type;
    Text body;  // or, if it is null, stream
    bool packed = false;
    const char* allow = nullptr;  // with 405
    std::shared_ptr<AnswerStream> stream{};
};

inline Answer json_answer(std::string body) { return {200, json_type, text_of(std::move(body))}; }

/// What every path answers.
class Router {
public:
    Router(asio::io_context& loop, asio::thread_pool& workers, Control& control,
           std::chrono::milliseconds snapshot_interval);

    void publish(std::shared_ptr<const Snapshot> snapshot);
    asio::awaitable<Answer> answer(Question question);

    static Answer error(unsigned status, std::string_view fault, std::string_view text);

private:
    asio::awaitable<Answer> read(const Question& question, const Target& target);
    asio::awaitable<Answer> act(const Question& question, const Target& target);
    asio::awaitable<Answer> view(View view, const char* type, bool packed);
    asio::awaitable<Answer> nodes(const Question& question, const Target& target);
    asio::awaitable<Answer> pue(const Target& target);
    asio::awaitable<Answer> why(std::string node);
    asio::awaitable<Answer> events(const Target& target);
    asio::awaitable<Answer> series(const Target& target);
    asio::awaitable<Answer> audit(const Question& question, const Target& target);
    asio::awaitable<Answer> doctor();
    asio::awaitable<Answer> energy(const Target& target);
    Answer health() const;

    asio::io_context& loop_;
    asio::thread_pool& workers_;
    Control& control_;
    std::chrono::milliseconds snapshot_interval_;
    std::shared_ptr<Rendered> rendered_;
    std::vector<std::weak_ptr<AnswerStream>> streams_;  // under way
};

}  // namespace frugald
