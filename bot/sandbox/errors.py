"""What the stand-in refuses, in the words of Telegram's Bot API.

SandboxError
├── ApiError         a Bot API method refuses: error code, description, parameters
└── ControlError     a control call (the page's or a test's) makes no sense
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any


class SandboxError(Exception):
    """The root of what the sandbox's endpoints turn into answers."""


class ApiError(SandboxError):
    """A Bot API error: `description` as Telegram words it, `parameters` as its ResponseParameters."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def payload(self) -> dict[str, Any]:
        """The JSON object that Telegram would answer with."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return body | {"parameters": self.parameters} if self.parameters else body


class ControlError(SandboxError):
    """A control call was refused; `status` is the HTTP status of the answer."""

    def __init__(self, sentence: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(sentence)
        self.status = status


def bad_request(what: str, **parameters: int) -> ApiError:
    return ApiError(400, f"Bad Request: {what}", **parameters)


def forbidden(what: str) -> ApiError:
    return ApiError(403, f"Forbidden: {what}")


def conflict() -> ApiError:
    return ApiError(
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )


def too_many_requests(retry_after_s: int) -> ApiError:
    """The flood error, with the seconds to wait in words and as a parameter."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after_s}", retry_after=retry_after_s)
