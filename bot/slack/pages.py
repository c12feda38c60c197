"""The pages that somebody sees who installs the app; plain HTML without anything from elsewhere."""

from __future__ import annotations

import re
from html import escape

from starlette.responses import HTMLResponse

from bot.slack.exchange import Grant

HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
"""The page’s address carries a code: nobody else is told of it."""

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 4rem auto; padding: 0 1rem }}
code {{ background: #eee; padding: 0 .2em }}</style>
<h1>{title}</h1>
{body}
</html>
"""

_AGAIN = '<p><a href="{install}">Start again</a></p>'

WHY = {
    "access_denied": "You chose not to install Golddust. Nothing was changed.",
    "code_already_used": "Slack has taken this code already, so Golddust is most likely installed. "
    "If you loaded the page twice, all is well; otherwise start again.",
    "invalid_code": "Slack does not know this code; it is good for ten minutes and once. Start again.",
    "bad_redirect_uri": "Slack does not know the address that it was to send you back to: whoever runs Golddust "
    "has to set GOLDDUST_PUBLIC_URL, and to list the same address followed by /slack/oauth_redirect "
    "under “OAuth &amp; Permissions”, “Redirect URLs”, in the app’s pages.",
    "invalid_client_id": "Slack does not know the app: whoever runs Golddust has to correct SLACK_CLIENT_ID.",
    "bad_client_secret": "Slack does not take the app’s secret: whoever runs Golddust has to correct "
    "SLACK_CLIENT_SECRET.",
    "invalid_scope": "The app may not ask for all that Golddust needs: whoever runs Golddust has to paste manifest.yml "
    "into the app’s pages anew.",
    "invalid_team_for_non_distributed_app": "The app may be installed in its own workspace only: whoever runs Golddust "
    "has to switch on “Manage Distribution” in the app’s pages.",
    "state": "This page belongs to no installation that was begun in this browser within the last ten minutes, "
    "or it has been used already. Start again.",
    "missing_code": "Slack sent no code along. Start again.",
    "unreachable": "Golddust could not reach Slack, or its own database. Wait a minute and start again.",
}
"""What went wrong, by Slack’s word for it or ours (docs.slack.dev/reference/methods/oauth.v2.access)."""
_BAD_REDIRECTS = frozenset({"bad_redirect_uri", "redirect_uri_mismatch"})


def installed(grant: Grant) -> HTMLResponse:
    """What to do next."""
    place = grant.place.team or grant.place.enterprise
    where = escape(grant.name or place)
    steps = (
        f"Whoever runs Golddust lists <code>{escape(place)}</code> in the organisation’s file, under "
        "<code>organisation</code>: <code>slack_workspaces</code>, unless it is there already. "
        "Until then nobody in this workspace is served.",
        "Invite Golddust to each team’s channel: <code>/invite @Golddust</code>.",
        "Try it: <code>/complaint The card machine charged Mrs Ito twice</code>.",
        "Messages that could not be delivered while it was not installed go out after "
        "<code>golddust outbox retry --all</code>.",
    )
    listed = "".join(f"<li>{step}</li>" for step in steps)
    return _page(f"Golddust is installed in {where}", f"<p>What to do next:</p><ol>{listed}</ol>", 200)


def refused(code: str, status: int, install: str) -> HTMLResponse:
    """What went wrong, and the way back to the start."""
    known = "bad_redirect_uri" if code in _BAD_REDIRECTS else code
    shown = code if re.fullmatch(r"[a-z_]{1,60}", code) else "something that it does not document"
    why = WHY.get(known, f"Slack refused it: <code>{shown}</code>. Start again; if it stays so, tell whoever runs "
                  "Golddust.")  # fmt: skip
    return _page("Golddust was not installed", f"<p>{why}</p>{_AGAIN.format(install=escape(install))}", status)


def _page(title: str, body: str, status: int) -> HTMLResponse:
    return HTMLResponse(_PAGE.format(title=title, body=body), status_code=status, headers=HEADERS)
