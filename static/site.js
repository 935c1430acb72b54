// Help on top of pages that work without it. Every sentence comes from the page's attributes.
(() => {
  "use strict";
  const doc = document, root = doc.documentElement;
  root.classList.add("js");
  const all = (selector, within = doc) => [...within.querySelectorAll(selector)];
  const on = (type, selector, act) => doc.addEventListener(type, (event) => {
    const found = event.target.closest?.(selector);
    if (found) act(found, event);
  });
  window.site = { all, on };

  // Errors of a form: the summary gets the focus.
  doc.getElementById("errors")?.focus();

  // Copy, print, sort.
  on("click", "[data-copy-from]", async (button) => {
    const label = button.querySelector("span").firstChild, before = label.data;
    label.parentNode.setAttribute("aria-live", "polite");
    await navigator.clipboard.writeText(doc.getElementById(button.dataset.copyFrom).textContent.trim());
    label.data = button.dataset.copied;
    setTimeout(() => { label.data = before; }, 2000);
  });
  on("click", "[data-print]", () => print());
  on("change", "select[data-submit]", (select) => select.form.requestSubmit());

  // Escape and a click elsewhere close menus.
  const menus = () => all(".lang[open], .pop[open], .menu[open]");
  doc.addEventListener("keydown", (event) => {
    if (event.key === "Escape") for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  doc.addEventListener("click", (event) => {
    for (const menu of menus()) menu.open = menu.contains(event.target);
  });
  // Older browsers do not unfold details by style on wide screens.
  if (!CSS.supports("selector(::details-content)") && matchMedia("(min-width: 62rem)").matches) {
    for (const folded of all(".filters, .toc")) folded.open = true;
  }

  // Whoever signs out leaves nothing on the device.
  on("submit", "form[data-sign-out]", () => {
    for (const key of Object.keys(localStorage)) if (key.startsWith("draft:")) localStorage.removeItem(key);
  });
})();
