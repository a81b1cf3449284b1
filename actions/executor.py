"""All actions in one rasa-sdk executor, which the service mounts."""

from rasa_sdk.executor import ActionExecutor

from actions.answers import Answer, OffTopic, ShowEntry
from actions.base import BotAction
from actions.language_choice import ChooseLanguage
from actions.people import ConfirmDelete, DeleteMyData, Emergency, GiveFeedback, RequestHuman
from actions.places import FindService
from actions.services import Services
from actions.small_talk import Affirm, Deny, SmallTalk
from actions.topics import ShowTheme, ShowTopics
from actions.unsure import Unsure

ACTIONS: tuple[type[BotAction], ...] = (
    SmallTalk,
    Affirm,
    Deny,
    Answer,
    OffTopic,
    ShowEntry,
    FindService,
    ShowTopics,
    ShowTheme,
    ChooseLanguage,
    RequestHuman,
    Emergency,
    GiveFeedback,
    DeleteMyData,
    ConfirmDelete,
)

# What a message of an unsure intent gets when the knowledge base has no answer. Deleting data needs a sure
# intent, and so does nothing else here: each of these can be undone by writing again.
LIKELY: dict[str, type[BotAction]] = {
    "greet": SmallTalk,
    "thanks": SmallTalk,
    "goodbye": SmallTalk,
    "help": SmallTalk,
    "bot_identity": SmallTalk,
    "insult": SmallTalk,
    "affirm": Affirm,
    "deny": Deny,
    "choose_language": ChooseLanguage,
    "start_orientation": ShowTopics,
    "find_service": FindService,
    "off_topic": OffTopic,
    "emergency": Emergency,
}


def build_executor(services: Services) -> ActionExecutor:
    """An executor with every action."""
    executor = ActionExecutor()
    built = {action: action(services) for action in ACTIONS}
    for action in built.values():
        executor.register_action(action)
    likely = {intent: built[action] for intent, action in LIKELY.items()}
    executor.register_action(Unsure(services, likely))
    return executor
