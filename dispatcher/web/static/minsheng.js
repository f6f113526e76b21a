"use strict";
// Says so when the server does not answer, keeps a form from being sent twice, and leaves input methods in peace.
(() => {
  // What is being composed (pinyin on its way to characters) is no input yet; it counts once it is chosen.
  document.addEventListener("input", (event) => { if (event.isComposing) event.stopPropagation(); }, true);
  document.addEventListener("compositionend", (event) => event.target.dispatchEvent(new Event("input", { bubbles: true })));

  const toast = () => document.getElementById("toast");
  let timer;
  const complain = () => {
    toast().hidden = false;
    clearTimeout(timer);
    timer = setTimeout(() => { toast().hidden = true; }, 6000);
  };
  document.addEventListener("htmx:sendError", complain);
  document.addEventListener("htmx:responseError", complain);
  document.addEventListener("htmx:afterOnLoad", (event) => { if (event.detail.successful) toast().hidden = true; });
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post") return;
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    event.target.dataset.sent = "1";
  });
  // A page taken from the browser's back-forward memory may be sent again.
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
  });
})();
