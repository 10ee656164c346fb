#pragma once

#include "daemon/core/pue_picture.h"
#include "daemon/core/tree_picture.h"
#include "daemon/doctor/facts.h"

namespace frugald::doctor::test {

/// A cluster of four nodes in mode guarded on which every check finds nothing.
Facts sound();

/// The same, with parts that a row of a table may change in place.
struct Sound {
    Sound();
    Facts facts;
    std::shared_ptr<Snapshot> now;
    std::shared_ptr<SchedulerView> slurm;
    std::shared_ptr<TreePicture> tree;
    std::shared_ptr<PuePicture> pue;

    Node& node(const std::string& name) { return now->nodes.at(name); }
    SchedulerPowerSaving& saving() { return slurm->power_saving; }
    Settings& group() { return *group_; }

private:
    std::shared_ptr<Settings> group_;
};

}  // namespace frugald::doctor::test
