"""The PUE of a simulated room: from its meter and its BMCs to what frugalctl says, over a restart."""
import json
import math

from rig import Rig, main


def configure(rig, facility="main"):
    with open(rig.dir / "room.toml", "a") as room:
        room.write("""
[[meter]]
name = "main"
address = "127.26.7.201"
port = 15020
overhead = 1.25
start_watt_hours = 1000
""")
    rig.configure(more=f"""
[modbus]
interval_s = 1
[[modbus.meter]]
name = "main"
host = "127.26.7.201"
port = 15020
profile = "schneider"
[pue]
facility = ["{facility}"]
it = ["nodes"]
window_s = 20
""")


def pue(rig):
    return json.loads(rig.get("/api/v1/pue") or "{}")


def state(rig):
    return pue(rig).get("live", {}).get("state")


def the_room_is_seen_through_to_frugalctl():
    """the PUE of the room is its overhead, and the day's survives a restart"""
    with Rig() as rig:
        configure(rig)
        rig.start_room()
        rig.start()
        rig.until(lambda: state(rig) == "complete", "a complete live PUE", 60)
        answer = pue(rig)
        assert answer["category"] == "PUE3", answer
        assert math.isclose(answer["live"]["pue"], 1.25, rel_tol=0.03), answer["live"]
        assert [s["how"] for s in answer["sources"]] == ["counter", "power"], answer["sources"]
        said = rig.ctl("pue")
        assert said.returncode == 0 and "category PUE3" in said.stdout, said
        assert "PUE      1.2" in rig.ctl("status").stdout, rig.ctl("status")
        metrics = rig.get("/metrics")
        assert 'frugald_pue{category="PUE3"} 1.2' in metrics
        before = pue(rig)["day"]
        assert before["covered_s"] > 15, before
        assert rig.stop() == 0
        rig.start()
        rig.until(lambda: pue(rig), "the PUE after the restart")
        after = pue(rig)["day"]
        assert after["period"] != before["period"] or \
            after["covered_s"] >= before["covered_s"] - 1, (before, after)


def a_missing_meter_is_named():
    """a facility meter that nobody configured is named, and there is no value"""
    with Rig() as rig:
        configure(rig, facility="mian")
        rig.start_room()
        rig.start()
        rig.until(lambda: "mian: no meter or PDU of this name" in rig.ctl("status").stdout,
                  "the status to name it")
        assert pue(rig)["live"]["pue"] is None
        assert "frugald_pue{" not in rig.get("/metrics")


main([the_room_is_seen_through_to_frugalctl, a_missing_meter_is_named])
