// What is drawn as Slack or Teams would show it: presses and forms go to the page, cards to Microsoft's renderer.
Object.assign(golddust, {
  remember(name, value) {
    document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=31536000; samesite=strict`;
  },
  begin(id) {
    const place = document.getElementById(id);
    const boxes = place?.classList.contains("more") ? "button" : "input, textarea, select";
    place?.querySelector(boxes)?.focus();
  },
  focus(id) {
    // The content is put in place by then, which the next frame shows.
    requestAnimationFrame(() => document.getElementById(id)?.focus());
  },
});

(() => {
  const press = (drawn, detail) => drawn.dispatchEvent(new CustomEvent("pressed", { detail }));

  const unfold = (button) => {
    const opens = button.getAttribute("aria-expanded") === "false";
    for (const other of button.parentElement.querySelectorAll(".unfolds")) {
      const open = opens && other === button;
      other.setAttribute("aria-expanded", String(open));
      document.getElementById(other.getAttribute("aria-controls")).hidden = !open;
    }
    if (opens) golddust.begin(button.getAttribute("aria-controls"));
  };

  const filled = (card) => {
    const boxes = [...card.querySelectorAll("[name]")];
    const given = boxes.filter((box) => !["radio", "checkbox"].includes(box.type) || box.checked);
    const missing = boxes.filter((box) => box.getAttribute("aria-required") && !box.value.trim());
    for (const box of boxes) {
      const note = document.getElementById(box.getAttribute("aria-describedby"));
      const wrong = missing.includes(box);
      box.setAttribute("aria-invalid", String(wrong));
      note.textContent = wrong ? note.dataset.missing : "";
    }
    if (missing.length) missing[0].focus();
    return missing.length ? null : Object.fromEntries(given.map((box) => [box.name, box.value]));
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest(".drawn button.button");
    if (!button) return;
    const { verb, value, data, inputs } = button.dataset;
    if (button.classList.contains("unfolds")) return unfold(button);
    if (data === undefined) return press(button.closest(".drawn"), { verb, value });
    const typed = inputs === undefined ? {} : filled(button.closest(".card"));
    if (typed) press(button.closest(".drawn"), { verb, data: { ...JSON.parse(data), ...typed } });
  });

  document.addEventListener("keydown", (event) => {
    const more = event.key === "Escape" && event.target.closest(".drawn .more");
    if (!more) return;
    const button = document.querySelector(`[aria-controls="${CSS.escape(more.id)}"]`);
    unfold(button);
    button.focus();
  });

  // Colours are those of the style sheet, so that dark cards need nothing of their own.
  const colour = (name) => ({ default: `var(--t-${name})`, subtle: `var(--t-${name === "ink" ? "soft" : name})` });
  const colours = {
    default: colour("ink"), dark: colour("ink"), light: colour("soft"), accent: colour("brand"),
    attention: colour("red"), good: colour("green"), warning: colour("amber"),
  };
  const style = { backgroundColor: "transparent", foregroundColors: colours };
  const config = {
    fontFamily: "inherit",
    fontSizes: { small: 12, default: 14, medium: 16, large: 18, extraLarge: 24 },
    fontWeights: { lighter: 300, default: 400, bolder: 600 },
    lineHeights: { small: 16, default: 20, medium: 22, large: 24, extraLarge: 32 },
    spacing: { small: 4, default: 8, medium: 16, large: 24, extraLarge: 32, padding: 16 },
    separator: { lineThickness: 1, lineColor: "var(--t-line)" },
    containerStyles: { default: style, emphasis: { ...style, backgroundColor: "var(--t-sunk)" } },
    actions: {
      maxActions: 6, spacing: "medium", buttonSpacing: 8, actionsOrientation: "horizontal", actionAlignment: "left",
      showCard: { actionMode: "inline", inlineTopMargin: 8, style: "emphasis" },
    },
    inputs: {
      label: { inputSpacing: "small", requiredInputs: { weight: "bolder" }, optionalInputs: { weight: "bolder" } },
      errorMessage: { color: "attention", spacing: "small" },
    },
  };
  const texts = new Map();

  const draw = (place) => {
    const given = JSON.parse(place.dataset.card);
    Object.entries(given.texts).forEach(([text, html]) => texts.set(text, html));
    AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
      result.outputHtml = texts.get(text);
      result.didProcess = result.outputHtml !== undefined;
    };
    const card = new AdaptiveCards.AdaptiveCard();
    card.hostConfig = new AdaptiveCards.HostConfig(config);
    card.onExecuteAction = (action) => press(place, { verb: action.verb || "", data: action.data || {} });
    card.parse(given.card);
    place.replaceChildren(card.render());
    for (const button of place.querySelectorAll("button")) {
      button.dataset.key = `${place.id}-${button.textContent}`;
    }
  };

  new MutationObserver((changes) => {
    const found = new Set();
    for (const { type, target, addedNodes } of changes) {
      if (type === "attributes") found.add(target);
      for (const node of addedNodes) {
        if (node.matches?.("[data-card]")) found.add(node);
        node.querySelectorAll?.("[data-card]").forEach((one) => found.add(one));
      }
    }
    found.forEach(draw);
  }).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-card"] });
})();
