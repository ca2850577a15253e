"""What becomes of a passage that a person calls a wording of its own."""

from dataclasses import dataclass

from monitor.core.errors import InputError
from monitor.core.model import Quote, Variant


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedWording:
    """A passage on its way to be a variant of its quote."""

    text: str
    quote: Quote | None  # None: it is no longer tracked
    variant: Variant | None = None  # tracked from now on, but alerting only once somebody confirms it
    refused: InputError | None = None  # why it is not: it is tracked already, or it cannot be
