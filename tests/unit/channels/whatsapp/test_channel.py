import pytest

from bot.base.identity import Identity
from bot.base.texts import Texts
from bot.pipeline.channel import BadUpdate, Refused
from channels.whatsapp.channel import WhatsAppChannel
from tests.support import whatsapp_updates as meta
from tests.support.whatsapp_settings import APP_SECRET, whatsapp_settings


@pytest.mark.parametrize("missing", ["whatsapp_token", "whatsapp_app_secret", "whatsapp_verify_token"])
@pytest.mark.parametrize("empty", ["", " \n"])
def test_channel_without_a_secret_does_not_start(identity: Identity, missing: str, empty: str) -> None:
    with pytest.raises(ValueError, match=f"also needs MERHABA_{missing.upper()}: set") as caught:
        WhatsAppChannel(whatsapp_settings(**{missing: empty}), identity)
    assert APP_SECRET not in str(caught.value)


def test_channel_without_secrets_names_all_of_them(identity: Identity) -> None:
    nothing = dict.fromkeys(("whatsapp_token", "whatsapp_app_secret", "whatsapp_verify_token"), "")
    with pytest.raises(ValueError, match="TOKEN, MERHABA_WHATSAPP_APP_SECRET, MERHABA_WHATSAPP_VERIFY_TOKEN"):
        WhatsAppChannel(whatsapp_settings(**nothing), identity)


def test_channel_with_a_template_in_no_language(identity: Identity) -> None:
    with pytest.raises(ValueError, match="MERHABA_WHATSAPP_TEMPLATE_LANGUAGES"):
        WhatsAppChannel(whatsapp_settings(whatsapp_template_languages="somali"), identity)


async def test_channel_parses_updates_of_its_number(channel: WhatsAppChannel, identity: Identity) -> None:
    ours, other = meta.value(meta.text("ours")), meta.value(meta.text("theirs"), phone_id="1")
    (event,) = channel.parse(meta.update(other, ours))
    assert event.conversation_id == identity.conversation("whatsapp", meta.PERSON)


async def test_channel_raises_for_what_is_no_update(channel: WhatsAppChannel) -> None:
    with pytest.raises(BadUpdate):
        channel.parse([])


@pytest.mark.parametrize("address", ["", "1203634@g.us", "+905551234567", "905551234567\n", "group"])
async def test_channel_sends_to_people_only(channel: WhatsAppChannel, address: str) -> None:
    with pytest.raises(Refused) as caught:
        await channel.invite(address, "en")
    assert caught.value.reason == "refused"
    assert address not in str(caught.value) or not address


def test_channel_has_a_short_title_for_lists_in_every_language(texts: Texts, code: str) -> None:
    assert len(texts.get(code, "button_choose")) <= WhatsAppChannel.capabilities.button_title
