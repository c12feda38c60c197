"""Slack's Block Kit as HTML that looks like Slack: docs.slack.dev/reference/block-kit. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.web import blockinputs, mrkdwn
from bot.web.blockinputs import Block, Scene, unknown
from bot.web.markup import OWN_PICTURE, Html, element, joined

__all__ = ["Scene", "draw"]


def draw(blocks: Sequence[Block], scene: Scene) -> Html:
    """The HTML of a message's or a form's blocks, one below the other."""
    return joined(_block(block, scene) for block in blocks)


def _block(block: Block, scene: Scene) -> Html:
    make = _BLOCKS.get(str(block.get("type")))
    return make(block, scene) if make else unknown(block)


def words(text: Block, scene: Scene) -> Html:
    """A text object."""
    written = str(text.get("text", ""))
    return mrkdwn.mrkdwn(written, scene.reading) if text.get("type") == "mrkdwn" else mrkdwn.plain(written)


def _header(block: Block, scene: Scene) -> Html:
    return element("h4", words(block["text"], scene), class_="headline")


def _section(block: Block, scene: Scene) -> Html:
    said = [element("div", words(block["text"], scene), class_="words")] if "text" in block else []
    if block.get("fields"):
        cells = (element("div", words(one, scene)) for one in block["fields"])
        said.append(element("div", *cells, class_="fields"))
    beside = [_press(block["accessory"], scene)] if "accessory" in block else []
    return element("div", element("div", *said, class_="main"), *beside, class_="section")


def _context(block: Block, scene: Scene) -> Html:
    return element("div", *(_small(one, scene) for one in block.get("elements", ())), class_="context")


def _small(one: Block, scene: Scene) -> Html:
    if one.get("type") == "image":
        return _picture(one)
    return element("span", words(one, scene))


def _actions(block: Block, scene: Scene) -> Html:
    return element("div", *(_press(one, scene) for one in block.get("elements", ())), class_="actions")


def _press(one: Block, scene: Scene) -> Html:
    if one.get("type") != "button":
        return unknown(one)
    if one.get("url"):
        return mrkdwn.link(str(one["url"]), str(one["text"]["text"]))
    action, value = str(one.get("action_id", "")), str(one.get("value", ""))
    return element(
        "button", words(one["text"], scene), type="button", class_=f"button {_style(one)}".strip(),
        data_verb=action, data_value=value, data_key=f"{scene.name}-{action}-{value}",
    )  # fmt: skip


def _style(one: Block) -> str:
    return str(one["style"]) if one.get("style") in {"primary", "danger"} else ""


def _divider(_block: Block, _scene: Scene) -> Html:
    return element("hr")


def _image(block: Block, scene: Scene) -> Html:
    title = [element("figcaption", words(block["title"], scene))] if "title" in block else []
    return element("figure", *title, _picture(block))


def _picture(one: Block) -> Html:
    """The picture that came along, else its description: the page asks nobody else for anything."""
    address, said = str(one.get("image_url") or ""), str(one.get("alt_text") or "a picture")
    if address.startswith(OWN_PICTURE):
        return element("img", src=address, alt=said, class_="chart")
    return element("span", f"🖼 {said}", class_="picture")


_BLOCKS: dict[str, Callable[[Block, Scene], Html]] = {
    "header": _header, "section": _section, "context": _context, "actions": _actions, "divider": _divider,
    "image": _image, "input": blockinputs.draw,
}  # fmt: skip
