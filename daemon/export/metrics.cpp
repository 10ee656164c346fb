#include "daemon/export/metrics.h"

#include <prometheus/collectable.h>
#include <prometheus/text_serializer.h>

#include "daemon/export/families.h"

namespace frugald {

namespace {

class SnapshotCollectable : public prometheus::Collectable {
public:
    explicit SnapshotCollectable(const Snapshot& now) : now_(now) {}

    std::vector<prometheus::MetricFamily> Collect() const override {
        metrics::Families families;
        metrics::collect_nodes(now_, families);
        metrics::collect_devices(now_, families);
        metrics::collect_tree(now_, families);
        metrics::collect_scheduler(now_, families);
        metrics::collect_pue(now_, families);
        metrics::collect_daemon(now_, families);
        return families;
    }

private:
    const Snapshot& now_;
};

}  // namespace

std::string render_metrics(const Snapshot& now) {
    const prometheus::TextSerializer text;
    const prometheus::Serializer& serializer = text;
    return serializer.Serialize(SnapshotCollectable{now}.Collect());
}

}  // namespace frugald
