"""The approved template that asks a person to write again, and the languages it has."""

from pywa.types.templates import TemplateLanguage

from bot.base.languages import languages

_KNOWN = {language.value: language for language in TemplateLanguage}


class Template:
    """A template that Meta has approved. `name` is empty where there is none."""

    def __init__(self, name: str, codes: str) -> None:
        """`codes` are Meta's codes of its languages with commas between them, the first one by default.

        Raises ValueError for a code that Meta does not have."""
        self.name = name.strip()
        chosen = [code.strip() for code in codes.split(",") if code.strip()]
        unknown = [code for code in chosen if code not in _KNOWN]
        if self.name and (unknown or not chosen):
            raise ValueError(
                "expected MERHABA_WHATSAPP_TEMPLATE_LANGUAGES as Meta's codes with commas between them, "
                f"such as en,tr,ar,fa,ru; got {', '.join(unknown) or 'none'}"
            )
        self._languages = [_KNOWN[code] for code in chosen if code in _KNOWN]

    def language(self, code: str) -> TemplateLanguage:
        """The language of the template for people who read `code`.

        Meta has no Pashto, Somali or Kurdish: those people get the language that our answers fall back to."""
        known = languages().get(code)
        for wanted in (code, *(known.fallbacks if known else ())):
            for language in self._languages:
                if language.value.split("_")[0] == wanted:
                    return language
        return self._languages[0]
