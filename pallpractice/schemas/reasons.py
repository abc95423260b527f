"""What marshmallow says of a field, as words that can be said in another language.

It knows only English, and fills in the figures before anyone sees the sentence. So its sentences are written out here
with their {places}, and recognised again. One that is not among them stays English.
"""

import re
from functools import lru_cache

from ..domain.text import Text, text

SENTENCES = (
    text("Missing data for required field."),
    text("Field may not be null."),
    text("Invalid value."),
    text("Invalid input type."),
    text("Unknown field."),
    text("Not a valid list."),
    text("Not a valid string."),
    text("Not a valid UUID."),
    text("Not a valid number."),
    text("Number too large."),
    text("Not a valid integer."),
    text("Not a valid boolean."),
    text("Not a valid date."),
    text("Not a valid mapping type."),
    text("Special numeric values (nan or infinity) are not permitted."),
    text("Must be greater than or equal to {min}."),
    text("Must be less than or equal to {max}."),
    text("Must be greater than or equal to {min} and less than or equal to {max}."),
    text("Shorter than minimum length {min}."),
    text("Longer than maximum length {max}."),
    text("Length must be between {min} and {max}."),
    text("Must be equal to {other}."),
    text("Must be one of: {choices}."),
)


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(_places(one.message), re.DOTALL), one.message) for one in SENTENCES]


def _places(sentence: str) -> str:
    return re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(sentence))


def reason(message: object) -> Text:
    """The message as it can be said anew."""
    if isinstance(message, Text):
        return message
    for pattern, sentence in _patterns():
        if found := pattern.fullmatch(str(message)):
            return text(sentence, **found.groupdict())  # words: of SENTENCES
    return Text(str(message))
