"""Runs one command and says what it cost: CPU seconds of it and all its children, and their peak memory.

    python measure.py COMMAND ARGUMENT ...

Prints one line of JSON. Memory twice: `largestBytes` is the resident memory of the biggest single process (rusage), and
`peakBytes` that of the whole process tree, sampled while it runs, so that work handed to a child counts. There a page
that processes share (the program itself) counts once: it is the sum of their proportional set sizes. Where the system
does not tell these, both are the same.
"""

import json
import os
import resource
import subprocess
import sys
import time

PERIOD = 0.05


def tree(pid):
    """The process and all its descendants."""
    found = [pid]
    for parent in found:
        try:
            with open(f"/proc/{parent}/task/{parent}/children") as children:
                found.extend(int(child) for child in children.read().split())
        except OSError:
            pass
    return found


def resident(pid):
    """Proportional set size: each shared page is divided among the processes that share it."""
    try:
        with open(f"/proc/{pid}/smaps_rollup") as rollup:
            return next(int(line.split()[1]) * 1024 for line in rollup if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return 0


def measure(command):
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    sampled, output = 0, None
    while output is None:
        try:
            output, _ = process.communicate(timeout=PERIOD)
        except subprocess.TimeoutExpired:
            sampled = max(sampled, sum(map(resident, tree(process.pid))))
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    largest = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return {
        "exitCode": process.returncode,
        "cpuSeconds": usage.ru_utime + usage.ru_stime,
        "wallSeconds": time.monotonic() - started,
        "peakBytes": sampled or largest,
        "largestBytes": largest,
        "output": output.decode(errors="replace")[-4000:],
    }


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1:])))
