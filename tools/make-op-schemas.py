# Writes packages/core/src/ops/cases/schemas.json: of every ONNX operator the versions that changed it up to opset 23 and
# the attributes it has in opsets 7 to 23, from the schemas of the onnx package (development only).

import json
import os

import onnx.defs

FILE = os.path.join(os.path.dirname(__file__), "..", "packages", "core", "src", "ops", "cases", "schemas.json")

FIRST, LAST = 7, 23

by_name = {}
for schema in onnx.defs.get_all_schemas_with_history():
    if schema.domain == "" and schema.since_version <= LAST:
        by_name.setdefault(schema.name, {})[schema.since_version] = schema


def attributes_of(versions):
    """Those that a model of opset FIRST or later can have."""
    oldest = max((version for version in versions if version <= FIRST), default=min(versions))
    return sorted({name for version, schema in versions.items() if version >= oldest for name in schema.attributes})


found = {name: (set(versions), attributes_of(versions)) for name, versions in by_name.items()}
rows = [
    f'  "{name}": {json.dumps({"since": sorted(since), "attributes": attributes})}'
    for name, (since, attributes) in sorted(found.items())
]
with open(FILE, "w") as file:
    file.write("{\n" + ",\n".join(rows) + "\n}\n")
