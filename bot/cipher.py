"""Keeping tokens unreadable in the database: Fernet (AES-128-CBC and HMAC-SHA256), with keys that can be changed."""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.settings import Settings
from complaints.errors import ConfigurationError

NEW_KEY = "`golddust secrets new-key` makes one"


class Cipher:
    """Seals with the first key and opens with each of them; raises ConfigurationError for keys that are none."""

    def __init__(self, keys: list[str]) -> None:
        made = [_fernet(key, number) for number, key in enumerate(keys, 1)]
        if not made:
            raise ConfigurationError(problems=f"GOLDDUST_SECRET_KEYS holds no key; {NEW_KEY}")
        self._newest, self._every = made[0], MultiFernet(made)

    def seal(self, secret: str) -> str:
        """The secret as it may be stored."""
        return self._every.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """The secret; raises ConfigurationError where none of the keys opens it."""
        try:
            return self._every.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise ConfigurationError(
                problems="a stored token was sealed with a key that is not in GOLDDUST_SECRET_KEYS: put that key back, "
                "after the first; where it is lost, let the workspace install the app anew"
            ) from None

    def is_newest(self, sealed: str) -> bool:
        """Whether it was sealed with the first key."""
        try:
            self._newest.decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True

    def renewed(self, sealed: str) -> str:
        """The same secret sealed with the first key; raises like `open`."""
        return self.seal(self.open(sealed))


def read_cipher(settings: Settings) -> Cipher | None:
    """The cipher of GOLDDUST_SECRET_KEYS, or None where there are no keys."""
    if settings.secret_keys is None:
        return None
    written = settings.secret_keys.get_secret_value()
    return Cipher([key.strip() for key in written.split(",") if key.strip()])


def new_key() -> str:
    """A key that nobody has had before."""
    return Fernet.generate_key().decode()


def _fernet(key: str, number: int) -> Fernet:
    try:
        return Fernet(key)
    except ValueError:
        raise ConfigurationError(
            problems=f"GOLDDUST_SECRET_KEYS: key {number} is none, 32 bytes in URL-safe base64; {NEW_KEY}"
        ) from None
