"""Writing the places of the directory as a person reads them."""

from bot.base.texts import Texts
from knowledge_base.directory import Directory, ServicePoint


def describe(directory: Directory, kind: str, province: str, language: str, texts: Texts) -> str:
    """The known places of one kind in one province, with what to do where a detail is not known."""
    parts = [_point(point, language, texts) for point in directory.find(kind, province)]
    if directory.kinds[kind].everywhere == "district":
        parts.append(texts.get(language, "service_each_district"))
    return "\n\n".join(parts)


def _point(point: ServicePoint, language: str, texts: Texts) -> str:
    name = f"{point.name} ({point.district})" if point.district else point.name
    if not point.has_details:
        return f"{name}\n{texts.get(language, 'service_nothing_known')}"
    ask = texts.get(language, "service_ask")
    details = ("address", "phone", "hours", "languages")
    lines = [
        texts.get(language, f"service_{detail}", value=getattr(point, detail) or ask) for detail in details
    ]
    return "\n".join([name, *lines, *_seen(point, language, texts)])


def _seen(point: ServicePoint, language: str, texts: Texts) -> list[str]:
    source = texts.get(language, "answer_source", source=point.source)
    return [f"{source} ({point.seen_on:%d.%m.%Y})" if point.seen_on else source]
