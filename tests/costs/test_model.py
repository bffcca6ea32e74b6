from dataclasses import fields, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from importgraph.costs.features import BUILTIN, NAMESPACE, CostFeatures, compiled_features, features_of
from importgraph.costs.model import WEIGHTS_NS, estimate_us
from importgraph.facts.parse import parse_module

NAMES = [field.name for field in fields(CostFeatures)]
COUNTS = st.builds(CostFeatures, **{name: st.integers(0, 5000) for name in NAMES})


def estimate(text: str) -> int:
    return estimate_us(features_of(parse_module(text.encode()).facts))


def test_every_feature_has_a_price_and_none_is_negative():
    assert set(WEIGHTS_NS) == set(NAMES)
    assert min(WEIGHTS_NS.values()) >= 0


def test_an_empty_module_costs_a_search_and_a_read():
    assert 50 <= estimate("") <= 400


def test_generated_classes_cost_more_than_plain_ones():
    plain = estimate("class A:\n    x: int\n    y: int\n")
    assert estimate("@dataclass\nclass A:\n    x: int\n    y: int\n") > plain + 200
    assert estimate("class A(Enum):\n    x = 1\n    y = 2\n") > plain + 50


def test_a_module_in_another_form_has_a_cost_too():
    assert 0 < estimate_us(BUILTIN) < estimate_us(compiled_features(100_000))
    assert estimate_us(compiled_features(100_000)) < estimate_us(compiled_features(50_000_000))
    assert estimate_us(NAMESPACE) > 0


def test_a_machine_twice_as_fast_takes_half():
    features = CostFeatures(source=1, code_bytes=200_000)
    assert abs(estimate_us(features, speed=2.0) * 2 - estimate_us(features)) <= 1


@settings(max_examples=30)
@given(COUNTS, st.sampled_from(NAMES), st.integers(0, 1000))
def test_more_of_anything_never_costs_less(features: CostFeatures, name: str, more: int):
    larger = replace(features, **{name: getattr(features, name) + more})
    assert estimate_us(larger) >= estimate_us(features)
