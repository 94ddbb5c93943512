"""Gauges as the parts of a scrape make them."""

from collections.abc import Mapping
from typing import TypeVar

from prometheus_client.core import GaugeMetricFamily, Metric

LabelValues = TypeVar("LabelValues", bound=tuple[str, ...])


def gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


def labelled(name: str, text: str, labels: tuple[str, ...], values: Mapping[LabelValues, float]) -> Metric:
    """`values` by the values of the labels, in their order."""
    family = GaugeMetricFamily(name, text, labels=list(labels))
    for of, value in values.items():
        family.add_metric(list(of), value)
    return family
