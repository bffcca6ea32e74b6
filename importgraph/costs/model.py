"""An estimate of what importing one module costs, without the modules it imports.

A module's time is taken as the sum of its parts, each at a fixed price: what CPython does when it finds,
reads and runs it with warm bytecode. The prices were fitted on the measured imports of 49 distributions
(`benchmarks/cost_fit.py`; `benchmarks/results/cost_model.md` has the figures, also for distributions that the
fit did not see) with CPython 3.11 on a machine of 2026. Another machine is faster or slower by about one
factor for all parts, which `speed` takes.

What a module's functions do when they are called at import, and what a compiled module does when it is
initialised, text does not show: half of the modules are estimated within a factor of 1.3, some are far off.
"""

from collections.abc import Mapping
from dataclasses import fields
from operator import attrgetter

from importgraph.costs.features import CostFeatures

WEIGHTS_NS: Mapping[str, float] = {
    "source": 118_000,  # look through sys.path, stat, open, read the bytecode, make the module
    "package": 41_600,  # list its folder
    "compiled": 292_000,  # dlopen: map, relocate, initialise
    "compiled_bytes": 0.30,
    "builtin": 55_200,
    "namespace": 126_000,
    "code_bytes": 5.1,  # unmarshal constants, names and bytecode
    "text_bytes": 2.3,
    "functions": 434,  # a code object, and a function where it is defined
    "stored": 0,
    "run": 1_840,
    "imports": 2_720,  # look up in sys.modules, bind
    "calls": 2_730,
    "subscripts": 7_630,  # typing's generic aliases
    "elements": 41.7,
    "loops": 13_500,
    "annotations": 0,
    "decorators": 4_450,
    "patterns": 116_000,  # parse and compile a regular expression
    "pattern_bytes": 718,
    "classes": 12_700,
    "abstract": 9_460,
    "metaclasses": 0,
    "class_decorators": 10_500,
    "dataclasses": 439_000,  # generate and compile methods
    "dataclass_fields": 45_200,
    "enums": 114_000,
    "enum_members": 10_300,
    "tuples": 73_200,
    "models": 129_000,
    "model_fields": 20_300,
    "entry_point_scans": 9_200_000,
    "metadata_reads": 1_670_000,
    "certificate_loads": 59_300_000,
}
"""By feature, nanoseconds for each on the machine of the fit."""

REFERENCE_SPEED = 1.0
"""The machine of the fit. A machine that imports the standard library in half the time has 2.0."""

_NAMES = tuple(field.name for field in fields(CostFeatures))
_counts = attrgetter(*_NAMES)
_PRICES = tuple(WEIGHTS_NS[name] for name in _NAMES)


def estimate_us(features: CostFeatures, *, speed: float = REFERENCE_SPEED) -> int:
    """Estimate what importing a module costs, in whole microseconds, without what it imports.

    Args:
        features: The counts of its parts.
        speed: How many times as fast as the machine of the fit the one in question is.
    """
    total = sum(count * price for count, price in zip(_counts(features), _PRICES, strict=True))
    return int(total / 1000 / speed + 0.5)
