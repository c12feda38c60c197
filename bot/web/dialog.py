"""A button's form as a dialog: wrong input is shown at its field, and nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

from bot.web import controls
from bot.web.controls import tag
from bot.web.forms import Field, Form, field_for
from bot.web.listen import Answers
from complaints.replies import Refused, Reply

Submit = Callable[[Answers], Awaitable[Reply]]


class FormDialog:
    """One form on the screen, from opening it to the answer that closes it."""

    def __init__(self, form: Form, submit: Submit, said: Callable[[Reply], None]) -> None:
        self._form = form
        self._submit = submit
        self._said = said
        self._errors: dict[str, TextElement] = {}
        self._inputs: dict[str, TextElement] = {}
        self._dialog = ui.dialog().props("aria-labelledby=form-title transition-duration=120")
        with self._dialog:
            self._build()
        self._dialog.on("hide", self._dialog.delete)
        self._dialog.open()

    def _build(self) -> None:
        with controls.form(self._submitted, "sheet", id="form"):
            tag("h2", self._form.title, id="form-title")
            self._errors[""] = tag("p", classes="wrong", role="alert")
            for number, field in enumerate(self._form.fields):
                self._field(field, first=number == 0)
            with tag("div", classes="presses"):
                tag("button", self._form.submit, "press primary", type="submit")
                controls.press("Cancel", self._dialog.close)

    def _field(self, field: Field, *, first: bool) -> None:
        with tag("div", classes="field") as box:
            if field.only_when:
                box.props["data-when"] = field.only_when
            tag("label", field.label, for_=f"field-{field.name}")
            control = self._control(field)
            control.props.update({"id": f"field-{field.name}", "name": field.name})
            control.props["aria-describedby"] = f"hint-{field.name} error-{field.name}"
            if first:
                control.props["autofocus"] = ""
            tag("p", field.hint, "hint", id=f"hint-{field.name}")
            self._errors[field.name] = tag("p", classes="wrong", id=f"error-{field.name}", role="alert")
            self._inputs[field.name] = control

    def _control(self, field: Field) -> TextElement:
        if field.kind == "choice":
            select = tag("select")
            with select:
                controls.options(field.groups, field.value)
            return select
        if field.kind == "text":
            return tag("textarea", field.value, rows="3")
        control = tag("input", type="text" if field.kind == "line" else field.kind, autocomplete="off")
        control.props["^value"] = field.value
        return control

    async def _submitted(self, answers: dict[str, str]) -> None:
        reply = await self._submit(answers)
        if isinstance(reply, Refused):
            self._show(reply, answers)
            return
        self._dialog.close()
        self._said(reply)

    def _show(self, refused: Refused, answers: Answers) -> None:
        wrong = field_for(self._form, refused.field, answers) if refused.field else None
        name = wrong.name if wrong else ""
        for key, error in self._errors.items():
            error.set_text(refused.reason if key == name else "")
        for key, control in self._inputs.items():
            control.props["aria-invalid"] = "true" if key == name else "false"
        if name:
            ui.run_javascript(f"document.getElementById('field-{name}').focus()")
