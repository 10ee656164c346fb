#include "daemon/export/rendered.h"

#include "daemon/export/gzip.h"
#include "daemon/export/json.h"
#include "daemon/export/metrics.h"
#include "daemon/ports/offload.h"

namespace frugald {

namespace {

std::string render(const Snapshot& now, View view) {
    switch (view) {
        case View::metrics:
            return render_metrics(now);
        case View::status:
            return json::status(now);
        case View::nodes:
            return json::nodes(now, {});
        case View::devices:
            return json::devices(now);
        case View::tree:
            return json::tree(now);
    }
    return {};
}

}  // namespace

Rendered::Rendered(std::shared_ptr<const Snapshot> snapshot, asio::io_context& loop,
                   asio::thread_pool& workers)
    : snapshot_(std::move(snapshot)), workers_(workers) {
    for (auto& view : slots_)
        for (auto& slot : view) slot = std::make_unique<Slot>(loop);
}

asio::awaitable<Text> Rendered::get(View view, bool packed) {
    const auto self = shared_from_this();
    auto& slots = slots_[static_cast<std::size_t>(view)];
    std::function<Text()> make = [snapshot = snapshot_, view] {
        return text_of(render(*snapshot, view));
    };
    if (packed) {
        const Text plain = co_await get(view, false);
        if (!plain) co_return nullptr;
        make = [plain] { return text_of(gzip(*plain)); };
    }
    co_return co_await fill(*slots[packed ? 1 : 0], std::move(make));
}

asio::awaitable<Text> Rendered::fill(Slot& slot, std::function<Text()> make) {
    if (slot.running) {
        co_await slot.finished.wait();
        co_return slot.text;
    }
    if (slot.text) co_return slot.text;
    slot.running = true;
    auto job = [make = std::move(make)]() -> Text {
        try {
            return make();
        } catch (const std::bad_alloc&) {
            return nullptr;
        }
    };
    Text text = co_await offload(workers_, std::move(job));
    slot.text = std::move(text);
    slot.running = false;
    slot.finished.notify_all();
    co_return slot.text;
}

}  // namespace frugald
