#include "daemon/ctl/top.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <optional>
#include <sstream>

#include "daemon/ctl/columns.h"
#include "daemon/ctl/screen.h"
#include "daemon/ctl/table.h"

namespace frugald::ctl {

namespace {

using std::chrono::steady_clock;
constexpr const char* shown_columns = "node,watts,age,source,cap,temp,chassis,state,note";

class Top {
public:
    Top(const Terminal& terminal, const Daemon& daemon, const TopOptions& options)
        : terminal_(terminal),
          daemon_(daemon),
          sort_(options.sort),
          rows_(options.rows),
          every_(std::chrono::duration<double>(options.every_s)),
          left_(options.count) {
        const bool endless = terminal.screen || terminal.json;
        if (left_ == 0 && !endless) left_ = 1;
    }

    int run();

private:
    asio::awaitable<void> refresh();
    asio::awaitable<bool> fetch();
    asio::awaitable<void> obey_signals();
    asio::awaitable<void> obey_keys();
    void show();
    void print() const;
    void print_json() const;
    void paint();
    std::vector<std::string> lines(std::size_t most) const;
    void end(int code);

    const Terminal& terminal_;
    const Daemon& daemon_;
    std::string sort_;
    std::size_t rows_;
    std::chrono::duration<double> every_;
    unsigned left_;  // refreshes; 0: endless
    asio::io_context loop_{1};
    asio::steady_timer timer_{loop_};
    asio::signal_set signals_{loop_};
    asio::posix::stream_descriptor keys_{loop_};
    std::optional<Screen> screen_;
    Json status_;  // the last good answers; null before the first
    Json nodes_;
    std::optional<Failure> failure_;
    steady_clock::time_point fetched_{};
    int code_ = exit_ok;
};

int Top::run() {
    // A descriptor of our own: its mode is not the shell's.
    if (terminal_.screen && !terminal_.json && isatty(STDIN_FILENO) == 1)
        if (const int tty = open("/proc/self/fd/0", O_RDONLY | O_NOCTTY | O_CLOEXEC); tty >= 0)
            keys_.assign(tty);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) signals_.add(signal);
    if (terminal_.screen && !terminal_.json)
        for (const int signal : {SIGWINCH, SIGTSTP}) signals_.add(signal);
    const auto rethrow = [](std::exception_ptr failed) {
        if (failed) std::rethrow_exception(failed);
    };
    asio::co_spawn(loop_, obey_signals(), rethrow);
    asio::co_spawn(loop_, refresh(), rethrow);
    if (keys_.is_open()) asio::co_spawn(loop_, obey_keys(), rethrow);
    loop_.run();
    screen_.reset();
    if (code_ != exit_ok && failure_) return report(terminal_, *failure_);
    return code_;
}

void Top::end(int code) {
    code_ = code;
    loop_.stop();
}

asio::awaitable<void> Top::refresh() {
    for (;;) {
        const auto next =
            steady_clock::now() + std::chrono::duration_cast<steady_clock::duration>(every_);
        const bool fetched = co_await fetch();
        // Later failures pass: the daemon may be restarting.
        if (!fetched && (status_.is_null() || failure_->code == exit_not_permitted || left_ == 1))
            co_return end(failure_->code);
        show();
        if (left_ > 0 && --left_ == 0) co_return end(exit_ok);
        timer_.expires_at(next);
        co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

asio::awaitable<bool> Top::fetch() {
    auto status = co_await daemon_.get_soon("/api/v1/status");
    auto nodes = std::move(status);
    if (nodes) {
        Json answer = std::move(*nodes);
        nodes = co_await daemon_.get_soon("/api/v1/nodes");
        if (nodes) {
            status_ = std::move(answer);
            nodes_ = std::move(nodes->at("nodes"));
            fetched_ = steady_clock::now();
        }
    }
    failure_.reset();
    if (!nodes) failure_ = nodes.error();
    co_return nodes.has_value();
}

void Top::show() {
    sort_nodes(nodes_, sort_);
    if (terminal_.json) {
        print_json();
    } else if (terminal_.screen) {
        if (!screen_) screen_.emplace();
        paint();
    } else {
        print();
    }
}

std::vector<std::string> Top::lines(std::size_t most) const {
    std::vector<std::string> all = top_header(status_, sort_);
    if (failure_) {
        const std::chrono::duration<double> age = steady_clock::now() - fetched_;
        all.push_back(fmt::format("OLD, {} ago: {}; trying again", short_age(age.count()),
                                  plain(failure_->text)));
    }
    const auto columns = choose_columns(shown_columns);
    std::vector<Table::Column> headers;
    for (const NodeColumn* const column : *columns)
        headers.push_back({column->header, column->right});
    Table table{std::move(headers)};
    std::size_t rows = most - std::min(most, all.size() + 1);
    if (rows_ > 0) rows = std::min(rows, rows_);
    for (const Json& node : nodes_) {
        if (rows-- == 0) break;
        std::vector<Table::Cell> row;
        for (const NodeColumn* const column : *columns) row.push_back(column->cell(node));
        table.add(std::move(row));
    }
    std::stringstream text;
    table.print({text, text, terminal_.in}, true);
    for (std::string line; std::getline(text, line);) all.push_back(line);
    return all;
}

void Top::print() const {
    for (const std::string& line : lines(nodes_.size() + 8)) terminal_.out << line << '\n';
    terminal_.out << std::flush;
}

void Top::print_json() const {
    Json answer{{"schema", "frugald/1"}};
    if (failure_) {
        answer["error"] = {{"exit", int{failure_->code}}, {"text", failure_->text}};
    } else {
        for (const char* const key : {"at", "cluster_power_watts", "nodes_measured"})
            answer[key] = status_.at(key);
        Json chosen = nodes_;
        if (rows_ > 0 && chosen.size() > rows_)
            chosen.erase(chosen.begin() + static_cast<std::ptrdiff_t>(rows_), chosen.end());
        answer["nodes"] = std::move(chosen);
    }
    terminal_.out << answer.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
}

void Top::paint() {
    std::vector<Screen::Line> painted;
    const std::size_t header = failure_ ? 3 : 2;
    for (std::string& line : lines(Screen::size().rows))
        painted.push_back({std::move(line), painted.size() == header});
    screen_->paint(painted);
}

asio::awaitable<void> Top::obey_signals() {
    for (;;) {
        const auto [error, signal] =
            co_await signals_.async_wait(asio::as_tuple(asio::use_awaitable));
        if (error) co_return;
        if (signal == SIGTSTP && screen_) {
            screen_->leave();
            raise(SIGSTOP);
            screen_->enter();
        }
        if (signal != SIGWINCH && signal != SIGTSTP) co_return end(exit_ok);
        if (screen_) paint();
    }
}

asio::awaitable<void> Top::obey_keys() {
    for (;;) {
        const auto [error] = co_await keys_.async_wait(asio::posix::descriptor_base::wait_read,
                                                       asio::as_tuple(asio::use_awaitable));
        char key = 0;
        if (error || read(keys_.native_handle(), &key, 1) != 1) co_return;
        if (key == 'q') co_return end(exit_ok);
        if (key == 'w') sort_ = "watts";
        if (key == 'n') sort_ = "name";
        if (key == 't') sort_ = "temp";
        if (key == ' ') timer_.cancel();
        if (screen_) show();
    }
}

}  // namespace

int top(const Terminal& terminal, const Daemon& daemon, const TopOptions& options) {
    return Top(terminal, daemon, options).run();
}

}  // namespace frugald::ctl
