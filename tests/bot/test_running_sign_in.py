"""`golddust run` with people who sign in: what it serves, what it says where it can’t, and what it never logs."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx
import pytest

from bot.clock import SystemClock
from tests.bot.signin.driver import SLACK_CLAIMS, query
from tests.bot.test_running import Bot, bot, slack
from tests.bot.test_running_installed import served
from tests.fakes.openid_provider import CLIENT, SECRET, FakeOpenId
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_identity import BOT_TOKEN, SIGNING_SECRET, TEAM

__all__ = ["slack"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def signs_in(browser: httpx.Client, running: Bot) -> httpx.Response:
    """The answer to somebody who comes back from the provider."""
    assert "/sign-in/slack/callback" in running.logged("listening")["paths"]
    at_once = browser.get("/sign-in?next=/register/C-1")
    begun = browser.get(at_once.headers["location"])
    return browser.get(httpx.get(begun.headers["location"]).headers["location"])


def test_people_sign_in_at_the_running_bot_which_tells_its_log_no_secret(slack: FakeSlack, tmp_path: Path) -> None:
    port = free_port()
    public = f"http://127.0.0.1:{port}"
    with FakeOpenId.in_thread(SystemClock(), SLACK_CLAIMS) as openid:
        more = {
            "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_CLIENT_ID": CLIENT, "SLACK_CLIENT_SECRET": SECRET,
            "SLACK_OPENID_METADATA_URL": openid.metadata_url, "GOLDDUST_PUBLIC_URL": public, "GOLDDUST_PORT": str(port),
        }  # fmt: skip
        with served(slack, tmp_path, TEAM, **more) as running, httpx.Client(base_url=public) as browser:
            back = signs_in(browser, running)
            assert back.headers["location"] == f"{public}/register/C-1"
            signed_in = running.logged("somebody signed in")
            assert (signed_in["person"], signed_in["platform"]) == ("dana", "slack")
            assert browser.get("/sign-in?next=/register/C-2").headers["location"] == f"{public}/register/C-2"
            (cookie,) = [value for name, value in browser.cookies.items() if name == "golddust"]
            assert running.stop() == 0
        told = "".join(running.log)
        for secret in (SECRET, SIGNING_SECRET, cookie, query(str(back.request.url))["code"], openid.asked[0]["nonce"]):
            assert secret not in told


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({}, "GOLDDUST_PUBLIC_URL is not set"),
        ({"GOLDDUST_PUBLIC_URL": "https://golddust.test"}, "there is nothing to sign in with"),
    ],
)
def test_without_a_way_to_sign_in_it_runs_and_says_why_nobody_can(
    slack: FakeSlack, tmp_path: Path, settings: dict[str, str], why: str
) -> None:
    with bot(slack, tmp_path, SLACK_SIGNING_SECRET=SIGNING_SECRET, **settings) as running:
        address = running.logged("listening")["address"]
        assert running.logged("the register is not served: nobody could sign in")["why"].startswith(why)
        assert httpx.get(f"{address}/sign-in").status_code == 404
        assert running.stop() == 0
