"""What the page of metrics shows: panels, each a drawing and the same as a table. Pure: insights in, panels out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitoring.insights import Insights, Times
from monitoring.pages.chart import Chart, Length, Lines, lengths, lines, stacked
from monitoring.pages.spreadsheet import Cell
from monitoring.pages.words import duration
from monitoring.sampling import Period, Sample


@dataclass(frozen=True, slots=True)
class Panel:
    """One of the three drawings, or none. Times in `rows` are in seconds."""

    name: str
    title: str
    says: str
    headings: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    chart: Chart | None = None
    lines: Lines | None = None
    lengths: Sequence[Length] = ()
    axis: tuple[str, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        return not (
            self.lengths or (self.chart and self.chart.most) or (self.lines and any(p for _, p in self.lines.paths))
        )


#: The names of all, in their order.
PANELS = ("outcomes", "start", "post", "stages", "retries", "usefulness", "model")


def panels(sample: Sample, found: Insights) -> list[Panel]:
    return [
        _outcomes(sample, found),
        _over_time("start", "From arrival to start", sample, found.to_start, found.all_to_start),
        _over_time("post", "From arrival to posted review", sample, found.to_post, found.all_to_post),
        _stages(found),
        _retries(found),
        _usefulness(found),
        _model(found),
    ]


def rests_on(sample: Sample) -> str:
    """How far the figures can be trusted, for people."""
    if sample.is_whole:
        return f"Of all {len(sample.jobs)} jobs that arrived in this time."
    moments = sample.period.bars * sample.period.moments_of_a_bar
    counts = "Counts are of all jobs" if sample.is_counted else "Counts are estimates from how fast jobs arrived"
    return (
        f"From a sample: {len(sample.jobs)} jobs, the first of each of {moments} moments evenly spread over this time."
        f" {counts}; how they ended, and all else, is the sample's."
    )


def label(period: Period, at: datetime) -> str:
    return f"{at:%H:%M}" if period.width * period.bars <= timedelta(days=1) else f"{at:%d %b %H:%M}"


def _instants(sample: Sample) -> list[datetime]:
    return [sample.begin + number * sample.period.width for number in range(sample.period.bars)]


def _axis(sample: Sample) -> tuple[str, ...]:
    instants = _instants(sample)
    return tuple(label(sample.period, at) for at in (instants[0], instants[len(instants) // 2], instants[-1]))


def _outcomes(sample: Sample, found: Insights) -> Panel:
    instants = _instants(sample)
    titles = [
        f"{label(sample.period, at)} UTC: {_about(sum(by.values()))}"
        for at, by in zip(instants, found.outcomes, strict=True)
    ]
    chart = stacked(list(zip(titles, found.outcomes, strict=True)))
    kinds = ("completed", "failed", "cancelled", "live")
    rows: list[tuple[Cell, ...]] = [
        (at.isoformat(), *(round(by[kind]) for kind in kinds)) for at, by in zip(instants, found.outcomes, strict=True)
    ]
    says = "Jobs by when they arrived, as they stand now."
    return Panel("outcomes", "Outcomes", says, ("arrived", *kinds), rows, chart=chart, axis=_axis(sample))


def _over_time(name: str, title: str, sample: Sample, by_bar: Sequence[Times], whole: Times) -> Panel:
    says = _told(whole)
    rows = [
        (at.isoformat(), each.p50, each.p95, each.count) for at, each in zip(_instants(sample), by_bar, strict=True)
    ]
    drawn = lines({"p95": [each.p95 for each in by_bar], "p50": [each.p50 for each in by_bar]})
    return Panel(name, title, says, ("arrived", "p50 s", "p95 s", "jobs read"), rows, lines=drawn, axis=_axis(sample))


def _stages(found: Insights) -> Panel:
    rows = [(stage, each.p50, each.p95, each.count) for stage, each in found.stages.items()]
    drawn = [
        (stage, each.p95, each.p50 or 0, f"{duration(each.p50 or 0)}, {duration(each.p95)}")
        for stage, each in found.stages.items()
        if each.p95 is not None
    ]
    says = f"Median and 95th percentile, from the history of {found.histories} jobs."
    return Panel("stages", "Stages", says, ("stage", "p50 s", "p95 s", "times"), rows, lengths=lengths(drawn))


def _retries(found: Insights) -> Panel:
    rows = sorted(found.retries.items(), key=lambda item: -item[1])
    says = f"Attempts that ended with an error and were tried again, in the history of {found.histories} jobs."
    drawn = lengths([(name, count, 0, str(count)) for name, count in rows])
    return Panel("retries", "Retries", says, ("error class", "retries"), rows, lengths=drawn)


def _usefulness(found: Insights) -> Panel:
    use = found.usefulness
    told = {"posted": use.posted, "fixed later": use.fixed, "thumbs up": use.thumbs_up, "thumbs down": use.thumbs_down}
    told |= {f"kept back: {reason}": count for reason, count in use.kept_back.items()}
    rows = [(name, round(count)) for name, count in told.items()]
    says = f"Findings of {_about(use.reviews, 'review')}, and why others were not told."
    return Panel("usefulness", "Usefulness", says, ("findings", "count"), rows, lengths=_counted(told))


def _model(found: Insights) -> Panel:
    use = found.model
    rows: list[tuple[str, Cell]] = [
        ("reviews that asked a model", round(use.asked)),
        ("calls", round(use.calls)),
        ("tokens in", round(use.input)),
        ("tokens out", round(use.output)),
        ("cost", round(use.cost, 2)),
        ("cost of a review that asked", round(use.cost / use.asked, 4) if use.asked else None),
    ]
    each = f" {use.cost / use.asked:.4f} a review that asked." if use.asked and use.cost else ""
    says = (
        f"{_about(use.calls, 'call')}, cost {use.cost:.2f} in the currency of the prices.{each}"
        if use.calls
        else "No model was asked."
    )
    drawn = _counted({"tokens in": use.input, "tokens out": use.output}) if use.calls else []
    return Panel("model", "Language model", says, ("language model", "amount"), rows, lengths=drawn)


def _counted(values: Mapping[str, float]) -> list[Length]:
    if not any(values.values()):
        return []
    return lengths(
        [(name, count, 0, f"{round(count):,}".replace(",", "\N{NO-BREAK SPACE}")) for name, count in values.items()]
    )


def _told(whole: Times) -> str:
    if whole.p50 is None or whole.p95 is None:
        return "None in this time."
    return f"{duration(whole.p50)} at the median, {duration(whole.p95)} at the 95th percentile."


def _about(count: float, what: str = "job") -> str:
    return f"{round(count):,} {what}{'' if round(count) == 1 else 's'}".replace(",", "\N{NO-BREAK SPACE}")
