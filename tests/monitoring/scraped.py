"""What GET /metrics says, read as Prometheus reads it."""

from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from monitoring.metrics import counted, scrape

Samples = dict[str, float]


def read(text: str) -> Samples:
    """By name and labels, `kodus_jobs{status="PENDING",type="CODE_REVIEW"}`, labels in alphabetical order."""
    samples = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
            samples[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return samples


def names(samples: Samples) -> set[str]:
    return {name.partition("{")[0] for name in samples}


def scraped() -> Samples:
    """All there is to say now, without the web around it and nothing kept from before."""
    return read(scrape.scraped().decode())


def forget_kept() -> None:
    """As if nobody had asked yet, in a process that has counted nothing."""
    scrape._kept = (0.0, b"")
    counted.make_known.cache_clear()


def asked(client: Any, **headers: str) -> Samples:
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    return read(answer.content.decode())
