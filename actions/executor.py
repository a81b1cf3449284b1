"""All actions in one rasa-sdk executor, which the service mounts."""

from rasa_sdk.executor import ActionExecutor

from actions.answers import Answer, FindService, OffTopic, ShowEntry
from actions.base import BotAction
from actions.language_choice import ChooseLanguage
from actions.people import ConfirmDelete, DeleteMyData, Emergency, GiveFeedback, RequestHuman
from actions.services import Services
from actions.small_talk import Affirm, Deny, SmallTalk
from actions.topics import ShowTheme, ShowTopics

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


def build_executor(services: Services) -> ActionExecutor:
    """An executor with every action."""
    executor = ActionExecutor()
    for action in ACTIONS:
        executor.register_action(action(services))
    return executor
