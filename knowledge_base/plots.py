"""Pictures of an evaluation, as SVG."""

import io
from collections.abc import Callable, Mapping, Sequence

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Picture

from knowledge_base.evaluation import Figure, RiskPoint

mpl.rcParams["svg.hashsalt"] = "merhaba"  # the same data give the same file


def languages_picture(figures: Mapping[str, Mapping[str, Figure]]) -> str:
    """Bars of top1, top3 and wrong by language."""

    def draw(axes: Axes) -> None:
        groups = [group for group, found in figures.items() if "top1" in found]
        for place, mark in enumerate(("top1", "top3", "wrong")):
            positions = [number + (place - 1) * 0.27 for number in range(len(groups))]
            axes.bar(positions, [figures[group][mark].share for group in groups], 0.25, label=mark)
        axes.set_xticks(range(len(groups)), groups)
        axes.set_ylim(0, 1)
        axes.set_ylabel("share of questions")
        axes.legend(ncols=3, loc="lower center")

    return _svg(draw)


def risk_picture(curves: Mapping[str, Sequence[RiskPoint]], marked: Mapping[str, float]) -> str:
    """Share of wrong answers over the share of questions answered; `marked` are thresholds to show."""

    def draw(axes: Axes) -> None:
        for name, points in curves.items():
            axes.plot([p.coverage for p in points], [p.risk for p in points], label=name)
        first = next(iter(curves.values()))
        for name, threshold in marked.items():
            point = min(first, key=lambda p: abs(p.threshold - threshold))
            axes.plot(point.coverage, point.risk, "o", color="black")
            axes.annotate(f"{name} {threshold:g}", (point.coverage, point.risk), xytext=(-60, 14),
                          textcoords="offset points")  # fmt: skip
        axes.set_xlabel("share of questions answered directly (coverage)")
        axes.set_ylabel("share of these that are wrong (risk)")
        axes.grid(alpha=0.3)
        axes.legend()

    return _svg(draw)


def reliability_picture(outcomes: Sequence[tuple[float, bool]]) -> str:
    """How often answers of each confidence were right, in tenths of confidence."""

    def draw(axes: Axes) -> None:
        tenths = [[right for c, right in outcomes if min(int(c * 10), 9) == tenth] for tenth in range(10)]
        known = [(tenth / 10 + 0.05, sum(found) / len(found)) for tenth, found in enumerate(tenths) if found]
        axes.plot([0, 1], [0, 1], "--", color="grey", label="perfect")
        axes.plot([x for x, _ in known], [y for _, y in known], "o-", label="measured")
        axes.set_xlabel("confidence")
        axes.set_ylabel("share that was right")
        axes.legend()

    return _svg(draw)


def _svg(draw: Callable[[Axes], None]) -> str:
    picture = Picture(figsize=(7, 4), layout="constrained")
    draw(picture.add_subplot())
    buffer = io.StringIO()
    picture.savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue()
    return text[text.index("<svg") :]
