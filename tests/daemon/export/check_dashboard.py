#!/usr/bin/env python3
"""Asks a Prometheus that scrapes frugald every query of the dashboard and of the alert rules.

Fails when the dashboard's structure is wrong, a query does not parse, or a panel gets no series.
With --strict also when a query names a metric that Prometheus does not have. Waits up to --wait
seconds for the data to arrive.
"""
import argparse
import json
import pathlib
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[3]
PANEL_TYPES = {"timeseries", "stat", "bargauge", "table"}


def ask(url, path, **parameters):
    """The data of an API answer, or a ValueError with what Prometheus said."""
    query = urllib.parse.urlencode(parameters)
    try:
        with urllib.request.urlopen(f"{url}{path}?{query}", timeout=10) as answer:
            return json.load(answer)["data"]
    except urllib.error.HTTPError as refused:
        raise ValueError(json.load(refused)["error"]) from refused


def replace_variables(expression, dashboard, rate_interval):
    expression = expression.replace("$__rate_interval", rate_interval).replace("$__range", "1h")
    for variable in dashboard["templating"]["list"]:
        expression = expression.replace("$" + variable["name"], ".*")
    return expression


def structure_mistakes(dashboard):
    """What Grafana's own linter would say, as far as it matters here."""
    seen = set()
    for panel in dashboard["panels"]:
        name = f"panel '{panel.get('title')}'"
        if panel["id"] in seen:
            yield f"{name}: its id {panel['id']} is taken"
        seen.add(panel["id"])
        if not panel.get("title"):
            yield f"panel {panel['id']} has no title"
        if panel["gridPos"]["x"] + panel["gridPos"]["w"] > 24:
            yield f"{name} is wider than the page"
        if panel["type"] == "row":
            continue
        if panel["type"] not in PANEL_TYPES:
            yield f"{name}: type {panel['type']} is not one that every Grafana has"
        if not panel.get("description"):
            yield f"{name} has no description"
        if not panel["fieldConfig"]["defaults"].get("unit"):
            yield f"{name} has no unit"
        for target in panel["targets"]:
            if target["datasource"]["uid"] != "${datasource}":
                yield f"{name}: its data source is fixed"
            if re.search(r"\b(rate|increase)\(", target["expr"]):
                if "$__rate_interval" not in target["expr"] and "$__range" not in target["expr"]:
                    yield f"{name}: rate() over a fixed interval"
            if 'instance=~"$instance"' not in target["expr"]:
                yield f"{name}: a query does not honour the variable instance"


def rule_expressions(text):
    """The expr of every rule; reads the YAML that our own file uses: plain or '>-' block."""
    lines = text.splitlines()
    name = "?"
    for index, line in enumerate(lines):
        found = re.match(r"\s*- (?:alert|record): (\S+)", line)
        if found:
            name = found.group(1)
        found = re.match(r"(\s*)expr: (.*)", line)
        if not found:
            continue
        expression = found.group(2)
        if expression == ">-":
            block = []
            for follower in lines[index + 1 :]:
                if not follower.startswith(found.group(1) + "  "):
                    break
                block.append(follower.strip())
            expression = " ".join(block)
        yield name, expression


def query_mistakes(url, dashboard, rules, rate_interval, strict):
    known = set(ask(url, "/api/v1/label/__name__/values"))
    expressions = []
    for panel in dashboard["panels"]:
        series = 0
        for target in panel.get("targets", []):
            expression = replace_variables(target["expr"], dashboard, rate_interval)
            expressions.append((f"panel '{panel['title']}'", expression))
            try:
                series += len(ask(url, "/api/v1/query", query=expression)["result"])
            except ValueError as wrong:
                yield f"panel '{panel['title']}': {wrong}: {expression}"
        if series == 0 and panel["type"] != "row":
            yield f"panel '{panel['title']}' gets no series"
    for name, expression in rules:
        expressions.append((f"alert {name}", expression))
        try:
            ask(url, "/api/v1/query", query=expression)
        except ValueError as wrong:
            yield f"alert {name}: {wrong}: {expression}"
    for where, expression in expressions if strict else []:
        for metric in re.findall(r"\bfrugald_\w+", expression):
            if metric not in known:
                yield f"{where}: there is no metric {metric}"


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("url", help="of the Prometheus, as in http://127.0.0.1:9090")
    options.add_argument("--dashboard", default=ROOT / "config/grafana/frugald.json")
    options.add_argument("--rules", default=ROOT / "config/prometheus/frugald.rules.yml")
    options.add_argument("--rate-interval", default="1m", help="what $__rate_interval becomes")
    options.add_argument("--wait", type=float, default=0, help="seconds for the data to arrive")
    options.add_argument("--strict", action="store_true", help="every metric named must exist")
    chosen = options.parse_args()
    dashboard = json.loads(pathlib.Path(chosen.dashboard).read_text())
    rules = list(rule_expressions(pathlib.Path(chosen.rules).read_text()))
    if not rules:
        sys.exit(f"no rules found in {chosen.rules}")
    structure = list(structure_mistakes(dashboard))
    deadline = time.monotonic() + chosen.wait
    while True:
        try:
            mistakes = list(
                query_mistakes(chosen.url, dashboard, rules, chosen.rate_interval, chosen.strict)
            )
        except OSError as unreachable:
            mistakes = [f"{chosen.url}: {unreachable}"]
        if not mistakes or time.monotonic() > deadline:
            break
        time.sleep(0.5)
    for mistake in structure + mistakes:
        print(mistake)
    panels = sum(panel["type"] != "row" for panel in dashboard["panels"])
    print(f"{panels} panels and {len(rules)} rules, {len(structure + mistakes)} mistakes")
    return 1 if structure or mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
