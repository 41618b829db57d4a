"""Every limit, timeout and name of an environment variable, in one place."""

from dataclasses import dataclass
from typing import Final

API_KEY_VARIABLE: Final = "LABELBOX_API_KEY"
ENDPOINT_VARIABLE: Final = "LABELBOX_ENDPOINT"
DEFAULT_ENDPOINT: Final = "https://api.labelbox.com/graphql"
LABELLERR_KEY_VARIABLE: Final = "LABELLERR_API_KEY"
LABELLERR_SECRET_VARIABLE: Final = "LABELLERR_API_SECRET"  # noqa: S105 - its name
LABELLERR_CLIENT_VARIABLE: Final = "LABELLERR_CLIENT_ID"
LABELLERR_ENDPOINT_VARIABLE: Final = "LABELLERR_ENDPOINT"
LABELLERR_ENDPOINT: Final = "https://api.labellerr.com"
OPTION_PREFIX: Final = "BULKIMPORT"

MEBIBYTE: Final = 1 << 20
MOST_REJECTIONS: Final = 1_000_000


class Secret:
    """A text that shows itself only when asked by `reveal`; printing or logging it shows stars."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Hide `text`, without the blanks and line ends that files and shells add."""
        self._text = text.strip()

    def reveal(self) -> str:
        """Give the text, for the one place that sends it."""
        return self._text

    def __repr__(self) -> str:
        """Show nothing."""
        return "Secret(***)"

    def __bool__(self) -> bool:
        """Tell whether there is any text."""
        return bool(self._text)

    def __reduce__(self) -> tuple[object, ...]:
        """Refuse to be written down."""
        raise TypeError("a secret is not pickled")


@dataclass(frozen=True, slots=True)
class LabellerrKeys:
    """What Labellerr wants to know of a caller."""

    api_key: Secret
    api_secret: Secret
    client_id: Secret


@dataclass(frozen=True, slots=True)
class Settings:
    """How much, how long, how many; nothing in here changes what is sent.

    Bytes are bytes, times are seconds. `max_in_flight` is the ceiling of the adaptive limit,
    `bytes_in_flight` bounds submits and imports not yet settled together, `max_rejections` the
    lines of rejected.ndjson.
    """

    max_in_flight: int = 16
    bytes_in_flight: int = 1024 * MEBIBYTE
    requests_per_minute: int = 1400
    slice_bytes: int = MEBIBYTE // 2
    scan_block_bytes: int = 4 * MEBIBYTE
    quiet_window: float = 60.0
    grace: float = 25.0
    settle_deadline: float = 6 * 3600.0
    poll_least: float = 0.2
    poll_most: float = 10.0
    connect_timeout: float = 15.0
    answer_timeout: float = 180.0
    max_rejections: int = MOST_REJECTIONS
    outage_patience: float = 900.0
    backoff_base: float = 0.5
    backoff_most: float = 60.0
    max_duration: float | None = None
    ca_bundle: str | None = None
