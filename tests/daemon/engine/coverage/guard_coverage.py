#!/usr/bin/env python3
"""guard_coverage.py SOURCE SCRATCH CXX LIBRARY...: 100 % of the guard's branches, by its own tests.

Compiles daemon/engine/guard with --coverage, runs guard_test.cpp against it, and asks gcov about
every branch but those that only an exception takes. Prints a line per file; exit code 1 when a
branch was never taken.
"""
import gzip
import json
import pathlib
import shutil
import subprocess
import sys


def run(command, where):
    done = subprocess.run(command, cwd=where, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def compile_all(source, scratch, compiler, libraries):
    guard = sorted((source / "daemon/engine/guard").glob("*.cpp"))
    flags = ["-std=c++20", "-O0", "-DFMT_SHARED", f"-I{source}"]
    objects = []
    for file in guard:
        objects.append(scratch / f"{file.stem}.o")
        run([compiler, *flags, "--coverage", "-c", file, "-o", objects[-1]], scratch)
    tests = [source / "tests/daemon/engine/guard_test.cpp", source / "tests/doctest_main.cpp"]
    run([compiler, *flags, "--coverage", *objects, *tests, *libraries, "-lfmt", "-o", "guard_tests"],
        scratch)
    return guard


def branches(scratch, file):
    """(line, taken) of every branch in this file that no exception takes."""
    run(["gcov", "--json-format", "-b", f"{file.stem}.o"], scratch)
    with gzip.open(next(scratch.glob(f"{file.stem}.*gcov.json.gz")), "rt") as report:
        data = json.load(report)
    for one in data["files"]:
        if pathlib.Path(one["file"]).name != file.name:
            continue
        for line in one["lines"]:
            for branch in line["branches"]:
                if not branch["throw"]:
                    yield line["line_number"], branch["count"] > 0


def main():
    source, scratch, compiler, *libraries = sys.argv[1:]
    source, scratch = pathlib.Path(source), pathlib.Path(scratch)
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    files = compile_all(source, scratch, compiler, libraries)
    run([scratch / "guard_tests"], scratch)
    missed = 0
    for file in files:
        seen = list(branches(scratch, file))
        taken = sum(1 for _, was in seen if was)
        print(f"{file.name}: {taken} of {len(seen)} branches")
        for number, was in seen:
            if not was:
                missed += 1
                text = file.read_text().splitlines()[number - 1].strip()
                print(f"  {file.name}:{number}: never taken: {text}")
    sys.exit(1 if missed else 0)


main()
