"""Runs one command and says what it cost: CPU seconds of it and all its children, and their peak memory.

    python measure.py COMMAND ARGUMENT ...

Prints one line of JSON. Memory is the larger of the biggest single process (rusage) and, where /proc is there, the
resident memory of the whole process tree, sampled while it runs, so that work handed to a child counts.
"""

import json
import os
import resource
import subprocess
import sys
import time

PERIOD = 0.02


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
    try:
        with open(f"/proc/{pid}/statm") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
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
        "peakBytes": max(largest, sampled),
        "output": output.decode(errors="replace")[-4000:],
    }


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1:])))
