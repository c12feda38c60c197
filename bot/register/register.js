// What the pages can do better with a script; all of it works without.
"use strict";

// A choice is taken at once.
for (const form of document.querySelectorAll("form[data-at-once]")) {
  form.addEventListener("change", (event) => {
    if (event.target instanceof HTMLSelectElement) {
      form.requestSubmit();
    }
  });
}

// Fields that ask for nothing stay out of the address, so that it can be kept and passed on.
for (const form of document.querySelectorAll("form[data-tidy]")) {
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) {
      if (value === "") {
        event.formData.delete(name);
      }
    }
  });
}

// "/" leads to the search box, as in many other lists.
document.addEventListener("keydown", (event) => {
  const field = document.getElementById("q");
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "/" && field && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    field.focus();
    field.select();
  }
});

// The charts come when the page is there.
const charts = document.querySelector("[data-charts]");
if (charts) {
  fetch(charts.dataset.charts, { headers: { accept: "text/html" } })
    .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer)))
    .then((words) => {
      const found = new DOMParser().parseFromString(words, "text/html").querySelector("[data-of-charts]");
      if (found) {
        charts.replaceChildren(...found.childNodes);
      }
    })
    .catch(() => {});
}
