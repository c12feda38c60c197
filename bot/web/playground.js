// What the browser does by itself: Enter sends, an example fills the box, and the keyboard's place is kept.
const golddust = {
  enter(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  },
  take(words) {
    const box = document.getElementById("complaint");
    box.value = words;
    box.focus();
  },
  emptied(id) {
    document.getElementById(id).reset();
  },
  unfold(event) {
    const folded = event.currentTarget.previousElementSibling.classList.toggle("folded");
    event.currentTarget.setAttribute("aria-expanded", String(!folded));
    event.currentTarget.textContent = folded ? "Show all" : "Show less";
  },
};

// A block of the page is rebuilt when its ticket moves; whoever stood on one of its buttons stands there again.
(() => {
  let last = null;
  document.addEventListener("focusin", (event) => {
    const thread = event.target.closest("[data-thread]");
    last = { element: event.target, key: event.target.dataset.key, thread: thread && thread.dataset.thread };
  });
  const find = (name, value) => value && document.querySelector(`[data-${name}="${CSS.escape(value)}"]`);
  new MutationObserver(() => {
    if (!last || last.element.isConnected || document.activeElement !== document.body) return;
    const again = find("key", last.key) || find("thread", last.thread);
    if (again) again.focus({ preventScroll: true });
  }).observe(document, { childList: true, subtree: true });
})();
