"""Each of the chaos' judgements finds what was planted for it, and nothing where nothing is."""
import os
import tempfile
import unittest

import verdict
from world import World, expand


class Verdict(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.lab = directory.name
        os.mkdir(os.path.join(self.lab, "jobs"))
        self.world = World(self.lab, "/nowhere")

    def job(self, name, *lines):
        with open(os.path.join(self.lab, "jobs", name), "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")

    def bmc(self, at, command, node="n1"):
        self.world.add("world_bmc", at, node=node, command=command)
        self.world.add("world_chassis", at, node=node, on=command == "on")

    def hook(self, at, verb, node="n1"):
        self.world.add("world_hook", at, node=node, verb=verb)

    def late(self):
        return len(verdict.late_offs(self.world, 8, 2))

    def test_an_off_under_a_job_is_found_and_the_job_counts_as_lost_to_power(self):
        self.job("7.n1.0", "begin 100.0", "100.3", "100.6")
        self.bmc(100.5, "off")
        self.assertEqual(len(verdict.offs_under_jobs(self.world, self.lab)), 1)
        self.assertEqual([len(found) for found in verdict.jobs_lost(self.world, self.lab, set())], [1, 0])
        self.assertEqual(verdict.jobs_lost(self.world, self.lab, {"7"}), ([], []))

    def test_an_off_on_another_node_or_after_the_end_is_none(self):
        self.job("7.n1.0", "begin 100.0", "100.3", "end")
        self.bmc(100.2, "off", "n2")
        self.bmc(101, "off")
        self.assertEqual(verdict.offs_under_jobs(self.world, self.lab), [])
        self.assertEqual(verdict.jobs_lost(self.world, self.lab, set()), ([], []))

    def test_a_job_that_ended_early_without_its_power_is_lost_otherwise(self):
        self.job("7.n1.0", "begin 100.0", "100.3")
        self.assertEqual([len(found) for found in verdict.jobs_lost(self.world, self.lab, set())], [0, 1])

    def test_an_off_in_time_is_not_late_and_one_after_its_deadline_is(self):
        self.hook(100, "suspend")
        self.bmc(105.9, "off")
        self.assertEqual(self.late(), 0)
        self.bmc(106.5, "off")
        self.assertEqual(self.late(), 1)

    def test_an_off_nobody_asked_for_is_late(self):
        self.bmc(100, "off")
        self.assertEqual(self.late(), 1)

    def test_an_off_after_a_newer_resume_needs_an_on_after_it(self):
        self.hook(100, "suspend")
        self.hook(101, "resume")
        self.bmc(102, "off")
        self.assertEqual(self.late(), 1)
        self.bmc(102.5, "on")
        self.assertEqual(self.late(), 0)

    def test_a_down_node_is_excused_by_trouble_within_its_resume_only(self):
        self.world.add("world_slurm", 100, node="n1", state="IDLE")
        self.world.add("world_slurm", 200, node="n1", state="DOWN+POWERED_DOWN")
        for troubles, expected in (([], (0, 1)), ([("n2", 180, 190)], (0, 1)), ([("n1", 100, 120)], (0, 1)),
                                   ([("n1", 180, 190)], (1, 0)), ([(None, 150, 178)], (1, 0))):
            excused, found = verdict.downs_without_excuse(self.world, 25, troubles)
            self.assertEqual((excused, len(found)), expected, troubles)

    def test_nodesets_of_the_lab(self):
        self.assertEqual(expand("n[1-3,8]"), ["n1", "n2", "n3", "n8"])
        self.assertEqual(expand("n4"), ["n4"])
        self.assertEqual(expand("n4,n[6-7]"), ["n4", "n6", "n7"])


unittest.main()
