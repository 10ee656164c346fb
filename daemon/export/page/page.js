"use strict";
// Everything shown is set as text, never as HTML: names come from devices.
const period_ms = 2000;
const most_rows = 500;
const $ = (id) => document.getElementById(id);
const number = (value, digits = 0) => value === null || value === undefined ? "?" : value.toFixed(digits);
let nodes = [];

function element(tag, text, kind) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

async function get(path) {
  const answer = await fetch(path, { signal: AbortSignal.timeout(10000) });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error.text);
  return body;
}

function tile(value, label) {
  const made = element("div", undefined, "tile");
  made.append(element("b", value), element("span", label));
  return made;
}

function showStatus(status) {
  $("mode").textContent = "mode " + status.mode;
  const alerts = [];
  if (status.hold !== null) alerts.push("HOLD: " + status.hold);
  if (status.scheduler.failure !== null) alerts.push("Slurm: " + status.scheduler.failure);
  if (status.store_failure !== null) alerts.push("Store: " + status.store_failure);
  if (!status.last_reload_successful) alerts.push("The last reload of the configuration failed; the previous one is in use.");
  $("alerts").textContent = alerts.join("\n");
  const watts = status.cluster_power_watts;
  const shown = watts === null ? "?" : watts >= 10000 ? (watts / 1000).toFixed(1) + " kW" : watts.toFixed(0) + " W";
  const chassis = status.nodes.chassis;
  const states = Object.entries(status.nodes.scheduler_states).map(([state, count]) => tile(count, state.replaceAll("_", " ") + " in Slurm"));
  $("tiles").replaceChildren(
    tile(shown, "drawn by " + status.nodes_measured + " of " + status.nodes.total + " nodes"),
    tile(chassis.on, "chassis on"), tile(chassis.off, "chassis off"), tile(chassis.unknown, "chassis unknown"),
    tile(status.nodes.unreachable, "BMCs unreachable"),
    tile(status.nodes.held, "on hold"), ...states);
}

function note(node) {
  const notes = [];
  if (node.intent) notes.push(node.intent.what + ": " + node.intent.stage + (node.intent.detail ? " (" + node.intent.detail + ")" : ""));
  if (node.hold) notes.push("hold: " + node.hold.reason);
  if (node.failure) notes.push(node.failure);
  if (node.power && node.power.quality !== "good") notes.push("power reading " + node.power.quality);
  return notes.join("; ");
}

const stateOf = (node) => node.scheduler ? node.scheduler.state_text || node.scheduler.state : "?";

function row(node) {
  const made = element("tr");
  const current = node.power && node.power.quality !== "stale";
  const button = element("button", "why");
  button.addEventListener("click", () => showWhy(node.node));
  const last = element("td");
  last.append(button);
  made.append(
    element("td", node.node), element("td", stateOf(node)), element("td", node.chassis, node.chassis),
    element("td", current ? number(node.power.watts) : "?", "number"),
    element("td", node.power ? number(node.power.age_s) : "?", "number"),
    element("td", node.power ? node.power.source : ""),
    element("td", node.cap && node.cap.active ? number(node.cap.limit_watts) : "", "number"),
    element("td", number(node.hottest_celsius), "number"),
    element("td", note(node), node.failure ? "bad" : ""), last);
  return made;
}

function showNodes() {
  const wanted = $("filter").value.toLowerCase();
  const matching = nodes.filter((node) => (node.node + " " + stateOf(node) + " " + node.chassis).toLowerCase().includes(wanted));
  const shown = matching.slice(0, most_rows);
  $("nodes").replaceChildren(...shown.map(row));
  $("shown").textContent = matching.length > shown.length ? "the first " + shown.length + " of " + matching.length + "; filter to see others" : "";
}

function showDevices(devices) {
  const rows = devices.pdus.concat(devices.meters).map((device) => {
    const made = element("tr");
    const lines = device.lines.map((line) => line.name + " " + number(line.current_amperes, 1)).join("   ");
    made.append(
      element("td", device.name), element("td", device.model || ""),
      element("td", number(device.total.power_watts), "number"), element("td", lines),
      element("td", device.outlets.length || "", "number"), element("td", number(device.age_s), "number"),
      element("td", device.failure || "", "bad"));
    return made;
  });
  $("devices").replaceChildren(...rows);
}

async function showWhy(node) {
  $("why-node").textContent = node;
  let why = { now: [], story: [] };
  try {
    why = await get("/api/v1/why/" + encodeURIComponent(node));
  } catch (error) {
    why.now = [error.message];
  }
  $("why-now").replaceChildren(...why.now.map((line) => element("li", line)));
  $("why-story").replaceChildren(...why.story.map((line) => element("li", new Date(line.at).toLocaleString() + "  " + line.text)));
  if (!$("why").open) $("why").showModal();
}

async function refresh() {
  try {
    const [status, list, devices] = await Promise.all([get("/api/v1/status"), get("/api/v1/nodes"), get("/api/v1/pdus")]);
    nodes = list.nodes;
    showStatus(status);
    showNodes();
    showDevices(devices);
    $("fresh").textContent = "as of " + new Date(status.at).toLocaleTimeString();
    $("fresh").className = "";
  } catch (error) {
    $("fresh").textContent = "no answer from frugald: " + error.message + "; what is shown is old";
    $("fresh").className = "bad";
  }
  setTimeout(refresh, period_ms);
}

$("filter").addEventListener("input", showNodes);
refresh();
