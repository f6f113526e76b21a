"use strict";
// Keeps the address short, and unfolded groups of filters unfolded while their counts are replaced.
(() => {
  document.addEventListener("htmx:configRequest", (event) => {
    const parameters = event.detail.parameters;
    for (const name of Object.keys(parameters)) if (parameters[name] === "") delete parameters[name];
  });
  let unfolded = null;
  let scrolled = {};
  document.addEventListener("htmx:beforeSwap", () => {
    const groups = [...document.querySelectorAll("#facets details")];
    unfolded = new Set(groups.filter((group) => group.open).map((group) => group.id));
    scrolled = Object.fromEntries(groups.map((group) => [group.id, group.lastElementChild.scrollTop]));
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!unfolded) return;
    for (const group of document.querySelectorAll("#facets details")) {
      group.open = unfolded.has(group.id);
      group.lastElementChild.scrollTop = scrolled[group.id] || 0;
    }
    unfolded = null;
  });
})();
