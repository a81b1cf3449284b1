"""All actions in one rasa-sdk executor, which the service mounts."""

from rasa_sdk.executor import ActionExecutor

from actions.answers import Answer, OffTopic, ShowEntry
from actions.base import BotAction
from actions.language_choice import ChooseLanguage
from actions.people import ConfirmDelete, DeleteMyData, Emergency, GiveFeedback, RequestHuman
from actions.places import AskProvince, AskServiceKind, FindService, ShowServices, ValidateFindService
from actions.services import Services
from actions.small_talk import Affirm, Deny, SmallTalk
from actions.topics import ShowTheme, ShowTopics
from actions.turn import FALLBACK
from actions.unsure import Unsure

ACTIONS: tuple[type[BotAction], ...] = (
    SmallTalk,
    Affirm,
    Deny,
    Answer,
    OffTopic,
    ShowEntry,
    FindService,
    AskServiceKind,
    AskProvince,
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

# What else a person may ask for in the middle of a form.
OTHER: dict[str, type[BotAction]] = {
    "ask_question": Answer,
    "show_entry": ShowEntry,
    "show_theme": ShowTheme,
    "give_feedback": GiveFeedback,
    "request_human": RequestHuman,
    "delete_my_data": DeleteMyData,
    "confirm_delete": ConfirmDelete,
}


def build_executor(services: Services) -> ActionExecutor:
    """An executor with every action."""
    executor = ActionExecutor()
    built = {action: action(services) for action in ACTIONS}
    for action in built.values():
        executor.register_action(action)
    likely = {intent: built[action] for intent, action in LIKELY.items()}
    unsure = Unsure(services, likely)
    by_intent = {intent: built[action] for intent, action in (LIKELY | OTHER).items()} | {FALLBACK: unsure}
    for action in (unsure, ShowServices(services, by_intent), ValidateFindService(services.directory_words)):
        executor.register_action(action)
    return executor
