# Writes packages/core/src/ops/cases/general.json; see make-op-cases-neural.py, which runs the cases.

import importlib

from op_cases_general import general_cases

if __name__ == "__main__":
    importlib.import_module("make-op-cases-neural").write("general", general_cases())
