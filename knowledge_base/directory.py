"""The services directory: which places there are in which province, and what people call them."""

import csv
import math
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bot.base.languages import languages
from bot.base.paths import CONTENT
from knowledge_base.content_files import ContentError, read_models

PROVINCES = 81
_FARTHEST = 200.0  # kilometres from a centre, as in the largest province
_EARTH = 6371.0  # radius in kilometres


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Province(_Strict):
    """A province with the place of its centre, in degrees. `names` is by language, where it has its own
    letters; `also` holds every other spelling."""

    name: str
    latitude: float = Field(ge=35.8, le=42.2)
    longitude: float = Field(ge=25.6, le=44.9)
    names: dict[str, str]
    also: tuple[str, ...] = ()

    def name_in(self, language: str) -> str:
        """The name to show; with the Turkish one, which stands on signs and tickets."""
        own = self.names.get(language)
        return f"{own} ({self.name})" if own else self.name


class ServiceKind(_Strict):
    """A kind of place. `everywhere` says whether each province or each district has one."""

    everywhere: Literal["province", "district", "some"]
    words: dict[str, tuple[str, ...]]


class ServicePoint(_Strict):
    """One place. What is not known is empty; `seen_on` is the day the source was read."""

    kind: str
    province: str
    district: str = ""
    name: str = Field(min_length=1)
    address: str = ""
    phone: str = ""
    languages: str = ""
    hours: str = ""
    source: str = Field(min_length=1)
    seen_on: date | None = None

    @field_validator("seen_on", mode="before")
    @classmethod
    def _empty(cls, value: object) -> object:
        return value or None

    @property
    def has_details(self) -> bool:
        """Whether anything besides the name is known."""
        return any((self.address, self.phone, self.languages, self.hours))


@dataclass(frozen=True)
class Directory:
    """All places; provinces by their two-digit number, kinds by name, in the order of the files."""

    provinces: dict[str, Province]
    kinds: dict[str, ServiceKind]
    points: tuple[ServicePoint, ...]

    def find(self, kind: str, province: str) -> list[ServicePoint]:
        """The places of one kind in one province."""
        return self._by_place.get((kind, province), [])

    def nearest_province(self, latitude: float, longitude: float) -> str | None:
        """Number of the province whose centre is nearest; None farther than 200 km from all of them."""
        distances = {
            number: _kilometres(latitude, longitude, item.latitude, item.longitude)
            for number, item in self.provinces.items()
        }
        nearest = min(distances, key=lambda number: distances[number])
        return nearest if distances[nearest] <= _FARTHEST else None

    @cached_property
    def _by_place(self) -> dict[tuple[str, str], list[ServicePoint]]:
        found: dict[tuple[str, str], list[ServicePoint]] = {}
        for point in self.points:
            found.setdefault((point.kind, point.province), []).append(point)
        return found


def _kilometres(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Distance on the sphere, by the haversine formula; all in degrees."""
    here, there = math.radians(latitude), math.radians(other_latitude)
    across = math.sin(math.radians(other_longitude - longitude) / 2) ** 2
    half = math.sin((there - here) / 2) ** 2 + math.cos(here) * math.cos(there) * across
    return 2 * _EARTH * math.asin(math.sqrt(min(1.0, half)))


def load_directory(folder: Path = CONTENT) -> Directory:
    """Read the directory. Raises ContentError that names the first file and place that is wrong."""
    directory = Directory(
        read_models(folder / "provinces.yml", Province),
        read_models(folder / "service_kinds.yml", ServiceKind),
        tuple(_read_points(folder / "services.csv")),
    )
    for problem in _problems(directory):
        raise ContentError(problem)
    return directory


def _read_points(path: Path) -> list[ServicePoint]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ContentError(f"{path}: cannot be read: {error}") from None
    return [_read_point(row, path) for row in rows]


def _read_point(row: dict[str, str], path: Path) -> ServicePoint:
    try:
        return ServicePoint.model_validate(row)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in problem["loc"])
        raise ContentError(f"{path.name}: {row.get('name')}: {place}: {problem['msg']}") from None


def _problems(directory: Directory) -> list[str]:
    numbers = {f"{number:02}" for number in range(1, PROVINCES + 1)}
    found = []
    if set(directory.provinces) != numbers:
        differing = sorted(numbers ^ set(directory.provinces))
        found.append(f"provinces.yml: expected the provinces 01 to 81, differing in {', '.join(differing)}")
    for kind, item in directory.kinds.items():
        missing = set(languages()) - set(item.words)
        if missing:
            found.append(f"service_kinds.yml: {kind}: expected words in {', '.join(sorted(missing))}")
    found += [
        f"services.csv: {point.name}: expected a known kind and province"
        for point in directory.points
        if point.kind not in directory.kinds or point.province not in directory.provinces
    ]
    return found
